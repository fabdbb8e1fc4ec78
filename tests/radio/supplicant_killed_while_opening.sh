# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The supplicant of this machine is killed while it invites: the callback says soon that the service
# is not active, and so does the next call; once it runs again the same program opens a session
# (rows SO3, SO5, SO12).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

NOTICED_S=15

pair_as 0 1 client
discover 0 1
peer_ignore 1
start_program
begin_open 1
wait_state "$SESSION" INVITED
begin=$EPOCHREALTIME
supplicant_kill 0
await_opened "$SESSION" "$NOTICED_S"
ms_between "$begin" "$EPOCHREALTIME"
note "callback $REPLY ms after the supplicant was killed"
fails_with "$SESSION" 1062
one_callback "$SESSION"
device_address 1
ask open "$REPLY"
assert_equal "open error 1062" "$ANSWER" "WFDStartOpenSession without a supplicant"

supplicant_start 0
peer_listen 1
open_session 1
check_session 1 client reused
close_session "$SESSION"
check_closed 1
end_program
