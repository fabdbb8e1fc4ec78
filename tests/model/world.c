/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The application and its surroundings. A call's result is predicted just before the call: no other
 * thread runs in between, and each call looks at its handles before it waits for the first time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lockstep.h"
#include "model.h"
#include "scripted_supplicant.h"
#include "wfd_private.h"
#include "world.h"

#define CALLBACK    0x1122334455667788u
#define CALM_MS     (OPEN_MS + UNDO_MS + 20000)
#define LEGACY_MS   (OPEN_MS + 2 * REPLY_MS + 1000)
#define LEGACY_APS  3
#define FIRST_INDEX 100
#define LATER       0x400000u /* generations of a slot: more than a history uses */
#define SOON_MS     5000

struct world_counts world_counts;

struct api_thread
{
    bool go, stop;
    const struct step *step; /* the call it makes; NULL: none */
};

static struct
{
    const struct history *history;
    void (*fail)(const char *what);
    struct model model;
    struct wfd_service *service;
    struct wfd_config config;
    struct scripted_supplicant *supplicant;
    struct api_thread threads[API_THREADS];
    const struct step *starts[MAX_STEPS];
    bool known[MODEL_PEERS];   /* to the supplicant, from the start */
    bool started, ended;       /* for the dispatcher */
    bool may_return;           /* held callbacks */
    unsigned int legacy_calls; /* so far */
    unsigned int disturbances;
    bool faulty; /* faults were armed: which replies are lost nobody can say */
    uint64_t hung_ms;
    uint64_t dead_ms;        /* since when nobody listens; 0: somebody does */
    const struct step *step; /* the last one begun */
} w;

static const char *const answers[] = { "accept", "status=-1", "status=2", "status=3", "status=7",
    "status=8", "status=11", "counter", "silent", "never-starts", "wrong-key", "accept,join=never",
    "hidden" };
static const struct outcome outcomes[] = {
    { { WFD_SUCCESS, WFD_SUCCESS, WFD_SUCCESS } },
    { { WFD_ERROR_HOST_UNREACHABLE, WFD_ERROR_HOST_UNREACHABLE, WFD_ERROR_HOST_UNREACHABLE } },
    { { WFD_ERROR_GEN_FAILURE, WFD_ERROR_GEN_FAILURE, WFD_ERROR_GEN_FAILURE } },
    { { WFD_ERROR_BUSY, WFD_ERROR_BUSY, WFD_ERROR_BUSY } },
    { { WFD_ERROR_GEN_FAILURE, WFD_ERROR_GEN_FAILURE, WFD_ERROR_GEN_FAILURE } },
    { { WFD_ERROR_NOT_FOUND, WFD_ERROR_NOT_FOUND, WFD_ERROR_NOT_FOUND } },
    { { WFD_ERROR_CONNECTION_REFUSED, WFD_ERROR_CONNECTION_REFUSED,
            WFD_ERROR_CONNECTION_REFUSED } },
    { { WFD_SUCCESS, WFD_SUCCESS, WFD_SUCCESS } },
    { { WFD_ERROR_HOST_UNREACHABLE, WFD_ERROR_TIMEOUT, WFD_ERROR_TIMEOUT } },
    { { WFD_ERROR_TIMEOUT, WFD_ERROR_TIMEOUT, WFD_ERROR_TIMEOUT } },
    { { WFD_ERROR_GEN_FAILURE, WFD_ERROR_TIMEOUT, WFD_ERROR_TIMEOUT } },
    { { WFD_SUCCESS, WFD_ERROR_TIMEOUT, WFD_ERROR_TIMEOUT } }, /* an owner need not join */
    { { WFD_ERROR_HOST_UNREACHABLE, WFD_ERROR_HOST_UNREACHABLE, WFD_ERROR_HOST_UNREACHABLE } },
};
static const struct outcome silent = { { WFD_ERROR_HOST_UNREACHABLE, WFD_ERROR_TIMEOUT,
        WFD_ERROR_TIMEOUT } };
static const struct outcome not_paired = { { WFD_ERROR_NOT_FOUND, WFD_ERROR_NOT_FOUND,
        WFD_ERROR_NOT_FOUND } };
static struct outcome peers[MODEL_PEERS];

