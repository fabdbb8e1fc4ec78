/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads the settings in HKCU\Software\Wine\WiFiDirect. A value that is absent, of another type or
 * too long counts as not set. Never writes.
 */
#include <stdarg.h>

#include "windef.h"
#include "winbase.h"
#include "winnls.h"
#include "winreg.h"
#include "wine/debug.h"

#include "wfd_private.h"

WINE_DEFAULT_DEBUG_CHANNEL(wlanapi);

static void read_number(HKEY key, const WCHAR *name, uint32_t *ret_number)
{
    DWORD value, type, size = sizeof(value);

    if (RegQueryValueExW(key, name, NULL, &type, (BYTE *)&value, &size)) return;
    if (type != REG_DWORD || size != sizeof(value)) return;
    *ret_number = value;
}

static void read_text(HKEY key, const WCHAR *name, char *ret_text, int text_size)
{
    WCHAR value[128];
    DWORD type, size = sizeof(value) - sizeof(value[0]);
    int length;

    if (RegQueryValueExW(key, name, NULL, &type, (BYTE *)value, &size) || type != REG_SZ) return;
    value[size / sizeof(value[0])] = 0;
    length = WideCharToMultiByte(CP_UTF8, 0, value, -1, NULL, 0, NULL, NULL);
    if (length <= 0 || length > text_size)
    {
        WARN("%s is too long\n", debugstr_w(name));
        return;
    }
    WideCharToMultiByte(CP_UTF8, 0, value, -1, ret_text, text_size, NULL, NULL);
}

void wfd_config_read(struct wfd_unix_config *ret_config)
{
    HKEY key;

    memset(ret_config, 0, sizeof(*ret_config));
    if (RegOpenKeyExW(HKEY_CURRENT_USER, L"Software\\Wine\\WiFiDirect", 0, KEY_READ, &key)) return;
    read_text(key, L"ControlDirectory", ret_config->control_directory,
            sizeof(ret_config->control_directory));
    read_text(key, L"Interface", ret_config->interface, sizeof(ret_config->interface));
    read_number(key, L"OpenTimeout", &ret_config->open_timeout_ms);
    read_number(key, L"SearchTimeout", &ret_config->search_timeout_ms);
    read_number(key, L"ReplyTimeout", &ret_config->reply_timeout_ms);
    read_number(key, L"SupplicantUid", &ret_config->supplicant_uid);
    RegCloseKey(key);
}
