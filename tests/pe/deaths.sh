# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Part of tests/pe/run: Windows programs end in every way at every stage, and nothing of theirs stays
# in the supplicant, in Wine or in the file system (row CS8). DEATH_ROUNDS: how often; 1 by default.
# Ends only processes that it started.
# shellcheck disable=SC2154 # what the script that reads this has set

# victim_starts WAY STAGE ADDRESS: the program runs, and is as far; sets VICTIM to its Windows id.
victim_starts()
{
    coproc VICTIM_IO {
        WINEDEBUG=-all exec wine "$build/tests/victim/victim.exe" "$@" 2>>"$work/errors" 8>&-
    }
    victim_in=${VICTIM_IO[1]} victim_out=${VICTIM_IO[0]} victim_wine=$VICTIM_IO_PID
    disown "$victim_wine" # else bash tells of one that is killed
    if ! read -r -t 60 -u "$victim_out" VICTIM; then
        VICTIM=
        not_ok "$row: the program does not get to its stage"
        return 1
    fi
    VICTIM=${VICTIM%$'\r'}
}

victim_goes_on()
{
    printf 'x\n' >&"$victim_in"
}

# Bounded: whatever hangs is a failure.
victim_ends()
{
    local i
    for ((i = 0; i < 1500; i++)); do
        if ! kill -0 "$victim_wine" 2>/dev/null; then break; fi
        nap
    done
    if kill -KILL "$victim_wine" 2>/dev/null; then not_ok "$row: the program does not end"; fi
    exec {victim_in}>&- {victim_out}<&-
}

# expect_stage STAGE: of one that is pending.
expect_stage()
{
    case $1 in
    searching) say "wait P2P_FIND $((finds + 1)) 20000" ;;
    inviting) say "wait P2P_INVITE $((invitations + 1)) 20000" ;;
    connecting) say 'wait-groups 1 20000' ;;
    *) return ;;
    esac
    if [ "$REPLY" != ok ]; then not_ok "$row: it does not come to that: $REPLY"; fi
}

count_commands()
{
    say 'count P2P_FIND' && finds=${REPLY#ok }
    say 'count P2P_INVITE' && invitations=${REPLY#ok }
}

# set_scene STAGE: sets ADDRESS to a new device's, as client and as owner in turn.
set_scene()
{
    local options=accept,known role=client
    victims=$((victims + 1))
    printf -v ADDRESS '02:de:00:00:%02x:%02x' $((victims / 256)) $((victims % 256))
    if ((victims % 2)); then role=go; fi
    case $1 in
    searching) options=accept,hidden ;;
    inviting) options=silent,known ;;
    connecting) options=never-starts,known ;;
    esac
    say "peer add $ADDRESS,$options"
    say 'forget all' # else there are more than the core reads, in the end
    say "persistent -1,$role,$ADDRESS"
}

