# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The two devices do not have the same key for the stored group: the open fails, in both roles, and
# leaves nothing (row SO12).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

# spoil_key DEV ROLE: DEV, which has ROLE in its only stored group, uses another key from now on.
spoil_key()
{
    local other id
    printf -v other '%064d' 7
    if [ "$1" = 0 ]; then id=$(persistent_id 0 1 "$2"); else id=$(persistent_id 1 0 "$2"); fi
    p2p_ok "$1" SET_NETWORK "$id" psk "$other"
}

start_program
pair_as 0 1 client
spoil_key 0 client
peer_listen 1
begin_open 1
fails_with "$SESSION" 31
assert_equal 0x2800d "$OPENED_REASON" "reason"
check_closed 1
forget_groups 0 1

pair_as 0 1 GO
spoil_key 1 client
peer_listen 1
begin_open 1
# The owner only sees that nobody comes.
fails_with "$SESSION" 1460
assert_equal 0x38003 "$OPENED_REASON" "reason"
check_closed 1
forget_groups 0 1
end_program
