/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Starts the helper process and tells it what it would have to take back. Never waits for it: a
 * helper that does not read is replaced.
 */
#include <errno.h>
#include <fcntl.h>
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

struct wfd_reaper
{
    char *path;
    pid_t pid; /* 0: none runs */
    int fd;
    bool failed; /* could not be started: not tried again */
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

/* One that lives but does not read must not take end-of-file for our death. */
static void reaper_ended(struct wfd_reaper *reaper)
{
    if (reaper->pid)
    {
        kill(reaper->pid, SIGKILL);
        waitpid(reaper->pid, NULL, 0);
    }
    reaper->pid = 0;
    if (reaper->fd >= 0) close(reaper->fd);
    reaper->fd = -1;
}

static void __attribute__((format(printf, 2, 3)))
tell(struct wfd_reaper *reaper, const char *format, ...)
{
    char line[WFD_SOCKET_PATH_SIZE + 32];
    va_list args;
    int length;

    if (!reaper || reaper->fd < 0) return;
    va_start(args, format);
    length = vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    if (send(reaper->fd, line, (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL) == length) return;
    wfd_log("reaper: %s", strerror(errno));
    reaper_ended(reaper);
}

void wfd_reaper_free(struct wfd_reaper *reaper)
{
    pid_t pid;

    if (!reaper) return;
    pid = reaper->pid;
    tell(reaper, "bye\n");
    if (reaper->fd >= 0) close(reaper->fd);
    if (pid && reaper->pid) waitpid(pid, NULL, 0);
    free(reaper->path);
    free(reaper);
}

bool wfd_reaper_wanted(const struct wfd_reaper *reaper)
{
    return reaper && !reaper->pid && !reaper->failed;
}

/* Descriptors 0 to 2 on /dev/null, or whoever reads our output would wait for the helper. */
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

void wfd_reaper_start(struct wfd_reaper *reaper)
{
    int fds[2], read_fd, error;
    pid_t pid = 0;

    reaper->failed = true;
    /* No pipe: writing to one whose reader died raises a signal. */
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds)) return;
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
        close(fds[1]);
        return;
    }
    reaper->failed = false;
    reaper->pid = pid;
    reaper->fd = fds[1];
}

void wfd_reaper_socket(struct wfd_reaper *reaper, const char *path)
{
    tell(reaper, "socket %s\n", path);
}

void wfd_reaper_operation(struct wfd_reaper *reaper, bool runs)
{
    tell(reaper, runs ? "operation\n" : "finished\n");
}

void wfd_reaper_awaits(struct wfd_reaper *reaper, const struct wfd_ssid *ssid)
{
    char text[2 * sizeof(ssid->octet) + 1] = "";

    for (unsigned int i = 0; i < ssid->length; i++)
        snprintf(text + 2 * i, sizeof(text) - 2 * i, "%02x", ssid->octet[i]);
    tell(reaper, "awaits %s\n", text);
}

void wfd_reaper_group(struct wfd_reaper *reaper, const char *ifname, bool ours)
{
    tell(reaper, ours ? "group %s\n" : "gone %s\n", ifname);
}
