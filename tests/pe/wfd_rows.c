/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Wi-Fi Direct functions, one test for each row of the conformance table, named after it. An
 * ordinary Windows program: it needs nothing but wlanapi.h and -lwlanapi. Rows that need a peer of
 * a certain behaviour are skipped unless `--control PORT` names a scripted supplicant.
 *
 *     wfd_rows [--control PORT] [ROW-PREFIX]
 */
#include "wfd_support.h"

#define JUNK ((HANDLE)(ULONG_PTR)0x12345679)

static const char *only = "";

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

/* Opening and closing the handle. */

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
    HANDLE client = JUNK;
    DWORD version = 77;

    NEEDS_SUPPLICANT();
    say("fault STATUS reply 7770615f73746174653d494e4143544956450a");
    RETURNS(WFDOpenHandle(WFD_API_VERSION, &version, &client), ERROR_NOT_SUPPORTED);
    say("clear");
    CHECK(client == JUNK && version == 77, "outputs were written on failure");
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

static void CH4_open_sessions_are_closed_with_their_client(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open = open_session(client, &peer);
    CHECK_EQ(say_number("groups"), 1, "groups");
    finish(client);
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_HANDLE);
}

/* Opening a session. */

static void SO1_missing_arguments_are_bad_parameters(void)
{
    DOT11_MAC_ADDRESS address = { 2, 0, 0, 0, 0, 1 };
    HANDLE client, session = JUNK;

    RETURNS(WFDStartOpenSession(NULL, &address, NULL, opened, &session), ERROR_INVALID_PARAMETER);
    RETURNS(WFDStartOpenSession(INVALID_HANDLE_VALUE, &address, NULL, opened, &session),
            ERROR_INVALID_PARAMETER);
    RETURNS(WFDStartOpenSession(JUNK, NULL, NULL, opened, &session), ERROR_INVALID_PARAMETER);
    RETURNS(WFDStartOpenSession(JUNK, &address, NULL, opened, &session), ERROR_INVALID_HANDLE);
    NEEDS_SUPPLICANT();
    client = open_client();
    RETURNS(WFDStartOpenSession(client, NULL, NULL, opened, &session), ERROR_INVALID_PARAMETER);
    RETURNS(WFDStartOpenSession(client, &address, NULL, NULL, &session), ERROR_INVALID_PARAMETER);
    RETURNS(WFDStartOpenSession(client, &address, NULL, opened, NULL), ERROR_INVALID_PARAMETER);
    CHECK(session == JUNK, "the output was written on failure");
    finish(client);
    RETURNS(WFDStartOpenSession(client, &address, NULL, opened, &session), ERROR_INVALID_HANDLE);
}

static void SO3_without_a_supplicant_the_service_is_not_active(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    say("die");
    open = start(client, &peer);
    CHECK_EQ(open->started, ERROR_SERVICE_NOT_ACTIVE, "WFDStartOpenSession");
    CHECK(!open->session, "the output was written on failure");
    say("restart");
    open_session(client, &peer);
    CHECK_EQ(open->calls, 0, "callbacks of the failed call");
    finish(client);
}

static void SO4_SO5_the_handle_comes_at_once_and_one_callback_follows(const char *role)
{
    struct peer peer = new_peer("accept,known", role);
    HANDLE client = open_client();
    struct open *open = new_open(client);

    RETURNS(WFDStartOpenSession(client, &peer.address, open, opened, &open->session),
            ERROR_SUCCESS);
    CHECK(open->session != NULL, "no handle");
    CHECK(wait_open(open), "no callback");
    CHECK(open->callback_session == open->session, "the callback has handle %p, the call %p",
            open->callback_session, open->session);
    CHECK_EQ(open->error, ERROR_SUCCESS, "error");
    CHECK_EQ(open->reason, 0, "reason");
    CHECK(open->thread != GetCurrentThreadId(), "the callback ran on the calling thread");
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
    CHECK_EQ(open->calls, 1, "callbacks");
}

static void SO4_SO5_one_callback_as_client(void)
{
    NEEDS_SUPPLICANT();
    SO4_SO5_the_handle_comes_at_once_and_one_callback_follows("client");
}

