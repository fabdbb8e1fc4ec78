/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The private exports for looking for devices and pairing (winewfd.h): check arguments, cross to
 * the Unix half, store results. Never traces a PIN, and keeps none.
 */
#include <stdarg.h>

#include "windef.h"
#include "winbase.h"
#include "winewfd.h"
#include "wine/debug.h"

#include "wfd_private.h"

WINE_DEFAULT_DEBUG_CHANNEL(wlanapi);

#define PAIRING_TIMEOUT_MS 125000 /* WFD_PAIRING_TIMEOUT_MS of the core */
#define SCAN_DEVICE        1      /* of the core's enum wfd_scan_news */
#define SCAN_OVER          2

DWORD WINAPI __winewfd_make_pin(char ret_pin[9]);
DWORD WINAPI __winewfd_open_for_pairing(HANDLE *ret_client);
DWORD WINAPI __winewfd_progress(HANDLE session);
DWORD WINAPI __winewfd_scan_begin(DWORD seconds, DWORD *ret_scan);
DWORD WINAPI __winewfd_scan_end(DWORD scan);
DWORD WINAPI __winewfd_scan_next(
        DWORD scan, DWORD wait_ms, struct winewfd_device *ret_device, BOOL *ret_found);
DWORD WINAPI __winewfd_start_pairing(
        HANDLE client, const struct winewfd_pairing *pairing, HANDLE *ret_session);

static DWORD make_ready(void)
{
    DWORD error = wfd_unix_ready();

    if (!error) wfd_policy_watch();
    return error;
}

/* The radio may be switched off as well. */
static DWORD tell_policy_apart(DWORD error)
{
    return error == ERROR_INVALID_STATE && !wfd_policy_allows() ? ERROR_ACCESS_DISABLED_BY_POLICY
                                                                : error;
}

DWORD WINAPI __winewfd_scan_begin(DWORD seconds, DWORD *ret_scan)
{
    struct wfd_unix_scan_begin_params params = { .seconds = seconds };
    DWORD error = make_ready();

    TRACE("%lu, %p\n", seconds, ret_scan);
    if (error) return error;
    wfd_config_read(&params.config);
    wfd_unix_call(wfd_unix_scan_begin, &params);
    if (!params.error) *ret_scan = params.scan;
    return tell_policy_apart(params.error);
}

DWORD WINAPI __winewfd_scan_next(
        DWORD scan, DWORD wait_ms, struct winewfd_device *ret_device, BOOL *ret_found)
{
    struct wfd_unix_scan_next_params params = { .scan = scan, .wait_ms = wait_ms };

    if (wfd_unix_ready()) return ERROR_INVALID_HANDLE;
    wfd_unix_call(wfd_unix_scan_next, &params);
    if (params.news == SCAN_OVER)
        return params.error ? tell_policy_apart(params.error) : ERROR_NO_MORE_ITEMS;
    *ret_found = params.news == SCAN_DEVICE;
    if (!*ret_found) return ERROR_SUCCESS;
    memcpy(ret_device->address, params.address, sizeof(ret_device->address));
    memcpy(ret_device->name, params.name, sizeof(ret_device->name));
    ret_device->config_methods = params.config_methods;
    ret_device->category = params.category;
    ret_device->owns_group = params.owns_group;
    return ERROR_SUCCESS;
}

DWORD WINAPI __winewfd_scan_end(DWORD scan)
{
    struct wfd_unix_scan_end_params params = { .scan = scan };

    TRACE("%lu\n", scan);
    if (wfd_unix_ready()) return ERROR_INVALID_HANDLE;
    wfd_unix_call(wfd_unix_scan_end, &params);
    return ERROR_SUCCESS;
}

DWORD WINAPI __winewfd_make_pin(char ret_pin[9])
{
    struct wfd_unix_pin_params params = { .error = 0 };
    DWORD error = wfd_unix_ready();

    if (error) return error;
    wfd_unix_call(wfd_unix_make_pin, &params);
    if (!params.error) memcpy(ret_pin, params.pin, sizeof(params.pin));
    SecureZeroMemory(params.pin, sizeof(params.pin));
    return params.error;
}

DWORD WINAPI __winewfd_open_for_pairing(HANDLE *ret_client)
{
    struct wfd_unix_open_client_params params;
    DWORD error = make_ready();

    TRACE("%p\n", ret_client);
    if (error) return error;
    wfd_config_read(&params.config);
    params.config.open_timeout_ms = PAIRING_TIMEOUT_MS;
    wfd_unix_call(wfd_unix_open_client, &params);
    if (!params.error) *ret_client = ULongToHandle(params.client);
    return tell_policy_apart(params.error);
}

DWORD WINAPI __winewfd_start_pairing(
        HANDLE client, const struct winewfd_pairing *pairing, HANDLE *ret_session)
{
    struct wfd_unix_start_pairing_params params = {
        .client = (ULONG_PTR)client,
        .callback = (ULONG_PTR)pairing->callback,
        .context = (ULONG_PTR)pairing->context,
        .method = pairing->method,
    };
    struct wfd_unix_session_params begin = { 0 };

    TRACE("%p, method %lu, %p\n", client, pairing->method, ret_session);
    if (wfd_unix_ready()) return ERROR_INVALID_HANDLE;
    if (!wfd_dispatch_claim()) return ERROR_NOT_ENOUGH_MEMORY;
    memcpy(params.peer, pairing->address, sizeof(params.peer));
    memcpy(params.pin, pairing->pin, sizeof(params.pin));
    wfd_unix_call(wfd_unix_start_pairing, &params);
    SecureZeroMemory(params.pin, sizeof(params.pin));
    if (!params.error)
    {
        *ret_session = ULongToHandle(params.session);
        begin.session = params.session;
        wfd_unix_call(wfd_unix_begin_open, &begin);
        wfd_nodes_watch();
    }
    wfd_dispatch_release();
    return tell_policy_apart(params.error);
}

DWORD WINAPI __winewfd_progress(HANDLE session)
{
    struct wfd_unix_progress_params params = { .session = (ULONG_PTR)session };

    if (!wfd_unix_ready()) wfd_unix_call(wfd_unix_progress, &params);
    return params.progress;
}
