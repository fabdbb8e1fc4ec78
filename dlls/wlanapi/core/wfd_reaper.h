/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way to the helper process that takes back what this process began, should it die
 * (row CS8). The helper reads a socket; end-of-file without a farewell is its sign. Everything here
 * accepts a NULL reaper, which stands for none.
 */
#ifndef WFD_REAPER_H
#define WFD_REAPER_H

#include <poll.h>

#include "wfd_share.h"

struct wfd_reaper;

/* path: the helper program. NULL when there is no memory. Nothing is started yet. */
struct wfd_reaper *wfd_reaper_new(const char *path);
/* Lets the helper end, without reaping; or has it take back what is left, which may take long. */
void wfd_reaper_free(struct wfd_reaper *reaper, bool owes);

/*
 * True when wfd_reaper_start has something to do; when that will be, UINT64_MAX: not before the
 * helper that runs has ended. With the service's lock held.
 */
bool wfd_reaper_wanted(const struct wfd_reaper *reaper, uint64_t now_ms);
uint64_t wfd_reaper_deadline(const struct wfd_reaper *reaper);
/* Starts the helper: a few tenths of a millisecond, so without the service's lock. */
void wfd_reaper_start(struct wfd_reaper *reaper, uint64_t now_ms);

/* The poll loop: fills at most one descriptor, which shows that the helper has ended; notices it. */
unsigned int wfd_reaper_descriptors(const struct wfd_reaper *reaper, struct pollfd ret_fds[1]);
void wfd_reaper_step(struct wfd_reaper *reaper);

/*
 * The control socket that the rest is about, the process that answers there, 0: unknown, and whom
 * to believe beside root. All of these with the service's lock held.
 */
void wfd_reaper_socket(struct wfd_reaper *reaper, const char *path, int32_t process, uint32_t uid);
/* A P2P operation begins; a mere search does; it has ended. */
void wfd_reaper_begins(struct wfd_reaper *reaper);
void wfd_reaper_searches(struct wfd_reaper *reaper);
void wfd_reaper_finished(struct wfd_reaper *reaper);
/* The operation may bring up a group with this name, of our own or the peer's. */
void wfd_reaper_awaits(struct wfd_reaper *reaper, const struct wfd_ssid *ssid, bool own);
/* A group that we hold, or have made, with its wfd_share_group; it is gone, or others' alone. */
void wfd_reaper_group(
        struct wfd_reaper *reaper, const char *ifname, uint32_t ifindex, int file, bool made);
void wfd_reaper_gone(struct wfd_reaper *reaper, const char *ifname);
/*
 * The station has left for the network chosen: what follows, command by command, takes it back,
 * through that socket. It has returned.
 */
void wfd_reaper_station(
        struct wfd_reaper *reaper, const char *path, int32_t process, uint32_t uid, int chosen);
void wfd_reaper_gives_back(struct wfd_reaper *reaper, const char *command);
void wfd_reaper_returned(struct wfd_reaper *reaper);
/* What the programs share. */
void wfd_reaper_share(struct wfd_reaper *reaper, const struct wfd_share *share);

#endif
