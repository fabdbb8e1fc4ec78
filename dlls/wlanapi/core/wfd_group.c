/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Groups, the peers in them, and the sessions that share them. A group is removed when its last
 * session leaves; a group of ours with other peers in it only loses the one peer. Never removes a
 * group that it did not see start: P2P_GROUP_REMOVE ends plain Wi-Fi connections too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wfd_command.h"
#include "wfd_log.h"
#include "wfd_private.h"

#define NEVER    UINT64_MAX
#define DOUBT_MS 20

static void group_removed(
        struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply);
static void client_removed(
        struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply);
static void go_away(struct wfd_service *service, struct wfd_group *group);

struct wfd_group *wfd_group_new(struct wfd_service *service)
{
    struct wfd_group *group = calloc(1, sizeof(*group));

    if (!group) return NULL;
    group->service = service;
    group->file = -1;
    wfd_list_init(&group->entry);
    wfd_list_init(&group->members);
    wfd_request_init(&group->request, group_removed, group);
    return group;
}

struct wfd_member *wfd_member_new(void)
{
    struct wfd_member *member = calloc(1, sizeof(*member));

    if (!member) return NULL;
    wfd_list_init(&member->entry);
    wfd_list_init(&member->sessions);
    wfd_request_init(&member->request, client_removed, member);
    return member;
}

void wfd_group_start(
        struct wfd_service *service, struct wfd_group *group, const struct wfd_event *event)
{
    memcpy(group->ifname, event->ifname, sizeof(group->ifname));
    group->role = event->role;
    group->ssid = event->ssid;
    group->made = true;
    wfd_group_take(service, group, wfd_share_group(service->share, group->ifname));
}

void wfd_group_take(struct wfd_service *service, struct wfd_group *group, int file)
{
    group->file = file;
    group->ifindex = service->environment.netif->index(group->ifname);
    group->vanished = !group->ifindex && errno == ENODEV;
    group->process = wfd_supplicant_process(service->supplicant);
    wfd_list_append(&service->groups, &group->entry);
    service->changes++;
    if (group->made) wfd_share_mark(file, group->ifindex);
    wfd_reaper_group(service->reaper, group->ifname, group->ifindex, file, group->made);
    wfd_log("group %s: up, index %u, we are %s", group->ifname, (unsigned int)group->ifindex,
            group->role == WFD_ROLE_GO ? "its owner" : "a client");
}

struct wfd_group *wfd_group_by_name(struct wfd_service *service, const char *ifname)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->groups)
    {
        struct wfd_group *group = wfd_container(e, struct wfd_group, entry);

        if (!group->gone && !strcmp(group->ifname, ifname)) return group;
    }
    return NULL;
}

struct wfd_group *wfd_group_owned(struct wfd_service *service, const struct wfd_ssid *ssid)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->groups)
    {
        struct wfd_group *group = wfd_container(e, struct wfd_group, entry);

        if (group->role == WFD_ROLE_GO && !group->gone && !group->removing &&
                wfd_ssid_equal(&group->ssid, ssid))
            return group;
    }
    return NULL;
}

bool wfd_group_leaving(struct wfd_service *service, const struct wfd_ssid *ssid)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->groups)
    {
        struct wfd_group *group = wfd_container(e, struct wfd_group, entry);

        if (group->role == WFD_ROLE_GO && group->removing && !group->gone &&
                wfd_ssid_equal(&group->ssid, ssid))
            return true;
    }
    return false;
}

static struct wfd_member *member_in(struct wfd_group *group, const struct wfd_mac *peer)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &group->members)
    {
        struct wfd_member *member = wfd_container(e, struct wfd_member, entry);

        if (wfd_mac_equal(&member->peer, peer)) return member;
    }
    return NULL;
}

struct wfd_member *wfd_member_of(struct wfd_group *group, const struct wfd_mac *peer)
{
    struct wfd_member *member = member_in(group, peer);

    return member && !member->leaving ? member : NULL;
}

