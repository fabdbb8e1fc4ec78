/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A supplicant that is not there, is somebody else's, hangs, dies, terminates or restarts, at rest
 * and at each step of an open: one callback in bounded time, and the next open works with the same
 * service. Also what the process runs out of.
 */
#include "service_fixture.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* An open of a client that fails, within the second that it may take (row OH6). */
static enum wfd_error open_fails(struct service_fixture *f)
{
    uint64_t begin_ms = service_real_ms();
    uint32_t client = 77;
    enum wfd_error error = wfd_service_open_client(f->service, &f->config, &client);

    assert_true(service_real_ms() - begin_ms < 1000);
    assert_int_equal(client, 77);
    return error;
}

static void start(struct service_fixture *f)
{
    assert_int_equal(service_start_supplicant(f, NULL), 0);
}

static void socket_path(const struct service_fixture *f, char *ret_path, size_t size)
{
    snprintf(ret_path, size, "%s/" P2P_DEV, f->sockets);
}

/* At the opening of a client. */

static void no_directory_means_no_supplicant(struct service_fixture *f)
{
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
    start(f);
    OPEN(f, CLIENT(f), &peer_owner);
}

static void an_empty_directory_means_no_supplicant(struct service_fixture *f)
{
    assert_int_equal(mkdir(f->sockets, 0700), 0);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
}

