# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device is connected to us already, by somebody who talks to the supplicant himself, before
# the program starts or while it runs: a session shares that group at once and leaves it alone when
# it closes.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

share_and_leave()
{
    local role=$1
    mark 0
    open_session 1
    check_session 1 "$role"
    close_session "$SESSION"
    open_session 1
    check_session 1 "$role"
    close_session "$SESSION"
    assert_no_event 0 '^P2P-(GROUP-STARTED|GROUP-REMOVED|INVITATION-RESULT) '
    end_group 0 1
    wait_no_group 0
}

for role in client GO; do
    pair_as 0 1 "$role"
    reinvoke 0 1 "$role"
    start_program
    share_and_leave "$role"
    note "as $role, connected before the program started"
    reinvoke 0 1 "$role"
    share_and_leave "$role"
    end_program
    note "as $role, connected while it ran"
done
