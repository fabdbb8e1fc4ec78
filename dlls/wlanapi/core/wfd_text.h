/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cursors over text that strangers may have written: fixed words, addresses, numbers, SSIDs.
 * A function that fails leaves the cursor and its outputs untouched.
 */
#ifndef WFD_TEXT_H
#define WFD_TEXT_H

#include "wfd_core.h"

struct wfd_cursor
{
    const char *at, *end;
};

struct wfd_ssid
{
    uint8_t octet[32];
    uint8_t length;
};

static inline struct wfd_cursor wfd_cursor(const char *text, size_t length)
{
    return (struct wfd_cursor){ text, text + length };
}

bool wfd_text_skip(struct wfd_cursor *cursor, const char *word);
/* Moves behind the first (last) occurrence of word. */
bool wfd_text_find(struct wfd_cursor *cursor, const char *word);
bool wfd_text_find_last(struct wfd_cursor *cursor, const char *word);
bool wfd_text_mac(struct wfd_cursor *cursor, struct wfd_mac *ret_mac);
/* A decimal number from -1000000 to 1000000, ending at a space, a newline, a tab or the end. */
bool wfd_text_number(struct wfd_cursor *cursor, int *ret_number);
/* 0x and at most eight hexadecimal digits, ending likewise. */
bool wfd_text_hex(struct wfd_cursor *cursor, uint32_t *ret_number);
/* The rest up to a blank or the end, as a C string that fits into size. */
bool wfd_text_word(struct wfd_cursor *cursor, char *ret_word, size_t size);
/* An interface name: a word of letters, digits, '-', '_' and '.', no slash and no dot in front. */
bool wfd_text_ifname(struct wfd_cursor *cursor, char ret_name[WFD_IFNAME_SIZE]);
/* "..." with wpa_supplicant's escapes (events). */
bool wfd_text_escaped_ssid(struct wfd_cursor *cursor, struct wfd_ssid *ret_ssid);
/* All of the cursor, with wpa_supplicant's escapes and without quotes (BSS). */
bool wfd_text_bare_ssid(struct wfd_cursor cursor, struct wfd_ssid *ret_ssid);
/* The value of GET_NETWORK n ssid: "..." without escapes, or hexadecimal. */
bool wfd_text_config_ssid(struct wfd_cursor cursor, struct wfd_ssid *ret_ssid);
/* The line at the cursor, without its newline; moves behind it. False at the end of the text. */
bool wfd_text_line(struct wfd_cursor *cursor, struct wfd_cursor *ret_line);

bool wfd_mac_equal(const struct wfd_mac *a, const struct wfd_mac *b);
bool wfd_mac_is_zero(const struct wfd_mac *mac);
/* Neither all zeros nor a group (multicast, broadcast) address: what one device can have. */
bool wfd_mac_is_unicast(const struct wfd_mac *mac);
bool wfd_ssid_equal(const struct wfd_ssid *a, const struct wfd_ssid *b);
#define WFD_SSID_HEX_SIZE 65
/* As wfd_text_config_ssid reads it, if it is not empty. */
void wfd_ssid_hex(const struct wfd_ssid *ssid, char ret_text[WFD_SSID_HEX_SIZE]);

/* memset that the compiler may not leave out, for buffers that held keys. */
void wfd_wipe(void *buffer, size_t size);

#endif
