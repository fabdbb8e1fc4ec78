/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Device nodes, enumerated as a program does that wants to know whom it can open a session to. The
 * documentation of the functions has these in few words; what the rows mean:
 *
 * DN1 each paired device has a node that tells its address, and nobody else has one: when
 *     WFDOpenHandle has returned, for devices that are near or far
 * DN2 a node is connected, and tells where, while anybody shares a group with the device
 * DN3 what was left by a program that was killed is put right by the next one
 * DN4 where Wi-Fi Direct is disabled by policy, nodes stay, and nobody is connected
 * DN5 what others write into the registry is not believed
 *
 * Leaves no node behind that was not there. Included once.
 */
#ifndef TESTS_PE_WFD_ROWS_NODES_H
#define TESTS_PE_WFD_ROWS_NODES_H

#include "wfd_support.h"

#include <setupapi.h>
#include <cfgmgr32.h>
#include <initguid.h>
#include <wfd_devpkey.h>

/* So that the rows link with what they always did. */
static struct
{
    HDEVINFO(WINAPI *get_class_devs)(const GUID *, const WCHAR *, HWND, DWORD);
    BOOL(WINAPI *enum_device_info)(HDEVINFO, DWORD, SP_DEVINFO_DATA *);
    BOOL(WINAPI *get_property)
    (HDEVINFO, SP_DEVINFO_DATA *, const DEVPROPKEY *, DEVPROPTYPE *, BYTE *, DWORD, DWORD *, DWORD);
    BOOL(WINAPI *set_property)
    (HDEVINFO, SP_DEVINFO_DATA *, const DEVPROPKEY *, DEVPROPTYPE, const BYTE *, DWORD, DWORD);
    BOOL(WINAPI *get_registry_property)
    (HDEVINFO, SP_DEVINFO_DATA *, DWORD, DWORD *, BYTE *, DWORD, DWORD *);
    BOOL(WINAPI *create_device)
    (HDEVINFO, const WCHAR *, const GUID *, const WCHAR *, HWND, DWORD, SP_DEVINFO_DATA *);
    BOOL(WINAPI *register_device)
    (HDEVINFO, SP_DEVINFO_DATA *, DWORD, void *, void *, SP_DEVINFO_DATA *);
    BOOL(WINAPI *destroy_list)(HDEVINFO);
    DWORD(WINAPI *cm_property)
    (DEVINST, const DEVPROPKEY *, DEVPROPTYPE *, BYTE *, ULONG *, ULONG);
} setup;

#define LOAD(module, name, member)                                                                 \
    do                                                                                             \
    {                                                                                              \
        FARPROC found_ = GetProcAddress(LoadLibraryA(module), name);                               \
        memcpy(&setup.member, &found_, sizeof(found_));                                            \
        CHECK(found_, "no " name);                                                                 \
    } while (0)

static void load_setup(void)
{
    LOAD("setupapi.dll", "SetupDiGetClassDevsW", get_class_devs);
    LOAD("setupapi.dll", "SetupDiEnumDeviceInfo", enum_device_info);
    LOAD("setupapi.dll", "SetupDiGetDevicePropertyW", get_property);
    LOAD("setupapi.dll", "SetupDiSetDevicePropertyW", set_property);
    LOAD("setupapi.dll", "SetupDiGetDeviceRegistryPropertyW", get_registry_property);
    LOAD("setupapi.dll", "SetupDiCreateDeviceInfoW", create_device);
    LOAD("setupapi.dll", "SetupDiRegisterDeviceInfo", register_device);
    LOAD("setupapi.dll", "SetupDiDestroyDeviceInfoList", destroy_list);
    LOAD("cfgmgr32.dll", "CM_Get_DevNode_PropertyW", cm_property);
}

/* What a program reads of a node. */
struct node
{
    DOT11_MAC_ADDRESS address, cm_address;
    BYTE interface_address[6];
    GUID interface_guid;
    BOOL has_address, has_interface_address, has_guid, connected, visible, legacy;
    WCHAR name[64];
};

