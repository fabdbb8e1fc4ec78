/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The helper that takes back what a process began which died (row CS8). The process is this program
 * again, started with the word "victim"; it is killed, the supplicant lives on here. Never kills
 * anything that it did not start.
 */
#include "service_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#ifndef REAPER_PATH
#define REAPER_PATH "build/wine/x86_64-unix/winewfd-reaper"
#endif

static const char *reaper_path(void)
{
    const char *path = getenv("WFD_REAPER");

    return path ? path : REAPER_PATH;
}

static bool reaper_is_there(void)
{
    return !access(reaper_path(), X_OK);
}

/* The victim: opens a session to the owner, or is about to, tells how far it is, and waits. */

static void tell(const char *word)
{
    if (write(1, word, strlen(word)) < 0) _exit(3);
}

static void victim_ends(struct wfd_service *service, uint32_t client, const char *how)
{
    if (!strcmp(how, "exit")) exit(0);
    if (!strcmp(how, "free"))
    {
        wfd_service_close_client(service, client, 0);
        wfd_service_free(service);
        tell("freed\n");
    }
    for (;;) pause();
}

static int victim(const char *sockets, const char *how)
{
    char share[80];
    struct wfd_environment environment = {
        .netif = &service_netif_ops, .reaper_path = reaper_path(), .share_folder = share
    };
    struct wfd_config config = { .open_timeout_ms = 60000 };
    const struct wfd_mac *peer = &peer_owner;
    struct wfd_completion_info info;
    struct wfd_service *service;
    uint32_t client, session;

    snprintf(config.control_directory, sizeof(config.control_directory), "%s", sockets);
    snprintf(share, sizeof(share), "%s-share", sockets);
    if (wfd_service_new(&environment, &service)) return 1;
    if (wfd_service_open_client(service, &config, &client)) return 1;
    if (!strcmp(how, "other")) peer = &peer_owner_2;
    if (wfd_service_start_open(service, client, peer, 1, 2, &session)) return 1;
    wfd_service_begin_open(service, session);
    if (!strcmp(how, "pending") || !strcmp(how, "other"))
    {
        tell("pending\n");
        for (;;) pause();
    }
    if (!wfd_service_next_completion(service, &info) || info.error) return 2;
    wfd_service_callback_begin(service, info.completion, 1);
    wfd_service_callback_end(service, info.completion);
    tell("open\n");
    if (!strcmp(how, "close"))
    {
        wfd_service_close_session(service, session);
        raise(SIGKILL); /* at once: the queued close is the helper's */
    }
    victim_ends(service, client, how);
    return 0;
}

/* The test's side. */

struct child
{
    pid_t pid;
    int output;
};

