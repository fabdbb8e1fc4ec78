/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the conformance rows share: the conversation with the scripted supplicant over loopback,
 * peers of a wanted behaviour, and opens that record their callbacks. Included once.
 */
#ifndef TESTS_PE_WFD_SUPPORT_H
#define TESTS_PE_WFD_SUPPORT_H

#include <winsock2.h> /* first: with winegcc it brings its own fd_set */
#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <netioapi.h>
#include <wlanapi.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/check.h"

#define WAIT_MS 20000 /* for what has to come; a loaded machine may be slow */

#ifndef ERROR_SERVICE_NOT_ACTIVE
#define ERROR_SERVICE_NOT_ACTIVE 1062
#endif

/* The steering connection; INVALID_SOCKET where there is no scripted supplicant. */
static SOCKET control = INVALID_SOCKET;
static const char *control_port;

#define NEEDS_SUPPLICANT()                                                                         \
    if (control == INVALID_SOCKET) SKIP("needs the scripted supplicant")

static void connect_control(const char *port)
{
    struct sockaddr_in name = { .sin_family = AF_INET };

    control_port = port;
    control = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    name.sin_port = htons((USHORT)atoi(port));
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(control, (struct sockaddr *)&name, sizeof(name)))
    {
        printf("no scripted supplicant on port %s: error %d\n", port, WSAGetLastError());
        exit(1);
    }
}

#define JUNK ((HANDLE)(ULONG_PTR)0x12345679)

