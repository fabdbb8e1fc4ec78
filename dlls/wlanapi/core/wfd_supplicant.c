/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The conversation with one wpa_supplicant. Replies and events come over separate connections;
 * the monitor is always read first, because the supplicant sends the events of a command before
 * its reply. Never logs a line of the supplicant: it may carry a key.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wfd_log.h"
#include "wfd_supplicant.h"

#define EVENTS_PER_STEP 4096 /* more than a socket's queue holds: then others get their turn */
#define RETRY_MS        10   /* the supplicant's queue was full */
#define NEVER           UINT64_MAX

struct candidate
{
    char name[WFD_IFNAME_SIZE];
    bool capable;                       /* as far as the kernel knows */
    struct wfd_ctrl *command, *monitor; /* NULL: it is not, or no more, in question */
    bool asked;                         /* what it is */
    bool can;                           /* do P2P, so it said */
    struct wfd_mac address;             /* our P2P device's, so it said */
};

struct wfd_supplicant
{
    const struct wfd_ctrl_ops *ctrl;
    const struct wfd_netif_ops *netif;
    struct wfd_supplicant_callbacks callbacks;
    void *context;
    struct wfd_config config;
    struct wfd_config gather_config; /* what wfd_supplicant_gather reads without the lock */
    bool gather_again;               /* the configuration changed meanwhile */
    uint64_t now_ms;                 /* of this step */

    enum wfd_supplicant_state state;
    struct wfd_ctrl *command, *monitor;
    char path[WFD_SOCKET_PATH_SIZE];
    struct wfd_mac address;
    int32_t process; /* that has answered last */

    struct candidate candidates[WFD_SUPPLICANT_DESCRIPTORS]; /* the best one first */
    unsigned int candidate_count;
    uint64_t probe_end_ms; /* of all candidates */
    uint64_t better_ms;    /* until then a better one is waited for */
    bool somebody_cannot;  /* do P2P, so it said */
    bool lacks_means;      /* memory or descriptors, to ask somebody */
    bool station;          /* no P2P needed */

    struct wfd_list requests; /* the first one may be on its way */
    uint64_t retry_ms;

    uint32_t watch_interval_ms;
    uint64_t watch_ms;       /* next sign of life is asked for then */
    uint64_t watch_reply_ms; /* and must have come by then; NEVER: none was asked for */

    char buffer[16384]; /* one event; they may be longer than replies */
    char reply[8192];   /* one reply; wpa_supplicant's have at most 4096 bytes */
};

struct wfd_supplicant *wfd_supplicant_new(const struct wfd_ctrl_ops *ctrl,
        const struct wfd_netif_ops *netif, const struct wfd_supplicant_callbacks *callbacks,
        void *context)
{
    struct wfd_supplicant *s = calloc(1, sizeof(*s));

    if (!s) return NULL;
    s->ctrl = ctrl;
    s->netif = netif;
    s->callbacks = *callbacks;
    s->context = context;
    s->watch_ms = s->watch_reply_ms = NEVER;
    wfd_list_init(&s->requests);
    return s;
}

static void dismiss(struct wfd_supplicant *s, struct candidate *c)
{
    s->ctrl->close(c->command);
    s->ctrl->close(c->monitor);
    c->command = c->monitor = NULL;
    c->asked = c->can = false;
}

static void dismiss_all(struct wfd_supplicant *s)
{
    for (unsigned int i = 0; i < s->candidate_count; i++) dismiss(s, &s->candidates[i]);
    s->candidate_count = 0;
}

static void disconnect(struct wfd_supplicant *s)
{
    if (s->monitor && s->state >= WFD_SUPPLICANT_ATTACHING) s->ctrl->send(s->monitor, "DETACH", 6);
    s->ctrl->close(s->command);
    s->ctrl->close(s->monitor);
    s->command = s->monitor = NULL;
    s->watch_ms = s->watch_reply_ms = NEVER;
    s->retry_ms = 0;
}

static void forget_text(struct wfd_request *request)
{
    request->queued = request->sent = false;
    if (request->secret) wfd_wipe(request->text, sizeof(request->text));
}

