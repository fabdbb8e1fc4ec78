/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The conversation with one wpa_supplicant: finds the control socket of an adapter that can do
 * P2P, keeps a command and a monitor connection, sends one request at a time and hands its reply
 * to whoever asked, watches that the supplicant is alive. Knows nothing of sessions.
 *
 * Everything here is called by the service's loop with the service's lock held, except
 * wfd_supplicant_running. Nothing waits but wfd_supplicant_gather.
 */
#ifndef WFD_SUPPLICANT_H
#define WFD_SUPPLICANT_H

#include <poll.h>

#include "wfd_ctrl.h"
#include "wfd_event.h"
#include "wfd_list.h"
#include "wfd_netif.h"

struct wfd_supplicant;

/* The most that one waits for, and the most control sockets that are asked. */
#define WFD_SUPPLICANT_DESCRIPTORS 16

enum wfd_supplicant_state
{
    WFD_SUPPLICANT_DOWN,      /* no connection */
    WFD_SUPPLICANT_GATHERING, /* the loop shall call wfd_supplicant_gather without its lock */
    WFD_SUPPLICANT_PROBING,   /* asking all control sockets what they are */
    WFD_SUPPLICANT_ATTACHING, /* the best one that can do P2P: its events are asked for */
    WFD_SUPPLICANT_UP,
};

/* Embedded in whoever asks, so that asking needs no memory. */
struct wfd_request
{
    struct wfd_list entry;
    /* lost: no reply will come, reply is empty. The request may be reused from within. */
    void (*done)(struct wfd_request *request, void *context, bool lost, struct wfd_cursor reply);
    void *context;
    uint64_t deadline_ms;
    bool queued; /* waiting or on its way */
    bool sent;
    bool secret; /* the text is not logged, and wiped when the reply is there */
    char text[120];
};

struct wfd_supplicant_callbacks
{
    void (*up)(void *context);
    /*
     * The connection ended, or could not be made: SERVICE_NOT_ACTIVE, NOT_SUPPORTED or
     * NOT_ENOUGH_MEMORY, which is also for want of descriptors.
     */
    void (*down)(void *context, enum wfd_error error);
    void (*event)(void *context, const struct wfd_event *event);
    void (*alive)(void *context); /* a sign of life came; NULL is allowed */
};

struct wfd_supplicant *wfd_supplicant_new(const struct wfd_ctrl_ops *ctrl,
        const struct wfd_netif_ops *netif, const struct wfd_supplicant_callbacks *callbacks,
        void *context);
void wfd_supplicant_free(struct wfd_supplicant *supplicant);

/* Takes effect with the next connection; an open one to another directory is dropped. */
void wfd_supplicant_configure(struct wfd_supplicant *supplicant, const struct wfd_config *config);

/* Begins to connect unless connected or connecting; up or down is called later. */
void wfd_supplicant_connect(struct wfd_supplicant *supplicant, uint64_t now_ms);

/* As connect, to the interface named in the configuration, whether it can do P2P or not. */
void wfd_supplicant_connect_station(struct wfd_supplicant *supplicant, uint64_t now_ms);

/*
 * True when the connection is to an adapter's own socket and its P2P device has one by now: a
 * supplicant that starts makes that one last, and only there are the stored groups.
 */
bool wfd_supplicant_superseded(const struct wfd_supplicant *supplicant);
/* Ends the connection as if it had broken; down is called. */
void wfd_supplicant_drop(struct wfd_supplicant *supplicant, const char *why);

/* Ends a connection that is up and idle; down is not called. */
void wfd_supplicant_disconnect(struct wfd_supplicant *supplicant);

/* Lists sockets and adapters. Called without the lock: asking the kernel may wait. */
void wfd_supplicant_gather(struct wfd_supplicant *supplicant);
/* Starts on what was gathered. */
void wfd_supplicant_gathered(struct wfd_supplicant *supplicant, uint64_t now_ms);

enum wfd_supplicant_state wfd_supplicant_state(const struct wfd_supplicant *supplicant);
/* The control socket in use, valid while UP; our P2P device address, valid since the last time UP. */
const char *wfd_supplicant_path(const struct wfd_supplicant *supplicant);
/* The process behind the last connection that was UP, 0: unknown. A restarted one has another. */
int32_t wfd_supplicant_process(const struct wfd_supplicant *supplicant);
/* False when that process is known to have ended. */
bool wfd_supplicant_lives(const struct wfd_supplicant *supplicant);
const struct wfd_mac *wfd_supplicant_address(const struct wfd_supplicant *supplicant);

/*
 * True when somebody listens on a control socket of the directory at this moment, which says
 * nothing about whether it answers. From any thread with the lock held; never waits.
 */
bool wfd_supplicant_running(struct wfd_supplicant *supplicant);

/*
 * Queues request, whose text, done and context are set. Returns false, and done is not called,
 * when the supplicant is not UP.
 */
bool wfd_supplicant_ask(struct wfd_supplicant *supplicant, struct wfd_request *request);

/* Forgets a request whose answer nobody needs any more, right before the connection ends. */
void wfd_supplicant_withdraw(struct wfd_request *request);

/* How often to make sure that the supplicant is alive; 0: not at all. */
void wfd_supplicant_watch(struct wfd_supplicant *supplicant, uint64_t now_ms, uint32_t interval_ms);

/*
 * Asks for a sign of life now, over the monitor connection: a command that takes long does not
 * delay it.
 */
void wfd_supplicant_check(struct wfd_supplicant *supplicant, uint64_t now_ms);

/* The poll loop: what to wait for; the earliest time at which step must be called. */
unsigned int wfd_supplicant_descriptors(
        const struct wfd_supplicant *supplicant, struct pollfd ret_fds[WFD_SUPPLICANT_DESCRIPTORS]);
uint64_t wfd_supplicant_deadline(const struct wfd_supplicant *supplicant);
/* Reads what there is to read, sends what can be sent, notices what took too long. */
void wfd_supplicant_step(struct wfd_supplicant *supplicant, uint64_t now_ms);
/* Only sends what can be sent. */
void wfd_supplicant_flush(struct wfd_supplicant *supplicant, uint64_t now_ms);

#endif