/* Every function's code is the last error too (row A3). */
#define RETURNS(call, expected)                                                                    \
    do                                                                                             \
    {                                                                                              \
        DWORD returned_;                                                                           \
        SetLastError(0xdeadbeef);                                                                  \
        returned_ = (call);                                                                        \
        CHECK_EQ(GetLastError(), returned_, "the last error after " #call);                        \
        CHECK_EQ(returned_, expected, #call);                                                      \
    } while (0)

/* Two rows from one test that takes our role in the group. */
#define BOTH_ROLES(test)                                                                           \
    static void test##_as_client(void)                                                             \
    {                                                                                              \
        NEEDS_SUPPLICANT();                                                                        \
        test("client");                                                                            \
    }                                                                                              \
    static void test##_as_group_owner(void)                                                        \
    {                                                                                              \
        NEEDS_SUPPLICANT();                                                                        \
        test("go");                                                                                \
    }

/* One line to the supplicant's script, and its answer without the newline. */
static const char *say(const char *format, ...)
{
    static char answer[512];
    char line[512];
    va_list args;
    int length, have = 0;

    va_start(args, format);
    length = vsnprintf(line, sizeof(line) - 1, format, args);
    va_end(args);
    line[length++] = '\n';
    send(control, line, length, 0);
    while (have < (int)sizeof(answer) - 1 && recv(control, answer + have, 1, 0) == 1 &&
            answer[have] != '\n')
        have++;
    answer[have] = 0;
    if (!strncmp(answer, "error", 5)) check_failed("the script answers \"%s\"", answer);
    return answer;
}

static unsigned int say_number(const char *line)
{
    const char *answer = say("%s", line);

    return strncmp(answer, "ok ", 3) ? ~0u : (unsigned int)strtoul(answer + 3, NULL, 10);
}

static BOOL said_ok(const char *answer)
{
    return !strncmp(answer, "ok", 2);
}

/* After every test, so that one that fails in the middle of a disturbance spoils no other. */
static void settle_supplicant(void)
{
    if (control == INVALID_SOCKET) return;
    say("resume");
    if (strcmp(say("state"), "ok running") || strcmp(say("groups"), "ok 0")) say("restart");
    say("clear");
    say("rfkill off");
    say("forget all");
}

/* The hits of a fault that a test has armed; armed is the script's answer to that. */
static unsigned int fired(unsigned int fault)
{
    char line[32];

    sprintf(line, "fired %u", fault);
    return say_number(line);
}

/* A peer that no other test uses: address, behaviour, and a stored group unless role is NULL. */
struct peer
{
    DOT11_MAC_ADDRESS address;
    char text[18];
};

static struct peer new_peer(const char *options, const char *role)
{
    static unsigned int count;
    struct peer peer = { { 0x02, 0xaa, 0, 0, 0, 0 }, "" };

    count++;
    peer.address[4] = (UCHAR)(count >> 8);
    peer.address[5] = (UCHAR)count;
    sprintf(peer.text, "02:aa:00:00:%02x:%02x", count >> 8 & 0xff, count & 0xff);
    say("peer add %s,%s", peer.text, options);
    if (role) say("persistent -1,%s,%s", role, peer.text);
    return peer;
}

/* One open and what became of it. */
struct open
{
    HANDLE event, session;
    HANDLE callback_session;
    HANDLE gate; /* not NULL: the callback waits for it */
    GUID guid;
    DWORD started, error, reason, thread;
    LONG calls;
    void (*within)(struct open *open); /* runs inside the callback */
    HANDLE client;
    DWORD within_result;
};

static void WINAPI opened(HANDLE session, void *context, GUID guid, DWORD error, DWORD reason)
{
    struct open *open = context;

    open->callback_session = session;
    open->guid = guid;
    open->error = error;
    open->reason = reason;
    open->thread = GetCurrentThreadId();
    InterlockedIncrement(&open->calls);
    if (open->within) open->within(open);
    if (open->gate) WaitForSingleObject(open->gate, WAIT_MS);
    SetEvent(open->event);
}

/* Static storage: a callback that comes twice must find it. */
static struct open *new_open(HANDLE client)
{
    struct open *open = calloc(1, sizeof(*open));

    open->event = CreateEventW(NULL, FALSE, FALSE, NULL);
    open->client = client;
    open->error = open->reason = ~0u;
    return open;
}

static struct open *start(HANDLE client, struct peer *peer)
{
    struct open *open = new_open(client);

    open->started = WFDStartOpenSession(client, &peer->address, open, opened, &open->session);
    return open;
}

static BOOL wait_open(struct open *open)
{
    return WaitForSingleObject(open->event, WAIT_MS) == WAIT_OBJECT_0;
}

static HANDLE open_client(void)
{
    HANDLE client = NULL;
    DWORD version = 0, error = WFDOpenHandle(WFD_API_VERSION, &version, &client);

    if (error) check_failed("WFDOpenHandle gives %lu", (unsigned long)error);
    return client;
}

/*
 * What WFDOpenHandle says when nothing is under way: over a connection of its own, with the settings
 * as they are now. line, if not NULL, is said to the script before. That the DLL is about to bring
 * its device nodes up to date cannot be seen from here, and an open that joins in that finds the
 * supplicant of before: so a success is not believed at once.
 */
static DWORD open_anew(const char *line)
{
    DWORD error = ERROR_SUCCESS;

    for (int i = 0; i < 10 && !error; i++)
    {
        DWORD version = 77;
        HANDLE client = JUNK;

        CHECK(said_ok(say("wait-monitors 0 %d", WAIT_MS)), "the supplicant is not left");
        if (line) say("%s", line);
        error = WFDOpenHandle(WFD_API_VERSION, &version, &client);
        CHECK_EQ(GetLastError(), error, "the last error");
        if (!error)
            WFDCloseHandle(client);
        else
            CHECK(client == JUNK && version == 77, "outputs were written on failure");
    }
    return error;
}

/* A session that is open, or a failed check. */
static struct open *open_session(HANDLE client, struct peer *peer)
{
    struct open *open = start(client, peer);

    CHECK_EQ(open->started, ERROR_SUCCESS, "WFDStartOpenSession");
    CHECK(wait_open(open), "no callback");
    CHECK_EQ(open->error, ERROR_SUCCESS, "the callback's error");
    return open;
}

static void wait_no_groups(void)
{
    CHECK(said_ok(say("wait-groups 0 %d", WAIT_MS)), "groups are left: %s", say("groups"));
}

/* Ends a test: the client goes, and with it every group. */
static void finish(HANDLE client)
{
    CHECK_EQ(WFDCloseHandle(client), ERROR_SUCCESS, "WFDCloseHandle");
    wait_no_groups();
}

#endif
