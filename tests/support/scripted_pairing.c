/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pairing in the scripted supplicant: P2P_CONNECT, the negotiation about who owns the group, WPS,
 * and the group that is stored when all went well. What the other device's user does is told by
 * its scripted_peer. The model keeps nothing of a PIN but whether it was the right one.
 */

#include "scripted_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_INCOMPATIBLE 10
#define STATUS_REJECTED     11
#define DEFAULT_INTENT      7

/* The word behind the blank; "" at the end. */
static const char *next_word(const char *text)
{
    text += strcspn(text, " ");
    return text + (*text == ' ');
}

static bool has_word(const char *args, const char *word)
{
    size_t len = strlen(word);

    for (; *args; args = next_word(args))
        if (!strncmp(args, word, len) && (!args[len] || args[len] == ' ' || args[len] == '='))
            return true;
    return false;
}

static bool is_pin(const char *text)
{
    size_t len = strspn(text, "0123456789");

    return (len == 4 || len == 8) && (!text[len] || text[len] == ' ');
}

static enum scripted_wps method_of(const char *args)
{
    if (has_word(args, "pbc")) return SCRIPTED_WPS_BUTTON;
    return has_word(args, "display") ? SCRIPTED_WPS_ENTERS : SCRIPTED_WPS_SHOWS;
}

static int intent_of(const char *args)
{
    const char *intent = strstr(args, "go_intent=");

    return intent ? atoi(intent + 10) : DEFAULT_INTENT;
}

/* What is asked of the peer's user must be what he does. */
static int status_of(const struct scripted_device *device, const char *args)
{
    enum scripted_wps theirs = device->conf.wps;

    if (theirs == SCRIPTED_WPS_REJECTS) return STATUS_REJECTED;
    if (theirs == SCRIPTED_WPS_SILENT) return -1;
    return theirs == method_of(args) ? 0 : STATUS_INCOMPATIBLE;
}

static bool is_right(const struct scripted_device *device, const char *args)
{
    if (device->conf.wps == SCRIPTED_WPS_BUTTON || !device->pin[0]) return true;
    return !strncmp(next_word(args), device->pin, strlen(device->pin));
}

int scripted_cmd_p2p_connect(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    const char *how = next_word(args);
    struct scripted_device *device;
    uint8_t addr[6];
    int status;

    (void)iface;
    if (!ss->p2p || ss->rfkill || !scripted_mac_parse(args, addr) || !*how) return SCRIPTED_FAIL;
    if (!has_word(how, "pbc") && !has_word(how, "pin") && !is_pin(how))
        return snprintf(buf, size, "FAIL-INVALID-PIN\n");
    device = scripted_device_find(ss, addr);
    if (has_word(how, "join") && has_word(how, "auth"))
    {
        ss->authorised = device;
        return SCRIPTED_OK;
    }
    if (!device || !device->known || has_word(how, "join")) return SCRIPTED_FAIL;
    scripted_find_end(ss);
    ss->invite.active = false;
    status = status_of(device, how);
    scripted_pending_netdev_make(ss);
    ss->pairing.active = true;
    ss->pairing.seq = ++ss->seq;
    ss->pairing.device = device;
    ss->pairing.status = status;
    ss->pairing.right = is_right(device, args);
    ss->pairing.persistent = has_word(how, "persistent");
    ss->pairing.own = intent_of(how) > device->conf.go_intent;
    ss->pairing.method = method_of(how);
    scripted_timer_step(ss, SCRIPTED_TIMER_GO_NEG,
            status < 0 ? SCRIPTED_STEP_GO_NEG_TIMEOUT : SCRIPTED_STEP_RESULT, ss->pairing.seq,
            NULL);
    return SCRIPTED_OK;
}

static const char *method_text(enum scripted_wps method)
{
    if (method == SCRIPTED_WPS_BUTTON) return "PBC";
    return method == SCRIPTED_WPS_ENTERS ? "Display" : "Keypad";
}

