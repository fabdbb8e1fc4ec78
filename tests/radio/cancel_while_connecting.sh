# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# An open is cancelled after the device has agreed and before the group is complete, in both roles:
# nothing of it stays on this side. Where the open is quicker than the cancel it is the cancel that
# fails, and the session is open (rows CO2, CO3).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

ATTEMPTS=4

# cancel_after NAPS: opens, cancels when the device has agreed and so many 20 ms have passed; returns
# 1 when that was too late.
cancel_after()
{
    local naps=$1
    peer_listen 1
    mark 0
    begin_open 1
    wait_event 0 '^P2P-INVITATION-RESULT status=0'
    while [ "$naps" -gt 0 ]; do
        nap
        naps=$((naps - 1))
    done
    cancel_session "$SESSION"
    await_opened "$SESSION"
    one_callback "$SESSION"
    if [ "$OPENED_ERROR" != 0 ]; then
        assert_equal 0 "$CANCEL_ERROR" "WFDCancelOpenSession"
        fails_with "$SESSION" 1223
        return 0
    fi
    # A cancel may also be accepted, and then come too late.
    assert_matches '^(0|5023)$' "$CANCEL_ERROR" "WFDCancelOpenSession of a session that opened"
    close_session "$SESSION"
    return 1
}

start_program
for role in client GO; do
    pair_as 0 1 "$role"
    hits=0
    for ((i = 0; i < ATTEMPTS; i++)); do
        if cancel_after $((i * 3)); then hits=$((hits + 1)); fi
        check_closed 1
    done
    note "as $role: $hits of $ATTEMPTS were cancelled in time"
    peer_listen 1
    open_session 1
    check_session 1 "$role"
    close_session "$SESSION"
    check_closed 1
done
end_program
