/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Conformance of the plain Wlan* functions: as good as Wine 8.0's builtin, which was measured call
 * by call. Runs on that builtin too: what only ours can do is skipped there. Builds with mingw-w64
 * and with winegcc.
 *
 * It needs no adapter and no supplicant, and expects that no interface is listed.
 */
#include <windows.h>
#include <wlanapi.h>

#include "../support/check.h"

#define MAX_HANDLES 16 /* Wine's limit, and ours */

static HMODULE wlanapi;
static BOOL ours; /* not Wine's own DLL */
static const GUID some_guid = { 1, 0, 0, { 0, 0, 'N', 'e', 't', 'D', 'e', 'v' } };

/* A function by name: Wine's DLL and mingw-w64's import library lack some. */
#define FUNCTION(name) ((__typeof__(name) *)(void *)GetProcAddress(wlanapi, #name))

#define REQUIRE_OURS(why)                                                                          \
    do                                                                                             \
    {                                                                                              \
        if (!ours) SKIP("this is Wine's own wlanapi.dll: %s", why);                                \
    } while (0)

static HANDLE open_client(void)
{
    HANDLE client = NULL;
    DWORD version = 0;

    CHECK_EQ(WlanOpenHandle(2, NULL, &version, &client), ERROR_SUCCESS, "WlanOpenHandle");
    return client;
}

static void close_client(HANDLE client)
{
    CHECK_EQ(WlanCloseHandle(client, NULL), ERROR_SUCCESS, "WlanCloseHandle");
}

/*****************************************************************************
 *      Opening and closing
 */

static void opening_checks_its_arguments_and_leaves_outputs_alone(void)
{
    HANDLE client = (HANDLE)0x1234;
    DWORD version = 77;

    CHECK_EQ(WlanOpenHandle(1, &version, &version, &client), ERROR_INVALID_PARAMETER, "reserved");
    CHECK_EQ(WlanOpenHandle(1, NULL, NULL, &client), ERROR_INVALID_PARAMETER, "no version");
    CHECK_EQ(WlanOpenHandle(1, NULL, &version, NULL), ERROR_INVALID_PARAMETER, "no handle");
    CHECK_EQ(version, 77, "the version");
    CHECK(client == (HANDLE)0x1234, "the handle was written");
}

static void only_versions_1_and_2_are_supported(void)
{
    static const DWORD wrong[] = { 0, 3, 0x10001, 0x10002, 0xffffffff };
    HANDLE client = (HANDLE)0x1234;
    DWORD version = 77;
    unsigned int i;

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        CHECK_EQ(WlanOpenHandle(wrong[i], NULL, &version, &client), ERROR_NOT_SUPPORTED, "wrong");
    CHECK_EQ(version, 77, "the version");
    CHECK(client == (HANDLE)0x1234, "the handle was written");

    for (i = 1; i <= 2; i++)
    {
        CHECK_EQ(WlanOpenHandle(i, NULL, &version, &client), ERROR_SUCCESS, "right");
        CHECK_EQ(version, i, "the negotiated version");
        close_client(client);
    }
}

static void sixteen_clients_fit_and_the_next_is_refused(void)
{
    HANDLE clients[MAX_HANDLES], refused = (HANDLE)0x1234;
    DWORD version = 77;
    unsigned int i;

    for (i = 0; i < MAX_HANDLES; i++) clients[i] = open_client();
    CHECK_EQ(WlanOpenHandle(1, NULL, &version, &refused), ERROR_REMOTE_SESSION_LIMIT_EXCEEDED,
            "number 17");
    CHECK_EQ(version, 77, "the version");
    CHECK(refused == (HANDLE)0x1234, "the handle was written");

    close_client(clients[5]);
    clients[5] = open_client();
    for (i = 0; i < MAX_HANDLES; i++) close_client(clients[i]);
}

