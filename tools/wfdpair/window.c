/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The window: one dialog whose pages are sets of its controls. Everything in here is the window's
 * thread's; it never waits, and a message of a worker that is not the last one is none of its
 * business. A PIN lives in the edit control while it is shown or typed, and is overwritten there.
 */
#include <windows.h>

#include <commctrl.h>
#include <strsafe.h>

#include "wfdpair.h"

#define FRAME_WIDTH 3 /* of the focus around the list, in pixels */

enum page
{
    PAGE_SEARCH,  /* devices come, one is chosen */
    PAGE_METHOD,  /* how */
    PAGE_ENTER,   /* the PIN that the other device shows */
    PAGE_PAIRING, /* waiting for the other device and its user */
    PAGE_PAIRED,
    PAGE_FAILED,
};

/* What there is on a page; a text of NULL: that button is not there. */
static const struct
{
    const WCHAR *heading, *back, *ok, *cancel;
    int controls[8]; /* the others */
    int focus;       /* 0: decided by focus_of */
} pages[] = {
    [PAGE_SEARCH] = { L"Choose a device", NULL, L"&Next", L"Cancel",
            { IDC_LIST_LABEL, IDC_LIST, IDC_STATUS }, IDC_LIST },
    [PAGE_METHOD] = { L"How are the devices to be paired?", L"&Back", L"&Next", L"Cancel",
            { IDC_DEVICE, IDC_BUTTON, IDC_DISPLAY, IDC_KEYPAD, IDC_STATUS }, 0 },
    [PAGE_ENTER] = { L"Enter the PIN", L"&Back", L"&Pair", L"Cancel",
            { IDC_DEVICE, IDC_TEXT, IDC_PIN_LABEL, IDC_PIN, IDC_STATUS }, IDC_PIN },
    [PAGE_PAIRING] = { L"Pairing", NULL, NULL, L"Cancel",
            { IDC_DEVICE, IDC_TEXT, IDC_BAR, IDC_STATUS }, IDCANCEL },
    [PAGE_PAIRED] = { L"The devices are paired", L"&Add another", L"&Close", NULL,
            { IDC_DEVICE, IDC_TEXT }, IDOK },
    [PAGE_FAILED] = { L"The devices are not paired", L"&Back", L"&Try again", L"Close",
            { IDC_DEVICE, IDC_TEXT }, IDOK },
};

static struct
{
    HWND window;
    enum page page;
    WPARAM worker;                                  /* whose messages count; 0: nobody's */
    struct winewfd_device devices[WFD_MAX_DEVICES]; /* by their place in the list */
    int count;
    struct winewfd_device chosen;
    enum wfd_pairing_method method;
    DWORD since; /* GetTickCount */
    HFONT heading_font, pin_font;
    POINT slots[3]; /* for buttons, from the right */
} state;

static HWND control(int id)
{
    return GetDlgItem(state.window, id);
}

static void set_text(int id, const WCHAR *text)
{
    WCHAR old[TEXT_SIZE];

    /* What is the same is not drawn again. */
    GetWindowTextW(control(id), old, ARRAYSIZE(old));
    if (lstrcmpW(old, text)) SetWindowTextW(control(id), text);
}

static void set_utf8(int id, const char *utf8)
{
    WCHAR text[TEXT_SIZE];

    text_from_utf8(utf8, text);
    set_text(id, text);
}

static void show(int id, BOOL is_shown)
{
    ShowWindow(control(id), is_shown ? SW_SHOWNA : SW_HIDE);
}

static void show_button(int id, const WCHAR *text)
{
    if (text) SetWindowTextW(control(id), text);
    EnableWindow(control(id), text != NULL);
    show(id, text != NULL);
}

/* Those that are there, from the right. */
static void place_buttons(void)
{
    static const int buttons[] = { IDCANCEL, IDOK, IDC_BACK };
    int slot = 0;

    for (unsigned int i = 0; i < ARRAYSIZE(buttons); i++)
    {
        if (!(GetWindowLongW(control(buttons[i]), GWL_STYLE) & WS_VISIBLE)) continue;
        SetWindowPos(control(buttons[i]), NULL, state.slots[slot].x, state.slots[slot].y, 0, 0,
                SWP_NOSIZE | SWP_NOZORDER | SWP_NOACTIVATE);
        slot++;
    }
}

/* The edit control keeps its buffer. */
static void wipe_pin(void)
{
    SetWindowTextW(control(IDC_PIN), L"00000000000");
    SetWindowTextW(control(IDC_PIN), L"");
    SendMessageW(control(IDC_PIN), EM_EMPTYUNDOBUFFER, 0, 0);
}

