/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Devices as a person sees them: which are near, and which are paired. A scan is the supplicant's
 * one operation while it lasts; the stored groups are read and changed beside whatever runs, as
 * nothing of an operation is in them. Never forgets a group of which it has not seen who is in it.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wfd_command.h"
#include "wfd_log.h"
#include "wfd_private.h"

#define TURN_WAIT_MS 15000 /* what a scan waits for other programs at most */
#define ASK_WAIT_MS  30000
#define TICK_MS      1000

struct wfd_scan
{
    struct wfd_waiter waiter;
    struct wfd_device devices[WFD_MAX_DEVICES];
    bool fresh[WFD_MAX_DEVICES]; /* to be reported */
    unsigned int count;
    uint32_t seconds;
    uint64_t end_ms;
};

static struct wfd_scan *scan_of(struct wfd_waiter *waiter)
{
    return wfd_container(waiter, struct wfd_scan, waiter);
}

uint32_t wfd_devices_scan_seconds(const struct wfd_waiter *waiter)
{
    return wfd_container(waiter, const struct wfd_scan, waiter)->seconds;
}

static struct wfd_device *seen(struct wfd_scan *scan, const struct wfd_mac *address)
{
    for (unsigned int i = 0; i < scan->count; i++)
        if (wfd_mac_equal(&scan->devices[i].address, address)) return &scan->devices[i];
    return NULL;
}

/* A device may be heard before its name is. What calls itself all devices, or a group, is none. */
void wfd_devices_found(struct wfd_waiter *waiter, const struct wfd_event *event)
{
    struct wfd_scan *scan = scan_of(waiter);
    struct wfd_device *device = seen(scan, &event->peer);

    if (!wfd_mac_is_unicast(&event->peer)) return;
    if (device && (!event->name[0] || !strcmp(device->name, event->name))) return;
    if (!device)
    {
        if (scan->count == WFD_MAX_DEVICES) return;
        device = &scan->devices[scan->count++];
    }
    device->address = event->peer;
    memcpy(device->name, event->name, sizeof(device->name));
    device->config_methods = event->config_methods;
    device->category = event->category;
    device->owns_group = event->owns_group;
    scan->fresh[device - scan->devices] = true;
}

static uint64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

enum wfd_error wfd_service_scan_begin(struct wfd_service *service, const struct wfd_config *config,
        uint32_t seconds, struct wfd_scan **ret_scan)
{
    struct wfd_scan *scan = calloc(1, sizeof(*scan));
    enum wfd_error error;

    if (!scan) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    scan->waiter.kind = WFD_WAIT_SCAN;
    scan->seconds = seconds < 1 ? 1 : seconds > 3600 ? 3600 : seconds;
    pthread_mutex_lock(&service->lock);
    error = wfd_service_prepare(service, config);
    if (!error)
    {
        scan->end_ms = monotonic_ms() + scan->seconds * 1000 + TURN_WAIT_MS;
        wfd_list_append(&service->waiters, &scan->waiter.entry);
        wfd_service_wake(service);
    }
    pthread_mutex_unlock(&service->lock);
    if (error)
        free(scan);
    else
        *ret_scan = scan;
    return error;
}

static bool take_fresh(struct wfd_scan *scan, struct wfd_device *ret_device)
{
    for (unsigned int i = 0; i < scan->count; i++)
    {
        if (!scan->fresh[i]) continue;
        scan->fresh[i] = false;
        *ret_device = scan->devices[i];
        return true;
    }
    return false;
}

