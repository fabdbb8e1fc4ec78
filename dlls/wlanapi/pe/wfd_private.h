/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the PE half's WFD part share.
 */
#ifndef WFD_PE_PRIVATE_H
#define WFD_PE_PRIVATE_H

#include <stdarg.h>

#include "windef.h"
#include "winbase.h"

#include "wfd_unixlib.h"

/* dllmain.c: the DLL itself, for the references that threads of ours hold. */
extern HINSTANCE wfd_instance;

/*
 * unix_call.c: makes the Unix half ready, once. ERROR_SUCCESS; ERROR_SERVICE_NOT_ACTIVE when
 * there is none (not Wine, or the installation is incomplete). wfd_unix_call may be called only
 * after a success.
 */
DWORD wfd_unix_ready(void);
/* Like wfd_unix_ready, without making anything: for a DLL that is being unloaded. */
BOOL wfd_unix_is_ready(void);
void wfd_unix_call(enum wfd_unix_func func, void *params);

/* config.c: HKCU\Software\Wine\WiFiDirect. */
void wfd_config_read(struct wfd_unix_config *ret_config);

/* policy.c: makes sure that the Unix half knows the policy, now and when it changes. */
void wfd_policy_watch(void);
/* What it was told last. */
BOOL wfd_policy_allows(void);
/* Ends the watch, for a DLL that is being unloaded; waits for a change that is being handled. */
void wfd_policy_unwatch(void);

/*
 * wfd_dispatch.c: an open is about to be started; makes sure that somebody will fetch its
 * completion. FALSE: no thread. wfd_dispatch_release ends the claim when the open has begun or
 * could not.
 */
BOOL wfd_dispatch_claim(void);
void wfd_dispatch_release(void);

/* The GUID that Wine gives the network interface of that index, in all versions; 0: none. */
GUID wfd_interface_guid(DWORD index);

#endif
