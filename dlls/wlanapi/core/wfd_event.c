/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The event parser. Fields are taken by position, before the first byte a stranger may choose,
 * or behind the last one; see the notes beside each. Never fails: what it cannot read is OTHER.
 */
#include <string.h>

#include "wfd_event.h"

typedef bool (*field_parser)(struct wfd_cursor cursor, struct wfd_event *event);

static bool parse_nothing(struct wfd_cursor cursor, struct wfd_event *event)
{
    (void)cursor;
    (void)event;
    return true;
}

/* name='N' config_methods=0xN dev_capab=0xN group_capab=0xN: a name may hold all of that itself. */
static void parse_name(struct wfd_cursor cursor, struct wfd_event *event)
{
    static const char end[] = "' config_methods=";
    struct wfd_cursor rest;
    uint32_t number;
    size_t length;

    if (!wfd_text_find(&cursor, " name='")) return;
    rest = cursor;
    if (!wfd_text_find_last(&rest, end)) return;
    length = (size_t)(rest.at - cursor.at) - strlen(end);
    if (length > sizeof(event->name) - 1) length = sizeof(event->name) - 1;
    if (memchr(cursor.at, 0, length)) return;
    memcpy(event->name, cursor.at, length);
    if (wfd_text_hex(&rest, &number)) event->config_methods = (uint16_t)number;
    if (wfd_text_find(&rest, " group_capab=") && wfd_text_hex(&rest, &number))
        event->owns_group = number & 1;
}

/* pri_dev_type=N-XXXXXXXX-N: nobody but the standard's authors numbers categories (OUI 0050F204). */
static void parse_category(struct wfd_cursor cursor, struct wfd_event *event)
{
    unsigned int category = 0;

    if (!wfd_text_skip(&cursor, " pri_dev_type=")) return;
    while (cursor.at < cursor.end && *cursor.at >= '0' && *cursor.at <= '9' && category < 6553)
        category = 10 * category + (unsigned int)(*cursor.at++ - '0');
    if (wfd_text_skip(&cursor, "-0050F204-")) event->category = (uint16_t)category;
}

/* M p2p_dev_addr=M: the first M may be an interface address. A name comes only later. */
static bool parse_device_found(struct wfd_cursor cursor, struct wfd_event *event)
{
    struct wfd_mac first;

    if (!wfd_text_mac(&cursor, &first) || !wfd_text_skip(&cursor, " p2p_dev_addr=") ||
            !wfd_text_mac(&cursor, &event->peer))
        return false;
    parse_category(cursor, event);
    parse_name(cursor, event);
    return true;
}

static bool parse_device_lost(struct wfd_cursor cursor, struct wfd_event *event)
{
    return wfd_text_skip(&cursor, "p2p_dev_addr=") && wfd_text_mac(&cursor, &event->peer);
}

/* role=GO|client freq=n ht40=n peer_dev=M peer_iface=M wps_method=S */
static bool parse_go_neg_success(struct wfd_cursor cursor, struct wfd_event *event)
{
    char word[8];

    if (!wfd_text_skip(&cursor, "role=") || !wfd_text_word(&cursor, word, sizeof(word)))
        return false;
    event->role = !strcmp(word, "GO") ? WFD_ROLE_GO : WFD_ROLE_CLIENT;
    return wfd_text_find(&cursor, " peer_dev=") && wfd_text_mac(&cursor, &event->peer);
}

static bool parse_go_neg_failure(struct wfd_cursor cursor, struct wfd_event *event)
{
    return wfd_text_skip(&cursor, "status=") && wfd_text_number(&cursor, &event->status);
}

/* msg=n config_error=n[ reason=n (S)] */
static bool parse_wps_failed(struct wfd_cursor cursor, struct wfd_event *event)
{
    return wfd_text_find(&cursor, " config_error=") && wfd_text_number(&cursor, &event->status);
}

/* Newer supplicants may put other fields in front of the status. */
static bool parse_invitation_result(struct wfd_cursor cursor, struct wfd_event *event)
{
    if (!wfd_text_skip(&cursor, "status=") && !wfd_text_find_last(&cursor, " status="))
        return false;
    return wfd_text_number(&cursor, &event->status);
}

static bool parse_invitation_accepted(struct wfd_cursor cursor, struct wfd_event *event)
{
    return wfd_text_skip(&cursor, "sa=") && wfd_text_mac(&cursor, &event->peer);
}

