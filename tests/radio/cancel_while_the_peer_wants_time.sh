# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device asks its user first and says "later"; the open is cancelled meanwhile, and another one
# that waits for its turn, before its turn comes. When the device invites us after that, nothing
# comes of it for the program (rows CO2, SO14).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

p2p_ok 1 SET persistent_reconnect 0
for role in client GO; do
    pair_as 0 1 "$role"
    quiet # also forgets that device 1 has invited us, and would accept
    start_program
    peer_listen 1
    mark
    begin_open 1
    first=$SESSION
    begin_open 1
    second=$SESSION
    wait_state "$first" LATER
    cancel_session "$second"
    assert_equal 0 "$CANCEL_ERROR" "WFDCancelOpenSession of the session that waits for its turn"
    fails_with "$second" 1223 5
    cancel_session "$first"
    assert_equal 0 "$CANCEL_ERROR" "WFDCancelOpenSession"
    fails_with "$first" 1223 5
    wait_no_group 0
    one_callback "$first"
    one_callback "$second"
    end_program
    note "cancelled as $role"
done
p2p_ok 1 SET persistent_reconnect 1
