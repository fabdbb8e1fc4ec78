/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The core against a model of its rows, in many histories made at random. A history that fails is
 * shrunk, told with the core's log, and can be repeated by its seed.
 *
 *   test_model [--sequences N] [--seed N]
 *
 * Histories are run in child processes, so that one that crashes can be shrunk as well.
 */
#include <getopt.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "wfd_ctrl.h"
#include "wfd_log.h"
#include "world.h"

#define MAX_WORKERS    16
#define MOST_SECONDS   30 /* of one history: it takes some milliseconds */
#define STATUS_FAILED  3
#define MAX_CANDIDATES 4000

/* Shared with the children. */
struct report
{
    atomic_bool failed;
    uint32_t seed; /* of the history that runs */
    char what[320];
    struct world_counts counts;
};

static struct
{
    atomic_ulong next;
    atomic_bool stop;
    struct report reports[MAX_WORKERS + 1]; /* the last one is the shrinker's */
} * shared;

static struct report *report;
static char dir[64];
static unsigned long sequences = 20000;
static uint32_t first_seed = 1;

static void __attribute__((noreturn)) failed(const char *what)
{
    snprintf(report->what, sizeof(report->what), "%s", what);
    atomic_store(&report->failed, true);
    _exit(STATUS_FAILED);
}

static void run(const struct history *history)
{
    char sockets[100];

    snprintf(sockets, sizeof(sockets), "%s/%d", dir, (int)getpid());
    alarm(MOST_SECONDS);
    world_run(history, sockets, failed);
    alarm(0);
}

static void work(struct report *mine)
{
    static struct history history;
    unsigned long at;

    report = mine;
    while (!atomic_load(&shared->stop) && (at = atomic_fetch_add(&shared->next, 1)) < sequences)
    {
        mine->seed = first_seed + (uint32_t)at;
        history_make(&history, mine->seed);
        run(&history);
        mine->counts = world_counts;
    }
}

/* True when it did what it should; else its report says what was wrong. */
static bool ended_well(pid_t child, int status, struct report *of)
{
    if (!status) return true;
    wfd_ctrl_remove_sockets(child);
    if (atomic_load(&of->failed)) return false;
    if (WIFSIGNALED(status))
        snprintf(of->what, sizeof(of->what), "died of signal %d", WTERMSIG(status));
    else
        snprintf(of->what, sizeof(of->what), "died with status %d", WEXITSTATUS(status));
    return false;
}

/* Returns the report of a history that failed, or NULL. */
static struct report *run_workers(void)
{
    unsigned int workers = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN), left;
    struct report *bad = NULL;
    pid_t children[MAX_WORKERS];

    if (workers > MAX_WORKERS) workers = MAX_WORKERS;
    for (unsigned int i = 0; i < workers; i++)
    {
        children[i] = fork();
        if (children[i] < 0) abort();
        if (children[i]) continue;
        work(&shared->reports[i]);
        exit(0);
    }
    for (left = workers; left; left--)
    {
        int status;
        pid_t child = wait(&status);

        for (unsigned int i = 0; i < workers; i++)
            if (child == children[i] && !ended_well(child, status, &shared->reports[i]) && !bad)
                bad = &shared->reports[i];
        if (bad) atomic_store(&shared->stop, true);
    }
    return bad;
}

static void print_line(const char *line)
{
    fprintf(stderr, "      %s\n", line);
}

/* What is wrong with the history; empty: nothing. loud: with the log. */
static const char *try_history(const struct history *history, bool loud)
{
    struct report *mine = &shared->reports[MAX_WORKERS];
    pid_t child;
    int status;

    memset(mine, 0, sizeof(*mine));
    child = fork();
    if (!child)
    {
        report = mine;
        if (loud)
            wfd_log_set_sink(print_line);
        else if (!freopen("/dev/null", "w", stderr))
            abort();
        run(history);
        exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) abort();
    ended_well(child, status, mine);
    return mine->what;
}

/* Two failures are the same but for the steps they name. */
static bool same_failure(const char *a, const char *b)
{
    while (*a && *b)
    {
        a += strspn(a, "0123456789");
        b += strspn(b, "0123456789");
        if (*a != *b) return false;
        if (*a) a++, b++;
    }
    return !*a && !*b;
}

