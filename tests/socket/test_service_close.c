/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ends of the core, row by row (CH, CS, CO): closing clients and sessions, cancelling an open at
 * each of its stages, policy. Never disturbs the supplicant beyond making it slow.
 */
#include "service_fixture.h"

/* WFDCloseSession. */

static void closing_a_session_makes_its_handle_stale_at_once(struct service_fixture *f)
{
    struct service_open *open = OPEN(f, CLIENT(f), &peer_owner);

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_REPLY, 100);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    assert_int_equal(
            wfd_service_close_session(f->service, open->session), WFD_ERROR_INVALID_HANDLE);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_ERROR_INVALID_HANDLE);
    AWAIT_GROUPS(f, 0);
}

static void a_pending_session_cannot_be_closed_and_goes_on(struct service_fixture *f)
{
    struct service_open *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 150);
    open = service_open(f, CLIENT(f), &peer_owner);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_ERROR_INVALID_STATE);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_ERROR_INVALID_STATE);
    EXPECT_OPEN(open);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
}

static void closing_never_waits_for_the_supplicant(struct service_fixture *f)
{
    struct service_open *open = OPEN(f, CLIENT(f), &peer_owner);
    uint64_t begin_ms;

    scripted_supplicant_hang(f->supplicant);
    begin_ms = service_real_ms();
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    assert_true(service_real_ms() - begin_ms < 500);
    scripted_supplicant_resume(f->supplicant);
    AWAIT_GROUPS(f, 0);
}

struct racer
{
    pthread_t thread;
    struct wfd_service *service;
    pthread_barrier_t *start;
    uint32_t handle;
    bool is_client;
    enum wfd_error error;
};

static void *race(void *context)
{
    struct racer *racer = context;

    pthread_barrier_wait(racer->start);
    if (racer->is_client)
        racer->error = wfd_service_close_client(racer->service, racer->handle, 0);
    else
        racer->error = wfd_service_close_session(racer->service, racer->handle);
    return NULL;
}

/* How many of sixteen threads that close the same handle get 0; all others must get 6. */
static unsigned int winners(struct service_fixture *f, uint32_t handle, bool is_client)
{
    pthread_barrier_t start;
    struct racer racers[16];
    unsigned int count = 0;

    pthread_barrier_init(&start, NULL, 16);
    for (int i = 0; i < 16; i++)
    {
        racers[i] = (struct racer){
            .service = f->service, .start = &start, .handle = handle, .is_client = is_client
        };
        if (pthread_create(&racers[i].thread, NULL, race, &racers[i])) abort();
    }
    for (int i = 0; i < 16; i++)
    {
        pthread_join(racers[i].thread, NULL);
        if (!racers[i].error) count++;
        if (racers[i].error && racers[i].error != WFD_ERROR_INVALID_HANDLE) count += 1000;
    }
    pthread_barrier_destroy(&start);
    return count;
}

static void of_many_threads_that_close_a_session_one_wins(struct service_fixture *f)
{
    uint32_t client = CLIENT(f);

    for (int i = 0; i < 10; i++)
    {
        struct service_open *open = OPEN(f, client, &peer_owner);

        assert_int_equal(winners(f, open->session, false), 1);
        AWAIT_GROUPS(f, 0);
    }
}

static void of_many_threads_that_close_a_client_one_wins(struct service_fixture *f)
{
    for (int i = 0; i < 10; i++)
    {
        uint32_t client = CLIENT(f);

        OPEN(f, client, &peer_owner);
        assert_int_equal(winners(f, client, true), 1);
        AWAIT_GROUPS(f, 0);
    }
}