static BOOL is_on_page(enum page page, int id)
{
    for (unsigned int i = 0; i < ARRAYSIZE(pages[page].controls); i++)
        if (pages[page].controls[i] == id) return TRUE;
    return FALSE;
}

static int method_control(void)
{
    static const int controls[] = { IDC_BUTTON, IDC_DISPLAY, IDC_KEYPAD };

    return controls[state.method];
}

/* Mnemonics and the focus are always to be seen, whatever opened the window. */
static void show_cues(void)
{
    SendMessageW(state.window, WM_CHANGEUISTATE,
            MAKEWPARAM(UIS_CLEAR, UISF_HIDEFOCUS | UISF_HIDEACCEL), 0);
}

static void show_page(enum page page)
{
    int focus = pages[page].focus ? pages[page].focus : method_control();

    state.page = page;
    set_text(IDC_HEADING, pages[page].heading);
    set_text(IDC_STATUS, L"");
    for (int id = IDC_DEVICE; id <= IDC_STATUS; id++) show(id, is_on_page(page, id));
    show_button(IDC_BACK, pages[page].back);
    show_button(IDOK, pages[page].ok);
    show_button(IDCANCEL, pages[page].cancel);
    place_buttons();
    SendMessageW(control(IDC_BAR), PBM_SETMARQUEE, page == PAGE_PAIRING, 0);
    SendMessageW(state.window, DM_SETDEFID, pages[page].ok ? IDOK : IDCANCEL, 0);
    SendMessageW(state.window, WM_NEXTDLGCTL, (WPARAM)control(focus), TRUE);
}

static void describe_device(void)
{
    WCHAR address[TEXT_SIZE], name[TEXT_SIZE], text[TEXT_SIZE];

    text_address(state.chosen.address, address);
    text_name(&state.chosen, name);
    StringCchPrintfW(text, ARRAYSIZE(text), L"%s  %s", address, name);
    set_text(IDC_DEVICE, text);
}

/* Searching */

static int selected(void)
{
    return (int)SendMessageW(control(IDC_LIST), LVM_GETNEXTITEM, (WPARAM)-1, LVNI_SELECTED);
}

static void show_scanning(BOOL scanning)
{
    show(IDC_BAR, scanning);
    SendMessageW(control(IDC_BAR), PBM_SETMARQUEE, scanning, 0);
    show_button(IDC_BACK, scanning ? NULL : L"Search &again");
    place_buttons();
    EnableWindow(control(IDOK), selected() >= 0);
}

static void report_scan(DWORD error)
{
    WCHAR text[TEXT_SIZE];

    show_scanning(FALSE);
    if (error)
    {
        text_error(error, 0, FALSE, text);
        set_text(IDC_STATUS, text);
    }
    else
        set_utf8(IDC_STATUS, state.count ? "The search is over." : WORDS_NO_DEVICE);
    if (selected() < 0) SendMessageW(state.window, WM_NEXTDLGCTL, (WPARAM)control(IDC_BACK), TRUE);
}

static void begin_search(void)
{
    SendMessageW(control(IDC_LIST), LVM_DELETEALLITEMS, 0, 0);
    state.count = 0;
    show_page(PAGE_SEARCH);
    show_scanning(TRUE);
    set_text(IDC_STATUS, L"Searching...");
    if (!api.scan_begin)
    {
        report_scan(ERROR_MOD_NOT_FOUND);
        return;
    }
    state.worker = worker_scan(state.window);
    if (!state.worker) report_scan(ERROR_NOT_ENOUGH_MEMORY);
}

static int place_of(const struct winewfd_device *device)
{
    for (int i = 0; i < state.count; i++)
        if (!memcmp(state.devices[i].address, device->address, sizeof(device->address))) return i;
    return -1;
}

static void set_cell(int row, int column, WCHAR *text)
{
    LVITEMW item = { .iSubItem = column, .pszText = text };

    SendMessageW(control(IDC_LIST), LVM_SETITEMTEXTW, row, (LPARAM)&item);
}

static void put_device(const struct winewfd_device *device)
{
    LVITEMW item = { .mask = LVIF_TEXT };
    WCHAR text[TEXT_SIZE];
    int row = place_of(device);

    if (row < 0)
    {
        if (state.count == ARRAYSIZE(state.devices)) return;
        row = state.count++;
        text_address(device->address, text);
        item.iItem = row;
        item.pszText = text;
        SendMessageW(control(IDC_LIST), LVM_INSERTITEMW, 0, (LPARAM)&item);
        set_cell(row, 1, text);
    }
    state.devices[row] = *device;
    text_name(device, text);
    set_cell(row, 0, text);
    text_kind(device, text);
    set_cell(row, 2, text);
}

