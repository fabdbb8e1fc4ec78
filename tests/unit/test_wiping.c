/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the supplicant says may hold a key, what it is told may hold a PIN: whatever becomes of it,
 * nothing of it is left in the buffers that it was in. A transport without sockets hands it over and
 * remembers where it went; the real transport is given what it has to refuse.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_ctrl.h"
#include "wfd_command.h"
#include "wfd_private.h"
#include "wfd_supplicant.h"

#define KEY "a-key-that-must-not-stay"

struct wfd_ctrl
{
    bool attached;
    const char *datagrams[4];
    unsigned int count;
};

/* Where it was received: one buffer for events, one for replies. */
static struct
{
    char *buffer;
    size_t size;
} places[2];

static struct wfd_ctrl connections[2]; /* command, monitor */
static unsigned int opened, replies;
static bool lost;

static void hand_over(struct wfd_ctrl *ctrl, const char *text)
{
    assert_true(ctrl->count < 4);
    ctrl->datagrams[ctrl->count++] = text;
}

static int fake_open(const char *path, uint32_t uid, struct wfd_ctrl **ret_ctrl)
{
    (void)path;
    (void)uid;
    if (opened == 2) return -ECONNREFUSED;
    *ret_ctrl = &connections[opened++];
    memset(*ret_ctrl, 0, sizeof(**ret_ctrl));
    return 0;
}

static int fake_descriptor(const struct wfd_ctrl *ctrl)
{
    (void)ctrl;
    return -1;
}

static int fake_send(struct wfd_ctrl *ctrl, const char *text, size_t length)
{
    (void)length;
    if (!strcmp(text, "STATUS")) hand_over(ctrl, "p2p_device_address=02:00:00:00:00:01\npsk=" KEY);
    if (!strcmp(text, "ATTACH")) hand_over(ctrl, "OK\n" KEY);
    return 0;
}

static ssize_t fake_receive(struct wfd_ctrl *ctrl, char *buffer, size_t size)
{
    size_t length;

    places[ctrl - connections].buffer = buffer;
    places[ctrl - connections].size = size;
    if (!ctrl->count) return lost ? -ECONNREFUSED : -EAGAIN;
    length = strlen(ctrl->datagrams[0]);
    memcpy(buffer, ctrl->datagrams[0], length);
    memmove(ctrl->datagrams, ctrl->datagrams + 1, --ctrl->count * sizeof(ctrl->datagrams[0]));
    return (ssize_t)length;
}

static void fake_close(struct wfd_ctrl *ctrl)
{
    (void)ctrl;
}

static void ignore_up(void *context)
{
    (void)context;
}

static void ignore_down(void *context, enum wfd_error error)
{
    (void)context;
    (void)error;
}

static void ignore_event(void *context, const struct wfd_event *event)
{
    (void)context;
    (void)event;
}

static const struct wfd_supplicant_callbacks callbacks = {
    .up = ignore_up, .down = ignore_down, .event = ignore_event
};

static void count_reply(
        struct wfd_request *request, void *context, bool is_lost, struct wfd_cursor reply)
{
    (void)request;
    (void)context;
    if (is_lost) return;
    assert_true(wfd_text_find(&reply, KEY)); /* it did come */
    replies++;
}

static void ignore_reply(
        struct wfd_request *request, void *context, bool is_lost, struct wfd_cursor reply)
{
    (void)request;
    (void)context;
    (void)is_lost;
    (void)reply;
    replies++;
}

static void expect_nothing_left(void)
{
    for (unsigned int i = 0; i < 2; i++)
    {
        assert_non_null(places[i].buffer);
        assert_null(memmem(places[i].buffer, places[i].size, KEY, strlen(KEY)));
        assert_null(memmem(places[i].buffer, places[i].size, KEY + 8, strlen(KEY) - 8));
    }
}

