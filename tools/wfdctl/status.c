/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The command status: what the kernel and the supplicants say is there at this moment. Asks each
 * control socket once, and changes nothing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "wfd_netif.h"

#define REPLY_SIZE 4097

struct status
{
    const struct ctl_options *options;
    struct json_object *root, *adapters, *supplicants, *groups, *sessions;
};

static void put(struct json_object *object, const char *name, const char *value)
{
    json_object_object_add(object, name, json_object_new_string(value));
}

/* Adapters, as the kernel knows them. */

static void add_adapter(struct status *status, const struct wfd_netif_adapter *adapter)
{
    struct json_object *object = json_object_new_object();
    bool capable = adapter->can_client && adapter->can_go;

    if (!strncmp(adapter->ifname, "p2p-", 4))
    {
        json_object_put(object);
        return;
    }
    put(object, "interface", adapter->ifname);
    json_object_object_add(object, "wifi_direct", json_object_new_boolean(capable));
    json_object_object_add(object, "p2p_device", json_object_new_boolean(adapter->can_p2p_device));
    json_object_array_add(status->adapters, object);
}

static void list_adapters(struct status *status)
{
    struct wfd_netif_adapter adapters[WFD_NETIF_MAX_ADAPTERS];
    unsigned int count = 0;

    if (wfd_netif_system_ops.list(adapters, WFD_NETIF_MAX_ADAPTERS, &count)) count = 0;
    for (unsigned int i = 0; i < count; i++) add_adapter(status, &adapters[i]);
}

/* Groups: an interface of the supplicant's whose name begins with p2p-, but its devices. */

static void put_address(struct json_object *object, const char *ifname)
{
    struct ifaddrs *all, *one;
    char text[INET_ADDRSTRLEN];

    if (getifaddrs(&all)) return;
    for (one = all; one; one = one->ifa_next)
    {
        if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET) continue;
        if (strcmp(one->ifa_name, ifname)) continue;
        inet_ntop(AF_INET, &((struct sockaddr_in *)one->ifa_addr)->sin_addr, text, sizeof(text));
        put(object, "address", text);
        break;
    }
    freeifaddrs(all);
}

static void put_members(
        struct status *status, struct json_object *object, const char *ifname, bool owner)
{
    struct json_object *peers = json_object_new_array();
    char reply[REPLY_SIZE], command[64] = "STA-FIRST", station[32], peer[32];

    for (int i = 0; owner && i < 32; i++)
    {
        struct wfd_cursor cursor;
        struct wfd_mac mac;

        if (!ctl_ask(&status->options->config, ifname, command, reply, sizeof(reply))) break;
        cursor = wfd_cursor(reply, strlen(reply));
        if (!wfd_text_mac(&cursor, &mac)) break;
        ctl_mac_text(&mac, station);
        snprintf(command, sizeof(command), "STA-NEXT %s", station);
        if (!ctl_value(reply, "p2p_device_addr", peer, sizeof(peer))) continue;
        cursor = wfd_cursor(peer, strlen(peer));
        if (!wfd_text_mac(&cursor, &mac)) continue;
        ctl_mac_text(&mac, peer);
        json_object_array_add(peers, json_object_new_string(peer));
    }
    json_object_object_add(object, "members", peers);
}

static void add_group(struct status *status, const char *ifname)
{
    struct json_object *object = json_object_new_object();
    char reply[REPLY_SIZE], value[WORDS_NAME_SIZE], text[WORDS_NAME_SIZE];
    bool owner = false;

    put(object, "interface", ifname);
    if (ctl_ask(&status->options->config, ifname, "STATUS", reply, sizeof(reply)))
    {
        if (ctl_value(reply, "mode", value, sizeof(value))) owner = !strncmp(value, "P2P GO", 6);
        put(object, "role", owner ? "owner" : "client");
        if (ctl_value(reply, "ssid", value, sizeof(value)))
        {
            words_escape(value, strlen(value), text);
            put(object, "group", text);
        }
        if (ctl_value(reply, "freq", value, sizeof(value)))
            json_object_object_add(object, "mhz", json_object_new_int(atoi(value)));
        put_members(status, object, ifname, owner);
    }
    put_address(object, ifname);
    json_object_array_add(status->groups, object);
}

/* Supplicants: a socket each. */

static bool is_group(const char *name)
{
    return !strncmp(name, "p2p-", 4) && strncmp(name, "p2p-dev-", 8);
}

static const char *why(int error)
{
    switch (error)
    {
    case ECONNREFUSED: return "left behind by one that is gone";
    case EACCES:
    case EPERM: return "may not be used by this user";
    case ETIMEDOUT: return "does not answer";
    }
    return strerror(error);
}

