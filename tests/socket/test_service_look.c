/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What device nodes are made of: who is paired, who has been heard of, who is in a group with us,
 * whichever program has made it. A look changes nothing, and waits for nobody for long.
 */
#include "service_fixture.h"

#include "wfd_text.h"

#define NOBODY ((const struct wfd_paired_state *)NULL)

static struct wfd_paired_state states[WFD_MAX_PAIRINGS];
static unsigned int state_count;

/* A supplicant that a loaded machine does not let answer within a second counts as not there. */
static void look(struct service_fixture *f)
{
    assert_true(WAIT_FOR(wfd_service_look(f->service, &f->config, states, WFD_MAX_PAIRINGS,
                                 &state_count) == WFD_SUCCESS));
}

/* NULL: not paired. */
static const struct wfd_paired_state *state_of(const struct wfd_mac *peer)
{
    const struct wfd_paired_state *found = NULL;

    for (unsigned int i = 0; i < state_count; i++)
    {
        if (!wfd_mac_equal(&states[i].peer, peer)) continue;
        assert_null(found); /* each device once */
        found = &states[i];
    }
    return found;
}

static bool is_connected(struct service_fixture *f, const struct wfd_mac *peer)
{
    look(f);
    assert_non_null(state_of(peer));
    return state_of(peer)->connected;
}

static void it_tells_each_paired_device_once(struct service_fixture *f)
{
    const uint8_t twice[][6] = { { 2, 0, 0, 0, 0, 1 } };
    struct scripted_network network = { .id = -1, .role = SCRIPTED_ROLE_GO, .peer_count = 1 };

    network.peers = twice;
    assert_true(scripted_supplicant_add_persistent(f->supplicant, &network) >= 0);
    look(f);
    assert_int_equal(state_count, 5);
    assert_non_null(state_of(&peer_owner));
    assert_non_null(state_of(&peer_guest));
    assert_non_null(state_of(&peer_guest_2));
    assert_ptr_equal(state_of(&peer_stranger), NOBODY);
}

static void it_tells_who_has_been_heard_of_and_their_names(struct service_fixture *f)
{
    struct scripted_peer peer = {
        .device_address = { 2, 0, 0, 0, 0, 1 }, .name = "bssid=02:00:00:00:00:02\\", .known = true
    };

    assert_int_equal(scripted_supplicant_add_peer(f->supplicant, &peer), 0);
    look(f);
    assert_true(state_of(&peer_owner)->visible);
    assert_string_equal(state_of(&peer_owner)->name, peer.name);
    assert_false(state_of(&peer_owner)->connected);
    assert_false(state_of(&peer_unknown)->visible);
    assert_string_equal(state_of(&peer_unknown)->name, "");
}

static void it_tells_who_is_in_a_group_with_us(
        struct service_fixture *f, const struct wfd_mac *peer)
{
    struct service_open *open;

    assert_false(is_connected(f, peer));
    assert_int_equal(state_of(peer)->interface_index, 0);
    open = OPEN(f, CLIENT(f), peer);
    assert_true(is_connected(f, peer));
    assert_true(state_of(peer)->visible);
    assert_int_equal(state_of(peer)->interface_index, open->info.interface_index);
    assert_false(wfd_mac_is_zero(&state_of(peer)->interface_address));
    assert_false(wfd_mac_equal(&state_of(peer)->interface_address, peer));
    for (unsigned int i = 0; i < state_count; i++)
        assert_int_equal(states[i].connected, &states[i] == state_of(peer));
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
    assert_false(is_connected(f, peer));
}

static void it_tells_who_owns_a_group_that_we_are_in(struct service_fixture *f)
{
    it_tells_who_is_in_a_group_with_us(f, &peer_owner);
}

static void it_tells_who_is_in_a_group_of_ours(struct service_fixture *f)
{
    it_tells_who_is_in_a_group_with_us(f, &peer_guest);
}

