/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The device nodes of paired devices, which programs enumerate to learn whom they can open a
 * session to: makes them equal to what the Unix half sees. Writes through setupapi's documented
 * functions, which is loaded when it is needed first, so that nothing is added to what programs
 * load with wlanapi.dll. When it is done is the affair of wfd_nodes_when.c.
 *
 * Believes nothing that is in the registry: a program's first update, and each that follows one of
 * another program, removes the nodes of devices that are not paired and writes all properties of the
 * others. Only the names of nodes that are there already may stay, while the device cannot be asked
 * for its own. What was written last by whom is counted in memory that the programs of the prefix
 * share; one that spoils it has stale nodes, nothing else.
 *
 * On Windows these are software devices, SWD\WIFIDIRECT\ and the address. Wine 8.0 and 10.0 were
 * seen to do this with such nodes: SetupDiGetClassDevs finds them by enumerator, by class, by device
 * interface, and among all, with DIGCF_PRESENT too; SetupDiGetDeviceProperty and
 * CM_Get_DevNode_Property (with the set's DevInst) read their properties. CM_Get_Device_ID_List
 * gives an empty list and CM_Locate_DevNode CR_FAILURE, whatever there is.
 */
#include <stdarg.h>

#include "windef.h"
#include "winbase.h"
#include "wingdi.h"
#include "winuser.h"
#include "winnls.h"
#include "winreg.h"
#include "setupapi.h"
#include "initguid.h"
#include "devpkey.h"
#include "wfd_devpkey.h"
#include "wine/debug.h"

#include "wfd_private.h"

WINE_DEFAULT_DEBUG_CHANNEL(wlanapi);

#define ID_PREFIX      L"SWD\\WIFIDIRECT\\"
#define ID_LENGTH      (ARRAY_SIZE(ID_PREFIX) - 1 + 17)
#define LOCK_MS        5000 /* longer than anybody needs; then it goes without */
#define MAX_NAME_CHARS 64

/* What is needed of setupapi.dll. */
static struct setup
{
    HDEVINFO(WINAPI *get_class_devs)(const GUID *, const WCHAR *, HWND, DWORD);
    HDEVINFO(WINAPI *create_list)(const GUID *, HWND);
    BOOL(WINAPI *enum_device_info)(HDEVINFO, DWORD, SP_DEVINFO_DATA *);
    BOOL(WINAPI *get_instance_id)(HDEVINFO, SP_DEVINFO_DATA *, WCHAR *, DWORD, DWORD *);
    BOOL(WINAPI *create_device)
    (HDEVINFO, const WCHAR *, const GUID *, const WCHAR *, HWND, DWORD, SP_DEVINFO_DATA *);
    BOOL(WINAPI *open_device)(HDEVINFO, const WCHAR *, HWND, DWORD, SP_DEVINFO_DATA *);
    BOOL(WINAPI *register_device)
    (HDEVINFO, SP_DEVINFO_DATA *, DWORD, PSP_DETSIG_CMPPROC, void *, SP_DEVINFO_DATA *);
    BOOL(WINAPI *create_interface)
    (HDEVINFO, SP_DEVINFO_DATA *, const GUID *, const WCHAR *, DWORD, SP_DEVICE_INTERFACE_DATA *);
    BOOL(WINAPI *set_property)
    (HDEVINFO, SP_DEVINFO_DATA *, const DEVPROPKEY *, DEVPROPTYPE, const BYTE *, DWORD, DWORD);
    BOOL(WINAPI *set_registry_property)
    (HDEVINFO, SP_DEVINFO_DATA *, DWORD, const BYTE *, DWORD);
    BOOL(WINAPI *remove_device)(HDEVINFO, SP_DEVINFO_DATA *);
    BOOL(WINAPI *destroy_list)(HDEVINFO);
} setup;

static const char *const setup_names[] = { "SetupDiGetClassDevsW", "SetupDiCreateDeviceInfoList",
    "SetupDiEnumDeviceInfo", "SetupDiGetDeviceInstanceIdW", "SetupDiCreateDeviceInfoW",
    "SetupDiOpenDeviceInfoW", "SetupDiRegisterDeviceInfo", "SetupDiCreateDeviceInterfaceW",
    "SetupDiSetDevicePropertyW", "SetupDiSetDeviceRegistryPropertyW", "SetupDiRemoveDevice",
    "SetupDiDestroyDeviceInfoList" };

C_ASSERT(sizeof(setup) == sizeof(FARPROC) * ARRAY_SIZE(setup_names));

static LONG setup_loaded;

/* Whoever comes second finds the same functions. It stays loaded. */
static BOOL load_setup(void)
{
    FARPROC found[ARRAY_SIZE(setup_names)];
    HMODULE module;

    if (InterlockedCompareExchange(&setup_loaded, 0, 0)) return TRUE;
    module = LoadLibraryW(L"setupapi.dll");
    if (!module) return FALSE;
    for (unsigned int i = 0; i < ARRAY_SIZE(setup_names); i++)
        if (!(found[i] = GetProcAddress(module, setup_names[i]))) return FALSE;
    memcpy(&setup, found, sizeof(setup));
    InterlockedExchange(&setup_loaded, 1);
    return TRUE;
}

static WCHAR hex_digit(unsigned int value)
{
    return value < 10 ? '0' + value : 'A' + value - 10;
}

static void address_text(const uint8_t *address, WCHAR ret_text[18])
{
    for (unsigned int i = 0; i < 6; i++)
    {
        ret_text[3 * i] = hex_digit(address[i] >> 4);
        ret_text[3 * i + 1] = hex_digit(address[i] & 15);
        ret_text[3 * i + 2] = i < 5 ? ':' : 0;
    }
}

/* Nodes of another kind may be there: SWD\WIFIDIRECT\...#MIRACAST, for example. */
static BOOL is_address(const WCHAR *text)
{
    for (unsigned int i = 0; i < 17; i++)
    {
        WCHAR c = text[i];

        if (i % 3 == 2 ? c != ':'
                       : !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') ||
                                 (c >= 'a' && c <= 'f')))
            return FALSE;
    }
    return !text[17];
}

