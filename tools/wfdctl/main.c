/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wfdctl: Wi-Fi Direct from the command line, on the core of winewfd: what is there, what is wrong,
 * pairing, sessions, prefixes. This file reads the arguments and calls the command. A PIN on the
 * command line is covered as soon as it is read.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl.h"

#define SCAN_SECONDS 15

static const char usage_text[] =
        "usage: wfdctl [OPTION]... COMMAND\n"
        "\n"
        "  status             adapters, supplicants, groups and sessions\n"
        "  doctor             looks for what keeps a session from working, and how to mend it\n"
        "  scan               devices that are near, as they are found\n"
        "  pair DEVICE        pairs; with the button, or --pin-display, or --pin PIN\n"
        "  paired             paired devices\n"
        "  unpair DEVICE      forgets a device\n"
        "  connect DEVICE     opens a session and holds it in the background\n"
        "  disconnect DEVICE  closes it\n"
        "  enable             switches a Wine prefix to this wlanapi.dll\n"
        "  disable            switches it back\n"
        "  prefixes           Wine prefixes, and which are switched on\n"
        "\n"
        "  -d, --control-directory DIR  where wpa_supplicant's sockets are\n"
        "                               (default: " WFD_DEFAULT_CONTROL_DIRECTORY ")\n"
        "  -i, --interface NAME         only this adapter\n"
        "  -p, --prefix DIR             the Wine prefix (default: $WINEPREFIX or ~/.wine)\n"
        "  -s, --seconds N              of scan (default: 15)\n"
        "      --pin-display            pair: show a PIN to be entered on the other device\n"
        "      --pin PIN                pair: the PIN that the other device shows; - asks for it\n"
        "      --go-intent N            pair: 0 to 15, how much to want to own the group\n"
        "  -j, --json                   the answer as JSON\n"
        "  -v, --verbose                the core's story on standard error\n"
        "  -h, --help, --version\n"
        "\n"
        "A DEVICE is an address like 02:00:00:00:00:01. wfdctl(1) tells the rest.\n";

struct command
{
    const char *name;
    int (*run)(const struct ctl_options *options);
    int argument_count;
};

static const struct command commands[] = {
    { "status", ctl_status, 0 },
    { "scan", ctl_scan, 0 },
    { "pair", ctl_pair, 1 },
    { "paired", ctl_paired, 0 },
    { "unpair", ctl_unpair, 1 },
    { "connect", ctl_connect, 1 },
    { "disconnect", ctl_disconnect, 1 },
    { "enable", ctl_enable, 0 },
    { "disable", ctl_disable, 0 },
    { "prefixes", ctl_prefixes, 0 },
    { "doctor", ctl_doctor, 0 },
};

static void log_line(const char *line)
{
    fprintf(stderr, "  %s\n", line);
}

bool ctl_find_file(const char *const *names, char *ret_path, size_t size)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (length <= 0) return false;
    self[length] = 0;
    *strrchr(self, '/') = 0;
    for (; *names; names++)
        if ((size_t)snprintf(ret_path, size, "%s/%s", self, *names) < size &&
                !access(ret_path, F_OK))
            return true;
    return false;
}

struct wfd_service *ctl_service_new(void)
{
    static const char *const names[] = {
        "../wine/x86_64-unix/winewfd-reaper",
        "../lib/winewfd/wine/x86_64-unix/winewfd-reaper",
        NULL,
    };
    static char path[PATH_MAX];
    struct wfd_environment environment = { .reaper_path = NULL };
    struct wfd_service *service = NULL;

    if (ctl_find_file(names, path, sizeof(path))) environment.reaper_path = path;
    if (wfd_service_new(&environment, &service)) ctl_complain("there is not enough memory");
    return service;
}

static sigset_t held_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

