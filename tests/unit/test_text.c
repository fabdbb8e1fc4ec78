/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The cursors: what each takes, where it stops, and that a refusal changes nothing. Texts lie in
 * memory of exactly their length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wfd_text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct text
{
    char *bytes;
    struct wfd_cursor cursor;
};

static struct text text_of(const char *string)
{
    size_t length = strlen(string);
    struct text text = { .bytes = malloc(length ? length : 1) };

    assert_non_null(text.bytes);
    memcpy(text.bytes, string, length);
    text.cursor = wfd_cursor(text.bytes, length);
    return text;
}

/* Frees the text after looking where its cursor stands. */
static void expect_at(struct text *text, size_t offset)
{
    assert_ptr_equal(text->cursor.at, text->bytes + offset);
    free(text->bytes);
}

static void a_word_is_skipped_only_when_it_is_there(void **state)
{
    struct text text = text_of("sa=02");

    (void)state;
    assert_false(wfd_text_skip(&text.cursor, "SA="));
    assert_false(wfd_text_skip(&text.cursor, "sa=02:"));
    assert_true(wfd_text_skip(&text.cursor, "sa="));
    assert_false(wfd_text_skip(&text.cursor, "sa="));
    assert_true(wfd_text_skip(&text.cursor, "02"));
    assert_true(wfd_text_skip(&text.cursor, ""));
    assert_false(wfd_text_skip(&text.cursor, "0"));
    expect_at(&text, 5);
}

static void find_moves_behind_the_first_and_find_last_behind_the_last(void **state)
{
    struct text first = text_of("a=1 a=2 a=3"), last = text_of("a=1 a=2 a=3");
    struct text none = text_of("a=1 a");

    (void)state;
    assert_true(wfd_text_find(&first.cursor, "a="));
    expect_at(&first, 2);
    assert_true(wfd_text_find_last(&last.cursor, "a="));
    expect_at(&last, 10);
    assert_false(wfd_text_find(&none.cursor, "b"));
    assert_false(wfd_text_find_last(&none.cursor, "a=1 a="));
    expect_at(&none, 0);
}

static void addresses_are_six_pairs_that_end_at_a_blank(void **state)
{
    static const char *const bad[] = { "", "02:00:00:00:01:0", "02:00:00:00:01:0g",
        "02:00:00:00:01.00", "02:00:00:00:01:000", "02:00:00:00:01:00,", " 2:00:00:00:01:00",
        "+2:00:00:00:01:00", "0x:00:00:00:01:00", "02:00:00:00:01:00:00" };
    static const struct wfd_mac expected = { { 0x02, 0xab, 0xCD, 0xef, 0x10, 0xff } };

    (void)state;
    for (unsigned int i = 0; i < COUNT(bad); i++)
    {
        struct text text = text_of(bad[i]);
        struct wfd_mac mac = expected;

        if (wfd_text_mac(&text.cursor, &mac)) fail_msg("taken: %s", bad[i]);
        assert_true(wfd_mac_equal(&mac, &expected));
        expect_at(&text, 0);
    }
    for (unsigned int i = 0; i < 4; i++)
    {
        static const char *const good[] = { "02:ab:CD:ef:10:ff", "02:AB:cd:EF:10:FF x",
            "02:ab:cd:ef:10:ff\n", "02:ab:cd:ef:10:ff\t" };
        struct text text = text_of(good[i]);
        struct wfd_mac mac;

        assert_true(wfd_text_mac(&text.cursor, &mac));
        assert_true(wfd_mac_equal(&mac, &expected));
        expect_at(&text, 17);
    }
}

