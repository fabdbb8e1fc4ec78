# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device's supplicant is killed while a session is open: the handle stays valid, closing it
# succeeds, and when the device has started again the next open works, in both roles (row CS7).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

start_program
for role in client GO; do
    pair_and_open 1 "$role"
    mark 0
    supplicant_kill 1
    wait_no_group 1 # the kernel takes its interface away
    if [ "$role" = client ]; then
        wait_event 0 '^P2P-GROUP-REMOVED ' 60
        wait_state "$SESSION" LOST
    else
        wait_event 0 '^AP-STA-DISCONNECTED '
    fi
    close_session "$SESSION"
    wait_no_group 0
    one_callback "$SESSION"
    note "closed after the device's supplicant had been killed, as $role"

    supplicant_start 1
    quiet # it may listen on another channel now
    opens_and_closes 1 "$role"
done
end_program