static void closing_checks_its_arguments_and_the_handle_stays_open(void)
{
    WLAN_INTERFACE_INFO_LIST *list = NULL;
    HANDLE client = open_client();

    CHECK_EQ(WlanCloseHandle(NULL, NULL), ERROR_INVALID_PARAMETER, "NULL");
    CHECK_EQ(WlanCloseHandle(client, &list), ERROR_INVALID_PARAMETER, "reserved");
    CHECK_EQ(WlanEnumInterfaces(client, NULL, &list), ERROR_SUCCESS, "use after a failed close");
    WlanFreeMemory(list);
    close_client(client);
}

static void a_closed_handle_is_invalid(void)
{
    WLAN_INTERFACE_INFO_LIST *list = (void *)0x55;
    HANDLE client = open_client();

    close_client(client);
    CHECK_EQ(WlanCloseHandle(client, NULL), ERROR_INVALID_HANDLE, "second close");
    CHECK_EQ(WlanEnumInterfaces(client, NULL, &list), ERROR_INVALID_HANDLE, "use");
    CHECK(list == (void *)0x55, "the list was written");
}

static void a_closed_handle_stays_invalid_when_others_open(void)
{
    HANDLE stale, client;
    unsigned int i;

    REQUIRE_OURS("it issues the same value at once");

    stale = open_client();
    close_client(stale);
    for (i = 0; i < 100; i++)
    {
        client = open_client();
        CHECK(client != stale, "opened again as %p", client);
        CHECK_EQ(WlanCloseHandle(stale, NULL), ERROR_INVALID_HANDLE, "the stale handle");
        close_client(client);
    }
}

static void values_that_were_never_issued_are_invalid(void)
{
    static const ULONG_PTR wrong[] = { 0xdead, 0xbeef, 0xffff, 0x10001, 0x7ffffffe, ~(ULONG_PTR)0,
        ~(ULONG_PTR)1 };
    HANDLE client = open_client();
    unsigned int i;

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
    {
        WLAN_INTERFACE_INFO_LIST *list = (void *)0x55;

        CHECK_EQ(WlanCloseHandle((HANDLE)wrong[i], NULL), ERROR_INVALID_HANDLE, "close");
        CHECK_EQ(WlanEnumInterfaces((HANDLE)wrong[i], NULL, &list), ERROR_INVALID_HANDLE, "use");
        CHECK(list == (void *)0x55, "the list was written");
    }
    CHECK_EQ(WlanCloseHandle((HANDLE)&client, NULL), ERROR_INVALID_HANDLE, "an address");
    close_client(client);
}

static void a_wlan_handle_is_no_wfd_handle(void)
{
    DWORD(WINAPI * close_handle)(HANDLE), (WINAPI * close_session)(HANDLE);
    WLAN_INTERFACE_INFO_LIST *list = NULL;
    HANDLE client;

    REQUIRE_OURS("no WFD function");

    close_handle = FUNCTION(WFDCloseHandle);
    close_session = FUNCTION(WFDCloseSession);
    client = open_client();
    CHECK(close_handle(client), "WFDCloseHandle took it");
    CHECK(close_session(client), "WFDCloseSession took it");
    CHECK_EQ(WlanEnumInterfaces(client, NULL, &list), ERROR_SUCCESS, "use after that");
    WlanFreeMemory(list);
    close_client(client);
}

static void the_last_error_is_left_alone(void)
{
    WLAN_INTERFACE_INFO_LIST *list = NULL;
    HANDLE client = NULL;
    DWORD version;

    SetLastError(0xdead);
    WlanOpenHandle(0, NULL, &version, &client);
    WlanCloseHandle(NULL, NULL);
    WlanEnumInterfaces((HANDLE)0xdead, NULL, &list);
    WlanScan(NULL, NULL, NULL, NULL, NULL);
    CHECK_EQ(GetLastError(), 0xdead, "the last error after failures");

    client = open_client();
    close_client(client);
    CHECK_EQ(GetLastError(), 0xdead, "the last error after success");
}

/*****************************************************************************
 *      Threads
 */

#define THREADS 4
#define ROUNDS  2000

static LONG thread_errors, thread_successes;
static LONG arrived; /* threads that reached the current round, in all rounds together */
static HANDLE shared_clients[ROUNDS];

