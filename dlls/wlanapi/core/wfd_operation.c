/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one P2P operation that runs at a time: its commands, and what the supplicant says about it.
 * The answer to an invitation, a failure and the start of a group of our own name no peer, so two
 * operations at once could not be told apart.
 */
#include <stdlib.h>
#include <string.h>

#include "wfd_command.h"
#include "wfd_log.h"
#include "wfd_private.h"

#define SEARCH_SECONDS 4  /* of WFDUpdateDeviceVisibility (row UV3) */
#define RETRY_MS       10 /* how often others are asked whether they have finished */
#define AGAIN_MS       30 /* after a lookup that was for nothing */
#define YIELD_MS       25 /* how long those who wait for our turn may take to notice */
#define NEVER          UINT64_MAX

static struct wfd_session *owner(struct wfd_service *service, enum wfd_session_state state)
{
    struct wfd_session *session = service->operation.session;

    return session && session->state == state ? session : NULL;
}

static void step(struct wfd_service *service, enum wfd_session_event event)
{
    if (service->operation.session) wfd_service_step(service, service->operation.session, event);
}

static void ask(struct wfd_service *service, struct wfd_request *request)
{
    if (!request->queued) wfd_supplicant_ask(service->supplicant, request);
}

/* The stored group that leads to the peer: the last one made, since pairing again makes another. */

static void lookup_next(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;

    if (op->id_at == op->id_count)
    {
        step(service, WFD_ON_NOT_PAIRED);
        return;
    }
    op->id = op->ids[op->id_count - 1 - op->id_at++];
    op->lookup_step = WFD_LOOKUP_BSSID;
    wfd_command_get_network(&op->lookup, op->id, "bssid");
    ask(service, &op->lookup);
}

static void lookup_list(struct wfd_service *service, struct wfd_cursor reply)
{
    struct wfd_operation *op = &service->operation;
    unsigned int count, room = WFD_MAX_STORED_GROUPS - op->id_count;
    int last;
    bool cut;

    if (!wfd_reply_persistent_ids(reply, op->ids + op->id_count, room, &count, &last, &cut))
    {
        step(service, WFD_ON_BAD_REPLY);
        return;
    }
    op->id_count += count;
    /* Only forward: a supplicant that repeats itself must not keep us here. */
    if (cut && last > op->list_last && op->id_count < WFD_MAX_STORED_GROUPS)
    {
        op->list_last = last;
        wfd_command_list_networks(&op->lookup, last);
        ask(service, &op->lookup);
        return;
    }
    lookup_next(service);
}

static void lookup_role(struct wfd_service *service, enum wfd_role role)
{
    struct wfd_operation *op = &service->operation;

    op->role = role;
    op->lookup_step = WFD_LOOKUP_SSID;
    wfd_command_get_network(&op->lookup, op->id, "ssid");
    ask(service, &op->lookup);
}

struct wfd_member *wfd_operation_spare_member(struct wfd_operation *op)
{
    struct wfd_member **spare = &op->spare_members[op->spare_members[0] ? 0 : 1];
    struct wfd_member *member = *spare;

    *spare = NULL;
    return member;
}

static void hold_place(
        struct wfd_service *service, struct wfd_session *session, struct wfd_group *group)
{
    struct wfd_operation *op = &service->operation;
    struct wfd_member *member = wfd_member_of(group, &session->peer);

    if (!member && (member = wfd_operation_spare_member(op)))
        wfd_member_add(group, member, &session->peer);
    if (member) wfd_member_join(member, session);
}

/* A group that we own already must not go while the peer is on its way into it. */
static bool may_invite(struct wfd_service *service, struct wfd_session *session)
{
    struct wfd_operation *op = &service->operation;
    struct wfd_group *group;

    if (op->role != WFD_ROLE_GO) return true;
    if (wfd_group_leaving(service, &op->ssid)) return false;
    group = wfd_group_owned(service, &op->ssid);
    if (!group && !wfd_survey_take_owned(service, &op->ssid, &session->peer, &group)) return false;
    if (group) hold_place(service, session, group);
    return true;
}

/* Groups may have become others' while we looked: who is in there already is not invited again. */
static void lookup_end(
        struct wfd_service *service, struct wfd_session *session, struct wfd_cursor reply)
{
    struct wfd_operation *op = &service->operation;

