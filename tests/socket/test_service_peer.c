/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What peers do to an open (row SO12), groups that sessions share (row SO10), searches (UV3), and
 * which adapter is used (OH7). The supplicant itself always works.
 */
#include "service_fixture.h"

/* A search for a device, in the background when it has to be. */

static bool found(struct service_fixture *f, const struct wfd_mac *peer)
{
    bool is_found = false;

    assert_int_equal(wfd_service_search(f->service, &f->config, peer, &is_found), WFD_SUCCESS);
    return is_found;
}

/* Outcomes. */

static void each_status_of_an_answer_has_its_error(struct service_fixture *f)
{
    static const struct
    {
        int status;
        enum wfd_error error;
        enum wfd_reason reason;
    } rows[] = {
        { -1, WFD_ERROR_HOST_UNREACHABLE, WFD_REASON_NETWORK_NOT_AVAILABLE },
        { 2, WFD_ERROR_GEN_FAILURE, WFD_REASON_NETWORK_NOT_COMPATIBLE },
        { 3, WFD_ERROR_BUSY, WFD_REASON_CONNECT_CALL_FAIL },
        { 4, WFD_ERROR_GEN_FAILURE, WFD_REASON_NETWORK_NOT_COMPATIBLE },
        { 5, WFD_ERROR_BUSY, WFD_REASON_CONNECT_CALL_FAIL },
        { 6, WFD_ERROR_GEN_FAILURE, WFD_REASON_NETWORK_NOT_COMPATIBLE },
        { 7, WFD_ERROR_GEN_FAILURE, WFD_REASON_INVALID_CHANNEL },
        { 9, WFD_ERROR_GEN_FAILURE, WFD_REASON_NETWORK_NOT_COMPATIBLE },
        { 10, WFD_ERROR_GEN_FAILURE, WFD_REASON_NETWORK_NOT_COMPATIBLE },
        { 11, WFD_ERROR_CONNECTION_REFUSED, WFD_REASON_USER_DENIED },
        { 12, WFD_ERROR_GEN_FAILURE, WFD_REASON_NETWORK_NOT_COMPATIBLE },
        { 99, WFD_ERROR_GEN_FAILURE, WFD_REASON_NETWORK_NOT_COMPATIBLE },
        { 255, WFD_ERROR_GEN_FAILURE, WFD_REASON_NETWORK_NOT_COMPATIBLE },
    };
    uint32_t client = CLIENT(f);

    for (unsigned int i = 0; i < sizeof(rows) / sizeof(*rows); i++)
    {
        service_add_peer_status(f, &peer_owner, rows[i].status);
        EXPECT(service_open(f, client, &peer_owner), rows[i].error, rows[i].reason);
        service_add_peer_status(f, &peer_guest, rows[i].status);
        EXPECT(service_open(f, client, &peer_guest), rows[i].error, rows[i].reason);
        assert_false(scripted_supplicant_pending_netdev(f->supplicant));
    }
}

static void a_peer_that_forgot_the_group_is_not_paired(struct service_fixture *f)
{
    uint32_t client = CLIENT(f);

    service_add_peer_status(f, &peer_owner, 8);
    EXPECT(service_open(f, client, &peer_owner), WFD_ERROR_NOT_FOUND,
            WFD_REASON_PROFILE_CHANGED_OR_DELETED);
    EXPECT(service_open(f, client, &peer_owner), WFD_ERROR_NOT_FOUND,
            WFD_REASON_PROFILE_CHANGED_OR_DELETED);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
}

/* Opens, and has the peer forgotten while it does not answer. */
static struct service_open *open_to_expiring(struct service_fixture *f, const struct wfd_mac *peer)
{
    struct service_open *open;

    service_add_peer(f, peer, SCRIPTED_ANSWER_SILENT);
    service_log_await("-> INVITED");
    open = service_open(f, CLIENT(f), peer);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    return open;
}

static void a_peer_that_expires_and_is_gone_is_unreachable(struct service_fixture *f)
{
    struct service_open *open;

    f->config.search_timeout_ms = 100;
    open = open_to_expiring(f, &peer_owner);
    assert_true(scripted_supplicant_peer_lost(f->supplicant, peer_owner.octet));
    EXPECT(open, WFD_ERROR_HOST_UNREACHABLE, WFD_REASON_NETWORK_NOT_AVAILABLE);
    open = open_to_expiring(f, &peer_guest);
    assert_true(scripted_supplicant_peer_lost(f->supplicant, peer_guest.octet));
    EXPECT(open, WFD_ERROR_HOST_UNREACHABLE, WFD_REASON_NETWORK_NOT_AVAILABLE);
    assert_false(scripted_supplicant_pending_netdev(f->supplicant));
}

