# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device ends the group of an open session, or leaves ours: the handle stays valid, closing it
# succeeds, and the next open works (row CS7).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

start_program
for role in client GO; do
    pair_and_open 1 "$role"
    mark 0
    remove_groups 1
    if [ "$role" = client ]; then
        wait_event 0 '^P2P-GROUP-REMOVED '
    else
        wait_event 0 '^AP-STA-DISCONNECTED '
    fi
    close_session "$SESSION"
    check_closed 1
    note "closed after the device had left, as $role"

    peer_listen 1
    open_session 1
    check_session 1 "$role"
    close_session "$SESSION"
    check_closed 1
done
end_program
