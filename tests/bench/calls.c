/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the calls of the DLL cost a Windows program: how long it takes to load, and how long
 * WFDStartOpenSession, WFDCancelOpenSession and WFDCloseSession take to return with 1, 1000 and
 * 10000 live sessions, beside Wine's CloseHandle of a duplicated event, measured in the same
 * batches. It never waits for a time, never links with the DLL, and touches no radio: the other
 * side is the scripted supplicant, whose folder it writes into the registry of its prefix.
 *
 *     bench-calls load                       prints: load WHICH MICROSECONDS MICROSECONDS
 *     bench-calls run FOLDER PEERS           prints rows and targets, see bench_stats.h
 *
 * Each call is timed by itself with RDTSC, and what the timer costs is taken off. Closing is timed
 * in these ways; the sessions closed in the first three share their link with others that stay:
 *   alone     a close, a CloseHandle, a close, ...: the service's thread sleeps when the call comes
 *   in a row  a batch's closes one after the other, then as many CloseHandles
 *   any       in a row, but of sessions taken at random from all live ones, which are spread over
 *             all peers, instead of those just opened, which share one link: what the call touches
 *             is in no cache
 *   last      alone, of sessions that have their link to themselves: the link ends
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>
#include <x86intrin.h>
#include <wlanapi.h>

#include "bench_stats.h"

#define MAX_LIVE  10000
#define BATCH     64 /* also the number of peers that only CLOSE_LAST uses */
#define BATCHES   12 /* of each way, in each pass */
#define PASSES    3  /* over all numbers of live sessions */
#define SAMPLES   (BATCH * BATCHES * PASSES * 2)
#define LAST_EACH 3 /* every so many batches there is one of lasts */
#define OPEN_MS   60000
#define REGISTRY  L"Software\\Wine\\WiFiDirect"
#define RATIO     (1.0 / 20)
#define GROWTH    1.2

enum call
{
    CLOSE_ALONE,
    CLOSE_ROW,
    CLOSE_ANY,
    CLOSE_LAST,
    HANDLE_ALONE,
    HANDLE_ROW,
    START_OPEN,
    CANCEL_STALE,
    CLOSE_STALE,
    CALL_COUNT,
};

static const char *const call_names[CALL_COUNT] = {
    [CLOSE_ALONE] = "WFDCloseSession, alone",
    [CLOSE_ROW] = "WFDCloseSession, in a row",
    [CLOSE_ANY] = "WFDCloseSession, in a row, any",
    [CLOSE_LAST] = "WFDCloseSession, alone, last of its link",
    [HANDLE_ALONE] = "CloseHandle, alone",
    [HANDLE_ROW] = "CloseHandle, in a row",
    [START_OPEN] = "WFDStartOpenSession",
    [CANCEL_STALE] = "WFDCancelOpenSession, stale handle",
    [CLOSE_STALE] = "WFDCloseSession, stale handle",
};

static const unsigned int live_counts[] = { 1, 1000, MAX_LIVE };
#define LIVE_KINDS (sizeof(live_counts) / sizeof(live_counts[0]))

/* All samples of one call with one number of live sessions, in ticks, later in ns. */
struct series
{
    double values[SAMPLES];
    unsigned int count;
};

static struct series results[LIVE_KINDS][CALL_COUNT];
static HANDLE sessions[MAX_LIVE + BATCH];
static unsigned int session_count, peer_count;
static HANDLE client, all_opened, an_event;
static LONG pending, failed;
static double tick_ns, timer_ticks;

static DWORD(WINAPI *open_handle)(DWORD, DWORD *, HANDLE *);
static DWORD(WINAPI *close_handle)(HANDLE);
static DWORD(WINAPI *start_open)(
        HANDLE, DOT11_MAC_ADDRESS *, void *, WFD_OPEN_SESSION_COMPLETE_CALLBACK, HANDLE *);
static DWORD(WINAPI *cancel_open)(HANDLE);
static DWORD(WINAPI *close_session)(HANDLE);

static void fail(const char *what, DWORD error)
{
    printf("bench-calls: %s: error %lu\n", what, (unsigned long)error);
    fflush(stdout);
    ExitProcess(1);
}

/* The timer. Fences keep the timed code between the two readings. */

static inline UINT64 ticks_begin(void)
{
    UINT64 now;

    _mm_lfence();
    now = __rdtsc();
    _mm_lfence();
    return now;
}

static inline UINT64 ticks_end(void)
{
    unsigned int processor;
    UINT64 now = __rdtscp(&processor);

    _mm_lfence();
    return now;
}

