/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the service share. Everything here is guarded by wfd_service.lock; every
 * function must be called with it held.
 *
 * The order of locks: dispatch_lock of the PE half, which is not held across a call of the core;
 * wfd_service.lock; whatever the log's sink takes. With wfd_service.lock held nothing is called
 * that can wait: the locks on files that programs meet at (wfd_share.h) are only tried, sockets
 * are asked not to wait, and where that cannot be had (poll, the kernel's list of adapters, the
 * helper's start and end) the lock is let go.
 */
#ifndef WFD_PRIVATE_H
#define WFD_PRIVATE_H

#include <pthread.h>

#include "wfd_completion.h"
#include "wfd_handle_table.h"
#include "wfd_reaper.h"
#include "wfd_session.h"
#include "wfd_share.h"
#include "wfd_station.h"
#include "wfd_supplicant.h"

struct wfd_client
{
    struct wfd_list entry; /* wfd_service.clients */
    struct wfd_list sessions;
    struct wfd_list completions; /* of opens whose callback has not returned */
    uint32_t handle;
};

/* One peer in one group, and the sessions that share it (row SO10). */
struct wfd_member
{
    struct wfd_list entry; /* wfd_group.members */
    struct wfd_group *group;
    struct wfd_list sessions;
    struct wfd_mac peer;
    struct wfd_mac station; /* its address in our group */
    bool present;           /* false: left our group, may come back */
    bool leaving;           /* P2P_REMOVE_CLIENT is on its way, or will be */
    bool questioned;        /* the roll call will tell whether it is there */
    struct wfd_request request;
};

/* A live P2P group that sessions of ours hold, perhaps among those of other programs. */
struct wfd_group
{
    struct wfd_list entry; /* wfd_service.groups */
    struct wfd_service *service;
    struct wfd_list members;
    char ifname[WFD_IFNAME_SIZE];
    uint32_t ifindex;
    enum wfd_role role;
    struct wfd_ssid ssid;
    int32_t process;           /* the supplicant that has it */
    int file;                  /* wfd_share_group */
    uint64_t settled_ms;       /* when the peer that joined last may be turned away */
    unsigned int turning_away; /* P2P_REMOVE_CLIENTs that are on their way */
    bool removing;             /* P2P_GROUP_REMOVE is on its way, or will be */
    bool made;                 /* by this program */
    bool vanished;             /* its interface had gone already when it was heard of */
    bool doubtful;             /* may be another program's: only an own turn tells */
    bool left;                 /* others hold it; peers that nobody holds are being turned away */
    bool orphan;               /* the connection broke; the supplicant may still have it */
    unsigned int reclaims;     /* how often it was tried */
    bool gone;                 /* the supplicant said so */
    bool questioned;           /* the list that is asked for will tell whether it is there */
    struct wfd_request request;
};

struct wfd_session
{
    struct wfd_client *client; /* NULL: closed by the application */
    struct wfd_list client_entry;
    struct wfd_list inbox_entry;   /* wfd_service.inbox */
    struct wfd_list pending_entry; /* wfd_service.pending */
    struct wfd_list member_entry;
    struct wfd_member *member;         /* NULL: in no group */
    struct wfd_completion *completion; /* NULL once delivered */
    struct wfd_pairing *pairing;       /* NULL: the peer is paired already; wfd_pairing_free */
    uint64_t begin_ms, deadline_ms;
    uint64_t retry_ms; /* no turn before that */
    struct wfd_mac peer;
    uint32_t handle;
    enum wfd_session_state state;
    enum wfd_cause cause;
    bool reconnected;                   /* for this open, once */
    uint8_t agains;                     /* turns that were for nothing */
    bool legacy;                        /* holds the station's network instead of a group */
    bool on_begin, on_cancel, on_close; /* what the inbox entry is about */
};

enum wfd_waiter_kind
{
    WFD_WAIT_ALIVE,  /* is there a supplicant that can do P2P? */
    WFD_WAIT_SEARCH, /* look for one device */
    WFD_WAIT_SCAN,   /* look for all devices */
    WFD_WAIT_ASK,    /* read or change the stored groups */
    WFD_WAIT_LEGACY, /* join the network of a legacy device */
};

/* A thread that waits inside the core; lives on its stack. */
struct wfd_waiter
{
    struct wfd_list entry; /* wfd_service.waiters; unlinked when done */
    enum wfd_waiter_kind kind;
    struct wfd_mac peer;
    uint64_t begin_ms;
    bool done, found;
    enum wfd_error error;
};

#define WFD_MAX_STORED_GROUPS 256

/* A group that was given up while it was being made: it may come up all the same. */
struct wfd_undone
{
    uint64_t until_ms, linger_until_ms; /* linger: even if nobody needs the connection */
    bool lost; /* the supplicant was lost from sight meanwhile: it may have come up already */
    bool own;  /* of ours */
    unsigned int reclaims; /* since it was given up */
    struct wfd_mac peer;
    struct wfd_ssid ssid;
};

#define WFD_MAX_UNDONE 16

/* How long what a supplicant owes us is remembered, after we have lost sight of it. */
#define WFD_OWED_MS 600000
/* How often it is asked for, by a supplicant that breaks the connection each time. */
#define WFD_RECLAIMS 3

/* The one P2P operation that the supplicant is busy with. */
struct wfd_operation
{
    struct wfd_session *session;
    struct wfd_waiter *search;
    bool searching; /* a search for a waiter runs, even if its waiter gave up */
    uint64_t search_end_ms;
    uint64_t turn_ms; /* when to try again for a turn among the programs */

    int ids[WFD_MAX_STORED_GROUPS]; /* stored groups, to look through from the last one */
    unsigned int id_count, id_at;
    int list_last;
    enum
    {
        WFD_LOOKUP_LIST,
        WFD_LOOKUP_BSSID,
        WFD_LOOKUP_CLIENTS,
        WFD_LOOKUP_SSID,
    } lookup_step;
    int id;
    enum wfd_role role;
    struct wfd_ssid ssid;

    int status;               /* of the last RESULT_FAILED */
    enum wfd_removal removal; /* of the last REMOVED */
    bool find_again;
    bool invited;         /* P2P_INVITE was asked, and no group has come of it yet */
    bool authorised;      /* the peer, by P2P_INVITE, to invite us */
    bool agreed;          /* the peer has accepted, or invited us */
    bool wrong_pin;       /* so WPS found, after the devices had agreed */
    bool interrupted;     /* the connection broke, and what it was about is to be taken back */
    bool reaper_told;     /* that an operation runs */
    int32_t process;      /* of the supplicant that was interrupted */
    unsigned int resumes; /* that broke the connection, in a row */
    struct wfd_undone undone[WFD_MAX_UNDONE];
    struct wfd_group *started;           /* while its session is told of it */
    struct wfd_group *spare_group;       /* so that no started group is lost for want of memory */
    struct wfd_member *spare_members[2]; /* a place held, and the one that replaces it */
    struct wfd_request lookup, find, invite, stop, cancel, revoke;
};

/* A live group that no session of ours holds. */
struct wfd_stranger
{
    struct wfd_list entry; /* wfd_survey.strangers */
    char ifname[WFD_IFNAME_SIZE];
    enum wfd_role role; /* NONE: not known yet, as the next two */
    struct wfd_ssid ssid;
    struct wfd_mac go; /* its owner's device address, if we are a client; zero: not known */
    bool asked;        /* for the present open */
};

struct wfd_survey
{
    struct wfd_list strangers;
    unsigned int stranger_count;
    struct wfd_supplicant *supplicant; /* the conversation with one group's interface */
    struct wfd_stranger *at;           /* which stranger's */
    char called[WFD_IFNAME_SIZE];      /* which of ours, for the roll call; "": of none */
    enum
    {
        WFD_SURVEY_STATUS,
        WFD_SURVEY_PEER,
    } step;
    struct wfd_mac bssid, peer; /* from STATUS; asked about */
    bool departed;              /* it has left one of our groups since it was asked about */
    bool reclaims;              /* looks for what has come of opens that were given up */
    bool wanted;                /* the operation's session waits for the answer */
    bool over;                  /* the conversation shall end */
    uint64_t list_ms;           /* when the list of groups is asked for again */
    bool incomplete;            /* there was no memory for a stranger: the list is asked again */
    struct wfd_request list, query;
};

/* The conversation about stored groups. */
struct wfd_devices
{
    struct wfd_waiter *waiter; /* who asks; NULL: nobody, or it gave up */
    struct wfd_request request;
};

struct wfd_service
{
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a completion, a waiter, a returned callback */
    struct wfd_environment environment;
    struct wfd_config config;
    struct wfd_supplicant *supplicant;
    struct wfd_reaper *reaper;
    struct wfd_share *share;
    struct wfd_station *station;
    struct wfd_waiter *joining;         /* waits for the station */
    bool connected;                     /* the supplicant was reached */
    uint64_t connect_ms;                /* when that was tried last */
    uint64_t up_ms, reconnect_ms;       /* connected since; not tried again before */
    unsigned int breaks;                /* of connections that did not last, in a row */
    char reached[WFD_SOCKET_PATH_SIZE]; /* the control socket that answered last; "": none has */
    /* What we began is still with a supplicant that we have lost sight of; until_ms: as long as. */
    uint64_t owed_until_ms, owed_retry_ms;
    bool puts_off; /* it does not answer: tried again now and then */

    pthread_t thread;
    bool thread_runs, stop;
    bool awake; /* the loop will look at what callers leave before it sleeps */
    int wake_fd;

    struct wfd_handle_table *handles;
    struct wfd_list clients;
    struct wfd_list inbox;   /* sessions that the application did something to */
    struct wfd_list pending; /* opens that began and have not completed, oldest first */
    struct wfd_list groups;
    struct wfd_list waiters;
    struct wfd_completion_queue completions;
    struct wfd_operation operation;
    struct wfd_survey survey;
    struct wfd_devices devices;
    bool disabled; /* by policy */
    bool disabled_changed;
    uint32_t changes; /* counts what wfd_service_look would tell */
};

uint64_t wfd_service_now(const struct wfd_service *service);
/* The loop is told once for each of its sleeps. */
void wfd_service_wake(struct wfd_service *service);
/* Gives waiter to the loop and waits for its answer; late is the error when none comes. */
enum wfd_error wfd_service_wait(
        struct wfd_service *service, struct wfd_waiter *waiter, uint32_t ms, enum wfd_error late);
/* Waits at most so long for something that is announced by wfd_service.changed. */
void wfd_service_wait_a_little(struct wfd_service *service, uint32_t ms);
/* The loop runs, with that configuration if nobody uses another, and a supplicant answers. */
enum wfd_error wfd_service_prepare(struct wfd_service *service, const struct wfd_config *config);
/* A handle for an open that has not begun. pairing may be NULL, else it is taken over. */
enum wfd_error wfd_service_register(struct wfd_service *service, uint64_t client,
        const struct wfd_mac *peer, struct wfd_pairing *pairing, uint64_t callback,
        uint64_t context, uint32_t *ret_session);

/* wfd_loop.c */
void *wfd_loop(void *context); /* the service */
extern const struct wfd_supplicant_callbacks wfd_loop_callbacks;
extern const struct wfd_station_callbacks wfd_loop_station_callbacks;
/* Nothing is queued, pending, live or on its way. */
bool wfd_service_drained(const struct wfd_service *service);
void wfd_session_free(struct wfd_service *service, struct wfd_session *session);
/* A supplicant that does not answer may still have something of ours. */
bool wfd_service_owes(const struct wfd_service *service);

/* Runs one event through the table and carries out the actions. */
void wfd_service_step(
        struct wfd_service *service, struct wfd_session *session, enum wfd_session_event event);

/* wfd_operation.c: the operation's part of the actions, and what arrives for it. */
void wfd_request_init(struct wfd_request *request,
        void (*done)(struct wfd_request *, void *, bool, struct wfd_cursor), void *context);
void wfd_operation_init(struct wfd_operation *operation, struct wfd_service *service);
/* The peer is in no live group: which stored group leads to it? */
void wfd_operation_lookup(struct wfd_service *service);
/* The session's next turn has to wait for what other programs do. */
void wfd_operation_wait(struct wfd_service *service, struct wfd_session *session);
void wfd_operation_run(
        struct wfd_service *service, struct wfd_session *session, unsigned int actions);
void wfd_operation_event(struct wfd_service *service, const struct wfd_event *event);
void wfd_operation_release(struct wfd_service *service);
/* Gives the next session or search its turn; ends what has been undone. */
void wfd_operation_schedule(struct wfd_service *service);
/* To a helper that knows nothing yet. */
void wfd_operation_tell_reaper(struct wfd_service *service);
/* The connection broke: the search that runs ends. */
void wfd_operation_search_lost(struct wfd_service *service, enum wfd_error error);
void wfd_operation_timeouts(struct wfd_service *service, uint64_t now_ms);
uint64_t wfd_operation_deadline(const struct wfd_service *service);
bool wfd_operation_idle(const struct wfd_operation *operation);
/* One of those that were laid in at the beginning of the turn; NULL: none is left. */
struct wfd_member *wfd_operation_spare_member(struct wfd_operation *operation);
/* True when nothing but wfd_operation_schedule is missing to end what is being undone. */
bool wfd_operation_undone(const struct wfd_operation *operation);
void wfd_operation_free(struct wfd_operation *operation);

/* wfd_pairing.c */
void wfd_pairing_free(struct wfd_pairing *pairing);
/* In the place of a lookup: nothing is looked up. */
void wfd_pairing_begin(struct wfd_service *service, struct wfd_session *session);
void wfd_pairing_ask(struct wfd_service *service, struct wfd_session *session);
void wfd_pairing_event(struct wfd_service *service, const struct wfd_event *event);
/* True for the group that the devices have agreed on. */
bool wfd_pairing_awaits(const struct wfd_service *service, const struct wfd_event *event);
enum wfd_cause wfd_pairing_cause(const struct wfd_service *service, enum wfd_cause cause);

/* wfd_devices.c */
void wfd_devices_init(struct wfd_devices *devices, struct wfd_service *service);
void wfd_devices_found(struct wfd_waiter *waiter, const struct wfd_event *event);
/* Asks for the next waiter, if nobody asks. */
void wfd_devices_schedule(struct wfd_service *service);
bool wfd_devices_idle(const struct wfd_service *service);
uint32_t wfd_devices_scan_seconds(const struct wfd_waiter *waiter);
/* wfd_undone.c */
bool wfd_undone_group_matches(
        const struct wfd_event *event, const struct wfd_mac *peer, const struct wfd_ssid *ssid);
/* The operation's session is given up: its group may come all the same. */
void wfd_undone_remember(struct wfd_service *service);
/* Such a group has come up, and is removed; false: the group is somebody else's. */
bool wfd_undone_started(struct wfd_service *service, const struct wfd_event *event);
/* The same of a group that was met when the supplicant was there again. */
bool wfd_undone_met(struct wfd_service *service, const char *ifname, enum wfd_role role,
        const struct wfd_ssid *ssid);
/* Such a peer may have come into a group that others hold, and is turned away. */
void wfd_undone_guest(struct wfd_service *service, const struct wfd_event *event);
/* Until when a group that was given up is waited for; in the past: none is. */
uint64_t wfd_undone_lingers_until(const struct wfd_operation *operation);
/* The connection broke; what was under way is to be taken back. */
void wfd_undone_lost_sight(struct wfd_service *service);
void wfd_undone_interrupt(struct wfd_service *service);
/* The supplicant is there again: takes back what the broken connection left, if it is the same. */
void wfd_undone_resume(struct wfd_service *service);
/* It will not come again. */
void wfd_undone_forget(struct wfd_service *service);
/* What a program has left, at this supplicant, that died in its turn. */
void wfd_undone_inherit(struct wfd_service *service, const struct wfd_share_note *note);
void wfd_undone_tell_reaper(struct wfd_service *service);

/* wfd_group.c */
struct wfd_group *wfd_group_new(struct wfd_service *service);
struct wfd_member *wfd_member_new(void);
void wfd_group_start(
        struct wfd_service *service, struct wfd_group *group, const struct wfd_event *event);
/* A group that others have made; file holds a place in it, and is the group's from now on. */
void wfd_group_take(struct wfd_service *service, struct wfd_group *group, int file);
struct wfd_group *wfd_group_by_name(struct wfd_service *service, const char *ifname);
/* The live group, not being removed, that we own under that SSID. */
struct wfd_group *wfd_group_owned(struct wfd_service *service, const struct wfd_ssid *ssid);
/* True while that group of ours is given up, but not gone yet. */
bool wfd_group_leaving(struct wfd_service *service, const struct wfd_ssid *ssid);
struct wfd_member *wfd_member_of(struct wfd_group *group, const struct wfd_mac *peer);
/* The peer's place in a live group; NULL: none. */
struct wfd_member *wfd_member_find(struct wfd_service *service, const struct wfd_mac *peer);
/* True while a group with that peer is being given up: its next open has to wait. */
bool wfd_group_busy(struct wfd_service *service, const struct wfd_mac *peer);
void wfd_member_add(struct wfd_group *group, struct wfd_member *member, const struct wfd_mac *peer);
void wfd_member_join(struct wfd_member *member, struct wfd_session *session);
/* The peer has joined our group, with that address. */
void wfd_member_arrived(struct wfd_member *member, const struct wfd_mac *station);
/* It has left our group, which its sessions go on holding, and may come back. */
void wfd_member_left(struct wfd_member *member);
/* The session gives its place up; the last one of all programs removes the peer, or the group. */
void wfd_group_leave(struct wfd_service *service, struct wfd_session *session);
/* Removes a peer that nobody holds, once it has settled, from a group that stays. */
void wfd_group_turn_away(struct wfd_service *service, struct wfd_member *member);
/* Gives a group up, once its peers have settled: removes it if no other program holds it. */
void wfd_group_remove(struct wfd_service *service, struct wfd_group *group);
/* Asks for what has waited for peers to settle. */
void wfd_group_timeouts(struct wfd_service *service, uint64_t now_ms);
uint64_t wfd_group_deadline(const struct wfd_service *service);
/* The group is no more: its sessions are told. */
void wfd_group_gone(struct wfd_service *service, struct wfd_group *group);
void wfd_group_all_gone(struct wfd_service *service);
/*
 * The connection broke: the groups' sessions are told, but whether the groups are no more will be
 * seen when the supplicant answers again: wfd_group_reclaim, or does not: wfd_group_all_gone.
 */
void wfd_group_all_orphaned(struct wfd_service *service);
/* Removes the orphans, if this is still the supplicant that has them. */
void wfd_group_reclaim(struct wfd_service *service);
/* A list of groups is asked for: those that are here by now must be in it, or are gone. */
void wfd_group_question(struct wfd_service *service);
void wfd_group_missing(struct wfd_service *service);
/* True while there is a group that is not being given up. */
/* Leaves them to the helper, and to other programs. */
void wfd_group_bequeath(struct wfd_service *service);
bool wfd_group_held(const struct wfd_service *service);
bool wfd_group_orphans(const struct wfd_service *service);

/* wfd_survey.c */
/* True for the name of a group's interface of that adapter: wlan0, for example. */
bool wfd_survey_is_group(const char *adapter, struct wfd_cursor name);
bool wfd_survey_init(struct wfd_survey *survey, struct wfd_service *service);
void wfd_survey_free(struct wfd_service *service);
/* The supplicant is there: asks it which groups are. */
void wfd_survey_begin(struct wfd_service *service);
/* Some of them may have come of opens that were given up. */
void wfd_survey_reclaim(struct wfd_service *service);
/* None of them is known any more to be somebody's. */
void wfd_survey_doubt(struct wfd_service *service);
/* It is gone, or we do not listen any more. */
void wfd_survey_forget(struct wfd_service *service);
/* Groups that are not ours come and go. */
void wfd_survey_started(struct wfd_service *service, const struct wfd_event *event);
void wfd_survey_left(struct wfd_service *service, const struct wfd_group *group);
void wfd_survey_removed(struct wfd_service *service, const char *ifname);
/* A peer has left a group that we own. */
void wfd_survey_departed(struct wfd_service *service, const struct wfd_mac *peer);
/*
 * Looks for the peer of the operation's session in the strangers: the session is told SHARED, or
 * AGAIN, or wfd_operation_lookup follows.
 */
void wfd_survey_peer(struct wfd_service *service);
/* False when a stranger has appeared since that may hold the peer. */
bool wfd_survey_complete(const struct wfd_service *service, const struct wfd_mac *peer);
/*
 * The stranger that we own under that SSID, which becomes a group of ours, with a place held for
 * the peer. False: others give it up at this moment. ret_group is NULL without such a stranger.
 */
bool wfd_survey_take_owned(struct wfd_service *service, const struct wfd_ssid *ssid,
        const struct wfd_mac *peer, struct wfd_group **ret_group);
void wfd_survey_step(struct wfd_service *service, uint64_t now_ms);
bool wfd_survey_idle(const struct wfd_service *service);
uint64_t wfd_survey_deadline(const struct wfd_service *service);

/* wfd_rollcall.c: for the survey, whose conversation it uses. */
/* The list of groups has come: the peers of those that we own shall be asked for. */
void wfd_rollcall_begin(struct wfd_service *service);
/* The interface of the group whose roll is called next; NULL: none is, until the next list. */
const char *wfd_rollcall_next(struct wfd_service *service);
/* Makes the question about the next peer in there; false: none is left. */
bool wfd_rollcall_ask(struct wfd_service *service, struct wfd_request *request);
void wfd_rollcall_answer(struct wfd_service *service, struct wfd_cursor reply);
/* The conversation with that group is over, whatever has been answered. */
void wfd_rollcall_end(struct wfd_service *service);

#endif
