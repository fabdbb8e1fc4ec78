# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# An open to a device that does not answer any search is cancelled: the callback says so, once, and
# a second cancel changes nothing (rows CO2, CO4, SO14).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

pair_as 0 1 client
quiet
start_program
begin_open 1
wait_state "$SESSION" SEARCH
cancel_session "$SESSION"
assert_equal 0 "$CANCEL_ERROR" "WFDCancelOpenSession"
cancel_session "$SESSION"
assert_matches '^(0|6)$' "$CANCEL_ERROR" "the second WFDCancelOpenSession" # 6: it was quick
fails_with "$SESSION" 1223 5
wait_no_group 0
one_callback "$SESSION"
end_program
