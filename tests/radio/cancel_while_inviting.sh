# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# An open is cancelled while the supplicant, which knows the device, repeats its invitation: the
# callback says so and neither a group nor an interface made in advance stays, in both roles. The
# next open, to the device that listens again, succeeds (rows CO2, SO14).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

for role in client GO; do
    pair_as 0 1 "$role"
    discover 0 1
    peer_ignore 1
    start_program
    begin_open 1
    wait_state "$SESSION" INVITED
    cancel_session "$SESSION"
    assert_equal 0 "$CANCEL_ERROR" "WFDCancelOpenSession"
    fails_with "$SESSION" 1223 5
    wait_no_group 0
    one_callback "$SESSION"
    note "cancelled as $role"

    peer_listen 1
    open_session 1
    check_session 1 "$role"
    close_session "$SESSION"
    check_closed 1
    end_program
done
