/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is said to the supplicant, to the letter, and what is understood of its replies. Replies are
 * read from memory of exactly their length; none is sent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wfd_command.h"

static const struct wfd_mac peer = { { 0x02, 0x00, 0xab, 0xCD, 0x00, 0xff } };

#define PEER   "02:00:ab:cd:00:ff"
#define HEADER "network id / ssid / bssid / flags\n"

static void commands_are_what_the_supplicant_understands(void **state)
{
    struct wfd_request request = { .text = "" };

    (void)state;
    wfd_command_list_networks(&request, -1);
    assert_string_equal(request.text, "LIST_NETWORKS");
    wfd_command_list_networks(&request, 0);
    assert_string_equal(request.text, "LIST_NETWORKS LAST_ID=0");
    wfd_command_list_networks(&request, 42);
    assert_string_equal(request.text, "LIST_NETWORKS LAST_ID=42");
    wfd_command_get_network(&request, 7, "p2p_client_list");
    assert_string_equal(request.text, "GET_NETWORK 7 p2p_client_list");
    wfd_command_find(&request, &peer, 30);
    assert_string_equal(request.text, "P2P_FIND 30 dev_id=" PEER);
    wfd_command_stop_find(&request);
    assert_string_equal(request.text, "P2P_STOP_FIND");
    wfd_command_listen(&request, 60);
    assert_string_equal(request.text, "P2P_LISTEN 60");
    wfd_command_invite(&request, 3, &peer);
    assert_string_equal(request.text, "P2P_INVITE persistent=3 peer=" PEER);
    wfd_command_cancel(&request);
    assert_string_equal(request.text, "P2P_CANCEL");
    wfd_command_interfaces(&request);
    assert_string_equal(request.text, "INTERFACES");
    wfd_command_status(&request);
    assert_string_equal(request.text, "STATUS");
    wfd_command_group_member(&request, &peer);
    assert_string_equal(request.text, "P2P_GROUP_MEMBER " PEER);
    wfd_command_bss_of(&request, &peer);
    assert_string_equal(request.text, "BSS p2p_dev_addr=" PEER);
    wfd_command_remove_group(&request, "p2p-wlan0-0");
    assert_string_equal(request.text, "P2P_GROUP_REMOVE p2p-wlan0-0");
    wfd_command_remove_client(&request, &peer);
    assert_string_equal(request.text, "P2P_REMOVE_CLIENT iface=" PEER);
}

static void the_longest_commands_are_not_cut(void **state)
{
    struct wfd_request request = { .text = "" };
    char name[WFD_IFNAME_SIZE], expected[80] = "P2P_GROUP_REMOVE ";

    (void)state;
    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = 0;
    wfd_command_remove_group(&request, name);
    assert_string_equal(request.text, strcat(expected, name));
    wfd_command_find(&request, &peer, UINT32_MAX);
    assert_string_equal(request.text, "P2P_FIND 4294967295 dev_id=" PEER);
    wfd_command_invite(&request, 1000000, &peer);
    assert_string_equal(request.text, "P2P_INVITE persistent=1000000 peer=" PEER);
}

/* A reply in memory of its own length, so that a step beyond is seen. */
struct reply
{
    char *bytes;
    struct wfd_cursor cursor;
};

static struct reply reply_of(const char *text, size_t length)
{
    struct reply reply = { .bytes = malloc(length ? length : 1) };

    assert_non_null(reply.bytes);
    memcpy(reply.bytes, text, length);
    reply.cursor = wfd_cursor(reply.bytes, length);
    return reply;
}

static enum wfd_reply kind_of(const char *text)
{
    struct reply reply = reply_of(text, strlen(text));
    enum wfd_reply kind = wfd_reply_kind(reply.cursor);

    free(reply.bytes);
    return kind;
}

static void replies_are_ok_fail_or_other(void **state)
{
    (void)state;
    assert_int_equal(kind_of("OK\n"), WFD_REPLY_OK);
    assert_int_equal(kind_of("OK"), WFD_REPLY_OK);
    assert_int_equal(kind_of("FAIL\n"), WFD_REPLY_FAIL);
    assert_int_equal(kind_of("FAIL"), WFD_REPLY_FAIL);
    assert_int_equal(kind_of("FAIL-BUSY\n"), WFD_REPLY_FAIL);
    assert_int_equal(kind_of("FAIL-CHANNEL-UNAVAILABLE\n"), WFD_REPLY_FAIL);
    assert_int_equal(kind_of("UNKNOWN COMMAND\n"), WFD_REPLY_OTHER);
    assert_int_equal(kind_of("PONG\n"), WFD_REPLY_OTHER);
    assert_int_equal(kind_of(""), WFD_REPLY_OTHER);
    assert_int_equal(kind_of("O"), WFD_REPLY_OTHER);
    assert_int_equal(kind_of("FAI"), WFD_REPLY_OTHER);
    assert_int_equal(kind_of(" OK\n"), WFD_REPLY_OTHER);
}

