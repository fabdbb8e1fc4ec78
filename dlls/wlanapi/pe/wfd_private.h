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

/*
 * wfd_nodes.c: makes the device nodes of this prefix equal to what the Unix half sees. searched, if
 * not NULL, is the address of a device that was just looked for, and found or not. listed, if not
 * NULL, is called when it is known that there is a node for each paired device and for no other, if
 * that is known before the properties are written. FALSE: the supplicant did not answer, or policy
 * disables it. Waits, for some seconds at most.
 */
BOOL wfd_nodes_update(const uint8_t *searched, BOOL found, void (*listed)(void));

/* wfd_nodes_when.c: in the background, soon. */
void wfd_nodes_refresh(void);
/* The same, and waits a little for nodes to be there that are missing. */
void wfd_nodes_list(void);
/* From now on, and as long as something is under way, what changes is noticed. */
void wfd_nodes_watch(void);
/* Ends that, for a DLL that is being unloaded. */
void wfd_nodes_unwatch(void);

/* The GUID that Wine gives the network interface of that index, in all versions; 0: none. */
GUID wfd_interface_guid(DWORD index);

#endif
