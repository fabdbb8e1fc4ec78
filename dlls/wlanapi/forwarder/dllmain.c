/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The native wlanapi.dll, which forwards everything to winewfd.dll. Wine keeps a module that it has
 * loaded for a forward, so this one tells it when the program has unloaded wlanapi.dll. Loads nothing.
 */
#include <windows.h>

typedef void(WINAPI *unloaded)(void);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved);

/* At the end of the process the helper process cleans up, as for a builtin. */
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    HMODULE builtin;
    unloaded tell;

    (void)instance;
    if (reason != DLL_PROCESS_DETACH || reserved) return TRUE;
    builtin = GetModuleHandleW(L"winewfd.dll");
    if (!builtin) return TRUE;
    tell = (unloaded)(void *)GetProcAddress(builtin, "__winewfd_unloaded");
    if (tell) tell();
    return TRUE;
}
