/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Looks at the window of wfdpair from outside, as a screen reader would: reads its controls' texts,
 * the rows of its list, the focus. Reads commands, and answers each with lines and a last line "."
 * alone. Never sends a key or a click.
 *
 *     look                  what is to be seen: one line a control, "ID [FLAG...] TEXT"; FLAG is one of
 *                           focus, default, disabled, checked, read-only; "row N [selected] A | B | C"
 *     until TEXT            waits until one of those lines has TEXT in it, then as look; "late" in front
 *                           when it does not come within a minute
 *     until-line LINE       waits until exactly that line is among them
 *     until-gone            waits until there is no such window
 *     blind                 reads no PIN from now on: whoever reads a text leaves copies of it
 *     every ID              the text of that control, visible or not
 */
#include <windows.h>

#include <commctrl.h>
#include <stdio.h>
#include <string.h>

#include "../../tools/wfdpair/resource.h"

#define TITLE    L"Add a Wi-Fi Direct device"
#define LATE_MS  60000
#define SEEN_MAX 32768

static char seen[SEEN_MAX];
static size_t used;
static BOOL is_blind;

static void see(const char *text)
{
    size_t length = strlen(text);

    if (used + length >= sizeof(seen)) return;
    memcpy(seen + used, text, length + 1);
    used += length;
}

static void see_wide(const WCHAR *wide)
{
    char text[2048];

    if (!WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, sizeof(text), NULL, NULL)) return;
    for (char *at = text; *at; at++)
        if (*at == '\n' || *at == '\r') *at = '~';
    see(text);
}

/* Its text is put into the other process's memory, for that is where it looks for a place. */
struct distant
{
    LVITEMW item;
    WCHAR text[600];
};

static void see_cell(HWND list, HANDLE process, struct distant *there, int row, int column)
{
    struct distant here = {
        .item = { .iSubItem = column, .pszText = there->text, .cchTextMax = ARRAYSIZE(here.text) }
    };

    if (!WriteProcessMemory(process, there, &here, sizeof(here), NULL)) return;
    SendMessageW(list, LVM_GETITEMTEXTW, row, (LPARAM)&there->item);
    if (ReadProcessMemory(process, there, &here, sizeof(here), NULL)) see_wide(here.text);
}

static void see_rows(HWND list)
{
    int count = (int)SendMessageW(list, LVM_GETITEMCOUNT, 0, 0);
    struct distant *there;
    HANDLE process;
    char begin[40];
    DWORD id;

    GetWindowThreadProcessId(list, &id);
    process = OpenProcess(PROCESS_VM_OPERATION | PROCESS_VM_READ | PROCESS_VM_WRITE, FALSE, id);
    there = VirtualAllocEx(process, NULL, sizeof(*there), MEM_COMMIT, PAGE_READWRITE);
    for (int row = 0; there && row < count; row++)
    {
        BOOL selected = SendMessageW(list, LVM_GETITEMSTATE, row, LVIS_SELECTED) != 0;

        snprintf(begin, sizeof(begin), "row %d%s ", row, selected ? " selected" : "");
        see(begin);
        for (int column = 0; column < 3; column++)
        {
            see_cell(list, process, there, row, column);
            see(column < 2 ? " | " : "\n");
        }
    }
    if (there) VirtualFreeEx(process, there, 0, MEM_RELEASE);
    CloseHandle(process);
}

static HWND focus_of(HWND window)
{
    GUITHREADINFO info = { .cbSize = sizeof(info) };

    return GetGUIThreadInfo(GetWindowThreadProcessId(window, NULL), &info) ? info.hwndFocus : NULL;
}

static BOOL CALLBACK see_control(HWND control, LPARAM context)
{
    HWND window = (HWND)context;
    int id = GetDlgCtrlID(control);
    LONG style = GetWindowLongW(control, GWL_STYLE);
    WCHAR text[1024] = L"", class[64];
    char begin[160];

    if (GetParent(control) != window || !IsWindowVisible(control)) return TRUE;
    GetClassNameW(control, class, ARRAYSIZE(class));
    if (!is_blind || id != IDC_PIN)
        SendMessageW(control, WM_GETTEXT, ARRAYSIZE(text), (LPARAM)text);
    snprintf(begin, sizeof(begin), "%d%s%s%s%s%s ", id, focus_of(window) == control ? " focus" : "",
            LOWORD(SendMessageW(window, DM_GETDEFID, 0, 0)) == id ? " default" : "",
            IsWindowEnabled(control) ? "" : " disabled",
            IsDlgButtonChecked(window, id) == BST_CHECKED ? " checked" : "",
            !lstrcmpiW(class, L"Edit") && (style & ES_READONLY) ? " read-only" : "");
    see(begin);
    see_wide(text);
    see("\n");
    if (id == IDC_LIST) see_rows(control);
    return TRUE;
}

static void look(void)
{
    HWND window = FindWindowW(NULL, TITLE);

    used = 0;
    seen[0] = 0;
    if (window && IsWindowVisible(window))
        EnumChildWindows(window, see_control, (LPARAM)window);
    else
        see("no window\n");
}

static BOOL has_line(const char *line)
{
    size_t length = strlen(line);

    for (const char *at = strstr(seen, line); at; at = strstr(at + 1, line))
        if ((at == seen || at[-1] == '\n') && at[length] == '\n') return TRUE;
    return FALSE;
}

enum wanted
{
    WANTED_TEXT,
    WANTED_LINE,
    WANTED_NOTHING,
};

static BOOL has(enum wanted wanted, const char *text)
{
    switch (wanted)
    {
    case WANTED_TEXT: return strstr(seen, text) != NULL;
    case WANTED_LINE: return has_line(text);
    case WANTED_NOTHING: break;
    }
    return !FindWindowW(NULL, TITLE);
}

/* Twice: the first look may have seen one page turn into another. */
static void wait_until(enum wanted wanted, const char *text)
{
    DWORD since = GetTickCount();

    for (;;)
    {
        look();
        if (has(wanted, text))
        {
            look();
            if (has(wanted, text)) return;
        }
        if (GetTickCount() - since > LATE_MS) break;
        Sleep(20);
    }
    puts("late");
}

static void tell_every(int id)
{
    HWND window = FindWindowW(NULL, TITLE);
    WCHAR text[1024] = L"";

    used = 0;
    if (window) SendDlgItemMessageW(window, id, WM_GETTEXT, ARRAYSIZE(text), (LPARAM)text);
    see_wide(text);
    see("\n");
}

int main(void)
{
    char line[512];

    while (fgets(line, sizeof(line), stdin))
    {
        line[strcspn(line, "\r\n")] = 0;
        if (!strncmp(line, "until ", 6))
            wait_until(WANTED_TEXT, line + 6);
        else if (!strncmp(line, "until-line ", 11))
            wait_until(WANTED_LINE, line + 11);
        else if (!strcmp(line, "until-gone"))
            wait_until(WANTED_NOTHING, "");
        else if (!strncmp(line, "every ", 6))
            tell_every(atoi(line + 6));
        else if (!strcmp(line, "blind"))
            is_blind = TRUE;
        else
            look();
        printf("%s.\n", seen);
        fflush(stdout);
    }
    return 0;
}
