/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The service's thread, the documentation's work queue: reads the inbox, the supplicant and the
 * clock, runs sessions through their table. It alone touches the supplicant. It holds the lock
 * except while it sleeps in poll(), asks the kernel for adapters or starts the helper. Never calls
 * into Wine.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wfd_command.h"
#include "wfd_log.h"
#include "wfd_private.h"

#define NEVER              UINT64_MAX
#define WATCH_OPERATION_MS 2000
#define WATCH_GROUPS_MS    10000
#define LASTING_MS         1000 /* a connection that breaks sooner is waited for longer each time */
#define MOST_BREAKS        6
#define RECONNECT_MS       2000 /* how often a supplicant that keeps something of ours is tried */

/* Sessions. */

static void session_complete(struct wfd_service *service, struct wfd_session *session)
{
    enum wfd_reason reason;
    enum wfd_error error = wfd_cause_error(session->cause, &reason);
    uint32_t index = 0;

    if (!error && session->member) index = session->member->group->ifindex;
    wfd_list_remove(&session->pending_entry);
    wfd_log("session %08x: completed with error %u, reason 0x%x, after %llu ms",
            (unsigned int)session->handle, (unsigned int)error, (unsigned int)reason,
            (unsigned long long)(wfd_service_now(service) - session->begin_ms));
    wfd_completion_post(&service->completions, session->completion, error, reason, index);
    pthread_cond_broadcast(&service->changed);
}

void wfd_session_free(struct wfd_service *service, struct wfd_session *session)
{
    wfd_group_leave(service, session);
    wfd_handle_table_remove(service->handles, session->handle);
    wfd_list_remove(&session->client_entry);
    wfd_list_remove(&session->inbox_entry);
    wfd_list_remove(&session->pending_entry);
    wfd_pairing_free(session->pairing);
    free(session);
}

/* Others that wait for the same device need not wait any longer (row SO10). */
static void share(struct wfd_service *service, const struct wfd_mac *peer)
{
    struct wfd_member *member = wfd_member_find(service, peer);
    struct wfd_list *e, *next;

    if (!member || !member->present) return;
    wfd_list_for_each(e, next, &service->pending)
    {
        struct wfd_session *session = wfd_container(e, struct wfd_session, pending_entry);

        if (session->state == WFD_STATE_QUEUED && wfd_mac_equal(&session->peer, peer))
            wfd_service_step(service, session, WFD_ON_SHARED);
    }
}

static void run_actions(
        struct wfd_service *service, struct wfd_session *session, unsigned int actions)
{
    if (actions & WFD_DO_ENQUEUE)
    {
        session->begin_ms = wfd_service_now(service);
        session->deadline_ms = session->begin_ms + service->config.open_timeout_ms;
        wfd_list_append(&service->pending, &session->pending_entry);
    }
    wfd_operation_run(service, session, actions);
    if (actions & WFD_DO_RELEASE) wfd_operation_release(service);
    if (actions & (WFD_DO_SUCCEED | WFD_DO_FAIL)) session_complete(service, session);
    if (actions & WFD_DO_FREE) wfd_session_free(service, session);
}

/* A supplicant that ends reports first that it loses the peer, or the group: no cause of its own. */
static bool ended_by_supplicant(const struct wfd_session *session, enum wfd_session_event event)
{
    return event == WFD_ON_DOWN && session->state == WFD_STATE_UNDOING &&
           (session->cause == WFD_CAUSE_NOT_SEEN || session->cause == WFD_CAUSE_ABORTED);
}

static enum wfd_cause resolve_cause(
        const struct wfd_service *service, const struct wfd_session *session, enum wfd_cause cause)
{
    if (session->pairing) cause = wfd_pairing_cause(service, cause);
    if (cause == WFD_CAUSE_BY_STATUS) return wfd_cause_of_status(service->operation.status);
    if (cause == WFD_CAUSE_BY_REMOVAL) return wfd_cause_of_removal(service->operation.removal);
    return cause;
}

void wfd_service_step(
        struct wfd_service *service, struct wfd_session *session, enum wfd_session_event event)
{
    struct wfd_session_step step = wfd_session_step(session->state, event);
    bool shareable = (step.actions & WFD_DO_RELEASE) && (step.actions & WFD_DO_SUCCEED);
    struct wfd_mac peer = session->peer;

