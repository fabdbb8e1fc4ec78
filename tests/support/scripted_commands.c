/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The commands of the scripted supplicant: text in, reply text out, worded as wpa_supplicant 2.10
 * words them. A handler acts on the model at once and never sends the reply itself.
 */

#include "scripted_internal.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UUID "5c21f7ed-d000-5c21-8000-025c00000001"

typedef int (*scripted_handler)(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size);

void scripted_put(struct scripted_out *out, const char *format, ...)
{
    va_list args;
    int len;

    if (out->full) return;
    va_start(args, format);
    len = vsnprintf(out->buf + out->used, out->size - out->used, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= out->size - out->used)
        out->full = true;
    else
        out->used += (size_t)len;
}

static bool p2p_works(const struct scripted_supplicant *ss)
{
    return ss->p2p && !ss->rfkill;
}

/* The value of "key=" among blank-separated words; NULL if it is not there. */
static const char *word_value(const char *args, const char *key)
{
    size_t len = strlen(key);
    const char *pos;

    for (pos = args; (pos = strstr(pos, key)); pos += len)
        if (pos == args || pos[-1] == ' ') return pos + len;
    return NULL;
}

/* --- the daemon ------------------------------------------------------------------------------- */

static int cmd_ping(struct scripted_supplicant *ss, struct scripted_iface *iface, const char *args,
        char *buf, size_t size)
{
    (void)ss, (void)iface, (void)args;
    return snprintf(buf, size, "PONG\n");
}

static int cmd_attach(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    (void)args, (void)buf, (void)size;
    return scripted_attach(ss, iface);
}

static int cmd_detach(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    (void)args, (void)buf, (void)size;
    return scripted_detach(ss, iface);
}

static int cmd_interfaces(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    struct scripted_out out = { .buf = buf, .size = size };
    struct scripted_group *group;
    size_t i;

    (void)iface, (void)args;
    for (group = ss->groups; group && !out.full; group = group->next)
        scripted_put(&out, "%s\n", group->iface.name);
    for (i = ss->iface_count; i > 0; i--) scripted_put(&out, "%s\n", ss->ifaces[i - 1].name);
    return (int)out.used;
}

static void status_group(struct scripted_supplicant *ss, const struct scripted_group *group,
        struct scripted_out *out)
{
    bool go = group->role == SCRIPTED_ROLE_GO, started = group->state == SCRIPTED_GROUP_STARTED;
    char ssid[130], addr[18];

    if (!go && !started)
    {
        scripted_put(out, "wpa_state=SCANNING\n");
        return;
    }
    scripted_ssid_text(group->ssid, group->ssid_len, ssid, sizeof(ssid));
    scripted_put(out, "bssid=%s\n",
            scripted_mac_text(go ? ss->group_address : group->go->conf.interface_address, addr));
    scripted_put(out, "freq=%u\nssid=%s\nid=0\n", group->freq, ssid);
    scripted_put(out, "mode=%s\n",
            !go       ? "station"
            : started ? "P2P GO"
                      : "P2P GO - group formation");
    scripted_put(out,
            "pairwise_cipher=CCMP\ngroup_cipher=CCMP\nkey_mgmt=WPA2-PSK\nwpa_state=COMPLETED\n");
}

static void status_adapter(const struct scripted_iface *iface, struct scripted_out *out)
{
    const struct scripted_net *net = iface->current;
    char ssid[130], addr[18];

    if (!net)
    {
        scripted_put(out, "wpa_state=%s\n",
                iface->kind == SCRIPTED_IFACE_P2P_DEV ? "DISCONNECTED"
                : iface->selected                     ? "SCANNING"
                                                      : "INACTIVE");
        return;
    }
    scripted_ssid_text(net->ssid, net->ssid_len, ssid, sizeof(ssid));
    scripted_put(out, "bssid=%s\nfreq=2412\nssid=%s\nid=%d\nmode=station\n",
            scripted_mac_text(net->bssid, addr), ssid, net->id);
    scripted_put(out,
            "pairwise_cipher=CCMP\ngroup_cipher=CCMP\nkey_mgmt=WPA2-PSK\nwpa_state=COMPLETED\n");
}

