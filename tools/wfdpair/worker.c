/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What waits for the supplicant and for people: a scan, a pairing. Each is a thread that begins
 * when the one before has ended, so that the supplicant is never asked for two things at once, and
 * that takes everything back when it is told to stop. Wipes PINs as soon as they have been given
 * away.
 */
#include "wfdpair.h"

#define SCAN_SECONDS 60
#define STEP_MS      200
#define FINISH_MS    30000
#define ATTEMPTS     5

struct worker
{
    void (*run)(struct worker *worker);
    HWND window;
    WPARAM number;
    HANDLE stop;     /* set when it is to end */
    HANDLE previous; /* the thread before it, or NULL */
    struct winewfd_pairing pairing;
};

/* Of the window's thread: the last worker. */
static HANDLE last_thread, last_stop;
static WPARAM last_number;

static BOOL is_stopped(const struct worker *worker)
{
    return WaitForSingleObject(worker->stop, 0) == WAIT_OBJECT_0;
}

/* Without a window nobody wants to know. */
static void post_copy(const struct worker *worker, UINT message, const void *data, SIZE_T size)
{
    void *copy = HeapAlloc(GetProcessHeap(), 0, size);

    if (!copy) return;
    memcpy(copy, data, size);
    if (!PostMessageW(worker->window, message, worker->number, (LPARAM)copy))
        HeapFree(GetProcessHeap(), 0, copy);
}

/* Each attempt asks for a second at most, which is not much where other programs run too. */
static BOOL tries_again(const struct worker *worker, DWORD error, unsigned int attempt)
{
    if (error != ERROR_SERVICE_NOT_ACTIVE || attempt >= ATTEMPTS) return FALSE;
    return WaitForSingleObject(worker->stop, STEP_MS) == WAIT_TIMEOUT;
}

static void run_scan(struct worker *worker)
{
    struct winewfd_device device;
    BOOL found = FALSE;
    unsigned int attempt = 0;
    DWORD error, scan;

    do
    {
        error = api.scan_begin(SCAN_SECONDS, &scan);
    } while (tries_again(worker, error, ++attempt));
    if (!error)
    {
        while (!error && !is_stopped(worker))
        {
            error = api.scan_next(scan, STEP_MS, &device, &found);
            if (!error && found) post_copy(worker, WM_DEVICE, &device, sizeof(device));
        }
        api.scan_end(scan);
    }
    if (error == ERROR_NO_MORE_ITEMS) error = ERROR_SUCCESS;
    PostMessageW(worker->window, WM_SCAN_OVER, worker->number, (LPARAM)error);
}

struct waiting
{
    struct outcome outcome;
    HANDLE done;
};

static void CALLBACK completed(
        HANDLE session, void *context, GUID interface_guid, DWORD error, DWORD reason)
{
    struct waiting *waiting = context;

    (void)session;
    (void)interface_guid;
    waiting->outcome.error = error;
    waiting->outcome.reason = reason;
    SetEvent(waiting->done);
}

/* The completion comes in bounded time, whatever happens; after a cancel, soon. */
static void await(const struct worker *worker, struct waiting *waiting, HANDLE session)
{
    HANDLE both[2] = { waiting->done, worker->stop };
    DWORD count = 2, which;

    while ((which = WaitForMultipleObjects(count, both, FALSE, STEP_MS)) != WAIT_OBJECT_0)
    {
        if (which == WAIT_OBJECT_0 + 1)
        {
            api.cancel(session);
            count = 1;
        }
        PostMessageW(worker->window, WM_PROGRESS, worker->number, (LPARAM)api.progress(session));
    }
}

/* The group has served: what was stored is what counts. */
static void pair(struct worker *worker, HANDLE client, struct waiting *waiting)
{
    HANDLE session;

    worker->pairing.callback = completed;
    worker->pairing.context = waiting;
    waiting->outcome.error = api.start_pairing(client, &worker->pairing, &session);
    SecureZeroMemory(worker->pairing.pin, sizeof(worker->pairing.pin));
    if (waiting->outcome.error) return;
    await(worker, waiting, session);
    if (!waiting->outcome.error) api.close_session(session);
}