/* The index of the device with that address, or count. */
static unsigned int find_device(const struct wfd_unix_look_params *look, const WCHAR *text)
{
    unsigned int i;
    WCHAR address[18];

    for (i = 0; i < look->count; i++)
    {
        address_text(look->devices[i].peer, address);
        if (!lstrcmpiW(address, text)) break;
    }
    return i;
}

/* One node. */

struct node
{
    HDEVINFO set;
    SP_DEVINFO_DATA info;
};

static void set_property(
        struct node *node, const DEVPROPKEY *key, DEVPROPTYPE type, const void *data, DWORD size)
{
    if (!setup.set_property(node->set, &node->info, key, type, data, size, 0) &&
            type != DEVPROP_TYPE_EMPTY)
        WARN("property %lu is not set: error %lu\n", key->pid, GetLastError());
}

static void set_boolean(struct node *node, const DEVPROPKEY *key, BOOL value)
{
    DEVPROP_BOOLEAN boolean = value ? DEVPROP_TRUE : DEVPROP_FALSE;

    set_property(node, key, DEVPROP_TYPE_BOOLEAN, &boolean, sizeof(boolean));
}

static void set_name(struct node *node, const WCHAR *name)
{
    DWORD size = (lstrlenW(name) + 1) * sizeof(*name);

    setup.set_registry_property(
            node->set, &node->info, SPDRP_FRIENDLYNAME, (const BYTE *)name, size);
    set_property(node, &DEVPKEY_Device_FriendlyName, DEVPROP_TYPE_STRING, name, size);
}

/* What a stranger calls itself: text, whatever bytes it were. FALSE: it says nothing. */
static BOOL device_name(const struct wfd_unix_device *device, WCHAR ret_name[MAX_NAME_CHARS])
{
    int length = MultiByteToWideChar(
            CP_UTF8, 0, device->name, -1, ret_name, MAX_NAME_CHARS); /* 36 bytes at most */

    if (length < 2) return FALSE;
    for (WCHAR *c = ret_name; *c; c++)
        if (*c < 0x20 || (*c >= 0x7f && *c < 0xa0)) *c = '_';
    return TRUE;
}

