/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The model of the scripted supplicant: peers, stored networks and group objects with their sockets
 * and interfaces. It keeps them consistent and never sends an event.
 */

#include "scripted_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* --- small tools ------------------------------------------------------------------------------ */

uint64_t scripted_mac_key(const uint8_t addr[6])
{
    uint64_t key = 1; /* never zero, which marks a free slot */
    int i;

    for (i = 0; i < 6; i++) key = key << 8 | addr[i];
    return key;
}

static size_t map_slot(const struct scripted_map *map, uint64_t key)
{
    size_t slot = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (map->size - 1);

    while (map->keys[slot] && map->keys[slot] != key) slot = (slot + 1) & (map->size - 1);
    return slot;
}

void *scripted_map_get(const struct scripted_map *map, uint64_t key)
{
    return map->size ? map->values[map_slot(map, key)] : NULL;
}

static bool map_grow(struct scripted_map *map)
{
    struct scripted_map bigger = { .size = map->size ? map->size * 2 : 64 };
    size_t i, slot;

    bigger.keys = calloc(bigger.size, sizeof(*bigger.keys));
    bigger.values = calloc(bigger.size, sizeof(*bigger.values));
    if (!bigger.keys || !bigger.values)
    {
        free(bigger.keys);
        free(bigger.values);
        return false;
    }
    for (i = 0; i < map->size; i++)
    {
        if (!map->keys[i]) continue;
        slot = map_slot(&bigger, map->keys[i]);
        bigger.keys[slot] = map->keys[i];
        bigger.values[slot] = map->values[i];
    }
    bigger.used = map->used;
    free(map->keys);
    free(map->values);
    *map = bigger;
    return true;
}

