/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Proves through the real libwpa_client that the scripted supplicant disturbs what it is told to, and
 * nothing else; its journal, its control language, and many groups at once.
 */
#include "scripted_fixture.h"

/* --- disturbances ----------------------------------------------------------------------------- */

static void replies_can_be_any_bytes(void **state)
{
    static char big[65536];
    struct scripted_fault fault = { .word = "PING", .kind = SCRIPTED_FAULT_REPLY, .count = 1 };
    struct fixture *f = *state;
    unsigned int id;

    start(f);
    memset(big, 0xee, sizeof(big));
    fault.bytes = "a\0<3>\xff";
    fault.len = 6;
    id = scripted_supplicant_fault(f->ss, &fault);
    ask(f, "PING");
    assert_int_equal(f->reply_len, 6);
    assert_memory_equal(f->reply, fault.bytes, 6);
    expect_fired(f, id);

    fault.len = 0;
    scripted_supplicant_fault(f->ss, &fault);
    assert_string_equal(ask(f, "PING"), "");
    fault.bytes = big;
    fault.len = sizeof(big);
    fault.skip = 1;
    scripted_supplicant_fault(f->ss, &fault);
    assert_string_equal(ask(f, "PING"), "PONG\n");
    ask(f, "PING");
    assert_int_equal(f->reply_len, sizeof(big));
    assert_string_equal(ask(f, "PING"), "PONG\n");
}

static void replies_can_be_lost_late_and_doubled(void **state)
{
    struct scripted_fault fault = {
        .word = "*", .ifname = P2P_DEV, .kind = SCRIPTED_FAULT_DELAY, .count = 1, .delay_ms = 20
    };
    struct fixture *f = *state;
    unsigned int id;

    start(f);
    id = arm(f, "PING", SCRIPTED_FAULT_DROP);
    send_raw(f, "PING");
    assert_true(scripted_supplicant_wait_command(f->ss, "PING", 1, WAIT_MS));
    assert_string_equal(ask(f, "INTERFACES"), "p2p-dev-wlan0\nwlan0\n");
    expect_fired(f, id);

    arm(f, "PING", SCRIPTED_FAULT_TWICE);
    assert_string_equal(ask(f, "PING"), "PONG\n");
    assert_true(receive(f, f->command));
    assert_string_equal(f->reply, "PONG\n");

    id = scripted_supplicant_fault(f->ss, &fault);
    send_raw(f, "PING");
    send_raw(f, "INTERFACES"); /* overtakes */
    assert_true(receive(f, f->command));
    assert_string_equal(f->reply, "p2p-dev-wlan0\nwlan0\n");
    assert_true(receive(f, f->command));
    assert_string_equal(f->reply, "PONG\n");
    expect_fired(f, id);
}

static unsigned int sender_uid(struct fixture *f)
{
    union
    {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec iov = { .iov_base = f->reply, .iov_len = sizeof(f->reply) };
    struct msghdr msg = { .msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes) };
    struct pollfd fd = { .fd = wpa_ctrl_get_fd(f->command), .events = POLLIN };
    struct ucred cred;

    assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
    assert_true(recvmsg(wpa_ctrl_get_fd(f->command), &msg, 0) > 0);
    assert_non_null(CMSG_FIRSTHDR(&msg));
    memcpy(&cred, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(cred));
    return cred.uid;
}

static void replies_can_come_from_another_user(void **state)
{
    struct scripted_fault fault = {
        .word = "PING", .kind = SCRIPTED_FAULT_AS_UID, .count = 1, .uid = 4711
    };
    struct fixture *f = *state;
    int one = 1;

    if (geteuid()) skip();
    start(f);
    setsockopt(wpa_ctrl_get_fd(f->command), SOL_SOCKET, SO_PASSCRED, &one, sizeof(one));
    scripted_supplicant_fault(f->ss, &fault);
    send_raw(f, "PING");
    assert_int_equal(sender_uid(f), 4711);
    send_raw(f, "PING");
    assert_int_equal(sender_uid(f), 0);
}

static void a_dead_daemon_leaves_its_files(void **state)
{
    struct fixture *f = *state;
    char path[200];
    unsigned int id;

    start_pair(f, SCRIPTED_ANSWER_ACCEPT, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT);
    id = arm(f, "STATUS", SCRIPTED_FAULT_DIE);
    send_raw(f, "STATUS");
    expect_fired(f, id);
    assert_int_equal(scripted_supplicant_state(f->ss), SCRIPTED_STATE_DEAD);
    assert_int_equal(send(wpa_ctrl_get_fd(f->command), "PING", 4, 0), -1);
    assert_int_equal(errno, ECONNREFUSED);
    assert_int_equal(send(wpa_ctrl_get_fd(f->command), "PING", 4, 0), -1);
    assert_int_equal(errno, ENOTCONN);
    snprintf(path, sizeof(path), "%s/" GROUP_0, f->sockets);
    assert_int_equal(access(path, F_OK), 0);

    assert_int_equal(scripted_supplicant_restart(f->ss), 0);
    assert_int_equal(access(path, F_OK), 0); /* still stale */
    assert_int_equal(scripted_supplicant_groups(f->ss), 0);
    disconnect_all(f);
    connect_all(f, P2P_DEV);
    assert_string_equal(ask(f, "P2P_FIND"), "OK\n");
    assert_true(receive(f, f->monitor));
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT); /* -0 again */
}

