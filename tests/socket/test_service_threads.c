/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sixteen threads that do everything at once, for ThreadSanitizer above all: as many callbacks as
 * successful starts, no group left. Which calls succeed is left to chance.
 */
#include "service_fixture.h"

#define THREADS    16
#define OPERATIONS 100
#define SLOTS      8

struct worker
{
    pthread_t thread;
    struct service_fixture *f;
    bool does_all;
    uint32_t random;
    uint32_t clients[SLOTS]; /* 0: none */
    struct service_open *opens[SLOTS * 2];
    unsigned int open_at;
};

static const struct wfd_mac station = PEER(0x51);
static bool workers_do_all, workers_abandon;
static atomic_uint starts, callbacks, unexpected;
static struct
{
    atomic_uint look, scan, list, unpair; /* that were answered */
} calls;

static unsigned int below(struct worker *w, unsigned int limit)
{
    w->random = w->random * 1664525u + 1013904223u;
    return (w->random >> 8) % limit;
}

static void expect_one_of(enum wfd_error error, enum wfd_error a, enum wfd_error b)
{
    if (error && error != a && error != b) atomic_fetch_add(&unexpected, 1);
}

static void count_callback(struct service_open *open)
{
    (void)open;
    atomic_fetch_add(&callbacks, 1);
}

/* As service_start, for a device whose user presses the button or enters the PIN. */
static struct service_open *start_pairing(struct worker *w, uint32_t client)
{
    struct wfd_pairing pairing = { .method = below(w, 2) ? WFD_PAIRING_BUTTON : WFD_PAIRING_DISPLAY,
        .go_intent = 15 };
    struct service_open *open;

    if (!wfd_pin_make(pairing.pin)) abort();
    open = service_start_pairing(w->f, client, &peer_stranger, &pairing);
    open->hook = count_callback; /* it has not begun */
    return open;
}

static void start(struct worker *w)
{
    static const struct wfd_mac *const peers[] = { &peer_owner, &peer_guest, &peer_guest_2,
        &peer_stranger, &peer_owner_2 };
    unsigned int slot = w->open_at++ % (SLOTS * 2);
    uint32_t client = w->clients[below(w, SLOTS)];
    struct service_open *open;

    if (!client) return;
    if (w->does_all && !below(w, 8))
        open = start_pairing(w, client);
    else
        open = service_start(w->f, client, peers[below(w, 5)], count_callback);
    expect_one_of(open->start_error, WFD_ERROR_INVALID_HANDLE, WFD_SUCCESS);
    w->opens[slot] = open;
    if (!open->start_error) atomic_fetch_add(&starts, 1);
    service_begin(open);
}

static void open_or_close_client(struct worker *w)
{
    unsigned int slot = below(w, SLOTS);
    uint32_t client = w->clients[slot];

    if (client)
    {
        expect_one_of(wfd_service_close_client(w->f->service, client, 0), WFD_SUCCESS,
                workers_abandon ? WFD_ERROR_INVALID_HANDLE : WFD_SUCCESS);
        w->clients[slot] = 0;
    }
    else if (!wfd_service_open_client(w->f->service, &w->f->config, &client))
        w->clients[slot] = client;
    else
        atomic_fetch_add(&unexpected, 1);
}

static void end_one(struct worker *w, bool cancel)
{
    struct service_open *open = w->opens[below(w, SLOTS * 2)];

    if (!open || open->start_error) return;
    if (cancel)
        expect_one_of(wfd_service_cancel_open(w->f->service, open->session),
                WFD_ERROR_INVALID_HANDLE, WFD_ERROR_INVALID_STATE);
    else
        expect_one_of(wfd_service_close_session(w->f->service, open->session),
                WFD_ERROR_INVALID_HANDLE, WFD_ERROR_INVALID_STATE);
}

static bool is_one_of(enum wfd_error error, const enum wfd_error *all, unsigned int count)
{
    for (unsigned int i = 0; i < count; i++)
        if (error == all[i]) return true;
    return false;
}

