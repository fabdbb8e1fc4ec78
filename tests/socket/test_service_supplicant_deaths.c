/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The supplicant ends, hangs or is replaced by something else, in every way at every stage of a
 * session: one callback in bounded time, an open session is reported lost, and the same program's
 * next open works once a supplicant is there again (row CS7). The supplicant is a process of its
 * own, this program again, and so is what takes its place. Never kills anything that it did not
 * start. The service's clock is moved.
 *
 * DEATH_ROUNDS: how often each way is tried at each stage; once when it is not set.
 */
#include "service_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "service_helper.h"

enum stage
{
    IDLE,
    SEARCHING,
    INVITING,
    CONNECTING,
    OPEN_SESSION,
    CLOSING,
    STAGE_COUNT,
};

enum way
{
    KILLED,
    RESTARTED,         /* at once, over the sockets of the one that was killed */
    TERMINATED,        /* with a farewell, its sockets removed */
    STOPPED,           /* and goes on */
    WITHOUT_FOLDER,    /* killed, and its folder is removed with the sockets */
    BY_ONE_OF_NONSE,   /* replaced by a daemon that answers nonsense */
    BY_ONE_THAT_FAILS, /* by one that answers FAIL to everything */
    BY_ONE_THAT_IS_MUTE,
    WAY_COUNT,
};

static const char *const way_names[] = { "killed", "restarted", "terminated", "stopped",
    "without its folder", "nonsense", "fail", "mute" };

/* The supplicant's side: obeys lines of the control language on its standard input, a socket. */

static int supplicant_main(const char *sockets)
{
    struct service_fixture f = { .dir = "" };
    char line[200], answer[400];

    snprintf(f.sockets, sizeof(f.sockets), "%s", sockets);
    if (service_start_supplicant(&f, NULL)) return 1;
    if (write(0, "ok\n", 3) != 3) return 2;
    for (;;)
    {
        ssize_t length = read(0, line, sizeof(line) - 1);

        if (length <= 0) break;
        line[length] = 0;
        scripted_supplicant_control(f.supplicant, line, answer, sizeof(answer) - 1);
        strcat(answer, "\n");
        if (write(0, answer, strlen(answer)) < 0) break;
    }
    scripted_supplicant_free(f.supplicant);
    return 0;
}

/* What is no supplicant. */
static int impostor_main(const char *path, const char *answer)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX }, from;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    char text[4096];

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    unlink(path);
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || write(0, "ok\n", 3) != 3)
        return 1;
    for (;;)
    {
        socklen_t size = sizeof(from);

        if (recvfrom(fd, text, sizeof(text), 0, (struct sockaddr *)&from, &size) < 0) return 2;
        if (*answer) sendto(fd, answer, strlen(answer), 0, (struct sockaddr *)&from, size);
    }
}

/* The test's side. */

struct daemon
{
    pid_t pid;
    int socket;
};

static void hear_ok(struct daemon *daemon)
{
    char answer[100];
    ssize_t length = read(daemon->socket, answer, sizeof(answer));

    assert_true(length >= 2);
    assert_memory_equal(answer, "ok", 2);
}

