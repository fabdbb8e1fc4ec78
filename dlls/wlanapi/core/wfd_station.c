/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Joins a stored network of the station interface, and returns from it. Never stores, changes or
 * saves a network: it selects one, and afterwards selects and enables what was so before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wfd_command.h"
#include "wfd_log.h"
#include "wfd_station.h"

#define MAX_NETWORKS 64
#define NEVER        UINT64_MAX

enum station_state
{
    STATION_IDLE,
    STATION_CONNECTING, /* to the control socket */
    STATION_STATUS,     /* what does the station do now? */
    STATION_LIST,       /* which networks are stored? */
    STATION_BSSID,      /* is one of them bound to the device? */
    STATION_BSS,        /* which SSID does the device send? */
    STATION_SCANNING,   /* it was not heard yet */
    STATION_SSID,       /* is a network of that SSID stored? */
    STATION_SELECT,     /* SELECT_NETWORK is asked */
    STATION_JOINING,    /* waits for the connection */
    STATION_JOINED,
    STATION_RETURNING, /* what was before is being restored */
};

struct network
{
    int id;
    bool enabled;
};

struct step
{
    const char *word;
    int id; /* < 0: none */
};

struct wfd_station
{
    struct wfd_station_callbacks callbacks;
    void *context;
    struct wfd_supplicant *supplicant;
    const struct wfd_netif_ops *netif;
    char ifname[WFD_IFNAME_SIZE];

    enum station_state state;
    struct wfd_mac device;
    struct wfd_ssid ssid;
    unsigned int sessions;                 /* that hold the joined network */
    bool awaited;                          /* somebody wants to hear how the join ends */
    bool scanned, heard, was_disconnected; /* heard: results came before the reply */
    uint64_t deadline_ms;
    enum wfd_error error; /* reported when the station has returned */

    struct network networks[MAX_NETWORKS];
    unsigned int network_count, network_at;
    int current, chosen; /* network ids; < 0: none */

    struct step steps[MAX_NETWORKS + 3]; /* of the return */
    unsigned int step_count, step_at;
    bool owes; /* the steps have to be gone, whoever lives to do it */
    struct wfd_request request;
};

static void return_step(struct wfd_station *s);

static void enter(struct wfd_station *s, enum station_state state)
{
    static const char *const names[] = { "IDLE", "CONNECTING", "STATUS", "LIST", "BSSID", "BSS",
        "SCANNING", "SSID", "SELECT", "JOINING", "JOINED", "RETURNING" };

    wfd_log("station %s: %s -> %s", s->ifname, names[s->state], names[state]);
    s->state = state;
}

static void ask(struct wfd_station *s, enum station_state state)
{
    enter(s, state);
    wfd_supplicant_ask(s->supplicant, &s->request);
}

static void report(struct wfd_station *s, enum wfd_error error)
{
    if (!s->awaited) return;
    s->awaited = false;
    s->callbacks.joined(s->context, error);
}

static void add_step(struct wfd_station *s, const char *word, int id)
{
    s->steps[s->step_count++] = (struct step){ word, id };
}

/* SELECT_NETWORK disables all others, so what was enabled has to be enabled again. */
static void plan_return(struct wfd_station *s)
{
    bool chosen_enabled = false;

    if (s->current >= 0) add_step(s, "SELECT_NETWORK", s->current);
    for (unsigned int i = 0; i < s->network_count; i++)
    {
        const struct network *network = &s->networks[i];

        if (network->id == s->chosen) chosen_enabled = network->enabled;
        if (network->enabled && network->id != s->current)
            add_step(s, "ENABLE_NETWORK", network->id);
    }
    if (s->current >= 0) return;
    if (!chosen_enabled) add_step(s, "DISABLE_NETWORK", s->chosen);
    if (s->was_disconnected) add_step(s, "DISCONNECT", -1);
}

/* error is what a waiting join gets once the station has returned. */
static void give_back(struct wfd_station *s, enum wfd_error error)
{
    s->error = error;
    enter(s, STATION_RETURNING);
    return_step(s);
}

