/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The helper process: reads from descriptor 3 what its parent, whose process id is its argument,
 * has begun, and when the parent ends without a farewell, takes it back through wpa_supplicant's
 * control socket. One that hangs is waited for: it would go on with all that it has. Never takes
 * back anything from another supplicant, and never outlives all that.
 */
#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "wfd_ctrl.h"
#include "wfd_command.h"
#include "wfd_share.h"

#define REPLY_MS   10000
#define LATE_MS    2000 /* how long after its operation a group of our own may still come up */
#define AGAIN_MS   2000 /* how often a supplicant that does not answer is tried */
#define OWED_MS    600000
#define MAX_GROUPS 4096
#define MAX_STEPS  80 /* more than wfd_station.c ever plans */

static char socket_path[WFD_SOCKET_PATH_SIZE];
static uint32_t process, user; /* of the supplicant; process 0: unknown */
static struct group
{
    char ifname[WFD_IFNAME_SIZE];
    uint32_t ifindex;
    int file;  /* wfd_share_group */
    bool made; /* by the program, whatever its file says: there may be no disk for the mark */
    bool late; /* came up while its program died */
} groups[MAX_GROUPS];
static unsigned int group_count;
static struct wfd_share *share;
static int turn = -1; /* keeps our program's turn, if it died in it, until we have finished */
static bool operation, farewell;
static bool searches;           /* the operation is a mere search */
static bool inherits;           /* its program has let go of the turn */
static struct wfd_ssid awaited; /* of a group that has not come up yet; empty: none */
static bool awaited_own;        /* of ours: P2P_CANCEL may not have taken it back */
static struct timespec finished;
static struct
{
    char path[WFD_SOCKET_PATH_SIZE]; /* empty: nothing to give back */
    uint32_t process, user;
    uint32_t chosen; /* the network that the program has it use */
    char steps[MAX_STEPS][48];
    unsigned int count;
} station;

static bool take_number(struct wfd_cursor *line, uint32_t *ret_number)
{
    uint64_t number = 0;
    const char *begin = line->at;

    for (; line->at < line->end && *line->at >= '0' && *line->at <= '9'; line->at++)
    {
        number = number * 10 + (uint64_t)(*line->at - '0');
        if (number > UINT32_MAX) return false;
    }
    *ret_number = (uint32_t)number;
    return line->at > begin;
}

/* All of it, blanks and all. */
static bool take_path(struct wfd_cursor line, char ret_path[WFD_SOCKET_PATH_SIZE])
{
    size_t length = (size_t)(line.end - line.at);

    if (!length || length >= WFD_SOCKET_PATH_SIZE || memchr(line.at, 0, length)) return false;
    memcpy(ret_path, line.at, length);
    ret_path[length] = 0;
    return true;
}

static void forget_group(const char *ifname)
{
    for (unsigned int i = 0; i < group_count; i++)
    {
        if (strcmp(groups[i].ifname, ifname)) continue;
        if (groups[i].file >= 0) close(groups[i].file);
        groups[i] = groups[--group_count];
        return;
    }
}

static void take_group(struct wfd_cursor line, int file, bool made)
{
    struct group *group = &groups[group_count];

    if (group_count == MAX_GROUPS || !wfd_text_ifname(&line, group->ifname)) return;
    if (!wfd_text_skip(&line, " ") || !take_number(&line, &group->ifindex)) return;
    group->file = file;
    group->made = made;
    group->late = false;
    group_count++;
    awaited.length = 0;
}

static void take_share(struct wfd_cursor line, int file)
{
    char folder[WFD_SOCKET_PATH_SIZE];

    if (turn >= 0) close(turn);
    turn = file;
    if (!share && take_path(line, folder)) share = wfd_share_new(folder);
}

static void take_socket(struct wfd_cursor line)
{
    uint32_t of_process, of_user;

    if (!take_number(&line, &of_process) || !wfd_text_skip(&line, " ")) return;
    if (!take_number(&line, &of_user) || !wfd_text_skip(&line, " ")) return;
    if (!take_path(line, socket_path)) return;
    process = of_process;
    user = of_user;
}

static void take_station(struct wfd_cursor line)
{
    station.path[0] = 0;
    station.count = 0;
    if (!take_number(&line, &station.chosen) || !wfd_text_skip(&line, " ")) return;
    if (!take_number(&line, &station.process) || !wfd_text_skip(&line, " ")) return;
    if (!take_number(&line, &station.user) || !wfd_text_skip(&line, " ")) return;
    take_path(line, station.path);
}