    if (step.verdict == WFD_VERDICT_IMPOSSIBLE)
        wfd_log("session %08x: impossible: %s on %s", (unsigned int)session->handle,
                wfd_session_state_name(session->state), wfd_session_event_name(event));
    if (step.verdict != WFD_VERDICT_STEP) return;
    wfd_log("session %08x: %s -> %s on %s, peer " WFD_MAC_FORMAT, (unsigned int)session->handle,
            wfd_session_state_name(session->state), wfd_session_state_name(step.next),
            wfd_session_event_name(event), WFD_MAC_ARGS(&session->peer));
    if (ended_by_supplicant(session, event)) session->cause = WFD_CAUSE_DOWN;
    session->state = step.next;
    if (step.cause != WFD_CAUSE_NONE) session->cause = resolve_cause(service, session, step.cause);
    run_actions(service, session, step.actions);
    if (shareable) share(service, &peer);
}

/* The application's side: what it left in the inbox. */

static void begin(struct wfd_service *service, struct wfd_session *session)
{
    struct wfd_member *member;

    wfd_service_step(service, session, WFD_ON_BEGIN);
    if (session->on_cancel) return; /* before it began */
    if (service->disabled)
    {
        wfd_service_step(service, session, WFD_ON_DISABLED);
        return;
    }
    /* A restarted supplicant has none of its groups any more, and has not told. */
    if (wfd_member_find(service, &session->peer))
        wfd_supplicant_check(service->supplicant, wfd_service_now(service));
    member = wfd_member_find(service, &session->peer);
    if (member && member->present) wfd_service_step(service, session, WFD_ON_SHARED);
}

/* An open that has not begun keeps its cancellation until it does. */
static void read_note(struct wfd_service *service, struct wfd_session *session)
{
    bool on_begin = session->on_begin, on_close = session->on_close;
    bool on_cancel = session->on_cancel && (on_begin || session->state != WFD_STATE_NEW);

    wfd_list_remove(&session->inbox_entry);
    session->on_begin = false;
    if (on_begin) begin(service, session);
    if (on_cancel)
    {
        session->on_cancel = false;
        wfd_service_step(service, session, WFD_ON_CANCEL);
    }
    if (on_close) wfd_service_step(service, session, WFD_ON_CLOSE);
}

static void read_inbox(struct wfd_service *service)
{
    while (!wfd_list_empty(&service->inbox))
        read_note(service, wfd_container(service->inbox.next, struct wfd_session, inbox_entry));
}

static void for_each_session(struct wfd_service *service, enum wfd_session_event event)
{
    struct wfd_list *c, *next_client, *e, *next;

    wfd_list_for_each(c, next_client, &service->clients)
    {
        struct wfd_client *client = wfd_container(c, struct wfd_client, entry);

        wfd_list_for_each(e, next, &client->sessions) wfd_service_step(
                service, wfd_container(e, struct wfd_session, client_entry), event);
    }
}

static void finish_waiter(
        struct wfd_service *service, struct wfd_waiter *waiter, enum wfd_error error)
{
    waiter->error = error;
    waiter->done = true;
    wfd_list_remove(&waiter->entry);
    if (service->joining == waiter) service->joining = NULL;
    pthread_cond_broadcast(&service->changed);
}

static void finish_waiters(
        struct wfd_service *service, enum wfd_waiter_kind kind, enum wfd_error error)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->waiters)
    {
        struct wfd_waiter *waiter = wfd_container(e, struct wfd_waiter, entry);

        if (waiter->kind == kind) finish_waiter(service, waiter, error);
    }
}

/* One that has come after the attempt to connect had begun gets another. */
static void finish_waiters_of_attempt(struct wfd_service *service, enum wfd_error error)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &service->waiters)
    {
        struct wfd_waiter *waiter = wfd_container(e, struct wfd_waiter, entry);

        if (waiter->begin_ms <= service->connect_ms) finish_waiter(service, waiter, error);
    }
}

static void tell_reaper(struct wfd_service *service)
{
    if (!service->reached[0]) return;
    wfd_reaper_socket(service->reaper, service->reached,
            wfd_supplicant_process(service->supplicant), service->config.supplicant_uid);
    wfd_reaper_share(service->reaper, service->share);
}