static void a_peer_that_expires_but_is_there_is_invited_again(struct service_fixture *f)
{
    struct service_open *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_EXPIRE, 200);
    open = open_to_expiring(f, &peer_owner);
    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_ACCEPT); /* to the next invitation */
    EXPECT_OPEN(open);
    open = open_to_expiring(f, &peer_guest);
    service_add_peer(f, &peer_guest, SCRIPTED_ANSWER_ACCEPT);
    EXPECT_OPEN(open);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 4);
}

static void the_loss_of_another_device_means_nothing(struct service_fixture *f)
{
    struct service_open *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 100);
    service_log_await("-> INVITED");
    open = service_open(f, CLIENT(f), &peer_owner);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    assert_true(scripted_supplicant_peer_lost(f->supplicant, peer_guest.octet));
    EXPECT_OPEN(open);
}

static void a_peer_without_time_invites_us_later(struct service_fixture *f)
{
    struct scripted_peer owner = { .device_address = { 2, 0, 0, 0, 0, 1 },
        .known = true,
        .answer = SCRIPTED_ANSWER_COUNTER_INVITE,
        .counter_invite_ms = 50 };
    struct scripted_peer guest = { .device_address = { 2, 0, 0, 0, 0, 2 },
        .known = true,
        .answer = SCRIPTED_ANSWER_COUNTER_INVITE,
        .counter_invite_ms = 50 };

    scripted_supplicant_add_peer(f->supplicant, &owner);
    scripted_supplicant_add_peer(f->supplicant, &guest);
    OPEN(f, CLIENT(f), &peer_owner);
    OPEN(f, f->clients[0], &peer_guest);
    assert_int_equal(service_commands(f, "P2P_LISTEN"), 2);
}

static void a_peer_that_never_finds_time_is_waited_for_a_minute(struct service_fixture *f)
{
    struct service_open *open;

    f->config.reply_timeout_ms = LONG_MS;
    service_add_peer_status(f, &peer_owner, 1);
    service_log_await("> P2P_LISTEN");
    open = service_open(f, CLIENT(f), &peer_owner);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    AWAIT_COMMAND(f, "P2P_LISTEN", 1);
    assert_true(service_called_back_within(open, 10000, 60000));
    EXPECT(open, WFD_ERROR_TIMEOUT, WFD_REASON_USER_NOT_RESPOND);
    assert_int_equal(service_commands(f, "P2P_CANCEL"), 1);
}

static void a_wrong_key_is_told(struct service_fixture *f)
{
    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_WRONG_KEY);
    EXPECT(service_open(f, CLIENT(f), &peer_owner), WFD_ERROR_GEN_FAILURE, WFD_REASON_KEY_MISMATCH);
}

static void a_group_that_does_not_come_together_times_out(struct service_fixture *f)
{
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_CONNECT_TIMEOUT, 60);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_JOIN_TIMEOUT, 60);
    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_NEVER_STARTS);
    EXPECT(service_open(f, CLIENT(f), &peer_owner), WFD_ERROR_TIMEOUT,
            WFD_REASON_ASSOCIATION_TIMEOUT);
    service_add_peer(f, &peer_guest, SCRIPTED_ANSWER_NEVER_STARTS);
    EXPECT(service_open(f, f->clients[0], &peer_guest), WFD_ERROR_TIMEOUT,
            WFD_REASON_ASSOCIATION_TIMEOUT);
    service_add_peer(f, &peer_guest, SCRIPTED_ANSWER_WRONG_KEY);
    EXPECT(service_open(f, f->clients[0], &peer_guest), WFD_ERROR_TIMEOUT,
            WFD_REASON_ASSOCIATION_TIMEOUT);
}

static void the_end_of_the_minute_finds_it_connecting(struct service_fixture *f)
{
    struct service_open *open;

    f->config.reply_timeout_ms = LONG_MS;
    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_NEVER_STARTS);
    service_log_await("-> CONNECTING");
    open = service_open(f, CLIENT(f), &peer_owner);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    assert_true(service_called_back_within(open, 10000, 60000));
    EXPECT(open, WFD_ERROR_TIMEOUT, WFD_REASON_ASSOCIATION_TIMEOUT);
    AWAIT_GROUPS(f, 0);
}

