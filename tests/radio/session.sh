# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# What the tests of sessions share: Wine with the built DLL on device 0, and wfd-session.exe (see
# session.c), a Windows program that is told what to call. Sourced instead of lib.sh, which it
# includes. A test must leave nothing behind, but need not look: tests/radio/run-in-lab does.
# shellcheck source=tests/radio/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

export WFD_BUILD=${WFD_BUILD:-$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../build")}
SESSION_OPEN_TIMEOUT=60 # of the library, unless a test sets another
SESSION_DIR=$(mktemp -d /run/session.XXXXXX)

# --- Wine ---

# Starts Wine, with a program that does nothing so that it stays. Once for all tests: the first
# Windows program takes 10 s here, the next ones 2.
start_wine()
{
    local deadline=$((SECONDS + 120))
    export WINEDLLPATH=$WFD_BUILD/wine WINEDEBUG=-all,trace+wlanapi
    rm -f "$SESSION_DIR/keeper"
    exec {WINE_KEEPER_IN}<> <(:)
    wine "$WFD_BUILD/tests/radio/wfd-session.exe" <&"$WINE_KEEPER_IN" >"$SESSION_DIR/keeper" 2>&1 &
    WINE_KEEPER=$!
    export WFD_WINE_RUNS=1
    until grep -qsx ready "$SESSION_DIR/keeper"; do
        if [ "$SECONDS" -ge "$deadline" ]; then fail "no Windows program starts within 120 s"; fi
        nap
    done
}

# Ends all of Wine, whatever its state.
end_wine()
{
    timeout 20 wineserver -k || true
    timeout 20 wineserver -w || note "Wine does not end"
    if [ -n "${WINE_KEEPER:-}" ]; then kill -KILL "$WINE_KEEPER" 2>/dev/null || true; fi
    wait "${WINE_KEEPER:-}" 2>/dev/null || true
}

# --- the Windows program ---

# Programs have numbers; what follows acts on the one with the number PROGRAM. ANSWERS_n has all
# lines of program n.
PROGRAM=0
declare -a PROGRAM_PID PROGRAM_IN PROGRAM_OUT PROGRAM_DESCRIPTORS

# shellcheck disable=SC2120 # the arguments are optional
# start_program [NAME=NUMBER...]: starts it, with these settings of the library, and has it open a
# client handle.
start_program()
{
    local setting
    start_program_only
    ask defaults
    for setting in "$@"; do ask setting "${setting%=*}" "${setting#*=}"; done
    ask handle open
    assert_equal "handle error 0" "$ANSWER" "WFDOpenHandle"
}

RUN_AS=() # a command that runs it as another user
start_program_only()
{
    local n=$PROGRAM fd files=$SESSION_DIR/program$PROGRAM
    rm -f "$files".*
    mkfifo "$files.in"
    : >"$files.out"
    exec {fd}<>"$files.in"
    PROGRAM_IN[n]=$fd
    exec {fd}<"$files.out"
    PROGRAM_OUT[n]=$fd
    declare -ga "ANSWERS_$n=()"
    ANSWER_PART[n]=
    "${RUN_AS[@]}" wine "$WFD_BUILD/tests/radio/wfd-session.exe" <"$files.in" >"$files.out" \
        2>"$files.trace" &
    PROGRAM_PID[n]=$!
    next_answer 0 60
    assert_equal ready "$ANSWER" "first line of the program"
    count_descriptors
    PROGRAM_DESCRIPTORS[n]=$REPLY
}

# Sets REPLY to the number of the program's descriptors that are none of its Wine threads' pipes.
count_descriptors()
{
    REPLY=$(find "/proc/${PROGRAM_PID[PROGRAM]}/fd" -type l ! -lname 'pipe:*' -printf .)
    REPLY=${#REPLY}
}

# shellcheck disable=SC2034 # used through a reference
declare -a ANSWER_PART
read_answers()
{
    read_lines "${PROGRAM_OUT[PROGRAM]}" "ANSWERS_$PROGRAM" "ANSWER_PART[$PROGRAM]"
}

program_runs()
{
    is_running "${PROGRAM_PID[PROGRAM]}"
}

# next_answer FROM TIMEOUT: waits for a line with this number or a higher one that is no callback's;
# sets ANSWER.
next_answer()
{
    local from=$1 timeout=$2 deadline=$((SECONDS + $2 + 1)) line
    local -n lines="ANSWERS_$PROGRAM"
    while true; do
        read_answers
        for line in "${lines[@]:from}"; do
            if [[ $line != opened\ * ]]; then
                ANSWER=$line
                return 0
            fi
        done
        if ! program_runs; then fail "the Windows program has ended"; fi
        if [ "$SECONDS" -ge "$deadline" ]; then fail "no answer to '${ASKED:-}' in $timeout s"; fi
        nap
    done
}

# ask COMMAND...: has the program do something, waits for its answer, sets ANSWER.
ask()
{
    local -n asked_lines="ANSWERS_$PROGRAM"
    local from
    read_answers
    from=${#asked_lines[@]}
    ASKED=$*
    echo "$*" >&"${PROGRAM_IN[PROGRAM]}"
    next_answer "$from" "$LIB_OPERATION_TIMEOUT"
}

# end_program: as a well-behaved one ends: with its client handle closed.
end_program()
{
    ask handle close
    assert_equal "handle error 0" "$ANSWER" "WFDCloseHandle"
    wait_descriptors
    end_program_only
}

# What the library may keep until the program ends: a socket to its helper process, and what wakes
# its thread.
KEPT_DESCRIPTORS=2

# wait_descriptors: until the library has no more than these.
wait_descriptors()
{
    local deadline=$((SECONDS + 10)) most=$((PROGRAM_DESCRIPTORS[PROGRAM] + KEPT_DESCRIPTORS))
    while count_descriptors && [ "$REPLY" -gt "$most" ]; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            ls -l "/proc/${PROGRAM_PID[PROGRAM]}/fd"
            fail "the program has $REPLY descriptors after 10 s, not $most"
        fi
        nap
    done
}

end_program_only()
{
    local deadline=$((SECONDS + 30)) status=0
    echo quit >&"${PROGRAM_IN[PROGRAM]}"
    while program_runs; do
        if [ "$SECONDS" -ge "$deadline" ]; then fail "the Windows program does not end"; fi
        nap
    done
    wait "${PROGRAM_PID[PROGRAM]}" || status=$?
    assert_equal 0 "$status" "exit status of the Windows program"
    forget_program
}

forget_program()
{
    local fd
    fd=${PROGRAM_IN[PROGRAM]}
    exec {fd}>&-
    fd=${PROGRAM_OUT[PROGRAM]}
    exec {fd}<&-
    PROGRAM_PID[PROGRAM]=''
}

# kill_program: ends it at once, with all of its threads; it gets no chance to do anything.
kill_program()
{
    kill -KILL "${PROGRAM_PID[PROGRAM]}"
    wait "${PROGRAM_PID[PROGRAM]}" 2>/dev/null || true
    forget_program
}

# wait_trace PATTERN [TIMEOUT]: waits until the library's trace has a line like this.
wait_trace()
{
    local pattern=$1 timeout=${2:-$LIB_OPERATION_TIMEOUT} deadline
    deadline=$((SECONDS + timeout + 1))
    until grep -qE "$pattern" "$SESSION_DIR/program$PROGRAM.trace"; do
        if [ "$SECONDS" -ge "$deadline" ]; then fail "no '$pattern' in the trace in $timeout s"; fi
        nap
    done
}

# wait_state SESSION STATE[|STATE...]: waits until the session is or was in one of these states (see
# wfd_session.h).
wait_state()
{
    local session
    printf -v session '%08x' "$1"
    wait_trace "session $session: [A-Z_]+ -> ($2) "
}

# --- sessions ---

# begin_open DEV: WFDStartOpenSession to the device; sets SESSION.
begin_open()
{
    device_address "$1"
    begin_open_address "$REPLY"
}

begin_open_address()
{
    ask open "$1"
    assert_matches '^started 0x' "$ANSWER" "WFDStartOpenSession"
    SESSION=${ANSWER#started }
}

find_opened()
{
    local session=$1 line
    local -n lines="ANSWERS_$PROGRAM"
    read_answers
    for line in "${lines[@]}"; do
        if [[ $line != "opened $session "* ]]; then continue; fi
        # opened SESSION error N reason 0xN index N guid {...}[ closed N]
        # shellcheck disable=SC2034 # for the test
        read -r _ _ _ OPENED_ERROR _ OPENED_REASON _ OPENED_INDEX _ OPENED_GUID _ OPENED_CLOSED \
            <<<"$line"
        return 0
    done
    return 1
}

# await_opened SESSION [TIMEOUT]: waits for the callback; sets OPENED_ERROR, OPENED_REASON,
# OPENED_INDEX, OPENED_GUID, and OPENED_CLOSED if callbacks close.
await_opened()
{
    local session=$1 timeout=${2:-$((SESSION_OPEN_TIMEOUT + 10))} deadline
    deadline=$((SECONDS + timeout + 1))
    until find_opened "$session"; do
        if ! program_runs; then fail "the Windows program has ended"; fi
        if [ "$SECONDS" -ge "$deadline" ]; then fail "no callback for $session in $timeout s"; fi
        nap
    done
}

# open_session DEV: opens a session to the device, which must listen; sets SESSION and OPENED_*.
open_session()
{
    begin_open "$1"
    await_opened "$SESSION"
    assert_equal 0 "$OPENED_ERROR" "error of the callback (reason $OPENED_REASON)"
    note "session $SESSION with device $1 is open"
}

# fails_with SESSION ERROR [TIMEOUT]: the open fails so, its handle is stale, no interface is named.
fails_with()
{
    local session=$1
    await_opened "$session" "${3:-}"
    assert_equal "$2" "$OPENED_ERROR" "error of the callback (reason $OPENED_REASON)"
    assert_equal '{00000000-0000-0000-0000-000000000000}' "$OPENED_GUID" "interface of the callback"
    ask close "$session"
    assert_equal "closed $session error 6" "$ANSWER" "WFDCloseSession after a failed open"
    note "session $session failed with $OPENED_ERROR, reason $OPENED_REASON"
}

# cancel_session SESSION: sets CANCEL_ERROR.
cancel_session()
{
    ask cancel "$1"
    # shellcheck disable=SC2034 # for the test
    CANCEL_ERROR=${ANSWER##* }
}

# close_session SESSION: WFDCloseSession must succeed; the handle must then be stale.
close_session()
{
    ask close "$1"
    assert_equal "closed $1 error 0" "$ANSWER" "WFDCloseSession"
    ask close "$1"
    assert_equal "closed $1 error 6" "$ANSWER" "WFDCloseSession once more"
}

# one_callback SESSION: exactly one has come. For the end of a test.
one_callback()
{
    local -n lines="ANSWERS_$PROGRAM"
    local session=$1 count=0 line
    read_answers
    for line in "${lines[@]}"; do
        if [[ $line == "opened $session "* ]]; then count=$((count + 1)); fi
    done
    assert_equal 1 "$count" "number of callbacks for $session"
}

# check_session DEV ROLE [reused]: after the open of a session with the device: the callback's GUID is that of
# the group's interface, Windows programs see its address, we are ROLE (GO or client) in it, and the
# device answers. Sets INTERFACE and ADDRESS. After a restart of the supplicant it gives its groups
# the names of earlier ones again, and Wine goes on telling their addresses to belong to the earlier
# adapter of that name: with "reused" that is not looked at.
check_session()
{
    local dev=$1 role=$2 reused=${3:-} mode=station deadline=$((SECONDS + 20)) peer_address
    if [ "$role" = GO ]; then mode='P2P GO'; fi
    interface_with_index "$OPENED_INDEX"
    assert_matches "mode=$mode" "$(group 0 "$INTERFACE" STATUS)" "state of $INTERFACE"
    while true; do
        ask adapter "$OPENED_GUID"
        ADDRESS=${ANSWER##* }
        if [[ $ADDRESS == *.* ]]; then break; fi
        if [ -n "$reused" ] && [ "$ADDRESS" = unaddressed ]; then break; fi
        if [ "$SECONDS" -ge "$deadline" ]; then fail "GetAdaptersAddresses has no $OPENED_GUID"; fi
        nap
    done
    if [ "$ADDRESS" = unaddressed ]; then ADDRESS=$(group_address 0 "$INTERFACE"); fi
    assert_equal "$(group_address 0 "$INTERFACE")" "$ADDRESS" "address of the adapter"
    peer_address=$(address_in_group "$dev" "$ADDRESS")
    assert_reaches 0 "$peer_address" "$INTERFACE"
    note "$OPENED_GUID is $INTERFACE with $ADDRESS ($role), $peer_address answers"
}

# Sets INTERFACE to the group interface of device 0 with this index.
interface_with_index()
{
    local index
    for INTERFACE in $(group_ifaces 0); do
        read -r index <"/sys/class/net/$INTERFACE/ifindex"
        if [ "$index" = "$1" ]; then return 0; fi
    done
    fail "device 0 has no group interface with the index $1"
}

# address_in_group DEV ADDRESS: prints the device's address in the network of ADDRESS; it has one
# soon after the group has started.
address_in_group()
{
    local dev=$1 network=${2%.*} deadline=$((SECONDS + 10)) name address
    while true; do
        for name in $(group_ifaces "$dev"); do
            address=$(group_address "$dev" "$name")
            if [[ $address == "$network".* ]]; then
                echo "$address"
                return 0
            fi
        done
        if [ "$SECONDS" -ge "$deadline" ]; then fail "device $dev has no address in $network.0" >&2; fi
        nap
    done
}

# opens_and_closes DEV ROLE [reused]: a whole session with the device, which is made to listen.
opens_and_closes()
{
    peer_listen "$1"
    open_session "$1"
    check_session "$@"
    close_session "$SESSION"
    check_closed "$1"
}

# pair_and_open DEV ROLE [reused]: pairs with the device, and opens a session that stays open.
pair_and_open()
{
    pair_as 0 "$1" "$2"
    peer_listen "$1"
    open_session "$1"
    check_session "$@"
}

# check_closed DEV: after the close of the last session with the device: the group's interface is
# gone. When we were a client the owner keeps its group: that is for its user to end.
check_closed()
{
    wait_no_group 0
    remove_groups "$1"
}

# --- setting up, and what a failed test leaves ---

show_programs()
{
    local trace
    for trace in "$SESSION_DIR"/*.trace; do
        [ -e "$trace" ] || continue
        echo "  trace of ${trace##*/}:"
        # The handles as in the answers, not like PINs.
        tail -n 60 "$trace" | sed -E -e 's/session 0*([0-9a-f]+)/session 0x\1/' -e 's/^/    /'
        echo "  its answers:"
        sed 's/^/    /' "${trace%.trace}.out"
    done
}

# What the programs and the DLL have written must hold no key that a supplicant has stored.
no_key_was_written()
{
    local dev conf keys=$SESSION_DIR/keys
    if ! compgen -G "$SESSION_DIR/*.trace" >/dev/null; then return 0; fi
    for ((dev = 0; dev < LAB_RADIOS; dev++)); do
        conf="LAB_CONF_$dev"
        sed -nE 's/^[[:space:]]*(psk|passphrase|sae_password)="?([^"]{8,})"?$/\2/p' "${!conf}" || true
    done >"$keys"
    if ! [ -s "$keys" ]; then return 0; fi
    if grep -qaF -f "$keys" "$SESSION_DIR"/*.trace "$SESSION_DIR"/*.out; then
        echo 'FAIL: a key is in what a program wrote'
        return 1
    fi
}

end_programs()
{
    local status=$? pid
    for pid in "${PROGRAM_PID[@]}"; do
        if [ -n "$pid" ]; then kill -KILL "$pid" 2>/dev/null || true; fi
    done
    no_key_was_written || status=1
    rm -rf "$SESSION_DIR"
    exit "$status"
}

FAIL_HOOKS+=(show_programs)
if [ -z "${WFD_WINE_RUNS:-}" ]; then
    start_wine
    remember_baseline
else
    quiet
fi
# The first shell of all keeps what it started.
trap end_programs EXIT
