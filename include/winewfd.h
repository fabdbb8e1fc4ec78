/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What winewfd.dll exports for programs of this project, beside wlanapi.h: looking for devices and
 * pairing, which Windows keeps to itself. To be had by GetProcAddress only, from winewfd.dll or,
 * where it stands in the place of Wine's own, wlanapi.dll; use one of the two throughout. All
 * return a Windows error code; ERROR_ACCESS_DISABLED_BY_POLICY when a policy forbids Wi-Fi Direct.
 */
#ifndef WINEWFD_H
#define WINEWFD_H

#include <wlanapi.h>

/* A device that was found. name is what it calls itself: UTF-8, or any other bytes. */
struct winewfd_device
{
    BYTE address[6];
    WORD config_methods; /* of WPS: 0x80 button, 0x8 display, 0x100 keypad */
    WORD category;       /* of its device type, as WPS numbers them; 0: not told */
    BYTE owns_group;
    char name[33];
};

/* Looks for devices; waits at most a second for the supplicant. One scan at a time in a process. */
typedef DWORD(WINAPI *winewfd_scan_begin)(DWORD seconds, DWORD *ret_scan);
/*
 * Waits for the next device, wait_ms (at most a second); *ret_found FALSE: none so far. An error
 * means that the scan is over, ERROR_NO_MORE_ITEMS that it is over in good order.
 */
typedef DWORD(WINAPI *winewfd_scan_next)(
        DWORD scan, DWORD wait_ms, struct winewfd_device *ret_device, BOOL *ret_found);
/* For each scan that was begun; also ends it early. */
typedef DWORD(WINAPI *winewfd_scan_end)(DWORD scan);

/* A random PIN of eight digits, with a zero behind. Wipe it after use, as all that hold one. */
typedef DWORD(WINAPI *winewfd_make_pin)(char ret_pin[9]);

/* As WFDOpenHandle, for opens that wait for people. Closed by WFDCloseHandle. */
typedef DWORD(WINAPI *winewfd_open_for_pairing)(HANDLE *ret_client);

/*
 * Pairs, as WFDStartOpenSession opens: calls back once, with the reasons of wlanapi.h and those of
 * enum wfd_reason; WFDCancelOpenSession and WFDCloseSession are for its session too. Invalid
 * parameter: also a PIN that is none.
 */
struct winewfd_pairing
{
    DOT11_MAC_ADDRESS address;
    DWORD method; /* enum wfd_pairing_method: 0 button, 1 we show a PIN, 2 the other device does */
    char pin[9];  /* of methods that have one */
    void *context;
    WFD_OPEN_SESSION_COMPLETE_CALLBACK callback;
};
typedef DWORD(WINAPI *winewfd_start_pairing)(
        HANDLE client, const struct winewfd_pairing *pairing, HANDLE *ret_session);

/* How far it is: enum wfd_progress. */
typedef DWORD(WINAPI *winewfd_progress)(HANDLE session);

/*
 * Brings the device nodes of this prefix up to date (wfd_devpkey.h) and returns when they are. In
 * the form of an entry for rundll32; the arguments say nothing.
 */
typedef void(WINAPI *winewfd_update_nodes)(HWND, HINSTANCE, char *, int);

#endif
