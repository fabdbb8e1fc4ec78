/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Other users of the machine who pretend to be the supplicant, or another program of ours: their
 * sockets, datagrams, folders and lock files are refused at once, and the log says why. They are
 * real other users where the tests run as root; elsewhere what needs one is skipped.
 */
#include "service_fixture.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "wfd_share.h"

/* A user and a group that nobody has, each run its own: its folders in /tmp are named after it. */
static uid_t stranger;

#define CLOSE(f, open)                                                                             \
    assert_int_equal(wfd_service_close_session((f)->service, (open)->session), WFD_SUCCESS)
#define NEEDS_ROOT(f)                                                                              \
    if (geteuid()) SKIP_TEST(f, "only root can be another user")

/* A client is refused within the second of row OH6, and not by the supplicant. */
static void expect_error(struct service_fixture *f, const char *why, unsigned int *ret_asked)
{
    uint64_t begin_ms = service_real_ms();
    unsigned int before = service_commands(f, "*");
    uint32_t client;

    service_log_await(why);
    assert_int_equal(
            wfd_service_open_client(f->service, &f->config, &client), WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_true(service_real_ms() - begin_ms < PATIENCE_MS / 2);
    assert_true(service_log_seen() >= 1);
    *ret_asked = service_commands(f, "*") - before;
}

static void expect_refused(struct service_fixture *f, const char *why)
{
    unsigned int asked;

    expect_error(f, why, &asked);
    assert_int_equal(asked, 0);
}

static void expect_stranger_refused(struct service_fixture *f)
{
    static char why[40]; /* which the log goes on being looked through for */

    snprintf(why, sizeof(why), "belongs to user %u", (unsigned int)stranger);
    expect_refused(f, why);
}

static void expect_accepted(struct service_fixture *f)
{
    CLOSE(f, OPEN(f, CLIENT(f), &peer_owner));
    wfd_service_close_client(f->service, f->clients[--f->client_count], 0);
    AWAIT_GROUPS(f, 0);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 0, PATIENCE_MS));
}

static void path_of(const struct service_fixture *f, const char *name, char ret_path[120])
{
    snprintf(ret_path, 120, "%s/%s", f->sockets, name);
}

static void for_both_sockets(
        const struct service_fixture *f, int (*change)(const char *path, int value), int value)
{
    static const char *const sockets[] = { P2P_DEV, "wlan0" };
    char path[120];

    for (unsigned int i = 0; i < 2; i++)
    {
        path_of(f, sockets[i], path);
        assert_int_equal(change(path, value), 0);
    }
}

static int give_to(const char *path, int user)
{
    return lchown(path, (uid_t)user, (gid_t)user);
}

static void a_socket_of_another_user_is_refused(struct service_fixture *f)
{
    NEEDS_ROOT(f);
    for_both_sockets(f, give_to, stranger);
    expect_stranger_refused(f);
    f->config.supplicant_uid = stranger + 1;
    expect_stranger_refused(f);
    for_both_sockets(f, give_to, 0);
    f->config.supplicant_uid = 0;
    expect_accepted(f);
}

/* Where no socket is looked for. */
static void elsewhere(const char *path, char ret_path[140])
{
    const char *name = strrchr(path, '/');

    snprintf(ret_path, 140, "%.*s/../%s", (int)(name - path), path, name);
}

static int replace_by_link(const char *path, int value)
{
    char target[140];

    (void)value;
    elsewhere(path, target);
    return rename(path, target) || symlink(target, path);
}

static int put_back(const char *path, int value)
{
    char target[140];

    (void)value;
    elsewhere(path, target);
    return rename(target, path);
}

static void a_link_in_the_place_of_a_socket_is_refused(struct service_fixture *f)
{
    for_both_sockets(f, replace_by_link, 0);
    expect_refused(f, "is no socket: refused");
    for_both_sockets(f, put_back, 0);
    expect_accepted(f);
}

static void a_folder_of_everybody_is_refused(struct service_fixture *f)
{
    assert_int_equal(chmod(f->sockets, 0777), 0);
    expect_refused(f, "can be written to by everybody: refused");
    assert_int_equal(chmod(f->sockets, 01777), 0);
    expect_refused(f, "can be written to by everybody: refused");
    assert_int_equal(chmod(f->sockets, 0770), 0); /* as wpa_supplicant makes it */
    expect_accepted(f);
    assert_int_equal(chmod(f->sockets, 0750), 0);
    expect_accepted(f);
}

