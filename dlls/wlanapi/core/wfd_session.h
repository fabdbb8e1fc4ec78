/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The session's state machine: a pure table (state, event) -> (state, actions, cause). It does
 * nothing itself; the service carries the actions out. Every cell is decided.
 */
#ifndef WFD_SESSION_H
#define WFD_SESSION_H

#include "wfd_event.h"

enum wfd_session_state
{
    WFD_STATE_NEW,        /* the handle is issued, the open has not begun */
    WFD_STATE_QUEUED,     /* waits for its turn at the supplicant */
    WFD_STATE_LOOKUP,     /* looks for the peer in other programs' groups, then in stored ones */
    WFD_STATE_INVITE,     /* P2P_INVITE is asked, its reply awaited */
    WFD_STATE_SEARCH,     /* P2P_FIND runs, because the supplicant does not know the peer */
    WFD_STATE_REINVITE,   /* as INVITE, right after the peer was found */
    WFD_STATE_INVITED,    /* waits for the peer's answer */
    WFD_STATE_LATER,      /* the peer cannot answer now; waits for its own invitation */
    WFD_STATE_CONNECTING, /* the peer agreed; waits for the group */
    WFD_STATE_JOINING,    /* our group is up; waits for the peer in it */
    WFD_STATE_UNDOING,    /* failed or cancelled; what was begun is being taken back */
    WFD_STATE_OPENED,     /* succeeded; the callback has not begun */
    WFD_STATE_FAILED,     /* failed; the callback has not begun */
    WFD_STATE_OPEN,       /* the application's */
    WFD_STATE_LOST,       /* the application's, but its group is gone */
    WFD_STATE_CLOSED,     /* over */
    WFD_STATE_COUNT,
};

enum wfd_session_event
{
    WFD_ON_BEGIN,      /* the open begins */
    WFD_ON_TURN,       /* the supplicant is free for this session */
    WFD_ON_SHARED,     /* a group with the peer is there already */
    WFD_ON_PAIRED,     /* a stored group leads to the peer */
    WFD_ON_NOT_PAIRED, /* none does */
    WFD_ON_INVITE_OK,  /* reply to P2P_INVITE */
    WFD_ON_INVITE_FAIL,
    WFD_ON_FIND_FAIL,    /* reply to P2P_FIND or P2P_LISTEN; P2P is switched off, or rfkill */
    WFD_ON_FIND_STOPPED, /* somebody ended our search */
    WFD_ON_SEARCH_OVER,  /* the time for the search is over */
    WFD_ON_DEVICE_FOUND,
    WFD_ON_DEVICE_LOST,
    WFD_ON_RESULT_OK, /* the peer's answer to the invitation */
    WFD_ON_RESULT_LATER,
    WFD_ON_RESULT_FAILED,
    WFD_ON_ACCEPTED,       /* the peer invited us, and our supplicant agreed */
    WFD_ON_STARTED_CLIENT, /* the group is up, with the peer as its owner */
    WFD_ON_STARTED_GO,     /* the group is up, we are its owner */
    WFD_ON_JOINED,         /* the peer is in our group */
    WFD_ON_REMOVED,        /* the group that was being made is gone, or could not be made */
    WFD_ON_GROUP_GONE,     /* the group of an open session is gone */
    WFD_ON_BAD_REPLY,      /* the supplicant answered nonsense */
    WFD_ON_NO_MEMORY,
    WFD_ON_AGAIN,    /* nothing was begun, and another turn is needed */
    WFD_ON_DOWN,     /* the supplicant is gone */
    WFD_ON_DISABLED, /* policy */
    WFD_ON_CANCEL,
    WFD_ON_DEADLINE, /* the time for the open is over */
    WFD_ON_UNDONE,
    WFD_ON_DELIVERED, /* the callback begins */
    WFD_ON_CLOSE,
    WFD_ON_COUNT,
};