static BOOL read_property(HDEVINFO set, SP_DEVINFO_DATA *info, const DEVPROPKEY *key,
        DEVPROPTYPE type, void *buffer, DWORD size)
{
    DEVPROPTYPE got_type = 0;
    DWORD got_size = 0;

    return setup.get_property(set, info, key, &got_type, buffer, size, &got_size, 0) &&
           got_type == type && got_size == size;
}

static BOOL read_boolean(HDEVINFO set, SP_DEVINFO_DATA *info, const DEVPROPKEY *key)
{
    DEVPROP_BOOLEAN value = DEVPROP_FALSE;

    return read_property(set, info, key, DEVPROP_TYPE_BOOLEAN, &value, sizeof(value)) && value;
}

static void read_node(HDEVINFO set, SP_DEVINFO_DATA *info, struct node *ret_node)
{
    struct node node = { .has_address = FALSE };
    ULONG size = sizeof(node.cm_address);
    DEVPROPTYPE type = 0;

    node.has_address = read_property(set, info, &DEVPKEY_WiFiDirect_DeviceAddress,
            DEVPROP_TYPE_BINARY, node.address, sizeof(node.address));
    setup.cm_property(
            info->DevInst, &DEVPKEY_WiFiDirect_DeviceAddress, &type, node.cm_address, &size, 0);
    node.has_interface_address = read_property(set, info, &DEVPKEY_WiFiDirect_InterfaceAddress,
            DEVPROP_TYPE_BINARY, node.interface_address, sizeof(node.interface_address));
    node.has_guid = read_property(set, info, &DEVPKEY_WiFiDirect_InterfaceGuid, DEVPROP_TYPE_GUID,
            &node.interface_guid, sizeof(node.interface_guid));
    node.connected = read_boolean(set, info, &DEVPKEY_WiFiDirect_IsConnected);
    node.visible = read_boolean(set, info, &DEVPKEY_WiFiDirect_IsVisible);
    node.legacy = read_boolean(set, info, &DEVPKEY_WiFiDirect_IsLegacyDevice);
    setup.get_registry_property(set, info, SPDRP_FRIENDLYNAME, NULL, (BYTE *)node.name,
            sizeof(node.name) - sizeof(*node.name), NULL);
    *ret_node = node;
}

/* Among all devices that are present: the one with that address. ret_count, not NULL: of all that have any. */
static BOOL find_node_by(const GUID *class, DWORD flags, const struct peer *peer,
        struct node *ret_node, unsigned int *ret_count)
{
    HDEVINFO set = setup.get_class_devs(class, NULL, NULL, flags);
    SP_DEVINFO_DATA info = { .cbSize = sizeof(info) };
    BOOL found = FALSE;
    struct node node;

    if (ret_count) *ret_count = 0;
    if (set == INVALID_HANDLE_VALUE) return FALSE;
    for (DWORD i = 0; setup.enum_device_info(set, i, &info); i++)
    {
        read_node(set, &info, &node);
        if (!node.has_address) continue;
        if (ret_count) ++*ret_count;
        if (memcmp(node.address, peer->address, sizeof(node.address))) continue;
        *ret_node = node;
        found = TRUE;
    }
    setup.destroy_list(set);
    return found;
}

static BOOL find_node(const struct peer *peer, struct node *ret_node)
{
    return find_node_by(NULL, DIGCF_ALLCLASSES | DIGCF_PRESENT, peer, ret_node, NULL);
}

static unsigned int count_nodes(void)
{
    static const struct peer nobody;
    unsigned int count;
    struct node node;

    find_node_by(NULL, DIGCF_ALLCLASSES | DIGCF_PRESENT, &nobody, &node, &count);
    return count;
}

/* What changes by itself is written a moment later: into the registry, which tells of it. */
typedef BOOL node_holds(const struct peer *peer, BOOL wanted, struct node *ret_node);

static BOOL await_node(
        node_holds *holds, const struct peer *peer, BOOL wanted, struct node *ret_node)
{
    DWORD end = GetTickCount() + WAIT_MS;
    HANDLE changed = CreateEventA(NULL, FALSE, FALSE, NULL);
    BOOL held;
    HKEY key;
    int left;

    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, "System\\CurrentControlSet\\Enum", 0, KEY_NOTIFY, &key))
        return FALSE;
    do
    {
        RegNotifyChangeKeyValue(
                key, TRUE, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET, changed, TRUE);
        held = holds(peer, wanted, ret_node);
        left = (int)(end - GetTickCount());
    } while (!held && left > 0 && WaitForSingleObject(changed, (DWORD)left) == WAIT_OBJECT_0);
    RegCloseKey(key);
    CloseHandle(changed);
    return held;
}