    if (!wfd_text_config_ssid(reply, &op->ssid))
        lookup_next(service);
    else if (wfd_survey_complete(service, &session->peer) && may_invite(service, session))
        step(service, WFD_ON_PAIRED);
    else
    {
        wfd_operation_wait(service, session);
        step(service, WFD_ON_AGAIN);
    }
}

static void lookup_field(
        struct wfd_service *service, struct wfd_session *session, struct wfd_cursor reply)
{
    struct wfd_operation *op = &service->operation;

    if (op->lookup_step == WFD_LOOKUP_SSID)
    {
        lookup_end(service, session, reply);
        return;
    }
    /* Our own address is the bssid of every group that we own: it leads nowhere. */
    if (!wfd_mac_equal(&session->peer, wfd_supplicant_address(service->supplicant)) &&
            wfd_reply_has_mac(reply, &session->peer))
    {
        lookup_role(service, op->lookup_step == WFD_LOOKUP_BSSID ? WFD_ROLE_CLIENT : WFD_ROLE_GO);
        return;
    }
    if (op->lookup_step == WFD_LOOKUP_CLIENTS)
    {
        lookup_next(service);
        return;
    }
    op->lookup_step = WFD_LOOKUP_CLIENTS;
    wfd_command_get_network(&op->lookup, op->id, "p2p_client_list");
    ask(service, &op->lookup);
}

static void lookup_done(
        struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply)
{
    struct wfd_service *service = context;
    struct wfd_session *session = owner(service, WFD_STATE_LOOKUP);

    (void)request;
    if (lost || !session) return;
    if (service->operation.lookup_step == WFD_LOOKUP_LIST)
        lookup_list(service, reply);
    else
        lookup_field(service, session, reply);
}

void wfd_operation_lookup(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;

    op->id_count = op->id_at = 0;
    op->list_last = -1;
    op->lookup_step = WFD_LOOKUP_LIST;
    wfd_command_list_networks(&op->lookup, -1);
    ask(service, &op->lookup);
}

static void invite_done(
        struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply)
{
    struct wfd_service *service = context;

    (void)request;
    if (lost) return;
    switch (wfd_reply_kind(reply))
    {
    case WFD_REPLY_OK: step(service, WFD_ON_INVITE_OK); break;
    case WFD_REPLY_FAIL: step(service, WFD_ON_INVITE_FAIL); break;
    case WFD_REPLY_OTHER: step(service, WFD_ON_BAD_REPLY); break;
    }
}

/* peer may be NULL: all devices. */
static void find_start(struct wfd_service *service, const struct wfd_mac *peer, uint32_t seconds)
{
    struct wfd_operation *op = &service->operation;

    if (op->find.queued)
    {
        op->find_again = true;
        return;
    }
    op->find_again = false;
    if (peer)
        wfd_command_find(&op->find, peer, seconds);
    else
        wfd_command_find_all(&op->find, seconds);
    ask(service, &op->find);
}

static uint32_t seconds_until(uint64_t end_ms, uint64_t now_ms)
{
    return end_ms > now_ms ? (uint32_t)((end_ms - now_ms + 999) / 1000) : 1;
}

static void search_done(struct wfd_service *service, enum wfd_error error, bool found)
{
    struct wfd_operation *op = &service->operation;
    struct wfd_waiter *waiter = op->search;

    op->searching = false;
    op->search = NULL;
    if (!waiter) return;
    waiter->error = error;
    waiter->found = found;
    waiter->done = true;
    wfd_list_remove(&waiter->entry);
    pthread_cond_broadcast(&service->changed);
}

void wfd_operation_search_lost(struct wfd_service *service, enum wfd_error error)
{
    if (!service->operation.searching) return;
    wfd_undone_interrupt(service);
    service->operation.search_end_ms = NEVER;
    search_done(service, error, false);
}