static void update_node(struct node *node, const struct wfd_unix_device *device)
{
    WCHAR name[MAX_NAME_CHARS];
    GUID guid = wfd_interface_guid(device->interface_index);

    set_property(node, &DEVPKEY_WiFiDirect_DeviceAddress, DEVPROP_TYPE_BINARY, device->peer,
            sizeof(device->peer));
    set_boolean(node, &DEVPKEY_WiFiDirect_IsVisible, device->visible);
    set_boolean(node, &DEVPKEY_WiFiDirect_IsLegacyDevice, FALSE);
    if (device_name(device, name)) set_name(node, name);
    /* In an order in which a connected node always tells where. */
    if (!device->connected) set_boolean(node, &DEVPKEY_WiFiDirect_IsConnected, FALSE);
    set_property(node, &DEVPKEY_WiFiDirect_InterfaceAddress,
            device->connected ? DEVPROP_TYPE_BINARY : DEVPROP_TYPE_EMPTY,
            device->connected ? device->interface_address : NULL,
            device->connected ? sizeof(device->interface_address) : 0);
    set_property(node, &DEVPKEY_WiFiDirect_InterfaceGuid,
            device->connected ? DEVPROP_TYPE_GUID : DEVPROP_TYPE_EMPTY,
            device->connected ? &guid : NULL, device->connected ? sizeof(guid) : 0);
    if (device->connected) set_boolean(node, &DEVPKEY_WiFiDirect_IsConnected, TRUE);
}

static void add_interface(struct node *node)
{
    SP_DEVICE_INTERFACE_DATA device_interface = { .cbSize = sizeof(device_interface) };

    if (!setup.create_interface(node->set, &node->info, &GUID_DEVINTERFACE_WIFIDIRECT_DEVICE, NULL,
                0, &device_interface))
        WARN("no device interface: error %lu\n", GetLastError());
}

/* Complete before it is registered. */
static BOOL create_node(HDEVINFO set, const struct wfd_unix_device *device)
{
    /* Software devices, as the documentation lists the classes of Windows. */
    static const GUID class_guid = { 0x62f9c741, 0xb25a, 0x46ce,
        { 0xb5, 0x4c, 0x9b, 0xcc, 0xce, 0x08, 0xb6, 0xf2 } };
    WCHAR id[ID_LENGTH + 1] = ID_PREFIX, name[MAX_NAME_CHARS] = L"Wi-Fi Direct device ";
    struct node node = { .set = set, .info.cbSize = sizeof(node.info) };

    address_text(device->peer, id + ARRAY_SIZE(ID_PREFIX) - 1);
    lstrcatW(name, id + ARRAY_SIZE(ID_PREFIX) - 1);
    if (setup.create_device(set, id, &class_guid, L"Wi-Fi Direct device", NULL, 0, &node.info))
    {
        set_name(&node, name);
        update_node(&node, device);
        if (setup.register_device(set, &node.info, 0, NULL, NULL, NULL))
        {
            add_interface(&node);
            TRACE("%s is there\n", debugstr_w(id));
            return TRUE;
        }
    }
    WARN("%s is not made: error %lu\n", debugstr_w(id), GetLastError());
    return FALSE;
}

/* Programs that were killed leave half made nodes, which are enumerated, but cannot be opened. */
static BOOL is_complete(HDEVINFO other_set, const WCHAR *id)
{
    SP_DEVINFO_DATA info = { .cbSize = sizeof(info) };

    return setup.open_device(other_set, id, NULL, 0, &info);
}

/* What this program has written last; used only inside the prefix's mutex. */
static struct
{
    LONG serial; /* of shared_serial; 0: nothing */
    unsigned int count;
    struct wfd_unix_device devices[WFD_UNIX_MAX_DEVICES];
} known;

static volatile LONG *shared_serial; /* counts what all programs of the prefix have written */

