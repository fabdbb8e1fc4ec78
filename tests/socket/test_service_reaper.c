/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The helper that takes back what a process began which died (row CS8). The process is this program
 * again, started with the word "victim"; it is killed, the supplicant lives on here. Never kills
 * anything that it did not start.
 */
#include "service_fixture.h"

#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <wpa_ctrl.h>

#include "service_helper.h"

#define SUPPLICANT_UID 12345 /* beside root */

/* Access points of stored networks. */
static const struct wfd_mac home = { { 2, 0xcc, 0, 0, 0, 1 } };
static const struct wfd_mac display = { { 2, 0xcc, 0, 0, 0, 2 } };
static const struct wfd_mac office = { { 2, 0xcc, 0, 0, 0, 3 } };

/* The victim: opens a session to the owner, or is about to, tells how far it is, and waits. */

static void tell(const char *word)
{
    if (write(1, word, strlen(word)) < 0) _exit(3);
}

/* For the end of its hopes for a supplicant that hangs. */
static atomic_bool given_up;
/* For the station's return. */
static atomic_bool returned;

static void look_for_the_end(const char *line)
{
    if (strstr(line, "RETURNING -> IDLE")) atomic_store(&returned, true);
    if (strstr(line, "nobody answers")) atomic_store(&given_up, true);
}

static bool is_live(struct wfd_service *service)
{
    uint32_t serial;
    bool live;

    wfd_service_changes(service, &serial, &live);
    return live;
}

static void victim_ends(struct wfd_service *service, uint32_t client, const char *how)
{
    if (!strcmp(how, "exit")) exit(0);
    if (!strcmp(how, "lose") || !strcmp(how, "leave"))
    {
        if (!WAIT_FOR(atomic_load(&given_up))) _exit(4);
        if (!strcmp(how, "leave"))
        {
            wfd_service_close_client(service, client, 0);
            wfd_service_free(service);
        }
        tell("lost\n");
    }
    if (!strcmp(how, "closed"))
    {
        if (!WAIT_FOR(!is_live(service))) _exit(7);
        tell("closed\n");
    }
    if (!strcmp(how, "free"))
    {
        wfd_service_close_client(service, client, 0);
        wfd_service_free(service);
        tell("freed\n");
    }
    for (;;) pause();
}

/* Joins the display's network and waits; or closes again first. */
static void legacy_victim(struct wfd_service *service, uint32_t client, const char *how)
{
    uint32_t session, index;

    tell("legacy\n");
    if (wfd_service_open_legacy(service, client, &display, &session, &index)) _exit(5);
    tell("joined\n");
    if (!strcmp(how, "legacy-closed"))
    {
        wfd_service_close_session(service, session);
        if (!WAIT_FOR(atomic_load(&returned))) _exit(6);
        tell("closed\n");
    }
    for (;;) pause();
}

static void scanning_victim(struct wfd_service *service, const struct wfd_config *config)
{
    struct wfd_scan *scan;

    if (wfd_service_scan_begin(service, config, 3600, &scan)) _exit(8);
    tell("scan\n");
    for (;;) pause();
}

static void pairing_victim(struct wfd_service *service, uint32_t client)
{
    const struct wfd_pairing pairing = { .method = WFD_PAIRING_BUTTON, .go_intent = 15 };
    uint32_t session;

    if (wfd_service_start_pairing(service, client, &peer_stranger, &pairing, 1, 2, &session))
        _exit(9);
    wfd_service_begin_open(service, session);
    tell("pending\n");
    for (;;) pause();
}

