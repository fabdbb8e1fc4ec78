/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Loading and unloading. At the end of the process nothing is done: other threads are dead and may
 * have held any lock; the helper process cleans up.
 */
#include <stdarg.h>

#include "windef.h"
#include "winbase.h"

#include "wfd_private.h"

HINSTANCE wfd_instance;

/* winebuild's stubs call this: the exception that Wine prints as a call of an unimplemented function. */
void __cdecl __wine_spec_unimplemented_stub(const char *module, const char *function);
void __cdecl __wine_spec_unimplemented_stub(const char *module, const char *function)
{
    ULONG_PTR arguments[2] = { (ULONG_PTR)module, (ULONG_PTR)function };

    for (;;) RaiseException(0x80000100, EXCEPTION_NONCONTINUABLE, 2, arguments);
}

/* From the forwarder wlanapi.dll, which the program has unloaded; this module stays, see there. */
void WINAPI __winewfd_unloaded(void);
void WINAPI __winewfd_unloaded(void)
{
    if (wfd_unix_is_ready()) wfd_unix_call(wfd_unix_abandon, NULL);
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    switch (reason)
    {
    case DLL_PROCESS_ATTACH:
        wfd_instance = instance;
        DisableThreadLibraryCalls(instance);
        break;
    case DLL_PROCESS_DETACH:
        if (reserved || !wfd_unix_is_ready()) break;
        wfd_policy_unwatch();
        wfd_nodes_unwatch();
        wfd_unix_call(wfd_unix_abandon, NULL);
        break;
    }
    return TRUE;
}
