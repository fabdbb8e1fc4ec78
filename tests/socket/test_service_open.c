/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Clients and opens of the core, row by row (OH, SO, A4): what a caller is promised when the
 * supplicant behaves. Never disturbs the supplicant; the other test_service_*.c do.
 */
#include "service_fixture.h"

/* WFDOpenHandle. */

static void opening_a_client_attaches_and_closing_it_detaches(struct service_fixture *f)
{
    uint32_t client = CLIENT(f);

    assert_int_not_equal(client, 0);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 1, PATIENCE_MS));
    assert_int_equal(wfd_service_close_client(f->service, client, 0), WFD_SUCCESS);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 0, PATIENCE_MS));
    assert_int_equal(wfd_service_close_client(f->service, client, 0), WFD_ERROR_INVALID_HANDLE);
}

static void a_failed_open_client_leaves_its_output_alone(struct service_fixture *f)
{
    uint32_t client = 77;

    strcpy(f->config.control_directory, "/nonexistent/winewfd");
    assert_int_equal(
            wfd_service_open_client(f->service, &f->config, &client), WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_int_equal(client, 77);
}

static void the_client_after_the_limit_is_refused(struct service_fixture *f)
{
    static uint32_t clients[WFD_MAX_CLIENTS];
    uint32_t one_more = 77;

    for (unsigned int i = 0; i < WFD_MAX_CLIENTS; i++)
        assert_int_equal(wfd_service_open_client(f->service, &f->config, &clients[i]), WFD_SUCCESS);
    assert_int_equal(
            wfd_service_open_client(f->service, &f->config, &one_more), WFD_ERROR_SESSION_LIMIT);
    assert_int_equal(one_more, 77);
    assert_int_equal(wfd_service_close_client(f->service, clients[7], 0), WFD_SUCCESS);
    assert_int_equal(wfd_service_open_client(f->service, &f->config, &clients[7]), WFD_SUCCESS);
    for (unsigned int i = 0; i < WFD_MAX_CLIENTS; i++)
        assert_int_equal(wfd_service_close_client(f->service, clients[i], 0), WFD_SUCCESS);
}

static void a_client_handle_is_no_session_and_a_session_no_client(struct service_fixture *f)
{
    uint32_t client = CLIENT(f), session = 77;
    struct service_open *open = OPEN(f, client, &peer_owner);

    assert_int_equal(wfd_service_close_session(f->service, client), WFD_ERROR_INVALID_PARAMETER);
    assert_int_equal(wfd_service_cancel_open(f->service, client), WFD_ERROR_INVALID_PARAMETER);
    assert_int_equal(
            wfd_service_close_client(f->service, open->session, 0), WFD_ERROR_INVALID_PARAMETER);
    assert_int_equal(wfd_service_start_open(f->service, open->session, &peer_owner, 1, 2, &session),
            WFD_ERROR_INVALID_PARAMETER);
    assert_int_equal(session, 77);
}

static void handles_that_were_never_issued_are_told_apart(struct service_fixture *f)
{
    static const uint64_t unknown[] = { 2, 4, 0x10001, 0xfffffffe, 0x100000001, 0xdeadbeef };
    uint32_t client = CLIENT(f), session;

    assert_int_not_equal(client, unknown[0]);
    for (unsigned int i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
    {
        assert_int_equal(
                wfd_service_close_session(f->service, unknown[i]), WFD_ERROR_INVALID_HANDLE);
        assert_int_equal(wfd_service_cancel_open(f->service, unknown[i]), WFD_ERROR_INVALID_HANDLE);
        assert_int_equal(
                wfd_service_close_client(f->service, unknown[i], 0), WFD_ERROR_INVALID_HANDLE);
        assert_int_equal(
                wfd_service_start_open(f->service, unknown[i], &peer_owner, 1, 2, &session),
                WFD_ERROR_INVALID_HANDLE);
    }
    assert_int_equal(wfd_service_close_session(f->service, 0), WFD_ERROR_INVALID_PARAMETER);
    assert_int_equal(
            wfd_service_close_session(f->service, UINT64_MAX), WFD_ERROR_INVALID_PARAMETER);
}

/* WFDStartOpenSession. */

static void an_open_as_client_brings_the_group_of_the_peer(struct service_fixture *f)
{
    struct service_open *open = OPEN(f, CLIENT(f), &peer_owner);
    char ifname[32];

    assert_true(scripted_supplicant_group_ifname(
            f->supplicant, peer_owner.octet, ifname, sizeof(ifname)));
    assert_int_equal(open->info.interface_index, service_netif_index(ifname));
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
    assert_int_equal(service_commands(f, "P2P_FIND"), 0);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
}

static void an_open_as_group_owner_brings_our_group(struct service_fixture *f)
{
    struct service_open *open = OPEN(f, CLIENT(f), &peer_guest);

    assert_int_equal(open->info.interface_index, 100);
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 1);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
}

static void as_group_owner_the_session_opens_when_the_peer_has_joined(struct service_fixture *f)
{
    struct scripted_peer guest = {
        .device_address = { 2, 0, 0, 0, 0, 2 }, .known = true, .join_ms = SCRIPTED_NEVER
    };
    struct service_open *open;

    scripted_supplicant_add_peer(f->supplicant, &guest);
    service_log_await("-> JOINING");
    open = service_open(f, CLIENT(f), &peer_guest);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    AWAIT_STARTED(f, 1);
    assert_int_equal(service_begun(open), 0);
    assert_true(scripted_supplicant_peer_joins(f->supplicant, peer_guest.octet, "p2p-wlan0-0"));
    EXPECT_OPEN(open);
}

static void another_station_in_our_group_is_not_the_peer(struct service_fixture *f)
{
    struct scripted_peer guest = {
        .device_address = { 2, 0, 0, 0, 0, 2 }, .known = true, .join_ms = SCRIPTED_NEVER
    };
    struct service_open *open;

    scripted_supplicant_add_peer(f->supplicant, &guest);
    open = service_open(f, CLIENT(f), &peer_guest);
    AWAIT_STARTED(f, 1);
    assert_true(scripted_supplicant_peer_joins(f->supplicant, peer_guest_2.octet, "p2p-wlan0-0"));
    service_emit(f, "AP-STA-CONNECTED 02:99:00:00:00:02");
    assert_int_equal(service_begun(open), 0);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT(open, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
}

static void a_peer_that_was_never_paired_is_not_found(struct service_fixture *f)
{
    static const struct wfd_mac odd[] = {
        { { 0, 0, 0, 0, 0, 0 } }, { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
        { { 1, 0, 0x5e, 0, 0, 1 } }, { { 2, 0x5c, 0, 0, 0, 1 } }, /* our own */
    };
    uint32_t client = CLIENT(f);
    struct service_open *open = service_open(f, client, &peer_stranger);

    EXPECT(open, WFD_ERROR_NOT_FOUND, WFD_REASON_PROFILE_CHANGED_OR_DELETED);
    assert_int_equal(
            wfd_service_close_session(f->service, open->session), WFD_ERROR_INVALID_HANDLE);
    for (unsigned int i = 0; i < sizeof(odd) / sizeof(*odd); i++)
        EXPECT(service_open(f, client, &odd[i]), WFD_ERROR_NOT_FOUND,
                WFD_REASON_PROFILE_CHANGED_OR_DELETED);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 0);
}

static void no_callback_comes_before_the_open_begins(struct service_fixture *f)
{
    struct service_open *open = service_start(f, CLIENT(f), &peer_owner, NULL);

    assert_int_equal(open->start_error, WFD_SUCCESS);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_ERROR_INVALID_STATE);
    OPEN(f, f->clients[0], &peer_guest); /* others are not held up */
    assert_int_equal(service_begun(open), 0);
    service_begin(open);
    EXPECT_OPEN(open);
}

static void beginning_twice_opens_once(struct service_fixture *f)
{
    struct service_open *open = service_open(f, CLIENT(f), &peer_owner);

    wfd_service_begin_open(f->service, open->session);
    EXPECT_OPEN(open);
    wfd_service_begin_open(f->service, open->session);
    wfd_service_begin_open(f->service, 4711);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
}

static void the_peers_address_is_copied_before_the_call_returns(struct service_fixture *f)
{
    struct wfd_mac peer = peer_owner;
    struct service_open *open = service_start(f, CLIENT(f), &peer, NULL);

    peer = peer_stranger;
    service_begin(open);
    EXPECT_OPEN(open);
}

static void the_newest_of_two_stored_groups_is_used(struct service_fixture *f)
{
    static const uint8_t owner[1][6] = { { 2, 0, 0, 0, 0, 1 } };
    struct scripted_network again = {
        .id = 9, .role = SCRIPTED_ROLE_CLIENT, .peers = owner, .peer_count = 1
    };
    struct scripted_journal_entry entry;
    bool seen = false;

    assert_int_equal(scripted_supplicant_add_persistent(f->supplicant, &again), 9);
    OPEN(f, CLIENT(f), &peer_owner);
    for (size_t i = 0; scripted_supplicant_journal_get(f->supplicant, i, &entry); i++)
        if (!strncmp(entry.command, "P2P_INVITE persistent=9 ", 24)) seen = true;
    assert_true(seen);
}

static void an_ssid_of_any_octets_is_recognised(struct service_fixture *f)
{
    static const uint8_t ssid[] = { 'a', '"', '\\', 0, 0x1b, '\n', 0xff, ' ', 't', '\t', '"' };
    static const uint8_t guest[1][6] = { { 2, 0, 0, 0, 0, 7 } };
    struct scripted_network network = { .id = 8,
        .role = SCRIPTED_ROLE_GO,
        .peers = guest,
        .peer_count = 1,
        .ssid = ssid,
        .ssid_len = sizeof(ssid) };
    struct wfd_mac peer = PEER(7);

    assert_int_equal(scripted_supplicant_add_persistent(f->supplicant, &network), 8);
    service_add_peer(f, &peer, SCRIPTED_ANSWER_ACCEPT);
    OPEN(f, CLIENT(f), &peer);
}

static void a_peer_among_many_stored_groups_is_found(struct service_fixture *f)
{
    struct wfd_mac peer;

    assert_int_equal(
            scripted_supplicant_generate(f->supplicant, 200, SCRIPTED_ROLE_CLIENT, true), 0);
    scripted_supplicant_generated_address(0, peer.octet);
    OPEN(f, CLIENT(f), &peer);
    scripted_supplicant_generated_address(199, peer.octet);
    OPEN(f, f->clients[0], &peer);
    assert_true(service_commands(f, "LIST_NETWORKS") > 2);
}

/* Row SO11. */

static void an_open_is_over_after_a_minute(struct service_fixture *f)
{
    struct service_open *open;

    f->config.reply_timeout_ms = LONG_MS;
    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_SILENT);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_EXPIRE, SCRIPTED_NEVER);
    service_log_await("-> INVITED");
    open = service_open(f, CLIENT(f), &peer_owner);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    service_advance(f, 55000);
    AWAIT_COMMAND(f, "ATTACH", 3); /* the loop has looked at the clock */
    assert_int_equal(service_begun(open), 0);
    service_advance(f, 5001);
    EXPECT(open, WFD_ERROR_TIMEOUT, WFD_REASON_NETWORK_NOT_AVAILABLE);
    assert_int_equal(service_commands(f, "P2P_CANCEL"), 1);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_ERROR_INVALID_HANDLE);
}