static void supplicant_up(void *context)
{
    struct wfd_service *service = context;

    service->connected = true;
    service->up_ms = wfd_service_now(service);
    service->puts_off = false;
    strcpy(service->reached, wfd_supplicant_path(service->supplicant));
    wfd_share_choose(service->share, wfd_supplicant_path(service->supplicant));
    tell_reaper(service);
    wfd_survey_begin(service);
    wfd_group_reclaim(service);
    wfd_undone_resume(service);
    finish_waiters(service, WFD_WAIT_ALIVE, WFD_SUCCESS);
}

/*
 * What has begun nothing goes on, as the supplicant may be there again: it may have been restarted
 * since we last spoke. A lookup is tried again once, and an attempt to connect for those that came
 * after it had begun.
 */
static void session_down(struct wfd_service *service, struct wfd_session *session, bool reconnects,
        enum wfd_error error)
{
    if (session->state == WFD_STATE_QUEUED &&
            (reconnects || session->begin_ms > service->connect_ms))
        return;
    if (reconnects && session->state == WFD_STATE_LOOKUP && !session->reconnected)
    {
        session->reconnected = true;
        wfd_service_step(service, session, WFD_ON_AGAIN);
    }
    else if (session->state == WFD_STATE_QUEUED && error == WFD_ERROR_NOT_ENOUGH_MEMORY)
        wfd_service_step(service, session, WFD_ON_NO_MEMORY);
    else
        wfd_service_step(service, session, WFD_ON_DOWN);
}

static void sessions_down(struct wfd_service *service, bool reconnects, enum wfd_error error)
{
    struct wfd_list *c, *next_client, *e, *next;

    wfd_list_for_each(c, next_client, &service->clients)
    {
        struct wfd_client *client = wfd_container(c, struct wfd_client, entry);

        wfd_list_for_each(e, next, &client->sessions) session_down(
                service, wfd_container(e, struct wfd_session, client_entry), reconnects, error);
    }
}

/* A supplicant that breaks each connection at once must not keep us busy. */
static void pace_reconnecting(struct wfd_service *service)
{
    uint64_t now_ms = wfd_service_now(service);

    if (now_ms - service->up_ms >= LASTING_MS)
        service->breaks = 0;
    else if (service->breaks < MOST_BREAKS)
        service->breaks++;
    service->reconnect_ms = service->breaks > 1 ? now_ms + (10u << service->breaks) : now_ms;
}

bool wfd_service_owes(const struct wfd_service *service)
{
    return wfd_group_orphans(service) || service->operation.interrupted;
}

/*
 * A supplicant that hangs may go on, with all that it had; a program cannot tell it from one that is
 * slow. One that has ended has nothing of ours any more.
 */
static void put_off(struct wfd_service *service)
{
    uint64_t now_ms = wfd_service_now(service);

    service->owed_retry_ms = now_ms + RECONNECT_MS;
    if (now_ms >= service->owed_until_ms || !wfd_supplicant_lives(service->supplicant))
    {
        wfd_group_all_gone(service);
        wfd_undone_forget(service);
    }
    service->puts_off = wfd_service_owes(service);
}

/* First the sessions hear the reason, then what follows from it. */
static void supplicant_down(void *context, enum wfd_error error)
{
    struct wfd_service *service = context;
    bool reconnects = service->connected;

    service->connected = false;
    wfd_survey_forget(service);
    wfd_operation_search_lost(service, error);
    sessions_down(service, reconnects, error);
    if (reconnects)
    {
        pace_reconnecting(service);
        wfd_group_all_orphaned(service);
        wfd_undone_lost_sight(service);
        service->owed_until_ms = wfd_service_now(service) + WFD_OWED_MS;
        service->owed_retry_ms = 0;
        return;
    }
    put_off(service);
    finish_waiters_of_attempt(service, error);
}

static void supplicant_event(void *context, const struct wfd_event *event)
{
    wfd_operation_event(context, event);
}

static void supplicant_alive(void *context)
{
    finish_waiters(context, WFD_WAIT_ALIVE, WFD_SUCCESS);
}

