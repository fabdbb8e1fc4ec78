/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What happens over the air in the scripted supplicant: searches, invitations, groups that start
 * and end, and the events that tell of it. Each later step is a timer; a step whose operation is
 * gone by then does nothing. It never reads a command's text.
 */

#include "scripted_internal.h"

#include <stdio.h>
#include <string.h>

#define INVITING_US  35000000 /* how long a peer keeps inviting a device that does not hear */
#define REJOIN_US    100000   /* a peer looks again for a group that is not up yet */
#define FIND_FOREVER 0

static const char *role_text(enum scripted_role role)
{
    return role == SCRIPTED_ROLE_GO ? "GO" : "client";
}

/* --- searches --------------------------------------------------------------------------------- */

static void device_found(struct scripted_supplicant *ss, struct scripted_device *device)
{
    char addr[18];

    if (device->conf.hidden) return;
    scripted_mac_text(device->conf.device_address, addr);
    scripted_event(ss, ss->p2p,
            "P2P-DEVICE-FOUND %s p2p_dev_addr=%s pri_dev_type=%u-0050F204-1 "
            "name='%s' config_methods=0x188 dev_capab=0x25 group_capab=0x%x new=%d",
            addr, addr, device->conf.category ? device->conf.category : 1, device->name, 0,
            !device->known);
    device->known = true;
    if (device->index < ss->first_known) ss->first_known = device->index;
}

static bool find_wants(const struct scripted_supplicant *ss, const struct scripted_device *device)
{
    return ss->find.active &&
           (!ss->find.one || !memcmp(ss->find.dev_id, device->conf.device_address, 6));
}

static void find_meets_peers(struct scripted_supplicant *ss)
{
    struct scripted_device *device;
    size_t i;

    if (ss->find.one)
    {
        if ((device = scripted_device_find(ss, ss->find.dev_id))) device_found(ss, device);
        return;
    }
    for (i = 0; i < ss->device_count; i++) device_found(ss, ss->devices[i]);
}

void scripted_find_begin(struct scripted_supplicant *ss, int seconds, const uint8_t *dev_id)
{
    ss->invite.active = ss->pairing.active = false;
    ss->find.active = true;
    ss->find.seq = ++ss->seq;
    ss->find.one = dev_id != NULL;
    if (dev_id) memcpy(ss->find.dev_id, dev_id, 6);
    scripted_timer_step(ss, SCRIPTED_TIMER_FOUND, SCRIPTED_STEP_FOUND, ss->find.seq, NULL);
    if (ss->latency_ms[SCRIPTED_STEP_FIND_STOPPED] != SCRIPTED_NEVER)
        scripted_timer_step(
                ss, SCRIPTED_TIMER_FIND_STOPPED, SCRIPTED_STEP_FIND_STOPPED, ss->find.seq, NULL);
    else if (seconds != FIND_FOREVER)
        scripted_timer_add(ss, SCRIPTED_TIMER_FIND_STOPPED,
                ss->base_us + (uint64_t)seconds * 1000000, ss->find.seq, NULL, NULL, NULL);
    scripted_inviting_try(ss);
}

bool scripted_find_end(struct scripted_supplicant *ss)
{
    if (!ss->find.active) return false;
    ss->find.active = false;
    scripted_event(ss, ss->p2p, "P2P-FIND-STOPPED ");
    return true;
}

void scripted_device_appeared(struct scripted_supplicant *ss, struct scripted_device *device)
{
    if (find_wants(ss, device))
        scripted_timer_step(
                ss, SCRIPTED_TIMER_PEER_FOUND, SCRIPTED_STEP_FOUND, ss->find.seq, device);
}

void scripted_device_lost(struct scripted_supplicant *ss, struct scripted_device *device)
{
    char addr[18];

    if (ss->invite.active && ss->invite.device == device) ss->invite.active = false;
    if (!device->known) return;
    device->known = false;
    scripted_event(ss, ss->p2p, "P2P-DEVICE-LOST p2p_dev_addr=%s",
            scripted_mac_text(device->conf.device_address, addr));
}