static void measure_timer(void)
{
    static double empty[10001];
    const size_t count = sizeof(empty) / sizeof(empty[0]);

    for (size_t i = 0; i < count; i++)
    {
        UINT64 begin = ticks_begin();

        empty[i] = (double)(ticks_end() - begin);
    }
    bench_sort(empty, count);
    timer_ticks = bench_quantile(empty, count, 0.5);
}

static LONGLONG counter(void)
{
    LARGE_INTEGER value;

    QueryPerformanceCounter(&value);
    return value.QuadPart;
}

/* A third of a second: the counter's unit of 100 ns is then nothing. */
static void calibrate_timer(void)
{
    LARGE_INTEGER frequency;
    LONGLONG begin, end;
    UINT64 ticks;

    QueryPerformanceFrequency(&frequency);
    begin = counter();
    ticks = ticks_begin();
    do end = counter();
    while (end - begin < frequency.QuadPart / 3);
    ticks = ticks_end() - ticks;
    tick_ns = (double)(end - begin) * 1e9 / (double)frequency.QuadPart / (double)ticks;
    measure_timer();
    printf("note\tcalls\ttimer: RDTSC, %.0f MHz; its own %.0f ns are taken off each sample\n",
            1000 / tick_ns, timer_ticks * tick_ns);
}

static void add_sample(struct series *series, UINT64 ticks)
{
    double ns = ((double)ticks - timer_ticks) * tick_ns;

    if (series->count < SAMPLES) series->values[series->count++] = ns > 0 ? ns : 0;
}

/* Opening. */

static void CALLBACK opened(HANDLE session, void *context, GUID adapter, DWORD error, DWORD reason)
{
    (void)session;
    (void)context;
    (void)adapter;
    (void)reason;
    if (error) InterlockedExchange(&failed, (LONG)error);
    if (!InterlockedDecrement(&pending)) SetEvent(all_opened);
}

static void wait_until_opened(void)
{
    if (!InterlockedDecrement(&pending)) SetEvent(all_opened);
    if (WaitForSingleObject(all_opened, OPEN_MS)) fail("callbacks are missing", WAIT_TIMEOUT);
    if (failed) fail("a session did not open", (DWORD)failed);
}

/* The peers of the scripted supplicant: 02:00 and their number. Returns the ticks of the call. */
static UINT64 start_session(unsigned int peer)
{
    DOT11_MAC_ADDRESS address = { 2, 0, 0, 0, (UCHAR)(peer >> 8), (UCHAR)peer };
    HANDLE *session = &sessions[session_count++];
    UINT64 begin, end;
    DWORD error;

    InterlockedIncrement(&pending);
    begin = ticks_begin();
    error = start_open(client, &address, NULL, opened, session);
    end = ticks_end();
    if (error) fail("WFDStartOpenSession", error);
    return end - begin;
}

static void open_many(unsigned int total, unsigned int peers)
{
    pending = 1;
    while (session_count < total) start_session(session_count % peers);
    wait_until_opened();
}

/* One at a time: the next one begins when the callback of this one has been called. */
static void open_batch(struct series *series, unsigned int peers)
{
    for (unsigned int i = 0; i < BATCH; i++)
    {
        pending = 1;
        add_sample(series, start_session(session_count % peers));
        wait_until_opened();
    }
}

static void close_down_to(unsigned int total)
{
    while (session_count > total)
    {
        DWORD error = close_session(sessions[--session_count]);

        if (error) fail("WFDCloseSession", error);
    }
}

/* Closing. */

static unsigned int random_below(unsigned int limit)
{
    static UINT64 state = 88172645463325252ull;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned int)(state % limit);
}

static void pick_newest(HANDLE ret_picked[BATCH])
{
    session_count -= BATCH;
    memcpy(ret_picked, &sessions[session_count], BATCH * sizeof(*ret_picked));
}

/*
 * Takes a batch out of the live sessions. The first one of each peer stays: sessions of one peer
 * are peers apart in the array, and each place is filled again from the end with the same peer's.
 */
static void pick_any(unsigned int peers, HANDLE ret_picked[BATCH])
{
    for (unsigned int i = 0; i < BATCH; i++)
    {
        unsigned int last = session_count - 1, peer = last % peers;
        unsigned int at = peer + peers * (1 + random_below(last / peers));

        ret_picked[i] = sessions[at];
        sessions[at] = sessions[last];
        session_count--;
    }
}

static HANDLE duplicate(void)
{
    HANDLE copy;

    if (!DuplicateHandle(GetCurrentProcess(), an_event, GetCurrentProcess(), &copy, 0, FALSE,
                DUPLICATE_SAME_ACCESS))
        fail("DuplicateHandle", GetLastError());
    return copy;
}