const struct wfd_supplicant_callbacks wfd_loop_callbacks = {
    .up = supplicant_up,
    .down = supplicant_down,
    .event = supplicant_event,
    .alive = supplicant_alive,
};

/* Legacy sessions. */

static uint64_t station_now_ms(void *context)
{
    return wfd_service_now(context);
}

/* Whoever asked may have given up: then nobody holds what was joined. */
static void station_joined(void *context, enum wfd_error error)
{
    struct wfd_service *service = context;
    struct wfd_waiter *waiter = service->joining;

    service->joining = NULL;
    if (waiter)
        finish_waiter(service, waiter, error);
    else if (!error)
        wfd_station_leave(service->station);
}

static void station_lost(void *context)
{
    struct wfd_service *service = context;
    struct wfd_list *c, *next_client, *e, *next;

    wfd_list_for_each(c, next_client, &service->clients)
    {
        struct wfd_client *client = wfd_container(c, struct wfd_client, entry);

        wfd_list_for_each(e, next, &client->sessions)
        {
            struct wfd_session *session = wfd_container(e, struct wfd_session, client_entry);

            if (!session->legacy) continue;
            session->legacy = false;
            wfd_service_step(service, session, WFD_ON_GROUP_GONE);
        }
    }
}

static void station_owes(void *context)
{
    struct wfd_service *service = context;

    wfd_station_tell_reaper(service->station, service->reaper, service->config.supplicant_uid);
}

static void station_returned(void *context)
{
    struct wfd_service *service = context;

    wfd_reaper_returned(service->reaper);
}

const struct wfd_station_callbacks wfd_loop_station_callbacks = {
    .now_ms = station_now_ms,
    .joined = station_joined,
    .lost = station_lost,
    .owes = station_owes,
    .returned = station_returned,
};

/* The station interface belongs to the adapter whose P2P device we use. */
static void join_station(struct wfd_service *service, struct wfd_waiter *waiter)
{
    const char *name = strrchr(wfd_supplicant_path(service->supplicant), '/') + 1;
    struct wfd_config config = service->config;

    if (!strncmp(name, "p2p-dev-", 8)) name += 8;
    strcpy(config.interface, name);
    service->joining = waiter;
    wfd_station_join(service->station, &config, &waiter->peer,
            wfd_service_now(service) + service->config.open_timeout_ms);
}

static void schedule_station(struct wfd_service *service)
{
    struct wfd_list *e, *next;

    if (wfd_supplicant_state(service->supplicant) != WFD_SUPPLICANT_UP) return;
    wfd_list_for_each(e, next, &service->waiters)
    {
        struct wfd_waiter *waiter = wfd_container(e, struct wfd_waiter, entry);

        if (waiter->kind != WFD_WAIT_LEGACY) continue;
        if (service->joining || !wfd_station_ready(service->station)) return;
        if (wfd_station_can_join(service->station, &waiter->peer))
            join_station(service, waiter);
        else
            finish_waiter(service, waiter, WFD_ERROR_BUSY);
    }
}

static bool somebody_asks_for_life(const struct wfd_service *service)
{
    const struct wfd_list *e;

    for (e = service->waiters.next; e != &service->waiters; e = e->next)
        if (wfd_container(e, struct wfd_waiter, entry)->kind == WFD_WAIT_ALIVE) return true;
    return false;
}

bool wfd_service_drained(const struct wfd_service *service)
{
    bool done = wfd_list_empty(&service->groups) && wfd_operation_idle(&service->operation);

    return (done || service->puts_off) && wfd_list_empty(&service->inbox) &&
           wfd_list_empty(&service->pending) && wfd_devices_idle(service) &&
           wfd_station_idle(service->station);
}

static bool is_idle(const struct wfd_service *service)
{
    return wfd_list_empty(&service->clients) && wfd_list_empty(&service->waiters) &&
           wfd_service_drained(service) &&
           wfd_service_now(service) >= wfd_undone_lingers_until(&service->operation);
}

static bool wants_supplicant(const struct wfd_service *service)
{
    return !wfd_list_empty(&service->pending) || !wfd_list_empty(&service->waiters) ||
           (wfd_service_owes(service) && wfd_service_now(service) >= service->owed_retry_ms);
}