static BOOL is_connected(const struct peer *peer, BOOL connected, struct node *ret_node)
{
    return find_node(peer, ret_node) && ret_node->connected == connected &&
           ret_node->has_guid == connected && ret_node->has_interface_address == connected;
}

static BOOL wait_connected(const struct peer *peer, BOOL connected, struct node *ret_node)
{
    return await_node(is_connected, peer, connected, ret_node);
}

static void new_handle(void)
{
    HANDLE client = open_client();

    CHECK_EQ(WFDCloseHandle(client), ERROR_SUCCESS, "WFDCloseHandle");
}

static BOOL is_there(const struct peer *peer, BOOL there, struct node *ret_node)
{
    return find_node(peer, ret_node) == there;
}

/* A handle that is opened soon after another does not wait. */
static BOOL wait_node(const struct peer *peer, BOOL there, struct node *ret_node)
{
    new_handle();
    return await_node(is_there, peer, there, ret_node);
}

static void DN1_a_paired_device_has_a_node_with_its_address(void)
{
    struct peer near_peer, far_peer, stranger;
    struct node node;
    int id;

    NEEDS_SUPPLICANT();
    load_setup();
    near_peer = new_peer("accept,known,name=The Printer", "client");
    far_peer = new_peer("hidden", NULL);
    id = (int)say_number("persistent -1,go,02:aa:00:00:ff:01");
    say("persistent -1,go,%s", far_peer.text);
    stranger = new_peer("accept,known", NULL);
    CHECK(wait_node(&near_peer, TRUE, &node), "no node of the one that is near");
    CHECK(!memcmp(node.address, node.cm_address, sizeof(node.address)), "CM reads another address");
    CHECK(!lstrcmpW(node.name, L"The Printer"), "it has another name");
    CHECK(node.visible && !node.connected && !node.legacy, "visible %d, connected %d, legacy %d",
            node.visible, node.connected, node.legacy);
    CHECK(!node.has_guid && !node.has_interface_address, "it tells where, and is not connected");
    CHECK(find_node_by(&GUID_DEVINTERFACE_WIFIDIRECT_DEVICE, DIGCF_DEVICEINTERFACE | DIGCF_PRESENT,
                  &near_peer, &node, NULL),
            "not found by its device interface");
    CHECK(find_node(&far_peer, &node), "no node of the one that is away");
    CHECK(!node.visible, "it is visible");
    CHECK(!find_node(&stranger, &node), "a node of one that is not paired");
    CHECK_EQ(count_nodes(), 3, "nodes");
    say("forget %d", id);
    say("forget all");
    CHECK(wait_node(&far_peer, FALSE, &node), "the node is still there");
    CHECK(wait_node(&near_peer, FALSE, &node), "the node is still there");
    CHECK_EQ(count_nodes(), 0, "nodes");
}

#define FOUND_NODE "winewfd-test-found"

static BOOL parse_address(const char *text, struct peer *ret_peer)
{
    unsigned int octets[6];

    if (sscanf(text, "%x:%x:%x:%x:%x:%x", &octets[0], &octets[1], &octets[2], &octets[3],
                &octets[4], &octets[5]) != 6)
        return FALSE;
    for (int i = 0; i < 6; i++) ret_peer->address[i] = (UCHAR)octets[i];
    return TRUE;
}

/* A program's first handle: is the node there at once? */
static int be_enumerator(const char *text)
{
    struct peer peer = { .text = "" };
    struct node node;

    if (!parse_address(text, &peer)) return 2;
    load_setup();
    open_client();
    if (!find_node(&peer, &node)) return 1;
    SetEvent(OpenEventA(EVENT_MODIFY_STATE, FALSE, FOUND_NODE));
    return 0;
}