static void the_end_of_the_minute_finds_it_joining(struct service_fixture *f)
{
    struct service_open *open;

    f->config.reply_timeout_ms = LONG_MS;
    service_add_peer(f, &peer_guest, SCRIPTED_ANSWER_NEVER_STARTS);
    service_log_await("-> JOINING");
    open = service_open(f, CLIENT(f), &peer_guest);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    assert_true(service_called_back_within(open, 10000, 60000));
    EXPECT(open, WFD_ERROR_TIMEOUT, WFD_REASON_ASSOCIATION_TIMEOUT);
    AWAIT_GROUPS(f, 0);
}

static void a_group_that_goes_while_the_peer_joins_is_told(struct service_fixture *f)
{
    static const struct
    {
        enum scripted_end end;
        enum wfd_error error;
        enum wfd_reason reason;
    } rows[] = {
        { SCRIPTED_END_IDLE, WFD_ERROR_CONNECTION_ABORTED, WFD_REASON_DRIVER_DISCONNECTED },
        { SCRIPTED_END_REQUESTED, WFD_ERROR_CONNECTION_ABORTED, WFD_REASON_DRIVER_DISCONNECTED },
        { SCRIPTED_END_NO_REASON, WFD_ERROR_CONNECTION_ABORTED, WFD_REASON_DRIVER_DISCONNECTED },
        { SCRIPTED_END_UNAVAILABLE, WFD_ERROR_INVALID_STATE, WFD_REASON_DRIVER_OPERATION_FAILURE },
        { SCRIPTED_END_FREQ_CONFLICT, WFD_ERROR_GEN_FAILURE, WFD_REASON_INVALID_CHANNEL },
    };
    uint32_t client = CLIENT(f);

    service_add_peer(f, &peer_guest, SCRIPTED_ANSWER_NEVER_STARTS);
    for (unsigned int i = 0; i < sizeof(rows) / sizeof(*rows); i++)
    {
        struct service_open *open;
        char ifname[20];

        service_log_await("-> JOINING");
        open = service_open(f, client, &peer_guest);
        assert_true(WAIT_FOR(service_log_seen() == 1));
        snprintf(ifname, sizeof(ifname), "p2p-wlan0-%u", i);
        assert_true(scripted_supplicant_end_group_if(f->supplicant, ifname, rows[i].end));
        EXPECT(open, rows[i].error, rows[i].reason);
    }
}

static void a_radio_that_is_off_is_told(struct service_fixture *f)
{
    struct service_open *open;

    CLIENT(f);
    scripted_supplicant_rfkill(f->supplicant, true);
    EXPECT(service_open(f, f->clients[0], &peer_owner), WFD_ERROR_INVALID_STATE,
            WFD_REASON_DRIVER_OPERATION_FAILURE);
    scripted_supplicant_rfkill(f->supplicant, false);
    open = OPEN(f, f->clients[0], &peer_owner);
    scripted_supplicant_rfkill(f->supplicant, true);
    AWAIT_GROUPS(f, 0);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    scripted_supplicant_rfkill(f->supplicant, false);
}

/* Searching. */

static void a_peer_that_is_not_known_is_searched_and_opened(struct service_fixture *f)
{
    OPEN(f, CLIENT(f), &peer_unknown);
    assert_int_equal(service_commands(f, "P2P_FIND"), 1);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 2);
    assert_true(service_commands(f, "P2P_STOP_FIND") > 0);
}

static void a_peer_that_comes_late_is_found(struct service_fixture *f)
{
    struct service_open *open;

    assert_true(scripted_supplicant_peer_hide(f->supplicant, peer_unknown.octet, true));
    open = service_open(f, CLIENT(f), &peer_unknown);
    AWAIT_COMMAND(f, "P2P_FIND", 1);
    assert_int_equal(service_begun(open), 0);
    assert_true(scripted_supplicant_peer_hide(f->supplicant, peer_unknown.octet, false));
    EXPECT_OPEN(open);
}