static struct wfd_supplicant *connected(void)
{
    struct wfd_supplicant *supplicant =
            wfd_supplicant_new(&fake_ops, &wfd_netif_system_ops, &callbacks, NULL);
    struct wfd_config config = {
        .control_directory = "/nowhere", .interface = "wlan0", .reply_timeout_ms = 1000
    };

    assert_non_null(supplicant);
    opened = replies = 0;
    lost = false;
    wfd_supplicant_configure(supplicant, &config);
    wfd_supplicant_connect_station(supplicant, 1);
    for (uint64_t now_ms = 2; now_ms < 6; now_ms++) wfd_supplicant_step(supplicant, now_ms);
    assert_int_equal(wfd_supplicant_state(supplicant), WFD_SUPPLICANT_UP);
    expect_nothing_left();
    return supplicant;
}

static void events_are_wiped_whether_anybody_reads_them_or_not(void **state)
{
    static const char *const events[] = {
        "<3>P2P-GROUP-STARTED p2p-wlan0-0 client ssid=\"a\" freq=2437 passphrase=\"" KEY "\"",
        "<3>SOMETHING-ELSE " KEY,
        "OK\n" KEY,
        "<3>CTRL-EVENT-TERMINATING " KEY,
    };
    struct wfd_supplicant *supplicant = connected();

    (void)state;
    for (unsigned int i = 0; i < 4; i++)
    {
        hand_over(&connections[1], events[i]);
        wfd_supplicant_step(supplicant, 10 + i);
        assert_int_equal(connections[1].count, 0);
        expect_nothing_left();
    }
    wfd_supplicant_free(supplicant);
}

/* It is asked, and its reply is there to be read. */
static void answer_with_key(struct wfd_supplicant *supplicant, struct wfd_request *request)
{
    wfd_list_init(&request->entry);
    assert_true(wfd_supplicant_ask(supplicant, request));
    wfd_supplicant_flush(supplicant, 10);
    hand_over(&connections[0], KEY);
}

static void replies_are_wiped_whether_anybody_has_asked_or_not(void **state)
{
    struct wfd_supplicant *supplicant = connected();
    struct wfd_request request = { .done = count_reply, .text = "GET_NETWORK 0 psk" };

    (void)state;
    answer_with_key(supplicant, &request);
    wfd_supplicant_step(supplicant, 11);
    assert_int_equal(replies, 1);
    expect_nothing_left();
    hand_over(&connections[0], KEY);
    hand_over(&connections[0], "<3>" KEY);
    wfd_supplicant_step(supplicant, 12);
    assert_int_equal(connections[0].count, 0);
    assert_int_equal(replies, 1);
    expect_nothing_left();
    wfd_supplicant_free(supplicant);
}

/* The connection breaks between the one and the other. */
static void a_reply_that_comes_with_the_end_is_wiped(void **state)
{
    struct wfd_supplicant *supplicant = connected();
    struct wfd_request request = { .done = count_reply, .text = "GET_NETWORK 0 psk" };

    (void)state;
    answer_with_key(supplicant, &request);
    hand_over(&connections[1], "<3>CTRL-EVENT-TERMINATING ");
    wfd_supplicant_step(supplicant, 11);
    assert_int_equal(wfd_supplicant_state(supplicant), WFD_SUPPLICANT_DOWN);
    assert_int_equal(replies, 0);
    expect_nothing_left();
    wfd_supplicant_free(supplicant);
}

/* PINs that we send. */

#define PIN "12345670"

static const struct wfd_pairing with_pin = { .method = WFD_PAIRING_KEYPAD, .pin = PIN };

static bool holds_pin(const void *memory, size_t size)
{
    return memmem(memory, size, PIN, strlen(PIN)) != NULL;
}

static struct wfd_request command_with_pin(void)
{
    static const struct wfd_mac peer = { { 2, 0, 0, 0, 0, 4 } };
    struct wfd_request request = { .done = ignore_reply };