/* P2P_FIND or P2P_LISTEN. */
static void find_done(
        struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply)
{
    struct wfd_service *service = context;
    struct wfd_operation *op = &service->operation;

    (void)request;
    if (lost)
    {
        wfd_operation_search_lost(service, WFD_ERROR_SERVICE_NOT_ACTIVE);
        return;
    }
    if (wfd_reply_kind(reply) != WFD_REPLY_OK)
    {
        if (op->searching)
            search_done(service, WFD_ERROR_INVALID_STATE, false);
        else
            step(service,
                    wfd_reply_kind(reply) == WFD_REPLY_FAIL ? WFD_ON_FIND_FAIL : WFD_ON_BAD_REPLY);
        return;
    }
    if (op->find_again && owner(service, WFD_STATE_SEARCH))
        find_start(service, &op->session->peer,
                seconds_until(op->search_end_ms, wfd_service_now(service)));
}

/* P2P_STOP_FIND, P2P_CANCEL or what revokes. */
static void stop_done(
        struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply)
{
    struct wfd_service *service = context;

    (void)request;
    (void)reply;
    if (lost)
        wfd_undone_interrupt(service);
    else
        service->operation.resumes = 0;
}

static void stop_find(struct wfd_service *service)
{
    wfd_command_stop_find(&service->operation.stop);
    ask(service, &service->operation.stop);
}

static void search_session(struct wfd_service *service, struct wfd_session *session)
{
    struct wfd_operation *op = &service->operation;
    uint64_t now_ms = wfd_service_now(service);

    if (op->search_end_ms == NEVER) op->search_end_ms = now_ms + service->config.search_timeout_ms;
    find_start(service, &session->peer, seconds_until(op->search_end_ms, now_ms));
}

static void adopt(struct wfd_service *service, struct wfd_session *session)
{
    struct wfd_operation *op = &service->operation;
    struct wfd_member *member;
    struct wfd_group *group;

    if (session->member && (!op->started || session->member->group == op->started)) return;
    wfd_group_leave(service, session); /* a place held in a group of ours, and another one came */
    if (op->started)
    {
        hold_place(service, session, op->started);
        return;
    }
    member = wfd_member_find(service, &session->peer);
    group = member ? NULL : wfd_group_owned(service, &op->ssid);
    if (member)
        wfd_member_join(member, session);
    else if (group)
        hold_place(service, session, group);
}

static void listen_for_peer(struct wfd_service *service, struct wfd_session *session)
{
    struct wfd_operation *op = &service->operation;

    wfd_command_listen(&op->find, seconds_until(session->deadline_ms, wfd_service_now(service)));
    ask(service, &op->find);
}

static void leave_note(struct wfd_service *service, const struct wfd_session *session)
{
    struct wfd_share_note note = {
        .process = wfd_supplicant_process(service->supplicant),
        .own = service->operation.role == WFD_ROLE_GO,
        .ssid = service->operation.ssid,
        .peer = session->peer,
    };

    wfd_share_leave_note(service->share, &note);
}

static void invite(struct wfd_service *service, struct wfd_session *session)
{
    struct wfd_operation *op = &service->operation;

    if (session->pairing)
    {
        leave_note(service, session);
        wfd_pairing_ask(service, session);
        return;
    }
    op->invited = op->authorised = true;
    wfd_reaper_awaits(service->reaper, &op->ssid, op->role == WFD_ROLE_GO);
    leave_note(service, session);
    wfd_command_invite(&op->invite, op->id, &session->peer);
    ask(service, &op->invite);
}

void wfd_operation_run(
        struct wfd_service *service, struct wfd_session *session, unsigned int actions)
{
    struct wfd_operation *op = &service->operation;

    if ((actions & WFD_DO_LOOKUP) && session->pairing)
        wfd_pairing_begin(service, session);
    else if (actions & WFD_DO_LOOKUP)
        wfd_survey_peer(service);
    if (actions & (WFD_DO_STOP_FIND | WFD_DO_UNDO_SEARCH)) stop_find(service);
    if (actions & WFD_DO_FIND) search_session(service, session);
    if (actions & WFD_DO_INVITE) invite(service, session);
    if (actions & WFD_DO_LISTEN) listen_for_peer(service, session);
    if (actions & WFD_DO_ADOPT) adopt(service, session);
    if (actions & WFD_DO_LEAVE) wfd_group_leave(service, session);
    if (actions & WFD_DO_UNDO)
    {
        wfd_command_cancel(&op->cancel);
        ask(service, &op->cancel);
        stop_find(service);
    }
}

/* Events. */

