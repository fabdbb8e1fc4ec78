/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From completions to the application's callbacks. One thread fetches completions while opens are
 * pending and hands each to the thread pool, so a callback that blocks delays nobody (row SO13).
 * Both hold a reference to the DLL, and neither holds a lock while the application's code runs.
 */
#include <stdarg.h>

#include "windef.h"
#include "winbase.h"
#include "wlanapi.h"
#include "wine/debug.h"

#include "wfd_private.h"

WINE_DEFAULT_DEBUG_CHANNEL(wlanapi);

static SRWLOCK dispatch_lock = SRWLOCK_INIT;
static CONDITION_VARIABLE dispatch_changed = CONDITION_VARIABLE_INIT;
static BOOL thread_runs;      /* guarded by dispatch_lock */
static unsigned int claims;   /* guarded by dispatch_lock; opens between claim and release */
static unsigned int releases; /* guarded by dispatch_lock; all that were ever made */

GUID wfd_interface_guid(DWORD index)
{
    GUID guid = { index, 0, 0, { 0, 0, 'N', 'e', 't', 'D', 'e', 'v' } };
    static const GUID none;

    return index ? guid : none;
}

static void call_back(const struct wfd_unix_completion_params *completion)
{
    WFD_OPEN_SESSION_COMPLETE_CALLBACK callback =
            (WFD_OPEN_SESSION_COMPLETE_CALLBACK)(ULONG_PTR)completion->callback;
    struct wfd_unix_callback_params params = {
        .thread = GetCurrentThreadId(),
        .completion = completion->completion,
    };

    wfd_unix_call(wfd_unix_callback_begin, &params);
    TRACE("session %08x: calling back %p, error %u, reason %#x, interface %u\n",
            completion->session, callback, completion->error, completion->reason,
            completion->interface_index);
    callback(ULongToHandle(completion->session), (void *)(ULONG_PTR)completion->context,
            wfd_interface_guid(completion->interface_index), completion->error, completion->reason);
    wfd_unix_call(wfd_unix_callback_end, &params);
}

static void CALLBACK run_completion(TP_CALLBACK_INSTANCE *instance, void *context)
{
    struct wfd_unix_completion_params *completion = context;

    call_back(completion);
    HeapFree(GetProcessHeap(), 0, completion);
    FreeLibraryWhenCallbackReturns(instance, wfd_instance);
}

static void hold_module(void)
{
    HMODULE module;

    GetModuleHandleExW(
            GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (const WCHAR *)wfd_instance, &module);
}

/* Without memory or a pool thread the callback runs here: late for others, but never lost. */
static void deliver(const struct wfd_unix_completion_params *completion)
{
    struct wfd_unix_completion_params *copy = HeapAlloc(GetProcessHeap(), 0, sizeof(*copy));

    if (copy)
    {
        *copy = *completion;
        hold_module();
        if (TrySubmitThreadpoolCallback(run_completion, copy, NULL)) return;
        FreeLibrary(wfd_instance);
        HeapFree(GetProcessHeap(), 0, copy);
    }
    WARN("no pool thread, calling back from the dispatcher\n");
    call_back(completion);
}

static unsigned int count_releases(void)
{
    unsigned int count;

    AcquireSRWLockShared(&dispatch_lock);
    count = releases;
    ReleaseSRWLockShared(&dispatch_lock);
    return count;
}

/*
 * TRUE when no open is pending and none is about to be: the thread is no longer counted on. "None is
 * pending" may have been said just before one was registered. That one's release comes after: it is
 * still claimed, or the releases have become more.
 */
static BOOL may_end(unsigned int seen_releases)
{
    BOOL end;

    AcquireSRWLockExclusive(&dispatch_lock);
    end = !claims && releases == seen_releases;
    while (claims) SleepConditionVariableSRW(&dispatch_changed, &dispatch_lock, INFINITE, 0);
    if (end) thread_runs = FALSE;
    ReleaseSRWLockExclusive(&dispatch_lock);
    return end;
}

static DWORD CALLBACK dispatch_thread(void *context)
{
    struct wfd_unix_completion_params completion;

    for (;;)
    {
        unsigned int seen_releases = count_releases();

        wfd_unix_call(wfd_unix_next_completion, &completion);
        if (completion.valid)
        {
            deliver(&completion);
            wfd_nodes_refresh();
        }
        else if (may_end(seen_releases))
            break;
    }
    FreeLibraryAndExitThread(wfd_instance, 0);
}

/* Must be called with dispatch_lock held. */
static BOOL start_thread_locked(void)
{
    HANDLE thread;

    hold_module();
    thread = CreateThread(NULL, 0, dispatch_thread, NULL, 0, NULL);
    if (!thread)
    {
        FreeLibrary(wfd_instance);
        return FALSE;
    }
    CloseHandle(thread);
    return TRUE;
}

BOOL wfd_dispatch_claim(void)
{
    BOOL runs;

    AcquireSRWLockExclusive(&dispatch_lock);
    claims++;
    if (!thread_runs) thread_runs = start_thread_locked();
    runs = thread_runs;
    if (!runs) claims--;
    ReleaseSRWLockExclusive(&dispatch_lock);
    return runs;
}

void wfd_dispatch_release(void)
{
    AcquireSRWLockExclusive(&dispatch_lock);
    releases++;
    if (!--claims) WakeAllConditionVariable(&dispatch_changed);
    ReleaseSRWLockExclusive(&dispatch_lock);
}