static int victim(const char *sockets, const char *how)
{
    char share[80];
    struct wfd_environment environment = {
        .netif = &service_netif_ops, .reaper_path = reaper_path(), .share_folder = share
    };
    struct wfd_config config = {
        .open_timeout_ms = 60000, .reply_timeout_ms = 1000, .supplicant_uid = SUPPLICANT_UID
    };
    const struct wfd_mac *peer = &peer_owner;
    struct wfd_completion_info info;
    struct wfd_service *service;
    uint32_t client, session;

    snprintf(config.control_directory, sizeof(config.control_directory), "%s", sockets);
    snprintf(share, sizeof(share), "%s-share", sockets);
    if (wfd_service_new(&environment, &service)) return 1;
    if (!service_opens_client(service, &config, &client)) return 1;
    if (!strcmp(how, "other")) peer = &peer_owner_2;
    if (!strcmp(how, "owner")) peer = &peer_guest;
    wfd_log_set_sink(look_for_the_end);
    if (!strncmp(how, "legacy", 6)) legacy_victim(service, client, how);
    if (!strcmp(how, "scan")) scanning_victim(service, &config);
    if (!strcmp(how, "pair")) pairing_victim(service, client);
    if (wfd_service_start_open(service, client, peer, 1, 2, &session)) return 1;
    wfd_service_begin_open(service, session);
    if (!strcmp(how, "pending") || !strcmp(how, "other") || !strcmp(how, "owner"))
    {
        tell("pending\n");
        for (;;) pause();
    }
    if (!wfd_service_next_completion(service, &info) || info.error) return 2;
    wfd_service_callback_begin(service, info.completion, 1);
    wfd_service_callback_end(service, info.completion);
    tell("open\n");
    if (!strcmp(how, "lose") || !strcmp(how, "leave") || !strcmp(how, "closed"))
        wfd_service_close_session(service, session);
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

static void the_group_of_a_killed_process_is_removed(struct service_fixture *f)
{
    struct child child;

    need_reaper(f);
    start_victim(f, "open", &child);
    expect_word(&child, "open\n");
    AWAIT_STARTED(f, 1);
    kill_victim(&child);
    AWAIT_GROUPS(f, 0);
    assert_true(helper_ends(f));
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
}

/* The victim has a session, and its turn, in which it leaves a note, is over. */
static void await_turn_over(struct service_fixture *f)
{
    char folder[100];

    snprintf(folder, sizeof(folder), "%s-share", f->sockets);
    /* ., .., the file of the turns, the group's */
    assert_true(WAIT_FOR(service_count_entries(folder) == 4));
}

/* There was no disk for it, or no time: the helper has been told who made the group. */
static void a_group_of_a_killed_process_needs_no_mark(struct service_fixture *f)
{
    struct child child;
    char pattern[100];
    glob_t files;

    need_reaper(f);
    start_victim(f, "open", &child);
    expect_word(&child, "open\n");
    AWAIT_STARTED(f, 1);
    await_turn_over(f);
    snprintf(pattern, sizeof(pattern), "%s-share/*", f->sockets);
    assert_int_equal(glob(pattern, 0, NULL, &files), 0);
    assert_int_equal(files.gl_pathc, 2); /* of the turns, and of the group */
    for (size_t i = 0; i < files.gl_pathc; i++) assert_int_equal(truncate(files.gl_pathv[i], 0), 0);
    globfree(&files);
    kill_victim(&child);
    AWAIT_GROUPS(f, 0);
    assert_true(helper_ends(f));
}

static void a_pending_open_of_a_killed_process_is_cancelled(struct service_fixture *f)
{
    struct child child;

    need_reaper(f);
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

    need_reaper(f);
    start_victim(f, "close", &child);
    expect_word(&child, "open\n");
    AWAIT_GROUPS(f, 0);
    kill_victim(&child);
    assert_true(helper_ends(f));
}

static void a_process_that_exits_without_closing_leaves_no_group(struct service_fixture *f)
{
    struct child child;

    need_reaper(f);
    start_victim(f, "exit", &child);
    expect_word(&child, "open\n");
    AWAIT_GROUPS(f, 0);
    kill_victim(&child);
    assert_true(helper_ends(f));
}

static void a_service_that_is_freed_leaves_no_helper(struct service_fixture *f)
{
    struct child child;

    need_reaper(f);
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

    need_reaper(f);
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

/* Its program was stopped before it could hear of it; nobody has told the helper. */
static void a_group_that_came_up_while_its_program_died_is_removed(struct service_fixture *f)
{
    static const char *const ways[] = { "pending", "owner" };
    struct child child;
    int status;

    need_reaper(f);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, 500);
    for (unsigned int i = 0; i < 2; i++)
    {
        start_victim(f, ways[i], &child);
        expect_word(&child, "pending\n");
        AWAIT_COMMAND(f, "P2P_INVITE", i + 1);
        kill(child.pid, SIGSTOP);
        assert_int_equal(waitpid(child.pid, &status, WUNTRACED), child.pid);
        AWAIT_STARTED(f, 1);
        kill_victim(&child);
        AWAIT_COMMAND(f, "P2P_GROUP_REMOVE", i + 1);
        AWAIT_GROUPS(f, 0);
        assert_true(helper_ends(f));
    }
}

/* One of our own, which P2P_CANCEL does not take back once the peer has agreed. */
static void a_group_that_comes_up_after_its_program_died_is_removed(struct service_fixture *f)
{
    struct child child;

    need_reaper(f);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, 1000);
    start_victim(f, "owner", &child);
    expect_word(&child, "pending\n");
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    kill_victim(&child);
    AWAIT_COMMAND(f, "P2P_CANCEL", 1);
    AWAIT_COMMAND(f, "P2P_GROUP_REMOVE", 1);
    AWAIT_GROUPS(f, 0);
    assert_true(helper_ends(f));
}

