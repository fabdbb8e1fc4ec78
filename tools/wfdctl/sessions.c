/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * connect and disconnect: a session that a process in the background holds until it is told to end,
 * or its group is gone. The holder keeps a file in the folder where this user's programs meet
 * locked; the kernel lets go of the lock of a dead one, so that none is taken for alive.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl.h"
#include "wfd_ctrl.h"
#include "wfd_share.h"

#define PREFIX       "wfdctl-"
#define CLOSE_MS     30000 /* what a holder may take to close its session */
#define LOOK_MS      50
#define HOLD_LOOK_MS 500

const char *ctl_runtime_folder(void)
{
    static char folder[WFD_SOCKET_PATH_SIZE];
    struct wfd_share *share = wfd_share_new(NULL);

    snprintf(folder, sizeof(folder), "%s", share ? wfd_share_folder(share) : "");
    wfd_share_free(share);
    return folder;
}

static bool file_of(const struct wfd_mac *peer, char *ret_path, size_t size)
{
    const uint8_t *o = peer->octet;
    const char *folder = ctl_runtime_folder();

    return *folder && (size_t)snprintf(ret_path, size, "%s/" PREFIX "%02x%02x%02x%02x%02x%02x",
                              folder, o[0], o[1], o[2], o[3], o[4], o[5]) < size;
}

/* The process that has it locked; 0: none. */
static long holder_of(const char *path, char *ret_ifname, size_t size)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    ssize_t length;
    long process = 0;

    if (file < 0) return 0;
    if (!fcntl(file, F_GETLK, &lock) && lock.l_type != F_UNLCK) process = lock.l_pid;
    length = read(file, ret_ifname, size - 1);
    ret_ifname[length > 0 ? length : 0] = 0;
    close(file);
    return process;
}

static bool peer_of(const char *name, struct wfd_mac *ret_peer)
{
    unsigned int o[6];
    int used = 0;

    if (strncmp(name, PREFIX, strlen(PREFIX))) return false;
    name += strlen(PREFIX);
    if (sscanf(name, "%2x%2x%2x%2x%2x%2x%n", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &used) !=
                    6 ||
            used != 12 || name[used])
        return false;
    for (int i = 0; i < 6; i++) ret_peer->octet[i] = (uint8_t)o[i];
    return true;
}

void ctl_each_session(
        void (*each)(void *context, const struct wfd_mac *peer, const char *ifname, long process),
        void *context)
{
    const char *folder = ctl_runtime_folder();
    DIR *dir = *folder ? opendir(folder) : NULL;
    char path[PATH_MAX], ifname[WFD_IFNAME_SIZE];
    struct dirent *entry;

    while (dir && (entry = readdir(dir)))
    {
        struct wfd_mac peer;
        long process;

        if (!peer_of(entry->d_name, &peer)) continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        process = holder_of(path, ifname, sizeof(ifname));
        if (process) each(context, &peer, ifname, process);
    }
    if (dir) closedir(dir);
}

/* The holder. It tells its starter what happens, one message each. */

struct message
{
    enum
    {
        MESSAGE_PROGRESS,
        MESSAGE_OPEN,
        MESSAGE_FAILED,
        MESSAGE_HELD, /* another one has it already */
    } kind;
    enum wfd_progress progress;
    enum wfd_error error;
    enum wfd_reason reason;
    char ifname[WFD_IFNAME_SIZE];
};

struct holder
{
    const struct ctl_options *options;
    struct wfd_mac peer;
    char path[PATH_MAX];
    int file, report;
    bool alone; /* nobody waits for the opening any more */
};

static void tell(struct holder *holder, const struct message *message)
{
    if (holder->report < 0) return;
    if (write(holder->report, message, sizeof(*message)) == sizeof(*message)) return;
    holder->alone = true;
}

/* A file that its last holder removed meanwhile is nobody's: the next one of the name is ours. */
static bool lock_file(struct holder *holder)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    struct stat st;

    for (;;)
    {
        holder->file = open(holder->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (holder->file < 0 || fcntl(holder->file, F_SETLK, &lock)) return false;
        if (!fstat(holder->file, &st) && st.st_nlink) return !ftruncate(holder->file, 0);
        close(holder->file);
    }
}

static void show_opening(void *context, enum wfd_progress progress)
{
    struct message message = { .kind = MESSAGE_PROGRESS, .progress = progress };
    struct holder *holder = context;
    bool was_alone = holder->alone;

    tell(holder, &message);
    if (holder->alone && !was_alone) kill(getpid(), SIGTERM); /* as if we had been asked */
}

static enum wfd_error open_session(struct holder *holder, struct ctl_opening *opening)
{
    uint32_t client;
    enum wfd_error error =
            wfd_service_open_client(opening->service, &holder->options->config, &client);

    if (!error)
        error = wfd_service_start_open(
                opening->service, client, &holder->peer, 0, 0, &opening->session);
    opening->error = error;
    if (!error) ctl_open(opening, show_opening, holder);
    return opening->error;
}

static void keep_open(struct ctl_opening *opening)
{
    while (wfd_service_progress(opening->service, opening->session) == WFD_PROGRESS_OPEN)
        if (ctl_signal_came(HOLD_LOOK_MS)) break;
}

