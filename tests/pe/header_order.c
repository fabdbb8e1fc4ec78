/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Compile-time test of <wlanapi.h> in C and in C++: alone, and with the headers that programs include
 * beside it, in several orders. Compile once for each HEADER_ORDER from 0 to 4, with the project's
 * include directory first. Never linked or run.
 */
#ifndef HEADER_ORDER
#define HEADER_ORDER 0
#endif

#if HEADER_ORDER == 0
/* alone */
#include <wlanapi.h>

#elif HEADER_ORDER == 1
/* last, after the headers of a network program */
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <iphlpapi.h>
#include <wlanapi.h>

#elif HEADER_ORDER == 2
/* first: it must not drag in <winsock.h>, nor spoil the toolchain's own type headers */
#include <wlanapi.h>
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <iphlpapi.h>
#include <windot11.h>
#if __has_include(<wlantypes.h>)
#include <wlantypes.h>
#ifdef __WINDOT11_H__ /* this one needs mingw-w64's windows.h as well */
#include <wlanihvtypes.h>
#endif
#include <eaptypes.h>
#include <l2cmn.h>
#endif

#elif HEADER_ORDER == 3
/* after the toolchain's own type headers */
#include <windows.h>
#if __has_include(<wlantypes.h>)
#include <wlantypes.h>
#include <eaptypes.h>
#include <l2cmn.h>
#endif
#include <windot11.h>
#include <wlanapi.h>

#elif HEADER_ORDER == 4
/* strict and small; twice */
#define WIN32_LEAN_AND_MEAN
#define NONAMELESSUNION
#define NONAMELESSSTRUCT
#define UNICODE
#include <windows.h>
#include <wlanapi.h>
#include <wlanapi.h>

#else
#error "HEADER_ORDER is 0 to 4"
#endif

#include "header_sizes.h"
