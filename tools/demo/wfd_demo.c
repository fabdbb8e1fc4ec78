/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A Windows program that uses Wi-Fi Direct as any would: opens a session to a paired device, finds
 * the session's network adapter and its address, asks by a broadcast for the echo server on the
 * other device, sends it 8 MiB and compares what comes back, closes the session and waits until the
 * adapter is gone. It knows nothing of Wine or wpa_supplicant.
 *
 *     wfd-demo 02:00:00:00:01:00 5001
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
#define SERVER_MS  30000
#define ASK_MS     250
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

/*
 * True when the adapter is there and has an IPv4 address; ret_bits is how many bits of it name the
 * network. Wine goes on listing adapters that left.
 */
static BOOL has_address(const char *name, struct in_addr *ret_address, UINT8 *ret_bits)
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
        *ret_address =
                ((struct sockaddr_in *)adapter->FirstUnicastAddress->Address.lpSockaddr)->sin_addr;
        *ret_bits = adapter->FirstUnicastAddress->OnLinkPrefixLength;
    }
    free(all);
    return found;
}

static void wait_for_adapter(
        const char *name, BOOL state, struct in_addr *ret_address, UINT8 *ret_bits)
{
    double end = now_ms() + ADAPTER_MS;

    while (has_address(name, ret_address, ret_bits) != state)
    {
        if (now_ms() > end) fail("the session's network adapter", WAIT_TIMEOUT);
        Sleep(POLL_MS);
    }
}

/*
 * The other device may have its address later than we have ours, and nobody else knows it: asks all
 * in the network of that address for the server.
 */
static struct in_addr find_server(struct in_addr own, UINT8 bits, USHORT port)
{
    struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr = own };
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
    ULONG host_part = bits ? 0xffffffffu >> bits : 0xffffffffu;
    DWORD wait_ms = ASK_MS, on = 1;
    double end = now_ms() + SERVER_MS;
    int size;
    char reply[16];
    SOCKET s = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);

    to.sin_addr.s_addr = own.s_addr | htonl(host_part);
    if (s == INVALID_SOCKET || bind(s, (struct sockaddr *)&from, sizeof(from)) ||
            setsockopt(s, SOL_SOCKET, SO_BROADCAST, (char *)&on, sizeof(on)) ||
            setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, (char *)&wait_ms, sizeof(wait_ms)))
        fail("socket", (DWORD)WSAGetLastError());
    do
    {
        if (now_ms() > end) fail("nobody answers in the group", WAIT_TIMEOUT);
        sendto(s, "echo?", 5, 0, (struct sockaddr *)&to, sizeof(to));
        size = sizeof(from);
    } while (recvfrom(s, reply, sizeof(reply), 0, (struct sockaddr *)&from, &size) <= 0);
    closesocket(s);
    return from.sin_addr;
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

static SOCKET connect_to(struct in_addr address, USHORT port)
{
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr = address };
    SOCKET s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

    name.sin_port = htons(port);
    if (s == INVALID_SOCKET) fail("socket", (DWORD)WSAGetLastError());
    if (connect(s, (struct sockaddr *)&name, sizeof(name)))
        fail("connect", (DWORD)WSAGetLastError());
    return s;
}

static void exchange(struct in_addr own, UINT8 bits, USHORT port)
{
    struct transfer transfer = { 0 };
    struct in_addr server;
    double begin, seconds;
    HANDLE thread;

    begin_step("asking for the server on the other device");
    server = find_server(own, bits, port);
    end_step("%s answers", inet_ntoa(server));
    begin_step("connecting to it");
    transfer.socket = connect_to(server, port);
    end_step("connected");
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
    char name[40];
    struct in_addr address;
    UINT8 bits;
    DOT11_MAC_ADDRESS peer;
    HANDLE client, session;
    DWORD version, error;
    WSADATA wsa;
    GUID adapter;

    if (argc != 3 || !parse_mac(argv[1], &peer))
    {
        printf("usage: wfd-demo DEVICE-ADDRESS PORT\n");
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
    wait_for_adapter(name, TRUE, &address, &bits);
    end_step("%s has %s", name, inet_ntoa(address));

    exchange(address, bits, (USHORT)atoi(argv[2]));

    begin_step("closing the session (WFDCloseSession)");
    error = WFDCloseSession(session);
    if (error) fail("WFDCloseSession", error);
    end_step("queued");
    begin_step("waiting until the adapter is gone");
    wait_for_adapter(name, FALSE, &address, &bits);
    end_step("gone");
    error = WFDCloseHandle(client);
    if (error) fail("WFDCloseHandle", error);
    show_timeline();
    return 0;
}