/* Before the other device has answered, and while the group is formed. */
static void a_pairing_of_a_killed_process_is_cancelled(struct service_fixture *f)
{
    struct scripted_peer person = {
        .device_address = { 2, 0, 0, 0, 0, 4 }, .known = true, .wps = SCRIPTED_WPS_BUTTON
    };
    struct child child;

    need_reaper(f);
    assert_int_equal(scripted_supplicant_add_peer(f->supplicant, &person), 0);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, SCRIPTED_NEVER);
    for (unsigned int i = 0; i < 2; i++)
    {
        scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, i ? 0 : SCRIPTED_NEVER);
        start_victim(f, "pair", &child);
        expect_word(&child, "pending\n");
        AWAIT_COMMAND(f, "P2P_CONNECT", i + 1);
        if (i) AWAIT_GROUPS(f, 1);
        kill_victim(&child);
        AWAIT_COMMAND(f, "P2P_CANCEL", i + 1);
        AWAIT_GROUPS(f, 0);
        assert_true(WAIT_FOR(!scripted_supplicant_pending_netdev(f->supplicant)));
        assert_true(helper_ends(f));
    }
}

/* Its name may be another program's by now. */
static void a_group_that_is_gone_is_not_removed_again(struct service_fixture *f)
{
    struct child child;

    need_reaper(f);
    start_victim(f, "closed", &child);
    expect_word(&child, "open\n");
    expect_word(&child, "closed\n");
    kill_victim(&child);
    assert_true(helper_ends(f));
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
}

/* What others have begun meanwhile is not cancelled with it. */
static void the_scan_of_a_killed_process_is_stopped(struct service_fixture *f)
{
    struct child child;

    need_reaper(f);
    start_victim(f, "scan", &child);
    expect_word(&child, "scan\n");
    AWAIT_COMMAND(f, "P2P_FIND", 1);
    kill_victim(&child);
    assert_true(helper_ends(f));
    assert_int_equal(service_commands(f, "P2P_STOP_FIND"), 1);
    assert_int_equal(service_commands(f, "P2P_CANCEL"), 0);
}

/* A supplicant that hangs and goes on. */

