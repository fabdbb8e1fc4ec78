# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# One program has sessions with eight devices, half of them in groups of ours; they are closed in
# random order, and each close ends its own group only (rows SO8, CS3).
#
# radios: 9
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

PEERS=(1 2 3 4 5 6 7 8)
declare -A session guid index role

SEED=${WFD_SEED:-$RANDOM}
note "seed $SEED (WFD_SEED repeats it)"
RANDOM=$SEED
for peer in "${PEERS[@]}"; do
    role[$peer]=client
    if ((peer % 2)); then role[$peer]=GO; fi
    pair_as 0 "$peer" "${role[$peer]}"
done
start_program
for peer in "${PEERS[@]}"; do peer_listen "$peer"; done
for peer in "${PEERS[@]}"; do
    begin_open "$peer"
    session[$peer]=$SESSION
done
for peer in "${PEERS[@]}"; do
    await_opened "${session[$peer]}" 90
    assert_equal 0 "$OPENED_ERROR" "error of the callback for device $peer"
    guid[$peer]=$OPENED_GUID index[$peer]=$OPENED_INDEX
done
assert_equal 8 "$(printf '%s\n' "${guid[@]}" | sort -u | wc -l)" "number of interfaces"
wait_groups 0 8

# check_peer PEER: its session works.
check_peer()
{
    OPENED_GUID=${guid[$1]} OPENED_INDEX=${index[$1]}
    check_session "$1" "${role[$1]}"
}

for peer in "${PEERS[@]}"; do check_peer "$peer"; done
left=("${PEERS[@]}")
while [ ${#left[@]} != 0 ]; do
    at=$((RANDOM % ${#left[@]}))
    peer=${left[at]}
    left=("${left[@]:0:at}" "${left[@]:at+1}")
    close_session "${session[$peer]}"
    wait_groups 0 ${#left[@]}
    remove_groups "$peer"
    note "closed the session with device $peer"
    if [ ${#left[@]} != 0 ]; then check_peer "${left[RANDOM % ${#left[@]}]}"; fi
done
for peer in "${PEERS[@]}"; do one_callback "${session[$peer]}"; done
end_program
