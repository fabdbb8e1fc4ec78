/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A scripted wpa_supplicant: it answers on the control sockets of a directory as the real one does,
 * over a model of adapters, stored groups, peers and live groups that tests fill and disturb. It
 * never touches a radio, never holds a real key, and never aborts the process it lives in.
 *
 * One thread of its own does all the work; every function here may be called from any thread.
 * By default each step follows the one before at once and in order; scripted_supplicant_latency
 * changes that.
 *
 *     struct scripted_config config = { .dir = dir };
 *     struct scripted_supplicant *ss = scripted_supplicant_new( &config );
 *     scripted_supplicant_add_peer( ss, &peer );
 *     scripted_supplicant_add_persistent( ss, &network );
 *     if (scripted_supplicant_start( ss )) fail();
 *     ...
 *     assert_true( scripted_supplicant_wait_command( ss, "P2P_INVITE", 1, 5000 ) );
 *     ...
 *     scripted_supplicant_free( ss );
 *
 * As with the real one a monitor that does not read stops the events of its socket: if it is
 * connect()ed, once half the socket's send buffer is in use (then up to 2000 events are queued, the
 * oldest dropped); if it is not, at the 11th unread one the socket is recreated: attachments and
 * clients of that socket are lost. A reply that finds no room recreates the socket too.
 *
 * Sources: all of scripted_*.c except scripted_supplicant_main.c; libraries: pthread. Linux only.
 */

#ifndef WINEWFD_SCRIPTED_SUPPLICANT_H
#define WINEWFD_SCRIPTED_SUPPLICANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCRIPTED_NEVER (-1) /* a latency: the step does not come */

/* What P2P-GROUP-STARTED carries where a real one has keys. A test can look for them in logs. */
#define SCRIPTED_PASSPHRASE "scripted-passphrase"
#define SCRIPTED_PSK        "5c21f7edd05c21f7edd05c21f7edd05c21f7edd05c21f7edd05c21f7edd05c21"

struct scripted_supplicant;

enum scripted_role
{
    SCRIPTED_ROLE_CLIENT, /* the peer is the group owner, we join (mode=0) */
    SCRIPTED_ROLE_GO,     /* we are the group owner (mode=3) */
};

enum scripted_netdev
{
    SCRIPTED_NETDEV_NONE, /* groups have no network interface */
    SCRIPTED_NETDEV_TUN,  /* a real TAP interface of the group's name; CAP_NET_ADMIN */
};

/* What a peer does with our invitation. */
enum scripted_answer
{
    SCRIPTED_ANSWER_ACCEPT,         /* status=0, the group starts; as GO: it joins after join_ms */
    SCRIPTED_ANSWER_STATUS,         /* P2P-INVITATION-RESULT status=<status>; 8 also deletes */
    SCRIPTED_ANSWER_COUNTER_INVITE, /* status=1, then it invites us after counter_invite_ms; it
                                       needs us to listen or search, and tries for 35 s */
    SCRIPTED_ANSWER_SILENT,         /* no result; P2P-DEVICE-LOST after SCRIPTED_STEP_EXPIRE */
    SCRIPTED_ANSWER_NEVER_STARTS,   /* status=0, then we never connect, or it never joins us */
    SCRIPTED_ANSWER_WRONG_KEY,      /* status=0, then PERSISTENT-PSK-FAIL; as GO: never joins */
};

/* What a peer's user does when we want to pair. */
enum scripted_wps
{
    SCRIPTED_WPS_BUTTON,  /* presses the button */
    SCRIPTED_WPS_SHOWS,   /* lets the device show its PIN */
    SCRIPTED_WPS_ENTERS,  /* enters a PIN: ours, or the wrong one */
    SCRIPTED_WPS_REJECTS, /* says no: status=11 */
    SCRIPTED_WPS_SILENT,  /* the device does not answer: status=-1 after the time for it */
};

/* What a stored infrastructure network does when selected. */
enum scripted_station_answer
{
    SCRIPTED_STATION_CONNECTS,  /* CTRL-EVENT-CONNECTED after SCRIPTED_STEP_CONNECT */
    SCRIPTED_STATION_NEVER,     /* keeps scanning */
    SCRIPTED_STATION_WRONG_KEY, /* CTRL-EVENT-SSID-TEMP-DISABLED ... reason=WRONG_KEY */
};

