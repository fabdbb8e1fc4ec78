# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# What the tests with infrastructure networks share: devices that are access points, and the plain
# Wi-Fi connection of device 0, the station. Sourced after session.sh.

station=$LAB_IF_0

# start_access_point DEV SSID: in place of the device's supplicant, on channel 1; the passphrase is
# "of device DEV".
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

# join_network SSID DEV: the station connects to the network of the access point.
join_network()
{
    add_network "$1" "of device $2"
    station_ok SELECT_NETWORK "$REPLY"
    wait_network "$1"
}

# forget_networks: the station leaves its network, and has no other.
forget_networks()
{
    local id
    for id in $(group 0 "$station" LIST_NETWORKS | sed -n 's/^\([0-9]*\)\t.*/\1/p'); do
        station_ok REMOVE_NETWORK "$id"
    done
    station_ok SAVE_CONFIG
}

# watch_station: from now on what the station reports is in the file STATION_EVENTS.
watch_station()
{
    STATION_EVENTS=$SESSION_DIR/station.events
    "$LAB_MONITOR" "$LAB_CTRL_0" "$station" "$SESSION_DIR/station.sock" "$STATION_EVENTS" \
        127.0.0.2 255.0.0.0 </dev/null &
    STATION_WATCHER=$!
    until grep -qs ' LAB-ATTACHED ' "$STATION_EVENTS"; do nap; done
}

unwatch_station()
{
    kill "$STATION_WATCHER"
    wait "$STATION_WATCHER"
}