static void run_pairing(struct worker *worker)
{
    struct waiting waiting = { .done = CreateEventW(NULL, TRUE, FALSE, NULL) };
    char no_arguments[] = "";
    unsigned int attempt = 0;
    HANDLE client;

    waiting.outcome.error = ERROR_NOT_ENOUGH_MEMORY;
    if (is_stopped(worker))
        waiting.outcome.error = ERROR_CANCELLED;
    else if (waiting.done)
    {
        do
        {
            waiting.outcome.error = api.open_for_pairing(&client);
        } while (tries_again(worker, waiting.outcome.error, ++attempt));
        if (!waiting.outcome.error)
        {
            pair(worker, client, &waiting);
            api.close_client(client); /* waits for the callback */
        }
    }
    if (waiting.done) CloseHandle(waiting.done);
    post_copy(worker, WM_PAIRED, &waiting.outcome, sizeof(waiting.outcome));
    if (!waiting.outcome.error && api.update_nodes)
        api.update_nodes(worker->window, GetModuleHandleW(NULL), no_arguments, SW_HIDE);
}

static void free_worker(struct worker *worker)
{
    SecureZeroMemory(&worker->pairing, sizeof(worker->pairing));
    if (worker->previous) CloseHandle(worker->previous);
    CloseHandle(worker->stop);
    HeapFree(GetProcessHeap(), 0, worker);
}

static DWORD CALLBACK work(void *context)
{
    struct worker *worker = context;

    if (worker->previous) WaitForSingleObject(worker->previous, INFINITE);
    worker->run(worker);
    free_worker(worker);
    return 0;
}

/* The worker has its own handle of the event, as it may end before it is told to. */
static BOOL give_event(struct worker *worker)
{
    HANDLE process = GetCurrentProcess(), stop = CreateEventW(NULL, TRUE, FALSE, NULL);

    if (!stop) return FALSE;
    if (!DuplicateHandle(process, stop, process, &worker->stop, 0, FALSE, DUPLICATE_SAME_ACCESS))
    {
        CloseHandle(stop);
        return FALSE;
    }
    if (last_stop) CloseHandle(last_stop);
    last_stop = stop;
    return TRUE;
}

static WPARAM start(struct worker *worker)
{
    HANDLE process = GetCurrentProcess(), thread;

    worker_stop();
    if (!give_event(worker))
    {
        HeapFree(GetProcessHeap(), 0, worker);
        return 0;
    }
    worker->number = ++last_number;
    if (last_thread)
        DuplicateHandle(
                process, last_thread, process, &worker->previous, 0, FALSE, DUPLICATE_SAME_ACCESS);
    thread = CreateThread(NULL, 0, work, worker, 0, NULL);
    if (!thread)
    {
        free_worker(worker);
        return 0;
    }
    if (last_thread) CloseHandle(last_thread);
    last_thread = thread;
    return last_number;
}

static struct worker *make(HWND window, void (*run)(struct worker *worker))
{
    struct worker *worker = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*worker));

    if (!worker) return NULL;
    worker->window = window;
    worker->run = run;
    return worker;
}

WPARAM worker_scan(HWND window)
{
    struct worker *worker = make(window, run_scan);

    return worker ? start(worker) : 0;
}

WPARAM worker_pair(HWND window, const struct winewfd_pairing *pairing)
{
    struct worker *worker = make(window, run_pairing);

    if (!worker) return 0;
    worker->pairing = *pairing;
    return start(worker);
}

void worker_stop(void)
{
    if (last_stop) SetEvent(last_stop);
}

/* Each waits for the one before it. What is not taken back by then is the helper process's. */
void worker_finish(void)
{
    worker_stop();
    if (last_thread) WaitForSingleObject(last_thread, FINISH_MS);
}
