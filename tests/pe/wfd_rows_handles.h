/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows A, OH and CH: what all functions have in common, and the client handle. Never looks at how a
 * session comes about. Included once.
 */
#ifndef TESTS_PE_WFD_ROWS_HANDLES_H
#define TESTS_PE_WFD_ROWS_HANDLES_H

#include "wfd_support.h"

static void OH1_no_place_for_the_results_is_a_bad_parameter(void)
{
    HANDLE client = JUNK;
    DWORD version = 77;

    RETURNS(WFDOpenHandle(WFD_API_VERSION, NULL, &client), ERROR_INVALID_PARAMETER);
    RETURNS(WFDOpenHandle(WFD_API_VERSION, &version, NULL), ERROR_INVALID_PARAMETER);
    CHECK(client == JUNK && version == 77, "outputs were written on failure");
}

static void OH2_another_version_is_a_bad_parameter(void)
{
    HANDLE client = JUNK;
    DWORD version = 77;

    RETURNS(WFDOpenHandle(0, &version, &client), ERROR_INVALID_PARAMETER);
    RETURNS(WFDOpenHandle(WFD_API_VERSION + 1, &version, &client), ERROR_INVALID_PARAMETER);
    CHECK(client == JUNK && version == 77, "outputs were written on failure");
}

static void OH4_the_4097th_client_is_one_too_many(void)
{
    static HANDLE clients[4200];
    DWORD version, error = 0, count = 0;

    NEEDS_SUPPLICANT();
    while (count < ARRAYSIZE(clients) &&
            !(error = WFDOpenHandle(WFD_API_VERSION, &version, &clients[count])))
        count++;
    CHECK_EQ(error, ERROR_REMOTE_SESSION_LIMIT_EXCEEDED, "WFDOpenHandle at the limit");
    CHECK(count >= 4096, "only %lu handles", (unsigned long)count);
    for (DWORD i = 0; i < count; i++)
        CHECK_EQ(WFDCloseHandle(clients[i]), ERROR_SUCCESS, "WFDCloseHandle");
}

static void OH5_success_gives_version_1_and_a_handle(void)
{
    HANDLE client = NULL;
    DWORD version = 0;

    NEEDS_SUPPLICANT();
    RETURNS(WFDOpenHandle(WFD_API_VERSION, &version, &client), ERROR_SUCCESS);
    CHECK_EQ(version, 1, "the negotiated version");
    CHECK(client && client != INVALID_HANDLE_VALUE, "client is %p", client);
    RETURNS(WFDCloseHandle(client), ERROR_SUCCESS);
}

static void OH6_no_supplicant_is_told_within_a_second(void)
{
    HANDLE client = JUNK;
    DWORD version = 77, begin;

    NEEDS_SUPPLICANT();
    say("hang");
    begin = GetTickCount();
    RETURNS(WFDOpenHandle(WFD_API_VERSION, &version, &client), ERROR_SERVICE_NOT_ACTIVE);
    CHECK(GetTickCount() - begin < 1100, "took %lu ms", (unsigned long)(GetTickCount() - begin));
    say("resume");
    say("die");
    RETURNS(WFDOpenHandle(WFD_API_VERSION, &version, &client), ERROR_SERVICE_NOT_ACTIVE);
    CHECK(client == JUNK && version == 77, "outputs were written on failure");
    say("restart");
    RETURNS(WFDOpenHandle(WFD_API_VERSION, &version, &client), ERROR_SUCCESS);
    RETURNS(WFDCloseHandle(client), ERROR_SUCCESS);
}

static void OH7_an_adapter_without_P2P_is_not_supported(void)
{
    NEEDS_SUPPLICANT();
    CHECK_EQ(open_anew("fault STATUS reply 7770615f73746174653d494e4143544956450a"),
            ERROR_NOT_SUPPORTED, "WFDOpenHandle");
    say("clear");
}

static void CH1_and_A4_handles_that_are_none(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    RETURNS(WFDCloseHandle(NULL), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCloseHandle(INVALID_HANDLE_VALUE), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCloseHandle(JUNK), ERROR_INVALID_HANDLE);
    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open = open_session(client, &peer);
    RETURNS(WFDCloseHandle(open->session), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCloseSession(client), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCancelOpenSession(client), ERROR_INVALID_PARAMETER);
    finish(client);
    RETURNS(WFDCloseHandle(client), ERROR_INVALID_HANDLE);
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_HANDLE);
    RETURNS(WFDCancelOpenSession(open->session), ERROR_INVALID_HANDLE);
}