/* One that has no handle open, and no connection of its own that lasts. */
static void another_program_sees_the_same(struct service_fixture *f)
{
    struct wfd_environment environment = { .netif = &service_netif_ops,
        .now_ms = service_now_ms,
        .context = f,
        .share_folder = f->share };
    struct service_open *open = OPEN(f, CLIENT(f), &peer_guest);
    struct wfd_service *other;

    assert_int_equal(wfd_service_new(&environment, &other), WFD_SUCCESS);
    for (int i = 0; i < 50; i++)
    {
        assert_true(WAIT_FOR(wfd_service_look(other, &f->config, states, WFD_MAX_PAIRINGS,
                                     &state_count) == WFD_SUCCESS));
        assert_true(state_of(&peer_guest)->connected);
        assert_false(state_of(&peer_guest_2)->connected);
    }
    wfd_service_free(other);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
}

static void what_comes_and_goes_is_counted(struct service_fixture *f)
{
    struct service_open *open;
    uint32_t before, after;
    bool live;

    wfd_service_changes(f->service, &before, &live);
    assert_false(live);
    open = OPEN(f, CLIENT(f), &peer_guest);
    wfd_service_changes(f->service, &after, &live);
    assert_true(live);
    assert_int_not_equal(before, after);
    before = after;
    assert_true(scripted_supplicant_end_group(
            f->supplicant, peer_guest.octet, SCRIPTED_END_CLIENT_LEAVES));
    assert_true(WAIT_FOR((wfd_service_changes(f->service, &after, &live), after != before)));
    assert_false(is_connected(f, &peer_guest));
    before = after;
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
    assert_true(WAIT_FOR((wfd_service_changes(f->service, &after, &live), !live)));
    assert_int_not_equal(before, after);
}

/* Many stored groups: the list comes in pieces. */
static void a_list_that_comes_in_pieces_is_read_whole(struct service_fixture *f)
{
    look(f);
    assert_int_equal(
            scripted_supplicant_generate(f->supplicant, 120, SCRIPTED_ROLE_CLIENT, true), 0);
    look(f);
    assert_int_equal(state_count, 120); /* ours are among them */
    assert_int_equal(
            wfd_service_look(f->service, &f->config, states, 7, &state_count), WFD_SUCCESS);
    assert_int_equal(state_count, 7);
}

static void a_supplicant_that_hangs_meanwhile_is_waited_for_only_so_long(struct service_fixture *f)
{
    unsigned int fault;
    uint64_t begin_ms;

    look(f); /* it is there, and its address known */
    begin_ms = service_real_ms();
    fault = service_fault(f, "P2P_PEER", SCRIPTED_FAULT_HANG, SCRIPTED_EFFECT_DEFAULT, 1);
    state_count = 77;
    assert_true(WAIT_FOR(wfd_service_look(f->service, &f->config, states, WFD_MAX_PAIRINGS,
                                 &state_count) == WFD_ERROR_TIMEOUT));
    assert_int_equal(state_count, 77);
    assert_true(service_real_ms() - begin_ms >= 2900);
    assert_int_equal(scripted_supplicant_fault_fired(f->supplicant, fault), 1);
    scripted_supplicant_resume(f->supplicant);
    look(f);
    assert_int_equal(state_count, 5);
}

static void without_a_supplicant_or_permission_it_says_so(struct service_fixture *f)
{
    wfd_service_set_policy(f->service, false);
    assert_int_equal(
            wfd_service_look(f->service, &f->config, states, WFD_MAX_PAIRINGS, &state_count),
            WFD_ERROR_INVALID_STATE);
    wfd_service_set_policy(f->service, true);
    scripted_supplicant_terminate(f->supplicant);
    assert_int_equal(
            wfd_service_look(f->service, &f->config, states, WFD_MAX_PAIRINGS, &state_count),
            WFD_ERROR_SERVICE_NOT_ACTIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(it_tells_each_paired_device_once),
        SERVICE_TEST(it_tells_who_has_been_heard_of_and_their_names),
        SERVICE_TEST(it_tells_who_owns_a_group_that_we_are_in),
        SERVICE_TEST(it_tells_who_is_in_a_group_of_ours),
        SERVICE_TEST(another_program_sees_the_same),
        SERVICE_TEST(what_comes_and_goes_is_counted),
        SERVICE_TEST(a_list_that_comes_in_pieces_is_read_whole),
        SERVICE_TEST(a_supplicant_that_hangs_meanwhile_is_waited_for_only_so_long),
        SERVICE_TEST(without_a_supplicant_or_permission_it_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
