# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device is out of range. One that no search finds is unreachable when the search is over; one
# that was there a moment ago gets invitations until the time for the open is over. Both times are
# settings (rows SO11, SO12).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

# fails_within ERROR FROM_MS TO_MS: opens; the callback must come in that time.
fails_within()
{
    local begin=$EPOCHREALTIME elapsed
    begin_open 1
    await_opened "$SESSION" 30
    ms_between "$begin" "$EPOCHREALTIME"; elapsed=$REPLY
    if [ "$elapsed" -lt "$2" ] || [ "$elapsed" -gt "$3" ]; then
        fail "expected the callback after $2 to $3 ms, it came after $elapsed ms"
    fi
    note "callback after $elapsed ms"
    fails_with "$SESSION" "$1"
    wait_no_group 0
    one_callback "$SESSION"
}

pair_as 0 1 client
quiet
start_program SearchTimeout=3000
fails_within 1232 2900 10000
end_program

discover 0 1
peer_ignore 1
start_program OpenTimeout=4000
fails_within 1460 3900 11000
end_program
