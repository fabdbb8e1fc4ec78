/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Threads as coroutines. A lock is never contended, because no coroutine is left while it holds
 * one: that is checked. A condition variable wakes only those that wait at that moment, so a
 * wake-up that is lost stays lost.
 */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#include "lockstep.h"

#define MAX_FIBERS  160
#define STACK_BYTES (192 * 1024)
#define FOREVER     UINT64_MAX
#define MOST_TURNS  100000 /* of one history: more is a loop that never waits */
#define START_US    1000000000u

enum fiber_state
{
    FIBER_FREE,
    FIBER_READY,
    FIBER_ON_CONDITION,
    FIBER_ON_DESCRIPTORS,
    FIBER_ON_FLAG,
    FIBER_ON_THREAD,
    FIBER_DONE,
};

struct fiber
{
    ucontext_t context;
    char *stack;
    void *(*entry)(void *);
    void *argument;
    enum fiber_state state;
    const pthread_cond_t *condition;
    struct pollfd *fds;
    nfds_t fd_count;
    const bool *flag;
    unsigned int thread; /* joined */
    uint64_t deadline_us;
    unsigned int locks; /* held */
    void *fake_stack;
};

void (*lockstep_failed)(const char *what);

static struct fiber fibers[MAX_FIBERS]; /* 0: the main thread */
static struct fiber *running = fibers;
static unsigned int fiber_count = 1, turns;
static uint64_t now_us = START_US;
static uint32_t choices = 1;
#if defined(__SANITIZE_ADDRESS__)
static const void *main_stack;
static size_t main_stack_bytes;
#endif
static int (*swap)(ucontext_t *from, const ucontext_t *to);

int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __real_clock_gettime(clockid_t id, struct timespec *ret_time);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_clock_gettime(clockid_t id, struct timespec *ret_time);
int __wrap_nanosleep(const struct timespec *time, struct timespec *ret_left);
int __wrap_pthread_create(pthread_t *ret_thread, const pthread_attr_t *attributes,
        void *(*entry)(void *), void *argument);
int __wrap_pthread_join(pthread_t thread, void **ret_value);
int __wrap_pthread_mutex_lock(pthread_mutex_t *lock);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *lock);
int __wrap_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *lock);
int __wrap_pthread_cond_timedwait(
        pthread_cond_t *condition, pthread_mutex_t *lock, const struct timespec *end);
int __wrap_pthread_cond_broadcast(pthread_cond_t *condition);

void lockstep_choices(uint32_t seed)
{
    choices = seed * 2654435761u + 1;
}

static uint32_t choose(uint32_t limit)
{
    choices = choices * 1664525u + 1013904223u;
    return (choices >> 8) % limit;
}

uint64_t lockstep_now_ms(void)
{
    return now_us / 1000;
}

/* libasan's own swapcontext clears what it knows of the stack; it is told of ours another way. */
static void find_swap(void)
{
    void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);

    if (libc) *(void **)&swap = dlsym(libc, "swapcontext");
    if (!swap) lockstep_failed("no swapcontext");
}

static void switch_to(struct fiber *to)
{
    struct fiber *from = running;

    running = to;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(from->state == FIBER_DONE ? NULL : &from->fake_stack,
            to == fibers ? main_stack : to->stack, to == fibers ? main_stack_bytes : STACK_BYTES);
#endif
    swap(&from->context, &to->context);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(from->fake_stack, NULL, NULL);
#endif
}

static void fiber_main(void)
{
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(NULL, &main_stack, &main_stack_bytes);
#endif
    running->entry(running->argument);
    if (running->locks) lockstep_failed("a thread ended with a lock held");
    running->state = FIBER_DONE;
    switch_to(fibers);
}

static bool descriptors_ready(struct fiber *f)
{
    return __real_poll(f->fds, f->fd_count, 0) > 0;
}

static bool is_ready(struct fiber *f)
{
    if (f->state == FIBER_FREE || f->state == FIBER_DONE) return false;
    if (f->state == FIBER_READY || f->deadline_us <= now_us) return true;
    if (f->state == FIBER_ON_DESCRIPTORS) return descriptors_ready(f);
    if (f->state == FIBER_ON_FLAG) return *f->flag;
    if (f->state == FIBER_ON_THREAD) return fibers[f->thread].state == FIBER_DONE;
    return false;
}

bool lockstep_run_one(void)
{
    struct fiber *ready[MAX_FIBERS];
    unsigned int count = 0;

    for (unsigned int i = 1; i < fiber_count; i++)
        if (is_ready(&fibers[i])) ready[count++] = &fibers[i];
    if (!count) return false;
    if (++turns > MOST_TURNS) lockstep_failed("the threads never come to rest");
    switch_to(ready[count > 1 ? choose(count) : 0]);
    return true;
}

void lockstep_run_all(void)
{
    while (lockstep_run_one())
    {
    }
}

/* False when nobody waits for any time before limit_us. */
static bool skip_to_deadline(uint64_t limit_us)
{
    uint64_t next_us = FOREVER;

    for (unsigned int i = 0; i < fiber_count; i++)
        if (fibers[i].state > FIBER_READY && fibers[i].state < FIBER_DONE &&
                fibers[i].deadline_us < next_us)
            next_us = fibers[i].deadline_us;
    if (next_us > limit_us || next_us == FOREVER) return false;
    if (next_us > now_us) now_us = next_us;
    return true;
}

void lockstep_advance(uint32_t ms)
{
    uint64_t end_us = now_us + (uint64_t)ms * 1000;

    do lockstep_run_all();
    while (skip_to_deadline(end_us));
    now_us = end_us;
    lockstep_run_all();
}

