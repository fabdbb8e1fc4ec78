/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The DLL's watch of policy on a Unix half of the test's own, which takes as long with what it is told
 * as the test wants: a change comes at the worst moment, always.
 */
#include "wfd_private.h"

#include "winreg.h"

#include "check.h"

#define WAIT_MS 20000 /* for what has to come; a loaded machine may be slow */

static HKEY key;
static LONG calls;
static LONG told;     /* what the Unix half was told last */
static HANDLE change; /* has been told */

/* Policy changes after it was first read; that is told, by another thread, before what was read. */
void wfd_unix_call(enum wfd_unix_func func, void *params)
{
    const DWORD no = 0;

    if (func != wfd_unix_set_policy) return;
    if (InterlockedIncrement(&calls) == 1)
    {
        CHECK(((struct wfd_unix_policy_params *)params)->allowed, "a policy was there before");
        RegSetValueExA(key, "AllowWiFiDirect", 0, REG_DWORD, (const BYTE *)&no, sizeof(no));
        CHECK(WaitForSingleObject(change, WAIT_MS) == WAIT_OBJECT_0, "no change is told");
    }
    InterlockedExchange(&told, ((struct wfd_unix_policy_params *)params)->allowed);
    SetEvent(change);
}

static void a_change_while_policy_is_first_told_is_what_holds(void)
{
    wfd_policy_watch();
    CHECK_EQ(InterlockedCompareExchange(&told, 0, 0), FALSE, "allowed, to the Unix half");
    CHECK_EQ(wfd_policy_allows(), FALSE, "allowed");
}

int main(void)
{
    change = CreateEventW(NULL, TRUE, FALSE, NULL);
    RegCreateKeyExA(HKEY_LOCAL_MACHINE, "Software\\Microsoft\\PolicyManager\\current\\device\\Wifi",
            0, NULL, 0, KEY_ALL_ACCESS | KEY_WOW64_64KEY, NULL, &key, NULL);
    RUN(a_change_while_policy_is_first_told_is_what_holds);
    RegDeleteValueA(key, "AllowWiFiDirect");
    return check_summary();
}
