/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes the whole core: what applications call, in any order, what people do (pair, scan, look
 * who is paired, unpair), against a supplicant that says, leaves out and breaks whatever it likes,
 * while time passes and another program takes turns. Each open completes exactly once and in time,
 * no call waits for ever, the loop neither spins nor connects without end, a look changes nothing,
 * and after the last client nothing is left. Never waits in real time.
 *
 * An input is lines: a letter for what happens, and its argument; see act(). '|' stands for a
 * newline in texts.
 */
#include "wfd_log.h"
#include "world.h"

#define MAX_OPENS   48
#define MAX_CLIENTS 8
#define OPEN_MS     400000 /* more than any open may take */
#define QUIET_MS    900000 /* then the loop must have nothing left to do */
#define TRIES       400    /* of an open whose group another program is giving up all the time */
#define LOOK_MS     4000   /* a second for an answer at all, three for the look */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum hook
{
    HOOK_NONE,
    HOOK_CLOSE_SESSION,
    HOOK_CLOSE_CLIENT,
    HOOK_OPEN_AGAIN,
    HOOK_COUNT,
};

static struct open_call
{
    uint32_t session, client;
    unsigned int called_back;
    uint8_t peer;
    bool begun, abandoned;
} opens[MAX_OPENS];
static unsigned int open_count;
static uint32_t clients[MAX_CLIENTS], legacy;
static unsigned int client_count;
static enum hook hook;
static uint64_t thread;
static struct wfd_scan *scan;

static struct wfd_mac mac_of(uint8_t number)
{
    return (struct wfd_mac){ { 2, 0, 0, 0, 0, number } };
}

/* The application. */

/* pairing: NULL for a device that is paired. */
static void start(uint32_t client, uint8_t peer, const struct wfd_pairing *pairing)
{
    struct open_call *open = &opens[open_count];
    struct wfd_mac mac = mac_of(peer);
    enum wfd_error error;

    if (open_count == MAX_OPENS) return;
    *open = (struct open_call){ .client = client, .peer = peer };
    if (pairing)
        error = wfd_service_start_pairing(
                world.service, client, &mac, pairing, 7, open_count, &open->session);
    else
        error = wfd_service_start_open(world.service, client, &mac, 7, open_count, &open->session);
    if (error) return;
    open_count++;
    world.most_opens += TRIES;
}

static void begin(unsigned int number)
{
    if (number >= open_count || opens[number].begun) return;
    opens[number].begun = true;
    wfd_service_begin_open(world.service, opens[number].session);
}

static void begin_all(void)
{
    for (unsigned int i = 0; i < open_count; i++) begin(i);
}

static void run_hook(const struct open_call *open)
{
    unsigned int before = open_count;

    switch (hook)
    {
    case HOOK_NONE:
    case HOOK_COUNT: break;
    case HOOK_CLOSE_SESSION: wfd_service_close_session(world.service, open->session); break;
    case HOOK_CLOSE_CLIENT:
        begin_all();
        wfd_service_close_client(world.service, open->client, thread);
        break;
    case HOOK_OPEN_AGAIN:
        if (open_count > MAX_OPENS / 2) break;
        start(open->client, open->peer, NULL);
        if (open_count > before) begin(before);
        break;
    }
}

static void dispatch(void)
{
    struct wfd_completion_info info;

    while (!wfd_list_empty(&world.service->completions.posted))
    {
        struct open_call *open;

        world_demand(wfd_service_next_completion(world.service, &info), "a completion is lost");
        world_demand(info.callback == 7 && info.context < open_count, "a cookie is changed");
        open = &opens[info.context];
        world_demand(!open->called_back++, "an open completes twice");
        world_demand(info.session == open->session, "a completion names another session");
        world_demand(!info.error || !info.interface_index, "an error has an index");
        thread++;
        wfd_service_callback_begin(world.service, info.completion, thread);
        run_hook(open);
        wfd_service_callback_end(world.service, info.completion);
        thread--;
    }
}

static struct wfd_config settings(void)
{
    struct wfd_config config = { .settle_ms = 50 };

