/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way into the Unix half. Asks ntdll for it by itself, so that the DLL links without Wine's
 * import libraries and loads where there is no Unix half. Never raises.
 */
#include <stdarg.h>

#include "ntstatus.h"
#define WIN32_NO_STATUS
#include "windef.h"
#include "winbase.h"
#include "winternl.h"
#include "wine/debug.h"

#include "wfd_private.h"

WINE_DEFAULT_DEBUG_CHANNEL(wlanapi);

/* MEMORY_INFORMATION_CLASS of Wine: the Unix half that belongs to a module. */
#define MEMORY_WINE_UNIX_FUNCS ((MEMORY_INFORMATION_CLASS)1000)

typedef UINT64 unixlib_handle;
typedef NTSTATUS(WINAPI *unix_call_dispatcher)(
        unixlib_handle handle, unsigned int code, void *args);
typedef NTSTATUS(WINAPI *query_memory)(HANDLE process, const void *address,
        MEMORY_INFORMATION_CLASS info, void *buffer, SIZE_T size, SIZE_T *ret_size);

static INIT_ONCE ready_once = INIT_ONCE_STATIC_INIT;
static DWORD ready_error = ERROR_SERVICE_NOT_ACTIVE;
static LONG is_ready;
static unixlib_handle unix_handle;
static unix_call_dispatcher dispatcher;

static BOOL find_unix_half(void)
{
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    unix_call_dispatcher *exported;
    query_memory query;
    NTSTATUS status;

    exported = (unix_call_dispatcher *)(void *)GetProcAddress(ntdll, "__wine_unix_call_dispatcher");
    query = (query_memory)(void *)GetProcAddress(ntdll, "NtQueryVirtualMemory");
    if (!exported || !query)
    {
        WARN("this is not Wine, or one older than 8.0\n");
        return FALSE;
    }
    status = query(GetCurrentProcess(), wfd_instance, MEMORY_WINE_UNIX_FUNCS, &unix_handle,
            sizeof(unix_handle), NULL);
    if (status)
    {
        ERR("the Unix half winewfd.so is missing or does not load, status %#lx\n", status);
        return FALSE;
    }
    dispatcher = *exported;
    return TRUE;
}

static BOOL CALLBACK make_ready(INIT_ONCE *once, void *param, void **context)
{
    struct wfd_unix_init_params params = { .version = WFD_UNIX_VERSION,
        .trace = TRACE_ON(wlanapi) };

    if (!find_unix_half()) return TRUE;
    dispatcher(unix_handle, wfd_unix_init, &params);
    if (params.error == ERROR_NOT_SUPPORTED) ERR("the two halves are of different versions\n");
    ready_error = params.error == ERROR_NOT_SUPPORTED ? ERROR_SERVICE_NOT_ACTIVE : params.error;
    if (!ready_error) InterlockedExchange(&is_ready, 1);
    return TRUE;
}

DWORD wfd_unix_ready(void)
{
    InitOnceExecuteOnce(&ready_once, make_ready, NULL, NULL);
    return ready_error;
}

BOOL wfd_unix_is_ready(void)
{
    return InterlockedCompareExchange(&is_ready, 0, 0);
}

void wfd_unix_call(enum wfd_unix_func func, void *params)
{
    dispatcher(unix_handle, func, params);
}
