/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table. Rows are states, each decides every event. Holds no state, does nothing.
 */
#include "wfd_session.h"

#define STEP(next, actions)                                                                        \
    {                                                                                              \
        WFD_VERDICT_STEP, WFD_STATE_##next, (actions), WFD_CAUSE_NONE                              \
    }
#define LOSE(next, actions, cause)                                                                 \
    {                                                                                              \
        WFD_VERDICT_STEP, WFD_STATE_##next, (actions), WFD_CAUSE_##cause                           \
    }
#define LATE                                                                                       \
    {                                                                                              \
        WFD_VERDICT_IGNORED, 0, 0, WFD_CAUSE_NONE                                                  \
    }
#define NEVER                                                                                      \
    {                                                                                              \
        WFD_VERDICT_IMPOSSIBLE, 0, 0, WFD_CAUSE_NONE                                               \
    }

#define GIVE_UP (WFD_DO_RELEASE | WFD_DO_FAIL)
#define SUCCEED (WFD_DO_RELEASE | WFD_DO_SUCCEED)

/* Events that only the service makes, and only for other states. */
#define NOT_AGAIN            [WFD_ON_AGAIN] = NEVER
#define NOT_STARTING         [WFD_ON_BEGIN] = NEVER, [WFD_ON_TURN] = NEVER, [WFD_ON_SHARED] = NEVER
#define NO_LOOKUP            [WFD_ON_PAIRED] = NEVER, [WFD_ON_NOT_PAIRED] = NEVER
#define NOT_THE_APPLICATIONS [WFD_ON_DELIVERED] = NEVER, [WFD_ON_CLOSE] = NEVER

/* What the supplicant may say at any time, without meaning to this state. */
#define DEAF_TO_SEARCH                                                                             \
    [WFD_ON_FIND_STOPPED] = LATE, [WFD_ON_SEARCH_OVER] = LATE, [WFD_ON_DEVICE_FOUND] = LATE
#define DEAF_TO_REPLIES                                                                            \
    [WFD_ON_INVITE_OK] = LATE, [WFD_ON_INVITE_FAIL] = LATE, [WFD_ON_FIND_FAIL] = LATE,             \
    [WFD_ON_BAD_REPLY] = LATE
#define DEAF_TO_RESULTS                                                                            \
    [WFD_ON_RESULT_OK] = LATE, [WFD_ON_RESULT_LATER] = LATE, [WFD_ON_RESULT_FAILED] = LATE,        \
    [WFD_ON_ACCEPTED] = LATE
#define DEAF_TO_GROUPS                                                                             \
    [WFD_ON_STARTED_CLIENT] = LATE, [WFD_ON_STARTED_GO] = LATE, [WFD_ON_JOINED] = LATE,            \
    [WFD_ON_REMOVED] = LATE

/*
 * From the first invitation on, a group may come at any moment, however the states went. A peer that
 * joins a group which was there already leaves an interface without use, made for the invitation;
 * P2P_STOP_FIND takes it away.
 */
#define GROUP_COMES                                                                                \
    [WFD_ON_STARTED_CLIENT] = STEP(OPENED, WFD_DO_ADOPT | SUCCEED),                                \
    [WFD_ON_STARTED_GO] = STEP(JOINING, WFD_DO_ADOPT),                                             \
    [WFD_ON_JOINED] = STEP(OPENED, WFD_DO_STOP_FIND | WFD_DO_ADOPT | SUCCEED),                     \
    [WFD_ON_REMOVED] = LOSE(UNDOING, WFD_DO_UNDO, BY_REMOVAL)
#define ANSWERS                                                                                    \
    [WFD_ON_RESULT_OK] = STEP(CONNECTING, 0), [WFD_ON_RESULT_LATER] = STEP(LATER, WFD_DO_LISTEN),  \
    [WFD_ON_RESULT_FAILED] = LOSE(UNDOING, WFD_DO_UNDO, BY_STATUS),                                \
    [WFD_ON_ACCEPTED] = STEP(CONNECTING, 0)