static void __attribute__((format(printf, 1, 2), noreturn)) fail(const char *format, ...)
{
    char what[300];
    int used = 0;
    va_list args;

    if (w.step) used = snprintf(what, sizeof(what), "after step %u: ", w.step->id);
    va_start(args, format);
    vsnprintf(what + used, sizeof(what) - (size_t)used, format, args);
    va_end(args);
    w.fail(what);
    abort();
}

static void lockstep_fails(const char *what)
{
    fail("%s", what);
}

static void expect(const struct step *step, enum wfd_error expected, enum wfd_error got)
{
    if (expected != got)
        fail("step %u returned %u instead of %u", step->id, (unsigned int)got,
                (unsigned int)expected);
}

static void control(const char *line)
{
    char answer[200];

    scripted_supplicant_control(w.supplicant, line, answer, sizeof(answer));
    if (!strncmp(answer, "error", 5)) fail("the step \"%s\" is no good: %s", line, answer);
}

/* The peers of tests/support/service_fixture.h, and which stored network leads to each. */
static const int network_of[MODEL_PEERS] = { 0, 1, 1, -1, 2, 3 };

static struct wfd_mac peer_address(unsigned int peer)
{
    return (struct wfd_mac){ { 2, 0, 0, 0, 0, (uint8_t)(peer + 1) } };
}

static struct wfd_mac legacy_address(unsigned int device)
{
    return (struct wfd_mac){ { 2, 0xaa, 0, 0, 0, (uint8_t)(device + 1) } };
}

/* Handles. */

static uint32_t handle_of(unsigned int id)
{
    if (w.model.clients[id].phase) return w.model.clients[id].handle;
    return w.model.sessions[id].handle;
}

/* False: the step that was to make the handle has not, or is left out. */
static bool resolve(const struct step *step, uint64_t *ret_value)
{
    uint32_t handle = handle_of(step->about);

    switch (step->reference)
    {
    case REF_STEP: *ret_value = handle; return handle != 0;
    case REF_NULL: *ret_value = 0; return true;
    case REF_INVALID: *ret_value = INVALID_HANDLE; return true;
    case REF_GARBAGE:
        *ret_value = step->value % 3 ? step->value : (uint64_t)step->value << 17;
        for (unsigned int i = 0; i < w.model.issued_count; i++)
            if (w.model.issued[i] == *ret_value) return false;
        return *ret_value >> 16 != 0; /* the first generation may be issued */
    case REF_NEXT: *ret_value = handle + LATER; return handle != 0;
    case REF_COMPLETION:
        *ret_value = w.model.sessions[step->about].completion;
        return *ret_value != 0;
    }
    return false;
}

/* Callbacks. */

static bool group_is_there(unsigned int peer)
{
    struct wfd_mac address = peer_address(peer);
    char ifname[WFD_IFNAME_SIZE];

    return scripted_supplicant_group_ifname(w.supplicant, address.octet, ifname, sizeof(ifname));
}

static void check_completion(struct model_session *session, const struct wfd_completion_info *info)
{
    const struct outcome *peer = NULL;
    const char *wrong;

    if (w.history->weather == WEATHER_CALM) peer = &peers[session->peer];
    if (info->callback != CALLBACK) fail("a callback with another cookie");
    wrong = model_completion(session, info, peer, lockstep_now_ms());
    if (wrong)
        fail("the callback of step %u, error %u, reason 0x%x: %s",
                (unsigned int)(session - w.model.sessions), (unsigned int)info->error,
                (unsigned int)info->reason, wrong);
    if (!info->error && !session->disabled && peer && !group_is_there(session->peer))
        fail("the open of step %u succeeded without a group",
                (unsigned int)(session - w.model.sessions));
}

static void close_client(const struct step *step, uint64_t value, uint64_t thread);
static void close_session(const struct step *step, uint64_t value);
static void cancel(const struct step *step, uint64_t value);

static void behave(const struct step *step, struct model_session *session)
{
    switch (step->behaviour)
    {
    case CALLBACK_COUNT:
    case CALLBACK_RETURNS: break;
    case CALLBACK_HOLDS: lockstep_await(&w.may_return); break;
    case CALLBACK_CLOSES_SESSION: close_session(step, session->handle); break;
    case CALLBACK_CLOSES_CLIENT:
        close_client(step, w.model.clients[session->client].handle, session->thread);
        break;
    case CALLBACK_CANCELS: cancel(step, session->handle); break;
    }
}

