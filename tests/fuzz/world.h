/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A supplicant without sockets, a clock and the service's loop, all on the thread of the fuzzer.
 * The loop runs whenever a call of the core would wait, and when time is to pass; each command gets
 * a plausible answer, unless the fuzzer has chosen another. Checks what must hold whatever the
 * supplicant says: every path and command is well formed, no key and no control character is in the
 * log, the loop sleeps, and nothing waits for ever. Never touches a control socket.
 *
 * Include it once in a program that is linked with the wraps of FUZZ_WRAPS.
 */
#ifndef TESTS_FUZZ_WORLD_H
#define TESTS_FUZZ_WORLD_H

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "wfd_private.h"

#define WORLD_CONNECTIONS 32
#define WORLD_COMMANDS    64
#define WORLD_RULES       8
#define WORLD_FIRST_FD    100000
#define WORLD_ROUNDS      2000   /* without progress: more is a loop that spins */
#define WORLD_LOOKS       400000 /* at the clock without a sleep: the same */
#define WORLD_OPENS       2000   /* connections */
#define WORLD_CALLS       16 /* of them for the roll of own groups, every ten seconds: of eight */
#define WORLD_BEGIN_MS    1000000
#define WORLD_FOREVER_MS  2000000000u
#define WORLD_PASSPHRASE  "world-passphrase"
#define WORLD_PSK         "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define WORLD_PIN         "12345670"
#define WORLD_US          "02:5c:00:00:00:01"

struct world_datagram
{
    struct world_datagram *next;
    ssize_t length; /* < 0: an error */
    char text[];
};

struct wfd_ctrl
{
    bool used, attached, broken;
    char path[WFD_SOCKET_PATH_SIZE];
    struct world_datagram *first, **last;
};

/* What happens to a command: the first rule that its text begins with. */
enum world_fate
{
    WORLD_ANSWER,
    WORLD_TWICE,
    WORLD_SILENT,
    WORLD_BREAK,
};

struct world_rule
{
    enum world_fate fate;
    bool once, has_text;
    char word[24], text[512];
};

static struct
{
    bool active, log_wanted;
    bool keys_known; /* they are in the input */
    char folder[64], sockets[80], share[80];
    struct wfd_service *service;
    uint64_t now_ms, until_ms;
    unsigned int rounds, looks, opens, most_opens, calls;
    bool signalled, wait_ends;
    bool outside;           /* who polls is not the loop, but a call that asks by itself */
    void (*dispatch)(void); /* runs the callbacks that are due */

    bool dead, hung, full, unhelpful, no_index, incapable;
    unsigned int groups; /* 1: the client's is there, 2: our own is */
    int32_t process;
    struct wfd_ctrl connections[WORLD_CONNECTIONS];
    struct
    {
        struct wfd_ctrl *ctrl; /* NULL: closed meanwhile */
        char text[128];
    } commands[WORLD_COMMANDS];
    unsigned int command_count;
    struct world_rule rules[WORLD_RULES];
    unsigned int rule_count;
    int holder; /* another program's descriptor; -1: none */
} world;

int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __real_clock_gettime(clockid_t id, struct timespec *ret_time);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_clock_gettime(clockid_t id, struct timespec *ret_time);
int __real_pthread_create(pthread_t *ret_thread, const pthread_attr_t *attributes,
        void *(*entry)(void *), void *argument);
int __wrap_pthread_create(pthread_t *ret_thread, const pthread_attr_t *attributes,
        void *(*entry)(void *), void *argument);
int __real_pthread_join(pthread_t thread, void **ret_value);
int __wrap_pthread_join(pthread_t thread, void **ret_value);
int __real_pthread_mutex_lock(pthread_mutex_t *lock);
int __wrap_pthread_mutex_lock(pthread_mutex_t *lock);
int __real_pthread_mutex_unlock(pthread_mutex_t *lock);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *lock);
int __real_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *lock);
int __wrap_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *lock);
int __real_pthread_cond_timedwait(
        pthread_cond_t *condition, pthread_mutex_t *lock, const struct timespec *end);
int __wrap_pthread_cond_timedwait(
        pthread_cond_t *condition, pthread_mutex_t *lock, const struct timespec *end);
int __real_pthread_cond_broadcast(pthread_cond_t *condition);
int __wrap_pthread_cond_broadcast(pthread_cond_t *condition);

