# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# WFDUpdateDeviceVisibility searches for the device, paired or not, and returns within a few seconds,
# also when there is no such device (row UV3).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

SEARCH_S=10 # a few seconds on this slow machine

# update_visibility ADDRESS
update_visibility()
{
    local begin=$EPOCHREALTIME
    ask visible "$1"
    ms_between "$begin" "$EPOCHREALTIME"
    assert_equal "visible error 0" "$ANSWER" "WFDUpdateDeviceVisibility"
    if [ "$REPLY" -gt $((SEARCH_S * 1000)) ]; then fail "it took $REPLY ms"; fi
    note "it took $REPLY ms"
}

forget_groups 0 1
forget_groups 1 0
quiet
start_program
peer_listen 1
if knows_peer 0 1; then fail "the device is known before the search"; fi
device_address 1
update_visibility "$REPLY"
knows_peer 0 1 || fail "the search has not found the device"
update_visibility 02:00:00:00:77:00
end_program
