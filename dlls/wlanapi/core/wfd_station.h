/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Legacy sessions (rows OL1 to OL5): the adapter's station interface joins a stored network whose
 * access point is the wanted device, and goes back to what it did before when the last session
 * closes. One device at a time. Guarded by the service's lock; nothing waits.
 */
#ifndef WFD_STATION_H
#define WFD_STATION_H

#include "wfd_reaper.h"
#include "wfd_supplicant.h"

struct wfd_station;

struct wfd_station_callbacks
{
    uint64_t (*now_ms)(void *context);
    /* The join that was begun has ended: WFD_SUCCESS, or why not. */
    void (*joined)(void *context, enum wfd_error error);
    /* A joined network is lost; sessions stay until they are closed. */
    void (*lost)(void *context);
    /* From now on there is something to give back, and no longer: for wfd_station_tell_reaper. */
    void (*owes)(void *context);
    void (*returned)(void *context);
};

struct wfd_station *wfd_station_new(const struct wfd_ctrl_ops *ctrl,
        const struct wfd_netif_ops *netif, const struct wfd_station_callbacks *callbacks,
        void *context);
void wfd_station_free(struct wfd_station *station);

/*
 * Begins to join the stored network of that device, on the interface named in config; joined is
 * called later, exactly once. Another session of the same device shares what is there. Only when
 * wfd_station_can_join says so.
 */
void wfd_station_join(struct wfd_station *station, const struct wfd_config *config,
        const struct wfd_mac *device, uint64_t deadline_ms);
/* False: a join or a return is under way. */
bool wfd_station_ready(const struct wfd_station *station);
/* False: sessions of another device hold the station. */
bool wfd_station_can_join(const struct wfd_station *station, const struct wfd_mac *device);
/* A session that had joined ends; the last one makes the station return. */
void wfd_station_leave(struct wfd_station *station);
/* The index of the station's network interface, 0: none. */
uint32_t wfd_station_index(const struct wfd_station *station);
/* Tells the helper what would have to be given back, if anything; uid as in wfd_reaper_socket. */
void wfd_station_tell_reaper(
        const struct wfd_station *station, struct wfd_reaper *reaper, uint32_t uid);
/* Nothing joined, nothing under way. */
bool wfd_station_idle(const struct wfd_station *station);

/* The conversation, for the service's poll loop; the station's own deadline. */
struct wfd_supplicant *wfd_station_supplicant(struct wfd_station *station);
uint64_t wfd_station_deadline(const struct wfd_station *station);
void wfd_station_step(struct wfd_station *station, uint64_t now_ms);

#endif
