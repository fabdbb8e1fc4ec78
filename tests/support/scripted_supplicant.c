/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The life of the scripted supplicant: its thread, its timers, start, death and restart, and the
 * waits of tests. It never decides what a command or a peer does.
 */

#include "scripted_internal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG_POLL_MS 2  /* how soon to look whether a slow monitor has read */
#define BATCH           64 /* requests between two looks at the timers' other work */

static const int default_latency_ms[SCRIPTED_STEP_COUNT] = {
    [SCRIPTED_STEP_FIND_STOPPED] = SCRIPTED_NEVER,
    [SCRIPTED_STEP_CONNECT_TIMEOUT] = 10000,
    [SCRIPTED_STEP_JOIN_TIMEOUT] = 15000,
    [SCRIPTED_STEP_EXPIRE] = 60000,
    [SCRIPTED_STEP_GO_NEG_TIMEOUT] = 40000,
};

/* --- time ------------------------------------------------------------------------------------- */

uint64_t scripted_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static bool timer_before(const struct scripted_timer *a, const struct scripted_timer *b)
{
    return a->due_us != b->due_us ? a->due_us < b->due_us : a->seq < b->seq;
}

static void timer_swap(struct scripted_timer *a, struct scripted_timer *b)
{
    struct scripted_timer tmp = *a;

    *a = *b;
    *b = tmp;
}

void scripted_timer_add(struct scripted_supplicant *ss, enum scripted_timer_kind kind,
        uint64_t due_us, uint64_t uid, struct scripted_iface *iface, struct scripted_device *device,
        struct scripted_reply *reply)
{
    struct scripted_timer *timers;
    size_t i, room;

    if (ss->timer_count == ss->timer_room)
    {
        room = ss->timer_room ? ss->timer_room * 2 : 64;
        if (!(timers = realloc(ss->timers, room * sizeof(*timers))))
        {
            scripted_reply_free(reply);
            return;
        }
        ss->timers = timers;
        ss->timer_room = room;
    }
    timers = ss->timers;
    i = ss->timer_count++;
    timers[i] = (struct scripted_timer){ .due_us = due_us,
        .seq = ++ss->seq,
        .kind = kind,
        .uid = uid,
        .iface = iface,
        .device = device,
        .reply = reply };
    for (; i && timer_before(&timers[i], &timers[(i - 1) / 2]); i = (i - 1) / 2)
        timer_swap(&timers[i], &timers[(i - 1) / 2]);
}

void scripted_timer_step(struct scripted_supplicant *ss, enum scripted_timer_kind kind,
        enum scripted_step step, uint64_t uid, struct scripted_device *device)
{
    int ms = ss->latency_ms[step];

    if (ms != SCRIPTED_NEVER)
        scripted_timer_add(ss, kind, ss->base_us + (uint64_t)ms * 1000, uid, NULL, device, NULL);
}

static struct scripted_timer timer_pop(struct scripted_supplicant *ss)
{
    struct scripted_timer first = ss->timers[0], *timers = ss->timers;
    size_t i = 0, child;

    timers[0] = timers[--ss->timer_count];
    while ((child = i * 2 + 1) < ss->timer_count)
    {
        if (child + 1 < ss->timer_count && timer_before(&timers[child + 1], &timers[child]))
            child++;
        if (!timer_before(&timers[child], &timers[i])) break;
        timer_swap(&timers[child], &timers[i]);
        i = child;
    }
    return first;
}

static void timers_clear(struct scripted_supplicant *ss)
{
    while (ss->timer_count) scripted_reply_free(ss->timers[--ss->timer_count].reply);
}

static void timers_run(struct scripted_supplicant *ss)
{
    struct scripted_timer timer;

    while (ss->state == SCRIPTED_STATE_RUNNING && ss->timer_count)
    {
        ss->base_us = scripted_now_us();
        if (ss->timers[0].due_us > ss->base_us) return;
        timer = timer_pop(ss);
        scripted_timer_run(ss, &timer);
    }
}

