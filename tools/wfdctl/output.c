/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What wfdctl writes: colour on a terminal only, JSON alone on standard output when it is asked
 * for, names of strangers with nothing in them that a terminal obeys. Never writes a PIN by itself.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl.h"
#include "wfd_log.h"

static bool json_wanted, terminal, colours, line_is_open;
static char last_progress[160];

void ctl_output_init(bool json)
{
    const char *no_colour = getenv("NO_COLOR"), *kind = getenv("TERM");

    json_wanted = json;
    terminal = isatty(json ? STDERR_FILENO : STDOUT_FILENO);
    colours = terminal && !(no_colour && *no_colour) && kind && strcmp(kind, "dumb");
}

bool ctl_is_terminal(void)
{
    return terminal;
}

uint64_t ctl_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static FILE *output(void)
{
    return json_wanted ? stderr : stdout;
}

static void close_line(void)
{
    if (line_is_open) fputs("\r\033[K", output());
    line_is_open = false;
}

void ctl_say(const char *format, ...)
{
    va_list args;

    close_line();
    va_start(args, format);
    vfprintf(output(), format, args);
    va_end(args);
    fflush(output());
}

void ctl_paint(enum ctl_colour colour, const char *format, ...)
{
    static const char *const codes[] = {
        [CTL_PLAIN] = "",
        [CTL_BOLD] = "\033[1m",
        [CTL_GOOD] = "\033[32m",
        [CTL_BAD] = "\033[31m",
        [CTL_WARN] = "\033[33m",
        [CTL_FAINT] = "\033[2m",
    };
    va_list args;

    close_line();
    if (colours) fputs(codes[colour], output());
    va_start(args, format);
    vfprintf(output(), format, args);
    va_end(args);
    if (colours) fputs("\033[0m", output());
    fflush(output());
}

void ctl_complain(const char *format, ...)
{
    va_list args;

    close_line();
    fflush(stdout);
    fputs("wfdctl: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

/* Without a terminal each text comes once, as a line. */
void ctl_progress(const char *text, uint64_t since_ms)
{
    uint64_t seconds = (ctl_now_ms() - since_ms) / 1000;

    if (!text)
    {
        close_line();
        fflush(output());
        return;
    }
    if (terminal)
    {
        fprintf(output(), "\r\033[K%s... %llu s", text, (unsigned long long)seconds);
        line_is_open = true;
    }
    else if (strcmp(text, last_progress))
        fprintf(output(), "%s...\n", text);
    snprintf(last_progress, sizeof(last_progress), "%s", text);
    fflush(output());
}

void ctl_print_json(struct json_object *object)
{
    puts(json_object_to_json_string_ext(
            object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
    fflush(stdout);
    json_object_put(object);
}

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

void ctl_escape(const void *bytes, size_t length, char ret_text[CTL_NAME_SIZE])
{
    const uint8_t *at = bytes, *end = at + length;
    size_t used = 0;

    while (at < end && used + 5 < CTL_NAME_SIZE)
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
            used += (size_t)snprintf(ret_text + used, CTL_NAME_SIZE - used, "\\x%02x", *at++);
    }
    ret_text[used] = 0;
}

void ctl_mac_text(const struct wfd_mac *mac, char ret_text[18])
{
    snprintf(ret_text, 18, WFD_MAC_FORMAT, WFD_MAC_ARGS(mac));
}

bool ctl_parse_mac(const char *text, struct wfd_mac *ret_mac)
{
    struct wfd_cursor cursor = wfd_cursor(text, strlen(text));
    struct wfd_mac mac;

    if (wfd_text_mac(&cursor, &mac) && cursor.at == cursor.end && wfd_mac_is_unicast(&mac))
    {
        *ret_mac = mac;
        return true;
    }
    ctl_complain("'%s' is no device address; one looks like 02:00:00:00:00:01", text);
    return false;
}

static const char *pairing_text(enum wfd_error error, enum wfd_reason reason)
{
    switch (reason)
    {
    case WFD_REASON_PAIRING_METHOD:
        return "one device wants the button and the other a PIN; use the same on both "
               "(--pin, --pin-display)";
    case WFD_REASON_KEY_MISMATCH: return "the PIN was wrong, or was entered too late";
    case WFD_REASON_USER_DENIED: return "the user of the other device said no";
    case WFD_REASON_USER_NOT_RESPOND: return "nobody accepted on the other device";
    case WFD_REASON_ASSOCIATION_TIMEOUT:
        return "the devices agreed but did not come together: move them closer, and press the "
               "button on one other device only";
    default: break;
    }
    if (error == WFD_ERROR_HOST_UNREACHABLE)
        return "the device did not answer; is its Wi-Fi Direct screen open, and is it near?";
    if (error == WFD_ERROR_TIMEOUT) return "nobody accepted on the other device in time";
    return NULL;
}

const char *ctl_error_text(enum wfd_error error, enum wfd_reason reason, bool pairing)
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
    case WFD_ERROR_INTERNAL: return "wpa_supplicant answered nonsense; see --verbose";
    case WFD_ERROR_TIMEOUT: return "the device did not come in time";
    case WFD_ERROR_INVALID_STATE: return "the radio is switched off; see wfdctl doctor";
    case WFD_ERROR_INVALID_HANDLE:
    case WFD_ERROR_INVALID_PARAMETER:
    case WFD_ERROR_SESSION_LIMIT: break;
    }
    return "it failed";
}

enum ctl_exit ctl_error_exit(enum wfd_error error)
{
    switch (error)
    {
    case WFD_SUCCESS: return CTL_OK;
    case WFD_ERROR_NOT_FOUND: return CTL_NOT_FOUND;
    case WFD_ERROR_NOT_SUPPORTED:
    case WFD_ERROR_SERVICE_NOT_ACTIVE:
    case WFD_ERROR_INVALID_STATE: return CTL_NOTHING_THERE;
    case WFD_ERROR_CONNECTION_REFUSED: return CTL_REFUSED;
    case WFD_ERROR_CANCELLED: return CTL_INTERRUPTED;
    default: return CTL_FAILED;
    }
}