static void SO4_SO5_one_callback_as_group_owner(void)
{
    NEEDS_SUPPLICANT();
    SO4_SO5_the_handle_comes_at_once_and_one_callback_follows("go");
}

static void SO5_the_handle_is_stored_before_the_callback_begins(void)
{
    struct peer peer;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", NULL); /* fails at once: the shortest way to a callback */
    client = open_client();
    for (int i = 0; i < 200; i++)
    {
        struct open *open = start(client, &peer);

        CHECK(wait_open(open), "no callback");
        CHECK(open->callback_session == open->session, "round %d", i);
    }
    finish(client);
}

static void SO6_an_unpaired_or_impossible_address_is_not_found(void)
{
    static const DOT11_MAC_ADDRESS junk[] = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
        { 0, 0, 0, 0, 0, 0 }, { 1, 0, 0x5e, 0, 0, 1 }, { 2, 0xbb, 0, 0, 0, 1 } };
    HANDLE client;

    NEEDS_SUPPLICANT();
    client = open_client();
    for (unsigned int i = 0; i < ARRAYSIZE(junk); i++)
    {
        struct open *open = new_open(client);

        WFDStartOpenSession(client, (DOT11_MAC_ADDRESS *)&junk[i], open, opened, &open->session);
        CHECK(wait_open(open), "no callback for address %u", i);
        CHECK_EQ(open->error, ERROR_NOT_FOUND, "the callback's error");
        RETURNS(WFDCloseSession(open->session), ERROR_INVALID_HANDLE);
    }
    finish(client);
}

static void SO7_the_address_is_copied(void)
{
    struct peer peer, copy;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = copy = new_peer("accept,known", "client");
    client = open_client();
    open = start(client, &copy);
    memset(&copy, 0xee, sizeof(copy));
    CHECK(wait_open(open), "no callback");
    CHECK_EQ(open->error, ERROR_SUCCESS, "error");
    CHECK(said_ok(say("group %s", peer.text)), "no group with the peer");
    finish(client);
}

/* The adapter's name is the GUID in braces. */
static BOOL adapters_have(const GUID *guid)
{
    ULONG size = 256 << 10;
    IP_ADAPTER_ADDRESSES *all = malloc(size);
    WCHAR wide[40];
    char name[40] = "";
    BOOL found = FALSE;

    StringFromGUID2(guid, wide, ARRAYSIZE(wide));
    WideCharToMultiByte(CP_ACP, 0, wide, -1, name, sizeof(name), NULL, NULL);
    if (!GetAdaptersAddresses(AF_UNSPEC, 0, NULL, all, &size))
        for (IP_ADAPTER_ADDRESSES *a = all; a; a = a->Next)
            if (!lstrcmpiA(a->AdapterName, name)) found = TRUE;
    free(all);
    return found;
}

static void SO8_the_GUID_is_the_one_that_the_adapters_have(const char *role)
{
    struct peer peer = new_peer("accept,known", role);
    HANDLE client = open_client();
    struct open *open = open_session(client, &peer);
    NET_LUID luid;
    GUID guid;

    CHECK(adapters_have(&open->guid), "GetAdaptersAddresses has no adapter {%08lx-...}",
            (unsigned long)open->guid.Data1);
    CHECK_EQ(ConvertInterfaceIndexToLuid(open->guid.Data1, &luid), 0, "the index's LUID");
    CHECK_EQ(ConvertInterfaceLuidToGuid(&luid, &guid), 0, "the LUID's GUID");
    CHECK(!memcmp(&guid, &open->guid, sizeof(guid)), "ConvertInterfaceLuidToGuid differs");
    finish(client);
}

static void SO8_the_GUID_names_the_adapter_as_client(void)
{
    NEEDS_SUPPLICANT();
    SO8_the_GUID_is_the_one_that_the_adapters_have("client");
}

static void SO8_the_GUID_names_the_adapter_as_group_owner(void)
{
    NEEDS_SUPPLICANT();
    SO8_the_GUID_is_the_one_that_the_adapters_have("go");
}

static void SO8_with_an_error_the_GUID_is_zero(void)
{
    static const GUID none;
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("status=11,known", "client");
    client = open_client();
    open = start(client, &peer);
    CHECK(wait_open(open), "no callback");
    CHECK_EQ(open->error, ERROR_CONNECTION_REFUSED, "error");
    CHECK(!memcmp(&open->guid, &none, sizeof(none)), "the GUID is not zero");
    finish(client);
}

