/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One request to the scripted supplicant from arrival to reply: journal, the fault that hits it if
 * one does, the command, the counters. It knows no command but TERMINATE.
 */

#include "scripted_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char ok_text[] = "OK\n", fail_text[] = "FAIL\n", unknown_text[] = "UNKNOWN COMMAND\n";

static void journal_add(
        struct scripted_supplicant *ss, const struct scripted_iface *iface, const char *command)
{
    size_t room, name_len = strlen(iface->name) + 1, command_len = strlen(command) + 1;
    struct scripted_entry *entries, *entry;

    if (ss->no_journal) return;
    if (ss->journal_count == ss->journal_room)
    {
        room = ss->journal_room ? ss->journal_room * 2 : 256;
        if (!(entries = realloc(ss->journal, room * sizeof(*entries)))) return;
        ss->journal = entries;
        ss->journal_room = room;
    }
    entry = &ss->journal[ss->journal_count];
    if (!(entry->ifname = malloc(name_len + command_len))) return;
    entry->command = entry->ifname + name_len;
    memcpy(entry->ifname, iface->name, name_len);
    memcpy(entry->ifname + name_len, command, command_len);
    entry->time_ms = scripted_now_us() / 1000;
    ss->journal_count++;
}

static void first_word(const char *command, char ret_word[32])
{
    snprintf(ret_word, 32, "%.*s", (int)strcspn(command, " "), command);
}

static void count_command(struct scripted_supplicant *ss, const char *word)
{
    struct scripted_counter *counters;
    size_t i;

    ss->command_count++;
    for (i = 0; i < ss->counter_count; i++)
    {
        if (strcmp(ss->counters[i].word, word)) continue;
        ss->counters[i].count++;
        return;
    }
    counters = realloc(ss->counters, (ss->counter_count + 1) * sizeof(*counters));
    if (!counters) return;
    ss->counters = counters;
    snprintf(counters[i].word, sizeof(counters[i].word), "%s", word);
    counters[i].count = 1;
    ss->counter_count++;
}

static struct scripted_armed *fault_for(
        struct scripted_supplicant *ss, const struct scripted_iface *iface, const char *word)
{
    struct scripted_armed *armed;
    size_t i;

    for (i = 0; i < ss->fault_count; i++)
    {
        armed = ss->faults[i];
        if (!armed->armed) continue;
        if (strcmp(armed->word, "*") && strcmp(armed->word, word)) continue;
        if (armed->ifname[0] && strcmp(armed->ifname, iface->name)) continue;
        if (armed->skip)
        {
            armed->skip--;
            continue;
        }
        armed->fired++;
        if (armed->fault.count && !--armed->left) armed->armed = false;
        return armed;
    }
    return NULL;
}

static bool fault_lets_act(const struct scripted_armed *armed)
{
    if (!armed) return true;
    switch (armed->fault.effect)
    {
    case SCRIPTED_EFFECT_ACT: return true;
    case SCRIPTED_EFFECT_SKIP: return false;
    case SCRIPTED_EFFECT_DEFAULT: break;
    }
    switch (armed->fault.kind)
    {
    case SCRIPTED_FAULT_REPLY:
    case SCRIPTED_FAULT_REBIND:
    case SCRIPTED_FAULT_HANG:
    case SCRIPTED_FAULT_DIE:
    case SCRIPTED_FAULT_TERMINATE:
    case SCRIPTED_FAULT_RESTART: return false;
    case SCRIPTED_FAULT_DROP:
    case SCRIPTED_FAULT_DELAY:
    case SCRIPTED_FAULT_TWICE:
    case SCRIPTED_FAULT_AS_UID:
    case SCRIPTED_FAULT_STRANGER:
    case SCRIPTED_FAULT_EVENT_FIRST:
    case SCRIPTED_FAULT_DETACH: break;
    }
    return true;
}

/* Runs the command and returns its reply. */
static const char *act(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *command, char *buf, size_t size, size_t *ret_len)
{
    int ret = scripted_command(ss, iface, command, buf, size);
    const char *reply = buf;

    if (ret == SCRIPTED_OK)
        reply = ok_text;
    else if (ret == SCRIPTED_UNKNOWN)
        reply = unknown_text;
    else if (ret < 0)
        reply = fail_text;
    *ret_len = ret < 0 ? strlen(reply) : (size_t)ret;
    return reply;
}