/* Lets all threads go on at the same moment: a missing lock shows in a few thousand tries. */
static void meet(LONG round)
{
    unsigned int tries = 0;

    InterlockedIncrement(&arrived);
    while (InterlockedCompareExchange(&arrived, 0, 0) < (round + 1) * THREADS)
    {
        if (++tries % 256)
            YieldProcessor();
        else
            SwitchToThread();
    }
}

static DWORD WINAPI open_and_close(void *context)
{
    WLAN_INTERFACE_INFO_LIST *list;
    DWORD version;
    HANDLE client;
    LONG round;

    (void)context;
    for (round = 0; round < ROUNDS; round++)
    {
        list = NULL;
        meet(round);
        if (WlanOpenHandle(2, NULL, &version, &client)) InterlockedIncrement(&thread_errors);
        if (WlanEnumInterfaces(client, NULL, &list)) InterlockedIncrement(&thread_errors);
        if (WlanCloseHandle(client, NULL)) InterlockedIncrement(&thread_errors);
        WlanFreeMemory(list);
    }
    return 0;
}

/* Each round closes a handle that the test opened; the first thread opens the next one. */
static DWORD WINAPI close_shared(void *context)
{
    LONG round;
    DWORD ret;

    for (round = 0; round < ROUNDS; round += 2)
    {
        if (context) shared_clients[round] = open_client();
        meet(round);
        ret = WlanCloseHandle(shared_clients[round], NULL);
        if (!ret)
            InterlockedIncrement(&thread_successes);
        else if (ret != ERROR_INVALID_HANDLE)
            InterlockedIncrement(&thread_errors);
        meet(round + 1);
    }
    return 0;
}

static void run_threads(DWORD(WINAPI *function)(void *))
{
    HANDLE threads[THREADS - 1];
    unsigned int i;

    arrived = thread_errors = thread_successes = 0;
    for (i = 0; i < THREADS - 1; i++)
    {
        threads[i] = CreateThread(NULL, 0, function, NULL, 0, NULL);
        if (threads[i]) continue;
        printf("cannot create a thread: error %lu\n", (unsigned long)GetLastError());
        ExitProcess(2); /* the others would wait for it for ever */
    }
    function(&arrived); /* this one may check */
    for (i = 0; i < THREADS - 1; i++)
    {
        CHECK_EQ(WaitForSingleObject(threads[i], 60000), WAIT_OBJECT_0, "waiting for a thread");
        CloseHandle(threads[i]);
    }
}

static void threads_may_open_and_close_at_once(void)
{
    REQUIRE_OURS("it has no lock");

    run_threads(open_and_close);
    CHECK_EQ(thread_errors, 0, "the number of failed calls");
}

static void of_many_threads_closing_one_handle_one_succeeds(void)
{
    REQUIRE_OURS("it has no lock");

    run_threads(close_shared);
    CHECK_EQ(thread_successes, ROUNDS / 2, "the number of successful closes");
    CHECK_EQ(thread_errors, 0, "the number of unexpected errors");
}

/*****************************************************************************
 *      Memory and interfaces
 */

static void memory_of_no_bytes_is_not_allocated(void)
{
    CHECK(!WlanAllocateMemory(0), "not NULL");
    WlanFreeMemory(NULL);
}

static void allocated_memory_can_be_written_and_freed(void)
{
    unsigned char *memory = WlanAllocateMemory(100);

    CHECK(memory != NULL, "NULL");
    if (!memory) return;
    memset(memory, 0xa5, 100);
    CHECK_EQ(memory[99], 0xa5, "the last byte");
    WlanFreeMemory(memory);
}

