/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A Windows program that is told on standard input, line by line, which Wi-Fi Direct function to
 * call, and answers each line with one on standard output; callbacks add theirs whenever they come.
 * Session handles are written as the program got them, in hexadecimal.
 *
 *     handle open            handle error N                    WFDOpenHandle
 *     handle close           handle error N                    WFDCloseHandle
 *     open MAC               started SESSION | open error N    WFDStartOpenSession
 *                            opened SESSION error N reason 0xN index N guid {...} (the callback)
 *     cancel SESSION         cancelled SESSION error N         WFDCancelOpenSession
 *     close SESSION          closed SESSION error N            WFDCloseSession
 *     legacy MAC             legacy SESSION error N index N guid {...}    WFDOpenLegacySession
 *     visible MAC            visible error N                   WFDUpdateDeviceVisibility
 *     callback close         callback close                    callbacks close their session:
 *                            closed N follows the guid
 *     callback nothing       callback nothing
 *     adapter {...}          adapter {...} ADDRESS | unaddressed | none
 *     setting NAME N         setting NAME N                    of HKCU\Software\Wine\WiFiDirect
 *     defaults               defaults                          no setting is left
 *     quit                   (ends)
 *
 * It decides nothing, and never waits but where the function does.
 */
#include <fcntl.h>
#include <io.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <wlanapi.h>

#define LINE_SIZE 256
#define GUID_SIZE 40

/* Wine takes long for each adapter there ever was. */
#define ADAPTER_FLAGS                                                                              \
    (GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER |                  \
            GAA_FLAG_SKIP_FRIENDLY_NAME)

static const char settings[] = "Software\\Wine\\WiFiDirect";

/* Guarded by being used by main's thread only. */
static HANDLE client;

static volatile LONG close_in_callback;

/* One write for a line: callbacks answer at any time, and a reader must never see half of one. */
static void answer(const char *format, ...)
{
    char line[LINE_SIZE];
    int length;
    va_list args;

    va_start(args, format);
    length = vsnprintf(line, sizeof(line) - 1, format, args);
    va_end(args);
    if (length < 0 || length > (int)sizeof(line) - 2) abort();
    line[length++] = '\n';
    fwrite(line, 1, (size_t)length, stdout);
    fflush(stdout);
}

static const char *session_name(HANDLE session, char ret_name[20])
{
    sprintf(ret_name, "0x%lx", (unsigned long)HandleToULong(session));
    return ret_name;
}

static HANDLE session_from_name(const char *name)
{
    return ULongToHandle(strtoul(name, NULL, 16));
}

static void guid_to_name(const GUID *guid, char ret_name[GUID_SIZE])
{
    sprintf(ret_name, "{%08lX-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}",
            (unsigned long)guid->Data1, guid->Data2, guid->Data3, guid->Data4[0], guid->Data4[1],
            guid->Data4[2], guid->Data4[3], guid->Data4[4], guid->Data4[5], guid->Data4[6],
            guid->Data4[7]);
}

static BOOL parse_mac(const char *text, DOT11_MAC_ADDRESS *ret_mac)
{
    unsigned int octets[6];

    if (sscanf(text, "%x:%x:%x:%x:%x:%x", &octets[0], &octets[1], &octets[2], &octets[3],
                &octets[4], &octets[5]) != 6)
        return FALSE;
    for (int i = 0; i < 6; i++) (*ret_mac)[i] = (UCHAR)octets[i];
    return TRUE;
}

static NET_IFINDEX guid_to_index(const GUID *guid)
{
    NET_IFINDEX index;
    NET_LUID luid;

    if (ConvertInterfaceGuidToLuid(guid, &luid)) return 0;
    if (ConvertInterfaceLuidToIndex(&luid, &index)) return 0;
    return index;
}

static void CALLBACK session_opened(
        HANDLE session, void *context, GUID adapter, DWORD error, DWORD reason)
{
    unsigned long index = guid_to_index(&adapter);
    char name[20], guid[GUID_SIZE], closed[24] = "";

    (void)context;
    guid_to_name(&adapter, guid);
    if (close_in_callback) sprintf(closed, " closed %lu", (unsigned long)WFDCloseSession(session));
    answer("opened %s error %lu reason 0x%lx index %lu guid %s%s", session_name(session, name),
            (unsigned long)error, (unsigned long)reason, index, guid, closed);
}

static void do_handle(const char *what)
{
    DWORD version, error;

    if (!strcmp(what, "open"))
        error = WFDOpenHandle(WFD_API_VERSION, &version, &client);
    else
        error = WFDCloseHandle(client);
    answer("handle error %lu", (unsigned long)error);
}