static void hold(struct holder *holder)
{
    struct ctl_opening opening = { .service = ctl_service_new() };
    struct message message = { .kind = MESSAGE_FAILED, .error = WFD_ERROR_NOT_ENOUGH_MEMORY };

    if (opening.service && !open_session(holder, &opening))
    {
        message.kind = MESSAGE_OPEN;
        if (!if_indextoname(opening.interface_index, message.ifname)) message.ifname[0] = 0;
        if (write(holder->file, message.ifname, strlen(message.ifname)) < 0) message.ifname[0] = 0;
    }
    message.error = opening.error;
    message.reason = opening.reason;
    if (message.kind == MESSAGE_OPEN) tell(holder, &message);
    if (message.kind == MESSAGE_OPEN && !holder->alone)
    {
        close(holder->report);
        holder->report = -1;
        keep_open(&opening);
    }
    wfd_service_free(opening.service);
    unlink(holder->path);
    if (message.kind == MESSAGE_FAILED) tell(holder, &message);
}

/* Becomes the holder; never returns. */
static void become_holder(struct holder *holder)
{
    struct message held = { .kind = MESSAGE_HELD };
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    signal(SIGPIPE, SIG_IGN);
    if (setsid() < 0 || chdir("/")) _exit(CTL_FAILED);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (!holder->options->verbose) dup2(null, STDERR_FILENO);
    if (lock_file(holder))
        hold(holder);
    else
        tell(holder, &held);
    _exit(CTL_OK);
}

/* The one who waits for it. */

static int tell_result(
        const struct ctl_options *options, const char *address, const struct message *message)
{
    bool open = message->kind == MESSAGE_OPEN || message->kind == MESSAGE_HELD;
    const char *reason = words_error(message->error, message->reason, false);
    struct json_object *object;

    ctl_progress(NULL, 0);
    if (options->json)
    {
        object = json_object_new_object();
        json_object_object_add(object, "device", json_object_new_string(address));
        json_object_object_add(object, "connected", json_object_new_boolean(open));
        if (message->ifname[0])
            json_object_object_add(object, "interface", json_object_new_string(message->ifname));
        if (!open) json_object_object_add(object, "reason", json_object_new_string(reason));
        ctl_print_json(object);
    }
    if (message->kind == MESSAGE_OPEN)
    {
        ctl_paint(CTL_GOOD, "connected to %s", address);
        ctl_say(", interface %s; wfdctl disconnect %s ends it\n", message->ifname, address);
        return CTL_OK;
    }
    if (open)
    {
        ctl_say("%s is connected already\n", address);
        return CTL_OK;
    }
    ctl_complain("not connected to %s: %s", address, reason);
    return (int)ctl_error_exit(message->error);
}

/* Our Ctrl-C is the holder's too; what it has begun is taken back by it. */
static int await_holder(
        const struct ctl_options *options, const char *address, pid_t holder, int report)
{
    struct message message = { .kind = MESSAGE_FAILED, .error = WFD_ERROR_INTERNAL };
    struct pollfd fd = { .fd = report, .events = POLLIN };
    uint64_t since_ms = ctl_now_ms();

    for (;;)
    {
        struct message next;
        int ready = poll(&fd, 1, 100);

        if (ctl_signal_came(0)) kill(holder, SIGTERM);
        if (ready < 0 && errno == EINTR) continue;
        if (ready == 0) continue;
        if (read(report, &next, sizeof(next)) != sizeof(next)) break;
        message = next;
        if (message.kind != MESSAGE_PROGRESS) break;
        ctl_progress(words_progress(message.progress), since_ms);
    }
    if (message.kind == MESSAGE_PROGRESS) message.kind = MESSAGE_FAILED;
    close(report);
    return tell_result(options, address, &message);
}

int ctl_connect(const struct ctl_options *options)
{
    struct holder holder = { .options = options, .file = -1 };
    char address[18];
    int fds[2];
    pid_t pid;

    if (!ctl_parse_mac(options->arguments[0], &holder.peer)) return CTL_USAGE;
    ctl_mac_text(&holder.peer, address);
    if (!file_of(&holder.peer, holder.path, sizeof(holder.path)))
    {
        ctl_complain("there is no folder of this user's alone for running programs");
        return CTL_FAILED;
    }
    ctl_hold_signals();
    if (pipe2(fds, O_CLOEXEC) || (pid = fork()) < 0)
    {
        ctl_complain("%s", strerror(errno));
        return CTL_FAILED;
    }
    if (!pid)
    {
        close(fds[0]);
        holder.report = fds[1];
        become_holder(&holder);
    }
    close(fds[1]);
    return await_holder(options, address, pid, fds[0]);
}

static bool wait_for_end(const char *path)
{
    uint64_t end_ms = ctl_now_ms() + CLOSE_MS;
    char ifname[WFD_IFNAME_SIZE];

    while (holder_of(path, ifname, sizeof(ifname)))
    {
        if (ctl_now_ms() >= end_ms) return false;
        poll(NULL, 0, LOOK_MS);
    }
    return true;
}

int ctl_disconnect(const struct ctl_options *options)
{
    char path[PATH_MAX], ifname[WFD_IFNAME_SIZE], address[18];
    struct json_object *object;
    struct wfd_mac peer;
    long process = 0;
    bool ended;

    if (!ctl_parse_mac(options->arguments[0], &peer)) return CTL_USAGE;
    ctl_mac_text(&peer, address);
    if (file_of(&peer, path, sizeof(path))) process = holder_of(path, ifname, sizeof(ifname));
    ended = process && !kill((pid_t)process, SIGTERM) && wait_for_end(path);
    if (options->json)
    {
        object = json_object_new_object();
        json_object_object_add(object, "device", json_object_new_string(address));
        json_object_object_add(object, "disconnected", json_object_new_boolean(ended));
        ctl_print_json(object);
    }
    if (!process)
    {
        ctl_complain("no session to %s is held by wfdctl connect", address);
        return CTL_NOT_FOUND;
    }
    if (!ended)
    {
        ctl_complain("process %ld does not close its session to %s", process, address);
        return CTL_FAILED;
    }
    ctl_say("disconnected from %s\n", address);
    return CTL_OK;
}
