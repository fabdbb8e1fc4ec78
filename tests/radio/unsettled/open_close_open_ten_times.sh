# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Sessions follow each other closely: the next open does not wait for the close before it (row CS3),
# and as a client joins the group that its owner keeps.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/../session.sh"

start_program
for role in GO client; do
    pair_as 0 1 "$role"
    for ((i = 0; i < 10; i++)); do
        peer_listen 1
        open_session 1
        close_session "$SESSION"
    done
    check_closed 1
done
end_program