    snprintf(config.control_directory, sizeof(config.control_directory), "%s", world.sockets);
    return config;
}

static void open_client(void)
{
    struct wfd_config config = settings();

    if (client_count == MAX_CLIENTS) return;
    if (!wfd_service_open_client(world.service, &config, &clients[client_count])) client_count++;
}

static uint32_t client_of(unsigned int number)
{
    return client_count ? clients[number % client_count] : 0;
}

static void search(uint8_t peer)
{
    struct wfd_config config = settings();
    struct wfd_mac mac = mac_of(peer);
    bool found;

    wfd_service_search(world.service, &config, &mac, &found);
}

static void open_legacy(uint8_t device)
{
    struct wfd_mac mac = mac_of(device);
    uint32_t session, index;

    if (!wfd_service_open_legacy(world.service, client_of(0), &mac, &session, &index))
        legacy = session;
}

static void close_client(unsigned int number)
{
    begin_all();
    wfd_service_close_client(world.service, client_of(number), thread);
}

static void abandon(void)
{
    wfd_service_abandon(world.service);
    for (unsigned int i = 0; i < open_count; i++) opens[i].abandoned = true;
}

/* What a person does. */

static void pair(unsigned int number)
{
    struct wfd_pairing pairing = {
        .method = (enum wfd_pairing_method)(number / 10 % 3),
        .pin = WORLD_PIN,
        .go_intent = number / 30 % 2 ? 15 : -1,
    };

    start(client_of(0), (uint8_t)(number % 10), &pairing);
    begin(open_count - 1);
}

static void scan_begins(unsigned int seconds)
{
    struct wfd_config config = settings();

    if (!scan && wfd_service_scan_begin(world.service, &config, seconds, &scan)) scan = NULL;
}

static void scan_ends(void)
{
    if (scan) wfd_service_scan_end(world.service, scan);
    scan = NULL;
}

static void scan_goes_on(unsigned int wait_ms)
{
    struct wfd_device device;
    enum wfd_error error;
    uint64_t begun_ms = world.now_ms;

    wait_ms %= 100000;
    if (!scan) return;
    if (wfd_service_scan_next(world.service, scan, wait_ms, &device, &error) == WFD_SCAN_DEVICE)
        world_demand(
                wfd_mac_is_unicast(&device.address) && memchr(device.name, 0, sizeof(device.name)),
                "a device is none");
    world_demand(world.now_ms <= begun_ms + wait_ms, "a scan waits too long");
}

static void list_paired(void)
{
    struct wfd_config config = settings();
    struct wfd_paired paired[4];
    unsigned int count = 0;

    if (wfd_service_list_paired(world.service, &config, paired, 4, &count)) return;
    world_demand(count <= 4, "more are paired than fit");
    for (unsigned int i = 0; i < count; i++)
        world_demand(paired[i].ssid_length <= sizeof(paired[i].ssid), "an SSID is too long");
}

static void unpair(uint8_t peer)
{
    struct wfd_config config = settings();
    struct wfd_mac mac = mac_of(peer);
    bool saved;

    wfd_service_unpair(world.service, &config, &mac, &saved);
}

static void check_look(const struct wfd_paired_state *states, unsigned int count)
{
    for (unsigned int i = 0; i < count; i++)
    {
        const struct wfd_paired_state *state = &states[i];

        world_demand(wfd_mac_is_unicast(&state->peer), "a node has no address");
        world_demand(memchr(state->name, 0, sizeof(state->name)), "a name does not end");
        world_demand(state->connected == (state->interface_index != 0), "a group has no index");
        world_demand(state->connected || wfd_mac_is_zero(&state->interface_address),
                "an address without a group");
        world_demand(state->visible || !state->connected, "a device is in a group unseen");
        for (unsigned int j = 0; j < i; j++)
            world_demand(!wfd_mac_equal(&states[j].peer, &state->peer), "a device twice");
    }
}

