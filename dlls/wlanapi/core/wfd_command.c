/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Commands and replies of wpa_supplicant's control interface. Never sends, never keeps state.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "wfd_command.h"
#include "wfd_log.h"

/* A list that comes this close to the 4096 bytes of a reply may have been cut. */
#define LIST_CUT 3800

static void __attribute__((format(printf, 2, 3)))
say(struct wfd_request *request, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(request->text, sizeof(request->text), format, args);
    va_end(args);
    request->secret = false;
}

void wfd_command_list_networks(struct wfd_request *request, int after)
{
    if (after < 0)
        say(request, "LIST_NETWORKS");
    else
        say(request, "LIST_NETWORKS LAST_ID=%d", after);
}

void wfd_command_get_network(struct wfd_request *request, int id, const char *field)
{
    say(request, "GET_NETWORK %d %s", id, field);
}

void wfd_command_find(struct wfd_request *request, const struct wfd_mac *peer, uint32_t seconds)
{
    say(request, "P2P_FIND %u dev_id=" WFD_MAC_FORMAT, (unsigned int)seconds, WFD_MAC_ARGS(peer));
}

void wfd_command_stop_find(struct wfd_request *request)
{
    say(request, "P2P_STOP_FIND");
}

void wfd_command_listen(struct wfd_request *request, uint32_t seconds)
{
    say(request, "P2P_LISTEN %u", (unsigned int)seconds);
}

void wfd_command_invite(struct wfd_request *request, int id, const struct wfd_mac *peer)
{
    say(request, "P2P_INVITE persistent=%d peer=" WFD_MAC_FORMAT, id, WFD_MAC_ARGS(peer));
}

void wfd_command_connect(
        struct wfd_request *request, const struct wfd_mac *peer, const struct wfd_pairing *pairing)
{
    static const char *const methods[] = {
        [WFD_PAIRING_BUTTON] = "pbc",
        [WFD_PAIRING_DISPLAY] = " display",
        [WFD_PAIRING_KEYPAD] = " keypad",
    };
    char intent[24] = "";

    if (pairing->go_intent >= 0)
        snprintf(intent, sizeof(intent), " go_intent=%d", pairing->go_intent);
    say(request, "P2P_CONNECT " WFD_MAC_FORMAT " %s%s persistent%s", WFD_MAC_ARGS(peer),
            pairing->method == WFD_PAIRING_BUTTON ? "" : pairing->pin, methods[pairing->method],
            intent);
    request->secret = pairing->method != WFD_PAIRING_BUTTON;
}

void wfd_command_find_all(struct wfd_request *request, uint32_t seconds)
{
    say(request, "P2P_FIND %u", (unsigned int)seconds);
}

void wfd_command_remove_network(struct wfd_request *request, int id)
{
    say(request, "REMOVE_NETWORK %d", id);
}

void wfd_command_forget_client(struct wfd_request *request, const struct wfd_mac *peer)
{
    say(request, "P2P_REMOVE_CLIENT " WFD_MAC_FORMAT, WFD_MAC_ARGS(peer));
}

void wfd_command_save(struct wfd_request *request)
{
    say(request, "SAVE_CONFIG");
}

void wfd_command_revoke(struct wfd_request *request)
{
    say(request, WFD_REVOKE);
}

void wfd_command_cancel(struct wfd_request *request)
{
    say(request, "P2P_CANCEL");
}

void wfd_command_interfaces(struct wfd_request *request)
{
    say(request, "INTERFACES");
}

void wfd_command_status(struct wfd_request *request)
{
    say(request, "STATUS");
}

void wfd_command_peer(struct wfd_request *request, const struct wfd_mac *peer)
{
    say(request, "P2P_PEER " WFD_MAC_FORMAT, WFD_MAC_ARGS(peer));
}

void wfd_command_group_member(struct wfd_request *request, const struct wfd_mac *peer)
{
    say(request, "P2P_GROUP_MEMBER " WFD_MAC_FORMAT, WFD_MAC_ARGS(peer));
}

