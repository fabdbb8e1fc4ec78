# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A device that listens nearby but was never paired cannot be opened, nor can addresses that no
# device has; stored groups with others do not count (row SO6).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

forget_groups 0 1
forget_groups 1 0
discover 0 1
start_program
begin_open 1
fails_with "$SESSION" 1168 10
for address in 00:00:00:00:00:00 ff:ff:ff:ff:ff:ff 02:00:00:00:77:00; do
    begin_open_address "$address"
    fails_with "$SESSION" 1168 10
done
device_address 0
begin_open_address "$REPLY"
fails_with "$SESSION" 1168 10

pair_as 0 1 client
begin_open_address 02:00:00:00:77:00
fails_with "$SESSION" 1168 10
# A client's list of stored groups has our own address when we own them.
pair_as 0 1 GO
device_address 0
begin_open_address "$REPLY"
fails_with "$SESSION" 1168 10
end_program