static void choose(void)
{
    int row = selected();

    if (row < 0) return;
    state.chosen = state.devices[row];
    worker_stop();
    state.worker = 0;
    describe_device();
    /* What the device can do, if it says so, is what its user will find. */
    state.method = state.chosen.config_methods & 0x0680   ? WFD_PAIRING_BUTTON
                   : state.chosen.config_methods & 0x6008 ? WFD_PAIRING_KEYPAD
                   : state.chosen.config_methods & 0x0100 ? WFD_PAIRING_DISPLAY
                                                          : WFD_PAIRING_BUTTON;
    CheckRadioButton(state.window, IDC_BUTTON, IDC_KEYPAD, method_control());
    show_page(PAGE_METHOD);
}

/* Pairing */

static void ask_for_pin(void)
{
    wipe_pin();
    SendMessageW(control(IDC_PIN), EM_SETREADONLY, FALSE, 0);
    show_page(PAGE_ENTER);
    set_text(IDC_TEXT, L"The other device shows a PIN, of eight digits or of four.");
}

static void report_result(const struct outcome *outcome)
{
    WCHAR address[TEXT_SIZE], reason[TEXT_SIZE], text[2 * TEXT_SIZE];

    state.worker = 0;
    wipe_pin();
    if (outcome->error == ERROR_INVALID_PARAMETER && state.method == WFD_PAIRING_KEYPAD)
    {
        ask_for_pin();
        set_utf8(IDC_STATUS, WORDS_NO_PIN);
        return;
    }
    text_address(state.chosen.address, address);
    show_page(outcome->error ? PAGE_FAILED : PAGE_PAIRED);
    text_error(outcome->error, outcome->reason, TRUE, reason);
    StringCchPrintfW(text, ARRAYSIZE(text),
            outcome->error ? L"not paired with %s: %s" : L"paired with %s", address, reason);
    set_text(IDC_TEXT, text);
}

static void show_pin(const char *pin)
{
    WCHAR text[12];

    StringCchPrintfW(text, ARRAYSIZE(text), L"%.4hs %hs", pin, pin + 4);
    SetWindowTextW(control(IDC_PIN), text);
    SecureZeroMemory(text, sizeof(text));
    show(IDC_PIN_LABEL, TRUE);
    show(IDC_PIN, TRUE);
    SendMessageW(state.window, WM_NEXTDLGCTL, (WPARAM)control(IDC_PIN), TRUE);
    SendMessageW(control(IDC_PIN), EM_SETSEL, 0, 0);
}

/* With the PIN in pairing, if there is one; it is wiped. */
static void begin_pairing(struct winewfd_pairing *pairing)
{
    const char *instruction = words_instruction(state.method);
    struct outcome outcome = { .error = ERROR_NOT_ENOUGH_MEMORY };
    WCHAR text[TEXT_SIZE];

    pairing->method = state.method;
    memcpy(pairing->address, state.chosen.address, sizeof(pairing->address));
    wipe_pin();
    SendMessageW(control(IDC_PIN), EM_SETREADONLY, state.method == WFD_PAIRING_DISPLAY, 0);
    show_page(PAGE_PAIRING);
    text_from_utf8(instruction, text);
    if (state.method == WFD_PAIRING_DISPLAY) StringCchCatW(text, ARRAYSIZE(text), L":");
    set_text(IDC_TEXT, text);
    if (state.method == WFD_PAIRING_DISPLAY) show_pin(pairing->pin);
    state.since = GetTickCount();
    state.worker = worker_pair(state.window, pairing);
    SecureZeroMemory(pairing, sizeof(*pairing));
    if (!state.worker) report_result(&outcome);
}

static void pair_with_shown_pin(void)
{
    struct winewfd_pairing pairing = { .method = state.method };
    struct outcome outcome = { .error = api.make_pin(pairing.pin) };

    if (outcome.error)
        report_result(&outcome);
    else
        begin_pairing(&pairing);
}

static void pair_with_typed_pin(void)
{
    struct winewfd_pairing pairing = { .method = state.method };
    WCHAR wide[32];
    char text[3 * ARRAYSIZE(wide)];
    BOOL good;

    GetWindowTextW(control(IDC_PIN), wide, ARRAYSIZE(wide));
    good = WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, sizeof(text), NULL, NULL) &&
           words_take_pin(text, pairing.pin) && pairing.pin[0];
    SecureZeroMemory(wide, sizeof(wide));
    SecureZeroMemory(text, sizeof(text));
    if (good)
        begin_pairing(&pairing);
    else
        set_utf8(IDC_STATUS, WORDS_NO_PIN);
    SecureZeroMemory(&pairing, sizeof(pairing));
}

