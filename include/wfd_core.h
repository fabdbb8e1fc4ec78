/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The core's API: what the Unix half, wfdctl and the native tests call.
 *
 * The core owns clients, sessions and groups and talks to wpa_supplicant. It knows nothing of
 * Wine: no Windows type, no pointer of the application. Every function may be called from any
 * thread; none but those that say so waits. Row numbers (SO5, CS6, ...) are those of the
 * conformance table that tests/pe implements, one test for each row.
 */
#ifndef WFD_CORE_H
#define WFD_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Results. The values are the Windows error codes that the application sees. */
enum wfd_error
{
    WFD_SUCCESS = 0,
    WFD_ERROR_INVALID_HANDLE = 6,        /* not in the handle table */
    WFD_ERROR_NOT_ENOUGH_MEMORY = 8,     /* no memory, or no thread or descriptor */
    WFD_ERROR_GEN_FAILURE = 31,          /* the devices could not agree, or wrong key */
    WFD_ERROR_NOT_SUPPORTED = 50,        /* no adapter can do P2P */
    WFD_ERROR_INVALID_PARAMETER = 87,    /* NULL, or a handle of the other kind */
    WFD_ERROR_BUSY = 170,                /* the peer, or our supplicant, cannot take one more */
    WFD_ERROR_SERVICE_NOT_ACTIVE = 1062, /* no supplicant answers */
    WFD_ERROR_NOT_FOUND = 1168,          /* not paired */
    WFD_ERROR_SESSION_LIMIT = 1220,      /* too many handles */
    WFD_ERROR_CANCELLED = 1223,          /* the application cancelled */
    WFD_ERROR_CONNECTION_REFUSED = 1225, /* the user of the peer said no */
    WFD_ERROR_HOST_UNREACHABLE = 1232,   /* the peer was not seen or did not answer */
    WFD_ERROR_CONNECTION_ABORTED = 1236, /* lost while opening */
    WFD_ERROR_INTERNAL = 1359,           /* the supplicant answered nonsense */
    WFD_ERROR_TIMEOUT = 1460,            /* the time for the whole open is over */
    WFD_ERROR_INVALID_STATE = 5023,      /* disabled by policy, or not now */
};

/* WLAN_REASON_CODE values that a completion carries beside its error (row SO12). */
enum wfd_reason
{
    WFD_REASON_SUCCESS = 0,
    WFD_REASON_UNKNOWN = 0x10001,
    WFD_REASON_NETWORK_NOT_COMPATIBLE = 0x20001,
    WFD_REASON_USER_DENIED = 0x28004,
    WFD_REASON_CONNECT_CALL_FAIL = 0x28009,
    WFD_REASON_NETWORK_NOT_AVAILABLE = 0x2800b,
    WFD_REASON_PROFILE_CHANGED_OR_DELETED = 0x2800c,
    WFD_REASON_KEY_MISMATCH = 0x2800d,
    WFD_REASON_USER_NOT_RESPOND = 0x2800e,
    WFD_REASON_USER_CANCELLED = 0x38001,
    WFD_REASON_ASSOCIATION_TIMEOUT = 0x38003,
    WFD_REASON_DRIVER_DISCONNECTED = 0x3800b,
    WFD_REASON_DRIVER_OPERATION_FAILURE = 0x3800c,
    WFD_REASON_INTERNAL_FAILURE = 0x38010,
    WFD_REASON_INVALID_CHANNEL = 0x80017,
    /* Of a pairing only, which Windows programs cannot ask for: our own. */
    WFD_REASON_PAIRING_METHOD = 0x7fff0001, /* one wants the button, the other a PIN */
};

#define WFD_MAX_CLIENTS  4096  /* open client handles in one process (row OH4) */
#define WFD_MAX_SESSIONS 12288 /* pending and open sessions in one process */

#define WFD_PATH_SIZE   104 /* a control directory, with its terminator */
#define WFD_IFNAME_SIZE 32  /* a network or control interface name, with its terminator */

#define WFD_DEFAULT_CONTROL_DIRECTORY "/run/wpa_supplicant"
#define WFD_DEFAULT_OPEN_TIMEOUT_MS   60000 /* row SO11 */
#define WFD_DEFAULT_SEARCH_TIMEOUT_MS 30000
#define WFD_DEFAULT_REPLY_TIMEOUT_MS  10000
#define WFD_DEFAULT_SETTLE_MS         200
#define WFD_MAX_TIMEOUT_MS            86400000
#define WFD_ANSWER_TIMEOUT_MS         900 /* WFDOpenHandle answers within a second (row OH6) */

