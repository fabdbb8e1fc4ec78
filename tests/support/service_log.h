/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keeps the last lines of the core's log for a test that fails, counts those that a test waits for,
 * and watches that none carries a key. Part of service_fixture.h; never writes unless asked.
 */
#ifndef SERVICE_LOG_H
#define SERVICE_LOG_H

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "scripted_supplicant.h"

#define LOG_LINES 600
static struct
{
    pthread_mutex_t lock;
    char lines[LOG_LINES][240];
    unsigned int count;
    bool has_key;
    const char *awaited; /* counts lines that contain it */
    unsigned int seen;
} service_log = { .lock = PTHREAD_MUTEX_INITIALIZER };

static inline void service_log_line(const char *line)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    pthread_mutex_lock(&service_log.lock);
    snprintf(service_log.lines[service_log.count++ % LOG_LINES], sizeof(service_log.lines[0]),
            "%5ld.%03ld %.180s", (long)now.tv_sec, now.tv_nsec / 1000000, line);
    if (strstr(line, SCRIPTED_PASSPHRASE) || strstr(line, SCRIPTED_PSK)) service_log.has_key = true;
    if (service_log.awaited && strstr(line, service_log.awaited)) service_log.seen++;
    pthread_mutex_unlock(&service_log.lock);
}

static inline void service_log_reset(void)
{
    pthread_mutex_lock(&service_log.lock);
    service_log.count = service_log.seen = 0;
    service_log.has_key = false;
    service_log.awaited = NULL;
    pthread_mutex_unlock(&service_log.lock);
}

static inline void service_log_print(void)
{
    pthread_mutex_lock(&service_log.lock);
    for (unsigned int i = service_log.count > LOG_LINES ? service_log.count - LOG_LINES : 0;
            i < service_log.count; i++)
        fprintf(stderr, "   %s\n", service_log.lines[i % LOG_LINES]);
    pthread_mutex_unlock(&service_log.lock);
}

/* Lines with that text are counted from now on; the text must live on. */
static inline void service_log_await(const char *text)
{
    pthread_mutex_lock(&service_log.lock);
    service_log.awaited = text;
    service_log.seen = 0;
    pthread_mutex_unlock(&service_log.lock);
}

static inline unsigned int service_log_seen(void)
{
    unsigned int seen;

    pthread_mutex_lock(&service_log.lock);
    seen = service_log.seen;
    pthread_mutex_unlock(&service_log.lock);
    return seen;
}

#endif