static void numbers_are_bounded(void **state)
{
    static const char *const bad[] = { "", "-", "x", "1x", "+1", " 1", "1000001", "-1000001",
        "99999999999999999999999999", "--1", "0x10", "1.5" };
    static const struct
    {
        const char *text;
        int number;
    } good[] = { { "0", 0 }, { "-1", -1 }, { "8 ", 8 }, { "255\n", 255 }, { "007", 7 },
        { "1000000", 1000000 }, { "-1000000", -1000000 }, { "12\t", 12 } };

    (void)state;
    for (unsigned int i = 0; i < COUNT(bad); i++)
    {
        struct text text = text_of(bad[i]);
        int number = 42;

        if (wfd_text_number(&text.cursor, &number)) fail_msg("taken: %s", bad[i]);
        assert_int_equal(number, 42);
        expect_at(&text, 0);
    }
    for (unsigned int i = 0; i < COUNT(good); i++)
    {
        struct text text = text_of(good[i].text);
        int number = 42;

        assert_true(wfd_text_number(&text.cursor, &number));
        assert_int_equal(number, good[i].number);
        expect_at(&text, strcspn(good[i].text, " \n\t"));
    }
}

static void a_word_ends_at_a_blank_and_fits(void **state)
{
    struct text text = text_of("client ssid"), empty = text_of(" x"), exact = text_of("1234567");
    struct text zero = { .bytes = malloc(3) };
    char word[8] = "kept";

    (void)state;
    assert_non_null(zero.bytes);
    memcpy(zero.bytes, "a\0b", 3);
    zero.cursor = wfd_cursor(zero.bytes, 3);
    assert_false(wfd_text_word(&empty.cursor, word, sizeof(word)));
    assert_false(wfd_text_word(&exact.cursor, word, 7));
    assert_false(wfd_text_word(&zero.cursor, word, sizeof(word)));
    assert_string_equal(word, "kept");
    assert_true(wfd_text_word(&exact.cursor, word, sizeof(word)));
    assert_string_equal(word, "1234567");
    assert_true(wfd_text_word(&text.cursor, word, sizeof(word)));
    assert_string_equal(word, "client");
    expect_at(&empty, 0);
    expect_at(&zero, 0);
    expect_at(&exact, 7);
    expect_at(&text, 6);
}

static void interface_names_are_harmless_words(void **state)
{
    static const char *const bad[] = { "", " wlan0", ".", "..", ".hidden", "a/b", "/etc", "a;b",
        "a\"b", "a'b", "a=b", "a:b", "a*", "\xc3\xa4", "abcdefghijklmnopqrstuvwxyz012345" };
    static const char *const good[] = { "wlan0", "p2p-dev-wlan0", "p2p-wlan0-12", "a_b.c-D9", "-",
        "abcdefghijklmnopqrstuvwxyz01234" };

    (void)state;
    for (unsigned int i = 0; i < COUNT(bad); i++)
    {
        struct text text = text_of(bad[i]);
        char name[WFD_IFNAME_SIZE] = "kept";

        if (wfd_text_ifname(&text.cursor, name)) fail_msg("taken: %s", bad[i]);
        assert_string_equal(name, "kept");
        expect_at(&text, 0);
    }
    for (unsigned int i = 0; i < COUNT(good); i++)
    {
        struct text text = text_of(good[i]);
        char name[WFD_IFNAME_SIZE];

        memset(name, 'x', sizeof(name));
        assert_true(wfd_text_ifname(&text.cursor, name));
        assert_string_equal(name, good[i]);
        for (size_t j = strlen(name) + 1; j < sizeof(name); j++) assert_int_equal(name[j], 'x');
        expect_at(&text, strlen(good[i]));
    }
}

static void every_octet_of_an_ssid_survives_its_escape(void **state)
{
    (void)state;
    for (unsigned int octet = 0; octet < 256; octet++)
    {
        static const char digits[] = "0123456789abcdef";
        char escaped[] = { '"', '\\', 'x', digits[octet >> 4], digits[octet & 15], '"', 0 };
        struct text text = text_of(escaped);
        struct wfd_ssid ssid;

        assert_true(wfd_text_escaped_ssid(&text.cursor, &ssid));
        assert_int_equal(ssid.length, 1);
        assert_int_equal(ssid.octet[0], octet);
        expect_at(&text, 6);
    }
}