/* --- groups ----------------------------------------------------------------------------------- */

static void group_started_event(struct scripted_supplicant *ss, struct scripted_group *group)
{
    const uint8_t *go = group->go ? group->go->conf.device_address : ss->device_address;
    const char *key = " passphrase=\"" SCRIPTED_PASSPHRASE "\"", *ip = "";
    char ssid[130], addr[18];

    if (group->role == SCRIPTED_ROLE_CLIENT)
    {
        key = " psk=" SCRIPTED_PSK;
        if (ss->ip_in_group_started)
            ip = " ip_addr=192.168.42.2 ip_mask=255.255.255.0 go_ip_addr=192.168.42.1";
    }
    scripted_ssid_text(group->ssid, group->ssid_len, ssid, sizeof(ssid));
    ss->keys_told++;
    scripted_event(ss, ss->p2p, "P2P-GROUP-STARTED %s %s ssid=\"%s\" freq=%u%s go_dev_addr=%s%s%s",
            group->iface.name, role_text(group->role), ssid, group->freq, key,
            scripted_mac_text(go, addr), group->persistent ? " [PERSISTENT]" : "", ip);
}

void scripted_group_started(struct scripted_supplicant *ss, struct scripted_group *group)
{
    char addr[18];

    group->state = SCRIPTED_GROUP_STARTED;
    ss->started_count++;
    ss->forming_count--;
    if (group->role == SCRIPTED_ROLE_CLIENT)
        scripted_event(ss, &group->iface,
                "CTRL-EVENT-CONNECTED - Connection to %s completed [id=0 id_str=]",
                scripted_mac_text(group->go->conf.interface_address, addr));
    group_started_event(ss, group);
    if (group->role == SCRIPTED_ROLE_CLIENT) return;

    if (group->invitee && group->invitee->conf.join_ms >= 0 &&
            group->invitee->conf.answer != SCRIPTED_ANSWER_NEVER_STARTS &&
            group->invitee->conf.answer != SCRIPTED_ANSWER_WRONG_KEY)
        scripted_timer_add(ss, SCRIPTED_TIMER_JOIN,
                ss->base_us + (uint64_t)group->invitee->conf.join_ms * 1000, group->uid, NULL,
                group->invitee, NULL);
    if (group->invited)
        scripted_timer_step(
                ss, SCRIPTED_TIMER_FORMATION, SCRIPTED_STEP_JOIN_TIMEOUT, group->uid, NULL);
}

static bool begin_as_client(
        struct scripted_supplicant *ss, struct scripted_net *net, struct scripted_device *device)
{
    struct scripted_group *group = scripted_group_create(ss, SCRIPTED_ROLE_CLIENT, net);

    if (!group) return false;
    group->persistent = true;
    group->go = device;
    device->group = group;
    switch (device->conf.answer)
    {
    case SCRIPTED_ANSWER_WRONG_KEY:
        scripted_timer_step(ss, SCRIPTED_TIMER_PSK_FAIL, SCRIPTED_STEP_PSK_FAIL, group->uid, NULL);
        break;
    case SCRIPTED_ANSWER_NEVER_STARTS:
        scripted_timer_step(
                ss, SCRIPTED_TIMER_FORMATION, SCRIPTED_STEP_CONNECT_TIMEOUT, group->uid, NULL);
        break;
    case SCRIPTED_ANSWER_ACCEPT:
    case SCRIPTED_ANSWER_STATUS:
    case SCRIPTED_ANSWER_COUNTER_INVITE:
    case SCRIPTED_ANSWER_SILENT:
        if (device->conf.hidden || ss->latency_ms[SCRIPTED_STEP_STARTED] == SCRIPTED_NEVER)
            scripted_timer_step(
                    ss, SCRIPTED_TIMER_FORMATION, SCRIPTED_STEP_CONNECT_TIMEOUT, group->uid, NULL);
        else
            scripted_timer_step(
                    ss, SCRIPTED_TIMER_STARTED, SCRIPTED_STEP_STARTED, group->uid, NULL);
        break;
    }
    return true;
}

