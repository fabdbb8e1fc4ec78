/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Strangers: live groups that no session of ours holds, because another program has made them or
 * because they are older than our connection. An open whose peer is in one of them shares it (row
 * SO10); inviting that peer again would be answered with OK and then nothing.
 *
 * The supplicant's list of interfaces and its events tell their names; who is in them is asked at
 * each group's own socket, one at a time, and only when an open wants to know. The list is asked for
 * again now and then, since events may be lost: it drops those that we have not read in time. With
 * it comes the roll call of our own groups (wfd_rollcall.c), which uses the same conversation as
 * long as no open and no stranger needs it.
 */
#include <stdlib.h>
#include <string.h>

#include "wfd_command.h"
#include "wfd_log.h"
#include "wfd_private.h"

#define MAX_STRANGERS 64    /* more than any adapter can have */
#define LIST_MS       10000 /* how often it is asked again while a group of ours lives */
#define NEVER         UINT64_MAX

static void survey_next(struct wfd_service *service);

static struct wfd_stranger *stranger_by_name(struct wfd_service *service, const char *ifname)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->survey.strangers)
    {
        struct wfd_stranger *stranger = wfd_container(e, struct wfd_stranger, entry);

        if (!strcmp(stranger->ifname, ifname)) return stranger;
    }
    return NULL;
}

/* What was asked at its socket will not be answered. */
static void stranger_free(struct wfd_service *service, struct wfd_stranger *stranger)
{
    if (service->survey.at == stranger)
    {
        service->survey.at = NULL;
        service->survey.over = true;
    }
    wfd_list_remove(&stranger->entry);
    service->survey.stranger_count--;
    service->changes++;
    free(stranger);
}

static bool too_many(const struct wfd_survey *survey)
{
    if (survey->stranger_count < MAX_STRANGERS) return false;
    wfd_log("survey: too many groups");
    return true;
}

static struct wfd_stranger *stranger_add(struct wfd_service *service, const char *ifname)
{
    struct wfd_stranger *stranger = stranger_by_name(service, ifname);

    if (stranger) stranger_free(service, stranger);
    if (too_many(&service->survey)) return NULL;
    stranger = calloc(1, sizeof(*stranger));
    if (!stranger)
    {
        service->survey.incomplete = true;
        return NULL;
    }
    strcpy(stranger->ifname, ifname);
    wfd_list_append(&service->survey.strangers, &stranger->entry);
    service->survey.stranger_count++;
    service->changes++;
    return stranger;
}

/* What is known of a group when we meet it. */
static void stranger_meet(struct wfd_service *service, const char *ifname, enum wfd_role role,
        const struct wfd_ssid *ssid, const struct wfd_mac *go)
{
    struct wfd_stranger *stranger = stranger_add(service, ifname);

    if (!stranger) return;
    stranger->role = role;
    stranger->ssid = *ssid;
    stranger->go = *go;
}

void wfd_survey_started(struct wfd_service *service, const struct wfd_event *event)
{
    wfd_log("group %s: not ours", event->ifname);
    stranger_meet(service, event->ifname, event->role, &event->ssid, &event->go);
}

void wfd_survey_left(struct wfd_service *service, const struct wfd_group *group)
{
    static const struct wfd_mac unknown;
    const struct wfd_mac *go = &unknown;

    wfd_log("group %s: others go on using it", group->ifname);
    if (group->role == WFD_ROLE_CLIENT && !wfd_list_empty(&group->members))
        go = &wfd_container(group->members.next, struct wfd_member, entry)->peer;
    stranger_meet(service, group->ifname, group->role, &group->ssid, go);
}

void wfd_survey_removed(struct wfd_service *service, const char *ifname)
{
    struct wfd_stranger *stranger = stranger_by_name(service, ifname);

    if (stranger) stranger_free(service, stranger);
    if (!strcmp(service->survey.called, ifname)) service->survey.over = true;
}

void wfd_survey_departed(struct wfd_service *service, const struct wfd_mac *peer)
{
    if (wfd_mac_equal(&service->survey.peer, peer)) service->survey.departed = true;
}

void wfd_survey_forget(struct wfd_service *service)
{
    struct wfd_survey *survey = &service->survey;
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &survey->strangers)
            stranger_free(service, wfd_container(e, struct wfd_stranger, entry));
    survey->wanted = survey->reclaims = false;
    survey->over = !wfd_survey_idle(service);
    if (!survey->over) wfd_rollcall_end(service);
}

bool wfd_survey_idle(const struct wfd_service *service)
{
    return wfd_supplicant_state(service->survey.supplicant) == WFD_SUPPLICANT_DOWN;
}

