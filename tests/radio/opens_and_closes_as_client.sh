# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A session to a device that owns the stored group: its interface is the one that Windows programs
# see, and closing it ends the group (rows SO4, SO8, CS3, CS6).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

pair_as 0 1 client
peer_listen 1
start_program
open_session 1
check_session 1 client
close_session "$SESSION"
check_closed 1
ask adapter "$OPENED_GUID"
assert_matches ' (unaddressed|none)$' "$ANSWER" "the adapter after the close" # Wine keeps it listed
one_callback "$SESSION"
end_program