static BOOL known_is_current(void)
{
    HANDLE section;

    if (!shared_serial)
    {
        section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                sizeof(*shared_serial), L"Global\\winewfd-device-nodes-serial");
        if (!section) return FALSE;
        shared_serial = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof(*shared_serial));
        CloseHandle(section); /* the view keeps it */
    }
    return shared_serial && known.serial && known.serial == *shared_serial;
}

static void now_known(const struct wfd_unix_look_params *look)
{
    if (!shared_serial) return;
    known.serial = InterlockedIncrement(shared_serial);
    known.count = look->count;
    for (unsigned int i = 0; i < look->count; i++) known.devices[i] = look->devices[i];
}

/* A name that is not known now is no change. */
static BOOL is_known(const struct wfd_unix_device *device)
{
    for (unsigned int i = 0; i < known.count; i++)
    {
        struct wfd_unix_device before = known.devices[i];

        if (memcmp(before.peer, device->peer, sizeof(before.peer))) continue;
        if (!device->name[0]) memcpy(before.name, device->name, sizeof(before.name));
        return !memcmp(&before, device, sizeof(before));
    }
    return FALSE;
}

static BOOL all_are_known(const struct wfd_unix_look_params *look)
{
    for (unsigned int i = 0; i < look->count; i++)
        if (!is_known(&look->devices[i])) return FALSE;
    return look->count == known.count;
}

struct update
{
    const struct wfd_unix_look_params *look;
    BOOL all; /* also what is known to be written */
    HDEVINFO set, other_set;
    BOOL failed;
    BOOLEAN seen[WFD_UNIX_MAX_DEVICES];
};

static void remove_node(struct update *update, struct node *node, const WCHAR *id)
{
    if (setup.remove_device(node->set, &node->info))
        TRACE("%s is gone\n", debugstr_w(id));
    else
    {
        WARN("%s is not removed: error %lu\n", debugstr_w(id), GetLastError());
        update->failed = TRUE;
    }
}

static void visit_node(struct update *update, struct node *node, const WCHAR *id)
{
    unsigned int at = find_device(update->look, id + ARRAY_SIZE(ID_PREFIX) - 1);
    const struct wfd_unix_device *device = &update->look->devices[at];

    if (at == update->look->count || (update->all && !is_complete(update->other_set, id)))
    {
        remove_node(update, node, id);
        return;
    }
    update->seen[at] = TRUE;
    if (!update->all && is_known(device)) return;
    update_node(node, device);
    if (update->all) add_interface(node);
}

/* Calls each for all nodes of devices. */
static BOOL for_each_node(HDEVINFO set, void (*each)(struct update *, struct node *, const WCHAR *),
        struct update *update)
{
    struct node node = { .set = set, .info.cbSize = sizeof(node.info) };
    WCHAR id[ID_LENGTH + 2];
    DWORD count = 0;

    if (set == INVALID_HANDLE_VALUE) return FALSE;
    while (setup.enum_device_info(set, count, &node.info)) count++;
    /* From the last one on: one that is removed leaves the set. */
    while (count--)
    {
        if (!setup.enum_device_info(set, count, &node.info)) continue;
        if (!setup.get_instance_id(set, &node.info, id, ARRAY_SIZE(id), NULL)) continue;
        if (lstrlenW(id) != ID_LENGTH || !is_address(id + ARRAY_SIZE(ID_PREFIX) - 1)) continue;
        each(update, &node, id);
    }
    return TRUE;
}

static HDEVINFO open_nodes(void)
{
    return setup.get_class_devs(NULL, L"SWD\\WIFIDIRECT", NULL, DIGCF_ALLCLASSES);
}

static BOOL update_all(const struct wfd_unix_look_params *look, BOOL all)
{
    struct update update = { .look = look, .all = all };

    update.other_set = setup.create_list(NULL, NULL);
    update.set = open_nodes();
    update.failed = !for_each_node(update.set, visit_node, &update);
    for (unsigned int i = 0; i < look->count && !update.failed; i++)
        if (!update.seen[i] && !create_node(update.other_set, &look->devices[i]))
            update.failed = TRUE;
    setup.destroy_list(update.set);
    setup.destroy_list(update.other_set);
    return !update.failed;
}