static void broken_escapes_are_refused(void **state)
{
    static const char *const bad[] = { "", "a", "\"", "\"a", "\"\\", "\"\\\"", "\"\\x", "\"\\x4",
        "\"\\x4\"", "\"\\xg0\"", "\"\\q\"", "\"\\0\"", "\"\\X41\"",
        "\"012345678901234567890123456789012\"" };

    (void)state;
    for (unsigned int i = 0; i < COUNT(bad); i++)
    {
        struct text text = text_of(bad[i]);
        struct wfd_ssid ssid = { .length = 33 };

        if (wfd_text_escaped_ssid(&text.cursor, &ssid)) fail_msg("taken: %s", bad[i]);
        assert_int_equal(ssid.length, 33);
        expect_at(&text, 0);
    }
}

static void a_bare_ssid_is_the_whole_text(void **state)
{
    static const struct
    {
        const char *text, *ssid;
    } good[] = {
        { "DIRECT-ab", "DIRECT-ab" },
        { "", "" },
        { "a \\\"b\" ", "a \"b\" " },
        { "\\xc3\\xA4\\n\\\\", "\xc3\xa4\n\\" },
        { "01234567890123456789012345678901", "01234567890123456789012345678901" },
    };
    static const char *const bad[] = { "\\", "a\\", "\\x", "\\x4", "\\xg0", "\\q",
        "012345678901234567890123456789012" };

    (void)state;
    for (unsigned int i = 0; i < COUNT(good); i++)
    {
        struct text text = text_of(good[i].text);
        struct wfd_ssid ssid;

        assert_true(wfd_text_bare_ssid(text.cursor, &ssid));
        assert_int_equal(ssid.length, strlen(good[i].ssid));
        assert_memory_equal(ssid.octet, good[i].ssid, ssid.length);
        free(text.bytes);
    }
    for (unsigned int i = 0; i < COUNT(bad); i++)
    {
        struct text text = text_of(bad[i]);
        struct wfd_ssid ssid = { .length = 33 };

        if (wfd_text_bare_ssid(text.cursor, &ssid)) fail_msg("taken: %s", bad[i]);
        assert_int_equal(ssid.length, 33);
        free(text.bytes);
    }
}

static void a_configured_ssid_is_quoted_or_hexadecimal(void **state)
{
    static const struct
    {
        const char *text, *ssid;
    } good[] = {
        { "\"DIRECT-ab\"", "DIRECT-ab" },
        { "\"a\"b\"", "a\"b" },
        { "\"\\x41\"", "\\x41" },
        { "\"\"", "" },
        { "4449", "DI" },
        { "c3A4", "\xc3\xa4" },
        { "\"01234567890123456789012345678901\"", "01234567890123456789012345678901" },
    };
    static const char *const bad[] = { "", "\"", "\"a", "a\"", "4", "444", "4g",
        "\"012345678901234567890123456789012\"", "FAIL\n",
        "000000000000000000000000000000000000000000000000000000000000000000" };

    (void)state;
    for (unsigned int i = 0; i < COUNT(good); i++)
    {
        struct text text = text_of(good[i].text);
        struct wfd_ssid ssid;

        assert_true(wfd_text_config_ssid(text.cursor, &ssid));
        assert_int_equal(ssid.length, strlen(good[i].ssid));
        assert_memory_equal(ssid.octet, good[i].ssid, ssid.length);
        free(text.bytes);
    }
    for (unsigned int i = 0; i < COUNT(bad); i++)
    {
        struct text text = text_of(bad[i]);
        struct wfd_ssid ssid = { .length = 33 };

        if (wfd_text_config_ssid(text.cursor, &ssid)) fail_msg("taken: %s", bad[i]);
        assert_int_equal(ssid.length, 33);
        free(text.bytes);
    }
}

