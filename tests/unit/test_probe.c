/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which of several control sockets is used, and when: each may take all of the time that an answer
 * may take, however many there are. A transport without sockets, and a clock that stands still.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_ctrl.h"
#include "wfd_supplicant.h"

#define BEGIN_MS     1000
#define END_MS       (BEGIN_MS + WFD_ANSWER_TIMEOUT_MS - 100)
#define HALF_MS      ((BEGIN_MS + END_MS) / 2)
#define CAPABLE      "p2p_device_address=02:00:00:00:00:01\n"
#define MOST_SOCKETS WFD_SUPPLICANT_DESCRIPTORS
#define CONNECTIONS  (2 * MOST_SOCKETS + 1)

struct wfd_ctrl
{
    bool open, full, broken;
    char path[WFD_SOCKET_PATH_SIZE], sent[20];
    const char *answer;
};

static struct wfd_ctrl connections[CONNECTIONS];
static char folder[] = "/tmp/winewfd-probe-XXXXXX";
static const char *sockets[MOST_SOCKETS];
static unsigned int socket_count;
static bool full; /* the queue of each new connection */
static enum wfd_error down;

static int fake_open(const char *path, uint32_t uid, struct wfd_ctrl **ret_ctrl)
{
    (void)uid;
    for (unsigned int i = 0; i < CONNECTIONS; i++)
    {
        if (connections[i].open) continue;
        connections[i] = (struct wfd_ctrl){ .open = true, .full = full };
        snprintf(connections[i].path, sizeof(connections[i].path), "%s", path);
        *ret_ctrl = &connections[i];
        return 0;
    }
    return -EMFILE;
}

static int fake_descriptor(const struct wfd_ctrl *ctrl)
{
    return 1000 + (int)(ctrl - connections);
}

static int fake_send(struct wfd_ctrl *ctrl, const char *text, size_t length)
{
    assert_true(ctrl->open && length < sizeof(ctrl->sent));
    if (ctrl->full) return -EAGAIN;
    memcpy(ctrl->sent, text, length);
    ctrl->sent[length] = 0;
    return 0;
}

static ssize_t fake_receive(struct wfd_ctrl *ctrl, char *buffer, size_t size)
{
    size_t length;

    assert_true(ctrl->open);
    if (ctrl->broken) return -ECONNREFUSED;
    if (!ctrl->answer) return -EAGAIN;
    length = strlen(ctrl->answer);
    assert_true(length <= size);
    memcpy(buffer, ctrl->answer, length);
    ctrl->answer = NULL;
    return (ssize_t)length;
}

static void fake_close(struct wfd_ctrl *ctrl)
{
    if (!ctrl) return;
    assert_true(ctrl->open);
    ctrl->open = false;
}

static int no_adapters(
        struct wfd_netif_adapter *ret_adapters, unsigned int max, unsigned int *ret_count)
{
    (void)ret_adapters;
    (void)max;
    (void)ret_count;
    return -ENOENT;
}

static const struct wfd_netif_ops netif_ops = { .list = no_adapters };

static void ignore_up(void *context)
{
    (void)context;
}

static void note_down(void *context, enum wfd_error error)
{
    (void)context;
    down = error;
}

static const struct wfd_supplicant_callbacks callbacks = { .up = ignore_up, .down = note_down };

/* The open connection to that socket that was sent a command; NULL: none was. */
static struct wfd_ctrl *asked(const char *name, const char *command)
{
    for (unsigned int i = 0; i < CONNECTIONS; i++)
        if (connections[i].open && !strcmp(strrchr(connections[i].path, '/') + 1, name) &&
                !strcmp(connections[i].sent, command))
            return &connections[i];
    return NULL;
}

static void answer(const char *name, const char *command, const char *text)
{
    struct wfd_ctrl *ctrl = asked(name, command);

    assert_non_null(ctrl);
    ctrl->answer = text;
}

static unsigned int open_connections(void)
{
    unsigned int count = 0;

    for (unsigned int i = 0; i < CONNECTIONS; i++) count += connections[i].open;
    return count;
}

static void make_sockets(const char *const *names, unsigned int count)
{
    char path[100];

    for (socket_count = 0; socket_count < count; socket_count++)
    {
        sockets[socket_count] = names[socket_count];
        snprintf(path, sizeof(path), "%s/%s", folder, names[socket_count]);
        assert_int_equal(close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600)), 0);
    }
}

