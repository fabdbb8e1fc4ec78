# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device agrees, and is then too far away to come into our group, or to let us into its own: the
# open is cancelled, and neither a group nor an interface made in advance stays (rows CO2, SO14).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

ATTEMPTS=5

# cancel_in STATE: begins an open that the device can only agree to, and cancels it in this state;
# returns 1 when the two were quicker, and the session was opened and closed.
cancel_in()
{
    radio_file 1 # takes its time
    peer_listen 1
    mark
    begin_open 1
    wait_event 1 '^P2P-INVITATION-ACCEPTED '
    out_of_range 1
    wait_state "$SESSION" "$1|OPEN"
    cancel_session "$SESSION"
    await_opened "$SESSION" 10
    in_range 1
    if [ "$OPENED_ERROR" != 0 ]; then return 0; fi
    close_session "$SESSION"
    check_closed 1
    return 1
}

start_program
for role in client GO; do
    state=CONNECTING
    if [ "$role" = GO ]; then state=JOINING; fi
    pair_as 0 1 "$role"
    for ((i = 1; ; i++)); do
        if cancel_in "$state"; then break; fi
        if [ "$i" = "$ATTEMPTS" ]; then fail "the session opens each time, as $role"; fi
    done
    assert_equal 0 "$CANCEL_ERROR" "WFDCancelOpenSession"
    fails_with "$SESSION" 1223
    one_callback "$SESSION"
    check_closed 1
    note "cancelled while $state, as $role, at attempt $i"

    opens_and_closes 1 "$role"
done
end_program
