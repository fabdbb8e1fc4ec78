/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The roll call: are the peers of the groups that we own still there? That one has left is told by
 * an event, and events may be lost; who is held to be there is not invited again (row SO10). Each
 * time that the list of groups has come, each group of ours is asked at its own socket about its
 * peers, over the survey's conversation, which the survey takes back whenever it needs it.
 *
 * Only FAIL says that a peer has left. One that does not answer, or does not know the question, has
 * said nothing; then the next list is the next occasion, as it is without memory or descriptors.
 */
#include <string.h>

#include "wfd_command.h"
#include "wfd_log.h"
#include "wfd_private.h"

static bool is_to_be_asked(const struct wfd_group *group, const struct wfd_member *member)
{
    return group->role == WFD_ROLE_GO && !group->gone && !group->removing && member->present &&
           !member->leaving;
}

static struct wfd_member *next_member(struct wfd_group *group)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &group->members)
    {
        struct wfd_member *member = wfd_container(e, struct wfd_member, entry);

        if (member->questioned && is_to_be_asked(group, member)) return member;
    }
    return NULL;
}

static void question(struct wfd_group *group, bool questioned)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &group->members)
    {
        struct wfd_member *member = wfd_container(e, struct wfd_member, entry);

        member->questioned = questioned && is_to_be_asked(group, member);
    }
}

void wfd_rollcall_begin(struct wfd_service *service)
{
    struct wfd_list *e, *next;

    if (service->survey.called[0]) return;
    wfd_list_for_each(e, next, &service->groups)
            question(wfd_container(e, struct wfd_group, entry), true);
}

const char *wfd_rollcall_next(struct wfd_service *service)
{
    struct wfd_list *e, *next;

    if (wfd_supplicant_state(service->supplicant) != WFD_SUPPLICANT_UP) return NULL;
    wfd_list_for_each(e, next, &service->groups)
    {
        struct wfd_group *group = wfd_container(e, struct wfd_group, entry);

        if (next_member(group)) return strcpy(service->survey.called, group->ifname);
    }
    return NULL;
}

bool wfd_rollcall_ask(struct wfd_service *service, struct wfd_request *request)
{
    struct wfd_group *group = wfd_group_by_name(service, service->survey.called);
    struct wfd_member *member = group ? next_member(group) : NULL;

    if (!member) return false;
    service->survey.peer = member->peer;
    wfd_command_group_member(request, &member->peer);
    return true;
}

static bool is_fail(struct wfd_cursor reply)
{
    if (!wfd_text_skip(&reply, "FAIL")) return false;
    wfd_text_skip(&reply, "\n");
    return reply.at == reply.end;
}

void wfd_rollcall_answer(struct wfd_service *service, struct wfd_cursor reply)
{
    bool absent = is_fail(reply);
    struct wfd_member *member;
    struct wfd_group *group;

    /* What the supplicant told before it answered comes first: the peer may have come back since. */
    if (absent) wfd_supplicant_step(service->supplicant, wfd_service_now(service));
    group = wfd_group_by_name(service, service->survey.called);
    member = group ? wfd_member_of(group, &service->survey.peer) : NULL;
    if (!member || !member->questioned) return;
    member->questioned = false;
    if (!absent || !is_to_be_asked(group, member)) return;
    wfd_log("group %s: a peer is missing that nobody heard leave", group->ifname);
    wfd_member_left(member);
}

void wfd_rollcall_end(struct wfd_service *service)
{
    struct wfd_group *group;

    if (!service->survey.called[0]) return;
    group = wfd_group_by_name(service, service->survey.called);
    if (group) question(group, false);
    service->survey.called[0] = 0;
}