static void a_supplicant_that_hangs_is_waited_for(struct service_fixture *f)
{
    static const char *const ways[] = { "open", "pending" };
    struct child child;

    need_reaper(f);
    for (unsigned int i = 0; i < 2; i++)
    {
        bool pending = !strcmp(ways[i], "pending");

        if (pending)
            scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
        start_victim(f, ways[i], &child);
        expect_word(&child, pending ? "pending\n" : "open\n");
        AWAIT_COMMAND(f, "P2P_INVITE", i + 1);
        if (!pending) await_turn_over(f);
        scripted_supplicant_hang(f->supplicant);
        kill_victim(&child);
        assert_int_equal(waitpid(-1, NULL, WNOHANG), 0); /* the helper */
        scripted_supplicant_resume(f->supplicant);
        AWAIT_GROUPS(f, 0);
        assert_true(helper_ends(f));
        assert_int_equal(service_commands(f, "P2P_CANCEL"), i);
    }
}

/* Its program had lost sight of the group before it died, or was done with everything. */
static void what_was_given_up_before_the_death_is_waited_for(struct service_fixture *f)
{
    static const char *const ways[] = { "lose", "leave" };
    struct child child;

    need_reaper(f);
    for (unsigned int i = 0; i < 2; i++)
    {
        unsigned int id =
                service_fault(f, "P2P_GROUP_REMOVE", SCRIPTED_FAULT_HANG, SCRIPTED_EFFECT_SKIP, 1);

        start_victim(f, ways[i], &child);
        expect_word(&child, "open\n");
        assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
        expect_word(&child, "lost\n");
        kill_victim(&child);
        assert_int_equal(waitpid(-1, NULL, WNOHANG), 0);
        assert_int_equal(scripted_supplicant_groups(f->supplicant), 1);
        scripted_supplicant_resume(f->supplicant);
        AWAIT_GROUPS(f, 0);
        assert_true(helper_ends(f));
        assert_int_equal(service_client_sockets_of(child.pid), 0);
    }
}

/* A folder may have any name. */
static void names_with_blanks_are_cleaned_up_too(struct service_fixture *f)
{
    struct child child;

    need_reaper(f);
    snprintf(f->sockets, sizeof(f->sockets), "%s/a b  c", f->dir);
    assert_int_equal(service_start_supplicant(f, NULL), 0);
    start_victim(f, "open", &child);
    expect_word(&child, "open\n");
    kill_victim(&child);
    AWAIT_GROUPS(f, 0);
    assert_true(helper_ends(f));
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
}

/* The configured one, as the program itself does. */
static void the_helper_believes_the_supplicant_s_user(struct service_fixture *f)
{
    struct scripted_fault fault = {
        .word = "PING", .kind = SCRIPTED_FAULT_AS_UID, .uid = SUPPLICANT_UID, .count = 1
    };
    char path[200];
    struct child child;
    unsigned int id;

    if (geteuid()) SKIP_TEST(f, "only root may give files away");
    need_reaper(f);
    snprintf(path, sizeof(path), "%s/" P2P_DEV, f->sockets);
    assert_int_equal(chown(path, SUPPLICANT_UID, SUPPLICANT_UID), 0);
    start_victim(f, "open", &child);
    expect_word(&child, "open\n");
    id = scripted_supplicant_fault(f->supplicant, &fault);
    kill_victim(&child);
    AWAIT_GROUPS(f, 0);
    assert_true(helper_ends(f));
    assert_int_equal(scripted_supplicant_fault_fired(f->supplicant, id), 1);
}

/* Whoever holds the group last removes it, or its helper does. */
static void a_killed_process_leaves_a_shared_group_alone(struct service_fixture *f)
{
    struct child first, second;

    need_reaper(f);
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

/* As from wpa_cli. Nobody else holds it, and still it is not ours to remove. */
static void a_killed_process_leaves_the_group_of_another_tool_alone(struct service_fixture *f)
{
    static const char command[] = "P2P_INVITE persistent=0 peer=02:00:00:00:00:01";
    struct wfd_ctrl *ctrl;
    struct child child;
    char path[100];

    need_reaper(f);
    snprintf(path, sizeof(path), "%s/" P2P_DEV, f->sockets);
    assert_int_equal(wfd_ctrl_wpa_ops.open(path, (uint32_t)getuid(), &ctrl), 0);
    assert_int_equal(wfd_ctrl_wpa_ops.send(ctrl, command, strlen(command)), 0);
    AWAIT_STARTED(f, 1);
    service_revoke_by_hand(f, ctrl);
    wfd_ctrl_wpa_ops.close(ctrl);
    start_victim(f, "open", &child);
    expect_word(&child, "open\n");
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
    kill_victim(&child);
    assert_true(helper_ends(f));
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 0);
    assert_int_equal(scripted_supplicant_groups(f->supplicant), 1);
    assert_true(
            scripted_supplicant_end_group(f->supplicant, peer_owner.octet, SCRIPTED_END_REQUESTED));
}

