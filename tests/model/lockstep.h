/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Threads that run one at a time, on one clock that only moves when all of them wait. The program
 * is linked with --wrap for what threads and time are made of (pthread_create, the locks, poll,
 * clock_gettime, ...; see rules.mk), so that the core and the scripted supplicant, unchanged, with
 * their real sockets, do the same for the same choices, every time. Never starts a real thread.
 *
 * The main thread drives: it lets the others run. A function of theirs that waits, called on the
 * main thread, lets the others run until it need not wait any more.
 */
#ifndef TESTS_MODEL_LOCKSTEP_H
#define TESTS_MODEL_LOCKSTEP_H

#include <stdbool.h>
#include <stdint.h>

/* Called when threads are used as they must not be: it must not return. */
extern void (*lockstep_failed)(const char *what);

/* What picks among the threads that can run; set it before each step for a history's sake. */
void lockstep_choices(uint32_t seed);
uint64_t lockstep_now_ms(void);

/* A thread of ours. */
void lockstep_spawn(void *(*entry)(void *), void *argument);
/* On a thread of ours: others may run; others run until the flag is set. */
void lockstep_yield(void);
void lockstep_await(const bool *flag);

/* On the main thread: lets one thread run until it waits; false when all of them wait. */
bool lockstep_run_one(void);
/* Lets them run until all of them wait, without moving the clock. */
void lockstep_run_all(void);
/* As run_all, and moves the clock on by ms, from one thread's deadline to the next. */
void lockstep_advance(uint32_t ms);
/* For the next history: no thread may be left. */
void lockstep_reset(void);

#endif