static void lose_requests(struct wfd_supplicant *s)
{
    struct wfd_list lost;

    /* A request that is made from within a done callback belongs to the next connection. */
    if (wfd_list_empty(&s->requests)) return;
    lost = s->requests;
    lost.next->prev = lost.prev->next = &lost;
    wfd_list_init(&s->requests);
    while (!wfd_list_empty(&lost))
    {
        struct wfd_request *request = wfd_container(lost.next, struct wfd_request, entry);

        wfd_list_remove(&request->entry);
        forget_text(request);
        request->done(request, request->context, true, wfd_cursor("", 0));
    }
}

void wfd_supplicant_free(struct wfd_supplicant *s)
{
    if (!s) return;
    disconnect(s);
    dismiss_all(s);
    lose_requests(s);
    wfd_wipe(s->buffer, sizeof(s->buffer));
    wfd_wipe(s->reply, sizeof(s->reply));
    free(s);
}

static void go_down(struct wfd_supplicant *s, enum wfd_error error, const char *why)
{
    wfd_log("supplicant: down: %s", why);
    disconnect(s);
    dismiss_all(s);
    s->state = WFD_SUPPLICANT_DOWN;
    lose_requests(s);
    s->callbacks.down(s->context, error);
}

void wfd_supplicant_disconnect(struct wfd_supplicant *s)
{
    if (s->state != WFD_SUPPLICANT_UP || !wfd_list_empty(&s->requests)) return;
    wfd_log("supplicant: no longer needed");
    disconnect(s);
    s->state = WFD_SUPPLICANT_DOWN;
}

void wfd_supplicant_drop(struct wfd_supplicant *s, const char *why)
{
    if (s->state != WFD_SUPPLICANT_DOWN) go_down(s, WFD_ERROR_SERVICE_NOT_ACTIVE, why);
}

void wfd_supplicant_configure(struct wfd_supplicant *s, const struct wfd_config *config)
{
    bool other = strcmp(s->config.control_directory, config->control_directory) ||
                 strcmp(s->config.interface, config->interface) ||
                 s->config.supplicant_uid != config->supplicant_uid;

    s->config = *config;
    if (!other || s->state == WFD_SUPPLICANT_DOWN) return;
    if (s->state == WFD_SUPPLICANT_GATHERING)
        s->gather_again = true;
    else
        go_down(s, WFD_ERROR_SERVICE_NOT_ACTIVE, "another configuration");
}

void wfd_supplicant_connect(struct wfd_supplicant *s, uint64_t now_ms)
{
    if (s->state != WFD_SUPPLICANT_DOWN) return;
    s->state = WFD_SUPPLICANT_GATHERING;
    s->gather_config = s->config;
    s->gather_again = s->station = false;
    s->somebody_cannot = s->lacks_means = false;
    s->probe_end_ms = now_ms + WFD_ANSWER_TIMEOUT_MS - 100;
}

/* Sockets of groups are no way to the P2P device. */
static bool is_candidate(const struct wfd_config *config, const char *name)
{
    const char *base = name;
    struct wfd_cursor cursor = wfd_cursor(name, strlen(name));
    char checked[WFD_IFNAME_SIZE];

    if (!wfd_text_ifname(&cursor, checked) || cursor.at != cursor.end) return false;
    if (!strncmp(name, "p2p-dev-", 8))
        base = name + 8;
    else if (!strncmp(name, "p2p-", 4))
        return false;
    return !config->interface[0] || !strcmp(base, config->interface);
}

static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    bool a_device = !strncmp(a->name, "p2p-dev-", 8), b_device = !strncmp(b->name, "p2p-dev-", 8);

    if (a->capable != b->capable) return a->capable ? -1 : 1;
    if (a_device != b_device) return a_device ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* Without nl80211 the supplicant's own word has to do. */
static void mark_capable(struct wfd_supplicant *s)
{
    struct wfd_netif_adapter adapters[WFD_NETIF_MAX_ADAPTERS];
    unsigned int count = 0;
    int error = s->netif->list(adapters, WFD_NETIF_MAX_ADAPTERS, &count);

    if (error) wfd_log("supplicant: no word from nl80211: %s", strerror(-error));
    for (unsigned int i = 0; i < s->candidate_count; i++)
    {
        struct candidate *c = &s->candidates[i];
        const char *base = strncmp(c->name, "p2p-dev-", 8) ? c->name : c->name + 8;

        c->capable = error != 0;
        for (unsigned int j = 0; !error && j < count; j++)
            if (!strcmp(adapters[j].ifname, base))
                c->capable = adapters[j].can_client && adapters[j].can_go;
    }
}

