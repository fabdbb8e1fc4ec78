/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lines of the core's story: to whom, how long, and at what cost when nobody listens. Also from
 * several threads, while the listener changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <pthread.h>

#include "wfd_log.h"

#define LONGEST_LINE 511
#define THREAD_LINES 2000

static char last_line[4096];
static unsigned int line_count;
static atomic_uint threaded_count;

static void keep_line(const char *line)
{
    assert_true(strlen(line) < sizeof(last_line));
    strcpy(last_line, line);
    line_count++;
}

static void count_line(const char *line)
{
    if (!strncmp(line, "line ", 5)) atomic_fetch_add(&threaded_count, 1);
}

static int listen_to_nothing(void **state)
{
    (void)state;
    wfd_log_set_sink(NULL);
    last_line[0] = 0;
    line_count = 0;
    return 0;
}

static int evaluated(int *count)
{
    return ++*count;
}

static void nothing_is_formatted_while_nobody_listens(void **state)
{
    int count = 0;

    (void)state;
    assert_false(wfd_log_enabled());
    wfd_log("%d", evaluated(&count));
    wfd_log_line("%d", 1);
    assert_int_equal(count, 0);
    assert_int_equal(line_count, 0);

    wfd_log_set_sink(keep_line);
    wfd_log("%d", evaluated(&count));
    assert_int_equal(count, 1);
    assert_int_equal(line_count, 1);
}

static void a_line_arrives_as_it_was_written(void **state)
{
    (void)state;
    wfd_log_set_sink(keep_line);
    assert_true(wfd_log_enabled());
    wfd_log("session %08x: %s -> %s", 0x12u, "NEW", "QUEUED");
    assert_string_equal(last_line, "session 00000012: NEW -> QUEUED");
    assert_int_equal(line_count, 1);
}

static void a_sink_that_was_taken_away_hears_nothing_more(void **state)
{
    (void)state;
    wfd_log_set_sink(keep_line);
    wfd_log("one");
    wfd_log_set_sink(NULL);
    wfd_log("two");
    wfd_log_line("three");
    assert_false(wfd_log_enabled());
    assert_string_equal(last_line, "one");
    assert_int_equal(line_count, 1);
}

static void long_lines_are_cut(void **state)
{
    static char text[3000];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    wfd_log_set_sink(keep_line);
    wfd_log("%s", text);
    assert_int_equal(strlen(last_line), LONGEST_LINE);
    assert_int_equal(strspn(last_line, "x"), LONGEST_LINE);
    text[LONGEST_LINE] = 0;
    wfd_log("%s", text);
    assert_string_equal(last_line, text);
}

static void an_address_is_written_in_small_letters(void **state)
{
    static const struct wfd_mac mac = { { 0x02, 0, 0xab, 0xCD, 0, 0xff } };

    (void)state;
    wfd_log_set_sink(keep_line);
    wfd_log("peer " WFD_MAC_FORMAT, WFD_MAC_ARGS(&mac));
    assert_string_equal(last_line, "peer 02:00:ab:cd:00:ff");
}

static void what_steers_a_terminal_is_escaped(void **state)
{
    (void)state;
    wfd_log_set_sink(keep_line);
    wfd_log("%s: refused", "/run/\033[2J\n\x7f\xc2\x9b");
    assert_string_equal(last_line, "/run/\\x1b[2J\\x0a\\x7f\\xc2\\x9b: refused");
}

static void *write_lines(void *context)
{
    (void)context;
    for (unsigned int i = 0; i < THREAD_LINES; i++) wfd_log("line %u", i);
    return NULL;
}

static void threads_may_write_while_the_sink_changes(void **state)
{
    pthread_t threads[4];

    (void)state;
    wfd_log_set_sink(count_line);
    for (unsigned int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, NULL), 0);
    while (!atomic_load(&threaded_count))
    {
    }
    for (unsigned int i = 0; i < THREAD_LINES; i++) wfd_log_set_sink(i % 2 ? count_line : NULL);
    for (unsigned int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    assert_true(atomic_load(&threaded_count) <= 4 * THREAD_LINES);
}

#define LOG_TEST(name) cmocka_unit_test_setup_teardown(name, listen_to_nothing, listen_to_nothing)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOG_TEST(nothing_is_formatted_while_nobody_listens),
        LOG_TEST(a_line_arrives_as_it_was_written),
        LOG_TEST(a_sink_that_was_taken_away_hears_nothing_more),
        LOG_TEST(long_lines_are_cut),
        LOG_TEST(an_address_is_written_in_small_letters),
        LOG_TEST(what_steers_a_terminal_is_escaped),
        LOG_TEST(threads_may_write_while_the_sink_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
