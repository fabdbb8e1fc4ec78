# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device asks its user first and says "later": the open waits and succeeds when the device
# invites us back, in both roles; it fails when the time is over (rows SO11, SO12).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

p2p_ok 1 SET persistent_reconnect 0
for role in client GO; do
    peer_role=GO
    if [ "$role" = GO ]; then peer_role=client; fi
    pair_as 0 1 "$role"
    quiet # also forgets that device 1 has invited us, and would accept
    start_program
    peer_listen 1
    mark
    begin_open 1
    wait_event 1 '^P2P-INVITATION-RECEIVED '
    wait_state "$SESSION" LATER
    id=$(persistent_id 1 0 "$peer_role")
    device_address 0
    p2p_ok 1 P2P_INVITE persistent="$id" peer="$REPLY"
    await_opened "$SESSION"
    assert_equal 0 "$OPENED_ERROR" "error of the callback"
    check_session 1 "$role"
    close_session "$SESSION"
    check_closed 1
    end_program
    note "as $role"
done

quiet
start_program OpenTimeout=6000
peer_listen 1
begin_open 1
fails_with "$SESSION" 1460 20
assert_equal 0x2800e "$OPENED_REASON" "reason"
end_program
p2p_ok 1 SET persistent_reconnect 1
