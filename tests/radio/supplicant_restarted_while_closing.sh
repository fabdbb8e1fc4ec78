# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The supplicant is killed while it carries out the close of a session, and started again: nothing
# is left, and the same program opens and closes the next session, in both roles (rows CS3, CS7).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

for role in client GO; do
    pair_as 0 1 "$role"
    start_program
    peer_listen 1
    open_session 1
    check_session 1 "$role" reused
    interface=$INTERFACE
    close_session "$SESSION"
    wait_trace "> P2P_GROUP_REMOVE $interface"
    supplicant_kill 0
    supplicant_start 0
    check_closed 1
    note "closing, as $role"
    opens_and_closes 1 "$role" reused
    end_program
done