struct wfd_member *wfd_member_find(struct wfd_service *service, const struct wfd_mac *peer)
{
    struct wfd_member *absent = NULL;
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->groups)
    {
        struct wfd_group *group = wfd_container(e, struct wfd_group, entry);
        struct wfd_member *member;

        if (group->gone || group->removing) continue;
        member = wfd_member_of(group, peer);
        if (member && member->present) return member;
        if (!absent) absent = member;
    }
    return absent;
}

bool wfd_group_busy(struct wfd_service *service, const struct wfd_mac *peer)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->groups)
    {
        struct wfd_group *group = wfd_container(e, struct wfd_group, entry);
        struct wfd_member *member = member_in(group, peer);

        if (member && (group->removing || member->leaving)) return true;
    }
    return false;
}

void wfd_member_add(struct wfd_group *group, struct wfd_member *member, const struct wfd_mac *peer)
{
    member->group = group;
    member->peer = *peer;
    member->present = group->role == WFD_ROLE_CLIENT;
    wfd_list_append(&group->members, &member->entry);
    if (!wfd_share_join(group->file, peer))
        wfd_log("group %s: still held by who removed the last one of that name", group->ifname);
}

void wfd_member_join(struct wfd_member *member, struct wfd_session *session)
{
    session->member = member;
    wfd_list_append(&member->sessions, &session->member_entry);
}

void wfd_member_arrived(struct wfd_member *member, const struct wfd_mac *station)
{
    struct wfd_service *service = member->group->service;

    member->present = true;
    member->questioned = false;
    member->station = *station;
    service->changes++;
    member->group->settled_ms = wfd_service_now(service) + service->config.settle_ms;
}

void wfd_member_left(struct wfd_member *member)
{
    wfd_log("group %s: the peer left", member->group->ifname);
    member->present = member->questioned = false;
    member->group->service->changes++;
}

static void member_free(struct wfd_member *member)
{
    member->group->service->changes++;
    wfd_list_remove(&member->entry);
    free(member);
}

static void group_free(struct wfd_service *service, struct wfd_group *group)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &group->members)
            member_free(wfd_container(e, struct wfd_member, entry));
    wfd_list_remove(&group->entry);
    /* In this order: should we be killed in between, the helper has one thing too many to undo. */
    wfd_share_close(group->file, group->gone);
    service->changes++;
    wfd_reaper_gone(service->reaper, group->ifname);
    free(group);
}

/* A group that is gone stays until the last reply about it has come. */
static void free_if_gone(struct wfd_service *service, struct wfd_group *group)
{
    if (group->gone && !group->request.queued && !group->turning_away) group_free(service, group);
}

static void tell_sessions(struct wfd_service *service, struct wfd_member *member)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &member->sessions)
    {
        struct wfd_session *session = wfd_container(e, struct wfd_session, member_entry);

        wfd_list_remove(&session->member_entry);
        session->member = NULL;
        wfd_service_step(service, session, WFD_ON_GROUP_GONE);
    }
}

void wfd_group_gone(struct wfd_service *service, struct wfd_group *group)
{
    struct wfd_list *e, *next;

    if (!group->gone) wfd_log("group %s: gone", group->ifname);
    group->gone = true;
    service->changes++;
    wfd_list_for_each(e, next, &group->members)
            tell_sessions(service, wfd_container(e, struct wfd_member, entry));
    free_if_gone(service, group);
}

void wfd_group_all_gone(struct wfd_service *service)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->groups)
            wfd_group_gone(service, wfd_container(e, struct wfd_group, entry));
}

void wfd_group_question(struct wfd_service *service)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->groups)
    {
        struct wfd_group *group = wfd_container(e, struct wfd_group, entry);

        group->questioned = !group->gone && !group->removing;
    }
}

void wfd_group_missing(struct wfd_service *service)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->groups)
    {
        struct wfd_group *group = wfd_container(e, struct wfd_group, entry);

        if (!group->questioned || group->gone || group->removing) continue;
        wfd_log("group %s: went unnoticed", group->ifname);
        wfd_group_gone(service, group);
    }
}

static void orphan(struct wfd_service *service, struct wfd_group *group)
{
    struct wfd_list *e, *next;

    if (group->gone || group->orphan) return;
    wfd_log("group %s: lost from sight", group->ifname);
    group->orphan = group->removing = true;
    service->changes++;
    wfd_list_for_each(e, next, &group->members)
            tell_sessions(service, wfd_container(e, struct wfd_member, entry));
}