/* In a sticky folder, as /tmp is one, others cannot exchange what is ours. */
static void so_is_one_that_everybody_can_exchange(struct service_fixture *f)
{
    assert_int_equal(chmod(f->dir, 0777), 0);
    expect_refused(f, "can be written to by everybody: refused");
    assert_int_equal(chmod(f->dir, 01777), 0);
    expect_accepted(f);
    assert_int_equal(chmod(f->dir, 0700), 0);
}

static void a_folder_of_another_user_is_refused(struct service_fixture *f)
{
    NEEDS_ROOT(f);
    assert_int_equal(chown(f->sockets, stranger, 0), 0);
    expect_stranger_refused(f);
    assert_int_equal(chown(f->sockets, 0, 0), 0);
    assert_int_equal(chown(f->dir, stranger, 0), 0);
    expect_stranger_refused(f);
    f->config.supplicant_uid = stranger;
    expect_accepted(f);
    f->config.supplicant_uid = 0;
    assert_int_equal(chown(f->dir, 0, 0), 0);
    expect_accepted(f);
}

/* Also what a link leads to. */
static void a_link_to_a_folder_of_everybody_is_refused(struct service_fixture *f)
{
    char link[80];

    snprintf(link, sizeof(link), "%s/link", f->dir);
    assert_int_equal(symlink(f->sockets, link), 0);
    strcpy(f->config.control_directory, link);
    expect_accepted(f);
    assert_int_equal(chmod(f->sockets, 0777), 0);
    expect_refused(f, "can be written to by everybody: refused");
    assert_int_equal(chmod(f->sockets, 0700), 0);
}

static void datagrams_of_another_user_are_not_heard(struct service_fixture *f)
{
    static const char *const events[] = {
        "<3>P2P-GROUP-REMOVED p2p-wlan0-0 client reason=GO_ENDING_SESSION",
        "<3>CTRL-EVENT-TERMINATING ",
        "<3>P2P-GROUP-STARTED p2p-wlan0-0 GO ssid=\"x\" freq=2437 go_dev_addr=02:00:00:00:00:09",
    };
    struct service_open *open;

    NEEDS_ROOT(f);
    open = OPEN(f, CLIENT(f), &peer_owner);
    service_log_await("event dropped: Operation not permitted");
    for (unsigned int i = 0; i < sizeof(events) / sizeof(events[0]); i++)
        assert_true(scripted_supplicant_emit_as_uid(
                f->supplicant, P2P_DEV, stranger, events[i], strlen(events[i])));
    assert_true(WAIT_FOR(service_log_seen() == 3));
    CLOSE(f, open);
    AWAIT_GROUPS(f, 0);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
}

/* The real answer never comes: no word of the other one has counted. */
static void a_reply_of_another_user_is_no_reply(struct service_fixture *f)
{
    struct scripted_fault fault = {
        .word = "P2P_INVITE", .kind = SCRIPTED_FAULT_AS_UID, .uid = stranger, .count = 1
    };
    struct service_open *open;
    unsigned int armed;

    NEEDS_ROOT(f);
    fault.effect = SCRIPTED_EFFECT_SKIP;
    armed = scripted_supplicant_fault(f->supplicant, &fault);
    open = service_open(f, CLIENT(f), &peer_owner);
    assert_true(scripted_supplicant_wait_fired(f->supplicant, armed, 1, PATIENCE_MS));
    service_advance(f, 9000);
    for (int i = 0; i < 50; i++) service_pause();
    assert_int_equal(service_begun(open), 0);
    service_advance(f, 2000);
    EXPECT_ERROR(open, WFD_ERROR_SERVICE_NOT_ACTIVE);
}

static void the_configured_user_is_believed(struct service_fixture *f)
{
    struct scripted_fault fault = { .word = "*", .kind = SCRIPTED_FAULT_AS_UID, .uid = stranger };
    unsigned int armed, asked;

    NEEDS_ROOT(f);
    armed = scripted_supplicant_fault(f->supplicant, &fault);
    expect_error(f, "nobody answers", &asked);
    assert_true(asked > 0);
    f->config.supplicant_uid = stranger;
    expect_accepted(f);
    assert_true(scripted_supplicant_fault_fired(f->supplicant, armed) > 4);
}