static void add_candidate(struct wfd_supplicant *s, const char *name)
{
    struct candidate *c = &s->candidates[s->candidate_count++];

    *c = (struct candidate){ .capable = false };
    strcpy(c->name, name);
}

void wfd_supplicant_gather(struct wfd_supplicant *s)
{
    DIR *dir = opendir(s->gather_config.control_directory);
    struct dirent *entry;

    if (!dir)
    {
        s->lacks_means = wfd_ctrl_lacks_means(errno);
        wfd_log("supplicant: %s: %s", s->gather_config.control_directory, strerror(errno));
        return;
    }
    while ((entry = readdir(dir)) && s->candidate_count < WFD_SUPPLICANT_DESCRIPTORS)
        if (is_candidate(&s->gather_config, entry->d_name)) add_candidate(s, entry->d_name);
    closedir(dir);
    mark_capable(s);
    qsort(s->candidates, s->candidate_count, sizeof(s->candidates[0]), compare_candidates);
}

static void candidate_path(const struct wfd_supplicant *s, const char *name, char *ret_path)
{
    snprintf(ret_path, WFD_SOCKET_PATH_SIZE, "%s/%.*s", s->config.control_directory,
            WFD_IFNAME_SIZE - 1, name);
}

bool wfd_supplicant_superseded(const struct wfd_supplicant *s)
{
    char name[WFD_IFNAME_SIZE + 8], path[WFD_SOCKET_PATH_SIZE];
    const char *base = strrchr(s->path, '/');

    if (s->state != WFD_SUPPLICANT_UP || !base || !strncmp(base + 1, "p2p-dev-", 8)) return false;
    if (snprintf(name, sizeof(name), "p2p-dev-%s", base + 1) >= WFD_IFNAME_SIZE) return false;
    candidate_path(s, name, path);
    return s->ctrl->listening(path);
}

static void open_candidate(struct wfd_supplicant *s, struct candidate *c)
{
    char path[WFD_SOCKET_PATH_SIZE];
    int error;

    candidate_path(s, c->name, path);
    error = s->ctrl->open(path, s->config.supplicant_uid, &c->command);
    if (!error) error = s->ctrl->open(path, s->config.supplicant_uid, &c->monitor);
    if (!error) return;
    wfd_log("supplicant: %s: %s", path, strerror(-error));
    if (wfd_ctrl_lacks_means(-error)) s->lacks_means = true;
    dismiss(s, c);
}

/* The stored groups are at the P2P device's own socket, whatever the adapter's says. */
static void forget_adapter_of(struct wfd_supplicant *s, const struct candidate *device)
{
    if (strncmp(device->name, "p2p-dev-", 8)) return;
    for (unsigned int i = 0; i < s->candidate_count; i++)
        if (!strcmp(s->candidates[i].name, device->name + 8)) s->candidates[i].name[0] = 0;
}

static void give_candidate_up(struct wfd_supplicant *s, struct candidate *c, const char *why)
{
    wfd_log("supplicant: %s/%s: %s", s->config.control_directory, c->name, why);
    dismiss(s, c);
}

static void ask_candidate(struct wfd_supplicant *s, struct candidate *c)
{
    int error = s->ctrl->send(c->command, "STATUS", 6);

    if (error == -EAGAIN || error == -ENOBUFS || error == -EINTR)
        s->retry_ms = s->now_ms + RETRY_MS;
    else if (error)
        give_candidate_up(s, c, strerror(-error));
    else
    {
        c->asked = true;
        wfd_log("supplicant: %s: > STATUS", c->name);
    }
}

static bool find_address(struct wfd_cursor reply, struct wfd_mac *ret_address)
{
    struct wfd_cursor line;

    while (wfd_text_line(&reply, &line))
        if (wfd_text_skip(&line, "p2p_device_address=") && wfd_text_mac(&line, ret_address))
            return true;
    return false;
}

static void take_answer(struct wfd_supplicant *s, struct candidate *c, struct wfd_cursor reply)
{
    c->can = s->station || (c->capable && find_address(reply, &c->address));
    if (c->can) return;
    s->somebody_cannot = true;
    give_candidate_up(s, c, "it cannot do P2P");
}