static bool begin_as_go(
        struct scripted_supplicant *ss, struct scripted_net *net, struct scripted_device *device)
{
    struct scripted_group *group = net->group;

    if (group)
    {
        if (device->conf.join_ms >= 0 && device->conf.answer != SCRIPTED_ANSWER_NEVER_STARTS &&
                device->conf.answer != SCRIPTED_ANSWER_WRONG_KEY)
            scripted_timer_add(ss, SCRIPTED_TIMER_JOIN,
                    ss->base_us + (uint64_t)device->conf.join_ms * 1000, group->uid, NULL, device,
                    NULL);
        return true;
    }
    if (!(group = scripted_group_create(ss, SCRIPTED_ROLE_GO, net))) return false;
    group->persistent = true;
    group->invited = true;
    group->invitee = device;
    scripted_timer_step(ss, SCRIPTED_TIMER_STARTED, SCRIPTED_STEP_STARTED, group->uid, NULL);
    return true;
}

bool scripted_group_begin(
        struct scripted_supplicant *ss, struct scripted_net *net, struct scripted_device *device)
{
    return net->kind == SCRIPTED_NETWORK_GO ? begin_as_go(ss, net, device)
                                            : begin_as_client(ss, net, device);
}

bool scripted_group_begin_autonomous(struct scripted_supplicant *ss, struct scripted_net *net)
{
    struct scripted_group *group;

    if (!(group = scripted_group_create(ss, SCRIPTED_ROLE_GO, net))) return false;
    group->persistent = net != NULL;
    if (!net)
        group->ssid_len = (size_t)snprintf(
                (char *)group->ssid, sizeof(group->ssid), "DIRECT-au-%u", group->number);
    scripted_timer_step(ss, SCRIPTED_TIMER_STARTED, SCRIPTED_STEP_STARTED, group->uid, NULL);
    return true;
}

void scripted_group_removed(
        struct scripted_supplicant *ss, struct scripted_group *group, const char *reason)
{
    char addr[18];

    if (group->role == SCRIPTED_ROLE_CLIENT && group->state == SCRIPTED_GROUP_STARTED && reason)
        scripted_event(ss, &group->iface, "CTRL-EVENT-DISCONNECTED bssid=%s reason=3%s",
                scripted_mac_text(group->go->conf.interface_address, addr),
                strcmp(reason, "GO_ENDING_SESSION") ? " locally_generated=1" : "");
    scripted_event(ss, ss->p2p, "P2P-GROUP-REMOVED %s %s%s%s", group->iface.name,
            role_text(group->role), reason ? " reason=" : "", reason ? reason : "");
    scripted_group_destroy(ss, group, false);
}

static void sta_event(struct scripted_supplicant *ss, struct scripted_group *group,
        struct scripted_device *device, const char *what)
{
    char iface_addr[18], dev_addr[18];

    scripted_mac_text(device->conf.interface_address, iface_addr);
    scripted_mac_text(device->conf.device_address, dev_addr);
    scripted_event(ss, &group->iface, "%s %s p2p_dev_addr=%s", what, iface_addr, dev_addr);
    scripted_event(ss, ss->p2p, "%s %s p2p_dev_addr=%s", what, iface_addr, dev_addr);
}

void scripted_group_join(struct scripted_supplicant *ss, struct scripted_group *group,
        struct scripted_device *device)
{
    if (device->conf.hidden) return;
    if (group->state != SCRIPTED_GROUP_STARTED)
    {
        scripted_timer_add(
                ss, SCRIPTED_TIMER_JOIN, ss->base_us + REJOIN_US, group->uid, NULL, device, NULL);
        return;
    }
    if (scripted_group_add_member(group, device)) sta_event(ss, group, device, "AP-STA-CONNECTED");
}

void scripted_group_leave(struct scripted_supplicant *ss, struct scripted_group *group,
        struct scripted_device *device)
{
    if (scripted_group_drop_member(group, device))
        sta_event(ss, group, device, "AP-STA-DISCONNECTED");
}