static int cmd_status(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    struct scripted_out out = { .buf = buf, .size = size };
    uint8_t address[6];
    char addr[18];

    (void)args;
    memcpy(address, iface->group ? ss->group_address : ss->device_address, sizeof(address));
    if (iface->group)
        status_group(ss, iface->group, &out);
    else
        status_adapter(iface, &out);
    if (iface->has_p2p)
        scripted_put(&out, "p2p_device_address=%s\n", scripted_mac_text(ss->device_address, addr));
    scripted_put(&out, "address=%s\nuuid=" UUID "\n", scripted_mac_text(address, addr));
    return (int)out.used;
}

static int cmd_terminate(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    (void)ss, (void)iface, (void)args, (void)buf, (void)size;
    return SCRIPTED_OK; /* the rest is done when the reply has left */
}

static int cmd_ok(struct scripted_supplicant *ss, struct scripted_iface *iface, const char *args,
        char *buf, size_t size)
{
    (void)ss, (void)iface, (void)args, (void)buf, (void)size;
    return SCRIPTED_OK;
}

/* At once, and with nothing new: what there is to hear is in the model already. */
static int cmd_scan(struct scripted_supplicant *ss, struct scripted_iface *iface, const char *args,
        char *buf, size_t size)
{
    (void)args, (void)buf, (void)size;
    scripted_event(ss, iface, "CTRL-EVENT-SCAN-RESULTS ");
    return SCRIPTED_OK;
}

/* --- discovery -------------------------------------------------------------------------------- */

static int cmd_p2p_find(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    const char *dev_id = word_value(args, "dev_id=");
    uint8_t addr[6];

    (void)iface, (void)buf, (void)size;
    if (!p2p_works(ss) || (dev_id && !scripted_mac_parse(dev_id, addr))) return SCRIPTED_FAIL;
    scripted_find_begin(ss, atoi(args) > 0 ? atoi(args) : 0, dev_id ? addr : NULL);
    return SCRIPTED_OK;
}

static int cmd_p2p_stop_find(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    (void)iface, (void)args, (void)buf, (void)size;
    scripted_find_end(ss);
    ss->invite.active = ss->pairing.active = false;
    ss->listen_until_us = 0;
    scripted_pending_netdev_drop(ss);
    return SCRIPTED_OK;
}

static int cmd_p2p_listen(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    int seconds = atoi(args);

    (void)iface, (void)buf, (void)size;
    if (!p2p_works(ss)) return SCRIPTED_FAIL;
    ss->listen_until_us = ss->base_us + (uint64_t)(seconds > 0 ? seconds : 3600) * 1000000;
    scripted_inviting_try(ss);
    return SCRIPTED_OK;
}

static int cmd_p2p_ext_listen(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    int period = atoi(args), interval = 0;
    const char *second = strchr(args, ' ');

    (void)iface, (void)buf, (void)size;
    if (!p2p_works(ss) || (*args && !second)) return SCRIPTED_FAIL;
    if (second) interval = atoi(second + 1);
    if (period < 0 || period > 65535 || interval > 65535 || period > interval ||
            !period != !interval)
        return SCRIPTED_FAIL;
    ss->ext_listen = period > 0;
    scripted_inviting_try(ss);
    return SCRIPTED_OK;
}

static struct scripted_device *known_from(const struct scripted_supplicant *ss, size_t index)
{
    for (; index < ss->device_count; index++)
        if (ss->devices[index]->known) return ss->devices[index];
    return NULL;
}

static struct scripted_device *first_known(struct scripted_supplicant *ss)
{
    struct scripted_device *device = known_from(ss, ss->first_known);

    ss->first_known = device ? device->index : ss->device_count;
    return device;
}

static void peer_text(struct scripted_supplicant *ss, struct scripted_iface *iface,
        struct scripted_device *device, struct scripted_out *out)
{
    static const char none[] = "00:00:00:00:00:00";
    const struct scripted_net *net;
    char addr[18];

