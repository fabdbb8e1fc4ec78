# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device falls silent: before it answers the invitation, and after it has agreed. The open fails
# when its time is over, and leaves nothing on this side, in both roles (rows SO11, SO12).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

OPEN_MS=6000

# open_times_out FROM: it was begun at that time.
open_times_out()
{
    local elapsed
    await_opened "$SESSION" 30
    ms_between "$1" "$EPOCHREALTIME"; elapsed=$REPLY
    if [ "$elapsed" -gt $((OPEN_MS + 10000)) ]; then fail "callback after $elapsed ms only"; fi
    note "callback after $elapsed ms"
    fails_with "$SESSION" 1460
    wait_no_group 0
}

wake_peer()
{
    supplicant_kill 1 CONT
    remove_groups 1
    quiet
}

start_program OpenTimeout="$OPEN_MS"
for role in client GO; do
    pair_as 0 1 "$role"
    discover 0 1
    peer_listen 1
    supplicant_kill 1 STOP
    begin=$EPOCHREALTIME
    begin_open 1
    open_times_out "$begin"
    wake_peer
    note "silent before the answer, as $role"

    peer_listen 1
    mark
    begin=$EPOCHREALTIME
    begin_open 1
    wait_event 1 '^P2P-INVITATION-ACCEPTED '
    supplicant_kill 1 STOP
    await_opened "$SESSION" 30
    if [ "$OPENED_ERROR" = 0 ]; then
        note "the group was complete before the device fell silent, as $role"
        close_session "$SESSION"
    else
        open_times_out "$begin"
        note "silent after the answer, as $role"
    fi
    wake_peer
    wait_no_group 0
done
end_program
