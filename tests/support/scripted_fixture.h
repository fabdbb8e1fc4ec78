/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the tests of the scripted supplicant share: it in a folder of its own, and a client of the real
 * libwpa_client. It never uses winewfd's own transport: what is tested with a mistaken helper would
 * prove nothing.
 */
#ifndef WINEWFD_SCRIPTED_FIXTURE_H
#define WINEWFD_SCRIPTED_FIXTURE_H

#include "scripted_supplicant.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wpa_ctrl.h>

#define WAIT_MS 10000
#define P2P_DEV "p2p-dev-wlan0"
#define GROUP_0 "p2p-wlan0-0"

#define PEER_1            "02:00:00:00:00:01"
#define PEER_1_IFACE      "02:00:00:00:80:01"
#define OUR_ADDRESS       "02:5c:00:00:00:01"
#define OUR_GROUP_ADDRESS "02:5c:00:00:80:01"

#define INVITE "P2P_INVITE persistent=0 peer=" PEER_1
#define STARTED_CLIENT                                                                             \
    "P2P-GROUP-STARTED " GROUP_0 " client ssid=\"DIRECT-ss-0\" freq=2437 psk=" SCRIPTED_PSK        \
    " go_dev_addr=" PEER_1 " [PERSISTENT]"
#define STARTED_GO                                                                                 \
    "P2P-GROUP-STARTED " GROUP_0                                                                   \
    " GO ssid=\"DIRECT-ss-0\" freq=2437 passphrase=\"" SCRIPTED_PASSPHRASE                         \
    "\" go_dev_addr=" OUR_ADDRESS " [PERSISTENT]"

static const uint8_t peer_1[6] = { 2, 0, 0, 0, 0, 1 }, peer_2[6] = { 2, 0, 0, 0, 0, 2 };

struct fixture
{
    char dir[64], clients[80], sockets[80];
    struct scripted_supplicant *ss;
    struct wpa_ctrl *command, *monitor;
    char reply[70000];
    size_t reply_len;
};

/* --- tools ------------------------------------------------------------------------------------ */

static inline struct wpa_ctrl *open_ctrl(const struct fixture *f, const char *ifname)
{
    char path[200];

    snprintf(path, sizeof(path), "%s/%s", f->sockets, ifname);
    return wpa_ctrl_open2(path, f->clients);
}

static inline void connect_all(struct fixture *f, const char *ifname)
{
    f->command = open_ctrl(f, ifname);
    f->monitor = open_ctrl(f, ifname);
    assert_non_null(f->command);
    assert_non_null(f->monitor);
    assert_int_equal(wpa_ctrl_attach(f->monitor), 0);
}

static inline void disconnect_all(struct fixture *f)
{
    if (f->command) wpa_ctrl_close(f->command);
    if (f->monitor) wpa_ctrl_close(f->monitor);
    f->command = f->monitor = NULL;
}

static inline void start_with(struct fixture *f, struct scripted_config *config, const char *ifname)
{
    config->dir = f->sockets;
    f->ss = scripted_supplicant_new(config);
    assert_non_null(f->ss);
    assert_int_equal(scripted_supplicant_start(f->ss), 0);
    connect_all(f, ifname);
}

static inline void start(struct fixture *f)
{
    struct scripted_config config = { .dir = NULL };

    start_with(f, &config, P2P_DEV);
}

static inline struct scripted_peer a_peer(const uint8_t addr[6], enum scripted_answer answer)
{
    struct scripted_peer peer = { .known = true, .answer = answer };

    memcpy(peer.device_address, addr, 6);
    return peer;
}

static inline void add_pair(
        struct fixture *f, const struct scripted_peer *peer, enum scripted_role role)
{
    struct scripted_network network = { .id = 0, .role = role, .peer_count = 1 };

    network.peers = (const uint8_t(*)[6]) & peer->device_address;
    assert_int_equal(scripted_supplicant_add_peer(f->ss, peer), 0);
    assert_int_equal(scripted_supplicant_add_persistent(f->ss, &network), 0);
}

