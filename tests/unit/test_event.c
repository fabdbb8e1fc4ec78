/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The event parser: each line that a supplicant says, each line cut anywhere, and what strangers
 * may put into names, SSIDs and passphrases. Lines are parsed from memory of exactly their length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wfd_event.h"

#define PEER       "02:00:00:00:01:00"
#define INTERFACE  "02:00:00:00:81:00"
#define STRANGER   "66:66:66:66:66:66"
#define PASSPHRASE "KeepThisSecret"
#define PSK        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct wfd_mac peer_mac = { { 2, 0, 0, 0, 1, 0 } };
static const struct wfd_mac zero_mac;

static struct wfd_event parse_bytes(const char *text, size_t length)
{
    struct wfd_event event;
    char *copy = malloc(length ? length : 1);

    assert_non_null(copy);
    memcpy(copy, text, length);
    memset(&event, 0xa5, sizeof(event));
    wfd_event_parse(copy, length, &event);
    free(copy);
    return event;
}

static struct wfd_event parse(const char *line)
{
    return parse_bytes(line, strlen(line));
}

static void expect_other(const char *line)
{
    static const struct wfd_event other;
    struct wfd_event event = parse(line);

    if (memcmp(&event, &other, sizeof(event)))
        fail_msg("%s from: %s", wfd_event_type_name(event.type), line);
}

static struct wfd_event expect_type(const char *line, enum wfd_event_type type)
{
    struct wfd_event event = parse(line);

    if (event.type != type)
        fail_msg("%s instead of %s from: %s", wfd_event_type_name(event.type),
                wfd_event_type_name(type), line);
    return event;
}

static void expect_peer(const char *line, enum wfd_event_type type)
{
    struct wfd_event event = expect_type(line, type);

    assert_memory_equal(&event.peer, &peer_mac, sizeof(peer_mac));
}

static void expect_ssid(const struct wfd_event *event, const char *octets, size_t length)
{
    assert_int_equal(event->ssid.length, length);
    assert_memory_equal(event->ssid.octet, octets, length);
}

static void devices_come_and_go_by_their_device_address(void **state)
{
    (void)state;
    expect_peer("<3>P2P-DEVICE-FOUND " INTERFACE " p2p_dev_addr=" PEER
                " pri_dev_type=1-0050F204-1 name='Printer' config_methods=0x188 dev_capab=0x25"
                " group_capab=0x2b new=1",
            WFD_EVENT_DEVICE_FOUND);
    expect_peer("<3>P2P-DEVICE-FOUND " PEER " p2p_dev_addr=" PEER
                " pri_dev_type=1-0050F204-1 name='TV' config_methods=0x188 dev_capab=0x25"
                " group_capab=0x2b wfd_dev_info=0x01101c440032 vendor_elems=1 new=0",
            WFD_EVENT_DEVICE_FOUND);
    expect_peer("<3>P2P-DEVICE-LOST p2p_dev_addr=" PEER, WFD_EVENT_DEVICE_LOST);
}

static void a_category_is_one_of_the_standard(void **state)
{
    static const struct
    {
        const char *type;
        uint16_t category;
    } rows[] = { { " pri_dev_type=10-0050F204-5", 10 }, { " pri_dev_type=255-0050F204-0", 255 },
        { " pri_dev_type=3-00000000-1", 0 }, { " pri_dev_type=-0050F204-1", 0 },
        { " pri_dev_type=99999999999-0050F204-1", 0 }, { " pri_dev_type=7", 0 }, { "", 0 },
        { " new=0 pri_dev_type=7-0050F204-1", 0 } };
    struct wfd_event event;
    char line[300];

    (void)state;
    for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    {
        snprintf(line, sizeof(line),
                "<3>P2P-DEVICE-FOUND " PEER " p2p_dev_addr=" PEER
                "%s name=' pri_dev_type=8-0050F204-1' config_methods=0x188",
                rows[i].type);
        event = expect_type(line, WFD_EVENT_DEVICE_FOUND);
        assert_int_equal(event.category, rows[i].category);
    }
}