static void *copy_bytes(const void *bytes, size_t len)
{
    void *copy = malloc(len ? len : 1);

    if (copy && len) memcpy(copy, bytes, len);
    return copy;
}

static struct scripted_reply *reply_new(
        const struct scripted_supplicant *ss, const void *bytes, size_t len)
{
    struct scripted_reply *reply = calloc(1, sizeof(*reply));

    if (!reply) return NULL;
    reply->addr = ss->from;
    reply->addr_len = ss->from_len;
    reply->copies = 1;
    reply->len = len;
    if ((reply->bytes = copy_bytes(bytes, len))) return reply;
    free(reply);
    return NULL;
}

static void reply_spoil(struct scripted_reply *reply, const struct scripted_fault *fault)
{
    if (fault->kind == SCRIPTED_FAULT_TWICE)
        reply->copies = 2;
    else if (fault->kind == SCRIPTED_FAULT_DROP || fault->kind == SCRIPTED_FAULT_REBIND)
        reply->copies = 0;
    else if (fault->kind == SCRIPTED_FAULT_STRANGER)
        reply->stranger = true;
    else if (fault->kind == SCRIPTED_FAULT_AS_UID)
    {
        reply->as_uid = true;
        reply->uid = fault->uid;
    }
    else if (fault->kind == SCRIPTED_FAULT_EVENT_FIRST)
    {
        reply->first = copy_bytes(fault->bytes, fault->len);
        reply->first_len = fault->len;
    }
}

/* uid: the group whose socket it was; the command may have ended it. */
static void reply_leave(struct scripted_supplicant *ss, struct scripted_iface *iface, uint64_t uid,
        const struct scripted_fault *fault, const void *bytes, size_t len)
{
    struct scripted_reply *reply;
    uint64_t due_us = ss->base_us + ss->reply_delay_us;

    if (uid && !scripted_group_by_uid(ss, uid)) return;
    if (!(reply = reply_new(ss, bytes, len))) return;
    if (fault) reply_spoil(reply, fault);
    if (fault && fault->kind == SCRIPTED_FAULT_DELAY) due_us += (uint64_t)fault->delay_ms * 1000;
    if (due_us > scripted_now_us())
    {
        scripted_timer_add(ss, SCRIPTED_TIMER_REPLY, due_us, uid, uid ? NULL : iface, NULL, reply);
        return;
    }
    if (reply->copies || reply->stranger) scripted_reply_send(ss, iface, reply);
    scripted_reply_free(reply);
}

static void fault_aftermath(struct scripted_supplicant *ss, struct scripted_iface *iface,
        uint64_t uid, const struct scripted_fault *fault)
{
    switch (fault->kind)
    {
    case SCRIPTED_FAULT_REPLY:
    case SCRIPTED_FAULT_DROP:
    case SCRIPTED_FAULT_DELAY:
    case SCRIPTED_FAULT_TWICE:
    case SCRIPTED_FAULT_AS_UID:
    case SCRIPTED_FAULT_STRANGER:
    case SCRIPTED_FAULT_EVENT_FIRST: break;
    case SCRIPTED_FAULT_REBIND:
        if (!uid || scripted_group_by_uid(ss, uid)) scripted_iface_rebind(ss, iface);
        break;
    case SCRIPTED_FAULT_DETACH: scripted_detach_everyone(ss, NULL); break;
    case SCRIPTED_FAULT_HANG: ss->state = SCRIPTED_STATE_HUNG; break;
    case SCRIPTED_FAULT_DIE: scripted_die_locked(ss); break;
    case SCRIPTED_FAULT_TERMINATE: scripted_terminate_locked(ss); break;
    case SCRIPTED_FAULT_RESTART: scripted_restart_locked(ss); break;
    }
}

/* Whether the daemon lives on to answer. */
static bool fault_answers(const struct scripted_fault *fault)
{
    return !fault || (fault->kind != SCRIPTED_FAULT_HANG && fault->kind != SCRIPTED_FAULT_DIE &&
                             fault->kind != SCRIPTED_FAULT_TERMINATE &&
                             fault->kind != SCRIPTED_FAULT_RESTART);
}