struct wfd_mac
{
    uint8_t octet[6];
};

/*
 * What the user may set; zero and empty mean the default. A directory that is no absolute path, or
 * has control characters, holds no supplicant; a longer time than a day is a day.
 */
struct wfd_config
{
    char control_directory[WFD_PATH_SIZE]; /* where wpa_supplicant's control sockets are */
    char interface[WFD_IFNAME_SIZE];       /* only this adapter; empty: the first that can */
    uint32_t open_timeout_ms;              /* bound of a whole open */
    uint32_t search_timeout_ms;            /* how long a device is looked for */
    uint32_t reply_timeout_ms;             /* how long the supplicant may take for a reply */
    /*
     * How long a peer that has joined our group stays in it at least. We hear that it has joined
     * before it has installed its keys; one that is turned away in between takes the group for not
     * yet formed, and agrees to the next invitation without coming (seen with wpa_supplicant 2.10).
     */
    uint32_t settle_ms;
    uint32_t supplicant_uid; /* the supplicant's user, beside root */
};

/* One finished open, for the application's callback. Every field is valid; an error has index 0. */
struct wfd_completion_info
{
    uint32_t completion; /* names the completion for wfd_service_callback_begin and _end */
    uint32_t session;    /* session handle */
    uint64_t callback;   /* the caller's cookies, as given */
    uint64_t context;
    uint32_t interface_index; /* of the group's network interface */
    enum wfd_error error;
    enum wfd_reason reason;
};

struct wfd_service;
struct wfd_ctrl_ops;
struct wfd_netif_ops;

/* What tests replace; NULL members mean the real thing. */
struct wfd_environment
{
    const struct wfd_ctrl_ops *ctrl;
    const struct wfd_netif_ops *netif;
    uint64_t (*now_ms)(void *context); /* monotonic */
    void *context;
    const char *reaper_path;  /* the helper program that cleans up after us; NULL: none */
    const char *share_folder; /* where programs meet (row SO10); NULL: the user's runtime folder */
};

/*
 * Makes a service; nothing is opened and no thread runs until the first client. environment may
 * be NULL and is copied. Returns WFD_SUCCESS or WFD_ERROR_NOT_ENOUGH_MEMORY.
 */
enum wfd_error wfd_service_new(
        const struct wfd_environment *environment, struct wfd_service **ret_service);

/* Closes everything, waits for the queue to drain (bounded), ends the thread. NULL is allowed. */
void wfd_service_free(struct wfd_service *service);

/*
 * A new client. config is taken over when no other client is open. Waits, at most a second, for
 * the supplicant's answer. Errors: SERVICE_NOT_ACTIVE (OH6), NOT_SUPPORTED (OH7), SESSION_LIMIT
 * (OH4), NOT_ENOUGH_MEMORY (OH3).
 */
enum wfd_error wfd_service_open_client(
        struct wfd_service *service, const struct wfd_config *config, uint32_t *ret_client);

/*
 * Closes a client: waits until its pending opens have completed and their callbacks, other than
 * those running on thread, have returned; then its open sessions are closed (CH2 to CH4).
 */
enum wfd_error wfd_service_close_client(
        struct wfd_service *service, uint64_t client, uint64_t thread);

/*
 * A session handle for an open that has not begun: it begins with wfd_service_begin_open, so that
 * no completion can overtake the caller's storing of the handle (SO5).
 */
enum wfd_error wfd_service_start_open(struct wfd_service *service, uint64_t client,
        const struct wfd_mac *peer, uint64_t callback, uint64_t context, uint32_t *ret_session);
void wfd_service_begin_open(struct wfd_service *service, uint32_t session);

/* How two devices come to trust each other. */
enum wfd_pairing_method
{
    WFD_PAIRING_BUTTON,  /* a button on both */
    WFD_PAIRING_DISPLAY, /* we show a PIN, the user enters it on the other device */
    WFD_PAIRING_KEYPAD,  /* the other device shows a PIN, the user enters it here */
};

#define WFD_PIN_SIZE           9      /* eight digits, with their terminator */
#define WFD_PAIRING_TIMEOUT_MS 125000 /* the two minutes that WPS gives a user, and a little */