static void a_device_has_its_name_whatever_is_in_it(void **state)
{
    static const char *const names[] = { "Printer", "", "it's", "A' dev_capab=0xff new=1",
        "' config_methods=0x0 dev_capab=0", "\xff\xfe\x1b[2J", "name='x'" };
    struct wfd_event event;
    char line[300];

    (void)state;
    for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    {
        snprintf(line, sizeof(line),
                "<3>P2P-DEVICE-FOUND " PEER " p2p_dev_addr=" PEER
                " pri_dev_type=1-0050F204-1 name='%s' config_methods=0x188 dev_capab=0x25"
                " group_capab=0x2b new=1",
                names[i]);
        event = expect_type(line, WFD_EVENT_DEVICE_FOUND);
        assert_string_equal(event.name, names[i]);
        assert_int_equal(event.category, 1);
        assert_int_equal(event.config_methods, 0x188);
        assert_true(event.owns_group);
    }
    event = parse_bytes("<3>P2P-DEVICE-FOUND " PEER " p2p_dev_addr=" PEER
                        " name='A\0B' config_methods=0x188",
            sizeof("<3>P2P-DEVICE-FOUND " PEER " p2p_dev_addr=" PEER
                   " name='A\0B' config_methods=0x188") -
                    1);
    assert_int_equal(event.type, WFD_EVENT_DEVICE_FOUND);
    assert_string_equal(event.name, "");
}

static void a_negotiation_tells_peer_and_role_or_status(void **state)
{
    struct wfd_event event;

    (void)state;
    event = expect_type("<3>P2P-GO-NEG-SUCCESS role=GO freq=2412 ht40=0 peer_dev=" PEER
                        " peer_iface=" INTERFACE " wps_method=PBC",
            WFD_EVENT_GO_NEG_SUCCESS);
    assert_int_equal(event.role, WFD_ROLE_GO);
    assert_memory_equal(&event.peer, &peer_mac, sizeof(peer_mac));
    event = expect_type("<3>P2P-GO-NEG-SUCCESS role=client freq=2412 ht40=0 peer_dev=" PEER
                        " peer_iface=" INTERFACE " wps_method=Keypad",
            WFD_EVENT_GO_NEG_SUCCESS);
    assert_int_equal(event.role, WFD_ROLE_CLIENT);
    assert_int_equal(
            expect_type("<3>P2P-GO-NEG-FAILURE status=-1", WFD_EVENT_GO_NEG_FAILURE).status, -1);
    assert_int_equal(
            expect_type("<3>P2P-GO-NEG-FAILURE status=11 ", WFD_EVENT_GO_NEG_FAILURE).status, 11);
    assert_int_equal(
            expect_type("<3>WPS-FAIL msg=8 config_error=18", WFD_EVENT_WPS_FAILED).status, 18);
    assert_int_equal(
            expect_type("<3>WPS-FAIL msg=11 config_error=0 reason=1 (TKIP Only Prohibited)",
                    WFD_EVENT_WPS_FAILED)
                    .status,
            0);
    expect_other("<3>WPS-FAIL msg=8");
    expect_other("<3>WPS-FAIL msg=8 config_error=x");
    expect_other("<3>WPS-FAIL-X config_error=18");
    expect_other("<3>P2P-GO-NEG-FAILURE ");
    expect_other("<3>P2P-GO-NEG-SUCCESS role=GO freq=2412 ht40=0");
    expect_other("<3>P2P-GO-NEG-REQUEST " PEER " dev_passwd_id=4 go_intent=7");
}

static void a_search_ends(void **state)
{
    (void)state;
    expect_type("<3>P2P-FIND-STOPPED ", WFD_EVENT_FIND_STOPPED);
    expect_type("<3>P2P-FIND-STOPPED", WFD_EVENT_FIND_STOPPED);
}

static void invitation_results_carry_their_status(void **state)
{
    static const struct
    {
        const char *line;
        int status;
    } rows[] = {
        { "<3>P2P-INVITATION-RESULT status=0 " INTERFACE, 0 },
        { "<3>P2P-INVITATION-RESULT status=0 ", 0 },
        { "<3>P2P-INVITATION-RESULT status=-1 ", -1 },
        { "<3>P2P-INVITATION-RESULT status=1 ", 1 },
        { "<3>P2P-INVITATION-RESULT status=8", 8 },
        { "<3>P2P-INVITATION-RESULT status=255 ", 255 },
        { "<3>P2P-INVITATION-RESULT ssid=\"DIRECT-ab\" go_dev_addr=" PEER " status=7 ", 7 },
        { "<3>P2P-INVITATION-RESULT ssid=\"D status=0 \" go_dev_addr=" PEER " status=11 ", 11 },
    };

    (void)state;
    for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(
                expect_type(rows[i].line, WFD_EVENT_INVITATION_RESULT).status, rows[i].status);
}