static bool parse_role(struct wfd_cursor *cursor, struct wfd_event *event)
{
    char word[8];

    if (!wfd_text_skip(cursor, " ") || !wfd_text_word(cursor, word, sizeof(word))) return false;
    if (!strcmp(word, "GO"))
        event->role = WFD_ROLE_GO;
    else if (!strcmp(word, "client"))
        event->role = WFD_ROLE_CLIENT;
    return event->role != WFD_ROLE_NONE;
}

/*
 * if role ssid="..." freq=n psk=... passphrase="..." go_dev_addr=M: the SSID is escaped, the
 * passphrase is not, and it is the GO's choice: only the last go_dev_addr is wpa_supplicant's own.
 */
static bool parse_group_started(struct wfd_cursor cursor, struct wfd_event *event)
{
    if (!wfd_text_ifname(&cursor, event->ifname) || !parse_role(&cursor, event)) return false;
    if (!wfd_text_skip(&cursor, " ssid=") || !wfd_text_escaped_ssid(&cursor, &event->ssid))
        return false;
    if (wfd_text_find_last(&cursor, " go_dev_addr=")) wfd_text_mac(&cursor, &event->go);
    return true;
}

static enum wfd_removal parse_removal(struct wfd_cursor cursor)
{
    static const char *const names[] = {
        [WFD_REMOVAL_REQUESTED] = "REQUESTED",
        [WFD_REMOVAL_FORMATION_FAILED] = "FORMATION_FAILED",
        [WFD_REMOVAL_IDLE] = "IDLE",
        [WFD_REMOVAL_UNAVAILABLE] = "UNAVAILABLE",
        [WFD_REMOVAL_GO_ENDING_SESSION] = "GO_ENDING_SESSION",
        [WFD_REMOVAL_PSK_FAILURE] = "PSK_FAILURE",
        [WFD_REMOVAL_FREQ_CONFLICT] = "FREQ_CONFLICT",
    };
    char word[32];

    if (!wfd_text_find(&cursor, "reason=")) return WFD_REMOVAL_NONE;
    if (!wfd_text_word(&cursor, word, sizeof(word))) return WFD_REMOVAL_OTHER;
    for (unsigned int i = WFD_REMOVAL_REQUESTED; i < WFD_REMOVAL_OTHER; i++)
        if (!strcmp(word, names[i])) return (enum wfd_removal)i;
    return WFD_REMOVAL_OTHER;
}

static bool parse_group_removed(struct wfd_cursor cursor, struct wfd_event *event)
{
    if (!wfd_text_ifname(&cursor, event->ifname) || !parse_role(&cursor, event)) return false;
    event->removal = parse_removal(cursor);
    return true;
}

static bool parse_formation_failure(struct wfd_cursor cursor, struct wfd_event *event)
{
    event->removal = parse_removal(cursor);
    return true;
}

/* Stations that are no P2P devices have no p2p_dev_addr and are of no interest. */
static bool parse_station(struct wfd_cursor cursor, struct wfd_event *event)
{
    return wfd_text_mac(&cursor, &event->station) && wfd_text_skip(&cursor, " p2p_dev_addr=") &&
           wfd_text_mac(&cursor, &event->peer);
}

/* - Connection to M completed [id=n id_str=...] */
static bool parse_connected(struct wfd_cursor cursor, struct wfd_event *event)
{
    return wfd_text_skip(&cursor, "- Connection to ") && wfd_text_mac(&cursor, &event->peer);
}

/* id=n ssid="..." auth_failures=n duration=n reason=R: the SSID is escaped, but may contain spaces. */
static bool parse_network_failed(struct wfd_cursor cursor, struct wfd_event *event)
{
    if (!wfd_text_skip(&cursor, "id=") || !wfd_text_number(&cursor, &event->status)) return false;
    event->removal = WFD_REMOVAL_OTHER;
    if (wfd_text_find_last(&cursor, " reason=") && wfd_text_skip(&cursor, "WRONG_KEY"))
        event->removal = WFD_REMOVAL_PSK_FAILURE;
    return true;
}