static void enumerating_checks_its_arguments(void)
{
    WLAN_INTERFACE_INFO_LIST *list = (void *)0x55;
    HANDLE client = open_client();

    CHECK_EQ(WlanEnumInterfaces(NULL, NULL, &list), ERROR_INVALID_PARAMETER, "no handle");
    CHECK_EQ(WlanEnumInterfaces(client, &list, &list), ERROR_INVALID_PARAMETER, "reserved");
    CHECK_EQ(WlanEnumInterfaces(client, NULL, NULL), ERROR_INVALID_PARAMETER, "no list");
    CHECK_EQ(WlanEnumInterfaces((HANDLE)0xdead, NULL, NULL), ERROR_INVALID_PARAMETER, "both wrong");
    CHECK(list == (void *)0x55, "the list was written");
    close_client(client);
}

static void no_interface_is_listed(void)
{
    WLAN_INTERFACE_INFO_LIST *list = NULL;
    HANDLE client = open_client();

    CHECK_EQ(WlanEnumInterfaces(client, NULL, &list), ERROR_SUCCESS, "WlanEnumInterfaces");
    CHECK(list != NULL, "no list");
    if (list)
    {
        CHECK_EQ(list->dwNumberOfItems, 0, "dwNumberOfItems");
        CHECK_EQ(list->dwIndex, 0, "dwIndex");
        CHECK(list->InterfaceInfo[0].strInterfaceDescription[0] == 0, "the element is not empty");
        WlanFreeMemory(list);
    }
    close_client(client);
}

/*****************************************************************************
 *      What Wine answers with ERROR_CALL_NOT_IMPLEMENTED
 */

static void what_wine_does_not_implement_still_says_so(void)
{
    WLAN_AVAILABLE_NETWORK_LIST *networks = (void *)0x55;
    WLAN_HOSTED_NETWORK_STATUS *status = (void *)0x55;
    HANDLE client = open_client();
    DWORD size = 77, sources = 77;
    void *data = (void *)0x55;
    BOOL passphrase = 77, persistent = 77;
    WLAN_HOSTED_NETWORK_REASON reason = wlan_hosted_network_reason_success;
    WLAN_OPCODE_VALUE_TYPE type = wlan_opcode_value_type_invalid;
    UCHAR *key = (void *)0x55;

    CHECK_EQ(
            WlanScan(client, &some_guid, NULL, NULL, NULL), ERROR_CALL_NOT_IMPLEMENTED, "WlanScan");
    CHECK_EQ(WlanRegisterNotification(client, 8, FALSE, NULL, NULL, NULL, &sources),
            ERROR_CALL_NOT_IMPLEMENTED, "WlanRegisterNotification");
    CHECK_EQ(WlanGetAvailableNetworkList(client, &some_guid, 0, NULL, &networks),
            ERROR_CALL_NOT_IMPLEMENTED, "WlanGetAvailableNetworkList");
    CHECK_EQ(WlanQueryInterface(client, &some_guid, wlan_intf_opcode_interface_state, NULL, &size,
                     &data, &type),
            ERROR_CALL_NOT_IMPLEMENTED, "WlanQueryInterface");
    CHECK_EQ(FUNCTION(WlanHostedNetworkQueryProperty)(
                     client, wlan_hosted_network_opcode_enable, &size, &data, &type, NULL),
            ERROR_CALL_NOT_IMPLEMENTED, "WlanHostedNetworkQueryProperty");
    CHECK_EQ(FUNCTION(WlanHostedNetworkQuerySecondaryKey)(
                     client, &size, &key, &passphrase, &persistent, &reason, NULL),
            ERROR_CALL_NOT_IMPLEMENTED, "WlanHostedNetworkQuerySecondaryKey");
    CHECK_EQ(FUNCTION(WlanHostedNetworkQueryStatus)(client, &status, NULL),
            ERROR_CALL_NOT_IMPLEMENTED, "WlanHostedNetworkQueryStatus");

    CHECK_EQ(size, 77, "a size");
    CHECK_EQ(sources, 77, "the previous sources");
    CHECK_EQ(passphrase, 77, "a flag");
    CHECK_EQ(persistent, 77, "a flag");
    CHECK_EQ(type, wlan_opcode_value_type_invalid, "the value type");
    CHECK(networks == (void *)0x55 && status == (void *)0x55 && data == (void *)0x55 &&
                    key == (void *)0x55,
            "a pointer was written");
    close_client(client);
}

