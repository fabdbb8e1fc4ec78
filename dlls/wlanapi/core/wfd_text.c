/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Cursors over text that strangers may have written. Never reads past a cursor's end, never
 * allocates, never depends on the locale.
 */
#include <stdio.h>
#include <string.h>

#include "wfd_text.h"

static size_t left(const struct wfd_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

bool wfd_text_skip(struct wfd_cursor *cursor, const char *word)
{
    size_t length = strlen(word);

    if (left(cursor) < length || memcmp(cursor->at, word, length)) return false;
    cursor->at += length;
    return true;
}

bool wfd_text_find(struct wfd_cursor *cursor, const char *word)
{
    size_t length = strlen(word);

    for (const char *p = cursor->at; (size_t)(cursor->end - p) >= length; p++)
    {
        if (memcmp(p, word, length)) continue;
        cursor->at = p + length;
        return true;
    }
    return false;
}

bool wfd_text_find_last(struct wfd_cursor *cursor, const char *word)
{
    struct wfd_cursor probe = *cursor;
    bool found = false;

    while (wfd_text_find(&probe, word))
    {
        cursor->at = probe.at;
        found = true;
    }
    return found;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool hex_octet(const char *at, uint8_t *ret_octet)
{
    int high = hex_digit(at[0]), low = hex_digit(at[1]);

    if (high < 0 || low < 0) return false;
    *ret_octet = (uint8_t)(high << 4 | low);
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool wfd_text_mac(struct wfd_cursor *cursor, struct wfd_mac *ret_mac)
{
    struct wfd_mac mac;
    const char *p = cursor->at;

    if (left(cursor) < 17) return false;
    for (int i = 0; i < 6; i++, p += 3)
    {
        if (!hex_octet(p, &mac.octet[i])) return false;
        if (i < 5 && p[2] != ':') return false;
    }
    p = cursor->at + 17;
    if (p != cursor->end && !is_blank(*p)) return false;
    *ret_mac = mac;
    cursor->at = p;
    return true;
}

bool wfd_text_number(struct wfd_cursor *cursor, int *ret_number)
{
    const char *p = cursor->at;
    bool negative = false;
    int number = 0;

    if (p != cursor->end && *p == '-')
    {
        negative = true;
        p++;
    }
    if (p == cursor->end || *p < '0' || *p > '9') return false;
    for (; p != cursor->end && *p >= '0' && *p <= '9'; p++)
    {
        number = number * 10 + (*p - '0');
        if (number > 1000000) return false;
    }
    if (p != cursor->end && !is_blank(*p)) return false;
    *ret_number = negative ? -number : number;
    cursor->at = p;
    return true;
}

bool wfd_text_hex(struct wfd_cursor *cursor, uint32_t *ret_number)
{
    struct wfd_cursor probe = *cursor;
    const char *begin;
    uint32_t number = 0;

    if (!wfd_text_skip(&probe, "0x")) return false;
    for (begin = probe.at; probe.at != probe.end && hex_digit(*probe.at) >= 0; probe.at++)
    {
        if (probe.at - begin == 8) return false;
        number = number << 4 | (uint32_t)hex_digit(*probe.at);
    }
    if (probe.at == begin || (probe.at != probe.end && !is_blank(*probe.at))) return false;
    *ret_number = number;
    *cursor = probe;
    return true;
}

bool wfd_text_word(struct wfd_cursor *cursor, char *ret_word, size_t size)
{
    const char *p = cursor->at;
    size_t length;

    while (p != cursor->end && !is_blank(*p)) p++;
    length = (size_t)(p - cursor->at);
    if (!length || length >= size || memchr(cursor->at, 0, length)) return false;
    memcpy(ret_word, cursor->at, length);
    ret_word[length] = 0;
    cursor->at = p;
    return true;
}

bool wfd_text_ifname(struct wfd_cursor *cursor, char ret_name[WFD_IFNAME_SIZE])
{
    static const char allowed[] =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    struct wfd_cursor probe = *cursor;
    char name[WFD_IFNAME_SIZE];

    if (!wfd_text_word(&probe, name, sizeof(name))) return false;
    if (name[0] == '.' || name[strspn(name, allowed)]) return false;
    memcpy(ret_name, name, strlen(name) + 1);
    *cursor = probe;
    return true;
}

/* One escaped octet; the cursor stands on it. */
static bool escaped_octet(const char **at, const char *end, uint8_t *ret_octet)
{
    static const char letters[] = "\"\\enrt", values[] = "\"\\\033\n\r\t";
    const char *p = *at, *letter;

    if (*p != '\\')
    {
        *ret_octet = (uint8_t)*p;
        *at = p + 1;
        return true;
    }
    if (end - p < 2 || !p[1]) return false;
    if (p[1] == 'x')
    {
        if (end - p < 4 || !hex_octet(p + 2, ret_octet)) return false;
        *at = p + 4;
        return true;
    }
    letter = strchr(letters, p[1]);
    if (!letter) return false;
    *ret_octet = (uint8_t)values[letter - letters];
    *at = p + 2;
    return true;
}

bool wfd_text_escaped_ssid(struct wfd_cursor *cursor, struct wfd_ssid *ret_ssid)
{
    struct wfd_ssid ssid = { .length = 0 };
    const char *p = cursor->at;

    if (p == cursor->end || *p++ != '"') return false;
    while (p != cursor->end && *p != '"')
    {
        if (ssid.length == sizeof(ssid.octet)) return false;
        if (!escaped_octet(&p, cursor->end, &ssid.octet[ssid.length])) return false;
        ssid.length++;
    }
    if (p == cursor->end) return false;
    *ret_ssid = ssid;
    cursor->at = p + 1;
    return true;
}

bool wfd_text_bare_ssid(struct wfd_cursor cursor, struct wfd_ssid *ret_ssid)
{
    struct wfd_ssid ssid = { .length = 0 };
    const char *p = cursor.at;

    while (p != cursor.end)
    {
        if (ssid.length == sizeof(ssid.octet)) return false;
        if (!escaped_octet(&p, cursor.end, &ssid.octet[ssid.length])) return false;
        ssid.length++;
    }
    *ret_ssid = ssid;
    return true;
}

bool wfd_text_config_ssid(struct wfd_cursor cursor, struct wfd_ssid *ret_ssid)
{
    struct wfd_ssid ssid = { .length = 0 };
    size_t length = left(&cursor);

    if (length && cursor.at[0] == '"')
    {
        if (length < 2 || cursor.end[-1] != '"' || length - 2 > sizeof(ssid.octet)) return false;
        ssid.length = (uint8_t)(length - 2);
        memcpy(ssid.octet, cursor.at + 1, ssid.length);
    }
    else
    {
        if (!length || length % 2 || length / 2 > sizeof(ssid.octet)) return false;
        for (size_t i = 0; i < length / 2; i++)
            if (!hex_octet(cursor.at + 2 * i, &ssid.octet[i])) return false;
        ssid.length = (uint8_t)(length / 2);
    }
    *ret_ssid = ssid;
    return true;
}

bool wfd_text_line(struct wfd_cursor *cursor, struct wfd_cursor *ret_line)
{
    const char *end;

    if (cursor->at == cursor->end) return false;
    end = memchr(cursor->at, '\n', left(cursor));
    if (!end) end = cursor->end;
    *ret_line = (struct wfd_cursor){ cursor->at, end };
    cursor->at = end == cursor->end ? end : end + 1;
    return true;
}

bool wfd_mac_equal(const struct wfd_mac *a, const struct wfd_mac *b)
{
    return !memcmp(a, b, sizeof(*a));
}

bool wfd_mac_is_zero(const struct wfd_mac *mac)
{
    static const struct wfd_mac zero;

    return wfd_mac_equal(mac, &zero);
}

bool wfd_mac_is_unicast(const struct wfd_mac *mac)
{
    return !(mac->octet[0] & 1) && !wfd_mac_is_zero(mac);
}

bool wfd_ssid_equal(const struct wfd_ssid *a, const struct wfd_ssid *b)
{
    return a->length == b->length && !memcmp(a->octet, b->octet, a->length);
}

void wfd_ssid_hex(const struct wfd_ssid *ssid, char ret_text[WFD_SSID_HEX_SIZE])
{
    ret_text[0] = 0;
    for (unsigned int i = 0; i < ssid->length; i++)
        snprintf(ret_text + 2 * i, 3, "%02x", ssid->octet[i]);
}

void wfd_wipe(void *buffer, size_t size)
{
    explicit_bzero(buffer, size);
}
