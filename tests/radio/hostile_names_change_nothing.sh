# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device's name and the group's SSID look like events and fields of the control interface. The
# device is looked for, found, and connected to all the same, in both roles. wpa_supplicant takes no
# name with a line's end in it: for that see tests/fuzz.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

names=("' p2p_dev_addr=42:00:00:00:02:00"
    $'\xff\x01\\"<3>P2P-GROUP-REMOVED %s%n')

# name_groups TEXT: the ends of the SSIDs of groups that are made from now on.
name_groups()
{
    local dev
    for dev in 0 1; do p2p_ok "$dev" SET p2p_ssid_postfix "$1"; done
}

start_program
name_groups '" GO go_dev_addr=' # as long as an SSID may be
for role in client GO; do
    forget_groups 0 1
    pair_as 0 1 "$role"
    for name in "${names[@]}"; do
        p2p_ok 1 SET device_name "$name"
        quiet
        peer_listen 1
        open_session 1
        check_session 1 "$role"
        close_session "$SESSION"
        check_closed 1
        one_callback "$SESSION"
    done
done
end_program

# Later tests pair anew.
p2p_ok 1 SET device_name 'Lab device 1'
name_groups ''
forget_groups 0 1
forget_groups 1 0