static void read_answer(struct wfd_supplicant *s, struct candidate *c)
{
    for (int i = 0; i < EVENTS_PER_STEP && c->command && !c->can; i++)
    {
        ssize_t length = s->ctrl->receive(c->command, s->reply, sizeof(s->reply));

        if (length == -EAGAIN) return;
        if (length == -EPERM || length == -EINTR) continue;
        if (length == -EMSGSIZE) length = 0; /* too long for any reply */
        if (length < 0)
        {
            give_candidate_up(s, c, strerror((int)-length));
            return;
        }
        if (c->asked && (!length || s->reply[0] != '<'))
            take_answer(s, c, wfd_cursor(s->reply, (size_t)length));
        wfd_wipe(s->reply, (size_t)length);
    }
}

/* Its connections become ours. */
static bool attach(struct wfd_supplicant *s, struct candidate *c)
{
    int error = s->ctrl->send(c->monitor, "ATTACH", 6);

    if (error)
    {
        give_candidate_up(s, c, strerror(-error));
        return false;
    }
    candidate_path(s, c->name, s->path);
    if (!s->station) s->address = c->address;
    s->command = c->command;
    s->monitor = c->monitor;
    c->command = c->monitor = NULL;
    s->retry_ms = 0;
    s->watch_reply_ms = s->probe_end_ms;
    s->state = WFD_SUPPLICANT_ATTACHING;
    return true;
}

static void nobody_is_left(struct wfd_supplicant *s)
{
    if (s->lacks_means)
        go_down(s, WFD_ERROR_NOT_ENOUGH_MEMORY, "not enough memory or descriptors");
    else if (s->somebody_cannot)
        go_down(s, WFD_ERROR_NOT_SUPPORTED, "no adapter can do P2P");
    else
        go_down(s, WFD_ERROR_SERVICE_NOT_ACTIVE, "nobody answers");
}

/*
 * The best one that can. One that is better, and silent, is waited for half of the time: the other
 * half is for those that are slow.
 */
static void choose(struct wfd_supplicant *s)
{
    bool silent = false;

    for (unsigned int i = 0; i < s->candidate_count; i++)
    {
        struct candidate *c = &s->candidates[i];

        if (!c->command) continue;
        if (c->can && attach(s, c)) return;
        if (!c->command) continue;
        if (s->now_ms < s->better_ms) return;
        silent = true;
    }
    if (!silent || s->now_ms >= s->probe_end_ms) nobody_is_left(s);
}

/* All at once, so that none has to wait for another's silence. */
static void probe(struct wfd_supplicant *s)
{
    for (unsigned int i = 0; i < s->candidate_count; i++)
    {
        struct candidate *c = &s->candidates[i];

        read_answer(s, c);
        if (c->command && !c->asked) ask_candidate(s, c);
    }
    choose(s);
}

static void begin_probe(struct wfd_supplicant *s)
{
    s->state = WFD_SUPPLICANT_PROBING;
    s->better_ms = s->now_ms;
    if (s->probe_end_ms > s->now_ms) s->better_ms += (s->probe_end_ms - s->now_ms) / 2;
    for (unsigned int i = 0; i < s->candidate_count; i++)
    {
        struct candidate *c = &s->candidates[i];

        if (!c->name[0]) continue;
        open_candidate(s, c);
        if (c->command) forget_adapter_of(s, c);
    }
    probe(s);
}

void wfd_supplicant_connect_station(struct wfd_supplicant *s, uint64_t now_ms)
{
    if (s->state != WFD_SUPPLICANT_DOWN) return;
    s->now_ms = now_ms;
    s->station = true;
    s->somebody_cannot = s->lacks_means = false;
    s->probe_end_ms = now_ms + WFD_ANSWER_TIMEOUT_MS - 100;
    add_candidate(s, s->config.interface);
    begin_probe(s);
}

void wfd_supplicant_gathered(struct wfd_supplicant *s, uint64_t now_ms)
{
    if (s->state != WFD_SUPPLICANT_GATHERING) return;
    s->now_ms = now_ms;
    if (s->gather_again)
    {
        dismiss_all(s);
        s->state = WFD_SUPPLICANT_DOWN;
        wfd_supplicant_connect(s, now_ms);
        return;
    }
    begin_probe(s);
}

