/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an open session takes of memory: opens 10000 with the core that is in the DLL, calls back
 * and lets everything settle, and divides what the heap has grown by. The supplicant is a scripted
 * one in another process, so that its memory is not counted. It never uses Wine or a radio.
 *
 *     bench-memory FOLDER PEERS
 */
#include <inttypes.h>
#include <malloc.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "wfd_core.h"

#include "bench_stats.h"

#define SESSIONS 10000
#define LIMIT    1024

static unsigned int opened_count;

static void fail(const char *what, int error)
{
    fprintf(stderr, "bench-memory: %s: error %d\n", what, error);
    exit(1);
}

/* All arenas, and blocks that were mapped on their own. */
static size_t heap_in_use(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

/* Resident pages of our own: the heap with its gaps, and the service's stack. */
static size_t resident(void)
{
    size_t size = 0, all = 0, shared = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    if (!file) fail("/proc/self/statm", 0);
    if (fscanf(file, "%zu %zu %zu", &size, &all, &shared) != 3) fail("/proc/self/statm", 0);
    fclose(file);
    return (all - shared) * (size_t)sysconf(_SC_PAGESIZE);
}

static void start(struct wfd_service *service, uint32_t client, unsigned int peer)
{
    /* The peers of the scripted supplicant: 02:00 and their number. */
    struct wfd_mac mac = { { 2, 0, 0, 0, (uint8_t)(peer >> 8), (uint8_t)peer } };
    enum wfd_error error;
    uint32_t session;

    error = wfd_service_start_open(service, client, &mac, 1, 1, &session);
    if (error) fail("wfd_service_start_open", error);
    wfd_service_begin_open(service, session);
}

static void take_completions(struct wfd_service *service)
{
    struct wfd_completion_info info;

    while (wfd_service_next_completion(service, &info))
    {
        wfd_service_callback_begin(service, info.completion, 1);
        if (info.error) fail("a session did not open", info.error);
        opened_count++;
        wfd_service_callback_end(service, info.completion);
    }
}

/* One session to each peer first: what a link takes is counted apart. */
static void open_sessions(
        struct wfd_service *service, uint32_t client, unsigned int count, unsigned int peers)
{
    for (unsigned int i = 0; i < count; i++) start(service, client, i % peers);
    take_completions(service);
}

int main(int argc, char **argv)
{
    unsigned int peers = argc == 3 ? (unsigned int)atoi(argv[2]) : 0;
    struct wfd_config config = { .open_timeout_ms = 0 };
    size_t before, linked, after, resident_before;
    struct wfd_service *service;
    enum wfd_error error;
    uint32_t client;

    if (!peers || strlen(argv[1]) >= sizeof(config.control_directory))
    {
        fprintf(stderr, "usage: bench-memory FOLDER PEERS\n");
        return 2;
    }
    strcpy(config.control_directory, argv[1]);
    error = wfd_service_new(NULL, &service);
    if (error) fail("wfd_service_new", error);
    error = wfd_service_open_client(service, &config, &client);
    if (error) fail("wfd_service_open_client", error);

    resident_before = resident();
    before = heap_in_use();
    open_sessions(service, client, peers, peers);
    linked = heap_in_use();
    open_sessions(service, client, SESSIONS - peers, peers);
    after = heap_in_use();
    if (opened_count != SESSIONS) fail("callbacks are missing", (int)opened_count);

    printf("row\tmemory\theap, %u sessions, %u links\tbytes/session\t1\tvalue=%.1f\n", SESSIONS,
            peers, (double)(after - before) / SESSIONS);
    printf("row\tmemory\theap, one more session of a link\tbytes/session\t1\tvalue=%.1f\n",
            (double)(after - linked) / (SESSIONS - peers));
    printf("row\tmemory\tresident, with what opening needed\tbytes/session\t1\tvalue=%.1f\n",
            (double)(resident() - resident_before) / SESSIONS);
    bench_target(
            "memory", "heap bytes of an open session", (double)(after - before) / SESSIONS, LIMIT);
    error = wfd_service_close_client(service, client, 1);
    if (error) fail("wfd_service_close_client", error);
    wfd_service_free(service);
    return 0;
}