static bool group_end_idle(struct scripted_supplicant *ss, struct scripted_group *group)
{
    char addr[18];

    if (group->role == SCRIPTED_ROLE_CLIENT)
        scripted_event(ss, &group->iface, "CTRL-EVENT-DISCONNECTED bssid=%s reason=4",
                scripted_mac_text(group->go->conf.interface_address, addr));
    ss->base_us = scripted_now_us();
    scripted_timer_step(ss, SCRIPTED_TIMER_IDLE, SCRIPTED_STEP_IDLE, group->uid, NULL);
    return true;
}

bool scripted_group_end(struct scripted_supplicant *ss, struct scripted_group *group,
        struct scripted_device *device, enum scripted_end how)
{
    const char *reason = NULL;

    switch (how)
    {
    case SCRIPTED_END_CLIENT_LEAVES:
        if (group->role != SCRIPTED_ROLE_GO) return false;
        if (device) scripted_group_leave(ss, group, device);
        while (!device && group->member_count)
            scripted_group_leave(ss, group, group->members[group->member_count - 1]);
        return true;
    case SCRIPTED_END_IDLE: return group_end_idle(ss, group);
    case SCRIPTED_END_GO_ENDING:
        if (group->role != SCRIPTED_ROLE_CLIENT) return false;
        reason = "GO_ENDING_SESSION";
        break;
    case SCRIPTED_END_UNAVAILABLE: reason = "UNAVAILABLE"; break;
    case SCRIPTED_END_REQUESTED: reason = "REQUESTED"; break;
    case SCRIPTED_END_FREQ_CONFLICT: reason = "FREQ_CONFLICT"; break;
    case SCRIPTED_END_NO_REASON: break;
    }
    scripted_group_removed(ss, group, reason);
    return true;
}

static void formation_timeout(struct scripted_supplicant *ss, struct scripted_group *group)
{
    if (group->had_member) return;
    if (group->role == SCRIPTED_ROLE_CLIENT && group->state == SCRIPTED_GROUP_STARTED) return;
    scripted_event(ss, ss->p2p, "P2P-GROUP-FORMATION-FAILURE ");
    scripted_group_removed(ss, group, "FORMATION_FAILED");
}

static void psk_fail(struct scripted_supplicant *ss, struct scripted_group *group)
{
    scripted_event(ss, ss->p2p, "P2P-PERSISTENT-PSK-FAIL id=%d", group->network_id);
    scripted_group_removed(ss, group, "PSK_FAILURE");
    scripted_event(ss, ss->p2p, "P2P-GROUP-FORMATION-FAILURE ");
}

/* --- invitations ------------------------------------------------------------------------------ */

void scripted_invite_begin(
        struct scripted_supplicant *ss, struct scripted_net *net, struct scripted_device *device)
{
    ss->find.active = false;
    ss->invite.active = true;
    ss->invite.seq = ++ss->seq;
    ss->invite.net = net;
    ss->invite.device = device;
    ss->authorised = device;
    if (device->conf.hidden || device->conf.answer == SCRIPTED_ANSWER_SILENT)
        scripted_timer_step(
                ss, SCRIPTED_TIMER_EXPIRE, SCRIPTED_STEP_EXPIRE, ss->invite.seq, device);
    else
        scripted_timer_step(
                ss, SCRIPTED_TIMER_RESULT, SCRIPTED_STEP_RESULT, ss->invite.seq, device);
}

/* The peer does not know the group any more, so we forget our part of it. */
static void unknown_group(
        struct scripted_supplicant *ss, struct scripted_net *net, struct scripted_device *device)
{
    if (net->kind == SCRIPTED_NETWORK_CLIENT)
        scripted_net_delete(ss->p2p, net);
    else
        scripted_net_remove_client(net, device->conf.device_address);
}

static void invite_accepted(
        struct scripted_supplicant *ss, struct scripted_net *net, struct scripted_device *device)
{
    char addr[18] = "";

    if (net->kind == SCRIPTED_NETWORK_CLIENT)
        scripted_mac_text(device->conf.interface_address, addr);
    scripted_event(ss, ss->p2p, "P2P-INVITATION-RESULT status=0 %s", addr);
    scripted_group_begin(ss, net, device);
}

