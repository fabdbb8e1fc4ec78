/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wfdpair: a window that looks for Wi-Fi Direct devices and pairs with one, like Windows' own "Add
 * a device". `wine wfdpair` starts it. When the window is closed, what was begun is taken back
 * before the program ends.
 */
#include <windows.h>

#include <commctrl.h>

#include "wfdpair.h"

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, WCHAR *command_line, int show)
{
    static const INITCOMMONCONTROLSEX controls = { sizeof(controls),
        ICC_LISTVIEW_CLASSES | ICC_PROGRESS_CLASS | ICC_STANDARD_CLASSES };
    HWND window;
    MSG message;

    (void)previous;
    (void)command_line;
    InitCommonControlsEx(&controls);
    api_load(); /* the window tells when it is not there */
    window = window_create(instance);
    if (!window) return 1;
    ShowWindow(window, show);
    while (GetMessageW(&message, NULL, 0, 0) > 0)
    {
        if (IsDialogMessageW(window, &message)) continue;
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    worker_finish();
    return 0;
}
