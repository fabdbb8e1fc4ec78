/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the documented rows say that calls return and callbacks carry. Knows the application's side
 * only: which calls it made and which callbacks began; nothing of the core's states.
 */
#ifndef TESTS_MODEL_MODEL_H
#define TESTS_MODEL_MODEL_H

#include "history.h"
#include "wfd_core.h"

#define INVALID_HANDLE UINT64_MAX
#define OPEN_MS        60000 /* the bound of an open */
#define REPLY_MS       10000
/* After the bound what was begun is taken back: some replies, each with its own time. */
#define UNDO_MS (4 * REPLY_MS)

enum phase
{
    PHASE_NONE,
    PHASE_PENDING, /* of a session: started, its callback has not begun */
    PHASE_OPEN,    /* live */
    PHASE_STALE,
};

struct model_client
{
    enum phase phase;
    uint32_t handle;
};

struct model_session
{
    enum phase phase;
    uint32_t handle;
    uint16_t client; /* the step that made it */
    uint8_t peer;
    bool legacy;
    bool alone;     /* no other open was pending meanwhile: it did not wait for its turn */
    bool begun;     /* the open */
    bool cancelled; /* a cancel was accepted */
    bool refused;   /* a cancel of the pending open was refused */
    bool disabled;  /* by policy, at some time while pending */
    unsigned int callbacks, returned;
    uint64_t thread; /* that the callback runs on */
    uint64_t begin_ms;
    uint32_t completion;
};

/* By the number of the step that made them. */
struct model
{
    struct model_client clients[MAX_STEPS];
    struct model_session sessions[MAX_STEPS];
    uint32_t issued[2 * MAX_STEPS];
    unsigned int issued_count;
    bool disabled;
};

/* What a peer does with an invitation, as far as its outcome goes. */
struct outcome
{
    enum wfd_error errors[3]; /* unused ones repeat the first */
};

enum wfd_error model_client_handle(const struct model *model, uint64_t value);
enum wfd_error model_session_handle(const struct model *model, uint64_t value);
/* NULL: no live session has that handle. */
struct model_session *model_find_session(struct model *model, uint64_t value);
struct model_client *model_find_client(struct model *model, uint64_t value);
/* False when the value was issued before. */
bool model_issue(struct model *model, uint32_t handle);
enum wfd_error model_start(const struct model *model, uint64_t client, bool listening);
enum wfd_error model_close(const struct model *model, uint64_t session);
/* Whether a cancel may return that. */
bool model_cancel_may(struct model *model, uint64_t session, enum wfd_error got);
/* That session's open begins. */
void model_begin(struct model *model, struct model_session *session, uint64_t now_ms);
void model_client_closed(struct model *model, uint16_t client);
/* The first thing that is wrong about a completion, NULL: nothing. peer: NULL, or what it does. */
const char *model_completion(const struct model_session *session,
        const struct wfd_completion_info *info, const struct outcome *peer, uint64_t now_ms);
/* The same about the return of wfd_service_close_client on that thread. */
const char *model_client_waited(const struct model *model, uint16_t client, uint64_t thread);

#endif