static void A4_a_closed_handle_is_not_issued_again(void)
{
    HANDLE first, next;
    DWORD version;

    NEEDS_SUPPLICANT();
    first = open_client();
    WFDCloseHandle(first);
    for (int i = 0; i < 200; i++)
    {
        if (WFDOpenHandle(WFD_API_VERSION, &version, &next)) break;
        CHECK(next != first, "the value came back after %d handles", i);
        WFDCloseHandle(next);
    }
}

/* Waiting of WFDCloseHandle. */

struct closer
{
    HANDLE client, thread;
    DWORD result;
};

static DWORD CALLBACK close_client(void *context)
{
    struct closer *closer = context;

    closer->result = WFDCloseHandle(closer->client);
    return 0;
}

static struct closer close_in_thread(HANDLE client)
{
    static struct closer closer;

    closer.client = client;
    closer.result = ~0u;
    closer.thread = CreateThread(NULL, 0, close_client, &closer, 0, NULL);
    return closer;
}

static void CH2_closing_the_client_waits_for_a_pending_open(void)
{
    struct peer peer;
    struct closer closer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("never-starts,known", "client");
    client = open_client();
    open = start(client, &peer);
    CHECK(said_ok(say("wait P2P_INVITE 1 %d", WAIT_MS)), "no invitation");
    closer = close_in_thread(client);
    CHECK_EQ(WaitForSingleObject(closer.thread, 300), WAIT_TIMEOUT, "the wait for WFDCloseHandle");
    RETURNS(WFDCancelOpenSession(open->session), ERROR_SUCCESS);
    CHECK_EQ(WaitForSingleObject(closer.thread, WAIT_MS), WAIT_OBJECT_0, "WFDCloseHandle's end");
    CHECK_EQ(open->calls, 1, "callbacks");
    wait_no_groups();
}

static void CH3_completed_includes_the_return_of_the_callback(void)
{
    struct peer peer;
    struct closer closer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open = new_open(client);
    open->gate = CreateEventW(NULL, TRUE, FALSE, NULL);
    WFDStartOpenSession(client, &peer.address, open, opened, &open->session);
    for (int i = 0; i < 500 && !open->calls; i++) WaitForSingleObject(open->event, 20);
    closer = close_in_thread(client);
    CHECK_EQ(WaitForSingleObject(closer.thread, 300), WAIT_TIMEOUT, "the wait for WFDCloseHandle");
    SetEvent(open->gate);
    CHECK_EQ(WaitForSingleObject(closer.thread, WAIT_MS), WAIT_OBJECT_0, "WFDCloseHandle's end");
    wait_no_groups();
}

static void close_own_client(struct open *open)
{
    open->within_result = WFDCloseHandle(open->client);
}

static void CH3_from_inside_the_callback_it_does_not_wait_for_itself(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open = new_open(client);
    open->within = close_own_client;
    WFDStartOpenSession(client, &peer.address, open, opened, &open->session);
    CHECK(wait_open(open), "the callback does not return");
    CHECK_EQ(open->within_result, ERROR_SUCCESS, "WFDCloseHandle in the callback");
    RETURNS(WFDCloseHandle(client), ERROR_INVALID_HANDLE);
    wait_no_groups();
}

static void CH4_open_sessions_are_closed_with_their_client(const char *role)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    peer = new_peer("accept,known", role);
    client = open_client();
    open = open_session(client, &peer);
    CHECK_EQ(say_number("groups"), 1, "groups");
    finish(client);
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_HANDLE);
}
BOTH_ROLES(CH4_open_sessions_are_closed_with_their_client)

struct inside
{
    DWORD open, close, cancel, start, visible;
};

static struct inside inside_results;

static void call_everything(struct open *open)
{
    DOT11_MAC_ADDRESS nobody = { 2, 0xbb, 0, 0, 0, 2 };
    struct open *other = new_open(open->client);
    HANDLE client;
    DWORD version;

    inside_results.open = WFDOpenHandle(WFD_API_VERSION, &version, &client);
    inside_results.start =
            WFDStartOpenSession(open->client, &nobody, other, opened, &other->session);
    inside_results.cancel = WFDCancelOpenSession(open->callback_session);
    inside_results.close = WFDCloseSession(open->callback_session);
    wait_open(other);
    WFDCloseHandle(client);
}