    scripted_put(out,
            "%s\npri_dev_type=1-0050F204-1\ndevice_name=%s\nmanufacturer=\nmodel_name=\n"
            "model_number=\nserial_number=\nconfig_methods=0x188\ndev_capab=0x25\ngroup_capab=0x0\n"
            "level=-30\n",
            scripted_mac_text(device->conf.device_address, addr), device->name);
    if (iface == ss->p2p && (net = scripted_net_for_device(ss, device)))
        scripted_put(out, "persistent=%d\n", net->id);
    scripted_put(out,
            "age=0\nlisten_freq=2437\nwps_method=not-ready\ninterface_addr=%s\n"
            "member_in_go_dev=%s\nmember_in_go_iface=%s\ngo_neg_req_sent=0\ngo_state=unknown\n"
            "dialog_token=0\nintended_addr=%s\ncountry=__\noper_freq=0\nreq_config_methods=0x0\n"
            "flags=[REPORTED]\nstatus=0\ninvitation_reqs=0\n",
            none, none, none, none);
}

static int cmd_p2p_peer(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    struct scripted_out out = { .buf = buf, .size = size };
    struct scripted_device *device;
    bool next = !strncmp(args, "NEXT-", 5);
    uint8_t addr[6];

    if (!ss->p2p) return SCRIPTED_FAIL;
    if (!strcmp(args, "FIRST"))
        device = first_known(ss);
    else
    {
        if (!scripted_mac_parse(next ? args + 5 : args, addr)) return SCRIPTED_FAIL;
        device = scripted_device_find(ss, addr);
        if (!device || !device->known) return SCRIPTED_FAIL;
        if (next) device = known_from(ss, device->index + 1);
    }
    if (!device) return SCRIPTED_FAIL;
    peer_text(ss, iface, device, &out);
    return (int)out.used;
}

static int cmd_p2p_flush(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    size_t i;

    (void)iface, (void)args, (void)buf, (void)size;
    if (!ss->p2p) return SCRIPTED_OK;
    scripted_find_end(ss);
    ss->invite.active = ss->pairing.active = false;
    ss->authorised = NULL;
    ss->listen_until_us = 0;
    ss->ext_listen = false;
    for (i = 0; i < ss->device_count; i++) scripted_device_lost(ss, ss->devices[i]);
    return SCRIPTED_OK;
}

static int cmd_p2p_reject(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    uint8_t addr[6];

    (void)iface, (void)buf, (void)size;
    if (!ss->p2p || !scripted_mac_parse(args, addr) || !scripted_device_find(ss, addr))
        return SCRIPTED_FAIL;
    return SCRIPTED_OK;
}

/* --- groups ----------------------------------------------------------------------------------- */

static bool freq_is_free(const struct scripted_supplicant *ss, const char *args)
{
    const char *freq = word_value(args, "freq=");

    return !freq || !ss->group_count || (unsigned int)atoi(freq) == ss->freq;
}

static void freq_take(struct scripted_supplicant *ss, const char *args)
{
    const char *freq = word_value(args, "freq=");

    if (freq && atoi(freq) > 1000) ss->freq = (unsigned int)atoi(freq);
}

static struct scripted_net *persistent_arg(struct scripted_iface *iface, const char *args)
{
    const char *value = word_value(args, "persistent=");
    struct scripted_net *net;

    if (!value || !(net = scripted_net_get(iface, atoi(value)))) return NULL;
    return net->kind == SCRIPTED_NETWORK_STATION ? NULL : net;
}

static int invite_persistent(
        struct scripted_supplicant *ss, struct scripted_iface *iface, const char *args)
{
    struct scripted_net *net = persistent_arg(iface, args);
    const char *peer = word_value(args, "peer=");
    struct scripted_device *device;
    uint8_t addr[6];

    if (!net || (peer && !scripted_mac_parse(peer, addr))) return SCRIPTED_FAIL;
    if (net->kind == SCRIPTED_NETWORK_CLIENT)
        memcpy(addr, net->bssid, sizeof(addr));
    else if (!peer)
        return SCRIPTED_FAIL;

