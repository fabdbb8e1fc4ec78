/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A Windows program that uses Wi-Fi Direct as any would: opens a session to a paired device, finds
 * the session's network adapter and its address, sends 8 MiB to an echo server on the other device
 * and compares what comes back, closes the session and waits until the adapter is gone. It knows
 * nothing of Wine or wpa_supplicant.
 *
 *     wfd-demo 02:00:00:00:01:00 192.168.41.1 5001
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <wlanapi.h>

#define AMOUNT     (8u << 20)
#define CHUNK      (64u << 10)
#define OPEN_MS    60000
#define ADAPTER_MS 30000
#define POLL_MS    20

struct opened
{
    HANDLE event;
    GUID adapter;
    DWORD error, reason;
};

struct transfer
{
    SOCKET socket;
    DWORD error;
};

#define MAX_STEPS 16

static struct
{
    const char *name;
    double ms;
} steps[MAX_STEPS];
static unsigned int step_count;
static double step_begin;

static double now_ms(void)
{
    LARGE_INTEGER frequency, counter;

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&counter);
    return (double)counter.QuadPart * 1000.0 / (double)frequency.QuadPart;
}

static void begin_step(const char *name)
{
    printf("   %s ...", name);
    fflush(stdout);
    step_begin = now_ms();
    if (step_count < MAX_STEPS) steps[step_count].name = name;
}

static void end_step(const char *format, ...)
{
    double ms = now_ms() - step_begin;
    va_list args;

    if (step_count < MAX_STEPS) steps[step_count++].ms = ms;
    printf(" ");
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf(" (%.0f ms)\n", ms);
    fflush(stdout);
}

static void fail(const char *what, DWORD error)
{
    printf("\nFAILED: %s: error %lu\n", what, (unsigned long)error);
    fflush(stdout);
    exit(1);
}

static void show_timeline(void)
{
    double total = 0;

    printf("\n   %-44s %8s\n", "step", "ms");
    for (unsigned int i = 0; i < step_count; i++)
    {
        printf("   %-44s %8.0f\n", steps[i].name, steps[i].ms);
        total += steps[i].ms;
    }
    printf("   %-44s %8.0f\n\n", "all", total);
    fflush(stdout);
}

