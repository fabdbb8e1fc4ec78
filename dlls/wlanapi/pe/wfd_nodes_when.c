/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * When the device nodes are brought up to date: in the background, after a client has opened a
 * handle, after an open has completed, and whenever a group came or went while this program has
 * something under way, which a timer asks the Unix half for.
 *
 * Who opens a handle and enumerates at once shall find the paired devices: WFDOpenHandle waits until
 * there is a node for each of them, and for nobody else, but no longer than LISTED_MS. As a rule
 * they are there from last time, and that takes no longer than to see it; what their properties tell
 * may be written a moment later.
 *
 * The worker holds a reference to the DLL. The timer's thread cannot wait for one: it may be waited
 * for with the loader's lock held, when the DLL is unloaded. It looks whether that lock is free, and
 * if not leaves it at that until next time.
 */
#include <stdarg.h>

#include "windef.h"
#include "winbase.h"
#include "winternl.h"
#include "wine/debug.h"

#include "wfd_private.h"

WINE_DEFAULT_DEBUG_CHANNEL(wlanapi);

#define LISTED_MS 250
#define RECENT_MS 1000 /* a handle that is opened so soon after another waits for nothing */
#define TICK_MS   200

#define TRY_ONLY 2 /* of LdrLockLoaderLock; LOCKED is what it then tells of success */
#define LOCKED   1

static SRWLOCK nodes_lock = SRWLOCK_INIT;
static CONDITION_VARIABLE nodes_changed = CONDITION_VARIABLE_INIT;
/* All guarded by nodes_lock. */
static unsigned int asked, begun, listed; /* updates: asked for; that began; known to list all */
static BOOL works;                        /* there is a worker */
static ULONGLONG listed_at;               /* the last of them, 0: none */
static BOOL watches;                      /* or is about to */
static unsigned int watched;              /* how often it was asked for */
static HANDLE watch_timer;                /* NULL: none, or not yet */

static LONG failed; /* the last update saw nothing: while something is under way it is repeated */

static uint32_t seen_serial; /* of the timer's thread alone */

static BOOL begin_update(void)
{
    BOOL more;

    AcquireSRWLockExclusive(&nodes_lock);
    more = begun != asked;
    begun = asked;
    if (!more) works = FALSE;
    ReleaseSRWLockExclusive(&nodes_lock);
    return more;
}

static void nodes_listed(void)
{
    AcquireSRWLockExclusive(&nodes_lock);
    listed = begun;
    listed_at = GetTickCount64();
    ReleaseSRWLockExclusive(&nodes_lock);
    WakeAllConditionVariable(&nodes_changed);
}

/* Nothing can come of itself any more: the watch ends. The timer's thread waits for no worker. */
static void unwatch_if_idle(void)
{
    struct wfd_unix_changes_params changes;
    HANDLE timer = NULL;
    unsigned int before;

    AcquireSRWLockShared(&nodes_lock);
    before = watched;
    ReleaseSRWLockShared(&nodes_lock);
    wfd_unix_call(wfd_unix_changes, &changes);
    if (changes.live) return;
    AcquireSRWLockExclusive(&nodes_lock);
    if (watched == before && watch_timer)
    {
        timer = watch_timer;
        watch_timer = NULL;
        watches = FALSE;
    }
    ReleaseSRWLockExclusive(&nodes_lock);
    if (timer) DeleteTimerQueueTimer(NULL, timer, INVALID_HANDLE_VALUE);
}

static void CALLBACK work(TP_CALLBACK_INSTANCE *instance, void *context)
{
    FreeLibraryWhenCallbackReturns(instance, wfd_instance);
    unwatch_if_idle();
    while (begin_update())
    {
        InterlockedExchange(&failed, !wfd_nodes_update(NULL, FALSE, nodes_listed));
        nodes_listed();
    }
}

/* Without a thread the nodes stay as they are until somebody else has one. */
static void start_worker(void)
{
    HMODULE module;

    if (GetModuleHandleExW(
                GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (const WCHAR *)wfd_instance, &module))
    {
        if (TrySubmitThreadpoolCallback(work, NULL, NULL)) return;
        FreeLibrary(wfd_instance);
    }
    WARN("no pool thread\n");
    AcquireSRWLockExclusive(&nodes_lock);
    works = FALSE;
    listed = begun = asked;
    ReleaseSRWLockExclusive(&nodes_lock);
    WakeAllConditionVariable(&nodes_changed);
}

static unsigned int ask_for_update(void)
{
    unsigned int ticket;
    BOOL start;

    AcquireSRWLockExclusive(&nodes_lock);
    ticket = ++asked;
    start = !works;
    works = TRUE;
    ReleaseSRWLockExclusive(&nodes_lock);
    if (start) start_worker();
    return ticket;
}

void wfd_nodes_refresh(void)
{
    ask_for_update();
}

void wfd_nodes_list(void)
{
    ULONGLONG now = GetTickCount64(), end = now + LISTED_MS;
    unsigned int ticket = ask_for_update();
    BOOL recent;

    AcquireSRWLockExclusive(&nodes_lock);
    recent = listed_at && now - listed_at < RECENT_MS;
    while (!recent && (int)(listed - ticket) < 0 && (now = GetTickCount64()) < end)
        if (!SleepConditionVariableSRW(&nodes_changed, &nodes_lock, (DWORD)(end - now), 0)) break;
    ReleaseSRWLockExclusive(&nodes_lock);
}

/* Not for long, and with no call that may wait. */
static void CALLBACK tick(void *context, BOOLEAN fired)
{
    struct wfd_unix_changes_params changes;
    ULONG_PTR cookie;
    ULONG state;

    wfd_unix_call(wfd_unix_changes, &changes);
    if (changes.live && changes.serial == seen_serial && !InterlockedCompareExchange(&failed, 0, 0))
        return;
    if (LdrLockLoaderLock(TRY_ONLY, &state, &cookie) || state != LOCKED) return;
    seen_serial = changes.serial;
    ask_for_update();
    LdrUnlockLoaderLock(0, cookie);
}

void wfd_nodes_watch(void)
{
    HANDLE timer = NULL;
    BOOL start;

    AcquireSRWLockExclusive(&nodes_lock);
    watched++;
    start = !watches;
    watches = TRUE;
    ReleaseSRWLockExclusive(&nodes_lock);
    if (!start) return;
    /* In the timer's thread: one that exists by then, see wfd_policy_unwatch. */
    if (!CreateTimerQueueTimer(&timer, NULL, tick, NULL, TICK_MS, TICK_MS, WT_EXECUTEINTIMERTHREAD))
        WARN("no timer for groups that come and go: error %lu\n", GetLastError());
    AcquireSRWLockExclusive(&nodes_lock);
    watch_timer = timer;
    watches = timer != NULL;
    ReleaseSRWLockExclusive(&nodes_lock);
}

void wfd_nodes_unwatch(void)
{
    if (watch_timer) DeleteTimerQueueTimer(NULL, watch_timer, INVALID_HANDLE_VALUE);
}