static void a_session_whose_group_is_gone_still_closes(struct service_fixture *f)
{
    static const enum scripted_end ends[] = { SCRIPTED_END_GO_ENDING, SCRIPTED_END_IDLE,
        SCRIPTED_END_UNAVAILABLE, SCRIPTED_END_REQUESTED, SCRIPTED_END_FREQ_CONFLICT,
        SCRIPTED_END_NO_REASON };

    CLIENT(f);
    for (unsigned int i = 0; i < sizeof(ends) / sizeof(*ends); i++)
    {
        struct service_open *open = OPEN(f, f->clients[0], &peer_owner);

        service_log_await("-> LOST on GROUP_GONE");
        assert_true(scripted_supplicant_end_group(f->supplicant, peer_owner.octet, ends[i]));
        assert_true(WAIT_FOR(service_log_seen() == 1));
        assert_int_equal(
                wfd_service_cancel_open(f->service, open->session), WFD_ERROR_INVALID_STATE);
        assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
        assert_int_equal(
                wfd_service_close_session(f->service, open->session), WFD_ERROR_INVALID_HANDLE);
    }
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 0);
}

static void a_peer_that_leaves_our_group_can_be_opened_again(struct service_fixture *f)
{
    struct service_open *first = OPEN(f, CLIENT(f), &peer_guest), *second;

    service_log_await("the peer left");
    assert_true(scripted_supplicant_end_group(
            f->supplicant, peer_guest.octet, SCRIPTED_END_CLIENT_LEAVES));
    assert_true(WAIT_FOR(service_log_seen() == 1));
    second = OPEN(f, f->clients[0], &peer_guest);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 2);
    assert_int_equal(wfd_service_close_session(f->service, first->session), WFD_SUCCESS);
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 1);
    assert_int_equal(wfd_service_close_session(f->service, second->session), WFD_SUCCESS);
}

/* Its supplicant would take the group for not yet formed. */
static void a_peer_that_has_just_joined_our_group_is_not_turned_away(struct service_fixture *f)
{
    struct service_open *first, *second, *other;

    f->config.settle_ms = 10000;
    first = OPEN(f, CLIENT(f), &peer_guest);
    second = OPEN(f, f->clients[0], &peer_guest_2);
    assert_int_equal(wfd_service_close_session(f->service, first->session), WFD_SUCCESS);
    other = OPEN(f, f->clients[0], &peer_owner); /* the close before it has been read */
    assert_int_equal(service_commands(f, "P2P_REMOVE_CLIENT"), 0);
    service_advance(f, 10000);
    AWAIT_COMMAND(f, "P2P_REMOVE_CLIENT", 1);

    first = OPEN(f, f->clients[0], &peer_guest);
    assert_int_equal(wfd_service_close_session(f->service, second->session), WFD_SUCCESS);
    assert_int_equal(wfd_service_close_session(f->service, first->session), WFD_SUCCESS);
    OPEN(f, f->clients[0], &peer_owner);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 0);
    service_advance(f, 10000);
    AWAIT_GROUPS(f, 1);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
    assert_int_equal(wfd_service_close_session(f->service, other->session), WFD_SUCCESS);
}

static void a_close_is_carried_out_though_all_ends_right_after(struct service_fixture *f)
{
    struct service_open *open = OPEN(f, CLIENT(f), &peer_owner);

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_REPLY, 30);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    assert_int_equal(wfd_service_close_client(f->service, f->clients[0], 0), WFD_SUCCESS);
    f->client_count = 0;
    service_stop_dispatcher(f);
    wfd_service_free(f->service);
    f->service = NULL;
    assert_int_equal(scripted_supplicant_groups(f->supplicant), 0);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
}

static void freeing_the_service_closes_what_is_open(struct service_fixture *f)
{
    OPEN(f, CLIENT(f), &peer_owner);
    OPEN(f, f->clients[0], &peer_guest);
    f->client_count = 0;
    service_stop_dispatcher(f);
    wfd_service_free(f->service);
    f->service = NULL;
    assert_int_equal(scripted_supplicant_groups(f->supplicant), 0);
}

