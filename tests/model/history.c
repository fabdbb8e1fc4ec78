/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes histories at random, and tells them. Knows what may happen, not what it leads to.
 */
#include <stdarg.h>
#include <string.h>

#include "history.h"

#define PEER_ADDRESS "02:00:00:00:00:0%u"
#define P2P_DEVICE   "p2p-dev-wlan0"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

struct maker
{
    struct history *history;
    uint32_t random;
    uint16_t clients[MAX_STEPS], sessions[MAX_STEPS]; /* steps that make such handles */
    unsigned int client_count, session_count;
};

static uint32_t below(struct maker *m, uint32_t limit)
{
    m->random ^= m->random << 13;
    m->random ^= m->random >> 17;
    m->random ^= m->random << 5;
    return (uint32_t)(((uint64_t)m->random * limit) >> 32);
}

static bool chance(struct maker *m, uint32_t percent)
{
    return below(m, 100) < percent;
}

#define PICK(m, array) ((array)[below(m, COUNT(array))])

static struct step *add(struct maker *m, enum step_kind kind)
{
    struct history *h = m->history;
    struct step *step = &h->steps[h->count];

    memset(step, 0, sizeof(*step));
    step->id = (uint16_t)h->count++;
    step->kind = kind;
    step->thread = (uint8_t)below(m, API_THREADS);
    step->seed = below(m, UINT32_MAX);
    return step;
}

static void __attribute__((format(printf, 2, 3))) world(struct maker *m, const char *format, ...)
{
    struct step *step = add(m, STEP_WORLD);
    va_list args;

    va_start(args, format);
    vsnprintf(step->text, sizeof(step->text), format, args);
    va_end(args);
}

/* The later ones are more interesting. */
static uint16_t recent(struct maker *m, const uint16_t *steps, unsigned int count)
{
    unsigned int back = below(m, count);

    if (chance(m, 60)) back = below(m, back + 1);
    return steps[count - 1 - back];
}

static void refer(struct maker *m, struct step *step, const uint16_t *right, unsigned int count,
        const uint16_t *other, unsigned int other_count)
{
    static const enum reference odd[] = { REF_NULL, REF_INVALID, REF_GARBAGE, REF_NEXT,
        REF_COMPLETION };

    step->reference = REF_STEP;
    step->value = below(m, UINT32_MAX);
    if (count && chance(m, 92))
        step->about = recent(m, right, count);
    else if (other_count && chance(m, 50))
        step->about = recent(m, other, other_count);
    else
    {
        step->reference = PICK(m, odd);
        if (m->session_count) step->about = recent(m, m->sessions, m->session_count);
    }
}

static void about_client(struct maker *m, struct step *step)
{
    refer(m, step, m->clients, m->client_count, m->sessions, m->session_count);
}

static void about_session(struct maker *m, struct step *step)
{
    refer(m, step, m->sessions, m->session_count, m->clients, m->client_count);
}

/* Steps of the application. */

static void make_open_client(struct maker *m)
{
    m->clients[m->client_count++] = add(m, STEP_OPEN_CLIENT)->id;
}

static void make_start(struct maker *m)
{
    struct step *step = add(m, STEP_START);

    step->peer = (uint8_t)(chance(m, 60) ? below(m, 3) : below(m, MODEL_PEERS));
    if (chance(m, 35)) step->behaviour = below(m, CALLBACK_COUNT);
    about_client(m, step);
    m->sessions[m->session_count++] = step->id;
    /* Else most sessions would be used before they are open. */
    if (chance(m, 35)) add(m, STEP_SETTLE);
}

static void make_legacy(struct maker *m)
{
    struct step *step = add(m, STEP_LEGACY);

    step->peer = (uint8_t)below(m, 4);
    about_client(m, step);
    m->sessions[m->session_count++] = step->id;
}

static void make_call(struct maker *m)
{
    unsigned int what = below(m, 100);

    if (what < 12)
        make_open_client(m);
    else if (what < 18)
        about_client(m, add(m, STEP_CLOSE_CLIENT));
    else if (what < 52)
        make_start(m);
    else if (what < 63)
        about_session(m, add(m, STEP_CANCEL));
    else if (what < 92)
        about_session(m, add(m, STEP_CLOSE));
    else if (what < 95)
        make_legacy(m);
    else if (what < 96)
        add(m, STEP_SEARCH)->peer = (uint8_t)below(m, MODEL_PEERS);
    else
        add(m, STEP_POLICY)->value = chance(m, 60);
}

static void make_pause(struct maker *m)
{
    static const uint32_t pauses_ms[] = { 1, 2, 10, 100, 300, 1000, 2000, 5000, 9000, 11000, 16000,
        31000, 45000, 65000 };
    unsigned int what = below(m, 100);

    if (what < 35)
        add(m, STEP_TURNS)->value = 1 + below(m, 30);
    else if (what < 60)
        add(m, STEP_SETTLE);
    else if (what < 86)
        add(m, STEP_ADVANCE)->value = PICK(m, pauses_ms);
    else if (what < 93)
        add(m, STEP_RETURN);
    else
        add(m, STEP_REST);
}

