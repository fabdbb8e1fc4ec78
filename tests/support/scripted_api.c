/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The functions by which a test fills, changes and disturbs the model of the scripted supplicant.
 * They take the lock, do one thing, let go; none waits for the thread.
 */

#include "scripted_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- peers ------------------------------------------------------------------------------------ */

static struct scripted_device *device_new(struct scripted_supplicant *ss, const uint8_t addr[6])
{
    struct scripted_device *device, **devices;
    size_t room;

    if (ss->device_count == ss->device_room)
    {
        room = ss->device_room ? ss->device_room * 2 : 64;
        if (!(devices = realloc(ss->devices, room * sizeof(*devices)))) return NULL;
        ss->devices = devices;
        ss->device_room = room;
    }
    if (!(device = calloc(1, sizeof(*device)))) return NULL;
    if (!scripted_map_put(&ss->by_device_address, scripted_mac_key(addr), device))
    {
        free(device);
        return NULL;
    }
    device->network_id = -1;
    device->index = ss->device_count;
    ss->devices[ss->device_count++] = device;
    return device;
}

static int add_peer_locked(struct scripted_supplicant *ss, const struct scripted_peer *peer)
{
    struct scripted_device *device = scripted_device_find(ss, peer->device_address);
    static const uint8_t none[6];
    bool was_hidden = true;

    if (device)
        was_hidden = device->conf.hidden;
    else if (!(device = device_new(ss, peer->device_address)))
        return ENOMEM;

    device->conf = *peer;
    device->conf.name = device->conf.pin = NULL;
    snprintf(device->pin, sizeof(device->pin), "%s", peer->pin ? peer->pin : "");
    if (!memcmp(peer->interface_address, none, 6))
    {
        memcpy(device->conf.interface_address, peer->device_address, 6);
        device->conf.interface_address[4] ^= 0x80;
    }
    if (!scripted_map_put(&ss->by_interface_address,
                scripted_mac_key(device->conf.interface_address), device))
        return ENOMEM;
    if (peer->name)
        snprintf(device->name, sizeof(device->name), "%s", peer->name);
    else
        snprintf(device->name, sizeof(device->name), "peer-%02x%02x%02x", peer->device_address[3],
                peer->device_address[4], peer->device_address[5]);
    if (peer->known) device->known = true;
    if (device->known && device->index < ss->first_known) ss->first_known = device->index;
    if (was_hidden && !peer->hidden) scripted_device_appeared(ss, device);
    return 0;
}

int scripted_supplicant_add_peer(struct scripted_supplicant *ss, const struct scripted_peer *peer)
{
    int error;

    scripted_lock(ss);
    error = add_peer_locked(ss, peer);
    scripted_unlock(ss);
    return error;
}

bool scripted_supplicant_peer_lost(struct scripted_supplicant *ss, const uint8_t addr[6])
{
    struct scripted_device *device;

    scripted_lock(ss);
    if ((device = scripted_device_find(ss, addr)))
    {
        device->conf.hidden = true;
        scripted_device_lost(ss, device);
    }
    scripted_unlock(ss);
    return device != NULL;
}

bool scripted_supplicant_peer_hide(
        struct scripted_supplicant *ss, const uint8_t addr[6], bool hidden)
{
    struct scripted_device *device;

    scripted_lock(ss);
    if ((device = scripted_device_find(ss, addr)) && device->conf.hidden != hidden)
    {
        device->conf.hidden = hidden;
        if (!hidden) scripted_device_appeared(ss, device);
    }
    scripted_unlock(ss);
    return device != NULL;
}

bool scripted_supplicant_peer_invites(struct scripted_supplicant *ss, const uint8_t addr[6])
{
    struct scripted_device *device;
    bool ok;

    scripted_lock(ss);
    ok = (device = scripted_device_find(ss, addr)) && scripted_net_for_device(ss, device);
    if (ok) scripted_device_invites(ss, device);
    scripted_unlock(ss);
    return ok;
}

bool scripted_supplicant_peer_joins(
        struct scripted_supplicant *ss, const uint8_t addr[6], const char *ifname)
{
    struct scripted_device *device;
    struct scripted_group *group;
    bool ok;

    scripted_lock(ss);
    device = scripted_device_find(ss, addr);
    group = scripted_group_by_name(ss, ifname);
    ok = device && group && group->role == SCRIPTED_ROLE_GO &&
         group->state == SCRIPTED_GROUP_STARTED;
    if (ok) scripted_group_join(ss, group, device);
    scripted_unlock(ss);
    return ok;
}

/* --- stored networks -------------------------------------------------------------------------- */

static void net_set_ssid(struct scripted_net *net, const void *ssid, size_t len)
{
    if (ssid)
    {
        memcpy(net->ssid, ssid, len);
        net->ssid_len = len;
    }
    else
        net->ssid_len =
                (size_t)snprintf((char *)net->ssid, sizeof(net->ssid), "DIRECT-ss-%d", net->id);
}