static bool about_peer(const struct wfd_service *service, const struct wfd_event *event)
{
    const struct wfd_operation *op = &service->operation;

    if (op->session) return wfd_mac_equal(&event->peer, &op->session->peer);
    return op->search && wfd_mac_equal(&event->peer, &op->search->peer);
}

static void device_found(struct wfd_service *service, const struct wfd_event *event)
{
    struct wfd_waiter *search = service->operation.search;

    if (search && search->kind == WFD_WAIT_SCAN)
    {
        wfd_devices_found(search, event);
        pthread_cond_broadcast(&service->changed);
        return;
    }
    if (!about_peer(service, event)) return;
    if (search)
    {
        stop_find(service);
        search_done(service, WFD_SUCCESS, true);
        return;
    }
    step(service, WFD_ON_DEVICE_FOUND);
}

static void find_stopped(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;

    /* One that was on its way before our search began says nothing about it. */
    if (op->searching && !op->find.queued)
        search_done(service, WFD_SUCCESS, false);
    else
        step(service, WFD_ON_FIND_STOPPED);
}

static void invitation_result(struct wfd_service *service, const struct wfd_event *event)
{
    if (service->operation.session && service->operation.session->pairing) return;
    service->operation.status = event->status;
    if (!event->status) service->operation.agreed = true;
    if (!event->status)
        step(service, WFD_ON_RESULT_OK);
    else
        step(service, event->status == 1 ? WFD_ON_RESULT_LATER : WFD_ON_RESULT_FAILED);
}

static bool is_awaited_group(struct wfd_service *service, const struct wfd_event *event)
{
    const struct wfd_operation *op = &service->operation;

    if (!op->session || op->session->state < WFD_STATE_INVITE ||
            op->session->state > WFD_STATE_UNDOING || !op->spare_group)
        return false;
    if (op->session->pairing) return wfd_pairing_awaits(service, event);
    return wfd_undone_group_matches(event, &op->session->peer, &op->ssid);
}

static void group_started(struct wfd_service *service, const struct wfd_event *event)
{
    struct wfd_operation *op = &service->operation;
    struct wfd_group *older = wfd_group_by_name(service, event->ifname), *group;

    /* A name comes back only when its group is gone, whether we heard of that or not. */
    op->removal = WFD_REMOVAL_NONE;
    if (older) wfd_group_gone(service, older);
    wfd_survey_removed(service, event->ifname);
    if (!is_awaited_group(service, event))
    {
        /* P2P_CANCEL takes no group of our own back once the peer has agreed, and says so to nobody. */
        if (!wfd_undone_started(service, event)) wfd_survey_started(service, event);
        return;
    }
    group = op->spare_group;
    op->spare_group = NULL;
    op->invited = op->agreed = false;
    op->role = event->role;
    op->ssid = event->ssid;
    wfd_group_start(service, group, event);
    if (!group->ifindex)
    {
        /* Asking for it needs a descriptor; without it the application could not use the group. */
        step(service, group->vanished ? WFD_ON_REMOVED : WFD_ON_NO_MEMORY);
        wfd_group_remove(service, group);
        return;
    }
    op->started = group;
    step(service, event->role == WFD_ROLE_GO ? WFD_ON_STARTED_GO : WFD_ON_STARTED_CLIENT);
    op->started = NULL;
}

/*
 * A group whose start was never told: it went while it came up, if it was the awaited one. Before
 * the peer has agreed none of ours can have come up.
 */
static void unknown_group_removed(struct wfd_service *service, const struct wfd_event *event)
{
    struct wfd_operation *op = &service->operation;

    if (!owner(service, WFD_STATE_CONNECTING) || event->role != op->role) return;
    if (event->removal == WFD_REMOVAL_IDLE || event->removal == WFD_REMOVAL_GO_ENDING_SESSION)
        return;
    op->removal = event->removal;
    step(service, WFD_ON_REMOVED);
}

static void group_removed(struct wfd_service *service, const struct wfd_event *event)
{
    struct wfd_group *group = wfd_group_by_name(service, event->ifname);

    wfd_survey_removed(service, event->ifname);
    if (!group)
    {
        unknown_group_removed(service, event);
        return;
    }
    service->operation.removal = event->removal;
    wfd_group_gone(service, group);
}