static void world_demand(bool condition, const char *what)
{
    if (condition) return;
    world.active = false;
    fprintf(stderr, "broken: %s\n", what);
    abort();
}

/* Datagrams. */

static void world_deliver(struct wfd_ctrl *ctrl, const char *text, ssize_t length)
{
    size_t room = length > 0 ? (size_t)length : 0;
    struct world_datagram *datagram = malloc(sizeof(*datagram) + room);

    world_demand(datagram != NULL, "memory");
    datagram->next = NULL;
    datagram->length = length;
    if (room) memcpy(datagram->text, text, room);
    *ctrl->last = datagram;
    ctrl->last = &datagram->next;
}

static void world_say(struct wfd_ctrl *ctrl, const char *text)
{
    world_deliver(ctrl, text, (ssize_t)strlen(text));
}

static bool world_is_p2p(const struct wfd_ctrl *ctrl)
{
    return strstr(ctrl->path, "/p2p-dev-") != NULL;
}

/* To who is attached: at the P2P device, or at all other sockets. */
static void world_emit(bool p2p, const char *text, size_t length)
{
    char event[2048] = "<3>";

    if (length > sizeof(event) - 3) length = sizeof(event) - 3;
    memcpy(event + 3, text, length);
    for (unsigned int i = 0; i < WORLD_CONNECTIONS; i++)
        if (world.connections[i].attached && world_is_p2p(&world.connections[i]) == p2p)
            world_deliver(&world.connections[i], event, (ssize_t)length + 3);
}

static void world_drop_queue(struct wfd_ctrl *ctrl)
{
    while (ctrl->first)
    {
        struct world_datagram *datagram = ctrl->first;

        ctrl->first = datagram->next;
        free(datagram);
    }
    ctrl->last = &ctrl->first;
}

/* The transport. */

static bool world_is_clean(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f) return false;
    return true;
}

/* Connections to groups that it owns are for the roll call, which goes on as long as they live. */
static void world_count_open(const char *path)
{
    struct wfd_group *group = wfd_group_by_name(world.service, strrchr(path, '/') + 1);
    uint64_t lists = (world.now_ms - WORLD_BEGIN_MS) / 10000;

    if (group && group->role == WFD_ROLE_GO)
        world_demand(
                ++world.calls < WORLD_OPENS + lists * WORLD_CALLS, "it calls the roll without end");
    else
        world_demand(++world.opens < world.most_opens, "it connects without end");
}

static int world_open(const char *path, uint32_t uid, struct wfd_ctrl **ret_ctrl)
{
    (void)uid;
    world_demand(path[0] == '/' && world_is_clean(path), "a path is odd");
    world_count_open(path);
    if (world.dead) return -ECONNREFUSED;
    for (unsigned int i = 0; i < WORLD_CONNECTIONS; i++)
    {
        struct wfd_ctrl *ctrl = &world.connections[i];

        if (ctrl->used) continue;
        memset(ctrl, 0, sizeof(*ctrl));
        ctrl->used = true;
        ctrl->last = &ctrl->first;
        snprintf(ctrl->path, sizeof(ctrl->path), "%s", path);
        *ret_ctrl = ctrl;
        return 0;
    }
    world_demand(false, "connections are left open");
    return -EMFILE;
}

static int world_descriptor(const struct wfd_ctrl *ctrl)
{
    return WORLD_FIRST_FD + (int)(ctrl - world.connections);
}

static bool world_begins(const char *text, const char *word)
{
    return !strncmp(text, word, strlen(word));
}

/* And asks for no key. */
static bool world_only_asks(const char *command)
{
    static const char *const questions[] = { "STATUS", "LIST_NETWORKS", "INTERFACES", "P2P_PEER ",
        "P2P_GROUP_MEMBER ", "BSS " };

    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
        if (world_begins(command, questions[i])) return true;
    return world_begins(command, "GET_NETWORK ") &&
           (strstr(command, " bssid") || strstr(command, " p2p_client_list"));
}

