/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What callers call: clients, sessions, completions.
 *
 * There is one lock, and it guards everything. A call checks its handles, leaves a note in the
 * inbox and returns; wfd_loop.c does the work. Never touches the supplicant, except to see whether
 * anybody listens.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "wfd_log.h"
#include "wfd_private.h"

#define SEARCH_WAIT_MS   10000 /* for our turn and the search (row UV3) */
#define DRAIN_MS         15000 /* what wfd_service_free waits for the queue at most */
#define LOOP_STACK_BYTES (256 * 1024)

static uint64_t monotonic_ms(void *context)
{
    struct timespec now;

    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t wfd_service_now(const struct wfd_service *service)
{
    return service->environment.now_ms(service->environment.context);
}

/* The loop is told once for each time that it does not hold the lock. */
void wfd_service_wake(struct wfd_service *service)
{
    uint64_t one = 1;
    ssize_t written;

    if (service->awake || service->wake_fd < 0) return;
    service->awake = true;
    written = write(service->wake_fd, &one, sizeof(one));
    (void)written; /* fails only when the counter is full, and then the loop is awake anyway */
}

static void note(struct wfd_service *service, struct wfd_session *session)
{
    if (wfd_list_empty(&session->inbox_entry))
        wfd_list_append(&service->inbox, &session->inbox_entry);
    wfd_service_wake(service);
}

static void default_environment(struct wfd_environment *environment)
{
    if (!environment->ctrl) environment->ctrl = &wfd_ctrl_wpa_ops;
    if (!environment->netif) environment->netif = &wfd_netif_system_ops;
    if (!environment->now_ms) environment->now_ms = monotonic_ms;
}

/* An absolute path without control characters. */
static bool is_directory_name(const char *name)
{
    if (name[0] != '/') return false;
    for (; *name; name++)
        if ((unsigned char)*name < 0x20 || *name == 0x7f) return false;
    return true;
}

/* 0 means the default; more than a day counts as a day, so that sums fit. */
static void bound_timeout(uint32_t *timeout_ms, uint32_t default_ms)
{
    if (!*timeout_ms) *timeout_ms = default_ms;
    if (*timeout_ms > WFD_MAX_TIMEOUT_MS) *timeout_ms = WFD_MAX_TIMEOUT_MS;
}

static void config_with_defaults(const struct wfd_config *config, struct wfd_config *ret_config)
{
    if (config)
        *ret_config = *config;
    else
        memset(ret_config, 0, sizeof(*ret_config));
    ret_config->control_directory[sizeof(ret_config->control_directory) - 1] = 0;
    ret_config->interface[sizeof(ret_config->interface) - 1] = 0;
    if (!ret_config->control_directory[0])
        strcpy(ret_config->control_directory, WFD_DEFAULT_CONTROL_DIRECTORY);
    if (!is_directory_name(ret_config->control_directory))
    {
        wfd_log("configuration: %s is no absolute path: refused", ret_config->control_directory);
        ret_config->control_directory[0] = 0; /* where there is nobody */
    }
    bound_timeout(&ret_config->open_timeout_ms, WFD_DEFAULT_OPEN_TIMEOUT_MS);
    bound_timeout(&ret_config->search_timeout_ms, WFD_DEFAULT_SEARCH_TIMEOUT_MS);
    bound_timeout(&ret_config->reply_timeout_ms, WFD_DEFAULT_REPLY_TIMEOUT_MS);
    bound_timeout(&ret_config->settle_ms, WFD_DEFAULT_SETTLE_MS);
}

static bool init_lock(struct wfd_service *service)
{
    pthread_condattr_t attributes;
    bool done;

    if (pthread_mutex_init(&service->lock, NULL)) return false;
    if (pthread_condattr_init(&attributes)) return false;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    done = !pthread_cond_init(&service->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return done;
}

enum wfd_error wfd_service_new(
        const struct wfd_environment *environment, struct wfd_service **ret_service)
{
    struct wfd_service *service = calloc(1, sizeof(*service));

    if (!service) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    if (environment) service->environment = *environment;
    default_environment(&service->environment);
    config_with_defaults(NULL, &service->config);
    service->wake_fd = -1;
    service->handles = wfd_handle_table_new();
    service->supplicant = wfd_supplicant_new(
            service->environment.ctrl, service->environment.netif, &wfd_loop_callbacks, service);
    service->station = wfd_station_new(service->environment.ctrl, service->environment.netif,
            &wfd_loop_station_callbacks, service);
    service->reaper = wfd_reaper_new(service->environment.reaper_path);
    service->share = wfd_share_new(service->environment.share_folder);
    if (!wfd_survey_init(&service->survey, service) || !service->handles || !service->supplicant ||
            !service->station || !service->share || !init_lock(service))
    {
        wfd_survey_free(service);
        wfd_share_free(service->share);
        wfd_reaper_free(service->reaper, false);
        wfd_station_free(service->station);
        wfd_supplicant_free(service->supplicant);
        wfd_handle_table_free(service->handles);
        free(service);
        return WFD_ERROR_NOT_ENOUGH_MEMORY;
    }
    wfd_list_init(&service->clients);
    wfd_list_init(&service->inbox);
    wfd_list_init(&service->pending);
    wfd_list_init(&service->groups);
    wfd_list_init(&service->waiters);
    wfd_completion_queue_init(&service->completions);
    wfd_operation_init(&service->operation, service);
    wfd_devices_init(&service->devices, service);
    *ret_service = service;
    return WFD_SUCCESS;
}

/* Every signal is blocked in the loop: the process is not ours. */
static enum wfd_error start_loop(struct wfd_service *service)
{
    pthread_attr_t attributes;
    sigset_t all, old;
    int error;

    if (service->thread_runs) return WFD_SUCCESS;
    if (service->wake_fd < 0) service->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (service->wake_fd < 0 || pthread_attr_init(&attributes)) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    pthread_attr_setstacksize(&attributes, LOOP_STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    error = pthread_create(&service->thread, &attributes, wfd_loop, service);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attributes);
    if (error) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    service->awake = true;
    service->thread_runs = true;
    return WFD_SUCCESS;
}

static struct timespec time_from_now(uint32_t ms)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += ms / 1000;
    time.tv_nsec += (long)(ms % 1000) * 1000000;
    if (time.tv_nsec >= 1000000000)
    {
        time.tv_sec++;
        time.tv_nsec -= 1000000000;
    }
    return time;
}

void wfd_service_wait_a_little(struct wfd_service *service, uint32_t ms)
{
    struct timespec end = time_from_now(ms);

    pthread_cond_timedwait(&service->changed, &service->lock, &end);
}

enum wfd_error wfd_service_wait(
        struct wfd_service *service, struct wfd_waiter *waiter, uint32_t ms, enum wfd_error late)
{
    struct timespec end = time_from_now(ms);

    waiter->begin_ms = wfd_service_now(service);
    wfd_list_append(&service->waiters, &waiter->entry);
    service->reconnect_ms = 0; /* somebody waits: one attempt at once */
    wfd_service_wake(service);
    while (!waiter->done)
        if (pthread_cond_timedwait(&service->changed, &service->lock, &end) == ETIMEDOUT) break;
    if (waiter->done) return waiter->error;
    wfd_list_remove(&waiter->entry);
    if (service->operation.search == waiter) service->operation.search = NULL;
    if (service->joining == waiter) service->joining = NULL;
    if (service->devices.waiter == waiter) service->devices.waiter = NULL;
    return late;
}

/* Not while groups are still being removed: that has to reach the supplicant that has them. */
static void take_config(struct wfd_service *service, const struct wfd_config *config)
{
    if (!wfd_list_empty(&service->clients) || !wfd_list_empty(&service->waiters) ||
            !wfd_service_drained(service))
        return;
    config_with_defaults(config, &service->config);
    wfd_supplicant_configure(service->supplicant, &service->config);
}

static enum wfd_error add_handle(struct wfd_service *service, struct wfd_client *client)
{
    if (wfd_handle_table_count(service->handles, WFD_HANDLE_CLIENT) >= WFD_MAX_CLIENTS)
        return WFD_ERROR_SESSION_LIMIT;
    return wfd_handle_table_add(service->handles, WFD_HANDLE_CLIENT, client, &client->handle);
}

/* It has no handle while it waits, so that nobody else can close or abandon it. */
static enum wfd_error open_client_locked(
        struct wfd_service *service, const struct wfd_config *config, struct wfd_client *client)
{
    struct wfd_waiter waiter = { .kind = WFD_WAIT_ALIVE };
    enum wfd_error error = start_loop(service);

    if (error) return error;
    take_config(service, config);
    if (wfd_handle_table_count(service->handles, WFD_HANDLE_CLIENT) >= WFD_MAX_CLIENTS)
        return WFD_ERROR_SESSION_LIMIT;
    wfd_list_append(&service->clients, &client->entry);
    error = wfd_service_wait(service, &waiter, WFD_ANSWER_TIMEOUT_MS, WFD_ERROR_SERVICE_NOT_ACTIVE);
    if (!error) error = add_handle(service, client);
    if (!error) return WFD_SUCCESS;
    wfd_list_remove(&client->entry);
    wfd_service_wake(service);
    return error;
}

enum wfd_error wfd_service_open_client(
        struct wfd_service *service, const struct wfd_config *config, uint32_t *ret_client)
{
    struct wfd_client *client = calloc(1, sizeof(*client));
    enum wfd_error error;

    if (!client) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    wfd_list_init(&client->sessions);
    wfd_list_init(&client->completions);
    pthread_mutex_lock(&service->lock);
    error = open_client_locked(service, config, client);
    if (error)
        free(client);
    else
        *ret_client = client->handle;
    pthread_mutex_unlock(&service->lock);
    return error;
}

static bool callbacks_left(const struct wfd_client *client, uint64_t thread)
{
    const struct wfd_list *e;

    for (e = client->completions.next; e != &client->completions; e = e->next)
    {
        const struct wfd_completion *completion =
                wfd_container(e, struct wfd_completion, client_entry);

        if (completion->state != WFD_COMPLETION_RUNNING || completion->thread != thread)
            return true;
    }
    return false;
}

/* Its end may be something to tell the supplicant. */
static bool holds_alone(const struct wfd_session *session)
{
    if (session->legacy) return true;
    return session->member && session->member->sessions.next == &session->member_entry &&
           session->member->sessions.prev == &session->member_entry;
}

/* The handle is stale at once. The loop does the rest, if anything is left for the supplicant. */
static void close_locked(struct wfd_service *service, struct wfd_session *session)
{
    wfd_handle_table_remove(service->handles, session->handle);
    wfd_list_remove(&session->client_entry);
    session->client = NULL;
    if (wfd_list_empty(&session->inbox_entry) && !holds_alone(session))
    {
        wfd_service_step(service, session, WFD_ON_CLOSE);
        return;
    }
    session->on_close = true;
    note(service, session);
}

static void free_client(struct wfd_service *service, struct wfd_client *client)
{
    struct wfd_list *e, *next;

    wfd_list_for_each(e, next, &client->sessions)
            close_locked(service, wfd_container(e, struct wfd_session, client_entry));
    /* What is left of these runs on the calling thread and ends by itself. */
    wfd_list_for_each(e, next, &client->completions) wfd_list_remove(e);
    wfd_list_remove(&client->entry);
    free(client);
    wfd_service_wake(service);
}

enum wfd_error wfd_service_close_client(
        struct wfd_service *service, uint64_t handle, uint64_t thread)
{
    enum wfd_error error;
    void *object;

    pthread_mutex_lock(&service->lock);
    error = wfd_handle_table_get(service->handles, handle, WFD_HANDLE_CLIENT, &object);
    if (!error)
    {
        struct wfd_client *client = object;

        wfd_handle_table_remove(service->handles, client->handle);
        while (callbacks_left(client, thread)) pthread_cond_wait(&service->changed, &service->lock);
        free_client(service, client);
    }
    pthread_mutex_unlock(&service->lock);
    return error;
}

static enum wfd_error register_open(
        struct wfd_service *service, struct wfd_session *session, struct wfd_client *client)
{
    struct wfd_completion *completion = wfd_completion_new(&service->completions);
    enum wfd_error error;

    if (!completion) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    error = wfd_handle_table_add(service->handles, WFD_HANDLE_SESSION, session, &session->handle);
    if (!error)
    {
        error = wfd_handle_table_add(
                service->handles, WFD_HANDLE_COMPLETION, completion, &completion->info.completion);
        if (error) wfd_handle_table_remove(service->handles, session->handle);
    }
    if (error)
    {
        wfd_completion_free(&service->completions, completion);
        return error;
    }
    completion->session = session;
    completion->info.session = session->handle;
    session->completion = completion;
    session->client = client;
    wfd_list_append(&client->sessions, &session->client_entry);
    wfd_list_append(&client->completions, &completion->client_entry);
    return WFD_SUCCESS;
}

static enum wfd_error start_open_locked(
        struct wfd_service *service, uint64_t handle, struct wfd_session *session)
{
    enum wfd_error error;
    void *client;

    if (service->disabled) return WFD_ERROR_INVALID_STATE;
    error = wfd_handle_table_get(service->handles, handle, WFD_HANDLE_CLIENT, &client);
    if (error) return error;
    if (!wfd_supplicant_running(service->supplicant)) return WFD_ERROR_SERVICE_NOT_ACTIVE;
    if (wfd_handle_table_count(service->handles, WFD_HANDLE_SESSION) >= WFD_MAX_SESSIONS)
        return WFD_ERROR_SESSION_LIMIT;
    return register_open(service, session, client);
}

static struct wfd_session *session_new(const struct wfd_mac *peer)
{
    struct wfd_session *session = calloc(1, sizeof(*session));

    if (!session) return NULL;
    session->peer = *peer;
    wfd_list_init(&session->client_entry);
    wfd_list_init(&session->inbox_entry);
    wfd_list_init(&session->pending_entry);
    wfd_list_init(&session->member_entry);
    return session;
}

enum wfd_error wfd_service_register(struct wfd_service *service, uint64_t client,
        const struct wfd_mac *peer, struct wfd_pairing *pairing, uint64_t callback,
        uint64_t context, uint32_t *ret_session)
{
    struct wfd_session *session = session_new(peer);
    enum wfd_error error;

    if (!session) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    session->pairing = pairing;
    pthread_mutex_lock(&service->lock);
    error = start_open_locked(service, client, session);
    if (error)
        free(session);
    else
    {
        session->completion->info.callback = callback;
        session->completion->info.context = context;
        *ret_session = session->handle;
    }
    pthread_mutex_unlock(&service->lock);
    return error;
}

enum wfd_error wfd_service_start_open(struct wfd_service *service, uint64_t client,
        const struct wfd_mac *peer, uint64_t callback, uint64_t context, uint32_t *ret_session)
{
    return wfd_service_register(service, client, peer, NULL, callback, context, ret_session);
}

void wfd_service_begin_open(struct wfd_service *service, uint32_t handle)
{
    void *object;

    pthread_mutex_lock(&service->lock);
    if (!wfd_handle_table_get(service->handles, handle, WFD_HANDLE_SESSION, &object))
    {
        struct wfd_session *session = object;

        session->on_begin = session->state == WFD_STATE_NEW;
        note(service, session);
    }
    pthread_mutex_unlock(&service->lock);
}

enum wfd_error wfd_service_cancel_open(struct wfd_service *service, uint64_t handle)
{
    enum wfd_error error;
    void *object;

    pthread_mutex_lock(&service->lock);
    error = wfd_handle_table_get(service->handles, handle, WFD_HANDLE_SESSION, &object);
    if (!error)
    {
        struct wfd_session *session = object;

        if (session->state == WFD_STATE_OPENED || !wfd_session_pending(session->state))
            error = WFD_ERROR_INVALID_STATE;
        else
        {
            session->on_cancel = true;
            note(service, session);
        }
    }
    pthread_mutex_unlock(&service->lock);
    return error;
}

enum wfd_error wfd_service_close_session(struct wfd_service *service, uint64_t handle)
{
    enum wfd_error error = WFD_ERROR_INVALID_STATE;
    void *object;

    pthread_mutex_lock(&service->lock);
    if (!service->disabled)
        error = wfd_handle_table_get(service->handles, handle, WFD_HANDLE_SESSION, &object);
    if (!error)
    {
        struct wfd_session *session = object;

        if (wfd_session_pending(session->state))
            error = WFD_ERROR_INVALID_STATE;
        else
            close_locked(service, session);
    }
    pthread_mutex_unlock(&service->lock);
    return error;
}

/* The client may have been closed while we waited. */
static enum wfd_error register_legacy(
        struct wfd_service *service, uint64_t handle, struct wfd_session *session)
{
    enum wfd_error error;
    void *client;

    error = wfd_handle_table_get(service->handles, handle, WFD_HANDLE_CLIENT, &client);
    if (!error)
        error = wfd_handle_table_add(
                service->handles, WFD_HANDLE_SESSION, session, &session->handle);
    if (error) return error;
    session->client = client;
    session->state = WFD_STATE_OPEN;
    wfd_list_append(&session->client->sessions, &session->client_entry);
    return WFD_SUCCESS;
}

static enum wfd_error open_legacy_locked(
        struct wfd_service *service, uint64_t handle, struct wfd_session *session)
{
    struct wfd_waiter alive = { .kind = WFD_WAIT_ALIVE };
    struct wfd_waiter waiter = { .kind = WFD_WAIT_LEGACY, .peer = session->peer };
    enum wfd_error error = WFD_ERROR_INVALID_STATE;
    void *client;

    if (!service->disabled)
        error = wfd_handle_table_get(service->handles, handle, WFD_HANDLE_CLIENT, &client);
    if (!error && wfd_handle_table_count(service->handles, WFD_HANDLE_SESSION) >= WFD_MAX_SESSIONS)
        error = WFD_ERROR_SESSION_LIMIT;
    if (!error)
        error = wfd_service_wait(
                service, &alive, WFD_ANSWER_TIMEOUT_MS, WFD_ERROR_SERVICE_NOT_ACTIVE);
    /* The station has the same time, and reports it; this is for a loop that does not. */
    if (!error)
        error = wfd_service_wait(service, &waiter,
                service->config.open_timeout_ms + 2 * service->config.reply_timeout_ms,
                WFD_ERROR_TIMEOUT);
    if (error) return error;
    session->legacy = true;
    error = register_legacy(service, handle, session);
    if (error) wfd_group_leave(service, session);
    return error;
}

enum wfd_error wfd_service_open_legacy(struct wfd_service *service, uint64_t client,
        const struct wfd_mac *device, uint32_t *ret_session, uint32_t *ret_interface_index)
{
    struct wfd_session *session = session_new(device);
    enum wfd_error error;

    if (!session) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    pthread_mutex_lock(&service->lock);
    error = open_legacy_locked(service, client, session);
    if (error)
        free(session);
    else
    {
        *ret_session = session->handle;
        *ret_interface_index = wfd_station_index(service->station);
    }
    wfd_service_wake(service);
    pthread_mutex_unlock(&service->lock);
    return error;
}

enum wfd_error wfd_service_prepare(struct wfd_service *service, const struct wfd_config *config)
{
    struct wfd_waiter alive = { .kind = WFD_WAIT_ALIVE };
    enum wfd_error error = service->disabled ? WFD_ERROR_INVALID_STATE : start_loop(service);

    if (error) return error;
    take_config(service, config);
    return wfd_service_wait(service, &alive, WFD_ANSWER_TIMEOUT_MS, WFD_ERROR_SERVICE_NOT_ACTIVE);
}

enum wfd_error wfd_service_search(struct wfd_service *service, const struct wfd_config *config,
        const struct wfd_mac *peer, bool *ret_found)
{
    struct wfd_waiter waiter = { .kind = WFD_WAIT_SEARCH, .peer = *peer };
    enum wfd_error error;

    pthread_mutex_lock(&service->lock);
    error = wfd_service_prepare(service, config);
    if (!error) error = wfd_service_wait(service, &waiter, SEARCH_WAIT_MS, WFD_ERROR_BUSY);
    if (!error) *ret_found = waiter.found;
    pthread_mutex_unlock(&service->lock);
    return error;
}

bool wfd_service_next_completion(
        struct wfd_service *service, struct wfd_completion_info *ret_completion)
{
    struct wfd_completion *completion;

    pthread_mutex_lock(&service->lock);
    while (!(completion = wfd_completion_fetch(&service->completions)) &&
            service->completions.outstanding)
        pthread_cond_wait(&service->changed, &service->lock);
    if (completion) *ret_completion = completion->info;
    pthread_mutex_unlock(&service->lock);
    return completion != NULL;
}

void wfd_service_callback_begin(struct wfd_service *service, uint32_t handle, uint64_t thread)
{
    void *object;

    pthread_mutex_lock(&service->lock);
    if (!wfd_handle_table_get(service->handles, handle, WFD_HANDLE_COMPLETION, &object))
    {
        struct wfd_completion *completion = object;
        struct wfd_session *session = completion->session;

        completion->state = WFD_COMPLETION_RUNNING;
        completion->thread = thread;
        completion->session = NULL;
        session->completion = NULL;
        wfd_service_step(service, session, WFD_ON_DELIVERED);
    }
    pthread_mutex_unlock(&service->lock);
}

void wfd_service_callback_end(struct wfd_service *service, uint32_t handle)
{
    void *object;

    pthread_mutex_lock(&service->lock);
    if (!wfd_handle_table_get(service->handles, handle, WFD_HANDLE_COMPLETION, &object))
    {
        wfd_handle_table_remove(service->handles, handle);
        wfd_completion_free(&service->completions, object);
        pthread_cond_broadcast(&service->changed);
    }
    pthread_mutex_unlock(&service->lock);
}

void wfd_service_set_policy(struct wfd_service *service, bool allowed)
{
    pthread_mutex_lock(&service->lock);
    if (service->disabled == allowed)
    {
        service->disabled = !allowed;
        service->disabled_changed = true;
        wfd_log("policy: Wi-Fi Direct is %s", allowed ? "allowed" : "disabled");
        wfd_service_wake(service);
    }
    pthread_mutex_unlock(&service->lock);
}

/* A success that nobody will hear of: as if it had been told. */
static void discard_completion(struct wfd_service *service, struct wfd_session *session)
{
    struct wfd_completion *completion = session->completion;

    session->completion = NULL;
    wfd_handle_table_remove(service->handles, completion->info.completion);
    wfd_completion_free(&service->completions, completion);
    wfd_service_step(service, session, WFD_ON_DELIVERED);
    pthread_cond_broadcast(&service->changed);
}

/* One that another thread opens or closes just now is that thread's to free. */
static void forget_locked(struct wfd_service *service, struct wfd_client *client)
{
    void *object;

    if (!wfd_list_empty(&client->completions)) return;
    if (wfd_handle_table_get(service->handles, client->handle, WFD_HANDLE_CLIENT, &object)) return;
    wfd_handle_table_remove(service->handles, client->handle);
    free_client(service, client);
}

/* Pending opens are cancelled; nobody will fetch their completions. */
static void abandon_locked(struct wfd_service *service)
{
    struct wfd_list *c, *next_client, *e, *next;

    wfd_list_for_each(c, next_client, &service->clients)
    {
        struct wfd_client *client = wfd_container(c, struct wfd_client, entry);

        wfd_list_for_each(e, next, &client->sessions)
        {
            struct wfd_session *session = wfd_container(e, struct wfd_session, client_entry);

            if (session->state == WFD_STATE_OPENED) discard_completion(service, session);
            if (!wfd_session_pending(session->state))
                close_locked(service, session);
            else
            {
                session->on_cancel = true;
                note(service, session);
            }
        }
        forget_locked(service, client);
    }
}

void wfd_service_abandon(struct wfd_service *service)
{
    pthread_mutex_lock(&service->lock);
    abandon_locked(service);
    pthread_mutex_unlock(&service->lock);
}

static void free_all_clients(struct wfd_service *service)
{
    struct wfd_list *c, *next_client, *e, *next;

    wfd_list_for_each(c, next_client, &service->clients)
    {
        struct wfd_client *client = wfd_container(c, struct wfd_client, entry);

        wfd_list_for_each(e, next, &client->sessions)
                wfd_session_free(service, wfd_container(e, struct wfd_session, client_entry));
        wfd_list_for_each(e, next, &client->completions) wfd_completion_free(
                &service->completions, wfd_container(e, struct wfd_completion, client_entry));
        wfd_list_remove(&client->entry);
        free(client);
    }
}

/* What a supplicant that does not answer still has becomes the helper's. */
static void bequeath(struct wfd_service *service)
{
    if (!wfd_service_owes(service)) return;
    wfd_reaper_free(service->reaper, true);
    service->reaper = NULL;
    wfd_group_bequeath(service);
}

void wfd_service_free(struct wfd_service *service)
{
    uint64_t end_ms = monotonic_ms(NULL) + DRAIN_MS;

    if (!service) return;
    pthread_mutex_lock(&service->lock);
    abandon_locked(service);
    while (service->thread_runs && !wfd_service_drained(service) && monotonic_ms(NULL) < end_ms)
    {
        struct timespec soon = time_from_now(5);

        wfd_service_wake(service);
        pthread_cond_timedwait(&service->changed, &service->lock, &soon);
    }
    service->stop = true;
    wfd_service_wake(service);
    pthread_mutex_unlock(&service->lock);
    if (service->thread_runs) pthread_join(service->thread, NULL);
    free_all_clients(service);
    bequeath(service);
    wfd_station_free(service->station);
    wfd_supplicant_free(service->supplicant);
    wfd_group_all_gone(service);
    wfd_survey_free(service);
    wfd_operation_free(&service->operation);
    wfd_reaper_free(service->reaper, false);
    wfd_share_free(service->share);
    wfd_handle_table_free(service->handles);
    if (service->wake_fd >= 0) close(service->wake_fd);
    pthread_cond_destroy(&service->changed);
    pthread_mutex_destroy(&service->lock);
    free(service);
}