static void begin_method(void)
{
    struct winewfd_pairing pairing = { .method = WFD_PAIRING_BUTTON };

    switch (state.method)
    {
    case WFD_PAIRING_BUTTON: begin_pairing(&pairing); break;
    case WFD_PAIRING_DISPLAY: pair_with_shown_pin(); break;
    case WFD_PAIRING_KEYPAD: ask_for_pin(); break;
    }
}

static void take_method(void)
{
    state.method = IsDlgButtonChecked(state.window, IDC_KEYPAD)    ? WFD_PAIRING_KEYPAD
                   : IsDlgButtonChecked(state.window, IDC_DISPLAY) ? WFD_PAIRING_DISPLAY
                                                                   : WFD_PAIRING_BUTTON;
}

static void show_progress(enum wfd_progress progress)
{
    WCHAR text[TEXT_SIZE], line[TEXT_SIZE];

    text_from_utf8(words_progress(progress), text);
    StringCchPrintfW(
            line, ARRAYSIZE(line), L"%s... %lu s", text, (GetTickCount() - state.since) / 1000);
    set_text(IDC_STATUS, line);
}

/* Its result still comes. */
static void cancel_pairing(void)
{
    worker_stop();
    wipe_pin();
    show(IDC_PIN_LABEL, FALSE);
    show(IDC_PIN, FALSE);
    EnableWindow(control(IDCANCEL), FALSE);
    show_progress(WFD_PROGRESS_ENDING);
}

/* The program ends when everything is taken back, but nobody has to look at that. */
static void close_window(void)
{
    worker_stop();
    wipe_pin();
    DestroyWindow(state.window);
}

static void go_on(void)
{
    switch (state.page)
    {
    case PAGE_SEARCH: choose(); break;
    case PAGE_METHOD:
        take_method();
        begin_method();
        break;
    case PAGE_ENTER: pair_with_typed_pin(); break;
    case PAGE_PAIRING: break;
    case PAGE_PAIRED: close_window(); break;
    case PAGE_FAILED: begin_method(); break;
    }
}

static void go_back(void)
{
    switch (state.page)
    {
    case PAGE_SEARCH:
    case PAGE_METHOD:
    case PAGE_PAIRED: begin_search(); break;
    case PAGE_ENTER:
    case PAGE_FAILED:
        wipe_pin();
        show_page(PAGE_METHOD);
        break;
    case PAGE_PAIRING: break;
    }
}

static void take_command(int id, int notice)
{
    switch (id)
    {
    case IDC_PIN:
        if (state.page == PAGE_ENTER && notice == EN_CHANGE) set_text(IDC_STATUS, L"");
        break;
    case IDOK: go_on(); break;
    case IDC_BACK:
        if (IsWindowEnabled(control(IDC_BACK))) go_back();
        break;
    case IDCANCEL:
        if (state.page != PAGE_PAIRING)
            close_window();
        else if (IsWindowEnabled(control(IDCANCEL)))
            cancel_pairing();
        break;
    }
}

/* What is around the list: it does not show by itself that it has the focus. */
static RECT list_frame(int width)
{
    RECT rect;

    GetWindowRect(control(IDC_LIST), &rect);
    MapWindowPoints(NULL, state.window, (POINT *)&rect, 2);
    InflateRect(&rect, width, width);
    return rect;
}

static void draw_focus_again(void)
{
    RECT outer = list_frame(FRAME_WIDTH), inner = list_frame(0);
    HRGN frame = CreateRectRgnIndirect(&outer), list = CreateRectRgnIndirect(&inner);

    CombineRgn(frame, frame, list, RGN_DIFF);
    InvalidateRgn(state.window, frame, TRUE);
    DeleteObject(frame);
    DeleteObject(list);
}

static void paint(void)
{
    RECT frame = list_frame(FRAME_WIDTH);
    PAINTSTRUCT painting;
    HDC dc = BeginPaint(state.window, &painting);

    if (state.page == PAGE_SEARCH && GetFocus() == control(IDC_LIST)) DrawFocusRect(dc, &frame);
    EndPaint(state.window, &painting);
}

static void take_notice(const NMHDR *notice)
{
    if (notice->idFrom != IDC_LIST) return;
    if (notice->code == NM_SETFOCUS || notice->code == NM_KILLFOCUS) draw_focus_again();
    if (state.page != PAGE_SEARCH) return;
    if (notice->code == LVN_ITEMCHANGED) EnableWindow(control(IDOK), selected() >= 0);
    if (notice->code == NM_DBLCLK) choose();
}

