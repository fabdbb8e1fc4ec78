# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# wfdctl finds the other device, pairs with it by the button and by PIN in both directions and both
# roles, tells why a pairing failed, opens a session, closes it, and forgets the device. The PIN is
# nowhere in its output. The user of device 1 does what he is asked to when he is asked.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

PIN=12345670
OTHER_PIN=87654325
export XDG_RUNTIME_DIR=$SESSION_DIR/runtime XDG_STATE_HOME=$SESSION_DIR/state
mkdir -m 700 "$XDG_RUNTIME_DIR"
device_address 0
ours=$REPLY
device_address 1
theirs=$REPLY
log=$SESSION_DIR/wfdctl.log
FAIL_HOOKS+=(show_log)

show_log()
{
    lab_hide_secrets <"$log" | sed 's/^/    /' || true
}

# ctl STATUS ARGUMENT...: runs wfdctl, which must end so.
ctl()
{
    local wanted=$1 status=0
    shift
    "$WFD_BUILD/tools/wfdctl" --verbose "$@" >"$log" 2>&1 || status=$?
    assert_equal "$wanted" "$status" "status of wfdctl $1"
}

# shows TEXT
shows()
{
    grep -qF -- "$1" "$log" || fail "wfdctl does not say '$1'"
}

# try_pairing ANSWER ARGUMENT...: wfdctl pairs; when device 1 is asked its user gives ANSWER, the
# arguments of P2P_CONNECT behind the address; "shown" in it is the PIN that wfdctl shows. Sets
# STATUS.
try_pairing()
{
    local answer=$1 pid shown=''
    shift
    quiet
    peer_listen 1
    mark
    STATUS=0
    "$WFD_BUILD/tools/wfdctl" --verbose pair "$theirs" "$@" >"$log" 2>&1 &
    pid=$!
    wait_event 1 '^P2P-GO-NEG-REQUEST '
    if [[ $answer == *shown* ]]; then
        shown=$(sed -n 's/.* enter \([0-9]\{4\}\) \([0-9]\{4\}\).*/\1\2/p' "$log")
        [ -n "$shown" ] || fail "wfdctl shows no PIN"
        answer=${answer/shown/$shown}
    fi
    p2p_ok 1 P2P_CONNECT "$ours" "$answer"
    wait "$pid" || STATUS=$?
    if grep -q "$PIN" "$log"; then fail "the PIN is in wfdctl's output"; fi
    # What is shown is in two halves.
    if [ -n "$shown" ] && grep -q "$shown" "$log"; then fail "the PIN is in wfdctl's log"; fi
    wait_no_group 0
    p2p 1 P2P_CANCEL >/dev/null || true
    remove_groups 1
}

# pairs STATUS TEXT ANSWER ARGUMENT...: the same, with that status and text at its end. On a busy
# machine an answer may come too late: it is tried three times.
pairs()
{
    local wanted=$1 text=$2 attempt
    shift 2
    for ((attempt = 1; ; attempt++)); do
        try_pairing "$@"
        if [ "$STATUS" = "$wanted" ] && grep -qF -- "$text" "$log"; then return; fi
        if [ "$attempt" = 3 ]; then break; fi
        note "wfdctl pair ended with $STATUS; once more"
        forget_groups 0 1
        forget_groups 1 0
    done
    assert_equal "$wanted" "$STATUS" "status of wfdctl pair ${*:2}"
    shows "$text"
}

# paired_as ROLE: there is one stored group in which we are ROLE; it is forgotten.
paired_as()
{
    assert_matches "^[0-9]+ $1\$" "$(stored_groups 0 1)" "our stored groups"
    ctl 0 paired
    shows "$theirs"
    ctl 0 unpair "$theirs"
    assert_equal '' "$(stored_groups 0 1)" "stored groups after unpair"
    forget_groups 1 0
}

# examine: what the doctor says; whether all is well depends on Wine too.
examine()
{
    "$WFD_BUILD/tools/wfdctl" doctor >"$log" 2>&1 || true
}

examine
shows "can do Wi-Fi Direct"
shows "ok   control sockets: wpa_supplicant answers"
shows "ok   Wi-Fi Direct: $LAB_P2P_IF_0"
if grep -q persistent_reconnect "$log"; then fail "the doctor misreads persistent_reconnect"; fi
p2p_ok 0 SET persistent_reconnect 0
examine
shows persistent_reconnect=0
p2p_ok 0 SET persistent_reconnect 1
note "the doctor is right"

forget_groups 0 1
forget_groups 1 0
quiet
peer_listen 1
ctl 0 scan --seconds 8
shows "$theirs  Lab device 1"
note "the device is found"

pairs 0 'paired with' 'pbc persistent' --go-intent 15
paired_as GO
note "paired by the button, as owner"
pairs 0 'paired with' 'shown keypad persistent go_intent=15' --pin-display --go-intent 0
paired_as client
note "paired by our PIN, as client"

pairs 1 'the PIN was wrong' "$OTHER_PIN display persistent" --pin "$PIN"
pairs 1 'one device wants the button' 'pbc persistent' --pin "$PIN"
# Who was rejected hears it when he asks: it is no use to say no to what has been asked.
discover 1 0
p2p_ok 1 P2P_REJECT "$ours"
peer_listen 1
ctl 5 pair "$theirs"
shows 'said no'
assert_equal '' "$(stored_groups 0 1)" "stored groups of failed pairings"
note "each failure has its reason"

pairs 0 'paired with' "$PIN display persistent" --pin "$PIN" --go-intent 15
note "paired by the other device's PIN, as owner"
ctl 3 disconnect "$theirs"
peer_listen 1
mark
ctl 0 connect "$theirs"
wait_group 0 1
ctl 0 status --json
shows "\"device\":\"$theirs\""
shows "$GROUP_0"
ctl 0 disconnect "$theirs"
wait_no_group 0
wait_no_group 1
note "connected and disconnected"
ctl 0 unpair "$theirs"
ctl 3 connect "$theirs"
forget_groups 1 0
