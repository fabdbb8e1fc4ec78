# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Sessions with three devices, opened at once, some in groups of theirs and one in ours: each has an
# interface of its own, and closing them in any order ends that one only.
#
# radios: 4
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

declare -A session guid index
roles=([1]=client [2]=GO [3]=GO)

for peer in 1 2 3; do pair_as 0 "$peer" "${roles[peer]}"; done
start_program
for peer in 1 2 3; do peer_listen "$peer"; done
for peer in 1 2 3; do
    begin_open "$peer"
    session[$peer]=$SESSION
done
for peer in 1 2 3; do
    await_opened "${session[$peer]}"
    assert_equal 0 "$OPENED_ERROR" "error of the callback for device $peer"
    guid[$peer]=$OPENED_GUID index[$peer]=$OPENED_INDEX
done
if [ "$(printf '%s\n' "${guid[@]}" | sort -u | wc -l)" != 3 ]; then
    fail "expected three interfaces, got ${guid[*]}"
fi

mapfile -t order < <(printf '%s\n' 1 2 3 | shuf)
note "closing in the order ${order[*]}"
while [ ${#order[@]} != 0 ]; do
    for peer in "${order[@]}"; do
        OPENED_GUID=${guid[$peer]} OPENED_INDEX=${index[$peer]}
        check_session "$peer" "${roles[peer]}"
    done
    peer=${order[0]}
    order=("${order[@]:1}")
    close_session "${session[$peer]}"
    wait_groups 0 ${#order[@]}
    remove_groups "$peer"
done
for peer in 1 2 3; do one_callback "${session[$peer]}"; done
end_program
