/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opens and closes sessions for a long time, as fast as it can, with the very objects that are
 * installed and without sanitizers: what the program needs must be the same in the last minute as
 * after the first, and the service's thread must never work for long without a look at what has
 * come. The scripted supplicant is a process of its own, this program again. Only counts and looks;
 * never decides by chance what has to hold.
 *
 * SOAK_SECONDS: how long; 15 when it is not set. Linked with --wrap=poll and
 * --wrap=__poll_chk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "resident.h"
#include "scripted_supplicant.h"
#include "wfd_core.h"
#include "wfd_ctrl.h"
#include "wfd_netif.h"
#include "wfd_private.h"

#define SESSIONS        8 /* at most in one round */
#define SAMPLES         20
#define WARM_SAMPLES    2   /* a tenth of the time: everything has been needed once */
#define GROWTH_KIB      512 /* of memory, for what the C library keeps */
#define LONGEST_WORK_MS 50  /* of the service's thread, between two looks */
#define PATIENCE_MS     20000

static const struct wfd_mac peers[] = { { { 2, 0, 0, 0, 0, 1 } }, { { 2, 0, 0, 0, 0, 2 } },
    { { 2, 0, 0, 0, 0, 3 } }, { { 2, 0, 0, 0, 0, 5 } } };
#define PEERS (sizeof(peers) / sizeof(*peers))

struct sample
{
    unsigned int rss_kib, descriptors, threads, helpers, lock_files, sockets;
};

struct soak
{
    char dir[40], sockets[60], share[60];
    pid_t supplicant;
    int supplicant_input;
    struct wfd_service *service;
    struct wfd_config config;
    uint32_t client;
    uint32_t random;
    unsigned long opens, succeeded, cancelled, failed;
    enum wfd_error last_error;
    struct sample samples[SAMPLES + 1];
    unsigned int sample_count;
};

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The service's thread: how much of a processor it uses from one poll to the next. */

static _Thread_local uint64_t woke_ns;
static _Atomic uint64_t longest_work_ns, looks, too_late;

static uint64_t thread_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void begin_look(void)
{
    uint64_t worked_ns = woke_ns ? thread_ns() - woke_ns : 0;

    atomic_fetch_add(&looks, 1);
    if (worked_ns > atomic_load(&longest_work_ns)) atomic_store(&longest_work_ns, worked_ns);
    if (worked_ns > LONGEST_WORK_MS * 1000000ull) atomic_fetch_add(&too_late, 1);
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    int result;

    begin_look();
    result = __real_poll(fds, count, timeout_ms);
    woke_ns = thread_ns();
    return result;
}

/* What the C library's checks make of it. */
int __wrap___poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size);
int __wrap___poll_chk(struct pollfd *fds, nfds_t count, int timeout_ms, size_t size)
{
    (void)size;
    return __wrap_poll(fds, count, timeout_ms);
}

/* The supplicant's process. */

static int supplicant_main(const char *sockets)
{
    static const uint8_t owner[1][6] = { { 2, 0, 0, 0, 0, 1 } },
                         owner_2[1][6] = { { 2, 0, 0, 0, 0, 5 } };
    static const uint8_t guests[2][6] = { { 2, 0, 0, 0, 0, 2 }, { 2, 0, 0, 0, 0, 3 } };
    const struct scripted_network networks[] = {
        { .id = 0, .role = SCRIPTED_ROLE_CLIENT, .peers = owner, .peer_count = 1 },
        { .id = 1, .role = SCRIPTED_ROLE_GO, .peers = guests, .peer_count = 2 },
        { .id = 2, .role = SCRIPTED_ROLE_CLIENT, .peers = owner_2, .peer_count = 1 },
    };
    struct scripted_config config = { .dir = sockets, .no_journal = true };
    struct scripted_supplicant *supplicant = scripted_supplicant_new(&config);
    char end;

    if (!supplicant) return 1;
    for (unsigned int i = 0; i < 3; i++)
        scripted_supplicant_add_persistent(supplicant, &networks[i]);
    for (unsigned int i = 0; i < PEERS; i++)
    {
        struct scripted_peer peer = { .known = true, .answer = SCRIPTED_ANSWER_ACCEPT };

        memcpy(peer.device_address, peers[i].octet, sizeof(peer.device_address));
        scripted_supplicant_add_peer(supplicant, &peer);
    }
    if (scripted_supplicant_start(supplicant) || write(1, "+", 1) != 1) return 1;
    while (read(0, &end, 1) > 0) continue;
    scripted_supplicant_free(supplicant);
    return 0;
}

