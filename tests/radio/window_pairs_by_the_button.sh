# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# wfdpair, the window that pairs, is used by keyboard on a screen of its own: it lists the other
# device by its name, pairs with it by the button, says so, and leaves nothing but the stored group.
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

command -v Xvfb >/dev/null && command -v xdotool >/dev/null || skip "there is no Xvfb or xdotool"
device_address 0
ours=$REPLY
device_address 1
theirs=$REPLY
SEEN=''
FAIL_HOOKS+=(show_window)

show_window()
{
    echo "  the window:"
    printf '%s' "$SEEN" | sed 's/^/    /'
}

# Wine that runs already has no screen.
start_screen()
{
    end_wine
    Xvfb :9 -screen 0 800x600x24 -nolisten tcp >/dev/null 2>&1 &
    screen=$!
    export DISPLAY=:9
    until [ -S /tmp/.X11-unix/X9 ]; do
        is_running "$screen" || fail "Xvfb does not run"
        nap
    done
}

start_reader()
{
    mkfifo "$SESSION_DIR/ask" "$SESSION_DIR/answer"
    wine "$WFD_BUILD/tests/wfdpair/look.exe" <"$SESSION_DIR/ask" >"$SESSION_DIR/answer" \
        2>/dev/null &
    exec {ask}>"$SESSION_DIR/ask" {answer}<"$SESSION_DIR/answer"
}

# window_shows TEXT: waits for it. The reader itself gives up after a minute.
window_shows()
{
    local line deadline=$((SECONDS + 180))
    while true; do
        SEEN=
        printf 'until %s\n' "$1" >&"$ask"
        while read -r -t 120 line <&"$answer"; do
            line=${line%$'\r'}
            if [ "$line" = . ]; then break; fi
            SEEN+=$line$'\n'
        done
        if [[ $SEEN == *"$1"* && $SEEN != late* ]]; then return; fi
        if [ "$SECONDS" -ge "$deadline" ]; then fail "the window does not show '$1'"; fi
    done
}

focus_window()
{
    local window deadline=$((SECONDS + 60))
    while true; do
        window=$(xdotool search --onlyvisible --name '^Add a Wi-Fi Direct device$' 2>/dev/null |
            tail -n 1) || true
        if [ -n "$window" ] && xdotool windowfocus "$window" 2>/dev/null &&
            [ "$(xdotool getwindowfocus 2>/dev/null)" = "$window" ]; then return; fi
        if [ "$SECONDS" -ge "$deadline" ]; then fail "the window does not get the focus"; fi
        nap
    done
}

# The default button, "Next" and then "Try again": on a busy machine an answer may come too late.
pair_by_keyboard()
{
    local attempt
    for ((attempt = 1; attempt <= 3; attempt++)); do
        mark
        xdotool key Return
        wait_event 1 '^P2P-GO-NEG-REQUEST '
        p2p_ok 1 P2P_CONNECT "$ours" pbc persistent
        window_shows 'paired with'
        if grep -qxF "103 paired with $theirs" <<<"$SEEN"; then return; fi
        note "not paired; once more"
        p2p 1 P2P_CANCEL >/dev/null || true
        peer_listen 1
    done
    fail "the devices are not paired"
}

forget_groups 0 1
forget_groups 1 0
quiet
peer_listen 1
start_screen
start_reader
wine wfdpair >"$SESSION_DIR/wfdpair.log" 2>&1 &
program=$!
window_shows "$theirs"
note "the device is in the list"
focus_window
xdotool key Down
window_shows 'row 0 selected Lab device 1 | '
xdotool key Return
window_shows 'How are the devices'
xdotool key alt+p
pair_by_keyboard
note "the devices are paired"
xdotool key Return
wait "$program" || fail "wfdpair ends with $?"
assert_matches '^[0-9]+ (GO|client)$' "$(stored_groups 0 1)" "our stored groups"
wait_no_group 0
remove_groups 1
forget_groups 0 1
forget_groups 1 0
exec {ask}>&- {answer}<&-
end_wine
kill "$screen"
wait "$screen" || true
rm -f /tmp/.X9-lock /tmp/.X11-unix/X9