enum wfd_scan_news wfd_service_scan_next(struct wfd_service *service, struct wfd_scan *scan,
        uint32_t wait_ms, struct wfd_device *ret_device, enum wfd_error *ret_error)
{
    uint64_t now_ms = monotonic_ms(), until_ms = now_ms + wait_ms;
    enum wfd_scan_news news = WFD_SCAN_NOTHING;

    if (until_ms > scan->end_ms) until_ms = scan->end_ms;
    pthread_mutex_lock(&service->lock);
    for (;;)
    {
        if (take_fresh(scan, ret_device)) news = WFD_SCAN_DEVICE;
        if (news == WFD_SCAN_DEVICE || scan->waiter.done || now_ms >= until_ms) break;
        wfd_service_wait_a_little(service, (uint32_t)(until_ms - now_ms));
        now_ms = monotonic_ms();
    }
    if (news == WFD_SCAN_NOTHING && (scan->waiter.done || now_ms >= scan->end_ms))
    {
        news = WFD_SCAN_OVER;
        *ret_error = scan->waiter.done ? scan->waiter.error
                     : scan->count     ? WFD_SUCCESS
                                       : WFD_ERROR_BUSY;
    }
    pthread_mutex_unlock(&service->lock);
    return news;
}

void wfd_service_scan_end(struct wfd_service *service, struct wfd_scan *scan)
{
    struct wfd_operation *op = &service->operation;

    pthread_mutex_lock(&service->lock);
    if (!scan->waiter.done)
    {
        wfd_list_remove(&scan->waiter.entry);
        if (op->search == &scan->waiter)
        {
            op->search = NULL;
            op->search_end_ms = 0; /* the loop ends it */
        }
        wfd_service_wake(service);
    }
    pthread_mutex_unlock(&service->lock);
    free(scan);
}

enum wfd_error wfd_service_scan(struct wfd_service *service, const struct wfd_config *config,
        uint32_t seconds, bool (*report)(void *context, const struct wfd_device *device),
        void *context)
{
    enum wfd_scan_news news = WFD_SCAN_NOTHING;
    struct wfd_device device;
    struct wfd_scan *scan;
    enum wfd_error error = wfd_service_scan_begin(service, config, seconds, &scan);
    uint64_t tick_ms = monotonic_ms() + TICK_MS, now_ms;
    bool go_on = true;

    if (error) return error;
    while (go_on && news != WFD_SCAN_OVER)
    {
        now_ms = monotonic_ms();
        news = wfd_service_scan_next(service, scan,
                now_ms < tick_ms ? (uint32_t)(tick_ms - now_ms) : 0, &device, &error);
        if (news == WFD_SCAN_DEVICE) go_on = report(context, &device);
        if (!go_on || news == WFD_SCAN_OVER || monotonic_ms() < tick_ms) continue;
        tick_ms = monotonic_ms() + TICK_MS;
        go_on = report(context, NULL);
    }
    wfd_service_scan_end(service, scan);
    return error;
}

/* The stored groups. */

struct asking
{
    struct wfd_waiter waiter; /* its peer is the one to forget, if any */
    bool forget, saved;
    int ids[WFD_MAX_STORED_GROUPS];
    unsigned int id_count, id_at;
    int list_last;
    enum
    {
        ASK_LIST,
        ASK_SSID,
        ASK_BSSID,
        ASK_CLIENTS,
        ASK_REMOVE,
        ASK_STRIKE,
        ASK_SAVE,
    } step;
    struct wfd_ssid ssid;
    struct wfd_paired found[WFD_MAX_PAIRINGS];
    unsigned int count, at;
};

static void ask(struct wfd_service *service)
{
    wfd_supplicant_ask(service->supplicant, &service->devices.request);
}

static void finish(struct wfd_service *service, struct asking *asking, enum wfd_error error)
{
    service->devices.waiter = NULL;
    asking->waiter.error = error;
    asking->waiter.done = true;
    wfd_list_remove(&asking->waiter.entry);
    pthread_cond_broadcast(&service->changed);
}

static bool is_alone(const struct asking *asking, const struct wfd_paired *paired)
{
    for (unsigned int i = 0; i < asking->count; i++)
        if (asking->found[i].id == paired->id &&
                !wfd_mac_equal(&asking->found[i].peer, &paired->peer))
            return false;
    return true;
}

