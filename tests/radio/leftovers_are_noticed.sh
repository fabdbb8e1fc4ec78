# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The checks after each test can fail: a group, an interface made in advance, a control client, one
# that only the supplicant still remembers, a process, the helper process, and descriptors are
# noticed.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

# noticed PATTERN: waits until find_leftovers names it.
noticed()
{
    local deadline=$((SECONDS + 10))
    while find_leftovers && [[ ${LEFTOVERS[*]} != *$1* ]]; do
        if [ "$SECONDS" -ge "$deadline" ]; then fail "'$1' is not noticed: ${LEFTOVERS[*]}"; fi
        nap
    done
    note "noticed: $1"
}

p2p_ok 1 P2P_GROUP_ADD
wait_groups 1 1
noticed "device 1: group interface p2p-$LAB_IF_1-"
noticed "device 1: its supplicant manages p2p-$LAB_IF_1-"
noticed 'descriptors of its supplicant'
remove_groups 1
assert_clean

pair_as 0 1 GO
discover 0 1
peer_ignore 1
device_address 1
p2p_ok 0 P2P_INVITE persistent="$(persistent_id 0 1 GO)" peer="$REPLY"
noticed "device 0: group interface p2p-$LAB_IF_0-"
p2p 0 P2P_CANCEL >/dev/null
p2p_ok 0 P2P_STOP_FIND
assert_clean

for interface in "$LAB_P2P_IF_0" "$LAB_IF_0"; do
    wpa_cli -p "$LAB_CTRL_0" -i "$interface" -a /bin/true >/dev/null 2>&1 &
    client=$!
    noticed 'control client /tmp/wpa_ctrl_'
    noticed "process $client: "
    until find_monitors && [[ ${LEFTOVERS[*]} == *"monitor /tmp/wpa_ctrl_$client"* ]]; do nap; done
    kill -KILL "$client"
    noticed "control client /tmp/wpa_ctrl_$client-1 of a dead process"
    LEFTOVERS=()
    find_monitors
    assert_matches "monitor /tmp/wpa_ctrl_$client" "${LEFTOVERS[*]}" "after its end"
    rm /tmp/wpa_ctrl_"$client"-*
    assert_clean
done

start_program
pair_as 0 1 client
peer_listen 1
open_session 1
helper=$(cat /proc/[0-9]*/stat 2>/dev/null | sed -n 's/^\([0-9]*\) (winewfd-reaper).*/\1/p')
kill -STOP "$helper"
kill_program
noticed "process $helper: "
kill -CONT "$helper"
check_closed 1
assert_clean

start_program
PROGRAM_DESCRIPTORS[0]=$((PROGRAM_DESCRIPTORS[0] - KEPT_DESCRIPTORS - 1))
ask handle close
if (FAIL_HOOKS=() && wait_descriptors); then fail "descriptors are not noticed"; fi
end_program_only
BASELINE_THREADS[0]=0
noticed 'device 0: 1 threads of its supplicant'
remember_baseline