static void take_step(struct wfd_cursor line)
{
    size_t length = (size_t)(line.end - line.at);

    if (station.count == MAX_STEPS || length >= sizeof(*station.steps)) return;
    memcpy(station.steps[station.count], line.at, length);
    station.steps[station.count++][length] = 0;
}

static void begin_operation(bool mere_search)
{
    operation = true;
    searches = mere_search;
    awaited.length = 0;
}

static void take_message(struct wfd_cursor line, int file)
{
    char ifname[WFD_IFNAME_SIZE];

    if (wfd_text_skip(&line, "socket "))
        take_socket(line);
    else if (wfd_text_skip(&line, "begins"))
        begin_operation(false);
    else if (wfd_text_skip(&line, "searches"))
        begin_operation(true);
    else if (wfd_text_skip(&line, "awaits "))
        awaited_own = wfd_text_config_ssid(line, &awaited);
    else if (wfd_text_skip(&line, "joins "))
        awaited_own = !wfd_text_config_ssid(line, &awaited);
    else if (wfd_text_skip(&line, "finished"))
    {
        operation = false;
        clock_gettime(CLOCK_MONOTONIC, &finished);
    }
    else if (wfd_text_skip(&line, "bye"))
        farewell = true;
    else if (wfd_text_skip(&line, "inherit"))
        inherits = true;
    else if (wfd_text_skip(&line, "gone ") && wfd_text_ifname(&line, ifname))
        forget_group(ifname);
    else if (wfd_text_skip(&line, "group "))
        take_group(line, file, false);
    else if (wfd_text_skip(&line, "made "))
        take_group(line, file, true);
    else if (wfd_text_skip(&line, "share "))
        take_share(line, file);
    else if (wfd_text_skip(&line, "station "))
        take_station(line);
    else if (wfd_text_skip(&line, "gives-back "))
        take_step(line);
    else if (wfd_text_skip(&line, "returned"))
        station.path[0] = 0;
}

static int descriptor_of(struct msghdr *message)
{
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    int file = -1;

    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        memcpy(&file, CMSG_DATA(header), sizeof(file));
    return file;
}

