/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Windows program of the radio measurement: opens and closes one session whenever the conductor
 * says so over loopback TCP, and answers with what its clock showed. It decides nothing, knows
 * nothing of wpa_supplicant, and runs until the connection ends.
 *
 *     bench-radio-session DEVICE-ADDRESS PORT
 *
 *     clock    -> clock COUNTER FREQUENCY          of QueryPerformanceCounter
 *     open     -> opened COUNTER COUNTER ERROR     at the call, and in the callback
 *     close    -> closed COUNTER ERROR             at the call
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <winsock2.h>
#include <windows.h>
#include <wlanapi.h>

#define OPEN_MS 65000

static DWORD(WINAPI *open_handle)(DWORD, DWORD *, HANDLE *);
static DWORD(WINAPI *start_open)(
        HANDLE, DOT11_MAC_ADDRESS *, void *, WFD_OPEN_SESSION_COMPLETE_CALLBACK, HANDLE *);
static DWORD(WINAPI *close_session)(HANDLE);

static HANDLE client, session, opened_event;
static DOT11_MAC_ADDRESS peer;
static LONGLONG opened_at;
static DWORD opened_error;

static void fail(const char *what, DWORD error)
{
    printf("bench-radio-session: %s: error %lu\n", what, (unsigned long)error);
    fflush(stdout);
    ExitProcess(1);
}

static LONGLONG counter(void)
{
    LARGE_INTEGER value;

    QueryPerformanceCounter(&value);
    return value.QuadPart;
}

static void CALLBACK opened(HANDLE handle, void *context, GUID adapter, DWORD error, DWORD reason)
{
    opened_at = counter();
    (void)handle;
    (void)context;
    (void)adapter;
    (void)reason;
    opened_error = error;
    SetEvent(opened_event);
}

static void answer_open(char *ret_answer)
{
    LONGLONG begin = counter();
    DWORD error = start_open(client, &peer, NULL, opened, &session);

    if (!error && WaitForSingleObject(opened_event, OPEN_MS)) fail("no callback", WAIT_TIMEOUT);
    if (!error) error = opened_error;
    sprintf(ret_answer, "opened %lld %lld %lu\n", begin, opened_at, (unsigned long)error);
}

static void answer_close(char *ret_answer)
{
    LONGLONG begin = counter();
    DWORD error = close_session(session);

    sprintf(ret_answer, "closed %lld %lu\n", begin, (unsigned long)error);
}

static void answer_clock(char *ret_answer)
{
    LARGE_INTEGER frequency;

    QueryPerformanceFrequency(&frequency);
    sprintf(ret_answer, "clock %lld %lld\n", counter(), frequency.QuadPart);
}

static void answer(const char *line, char *ret_answer)
{
    if (!strcmp(line, "clock\n"))
        answer_clock(ret_answer);
    else if (!strcmp(line, "open\n"))
        answer_open(ret_answer);
    else if (!strcmp(line, "close\n"))
        answer_close(ret_answer);
    else
        fail("an unknown command", ERROR_INVALID_DATA);
}

/* Commands come one at a time, and the next only after the answer. */
static void serve(SOCKET s)
{
    char line[64], reply[128];
    int used = 0, got;

    while ((got = recv(s, line + used, (int)sizeof(line) - 1 - used, 0)) > 0)
    {
        used += got;
        line[used] = 0;
        if (!strchr(line, '\n'))
        {
            if (used == sizeof(line) - 1) fail("a long command", ERROR_INVALID_DATA);
            continue;
        }
        used = 0;
        answer(line, reply);
        if (send(s, reply, (int)strlen(reply), 0) < 0) fail("send", (DWORD)WSAGetLastError());
    }
}

static SOCKET connect_to(const char *port)
{
    struct sockaddr_in name = { .sin_family = AF_INET };
    SOCKET s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    BOOL on = TRUE;

    name.sin_port = htons((USHORT)atoi(port));
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (s == INVALID_SOCKET || connect(s, (struct sockaddr *)&name, sizeof(name)))
        fail("connect", (DWORD)WSAGetLastError());
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof(on));
    return s;
}

static void prepare(void)
{
    HMODULE dll = LoadLibraryW(L"wlanapi.dll");
    DWORD version, error;

    if (!dll) fail("wlanapi.dll", GetLastError());
    open_handle = (void *)GetProcAddress(dll, "WFDOpenHandle");
    start_open = (void *)GetProcAddress(dll, "WFDStartOpenSession");
    close_session = (void *)GetProcAddress(dll, "WFDCloseSession");
    if (!open_handle || !start_open || !close_session) fail("WFD functions", GetLastError());
    opened_event = CreateEventW(NULL, FALSE, FALSE, NULL);
    error = open_handle(WFD_API_VERSION, &version, &client);
    if (error) fail("WFDOpenHandle", error);
}

int main(int argc, char **argv)
{
    unsigned int octets[6];
    WSADATA wsa;

    if (argc != 3 || sscanf(argv[1], "%x:%x:%x:%x:%x:%x", &octets[0], &octets[1], &octets[2],
                             &octets[3], &octets[4], &octets[5]) != 6)
    {
        printf("usage: bench-radio-session DEVICE-ADDRESS PORT\n");
        return 2;
    }
    for (int i = 0; i < 6; i++) peer[i] = (UCHAR)octets[i];
    WSAStartup(MAKEWORD(2, 2), &wsa);
    prepare();
    serve(connect_to(argv[2]));
    return 0;
}