static void what_is_not_implemented_checks_arguments_and_handle(void)
{
    WLAN_AVAILABLE_NETWORK_LIST *networks = NULL;
    HANDLE client, stale;

    REQUIRE_OURS("it checks nothing here");

    stale = open_client();
    close_client(stale);
    client = open_client();
    CHECK_EQ(WlanScan(NULL, &some_guid, NULL, NULL, NULL), ERROR_INVALID_PARAMETER, "no handle");
    CHECK_EQ(WlanScan(client, NULL, NULL, NULL, NULL), ERROR_INVALID_PARAMETER, "no GUID");
    CHECK_EQ(
            WlanScan(client, &some_guid, NULL, NULL, &client), ERROR_INVALID_PARAMETER, "reserved");
    CHECK_EQ(WlanScan(stale, NULL, NULL, NULL, NULL), ERROR_INVALID_PARAMETER, "both wrong");
    CHECK_EQ(WlanScan(stale, &some_guid, NULL, NULL, NULL), ERROR_INVALID_HANDLE, "stale");
    CHECK_EQ(WlanRegisterNotification(stale, 8, FALSE, NULL, NULL, NULL, NULL),
            ERROR_INVALID_HANDLE, "stale");
    CHECK_EQ(WlanGetAvailableNetworkList(client, &some_guid, 0, NULL, NULL),
            ERROR_INVALID_PARAMETER, "no list");
    CHECK_EQ(WlanGetAvailableNetworkList(stale, &some_guid, 0, NULL, &networks),
            ERROR_INVALID_HANDLE, "stale");
    close_client(client);
}

/*****************************************************************************
 *      What raises an exception in Wine
 */

static void calls_for_an_interface_that_is_not_there_find_nothing(void)
{
    WLAN_CONNECTION_PARAMETERS params;
    EAP_METHOD_TYPE eap;
    DWORD size = 0, flags = 0, access = 0, reason = 0;
    WLAN_INTERFACE_CAPABILITY *capability = NULL;
    WLAN_AVAILABLE_NETWORK_LIST_V2 *networks = NULL;
    WLAN_PROFILE_INFO_LIST *profiles = NULL;
    WLAN_BSS_LIST *entries = NULL;
    WCHAR name[] = { 'n', 0 }, *xml = NULL;
    const WCHAR *names[] = { name };
    BYTE *data = NULL;
    HANDLE client;
    unsigned int i;

    REQUIRE_OURS("these raise an exception there");

    memset(&params, 0, sizeof(params));
    memset(&eap, 0, sizeof(eap));
    client = open_client();
#define NOT_FOUND(name, ...) CHECK_EQ(FUNCTION(name)(client, &some_guid, __VA_ARGS__), 1168, #name)
    NOT_FOUND(WlanGetInterfaceCapability, NULL, &capability);
    NOT_FOUND(WlanSetInterface, wlan_intf_opcode_autoconf_enabled, sizeof(size), &size, NULL);
    NOT_FOUND(WlanIhvControl, wlan_ihv_control_type_driver, 0, NULL, 0, NULL, &size);
    NOT_FOUND(WlanGetAvailableNetworkList2, 0, NULL, &networks);
    NOT_FOUND(WlanGetNetworkBssList, NULL, dot11_BSS_type_any, FALSE, NULL, &entries);
    NOT_FOUND(WlanConnect, &params, NULL);
    NOT_FOUND(WlanDisconnect, NULL);
    NOT_FOUND(WlanGetProfile, name, NULL, &xml, &flags, &access);
    NOT_FOUND(WlanSetProfile, 0, name, NULL, TRUE, NULL, &reason);
    NOT_FOUND(WlanDeleteProfile, name, NULL);
    NOT_FOUND(WlanRenameProfile, name, name, NULL);
    NOT_FOUND(WlanGetProfileList, NULL, &profiles);
    NOT_FOUND(WlanSetProfileList, 1, names, NULL);
    NOT_FOUND(WlanSetProfilePosition, name, 0, NULL);
    NOT_FOUND(WlanSaveTemporaryProfile, name, NULL, 0, TRUE, NULL);
    NOT_FOUND(WlanGetProfileCustomUserData, name, NULL, &size, &data);
    NOT_FOUND(WlanSetProfileCustomUserData, name, 0, NULL, NULL);
    NOT_FOUND(WlanSetProfileEapXmlUserData, name, 0, name, NULL);
    /* A structure by value: a wrong idea of its stack space would not survive many calls. */
    for (i = 0; i < 10000; i++) NOT_FOUND(WlanSetProfileEapUserData, name, eap, 0, 0, NULL, NULL);
#undef NOT_FOUND
    CHECK(!capability && !networks && !profiles && !entries && !xml && !data, "an output");
    close_client(client);
}

