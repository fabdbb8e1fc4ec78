/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the tests of the core share: a service that talks through the real libwpa_client sockets to
 * a scripted supplicant, a dispatcher thread that runs its callbacks, a clock that can be moved,
 * and the checks that follow every test: each open called back once, no group, monitor, descriptor,
 * thread or client socket is left, no key was logged. It never sleeps for a fixed time; all that
 * asserts must run on the test's own thread.
 *
 * Include it once in a program, after nothing: it brings cmocka.
 */
#ifndef SERVICE_FIXTURE_H
#define SERVICE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scripted_supplicant.h"
#include "service_log.h"
#include "wfd_command.h"
#include "wfd_core.h"
#include "wfd_ctrl.h"
#include "wfd_netif.h"

#define P2P_DEV        "p2p-dev-wlan0"
#define PATIENCE_MS    20000   /* of every wait: far more than anything takes, even under TSan */
#define LONG_MS        3600000 /* a limit that tests which move the clock never reach */
#define CALLBACK_VALUE 0x1122334455667788u
#define MAX_OPENS      2048
#define MAX_CLIENTS    64

/* The peers of every test, and what the supplicant has stored about them. */
#define PEER(n)                                                                                    \
    {                                                                                              \
        {                                                                                          \
            0x02, 0x00, 0x00, 0x00, 0x00, n                                                        \
        }                                                                                          \
    }
static const struct wfd_mac peer_owner = PEER(1); /* owns the group of network 0 */
static const struct wfd_mac peer_guest = PEER(2); /* both are clients of our network 1 */
static const struct wfd_mac peer_guest_2 = PEER(3);
static const struct wfd_mac peer_stranger = PEER(4); /* known, but nothing is stored */
static const struct wfd_mac peer_owner_2 = PEER(5);  /* owns the group of network 2 */
static const struct wfd_mac peer_unknown =
        PEER(6); /* owns that of network 3; must be found first */

struct service_fixture;

/* One call of wfd_service_start_open, and what became of it. */
struct service_open
{
    struct service_fixture *fixture;
    uint32_t session;
    enum wfd_error start_error;
    /* Runs in the callback, on a thread of its own; NULL: none. */
    void (*hook)(struct service_open *open);
    void *hook_data;
    uint64_t thread; /* number of the thread that calls back */
    pthread_t hook_thread;
    bool has_thread;
    atomic_bool may_return; /* for hooks that block */
    atomic_bool handle_stored;
    bool overtaken;               /* the callback came before the handle was stored */
    unsigned int begun, returned; /* callbacks; guarded by service_fixture.lock, as info */
    struct wfd_completion_info info;
};

struct service_test
{
    void (*body)(struct service_fixture *f);
    bool no_supplicant; /* the test makes and starts it */
    bool leaves_groups; /* the supplicant died with them, or the like */
};

struct service_fixture
{
    const struct service_test *test;
    char dir[64], sockets[80], share[80];
    struct scripted_supplicant *supplicant;
    struct wfd_service *service;
    struct wfd_config config;
    atomic_uint_fast64_t ahead_ms;   /* of the real clock */
    atomic_uint_fast64_t stopped_ms; /* the real clock stands still there; 0: it goes */
    atomic_uint looks;               /* at the clock */

    pthread_t dispatcher;
    bool dispatcher_runs;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stop;
    unsigned int started;
    struct service_open *opens[MAX_OPENS];
    unsigned int open_count;
    uint32_t clients[MAX_CLIENTS]; /* closed at the end */
    unsigned int client_count;

    unsigned int descriptors, threads; /* before the test */
    bool finished;
};

/* Time. */

static inline uint64_t service_real_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static inline uint64_t service_now_ms(void *context)
{
    struct service_fixture *f = context;
    uint64_t stopped_ms = atomic_load(&f->stopped_ms);

    atomic_fetch_add(&f->looks, 1);
    return (stopped_ms ? stopped_ms : service_real_ms()) + atomic_load(&f->ahead_ms);
}