bool scripted_map_put(struct scripted_map *map, uint64_t key, void *value)
{
    size_t slot;

    if ((map->used + 1) * 2 > map->size && !map_grow(map)) return false;
    slot = map_slot(map, key);
    if (!map->keys[slot]) map->used++;
    map->keys[slot] = key;
    map->values[slot] = value;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Text may follow, as hwaddr_aton allows. */
bool scripted_mac_parse(const char *text, uint8_t ret_addr[6])
{
    uint8_t addr[6];
    int i, high, low;

    for (i = 0; i < 6; i++, text += 3)
    {
        if ((high = hex_digit(text[0])) < 0 || (low = hex_digit(text[1])) < 0) return false;
        if (i < 5 && text[2] != ':') return false;
        addr[i] = (uint8_t)(high << 4 | low);
    }
    memcpy(ret_addr, addr, sizeof(addr));
    return true;
}

const char *scripted_mac_text(const uint8_t addr[6], char ret_text[18])
{
    snprintf(ret_text, 18, "%02x:%02x:%02x:%02x:%02x:%02x", addr[0], addr[1], addr[2], addr[3],
            addr[4], addr[5]);
    return ret_text;
}

size_t scripted_ssid_text(const uint8_t *ssid, size_t len, char *ret_text, size_t size)
{
    static const char plain[] = "\"\\\033\n\r\t", letters[] = "\"\\enrt";
    const char *found;
    size_t i, used = 0;

    for (i = 0; i < len && used + 5 <= size; i++)
    {
        if (ssid[i] && (found = strchr(plain, ssid[i])))
        {
            ret_text[used++] = '\\';
            ret_text[used++] = letters[found - plain];
        }
        else if (ssid[i] >= 32 && ssid[i] <= 126)
            ret_text[used++] = (char)ssid[i];
        else
            used += (size_t)sprintf(ret_text + used, "\\x%02x", ssid[i]);
    }
    ret_text[used] = 0;
    return used;
}

struct scripted_device *scripted_device_find(struct scripted_supplicant *ss, const uint8_t addr[6])
{
    return scripted_map_get(&ss->by_device_address, scripted_mac_key(addr));
}

/* --- stored networks -------------------------------------------------------------------------- */

struct scripted_net *scripted_net_get(struct scripted_iface *iface, int id)
{
    struct scripted_net *net;

    if (id < 0 || (size_t)id >= iface->network_count) return NULL;
    net = iface->networks[id];
    return net && !net->deleted ? net : NULL;
}

struct scripted_net *scripted_net_add(struct scripted_iface *iface, int id)
{
    struct scripted_net **networks, *net;
    size_t count;

    if (id < 0) id = iface->next_network_id;
    if ((size_t)id < iface->network_count && iface->networks[id]) return NULL;
    if ((size_t)id >= iface->network_count)
    {
        /* in steps of powers of two, so that many can be added */
        for (count = 16; count <= (size_t)id; count *= 2)
        {
        }
        networks = realloc(iface->networks, count * sizeof(*networks));
        if (!networks) return NULL;
        iface->networks = networks;
        while (iface->network_count <= (size_t)id) networks[iface->network_count++] = NULL;
    }
    if (!(net = calloc(1, sizeof(*net)))) return NULL;
    net->id = id;
    iface->networks[id] = net;
    if (id >= iface->next_network_id) iface->next_network_id = id + 1;
    return net;
}

void scripted_net_free(struct scripted_net *net)
{
    if (!net) return;
    free(net->clients);
    free(net->saved_clients);
    free(net);
}

static void net_forget(struct scripted_iface *iface, struct scripted_net *net)
{
    if (net->group) net->group->net = NULL;
    iface->networks[net->id] = NULL;
    scripted_net_free(net);
}

void scripted_net_delete(struct scripted_iface *iface, struct scripted_net *net)
{
    if (net->group) net->group->net = NULL;
    net->group = NULL;
    if (iface->current == net) iface->current = NULL;
    if (iface->selected == net) iface->selected = NULL;
    if (net->saved)
        net->deleted = true;
    else
        net_forget(iface, net);
}

static bool copy_clients(
        uint8_t (**to)[6], size_t *to_count, const uint8_t (*from)[6], size_t count)
{
    uint8_t(*copy)[6] = NULL;

    if (count && !(copy = malloc(count * sizeof(*copy)))) return false;
    if (count) memcpy(copy, from, count * sizeof(*copy));
    free(*to);
    *to = copy;
    *to_count = count;
    return true;
}

bool scripted_net_set_clients(struct scripted_net *net, const uint8_t (*clients)[6], size_t count)
{
    return copy_clients(&net->clients, &net->client_count, clients, count);
}

bool scripted_net_remove_client(struct scripted_net *net, const uint8_t addr[6])
{
    size_t i;

    for (i = 0; i < net->client_count; i++)
    {
        if (memcmp(net->clients[i], addr, 6)) continue;
        net->client_count--;
        memmove(net->clients + i, net->clients + i + 1,
                (net->client_count - i) * sizeof(*net->clients));
        return true;
    }
    return false;
}

static bool scripted_net_has_peer(const struct scripted_net *net, const uint8_t addr[6])
{
    size_t i;

    switch (net->kind)
    {
    case SCRIPTED_NETWORK_CLIENT: return !memcmp(net->bssid, addr, 6);
    case SCRIPTED_NETWORK_STATION: return false;
    case SCRIPTED_NETWORK_GO: break;
    }
    for (i = 0; i < net->client_count; i++)
        if (!memcmp(net->clients[i], addr, 6)) return true;
    return false;
}

struct scripted_net *scripted_net_for_device(
        struct scripted_supplicant *ss, struct scripted_device *device)
{
    struct scripted_net *net;
    size_t i;

    if (!ss->p2p) return NULL;
    net = scripted_net_get(ss->p2p, device->network_id);
    if (net && scripted_net_has_peer(net, device->conf.device_address)) return net;
    for (i = 0; i < ss->p2p->network_count; i++)
    {
        net = scripted_net_get(ss->p2p, (int)i);
        if (!net || !scripted_net_has_peer(net, device->conf.device_address)) continue;
        device->network_id = net->id;
        return net;
    }
    return NULL;
}

void scripted_nets_save(struct scripted_iface *iface)
{
    struct scripted_net *net;
    size_t i;

    for (i = 0; i < iface->network_count; i++)
    {
        if (!(net = iface->networks[i])) continue;
        if (net->deleted)
        {
            net_forget(iface, net);
            continue;
        }
        net->saved = copy_clients(&net->saved_clients, &net->saved_client_count,
                (const uint8_t(*)[6])net->clients, net->client_count);
    }
}

void scripted_nets_reload(struct scripted_iface *iface)
{
    struct scripted_net *net;
    size_t i;

    iface->current = iface->selected = NULL;
    for (i = 0; i < iface->network_count; i++)
    {
        if (!(net = iface->networks[i])) continue;
        net->group = NULL;
        net->deleted = false;
        if (!net->saved)
            net_forget(iface, net);
        else
            scripted_net_set_clients(
                    net, (const uint8_t(*)[6])net->saved_clients, net->saved_client_count);
    }
}

/* --- network interfaces ----------------------------------------------------------------------- */

static void forget_stale_netdev(struct scripted_supplicant *ss, const char *name)
{
    size_t i;

    for (i = 0; i < ss->stale_count; i++)
    {
        if (ss->stale[i].tun_fd < 0 || strcmp(ss->stale[i].name, name)) continue;
        close(ss->stale[i].tun_fd);
        ss->stale[i].tun_fd = -1;
    }
}

static bool tun_up(const char *name, const uint8_t addr[6])
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request;
    bool ok = false;

    if (fd < 0) return false;
    memset(&request, 0, sizeof(request));
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%.15s", name);
    request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
    memcpy(request.ifr_hwaddr.sa_data, addr, 6);
    if (!ioctl(fd, SIOCSIFHWADDR, &request) && !ioctl(fd, SIOCGIFFLAGS, &request))
    {
        request.ifr_flags |= IFF_UP;
        ok = !ioctl(fd, SIOCSIFFLAGS, &request);
    }
    close(fd);
    return ok;
}

