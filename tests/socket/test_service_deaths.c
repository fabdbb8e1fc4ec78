/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Programs that end in every way at every stage, alone and beside another program (row CS8): what
 * they have begun is taken back, what the other holds stays. The program is this program again,
 * started with the word "program"; the other one, which also comes after it, is this process.
 * Never kills anything that it did not start.
 *
 * DEATH_ROUNDS: how often each way is tried at each stage, alone and beside another program; without
 * it once, every second combination.
 */
#include "service_fixture.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>

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

static const char *const stage_names[] = { "idle", "searching", "inviting", "connecting", "open",
    "closing" };

enum way
{
    KILLED,
    ABORTS,
    SEGFAULTS,
    EXITS_AT_ONCE,
    RETURNS,
    HELPER_FIRST, /* and another one has taken its place */
    WITH_HELPER,  /* both are gone before either notices */
    WAY_COUNT,
};

static const char *const way_names[] = { "killed", "abort", "segv", "_exit", "return",
    "after its helper", "with its helper" };

/* The program's side: gets as far as its stage, says so, and ends when it is told to. */

static struct wfd_service *victim_service; /* never freed, and no leak */

static bool complete(void)
{
    struct wfd_completion_info info;

    if (!wfd_service_next_completion(victim_service, &info) || info.error) return false;
    wfd_service_callback_begin(victim_service, info.completion, 1);
    wfd_service_callback_end(victim_service, info.completion);
    return true;
}

static int end_as(enum way way)
{
    signal(SIGSEGV, SIG_DFL);
    signal(SIGABRT, SIG_DFL);
    switch (way)
    {
    case ABORTS: raise(SIGABRT); break;
    case SEGFAULTS: raise(SIGSEGV); break;
    case EXITS_AT_ONCE: _exit(0);
    case RETURNS: return 0;
    case KILLED:
    case HELPER_FIRST:
    case WITH_HELPER:
    case WAY_COUNT: raise(SIGKILL); break;
    }
    return 9;
}

static int program_main(char **arguments)
{
    const char *sockets = arguments[0], *share = arguments[1];
    enum stage stage = (enum stage)atoi(arguments[2]);
    enum way way = (enum way)atoi(arguments[3]);
    const struct wfd_mac peer = { { 2, 0, 0, 0, 0, (uint8_t)atoi(arguments[4]) } };
    struct wfd_environment environment = {
        .netif = &service_netif_ops, .reaper_path = reaper_path(), .share_folder = share
    };
    struct wfd_config config = { .open_timeout_ms = LONG_MS, .settle_ms = 1 };
    const struct rlimit no_core = { 0, 0 };
    uint32_t client, session = 0;
    char byte = 0;

    setrlimit(RLIMIT_CORE, &no_core);
    snprintf(config.control_directory, sizeof(config.control_directory), "%s", sockets);
    if (wfd_service_new(&environment, &victim_service)) return 1;
    if (!service_opens_client(victim_service, &config, &client)) return 2;
    if (stage != IDLE)
    {
        if (wfd_service_start_open(victim_service, client, &peer, 1, 2, &session)) return 3;
        wfd_service_begin_open(victim_service, session);
        if (stage >= OPEN_SESSION && !complete()) return 4;
    }
    if (write(1, "r", 1) != 1 || read(0, &byte, 1) != 1) return 5;
    if (stage == CLOSING && wfd_service_close_session(victim_service, session)) return 6;
    return end_as(way);
}

/* The test's side. */

struct program
{
    pid_t pid, helper;
    int input, output;
};