struct list
{
    int ids[8];
    unsigned int count;
    int last;
    bool cut, valid;
};

static struct list read_list_bytes(const char *text, size_t length, unsigned int max)
{
    struct reply reply = reply_of(text, length);
    struct list list = { .count = 99, .last = 99 };

    list.valid = wfd_reply_persistent_ids(
            reply.cursor, list.ids, max, &list.count, &list.last, &list.cut);
    free(reply.bytes);
    return list;
}

static struct list read_list(const char *text)
{
    return read_list_bytes(text, strlen(text), 8);
}

static void persistent_groups_are_picked_out_of_a_list(void **state)
{
    struct list list =
            read_list(HEADER "0\thome\tany\t[CURRENT]\n"
                             "1\tDIRECT-ab\t02:00:00:00:01:00\t[DISABLED][P2P-PERSISTENT]\n"
                             "2\tguest\tany\t\n"
                             "5\tDIRECT-cd\tany\t[DISABLED][P2P-PERSISTENT]\n"
                             "9\tlast\tany\t[DISABLED]\n");

    (void)state;
    assert_true(list.valid);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.ids[0], 1);
    assert_int_equal(list.ids[1], 5);
    assert_int_equal(list.last, 9);
    assert_false(list.cut);
}

static void an_empty_list_is_a_list(void **state)
{
    struct list list = read_list(HEADER);

    (void)state;
    assert_true(list.valid);
    assert_int_equal(list.count, 0);
    assert_int_equal(list.last, -1);
    assert_false(list.cut);
}

static void what_has_no_heading_is_no_list(void **state)
{
    static const char *const replies[] = {
        "",
        "\n",
        "FAIL\n",
        "UNKNOWN COMMAND\n",
        "0\tDIRECT-ab\tany\t[P2P-PERSISTENT]\n",
        "\n" HEADER "0\tDIRECT-ab\tany\t[P2P-PERSISTENT]\n",
    };

    (void)state;
    for (unsigned int i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
    {
        struct list list = read_list(replies[i]);

        assert_false(list.valid);
        assert_int_equal(list.count, 99);
        assert_int_equal(list.last, 99);
    }
}

static void an_ssid_cannot_pose_as_flags(void **state)
{
    struct list list = read_list(HEADER "0\t[P2P-PERSISTENT]\tany\t[CURRENT]\n"
                                        "1\t\\t\\t[P2P-PERSISTENT]\\n7\\tx\tany\t\n"
                                        "2\t\tany\t[P2P-PERSISTENT]\n"
                                        "3\ta b  c\tany\t[P2P-PERSISTENT]\n");

    (void)state;
    assert_int_equal(list.count, 2);
    assert_int_equal(list.ids[0], 2);
    assert_int_equal(list.ids[1], 3);
    assert_int_equal(list.last, 3);
}

static void lines_that_are_no_networks_are_passed_over(void **state)
{
    struct list list = read_list(HEADER "\n"
                                        "garbage\n"
                                        "-3\tx\tany\t[P2P-PERSISTENT]\n"
                                        "99999999999\tx\tany\t[P2P-PERSISTENT]\n"
                                        "4x\tx\tany\t[P2P-PERSISTENT]\n"
                                        "\t\t\t[P2P-PERSISTENT]\n"
                                        "6\tx\tany\t[P2P-PERSISTENT]");

    (void)state;
    assert_int_equal(list.count, 1);
    assert_int_equal(list.ids[0], 6);
    assert_int_equal(list.last, 6);
}

static void more_groups_than_there_is_room_for_are_left_out(void **state)
{
    static const char text[] = HEADER "1\ta\tany\t[P2P-PERSISTENT]\n"
                                      "2\tb\tany\t[P2P-PERSISTENT]\n"
                                      "3\tc\tany\t[P2P-PERSISTENT]\n";
    struct list list = read_list_bytes(text, strlen(text), 2);

    (void)state;
    assert_true(list.valid);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.ids[1], 2);
    assert_int_equal(list.last, 3);
    assert_int_equal(read_list_bytes(text, strlen(text), 0).count, 0);
}