void ctl_hold_signals(void)
{
    sigset_t set = held_signals();

    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

bool ctl_signal_came(uint32_t wait_ms)
{
    struct timespec wait = { .tv_sec = wait_ms / 1000,
        .tv_nsec = (long)(wait_ms % 1000) * 1000000 };
    sigset_t set = held_signals();

    return sigtimedwait(&set, NULL, &wait) > 0;
}

static bool copy_text(char *ret_text, size_t size, const char *text, const char *what)
{
    if ((size_t)snprintf(ret_text, size, "%s", text) < size) return true;
    ctl_complain("%s is too long: %s", what, text);
    return false;
}

static bool take_number(const char *text, int max, int *ret_number)
{
    char *end;
    long number = strtol(text, &end, 10);

    if (*text && !*end && number >= 0 && number <= max)
    {
        *ret_number = (int)number;
        return true;
    }
    ctl_complain("'%s' is no number from 0 to %d", text, max);
    return false;
}

static bool read_pin(char pin[64])
{
    size_t length;

    if (isatty(STDIN_FILENO)) fputs("PIN shown by the other device: ", stderr);
    if (!fgets(pin, 64, stdin)) return false;
    length = strcspn(pin, "\r\n");
    pin[length] = 0;
    return true;
}

static bool take_pin(char *argument, struct wfd_pairing *pairing)
{
    char text[64] = "";
    bool good;

    if (!strcmp(argument, "-"))
        good = read_pin(text);
    else
    {
        good = (size_t)snprintf(text, sizeof(text), "%s", argument) < sizeof(text);
        memset(argument, '*', strlen(argument)); /* others read our command line */
    }
    good = good && words_take_pin(text, pairing->pin);
    wfd_wipe(text, sizeof(text));
    pairing->method = WFD_PAIRING_KEYPAD;
    if (good && wfd_pin_valid(pairing->pin)) return true;
    ctl_complain(WORDS_NO_PIN);
    return false;
}

static bool make_pin(struct wfd_pairing *pairing)
{
    pairing->method = WFD_PAIRING_DISPLAY;
    if (wfd_pin_make(pairing->pin)) return true;
    ctl_complain("no PIN can be made: %s", strerror(errno));
    return false;
}

enum
{
    OPTION_PIN = 256,
    OPTION_PIN_DISPLAY,
    OPTION_GO_INTENT,
    OPTION_VERSION,
};

static bool take_option(struct ctl_options *options, int option, char *argument)
{
    struct wfd_config *config = &options->config;
    int number;

    switch (option)
    {
    case 'd':
        return copy_text(config->control_directory, sizeof(config->control_directory), argument,
                "the folder");
    case 'i': return copy_text(config->interface, sizeof(config->interface), argument, "the name");
    case 'p': options->prefix = argument; return true;
    case 's':
        if (!take_number(argument, 3600, &number)) return false;
        options->seconds = (uint32_t)number;
        return true;
    case 'j': options->json = true; return true;
    case 'v': options->verbose = true; return true;
    case OPTION_PIN: return take_pin(argument, &options->pairing);
    case OPTION_PIN_DISPLAY: return make_pin(&options->pairing);
    case OPTION_GO_INTENT: return take_number(argument, 15, &options->pairing.go_intent);
    default: return false; /* getopt has complained */
    }
}

static const struct option long_options[] = {
    { "control-directory", required_argument, NULL, 'd' },
    { "interface", required_argument, NULL, 'i' },
    { "prefix", required_argument, NULL, 'p' },
    { "seconds", required_argument, NULL, 's' },
    { "pin", required_argument, NULL, OPTION_PIN },
    { "pin-display", no_argument, NULL, OPTION_PIN_DISPLAY },
    { "go-intent", required_argument, NULL, OPTION_GO_INTENT },
    { "json", no_argument, NULL, 'j' },
    { "verbose", no_argument, NULL, 'v' },
    { "help", no_argument, NULL, 'h' },
    { "version", no_argument, NULL, OPTION_VERSION },
    { NULL, 0, NULL, 0 },
};

/* CTL_OK: go on; else it is over, with *ret_exit. */
static bool take_options(struct ctl_options *options, int argc, char **argv, int *ret_exit)
{
    int option;

    while ((option = getopt_long(argc, argv, "d:i:p:s:jvh", long_options, NULL)) != -1)
    {
        if (option == 'h' || option == OPTION_VERSION)
        {
            fputs(option == 'h' ? usage_text : "wfdctl of winewfd\n", stdout);
            *ret_exit = CTL_OK;
            return false;
        }
        if (take_option(options, option, optarg)) continue;
        *ret_exit = CTL_USAGE;
        return false;
    }
    options->arguments = argv + optind;
    options->argument_count = argc - optind;
    return true;
}

static const struct command *find_command(struct ctl_options *options)
{
    const char *name = options->argument_count ? options->arguments[0] : NULL;

    for (size_t i = 0; name && i < sizeof(commands) / sizeof(*commands); i++)
    {
        if (strcmp(commands[i].name, name)) continue;
        options->arguments++;
        options->argument_count--;
        if (options->argument_count == commands[i].argument_count) return &commands[i];
        ctl_complain("%s takes %s", name,
                commands[i].argument_count ? "the address of one device" : "no argument");
        return NULL;
    }
    if (name)
        ctl_complain("there is no command '%s'; wfdctl --help lists them", name);
    else
        fputs(usage_text, stderr);
    return NULL;
}

int main(int argc, char **argv)
{
    static struct ctl_options options = { .seconds = SCAN_SECONDS, .pairing.go_intent = -1 };
    const struct command *command;
    int result = CTL_USAGE;

    strcpy(options.config.control_directory, WFD_DEFAULT_CONTROL_DIRECTORY);
    if (!take_options(&options, argc, argv, &result)) return result;
    ctl_output_init(options.json);
    command = find_command(&options);
    if (command)
    {
        if (options.verbose) wfd_log_set_sink(log_line);
        result = command->run(&options);
    }
    wfd_wipe(&options.pairing, sizeof(options.pairing));
    return result;
}