static void a_directory_that_is_a_file_means_no_supplicant(struct service_fixture *f)
{
    int fd = open(f->sockets, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
}

static void files_and_links_are_no_sockets(struct service_fixture *f)
{
    char path[200];
    int fd;

    assert_int_equal(mkdir(f->sockets, 0700), 0);
    socket_path(f, path, sizeof(path));
    fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
    snprintf(path, sizeof(path), "%s/wlan0", f->sockets);
    assert_int_equal(symlink("/dev/log", path), 0);
    snprintf(path, sizeof(path), "%s/wlan1", f->sockets);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
}

static void a_directory_that_may_not_be_read_means_no_supplicant(struct service_fixture *f)
{
    if (!geteuid()) SKIP_TEST(f, "root may read every directory");
    assert_int_equal(mkdir(f->sockets, 0), 0);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
}

static void a_path_too_long_for_a_socket_means_no_supplicant(struct service_fixture *f)
{
    memset(f->config.control_directory, 'x', sizeof(f->config.control_directory) - 1);
    f->config.control_directory[0] = '/';
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
}

static void a_socket_of_another_user_is_refused(struct service_fixture *f)
{
    char path[200];

    if (geteuid()) SKIP_TEST(f, "only root may give files away");
    socket_path(f, path, sizeof(path));
    assert_int_equal(chown(path, 12345, 12345), 0);
    snprintf(path, sizeof(path), "%s/wlan0", f->sockets);
    assert_int_equal(chown(path, 12345, 12345), 0);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_int_equal(service_commands(f, "*"), 0);
    f->config.supplicant_uid = 12345;
    OPEN(f, CLIENT(f), &peer_owner);
}

static void a_hung_supplicant_is_told_within_a_second(struct service_fixture *f)
{
    scripted_supplicant_hang(f->supplicant);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
    scripted_supplicant_resume(f->supplicant);
    OPEN(f, CLIENT(f), &peer_owner);
    scripted_supplicant_hang(f->supplicant);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
    scripted_supplicant_resume(f->supplicant);
}

static void a_dead_supplicant_is_told_at_once(struct service_fixture *f)
{
    scripted_supplicant_die(f->supplicant);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_int_equal(scripted_supplicant_restart(f->supplicant), 0);
    OPEN(f, CLIENT(f), &peer_owner);
}

/* A datagram socket that is bound and never read, as root's. */
static int bind_socket(const struct service_fixture *f, const char *name)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", f->sockets, name);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void a_socket_that_nobody_reads_means_no_supplicant(struct service_fixture *f)
{
    int fd;

    assert_int_equal(mkdir(f->sockets, 0700), 0);
    fd = bind_socket(f, P2P_DEV);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
    close(fd);
}

static void a_stale_socket_beside_a_live_one_does_no_harm(struct service_fixture *f)
{
    close(bind_socket(f, "p2p-dev-aaa0"));
    OPEN(f, CLIENT(f), &peer_owner);
}

struct slow_client
{
    struct service_fixture *fixture;
    uint32_t client;
    enum wfd_error error;
};

static void *open_slow_client(void *context)
{
    struct slow_client *slow = context;

    slow->error =
            wfd_service_open_client(slow->fixture->service, &slow->fixture->config, &slow->client);
    return NULL;
}

/* The loop has looked at the clock since; a change of the policy wakes it. */
static void advance_loop(struct service_fixture *f, uint64_t ms)
{
    unsigned int looks;

    service_advance(f, ms);
    looks = atomic_load(&f->looks);
    wfd_service_set_policy(f->service, false);
    wfd_service_set_policy(f->service, true);
    assert_true(WAIT_FOR(atomic_load(&f->looks) != looks));
}

/* The silent one is asked before the other, or would be after it. */
static void an_answer_that_takes_long_counts_beside_a_silent_socket(struct service_fixture *f)
{
    static const char *const silent[] = { "p2p-dev-aaa0", "p2p-dev-zzz0" };

    for (unsigned int i = 0; i < 2; i++)
    {
        int fd = bind_socket(f, silent[i]);
        struct slow_client slow = { .fixture = f };
        char path[200];
        pthread_t thread;

        scripted_supplicant_hang(f->supplicant);
        atomic_store(&f->stopped_ms, service_real_ms());
        service_log_await("> STATUS");
        assert_int_equal(pthread_create(&thread, NULL, open_slow_client, &slow), 0);
        assert_true(WAIT_FOR(service_log_seen()));
        for (unsigned int step = 0; step < 3; step++) advance_loop(f, 200);
        scripted_supplicant_resume(f->supplicant);
        pthread_join(thread, NULL);
        atomic_store(&f->stopped_ms, 0);
        assert_int_equal(slow.error, WFD_SUCCESS);
        assert_int_equal(wfd_service_close_client(f->service, slow.client, 0), WFD_SUCCESS);
        assert_true(service_is_detached(f));
        close(fd);
        snprintf(path, sizeof(path), "%s/%s", f->sockets, silent[i]);
        assert_int_equal(unlink(path), 0);
    }
}

/* At rest. */

static void an_open_without_supplicant_is_refused_at_once(struct service_fixture *f)
{
    struct service_open *open;

    CLIENT(f);
    scripted_supplicant_terminate(f->supplicant);
    open = service_open(f, f->clients[0], &peer_owner);
    assert_int_equal(open->start_error, WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_int_equal(scripted_supplicant_restart(f->supplicant), 0);
    OPEN(f, f->clients[0], &peer_owner);
    scripted_supplicant_die(f->supplicant);
    open = service_open(f, f->clients[0], &peer_owner);
    assert_int_equal(open->start_error, WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_int_equal(scripted_supplicant_restart(f->supplicant), 0);
}

static void after_a_restart_at_rest_the_first_open_works(struct service_fixture *f)
{
    struct service_open *before = OPEN(f, CLIENT(f), &peer_owner);

    for (int i = 0; i < 3; i++)
    {
        assert_int_equal(scripted_supplicant_restart(f->supplicant), 0);
        OPEN(f, f->clients[0], &peer_guest);
        assert_int_equal(scripted_supplicant_groups(f->supplicant), 1);
    }
    assert_int_equal(wfd_service_close_session(f->service, before->session), WFD_SUCCESS);
    OPEN(f, f->clients[0], &peer_owner);
}

/* A supplicant that starts makes the adapter's socket first; the stored groups are at the other. */
static void the_p2p_device_is_used_as_soon_as_it_is_there(struct service_fixture *f)
{
    char path[200], away[200];

    socket_path(f, path, sizeof(path));
    snprintf(away, sizeof(away), "%s/away", f->dir);
    assert_int_equal(rename(path, away), 0);
    CLIENT(f);
    EXPECT_ERROR(service_open(f, f->clients[0], &peer_owner), WFD_ERROR_NOT_FOUND);
    assert_int_equal(rename(away, path), 0);
    OPEN(f, f->clients[0], &peer_owner);
}

static void after_a_restart_at_rest_the_next_client_opens(struct service_fixture *f)
{
    CLIENT(f);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 1, PATIENCE_MS));
    assert_int_equal(scripted_supplicant_restart(f->supplicant), 0);
    OPEN(f, CLIENT(f), &peer_owner);
}

static void a_session_is_lost_with_the_supplicant_and_closes(struct service_fixture *f)
{
    static void (*const ends[])(struct scripted_supplicant *) = { scripted_supplicant_terminate,
        scripted_supplicant_die };

    f->config.reply_timeout_ms = 2000;
    CLIENT(f);
    for (unsigned int i = 0; i < 2; i++)
    {
        struct service_open *open = OPEN(f, f->clients[0], &peer_owner);

        service_log_await("-> LOST");
        ends[i](f->supplicant);
        for (int j = 0; j < 20 && !service_log_seen(); j++)
        {
            service_advance(f, 1000); /* one that died says nothing */
            for (int k = 0; k < 20 && !service_log_seen(); k++) service_pause();
        }
        assert_int_equal(service_log_seen(), 1);
        assert_int_equal(scripted_supplicant_restart(f->supplicant), 0);
        assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    }
    OPEN(f, f->clients[0], &peer_owner);
}

static void monitors_that_were_dropped_are_attached_again(struct service_fixture *f)
{
    struct service_open *open;

    CLIENT(f);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 200);
    service_log_await("-> INVITED");
    open = service_open(f, f->clients[0], &peer_guest);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    scripted_supplicant_detach_all(f->supplicant, NULL);
    service_advance(f, 2500);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 1, PATIENCE_MS));
    EXPECT_OPEN(open);
    /* Of one that is open, too: its end must be heard. */
    service_log_await("-> LOST");
    scripted_supplicant_detach_all(f->supplicant, NULL);
    service_advance(f, 10500);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 1, PATIENCE_MS));
    scripted_supplicant_end_group(f->supplicant, peer_guest.octet, SCRIPTED_END_REQUESTED);
    assert_true(WAIT_FOR(service_log_seen() == 1));
}