/* Names of groups are p2p-ADAPTER-N, or p2p-N when that would be too long. */
bool wfd_survey_is_group(const char *adapter, struct wfd_cursor name)
{
    struct wfd_cursor rest = name;
    int number;

    if (!wfd_text_skip(&rest, "p2p-")) return false;
    if (wfd_text_skip(&rest, adapter)) return wfd_text_skip(&rest, "-");
    return wfd_text_number(&rest, &number);
}

/* The open that looks for its peer; NULL: it has been given up meanwhile. */
static struct wfd_session *asker(const struct wfd_service *service)
{
    struct wfd_session *session = service->operation.session;

    if (!service->survey.wanted || !session || session->state != WFD_STATE_LOOKUP) return NULL;
    return session;
}

static void answer(struct wfd_service *service, enum wfd_session_event event)
{
    struct wfd_session *session = asker(service);

    service->survey.wanted = false;
    if (session) wfd_service_step(service, session, event);
}

/* Without memory or descriptors nobody can be found in a group, and must not be invited either. */
static void refuse(struct wfd_service *service)
{
    answer(service, WFD_ON_NO_MEMORY);
}

static void list_name(struct wfd_service *service, const char *adapter, struct wfd_cursor line)
{
    struct wfd_cursor rest = line;
    char ifname[WFD_IFNAME_SIZE];
    struct wfd_group *group;

    if (!wfd_text_ifname(&rest, ifname)) return;
    group = wfd_group_by_name(service, ifname);
    if (group) group->questioned = false;
    if (group || !wfd_survey_is_group(adapter, line) || stranger_by_name(service, ifname)) return;
    wfd_log("group %s: was there before", ifname);
    stranger_add(service, ifname);
}

static bool is_name(struct wfd_cursor line, const char *name)
{
    return wfd_text_skip(&line, name) && line.at == line.end;
}

/* INTERFACES. One in which our own is missing is not the whole list. */
static void listed(struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply)
{
    struct wfd_service *service = context;
    const char *own, *adapter;
    struct wfd_cursor line;
    bool whole = false;

    (void)request;
    if (lost) return;
    service->survey.incomplete = false;
    own = adapter = strrchr(wfd_supplicant_path(service->supplicant), '/') + 1;
    if (!strncmp(adapter, "p2p-dev-", 8)) adapter += 8;
    while (wfd_text_line(&reply, &line))
    {
        if (is_name(line, own)) whole = true;
        list_name(service, adapter, line);
    }
    if (whole)
    {
        wfd_group_missing(service);
        wfd_rollcall_begin(service);
    }
    if (service->survey.incomplete)
        refuse(service);
    else
        survey_next(service);
}

void wfd_survey_begin(struct wfd_service *service)
{
    struct wfd_request *request = &service->survey.list;

    if (request->queued) return;
    service->survey.list_ms = wfd_service_now(service) + LIST_MS;
    wfd_group_question(service);
    wfd_command_interfaces(request);
    wfd_supplicant_ask(service->supplicant, request);
}

uint64_t wfd_survey_deadline(const struct wfd_service *service)
{
    if (wfd_supplicant_state(service->supplicant) != WFD_SUPPLICANT_UP) return NEVER;
    if (wfd_list_empty(&service->groups) || service->survey.list.queued) return NEVER;
    return service->survey.list_ms;
}

void wfd_survey_doubt(struct wfd_service *service)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->survey.strangers)
    {
        struct wfd_stranger *stranger = wfd_container(e, struct wfd_stranger, entry);

        stranger->role = WFD_ROLE_NONE;
        stranger->asked = false;
    }
}

void wfd_survey_reclaim(struct wfd_service *service)
{
    service->survey.reclaims = true;
    survey_next(service);
}

/* The stranger becomes a group of ours, with a file that holds a peer in it. */
static struct wfd_group *take(struct wfd_service *service, struct wfd_stranger *stranger, int file)
{
    struct wfd_group *group = service->operation.spare_group;

    service->operation.spare_group = NULL;
    memcpy(group->ifname, stranger->ifname, sizeof(group->ifname));
    group->role = stranger->role;
    group->ssid = stranger->ssid;
    wfd_group_take(service, group, file);
    stranger_free(service, stranger);
    return group;
}

bool wfd_survey_take_owned(struct wfd_service *service, const struct wfd_ssid *ssid,
        const struct wfd_mac *peer, struct wfd_group **ret_group)
{
    struct wfd_list *e, *next;

    *ret_group = NULL;
    wfd_list_for_each(e, next, &service->survey.strangers)
    {
        struct wfd_stranger *stranger = wfd_container(e, struct wfd_stranger, entry);
        int file;

        if (stranger->role != WFD_ROLE_GO || !wfd_ssid_equal(&stranger->ssid, ssid)) continue;
        file = wfd_share_group(service->share, stranger->ifname);
        if (!wfd_share_join(file, peer))
        {
            wfd_share_close(file, false);
            return false;
        }
        *ret_group = take(service, stranger, file);
        if ((*ret_group)->ifindex) return true;
        wfd_group_remove(service, *ret_group);
        *ret_group = NULL;
        return false;
    }
    return true;
}

