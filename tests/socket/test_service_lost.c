/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Events that are lost: the supplicant drops those that are not read in time, and whole monitors
 * that it cannot reach. What they told is found out all the same, if later. Each test makes sure
 * that its event did not come.
 */
#include "service_fixture.h"

#include "wfd_private.h"

#define LIST_MS 10000 /* how often the core asks which groups there are */

static bool is_logged(const char *text)
{
    bool found = false;

    pthread_mutex_lock(&service_log.lock);
    for (unsigned int i = 0; i < LOG_LINES && i < service_log.count; i++)
        if (strstr(service_log.lines[i], text)) found = true;
    pthread_mutex_unlock(&service_log.lock);
    return found;
}

/* The group must be missed, and the next open must not be told that it is open. */
static void is_missed(
        struct service_fixture *f, struct service_open *open, const struct wfd_mac *peer)
{
    unsigned int invitations = service_commands(f, "P2P_INVITE");

    service_log_await("went unnoticed");
    service_advance(f, LIST_MS);
    assert_true(WAIT_FOR(service_log_seen() > 0));
    assert_false(is_logged("event GROUP_REMOVED"));
    OPEN(f, f->clients[0], peer);
    assert_int_equal(service_commands(f, "P2P_INVITE"), invitations + 1);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
}

static void end_unheard(
        struct service_fixture *f, const struct wfd_mac *peer, enum scripted_end how)
{
    struct service_open *open = OPEN(f, CLIENT(f), peer);

    scripted_supplicant_detach_all(f->supplicant, NULL);
    assert_true(scripted_supplicant_end_group(f->supplicant, peer->octet, how));
    is_missed(f, open, peer);
}

static void a_group_that_ends_unheard_is_missed_as_client(struct service_fixture *f)
{
    end_unheard(f, &peer_owner, SCRIPTED_END_GO_ENDING);
}

static void a_group_that_ends_unheard_is_missed_as_owner(struct service_fixture *f)
{
    end_unheard(f, &peer_guest, SCRIPTED_END_REQUESTED);
}

static void a_group_that_lives_is_not_missed(struct service_fixture *f)
{
    struct service_open *first = OPEN(f, CLIENT(f), &peer_owner),
                        *second = OPEN(f, f->clients[0], &peer_guest);
    unsigned int lists = service_commands(f, "INTERFACES");

    scripted_supplicant_detach_all(f->supplicant, NULL);
    service_advance(f, LIST_MS);
    AWAIT_COMMAND(f, "INTERFACES", lists + 1);
    OPEN(f, f->clients[0], &peer_owner);
    assert_false(is_logged("went unnoticed"));
    assert_int_equal(wfd_service_close_session(f->service, first->session), WFD_SUCCESS);
    assert_int_equal(wfd_service_close_session(f->service, second->session), WFD_SUCCESS);
}

/* The question about the peers has been answered, and the answer read. */
static void await_roll_call(struct service_fixture *f, unsigned int count)
{
    AWAIT_COMMAND(f, "P2P_GROUP_MEMBER", count);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 1, PATIENCE_MS));
}

/* Its session goes on holding the group. The next open must not be told that the peer is there. */
static void a_guest_that_leaves_unheard_is_invited_anew(struct service_fixture *f)
{
    struct service_open *first = OPEN(f, CLIENT(f), &peer_guest);

    scripted_supplicant_detach_all(f->supplicant, NULL);
    assert_true(scripted_supplicant_end_group(
            f->supplicant, peer_guest.octet, SCRIPTED_END_CLIENT_LEAVES));
    service_log_await("the peer left");
    service_advance(f, LIST_MS);
    assert_true(WAIT_FOR(service_log_seen() > 0));
    assert_false(is_logged("event STATION_DISCONNECTED"));
    OPEN(f, f->clients[0], &peer_guest);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 2);
    AWAIT_GROUPS(f, 1);
    assert_int_equal(wfd_service_close_session(f->service, first->session), WFD_SUCCESS);
}

/* peer_guest is asked about before peer_guest_2. */
static void one_of_two_leaves(
        struct service_fixture *f, const struct wfd_mac *leaving, const struct wfd_mac *staying)
{
    unsigned int invitations;