static void SO9_as_group_owner_it_is_open_when_the_peer_has_joined(void)
{
    char name[64];
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known,join=never", "go");
    client = open_client();
    open = start(client, &peer);
    CHECK(said_ok(say("wait-groups 1 %d", WAIT_MS)), "no group");
    CHECK_EQ(WaitForSingleObject(open->event, 300), WAIT_TIMEOUT, "the callback before the join");
    strcpy(name, say("group %s", peer.text));
    if (!said_ok(name)) strcpy(name, "ok p2p-wlan0-0");
    for (int i = 0; i < 64 && !open->calls; i++)
    {
        say("peer join %s p2p-wlan0-%d", peer.text, i);
        if (!WaitForSingleObject(open->event, 20)) break;
    }
    CHECK_EQ(open->error, ERROR_SUCCESS, "error");
    finish(client);
}

static void SO10_a_second_session_shares_the_group(void)
{
    struct peer peer;
    struct open *first, *second;
    unsigned int invitations;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    invitations = say_number("count P2P_INVITE");
    first = open_session(client, &peer);
    second = open_session(client, &peer);
    CHECK(first->session != second->session, "both have one handle");
    CHECK(!memcmp(&first->guid, &second->guid, sizeof(GUID)), "the GUIDs differ");
    CHECK_EQ(say_number("count P2P_INVITE") - invitations, 1, "invitations");
    RETURNS(WFDCloseSession(first->session), ERROR_SUCCESS);
    say("wait P2P_GROUP_REMOVE 100000 200");
    CHECK_EQ(say_number("groups"), 1, "groups while one session is open");
    RETURNS(WFDCloseSession(second->session), ERROR_SUCCESS);
    finish(client);
}

static void SO11_the_whole_open_is_bounded(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("never-starts,known", "client");
    client = open_client();
    open = start(client, &peer);
    CHECK(wait_open(open), "no callback");
    CHECK_EQ(open->error, ERROR_TIMEOUT, "error");
    finish(client);
}

static void SO12_each_answer_has_its_error_and_reason(void)
{
    static const struct
    {
        const char *behaviour;
        DWORD error, reason;
    } rows[] = {
        { "status=2,known", ERROR_GEN_FAILURE, 0x20001 },
        { "status=3,known", ERROR_BUSY, 0x28009 },
        { "status=4,known", ERROR_GEN_FAILURE, 0x20001 },
        { "status=5,known", ERROR_BUSY, 0x28009 },
        { "status=6,known", ERROR_GEN_FAILURE, 0x20001 },
        { "status=7,known", ERROR_GEN_FAILURE, 0x80017 },
        { "status=8,known", ERROR_NOT_FOUND, 0x2800c },
        { "status=9,known", ERROR_GEN_FAILURE, 0x20001 },
        { "status=10,known", ERROR_GEN_FAILURE, 0x20001 },
        { "status=11,known", ERROR_CONNECTION_REFUSED, 0x28004 },
        { "status=-1,known", ERROR_HOST_UNREACHABLE, 0x2800b },
        { "status=200,known", ERROR_GEN_FAILURE, 0x20001 },
        { "hidden", ERROR_HOST_UNREACHABLE, 0x2800b },
        { "wrong-key,known", ERROR_GEN_FAILURE, 0x2800d },
        { "counter=100,known", ERROR_SUCCESS, 0 },
        { "accept", ERROR_SUCCESS, 0 },
    };
    HANDLE client;

    NEEDS_SUPPLICANT();
    client = open_client();
    for (unsigned int i = 0; i < ARRAYSIZE(rows); i++)
    {
        struct peer peer = new_peer(rows[i].behaviour, "client");
        struct open *open = start(client, &peer);

        CHECK(wait_open(open), "no callback for %s", rows[i].behaviour);
        CHECK(open->error == rows[i].error && open->reason == rows[i].reason, "%s gives %lu, 0x%lx",
                rows[i].behaviour, (unsigned long)open->error, (unsigned long)open->reason);
        CHECK_EQ(open->calls, 1, "callbacks");
    }
    finish(client);
}

