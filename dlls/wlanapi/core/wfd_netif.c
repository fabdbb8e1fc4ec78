/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nl80211 through libnl. Only asks; never changes an interface.
 */
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include <linux/nl80211.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "wfd_netif.h"

#define MAX_WIPHYS 32

struct wiphy
{
    uint32_t number;
    bool can_client, can_go, can_p2p_device;
};

struct inventory
{
    struct wiphy wiphys[MAX_WIPHYS];
    unsigned int wiphy_count;
    struct wfd_netif_adapter *adapters;
    unsigned int adapter_max, adapter_count;
};

static void parse(struct nl_msg *message, struct nlattr **ret_attributes)
{
    struct genlmsghdr *header = nlmsg_data(nlmsg_hdr(message));

    nla_parse(ret_attributes, NL80211_ATTR_MAX, genlmsg_attrdata(header, 0),
            genlmsg_attrlen(header, 0), NULL);
}

static struct wiphy *find_wiphy(struct inventory *inventory, uint32_t number)
{
    for (unsigned int i = 0; i < inventory->wiphy_count; i++)
        if (inventory->wiphys[i].number == number) return &inventory->wiphys[i];
    return NULL;
}

/* A split dump sends several messages for one wiphy; only one of them has the types. */
static int wiphy_arrived(struct nl_msg *message, void *context)
{
    struct inventory *inventory = context;
    struct nlattr *attributes[NL80211_ATTR_MAX + 1], *type;
    struct wiphy *wiphy;
    uint32_t number;
    int left;

    parse(message, attributes);
    if (!attributes[NL80211_ATTR_WIPHY] || !attributes[NL80211_ATTR_SUPPORTED_IFTYPES])
        return NL_SKIP;
    number = nla_get_u32(attributes[NL80211_ATTR_WIPHY]);
    wiphy = find_wiphy(inventory, number);
    if (!wiphy)
    {
        if (inventory->wiphy_count == MAX_WIPHYS) return NL_SKIP;
        wiphy = &inventory->wiphys[inventory->wiphy_count++];
        wiphy->number = number;
    }
    nla_for_each_nested(type, attributes[NL80211_ATTR_SUPPORTED_IFTYPES], left)
    {
        if (nla_type(type) == NL80211_IFTYPE_P2P_CLIENT) wiphy->can_client = true;
        if (nla_type(type) == NL80211_IFTYPE_P2P_GO) wiphy->can_go = true;
        if (nla_type(type) == NL80211_IFTYPE_P2P_DEVICE) wiphy->can_p2p_device = true;
    }
    return NL_OK;
}

/* P2P device interfaces have no name in nl80211 and are skipped. */
static int interface_arrived(struct nl_msg *message, void *context)
{
    struct inventory *inventory = context;
    struct nlattr *attributes[NL80211_ATTR_MAX + 1];
    struct wfd_netif_adapter *adapter;
    struct wiphy *wiphy;

    parse(message, attributes);
    if (!attributes[NL80211_ATTR_IFNAME] || !attributes[NL80211_ATTR_WIPHY]) return NL_SKIP;
    if (inventory->adapter_count == inventory->adapter_max) return NL_SKIP;
    wiphy = find_wiphy(inventory, nla_get_u32(attributes[NL80211_ATTR_WIPHY]));
    if (!wiphy) return NL_SKIP;
    adapter = &inventory->adapters[inventory->adapter_count];
    memset(adapter, 0, sizeof(*adapter));
    nla_strlcpy(adapter->ifname, attributes[NL80211_ATTR_IFNAME], sizeof(adapter->ifname));
    adapter->wiphy = wiphy->number;
    adapter->can_client = wiphy->can_client;
    adapter->can_go = wiphy->can_go;
    adapter->can_p2p_device = wiphy->can_p2p_device;
    inventory->adapter_count++;
    return NL_OK;
}

static int dump(struct nl_sock *socket, int family, int command, nl_recvmsg_msg_cb_t arrived,
        struct inventory *inventory)
{
    struct nl_msg *message = nlmsg_alloc();
    int error;

    if (!message) return -ENOMEM;
    if (!genlmsg_put(
                message, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_DUMP, (uint8_t)command, 0) ||
            (command == NL80211_CMD_GET_WIPHY &&
                    nla_put_flag(message, NL80211_ATTR_SPLIT_WIPHY_DUMP)))
    {
        nlmsg_free(message);
        return -ENOMEM;
    }
    error = nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, arrived, inventory);
    if (!error) error = nl_send_auto(socket, message);
    nlmsg_free(message);
    if (error < 0) return -EIO;
    return nl_recvmsgs_default(socket) < 0 ? -EIO : 0;
}

static int system_list(
        struct wfd_netif_adapter *ret_adapters, unsigned int max, unsigned int *ret_count)
{
    struct inventory inventory = { .adapters = ret_adapters, .adapter_max = max };
    struct nl_sock *socket = nl_socket_alloc();
    int family, error;

    if (!socket) return -ENOMEM;
    if (genl_connect(socket))
    {
        nl_socket_free(socket);
        return -ENOENT;
    }
    family = genl_ctrl_resolve(socket, NL80211_GENL_NAME);
    if (family < 0)
        error = -ENOENT;
    else
        error = dump(socket, family, NL80211_CMD_GET_WIPHY, wiphy_arrived, &inventory);
    if (!error)
        error = dump(socket, family, NL80211_CMD_GET_INTERFACE, interface_arrived, &inventory);
    nl_socket_free(socket);
    if (!error) *ret_count = inventory.adapter_count;
    return error;
}

static uint32_t system_index(const char *ifname)
{
    return if_nametoindex(ifname);
}

const struct wfd_netif_ops wfd_netif_system_ops = {
    .list = system_list,
    .index = system_index,
};
