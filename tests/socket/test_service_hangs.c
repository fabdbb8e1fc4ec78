/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A supplicant that hangs and goes on, long after it was given up: what we had it do meanwhile is
 * taken back then, whoever needs it or not, for ten minutes. The clock is moved.
 */
#include "service_fixture.h"

#define GIVEN_UP "nobody answers" /* the log, after the first attempt to connect again */

/* A client with a session that is lost already: by its handle the loop can be waked. */
static uint32_t client(struct service_fixture *f)
{
    uint32_t client = CLIENT(f);

    service_log_await("-> LOST");
    OPEN(f, client, &peer_owner_2);
    scripted_supplicant_end_group(f->supplicant, peer_owner_2.octet, SCRIPTED_END_REQUESTED);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    AWAIT_GROUPS(f, 0);
    return client;
}

/* Until the core has lost its connection and has tried in vain to get another. */
static void hang_until_given_up(struct service_fixture *f)
{
    service_log_await(GIVEN_UP);
    if (scripted_supplicant_state(f->supplicant) != SCRIPTED_STATE_HUNG)
        scripted_supplicant_hang(f->supplicant);
    for (int i = 0; i < 200 && !service_log_seen(); i++)
    {
        service_advance(f, 1000);
        for (int j = 0; j < 20 && !service_log_seen(); j++) service_pause();
    }
    assert_true(service_log_seen() > 0);
}

/* Further attempts are some seconds apart. */
static void goes_on(struct service_fixture *f, uint64_t after_ms)
{
    service_log_await("is up"); /* before the clock moves: it may go on already */
    service_advance(f, after_ms);
    scripted_supplicant_resume(f->supplicant);
    for (int i = 0; i < 200 && !service_log_seen(); i++)
    {
        for (int j = 0; j < 50 && !service_log_seen(); j++) service_pause();
        if (!service_log_seen()) service_advance(f, 1000);
    }
    assert_true(service_log_seen() > 0);
}

static void closed_while_it_hung(
        struct service_fixture *f, const struct wfd_mac *peer, uint64_t after_ms)
{
    struct service_open *open = OPEN(f, client(f), peer);

    scripted_supplicant_hang(f->supplicant);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    hang_until_given_up(f);
    assert_int_equal(scripted_supplicant_groups(f->supplicant), 1);
    goes_on(f, after_ms);
    AWAIT_GROUPS(f, 0);
}

static void a_group_that_was_closed_meanwhile_goes(struct service_fixture *f)
{
    closed_while_it_hung(f, &peer_owner, 30000);
    closed_while_it_hung(f, &peer_guest, 30000);
    OPEN(f, f->clients[0], &peer_owner);
}

static void a_group_goes_even_after_nine_minutes(struct service_fixture *f)
{
    closed_while_it_hung(f, &peer_guest, 540000);
}

/* Even one that was removed just before the supplicant hung; its command is lost. */
static void a_removal_that_was_lost_is_asked_again(struct service_fixture *f)
{
    struct service_open *open = OPEN(f, client(f), &peer_owner);
    unsigned int id =
            service_fault(f, "P2P_GROUP_REMOVE", SCRIPTED_FAULT_HANG, SCRIPTED_EFFECT_SKIP, 1);

    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
    hang_until_given_up(f);
    goes_on(f, 60000);
    AWAIT_GROUPS(f, 0);
}

static void a_session_that_was_lost_leaves_no_group(struct service_fixture *f)
{
    struct service_open *open = OPEN(f, client(f), &peer_guest);

    hang_until_given_up(f);
    goes_on(f, 60000);
    AWAIT_GROUPS(f, 0);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
}

static void a_client_that_was_closed_meanwhile_leaves_no_group(struct service_fixture *f)
{
    client(f);
    OPEN(f, CLIENT(f), &peer_owner);
    scripted_supplicant_hang(f->supplicant);
    wfd_service_close_client(f->service, f->clients[--f->client_count], 0);
    hang_until_given_up(f);
    goes_on(f, 60000);
    AWAIT_GROUPS(f, 0);
}

static void an_invitation_is_taken_back(struct service_fixture *f)
{
    const struct wfd_mac *const peers[] = { &peer_owner, &peer_guest };

    client(f);
    for (unsigned int i = 0; i < 2; i++)
    {
        struct service_open *open;
        unsigned int before = service_commands(f, "P2P_CANCEL");

        scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
        service_log_await("-> INVITED");
        open = service_open(f, f->clients[0], peers[i]);
        assert_true(WAIT_FOR(service_log_seen() == 1));
        hang_until_given_up(f);
        EXPECT_ERROR(open, WFD_ERROR_SERVICE_NOT_ACTIVE);
        goes_on(f, 60000);
        AWAIT_COMMAND(f, "P2P_CANCEL", before + 1);
        assert_true(WAIT_FOR(!scripted_supplicant_pending_netdev(f->supplicant)));
        scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 0);
        OPEN(f, f->clients[0], peers[i]);
    }
}