/* A moment in a loop that waits for a condition until a time. */
static inline void service_pause(void)
{
    struct timespec moment = { .tv_nsec = 1000000 };

    nanosleep(&moment, NULL);
}

/* Waits until the condition holds; false when it never did. */
#define WAIT_FOR(condition)                                                                        \
    ({                                                                                             \
        uint64_t wait_end_ms = service_real_ms() + PATIENCE_MS;                                    \
        bool wait_holds;                                                                           \
        while (!(wait_holds = (condition)) && service_real_ms() < wait_end_ms) service_pause();    \
        wait_holds;                                                                                \
    })

/* Makes the loop look at the clock. */
static inline void service_wake(struct service_fixture *f)
{
    for (unsigned int i = 0; i < f->open_count; i++)
        if (!f->opens[i]->start_error) wfd_service_begin_open(f->service, f->opens[i]->session);
}

static inline void service_advance(struct service_fixture *f, uint64_t ms)
{
    atomic_fetch_add(&f->ahead_ms, ms);
    service_wake(f);
}

/* Network interfaces: the kernel's word, when count is not 0. */

static struct wfd_netif_adapter service_adapters[4];
static unsigned int service_adapter_count;

static inline int service_netif_list(
        struct wfd_netif_adapter *ret_adapters, unsigned int max, unsigned int *ret_count)
{
    if (!service_adapter_count) return -ENOENT;
    for (unsigned int i = 0; i < service_adapter_count && i < max; i++)
        ret_adapters[i] = service_adapters[i];
    *ret_count = service_adapter_count;
    return 0;
}

static bool service_no_interface; /* each has gone already when it is asked for */

static inline uint32_t service_netif_index(const char *ifname)
{
    const char *dash = strrchr(ifname, '-');

    errno = ENODEV;
    if (service_no_interface) return 0;
    return 100 + (uint32_t)atoi(dash ? dash + 1 : "0");
}

static const struct wfd_netif_ops service_netif_ops = {
    .list = service_netif_list,
    .index = service_netif_index,
};

/* Callbacks. */