void scripted_go_neg_done(struct scripted_supplicant *ss, uint64_t seq)
{
    struct scripted_device *device = ss->pairing.device;
    struct scripted_group *group;
    char dev[18], at[18];

    if (!ss->pairing.active || ss->pairing.seq != seq) return;
    ss->pairing.active = false;
    if (ss->pairing.status)
    {
        scripted_event(ss, ss->p2p, "P2P-GO-NEG-FAILURE status=%d", ss->pairing.status);
        scripted_pending_netdev_drop(ss);
        return;
    }
    scripted_event(ss, ss->p2p,
            "P2P-GO-NEG-SUCCESS role=%s freq=%u ht40=0 peer_dev=%s peer_iface=%s wps_method=%s",
            ss->pairing.own ? "GO" : "client", ss->freq,
            scripted_mac_text(device->conf.device_address, dev),
            scripted_mac_text(device->conf.interface_address, at), method_text(ss->pairing.method));
    ss->pairing.group = SCRIPTED_AGREED;
    group = scripted_group_create(
            ss, ss->pairing.own ? SCRIPTED_ROLE_GO : SCRIPTED_ROLE_CLIENT, NULL);
    ss->pairing.group = group ? group->uid : 0;
    if (!group) return;
    group->persistent = ss->pairing.persistent;
    group->ssid_len = (size_t)snprintf(
            (char *)group->ssid, sizeof(group->ssid), "DIRECT-pa-%llu", (unsigned long long)seq);
    group->invitee = device;
    if (!ss->pairing.own) group->go = device;
    scripted_timer_step(ss, SCRIPTED_TIMER_WPS, SCRIPTED_STEP_STARTED, group->uid, NULL);
}

static void store(struct scripted_supplicant *ss, struct scripted_group *group)
{
    struct scripted_device *device = group->invitee;
    struct scripted_net *net = scripted_net_add(ss->p2p, -1);

    if (!net) return;
    memcpy(net->ssid, group->ssid, sizeof(net->ssid));
    net->ssid_len = group->ssid_len;
    net->saved = true;
    if (group->role == SCRIPTED_ROLE_GO)
    {
        net->kind = SCRIPTED_NETWORK_GO;
        scripted_net_set_clients(net, (const uint8_t(*)[6])device->conf.device_address, 1);
    }
    else
    {
        net->kind = SCRIPTED_NETWORK_CLIENT;
        memcpy(net->bssid, device->conf.device_address, sizeof(net->bssid));
    }
    net->group = group;
    group->net = net;
    group->network_id = net->id;
    device->network_id = net->id;
    scripted_nets_save(ss->p2p);
}

bool scripted_pairing_fails(struct scripted_supplicant *ss, struct scripted_group *group)
{
    if (group->state != SCRIPTED_GROUP_FORMING || ss->pairing.group != group->uid) return false;
    scripted_event(ss, ss->p2p, "P2P-GROUP-FORMATION-FAILURE ");
    scripted_group_removed(ss, group, "FORMATION_FAILED");
    return true;
}

void scripted_wps_done(struct scripted_supplicant *ss, struct scripted_group *group)
{
    if (group->invitee->conf.hidden)
    {
        scripted_timer_step(
                ss, SCRIPTED_TIMER_FORMATION, SCRIPTED_STEP_CONNECT_TIMEOUT, group->uid, NULL);
        return;
    }
    if (!ss->pairing.right)
    {
        scripted_event(ss, &group->iface, "WPS-FAIL msg=8 config_error=18");
        scripted_event(ss, ss->p2p, "WPS-FAIL msg=8 config_error=18");
        scripted_pairing_fails(ss, group);
        return;
    }
    scripted_event(ss, ss->p2p, "P2P-GROUP-FORMATION-SUCCESS ");
    if (group->persistent) store(ss, group);
    ss->pairing.group = 0;
    scripted_group_started(ss, group);
}

bool scripted_pairing_cancel(struct scripted_supplicant *ss)
{
    struct scripted_group *group = scripted_group_by_uid(ss, ss->pairing.group);
    bool active = ss->pairing.active;

    ss->pairing.active = false;
    return (group && scripted_pairing_fails(ss, group)) || active;
}