static void finish(struct wfd_station *s)
{
    enter(s, STATION_IDLE);
    s->deadline_ms = NEVER;
    wfd_supplicant_disconnect(s->supplicant);
    if (s->owes) s->callbacks.returned(s->context);
    s->owes = false;
    report(s, s->error);
}

static void write_step(const struct step *step, char *ret_text, size_t size)
{
    if (step->id < 0)
        snprintf(ret_text, size, "%s", step->word);
    else
        snprintf(ret_text, size, "%s %d", step->word, step->id);
}

static void return_step(struct wfd_station *s)
{
    const struct step *step = &s->steps[s->step_at];

    if (s->request.queued) return;
    if (s->step_at == s->step_count)
    {
        finish(s);
        return;
    }
    s->step_at++;
    write_step(step, s->request.text, sizeof(s->request.text));
    wfd_supplicant_ask(s->supplicant, &s->request);
}

static void take_status(struct wfd_station *s, struct wfd_cursor reply)
{
    struct wfd_cursor line;

    s->was_disconnected = false;
    while (wfd_text_line(&reply, &line))
        if (wfd_text_skip(&line, "wpa_state=DISCONNECTED")) s->was_disconnected = true;
    wfd_command_list_networks(&s->request, -1);
    ask(s, STATION_LIST);
}

static void take_network(struct wfd_station *s, struct wfd_cursor line)
{
    struct network *network = &s->networks[s->network_count];
    struct wfd_cursor flags = line;

    if (s->network_count == MAX_NETWORKS) return;
    if (!wfd_text_number(&line, &network->id) || network->id < 0) return;
    if (!wfd_text_find_last(&flags, "\t")) return;
    if (wfd_text_find(&(struct wfd_cursor){ flags.at, flags.end }, "[P2P-PERSISTENT]")) return;
    network->enabled = !wfd_text_find(&(struct wfd_cursor){ flags.at, flags.end }, "[DISABLED]");
    if (wfd_text_find(&(struct wfd_cursor){ flags.at, flags.end }, "[CURRENT]"))
        s->current = network->id;
    s->network_count++;
}

static void ask_field(struct wfd_station *s, enum station_state state, const char *field)
{
    wfd_command_get_network(&s->request, s->networks[s->network_at].id, field);
    ask(s, state);
}

static void ask_bss(struct wfd_station *s)
{
    snprintf(s->request.text, sizeof(s->request.text), "BSS " WFD_MAC_FORMAT,
            WFD_MAC_ARGS(&s->device));
    ask(s, STATION_BSS);
}

static void take_list(struct wfd_station *s, struct wfd_cursor reply)
{
    struct wfd_cursor line;

    s->network_count = s->network_at = 0;
    s->current = s->chosen = -1;
    while (wfd_text_line(&reply, &line)) take_network(s, line);
    if (s->network_count)
        ask_field(s, STATION_BSSID, "bssid");
    else
        give_back(s, WFD_ERROR_NOT_FOUND);
}

static void joined(struct wfd_station *s)
{
    enter(s, STATION_JOINED);
    s->deadline_ms = NEVER;
    s->sessions = 1;
    report(s, WFD_SUCCESS);
}

static void choose(struct wfd_station *s)
{
    s->chosen = s->networks[s->network_at].id;
    if (s->chosen == s->current)
    {
        joined(s);
        return;
    }
    plan_return(s);
    s->owes = true;
    s->callbacks.owes(s->context);
    snprintf(s->request.text, sizeof(s->request.text), "SELECT_NETWORK %d", s->chosen);
    ask(s, STATION_SELECT);
}

static void take_bssid(struct wfd_station *s, struct wfd_cursor reply)
{
    if (wfd_reply_has_mac(reply, &s->device))
        choose(s);
    else if (++s->network_at < s->network_count)
        ask_field(s, STATION_BSSID, "bssid");
    else
        ask_bss(s);
}