static void SO13_a_blocked_callback_delays_nobody(void)
{
    struct peer peers[4];
    struct open *blocked[3], *open;
    HANDLE client, gate;

    NEEDS_SUPPLICANT();
    client = open_client();
    gate = CreateEventW(NULL, TRUE, FALSE, NULL);
    for (int i = 0; i < 4; i++) peers[i] = new_peer("accept,known", "client");
    for (int i = 0; i < 3; i++)
    {
        blocked[i] = new_open(client);
        blocked[i]->gate = gate;
        WFDStartOpenSession(client, &peers[i].address, blocked[i], opened, &blocked[i]->session);
    }
    open = open_session(client, &peers[3]);
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    CHECK(said_ok(say("wait P2P_GROUP_REMOVE 1 %d", WAIT_MS)), "the close waits");
    SetEvent(gate);
    for (int i = 0; i < 3; i++) CHECK(wait_open(blocked[i]), "callback %d", i);
    finish(client);
}

static void SO14_after_an_error_the_handle_is_stale(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("status=3,known", "client");
    client = open_client();
    open = start(client, &peer);
    CHECK(wait_open(open), "no callback");
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_HANDLE);
    RETURNS(WFDCancelOpenSession(open->session), ERROR_INVALID_HANDLE);
    finish(client);
}

/* Cancelling. */

static void CO1_handles_that_are_none(void)
{
    RETURNS(WFDCancelOpenSession(NULL), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCancelOpenSession(INVALID_HANDLE_VALUE), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCancelOpenSession(JUNK), ERROR_INVALID_HANDLE);
}

static void CO2_CO4_cancelled_opens_still_call_back_once(void)
{
    static const char *const behaviours[] = { "never-starts,known", "silent,known", "hidden" };
    HANDLE client;

    NEEDS_SUPPLICANT();
    client = open_client();
    for (unsigned int i = 0; i < ARRAYSIZE(behaviours); i++)
    {
        struct peer peer = new_peer(behaviours[i], "client");
        struct open *open = start(client, &peer);

        WaitForSingleObject(open->event, 100);
        RETURNS(WFDCancelOpenSession(open->session), ERROR_SUCCESS);
        WFDCancelOpenSession(open->session);
        CHECK(wait_open(open), "no callback for %s", behaviours[i]);
        CHECK_EQ(open->error, ERROR_CANCELLED, "error");
        CHECK_EQ(open->calls, 1, "callbacks");
    }
    CHECK_EQ(say_number("pending-netdev"), 0, "pending network interfaces");
    finish(client);
}

static void CO2_a_queued_open_can_be_cancelled(void)
{
    struct peer first, second;
    struct open *running, *queued;
    HANDLE client;

    NEEDS_SUPPLICANT();
    first = new_peer("never-starts,known", "client");
    second = new_peer("accept,known", "client");
    client = open_client();
    running = start(client, &first);
    queued = start(client, &second);
    RETURNS(WFDCancelOpenSession(queued->session), ERROR_SUCCESS);
    CHECK(wait_open(queued), "no callback");
    CHECK_EQ(queued->error, ERROR_CANCELLED, "error");
    CHECK_EQ(running->calls, 0, "callbacks of the running one");
    RETURNS(WFDCancelOpenSession(running->session), ERROR_SUCCESS);
    CHECK(wait_open(running), "no callback");
    finish(client);
}

static void CO3_an_open_session_cannot_be_cancelled(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open = open_session(client, &peer);
    RETURNS(WFDCancelOpenSession(open->session), ERROR_INVALID_STATE);
    CHECK_EQ(say_number("groups"), 1, "groups");
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
}

/* Closing. */

static void CS1_handles_that_are_none(void)
{
    RETURNS(WFDCloseSession(NULL), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCloseSession(INVALID_HANDLE_VALUE), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCloseSession(JUNK), ERROR_INVALID_HANDLE);
    RETURNS(WFDCloseSession((HANDLE)(ULONG_PTR)4), ERROR_INVALID_HANDLE);
    RETURNS(WFDCloseSession((HANDLE)&only), ERROR_INVALID_HANDLE);
}

