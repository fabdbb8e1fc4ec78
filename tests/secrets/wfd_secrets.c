/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opens and closes a session as client, as group owner and to a legacy device, and then waits, with
 * its client still open, until it is told to end: tests/secrets/run looks through its memory. Knows
 * no key itself.
 *
 *     wfd_secrets --control PORT
 */
#pragma GCC diagnostic ignored "-Wunused-function" /* the rows use all of it */
#include "../pe/wfd_support.h"

static HANDLE client;

static void it_opens_and_closes_as_client(void)
{
    struct peer peer = new_peer("accept,known", "client");
    struct open *open = open_session(client, &peer);

    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    wait_no_groups();
}

static void it_opens_and_closes_as_group_owner(void)
{
    struct peer peer = new_peer("accept,known", "go");
    struct open *open = open_session(client, &peer);

    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    wait_no_groups();
}

static void it_opens_and_closes_a_legacy_session(void)
{
    DOT11_MAC_ADDRESS address = { 2, 0xce, 0, 0, 0, 1 };
    HANDLE session = NULL;
    GUID guid;

    say("station wlan0,secrets,02:ce:00:00:00:01,connects");
    RETURNS(WFDOpenLegacySession(client, &address, &session, &guid), ERROR_SUCCESS);
    RETURNS(WFDCloseSession(session), ERROR_SUCCESS);
}

int main(int argc, char **argv)
{
    WSADATA data;
    int result;

    WSAStartup(MAKEWORD(2, 2), &data);
    if (argc != 3 || strcmp(argv[1], "--control")) return 2;
    connect_control(argv[2]);
    client = open_client();
    RUN(it_opens_and_closes_as_client);
    RUN(it_opens_and_closes_as_group_owner);
    RUN(it_opens_and_closes_a_legacy_session);
    result = check_summary();
    getchar();
    WFDCloseHandle(client);
    return result;
}