static void *call_back(void *context)
{
    struct wfd_completion_info *info = context;
    struct model_session *session = &w.model.sessions[info->context];

    lockstep_yield();
    check_completion(session, info);
    if (info->error == WFD_ERROR_CANCELLED)
        world_counts.cancelled++;
    else if (info->error)
        world_counts.failures++;
    else
        world_counts.successes++;
    session->callbacks++;
    session->thread = 1000 + info->context;
    session->phase = info->error ? PHASE_STALE : PHASE_OPEN;
    wfd_service_callback_begin(w.service, info->completion, session->thread);
    behave(w.starts[info->context], session);
    lockstep_yield();
    session->returned++;
    wfd_service_callback_end(w.service, info->completion);
    free(info);
    return NULL;
}

/* Alive only while opens are pending, as the real one; asleep meanwhile. */
static void *dispatch(void *context)
{
    struct wfd_completion_info info, *copy;

    (void)context;
    while (!w.ended)
    {
        w.started = false;
        while (wfd_service_next_completion(w.service, &info))
        {
            if (info.context >= MAX_STEPS || !w.starts[info.context]) fail("a callback for nobody");
            w.model.sessions[info.context].completion = info.completion;
            copy = malloc(sizeof(*copy));
            if (!copy) abort();
            *copy = info;
            lockstep_spawn(call_back, copy);
        }
        lockstep_await(&w.started);
    }
    return NULL;
}

/* Calls. */

static bool supplicant_listens(void)
{
    enum scripted_state state = scripted_supplicant_state(w.supplicant);

    return state == SCRIPTED_STATE_RUNNING || state == SCRIPTED_STATE_HUNG;
}

static void open_client(const struct step *step)
{
    struct model_client *client = &w.model.clients[step->id];
    unsigned int disturbances = w.disturbances;
    uint64_t begin_ms = lockstep_now_ms();
    /* What it said just before it ended may still be read. */
    bool dead = w.dead_ms && w.dead_ms < begin_ms;
    uint32_t handle = 0;
    enum wfd_error error = wfd_service_open_client(w.service, &w.config, &handle);

    if (lockstep_now_ms() > begin_ms + 1000) fail("step %u took over a second (OH6)", step->id);
    if (error && handle) fail("step %u wrote a handle and failed (A2)", step->id);
    if (!w.disturbances) expect(step, WFD_SUCCESS, error);
    if (dead && disturbances == w.disturbances) expect(step, WFD_ERROR_SERVICE_NOT_ACTIVE, error);
    if (error && error != WFD_ERROR_SERVICE_NOT_ACTIVE && error != WFD_ERROR_NOT_SUPPORTED)
        fail("step %u returned %u", step->id, (unsigned int)error);
    if (error) return;
    if (!model_issue(&w.model, handle)) fail("step %u got a handle that was issued", step->id);
    client->handle = handle;
    client->phase = PHASE_OPEN;
    world_counts.clients++;
}

static void close_client(const struct step *step, uint64_t value, uint64_t thread)
{
    enum wfd_error expected = model_client_handle(&w.model, value);
    struct model_client *client = model_find_client(&w.model, value);
    uint16_t id = client ? (uint16_t)(client - w.model.clients) : 0;
    const char *wrong;

    if (client && !expected) client->phase = PHASE_STALE;
    expect(step, expected, wfd_service_close_client(w.service, value, thread));
    if (expected) return;
    wrong = model_client_waited(&w.model, id, thread);
    if (wrong) fail("step %u: %s", step->id, wrong);
    model_client_closed(&w.model, id);
}

static void start(const struct step *step, uint64_t value)
{
    struct model_session *session = &w.model.sessions[step->id];
    enum wfd_error expected = model_start(&w.model, value, supplicant_listens());
    struct model_client *client = model_find_client(&w.model, value);
    struct wfd_mac peer = peer_address(step->peer);
    uint32_t handle = 0;

    w.starts[step->id] = step;
    expect(step, expected,
            wfd_service_start_open(w.service, value, &peer, CALLBACK, step->id, &handle));
    if (expected && handle) fail("step %u wrote a handle and failed (A2)", step->id);
    if (expected || !client) return;
    if (!model_issue(&w.model, handle)) fail("step %u got a handle that was issued", step->id);
    *session = (struct model_session){ .phase = PHASE_PENDING,
        .handle = handle,
        .client = (uint16_t)(client - w.model.clients),
        .peer = step->peer };
    w.started = true;
    world_counts.starts++;
    lockstep_yield();
    model_begin(&w.model, session, lockstep_now_ms());
    wfd_service_begin_open(w.service, handle);
}