struct wfd_pairing
{
    enum wfd_pairing_method method;
    char pin[WFD_PIN_SIZE]; /* of DISPLAY and KEYPAD; never logged */
    int go_intent;          /* 0 to 15: how much we want to own the group; negative: no matter */
};

/* A random PIN with its checksum. False when the kernel has no randomness. */
bool wfd_pin_make(char ret_pin[WFD_PIN_SIZE]);
/* Eight digits whose last is the checksum of the others, or four digits. */
bool wfd_pin_valid(const char *pin);

/*
 * As wfd_service_start_open, for a device that is not paired yet: the group that it is paired in
 * is stored, and is the session's until that is closed. The open's bound is open_timeout_ms of the
 * configuration, where WFD_PAIRING_TIMEOUT_MS is sensible. INVALID_PARAMETER: a PIN that is none.
 */
enum wfd_error wfd_service_start_pairing(struct wfd_service *service, uint64_t client,
        const struct wfd_mac *peer, const struct wfd_pairing *pairing, uint64_t callback,
        uint64_t context, uint32_t *ret_session);

/* How far a session is, for a person who waits for it. */
enum wfd_progress
{
    WFD_PROGRESS_NONE,       /* there is no such session */
    WFD_PROGRESS_WAITING,    /* for its turn */
    WFD_PROGRESS_SEARCHING,  /* for the device */
    WFD_PROGRESS_ASKING,     /* the device has been asked, its answer is awaited */
    WFD_PROGRESS_CONNECTING, /* it has agreed */
    WFD_PROGRESS_ENDING,     /* given up, and being taken back */
    WFD_PROGRESS_OPEN,
    WFD_PROGRESS_LOST, /* its group is gone */
};
enum wfd_progress wfd_service_progress(struct wfd_service *service, uint64_t session);

/* Asks a pending open to stop; its completion still comes (CO1 to CO4). */
enum wfd_error wfd_service_cancel_open(struct wfd_service *service, uint64_t session);

/* Queues the close of an open session; the handle is stale at once (CS1 to CS8). */
enum wfd_error wfd_service_close_session(struct wfd_service *service, uint64_t session);

/*
 * Opens a session to a device that is no P2P device (OL1 to OL5): joins the supplicant's stored
 * network whose access point has that address, or sends that network's SSID. Waits until joined or
 * failed, as long as an open may take. Closed by wfd_service_close_session, which brings back what
 * the station did before. Errors: NOT_FOUND (none stored), BUSY (another legacy device is open),
 * TIMEOUT, GEN_FAILURE (wrong key), HOST_UNREACHABLE (another access point of that SSID answered),
 * SERVICE_NOT_ACTIVE, and those of a client handle.
 */
enum wfd_error wfd_service_open_legacy(struct wfd_service *service, uint64_t client,
        const struct wfd_mac *device, uint32_t *ret_session, uint32_t *ret_interface_index);

/*
 * Looks for one device over the air. Waits until the device was found or the search is over, a
 * few seconds. Errors: SERVICE_NOT_ACTIVE, NOT_SUPPORTED, BUSY when opens of sessions leave no
 * time for it.
 */
enum wfd_error wfd_service_search(struct wfd_service *service, const struct wfd_config *config,
        const struct wfd_mac *peer, bool *ret_found);

#define WFD_NAME_SIZE    33  /* a device's name, with a terminator */
#define WFD_MAX_DEVICES  128 /* that one scan tells apart */
#define WFD_MAX_PAIRINGS 256

/* A device that was seen. name is what it calls itself: any bytes, which nobody vouches for. */
struct wfd_device
{
    struct wfd_mac address;
    char name[WFD_NAME_SIZE];
    uint16_t config_methods; /* WPS: 0x80 button, 0x8 display, 0x100 keypad */
    uint16_t category;       /* of its primary device type, as WPS numbers them; 0: not told */
    bool owns_group;
};

/*
 * Looks for all devices for so many seconds. Each that is found, or found under another name, is
 * handed to report on the calling thread; a NULL device comes about every second. report returns
 * false to end it. Errors: as wfd_service_search, and INVALID_STATE when the radio is switched off.
 */
enum wfd_error wfd_service_scan(struct wfd_service *service, const struct wfd_config *config,
        uint32_t seconds, bool (*report)(void *context, const struct wfd_device *device),
        void *context);