    device = scripted_device_find(ss, addr);
    if (!device || !device->known || !freq_is_free(ss, args)) return SCRIPTED_FAIL;
    if (net->group &&
            (net->kind == SCRIPTED_NETWORK_CLIENT || scripted_group_has_member(net->group, device)))
        return SCRIPTED_OK;
    freq_take(ss, args);
    if (net->kind == SCRIPTED_NETWORK_GO && !net->group) scripted_pending_netdev_make(ss);
    scripted_invite_begin(ss, net, device);
    return SCRIPTED_OK;
}

static int cmd_p2p_invite(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    const char *name = word_value(args, "group="), *peer = word_value(args, "peer=");
    struct scripted_device *device = NULL;
    struct scripted_group *group;
    char ifname[32] = "";
    uint8_t addr[6];

    (void)buf, (void)size;
    if (!p2p_works(ss)) return SCRIPTED_FAIL;
    if (!strncmp(args, "persistent=", 11)) return invite_persistent(ss, iface, args);

    /* the peer of an invitation to a live group answers as to a persistent one */
    if (!name || sscanf(name, "%31[^ ]", ifname) != 1) return SCRIPTED_FAIL;
    if (peer && scripted_mac_parse(peer, addr)) device = scripted_device_find(ss, addr);
    group = scripted_group_by_name(ss, ifname);
    if (!group || !device || !device->known) return SCRIPTED_FAIL;
    if (group->role == SCRIPTED_ROLE_GO && group->net)
        scripted_invite_begin(ss, group->net, device);
    return SCRIPTED_OK;
}

static int cmd_p2p_cancel(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    struct scripted_group *group, *next;
    bool found, paired;

    (void)iface, (void)args, (void)buf, (void)size;
    if (!ss->p2p) return SCRIPTED_FAIL;
    ss->invite.active = false; /* as client the reply is FAIL all the same */
    paired = scripted_pairing_cancel(ss);
    found = scripted_pending_netdev_drop(ss) || paired;
    group = ss->forming_count ? ss->groups : NULL;
    for (; group; group = next)
    {
        next = group->next;
        if (group->role != SCRIPTED_ROLE_CLIENT || group->state != SCRIPTED_GROUP_FORMING) continue;
        found = true;
        scripted_group_removed(ss, group, "REQUESTED");
    }
    return found ? SCRIPTED_OK : SCRIPTED_FAIL;
}

static uint64_t step_us(const struct scripted_supplicant *ss, enum scripted_step step)
{
    return ss->latency_ms[step] > 0 ? (uint64_t)ss->latency_ms[step] * 1000 : 0;
}

/* On the group's own socket the reply comes before the group goes, elsewhere after. */
static void remove_group(
        struct scripted_supplicant *ss, struct scripted_iface *iface, struct scripted_group *group)
{
    if (group->removing) return;
    if (group == iface->group)
    {
        group->removing = true;
        scripted_timer_add(ss, SCRIPTED_TIMER_REMOVE,
                ss->base_us + step_us(ss, SCRIPTED_STEP_REMOVED), group->uid, NULL, NULL, NULL);
        return;
    }
    ss->reply_delay_us =
            step_us(ss, SCRIPTED_STEP_REMOVED) + step_us(ss, SCRIPTED_STEP_REMOVE_REPLY);
    if (ss->latency_ms[SCRIPTED_STEP_REMOVED] <= 0)
    {
        scripted_group_removed(ss, group, "REQUESTED");
        return;
    }
    group->removing = true;
    scripted_timer_add(ss, SCRIPTED_TIMER_REMOVE, ss->base_us + step_us(ss, SCRIPTED_STEP_REMOVED),
            group->uid, NULL, NULL, NULL);
}