static inline void service_call_back(struct service_open *open)
{
    struct service_fixture *f = open->fixture;
    uint32_t completion = open->info.completion;

    wfd_service_callback_begin(f->service, completion, open->thread);
    pthread_mutex_lock(&f->lock);
    if (!atomic_load(&open->handle_stored)) open->overtaken = true;
    open->begun++;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
    if (open->hook) open->hook(open);
    wfd_service_callback_end(f->service, completion);
    pthread_mutex_lock(&f->lock);
    open->returned++;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

static inline void *service_hook_thread(void *context)
{
    service_call_back(context);
    return NULL;
}

static inline void service_take_completion(
        struct service_fixture *f, const struct wfd_completion_info *info)
{
    struct service_open *open = (struct service_open *)(uintptr_t)info->context;

    pthread_mutex_lock(&f->lock);
    open->info = *info;
    pthread_mutex_unlock(&f->lock);
    if (open->hook && !open->has_thread &&
            !pthread_create(&open->hook_thread, NULL, service_hook_thread, open))
        open->has_thread = true;
    else
        service_call_back(open);
}

/* As the real dispatcher: alive only while opens are pending, here asleep meanwhile. */
static inline void *service_dispatch(void *context)
{
    struct service_fixture *f = context;
    struct wfd_completion_info info;
    unsigned int seen = 0;

    pthread_mutex_lock(&f->lock);
    while (!f->stop)
    {
        seen = f->started;
        pthread_mutex_unlock(&f->lock);
        while (wfd_service_next_completion(f->service, &info)) service_take_completion(f, &info);
        pthread_mutex_lock(&f->lock);
        while (!f->stop && f->started == seen) pthread_cond_wait(&f->changed, &f->lock);
    }
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

/* Calls. */

static inline struct service_open *service_open_new(struct service_fixture *f)
{
    struct service_open *open = calloc(1, sizeof(*open));

    if (!open) return NULL;
    open->fixture = f;
    pthread_mutex_lock(&f->lock);
    if (f->open_count == MAX_OPENS)
    {
        pthread_mutex_unlock(&f->lock);
        free(open);
        return NULL;
    }
    open->thread = 1000 + f->open_count;
    f->opens[f->open_count++] = open;
    pthread_mutex_unlock(&f->lock);
    return open;
}

static inline void service_started(struct service_fixture *f)
{
    pthread_mutex_lock(&f->lock);
    f->started++;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

/* Starts without beginning. */
static inline struct service_open *service_start(struct service_fixture *f, uint64_t client,
        const struct wfd_mac *peer, void (*hook)(struct service_open *open))
{
    struct service_open *open = service_open_new(f);

    if (!open) abort();
    open->hook = hook;
    open->start_error = wfd_service_start_open(
            f->service, client, peer, CALLBACK_VALUE, (uint64_t)(uintptr_t)open, &open->session);
    if (!open->start_error) service_started(f);
    return open;
}

/* The same, of a pairing. */
static inline struct service_open *service_start_pairing(struct service_fixture *f, uint64_t client,
        const struct wfd_mac *peer, const struct wfd_pairing *pairing)
{
    struct service_open *open = service_open_new(f);

    if (!open) abort();
    open->start_error = wfd_service_start_pairing(f->service, client, peer, pairing, CALLBACK_VALUE,
            (uint64_t)(uintptr_t)open, &open->session);
    if (!open->start_error) service_started(f);
    return open;
}

static inline void service_begin(struct service_open *open)
{
    atomic_store(&open->handle_stored, true);
    if (!open->start_error) wfd_service_begin_open(open->fixture->service, open->session);
}

static inline struct service_open *service_open(
        struct service_fixture *f, uint64_t client, const struct wfd_mac *peer)
{
    struct service_open *open = service_start(f, client, peer, NULL);

    service_begin(open);
    return open;
}

static inline struct service_open *service_open_hook(struct service_fixture *f, uint64_t client,
        const struct wfd_mac *peer, void (*hook)(struct service_open *open))
{
    struct service_open *open = service_start(f, client, peer, hook);

    service_begin(open);
    return open;
}

static inline bool service_reached(
        struct service_open *open, const unsigned int *counter, unsigned int count)
{
    struct service_fixture *f = open->fixture;
    struct timespec end;
    bool reached;

    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += PATIENCE_MS / 1000;
    pthread_mutex_lock(&f->lock);
    while (*counter < count)
        if (pthread_cond_timedwait(&f->changed, &f->lock, &end) == ETIMEDOUT) break;
    reached = *counter >= count;
    pthread_mutex_unlock(&f->lock);
    return reached;
}

static inline bool service_called_back(struct service_open *open)
{
    return service_reached(open, &open->returned, 1);
}

static inline unsigned int service_begun(struct service_open *open)
{
    unsigned int begun;

    pthread_mutex_lock(&open->fixture->lock);
    begun = open->begun;
    pthread_mutex_unlock(&open->fixture->lock);
    return begun;
}

/* Moves the clock on in steps until the callback has returned, at most by max_ms. */
static inline bool service_called_back_within(
        struct service_open *open, uint64_t step_ms, uint64_t max_ms)
{
    for (uint64_t gone_ms = 0; gone_ms <= max_ms; gone_ms += step_ms)
    {
        for (int i = 0; i < 30; i++)
        {
            if (service_begun(open)) return service_called_back(open);
            service_pause();
        }
        service_advance(open->fixture, step_ms);
    }
    return service_called_back(open);
}

#define EXPECT_ERROR(open, expected) service_expect_error(open, expected, __FILE__, __LINE__)
#define EXPECT(open, expected, why)  service_expect(open, expected, why, __FILE__, __LINE__)
#define EXPECT_OPEN(open)            EXPECT(open, WFD_SUCCESS, WFD_REASON_SUCCESS)
/* Opens, waits, expects success. */
#define OPEN(f, client, peer) service_opened(f, client, peer, __FILE__, __LINE__)
#define CLIENT(f)             service_client(f, __FILE__, __LINE__)

static inline void service_expect_error(
        struct service_open *open, enum wfd_error expected, const char *file, int line)
{
    _assert_int_equal(open->start_error, WFD_SUCCESS, file, line);
    _assert_true(service_called_back(open), "the callback came", file, line);
    _assert_int_equal(open->info.error, expected, file, line);
}

static inline void service_expect(struct service_open *open, enum wfd_error expected,
        enum wfd_reason why, const char *file, int line)
{
    service_expect_error(open, expected, file, line);
    _assert_int_equal(open->info.reason, why, file, line);
    _assert_int_equal(open->info.session, open->session, file, line);
    _assert_int_equal(open->info.callback, CALLBACK_VALUE, file, line);
    _assert_true((open->info.interface_index != 0) == (expected == WFD_SUCCESS),
            "an index comes with success only", file, line);
}

static inline uint32_t service_client(struct service_fixture *f, const char *file, int line)
{
    uint32_t client = 0;

    _assert_int_equal(
            wfd_service_open_client(f->service, &f->config, &client), WFD_SUCCESS, file, line);
    _assert_true(f->client_count < MAX_CLIENTS, "room for a client", file, line);
    f->clients[f->client_count++] = client;
    return client;
}

/* By another process. That is bounded to a second, which a busy machine may need for less. */
static inline bool service_opens_client(
        struct wfd_service *service, const struct wfd_config *config, uint32_t *ret_client)
{
    for (int i = 0; i < 20; i++)
        if (!wfd_service_open_client(service, config, ret_client)) return true;
    return false;
}

static inline struct service_open *service_opened(struct service_fixture *f, uint64_t client,
        const struct wfd_mac *peer, const char *file, int line)
{
    struct service_open *open = service_open(f, client, peer);

    service_expect(open, WFD_SUCCESS, WFD_REASON_SUCCESS, file, line);
    /* What follows it has been said: the clock may jump. */
    assert_true(WAIT_FOR(!scripted_supplicant_authorises(f->supplicant)));
    return open;
}

/* The supplicant. */

static inline int service_add_peer(
        struct service_fixture *f, const struct wfd_mac *peer, enum scripted_answer answer)
{
    struct scripted_peer scripted = { .known = true, .answer = answer };

    memcpy(scripted.device_address, peer->octet, sizeof(scripted.device_address));
    return scripted_supplicant_add_peer(f->supplicant, &scripted);
}

static inline int service_add_peer_status(
        struct service_fixture *f, const struct wfd_mac *peer, int status)
{
    struct scripted_peer scripted = {
        .known = true, .answer = SCRIPTED_ANSWER_STATUS, .status = status
    };

    memcpy(scripted.device_address, peer->octet, sizeof(scripted.device_address));
    return scripted_supplicant_add_peer(f->supplicant, &scripted);
}

static inline void service_add_networks(struct service_fixture *f)
{
    static const uint8_t owner[1][6] = { { 2, 0, 0, 0, 0, 1 } };
    static const uint8_t guests[2][6] = { { 2, 0, 0, 0, 0, 2 }, { 2, 0, 0, 0, 0, 3 } };
    static const uint8_t owner_2[1][6] = { { 2, 0, 0, 0, 0, 5 } };
    static const uint8_t unknown[1][6] = { { 2, 0, 0, 0, 0, 6 } };
    const struct scripted_network networks[] = {
        { .id = 0, .role = SCRIPTED_ROLE_CLIENT, .peers = owner, .peer_count = 1 },
        { .id = 1, .role = SCRIPTED_ROLE_GO, .peers = guests, .peer_count = 2 },
        { .id = 2, .role = SCRIPTED_ROLE_CLIENT, .peers = owner_2, .peer_count = 1 },
        { .id = 3, .role = SCRIPTED_ROLE_CLIENT, .peers = unknown, .peer_count = 1 },
    };
    struct scripted_peer stranger = { .device_address = { 2, 0, 0, 0, 0, 6 } };

    for (unsigned int i = 0; i < sizeof(networks) / sizeof(*networks); i++)
        scripted_supplicant_add_persistent(f->supplicant, &networks[i]);
    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_ACCEPT);
    service_add_peer(f, &peer_guest, SCRIPTED_ANSWER_ACCEPT);
    service_add_peer(f, &peer_guest_2, SCRIPTED_ANSWER_ACCEPT);
    service_add_peer(f, &peer_stranger, SCRIPTED_ANSWER_ACCEPT);
    service_add_peer(f, &peer_owner_2, SCRIPTED_ANSWER_ACCEPT);
    scripted_supplicant_add_peer(f->supplicant, &stranger);
}

/* A supplicant with the usual peers and networks, on the fixture's directory; 0 or an errno. */
static inline int service_start_supplicant(
        struct service_fixture *f, const struct scripted_config *wanted)
{
    struct scripted_config config = { .dir = f->sockets };

    if (wanted) config = *wanted;
    config.dir = f->sockets;
    f->supplicant = scripted_supplicant_new(&config);
    if (!f->supplicant) return ENOMEM;
    service_add_networks(f);
    return scripted_supplicant_start(f->supplicant);
}

static inline unsigned int service_fault(struct service_fixture *f, const char *word,
        enum scripted_fault_kind kind, enum scripted_effect effect, unsigned int count)
{
    struct scripted_fault fault = { .word = word, .kind = kind, .effect = effect, .count = count };

    return scripted_supplicant_fault(f->supplicant, &fault);
}

static inline unsigned int service_fault_delay(
        struct service_fixture *f, const char *word, unsigned int ms)
{
    struct scripted_fault fault = {
        .word = word, .kind = SCRIPTED_FAULT_DELAY, .count = 1, .delay_ms = ms
    };

    return scripted_supplicant_fault(f->supplicant, &fault);
}

static inline unsigned int service_commands(struct service_fixture *f, const char *word)
{
    return scripted_supplicant_command_count(f->supplicant, word);
}

#define AWAIT_COMMAND(f, word, count)                                                              \
    assert_true(scripted_supplicant_wait_command((f)->supplicant, word, count, PATIENCE_MS))
#define AWAIT_GROUPS(f, count)                                                                     \
    assert_true(scripted_supplicant_wait_groups((f)->supplicant, count, PATIENCE_MS))
/* By another tool, which has invited with ctrl: what it allowed is for nobody else to take back. */
static inline void service_revoke_by_hand(struct service_fixture *f, struct wfd_ctrl *ctrl)
{
    assert_int_equal(wfd_ctrl_wpa_ops.send(ctrl, WFD_REVOKE, strlen(WFD_REVOKE)), 0);
    assert_true(WAIT_FOR(!scripted_supplicant_authorises(f->supplicant)));
}

#define AWAIT_STARTED(f, count)                                                                    \
    assert_true(WAIT_FOR(scripted_supplicant_groups_started((f)->supplicant) == (count)))

/* One event text, with its level, to the monitors of the P2P device. */
static inline void service_emit(struct service_fixture *f, const char *text)
{
    char event[600];

    snprintf(event, sizeof(event), "<3>%s", text);
    scripted_supplicant_emit(f->supplicant, P2P_DEV, event, strlen(event));
}

/* What is left behind. */

static inline unsigned int service_count_entries(const char *path)
{
    DIR *dir = opendir(path);
    unsigned int count = 0;

    if (!dir) return 0;
    while (readdir(dir)) count++;
    closedir(dir);
    return count;
}

static inline unsigned int service_client_sockets_in(const char *folder, pid_t pid)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    unsigned int count = 0;
    char prefix[40];

    if (!dir) return 0;
    snprintf(prefix, sizeof(prefix), "wpa_ctrl_%d-", (int)pid);
    while ((entry = readdir(dir)))
        if (!strncmp(entry->d_name, prefix, strlen(prefix))) count++;
    closedir(dir);
    return count;
}

static inline unsigned int service_client_sockets_of(pid_t pid)
{
    char own[64];

    snprintf(own, sizeof(own), WFD_CTRL_FOLDER, (unsigned int)geteuid());
    return service_client_sockets_in("/tmp", pid) + service_client_sockets_in(own, pid);
}

static inline unsigned int service_client_sockets(void)
{
    return service_client_sockets_of(getpid());
}

static inline void service_stop_dispatcher(struct service_fixture *f)
{
    if (!f->dispatcher_runs) return;
    pthread_mutex_lock(&f->lock);
    f->stop = true;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->dispatcher, NULL);
    f->dispatcher_runs = false;
    for (unsigned int i = 0; i < f->open_count; i++)
    {
        atomic_store(&f->opens[i]->may_return, true);
        if (f->opens[i]->has_thread) pthread_join(f->opens[i]->hook_thread, NULL);
        f->opens[i]->has_thread = false;
    }
}

