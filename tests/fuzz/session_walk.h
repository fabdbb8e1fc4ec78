/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walks one session through its table, as the service does, and names the first rule that a step
 * breaks. Keeps the last steps, to be shown on failure. Never carries an action out.
 */
#ifndef TESTS_FUZZ_SESSION_WALK_H
#define TESTS_FUZZ_SESSION_WALK_H

#include <stdio.h>
#include <string.h>

#include "wfd_session.h"

#define SESSION_WALK_HISTORY 64

#define SESSION_WALK_COMPLETES (WFD_DO_SUCCEED | WFD_DO_FAIL)
#define SESSION_WALK_UNDOES    (WFD_DO_UNDO | WFD_DO_UNDO_SEARCH | WFD_DO_AWAIT_REPLY)
/* What only the owner of the supplicant's one operation may do. */
#define SESSION_WALK_OPERATES                                                                      \
    (WFD_DO_LOOKUP | WFD_DO_STOP_FIND | WFD_DO_FIND | WFD_DO_INVITE | WFD_DO_LISTEN |              \
            SESSION_WALK_UNDOES | WFD_DO_RELEASE)

struct session_walk
{
    enum wfd_session_state state;
    enum wfd_cause cause;
    bool has_turn, in_group, completed, freed;
    struct
    {
        enum wfd_session_state from, to;
        enum wfd_session_event on;
        unsigned int actions;
    } history[SESSION_WALK_HISTORY];
    unsigned int steps;
};

static inline bool session_walk_owns_operation(enum wfd_session_state state)
{
    return state >= WFD_STATE_LOOKUP && state <= WFD_STATE_UNDOING;
}

static inline void session_walk_print(const struct session_walk *walk)
{
    unsigned int i = walk->steps > SESSION_WALK_HISTORY ? walk->steps - SESSION_WALK_HISTORY : 0;

    for (; i < walk->steps; i++)
        fprintf(stderr, "step %u: %s -> %s on %s, actions 0x%x\n", i,
                wfd_session_state_name(walk->history[i % SESSION_WALK_HISTORY].from),
                wfd_session_state_name(walk->history[i % SESSION_WALK_HISTORY].to),
                wfd_session_event_name(walk->history[i % SESSION_WALK_HISTORY].on),
                walk->history[i % SESSION_WALK_HISTORY].actions);
}

/* Rules about one step alone. */
static inline const char *session_walk_check_step(
        enum wfd_session_state from, enum wfd_session_event event, struct wfd_session_step step)
{
    bool completes = step.actions & SESSION_WALK_COMPLETES;

    if (step.verdict == WFD_VERDICT_UNDECIDED) return "a cell is undecided";
    if (step.verdict != WFD_VERDICT_STEP)
        return step.next == from && !step.actions && step.cause == WFD_CAUSE_NONE
                       ? NULL
                       : "an ignored event has an effect";
    if (from == WFD_STATE_CLOSED) return "a closed session steps";
    if ((step.actions & SESSION_WALK_COMPLETES) == SESSION_WALK_COMPLETES)
        return "a step both succeeds and fails";
    if (completes != (wfd_session_pending(from) && from != step.next &&
                             (step.next == WFD_STATE_OPENED || step.next == WFD_STATE_FAILED)))
        return "a completion does not go with the entry into OPENED or FAILED";
    if ((step.actions & WFD_DO_SUCCEED) && step.next != WFD_STATE_OPENED)
        return "a success does not lead to OPENED";
    if (!!(step.actions & SESSION_WALK_UNDOES) !=
            (step.next == WFD_STATE_UNDOING && from != WFD_STATE_UNDOING))
        return "undoing does not go with the entry into UNDOING";
    if (!!(step.actions & WFD_DO_FREE) != (step.next == WFD_STATE_CLOSED))
        return "freeing does not go with the entry into CLOSED";
    if (!!(step.actions & WFD_DO_ENQUEUE) != (from == WFD_STATE_NEW))
        return "enqueueing does not go with the beginning";
    if (step.cause == WFD_CAUSE_BY_STATUS && event != WFD_ON_RESULT_FAILED)
        return "a status is asked for where there is none";
    if (step.cause == WFD_CAUSE_BY_REMOVAL && event != WFD_ON_REMOVED && event != WFD_ON_GROUP_GONE)
        return "a removal is asked for where there is none";
    return NULL;
}

