/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One event line of the supplicant -> one struct. Passphrases and everything else that the session
 * engine does not need are not taken over.
 */
#ifndef WFD_EVENT_H
#define WFD_EVENT_H

#include "wfd_text.h"

enum wfd_event_type
{
    WFD_EVENT_OTHER,        /* of no interest, or malformed */
    WFD_EVENT_DEVICE_FOUND, /* peer, category, name, config_methods, owns_group */
    WFD_EVENT_DEVICE_LOST,  /* peer */
    WFD_EVENT_FIND_STOPPED,
    WFD_EVENT_INVITATION_RESULT,    /* status */
    WFD_EVENT_INVITATION_ACCEPTED,  /* peer: its invitation was accepted by our supplicant */
    WFD_EVENT_GO_NEG_SUCCESS,       /* peer, role: of a pairing */
    WFD_EVENT_GO_NEG_FAILURE,       /* status */
    WFD_EVENT_WPS_FAILED,           /* status: WPS's configuration error */
    WFD_EVENT_GROUP_STARTED,        /* ifname, role, ssid; go when not zero */
    WFD_EVENT_GROUP_REMOVED,        /* ifname, role, removal */
    WFD_EVENT_FORMATION_FAILURE,    /* removal FREQ_CONFLICT or NONE */
    WFD_EVENT_STATION_CONNECTED,    /* peer (its device address) */
    WFD_EVENT_STATION_DISCONNECTED, /* peer */
    WFD_EVENT_CONNECTED,            /* of a station: peer, the access point's address */
    WFD_EVENT_NETWORK_FAILED, /* of a station: status, the network's id; removal PSK_FAILURE */
    WFD_EVENT_SCAN_RESULTS,   /* of a station */
    WFD_EVENT_TERMINATING,
};

enum wfd_role
{
    WFD_ROLE_NONE,
    WFD_ROLE_CLIENT,
    WFD_ROLE_GO,
};

/* Why a group went (GROUP-REMOVED reason=). */
enum wfd_removal
{
    WFD_REMOVAL_NONE, /* no reason given: the GO left the channel */
    WFD_REMOVAL_REQUESTED,
    WFD_REMOVAL_FORMATION_FAILED,
    WFD_REMOVAL_IDLE,
    WFD_REMOVAL_UNAVAILABLE,
    WFD_REMOVAL_GO_ENDING_SESSION,
    WFD_REMOVAL_PSK_FAILURE,
    WFD_REMOVAL_FREQ_CONFLICT,
    WFD_REMOVAL_OTHER,
};

struct wfd_event
{
    enum wfd_event_type type;
    struct wfd_mac peer;
    struct wfd_mac station; /* STATION_*: its address in the group */
    struct wfd_mac go;
    struct wfd_ssid ssid;
    char ifname[WFD_IFNAME_SIZE];
    enum wfd_role role;
    enum wfd_removal removal;
    int status;
    char name[WFD_NAME_SIZE]; /* a stranger's choice, but no zero in it */
    uint16_t config_methods;
    uint16_t category; /* of the primary device type; 0: not told */
    bool owns_group;
};

/* text is one datagram of a monitor socket; "<N>" in front is skipped when present. */
void wfd_event_parse(const char *text, size_t length, struct wfd_event *ret_event);

const char *wfd_event_type_name(enum wfd_event_type type);

#endif