static void CS3_closing_never_waits_for_the_supplicant(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;
    DWORD begin;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open = open_session(client, &peer);
    say("fault P2P_GROUP_REMOVE delay 1000 1");
    begin = GetTickCount();
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    CHECK(GetTickCount() - begin < 500, "took %lu ms", (unsigned long)(GetTickCount() - begin));
    finish(client);
}

static void CS4_close_while_pending_does_not_close(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("counter=500,known", "client");
    client = open_client();
    open = start(client, &peer);
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_STATE);
    CHECK(wait_open(open), "no callback");
    CHECK_EQ(open->error, ERROR_SUCCESS, "the open goes on");
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
}

static void CS5_CS6_a_closed_handle_is_stale_at_once(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open = open_session(client, &peer);
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_HANDLE);
    RETURNS(WFDCancelOpenSession(open->session), ERROR_INVALID_HANDLE);
    finish(client);
}

struct race
{
    HANDLE go, session;
    LONG successes, others;
};

static DWORD CALLBACK race_to_close(void *context)
{
    struct race *race = context;
    DWORD result;

    WaitForSingleObject(race->go, WAIT_MS);
    result = WFDCloseSession(race->session);
    if (!result) InterlockedIncrement(&race->successes);
    if (result && result != ERROR_INVALID_HANDLE) InterlockedIncrement(&race->others);
    return 0;
}

static void CS6_of_many_threads_exactly_one_closes(void)
{
    struct peer peer;
    HANDLE client, threads[8];

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    for (int round = 0; round < 10; round++)
    {
        struct open *open = open_session(client, &peer);
        struct race race = { CreateEventW(NULL, TRUE, FALSE, NULL), open->session, 0, 0 };

        for (int i = 0; i < 8; i++)
            threads[i] = CreateThread(NULL, 0, race_to_close, &race, 0, NULL);
        SetEvent(race.go);
        WaitForMultipleObjects(8, threads, TRUE, WAIT_MS);
        CHECK_EQ(race.successes, 1, "successful closes");
        CHECK_EQ(race.others, 0, "other results");
    }
    finish(client);
}

static void CS7_a_session_whose_group_is_gone_can_be_closed(void)
{
    static const char *const ends[] = { "go-ending", "idle", "unavailable", "requested" };
    HANDLE client;

    NEEDS_SUPPLICANT();
    client = open_client();
    for (unsigned int i = 0; i < ARRAYSIZE(ends); i++)
    {
        struct peer peer = new_peer("accept,known", "client");
        struct open *open = open_session(client, &peer);

        say("end-group %s %s", peer.text, ends[i]);
        wait_no_groups();
        RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
        RETURNS(WFDCloseSession(open->session), ERROR_INVALID_HANDLE);
    }
    finish(client);
}

static void CS7_a_session_survives_its_supplicant(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open = open_session(client, &peer);
    say("die");
    say("restart");
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    open = open_session(client, &peer);
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
}

#ifdef __WINE__
#define NEEDS_CHILD() SKIP("Wine gives no process handle for a program made by winegcc")
#else
#define NEEDS_CHILD() NEEDS_SUPPLICANT()
#endif

/* Starts this program again, to open a session and end in some way. */
static PROCESS_INFORMATION start_child(const char *how, struct peer *peer)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process = { 0 };
    char path[MAX_PATH], command[MAX_PATH + 64];

    GetModuleFileNameA(NULL, path, sizeof(path));
    sprintf(command, "\"%s\" %s %s", path, how, peer->text);
    CHECK(CreateProcessA(path, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process),
            "CreateProcess: %lu", (unsigned long)GetLastError());
    return process;
}

static void CS8_a_close_is_carried_out_though_the_process_ends(void)
{
    struct peer peer;
    PROCESS_INFORMATION child;
    unsigned int invitations;

    NEEDS_CHILD();
    peer = new_peer("accept,known", "client");
    invitations = say_number("count P2P_INVITE");
    child = start_child("--close-and-exit", &peer);
    CHECK_EQ(WaitForSingleObject(child.hProcess, WAIT_MS), WAIT_OBJECT_0, "the child's end");
    CHECK_EQ(say_number("count P2P_INVITE") - invitations, 1, "invitations");
    wait_no_groups();
}

