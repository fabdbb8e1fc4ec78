# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# What the radio tests share: commands to the simulated devices, waiting for their events, pairing,
# and the checks that nothing is left behind. Sourced by scripts that run inside tools/radio-lab.
# It never waits by sleeping for a fixed time, and never prints a key, passphrase or PIN.
#
# A device is named by its number; device 0 is this machine. Times are in seconds where the name
# does not say otherwise.
set -euo pipefail

if [ -z "${LAB_RADIOS:-}" ]; then
    echo "run this inside the lab: tools/radio-lab -- $0" >&2
    exit 1
fi
# shellcheck source=tools/lab/devices.sh
. "$LAB_DIR/devices.sh"

LIB_STARTED=$EPOCHREALTIME
LIB_OPERATION_TIMEOUT=30 # discovery, formation, re-invocation: each takes 5 s at the most here
exec {LIB_SILENCE}<> <(:)

# Sockets that programs of the host make in its /tmp meanwhile are none of ours. What is built may
# lie there all the same.
hide_host_sockets()
{
    local path
    mkdir -p /mnt
    mount --bind /tmp /mnt
    mount -t tmpfs tmpfs /tmp
    for path in "$PWD" "$LAB_DIR" "${WFD_BUILD:-}" "${WINEPREFIX:-}"; do
        if [[ $path != /tmp/* || -d $path ]]; then continue; fi
        path=${path#/tmp/}
        path=${path%%/*}
        mkdir "/tmp/$path"
        mount --bind "/mnt/$path" "/tmp/$path"
    done
}

if ! grep -q ' /tmp ' /proc/mounts; then hide_host_sockets; fi

# --- time and messages ---

# Waits 20 ms without starting a program; for the loops below, which are all bounded.
nap()
{
    read -r -t 0.02 -u "$LIB_SILENCE" || true
}

# micros TIME: a value of EPOCHREALTIME as a whole number of microseconds.
micros()
{
    REPLY=${1/[.,]/}
}

# ms_between FROM TO: sets REPLY to the milliseconds between two values of EPOCHREALTIME.
ms_between()
{
    micros "$1"
    local from=$REPLY
    micros "$2"
    REPLY=$(((REPLY - from) / 1000))
}

# note TEXT...: one line of progress, with the time since the test began.
note()
{
    ms_between "$LIB_STARTED" "$EPOCHREALTIME"
    printf '%3d.%03d  %s\n' $((REPLY / 1000)) $((REPLY % 1000)) "$*"
}

# skip TEXT...: ends the test, which cannot show anything here; the text says why.
skip()
{
    echo "SKIP: $*"
    exit 77
}

# Functions that show more when a test fails; each must return whatever happens.
FAIL_HOOKS=()

# fail TEXT...: ends the test; shows what each device has reported since its last mark.
fail()
{
    local dev line hook
    note "FAIL: $*"
    for hook in "${FAIL_HOOKS[@]}"; do "$hook"; done
    for ((dev = 0; dev < LAB_RADIOS; dev++)); do
        read_events "$dev"
        local -n lines="EVENTS_$dev"
        echo "  events of device $dev since the last mark:"
        for line in "${lines[@]:EVENT_MARK[dev]}"; do echo "    $line"; done
    done
    exit 1
}

# assert_equal WANTED GOT WHAT
assert_equal()
{
    [ "$1" = "$2" ] || fail "$3: expected '$1', got '$2'"
}

# assert_matches PATTERN TEXT WHAT: PATTERN is an extended regular expression.
assert_matches()
{
    [[ $2 =~ $1 ]] || fail "$3: expected something like '$1', got '$2'"
}

# --- commands ---

# p2p DEV COMMAND...: sends a raw command to the device's P2P interface, prints the reply.
p2p()
{
    local dev=$1 ctrl="LAB_CTRL_$1" interface="LAB_P2P_IF_$1"
    shift
    wpa_cli -p "${!ctrl}" -i "${!interface}" raw "$*" 2>/dev/null
}

# quiet: no device searches, listens, knows another, or has agreed to anything. Stored groups stay.
quiet()
{
    local dev
    for ((dev = 0; dev < LAB_RADIOS; dev++)); do p2p_ok "$dev" P2P_FLUSH; done
}

# p2p_ok DEV COMMAND...: the same; the test fails when the reply is not OK.
p2p_ok()
{
    local reply
    reply=$(p2p "$@") || true
    [ "$reply" = OK ] || fail "device $1 answers '$reply' to '${*:2}'"
}

# group DEV INTERFACE COMMAND...: sends a raw command to one group's interface, prints the reply.
group()
{
    local ctrl="LAB_CTRL_$1" interface=$2
    shift 2
    wpa_cli -p "${!ctrl}" -i "$interface" raw "$*" 2>/dev/null
}

# device_address DEV: sets REPLY to the P2P device address.
device_address()
{
    local name="LAB_ADDR_$1"
    REPLY=${!name}
}

# --- events ---

# Array EVENTS_n has all events of device n, EVENT_MARK[n] is where the waiting begins.
declare -a EVENT_MARK EVENT_FD

open_events()
{
    local dev events fd
    for ((dev = 0; dev < LAB_RADIOS; dev++)); do
        events="LAB_EVENTS_$dev"
        declare -ga "EVENTS_$dev=()"
        exec {fd}<"${!events}"
        EVENT_FD[dev]=$fd
        read_events "$dev"
        local -n lines="EVENTS_$dev"
        EVENT_MARK[dev]=${#lines[@]}
    done
}

# read_lines FD ARRAY PART: appends what has been written since the last call. A line that crosses
# a page may be seen in two pieces, however it was written: its beginning waits in PART.
read_lines()
{
    local -n all_lines=$2 part=$3
    local pieces piece
    mapfile -u "$1" pieces
    for piece in "${pieces[@]}"; do
        part+=$piece
        if [[ $part != *$'\n' ]]; then continue; fi
        all_lines+=("${part%$'\n'}")
        part=
    done
}

# Takes over what the monitor has written since the last call.
# shellcheck disable=SC2034 # used through a reference
declare -a EVENT_PART
read_events()
{
    read_lines "${EVENT_FD[$1]}" "EVENTS_$1" "EVENT_PART[$1]"
}

# mark DEV...: forgets what has been reported so far; without DEV, for all devices.
mark()
{
    local dev devs=("$@")
    if [ $# = 0 ]; then
        for ((dev = 0; dev < LAB_RADIOS; dev++)); do devs+=("$dev"); done
    fi
    for dev in "${devs[@]}"; do
        read_events "$dev"
        local -n lines="EVENTS_$dev"
        EVENT_MARK[dev]=${#lines[@]}
    done
}

# find_event DEV PATTERN: looks for an event since the last mark, in whatever order it came; sets
# EVENT to the first that matches and EVENT_TIME to when it came. Returns 1 when there is none.
find_event()
{
    local dev=$1 pattern=$2 line
    read_events "$dev"
    local -n lines="EVENTS_$dev"
    for line in "${lines[@]:EVENT_MARK[dev]}"; do
        if [[ ${line#* } =~ $pattern ]]; then
            EVENT_TIME=${line%% *}
            EVENT=${line#* }
            return 0
        fi
    done
    return 1
}

# wait_event DEV PATTERN [TIMEOUT]: the same, waiting for it; the test fails when it does not come.
wait_event()
{
    local dev=$1 pattern=$2 timeout=${3:-$LIB_OPERATION_TIMEOUT} deadline
    # SECONDS counts whole ones: one more, never to wait for less than was asked.
    deadline=$((SECONDS + timeout + 1))
    until find_event "$dev" "$pattern"; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            fail "device $dev has not reported '$pattern' within $timeout s"
        fi
        nap
    done
}

# assert_no_event DEV PATTERN: none since the last mark.
assert_no_event()
{
    if find_event "$1" "$2"; then fail "device $1 must not report '$EVENT'"; fi
}

# event_field NAME: sets REPLY to NAME's value in EVENT, or to nothing; the last one counts, as
# names and network names may hold forged ones.
event_field()
{
    REPLY=
    if [[ $EVENT == *" $1="* ]]; then
        REPLY=${EVENT##*" $1="}
        REPLY=${REPLY%% *}
    fi
}

# --- discovery and pairing ---

# peer_listen DEV: from now on the device hears invitations and searches. While it already listens
# this interrupts it for half a second.
peer_listen()
{
    p2p_ok "$1" P2P_LISTEN
}

# peer_ignore DEV: it hears nothing any more.
peer_ignore()
{
    p2p_ok "$1" P2P_STOP_FIND
}

knows_peer()
{
    local reply
    device_address "$2"
    reply=$(p2p "$1" P2P_PEER "$REPLY") || true
    [[ $reply == "$REPLY"* ]] && [[ $reply != *'[PROBE_REQ_ONLY]'* ]]
}

# discover A B: A has B in its peer table afterwards. B is made to listen for it.
discover()
{
    local a=$1 b=$2
    if knows_peer "$a" "$b"; then return 0; fi
    peer_listen "$b"
    find_listening_peer "$a" "$b"
}

# find_listening_peer A B: searches until A has found B.
find_listening_peer()
{
    local a=$1 address
    device_address "$2"
    address=$REPLY
    mark "$a"
    p2p_ok "$a" P2P_FIND 20 type=social
    wait_event "$a" "^P2P-DEVICE-FOUND .*p2p_dev_addr=$address "
    p2p_ok "$a" P2P_STOP_FIND
}

# wait_group A B: waits until both have a group; sets GROUP_n and ROLE_n (GO or client) for the two.
wait_group()
{
    local dev name role
    for dev in "$@"; do
        wait_event "$dev" '^P2P-GROUP-STARTED '
        read -r _ name role _ <<<"$EVENT"
        printf -v "GROUP_$dev" '%s' "$name"
        printf -v "ROLE_$dev" '%s' "$role"
        if [ -n "$LAB_ADDRESSES" ]; then wait_event "$dev" "^LAB-ADDRESS $name "; fi
    done
    for dev in "$@"; do
        local -n member_role="ROLE_$dev"
        if [ "$member_role" = GO ]; then wait_event "$dev" '^AP-STA-CONNECTED '; fi
    done
}

# pair A B [INTENT]: forms a persistent group between A and B with the push button method, then ends
# it: the stored group stays on both. INTENT 15 (default) makes A the group owner, 0 the client.
# On a busy machine an answer may come too late: it is tried three times.
pair()
{
    local a=$1 b=$2 intent=${3:-15} attempt
    for ((attempt = 1; ; attempt++)); do
        begin_pairing "$a" "$b" "$intent"
        if [ "$attempt" = 3 ] || group_forms "$a" "$b"; then break; fi
        note "devices $a and $b did not pair; once more"
        p2p "$a" P2P_CANCEL >/dev/null || true
        p2p "$b" P2P_CANCEL >/dev/null || true
        remove_groups "$a" "$b"
        p2p_ok "$a" P2P_FLUSH
        p2p_ok "$b" P2P_FLUSH
    done
    wait_group "$a" "$b"
    local -n role_a="ROLE_$a"
    if [ "$intent" = 15 ]; then assert_equal GO "$role_a" "role of device $a"; fi
    if [ "$intent" = 0 ]; then assert_equal client "$role_a" "role of device $a"; fi
    end_group "$a" "$b"
}

begin_pairing()
{
    local a=$1 b=$2 intent=$3 address_a address_b
    device_address "$a"; address_a=$REPLY
    device_address "$b"; address_b=$REPLY
    discover "$b" "$a"
    discover "$a" "$b"
    mark "$a" "$b"
    p2p_ok "$b" P2P_CONNECT "$address_a" pbc persistent auth go_intent=$((15 - intent))
    peer_listen "$b"
    p2p_ok "$a" P2P_CONNECT "$address_b" pbc persistent go_intent="$intent"
}

# group_forms A B: waits for it; returns 1 when one of them gives up, or both say nothing.
group_forms()
{
    local deadline=$((SECONDS + LIB_OPERATION_TIMEOUT)) dev
    until find_event "$1" '^P2P-GROUP-STARTED ' && find_event "$2" '^P2P-GROUP-STARTED '; do
        for dev in "$@"; do
            if find_event "$dev" '^P2P-(GO-NEG|GROUP-FORMATION)-FAILURE'; then return 1; fi
        done
        if [ "$SECONDS" -ge "$deadline" ]; then return 1; fi
        nap
    done
}

# end_group A B: the owner of the group that wait_group found removes it; waits until both have
# none.
end_group()
{
    local a=$1 b=$2 owner=$1
    local -n owner_role="ROLE_$a"
    if [ "$owner_role" != GO ]; then owner=$b; fi
    local -n name="GROUP_$owner"
    p2p_ok "$owner" P2P_GROUP_REMOVE "$name"
    wait_event "$a" '^P2P-GROUP-REMOVED '
    wait_event "$b" '^P2P-GROUP-REMOVED '
    wait_no_group "$a"
    wait_no_group "$b"
}

# remove_groups DEV...: ends all groups of these devices, as a user there would.
remove_groups()
{
    local dev name
    for dev in "$@"; do
        # It may be going just now.
        for name in $(group_ifaces "$dev"); do p2p "$dev" P2P_GROUP_REMOVE "$name" >/dev/null || true; done
        wait_no_group "$dev"
    done
}

# wait_groups DEV NUMBER: waits until the device has so many group interfaces.
wait_groups()
{
    local dev=$1 number=$2 deadline=$((SECONDS + 10)) names
    while names=$(group_ifaces "$dev") && [ "$(wc -w <<<"$names")" != "$number" ]; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            fail "device $dev has not $number group interfaces after 10 s but ${names//$'\n'/ }"
        fi
        nap
    done
}

# wait_no_group DEV [TIMEOUT]: waits until the device has no group interface.
wait_no_group()
{
    local dev=$1 timeout=${2:-10} deadline=$((SECONDS + ${2:-10})) left
    while left=$(group_ifaces "$dev") && [ -n "$left" ]; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            fail "device $dev still has group interfaces after $timeout s: ${left//$'\n'/ }"
        fi
        nap
    done
}

# stored_groups DEV PEER: prints the stored groups of DEV with PEER, "ID ROLE" a line; ROLE (GO or
# client) is that of DEV.
stored_groups()
{
    local dev=$1 address id flags mode list
    device_address "$2"; address=$REPLY
    list=$(p2p "$dev" LIST_NETWORKS)
    while IFS=$'\t' read -r id _ _ flags; do
        if [[ $flags != *P2P-PERSISTENT* ]]; then continue; fi
        mode=$(p2p "$dev" GET_NETWORK "$id" mode)
        if [ "$mode" = 3 ] && [[ $(p2p "$dev" GET_NETWORK "$id" p2p_client_list) == *"$address"* ]]
        then
            echo "$id GO"
        elif [ "$mode" = 0 ] && [ "$(p2p "$dev" GET_NETWORK "$id" bssid)" = "$address" ]; then
            echo "$id client"
        fi
    done <<<"$list"
}

# persistent_id DEV PEER ROLE: prints the id of the stored group in which DEV is ROLE (GO, client)
# and PEER the other. The test fails when there is none.
persistent_id()
{
    local dev=$1 peer=$2 role=$3 id stored groups
    # All of it first: who ends early kills wpa_cli, which then leaves its socket behind.
    groups=$(stored_groups "$dev" "$peer")
    while read -r id stored; do
        if [ "$stored" = "$role" ]; then
            echo "$id"
            return 0
        fi
    done <<<"$groups"
    fail "device $dev has no stored group with device $peer as $role" >&2
}

# forget_groups DEV PEER: removes DEV's stored groups with PEER.
forget_groups()
{
    local dev=$1 peer=$2 id
    for id in $(stored_groups "$dev" "$peer" | cut -d ' ' -f 1); do
        p2p_ok "$dev" REMOVE_NETWORK "$id"
    done
}

# pair_as A B ROLE: A and B have one stored group afterwards, with A as ROLE; pairs them when they
# have another, or more.
pair_as()
{
    local a=$1 b=$2 role=$3 intent=15 peer_role=client
    if [ "$role" = client ]; then intent=0 peer_role=GO; fi
    if [[ $(stored_groups "$a" "$b") =~ ^[0-9]+\ $role$ ]] &&
        [[ $(stored_groups "$b" "$a") =~ ^[0-9]+\ $peer_role$ ]]; then
        return 0
    fi
    forget_groups "$a" "$b"
    forget_groups "$b" "$a"
    pair "$a" "$b" "$intent"
}

# reinvoke A B ROLE: A, being ROLE (GO or client), brings the stored group with B up again, B
# listening. Sets GROUP_n and ROLE_n like wait_group, and REINVOKE_MS to the time from the command
# to A's P2P-GROUP-STARTED.
reinvoke()
{
    local a=$1 b=$2 role=$3 id address begin
    device_address "$b"; address=$REPLY
    id=$(persistent_id "$a" "$b" "$role")
    discover "$a" "$b"
    peer_listen "$b"
    mark "$a" "$b"
    begin=$EPOCHREALTIME
    p2p_ok "$a" P2P_INVITE persistent="$id" peer="$address"
    wait_group "$a" "$b"
    find_event "$a" '^P2P-GROUP-STARTED '
    ms_between "$begin" "$EVENT_TIME"
    # shellcheck disable=SC2034 # for the test
    REINVOKE_MS=$REPLY
}

# --- interfaces and traffic ---

# in_device DEV COMMAND...: runs a command in the device's network namespace.
in_device()
{
    lab_exec "$@"
}

# out_of_range DEV: no device hears it any more, nor it them. Not even a farewell gets through.
out_of_range()
{
    radio_file "$1"
    echo 2 >"$REPLY"
}

# in_range DEV: takes that back.
in_range()
{
    radio_file "$1"
    echo 1 >"$REPLY"
}

# radio_file DEV: sets REPLY to the file with the radio's number; radios hear each other if theirs
# have a bit in common.
declare -a RADIO_FILE
radio_file()
{
    local dev=$1 interface="LAB_IF_$1" phy
    if [ -z "${RADIO_FILE[dev]:-}" ]; then
        if ! [ -d /sys/kernel/debug/ieee80211 ]; then mount -t debugfs debugfs /sys/kernel/debug; fi
        phy=$(in_device "$dev" iw dev "${!interface}" info | sed -n 's/^\twiphy /phy/p')
        RADIO_FILE[dev]=/sys/kernel/debug/ieee80211/$phy/hwsim/group
    fi
    REPLY=${RADIO_FILE[dev]}
}

# group_ifaces DEV: prints the names of its group interfaces, pending ones too, one a line; also
# that of its adapter while there is a group on it, if DEV is GROUPS_ON_ADAPTER: asking takes time.
GROUPS_ON_ADAPTER=
group_ifaces()
{
    local dev=$1 rest name adapter="LAB_IF_$1"
    # The first two lines are headings.
    in_device "$dev" busybox cat /proc/net/dev | while IFS=': ' read -r name rest; do
        if [[ $name == p2p-* ]]; then echo "$name"; fi
    done
    if [ "$dev" = "$GROUPS_ON_ADAPTER" ] &&
        [[ $(in_device "$dev" iw dev "${!adapter}" info) == *type\ P2P-* ]]; then
        echo "${!adapter}"
    fi
}

# group_address DEV INTERFACE: prints the IPv4 address, or nothing.
group_address()
{
    in_device "$1" ip -4 -o address show dev "$2" | sed -n 's/.* inet \([0-9.]*\).*/\1/p'
}

# assert_reaches DEV ADDRESS [INTERFACE]: a ping from the device to the address is answered; it goes
# by this interface, since several groups may have the same addresses.
assert_reaches()
{
    in_device "$1" busybox ping -c 1 -w 10 ${3:+-I "$3"} "$2" >/dev/null ||
        fail "device $1 gets no answer to a ping from $2"
}

# assert_tcp FROM TO ADDRESS: sends a line over TCP from device FROM to ADDRESS on device TO, and
# the same line must arrive.
assert_tcp()
{
    local from=$1 to=$2 address=$3 port=5000 received="/run/lab/received.$BASHPID" server
    local deadline=$((SECONDS + 10)) text="sent by device $1 at $EPOCHREALTIME"
    in_device "$to" busybox nc -l -p "$port" >"$received" </dev/null &
    server=$!
    # 5000 is 1388 in hexadecimal, 0A is the state of a listening socket.
    until in_device "$to" busybox grep -q ':1388 0*:0000 0A' /proc/net/tcp /proc/net/tcp6; do
        if [ "$SECONDS" -ge "$deadline" ]; then fail "device $to cannot listen on port $port"; fi
        nap
    done
    in_device "$from" busybox nc -w 10 "$address" "$port" <<<"$text" ||
        fail "device $from cannot connect to $address port $port of device $to"
    wait "$server" || true
    assert_equal "$text" "$(<"$received")" "text sent from device $from to $address over TCP"
    rm "$received"
}

# --- addresses, in a lab started with --no-addresses ---

# address_service_start DEV: what wifi-direct-addresses@.service starts, but for -r. It listens when
# this returns: wpa_cli goes into the background only then.
declare -a ADDRESS_SERVICES=()
address_service_start()
{
    local dev=$1 ctrl="LAB_CTRL_$1" interface="LAB_P2P_IF_$1" pid_file="/run/lab/addresses-$1.pid"
    FAIL_HOOKS=(address_service_log)
    in_device "$dev" wpa_cli -p "${!ctrl}" -i "${!interface}" -B -P "$pid_file" \
        -a "$LAB_DIR/../addresses/wifi-direct-addresses" >>/run/addresses.log 2>&1 ||
        fail "no wpa_cli on device $dev"
    until [ -s "$pid_file" ]; do nap; done
    ADDRESS_SERVICES+=("$(<"$pid_file")")
}

address_service_log()
{
    sed 's/^/  /' /run/addresses.log
}

address_service_stop()
{
    local pid
    for pid in "${ADDRESS_SERVICES[@]}"; do kill "$pid"; done
    for pid in "${ADDRESS_SERVICES[@]}"; do while is_running "$pid"; do nap; done; done
    ADDRESS_SERVICES=()
}

# --- supplicants ---

# supplicant_pid DEV: sets REPLY to its process id, or to nothing.
supplicant_pid()
{
    local file="LAB_PID_$1"
    REPLY=
    if [ -s "${!file}" ]; then read -r REPLY <"${!file}"; fi
}

# supplicant_kill DEV [SIGNAL]: KILL unless told otherwise; waits until the process is gone, except
# for STOP and CONT.
supplicant_kill()
{
    local dev=$1 signal=${2:-KILL} deadline=$((SECONDS + 10)) pid
    supplicant_pid "$dev"
    pid=$REPLY
    if [ -z "$pid" ] || ! kill -s "$signal" "$pid"; then fail "device $dev has no supplicant"; fi
    case $signal in STOP | CONT) return 0 ;; esac
    while is_running "$pid"; do
        if [ "$SECONDS" -ge "$deadline" ]; then fail "supplicant of device $dev does not end"; fi
        nap
    done
}

# A process that has ended but was not waited for yet does not run.
is_running()
{
    local line=''
    read -r line 2>/dev/null <"/proc/$1/stat" || return 1
    # The name, in parentheses, may hold anything.
    line=${line##*) }
    [[ $line != [ZX]* ]]
}

# with_setting DEV LINE: starts the supplicant again, with the line in its configuration;
# without_setting DEV NAME: without.
with_setting()
{
    local conf="LAB_CONF_$1"
    supplicant_kill "$1" TERM
    without_line "$1" "${2%%=*}"
    echo "$2" >>"${!conf}"
    supplicant_start "$1"
}

without_setting()
{
    supplicant_kill "$1" TERM
    without_line "$1" "$2"
    supplicant_start "$1"
}

without_line()
{
    local conf="LAB_CONF_$1"
    sed -i "/^$2=/d" "${!conf}"
}

# supplicant_start DEV: starts it again and waits until it answers; its stored groups are kept, its
# peer table is empty.
supplicant_start()
{
    local dev=$1 pid_file="LAB_PID_$1"
    rm -f "${!pid_file}"
    mark "$dev"
    lab_start_supplicant "$dev" || fail "wpa_supplicant of device $dev does not start"
    wait_event "$dev" '^LAB-ATTACHED '
}

# A supplicant that a test has started again is none of its leftovers.
is_supplicant()
{
    local dev
    for ((dev = 0; dev < LAB_RADIOS; dev++)); do
        supplicant_pid "$dev"
        if [ "$REPLY" = "$1" ]; then return 0; fi
    done
    return 1
}

# What runs in process ids of its own is the laptop's affair (laptop.sh).
is_of_laptop()
{
    [ -n "${WFD_LAPTOP:-}" ] && ! [ "/proc/$1/ns/pid" -ef /proc/self/ns/pid ]
}

# --- nothing is left behind ---

declare -A BASELINE_PROCESSES BASELINE_SOCKETS
declare -a BASELINE_DESCRIPTORS BASELINE_THREADS # of each device's supplicant

# remember_baseline: what is there now is no fault of the test. Called when this file is sourced.
remember_baseline()
{
    local dir path dev
    BASELINE_PROCESSES=() BASELINE_SOCKETS=()
    for ((dev = 0; dev < LAB_RADIOS; dev++)); do
        supplicant_pid "$dev"
        count_resources "$REPLY"
        BASELINE_DESCRIPTORS[dev]=$DESCRIPTORS BASELINE_THREADS[dev]=$THREADS
    done
    for dir in /proc/[0-9]*; do BASELINE_PROCESSES[${dir#/proc/}]=1; done
    while read -r path; do BASELINE_SOCKETS[$path]=1; done < <(client_sockets)
}

# count_resources PID: sets DESCRIPTORS and THREADS to the numbers that the process has.
count_resources()
{
    local descriptors=("/proc/$1/fd"/*) threads=("/proc/$1/task"/*)
    DESCRIPTORS=${#descriptors[@]} THREADS=${#threads[@]}
}

# Client sockets that programs of this machine have open, and names that dead ones have left.
client_sockets()
{
    local path
    {
        while read -r _ _ _ _ _ _ _ path; do
            if [[ $path == *wpa_ctrl_* ]]; then echo "$path"; fi
        done </proc/net/unix
        for path in /tmp/wpa_ctrl_* /tmp/winewfd-ctrl-*/wpa_ctrl_*; do
            if [ -e "$path" ]; then echo "$path"; fi
        done
    } | sort -u
}

# find_resources DEV: adds what the device's supplicant has more than at first. While it listens it
# has one more descriptor.
find_resources()
{
    local dev=$1 descriptors threads
    supplicant_pid "$dev"
    count_resources "$REPLY"
    descriptors=$((DESCRIPTORS - BASELINE_DESCRIPTORS[dev]))
    threads=$((THREADS - BASELINE_THREADS[dev]))
    if [ "$descriptors" -gt 1 ]; then
        LEFTOVERS+=("device $dev: $descriptors descriptors of its supplicant")
    fi
    if [ "$threads" -gt 0 ]; then
        LEFTOVERS+=("device $dev: $threads threads of its supplicant")
    fi
}

# find_monitors: adds to whom the supplicant of device 0 sends what happens at its two interfaces,
# other than the lab itself; something is made to happen there.
find_monitors()
{
    local size name
    size=$(stat -c %s "$LAB_LOG_0")
    p2p_ok 0 LOG_LEVEL MSGDUMP
    p2p_ok 0 P2P_FIND 1
    p2p_ok 0 P2P_STOP_FIND
    name=$(group 0 "$LAB_IF_0" ADD_NETWORK)
    group 0 "$LAB_IF_0" REMOVE_NETWORK "$name" >/dev/null
    p2p_ok 0 LOG_LEVEL INFO
    # One whose socket has no name any more is forgotten by this.
    while read -r name; do
        if [[ $name != /run/lab/monitor-* ]]; then LEFTOVERS+=("monitor $name"); fi
    done < <(tail -c +"$((size + 1))" "$LAB_LOG_0" | sed -n \
        -e 's/.*CTRL_IFACE monitor sent successfully to \([^\\]*\).*/\1/p' \
        -e 's/.*CTRL_IFACE monitor: .*refused) for \([^\\]*\).*/\1/p' | sort -u)
}

find_leftovers()
{
    local dev name dir line ctrl
    LEFTOVERS=() LEFTOVER_PROCESSES=()
    for ((dev = 0; dev < LAB_RADIOS; dev++)); do find_resources "$dev"; done
    for ((dev = 0; dev < LAB_RADIOS; dev++)); do
        for name in $(group_ifaces "$dev"); do
            LEFTOVERS+=("device $dev: group interface $name")
        done
        for name in $(p2p "$dev" INTERFACES); do
            ctrl="LAB_IF_$dev"
            if [ "$name" != "${!ctrl}" ] && [ "$name" != "p2p-dev-${!ctrl}" ]; then
                LEFTOVERS+=("device $dev: its supplicant manages $name")
            fi
        done
    done
    for name in $(client_sockets); do
        if [ -n "${BASELINE_SOCKETS[$name]:-}" ]; then continue; fi
        line=${name##*/wpa_ctrl_}
        line=$(tr '\0' ' ' 2>/dev/null <"/proc/${line%-*}/cmdline") || line=
        LEFTOVERS+=("control client $name of ${line:-a dead process}")
    done
    for dir in /proc/[0-9]*; do
        name=${dir#/proc/}
        if [ -n "${BASELINE_PROCESSES[$name]:-}" ] || [ "$name" = "$BASHPID" ]; then continue; fi
        if ! is_running "$name" || is_supplicant "$name" || is_of_laptop "$name"; then continue; fi
        line=$(tr '\0' ' ' 2>/dev/null <"$dir/cmdline") || continue
        if [ -z "$line" ]; then continue; fi # the kernel's
        # Wine starts its own when it likes.
        if [[ $line == C:\\windows* ]]; then continue; fi
        LEFTOVERS+=("process $name: $line")
        LEFTOVER_PROCESSES+=("$name")
    done
}

# shellcheck disable=SC2120 # the argument is optional
# assert_clean [TIMEOUT]: no group interface on any device, no interface that a supplicant still
# manages, no control client, no process and none of a supplicant's descriptors and threads beyond
# the baseline; waits for it up to TIMEOUT (10). Then our supplicant may not send its events to
# anybody.
assert_clean()
{
    local timeout=${1:-10} deadline=$((SECONDS + ${1:-10})) line
    while find_leftovers && [ ${#LEFTOVERS[@]} != 0 ]; do
        if [ "$SECONDS" -ge "$deadline" ]; then break; fi
        nap
    done
    if [ ${#LEFTOVERS[@]} = 0 ]; then find_monitors; fi
    if [ ${#LEFTOVERS[@]} = 0 ]; then return; fi
    for line in "${LEFTOVERS[@]}"; do note "left behind: $line"; done
    fail "${#LEFTOVERS[@]} things are left behind after $timeout s"
}

# stop_wine: ends all of Wine in the prefix, and waits for it.
stop_wine()
{
    wineserver -k || true
    wineserver -w
}

open_events
remember_baseline
