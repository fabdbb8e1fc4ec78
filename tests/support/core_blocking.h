/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Watches what a thread does while it holds the service's lock: calls that can block, and other
 * locks that it takes (see the order of locks in wfd_private.h); and how long the service's thread
 * works from one poll() to the next. It only watches, and tells afterwards.
 *
 * Include it once in a program after service_fixture.h; the program is linked with --wrap for each
 * function of BLOCKING_WRAPS in tests/rules.mk.
 */
#ifndef CORE_BLOCKING_H
#define CORE_BLOCKING_H

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "wfd_private.h"

enum watched_call
{
    CALL_POLL,
    CALL_CONNECT,
    CALL_SEND,
    CALL_RECEIVE,
    CALL_READ_WRITE,
    CALL_WAIT,
    CALL_OPEN,
    CALL_FILE_LOCK,
    CALL_SPAWN,
    CALL_NETIF,
    CALL_SLEEP,
    CALL_COUNT,
};

#define HELD_LOCKS 8

static struct
{
    pthread_mutex_t *_Atomic service_lock;
    atomic_uint seen[CALL_COUNT]; /* in threads that run the core */
    atomic_uint blocking;         /* while the lock was held */
    atomic_uint disorders;        /* locks taken out of order */
    atomic_uint lock_count;       /* how often the service's lock was taken */
    const char *_Atomic first;    /* that did what it must not */
    atomic_uint heritable;        /* sockets that a child would have when they are connected */
    atomic_uint_fast64_t longest_work_ns;
} watched;

static _Thread_local struct
{
    pthread_mutex_t *held[HELD_LOCKS];
    unsigned int count;
    uint64_t woke_ns;
    bool is_loop;
} watched_thread;

static inline bool holds(const pthread_mutex_t *mutex)
{
    for (unsigned int i = 0; i < watched_thread.count; i++)
        if (watched_thread.held[i] == mutex) return true;
    return false;
}

static inline bool holds_service_lock(void)
{
    return watched_thread.count && holds(atomic_load(&watched.service_lock));
}

static inline void tell_watched(atomic_uint *counter, const char *what)
{
    const char *none = NULL;

    atomic_fetch_add(counter, 1);
    atomic_compare_exchange_strong(&watched.first, &none, what);
}

/* The service's thread waits in poll(), for the kernel's list and for a helper's start; else nowhere. */
static inline bool stalls_loop(enum watched_call call)
{
    return watched_thread.is_loop && call != CALL_POLL && call != CALL_NETIF &&
           call != CALL_SPAWN && call != CALL_WAIT;
}

static inline void watch_call(enum watched_call call, const char *name, bool can_block)
{
    atomic_fetch_add(&watched.seen[call], watched_thread.is_loop || holds_service_lock());
    if (can_block && (holds_service_lock() || stalls_loop(call)))
        tell_watched(&watched.blocking, name);
}

/* Locks. The log's is taken last, and nothing is called with it held. */

#define WATCHED(type, name, parameters)                                                            \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters

static inline void take_note_of(pthread_mutex_t *mutex)
{
    bool is_service = mutex == atomic_load(&watched.service_lock);

    if (is_service) atomic_fetch_add(&watched.lock_count, 1);
    if (is_service && watched_thread.count)
        tell_watched(&watched.disorders, "the service's lock is taken after another one");
    if (!is_service && holds_service_lock() && mutex != &service_log.lock)
        tell_watched(&watched.disorders, "another lock is taken after the service's");
    if (watched_thread.count < HELD_LOCKS) watched_thread.held[watched_thread.count++] = mutex;
}

static inline void forget(const pthread_mutex_t *mutex)
{
    for (unsigned int i = 0; i < watched_thread.count; i++)
    {
        if (watched_thread.held[i] != mutex) continue;
        watched_thread.held[i] = watched_thread.held[--watched_thread.count];
        return;
    }
}

WATCHED(int, pthread_mutex_lock, (pthread_mutex_t * mutex))
{
    int error = __real_pthread_mutex_lock(mutex);

    if (!error) take_note_of(mutex);
    return error;
}

WATCHED(int, pthread_mutex_unlock, (pthread_mutex_t * mutex))
{
    forget(mutex);
    return __real_pthread_mutex_unlock(mutex);
}

WATCHED(int, pthread_cond_wait, (pthread_cond_t * cond, pthread_mutex_t *mutex))
{
    int error;

    forget(mutex);
    watch_call(CALL_SLEEP, "pthread_cond_wait", true);
    error = __real_pthread_cond_wait(cond, mutex);
    take_note_of(mutex);
    return error;
}

WATCHED(int, pthread_cond_timedwait,
        (pthread_cond_t * cond, pthread_mutex_t *mutex, const struct timespec *end))
{
    int error;

    forget(mutex);
    watch_call(CALL_SLEEP, "pthread_cond_timedwait", true);
    error = __real_pthread_cond_timedwait(cond, mutex, end);
    take_note_of(mutex);
    return error;
}

/* Calls. */

static inline uint64_t watched_thread_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

WATCHED(int, poll, (struct pollfd * fds, nfds_t count, int timeout_ms))
{
    uint64_t worked_ns = watched_thread.woke_ns ? watched_thread_ns() - watched_thread.woke_ns : 0;
    int result;

    watch_call(CALL_POLL, "poll", timeout_ms != 0);
    if (!watched_thread.is_loop || !timeout_ms) return __real_poll(fds, count, timeout_ms);
    if (worked_ns > atomic_load(&watched.longest_work_ns))
        atomic_store(&watched.longest_work_ns, worked_ns);
    result = __real_poll(fds, count, timeout_ms);
    watched_thread.woke_ns = watched_thread_ns();
    return result;
}

