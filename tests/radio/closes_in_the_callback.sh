# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The program closes its session in the very callback that tells of it: the close succeeds, the
# group goes, and the next session opens, in both roles (rows CS3, SO8).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

start_program
for role in client GO; do
    pair_as 0 1 "$role"
    ask callback close
    for ((i = 0; i < 2; i++)); do
        peer_listen 1
        open_session 1
        assert_equal 0 "$OPENED_CLOSED" "WFDCloseSession in the callback"
        ask close "$SESSION"
        assert_equal "closed $SESSION error 6" "$ANSWER" "WFDCloseSession once more"
        check_closed 1
        one_callback "$SESSION"
        note "closed in the callback, as $role"
    done
    ask callback nothing
    opens_and_closes 1 "$role"
done
end_program