static void CALLBACK session_opened(
        HANDLE session, void *context, GUID adapter, DWORD error, DWORD reason)
{
    struct opened *opened = context;

    (void)session;
    opened->adapter = adapter;
    opened->error = error;
    opened->reason = reason;
    SetEvent(opened->event);
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

static void guid_to_name(const GUID *guid, char ret_name[40])
{
    sprintf(ret_name, "{%08lX-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}",
            (unsigned long)guid->Data1, guid->Data2, guid->Data3, guid->Data4[0], guid->Data4[1],
            guid->Data4[2], guid->Data4[3], guid->Data4[4], guid->Data4[5], guid->Data4[6],
            guid->Data4[7]);
}

/* True when the adapter is there and has an IPv4 address. Wine goes on listing adapters that left. */
static BOOL has_address(const char *name, char *ret_address, size_t size)
{
    ULONG bytes = 64 << 10;
    IP_ADAPTER_ADDRESSES *all = malloc(bytes);
    ULONG error = GetAdaptersAddresses(AF_INET, 0, NULL, all, &bytes);
    BOOL found = FALSE;

    if (error) fail("GetAdaptersAddresses", error);
    for (IP_ADAPTER_ADDRESSES *adapter = all; adapter; adapter = adapter->Next)
    {
        if (_stricmp(adapter->AdapterName, name) || !adapter->FirstUnicastAddress) continue;
        found = TRUE;
        getnameinfo(adapter->FirstUnicastAddress->Address.lpSockaddr,
                adapter->FirstUnicastAddress->Address.iSockaddrLength, ret_address, (DWORD)size,
                NULL, 0, NI_NUMERICHOST);
    }
    free(all);
    return found;
}

static void wait_for_adapter(const char *name, BOOL state, char *ret_address, size_t size)
{
    double end = now_ms() + ADAPTER_MS;

    while (has_address(name, ret_address, size) != state)
    {
        if (now_ms() > end) fail("the session's network adapter", WAIT_TIMEOUT);
        Sleep(POLL_MS);
    }
}

static UCHAR pattern(unsigned int offset)
{
    return (UCHAR)((offset * 2654435761u) >> 24);
}

static DWORD CALLBACK send_all(void *context)
{
    struct transfer *transfer = context;
    static UCHAR chunk[CHUNK];

    for (unsigned int sent = 0; sent < AMOUNT; sent += CHUNK)
    {
        for (unsigned int i = 0; i < CHUNK; i++) chunk[i] = pattern(sent + i);
        for (unsigned int at = 0; at < CHUNK;)
        {
            int got = send(transfer->socket, (const char *)chunk + at, (int)(CHUNK - at), 0);

            if (got <= 0)
            {
                transfer->error = (DWORD)WSAGetLastError();
                return 1;
            }
            at += (unsigned int)got;
        }
    }
    shutdown(transfer->socket, SD_SEND);
    return 0;
}

static void receive_all(SOCKET socket)
{
    static UCHAR chunk[CHUNK];
    unsigned int received = 0;

    while (received < AMOUNT)
    {
        int got = recv(socket, (char *)chunk, sizeof(chunk), 0);

        if (got <= 0) fail("the connection ended early", (DWORD)WSAGetLastError());
        for (int i = 0; i < got; i++)
            if (chunk[i] != pattern(received + (unsigned int)i))
                fail("what came back is not what was sent", ERROR_INVALID_DATA);
        received += (unsigned int)got;
    }
}

static SOCKET connect_to(const char *address, const char *port)
{
    struct sockaddr_in name = { .sin_family = AF_INET };
    SOCKET s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

    name.sin_port = htons((USHORT)atoi(port));
    name.sin_addr.s_addr = inet_addr(address);
    if (s == INVALID_SOCKET) fail("socket", (DWORD)WSAGetLastError());
    if (connect(s, (struct sockaddr *)&name, sizeof(name)))
        fail("connect", (DWORD)WSAGetLastError());
    return s;
}

static void exchange(const char *address, const char *port)
{
    struct transfer transfer = { 0 };
    double begin, seconds;
    HANDLE thread;

    begin_step("connecting to the server on the other device");
    transfer.socket = connect_to(address, port);
    end_step("%s port %s", address, port);
    begin_step("sending 8 MiB there and back");
    begin = now_ms();
    thread = CreateThread(NULL, 0, send_all, &transfer, 0, NULL);
    if (!thread) fail("CreateThread", GetLastError());
    receive_all(transfer.socket);
    WaitForSingleObject(thread, INFINITE);
    if (transfer.error) fail("send", transfer.error);
    seconds = (now_ms() - begin) / 1000.0;
    end_step("the same bytes came back, %.1f MiB/s each way", 8.0 / seconds);
    CloseHandle(thread);
    closesocket(transfer.socket);
}

static HANDLE open_session(HANDLE client, DOT11_MAC_ADDRESS *peer, GUID *ret_adapter)
{
    struct opened opened = { .event = CreateEventW(NULL, FALSE, FALSE, NULL) };
    HANDLE session;
    DWORD error;

    begin_step("opening a session (WFDStartOpenSession)");
    error = WFDStartOpenSession(client, peer, &opened, session_opened, &session);
    if (error) fail("WFDStartOpenSession", error);
    if (WaitForSingleObject(opened.event, OPEN_MS + 5000)) fail("no callback", WAIT_TIMEOUT);
    if (opened.error)
    {
        printf("\nreason 0x%lx", (unsigned long)opened.reason);
        fail("the session did not open", opened.error);
    }
    end_step("open");
    CloseHandle(opened.event);
    *ret_adapter = opened.adapter;
    return session;
}

int main(int argc, char **argv)
{
    char name[40], address[64] = "";
    DOT11_MAC_ADDRESS peer;
    HANDLE client, session;
    DWORD version, error;
    WSADATA wsa;
    GUID adapter;

    if (argc != 4 || !parse_mac(argv[1], &peer))
    {
        printf("usage: wfd-demo DEVICE-ADDRESS SERVER-ADDRESS PORT\n");
        return 2;
    }
    WSAStartup(MAKEWORD(2, 2), &wsa);
    begin_step("asking for Wi-Fi Direct (WFDOpenHandle)");
    error = WFDOpenHandle(WFD_API_VERSION, &version, &client);
    if (error) fail("WFDOpenHandle", error);
    end_step("version %lu", (unsigned long)version);

    session = open_session(client, &peer, &adapter);
    guid_to_name(&adapter, name);
    begin_step("waiting for the adapter's IPv4 address");
    wait_for_adapter(name, TRUE, address, sizeof(address));
    end_step("%s has %s", name, address);

    exchange(argv[2], argv[3]);

    begin_step("closing the session (WFDCloseSession)");
    error = WFDCloseSession(session);
    if (error) fail("WFDCloseSession", error);
    end_step("queued");
    begin_step("waiting until the adapter is gone");
    wait_for_adapter(name, FALSE, address, sizeof(address));
    end_step("gone");
    error = WFDCloseHandle(client);
    if (error) fail("WFDCloseHandle", error);
    show_timeline();
    return 0;
}