static void a_row_that_was_cut_counts_as_left_out(void **state)
{
    static const char text[] = HEADER "1\tDIRECT-ab\tany\t[DISABLED][P2P-PERSISTENT]\n"
                                      "2\tDIRECT[P2P-PERSISTENT]\tany\t[DISABLED][P2P-PERSISTENT]";
    static const size_t heading = sizeof(HEADER) - 1;
    const char *second = strstr(text, "\n2\t") + 1;
    size_t flags = (size_t)(strstr(second, "any\t") + 4 - text);

    (void)state;
    for (size_t length = 0; length < sizeof(text); length++)
    {
        struct list list = read_list_bytes(text, length, 8);

        assert_int_equal(list.valid, length >= strlen("network id"));
        if (!list.valid) continue;
        assert_true(list.count <= 2);
        if (length <= heading) assert_int_equal(list.last, -1);
        if (length >= (size_t)(second - text) && length < flags)
        {
            assert_int_equal(list.count, 1);
            assert_int_equal(list.ids[0], 1);
            assert_int_equal(list.last, 1);
        }
    }
    assert_int_equal(read_list(text).count, 2);
    assert_int_equal(read_list(text).last, 2);
}

/* The supplicant leaves a row out when it does not fit into 4096 bytes. */
static size_t fill_list(char *text, size_t limit, unsigned int ssid_length, int *ret_next)
{
    size_t length = (size_t)sprintf(text, HEADER);

    for (*ret_next = 0;; ++*ret_next)
    {
        char row[256], ssid[129];
        int row_length;

        memset(ssid, 'x', sizeof(ssid));
        ssid[ssid_length] = 0;
        row_length = snprintf(row, sizeof(row),
                "%d\t%s\t02:00:00:00:01:00\t"
                "[CURRENT][DISABLED][TEMP-DISABLED][P2P-PERSISTENT]\n",
                *ret_next, ssid);
        if (length + (size_t)row_length >= limit) return length;
        memcpy(text + length, row, (size_t)row_length);
        length += (size_t)row_length;
    }
}

static void a_list_that_the_supplicant_had_to_cut_is_known_as_cut(void **state)
{
    static char text[5000];

    (void)state;
    for (unsigned int ssid_length = 0; ssid_length <= 128; ssid_length++)
    {
        int next;
        size_t length = fill_list(text, 4096, ssid_length, &next);
        struct list list = read_list_bytes(text, length, 8);

        assert_true(list.valid);
        assert_true(list.cut);
        assert_int_equal(list.last, next - 1);
    }
    assert_false(read_list(HEADER "0\tx\tany\t\n").cut);
}

static bool has_mac(const char *text)
{
    struct reply reply = reply_of(text, strlen(text));
    bool has = wfd_reply_has_mac(reply.cursor, &peer);

    free(reply.bytes);
    return has;
}

static void a_peer_is_found_in_a_list_of_addresses(void **state)
{
    (void)state;
    assert_true(has_mac(PEER));
    assert_true(has_mac("02:00:AB:CD:00:FF"));
    assert_true(has_mac(PEER "\n"));
    assert_true(has_mac("02:00:00:00:01:00 " PEER));
    assert_true(has_mac("02:00:00:00:01:00 02:00:00:00:02:00 " PEER " 02:00:00:00:03:00 "));
    assert_true(has_mac("02:00:00:00:01:00   " PEER));
}