static void with_a_helper(struct service_fixture *f)
{
    need_reaper(f);
    service_stop_dispatcher(f);
    wfd_service_free(f->service);
    assert_int_equal(service_fixture_new_service(f, reaper_path()), 0);
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
    helper = helper_of(getpid());
    if (helper) assert_true(WAIT_FOR(is_helper(helper)));
    if (helper) assert_false(has_file(helper, path));
    close(file);
    if (!helper) SKIP_TEST(f, "/proc does not list children here");
}

/* With the connection: that has sockets with names, which somebody must take away. */
static void a_helper_is_there_before_anything_is_opened(struct service_fixture *f)
{
    with_a_helper(f);
    CLIENT(f);
    assert_true(WAIT_FOR(helper_of(getpid())));
    assert_int_equal(service_commands(f, "LIST_NETWORKS"), 0);
}

static bool has_ended(pid_t pid)
{
    siginfo_t info = { .si_pid = 0 };

    if (kill(pid, 0)) return true;
    return !waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid == pid;
}

/* Whenever it dies, without anything else that happens, and again and again. */
static void a_helper_that_was_killed_is_replaced(struct service_fixture *f)
{
    pid_t first, second = 0;

    with_a_helper(f);
    OPEN(f, CLIENT(f), &peer_owner);
    first = helper_of(getpid());
    if (!first) SKIP_TEST(f, "/proc does not list children here");
    for (int i = 0; i < 3; i++)
    {
        kill(first, SIGKILL);
        assert_true(WAIT_FOR((second = helper_of(getpid())) && second != first));
        first = second;
    }
    OPEN(f, f->clients[0], &peer_guest);
    AWAIT_GROUPS(f, 2);
}

/* The loop starts it, and must not miss who asks for the supplicant meanwhile. */
static void a_client_that_comes_while_a_helper_is_started_is_heard(struct service_fixture *f)
{
    pid_t first, second;
    uint32_t client;

    with_a_helper(f);
    CLIENT(f);
    first = helper_of(getpid());
    if (!first) SKIP_TEST(f, "/proc does not list children here");
    for (int i = 0; i < 10; i++, first = second)
    {
        kill(first, SIGKILL);
        assert_true(WAIT_FOR((second = helper_of(getpid())) && second != first));
        for (int j = 0; j < 20; j++)
        {
            assert_int_equal(wfd_service_open_client(f->service, &f->config, &client), 0);
            assert_int_equal(wfd_service_close_client(f->service, client, 0), 0);
        }
    }
}

/* The last word to a helper that is gone must not kill us. */
static void freeing_survives_a_helper_that_was_killed(struct service_fixture *f)
{
    pid_t helper;

    with_a_helper(f);
    OPEN(f, CLIENT(f), &peer_owner);
    helper = helper_of(getpid());
    if (!helper) SKIP_TEST(f, "/proc does not list children here");
    wfd_service_close_client(f->service, f->clients[--f->client_count], 0);
    AWAIT_GROUPS(f, 0);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 0, PATIENCE_MS));
    kill(helper, SIGKILL);
    assert_true(WAIT_FOR(has_ended(helper)));
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

/* Legacy sessions. */

static void ask_station(
        struct service_fixture *f, const char *command, char *ret_reply, size_t size)
{
    char path[100];
    struct wpa_ctrl *ctrl;
    size_t length = size - 1;

