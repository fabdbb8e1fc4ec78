/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes the event parser with one datagram of a monitor socket. Checks that the event is sane and
 * the same for the same line, whatever was in its memory before. Never acts on an event.
 *
 * clang -std=c11 -g -O1 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined \
 *     -fno-sanitize-recover=undefined -Iinclude -Idlls/wlanapi/core -o build/fuzz/fuzz_event \
 *     tests/fuzz/fuzz_event.c dlls/wlanapi/core/wfd_event.c dlls/wlanapi/core/wfd_text.c
 */
#include <stdlib.h>
#include <string.h>

#include "wfd_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool condition)
{
    if (!condition) abort();
}

static void check(const struct wfd_event *event)
{
    static const struct wfd_event other;

    demand(event->type <= WFD_EVENT_TERMINATING);
    demand(event->ssid.length <= sizeof(event->ssid.octet));
    demand(memchr(event->ifname, 0, sizeof(event->ifname)) != NULL);
    demand(!strpbrk(event->ifname, "/ \n\t\"'"));
    demand(memchr(event->name, 0, sizeof(event->name)) != NULL);
    demand(event->role <= WFD_ROLE_GO);
    demand(event->removal <= WFD_REMOVAL_OTHER);
    if (event->type == WFD_EVENT_OTHER) demand(!memcmp(event, &other, sizeof(other)));
    if (event->type == WFD_EVENT_GROUP_STARTED || event->type == WFD_EVENT_GROUP_REMOVED)
        demand(event->ifname[0] && event->role != WFD_ROLE_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wfd_event first, second;

    memset(&first, 0x00, sizeof(first));
    memset(&second, 0xff, sizeof(second));
    wfd_event_parse((const char *)data, size, &first);
    wfd_event_parse((const char *)data, size, &second);
    demand(!memcmp(&first, &second, sizeof(first)));
    check(&first);
    demand(wfd_event_type_name(first.type)[0] != '?');
    return 0;
}
