/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows SO: opening a session, as client and as group owner. Never closes one but to clean up.
 * Included once.
 */
#ifndef TESTS_PE_WFD_ROWS_OPEN_H
#define TESTS_PE_WFD_ROWS_OPEN_H

#include "wfd_support.h"

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

static void SO10_a_second_session_shares_the_group(const char *role)
{
    struct peer peer;
    struct open *first, *second;
    unsigned int invitations;
    HANDLE client;

    peer = new_peer("accept,known", role);
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
BOTH_ROLES(SO10_a_second_session_shares_the_group)

static void SO11_the_whole_open_is_bounded(const char *role)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    peer = new_peer("never-starts,known", role);
    client = open_client();
    open = start(client, &peer);
    CHECK(wait_open(open), "no callback");
    CHECK_EQ(open->error, ERROR_TIMEOUT, "error");
    finish(client);
}
BOTH_ROLES(SO11_the_whole_open_is_bounded)

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

static void SO13_a_blocked_callback_delays_nobody(const char *role)
{
    struct peer peers[4];
    struct open *blocked[3], *open;
    HANDLE client, gate;

    client = open_client();
    gate = CreateEventW(NULL, TRUE, FALSE, NULL);
    for (int i = 0; i < 4; i++) peers[i] = new_peer("accept,known", role);
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
BOTH_ROLES(SO13_a_blocked_callback_delays_nobody)

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

static void SO14_after_a_cancelled_open_the_handle_is_stale(void)
{
    static const GUID none;
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("never-starts,known", "client");
    client = open_client();
    open = start(client, &peer);
    RETURNS(WFDCancelOpenSession(open->session), ERROR_SUCCESS);
    CHECK(wait_open(open), "no callback");
    CHECK(!memcmp(&open->guid, &none, sizeof(none)), "SO8: the GUID is not zero");
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_HANDLE);
    RETURNS(WFDCancelOpenSession(open->session), ERROR_INVALID_HANDLE);
    finish(client);
}

/* What the owner of a group gets to hear. */
static void SO12_each_answer_has_its_error_and_reason_as_group_owner(void)
{
    static const struct
    {
        const char *behaviour;
        DWORD error, reason;
    } rows[] = {
        { "status=3,known", ERROR_BUSY, 0x28009 },
        { "status=7,known", ERROR_GEN_FAILURE, 0x80017 },
        { "status=8,known", ERROR_NOT_FOUND, 0x2800c },
        { "status=11,known", ERROR_CONNECTION_REFUSED, 0x28004 },
        { "status=-1,known", ERROR_HOST_UNREACHABLE, 0x2800b },
        { "hidden", ERROR_HOST_UNREACHABLE, 0x2800b },
        { "never-starts,known", ERROR_TIMEOUT, 0x38003 },
        { "counter=100,known", ERROR_SUCCESS, 0 },
        { "accept", ERROR_SUCCESS, 0 },
    };
    HANDLE client;

    NEEDS_SUPPLICANT();
    client = open_client();
    for (unsigned int i = 0; i < ARRAYSIZE(rows); i++)
    {
        struct peer peer = new_peer(rows[i].behaviour, "go");
        struct open *open = start(client, &peer);

        CHECK(wait_open(open), "no callback for %s", rows[i].behaviour);
        CHECK(open->error == rows[i].error && open->reason == rows[i].reason, "%s gives %lu, 0x%lx",
                rows[i].behaviour, (unsigned long)open->error, (unsigned long)open->reason);
        CHECK_EQ(say_number("pending-netdev"), 0, "pending network interfaces");
    }
    finish(client);
}

static void SO12_a_radio_that_is_switched_off_is_told(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    say("rfkill on");
    open = start(client, &peer);
    CHECK(wait_open(open), "no callback");
    CHECK_EQ(open->error, ERROR_INVALID_STATE, "error");
    CHECK_EQ(open->reason, 0x3800c, "reason");
    say("rfkill off");
    open_session(client, &peer);
    finish(client);
}