static void do_open(const char *address)
{
    DOT11_MAC_ADDRESS mac;
    HANDLE session;
    char name[20];
    DWORD error;

    if (!parse_mac(address, &mac)) abort();
    error = WFDStartOpenSession(client, &mac, NULL, session_opened, &session);
    if (error)
        answer("open error %lu", (unsigned long)error);
    else
        answer("started %s", session_name(session, name));
}

static void do_cancel(const char *name)
{
    DWORD error = WFDCancelOpenSession(session_from_name(name));

    answer("cancelled %s error %lu", name, (unsigned long)error);
}

static void do_close(const char *name)
{
    DWORD error = WFDCloseSession(session_from_name(name));

    answer("closed %s error %lu", name, (unsigned long)error);
}

static void do_legacy(const char *address)
{
    char name[20], guid[GUID_SIZE];
    DOT11_MAC_ADDRESS mac;
    HANDLE session = NULL;
    GUID adapter = { 0 };
    DWORD error;

    if (!parse_mac(address, &mac)) abort();
    error = WFDOpenLegacySession(client, &mac, &session, &adapter);
    guid_to_name(&adapter, guid);
    answer("legacy %s error %lu index %lu guid %s", session_name(session, name),
            (unsigned long)error, (unsigned long)guid_to_index(&adapter), guid);
}

static void do_visible(const char *address)
{
    DOT11_MAC_ADDRESS mac;

    if (!parse_mac(address, &mac)) abort();
    answer("visible error %lu", (unsigned long)WFDUpdateDeviceVisibility(&mac));
}

/* The first IPv4 address of the adapter, as Windows programs see it. */
static void do_adapter(const char *guid)
{
    ULONG size = 64 << 10, error;
    IP_ADAPTER_ADDRESSES *all = malloc(size), *adapter;
    char address[64] = "none";

    if (!all) abort();
    error = GetAdaptersAddresses(AF_INET, ADAPTER_FLAGS, NULL, all, &size);
    for (adapter = error ? NULL : all; adapter; adapter = adapter->Next)
    {
        IP_ADAPTER_UNICAST_ADDRESS *unicast = adapter->FirstUnicastAddress;

        if (_stricmp(adapter->AdapterName, guid)) continue;
        strcpy(address, "unaddressed");
        if (!unicast) continue;
        getnameinfo(unicast->Address.lpSockaddr, unicast->Address.iSockaddrLength, address,
                sizeof(address), NULL, 0, NI_NUMERICHOST);
    }
    free(all);
    answer("adapter %s %s", guid, address);
}

static void do_setting(const char *name, const char *value)
{
    DWORD number = strtoul(value, NULL, 10);
    LSTATUS error =
            RegSetKeyValueA(HKEY_CURRENT_USER, settings, name, REG_DWORD, &number, sizeof(number));

    if (error)
        answer("setting error %ld", (long)error);
    else
        answer("setting %s %s", name, value);
}

static void do_line(const char *command, const char *what, const char *value)
{
    if (!strcmp(command, "handle"))
        do_handle(what);
    else if (!strcmp(command, "open"))
        do_open(what);
    else if (!strcmp(command, "cancel"))
        do_cancel(what);
    else if (!strcmp(command, "close"))
        do_close(what);
    else if (!strcmp(command, "legacy"))
        do_legacy(what);
    else if (!strcmp(command, "visible"))
        do_visible(what);
    else if (!strcmp(command, "callback"))
    {
        InterlockedExchange(&close_in_callback, !strcmp(what, "close"));
        answer("callback %s", what);
    }
    else if (!strcmp(command, "adapter"))
        do_adapter(what);
    else if (!strcmp(command, "setting"))
        do_setting(what, value);
    else if (!strcmp(command, "defaults"))
    {
        RegDeleteTreeA(HKEY_CURRENT_USER, settings);
        answer("defaults");
    }
    else
        answer("unknown %s", command);
}

int main(void)
{
    char line[LINE_SIZE], command[16], what[64], value[16];
    WSADATA wsa;

    WSAStartup(MAKEWORD(2, 2), &wsa);
    _setmode(_fileno(stdout), _O_BINARY);
    answer("ready");
    while (fgets(line, sizeof(line), stdin))
    {
        command[0] = what[0] = value[0] = 0;
        sscanf(line, "%15s %63s %15s", command, what, value);
        if (!strcmp(command, "quit")) break;
        do_line(command, what, value);
    }
    return 0;
}