static void A5_every_function_may_be_called_inside_a_callback(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open = new_open(client);
    open->within = call_everything;
    WFDStartOpenSession(client, &peer.address, open, opened, &open->session);
    CHECK(wait_open(open), "the callback does not return");
    CHECK_EQ(inside_results.open, ERROR_SUCCESS, "WFDOpenHandle");
    CHECK_EQ(inside_results.start, ERROR_SUCCESS, "WFDStartOpenSession");
    CHECK_EQ(inside_results.cancel, ERROR_INVALID_STATE, "WFDCancelOpenSession");
    CHECK_EQ(inside_results.close, ERROR_SUCCESS, "WFDCloseSession");
    finish(client);
}

static DWORD call_all_with_junk(DWORD *ret_others)
{
    DOT11_MAC_ADDRESS address = { 2, 0, 0, 0, 0, 1 };
    HANDLE session = JUNK;
    GUID guid = { 77, 0, 0, { 0 } };
    DWORD results[5], others = 0;

    results[0] = WFDCloseHandle(JUNK);
    results[1] = WFDStartOpenSession(JUNK, &address, NULL, opened, &session);
    results[2] = WFDCancelOpenSession(JUNK);
    results[3] = WFDCloseSession(JUNK);
    results[4] = WFDOpenLegacySession(JUNK, &address, &session, &guid);
    for (int i = 1; i < 5; i++)
        if (results[i] != results[0]) others++;
    if (session != JUNK || guid.Data1 != 77) others += 100;
    *ret_others = others;
    return results[0];
}

static void A1_A2_A4_junk_is_the_same_error_everywhere_and_writes_nothing(void)
{
    DWORD others, result = call_all_with_junk(&others);

    CHECK_EQ(result, ERROR_INVALID_HANDLE, "the result");
    CHECK_EQ(others, 0, "differences");
}

/* Of each function, on success and on failure; the other rows check it too. */
static void A3_the_last_error_is_what_is_returned(void)
{
    DOT11_MAC_ADDRESS address = { 2, 0, 0, 0, 0, 1 };
    HANDLE client, session;
    DWORD version;
    GUID guid;

    RETURNS(WFDOpenHandle(0, &version, &client), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCloseHandle(JUNK), ERROR_INVALID_HANDLE);
    RETURNS(WFDStartOpenSession(JUNK, &address, NULL, opened, &session), ERROR_INVALID_HANDLE);
    RETURNS(WFDCancelOpenSession(JUNK), ERROR_INVALID_HANDLE);
    RETURNS(WFDCloseSession(JUNK), ERROR_INVALID_HANDLE);
    RETURNS(WFDOpenLegacySession(JUNK, &address, &session, &guid), ERROR_INVALID_HANDLE);
    RETURNS(WFDUpdateDeviceVisibility(NULL), ERROR_INVALID_PARAMETER);
    NEEDS_SUPPLICANT();
    RETURNS(WFDOpenHandle(WFD_API_VERSION, &version, &client), ERROR_SUCCESS);
    RETURNS(WFDCloseHandle(client), ERROR_SUCCESS);
}

/* The case of A1 that needs no policy: a bad argument wins over a bad handle. */
static void A1_a_bad_argument_wins_over_a_bad_handle(void)
{
    DOT11_MAC_ADDRESS address = { 2, 0, 0, 0, 0, 1 };
    HANDLE session = JUNK;
    GUID guid;

    RETURNS(WFDStartOpenSession(JUNK, &address, NULL, NULL, &session), ERROR_INVALID_PARAMETER);
    RETURNS(WFDOpenLegacySession(JUNK, NULL, &session, &guid), ERROR_INVALID_PARAMETER);
    CHECK(session == JUNK, "the output was written");
}

static void A4_a_session_is_no_client_and_half_a_handle_is_none(void)
{
    DOT11_MAC_ADDRESS address = { 2, 0, 0, 0, 0, 1 };
    struct peer peer;
    struct open *open;
    HANDLE client, session = JUNK, high_client, high_session;
    GUID guid;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open = open_session(client, &peer);
    RETURNS(WFDStartOpenSession(open->session, &address, NULL, opened, &session),
            ERROR_INVALID_PARAMETER);
    RETURNS(WFDOpenLegacySession(open->session, &address, &session, &guid),
            ERROR_INVALID_PARAMETER);
    CHECK(session == JUNK, "the output was written");
#ifdef _WIN64
    /* The right low half alone must not do. */
    high_client = (HANDLE)((ULONG_PTR)client | (ULONG_PTR)1 << 32);
    high_session = (HANDLE)((ULONG_PTR)open->session | (ULONG_PTR)1 << 40);
    RETURNS(WFDCloseHandle(high_client), ERROR_INVALID_HANDLE);
    RETURNS(WFDStartOpenSession(high_client, &address, NULL, opened, &session),
            ERROR_INVALID_HANDLE);
    RETURNS(WFDCancelOpenSession(high_session), ERROR_INVALID_HANDLE);
    RETURNS(WFDCloseSession(high_session), ERROR_INVALID_HANDLE);
#else
    (void)high_client;
    (void)high_session;
#endif
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
}

