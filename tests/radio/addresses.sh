# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# What the tests of addresses share; sourced by them. They run in a lab that gives none itself.
# shellcheck source=tests/radio/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# has_address DEV: within a bound; sets ADDRESS.
has_address()
{
    local dev=$1 deadline=$((SECONDS + 30))
    local -n name="GROUP_$1"
    while true; do
        ADDRESS=$(group_address "$dev" "$name")
        if [ -n "$ADDRESS" ]; then return; fi
        [ "$SECONDS" -lt "$deadline" ] || fail "device $dev has no address after 30 s"
        nap
    done
}

# gets_addresses ROLE: of a group in which we have that role.
gets_addresses()
{
    local own
    reinvoke 0 1 "$1"
    has_address 0
    own=${ADDRESS//$'\n'/ }
    has_address 1
    note "as $1 we are $own, the other device is $ADDRESS"
    # An owner's carrier may come twice, and networkd then takes another network, beside the first.
    [[ " $own" == *" ${ADDRESS%.*}."* ]] || fail "$own and $ADDRESS are not in one network"
    # shellcheck disable=SC2153 # wait_group has set it
    assert_reaches 0 "$ADDRESS" "$GROUP_0"
    if ip route show default | grep -q .; then fail "the group became a default route"; fi
    end_group 0 1
}