static BOOL child_finds(struct peer *peer, DWORD ms)
{
    HANDLE found = CreateEventA(NULL, TRUE, FALSE, FOUND_NODE);
    HANDLE child = start_child("--enumerate", peer);
    BOOL finds = WaitForSingleObject(found, ms) == WAIT_OBJECT_0;

    wait_child(child);
    CloseHandle(found);
    return finds;
}

/* WFDOpenHandle waits for a quarter of a second, and a loaded machine may take longer. */
static void DN1_a_program_that_enumerates_after_WFDOpenHandle_finds_the_node(void)
{
    BOOL found = FALSE;

    NEEDS_SUPPLICANT();
    load_setup();
    for (int i = 0; i < 4 && !found; i++)
    {
        struct peer peer = new_peer("accept,known", "client");

        found = child_finds(&peer, WAIT_MS / 4);
    }
    CHECK(found, "the node was never there");
}

static void DN2_a_session_connects_the_node(const char *role)
{
    struct peer peer = new_peer("accept,known", role);
    struct open *open;
    struct node node;
    HANDLE client;

    load_setup();
    client = open_client();
    open = open_session(client, &peer);
    CHECK(wait_connected(&peer, TRUE, &node), "not connected, or it does not tell where");
    CHECK(!memcmp(&node.interface_guid, &open->guid, sizeof(GUID)),
            "the GUID is not the callback's");
    CHECK(node.visible, "not visible");
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    CHECK(wait_connected(&peer, FALSE, &node), "still connected");
    finish(client);
}
BOTH_ROLES(DN2_a_session_connects_the_node)

static void DN2_a_lost_session_disconnects_the_node(const char *role)
{
    struct peer peer = new_peer("accept,known", role);
    struct node node;
    HANDLE client;

    load_setup();
    client = open_client();
    open_session(client, &peer);
    CHECK(wait_connected(&peer, TRUE, &node), "not connected");
    say("end-group %s no-reason", peer.text);
    CHECK(wait_connected(&peer, FALSE, &node), "still connected");
    finish(client);
}
BOTH_ROLES(DN2_a_lost_session_disconnects_the_node)

static void DN2_a_node_is_connected_until_the_last_program_closes(void)
{
    HANDLE tell = CreateEventA(NULL, TRUE, FALSE, TELL_CHILD);
    HANDLE told = CreateEventA(NULL, TRUE, FALSE, TOLD_BACK);
    HANDLE client, child;
    struct peer peer;
    struct open *open;
    struct node node;

    NEEDS_SUPPLICANT();
    load_setup();
    peer = new_peer("accept,known", "client");
    child = start_child("--close-when-told", &peer);
    CHECK(said_ok(say("wait-groups 1 %d", WAIT_MS)), "the child opens no session");
    client = open_client();
    open = open_session(client, &peer);
    RETURNS(WFDCloseSession(open->session), ERROR_SUCCESS);
    say("wait P2P_GROUP_REMOVE 100000 200");
    CHECK(wait_node(&peer, TRUE, &node) && wait_connected(&peer, TRUE, &node), "not connected");
    SetEvent(tell);
    CHECK_EQ(WaitForSingleObject(told, WAIT_MS), WAIT_OBJECT_0, "the child's close");
    wait_child(child);
    wait_no_groups();
    CHECK(wait_node(&peer, TRUE, &node) && wait_connected(&peer, FALSE, &node), "still connected");
    finish(client);
    CloseHandle(tell);
    CloseHandle(told);
}

static void DN3_the_next_program_puts_right_what_a_killed_one_left(void)
{
    HANDLE tell = CreateEventA(NULL, TRUE, FALSE, TELL_CHILD), child;
    struct peer peer;
    struct node node;

    NEEDS_SUPPLICANT();
    load_setup();
    peer = new_peer("accept,known", "client");
    child = start_child("--terminate-when-told", &peer);
    CHECK(wait_connected(&peer, TRUE, &node), "not connected");
    SetEvent(tell);
    wait_child(child);
    wait_no_groups();
    CHECK(find_node(&peer, &node) && node.connected, "somebody was there to write it");
    new_handle();
    CHECK(wait_connected(&peer, FALSE, &node), "still connected");
    CloseHandle(tell);
}

