/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is Wi-Fi Direct allowed (rows P1, P2)? Reads the registry once, tells the Unix half, and waits
 * for changes: a read on every call would cost a round trip to wineserver. Never writes.
 */
#include <stdarg.h>

#include "windef.h"
#include "winbase.h"
#include "winnls.h"
#include "winreg.h"
#include "wine/debug.h"

#include "policy_xml.h"
#include "wfd_private.h"

WINE_DEFAULT_DEBUG_CHANNEL(wlanapi);

#define MAX_DOCUMENT_BYTES (256 * 1024)
#define FILTER             (REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET)
#define VIEW               KEY_WOW64_64KEY /* policy is the machine's, for 32-bit programs too */

static const WCHAR device_path[] = L"Software\\Microsoft\\PolicyManager\\current\\device\\Wifi";
static const WCHAR group_path[] =
        L"Software\\Policies\\Microsoft\\Windows\\Wireless\\GPTWirelessPolicy";

/* One branch of HKLM; only the wait thread touches it after the first arming. */
struct watch
{
    const WCHAR *path;
    HKEY key; /* the deepest part of path that exists */
    HANDLE event, wait;
};

static INIT_ONCE watch_once = INIT_ONCE_STATIC_INIT;
static struct watch watches[] = { { .path = device_path }, { .path = group_path } };

static BOOL device_policy_disables(void)
{
    DWORD value = 1, size = sizeof(value), type;
    LSTATUS status;
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, device_path, 0, KEY_READ | VIEW, &key)) return FALSE;
    status = RegQueryValueExW(key, L"AllowWiFiDirect", NULL, &type, (BYTE *)&value, &size);
    RegCloseKey(key);
    return !status && type == REG_DWORD && !value;
}

static BOOL wide_document_disables(const WCHAR *text, DWORD bytes)
{
    int length = WideCharToMultiByte(CP_UTF8, 0, text, bytes / sizeof(*text), NULL, 0, NULL, NULL);
    char *narrow = length > 0 ? HeapAlloc(GetProcessHeap(), 0, length) : NULL;
    BOOL disables;

    if (!narrow) return FALSE;
    WideCharToMultiByte(CP_UTF8, 0, text, bytes / sizeof(*text), narrow, length, NULL, NULL);
    disables = policy_xml_disables_wfd(narrow, length);
    HeapFree(GetProcessHeap(), 0, narrow);
    return disables;
}

/* Documents are text, or the bytes of UTF-8 or UTF-16 text. */
static BOOL document_disables(DWORD type, const BYTE *data, DWORD bytes)
{
    BOOL wide = type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;

    if (!wide && type != REG_BINARY) return FALSE;
    if (!wide) wide = bytes > 1 && (!data[1] || (data[0] == 0xff && data[1] == 0xfe));
    if (wide) return wide_document_disables((const WCHAR *)data, bytes);
    return policy_xml_disables_wfd((const char *)data, bytes);
}

static BOOL values_disable(HKEY key)
{
    BYTE *data = HeapAlloc(GetProcessHeap(), 0, MAX_DOCUMENT_BYTES);
    BOOL disables = FALSE;
    WCHAR name[256];

    if (!data) return FALSE;
    for (DWORD i = 0; !disables; i++)
    {
        DWORD name_length = ARRAY_SIZE(name), bytes = MAX_DOCUMENT_BYTES, type;
        LSTATUS status = RegEnumValueW(key, i, name, &name_length, NULL, &type, data, &bytes);

        if (status == ERROR_MORE_DATA) continue;
        if (status) break;
        disables = document_disables(type, data, bytes);
    }
    HeapFree(GetProcessHeap(), 0, data);
    return disables;
}

/* The key and the keys below it, one for each policy. */
static BOOL group_policy_disables(void)
{
    BOOL disables;
    WCHAR name[256];
    HKEY key, policy;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, group_path, 0, KEY_READ | VIEW, &key)) return FALSE;
    disables = values_disable(key);
    for (DWORD i = 0; !disables; i++)
    {
        DWORD length = ARRAY_SIZE(name);

        if (RegEnumKeyExW(key, i, name, &length, NULL, NULL, NULL, NULL)) break;
        if (RegOpenKeyExW(key, name, 0, KEY_READ, &policy)) continue;
        disables = values_disable(policy);
        RegCloseKey(policy);
    }
    RegCloseKey(key);
    return disables;
}

static LONG is_allowed = TRUE;
static LONG changes; /* that the wait thread has heard of */

/* Again if one was heard of meanwhile: it may have been told before what was read here. */
static void tell_policy(void)
{
    struct wfd_unix_policy_params params;
    LONG seen;

    do
    {
        seen = InterlockedCompareExchange(&changes, 0, 0);
        params.allowed = !device_policy_disables() && !group_policy_disables();
        TRACE("Wi-Fi Direct is %s\n", params.allowed ? "allowed" : "disabled");
        InterlockedExchange(&is_allowed, params.allowed);
        wfd_unix_call(wfd_unix_set_policy, &params);
    } while (seen != InterlockedCompareExchange(&changes, 0, 0));
}

BOOL wfd_policy_allows(void)
{
    return InterlockedCompareExchange(&is_allowed, 0, 0);
}

/* Opens as much of the path as exists. */
static HKEY open_deepest(const WCHAR *path)
{
    WCHAR part[128];
    int length = lstrlenW(path);
    HKEY key;

    lstrcpyW(part, path);
    while (RegOpenKeyExW(HKEY_LOCAL_MACHINE, part, 0, KEY_NOTIFY | VIEW, &key))
    {
        while (length && part[length] != '\\') length--;
        if (!length) return NULL;
        part[length] = 0;
    }
    return key;
}

/* With all that is below: more of the path may be made between opening the key and watching it. */
static void arm(struct watch *watch)
{
    if (watch->key) RegCloseKey(watch->key);
    watch->key = open_deepest(watch->path);
    if (!watch->key || RegNotifyChangeKeyValue(watch->key, TRUE, FILTER, watch->event, TRUE))
        WARN("%s is not watched\n", debugstr_w(watch->path));
}

/* Armed before it is read, so that a change in between is not lost. */
static void CALLBACK changed(void *context, BOOLEAN timed_out)
{
    arm(context);
    InterlockedIncrement(&changes);
    tell_policy();
}

static BOOL CALLBACK start_watching(INIT_ONCE *once, void *param, void **context)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(watches); i++)
    {
        watches[i].event = CreateEventW(NULL, FALSE, FALSE, NULL);
        if (!watches[i].event) continue;
        arm(&watches[i]);
        /* In the wait thread: one that exists already, see wfd_policy_unwatch. */
        if (!RegisterWaitForSingleObject(&watches[i].wait, watches[i].event, changed, &watches[i],
                    INFINITE, WT_EXECUTEINWAITTHREAD))
            WARN("no wait for changes of %s\n", debugstr_w(watches[i].path));
    }
    tell_policy();
    return TRUE;
}

void wfd_policy_watch(void)
{
    InitOnceExecuteOnce(&watch_once, start_watching, NULL, NULL);
}

void wfd_policy_unwatch(void)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(watches); i++)
    {
        if (watches[i].wait) UnregisterWaitEx(watches[i].wait, INVALID_HANDLE_VALUE);
        if (watches[i].key) RegCloseKey(watches[i].key);
        if (watches[i].event) CloseHandle(watches[i].event);
    }
}