/* Nothing may be begun before its events are sure to be heard. */
static void attached(struct wfd_supplicant *s)
{
    dismiss_all(s);
    s->watch_reply_ms = NEVER;
    s->watch_ms = s->watch_interval_ms ? s->now_ms + s->watch_interval_ms : NEVER;
    s->process = s->ctrl->sender(s->command);
    s->state = WFD_SUPPLICANT_UP;
    if (s->station)
        wfd_log("supplicant: %s is up", s->path);
    else
        wfd_log("supplicant: %s is up, our device address is " WFD_MAC_FORMAT, s->path,
                WFD_MAC_ARGS(&s->address));
    s->callbacks.up(s->context);
}

enum wfd_supplicant_state wfd_supplicant_state(const struct wfd_supplicant *s)
{
    return s->state;
}

const char *wfd_supplicant_path(const struct wfd_supplicant *s)
{
    return s->path;
}

int32_t wfd_supplicant_process(const struct wfd_supplicant *s)
{
    return s->process;
}

bool wfd_supplicant_lives(const struct wfd_supplicant *s)
{
    return s->process <= 0 || !kill(s->process, 0) || errno != ESRCH;
}

const struct wfd_mac *wfd_supplicant_address(const struct wfd_supplicant *s)
{
    return &s->address;
}

bool wfd_supplicant_running(struct wfd_supplicant *s)
{
    char path[WFD_SOCKET_PATH_SIZE];
    struct dirent *entry;
    bool running = false;
    DIR *dir;

    if (s->state == WFD_SUPPLICANT_UP && s->ctrl->listening(s->path)) return true;
    dir = opendir(s->config.control_directory);
    if (!dir) return wfd_ctrl_lacks_means(errno);
    while (!running && (entry = readdir(dir)))
    {
        if (!is_candidate(&s->config, entry->d_name)) continue;
        candidate_path(s, entry->d_name, path);
        running = s->ctrl->listening(path);
    }
    closedir(dir);
    return running;
}

bool wfd_supplicant_ask(struct wfd_supplicant *s, struct wfd_request *request)
{
    if (request->queued) return false;
    if (s->state != WFD_SUPPLICANT_UP)
    {
        forget_text(request);
        return false;
    }
    request->queued = true;
    request->sent = false;
    request->deadline_ms = NEVER;
    wfd_list_append(&s->requests, &request->entry);
    return true;
}

void wfd_supplicant_withdraw(struct wfd_request *request)
{
    wfd_list_remove(&request->entry);
    forget_text(request);
}

void wfd_supplicant_watch(struct wfd_supplicant *s, uint64_t now_ms, uint32_t interval_ms)
{
    if (s->watch_interval_ms == interval_ms) return;
    s->watch_interval_ms = interval_ms;
    s->watch_ms = interval_ms && s->state == WFD_SUPPLICANT_UP ? now_ms + interval_ms : NEVER;
}

static unsigned int probe_descriptors(const struct wfd_supplicant *s, struct pollfd *ret_fds)
{
    unsigned int count = 0;

    for (unsigned int i = 0; i < s->candidate_count; i++)
    {
        const struct candidate *c = &s->candidates[i];

        /* Nothing more is read of one that has said that it can. */
        if (!c->command || c->can) continue;
        ret_fds[count++] =
                (struct pollfd){ .fd = s->ctrl->descriptor(c->command), .events = POLLIN };
    }
    return count;
}

