/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wfdctl: what its files share. Every command is a function that gets the options and returns an
 * exit status; all of them use the core, and none has a way of its own to the supplicant's P2P.
 */
#ifndef CTL_H
#define CTL_H

#include <json-c/json.h>

#include "wfd_core.h"
#include "wfd_text.h"
#include "words.h"

/* Exit statuses; wfdctl(1) documents them. */
enum ctl_exit
{
    CTL_OK = 0,
    CTL_FAILED = 1,
    CTL_USAGE = 2,
    CTL_NOT_FOUND = 3,     /* no such device, pairing, session or prefix */
    CTL_NOTHING_THERE = 4, /* no supplicant answers, no adapter can, or it may not be used */
    CTL_REFUSED = 5,       /* the other device, or its user, said no */
    CTL_INTERRUPTED = 130,
};

struct ctl_options
{
    struct wfd_config config;
    bool json, verbose;
    const char *prefix; /* NULL: Wine's own default */
    uint32_t seconds;
    struct wfd_pairing pairing;
    char **arguments; /* of the command */
    int argument_count;
};

/* output.c: what a person or a program reads. */
enum ctl_colour
{
    CTL_PLAIN,
    CTL_BOLD,
    CTL_GOOD,
    CTL_BAD,
    CTL_WARN,
    CTL_FAINT,
};

void ctl_output_init(bool json);
/* True when a person watches the output. */
bool ctl_is_terminal(void);
/* To standard output, or to standard error when that is for JSON. */
void ctl_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void ctl_paint(enum ctl_colour colour, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
void ctl_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* What happens at the moment: one line that is written over on a terminal. NULL ends it. */
void ctl_progress(const char *text, uint64_t since_ms);
/* Prints and frees; the only thing on standard output then. */
void ctl_print_json(struct json_object *object);
void ctl_mac_text(const struct wfd_mac *mac, char ret_text[18]);
/* Complains and returns false when it is no address of one device. */
bool ctl_parse_mac(const char *text, struct wfd_mac *ret_mac);
/* The exit status that goes with an error. */
enum ctl_exit ctl_error_exit(enum wfd_error error);
uint64_t ctl_now_ms(void);

/* main.c */
/* A service with its helper; complains and returns NULL when there is no memory. */
struct wfd_service *ctl_service_new(void);
/* A file of this installation: the first of the names, relative to this program, that exists. */
bool ctl_find_file(const char *const *names, char *ret_path, size_t size);
/* From now on SIGINT, SIGTERM and SIGHUP are asked for. True when one came within that time. */
void ctl_hold_signals(void);
bool ctl_signal_came(uint32_t wait_ms);

/* opening.c: waiting for an open or a pairing. */
struct ctl_opening
{
    struct wfd_service *service;
    uint32_t session;
    enum wfd_error error;
    enum wfd_reason reason;
    uint32_t interface_index;
    bool interrupted;
};

/* Begins what was started; progress, which may be NULL, is told about every 200 ms. */
void ctl_open(struct ctl_opening *opening,
        void (*progress)(void *context, enum wfd_progress progress), void *context);

/* talk.c: reading what a control socket says. */
/* Sends a command, waits a second at most. False: no answer; errno tells why. */
bool ctl_ask(const struct wfd_config *config, const char *socket_name, const char *command,
        char *ret_reply, size_t size);
/* The value of NAME= in a reply of such lines; the first one counts. */
bool ctl_value(const char *reply, const char *name, char *ret_value, size_t size);
/* Calls each with the name of every control socket; the number of them, or -1 and errno. */
int ctl_each_socket(const struct wfd_config *config, void (*each)(void *context, const char *name),
        void *context);

/* One command each. */
int ctl_status(const struct ctl_options *options);
int ctl_doctor(const struct ctl_options *options);
int ctl_scan(const struct ctl_options *options);
int ctl_pair(const struct ctl_options *options);
int ctl_paired(const struct ctl_options *options);
int ctl_unpair(const struct ctl_options *options);
int ctl_connect(const struct ctl_options *options);
int ctl_disconnect(const struct ctl_options *options);
int ctl_enable(const struct ctl_options *options);
int ctl_disable(const struct ctl_options *options);
int ctl_prefixes(const struct ctl_options *options);

/* sessions.c */
/* Calls each for every session that a wfdctl holds. */
void ctl_each_session(
        void (*each)(void *context, const struct wfd_mac *peer, const char *ifname, long process),
        void *context);
/* The folder where the programs of this user meet, "" without one. */
const char *ctl_runtime_folder(void);

/* prefixes.c */
/* Whether the prefix, NULL for Wine's default, is switched on; text is what there is to say. */
bool ctl_prefix_is_on(const char *prefix, char *ret_text, size_t size);
/* Calls each for every prefix of this user that is known and switched on. */
void ctl_each_enabled_prefix(const struct ctl_options *options,
        void (*each)(void *context, const char *prefix), void *context);

/* nodes.c */
/* Devices were paired or forgotten: Windows programs shall see it. Failures are complained of. */
void ctl_update_nodes(const struct ctl_options *options);

#endif