/* Steps of the world. */

static void make_peer(struct maker *m)
{
    static const char *const answers[] = { "accept", "accept", "accept,join=300", "status=-1",
        "status=2", "status=3", "status=7", "status=8", "status=11", "counter=500", "counter=9000",
        "silent", "never-starts", "wrong-key", "accept,join=never" };
    unsigned int peer = below(m, MODEL_PEERS);

    if (peer == MODEL_PEERS - 1 || chance(m, 12))
        world(m, "peer add " PEER_ADDRESS ",%s", peer + 1, chance(m, 50) ? "hidden" : "accept");
    else
        world(m, "peer add " PEER_ADDRESS ",known,%s", peer + 1, PICK(m, answers));
    m->history->steps[m->history->count - 1].peer = (uint8_t)peer;
}

static void make_latency(struct maker *m)
{
    static const char *const steps[] = { "found", "result", "started", "psk-fail", "removed",
        "remove-reply", "connect-timeout", "connect" };
    static const unsigned int ms[] = { 0, 1, 20, 300, 1500 };

    /* Slower replies are what a client cannot wait for (OH6). */
    if (chance(m, 15))
        world(m, "latency reply %u", ms[below(m, COUNT(ms) - 1)]);
    else
        world(m, "latency %s %u", PICK(m, steps), PICK(m, ms));
}

static const char *const words[] = { "P2P_INVITE", "P2P_INVITE", "P2P_GROUP_REMOVE", "P2P_CANCEL",
    "P2P_FIND", "P2P_STOP_FIND", "LIST_NETWORKS", "GET_NETWORK", "STATUS", "ATTACH", "P2P_LISTEN",
    "P2P_REMOVE_CLIENT", "*" };

static void make_group_end(struct maker *m)
{
    static const char *const ends[] = { "go-ending", "client-leaves", "idle", "unavailable",
        "requested", "freq-conflict", "no-reason" };

    world(m, "end-group " PEER_ADDRESS " %s", 1 + below(m, MODEL_PEERS), PICK(m, ends));
}

static void make_life(struct maker *m)
{
    static const char *const lives[] = { "hang", "resume", "resume", "die", "terminate", "restart",
        "restart", "restart", "rfkill on", "rfkill off", "rfkill off" };

    world(m, "%s", PICK(m, lives));
}

static void make_honest_fault(struct maker *m)
{
    static const char *const faults[] = { "delay 50", "delay 2000", "delay 12000", "hang", "die",
        "terminate", "die act", "terminate act", "hang act" };
    /* These may fail; that a removal does says that there is nothing to remove. */
    static const char *const failing[] = { "P2P_INVITE", "P2P_FIND", "P2P_LISTEN", "GET_NETWORK" };

    if (chance(m, 10))
        world(m, "fault %s reply 4641494c0a 1", PICK(m, failing));
    else
        world(m, "fault %s %s %s1", PICK(m, words), PICK(m, faults),
                chance(m, 40) ? "skip=1 " : "");
}

static void make_honest(struct maker *m)
{
    static const char *const moves[] = { "lost", "hide", "show", "invite" };
    unsigned int what = below(m, 100);

    if (what < 25)
        make_peer(m);
    else if (what < 35)
        make_latency(m);
    else if (what < 50)
        make_group_end(m);
    else if (what < 72)
        make_life(m);
    else if (what < 82)
        world(m, "peer %s " PEER_ADDRESS, PICK(m, moves), 1 + below(m, MODEL_PEERS));
    else
        make_honest_fault(m);
}

static void make_event(struct maker *m)
{
    static const char *const events[] = { "P2P-INVITATION-RESULT status=0",
        "P2P-INVITATION-RESULT status=1", "P2P-INVITATION-RESULT status=11",
        "P2P-GROUP-FORMATION-FAILURE", "P2P-FIND-STOPPED", "P2P-GROUP-REMOVED p2p-wlan0-0 GO",
        "P2P-GROUP-REMOVED p2p-wlan0-1 client reason=IDLE", "CTRL-EVENT-TERMINATING", "NONSENSE",
        "AP-STA-CONNECTED 02:00:00:00:80:02 p2p_dev_addr=02:00:00:00:00:02",
        "AP-STA-DISCONNECTED 02:00:00:00:80:02 p2p_dev_addr=02:00:00:00:00:02",
        "P2P-DEVICE-LOST p2p_dev_addr=02:00:00:00:00:01",
        "P2P-INVITATION-ACCEPTED sa=02:00:00:00:00:01 persistent=0",
        "P2P-GROUP-STARTED p2p-wlan0-7 client ssid=\"x\" go_dev_addr=02:00:00:00:00:99",
        "P2P-GROUP-STARTED p2p-wlan0-8 GO ssid=\"x\" go_dev_addr=00:00:00:00:00:00" };

    world(m, "emit " P2P_DEVICE " %s", PICK(m, events));
}