/* The peer's answer was on its way when it hung: nobody hears of the group when it comes up. */
static void a_group_that_comes_up_unheard_goes(struct service_fixture *f)
{
    const struct wfd_mac *const peers[] = { &peer_owner, &peer_guest };

    client(f);
    for (unsigned int i = 0; i < 2; i++)
    {
        struct service_open *open;
        unsigned int id =
                service_fault(f, "P2P_INVITE", SCRIPTED_FAULT_HANG, SCRIPTED_EFFECT_ACT, 1);

        scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 1);
        open = service_open(f, f->clients[0], peers[i]);
        assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
        hang_until_given_up(f);
        EXPECT_ERROR(open, WFD_ERROR_SERVICE_NOT_ACTIVE);
        scripted_supplicant_resume(f->supplicant);
        AWAIT_STARTED(f, 1); /* no attempt to connect is due, as the clock does not move */
        goes_on(f, 60000);
        AWAIT_GROUPS(f, 0);
        OPEN(f, f->clients[0], peers[i]);
        wfd_service_close_session(f->service, f->opens[f->open_count - 1]->session);
        AWAIT_GROUPS(f, 0);
    }
}

static void *search(void *context)
{
    struct service_fixture *f = context;
    bool found;

    wfd_service_search(f->service, &f->config, &peer_unknown, &found);
    return NULL;
}

static void a_search_is_stopped(struct service_fixture *f)
{
    pthread_t thread;
    unsigned int id;

    client(f);
    OPEN(f, f->clients[0], &peer_owner);
    id = service_fault(f, "P2P_FIND", SCRIPTED_FAULT_HANG, SCRIPTED_EFFECT_ACT, 1);
    assert_int_equal(pthread_create(&thread, NULL, search, f), 0);
    assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
    hang_until_given_up(f);
    pthread_join(thread, NULL);
    assert_int_equal(service_commands(f, "P2P_STOP_FIND"), 0);
    goes_on(f, 1000);
    AWAIT_COMMAND(f, "P2P_STOP_FIND", 1);
    AWAIT_GROUPS(f, 0);
}

static void after_ten_minutes_it_is_forgotten(struct service_fixture *f)
{
    OPEN(f, client(f), &peer_owner);
    hang_until_given_up(f);
    service_log_await("group p2p-wlan0-1: gone");
    service_advance(f, 601000);
    for (int i = 0; i < 200 && !service_log_seen(); i++)
    {
        for (int j = 0; j < 50 && !service_log_seen(); j++) service_pause();
        if (!service_log_seen()) service_advance(f, 1000);
    }
    assert_int_equal(service_log_seen(), 1);
    scripted_supplicant_resume(f->supplicant);
    assert_int_equal(scripted_supplicant_groups(f->supplicant), 1);
}

/* What is owed keeps nobody from ending; without a helper, the next program takes it over. */
static void a_service_is_freed_while_it_hangs(struct service_fixture *f)
{
    struct service_open *open;
    uint64_t begin_ms;

    OPEN(f, client(f), &peer_owner);
    hang_until_given_up(f);
    wfd_service_close_client(f->service, f->clients[--f->client_count], 0);
    service_stop_dispatcher(f);
    begin_ms = service_real_ms();
    wfd_service_free(f->service);
    assert_true(service_real_ms() - begin_ms < 5000);
    scripted_supplicant_resume(f->supplicant);
    assert_int_equal(service_fixture_new_service(f, NULL), 0);
    open = OPEN(f, CLIENT(f), &peer_owner);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 2);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
}

/* One that comes while an attempt to connect is under way is not told of that one's end. */
static void a_client_opens_as_soon_as_it_goes_on(struct service_fixture *f)
{
    OPEN(f, client(f), &peer_owner);
    for (int i = 0; i < 5; i++)
    {
        hang_until_given_up(f);
        service_advance(f, 2000);
        scripted_supplicant_resume(f->supplicant);
        OPEN(f, client(f), &peer_owner);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(a_group_that_was_closed_meanwhile_goes),
        SERVICE_TEST(a_group_goes_even_after_nine_minutes),
        SERVICE_TEST(a_removal_that_was_lost_is_asked_again),
        SERVICE_TEST(a_session_that_was_lost_leaves_no_group),
        SERVICE_TEST(a_client_that_was_closed_meanwhile_leaves_no_group),
        SERVICE_TEST(an_invitation_is_taken_back),
        SERVICE_TEST(a_group_that_comes_up_unheard_goes),
        SERVICE_TEST(a_search_is_stopped),
        SERVICE_TEST(after_ten_minutes_it_is_forgotten, .leaves_groups = true),
        SERVICE_TEST(a_service_is_freed_while_it_hangs),
        SERVICE_TEST(a_client_opens_as_soon_as_it_goes_on),
    };

    return cmocka_run_group_tests_name("service: hangs", tests, NULL, NULL);
}
