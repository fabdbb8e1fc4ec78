/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A look at the supplicant from outside: which devices are paired, which of them it has heard of
 * late, and which are in a group with us, whoever has made it. For device nodes, which show all of
 * that to programs. It keeps nothing from one look to the next, so that nothing can be missed.
 *
 * It asks over connections of its own, on the calling thread, without the lock: the loop and its
 * operations are not delayed, and a supplicant that does not answer costs nobody but who looks.
 * Never sends anything that changes something, and never asks for a key.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wfd_command.h"
#include "wfd_log.h"
#include "wfd_private.h"

#define LOOK_MS    3000 /* all of it */
#define RETRY_MS   5    /* its queue was full */
#define MAX_GROUPS 64   /* more than any adapter can have */

struct look
{
    struct wfd_service *service;
    const struct wfd_ctrl_ops *ctrl;
    const struct wfd_netif_ops *netif;
    char path[WFD_SOCKET_PATH_SIZE]; /* of the control socket that does P2P */
    uint32_t uid;
    struct wfd_mac own; /* our P2P device address */
    uint64_t end_ms;
    struct wfd_ctrl *connection; /* to path */
    struct wfd_paired_state *states;
    unsigned int count, max;
    int ids[WFD_MAX_STORED_GROUPS];
    unsigned int id_count;
    char groups[MAX_GROUPS][WFD_IFNAME_SIZE]; /* that may be there */
    unsigned int group_count;
    bool lacks_means; /* memory or descriptors: what it has not seen may be there all the same */
    char reply[8192]; /* wpa_supplicant's have at most 4096 bytes */
};

static uint64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The conversation. */

static void await(const struct look *look, struct wfd_ctrl *connection, short events, uint64_t ms)
{
    struct pollfd fd = { .fd = look->ctrl->descriptor(connection), .events = events };
    uint64_t now_ms = monotonic_ms(), left_ms = look->end_ms > now_ms ? look->end_ms - now_ms : 0;

    poll(&fd, events ? 1 : 0, (int)(left_ms < ms ? left_ms : ms));
}

static bool send_text(const struct look *look, struct wfd_ctrl *connection, const char *text)
{
    int error;

    while ((error = look->ctrl->send(connection, text, strlen(text))) == -EAGAIN)
    {
        if (monotonic_ms() >= look->end_ms) return false;
        await(look, connection, 0, RETRY_MS);
    }
    return !error;
}

/*
 * Never waits. With the lock, as the loop does it: libwpa_client counts the names of its sockets
 * without one, and who gets another thread's name takes it away.
 */
static int connect_to(struct look *look, const char *path, struct wfd_ctrl **ret_connection)
{
    int error;

    pthread_mutex_lock(&look->service->lock);
    error = look->ctrl->open(path, look->uid, ret_connection);
    pthread_mutex_unlock(&look->service->lock);
    if (wfd_ctrl_lacks_means(-error)) look->lacks_means = true;
    return error;
}

/* The reply is valid until the next question. False: none came, and there is no use in going on. */
static bool ask(struct look *look, struct wfd_ctrl *connection, const struct wfd_request *request,
        struct wfd_cursor *ret_reply)
{
    ssize_t length;

    if (!send_text(look, connection, request->text)) return false;
    for (;;)
    {
        length = look->ctrl->receive(connection, look->reply, sizeof(look->reply));
        /* Events come to those who ask for them, which we do not. */
        if (length >= 0 && !(length && look->reply[0] == '<')) break;
        if (length < 0 && length != -EAGAIN && length != -EPERM && length != -EINTR) return false;
        if (monotonic_ms() >= look->end_ms) return false;
        if (length == -EAGAIN) await(look, connection, POLLIN, LOOK_MS);
    }
    *ret_reply = wfd_cursor(look->reply, (size_t)length);
    return true;
}

/* Who is paired. */

static void add(struct look *look, const struct wfd_mac *peer)
{
    struct wfd_paired_state *state;

    if (!wfd_mac_is_unicast(peer) || look->count == look->max) return;
    for (unsigned int i = 0; i < look->count; i++)
        if (wfd_mac_equal(&look->states[i].peer, peer)) return;
    state = &look->states[look->count++];
    memset(state, 0, sizeof(*state));
    state->peer = *peer;
}