unsigned int wfd_supplicant_descriptors(
        const struct wfd_supplicant *s, struct pollfd ret_fds[WFD_SUPPLICANT_DESCRIPTORS])
{
    if (s->state == WFD_SUPPLICANT_PROBING) return probe_descriptors(s, ret_fds);
    if (!s->command) return 0;
    ret_fds[0] = (struct pollfd){ .fd = s->ctrl->descriptor(s->command), .events = POLLIN };
    /* Nobody reads what comes there unasked. */
    if (s->state < WFD_SUPPLICANT_ATTACHING) return 1;
    ret_fds[1] = (struct pollfd){ .fd = s->ctrl->descriptor(s->monitor), .events = POLLIN };
    return 2;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t probe_deadline(const struct wfd_supplicant *s)
{
    uint64_t deadline = s->probe_end_ms;

    for (unsigned int i = 0; i < s->candidate_count; i++)
    {
        const struct candidate *c = &s->candidates[i];

        if (c->can) deadline = earlier(deadline, s->better_ms);
        if (c->command && !c->asked) deadline = earlier(deadline, s->retry_ms);
    }
    return deadline;
}

uint64_t wfd_supplicant_deadline(const struct wfd_supplicant *s)
{
    uint64_t deadline = NEVER;

    if (s->state == WFD_SUPPLICANT_DOWN || s->state == WFD_SUPPLICANT_GATHERING) return NEVER;
    if (s->state == WFD_SUPPLICANT_PROBING) return probe_deadline(s);
    if (!wfd_list_empty(&s->requests))
    {
        struct wfd_request *first = wfd_container(s->requests.next, struct wfd_request, entry);

        if (!first->sent) return s->retry_ms;
        deadline = first->deadline_ms;
    }
    return earlier(deadline, earlier(s->watch_ms, s->watch_reply_ms));
}

/* The next best has its turn. */
static void attach_failed(struct wfd_supplicant *s, const char *why)
{
    wfd_log("supplicant: %s: %s", s->path, why);
    s->state = WFD_SUPPLICANT_PROBING;
    disconnect(s);
    choose(s);
}

/* An answer to ATTACH comes over the monitor; it is the sign of life that was asked for. */
static void monitor_reply(struct wfd_supplicant *s, bool done)
{
    if (s->state == WFD_SUPPLICANT_ATTACHING)
    {
        if (done)
            attached(s);
        else
            attach_failed(s, "it does not send its events");
        return;
    }
    s->watch_reply_ms = NEVER;
    if (s->watch_interval_ms) s->watch_ms = s->now_ms + s->watch_interval_ms;
    if (s->callbacks.alive) s->callbacks.alive(s->context);
}

/* False when the connection is gone. */
static bool read_monitor(struct wfd_supplicant *s)
{
    for (int i = 0; i < EVENTS_PER_STEP && s->state >= WFD_SUPPLICANT_ATTACHING; i++)
    {
        ssize_t length = s->ctrl->receive(s->monitor, s->buffer, sizeof(s->buffer));
        struct wfd_event event;

        if (length == -EAGAIN) return true;
        if (length == -EPERM || length == -EMSGSIZE || length == -EINTR)
        {
            wfd_log("supplicant: event dropped: %s", strerror((int)-length));
            continue;
        }
        if (length < 0)
        {
            if (s->state == WFD_SUPPLICANT_ATTACHING)
                attach_failed(s, strerror((int)-length));
            else
                go_down(s, WFD_ERROR_SERVICE_NOT_ACTIVE, "the monitor connection broke");
            return false;
        }
        if (!length || s->buffer[0] != '<')
        {
            bool done = length >= 2 && !memcmp(s->buffer, "OK", 2);

            wfd_wipe(s->buffer, (size_t)length);
            monitor_reply(s, done);
            continue;
        }
        wfd_event_parse(s->buffer, (size_t)length, &event);
        wfd_wipe(s->buffer, (size_t)length);
        if (s->state == WFD_SUPPLICANT_ATTACHING) continue;
        if (event.type == WFD_EVENT_OTHER) continue;
        wfd_log("supplicant: event %s", wfd_event_type_name(event.type));
        s->callbacks.event(s->context, &event);
        if (event.type == WFD_EVENT_TERMINATING && s->state == WFD_SUPPLICANT_UP)
            go_down(s, WFD_ERROR_SERVICE_NOT_ACTIVE, "it terminates");
    }
    return s->state >= WFD_SUPPLICANT_ATTACHING;
}

static void take_reply(struct wfd_supplicant *s, size_t length)
{
    struct wfd_request *request;

    if (wfd_list_empty(&s->requests) || (length && s->reply[0] == '<')) return;
    request = wfd_container(s->requests.next, struct wfd_request, entry);
    if (!request->sent) return; /* a late or second reply to an earlier one */
    wfd_list_remove(&request->entry);
    forget_text(request);
    request->done(request, request->context, false, wfd_cursor(s->reply, length));
}

/*
 * The supplicant sends what happened before it says OK; an event that arrived between our reading
 * the one and the other connection must still come first.
 */
static bool read_replies(struct wfd_supplicant *s)
{
    for (int i = 0; i < EVENTS_PER_STEP && s->command; i++)
    {
        ssize_t length = s->ctrl->receive(s->command, s->reply, sizeof(s->reply));
        bool goes_on;

        if (length == -EAGAIN) return true;
        if (length == -EPERM || length == -EINTR) continue;
        /* Too long for any reply: nonsense, which its asker will answer for. */
        if (length == -EMSGSIZE) length = 0;
        if (length < 0)
        {
            if (s->state == WFD_SUPPLICANT_UP)
                go_down(s, WFD_ERROR_SERVICE_NOT_ACTIVE, "the command connection broke");
            return false;
        }
        goes_on = s->state != WFD_SUPPLICANT_UP || read_monitor(s);
        if (goes_on) take_reply(s, (size_t)length);
        wfd_wipe(s->reply, (size_t)length);
        if (!goes_on) return false;
    }
    return true;
}

static void send_next(struct wfd_supplicant *s)
{
    uint64_t now_ms = s->now_ms;
    struct wfd_request *request;
    int error;

    if (!s->command || wfd_list_empty(&s->requests) || s->retry_ms > now_ms) return;
    request = wfd_container(s->requests.next, struct wfd_request, entry);
    if (request->sent) return;
    error = s->ctrl->send(s->command, request->text, strlen(request->text));
    if (error == -EAGAIN || error == -ENOBUFS || error == -EINTR)
    {
        s->retry_ms = now_ms + RETRY_MS;
        if (request->deadline_ms == NEVER)
            request->deadline_ms = now_ms + s->config.reply_timeout_ms;
        if (request->deadline_ms <= now_ms)
            go_down(s, WFD_ERROR_SERVICE_NOT_ACTIVE, "its queue stays full");
        return;
    }
    if (error)
    {
        go_down(s, WFD_ERROR_SERVICE_NOT_ACTIVE, strerror(-error));
        return;
    }
    s->retry_ms = 0;
    request->sent = true;
    if (request->deadline_ms == NEVER) request->deadline_ms = now_ms + s->config.reply_timeout_ms;
    wfd_log("supplicant: > %s", request->secret ? "a command with a PIN" : request->text);
}

/* ATTACH again: proves life, and repairs an attachment that the supplicant dropped. */
static void ask_for_life(struct wfd_supplicant *s)
{
    int error;

    s->watch_ms = NEVER; /* until the reply */
    if (s->watch_reply_ms != NEVER) return;
    error = s->ctrl->send(s->monitor, "ATTACH", 6);
    if (error && error != -EAGAIN && error != -ENOBUFS)
    {
        go_down(s, WFD_ERROR_SERVICE_NOT_ACTIVE, strerror(-error));
        return;
    }
    s->watch_reply_ms = s->now_ms + s->config.reply_timeout_ms;
}

void wfd_supplicant_check(struct wfd_supplicant *s, uint64_t now_ms)
{
    s->now_ms = now_ms;
    if (s->state == WFD_SUPPLICANT_UP) ask_for_life(s);
}

static void watch(struct wfd_supplicant *s)
{
    if (s->state < WFD_SUPPLICANT_ATTACHING) return;
    if (s->state == WFD_SUPPLICANT_ATTACHING && s->now_ms >= s->watch_reply_ms)
        attach_failed(s, "no reply in time");
    else if (s->now_ms >= s->watch_reply_ms)
        go_down(s, WFD_ERROR_SERVICE_NOT_ACTIVE, "no sign of life");
    else if (s->now_ms >= s->watch_ms)
        ask_for_life(s);
}

void wfd_supplicant_flush(struct wfd_supplicant *s, uint64_t now_ms)
{
    s->now_ms = now_ms;
    send_next(s);
}

void wfd_supplicant_step(struct wfd_supplicant *s, uint64_t now_ms)
{
    struct wfd_request *first;

    s->now_ms = now_ms;
    if (s->state == WFD_SUPPLICANT_PROBING) probe(s);
    if (!s->command) return;
    if (!read_monitor(s)) return;
    if (!read_replies(s))
    {
        if (s->state == WFD_SUPPLICANT_ATTACHING) attach_failed(s, "connection refused");
        return;
    }
    watch(s);
    if (s->command && !wfd_list_empty(&s->requests))
    {
        first = wfd_container(s->requests.next, struct wfd_request, entry);
        if (first->sent && now_ms >= first->deadline_ms)
            go_down(s, WFD_ERROR_SERVICE_NOT_ACTIVE, "no reply in time");
    }
    send_next(s);
}
