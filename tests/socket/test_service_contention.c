/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Eight processes and one supplicant (row SO10): each opens and closes sessions to the same devices
 * again and again, as fast as it can. Whenever one of them holds a session its group must be there,
 * and at the end there must be none. A process is this program again, started with the word
 * "program"; it tells on its standard input, a socket, what it holds, and the test looks.
 * Never kills anything.
 *
 * WFD_ROUNDS: opens of each process in each test; 12 when it is not set.
 */
#include "service_fixture.h"

#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define PROGRAMS 8

static const struct wfd_mac *const all_peers[] = { &peer_owner, &peer_guest, &peer_guest_2 };

struct program
{
    struct service_fixture *fixture;
    pid_t pid;
    int socket;
    pthread_t thread;
    unsigned int held, without_group;
};

static unsigned int rounds(void)
{
    const char *text = getenv("WFD_ROUNDS");

    return text ? (unsigned int)atoi(text) : 12;
}

/* The program's side. Its exit status is 0 when every open succeeded. */

static bool open_hold_close(struct wfd_service *service, uint32_t client, uint8_t peer, int hold_ms)
{
    struct wfd_completion_info info;
    uint32_t session;
    uint8_t answer;

    if (wfd_service_start_open(service, client, all_peers[peer], 1, 2, &session)) return false;
    wfd_service_begin_open(service, session);
    if (!wfd_service_next_completion(service, &info)) return false;
    wfd_service_callback_begin(service, info.completion, 1);
    wfd_service_callback_end(service, info.completion);
    if (info.error)
    {
        fprintf(stderr, "process %d: error %u, reason %u\n", (int)getpid(),
                (unsigned int)info.error, (unsigned int)info.reason);
        return false;
    }
    for (; hold_ms > 0; hold_ms--) service_pause();
    if (write(0, &peer, 1) != 1 || read(0, &answer, 1) != 1) return false;
    return !wfd_service_close_session(service, session);
}

static int program_main(const char *sockets, const char *share, const char *peers)
{
    struct wfd_environment environment = { .netif = &service_netif_ops, .share_folder = share };
    struct wfd_config config = { .open_timeout_ms = 60000, .settle_ms = 1 };
    unsigned int seed = (unsigned int)getpid(), first = peers[0] - '0', last = peers[1] - '0';
    struct wfd_service *service;
    uint32_t client;
    int status = 0;

    snprintf(config.control_directory, sizeof(config.control_directory), "%s", sockets);
    if (wfd_service_new(&environment, &service)) return 1;
    if (!service_opens_client(service, &config, &client)) return 1;
    for (unsigned int i = 0; i < rounds(); i++)
    {
        unsigned int peer = first + (unsigned int)rand_r(&seed) % (last - first + 1);

        if (!open_hold_close(service, client, (uint8_t)peer, rand_r(&seed) % 20)) status = 2;
    }
    wfd_service_close_client(service, client, 0);
    wfd_service_free(service);
    return status;
}

/* The test's side. */

static void *look_for_groups(void *context)
{
    struct program *program = context;
    char ifname[32];
    uint8_t peer;

    while (read(program->socket, &peer, 1) == 1)
    {
        program->held++;
        if (!scripted_supplicant_group_ifname(
                    program->fixture->supplicant, all_peers[peer]->octet, ifname, sizeof(ifname)))
            program->without_group++;
        if (write(program->socket, &peer, 1) != 1) break;
    }
    return NULL;
}

static void start_program(struct service_fixture *f, const char *peers, struct program *ret_program)
{
    char word[] = "program",
         *argv[] = { word, word, f->sockets, f->share, (char *)(uintptr_t)peers, NULL };
    posix_spawn_file_actions_t actions;
    int fds[2];

    memset(ret_program, 0, sizeof(*ret_program));
    ret_program->fixture = f;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fds[1], 0);
    assert_int_equal(
            posix_spawn(&ret_program->pid, "/proc/self/exe", &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(fds[1]);
    ret_program->socket = fds[0];
    assert_int_equal(pthread_create(&ret_program->thread, NULL, look_for_groups, ret_program), 0);
}

/* All programs use the peers from the first of the two digits to the second. */
static void contend(struct service_fixture *f, const char *peers)
{
    struct program programs[PROGRAMS];
    unsigned int held = 0, without_group = 0, failed = 0;

    for (unsigned int i = 0; i < PROGRAMS; i++) start_program(f, peers, &programs[i]);
    for (unsigned int i = 0; i < PROGRAMS; i++)
    {
        int status;

        pthread_join(programs[i].thread, NULL);
        close(programs[i].socket);
        assert_int_equal(waitpid(programs[i].pid, &status, 0), programs[i].pid);
        if (status) print_message("a process has ended with status %x\n", (unsigned int)status);
        if (status) failed++;
        held += programs[i].held;
        without_group += programs[i].without_group;
    }
    print_message("%u opens by %u processes, %u processes failed, %u opens without a group, "
                  "%u invitations\n",
            held, PROGRAMS, failed, without_group, service_commands(f, "P2P_INVITE"));
    assert_int_equal(failed, 0);
    assert_int_equal(without_group, 0);
    assert_int_equal(held, PROGRAMS * rounds());
    /* They did share. */
    assert_in_range(service_commands(f, "P2P_INVITE"), 1, held - 1);
    AWAIT_GROUPS(f, 0);
}

static void eight_processes_share_a_group_as_client(struct service_fixture *f)
{
    contend(f, "00");
}

static void eight_processes_share_a_group_as_owner(struct service_fixture *f)
{
    contend(f, "11");
}

static void eight_processes_share_the_groups_of_three_peers(struct service_fixture *f)
{
    contend(f, "02");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(eight_processes_share_a_group_as_client),
        SERVICE_TEST(eight_processes_share_a_group_as_owner),
        SERVICE_TEST(eight_processes_share_the_groups_of_three_peers),
    };

    if (argc == 5 && !strcmp(argv[1], "program")) return program_main(argv[2], argv[3], argv[4]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
