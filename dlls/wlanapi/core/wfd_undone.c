/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opens that were given up, and what the supplicant still has of them: a group that comes up all
 * the same is removed; what a supplicant that was lost from sight has kept is taken back when it
 * answers again. Never takes back what another program holds.
 */
#include <string.h>

#include "wfd_command.h"
#include "wfd_log.h"
#include "wfd_private.h"

#define UNDONE_MS 20000 /* how long after P2P_CANCEL a group may still come up */
#define LINGER_MS 3000  /* how long it usually takes */

/* Whichever role the stored group seemed to give us: the group itself knows best. */
bool wfd_undone_group_matches(
        const struct wfd_event *event, const struct wfd_mac *peer, const struct wfd_ssid *ssid)
{
    if (event->role == WFD_ROLE_CLIENT && !wfd_mac_is_zero(&event->go))
        return wfd_mac_equal(&event->go, peer);
    return wfd_ssid_equal(&event->ssid, ssid);
}

/* The open that was given up and that a group, or a peer in one, has come of. */
static struct wfd_undone *find_undone(struct wfd_service *service, const struct wfd_event *event)
{
    uint64_t now_ms = wfd_service_now(service);

    for (unsigned int i = 0; i < WFD_MAX_UNDONE; i++)
    {
        struct wfd_undone *undone = &service->operation.undone[i];
        bool matches = event->type == WFD_EVENT_GROUP_STARTED
                               ? wfd_undone_group_matches(event, &undone->peer, &undone->ssid)
                               : wfd_mac_equal(&event->peer, &undone->peer);

        if (matches && now_ms < undone->until_ms) return undone;
    }
    return NULL;
}

static void has_come(struct wfd_undone *undone)
{
    undone->until_ms = undone->linger_until_ms = 0;
    undone->lost = false;
}

bool wfd_undone_started(struct wfd_service *service, const struct wfd_event *event)
{
    struct wfd_undone *undone = find_undone(service, event);
    struct wfd_group *group;

    if (!undone || !(group = wfd_group_new(service))) return false;
    has_come(undone);
    wfd_group_start(service, group, event);
    group->doubtful = true;
    wfd_group_remove(service, group);
    return true;
}

void wfd_undone_guest(struct wfd_service *service, const struct wfd_event *event)
{
    struct wfd_undone *undone = find_undone(service, event);
    struct wfd_group *group = undone ? wfd_group_owned(service, &undone->ssid) : NULL;
    struct wfd_member *member;

    if (!group || wfd_group_busy(service, &event->peer) || !(member = wfd_member_new())) return;
    has_come(undone);
    wfd_member_add(group, member, &event->peer);
    wfd_member_arrived(member, &event->station);
    wfd_group_turn_away(service, member);
}

bool wfd_undone_met(struct wfd_service *service, const char *ifname, enum wfd_role role,
        const struct wfd_ssid *ssid)
{
    struct wfd_event event = { .type = WFD_EVENT_GROUP_STARTED, .role = role, .ssid = *ssid };
    struct wfd_undone *undone = find_undone(service, &event);

    if (!undone || !undone->lost) return false;
    strcpy(event.ifname, ifname);
    return wfd_undone_started(service, &event);
}

/* The one whose time is over, or nearly. */
static struct wfd_undone *oldest(struct wfd_operation *op)
{
    struct wfd_undone *undone = op->undone;

    for (unsigned int i = 1; i < WFD_MAX_UNDONE; i++)
        if (op->undone[i].until_ms < undone->until_ms) undone = &op->undone[i];
    return undone;
}

static struct wfd_undone *remember(struct wfd_operation *op, uint64_t now_ms)
{
    struct wfd_undone *undone = oldest(op);

    undone->until_ms = now_ms + (op->interrupted ? WFD_OWED_MS : UNDONE_MS);
    undone->linger_until_ms = op->agreed && op->role == WFD_ROLE_GO ? now_ms + LINGER_MS : 0;
    undone->lost = op->interrupted;
    undone->own = op->role == WFD_ROLE_GO;
    undone->reclaims = 0;
    undone->peer = op->session->peer;
    undone->ssid = op->ssid;
    return undone;
}

void wfd_undone_interrupt(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;

    op->interrupted = true;
    op->process = wfd_supplicant_process(service->supplicant);
}

/* What may come up meanwhile will be told to nobody. */
void wfd_undone_lost_sight(struct wfd_service *service)
{
    uint64_t now_ms = wfd_service_now(service);

    service->operation.process = wfd_supplicant_process(service->supplicant);
    for (unsigned int i = 0; i < WFD_MAX_UNDONE; i++)
    {
        struct wfd_undone *undone = &service->operation.undone[i];

        if (now_ms >= undone->until_ms) continue;
        if (now_ms < undone->linger_until_ms) wfd_undone_interrupt(service);
        undone->until_ms = now_ms + WFD_OWED_MS;
        undone->lost = true;
    }
}

