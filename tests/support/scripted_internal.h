/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the scripted supplicant share: the model's structures and the steps from one
 * file to the next. Tests never include it. Everything here needs the lock of the supplicant.
 */

#ifndef WINEWFD_SCRIPTED_INTERNAL_H
#define WINEWFD_SCRIPTED_INTERNAL_H

#include "scripted_supplicant.h"

#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>

#define SCRIPTED_REQUEST_MAX 8192 /* longer requests get no answer */
#define SCRIPTED_REPLY_MAX   4096 /* longer replies are cut */
#define SCRIPTED_EVENT_MAX   4096
#define SCRIPTED_QUEUE_MAX   2000       /* events kept for a slow monitor */
#define SCRIPTED_AGREED      UINT64_MAX /* a group of a pairing that is being made */
#define SCRIPTED_CLIENTS_MAX 100        /* entries of p2p_client_list */

/* What a command handler returns when it has written no reply of its own. */
enum scripted_verdict
{
    SCRIPTED_FAIL = -1,    /* FAIL */
    SCRIPTED_OK = -2,      /* OK */
    SCRIPTED_UNKNOWN = -3, /* UNKNOWN COMMAND */
};

enum scripted_iface_kind
{
    SCRIPTED_IFACE_ADAPTER, /* wlan0 */
    SCRIPTED_IFACE_P2P_DEV, /* p2p-dev-wlan0 */
    SCRIPTED_IFACE_GROUP,   /* p2p-wlan0-0 */
};

enum scripted_network_kind
{
    SCRIPTED_NETWORK_CLIENT,  /* persistent, we join */
    SCRIPTED_NETWORK_GO,      /* persistent, we own */
    SCRIPTED_NETWORK_STATION, /* infrastructure */
};

enum scripted_timer_kind
{
    SCRIPTED_TIMER_REPLY,        /* a delayed reply */
    SCRIPTED_TIMER_FOUND,        /* a search meets the peers on the air */
    SCRIPTED_TIMER_PEER_FOUND,   /* a search meets one peer that has just appeared */
    SCRIPTED_TIMER_FIND_STOPPED, /* a search ends */
    SCRIPTED_TIMER_RESULT,       /* an invitation is answered */
    SCRIPTED_TIMER_EXPIRE,       /* an invited peer that says nothing expires */
    SCRIPTED_TIMER_COUNTER,      /* a peer invites us */
    SCRIPTED_TIMER_STARTED,      /* a group has started */
    SCRIPTED_TIMER_JOIN,         /* a peer joins our group */
    SCRIPTED_TIMER_PSK_FAIL,     /* the key was wrong */
    SCRIPTED_TIMER_FORMATION,    /* nobody came, or we did not get in */
    SCRIPTED_TIMER_REMOVE,       /* a group goes as requested */
    SCRIPTED_TIMER_IDLE,         /* a group goes because its GO is gone */
    SCRIPTED_TIMER_STATION,      /* a selected network connects, or fails to */
    SCRIPTED_TIMER_GO_NEG,       /* the devices agree about a group to pair in, or do not */
    SCRIPTED_TIMER_WPS,          /* they have the keys of that group, or do not */
};

enum scripted_group_state
{
    SCRIPTED_GROUP_FORMING, /* socket and interface exist */
    SCRIPTED_GROUP_STARTED, /* announced */
};

struct scripted_map /* 64-bit key to pointer, grows only */
{
    uint64_t *keys;
    void **values;
    size_t size, used;
};

struct scripted_event
{
    struct scripted_event *next;
    unsigned int monitor; /* how many monitors have got it */
    size_t len;
    char bytes[];
};

struct scripted_monitor
{
    struct sockaddr_un addr;
    socklen_t addr_len;
    unsigned int errors;
};

struct scripted_net;
struct scripted_group;

struct scripted_iface
{
    char name[32];
    enum scripted_iface_kind kind;
    int fd; /* -1: not bound */
    int sndbuf;
    bool has_p2p;                 /* P2P_* commands work here */
    struct scripted_group *group; /* of kind GROUP */

    struct scripted_net **networks; /* by id */
    size_t network_count;           /* room; not all ids are in use */
    int next_network_id;
    struct scripted_net *current; /* the connected infrastructure network */
    struct scripted_net *selected;
    uint64_t selection; /* counts selections, for timers */

    struct scripted_monitor *monitors;
    unsigned int monitor_count;
    struct scripted_event *queue, **queue_tail;
    unsigned int queue_count;
    char *flood;
    unsigned int flood_next, flood_count;
    bool in_backlog;
    struct scripted_iface *next_backlog;
};