static int world_send(struct wfd_ctrl *ctrl, const char *text, size_t length)
{
    char command[128];

    world_demand(ctrl->used && length && length < sizeof(command), "a command is too long");
    memcpy(command, text, length);
    command[length] = 0;
    world_demand(strlen(command) == length && world_is_clean(command) && isupper(command[0]),
            "a command is malformed");
    world_demand(!world.outside || world_only_asks(command), "a look changes something");
    if (world.dead || ctrl->broken) return -ECONNREFUSED;
    if (world.full) return -EAGAIN;
    if (world.command_count == WORLD_COMMANDS) return -EAGAIN;
    world.commands[world.command_count].ctrl = ctrl;
    memcpy(world.commands[world.command_count++].text, command, length + 1);
    return 0;
}

static ssize_t world_receive(struct wfd_ctrl *ctrl, char *buffer, size_t size)
{
    struct world_datagram *datagram = ctrl->first;
    ssize_t length;

    world_demand(ctrl->used, "a closed connection is read");
    if (!datagram) return world.dead || ctrl->broken ? -ECONNREFUSED : -EAGAIN;
    world.rounds = 0;
    ctrl->first = datagram->next;
    if (!ctrl->first) ctrl->last = &ctrl->first;
    length = datagram->length;
    if (length > (ssize_t)size) length = -EMSGSIZE;
    if (length > 0) memcpy(buffer, datagram->text, (size_t)length);
    free(datagram);
    return length;
}

static int32_t world_sender(const struct wfd_ctrl *ctrl)
{
    (void)ctrl;
    return world.process;
}

static void world_close(struct wfd_ctrl *ctrl)
{
    if (!ctrl) return;
    world_demand(ctrl->used, "a connection is closed twice");
    world_drop_queue(ctrl);
    ctrl->used = ctrl->attached = false;
    for (unsigned int i = 0; i < world.command_count; i++)
        if (world.commands[i].ctrl == ctrl) world.commands[i].ctrl = NULL;
}

static bool world_listening(const char *path)
{
    world_demand(path[0] == '/' && world_is_clean(path), "a path is odd");
    return !world.dead;
}

static const struct wfd_ctrl_ops world_ctrl_ops = {
    .open = world_open,
    .descriptor = world_descriptor,
    .send = world_send,
    .receive = world_receive,
    .sender = world_sender,
    .close = world_close,
    .listening = world_listening,
};

static int world_list(
        struct wfd_netif_adapter *ret_adapters, unsigned int max, unsigned int *ret_count)
{
    (void)max;
    if (!world.incapable) return -ENOENT;
    ret_adapters[0] = (struct wfd_netif_adapter){ .ifname = "wlan0" };
    *ret_count = 1;
    return 0;
}

static uint32_t world_index(const char *ifname)
{
    errno = EMFILE;
    return world.no_index ? 0 : 100 + (uint32_t)strlen(ifname);
}

static const struct wfd_netif_ops world_netif_ops = { .list = world_list, .index = world_index };

/*
 * What a supplicant would say. Network 0 is the group of peer 1, network 1 our own with the guests
 * 2 and 3, network 2 an ordinary one of access point 9.
 */

static const char *world_network(const char *command)
{
    if (world_begins(command, "GET_NETWORK 0 bssid")) return "02:00:00:00:00:01";
    if (world_begins(command, "GET_NETWORK 0 ssid")) return "\"DIRECT-wa\"";
    if (world_begins(command, "GET_NETWORK 1 bssid")) return WORLD_US;
    if (world_begins(command, "GET_NETWORK 1 p2p_client_list"))
        return "02:00:00:00:00:02 02:00:00:00:00:03";
    if (world_begins(command, "GET_NETWORK 1 ssid")) return "\"DIRECT-wb\"";
    if (world_begins(command, "GET_NETWORK 2 bssid")) return "02:00:00:00:00:09";
    if (world_begins(command, "GET_NETWORK 2 ssid")) return "\"home\"";
    return "FAIL\n";
}

static const char *world_status(const struct wfd_ctrl *ctrl)
{
    if (world_is_p2p(ctrl) || strstr(ctrl->path, "/wlan"))
        return "wpa_state=DISCONNECTED\np2p_device_address=" WORLD_US "\n";
    if (strstr(ctrl->path, "-1"))
        return "bssid=" WORLD_US "\nssid=DIRECT-wb\nmode=P2P GO\nwpa_state=COMPLETED\n";
    return "bssid=02:00:00:00:00:81\nssid=DIRECT-wa\nmode=station\nwpa_state=COMPLETED\n";
}