static void make_lie(struct maker *m)
{
    static const char *const faults[] = { "drop", "drop act", "twice", "rebind", "reply 4f4b0a",
        "reply -", "reply ff00ff", "detach", "reply 0a0a0a" };
    unsigned int what = below(m, 100);

    if (what < 40)
        make_event(m);
    else if (what < 50)
        world(m, "%s", chance(m, 50) ? "detach-all" : "rebind " P2P_DEVICE);
    else
        world(m, "fault %s %s 1", PICK(m, words), PICK(m, faults));
}

static void make_world(struct maker *m)
{
    if (m->history->weather == WEATHER_LYING && chance(m, 60))
        make_lie(m);
    else
        make_honest(m);
}

static enum weather weather_of(uint32_t random)
{
    if (random < 35) return WEATHER_CALM;
    return random < 80 ? WEATHER_HONEST : WEATHER_LYING;
}

void history_make(struct history *history, uint32_t seed)
{
    struct maker m = { .history = history, .random = seed * 2654435761u ^ 0x5bd1e995u };
    unsigned int count;

    if (!m.random) m.random = 1;
    for (int i = 0; i < 8; i++) below(&m, 2);
    history->seed = seed;
    history->count = 0;
    history->weather = weather_of(below(&m, 100));
    count = 6 + below(&m, MAX_STEPS - 6 - 12);
    for (unsigned int i = below(&m, 5); i; i--) make_peer(&m);
    for (unsigned int i = below(&m, 4); i; i--) make_latency(&m);
    make_open_client(&m);
    while (history->count < count)
    {
        unsigned int what = below(&m, 100);

        if (what < 60)
            make_call(&m);
        else if (what < 85 || history->weather == WEATHER_CALM)
            make_pause(&m);
        else
            make_world(&m);
    }
}

/* Telling. */

const char *peer_name(unsigned int peer)
{
    static const char *const names[MODEL_PEERS] = { "owner", "guest", "guest 2", "stranger",
        "owner 2", "unknown" };

    return names[peer];
}

static const char *handle_text(const struct step *step, char *text, size_t size)
{
    switch (step->reference)
    {
    case REF_STEP: snprintf(text, size, "that of step %u", step->about); break;
    case REF_NULL: snprintf(text, size, "NULL"); break;
    case REF_INVALID: snprintf(text, size, "INVALID_HANDLE_VALUE"); break;
    case REF_GARBAGE: snprintf(text, size, "garbage"); break;
    case REF_NEXT: snprintf(text, size, "a later one of step %u's slot", step->about); break;
    case REF_COMPLETION: snprintf(text, size, "the completion of step %u", step->about); break;
    }
    return text;
}

static void print_call(const struct step *step, FILE *file)
{
    static const char *const names[] = { "open a client", "close client", "start", "cancel",
        "close session", "open legacy", "search" };
    static const char *const behaviours[] = { "", ", the callback is held",
        ", the callback closes it", ", the callback closes the client", ", the callback cancels" };
    char text[60];

    fprintf(file, "thread %u: %s", step->thread, names[step->kind]);
    if (step->kind == STEP_START || step->kind == STEP_SEARCH)
        fprintf(file, " %s", peer_name(step->peer));
    if (step->kind == STEP_LEGACY) fprintf(file, " device %u", step->peer);
    if (step->kind != STEP_OPEN_CLIENT && step->kind != STEP_SEARCH)
        fprintf(file, ", handle: %s", handle_text(step, text, sizeof(text)));
    fprintf(file, "%s\n", step->kind == STEP_START ? behaviours[step->behaviour] : "");
}

static void print_step(const struct step *step, FILE *file)
{
    fprintf(file, "  %3u  ", step->id);
    switch (step->kind)
    {
    case STEP_OPEN_CLIENT:
    case STEP_CLOSE_CLIENT:
    case STEP_START:
    case STEP_CANCEL:
    case STEP_CLOSE:
    case STEP_LEGACY:
    case STEP_SEARCH: print_call(step, file); break;
    case STEP_POLICY: fprintf(file, "policy: %s\n", step->value ? "allowed" : "disabled"); break;
    case STEP_WORLD: fprintf(file, "supplicant: %s\n", step->text); break;
    case STEP_RETURN: fprintf(file, "held callbacks return\n"); break;
    case STEP_TURNS: fprintf(file, "%u turns\n", (unsigned int)step->value); break;
    case STEP_SETTLE: fprintf(file, "all threads run\n"); break;
    case STEP_ADVANCE: fprintf(file, "%u ms go by\n", (unsigned int)step->value); break;
    case STEP_REST: fprintf(file, "rest\n"); break;
    }
}

void history_print(const struct history *history, FILE *file)
{
    static const char *const weathers[] = { "calm", "honest", "lying" };

    fprintf(file, "  seed %u, a %s world, %u steps\n", (unsigned int)history->seed,
            weathers[history->weather], history->count);
    for (unsigned int i = 0; i < history->count; i++) print_step(&history->steps[i], file);
}