#define EXPECT_ONE_OF(error, ...)                                                                  \
    do                                                                                             \
    {                                                                                              \
        static const enum wfd_error expected[] = { __VA_ARGS__ };                                  \
        if (!is_one_of(error, expected, sizeof(expected) / sizeof(*expected)))                     \
            atomic_fetch_add(&unexpected, 1);                                                      \
    } while (0)

/* Waits for the one station that there is. */
static void visit_legacy(struct worker *w)
{
    uint32_t client = w->clients[below(w, SLOTS)], session, index;
    enum wfd_error error;

    if (!client) return;
    error = wfd_service_open_legacy(w->f->service, client, &station, &session, &index);
    EXPECT_ONE_OF(error, WFD_SUCCESS, WFD_ERROR_INVALID_HANDLE, WFD_ERROR_BUSY,
            WFD_ERROR_INVALID_STATE, WFD_ERROR_SERVICE_NOT_ACTIVE);
    if (error) return;
    error = wfd_service_close_session(w->f->service, session);
    EXPECT_ONE_OF(error, WFD_SUCCESS, WFD_ERROR_INVALID_STATE, WFD_ERROR_INVALID_HANDLE);
}

static void search(struct worker *w)
{
    bool found;

    EXPECT_ONE_OF(wfd_service_search(w->f->service, &w->f->config, &peer_stranger, &found),
            WFD_SUCCESS, WFD_ERROR_BUSY, WFD_ERROR_INVALID_STATE, WFD_ERROR_SERVICE_NOT_ACTIVE);
}

/* Seldom to its end. */
static void scan(struct worker *w)
{
    struct wfd_device device;
    struct wfd_scan *scan;
    enum wfd_scan_news news = WFD_SCAN_DEVICE;
    enum wfd_error error =
            wfd_service_scan_begin(w->f->service, &w->f->config, 1 + below(w, 2), &scan);

    EXPECT_ONE_OF(error, WFD_SUCCESS, WFD_ERROR_INVALID_STATE, WFD_ERROR_SERVICE_NOT_ACTIVE);
    if (error) return;
    for (unsigned int i = below(w, 5); i && news != WFD_SCAN_OVER; i--)
        news = wfd_service_scan_next(w->f->service, scan, below(w, 5), &device, &error);
    wfd_service_scan_end(w->f->service, scan);
    atomic_fetch_add(&calls.scan, 1);
}

static void look(struct worker *w)
{
    struct wfd_paired_state states[8];
    unsigned int count;
    enum wfd_error error =
            wfd_service_look(w->f->service, &w->f->config, states, 1 + below(w, 8), &count);

    EXPECT_ONE_OF(error, WFD_SUCCESS, WFD_ERROR_INVALID_STATE, WFD_ERROR_SERVICE_NOT_ACTIVE,
            WFD_ERROR_TIMEOUT);
    if (!error) atomic_fetch_add(&calls.look, 1);
}

static void list_or_unpair(struct worker *w)
{
    struct wfd_paired paired[8];
    unsigned int count;
    enum wfd_error error;
    bool saved;

    error = wfd_service_list_paired(w->f->service, &w->f->config, paired, 8, &count);
    EXPECT_ONE_OF(error, WFD_SUCCESS, WFD_ERROR_INVALID_STATE, WFD_ERROR_SERVICE_NOT_ACTIVE,
            WFD_ERROR_INTERNAL);
    if (!error) atomic_fetch_add(&calls.list, 1);
    error = wfd_service_unpair(
            w->f->service, &w->f->config, below(w, 4) ? &peer_stranger : &peer_guest_2, &saved);
    EXPECT_ONE_OF(error, WFD_SUCCESS, WFD_ERROR_NOT_FOUND, WFD_ERROR_INVALID_STATE,
            WFD_ERROR_SERVICE_NOT_ACTIVE, WFD_ERROR_INTERNAL);
    if (!error) atomic_fetch_add(&calls.unpair, 1);
}

static void see_how_far(struct worker *w)
{
    struct service_open *open = w->opens[below(w, SLOTS * 2)];
    uint32_t serial;
    bool live;

    wfd_service_changes(w->f->service, &serial, &live);
    if (open && !open->start_error) wfd_service_progress(w->f->service, open->session);
}