void scripted_request(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const char *command, size_t len)
{
    uint64_t uid = iface->group ? iface->group->uid : 0;
    const struct scripted_fault *fault = NULL;
    char buf[SCRIPTED_REPLY_MAX], word[32];
    struct scripted_armed *armed;
    const char *reply = ok_text;
    size_t reply_len = strlen(ok_text);

    if (len > SCRIPTED_REQUEST_MAX) return;
    journal_add(ss, iface, command);
    first_word(command, word);
    if ((armed = fault_for(ss, iface, word))) fault = &armed->fault;

    ss->base_us = scripted_now_us();
    if (ss->latency_ms[SCRIPTED_STEP_REPLY] > 0)
        ss->base_us += (uint64_t)ss->latency_ms[SCRIPTED_STEP_REPLY] * 1000;
    ss->reply_delay_us = 0;
    if (fault_lets_act(armed)) reply = act(ss, iface, command, buf, sizeof(buf), &reply_len);
    if (fault && fault->kind == SCRIPTED_FAULT_REPLY)
    {
        reply = fault->bytes;
        reply_len = fault->len;
    }
    if (fault_answers(fault) && ss->latency_ms[SCRIPTED_STEP_REPLY] != SCRIPTED_NEVER)
        reply_leave(ss, iface, uid, fault, reply, reply_len);
    if (fault)
        fault_aftermath(ss, iface, uid, fault);
    else if (!strcmp(word, "TERMINATE"))
        scripted_terminate_locked(ss);
    count_command(ss, word);
}

/* --- arming ----------------------------------------------------------------------------------- */

static struct scripted_armed *armed_new(const struct scripted_fault *fault)
{
    struct scripted_armed *armed;

    if (fault->len > 65536 || !(armed = calloc(1, sizeof(*armed)))) return NULL;
    armed->fault = *fault;
    armed->fault.word = armed->fault.ifname = NULL;
    if (!(armed->fault.bytes = copy_bytes(fault->bytes, fault->len)))
    {
        free(armed);
        return NULL;
    }
    snprintf(armed->word, sizeof(armed->word), "%s", fault->word ? fault->word : "*");
    snprintf(armed->ifname, sizeof(armed->ifname), "%s", fault->ifname ? fault->ifname : "");
    armed->left = fault->count;
    armed->skip = fault->skip;
    armed->armed = true;
    return armed;
}

static void armed_free(struct scripted_armed *armed)
{
    free((void *)(uintptr_t)armed->fault.bytes);
    free(armed);
}

unsigned int scripted_supplicant_fault(
        struct scripted_supplicant *ss, const struct scripted_fault *fault)
{
    struct scripted_armed *armed = armed_new(fault), **faults;
    unsigned int id = 0;

    if (!armed) return 0;
    scripted_lock(ss);
    if ((faults = realloc(ss->faults, (ss->fault_count + 1) * sizeof(*faults))))
    {
        ss->faults = faults;
        faults[ss->fault_count++] = armed;
        id = (unsigned int)ss->fault_count;
    }
    scripted_unlock(ss);
    if (!id) armed_free(armed);
    return id;
}

unsigned int scripted_supplicant_fault_fired(struct scripted_supplicant *ss, unsigned int id)
{
    unsigned int fired = 0;

    pthread_mutex_lock(&ss->lock);
    if (id && id <= ss->fault_count) fired = ss->faults[id - 1]->fired;
    pthread_mutex_unlock(&ss->lock);
    return fired;
}

void scripted_supplicant_fault_clear(struct scripted_supplicant *ss, unsigned int id)
{
    size_t i;

    scripted_lock(ss);
    for (i = 0; i < ss->fault_count; i++)
        if (!id || id == i + 1) ss->faults[i]->armed = false;
    scripted_unlock(ss);
}

void scripted_faults_free(struct scripted_supplicant *ss)
{
    size_t i;

    for (i = 0; i < ss->fault_count; i++) armed_free(ss->faults[i]);
    free(ss->faults);
}
