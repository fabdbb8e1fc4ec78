# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Sessions follow each other for a long time, at the radio's speed, in both roles: in the last minute
# the program needs no more than after the first, and there are no more helper processes, lock files
# and client sockets. Not one of the tests that always run: `make soak-radio SOAK_MINUTES=10`.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

minutes=${SOAK_MINUTES:-2}
GROWTH_KIB=4096  # Wine remembers each adapter that ever was
THREAD_SPREAD=2  # of Wine's pool
opens=0 failed=0

# Sets HELPERS, LOCK_FILES, SOCKETS, RSS_KIB beside DESCRIPTORS and THREADS.
take_sample()
{
    local pid=${PROGRAM_PID[PROGRAM]} files=("${XDG_RUNTIME_DIR:-/run/user/$UID}"/winewfd/*)
    if [ ! -e "${files[0]}" ]; then files=(/tmp/winewfd-"$UID"/*); fi
    if [ ! -e "${files[0]}" ]; then files=(); fi
    count_resources "$pid"
    count_descriptors
    DESCRIPTORS=$REPLY
    LOCK_FILES=${#files[@]}
    HELPERS=$(grep -lsx winewfd-reaper /proc/[0-9]*/comm | wc -l) || true
    SOCKETS=$(client_sockets | wc -l)
    RSS_KIB=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
    note "$1: $opens opens, $failed failed; $RSS_KIB KiB, $DESCRIPTORS descriptors, $THREADS" \
        "threads, $HELPERS helpers, $LOCK_FILES lock files, $SOCKETS sockets"
}

# at_most WHAT LIMIT NOW
at_most()
{
    [ "$3" -le "$2" ] || fail "$1: $3 in the end, $2 after the first minute and what may come to it"
}

# The device hears of the next one when it listens, and it listens when it has heard of the end.
open_and_close()
{
    local role=$1
    peer_listen 1
    begin_open 1
    await_opened "$SESSION"
    opens=$((opens + 1))
    if [ "$OPENED_ERROR" = 0 ]; then
        close_session "$SESSION"
    else
        failed=$((failed + 1))
        note "session $SESSION: error $OPENED_ERROR, reason $OPENED_REASON"
    fi
    wait_no_group 0
    if [ "$role" = client ]; then remove_groups 1; else wait_no_group 1 30; fi
}

# soak ROLE UNTIL: with samples after the first minute and in the end.
soak()
{
    local role=$1 until=$2 first=$((SECONDS + 60))
    while [ "$SECONDS" -lt "$until" ]; do
        open_and_close "$role"
        if [ -n "${descriptors:-}" ] || [ "$SECONDS" -lt "$first" ]; then continue; fi
        take_sample 'after the first minute'
        descriptors=$DESCRIPTORS threads=$THREADS rss=$RSS_KIB helpers=$HELPERS
        lock_files=$LOCK_FILES sockets=$SOCKETS
    done
}

if [ "$minutes" -lt 2 ]; then fail "SOAK_MINUTES must be 2 at least"; fi
start_program
begin=$SECONDS
pair_as 0 1 GO
soak GO $((begin + minutes * 30))
pair_as 0 1 client
soak client $((begin + minutes * 60))
take_sample 'in the end'
at_most descriptors "$descriptors" "$DESCRIPTORS"
at_most threads $((threads + THREAD_SPREAD)) "$THREADS"
at_most 'KiB of memory' $((rss + GROWTH_KIB)) "$RSS_KIB"
at_most helpers "$helpers" "$HELPERS"
at_most 'lock files' "$lock_files" "$LOCK_FILES"
at_most sockets "$sockets" "$SOCKETS"
at_most 'failed opens' $((opens / 20)) "$failed"
end_program