static void cancel(const struct step *step, uint64_t value)
{
    enum wfd_error got = wfd_service_cancel_open(w.service, value);

    if (!model_cancel_may(&w.model, value, got))
        fail("step %u: the cancel returned %u", step->id, (unsigned int)got);
}

static void close_session(const struct step *step, uint64_t value)
{
    enum wfd_error expected = model_close(&w.model, value);
    struct model_session *session = model_find_session(&w.model, value);

    expect(step, expected, wfd_service_close_session(w.service, value));
    if (expected || !session) return;
    session->phase = PHASE_STALE;
    world_counts.closes++;
}

/* What a device does, when nothing else is going on at the station. */
static enum wfd_error legacy_outcome(unsigned int device)
{
    static const enum wfd_error errors[] = { WFD_SUCCESS, WFD_ERROR_TIMEOUT, WFD_ERROR_GEN_FAILURE,
        WFD_ERROR_NOT_FOUND };

    return errors[device];
}

static void check_legacy(const struct step *step, enum wfd_error error)
{
    static const enum wfd_error possible[] = { WFD_SUCCESS, WFD_ERROR_TIMEOUT,
        WFD_ERROR_GEN_FAILURE, WFD_ERROR_NOT_FOUND, WFD_ERROR_BUSY, WFD_ERROR_HOST_UNREACHABLE,
        WFD_ERROR_SERVICE_NOT_ACTIVE, WFD_ERROR_NOT_SUPPORTED, WFD_ERROR_INVALID_HANDLE,
        WFD_ERROR_INTERNAL, WFD_ERROR_INVALID_STATE };

    if (w.legacy_calls == 1 && w.history->weather == WEATHER_CALM &&
            error != WFD_ERROR_INVALID_HANDLE)
        expect(step, legacy_outcome(step->peer), error);
    for (unsigned int i = 0; i < sizeof(possible) / sizeof(*possible); i++)
        if (error == possible[i]) return;
    fail("step %u returned %u", step->id, (unsigned int)error);
}

static void open_legacy(const struct step *step, uint64_t value)
{
    struct model_session *session = &w.model.sessions[step->id];
    enum wfd_error expected = model_start(&w.model, value, true), error;
    struct model_client *client = model_find_client(&w.model, value);
    struct wfd_mac device = legacy_address(step->peer);
    uint64_t begin_ms = lockstep_now_ms();
    uint32_t handle = 0, index = 0;

    w.legacy_calls++;
    error = wfd_service_open_legacy(w.service, value, &device, &handle, &index);
    if (lockstep_now_ms() > begin_ms + LEGACY_MS) fail("step %u took too long (OL4)", step->id);
    if (expected)
        expect(step, expected, error);
    else
        check_legacy(step, error);
    if (error && handle) fail("step %u wrote a handle and failed (A2)", step->id);
    if (error || !client) return;
    if (client->phase != PHASE_OPEN) fail("step %u: its client is closed", step->id);
    if (!model_issue(&w.model, handle)) fail("step %u got a handle that was issued", step->id);
    *session = (struct model_session){ .phase = PHASE_OPEN,
        .handle = handle,
        .client = (uint16_t)(client - w.model.clients),
        .legacy = true };
}

static void search(const struct step *step)
{
    struct wfd_mac peer = peer_address(step->peer);
    bool disabled = w.model.disabled, found = false;
    enum wfd_error error = wfd_service_search(w.service, &w.config, &peer, &found);

    if (disabled) expect(step, WFD_ERROR_INVALID_STATE, error);
    if (found && error) fail("step %u found and failed (A2)", step->id);
}

static void call(const struct step *step)
{
    uint64_t value = 0;

    if (step->kind == STEP_OPEN_CLIENT || step->kind == STEP_SEARCH)
    {
        world_counts.calls++;
        if (step->kind == STEP_SEARCH)
            search(step);
        else
            open_client(step);
        return;
    }
    if (!resolve(step, &value)) return;
    world_counts.calls++;
    if (step->kind == STEP_CLOSE_CLIENT) close_client(step, value, step->thread);
    if (step->kind == STEP_START) start(step, value);
    if (step->kind == STEP_CANCEL) cancel(step, value);
    if (step->kind == STEP_CLOSE) close_session(step, value);
    if (step->kind == STEP_LEGACY) open_legacy(step, value);
}