/* The connection is kept a little after an open that was undone. */
static inline bool service_is_detached(struct service_fixture *f)
{
    uint32_t client;

    if (scripted_supplicant_wait_monitors(f->supplicant, 0, 100)) return true;
    atomic_fetch_add(&f->ahead_ms, 60000);
    if (f->service && !wfd_service_open_client(f->service, &f->config, &client))
        wfd_service_close_client(f->service, client, 0);
    return scripted_supplicant_wait_monitors(f->supplicant, 0, PATIENCE_MS);
}

static inline void *service_tell_thread(void *context)
{
    *(pid_t *)context = gettid();
    return NULL;
}

/*
 * A sanitizer may start a thread of its own with the program's first one. The kernel lists a thread
 * for a moment after it has been joined.
 */
static inline void service_settle_threads(void)
{
    char path[64];
    pthread_t thread;
    pid_t id = 0;

    if (pthread_create(&thread, NULL, service_tell_thread, &id)) return;
    pthread_join(thread, NULL);
    snprintf(path, sizeof(path), "/proc/self/task/%d", (int)id);
    assert_true(WAIT_FOR(access(path, F_OK)));
}

/* Closes what the test left open, and checks that nothing stays. */
static inline void service_fixture_end(struct service_fixture *f)
{
    for (unsigned int i = 0; i < f->open_count; i++) atomic_store(&f->opens[i]->may_return, true);
    for (unsigned int i = 0; f->service && i < f->client_count; i++)
        wfd_service_close_client(f->service, f->clients[i], 0);
    if (f->supplicant && scripted_supplicant_state(f->supplicant) == SCRIPTED_STATE_RUNNING)
    {
        if (!f->test->leaves_groups) AWAIT_GROUPS(f, 0);
        assert_true(WAIT_FOR(!scripted_supplicant_pending_netdev(f->supplicant)));
        assert_true(WAIT_FOR(!scripted_supplicant_authorises(f->supplicant)));
        assert_true(service_is_detached(f));
    }
    service_stop_dispatcher(f);
    for (unsigned int i = 0; i < f->open_count; i++)
    {
        assert_int_equal(f->opens[i]->begun, f->opens[i]->start_error ? 0 : 1);
        assert_false(f->opens[i]->overtaken);
    }
    wfd_service_free(f->service);
    f->service = NULL;
    scripted_supplicant_free(f->supplicant);
    f->supplicant = NULL;
    assert_true(WAIT_FOR(service_count_entries("/proc/self/task") == f->threads));
    assert_int_equal(service_count_entries("/proc/self/fd"), f->descriptors);
    assert_int_equal(service_client_sockets(), 0);
    assert_true(service_count_entries(f->share) <= 3); /* ., .., the file of turns */
    assert_false(service_log.has_key);
}