/* The application, policy and time stop a running open; how is the state's. */
#define STOPS(undo)                                                                                \
    [WFD_ON_CANCEL] = LOSE(UNDOING, undo, CANCELLED),                                              \
    [WFD_ON_DISABLED] = LOSE(UNDOING, undo, DISABLED),                                             \
    [WFD_ON_NO_MEMORY] = LOSE(UNDOING, undo, NO_MEMORY)
#define DIES [WFD_ON_DOWN] = LOSE(FAILED, GIVE_UP, DOWN), [WFD_ON_UNDONE] = NEVER

static const struct wfd_session_step table[WFD_STATE_COUNT][WFD_ON_COUNT] = {
    [WFD_STATE_NEW] = {
        NOT_AGAIN,
        [WFD_ON_BEGIN] = STEP(QUEUED, WFD_DO_ENQUEUE),
        [WFD_ON_TURN] = NEVER, [WFD_ON_SHARED] = NEVER,
        NO_LOOKUP, DEAF_TO_SEARCH, DEAF_TO_REPLIES, DEAF_TO_RESULTS, DEAF_TO_GROUPS,
        [WFD_ON_DEVICE_LOST] = LATE,
        [WFD_ON_GROUP_GONE] = NEVER,
        [WFD_ON_NO_MEMORY] = NEVER,
        [WFD_ON_DOWN] = LATE, /* the open will find out when it begins */
        [WFD_ON_DISABLED] = LATE,
        [WFD_ON_CANCEL] = NEVER, /* kept back until the open begins */
        [WFD_ON_DEADLINE] = NEVER, [WFD_ON_UNDONE] = NEVER,
        NOT_THE_APPLICATIONS,
    },
    [WFD_STATE_QUEUED] = {
        NOT_AGAIN,
        [WFD_ON_BEGIN] = NEVER,
        [WFD_ON_TURN] = STEP(LOOKUP, WFD_DO_LOOKUP),
        [WFD_ON_SHARED] = STEP(OPENED, WFD_DO_ADOPT | WFD_DO_SUCCEED),
        NO_LOOKUP, DEAF_TO_SEARCH, DEAF_TO_REPLIES, DEAF_TO_RESULTS, DEAF_TO_GROUPS,
        [WFD_ON_DEVICE_LOST] = LATE,
        [WFD_ON_GROUP_GONE] = NEVER,
        [WFD_ON_NO_MEMORY] = LOSE(FAILED, WFD_DO_FAIL, NO_MEMORY),
        [WFD_ON_DOWN] = LOSE(FAILED, WFD_DO_FAIL, DOWN),
        [WFD_ON_DISABLED] = LOSE(FAILED, WFD_DO_FAIL, DISABLED),
        [WFD_ON_CANCEL] = LOSE(FAILED, WFD_DO_FAIL, CANCELLED),
        [WFD_ON_DEADLINE] = LOSE(FAILED, WFD_DO_FAIL, TIMEOUT),
        [WFD_ON_UNDONE] = NEVER,
        NOT_THE_APPLICATIONS,
    },
    [WFD_STATE_LOOKUP] = {
        [WFD_ON_AGAIN] = STEP(QUEUED, WFD_DO_RELEASE),
        [WFD_ON_BEGIN] = NEVER, [WFD_ON_TURN] = NEVER,
        [WFD_ON_SHARED] = STEP(OPENED, WFD_DO_ADOPT | SUCCEED),
        [WFD_ON_PAIRED] = STEP(INVITE, WFD_DO_INVITE),
        [WFD_ON_NOT_PAIRED] = LOSE(FAILED, GIVE_UP, NOT_PAIRED),
        [WFD_ON_INVITE_OK] = NEVER, [WFD_ON_INVITE_FAIL] = NEVER, [WFD_ON_FIND_FAIL] = NEVER,
        [WFD_ON_BAD_REPLY] = LOSE(FAILED, GIVE_UP, BAD_REPLY),
        DEAF_TO_SEARCH, DEAF_TO_RESULTS, DEAF_TO_GROUPS,
        [WFD_ON_DEVICE_LOST] = LATE,
        [WFD_ON_GROUP_GONE] = NEVER,
        STOPS(WFD_DO_AWAIT_REPLY),
        [WFD_ON_DEADLINE] = LOSE(UNDOING, WFD_DO_AWAIT_REPLY, TIMEOUT),
        DIES, NOT_THE_APPLICATIONS,
    },
    [WFD_STATE_INVITE] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, DEAF_TO_SEARCH, ANSWERS, GROUP_COMES,
        [WFD_ON_INVITE_OK] = STEP(INVITED, 0),
        [WFD_ON_INVITE_FAIL] = STEP(SEARCH, WFD_DO_FIND),
        [WFD_ON_FIND_FAIL] = NEVER,
        [WFD_ON_BAD_REPLY] = LOSE(UNDOING, WFD_DO_UNDO, BAD_REPLY),
        [WFD_ON_DEVICE_LOST] = LATE, /* the reply will tell */
        [WFD_ON_GROUP_GONE] = LOSE(UNDOING, WFD_DO_UNDO, BY_REMOVAL),
        STOPS(WFD_DO_UNDO),
        [WFD_ON_DEADLINE] = LOSE(UNDOING, WFD_DO_UNDO, TIMEOUT),
        DIES, NOT_THE_APPLICATIONS,
    },
    [WFD_STATE_SEARCH] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, GROUP_COMES,
        [WFD_ON_INVITE_OK] = LATE, [WFD_ON_INVITE_FAIL] = LATE,
        [WFD_ON_FIND_FAIL] = LOSE(UNDOING, WFD_DO_UNDO_SEARCH, RADIO_OFF),
        [WFD_ON_BAD_REPLY] = LOSE(UNDOING, WFD_DO_UNDO_SEARCH, BAD_REPLY),
        [WFD_ON_FIND_STOPPED] = STEP(SEARCH, WFD_DO_FIND),
        [WFD_ON_SEARCH_OVER] = LOSE(UNDOING, WFD_DO_UNDO_SEARCH, NOT_SEEN),
        [WFD_ON_DEVICE_FOUND] = STEP(REINVITE, WFD_DO_STOP_FIND | WFD_DO_INVITE),
        [WFD_ON_DEVICE_LOST] = LATE,
        [WFD_ON_RESULT_OK] = LATE, [WFD_ON_RESULT_LATER] = LATE, [WFD_ON_RESULT_FAILED] = LATE,
        [WFD_ON_ACCEPTED] = STEP(CONNECTING, 0),
        [WFD_ON_GROUP_GONE] = LOSE(UNDOING, WFD_DO_UNDO_SEARCH, BY_REMOVAL),
        STOPS(WFD_DO_UNDO_SEARCH),
        [WFD_ON_DEADLINE] = LOSE(UNDOING, WFD_DO_UNDO_SEARCH, TIMEOUT),
        DIES, NOT_THE_APPLICATIONS,
    },
    [WFD_STATE_REINVITE] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, DEAF_TO_SEARCH, ANSWERS, GROUP_COMES,
        [WFD_ON_INVITE_OK] = STEP(INVITED, 0),
        [WFD_ON_INVITE_FAIL] = LOSE(UNDOING, WFD_DO_UNDO, NOT_NOW),
        [WFD_ON_FIND_FAIL] = LATE,
        [WFD_ON_BAD_REPLY] = LOSE(UNDOING, WFD_DO_UNDO, BAD_REPLY),
        [WFD_ON_DEVICE_LOST] = LATE,
        [WFD_ON_GROUP_GONE] = LOSE(UNDOING, WFD_DO_UNDO, BY_REMOVAL),
        STOPS(WFD_DO_UNDO),
        [WFD_ON_DEADLINE] = LOSE(UNDOING, WFD_DO_UNDO, TIMEOUT),
        DIES, NOT_THE_APPLICATIONS,
    },
    [WFD_STATE_INVITED] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, DEAF_TO_SEARCH, DEAF_TO_REPLIES, ANSWERS, GROUP_COMES,
        /*
         * The supplicant drops the invitation with the peer, and will not say so. It forgets each
         * peer that it has not met in a search for a minute, whether that is there or not.
         */
        [WFD_ON_DEVICE_LOST] = STEP(SEARCH, WFD_DO_STOP_FIND | WFD_DO_FIND),
        [WFD_ON_GROUP_GONE] = LOSE(UNDOING, WFD_DO_UNDO, BY_REMOVAL),
        STOPS(WFD_DO_UNDO),
        [WFD_ON_DEADLINE] = LOSE(UNDOING, WFD_DO_UNDO, TIMEOUT),
        DIES, NOT_THE_APPLICATIONS,
    },
    [WFD_STATE_LATER] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, DEAF_TO_SEARCH, GROUP_COMES,
        [WFD_ON_INVITE_OK] = LATE, [WFD_ON_INVITE_FAIL] = LATE,
        [WFD_ON_FIND_FAIL] = LOSE(UNDOING, WFD_DO_UNDO, RADIO_OFF),
        [WFD_ON_BAD_REPLY] = LOSE(UNDOING, WFD_DO_UNDO, BAD_REPLY),
        [WFD_ON_RESULT_OK] = STEP(CONNECTING, 0),
        [WFD_ON_RESULT_LATER] = LATE, [WFD_ON_RESULT_FAILED] = LATE,
        [WFD_ON_ACCEPTED] = STEP(CONNECTING, 0),
        [WFD_ON_DEVICE_LOST] = LATE, /* it may still invite us */
        [WFD_ON_GROUP_GONE] = LOSE(UNDOING, WFD_DO_UNDO, BY_REMOVAL),
        STOPS(WFD_DO_UNDO),
        [WFD_ON_DEADLINE] = LOSE(UNDOING, WFD_DO_UNDO, PEER_BUSY_TIMEOUT),
        DIES, NOT_THE_APPLICATIONS,
    },
    [WFD_STATE_CONNECTING] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, DEAF_TO_SEARCH, DEAF_TO_REPLIES, DEAF_TO_RESULTS, GROUP_COMES,
        [WFD_ON_DEVICE_LOST] = LATE,
        [WFD_ON_GROUP_GONE] = LOSE(UNDOING, WFD_DO_UNDO, BY_REMOVAL),
        STOPS(WFD_DO_UNDO),
        [WFD_ON_DEADLINE] = LOSE(UNDOING, WFD_DO_UNDO, CONNECT_TIMEOUT),
        DIES, NOT_THE_APPLICATIONS,
    },
    [WFD_STATE_JOINING] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, DEAF_TO_SEARCH, DEAF_TO_REPLIES, DEAF_TO_RESULTS,
        [WFD_ON_DEVICE_LOST] = LATE,
        [WFD_ON_STARTED_CLIENT] = LATE, [WFD_ON_STARTED_GO] = LATE,
        [WFD_ON_JOINED] = STEP(OPENED, SUCCEED),
        [WFD_ON_REMOVED] = LOSE(UNDOING, WFD_DO_LEAVE | WFD_DO_UNDO, BY_REMOVAL),
        [WFD_ON_GROUP_GONE] = LOSE(UNDOING, WFD_DO_LEAVE | WFD_DO_UNDO, BY_REMOVAL),
        STOPS(WFD_DO_LEAVE | WFD_DO_UNDO),
        [WFD_ON_DEADLINE] = LOSE(UNDOING, WFD_DO_LEAVE | WFD_DO_UNDO, CONNECT_TIMEOUT),
        DIES, NOT_THE_APPLICATIONS,
    },
    [WFD_STATE_UNDOING] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, DEAF_TO_SEARCH, DEAF_TO_REPLIES, DEAF_TO_RESULTS,
        [WFD_ON_DEVICE_LOST] = LATE,
        /* It came up before our P2P_CANCEL got there. */
        [WFD_ON_STARTED_CLIENT] = STEP(UNDOING, WFD_DO_ADOPT | WFD_DO_LEAVE),
        [WFD_ON_STARTED_GO] = STEP(UNDOING, WFD_DO_ADOPT | WFD_DO_LEAVE),
        [WFD_ON_JOINED] = LATE, [WFD_ON_REMOVED] = LATE,
        [WFD_ON_GROUP_GONE] = LATE,
        [WFD_ON_NO_MEMORY] = LATE, [WFD_ON_DISABLED] = LATE,
        [WFD_ON_CANCEL] = LOSE(UNDOING, 0, CANCELLED),
        [WFD_ON_DEADLINE] = LATE, /* undoing is bounded by the replies' time */
        [WFD_ON_DOWN] = STEP(FAILED, GIVE_UP),
        [WFD_ON_UNDONE] = STEP(FAILED, GIVE_UP),
        NOT_THE_APPLICATIONS,
    },
    [WFD_STATE_OPENED] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, DEAF_TO_SEARCH, DEAF_TO_REPLIES, DEAF_TO_RESULTS, DEAF_TO_GROUPS,
        [WFD_ON_DEVICE_LOST] = LATE,
        [WFD_ON_GROUP_GONE] = LATE, /* succeeded all the same: the application will notice */
        [WFD_ON_NO_MEMORY] = NEVER,
        [WFD_ON_DOWN] = LATE,
        [WFD_ON_DISABLED] = STEP(OPENED, WFD_DO_LEAVE),
        [WFD_ON_CANCEL] = LATE,
        [WFD_ON_DEADLINE] = NEVER, [WFD_ON_UNDONE] = NEVER,
        [WFD_ON_DELIVERED] = STEP(OPEN, 0),
        [WFD_ON_CLOSE] = NEVER,
    },
    [WFD_STATE_FAILED] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, DEAF_TO_SEARCH, DEAF_TO_REPLIES, DEAF_TO_RESULTS, DEAF_TO_GROUPS,
        [WFD_ON_DEVICE_LOST] = LATE,
        [WFD_ON_GROUP_GONE] = LATE, [WFD_ON_NO_MEMORY] = NEVER,
        [WFD_ON_DOWN] = LATE, [WFD_ON_DISABLED] = LATE, [WFD_ON_CANCEL] = LATE,
        [WFD_ON_DEADLINE] = NEVER, [WFD_ON_UNDONE] = NEVER,
        [WFD_ON_DELIVERED] = STEP(CLOSED, WFD_DO_FREE),
        [WFD_ON_CLOSE] = NEVER,
    },
    [WFD_STATE_OPEN] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, DEAF_TO_SEARCH, DEAF_TO_REPLIES, DEAF_TO_RESULTS, DEAF_TO_GROUPS,
        [WFD_ON_DEVICE_LOST] = LATE,
        [WFD_ON_GROUP_GONE] = STEP(LOST, 0),
        [WFD_ON_NO_MEMORY] = NEVER,
        [WFD_ON_DOWN] = STEP(LOST, 0),
        [WFD_ON_DISABLED] = STEP(LOST, WFD_DO_LEAVE),
        [WFD_ON_CANCEL] = NEVER, [WFD_ON_DEADLINE] = NEVER, [WFD_ON_UNDONE] = NEVER,
        [WFD_ON_DELIVERED] = NEVER,
        [WFD_ON_CLOSE] = STEP(CLOSED, WFD_DO_LEAVE | WFD_DO_FREE),
    },
    [WFD_STATE_LOST] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, DEAF_TO_SEARCH, DEAF_TO_REPLIES, DEAF_TO_RESULTS, DEAF_TO_GROUPS,
        [WFD_ON_DEVICE_LOST] = LATE,
        [WFD_ON_GROUP_GONE] = LATE, [WFD_ON_NO_MEMORY] = NEVER,
        [WFD_ON_DOWN] = LATE, [WFD_ON_DISABLED] = LATE,
        [WFD_ON_CANCEL] = NEVER, [WFD_ON_DEADLINE] = NEVER, [WFD_ON_UNDONE] = NEVER,
        [WFD_ON_DELIVERED] = NEVER,
        [WFD_ON_CLOSE] = STEP(CLOSED, WFD_DO_FREE),
    },
    [WFD_STATE_CLOSED] = {
        NOT_AGAIN,
        NOT_STARTING, NO_LOOKUP, DEAF_TO_SEARCH, DEAF_TO_REPLIES, DEAF_TO_RESULTS, DEAF_TO_GROUPS,
        [WFD_ON_DEVICE_LOST] = LATE,
        [WFD_ON_GROUP_GONE] = LATE, [WFD_ON_NO_MEMORY] = NEVER,
        [WFD_ON_DOWN] = LATE, [WFD_ON_DISABLED] = LATE,
        [WFD_ON_CANCEL] = NEVER, [WFD_ON_DEADLINE] = NEVER, [WFD_ON_UNDONE] = NEVER,
        NOT_THE_APPLICATIONS,
    },
};

