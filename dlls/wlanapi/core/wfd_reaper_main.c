/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The helper process: reads from descriptor 3 what its parent, whose process id is its argument,
 * has begun, and when the parent ends without a farewell, takes it back through wpa_supplicant's
 * control socket. Never outlives that.
 */
#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "wfd_ctrl.h"
#include "wfd_text.h"

#define REPLY_MS   10000
#define LATE_MS    2000 /* how long after its operation a group of our own may still come up */
#define MAX_GROUPS 4096

static char socket_path[WFD_SOCKET_PATH_SIZE];
static char groups[MAX_GROUPS][WFD_IFNAME_SIZE];
static unsigned int group_count;
static bool operation, farewell;
static struct wfd_ssid awaited; /* of a group that has not come up yet; empty: none */
static struct timespec finished;

static void forget_group(const char *ifname)
{
    for (unsigned int i = 0; i < group_count; i++)
    {
        if (strcmp(groups[i], ifname)) continue;
        memmove(groups[i], groups[--group_count], sizeof(groups[i]));
        return;
    }
}

static void take_line(const char *text, size_t length)
{
    struct wfd_cursor line = wfd_cursor(text, length);
    char ifname[WFD_IFNAME_SIZE];

    if (wfd_text_skip(&line, "socket "))
        wfd_text_word(&line, socket_path, sizeof(socket_path));
    else if (wfd_text_skip(&line, "operation"))
    {
        operation = true;
        awaited.length = 0;
    }
    else if (wfd_text_skip(&line, "awaits "))
        wfd_text_config_ssid(line, &awaited);
    else if (wfd_text_skip(&line, "finished"))
    {
        operation = false;
        clock_gettime(CLOCK_MONOTONIC, &finished);
    }
    else if (wfd_text_skip(&line, "bye"))
        farewell = true;
    else if (wfd_text_skip(&line, "gone ") && wfd_text_ifname(&line, ifname))
        forget_group(ifname);
    else if (wfd_text_skip(&line, "group ") && group_count < MAX_GROUPS &&
             wfd_text_ifname(&line, groups[group_count]))
    {
        group_count++;
        awaited.length = 0;
    }
}

/* Until the parent is gone. */
static void read_parent(void)
{
    char buffer[4096];
    size_t have = 0;

    for (;;)
    {
        struct wfd_cursor cursor, line;
        ssize_t got = read(3, buffer + have, sizeof(buffer) - have);

        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return;
        have += (size_t)got;
        cursor = wfd_cursor(buffer, have);
        while (memchr(cursor.at, '\n', (size_t)(cursor.end - cursor.at)))
        {
            wfd_text_line(&cursor, &line);
            take_line(line.at, (size_t)(line.end - line.at));
        }
        have = (size_t)(cursor.end - cursor.at);
        if (have == sizeof(buffer)) have = 0; /* no line of ours is that long */
        memmove(buffer, cursor.at, have);
    }
}

static int ms_since(const struct timespec *time)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec - time->tv_sec > LATE_MS) return LATE_MS;
    return (int)((now.tv_sec - time->tv_sec) * 1000 + (now.tv_nsec - time->tv_nsec) / 1000000);
}

/* The text is <3>NAME... */
static bool is_event(struct wfd_cursor text, const char *name)
{
    return wfd_text_find(&text, ">") && wfd_text_skip(&text, name);
}

/* <3>P2P-GROUP-STARTED if GO ssid="..." */
static bool is_awaited(struct wfd_cursor text, char ret_ifname[WFD_IFNAME_SIZE])
{
    struct wfd_ssid ssid;

    return wfd_text_find(&text, ">") && wfd_text_skip(&text, "P2P-GROUP-STARTED ") &&
           wfd_text_ifname(&text, ret_ifname) && wfd_text_skip(&text, " GO ssid=") &&
           wfd_text_escaped_ssid(&text, &ssid) && wfd_ssid_equal(&ssid, &awaited);
}

/* Sets ret_reply to what comes first, which is the reply unless ctrl is attached. */
static void ask(struct wfd_ctrl *ctrl, const char *command, struct wfd_cursor *ret_reply)
{
    struct pollfd fd = { .fd = wfd_ctrl_wpa_ops.descriptor(ctrl), .events = POLLIN };
    static char reply[4096];
    ssize_t length = -1;

    if (!wfd_ctrl_wpa_ops.send(ctrl, command, strlen(command)) && poll(&fd, 1, REPLY_MS) == 1)
        length = wfd_ctrl_wpa_ops.receive(ctrl, reply, sizeof(reply));
    if (ret_reply) *ret_reply = wfd_cursor(reply, length > 0 ? (size_t)length : 0);
}

static bool is_awaited_status(struct wfd_cursor status)
{
    struct wfd_cursor line;
    struct wfd_ssid ssid = { .length = 0 };
    bool owner = false;

    while (wfd_text_line(&status, &line))
    {
        if (wfd_text_skip(&line, "mode=P2P GO")) owner = true;
        if (wfd_text_skip(&line, "ssid=")) wfd_text_bare_ssid(line, &ssid);
    }
    return owner && wfd_ssid_equal(&ssid, &awaited);
}