/*
 * The same in steps, for who cannot be called back. begin waits a second at most and next so many
 * milliseconds at most; next has an error when the scan is over. Each begin needs an end, which is
 * also how to end it early; it must not be called while next waits.
 */
enum wfd_scan_news
{
    WFD_SCAN_NOTHING,
    WFD_SCAN_DEVICE,
    WFD_SCAN_OVER,
};
struct wfd_scan;
enum wfd_error wfd_service_scan_begin(struct wfd_service *service, const struct wfd_config *config,
        uint32_t seconds, struct wfd_scan **ret_scan);
enum wfd_scan_news wfd_service_scan_next(struct wfd_service *service, struct wfd_scan *scan,
        uint32_t wait_ms, struct wfd_device *ret_device, enum wfd_error *ret_error);
void wfd_service_scan_end(struct wfd_service *service, struct wfd_scan *scan);

/* A device that a stored group leads to. */
struct wfd_paired
{
    struct wfd_mac peer;
    uint8_t ssid[32]; /* any bytes */
    uint8_t ssid_length;
    bool own; /* we own that group, else the peer does */
    int id;   /* of the group at the supplicant */
};

/* The stored groups' devices, in the supplicant's order, at most max. */
enum wfd_error wfd_service_list_paired(struct wfd_service *service, const struct wfd_config *config,
        struct wfd_paired *ret_paired, unsigned int max, unsigned int *ret_count);

/* A paired device as the supplicant has it at this moment. */
struct wfd_paired_state
{
    struct wfd_mac peer;              /* its P2P device address */
    struct wfd_mac interface_address; /* its own in the group that we share with it; else zero */
    uint32_t interface_index;         /* of our interface in that group; else 0 */
    bool connected;                   /* some program shares a group with it */
    bool visible;             /* the supplicant has heard it of late; it forgets in a minute */
    char name[WFD_NAME_SIZE]; /* any bytes, its own choice; "": not known, as when not visible */
};

/*
 * Looks which devices are paired and what of them is to be seen, each device once, at most max;
 * groups of other programs count as well. Asks the supplicant over connections of its own, changes
 * nothing, and waits as long as that takes, three seconds at most. Errors: as wfd_service_search,
 * INVALID_STATE (disabled by policy), TIMEOUT, NOT_ENOUGH_MEMORY; then nothing was written.
 */
enum wfd_error wfd_service_look(struct wfd_service *service, const struct wfd_config *config,
        struct wfd_paired_state *ret_states, unsigned int max, unsigned int *ret_count);

/*
 * Has anything come or gone that wfd_service_look would tell? ret_serial is another number then.
 * ret_live: an open or a group of this process is under way, or a group lives, so that it may.
 * Never waits.
 */
void wfd_service_changes(struct wfd_service *service, uint32_t *ret_serial, bool *ret_live);

/*
 * Forgets a device: stored groups that nobody else is in, and its place in others. NOT_FOUND: it is
 * not paired. ret_saved: false when the supplicant may not write its configuration, so that a
 * restart brings the pairing back.
 */
enum wfd_error wfd_service_unpair(struct wfd_service *service, const struct wfd_config *config,
        const struct wfd_mac *peer, bool *ret_saved);

/*
 * Waits for a completion. Returns false when no open is pending and no completion is left, so
 * that a dispatcher may end. The caller then calls wfd_service_callback_begin (from the thread
 * that is going to call back; thread is any number that names it), the callback, and
 * wfd_service_callback_end.
 */
bool wfd_service_next_completion(
        struct wfd_service *service, struct wfd_completion_info *ret_completion);
void wfd_service_callback_begin(struct wfd_service *service, uint32_t completion, uint64_t thread);
void wfd_service_callback_end(struct wfd_service *service, uint32_t completion);

/* Wi-Fi Direct is (not) allowed. When it is not, opens and closes get INVALID_STATE (SO2, CS2). */
void wfd_service_set_policy(struct wfd_service *service, bool allowed);

/*
 * Queues the close of every open session, cancels every pending open, and forgets every client that
 * has no callback to come; for a DLL that is unloaded.
 */
void wfd_service_abandon(struct wfd_service *service);

/* Where the core's story goes, one line a call, without a newline and never with a key in it. */
typedef void (*wfd_log_sink)(const char *line);
void wfd_log_set_sink(wfd_log_sink sink);

#endif
