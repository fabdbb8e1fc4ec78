/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What people are told about devices and pairing, in the same words by wfdctl and by wfdpair: this
 * file is compiled for Linux and for Windows. Knows no more than the core's header, keeps nothing
 * and writes nowhere. All text is UTF-8; names of strangers come out with nothing in them that a
 * terminal obeys or that a window shows as something else.
 */
#include <stdio.h>
#include <string.h>

#include "words.h"

/* The length of the UTF-8 sequence at bytes, and its character; 0: none that is allowed. */
static size_t sequence(const uint8_t *bytes, size_t left, uint32_t *ret_character)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t length = bytes[0] < 0x80 ? 1 : bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
    uint32_t character = length == 1 ? bytes[0] : bytes[0] & (0x7fu >> length);

    if ((bytes[0] >= 0x80 && bytes[0] < 0xc2) || bytes[0] > 0xf4 || length > left) return 0;
    for (size_t i = 1; i < length; i++)
    {
        if ((bytes[i] & 0xc0) != 0x80) return 0;
        character = character << 6 | (bytes[i] & 0x3fu);
    }
    if (character < least[length] || character > 0x10ffff) return 0;
    *ret_character = character;
    return length;
}

/* Neither controls, nor what turns the writing direction or cannot be seen. */
static bool is_plain(uint32_t c)
{
    if (c < 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0xad || c == '\\') return false;
    if (c >= 0x200b && c <= 0x200f) return false;
    if (c >= 0x2028 && c <= 0x202f) return false;
    if (c >= 0x2060 && c <= 0x206f) return false;
    return c != 0x061c && c != 0xfeff && (c < 0xd800 || c > 0xf8ff) && (c & 0xfffe) != 0xfffe &&
           c < 0xe0000;
}

void words_escape(const void *bytes, size_t length, char ret_text[WORDS_NAME_SIZE])
{
    const uint8_t *at = bytes, *end = at + length;
    size_t used = 0;

    while (at < end && used + 5 < WORDS_NAME_SIZE)
    {
        uint32_t character = 0;
        size_t count = sequence(at, (size_t)(end - at), &character);

        if (count && is_plain(character))
        {
            memcpy(ret_text + used, at, count);
            used += count;
            at += count;
        }
        else
            used += (size_t)snprintf(ret_text + used, WORDS_NAME_SIZE - used, "\\x%02x", *at++);
    }
    ret_text[used] = 0;
}

static const char *pairing_text(enum wfd_error error, enum wfd_reason reason)
{
    switch (reason)
    {
    case WFD_REASON_PAIRING_METHOD:
        return "one device wants the button and the other a PIN; use the same on both";
    case WFD_REASON_KEY_MISMATCH: return "the PIN was wrong";
    case WFD_REASON_USER_DENIED: return "the user of the other device said no";
    case WFD_REASON_USER_NOT_RESPOND: return "nobody accepted on the other device";
    case WFD_REASON_ASSOCIATION_TIMEOUT:
        return "the devices agreed but did not come together: move them closer, and let no other "
               "device pair meanwhile";
    default: break;
    }
    if (error == WFD_ERROR_HOST_UNREACHABLE)
        return "the device did not answer; is its Wi-Fi Direct screen open, and is it near?";
    if (error == WFD_ERROR_TIMEOUT) return "nobody accepted on the other device in time";
    return NULL;
}

const char *words_error(enum wfd_error error, enum wfd_reason reason, bool pairing)
{
    const char *text = pairing ? pairing_text(error, reason) : NULL;

    if (text) return text;
    if (reason == WFD_REASON_INVALID_CHANNEL)
        return "the devices have no channel in common; a Wi-Fi connection may hold ours";
    switch (error)
    {
    case WFD_SUCCESS: return "done";
    case WFD_ERROR_NOT_ENOUGH_MEMORY: return "there is not enough memory";
    case WFD_ERROR_GEN_FAILURE:
        return reason == WFD_REASON_KEY_MISMATCH
                       ? "the keys do not fit any more; unpair, and pair again"
                       : "the devices could not agree";
    case WFD_ERROR_NOT_SUPPORTED: return "no adapter can do Wi-Fi Direct; see wfdctl doctor";
    case WFD_ERROR_BUSY: return "the adapter, or the other device, is busy; try again";
    case WFD_ERROR_SERVICE_NOT_ACTIVE:
        return "no wpa_supplicant answers, or it may not be used; see wfdctl doctor";
    case WFD_ERROR_NOT_FOUND: return "the device is not paired; see wfdctl pair";
    case WFD_ERROR_CANCELLED: return "interrupted";
    case WFD_ERROR_CONNECTION_REFUSED: return "the user of the other device said no";
    case WFD_ERROR_HOST_UNREACHABLE: return "the device was not seen, or did not answer";
    case WFD_ERROR_CONNECTION_ABORTED: return "the connection was lost while it was made";
    case WFD_ERROR_INTERNAL: return "wpa_supplicant answered nonsense; wfdctl --verbose tells more";
    case WFD_ERROR_TIMEOUT: return "the device did not come in time";
    case WFD_ERROR_INVALID_STATE: return "the radio is switched off; see wfdctl doctor";
    case WFD_ERROR_INVALID_HANDLE:
    case WFD_ERROR_INVALID_PARAMETER:
    case WFD_ERROR_SESSION_LIMIT: break;
    }
    return "it failed";
}

const char *words_progress(enum wfd_progress progress)
{
    switch (progress)
    {
    case WFD_PROGRESS_WAITING: return "waiting for the adapter";
    case WFD_PROGRESS_SEARCHING: return "looking for the device";
    case WFD_PROGRESS_ASKING: return "waiting for the device's answer";
    case WFD_PROGRESS_CONNECTING: return "it has agreed; connecting";
    case WFD_PROGRESS_ENDING: return "taking everything back";
    case WFD_PROGRESS_OPEN:
    case WFD_PROGRESS_LOST:
    case WFD_PROGRESS_NONE: break;
    }
    return "finishing";
}

const char *words_instruction(enum wfd_pairing_method method)
{
    switch (method)
    {
    case WFD_PAIRING_BUTTON:
        return "On the other device: open Wi-Fi Direct, and accept or press the button when it "
               "asks.";
    case WFD_PAIRING_DISPLAY: return "On the other device: choose to enter a PIN, and enter";
    case WFD_PAIRING_KEYPAD:
        return "On the other device: keep the PIN on the screen until this is done.";
    }
    return "";
}

const char *words_kind(uint16_t category)
{
    static const char *const kinds[] = { "", "Computer", "Input device", "Printer or scanner",
        "Camera", "Storage", "Network device", "Display", "Multimedia", "Game console", "Phone",
        "Audio device" };

    return category < sizeof(kinds) / sizeof(*kinds) ? kinds[category] : "";
}

bool words_take_pin(const char *text, char ret_pin[WFD_PIN_SIZE])
{
    size_t used = 0;

    memset(ret_pin, 0, WFD_PIN_SIZE);
    for (; *text; text++)
    {
        if (*text == ' ' || *text == '-') continue;
        if (used == WFD_PIN_SIZE - 1) return false;
        ret_pin[used++] = *text;
    }
    return true;
}
