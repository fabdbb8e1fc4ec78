# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Sessions follow each other closely, in both roles: the next open does not wait for the close before
# it (row CS3). The device has one channel: while it listens it does not hear what is said in a group.
# So it listens once it has heard of the end of ours, and ends its own before it is invited again.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

start_program
for role in GO client; do
    pair_as 0 1 "$role"
    peer_listen 1
    open_session 1
    for ((i = 1; i < 10; i++)); do
        close_session "$SESSION"
        if [ "$role" = client ]; then remove_groups 1; fi
        begin_open 1
        wait_no_group 1
        peer_listen 1
        await_opened "$SESSION"
        assert_equal 0 "$OPENED_ERROR" "error of the callback (reason $OPENED_REASON)"
    done
    close_session "$SESSION"
    check_closed 1
done
end_program
