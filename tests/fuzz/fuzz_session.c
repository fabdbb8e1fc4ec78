/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes the session's table with the names of events, in any order. A word that is no name counts
 * as one event for each of its bytes. Whatever comes, the rules of session_walk.h hold, an open
 * completes at most once and can still be ended afterwards. Never carries an action out.
 *
 * clang -std=c11 -g -O1 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined \
 *     -fno-sanitize-recover=undefined -Iinclude -Idlls/wlanapi/core -o build/fuzz/fuzz_session \
 *     tests/fuzz/fuzz_session.c dlls/wlanapi/core/wfd_session.c
 */
#include <stdlib.h>

#include "session_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const struct session_walk *walk, const char *broken)
{
    session_walk_print(walk);
    fprintf(stderr, "%s\n", broken);
    abort();
}

static void step(struct session_walk *walk, unsigned int event)
{
    const char *broken;

    if (walk->freed) memset(walk, 0, sizeof(*walk)); /* the next session */
    broken = session_walk_step(walk, (enum wfd_session_event)event);
    if (broken) fail(walk, broken);
}

static void step_word(struct session_walk *walk, const uint8_t *word, size_t length)
{
    for (unsigned int event = 0; event < WFD_ON_COUNT; event++)
    {
        const char *name = wfd_session_event_name((enum wfd_session_event)event);

        if (strlen(name) != length || memcmp(name, word, length)) continue;
        step(walk, event);
        return;
    }
    for (size_t i = 0; i < length; i++) step(walk, word[i] % WFD_ON_COUNT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum wfd_session_event stops[] = { WFD_ON_DEADLINE, WFD_ON_CANCEL, WFD_ON_DOWN,
        WFD_ON_DISABLED };
    struct session_walk walk = { .state = WFD_STATE_NEW };
    size_t begin = 0;

    for (size_t i = 0; i <= size; i++)
    {
        if (i < size && data[i] != ' ' && data[i] != '\n') continue;
        step_word(&walk, data + begin, i - begin);
        begin = i + 1;
    }
    for (unsigned int i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
        if (wfd_session_pending(walk.state) && !session_walk_can_end(walk, stops[i]))
            fail(&walk, "an open cannot be ended");
    return 0;
}
