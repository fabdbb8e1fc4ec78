/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many short histories of four threads that use each other's handles, for ThreadSanitizer above
 * all, while a fifth disturbs. After each, whatever the order was: one callback for each start, one
 * success for each close, no handle twice, no group. tests/model has the order in its hand instead.
 */
#include "service_fixture.h"

#define THREADS   4
#define CALLS     12
#define HISTORIES 120
#define SHARED    64
#define ISSUED    (HISTORIES * SHARED)

struct shared_session
{
    struct service_open *open; /* NULL: the start failed */
    unsigned int client;
    atomic_uint closes, cancels;
};

static struct
{
    struct service_fixture *f;
    atomic_uint clients[SHARED], client_closes[SHARED], client_count;
    struct shared_session sessions[SHARED];
    atomic_bool ready[SHARED]; /* of sessions */
    atomic_uint session_count;
    atomic_uint wrong; /* results that nothing can explain */
    bool disturbed;
} shared;

static uint32_t issued[ISSUED];
static unsigned int issued_count;

struct worker
{
    pthread_t thread;
    uint32_t random;
};

static unsigned int below(struct worker *w, unsigned int limit)
{
    w->random = w->random * 1664525u + 1013904223u;
    return (w->random >> 8) % limit;
}

static void allow(enum wfd_error got, enum wfd_error a, enum wfd_error b, bool disturbed)
{
    if (!got || got == a || got == b) return;
    if (disturbed && shared.disturbed) return;
    fprintf(stderr, "a call returned %u\n", (unsigned int)got);
    atomic_fetch_add(&shared.wrong, 1);
}

static void open_client(void)
{
    uint32_t client = 0;
    enum wfd_error error = wfd_service_open_client(shared.f->service, &shared.f->config, &client);

    allow(error, WFD_SUCCESS, WFD_SUCCESS, true);
    if (!error) atomic_store(&shared.clients[atomic_fetch_add(&shared.client_count, 1)], client);
}

/* NULL: there is none yet. */
static struct shared_session *some_session(struct worker *w)
{
    unsigned int count = atomic_load(&shared.session_count), at;

    if (!count) return NULL;
    at = below(w, count);
    return atomic_load(&shared.ready[at]) ? &shared.sessions[at] : NULL;
}

static bool some_client(struct worker *w, unsigned int *ret_at)
{
    unsigned int count = atomic_load(&shared.client_count);

    *ret_at = count ? below(w, count) : 0;
    return count && atomic_load(&shared.clients[*ret_at]);
}

/* Its opens have called back: of those that other threads are starting nothing is known. */
static void close_client(unsigned int at)
{
    uint32_t client = atomic_load(&shared.clients[at]);
    enum wfd_error error = wfd_service_close_client(shared.f->service, client, 0);

    allow(error, WFD_ERROR_INVALID_HANDLE, WFD_SUCCESS, false);
    if (error) return;
    atomic_fetch_add(&shared.client_closes[at], 1);
    for (unsigned int i = 0; i < SHARED; i++)
    {
        struct shared_session *session = &shared.sessions[i];

        if (!atomic_load(&shared.ready[i]) || !session->open || session->client != at) continue;
        if (!service_begun(session->open)) atomic_fetch_add(&shared.wrong, 1);
    }
    if (wfd_service_close_client(shared.f->service, client, 0) != WFD_ERROR_INVALID_HANDLE)
        atomic_fetch_add(&shared.wrong, 1);
}

static void start(struct worker *w)
{
    static const struct wfd_mac *const peers[] = { &peer_owner, &peer_guest, &peer_guest_2,
        &peer_stranger, &peer_owner_2 };
    unsigned int at, client;
    struct service_open *open;

    if (!some_client(w, &client)) return;
    at = atomic_fetch_add(&shared.session_count, 1);
    open = service_start(shared.f, atomic_load(&shared.clients[client]), peers[below(w, 5)], NULL);
    allow(open->start_error, WFD_ERROR_INVALID_HANDLE, WFD_SUCCESS, true);
    shared.sessions[at].open = open->start_error ? NULL : open;
    shared.sessions[at].client = client;
    atomic_store(&shared.ready[at], true);
    service_begin(open);
}

static void end_session(struct worker *w, bool cancel)
{
    struct shared_session *session = some_session(w);
    struct wfd_service *service = shared.f->service;
    enum wfd_error error;

    if (!session || !session->open) return;
    error = cancel ? wfd_service_cancel_open(service, session->open->session)
                   : wfd_service_close_session(service, session->open->session);
    allow(error, WFD_ERROR_INVALID_HANDLE, WFD_ERROR_INVALID_STATE, false);
    if (error) return;
    atomic_fetch_add(cancel ? &session->cancels : &session->closes, 1);
    if (!cancel &&
            wfd_service_close_session(service, session->open->session) != WFD_ERROR_INVALID_HANDLE)
        atomic_fetch_add(&shared.wrong, 1);
}