/* Names of our sockets that somebody has taken before us. */
static void names_that_others_took_keep_nobody_out(struct service_fixture *f)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fds[2 * 40];

    NEEDS_ROOT(f);
    for (unsigned int i = 0; i < 80; i++)
    {
        snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/wpa_ctrl_%d-%u", (int)getpid(),
                i + 1);
        fds[i] = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (!bind(fds[i], (struct sockaddr *)&address, sizeof(address)))
            assert_int_equal(lchown(address.sun_path, stranger, stranger), 0);
    }
    expect_accepted(f);
    for (unsigned int i = 0; i < 80; i++)
    {
        struct stat st;

        close(fds[i]);
        snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/wpa_ctrl_%d-%u", (int)getpid(),
                i + 1);
        /* libwpa_client would have removed those of its next numbers. */
        assert_int_equal(lstat(address.sun_path, &st), 0);
        assert_int_equal(st.st_uid, stranger);
        unlink(address.sun_path);
    }
}

/* Folders of locks: tried by a user who has none in /run/user. */

static char planted[64]; /* the stranger's */
static char refusal[200];

static void keep_refusal(const char *line)
{
    if (strstr(line, "ours alone")) snprintf(refusal, sizeof(refusal), "%s", line);
}

/* 0: the folder is used. 1: it is not, and the log says why. */
static int try_folder(void)
{
    struct wfd_share *share;
    int result, file;

    unsetenv("XDG_RUNTIME_DIR");
    wfd_log_set_sink(keep_refusal);
    share = wfd_share_new(NULL);
    if (!share) return 2;
    result = wfd_share_folder(share)[0] ? 0 : refusal[0] ? 1 : 3;
    wfd_share_choose(share, "/tmp/nowhere/p2p-dev-wlan0");
    if (!wfd_share_take_turn(share)) result = 4;
    file = wfd_share_group(share, "p2p-wlan0-0");
    if (!wfd_share_join(file, &peer_owner) || !wfd_share_leave(file, &peer_owner)) result = 5;
    wfd_share_close(file, true);
    wfd_share_free(share);
    return result;
}