static void an_accepted_invitation_names_its_sender(void **state)
{
    (void)state;
    expect_peer("<3>P2P-INVITATION-ACCEPTED sa=" PEER " persistent=3 freq=2412",
            WFD_EVENT_INVITATION_ACCEPTED);
    expect_peer(
            "<3>P2P-INVITATION-ACCEPTED sa=" PEER " persistent=3", WFD_EVENT_INVITATION_ACCEPTED);
    expect_peer("<3>P2P-INVITATION-ACCEPTED sa=" PEER " go_dev_addr=" PEER " bssid=" INTERFACE
                " unknown-network",
            WFD_EVENT_INVITATION_ACCEPTED);
}

static void a_group_started_as_client_names_its_owner(void **state)
{
    struct wfd_event event = expect_type(
            "<3>P2P-GROUP-STARTED p2p-wlan0-0 client ssid=\"DIRECT-ab\" freq=2412 psk=" PSK
            " go_dev_addr=" PEER " [PERSISTENT] ip_addr=192.168.42.2 ip_mask=255.255.255.0"
            " go_ip_addr=192.168.42.1",
            WFD_EVENT_GROUP_STARTED);

    (void)state;
    assert_string_equal(event.ifname, "p2p-wlan0-0");
    assert_int_equal(event.role, WFD_ROLE_CLIENT);
    assert_memory_equal(&event.go, &peer_mac, sizeof(peer_mac));
    expect_ssid(&event, "DIRECT-ab", 9);
}

static void a_group_started_as_owner_has_its_ssid(void **state)
{
    struct wfd_event event =
            expect_type("<3>P2P-GROUP-STARTED p2p-wlan0-12 GO ssid=\"DIRECT-xy\" freq=5180"
                        " passphrase=\"" PASSPHRASE "\" go_dev_addr=" PEER " [PERSISTENT]",
                    WFD_EVENT_GROUP_STARTED);

    (void)state;
    assert_string_equal(event.ifname, "p2p-wlan0-12");
    assert_int_equal(event.role, WFD_ROLE_GO);
    expect_ssid(&event, "DIRECT-xy", 9);
}

static void a_group_started_without_a_known_owner_has_none(void **state)
{
    struct wfd_event event =
            expect_type("<3>P2P-GROUP-STARTED wlan0 client ssid=\"DIRECT-ab\" freq=2412"
                        " go_dev_addr=00:00:00:00:00:00",
                    WFD_EVENT_GROUP_STARTED);

    (void)state;
    assert_memory_equal(&event.go, &zero_mac, sizeof(zero_mac));
}

static void a_removed_group_gives_its_reason(void **state)
{
    static const struct
    {
        const char *reason;
        enum wfd_removal removal;
    } rows[] = {
        { "", WFD_REMOVAL_NONE },
        { " reason=REQUESTED", WFD_REMOVAL_REQUESTED },
        { " reason=FORMATION_FAILED", WFD_REMOVAL_FORMATION_FAILED },
        { " reason=IDLE", WFD_REMOVAL_IDLE },
        { " reason=UNAVAILABLE", WFD_REMOVAL_UNAVAILABLE },
        { " reason=GO_ENDING_SESSION", WFD_REMOVAL_GO_ENDING_SESSION },
        { " reason=PSK_FAILURE", WFD_REMOVAL_PSK_FAILURE },
        { " reason=FREQ_CONFLICT", WFD_REMOVAL_FREQ_CONFLICT },
        { " reason=SOMETHING_NEW", WFD_REMOVAL_OTHER },
        { " reason=", WFD_REMOVAL_OTHER },
        { " reason=A_REASON_THAT_IS_LONGER_THAN_ALL_OTHERS", WFD_REMOVAL_OTHER },
    };

    (void)state;
    for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    {
        char line[160] = "<3>P2P-GROUP-REMOVED p2p-wlan0-0 client";
        struct wfd_event event;

        strcat(line, rows[i].reason);
        event = expect_type(line, WFD_EVENT_GROUP_REMOVED);
        assert_string_equal(event.ifname, "p2p-wlan0-0");
        assert_int_equal(event.role, WFD_ROLE_CLIENT);
        assert_int_equal(event.removal, rows[i].removal);
    }
    assert_int_equal(
            expect_type("<3>P2P-GROUP-REMOVED p2p-wlan0-0 GO reason=IDLE", WFD_EVENT_GROUP_REMOVED)
                    .role,
            WFD_ROLE_GO);
}

