#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# With systemd-networkd the unit files do: by DHCP, in either role. The other device has the service.
# lab: --no-addresses
# shellcheck source=tests/radio/addresses.sh
. "$(dirname "$0")/addresses.sh"

systemd=/lib/systemd
for program in systemd-networkd systemd-udevd; do
    [ -x "$systemd/$program" ] || skip "$program is not installed"
done

# In a mount namespace of its own: what it writes is none of the lab's.
start_networkd()
{
    # shellcheck disable=SC2016 # the inner shell's variables
    unshare --mount bash -euc 'systemd=$1 units=$2
        mkdir -p /run/systemd /run/udev
        mount -t tmpfs tmpfs /run/systemd
        mount -t tmpfs tmpfs /run/udev
        mkdir -p /run/systemd/network /run/systemd/netif/{links,leases,lldp}
        chown -R systemd-network:systemd-network /run/systemd/netif
        cp "$units"/*.network /run/systemd/network
        "$systemd/systemd-udevd" &
        trap "kill %1 %2; wait" TERM
        export SYSTEMD_LOG_TARGET=console
        "$systemd/systemd-networkd" &
        wait || true' bash "$systemd" "$LAB_DIR/../addresses" >/run/networkd.log 2>&1 &
    networkd=$!
}

show_networkd()
{
    sed 's/^/  /' /run/networkd.log
}

address_service_start 1
FAIL_HOOKS+=(show_networkd)
start_networkd
forget_groups 0 1
forget_groups 1 0
pair 0 1 0
gets_addresses client
forget_groups 0 1
forget_groups 1 0
pair 0 1 15
gets_addresses GO
address_service_stop
kill "$networkd"
wait "$networkd" || true
