# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# Only root and the group netdev may use the control sockets, as on Debian. The program of an
# ordinary user in that group has its sessions, in both roles; without that group it is told that
# there is no service (row OH6).
# shellcheck source=tests/radio/session.sh
. "$(dirname "$0")/session.sh"

USER_ID=4321 # of nobody here
user_prefix=$SESSION_DIR/user/prefix

# make_prefix: a Wine prefix of the user's own: only what Wine writes is a copy.
make_prefix()
{
    local dir
    mkdir -p "$user_prefix"
    cp "$WINEPREFIX"/*.reg "$WINEPREFIX/.update-timestamp" "$user_prefix"
    cp -r "$WINEPREFIX/dosdevices" "$user_prefix"
    ln -s "$WINEPREFIX/drive_c" "$user_prefix/drive_c"
    chown -R "$USER_ID" "$SESSION_DIR/user"
    chmod 711 "$SESSION_DIR"
    # The user must get at what is built, wherever that is.
    for dir in "$WFD_BUILD" "$WINEPREFIX"; do
        while [ "$dir" != / ]; do
            chmod o+x "$dir"
            dir=$(dirname "$dir")
        done
    done
}

# as_user GROUP-OPTION...: programs are started as the user from now on.
as_user()
{
    RUN_AS=(setpriv --reuid "$USER_ID" --regid "$USER_ID" "$@" --no-new-privs --inh-caps=-all
        env "WINEPREFIX=$user_prefix" "HOME=$SESSION_DIR/user" USER=user LOGNAME=user)
}

make_prefix
with_setting 0 "ctrl_interface=DIR=$LAB_CTRL_0 GROUP=netdev"
assert_equal 'netdev 770' "$(stat -c '%G %a' "$LAB_CTRL_0/$LAB_P2P_IF_0")" "the socket's group"

as_user --groups netdev
start_program
assert_equal "$USER_ID" "$(stat -c %u "/proc/${PROGRAM_PID[PROGRAM]}")" "the program's user"
for role in client GO; do
    pair_as 0 1 "$role"
    opens_and_closes 1 "$role" reused
done

PROGRAM=1 # while the other runs: Wine is there already
as_user --clear-groups
start_program_only
ask handle open
assert_equal "handle error 1062" "$ANSWER" "WFDOpenHandle without the group"
end_program_only
PROGRAM=0
end_program
"${RUN_AS[@]}" wineserver -k || true # it may have ended
"${RUN_AS[@]}" wineserver -w
with_setting 0 "ctrl_interface=DIR=$LAB_CTRL_0"
