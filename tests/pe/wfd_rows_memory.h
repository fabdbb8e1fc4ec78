/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rows about a lack of memory: OH3, OL2, UV2. The kernel refuses a child of this program every
 * further page; what the calls returned then it tells in shared memory. Included once.
 */
#ifndef TESTS_PE_WFD_ROWS_MEMORY_H
#define TESTS_PE_WFD_ROWS_MEMORY_H

#include "wfd_support.h"

#define NOT_CALLED 0xdeadbeef

/* What the child saw; in a section that both have open. */
struct scarce
{
    DWORD denied, allowed; /* processes whose memory the script has limited */
    DWORD search;          /* WFDUpdateDeviceVisibility as the first call, without memory */
    DWORD search_after;    /* with memory again */
    DWORD open;            /* of the first WFDOpenHandle that failed */
    DWORD clients;         /* those before it */
    DWORD legacies;        /* sessions that still found memory after it */
    DWORD legacy_before, legacy, start, cancel, close; /* without memory, but for the first */
    DWORD open_after;
};

static struct scarce *map_scarce(const char *word, BOOL create)
{
    HANDLE section = create ? CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                                      sizeof(struct scarce), word)
                            : OpenFileMappingA(FILE_MAP_WRITE, FALSE, word);
    struct scarce *scarce;

    if (!section) return NULL;
    scarce = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof(*scarce));
    if (create && scarce) memset(scarce, 0xff, sizeof(*scarce));
    return scarce;
}

/* Returns how many processes the script has found. */
static DWORD set_memory(const char *what, const char *word)
{
    char line[64];

    sprintf(line, "memory %s %s", what, word);
    return say_number(line);
}

/* The address of no device: nothing is sent for it. */
static DWORD look_for_nobody(void)
{
    DOT11_MAC_ADDRESS nobody = { 2, 0xbb, 0, 0, 0, 3 };

    return WFDUpdateDeviceVisibility(&nobody);
}

/* Before anything runs in the DLL that a search could do with. */
static void search_without_memory(struct scarce *scarce, const char *word)
{
    WFDCloseSession(JUNK); /* loads what there is to load */
    scarce->denied = set_memory("deny", word);
    scarce->search = look_for_nobody();
    set_memory("allow", word);
    scarce->search_after = look_for_nobody();
}

/* Of a network that can be joined; another run may have made its device known. */
static DWORD open_legacy(HANDLE client, HANDLE *ret_session)
{
    DWORD id = GetCurrentProcessId();
    DOT11_MAC_ADDRESS address = { 2, 0xce, 0, 0, (UCHAR)(id >> 8), (UCHAR)id };
    GUID guid;

    return WFDOpenLegacySession(client, &address, ret_session, &guid);
}

static void make_legacy_known(void)
{
    DWORD id = GetCurrentProcessId();

    say("station wlan0,scarce%lu,02:ce:00:00:%02x:%02x,connects", (unsigned long)id,
            (UCHAR)(id >> 8), (UCHAR)id);
}

/*
 * Takes all of the process's memory there is left: each client needs some. The network is joined
 * before, so that all a second session of it needs is its own memory and its place in the table.
 */
static void open_until_memory_ends(struct scarce *scarce, const char *word)
{
    DOT11_MAC_ADDRESS nobody = { 2, 0xbb, 0, 0, 0, 3 };
    static HANDLE clients[4200];
    HANDLE session = JUNK, legacy = JUNK;
    DWORD version, count = 1;

    scarce->legacies = 0;
    clients[0] = open_client();
    make_legacy_known();
    scarce->legacy_before = open_legacy(clients[0], &legacy);
    set_memory("deny", word);
    while (count < ARRAYSIZE(clients))
    {
        scarce->open = WFDOpenHandle(WFD_API_VERSION, &version, &clients[count]);
        if (scarce->open) break;
        count++;
    }
    /* What another thread may have given back meanwhile is soon taken too. */
    for (int i = 0; i < 100 && !(scarce->legacy = open_legacy(clients[0], &session)); i++)
        scarce->legacies++;
    scarce->start = WFDStartOpenSession(clients[0], &nobody, NULL, opened, &session);
    scarce->cancel = WFDCancelOpenSession(JUNK);
    scarce->close = WFDCloseSession(legacy);
    scarce->clients = count;
    while (count > 1) WFDCloseHandle(clients[--count]);
    scarce->allowed = set_memory("allow", word);
    scarce->open_after = WFDOpenHandle(WFD_API_VERSION, &version, &clients[1]);
    if (!scarce->open_after) WFDCloseHandle(clients[1]);
    WFDCloseHandle(clients[0]);
}