/* Nothing else wakes the service's thread. */
static void closing_a_legacy_session_gives_the_network_back(struct service_fixture *f)
{
    static const struct wfd_mac device = { { 2, 0xcc, 0, 0, 0, 1 } };
    uint32_t client = CLIENT(f), session, index;

    scripted_supplicant_add_station(
            f->supplicant, "wlan0", "Old display", 11, device.octet, SCRIPTED_STATION_CONNECTS);
    assert_int_equal(
            wfd_service_open_legacy(f->service, client, &device, &session, &index), WFD_SUCCESS);
    assert_int_equal(service_commands(f, "ENABLE_NETWORK"), 0);
    for (int i = 0; i < 50; i++) service_pause(); /* it falls asleep */
    assert_int_equal(wfd_service_close_session(f->service, session), WFD_SUCCESS);
    AWAIT_COMMAND(f, "ENABLE_NETWORK", 1);
}

static void abandoning_closes_what_is_open(struct service_fixture *f)
{
    struct service_open *open = OPEN(f, CLIENT(f), &peer_owner), *pending;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
    pending = service_open(f, f->clients[0], &peer_guest);
    AWAIT_COMMAND(f, "P2P_INVITE", 2);
    wfd_service_abandon(f->service);
    AWAIT_GROUPS(f, 0);
    EXPECT_ERROR(pending, WFD_ERROR_CANCELLED);
    assert_int_equal(
            wfd_service_close_session(f->service, open->session), WFD_ERROR_INVALID_HANDLE);
}

static void abandoning_forgets_clients(struct service_fixture *f)
{
    uint32_t client = CLIENT(f);

    OPEN(f, client, &peer_owner);
    wfd_service_abandon(f->service);
    assert_int_equal(wfd_service_close_client(f->service, client, 0), WFD_ERROR_INVALID_HANDLE);
    AWAIT_GROUPS(f, 0);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 0, PATIENCE_MS));
}

/* Nobody fetches the completion any more; the group must go all the same. */
static void an_open_whose_callback_never_ran_leaves_no_group(struct service_fixture *f)
{
    struct service_open *open;
    uint64_t begin_ms;

    CLIENT(f);
    service_stop_dispatcher(f);
    open = service_open(f, f->clients[0], &peer_owner);
    AWAIT_STARTED(f, 1);
    open->begun = 1; /* as far as the checks after the test go */
    f->client_count = 0;
    begin_ms = service_real_ms();
    wfd_service_free(f->service);
    f->service = NULL;
    assert_true(service_real_ms() - begin_ms < 5000);
    assert_int_equal(scripted_supplicant_groups(f->supplicant), 0);
}

/* WFDCloseHandle. */

static void a_clients_close_closes_its_sessions_only(struct service_fixture *f)
{
    uint32_t first = CLIENT(f), second = CLIENT(f);
    struct service_open *gone = OPEN(f, first, &peer_owner), *stays = OPEN(f, second, &peer_guest);

    assert_int_equal(wfd_service_close_client(f->service, first, 0), WFD_SUCCESS);
    assert_int_equal(
            wfd_service_close_session(f->service, gone->session), WFD_ERROR_INVALID_HANDLE);
    AWAIT_GROUPS(f, 1);
    assert_int_equal(wfd_service_close_session(f->service, stays->session), WFD_SUCCESS);
}

struct closer
{
    pthread_t thread;
    struct service_fixture *f;
    uint32_t client;
    enum wfd_error error;
    atomic_bool done;
};

static void *close_client(void *context)
{
    struct closer *closer = context;

    closer->error = wfd_service_close_client(closer->f->service, closer->client, 1);
    atomic_store(&closer->done, true);
    return NULL;
}

static void start_closer(struct closer *closer, struct service_fixture *f, uint32_t client)
{
    *closer = (struct closer){ .f = f, .client = client };
    if (pthread_create(&closer->thread, NULL, close_client, closer)) abort();
    /* It has begun when the handle is stale. */
    while (wfd_service_close_session(f->service, client) != WFD_ERROR_INVALID_HANDLE)
        service_pause();
}

static void block(struct service_open *open)
{
    while (!atomic_load(&open->may_return)) service_pause();
}