/* Rules about the way so far; what the step does comes on top of it. */
static inline const char *session_walk_follow(
        struct session_walk *walk, enum wfd_session_event event, struct wfd_session_step step)
{
    bool owned = walk->has_turn;

    if (walk->freed) return "a freed session steps";
    if (event == WFD_ON_TURN) walk->has_turn = owned = true;
    if ((step.actions & SESSION_WALK_OPERATES) && !owned)
        return "the supplicant is asked for something without a turn";
    if (step.actions & WFD_DO_RELEASE) walk->has_turn = false;
    if (walk->has_turn != session_walk_owns_operation(step.next))
        return "the turn does not go with the state";

    /* The service takes the group away before it says so. */
    if (event == WFD_ON_DOWN || event == WFD_ON_GROUP_GONE) walk->in_group = false;
    if ((step.actions & WFD_DO_ADOPT) && walk->in_group) return "a group is adopted twice";
    if (step.actions & WFD_DO_ADOPT) walk->in_group = true;
    if (step.actions & WFD_DO_LEAVE) walk->in_group = false;

    if (step.cause != WFD_CAUSE_NONE) walk->cause = step.cause;
    if (step.actions & SESSION_WALK_COMPLETES)
    {
        if (walk->completed) return "an open completes twice";
        walk->completed = true;
    }
    if ((step.actions & WFD_DO_SUCCEED) && !walk->in_group) return "a success has no group";
    if ((step.actions & WFD_DO_SUCCEED) && walk->cause != WFD_CAUSE_NONE)
        return "a success has a cause";
    if ((step.actions & WFD_DO_FAIL) && walk->cause == WFD_CAUSE_NONE)
        return "a failure has no cause";
    if (walk->completed != (step.next >= WFD_STATE_OPENED))
        return "the completion does not go with the state";
    if ((step.next == WFD_STATE_FAILED || step.next == WFD_STATE_LOST ||
                step.next == WFD_STATE_CLOSED) &&
            walk->in_group)
        return "a group is held by a session that is over";
    walk->freed = step.actions & WFD_DO_FREE;
    return NULL;
}

/* One event. NULL, or the rule that was broken. */
static inline const char *session_walk_step(struct session_walk *walk, enum wfd_session_event event)
{
    struct wfd_session_step step = wfd_session_step(walk->state, event);
    const char *broken = session_walk_check_step(walk->state, event, step);

    if (!broken && step.verdict != WFD_VERDICT_STEP) return NULL;
    walk->history[walk->steps % SESSION_WALK_HISTORY].from = walk->state;
    walk->history[walk->steps % SESSION_WALK_HISTORY].to = step.next;
    walk->history[walk->steps % SESSION_WALK_HISTORY].on = event;
    walk->history[walk->steps % SESSION_WALK_HISTORY].actions = step.actions;
    walk->steps++;
    if (!broken) broken = session_walk_follow(walk, event, step);
    walk->state = step.next;
    return broken;
}

/*
 * Ends an open the way that is always there: time, the replies, and last the supplicant's end.
 * Returns false when it is still pending then.
 */
static inline bool session_walk_can_end(struct session_walk walk, enum wfd_session_event stop)
{
    if (walk.state == WFD_STATE_NEW) session_walk_step(&walk, WFD_ON_BEGIN);
    session_walk_step(&walk, stop);
    if (walk.state == WFD_STATE_UNDOING) session_walk_step(&walk, WFD_ON_UNDONE);
    return walk.completed;
}

#endif