/* Steps that take time; the default in brackets, in ms. */
enum scripted_step
{
    SCRIPTED_STEP_REPLY,           /* command received to its reply, every command [0] */
    SCRIPTED_STEP_FOUND,           /* P2P_FIND to P2P-DEVICE-FOUND [0] */
    SCRIPTED_STEP_FIND_STOPPED,    /* P2P_FIND to P2P-FIND-STOPPED; NEVER: the seconds asked for,
                                       or until stopped when none were [NEVER] */
    SCRIPTED_STEP_RESULT,          /* P2P_INVITE to P2P-INVITATION-RESULT, P2P_CONNECT to
                                       P2P-GO-NEG-* [0] */
    SCRIPTED_STEP_STARTED,         /* accepted invitation, or P2P-GO-NEG-SUCCESS, to
                                       P2P-GROUP-STARTED [0] */
    SCRIPTED_STEP_CONNECT,         /* SELECT_NETWORK to CTRL-EVENT-CONNECTED [0] */
    SCRIPTED_STEP_PSK_FAIL,        /* accepted invitation to P2P-PERSISTENT-PSK-FAIL [0] */
    SCRIPTED_STEP_REMOVED,         /* P2P_GROUP_REMOVE to P2P-GROUP-REMOVED [0] */
    SCRIPTED_STEP_REMOVE_REPLY,    /* P2P-GROUP-REMOVED to the command's OK [0] */
    SCRIPTED_STEP_CONNECT_TIMEOUT, /* client never connects: until FORMATION-FAILURE [10000] */
    SCRIPTED_STEP_JOIN_TIMEOUT,    /* nobody joins our group: until FORMATION-FAILURE [15000] */
    SCRIPTED_STEP_EXPIRE,          /* P2P_INVITE to a silent peer: until P2P-DEVICE-LOST [60000] */
    SCRIPTED_STEP_IDLE,            /* GO vanished: CTRL-EVENT-DISCONNECTED to reason=IDLE [0] */
    SCRIPTED_STEP_GO_NEG_TIMEOUT,  /* P2P_CONNECT to status=-1 of a silent peer [40000] */
    SCRIPTED_STEP_COUNT,
};

/* How a live group ends without our asking. */
enum scripted_end
{
    SCRIPTED_END_GO_ENDING,     /* the GO ends it or evicts us: reason=GO_ENDING_SESSION */
    SCRIPTED_END_CLIENT_LEAVES, /* GO role: AP-STA-DISCONNECTED only, the group stays */
    SCRIPTED_END_IDLE,          /* CTRL-EVENT-DISCONNECTED reason=4, then reason=IDLE */
    SCRIPTED_END_UNAVAILABLE,   /* the interface went down or rfkill: reason=UNAVAILABLE */
    SCRIPTED_END_REQUESTED,     /* somebody else removed it, or ifdown: reason=REQUESTED */
    SCRIPTED_END_FREQ_CONFLICT, /* reason=FREQ_CONFLICT */
    SCRIPTED_END_NO_REASON,     /* the GO left the channel: no reason= at all */
};

enum scripted_state
{
    SCRIPTED_STATE_NEW,        /* not started yet */
    SCRIPTED_STATE_RUNNING,    /* answers */
    SCRIPTED_STATE_HUNG,       /* sockets exist, nothing is read or sent */
    SCRIPTED_STATE_DEAD,       /* sockets closed, their files left behind (SIGKILL) */
    SCRIPTED_STATE_TERMINATED, /* sockets closed and unlinked (SIGTERM) */
};

