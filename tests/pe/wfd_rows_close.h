/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows CO and CS: cancelling and closing, by this process and by children that end in bad ways;
 * and row SO10 between processes.
 * Never touches a process that it did not start. Included once.
 */
#ifndef TESTS_PE_WFD_ROWS_CLOSE_H
#define TESTS_PE_WFD_ROWS_CLOSE_H

#include "wfd_rows_handles.h"

/* Cancelling. */

static void CO1_handles_that_are_none(void)
{
    RETURNS(WFDCancelOpenSession(NULL), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCancelOpenSession(INVALID_HANDLE_VALUE), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCancelOpenSession(JUNK), ERROR_INVALID_HANDLE);
}

static void CO2_CO4_cancelled_opens_still_call_back_once(const char *role)
{
    static const char *const behaviours[] = { "never-starts,known", "silent,known", "hidden" };
    HANDLE client;

    client = open_client();
    for (unsigned int i = 0; i < ARRAYSIZE(behaviours); i++)
    {
        struct peer peer = new_peer(behaviours[i], role);
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
BOTH_ROLES(CO2_CO4_cancelled_opens_still_call_back_once)

static void CO2_a_queued_open_can_be_cancelled(const char *role)
{
    struct peer first, second;
    struct open *running, *queued;
    HANDLE client;

    first = new_peer("never-starts,known", role);
    second = new_peer("accept,known", role);
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
BOTH_ROLES(CO2_a_queued_open_can_be_cancelled)

static void CO3_an_open_session_cannot_be_cancelled(const char *role)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    peer = new_peer("accept,known", role);
    client = open_client();
    open = open_session(client, &peer);
    RETURNS(WFDCancelOpenSession(open->session), ERROR_INVALID_STATE);
    CHECK_EQ(say_number("groups"), 1, "groups");
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
}
BOTH_ROLES(CO3_an_open_session_cannot_be_cancelled)

/* Closing. */

static void CS1_handles_that_are_none(void)
{
    RETURNS(WFDCloseSession(NULL), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCloseSession(INVALID_HANDLE_VALUE), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCloseSession(JUNK), ERROR_INVALID_HANDLE);
    RETURNS(WFDCloseSession((HANDLE)(ULONG_PTR)4), ERROR_INVALID_HANDLE);
    RETURNS(WFDCloseSession((HANDLE)&bare_event), ERROR_INVALID_HANDLE);
}

static void CS3_closing_never_waits_for_the_supplicant(const char *role)
{
    struct peer peer;
    struct open *open;
    HANDLE client;
    DWORD begin;

    peer = new_peer("accept,known", role);
    client = open_client();
    open = open_session(client, &peer);
    say("fault P2P_GROUP_REMOVE delay 1000 1");
    begin = GetTickCount();
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    CHECK(GetTickCount() - begin < 500, "took %lu ms", (unsigned long)(GetTickCount() - begin));
    finish(client);
}
BOTH_ROLES(CS3_closing_never_waits_for_the_supplicant)

static void CS4_close_while_pending_does_not_close(const char *role)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    peer = new_peer("counter=500,known", role);
    client = open_client();
    open = start(client, &peer);
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_STATE);
    CHECK(wait_open(open), "no callback");
    CHECK_EQ(open->error, ERROR_SUCCESS, "the open goes on");
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
}
BOTH_ROLES(CS4_close_while_pending_does_not_close)

static void CS5_CS6_a_closed_handle_is_stale_at_once(const char *role)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    peer = new_peer("accept,known", role);
    client = open_client();
    open = open_session(client, &peer);
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_HANDLE);
    RETURNS(WFDCancelOpenSession(open->session), ERROR_INVALID_HANDLE);
    finish(client);
}
BOTH_ROLES(CS5_CS6_a_closed_handle_is_stale_at_once)

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