static int cmd_p2p_group_remove(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    struct scripted_group *group, *next;
    struct scripted_iface *other;

    (void)buf, (void)size;
    if (!ss->p2p) return SCRIPTED_FAIL;
    if (!strcmp(args, "*"))
    {
        for (group = ss->groups; group; group = next)
        {
            next = group->next;
            remove_group(ss, iface, group);
        }
        return SCRIPTED_OK;
    }
    if ((group = scripted_group_by_name(ss, args)))
    {
        remove_group(ss, iface, group);
        return SCRIPTED_OK;
    }
    /* an infrastructure link is taken for a group, and stays off */
    if (!(other = scripted_iface_find(ss, args))) return SCRIPTED_FAIL;
    return scripted_station_disconnect(ss, other) ? SCRIPTED_OK : SCRIPTED_FAIL;
}

static bool group_add_words_are_good(const char *args)
{
    static const char *const good[] = { "persistent", "persistent=", "freq=", "freq2=", "ht40",
        "vht", "he", "edmg", "max_oper_chwidth=", "go_bssid=" };
    size_t len, i;

    for (; *args; args += len + (args[len] == ' '))
    {
        len = strcspn(args, " ");
        for (i = 0; i < sizeof(good) / sizeof(*good); i++)
        {
            if (good[i][strlen(good[i]) - 1] == '='
                            ? !strncmp(args, good[i], strlen(good[i]))
                            : len == strlen(good[i]) && !strncmp(args, good[i], len))
                break;
        }
        if (len && i == sizeof(good) / sizeof(*good)) return false;
    }
    return true;
}

static struct scripted_net *new_persistent(struct scripted_supplicant *ss)
{
    struct scripted_net *net = scripted_net_add(ss->p2p, -1);

    if (!net) return NULL;
    net->kind = SCRIPTED_NETWORK_GO;
    net->saved = true;
    net->ssid_len = (size_t)snprintf((char *)net->ssid, sizeof(net->ssid), "DIRECT-au-%d", net->id);
    return net;
}

static int cmd_p2p_group_add(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    struct scripted_device *device;
    struct scripted_net *net = NULL;
    bool ok;

    (void)buf, (void)size;
    if (!p2p_works(ss) || !group_add_words_are_good(args) || !freq_is_free(ss, args))
        return SCRIPTED_FAIL;
    if (word_value(args, "persistent="))
    {
        if (!(net = persistent_arg(iface, args))) return SCRIPTED_FAIL;
        if (net->group) return SCRIPTED_OK;
    }
    else if (word_value(args, "persistent") && !(net = new_persistent(ss)))
        return SCRIPTED_FAIL;

    freq_take(ss, args);
    if (!net || net->kind == SCRIPTED_NETWORK_GO)
        ok = scripted_group_begin_autonomous(ss, net);
    else if ((device = scripted_device_find(ss, net->bssid)))
        ok = scripted_group_begin(ss, net, device);
    else
        ok = false;
    return ok ? SCRIPTED_OK : SCRIPTED_FAIL;
}

static int cmd_p2p_remove_client(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    bool by_iface = !strncmp(args, "iface=", 6);
    struct scripted_device *device;
    struct scripted_net *net;
    uint8_t addr[6];
    size_t i;

    (void)iface, (void)buf, (void)size;
    if (!ss->p2p || !scripted_mac_parse(by_iface ? args + 6 : args, addr)) return SCRIPTED_FAIL;
    device = by_iface ? scripted_map_get(&ss->by_interface_address, scripted_mac_key(addr))
                      : scripted_device_find(ss, addr);
    if (device) memcpy(addr, device->conf.device_address, sizeof(addr));
    for (i = 0; !by_iface && i < ss->p2p->network_count; i++)
        if ((net = scripted_net_get(ss->p2p, (int)i))) scripted_net_remove_client(net, addr);
    if (device && device->group && device->group->role == SCRIPTED_ROLE_GO)
        scripted_group_leave(ss, device->group, device);
    return SCRIPTED_OK;
}