static void closing_a_client_waits_for_its_pending_open(struct service_fixture *f)
{
    struct service_open *open, *late;
    struct closer closer;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 100);
    open = service_open_hook(f, CLIENT(f), &peer_owner, block);
    start_closer(&closer, f, f->clients[0]);
    late = service_open(f, f->clients[0], &peer_owner);
    assert_int_equal(late->start_error, WFD_ERROR_INVALID_HANDLE);
    assert_true(WAIT_FOR(service_begun(open) == 1));
    assert_int_equal(open->info.error, WFD_SUCCESS);
    assert_false(atomic_load(&closer.done)); /* until the callback has returned */
    atomic_store(&open->may_return, true);
    pthread_join(closer.thread, NULL);
    assert_int_equal(closer.error, WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
}

static void closing_a_client_waits_for_an_open_that_has_not_begun(struct service_fixture *f)
{
    struct service_open *open = service_start(f, CLIENT(f), &peer_owner, NULL);
    struct closer closer;

    start_closer(&closer, f, f->clients[0]);
    assert_false(atomic_load(&closer.done));
    service_begin(open);
    pthread_join(closer.thread, NULL);
    EXPECT_ERROR(open, WFD_SUCCESS);
}

static void close_own_client(struct service_open *open)
{
    struct service_fixture *f = open->fixture;

    open->hook_data =
            (void *)(uintptr_t)wfd_service_close_client(f->service, f->clients[0], open->thread);
}

static void closing_a_client_in_its_own_callback_does_not_wait(struct service_fixture *f)
{
    struct service_open *open = service_open_hook(f, CLIENT(f), &peer_owner, close_own_client);

    assert_true(service_called_back(open));
    assert_int_equal((uintptr_t)open->hook_data, WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
    open = service_open_hook(f, CLIENT(f), &peer_stranger, close_own_client);
    f->clients[0] = f->clients[1];
    assert_true(service_called_back(open));
}

static void a_callback_that_closes_its_client_waits_for_the_others(struct service_fixture *f)
{
    struct service_open *blocked = service_open_hook(f, CLIENT(f), &peer_guest, block), *closes;

    assert_true(WAIT_FOR(service_begun(blocked) == 1));
    service_log_await("completed with error 0");
    closes = service_open_hook(f, f->clients[0], &peer_owner, close_own_client);
    assert_true(WAIT_FOR(service_begun(closes) == 1));
    assert_int_equal(closes->returned, 0);
    atomic_store(&blocked->may_return, true);
    assert_true(service_called_back(closes));
    assert_int_equal((uintptr_t)closes->hook_data, WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
}

static pthread_barrier_t both_run;

static void close_together(struct service_open *open)
{
    pthread_barrier_wait(&both_run);
    close_own_client(open);
}

static void two_callbacks_may_close_their_client_at_once(struct service_fixture *f)
{
    CLIENT(f);
    for (int i = 0; i < 20; i++)
    {
        struct service_open *a, *b;

        pthread_barrier_init(&both_run, NULL, 2);
        a = service_open_hook(f, f->clients[0], &peer_owner, close_together);
        b = service_open_hook(f, f->clients[0], &peer_owner, close_together);
        assert_true(service_called_back(a));
        assert_true(service_called_back(b));
        assert_int_equal((uintptr_t)a->hook_data + (uintptr_t)b->hook_data,
                WFD_SUCCESS + WFD_ERROR_INVALID_HANDLE);
        pthread_barrier_destroy(&both_run);
        AWAIT_GROUPS(f, 0);
        f->client_count = 0;
        CLIENT(f);
    }
}

static void close_own_session(struct service_open *open)
{
    open->hook_data =
            (void *)(uintptr_t)wfd_service_close_session(open->fixture->service, open->session);
}

static void a_callback_may_close_its_session(struct service_fixture *f)
{
    struct service_open *open = service_open_hook(f, CLIENT(f), &peer_owner, close_own_session);

    assert_true(service_called_back(open));
    assert_int_equal((uintptr_t)open->hook_data, WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
    open = service_open_hook(f, f->clients[0], &peer_stranger, close_own_session);
    assert_true(service_called_back(open));
    assert_int_equal((uintptr_t)open->hook_data, WFD_ERROR_INVALID_HANDLE);
}

static void open_again(struct service_open *open)
{
    open->hook_data = service_open(open->fixture, open->fixture->clients[0], &peer_guest);
}

static void a_callback_may_open_another_session(struct service_fixture *f)
{
    struct service_open *open = service_open_hook(f, CLIENT(f), &peer_stranger, open_again);

    assert_true(service_called_back(open));
    EXPECT_OPEN((struct service_open *)open->hook_data);
}

/* WFDCancelOpenSession. */

static void an_open_session_cannot_be_cancelled_and_stays_open(struct service_fixture *f)
{
    struct service_open *open = OPEN(f, CLIENT(f), &peer_owner);

    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_ERROR_INVALID_STATE);
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 1);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
}

static void a_second_cancel_succeeds_and_calls_nobody(struct service_fixture *f)
{
    struct service_open *open;

    service_fault_delay(f, "LIST_NETWORKS", 100);
    open = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "LIST_NETWORKS", 1);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT(open, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_ERROR_INVALID_HANDLE);
}

