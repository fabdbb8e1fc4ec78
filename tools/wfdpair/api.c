/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds winewfd: as winewfd.dll in a prefix that is switched on, as wlanapi.dll where it stands in
 * the place of Wine's own for all prefixes. Never mixes the two.
 */
#include "wfdpair.h"

struct api api;

static BOOL load_from(const WCHAR *name)
{
    static const struct
    {
        const char *name;
        void *place;
    } exports[] = {
        { "__winewfd_scan_begin", &api.scan_begin },
        { "__winewfd_scan_next", &api.scan_next },
        { "__winewfd_scan_end", &api.scan_end },
        { "__winewfd_make_pin", &api.make_pin },
        { "__winewfd_open_for_pairing", &api.open_for_pairing },
        { "__winewfd_start_pairing", &api.start_pairing },
        { "__winewfd_progress", &api.progress },
        { "WFDCancelOpenSession", &api.cancel },
        { "WFDCloseSession", &api.close_session },
        { "WFDCloseHandle", &api.close_client },
    };
    HMODULE module = LoadLibraryW(name);
    FARPROC exported;

    if (!module) return FALSE;
    for (unsigned int i = 0; i < ARRAYSIZE(exports); i++)
    {
        exported = GetProcAddress(module, exports[i].name);
        if (!exported)
        {
            FreeLibrary(module);
            return FALSE;
        }
        memcpy(exports[i].place, &exported, sizeof(exported));
    }
    exported = GetProcAddress(module, "__winewfd_update_nodes");
    memcpy(&api.update_nodes, &exported, sizeof(exported));
    return TRUE;
}

BOOL api_load(void)
{
    return load_from(L"winewfd.dll") || load_from(L"wlanapi.dll");
}