    f->config.reply_timeout_ms = LONG_MS; /* the clock moves on while replies are on their way */
    OPEN(f, CLIENT(f), &peer_guest);
    OPEN(f, f->clients[0], &peer_guest_2);
    AWAIT_GROUPS(f, 1);
    invitations = service_commands(f, "P2P_INVITE");
    scripted_supplicant_detach_all(f->supplicant, NULL);
    assert_true(scripted_supplicant_end_group(
            f->supplicant, leaving->octet, SCRIPTED_END_CLIENT_LEAVES));
    service_advance(f, LIST_MS);
    await_roll_call(f, 2);
    assert_false(is_logged("event STATION_DISCONNECTED"));
    OPEN(f, f->clients[0], staying);
    assert_int_equal(service_commands(f, "P2P_INVITE"), invitations);
    OPEN(f, f->clients[0], leaving);
    assert_int_equal(service_commands(f, "P2P_INVITE"), invitations + 1);
}

static void the_last_of_two_guests_stays(struct service_fixture *f)
{
    one_of_two_leaves(f, &peer_guest, &peer_guest_2);
}

static void the_first_of_two_guests_stays(struct service_fixture *f)
{
    one_of_two_leaves(f, &peer_guest_2, &peer_guest);
}

static void is_not_missed(struct service_fixture *f)
{
    OPEN(f, f->clients[0], &peer_guest);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
    assert_false(is_logged("the peer left"));
}

static void a_guest_that_is_there_is_not_missed(struct service_fixture *f)
{
    f->config.reply_timeout_ms = LONG_MS;
    OPEN(f, CLIENT(f), &peer_guest);
    for (unsigned int i = 1; i <= 3; i++)
    {
        service_advance(f, LIST_MS);
        await_roll_call(f, i);
    }
    is_not_missed(f);
}

static void an_answer_that_means_nothing_makes_nobody_missing(struct service_fixture *f)
{
    static const char *const answers[] = { "UNKNOWN COMMAND\n", "", "OK\n", "\n", "FAIL-BUSY\n",
        "FAIL\nFAIL\n", " FAIL\n", "fail\n", "02:00" };

    f->config.reply_timeout_ms = LONG_MS;
    OPEN(f, CLIENT(f), &peer_guest);
    for (unsigned int i = 0; i < sizeof(answers) / sizeof(*answers); i++)
    {
        struct scripted_fault fault = { .word = "P2P_GROUP_MEMBER",
            .kind = SCRIPTED_FAULT_REPLY,
            .bytes = answers[i],
            .len = strlen(answers[i]),
            .count = 1 };
        unsigned int id = scripted_supplicant_fault(f->supplicant, &fault);

        service_advance(f, LIST_MS);
        assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
        await_roll_call(f, i + 1);
    }
    is_not_missed(f);
}

/* Neither one that does not come, from a socket that goes, or that cannot be reached. */
static void no_answer_makes_nobody_missing(struct service_fixture *f)
{
    static const struct scripted_fault faults[] = {
        { .word = "P2P_GROUP_MEMBER", .kind = SCRIPTED_FAULT_DROP, .count = 1 },
        { .word = "P2P_GROUP_MEMBER", .kind = SCRIPTED_FAULT_REBIND, .count = 1 },
        { .word = "STATUS", .ifname = "p2p-wlan0-0", .kind = SCRIPTED_FAULT_DROP, .count = 1 },
        { .word = "ATTACH", .ifname = "p2p-wlan0-0", .kind = SCRIPTED_FAULT_DROP, .count = 1 },
    };

    f->config.reply_timeout_ms = LIST_MS / 2;
    OPEN(f, CLIENT(f), &peer_guest);
    for (unsigned int i = 0; i < sizeof(faults) / sizeof(*faults); i++)
    {
        unsigned int id = scripted_supplicant_fault(f->supplicant, &faults[i]);

        service_log_await("supplicant: down");
        service_advance(f, LIST_MS);
        assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
        service_advance(f, LIST_MS / 2);
        assert_true(WAIT_FOR(service_log_seen() > 0));
        service_log_await("no longer needed"); /* the next one gets its answer */
        service_advance(f, LIST_MS / 2);
        assert_true(WAIT_FOR(service_log_seen() > 0));
    }
    is_not_missed(f);
}