static bool is_in_ours(const struct asking *asking)
{
    for (unsigned int i = 0; i < asking->count; i++)
        if (asking->found[i].own && wfd_mac_equal(&asking->found[i].peer, &asking->waiter.peer))
            return true;
    return false;
}

static void save(struct wfd_service *service, struct asking *asking)
{
    asking->step = ASK_SAVE;
    wfd_command_save(&service->devices.request);
    ask(service);
}

static void strike(struct wfd_service *service, struct asking *asking)
{
    if (!is_in_ours(asking))
    {
        save(service, asking);
        return;
    }
    asking->step = ASK_STRIKE;
    wfd_command_forget_client(&service->devices.request, &asking->waiter.peer);
    ask(service);
}

/* Groups that lead to that device alone, one after the other. */
static void remove_next(struct wfd_service *service, struct asking *asking)
{
    while (asking->at < asking->count)
    {
        const struct wfd_paired *paired = &asking->found[asking->at++];

        if (!wfd_mac_equal(&paired->peer, &asking->waiter.peer) || !is_alone(asking, paired))
            continue;
        asking->waiter.found = true;
        asking->step = ASK_REMOVE;
        wfd_command_remove_network(&service->devices.request, paired->id);
        ask(service);
        return;
    }
    if (is_in_ours(asking)) asking->waiter.found = true;
    if (asking->waiter.found)
        strike(service, asking);
    else
        finish(service, asking, WFD_ERROR_NOT_FOUND);
}

static void ask_field(struct wfd_service *service, struct asking *asking, const char *field)
{
    wfd_command_get_network(&service->devices.request, asking->ids[asking->id_at], field);
    ask(service);
}

static void next_id(struct wfd_service *service, struct asking *asking)
{
    if (asking->id_at < asking->id_count)
    {
        asking->step = ASK_SSID;
        ask_field(service, asking, "ssid");
    }
    else if (asking->forget)
        remove_next(service, asking);
    else
        finish(service, asking, WFD_SUCCESS);
}

static void take_list(struct wfd_service *service, struct asking *asking, struct wfd_cursor reply)
{
    unsigned int count;
    int last;
    bool cut;

    if (!wfd_reply_persistent_ids(reply, asking->ids + asking->id_count,
                WFD_MAX_STORED_GROUPS - asking->id_count, &count, &last, &cut))
    {
        finish(service, asking, WFD_ERROR_INTERNAL);
        return;
    }
    asking->id_count += count;
    if (cut && last > asking->list_last && asking->id_count < WFD_MAX_STORED_GROUPS)
    {
        asking->list_last = last;
        wfd_command_list_networks(&service->devices.request, last);
        ask(service);
        return;
    }
    next_id(service, asking);
}

static void add(struct asking *asking, const struct wfd_mac *peer, bool own)
{
    struct wfd_paired *paired;

    if (asking->count == WFD_MAX_PAIRINGS) return;
    paired = &asking->found[asking->count++];
    paired->peer = *peer;
    paired->ssid_length = asking->ssid.length;
    memcpy(paired->ssid, asking->ssid.octet, sizeof(paired->ssid));
    paired->own = own;
    paired->id = asking->ids[asking->id_at];
}

/* The owner's address: ours, or the peer's. */
static void take_bssid(struct wfd_service *service, struct asking *asking, struct wfd_cursor reply)
{
    struct wfd_mac owner;

    if (wfd_text_mac(&reply, &owner) &&
            !wfd_mac_equal(&owner, wfd_supplicant_address(service->supplicant)))
    {
        add(asking, &owner, false);
        asking->id_at++;
        next_id(service, asking);
        return;
    }
    asking->step = ASK_CLIENTS;
    ask_field(service, asking, "p2p_client_list");
}

static void take_clients(
        struct wfd_service *service, struct asking *asking, struct wfd_cursor reply)
{
    struct wfd_mac peer;