static const char *world_interfaces(void)
{
    static const char *const lists[] = { "p2p-dev-wlan0\nwlan0\n",
        "p2p-wlan0-0\np2p-dev-wlan0\nwlan0\n", "p2p-wlan0-1\np2p-dev-wlan0\nwlan0\n",
        "p2p-wlan0-1\np2p-wlan0-0\np2p-dev-wlan0\nwlan0\n" };

    return lists[world.groups & 3];
}

/* Its own address comes first. */
static const char *world_peer(const char *command)
{
    static char reply[80];

    snprintf(reply, sizeof(reply), "%.17s\npri_dev_type=1-0050F204-1\ndevice_name=a\n",
            command + strlen("P2P_PEER "));
    return reply;
}

static const char *world_answer(const struct wfd_ctrl *ctrl, const char *command)
{
    if (world_begins(command, "STATUS")) return world_status(ctrl);
    if (world_begins(command, "LIST_NETWORKS"))
        return "network id / ssid / bssid / flags\n0\tDIRECT-wa\tany\t[DISABLED][P2P-PERSISTENT]\n"
               "1\tDIRECT-wb\tany\t[DISABLED][P2P-PERSISTENT]\n2\thome\tany\t[DISABLED]\n";
    if (world_begins(command, "GET_NETWORK")) return world_network(command);
    if (world_begins(command, "INTERFACES")) return world_interfaces();
    if (world_begins(command, "P2P_PEER")) return world_peer(command);
    if (world_begins(command, "P2P_GROUP_MEMBER")) return "02:00:00:00:00:82";
    if (world_begins(command, "BSS")) return "id=0\nbssid=02:00:00:00:00:81\nssid=DIRECT-wa\n";
    return "OK\n";
}

/* Two devices agree at once. */
static void world_pair(const char *command)
{
    static const char owner[] =
            "P2P-GROUP-STARTED p2p-wlan0-1 GO ssid=\"DIRECT-wb\" freq=2437 "
            "passphrase=\"" WORLD_PASSPHRASE "\" go_dev_addr=" WORLD_US " [PERSISTENT]";
    const char *peer = command + strlen("P2P_CONNECT ");
    bool own = strstr(command, "go_intent=15") != NULL;
    char event[400];

    snprintf(event, sizeof(event),
            "P2P-GO-NEG-SUCCESS role=%s freq=2437 ht40=0 peer_dev=%.17s "
            "peer_iface=02:00:00:00:00:81 wps_method=PBC",
            own ? "GO" : "client", peer);
    world_emit(true, event, strlen(event));
    world_emit(true, "P2P-GROUP-FORMATION-SUCCESS ", 28);
    snprintf(event, sizeof(event),
            "P2P-GROUP-STARTED p2p-wlan0-0 client ssid=\"DIRECT-wa\" freq=2437 psk=" WORLD_PSK
            " go_dev_addr=%.17s [PERSISTENT]",
            peer);
    if (own) strcpy(event, owner);
    world_emit(true, event, strlen(event));
    world.groups |= own ? 2 : 1;
    if (!own) return;
    snprintf(event, sizeof(event), "AP-STA-CONNECTED 02:00:00:00:00:82 p2p_dev_addr=%.17s", peer);
    world_emit(true, event, strlen(event));
}

/* A search, for one device or for all. */
static void world_find(const char *command)
{
    const char *device = strchr(command, '=');
    char event[200];

    device = device ? device + 1 : "02:00:00:00:00:01";
    snprintf(event, sizeof(event),
            "P2P-DEVICE-FOUND %.17s p2p_dev_addr=%.17s name='a' config_methods=0x188 new=1", device,
            device);
    world_emit(true, event, strlen(event));
}

