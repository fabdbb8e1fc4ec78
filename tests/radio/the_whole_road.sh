# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# On a Debian 12 that has the package, Wine and what Debian's laptops have (NetworkManager,
# wpa_supplicant), an ordinary user in the group netdev with a fresh Wine prefix types what the README
# says, and nothing else: NetworkManager's wpa_supplicant gets what Wi-Fi Direct needs, the prefix is
# switched on, the doctor finds nothing bad, the other device is found and paired, addresses are seen
# to, and a Windows program has its session, an address, and its data back over Winsock; as client and
# as owner. The prefix was made before: emulated, that takes minutes.
# laptop
# seconds: 1200
# lab: --no-addresses
# shellcheck source=tests/radio/laptop.sh
. "$(dirname "$0")/laptop.sh"

PORT=5001
demo=/tmp/wfd-demo.exe # compiled as the README says
install -m 644 "$WFD_BUILD/tools/wfd-demo.exe" "$demo"
device_address 1
theirs=$REPLY
said()
{
    grep -qE -- "$1" "$typed" || { cat "$typed"; fail "it does not say '$1'"; }
}

# pairs INTENT ROLE
pairs()
{
    local attempt pid
    for ((attempt = 1; ; attempt++)); do
        forget_groups 1 0
        quiet
        peer_listen 1
        mark
        types old "wfdctl pair $theirs --go-intent $1" &
        pid=$!
        wait_event 1 '^P2P-GO-NEG-REQUEST ' 120
        p2p_ok 1 P2P_CONNECT "$ours" pbc persistent "go_intent=$((15 - $1))"
        wait "$pid"
        if grep -q 'paired with' "$typed" || [ "$attempt" = 3 ]; then break; fi
        note 'they did not pair; once more'
        p2p 1 P2P_CANCEL >/dev/null || true
        remove_groups 1
    done
    said "paired with $theirs"
    wait_no_group 0
    remove_groups 1
    assert_matches "^[0-9]+ $2\$" "$(stored_groups 0 1)" "our stored group"
    note "paired, as $2"
}

# runs_the_program ROLE
runs_the_program()
{
    quiet
    peer_listen 1
    types old "wine $demo $theirs $PORT; echo status \$?"
    said '^status 0'
    sed 's/^/    /' "$typed"
    wait_no_group 0
    remove_groups 1
    note "the Windows program had its session as $1"
}

types old 'sudo /usr/lib/winewfd/wifi-direct-settings'
wait_sockets
learn_address
ours=$LAB_ADDR_0
types old 'wfdctl enable'
said '^on: '
if grep WINEDLLPATH "$typed"; then fail 'the user is asked for WINEDLLPATH'; fi
types old 'wfdctl doctor; echo status $?'
said '^status 0'
said '^ok +prefix'
note "the doctor finds nothing bad"
forget_groups 0 1
forget_groups 1 0
peer_listen 1
types old 'wfdctl scan'
said "^$theirs +Lab device 1"
note 'the device is found'
pairs 0 client
types old 'sudo systemctl enable --now wifi-direct-addresses@p2p-dev-wlan0'
address_service_start 1
nsenter --net="/run/netns/$LAB_NETNS_1" -- "$WFD_BUILD/tools/echo-server" "$PORT" >/run/echo.log &
echo_server=$!
runs_the_program client
types old "wfdctl unpair $theirs"
pairs 15 GO
runs_the_program owner
kill "$echo_server"
wait "$echo_server" || true
address_service_stop
types old 'sudo systemctl disable --now wifi-direct-addresses@p2p-dev-wlan0' "wfdctl unpair $theirs" \
    'wfdctl disable' 'wineserver -k; wineserver -w' 'sudo /usr/lib/winewfd/wifi-direct-settings --undo'
wait_sockets
learn_address
forget_groups 1 0