struct scripted_net /* a stored network */
{
    int id;
    enum scripted_network_kind kind;
    bool saved, deleted; /* deleted and saved: comes back with a restart */
    uint8_t ssid[32];
    size_t ssid_len;
    uint8_t bssid[6]; /* client: the GO's device address; station: the AP */
    uint8_t (*clients)[6], (*saved_clients)[6];
    size_t client_count, saved_client_count;
    enum scripted_station_answer station_answer;
    struct scripted_group *group; /* running it */
};

struct scripted_device /* a peer */
{
    struct scripted_peer conf;
    char name[33], pin[9];
    bool known;
    bool inviting; /* wants to invite us, waits until we listen */
    uint64_t inviting_until_us;
    struct scripted_device *next_inviting;
    struct scripted_group *group; /* the latest it is in */
    int network_id;               /* where to look first for the group stored with it */
    size_t index;
};

struct scripted_group
{
    uint64_t uid; /* slot and generation, for timers */
    unsigned int number;
    struct scripted_iface iface;
    enum scripted_role role;
    enum scripted_group_state state;
    bool persistent, removing, had_member;
    bool invited; /* ends if nobody joins in time */
    struct scripted_net *net;
    int network_id;
    uint8_t ssid[32];
    size_t ssid_len;
    unsigned int freq;
    struct scripted_device *go;      /* role client */
    struct scripted_device *invitee; /* role GO: joins when started */
    struct scripted_device **members;
    size_t member_count;
    int tun_fd;
    struct scripted_group *prev, *next;
};

struct scripted_reply
{
    struct sockaddr_un addr;
    socklen_t addr_len;
    unsigned int copies;
    bool stranger, as_uid;
    unsigned int uid;
    void *first; /* a datagram to send before it */
    size_t first_len;
    size_t len;
    char *bytes;
};

struct scripted_timer
{
    uint64_t due_us, seq;
    enum scripted_timer_kind kind;
    uint64_t uid;                 /* group, or sequence number of the operation */
    struct scripted_iface *iface; /* never a group's: those go by uid */
    struct scripted_device *device;
    struct scripted_reply *reply;
};

struct scripted_armed /* a fault */
{
    struct scripted_fault fault;
    char word[32], ifname[32];
    unsigned int left, skip, fired;
    bool armed;
};

struct scripted_counter
{
    char word[32];
    unsigned int count;
};

struct scripted_stale /* what a killed daemon leaves */
{
    char name[32];
    int tun_fd;
};

struct scripted_entry
{
    uint64_t time_ms;
    char *ifname; /* one allocation: the name, then the command */
    const char *command;
};

struct scripted_supplicant
{
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    bool thread_runs, stop, interrupted, made_dir;
    int wake_fd, epoll_fd;
    enum scripted_state state;

    char *dir;
    enum scripted_netdev netdev;
    uint8_t device_address[6], group_address[6];
    unsigned int freq;
    bool ip_in_group_started, no_journal;
    int latency_ms[SCRIPTED_STEP_COUNT];
    bool rfkill;

    struct scripted_iface *ifaces; /* adapters, then p2p-dev */
    size_t iface_count;
    struct scripted_iface *p2p; /* where P2P events go and persistent ids live; NULL: no P2P */
    char p2p_base[32];          /* "wlan0" of "p2p-wlan0-0" */
    struct scripted_iface *backlog;

    struct scripted_device **devices;
    size_t device_count, device_room;
    struct scripted_map by_device_address, by_interface_address;
    struct scripted_device *inviting;
    struct scripted_device *authorised; /* its next invitation is accepted */
    size_t first_known;                 /* no known device below this index */
    unsigned int generated;

    struct scripted_group **slots;
    uint32_t *generations;
    uint32_t *free_slots;
    size_t slot_count, free_slot_count;
    struct scripted_group **by_number;
    size_t by_number_room;
    unsigned int next_number;
    struct scripted_group *groups; /* newest first */
    unsigned int group_count, started_count, forming_count;
    unsigned int keys_told; /* in P2P-GROUP-STARTED, over restarts */

    bool pending_netdev; /* P2P_INVITE as GO has made one */
    unsigned int pending_number;
    int pending_tun_fd;