static inline bool waits_for_file(int fd)
{
    struct stat st;

    if (!fstat(fd, &st) && S_ISREG(st.st_mode)) return false;
    return !(fcntl(fd, F_GETFL) & O_NONBLOCK);
}

int __real_fcntl64(int fd, int command, ...);

/* One of datagrams has nobody to wait for. */
WATCHED(int, connect, (int fd, const struct sockaddr *address, socklen_t length))
{
    int type = 0;
    socklen_t size = sizeof(type);

    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
    if (!(__real_fcntl64(fd, F_GETFD) & FD_CLOEXEC))
        tell_watched(&watched.heritable, "connect of a socket that children inherit");
    watch_call(CALL_CONNECT, "connect", type != SOCK_DGRAM && waits_for_file(fd));
    return __real_connect(fd, address, length);
}

WATCHED(ssize_t, send, (int fd, const void *bytes, size_t length, int flags))
{
    watch_call(CALL_SEND, "send", !(flags & MSG_DONTWAIT) && waits_for_file(fd));
    return __real_send(fd, bytes, length, flags);
}

WATCHED(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags))
{
    watch_call(CALL_SEND, "sendmsg", !(flags & MSG_DONTWAIT) && waits_for_file(fd));
    return __real_sendmsg(fd, message, flags);
}

WATCHED(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags))
{
    watch_call(CALL_RECEIVE, "recvmsg", !(flags & MSG_DONTWAIT) && waits_for_file(fd));
    return __real_recvmsg(fd, message, flags);
}

WATCHED(ssize_t, recv, (int fd, void *bytes, size_t size, int flags))
{
    watch_call(CALL_RECEIVE, "recv", !(flags & MSG_DONTWAIT) && waits_for_file(fd));
    return __real_recv(fd, bytes, size, flags);
}

WATCHED(ssize_t, read, (int fd, void *bytes, size_t size))
{
    watch_call(CALL_READ_WRITE, "read", waits_for_file(fd));
    return __real_read(fd, bytes, size);
}

WATCHED(ssize_t, write, (int fd, const void *bytes, size_t size))
{
    watch_call(CALL_READ_WRITE, "write", waits_for_file(fd));
    return __real_write(fd, bytes, size);
}

WATCHED(pid_t, waitpid, (pid_t pid, int *status, int options))
{
    watch_call(CALL_WAIT, "waitpid", !(options & WNOHANG));
    return __real_waitpid(pid, status, options);
}

/* A file that is leased to another process is waited for, unless told not to. */
WATCHED(int, open64, (const char *path, int flags, ...))
{
    mode_t mode = 0;
    va_list args;

    va_start(args, flags);
    if (flags & O_CREAT) mode = va_arg(args, mode_t);
    va_end(args);
    watch_call(CALL_OPEN, "open", !(flags & O_NONBLOCK));
    return __real_open64(path, flags, mode);
}

WATCHED(int, fcntl64, (int fd, int command, ...))
{
    va_list args;
    void *argument;

    va_start(args, command);
    argument = va_arg(args, void *);
    va_end(args);
    watch_call(CALL_FILE_LOCK, "fcntl", command == F_SETLKW || command == F_OFD_SETLKW);
    return __real_fcntl64(fd, command, argument);
}

WATCHED(int, posix_spawn,
        (pid_t * pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const argv[], char *const environment[]))
{
    watch_call(CALL_SPAWN, "posix_spawn", true);
    return __real_posix_spawn(pid, path, actions, attributes, argv, environment);
}

WATCHED(int, nanosleep, (const struct timespec *time, struct timespec *left))
{
    watch_call(CALL_SLEEP, "nanosleep", true);
    return __real_nanosleep(time, left);
}

static void *watched_loop(void *service)
{
    watched_thread.is_loop = true;
    return wfd_loop(service);
}

WATCHED(int, pthread_create,
        (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *context))
{
    return __real_pthread_create(thread, attributes, run == wfd_loop ? watched_loop : run, context);
}

/* The kernel is asked for adapters over a socket that waits. */

static int watched_list(
        struct wfd_netif_adapter *ret_adapters, unsigned int max, unsigned int *ret_count)
{
    watch_call(CALL_NETIF, "the list of adapters", true);
    return service_netif_list(ret_adapters, max, ret_count);
}

static const struct wfd_netif_ops watched_netif_ops = { .list = watched_list,
    .index = service_netif_index };

/* libwpa_client counts the names of its sockets without a lock of its own: the service's is needed. */

static int watched_open(const char *path, uint32_t uid, struct wfd_ctrl **ret_ctrl)
{
    if (!holds_service_lock())
        tell_watched(&watched.disorders, "a control socket is opened without the service's lock");
    return wfd_ctrl_wpa_ops.open(path, uid, ret_ctrl);
}

static inline const struct wfd_ctrl_ops *watched_ctrl_ops(void)
{
    static struct wfd_ctrl_ops ops;

    ops = wfd_ctrl_wpa_ops;
    ops.open = watched_open;
    return &ops;
}

static inline void watch_begin(struct wfd_service *service)
{
    atomic_store(&watched.service_lock, service ? &service->lock : NULL);
    for (unsigned int i = 0; i < CALL_COUNT; i++) atomic_store(&watched.seen[i], 0);
    atomic_store(&watched.blocking, 0);
    atomic_store(&watched.disorders, 0);
    atomic_store(&watched.heritable, 0);
    atomic_store(&watched.lock_count, 0);
    atomic_store(&watched.longest_work_ns, 0);
    atomic_store(&watched.first, NULL);
}

#endif