enum scripted_fault_kind
{
    SCRIPTED_FAULT_REPLY,       /* answer with bytes/len instead (0 to 65536, any values) */
    SCRIPTED_FAULT_DROP,        /* no reply */
    SCRIPTED_FAULT_DELAY,       /* the reply comes delay_ms later; others are not held up */
    SCRIPTED_FAULT_TWICE,       /* the reply comes twice */
    SCRIPTED_FAULT_AS_UID,      /* the reply's credentials say uid (needs root) */
    SCRIPTED_FAULT_STRANGER,    /* the reply comes from another, unnamed socket; reaches only
                                       clients that are not connect()ed */
    SCRIPTED_FAULT_EVENT_FIRST, /* bytes/len are sent as a datagram just before the reply */
    SCRIPTED_FAULT_REBIND,      /* the socket is recreated, attachments and the reply vanish */
    SCRIPTED_FAULT_DETACH,      /* all monitors of all sockets are silently forgotten */
    SCRIPTED_FAULT_HANG,        /* as scripted_supplicant_hang */
    SCRIPTED_FAULT_DIE,         /* as scripted_supplicant_die */
    SCRIPTED_FAULT_TERMINATE,   /* as scripted_supplicant_terminate */
    SCRIPTED_FAULT_RESTART,     /* as scripted_supplicant_restart */
};

/* Whether a command hit by a fault still acts on the model (and causes its events). */
enum scripted_effect
{
    SCRIPTED_EFFECT_DEFAULT, /* skip for REPLY, REBIND, HANG, DIE, TERMINATE, RESTART;
                                       act for the others */
    SCRIPTED_EFFECT_ACT,     /* act, then the fault */
    SCRIPTED_EFFECT_SKIP,    /* the model does not see the command; where the fault lets a
                                       reply through it is "OK\n" */
};

struct scripted_adapter
{
    const char *name; /* "wlan0" */
    bool no_p2p_dev;  /* P2P on the adapter's own socket, no p2p-dev-<name> */
    bool no_p2p;      /* no P2P: STATUS has no p2p_device_address, P2P_* FAIL */
};

/* Zero fields mean the default. The strings are copied. */
struct scripted_config
{
    const char *dir; /* directory of the sockets; made if missing, then removed */
    const struct scripted_adapter *adapters; /* P2P belongs to the first capable one */
    size_t adapter_count;                    /* 0: one adapter "wlan0" with p2p-dev-wlan0 */
    enum scripted_netdev netdev;
    uint8_t device_address[6]; /* our P2P device address; zero: 02:5c:00:00:00:01 */
    unsigned int freq;         /* the channel of groups in MHz; 0: 2437 */
    bool ip_in_group_started;  /* client role: GROUP-STARTED ends with ip_addr= and so on */
    bool no_journal;           /* counters only; for runs with millions of commands */
};

struct scripted_peer
{
    uint8_t device_address[6];
    uint8_t interface_address[6]; /* its address in groups; zero: device address, byte 4 ^ 80 */
    const char *name;             /* raw bytes, up to 32; NULL: "peer-<last three bytes>" */
    bool hidden;                  /* not on the air: not found, answers nothing */
    bool known;                   /* in the peer table from the start (a restart empties it) */
    enum scripted_answer answer;
    int status; /* SCRIPTED_ANSWER_STATUS: -1 or 0 to 255 */
    int counter_invite_ms;
    int join_ms; /* GO role: GROUP-STARTED to AP-STA-CONNECTED; SCRIPTED_NEVER */
    enum scripted_wps wps;
    const char *pin;       /* SHOWS: what is shown; ENTERS: what is entered; NULL: the right one */
    int go_intent;         /* it owns a new group unless ours is larger */
    unsigned int category; /* of its device type; 0: a computer */
};

/* A stored (persistent) group. It survives a restart. */
struct scripted_network
{
    int id;                    /* negative: the next free one */
    enum scripted_role role;   /* ours */
    const uint8_t (*peers)[6]; /* client: [0] is the GO's device address; GO: p2p_client_list,
                                       newest first, at most 100 */
    size_t peer_count;
    const void *ssid; /* any bytes, at most 32; NULL: "DIRECT-ss-<id>" */
    size_t ssid_len;
};

struct scripted_fault
{
    const char *word;   /* first word of the command, "*" or NULL for every command */
    const char *ifname; /* only on this socket; NULL: any */
    enum scripted_fault_kind kind;
    enum scripted_effect effect;
    unsigned int skip;     /* let this many matching commands pass first */
    unsigned int count;    /* then hit this many; 0: for ever */
    unsigned int delay_ms; /* DELAY */
    unsigned int uid;      /* AS_UID */
    const void *bytes;     /* REPLY, EVENT_FIRST; copied */
    size_t len;
};

