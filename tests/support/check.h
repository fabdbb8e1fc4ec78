/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checks for the conformance programs: TAP-like lines, one for each test, and a last line
 * "N passed, N failed, N skipped". Works in PE programs and in native C alike.
 *
 * A test is a function run by RUN(a_sentence): its name, underscores read as spaces, is the
 * sentence. CHECK and CHECK_EQ inside it record the first failure and go on. SKIP gives its reason
 * and leaves the test. Include this file once in a program; it never exits by itself: main returns
 * check_summary().
 *
 *     static void a_closed_handle_is_invalid(void)
 *     {
 *         CHECK_EQ(close_it(handle), 6, "second close");
 *     }
 *     int main(void)
 *     {
 *         RUN(a_closed_handle_is_invalid);
 *         return check_summary();
 *     }
 *
 * Only the thread that runs the test may check.
 */
#ifndef TESTS_SUPPORT_CHECK_H
#define TESTS_SUPPORT_CHECK_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#ifdef __MINGW32__
#include <fcntl.h>
#include <io.h>
#endif

#ifdef __GNUC__
#define CHECK_PRINTF __attribute__((format(printf, 1, 2)))
#else
#define CHECK_PRINTF
#endif

static struct
{
    unsigned int passed, failed, skipped;
    unsigned int failures; /* of the test that runs */
    int test_skipped;
    char detail[512]; /* the first failure, or the reason for the skip */
} check_state;

static inline void check_failed(const char *format, ...) CHECK_PRINTF;
static inline void check_failed(const char *format, ...)
{
    va_list args;

    if (check_state.failures++) return;
    va_start(args, format);
    vsnprintf(check_state.detail, sizeof(check_state.detail), format, args);
    va_end(args);
}

static inline void check_skip(const char *format, ...) CHECK_PRINTF;
static inline void check_skip(const char *format, ...)
{
    va_list args;

    if (check_state.failures) return;
    check_state.test_skipped = 1;
    va_start(args, format);
    vsnprintf(check_state.detail, sizeof(check_state.detail), format, args);
    va_end(args);
}

/* A condition, and a printf format with its arguments that says what was seen instead. */
#define CHECK(condition, ...)                                                                      \
    do                                                                                             \
    {                                                                                              \
        if (!(condition)) check_failed(__VA_ARGS__);                                               \
    } while (0)

/* Two integers that should be equal, and a string that says which. */
#define CHECK_EQ(actual, expected, what)                                                           \
    do                                                                                             \
    {                                                                                              \
        unsigned long check_a = (unsigned long)(actual), check_e = (unsigned long)(expected);      \
        if (check_a != check_e)                                                                    \
            check_failed("line %d: %s is %lu, not %lu", __LINE__, (what), check_a, check_e);       \
    } while (0)

#define SKIP(...)                                                                                  \
    do                                                                                             \
    {                                                                                              \
        check_skip(__VA_ARGS__);                                                                   \
        return;                                                                                    \
    } while (0)

#define RUN(test) check_run(#test, (test))

static inline void check_run(const char *name, void (*test)(void))
{
    char sentence[160];
    size_t i;

#ifdef __MINGW32__
    _setmode(_fileno(stdout), _O_BINARY); /* no carriage returns: the runner reads lines */
#endif
    for (i = 0; name[i] && i < sizeof(sentence) - 1; i++)
        sentence[i] = name[i] == '_' ? ' ' : name[i];
    sentence[i] = 0;

    check_state.failures = 0;
    check_state.test_skipped = 0;
    check_state.detail[0] = 0;
    test();

    if (check_state.failures)
    {
        check_state.failed++;
        printf("not ok - %s: %s", sentence, check_state.detail);
        if (check_state.failures > 1) printf(" (and %u more)", check_state.failures - 1);
        printf("\n");
    }
    else if (check_state.test_skipped)
    {
        check_state.skipped++;
        printf("ok - %s # SKIP %s\n", sentence, check_state.detail);
    }
    else
    {
        check_state.passed++;
        printf("ok - %s\n", sentence);
    }
    fflush(stdout); /* a crash in the next test must not swallow this line */
}

/* The last line; the exit status of the program. */
static inline int check_summary(void)
{
    printf("%u passed, %u failed, %u skipped\n", check_state.passed, check_state.failed,
            check_state.skipped);
    fflush(stdout);
    return check_state.failed != 0;
}

#endif