static int add_persistent_locked(
        struct scripted_supplicant *ss, const struct scripted_network *network)
{
    struct scripted_device *device;
    struct scripted_net *net;
    size_t i;

    if (!ss->p2p || network->ssid_len > 32 || network->peer_count > SCRIPTED_CLIENTS_MAX) return -1;
    if (network->role == SCRIPTED_ROLE_CLIENT && network->peer_count != 1) return -1;
    if (!(net = scripted_net_add(ss->p2p, network->id))) return -1;
    net_set_ssid(net, network->ssid, network->ssid_len);
    net->saved = true;
    if (network->role == SCRIPTED_ROLE_CLIENT)
    {
        net->kind = SCRIPTED_NETWORK_CLIENT;
        memcpy(net->bssid, network->peers[0], 6);
    }
    else
    {
        net->kind = SCRIPTED_NETWORK_GO;
        scripted_net_set_clients(net, network->peers, network->peer_count);
    }
    scripted_nets_save(ss->p2p);
    for (i = 0; i < network->peer_count; i++)
        if ((device = scripted_device_find(ss, network->peers[i]))) device->network_id = net->id;
    return net->id;
}

int scripted_supplicant_add_persistent(
        struct scripted_supplicant *ss, const struct scripted_network *network)
{
    int id;

    scripted_lock(ss);
    id = add_persistent_locked(ss, network);
    scripted_unlock(ss);
    return id;
}

bool scripted_supplicant_forget(struct scripted_supplicant *ss, int id)
{
    char which[16] = "all", none[1];
    int result = SCRIPTED_FAIL;

    if (id >= 0) snprintf(which, sizeof(which), "%d", id);
    scripted_lock(ss);
    if (ss->p2p) result = scripted_cmd_remove_network(ss, ss->p2p, which, none, sizeof(none));
    if (ss->p2p) scripted_nets_save(ss->p2p);
    scripted_unlock(ss);
    return result == SCRIPTED_OK;
}

int scripted_supplicant_add_station(struct scripted_supplicant *ss, const char *ifname,
        const void *ssid, size_t ssid_len, const uint8_t bssid[6],
        enum scripted_station_answer answer)
{
    struct scripted_iface *iface;
    struct scripted_net *net = NULL;
    int id = -1;

    scripted_lock(ss);
    iface = scripted_iface_find(ss, ifname);
    if (iface && iface->kind == SCRIPTED_IFACE_ADAPTER && ssid && ssid_len <= 32)
        net = scripted_net_add(iface, -1);
    if (net)
    {
        net->kind = SCRIPTED_NETWORK_STATION;
        net->saved = true;
        net->station_answer = answer;
        net_set_ssid(net, ssid, ssid_len);
        memcpy(net->bssid, bssid, 6);
        id = net->id;
    }
    scripted_unlock(ss);
    return id;
}

void scripted_supplicant_generated_address(unsigned int n, uint8_t ret_addr[6])
{
    ret_addr[0] = 0x02;
    ret_addr[1] = 0;
    ret_addr[2] = (uint8_t)(n >> 24);
    ret_addr[3] = (uint8_t)(n >> 16);
    ret_addr[4] = (uint8_t)(n >> 8);
    ret_addr[5] = (uint8_t)n;
}

int scripted_supplicant_generate(
        struct scripted_supplicant *ss, unsigned int count, enum scripted_role role, bool known)
{
    struct scripted_peer peer = { .known = known };
    struct scripted_network network = { .id = -1, .role = role, .peer_count = 1 };
    int error = 0;

    network.peers = (const uint8_t(*)[6]) & peer.device_address;
    scripted_lock(ss);
    while (count-- && !error)
    {
        scripted_supplicant_generated_address(ss->generated, peer.device_address);
        /* the default would meet another device's address after some 32000 peers */
        memcpy(peer.interface_address, peer.device_address, 6);
        peer.interface_address[1] = 0x80;
        if ((error = add_peer_locked(ss, &peer))) break;
        if (add_persistent_locked(ss, &network) < 0) error = ENOMEM;
        ss->generated++;
    }
    scripted_unlock(ss);
    return error;
}

/* --- disturbances ----------------------------------------------------------------------------- */

void scripted_supplicant_latency(struct scripted_supplicant *ss, enum scripted_step step, int ms)
{
    scripted_lock(ss);
    if (step < SCRIPTED_STEP_COUNT) ss->latency_ms[step] = ms < 0 ? SCRIPTED_NEVER : ms;
    scripted_unlock(ss);
}