static void look(unsigned int max)
{
    struct wfd_config config = settings();
    struct wfd_paired_state states[WFD_MAX_PAIRINGS];
    uint64_t begun_ms = world.now_ms;
    unsigned int count = 0;
    enum wfd_error error;

    max = 1 + max % WFD_MAX_PAIRINGS;
    world.outside = true;
    error = wfd_service_look(world.service, &config, states, max, &count);
    world.outside = false;
    world_demand(world.now_ms <= begun_ms + LOOK_MS, "a look takes too long");
    world_demand(error || count <= max, "more are seen than fit");
    if (!error) check_look(states, count);
}

static void watch(void)
{
    uint32_t serial;
    bool live;

    wfd_service_changes(world.service, &serial, &live);
    for (unsigned int i = 0; i < open_count; i++)
        world_demand(wfd_service_progress(world.service, opens[i].session) <= WFD_PROGRESS_LOST,
                "progress is none");
}

static void person_acts(char letter, unsigned int number)
{
    switch (letter)
    {
    case 'P': pair(number); break;
    case 'A': scan_begins(number); break;
    case 'B': scan_goes_on(number); break;
    case 'F': scan_ends(); break;
    case 'D': list_paired(); break;
    case 'U': unpair((uint8_t)number); break;
    case 'V': look(number); break;
    case 'W': watch(); break;
    }
}

static void application_acts(char letter, unsigned int number)
{
    switch (letter)
    {
    case 'C': open_client(); break;
    case 'X': close_client(number); break;
    case 'o':
        start(client_of(number / 10), (uint8_t)(number % 10), NULL);
        begin(open_count - 1);
        break;
    case 'O': start(client_of(number / 10), (uint8_t)(number % 10), NULL); break;
    case 'b': begin(number); break;
    case 'c':
        if (number < open_count) wfd_service_cancel_open(world.service, opens[number].session);
        break;
    case 'x':
        if (number < open_count) wfd_service_close_session(world.service, opens[number].session);
        break;
    case 'L': open_legacy((uint8_t)number); break;
    case 'l': wfd_service_close_session(world.service, legacy); break;
    case 'S': search((uint8_t)number); break;
    case 'p': wfd_service_set_policy(world.service, number != 0); break;
    case 'a': abandon(); break;
    case 'y': hook = (enum hook)(number % HOOK_COUNT); break;
    }
}

/* The world. */

static void set_rule(char letter, char *text)
{
    char *reply = strchr(text, '=');

    switch (letter)
    {
    case 'r': world_add_rule(WORLD_ANSWER, true, "", text); break;
    case 'R': /* WORD=TEXT */
        if (reply) *reply++ = 0;
        world_add_rule(WORLD_ANSWER, false, text, reply);
        break;
    case '2': world_add_rule(WORLD_TWICE, true, text, NULL); break;
    case 'n': world_add_rule(WORLD_SILENT, true, text, NULL); break;
    case 'N': world_add_rule(WORLD_SILENT, false, text, NULL); break;
    case 'k': world_add_rule(WORLD_BREAK, true, text, NULL); break;
    case 'K': world_add_rule(WORLD_BREAK, false, text, NULL); break;
    case '-': world.rule_count = 0; break;
    }
}

static void say_to_all(const char *text, ssize_t length)
{
    for (unsigned int i = 0; i < WORLD_CONNECTIONS; i++)
        if (world.connections[i].used) world_deliver(&world.connections[i], text, length);
}

static void fail_reading(unsigned int number)
{
    static const int errors[] = { EPERM, EMSGSIZE, EINTR, ENOMEM };

    say_to_all(NULL, -errors[number % 4]);
}

static void die(bool alive)
{
    world.dead = !alive;
    if (alive) world.process++;
    world.command_count = world.groups = 0;
    for (unsigned int i = 0; i < WORLD_CONNECTIONS; i++)
        if (world.connections[i].used) world.connections[i].broken = true;
}

/* The name of a group's file in the folder of shared files. */
static void group_file(const char *ifname, char ret_name[80])
{
    struct stat st;

    if (stat(world.sockets, &st)) return;
    snprintf(ret_name, 80, "%llx-%llx-%s", (unsigned long long)st.st_dev,
            (unsigned long long)st.st_ino, ifname);
}