static void add_supplicant(void *context, const char *name)
{
    struct status *status = context;
    struct json_object *object;
    char reply[REPLY_SIZE], value[WORDS_NAME_SIZE];

    if (is_group(name))
    {
        add_group(status, name);
        return;
    }
    object = json_object_new_object();
    put(object, "socket", name);
    if (!ctl_ask(&status->options->config, name, "STATUS", reply, sizeof(reply)))
    {
        put(object, "state", "unusable");
        put(object, "reason", why(errno));
    }
    else
    {
        bool p2p = ctl_value(reply, "p2p_device_address", value, sizeof(value));
        struct wfd_cursor cursor = wfd_cursor(value, strlen(value));
        struct wfd_mac mac;

        put(object, "state", p2p ? "ready" : "no Wi-Fi Direct");
        if (p2p && wfd_text_mac(&cursor, &mac))
        {
            ctl_mac_text(&mac, value);
            put(object, "device_address", value);
        }
    }
    json_object_array_add(status->supplicants, object);
}

static void add_session(void *context, const struct wfd_mac *peer, const char *ifname, long process)
{
    struct json_object *object = json_object_new_object();
    struct status *status = context;
    char address[18];

    ctl_mac_text(peer, address);
    put(object, "device", address);
    put(object, "interface", ifname);
    json_object_object_add(object, "process", json_object_new_int64(process));
    json_object_array_add(status->sessions, object);
}

/* For a person: what is in the objects. */

static const char *text_of(struct json_object *object, const char *name)
{
    struct json_object *value;

    return json_object_object_get_ex(object, name, &value) ? json_object_get_string(value) : "";
}

static bool is_true(struct json_object *object, const char *name)
{
    struct json_object *value;

    return json_object_object_get_ex(object, name, &value) && json_object_get_boolean(value);
}

static void print_adapter(struct json_object *object)
{
    ctl_say("  %-16s ", text_of(object, "interface"));
    if (is_true(object, "wifi_direct"))
        ctl_paint(CTL_GOOD, "can do Wi-Fi Direct\n");
    else
        ctl_paint(CTL_WARN, "cannot do Wi-Fi Direct\n");
}

static void print_supplicant(struct json_object *object)
{
    const char *state = text_of(object, "state");

    ctl_say("  %-16s ", text_of(object, "socket"));
    if (!strcmp(state, "ready"))
        ctl_paint(CTL_GOOD, "ready, device address %s\n", text_of(object, "device_address"));
    else if (!strcmp(state, "unusable"))
        ctl_paint(CTL_BAD, "%s\n", text_of(object, "reason"));
    else
        ctl_paint(CTL_FAINT, "%s\n", state);
}

static void print_group(struct json_object *object)
{
    struct json_object *members = NULL;
    const char *address = text_of(object, "address");

    ctl_say("  %-16s %s of %s%s%s%s%s\n", text_of(object, "interface"), text_of(object, "role"),
            text_of(object, "group"), *address ? ", address " : "", address,
            *text_of(object, "mhz") ? ", MHz " : "", text_of(object, "mhz"));
    if (!json_object_object_get_ex(object, "members", &members)) return;
    for (size_t i = 0; i < json_object_array_length(members); i++)
        ctl_say("  %-16s   %s is in it\n", "",
                json_object_get_string(json_object_array_get_idx(members, i)));
}

static void print_session(struct json_object *object)
{
    ctl_say("  %-18s on %s, held by process %s\n", text_of(object, "device"),
            text_of(object, "interface"), text_of(object, "process"));
}

static void print_list(const char *title, struct json_object *list, const char *none,
        void (*print)(struct json_object *object))
{
    ctl_paint(CTL_BOLD, "%s\n", title);
    for (size_t i = 0; i < json_object_array_length(list); i++)
        print(json_object_array_get_idx(list, i));
    if (!json_object_array_length(list)) ctl_paint(CTL_FAINT, "  %s\n", none);
}

static struct json_object *list_of(struct status *status, const char *name)
{
    struct json_object *list = json_object_new_array();

    json_object_object_add(status->root, name, list);
    return list;
}

int ctl_status(const struct ctl_options *options)
{
    struct status status = { .options = options, .root = json_object_new_object() };

    status.adapters = list_of(&status, "adapters");
    status.supplicants = list_of(&status, "supplicants");
    status.groups = list_of(&status, "groups");
    status.sessions = list_of(&status, "sessions");
    list_adapters(&status);
    ctl_each_socket(&options->config, add_supplicant, &status);
    ctl_each_session(add_session, &status);
    if (options->json)
    {
        ctl_print_json(status.root);
        return CTL_OK;
    }
    print_list("adapters", status.adapters, "none that the kernel tells of", print_adapter);
    print_list("supplicants", status.supplicants,
            "none in the control directory; see wfdctl doctor", print_supplicant);
    print_list("groups", status.groups, "none", print_group);
    print_list("sessions of wfdctl", status.sessions, "none", print_session);
    json_object_put(status.root);
    return CTL_OK;
}