struct scripted_journal_entry
{
    uint64_t time_ms;    /* CLOCK_MONOTONIC when received */
    const char *ifname;  /* the socket it came to */
    const char *command; /* the whole text */
};

/* --- life ------------------------------------------------------------------------------------- */

/* A supplicant that does not run yet; NULL without memory or for a bad config. */
struct scripted_supplicant *scripted_supplicant_new(const struct scripted_config *config);

/* Binds the sockets (stale ones are replaced) and starts the thread. 0, or an errno value. When it
 * returns clients can connect. */
int scripted_supplicant_start(struct scripted_supplicant *ss);

/* Makes every wait, present and future, return false at once, from any thread. For shutting down
 * while other threads still use the object. */
void scripted_supplicant_interrupt(struct scripted_supplicant *ss);

/* Stops without a word to monitors, removes every file and interface it made, frees. NULL is fine.
 * No other thread may use the object any more. */
void scripted_supplicant_free(struct scripted_supplicant *ss);

enum scripted_state scripted_supplicant_state(struct scripted_supplicant *ss);

/* --- the model -------------------------------------------------------------------------------- */

/* Adds a peer, or changes the one of that device address. 0, or an errno value. */
int scripted_supplicant_add_peer(struct scripted_supplicant *ss, const struct scripted_peer *peer);

/* Out of range: P2P-DEVICE-LOST if it was in the table, pending invitations to it are dropped
 * silently, it is hidden. False if there is no such peer. */
bool scripted_supplicant_peer_lost(struct scripted_supplicant *ss, const uint8_t addr[6]);

/* Shows or hides a peer on the air; no event. */
bool scripted_supplicant_peer_hide(
        struct scripted_supplicant *ss, const uint8_t addr[6], bool hidden);

/* The peer invites us to the group stored with it: INVITATION-ACCEPTED and the start when our own
 * earlier P2P_INVITE authorises it, else INVITATION-RECEIVED. Waits, as a counter-invitation does,
 * until we listen. False without a stored group. */
bool scripted_supplicant_peer_invites(struct scripted_supplicant *ss, const uint8_t addr[6]);

/* The peer joins a live group of ours (GO role): AP-STA-CONNECTED. False if there is none. */
bool scripted_supplicant_peer_joins(
        struct scripted_supplicant *ss, const uint8_t addr[6], const char *ifname);

/* Adds a stored group; its id, or -1 (id taken, no memory, bad arguments). */
int scripted_supplicant_add_persistent(
        struct scripted_supplicant *ss, const struct scripted_network *network);

/* Removes the stored group of that id, or all for -1, as another program could. False: none. */
bool scripted_supplicant_forget(struct scripted_supplicant *ss, int id);

/* Adds a stored infrastructure network to an adapter; its id there, or -1. */
int scripted_supplicant_add_station(struct scripted_supplicant *ss, const char *ifname,
        const void *ssid, size_t ssid_len, const uint8_t bssid[6],
        enum scripted_station_answer answer);

/* count peers (visible, accepting), each with a stored group of the given role of ours. Addresses:
 * scripted_supplicant_generated_address, in groups with 80 in byte 1; ids: the next free ones in
 * order. 0, or an errno value. */
int scripted_supplicant_generate(
        struct scripted_supplicant *ss, unsigned int count, enum scripted_role role, bool known);

/* The device address of generated peer n: 02:00 and n in big endian. */
void scripted_supplicant_generated_address(unsigned int n, uint8_t ret_addr[6]);

/* Sets how long a step takes from now on; SCRIPTED_NEVER where that makes sense. */
void scripted_supplicant_latency(struct scripted_supplicant *ss, enum scripted_step step, int ms);

/* P2P disabled by rfkill: P2P_FIND, P2P_LISTEN, P2P_INVITE, P2P_GROUP_ADD FAIL and every live group
 * ends with reason=UNAVAILABLE; false lifts it. */
void scripted_supplicant_rfkill(struct scripted_supplicant *ss, bool blocked);

/* --- disturbances ----------------------------------------------------------------------------- */

/* Arms a fault; its id (from 1), or 0 without memory. The oldest armed fault that matches a command
 * is the one that hits it. */
unsigned int scripted_supplicant_fault(
        struct scripted_supplicant *ss, const struct scripted_fault *fault);