struct wfd_session_step wfd_session_step(enum wfd_session_state state, enum wfd_session_event event)
{
    struct wfd_session_step step = table[state][event];

    if (step.verdict != WFD_VERDICT_STEP) step.next = state;
    return step;
}

bool wfd_session_pending(enum wfd_session_state state)
{
    return state <= WFD_STATE_FAILED;
}

enum wfd_cause wfd_cause_of_status(int status)
{
    switch (status)
    {
    case -1: return WFD_CAUSE_NOT_SEEN;
    case 3:
    case 5: return WFD_CAUSE_BUSY;
    case 7: return WFD_CAUSE_CHANNEL;
    case 8: return WFD_CAUSE_NOT_PAIRED;
    case 11: return WFD_CAUSE_REFUSED;
    }
    return WFD_CAUSE_INCOMPATIBLE;
}

enum wfd_cause wfd_cause_of_removal(enum wfd_removal removal)
{
    switch (removal)
    {
    case WFD_REMOVAL_FORMATION_FAILED: return WFD_CAUSE_CONNECT_TIMEOUT;
    case WFD_REMOVAL_PSK_FAILURE: return WFD_CAUSE_KEY;
    case WFD_REMOVAL_FREQ_CONFLICT: return WFD_CAUSE_CHANNEL;
    case WFD_REMOVAL_UNAVAILABLE: return WFD_CAUSE_RADIO_OFF;
    case WFD_REMOVAL_NONE:
    case WFD_REMOVAL_REQUESTED:
    case WFD_REMOVAL_IDLE:
    case WFD_REMOVAL_GO_ENDING_SESSION:
    case WFD_REMOVAL_OTHER: break;
    }
    return WFD_CAUSE_ABORTED;
}