static void lines_come_one_after_the_other(void **state)
{
    struct text text = text_of("one\n\nthree"), ended = text_of("x\n");
    struct wfd_cursor line;

    (void)state;
    assert_true(wfd_text_line(&text.cursor, &line));
    assert_int_equal(line.end - line.at, 3);
    assert_true(wfd_text_line(&text.cursor, &line));
    assert_int_equal(line.end - line.at, 0);
    assert_true(wfd_text_line(&text.cursor, &line));
    assert_memory_equal(line.at, "three", 5);
    assert_int_equal(line.end - line.at, 5);
    assert_false(wfd_text_line(&text.cursor, &line));
    expect_at(&text, 10);
    assert_true(wfd_text_line(&ended.cursor, &line));
    assert_false(wfd_text_line(&ended.cursor, &line));
    expect_at(&ended, 2);
}

static void nothing_is_found_in_no_text(void **state)
{
    struct wfd_cursor cursor = { NULL, NULL }, line;
    struct wfd_ssid ssid;
    struct wfd_mac mac;
    char word[8];
    int number;

    (void)state;
    assert_false(wfd_text_skip(&cursor, "a"));
    assert_false(wfd_text_find(&cursor, "a"));
    assert_false(wfd_text_find_last(&cursor, "a"));
    assert_false(wfd_text_mac(&cursor, &mac));
    assert_false(wfd_text_number(&cursor, &number));
    assert_false(wfd_text_word(&cursor, word, sizeof(word)));
    assert_false(wfd_text_escaped_ssid(&cursor, &ssid));
    assert_false(wfd_text_config_ssid(cursor, &ssid));
    assert_false(wfd_text_line(&cursor, &line));
}

static void addresses_of_one_device_are_told_from_others(void **state)
{
    static const struct wfd_mac zero, broadcast = { { 255, 255, 255, 255, 255, 255 } },
                                      multicast = { { 1, 0, 0x5e, 0, 0, 1 } },
                                      device = { { 2, 0, 0, 0, 0, 1 } },
                                      other = { { 2, 0, 0, 0, 0, 2 } };

    (void)state;
    assert_true(wfd_mac_is_zero(&zero));
    assert_false(wfd_mac_is_zero(&device));
    assert_true(wfd_mac_is_unicast(&device));
    assert_false(wfd_mac_is_unicast(&zero));
    assert_false(wfd_mac_is_unicast(&broadcast));
    assert_false(wfd_mac_is_unicast(&multicast));
    assert_true(wfd_mac_equal(&device, &device));
    assert_false(wfd_mac_equal(&device, &other));
}

static void ssids_are_equal_by_length_and_octets(void **state)
{
    static const struct wfd_ssid a = { "abc", 3 }, b = { "abd", 3 }, prefix = { "abc", 2 },
                                 zero = { "abc\0", 4 };

    (void)state;
    assert_true(wfd_ssid_equal(&a, &a));
    assert_false(wfd_ssid_equal(&a, &b));
    assert_false(wfd_ssid_equal(&a, &prefix));
    assert_false(wfd_ssid_equal(&a, &zero));
}

static void wiping_leaves_nothing(void **state)
{
    static const char zeros[16];
    char secret[16] = "0123456789abcde";

    (void)state;
    wfd_wipe(secret, sizeof(secret));
    assert_memory_equal(secret, zeros, sizeof(zeros));
    wfd_wipe(secret, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_skipped_only_when_it_is_there),
        cmocka_unit_test(find_moves_behind_the_first_and_find_last_behind_the_last),
        cmocka_unit_test(addresses_are_six_pairs_that_end_at_a_blank),
        cmocka_unit_test(numbers_are_bounded),
        cmocka_unit_test(a_word_ends_at_a_blank_and_fits),
        cmocka_unit_test(interface_names_are_harmless_words),
        cmocka_unit_test(every_octet_of_an_ssid_survives_its_escape),
        cmocka_unit_test(broken_escapes_are_refused),
        cmocka_unit_test(a_bare_ssid_is_the_whole_text),
        cmocka_unit_test(a_configured_ssid_is_quoted_or_hexadecimal),
        cmocka_unit_test(lines_come_one_after_the_other),
        cmocka_unit_test(nothing_is_found_in_no_text),
        cmocka_unit_test(addresses_of_one_device_are_told_from_others),
        cmocka_unit_test(ssids_are_equal_by_length_and_octets),
        cmocka_unit_test(wiping_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
