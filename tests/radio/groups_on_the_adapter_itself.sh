# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The supplicant is told to make no interfaces for groups (p2p_no_group_iface): a group is on the
# adapter, and gone from it after the close, in both roles (rows SO8, CS3).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

GROUPS_ON_ADAPTER=0
with_setting 0 p2p_no_group_iface=1
start_program
for role in client GO; do
    pair_as 0 1 "$role"
    opens_and_closes 1 "$role" reused
    assert_equal "$LAB_IF_0" "$INTERFACE" "interface of the group"
    opens_and_closes 1 "$role" reused
done
end_program
ip address flush dev "$LAB_IF_0"
without_setting 0 p2p_no_group_iface
