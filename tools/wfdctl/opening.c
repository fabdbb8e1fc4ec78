/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Waits for one open or pairing: a thread fetches the core's completion, as the DLL's dispatcher
 * does, while this one shows progress and cancels on a signal. Never decides how it ends.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "ctl.h"

#define PROGRESS_MS 200

struct fetching
{
    struct ctl_opening *opening;
    atomic_bool done;
};

static void *fetch(void *context)
{
    struct fetching *fetching = context;
    struct ctl_opening *opening = fetching->opening;
    struct wfd_completion_info info;

    while (wfd_service_next_completion(opening->service, &info))
    {
        wfd_service_callback_begin(opening->service, info.completion, 1);
        opening->error = info.error;
        opening->reason = info.reason;
        opening->interface_index = info.interface_index;
        wfd_service_callback_end(opening->service, info.completion);
    }
    atomic_store(&fetching->done, true);
    return NULL;
}

void ctl_open(struct ctl_opening *opening,
        void (*progress)(void *context, enum wfd_progress progress), void *context)
{
    struct fetching fetching = { .opening = opening };
    pthread_t thread;

    opening->error = WFD_ERROR_NOT_ENOUGH_MEMORY;
    wfd_service_begin_open(opening->service, opening->session);
    if (pthread_create(&thread, NULL, fetch, &fetching)) return;
    while (!atomic_load(&fetching.done))
    {
        if (progress) progress(context, wfd_service_progress(opening->service, opening->session));
        if (!ctl_signal_came(PROGRESS_MS)) continue;
        opening->interrupted = true;
        wfd_service_cancel_open(opening->service, opening->session);
    }
    pthread_join(thread, NULL);
}