static inline int service_fixture_new_service(struct service_fixture *f, const char *reaper_path)
{
    struct wfd_environment environment = {
        .netif = &service_netif_ops,
        .now_ms = service_now_ms,
        .context = f,
        .reaper_path = reaper_path,
        .share_folder = f->share,
    };

    if (wfd_service_new(&environment, &f->service)) return -1;
    f->stop = false;
    if (pthread_create(&f->dispatcher, NULL, service_dispatch, f)) return -1;
    f->dispatcher_runs = true;
    return 0;
}

static inline int service_fixture_setup(void **state)
{
    struct service_fixture *f = calloc(1, sizeof(*f));

    if (!f) return -1;
    f->test = *state;
    *state = f;
    service_log_reset();
    wfd_log_set_sink(service_log_line);
    service_adapter_count = 0;
    f->descriptors = service_count_entries("/proc/self/fd");
    service_settle_threads();
    f->threads = service_count_entries("/proc/self/task");
    strcpy(f->dir, "/tmp/winewfd-test-XXXXXX");
    if (!mkdtemp(f->dir)) return -1;
    snprintf(f->sockets, sizeof(f->sockets), "%s/s", f->dir);
    snprintf(f->share, sizeof(f->share), "%s/share", f->dir);
    strcpy(f->config.control_directory, f->sockets);
    f->config.settle_ms = 1; /* the scripted peers are quick */
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->changed, NULL);
    if (!f->test->no_supplicant && service_start_supplicant(f, NULL)) return -1;
    return service_fixture_new_service(f, NULL);
}