/* WPS may store a network without its access point's address: then the SSID has to do. */
static void take_bss(struct wfd_station *s, struct wfd_cursor reply)
{
    struct wfd_cursor line;

    while (wfd_text_line(&reply, &line))
    {
        if (!wfd_text_skip(&line, "ssid=") || !wfd_text_bare_ssid(line, &s->ssid)) continue;
        s->network_at = 0;
        ask_field(s, STATION_SSID, "ssid");
        return;
    }
    if (s->scanned)
    {
        give_back(s, WFD_ERROR_NOT_FOUND);
        return;
    }
    s->scanned = true;
    s->heard = false;
    strcpy(s->request.text, "SCAN");
    ask(s, STATION_SCANNING);
}

/* FAIL-BUSY: a scan runs already, and its results will do. */
static void take_scan(struct wfd_station *s, struct wfd_cursor reply)
{
    if (wfd_reply_kind(reply) != WFD_REPLY_OK && !wfd_text_skip(&reply, "FAIL-BUSY"))
        give_back(s, WFD_ERROR_NOT_FOUND);
    else if (s->heard)
        ask_bss(s);
}

static void take_ssid(struct wfd_station *s, struct wfd_cursor reply)
{
    struct wfd_ssid ssid;

    if (wfd_text_config_ssid(reply, &ssid) && wfd_ssid_equal(&ssid, &s->ssid))
        choose(s);
    else if (++s->network_at < s->network_count)
        ask_field(s, STATION_SSID, "ssid");
    else
        give_back(s, WFD_ERROR_NOT_FOUND);
}

static void reply_came(
        struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply)
{
    struct wfd_station *s = context;

    (void)request;
    if (lost) return;
    switch (s->state)
    {
    case STATION_IDLE:
    case STATION_CONNECTING:
    case STATION_JOINING:
    case STATION_JOINED: break;
    case STATION_SCANNING: take_scan(s, reply); break;
    case STATION_STATUS: take_status(s, reply); break;
    case STATION_LIST: take_list(s, reply); break;
    case STATION_BSSID: take_bssid(s, reply); break;
    case STATION_BSS: take_bss(s, reply); break;
    case STATION_SSID: take_ssid(s, reply); break;
    case STATION_SELECT:
        if (wfd_reply_kind(reply) == WFD_REPLY_OK)
            enter(s, STATION_JOINING);
        else
            give_back(s, WFD_ERROR_INTERNAL);
        break;
    case STATION_RETURNING: return_step(s); break;
    }
}

static void supplicant_up(void *context)
{
    struct wfd_station *s = context;

    strcpy(s->request.text, "STATUS");
    ask(s, STATION_STATUS);
}

static void supplicant_down(void *context, enum wfd_error error)
{
    struct wfd_station *s = context;
    bool was_joined = s->state == STATION_JOINED;

    if (s->state == STATION_IDLE) return;
    enter(s, STATION_IDLE);
    s->deadline_ms = NEVER;
    if (was_joined) s->callbacks.lost(s->context);
    report(s, error);
}

static void connected(struct wfd_station *s, const struct wfd_event *event)
{
    if (s->state != STATION_JOINING && s->state != STATION_SELECT) return;
    if (wfd_mac_equal(&event->peer, &s->device))
        joined(s);
    else if (s->state == STATION_JOINING) /* another access point of the same name */
        give_back(s, WFD_ERROR_HOST_UNREACHABLE);
}

static void supplicant_event(void *context, const struct wfd_event *event)
{
    struct wfd_station *s = context;

    if (event->type == WFD_EVENT_SCAN_RESULTS && s->state == STATION_SCANNING)
    {
        s->heard = true;
        if (!s->request.queued) ask_bss(s);
    }
    else if (event->type == WFD_EVENT_CONNECTED)
        connected(s, event);
    else if (event->type == WFD_EVENT_NETWORK_FAILED &&
             (s->state == STATION_JOINING || s->state == STATION_SELECT) &&
             event->status == s->chosen && event->removal == WFD_REMOVAL_PSK_FAILURE)
        give_back(s, WFD_ERROR_GEN_FAILURE);
}

