/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wfdpair: what its files share. The window is one thread's and never waits; what waits is done by
 * workers, one after the other, that tell the window by messages.
 */
#ifndef WFDPAIR_H
#define WFDPAIR_H

#include <windows.h>

#include <winewfd.h>

#undef interface /* of the headers for COM; the core's header has a field of that name */
#include "resource.h"
#include "words.h"

#define TEXT_SIZE 512 /* in UTF-16 units; longer texts are cut */

/* api.c: the private exports of winewfd.dll, all there after a success. */
struct api
{
    winewfd_scan_begin scan_begin;
    winewfd_scan_next scan_next;
    winewfd_scan_end scan_end;
    winewfd_make_pin make_pin;
    winewfd_open_for_pairing open_for_pairing;
    winewfd_start_pairing start_pairing;
    winewfd_progress progress;
    DWORD(WINAPI *cancel)(HANDLE session);
    DWORD(WINAPI *close_session)(HANDLE session);
    DWORD(WINAPI *close_client)(HANDLE client);
    /* As rundll32 calls it; NULL: this winewfd shows programs no paired devices. */
    void(WINAPI *update_nodes)(HWND window, HINSTANCE instance, char *arguments, int how);
};
extern struct api api;
/* FALSE: this prefix has no winewfd, or one of another version. */
BOOL api_load(void);

/*
 * worker.c: a worker begins when the one before it has ended, and its messages bear its number in
 * wparam. A worker_stop asks the last one to end, which takes back what it has begun.
 */
#define WM_DEVICE    (WM_APP + 1) /* lparam: struct winewfd_device, of HeapAlloc */
#define WM_SCAN_OVER (WM_APP + 2) /* lparam: an error code, 0 for none */
#define WM_PROGRESS  (WM_APP + 3) /* lparam: enum wfd_progress */
#define WM_PAIRED    (WM_APP + 4) /* lparam: struct outcome, of HeapAlloc */

struct outcome
{
    DWORD error;
    DWORD reason;
};

/* Their numbers; 0: there is no memory or thread. The PIN in pairing is copied. */
WPARAM worker_scan(HWND window);
WPARAM worker_pair(HWND window, const struct winewfd_pairing *pairing);
void worker_stop(void);
/* Waits for all of them, for the end of the program; bounded. */
void worker_finish(void);

/* text.c */
void text_from_utf8(const char *utf8, WCHAR ret_text[TEXT_SIZE]);
void text_name(const struct winewfd_device *device, WCHAR ret_text[TEXT_SIZE]);
void text_address(const BYTE address[6], WCHAR ret_text[TEXT_SIZE]);
void text_kind(const struct winewfd_device *device, WCHAR ret_text[TEXT_SIZE]);
/* What an error code of the API means. */
void text_error(DWORD error, DWORD reason, BOOL pairing, WCHAR ret_text[TEXT_SIZE]);

/* template.c: the dialog in the system's message font. NULL without memory; free by HeapFree. */
DLGTEMPLATE *template_in_system_font(HINSTANCE instance, UINT id);

/* window.c */
HWND window_create(HINSTANCE instance);

#endif