static void no_peer_is_found_where_it_is_not(void **state)
{
    static const char *const replies[] = {
        "",
        "\n",
        "FAIL\n",
        "any",
        "02:00:00:00:01:00",
        "02:00:00:00:01:00 02:00:00:00:02:00 ",
        "02:00:ab:cd:00:f",
        PEER "0",
        "x" PEER,
        "\"" PEER "\"",
        "02:00:00:00:01:00," PEER,
        "02-00-ab-cd-00-ff",
    };

    (void)state;
    for (unsigned int i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
        if (has_mac(replies[i])) fail_msg("found in: %s", replies[i]);
}

#define STATUS_OF(mode, state)                                                                     \
    "bssid=02:00:00:00:80:01\nfreq=2437\nssid=DIRECT-a\\\"b\nid=0\nmode=" mode                     \
    "\nwpa_state=" state "\np2p_device_address=02:5c:00:00:00:01\naddress=02:00:00:00:80:02\n"

static bool is_group(const char *text, enum wfd_role *ret_role)
{
    struct reply reply = reply_of(text, strlen(text));
    struct wfd_ssid ssid = { .length = 99 };
    struct wfd_mac bssid = { { 9 } };
    bool is = wfd_reply_group_status(reply.cursor, ret_role, &ssid, &bssid);

    free(reply.bytes);
    if (is)
    {
        assert_int_equal(ssid.length, 10);
        assert_memory_equal(ssid.octet, "DIRECT-a\"b", 10);
        assert_int_equal(bssid.octet[5], 1);
    }
    else
        assert_true(ssid.length == 99 && bssid.octet[0] == 9);
    return is;
}

static void a_group_is_known_by_its_status(void **state)
{
    enum wfd_role role = WFD_ROLE_NONE;

    (void)state;
    assert_true(is_group(STATUS_OF("P2P GO", "COMPLETED"), &role));
    assert_int_equal(role, WFD_ROLE_GO);
    assert_true(is_group(STATUS_OF("station", "COMPLETED"), &role));
    assert_int_equal(role, WFD_ROLE_CLIENT);
}

static void what_is_not_yet_or_never_a_group_is_none(void **state)
{
    static const char *const replies[] = {
        "",
        "FAIL\n",
        "UNKNOWN COMMAND\n",
        "wpa_state=SCANNING\naddress=02:00:00:00:80:02\n",
        STATUS_OF("P2P GO - group formation", "COMPLETED"),
        STATUS_OF("station", "SCANNING"),
        STATUS_OF("AP", "COMPLETED"),
        "bssid=02:00:00:00:80:01\nmode=station\nwpa_state=COMPLETED\n",
        "ssid=DIRECT-ab\nmode=station\nwpa_state=COMPLETED\n",
    };
    enum wfd_role role = WFD_ROLE_NONE;

    (void)state;
    for (unsigned int i = 0; i < sizeof(replies) / sizeof(replies[0]); i++)
        if (is_group(replies[i], &role) || role) fail_msg("a group: %s", replies[i]);
}

/* The name in a BSS is a stranger's, raw: it must not come before the address. */
static void the_first_bssid_of_a_reply_counts(void **state)
{
    static const char text[] = "id=0\nbssid=02:00:00:00:80:01\nfreq=2437\n"
                               "p2p_device_name=x\nbssid=02:00:00:00:80:09\n";
    struct wfd_mac bssid = { { 9 } };

    (void)state;
    assert_true(wfd_reply_bssid(wfd_cursor(text, strlen(text)), &bssid));
    assert_int_equal(bssid.octet[5], 1);
    assert_false(wfd_reply_bssid(wfd_cursor("", 0), &bssid));
    assert_false(wfd_reply_bssid(wfd_cursor("FAIL\n", 5), &bssid));
    assert_false(wfd_reply_bssid(wfd_cursor("bssid=any\nbssid=02:00:00:00:80:09\n", 34), &bssid));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_is_known_by_its_status),
        cmocka_unit_test(what_is_not_yet_or_never_a_group_is_none),
        cmocka_unit_test(the_first_bssid_of_a_reply_counts),
        cmocka_unit_test(commands_are_what_the_supplicant_understands),
        cmocka_unit_test(the_longest_commands_are_not_cut),
        cmocka_unit_test(replies_are_ok_fail_or_other),
        cmocka_unit_test(persistent_groups_are_picked_out_of_a_list),
        cmocka_unit_test(an_empty_list_is_a_list),
        cmocka_unit_test(what_has_no_heading_is_no_list),
        cmocka_unit_test(an_ssid_cannot_pose_as_flags),
        cmocka_unit_test(lines_that_are_no_networks_are_passed_over),
        cmocka_unit_test(more_groups_than_there_is_room_for_are_left_out),
        cmocka_unit_test(a_row_that_was_cut_counts_as_left_out),
        cmocka_unit_test(a_list_that_the_supplicant_had_to_cut_is_known_as_cut),
        cmocka_unit_test(a_peer_is_found_in_a_list_of_addresses),
        cmocka_unit_test(no_peer_is_found_where_it_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