    struct
    {
        bool active;
        uint64_t seq;
        struct scripted_net *net;
        struct scripted_device *device;
    } invite;
    struct
    {
        bool active; /* until the devices have agreed */
        uint64_t seq;
        struct scripted_device *device;
        int status;
        bool right, persistent, own;
        enum scripted_wps method;
        uint64_t group; /* that is being formed; 0: none */
    } pairing;
    struct
    {
        bool active;
        uint64_t seq;
        bool one; /* dev_id= */
        uint8_t dev_id[6];
    } find;
    uint64_t listen_until_us;
    bool ext_listen;

    struct scripted_timer *timers; /* a heap */
    size_t timer_count, timer_room;
    uint64_t seq;

    struct sockaddr_un from; /* sender of the command at hand */
    socklen_t from_len;
    uint64_t base_us;        /* when its reply leaves: steps are counted from there */
    uint64_t reply_delay_us; /* set by a handler: its reply leaves later still */

    struct scripted_armed **faults;
    size_t fault_count;
    struct scripted_counter *counters;
    size_t counter_count;
    unsigned int command_count;
    struct scripted_entry *journal;
    size_t journal_count, journal_room;
    struct scripted_stale *stale;
    size_t stale_count, stale_room;
};

/* scripted_supplicant.c: life, loop, time */
uint64_t scripted_now_us(void);
void scripted_lock(struct scripted_supplicant *ss);
void scripted_unlock(struct scripted_supplicant *ss); /* wakes the loop and all waits */
void scripted_die_locked(struct scripted_supplicant *ss);
void scripted_terminate_locked(struct scripted_supplicant *ss);
int scripted_restart_locked(struct scripted_supplicant *ss);
void scripted_timer_add(struct scripted_supplicant *ss, enum scripted_timer_kind kind,
        uint64_t due_us, uint64_t uid, struct scripted_iface *iface, struct scripted_device *device,
        struct scripted_reply *reply);
/* After a step's latency from the reply of the command at hand; nothing if it never comes. */
void scripted_timer_step(struct scripted_supplicant *ss, enum scripted_timer_kind kind,
        enum scripted_step step, uint64_t uid, struct scripted_device *device);

/* scripted_socket.c: sockets, monitors, replies */
int scripted_iface_bind(struct scripted_supplicant *ss, struct scripted_iface *iface);
void scripted_iface_close(
        struct scripted_supplicant *ss, struct scripted_iface *iface, bool unlink_it);
void scripted_iface_rebind(struct scripted_supplicant *ss, struct scripted_iface *iface);
void scripted_iface_free(struct scripted_iface *iface);
struct scripted_iface *scripted_iface_find(struct scripted_supplicant *ss, const char *name);
void scripted_detach_everyone(struct scripted_supplicant *ss, struct scripted_iface *iface);
int scripted_attach(struct scripted_supplicant *ss, struct scripted_iface *iface);
int scripted_detach(struct scripted_supplicant *ss, struct scripted_iface *iface);
void scripted_event_bytes(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const void *bytes, size_t len);
void scripted_event(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *format, ...) __attribute__((format(printf, 3, 4)));
bool scripted_send_as(int fd, const struct sockaddr_un *addr, socklen_t addr_len,
        const unsigned int *uid, const void *bytes, size_t len);
void scripted_reply_send(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const struct scripted_reply *reply);
void scripted_reply_free(struct scripted_reply *reply);
void scripted_backlog_pump(struct scripted_supplicant *ss);
void scripted_backlog_add(struct scripted_supplicant *ss, struct scripted_iface *iface);

/* scripted_model.c: peers, stored networks, group objects */
uint64_t scripted_mac_key(const uint8_t addr[6]);
void *scripted_map_get(const struct scripted_map *map, uint64_t key);
bool scripted_map_put(struct scripted_map *map, uint64_t key, void *value);
bool scripted_mac_parse(const char *text, uint8_t ret_addr[6]);
const char *scripted_mac_text(const uint8_t addr[6], char ret_text[18]);
size_t scripted_ssid_text(const uint8_t *ssid, size_t len, char *ret_text, size_t size);
struct scripted_device *scripted_device_find(struct scripted_supplicant *ss, const uint8_t addr[6]);
struct scripted_net *scripted_net_get(struct scripted_iface *iface, int id);
struct scripted_net *scripted_net_add(struct scripted_iface *iface, int id);
void scripted_net_free(struct scripted_net *net);
void scripted_net_delete(struct scripted_iface *iface, struct scripted_net *net);
bool scripted_net_set_clients(struct scripted_net *net, const uint8_t (*clients)[6], size_t count);
bool scripted_net_remove_client(struct scripted_net *net, const uint8_t addr[6]);
struct scripted_net *scripted_net_for_device(
        struct scripted_supplicant *ss, struct scripted_device *device);