    snprintf(path, sizeof(path), "%s/wlan0", f->sockets);
    assert_non_null(ctrl = wpa_ctrl_open(path));
    assert_int_equal(wpa_ctrl_request(ctrl, command, strlen(command), ret_reply, &length, NULL), 0);
    ret_reply[length] = 0;
    wpa_ctrl_close(ctrl);
}

static bool station_uses(struct service_fixture *f, int network)
{
    char status[1000], line[20];

    ask_station(f, "STATUS", status, sizeof(status));
    snprintf(line, sizeof(line), "\nid=%d\n", network);
    return strstr(status, line);
}

static void select_network(struct service_fixture *f, int network)
{
    char command[40], reply[20];

    snprintf(command, sizeof(command), "SELECT_NETWORK %d", network);
    ask_station(f, command, reply, sizeof(reply));
    assert_string_equal(reply, "OK\n");
    assert_true(WAIT_FOR(station_uses(f, network)));
}

/* At home (0), with the display's network (1) and another (2) stored. */
static void start_at_home(struct service_fixture *f, enum scripted_station_answer answer)
{
    need_reaper(f);
    scripted_supplicant_add_station(
            f->supplicant, "wlan0", "home", 4, home.octet, SCRIPTED_STATION_CONNECTS);
    scripted_supplicant_add_station(f->supplicant, "wlan0", "display", 7, display.octet, answer);
    scripted_supplicant_add_station(
            f->supplicant, "wlan0", "office", 6, office.octet, SCRIPTED_STATION_CONNECTS);
    select_network(f, 0);
}

static void the_network_of_a_killed_process_is_given_back(struct service_fixture *f)
{
    struct child child;

    start_at_home(f, SCRIPTED_STATION_CONNECTS);
    start_victim(f, "legacy", &child);
    expect_word(&child, "legacy\n");
    expect_word(&child, "joined\n");
    assert_true(station_uses(f, 1));
    kill_victim(&child);
    assert_true(WAIT_FOR(station_uses(f, 0)));
    assert_true(helper_ends(f));
    assert_int_equal(service_commands(f, "ENABLE_NETWORK"), 2); /* of the others: all were */
}

static void a_process_killed_while_it_joins_gives_back_too(struct service_fixture *f)
{
    struct child child;

    start_at_home(f, SCRIPTED_STATION_NEVER);
    start_victim(f, "legacy", &child);
    expect_word(&child, "legacy\n");
    AWAIT_COMMAND(f, "SELECT_NETWORK", 2);
    assert_false(station_uses(f, 0));
    kill_victim(&child);
    assert_true(WAIT_FOR(station_uses(f, 0)));
    assert_true(helper_ends(f));
}

static void a_helper_in_the_place_of_another_gives_back_too(struct service_fixture *f)
{
    pid_t first, second = 0;
    struct child child;
    char turns[100];

    start_at_home(f, SCRIPTED_STATION_CONNECTS);
    start_victim(f, "legacy", &child);
    expect_word(&child, "legacy\n");
    expect_word(&child, "joined\n");
    first = helper_of(child.pid);
    snprintf(turns, sizeof(turns), "%s-share/turns", f->sockets);
    if (first)
    {
        kill(first, SIGKILL);
        assert_true(WAIT_FOR(
                (second = helper_of(child.pid)) && second != first && has_file(second, turns)));
    }
    kill_victim(&child);
    if (!first) SKIP_TEST(f, "/proc does not list children here");
    assert_true(WAIT_FOR(station_uses(f, 0)));
    assert_true(helper_ends(f));
}

/* By hand, or by another tool: it is not taken from there. */
static void a_station_that_was_moved_meanwhile_stays_there(struct service_fixture *f)
{
    struct child child;

    start_at_home(f, SCRIPTED_STATION_CONNECTS);
    start_victim(f, "legacy", &child);
    expect_word(&child, "legacy\n");
    expect_word(&child, "joined\n");
    select_network(f, 2);
    kill_victim(&child);
    assert_true(helper_ends(f));
    assert_true(station_uses(f, 2));
    assert_int_equal(service_commands(f, "SELECT_NETWORK"), 3);
    select_network(f, 0); /* the supplicant notices that the station's monitor is gone */
}

