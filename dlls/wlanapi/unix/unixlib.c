/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Unix half: glue between Wine's table of calls and the core, nothing else. Uses none of
 * Wine's functions; its trace lines go straight to stderr, because Wine's debug functions changed
 * their calling convention between the versions that one binary has to serve.
 */
#include <assert.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wfd_core.h"
#include "wfd_text.h"
#include "wfd_unixlib.h"

#define MAX_WAIT_MS 1000 /* of a scan: who ends it from another thread waits as long */

/* What wine/unixlib.h would declare, were it packaged. */
typedef int32_t NTSTATUS;
typedef NTSTATUS (*unixlib_entry_t)(void *args);

static pthread_once_t service_once = PTHREAD_ONCE_INIT;
static struct wfd_service *service;
static char reaper_path[4096];

static void trace_line(const char *line)
{
    char text[600];
    int length = snprintf(text, sizeof(text), "trace:wlanapi:unix %s\n", line);
    ssize_t written = write(2, text, (size_t)length);

    (void)written;
}

/* The helper lies beside this library; Wine may have found that by a link. */
static const char *find_reaper(void)
{
    const char *reaper = NULL;
    char *library, *slash;
    Dl_info info;

    if (!dladdr((void *)find_reaper, &info) || !info.dli_fname) return NULL;
    library = realpath(info.dli_fname, NULL);
    if (!library) return NULL;
    slash = strrchr(library, '/');
    if (slash && (size_t)(slash - library) + sizeof("/winewfd-reaper") <= sizeof(reaper_path))
    {
        slash[1] = 0;
        strcpy(reaper_path, library);
        strcat(reaper_path, "winewfd-reaper");
        reaper = reaper_path;
    }
    free(library);
    return reaper;
}

static void make_service(void)
{
    struct wfd_environment environment = { .reaper_path = find_reaper() };

    if (wfd_service_new(&environment, &service)) service = NULL;
}

static NTSTATUS unix_init(void *args)
{
    struct wfd_unix_init_params *params = args;

    if (params->version != WFD_UNIX_VERSION)
    {
        params->error = WFD_ERROR_NOT_SUPPORTED;
        return 0;
    }
    if (params->trace) wfd_log_set_sink(trace_line);
    pthread_once(&service_once, make_service);
    params->error = service ? WFD_SUCCESS : WFD_ERROR_NOT_ENOUGH_MEMORY;
    return 0;
}

static struct wfd_config take_config(const struct wfd_unix_config *from)
{
    struct wfd_config config = {
        .open_timeout_ms = from->open_timeout_ms,
        .search_timeout_ms = from->search_timeout_ms,
        .reply_timeout_ms = from->reply_timeout_ms,
        .supplicant_uid = from->supplicant_uid,
    };

    _Static_assert(sizeof(config.control_directory) == sizeof(from->control_directory), "size");
    _Static_assert(sizeof(config.interface) == sizeof(from->interface), "size");
    memcpy(config.control_directory, from->control_directory, sizeof(config.control_directory) - 1);
    memcpy(config.interface, from->interface, sizeof(config.interface) - 1);
    return config;
}

static NTSTATUS unix_open_client(void *args)
{
    struct wfd_unix_open_client_params *params = args;
    struct wfd_config config = take_config(&params->config);

    params->error = wfd_service_open_client(service, &config, &params->client);
    return 0;
}

static NTSTATUS unix_close_client(void *args)
{
    struct wfd_unix_close_client_params *params = args;

    params->error = wfd_service_close_client(service, params->client, params->thread);
    return 0;
}

static NTSTATUS unix_start_open(void *args)
{
    struct wfd_unix_start_open_params *params = args;
    struct wfd_mac peer;

    memcpy(peer.octet, params->peer, sizeof(peer.octet));
    params->error = wfd_service_start_open(
            service, params->client, &peer, params->callback, params->context, &params->session);
    return 0;
}

static NTSTATUS unix_begin_open(void *args)
{
    struct wfd_unix_session_params *params = args;

    wfd_service_begin_open(service, (uint32_t)params->session);
    return 0;
}

static NTSTATUS unix_cancel_open(void *args)
{
    struct wfd_unix_session_params *params = args;

    params->error = wfd_service_cancel_open(service, params->session);
    return 0;
}

static NTSTATUS unix_close_session(void *args)
{
    struct wfd_unix_session_params *params = args;

    params->error = wfd_service_close_session(service, params->session);
    return 0;
}

