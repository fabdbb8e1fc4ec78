/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Starts the helper process and tells it what it would have to take back. Never waits for it: a
 * helper that does not read is replaced.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wfd_log.h"
#include "wfd_reaper.h"
#include "wfd_ctrl.h"

#define PAUSE_MS   200    /* between two starts at least */
#define SEND_BYTES 400000 /* or what the kernel allows: one that starts may hear of many groups */
#define NEVER      UINT64_MAX

struct wfd_reaper
{
    char *path;
    pid_t pid;    /* 0: none runs */
    pid_t killed; /* one to be waited for where nobody has to wait for us; 0: none */
    int fd;
    bool failed;      /* is no program: not tried again */
    uint64_t next_ms; /* when the next one may be started */
};

struct wfd_reaper *wfd_reaper_new(const char *path)
{
    struct wfd_reaper *reaper;

    if (!path || !(reaper = calloc(1, sizeof(*reaper)))) return NULL;
    reaper->fd = -1;
    reaper->path = strdup(path);
    if (reaper->path) return reaper;
    free(reaper);
    return NULL;
}

static void bury(struct wfd_reaper *reaper)
{
    if (reaper->killed) waitpid(reaper->killed, NULL, 0);
    reaper->killed = 0;
}

/*
 * One that lives but does not read must not take end-of-file for our death. It may take its time to
 * die, and the service's lock is held.
 */
static void reaper_ended(struct wfd_reaper *reaper, bool lives)
{
    if (reaper->pid && lives) kill(reaper->pid, SIGKILL);
    if (reaper->pid && !waitpid(reaper->pid, NULL, WNOHANG)) reaper->killed = reaper->pid;
    reaper->pid = 0;
    if (reaper->fd >= 0) close(reaper->fd);
    reaper->fd = -1;
}

