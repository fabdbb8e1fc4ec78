/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each open completes once: a completion is made with the open, posted when it ends, fetched by
 * the dispatcher, and gone when the callback has returned. Guarded by the service's lock.
 */
#ifndef WFD_COMPLETION_H
#define WFD_COMPLETION_H

#include "wfd_core.h"
#include "wfd_list.h"

struct wfd_client;
struct wfd_session;

enum wfd_completion_state
{
    WFD_COMPLETION_WAITING, /* the open is pending */
    WFD_COMPLETION_POSTED,  /* waits for the dispatcher */
    WFD_COMPLETION_FETCHED, /* the dispatcher has it */
    WFD_COMPLETION_RUNNING, /* the callback runs */
};

struct wfd_completion
{
    struct wfd_list client_entry;
    struct wfd_list queue_entry;
    struct wfd_session *session; /* NULL once the callback runs */
    struct wfd_completion_info info;
    enum wfd_completion_state state;
    uint64_t thread; /* that runs the callback */
};

struct wfd_completion_queue
{
    struct wfd_list posted;
    unsigned int outstanding; /* made, and not yet fetched */
};

void wfd_completion_queue_init(struct wfd_completion_queue *queue);
/* Makes a completion that will be posted; NULL when there is no memory. */
struct wfd_completion *wfd_completion_new(struct wfd_completion_queue *queue);
/* The open ended; a second post of the same completion is ignored and returns false. */
bool wfd_completion_post(struct wfd_completion_queue *queue, struct wfd_completion *completion,
        enum wfd_error error, enum wfd_reason reason, uint32_t interface_index);
/* The longest posted one; NULL: none. */
struct wfd_completion *wfd_completion_fetch(struct wfd_completion_queue *queue);
/* Of any state. NULL is allowed. */
void wfd_completion_free(struct wfd_completion_queue *queue, struct wfd_completion *completion);

#endif