static bool list_groups(struct look *look)
{
    struct wfd_request request = { .queued = false };
    struct wfd_cursor reply;
    int last, list_last = -1;
    unsigned int count;
    bool cut = true;

    wfd_command_list_networks(&request, -1);
    while (cut && look->id_count < WFD_MAX_STORED_GROUPS)
    {
        if (!ask(look, look->connection, &request, &reply)) return false;
        if (!wfd_reply_persistent_ids(reply, look->ids + look->id_count,
                    WFD_MAX_STORED_GROUPS - look->id_count, &count, &last, &cut))
            return false;
        look->id_count += count;
        if (last <= list_last) break;
        list_last = last;
        wfd_command_list_networks(&request, last);
    }
    return true;
}

/* Of a group of ours the devices that may come into it, else its owner. */
static bool add_group(struct look *look, int id)
{
    struct wfd_request request = { .queued = false };
    struct wfd_cursor reply;
    struct wfd_mac mac;

    wfd_command_get_network(&request, id, "bssid");
    if (!ask(look, look->connection, &request, &reply)) return false;
    if (wfd_text_mac(&reply, &mac) && !wfd_mac_equal(&mac, &look->own))
    {
        add(look, &mac);
        return true;
    }
    wfd_command_get_network(&request, id, "p2p_client_list");
    if (!ask(look, look->connection, &request, &reply)) return false;
    while (wfd_text_mac(&reply, &mac))
    {
        add(look, &mac);
        while (wfd_text_skip(&reply, " "))
        {
        }
    }
    return true;
}

/* Who is there. */

static void take_name(struct wfd_paired_state *state, struct wfd_cursor reply)
{
    struct wfd_cursor line;
    size_t length;

    while (wfd_text_line(&reply, &line))
    {
        /* The first one: what strangers say of themselves comes after it. */
        if (!wfd_text_skip(&line, "device_name=")) continue;
        length = (size_t)(line.end - line.at);
        if (length >= sizeof(state->name)) length = sizeof(state->name) - 1;
        memcpy(state->name, line.at, length);
        state->name[length] = 0;
        return;
    }
}

static bool look_for(struct look *look, struct wfd_paired_state *state)
{
    struct wfd_request request = { .queued = false };
    struct wfd_cursor reply, rest;
    struct wfd_mac address;

    wfd_command_peer(&request, &state->peer);
    if (!ask(look, look->connection, &request, &reply)) return false;
    rest = reply;
    state->visible = wfd_text_mac(&rest, &address) && wfd_mac_equal(&address, &state->peer);
    if (state->visible) take_name(state, reply);
    return true;
}

/* Who is in a group with us. */

static void connect_state(struct look *look, struct wfd_paired_state *state, const char *ifname,
        const struct wfd_mac *address)
{
    state->interface_index = look->netif->index(ifname);
    state->connected = state->interface_index != 0;
    if (!state->connected)
    {
        if (errno != ENODEV) look->lacks_means = true; /* else it has gone this moment */
        return;
    }
    state->interface_address = *address;
    state->visible = true;
}

/* P2P_GROUP_MEMBER tells an address of who is in; what BSS tells may be of an older group. */
static bool look_in_group(struct look *look, struct wfd_ctrl *connection, const char *ifname,
        enum wfd_role role, const struct wfd_mac *bssid)
{
    struct wfd_request request = { .queued = false };
    struct wfd_cursor reply;
    struct wfd_mac address;

    for (unsigned int i = 0; i < look->count; i++)
    {
        struct wfd_paired_state *state = &look->states[i];
        bool in;

        if (state->connected) continue;
        if (role == WFD_ROLE_GO)
            wfd_command_group_member(&request, &state->peer);
        else
            wfd_command_bss_of(&request, &state->peer);
        if (!ask(look, connection, &request, &reply)) return false;
        if (role == WFD_ROLE_GO)
            in = wfd_text_mac(&reply, &address);
        else
            in = wfd_reply_bssid(reply, &address) && wfd_mac_equal(&address, bssid);
        if (in) connect_state(look, state, ifname, &address);
    }
    return true;
}