/* Handles of the other kind, of other threads and of nobody. */
static void misuse(struct worker *w)
{
    struct service_open *open = w->opens[below(w, SLOTS * 2)];
    uint64_t handle = open && !open->start_error ? open->session : 2 * below(w, 1u << 20);

    EXPECT_ONE_OF(wfd_service_close_client(w->f->service, handle, 0), WFD_ERROR_INVALID_HANDLE,
            WFD_ERROR_INVALID_PARAMETER);
    handle = (uint64_t)w->clients[below(w, SLOTS)];
    EXPECT_ONE_OF(wfd_service_cancel_open(w->f->service, handle), WFD_ERROR_INVALID_HANDLE,
            WFD_ERROR_INVALID_PARAMETER);
    EXPECT_ONE_OF(wfd_service_close_session(w->f->service, handle), WFD_ERROR_INVALID_HANDLE,
            WFD_ERROR_INVALID_PARAMETER, WFD_ERROR_INVALID_STATE);
    wfd_service_begin_open(w->f->service, (uint32_t)handle);
    wfd_service_callback_begin(w->f->service, (uint32_t)handle, 1);
    wfd_service_callback_end(w->f->service, (uint32_t)handle);
}

static void *work(void *context)
{
    struct worker *w = context;

    for (int i = 0; i < OPERATIONS; i++)
    {
        if (w->does_all && !below(w, 6))
        {
            switch (below(w, 8))
            {
            case 0: visit_legacy(w); break;
            case 1: search(w); break;
            case 2: wfd_service_set_policy(w->f->service, below(w, 4)); break;
            case 3: scan(w); break;
            case 4: look(w); break;
            case 5: list_or_unpair(w); break;
            case 6: see_how_far(w); break;
            default: misuse(w); break;
            }
            continue;
        }
        if (workers_abandon && !below(w, 50)) wfd_service_abandon(w->f->service);
        switch (below(w, 8))
        {
        case 0:
        case 1: open_or_close_client(w); break;
        case 2:
        case 3:
        case 4: start(w); break;
        case 5: end_one(w, true); break;
        default: end_one(w, false); break;
        }
    }
    for (int i = 0; i < SLOTS; i++)
        if (w->clients[i]) wfd_service_close_client(w->f->service, w->clients[i], 0);
    return NULL;
}

static void run_workers(struct service_fixture *f)
{
    static struct worker workers[THREADS];

    atomic_store(&starts, 0);
    atomic_store(&callbacks, 0);
    atomic_store(&unexpected, 0);
    memset(&calls, 0, sizeof(calls));
    for (unsigned int i = 0; i < THREADS; i++)
    {
        workers[i] =
                (struct worker){ .f = f, .random = 12345 + i * 777, .does_all = workers_do_all };
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) abort();
    }
    for (int i = 0; i < THREADS; i++) pthread_join(workers[i].thread, NULL);
}

static void sixteen_threads_do_everything_at_once(struct service_fixture *f)
{
    run_workers(f);
    assert_int_equal(atomic_load(&unexpected), 0);
    assert_true(atomic_load(&starts) > 100);
    assert_true(WAIT_FOR(atomic_load(&callbacks) == atomic_load(&starts)));
    AWAIT_GROUPS(f, 0);
}

static void sixteen_threads_and_a_slow_supplicant(struct service_fixture *f)
{
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 3);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, 3);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_REMOVED, 3);
    run_workers(f);
    assert_int_equal(atomic_load(&unexpected), 0);
    assert_true(WAIT_FOR(atomic_load(&callbacks) == atomic_load(&starts)));
    AWAIT_GROUPS(f, 0);
}

static void *restart_now_and_then(void *context)
{
    struct service_fixture *f = context;

    for (int i = 0; i < 10; i++)
    {
        unsigned int seen = service_commands(f, "P2P_INVITE");

        scripted_supplicant_wait_command(f->supplicant, "P2P_INVITE", seen + 3, 1000);
        scripted_supplicant_restart(f->supplicant);
    }
    return NULL;
}