static void begin_daemon(const char *what, const char *path, const char *answer, struct daemon *ret)
{
    char *argv[] = { (char *)(uintptr_t)what, (char *)(uintptr_t)what, (char *)(uintptr_t)path,
        (char *)(uintptr_t)answer, NULL };
    posix_spawn_file_actions_t actions;
    int fds[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fds[1], 0);
    assert_int_equal(posix_spawn(&ret->pid, "/proc/self/exe", &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(fds[1]);
    ret->socket = fds[0];
    hear_ok(ret);
}

static void end_daemon(struct daemon *daemon)
{
    kill(daemon->pid, SIGKILL);
    assert_int_equal(waitpid(daemon->pid, NULL, 0), daemon->pid);
    close(daemon->socket);
}

static void begin_supplicant(struct service_fixture *f, struct daemon *ret)
{
    begin_daemon("supplicant", f->sockets, NULL, ret);
}

/* A line of the control language, which must be answered with ok. */
static void say(struct daemon *supplicant, const char *line)
{
    assert_int_equal(write(supplicant->socket, line, strlen(line)), strlen(line));
    hear_ok(supplicant);
}

static const struct wfd_mac *set_scene(struct daemon *supplicant, enum stage stage, bool owns)
{
    const char *mac = owns ? "02:00:00:00:00:02" : "02:00:00:00:00:01";
    char line[80];

    if (stage == INVITING) say(supplicant, "latency result never");
    if (stage == CLOSING) say(supplicant, "latency removed 500");
    if (stage == CONNECTING)
    {
        snprintf(line, sizeof(line), "peer add %s,never-starts,known", mac);
        say(supplicant, line);
    }
    if (stage == SEARCHING)
    {
        snprintf(line, sizeof(line), "peer lost %s", mac);
        say(supplicant, line);
    }
    return owns ? &peer_guest : &peer_owner;
}

static const char *const stage_signs[STAGE_COUNT] = { NULL, "-> SEARCH", "-> INVITED", "CONNECTING",
    "-> OPEN on", "> P2P_GROUP_REMOVE" };

/* A busy machine may take longer for an answer than an attempt to connect waits. */
static void await_connection(struct service_fixture *f)
{
    enum wfd_error error = WFD_ERROR_SERVICE_NOT_ACTIVE;
    uint32_t client;

    for (int i = 0; i < 20 && error; i++)
        error = wfd_service_open_client(f->service, &f->config, &client);
    assert_int_equal(error, WFD_SUCCESS);
    assert_int_equal(wfd_service_close_client(f->service, client, 0), WFD_SUCCESS);
}

/* NULL: nothing is begun. */
static struct service_open *reach(
        struct service_fixture *f, enum stage stage, const struct wfd_mac *peer)
{
    struct service_open *open;

    if (stage == IDLE) return NULL;
    await_connection(f);
    service_log_await(stage_signs[stage]);
    open = service_open(f, f->clients[0], peer);
    if (stage >= OPEN_SESSION) EXPECT_OPEN(open);
    if (stage == CLOSING)
        assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    assert_true(WAIT_FOR(service_log_seen() > 0));
    return open;
}

/* The supplicant goes; afterwards daemon is what has come in its place, pid 0: nothing. */
static void disturb(struct service_fixture *f, struct daemon *daemon, enum way way)
{
    static const char *const answers[] = { "\x01no\xff reply\n%s%n<3", "FAIL\n", "" };
    char path[200], command[200];

    if (way == STOPPED)
    {
        kill(daemon->pid, SIGSTOP);
        return;
    }
    if (way == TERMINATED) say(daemon, "terminate");
    end_daemon(daemon);
    daemon->pid = 0;
    if (way == RESTARTED) begin_supplicant(f, daemon);
    if (way == WITHOUT_FOLDER)
    {
        snprintf(command, sizeof(command), "rm -rf '%s'", f->sockets);
        assert_int_equal(system(command), 0);
    }
    snprintf(path, sizeof(path), "%s/" P2P_DEV, f->sockets);
    if (way >= BY_ONE_OF_NONSE)
        begin_daemon("impostor", path, answers[way - BY_ONE_OF_NONSE], daemon);
}

/* A supplicant is there again. */
static void heal(struct service_fixture *f, struct daemon *daemon, enum way way)
{
    if (way == STOPPED)
    {
        kill(daemon->pid, SIGCONT);
        say(daemon, "wait-groups 0 20000"); /* it takes back what was given up meanwhile */
        say(daemon, "latency removed 0");
        say(daemon, "latency result 0");
        say(daemon, "peer add 02:00:00:00:00:01,accept,known");
        say(daemon, "peer add 02:00:00:00:00:02,accept,known");
    }
    else if (way != RESTARTED)
    {
        if (daemon->pid) end_daemon(daemon);
        begin_supplicant(f, daemon);
    }
}

/* Nobody tells of the end of what was idle, or of one that hangs: the clock does. */
static void expect_lost(struct service_fixture *f)
{
    for (int i = 0; i < 60 && !service_log_seen(); i++)
    {
        for (int j = 0; j < 20 && !service_log_seen(); j++) service_pause();
        if (!service_log_seen()) service_advance(f, 1000);
    }
    assert_int_equal(service_log_seen(), 1);
}

static void expect_the_end(struct service_fixture *f, struct service_open *open, enum stage stage)
{
    if (stage == OPEN_SESSION)
    {
        expect_lost(f);
        assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    }
    if (stage == IDLE || stage >= OPEN_SESSION) return;
    assert_true(service_called_back_within(open, 500, 120000));
    assert_int_equal(open->info.error, WFD_ERROR_SERVICE_NOT_ACTIVE);
}

/* Within the second that a client may take, whatever is in the supplicant's place. */
static void expect_no_client(struct service_fixture *f)
{
    uint64_t begin_ms = service_real_ms();
    uint32_t client = 77;

    assert_int_not_equal(wfd_service_open_client(f->service, &f->config, &client), WFD_SUCCESS);
    assert_true(service_real_ms() - begin_ms < 2000);
    assert_int_equal(client, 77);
}

/* As await_connection. */
static struct service_open *open_next(struct service_fixture *f, const struct wfd_mac *peer)
{
    struct service_open *open = service_open(f, f->clients[0], peer);

    for (int i = 0; i < 10 && !open->start_error && service_called_back(open) && open->info.error;
            i++)
    {
        print_message("the next open again\n");
        open = service_open(f, f->clients[0], peer);
    }
    EXPECT_OPEN(open);
    return open;
}

static void try_death(
        struct service_fixture *f, struct daemon *daemon, enum stage stage, enum way way, bool owns)
{
    const struct wfd_mac *peer = set_scene(daemon, stage, owns);
    struct service_open *open = reach(f, stage, peer), *next;
    unsigned int calls;

    service_log_await("-> LOST");
    disturb(f, daemon, way);
    if (stage == IDLE && way != RESTARTED) expect_no_client(f);
    if (open) expect_the_end(f, open, stage);
    if (stage != IDLE && way >= BY_ONE_OF_NONSE) expect_no_client(f);
    heal(f, daemon, way);
    next = open_next(f, peer);
    calls = open ? service_begun(open) : 0;
    assert_int_equal(calls, open ? 1 : 0);
    assert_int_equal(wfd_service_close_session(f->service, next->session), WFD_SUCCESS);
    say(daemon, "wait-groups 0 20000");
}

static void try_deaths(struct service_fixture *f, enum stage stage)
{
    const char *rounds_text = getenv("DEATH_ROUNDS");
    int rounds = rounds_text ? atoi(rounds_text) : 1;
    struct daemon daemon;

    f->config.reply_timeout_ms = 2000;
    begin_supplicant(f, &daemon);
    CLIENT(f);
    for (int round = 0; round < rounds; round++)
        for (unsigned int i = 0; i < 2 * WAY_COUNT; i++)
        {
            if (!rounds_text && (i ^ i / WAY_COUNT) & 1) continue;
            print_message("%s, %s, as %s\n", stage_signs[stage] ? stage_signs[stage] : "idle",
                    way_names[i % WAY_COUNT], i / WAY_COUNT ? "owner" : "client");
            try_death(f, &daemon, stage, (enum way)(i % WAY_COUNT), i / WAY_COUNT);
            end_daemon(&daemon);
            begin_supplicant(f, &daemon);
        }
    wfd_service_close_client(f->service, f->clients[--f->client_count], 0);
    end_daemon(&daemon);
}

static void at_rest(struct service_fixture *f)
{
    try_deaths(f, IDLE);
}

static void while_a_session_searches(struct service_fixture *f)
{
    try_deaths(f, SEARCHING);
}

static void while_a_session_invites(struct service_fixture *f)
{
    try_deaths(f, INVITING);
}

static void while_a_session_connects(struct service_fixture *f)
{
    try_deaths(f, CONNECTING);
}

static void while_a_session_is_open(struct service_fixture *f)
{
    try_deaths(f, OPEN_SESSION);
}

static void while_a_session_closes(struct service_fixture *f)
{
    try_deaths(f, CLOSING);
}

/* A program that opens a session and waits. */
static int program_main(const char *sockets, const char *share)
{
    struct wfd_environment environment = {
        .netif = &service_netif_ops, .reaper_path = reaper_path(), .share_folder = share
    };
    struct wfd_config config = { .open_timeout_ms = LONG_MS, .settle_ms = 1 };
    enum wfd_error error = WFD_ERROR_SERVICE_NOT_ACTIVE;
    struct wfd_completion_info info;
    struct wfd_service *service;
    uint32_t client, session;

    snprintf(config.control_directory, sizeof(config.control_directory), "%s", sockets);
    if (wfd_service_new(&environment, &service)) return 1;
    for (int i = 0; i < 20 && error; i++)
        error = wfd_service_open_client(service, &config, &client);
    if (error || wfd_service_start_open(service, client, &peer_owner, 1, 2, &session)) return 2;
    wfd_service_begin_open(service, session);
    if (!wfd_service_next_completion(service, &info) || info.error) return 3;
    if (write(0, "ok\n", 3) != 3) return 4;
    for (;;) pause();
}

static void await_groups(struct daemon *supplicant, int count)
{
    char line[40];

    snprintf(line, sizeof(line), "wait-groups %d 20000", count);
    say(supplicant, line);
}

/* As from wpa_cli. */
static void others_invite(struct service_fixture *f)
{
    static const char command[] = "P2P_INVITE persistent=0 peer=02:00:00:00:00:01";
    struct wfd_ctrl *ctrl;
    char path[200];

    snprintf(path, sizeof(path), "%s/" P2P_DEV, f->sockets);
    assert_int_equal(wfd_ctrl_wpa_ops.open(path, (uint32_t)getuid(), &ctrl), 0);
    assert_int_equal(wfd_ctrl_wpa_ops.send(ctrl, command, strlen(command)), 0);
    wfd_ctrl_wpa_ops.close(ctrl);
}

/* A group of the same name in a new supplicant is somebody else's, and the helper leaves it alone. */
static void both_die_and_the_new_supplicant_owes_nothing(struct service_fixture *f)
{
    struct daemon supplicant, program;
    int status;

    need_reaper(f);
    begin_supplicant(f, &supplicant);
    begin_daemon("program", f->sockets, f->share, &program);
    await_groups(&supplicant, 1);
    kill(program.pid, SIGSTOP); /* it hears nothing of all that */
    assert_int_equal(waitpid(program.pid, &status, WUNTRACED), program.pid);
    end_daemon(&supplicant);
    begin_supplicant(f, &supplicant);
    others_invite(f);
    await_groups(&supplicant, 1);
    end_daemon(&program);
    assert_true(WAIT_FOR(waitpid(-1, &status, WNOHANG) > 0)); /* the helper, which is ours by now */
    assert_int_equal(status, 0);
    await_groups(&supplicant, 1);
    end_daemon(&supplicant);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(at_rest, .no_supplicant = true),
        SERVICE_TEST(while_a_session_searches, .no_supplicant = true),
        SERVICE_TEST(while_a_session_invites, .no_supplicant = true),
        SERVICE_TEST(while_a_session_connects, .no_supplicant = true),
        SERVICE_TEST(while_a_session_is_open, .no_supplicant = true),
        SERVICE_TEST(while_a_session_closes, .no_supplicant = true),
        SERVICE_TEST(both_die_and_the_new_supplicant_owes_nothing, .no_supplicant = true),
    };

    if (argc == 3 && !strcmp(argv[1], "supplicant")) return supplicant_main(argv[2]);
    if (argc == 4 && !strcmp(argv[1], "program")) return program_main(argv[2], argv[3]);
    if (argc == 4 && !strcmp(argv[1], "impostor")) return impostor_main(argv[2], argv[3]);
    return cmocka_run_group_tests_name("service: deaths of the supplicant", tests, NULL, NULL);
}