static int next_timeout_ms(const struct scripted_supplicant *ss)
{
    uint64_t now_us, ms;

    if (ss->state != SCRIPTED_STATE_RUNNING) return -1;
    if (ss->backlog) return BACKLOG_POLL_MS;
    if (!ss->timer_count) return -1;
    now_us = scripted_now_us();
    if (ss->timers[0].due_us <= now_us) return 0;
    ms = (ss->timers[0].due_us - now_us + 999) / 1000;
    return ms > 60000 ? 60000 : (int)ms;
}

/* --- lock ------------------------------------------------------------------------------------- */

void scripted_lock(struct scripted_supplicant *ss)
{
    pthread_mutex_lock(&ss->lock);
    ss->base_us = scripted_now_us();
}

void scripted_unlock(struct scripted_supplicant *ss)
{
    uint64_t one = 1;

    pthread_cond_broadcast(&ss->changed);
    pthread_mutex_unlock(&ss->lock);
    while (write(ss->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR)
    {
    }
}

/* --- the loop --------------------------------------------------------------------------------- */

/* False when there is nothing to read. */
static bool request_read(struct scripted_supplicant *ss)
{
    char command[SCRIPTED_REQUEST_MAX + 2];
    struct scripted_iface *iface;
    struct epoll_event event;
    ssize_t len;

    if (epoll_wait(ss->epoll_fd, &event, 1, 0) != 1) return false;
    iface = event.data.ptr;
    ss->from_len = sizeof(ss->from);
    memset(&ss->from, 0, sizeof(ss->from));
    len = recvfrom(iface->fd, command, sizeof(command) - 1, 0, (struct sockaddr *)&ss->from,
            &ss->from_len);
    if (len < 0) return true;
    command[len] = 0;
    scripted_request(ss, iface, command, (size_t)len);
    return true;
}

static void *loop(void *arg)
{
    struct scripted_supplicant *ss = arg;
    struct pollfd fds[2];
    uint64_t count;
    int timeout_ms, i;
    bool running;

    fds[0] = (struct pollfd){ .fd = ss->wake_fd, .events = POLLIN };
    fds[1] = (struct pollfd){ .fd = ss->epoll_fd, .events = POLLIN };
    pthread_mutex_lock(&ss->lock);
    while (!ss->stop)
    {
        timers_run(ss);
        if (ss->state == SCRIPTED_STATE_RUNNING) scripted_backlog_pump(ss);
        timeout_ms = next_timeout_ms(ss);
        running = ss->state == SCRIPTED_STATE_RUNNING;
        pthread_cond_broadcast(&ss->changed);
        pthread_mutex_unlock(&ss->lock);
        poll(fds, running ? 2 : 1, timeout_ms);
        while (read(ss->wake_fd, &count, sizeof(count)) < 0 && errno == EINTR)
        {
        }
        pthread_mutex_lock(&ss->lock);
        for (i = 0; i < BATCH && ss->state == SCRIPTED_STATE_RUNNING; i++)
        {
            timers_run(ss);
            if (!request_read(ss)) break;
        }
    }
    pthread_mutex_unlock(&ss->lock);
    return NULL;
}

static int thread_start(struct scripted_supplicant *ss)
{
    sigset_t all, old;
    int error;

    if (ss->thread_runs) return 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    error = pthread_create(&ss->thread, NULL, loop, ss);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    ss->thread_runs = !error;
    return error;
}

/* --- start, death, restart -------------------------------------------------------------------- */

static int scripted_start_locked(struct scripted_supplicant *ss)
{
    size_t i;
    int error;

    if (ss->state == SCRIPTED_STATE_RUNNING || ss->state == SCRIPTED_STATE_HUNG) return EBUSY;
    if (!mkdir(ss->dir, 0750))
        ss->made_dir = true;
    else if (errno != EEXIST)
        return errno;
    for (i = 0; i < ss->iface_count; i++)
    {
        if (!(error = scripted_iface_bind(ss, &ss->ifaces[i]))) continue;
        while (i--) scripted_iface_close(ss, &ss->ifaces[i], true);
        return error;
    }
    ss->state = SCRIPTED_STATE_RUNNING;
    return 0;
}

/* What a daemon forgets when it ends. */
static void forget(struct scripted_supplicant *ss)
{
    size_t i;

    timers_clear(ss);
    scripted_pending_netdev_drop(ss);
    ss->invite.active = ss->find.active = ss->ext_listen = false;
    ss->listen_until_us = 0;
    ss->authorised = ss->inviting = NULL;
    ss->next_number = 0;
    ss->first_known = ss->device_count;
    for (i = 0; i < ss->device_count; i++) ss->devices[i]->known = ss->devices[i]->inviting = false;
    for (i = 0; i < ss->iface_count; i++) scripted_nets_reload(&ss->ifaces[i]);
}

static void end(struct scripted_supplicant *ss, bool leave_stale)
{
    size_t i;

    if (leave_stale && ss->pending_netdev)
    {
        scripted_stale_add(ss, "", ss->pending_tun_fd);
        ss->pending_tun_fd = -1;
    }
    while (ss->groups) scripted_group_destroy(ss, ss->groups, leave_stale);
    for (i = 0; i < ss->iface_count; i++) scripted_iface_close(ss, &ss->ifaces[i], !leave_stale);
    forget(ss);
}

void scripted_die_locked(struct scripted_supplicant *ss)
{
    if (ss->state != SCRIPTED_STATE_RUNNING && ss->state != SCRIPTED_STATE_HUNG) return;
    end(ss, true);
    ss->state = SCRIPTED_STATE_DEAD;
}

/* The last events wait a while for slow monitors, or the test would not see them. */
static void drain(struct scripted_supplicant *ss)
{
    const struct timespec pause = { .tv_nsec = 1000000 };
    int tries;

    for (tries = 0; ss->backlog && tries < 500; tries++)
    {
        scripted_backlog_pump(ss);
        if (ss->backlog) nanosleep(&pause, NULL);
    }
}

void scripted_terminate_locked(struct scripted_supplicant *ss)
{
    size_t i;

    if (ss->state == SCRIPTED_STATE_HUNG) ss->state = SCRIPTED_STATE_RUNNING;
    if (ss->state != SCRIPTED_STATE_RUNNING) return;
    while (ss->groups)
    {
        scripted_group_removed(ss, ss->groups, "REQUESTED");
        if (ss->p2p && ss->p2p->queue_count > SCRIPTED_QUEUE_MAX / 2) drain(ss);
    }
    for (i = 0; i < ss->device_count; i++)
    {
        scripted_device_lost(ss, ss->devices[i]);
        if (ss->p2p && ss->p2p->queue_count > SCRIPTED_QUEUE_MAX / 2) drain(ss);
    }
    for (i = ss->iface_count; i > 0; i--)
        scripted_event(ss, &ss->ifaces[i - 1], "CTRL-EVENT-TERMINATING ");
    drain(ss);
    end(ss, false);
    ss->state = SCRIPTED_STATE_TERMINATED;
}

int scripted_restart_locked(struct scripted_supplicant *ss)
{
    scripted_die_locked(ss);
    return scripted_start_locked(ss);
}

int scripted_supplicant_start(struct scripted_supplicant *ss)
{
    int error;

    scripted_lock(ss);
    if (!(error = scripted_start_locked(ss)) && (error = thread_start(ss)))
    {
        end(ss, false);
        ss->state = SCRIPTED_STATE_NEW;
    }
    scripted_unlock(ss);
    return error;
}

int scripted_supplicant_restart(struct scripted_supplicant *ss)
{
    int error;

    scripted_lock(ss);
    if (!(error = scripted_restart_locked(ss))) error = thread_start(ss);
    scripted_unlock(ss);
    return error;
}

void scripted_supplicant_die(struct scripted_supplicant *ss)
{
    scripted_lock(ss);
    scripted_die_locked(ss);
    scripted_unlock(ss);
}

void scripted_supplicant_terminate(struct scripted_supplicant *ss)
{
    scripted_lock(ss);
    scripted_terminate_locked(ss);
    scripted_unlock(ss);
}

void scripted_supplicant_hang(struct scripted_supplicant *ss)
{
    scripted_lock(ss);
    if (ss->state == SCRIPTED_STATE_RUNNING) ss->state = SCRIPTED_STATE_HUNG;
    scripted_unlock(ss);
}

void scripted_supplicant_resume(struct scripted_supplicant *ss)
{
    scripted_lock(ss);
    if (ss->state == SCRIPTED_STATE_HUNG) ss->state = SCRIPTED_STATE_RUNNING;
    scripted_unlock(ss);
}

enum scripted_state scripted_supplicant_state(struct scripted_supplicant *ss)
{
    enum scripted_state state;

    pthread_mutex_lock(&ss->lock);
    state = ss->state;
    pthread_mutex_unlock(&ss->lock);
    return state;
}

/* --- making and freeing ----------------------------------------------------------------------- */

static bool iface_init(struct scripted_supplicant *ss, const char *prefix, const char *name,
        enum scripted_iface_kind kind, bool has_p2p)
{
    struct scripted_iface *iface = &ss->ifaces[ss->iface_count++];

    memset(iface, 0, sizeof(*iface));
    iface->fd = -1;
    iface->kind = kind;
    iface->has_p2p = has_p2p;
    iface->queue_tail = &iface->queue;
    return snprintf(iface->name, sizeof(iface->name), "%s%s", prefix, name) <
           (int)sizeof(iface->name);
}

static bool ifaces_init(
        struct scripted_supplicant *ss, const struct scripted_adapter *adapters, size_t count)
{
    const struct scripted_adapter *p2p = NULL;
    size_t i;

    if (!(ss->ifaces = calloc(count + 1, sizeof(*ss->ifaces)))) return false;
    for (i = 0; i < count; i++)
    {
        if (!iface_init(ss, "", adapters[i].name, SCRIPTED_IFACE_ADAPTER, !adapters[i].no_p2p))
            return false;
        if (p2p || adapters[i].no_p2p) continue;
        p2p = &adapters[i];
        ss->p2p = &ss->ifaces[i];
        snprintf(ss->p2p_base, sizeof(ss->p2p_base), "%s", p2p->name);
    }
    if (!p2p || p2p->no_p2p_dev) return true;
    ss->p2p = &ss->ifaces[count];
    return iface_init(ss, "p2p-dev-", p2p->name, SCRIPTED_IFACE_P2P_DEV, true);
}

static bool sync_init(struct scripted_supplicant *ss)
{
    pthread_condattr_t attr;

    if (pthread_mutex_init(&ss->lock, NULL)) return false;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&ss->changed, &attr);
    pthread_condattr_destroy(&attr);
    ss->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    ss->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return ss->wake_fd >= 0 && ss->epoll_fd >= 0;
}

