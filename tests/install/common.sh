# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# What the tests of installing share: they run in a root of a system, seen through an overlay that is
# thrown away. Sourced by them, with $build, $tree, own_network and isolated set.
# shellcheck disable=SC2154

passed=0 failed=0 skipped=0
user=65123
home=/tmp/home
rows=$home/wfd_rows64.exe
supplicant=

# enter_overlay ROOT ARGUMENT...: starts this script anew inside of it, with mounts, processes and a
# network of its own, which reaches nobody; what is called by "${isolated[@]}" has another one.
enter_overlay()
{
    # shellcheck disable=SC2016 # the inner shell's variables
    exec "$tree/tests/support/without-chance" unshare --mount "${own_network[@]}" --pid --fork --kill-child sh -ec '
        root=$1 tree=$2 build=$3
        shift 3
        mount -t tmpfs tmpfs /mnt
        mkdir /mnt/upper /mnt/work /mnt/merged
        mount -t overlay overlay -o "lowerdir=$root,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/merged
        mount --rbind /sys /mnt/merged/sys
        mount --rbind /dev /mnt/merged/dev
        mount -t proc proc /mnt/merged/proc
        mount -t tmpfs -o mode=1777 tmpfs /mnt/merged/tmp
        mount -t tmpfs -o mode=755 tmpfs /mnt/merged/run
        for folder in "$tree" "$build"; do
            mkdir -p "/mnt/merged$folder"
            mount --rbind "$folder" "/mnt/merged$folder"
        done
        WFD_INSIDE=1 exec chroot /mnt/merged "$@"' \
        sh "$1" "$tree" "$build" "$(realpath "$0")" "$build" "${@:2}"
}

# What stands in the folders that belong to the system; of folders, not what is in them.
whole_system()
{
    find /bin /etc /lib* /opt /sbin /srv /usr /var/lib -xdev \
        \( -type d -printf '%p %y %m %U %G\n' -o -printf '%p %y %m %U %G %s %T@ %l\n' \) | sort
}

# As the user, in a clean environment: no WINEDLLPATH.
as_user()
{
    local netdev
    netdev=$(getent group netdev | cut -d : -f 3)
    "${isolated[@]}" setpriv --reuid "$user" --regid "$user" --groups "$netdev" --inh-caps=-all env -i HOME="$home" PATH="$PATH" XDG_RUNTIME_DIR=/tmp/runtime DISPLAY= \
        WINEDLLOVERRIDES='mscoree,mshtml=' WINEDEBUG="${WINEDEBUG:--all}" LANG=C.UTF-8 "$@"
}

# The sockets are where Debian's wpa_supplicant has them, for the same group.
start_supplicant()
{
    "${isolated[@]}" "$build/tests/scripted-supplicant" --dir /run/wpa_supplicant --netdev tun \
        --control-tcp /tmp/port >/tmp/supplicant.log 2>&1 &
    supplicant=$!
    until [ -s /tmp/port ]; do
        kill -0 "$supplicant" || return
        read -r -t 0.02 _ <> <(:) || true
    done
    chgrp -R netdev /run/wpa_supplicant
    chmod 750 /run/wpa_supplicant
    chmod 770 /run/wpa_supplicant/*
}

# program_opens_a_session BITS
program_opens_a_session()
{
    local rows=$home/wfd_rows$1.exe
    install -d -o "$user" -g "$user" -m 700 "$home" /tmp/runtime
    install -o "$user" "$build/tests/pe$1/wfd_rows.exe" "$rows"
    as_user wine "$rows" --control "$(<"/tmp/port")" SO4 >/tmp/rows.log 2>&1 </dev/null ||
        { cat /tmp/rows.log; return 1; }
    tr -d '\r' </tmp/rows.log | tail -n 1 | grep -qE '^[1-9][0-9]* passed, 0 failed, 0 skipped$'
}

# window_is_found_by WINE: and so is the DLL for it.
window_is_found_by()
{
    # Without a screen it ends at once, but Wine tells that it was there.
    WINEDEBUG=+loaddll as_user "$1" wfdpair >/tmp/wfdpair.log 2>&1 </dev/null || true
    grep -q 'wfdpair\.exe.*builtin' /tmp/wfdpair.log &&
        grep -q 'w\(inewfd\|lanapi\)\.dll.*builtin' /tmp/wfdpair.log
}

the_window_that_pairs_is_found_by_its_name()
{
    window_is_found_by wine
}

run()
{
    if "$1"; then
        printf 'ok - %s\n' "${1//_/ }"
        passed=$((passed + 1))
    else
        printf 'not ok - %s\n' "${1//_/ }"
        failed=$((failed + 1))
    fi
}

# skip TEST REASON
skip()
{
    printf 'skipped - %s: %s\n' "${1//_/ }" "$2"
    skipped=$((skipped + 1))
}

finish()
{
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" = 0 ]
}

trap '[ -z "$supplicant" ] || kill "$supplicant"' EXIT