/* Until the answer is there we hold it for present; what is heard meanwhile is newer. */
static void a_guest_that_comes_back_before_the_answer_is_not_missed(struct service_fixture *f)
{
    const struct scripted_fault late = {
        .word = "P2P_GROUP_MEMBER", .kind = SCRIPTED_FAULT_DELAY, .delay_ms = 300, .count = 1
    };
    unsigned int id;

    OPEN(f, CLIENT(f), &peer_guest);
    id = scripted_supplicant_fault(f->supplicant, &late);
    scripted_supplicant_detach_all(f->supplicant, NULL);
    assert_true(scripted_supplicant_end_group(
            f->supplicant, peer_guest.octet, SCRIPTED_END_CLIENT_LEAVES));
    service_advance(f, LIST_MS);
    assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 2, PATIENCE_MS));
    assert_true(scripted_supplicant_peer_joins(f->supplicant, peer_guest.octet, "p2p-wlan0-0"));
    await_roll_call(f, 1);
    OPEN(f, f->clients[0], &peer_guest);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
}

/* No time passes: an open that had to wait for the answer would wait for ever. */
static void a_roll_call_without_answer_delays_no_open(struct service_fixture *f)
{
    const struct scripted_fault mute = { .word = "P2P_GROUP_MEMBER", .kind = SCRIPTED_FAULT_DROP };
    unsigned int id;

    f->config.reply_timeout_ms = LONG_MS;
    OPEN(f, CLIENT(f), &peer_guest);
    id = scripted_supplicant_fault(f->supplicant, &mute);
    service_advance(f, LIST_MS);
    assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
    OPEN(f, f->clients[0], &peer_owner);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 1, PATIENCE_MS));
    assert_false(is_logged("the peer left"));
}

/* Its conversation must not be what stays. */
static void a_roll_call_without_answer_ends_with_the_group(struct service_fixture *f)
{
    const struct scripted_fault mute = { .word = "P2P_GROUP_MEMBER", .kind = SCRIPTED_FAULT_DROP };
    struct service_open *open;
    unsigned int id;

    f->config.reply_timeout_ms = LONG_MS;
    open = OPEN(f, CLIENT(f), &peer_guest);
    OPEN(f, f->clients[0], &peer_owner);
    id = scripted_supplicant_fault(f->supplicant, &mute);
    service_advance(f, LIST_MS);
    assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 1);
    assert_true(WAIT_FOR(service_client_sockets() == 2));
}

/* More than the supplicant keeps for a monitor that does not read, with the event among the first. */
static void a_flood_that_is_not_read_in_time_drops_an_event(struct service_fixture *f)
{
    static const char filler[] = "<3>CTRL-EVENT-BSS-ADDED 34 00:11:22:33:44:55";
    struct service_open *open = OPEN(f, CLIENT(f), &peer_owner);

    pthread_mutex_lock(&f->service->lock); /* the loop stands still */
    for (int i = 0; i < 1000; i++)
        scripted_supplicant_emit(f->supplicant, P2P_DEV, filler, sizeof(filler) - 1);
    assert_true(
            scripted_supplicant_end_group(f->supplicant, peer_owner.octet, SCRIPTED_END_GO_ENDING));
    for (int i = 0; i < 4000; i++)
        scripted_supplicant_emit(f->supplicant, P2P_DEV, filler, sizeof(filler) - 1);
    pthread_mutex_unlock(&f->service->lock);
    is_missed(f, open, &peer_owner);
}

/* A list that is cut, or nonsense, proves nothing. */
static void a_list_without_our_own_interface_is_not_believed(struct service_fixture *f)
{
    static const char *const lists[] = { "", "FAIL\n", "wlan0\n", "p2p-dev-wlan0x\n",
        "UNKNOWN COMMAND\n" };

    OPEN(f, CLIENT(f), &peer_owner);
    for (unsigned int i = 0; i < sizeof(lists) / sizeof(*lists); i++)
    {
        struct scripted_fault fault = { .word = "INTERFACES",
            .kind = SCRIPTED_FAULT_REPLY,
            .bytes = lists[i],
            .len = strlen(lists[i]),
            .count = 1 };
        unsigned int id = scripted_supplicant_fault(f->supplicant, &fault);

        service_advance(f, LIST_MS);
        assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
    }
    OPEN(f, f->clients[0], &peer_owner);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
    assert_false(is_logged("went unnoticed"));
}

