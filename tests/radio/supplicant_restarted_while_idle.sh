# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The supplicant is restarted between two sessions of one program, while nothing is open: the client
# handle stays good, and the next session opens as if nothing had happened.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

start_program
for signal in TERM KILL; do
    pair_as 0 1 client
    peer_listen 1
    open_session 1
    close_session "$SESSION"
    check_closed 1
    supplicant_kill 0 "$signal"
    supplicant_start 0
    note "the supplicant was restarted with SIG$signal"
done
peer_listen 1
open_session 1
check_session 1 client reused
close_session "$SESSION"
check_closed 1
end_program