/* The events that a command causes, before its reply. */
static void world_effects(const char *command)
{
    char event[400];

    if (world_begins(command, "P2P_CONNECT ") && !strstr(command, " auth")) world_pair(command);
    if (world_begins(command, "P2P_FIND")) world_find(command);
    if (world_begins(command, "P2P_INVITE"))
        world.groups |= world_begins(command, "P2P_INVITE persistent=0") ? 1 : 2;
    if (world_begins(command, "P2P_GROUP_REMOVE p2p-wlan0-0")) world.groups &= ~1u;
    if (world_begins(command, "P2P_GROUP_REMOVE p2p-wlan0-1")) world.groups &= ~2u;
    if (world_begins(command, "P2P_INVITE persistent=0"))
        snprintf(event, sizeof(event),
                "P2P-GROUP-STARTED p2p-wlan0-0 client ssid=\"DIRECT-wa\" freq=2437 psk=" WORLD_PSK
                " go_dev_addr=02:00:00:00:00:01 [PERSISTENT]");
    else if (world_begins(command, "P2P_INVITE"))
        snprintf(event, sizeof(event),
                "P2P-GROUP-STARTED p2p-wlan0-1 GO ssid=\"DIRECT-wb\" freq=2437 "
                "passphrase=\"" WORLD_PASSPHRASE "\" go_dev_addr=" WORLD_US " [PERSISTENT]");
    else if (world_begins(command, "P2P_GROUP_REMOVE "))
        snprintf(event, sizeof(event), "P2P-GROUP-REMOVED %s client reason=REQUESTED",
                command + strlen("P2P_GROUP_REMOVE "));
    else if (world_begins(command, "P2P_STOP_FIND"))
        snprintf(event, sizeof(event), "P2P-FIND-STOPPED ");
    else
        return;
    if (world_begins(command, "P2P_INVITE"))
        world_emit(true, "P2P-INVITATION-RESULT status=0 ", 31);
    world_emit(true, event, strlen(event));
    if (!world_begins(command, "P2P_INVITE persistent=1")) return;
    snprintf(event, sizeof(event), "AP-STA-CONNECTED 02:00:00:00:00:82 p2p_dev_addr=%.17s",
            strstr(command, "peer=") + 5);
    world_emit(true, event, strlen(event));
}

static void world_station_effects(const char *command)
{
    static const char joined[] = "CTRL-EVENT-CONNECTED - Connection to 02:00:00:00:00:09 completed";
    static const char heard[] = "CTRL-EVENT-SCAN-RESULTS ";

    if (world_begins(command, "SELECT_NETWORK")) world_emit(false, joined, strlen(joined));
    if (world_begins(command, "SCAN")) world_emit(false, heard, strlen(heard));
}

static struct world_rule *world_rule_for(const char *command)
{
    for (unsigned int i = 0; i < world.rule_count; i++)
        if (world_begins(command, world.rules[i].word)) return &world.rules[i];
    return NULL;
}

/* word: what the command begins with, empty: any. text: the reply; NULL: the usual one. */
static void world_add_rule(enum world_fate fate, bool once, const char *word, const char *text)
{
    struct world_rule *rule = &world.rules[world.rule_count];

    if (world.rule_count == WORLD_RULES) return;
    world.rule_count++;
    memset(rule, 0, sizeof(*rule));
    rule->fate = fate;
    rule->once = once;
    rule->has_text = text != NULL;
    snprintf(rule->word, sizeof(rule->word), "%s", word);
    if (text) snprintf(rule->text, sizeof(rule->text), "%s", text);
}

static void world_reply(struct wfd_ctrl *ctrl, const char *command)
{
    struct world_rule *found = world_rule_for(command), rule = { .fate = WORLD_ANSWER };
    const char *answer;

    if (found) rule = *found;
    if (found && rule.once)
    {
        world.rule_count--;
        memmove(found, found + 1,
                (size_t)(&world.rules[world.rule_count] - found) * sizeof(*found));
    }
    if (rule.fate == WORLD_SILENT) return;
    if (rule.fate == WORLD_BREAK)
    {
        ctrl->broken = true;
        return;
    }
    if (!rule.has_text && !world.unhelpful) world_effects(command);
    if (!rule.has_text && !world.unhelpful) world_station_effects(command);
    if (world_begins(command, "ATTACH")) ctrl->attached = true;
    answer = rule.has_text ? rule.text : world_answer(ctrl, command);
    world_say(ctrl, answer);
    if (rule.fate == WORLD_TWICE) world_say(ctrl, answer);
}

/* Answers the oldest command. */
static bool world_work(void)
{
    struct wfd_ctrl *ctrl;
    char text[128];

    if (world.hung || world.dead || !world.command_count) return false;
    ctrl = world.commands[0].ctrl;
    memcpy(text, world.commands[0].text, sizeof(text));
    world.command_count--;
    memmove(&world.commands[0], &world.commands[1],
            world.command_count * sizeof(world.commands[0]));
    if (ctrl) world_reply(ctrl, text);
    return true;
}