/* How often the fault has hit, also after it is spent or cleared. A test whose fault never fired
 * has tested nothing. */
unsigned int scripted_supplicant_fault_fired(struct scripted_supplicant *ss, unsigned int id);

/* Disarms one fault, or all with id 0. */
void scripted_supplicant_fault_clear(struct scripted_supplicant *ss, unsigned int id);

/* Stops reading and sending, timers stand still; resume goes on where it stopped. */
void scripted_supplicant_hang(struct scripted_supplicant *ss);
void scripted_supplicant_resume(struct scripted_supplicant *ss);

/* As SIGKILL: sockets closed without a word, their files and the groups' interfaces stay. */
void scripted_supplicant_die(struct scripted_supplicant *ss);

/* As SIGTERM: GROUP-REMOVED reason=REQUESTED for each group, DEVICE-LOST for each known peer,
 * CTRL-EVENT-TERMINATING on each socket, then all is closed and unlinked. */
void scripted_supplicant_terminate(struct scripted_supplicant *ss);

/* Starts a new daemon on the same directory; a running one dies first as by SIGKILL. Stored groups
 * are those of the last SAVE_CONFIG or change by a test, with their ids; peers unknown; group names
 * from -0; no monitors. 0, or an errno value. */
int scripted_supplicant_restart(struct scripted_supplicant *ss);

/* Sends the bytes as they are, one datagram to each monitor of the socket ifname. Write "<3>" first
 * for a proper event. False if there is no such socket. */
bool scripted_supplicant_emit(
        struct scripted_supplicant *ss, const char *ifname, const void *bytes, size_t len);

/* The same with credentials that name another user (needs root). */
bool scripted_supplicant_emit_as_uid(struct scripted_supplicant *ss, const char *ifname,
        unsigned int uid, const void *bytes, size_t len);

/* "<3>TEXT 0" to "<3>TEXT count-1", as fast as the connect()ed monitors read; none is lost to a
 * slow one. Other events may overtake it. */
bool scripted_supplicant_flood(
        struct scripted_supplicant *ss, const char *ifname, const char *text, unsigned int count);

/* Forgets all monitors of ifname, or of every socket with NULL; they are not told. */
void scripted_supplicant_detach_all(struct scripted_supplicant *ss, const char *ifname);

/* Recreates the socket ifname under its old name: clients get errors, attachments vanish. */
bool scripted_supplicant_rebind(struct scripted_supplicant *ss, const char *ifname);

/* Ends the live group with that peer. False if it is in none (or the end does not fit its role). */
bool scripted_supplicant_end_group(
        struct scripted_supplicant *ss, const uint8_t addr[6], enum scripted_end how);

/* The same by the name of the interface. CLIENT_LEAVES: all clients. */
bool scripted_supplicant_end_group_if(
        struct scripted_supplicant *ss, const char *ifname, enum scripted_end how);

/* --- what has happened ------------------------------------------------------------------------ */

/* Commands received so far with that first word ("*": all), over restarts. A command counts once
 * the model has acted on it and its reply is on its way (or dropped). */
unsigned int scripted_supplicant_command_count(struct scripted_supplicant *ss, const char *word);

/* Each waits until it holds, true, or timeout_ms have passed, false. */
bool scripted_supplicant_wait_command(
        struct scripted_supplicant *ss, const char *word, unsigned int count, int timeout_ms);
bool scripted_supplicant_wait_fired(
        struct scripted_supplicant *ss, unsigned int id, unsigned int count, int timeout_ms);
bool scripted_supplicant_wait_groups(struct scripted_supplicant *ss, unsigned int count,
        int timeout_ms); /* exactly count live groups */
bool scripted_supplicant_wait_monitors(struct scripted_supplicant *ss, unsigned int count,
        int timeout_ms); /* exactly count attached */
bool scripted_supplicant_wait_state(
        struct scripted_supplicant *ss, enum scripted_state state, int timeout_ms);

/* Groups whose control socket exists: forming, started, owned or joined. */
unsigned int scripted_supplicant_groups(struct scripted_supplicant *ss);

/* How often a key was told, in P2P-GROUP-STARTED. */
unsigned int scripted_supplicant_keys_told(struct scripted_supplicant *ss);