static void CS6_of_many_threads_exactly_one_closes(const char *role)
{
    struct peer peer;
    HANDLE client, threads[8];

    peer = new_peer("accept,known", role);
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
BOTH_ROLES(CS6_of_many_threads_exactly_one_closes)

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

static void CS7_a_session_survives_its_supplicant(const char *role)
{
    struct peer peer;
    struct open *open;
    HANDLE client;

    peer = new_peer("accept,known", role);
    client = open_client();
    open = open_session(client, &peer);
    say("die");
    say("restart");
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    open = open_session(client, &peer);
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
}
BOTH_ROLES(CS7_a_session_survives_its_supplicant)

static void CS7_a_group_of_ours_that_ended_or_that_the_peer_left(void)
{
    static const char *const ends[] = { "client-leaves", "unavailable", "requested" };
    HANDLE client;

    NEEDS_SUPPLICANT();
    client = open_client();
    for (unsigned int i = 0; i < ARRAYSIZE(ends); i++)
    {
        struct peer peer = new_peer("accept,known", "go");
        struct open *open = open_session(client, &peer);

        say("end-group %s %s", peer.text, ends[i]);
        RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
        RETURNS(WFDCloseSession(open->session), ERROR_INVALID_HANDLE);
        wait_no_groups();
    }
    finish(client);
}

/* A supplicant that does not read delays nothing that need not wait for it. */
static void CO2_CS3_calls_return_at_once_while_the_supplicant_hangs(void)
{
    struct peer peer, other;
    struct open *open, *pending;
    HANDLE client;
    DWORD begin;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    other = new_peer("never-starts,known", "client");
    client = open_client();
    open = open_session(client, &peer);
    pending = start(client, &other);
    CHECK_EQ(pending->started, ERROR_SUCCESS, "WFDStartOpenSession");
    say("hang");
    begin = GetTickCount();
    RETURNS(WFDCancelOpenSession(pending->session), ERROR_SUCCESS);
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_HANDLE);
    CHECK(GetTickCount() - begin < 500, "took %lu ms", (unsigned long)(GetTickCount() - begin));
    say("resume");
    CHECK(wait_open(pending), "no callback");
    CHECK_EQ(pending->error, ERROR_CANCELLED, "error");
    finish(client);
}

static void CS8_a_close_is_carried_out_though_the_client_is_closed_right_after(const char *role)
{
    struct peer peer = new_peer("accept,known", role);
    HANDLE client = open_client();
    struct open *open = open_session(client, &peer);

    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_HANDLE);
}
BOTH_ROLES(CS8_a_close_is_carried_out_though_the_client_is_closed_right_after)

/*
 * This program again, to open a session and end in some way. Its process handle, or NULL: Wine
 * gives none for a program made by winegcc, whose end shows at the supplicant only.
 */
static HANDLE start_child(const char *how, struct peer *peer)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process = { 0 };
    char path[MAX_PATH], command[MAX_PATH + 64];

    GetModuleFileNameA(NULL, path, sizeof(path));
    sprintf(command, "\"%s\" %s %s", path, how, peer->text);
    CHECK(CreateProcessA(path, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process),
            "CreateProcess: %lu", (unsigned long)GetLastError());
    if (process.hThread) CloseHandle(process.hThread);
    return process.hProcess;
}

static void wait_child(HANDLE child)
{
    if (!child) return;
    CHECK_EQ(WaitForSingleObject(child, WAIT_MS), WAIT_OBJECT_0, "the child's end");
    CloseHandle(child);
}

/* A child that opens and ends by itself: it has invited, then ended, and its group has gone. */
static void run_child(const char *how, struct peer *peer)
{
    char wait[64];
    HANDLE child;

    sprintf(wait, "wait P2P_INVITE %u %d", say_number("count P2P_INVITE") + 1, WAIT_MS);
    child = start_child(how, peer);
    CHECK(said_ok(say("%s", wait)), "the child invites nobody");
    wait_child(child);
    wait_no_groups();
    CHECK_EQ(say_number("pending-netdev"), 0, "pending network interfaces");
}

static void CS8_a_close_is_carried_out_though_the_process_ends(const char *role)
{
    struct peer peer = new_peer("accept,known", role);

    run_child("--close-and-exit", &peer);
}
BOTH_ROLES(CS8_a_close_is_carried_out_though_the_process_ends)

static void CS8_a_program_that_ends_with_an_open_session_leaves_no_group(const char *role)
{
    struct peer peer = new_peer("accept,known", role);

    run_child("--exit", &peer);
    run_child("--terminate-itself", &peer);
}
BOTH_ROLES(CS8_a_program_that_ends_with_an_open_session_leaves_no_group)

static void CS8_a_program_that_ends_while_it_opens_leaves_no_group(const char *role)
{
    struct peer peer = new_peer("never-starts,known", role);

    run_child("--terminate-while-opening", &peer);
}
BOTH_ROLES(CS8_a_program_that_ends_while_it_opens_leaves_no_group)

