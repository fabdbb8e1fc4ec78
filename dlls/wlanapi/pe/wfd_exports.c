/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The seven Wi-Fi Direct functions: check arguments, cross to the Unix half, store results. Each
 * sets the last error to the code it returns (row A3) and writes outputs on success only (A2).
 */
#include <stdarg.h>

#include "windef.h"
#include "winbase.h"
#include "wlanapi.h"
#include "wine/debug.h"

#include "wfd_private.h"

WINE_DEFAULT_DEBUG_CHANNEL(wlanapi);

static DWORD finish(const char *function, DWORD error)
{
    TRACE("%s returns %lu\n", function, error);
    SetLastError(error);
    return error;
}
#define FINISH(error) finish(__func__, error)

static BOOL is_no_handle(HANDLE handle)
{
    return !handle || handle == INVALID_HANDLE_VALUE;
}

DWORD WINAPI WFDOpenHandle(DWORD client_version, DWORD *negotiated_version, HANDLE *client)
{
    struct wfd_unix_open_client_params params;
    DWORD error;

    TRACE("version %lu, %p, %p\n", client_version, negotiated_version, client);
    if (client_version != WFD_API_VERSION || !negotiated_version || !client)
        return FINISH(ERROR_INVALID_PARAMETER);
    error = wfd_unix_ready();
    if (error) return FINISH(error);
    wfd_config_read(&params.config);
    wfd_unix_call(wfd_unix_open_client, &params);
    if (!params.error)
    {
        *negotiated_version = WFD_API_VERSION;
        *client = ULongToHandle(params.client);
        wfd_nodes_list();
    }
    return FINISH(params.error);
}

DWORD WINAPI WFDCloseHandle(HANDLE client)
{
    struct wfd_unix_close_client_params params = {
        .client = (ULONG_PTR)client,
        .thread = GetCurrentThreadId(),
    };

    TRACE("%p\n", client);
    if (is_no_handle(client)) return FINISH(ERROR_INVALID_PARAMETER);
    if (wfd_unix_ready()) return FINISH(ERROR_INVALID_HANDLE);
    wfd_unix_call(wfd_unix_close_client, &params);
    return FINISH(params.error);
}

DWORD WINAPI WFDStartOpenSession(HANDLE client, DOT11_MAC_ADDRESS *address, void *context,
        WFD_OPEN_SESSION_COMPLETE_CALLBACK callback, HANDLE *session)
{
    struct wfd_unix_start_open_params params = {
        .client = (ULONG_PTR)client,
        .callback = (ULONG_PTR)callback,
        .context = (ULONG_PTR)context,
    };
    struct wfd_unix_session_params begin = { 0 };

    TRACE("%p, %p, %p, %p, %p\n", client, address, context, callback, session);
    if (is_no_handle(client) || !address || !callback || !session)
        return FINISH(ERROR_INVALID_PARAMETER);
    if (wfd_unix_ready()) return FINISH(ERROR_INVALID_HANDLE);
    wfd_policy_watch();
    memcpy(params.peer, address, sizeof(params.peer));
    if (!wfd_dispatch_claim()) return FINISH(ERROR_NOT_ENOUGH_MEMORY);
    wfd_unix_call(wfd_unix_start_open, &params);
    if (!params.error)
    {
        *session = ULongToHandle(params.session);
        begin.session = params.session;
        wfd_unix_call(wfd_unix_begin_open, &begin);
        wfd_nodes_watch();
    }
    wfd_dispatch_release();
    return FINISH(params.error);
}

static DWORD call_with_session(enum wfd_unix_func func, HANDLE session)
{
    struct wfd_unix_session_params params = { .session = (ULONG_PTR)session };

    if (is_no_handle(session)) return ERROR_INVALID_PARAMETER;
    if (wfd_unix_ready()) return ERROR_INVALID_HANDLE;
    wfd_unix_call(func, &params);
    return params.error;
}

DWORD WINAPI WFDCancelOpenSession(HANDLE session)
{
    TRACE("%p\n", session);
    return FINISH(call_with_session(wfd_unix_cancel_open, session));
}

DWORD WINAPI WFDCloseSession(HANDLE session)
{
    TRACE("%p\n", session);
    if (!is_no_handle(session) && !wfd_unix_ready()) wfd_policy_watch();
    return FINISH(call_with_session(wfd_unix_close_session, session));
}

DWORD WINAPI WFDOpenLegacySession(
        HANDLE client, DOT11_MAC_ADDRESS *address, HANDLE *session, GUID *interface_guid)
{
    struct wfd_unix_open_legacy_params params = { .client = (ULONG_PTR)client };

    TRACE("%p, %p, %p, %p\n", client, address, session, interface_guid);
    if (is_no_handle(client) || !address || !session || !interface_guid)
        return FINISH(ERROR_INVALID_PARAMETER);
    if (wfd_unix_ready()) return FINISH(ERROR_INVALID_HANDLE);
    wfd_policy_watch();
    memcpy(params.peer, address, sizeof(params.peer));
    wfd_unix_call(wfd_unix_open_legacy, &params);
    if (!params.error)
    {
        *session = ULongToHandle(params.session);
        *interface_guid = wfd_interface_guid(params.interface_index);
    }
    return FINISH(params.error);
}

DWORD WINAPI WFDUpdateDeviceVisibility(DOT11_MAC_ADDRESS *address)
{
    struct wfd_unix_search_params params = { .found = 0 };
    DWORD error;

    TRACE("%p\n", address);
    if (!address) return FINISH(ERROR_INVALID_PARAMETER);
    error = wfd_unix_ready();
    if (error) return FINISH(error);
    wfd_policy_watch();
    wfd_config_read(&params.config);
    memcpy(params.peer, address, sizeof(params.peer));
    wfd_unix_call(wfd_unix_search, &params);
    if (!params.error) wfd_nodes_update(params.peer, params.found, NULL);
    return FINISH(params.error);
}

/*
 * Brings the device nodes of this prefix up to date, now; an entry for rundll32, whose arguments say
 * nothing. Without a Unix half there is nothing to see.
 */
void WINAPI __winewfd_update_nodes(HWND window, HINSTANCE instance, char *arguments, int show);
void WINAPI __winewfd_update_nodes(HWND window, HINSTANCE instance, char *arguments, int show)
{
    TRACE("%p, %p, %p, %d\n", window, instance, arguments, show);
    if (wfd_unix_ready()) return;
    wfd_policy_watch();
    wfd_nodes_update(NULL, FALSE, NULL);
}