static void settings_of_the_machine_are_not_supported(void)
{
    WLAN_OPCODE_VALUE_TYPE type = wlan_opcode_value_type_invalid;
    static WCHAR sddl[] = { 'D', ':', 0 };
    DOT11_NETWORK_LIST *list = NULL;
    HANDLE client, stale;
    DWORD access = 0;
    WCHAR *text = NULL;

    REQUIRE_OURS("these raise an exception there");

    stale = open_client();
    close_client(stale);
    client = open_client();
#define CALL(name, ...) (FUNCTION(name)(__VA_ARGS__))
    CHECK_EQ(CALL(WlanSetSecuritySettings, client, wlan_secure_deny_list, sddl),
            ERROR_NOT_SUPPORTED, "WlanSetSecuritySettings");
    CHECK_EQ(CALL(WlanSetSecuritySettings, client, WLAN_SECURABLE_OBJECT_COUNT, sddl),
            ERROR_INVALID_PARAMETER, "an object that does not exist");
    CHECK_EQ(CALL(WlanSetSecuritySettings, client, (WLAN_SECURABLE_OBJECT)-1, sddl),
            ERROR_INVALID_PARAMETER, "an object that does not exist");
    CHECK_EQ(CALL(WlanSetSecuritySettings, client, wlan_secure_deny_list, NULL),
            ERROR_INVALID_PARAMETER, "no descriptor");
    CHECK_EQ(CALL(WlanSetSecuritySettings, NULL, wlan_secure_deny_list, sddl),
            ERROR_INVALID_PARAMETER, "no handle");
    CHECK_EQ(CALL(WlanSetSecuritySettings, stale, wlan_secure_deny_list, sddl),
            ERROR_INVALID_HANDLE, "a stale handle");
    CHECK_EQ(CALL(WlanGetSecuritySettings, client, wlan_secure_deny_list, &type, &text, &access),
            ERROR_NOT_SUPPORTED, "WlanGetSecuritySettings");
    CHECK_EQ(CALL(WlanGetFilterList, client, wlan_filter_list_type_gp_deny, NULL, &list),
            ERROR_NOT_SUPPORTED, "WlanGetFilterList");
    CHECK_EQ(CALL(WlanSetPsdIEDataList, client, NULL, NULL, NULL), ERROR_NOT_SUPPORTED,
            "WlanSetPsdIEDataList");
    CHECK(!text && !list, "an output was written");
    close_client(client);
}

static void a_hosted_network_is_unavailable(void)
{
    static DWORD(WINAPI * functions[6])(HANDLE, WLAN_HOSTED_NETWORK_REASON *, void *);
    WLAN_HOSTED_NETWORK_REASON reason;
    HANDLE client;
    unsigned int i;

    REQUIRE_OURS("it has none of these functions");

    functions[0] = FUNCTION(WlanHostedNetworkStartUsing);
    functions[1] = FUNCTION(WlanHostedNetworkStopUsing);
    functions[2] = FUNCTION(WlanHostedNetworkForceStart);
    functions[3] = FUNCTION(WlanHostedNetworkForceStop);
    functions[4] = FUNCTION(WlanHostedNetworkInitSettings);
    functions[5] = FUNCTION(WlanHostedNetworkRefreshSecuritySettings);
    client = open_client();
    for (i = 0; i < 6; i++)
    {
        reason = wlan_hosted_network_reason_success;
        CHECK_EQ(functions[i](client, &reason, NULL), ERROR_INVALID_STATE, "the result");
        CHECK_EQ(reason, wlan_hosted_network_reason_interface_unavailable, "the reason");
        CHECK_EQ(functions[i](client, NULL, NULL), ERROR_INVALID_STATE, "without a reason");
        CHECK_EQ(functions[i](NULL, &reason, NULL), ERROR_INVALID_PARAMETER, "no handle");
        CHECK_EQ(functions[i]((HANDLE)0xdead, &reason, NULL), ERROR_INVALID_HANDLE, "no such");
    }
    close_client(client);
}

