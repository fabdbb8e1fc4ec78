/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Puts the system's message font, as the user has set it, into a dialog's template: all of the
 * dialog's sizes are in units of its font, so it grows with the font and with the resolution.
 */
#include "wfdpair.h"

/* What stands in front of a DIALOGEX template's menu, class, title and font. */
#define HEAD_SIZE 26
/* Point size, weight, italic and character set, in front of the font's name. */
#define FONT_SIZE 6

static const WORD *skip_name(const WORD *at)
{
    if (*at == 0xffff) return at + 2;
    while (*at++)
    {
    }
    return at;
}

static BOOL message_font(LOGFONTW *ret_font, WORD *ret_points)
{
    NONCLIENTMETRICSW metrics = { .cbSize = sizeof(metrics) };
    HDC dc = GetDC(NULL);
    int pixels_an_inch = dc ? GetDeviceCaps(dc, LOGPIXELSY) : 96;

    if (dc) ReleaseDC(NULL, dc);
    if (!SystemParametersInfoW(SPI_GETNONCLIENTMETRICS, sizeof(metrics), &metrics, 0)) return FALSE;
    *ret_font = metrics.lfMessageFont;
    *ret_points = (WORD)MulDiv(abs((int)ret_font->lfHeight), 72, pixels_an_inch);
    if (*ret_points < 6) *ret_points = 6;
    return TRUE;
}

static SIZE_T aligned(SIZE_T offset)
{
    return (offset + 3) & ~(SIZE_T)3;
}

/* Controls begin at a multiple of four bytes. */
static DLGTEMPLATE *with_font(const BYTE *old, SIZE_T old_size, const LOGFONTW *font, WORD points)
{
    const BYTE *place =
            (const BYTE *)skip_name(skip_name(skip_name((const WORD *)(old + HEAD_SIZE))));
    const BYTE *old_end = (const BYTE *)skip_name((const WORD *)(place + FONT_SIZE));
    SIZE_T name_size = (lstrlenW(font->lfFaceName) + 1) * sizeof(WCHAR);
    SIZE_T head = place - old, old_items = aligned(old_end - old);
    SIZE_T new_items = aligned(head + FONT_SIZE + name_size);
    BYTE *made = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, new_items + old_size - old_items);
    WORD weight = (WORD)font->lfWeight;

    if (!made) return NULL;
    memcpy(made, old, head);
    memcpy(made + head, &points, sizeof(points));
    memcpy(made + head + 2, &weight, sizeof(weight));
    made[head + 4] = font->lfItalic;
    made[head + 5] = font->lfCharSet;
    memcpy(made + head + FONT_SIZE, font->lfFaceName, name_size);
    memcpy(made + new_items, old + old_items, old_size - old_items);
    return (DLGTEMPLATE *)made;
}

DLGTEMPLATE *template_in_system_font(HINSTANCE instance, UINT id)
{
    HRSRC found = FindResourceW(instance, MAKEINTRESOURCEW(id), (const WCHAR *)RT_DIALOG);
    HGLOBAL loaded = found ? LoadResource(instance, found) : NULL;
    const BYTE *old = loaded ? LockResource(loaded) : NULL;
    DLGTEMPLATE *made;
    LOGFONTW font;
    WORD points;

    if (!old) return NULL;
    if (message_font(&font, &points))
        return with_font(old, SizeofResource(instance, found), &font, points);
    made = HeapAlloc(GetProcessHeap(), 0, SizeofResource(instance, found));
    if (made) memcpy(made, old, SizeofResource(instance, found));
    return made;
}