/* The loop. */

static uint64_t world_now(void *context)
{
    (void)context;
    world_demand(++world.looks < WORLD_LOOKS, "the loop never sleeps");
    return world.now_ms;
}

static void world_log(const char *line)
{
    if (!world.keys_known)
        world_demand(!strstr(line, WORLD_PASSPHRASE) && !strstr(line, WORLD_PSK) &&
                             !strstr(line, WORLD_PIN),
                "a key is logged");
    world_demand(world_is_clean(line), "a control character is logged");
    if (world.log_wanted) fprintf(stderr, "%8llu %s\n", (unsigned long long)world.now_ms, line);
}

static int world_ready(struct pollfd *fds, nfds_t count)
{
    int ready = 0;

    for (nfds_t i = 0; i < count; i++)
    {
        int number = fds[i].fd - WORLD_FIRST_FD;

        fds[i].revents = 0;
        if (number < 0)
            __real_poll(&fds[i], 1, 0);
        else if (world.connections[number].first || world.connections[number].broken)
            fds[i].revents = POLLIN;
        if (fds[i].revents) ready++;
    }
    return ready;
}

/* Ends this run of the loop. */
static int world_end_run(void)
{
    world.service->stop = true;
    return 0;
}

static void world_run(uint64_t until_ms, bool wait_ends);

/* The loop has its turn whenever another waits. */
static int world_poll_outside(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    int ready = world_ready(fds, count);

    if (ready) return ready;
    world_run(world.now_ms, false);
    world_work();
    ready = world_ready(fds, count);
    if (!ready) world.now_ms += (unsigned int)timeout_ms;
    return ready;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    int ready;

    if (!world.active) return __real_poll(fds, count, timeout_ms);
    if (world.outside) return world_poll_outside(fds, count, timeout_ms);
    world.looks = 0;
    world_demand(++world.rounds < WORLD_ROUNDS, "the loop spins");
    ready = world_ready(fds, count);
    if (world.wait_ends && world.signalled) return world_end_run();
    if (ready) return ready;
    if (world_work())
    {
        world.rounds = 0;
        return world_ready(fds, count);
    }
    if (!timeout_ms) return 0;
    if (timeout_ms < 0 || world.now_ms + (unsigned int)timeout_ms >= world.until_ms)
    {
        if (world.now_ms < world.until_ms) world.now_ms = world.until_ms;
        return world_end_run();
    }
    world.now_ms += (unsigned int)timeout_ms;
    world.rounds = 0;
    return 0;
}

/* Until a time, or until somebody is told something. */
static void world_run(uint64_t until_ms, bool wait_ends)
{
    uint64_t until_before_ms = world.until_ms;
    bool wait_before = world.wait_ends, outside_before = world.outside;

    if (!world.service->thread_runs) return;
    world.outside = false;
    world.until_ms = until_ms;
    world.wait_ends = wait_ends;
    world.signalled = false;
    world.rounds = world.looks = 0;
    wfd_loop(world.service);
    world.service->stop = false;
    world.until_ms = until_before_ms;
    world.wait_ends = wait_before;
    world.outside = outside_before;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *ret_time)
{
    if (!world.active) return __real_clock_gettime(id, ret_time);
    ret_time->tv_sec = (time_t)(world.now_ms / 1000);
    ret_time->tv_nsec = (long)(world.now_ms % 1000) * 1000000;
    return 0;
}

int __wrap_pthread_create(pthread_t *ret_thread, const pthread_attr_t *attributes,
        void *(*entry)(void *), void *argument)
{
    if (!world.active) return __real_pthread_create(ret_thread, attributes, entry, argument);
    *ret_thread = pthread_self();
    return 0;
}

int __wrap_pthread_join(pthread_t thread, void **ret_value)
{
    if (world.active) return 0;
    return __real_pthread_join(thread, ret_value);
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *lock)
{
    return world.active ? 0 : __real_pthread_mutex_lock(lock);
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *lock)
{
    return world.active ? 0 : __real_pthread_mutex_unlock(lock);
}

int __wrap_pthread_cond_broadcast(pthread_cond_t *condition)
{
    world.signalled = true;
    return world.active ? 0 : __real_pthread_cond_broadcast(condition);
}