static void a_reason_code_has_a_text_that_is_cut_to_fit(void)
{
    __typeof__(WlanReasonCodeToString) *to_string;
    WCHAR text[64];
    unsigned int length;

    REQUIRE_OURS("this raises an exception there");

    to_string = FUNCTION(WlanReasonCodeToString);
    memset(text, 0xff, sizeof(text));
    CHECK_EQ(to_string(WLAN_REASON_CODE_USER_DENIED, 64, text, NULL), ERROR_SUCCESS, "the result");
    for (length = 0; length < 64 && text[length]; length++)
    {
    }
    CHECK(length > 8 && length < 64, "%u characters", length);
    CHECK(text[length - 1] == '4' && text[length - 2] == '0' && text[length - 5] == '2',
            "the code is not in it");

    memset(text, 0xff, sizeof(text));
    CHECK_EQ(to_string(WLAN_REASON_CODE_SUCCESS, 5, text, NULL), ERROR_SUCCESS, "a short buffer");
    CHECK(text[3] && !text[4] && text[5] == 0xffff, "not cut to 4 characters and a zero");
    CHECK_EQ(to_string(WLAN_REASON_CODE_SUCCESS, 1, text, NULL), ERROR_SUCCESS, "the shortest");
    CHECK(!text[0], "not empty");

    CHECK_EQ(to_string(0, 0, text, NULL), ERROR_INVALID_PARAMETER, "no room");
    CHECK_EQ(to_string(0, 64, NULL, NULL), ERROR_INVALID_PARAMETER, "no buffer");
    CHECK_EQ(to_string(0, 64, text, text), ERROR_INVALID_PARAMETER, "reserved");
}

int main(void)
{
    wlanapi = LoadLibraryA("wlanapi.dll");
    ours = wlanapi && GetProcAddress(wlanapi, "WFDOpenHandle") != NULL;
    printf("# %s wlanapi.dll\n", ours ? "this project's" : "Wine's own");

    RUN(opening_checks_its_arguments_and_leaves_outputs_alone);
    RUN(only_versions_1_and_2_are_supported);
    RUN(sixteen_clients_fit_and_the_next_is_refused);
    RUN(closing_checks_its_arguments_and_the_handle_stays_open);
    RUN(a_closed_handle_is_invalid);
    RUN(a_closed_handle_stays_invalid_when_others_open);
    RUN(values_that_were_never_issued_are_invalid);
    RUN(a_wlan_handle_is_no_wfd_handle);
    RUN(the_last_error_is_left_alone);
    RUN(threads_may_open_and_close_at_once);
    RUN(of_many_threads_closing_one_handle_one_succeeds);
    RUN(memory_of_no_bytes_is_not_allocated);
    RUN(allocated_memory_can_be_written_and_freed);
    RUN(enumerating_checks_its_arguments);
    RUN(no_interface_is_listed);
    RUN(what_wine_does_not_implement_still_says_so);
    RUN(what_is_not_implemented_checks_arguments_and_handle);
    RUN(calls_for_an_interface_that_is_not_there_find_nothing);
    RUN(settings_of_the_machine_are_not_supported);
    RUN(a_hosted_network_is_unavailable);
    RUN(a_reason_code_has_a_text_that_is_cut_to_fit);
    return check_summary();
}
