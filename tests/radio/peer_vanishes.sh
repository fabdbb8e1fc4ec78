# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device goes out of range while a session is open, without a farewell: its group is lost, ours
# stays. The handle stays valid, closing it succeeds, and when the device is back the next open
# works (row CS7).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

start_program
for role in client GO; do
    pair_and_open 1 "$role"
    mark 0
    out_of_range 1
    if [ "$role" = client ]; then
        wait_event 0 '^P2P-GROUP-REMOVED .*reason=IDLE' 60
        wait_state "$SESSION" LOST
    fi
    close_session "$SESSION"
    wait_no_group 0
    one_callback "$SESSION"
    note "closed after the device had vanished, as $role"

    in_range 1
    remove_groups 1
    opens_and_closes 1 "$role"
done
end_program