/* The connection breaks, the supplicant and its groups live on. */

static void a_group_outlives_its_connection_but_not_its_session(struct service_fixture *f)
{
    OPEN(f, CLIENT(f), &peer_owner);
    assert_true(scripted_supplicant_rebind(f->supplicant, P2P_DEV));
    OPEN(f, f->clients[0], &peer_guest);
    AWAIT_GROUPS(f, 1);
}

static void a_group_is_removed_when_a_reply_never_came(struct service_fixture *f)
{
    struct service_open *open;

    f->config.reply_timeout_ms = 300;
    service_fault(f, "P2P_INVITE", SCRIPTED_FAULT_DROP, SCRIPTED_EFFECT_ACT, 1);
    open = service_open(f, CLIENT(f), &peer_owner);
    assert_true(service_called_back(open));
    AWAIT_GROUPS(f, 0);
    open = OPEN(f, f->clients[0], &peer_owner);
    service_fault(f, "P2P_GROUP_REMOVE", SCRIPTED_FAULT_DROP, SCRIPTED_EFFECT_SKIP, 1);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
}

/* The peer's answer comes first, the reply to our invitation never. */
static void what_a_refused_invitation_left_is_taken_back(struct service_fixture *f)
{
    f->config.reply_timeout_ms = 300;
    service_add_peer_status(f, &peer_guest, 7);
    service_fault(f, "P2P_INVITE", SCRIPTED_FAULT_DROP, SCRIPTED_EFFECT_ACT, 1);
    EXPECT_ERROR(service_open(f, CLIENT(f), &peer_guest), WFD_ERROR_GEN_FAILURE);
    assert_true(WAIT_FOR(!scripted_supplicant_pending_netdev(f->supplicant)));
}