static void formation_failure(struct wfd_service *service, const struct wfd_event *event)
{
    if (!owner(service, WFD_STATE_CONNECTING) && !owner(service, WFD_STATE_JOINING)) return;
    service->operation.removal = event->removal == WFD_REMOVAL_FREQ_CONFLICT
                                         ? event->removal
                                         : WFD_REMOVAL_FORMATION_FAILED;
    step(service, WFD_ON_REMOVED);
}

static void station_connected(struct wfd_service *service, const struct wfd_event *event)
{
    struct wfd_operation *op = &service->operation;
    struct wfd_member *member;

    if (op->session && about_peer(service, event) && op->role == WFD_ROLE_GO &&
            wfd_group_owned(service, &op->ssid))
        step(service, WFD_ON_JOINED);
    member = wfd_member_find(service, &event->peer);
    if (member)
        wfd_member_arrived(member, &event->station);
    else
        wfd_undone_guest(
                service, event); /* agreed before it was given up, and comes all the same */
}

static void station_disconnected(struct wfd_service *service, const struct wfd_event *event)
{
    struct wfd_member *member = wfd_member_find(service, &event->peer);

    wfd_survey_departed(service, &event->peer);
    if (member && member->group->role == WFD_ROLE_GO) wfd_member_left(member);
}

/* It takes everything with it: nothing is left to be taken back. */
static void terminating(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;

    op->removal = WFD_REMOVAL_NONE;
    op->invited = op->authorised = op->agreed = false;
    if (op->searching) search_done(service, WFD_ERROR_SERVICE_NOT_ACTIVE, false);
    wfd_group_all_gone(service);
}

void wfd_operation_event(struct wfd_service *service, const struct wfd_event *event)
{
    switch (event->type)
    {
    case WFD_EVENT_OTHER:
    case WFD_EVENT_CONNECTED:
    case WFD_EVENT_NETWORK_FAILED:
    case WFD_EVENT_SCAN_RESULTS: break;
    case WFD_EVENT_TERMINATING: terminating(service); break;
    case WFD_EVENT_DEVICE_FOUND: device_found(service, event); break;
    case WFD_EVENT_DEVICE_LOST:
        if (about_peer(service, event)) step(service, WFD_ON_DEVICE_LOST);
        break;
    case WFD_EVENT_FIND_STOPPED: find_stopped(service); break;
    case WFD_EVENT_INVITATION_RESULT: invitation_result(service, event); break;
    case WFD_EVENT_INVITATION_ACCEPTED:
        if (!about_peer(service, event)) break;
        service->operation.agreed = true;
        step(service, WFD_ON_ACCEPTED);
        break;
    case WFD_EVENT_GO_NEG_SUCCESS:
    case WFD_EVENT_GO_NEG_FAILURE:
    case WFD_EVENT_WPS_FAILED: wfd_pairing_event(service, event); break;
    case WFD_EVENT_GROUP_STARTED: group_started(service, event); break;
    case WFD_EVENT_GROUP_REMOVED: group_removed(service, event); break;
    case WFD_EVENT_FORMATION_FAILURE: formation_failure(service, event); break;
    case WFD_EVENT_STATION_CONNECTED: station_connected(service, event); break;
    case WFD_EVENT_STATION_DISCONNECTED: station_disconnected(service, event); break;
    }
}

/* Turns. */

void wfd_request_init(struct wfd_request *request,
        void (*done)(struct wfd_request *, void *, bool, struct wfd_cursor), void *context)
{
    wfd_list_init(&request->entry);
    request->done = done;
    request->context = context;
}

void wfd_operation_init(struct wfd_operation *op, struct wfd_service *service)
{
    wfd_request_init(&op->lookup, lookup_done, service);
    wfd_request_init(&op->find, find_done, service);
    wfd_request_init(&op->invite, invite_done, service);
    wfd_request_init(&op->stop, stop_done, service);
    wfd_request_init(&op->cancel, stop_done, service);
    wfd_request_init(&op->revoke, stop_done, service);
    op->search_end_ms = NEVER;
}

static bool replies_outstanding(const struct wfd_operation *op)
{
    return op->lookup.queued || op->find.queued || op->invite.queued || op->stop.queued ||
           op->cancel.queued || op->revoke.queued;
}

bool wfd_operation_idle(const struct wfd_operation *op)
{
    return !op->session && !op->searching && !op->interrupted && !replies_outstanding(op);
}