static int tun_open(struct scripted_supplicant *ss, const char *name)
{
    struct ifreq request;
    int fd;

    if (ss->netdev == SCRIPTED_NETDEV_NONE) return -1;
    forget_stale_netdev(ss, name);
    memset(&request, 0, sizeof(request));
    snprintf(request.ifr_name, sizeof(request.ifr_name), "%.15s", name);
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && !ioctl(fd, TUNSETIFF, &request) && tun_up(name, ss->group_address)) return fd;
    fprintf(stderr, "scripted supplicant: no interface %s: %s\n", name, strerror(errno));
    if (fd >= 0) close(fd);
    return -1;
}

void scripted_stale_add(struct scripted_supplicant *ss, const char *name, int tun_fd)
{
    struct scripted_stale *stale;
    size_t room;

    if (ss->stale_count == ss->stale_room)
    {
        room = ss->stale_room ? ss->stale_room * 2 : 16;
        if (!(stale = realloc(ss->stale, room * sizeof(*stale))))
        {
            if (tun_fd >= 0) close(tun_fd);
            return;
        }
        ss->stale = stale;
        ss->stale_room = room;
    }
    stale = &ss->stale[ss->stale_count++];
    snprintf(stale->name, sizeof(stale->name), "%s", name);
    stale->tun_fd = tun_fd;
}

static void group_name(
        const struct scripted_supplicant *ss, unsigned int number, char *ret_name, size_t size)
{
    if (snprintf(ret_name, size, "p2p-%s-%u", ss->p2p_base, number) >= IFNAMSIZ)
        snprintf(ret_name, size, "p2p-%u", number);
}

void scripted_pending_netdev_make(struct scripted_supplicant *ss)
{
    char name[32];

    if (ss->pending_netdev) return;
    ss->pending_netdev = true;
    ss->pending_number = ss->next_number++;
    group_name(ss, ss->pending_number, name, sizeof(name));
    ss->pending_tun_fd = tun_open(ss, name);
}

