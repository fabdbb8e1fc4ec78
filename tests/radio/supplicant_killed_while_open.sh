# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The supplicant of this machine is killed while a session is open, and started again: closing the
# session succeeds, and the same program opens the next one, in both roles (row CS7).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

start_program
for role in client GO; do
    pair_and_open 1 "$role" reused
    supplicant_kill 0
    supplicant_start 0
    close_session "$SESSION"
    check_closed 1
    note "closed after the supplicant had been killed, as $role"

    peer_listen 1
    open_session 1
    check_session 1 "$role" reused
    close_session "$SESSION"
    check_closed 1
done
end_program
