# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# What the tests on a laptop share: device 0 is a whole Debian 12 (tools/laptop-root, with the package
# installed) with systemd as its first process, its own services, sudo and ordinary users; what they
# type is typed into a login shell. The lab's own supplicant of device 0 has ended; commands to device
# 0 and its monitor use the laptop's. Sourced by the tests, and by run-in-lab, which starts it.
# shellcheck source=tests/radio/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [ ! -d "${WFD_LAPTOP:-}" ] && [[ $0 != */run-in-lab ]]; then
    skip "no root of a laptop could be made here: see laptop.log in the build folder"
fi
laptop=/run/laptop
typed=/tmp/typed # what the last command said

# The guest's changes of the root are lost with the machine. The two sides share what control sockets
# and their clients need.
mount_laptop()
{
    mkdir -p "$laptop"
    mount --bind "$WFD_LAPTOP" "$laptop"
    mount -t tmpfs -o mode=755 tmpfs "$laptop/run"
    mkdir -p "$laptop/run/lock" "$laptop/run/lab"
    mount --rbind /tmp "$laptop/tmp"
    mount --rbind /dev "$laptop/dev"
    mount --bind /run/lab "$laptop/run/lab"
    mount -t sysfs sysfs "$laptop/sys"
    mount -t cgroup2 cgroup2 "$laptop/sys/fs/cgroup"
    mount --bind "$LAB_DIR/../.." "$laptop/mnt"
    rm -rf "$LAB_CTRL_0"
    ln -s "$laptop/run/wpa_supplicant" "$LAB_CTRL_0"
}

start_laptop()
{
    local deadline=$((SECONDS + 500))
    supplicant_kill 0 TERM
    rm -f "$LAB_PID_0"
    mount_laptop
    unshare --mount --pid --fork --kill-child sh -c 'mount -t proc proc "$1/proc"
        exec chroot "$1" env -i container=lab /lib/systemd/systemd --unit=multi-user.target \
            --log-target=console --show-status=no' sh "$laptop" >/run/laptop.log 2>&1 &
    until find_laptop_process && [[ $(inside systemctl is-system-running 2>/dev/null) =~ running|degraded ]]
    do
        [ "$SECONDS" -lt "$deadline" ] || fail "the laptop does not start"
        nap
    done
    wait_sockets
    note "the laptop runs"
}

find_laptop_process()
{
    LAPTOP=$(pgrep -n -f '^/lib/systemd/systemd --unit=multi-user.target')
}

laptop_journal()
{
    tail -n 20 /run/laptop.log | sed 's/^/  /'
    inside journalctl --no-pager -n 60 2>/dev/null | sed 's/^/  /' || true
}

# inside COMMAND...: as root of the laptop.
inside()
{
    nsenter --target "$LAPTOP" --mount --pid --root "--wd=$laptop" env -i \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
}

# types USER LINE...: into a login shell; what that says is in the file typed.
types()
{
    local user=$1
    shift
    printf '%s\n' "$@" | inside timeout 300 su - "$user" >"$typed" 2>&1 || true
}

# wait_sockets [INTERFACE]: until the laptop's wpa_supplicant is ready.
wait_sockets()
{
    local deadline=$((SECONDS + 200))
    until [[ $(group 0 "${1:-$LAB_P2P_IF_0}" PING) == PONG ]]; do
        [ "$SECONDS" -lt "$deadline" ] || fail "the laptop's wpa_supplicant does not answer"
        nap
    done
}

# learn_address: NetworkManager gives the P2P device another address than the lab's supplicant had.
learn_address()
{
    LAB_ADDR_0=$(p2p 0 STATUS | sed -n 's/^p2p_device_address=//p')
}

FAIL_HOOKS+=(laptop_journal)
if find_laptop_process; then learn_address; fi