/* The main thread has nobody to hand over to: it drives until it can go on. */
static void wait_here(void)
{
    while (!is_ready(fibers))
        if (!lockstep_run_one() && !skip_to_deadline(FOREVER))
            lockstep_failed("everybody waits, and nobody will come");
}

/* On return the fiber runs again; false: because its time was over. */
static bool wait_as(enum fiber_state state, uint64_t deadline_us)
{
    if (running->locks) lockstep_failed("a thread waits with a lock held");
    running->state = state;
    running->deadline_us = deadline_us;
    if (running == fibers)
        wait_here();
    else
        switch_to(fibers);
    state = running->state;
    running->state = FIBER_READY;
    return state == FIBER_READY;
}

void lockstep_yield(void)
{
    wait_as(FIBER_READY, FOREVER);
}

void lockstep_await(const bool *flag)
{
    running->flag = flag;
    if (!*flag) wait_as(FIBER_ON_FLAG, FOREVER);
}

static struct fiber *free_fiber(void)
{
    for (unsigned int i = 1; i < fiber_count; i++)
        if (fibers[i].state == FIBER_FREE) return &fibers[i];
    if (fiber_count == MAX_FIBERS) lockstep_failed("too many threads");
    return &fibers[fiber_count++];
}

static struct fiber *spawn(void *(*entry)(void *), void *argument)
{
    struct fiber *f = free_fiber();

    if (!swap) find_swap();
    if (!f->stack) f->stack = malloc(STACK_BYTES);
    if (!f->stack) lockstep_failed("no memory");
#if defined(__SANITIZE_ADDRESS__)
    __asan_unpoison_memory_region(f->stack, STACK_BYTES);
#endif
    getcontext(&f->context);
    f->context.uc_stack.ss_sp = f->stack;
    f->context.uc_stack.ss_size = STACK_BYTES;
    f->context.uc_link = NULL;
    makecontext(&f->context, fiber_main, 0);
    f->entry = entry;
    f->argument = argument;
    f->locks = 0;
    f->state = FIBER_READY;
    return f;
}

void lockstep_spawn(void *(*entry)(void *), void *argument)
{
    spawn(entry, argument);
}

void lockstep_reset(void)
{
    for (unsigned int i = 1; i < fiber_count; i++)
    {
        if (fibers[i].state != FIBER_FREE && fibers[i].state != FIBER_DONE)
            lockstep_failed("a thread is left");
        fibers[i].state = FIBER_FREE;
    }
    fiber_count = 1;
    now_us = START_US;
    turns = 0;
}

/* What takes the place of the C library's. */

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    if (timeout_ms)
    {
        running->fds = fds;
        running->fd_count = count;
        wait_as(FIBER_ON_DESCRIPTORS,
                timeout_ms < 0 ? FOREVER : now_us + (uint64_t)timeout_ms * 1000);
    }
    else if (!running->locks)
        lockstep_yield();
    return __real_poll(fds, count, 0);
}

int __wrap_clock_gettime(clockid_t id, struct timespec *ret_time)
{
    if (id != CLOCK_MONOTONIC) return __real_clock_gettime(id, ret_time);
    ret_time->tv_sec = (time_t)(now_us / 1000000);
    ret_time->tv_nsec = (long)(now_us % 1000000) * 1000;
    return 0;
}

/* Only the scripted supplicant sleeps, holding its lock, for a reader that will not read before. */
int __wrap_nanosleep(const struct timespec *time, struct timespec *ret_left)
{
    (void)time;
    (void)ret_left;
    return 0;
}

int __wrap_pthread_create(pthread_t *ret_thread, const pthread_attr_t *attributes,
        void *(*entry)(void *), void *argument)
{
    (void)attributes;
    *ret_thread = (pthread_t)(spawn(entry, argument) - fibers);
    return 0;
}

int __wrap_pthread_join(pthread_t thread, void **ret_value)
{
    (void)ret_value;
    running->thread = (unsigned int)thread;
    if (fibers[thread].state != FIBER_DONE) wait_as(FIBER_ON_THREAD, FOREVER);
    fibers[thread].state = FIBER_FREE;
    return 0;
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *lock)
{
    (void)lock;
    running->locks++;
    return 0;
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *lock)
{
    (void)lock;
    if (!running->locks) lockstep_failed("a lock is given back that is not held");
    running->locks--;
    return 0;
}

static bool wait_for_condition(pthread_cond_t *condition, uint64_t deadline_us)
{
    bool woken;

    running->condition = condition;
    running->locks--;
    woken = wait_as(FIBER_ON_CONDITION, deadline_us);
    running->locks++;
    return woken;
}

int __wrap_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *lock)
{
    (void)lock;
    wait_for_condition(condition, FOREVER);
    return 0;
}

int __wrap_pthread_cond_timedwait(
        pthread_cond_t *condition, pthread_mutex_t *lock, const struct timespec *end)
{
    uint64_t end_us = (uint64_t)end->tv_sec * 1000000 + (uint64_t)(end->tv_nsec + 999) / 1000;

    (void)lock;
    return wait_for_condition(condition, end_us) ? 0 : ETIMEDOUT;
}

int __wrap_pthread_cond_broadcast(pthread_cond_t *condition)
{
    for (unsigned int i = 0; i < fiber_count; i++)
        if (fibers[i].state == FIBER_ON_CONDITION && fibers[i].condition == condition)
            fibers[i].state = FIBER_READY;
    return 0;
}
