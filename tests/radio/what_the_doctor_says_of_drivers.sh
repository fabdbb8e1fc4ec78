# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Without the kernel's part for wireless adapters, without an adapter, and with one that cannot do Wi-Fi
# Direct: wfdctl doctor tells these apart, the command that it names loads the one, and shows what is
# known of the others; with an adapter that can, all is well. modprobe is a stand-in: the lab's kernel
# has its modules elsewhere.
# radios: 1
# shellcheck source=tests/radio/lib.sh
. "$(dirname "$0")/lib.sh"

answer=/run/doctor
stand_ins=/run/stand-ins
mkdir -p "$stand_ins"
printf '#!/bin/sh\nexec "$@"\n' >"$stand_ins/sudo"
printf '#!/bin/sh\n[ -d /sys/module/rfkill ] || insmod %s/rfkill.ko\ninsmod "%s/$1.ko"\n' \
    "$LAB_MODULES" "$LAB_MODULES" >"$stand_ins/modprobe"
chmod 755 "$stand_ins"/*
PATH=$stand_ins:$PATH

asks()
{
    "$WFD_BUILD/tools/wfdctl" doctor --json >"$answer" || true
}

# tells PROBLEM: sets ADVICE.
tells()
{
    asks
    grep -q "\"problem\":\"$1\"" "$answer" || { cat "$answer"; fail "the doctor does not tell of $1"; }
    ADVICE=$(sed -n "/\"problem\":\"$1\"/,/}/s/^ *\"remedy\":\"\(.*\)\"\$/\1/p" "$answer")
    ADVICE=${ADVICE//\\\"/\"}
    note "$1: $ADVICE"
}

# shows PROBLEM TEXT
shows()
{
    tells "$1"
    eval "$ADVICE" >"$answer" 2>&1 || true
    grep -q -- "$2" "$answer" || { cat "$answer"; fail "$ADVICE does not show '$2'"; }
}

supplicant_kill 0 TERM
rmmod mac80211_hwsim mac80211 cfg80211
tells no-wireless-kernel
eval "$ADVICE"
shows no-adapter cfg80211
insmod "$LAB_MODULES/mac80211.ko"
insmod "$LAB_MODULES/mac80211_hwsim.ko" radios=0
"$WFD_BUILD/tests/radio/hwsim-radio"
shows incapable-adapter '\* managed'
rmmod mac80211_hwsim
insmod "$LAB_MODULES/mac80211_hwsim.ko" radios=1 support_p2p_device=1
asks
grep -q 'wlan0 can do Wi-Fi Direct' "$answer" || { cat "$answer"; fail "the adapter is not found"; }
RADIO_FILE=()
supplicant_start 0