static void time_close_session(struct series *series, HANDLE session, DWORD expected)
{
    UINT64 begin = ticks_begin();
    DWORD error = close_session(session);
    UINT64 end = ticks_end();

    if (error != expected) fail("WFDCloseSession", error);
    add_sample(series, end - begin);
}

static void time_cancel_open(struct series *series, HANDLE session, DWORD expected)
{
    UINT64 begin = ticks_begin();
    DWORD error = cancel_open(session);
    UINT64 end = ticks_end();

    if (error != expected) fail("WFDCancelOpenSession", error);
    add_sample(series, end - begin);
}

static void time_close_handle(struct series *series, HANDLE handle)
{
    UINT64 begin = ticks_begin();
    BOOL closed = CloseHandle(handle);
    UINT64 end = ticks_end();

    if (!closed) fail("CloseHandle", GetLastError());
    add_sample(series, end - begin);
}

static void close_alone(struct series *closes, struct series *handles, const HANDLE picked[BATCH])
{
    for (unsigned int i = 0; i < BATCH; i++)
    {
        HANDLE copy = duplicate();

        /* Whoever comes second finds the caches as the first has left them: in turn. */
        if (i % 2) time_close_handle(handles, copy);
        time_close_session(closes, picked[i], ERROR_SUCCESS);
        if (!(i % 2)) time_close_handle(handles, copy);
    }
}

static void close_in_a_row(
        struct series *closes, struct series *handles, const HANDLE picked[BATCH])
{
    HANDLE copies[BATCH];

    for (unsigned int i = 0; i < BATCH; i++) copies[i] = duplicate();
    for (unsigned int i = 0; i < BATCH; i++) time_close_session(closes, picked[i], ERROR_SUCCESS);
    for (unsigned int i = 0; i < BATCH; i++) time_close_handle(handles, copies[i]);
}

static void time_stale(struct series *series, const HANDLE picked[BATCH])
{
    for (unsigned int i = 0; i < BATCH; i++)
    {
        time_cancel_open(&series[CANCEL_STALE], picked[i], ERROR_INVALID_HANDLE);
        time_close_session(&series[CLOSE_STALE], picked[i], ERROR_INVALID_HANDLE);
    }
}

/* Peers beyond the others' have no session but this one. */
static void run_lasts(struct series *series)
{
    HANDLE picked[BATCH];

    pending = 1;
    for (unsigned int i = 0; i < BATCH; i++) start_session(peer_count - BATCH + i);
    wait_until_opened();
    pick_newest(picked);
    close_alone(&series[CLOSE_LAST], &series[HANDLE_ALONE], picked);
}

static void run_batches(unsigned int live, struct series *series)
{
    unsigned int shared = peer_count - BATCH, peers = live < shared ? live : shared;
    HANDLE picked[BATCH];

    close_down_to(live);
    open_many(live, peers);
    for (unsigned int i = 0; i < BATCHES; i++)
    {
        /* First, because opening these waits for what has to be removed before. */
        if (!(i % LAST_EACH)) run_lasts(series);

        open_batch(&series[START_OPEN], 1);
        pick_newest(picked);
        close_alone(&series[CLOSE_ALONE], &series[HANDLE_ALONE], picked);
        time_stale(series, picked);

        open_batch(&series[START_OPEN], 1);
        pick_newest(picked);
        close_in_a_row(&series[CLOSE_ROW], &series[HANDLE_ROW], picked);

        open_batch(&series[START_OPEN], peers);
        pick_any(peers, picked);
        close_in_a_row(&series[CLOSE_ANY], &series[HANDLE_ROW], picked);
    }
}

/* Telling. */

static double median(unsigned int kind, enum call call)
{
    return bench_quantile(results[kind][call].values, results[kind][call].count, 0.5);
}

/* Of all of a call's samples: CloseHandle knows nothing of sessions. */
static double common_median(enum call call)
{
    static double all[LIVE_KINDS * SAMPLES];
    size_t count = 0;

    for (unsigned int kind = 0; kind < LIVE_KINDS; kind++)
        for (unsigned int i = 0; i < results[kind][call].count; i++)
            all[count++] = results[kind][call].values[i];
    bench_sort(all, count);
    return bench_quantile(all, count, 0.5);
}

