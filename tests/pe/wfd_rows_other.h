/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows OL, UV and P: legacy sessions, visibility, and the registry's policies. Leaves the registry
 * as it was. Included once.
 */
#ifndef TESTS_PE_WFD_ROWS_OTHER_H
#define TESTS_PE_WFD_ROWS_OTHER_H

#include "wfd_support.h"

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

/* Legacy opens wait; a device whose network cannot be joined is told in time. */
static void OL4_OL5_failures_are_told_and_the_next_open_works(void)
{
    static const struct
    {
        const char *behaviour;
        DWORD error;
    } rows[] = { { "wrong-key", ERROR_GEN_FAILURE }, { "never", ERROR_TIMEOUT },
        { "connects", ERROR_SUCCESS } };
    DWORD id = GetCurrentProcessId(), begin = GetTickCount();
    HANDLE client, session = JUNK;
    GUID guid;

    NEEDS_SUPPLICANT();
    client = open_client();
    for (UCHAR i = 0; i < ARRAYSIZE(rows); i++)
    {
        DOT11_MAC_ADDRESS address = { 2, 0xcd, 0, i, (UCHAR)(id >> 8), (UCHAR)id };

        say("station wlan0,%s%lu,02:cd:00:%02x:%02x:%02x,%s", rows[i].behaviour, (unsigned long)id,
                i, address[4], address[5], rows[i].behaviour);
        RETURNS(WFDOpenLegacySession(client, &address, &session, &guid), rows[i].error);
        CHECK((session == JUNK) == (rows[i].error != 0), "A2: the output, \"%s\"",
                rows[i].behaviour);
    }
    CHECK(GetTickCount() - begin < WAIT_MS, "took %lu ms", (unsigned long)(GetTickCount() - begin));
    RETURNS(WFDCloseSession(session), ERROR_SUCCESS);
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

static void OH6_a_setting_that_is_no_path_or_no_name_reaches_no_supplicant(void)
{
    static const char *const settings[][2] = { { "Interface", "wlan0\r\nP2P_FLUSH" },
        { "Interface", "wlan0\nPING" }, { "Interface", "../control/wlan0" },
        { "ControlDirectory", "tmp/control" }, { "ControlDirectory", "/tmp/control\n" },
        { "ControlDirectory", "/tmp/control\r\nP2P_FLUSH" } };
    char before[128];
    HKEY key;

    NEEDS_SUPPLICANT();
    CHECK_EQ(RegCreateKeyExA(HKEY_CURRENT_USER, "Software\\Wine\\WiFiDirect", 0, NULL, 0,
                     KEY_ALL_ACCESS, NULL, &key, NULL),
            0, "RegCreateKeyExA");
    for (unsigned int i = 0; i < ARRAYSIZE(settings); i++)
    {
        const char *name = settings[i][0], *value = settings[i][1];
        DWORD size = sizeof(before),
              was_set = !RegQueryValueExA(key, name, NULL, NULL, (BYTE *)before, &size);

        RegSetValueExA(key, name, 0, REG_SZ, (const BYTE *)value, (DWORD)strlen(value) + 1);
        CHECK_EQ(open_anew(NULL), ERROR_SERVICE_NOT_ACTIVE, value);
        if (was_set)
            RegSetValueExA(key, name, 0, REG_SZ, (const BYTE *)before, size);
        else
            RegDeleteValueA(key, name);
    }
    RegCloseKey(key);
    CHECK_EQ(say_number("count P2P_FLUSH"), 0, "commands from settings");
    finish(open_client());
}

/* Where the machine's own tools write it, whatever this program is. */
static HKEY policy_key(const char *path)
{
    const REGSAM access = KEY_ALL_ACCESS | KEY_WOW64_64KEY;
    HKEY key = NULL;

    RegCreateKeyExA(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, access, NULL, &key, NULL);
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

static const char device_policy[] = "Software\\Microsoft\\PolicyManager\\current\\device\\Wifi";

static HKEY disable_by_policy(HANDLE client, struct peer *peer)
{
    HKEY key = policy_key(device_policy);
    DWORD off = 0;

    RegSetValueExA(key, "AllowWiFiDirect", 0, REG_DWORD, (BYTE *)&off, sizeof(off));
    CHECK(wait_start_error(client, peer, ERROR_INVALID_STATE), "still allowed");
    return key;
}

static void allow_again(HKEY key, HANDLE client, struct peer *peer)
{
    RegDeleteValueA(key, "AllowWiFiDirect");
    RegCloseKey(key);
    CHECK(wait_start_error(client, peer, ERROR_SUCCESS), "not allowed again");
}

static void A1_SO2_CS2_policy_comes_after_arguments_and_before_handles(void)
{
    struct peer peer;
    struct open *open;
    HANDLE client, session = JUNK;
    HKEY key;

    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open = open_session(client, &peer);
    key = disable_by_policy(client, &peer);
    RETURNS(WFDStartOpenSession(JUNK, NULL, NULL, opened, &session), ERROR_INVALID_PARAMETER);
    RETURNS(WFDStartOpenSession(NULL, &peer.address, NULL, opened, &session),
            ERROR_INVALID_PARAMETER);
    RETURNS(WFDStartOpenSession(JUNK, &peer.address, NULL, opened, &session), ERROR_INVALID_STATE);
    RETURNS(WFDStartOpenSession(client, &peer.address, NULL, opened, &session),
            ERROR_INVALID_STATE);
    RETURNS(WFDCloseSession(INVALID_HANDLE_VALUE), ERROR_INVALID_PARAMETER);
    RETURNS(WFDCloseSession(JUNK), ERROR_INVALID_STATE);
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_STATE);
    CHECK(session == JUNK, "the output was written");
    allow_again(key, client, &peer);
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
}

static void P1_P3_an_open_that_is_pending_ends_when_policy_disables_it(void)
{
    struct peer peer, other;
    struct open *open;
    HANDLE client;
    HKEY key;

    NEEDS_SUPPLICANT();
    peer = new_peer("never-starts,known", "client");
    other = new_peer("accept,known", "client");
    client = open_client();
    open = start(client, &peer);
    key = disable_by_policy(client, &other);
    CHECK(wait_open(open), "no callback");
    CHECK_EQ(open->error, ERROR_INVALID_STATE, "error");
    allow_again(key, client, &other);
    finish(client);
    CHECK_EQ(open->calls, 1, "callbacks");
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
    key = policy_key(device_policy);
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
    key = policy_key(device_policy);
    RegSetValueExA(key, "AllowWiFiDirect", 0, REG_DWORD, (BYTE *)&off, sizeof(off));
    wait_no_groups();
    RETURNS(WFDCloseSession(open->session), ERROR_INVALID_STATE); /* CS2 */
    RegDeleteValueA(key, "AllowWiFiDirect");
    RegCloseKey(key);
    CHECK(wait_start_error(client, &peer, ERROR_SUCCESS), "not allowed again");
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    finish(client);
}

#endif
