# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Sessions follow each other closely, in both roles: the next open does not wait for the close
# before it (row CS3), and the program needs no more descriptors and threads for the last than for
# the first. The device has one channel: while it listens it does not hear what is said in a group.
# So it listens once it has heard of the end of ours, and ends its own before it is invited again.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

ROUNDS=25 # for each role
WARM_UP=3 # rounds after which a program has what it needs, but for two threads of Wine's pool

# keeps_to_limits: waits until the program has no more than DESCRIPTOR_LIMIT and THREAD_LIMIT.
keeps_to_limits()
{
    local deadline=$((SECONDS + 10))
    while count_resources "${PROGRAM_PID[PROGRAM]}" &&
        [ "$DESCRIPTORS" -gt "$DESCRIPTOR_LIMIT" ] || [ "$THREADS" -gt "$THREAD_LIMIT" ]; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            fail "$DESCRIPTORS of $DESCRIPTOR_LIMIT descriptors, $THREADS of $THREAD_LIMIT threads"
        fi
        nap
    done
}

start_program
for role in GO client; do
    pair_as 0 1 "$role"
    peer_listen 1
    open_session 1
    for ((i = 1; i < ROUNDS; i++)); do
        close_session "$SESSION"
        if [ "$role" = client ]; then remove_groups 1; fi
        begin_open 1
        wait_no_group 1
        peer_listen 1
        await_opened "$SESSION"
        assert_equal 0 "$OPENED_ERROR" "error of the callback (reason $OPENED_REASON)"
        if [ "$i" = "$WARM_UP" ]; then
            count_resources "${PROGRAM_PID[PROGRAM]}"
            DESCRIPTOR_LIMIT=$((DESCRIPTORS + 2 * 5)) THREAD_LIMIT=$((THREADS + 2))
        fi
    done
    keeps_to_limits
    note "$ROUNDS sessions as $role, $DESCRIPTORS descriptors, $THREADS threads"
    close_session "$SESSION"
    check_closed 1
done
end_program