static void DN4_where_policy_disables_it_nodes_stay_and_nobody_is_connected(void)
{
    struct peer peer;
    struct node node;
    HANDLE client;
    HKEY key;

    NEEDS_SUPPLICANT();
    load_setup();
    peer = new_peer("accept,known", "client");
    client = open_client();
    open_session(client, &peer);
    CHECK(wait_connected(&peer, TRUE, &node), "not connected");
    key = disable_by_policy(client, &peer);
    CHECK(wait_connected(&peer, FALSE, &node), "still connected, or gone");
    allow_again(key, client, &peer);
    finish(client);
}

/* Nothing where there is a node already. */
static void plant(const char *device, const BYTE *address)
{
    static const GUID class = { 0x62f9c741, 0xb25a, 0x46ce,
        { 0xb5, 0x4c, 0x9b, 0xcc, 0xce, 0x08, 0xb6, 0xf2 } };
    HDEVINFO set = setup.get_class_devs(NULL, L"SWD", NULL, DIGCF_ALLCLASSES);
    SP_DEVINFO_DATA info = { .cbSize = sizeof(info) };
    DEVPROP_BOOLEAN yes = DEVPROP_TRUE;
    WCHAR id[64];
    char text[64];

    sprintf(text, "SWD\\WIFIDIRECT\\%s", device);
    MultiByteToWideChar(CP_ACP, 0, text, -1, id, ARRAYSIZE(id));
    if (!setup.create_device(set, id, &class, NULL, NULL, 0, &info))
    {
        CHECK_EQ(GetLastError(), ERROR_DEVINST_ALREADY_EXISTS, "SetupDiCreateDeviceInfo");
        setup.destroy_list(set);
        return;
    }
    setup.set_property(
            set, &info, &DEVPKEY_WiFiDirect_DeviceAddress, DEVPROP_TYPE_BINARY, address, 6, 0);
    setup.set_property(set, &info, &DEVPKEY_WiFiDirect_IsConnected, DEVPROP_TYPE_BOOLEAN,
            (BYTE *)&yes, sizeof(yes), 0);
    CHECK(setup.register_device(set, &info, 0, NULL, NULL, NULL), "SetupDiRegisterDeviceInfo");
    setup.destroy_list(set);
}

/* By a program of its own: one trusts what it has written itself. */
static void DN5_what_is_planted_is_not_believed(void)
{
    struct peer peer, planted;
    struct node node;
    BOOL there = FALSE;

    NEEDS_SUPPLICANT();
    load_setup();
    new_handle(); /* whatever earlier rows have left */
    peer = new_peer("accept,known", "client");
    planted = new_peer("accept,known", NULL);
    /* An update of ours may still be under way, and removes it. */
    for (int i = 0; i < 10 && !(there = find_node(&planted, &node) && node.connected); i++)
    {
        plant(peer.text, planted.address);
        plant("02:aa:00:00:ff:fe", planted.address);
    }
    CHECK(there, "nothing was planted");
    /* The child ends when it has found its node, which may cut short what it does to the others. */
    for (int i = 0; i < 10 && find_node(&planted, &node); i++) child_finds(&peer, WAIT_MS / 8);
    CHECK(!find_node(&planted, &node), "what was planted is still there");
    CHECK(wait_connected(&peer, FALSE, &node), "not put right");
}

static void UV3_it_updates_the_visibility_of_the_node(void)
{
    struct peer peer;
    struct node node;

    NEEDS_SUPPLICANT();
    load_setup();
    peer = new_peer("hidden", "client");
    RETURNS(WFDUpdateDeviceVisibility(&peer.address), ERROR_SUCCESS);
    CHECK(find_node(&peer, &node) && !node.visible, "no node, or it is visible");
    say("peer show %s", peer.text);
    RETURNS(WFDUpdateDeviceVisibility(&peer.address), ERROR_SUCCESS);
    CHECK(find_node(&peer, &node) && node.visible, "it answers, and is not visible");
    say("peer hide %s", peer.text);
    RETURNS(WFDUpdateDeviceVisibility(&peer.address), ERROR_SUCCESS);
    CHECK(find_node(&peer, &node) && !node.visible, "it does not answer, and is visible");
}

#endif