/* One that goes meanwhile, or is still being formed, is none. */
static void visit(struct look *look, const char *ifname)
{
    const char *slash = strrchr(look->path, '/');
    char path[sizeof(look->path) + WFD_IFNAME_SIZE];
    struct wfd_request request = { .queued = false };
    struct wfd_ctrl *connection;
    struct wfd_cursor reply;
    struct wfd_mac bssid;
    struct wfd_ssid ssid;
    enum wfd_role role;

    memcpy(path, look->path, (size_t)(slash + 1 - look->path));
    strcpy(path + (slash + 1 - look->path), ifname);
    if (connect_to(look, path, &connection)) return;
    wfd_command_status(&request);
    if (ask(look, connection, &request, &reply) &&
            wfd_reply_group_status(reply, &role, &ssid, &bssid))
        look_in_group(look, connection, ifname, role, &bssid);
    look->ctrl->close(connection);
}

static bool is_name(struct wfd_cursor line, const char *name)
{
    return wfd_text_skip(&line, name) && line.at == line.end;
}

/* Groups may be on the adapter's own interface, too: an access point there is nobody's P2P device. */
static bool list_interfaces(struct look *look)
{
    const char *adapter = strrchr(look->path, '/') + 1;
    struct wfd_request request = { .queued = false };
    struct wfd_cursor reply, line, rest;

    if (!strncmp(adapter, "p2p-dev-", 8)) adapter += 8;
    wfd_command_interfaces(&request);
    if (!ask(look, look->connection, &request, &reply)) return false;
    while (look->group_count < MAX_GROUPS && wfd_text_line(&reply, &line))
    {
        rest = line;
        if (!wfd_survey_is_group(adapter, line) && !is_name(line, adapter)) continue;
        if (wfd_text_ifname(&rest, look->groups[look->group_count])) look->group_count++;
    }
    return true;
}

static bool look_around(struct look *look)
{
    if (!list_groups(look)) return false;
    for (unsigned int i = 0; i < look->id_count; i++)
        if (!add_group(look, look->ids[i])) return false;
    for (unsigned int i = 0; i < look->count; i++)
        if (!look_for(look, &look->states[i])) return false;
    if (!look->count) return true;
    if (!list_interfaces(look)) return false;
    for (unsigned int i = 0; i < look->group_count; i++) visit(look, look->groups[i]);
    return !look->lacks_means && monotonic_ms() < look->end_ms;
}

static enum wfd_error why_not(const struct look *look)
{
    if (look->lacks_means) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    return monotonic_ms() < look->end_ms ? WFD_ERROR_SERVICE_NOT_ACTIVE : WFD_ERROR_TIMEOUT;
}

/*
 * Whom to ask: who has answered the loop just now, even if that has parted again because nobody
 * else needs it.
 */
static enum wfd_error prepare(
        struct wfd_service *service, const struct wfd_config *config, struct look *look)
{
    enum wfd_error error;

    pthread_mutex_lock(&service->lock);
    error = wfd_service_prepare(service, config);
    if (!error)
    {
        look->service = service;
        look->ctrl = service->environment.ctrl;
        look->netif = service->environment.netif;
        look->uid = service->config.supplicant_uid;
        look->own = *wfd_supplicant_address(service->supplicant);
        strcpy(look->path, service->reached);
    }
    wfd_service_wake(service);
    pthread_mutex_unlock(&service->lock);
    return error;
}

enum wfd_error wfd_service_look(struct wfd_service *service, const struct wfd_config *config,
        struct wfd_paired_state *ret_states, unsigned int max, unsigned int *ret_count)
{
    struct look *look = calloc(1, sizeof(*look));
    struct wfd_paired_state *states = calloc(max, sizeof(*states));
    enum wfd_error error = WFD_ERROR_NOT_ENOUGH_MEMORY;

    if (look && states) error = prepare(service, config, look);
    if (!error)
    {
        look->end_ms = monotonic_ms() + LOOK_MS;
        look->states = states;
        look->max = max;
        if (connect_to(look, look->path, &look->connection) || !look_around(look))
            error = why_not(look);
        look->ctrl->close(look->connection);
    }
    if (!error)
    {
        memcpy(ret_states, states, look->count * sizeof(*states));
        *ret_count = look->count;
        wfd_log("look: %u devices are paired", look->count);
    }
    free(states);
    free(look);
    return error;
}

void wfd_service_changes(struct wfd_service *service, uint32_t *ret_serial, bool *ret_live)
{
    pthread_mutex_lock(&service->lock);
    *ret_serial = service->changes;
    *ret_live = !wfd_list_empty(&service->groups) || !wfd_list_empty(&service->pending) ||
                !wfd_list_empty(&service->inbox);
    pthread_mutex_unlock(&service->lock);
}
