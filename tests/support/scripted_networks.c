/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The commands of the scripted supplicant about stored networks, and the station's choice among
 * them, worded as wpa_supplicant 2.10 words them. See scripted_commands.c, which calls them.
 */

#include "scripted_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void list_row(struct scripted_out *out, int id, const uint8_t *ssid, size_t ssid_len,
        const uint8_t *bssid, const char *flags)
{
    char text[130], addr[18];

    scripted_ssid_text(ssid, ssid_len, text, sizeof(text));
    scripted_put(out, "%d\t%s\t%s\t%s\n", id, text, bssid ? scripted_mac_text(bssid, addr) : "any",
            flags);
}

int scripted_cmd_list_networks(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    struct scripted_out out = { .buf = buf, .size = size };
    const struct scripted_net *net;
    int id = 0;

    if (!strncmp(args, "LAST_ID=", 8)) id = atoi(args + 8) + 1;
    scripted_put(&out, "network id / ssid / bssid / flags\n");
    if (iface->group && id == 0)
        list_row(&out, 0, iface->group->ssid, iface->group->ssid_len, NULL, "[CURRENT]");
    for (; id >= 0 && (size_t)id < iface->network_count && !out.full; id++)
    {
        if (!(net = scripted_net_get(iface, id))) continue;
        list_row(&out, id, net->ssid, net->ssid_len,
                net->kind == SCRIPTED_NETWORK_GO ? ss->device_address : net->bssid,
                net->kind != SCRIPTED_NETWORK_STATION ? "[DISABLED][P2P-PERSISTENT]"
                : iface->current == net               ? "[CURRENT]"
                                                      : "");
    }
    return (int)out.used;
}

static int quoted_ssid(const uint8_t *ssid, size_t len, char *buf, size_t size)
{
    struct scripted_out out = { .buf = buf, .size = size };
    bool plain = true;
    size_t i;

    for (i = 0; i < len; i++) plain &= ssid[i] >= 32 && ssid[i] < 127;
    if (plain)
        scripted_put(&out, "\"%.*s\"", (int)len, (const char *)ssid);
    else
        for (i = 0; i < len; i++) scripted_put(&out, "%02x", ssid[i]);
    return (int)out.used;
}

/* The group's own copy of its network, as the group's socket shows it: without a BSSID. */
static int get_group_network(
        const struct scripted_group *group, const char *field, char *buf, size_t size)
{
    bool go = group->role == SCRIPTED_ROLE_GO;

    if (!strcmp(field, "ssid")) return quoted_ssid(group->ssid, group->ssid_len, buf, size);
    if (!strcmp(field, "mode")) return snprintf(buf, size, "%d", go ? 3 : 0);
    if (!strcmp(field, "disabled")) return snprintf(buf, size, "0");
    if (!strcmp(field, "psk")) return snprintf(buf, size, "*");
    if (!strcmp(field, "key_mgmt")) return snprintf(buf, size, "WPA-PSK");
    return SCRIPTED_FAIL;
}

static int get_network(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const struct scripted_net *net, const char *field, char *buf, size_t size)
{
    struct scripted_out out = { .buf = buf, .size = size };
    bool station = net->kind == SCRIPTED_NETWORK_STATION, go = net->kind == SCRIPTED_NETWORK_GO;
    char addr[18];
    size_t i;

    if (!strcmp(field, "ssid"))
        return quoted_ssid(net->ssid, net->ssid_len, buf, size);
    else if (!strcmp(field, "mode"))
        scripted_put(&out, "%d", go ? 3 : 0);
    else if (!strcmp(field, "disabled"))
        scripted_put(&out, "%d", !station ? 2 : iface->selected && iface->selected != net);
    else if (!strcmp(field, "bssid"))
        scripted_put(&out, "%s", scripted_mac_text(go ? ss->device_address : net->bssid, addr));
    else if (!strcmp(field, "psk"))
        scripted_put(&out, "*");
    else if (!strcmp(field, "key_mgmt"))
        scripted_put(&out, "WPA-PSK");
    else if (!strcmp(field, "p2p_client_list") && net->client_count)
    {
        for (i = 0; i < net->client_count; i++)
            scripted_put(&out, "%s%s", i ? " " : "", scripted_mac_text(net->clients[i], addr));
    }
    else
        return SCRIPTED_FAIL;
    return (int)out.used;
}

int scripted_cmd_get_network(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    const char *field = strchr(args, ' ');
    const struct scripted_net *net;
    int id = atoi(args);

    if (!field) return SCRIPTED_FAIL;
    field++;
    if (iface->group && id == 0) return get_group_network(iface->group, field, buf, size);
    if (!(net = scripted_net_get(iface, id))) return SCRIPTED_FAIL;
    return get_network(ss, iface, net, field, buf, size);
}

static void remove_network(
        struct scripted_supplicant *ss, struct scripted_iface *iface, struct scripted_net *net)
{
    if (ss->invite.active && ss->invite.net == net) ss->invite.active = false;
    if (iface->current == net) scripted_station_disconnect(ss, iface);
    scripted_net_delete(iface, net);
}

int scripted_cmd_remove_network(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    struct scripted_net *net;
    size_t i;

    (void)buf, (void)size;
    if (!strcmp(args, "all"))
    {
        for (i = 0; i < iface->network_count; i++)
            if ((net = scripted_net_get(iface, (int)i))) remove_network(ss, iface, net);
        return SCRIPTED_OK;
    }
    if (!(net = scripted_net_get(iface, atoi(args)))) return SCRIPTED_FAIL;
    remove_network(ss, iface, net);
    return SCRIPTED_OK;
}

int scripted_cmd_save_config(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    (void)ss, (void)args, (void)buf, (void)size;
    scripted_nets_save(iface);
    return SCRIPTED_OK;
}

static struct scripted_net *station_arg(struct scripted_iface *iface, const char *args)
{
    struct scripted_net *net = scripted_net_get(iface, atoi(args));

    return net && net->kind == SCRIPTED_NETWORK_STATION ? net : NULL;
}

int scripted_cmd_select_network(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    struct scripted_net *net = station_arg(iface, args);

    (void)buf, (void)size;
    if (!net) return SCRIPTED_FAIL;
    scripted_station_select(ss, iface, net);
    return SCRIPTED_OK;
}

int scripted_cmd_enable_network(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    struct scripted_net *net = station_arg(iface, args);

    (void)buf, (void)size;
    if (!net) return SCRIPTED_FAIL;
    if (!iface->current && !iface->selected) scripted_station_select(ss, iface, net);
    return SCRIPTED_OK;
}

int scripted_cmd_disable_network(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    struct scripted_net *net = station_arg(iface, args);

    (void)buf, (void)size;
    if (!net) return SCRIPTED_FAIL;
    if (iface->current == net || iface->selected == net) scripted_station_disconnect(ss, iface);
    return SCRIPTED_OK;
}

int scripted_cmd_disconnect(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size)
{
    (void)args, (void)buf, (void)size;
    scripted_station_disconnect(ss, iface);
    return SCRIPTED_OK;
}