/* Making */

static HFONT scaled_font(const LOGFONTW *font, int percent)
{
    LOGFONTW scaled = *font;

    scaled.lfHeight = MulDiv(scaled.lfHeight, percent, 100);
    return CreateFontIndirectW(&scaled);
}

static void make_fonts(void)
{
    LOGFONTW font;

    if (!GetObjectW((HFONT)SendMessageW(state.window, WM_GETFONT, 0, 0), sizeof(font), &font))
        return;
    state.heading_font = scaled_font(&font, 140);
    state.pin_font = scaled_font(&font, 180);
    SendMessageW(control(IDC_HEADING), WM_SETFONT, (WPARAM)state.heading_font, FALSE);
    SendMessageW(control(IDC_PIN), WM_SETFONT, (WPARAM)state.pin_font, FALSE);
}

static int width_of(const WCHAR *text)
{
    return (int)SendMessageW(control(IDC_LIST), LVM_GETSTRINGWIDTHW, 0, (LPARAM)text);
}

static void make_columns(void)
{
    int address = width_of(L"00:00:00:00:00:00MM"), kind = width_of(L"Printer or scannerMM");
    WCHAR titles[3][8] = { L"Name", L"Address", L"Kind" };
    int widths[3] = { 0, address, kind };
    RECT rect;

    GetClientRect(control(IDC_LIST), &rect);
    widths[0] = max(address, rect.right - address - kind - GetSystemMetrics(SM_CXVSCROLL));
    for (int i = 0; i < 3; i++)
    {
        LVCOLUMNW column = {
            .mask = LVCF_TEXT | LVCF_WIDTH, .cx = widths[i], .pszText = titles[i]
        };

        SendMessageW(control(IDC_LIST), LVM_INSERTCOLUMNW, i, (LPARAM)&column);
    }
    SendMessageW(control(IDC_LIST), LVM_SETEXTENDEDLISTVIEWSTYLE, 0,
            LVS_EX_FULLROWSELECT | LVS_EX_LABELTIP | LVS_EX_DOUBLEBUFFER);
}

static void note_slots(void)
{
    static const int buttons[] = { IDCANCEL, IDOK, IDC_BACK };
    RECT rect;

    for (unsigned int i = 0; i < ARRAYSIZE(buttons); i++)
    {
        GetWindowRect(control(buttons[i]), &rect);
        state.slots[i] = (POINT){ rect.left, rect.top };
        ScreenToClient(state.window, &state.slots[i]);
    }
}

static void make(HWND window)
{
    state.window = window;
    note_slots();
    make_fonts();
    make_columns();
    SendMessageW(control(IDC_PIN), EM_SETLIMITTEXT, 11, 0);
    show_cues();
    begin_search();
}

static void take_outcome(WPARAM worker, struct outcome *outcome)
{
    if (worker == state.worker) report_result(outcome);
    HeapFree(GetProcessHeap(), 0, outcome);
}

static void take_device(WPARAM worker, struct winewfd_device *device)
{
    if (worker == state.worker) put_device(device);
    HeapFree(GetProcessHeap(), 0, device);
}

static INT_PTR CALLBACK dialog(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    switch (message)
    {
    case WM_INITDIALOG: make(window); return FALSE;
    case WM_COMMAND: take_command(LOWORD(wparam), HIWORD(wparam)); return TRUE;
    case WM_NOTIFY: take_notice((const NMHDR *)lparam); return FALSE;
    case WM_PAINT: paint(); return TRUE;
    case WM_CLOSE: close_window(); return TRUE;
    case WM_DEVICE: take_device(wparam, (struct winewfd_device *)lparam); return TRUE;
    case WM_PAIRED: take_outcome(wparam, (struct outcome *)lparam); return TRUE;
    case WM_SCAN_OVER:
        if (wparam == state.worker) report_scan((DWORD)lparam);
        return TRUE;
    case WM_PROGRESS:
        if (wparam == state.worker) show_progress((enum wfd_progress)lparam);
        return TRUE;
    case WM_DESTROY:
        DeleteObject(state.heading_font);
        DeleteObject(state.pin_font);
        PostQuitMessage(0);
        return TRUE;
    }
    return FALSE;
}

HWND window_create(HINSTANCE instance)
{
    DLGTEMPLATE *template = template_in_system_font(instance, IDD_PAIR);
    HWND window = NULL;

    if (template) window = CreateDialogIndirectParamW(instance, template, NULL, dialog, 0);
    HeapFree(GetProcessHeap(), 0, template);
    return window;
}
