/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The wireless group policy document: only globalFlags/enableWFD = false disables, and no broken
 * document is read beyond its end. The reader itself is compiled in here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../dlls/wlanapi/pe/policy_xml.c"

#define POLICY(flags)                                                                              \
    "<?xml version=\"1.0\"?>\r\n"                                                                  \
    "<WLANPolicy xmlns=\"http://www.microsoft.com/networking/WLAN/policy/v1\">\r\n"                \
    "  <name>Office</name>\r\n"                                                                    \
    "  <globalFlags>\r\n"                                                                          \
    "    <enableAutoConfig>true</enableAutoConfig>\r\n" flags "  </globalFlags>\r\n"               \
    "</WLANPolicy>\r\n"

static int disables_bytes(const char *text, size_t length)
{
    char *copy = malloc(length ? length : 1);
    int disables;

    assert_non_null(copy);
    memcpy(copy, text, length);
    disables = policy_xml_disables_wfd(copy, length);
    free(copy);
    return disables;
}

static int disables(const char *text)
{
    return disables_bytes(text, strlen(text));
}

static void expect_all(const char *const *documents, unsigned int count, int expected)
{
    for (unsigned int i = 0; i < count; i++)
        if (disables(documents[i]) != expected)
            fail_msg("%s: %s", expected ? "does not disable" : "disables", documents[i]);
}

#define EXPECT_ALL(documents, expected)                                                            \
    expect_all((documents), sizeof(documents) / sizeof((documents)[0]), (expected))

static void a_document_that_says_false_disables(void **state)
{
    static const char *const documents[] = {
        POLICY("<enableWFD>false</enableWFD>\r\n"),
        POLICY("<enableWFD>0</enableWFD>\r\n"),
        POLICY("<enableWFD>\r\n  false\r\n</enableWFD>\r\n"),
        POLICY("<enableWFD >false</enableWFD >\r\n"),
        POLICY("<enableWFD a=\"b\">false</enableWFD>\r\n"),
        POLICY("<!-- <enableWFD>true</enableWFD> --><enableWFD>false</enableWFD>\r\n"),
        "<p:WLANPolicy xmlns:p=\"x\"><p:globalFlags><p:enableWFD>false</p:enableWFD>"
        "</p:globalFlags></p:WLANPolicy>",
    };

    (void)state;
    EXPECT_ALL(documents, 1);
}

static void a_document_that_says_anything_else_does_not(void **state)
{
    static const char *const documents[] = {
        "",
        "false",
        POLICY(""),
        POLICY("<enableWFD>true</enableWFD>\r\n"),
        POLICY("<enableWFD>1</enableWFD>\r\n"),
        POLICY("<enableWFD></enableWFD>\r\n"),
        POLICY("<enableWFD/>\r\n"),
        POLICY("<enableSoftAP>false</enableSoftAP>\r\n"),
        POLICY("<enableWFDx>false</enableWFDx>\r\n"),
        POLICY("<xenableWFD>false</xenableWFD>\r\n"),
        POLICY("</enableWFD>false<enableWFD>\r\n"),
    };

    (void)state;
    EXPECT_ALL(documents, 0);
}

static void the_element_counts_only_inside_the_flags(void **state)
{
    static const char *const documents[] = {
        "<enableWFD>false</enableWFD>",
        "<WLANPolicy><globalFlags></globalFlags><enableWFD>false</enableWFD></WLANPolicy>",
        "<WLANPolicy><enableWFD>false</enableWFD><globalFlags></globalFlags></WLANPolicy>",
        "<WLANPolicy><globalFlagsX><enableWFD>false</enableWFD></globalFlagsX></WLANPolicy>",
    };

    (void)state;
    EXPECT_ALL(documents, 0);
}

static void empty_flags_contain_nothing(void **state)
{
    static const char *const documents[] = {
        "<WLANPolicy><globalFlags/><enableWFD>false</enableWFD></WLANPolicy>",
        "<WLANPolicy><globalFlags a='b' /><enableWFD>false</enableWFD></WLANPolicy>",
    };

    (void)state;
    EXPECT_ALL(documents, 0);
}

static void what_a_comment_says_does_not_count(void **state)
{
    static const char *const documents[] = {
        POLICY("<!-- <enableWFD>false</enableWFD> -->\r\n"),
        "<!-- <globalFlags> --><enableWFD>false</enableWFD>",
        "<globalFlags><!-- > <enableWFD>false</enableWFD> -- > --></globalFlags>",
    };

    (void)state;
    EXPECT_ALL(documents, 0);
}

static void an_unfinished_document_is_read_to_its_end_and_no_further(void **state)
{
    static const char *const ends[] = { "<", "</", "<!", "<!-", "<!--", "<!---", "<!-- -",
        "<!-- --", "<!-- x", "<a", "<a ", "<a:", "<a/", "<enableWFD", "<enableWFD>",
        "<enableWFD>fals", "<enableWFD>0", "<?", "<![CDATA[" };

    (void)state;
    assert_int_equal(disables("<globalFlags><enableWFD>false"), 1);
    for (unsigned int i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
    {
        char text[64] = "<globalFlags>";

        assert_int_equal(disables(strcat(text, ends[i])), 0);
        assert_int_equal(disables(ends[i]), 0);
    }
}

static void a_document_cut_before_the_word_says_nothing(void **state)
{
    static const char text[] = POLICY("<!-- no --><p:enableWFD a='b'> false </p:enableWFD>\r\n");
    size_t word = (size_t)(strstr(text, "false") - text) + strlen("false");

    (void)state;
    for (size_t length = 0; length < sizeof(text); length++)
        assert_int_equal(disables_bytes(text, length), length >= word);
}

static void zeros_and_binary_say_nothing(void **state)
{
    static const char zeros[64], wide[] = "<\0g\0l\0o\0b\0a\0l\0F\0l\0a\0g\0s\0>\0";
    uint32_t seed = 0x57464458;
    char bytes[256];

    (void)state;
    assert_int_equal(disables_bytes(zeros, sizeof(zeros)), 0);
    assert_int_equal(disables_bytes(wide, sizeof(wide)), 0);
    for (unsigned int i = 0; i < 5000; i++)
    {
        for (unsigned int j = 0; j < sizeof(bytes); j++)
        {
            seed = seed * 1664525 + 1013904223;
            bytes[j] = "<>!-/: \nabfx"[seed >> 24 & 7] ^ (char)(seed >> 31);
        }
        assert_int_equal(disables_bytes(bytes, seed >> 16 & 255), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_that_says_false_disables),
        cmocka_unit_test(a_document_that_says_anything_else_does_not),
        cmocka_unit_test(the_element_counts_only_inside_the_flags),
        cmocka_unit_test(empty_flags_contain_nothing),
        cmocka_unit_test(what_a_comment_says_does_not_count),
        cmocka_unit_test(an_unfinished_document_is_read_to_its_end_and_no_further),
        cmocka_unit_test(a_document_cut_before_the_word_says_nothing),
        cmocka_unit_test(zeros_and_binary_say_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