bool scripted_pending_netdev_drop(struct scripted_supplicant *ss)
{
    if (!ss->pending_netdev) return false;
    ss->pending_netdev = false;
    if (ss->pending_tun_fd >= 0) close(ss->pending_tun_fd);
    ss->pending_tun_fd = -1;
    return true;
}

/* --- groups ----------------------------------------------------------------------------------- */

static bool slot_take(struct scripted_supplicant *ss, struct scripted_group *group)
{
    size_t count = ss->slot_count ? ss->slot_count * 2 : 16, i;
    uint32_t *generations, *free_slots, slot;
    struct scripted_group **slots;

    if (!ss->free_slot_count)
    {
        if ((slots = realloc(ss->slots, count * sizeof(*slots)))) ss->slots = slots;
        if ((generations = realloc(ss->generations, count * sizeof(*generations))))
            ss->generations = generations;
        if ((free_slots = realloc(ss->free_slots, count * sizeof(*free_slots))))
            ss->free_slots = free_slots;
        if (!slots || !generations || !free_slots) return false;
        for (i = count; i > ss->slot_count; i--)
        {
            slots[i - 1] = NULL;
            generations[i - 1] = 1;
            free_slots[ss->free_slot_count++] = (uint32_t)(i - 1);
        }
        ss->slot_count = count;
    }
    slot = ss->free_slots[--ss->free_slot_count];
    ss->slots[slot] = group;
    group->uid = (uint64_t)ss->generations[slot] << 32 | slot;
    return true;
}

static void slot_give(struct scripted_supplicant *ss, struct scripted_group *group)
{
    uint32_t slot = (uint32_t)group->uid;

    if (!group->uid) return;
    ss->slots[slot] = NULL;
    ss->generations[slot]++;
    ss->free_slots[ss->free_slot_count++] = slot;
}

struct scripted_group *scripted_group_by_uid(struct scripted_supplicant *ss, uint64_t uid)
{
    uint32_t slot = (uint32_t)uid;

    if (!uid || slot >= ss->slot_count || !ss->slots[slot]) return NULL;
    return ss->slots[slot]->uid == uid ? ss->slots[slot] : NULL;
}

static bool number_put(
        struct scripted_supplicant *ss, unsigned int number, struct scripted_group *group)
{
    struct scripted_group **by_number;
    size_t room = ss->by_number_room ? ss->by_number_room : 64;

    while (room <= number) room *= 2;
    if (room > ss->by_number_room)
    {
        if (!(by_number = realloc(ss->by_number, room * sizeof(*by_number)))) return false;
        memset(by_number + ss->by_number_room, 0, (room - ss->by_number_room) * sizeof(*by_number));
        ss->by_number = by_number;
        ss->by_number_room = room;
    }
    ss->by_number[number] = group;
    return true;
}

struct scripted_group *scripted_group_by_name(struct scripted_supplicant *ss, const char *name)
{
    const char *digits = strrchr(name, '-');
    struct scripted_group *group;
    unsigned long number;
    char *end;

    if (!digits || digits[1] < '0' || digits[1] > '9') return NULL;
    number = strtoul(digits + 1, &end, 10);
    if (*end || number >= ss->by_number_room || !(group = ss->by_number[number])) return NULL;
    return strcmp(group->iface.name, name) ? NULL : group;
}

static void group_take_name(struct scripted_supplicant *ss, struct scripted_group *group)
{
    bool pending = ss->pending_netdev &&
                   (group->role == SCRIPTED_ROLE_GO || ss->pairing.group == SCRIPTED_AGREED);

    group->number = pending ? ss->pending_number : ss->next_number++;
    group_name(ss, group->number, group->iface.name, sizeof(group->iface.name));
    if (!pending)
    {
        group->tun_fd = tun_open(ss, group->iface.name);
        return;
    }
    group->tun_fd = ss->pending_tun_fd;
    ss->pending_tun_fd = -1;
    ss->pending_netdev = false;
}