struct scripted_supplicant *scripted_supplicant_new(const struct scripted_config *config)
{
    static const struct scripted_adapter wlan0 = { .name = "wlan0" };
    static const uint8_t none[6], address[6] = { 0x02, 0x5c, 0, 0, 0, 1 };
    struct scripted_supplicant *ss;

    if (!config->dir || !(ss = calloc(1, sizeof(*ss)))) return NULL;
    ss->wake_fd = ss->epoll_fd = ss->pending_tun_fd = -1;
    ss->netdev = config->netdev;
    ss->freq = config->freq ? config->freq : 2437;
    ss->ip_in_group_started = config->ip_in_group_started;
    ss->no_journal = config->no_journal;
    memcpy(ss->latency_ms, default_latency_ms, sizeof(ss->latency_ms));
    memcpy(ss->device_address,
            memcmp(config->device_address, none, 6) ? config->device_address : address, 6);
    memcpy(ss->group_address, ss->device_address, 6);
    ss->group_address[0] |= 2;
    ss->group_address[4] ^= 0x80;
    ss->dir = strdup(config->dir);
    if (!sync_init(ss) || !ss->dir ||
            !ifaces_init(ss, config->adapter_count ? config->adapters : &wlan0,
                    config->adapter_count ? config->adapter_count : 1))
    {
        scripted_supplicant_free(ss);
        return NULL;
    }
    return ss;
}

