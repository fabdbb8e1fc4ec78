# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# The device invites us while we invite it: one group comes of it, and the session is open, in both
# roles. About once in fifteen the supplicants lose one invitation over the other: the device agrees,
# and its search for the group is put off, its beacons are not sent, it makes no group, or its answer is
# not heard. Then the open ends for want of time, and the next one works.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

has_agreed()
{
    find_event 1 '^P2P-INVITATION-ACCEPTED ' || find_event 0 '^P2P-INVITATION-RESULT status=0'
}

# lost: nothing stays of it on either side once the device's user has given up, too.
lost()
{
    note 'the device has agreed and not come'
    one_callback "$SESSION"
    wait_no_group 0
    p2p 1 P2P_CANCEL >/dev/null || true
    remove_groups 1
    opens_and_closes 1 "$role"
}

start_program
for role in client GO; do
    peer_role=client
    if [ "$role" = client ]; then peer_role=GO; fi
    pair_as 0 1 "$role"
    opened=0
    for ((i = 0; i < 3; i++)); do
        quiet
        discover 1 0
        discover 0 1
        id=$(persistent_id 1 0 "$peer_role")
        peer_listen 1
        device_address 0
        mark
        begin_open 1
        p2p 1 P2P_INVITE "persistent=$id" "peer=$REPLY" >/dev/null || true
        await_opened "$SESSION"
        if [ "$OPENED_ERROR" = 1460 ] && has_agreed; then
            lost
            continue
        fi
        assert_equal 0 "$OPENED_ERROR" "error of the callback (reason $OPENED_REASON)"
        opened=$((opened + 1))
        check_session 1 "$role"
        close_session "$SESSION"
        # If it owned the group, an interface for its invitation may be left, too.
        p2p 1 P2P_CANCEL >/dev/null || true
        check_closed 1
        one_callback "$SESSION"
    done
    if [ "$opened" = 0 ]; then fail "as $role no session came of three"; fi
done
end_program
