# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device leaves the group that we own. A second session, opened before the first is closed, brings
# it back into the same group; the group ends with the last of the two (rows SO9, SO10).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

start_program
pair_as 0 1 GO
peer_listen 1
open_session 1
first=$SESSION
check_session 1 GO
mark 0
remove_groups 1
wait_event 0 '^AP-STA-DISCONNECTED '
peer_listen 1
open_session 1
assert_no_event 0 '^P2P-GROUP-STARTED '
check_session 1 GO
close_session "$first"
check_session 1 GO
close_session "$SESSION"
check_closed 1
end_program
