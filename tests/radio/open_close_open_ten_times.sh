# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Sessions follow each other closely, in both roles: the next open does not wait for the close before
# it (row CS3). As clients we have the device end its group first: one that listens for invitations
# while it owns a group is not always there for those who join, one channel being all it has.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

start_program
for role in GO client; do
    pair_as 0 1 "$role"
    for ((i = 0; i < 10; i++)); do
        peer_listen 1
        open_session 1
        close_session "$SESSION"
        if [ "$role" = client ]; then remove_groups 1; fi
    done
    check_closed 1
done
end_program