void wfd_command_bss_of(struct wfd_request *request, const struct wfd_mac *peer)
{
    say(request, "BSS p2p_dev_addr=" WFD_MAC_FORMAT, WFD_MAC_ARGS(peer));
}

void wfd_command_remove_group(struct wfd_request *request, const char *ifname)
{
    say(request, "P2P_GROUP_REMOVE %s", ifname);
}

/* By its device address it would also be struck off the stored group's list: no longer paired. */
void wfd_command_remove_client(struct wfd_request *request, const struct wfd_mac *station)
{
    say(request, "P2P_REMOVE_CLIENT iface=" WFD_MAC_FORMAT, WFD_MAC_ARGS(station));
}

enum wfd_reply wfd_reply_kind(struct wfd_cursor reply)
{
    if (wfd_text_skip(&reply, "OK")) return WFD_REPLY_OK;
    if (wfd_text_skip(&reply, "FAIL")) return WFD_REPLY_FAIL;
    return WFD_REPLY_OTHER;
}

/* id, SSID, BSSID, flags. The SSID is escaped: no tab and no newline in it is raw. */
static bool skip_columns(struct wfd_cursor *line, unsigned int count)
{
    while (count--)
        if (!wfd_text_find(line, "\t")) return false;
    return true;
}

bool wfd_reply_persistent_ids(struct wfd_cursor reply, int *ret_ids, unsigned int max,
        unsigned int *ret_count, int *ret_last, bool *ret_cut)
{
    bool cut = reply.end - reply.at > LIST_CUT;
    struct wfd_cursor line;
    unsigned int count = 0;
    int id, last = -1;

    if (!wfd_text_line(&reply, &line) || !wfd_text_skip(&line, "network id")) return false;
    while (wfd_text_line(&reply, &line))
    {
        if (!wfd_text_number(&line, &id) || id < 0) continue;
        if (!skip_columns(&line, 3)) continue;
        last = id;
        if (wfd_text_find(&line, "[P2P-PERSISTENT]") && count < max) ret_ids[count++] = id;
    }
    *ret_count = count;
    *ret_last = last;
    *ret_cut = cut;
    return true;
}

bool wfd_reply_has_mac(struct wfd_cursor reply, const struct wfd_mac *peer)
{
    struct wfd_mac mac;

    while (wfd_text_mac(&reply, &mac))
    {
        if (wfd_mac_equal(&mac, peer)) return true;
        while (wfd_text_skip(&reply, " "))
        {
        }
    }
    return false;
}

bool wfd_reply_bssid(struct wfd_cursor reply, struct wfd_mac *ret_bssid)
{
    struct wfd_cursor line;

    /* The first one: names of strangers come after it. */
    while (wfd_text_line(&reply, &line))
        if (wfd_text_skip(&line, "bssid=")) return wfd_text_mac(&line, ret_bssid);
    return false;
}

static bool is_word(struct wfd_cursor text, const char *word)
{
    return wfd_text_skip(&text, word) && text.at == text.end;
}

bool wfd_reply_group_status(struct wfd_cursor reply, enum wfd_role *ret_role,
        struct wfd_ssid *ret_ssid, struct wfd_mac *ret_bssid)
{
    struct wfd_cursor all = reply, line;
    struct wfd_ssid ssid = { .length = 0 };
    enum wfd_role role = WFD_ROLE_NONE;
    struct wfd_mac bssid;
    bool complete = false;

    while (wfd_text_line(&reply, &line))
    {
        if (wfd_text_skip(&line, "ssid="))
            wfd_text_bare_ssid(line, &ssid);
        else if (is_word(line, "mode=P2P GO"))
            role = WFD_ROLE_GO;
        else if (is_word(line, "mode=station"))
            role = WFD_ROLE_CLIENT;
        else if (is_word(line, "wpa_state=COMPLETED"))
            complete = true;
    }
    if (!complete || !role || !ssid.length || !wfd_reply_bssid(all, &bssid)) return false;
    *ret_role = role;
    *ret_ssid = ssid;
    *ret_bssid = bssid;
    return true;
}
