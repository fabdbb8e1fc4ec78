/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The queue of completions. Never calls back itself: that is the dispatcher's.
 */
#include <stdlib.h>

#include "wfd_completion.h"

void wfd_completion_queue_init(struct wfd_completion_queue *queue)
{
    wfd_list_init(&queue->posted);
    queue->outstanding = 0;
}

struct wfd_completion *wfd_completion_new(struct wfd_completion_queue *queue)
{
    struct wfd_completion *completion = calloc(1, sizeof(*completion));

    if (!completion) return NULL;
    wfd_list_init(&completion->client_entry);
    wfd_list_init(&completion->queue_entry);
    queue->outstanding++;
    return completion;
}

bool wfd_completion_post(struct wfd_completion_queue *queue, struct wfd_completion *completion,
        enum wfd_error error, enum wfd_reason reason, uint32_t interface_index)
{
    if (completion->state != WFD_COMPLETION_WAITING) return false;
    completion->state = WFD_COMPLETION_POSTED;
    completion->info.error = error;
    completion->info.reason = reason;
    completion->info.interface_index = interface_index;
    wfd_list_append(&queue->posted, &completion->queue_entry);
    return true;
}

struct wfd_completion *wfd_completion_fetch(struct wfd_completion_queue *queue)
{
    struct wfd_completion *completion;

    if (wfd_list_empty(&queue->posted)) return NULL;
    completion = wfd_container(queue->posted.next, struct wfd_completion, queue_entry);
    wfd_list_remove(&completion->queue_entry);
    completion->state = WFD_COMPLETION_FETCHED;
    queue->outstanding--;
    return completion;
}

void wfd_completion_free(struct wfd_completion_queue *queue, struct wfd_completion *completion)
{
    if (!completion) return;
    if (completion->state <= WFD_COMPLETION_POSTED) queue->outstanding--;
    wfd_list_remove(&completion->queue_entry);
    wfd_list_remove(&completion->client_entry);
    free(completion);
}