static void finish(struct wfd_service *service)
{
    struct wfd_session *session = asker(service);

    service->survey.wanted = service->survey.reclaims = false;
    if (session) wfd_operation_lookup(service);
}

/* The peer is in there. Others may be giving it up, or may have done so before we held it. */
static void found(
        struct wfd_service *service, struct wfd_session *session, const struct wfd_mac *station)
{
    struct wfd_survey *survey = &service->survey;
    struct wfd_member *member;
    int file = wfd_share_group(service->share, survey->at->ifname);
    struct wfd_group *group;

    survey->over = true;
    if (!wfd_share_join(file, &session->peer))
    {
        wfd_share_close(file, false);
        survey->wanted = false;
        wfd_operation_wait(service, session);
        wfd_service_step(service, session, WFD_ON_AGAIN);
        return;
    }
    /* Who had it has let go after its end was told. */
    wfd_supplicant_step(service->supplicant, wfd_service_now(service));
    if (!survey->at || survey->departed || asker(service) != session)
    {
        wfd_share_close(file, !survey->at);
        return;
    }
    group = take(service, survey->at, file);
    if (!group->ifindex)
    {
        bool vanished = group->vanished;

        wfd_group_remove(service, group);
        answer(service, vanished ? WFD_ON_AGAIN : WFD_ON_NO_MEMORY);
        return;
    }
    survey->wanted = false;
    member = wfd_operation_spare_member(&service->operation);
    wfd_member_add(group, member, &session->peer);
    wfd_member_join(member, session);
    if (group->role == WFD_ROLE_GO) wfd_member_arrived(member, station);
    wfd_service_step(service, session, WFD_ON_SHARED);
}

static void ask(struct wfd_service *service)
{
    struct wfd_survey *survey = &service->survey;

    if (!wfd_supplicant_ask(survey->supplicant, &survey->query)) survey->over = true;
}

static void ask_for_peer(struct wfd_service *service, struct wfd_session *session)
{
    struct wfd_survey *survey = &service->survey;

    survey->step = WFD_SURVEY_PEER;
    survey->peer = session->peer;
    survey->departed = false;
    if (survey->at->role == WFD_ROLE_GO)
        wfd_command_group_member(&survey->query, &session->peer);
    else
        wfd_command_bss_of(&survey->query, &session->peer);
    ask(service);
}

/*
 * STATUS. One that is still being formed is no group yet; its start will be told. session: NULL when
 * none wants to know.
 */
static void take_status(
        struct wfd_service *service, struct wfd_session *session, struct wfd_cursor reply)
{
    struct wfd_stranger *at = service->survey.at;
    bool group = wfd_reply_group_status(reply, &at->role, &at->ssid, &service->survey.bssid);

    if (group && wfd_undone_met(service, at->ifname, at->role, &at->ssid))
    {
        /* Unless it has been left to others already, and met anew. */
        if (service->survey.at) stranger_free(service, at);
    }
    else if (group && session)
        ask_for_peer(service, session);
    else
        service->survey.over = true;
}

/* P2P_GROUP_MEMBER or BSS: of the names in either, only addresses count. */
static void take_peer(
        struct wfd_service *service, struct wfd_session *session, struct wfd_cursor reply)
{
    struct wfd_survey *survey = &service->survey;
    struct wfd_mac address;
    bool there;

    if (survey->at->role == WFD_ROLE_GO)
        there = wfd_text_mac(&reply, &address);
    else
        there = wfd_reply_bssid(reply, &address) && wfd_mac_equal(&address, &survey->bssid);
    if (there)
        found(service, session, &address);
    else
        survey->over = true;
}

static void call_member(struct wfd_service *service)
{
    if (wfd_rollcall_ask(service, &service->survey.query))
        ask(service);
    else
        service->survey.over = true;
}

static void answered(struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply)
{
    struct wfd_service *service = context;
    struct wfd_session *session = asker(service);
    struct wfd_survey *survey = &service->survey;

    (void)request;
    if (survey->called[0] && !lost)
    {
        wfd_rollcall_answer(service, reply);
        call_member(service);
    }
    else if (lost || !survey->at || (survey->step != WFD_SURVEY_STATUS && !session))
        survey->over = true;
    else if (survey->step == WFD_SURVEY_STATUS)
        take_status(service, session, reply);
    else if (wfd_mac_equal(&survey->peer, &session->peer))
        take_peer(service, session, reply);
    else
        ask_for_peer(service, session);
}

static void group_up(void *context)
{
    struct wfd_service *service = context;

    if (service->survey.called[0])
    {
        call_member(service);
        return;
    }
    service->survey.step = WFD_SURVEY_STATUS;
    wfd_command_status(&service->survey.query);
    ask(service);
}

