/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes what reads a supplicant's replies: lists, addresses, SSIDs and the cursors below them.
 * Checks bounds, and that a refusal leaves cursor and outputs alone. Never sends anything.
 *
 * clang -std=c11 -g -O1 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined \
 *     -fno-sanitize-recover=undefined -Iinclude -Idlls/wlanapi/core -o build/fuzz/fuzz_reply \
 *     tests/fuzz/fuzz_reply.c dlls/wlanapi/core/wfd_command.c dlls/wlanapi/core/wfd_text.c
 */
#include <stdlib.h>
#include <string.h>

#include "wfd_command.h"

#define MAX_IDS 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool condition)
{
    if (!condition) abort();
}

static void check_list(struct wfd_cursor reply)
{
    int ids[MAX_IDS + 1], all[MAX_IDS + 1], last = -7;
    unsigned int count = 99, small_count = 99;
    bool cut;

    ids[MAX_IDS] = -7;
    if (!wfd_reply_persistent_ids(reply, ids, MAX_IDS, &count, &last, &cut))
    {
        demand(count == 99 && last == -7);
        return;
    }
    demand(count <= MAX_IDS && ids[MAX_IDS] == -7 && last >= -1);
    for (unsigned int i = 0; i < count; i++) demand(ids[i] >= 0);
    demand(!count || last >= 0);
    demand(wfd_reply_persistent_ids(reply, all, 1, &small_count, &last, &cut));
    demand(small_count == (count > 0) && (!count || all[0] == ids[0]));
}

static void check_group(struct wfd_cursor reply)
{
    struct wfd_mac bssid = { { 9 } }, first = bssid;
    struct wfd_ssid ssid = { .length = 99 };
    enum wfd_role role = WFD_ROLE_NONE;
    bool has_bssid = wfd_reply_bssid(reply, &first);

    demand(has_bssid || first.octet[0] == 9);
    if (!wfd_reply_group_status(reply, &role, &ssid, &bssid))
    {
        demand(!role && ssid.length == 99 && bssid.octet[0] == 9);
        return;
    }
    demand(has_bssid && wfd_mac_equal(&first, &bssid));
    demand(role != WFD_ROLE_NONE && ssid.length && ssid.length <= 32);
}

/* A cursor moves only forward, only within its text, and only when it took something. */
static void check_cursor(
        const struct wfd_cursor *before, const struct wfd_cursor *after, bool taken)
{
    demand(after->end == before->end && after->at <= after->end);
    demand(taken ? after->at >= before->at : after->at == before->at);
}

static void check_words(struct wfd_cursor text)
{
    struct wfd_cursor cursor = text;
    char word[8] = "kept", name[WFD_IFNAME_SIZE] = "kept";
    uint32_t hex = 77;
    int number = 12345678;
    bool taken = wfd_text_number(&cursor, &number);

    check_cursor(&text, &cursor, taken);
    demand(taken ? number >= -1000000 && number <= 1000000 : number == 12345678);
    cursor = text;
    taken = wfd_text_hex(&cursor, &hex);
    check_cursor(&text, &cursor, taken);
    demand(taken || hex == 77);
    cursor = text;
    taken = wfd_text_word(&cursor, word, sizeof(word));
    check_cursor(&text, &cursor, taken);
    demand(taken ? strlen(word) == (size_t)(cursor.at - text.at) : !strcmp(word, "kept"));
    cursor = text;
    taken = wfd_text_ifname(&cursor, name);
    check_cursor(&text, &cursor, taken);
    demand(taken ? name[0] && name[0] != '.' && !strchr(name, '/') : !strcmp(name, "kept"));
}

static void check_addresses_and_ssids(struct wfd_cursor text)
{
    static const struct wfd_mac peer = { { 2, 0, 0, 0, 1, 0 } };
    struct wfd_ssid ssid = { .length = 99 };
    struct wfd_cursor cursor = text;
    struct wfd_mac mac = peer;
    bool taken = wfd_text_mac(&cursor, &mac);

    check_cursor(&text, &cursor, taken);
    if (taken) demand(wfd_reply_has_mac(text, &mac));
    if (!taken) demand(wfd_mac_equal(&mac, &peer) && !wfd_reply_has_mac(text, &peer));
    cursor = text;
    taken = wfd_text_escaped_ssid(&cursor, &ssid);
    check_cursor(&text, &cursor, taken);
    demand(taken ? ssid.length <= 32 : ssid.length == 99);
    ssid.length = 99;
    demand(wfd_text_config_ssid(text, &ssid) ? ssid.length <= 32 : ssid.length == 99);
    ssid.length = 99;
    demand(wfd_text_bare_ssid(text, &ssid) ? ssid.length <= 32 : ssid.length == 99);
}

static void check_searches(struct wfd_cursor text)
{
    static const char word[] = " go_dev_addr=";
    struct wfd_cursor first = text, last = text;
    bool found = wfd_text_find(&first, word);

    demand(wfd_text_find_last(&last, word) == found);
    check_cursor(&text, &first, found);
    check_cursor(&text, &last, found);
    demand(last.at >= first.at);
    if (found) demand(!memcmp(last.at - strlen(word), word, strlen(word)));
    if (found) demand(!wfd_text_find(&last, word));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wfd_cursor reply = wfd_cursor((const char *)data, size), rest = reply, line;

    demand(wfd_reply_kind(reply) <= WFD_REPLY_OTHER);
    check_list(reply);
    check_group(reply);
    check_words(reply);
    check_addresses_and_ssids(reply);
    check_searches(reply);
    while (wfd_text_line(&rest, &line))
    {
        demand(line.at >= reply.at && line.end <= reply.end && line.at <= line.end);
        check_words(line);
        check_addresses_and_ssids(line);
    }
    demand(rest.at == reply.end);
    return 0;
}
