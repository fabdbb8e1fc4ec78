# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A user turns a client away from the group of an open session: the device us from its group, or
# this machine's user the device from ours. The handle stays valid, closing it succeeds, and the
# next open works (row CS7).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

# turn_away OWNER: its only client. The interface address is named: that of the device would end the
# pairing.
turn_away()
{
    local owner=$1 name station
    name=$(group_ifaces "$owner")
    station=$(group "$owner" "$name" STA-FIRST)
    station=${station%%$'\n'*}
    assert_equal OK "$(group "$owner" "$name" P2P_REMOVE_CLIENT "iface=$station")" "reply"
}

start_program
for role in client GO; do
    pair_and_open 1 "$role"
    mark
    if [ "$role" = client ]; then
        turn_away 1
        wait_event 0 '^P2P-GROUP-REMOVED '
        wait_state "$SESSION" LOST
    else
        turn_away 0
        wait_event 0 '^AP-STA-DISCONNECTED '
        wait_event 1 '^P2P-GROUP-REMOVED '
    fi
    close_session "$SESSION"
    check_closed 1
    note "closed after the owner had turned the client away, as $role"

    opens_and_closes 1 "$role"
done
end_program
