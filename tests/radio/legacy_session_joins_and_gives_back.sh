# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A device without Wi-Fi Direct, paired by the push button: its session joins the stored network,
# names the station's interface, and closing it gives back the network of before (rows OL3 to OL5), as
# does the end of the program.
# Devices 1 and 2 are access points here.
# radios: 4
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"
# shellcheck source=tests/radio/infrastructure.sh
. "$(dirname "$0")/infrastructure.sh"

# open_legacy DEV: sets SESSION, OPENED_ERROR, OPENED_INDEX and OPENED_GUID.
open_legacy()
{
    ask legacy "$(bssid "$1")"
    read -r _ SESSION _ OPENED_ERROR _ OPENED_INDEX _ OPENED_GUID <<<"$ANSWER"
}

start_access_point 1 'Old display'
start_access_point 2 Home
start_program OpenTimeout=8000

open_legacy 1
assert_equal 1168 "$OPENED_ERROR" "WFDOpenLegacySession to a device that is not paired"

station_ok WPS_PBC
lab_exec 1 hostapd_cli -p /run/lab/ap1.ctrl wps_pbc >/dev/null || fail "wps_pbc"
wait_network 'Old display'
add_network Home 'of device 2'
home=$REPLY
station_ok SELECT_NETWORK "$home"
wait_network Home

for round in 1 2; do
    open_legacy 1
    assert_equal 0 "$OPENED_ERROR" "WFDOpenLegacySession, round $round"
    wait_network 'Old display'
    read -r index <"/sys/class/net/$station/ifindex"
    assert_equal "$index" "$OPENED_INDEX" "interface of the session"
    close_session "$SESSION"
    wait_network Home
done

open_legacy 1
assert_equal 0 "$OPENED_ERROR" "WFDOpenLegacySession of a program that is killed"
wait_network 'Old display'
kill_program
wait_network Home
start_program OpenTimeout=8000

stop_access_point 1
open_legacy 1
assert_matches '^(1231|1460)$' "$OPENED_ERROR" "WFDOpenLegacySession to a device that is gone"
wait_network Home
end_program

forget_networks
stop_access_point 2
