/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The contract between the PE half and the Unix half: one params struct for each call, with fields
 * of fixed width and no pointer, laid out alike for 32 and 64 bits, so that one table serves every
 * kind of process. All padding is spelt out: a 32-bit Unix half aligns 64-bit fields to 4 bytes
 * only, a 32-bit Windows half to 8. Handles, callbacks and contexts cross as numbers that the Unix
 * half never follows (row A6).
 */
#ifndef WFD_UNIXLIB_H
#define WFD_UNIXLIB_H

#include <stdint.h>

#define WFD_UNIX_VERSION 3 /* of this contract: halves of different versions do not mix */

enum wfd_unix_func
{
    wfd_unix_init,
    wfd_unix_open_client,
    wfd_unix_close_client,
    wfd_unix_start_open,
    wfd_unix_begin_open,
    wfd_unix_cancel_open,
    wfd_unix_close_session,
    wfd_unix_open_legacy,
    wfd_unix_search,
    wfd_unix_look,
    wfd_unix_changes,
    wfd_unix_next_completion,
    wfd_unix_callback_begin,
    wfd_unix_callback_end,
    wfd_unix_set_policy,
    wfd_unix_abandon,
    wfd_unix_start_pairing,
    wfd_unix_progress,
    wfd_unix_make_pin,
    wfd_unix_scan_begin,
    wfd_unix_scan_next,
    wfd_unix_scan_end,
    wfd_unix_func_count
};

/* Comes first, once; error is 0 when the halves fit together. */
struct wfd_unix_init_params
{
    uint32_t version;
    uint32_t trace; /* 1: tell the story on stderr */
    uint32_t error;
    uint32_t reserved;
};

/* struct wfd_config's fields; zeros mean defaults. */
struct wfd_unix_config
{
    char control_directory[104];
    char interface[32];
    uint32_t open_timeout_ms;
    uint32_t search_timeout_ms;
    uint32_t reply_timeout_ms;
    uint32_t supplicant_uid;
};

struct wfd_unix_open_client_params
{
    struct wfd_unix_config config;
    uint32_t client; /* out */
    uint32_t error;  /* out */
};

struct wfd_unix_close_client_params
{
    uint64_t client;
    uint64_t thread; /* the caller's, as in wfd_unix_callback_params */
    uint32_t error;
    uint32_t reserved;
};

struct wfd_unix_start_open_params
{
    uint64_t client;
    uint64_t callback;
    uint64_t context;
    uint8_t peer[6];
    uint8_t reserved[2];
    uint32_t session; /* out */
    uint32_t error;   /* out */
    uint32_t reserved2[2];
};

/* begin_open (error unused), cancel_open, close_session. */
struct wfd_unix_session_params
{
    uint64_t session;
    uint32_t error; /* out */
    uint32_t reserved;
};

struct wfd_unix_open_legacy_params
{
    uint64_t client;
    uint8_t peer[6];
    uint8_t reserved[2];
    uint32_t session;         /* out */
    uint32_t interface_index; /* out: of the station's network interface */
    uint32_t error;           /* out */
    uint32_t reserved2;
};

struct wfd_unix_search_params
{
    struct wfd_unix_config config;
    uint8_t peer[6];
    uint8_t reserved[2];
    uint32_t found; /* out */
    uint32_t error; /* out */
};

#define WFD_UNIX_MAX_DEVICES 256

/* struct wfd_paired_state's fields. */
struct wfd_unix_device
{
    uint8_t peer[6];
    uint8_t interface_address[6];
    uint32_t interface_index;
    uint8_t connected;
    uint8_t visible;
    uint8_t reserved[2];
    char name[36]; /* any bytes, with a terminator */
};

struct wfd_unix_look_params
{
    struct wfd_unix_config config;
    uint32_t count; /* out; of devices */
    uint32_t error; /* out */
    struct wfd_unix_device devices[WFD_UNIX_MAX_DEVICES];
};

/* All out. */
struct wfd_unix_changes_params
{
    uint32_t serial;
    uint32_t live;
};

struct wfd_unix_completion_params
{
    uint64_t callback;
    uint64_t context;
    uint32_t completion;
    uint32_t session;
    uint32_t interface_index;
    uint32_t error;
    uint32_t reason;
    uint32_t valid; /* 0: no open is pending, none will complete */
};

/* callback_begin; callback_end, where thread is unused. */
struct wfd_unix_callback_params
{
    uint64_t thread;
    uint32_t completion;
    uint32_t reserved;
};

struct wfd_unix_policy_params
{
    uint32_t allowed;
    uint32_t reserved;
};

/* As start_open, and begun likewise. The Unix half wipes the PIN in it. */
struct wfd_unix_start_pairing_params
{
    uint64_t client;
    uint64_t callback;
    uint64_t context;
    uint8_t peer[6];
    uint8_t reserved[2];
    uint32_t method;  /* enum wfd_pairing_method */
    uint32_t session; /* out */
    uint32_t error;   /* out */
    uint32_t reserved2;
    char pin[9]; /* of methods that have one */
    uint8_t reserved3[7];
};

struct wfd_unix_progress_params
{
    uint64_t session;
    uint32_t progress; /* out: enum wfd_progress */
    uint32_t reserved;
};

struct wfd_unix_pin_params
{
    char pin[9]; /* out */
    uint8_t reserved[3];
    uint32_t error; /* out */
};

/* A process has one scan at a time. */
struct wfd_unix_scan_begin_params
{
    struct wfd_unix_config config;
    uint32_t seconds;
    uint32_t scan;  /* out: its number */
    uint32_t error; /* out: BUSY when there is one */
    uint32_t reserved;
};

struct wfd_unix_scan_next_params
{
    uint32_t scan;
    uint32_t wait_ms; /* more than a second is a second */
    uint32_t news;    /* out: enum wfd_scan_news */
    uint32_t error;   /* out: of a scan that is over */
    uint8_t address[6];
    uint16_t config_methods;
    uint16_t category;
    uint8_t owns_group;
    char name[33];
};

struct wfd_unix_scan_end_params
{
    uint32_t scan;
    uint32_t reserved;
};

#define WFD_UNIX_ASSERT(name, size)                                                                \
    typedef char wfd_unix_##name##_has_that_size[sizeof(struct wfd_unix_##name) == (size) ? 1 : -1]

WFD_UNIX_ASSERT(init_params, 16);
WFD_UNIX_ASSERT(config, 152);
WFD_UNIX_ASSERT(open_client_params, 160);
WFD_UNIX_ASSERT(close_client_params, 24);
WFD_UNIX_ASSERT(start_open_params, 48);
WFD_UNIX_ASSERT(session_params, 16);
WFD_UNIX_ASSERT(open_legacy_params, 32);
WFD_UNIX_ASSERT(search_params, 168);
WFD_UNIX_ASSERT(device, 56);
WFD_UNIX_ASSERT(look_params, 160 + 256 * 56);
WFD_UNIX_ASSERT(changes_params, 8);
WFD_UNIX_ASSERT(completion_params, 40);
WFD_UNIX_ASSERT(callback_params, 16);
WFD_UNIX_ASSERT(policy_params, 8);
WFD_UNIX_ASSERT(start_pairing_params, 64);
WFD_UNIX_ASSERT(progress_params, 16);
WFD_UNIX_ASSERT(pin_params, 16);
WFD_UNIX_ASSERT(scan_begin_params, 168);
WFD_UNIX_ASSERT(scan_next_params, 60);
WFD_UNIX_ASSERT(scan_end_params, 8);

#endif