static void group_down(void *context, enum wfd_error error)
{
    struct wfd_service *service = context;

    service->survey.over = true;
    if (error == WFD_ERROR_NOT_ENOUGH_MEMORY && !service->survey.called[0]) refuse(service);
}

static void group_event(void *context, const struct wfd_event *event)
{
    (void)context;
    (void)event;
}

static const struct wfd_supplicant_callbacks group_callbacks = {
    .up = group_up,
    .down = group_down,
    .event = group_event,
};

static void visit(struct wfd_service *service, const char *ifname)
{
    struct wfd_survey *survey = &service->survey;
    struct wfd_config config = service->config;

    survey->over = false;
    strcpy(config.interface, ifname);
    wfd_supplicant_configure(survey->supplicant, &config);
    wfd_supplicant_connect_station(survey->supplicant, wfd_service_now(service));
}

static void visit_stranger(struct wfd_service *service, struct wfd_stranger *stranger)
{
    stranger->asked = true;
    service->survey.at = stranger;
    visit(service, stranger->ifname);
}

/* The owner of a group that we are a client of may be known already. */
static bool may_hold(const struct wfd_stranger *stranger, const struct wfd_mac *peer)
{
    if (stranger->role != WFD_ROLE_CLIENT || wfd_mac_is_zero(&stranger->go)) return true;
    return wfd_mac_equal(&stranger->go, peer);
}

bool wfd_survey_complete(const struct wfd_service *service, const struct wfd_mac *peer)
{
    const struct wfd_list *e;

    if (service->survey.incomplete) return false;
    for (e = service->survey.strangers.next; e != &service->survey.strangers; e = e->next)
    {
        const struct wfd_stranger *stranger = wfd_container(e, struct wfd_stranger, entry);

        if (!stranger->asked && may_hold(stranger, peer)) return false;
    }
    return true;
}

static bool is_to_be_visited(const struct wfd_service *service, const struct wfd_session *session,
        const struct wfd_stranger *stranger)
{
    if (stranger->asked) return false;
    if (service->survey.reclaims && !stranger->role) return true;
    return session && may_hold(stranger, &session->peer);
}

static void survey_next(struct wfd_service *service)
{
    struct wfd_survey *survey = &service->survey;
    struct wfd_session *session = asker(service);
    struct wfd_list *e, *next;
    const char *ifname;

    /* Nobody waits for the roll call. */
    if (survey->called[0] && (survey->wanted || survey->reclaims)) survey->over = true;
    if (!wfd_survey_idle(service) || survey->list.queued) return;
    survey->at = NULL;
    wfd_rollcall_end(service);
    wfd_list_for_each(e, next, &survey->strangers)
    {
        struct wfd_stranger *stranger = wfd_container(e, struct wfd_stranger, entry);

        if (!is_to_be_visited(service, session, stranger)) continue;
        visit_stranger(service, stranger);
        return;
    }
    finish(service);
    ifname = wfd_rollcall_next(service);
    if (ifname) visit(service, ifname);
}

void wfd_survey_peer(struct wfd_service *service)
{
    struct wfd_survey *survey = &service->survey;
    struct wfd_list *e, *next;

    survey->wanted = true;
    if (survey->incomplete) wfd_survey_begin(service);
    wfd_list_for_each(e, next, &survey->strangers) wfd_container(e, struct wfd_stranger, entry)
            ->asked = false;
    survey_next(service);
}

/* Ends a conversation where no callback of it is on the stack. */
void wfd_survey_step(struct wfd_service *service, uint64_t now_ms)
{
    struct wfd_survey *survey = &service->survey;

    wfd_supplicant_step(survey->supplicant, now_ms);
    if (now_ms >= wfd_survey_deadline(service)) wfd_survey_begin(service);
    if (!survey->over) return;
    survey->over = false;
    survey->at = NULL;
    wfd_supplicant_disconnect(survey->supplicant);
    if (!wfd_survey_idle(service)) wfd_supplicant_drop(survey->supplicant, "not wanted any more");
    survey->over = false;
    wfd_rollcall_end(service);
    survey_next(service);
}

bool wfd_survey_init(struct wfd_survey *survey, struct wfd_service *service)
{
    wfd_list_init(&survey->strangers);
    wfd_request_init(&survey->list, listed, service);
    wfd_request_init(&survey->query, answered, service);
    survey->supplicant = wfd_supplicant_new(
            service->environment.ctrl, service->environment.netif, &group_callbacks, service);
    return survey->supplicant != NULL;
}

void wfd_survey_free(struct wfd_service *service)
{
    if (!service->survey.supplicant) return;
    wfd_survey_forget(service);
    wfd_supplicant_free(service->survey.supplicant);
}