static void *api_thread(void *context)
{
    struct api_thread *thread = context;

    for (;;)
    {
        lockstep_await(&thread->go);
        if (thread->stop) return NULL;
        call(thread->step);
        thread->step = NULL;
        thread->go = false;
    }
}

/* To an idle thread, the step's own if it can be; without one the call is not made. */
static void give_call(const struct step *step)
{
    for (unsigned int i = 0; i < API_THREADS; i++)
    {
        struct api_thread *thread = &w.threads[(step->thread + i) % API_THREADS];

        if (thread->step) continue;
        thread->step = step;
        thread->go = true;
        return;
    }
}

/* Looking around. */

static void check_completed(void)
{
    for (unsigned int i = 0; i < MAX_STEPS; i++)
        if (w.model.sessions[i].phase == PHASE_PENDING)
            fail("the open of step %u has never completed (SO11)", i);
}

static bool is_held(unsigned int peer)
{
    for (unsigned int i = 0; i < MAX_STEPS; i++)
    {
        const struct model_session *session = &w.model.sessions[i];

        if (session->phase == PHASE_OPEN && !session->legacy && session->peer == peer) return true;
    }
    return false;
}

/* Groups that sessions of the application hold, or held last: at most so many may be live. */
static unsigned int groups_held(void)
{
    bool held[4] = { false };
    unsigned int count = 0;

    for (unsigned int i = 0; i < MODEL_PEERS; i++)
        if (network_of[i] >= 0 && is_held(i)) held[network_of[i]] = true;
    for (unsigned int i = 0; i < 4; i++) count += held[i];
    return count;
}

static void check_groups(void)
{
    unsigned int groups = scripted_supplicant_groups(w.supplicant), held = groups_held();

    if (scripted_supplicant_state(w.supplicant) != SCRIPTED_STATE_RUNNING) return;
    if (w.history->weather == WEATHER_LYING) return;
    if (w.model.disabled && groups) fail("%u groups live, and policy forbids it (P3)", groups);
    if (groups > held)
        fail("%u groups live, and %u are held: a close was lost (CS3, CS8)", groups, held);
    for (unsigned int i = 0; i < MODEL_PEERS; i++)
        if (w.history->weather == WEATHER_CALM && !is_held(i) && group_is_there(i))
            fail("%s is in a group, and nobody holds it", peer_name(i));
    if (scripted_supplicant_pending_netdev(w.supplicant)) fail("a pending interface is left");
    if (w.history->weather == WEATHER_CALM && scripted_supplicant_authorises(w.supplicant))
        fail("a peer may still invite us");
}

static bool anything_pending(void)
{
    for (unsigned int i = 0; i < API_THREADS; i++)
        if (w.threads[i].step) return true;
    for (unsigned int i = 0; i < MAX_STEPS; i++)
        if (w.model.sessions[i].phase == PHASE_PENDING) return true;
    return false;
}

/* In a calm world what was closed before goes soon, not only when something wakes the core. */
static void advance(uint32_t ms)
{
    bool quiet = w.history->weather == WEATHER_CALM && ms >= SOON_MS && !anything_pending();

    lockstep_advance(ms);
    if (quiet) check_groups();
}

static void rest(void)
{
    lockstep_advance(CALM_MS);
    check_completed();
    if (!w.faulty) check_groups();
    world_counts.rests++;
}

/* Steps. */

static void note_answer(const struct step *step)
{
    const char *answer = strchr(step->text, ',');

    if (strncmp(step->text, "peer add", 8) || !answer || network_of[step->peer] < 0) return;
    if (!strncmp(answer, ",known", 6))
    {
        answer += 6;
        w.known[step->peer] = true;
    }
    for (unsigned int i = 0; i < sizeof(answers) / sizeof(*answers); i++)
        if (!strncmp(answer + 1, answers[i], strlen(answers[i]))) peers[step->peer] = outcomes[i];
    /* Known and not on the air is as silent; else it is searched, and not found. */
    if (!strcmp(answer, ",hidden") && w.known[step->peer]) peers[step->peer] = silent;
}