static void start_program(struct service_fixture *f, enum stage stage, enum way way,
        const struct wfd_mac *peer, struct program *ret_program)
{
    char word[] = "program", numbers[3][12];
    char *argv[] = { word, word, f->sockets, f->share, numbers[0], numbers[1], numbers[2], NULL };
    posix_spawn_file_actions_t actions;
    int in[2], out[2];

    snprintf(numbers[0], sizeof(numbers[0]), "%d", (int)stage);
    snprintf(numbers[1], sizeof(numbers[1]), "%d", (int)way);
    snprintf(numbers[2], sizeof(numbers[2]), "%d", peer->octet[5]);
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    assert_int_equal(
            posix_spawn(&ret_program->pid, "/proc/self/exe", &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    ret_program->input = in[1];
    ret_program->output = out[0];
}

static void find_helper(struct service_fixture *f, struct program *program)
{
    char turns[120];
    pid_t before = program->helper;

    snprintf(turns, sizeof(turns), "%s/turns", f->share);
    assert_true(WAIT_FOR((program->helper = helper_of(program->pid)) && program->helper != before &&
                         has_file(program->helper, turns)));
}

/* A peer for each stage and role, and the supplicant such that the program stays there. */
static const struct wfd_mac *set_scene(
        struct service_fixture *f, enum stage stage, enum scripted_role role)
{
    const struct wfd_mac *peer = role == SCRIPTED_ROLE_GO ? &peer_guest : &peer_owner;

    service_add_networks(f);
    scripted_supplicant_latency(
            f->supplicant, SCRIPTED_STEP_RESULT, stage == INVITING ? SCRIPTED_NEVER : 0);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_REMOVED, stage == CLOSING ? 20 : 0);
    if (stage == CONNECTING) service_add_peer(f, peer, SCRIPTED_ANSWER_NEVER_STARTS);
    if (stage != SEARCHING) return peer;
    scripted_supplicant_peer_lost(f->supplicant, peer->octet);
    return peer;
}

static void await_stage(struct service_fixture *f, enum stage stage, const unsigned int before[2])
{
    if (stage == SEARCHING) AWAIT_COMMAND(f, "P2P_FIND", before[0] + 1);
    if (stage == INVITING || stage == CONNECTING) AWAIT_COMMAND(f, "P2P_INVITE", before[1] + 1);
}

static void end_program(struct service_fixture *f, struct program *program, enum way way)
{
    int status;

    if (way == HELPER_FIRST)
    {
        kill(program->helper, SIGKILL);
        find_helper(f, program);
    }
    if (way == WITH_HELPER)
    {
        kill(program->pid, SIGSTOP);
        assert_int_equal(waitpid(program->pid, &status, WUNTRACED), program->pid);
        kill(program->helper, SIGKILL);
        kill(program->pid, SIGKILL);
    }
    else
        assert_int_equal(write(program->input, "x", 1), 1);
    assert_int_equal(waitpid(program->pid, &status, 0), program->pid);
    if (way == EXITS_AT_ONCE || way == RETURNS)
        assert_int_equal(status, 0);
    else
        assert_true(WIFSIGNALED(status));
    /* Its helper is ours by now. */
    assert_true(WAIT_FOR(waitpid(program->helper, &status, WNOHANG) == program->helper));
    if (way != WITH_HELPER) assert_int_equal(status, 0);
    close(program->input);
    close(program->output);
}

/* What the dead program has left: nothing. What is held: one group of the other program's. */
static void expect_nothing_left(struct service_fixture *f, pid_t dead, unsigned int held)
{
    AWAIT_GROUPS(f, held);
    assert_true(WAIT_FOR(!scripted_supplicant_pending_netdev(f->supplicant)));
    assert_true(WAIT_FOR(!scripted_supplicant_authorises(f->supplicant)));
    assert_int_equal(service_client_sockets_of(dead), 0);
    service_emit(f, "P2P-FIND-STOPPED "); /* the supplicant notices that a monitor is gone */
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 1, PATIENCE_MS));
    /* ., .., the file of turns */
    assert_true(WAIT_FOR(service_count_entries(f->share) == 3 + held));
}

/* The turn at the supplicant is free, and the device can be opened. */
static void expect_next_open(struct service_fixture *f, const struct wfd_mac *peer)
{
    struct service_open *open;

    service_add_networks(f);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 0);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_REMOVED, 0);
    open = OPEN(f, f->clients[0], peer);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
}

