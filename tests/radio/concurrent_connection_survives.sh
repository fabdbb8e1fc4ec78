# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# This machine is connected to a network; sessions that open and close beside it, in both roles,
# never interrupt that connection: neither the station nor the access point reports its end.
# radios: 4
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"
# shellcheck source=tests/radio/infrastructure.sh
. "$(dirname "$0")/infrastructure.sh"

OURS=10.1.1.1 THEIRS=10.1.1.2
access_point=$LAB_IF_2

start_access_point 2 Home
watch_station
join_network Home 2
ip address add "$OURS/24" dev "$station"
in_device 2 ip address add "$THEIRS/24" dev "$access_point"
connected=$(grep -c CTRL-EVENT-CONNECTED "$STATION_EVENTS")

# check_connection: it works, and always has.
check_connection()
{
    assert_equal "bssid=$(bssid 2)" "$(group 0 "$station" STATUS | grep '^bssid=')" "the station's"
    assert_reaches 0 "$THEIRS"
    if grep CTRL-EVENT-DISCONNECTED "$STATION_EVENTS"; then fail "it was disconnected"; fi
    assert_equal "$connected" "$(grep -c CTRL-EVENT-CONNECTED "$STATION_EVENTS")" "connections"
}

start_program
for role in client GO; do
    pair_as 0 1 "$role"
    check_connection
    peer_listen 1
    open_session 1
    check_session 1 "$role"
    check_connection
    close_session "$SESSION"
    check_closed 1
    check_connection
    note "the connection has survived a session as $role"
done
end_program
ip address flush dev "$station"
in_device 2 ip address flush dev "$access_point"
unwatch_station
forget_networks
stop_access_point 2