/* Groups that were announced by P2P-GROUP-STARTED and still live. */
unsigned int scripted_supplicant_groups_started(struct scripted_supplicant *ss);

/* The interface of the live group with that peer (as its GO or a joined client); false if none. */
bool scripted_supplicant_group_ifname(
        struct scripted_supplicant *ss, const uint8_t addr[6], char *ret_ifname, size_t size);

/* Whether a failed or pending P2P_INVITE as GO has left its pending p2p-* interface. */
bool scripted_supplicant_pending_netdev(struct scripted_supplicant *ss);
/* Some peer's next invitation would be accepted, because we have invited it. */
bool scripted_supplicant_authorises(struct scripted_supplicant *ss);

/* Attached monitors of all sockets; one that closed without DETACH counts until a send fails. */
unsigned int scripted_supplicant_monitors(struct scripted_supplicant *ss);

/* The journal. get: false past the end; the strings live until free. */
size_t scripted_supplicant_journal_count(struct scripted_supplicant *ss);
bool scripted_supplicant_journal_get(
        struct scripted_supplicant *ss, size_t index, struct scripted_journal_entry *ret_entry);

/* Prints the journal to stderr, for a failing test. */
void scripted_supplicant_journal_print(struct scripted_supplicant *ss);

/* --- text ------------------------------------------------------------------------------------- */

/* Carries out one line of the control language, what the program's --control and --control-tcp
 * speak, and writes the answer line without newline. False if the line was "quit".
 *
 *   Answers are "ok", "ok VALUE", "false" (a wait that timed out, a thing that is not there) or
 *   "error TEXT". MAC is 02:00:00:00:00:01, HEX is pairs of digits or "-" for nothing.
 *
 *   peer add MAC[,OPTION...]    accept, status=N, counter=MS, silent, never-starts, wrong-key,
 *                               join=MS, join=never, hidden, known, name=TEXT, iface=MAC,
 *                               wps=button|shows|enters|rejects|silent, pin=PIN, intent=N,
 *                               category=N
 *   peer lost|hide|show|invite MAC
 *   peer join MAC IFNAME
 *   persistent ID,go|client,MAC[,MAC...]         ID may be -1; ok ID
 *   forget ID|all                                stored groups
 *   station IFNAME,SSID,BSSID[,connects|never|wrong-key]    ok ID
 *   generate N go|client [known]
 *   latency STEP MS|never       STEP: reply found find-stopped result started connect psk-fail
 *                               removed remove-reply connect-timeout join-timeout expire idle
 *                               go-neg-timeout
 *   fault WORD reply HEX [N]    WORD may be *; N uses, for ever without; ok ID
 *   fault WORD event-first HEX [N]
 *   fault WORD delay MS [N]
 *   fault WORD as-uid UID [N]
 *   fault WORD drop|twice|stranger|rebind|detach|hang|die|terminate|restart [N]
 *       before N: skip=K, act, no-act, if=IFNAME, each optional
 *   fired ID                    ok COUNT
 *   clear [ID]
 *   hang, resume, die, terminate, restart
 *   rfkill on|off
 *   emit IFNAME TEXT            sent as "<3>TEXT"
 *   emit-hex IFNAME HEX         sent as it is
 *   emit-as-uid IFNAME UID TEXT
 *   flood IFNAME N TEXT
 *   detach-all [IFNAME], rebind IFNAME
 *   end-group MAC|IFNAME go-ending|client-leaves|idle|unavailable|requested|freq-conflict|no-reason
 *   count WORD                  ok N
 *   groups, groups-started, keys, monitors, pending-netdev   ok N
 *   group MAC                   ok IFNAME
 *   state                       ok new|running|hung|dead|terminated
 *   wait WORD N MS              until the command count is reached
 *   wait-fired ID N MS, wait-groups N MS, wait-monitors N MS, wait-state STATE MS
 *   journal                     ok N
 *   journal I                   ok TIME_MS IFNAME COMMAND
 *   memory deny|allow WORD      of the processes with WORD in their command line; ok COUNT
 *   ping                        ok
 *   quit                        ok, and the program ends
 */
bool scripted_supplicant_control(
        struct scripted_supplicant *ss, const char *line, char *ret_answer, size_t size);

#endif /* WINEWFD_SCRIPTED_SUPPLICANT_H */