static void a_failed_formation_may_give_its_reason(void **state)
{
    (void)state;
    assert_int_equal(
            expect_type("<3>P2P-GROUP-FORMATION-FAILURE ", WFD_EVENT_FORMATION_FAILURE).removal,
            WFD_REMOVAL_NONE);
    assert_int_equal(expect_type("<3>P2P-GROUP-FORMATION-FAILURE reason=FREQ_CONFLICT",
                             WFD_EVENT_FORMATION_FAILURE)
                             .removal,
            WFD_REMOVAL_FREQ_CONFLICT);
}

static void stations_are_known_by_their_device_address(void **state)
{
    (void)state;
    expect_peer(
            "<3>AP-STA-CONNECTED " INTERFACE " p2p_dev_addr=" PEER, WFD_EVENT_STATION_CONNECTED);
    expect_peer("<3>AP-STA-CONNECTED " INTERFACE " p2p_dev_addr=" PEER
                " ip_addr=192.168.42.2 keyid=x",
            WFD_EVENT_STATION_CONNECTED);
    expect_peer("<3>AP-STA-DISCONNECTED " INTERFACE " p2p_dev_addr=" PEER,
            WFD_EVENT_STATION_DISCONNECTED);
}

static void a_station_that_is_no_p2p_device_is_of_no_interest(void **state)
{
    (void)state;
    expect_other("<3>AP-STA-CONNECTED " INTERFACE);
    expect_other("<3>AP-STA-CONNECTED " INTERFACE " keyid=x p2p_dev_addr=" PEER);
    expect_other("<3>AP-STA-DISCONNECTED " INTERFACE);
}

static void a_station_joins_its_network_or_fails(void **state)
{
    struct wfd_event event;

    (void)state;
    expect_peer("<3>CTRL-EVENT-CONNECTED - Connection to " PEER " completed [id=2 id_str=]",
            WFD_EVENT_CONNECTED);
    expect_type("<3>CTRL-EVENT-SCAN-RESULTS ", WFD_EVENT_SCAN_RESULTS);
    event = expect_type("<3>CTRL-EVENT-SSID-TEMP-DISABLED id=12 ssid=\"my net\" auth_failures=1"
                        " duration=10 reason=WRONG_KEY",
            WFD_EVENT_NETWORK_FAILED);
    assert_int_equal(event.status, 12);
    assert_int_equal(event.removal, WFD_REMOVAL_PSK_FAILURE);
    event = expect_type("<3>CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid=\" reason=WRONG_KEY\""
                        " auth_failures=1 duration=10 reason=CONN_FAILED",
            WFD_EVENT_NETWORK_FAILED);
    assert_int_equal(event.status, 0);
    assert_int_equal(event.removal, WFD_REMOVAL_OTHER);
    expect_other("<3>CTRL-EVENT-CONNECTED " PEER);
    expect_other("<3>CTRL-EVENT-CONNECTED - Connection to somewhere completed");
    expect_other("<3>CTRL-EVENT-SSID-TEMP-DISABLED ssid=\"x\" id=1 reason=WRONG_KEY");
}

static void the_supplicant_ends(void **state)
{
    (void)state;
    expect_type("<3>CTRL-EVENT-TERMINATING ", WFD_EVENT_TERMINATING);
    expect_type("<3>CTRL-EVENT-TERMINATING", WFD_EVENT_TERMINATING);
}

static void the_level_in_front_is_optional(void **state)
{
    (void)state;
    expect_peer("P2P-DEVICE-LOST p2p_dev_addr=" PEER, WFD_EVENT_DEVICE_LOST);
    expect_peer("<2>P2P-DEVICE-LOST p2p_dev_addr=" PEER, WFD_EVENT_DEVICE_LOST);
    expect_other("<3P2P-DEVICE-LOST p2p_dev_addr=" PEER);
    expect_other("<3>");
    expect_other("<3xP2P-FIND-STOPPED ");
    expect_other("<3><3>P2P-FIND-STOPPED ");
}