static void CS8_a_killed_program_leaves_no_group(const char *role)
{
    struct peer peer = new_peer("accept,known", role);
    HANDLE child = start_child("--stay-open", &peer);

    CHECK(said_ok(say("wait-groups 1 %d", WAIT_MS)), "the child opens no session");
    TerminateProcess(child, 1);
    wait_child(child);
    wait_no_groups();
}

/* The child closes when it is told to, and says when it has. */
#define TELL_CHILD "winewfd-test-close"
#define TOLD_BACK  "winewfd-test-closed"

static void SO10_another_process_shares_the_group(const char *role)
{
    HANDLE tell = CreateEventA(NULL, TRUE, FALSE, TELL_CHILD);
    HANDLE told = CreateEventA(NULL, TRUE, FALSE, TOLD_BACK);
    unsigned int invitations = say_number("count P2P_INVITE");
    struct peer peer = new_peer("accept,known", role);
    HANDLE child = start_child("--close-when-told", &peer), client;
    struct open *open;

    CHECK(said_ok(say("wait-groups 1 %d", WAIT_MS)), "the child opens no session");
    client = open_client();
    open = open_session(client, &peer);
    CHECK_EQ(say_number("count P2P_INVITE") - invitations, 1, "invitations");
    SetEvent(tell);
    CHECK_EQ(WaitForSingleObject(told, WAIT_MS), WAIT_OBJECT_0, "the child's close");
    wait_child(child);
    say("wait P2P_GROUP_REMOVE 100000 200");
    CHECK_EQ(say_number("groups"), 1, "groups while one session is open");
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
    CHECK_EQ(say_number("count P2P_INVITE") - invitations, 1, "invitations");
    CloseHandle(tell);
    CloseHandle(told);
}
BOTH_ROLES(SO10_another_process_shares_the_group)

#ifdef __WINE__
#define NEEDS_PROCESS_HANDLE()                                                                     \
    SKIP("Wine gives no process handle for a program made by winegcc; it is killed by itself in "  \
         "another row")
#else
#define NEEDS_PROCESS_HANDLE() NEEDS_SUPPLICANT()
#endif

static void CS8_a_killed_program_leaves_no_group_as_client(void)
{
    NEEDS_PROCESS_HANDLE();
    CS8_a_killed_program_leaves_no_group("client");
}

static void CS8_a_killed_program_leaves_no_group_as_group_owner(void)
{
    NEEDS_PROCESS_HANDLE();
    CS8_a_killed_program_leaves_no_group("go");
}

static DWORD close_when_told(HANDLE session)
{
    HANDLE tell = OpenEventA(SYNCHRONIZE, FALSE, TELL_CHILD);
    HANDLE told = OpenEventA(EVENT_MODIFY_STATE, FALSE, TOLD_BACK);
    DWORD error;

    WaitForSingleObject(tell, WAIT_MS);
    error = WFDCloseSession(session);
    SetEvent(told);
    return error;
}

static void terminate_when_told(void)
{
    WaitForSingleObject(OpenEventA(SYNCHRONIZE, FALSE, TELL_CHILD), WAIT_MS);
    TerminateProcess(GetCurrentProcess(), 1);
}

/* What start_child starts; how is one of its words. */
static int be_child(const char *how, const char *text)
{
    unsigned int octets[6];
    struct peer peer;
    struct open *open;

    if (sscanf(text, "%x:%x:%x:%x:%x:%x", &octets[0], &octets[1], &octets[2], &octets[3],
                &octets[4], &octets[5]) != 6)
        return 2;
    for (int i = 0; i < 6; i++) peer.address[i] = (UCHAR)octets[i];
    open = start(open_client(), &peer);
    if (open->started) return 3;
    if (!strcmp(how, "--terminate-while-opening"))
    {
        WaitForSingleObject(open->event, 500); /* long enough for the invitation */
        TerminateProcess(GetCurrentProcess(), 1);
    }
    if (!wait_open(open) || open->error) return 4;
    if (!strcmp(how, "--terminate-itself")) TerminateProcess(GetCurrentProcess(), 1);
    if (!strcmp(how, "--stay-open")) WaitForSingleObject(open->event, 60000);
    if (!strcmp(how, "--close-when-told")) return (int)close_when_told(open->session);
    if (!strcmp(how, "--terminate-when-told")) terminate_when_told();
    if (!strcmp(how, "--close-and-exit")) return (int)WFDCloseSession(open->session);
    return 0;
}

#endif
