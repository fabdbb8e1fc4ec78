#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Where nothing else gives addresses, the action script of wpa_cli does: by DHCP, in either role,
# and nothing of it is left when the group has gone.
# lab: --no-addresses
# shellcheck source=tests/radio/addresses.sh
. "$(dirname "$0")/addresses.sh"

# with_programs ROLE CLIENT SERVER
with_programs()
{
    local -x DHCP_CLIENT=$2 DHCP_SERVER=$3
    note "DHCP client $2, server $3"
    address_service_start 0
    address_service_start 1
    gets_addresses "$1"
    address_service_stop
    assert_clean
}

for role in client GO; do
    forget_groups 0 1
    forget_groups 1 0
    if [ "$role" = GO ]; then pair 0 1 15; else pair 0 1 0; fi
    with_programs "$role" udhcpc dnsmasq
    with_programs "$role" dhclient udhcpd
done