/* The guest is in, but nobody says so: the open fails in time, and the group goes. */
static void a_guest_whose_coming_is_not_heard_does_not_keep_the_group(struct service_fixture *f)
{
    struct scripted_peer late = { .device_address = { 2, 0, 0, 0, 0, 2 },
        .known = true,
        .answer = SCRIPTED_ANSWER_ACCEPT,
        .join_ms = SCRIPTED_NEVER };
    struct service_open *open;

    scripted_supplicant_add_peer(f->supplicant, &late);
    f->config.open_timeout_ms = 5000;
    open = service_open(f, CLIENT(f), &peer_guest);
    AWAIT_STARTED(f, 1);
    assert_true(WAIT_FOR(is_logged("JOINING on STARTED_GO")));
    scripted_supplicant_detach_all(f->supplicant, NULL);
    assert_true(scripted_supplicant_peer_joins(f->supplicant, peer_guest.octet, "p2p-wlan0-0"));
    assert_true(service_called_back_within(open, 500, 20000));
    assert_int_equal(open->info.error, WFD_ERROR_TIMEOUT);
    assert_false(is_logged("event STATION_CONNECTED"));
    AWAIT_GROUPS(f, 0);
}

/* The open fails in time, and the group that has come of it goes. */
static void start_unheard(struct service_fixture *f, const struct wfd_mac *peer)
{
    struct service_open *open;

    f->config.open_timeout_ms = 5000;
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, 300);
    open = service_open(f, CLIENT(f), peer);
    assert_true(WAIT_FOR(is_logged("CONNECTING on RESULT_OK")));
    scripted_supplicant_detach_all(f->supplicant, NULL);
    AWAIT_STARTED(f, 1);
    assert_true(service_called_back_within(open, 500, 20000));
    assert_int_equal(open->info.error, WFD_ERROR_TIMEOUT);
    assert_false(is_logged("event GROUP_STARTED"));
    AWAIT_GROUPS(f, 0);
}

static void a_start_that_is_not_heard_leaves_no_group_as_client(struct service_fixture *f)
{
    start_unheard(f, &peer_owner);
}

static void a_start_that_is_not_heard_leaves_no_group_as_owner(struct service_fixture *f)
{
    start_unheard(f, &peer_guest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(a_group_that_ends_unheard_is_missed_as_client),
        SERVICE_TEST(a_group_that_ends_unheard_is_missed_as_owner),
        SERVICE_TEST(a_group_that_lives_is_not_missed),
        SERVICE_TEST(a_guest_that_leaves_unheard_is_invited_anew),
        SERVICE_TEST(the_last_of_two_guests_stays),
        SERVICE_TEST(the_first_of_two_guests_stays),
        SERVICE_TEST(a_guest_that_is_there_is_not_missed),
        SERVICE_TEST(an_answer_that_means_nothing_makes_nobody_missing),
        SERVICE_TEST(no_answer_makes_nobody_missing),
        SERVICE_TEST(a_guest_that_comes_back_before_the_answer_is_not_missed),
        SERVICE_TEST(a_roll_call_without_answer_delays_no_open),
        SERVICE_TEST(a_roll_call_without_answer_ends_with_the_group),
        SERVICE_TEST(a_flood_that_is_not_read_in_time_drops_an_event),
        SERVICE_TEST(a_list_without_our_own_interface_is_not_believed),
        SERVICE_TEST(a_guest_whose_coming_is_not_heard_does_not_keep_the_group),
        SERVICE_TEST(a_start_that_is_not_heard_leaves_no_group_as_client),
        SERVICE_TEST(a_start_that_is_not_heard_leaves_no_group_as_owner),
    };

    return cmocka_run_group_tests_name("service: lost events", tests, NULL, NULL);
}