struct storm
{
    HANDLE go, client;
    struct peer *peer;
    struct open *opens[20];
    LONG surprises;
    DWORD surprise;
};

/* Allowed: success, and the errors of a handle whose moment has passed. */
static void expect_one_of(struct storm *storm, DWORD result, DWORD other)
{
    if (!result || result == other || result == ERROR_INVALID_HANDLE) return;
    InterlockedIncrement(&storm->surprises);
    storm->surprise = result;
}

static DWORD CALLBACK call_in_a_storm(void *context)
{
    struct storm *storm = context;

    WaitForSingleObject(storm->go, WAIT_MS);
    for (unsigned int i = 0; i < ARRAYSIZE(storm->opens); i++)
    {
        struct open *open = start(storm->client, storm->peer);
        HANDLE client;
        DWORD version;

        storm->opens[i] = open;
        expect_one_of(storm, open->started, ERROR_SUCCESS);
        expect_one_of(storm, WFDOpenHandle(WFD_API_VERSION, &version, &client), ERROR_SUCCESS);
        expect_one_of(storm, WFDCloseSession(open->session), ERROR_INVALID_STATE);
        if (i % 2) expect_one_of(storm, WFDCancelOpenSession(open->session), ERROR_INVALID_STATE);
        expect_one_of(storm, WFDCloseHandle(client), ERROR_SUCCESS);
    }
    return 0;
}

static void A5_SO5_many_threads_call_everything_and_each_open_calls_back_once(void)
{
    struct storm storms[6];
    HANDLE threads[6], client, go;
    struct peer peer;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    go = CreateEventW(NULL, TRUE, FALSE, NULL);
    for (unsigned int i = 0; i < ARRAYSIZE(storms); i++)
    {
        storms[i] = (struct storm){ .go = go, .client = client, .peer = &peer };
        threads[i] = CreateThread(NULL, 0, call_in_a_storm, &storms[i], 0, NULL);
    }
    SetEvent(go);
    CHECK_EQ(WaitForMultipleObjects(ARRAYSIZE(threads), threads, TRUE, 3 * WAIT_MS), WAIT_OBJECT_0,
            "the threads' end");
    finish(client); /* waits for every callback */
    for (unsigned int i = 0; i < ARRAYSIZE(storms); i++)
    {
        CHECK_EQ(storms[i].surprises, 0, "surprises");
        CHECK_EQ(storms[i].surprise, 0, "the surprise");
        for (unsigned int j = 0; j < ARRAYSIZE(storms[i].opens); j++)
            CHECK_EQ(storms[i].opens[j]->calls, 1, "callbacks");
    }
}

static HANDLE bare_event;
static void *bare_context;

static void WINAPI opened_bare(HANDLE session, void *context, GUID guid, DWORD error, DWORD reason)
{
    bare_context = context;
    SetEvent(bare_event);
}

/* The context leads nowhere, and the address is the last thing before a page that is not there. */
static void A6_the_context_is_never_followed_and_the_address_no_further_than_its_end(void)
{
    SYSTEM_INFO system;
    struct peer peer;
    BYTE *pages;
    HANDLE client, session;

    NEEDS_SUPPLICANT();
    peer = new_peer("status=11,known", "client");
    client = open_client();
    GetSystemInfo(&system);
    pages = VirtualAlloc(NULL, 2 * system.dwPageSize, MEM_RESERVE, PAGE_NOACCESS);
    VirtualAlloc(pages, system.dwPageSize, MEM_COMMIT, PAGE_READWRITE);
    memcpy(pages + system.dwPageSize - 6, peer.address, 6);
    bare_event = CreateEventW(NULL, FALSE, FALSE, NULL);
    RETURNS(WFDStartOpenSession(client, (DOT11_MAC_ADDRESS *)(pages + system.dwPageSize - 6),
                    (void *)(ULONG_PTR)-2, opened_bare, &session),
            ERROR_SUCCESS);
    VirtualFree(pages, 0, MEM_RELEASE); /* SO7 */
    CHECK_EQ(WaitForSingleObject(bare_event, WAIT_MS), WAIT_OBJECT_0, "the callback");
    CHECK(bare_context == (void *)(ULONG_PTR)-2, "the context is %p", bare_context);
    finish(client);
}

#endif