/* While one sign of life is awaited, the time for the next one comes. */
static void the_loop_sleeps_while_a_sign_of_life_is_awaited(struct service_fixture *f)
{
    struct service_open *open;
    unsigned int looks;

    OPEN(f, CLIENT(f), &peer_owner);
    service_fault(f, "LIST_NETWORKS", SCRIPTED_FAULT_HANG, SCRIPTED_EFFECT_DEFAULT, 1);
    open = service_open(f, f->clients[0], &peer_guest);
    AWAIT_COMMAND(f, "LIST_NETWORKS", 2);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
    service_advance(f, 3000);
    looks = atomic_load(&f->looks);
    for (int i = 0; i < 50; i++) service_pause();
    assert_true(atomic_load(&f->looks) - looks < 1000);
    scripted_supplicant_resume(f->supplicant);
    assert_int_equal(scripted_supplicant_restart(f->supplicant), 0);
    service_advance(f, 10000);
    assert_true(service_called_back(open));
}

static void a_supplicant_that_dies_after_its_first_answer_is_no_adapters_fault(
        struct service_fixture *f)
{
    service_fault(f, "ATTACH", SCRIPTED_FAULT_DIE, SCRIPTED_EFFECT_SKIP, 1);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_int_equal(scripted_supplicant_restart(f->supplicant), 0);
}