static void what_the_session_engine_does_not_need_is_other(void **state)
{
    static const char *const lines[] = {
        "",
        "OK\n",
        "FAIL\n",
        "<3>",
        "<3>P2P-GO-NEG-REQUEST " PEER " dev_passwd_id=4 go_intent=7",
        "<3>P2P-GROUP-FORMATION-SUCCESS ",
        "<3>P2P-INVITATION-RECEIVED sa=" PEER " persistent=3 freq=2412",
        "<3>P2P-INVITATION-RECEIVED sa=" PEER " go_dev_addr=" PEER " unknown-network",
        "<3>P2P-PROV-DISC-PBC-REQ " PEER " p2p_dev_addr=" PEER " name='x' group=p2p-wlan0-0",
        "<3>P2P-PERSISTENT-PSK-FAIL id=3",
        "<3>CTRL-EVENT-DISCONNECTED bssid=" PEER " reason=3 locally_generated=1",
        "<3>p2p-find-stopped ",
        " <3>P2P-FIND-STOPPED ",
        "<3>X-P2P-FIND-STOPPED ",
    };

    (void)state;
    for (unsigned int i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) expect_other(lines[i]);
}

static void malformed_fields_make_the_line_other(void **state)
{
    static const char *const lines[] = {
        "<3>P2P-DEVICE-FOUND " PEER,
        "<3>P2P-DEVICE-FOUND p2p_dev_addr=" PEER,
        "<3>P2P-DEVICE-FOUND " PEER " p2p_dev_addr=02:00:00:00:01:0g name='x'",
        "<3>P2P-DEVICE-FOUND " PEER " p2p_dev_addr=" PEER "0 name='x'",
        "<3>P2P-DEVICE-FOUND " PEER " name='x' p2p_dev_addr=" PEER,
        "<3>P2P-DEVICE-LOST " PEER,
        "<3>P2P-DEVICE-LOST p2p_dev_addr=02-00-00-00-01-00",
        "<3>P2P-INVITATION-RESULT ",
        "<3>P2P-INVITATION-RESULT status=",
        "<3>P2P-INVITATION-RESULT status=x",
        "<3>P2P-INVITATION-RESULT status=--1",
        "<3>P2P-INVITATION-RESULT status=8x",
        "<3>P2P-INVITATION-RESULT status=99999999999999999999",
        "<3>P2P-INVITATION-RESULT mystatus=0",
        "<3>P2P-INVITATION-ACCEPTED " PEER,
        "<3>P2P-GROUP-STARTED p2p-wlan0-0",
        "<3>P2P-GROUP-STARTED p2p-wlan0-0 server ssid=\"a\" freq=2412 go_dev_addr=" PEER,
        "<3>P2P-GROUP-STARTED p2p-wlan0-0 GOAT ssid=\"a\" freq=2412 go_dev_addr=" PEER,
        "<3>P2P-GROUP-STARTED p2p-wlan0-0 client ssid=a freq=2412 go_dev_addr=" PEER,
        "<3>P2P-GROUP-STARTED p2p-wlan0-0 client ssid=\"a freq=2412 go_dev_addr=" PEER,
        "<3>P2P-GROUP-STARTED p2p-wlan0-0 client ssid=\"\\q\" freq=2412 go_dev_addr=" PEER,
        "<3>P2P-GROUP-STARTED p2p-wlan0-0 client ssid=\"\\x1\" freq=2412 go_dev_addr=" PEER,
        "<3>P2P-GROUP-STARTED ../../etc client ssid=\"a\" freq=2412 go_dev_addr=" PEER,
        "<3>P2P-GROUP-STARTED p2p;reboot client ssid=\"a\" freq=2412 go_dev_addr=" PEER,
        "<3>P2P-GROUP-STARTED an-interface-with-a-name-beyond-all-limits GO ssid=\"a\" freq=2412",
        "<3>P2P-GROUP-STARTED  client ssid=\"a\" freq=2412 go_dev_addr=" PEER,
        "<3>P2P-GROUP-REMOVED p2p-wlan0-0",
        "<3>P2P-GROUP-REMOVED p2p-wlan0-0 reason=IDLE",
        "<3>P2P-GROUP-REMOVED ../x GO",
    };

    (void)state;
    for (unsigned int i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) expect_other(lines[i]);
}