/* The child; text is PORT:WORD. */
static int be_without_memory(const char *text)
{
    const char *word = strchr(text, ':') + 1;
    struct scarce *scarce = map_scarce(word, FALSE);

    if (!scarce) return 2;
    connect_control(text);
    search_without_memory(scarce, word);
    open_until_memory_ends(scarce, word);
    /* The station goes back behind our back; nobody does that for a process that has ended. */
    say("wait-monitors 0 %d", WAIT_MS);
    SetEvent(OpenEventA(EVENT_MODIFY_STATE, FALSE, word + 1));
    return 0;
}

/* The C library has one heap and gives back what is free: no stock of it outlasts the clients. */
static const char *const tight[][2] = {
    { "MALLOC_ARENA_MAX", "1" },
    { "MALLOC_TOP_PAD_", "0" },
    { "MALLOC_TRIM_THRESHOLD_", "0" },
    { "MALLOC_MMAP_THRESHOLD_", "16384" },
};

/* Runs the child once for all rows; NULL when it does not end. */
static const struct scarce *without_memory(void)
{
    static struct scarce *scarce;
    char path[MAX_PATH], command[MAX_PATH + 64], word[32];
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process = { 0 };
    LARGE_INTEGER now;
    HANDLE done;

    if (scarce) return scarce;
    QueryPerformanceCounter(&now);
    sprintf(word, "scarce-%lx-%lx", (unsigned long)GetCurrentProcessId(),
            (unsigned long)now.LowPart);
    scarce = map_scarce(word, TRUE);
    done = CreateEventA(NULL, TRUE, FALSE, word + 1);
    GetModuleFileNameA(NULL, path, sizeof(path));
    sprintf(command, "\"%s\" --without-memory %s:%s", path, control_port, word);
    for (unsigned int i = 0; i < ARRAYSIZE(tight); i++)
        SetEnvironmentVariableA(tight[i][0], tight[i][1]);
    CHECK(CreateProcessA(path, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process),
            "CreateProcess: %lu", (unsigned long)GetLastError());
    for (unsigned int i = 0; i < ARRAYSIZE(tight); i++) SetEnvironmentVariableA(tight[i][0], NULL);
    CHECK_EQ(WaitForSingleObject(done, 2 * WAIT_MS), WAIT_OBJECT_0, "the child's end");
    return scarce;
}

static void OH3_without_memory_a_client_is_refused_and_the_program_goes_on(void)
{
    const struct scarce *scarce;

    NEEDS_SUPPLICANT();
    scarce = without_memory();
    CHECK_EQ(scarce->denied, 1, "processes that the script found");
    CHECK_EQ(scarce->open, ERROR_NOT_ENOUGH_MEMORY, "WFDOpenHandle");
    CHECK(scarce->clients >= 1 && scarce->clients < 4096, "%lu clients", (long)scarce->clients);
    CHECK_EQ(scarce->start, ERROR_NOT_ENOUGH_MEMORY, "WFDStartOpenSession");
    CHECK_EQ(scarce->cancel, ERROR_INVALID_HANDLE, "WFDCancelOpenSession of junk");
    CHECK_EQ(scarce->allowed, 1, "processes that got their memory back");
    CHECK_EQ(scarce->open_after, ERROR_SUCCESS, "WFDOpenHandle with memory again");
}

static void OL2_without_memory_no_legacy_session_opens(void)
{
    const struct scarce *scarce;

    NEEDS_SUPPLICANT();
    scarce = without_memory();
    CHECK_EQ(scarce->open, ERROR_NOT_ENOUGH_MEMORY, "WFDOpenHandle right before");
    CHECK_EQ(scarce->legacy_before, ERROR_SUCCESS, "WFDOpenLegacySession with memory");
    CHECK_EQ(scarce->legacy, ERROR_NOT_ENOUGH_MEMORY, "WFDOpenLegacySession");
    CHECK_EQ(scarce->close, ERROR_SUCCESS, "WFDCloseSession of the one that was open");
}

static void UV2_without_memory_there_is_no_search(void)
{
    const struct scarce *scarce;

    NEEDS_SUPPLICANT();
    scarce = without_memory();
    CHECK_EQ(scarce->denied, 1, "processes that the script found");
    CHECK_EQ(scarce->search, ERROR_NOT_ENOUGH_MEMORY, "WFDUpdateDeviceVisibility");
    CHECK_EQ(scarce->search_after, ERROR_SUCCESS, "the same with memory again");
}

#endif