/* The failure proper, whichever step it was noticed after. */
static const char *failure(const char *what)
{
    const char *colon = strncmp(what, "after step ", 11) ? NULL : strstr(what, ": ");

    return colon ? colon + 2 : what;
}

static bool fails_without(struct history *history, unsigned int at, unsigned int count,
        const char *what, struct history *smaller)
{
    *smaller = *history;
    memmove(&smaller->steps[at], &smaller->steps[at + count],
            (history->count - at - count) * sizeof(struct step));
    smaller->count -= count;
    return same_failure(failure(what), failure(try_history(smaller, false)));
}

/* Leaves steps out, many at once and then one by one, as long as it fails in the same way. */
static void shrink(struct history *history, const char *what)
{
    static struct history smaller;
    unsigned int candidates = 0;
    bool again;

    for (unsigned int size = history->count / 2; size; size = again ? size : size / 2)
    {
        again = false;
        for (unsigned int at = 0; at + size <= history->count && candidates < MAX_CANDIDATES;)
        {
            candidates++;
            if (fails_without(history, at, size, what, &smaller))
            {
                *history = smaller;
                again = size == 1;
            }
            else
                at += size;
        }
    }
}

static void tell(const struct report *bad, const char *program)
{
    static struct history history;
    char what[sizeof(bad->what)];

    memcpy(what, bad->what, sizeof(what));
    history_make(&history, bad->seed);
    fprintf(stderr, "not ok - %s\n   to repeat: %s --sequences 1 --seed %u\n", what, program,
            (unsigned int)bad->seed);
    if (same_failure(failure(what), failure(try_history(&history, false))))
        shrink(&history, what);
    else
        fprintf(stderr, "   but it does not fail in the same way alone\n");
    fprintf(stderr, "   the shortest history found:\n");
    history_print(&history, stderr);
    fprintf(stderr, "   its end:\n");
    fprintf(stderr, "   %s\n", try_history(&history, true));
}

static struct world_counts sum_up(void)
{
    struct world_counts sum = { 0 };

    for (unsigned int i = 0; i < MAX_WORKERS; i++)
    {
        const struct world_counts *c = &shared->reports[i].counts;

        sum.steps += c->steps;
        sum.calls += c->calls;
        sum.clients += c->clients;
        sum.starts += c->starts;
        sum.successes += c->successes;
        sum.failures += c->failures;
        sum.cancelled += c->cancelled;
        sum.closes += c->closes;
        sum.rests += c->rests;
    }
    return sum;
}

/* False when so many histories had too little in them to show anything. */
static bool tell_counts(double seconds)
{
    struct world_counts sum = sum_up();
    bool worth = sequences < 1000 || (sum.successes > sequences / 2 && sum.failures &&
                                             sum.cancelled && sum.closes && sum.rests);

    printf("%s - %lu histories in %.1f s: %lu steps, %lu calls, %lu clients, %lu opens "
           "(%lu succeeded, %lu failed, %lu cancelled), %lu closes, %lu rests\n",
            worth ? "ok" : "not ok", sequences, seconds, sum.steps, sum.calls, sum.clients,
            sum.starts, sum.successes, sum.failures, sum.cancelled, sum.closes, sum.rests);
    return worth;
}

static bool read_options(int argc, char **argv)
{
    static const struct option options[] = {
        { "sequences", required_argument, NULL, 'n' },
        { "seed", required_argument, NULL, 's' },
        { 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
    {
        if (option == 'n')
            sequences = strtoul(optarg, NULL, 10);
        else if (option == 's')
            first_seed = (uint32_t)strtoul(optarg, NULL, 10);
        else
            return false;
    }
    return optind == argc && sequences;
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    double begin = seconds_now();
    struct report *bad;
    char command[100];
    bool good;

    if (!read_options(argc, argv)) return 2;
    strcpy(dir, "/tmp/winewfd-model-XXXXXX");
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || !mkdtemp(dir)) return 2;
    bad = run_workers();
    if (bad) tell(bad, argv[0]);
    good = !bad && tell_counts(seconds_now() - begin);
    snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    if (system(command)) fprintf(stderr, "%s stays\n", dir);
    printf("%d passed, %d failed, 0 skipped\n", good, !good);
    return !good;
}