void wfd_group_all_orphaned(struct wfd_service *service)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->groups)
            orphan(service, wfd_container(e, struct wfd_group, entry));
}

void wfd_group_reclaim(struct wfd_service *service)
{
    int32_t process = wfd_supplicant_process(service->supplicant);
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->groups)
    {
        struct wfd_group *group = wfd_container(e, struct wfd_group, entry);

        if (!group->orphan) continue;
        group->orphan = false;
        if (process && group->process == process && group->reclaims++ < WFD_RECLAIMS)
            wfd_group_remove(service, group);
        else
            wfd_group_gone(service, group);
    }
}

void wfd_group_bequeath(struct wfd_service *service)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->groups)
    {
        struct wfd_group *group = wfd_container(e, struct wfd_group, entry);

        wfd_share_close(group->file, false);
        group->file = -1;
    }
}

bool wfd_group_held(const struct wfd_service *service)
{
    const struct wfd_list *e;

    for (e = service->groups.next; e != &service->groups; e = e->next)
    {
        const struct wfd_group *group = wfd_container(e, struct wfd_group, entry);

        if (!group->gone && !group->removing) return true;
    }
    return false;
}

bool wfd_group_orphans(const struct wfd_service *service)
{
    const struct wfd_list *e;

    for (e = service->groups.next; e != &service->groups; e = e->next)
        if (wfd_container(e, struct wfd_group, entry)->orphan) return true;
    return false;
}

/* Whatever the reply: OK means removed, FAIL that there is no such group any more. */
static void group_removed(
        struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply)
{
    struct wfd_group *group = context;

    (void)request;
    wfd_log("group %s: removal %s", group->ifname,
            lost                                    ? "lost with the supplicant"
            : wfd_reply_kind(reply) == WFD_REPLY_OK ? "done"
                                                    : "answered: no such group");
    if (lost && !group->gone)
        orphan(group->service, group);
    else
        wfd_group_gone(group->service, group);
}

static void client_removed(
        struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply)
{
    struct wfd_member *member = context;
    struct wfd_group *group = member->group;

    (void)request;
    (void)reply;
    wfd_log("group %s: client removed", group->ifname);
    group->turning_away--;
    if (group->gone)
    {
        free_if_gone(group->service, group);
        return;
    }
    wfd_share_forget(group->file, &member->peer);
    member_free(member);
    if (lost)
        group->left = false; /* an orphan in a moment */
    else if (group->left)
        go_away(group->service, group);
}

/* What others have made is theirs; one of ours may be without a mark, for want of disk. */
static bool is_ours(const struct wfd_group *group)
{
    return group->made || (group->file >= 0 && wfd_share_marked(group->file, group->ifindex));
}

static bool others_use(const struct wfd_group *group, const struct wfd_member *member)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &group->members)
    {
        struct wfd_member *other = wfd_container(e, struct wfd_member, entry);

        if (other != member && !wfd_list_empty(&other->sessions)) return true;
    }
    return false;
}

/* Whom another program holds stays. */
static void turn_away(struct wfd_service *service, struct wfd_member *member)
{
    struct wfd_group *group = member->group;

    if (wfd_share_leave(group->file, &member->peer) && member->present && is_ours(group))
    {
        wfd_command_remove_client(&member->request, &member->station);
        if (wfd_supplicant_ask(service->supplicant, &member->request))
        {
            group->turning_away++;
            return;
        }
    }
    wfd_share_forget(group->file, &member->peer);
    member_free(member);
}

static void remove_from_supplicant(struct wfd_service *service, struct wfd_group *group)
{
    wfd_command_remove_group(&group->request, group->ifname);
    if (!wfd_supplicant_ask(service->supplicant, &group->request)) wfd_group_gone(service, group);
}

/*
 * Others may have been in the same position, each seeing the other's last hold: whoever comes here
 * last finds nobody.
 */
