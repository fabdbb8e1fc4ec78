# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A second program that opens a session to the same device has the group of the first; the group
# stays while one of them is open, even if the other is killed, and goes with the last, in both
# roles (row SO10).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

# both_open DEV: the first program opens, then the second, which finds the group. Sets FIRST, SECOND.
both_open()
{
    PROGRAM=0
    peer_listen 1
    open_session 1
    FIRST=$SESSION
    local index=$OPENED_INDEX
    mark 0
    PROGRAM=1
    open_session 1
    SECOND=$SESSION
    assert_equal "$index" "$OPENED_INDEX" "interface of the second program"
    assert_no_event 0 '^P2P-(GROUP-STARTED|INVITATION-RESULT) '
}

PROGRAM=0
start_program
PROGRAM=1
start_program
for role in client GO; do
    pair_as 0 1 "$role"
    both_open
    PROGRAM=0
    close_session "$FIRST"
    PROGRAM=1
    check_session 1 "$role"
    assert_no_event 0 '^P2P-GROUP-REMOVED '
    close_session "$SECOND"
    check_closed 1
    one_callback "$SECOND"
    note "as $role, closed one after the other"

    both_open
    PROGRAM=0
    kill_program
    start_program
    PROGRAM=1
    check_session 1 "$role"
    assert_no_event 0 '^P2P-GROUP-REMOVED '
    close_session "$SECOND"
    check_closed 1
    note "as $role, the first program killed"
done
PROGRAM=0
end_program
PROGRAM=1
end_program