/* As far as we have heard nothing came of it, until its time or somebody's patience was over. */
static bool may_have_come(const struct wfd_session *session)
{
    enum wfd_reason reason;
    enum wfd_error error = wfd_cause_error(session->cause, &reason);

    return error == WFD_ERROR_TIMEOUT || error == WFD_ERROR_CANCELLED;
}

void wfd_undone_remember(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;
    bool up = wfd_supplicant_state(service->supplicant) == WFD_SUPPLICANT_UP;
    uint64_t now_ms = wfd_service_now(service);
    struct wfd_undone *undone;

    if (!up) wfd_undone_interrupt(service);
    undone = remember(op, now_ms);
    if (!up || !may_have_come(op->session)) return;
    /* Its group may be there, and the news of it among the events that were dropped. */
    undone->lost = true;
    undone->linger_until_ms = now_ms + LINGER_MS;
    wfd_survey_begin(service);
    wfd_survey_reclaim(service);
}

uint64_t wfd_undone_lingers_until(const struct wfd_operation *op)
{
    uint64_t until_ms = 0;

    for (unsigned int i = 0; i < WFD_MAX_UNDONE; i++)
        if (op->undone[i].linger_until_ms > until_ms) until_ms = op->undone[i].linger_until_ms;
    return until_ms;
}

void wfd_undone_forget(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;

    op->interrupted = false;
    for (unsigned int i = 0; i < WFD_MAX_UNDONE; i++)
        if (op->undone[i].lost) has_come(&op->undone[i]);
}

/* What it has done since for the invitations that it had got was told to nobody. */
static bool awaits_lost(struct wfd_service *service)
{
    uint64_t now_ms = wfd_service_now(service);
    bool awaits = false;

    for (unsigned int i = 0; i < WFD_MAX_UNDONE; i++)
    {
        struct wfd_undone *undone = &service->operation.undone[i];

        if (!undone->lost || now_ms >= undone->until_ms) continue;
        if (undone->reclaims++ == WFD_RECLAIMS)
        {
            has_come(undone); /* or never will */
            continue;
        }
        undone->until_ms = now_ms + UNDONE_MS;
        undone->linger_until_ms = now_ms + LINGER_MS;
        awaits = true;
    }
    return awaits;
}

void wfd_undone_resume(struct wfd_service *service)
{
    struct wfd_operation *op = &service->operation;
    int32_t process = wfd_supplicant_process(service->supplicant);

    if (!process || process != op->process)
    {
        wfd_undone_forget(service);
        return;
    }
    if (awaits_lost(service)) wfd_survey_reclaim(service);
    if (!op->interrupted) return;
    op->interrupted = false;
    if (op->resumes++ == WFD_RECLAIMS)
    {
        op->resumes = 0;
        return;
    }
    wfd_command_cancel(&op->cancel);
    wfd_supplicant_ask(service->supplicant, &op->cancel);
    wfd_command_stop_find(&op->stop);
    wfd_supplicant_ask(service->supplicant, &op->stop);
    wfd_command_revoke(&op->revoke);
    wfd_supplicant_ask(service->supplicant, &op->revoke);
}

void wfd_undone_inherit(struct wfd_service *service, const struct wfd_share_note *note)
{
    struct wfd_undone *undone = oldest(&service->operation);
    uint64_t now_ms = wfd_service_now(service);

    wfd_log("a program has died while it invited " WFD_MAC_FORMAT, WFD_MAC_ARGS(&note->peer));
    *undone = (struct wfd_undone){ .until_ms = now_ms + UNDONE_MS,
        .lost = true,
        .own = note->own,
        .peer = note->peer,
        .ssid = note->ssid };
    wfd_reaper_awaits(service->reaper, &note->ssid, note->own);
    wfd_undone_interrupt(service);
    wfd_survey_doubt(service);
    wfd_undone_resume(service);
}

/* The one that may come up last. */
static const struct wfd_undone *latest(const struct wfd_service *service)
{
    const struct wfd_undone *latest = NULL;
    uint64_t now_ms = wfd_service_now(service);

    for (unsigned int i = 0; i < WFD_MAX_UNDONE; i++)
    {
        const struct wfd_undone *undone = &service->operation.undone[i];

        if (now_ms >= undone->until_ms) continue;
        if (!undone->lost && now_ms >= undone->linger_until_ms) continue;
        if (!latest || undone->until_ms > latest->until_ms) latest = undone;
    }
    return latest;
}

void wfd_undone_tell_reaper(struct wfd_service *service)
{
    const struct wfd_undone *undone = latest(service);

    if (!undone) return;
    wfd_reaper_awaits(service->reaper, &undone->ssid, undone->own);
}
