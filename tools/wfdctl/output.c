/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What wfdctl writes: colour on a terminal only, JSON alone on standard output when it is asked
 * for. Never writes a PIN by itself.
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