bool wfd_operation_undone(const struct wfd_operation *op)
{
    return op->session && op->session->state == WFD_STATE_UNDOING && !replies_outstanding(op);
}

void wfd_operation_release(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;

    if (op->session->state == WFD_STATE_FAILED)
    {
        if (op->invited) wfd_undone_remember(service);
        if (op->session->pairing && wfd_supplicant_state(service->supplicant) != WFD_SUPPLICANT_UP)
            wfd_undone_interrupt(service);
    }
    if (op->authorised)
    {
        wfd_command_revoke(&op->revoke);
        ask(service, &op->revoke);
    }
    op->invited = op->authorised = op->agreed = false;
    op->session = NULL;
    op->search_end_ms = NEVER;
    op->find_again = false;
}

void wfd_operation_tell_reaper(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;

    op->reaper_told = op->session || op->searching || op->interrupted;
    if (op->session || op->interrupted)
        wfd_reaper_begins(service->reaper);
    else
        wfd_reaper_searches(service->reaper);
    if (op->invited)
        wfd_reaper_awaits(service->reaper, &op->ssid, op->role == WFD_ROLE_GO);
    else
        wfd_undone_tell_reaper(service);
    if (!op->reaper_told) wfd_reaper_finished(service->reaper);
}

static void begins(struct wfd_service *service)
{
    service->operation.reaper_told = true;
    wfd_reaper_begins(service->reaper);
}

static void searches(struct wfd_service *service)
{
    service->operation.reaper_told = true;
    wfd_reaper_searches(service->reaper);
}

/* The note first: a helper that is told of no operation does not look for one. */
static void has_ended(struct wfd_service *service)
{
    wfd_share_withdraw_note(service->share);
    if (service->operation.reaper_told) wfd_reaper_finished(service->reaper);
    service->operation.reaper_told = false;
}

void wfd_operation_free(struct wfd_operation *op)
{
    free(op->spare_group);
    op->spare_group = NULL;
    for (unsigned int i = 0; i < 2; i++) free(wfd_operation_spare_member(op));
}

static bool have_spares(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;

    if (!op->spare_group) op->spare_group = wfd_group_new(service);
    for (unsigned int i = 0; i < 2; i++)
        if (!op->spare_members[i]) op->spare_members[i] = wfd_member_new();
    return op->spare_group && op->spare_members[0] && op->spare_members[1];
}

static bool give_turn(struct wfd_service *service, struct wfd_session *session)
{
    struct wfd_operation *op = &service->operation;
    struct wfd_member *member = wfd_member_find(service, &session->peer);

    if (member && member->present)
    {
        wfd_service_step(service, session, WFD_ON_SHARED);
        return false;
    }
    if (wfd_supplicant_superseded(service->supplicant) && !wfd_group_held(service))
    {
        /* Groups that are on their way out come first. */
        if (wfd_list_empty(&service->groups))
            wfd_supplicant_drop(
                    service->supplicant, "its P2P device has a socket of its own by now");
        return true;
    }
    if (!have_spares(service))
    {
        wfd_service_step(service, session, WFD_ON_NO_MEMORY);
        return false;
    }
    op->session = session;
    begins(service);
    wfd_service_step(service, session, WFD_ON_TURN);
    return true;
}

static bool wants_search(const struct wfd_waiter *waiter)
{
    return waiter->kind == WFD_WAIT_SEARCH || waiter->kind == WFD_WAIT_SCAN;
}

static bool start_search(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;
    uint32_t seconds = SEARCH_SECONDS;
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->waiters)
    {
        struct wfd_waiter *waiter = wfd_container(e, struct wfd_waiter, entry);

        if (!wants_search(waiter)) continue;
        searches(service);
        op->search = waiter;
        op->searching = true;
        if (waiter->kind == WFD_WAIT_SCAN) seconds = wfd_devices_scan_seconds(waiter);
        op->search_end_ms = wfd_service_now(service) + seconds * 1000;
        find_start(service, waiter->kind == WFD_WAIT_SCAN ? NULL : &waiter->peer, seconds);
        return true;
    }
    return false;
}

void wfd_operation_wait(struct wfd_service *service, struct wfd_session *session)
{
    /* It is soon over, as a rule; a program that hangs in it must not keep us busy. */
    unsigned int longer = session->agains > 8 ? session->agains - 8 : 0;

    session->retry_ms = wfd_service_now(service) + (AGAIN_MS << longer);
    if (longer < 4) session->agains++;
}