static void print_rows(void)
{
    for (unsigned int call = 0; call < CALL_COUNT; call++)
    {
        for (unsigned int kind = 0; kind < LIVE_KINDS; kind++)
        {
            struct series *series = &results[kind][call];

            bench_sort(series->values, series->count);
            printf("row\tcalls\t%s, %u live\tns\t%u\tp50=%.0f\tp99=%.0f\n", call_names[call],
                    live_counts[kind], series->count,
                    bench_quantile(series->values, series->count, 0.5),
                    bench_quantile(series->values, series->count, 0.99));
        }
    }
}

static void print_close_targets(enum call close, enum call handle, const char *way)
{
    char name[128];

    for (unsigned int kind = 0; kind < LIVE_KINDS; kind++)
    {
        sprintf(name, "p50 of closing / CloseHandle, %s, %u live", way, live_counts[kind]);
        bench_target("calls", name, median(kind, close) / common_median(handle), RATIO);
    }
    sprintf(name, "p50 of closing, 10000 live / 1 live, %s", way);
    bench_target("calls", name, median(LIVE_KINDS - 1, close) / median(0, close), GROWTH);
}

static void print_targets(void)
{
    print_close_targets(CLOSE_ALONE, HANDLE_ALONE, "alone");
    print_close_targets(CLOSE_ROW, HANDLE_ROW, "in a row");
    print_close_targets(CLOSE_ANY, HANDLE_ROW, "in a row, any");
}

/* Starting. */

static void *find(HMODULE dll, const char *name)
{
    void *function = (void *)GetProcAddress(dll, name);

    if (!function) fail(name, GetLastError());
    return function;
}

static void use_supplicant(const char *directory)
{
    WCHAR value[104];
    HKEY key;
    DWORD error;

    if (!MultiByteToWideChar(CP_ACP, 0, directory, -1, value, sizeof(value) / sizeof(*value)))
        fail(directory, GetLastError());
    error = (DWORD)RegCreateKeyExW(
            HKEY_CURRENT_USER, REGISTRY, 0, NULL, 0, KEY_WRITE, NULL, &key, NULL);
    if (error) fail("RegCreateKeyEx", error);
    RegSetValueExW(key, L"ControlDirectory", 0, REG_SZ, (const BYTE *)value,
            (DWORD)((wcslen(value) + 1) * sizeof(WCHAR)));
    RegCloseKey(key);
}

static void prepare(const char *directory)
{
    HMODULE dll = LoadLibraryW(L"wlanapi.dll");
    DWORD version, error;

    if (!dll) fail("wlanapi.dll", GetLastError());
    open_handle = find(dll, "WFDOpenHandle");
    close_handle = find(dll, "WFDCloseHandle");
    start_open = find(dll, "WFDStartOpenSession");
    cancel_open = find(dll, "WFDCancelOpenSession");
    close_session = find(dll, "WFDCloseSession");
    use_supplicant(directory);
    all_opened = CreateEventW(NULL, FALSE, FALSE, NULL);
    an_event = CreateEventW(NULL, FALSE, FALSE, NULL);
    error = open_handle(WFD_API_VERSION, &version, &client);
    if (error) fail("WFDOpenHandle", error);
}

static int run(const char *directory)
{
    DWORD error;

    prepare(directory);
    calibrate_timer();
    for (unsigned int pass = 0; pass < PASSES; pass++)
        for (unsigned int kind = 0; kind < LIVE_KINDS; kind++)
            run_batches(live_counts[kind], results[kind]);
    close_down_to(0);
    error = close_handle(client);
    if (error) fail("WFDCloseHandle", error);
    print_rows();
    print_targets();
    return 0;
}

/* The first function that is asked for makes a forwarding DLL load what it forwards to. */
static int load(void)
{
    LARGE_INTEGER frequency;
    LONGLONG begin, loaded, found;
    HMODULE dll;

    QueryPerformanceFrequency(&frequency);
    begin = counter();
    dll = LoadLibraryW(L"wlanapi.dll");
    loaded = counter();
    if (!dll || !GetProcAddress(dll, "WlanOpenHandle")) fail("wlanapi.dll", GetLastError());
    found = counter();
    printf("load\t%s\t%.1f\t%.1f\n", GetProcAddress(dll, "WFDOpenHandle") ? "ours" : "wine",
            (double)(loaded - begin) * 1e6 / (double)frequency.QuadPart,
            (double)(found - begin) * 1e6 / (double)frequency.QuadPart);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "load")) return load();
    if (argc == 4 && !strcmp(argv[1], "run"))
    {
        peer_count = (unsigned int)atoi(argv[3]);
        if (peer_count > BATCH) return run(argv[2]);
    }
    printf("usage: bench-calls load | run FOLDER PEERS (more than 64)\n");
    return 2;
}