static void stale_remove(struct scripted_supplicant *ss)
{
    char path[512];
    size_t i;

    for (i = 0; i < ss->stale_count; i++)
    {
        if (ss->stale[i].tun_fd >= 0)
            close(ss->stale[i].tun_fd);
        else if (ss->stale[i].name[0] && (size_t)snprintf(path, sizeof(path), "%s/%s", ss->dir,
                                                 ss->stale[i].name) < sizeof(path))
            unlink(path);
    }
    free(ss->stale);
}

static void thread_stop(struct scripted_supplicant *ss)
{
    if (!ss->thread_runs) return;
    scripted_lock(ss);
    ss->stop = true;
    scripted_unlock(ss);
    pthread_join(ss->thread, NULL);
}

static void model_free(struct scripted_supplicant *ss)
{
    size_t i;

    for (i = 0; i < ss->device_count; i++) free(ss->devices[i]);
    for (i = 0; i < ss->iface_count; i++) scripted_iface_free(&ss->ifaces[i]);
    for (i = 0; i < ss->journal_count; i++) free(ss->journal[i].ifname);
    free(ss->devices);
    free(ss->ifaces);
    free(ss->by_device_address.keys);
    free(ss->by_device_address.values);
    free(ss->by_interface_address.keys);
    free(ss->by_interface_address.values);
    free(ss->slots);
    free(ss->generations);
    free(ss->free_slots);
    free(ss->by_number);
    free(ss->timers);
    free(ss->counters);
    free(ss->journal);
}