struct wfd_station *wfd_station_new(const struct wfd_ctrl_ops *ctrl,
        const struct wfd_netif_ops *netif, const struct wfd_station_callbacks *callbacks,
        void *context)
{
    static const struct wfd_supplicant_callbacks supplicant_callbacks = {
        .up = supplicant_up,
        .down = supplicant_down,
        .event = supplicant_event,
    };
    struct wfd_station *s = calloc(1, sizeof(*s));

    if (!s) return NULL;
    s->callbacks = *callbacks;
    s->context = context;
    s->netif = netif;
    s->deadline_ms = NEVER;
    s->current = s->chosen = -1;
    wfd_list_init(&s->request.entry);
    s->request.done = reply_came;
    s->request.context = s;
    s->supplicant = wfd_supplicant_new(ctrl, netif, &supplicant_callbacks, s);
    if (s->supplicant) return s;
    free(s);
    return NULL;
}

void wfd_station_free(struct wfd_station *s)
{
    if (!s) return;
    wfd_supplicant_free(s->supplicant);
    free(s);
}

bool wfd_station_idle(const struct wfd_station *s)
{
    return s->state == STATION_IDLE;
}

bool wfd_station_ready(const struct wfd_station *s)
{
    return s->state == STATION_IDLE || s->state == STATION_JOINED;
}

bool wfd_station_can_join(const struct wfd_station *s, const struct wfd_mac *device)
{
    return s->state != STATION_JOINED || wfd_mac_equal(&s->device, device);
}

void wfd_station_join(struct wfd_station *s, const struct wfd_config *config,
        const struct wfd_mac *device, uint64_t deadline_ms)
{
    s->awaited = true;
    if (s->state == STATION_JOINED)
    {
        s->sessions++;
        report(s, WFD_SUCCESS);
        return;
    }
    s->device = *device;
    s->deadline_ms = deadline_ms;
    s->scanned = false;
    s->chosen = -1;
    s->step_count = s->step_at = 0;
    s->owes = false;
    memcpy(s->ifname, config->interface, sizeof(s->ifname));
    enter(s, STATION_CONNECTING);
    wfd_supplicant_configure(s->supplicant, config);
    wfd_supplicant_connect_station(s->supplicant, s->callbacks.now_ms(s->context));
}

void wfd_station_leave(struct wfd_station *s)
{
    if (s->state != STATION_JOINED || --s->sessions) return;
    give_back(s, WFD_SUCCESS);
}

uint32_t wfd_station_index(const struct wfd_station *s)
{
    return s->state == STATION_JOINED ? s->netif->index(s->ifname) : 0;
}

/* A helper that is told of a return that is half done does it once more: each step says what holds. */
void wfd_station_tell_reaper(const struct wfd_station *s, struct wfd_reaper *reaper, uint32_t uid)
{
    char text[WFD_IFNAME_SIZE + 32];

    if (!s->owes) return;
    wfd_reaper_station(reaper, wfd_supplicant_path(s->supplicant),
            wfd_supplicant_process(s->supplicant), uid, s->chosen);
    for (unsigned int i = 0; i < s->step_count; i++)
    {
        write_step(&s->steps[i], text, sizeof(text));
        wfd_reaper_gives_back(reaper, text);
    }
}

struct wfd_supplicant *wfd_station_supplicant(struct wfd_station *s)
{
    return s->supplicant;
}

uint64_t wfd_station_deadline(const struct wfd_station *s)
{
    return s->deadline_ms;
}

void wfd_station_step(struct wfd_station *s, uint64_t now_ms)
{
    wfd_supplicant_step(s->supplicant, now_ms);
    if (now_ms < s->deadline_ms) return;
    s->deadline_ms = NEVER;
    /* One that has not yet reached the supplicant has nothing to give back. */
    if (s->state == STATION_CONNECTING)
    {
        enter(s, STATION_IDLE);
        wfd_supplicant_drop(s->supplicant, "nobody waits any longer");
        report(s, WFD_ERROR_TIMEOUT);
    }
    else if (s->state != STATION_RETURNING && s->state != STATION_IDLE)
        give_back(s, WFD_ERROR_TIMEOUT);
}