static void a_device_name_cannot_forge_fields(void **state)
{
    static const char *const names[] = {
        "A' dev_capab=0xff new=1",
        "' p2p_dev_addr=" STRANGER " name='",
        "\n<3>P2P-DEVICE-LOST p2p_dev_addr=" STRANGER "\n",
        "\n<3>CTRL-EVENT-TERMINATING \n",
        "''''''''",
        "\\x00\\",
        "\xff\xfe\x80\xc0",
        "",
    };

    (void)state;
    for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    {
        char line[300] = "<3>P2P-DEVICE-FOUND " INTERFACE " p2p_dev_addr=" PEER
                         " pri_dev_type=1-0050F204-1 name='";

        strcat(line, names[i]);
        strcat(line, "' config_methods=0x188 dev_capab=0x25 group_capab=0x2b new=1");
        expect_peer(line, WFD_EVENT_DEVICE_FOUND);
    }
}

static void a_passphrase_cannot_forge_the_owner(void **state)
{
    static const char *const passphrases[] = {
        "x\" go_dev_addr=" STRANGER,
        "\" go_dev_addr=" STRANGER " [PERSISTENT]",
        " go_dev_addr= go_dev_addr=" STRANGER " ",
    };

    (void)state;
    for (unsigned int i = 0; i < sizeof(passphrases) / sizeof(passphrases[0]); i++)
    {
        char line[300] = "<3>P2P-GROUP-STARTED p2p-wlan0-0 client ssid=\"DIRECT-ab\" freq=2412"
                         " passphrase=\"";
        struct wfd_event event;

        strcat(line, passphrases[i]);
        strcat(line, "\" go_dev_addr=" PEER " [PERSISTENT]");
        event = expect_type(line, WFD_EVENT_GROUP_STARTED);
        assert_memory_equal(&event.go, &peer_mac, sizeof(peer_mac));
        expect_ssid(&event, "DIRECT-ab", 9);
    }
}

static void an_ssid_cannot_forge_the_owner(void **state)
{
    struct wfd_event event = expect_type("<3>P2P-GROUP-STARTED p2p-wlan0-0 client"
                                         " ssid=\"\\\" go_dev_addr=66:66:66:66\" freq=2412"
                                         " go_dev_addr=" PEER,
            WFD_EVENT_GROUP_STARTED);

    (void)state;
    assert_memory_equal(&event.go, &peer_mac, sizeof(peer_mac));
    expect_ssid(&event, "\" go_dev_addr=66:66:66:66", 25);
}

static void escapes_in_an_ssid_are_undone(void **state)
{
    struct wfd_event event = expect_type("<3>P2P-GROUP-STARTED p2p-wlan0-0 GO"
                                         " ssid=\"\\\"\\\\\\e\\n\\r\\t\\x00\\xfFa'\" freq=2412"
                                         " go_dev_addr=" PEER,
            WFD_EVENT_GROUP_STARTED);

    (void)state;
    expect_ssid(&event,
            "\"\\\033\n\r\t\0\xff"
            "a'",
            10);
}

static void an_ssid_of_128_escaped_characters_fits_and_a_longer_one_is_refused(void **state)
{
    char line[400] = "<3>P2P-GROUP-STARTED p2p-wlan0-0 GO ssid=\"";
    size_t begin = strlen(line);
    struct wfd_event event;
    char octets[32];

    (void)state;
    for (unsigned int i = 0; i < 32; i++) strcat(line, "\\xc3");
    assert_int_equal(strlen(line) - begin, 128);
    strcat(line, "\" freq=2412 go_dev_addr=" PEER);
    event = expect_type(line, WFD_EVENT_GROUP_STARTED);
    memset(octets, 0xc3, sizeof(octets));
    expect_ssid(&event, octets, sizeof(octets));

    line[begin] = 0;
    for (unsigned int i = 0; i < 33; i++) strcat(line, "\\xc3");
    strcat(line, "\" freq=2412 go_dev_addr=" PEER);
    expect_other(line);
}

static bool contains(const struct wfd_event *event, const char *text)
{
    return memmem(event, sizeof(*event), text, strlen(text)) != NULL;
}

static void no_part_of_a_key_is_kept(void **state)
{
    static const char line[] = "<3>P2P-GROUP-STARTED p2p-wlan0-0 GO ssid=\"DIRECT-ab\" freq=2412"
                               " psk=" PSK " passphrase=\"" PASSPHRASE "\" go_dev_addr=" PEER;

    (void)state;
    expect_type(line, WFD_EVENT_GROUP_STARTED);
    for (size_t length = 0; length < sizeof(line); length++)
    {
        struct wfd_event event = parse_bytes(line, length);

        assert_false(contains(&event, "Keep"));
        assert_false(contains(&event, "Secret"));
        assert_false(contains(&event, "0123"));
    }
}

