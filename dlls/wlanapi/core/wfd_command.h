/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words for wpa_supplicant's control interface. Arguments are addresses, numbers and names
 * that wfd_text_ifname has accepted, so nothing can be injected. Each fills request->text.
 */
#ifndef WFD_COMMAND_H
#define WFD_COMMAND_H

#include "wfd_supplicant.h"

/* after < 0: from the start; else what follows the network with that id. */
void wfd_command_list_networks(struct wfd_request *request, int after);
void wfd_command_get_network(struct wfd_request *request, int id, const char *field);
void wfd_command_find(struct wfd_request *request, const struct wfd_mac *peer, uint32_t seconds);
void wfd_command_stop_find(struct wfd_request *request);
void wfd_command_listen(struct wfd_request *request, uint32_t seconds);
void wfd_command_invite(struct wfd_request *request, int id, const struct wfd_mac *peer);
/* Carries the PIN: request->secret. */
void wfd_command_connect(
        struct wfd_request *request, const struct wfd_mac *peer, const struct wfd_pairing *pairing);
void wfd_command_find_all(struct wfd_request *request, uint32_t seconds);
void wfd_command_remove_network(struct wfd_request *request, int id);
/* Strikes it off the lists of all stored groups that we own, and turns it away. */
void wfd_command_forget_client(struct wfd_request *request, const struct wfd_mac *peer);
void wfd_command_save(struct wfd_request *request);
void wfd_command_cancel(struct wfd_request *request);
/*
 * Takes back what each P2P_INVITE allows its peer: to invite us once, at any time, and be accepted.
 * P2P_CANCEL does not. The supplicant keeps one such peer; this puts nobody in its place.
 */
#define WFD_REVOKE "P2P_CONNECT 00:00:00:00:00:00 pbc join auth"
void wfd_command_revoke(struct wfd_request *request);
void wfd_command_interfaces(struct wfd_request *request);
void wfd_command_status(struct wfd_request *request);
/* What is known of a device that has been heard of late; FAIL: it has not. */
void wfd_command_peer(struct wfd_request *request, const struct wfd_mac *peer);
/* At a group's own socket: whether peer is in it, when it is ours; what is known of its owner. */
void wfd_command_group_member(struct wfd_request *request, const struct wfd_mac *peer);
void wfd_command_bss_of(struct wfd_request *request, const struct wfd_mac *peer);
void wfd_command_remove_group(struct wfd_request *request, const char *ifname);
/* station: its address in the group. */
void wfd_command_remove_client(struct wfd_request *request, const struct wfd_mac *station);

/* What a reply says, before its details. */
enum wfd_reply
{
    WFD_REPLY_OK,
    WFD_REPLY_FAIL, /* FAIL, FAIL-BUSY, ... */
    WFD_REPLY_OTHER,
};

enum wfd_reply wfd_reply_kind(struct wfd_cursor reply);

/*
 * The ids of the stored persistent groups in a reply to LIST_NETWORKS, in its order, at most max.
 * Returns false when the reply is no list. ret_last is the last id of any kind, -1: none;
 * ret_cut tells that the supplicant may have left networks out.
 */
bool wfd_reply_persistent_ids(struct wfd_cursor reply, int *ret_ids, unsigned int max,
        unsigned int *ret_count, int *ret_last, bool *ret_cut);

/*
 * The reply to STATUS of a group's interface. False when it is no group, or still being formed.
 * ret_bssid is its owner's address in it.
 */
bool wfd_reply_group_status(struct wfd_cursor reply, enum wfd_role *ret_role,
        struct wfd_ssid *ret_ssid, struct wfd_mac *ret_bssid);

/* The address in a reply to BSS; false when there is none. */
bool wfd_reply_bssid(struct wfd_cursor reply, struct wfd_mac *ret_bssid);

/* True when the reply to GET_NETWORK n bssid or p2p_client_list contains peer. */
bool wfd_reply_has_mac(struct wfd_cursor reply, const struct wfd_mac *peer);

#endif