static struct wfd_supplicant *begin(const char *const *names, unsigned int count)
{
    struct wfd_supplicant *supplicant = wfd_supplicant_new(&fake_ops, &netif_ops, &callbacks, NULL);
    struct wfd_config config = { .reply_timeout_ms = 10000 };

    assert_non_null(supplicant);
    make_sockets(names, count);
    down = WFD_SUCCESS;
    strcpy(config.control_directory, folder);
    wfd_supplicant_configure(supplicant, &config);
    wfd_supplicant_connect(supplicant, BEGIN_MS);
    wfd_supplicant_gather(supplicant);
    wfd_supplicant_gathered(supplicant, BEGIN_MS);
    wfd_supplicant_flush(supplicant, BEGIN_MS);
    return supplicant;
}

/* As the loop does: at each time that it is told to wake at, too. */
static void go_on(struct wfd_supplicant *supplicant, uint64_t until_ms)
{
    for (unsigned int rounds = 0;; rounds++)
    {
        uint64_t deadline_ms = wfd_supplicant_deadline(supplicant);

        assert_true(rounds < 1000);
        if (deadline_ms > until_ms) break;
        wfd_supplicant_step(supplicant, deadline_ms);
    }
    for (int i = 0; i < 3; i++) wfd_supplicant_step(supplicant, until_ms);
}

static void expect_up(struct wfd_supplicant *supplicant, const char *name, uint64_t now_ms)
{
    assert_int_equal(wfd_supplicant_state(supplicant), WFD_SUPPLICANT_ATTACHING);
    answer(name, "ATTACH", "OK\n");
    go_on(supplicant, now_ms);
    assert_int_equal(wfd_supplicant_state(supplicant), WFD_SUPPLICANT_UP);
    assert_string_equal(strrchr(wfd_supplicant_path(supplicant), '/') + 1, name);
    assert_int_equal(open_connections(), 2);
}

static void end(struct wfd_supplicant *supplicant)
{
    char path[100];

    wfd_supplicant_free(supplicant);
    assert_int_equal(open_connections(), 0);
    while (socket_count)
    {
        snprintf(path, sizeof(path), "%s/%s", folder, sockets[--socket_count]);
        assert_int_equal(unlink(path), 0);
    }
}

static void each_may_take_all_the_time(void **state)
{
    static const char *const names[] = { "p2p-dev-a0", "p2p-dev-b0", "p2p-dev-c0", "d0" };

    (void)state;
    for (unsigned int i = 0; i < 4; i++)
    {
        struct wfd_supplicant *supplicant = begin(names, 4);

        go_on(supplicant, BEGIN_MS + 700);
        answer(names[i], "STATUS", CAPABLE);
        go_on(supplicant, BEGIN_MS + 710);
        expect_up(supplicant, names[i], BEGIN_MS + 720);
        end(supplicant);
    }
}

/* Where nothing else is asked about, both answers have the whole time. */
static void an_adapters_own_socket_takes_no_time_from_its_p2p_device(void **state)
{
    static const char *const names[] = { "p2p-dev-wlan0", "wlan0" };
    struct wfd_supplicant *supplicant = begin(names, 2);

    (void)state;
    assert_null(asked("wlan0", "STATUS"));
    go_on(supplicant, BEGIN_MS + 700);
    answer("p2p-dev-wlan0", "STATUS", CAPABLE);
    go_on(supplicant, BEGIN_MS + 710);
    expect_up(supplicant, "p2p-dev-wlan0", BEGIN_MS + 720);
    end(supplicant);
}

static void the_best_of_those_that_answer_is_used(void **state)
{
    static const char *const names[] = { "p2p-dev-b0", "p2p-dev-a0", "c0" };

    (void)state;
    for (uint64_t after_ms = 0; after_ms < 400; after_ms += 100)
    {
        struct wfd_supplicant *supplicant = begin(names, 3);

        answer("c0", "STATUS", CAPABLE);
        answer("p2p-dev-b0", "STATUS", CAPABLE);
        if (after_ms) go_on(supplicant, BEGIN_MS + after_ms - 10);
        answer("p2p-dev-a0", "STATUS", CAPABLE);
        go_on(supplicant, BEGIN_MS + after_ms);
        expect_up(supplicant, "p2p-dev-a0", BEGIN_MS + after_ms);
        end(supplicant);
    }
}

