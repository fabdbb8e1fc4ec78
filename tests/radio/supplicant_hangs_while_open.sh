# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The supplicant of this machine is stopped while a session is open, until the session is lost, and
# goes on: its group is removed then, whether the program still runs or was killed meanwhile. The
# same program opens the next session (row CS8).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

# A test that fails leaves no supplicant behind that hangs.
trap 'supplicant_kill 0 CONT; end_programs' EXIT

start_program
pair_and_open 1 client reused
supplicant_kill 0 STOP
wait_trace "group $INTERFACE: lost from sight" 30
wait_trace 'supplicant: down: nobody answers'
mark 0
supplicant_kill 0 CONT
wait_event 0 "^P2P-GROUP-REMOVED $INTERFACE "
close_session "$SESSION"
check_closed 1
note 'removed when the supplicant went on'

pair_and_open 1 GO reused
supplicant_kill 0 STOP
kill_program
mark 0
supplicant_kill 0 CONT
wait_event 0 "^P2P-GROUP-REMOVED $INTERFACE "
check_closed 1
note 'removed when the supplicant went on after the program was killed'

start_program
opens_and_closes 1 GO reused
end_program
