# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The simulated devices of the radio lab, seen from inside the guest: where each one's sockets, logs
# and network namespace are, and how its supplicant and monitor are started. Sourced by guest-init
# and tests/radio/lib.sh. It never decides what the devices do with each other.

# Sets the environment that describes a device; the functions below use nothing else. A device's
# values have its number at the end of their names: LAB_CTRL_0 and so on.
# Device 0 is this machine: the root network namespace, and the folder where Debian's
# wpa_supplicant puts its sockets. The others have a namespace and a folder of their own.
lab_describe_device()
{
    local dev=$1 ctrl="/run/wpa/wlan$1" netns="dev$1"
    if [ "$dev" = 0 ]; then ctrl=/run/wpa_supplicant netns=''; fi
    export "LAB_IF_$dev=wlan$dev" "LAB_P2P_IF_$dev=${LAB_P2P_DEVICE:+p2p-dev-}wlan$dev"
    export "LAB_CTRL_$dev=$ctrl" "LAB_NETNS_$dev=$netns"
    export "LAB_CONF_$dev=/run/lab/wlan$dev.conf" "LAB_LOG_$dev=/run/lab/wlan$dev.log"
    export "LAB_EVENTS_$dev=/run/lab/wlan$dev.events" "LAB_PID_$dev=/run/lab/wlan$dev.pid"
    export "LAB_GO_IP_$dev=192.168.$((40 + dev)).1"
}

# Runs a command in the network namespace of a device.
lab_exec()
{
    local netns="LAB_NETNS_$1"
    shift
    if [ -z "${!netns}" ]; then "$@"; else nsenter --net="/run/netns/${!netns}" -- "$@"; fi
}

lab_write_config()
{
    local dev=$1 conf="LAB_CONF_$1" ctrl="LAB_CTRL_$1" address="LAB_GO_IP_$1" addresses=()
    if [ -n "$LAB_ADDRESSES" ]; then
        addresses=("ip_addr_go=${!address}" "ip_addr_mask=255.255.255.0"
            "ip_addr_start=${!address%.*}.100" "ip_addr_end=${!address%.*}.199")
    fi
    # printf, not cat: each program costs 50 ms here.
    printf '%s\n' "ctrl_interface=DIR=${!ctrl}" \
        "update_config=1" \
        "device_name=Lab device $dev" \
        "device_type=1-0050F204-1" \
        "manufacturer=winewfd" \
        "model_name=Radio lab" \
        "serial_number=$dev" \
        "config_methods=virtual_push_button physical_display keypad" \
        "persistent_reconnect=1" \
        "p2p_go_intent=7" \
        "${addresses[@]}" >"${!conf}"
}

# The control sockets are there when it returns, or soon after.
lab_start_supplicant()
{
    local dev=$1 conf="LAB_CONF_$1" log="LAB_LOG_$1" pid="LAB_PID_$1" interface="LAB_IF_$1"
    (
        lab_close_descriptors
        lab_exec "$dev" wpa_supplicant -B -P "${!pid}" -i "${!interface}" -D nl80211 \
            -c "${!conf}" -t -f "${!log}" ${LAB_DEBUG:+-d} >/dev/null
    )
}

# What this shell has open is no business of a process that outlives it. Bash looks after its own.
lab_close_descriptors()
{
    local fd
    for fd in "/proc/$BASHPID/fd"/*; do
        fd=${fd##*/}
        if [ "$fd" -gt 2 ] && [ "$fd" -lt 255 ]; then exec {fd}>&-; fi
    done
}

# Becomes the monitor: to be started in the background.
lab_become_monitor()
{
    local dev=$1 ctrl="LAB_CTRL_$1" interface="LAB_P2P_IF_$1" events="LAB_EVENTS_$1"
    local address="LAB_GO_IP_$1" netns="LAB_NETNS_$1" enter=()
    if [ -n "${!netns}" ]; then enter=(nsenter "--net=/run/netns/${!netns}" --); fi
    exec "${enter[@]}" "$LAB_MONITOR" "${!ctrl}" "${!interface}" "/run/lab/monitor-wlan$dev.sock" \
        "${!events}" "${LAB_ADDRESSES:+${!address}}" 255.255.255.0 </dev/null >>/run/lab/monitors.log 2>&1
}

# What a supplicant's log or an event may reveal is taken out before anything is shown.
lab_hide_secrets()
{
    sed -E -e 's/passphrase=".*" go_dev_addr=/passphrase="***" go_dev_addr=/' \
        -e 's/(psk=|passphrase=|pin=|password=)[^ *"]+/\1***/g' -e 's/\b[0-9]{8}\b/***/g' \
        -e 's/\b[0-9a-fA-F]{64}\b/***/g'
}

# lab_show_logs LINES: the ends of all events and logs.
lab_show_logs()
{
    local dev lines=$1 events log
    for ((dev = 0; dev < LAB_RADIOS; dev++)); do
        events="LAB_EVENTS_$dev" log="LAB_LOG_$dev"
        echo "--- device $dev: last events"
        tail -n "$lines" "${!events}" 2>/dev/null
        echo "--- device $dev: wpa_supplicant log"
        tail -n "$lines" "${!log}" 2>/dev/null
    done | lab_hide_secrets
}