static void an_open_is_cancelled_before_it_begins(struct service_fixture *f)
{
    struct service_open *open;

    OPEN(f, CLIENT(f), &peer_guest);
    open = service_start(f, f->clients[0], &peer_owner, NULL);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    OPEN(f, f->clients[0], &peer_guest); /* the loop has read the note by now */
    assert_int_equal(service_begun(open), 0);
    service_begin(open);
    EXPECT(open, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
    /* Not even a group that is there already opens it. */
    open = service_start(f, f->clients[0], &peer_guest, NULL);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    service_begin(open);
    EXPECT(open, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
}

static void cancel_own(struct service_open *open)
{
    open->hook_data =
            (void *)(uintptr_t)wfd_service_cancel_open(open->fixture->service, open->session);
}

static void a_cancel_in_the_callback_comes_too_late(struct service_fixture *f)
{
    struct service_open *open = service_open_hook(f, CLIENT(f), &peer_owner, cancel_own);

    assert_true(service_called_back(open));
    assert_int_equal((uintptr_t)open->hook_data, WFD_ERROR_INVALID_STATE);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
}

/* Waits for a stage of one open, cancels it there, and checks that the next open works. */
static void cancel_at(struct service_fixture *f, const struct wfd_mac *peer, const char *stage)
{
    uint32_t client = CLIENT(f);
    struct service_open *open;

    service_log_await(stage);
    open = service_open(f, client, peer);
    assert_true(WAIT_FOR(service_log_seen() > 0));
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT(open, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
    AWAIT_GROUPS(f, 0);
    assert_false(scripted_supplicant_pending_netdev(f->supplicant));
    for (int i = 0; i < SCRIPTED_STEP_COUNT; i++)
        scripted_supplicant_latency(
                f->supplicant, i, i == SCRIPTED_STEP_FIND_STOPPED ? SCRIPTED_NEVER : 0);
    service_add_peer(f, peer, SCRIPTED_ANSWER_ACCEPT);
    OPEN(f, client, peer);
    assert_int_equal(wfd_service_close_client(f->service, client, 0), WFD_SUCCESS);
}

static void cancelled_while_queued(struct service_fixture *f)
{
    struct service_open *busy, *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
    busy = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    open = service_open(f, f->clients[0], &peer_guest);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT(open, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
    assert_int_equal(service_begun(busy), 0);
    assert_int_equal(service_commands(f, "P2P_CANCEL"), 0);
    assert_int_equal(wfd_service_cancel_open(f->service, busy->session), WFD_SUCCESS);
    EXPECT(busy, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
}

static void cancelled_while_its_group_is_looked_up(struct service_fixture *f)
{
    service_fault_delay(f, "LIST_NETWORKS", 60);
    cancel_at(f, &peer_owner, "> LIST_NETWORKS");
    service_fault_delay(f, "GET_NETWORK", 60);
    cancel_at(f, &peer_guest, "> GET_NETWORK");
}

static void cancelled_while_the_peer_is_searched(struct service_fixture *f)
{
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_FOUND, SCRIPTED_NEVER);
    cancel_at(f, &peer_unknown, "> P2P_FIND");
    assert_true(service_commands(f, "P2P_STOP_FIND") > 0);
}

static void cancelled_before_the_reply_to_the_invitation(struct service_fixture *f)
{
    service_fault_delay(f, "P2P_INVITE", 60);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 90);
    cancel_at(f, &peer_owner, "> P2P_INVITE");
    service_fault_delay(f, "P2P_INVITE", 60);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 90);
    cancel_at(f, &peer_guest, "> P2P_INVITE");
}

static void cancelled_though_the_group_comes_before_the_reply(struct service_fixture *f)
{
    struct service_open *open;

    service_fault_delay(f, "P2P_INVITE", 60);
    service_log_await("> P2P_INVITE");
    open = service_open(f, CLIENT(f), &peer_owner);
    assert_true(WAIT_FOR(service_log_seen() > 0));
    if (!wfd_service_cancel_open(f->service, open->session))
        EXPECT(open, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
    else
        EXPECT_OPEN(open);
    OPEN(f, f->clients[0], &peer_guest);
}

static void cancelled_while_invited(struct service_fixture *f)
{
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
    cancel_at(f, &peer_owner, "-> INVITED");
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
    cancel_at(f, &peer_guest, "-> INVITED");
}

static void cancelled_while_the_peer_has_no_time(struct service_fixture *f)
{
    struct scripted_peer later = { .device_address = { 2, 0, 0, 0, 0, 1 },
        .known = true,
        .answer = SCRIPTED_ANSWER_COUNTER_INVITE,
        .counter_invite_ms = 10000000 };

    scripted_supplicant_add_peer(f->supplicant, &later);
    cancel_at(f, &peer_owner, "> P2P_LISTEN");
}

static void cancelled_while_connecting(struct service_fixture *f)
{
    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_NEVER_STARTS);
    cancel_at(f, &peer_owner, "-> CONNECTING");
}

/* The supplicant does not take an agreed group of our own back: it comes up after the cancel. */
static void cancelled_while_our_group_comes_up(struct service_fixture *f)
{
    struct service_open *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, 150);
    service_log_await("-> CONNECTING");
    open = service_open(f, CLIENT(f), &peer_guest);
    assert_true(WAIT_FOR(service_log_seen() > 0));
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT(open, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
    AWAIT_GROUPS(f, 0);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, 0);
    OPEN(f, f->clients[0], &peer_guest);
}

/* The first one's group is awaited although a second open has been cancelled meanwhile. */
static void two_are_cancelled_while_our_group_comes_up(struct service_fixture *f)
{
    struct service_open *ours, *other;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, 300);
    service_log_await("-> CONNECTING");
    ours = service_open(f, CLIENT(f), &peer_guest);
    assert_true(WAIT_FOR(service_log_seen() > 0));
    assert_int_equal(wfd_service_cancel_open(f->service, ours->session), WFD_SUCCESS);
    EXPECT(ours, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
    other = service_open(f, f->clients[0], &peer_owner);
    assert_true(WAIT_FOR(service_log_seen() > 1));
    assert_int_equal(wfd_service_cancel_open(f->service, other->session), WFD_SUCCESS);
    EXPECT(other, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
    AWAIT_COMMAND(f, "P2P_GROUP_REMOVE", 1);
    AWAIT_GROUPS(f, 0);
}

static void cancelled_while_joining(struct service_fixture *f)
{
    struct scripted_peer guest = {
        .device_address = { 2, 0, 0, 0, 0, 2 }, .known = true, .join_ms = SCRIPTED_NEVER
    };

    scripted_supplicant_add_peer(f->supplicant, &guest);
    cancel_at(f, &peer_guest, "-> JOINING");
    assert_true(service_commands(f, "P2P_GROUP_REMOVE") > 0);
}

/* Policy. */

static void nothing_opens_or_closes_while_disabled(struct service_fixture *f)
{
    uint32_t client = CLIENT(f);
    struct service_open *open = OPEN(f, client, &peer_owner), *refused;

    service_log_await("-> LOST on DISABLED");
    wfd_service_set_policy(f->service, false);
    AWAIT_GROUPS(f, 0);
    refused = service_open(f, client, &peer_owner);
    assert_int_equal(refused->start_error, WFD_ERROR_INVALID_STATE);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_ERROR_INVALID_STATE);
    assert_int_equal(wfd_service_close_session(f->service, 4711), WFD_ERROR_INVALID_STATE);
    assert_int_equal(wfd_service_close_session(f->service, 4711), WFD_ERROR_INVALID_STATE);
    wfd_service_set_policy(f->service, true);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    OPEN(f, client, &peer_owner);
}

static void a_pending_open_fails_when_it_becomes_disabled(struct service_fixture *f)
{
    struct service_open *busy, *queued;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
    busy = service_open(f, CLIENT(f), &peer_guest);
    queued = service_open(f, f->clients[0], &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    wfd_service_set_policy(f->service, false);
    EXPECT_ERROR(busy, WFD_ERROR_INVALID_STATE);
    EXPECT_ERROR(queued, WFD_ERROR_INVALID_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(closing_a_session_makes_its_handle_stale_at_once),
        SERVICE_TEST(a_pending_session_cannot_be_closed_and_goes_on),
        SERVICE_TEST(closing_never_waits_for_the_supplicant),
        SERVICE_TEST(of_many_threads_that_close_a_session_one_wins),
        SERVICE_TEST(of_many_threads_that_close_a_client_one_wins),
        SERVICE_TEST(a_session_whose_group_is_gone_still_closes),
        SERVICE_TEST(a_peer_that_leaves_our_group_can_be_opened_again),
        SERVICE_TEST(a_peer_that_has_just_joined_our_group_is_not_turned_away),
        SERVICE_TEST(a_close_is_carried_out_though_all_ends_right_after),
        SERVICE_TEST(freeing_the_service_closes_what_is_open),
        SERVICE_TEST(closing_a_legacy_session_gives_the_network_back),
        SERVICE_TEST(abandoning_closes_what_is_open),
        SERVICE_TEST(abandoning_forgets_clients),
        SERVICE_TEST(an_open_whose_callback_never_ran_leaves_no_group),
        SERVICE_TEST(a_clients_close_closes_its_sessions_only),
        SERVICE_TEST(closing_a_client_waits_for_its_pending_open),
        SERVICE_TEST(closing_a_client_waits_for_an_open_that_has_not_begun),
        SERVICE_TEST(closing_a_client_in_its_own_callback_does_not_wait),
        SERVICE_TEST(a_callback_that_closes_its_client_waits_for_the_others),
        SERVICE_TEST(two_callbacks_may_close_their_client_at_once),
        SERVICE_TEST(a_callback_may_close_its_session),
        SERVICE_TEST(a_callback_may_open_another_session),
        SERVICE_TEST(an_open_session_cannot_be_cancelled_and_stays_open),
        SERVICE_TEST(a_second_cancel_succeeds_and_calls_nobody),
        SERVICE_TEST(an_open_is_cancelled_before_it_begins),
        SERVICE_TEST(a_cancel_in_the_callback_comes_too_late),
        SERVICE_TEST(cancelled_while_queued),
        SERVICE_TEST(cancelled_while_its_group_is_looked_up),
        SERVICE_TEST(cancelled_while_the_peer_is_searched),
        SERVICE_TEST(cancelled_before_the_reply_to_the_invitation),
        SERVICE_TEST(cancelled_though_the_group_comes_before_the_reply),
        SERVICE_TEST(cancelled_while_invited),
        SERVICE_TEST(cancelled_while_the_peer_has_no_time),
        SERVICE_TEST(cancelled_while_connecting),
        SERVICE_TEST(cancelled_while_our_group_comes_up),
        SERVICE_TEST(two_are_cancelled_while_our_group_comes_up),
        SERVICE_TEST(cancelled_while_joining),
        SERVICE_TEST(nothing_opens_or_closes_while_disabled),
        SERVICE_TEST(a_pending_open_fails_when_it_becomes_disabled),
    };

    return cmocka_run_group_tests_name("service: close", tests, NULL, NULL);
}
