# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# On a laptop each thing is broken in turn that wfdctl doctor looks at, and what the doctor advises is
# typed: by an ordinary user, with sudo, into a login shell; after that the doctor finds it well. The
# services are systemd's, and NetworkManager and wpa_supplicant are real. There is no network for apt,
# in whose place a script puts the program back that was taken away. What no command can mend (a
# switch, a driver) is mended by hand after the advice was typed.
# laptop
# on its own
# seconds: 2400
# lab: --no-addresses
# shellcheck source=tests/radio/laptop.sh
. "$(dirname "$0")/laptop.sh"

DOCTOR='wfdctl doctor --json'
TYPED_FIRST=() # in the shell in which the doctor is asked
BEFORE_LOGIN=true

# read_advice FILE: sets VERDICT and REMEDY by check, and PROBLEM, the check by the problem's name.
declare -A VERDICT PROBLEM REMEDY
read_advice()
{
    local line check='' value
    VERDICT=() PROBLEM=() REMEDY=()
    while read -r line; do
        value=${line#*\":\"}
        value=${value%,}
        value=${value%\"}
        value=${value//\\\"/\"}
        value=${value//\\\\/\\}
        case $line in
        '"check":'*) check=$value ;;
        '"verdict":'*) VERDICT[$check]=$value ;;
        '"problem":'*) PROBLEM[$value]=$check ;;
        '"remedy":'*) REMEDY[$check]=$value ;;
        esac
    done <"$1"
}

# asks USER LINE...: the doctor, after these lines. Sets ANSWER to the file with the answer.
asks()
{
    local user=$1
    shift
    ANSWER=/tmp/answer.$user
    "$BEFORE_LOGIN"
    types "$user" "${TYPED_FIRST[@]}" "$@" "$DOCTOR >$ANSWER"
    read_advice "$ANSWER"
}

# tells PROBLEM [USER]: the doctor does. Sets CHECK and ADVICE.
tells()
{
    local user=${2:-old}
    asks "$user"
    CHECK=${PROBLEM[$1]:-}
    if [ -z "$CHECK" ]; then
        cat "$ANSWER"
        fail "the doctor does not tell of $1"
    fi
    ADVICE=${REMEDY[$CHECK]}
    note "$1: $ADVICE"
}

# is_well USER: the last problem is none any more; services need a moment.
is_well()
{
    local deadline=$((SECONDS + 120))
    until [ "${VERDICT[$CHECK]:-}" = ok ]; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            cat "$typed" "$ANSWER"
            fail "the advice does not help: $ADVICE"
        fi
        asks "$1"
    done
}

# treats PROBLEM [USER]: the doctor tells of it, and what it advises is typed.
treats()
{
    local user=${2:-old}
    tells "$@"
    if [[ $ADVICE == *'log in again' ]]; then
        types "$user" "$ADVICE"
        asks "$user"
    else
        asks "$user" "$ADVICE"
    fi
    is_well "$user"
}

# shows PROBLEM TEXT: the doctor tells of it, and the command that it names shows the text.
shows()
{
    tells "$1"
    types old "$ADVICE"
    grep -q -- "$2" "$typed" || { cat "$typed"; fail "$ADVICE does not show '$2'"; }
}

# hide_program PATH...: as if its package was not installed; apt brings it back.
hide_program()
{
    local path
    printf '#!/bin/sh\nset -e\n' >"$laptop/usr/local/bin/apt"
    chmod 755 "$laptop/usr/local/bin/apt"
    for path in "$@"; do
        mv "$laptop$path" "$laptop$path.hidden"
        echo "mv $path.hidden $path" >>"$laptop/usr/local/bin/apt"
    done
}

# own_unit EXEC-START: wpa_supplicant's service as another distribution has it.
own_unit()
{
    inside /usr/lib/winewfd/wifi-direct-settings --undo
    inside systemctl stop wpa_supplicant
    printf '%s\n' '[Unit]' 'Description=WPA supplicant' '[Service]' Type=dbus \
        BusName=fi.w1.wpa_supplicant1 "ExecStart=$1" >"$laptop/etc/systemd/system/wpa_supplicant.service"
    inside systemctl daemon-reload
    inside systemctl restart wpa_supplicant NetworkManager
}

no_own_unit()
{
    inside systemctl stop wpa_supplicant
    rm -f "$laptop/etc/systemd/system/wpa_supplicant.service"
    inside systemctl daemon-reload
    inside /usr/lib/winewfd/wifi-direct-settings --undo
    inside systemctl restart NetworkManager
    wait_sockets
}

main_process()
{
    inside systemctl show -P MainPID wpa_supplicant@wlan0
}

# configuration SED-SCRIPT: of the own wpa_supplicant, which is started again.
configuration()
{
    sed -i "$1" "$laptop/etc/wpa_supplicant/wpa_supplicant-wlan0.conf"
    inside systemctl restart wpa_supplicant@wlan0
    wait_sockets wlan0
}

# --- who may use it ---
treats no-member new
BEFORE_LOGIN=leave_group
leave_group()
{
    inside gpasswd -d new netdev >/dev/null
}
TYPED_FIRST=('sudo usermod -aG netdev new')
treats new-member new
BEFORE_LOGIN=true TYPED_FIRST=()