expect_nothing()
{
    local failed_before=$failed
    must_become groups 'ok 0' "$row: groups are"
    must_become pending-netdev 'ok 0' "$row: a pending interface is"
    must_become authorises 'ok 0' "$row: a device that may invite us is"
    must_end winewfd-reaper "$row: a helper process is"
    must_not_exist "$row: client sockets are" /tmp/wpa_ctrl_* /tmp/winewfd-ctrl-*/*
    say 'emit p2p-dev-wlan0 CTRL-EVENT-TEST' # a dead monitor counts until something is sent to it
    must_become monitors 'ok 0' "$row: attached monitors are"
    must_not_exist "$row: groups' files are" "$XDG_RUNTIME_DIR"/winewfd/*-*
    if [ "$failed" = "$failed_before" ]; then
        passed=$((passed + 1))
        printf 'ok - %s\n' "$row"
    fi
}

# try_death WAY STAGE
try_death()
{
    local way=$1 stage=$2 told=$1
    row="CS8 a program ends by $way, $stage"
    case $way in
    killed | server) told='wait' ;;
    esac
    count_commands
    set_scene "$stage"
    victim_starts "$told" "$stage" "$ADDRESS" || { victim_ends; return; }
    expect_stage "$stage"
    case $way in
    killed) wine "$build/tests/victim/victim.exe" kill "$VICTIM" 2>>"$work/errors" 8>&- ;;
    server) timeout 20 wineserver -k ;;
    *) victim_goes_on ;;
    esac
    if [ "$way" = unload ]; then
        read -r -t 60 -u "$victim_out" REPLY || not_ok "$row: FreeLibrary does not return"
        must_become groups 'ok 0' "$row: while the program lives, groups are"
        must_become pending-netdev 'ok 0' "$row: while the program lives, a pending interface is"
        must_become authorises 'ok 0' "$row: while the program lives, a device that may invite us is"
        victim_goes_on
    fi
    victim_ends
    expect_nothing
}

# Sets FOUND to what is the core's own of the open files of the process $1, which may be inherited by
# nobody: control sockets, the socket to the helper, the files that programs meet at.
find_own_files()
{
    local link target inode
    FOUND=
    for link in "/proc/$1"/fd/*; do
        target=$(readlink "$link") || continue
        case $target in
        */winewfd/*) FOUND+=" $target" ;;
        socket:*)
            inode=${target//[!0-9]/}
            if awk -v inode="$inode" '$7 == inode && ($5 == "0005" || $8 ~ /wpa_ctrl_/) { found = 1 }
                END { exit !found }' /proc/net/unix; then FOUND+=" $target"; fi
            ;;
        esac
    done
}

# Sets PIDS to the processes of that name here.
pids_of()
{
    local link pid name
    PIDS=()
    for link in /proc/[0-9]*/ns/net; do
        pid=${link#/proc/} pid=${pid%%/*}
        if ! [ "$link" -ef /proc/self/ns/net ]; then continue; fi
        { read -r name <"/proc/$pid/comm"; } 2>/dev/null || continue
        if [[ $name == "$1"* ]]; then PIDS+=("$pid"); fi
    done
}

check_inheritance()
{
    local pid holders=0
    row='CS8 nothing of ours is inherited by a child, the server or the helper'
    set_scene open
    victim_starts inherit open "$ADDRESS" || { victim_ends; return; }
    victim_goes_on
    read -r -t 60 -u "$victim_out" REPLY || not_ok "$row: the child does not start"
    pids_of victim.exe
    if [ ${#PIDS[@]} != 2 ]; then not_ok "$row: ${#PIDS[@]} processes instead of 2"; fi
    for pid in "${PIDS[@]}"; do
        find_own_files "$pid"
        if [ -n "$FOUND" ]; then holders=$((holders + 1)); fi
    done
    if [ "$holders" != 1 ]; then not_ok "$row: $holders of two processes have them: $FOUND"; fi
    pids_of wineserver
    for pid in "${PIDS[@]}"; do
        find_own_files "$pid"
        if [ -n "$FOUND" ]; then not_ok "$row: wineserver has$FOUND"; fi
    done
    victim_goes_on
    victim_ends
    expect_nothing
}

# Nothing keeps the server when the last program has ended.
check_server_ends()
{
    row='CS8 the server ends soon after the last program'
    if timeout 30 wineserver -w; then
        passed=$((passed + 1))
        printf 'ok - %s\n' "$row"
    else
        not_ok "$row"
    fi
}

run_deaths()
{
    local round way stage
    victims=0
    printf -- '-- deaths\n'
    for ((round = 0; round < ${DEATH_ROUNDS:-1}; round++)); do
        for way in exit terminate killed fault unload server; do
            for stage in searching inviting connecting open; do try_death "$way" "$stage"; done
        done
        for way in exit terminate fault unload; do try_death "$way" closing; done
        check_inheritance
        check_server_ends
    done
}
