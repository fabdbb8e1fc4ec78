/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hands lines of the core's story to whoever listens. Never allocates, never blocks by itself.
 */
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include "wfd_log.h"

static _Atomic(wfd_log_sink) log_sink;

void wfd_log_set_sink(wfd_log_sink sink)
{
    atomic_store(&log_sink, sink);
}

bool wfd_log_enabled(void)
{
    return atomic_load_explicit(&log_sink, memory_order_relaxed) != NULL;
}

void wfd_log_line(const char *format, ...)
{
    wfd_log_sink sink = atomic_load(&log_sink);
    char line[512];
    va_list args;

    if (!sink) return;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    sink(line);
}