static void change_world(const struct step *step)
{
    note_answer(step);
    if (strncmp(step->text, "peer", 4) && strncmp(step->text, "latency", 7)) w.disturbances++;
    if (!strncmp(step->text, "fault", 5)) w.faulty = true;
    control(step->text);
}

static void set_policy(bool allowed)
{
    w.model.disabled = !allowed;
    for (unsigned int i = 0; i < MAX_STEPS; i++)
        if (!allowed) w.model.sessions[i].disabled = true;
    wfd_service_set_policy(w.service, allowed);
}

static void release_callbacks(void)
{
    w.may_return = true;
    lockstep_run_all();
    w.may_return = false;
}

static void carry_out(const struct step *step)
{
    w.step = step;
    world_counts.steps++;
    lockstep_choices(step->seed);
    switch (step->kind)
    {
    case STEP_OPEN_CLIENT:
    case STEP_CLOSE_CLIENT:
    case STEP_START:
    case STEP_CANCEL:
    case STEP_CLOSE:
    case STEP_LEGACY:
    case STEP_SEARCH: give_call(step); break;
    case STEP_POLICY: set_policy(step->value); break;
    case STEP_WORLD: change_world(step); break;
    case STEP_RETURN: release_callbacks(); break;
    case STEP_TURNS:
        for (uint32_t i = 0; i < step->value && lockstep_run_one(); i++)
        {
        }
        break;
    case STEP_SETTLE: lockstep_run_all(); break;
    case STEP_ADVANCE: advance(step->value); break;
    case STEP_REST: rest(); break;
    }
}

static void run_step(const struct step *step)
{
    uint64_t begin_ms = lockstep_now_ms();

    carry_out(step);
    if (scripted_supplicant_state(w.supplicant) == SCRIPTED_STATE_HUNG)
        w.hung_ms += lockstep_now_ms() - begin_ms;
    if (supplicant_listens())
        w.dead_ms = 0;
    else if (!w.dead_ms)
        w.dead_ms = lockstep_now_ms();
}

/* The beginning. */

static void add_network(int id, enum scripted_role role, unsigned int peer, unsigned int count)
{
    uint8_t addresses[2][6];
    struct scripted_network network = {
        .id = id, .role = role, .peers = (const uint8_t(*)[6])addresses, .peer_count = count
    };

    for (unsigned int i = 0; i < count; i++)
    {
        struct wfd_mac address = peer_address(peer + i);

        memcpy(addresses[i], address.octet, 6);
    }
    if (scripted_supplicant_add_persistent(w.supplicant, &network) != id) fail("no network");
}

static void begin_supplicant(const char *dir)
{
    struct scripted_config config = { .dir = dir };
    char line[80];

    w.supplicant = scripted_supplicant_new(&config);
    if (!w.supplicant) fail("no supplicant");
    add_network(0, SCRIPTED_ROLE_CLIENT, 0, 1);
    add_network(1, SCRIPTED_ROLE_GO, 1, 2);
    add_network(2, SCRIPTED_ROLE_CLIENT, 4, 1);
    add_network(3, SCRIPTED_ROLE_CLIENT, 5, 1);
    for (unsigned int i = 0; i < MODEL_PEERS; i++)
    {
        snprintf(line, sizeof(line), "peer add 02:00:00:00:00:0%u%s,accept", i + 1,
                i == MODEL_PEERS - 1 ? "" : ",known");
        control(line);
        w.known[i] = i != MODEL_PEERS - 1;
        peers[i] = network_of[i] < 0 ? not_paired : outcomes[0];
    }
    for (unsigned int i = 0; i < LEGACY_APS; i++)
    {
        struct wfd_mac address = legacy_address(i);
        char ssid[8];

        snprintf(ssid, sizeof(ssid), "net-%u", i);
        scripted_supplicant_add_station(w.supplicant, "wlan0", ssid, strlen(ssid), address.octet,
                (enum scripted_station_answer)i);
    }
    if (scripted_supplicant_start(w.supplicant)) fail("the supplicant does not start");
}

static int list_adapters(
        struct wfd_netif_adapter *ret_adapters, unsigned int max, unsigned int *ret_count)
{
    (void)ret_adapters;
    (void)max;
    (void)ret_count;
    lockstep_yield(); /* the lock is free at this moment */
    return -ENOENT;
}