/* Nothing of ours is on its way to the supplicant any more. */
static void end_turn(struct wfd_service *service)
{
    if (wfd_share_end_turn(service->share))
        service->operation.turn_ms = wfd_service_now(service) + YIELD_MS;
}

static bool is_next(struct wfd_service *service, const struct wfd_session *session)
{
    return session->state == WFD_STATE_QUEUED && wfd_service_now(service) >= session->retry_ms &&
           !wfd_group_busy(service, &session->peer);
}

static bool somebody_waits(struct wfd_service *service)
{
    const struct wfd_list *e;

    for (e = service->waiters.next; e != &service->waiters; e = e->next)
        if (wants_search(wfd_container(e, struct wfd_waiter, entry))) return true;
    for (e = service->pending.next; e != &service->pending; e = e->next)
        if (is_next(service, wfd_container(e, struct wfd_session, pending_entry))) return true;
    return false;
}

/* True: nobody has died in the last turn, and left something to be taken back. */
static bool finds_no_note(struct wfd_service *service)
{
    struct wfd_share_note note;

    if (!wfd_share_find_note(service->share, &note)) return true;
    if (!note.process || note.process != wfd_supplicant_process(service->supplicant)) return true;
    begins(service);
    wfd_undone_inherit(service, &note);
    return false;
}

static bool may_begin(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;

    if (!somebody_waits(service))
    {
        wfd_share_wait_no_more(service->share);
        return false;
    }
    if (wfd_service_now(service) < op->turn_ms) return false;
    if (wfd_share_take_turn(service->share)) return finds_no_note(service);
    op->turn_ms = wfd_service_now(service) + RETRY_MS;
    return false;
}

void wfd_operation_schedule(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;
    struct wfd_list *e, *next;

    if (wfd_operation_undone(op)) step(service, WFD_ON_UNDONE);
    if (!wfd_operation_idle(op)) return;
    has_ended(service);
    end_turn(service);
    if (wfd_supplicant_state(service->supplicant) != WFD_SUPPLICANT_UP) return;
    if (!may_begin(service) || start_search(service)) return;
    wfd_list_for_each(e, next, &service->pending)
    {
        struct wfd_session *session = wfd_container(e, struct wfd_session, pending_entry);

        if (is_next(service, session) && give_turn(service, session)) return;
    }
    end_turn(service);
}

void wfd_operation_timeouts(struct wfd_service *service, uint64_t now_ms)
{
    struct wfd_operation *op = &service->operation;

    if (now_ms < op->search_end_ms) return;
    if (op->searching)
    {
        /* FIND-STOPPED ends a search; this is for a supplicant that never says so. */
        op->search_end_ms = NEVER;
        stop_find(service);
        search_done(service, WFD_SUCCESS, false);
    }
    else if (owner(service, WFD_STATE_SEARCH))
        step(service, WFD_ON_SEARCH_OVER);
    else
        op->search_end_ms = NEVER;
}

/* When to try again what other programs kept us from. */
static uint64_t retry_deadline(const struct wfd_service *service)
{
    const struct wfd_operation *op = &service->operation;
    uint64_t now_ms = wfd_service_now(service), deadline = NEVER;
    const struct wfd_list *e;

    if (!wfd_operation_idle(op)) return NEVER;
    if (op->turn_ms > now_ms) return op->turn_ms;
    for (e = service->pending.next; e != &service->pending; e = e->next)
    {
        const struct wfd_session *session = wfd_container(e, struct wfd_session, pending_entry);

        if (session->state == WFD_STATE_QUEUED && session->retry_ms > now_ms &&
                session->retry_ms < deadline)
            deadline = session->retry_ms;
    }
    return deadline;
}

uint64_t wfd_operation_deadline(const struct wfd_service *service)
{
    const struct wfd_operation *op = &service->operation;
    uint64_t lingers_until_ms = wfd_undone_lingers_until(op);
    uint64_t deadline = op->search_end_ms, retry_ms = retry_deadline(service);

    if (deadline == NEVER && lingers_until_ms > wfd_service_now(service))
        deadline = lingers_until_ms;
    return retry_ms < deadline ? retry_ms : deadline;
}