void scripted_supplicant_free(struct scripted_supplicant *ss)
{
    if (!ss) return;
    thread_stop(ss);
    if (ss->ifaces) end(ss, false);
    stale_remove(ss);
    if (ss->made_dir) rmdir(ss->dir);
    scripted_faults_free(ss);
    model_free(ss);
    if (ss->wake_fd >= 0) close(ss->wake_fd);
    if (ss->epoll_fd >= 0) close(ss->epoll_fd);
    pthread_cond_destroy(&ss->changed);
    pthread_mutex_destroy(&ss->lock);
    free(ss->dir);
    free(ss);
}

/* --- what has happened ------------------------------------------------------------------------ */

static unsigned int command_count_locked(const struct scripted_supplicant *ss, const char *word)
{
    size_t i;

    if (!strcmp(word, "*")) return ss->command_count;
    for (i = 0; i < ss->counter_count; i++)
        if (!strcmp(ss->counters[i].word, word)) return ss->counters[i].count;
    return 0;
}

static unsigned int monitors_locked(const struct scripted_supplicant *ss)
{
    const struct scripted_group *group;
    unsigned int count = 0;
    size_t i;

    for (i = 0; i < ss->iface_count; i++) count += ss->ifaces[i].monitor_count;
    for (group = ss->groups; group; group = group->next) count += group->iface.monitor_count;
    return count;
}

struct condition
{
    bool (*holds)(const struct scripted_supplicant *ss, const struct condition *condition);
    const char *word;
    unsigned int id, count;
};

static bool command_holds(const struct scripted_supplicant *ss, const struct condition *condition)
{
    return command_count_locked(ss, condition->word) >= condition->count;
}

static bool fired_holds(const struct scripted_supplicant *ss, const struct condition *condition)
{
    return condition->id && condition->id <= ss->fault_count &&
           ss->faults[condition->id - 1]->fired >= condition->count;
}

static bool groups_hold(const struct scripted_supplicant *ss, const struct condition *condition)
{
    return ss->group_count == condition->count;
}

static bool monitors_hold(const struct scripted_supplicant *ss, const struct condition *condition)
{
    return monitors_locked(ss) == condition->count;
}

static bool state_holds(const struct scripted_supplicant *ss, const struct condition *condition)
{
    return (unsigned int)ss->state == condition->count;
}