static void CS8_a_killed_program_leaves_no_group(void)
{
    struct peer peer;
    PROCESS_INFORMATION child;

    NEEDS_CHILD();
    peer = new_peer("accept,known", "client");
    child = start_child("--stay-open", &peer);
    CHECK(said_ok(say("wait-groups 1 %d", WAIT_MS)), "the child opens no session");
    TerminateProcess(child.hProcess, 1);
    CHECK_EQ(WaitForSingleObject(child.hProcess, WAIT_MS), WAIT_OBJECT_0, "the child's end");
    wait_no_groups();
}

/* The other functions, policy. */

static void OL1_OL3_legacy_sessions(void)
{
    DWORD id = GetCurrentProcessId(); /* another run may have made its device known */
    DOT11_MAC_ADDRESS address = { 2, 0xcc, 0, 0, (UCHAR)(id >> 8), (UCHAR)id };
    HANDLE client, session = JUNK, second;
    GUID guid = { 77, 0, 0, { 0 } };

    RETURNS(WFDOpenLegacySession(JUNK, NULL, &session, &guid), ERROR_INVALID_PARAMETER);
    RETURNS(WFDOpenLegacySession(JUNK, &address, NULL, &guid), ERROR_INVALID_PARAMETER);
    RETURNS(WFDOpenLegacySession(JUNK, &address, &session, NULL), ERROR_INVALID_PARAMETER);
    RETURNS(WFDOpenLegacySession(NULL, &address, &session, &guid), ERROR_INVALID_PARAMETER);
    RETURNS(WFDOpenLegacySession(JUNK, &address, &session, &guid), ERROR_INVALID_HANDLE);
    NEEDS_SUPPLICANT();
    client = open_client();
    RETURNS(WFDOpenLegacySession(client, &address, &session, &guid), ERROR_NOT_FOUND);
    CHECK(session == JUNK && guid.Data1 == 77, "outputs were written on failure");
    say("station wlan0,legacy%lu,02:cc:00:00:%02x:%02x,connects", (unsigned long)id, address[4],
            address[5]);
    RETURNS(WFDOpenLegacySession(client, &address, &session, &guid), ERROR_SUCCESS);
    RETURNS(WFDOpenLegacySession(client, &address, &second, &guid), ERROR_SUCCESS);
    RETURNS(WFDCancelOpenSession(session), ERROR_INVALID_STATE);
    RETURNS(WFDCloseSession(session), ERROR_SUCCESS);
    RETURNS(WFDCloseSession(session), ERROR_INVALID_HANDLE);
    RETURNS(WFDCloseSession(second), ERROR_SUCCESS);
    finish(client);
}

static void OL4_a_wrong_key_may_be_told_before_the_reply(void)
{
    DWORD id = GetCurrentProcessId(), begin = GetTickCount();
    DOT11_MAC_ADDRESS address = { 2, 0xcd, 0, 0, (UCHAR)(id >> 8), (UCHAR)id };
    HANDLE client, session = JUNK;
    GUID guid;

    NEEDS_SUPPLICANT();
    say("station wlan0,wrong%lu,02:cd:00:00:%02x:%02x,wrong-key", (unsigned long)id, address[4],
            address[5]);
    say("fault SELECT_NETWORK delay 300 1");
    client = open_client();
    RETURNS(WFDOpenLegacySession(client, &address, &session, &guid), ERROR_GEN_FAILURE);
    CHECK(GetTickCount() - begin < 5000, "took %lu ms", (unsigned long)(GetTickCount() - begin));
    finish(client);
}

static void UV1_no_address_is_a_bad_parameter(void)
{
    RETURNS(WFDUpdateDeviceVisibility(NULL), ERROR_INVALID_PARAMETER);
}

static void UV3_it_looks_for_the_device(void)
{
    DWORD begin = GetTickCount();
    struct peer there, away;

    NEEDS_SUPPLICANT();
    there = new_peer("accept", NULL);
    away = new_peer("hidden", NULL);
    RETURNS(WFDUpdateDeviceVisibility(&there.address), ERROR_SUCCESS);
    CHECK(said_ok(say("wait P2P_FIND 1 %d", WAIT_MS)), "no search");
    RETURNS(WFDUpdateDeviceVisibility(&away.address), ERROR_SUCCESS);
    CHECK(GetTickCount() - begin < 9000, "took %lu ms", (unsigned long)(GetTickCount() - begin));
}

