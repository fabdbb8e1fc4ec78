# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The supplicant of this machine is told to end, while a session opens and while one is open; it says
# farewell, and takes the group with it. Once it runs again the same program opens the next session
# (rows CS7, SO12).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

pair_as 0 1 client
discover 0 1
peer_ignore 1
start_program
begin_open 1
wait_state "$SESSION" INVITED
supplicant_kill 0 TERM
fails_with "$SESSION" 1062 5
supplicant_start 0

peer_listen 1
open_session 1
check_session 1 client reused
supplicant_kill 0 TERM
supplicant_start 0
close_session "$SESSION"
check_closed 1

peer_listen 1
open_session 1
check_session 1 client reused
close_session "$SESSION"
check_closed 1
end_program
