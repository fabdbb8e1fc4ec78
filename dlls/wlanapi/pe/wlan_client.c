/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Native Wifi functions (Wlan*): client handles, memory, and honest errors.
 *
 * No wireless interface is listed, so a program learns at WlanEnumInterfaces that there is nothing
 * to work with. The functions that act on an interface check their arguments and return an error;
 * none of them raises an exception, so that replacing Wine's wlanapi.dll makes no program worse:
 *
 * - what Wine answers with ERROR_CALL_NOT_IMPLEMENTED keeps that code for valid arguments;
 * - an interface GUID, of which none can be right, gives ERROR_NOT_FOUND;
 * - settings of the machine give ERROR_NOT_SUPPORTED;
 * - starting a hosted network gives ERROR_INVALID_STATE and the reason "interface unavailable".
 *
 * As in Wine, arguments come before the handle, outputs are written on success only (a failure
 * reason excepted) and the last error is left alone. This file never crosses to the Unix half and
 * knows nothing of WFD handles.
 */
#include <stdarg.h>

#include "windef.h"
#include "winbase.h"
#include "wlanapi.h"
#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(wlanapi);

/*
 * A handle is generation (16 bits), slot (14 bits) and the two lowest bits 10: no kernel handle
 * (00) and no WFD handle (lowest bit 1) looks like that. As many clients as Wine allows:
 * a program that leaks handles gets the same error at the same point.
 */
#define MAX_CLIENTS 16
#define HANDLE_TAG  2

struct client
{
    BOOL open;
    WORD generation; /* counts up when the client closes: its old handle stays invalid */
};

static SRWLOCK clients_lock = SRWLOCK_INIT;
static struct client clients[MAX_CLIENTS]; /* guarded by clients_lock */

static HANDLE client_handle(unsigned int slot, WORD generation)
{
    return ULongToHandle((DWORD)generation << 16 | slot << 2 | HANDLE_TAG);
}

/* Must be called with clients_lock held. NULL for a handle that is not open. */
static struct client *find_client_locked(HANDLE handle)
{
    unsigned int slot = ((ULONG_PTR)handle & 0xffff) >> 2;

    if (slot >= MAX_CLIENTS || !clients[slot].open) return NULL;
    if (handle != client_handle(slot, clients[slot].generation)) return NULL;
    return &clients[slot];
}

static DWORD check_client(HANDLE handle)
{
    BOOL found;

    AcquireSRWLockShared(&clients_lock);
    found = find_client_locked(handle) != NULL;
    ReleaseSRWLockShared(&clients_lock);
    return found ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
}

/* Arguments first, then the handle, then what there is no support for. */
static DWORD refuse(BOOL valid, HANDLE handle, DWORD error)
{
    DWORD ret;

    if (!valid || !handle) return ERROR_INVALID_PARAMETER;
    ret = check_client(handle);
    return ret ? ret : error;
}

/*****************************************************************************
 *      Handles and memory
 */

DWORD WINAPI WlanOpenHandle(DWORD version, void *reserved, DWORD *negotiated, HANDLE *handle)
{
    HANDLE value = NULL;
    unsigned int i;

    TRACE("%lu, %p, %p, %p\n", version, reserved, negotiated, handle);

    if (reserved || !negotiated || !handle) return ERROR_INVALID_PARAMETER;
    if (version != WLAN_API_VERSION_1_0 && version != WLAN_API_VERSION_2_0)
        return ERROR_NOT_SUPPORTED;

    AcquireSRWLockExclusive(&clients_lock);
    for (i = 0; i < MAX_CLIENTS && !value; i++)
    {
        if (clients[i].open) continue;
        clients[i].open = TRUE;
        value = client_handle(i, clients[i].generation);
    }
    ReleaseSRWLockExclusive(&clients_lock);
    if (!value) return ERROR_REMOTE_SESSION_LIMIT_EXCEEDED;

    *negotiated = version;
    *handle = value;
    return ERROR_SUCCESS;
}