static int as_stranger(int (*run)(void))
{
    int status = -1;
    pid_t child = fork();

    if (!child)
    {
        alarm(PATIENCE_MS / 1000); /* it waits for nobody */
        if (setgid(stranger) || setuid(stranger)) _exit(9);
        _exit(run());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void clear_planted(void)
{
    char command[200];

    snprintf(command, sizeof(command), "rm -rf %s %s.elsewhere", planted, planted);
    assert_int_equal(system(command), 0);
}

static void plant_folder(uid_t user, mode_t mode)
{
    clear_planted();
    assert_int_equal(mkdir(planted, 0700), 0);
    assert_int_equal(chmod(planted, mode), 0);
    assert_int_equal(chown(planted, user, user), 0);
}

/* To a folder of the stranger's own. */
static void plant_link(void)
{
    char elsewhere[80];

    clear_planted();
    snprintf(elsewhere, sizeof(elsewhere), "%s.elsewhere", planted);
    assert_int_equal(mkdir(elsewhere, 0700), 0);
    assert_int_equal(chown(elsewhere, stranger, stranger), 0);
    assert_int_equal(symlink(elsewhere, planted), 0);
}

static void a_planted_folder_of_locks_is_not_used(struct service_fixture *f)
{
    NEEDS_ROOT(f);
    clear_planted();
    assert_int_equal(as_stranger(try_folder), 0);
    plant_folder(stranger + 1, 0777);
    assert_int_equal(as_stranger(try_folder), 1);
    plant_folder(0, 0700);
    assert_int_equal(as_stranger(try_folder), 1);
    plant_folder(stranger, 0770);
    assert_int_equal(as_stranger(try_folder), 1);
    plant_folder(stranger, 0702);
    assert_int_equal(as_stranger(try_folder), 1);
    plant_link();
    assert_int_equal(as_stranger(try_folder), 1);
    clear_planted();
    assert_int_equal(mkfifo(planted, 0600), 0);
    assert_int_equal(as_stranger(try_folder), 1);
    clear_planted();
}

static int try_file(void)
{
    struct wfd_share *share;
    int result;

    unsetenv("XDG_RUNTIME_DIR");
    wfd_log_set_sink(keep_refusal);
    share = wfd_share_new(NULL);
    if (!share || !wfd_share_folder(share)[0]) return 2;
    wfd_share_choose(share, "/tmp/nowhere/p2p-dev-wlan0");
    result = wfd_share_turn_descriptor(share) >= 0 ? 0 : refusal[0] ? 1 : 3;
    if (!wfd_share_take_turn(share)) result = 4;
    wfd_share_free(share);
    return result;
}

/* Whoever holds its lock would hold us up. */
static void a_planted_lock_file_is_not_used(struct service_fixture *f)
{
    char turns[80], other[80];
    int fd;

    NEEDS_ROOT(f);
    plant_folder(stranger, 0700);
    snprintf(turns, sizeof(turns), "%s/turns", planted);
    snprintf(other, sizeof(other), "%s/other", planted);
    assert_int_equal(as_stranger(try_file), 0);
    assert_int_equal(link(turns, other), 0);
    assert_int_equal(as_stranger(try_file), 1);
    assert_int_equal(unlink(other), 0);
    assert_int_equal(chmod(turns, 0666), 0);
    assert_int_equal(as_stranger(try_file), 1);
    assert_int_equal(chmod(turns, 0600), 0);
    assert_int_equal(as_stranger(try_file), 0);
    assert_int_equal(chown(turns, stranger + 1, 0), 0);
    assert_int_not_equal(as_stranger(try_file), 0);
    unlink(turns);
    fd = open(other, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(fchown(fd, stranger, stranger), 0);
    close(fd);
    assert_int_equal(symlink(other, turns), 0);
    assert_int_not_equal(as_stranger(try_file), 0);
    unlink(turns);
    assert_int_equal(mkfifo(turns, 0600), 0);
    assert_int_equal(chown(turns, stranger, stranger), 0);
    assert_int_equal(as_stranger(try_file), 1);
    clear_planted();
}

/* Folders of our ends of the connections: whoever can write there can take our names away. */

static char control_socket[120];

/* 0: our end has its name in the folder of ours. 1: in /tmp itself, and the log says why. */
static int try_ends(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    socklen_t length = sizeof(address);
    struct wfd_ctrl *ctrl;
    char folder[64];
    int result;

    wfd_log_set_sink(keep_refusal);
    if (wfd_ctrl_wpa_ops.open(control_socket, 0, &ctrl)) return 2;
    result = getsockname(wfd_ctrl_wpa_ops.descriptor(ctrl), (struct sockaddr *)&address, &length);
    snprintf(folder, sizeof(folder), WFD_CTRL_FOLDER "/", (unsigned int)geteuid());
    if (!result && strncmp(address.sun_path, folder, strlen(folder)))
        result = strncmp(address.sun_path, "/tmp/wpa_ctrl_", 14) || !refusal[0] ? 3 : 1;
    wfd_ctrl_wpa_ops.close(ctrl);
    /* Another program may be about to name its end in it. */
    if (!result && access(folder, F_OK)) result = 4;
    return result;
}

static void a_planted_folder_of_our_ends_is_not_used(struct service_fixture *f)
{
    NEEDS_ROOT(f);
    path_of(f, "wlan0", control_socket);
    assert_int_equal(
            chmod(f->dir, 0755) || chmod(f->sockets, 0755) || chmod(control_socket, 0777), 0);
    snprintf(planted, sizeof(planted), WFD_CTRL_FOLDER, stranger);
    clear_planted();
    assert_int_equal(as_stranger(try_ends), 0);
    plant_folder(stranger + 1, 0700);
    assert_int_equal(as_stranger(try_ends), 1);
    plant_folder(stranger + 1, 0777);
    assert_int_equal(as_stranger(try_ends), 1);
    plant_folder(stranger, 0777);
    assert_int_equal(as_stranger(try_ends), 1);
    plant_link();
    assert_int_equal(as_stranger(try_ends), 1);
    clear_planted();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(a_socket_of_another_user_is_refused),
        SERVICE_TEST(a_link_in_the_place_of_a_socket_is_refused),
        SERVICE_TEST(a_folder_of_everybody_is_refused),
        SERVICE_TEST(so_is_one_that_everybody_can_exchange),
        SERVICE_TEST(a_folder_of_another_user_is_refused),
        SERVICE_TEST(a_link_to_a_folder_of_everybody_is_refused),
        SERVICE_TEST(datagrams_of_another_user_are_not_heard),
        SERVICE_TEST(a_reply_of_another_user_is_no_reply),
        SERVICE_TEST(the_configured_user_is_believed),
        SERVICE_TEST(names_that_others_took_keep_nobody_out),
        SERVICE_TEST(a_planted_folder_of_locks_is_not_used),
        SERVICE_TEST(a_planted_lock_file_is_not_used),
        SERVICE_TEST(a_planted_folder_of_our_ends_is_not_used),
    };

    stranger = 70000 + (uid_t)getpid() % 10000 * 2;
    snprintf(planted, sizeof(planted), "/tmp/winewfd-%u", (unsigned int)stranger);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
