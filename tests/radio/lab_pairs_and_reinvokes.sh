#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Two devices pair once in each role, and bring each stored group up again with raw control
# commands: the lab itself works, and this is the floor for what a session's opening can take. It
# never uses Wine or the library.
#
#   tools/radio-lab -- tests/radio/lab_pairs_and_reinvokes.sh
# shellcheck source=tests/radio/lib.sh
. "$(dirname "$0")/lib.sh"

# Both ends have an address, and what they send each other crosses the radio.
check_traffic()
{
    local ours theirs
    ours=$(group_address 0 "$GROUP_0")
    theirs=$(group_address 1 "$GROUP_1")
    assert_matches '^192\.168\.4[01]\.' "$ours" "address of device 0"
    assert_matches '^192\.168\.4[01]\.' "$theirs" "address of device 1"
    assert_reaches 0 "$theirs"
    assert_reaches 1 "$ours"
    assert_tcp 0 1 "$theirs"
    assert_tcp 1 0 "$ours"
    note "$ours and $theirs reach each other"
}

reinvoke_and_check()
{
    local role=$1 begin
    reinvoke 0 1 "$role"
    assert_equal "$role" "$ROLE_0" "role of device 0"
    note "device 0 as $role: group $GROUP_0 up after $REINVOKE_MS ms"
    check_traffic
    begin=$EPOCHREALTIME
    end_group 0 1
    ms_between "$begin" "$EPOCHREALTIME"
    note "device 0 as $role: group down after $REPLY ms"
    assert_clean
}

pair 0 1 0
note "paired, device 0 was the client"
pair 0 1 15
note "paired, device 0 was the group owner"
assert_clean
for round in 1 2; do
    note "round $round"
    reinvoke_and_check client
    reinvoke_and_check GO
done
note "PASS"