/* file: a descriptor to go with the message; -1: none. */
static void __attribute__((format(printf, 3, 4)))
tell(struct wfd_reaper *reaper, int file, const char *format, ...)
{
    char text[WFD_SOCKET_PATH_SIZE + 64];
    union
    {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control = { .header = { .cmsg_level = SOL_SOCKET,
                          .cmsg_type = SCM_RIGHTS,
                          .cmsg_len = CMSG_LEN(sizeof(int)) } };
    struct iovec data = { .iov_base = text };
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
    va_list args;
    int length;

    if (!reaper || reaper->fd < 0) return;
    va_start(args, format);
    length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (length < 0 || (size_t)length >= sizeof(text)) return;
    data.iov_len = (size_t)length;
    if (file >= 0)
    {
        message.msg_control = &control;
        message.msg_controllen = sizeof(control);
        memcpy(CMSG_DATA(&control.header), &file, sizeof(file));
    }
    if (sendmsg(reaper->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return;
    wfd_log("reaper: %s", strerror(errno));
    reaper_ended(reaper, errno != EPIPE && errno != ECONNRESET);
}

void wfd_reaper_free(struct wfd_reaper *reaper, bool owes)
{
    pid_t pid;

    if (!reaper) return;
    pid = reaper->pid;
    tell(reaper, -1, owes ? "inherit" : "bye");
    if (reaper->fd >= 0) close(reaper->fd);
    if (pid && reaper->pid && !owes) waitpid(pid, NULL, 0);
    bury(reaper);
    free(reaper->path);
    free(reaper);
}

static bool is_missing(const struct wfd_reaper *reaper)
{
    return reaper && !reaper->pid && !reaper->failed;
}

bool wfd_reaper_wanted(const struct wfd_reaper *reaper, uint64_t now_ms)
{
    return is_missing(reaper) && now_ms >= reaper->next_ms;
}

uint64_t wfd_reaper_deadline(const struct wfd_reaper *reaper)
{
    return is_missing(reaper) ? reaper->next_ms : NEVER;
}

/* It never writes: only its end is seen. */
unsigned int wfd_reaper_descriptors(const struct wfd_reaper *reaper, struct pollfd ret_fds[1])
{
    if (!reaper || reaper->fd < 0) return 0;
    ret_fds[0] = (struct pollfd){ .fd = reaper->fd, .events = 0 };
    return 1;
}

void wfd_reaper_step(struct wfd_reaper *reaper)
{
    struct pollfd fd;

    if (!wfd_reaper_descriptors(reaper, &fd) || poll(&fd, 1, 0) != 1) return;
    wfd_log("reaper: it has ended");
    reaper_ended(reaper, false);
}

/*
 * Descriptors 0 to 2 on /dev/null, or whoever reads our output would wait for the helper; and none
 * of those that the program has left open to its children.
 */
static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int read_fd)
{
    sigset_t none, all;
    int error;

    sigemptyset(&none);
    sigfillset(&all);
    error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDWR, 0);
    if (!error) error = posix_spawn_file_actions_adddup2(actions, 0, 1);
    if (!error) error = posix_spawn_file_actions_adddup2(actions, 0, 2);
    if (!error) error = posix_spawn_file_actions_adddup2(actions, read_fd, 3);
    if (!error) error = posix_spawn_file_actions_addclosefrom_np(actions, 4);
    if (!error) error = posix_spawnattr_setsigmask(attributes, &none);
    if (!error) error = posix_spawnattr_setsigdefault(attributes, &all);
    if (!error)
        error = posix_spawnattr_setflags(
                attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return error;
}

static int spawn(struct wfd_reaper *reaper, int read_fd, pid_t *ret_pid)
{
    char self[16];
    char *const argv[] = { reaper->path, self, NULL }, *const environment[] = { NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);

    if (error) return error;
    snprintf(self, sizeof(self), "%d", (int)getpid());
    error = posix_spawnattr_init(&attributes);
    if (!error)
    {
        error = prepare(&actions, &attributes, read_fd);
        if (!error)
            error = posix_spawn(ret_pid, reaper->path, &actions, &attributes, argv, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* What will not get better by itself. */
static bool is_no_program(int error)
{
    return error == ENOENT || error == ENOTDIR || error == EACCES || error == ENOEXEC;
}

void wfd_reaper_start(struct wfd_reaper *reaper, uint64_t now_ms)
{
    int fds[2], read_fd, error, size = SEND_BYTES;
    pid_t pid = 0;

    bury(reaper);
    reaper->next_ms = now_ms + PAUSE_MS;
    /* No pipe: writing to one whose reader died raises a signal. */
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds)) return;
    setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    read_fd = fcntl(fds[0], F_DUPFD_CLOEXEC, 10); /* above 3, where the helper finds it */
    close(fds[0]);
    if (read_fd < 0)
    {
        close(fds[1]);
        return;
    }
    error = spawn(reaper, read_fd, &pid);
    close(read_fd);
    if (error)
    {
        wfd_log("reaper: %s: %s", reaper->path, strerror(error));
        reaper->failed = is_no_program(error);
        close(fds[1]);
        return;
    }
    reaper->pid = pid;
    reaper->fd = fds[1];
}

void wfd_reaper_socket(struct wfd_reaper *reaper, const char *path, int32_t process, uint32_t uid)
{
    tell(reaper, -1, "socket %u %u %s", (unsigned int)process, (unsigned int)uid, path);
}

void wfd_reaper_begins(struct wfd_reaper *reaper)
{
    tell(reaper, -1, "begins");
}

void wfd_reaper_searches(struct wfd_reaper *reaper)
{
    tell(reaper, -1, "searches");
}

void wfd_reaper_finished(struct wfd_reaper *reaper)
{
    tell(reaper, -1, "finished");
}

void wfd_reaper_awaits(struct wfd_reaper *reaper, const struct wfd_ssid *ssid, bool own)
{
    char text[WFD_SSID_HEX_SIZE];

    wfd_ssid_hex(ssid, text);
    tell(reaper, -1, "%s %s", own ? "awaits" : "joins", text);
}

void wfd_reaper_group(
        struct wfd_reaper *reaper, const char *ifname, uint32_t ifindex, int file, bool made)
{
    tell(reaper, file, "%s %s %u", made ? "made" : "group", ifname, (unsigned int)ifindex);
}

void wfd_reaper_gone(struct wfd_reaper *reaper, const char *ifname)
{
    tell(reaper, -1, "gone %s", ifname);
}

void wfd_reaper_station(
        struct wfd_reaper *reaper, const char *path, int32_t process, uint32_t uid, int chosen)
{
    tell(reaper, -1, "station %d %u %u %s", chosen, (unsigned int)process, (unsigned int)uid, path);
}

void wfd_reaper_gives_back(struct wfd_reaper *reaper, const char *command)
{
    tell(reaper, -1, "gives-back %s", command);
}

void wfd_reaper_returned(struct wfd_reaper *reaper)
{
    tell(reaper, -1, "returned");
}

void wfd_reaper_share(struct wfd_reaper *reaper, const struct wfd_share *share)
{
    tell(reaper, wfd_share_turn_descriptor(share), "share %s", wfd_share_folder(share));
}
