# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A program is killed while its session is open, and while it opens one: the group is gone, and the
# supplicant invites no more. The next program can open a session.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

for role in client GO; do
    pair_as 0 1 "$role"
    start_program
    peer_listen 1
    open_session 1
    mark 0
    kill_program
    wait_event 0 '^P2P-GROUP-REMOVED '
    check_closed 1
    note "killed with an open session, as $role"
    start_program
    discover 0 1
    peer_ignore 1
    begin_open 1
    wait_state "$SESSION" INVITED
    kill_program
    wait_no_group 0
    note "killed while it opened one, as $role"
    start_program
    peer_listen 1
    mark 0
    begin_open 1
    wait_event 0 '^P2P-INVITATION-RESULT '
    kill_program
    wait_no_group 0
    remove_groups 1
    note "killed while the group came up, as $role"
done

start_program
peer_listen 1
open_session 1
check_session 1 GO
close_session "$SESSION"
check_closed 1
end_program