/* Faults in the reply to one command; each must have hit, and the next open must work. */
static void SO12_a_disturbed_reply_ends_in_one_callback(const char *role)
{
    static const struct
    {
        const char *fault;
        DWORD error, reason;
    } rows[] = {
        { "fault P2P_INVITE delay 700 1", ERROR_SUCCESS, 0 },
        { "fault LIST_NETWORKS delay 700 1", ERROR_SUCCESS, 0 },
        { "fault P2P_INVITE reply 6e6f6e73656e7365 1", ERROR_INTERNAL_ERROR, 0x38010 },
    };
    HANDLE client = open_client();

    for (unsigned int i = 0; i < ARRAYSIZE(rows); i++)
    {
        struct peer peer = new_peer("accept,known", role);
        unsigned int fault = say_number(rows[i].fault);
        struct open *open = start(client, &peer);

        CHECK(wait_open(open), "no callback for \"%s\"", rows[i].fault);
        CHECK_EQ(fired(fault), 1, "hits of the fault");
        CHECK(open->error == rows[i].error && open->reason == rows[i].reason,
                "\"%s\" gives %lu, 0x%lx", rows[i].fault, (unsigned long)open->error,
                (unsigned long)open->reason);
        peer = new_peer("accept,known", role);
        open_session(client, &peer);
        CHECK_EQ(open->calls, 1, "callbacks");
    }
    finish(client);
}
BOTH_ROLES(SO12_a_disturbed_reply_ends_in_one_callback)

/* The supplicant lives on, and with it the groups: closing their sessions must end them. */
static void SO12_CS7_a_reply_that_never_comes_leaves_no_group_behind(const char *role)
{
    struct peer opened_before = new_peer("accept,known", role);
    struct peer peer = new_peer("accept,known", role);
    HANDLE client = open_client();
    struct open *before = open_session(client, &opened_before), *open;
    unsigned int fault = say_number("fault P2P_INVITE drop no-act 1");

    open = start(client, &peer);
    CHECK(wait_open(open), "no callback");
    CHECK_EQ(fired(fault), 1, "hits of the fault");
    CHECK(open->error, "success without a reply");
    open_session(client, &peer);
    RETURNS(WFDCloseSession(before->session), ERROR_SUCCESS);
    finish(client);
    CHECK_EQ(open->calls, 1, "callbacks");
}
BOTH_ROLES(SO12_CS7_a_reply_that_never_comes_leaves_no_group_behind)

/* The supplicant goes while it is asked, in each of the ways there are. */
static void SO5_an_open_whose_supplicant_goes_calls_back_once(const char *role)
{
    static const char *const ways[] = { "die", "terminate", "restart" };

    for (unsigned int i = 0; i < ARRAYSIZE(ways); i++)
    {
        struct peer peer = new_peer("never-starts,known", role), next;
        HANDLE client = open_client();
        struct open *open;
        char wait[64];

        sprintf(wait, "wait P2P_INVITE %u %d", say_number("count P2P_INVITE") + 1, WAIT_MS);
        open = start(client, &peer);
        CHECK(said_ok(say("%s", wait)), "no invitation");
        say("%s", ways[i]);
        CHECK(wait_open(open), "no callback after \"%s\"", ways[i]);
        /* The group's end may be heard before the supplicant's. */
        CHECK(open->error == ERROR_SERVICE_NOT_ACTIVE ||
                        (open->error == ERROR_CONNECTION_ABORTED && !strcmp(ways[i], "terminate")),
                "\"%s\" gives %lu", ways[i], (unsigned long)open->error);
        if (strcmp(ways[i], "restart")) say("restart");
        next = new_peer("accept,known", role);
        open_session(client, &next);
        finish(client);
        CHECK_EQ(open->calls, 1, "callbacks");
    }
}
BOTH_ROLES(SO5_an_open_whose_supplicant_goes_calls_back_once)

static void SO5_SO11_an_open_whose_supplicant_hangs_ends_in_time(void)
{
    struct peer peer, next;
    struct open *open;
    HANDLE client;
    DWORD begin;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    say("hang");
    begin = GetTickCount();
    open = start(client, &peer);
    CHECK(!open->started || open->started == ERROR_SERVICE_NOT_ACTIVE, "the call gives %lu",
            (unsigned long)open->started);
    CHECK(GetTickCount() - begin < 1100, "the call took %lu ms",
            (unsigned long)(GetTickCount() - begin));
    if (!open->started)
    {
        CHECK(wait_open(open), "no callback");
        CHECK(open->error == ERROR_SERVICE_NOT_ACTIVE || open->error == ERROR_TIMEOUT,
                "the callback's error is %lu", (unsigned long)open->error);
    }
    say("resume");
    next = new_peer("accept,known", "client");
    open_session(client, &next);
    finish(client);
    CHECK_EQ(open->calls, open->started ? 0 : 1, "callbacks");
}

static void SO6_a_group_of_ours_that_the_device_is_not_in_does_not_pair_it(void)
{
    struct peer member, stranger;
    struct open *open;
    HANDLE client;

    NEEDS_SUPPLICANT();
    member = new_peer("accept,known", "go");
    stranger = new_peer("accept,known", NULL);
    client = open_client();
    open = start(client, &stranger);
    CHECK(wait_open(open), "no callback");
    CHECK_EQ(open->error, ERROR_NOT_FOUND, "error");
    open_session(client, &member);
    finish(client);
}

#endif