void scripted_nets_save(struct scripted_iface *iface);
void scripted_nets_reload(struct scripted_iface *iface);
struct scripted_group *scripted_group_create(
        struct scripted_supplicant *ss, enum scripted_role role, struct scripted_net *net);
void scripted_group_destroy(
        struct scripted_supplicant *ss, struct scripted_group *group, bool leave_stale);
struct scripted_group *scripted_group_by_uid(struct scripted_supplicant *ss, uint64_t uid);
struct scripted_group *scripted_group_by_name(struct scripted_supplicant *ss, const char *name);
bool scripted_group_add_member(struct scripted_group *group, struct scripted_device *device);
bool scripted_group_drop_member(struct scripted_group *group, struct scripted_device *device);
bool scripted_group_has_member(
        const struct scripted_group *group, const struct scripted_device *device);
void scripted_pending_netdev_make(struct scripted_supplicant *ss);
bool scripted_pending_netdev_drop(struct scripted_supplicant *ss);
void scripted_stale_add(struct scripted_supplicant *ss, const char *name, int tun_fd);

/* scripted_p2p.c: what happens over the air */
void scripted_timer_run(struct scripted_supplicant *ss, const struct scripted_timer *timer);
void scripted_find_begin(struct scripted_supplicant *ss, int seconds, const uint8_t *dev_id);
bool scripted_find_end(struct scripted_supplicant *ss);
void scripted_device_appeared(struct scripted_supplicant *ss, struct scripted_device *device);
void scripted_device_lost(struct scripted_supplicant *ss, struct scripted_device *device);
void scripted_invite_begin(
        struct scripted_supplicant *ss, struct scripted_net *net, struct scripted_device *device);
void scripted_inviting_try(struct scripted_supplicant *ss);
void scripted_device_invites(struct scripted_supplicant *ss, struct scripted_device *device);
bool scripted_group_begin(
        struct scripted_supplicant *ss, struct scripted_net *net, struct scripted_device *device);
void scripted_group_started(struct scripted_supplicant *ss, struct scripted_group *group);
bool scripted_group_begin_autonomous(struct scripted_supplicant *ss, struct scripted_net *net);
void scripted_group_removed(
        struct scripted_supplicant *ss, struct scripted_group *group, const char *reason);
void scripted_group_join(struct scripted_supplicant *ss, struct scripted_group *group,
        struct scripted_device *device);
void scripted_group_leave(struct scripted_supplicant *ss, struct scripted_group *group,
        struct scripted_device *device);
bool scripted_group_end(struct scripted_supplicant *ss, struct scripted_group *group,
        struct scripted_device *device, enum scripted_end how);
void scripted_station_select(
        struct scripted_supplicant *ss, struct scripted_iface *iface, struct scripted_net *net);
bool scripted_station_disconnect(struct scripted_supplicant *ss, struct scripted_iface *iface);

/* scripted_commands.c: the text of the control interface */
/* A reply that is filled bit by bit; what does not fit is left out, as a whole. */
struct scripted_out
{
    char *buf;
    size_t size, used;
    bool full;
};

void scripted_put(struct scripted_out *out, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

int scripted_command(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *command, char *buf, size_t size);

/* scripted_pairing.c */
int scripted_cmd_p2p_connect(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size);
void scripted_go_neg_done(struct scripted_supplicant *ss, uint64_t seq);
void scripted_wps_done(struct scripted_supplicant *ss, struct scripted_group *group);
/* True if there was something to cancel. */
bool scripted_pairing_cancel(struct scripted_supplicant *ss);
bool scripted_pairing_fails(struct scripted_supplicant *ss, struct scripted_group *group);

/* scripted_networks.c: the commands about stored networks, called by scripted_command */
int scripted_cmd_list_networks(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size);
int scripted_cmd_get_network(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size);
int scripted_cmd_remove_network(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size);
int scripted_cmd_save_config(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size);
int scripted_cmd_select_network(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size);
int scripted_cmd_enable_network(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size);
int scripted_cmd_disable_network(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size);
int scripted_cmd_disconnect(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *args, char *buf, size_t size);

/* scripted_faults.c: one request, with the faults that hit it */
void scripted_request(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *command, size_t len);
void scripted_faults_free(struct scripted_supplicant *ss);

/* scripted_memory.c: of other processes; needs no lock */
unsigned int scripted_limit_memory(const char *word, bool deny);

#endif /* WINEWFD_SCRIPTED_INTERNAL_H */