/* What the service shall do, in the order of these bits. */
enum wfd_session_action
{
    WFD_DO_ENQUEUE = 1 << 0,      /* wait for a turn */
    WFD_DO_LOOKUP = 1 << 1,       /* LIST_NETWORKS, GET_NETWORK */
    WFD_DO_STOP_FIND = 1 << 2,    /* P2P_STOP_FIND */
    WFD_DO_FIND = 1 << 3,         /* P2P_FIND for the peer */
    WFD_DO_INVITE = 1 << 4,       /* P2P_INVITE */
    WFD_DO_LISTEN = 1 << 5,       /* P2P_LISTEN */
    WFD_DO_ADOPT = 1 << 6,        /* the group becomes the session's */
    WFD_DO_LEAVE = 1 << 7,        /* gives the group up; the last one removes it */
    WFD_DO_UNDO = 1 << 8,         /* P2P_CANCEL, P2P_STOP_FIND; UNDONE follows */
    WFD_DO_UNDO_SEARCH = 1 << 9,  /* P2P_STOP_FIND; UNDONE follows */
    WFD_DO_AWAIT_REPLY = 1 << 10, /* UNDONE follows when no reply is outstanding */
    WFD_DO_RELEASE = 1 << 11,     /* the next one's turn */
    WFD_DO_SUCCEED = 1 << 12,     /* complete with success */
    WFD_DO_FAIL = 1 << 13,        /* complete with the cause */
    WFD_DO_FREE = 1 << 14,
};

/* Why an open failed. */
enum wfd_cause
{
    WFD_CAUSE_NONE, /* keeps the one that is there */
    WFD_CAUSE_CANCELLED,
    WFD_CAUSE_TIMEOUT,
    WFD_CAUSE_PEER_BUSY_TIMEOUT, /* the peer said "later" until the time was over */
    WFD_CAUSE_CONNECT_TIMEOUT,   /* the group did not come together */
    WFD_CAUSE_NOT_PAIRED,
    WFD_CAUSE_NOT_SEEN,
    WFD_CAUSE_REFUSED,
    WFD_CAUSE_BUSY,
    WFD_CAUSE_CHANNEL,
    WFD_CAUSE_INCOMPATIBLE,
    WFD_CAUSE_METHOD,  /* of pairing: one wants the button, the other a PIN */
    WFD_CAUSE_NOT_NOW, /* our supplicant will not invite a peer that it knows */
    WFD_CAUSE_KEY,
    WFD_CAUSE_ABORTED, /* the group went while it came up */
    WFD_CAUSE_RADIO_OFF,
    WFD_CAUSE_DOWN,
    WFD_CAUSE_DISABLED,
    WFD_CAUSE_BAD_REPLY,
    WFD_CAUSE_NO_MEMORY,
    WFD_CAUSE_BY_STATUS,  /* the service asks wfd_cause_of_status */
    WFD_CAUSE_BY_REMOVAL, /* the service asks wfd_cause_of_removal */
    WFD_CAUSE_COUNT,
};

enum wfd_session_verdict
{
    WFD_VERDICT_UNDECIDED, /* no cell has this: a test looks */
    WFD_VERDICT_STEP,
    WFD_VERDICT_IGNORED,    /* may come late, means nothing */
    WFD_VERDICT_IMPOSSIBLE, /* ignored too, and logged */
};

struct wfd_session_step
{
    enum wfd_session_verdict verdict;
    enum wfd_session_state next;
    unsigned int actions; /* enum wfd_session_action */
    enum wfd_cause cause;
};

/* Pure. A step that is not WFD_VERDICT_STEP has next == state and no action. */
struct wfd_session_step wfd_session_step(
        enum wfd_session_state state, enum wfd_session_event event);

/* True while the application's open is pending: its callback has not begun. */
bool wfd_session_pending(enum wfd_session_state state);

/* A P2P status byte of an invitation's answer (row SO12), never 0 or 1. */
enum wfd_cause wfd_cause_of_status(int status);
enum wfd_cause wfd_cause_of_removal(enum wfd_removal removal);
/* What the application sees of a cause. */
enum wfd_error wfd_cause_error(enum wfd_cause cause, enum wfd_reason *ret_reason);

const char *wfd_session_state_name(enum wfd_session_state state);
const char *wfd_session_event_name(enum wfd_session_event event);

#endif
