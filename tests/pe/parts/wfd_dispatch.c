/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The DLL's dispatcher on a Unix half of the test's own, which keeps the answer "no open is pending"
 * back for as long as the test wants: what happens within microseconds, and rarely, happens always.
 */
#include "wfd_private.h"

#include "check.h"

#define WAIT_MS 20000 /* for what has to come; a loaded machine may be slow */

HINSTANCE wfd_instance;

static LONG pending;  /* opens that are registered and not fetched; each has completed at once */
static LONG called;   /* callbacks */
static LONG keeps;    /* the next answer that none is pending is kept back */
static HANDLE kept;   /* it is, from now on */
static HANDLE let_go; /* and goes on */
static HANDLE thread; /* the dispatcher's; NULL: it has not asked yet */
static HANDLE called_back;

static void WINAPI opened(HANDLE session, void *context, GUID guid, DWORD error, DWORD reason)
{
    InterlockedIncrement(&called);
    SetEvent(called_back);
}

static void next_completion(struct wfd_unix_completion_params *params)
{
    if (!thread) thread = OpenThread(SYNCHRONIZE, FALSE, GetCurrentThreadId());
    memset(params, 0, sizeof(*params));
    if (InterlockedCompareExchange(&pending, 0, 0))
    {
        InterlockedDecrement(&pending);
        params->valid = TRUE;
        params->callback = (ULONG_PTR)opened;
        return;
    }
    if (!InterlockedExchange(&keeps, FALSE)) return;
    SetEvent(kept);
    WaitForSingleObject(let_go, WAIT_MS);
}

void wfd_unix_call(enum wfd_unix_func func, void *params)
{
    if (func == wfd_unix_next_completion) next_completion(params);
}

void wfd_nodes_refresh(void)
{
}

static BOOL wait_for(HANDLE object)
{
    return WaitForSingleObject(object, WAIT_MS) == WAIT_OBJECT_0;
}

/* The thread has seen that nothing is pending, while an open was claimed and not yet registered. */
static void claim_until_kept(void)
{
    InterlockedExchange(&called, 0);
    InterlockedExchange(&keeps, TRUE);
    CHECK(wfd_dispatch_claim(), "no thread");
    CHECK(wait_for(kept), "the thread does not ask");
}

static void must_end(void)
{
    CHECK(wait_for(thread), "the thread does not end");
    CloseHandle(thread);
    thread = NULL;
}

static void must_call_back_once(void)
{
    CHECK(wait_for(called_back), "no callback");
    must_end();
    CHECK_EQ(InterlockedCompareExchange(&called, 0, 0), 1, "callbacks");
}

static void an_open_that_began_before_the_thread_looks_whether_it_may_end_calls_back(void)
{
    claim_until_kept();
    InterlockedIncrement(&pending);
    wfd_dispatch_release();
    SetEvent(let_go);
    must_call_back_once();
}

static void an_open_that_begins_after_the_thread_has_looked_calls_back(void)
{
    claim_until_kept();
    SetEvent(let_go);
    InterlockedIncrement(&pending);
    wfd_dispatch_release();
    must_call_back_once();
}

static void after_an_open_that_could_not_begin_the_thread_ends_and_the_next_has_another(void)
{
    claim_until_kept();
    wfd_dispatch_release();
    SetEvent(let_go);
    must_end();
    CHECK(wfd_dispatch_claim(), "no thread");
    InterlockedIncrement(&pending);
    wfd_dispatch_release();
    must_call_back_once();
}

int main(void)
{
    wfd_instance = GetModuleHandleW(NULL);
    kept = CreateEventW(NULL, FALSE, FALSE, NULL);
    let_go = CreateEventW(NULL, FALSE, FALSE, NULL);
    called_back = CreateEventW(NULL, FALSE, FALSE, NULL);
    RUN(an_open_that_began_before_the_thread_looks_whether_it_may_end_calls_back);
    RUN(an_open_that_begins_after_the_thread_has_looked_calls_back);
    RUN(after_an_open_that_could_not_begin_the_thread_ends_and_the_next_has_another);
    return check_summary();
}
