# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A second session to the same device has the group of the first, whether the first is open already
# or still opening; the group ends with the last of them, in both roles (row SO10).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

check_shared()
{
    local role=$1 first=$2 second=$3
    await_opened "$first"
    assert_equal 0 "$OPENED_ERROR" "error of the first open"
    local guid=$OPENED_GUID
    await_opened "$second"
    assert_equal 0 "$OPENED_ERROR" "error of the second open"
    assert_equal "$guid" "$OPENED_GUID" "interface of the second session"
    close_session "$first"
    check_session 1 "$role"
    close_session "$second"
    check_closed 1
    one_callback "$first"
    one_callback "$second"
}

start_program
for role in client GO; do
    pair_as 0 1 "$role"
    peer_listen 1
    open_session 1
    first=$SESSION
    mark 0
    begin_open 1
    check_shared "$role" "$first" "$SESSION"
    assert_no_event 0 '^P2P-GROUP-STARTED '
    note "as $role, the first being open"

    peer_listen 1
    begin_open 1
    first=$SESSION
    begin_open 1
    check_shared "$role" "$SESSION" "$first"
    note "as $role, the first being opened"
done
end_program