static void start_victim(struct service_fixture *f, const char *how, struct child *ret_child)
{
    char word[] = "victim", *argv[] = { word, word, f->sockets, (char *)(uintptr_t)how, NULL };
    posix_spawn_file_actions_t actions;
    int fds[2];

    assert_int_equal(pipe(fds), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
    posix_spawn_file_actions_addclose(&actions, fds[0]);
    assert_int_equal(
            posix_spawn(&ret_child->pid, "/proc/self/exe", &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(fds[1]);
    ret_child->output = fds[0];
}

static void expect_word(struct child *child, const char *word)
{
    char line[32];
    ssize_t got = read(child->output, line, strlen(word));

    assert_int_equal(got, strlen(word));
    assert_memory_equal(line, word, strlen(word));
}

static void kill_victim(struct child *child)
{
    int status;

    kill(child->pid, SIGKILL);
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    close(child->output);
}

/* A helper that lost its parent becomes ours, since this process adopts orphans. */
static bool helper_ends(struct service_fixture *f)
{
    int status;

    if (!WAIT_FOR(waitpid(-1, &status, WNOHANG) > 0)) return false;
    service_emit(f, "P2P-FIND-STOPPED "); /* the supplicant notices that its monitor is gone */
    return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void prepare(struct service_fixture *f)
{
    if (!reaper_is_there()) SKIP_TEST(f, "%s is not built", reaper_path());
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
}

static void the_group_of_a_killed_process_is_removed(struct service_fixture *f)
{
    struct child child;

    prepare(f);
    start_victim(f, "open", &child);
    expect_word(&child, "open\n");
    AWAIT_STARTED(f, 1);
    kill_victim(&child);
    AWAIT_GROUPS(f, 0);
    assert_true(helper_ends(f));
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
}

static void a_pending_open_of_a_killed_process_is_cancelled(struct service_fixture *f)
{
    struct child child;

    prepare(f);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
    start_victim(f, "pending", &child);
    expect_word(&child, "pending\n");
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    kill_victim(&child);
    AWAIT_COMMAND(f, "P2P_CANCEL", 1);
    assert_true(helper_ends(f));
    assert_int_equal(scripted_supplicant_groups(f->supplicant), 0);
}

static void a_close_just_before_the_kill_is_carried_out(struct service_fixture *f)
{
    struct child child;

    prepare(f);
    start_victim(f, "close", &child);
    expect_word(&child, "open\n");
    AWAIT_GROUPS(f, 0);
    kill_victim(&child);
    assert_true(helper_ends(f));
}

static void a_process_that_exits_without_closing_leaves_no_group(struct service_fixture *f)
{
    struct child child;

    prepare(f);
    start_victim(f, "exit", &child);
    expect_word(&child, "open\n");
    AWAIT_GROUPS(f, 0);
    kill_victim(&child);
    assert_true(helper_ends(f));
}

static void a_service_that_is_freed_leaves_no_helper(struct service_fixture *f)
{
    struct child child;

    prepare(f);
    start_victim(f, "free", &child);
    expect_word(&child, "open\n");
    expect_word(&child, "freed\n");
    assert_int_equal(scripted_supplicant_groups(f->supplicant), 0);
    kill_victim(&child);
    /* Nothing was left for us to adopt. */
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
}

static void helpers_of_two_processes_do_their_own_only(struct service_fixture *f)
{
    struct child first, second;

    prepare(f);
    start_victim(f, "open", &first);
    expect_word(&first, "open\n");
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
    start_victim(f, "other", &second);
    expect_word(&second, "pending\n");
    AWAIT_COMMAND(f, "P2P_INVITE", 2);
    kill_victim(&second);
    AWAIT_COMMAND(f, "P2P_STOP_FIND", 1);
    assert_true(helper_ends(f));
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 1);
    kill_victim(&first);
    AWAIT_GROUPS(f, 0);
    assert_true(helper_ends(f));
}

/* Whoever holds the group last removes it, or its helper does. */
static void a_killed_process_leaves_a_shared_group_alone(struct service_fixture *f)
{
    struct child first, second;

    prepare(f);
    start_victim(f, "open", &first);
    expect_word(&first, "open\n");
    start_victim(f, "open", &second);
    expect_word(&second, "open\n");
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
    kill_victim(&first);
    assert_true(helper_ends(f));
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 0);
    kill_victim(&second);
    AWAIT_GROUPS(f, 0);
    assert_true(helper_ends(f));
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
}

/* The helper of this very process: the only child there is. */
static pid_t own_helper(void)
{
    char path[64], text[200];
    pid_t helper = 0;
    size_t got;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
    file = fopen(path, "re");
    if (file && (got = fread(text, 1, sizeof(text) - 1, file)))
    {
        text[got] = 0;
        helper = (pid_t)atoi(text);
    }
    if (file) fclose(file);
    return helper;
}

static void with_a_helper(struct service_fixture *f)
{
    prepare(f);
    service_stop_dispatcher(f);
    wfd_service_free(f->service);
    assert_int_equal(service_fixture_new_service(f, reaper_path()), 0);
}

/* The loop's children are of the whole process; its thread may have made it. */
static pid_t helper_of_any_thread(void)
{
    struct dirent *entry;
    pid_t helper = own_helper();
    DIR *dir = opendir("/proc/self/task");

    while (!helper && dir && (entry = readdir(dir)))
    {
        char path[300], text[32] = "";
        FILE *file;

        snprintf(path, sizeof(path), "/proc/self/task/%s/children", entry->d_name);
        if (!(file = fopen(path, "re"))) continue;
        if (fgets(text, sizeof(text), file)) helper = (pid_t)atoi(text);
        fclose(file);
    }
    if (dir) closedir(dir);
    return helper;
}

static bool has_file(pid_t pid, const char *path)
{
    char folder[64], link[400], target[200];
    struct dirent *entry;
    bool has = false;
    DIR *dir;

    snprintf(folder, sizeof(folder), "/proc/%d/fd", (int)pid);
    assert_non_null(dir = opendir(folder));
    while ((entry = readdir(dir)))
    {
        ssize_t length;

        snprintf(link, sizeof(link), "%s/%s", folder, entry->d_name);
        length = readlink(link, target, sizeof(target) - 1);
        if (length <= 0) continue;
        target[length] = 0;
        if (!strcmp(target, path)) has = true;
    }
    closedir(dir);
    return has;
}

/* Whoever waits for the end of one of the program's pipes must not wait for the helper. */
static void a_helper_inherits_nothing_of_the_program_s(struct service_fixture *f)
{
    char path[100];
    pid_t helper;
    int file;

    snprintf(path, sizeof(path), "%s/inherited", f->dir);
    file = open(path, O_CREAT | O_RDWR, 0600);
    assert_true(file >= 0);
    with_a_helper(f);
    OPEN(f, CLIENT(f), &peer_owner);
    helper = helper_of_any_thread();
    if (helper) assert_false(has_file(helper, path));
    close(file);
    if (!helper) SKIP_TEST(f, "/proc does not list children here");
}

static bool is_zombie(pid_t pid)
{
    siginfo_t info = { .si_pid = 0 };

    return !waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid == pid;
}

static void a_helper_that_was_killed_is_replaced(struct service_fixture *f)
{
    pid_t first, second;

    with_a_helper(f);
    OPEN(f, CLIENT(f), &peer_owner);
    first = helper_of_any_thread();
    if (!first) SKIP_TEST(f, "/proc does not list children here");
    kill(first, SIGKILL);
    assert_true(WAIT_FOR(is_zombie(first)));
    OPEN(f, f->clients[0], &peer_guest);
    OPEN(f, f->clients[0], &peer_owner_2);
    assert_true(WAIT_FOR((second = helper_of_any_thread()) && second != first));
    AWAIT_GROUPS(f, 3);
}

/* The last word to a helper that is gone must not kill us. */
static void freeing_survives_a_helper_that_was_killed(struct service_fixture *f)
{
    pid_t helper;

    with_a_helper(f);
    OPEN(f, CLIENT(f), &peer_owner);
    helper = helper_of_any_thread();
    if (!helper) SKIP_TEST(f, "/proc does not list children here");
    wfd_service_close_client(f->service, f->clients[--f->client_count], 0);
    AWAIT_GROUPS(f, 0);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 0, PATIENCE_MS));
    kill(helper, SIGKILL);
    assert_true(WAIT_FOR(is_zombie(helper)));
    service_stop_dispatcher(f);
    wfd_service_free(f->service);
    f->service = NULL;
}