int __wrap_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *lock)
{
    uint64_t until_ms = world.now_ms + WORLD_FOREVER_MS;

    if (!world.active) return __real_pthread_cond_wait(condition, lock);
    world.signalled = false;
    world.dispatch();
    if (world.signalled) return 0;
    world_run(until_ms, true);
    world_demand(world.signalled, "a call waits for ever");
    return 0;
}

int __wrap_pthread_cond_timedwait(
        pthread_cond_t *condition, pthread_mutex_t *lock, const struct timespec *end)
{
    uint64_t end_ms;

    if (!world.active) return __real_pthread_cond_timedwait(condition, lock, end);
    end_ms = (uint64_t)end->tv_sec * 1000 + (uint64_t)end->tv_nsec / 1000000;
    if (world.now_ms >= end_ms) return ETIMEDOUT;
    world_run(end_ms, true);
    return world.signalled ? 0 : ETIMEDOUT;
}

/* Another program of the same user. */

static void world_hold(const char *name, short type)
{
    struct flock lock = { .l_type = type, .l_whence = SEEK_SET };
    char path[200];

    if (world.holder >= 0) close(world.holder);
    world.holder = -1;
    if (type == F_UNLCK) return;
    snprintf(path, sizeof(path), "%s/%s", world.share, name);
    world.holder = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (world.holder >= 0) fcntl(world.holder, F_OFD_SETLK, &lock);
}

/* Folders. */

static void world_socket(const char *name, bool there)
{
    char path[120];
    int fd;

    snprintf(path, sizeof(path), "%s/%s", world.sockets, name);
    if (!there)
    {
        unlink(path);
        return;
    }
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) close(fd);
}

static void world_remove_folders(void)
{
    char command[100];

    snprintf(command, sizeof(command), "rm -rf '%s'", world.folder);
    if (system(command)) fprintf(stderr, "%s stays\n", world.folder);
}

static void world_make_folders(void)
{
    if (world.folder[0]) return;
    world.log_wanted = getenv("WORLD_LOG") != NULL;
    strcpy(world.folder, "/tmp/winewfd-fuzz-XXXXXX");
    world_demand(mkdtemp(world.folder) != NULL, "a folder");
    snprintf(world.sockets, sizeof(world.sockets), "%s/s", world.folder);
    snprintf(world.share, sizeof(world.share), "%s/share", world.folder);
    world_demand(!mkdir(world.sockets, 0700), "a folder");
    atexit(world_remove_folders);
}

/* Life. */

static unsigned int world_connections(void)
{
    unsigned int count = 0;

    for (unsigned int i = 0; i < WORLD_CONNECTIONS; i++) count += world.connections[i].used;
    return count;
}

static void world_begin(void (*dispatch)(void), const uint8_t *input, size_t size)
{
    struct wfd_environment environment = {
        .ctrl = &world_ctrl_ops,
        .netif = &world_netif_ops,
        .now_ms = world_now,
    };

    world.keys_known = memmem(input, size, WORLD_PASSPHRASE, strlen(WORLD_PASSPHRASE)) ||
                       memmem(input, size, WORLD_PSK, strlen(WORLD_PSK)) ||
                       memmem(input, size, WORLD_PIN, strlen(WORLD_PIN));
    world_make_folders();
    world_socket("p2p-dev-wlan0", true);
    world_socket("wlan0", true);
    world.service = NULL;
    world.now_ms = WORLD_BEGIN_MS;
    world.until_ms = world.opens = world.calls = world.looks = world.rounds = 0;
    world.dead = world.hung = world.full = world.unhelpful = world.outside = false;
    world.groups = 0;
    world.no_index = world.incapable = false;
    world.most_opens = WORLD_OPENS;
    world.command_count = world.rule_count = 0;
    world.process = 1000;
    world.holder = -1;
    world.dispatch = dispatch;
    memset(world.connections, 0, sizeof(world.connections));
    wfd_log_set_sink(world_log);
    environment.share_folder = world.share;
    world.active = true;
    world_demand(!wfd_service_new(&environment, &world.service), "a service");
}

static void world_end(void)
{
    wfd_service_free(world.service);
    world_demand(!world_connections(), "a connection stays open");
    world_hold("", F_UNLCK);
    world.active = false;
}

#endif