/* Until the parent is gone. */
static void read_parent(void)
{
    char text[4096];
    union
    {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control;

    for (;;)
    {
        struct iovec data = { .iov_base = text, .iov_len = sizeof(text) };
        struct msghdr message = { .msg_iov = &data,
            .msg_iovlen = 1,
            .msg_control = &control,
            .msg_controllen = sizeof(control) };
        ssize_t got = recvmsg(3, &message, MSG_CMSG_CLOEXEC);

        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return;
        take_message(wfd_cursor(text, (size_t)got), descriptor_of(&message));
    }
}

static int64_t ms_since(const struct timespec *time)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return ((int64_t)now.tv_sec - time->tv_sec) * 1000 + (now.tv_nsec - time->tv_nsec) / 1000000;
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

/*
 * Sets ret_reply to what comes first, which is the reply unless ctrl is attached. False when nothing
 * comes; a stranger's word is nothing.
 */
static bool ask(struct wfd_ctrl *ctrl, const char *command, struct wfd_cursor *ret_reply)
{
    struct pollfd fd = { .fd = wfd_ctrl_wpa_ops.descriptor(ctrl), .events = POLLIN };
    static char reply[4096];
    ssize_t length = -EPERM;

    if (!wfd_ctrl_wpa_ops.send(ctrl, command, strlen(command)))
        while (length == -EPERM && poll(&fd, 1, REPLY_MS) == 1)
            length = wfd_ctrl_wpa_ops.receive(ctrl, reply, sizeof(reply));
    if (ret_reply) *ret_reply = wfd_cursor(reply, length > 0 ? (size_t)length : 0);
    return length >= 0 || length == -EMSGSIZE;
}

static bool is_awaited_status(struct wfd_cursor status)
{
    struct wfd_ssid ssid;
    struct wfd_mac bssid;
    enum wfd_role role;

    return wfd_reply_group_status(status, &role, &ssid, &bssid) && wfd_ssid_equal(&ssid, &awaited);
}

/* Nobody has told us of it, so nobody of its program has held it; others may. */
static void take_late_group(void)
{
    struct group *group = &groups[group_count++];

    if (share) wfd_share_choose(share, socket_path); /* the file's name depends on it */
    group->file = share ? wfd_share_group(share, group->ifname) : -1;
    group->made = false;
    group->late = true;
}

static bool is_group_awaited(const char *ifname)
{
    char path[sizeof(socket_path) + WFD_IFNAME_SIZE];
    struct wfd_cursor status;
    struct wfd_ctrl *ctrl;
    bool found;

    snprintf(path, sizeof(path), "%.*s/%s", (int)(strrchr(socket_path, '/') - socket_path),
            socket_path, ifname);
    if (wfd_ctrl_wpa_ops.open(path, user, &ctrl)) return false;
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
        if (!wfd_text_ifname(&name, groups[group_count].ifname)) continue;
        if (!is_group_awaited(groups[group_count].ifname)) continue;
        take_late_group();
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
    while (!found && !over && group_count < MAX_GROUPS &&
            (left = LATE_MS - (int)ms_since(&begin)) > 0 && poll(&fd, 1, left) == 1)
    {
        static char event[16384]; /* the passphrase is in it */
        ssize_t length = wfd_ctrl_wpa_ops.receive(monitor, event, sizeof(event));
        struct wfd_cursor text = wfd_cursor(event, length > 0 ? (size_t)length : 0);

        over = length < 0 && length != -EAGAIN && length != -EPERM && length != -EMSGSIZE;
        if (is_event(text, "P2P-INVITATION-RESULT ")) over = true;
        found = is_awaited(text, groups[group_count].ifname);
        wfd_wipe(event, sizeof(event));
    }
    if (found) take_late_group();
}

/* Unless other programs hold it, or have made it. False: the supplicant does not answer. */
static bool remove_group(struct wfd_ctrl *ctrl, const struct group *group)
{
    char command[64];

    if (!wfd_share_leave_all(group->file)) return true;
    if (!group->late && !group->made && !wfd_share_marked(group->file, group->ifindex)) return true;
    snprintf(command, sizeof(command), "P2P_GROUP_REMOVE %.*s", WFD_IFNAME_SIZE - 1, group->ifname);
    if (!ask(ctrl, command, NULL)) return false;
    wfd_share_close(group->file, true);
    return true;
}

static bool remove_groups(struct wfd_ctrl *ctrl)
{
    while (group_count)
    {
        if (!remove_group(ctrl, &groups[group_count - 1])) return false;
        group_count--;
    }
    return true;
}

/* In another program's turn what comes is that program's. */
static bool has_turn(void)
{
    if (!share || (operation && !inherits)) return true; /* its program died in it */
    wfd_share_choose(share, socket_path);
    return wfd_share_take_turn(share);
}

/* What has come of the invitation; ret_late: a group of ours may still come. */
static bool cancel_operation(struct wfd_ctrl *ctrl, bool *ret_late)
{
    struct wfd_cursor reply;

    if (!operation) return true;
    if (!searches)
    {
        if (!ask(ctrl, "P2P_CANCEL", &reply)) return false;
        if (wfd_text_skip(&reply, "OK")) *ret_late = false; /* the peer had not agreed yet */
        if (!ask(ctrl, WFD_REVOKE, NULL)) return false;
    }
    if (!ask(ctrl, "P2P_STOP_FIND", NULL)) return false;
    operation = false;
    return true;
}

static bool take_back_operation(struct wfd_ctrl *ctrl, bool late)
{
    struct wfd_ctrl *monitor = NULL;
    bool done;

    if (late && wfd_ctrl_wpa_ops.open(socket_path, user, &monitor)) late = false;
    if (late) ask(monitor, "ATTACH", NULL);
    done = cancel_operation(ctrl, &late);
    if (done && late && !find_group(ctrl) && awaited_own) await_group(monitor);
    wfd_ctrl_wpa_ops.close(monitor);
    return done;
}

/* True when nothing is left to do. */
static bool take_back(struct wfd_ctrl *ctrl, bool late)
{
    if (!ask(ctrl, "PING", NULL)) return false;
    if (process && (uint32_t)wfd_ctrl_wpa_ops.sender(ctrl) != process) return true;
    if (late && !operation && !has_turn()) late = false;
    if (operation && !has_turn())
    {
        remove_groups(ctrl);
        return false;
    }
    if (!take_back_operation(ctrl, late)) return false;
    awaited.length = 0;
    return remove_groups(ctrl);
}

static bool is_gone(uint32_t of_process)
{
    return of_process && kill((pid_t)of_process, 0) && errno == ESRCH;
}

static bool reap(bool late)
{
    struct wfd_ctrl *ctrl;
    bool done;

    if (wfd_ctrl_wpa_ops.open(socket_path, user, &ctrl)) return is_gone(process);
    done = take_back(ctrl, late);
    wfd_ctrl_wpa_ops.close(ctrl);
    return done || is_gone(process);
}

/* Somebody has meanwhile had the station connect to another network. */
static bool has_moved_on(struct wfd_cursor status)
{
    struct wfd_cursor line;
    bool connected = false, elsewhere = false;
    uint32_t id;

    while (wfd_text_line(&status, &line))
        if (wfd_text_skip(&line, "wpa_state=COMPLETED"))
            connected = true;
        else if (wfd_text_skip(&line, "id=") && take_number(&line, &id))
            elsewhere = id != station.chosen;
    return connected && elsewhere;
}

static bool walk_back(struct wfd_ctrl *ctrl)
{
    struct wfd_cursor status;

    if (!ask(ctrl, "STATUS", &status)) return false;
    if (station.process && (uint32_t)wfd_ctrl_wpa_ops.sender(ctrl) != station.process) return true;
    if (has_moved_on(status)) return true;
    for (unsigned int i = 0; i < station.count; i++)
        if (!ask(ctrl, station.steps[i], NULL)) return false;
    return true;
}

/* True when nothing is left to do. */
static bool give_back_network(void)
{
    struct wfd_ctrl *ctrl;
    bool done = false;

    if (!station.path[0]) return true;
    if (!wfd_ctrl_wpa_ops.open(station.path, station.user, &ctrl))
    {
        done = walk_back(ctrl);
        wfd_ctrl_wpa_ops.close(ctrl);
    }
    if (done || is_gone(station.process)) station.path[0] = 0;
    return !station.path[0];
}

/* Those that are gone with their supplicant. The file of one that others hold is theirs. */
static void forget_groups(void)
{
    for (; group_count; group_count--)
    {
        int file = groups[group_count - 1].file;

        wfd_share_close(file, wfd_share_leave_all(file));
    }
}

/* As long as the supplicant may go on. True: nothing is left of it. */
static bool reap_in_time(void)
{
    bool late = awaited.length && (operation || ms_since(&finished) < LATE_MS);
    bool done = !socket_path[0] || (!operation && !group_count && !late);
    struct timespec begin;

    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (;;)
    {
        if (!done) done = reap(late && awaited.length);
        if (done) forget_groups();
        if ((give_back_network() && done) || ms_since(&begin) >= OWED_MS) return done;
        poll(NULL, 0, AGAIN_MS);
    }
}

/* The turn is still its program's, which died in it. */
static void reap_all(void)
{
    bool noted = share && operation && !inherits && !searches;

    if (reap_in_time() && noted)
    {
        wfd_share_choose(share, socket_path);
        wfd_share_drop_note(share);
    }
}

/* Bound by nobody any more. */
static bool is_stale(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    bool stale;
    int fd;

    if (strlen(path) >= sizeof(address.sun_path)) return false;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    memcpy(address.sun_path, path, strlen(path));
    stale = connect(fd, (struct sockaddr *)&address, sizeof(address)) && errno == ECONNREFUSED;
    close(fd);
    return stale;
}

/*
 * Each socket of libwpa_client has a name, which outlives a process that is killed. Those of programs
 * whose helpers died with them lie in our own folder.
 */
static void remove_stale_sockets(void)
{
    char pattern[80];
    glob_t names;

    snprintf(pattern, sizeof(pattern), WFD_CTRL_FOLDER "/wpa_ctrl_*", (unsigned int)geteuid());
    if (glob(pattern, GLOB_NOSORT, NULL, &names)) return;
    for (size_t i = 0; i < names.gl_pathc; i++)
        if (is_stale(names.gl_pathv[i])) unlink(names.gl_pathv[i]);
    globfree(&names);
}

int main(int argc, char **argv)
{
    remove_stale_sockets();
    read_parent();
    if (farewell) return 0;
    if (argc == 2 && !inherits) wfd_ctrl_remove_sockets((pid_t)atoi(argv[1]));
    if (socket_path[0] == '/' && chdir("/"))
        return 1; /* not to keep a folder from being unmounted */
    reap_all();
    return 0;
}
