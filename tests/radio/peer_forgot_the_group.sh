# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device has removed the stored group: the open fails as for one that was never paired, and our
# entry is dropped, too. Pairing again makes the device available again, in both roles (rows SO6,
# SO12).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

start_program
for role in client GO; do
    pair_as 0 1 "$role"
    forget_groups 1 0
    peer_listen 1
    begin_open 1
    fails_with "$SESSION" 1168
    wait_no_group 0
    assert_equal '' "$(stored_groups 0 1)" "stored groups with the device"
    begin_open 1
    fails_with "$SESSION" 1168 5

    pair_and_open 1 "$role"
    close_session "$SESSION"
    check_closed 1
    note "paired again as $role"
done
end_program
