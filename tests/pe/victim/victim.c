/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A Windows program that ends as it is told to, for tests/pe/deaths.sh. It loads the DLL itself, as
 * one that can be unloaded.
 *
 *     victim.exe WAY STAGE ADDRESS
 *     victim.exe kill PROCESS-ID
 *
 * It opens a session to the device, prints its process id when it is as far as the stage (open,
 * closing, or anything else for one that is pending), and waits for a line on its standard input. WAY: exit,
 * terminate, fault, unload, wait, inherit (starts another one that has all handles).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <wlanapi.h>

#define FUNCTION(name) ((__typeof__(name) *)(void *)GetProcAddress(wlanapi, #name))

static HMODULE wlanapi;
static HANDLE opened, session;

static void CALLBACK on_open(
        HANDLE of_session, PVOID context, GUID interface_guid, DWORD error, DWORD reason)
{
    if (!error) SetEvent(opened);
}

static void tell(unsigned long number)
{
    printf("%lu\n", number);
    fflush(stdout);
}

static void await_line(void)
{
    char line[16];

    if (!fgets(line, sizeof(line), stdin)) ExitProcess(5);
}

static int kill_other(const char *id)
{
    HANDLE process = OpenProcess(PROCESS_TERMINATE, FALSE, strtoul(id, NULL, 10));

    return process && TerminateProcess(process, 3) ? 0 : 4;
}

static void start_heir(void)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    char path[MAX_PATH], line[MAX_PATH + 20];

    GetModuleFileNameA(NULL, path, sizeof(path));
    snprintf(line, sizeof(line), "\"%s\" heir", path);
    if (!CreateProcessA(path, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process))
        ExitProcess(6);
    WaitForSingleObject(process.hProcess, INFINITE);
}

static void end_as(const char *way)
{
    if (!strcmp(way, "terminate")) TerminateProcess(GetCurrentProcess(), 2);
    if (!strcmp(way, "fault")) *(volatile int *)(ULONG_PTR)0x10 = 1;
    if (!strcmp(way, "inherit")) start_heir();
    if (!strcmp(way, "unload"))
    {
        FreeLibrary(wlanapi);
        tell(1);
        await_line();
    }
    if (!strcmp(way, "wait")) await_line();
    ExitProcess(0);
}

static int open_session(const char *address)
{
    unsigned int octets[6];
    DOT11_MAC_ADDRESS peer;
    HANDLE client;
    DWORD version;

    if (sscanf(address, "%x:%x:%x:%x:%x:%x", &octets[0], &octets[1], &octets[2], &octets[3],
                &octets[4], &octets[5]) != 6)
        return 10;
    for (int i = 0; i < 6; i++) peer[i] = (UCHAR)octets[i];
    if (FUNCTION(WFDOpenHandle)(WFD_API_VERSION, &version, &client)) return 11;
    if (FUNCTION(WFDStartOpenSession)(client, &peer, NULL, on_open, &session)) return 12;
    return 0;
}

int main(int argc, char **argv)
{
    int error;

    SetErrorMode(SEM_NOGPFAULTERRORBOX | SEM_FAILCRITICALERRORS);
    if (argc == 3 && !strcmp(argv[1], "kill")) return kill_other(argv[2]);
    if (argc == 2 && !strcmp(argv[1], "heir"))
    {
        tell(GetCurrentProcessId());
        await_line();
        return 0;
    }
    if (argc != 4) return 1;
    opened = CreateEventA(NULL, TRUE, FALSE, NULL);
    wlanapi = LoadLibraryA("wlanapi.dll");
    if (!wlanapi) return 2;
    if ((error = open_session(argv[3]))) return error;
    if ((!strcmp(argv[2], "open") || !strcmp(argv[2], "closing")) &&
            WaitForSingleObject(opened, 20000))
        return 3;
    tell(GetCurrentProcessId());
    await_line();
    if (!strcmp(argv[2], "closing")) FUNCTION(WFDCloseSession)(session);
    end_as(argv[1]);
    return 0;
}
