# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A device without Wi-Fi Direct, paired by the push button: its session joins the stored network,
# names the station's interface, and closing it gives back the network of before (rows OL3 to OL5).
# Devices 1 and 2 are access points here.
# radios: 4
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

station=$LAB_IF_0

# start_access_point DEV SSID: in place of the device's supplicant.
start_access_point()
{
    local dev=$1 interface="LAB_IF_$1" files=/run/lab/ap$1
    supplicant_kill "$dev"
    printf '%s\n' "interface=${!interface}" driver=nl80211 "ctrl_interface=$files.ctrl" "ssid=$2" \
        hw_mode=g channel=1 wpa=2 wpa_key_mgmt=WPA-PSK rsn_pairwise=CCMP \
        "wpa_passphrase=of device $dev" wps_state=2 eap_server=1 ap_setup_locked=1 \
        "device_name=Access point $dev" config_methods=push_button >"$files.conf"
    lab_exec "$dev" hostapd -B -P "$files.pid" "$files.conf" >"$files.log" || {
        cat "$files.log"
        fail "hostapd of device $dev does not start"
    }
}

stop_access_point()
{
    local dev=$1 pid
    read -r pid <"/run/lab/ap$dev.pid"
    kill "$pid"
    while is_running "$pid"; do nap; done
    supplicant_start "$dev"
}

# bssid DEV: prints it.
bssid()
{
    local interface="LAB_IF_$1"
    lab_exec "$1" iw dev "${!interface}" info | sed -n 's/^\taddr //p'
}

# wait_network SSID: until the station is connected to it.
wait_network()
{
    local wanted=$1 deadline=$((SECONDS + 60)) status
    until status=$(group 0 "$station" STATUS) && grep -qx "wpa_state=COMPLETED" <<<"$status" &&
        grep -qx "ssid=$wanted" <<<"$status"; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            fail "the station is not connected to '$wanted' after 60 s: ${status//$'\n'/ }"
        fi
        nap
    done
    note "the station is connected to '$wanted'"
}

# station_ok COMMAND...
station_ok()
{
    assert_equal OK "$(group 0 "$station" "$@")" "reply to $1"
}

# add_network SSID PASSPHRASE: sets REPLY to its number.
add_network()
{
    REPLY=$(group 0 "$station" ADD_NETWORK)
    station_ok SET_NETWORK "$REPLY" ssid "\"$1\""
    station_ok SET_NETWORK "$REPLY" psk "\"$2\""
}

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

stop_access_point 1
open_legacy 1
assert_matches '^(1231|1460)$' "$OPENED_ERROR" "WFDOpenLegacySession to a device that is gone"
wait_network Home
end_program

for id in $(group 0 "$station" LIST_NETWORKS | sed -n 's/^\([0-9]*\)\t.*/\1/p'); do
    station_ok REMOVE_NETWORK "$id"
done
station_ok SAVE_CONFIG
stop_access_point 2