static void a_search_that_somebody_stops_goes_on(struct service_fixture *f)
{
    struct service_open *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_FIND_STOPPED, 20);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_FOUND, SCRIPTED_NEVER);
    open = service_open(f, CLIENT(f), &peer_unknown);
    AWAIT_COMMAND(f, "P2P_FIND", 4);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_FOUND, 0);
    EXPECT_OPEN(open);
}

static void a_peer_that_is_never_found_is_unreachable(struct service_fixture *f)
{
    struct service_open *open;

    f->config.reply_timeout_ms = LONG_MS;
    assert_true(scripted_supplicant_peer_hide(f->supplicant, peer_unknown.octet, true));
    service_log_await("> P2P_FIND");
    open = service_open(f, CLIENT(f), &peer_unknown);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    AWAIT_COMMAND(f, "P2P_FIND", 1);
    assert_true(service_called_back_within(open, 5000, 30000));
    EXPECT(open, WFD_ERROR_HOST_UNREACHABLE, WFD_REASON_NETWORK_NOT_AVAILABLE);
    assert_true(service_commands(f, "P2P_STOP_FIND") > 0);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
}

static void a_device_is_searched_for_its_visibility(struct service_fixture *f)
{
    assert_true(found(f, &peer_unknown));
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_FIND_STOPPED, 50);
    assert_true(scripted_supplicant_peer_hide(f->supplicant, peer_unknown.octet, true));
    assert_false(found(f, &peer_unknown));
}

static void a_search_without_supplicant_or_radio_fails(struct service_fixture *f)
{
    struct wfd_config nowhere = f->config;
    bool is_found = false;

    scripted_supplicant_rfkill(f->supplicant, true);
    assert_int_equal(wfd_service_search(f->service, &f->config, &peer_owner, &is_found),
            WFD_ERROR_INVALID_STATE);
    scripted_supplicant_rfkill(f->supplicant, false);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 0, PATIENCE_MS));
    strcpy(nowhere.control_directory, "/nonexistent");
    assert_int_equal(wfd_service_search(f->service, &nowhere, &peer_owner, &is_found),
            WFD_ERROR_SERVICE_NOT_ACTIVE);
    wfd_service_set_policy(f->service, false);
    assert_int_equal(wfd_service_search(f->service, &f->config, &peer_owner, &is_found),
            WFD_ERROR_INVALID_STATE);
    wfd_service_set_policy(f->service, true);
}

static void a_search_waits_for_the_open_before_it(struct service_fixture *f)
{
    struct service_open *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 150);
    open = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    assert_true(found(f, &peer_unknown));
    EXPECT_OPEN(open);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
}

/* Sharing. */

static void a_second_session_to_the_same_peer_shares_the_group(struct service_fixture *f)
{
    const struct wfd_mac *peers[] = { &peer_owner, &peer_guest };
    uint32_t client = CLIENT(f), other = CLIENT(f);

    for (int i = 0; i < 2; i++)
    {
        struct service_open *first = OPEN(f, client, peers[i]);
        struct service_open *second = OPEN(f, other, peers[i]);

        assert_int_equal(service_commands(f, "P2P_INVITE"), 2 * i + 1);
        assert_int_equal(second->info.interface_index, first->info.interface_index);
        assert_int_not_equal(second->session, first->session);
        assert_int_equal(wfd_service_close_session(f->service, first->session), WFD_SUCCESS);
        OPEN(f, other, &peer_owner_2); /* the loop has seen the close */
        assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 2 * i);
        assert_int_equal(wfd_service_close_session(f->service, second->session), WFD_SUCCESS);
        AWAIT_GROUPS(f, 1);
        wfd_service_close_session(f->service, f->opens[f->open_count - 1]->session);
        AWAIT_GROUPS(f, 0);
    }
}

static void a_session_joins_an_open_that_is_under_way(struct service_fixture *f)
{
    struct service_open *first, *second;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 60);
    first = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    second = service_open(f, f->clients[0], &peer_owner);
    EXPECT_OPEN(first);
    EXPECT_OPEN(second);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
}

static void the_second_goes_on_when_the_first_is_cancelled(struct service_fixture *f)
{
    struct service_open *first, *second;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
    service_log_await("-> INVITED");
    first = service_open(f, CLIENT(f), &peer_owner);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 0);
    second = service_open(f, f->clients[0], &peer_owner);
    assert_int_equal(wfd_service_cancel_open(f->service, first->session), WFD_SUCCESS);
    EXPECT_ERROR(first, WFD_ERROR_CANCELLED);
    EXPECT_OPEN(second);
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 1);
}

