# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# This machine's radio has one channel and is connected to a network on it, and the device may not
# use that channel: the open fails and says why, the connection stays, and once it has ended the
# next open succeeds, in both roles (row SO12).
# radios: 4
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"
# shellcheck source=tests/radio/infrastructure.sh
. "$(dirname "$0")/infrastructure.sh"

MHZ=2412 # of channel 1, on which the access point is

start_access_point 2 Home
start_program
for role in client GO; do
    pair_as 0 1 "$role"
    join_network Home 2
    p2p_ok 1 P2P_SET disallow_freq "$MHZ"
    peer_listen 1
    mark 0
    begin_open 1
    fails_with "$SESSION" 31
    assert_equal 0x80017 "$OPENED_REASON" "reason" # WLAN_REASON_CODE_INVALID_CHANNEL
    find_event 0 '^P2P-INVITATION-RESULT status=7' || fail "the device has not said why"
    wait_network Home
    wait_no_group 0
    one_callback "$SESSION"
    note "no channel in common, as $role"

    forget_networks
    opens_and_closes 1 "$role"
    p2p_ok 1 P2P_SET disallow_freq ''
done
end_program
stop_access_point 2