DWORD WINAPI WlanCloseHandle(HANDLE handle, void *reserved)
{
    struct client *client;

    TRACE("%p, %p\n", handle, reserved);

    if (!handle || reserved) return ERROR_INVALID_PARAMETER;

    AcquireSRWLockExclusive(&clients_lock);
    if ((client = find_client_locked(handle)))
    {
        client->open = FALSE;
        client->generation++;
    }
    ReleaseSRWLockExclusive(&clients_lock);
    return client ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
}

void *WINAPI WlanAllocateMemory(DWORD size)
{
    void *ret;

    TRACE("%lu\n", size);

    if (!size)
    {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    if (!(ret = HeapAlloc(GetProcessHeap(), 0, size))) SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    return ret;
}

void WINAPI WlanFreeMemory(void *memory)
{
    TRACE("%p\n", memory);

    HeapFree(GetProcessHeap(), 0, memory);
}

/*****************************************************************************
 *      Interfaces
 */

DWORD WINAPI WlanEnumInterfaces(HANDLE handle, void *reserved, WLAN_INTERFACE_INFO_LIST **list)
{
    WLAN_INTERFACE_INFO_LIST *ret_list;
    DWORD ret;

    TRACE("%p, %p, %p\n", handle, reserved, list);

    if (!handle || reserved || !list) return ERROR_INVALID_PARAMETER;
    if ((ret = check_client(handle))) return ret;

    /* One element although none counts: a program may look at the first without asking. */
    ret_list = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*ret_list));
    if (!ret_list) return ERROR_NOT_ENOUGH_MEMORY;
    *list = ret_list;
    return ERROR_SUCCESS;
}