static void a_terminated_daemon_says_goodbye(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_ACCEPT, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT);
    scripted_supplicant_terminate(f->ss);
    expect(f, "P2P-GROUP-REMOVED " GROUP_0 " client reason=REQUESTED");
    expect(f, "P2P-DEVICE-LOST p2p_dev_addr=" PEER_1);
    expect(f, "CTRL-EVENT-TERMINATING ");
    assert_null(open_ctrl(f, P2P_DEV));
    assert_null(open_ctrl(f, "wlan0"));
}

static void a_hung_daemon_goes_on_where_it_stopped(void **state)
{
    struct fixture *f = *state;
    unsigned int id;

    start_pair(f, SCRIPTED_ANSWER_ACCEPT, SCRIPTED_ROLE_CLIENT);
    id = arm(f, "PING", SCRIPTED_FAULT_HANG);
    send_raw(f, "PING");
    expect_fired(f, id);
    send_raw(f, INVITE);
    assert_int_equal(scripted_supplicant_command_count(f->ss, "P2P_INVITE"), 0);
    scripted_supplicant_resume(f->ss);
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT);
}

static void monitors_can_be_forgotten(void **state)
{
    struct fixture *f = *state;
    unsigned int id;

    start(f);
    scripted_supplicant_detach_all(f->ss, NULL);
    assert_int_equal(wpa_ctrl_detach(f->monitor), -1); /* FAIL reveals it */
    assert_int_equal(wpa_ctrl_attach(f->monitor), 0);
    id = arm(f, "PING", SCRIPTED_FAULT_REBIND);
    send_raw(f, "PING");
    expect_fired(f, id);
    assert_true(scripted_supplicant_wait_monitors(f->ss, 0, WAIT_MS));
    assert_int_equal(send(wpa_ctrl_get_fd(f->command), "PING", 4, 0), -1);
    disconnect_all(f);
    connect_all(f, P2P_DEV);
    assert_string_equal(ask(f, "PING"), "PONG\n");
}

static void a_flood_reaches_a_reader_whole(void **state)
{
    struct fixture *f = *state;
    unsigned int i;
    char text[40];

    start(f);
    assert_true(scripted_supplicant_flood(f->ss, P2P_DEV, "NOISE", 5000));
    for (i = 0; i < 5000; i++)
    {
        snprintf(text, sizeof(text), "NOISE %u", i);
        expect(f, text);
    }
}

static void a_slow_monitor_gets_the_rest_when_it_reads(void **state)
{
    struct fixture *f = *state;
    unsigned int i;
    char text[40];
    int len;

    start(f);
    for (i = 0; i < 1000; i++)
    {
        len = snprintf(text, sizeof(text), "<3>EVENT %u", i);
        assert_true(scripted_supplicant_emit(f->ss, P2P_DEV, text, (size_t)len));
    }
    assert_string_equal(ask(f, "PING"), "PONG\n"); /* commands still work */
    for (i = 0; i < 1000; i++)
    {
        snprintf(text, sizeof(text), "EVENT %u", i);
        expect(f, text);
    }
}

/* --- the rest --------------------------------------------------------------------------------- */

static void the_journal_has_every_command(void **state)
{
    struct scripted_journal_entry entry;
    struct fixture *f = *state;
    size_t count;

    start(f);
    ask(f, "P2P_PEER FIRST");
    count = scripted_supplicant_journal_count(f->ss);
    assert_int_equal(count, scripted_supplicant_command_count(f->ss, "*"));
    assert_true(scripted_supplicant_journal_get(f->ss, count - 1, &entry));
    assert_string_equal(entry.ifname, P2P_DEV);
    assert_string_equal(entry.command, "P2P_PEER FIRST");
    assert_false(scripted_supplicant_journal_get(f->ss, count, &entry));
    assert_false(scripted_supplicant_wait_command(f->ss, "PING", 1, 1));
}

static const char *control(struct fixture *f, const char *line)
{
    static char text[9000];

    scripted_supplicant_control(f->ss, line, text, sizeof(text));
    return text;
}