static pid_t try_death(struct service_fixture *f, enum stage stage, enum way way,
        enum scripted_role role, bool beside_another)
{
    const struct wfd_mac *peer = set_scene(f, stage, role);
    bool shares = beside_another && stage >= OPEN_SESSION;
    unsigned int removals = service_commands(f, "P2P_GROUP_REMOVE"), before[2];
    struct service_open *other = NULL;
    struct program program = { .helper = 0 };
    char byte;

    if (beside_another)
    {
        scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 0);
        other = OPEN(f, f->clients[0], shares ? peer : &peer_owner_2);
        set_scene(f, stage, role);
    }
    before[0] = service_commands(f, "P2P_FIND");
    before[1] = service_commands(f, "P2P_INVITE");
    start_program(f, stage, way, peer, &program);
    assert_int_equal(read(program.output, &byte, 1), 1);
    find_helper(f, &program);
    await_stage(f, stage, before);
    /* Its turn is over, and with it the note in it: ., .., the file of turns, the group's. */
    if (way == WITH_HELPER && stage >= OPEN_SESSION)
        assert_true(WAIT_FOR(service_count_entries(f->share) == 4));
    end_program(f, &program, way);
    if (way != WITH_HELPER) expect_nothing_left(f, program.pid, other ? 1 : 0);
    if (other)
    {
        /* As owner its own group may have been up already. */
        assert_in_range(service_commands(f, "P2P_GROUP_REMOVE") - removals, 0,
                stage == CONNECTING && role == SCRIPTED_ROLE_GO ? 1 : 0);
        assert_true(service_begun(other) && !other->info.error);
        assert_int_equal(wfd_service_close_session(f->service, other->session), WFD_SUCCESS);
        AWAIT_GROUPS(f, 0);
    }
    expect_next_open(f, peer);
    AWAIT_GROUPS(f, 0);
    assert_true(WAIT_FOR(!scripted_supplicant_pending_netdev(f->supplicant)));
    assert_true(WAIT_FOR(!scripted_supplicant_authorises(f->supplicant)));
    return program.pid;
}

static void try_deaths(struct service_fixture *f, enum stage stage)
{
    const char *rounds_text = getenv("DEATH_ROUNDS");
    int rounds = rounds_text ? atoi(rounds_text) : 1;

    need_reaper(f);
    CLIENT(f);
    for (int round = 0; round < rounds; round++)
        for (unsigned int way = 0; way < WITH_HELPER; way++)
            for (unsigned int i = 0; i < 4; i++)
            {
                if (!rounds_text && (i ^ i >> 1 ^ way) & 1) continue;
                print_message("%s, %s, as %s, %s\n", stage_names[stage], way_names[way],
                        i & 1 ? "owner" : "client", i & 2 ? "beside another" : "alone");
                try_death(f, stage, (enum way)way, i & 1 ? SCRIPTED_ROLE_GO : SCRIPTED_ROLE_CLIENT,
                        i & 2);
            }
}

static void a_program_that_is_idle_ends(struct service_fixture *f)
{
    try_deaths(f, IDLE);
}

static void a_program_that_searches_ends(struct service_fixture *f)
{
    try_deaths(f, SEARCHING);
}

static void a_program_that_invites_ends(struct service_fixture *f)
{
    try_deaths(f, INVITING);
}

static void a_program_that_connects_ends(struct service_fixture *f)
{
    try_deaths(f, CONNECTING);
}

static void a_program_with_an_open_session_ends(struct service_fixture *f)
{
    try_deaths(f, OPEN_SESSION);
}

static void a_program_that_closes_ends(struct service_fixture *f)
{
    try_deaths(f, CLOSING);
}

