/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hands lines of the core's story to whoever listens. What is no printable ASCII is escaped: names
 * come from strangers and may hold what steers a terminal. Never allocates, never blocks by itself.
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

static void escape(const char *line, char *ret_escaped, size_t size)
{
    char *end = ret_escaped + size - 5; /* room for one more, and the terminator */

    for (; *line && ret_escaped < end; line++)
    {
        if (*line >= 0x20 && *line < 0x7f)
            *ret_escaped++ = *line;
        else
            ret_escaped += sprintf(ret_escaped, "\\x%02x", (unsigned char)*line);
    }
    *ret_escaped = 0;
}

void wfd_log_line(const char *format, ...)
{
    wfd_log_sink sink = atomic_load(&log_sink);
    char line[512], escaped[sizeof(line) + 4];
    va_list args;

    if (!sink) return;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    escape(line, escaped, sizeof(escaped));
    sink(escaped);
}