static void a_shared_group_that_goes_is_lost_to_all(struct service_fixture *f)
{
    struct service_open *first = OPEN(f, CLIENT(f), &peer_owner);
    struct service_open *second = OPEN(f, f->clients[0], &peer_owner);

    service_log_await("-> LOST on GROUP_GONE");
    assert_true(
            scripted_supplicant_end_group(f->supplicant, peer_owner.octet, SCRIPTED_END_GO_ENDING));
    assert_true(WAIT_FOR(service_log_seen() == 2));
    assert_int_equal(wfd_service_close_session(f->service, first->session), WFD_SUCCESS);
    OPEN(f, f->clients[0], &peer_owner);
    assert_int_equal(wfd_service_close_session(f->service, second->session), WFD_SUCCESS);
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 1);
}

static void two_peers_are_in_one_group_of_ours(struct service_fixture *f)
{
    struct service_open *first = OPEN(f, CLIENT(f), &peer_guest);
    struct service_open *second = OPEN(f, f->clients[0], &peer_guest_2);

    assert_int_equal(scripted_supplicant_groups(f->supplicant), 1);
    assert_int_equal(second->info.interface_index, first->info.interface_index);
    assert_int_equal(wfd_service_close_session(f->service, first->session), WFD_SUCCESS);
    AWAIT_COMMAND(f, "P2P_REMOVE_CLIENT", 1);
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 1);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 0);
    /* It is still paired. */
    first = OPEN(f, f->clients[0], &peer_guest);
    assert_int_equal(wfd_service_close_session(f->service, second->session), WFD_SUCCESS);
    assert_int_equal(wfd_service_close_session(f->service, first->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
}

/* Both are clients of one stored group: the supplicant would invite the second into the old one. */
static void another_peer_opens_while_the_group_of_both_is_removed(struct service_fixture *f)
{
    struct service_open *open;

    f->config.settle_ms = 500;
    open = OPEN(f, CLIENT(f), &peer_guest);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    open = OPEN(f, f->clients[0], &peer_guest_2);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    /* One that waits for that can be cancelled. */
    service_log_await("-> QUEUED on AGAIN");
    open = service_open(f, f->clients[0], &peer_guest);
    assert_true(WAIT_FOR(service_log_seen() > 0));
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT(open, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
}

/* It had agreed before it was given up, and comes into the group that is for another one. */
static void a_guest_that_was_given_up_is_turned_away(struct service_fixture *f)
{
    struct service_open *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, 300);
    service_log_await("-> CONNECTING on RESULT_OK");
    open = service_open(f, CLIENT(f), &peer_guest);
    assert_true(WAIT_FOR(service_log_seen() > 0));
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT(open, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
    open = OPEN(f, f->clients[0], &peer_guest_2);
    AWAIT_COMMAND(f, "P2P_REMOVE_CLIENT", 1);
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 1);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 0);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
}

/* The lookup's last two answers make us expect to own the group. */
static void a_group_with_the_peer_is_ours_in_either_role(struct service_fixture *f)
{
    static const char none[] = "FAIL\n", guest[] = "02:00:00:00:00:01\n";
    struct scripted_fault fault = { .word = "GET_NETWORK",
        .kind = SCRIPTED_FAULT_REPLY,
        .skip = 6,
        .count = 1,
        .bytes = none,
        .len = sizeof(none) - 1 };
    unsigned int first = scripted_supplicant_fault(f->supplicant, &fault), second;

    fault.bytes = guest;
    fault.len = sizeof(guest) - 1;
    second = scripted_supplicant_fault(f->supplicant, &fault);
    OPEN(f, CLIENT(f), &peer_owner);
    assert_true(scripted_supplicant_wait_fired(f->supplicant, first, 1, PATIENCE_MS));
    assert_true(scripted_supplicant_wait_fired(f->supplicant, second, 1, PATIENCE_MS));
}

/* Somebody else's doings. */