void scripted_supplicant_rfkill(struct scripted_supplicant *ss, bool blocked)
{
    scripted_lock(ss);
    ss->rfkill = blocked;
    if (blocked) ss->invite.active = false;
    while (blocked && ss->groups) scripted_group_removed(ss, ss->groups, "UNAVAILABLE");
    scripted_unlock(ss);
}

bool scripted_supplicant_emit(
        struct scripted_supplicant *ss, const char *ifname, const void *bytes, size_t len)
{
    struct scripted_iface *iface;
    bool ok;

    scripted_lock(ss);
    ok = (iface = scripted_iface_find(ss, ifname)) && iface->fd >= 0;
    if (ok) scripted_event_bytes(ss, iface, bytes, len);
    scripted_unlock(ss);
    return ok;
}

bool scripted_supplicant_emit_as_uid(struct scripted_supplicant *ss, const char *ifname,
        unsigned int uid, const void *bytes, size_t len)
{
    struct scripted_iface *iface;
    unsigned int i;
    bool ok;

    scripted_lock(ss);
    ok = (iface = scripted_iface_find(ss, ifname)) && iface->fd >= 0;
    for (i = 0; ok && i < iface->monitor_count; i++)
        scripted_send_as(
                iface->fd, &iface->monitors[i].addr, iface->monitors[i].addr_len, &uid, bytes, len);
    scripted_unlock(ss);
    return ok;
}

bool scripted_supplicant_flood(
        struct scripted_supplicant *ss, const char *ifname, const char *text, unsigned int count)
{
    struct scripted_iface *iface;
    bool ok;

    scripted_lock(ss);
    ok = (iface = scripted_iface_find(ss, ifname)) && iface->fd >= 0;
    if (ok)
    {
        free(iface->flood);
        iface->flood = strdup(text);
        iface->flood_next = 0;
        iface->flood_count = count;
        scripted_backlog_add(ss, iface);
    }
    scripted_unlock(ss);
    return ok;
}

void scripted_supplicant_detach_all(struct scripted_supplicant *ss, const char *ifname)
{
    struct scripted_iface *iface = NULL;

    scripted_lock(ss);
    if (ifname) iface = scripted_iface_find(ss, ifname);
    if (iface || !ifname) scripted_detach_everyone(ss, iface);
    scripted_unlock(ss);
}

bool scripted_supplicant_rebind(struct scripted_supplicant *ss, const char *ifname)
{
    struct scripted_iface *iface;
    bool ok;

    scripted_lock(ss);
    ok = (iface = scripted_iface_find(ss, ifname)) && iface->fd >= 0;
    if (ok) scripted_iface_rebind(ss, iface);
    scripted_unlock(ss);
    return ok;
}

bool scripted_supplicant_end_group(
        struct scripted_supplicant *ss, const uint8_t addr[6], enum scripted_end how)
{
    struct scripted_device *device;
    bool ok;

    scripted_lock(ss);
    device = scripted_device_find(ss, addr);
    ok = device && device->group && scripted_group_end(ss, device->group, device, how);
    scripted_unlock(ss);
    return ok;
}

bool scripted_supplicant_end_group_if(
        struct scripted_supplicant *ss, const char *ifname, enum scripted_end how)
{
    struct scripted_group *group;
    bool ok;

    scripted_lock(ss);
    group = scripted_group_by_name(ss, ifname);
    ok = group && scripted_group_end(ss, group, NULL, how);
    scripted_unlock(ss);
    return ok;
}

/* --- what has happened ------------------------------------------------------------------------ */

bool scripted_supplicant_group_ifname(
        struct scripted_supplicant *ss, const uint8_t addr[6], char *ret_ifname, size_t size)
{
    struct scripted_device *device;
    bool ok;

    scripted_lock(ss);
    ok = (device = scripted_device_find(ss, addr)) && device->group;
    if (ok) snprintf(ret_ifname, size, "%s", device->group->iface.name);
    scripted_unlock(ss);
    return ok;
}

bool scripted_supplicant_journal_get(
        struct scripted_supplicant *ss, size_t index, struct scripted_journal_entry *ret_entry)
{
    bool ok;

    scripted_lock(ss);
    if ((ok = index < ss->journal_count))
    {
        ret_entry->time_ms = ss->journal[index].time_ms;
        ret_entry->ifname = ss->journal[index].ifname;
        ret_entry->command = ss->journal[index].command;
    }
    scripted_unlock(ss);
    return ok;
}

void scripted_supplicant_journal_print(struct scripted_supplicant *ss)
{
    const struct scripted_entry *entry;
    size_t i;

    scripted_lock(ss);
    for (i = 0; i < ss->journal_count; i++)
    {
        entry = &ss->journal[i];
        fprintf(stderr, "%8" PRIu64 " ms  %-16s %s\n", entry->time_ms - ss->journal[0].time_ms,
                entry->ifname, entry->command);
    }
    scripted_unlock(ss);
}