static void invite_result(struct scripted_supplicant *ss)
{
    struct scripted_device *device = ss->invite.device;
    struct scripted_net *net = ss->invite.net;
    int status = device->conf.status;

    ss->invite.active = false;
    if (device->conf.answer == SCRIPTED_ANSWER_COUNTER_INVITE)
        status = 1;
    else if (device->conf.answer != SCRIPTED_ANSWER_STATUS)
        status = 0;
    if (!status)
    {
        invite_accepted(ss, net, device);
        return;
    }
    if (status == 8) unknown_group(ss, net, device);
    scripted_event(ss, ss->p2p, "P2P-INVITATION-RESULT status=%d ", status);
    if (device->conf.answer == SCRIPTED_ANSWER_COUNTER_INVITE)
        scripted_timer_add(ss, SCRIPTED_TIMER_COUNTER,
                ss->base_us + (uint64_t)device->conf.counter_invite_ms * 1000, 0, NULL, device,
                NULL);
}

static bool listening(const struct scripted_supplicant *ss)
{
    return ss->ext_listen || ss->find.active || ss->listen_until_us > ss->base_us;
}

static void invitation_received(struct scripted_supplicant *ss, struct scripted_device *device)
{
    struct scripted_net *net = scripted_net_for_device(ss, device);
    bool accepted = ss->authorised == device;
    char addr[18];

    if (!net || device->conf.hidden || (net->group && net->kind == SCRIPTED_NETWORK_CLIENT)) return;
    scripted_event(ss, ss->p2p, "P2P-INVITATION-%s sa=%s persistent=%d freq=%u",
            accepted ? "ACCEPTED" : "RECEIVED",
            scripted_mac_text(device->conf.device_address, addr), net->id, ss->freq);
    device->known = true;
    if (device->index < ss->first_known) ss->first_known = device->index;
    if (!accepted) return;
    ss->authorised = NULL;
    ss->invite.active = false;
    scripted_group_begin(ss, net, device);
}

void scripted_device_invites(struct scripted_supplicant *ss, struct scripted_device *device)
{
    if (device->inviting) return;
    device->inviting = true;
    device->inviting_until_us = ss->base_us + INVITING_US;
    device->next_inviting = ss->inviting;
    ss->inviting = device;
    scripted_inviting_try(ss);
}

void scripted_inviting_try(struct scripted_supplicant *ss)
{
    struct scripted_device *device, *list = ss->inviting;

    if (!list || !listening(ss)) return;
    ss->inviting = NULL;
    while ((device = list))
    {
        list = device->next_inviting;
        device->inviting = false;
        if (device->inviting_until_us >= ss->base_us) invitation_received(ss, device);
    }
}

/* --- infrastructure --------------------------------------------------------------------------- */

bool scripted_station_disconnect(struct scripted_supplicant *ss, struct scripted_iface *iface)
{
    struct scripted_net *net = iface->current;
    char addr[18];

    iface->selection++;
    iface->selected = NULL;
    if (!net) return false;
    iface->current = NULL;
    scripted_event(ss, iface, "CTRL-EVENT-DISCONNECTED bssid=%s reason=3 locally_generated=1",
            scripted_mac_text(net->bssid, addr));
    return true;
}

void scripted_station_select(
        struct scripted_supplicant *ss, struct scripted_iface *iface, struct scripted_net *net)
{
    int ms = ss->latency_ms[SCRIPTED_STEP_CONNECT];

    if (iface->current == net) return;
    scripted_station_disconnect(ss, iface);
    iface->selected = net;
    if (net->station_answer != SCRIPTED_STATION_NEVER && ms != SCRIPTED_NEVER)
        scripted_timer_add(ss, SCRIPTED_TIMER_STATION, ss->base_us + (uint64_t)ms * 1000,
                iface->selection, iface, NULL, NULL);
}