static void start_supplicant(struct soak *s)
{
    char word[] = "supplicant", *argv[] = { word, word, s->sockets, NULL }, ready;
    posix_spawn_file_actions_t actions;
    int input[2], output[2];

    assert_int_equal(pipe2(input, O_CLOEXEC) | pipe2(output, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], 0);
    posix_spawn_file_actions_adddup2(&actions, output[1], 1);
    assert_int_equal(
            posix_spawn(&s->supplicant, "/proc/self/exe", &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(input[0]);
    close(output[1]);
    s->supplicant_input = input[1];
    assert_int_equal(read(output[0], &ready, 1), 1);
    close(output[0]);
}

static void end_supplicant(struct soak *s)
{
    int status;

    close(s->supplicant_input);
    assert_int_equal(waitpid(s->supplicant, &status, 0), s->supplicant);
    assert_int_equal(status, 0);
}

/* What the program needs. */

static unsigned int count_entries(const char *path, const char *prefix)
{
    DIR *dir = opendir(path);
    unsigned int count = 0;
    struct dirent *entry;

    if (!dir) return 0;
    while ((entry = readdir(dir)))
        if (!strncmp(entry->d_name, prefix, strlen(prefix)) && entry->d_name[0] != '.') count++;
    closedir(dir);
    return count;
}

static unsigned int count_helpers(void)
{
    DIR *dir = opendir("/proc");
    unsigned int count = 0;
    struct dirent *entry;

    if (!dir) return 0;
    while ((entry = readdir(dir)))
    {
        char path[300], name[40] = "";
        int parent = 0;
        FILE *file;

        if (!isdigit((unsigned char)entry->d_name[0])) continue;
        snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
        file = fopen(path, "re");
        if (!file) continue;
        if (fscanf(file, "%*d (%39[^)]) %*c %d", name, &parent) == 2 && parent == getpid() &&
                strstr(name, "reaper"))
            count++;
        fclose(file);
    }
    closedir(dir);
    return count;
}

static void take_sample(struct soak *s)
{
    struct sample *sample = &s->samples[s->sample_count++];
    char prefix[40], own[64];

    snprintf(prefix, sizeof(prefix), "wpa_ctrl_%d-", (int)getpid());
    snprintf(own, sizeof(own), WFD_CTRL_FOLDER, (unsigned int)geteuid());
    *sample = (struct sample){ .rss_kib = rss_kib(),
        .descriptors = count_entries("/proc/self/fd", ""),
        .threads = count_entries("/proc/self/task", ""),
        .helpers = count_helpers(),
        .lock_files = count_entries(s->share, ""),
        .sockets = count_entries("/tmp", prefix) + count_entries(own, prefix) };
}

static void tell_sample(const struct soak *s, const char *when, const struct sample *sample)
{
    print_message("   %s: %u KiB, %u descriptors, %u threads, %u helpers, %u lock files, "
                  "%u sockets\n",
            when, sample->rss_kib, sample->descriptors, sample->threads, sample->helpers,
            sample->lock_files, sample->sockets);
    (void)s;
}

/* Rounds. */

static unsigned int below(struct soak *s, unsigned int limit)
{
    s->random = s->random * 1664525u + 1013904223u;
    return (s->random >> 8) % limit;
}

static void count_result(struct soak *s, enum wfd_error error)
{
    s->opens++;
    if (!error)
        s->succeeded++;
    else if (error == WFD_ERROR_CANCELLED)
        s->cancelled++;
    else
    {
        s->failed++;
        s->last_error = error;
    }
}

/* Some sessions at once, some of them cancelled; all closed, or all with their client. */
static void play_round(struct soak *s)
{
    unsigned int count = 1 + below(s, SESSIONS), closed_with_client = below(s, 8) == 0;
    uint32_t sessions[SESSIONS];
    struct wfd_completion_info info;

    for (unsigned int i = 0; i < count; i++)
    {
        if (wfd_service_start_open(
                    s->service, s->client, &peers[below(s, PEERS)], 1, i, &sessions[i]))
        {
            fail_msg("an open was refused");
            return;
        }
        wfd_service_begin_open(s->service, sessions[i]);
        if (!below(s, 8)) wfd_service_cancel_open(s->service, sessions[i]);
    }
    for (unsigned int i = 0; i < count; i++)
    {
        assert_true(wfd_service_next_completion(s->service, &info));
        wfd_service_callback_begin(s->service, info.completion, 1);
        count_result(s, info.error);
        if (info.error) sessions[info.context] = 0;
        wfd_service_callback_end(s->service, info.completion);
    }
    for (unsigned int i = 0; i < count && !closed_with_client; i++)
        if (sessions[i])
            assert_int_equal(wfd_service_close_session(s->service, sessions[i]), WFD_SUCCESS);
    if (!closed_with_client) return;
    assert_int_equal(wfd_service_close_client(s->service, s->client, 0), WFD_SUCCESS);
    assert_int_equal(wfd_service_open_client(s->service, &s->config, &s->client), WFD_SUCCESS);
}

/* Waits until the closes have been carried out: only what stays counts. */
static void come_to_rest(struct soak *s)
{
    uint64_t end_ms = now_ms() + PATIENCE_MS;
    bool rests = false;

    while (!rests && now_ms() < end_ms)
    {
        struct timespec moment = { .tv_nsec = 1000000 };

        pthread_mutex_lock(&s->service->lock);
        rests = wfd_service_drained(s->service);
        pthread_mutex_unlock(&s->service->lock);
        if (!rests) nanosleep(&moment, NULL);
    }
    assert_true(rests);
}

static void expect_no_growth(const struct soak *s)
{
    const struct sample *begin = &s->samples[WARM_SAMPLES], *end = &s->samples[s->sample_count - 1];

    assert_true(s->sample_count > WARM_SAMPLES + 1);
    assert_in_range(end->rss_kib, 1, begin->rss_kib + GROWTH_KIB);
    assert_int_equal(end->descriptors, begin->descriptors);
    assert_int_equal(end->threads, begin->threads);
    assert_int_equal(end->helpers, begin->helpers);
    assert_in_range(end->lock_files, 0, begin->lock_files);
    assert_int_equal(end->sockets, begin->sockets);
}

/* Once may be the machine's fault, which charges a thread with what others take from it. */
static void expect_prompt_work(void)
{
    print_message("   %lu looks, %.3f ms of work between two at most\n",
            (unsigned long)atomic_load(&looks), (double)atomic_load(&longest_work_ns) / 1e6);
    assert_true(atomic_load(&looks) > 1000);
    assert_in_range(atomic_load(&too_late), 0, 1);
}

static uint32_t no_index(const char *ifname)
{
    const char *dash = strrchr(ifname, '-');

    return 100 + (uint32_t)atoi(dash ? dash + 1 : "0");
}

static int no_list(
        struct wfd_netif_adapter *ret_adapters, unsigned int max, unsigned int *ret_count)
{
    (void)ret_adapters;
    (void)max;
    (void)ret_count;
    return -ENOENT;
}

static void begin_soak(struct soak *s)
{
    static const struct wfd_netif_ops netif = { .list = no_list, .index = no_index };
    struct wfd_environment environment = {
        .netif = &netif, .reaper_path = getenv("WFD_REAPER"), .share_folder = s->share
    };

    strcpy(s->dir, "/tmp/winewfd-soak-XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    snprintf(s->sockets, sizeof(s->sockets), "%s/s", s->dir);
    snprintf(s->share, sizeof(s->share), "%s/share", s->dir);
    strcpy(s->config.control_directory, s->sockets);
    s->config.settle_ms = 1;
    s->random = 1;
    start_supplicant(s);
    assert_int_equal(wfd_service_new(&environment, &s->service), WFD_SUCCESS);
    assert_int_equal(wfd_service_open_client(s->service, &s->config, &s->client), WFD_SUCCESS);
}

static void end_soak(struct soak *s)
{
    char command[80];

    wfd_service_close_client(s->service, s->client, 0);
    wfd_service_free(s->service);
    end_supplicant(s);
    snprintf(command, sizeof(command), "rm -rf '%s'", s->dir);
    assert_int_equal(system(command), 0);
}

static void sessions_need_no_more_in_the_end_than_in_the_beginning(void **state)
{
    const char *text = getenv("SOAK_SECONDS");
    uint64_t whole_ms = (text ? (uint64_t)atoi(text) : 15) * 1000, begin_ms, gone_ms;
    static struct soak s;

    (void)state;
    begin_soak(&s);
    begin_ms = now_ms();
    while ((gone_ms = now_ms() - begin_ms) < whole_ms || s.sample_count <= SAMPLES)
    {
        play_round(&s);
        if (gone_ms * SAMPLES < whole_ms * s.sample_count) continue;
        come_to_rest(&s);
        take_sample(&s);
    }
    tell_sample(&s, "after a tenth", &s.samples[WARM_SAMPLES]);
    tell_sample(&s, "in the end", &s.samples[s.sample_count - 1]);
    print_message("   %lu opens in %u s: %lu succeeded, %lu cancelled, %lu failed (%u)\n", s.opens,
            (unsigned int)(whole_ms / 1000), s.succeeded, s.cancelled, s.failed,
            (unsigned int)s.last_error);
    assert_int_equal(s.failed, 0);
    assert_true(s.succeeded > 20 * whole_ms / 1000);
    expect_no_growth(&s);
    expect_prompt_work();
    end_soak(&s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_need_no_more_in_the_end_than_in_the_beginning),
    };

    if (argc == 3 && !strcmp(argv[1], "supplicant")) return supplicant_main(argv[2]);
    return cmocka_run_group_tests_name("soak", tests, NULL, NULL);
}