/* At once: a program that closes its client and ends leaves sockets behind that are still open. */
static void part(struct wfd_service *service)
{
    wfd_supplicant_withdraw(&service->survey.list);
    wfd_supplicant_disconnect(service->supplicant);
}

static void drive_supplicant(struct wfd_service *service, uint64_t now_ms)
{
    bool busy = !wfd_operation_idle(&service->operation);

    switch (wfd_supplicant_state(service->supplicant))
    {
    case WFD_SUPPLICANT_DOWN:
        if (!wants_supplicant(service) || now_ms < service->reconnect_ms) break;
        service->connect_ms = now_ms;
        wfd_supplicant_connect(service->supplicant, now_ms);
        break;
    case WFD_SUPPLICANT_GATHERING:
    case WFD_SUPPLICANT_PROBING:
    case WFD_SUPPLICANT_ATTACHING: break;
    case WFD_SUPPLICANT_UP:
        if (somebody_asks_for_life(service)) wfd_supplicant_check(service->supplicant, now_ms);
        wfd_supplicant_watch(service->supplicant, now_ms,
                busy                               ? WATCH_OPERATION_MS
                : wfd_list_empty(&service->groups) ? 0
                                                   : WATCH_GROUPS_MS);
        if (is_idle(service)) part(service);
        service->connected = wfd_supplicant_state(service->supplicant) == WFD_SUPPLICANT_UP;
        if (service->connected) break;
        wfd_survey_forget(service);
        wfd_share_rest(service->share);
        break;
    }
}