/* The next program, whose helper removes the sockets that were left. dead: 0 for none. */
static void begin_next_program(struct service_fixture *f, pid_t dead)
{
    service_stop_dispatcher(f);
    wfd_service_free(f->service);
    f->client_count = 0;
    assert_int_equal(service_fixture_new_service(f, reaper_path()), 0);
    CLIENT(f);
    if (dead) assert_true(WAIT_FOR(!service_client_sockets_of(dead)));
    service_emit(f, "P2P-FIND-STOPPED "); /* a monitor without a name is dropped */
}

/* The group comes up when both have been dead for long. Another device is opened next. */
static void try_late_group(struct service_fixture *f, enum scripted_role role, bool beside_another)
{
    const struct wfd_mac *peer = set_scene(f, INVITING, role);
    struct program program = { .helper = 0 };
    struct service_open *other = NULL;
    unsigned int started, before[2];
    char byte;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 0);
    if (beside_another) other = OPEN(f, f->clients[0], &peer_owner_2);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, 300);
    started = scripted_supplicant_groups_started(f->supplicant);
    before[1] = service_commands(f, "P2P_INVITE");
    start_program(f, INVITING, WITH_HELPER, peer, &program);
    assert_int_equal(read(program.output, &byte, 1), 1);
    find_helper(f, &program);
    await_stage(f, INVITING, before);
    end_program(f, &program, WITH_HELPER);
    AWAIT_STARTED(f, started + 1);
    AWAIT_GROUPS(f, other ? 2 : 1);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, 0);
    expect_next_open(f, other ? &peer_guest : &peer_owner_2);
    AWAIT_GROUPS(f, other ? 1 : 0);
    if (other) assert_int_equal(wfd_service_close_session(f->service, other->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
    assert_true(WAIT_FOR(service_count_entries(f->share) == 3));
    begin_next_program(f, program.pid);
}

static void the_next_program_removes_what_comes_of_an_invitation_of_the_dead(
        struct service_fixture *f)
{
    need_reaper(f);
    CLIENT(f);
    try_late_group(f, SCRIPTED_ROLE_CLIENT, false);
    try_late_group(f, SCRIPTED_ROLE_CLIENT, true);
    try_late_group(f, SCRIPTED_ROLE_GO, false);
    try_late_group(f, SCRIPTED_ROLE_GO, true);
}

/* Nobody is left to take anything back: who opens a session to that device next, and closes it. */
static void the_next_program_takes_over_from_one_that_died_with_its_helper(
        struct service_fixture *f)
{
    static const enum stage stages[] = { IDLE, SEARCHING, INVITING, CONNECTING, OPEN_SESSION,
        CLOSING };
    pid_t dead = 0;

    need_reaper(f);
    for (unsigned int i = 0; i < 12; i++)
    {
        enum scripted_role role = i & 1 ? SCRIPTED_ROLE_GO : SCRIPTED_ROLE_CLIENT;
        unsigned int invited = service_commands(f, "P2P_INVITE");

        begin_next_program(f, dead);
        dead = try_death(f, stages[i / 2], WITH_HELPER, role, false);
        if (stages[i / 2] == OPEN_SESSION)
            assert_int_equal(service_commands(f, "P2P_INVITE") - invited, 1);
        assert_true(WAIT_FOR(service_count_entries(f->share) == 3));
    }
    begin_next_program(f, dead);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(a_program_that_is_idle_ends),
        SERVICE_TEST(a_program_that_searches_ends),
        SERVICE_TEST(a_program_that_invites_ends),
        SERVICE_TEST(a_program_that_connects_ends),
        SERVICE_TEST(a_program_with_an_open_session_ends),
        SERVICE_TEST(a_program_that_closes_ends),
        SERVICE_TEST(the_next_program_removes_what_comes_of_an_invitation_of_the_dead),
        SERVICE_TEST(the_next_program_takes_over_from_one_that_died_with_its_helper),
    };

    if (argc == 7 && !strcmp(argv[1], "program")) return program_main(argv + 2);
    return cmocka_run_group_tests_name("service: deaths", tests, NULL, NULL);
}