static void disconnect_node(struct update *update, struct node *node, const WCHAR *id)
{
    set_boolean(node, &DEVPKEY_WiFiDirect_IsConnected, FALSE);
    set_boolean(node, &DEVPKEY_WiFiDirect_IsVisible, FALSE);
    set_property(node, &DEVPKEY_WiFiDirect_InterfaceAddress, DEVPROP_TYPE_EMPTY, NULL, 0);
    set_property(node, &DEVPKEY_WiFiDirect_InterfaceGuid, DEVPROP_TYPE_EMPTY, NULL, 0);
}

/* Nobody can be connected where nobody answers, or nobody is allowed to; they are paired still. */
static void disconnect_all(void)
{
    HDEVINFO set = open_nodes();

    for_each_node(set, disconnect_node, NULL);
    setup.destroy_list(set);
}

/* Are there nodes for just these devices? By their names in the registry: quick, and a hint only. */
static BOOL has_nodes_for(const struct wfd_unix_look_params *look)
{
    unsigned int count = 0;
    BOOL same = TRUE;
    WCHAR name[64];
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"System\\CurrentControlSet\\Enum\\SWD\\WIFIDIRECT", 0,
                KEY_READ, &key))
        return !look->count;
    for (DWORD i = 0; same; i++)
    {
        DWORD length = ARRAY_SIZE(name);

        if (RegEnumKeyExW(key, i, name, &length, NULL, NULL, NULL, NULL)) break;
        if (!is_address(name)) continue;
        count++;
        same = find_device(look, name) < look->count;
    }
    RegCloseKey(key);
    return same && count == look->count;
}

/* What the programs of this prefix write must come in the order in which they looked. */
static HANDLE enter_prefix(void)
{
    HANDLE mutex = CreateMutexW(NULL, FALSE, L"Global\\winewfd-device-nodes");

    if (!mutex) return NULL;
    switch (WaitForSingleObject(mutex, LOCK_MS))
    {
    case WAIT_OBJECT_0:
    case WAIT_ABANDONED: return mutex;
    }
    WARN("another program does not end its turn\n");
    CloseHandle(mutex);
    return NULL;
}

static void leave_prefix(HANDLE mutex)
{
    if (!mutex) return;
    ReleaseMutex(mutex);
    CloseHandle(mutex);
}

static void apply(const struct wfd_unix_look_params *look, BOOL all)
{
    BOOL done = TRUE;

    if (!load_setup())
    {
        WARN("no setupapi.dll: error %lu\n", GetLastError());
        return;
    }
    if (look->error)
        disconnect_all();
    else
        done = update_all(look, all);
    now_known(look);
    if (look->error || !done) known.serial = 0;
}

/* Too slow, or no memory: that says nothing about devices. */
static BOOL says_nothing(const struct wfd_unix_look_params *look)
{
    return look->error == ERROR_TIMEOUT || look->error == ERROR_NOT_ENOUGH_MEMORY;
}

BOOL wfd_nodes_update(const uint8_t *searched, BOOL found, void (*listed)(void))
{
    struct wfd_unix_look_params *look = HeapAlloc(GetProcessHeap(), 0, sizeof(*look));
    BOOL all, seen;
    HANDLE mutex;

    if (!look) return FALSE;
    mutex = enter_prefix();
    all = !mutex || !known_is_current();
    wfd_config_read(&look->config);
    wfd_unix_call(wfd_unix_look, look);
    TRACE("%u devices are paired, error %u\n", look->count, look->error);
    for (unsigned int i = 0; searched && i < look->count; i++)
        if (!memcmp(look->devices[i].peer, searched, sizeof(look->devices[i].peer)))
            look->devices[i].visible = found || look->devices[i].connected;
    if (!says_nothing(look) && (all || look->error || !all_are_known(look)))
    {
        if (listed && (look->error || has_nodes_for(look))) listed();
        apply(look, all);
    }
    leave_prefix(mutex);
    seen = !look->error;
    HeapFree(GetProcessHeap(), 0, look);
    return seen;
}