# --- the radio ---
inside rfkill block 0
treats radio-off
wait_sockets
switch=/sys/class/rfkill/rfkill0/hard
echo 1 >/tmp/switch
inside mount --bind /tmp/switch "$switch"
shows radio-switch 'rfkill0/hard:1'
inside umount "$switch"
is_well old
DOCTOR='wfdctl doctor --json --interface wlan9'
tells other-adapter
DOCTOR="$ADVICE --json"
is_well old
DOCTOR='wfdctl doctor --json'

# --- NetworkManager's wpa_supplicant ---
inside nmcli device set wlan0 managed no
treats unmanaged
wait_sockets
hide_program /sbin/wpa_supplicant
echo 'systemctl start wpa_supplicant' >>"$laptop/usr/local/bin/apt"
inside systemctl stop NetworkManager wpa_supplicant
inside systemctl start NetworkManager
treats no-supplicant-installed
inside systemctl disable --now wpa_supplicant NetworkManager
treats no-sockets
cp "$laptop/bin/sleep" "$laptop/usr/libexec/iwd"
printf '%s\n' '[Service]' 'ExecStart=/usr/libexec/iwd 10000' '[Install]' WantedBy=multi-user.target \
    >"$laptop/etc/systemd/system/iwd.service"
inside systemctl stop NetworkManager
inside systemctl disable --now wpa_supplicant
inside systemctl enable --now iwd
treats iwd
wait_sockets
treats no-invitations
asks old
assert_equal ok "${VERDICT[pairings]}" "the check of pairings, with that advice"
inside /usr/lib/winewfd/wifi-direct-settings --undo
wait_sockets
treats forgetful
wait_sockets
own_unit '/usr/bin/env wpa_supplicant -u -s -O /run/wpa_supplicant' # as Arch Linux
wait_sockets
treats root-only
no_own_unit
own_unit '/usr/sbin/wpa_supplicant -c /etc/wpa_supplicant/wpa_supplicant.conf -u -s' # as Fedora
treats no-sockets
no_own_unit

# --- a wpa_supplicant of one's own ---
inside systemctl stop NetworkManager wpa_supplicant
hide_program /usr/sbin/NetworkManager
treats no-sockets
configuration 's/^ctrl_interface=.*/ctrl_interface=\/run\/wpa_supplicant/'
treats root-only
configuration '/^persistent_reconnect/d'
treats no-invitations
configuration '/^update_config/d'
treats forgetful
configuration '$ap2p_disabled=1'
treats p2p-disabled
configuration ''
asks old
assert_equal 'ok ok' "${VERDICT[pairings]} ${VERDICT["paired devices' invitations"]}" "the settings, kept"
inside chmod 700 /run/wpa_supplicant/wlan0 "/run/wpa_supplicant/$LAB_P2P_IF_0"
treats sockets-unusable
inside kill -STOP "$(main_process)"
treats supplicant-hangs
inside kill -KILL "$(main_process)"
treats stale-sockets
mkdir -p "$laptop/etc/systemd/system/wpa_supplicant@.service.d"
printf '%s\n' '[Service]' 'ExecStart=' \
    'ExecStart=/sbin/wpa_supplicant -c/etc/wpa_supplicant/wpa_supplicant-%I.conf -Dwired -i%I' \
    >"$laptop/etc/systemd/system/wpa_supplicant@.service.d/wired.conf"
inside systemctl daemon-reload
inside systemctl restart wpa_supplicant@wlan0
wait_sockets wlan0
shows p2p-impossible P2P-GO
rm -r "$laptop/etc/systemd/system/wpa_supplicant@.service.d"
inside systemctl daemon-reload
inside systemctl restart wpa_supplicant@wlan0
is_well old
wait_sockets

# --- pairing ---
learn_address
forget_groups 0 1
forget_groups 1 0
device_address 0
ours=$REPLY
tells none-paired
peer_listen 1
types old "$ADVICE"
device_address 1
grep -q "^$REPLY " "$typed" || { cat "$typed"; fail "the advice does not show the device"; }
advice=${ADVICE##*then: }
mark
peer_listen 1
types old "${advice/DEVICE/$REPLY}" &
pairing=$!
wait_event 1 '^P2P-GO-NEG-REQUEST ' 120
p2p_ok 1 P2P_CONNECT "$ours" pbc persistent
wait "$pairing"
is_well old
wait_no_group 0
remove_groups 1

# --- addresses ---
treats no-addresses
hide_program /usr/sbin/dnsmasq
treats no-dhcp-programs
inside systemctl disable --now "wifi-direct-addresses@$LAB_P2P_IF_0"
mkdir "$laptop/run/units"
mv "$laptop"/usr/lib/systemd/network/70-wifi-direct-* "$laptop/run/units"
inside systemctl start systemd-networkd
DOCTOR='/mnt/build/tools/wfdctl doctor --json'
treats networkd-untold
DOCTOR='wfdctl doctor --json'
inside systemctl stop systemd-networkd
rm -rf /tmp/winewfd-1000
mkdir -m 777 /tmp/winewfd-1000 # root's
treats no-meeting-folder

# --- Wine ---
hide_program /usr/bin/wine
treats no-wine
hide_program /usr/bin/wine
printf '#!/bin/sh\necho wine-7.0\n' >"$laptop/usr/bin/wine"
chmod 755 "$laptop/usr/bin/wine"
treats old-wine
treats prefix-off
rm "$laptop/home/old/.wine/drive_c/windows/system32/winewfd.dll"
treats prefix-unknown