static const struct
{
    enum wfd_error error;
    enum wfd_reason reason;
} outcomes[WFD_CAUSE_COUNT] = {
    [WFD_CAUSE_NONE] = { WFD_SUCCESS, WFD_REASON_SUCCESS },
    [WFD_CAUSE_CANCELLED] = { WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED },
    [WFD_CAUSE_TIMEOUT] = { WFD_ERROR_TIMEOUT, WFD_REASON_NETWORK_NOT_AVAILABLE },
    [WFD_CAUSE_PEER_BUSY_TIMEOUT] = { WFD_ERROR_TIMEOUT, WFD_REASON_USER_NOT_RESPOND },
    [WFD_CAUSE_CONNECT_TIMEOUT] = { WFD_ERROR_TIMEOUT, WFD_REASON_ASSOCIATION_TIMEOUT },
    [WFD_CAUSE_NOT_PAIRED] = { WFD_ERROR_NOT_FOUND, WFD_REASON_PROFILE_CHANGED_OR_DELETED },
    [WFD_CAUSE_NOT_SEEN] = { WFD_ERROR_HOST_UNREACHABLE, WFD_REASON_NETWORK_NOT_AVAILABLE },
    [WFD_CAUSE_REFUSED] = { WFD_ERROR_CONNECTION_REFUSED, WFD_REASON_USER_DENIED },
    [WFD_CAUSE_BUSY] = { WFD_ERROR_BUSY, WFD_REASON_CONNECT_CALL_FAIL },
    [WFD_CAUSE_CHANNEL] = { WFD_ERROR_GEN_FAILURE, WFD_REASON_INVALID_CHANNEL },
    [WFD_CAUSE_INCOMPATIBLE] = { WFD_ERROR_GEN_FAILURE, WFD_REASON_NETWORK_NOT_COMPATIBLE },
    [WFD_CAUSE_METHOD] = { WFD_ERROR_GEN_FAILURE, WFD_REASON_PAIRING_METHOD },
    [WFD_CAUSE_NOT_NOW] = { WFD_ERROR_BUSY, WFD_REASON_CONNECT_CALL_FAIL },
    [WFD_CAUSE_KEY] = { WFD_ERROR_GEN_FAILURE, WFD_REASON_KEY_MISMATCH },
    [WFD_CAUSE_ABORTED] = { WFD_ERROR_CONNECTION_ABORTED, WFD_REASON_DRIVER_DISCONNECTED },
    [WFD_CAUSE_RADIO_OFF] = { WFD_ERROR_INVALID_STATE, WFD_REASON_DRIVER_OPERATION_FAILURE },
    [WFD_CAUSE_DOWN] = { WFD_ERROR_SERVICE_NOT_ACTIVE, WFD_REASON_UNKNOWN },
    [WFD_CAUSE_DISABLED] = { WFD_ERROR_INVALID_STATE, WFD_REASON_UNKNOWN },
    [WFD_CAUSE_BAD_REPLY] = { WFD_ERROR_INTERNAL, WFD_REASON_INTERNAL_FAILURE },
    [WFD_CAUSE_NO_MEMORY] = { WFD_ERROR_NOT_ENOUGH_MEMORY, WFD_REASON_INTERNAL_FAILURE },
    [WFD_CAUSE_BY_STATUS] = { WFD_ERROR_INTERNAL, WFD_REASON_INTERNAL_FAILURE },
    [WFD_CAUSE_BY_REMOVAL] = { WFD_ERROR_INTERNAL, WFD_REASON_INTERNAL_FAILURE },
};

