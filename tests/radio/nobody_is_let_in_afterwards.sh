# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Whom we invite may invite us once, at any time: so wants the supplicant. It is not let in when the
# open is over, whether the session was closed, the open was cancelled, or the program was killed
# in it (row CS8).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

# The device invites us, who listen, to the group stored with both.
is_refused()
{
    local id peer_role=GO
    if [ "$role" = GO ]; then peer_role=client; fi
    peer_ignore 1
    peer_listen 0
    find_listening_peer 1 0
    mark
    id=$(persistent_id 1 0 "$peer_role")
    device_address 0
    p2p_ok 1 P2P_INVITE persistent="$id" peer="$REPLY"
    wait_event 1 '^P2P-INVITATION-RESULT '
    assert_matches ' status=1 ' "$EVENT " "what the device is told"
    peer_ignore 0
    wait_no_group 0
    note "refused $1, as $role"
}

wait_no_helper()
{
    local deadline=$((SECONDS + 31))
    while grep -lsqx winewfd-reaper /proc/[0-9]*/comm; do
        if [ "$SECONDS" -ge "$deadline" ]; then fail "the helper does not end within 30 s"; fi
        nap
    done
}

p2p_ok 0 SET persistent_reconnect 0
for role in client GO; do
    pair_as 0 1 "$role"
    quiet
    start_program
    peer_listen 1
    open_session 1
    check_session 1 "$role"
    close_session "$SESSION"
    check_closed 1
    is_refused "after a session"

    discover 0 1
    peer_ignore 1
    begin_open 1
    wait_state "$SESSION" INVITED
    cancel_session "$SESSION"
    fails_with "$SESSION" 1223 5
    is_refused "after an open that was cancelled"

    discover 0 1
    peer_ignore 1
    begin_open 1
    wait_state "$SESSION" INVITED
    kill_program
    wait_no_helper
    is_refused "after the death of a program"
done
p2p_ok 0 SET persistent_reconnect 1