static NTSTATUS unix_open_legacy(void *args)
{
    struct wfd_unix_open_legacy_params *params = args;
    struct wfd_mac peer;

    memcpy(peer.octet, params->peer, sizeof(peer.octet));
    params->error = wfd_service_open_legacy(
            service, params->client, &peer, &params->session, &params->interface_index);
    return 0;
}

static NTSTATUS unix_search(void *args)
{
    struct wfd_unix_search_params *params = args;
    struct wfd_config config = take_config(&params->config);
    struct wfd_mac peer;
    bool found = false;

    memcpy(peer.octet, params->peer, sizeof(peer.octet));
    params->error = wfd_service_search(service, &config, &peer, &found);
    params->found = found;
    return 0;
}

static void put_state(const struct wfd_paired_state *from, struct wfd_unix_device *ret_device)
{
    _Static_assert(sizeof(from->name) <= sizeof(ret_device->name), "size");
    memset(ret_device, 0, sizeof(*ret_device));
    memcpy(ret_device->peer, from->peer.octet, sizeof(ret_device->peer));
    memcpy(ret_device->interface_address, from->interface_address.octet,
            sizeof(ret_device->interface_address));
    ret_device->interface_index = from->interface_index;
    ret_device->connected = from->connected;
    ret_device->visible = from->visible;
    memcpy(ret_device->name, from->name, sizeof(from->name));
}

static NTSTATUS unix_look(void *args)
{
    struct wfd_unix_look_params *params = args;
    struct wfd_config config = take_config(&params->config);
    struct wfd_paired_state *states = calloc(WFD_UNIX_MAX_DEVICES, sizeof(*states));

    params->count = 0;
    params->error = WFD_ERROR_NOT_ENOUGH_MEMORY;
    if (!states) return 0;
    params->error =
            wfd_service_look(service, &config, states, WFD_UNIX_MAX_DEVICES, &params->count);
    for (uint32_t i = 0; i < params->count; i++) put_state(&states[i], &params->devices[i]);
    free(states);
    return 0;
}

static NTSTATUS unix_changes(void *args)
{
    struct wfd_unix_changes_params *params = args;
    bool live;

    wfd_service_changes(service, &params->serial, &live);
    params->live = live;
    return 0;
}

static NTSTATUS unix_next_completion(void *args)
{
    struct wfd_unix_completion_params *params = args;
    struct wfd_completion_info info;

    params->valid = wfd_service_next_completion(service, &info);
    if (!params->valid) return 0;
    params->callback = info.callback;
    params->context = info.context;
    params->completion = info.completion;
    params->session = info.session;
    params->interface_index = info.interface_index;
    params->error = info.error;
    params->reason = info.reason;
    return 0;
}

static NTSTATUS unix_callback_begin(void *args)
{
    struct wfd_unix_callback_params *params = args;

    wfd_service_callback_begin(service, params->completion, params->thread);
    return 0;
}

static NTSTATUS unix_callback_end(void *args)
{
    struct wfd_unix_callback_params *params = args;

    wfd_service_callback_end(service, params->completion);
    return 0;
}

static NTSTATUS unix_set_policy(void *args)
{
    struct wfd_unix_policy_params *params = args;

    wfd_service_set_policy(service, params->allowed);
    return 0;
}

static NTSTATUS unix_abandon(void *args)
{
    (void)args;
    wfd_service_abandon(service);
    return 0;
}

static NTSTATUS unix_start_pairing(void *args)
{
    struct wfd_unix_start_pairing_params *params = args;
    struct wfd_pairing pairing = { .method = (enum wfd_pairing_method)params->method,
        .go_intent = -1 };
    struct wfd_mac peer;

    _Static_assert(sizeof(pairing.pin) == sizeof(params->pin), "size");
    memcpy(pairing.pin, params->pin, sizeof(pairing.pin));
    memcpy(peer.octet, params->peer, sizeof(peer.octet));
    params->error = wfd_service_start_pairing(service, params->client, &peer, &pairing,
            params->callback, params->context, &params->session);
    wfd_wipe(&pairing, sizeof(pairing));
    wfd_wipe(params->pin, sizeof(params->pin));
    return 0;
}

static NTSTATUS unix_progress(void *args)
{
    struct wfd_unix_progress_params *params = args;

    params->progress = wfd_service_progress(service, params->session);
    return 0;
}

static NTSTATUS unix_make_pin(void *args)
{
    struct wfd_unix_pin_params *params = args;

    params->error = wfd_pin_make(params->pin) ? WFD_SUCCESS : WFD_ERROR_GEN_FAILURE;
    return 0;
}