    wfd_command_connect(&request, &peer, &with_pin);
    assert_true(holds_pin(request.text, sizeof(request.text)));
    return request;
}

static void a_command_with_a_pin_is_wiped_when_it_is_answered(void **state)
{
    struct wfd_supplicant *supplicant = connected();
    struct wfd_request request = command_with_pin();

    (void)state;
    wfd_list_init(&request.entry);
    assert_true(wfd_supplicant_ask(supplicant, &request));
    wfd_supplicant_flush(supplicant, 10);
    hand_over(&connections[0], "OK\n");
    wfd_supplicant_step(supplicant, 11);
    assert_int_equal(replies, 1);
    assert_false(holds_pin(&request, sizeof(request)));
    wfd_supplicant_free(supplicant);
}

/* Whether it was sent or not. */
static void a_command_with_a_pin_is_wiped_with_the_connection(void **state)
{
    for (int sent = 0; sent < 2; sent++)
    {
        struct wfd_supplicant *supplicant = connected();
        struct wfd_request request = command_with_pin();

        (void)state;
        wfd_list_init(&request.entry);
        assert_true(wfd_supplicant_ask(supplicant, &request));
        if (sent) wfd_supplicant_flush(supplicant, 10);
        hand_over(&connections[1], "<3>CTRL-EVENT-TERMINATING ");
        wfd_supplicant_step(supplicant, 11);
        assert_int_equal(wfd_supplicant_state(supplicant), WFD_SUPPLICANT_DOWN);
        assert_int_equal(replies, 1);
        assert_false(holds_pin(&request, sizeof(request)));
        /* Nobody is asked any more. */
        request = command_with_pin();
        wfd_list_init(&request.entry);
        assert_false(wfd_supplicant_ask(supplicant, &request));
        assert_false(holds_pin(&request, sizeof(request)));
        wfd_supplicant_free(supplicant);
    }
}

void __real_free(void *memory);
void __wrap_free(void *memory);
static unsigned int pins_freed, pairings_freed;

void __wrap_free(void *memory)
{
    if (memory && malloc_usable_size(memory) == sizeof(with_pin))
    {
        pairings_freed++;
        if (holds_pin(memory, sizeof(with_pin))) pins_freed++;
    }
    __real_free(memory);
}

static void a_pairing_is_wiped_before_it_is_freed(void **state)
{
    struct wfd_pairing *pairing = malloc(sizeof(*pairing));
    struct wfd_service *service;
    uint32_t session;

    (void)state;
    assert_non_null(pairing);
    pins_freed = pairings_freed = 0;
    *pairing = with_pin;
    wfd_pairing_free(pairing);
    assert_int_equal(pairings_freed, 1);
    /* Nor does one stay that cannot begin. */
    assert_int_equal(wfd_service_new(NULL, &service), WFD_SUCCESS);
    assert_int_equal(wfd_service_start_pairing(service, 77,
                             &(struct wfd_mac){ { 2, 0, 0, 0, 0, 4 } }, &with_pin, 0, 0, &session),
            WFD_ERROR_INVALID_HANDLE);
    wfd_service_free(service);
    assert_true(pairings_freed >= 2);
    assert_int_equal(pins_freed, 0);
}

/* The real transport. */

struct server
{
    char folder[64], path[80];
    int fd;
    struct wfd_ctrl *ctrl;
    struct sockaddr_un client;
    socklen_t client_size;
};

static void serve(struct server *server)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char text[16];

    strcpy(server->folder, "/tmp/winewfd-test-XXXXXX");
    assert_non_null(mkdtemp(server->folder));
    snprintf(server->path, sizeof(server->path), "%s/wlan0", server->folder);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", server->path);
    server->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(server->fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(wfd_ctrl_wpa_ops.open(server->path, (uint32_t)geteuid(), &server->ctrl), 0);
    assert_int_equal(wfd_ctrl_wpa_ops.send(server->ctrl, "PING", 4), 0);
    server->client_size = sizeof(server->client);
    assert_int_equal(recvfrom(server->fd, text, sizeof(text), 0, (struct sockaddr *)&server->client,
                             &server->client_size),
            4);
}

