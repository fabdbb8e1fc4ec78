/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel knows: which adapters can do P2P (nl80211, through libnl), and the index of a
 * network interface.
 */
#ifndef WFD_NETIF_H
#define WFD_NETIF_H

#include "wfd_core.h"

/* One network interface of a wireless adapter. */
struct wfd_netif_adapter
{
    char ifname[WFD_IFNAME_SIZE];
    uint32_t wiphy;      /* the adapter's number */
    bool can_client;     /* P2P client */
    bool can_go;         /* P2P group owner */
    bool can_p2p_device; /* has P2P device interfaces, so that the supplicant makes p2p-dev-IFNAME */
};

#define WFD_NETIF_MAX_ADAPTERS 32

struct wfd_netif_ops
{
    /*
     * Fills at most max adapters. 0 or -errno; -ENOENT: this kernel (or container) has no
     * nl80211, so that only the supplicant can tell. May wait for the kernel.
     */
    int (*list)(struct wfd_netif_adapter *ret_adapters, unsigned int max, unsigned int *ret_count);
    /* The index of a network interface. 0: errno tells why, ENODEV that there is none of that name. */
    uint32_t (*index)(const char *ifname);
};

extern const struct wfd_netif_ops wfd_netif_system_ops;

#endif