/* Live: the other kind; stale: 6. */
static void confuse(struct worker *w)
{
    struct shared_session *session = some_session(w);
    enum wfd_error error = WFD_ERROR_INVALID_HANDLE;
    unsigned int client;

    if (below(w, 2) && some_client(w, &client))
        error = wfd_service_close_session(shared.f->service, atomic_load(&shared.clients[client]));
    else if (session && session->open)
        error = wfd_service_close_client(shared.f->service, session->open->session, 0);
    if (error != WFD_ERROR_INVALID_HANDLE && error != WFD_ERROR_INVALID_PARAMETER)
        atomic_fetch_add(&shared.wrong, 1);
}

static void *work(void *context)
{
    struct worker *w = context;
    unsigned int client;

    open_client();
    for (int i = 0; i < CALLS; i++)
    {
        switch (below(w, 10))
        {
        case 0:
            if (some_client(w, &client)) close_client(client);
            break;
        case 1: open_client(); break;
        case 2:
        case 3:
        case 4:
        case 5: start(w); break;
        case 6: end_session(w, true); break;
        case 7: confuse(w); break;
        default: end_session(w, false); break;
        }
    }
    return NULL;
}

static void *disturb(void *context)
{
    struct worker *w = context;

    for (int i = 0; i < 4; i++)
    {
        uint8_t peer[6] = { 2, 0, 0, 0, 0, (uint8_t)(1 + below(w, 5)) };

        service_pause();
        if (i || below(w, 4))
            scripted_supplicant_end_group(shared.f->supplicant, peer, SCRIPTED_END_GO_ENDING);
        else
            scripted_supplicant_restart(shared.f->supplicant);
    }
    return NULL;
}

static void run_history(struct service_fixture *f, uint32_t seed)
{
    struct worker workers[THREADS + 1];
    unsigned int count = THREADS + seed % 2;

    memset(&shared, 0, sizeof(shared));
    shared.f = f;
    shared.disturbed = seed % 2;
    for (unsigned int i = 0; i < count; i++)
    {
        workers[i].random = seed * 7919 + i * 104729;
        assert_int_equal(
                pthread_create(&workers[i].thread, NULL, i < THREADS ? work : disturb, &workers[i]),
                0);
    }
    for (unsigned int i = 0; i < count; i++) pthread_join(workers[i].thread, NULL);
    for (unsigned int i = 0; i < atomic_load(&shared.client_count); i++) close_client(i);
}

static void note_issued(uint32_t handle)
{
    assert_true(issued_count < ISSUED);
    issued[issued_count++] = handle;
}

static void check_history(struct service_fixture *f)
{
    assert_int_equal(atomic_load(&shared.wrong), 0);
    for (unsigned int i = 0; i < atomic_load(&shared.client_count); i++)
    {
        assert_int_equal(atomic_load(&shared.client_closes[i]), 1);
        note_issued(atomic_load(&shared.clients[i]));
    }
    for (unsigned int i = 0; i < atomic_load(&shared.session_count); i++)
    {
        struct shared_session *session = &shared.sessions[i];

        if (!session->open) continue;
        assert_true(service_called_back(session->open));
        assert_true(atomic_load(&session->closes) <= 1);
        if (atomic_load(&session->closes)) assert_int_equal(session->open->info.error, 0);
        if (atomic_load(&session->cancels)) assert_int_not_equal(session->open->info.error, 0);
        note_issued(session->open->session);
    }
    AWAIT_GROUPS(f, 0);
    assert_true(WAIT_FOR(!scripted_supplicant_pending_netdev(f->supplicant)));
}

/* The fixture has room for some histories only. */
static void forget_opens(struct service_fixture *f)
{
    for (unsigned int i = 0; i < f->open_count; i++)
    {
        assert_int_equal(f->opens[i]->begun, f->opens[i]->start_error ? 0 : 1);
        assert_false(f->opens[i]->overtaken);
        free(f->opens[i]);
    }
    f->open_count = 0;
}

static int compare_handles(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static void four_threads_use_each_others_handles(struct service_fixture *f)
{
    f->config.reply_timeout_ms = 300; /* for those that a restart takes with it */
    issued_count = 0;
    for (uint32_t seed = 1; seed <= HISTORIES; seed++)
    {
        run_history(f, seed);
        check_history(f);
        forget_opens(f);
    }
    qsort(issued, issued_count, sizeof(*issued), compare_handles);
    for (unsigned int i = 1; i < issued_count; i++) assert_int_not_equal(issued[i - 1], issued[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(four_threads_use_each_others_handles),
    };

    return cmocka_run_group_tests_name("service: races", tests, NULL, NULL);
}