enum wfd_error wfd_cause_error(enum wfd_cause cause, enum wfd_reason *ret_reason)
{
    *ret_reason = outcomes[cause].reason;
    return outcomes[cause].error;
}

const char *wfd_session_state_name(enum wfd_session_state state)
{
    static const char *const names[WFD_STATE_COUNT] = {
        "NEW",
        "QUEUED",
        "LOOKUP",
        "INVITE",
        "SEARCH",
        "REINVITE",
        "INVITED",
        "LATER",
        "CONNECTING",
        "JOINING",
        "UNDOING",
        "OPENED",
        "FAILED",
        "OPEN",
        "LOST",
        "CLOSED",
    };

    return names[state];
}

const char *wfd_session_event_name(enum wfd_session_event event)
{
    static const char *const names[WFD_ON_COUNT] = {
        "BEGIN",
        "TURN",
        "SHARED",
        "PAIRED",
        "NOT_PAIRED",
        "INVITE_OK",
        "INVITE_FAIL",
        "FIND_FAIL",
        "FIND_STOPPED",
        "SEARCH_OVER",
        "DEVICE_FOUND",
        "DEVICE_LOST",
        "RESULT_OK",
        "RESULT_LATER",
        "RESULT_FAILED",
        "ACCEPTED",
        "STARTED_CLIENT",
        "STARTED_GO",
        "JOINED",
        "REMOVED",
        "GROUP_GONE",
        "BAD_REPLY",
        "NO_MEMORY",
        "AGAIN",
        "DOWN",
        "DISABLED",
        "CANCEL",
        "DEADLINE",
        "UNDONE",
        "DELIVERED",
        "CLOSE",
    };

    return names[event];
}