/* The station's own connection, a second one to the same supplicant, ends after the other. */
static void a_legacy_open_is_told_that_the_supplicant_ended(struct service_fixture *f)
{
    static const struct wfd_mac device = { { 2, 0xcc, 0, 0, 0, 1 } };
    uint32_t client = CLIENT(f), session, index;

    scripted_supplicant_add_station(
            f->supplicant, "wlan0", "Old display", 11, device.octet, SCRIPTED_STATION_CONNECTS);
    service_fault(f, "STATUS", SCRIPTED_FAULT_TERMINATE, SCRIPTED_EFFECT_DEFAULT, 1);
    service_log_await("station wlan0: CONNECTING -> IDLE");
    assert_int_equal(wfd_service_open_legacy(f->service, client, &device, &session, &index),
            WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_int_equal(service_log_seen(), 0);
    service_advance(f, 2000);
    assert_int_equal(open_fails(f), WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_true(WAIT_FOR(service_log_seen() > 0));
    assert_int_equal(scripted_supplicant_restart(f->supplicant), 0);
    assert_int_equal(
            wfd_service_open_legacy(f->service, client, &device, &session, &index), WFD_SUCCESS);
}

/* Strangers. */

static void events_of_another_user_are_ignored(struct service_fixture *f)
{
    static const char *const forged[] = {
        "<3>P2P-INVITATION-RESULT status=8 ",
        "<3>P2P-GROUP-STARTED p2p-wlan0-9 client ssid=\"DIRECT-ss-0\" freq=2437 "
        "go_dev_addr=02:00:00:00:00:01",
        "<3>CTRL-EVENT-TERMINATING ",
        "OK\n",
    };
    struct service_open *open;

    if (geteuid()) SKIP_TEST(f, "only root may pretend to be another user");
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 150);
    service_log_await("event dropped");
    open = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    for (unsigned int i = 0; i < sizeof(forged) / sizeof(*forged); i++)
        assert_true(scripted_supplicant_emit_as_uid(
                f->supplicant, P2P_DEV, 12345, forged[i], strlen(forged[i])));
    assert_true(WAIT_FOR(service_log_seen() == 4));
    EXPECT_OPEN(open);
    assert_int_equal(open->info.interface_index, 100);
}

static void replies_of_another_user_are_ignored(struct service_fixture *f)
{
    struct scripted_fault fault = {
        .word = "LIST_NETWORKS", .kind = SCRIPTED_FAULT_AS_UID, .uid = 12345, .count = 1
    };
    struct service_open *open;
    unsigned int id;

    if (geteuid()) SKIP_TEST(f, "only root may pretend to be another user");
    f->config.reply_timeout_ms = 200;
    id = scripted_supplicant_fault(f->supplicant, &fault);
    open = service_open(f, CLIENT(f), &peer_owner);
    assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
    EXPECT_OPEN(open); /* the lookup was repeated */
}

/* Descriptors. */

static void descriptors_above_1024_work(struct service_fixture *f)
{
    static int fds[1200];
    struct rlimit limit, old;
    unsigned int count = 0;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    limit = old;
    if (limit.rlim_cur < 2048) limit.rlim_cur = 2048;
    if (limit.rlim_cur > limit.rlim_max) SKIP_TEST(f, "the descriptor limit is too low");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (unsigned int i = 0; i < 1200; i++)
        if ((fds[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0) count++;
    assert_true(count && fds[count - 1] >= 1024);
    OPEN(f, CLIENT(f), &peer_owner);
    OPEN(f, f->clients[0], &peer_guest);
    while (count) close(fds[--count]);
    setrlimit(RLIMIT_NOFILE, &old);
}

static void without_descriptors_a_client_is_refused(struct service_fixture *f)
{
    static int fds[4096];
    struct rlimit old, none;
    unsigned int count = 0, at_rest = service_count_entries("/proc/self/fd") + 1; /* eventfd */
    enum wfd_error error;
    uint32_t client;

    /* Once before the loop has its own, once after. */
    for (int i = 0; i < 2; i++)
    {
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
        none = old;
        none.rlim_cur = 256;
        setrlimit(RLIMIT_NOFILE, &none);
        while (count < 4096 && (fds[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0) count++;
        error = wfd_service_open_client(f->service, &f->config, &client);
        while (count) close(fds[--count]);
        setrlimit(RLIMIT_NOFILE, &old);
        assert_true(error == WFD_ERROR_NOT_ENOUGH_MEMORY || error == WFD_ERROR_SERVICE_NOT_ACTIVE);
        wfd_service_close_client(f->service, CLIENT(f), 0);
        f->client_count = 0;
        assert_true(WAIT_FOR(service_count_entries("/proc/self/fd") == at_rest));
    }
    OPEN(f, CLIENT(f), &peer_owner);
}

/* During an open. */

enum disturbance
{
    HANGS,
    DIES,
    TERMINATES,
    RESTARTS,
    DISTURBANCE_COUNT,
};

static const enum scripted_fault_kind disturbances[DISTURBANCE_COUNT] = {
    [HANGS] = SCRIPTED_FAULT_HANG,
    [DIES] = SCRIPTED_FAULT_DIE,
    [TERMINATES] = SCRIPTED_FAULT_TERMINATE,
    [RESTARTS] = SCRIPTED_FAULT_RESTART,
};

static void heal(struct service_fixture *f)
{
    scripted_supplicant_fault_clear(f->supplicant, 0);
    if (scripted_supplicant_state(f->supplicant) == SCRIPTED_STATE_HUNG)
        scripted_supplicant_resume(f->supplicant);
    else if (scripted_supplicant_state(f->supplicant) != SCRIPTED_STATE_RUNNING)
        assert_int_equal(scripted_supplicant_restart(f->supplicant), 0);
}

/* The open that was disturbed, with its supplicant well again, and one after it. */
static void expect_recovery(struct service_fixture *f, struct service_open *open)
{
    assert_true(service_called_back_within(open, 500, 120000));
    if (open->info.error && open->info.error != WFD_ERROR_SERVICE_NOT_ACTIVE)
        assert_int_equal(open->info.error, WFD_ERROR_CANCELLED);
    heal(f);
    if (!open->info.error) wfd_service_close_session(f->service, open->session);
    service_add_networks(f);
    AWAIT_GROUPS(f, 0);
}

static void disturb_each_command(struct service_fixture *f, enum disturbance disturbance)
{
    static const struct
    {
        const char *word;
        const struct wfd_mac *peer;
    } commands[] = {
        { "LIST_NETWORKS", &peer_owner },
        { "GET_NETWORK", &peer_owner },
        { "P2P_INVITE", &peer_owner },
        { "P2P_INVITE", &peer_guest },
        { "P2P_FIND", &peer_unknown },
        { "P2P_STOP_FIND", &peer_unknown },
    };

    f->config.reply_timeout_ms = 2000;
    for (unsigned int i = 0; i < sizeof(commands) / sizeof(*commands); i++)
    {
        uint32_t client = CLIENT(f);
        unsigned int id = service_fault(
                f, commands[i].word, disturbances[disturbance], SCRIPTED_EFFECT_DEFAULT, 1);
        struct service_open *open;

        assert_true(scripted_supplicant_peer_lost(f->supplicant, peer_unknown.octet));
        assert_true(scripted_supplicant_peer_hide(f->supplicant, peer_unknown.octet, false));
        open = service_open(f, client, commands[i].peer);
        assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
        expect_recovery(f, open);
        OPEN(f, client, commands[i].peer);
        assert_int_equal(wfd_service_close_client(f->service, client, 0), WFD_SUCCESS);
        AWAIT_GROUPS(f, 0);
    }
}

static void a_supplicant_may_hang_at_each_command(struct service_fixture *f)
{
    disturb_each_command(f, HANGS);
}

static void a_supplicant_may_die_at_each_command(struct service_fixture *f)
{
    disturb_each_command(f, DIES);
}

static void a_supplicant_may_terminate_at_each_command(struct service_fixture *f)
{
    disturb_each_command(f, TERMINATES);
}

static void a_supplicant_may_restart_at_each_command(struct service_fixture *f)
{
    disturb_each_command(f, RESTARTS);
}

static void disturb(struct service_fixture *f, enum disturbance disturbance)
{
    switch (disturbance)
    {
    case HANGS: scripted_supplicant_hang(f->supplicant); break;
    case DIES: scripted_supplicant_die(f->supplicant); break;
    case TERMINATES: scripted_supplicant_terminate(f->supplicant); break;
    case RESTARTS: assert_int_equal(scripted_supplicant_restart(f->supplicant), 0); break;
    case DISTURBANCE_COUNT: break;
    }
}

/* Stages in which no command is on its way. */
static void a_supplicant_may_go_while_an_open_waits(struct service_fixture *f)
{
    static const struct
    {
        const char *stage;
        const struct wfd_mac *peer;
        enum scripted_answer answer;
    } stages[] = {
        { "-> INVITED", &peer_owner, SCRIPTED_ANSWER_SILENT },
        { "-> LATER", &peer_owner, SCRIPTED_ANSWER_STATUS },
        { "-> CONNECTING", &peer_owner, SCRIPTED_ANSWER_NEVER_STARTS },
        { "-> JOINING", &peer_guest, SCRIPTED_ANSWER_NEVER_STARTS },
    };

    f->config.reply_timeout_ms = 2000;
    for (unsigned int i = 0; i < sizeof(stages) / sizeof(*stages); i++)
    {
        for (int how = 0; how < DISTURBANCE_COUNT; how++)
        {
            uint32_t client = CLIENT(f);
            struct service_open *open;

            if (how == HANGS && stages[i].answer == SCRIPTED_ANSWER_NEVER_STARTS) how++;
            if (stages[i].answer == SCRIPTED_ANSWER_STATUS)
                service_add_peer_status(f, stages[i].peer, 1);
            else
                service_add_peer(f, stages[i].peer, stages[i].answer);
            service_log_await(stages[i].stage);
            open = service_open(f, client, stages[i].peer);
            assert_true(WAIT_FOR(service_log_seen() == 1));
            disturb(f, how);
            expect_recovery(f, open);
            assert_int_equal(open->info.error, WFD_ERROR_SERVICE_NOT_ACTIVE);
            OPEN(f, client, stages[i].peer);
            assert_int_equal(wfd_service_close_client(f->service, client, 0), WFD_SUCCESS);
            AWAIT_GROUPS(f, 0);
        }
    }
}

static void a_supplicant_may_go_while_a_group_is_removed(struct service_fixture *f)
{
    f->config.reply_timeout_ms = 300;
    for (int how = DIES; how < DISTURBANCE_COUNT; how++)
    {
        struct service_open *open = OPEN(f, CLIENT(f), &peer_owner);

        service_fault(f, "P2P_GROUP_REMOVE", disturbances[how], SCRIPTED_EFFECT_DEFAULT, 1);
        assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
        AWAIT_COMMAND(f, "P2P_GROUP_REMOVE", how);
        heal(f);
        OPEN(f, f->clients[f->client_count - 1], &peer_owner);
        wfd_service_close_client(f->service, f->clients[--f->client_count], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(no_directory_means_no_supplicant, .no_supplicant = true),
        SERVICE_TEST(an_empty_directory_means_no_supplicant, .no_supplicant = true),
        SERVICE_TEST(a_directory_that_is_a_file_means_no_supplicant, .no_supplicant = true),
        SERVICE_TEST(files_and_links_are_no_sockets, .no_supplicant = true),
        SERVICE_TEST(a_directory_that_may_not_be_read_means_no_supplicant, .no_supplicant = true),
        SERVICE_TEST(a_path_too_long_for_a_socket_means_no_supplicant, .no_supplicant = true),
        SERVICE_TEST(a_socket_of_another_user_is_refused),
        SERVICE_TEST(a_hung_supplicant_is_told_within_a_second),
        SERVICE_TEST(a_dead_supplicant_is_told_at_once),
        SERVICE_TEST(a_socket_that_nobody_reads_means_no_supplicant, .no_supplicant = true),
        SERVICE_TEST(a_stale_socket_beside_a_live_one_does_no_harm),
        SERVICE_TEST(an_answer_that_takes_long_counts_beside_a_silent_socket),
        SERVICE_TEST(an_open_without_supplicant_is_refused_at_once),
        SERVICE_TEST(after_a_restart_at_rest_the_first_open_works),
        SERVICE_TEST(the_p2p_device_is_used_as_soon_as_it_is_there),
        SERVICE_TEST(after_a_restart_at_rest_the_next_client_opens),
        SERVICE_TEST(a_session_is_lost_with_the_supplicant_and_closes),
        SERVICE_TEST(monitors_that_were_dropped_are_attached_again),
        SERVICE_TEST(a_group_outlives_its_connection_but_not_its_session),
        SERVICE_TEST(a_group_is_removed_when_a_reply_never_came),
        SERVICE_TEST(what_a_refused_invitation_left_is_taken_back),
        SERVICE_TEST(the_loop_sleeps_while_a_sign_of_life_is_awaited),
        SERVICE_TEST(a_supplicant_that_dies_after_its_first_answer_is_no_adapters_fault),
        SERVICE_TEST(a_legacy_open_is_told_that_the_supplicant_ended),
        SERVICE_TEST(events_of_another_user_are_ignored),
        SERVICE_TEST(replies_of_another_user_are_ignored),
        SERVICE_TEST(descriptors_above_1024_work),
        SERVICE_TEST(without_descriptors_a_client_is_refused),
        SERVICE_TEST(a_supplicant_may_hang_at_each_command),
        SERVICE_TEST(a_supplicant_may_die_at_each_command),
        SERVICE_TEST(a_supplicant_may_terminate_at_each_command),
        SERVICE_TEST(a_supplicant_may_restart_at_each_command),
        SERVICE_TEST(a_supplicant_may_go_while_an_open_waits),
        SERVICE_TEST(a_supplicant_may_go_while_a_group_is_removed),
    };

    return cmocka_run_group_tests_name("service: supplicant", tests, NULL, NULL);
}