static inline void service_fixture_body(void **state)
{
    struct service_fixture *f = *state;

    f->test->body(f);
    service_fixture_end(f);
    f->finished = true;
}

/* After a failure everything still has to end, and is told. */
static inline void service_fixture_give_up(struct service_fixture *f)
{
    fprintf(stderr, "   the log:\n");
    service_log_print();
    if (!f->supplicant) return;
    scripted_supplicant_journal_print(f->supplicant);
    scripted_supplicant_fault_clear(f->supplicant, 0);
    scripted_supplicant_resume(f->supplicant);
    if (scripted_supplicant_state(f->supplicant) != SCRIPTED_STATE_RUNNING)
        scripted_supplicant_restart(f->supplicant);
}

static inline int service_fixture_teardown(void **state)
{
    struct service_fixture *f = *state;
    char command[200];

    if (!f->finished) service_fixture_give_up(f);
    for (unsigned int i = 0; i < f->open_count; i++)
    {
        atomic_store(&f->opens[i]->may_return, true);
        if (f->service) service_begin(f->opens[i]);
    }
    if (f->service) wfd_service_abandon(f->service);
    service_stop_dispatcher(f);
    wfd_service_free(f->service);
    scripted_supplicant_free(f->supplicant);
    wfd_log_set_sink(NULL);
    for (unsigned int i = 0; i < f->open_count; i++) free(f->opens[i]);
    pthread_cond_destroy(&f->changed);
    pthread_mutex_destroy(&f->lock);
    snprintf(command, sizeof(command), "rm -rf '%s'", f->dir);
    if (system(command)) fprintf(stderr, "%s stays\n", f->dir);
    free(f);
    return 0;
}

/* A test that cannot run here says why. */
#define SKIP_TEST(f, ...)                                                                          \
    do                                                                                             \
    {                                                                                              \
        print_message("skipped because " __VA_ARGS__);                                             \
        print_message("\n");                                                                       \
        (f)->finished = true;                                                                      \
        skip();                                                                                    \
    } while (0)

/* Entries of a struct CMUnitTest array that is local to main. */
#define SERVICE_TEST(name, ...)                                                                    \
    {                                                                                              \
#name, service_fixture_body, service_fixture_setup, service_fixture_teardown,              \
                &(struct service_test)                                                             \
        {                                                                                          \
            .body = name, ##__VA_ARGS__                                                            \
        }                                                                                          \
    }

#endif