static void a_group_of_another_program_is_left_alone(struct service_fixture *f)
{
    struct service_open *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 100);
    service_log_await("not ours");
    open = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    service_emit(f, "P2P-GROUP-STARTED p2p-wlan0-7 GO ssid=\"DIRECT-xx\" freq=2412 "
                    "passphrase=\"" SCRIPTED_PASSPHRASE "\" go_dev_addr=02:5c:00:00:00:01");
    service_emit(f,
            "P2P-GROUP-STARTED p2p-wlan0-8 client ssid=\"DIRECT-ss-0\" freq=2412 psk=" SCRIPTED_PSK
            " go_dev_addr=02:00:00:00:00:09 [PERSISTENT]");
    assert_true(WAIT_FOR(service_log_seen() == 2));
    EXPECT_OPEN(open);
    assert_int_equal(open->info.interface_index, 100);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
}

static void the_end_of_another_programs_group_means_nothing(struct service_fixture *f)
{
    struct service_open *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 100);
    service_log_await("event GROUP_REMOVED");
    open = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    service_emit(f, "P2P-GROUP-REMOVED p2p-wlan0-7 GO reason=REQUESTED");
    service_emit(f, "P2P-GROUP-REMOVED p2p-wlan0-8 client reason=GO_ENDING_SESSION");
    service_emit(f, "P2P-GROUP-REMOVED p2p-wlan0-9 client reason=REQUESTED");
    assert_true(WAIT_FOR(service_log_seen() == 3));
    EXPECT_OPEN(open);
}

/* A name that pretends to be more than a name. */
static void a_forged_device_name_moves_nothing(struct service_fixture *f)
{
    struct scripted_peer forger = { .device_address = { 2, 0, 0, 0, 0, 9 },
        .name = "' p2p_dev_addr=02:00:00:00:00:06" };
    struct service_open *open;

    scripted_supplicant_add_peer(f->supplicant, &forger);
    assert_true(scripted_supplicant_peer_hide(f->supplicant, peer_unknown.octet, true));
    open = service_open(f, CLIENT(f), &peer_unknown);
    AWAIT_COMMAND(f, "P2P_FIND", 1);
    service_log_await("event DEVICE_FOUND");
    service_emit(f, "P2P-DEVICE-FOUND 02:00:00:00:00:09 p2p_dev_addr=02:00:00:00:00:09 "
                    "pri_dev_type=1-0050F204-1 name='' p2p_dev_addr=02:00:00:00:00:06' new=1");
    assert_true(WAIT_FOR(service_log_seen() == 1));
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT_ERROR(open, WFD_ERROR_CANCELLED);
}

/* Adapters. */

static void restart_with(
        struct service_fixture *f, const struct scripted_adapter *adapters, unsigned int count)
{
    struct scripted_config config = { .adapters = adapters, .adapter_count = count };

    scripted_supplicant_free(f->supplicant);
    assert_int_equal(service_start_supplicant(f, &config), 0);
}

static void the_adapter_that_can_do_p2p_is_used(struct service_fixture *f)
{
    static const struct scripted_adapter adapters[] = { { .name = "wlan0", .no_p2p = true },
        { .name = "wlan1" } };
    struct service_open *open;

    restart_with(f, adapters, 2);
    open = OPEN(f, CLIENT(f), &peer_owner);
    assert_int_equal(open->info.interface_index, 100);
}

static void an_adapter_without_a_p2p_device_interface_is_used(struct service_fixture *f)
{
    static const struct scripted_adapter adapters[] = { { .name = "wlan0", .no_p2p_dev = true } };

    restart_with(f, adapters, 1);
    OPEN(f, CLIENT(f), &peer_owner);
    OPEN(f, f->clients[0], &peer_guest);
}

static void only_the_configured_adapter_is_used(struct service_fixture *f)
{
    static const struct scripted_adapter adapters[] = { { .name = "wlan0", .no_p2p = true },
        { .name = "wlan1" } };
    uint32_t client;

    restart_with(f, adapters, 2);
    strcpy(f->config.interface, "wlan0");
    assert_int_equal(
            wfd_service_open_client(f->service, &f->config, &client), WFD_ERROR_NOT_SUPPORTED);
    strcpy(f->config.interface, "wlan1");
    OPEN(f, CLIENT(f), &peer_owner);
}

static void no_adapter_that_can_do_p2p_is_not_supported(struct service_fixture *f)
{
    static const struct scripted_adapter adapters[] = { { .name = "wlan0", .no_p2p = true } };
    uint32_t client = 77;

    restart_with(f, adapters, 1);
    assert_int_equal(
            wfd_service_open_client(f->service, &f->config, &client), WFD_ERROR_NOT_SUPPORTED);
    assert_int_equal(client, 77);
}

