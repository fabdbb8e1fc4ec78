/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The control language of the scripted supplicant: one line in, one line out, for programs that
 * cannot call the library. Each word does what the function of the same name does; it never touches
 * the model itself.
 */

#include "scripted_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

/* A line being taken apart and its answer. */
struct line
{
    char *rest;
    char *answer;
    size_t size;
};

static void answer(struct line *line, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

static void answer(struct line *line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(line->answer, line->size, format, args);
    va_end(args);
}

static void answer_bool(struct line *line, bool ok)
{
    answer(line, ok ? "ok" : "false");
}

static void answer_error(struct line *line, int error)
{
    if (error)
        answer(line, "error %s", strerror(error));
    else
        answer(line, "ok");
}

/* The next blank-separated word, "" at the end. */
static char *word(struct line *line)
{
    char *start = line->rest + strspn(line->rest, " ");
    size_t len = strcspn(start, " ");

    line->rest = start + len + (start[len] == ' ');
    start[len] = 0;
    return start;
}

static bool number(struct line *line, int min, int *ret_number)
{
    char *text = word(line), *end;
    long value = strtol(text, &end, 10);

    if (!*text || *end || value < min || value > 1000000000)
    {
        answer(line, "error not a number: %s", text);
        return false;
    }
    *ret_number = (int)value;
    return true;
}

static bool is_mac(const char *text, uint8_t ret_addr[6])
{
    return strlen(text) == 17 && scripted_mac_parse(text, ret_addr);
}

static bool mac(struct line *line, uint8_t ret_addr[6])
{
    const char *text = word(line);

    if (is_mac(text, ret_addr)) return true;
    answer(line, "error not an address: %s", text);
    return false;
}

static bool choice(struct line *line, const char *text, const char *const *names, size_t count,
        unsigned int *ret_index)
{
    size_t i;

    for (i = 0; i < count; i++)
    {
        if (strcmp(names[i], text)) continue;
        *ret_index = (unsigned int)i;
        return true;
    }
    answer(line, "error unknown word: %s", text);
    return false;
}

/* In place: the bytes overwrite their digits. */
static bool hex(struct line *line, char *text, size_t *ret_len)
{
    size_t len = strlen(text), i;
    unsigned int byte;
    int used;

    *ret_len = 0;
    if (!strcmp(text, "-")) return true;
    for (i = 0; i < len; i += 2)
    {
        used = 0;
        if (sscanf(text + i, "%2x%n", &byte, &used) != 1 || used != 2)
        {
            answer(line, "error not hex: %s", text + i);
            return false;
        }
        text[(*ret_len)++] = (char)byte;
    }
    return true;
}

/* --- model ------------------------------------------------------------------------------------ */

static bool wps_option(struct scripted_peer *peer, const char *text)
{
    static const char *const names[] = {
        [SCRIPTED_WPS_BUTTON] = "button",
        [SCRIPTED_WPS_SHOWS] = "shows",
        [SCRIPTED_WPS_ENTERS] = "enters",
        [SCRIPTED_WPS_REJECTS] = "rejects",
        [SCRIPTED_WPS_SILENT] = "silent",
    };

    for (size_t i = 0; i < COUNT_OF(names); i++)
    {
        if (strcmp(names[i], text)) continue;
        peer->wps = (enum scripted_wps)i;
        return true;
    }
    return false;
}

static bool peer_option(struct scripted_peer *peer, char *option)
{
    if (!strcmp(option, "accept"))
        peer->answer = SCRIPTED_ANSWER_ACCEPT;
    else if (!strcmp(option, "silent"))
        peer->answer = SCRIPTED_ANSWER_SILENT;
    else if (!strcmp(option, "never-starts"))
        peer->answer = SCRIPTED_ANSWER_NEVER_STARTS;
    else if (!strcmp(option, "wrong-key"))
        peer->answer = SCRIPTED_ANSWER_WRONG_KEY;
    else if (!strcmp(option, "hidden"))
        peer->hidden = true;
    else if (!strcmp(option, "known"))
        peer->known = true;
    else if (!strncmp(option, "wps=", 4))
        return wps_option(peer, option + 4);
    else if (!strncmp(option, "pin=", 4))
        peer->pin = option + 4;
    else if (!strncmp(option, "intent=", 7))
        peer->go_intent = atoi(option + 7);
    else if (!strncmp(option, "category=", 9))
        peer->category = (unsigned int)atoi(option + 9);
    else if (!strncmp(option, "name=", 5))
        peer->name = option + 5;
    else if (!strncmp(option, "iface=", 6))
        return is_mac(option + 6, peer->interface_address);
    else if (!strcmp(option, "join=never"))
        peer->join_ms = SCRIPTED_NEVER;
    else if (!strncmp(option, "join=", 5))
        peer->join_ms = atoi(option + 5);
    else if (!strncmp(option, "status=", 7))
    {
        peer->answer = SCRIPTED_ANSWER_STATUS;
        peer->status = atoi(option + 7);
    }
    else if (!strncmp(option, "counter=", 8))
    {
        peer->answer = SCRIPTED_ANSWER_COUNTER_INVITE;
        peer->counter_invite_ms = atoi(option + 8);
    }
    else
        return false;
    return true;
}

static void do_peer_add(struct scripted_supplicant *ss, struct line *line)
{
    struct scripted_peer peer = { .answer = SCRIPTED_ANSWER_ACCEPT };
    char *save, *item = strtok_r(line->rest, ",", &save);

    if (!item || !is_mac(item, peer.device_address))
    {
        answer(line, "error not an address");
        return;
    }
    while ((item = strtok_r(NULL, ",", &save)))
    {
        if (peer_option(&peer, item)) continue;
        answer(line, "error unknown option: %s", item);
        return;
    }
    answer_error(line, scripted_supplicant_add_peer(ss, &peer));
}

static void do_peer(struct scripted_supplicant *ss, struct line *line)
{
    const char *what = word(line);
    uint8_t addr[6];

    if (!strcmp(what, "add"))
    {
        do_peer_add(ss, line);
        return;
    }
    if (!mac(line, addr)) return;
    if (!strcmp(what, "lost"))
        answer_bool(line, scripted_supplicant_peer_lost(ss, addr));
    else if (!strcmp(what, "hide"))
        answer_bool(line, scripted_supplicant_peer_hide(ss, addr, true));
    else if (!strcmp(what, "show"))
        answer_bool(line, scripted_supplicant_peer_hide(ss, addr, false));
    else if (!strcmp(what, "invite"))
        answer_bool(line, scripted_supplicant_peer_invites(ss, addr));
    else if (!strcmp(what, "join"))
        answer_bool(line, scripted_supplicant_peer_joins(ss, addr, word(line)));
    else
        answer(line, "error unknown word: %s", what);
}

static void answer_id(struct line *line, int id)
{
    if (id < 0)
        answer(line, "error refused");
    else
        answer(line, "ok %d", id);
}

static void do_persistent(struct scripted_supplicant *ss, struct line *line)
{
    char *save, *id = strtok_r(line->rest, ",", &save), *role = strtok_r(NULL, ",", &save);
    uint8_t peers[SCRIPTED_CLIENTS_MAX][6];
    struct scripted_network network = { .peer_count = 0 };
    const char *item;

    if (!id || !role || (strcmp(role, "go") && strcmp(role, "client")))
    {
        answer(line, "error ID,go|client,MAC");
        return;
    }
    network.id = atoi(id);
    network.role = strcmp(role, "go") ? SCRIPTED_ROLE_CLIENT : SCRIPTED_ROLE_GO;
    network.peers = (const uint8_t(*)[6])peers;
    while ((item = strtok_r(NULL, ",", &save)) && network.peer_count < SCRIPTED_CLIENTS_MAX)
    {
        if (!is_mac(item, peers[network.peer_count++]))
        {
            answer(line, "error not an address: %s", item);
            return;
        }
    }
    answer_id(line, scripted_supplicant_add_persistent(ss, &network));
}

static void do_forget(struct scripted_supplicant *ss, struct line *line)
{
    const char *which = word(line);

    answer_bool(line, scripted_supplicant_forget(ss, strcmp(which, "all") ? atoi(which) : -1));
}

static void do_station(struct scripted_supplicant *ss, struct line *line)
{
    static const char *const names[] = { "connects", "never", "wrong-key" };
    char *save, *ifname = strtok_r(line->rest, ",", &save), *ssid = strtok_r(NULL, ",", &save);
    const char *bssid = strtok_r(NULL, ",", &save), *how = strtok_r(NULL, ",", &save);
    unsigned int station_answer = SCRIPTED_STATION_CONNECTS;
    uint8_t addr[6];

    if (!ssid || !bssid || !is_mac(bssid, addr))
    {
        answer(line, "error IFNAME,SSID,BSSID");
        return;
    }
    if (how && !choice(line, how, names, COUNT_OF(names), &station_answer)) return;
    answer_id(line, scripted_supplicant_add_station(ss, ifname, ssid, strlen(ssid), addr,
                            (enum scripted_station_answer)station_answer));
}

static void do_generate(struct scripted_supplicant *ss, struct line *line)
{
    static const char *const roles[] = { "client", "go" };
    unsigned int role;
    int count;

    if (!number(line, 0, &count)) return;
    if (!choice(line, word(line), roles, COUNT_OF(roles), &role)) return;
    answer_error(line, scripted_supplicant_generate(ss, (unsigned int)count,
                               (enum scripted_role)role, !strcmp(word(line), "known")));
}

static void do_latency(struct scripted_supplicant *ss, struct line *line)
{
    static const char *const steps[SCRIPTED_STEP_COUNT] = {
        [SCRIPTED_STEP_REPLY] = "reply",
        [SCRIPTED_STEP_FOUND] = "found",
        [SCRIPTED_STEP_FIND_STOPPED] = "find-stopped",
        [SCRIPTED_STEP_RESULT] = "result",
        [SCRIPTED_STEP_STARTED] = "started",
        [SCRIPTED_STEP_CONNECT] = "connect",
        [SCRIPTED_STEP_PSK_FAIL] = "psk-fail",
        [SCRIPTED_STEP_REMOVED] = "removed",
        [SCRIPTED_STEP_REMOVE_REPLY] = "remove-reply",
        [SCRIPTED_STEP_CONNECT_TIMEOUT] = "connect-timeout",
        [SCRIPTED_STEP_JOIN_TIMEOUT] = "join-timeout",
        [SCRIPTED_STEP_EXPIRE] = "expire",
        [SCRIPTED_STEP_IDLE] = "idle",
        [SCRIPTED_STEP_GO_NEG_TIMEOUT] = "go-neg-timeout",
    };
    unsigned int step;
    int ms = SCRIPTED_NEVER;

    if (!choice(line, word(line), steps, SCRIPTED_STEP_COUNT, &step)) return;
    line->rest += strspn(line->rest, " ");
    if (strcmp(line->rest, "never") && !number(line, 0, &ms)) return;
    scripted_supplicant_latency(ss, (enum scripted_step)step, ms);
    answer(line, "ok");
}

/* --- faults ----------------------------------------------------------------------------------- */

static bool fault_arguments(struct line *line, struct scripted_fault *fault)
{
    int value = 0;
    char *bytes;

    switch (fault->kind)
    {
    case SCRIPTED_FAULT_REPLY:
    case SCRIPTED_FAULT_EVENT_FIRST:
        bytes = word(line);
        fault->bytes = bytes;
        return hex(line, bytes, &fault->len);
    case SCRIPTED_FAULT_DELAY:
        if (!number(line, 0, &value)) return false;
        fault->delay_ms = (unsigned int)value;
        return true;
    case SCRIPTED_FAULT_AS_UID:
        if (!number(line, 0, &value)) return false;
        fault->uid = (unsigned int)value;
        return true;
    case SCRIPTED_FAULT_DROP:
    case SCRIPTED_FAULT_TWICE:
    case SCRIPTED_FAULT_STRANGER:
    case SCRIPTED_FAULT_REBIND:
    case SCRIPTED_FAULT_DETACH:
    case SCRIPTED_FAULT_HANG:
    case SCRIPTED_FAULT_DIE:
    case SCRIPTED_FAULT_TERMINATE:
    case SCRIPTED_FAULT_RESTART: break;
    }
    return true;
}

static bool fault_options(struct line *line, struct scripted_fault *fault)
{
    char *option, *end;

    while (*(option = word(line)))
    {
        if (!strncmp(option, "skip=", 5))
            fault->skip = (unsigned int)atoi(option + 5);
        else if (!strncmp(option, "if=", 3))
            fault->ifname = option + 3;
        else if (!strcmp(option, "act"))
            fault->effect = SCRIPTED_EFFECT_ACT;
        else if (!strcmp(option, "no-act"))
            fault->effect = SCRIPTED_EFFECT_SKIP;
        else
        {
            fault->count = (unsigned int)strtoul(option, &end, 10);
            if (!*end) continue;
            answer(line, "error unknown option: %s", option);
            return false;
        }
    }
    return true;
}

static void do_fault(struct scripted_supplicant *ss, struct line *line)
{
    static const char *const kinds[] = {
        [SCRIPTED_FAULT_REPLY] = "reply",
        [SCRIPTED_FAULT_DROP] = "drop",
        [SCRIPTED_FAULT_DELAY] = "delay",
        [SCRIPTED_FAULT_TWICE] = "twice",
        [SCRIPTED_FAULT_AS_UID] = "as-uid",
        [SCRIPTED_FAULT_STRANGER] = "stranger",
        [SCRIPTED_FAULT_EVENT_FIRST] = "event-first",
        [SCRIPTED_FAULT_REBIND] = "rebind",
        [SCRIPTED_FAULT_DETACH] = "detach",
        [SCRIPTED_FAULT_HANG] = "hang",
        [SCRIPTED_FAULT_DIE] = "die",
        [SCRIPTED_FAULT_TERMINATE] = "terminate",
        [SCRIPTED_FAULT_RESTART] = "restart",
    };
    struct scripted_fault fault = { .word = word(line) };
    unsigned int kind;

    if (!choice(line, word(line), kinds, COUNT_OF(kinds), &kind)) return;
    fault.kind = (enum scripted_fault_kind)kind;
    if (!fault_arguments(line, &fault) || !fault_options(line, &fault)) return;
    answer(line, "ok %u", scripted_supplicant_fault(ss, &fault));
}

static void do_fired(struct scripted_supplicant *ss, struct line *line)
{
    int id;

    if (!number(line, 1, &id)) return;
    answer(line, "ok %u", scripted_supplicant_fault_fired(ss, (unsigned int)id));
}

static void do_clear(struct scripted_supplicant *ss, struct line *line)
{
    int id = 0;

    if (*line->rest && !number(line, 0, &id)) return;
    scripted_supplicant_fault_clear(ss, (unsigned int)id);
    answer(line, "ok");
}

/* --- life and disturbances -------------------------------------------------------------------- */

static void do_hang(struct scripted_supplicant *ss, struct line *line)
{
    scripted_supplicant_hang(ss);
    answer(line, "ok");
}

static void do_resume(struct scripted_supplicant *ss, struct line *line)
{
    scripted_supplicant_resume(ss);
    answer(line, "ok");
}

static void do_die(struct scripted_supplicant *ss, struct line *line)
{
    scripted_supplicant_die(ss);
    answer(line, "ok");
}

static void do_terminate(struct scripted_supplicant *ss, struct line *line)
{
    scripted_supplicant_terminate(ss);
    answer(line, "ok");
}

static void do_restart(struct scripted_supplicant *ss, struct line *line)
{
    answer_error(line, scripted_supplicant_restart(ss));
}

static void do_rfkill(struct scripted_supplicant *ss, struct line *line)
{
    scripted_supplicant_rfkill(ss, !strcmp(word(line), "on"));
    answer(line, "ok");
}

static void do_emit(struct scripted_supplicant *ss, struct line *line)
{
    const char *ifname = word(line);
    char text[SCRIPTED_EVENT_MAX];
    int len = snprintf(text, sizeof(text), "<3>%s", line->rest);

    if (len < 0 || (size_t)len >= sizeof(text))
        answer(line, "error too long");
    else
        answer_bool(line, scripted_supplicant_emit(ss, ifname, text, (size_t)len));
}

static void do_emit_hex(struct scripted_supplicant *ss, struct line *line)
{
    const char *ifname = word(line);
    char *bytes = word(line);
    size_t len;

    if (hex(line, bytes, &len)) answer_bool(line, scripted_supplicant_emit(ss, ifname, bytes, len));
}

static void do_emit_as_uid(struct scripted_supplicant *ss, struct line *line)
{
    const char *ifname = word(line);
    char text[SCRIPTED_EVENT_MAX];
    int uid, len;

    if (!number(line, 0, &uid)) return;
    len = snprintf(text, sizeof(text), "<3>%s", line->rest);
    if (len < 0 || (size_t)len >= sizeof(text))
        answer(line, "error too long");
    else
        answer_bool(line,
                scripted_supplicant_emit_as_uid(ss, ifname, (unsigned int)uid, text, (size_t)len));
}

static void do_flood(struct scripted_supplicant *ss, struct line *line)
{
    const char *ifname = word(line);
    int count;

    if (!number(line, 0, &count)) return;
    answer_bool(line, scripted_supplicant_flood(ss, ifname, line->rest, (unsigned int)count));
}

static void do_detach_all(struct scripted_supplicant *ss, struct line *line)
{
    const char *ifname = word(line);

    scripted_supplicant_detach_all(ss, *ifname ? ifname : NULL);
    answer(line, "ok");
}

static void do_rebind(struct scripted_supplicant *ss, struct line *line)
{
    answer_bool(line, scripted_supplicant_rebind(ss, word(line)));
}

static void do_end_group(struct scripted_supplicant *ss, struct line *line)
{
    static const char *const ends[] = {
        [SCRIPTED_END_GO_ENDING] = "go-ending",
        [SCRIPTED_END_CLIENT_LEAVES] = "client-leaves",
        [SCRIPTED_END_IDLE] = "idle",
        [SCRIPTED_END_UNAVAILABLE] = "unavailable",
        [SCRIPTED_END_REQUESTED] = "requested",
        [SCRIPTED_END_FREQ_CONFLICT] = "freq-conflict",
        [SCRIPTED_END_NO_REASON] = "no-reason",
    };
    const char *whose = word(line);
    unsigned int how;
    uint8_t addr[6];

    if (!choice(line, word(line), ends, COUNT_OF(ends), &how)) return;
    if (is_mac(whose, addr))
        answer_bool(line, scripted_supplicant_end_group(ss, addr, (enum scripted_end)how));
    else
        answer_bool(line, scripted_supplicant_end_group_if(ss, whose, (enum scripted_end)how));
}

/* --- what has happened ------------------------------------------------------------------------ */

static const char *const state_names[] = {
    [SCRIPTED_STATE_NEW] = "new",
    [SCRIPTED_STATE_RUNNING] = "running",
    [SCRIPTED_STATE_HUNG] = "hung",
    [SCRIPTED_STATE_DEAD] = "dead",
    [SCRIPTED_STATE_TERMINATED] = "terminated",
};

static void do_count(struct scripted_supplicant *ss, struct line *line)
{
    answer(line, "ok %u", scripted_supplicant_command_count(ss, word(line)));
}

static void do_groups(struct scripted_supplicant *ss, struct line *line)
{
    answer(line, "ok %u", scripted_supplicant_groups(ss));
}

static void do_keys(struct scripted_supplicant *ss, struct line *line)
{
    answer(line, "ok %u", scripted_supplicant_keys_told(ss));
}

static void do_groups_started(struct scripted_supplicant *ss, struct line *line)
{
    answer(line, "ok %u", scripted_supplicant_groups_started(ss));
}

static void do_monitors(struct scripted_supplicant *ss, struct line *line)
{
    answer(line, "ok %u", scripted_supplicant_monitors(ss));
}

static void do_authorises(struct scripted_supplicant *ss, struct line *line)
{
    answer(line, "ok %d", scripted_supplicant_authorises(ss));
}

static void do_pending_netdev(struct scripted_supplicant *ss, struct line *line)
{
    answer(line, "ok %d", scripted_supplicant_pending_netdev(ss));
}

static void do_group(struct scripted_supplicant *ss, struct line *line)
{
    char ifname[32];
    uint8_t addr[6];

    if (!mac(line, addr)) return;
    if (scripted_supplicant_group_ifname(ss, addr, ifname, sizeof(ifname)))
        answer(line, "ok %s", ifname);
    else
        answer(line, "false");
}

static void do_state(struct scripted_supplicant *ss, struct line *line)
{
    answer(line, "ok %s", state_names[scripted_supplicant_state(ss)]);
}

static void do_wait(struct scripted_supplicant *ss, struct line *line)
{
    const char *command = word(line);
    int count, ms;

    if (!number(line, 0, &count) || !number(line, 0, &ms)) return;
    answer_bool(line, scripted_supplicant_wait_command(ss, command, (unsigned int)count, ms));
}

static void do_wait_fired(struct scripted_supplicant *ss, struct line *line)
{
    int id, count, ms;

    if (!number(line, 1, &id) || !number(line, 0, &count) || !number(line, 0, &ms)) return;
    answer_bool(
            line, scripted_supplicant_wait_fired(ss, (unsigned int)id, (unsigned int)count, ms));
}

static void do_wait_groups(struct scripted_supplicant *ss, struct line *line)
{
    int count, ms;

    if (!number(line, 0, &count) || !number(line, 0, &ms)) return;
    answer_bool(line, scripted_supplicant_wait_groups(ss, (unsigned int)count, ms));
}

static void do_wait_monitors(struct scripted_supplicant *ss, struct line *line)
{
    int count, ms;

    if (!number(line, 0, &count) || !number(line, 0, &ms)) return;
    answer_bool(line, scripted_supplicant_wait_monitors(ss, (unsigned int)count, ms));
}

static void do_wait_state(struct scripted_supplicant *ss, struct line *line)
{
    unsigned int state;
    int ms;

    if (!choice(line, word(line), state_names, COUNT_OF(state_names), &state)) return;
    if (!number(line, 0, &ms)) return;
    answer_bool(line, scripted_supplicant_wait_state(ss, (enum scripted_state)state, ms));
}

static void do_journal(struct scripted_supplicant *ss, struct line *line)
{
    struct scripted_journal_entry entry;
    int index;

    if (!*line->rest)
    {
        answer(line, "ok %zu", scripted_supplicant_journal_count(ss));
        return;
    }
    if (!number(line, 0, &index)) return;
    if (!scripted_supplicant_journal_get(ss, (size_t)index, &entry))
        answer(line, "false");
    else
        answer(line, "ok %llu %s %s", (unsigned long long)entry.time_ms, entry.ifname,
                entry.command);
}

static void do_memory(struct scripted_supplicant *ss, struct line *line)
{
    static const char *const names[] = { "allow", "deny" };
    unsigned int deny;
    const char *text;

    (void)ss;
    if (!choice(line, word(line), names, COUNT_OF(names), &deny)) return;
    text = word(line);
    if (strlen(text) < 8)
        answer(line, "error the word is too short to be one's own: %s", text);
    else
        answer(line, "ok %u", scripted_limit_memory(text, deny));
}

static void do_ping(struct scripted_supplicant *ss, struct line *line)
{
    (void)ss;
    answer(line, "ok");
}

static const struct
{
    const char *word;
    void (*handler)(struct scripted_supplicant *ss, struct line *line);
} words[] = {
    { "peer", do_peer },
    { "persistent", do_persistent },
    { "forget", do_forget },
    { "station", do_station },
    { "generate", do_generate },
    { "latency", do_latency },
    { "fault", do_fault },
    { "fired", do_fired },
    { "clear", do_clear },
    { "hang", do_hang },
    { "resume", do_resume },
    { "die", do_die },
    { "terminate", do_terminate },
    { "restart", do_restart },
    { "rfkill", do_rfkill },
    { "emit", do_emit },
    { "emit-hex", do_emit_hex },
    { "emit-as-uid", do_emit_as_uid },
    { "flood", do_flood },
    { "detach-all", do_detach_all },
    { "rebind", do_rebind },
    { "end-group", do_end_group },
    { "count", do_count },
    { "groups", do_groups },
    { "groups-started", do_groups_started },
    { "keys", do_keys },
    { "monitors", do_monitors },
    { "pending-netdev", do_pending_netdev },
    { "authorises", do_authorises },
    { "group", do_group },
    { "state", do_state },
    { "wait", do_wait },
    { "wait-fired", do_wait_fired },
    { "wait-groups", do_wait_groups },
    { "wait-monitors", do_wait_monitors },
    { "wait-state", do_wait_state },
    { "journal", do_journal },
    { "memory", do_memory },
    { "ping", do_ping },
};

static void dispatch(struct scripted_supplicant *ss, struct line *line)
{
    const char *first = word(line);
    size_t i;

    for (i = 0; i < COUNT_OF(words); i++)
    {
        if (strcmp(words[i].word, first)) continue;
        words[i].handler(ss, line);
        return;
    }
    answer(line, "error unknown word: %s", first);
}

bool scripted_supplicant_control(
        struct scripted_supplicant *ss, const char *line, char *ret_answer, size_t size)
{
    struct line work = { .answer = ret_answer, .size = size };
    char *copy = strdup(line);

    answer(&work, "ok");
    if (!strcmp(line, "quit"))
    {
        free(copy);
        return false;
    }
    if ((work.rest = copy))
        dispatch(ss, &work);
    else
        answer(&work, "error no memory");
    free(copy);
    return true;
}