static void check_deadlines(struct wfd_service *service, uint64_t now_ms)
{
    struct wfd_list *e, *next;

    /* Oldest first, and all have the same time: the first that is not due ends it. */
    wfd_list_for_each(e, next, &service->pending)
    {
        struct wfd_session *session = wfd_container(e, struct wfd_session, pending_entry);

        if (now_ms < session->deadline_ms) break;
        wfd_service_step(service, session, WFD_ON_DEADLINE);
    }
    wfd_operation_timeouts(service, now_ms);
    wfd_group_timeouts(service, now_ms);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/*
 * From the first connection on: that has sockets with names, which outlive a program that is killed.
 */
static bool wants_reaper(const struct wfd_service *service)
{
    return wfd_supplicant_state(service->supplicant) > WFD_SUPPLICANT_GATHERING ||
           wfd_service_owes(service);
}

static uint64_t next_deadline(const struct wfd_service *service)
{
    uint64_t deadline = wfd_supplicant_deadline(service->supplicant);
    uint64_t operation = wfd_operation_deadline(service);
    const struct wfd_list *e;

    deadline = earlier(deadline, operation);
    if (wfd_supplicant_state(service->supplicant) == WFD_SUPPLICANT_DOWN &&
            wfd_service_owes(service))
        deadline = earlier(deadline, later(service->owed_retry_ms, service->reconnect_ms));
    deadline = earlier(deadline, wfd_group_deadline(service));
    if (service->reconnect_ms > wfd_service_now(service) && wants_supplicant(service))
        deadline = earlier(deadline, service->reconnect_ms);
    deadline = earlier(deadline, wfd_survey_deadline(service));
    if (wants_reaper(service)) deadline = earlier(deadline, wfd_reaper_deadline(service->reaper));
    deadline = earlier(deadline, wfd_supplicant_deadline(service->survey.supplicant));
    deadline = earlier(deadline, wfd_station_deadline(service->station));
    deadline = earlier(deadline, wfd_supplicant_deadline(wfd_station_supplicant(service->station)));
    for (e = service->pending.next; e != &service->pending; e = e->next)
    {
        const struct wfd_session *session = wfd_container(e, struct wfd_session, pending_entry);

        /* The time of one that is being undone is over; the replies have their own. */
        if (session->state == WFD_STATE_UNDOING) continue;
        if (session->deadline_ms < deadline) deadline = session->deadline_ms;
        break;
    }
    return deadline;
}

static int poll_timeout(const struct wfd_service *service)
{
    uint64_t deadline = next_deadline(service), now_ms = wfd_service_now(service);

    if (deadline == NEVER) return -1;
    if (deadline <= now_ms) return 0;
    return deadline - now_ms > 3600000 ? 3600000 : (int)(deadline - now_ms);
}

/* For what may block, and for the sleep: what callers leave meanwhile ends it, or the next one. */
static void leave(struct wfd_service *service)
{
    service->awake = false;
    pthread_mutex_unlock(&service->lock);
}

static void come_back(struct wfd_service *service)
{
    pthread_mutex_lock(&service->lock);
    service->awake = true;
}

/* Starts the helper and tells it what it has missed. */
static void start_reaper(struct wfd_service *service, uint64_t now_ms)
{
    struct wfd_list *e, *next;

    leave(service);
    wfd_reaper_start(service->reaper, now_ms);
    come_back(service);
    wfd_operation_tell_reaper(service);
    wfd_list_for_each(e, next, &service->groups)
    {
        struct wfd_group *group = wfd_container(e, struct wfd_group, entry);

        wfd_reaper_group(service->reaper, group->ifname, group->ifindex, group->file, group->made);
    }
    station_owes(service);
    tell_reaper(service);
}

static void gather(struct wfd_service *service)
{
    leave(service);
    wfd_supplicant_gather(service->supplicant);
    come_back(service);
    wfd_supplicant_gathered(service->supplicant, wfd_service_now(service));
}

static void take_policy(struct wfd_service *service)
{
    if (!service->disabled_changed) return;
    service->disabled_changed = false;
    if (service->disabled) for_each_session(service, WFD_ON_DISABLED);
}

/* One round, up to the sleep. */
static void work(struct wfd_service *service)
{
    uint64_t now_ms = wfd_service_now(service);

    read_inbox(service);
    take_policy(service);
    wfd_supplicant_step(service->supplicant, now_ms);
    wfd_survey_step(service, now_ms);
    wfd_station_step(service->station, now_ms);
    check_deadlines(service, now_ms);
    drive_supplicant(service, now_ms);
    wfd_operation_schedule(service);
    schedule_station(service);
    wfd_devices_schedule(service);
    if (wfd_supplicant_state(service->supplicant) == WFD_SUPPLICANT_GATHERING) gather(service);
    wfd_supplicant_flush(service->supplicant, now_ms);
    wfd_supplicant_flush(service->survey.supplicant, now_ms);
    wfd_supplicant_flush(wfd_station_supplicant(service->station), now_ms);
    wfd_reaper_step(service->reaper);
    if (wfd_reaper_wanted(service->reaper, now_ms) && wants_reaper(service))
        start_reaper(service, now_ms);
}

static void sleep_until_something(struct wfd_service *service)
{
    struct pollfd fds[3 * WFD_SUPPLICANT_DESCRIPTORS + 2];
    unsigned int count = wfd_supplicant_descriptors(service->supplicant, fds);
    int timeout_ms = poll_timeout(service);
    uint64_t counter;
    ssize_t got;

    count += wfd_supplicant_descriptors(service->survey.supplicant, fds + count);
    count += wfd_supplicant_descriptors(wfd_station_supplicant(service->station), fds + count);
    count += wfd_reaper_descriptors(service->reaper, fds + count);
    fds[count++] = (struct pollfd){ .fd = service->wake_fd, .events = POLLIN };
    leave(service);
    poll(fds, count, timeout_ms);
    if (fds[count - 1].revents)
    {
        got = read(service->wake_fd, &counter, sizeof(counter));
        (void)got;
    }
    come_back(service);
}

static bool needs_another_round(const struct wfd_service *service)
{
    enum wfd_supplicant_state state = wfd_supplicant_state(service->supplicant);

    if (!wfd_list_empty(&service->inbox) || service->disabled_changed || service->stop) return true;
    if (state == WFD_SUPPLICANT_GATHERING || service->survey.over) return true;
    if (state == WFD_SUPPLICANT_DOWN)
        return wants_supplicant(service) && wfd_service_now(service) >= service->reconnect_ms;
    return wfd_operation_undone(&service->operation);
}

void *wfd_loop(void *context)
{
    struct wfd_service *service = context;

    pthread_mutex_lock(&service->lock);
    while (!service->stop)
    {
        work(service);
        if (!needs_another_round(service)) sleep_until_something(service);
    }
    pthread_mutex_unlock(&service->lock);
    return NULL;
}