/* The process's one scan. The lock is held while its next news is waited for. */
static pthread_mutex_t scan_lock = PTHREAD_MUTEX_INITIALIZER;
static struct wfd_scan *scan; /* guarded by scan_lock, as the next */
static uint32_t scan_number;

static NTSTATUS unix_scan_begin(void *args)
{
    struct wfd_unix_scan_begin_params *params = args;
    struct wfd_config config = take_config(&params->config);

    pthread_mutex_lock(&scan_lock);
    params->error = scan ? WFD_ERROR_BUSY
                         : wfd_service_scan_begin(service, &config, params->seconds, &scan);
    if (!params->error) params->scan = ++scan_number;
    pthread_mutex_unlock(&scan_lock);
    return 0;
}

static void put_device(struct wfd_unix_scan_next_params *params, const struct wfd_device *device)
{
    _Static_assert(sizeof(params->name) == sizeof(device->name), "size");
    memcpy(params->address, device->address.octet, sizeof(params->address));
    memcpy(params->name, device->name, sizeof(params->name));
    params->config_methods = device->config_methods;
    params->category = device->category;
    params->owns_group = device->owns_group;
}

static NTSTATUS unix_scan_next(void *args)
{
    struct wfd_unix_scan_next_params *params = args;
    uint32_t wait_ms = params->wait_ms < MAX_WAIT_MS ? params->wait_ms : MAX_WAIT_MS;
    enum wfd_error error = WFD_ERROR_INVALID_HANDLE;
    enum wfd_scan_news news = WFD_SCAN_OVER;
    struct wfd_device device;

    pthread_mutex_lock(&scan_lock);
    if (scan && params->scan == scan_number)
        news = wfd_service_scan_next(service, scan, wait_ms, &device, &error);
    pthread_mutex_unlock(&scan_lock);
    params->news = news;
    params->error = news == WFD_SCAN_OVER ? error : WFD_SUCCESS;
    if (news == WFD_SCAN_DEVICE) put_device(params, &device);
    return 0;
}

static NTSTATUS unix_scan_end(void *args)
{
    struct wfd_unix_scan_end_params *params = args;

    pthread_mutex_lock(&scan_lock);
    if (scan && params->scan == scan_number)
    {
        wfd_service_scan_end(service, scan);
        scan = NULL;
    }
    pthread_mutex_unlock(&scan_lock);
    return 0;
}

#define TABLE                                                                                      \
    {                                                                                              \
        [wfd_unix_init] = unix_init, [wfd_unix_open_client] = unix_open_client,                    \
        [wfd_unix_close_client] = unix_close_client, [wfd_unix_start_open] = unix_start_open,      \
        [wfd_unix_begin_open] = unix_begin_open, [wfd_unix_cancel_open] = unix_cancel_open,        \
        [wfd_unix_close_session] = unix_close_session, [wfd_unix_open_legacy] = unix_open_legacy,  \
        [wfd_unix_search] = unix_search, [wfd_unix_look] = unix_look,                              \
        [wfd_unix_changes] = unix_changes, [wfd_unix_next_completion] = unix_next_completion,      \
        [wfd_unix_callback_begin] = unix_callback_begin,                                           \
        [wfd_unix_callback_end] = unix_callback_end, [wfd_unix_set_policy] = unix_set_policy,      \
        [wfd_unix_abandon] = unix_abandon, [wfd_unix_start_pairing] = unix_start_pairing,          \
        [wfd_unix_progress] = unix_progress, [wfd_unix_make_pin] = unix_make_pin,                  \
        [wfd_unix_scan_begin] = unix_scan_begin, [wfd_unix_scan_next] = unix_scan_next,            \
        [wfd_unix_scan_end] = unix_scan_end,                                                       \
    }

/* The params are the same for 32-bit processes, so both tables are. */
extern const unixlib_entry_t __wine_unix_call_funcs[];
extern const unixlib_entry_t __wine_unix_call_wow64_funcs[];

const unixlib_entry_t __wine_unix_call_funcs[] = TABLE;
const unixlib_entry_t __wine_unix_call_wow64_funcs[] = TABLE;

_Static_assert(
        sizeof(__wine_unix_call_funcs) / sizeof(__wine_unix_call_funcs[0]) == wfd_unix_func_count,
        "one entry for each call");
_Static_assert(sizeof(__wine_unix_call_wow64_funcs) == sizeof(__wine_unix_call_funcs),
        "one entry for each call");