static HKEY policy_key(const char *path)
{
    HKEY key = NULL;

    RegCreateKeyExA(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL);
    return key;
}

/* Until opening says so: the registry's news take a moment. */
static BOOL wait_start_error(HANDLE client, struct peer *peer, DWORD error)
{
    for (int i = 0; i < 200; i++)
    {
        struct open *open = start(client, peer);

        if (!open->started) wait_open(open);
        if (!open->started && !open->error) WFDCloseSession(open->session);
        if (open->started == error) return TRUE;
        WaitForSingleObject(open->event, 20);
    }
    return FALSE;
}

static void P1_P2_a_policy_value_is_obeyed_while_the_program_runs(void)
{
    DWORD off = 0, on = 1;
    struct peer peer;
    HANDLE client;
    HKEY key;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    CHECK(wait_start_error(client, &peer, ERROR_SUCCESS), "not allowed before");
    key = policy_key("Software\\Microsoft\\PolicyManager\\current\\device\\Wifi");
    RegSetValueExA(key, "AllowWiFiDirect", 0, REG_DWORD, (BYTE *)&off, sizeof(off));
    CHECK(wait_start_error(client, &peer, ERROR_INVALID_STATE), "SO2: still allowed");
    RETURNS(WFDCloseSession(JUNK), ERROR_INVALID_STATE);
    RETURNS(WFDCloseSession(NULL), ERROR_INVALID_PARAMETER);
    RegSetValueExA(key, "AllowWiFiDirect", 0, REG_DWORD, (BYTE *)&on, sizeof(on));
    CHECK(wait_start_error(client, &peer, ERROR_SUCCESS), "not allowed again");
    RegSetValueExA(key, "AllowWiFiDirect", 0, REG_DWORD, (BYTE *)&off, sizeof(off));
    CHECK(wait_start_error(client, &peer, ERROR_INVALID_STATE), "the second change is not seen");
    RegDeleteValueA(key, "AllowWiFiDirect");
    CHECK(wait_start_error(client, &peer, ERROR_SUCCESS), "a deleted value still counts");
    RegCloseKey(key);
    finish(client);
}

static void P1_a_policy_document_is_obeyed(void)
{
    static const WCHAR document[] = L"<?xml version=\"1.0\"?><WLANPolicy><globalFlags>"
                                    L"<enableWFD>false</enableWFD></globalFlags></WLANPolicy>";
    struct peer peer;
    HANDLE client;
    HKEY key;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    key = policy_key("Software\\Policies\\Microsoft\\Windows\\Wireless\\GPTWirelessPolicy\\{1}");
    RegSetValueExW(key, L"policy", 0, REG_SZ, (const BYTE *)document, sizeof(document));
    CHECK(wait_start_error(client, &peer, ERROR_INVALID_STATE), "still allowed");
    RegDeleteValueA(key, "policy");
    CHECK(wait_start_error(client, &peer, ERROR_SUCCESS), "not allowed again");
    RegCloseKey(key);
    finish(client);
}

static void P3_open_sessions_are_disconnected_by_policy(void)
{
    DWORD off = 0;
    struct peer peer;
    struct open *open;
    HANDLE client;
    HKEY key;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open = open_session(client, &peer);
    key = policy_key("Software\\Microsoft\\PolicyManager\\current\\device\\Wifi");
    RegSetValueExA(key, "AllowWiFiDirect", 0, REG_DWORD, (BYTE *)&off, sizeof(off));
    wait_no_groups();
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_STATE); /* CS2 */
    RegDeleteValueA(key, "AllowWiFiDirect");
    RegCloseKey(key);
    CHECK(wait_start_error(client, &peer, ERROR_SUCCESS), "not allowed again");
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
}

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

/* The child of the CS8 rows. */
static int be_child(const char *how, const char *text)
{
    unsigned int octets[6];
    struct peer peer;
    struct open *open;

    sscanf(text, "%x:%x:%x:%x:%x:%x", &octets[0], &octets[1], &octets[2], &octets[3], &octets[4],
            &octets[5]);
    for (int i = 0; i < 6; i++) peer.address[i] = (UCHAR)octets[i];
    open = open_session(open_client(), &peer);
    if (!strcmp(how, "--stay-open")) WaitForSingleObject(open->event, 60000);
    return (int)WFDCloseSession(open->session);
}