static bool wait_for(
        struct scripted_supplicant *ss, const struct condition *condition, int timeout_ms)
{
    struct timespec until;
    bool holds;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += timeout_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L)
    {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&ss->lock);
    while (!(holds = condition->holds(ss, condition)) && !ss->interrupted)
        if (pthread_cond_timedwait(&ss->changed, &ss->lock, &until) == ETIMEDOUT) break;
    if (!holds && !ss->interrupted) holds = condition->holds(ss, condition);
    pthread_mutex_unlock(&ss->lock);
    return holds;
}

bool scripted_supplicant_wait_command(
        struct scripted_supplicant *ss, const char *word, unsigned int count, int timeout_ms)
{
    const struct condition condition = { .holds = command_holds, .word = word, .count = count };

    return wait_for(ss, &condition, timeout_ms);
}

bool scripted_supplicant_wait_fired(
        struct scripted_supplicant *ss, unsigned int id, unsigned int count, int timeout_ms)
{
    const struct condition condition = { .holds = fired_holds, .id = id, .count = count };

    return wait_for(ss, &condition, timeout_ms);
}

bool scripted_supplicant_wait_groups(
        struct scripted_supplicant *ss, unsigned int count, int timeout_ms)
{
    const struct condition condition = { .holds = groups_hold, .count = count };

    return wait_for(ss, &condition, timeout_ms);
}

bool scripted_supplicant_wait_monitors(
        struct scripted_supplicant *ss, unsigned int count, int timeout_ms)
{
    const struct condition condition = { .holds = monitors_hold, .count = count };

    return wait_for(ss, &condition, timeout_ms);
}

bool scripted_supplicant_wait_state(
        struct scripted_supplicant *ss, enum scripted_state state, int timeout_ms)
{
    const struct condition condition = { .holds = state_holds, .count = (unsigned int)state };

    return wait_for(ss, &condition, timeout_ms);
}

void scripted_supplicant_interrupt(struct scripted_supplicant *ss)
{
    scripted_lock(ss);
    ss->interrupted = true;
    scripted_unlock(ss);
}

unsigned int scripted_supplicant_command_count(struct scripted_supplicant *ss, const char *word)
{
    unsigned int count;

    pthread_mutex_lock(&ss->lock);
    count = command_count_locked(ss, word);
    pthread_mutex_unlock(&ss->lock);
    return count;
}

unsigned int scripted_supplicant_groups(struct scripted_supplicant *ss)
{
    unsigned int count;

    pthread_mutex_lock(&ss->lock);
    count = ss->group_count;
    pthread_mutex_unlock(&ss->lock);
    return count;
}

unsigned int scripted_supplicant_groups_started(struct scripted_supplicant *ss)
{
    unsigned int count;

    pthread_mutex_lock(&ss->lock);
    count = ss->started_count;
    pthread_mutex_unlock(&ss->lock);
    return count;
}

unsigned int scripted_supplicant_keys_told(struct scripted_supplicant *ss)
{
    unsigned int count;

    pthread_mutex_lock(&ss->lock);
    count = ss->keys_told;
    pthread_mutex_unlock(&ss->lock);
    return count;
}

unsigned int scripted_supplicant_monitors(struct scripted_supplicant *ss)
{
    unsigned int count;

    pthread_mutex_lock(&ss->lock);
    count = monitors_locked(ss);
    pthread_mutex_unlock(&ss->lock);
    return count;
}

bool scripted_supplicant_pending_netdev(struct scripted_supplicant *ss)
{
    bool pending;

    pthread_mutex_lock(&ss->lock);
    pending = ss->pending_netdev;
    pthread_mutex_unlock(&ss->lock);
    return pending;
}

bool scripted_supplicant_authorises(struct scripted_supplicant *ss)
{
    bool authorises;

    pthread_mutex_lock(&ss->lock);
    authorises = ss->authorised != NULL;
    pthread_mutex_unlock(&ss->lock);
    return authorises;
}

size_t scripted_supplicant_journal_count(struct scripted_supplicant *ss)
{
    size_t count;

    pthread_mutex_lock(&ss->lock);
    count = ss->journal_count;
    pthread_mutex_unlock(&ss->lock);
    return count;
}