static void a_better_one_that_is_silent_is_waited_for_half_of_the_time(void **state)
{
    static const char *const names[] = { "p2p-dev-a0", "p2p-dev-b0", "p2p-dev-c0" };
    struct wfd_supplicant *supplicant = begin(names, 3);

    (void)state;
    answer("p2p-dev-b0", "STATUS", CAPABLE);
    go_on(supplicant, HALF_MS - 1);
    assert_int_equal(wfd_supplicant_state(supplicant), WFD_SUPPLICANT_PROBING);
    go_on(supplicant, HALF_MS);
    expect_up(supplicant, "p2p-dev-b0", HALF_MS);
    end(supplicant);
}

static void one_that_cannot_or_is_gone_is_not_waited_for(void **state)
{
    static const char *const names[] = { "p2p-dev-a0", "p2p-dev-b0", "p2p-dev-c0" };
    struct wfd_supplicant *supplicant = begin(names, 3);

    (void)state;
    answer("p2p-dev-c0", "STATUS", CAPABLE);
    answer("p2p-dev-a0", "STATUS", "address=02:00:00:00:00:09\n");
    asked("p2p-dev-b0", "STATUS")->broken = true;
    go_on(supplicant, BEGIN_MS + 1);
    expect_up(supplicant, "p2p-dev-c0", BEGIN_MS + 1);
    end(supplicant);
}

static void one_that_does_not_send_its_events_is_passed_over(void **state)
{
    static const char *const names[] = { "p2p-dev-a0", "p2p-dev-b0" };
    struct wfd_supplicant *supplicant = begin(names, 2);

    (void)state;
    answer("p2p-dev-a0", "STATUS", CAPABLE);
    answer("p2p-dev-b0", "STATUS", CAPABLE);
    go_on(supplicant, BEGIN_MS + 1);
    answer("p2p-dev-a0", "ATTACH", "FAIL\n");
    go_on(supplicant, BEGIN_MS + 2);
    expect_up(supplicant, "p2p-dev-b0", BEGIN_MS + 3);
    end(supplicant);
}

static void a_full_queue_is_tried_again(void **state)
{
    static const char *const names[] = { "p2p-dev-a0", "p2p-dev-b0" };
    struct wfd_supplicant *supplicant;

    (void)state;
    full = true;
    supplicant = begin(names, 2);
    full = false;
    assert_null(asked("p2p-dev-a0", "STATUS"));
    /* What comes unasked is thrown away: the loop would not sleep. */
    asked("p2p-dev-a0", "")->answer = CAPABLE;
    go_on(supplicant, BEGIN_MS + 50);
    assert_null(asked("p2p-dev-a0", "")->answer);
    assert_int_equal(wfd_supplicant_state(supplicant), WFD_SUPPLICANT_PROBING);
    for (unsigned int i = 0; i < CONNECTIONS; i++) connections[i].full = false;
    go_on(supplicant, BEGIN_MS + 70);
    answer("p2p-dev-a0", "STATUS", CAPABLE);
    go_on(supplicant, BEGIN_MS + 80);
    expect_up(supplicant, "p2p-dev-a0", BEGIN_MS + 90);
    end(supplicant);
}

static void all_silent_ones_are_given_up_together(void **state)
{
    char text[MOST_SOCKETS][20];
    const char *names[MOST_SOCKETS];
    struct wfd_supplicant *supplicant;

    (void)state;
    for (unsigned int count = 1; count <= MOST_SOCKETS; count++)
    {
        snprintf(text[count - 1], sizeof(text[0]), "p2p-dev-wlan%u", count);
        names[count - 1] = text[count - 1];
        supplicant = begin(names, count);
        go_on(supplicant, END_MS - 1);
        assert_int_equal(wfd_supplicant_state(supplicant), WFD_SUPPLICANT_PROBING);
        go_on(supplicant, END_MS);
        assert_int_equal(wfd_supplicant_state(supplicant), WFD_SUPPLICANT_DOWN);
        assert_int_equal(down, WFD_ERROR_SERVICE_NOT_ACTIVE);
        assert_int_equal(open_connections(), 0);
        end(supplicant);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_may_take_all_the_time),
        cmocka_unit_test(an_adapters_own_socket_takes_no_time_from_its_p2p_device),
        cmocka_unit_test(the_best_of_those_that_answer_is_used),
        cmocka_unit_test(a_better_one_that_is_silent_is_waited_for_half_of_the_time),
        cmocka_unit_test(one_that_cannot_or_is_gone_is_not_waited_for),
        cmocka_unit_test(one_that_does_not_send_its_events_is_passed_over),
        cmocka_unit_test(a_full_queue_is_tried_again),
        cmocka_unit_test(all_silent_ones_are_given_up_together),
    };
    int failed;

    if (!mkdtemp(folder)) return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