static struct scripted_device *member_of(struct scripted_supplicant *ss,
        const struct scripted_iface *iface, const char *args, bool by_interface)
{
    struct scripted_device *device;
    uint8_t addr[6];

    if (!iface->group || iface->group->role != SCRIPTED_ROLE_GO) return NULL;
    if (!scripted_mac_parse(args, addr)) return NULL;
    device = scripted_map_get(by_interface ? &ss->by_interface_address : &ss->by_device_address,
            scripted_mac_key(addr));
    return device && scripted_group_has_member(iface->group, device) ? device : NULL;
}

static int cmd_p2p_group_member(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    struct scripted_device *device = member_of(ss, iface, args, false);
    char addr[18];

    if (!device) return SCRIPTED_FAIL;
    return snprintf(buf, size, "%s", scripted_mac_text(device->conf.interface_address, addr));
}

static int sta_text(const struct scripted_group *group, size_t index, char *buf, size_t size)
{
    struct scripted_out out = { .buf = buf, .size = size };
    const struct scripted_device *device;
    char addr[18];

    if (index >= group->member_count) return 0;
    device = group->members[index];
    scripted_put(&out,
            "%s\nflags=[AUTH][ASSOC][AUTHORIZED][SHORT_PREAMBLE][WMM][HT]\naid=%zu\n"
            "capability=0x421\nlisten_interval=5\n",
            scripted_mac_text(device->conf.interface_address, addr), index + 1);
    scripted_put(&out,
            "supported_rates=0c 12 18 24 30 48 60 6c\ntimeout_next=NULLFUNC POLL\n"
            "p2p_dev_capab=0x25\np2p_group_capab=0x0\np2p_primary_device_type=1-0050F204-1\n");
    scripted_put(&out, "p2p_device_name=%s\np2p_device_addr=%s\np2p_config_methods=0x188\n",
            device->name, scripted_mac_text(device->conf.device_address, addr));
    return (int)out.used;
}

static int cmd_sta_first(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    (void)ss, (void)args;
    if (!iface->group || iface->group->role != SCRIPTED_ROLE_GO) return SCRIPTED_FAIL;
    return sta_text(iface->group, 0, buf, size);
}

static int sta_of(struct scripted_supplicant *ss, struct scripted_iface *iface, const char *args,
        size_t step, char *buf, size_t size)
{
    struct scripted_device *device = member_of(ss, iface, args, true);
    size_t i;

    if (!device) return SCRIPTED_FAIL;
    for (i = 0; iface->group->members[i] != device; i++)
    {
    }
    return sta_text(iface->group, i + step, buf, size);
}

static int cmd_sta_next(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    return sta_of(ss, iface, args, 1, buf, size);
}

static int cmd_sta(struct scripted_supplicant *ss, struct scripted_iface *iface, const char *args,
        char *buf, size_t size)
{
    return sta_of(ss, iface, args, 0, buf, size);
}

/* Only the GO of the interface's own group is in its scan results. Nothing found: empty. */
static int cmd_bss(struct scripted_supplicant *ss, struct scripted_iface *iface, const char *args,
        char *buf, size_t size)
{
    bool by_device = !strncmp(args, "p2p_dev_addr=", 13);
    struct scripted_out out = { .buf = buf, .size = size };
    const struct scripted_group *group = iface->group;
    const struct scripted_device *go = group ? group->go : NULL;
    char ssid[130], bssid[18], dev[18];
    uint8_t addr[6];

    (void)ss;
    if (!go || !scripted_mac_parse(by_device ? args + 13 : args, addr)) return 0;
    if (memcmp(addr, by_device ? go->conf.device_address : go->conf.interface_address, 6)) return 0;
    scripted_ssid_text(group->ssid, group->ssid_len, ssid, sizeof(ssid));
    scripted_mac_text(go->conf.interface_address, bssid);
    scripted_put(&out,
            "id=0\nbssid=%s\nfreq=%u\nbeacon_int=100\ncapabilities=0x0411\nqual=0\nnoise=-89\n"
            "level=-30\ntsf=0000000000000000\nage=0\nie=\n",
            bssid, group->freq);
    scripted_put(&out,
            "flags=[WPA2-PSK-CCMP][WPS][ESS][P2P]\nssid=%s\np2p_dev_capab=0x25\n"
            "p2p_group_capab=0x2b\np2p_primary_device_type=1-0050F204-1\n",
            ssid);
    scripted_put(&out, "p2p_device_name=%s\np2p_device_addr=%s\np2p_config_methods=0x0\n", go->name,
            scripted_mac_text(go->conf.device_address, dev));
    return (int)out.used;
}