/* A started supplicant with one peer and the group stored with it. */
static inline void start_pair(
        struct fixture *f, enum scripted_answer answer, enum scripted_role role)
{
    struct scripted_peer peer = a_peer(peer_1, answer);

    start(f);
    add_pair(f, &peer, role);
}

static inline const char *ask_on(struct fixture *f, struct wpa_ctrl *ctrl, const char *command)
{
    f->reply_len = sizeof(f->reply) - 1;
    if (wpa_ctrl_request(ctrl, command, strlen(command), f->reply, &f->reply_len, NULL))
        return "(no reply)";
    f->reply[f->reply_len] = 0;
    return f->reply;
}

static inline const char *ask(struct fixture *f, const char *command)
{
    return ask_on(f, f->command, command);
}

static inline const char *ask_if(struct fixture *f, const char *ifname, const char *command)
{
    struct wpa_ctrl *ctrl = open_ctrl(f, ifname);

    if (!ctrl) return "(no socket)";
    ask_on(f, ctrl, command);
    wpa_ctrl_close(ctrl);
    return f->reply;
}

/* The next datagram; false if none comes. */
static inline bool receive(struct fixture *f, struct wpa_ctrl *ctrl)
{
    struct pollfd fd = { .fd = wpa_ctrl_get_fd(ctrl), .events = POLLIN };

    if (poll(&fd, 1, WAIT_MS) != 1) return false;
    f->reply_len = sizeof(f->reply) - 1;
    if (wpa_ctrl_recv(ctrl, f->reply, &f->reply_len)) return false;
    f->reply[f->reply_len] = 0;
    return true;
}

static inline void assert_starts(const char *text, const char *start)
{
    if (strncmp(text, start, strlen(start))) fail_msg("%s\ndoes not start with\n%s", text, start);
}

static inline void expect_on(struct fixture *f, struct wpa_ctrl *ctrl, const char *event)
{
    if (!receive(f, ctrl)) fail_msg("no event, expected: %s", event);
    assert_starts(f->reply, "<3>");
    assert_string_equal(f->reply + 3, event);
}

static inline void expect(struct fixture *f, const char *event)
{
    expect_on(f, f->monitor, event);
}

/* The next event starts so. */
static inline void expect_start(struct fixture *f, const char *event)
{
    if (!receive(f, f->monitor)) fail_msg("no event, expected: %s", event);
    assert_starts(f->reply, "<3>");
    assert_starts(f->reply + 3, event);
}

/* Nothing is on its way: an event of our own is the next one. */
static inline void expect_nothing(struct fixture *f)
{
    assert_true(scripted_supplicant_emit(f->ss, P2P_DEV, "<3>FENCE", 8));
    expect(f, "FENCE");
}

static inline void send_raw(struct fixture *f, const char *command)
{
    int fd = wpa_ctrl_get_fd(f->command);

    assert_int_equal(send(fd, command, strlen(command), 0), strlen(command));
}

static inline unsigned int arm(struct fixture *f, const char *word, enum scripted_fault_kind kind)
{
    struct scripted_fault fault = { .word = word, .kind = kind, .count = 1 };

    return scripted_supplicant_fault(f->ss, &fault);
}

static inline void expect_fired(struct fixture *f, unsigned int id)
{
    assert_true(scripted_supplicant_wait_fired(f->ss, id, 1, WAIT_MS));
}

static inline int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    if (!f) return -1;
    strcpy(f->dir, "/tmp/scripted-test-XXXXXX");
    if (!mkdtemp(f->dir)) return -1;
    snprintf(f->clients, sizeof(f->clients), "%s/clients", f->dir);
    snprintf(f->sockets, sizeof(f->sockets), "%s/sockets", f->dir);
    *state = f;
    return mkdir(f->clients, 0700);
}

/* Whatever the test did, nothing is left in the directory. */
static inline int teardown(void **state)
{
    struct fixture *f = *state;
    int ret;

    disconnect_all(f);
    scripted_supplicant_free(f->ss);
    ret = access(f->sockets, F_OK) ? 0 : -1;
    if (rmdir(f->clients) || rmdir(f->dir)) ret = -1;
    free(f);
    return ret;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