static void a_helper_that_cannot_be_started_does_no_harm(struct service_fixture *f)
{
    service_stop_dispatcher(f);
    wfd_service_free(f->service);
    assert_int_equal(service_fixture_new_service(f, "/nonexistent/winewfd-reaper"), 0);
    OPEN(f, CLIENT(f), &peer_owner);
    OPEN(f, f->clients[0], &peer_guest);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(the_group_of_a_killed_process_is_removed),
        SERVICE_TEST(a_pending_open_of_a_killed_process_is_cancelled),
        SERVICE_TEST(a_close_just_before_the_kill_is_carried_out),
        SERVICE_TEST(a_process_that_exits_without_closing_leaves_no_group),
        SERVICE_TEST(a_service_that_is_freed_leaves_no_helper),
        SERVICE_TEST(a_killed_process_leaves_a_shared_group_alone),
        SERVICE_TEST(helpers_of_two_processes_do_their_own_only),
        SERVICE_TEST(a_helper_inherits_nothing_of_the_program_s),
        SERVICE_TEST(a_helper_that_was_killed_is_replaced),
        SERVICE_TEST(freeing_survives_a_helper_that_was_killed),
        SERVICE_TEST(a_helper_that_cannot_be_started_does_no_harm),
    };

    if (argc == 4 && !strcmp(argv[1], "victim")) return victim(argv[2], argv[3]);
    return cmocka_run_group_tests_name("service: reaper", tests, NULL, NULL);
}
