/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Refuses the core, and libwpa_client under it, what it asks of the system: the n-th request, or
 * that one and every later one. Only threads that run the core are refused anything: the service's
 * own, and a test's inside of IN_CORE. Never refuses on its own.
 *
 * Include it once in a program, which is linked with --wrap for each function of SHORTAGE_WRAPS in
 * tests/rules.mk.
 */
#ifndef CORE_SHORTAGE_H
#define CORE_SHORTAGE_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "wfd_private.h"

enum shortage_kind
{
    SHORTAGE_NONE,
    SHORTAGE_MEMORY,
    SHORTAGE_DESCRIPTORS,
    SHORTAGE_THREADS, /* and processes */
};

static struct
{
    atomic_int kind;
    atomic_uint first;    /* request that is refused, from 1 */
    atomic_bool for_ever; /* and all that follow */
    atomic_uint requests, refused;
} shortage;

static _Thread_local bool runs_core;
static atomic_bool loop_is_spared; /* of a service that begins meanwhile */

#define IN_CORE(call)                                                                              \
    ({                                                                                             \
        __typeof__(call) in_core_result;                                                           \
        runs_core = true;                                                                          \
        in_core_result = (call);                                                                   \
        runs_core = false;                                                                         \
        in_core_result;                                                                            \
    })

static inline void shortage_begin(enum shortage_kind kind, unsigned int first, bool for_ever)
{
    atomic_store(&shortage.requests, 0);
    atomic_store(&shortage.refused, 0);
    atomic_store(&shortage.first, first);
    atomic_store(&shortage.for_ever, for_ever);
    atomic_store(&shortage.kind, kind);
}

/* Returns how many requests were refused. */
static inline unsigned int shortage_end(void)
{
    atomic_store(&shortage.kind, SHORTAGE_NONE);
    return atomic_load(&shortage.refused);
}

static inline bool shortage_refuses(enum shortage_kind kind, int error)
{
    unsigned int number, first = atomic_load(&shortage.first);

    if (!runs_core || atomic_load(&shortage.kind) != (int)kind) return false;
    number = atomic_fetch_add(&shortage.requests, 1) + 1;
    if (number != first && (number < first || !atomic_load(&shortage.for_ever))) return false;
    atomic_fetch_add(&shortage.refused, 1);
    errno = error;
    return true;
}

#define REFUSED_IN(kind, error, type, name, parameters, arguments, failure)                        \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return shortage_refuses(kind, error) ? (failure) : __real_##name arguments;                \
    }

REFUSED_IN(SHORTAGE_MEMORY, ENOMEM, void *, malloc, (size_t size), (size), NULL)
REFUSED_IN(SHORTAGE_MEMORY, ENOMEM, void *, calloc, (size_t n, size_t size), (n, size), NULL)
REFUSED_IN(SHORTAGE_MEMORY, ENOMEM, void *, realloc, (void *old, size_t size), (old, size), NULL)
REFUSED_IN(SHORTAGE_MEMORY, ENOMEM, char *, strdup, (const char *text), (text), NULL)
REFUSED_IN(SHORTAGE_DESCRIPTORS, EMFILE, int, socket, (int a, int b, int c), (a, b, c), -1)
REFUSED_IN(SHORTAGE_DESCRIPTORS, EMFILE, int, socketpair, (int a, int b, int c, int *fds),
        (a, b, c, fds), -1)
REFUSED_IN(SHORTAGE_DESCRIPTORS, EMFILE, int, eventfd, (unsigned int n, int flags), (n, flags), -1)
REFUSED_IN(SHORTAGE_DESCRIPTORS, EMFILE, DIR *, opendir, (const char *path), (path), NULL)
REFUSED_IN(SHORTAGE_THREADS, EAGAIN, int, posix_spawn,
        (pid_t * pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const argv[], char *const environment[]),
        (pid, path, actions, attributes, argv, environment), EAGAIN)

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list args;

    va_start(args, flags);
    if (flags & O_CREAT) mode = va_arg(args, mode_t);
    va_end(args);
    return shortage_refuses(SHORTAGE_DESCRIPTORS, EMFILE) ? -1 : __real_open64(path, flags, mode);
}

/* Those that make a descriptor; none of the core's takes anything but a number or a pointer. */
int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...)
{
    va_list args;
    void *argument;

    va_start(args, command);
    argument = va_arg(args, void *);
    va_end(args);
    if (command == F_DUPFD_CLOEXEC && shortage_refuses(SHORTAGE_DESCRIPTORS, EMFILE)) return -1;
    return __real_fcntl(fd, command, argument);
}

static void *shortage_loop(void *service)
{
    runs_core = true;
    return wfd_loop(service);
}

int __real_pthread_create(
        pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *context);
int __wrap_pthread_create(
        pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *context);
int __wrap_pthread_create(
        pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *context)
{
    if (run != wfd_loop || atomic_load(&loop_is_spared))
        return __real_pthread_create(thread, attributes, run, context);
    if (shortage_refuses(SHORTAGE_THREADS, EAGAIN)) return EAGAIN;
    return __real_pthread_create(thread, attributes, shortage_loop, context);
}

#endif
