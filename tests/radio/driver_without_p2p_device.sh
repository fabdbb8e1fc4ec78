# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The driver has no P2P_DEVICE interface, so there is no p2p-dev socket and all goes by the
# adapter's: sessions open and close, in both roles, with groups on interfaces of their own and on
# the adapter.
# lab: --no-p2p-device
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

# sessions_in_both_roles INTERFACE: the groups must be on it; a pattern.
sessions_in_both_roles()
{
    for role in client GO; do
        pair_as 0 1 "$role"
        opens_and_closes 1 "$role" reused
        assert_matches "^$1\$" "$INTERFACE" "interface of the group"
    done
}

if [ -e "$LAB_CTRL_0/p2p-dev-$LAB_IF_0" ]; then fail "the driver does have P2P_DEVICE"; fi
start_program
sessions_in_both_roles "p2p-$LAB_IF_0-[0-9]+"
note "now on the adapter itself"
GROUPS_ON_ADAPTER=0
with_setting 0 p2p_no_group_iface=1
sessions_in_both_roles "$LAB_IF_0"
end_program
ip address flush dev "$LAB_IF_0"
without_setting 0 p2p_no_group_iface
