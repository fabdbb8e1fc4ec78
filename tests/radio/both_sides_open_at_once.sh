# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device invites us while we invite it: one group comes of it, and the session is open, in both
# roles.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

start_program
for role in client GO; do
    peer_role=client
    if [ "$role" = client ]; then peer_role=GO; fi
    pair_as 0 1 "$role"
    for ((i = 0; i < 3; i++)); do
        quiet
        discover 1 0
        discover 0 1
        id=$(persistent_id 1 0 "$peer_role")
        peer_listen 1
        device_address 0
        begin_open 1
        p2p 1 P2P_INVITE "persistent=$id" "peer=$REPLY" >/dev/null || true
        await_opened "$SESSION"
        assert_equal 0 "$OPENED_ERROR" "error of the callback (reason $OPENED_REASON)"
        check_session 1 "$role"
        close_session "$SESSION"
        check_closed 1
        one_callback "$SESSION"
    done
done
end_program