static void what_was_given_back_already_is_left_alone(struct service_fixture *f)
{
    struct child child;

    start_at_home(f, SCRIPTED_STATION_CONNECTS);
    start_victim(f, "legacy-closed", &child);
    expect_word(&child, "legacy\n");
    expect_word(&child, "joined\n");
    expect_word(&child, "closed\n");
    assert_true(WAIT_FOR(station_uses(f, 0)));
    select_network(f, 1); /* somebody wants it there */
    kill_victim(&child);
    assert_true(helper_ends(f));
    assert_true(station_uses(f, 1));
    assert_int_equal(service_commands(f, "SELECT_NETWORK"), 4);
}

static void a_hanging_supplicant_gives_the_network_back_later(struct service_fixture *f)
{
    struct child child;

    start_at_home(f, SCRIPTED_STATION_CONNECTS);
    start_victim(f, "legacy", &child);
    expect_word(&child, "legacy\n");
    expect_word(&child, "joined\n");
    scripted_supplicant_hang(f->supplicant);
    kill_victim(&child);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), 0); /* the helper */
    scripted_supplicant_resume(f->supplicant);
    assert_true(WAIT_FOR(station_uses(f, 0)));
    assert_true(helper_ends(f));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(the_group_of_a_killed_process_is_removed),
        SERVICE_TEST(a_group_of_a_killed_process_needs_no_mark),
        SERVICE_TEST(a_pending_open_of_a_killed_process_is_cancelled),
        SERVICE_TEST(a_group_that_came_up_while_its_program_died_is_removed),
        SERVICE_TEST(a_group_that_comes_up_after_its_program_died_is_removed),
        SERVICE_TEST(a_pairing_of_a_killed_process_is_cancelled),
        SERVICE_TEST(a_group_that_is_gone_is_not_removed_again),
        SERVICE_TEST(the_scan_of_a_killed_process_is_stopped),
        SERVICE_TEST(a_close_just_before_the_kill_is_carried_out),
        SERVICE_TEST(a_process_that_exits_without_closing_leaves_no_group),
        SERVICE_TEST(a_service_that_is_freed_leaves_no_helper),
        SERVICE_TEST(a_supplicant_that_hangs_is_waited_for),
        SERVICE_TEST(what_was_given_up_before_the_death_is_waited_for),
        SERVICE_TEST(names_with_blanks_are_cleaned_up_too, .no_supplicant = true),
        SERVICE_TEST(the_helper_believes_the_supplicant_s_user),
        SERVICE_TEST(a_killed_process_leaves_a_shared_group_alone),
        SERVICE_TEST(a_killed_process_leaves_the_group_of_another_tool_alone),
        SERVICE_TEST(helpers_of_two_processes_do_their_own_only),
        SERVICE_TEST(a_helper_inherits_nothing_of_the_program_s),
        SERVICE_TEST(a_helper_is_there_before_anything_is_opened),
        SERVICE_TEST(a_helper_that_was_killed_is_replaced),
        SERVICE_TEST(a_client_that_comes_while_a_helper_is_started_is_heard),
        SERVICE_TEST(freeing_survives_a_helper_that_was_killed),
        SERVICE_TEST(a_helper_that_cannot_be_started_does_no_harm),
        SERVICE_TEST(the_network_of_a_killed_process_is_given_back),
        SERVICE_TEST(a_process_killed_while_it_joins_gives_back_too),
        SERVICE_TEST(a_helper_in_the_place_of_another_gives_back_too),
        SERVICE_TEST(a_station_that_was_moved_meanwhile_stays_there),
        SERVICE_TEST(what_was_given_back_already_is_left_alone),
        SERVICE_TEST(a_hanging_supplicant_gives_the_network_back_later),
    };

    if (argc == 4 && !strcmp(argv[1], "victim")) return victim(argv[2], argv[3]);
    return cmocka_run_group_tests_name("service: reaper", tests, NULL, NULL);
}
