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
#include "wfd_unixlib.h"

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

#define TABLE                                                                                      \
    {                                                                                              \
        [wfd_unix_init] = unix_init, [wfd_unix_open_client] = unix_open_client,                    \
        [wfd_unix_close_client] = unix_close_client, [wfd_unix_start_open] = unix_start_open,      \
        [wfd_unix_begin_open] = unix_begin_open, [wfd_unix_cancel_open] = unix_cancel_open,        \
        [wfd_unix_close_session] = unix_close_session, [wfd_unix_open_legacy] = unix_open_legacy,  \
        [wfd_unix_search] = unix_search, [wfd_unix_next_completion] = unix_next_completion,        \
        [wfd_unix_callback_begin] = unix_callback_begin,                                           \
        [wfd_unix_callback_end] = unix_callback_end, [wfd_unix_set_policy] = unix_set_policy,      \
        [wfd_unix_abandon] = unix_abandon,                                                         \
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