static void station_answers(struct scripted_supplicant *ss, struct scripted_iface *iface)
{
    struct scripted_net *net = iface->selected;
    char ssid[130], addr[18];

    if (!net) return;
    if (net->station_answer == SCRIPTED_STATION_CONNECTS)
    {
        iface->current = net;
        scripted_event(ss, iface,
                "CTRL-EVENT-CONNECTED - Connection to %s completed [id=%d id_str=]",
                scripted_mac_text(net->bssid, addr), net->id);
        return;
    }
    scripted_ssid_text(net->ssid, net->ssid_len, ssid, sizeof(ssid));
    scripted_event(ss, iface,
            "CTRL-EVENT-SSID-TEMP-DISABLED id=%d ssid=\"%s\" auth_failures=1 "
            "duration=10 reason=WRONG_KEY",
            net->id, ssid);
}

/* --- timers ----------------------------------------------------------------------------------- */

static void group_timer_run(struct scripted_supplicant *ss, const struct scripted_timer *timer,
        struct scripted_group *group)
{
    if (timer->kind == SCRIPTED_TIMER_STARTED)
        scripted_group_started(ss, group);
    else if (timer->kind == SCRIPTED_TIMER_JOIN)
        scripted_group_join(ss, group, timer->device);
    else if (timer->kind == SCRIPTED_TIMER_WPS)
        scripted_wps_done(ss, group);
    else if (timer->kind == SCRIPTED_TIMER_PSK_FAIL)
        psk_fail(ss, group);
    else if (timer->kind == SCRIPTED_TIMER_FORMATION)
        formation_timeout(ss, group);
    else if (timer->kind == SCRIPTED_TIMER_REMOVE)
        scripted_group_removed(ss, group, "REQUESTED");
    else
        scripted_group_removed(ss, group, "IDLE");
}

static void reply_timer_run(struct scripted_supplicant *ss, const struct scripted_timer *timer)
{
    struct scripted_group *group;

    if (timer->iface)
        scripted_reply_send(ss, timer->iface, timer->reply);
    else if ((group = scripted_group_by_uid(ss, timer->uid)))
        scripted_reply_send(ss, &group->iface, timer->reply);
    scripted_reply_free(timer->reply);
}

void scripted_timer_run(struct scripted_supplicant *ss, const struct scripted_timer *timer)
{
    struct scripted_group *group;

    switch (timer->kind)
    {
    case SCRIPTED_TIMER_REPLY: reply_timer_run(ss, timer); break;
    case SCRIPTED_TIMER_FOUND:
        if (ss->find.active && ss->find.seq == timer->uid) find_meets_peers(ss);
        break;
    case SCRIPTED_TIMER_PEER_FOUND:
        if (ss->find.active && ss->find.seq == timer->uid) device_found(ss, timer->device);
        break;
    case SCRIPTED_TIMER_FIND_STOPPED:
        if (ss->find.seq == timer->uid) scripted_find_end(ss);
        break;
    case SCRIPTED_TIMER_RESULT:
        if (ss->invite.active && ss->invite.seq == timer->uid) invite_result(ss);
        break;
    case SCRIPTED_TIMER_EXPIRE:
        if (ss->invite.active && ss->invite.seq == timer->uid)
            scripted_device_lost(ss, timer->device);
        break;
    case SCRIPTED_TIMER_GO_NEG: scripted_go_neg_done(ss, timer->uid); break;
    case SCRIPTED_TIMER_COUNTER: scripted_device_invites(ss, timer->device); break;
    case SCRIPTED_TIMER_STATION:
        if (timer->iface->selection == timer->uid) station_answers(ss, timer->iface);
        break;
    case SCRIPTED_TIMER_STARTED:
    case SCRIPTED_TIMER_WPS:
    case SCRIPTED_TIMER_JOIN:
    case SCRIPTED_TIMER_PSK_FAIL:
    case SCRIPTED_TIMER_FORMATION:
    case SCRIPTED_TIMER_REMOVE:
    case SCRIPTED_TIMER_IDLE:
        if ((group = scripted_group_by_uid(ss, timer->uid))) group_timer_run(ss, timer, group);
        break;
    }
}