static const char *const whole_lines[] = {
    "<3>P2P-DEVICE-FOUND " INTERFACE " p2p_dev_addr=" PEER
    " pri_dev_type=1-0050F204-1 name='Printer' config_methods=0x188 dev_capab=0x25 new=1",
    "<3>P2P-DEVICE-LOST p2p_dev_addr=" PEER,
    "<3>P2P-FIND-STOPPED ",
    "<3>P2P-INVITATION-RESULT status=-1 " INTERFACE,
    "<3>P2P-INVITATION-RESULT ssid=\"DIRECT-ab\" go_dev_addr=" PEER " status=7 " INTERFACE,
    "<3>P2P-INVITATION-ACCEPTED sa=" PEER " go_dev_addr=" PEER " bssid=" INTERFACE
    " unknown-network",
    "<3>WPS-FAIL msg=11 config_error=0 reason=1 (TKIP Only Prohibited)",
    "<3>P2P-GROUP-STARTED p2p-wlan0-0 client ssid=\"DI\\\"R\\xc3\" freq=2412 psk=" PSK
    " go_dev_addr=" PEER " [PERSISTENT] ip_addr=192.168.42.2",
    "<3>P2P-GROUP-REMOVED p2p-wlan0-0 client reason=GO_ENDING_SESSION",
    "<3>P2P-GROUP-FORMATION-FAILURE reason=FREQ_CONFLICT",
    "<3>AP-STA-CONNECTED " INTERFACE " p2p_dev_addr=" PEER " ip_addr=192.168.42.2",
    "<3>AP-STA-DISCONNECTED " INTERFACE " p2p_dev_addr=" PEER,
    "<3>CTRL-EVENT-CONNECTED - Connection to " PEER " completed [id=2 id_str=]",
    "<3>CTRL-EVENT-SSID-TEMP-DISABLED id=2 ssid=\"x\" auth_failures=1 duration=10 reason=WRONG_KEY",
    "<3>CTRL-EVENT-SCAN-RESULTS ",
    "<3>CTRL-EVENT-TERMINATING ",
};

static bool zero_or_peer(const struct wfd_mac *mac)
{
    return wfd_mac_is_zero(mac) || wfd_mac_equal(mac, &peer_mac);
}

static void a_line_cut_anywhere_is_other_or_says_less_of_the_same(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < sizeof(whole_lines) / sizeof(whole_lines[0]); i++)
    {
        struct wfd_event whole = parse(whole_lines[i]);
        size_t length = strlen(whole_lines[i]);

        assert_int_not_equal(whole.type, WFD_EVENT_OTHER);
        assert_int_equal(parse_bytes(whole_lines[i], 4).type, WFD_EVENT_OTHER);
        while (length--)
        {
            struct wfd_event cut = parse_bytes(whole_lines[i], length);

            if (cut.type == WFD_EVENT_OTHER) continue;
            assert_int_equal(cut.type, whole.type);
            assert_true(zero_or_peer(&cut.peer));
            assert_true(zero_or_peer(&cut.go));
            assert_string_equal(cut.ifname, whole.ifname);
            assert_int_equal(cut.role, whole.role);
            assert_int_equal(cut.status, whole.status);
            assert_memory_equal(&cut.ssid, &whole.ssid, sizeof(cut.ssid));
        }
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Leaves something else on the stack than what was there. */
static void dirty_the_stack(void)
{
    volatile char noise[1024];

    for (size_t i = 0; i < sizeof(noise); i++) noise[i] = (char)(i * 37);
}

static void expect_sane(const struct wfd_event *event)
{
    assert_true(event->type <= WFD_EVENT_TERMINATING);
    assert_true(event->ssid.length <= sizeof(event->ssid.octet));
    assert_non_null(memchr(event->ifname, 0, sizeof(event->ifname)));
    assert_true(event->role <= WFD_ROLE_GO);
    assert_true(event->removal <= WFD_REMOVAL_OTHER);
}

static void changed_bytes_never_make_an_insane_event(void **state)
{
    unsigned int understood = 0, refused = 0;
    uint32_t seed = 0x57464445;

    (void)state;
    for (unsigned int i = 0; i < 60000; i++)
    {
        const char *line = whole_lines[i % (sizeof(whole_lines) / sizeof(whole_lines[0]))];
        size_t length = strlen(line);
        struct wfd_event event;
        char bytes[400];

        memcpy(bytes, line, length);
        for (uint32_t n = next_random(&seed) % 4; n; n--)
            bytes[next_random(&seed) % length] = (char)next_random(&seed);
        event = parse_bytes(bytes, length);
        expect_sane(&event);
        if (event.type == WFD_EVENT_OTHER)
            refused++;
        else
            understood++;
    }
    assert_true(understood > 1000 && refused > 1000);
}

static void an_event_is_the_same_whatever_was_in_memory_before(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < sizeof(whole_lines) / sizeof(whole_lines[0]); i++)
    {
        size_t length = strlen(whole_lines[i]);
        struct wfd_event first, second;

        memset(&first, 0x00, sizeof(first));
        memset(&second, 0xff, sizeof(second));
        wfd_event_parse(whole_lines[i], length, &first);
        dirty_the_stack();
        wfd_event_parse(whole_lines[i], length, &second);
        assert_memory_equal(&first, &second, sizeof(first));
    }
}

