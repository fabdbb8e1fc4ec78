#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The guest's part of the radio measurement: pairs device 0 with device 1 and has the conductor
# measure, first with device 0 as the client, then as the group owner, all in one boot. Prints the
# conductor's lines, see bench_stats.h; it measures nothing itself.
#
#   tools/radio-lab -p PREFIX -- tests/bench/radio.sh BUILD-FOLDER ROUNDS
# shellcheck source=tests/radio/lib.sh
. "$(dirname "$0")/../radio/lib.sh"

build=$1 rounds=$2
export WINEDLLPATH="$build/wine" WINEDEBUG="${WINEDEBUG:--all}"

# measure ROLE INTENT
measure()
{
    local role=$1 id port_file="/run/lab/port-$1" conductor program deadline=$((SECONDS + 30))
    pair 0 1 "$2"
    id=$(persistent_id 0 1 "$role")
    "$build/bench/conductor" "$LAB_CTRL_0/$LAB_P2P_IF_0" "$LAB_CTRL_1/$LAB_P2P_IF_1" \
        "$LAB_ADDR_1" "$id" "$role" "$rounds" "$port_file" &
    conductor=$!
    until [ -s "$port_file" ]; do
        if [ "$SECONDS" -ge "$deadline" ]; then fail "the conductor does not listen"; fi
        nap
    done
    read -r port <"$port_file"
    wine "$build/bench/radio_session.exe" "$LAB_ADDR_1" "$port" 2>"$build_log" &
    program=$!
    wait "$conductor" || {
        cat "$build_log"
        fail "no measurement with device 0 as $role"
    }
    wait "$program" || fail "the Windows program failed"
}

build_log=/run/wine.log
wineboot >/dev/null 2>&1 || fail "wineboot"
measure client 0
measure GO 15
stop_wine