static void the_time_of_an_open_is_configurable(struct service_fixture *f)
{
    struct service_open *open;

    f->config.open_timeout_ms = 150;
    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_SILENT);
    open = service_open(f, CLIENT(f), &peer_owner);
    EXPECT_ERROR(open, WFD_ERROR_TIMEOUT);
}

static void a_queued_open_ends_in_its_own_time(struct service_fixture *f)
{
    struct service_open *first, *second;

    f->config.reply_timeout_ms = LONG_MS;
    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_SILENT);
    service_log_await("-> INVITED");
    first = service_open(f, CLIENT(f), &peer_owner);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    service_advance(f, 30000);
    second = service_open(f, f->clients[0], &peer_guest);
    AWAIT_COMMAND(f, "ATTACH", 2);
    service_advance(f, 30001);
    EXPECT(first, WFD_ERROR_TIMEOUT, WFD_REASON_NETWORK_NOT_AVAILABLE);
    EXPECT_OPEN(second);
}

/* Row SO13. */

static void block(struct service_open *open)
{
    while (!atomic_load(&open->may_return)) service_pause();
}

static void a_callback_that_blocks_holds_up_nobody_else(struct service_fixture *f)
{
    uint32_t client = CLIENT(f);
    struct service_open *blocked = service_open_hook(f, client, &peer_owner, block), *other;

    assert_true(WAIT_FOR(service_begun(blocked) == 1));
    other = OPEN(f, client, &peer_guest);
    assert_int_equal(wfd_service_close_session(f->service, other->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 1);
    EXPECT_ERROR(service_open(f, client, &peer_stranger), WFD_ERROR_NOT_FOUND);
    assert_int_equal(blocked->returned, 0);
    /* Its own session is open as soon as the callback runs. */
    assert_int_equal(
            wfd_service_cancel_open(f->service, blocked->session), WFD_ERROR_INVALID_STATE);
    assert_int_equal(wfd_service_close_session(f->service, blocked->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
    atomic_store(&blocked->may_return, true);
    assert_true(service_called_back(blocked));
}

/* Several at once. */

static void open_close_open_at_once_ends_open(struct service_fixture *f)
{
    uint32_t client = CLIENT(f);
    struct service_open *first = OPEN(f, client, &peer_owner), *second;

    assert_int_equal(wfd_service_close_session(f->service, first->session), WFD_SUCCESS);
    second = service_open(f, client, &peer_owner);
    EXPECT_OPEN(second);
    AWAIT_GROUPS(f, 1);
    assert_int_equal(wfd_service_close_session(f->service, second->session), WFD_SUCCESS);
    second = service_open(f, client, &peer_owner);
    assert_int_equal(wfd_service_cancel_open(f->service, second->session), WFD_SUCCESS);
    EXPECT_ERROR(second, WFD_ERROR_CANCELLED);
}

static void a_slow_removal_does_not_confuse_the_next_open(struct service_fixture *f)
{
    uint32_t client = CLIENT(f);
    struct service_open *first = OPEN(f, client, &peer_owner);

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_REMOVED, 80);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_REMOVE_REPLY, 120);
    assert_int_equal(wfd_service_close_session(f->service, first->session), WFD_SUCCESS);
    OPEN(f, client, &peer_owner);
    AWAIT_GROUPS(f, 1);
}

static void eight_sessions_are_open_together(struct service_fixture *f)
{
    struct service_open *opens[8];
    struct wfd_mac peer;

    assert_int_equal(scripted_supplicant_generate(f->supplicant, 8, SCRIPTED_ROLE_CLIENT, true), 0);
    CLIENT(f);
    for (unsigned int i = 0; i < 8; i++)
    {
        scripted_supplicant_generated_address(i, peer.octet);
        opens[i] = service_open(f, f->clients[0], &peer);
    }
    for (unsigned int i = 0; i < 8; i++) EXPECT_OPEN(opens[i]);
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 8);
    for (unsigned int i = 0; i < 8; i += 2)
        assert_int_equal(wfd_service_close_session(f->service, opens[i]->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 4);
}

static void a_thousand_sessions_share_a_hundred_groups(struct service_fixture *f)
{
    static struct service_open *opens[1000];
    struct wfd_mac peer;

    assert_int_equal(
            scripted_supplicant_generate(f->supplicant, 100, SCRIPTED_ROLE_CLIENT, true), 0);
    f->config.open_timeout_ms = 600000;
    CLIENT(f);
    for (unsigned int i = 0; i < 1000; i++)
    {
        scripted_supplicant_generated_address(i % 100, peer.octet);
        opens[i] = service_open(f, f->clients[0], &peer);
    }
    for (unsigned int i = 0; i < 1000; i++) EXPECT_OPEN(opens[i]);
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 100);
    for (unsigned int i = 0; i < 900; i++)
        assert_int_equal(wfd_service_close_session(f->service, opens[i]->session), WFD_SUCCESS);
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 100);
    for (unsigned int i = 900; i < 1000; i++)
        assert_int_equal(wfd_service_close_session(f->service, opens[i]->session), WFD_SUCCESS);
}