static void end_server(struct server *server)
{
    wfd_ctrl_wpa_ops.close(server->ctrl);
    close(server->fd);
    unlink(server->path);
    rmdir(server->folder);
}

static void say(const struct server *server, const char *text)
{
    assert_int_equal(sendto(server->fd, text, strlen(text), 0,
                             (const struct sockaddr *)&server->client, server->client_size),
            (ssize_t)strlen(text));
}

static void what_is_too_long_is_wiped(void **state)
{
    struct server server;
    char buffer[32];

    (void)state;
    serve(&server);
    memset(buffer, 0, sizeof(buffer));
    say(&server, KEY KEY);
    assert_int_equal(wfd_ctrl_wpa_ops.receive(server.ctrl, buffer, sizeof(buffer)), -EMSGSIZE);
    assert_null(memmem(buffer, sizeof(buffer), KEY, strlen(KEY)));
    say(&server, KEY);
    assert_int_equal(wfd_ctrl_wpa_ops.receive(server.ctrl, buffer, sizeof(buffer)), strlen(KEY));
    assert_non_null(memmem(buffer, sizeof(buffer), KEY, strlen(KEY)));
    end_server(&server);
}

/* The socket is the supplicant's, but somebody else has got hold of it. */
static void what_a_stranger_says_is_wiped(void **state)
{
    struct server server;
    char buffer[64];
    pid_t child;

    (void)state;
    if (geteuid())
    {
        print_message("skipped because only root can be somebody else\n");
        skip();
    }
    serve(&server);
    memset(buffer, 0, sizeof(buffer));
    assert_int_equal(chmod(server.folder, 0755), 0);
    child = fork();
    if (!child)
    {
        /* The name was ours; the sender's identity is what counts. */
        struct ucred who = { .pid = getpid(), .uid = 54321, .gid = 54321 };
        union
        {
            char bytes[CMSG_SPACE(sizeof(who))];
            struct cmsghdr header;
        } control = { .header = { .cmsg_level = SOL_SOCKET,
                              .cmsg_type = SCM_CREDENTIALS,
                              .cmsg_len = CMSG_LEN(sizeof(who)) } };
        struct iovec part = { .iov_base = (void *)(uintptr_t)KEY, .iov_len = strlen(KEY) };
        struct msghdr message = { .msg_name = &server.client,
            .msg_namelen = server.client_size,
            .msg_iov = &part,
            .msg_iovlen = 1,
            .msg_control = control.bytes,
            .msg_controllen = sizeof(control.bytes) };

        memcpy(CMSG_DATA(&control.header), &who, sizeof(who));
        _exit(sendmsg(server.fd, &message, 0) < 0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(poll(&(struct pollfd){ .fd = wfd_ctrl_wpa_ops.descriptor(server.ctrl),
                                  .events = POLLIN },
                             1, 5000),
            1);
    assert_int_equal(wfd_ctrl_wpa_ops.receive(server.ctrl, buffer, sizeof(buffer)), -EPERM);
    assert_null(memmem(buffer, sizeof(buffer), KEY, strlen(KEY)));
    end_server(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_wiped_whether_anybody_reads_them_or_not),
        cmocka_unit_test(replies_are_wiped_whether_anybody_has_asked_or_not),
        cmocka_unit_test(a_reply_that_comes_with_the_end_is_wiped),
        cmocka_unit_test(a_command_with_a_pin_is_wiped_when_it_is_answered),
        cmocka_unit_test(a_command_with_a_pin_is_wiped_with_the_connection),
        cmocka_unit_test(a_pairing_is_wiped_before_it_is_freed),
        cmocka_unit_test(what_is_too_long_is_wiped),
        cmocka_unit_test(what_a_stranger_says_is_wiped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