DWORD WINAPI WlanGetInterfaceCapability(
        HANDLE handle, const GUID *guid, void *reserved, WLAN_INTERFACE_CAPABILITY **capability)
{
    TRACE("%p, %s, %p, %p\n", handle, debugstr_guid(guid), reserved, capability);

    return refuse(guid && !reserved && capability, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanQueryInterface(HANDLE handle, const GUID *guid, WLAN_INTF_OPCODE opcode,
        void *reserved, DWORD *size, void **data, WLAN_OPCODE_VALUE_TYPE *type)
{
    TRACE("%p, %s, %d, %p, %p, %p, %p\n", handle, debugstr_guid(guid), opcode, reserved, size, data,
            type);

    return refuse(guid && !reserved && size && data, handle, ERROR_CALL_NOT_IMPLEMENTED);
}

DWORD WINAPI WlanSetInterface(HANDLE handle, const GUID *guid, WLAN_INTF_OPCODE opcode, DWORD size,
        void *const data, void *reserved)
{
    TRACE("%p, %s, %d, %lu, %p, %p\n", handle, debugstr_guid(guid), opcode, size, data, reserved);

    return refuse(guid && size && data && !reserved, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanIhvControl(HANDLE handle, const GUID *guid, WLAN_IHV_CONTROL_TYPE type,
        DWORD in_size, void *in, DWORD out_size, void *out, DWORD *returned)
{
    TRACE("%p, %s, %d, %lu, %p, %lu, %p, %p\n", handle, debugstr_guid(guid), type, in_size, in,
            out_size, out, returned);

    return refuse(guid && returned, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanGetSupportedDeviceServices(
        HANDLE handle, const GUID *guid, WLAN_DEVICE_SERVICE_GUID_LIST **list)
{
    TRACE("%p, %s, %p\n", handle, debugstr_guid(guid), list);

    return refuse(guid && list, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanDeviceServiceCommand(HANDLE handle, const GUID *guid, GUID *service, DWORD opcode,
        DWORD in_size, void *in, DWORD out_size, void *out, DWORD *returned)
{
    TRACE("%p, %s, %s, %lu, %lu, %p, %lu, %p, %p\n", handle, debugstr_guid(guid),
            debugstr_guid(service), opcode, in_size, in, out_size, out, returned);

    return refuse(guid && service && returned, handle, ERROR_NOT_FOUND);
}

/*****************************************************************************
 *      Networks and connections
 */

DWORD WINAPI WlanScan(HANDLE handle, const GUID *guid, DOT11_SSID *const ssid,
        WLAN_RAW_DATA *const ie_data, void *reserved)
{
    TRACE("%p, %s, %p, %p, %p\n", handle, debugstr_guid(guid), ssid, ie_data, reserved);

    return refuse(guid && !reserved, handle, ERROR_CALL_NOT_IMPLEMENTED);
}

DWORD WINAPI WlanGetAvailableNetworkList(HANDLE handle, const GUID *guid, DWORD flags,
        void *reserved, WLAN_AVAILABLE_NETWORK_LIST **list)
{
    TRACE("%p, %s, %#lx, %p, %p\n", handle, debugstr_guid(guid), flags, reserved, list);

    return refuse(guid && !reserved && list, handle, ERROR_CALL_NOT_IMPLEMENTED);
}

DWORD WINAPI WlanGetAvailableNetworkList2(HANDLE handle, const GUID *guid, DWORD flags,
        void *reserved, WLAN_AVAILABLE_NETWORK_LIST_V2 **list)
{
    TRACE("%p, %s, %#lx, %p, %p\n", handle, debugstr_guid(guid), flags, reserved, list);

    return refuse(guid && !reserved && list, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanGetNetworkBssList(HANDLE handle, const GUID *guid, DOT11_SSID *const ssid,
        DOT11_BSS_TYPE type, BOOL secure, void *reserved, WLAN_BSS_LIST **list)
{
    TRACE("%p, %s, %p, %d, %d, %p, %p\n", handle, debugstr_guid(guid), ssid, type, secure, reserved,
            list);

    return refuse(guid && !reserved && list, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanConnect(
        HANDLE handle, const GUID *guid, WLAN_CONNECTION_PARAMETERS *const params, void *reserved)
{
    TRACE("%p, %s, %p, %p\n", handle, debugstr_guid(guid), params, reserved);

    return refuse(guid && params && !reserved, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanDisconnect(HANDLE handle, const GUID *guid, void *reserved)
{
    TRACE("%p, %s, %p\n", handle, debugstr_guid(guid), reserved);

    return refuse(guid && !reserved, handle, ERROR_NOT_FOUND);
}

/*****************************************************************************
 *      Notifications
 */

DWORD WINAPI WlanRegisterNotification(HANDLE handle, DWORD source, BOOL ignore_duplicate,
        WLAN_NOTIFICATION_CALLBACK callback, void *context, void *reserved, DWORD *previous)
{
    TRACE("%p, %#lx, %d, %p, %p, %p, %p\n", handle, source, ignore_duplicate, callback, context,
            reserved, previous);

    return refuse(!reserved, handle, ERROR_CALL_NOT_IMPLEMENTED);
}

DWORD WINAPI WlanRegisterVirtualStationNotification(HANDLE handle, BOOL enable, void *reserved)
{
    TRACE("%p, %d, %p\n", handle, enable, reserved);

    return refuse(!reserved, handle, ERROR_NOT_SUPPORTED);
}

DWORD WINAPI WlanRegisterDeviceServiceNotification(
        HANDLE handle, WLAN_DEVICE_SERVICE_GUID_LIST *const list)
{
    TRACE("%p, %p\n", handle, list);

    return refuse(TRUE, handle, ERROR_NOT_SUPPORTED);
}

/*****************************************************************************
 *      Profiles
 */

DWORD WINAPI WlanGetProfile(HANDLE handle, const GUID *guid, const WCHAR *name, void *reserved,
        WCHAR **xml, DWORD *flags, DWORD *access)
{
    TRACE("%p, %s, %s, %p, %p, %p, %p\n", handle, debugstr_guid(guid), debugstr_w(name), reserved,
            xml, flags, access);

    return refuse(guid && name && !reserved && xml, handle, ERROR_NOT_FOUND);
}

/* The XML may hold a key: it is never logged. */
DWORD WINAPI WlanSetProfile(HANDLE handle, const GUID *guid, DWORD flags, const WCHAR *xml,
        const WCHAR *security, BOOL overwrite, void *reserved, DWORD *reason)
{
    TRACE("%p, %s, %#lx, %p, %p, %d, %p, %p\n", handle, debugstr_guid(guid), flags, xml, security,
            overwrite, reserved, reason);

    return refuse(guid && xml && !reserved && reason, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanDeleteProfile(HANDLE handle, const GUID *guid, const WCHAR *name, void *reserved)
{
    TRACE("%p, %s, %s, %p\n", handle, debugstr_guid(guid), debugstr_w(name), reserved);

    return refuse(guid && name && !reserved, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanRenameProfile(HANDLE handle, const GUID *guid, const WCHAR *old_name,
        const WCHAR *new_name, void *reserved)
{
    TRACE("%p, %s, %s, %s, %p\n", handle, debugstr_guid(guid), debugstr_w(old_name),
            debugstr_w(new_name), reserved);

    return refuse(guid && old_name && new_name && !reserved, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanGetProfileList(
        HANDLE handle, const GUID *guid, void *reserved, WLAN_PROFILE_INFO_LIST **list)
{
    TRACE("%p, %s, %p, %p\n", handle, debugstr_guid(guid), reserved, list);

    return refuse(guid && !reserved && list, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanSetProfileList(
        HANDLE handle, const GUID *guid, DWORD count, const WCHAR **names, void *reserved)
{
    TRACE("%p, %s, %lu, %p, %p\n", handle, debugstr_guid(guid), count, names, reserved);

    return refuse(guid && count && names && !reserved, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanSetProfilePosition(
        HANDLE handle, const GUID *guid, const WCHAR *name, DWORD position, void *reserved)
{
    TRACE("%p, %s, %s, %lu, %p\n", handle, debugstr_guid(guid), debugstr_w(name), position,
            reserved);

    return refuse(guid && name && !reserved, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanSaveTemporaryProfile(HANDLE handle, const GUID *guid, const WCHAR *name,
        const WCHAR *security, DWORD flags, BOOL overwrite, void *reserved)
{
    TRACE("%p, %s, %s, %p, %#lx, %d, %p\n", handle, debugstr_guid(guid), debugstr_w(name), security,
            flags, overwrite, reserved);

    return refuse(guid && name && !reserved, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanGetProfileCustomUserData(HANDLE handle, const GUID *guid, const WCHAR *name,
        void *reserved, DWORD *size, BYTE **data)
{
    TRACE("%p, %s, %s, %p, %p, %p\n", handle, debugstr_guid(guid), debugstr_w(name), reserved, size,
            data);

    return refuse(guid && name && !reserved && size && data, handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanSetProfileCustomUserData(HANDLE handle, const GUID *guid, const WCHAR *name,
        DWORD size, BYTE *const data, void *reserved)
{
    TRACE("%p, %s, %s, %lu, %p, %p\n", handle, debugstr_guid(guid), debugstr_w(name), size, data,
            reserved);

    return refuse(guid && name && !reserved && (!size || data), handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanSetProfileEapUserData(HANDLE handle, const GUID *guid, const WCHAR *name,
        EAP_METHOD_TYPE type, DWORD flags, DWORD size, BYTE *const data, void *reserved)
{
    TRACE("%p, %s, %s, %u, %#lx, %lu, %p, %p\n", handle, debugstr_guid(guid), debugstr_w(name),
            type.eapType.type, flags, size, data, reserved);

    return refuse(guid && name && !reserved && (!size || data), handle, ERROR_NOT_FOUND);
}

DWORD WINAPI WlanSetProfileEapXmlUserData(HANDLE handle, const GUID *guid, const WCHAR *name,
        DWORD flags, const WCHAR *xml, void *reserved)
{
    TRACE("%p, %s, %s, %#lx, %p, %p\n", handle, debugstr_guid(guid), debugstr_w(name), flags, xml,
            reserved);

    return refuse(guid && name && xml && !reserved, handle, ERROR_NOT_FOUND);
}

/*****************************************************************************
 *      Settings of the machine
 */

DWORD WINAPI WlanGetFilterList(
        HANDLE handle, WLAN_FILTER_LIST_TYPE type, void *reserved, DOT11_NETWORK_LIST **list)
{
    TRACE("%p, %d, %p, %p\n", handle, type, reserved, list);

    return refuse(!reserved && list, handle, ERROR_NOT_SUPPORTED);
}

DWORD WINAPI WlanSetFilterList(
        HANDLE handle, WLAN_FILTER_LIST_TYPE type, DOT11_NETWORK_LIST *const list, void *reserved)
{
    TRACE("%p, %d, %p, %p\n", handle, type, list, reserved);

    return refuse(!reserved, handle, ERROR_NOT_SUPPORTED);
}

DWORD WINAPI WlanExtractPsdIEDataList(HANDLE handle, DWORD size, BYTE *const ie_data,
        const WCHAR *format, void *reserved, WLAN_RAW_DATA_LIST **list)
{
    TRACE("%p, %lu, %p, %s, %p, %p\n", handle, size, ie_data, debugstr_w(format), reserved, list);

    return refuse(size && ie_data && format && !reserved && list, handle, ERROR_NOT_SUPPORTED);
}

DWORD WINAPI WlanSetPsdIEDataList(
        HANDLE handle, const WCHAR *format, WLAN_RAW_DATA_LIST *const list, void *reserved)
{
    TRACE("%p, %s, %p, %p\n", handle, debugstr_w(format), list, reserved);

    return refuse(!reserved, handle, ERROR_NOT_SUPPORTED);
}

DWORD WINAPI WlanQueryAutoConfigParameter(HANDLE handle, WLAN_AUTOCONF_OPCODE opcode,
        void *reserved, DWORD *size, void **data, WLAN_OPCODE_VALUE_TYPE *type)
{
    TRACE("%p, %d, %p, %p, %p, %p\n", handle, opcode, reserved, size, data, type);

    return refuse(!reserved && size && data, handle, ERROR_NOT_SUPPORTED);
}

DWORD WINAPI WlanSetAutoConfigParameter(
        HANDLE handle, WLAN_AUTOCONF_OPCODE opcode, DWORD size, void *const data, void *reserved)
{
    TRACE("%p, %d, %lu, %p, %p\n", handle, opcode, size, data, reserved);

    return refuse(size && data && !reserved, handle, ERROR_NOT_SUPPORTED);
}

DWORD WINAPI WlanGetSecuritySettings(HANDLE handle, WLAN_SECURABLE_OBJECT object,
        WLAN_OPCODE_VALUE_TYPE *type, WCHAR **sddl, DWORD *access)
{
    TRACE("%p, %d, %p, %p, %p\n", handle, object, type, sddl, access);

    return refuse((unsigned int)object < WLAN_SECURABLE_OBJECT_COUNT && sddl && access, handle,
            ERROR_NOT_SUPPORTED);
}

/* Programs call this from their DllMain: nothing here may wait for the loader lock. */
DWORD WINAPI WlanSetSecuritySettings(HANDLE handle, WLAN_SECURABLE_OBJECT object, const WCHAR *sddl)
{
    TRACE("%p, %d, %s\n", handle, object, debugstr_w(sddl));

    return refuse((unsigned int)object < WLAN_SECURABLE_OBJECT_COUNT && sddl, handle,
            ERROR_NOT_SUPPORTED);
}

/*****************************************************************************
 *      Reason codes
 */

DWORD WINAPI WlanReasonCodeToString(DWORD reason_code, DWORD size, WCHAR *buffer, void *reserved)
{
    static const WCHAR success[] = L"The operation succeeded.";
    static const WCHAR unknown[] = L"WLAN reason code 0x00000000";
    const WCHAR *text = reason_code == WLAN_REASON_CODE_SUCCESS ? success : unknown;
    DWORD i;

    TRACE("%#lx, %lu, %p, %p\n", reason_code, size, buffer, reserved);

    if (!size || !buffer || reserved) return ERROR_INVALID_PARAMETER;

    for (i = 0; i < size - 1 && text[i]; i++)
    {
        const DWORD first_digit = ARRAY_SIZE(unknown) - 1 - 8;

        if (text == unknown && i >= first_digit)
            buffer[i] = L"0123456789abcdef"[reason_code >> (7 - (i - first_digit)) * 4 & 0xf];
        else
            buffer[i] = text[i];
    }
    buffer[i] = 0;
    return ERROR_SUCCESS;
}

/*****************************************************************************
 *      Hosted network
 */

static DWORD refuse_hosted_network(BOOL valid, HANDLE handle, WLAN_HOSTED_NETWORK_REASON *reason)
{
    DWORD ret = refuse(valid, handle, ERROR_INVALID_STATE);

    if (reason && ret == ERROR_INVALID_STATE)
        *reason = wlan_hosted_network_reason_interface_unavailable;
    return ret;
}

DWORD WINAPI WlanHostedNetworkStartUsing(
        HANDLE handle, WLAN_HOSTED_NETWORK_REASON *reason, void *reserved)
{
    TRACE("%p, %p, %p\n", handle, reason, reserved);

    return refuse_hosted_network(!reserved, handle, reason);
}

DWORD WINAPI WlanHostedNetworkStopUsing(
        HANDLE handle, WLAN_HOSTED_NETWORK_REASON *reason, void *reserved)
{
    TRACE("%p, %p, %p\n", handle, reason, reserved);

    return refuse_hosted_network(!reserved, handle, reason);
}

DWORD WINAPI WlanHostedNetworkForceStart(
        HANDLE handle, WLAN_HOSTED_NETWORK_REASON *reason, void *reserved)
{
    TRACE("%p, %p, %p\n", handle, reason, reserved);

    return refuse_hosted_network(!reserved, handle, reason);
}

DWORD WINAPI WlanHostedNetworkForceStop(
        HANDLE handle, WLAN_HOSTED_NETWORK_REASON *reason, void *reserved)
{
    TRACE("%p, %p, %p\n", handle, reason, reserved);

    return refuse_hosted_network(!reserved, handle, reason);
}

DWORD WINAPI WlanHostedNetworkInitSettings(
        HANDLE handle, WLAN_HOSTED_NETWORK_REASON *reason, void *reserved)
{
    TRACE("%p, %p, %p\n", handle, reason, reserved);

    return refuse_hosted_network(!reserved, handle, reason);
}

DWORD WINAPI WlanHostedNetworkRefreshSecuritySettings(
        HANDLE handle, WLAN_HOSTED_NETWORK_REASON *reason, void *reserved)
{
    TRACE("%p, %p, %p\n", handle, reason, reserved);

    return refuse_hosted_network(!reserved, handle, reason);
}

DWORD WINAPI WlanHostedNetworkSetProperty(HANDLE handle, WLAN_HOSTED_NETWORK_OPCODE opcode,
        DWORD size, void *data, WLAN_HOSTED_NETWORK_REASON *reason, void *reserved)
{
    TRACE("%p, %d, %lu, %p, %p, %p\n", handle, opcode, size, data, reason, reserved);

    return refuse_hosted_network(!reserved && (!size || data), handle, reason);
}

DWORD WINAPI WlanHostedNetworkSetSecondaryKey(HANDLE handle, DWORD size, BYTE *key, BOOL passphrase,
        BOOL persistent, WLAN_HOSTED_NETWORK_REASON *reason, void *reserved)
{
    TRACE("%p, %lu, %p, %d, %d, %p, %p\n", handle, size, key, passphrase, persistent, reason,
            reserved);

    return refuse_hosted_network(!reserved && (!size || key), handle, reason);
}

DWORD WINAPI WlanHostedNetworkQueryProperty(HANDLE handle, WLAN_HOSTED_NETWORK_OPCODE opcode,
        DWORD *size, void **data, WLAN_OPCODE_VALUE_TYPE *type, void *reserved)
{
    TRACE("%p, %d, %p, %p, %p, %p\n", handle, opcode, size, data, type, reserved);

    return refuse(!reserved && size && data && type, handle, ERROR_CALL_NOT_IMPLEMENTED);
}

DWORD WINAPI WlanHostedNetworkQuerySecondaryKey(HANDLE handle, DWORD *size, BYTE **key,
        BOOL *passphrase, BOOL *persistent, WLAN_HOSTED_NETWORK_REASON *reason, void *reserved)
{
    TRACE("%p, %p, %p, %p, %p, %p, %p\n", handle, size, key, passphrase, persistent, reason,
            reserved);

    return refuse(!reserved && size && key && passphrase && persistent, handle,
            ERROR_CALL_NOT_IMPLEMENTED);
}

DWORD WINAPI WlanHostedNetworkQueryStatus(
        HANDLE handle, WLAN_HOSTED_NETWORK_STATUS **status, void *reserved)
{
    TRACE("%p, %p, %p\n", handle, status, reserved);

    return refuse(!reserved && status, handle, ERROR_CALL_NOT_IMPLEMENTED);
}