/* --- dispatch --------------------------------------------------------------------------------- */

enum where
{
    ANYWHERE,
    P2P_ONLY, /* FAIL where P2P is not supported */
};

static const struct
{
    const char *word;
    enum where where;
    scripted_handler handler;
} commands[] = {
    { "PING", ANYWHERE, cmd_ping },
    { "ATTACH", ANYWHERE, cmd_attach },
    { "DETACH", ANYWHERE, cmd_detach },
    { "INTERFACES", ANYWHERE, cmd_interfaces },
    { "STATUS", ANYWHERE, cmd_status },
    { "LIST_NETWORKS", ANYWHERE, scripted_cmd_list_networks },
    { "GET_NETWORK", ANYWHERE, scripted_cmd_get_network },
    { "REMOVE_NETWORK", ANYWHERE, scripted_cmd_remove_network },
    { "SAVE_CONFIG", ANYWHERE, scripted_cmd_save_config },
    { "SELECT_NETWORK", ANYWHERE, scripted_cmd_select_network },
    { "ENABLE_NETWORK", ANYWHERE, scripted_cmd_enable_network },
    { "DISABLE_NETWORK", ANYWHERE, scripted_cmd_disable_network },
    { "DISCONNECT", ANYWHERE, scripted_cmd_disconnect },
    { "SCAN", ANYWHERE, cmd_scan },
    { "SET", ANYWHERE, cmd_ok },
    { "P2P_FIND", P2P_ONLY, cmd_p2p_find },
    { "P2P_STOP_FIND", ANYWHERE, cmd_p2p_stop_find },
    { "P2P_LISTEN", P2P_ONLY, cmd_p2p_listen },
    { "P2P_EXT_LISTEN", P2P_ONLY, cmd_p2p_ext_listen },
    { "P2P_PEER", P2P_ONLY, cmd_p2p_peer },
    { "P2P_SET", P2P_ONLY, cmd_ok },
    { "P2P_FLUSH", ANYWHERE, cmd_p2p_flush },
    { "P2P_REJECT", P2P_ONLY, cmd_p2p_reject },
    { "P2P_INVITE", P2P_ONLY, cmd_p2p_invite },
    { "P2P_CONNECT", P2P_ONLY, scripted_cmd_p2p_connect },
    { "P2P_CANCEL", P2P_ONLY, cmd_p2p_cancel },
    { "P2P_GROUP_ADD", P2P_ONLY, cmd_p2p_group_add },
    { "P2P_GROUP_REMOVE", P2P_ONLY, cmd_p2p_group_remove },
    { "P2P_GROUP_MEMBER", P2P_ONLY, cmd_p2p_group_member },
    { "P2P_REMOVE_CLIENT", P2P_ONLY, cmd_p2p_remove_client },
    { "STA-FIRST", ANYWHERE, cmd_sta_first },
    { "STA-NEXT", ANYWHERE, cmd_sta_next },
    { "STA", ANYWHERE, cmd_sta },
    { "BSS", ANYWHERE, cmd_bss },
    { "TERMINATE", ANYWHERE, cmd_terminate },
};

int scripted_command(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *command, char *buf, size_t size)
{
    size_t len = strcspn(command, " "), i;
    const char *args = command + len + (command[len] == ' ');

    for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
    {
        if (strlen(commands[i].word) != len || strncmp(commands[i].word, command, len)) continue;
        if (commands[i].where == P2P_ONLY && !iface->has_p2p) return SCRIPTED_FAIL;
        return commands[i].handler(ss, iface, args, buf, size);
    }
    return SCRIPTED_UNKNOWN;
}