static void the_kernels_word_on_an_adapter_counts(struct service_fixture *f)
{
    uint32_t client;

    service_adapter_count = 1;
    service_adapters[0] = (struct wfd_netif_adapter){ .ifname = "wlan0", .can_client = true };
    assert_int_equal(
            wfd_service_open_client(f->service, &f->config, &client), WFD_ERROR_NOT_SUPPORTED);
    service_adapters[0].can_go = true;
    OPEN(f, CLIENT(f), &peer_owner);
}

/* The group may be heard of when it is over. That is no want of descriptors. */
static void a_group_whose_interface_has_gone_already_is_an_abort(struct service_fixture *f)
{
    const struct wfd_mac *const peers[] = { &peer_owner, &peer_guest };

    CLIENT(f);
    for (unsigned int i = 0; i < 2; i++)
    {
        struct service_open *open;

        service_no_interface = true;
        open = service_open(f, f->clients[0], peers[i]);
        EXPECT_ERROR(open, WFD_ERROR_CONNECTION_ABORTED);
        AWAIT_GROUPS(f, 0);
        service_no_interface = false;
        open = OPEN(f, f->clients[0], peers[i]);
        assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
        AWAIT_GROUPS(f, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(each_status_of_an_answer_has_its_error),
        SERVICE_TEST(a_peer_that_forgot_the_group_is_not_paired),
        SERVICE_TEST(a_peer_that_expires_and_is_gone_is_unreachable),
        SERVICE_TEST(a_peer_that_expires_but_is_there_is_invited_again),
        SERVICE_TEST(the_loss_of_another_device_means_nothing),
        SERVICE_TEST(a_peer_without_time_invites_us_later),
        SERVICE_TEST(a_peer_that_never_finds_time_is_waited_for_a_minute),
        SERVICE_TEST(a_wrong_key_is_told),
        SERVICE_TEST(a_group_that_does_not_come_together_times_out),
        SERVICE_TEST(the_end_of_the_minute_finds_it_connecting),
        SERVICE_TEST(the_end_of_the_minute_finds_it_joining),
        SERVICE_TEST(a_group_that_goes_while_the_peer_joins_is_told),
        SERVICE_TEST(a_radio_that_is_off_is_told),
        SERVICE_TEST(a_peer_that_is_not_known_is_searched_and_opened),
        SERVICE_TEST(a_peer_that_comes_late_is_found),
        SERVICE_TEST(a_search_that_somebody_stops_goes_on),
        SERVICE_TEST(a_peer_that_is_never_found_is_unreachable),
        SERVICE_TEST(a_device_is_searched_for_its_visibility),
        SERVICE_TEST(a_search_without_supplicant_or_radio_fails),
        SERVICE_TEST(a_search_waits_for_the_open_before_it),
        SERVICE_TEST(a_second_session_to_the_same_peer_shares_the_group),
        SERVICE_TEST(a_session_joins_an_open_that_is_under_way),
        SERVICE_TEST(the_second_goes_on_when_the_first_is_cancelled),
        SERVICE_TEST(a_shared_group_that_goes_is_lost_to_all),
        SERVICE_TEST(two_peers_are_in_one_group_of_ours),
        SERVICE_TEST(another_peer_opens_while_the_group_of_both_is_removed),
        SERVICE_TEST(a_guest_that_was_given_up_is_turned_away),
        SERVICE_TEST(a_group_with_the_peer_is_ours_in_either_role),
        SERVICE_TEST(a_group_of_another_program_is_left_alone),
        SERVICE_TEST(the_end_of_another_programs_group_means_nothing),
        SERVICE_TEST(a_forged_device_name_moves_nothing),
        SERVICE_TEST(the_adapter_that_can_do_p2p_is_used),
        SERVICE_TEST(an_adapter_without_a_p2p_device_interface_is_used),
        SERVICE_TEST(only_the_configured_adapter_is_used),
        SERVICE_TEST(no_adapter_that_can_do_p2p_is_not_supported),
        SERVICE_TEST(the_kernels_word_on_an_adapter_counts),
        SERVICE_TEST(a_group_whose_interface_has_gone_already_is_an_abort),
    };

    return cmocka_run_group_tests_name("service: peer", tests, NULL, NULL);
}