static void go_away(struct wfd_service *service, struct wfd_group *group)
{
    bool alone;

    if (group->turning_away) return;
    group->left = false;
    alone = wfd_share_leave_all(group->file);
    if (alone && is_ours(group))
    {
        remove_from_supplicant(service, group);
        return;
    }
    wfd_survey_left(service, group);
    group->gone = alone; /* for us; nobody needs the file either */
    group_free(service, group);
}

/* There may have been no descriptor or no disk when the group came. */
static void renew_mark(struct wfd_service *service, struct wfd_group *group)
{
    if (group->file < 0) group->file = wfd_share_group(service->share, group->ifname);
    if (group->made && !wfd_share_marked(group->file, group->ifindex))
        wfd_share_mark(group->file, group->ifindex);
}

/* Removes the group, or what nobody else holds in it. One that others have made is theirs. */
static void take_down(struct wfd_service *service, struct wfd_group *group)
{
    struct wfd_list *e, *next;

    renew_mark(service, group);
    if (wfd_share_leave_all(group->file) && is_ours(group))
    {
        remove_from_supplicant(service, group);
        return;
    }
    group->left = true;
    if (group->role == WFD_ROLE_GO) wfd_list_for_each(e, next, &group->members)
        {
            struct wfd_member *member = wfd_container(e, struct wfd_member, entry);

            if (!member->request.queued) turn_away(service, member);
        }
    go_away(service, group);
}

/* In somebody else's turn it is theirs, unless they do not hold it when the turn has ended. */
static void give_up(struct wfd_service *service, struct wfd_group *group)
{
    if (group->doubtful && !wfd_share_take_turn(service->share))
    {
        group->settled_ms = wfd_service_now(service) + DOUBT_MS;
        return;
    }
    group->doubtful = false;
    take_down(service, group);
}

void wfd_group_remove(struct wfd_service *service, struct wfd_group *group)
{
    group->removing = true;
    if (wfd_service_now(service) >= group->settled_ms) give_up(service, group);
}

static bool waits_to_settle(const struct wfd_group *group)
{
    const struct wfd_list *e;

    if (group->gone || group->orphan) return false;
    if (group->removing) return !group->request.queued && !group->left;
    for (e = group->members.next; e != &group->members; e = e->next)
    {
        const struct wfd_member *member = wfd_container(e, struct wfd_member, entry);

        if (member->leaving && !member->request.queued) return true;
    }
    return false;
}

static void settled(struct wfd_service *service, struct wfd_group *group)
{
    struct wfd_list *e, *next;

    if (group->removing)
    {
        give_up(service, group);
        return;
    }
    wfd_list_for_each(e, next, &group->members)
    {
        struct wfd_member *member = wfd_container(e, struct wfd_member, entry);

        if (member->leaving && !member->request.queued) turn_away(service, member);
    }
}

void wfd_group_timeouts(struct wfd_service *service, uint64_t now_ms)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->groups)
    {
        struct wfd_group *group = wfd_container(e, struct wfd_group, entry);

        if (now_ms >= group->settled_ms && waits_to_settle(group)) settled(service, group);
    }
}

uint64_t wfd_group_deadline(const struct wfd_service *service)
{
    uint64_t deadline = NEVER;
    const struct wfd_list *e;

    for (e = service->groups.next; e != &service->groups; e = e->next)
    {
        const struct wfd_group *group = wfd_container(e, struct wfd_group, entry);

        if (group->settled_ms < deadline && waits_to_settle(group)) deadline = group->settled_ms;
    }
    return deadline;
}

void wfd_group_turn_away(struct wfd_service *service, struct wfd_member *member)
{
    member->leaving = true;
    if (wfd_service_now(service) >= member->group->settled_ms) turn_away(service, member);
}

void wfd_group_leave(struct wfd_service *service, struct wfd_session *session)
{
    struct wfd_member *member = session->member;
    struct wfd_group *group;

    if (session->legacy) wfd_station_leave(service->station);
    session->legacy = false;
    if (!member) return;
    group = member->group;
    session->member = NULL;
    wfd_list_remove(&session->member_entry);
    if (!wfd_list_empty(&member->sessions) || group->gone || group->removing) return;
    if (others_use(group, member))
    {
        wfd_group_turn_away(service, member);
        return;
    }
    wfd_group_remove(service, group);
}