/* A client may find nobody in the moment of the restart, so errors are not counted. */
static void sixteen_threads_and_a_supplicant_that_restarts(struct service_fixture *f)
{
    pthread_t thread;

    f->config.reply_timeout_ms = 1000;
    assert_int_equal(pthread_create(&thread, NULL, restart_now_and_then, f), 0);
    run_workers(f);
    pthread_join(thread, NULL);
    assert_true(WAIT_FOR(atomic_load(&callbacks) == atomic_load(&starts)));
    OPEN(f, CLIENT(f), &peer_owner);
}

static void *switch_policy(void *context)
{
    struct service_fixture *f = context;

    for (int i = 0; i < 100; i++)
    {
        wfd_service_set_policy(f->service, i % 2);
        service_pause();
    }
    return NULL;
}

static void sixteen_threads_and_a_policy_that_changes(struct service_fixture *f)
{
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, switch_policy, f), 0);
    run_workers(f);
    pthread_join(thread, NULL);
    assert_true(WAIT_FOR(atomic_load(&callbacks) == atomic_load(&starts)));
    AWAIT_GROUPS(f, 0);
}

/* Presses the button. */
static void add_person(struct service_fixture *f)
{
    struct scripted_peer person = {
        .device_address = { 2, 0, 0, 0, 0, 4 }, .known = true, .wps = SCRIPTED_WPS_BUTTON
    };

    assert_int_equal(scripted_supplicant_add_peer(f->supplicant, &person), 0);
}

/* Every call of the core, with a policy that goes to and fro and a supplicant that is restarted. */
static void sixteen_threads_make_every_call(struct service_fixture *f)
{
    pthread_t thread;

    scripted_supplicant_add_station(
            f->supplicant, "wlan0", "home", 4, station.octet, SCRIPTED_STATION_CONNECTS);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_FIND_STOPPED, 1);
    add_person(f);
    f->config.reply_timeout_ms = 1000;
    assert_int_equal(pthread_create(&thread, NULL, restart_now_and_then, f), 0);
    workers_do_all = true;
    run_workers(f);
    workers_do_all = false;
    pthread_join(thread, NULL);
    wfd_service_set_policy(f->service, true);
    assert_true(service_commands(f, "SELECT_NETWORK") > 0);
    assert_true(service_commands(f, "P2P_FIND") > 0);
    assert_true(service_commands(f, "P2P_CONNECT") > 0);
    assert_true(atomic_load(&calls.look) && atomic_load(&calls.scan) && atomic_load(&calls.list));
    assert_true(atomic_load(&calls.unpair) > 0);
    assert_true(WAIT_FOR(atomic_load(&callbacks) == atomic_load(&starts)));
    service_add_networks(f);
    OPEN(f, CLIENT(f), &peer_owner);
}

/* A DLL that is unloaded abandons all; of what was open already nobody hears. */
static void sixteen_threads_and_one_that_abandons_everything(struct service_fixture *f)
{
    workers_abandon = true;
    run_workers(f);
    workers_abandon = false;
    AWAIT_GROUPS(f, 0);
    service_stop_dispatcher(f);
    assert_true(atomic_load(&starts) > 20);
    assert_int_equal(atomic_load(&unexpected), 0);
    for (unsigned int i = 0; i < f->open_count; i++)
    {
        assert_true(f->opens[i]->begun <= !f->opens[i]->start_error);
        f->opens[i]->begun = !f->opens[i]->start_error;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(sixteen_threads_do_everything_at_once),
        SERVICE_TEST(sixteen_threads_and_a_slow_supplicant),
        SERVICE_TEST(sixteen_threads_and_a_supplicant_that_restarts),
        SERVICE_TEST(sixteen_threads_and_a_policy_that_changes),
        SERVICE_TEST(sixteen_threads_make_every_call),
        SERVICE_TEST(sixteen_threads_and_one_that_abandons_everything),
    };

    return cmocka_run_group_tests_name("service: threads", tests, NULL, NULL);
}