/* What was asked when the connection was made must not keep it: the program may end right now. */
static void a_client_that_is_closed_at_once_leaves_no_socket(struct service_fixture *f)
{
    unsigned int fault =
            service_fault(f, "INTERFACES", SCRIPTED_FAULT_DROP, SCRIPTED_EFFECT_DEFAULT, 0);
    uint64_t end_ms;

    f->config.reply_timeout_ms = LONG_MS;
    CLIENT(f);
    assert_true(scripted_supplicant_wait_fired(f->supplicant, fault, 1, PATIENCE_MS));
    wfd_service_close_client(f->service, f->clients[0], 0);
    f->client_count = 0;
    end_ms = service_real_ms() + PATIENCE_MS;
    while (service_client_sockets() && service_real_ms() < end_ms) service_pause();
    assert_int_equal(service_client_sockets(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(a_client_that_is_closed_at_once_leaves_no_socket),
        SERVICE_TEST(opening_a_client_attaches_and_closing_it_detaches),
        SERVICE_TEST(a_failed_open_client_leaves_its_output_alone),
        SERVICE_TEST(the_client_after_the_limit_is_refused),
        SERVICE_TEST(a_client_handle_is_no_session_and_a_session_no_client),
        SERVICE_TEST(handles_that_were_never_issued_are_told_apart),
        SERVICE_TEST(an_open_as_client_brings_the_group_of_the_peer),
        SERVICE_TEST(an_open_as_group_owner_brings_our_group),
        SERVICE_TEST(as_group_owner_the_session_opens_when_the_peer_has_joined),
        SERVICE_TEST(another_station_in_our_group_is_not_the_peer),
        SERVICE_TEST(a_peer_that_was_never_paired_is_not_found),
        SERVICE_TEST(no_callback_comes_before_the_open_begins),
        SERVICE_TEST(beginning_twice_opens_once),
        SERVICE_TEST(the_peers_address_is_copied_before_the_call_returns),
        SERVICE_TEST(the_newest_of_two_stored_groups_is_used),
        SERVICE_TEST(an_ssid_of_any_octets_is_recognised),
        SERVICE_TEST(a_peer_among_many_stored_groups_is_found),
        SERVICE_TEST(an_open_is_over_after_a_minute),
        SERVICE_TEST(the_time_of_an_open_is_configurable),
        SERVICE_TEST(a_queued_open_ends_in_its_own_time),
        SERVICE_TEST(a_callback_that_blocks_holds_up_nobody_else),
        SERVICE_TEST(open_close_open_at_once_ends_open),
        SERVICE_TEST(a_slow_removal_does_not_confuse_the_next_open),
        SERVICE_TEST(eight_sessions_are_open_together),
        SERVICE_TEST(a_thousand_sessions_share_a_hundred_groups),
    };

    return cmocka_run_group_tests_name("service: open", tests, NULL, NULL);
}