static bool is_group_awaited(const char *ifname)
{
    char path[sizeof(socket_path) + WFD_IFNAME_SIZE];
    struct wfd_cursor status;
    struct wfd_ctrl *ctrl;
    bool found;

    snprintf(path, sizeof(path), "%.*s/%s", (int)(strrchr(socket_path, '/') - socket_path),
            socket_path, ifname);
    if (wfd_ctrl_wpa_ops.open(path, (uint32_t)getuid(), &ctrl)) return false;
    ask(ctrl, "STATUS", &status);
    found = is_awaited_status(status);
    wfd_ctrl_wpa_ops.close(ctrl);
    return found;
}

/* The group may have come up while the parent died. */
static bool find_group(struct wfd_ctrl *ctrl)
{
    static char names[4096];
    struct wfd_cursor reply, line;
    size_t length;

    ask(ctrl, "INTERFACES", &reply);
    length = (size_t)(reply.end - reply.at);
    memcpy(names, reply.at, length);
    reply = wfd_cursor(names, length);
    while (group_count < MAX_GROUPS && wfd_text_line(&reply, &line))
    {
        struct wfd_cursor name = line;

        if (!wfd_text_skip(&line, "p2p-") || wfd_text_skip(&line, "dev-")) continue;
        if (!wfd_text_ifname(&name, groups[group_count])) continue;
        if (!is_group_awaited(groups[group_count])) continue;
        group_count++;
        return true;
    }
    return false;
}

/*
 * P2P_CANCEL takes no group of our own back once the peer has agreed. An answer to an invitation that
 * comes now is for somebody else, and so is the group after it.
 */
static void await_group(struct wfd_ctrl *monitor)
{
    struct pollfd fd = { .fd = wfd_ctrl_wpa_ops.descriptor(monitor), .events = POLLIN };
    bool found = false, over = false;
    struct timespec begin;
    int left;

    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (!found && !over && group_count < MAX_GROUPS && (left = LATE_MS - ms_since(&begin)) > 0 &&
            poll(&fd, 1, left) == 1)
    {
        static char event[16384]; /* the passphrase is in it */
        ssize_t length = wfd_ctrl_wpa_ops.receive(monitor, event, sizeof(event));
        struct wfd_cursor text = wfd_cursor(event, length > 0 ? (size_t)length : 0);

        over = length < 0 && length != -EAGAIN && length != -EPERM && length != -EMSGSIZE;
        if (is_event(text, "P2P-INVITATION-RESULT ")) over = true;
        found = is_awaited(text, groups[group_count]);
        wfd_wipe(event, sizeof(event));
    }
    if (found) group_count++;
}

static void reap(void)
{
    bool late = awaited.length && (operation || ms_since(&finished) < LATE_MS);
    struct wfd_ctrl *ctrl, *monitor = NULL;
    struct wfd_cursor reply;
    char command[64];

    if (!socket_path[0] || (!operation && !group_count && !late)) return;
    if (wfd_ctrl_wpa_ops.open(socket_path, (uint32_t)getuid(), &ctrl)) return;
    if (late && wfd_ctrl_wpa_ops.open(socket_path, (uint32_t)getuid(), &monitor)) late = false;
    if (late) ask(monitor, "ATTACH", NULL);
    if (operation)
    {
        ask(ctrl, "P2P_CANCEL", &reply);
        if (wfd_text_skip(&reply, "OK")) late = false; /* the peer had not agreed yet */
        ask(ctrl, "P2P_STOP_FIND", NULL);
    }
    if (late && !find_group(ctrl)) await_group(monitor);
    for (unsigned int i = 0; i < group_count; i++)
    {
        snprintf(command, sizeof(command), "P2P_GROUP_REMOVE %s", groups[i]);
        ask(ctrl, command, NULL);
    }
    wfd_ctrl_wpa_ops.close(monitor);
    wfd_ctrl_wpa_ops.close(ctrl);
}

/* libwpa_client gives each of its sockets a name, which outlives a process that is killed. */
static void remove_sockets(pid_t parent)
{
    char pattern[64];
    struct stat st;
    glob_t names;

    snprintf(pattern, sizeof(pattern), "/tmp/wpa_ctrl_%d-*", (int)parent);
    if (glob(pattern, GLOB_NOSORT, NULL, &names)) return;
    for (size_t i = 0; i < names.gl_pathc; i++)
        if (!lstat(names.gl_pathv[i], &st) && S_ISSOCK(st.st_mode) && st.st_uid == getuid())
            unlink(names.gl_pathv[i]);
    globfree(&names);
}

int main(int argc, char **argv)
{
    read_parent();
    if (farewell) return 0;
    reap();
    if (argc == 2) remove_sockets((pid_t)atoi(argv[1]));
    return 0;
}