    while (wfd_text_mac(&reply, &peer))
    {
        add(asking, &peer, true);
        while (wfd_text_skip(&reply, " "))
        {
        }
    }
    asking->id_at++;
    next_id(service, asking);
}

/* REMOVE_NETWORK answers FAIL when somebody else was quicker, which is as good. */
static void answered(struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply)
{
    struct wfd_service *service = context;
    struct asking *asking;

    (void)request;
    if (!service->devices.waiter) return;
    asking = wfd_container(service->devices.waiter, struct asking, waiter);
    if (lost)
    {
        finish(service, asking, WFD_ERROR_SERVICE_NOT_ACTIVE);
        return;
    }
    switch (asking->step)
    {
    case ASK_LIST: take_list(service, asking, reply); break;
    case ASK_SSID:
        if (!wfd_text_config_ssid(reply, &asking->ssid)) asking->ssid.length = 0;
        asking->step = ASK_BSSID;
        ask_field(service, asking, "bssid");
        break;
    case ASK_BSSID: take_bssid(service, asking, reply); break;
    case ASK_CLIENTS: take_clients(service, asking, reply); break;
    case ASK_REMOVE: remove_next(service, asking); break;
    case ASK_STRIKE: save(service, asking); break;
    case ASK_SAVE:
        asking->saved = wfd_reply_kind(reply) == WFD_REPLY_OK;
        finish(service, asking, WFD_SUCCESS);
        break;
    }
}

void wfd_devices_init(struct wfd_devices *devices, struct wfd_service *service)
{
    wfd_request_init(&devices->request, answered, service);
}

bool wfd_devices_idle(const struct wfd_service *service)
{
    return !service->devices.waiter && !service->devices.request.queued;
}

void wfd_devices_schedule(struct wfd_service *service)
{
    struct wfd_devices *devices = &service->devices;
    struct wfd_list *e, *next;

    if (wfd_supplicant_state(service->supplicant) != WFD_SUPPLICANT_UP) return;
    if (!wfd_devices_idle(service)) return;
    wfd_list_for_each(e, next, &service->waiters)
    {
        struct wfd_waiter *waiter = wfd_container(e, struct wfd_waiter, entry);

        if (waiter->kind != WFD_WAIT_ASK) continue;
        devices->waiter = waiter;
        wfd_command_list_networks(&devices->request, -1);
        ask(service);
        return;
    }
}

static enum wfd_error read_groups(
        struct wfd_service *service, const struct wfd_config *config, struct asking *asking)
{
    enum wfd_error error;

    asking->waiter.kind = WFD_WAIT_ASK;
    asking->list_last = -1;
    pthread_mutex_lock(&service->lock);
    error = wfd_service_prepare(service, config);
    if (!error)
        error = wfd_service_wait(
                service, &asking->waiter, ASK_WAIT_MS, WFD_ERROR_SERVICE_NOT_ACTIVE);
    wfd_service_wake(service);
    pthread_mutex_unlock(&service->lock);
    return error;
}

enum wfd_error wfd_service_list_paired(struct wfd_service *service, const struct wfd_config *config,
        struct wfd_paired *ret_paired, unsigned int max, unsigned int *ret_count)
{
    struct asking *asking = calloc(1, sizeof(*asking));
    enum wfd_error error;

    if (!asking) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    error = read_groups(service, config, asking);
    if (!error)
    {
        *ret_count = asking->count < max ? asking->count : max;
        memcpy(ret_paired, asking->found, *ret_count * sizeof(*ret_paired));
    }
    free(asking);
    return error;
}

enum wfd_error wfd_service_unpair(struct wfd_service *service, const struct wfd_config *config,
        const struct wfd_mac *peer, bool *ret_saved)
{
    struct asking *asking = calloc(1, sizeof(*asking));
    enum wfd_error error;

    if (!asking) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    asking->forget = true;
    asking->waiter.peer = *peer;
    error = read_groups(service, config, asking);
    if (!error) *ret_saved = asking->saved;
    free(asking);
    return error;
}
