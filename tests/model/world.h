/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Carries one history out: the core and the scripted supplicant in lockstep, the application's
 * threads, and the model beside them.
 */
#ifndef TESTS_MODEL_WORLD_H
#define TESTS_MODEL_WORLD_H

#include "history.h"

/* dir: for the control sockets. Whatever is wrong goes to fail, which does not return. */
void world_run(const struct history *history, const char *dir, void (*fail)(const char *what));

/* What histories have done so far, to see that they are worth running. */
struct world_counts
{
    unsigned long steps, calls, starts, successes, failures, cancelled, closes, clients, rests;
};
extern struct world_counts world_counts;

#endif