static const struct
{
    const char *word; /* with the blank that ends it, when fields follow */
    field_parser parse;
} grammar[] = {
    [WFD_EVENT_DEVICE_FOUND] = { "P2P-DEVICE-FOUND ", parse_device_found },
    [WFD_EVENT_DEVICE_LOST] = { "P2P-DEVICE-LOST ", parse_device_lost },
    [WFD_EVENT_FIND_STOPPED] = { "P2P-FIND-STOPPED", parse_nothing },
    [WFD_EVENT_INVITATION_RESULT] = { "P2P-INVITATION-RESULT ", parse_invitation_result },
    [WFD_EVENT_INVITATION_ACCEPTED] = { "P2P-INVITATION-ACCEPTED ", parse_invitation_accepted },
    [WFD_EVENT_GO_NEG_SUCCESS] = { "P2P-GO-NEG-SUCCESS ", parse_go_neg_success },
    [WFD_EVENT_GO_NEG_FAILURE] = { "P2P-GO-NEG-FAILURE ", parse_go_neg_failure },
    [WFD_EVENT_WPS_FAILED] = { "WPS-FAIL ", parse_wps_failed },
    [WFD_EVENT_GROUP_STARTED] = { "P2P-GROUP-STARTED ", parse_group_started },
    [WFD_EVENT_GROUP_REMOVED] = { "P2P-GROUP-REMOVED ", parse_group_removed },
    [WFD_EVENT_FORMATION_FAILURE] = { "P2P-GROUP-FORMATION-FAILURE", parse_formation_failure },
    [WFD_EVENT_STATION_CONNECTED] = { "AP-STA-CONNECTED ", parse_station },
    [WFD_EVENT_STATION_DISCONNECTED] = { "AP-STA-DISCONNECTED ", parse_station },
    [WFD_EVENT_CONNECTED] = { "CTRL-EVENT-CONNECTED ", parse_connected },
    [WFD_EVENT_NETWORK_FAILED] = { "CTRL-EVENT-SSID-TEMP-DISABLED ", parse_network_failed },
    [WFD_EVENT_SCAN_RESULTS] = { "CTRL-EVENT-SCAN-RESULTS", parse_nothing },
    [WFD_EVENT_TERMINATING] = { "CTRL-EVENT-TERMINATING", parse_nothing },
};

void wfd_event_parse(const char *text, size_t length, struct wfd_event *ret_event)
{
    struct wfd_cursor cursor = wfd_cursor(text, length);
    struct wfd_event event;

    if (length >= 3 && text[0] == '<' && text[2] == '>') cursor.at += 3;
    memset(&event, 0, sizeof(event));
    for (unsigned int i = WFD_EVENT_DEVICE_FOUND; i <= WFD_EVENT_TERMINATING; i++)
    {
        if (!wfd_text_skip(&cursor, grammar[i].word)) continue;
        if (grammar[i].parse(cursor, &event)) event.type = (enum wfd_event_type)i;
        break;
    }
    if (event.type == WFD_EVENT_OTHER) memset(&event, 0, sizeof(event));
    *ret_event = event;
}

const char *wfd_event_type_name(enum wfd_event_type type)
{
    switch (type)
    {
    case WFD_EVENT_OTHER: return "OTHER";
    case WFD_EVENT_DEVICE_FOUND: return "DEVICE_FOUND";
    case WFD_EVENT_DEVICE_LOST: return "DEVICE_LOST";
    case WFD_EVENT_FIND_STOPPED: return "FIND_STOPPED";
    case WFD_EVENT_INVITATION_RESULT: return "INVITATION_RESULT";
    case WFD_EVENT_INVITATION_ACCEPTED: return "INVITATION_ACCEPTED";
    case WFD_EVENT_GO_NEG_SUCCESS: return "GO_NEG_SUCCESS";
    case WFD_EVENT_GO_NEG_FAILURE: return "GO_NEG_FAILURE";
    case WFD_EVENT_WPS_FAILED: return "WPS_FAILED";
    case WFD_EVENT_GROUP_STARTED: return "GROUP_STARTED";
    case WFD_EVENT_GROUP_REMOVED: return "GROUP_REMOVED";
    case WFD_EVENT_FORMATION_FAILURE: return "FORMATION_FAILURE";
    case WFD_EVENT_STATION_CONNECTED: return "STATION_CONNECTED";
    case WFD_EVENT_STATION_DISCONNECTED: return "STATION_DISCONNECTED";
    case WFD_EVENT_CONNECTED: return "CONNECTED";
    case WFD_EVENT_NETWORK_FAILED: return "NETWORK_FAILED";
    case WFD_EVENT_SCAN_RESULTS: return "SCAN_RESULTS";
    case WFD_EVENT_TERMINATING: return "TERMINATING";
    }
    return "?";
}