static void hold(unsigned int number)
{
    char name[80] = "turns";

    if (number % 4 == 2) group_file("p2p-wlan0-0", name);
    if (number % 4 == 3) group_file("p2p-wlan0-1", name);
    world_hold(name, number % 4 == 0                     ? F_UNLCK
                     : number % 8 > 3 || number % 4 == 1 ? F_WRLCK
                                                         : F_RDLCK);
}

static void world_acts(char letter, unsigned int number)
{
    switch (letter)
    {
    case 'm': fail_reading(number); break;
    case 'd': die(false); break;
    case 'u': die(true); break;
    case 'h': world.hung = number != 0; break;
    case 'f': world.full = number != 0; break;
    case 'H': world.unhelpful = number != 0; break;
    case 'i': world.no_index = number != 0; break;
    case 'j': world.incapable = number != 0; break;
    case 'w': world_socket("p2p-dev-wlan0", number != 0); break;
    case 'G': world.groups = number; break;
    case 'g': hold(number); break;
    case 't': world_run(world.now_ms + number % 200000, false); break;
    }
}

static void act(char letter, char *text, size_t length)
{
    unsigned int number = (unsigned int)strtoul(text, NULL, 10);

    for (size_t i = 0; i < length; i++)
        if (text[i] == '|') text[i] = '\n';
    world.looks = 0;
    if (strchr("rR2nNkK-", letter))
        set_rule(letter, text);
    else if (letter == 'e' || letter == 'E')
        world_emit(letter == 'e', text, length);
    else if (letter == 'q')
        say_to_all(text, (ssize_t)length);
    else
    {
        application_acts(letter, number);
        person_acts(letter, number);
        world_acts(letter, number);
    }
    world_run(world.now_ms, false);
    dispatch();
}

static void act_all(const uint8_t *data, size_t size)
{
    char text[1024];

    for (size_t begins = 0, i = 0; i <= size; i++)
    {
        size_t length = i - begins;

        if (i < size && data[i] != '\n') continue;
        if (length)
        {
            if (--length >= sizeof(text)) length = sizeof(text) - 1;
            memcpy(text, data + begins + 1, length);
            text[length] = 0;
            act((char)data[begins], text, length);
        }
        begins = i + 1;
    }
}

/* The end. */

static bool all_called_back(void)
{
    for (unsigned int i = 0; i < open_count; i++)
        if (!opens[i].called_back && !opens[i].abandoned) return false;
    return true;
}

/* However the supplicant goes on. */
static void complete_all(void)
{
    uint64_t end_ms = world.now_ms + OPEN_MS;

    if (hook == HOOK_OPEN_AGAIN) hook = HOOK_NONE;
    begin_all();
    scan_ends();
    while (!all_called_back() && world.now_ms < end_ms)
    {
        world_run(world.now_ms + 1000, false);
        dispatch();
    }
    world_demand(all_called_back(), "an open never completes");
}

static void close_all(void)
{
    hook = HOOK_NONE;
    for (unsigned int i = 0; i < client_count; i++)
        wfd_service_close_client(world.service, clients[i], thread);
    world.opens = 0;
    world_hold("", F_UNLCK); /* what another's turn may have brought up is left alone in it */
    world_run(world.now_ms + QUIET_MS, false);
    world_demand(!world_connections(), "the last client leaves a connection");
    world_demand(wfd_list_empty(&world.service->groups), "the last client leaves a group");
    world_demand(wfd_service_drained(world.service), "the last client leaves work behind");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int before = dup(0), after;

    close(before);
    open_count = client_count = 0;
    legacy = 0;
    hook = HOOK_NONE;
    thread = 0;
    scan = NULL;
    world_begin(dispatch, data, size);
    open_client();
    act_all(data, size);
    complete_all();
    close_all();
    world_end();
    after = dup(0);
    world_demand(before == after, "a descriptor stays open");
    close(after);
    return 0;
}