static uint32_t interface_index(const char *ifname)
{
    const char *dash = strrchr(ifname, '-');

    return FIRST_INDEX + (uint32_t)atoi(dash ? dash + 1 : "0");
}

static const struct wfd_netif_ops netif_ops = { .list = list_adapters, .index = interface_index };

static void begin(const struct history *history, const char *dir)
{
    static char share[128];
    struct wfd_environment environment = { .netif = &netif_ops, .share_folder = share };

    snprintf(share, sizeof(share), "%s-share", dir);
    w.history = history;
    begin_supplicant(dir);
    strcpy(w.config.control_directory, dir);
    w.config.open_timeout_ms = OPEN_MS;
    w.config.reply_timeout_ms = REPLY_MS;
    w.config.settle_ms = 1;
    if (wfd_service_new(&environment, &w.service)) fail("no service");
    for (unsigned int i = 0; i < API_THREADS; i++) lockstep_spawn(api_thread, &w.threads[i]);
    lockstep_spawn(dispatch, NULL);
}

/* The end. */

/* The world is well again, and everybody gets as long as anything may take. */
static void heal(void)
{
    w.disturbances++;
    control("clear");
    control("rfkill off");
    for (unsigned int i = 0; i < SCRIPTED_STEP_COUNT; i++)
        if (i != SCRIPTED_STEP_FIND_STOPPED && i < SCRIPTED_STEP_CONNECT_TIMEOUT)
            scripted_supplicant_latency(w.supplicant, (enum scripted_step)i, 0);
    if (scripted_supplicant_state(w.supplicant) == SCRIPTED_STATE_HUNG)
        control("resume");
    else if (scripted_supplicant_state(w.supplicant) != SCRIPTED_STATE_RUNNING)
        control("restart");
    w.dead_ms = 0;
    set_policy(true);
    w.may_return = true;
    lockstep_advance(CALM_MS);
    check_completed();
    for (unsigned int i = 0; i < API_THREADS; i++)
        if (w.threads[i].step) fail("step %u has never returned", w.threads[i].step->id);
}

static void close_everything(void)
{
    for (unsigned int i = 0; i < MAX_STEPS; i++)
    {
        struct step step = { .id = (uint16_t)i,
            .kind = STEP_CLOSE_CLIENT,
            .reference = REF_STEP,
            .about = (uint16_t)i };

        if (w.model.clients[i].phase != PHASE_OPEN) continue;
        give_call(&step);
        lockstep_advance(CALM_MS);
        if (w.model.clients[i].phase == PHASE_OPEN) fail("the client of step %u stays open", i);
    }
    lockstep_advance(CALM_MS);
}

static void check_drained(void)
{
    check_groups();
    /* One that asked to attach and heard nothing does not detach. */
    if (!w.faulty && !w.hung_ms && scripted_supplicant_monitors(w.supplicant))
        fail("%u monitors are left", scripted_supplicant_monitors(w.supplicant));
    if (!wfd_service_drained(w.service) || !wfd_list_empty(&w.service->waiters) ||
            !wfd_list_empty(&w.service->clients))
        fail("the service is not idle");
    if (wfd_handle_table_count(w.service->handles, WFD_HANDLE_CLIENT) ||
            wfd_handle_table_count(w.service->handles, WFD_HANDLE_SESSION) ||
            wfd_handle_table_count(w.service->handles, WFD_HANDLE_COMPLETION))
        fail("handles are left");
}

static void end(void)
{
    for (unsigned int i = 0; i < API_THREADS; i++) w.threads[i].stop = w.threads[i].go = true;
    w.ended = w.started = true;
    lockstep_run_all();
    wfd_service_free(w.service);
    scripted_supplicant_free(w.supplicant);
    lockstep_reset();
}

static int lowest_descriptor(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (fd >= 0) close(fd);
    return fd;
}

void world_run(const struct history *history, const char *dir, void (*fail_with)(const char *what))
{
    int descriptor = lowest_descriptor();

    memset(&w, 0, sizeof(w));
    w.fail = fail_with;
    lockstep_failed = lockstep_fails;
    lockstep_choices(history->seed);
    begin(history, dir);
    for (unsigned int i = 0; i < history->count; i++) run_step(&history->steps[i]);
    heal();
    close_everything();
    check_drained();
    end();
    if (lowest_descriptor() != descriptor) fail("a descriptor is left");
}