static void the_control_language_reaches_everything(void **state)
{
    struct fixture *f = *state;

    start(f);
    assert_string_equal(control(f, "peer add " PEER_1 ",known,counter=0,name=a b"), "ok");
    assert_string_equal(control(f, "persistent -1,client," PEER_1), "ok 0");
    assert_string_equal(control(f, "latency result 0"), "ok");
    assert_string_equal(control(f, "fault PING reply 414200 1"), "ok 1");
    ask(f, "PING");
    assert_int_equal(f->reply_len, 3);
    assert_string_equal(control(f, "fired 1"), "ok 1");
    assert_string_equal(control(f, "wait PING 1 1000"), "ok");
    assert_string_equal(control(f, "wait PING 2 1"), "false");
    assert_string_equal(control(f, "emit " P2P_DEV " HELLO  WORLD"), "ok");
    expect(f, "HELLO  WORLD");
    assert_string_equal(control(f, "peer add " PEER_1 ",known"), "ok");
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT);
    assert_string_equal(control(f, "groups"), "ok 1");
    assert_string_equal(control(f, "group " PEER_1), "ok " GROUP_0);
    assert_string_equal(control(f, "end-group " PEER_1 " go-ending"), "ok");
    assert_string_equal(control(f, "wait-groups 0 1000"), "ok");
    assert_string_equal(control(f, "monitors"), "ok 1");
    assert_string_equal(control(f, "terminate"), "ok");
    assert_string_equal(control(f, "state"), "ok terminated");
    assert_string_equal(control(f, "restart"), "ok");
    assert_starts(control(f, "nonsense"), "error");
    assert_starts(control(f, "latency nonsense 1"), "error");
    assert_starts(control(f, "emit-hex wlan0 4"), "error");
    assert_starts(control(f, "peer add 02:00"), "error");
    assert_false(scripted_supplicant_control(f->ss, "quit", f->reply, sizeof(f->reply)));
}

static void many_groups_live_at_once(void **state)
{
    struct fixture *f = *state;
    struct rlimit limit;
    unsigned int i, count = 10000;
    char command[80];
    uint8_t addr[6];

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < count + 200) count = (unsigned int)limit.rlim_cur - 200;
    start(f);
    assert_int_equal(scripted_supplicant_generate(f->ss, count, SCRIPTED_ROLE_CLIENT, true), 0);
    for (i = 0; i < count; i++)
    {
        scripted_supplicant_generated_address(i, addr);
        snprintf(command, sizeof(command), "P2P_INVITE persistent=%u peer=02:00:00:00:%02x:%02x", i,
                addr[4], addr[5]);
        assert_string_equal(ask(f, command), "OK\n");
        assert_true(receive(f, f->monitor) && receive(f, f->monitor));
        assert_starts(f->reply, "<3>P2P-GROUP-STARTED ");
    }
    assert_int_equal(scripted_supplicant_groups_started(f->ss), count);
    for (i = 0; i < count; i++)
    {
        snprintf(command, sizeof(command), "P2P_GROUP_REMOVE p2p-wlan0-%u", i);
        assert_string_equal(ask(f, command), "OK\n");
        expect_start(f, "P2P-GROUP-REMOVED ");
    }
    assert_int_equal(scripted_supplicant_groups(f->ss), 0);
}

/* In a child, for the network namespace. Each failure has its number. */
static int tun_child(struct fixture *f)
{
    struct scripted_config config = { .dir = f->sockets, .netdev = SCRIPTED_NETDEV_TUN };
    struct scripted_peer peer = a_peer(peer_1, SCRIPTED_ANSWER_ACCEPT);

    if (unshare(CLONE_NEWNET) || access("/dev/net/tun", R_OK | W_OK)) return 77;
    if (!(f->ss = scripted_supplicant_new(&config))) return 1;
    if (scripted_supplicant_start(f->ss)) return 2;
    add_pair(f, &peer, SCRIPTED_ROLE_GO);
    connect_all(f, P2P_DEV);
    if (strcmp(ask(f, INVITE), "OK\n")) return 3;
    if (!receive(f, f->monitor) || !receive(f, f->monitor)) return 4;
    if (!if_nametoindex(GROUP_0)) return 5;
    scripted_supplicant_die(f->ss);
    if (!if_nametoindex(GROUP_0)) return 6; /* a killed daemon leaves it */
    if (scripted_supplicant_restart(f->ss)) return 7;
    disconnect_all(f);
    connect_all(f, P2P_DEV);
    if (strcmp(ask(f, "P2P_GROUP_ADD"), "OK\n") || !receive(f, f->monitor)) return 8;
    if (!if_nametoindex(GROUP_0)) return 9;
    if (strcmp(ask(f, "P2P_GROUP_REMOVE " GROUP_0), "OK\n")) return 10;
    if (if_nametoindex(GROUP_0)) return 11;
    disconnect_all(f);
    scripted_supplicant_free(f->ss);
    return 0;
}

static void a_group_can_have_a_real_interface(void **state)
{
    struct fixture *f = *state;
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (!pid) _exit(tun_child(f));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_group_can_have_a_real_interface),
        TEST(replies_can_be_any_bytes),
        TEST(replies_can_be_lost_late_and_doubled),
        TEST(replies_can_come_from_another_user),
        TEST(a_dead_daemon_leaves_its_files),
        TEST(a_terminated_daemon_says_goodbye),
        TEST(a_hung_daemon_goes_on_where_it_stopped),
        TEST(monitors_can_be_forgotten),
        TEST(a_flood_reaches_a_reader_whole),
        TEST(a_slow_monitor_gets_the_rest_when_it_reads),
        TEST(the_journal_has_every_command),
        TEST(the_control_language_reaches_everything),
        TEST(many_groups_live_at_once),
    };

    return cmocka_run_group_tests_name("scripted faults", tests, NULL, NULL);
}