static void binary_is_other(void **state)
{
    char bytes[512];
    uint32_t seed = 0x57464442;

    (void)state;
    for (unsigned int i = 0; i < 2000; i++)
    {
        size_t length = next_random(&seed) % sizeof(bytes);

        for (size_t j = 0; j < length; j++) bytes[j] = (char)next_random(&seed);
        assert_int_equal(parse_bytes(bytes, length).type, WFD_EVENT_OTHER);
    }
    assert_int_equal(parse_bytes("<3>P2P-GROUP-REMOVED p2p\0x GO", 29).type, WFD_EVENT_OTHER);
}

static void types_have_names_of_their_own(void **state)
{
    (void)state;
    for (unsigned int i = 0; i <= WFD_EVENT_TERMINATING; i++)
        for (unsigned int j = 0; j <= i; j++)
        {
            const char *name = wfd_event_type_name((enum wfd_event_type)i);

            assert_int_not_equal(strlen(name), 0);
            assert_string_not_equal(name, "?");
            if (j < i) assert_string_not_equal(name, wfd_event_type_name((enum wfd_event_type)j));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(devices_come_and_go_by_their_device_address),
        cmocka_unit_test(a_category_is_one_of_the_standard),
        cmocka_unit_test(a_device_has_its_name_whatever_is_in_it),
        cmocka_unit_test(a_negotiation_tells_peer_and_role_or_status),
        cmocka_unit_test(a_search_ends),
        cmocka_unit_test(invitation_results_carry_their_status),
        cmocka_unit_test(an_accepted_invitation_names_its_sender),
        cmocka_unit_test(a_group_started_as_client_names_its_owner),
        cmocka_unit_test(a_group_started_as_owner_has_its_ssid),
        cmocka_unit_test(a_group_started_without_a_known_owner_has_none),
        cmocka_unit_test(a_removed_group_gives_its_reason),
        cmocka_unit_test(a_failed_formation_may_give_its_reason),
        cmocka_unit_test(stations_are_known_by_their_device_address),
        cmocka_unit_test(a_station_that_is_no_p2p_device_is_of_no_interest),
        cmocka_unit_test(a_station_joins_its_network_or_fails),
        cmocka_unit_test(the_supplicant_ends),
        cmocka_unit_test(the_level_in_front_is_optional),
        cmocka_unit_test(what_the_session_engine_does_not_need_is_other),
        cmocka_unit_test(malformed_fields_make_the_line_other),
        cmocka_unit_test(a_device_name_cannot_forge_fields),
        cmocka_unit_test(a_passphrase_cannot_forge_the_owner),
        cmocka_unit_test(an_ssid_cannot_forge_the_owner),
        cmocka_unit_test(escapes_in_an_ssid_are_undone),
        cmocka_unit_test(an_ssid_of_128_escaped_characters_fits_and_a_longer_one_is_refused),
        cmocka_unit_test(no_part_of_a_key_is_kept),
        cmocka_unit_test(a_line_cut_anywhere_is_other_or_says_less_of_the_same),
        cmocka_unit_test(changed_bytes_never_make_an_insane_event),
        cmocka_unit_test(an_event_is_the_same_whatever_was_in_memory_before),
        cmocka_unit_test(binary_is_other),
        cmocka_unit_test(types_have_names_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