#define ROW(test)                                                                                  \
    if (!strncmp(#test, only, strlen(only))) RUN(test)

int main(int argc, char **argv)
{
    WSADATA wsa;

    WSAStartup(MAKEWORD(2, 2), &wsa);
    if (argc == 3 && !strncmp(argv[1], "--c", 3) && strcmp(argv[1], "--control"))
        return be_child(argv[1], argv[2]);
    if (argc == 3 && !strcmp(argv[1], "--stay-open")) return be_child(argv[1], argv[2]);
    if (argc >= 3 && !strcmp(argv[1], "--control"))
    {
        connect_control(argv[2]);
        argc -= 2;
        argv += 2;
    }
    if (argc >= 2) only = argv[1];

    ROW(A4_a_closed_handle_is_not_issued_again);
    ROW(A5_every_function_may_be_called_inside_a_callback);
    ROW(OH1_no_place_for_the_results_is_a_bad_parameter);
    ROW(OH2_another_version_is_a_bad_parameter);
    ROW(OH4_the_4097th_client_is_one_too_many);
    ROW(OH5_success_gives_version_1_and_a_handle);
    ROW(OH6_no_supplicant_is_told_within_a_second);
    ROW(OH7_an_adapter_without_P2P_is_not_supported);
    ROW(CH1_and_A4_handles_that_are_none);
    ROW(CH2_closing_the_client_waits_for_a_pending_open);
    ROW(CH3_completed_includes_the_return_of_the_callback);
    ROW(CH3_from_inside_the_callback_it_does_not_wait_for_itself);
    ROW(CH4_open_sessions_are_closed_with_their_client);
    ROW(SO1_missing_arguments_are_bad_parameters);
    ROW(SO3_without_a_supplicant_the_service_is_not_active);
    ROW(SO4_SO5_one_callback_as_client);
    ROW(SO4_SO5_one_callback_as_group_owner);
    ROW(SO5_the_handle_is_stored_before_the_callback_begins);
    ROW(SO6_an_unpaired_or_impossible_address_is_not_found);
    ROW(SO7_the_address_is_copied);
    ROW(SO8_the_GUID_names_the_adapter_as_client);
    ROW(SO8_the_GUID_names_the_adapter_as_group_owner);
    ROW(SO8_with_an_error_the_GUID_is_zero);
    ROW(SO9_as_group_owner_it_is_open_when_the_peer_has_joined);
    ROW(SO10_a_second_session_shares_the_group);
    ROW(SO11_the_whole_open_is_bounded);
    ROW(SO12_each_answer_has_its_error_and_reason);
    ROW(SO13_a_blocked_callback_delays_nobody);
    ROW(SO14_after_an_error_the_handle_is_stale);
    ROW(CO1_handles_that_are_none);
    ROW(CO2_CO4_cancelled_opens_still_call_back_once);
    ROW(CO2_a_queued_open_can_be_cancelled);
    ROW(CO3_an_open_session_cannot_be_cancelled);
    ROW(CS1_handles_that_are_none);
    ROW(CS3_closing_never_waits_for_the_supplicant);
    ROW(CS4_close_while_pending_does_not_close);
    ROW(CS5_CS6_a_closed_handle_is_stale_at_once);
    ROW(CS6_of_many_threads_exactly_one_closes);
    ROW(CS7_a_session_whose_group_is_gone_can_be_closed);
    ROW(CS7_a_session_survives_its_supplicant);
    ROW(CS8_a_close_is_carried_out_though_the_process_ends);
    ROW(CS8_a_killed_program_leaves_no_group);
    ROW(OL1_OL3_legacy_sessions);
    ROW(OL4_a_wrong_key_may_be_told_before_the_reply);
    ROW(UV1_no_address_is_a_bad_parameter);
    ROW(UV3_it_looks_for_the_device);
    ROW(P1_P2_a_policy_value_is_obeyed_while_the_program_runs);
    ROW(P1_a_policy_document_is_obeyed);
    ROW(P3_open_sessions_are_disconnected_by_policy);
    return check_summary();
}