static void group_link(struct scripted_supplicant *ss, struct scripted_group *group)
{
    group->next = ss->groups;
    if (group->next) group->next->prev = group;
    ss->groups = group;
    ss->group_count++;
    ss->forming_count++;
}

static void group_unlink(struct scripted_supplicant *ss, struct scripted_group *group)
{
    if (group->prev)
        group->prev->next = group->next;
    else
        ss->groups = group->next;
    if (group->next) group->next->prev = group->prev;
    ss->group_count--;
    if (group->state == SCRIPTED_GROUP_STARTED)
        ss->started_count--;
    else
        ss->forming_count--;
}

struct scripted_group *scripted_group_create(
        struct scripted_supplicant *ss, enum scripted_role role, struct scripted_net *net)
{
    struct scripted_group *group;
    int error;

    if (!(group = calloc(1, sizeof(*group)))) return NULL;
    group->role = role;
    group->freq = ss->freq;
    group->tun_fd = -1;
    group->net = net;
    group->network_id = net ? net->id : -1;
    if (net)
    {
        memcpy(group->ssid, net->ssid, sizeof(group->ssid));
        group->ssid_len = net->ssid_len;
    }
    group->iface.kind = SCRIPTED_IFACE_GROUP;
    group->iface.group = group;
    group->iface.fd = -1;
    group->iface.has_p2p = true;
    group->iface.queue_tail = &group->iface.queue;
    group_take_name(ss, group);
    group_link(ss, group);
    if (!slot_take(ss, group) || !number_put(ss, group->number, group))
    {
        scripted_group_destroy(ss, group, false);
        return NULL;
    }
    if (net) net->group = group;
    if ((error = scripted_iface_bind(ss, &group->iface)))
    {
        fprintf(stderr, "scripted supplicant: cannot bind %s: %s\n", group->iface.name,
                strerror(error));
        scripted_group_destroy(ss, group, false);
        return NULL;
    }
    return group;
}

void scripted_group_destroy(
        struct scripted_supplicant *ss, struct scripted_group *group, bool leave_stale)
{
    size_t i;

    for (i = 0; i < group->member_count; i++)
        if (group->members[i]->group == group) group->members[i]->group = NULL;
    if (group->go && group->go->group == group) group->go->group = NULL;
    if (group->net) group->net->group = NULL;
    scripted_iface_close(ss, &group->iface, !leave_stale);
    scripted_iface_free(&group->iface);
    if (group->tun_fd >= 0 && leave_stale)
        scripted_stale_add(ss, group->iface.name, group->tun_fd);
    else if (group->tun_fd >= 0)
        close(group->tun_fd);
    group_unlink(ss, group);
    slot_give(ss, group);
    if (group->number < ss->by_number_room && ss->by_number[group->number] == group)
        ss->by_number[group->number] = NULL;
    free(group->members);
    free(group);
}

bool scripted_group_has_member(
        const struct scripted_group *group, const struct scripted_device *device)
{
    size_t i;

    for (i = 0; i < group->member_count; i++)
        if (group->members[i] == device) return true;
    return false;
}

bool scripted_group_add_member(struct scripted_group *group, struct scripted_device *device)
{
    struct scripted_device **members;

    if (scripted_group_has_member(group, device)) return false;
    members = realloc(group->members, (group->member_count + 1) * sizeof(*members));
    if (!members) return false;
    group->members = members;
    members[group->member_count++] = device;
    group->had_member = true;
    device->group = group;
    return true;
}

bool scripted_group_drop_member(struct scripted_group *group, struct scripted_device *device)
{
    size_t i;

    for (i = 0; i < group->member_count; i++)
    {
        if (group->members[i] != device) continue;
        group->member_count--;
        memmove(group->members + i, group->members + i + 1,
                (group->member_count - i) * sizeof(*group->members));
        if (device->group == group) device->group = NULL;
        return true;
    }
    return false;
}
