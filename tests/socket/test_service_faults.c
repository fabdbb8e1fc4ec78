/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every command with every fault in its reply, and events in random order: one callback with a
 * documented error each time, nothing left behind, and a clean open works afterwards. It only asks
 * for that; which error a fault gives is the business of the tests that disturb one thing.
 */
#include "service_fixture.h"

static const char binary[] = "\0\1\2\xff\xfe<3>OK\n\r\n\0OK";
static char huge[65536];

struct fault
{
    const char *name;
    enum scripted_fault_kind kind;
    const void *bytes;
    size_t len;
    unsigned int delay_ms;
};

#define TEXT(t) t, sizeof(t) - 1
static const struct fault faults[] = {
    { "empty", SCRIPTED_FAULT_REPLY, "", 0, 0 },
    { "FAIL", SCRIPTED_FAULT_REPLY, TEXT("FAIL\n"), 0 },
    { "FAIL-BUSY", SCRIPTED_FAULT_REPLY, TEXT("FAIL-BUSY\n"), 0 },
    { "OK", SCRIPTED_FAULT_REPLY, TEXT("OK\n"), 0 },
    { "cut", SCRIPTED_FAULT_REPLY, TEXT("O"), 0 },
    { "cut list", SCRIPTED_FAULT_REPLY, TEXT("network id / ssid / bssid / flags\n0\tDIR"), 0 },
    { "64 KiB", SCRIPTED_FAULT_REPLY, huge, sizeof(huge), 0 },
    { "unknown", SCRIPTED_FAULT_REPLY, TEXT("UNKNOWN COMMAND\n"), 0 },
    { "binary", SCRIPTED_FAULT_REPLY, binary, sizeof(binary), 0 },
    { "an event", SCRIPTED_FAULT_REPLY, TEXT("<3>P2P-INVITATION-RESULT status=0 "), 0 },
    { "late", SCRIPTED_FAULT_DELAY, "", 0, 30 },
    { "too late", SCRIPTED_FAULT_DELAY, "", 0, 400 },
    { "twice", SCRIPTED_FAULT_TWICE, "", 0, 0 },
    { "never", SCRIPTED_FAULT_DROP, "", 0, 0 },
    { "garbage first", SCRIPTED_FAULT_EVENT_FIRST, TEXT("<3>P2P-GROUP-STARTED \xff\xff \"\\"), 0 },
    { "stranger", SCRIPTED_FAULT_STRANGER, "", 0, 0 },
    { "other socket", SCRIPTED_FAULT_REBIND, "", 0, 0 },
    { "detached", SCRIPTED_FAULT_DETACH, "", 0, 0 },
};

static bool is_documented(enum wfd_error error)
{
    switch (error)
    {
    case WFD_SUCCESS:
    case WFD_ERROR_GEN_FAILURE:
    case WFD_ERROR_BUSY:
    case WFD_ERROR_SERVICE_NOT_ACTIVE:
    case WFD_ERROR_NOT_FOUND:
    case WFD_ERROR_CANCELLED:
    case WFD_ERROR_CONNECTION_REFUSED:
    case WFD_ERROR_HOST_UNREACHABLE:
    case WFD_ERROR_CONNECTION_ABORTED:
    case WFD_ERROR_INTERNAL:
    case WFD_ERROR_TIMEOUT:
    case WFD_ERROR_INVALID_STATE: return true;
    case WFD_ERROR_INVALID_HANDLE:
    case WFD_ERROR_NOT_ENOUGH_MEMORY:
    case WFD_ERROR_NOT_SUPPORTED:
    case WFD_ERROR_INVALID_PARAMETER:
    case WFD_ERROR_SESSION_LIMIT: break;
    }
    return false;
}

/* What has to happen for the command to be sent. */
enum scene
{
    SCENE_OPEN,
    SCENE_SEARCH,
    SCENE_LATER,
    SCENE_CANCEL,
    SCENE_TWO_GUESTS,
};

static void set_scene(struct service_fixture *f, enum scene scene)
{
    struct scripted_peer later = { .device_address = { 2, 0, 0, 0, 0, 1 },
        .known = true,
        .answer = SCRIPTED_ANSWER_COUNTER_INVITE,
        .counter_invite_ms = 10 };

    if (scene == SCENE_SEARCH)
    {
        scripted_supplicant_peer_lost(f->supplicant, peer_unknown.octet);
        scripted_supplicant_peer_hide(f->supplicant, peer_unknown.octet, false);
    }
    if (scene == SCENE_LATER) scripted_supplicant_add_peer(f->supplicant, &later);
    if (scene == SCENE_CANCEL) service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_SILENT);
}

static unsigned int arm(struct service_fixture *f, const char *word, const struct fault *fault)
{
    struct scripted_fault armed = { .word = word,
        .kind = fault->kind,
        .bytes = fault->bytes,
        .len = fault->len,
        .delay_ms = fault->delay_ms,
        .count = 1 };

    /* Whatever it says, it has removed the group; and it does not say OK without attaching. */
    if (!strcmp(word, "P2P_GROUP_REMOVE") ||
            (!strcmp(word, "ATTACH") && !strcmp(fault->name, "OK")))
        armed.effect = SCRIPTED_EFFECT_ACT;

    return scripted_supplicant_fault(f->supplicant, &armed);
}

static void end_open(struct service_fixture *f, struct service_open *open)
{
    if (open->start_error)
    {
        assert_int_equal(open->start_error, WFD_ERROR_SERVICE_NOT_ACTIVE);
        return;
    }
    assert_true(service_called_back_within(open, 500, 200000));
    assert_true(is_documented(open->info.error));
    if (!open->info.error)
        assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
}

static void play(struct service_fixture *f, uint32_t client, enum scene scene)
{
    struct service_open *open = NULL, *second = NULL;

    switch (scene)
    {
    case SCENE_OPEN:
    case SCENE_LATER: open = service_open(f, client, &peer_owner); break;
    case SCENE_SEARCH: open = service_open(f, client, &peer_unknown); break;
    case SCENE_CANCEL:
        service_log_await("> P2P_INVITE");
        open = service_open(f, client, &peer_owner);
        assert_true(WAIT_FOR(service_log_seen() > 0));
        wfd_service_cancel_open(f->service, open->session);
        break;
    case SCENE_TWO_GUESTS:
        second = service_open(f, client, &peer_guest_2);
        open = service_open(f, client, &peer_guest);
        assert_true(service_called_back(second));
        service_log_await("> P2P_REMOVE_CLIENT");
        end_open(f, open);
        assert_true(WAIT_FOR(service_log_seen() > 0));
        end_open(f, second);
        return;
    }
    end_open(f, open);
}

static void heal(struct service_fixture *f)
{
    scripted_supplicant_fault_clear(f->supplicant, 0);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 0);
    service_add_networks(f);
}

static bool deafens(const struct fault *fault)
{
    return fault->kind == SCRIPTED_FAULT_REBIND || fault->kind == SCRIPTED_FAULT_DETACH;
}

static bool comes_before_groups(const char *word)
{
    return strcmp(word, "STATUS") && strcmp(word, "DETACH") && strcmp(word, "P2P_GROUP_REMOVE") &&
           strcmp(word, "P2P_REMOVE_CLIENT");
}

static void fault_each_way(struct service_fixture *f, const char *word, enum scene scene)
{
    memset(huge, 'A', sizeof(huge));
    f->config.reply_timeout_ms = 200;
    f->config.open_timeout_ms = 20000;
    for (unsigned int i = 0; i < sizeof(faults) / sizeof(*faults); i++)
    {
        unsigned int id;
        uint32_t client;

        /* A group that comes up while nobody can hear of it is not known to anybody. */
        if (scene == SCENE_LATER && deafens(&faults[i])) continue;
        print_message("   %s: %s\n", word, faults[i].name);
        set_scene(f, scene);
        if (faults[i].kind == SCRIPTED_FAULT_DETACH && comes_before_groups(word))
            scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
        id = arm(f, word, &faults[i]);
        if (wfd_service_open_client(f->service, &f->config, &client))
        {
            heal(f);
            client = CLIENT(f);
            f->client_count--;
        }
        play(f, client, scene);
        wfd_service_close_client(f->service, client, 0);
        assert_true(scripted_supplicant_wait_fired(f->supplicant, id, 1, PATIENCE_MS));
        heal(f);
        AWAIT_GROUPS(f, 0);
        client = CLIENT(f);
        f->client_count--;
        OPEN(f, client, &peer_owner);
        OPEN(f, client, &peer_guest);
        assert_int_equal(wfd_service_close_client(f->service, client, 0), WFD_SUCCESS);
        AWAIT_GROUPS(f, 0);
        assert_true(service_is_detached(f)); /* the next one connects anew */
    }
}

#define FAULTS(word, scene)                                                                        \
    static void word##_is_answered_wrongly(struct service_fixture *f)                              \
    {                                                                                              \
        fault_each_way(f, #word, scene);                                                           \
    }

FAULTS(STATUS, SCENE_OPEN)
FAULTS(ATTACH, SCENE_OPEN)
FAULTS(DETACH, SCENE_OPEN)
FAULTS(LIST_NETWORKS, SCENE_OPEN)
FAULTS(GET_NETWORK, SCENE_OPEN)
FAULTS(P2P_INVITE, SCENE_OPEN)
FAULTS(P2P_FIND, SCENE_SEARCH)
FAULTS(P2P_STOP_FIND, SCENE_SEARCH)
FAULTS(P2P_LISTEN, SCENE_LATER)
FAULTS(P2P_CANCEL, SCENE_CANCEL)
FAULTS(P2P_GROUP_REMOVE, SCENE_OPEN)
FAULTS(P2P_REMOVE_CLIENT, SCENE_TWO_GUESTS)

/* Every kind of reply wrong in the same way for the whole of an open. */
static void all_replies_are_wrong(struct service_fixture *f)
{
    memset(huge, 'A', sizeof(huge));
    f->config.reply_timeout_ms = 200;
    f->config.open_timeout_ms = 20000;
    for (unsigned int i = 0; i < sizeof(faults) / sizeof(*faults); i++)
    {
        struct scripted_fault armed = { .word = "*",
            .kind = faults[i].kind,
            .bytes = faults[i].bytes,
            .len = faults[i].len,
            .delay_ms = faults[i].delay_ms };
        uint32_t client = CLIENT(f);

        f->client_count--;
        scripted_supplicant_fault(f->supplicant, &armed);
        scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
        play(f, client, SCENE_OPEN);
        heal(f);
        wfd_service_close_client(f->service, client, 0);
        AWAIT_GROUPS(f, 0);
        client = CLIENT(f);
        OPEN(f, client, &peer_owner);
        f->client_count--;
        assert_int_equal(wfd_service_close_client(f->service, client, 0), WFD_SUCCESS);
    }
}

/* Random events. */

static uint32_t random_state;

static unsigned int random_below(unsigned int limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % limit;
}

static const char *random_mac(void)
{
    static const char *const macs[] = { "02:00:00:00:00:01", "02:00:00:00:00:02",
        "02:00:00:00:00:06", "02:99:00:00:00:01", "00:00:00:00:00:00" };

    return macs[random_below(5)];
}

static void random_event(char *ret_text, size_t size)
{
    static const char *const roles[] = { "GO", "client" };
    static const char *const reasons[] = { "", " reason=REQUESTED", " reason=FORMATION_FAILED",
        " reason=IDLE", " reason=UNAVAILABLE", " reason=GO_ENDING_SESSION", " reason=PSK_FAILURE",
        " reason=FREQ_CONFLICT", " reason=WHATEVER" };
    const char *mac = random_mac(), *role = roles[random_below(2)];
    unsigned int n = random_below(4);

    switch (random_below(14))
    {
    case 0:
        snprintf(ret_text, size, "P2P-DEVICE-FOUND %s p2p_dev_addr=%s name='x' new=0", mac, mac);
        break;
    case 1: snprintf(ret_text, size, "P2P-DEVICE-LOST p2p_dev_addr=%s", mac); break;
    case 2: snprintf(ret_text, size, "P2P-FIND-STOPPED "); break;
    case 3:
        snprintf(ret_text, size, "P2P-INVITATION-RESULT status=%d ", (int)random_below(14) - 1);
        break;
    case 4: snprintf(ret_text, size, "P2P-INVITATION-ACCEPTED sa=%s persistent=%u", mac, n); break;
    case 5: snprintf(ret_text, size, "P2P-INVITATION-RECEIVED sa=%s persistent=%u", mac, n); break;
    case 6:
    case 7:
        snprintf(ret_text, size,
                "P2P-GROUP-STARTED p2p-wlan0-%u %s ssid=\"DIRECT-ss-%u\" freq=2437 "
                "passphrase=\"" SCRIPTED_PASSPHRASE "\" go_dev_addr=%s",
                n, role, random_below(4), mac);
        break;
    case 8:
        snprintf(ret_text, size, "P2P-GROUP-REMOVED p2p-wlan0-%u %s%s", n, role,
                reasons[random_below(9)]);
        break;
    case 9: snprintf(ret_text, size, "P2P-GROUP-FORMATION-FAILURE "); break;
    case 10: snprintf(ret_text, size, "AP-STA-CONNECTED %s p2p_dev_addr=%s", mac, mac); break;
    case 11: snprintf(ret_text, size, "AP-STA-DISCONNECTED %s p2p_dev_addr=%s", mac, mac); break;
    case 12: snprintf(ret_text, size, "P2P-GO-NEG-FAILURE status=%u", n); break;
    default:
        snprintf(ret_text, size,
                random_below(20) ? "CTRL-EVENT-SCAN-RESULTS " : "CTRL-EVENT-TERMINATING ");
        break;
    }
}

static void emit_random(struct service_fixture *f, unsigned int count)
{
    char text[400];

    for (unsigned int i = 0; i < count; i++)
    {
        random_event(text, sizeof(text));
        service_emit(f, text);
        if (!random_below(4)) service_pause();
    }
}

/* A supplicant that lies about its groups keeps them; a new one has none. */
static void renew_supplicant(struct service_fixture *f)
{
    assert_int_equal(scripted_supplicant_restart(f->supplicant), 0);
    heal(f);
}

static void events_in_random_order_call_back_once(struct service_fixture *f)
{
    static const struct wfd_mac *const peers[] = { &peer_owner, &peer_guest, &peer_unknown,
        &peer_stranger };

    f->config.reply_timeout_ms = 5000;
    for (unsigned int round = 0; round < 60; round++)
    {
        struct service_open *open, *other;
        uint32_t client = CLIENT(f);

        f->client_count--;
        random_state = 4711 + round;
        scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT,
                random_below(3) ? (int)random_below(10) : SCRIPTED_NEVER);
        open = service_open(f, client, peers[random_below(4)]);
        other = service_open(f, client, peers[random_below(4)]);
        emit_random(f, 20);
        if (!random_below(4)) wfd_service_cancel_open(f->service, open->session);
        emit_random(f, 20);
        assert_true(service_called_back_within(open, 1000, 200000));
        assert_true(service_called_back_within(other, 1000, 200000));
        assert_true(is_documented(open->info.error) && is_documented(other->info.error));
        emit_random(f, 10);
        assert_int_equal(wfd_service_close_client(f->service, client, 0), WFD_SUCCESS);
        renew_supplicant(f);
        client = CLIENT(f);
        f->client_count--;
        OPEN(f, client, &peer_guest);
        assert_int_equal(wfd_service_close_client(f->service, client, 0), WFD_SUCCESS);
        AWAIT_GROUPS(f, 0);
    }
}

static void a_flood_of_events_delays_but_does_not_break(struct service_fixture *f)
{
    CLIENT(f);
    assert_true(scripted_supplicant_flood(f->supplicant, P2P_DEV,
            "P2P-DEVICE-FOUND 02:00:00:00:00:09 p2p_dev_addr=02:00:00:00:00:09 name=", 20000));
    OPEN(f, f->clients[0], &peer_owner);
    OPEN(f, f->clients[0], &peer_guest);
}

static void events_without_sense_are_ignored(struct service_fixture *f)
{
    static char long_event[16000];
    struct service_open *open;

    memset(long_event, 'x', sizeof(long_event));
    memcpy(long_event, "<3>P2P-GROUP-STARTED ", 21);
    memset(huge, '<', sizeof(huge));
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 50);
    open = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    scripted_supplicant_emit(f->supplicant, P2P_DEV, "", 0);
    scripted_supplicant_emit(f->supplicant, P2P_DEV, "<", 1);
    scripted_supplicant_emit(f->supplicant, P2P_DEV, "<3>", 3);
    scripted_supplicant_emit(f->supplicant, P2P_DEV, binary, sizeof(binary));
    scripted_supplicant_emit(f->supplicant, P2P_DEV, long_event, sizeof(long_event));
    scripted_supplicant_emit(f->supplicant, P2P_DEV, huge, sizeof(huge));
    scripted_supplicant_emit(f->supplicant, P2P_DEV, "OK\n", 3);
    EXPECT_OPEN(open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(STATUS_is_answered_wrongly),
        SERVICE_TEST(ATTACH_is_answered_wrongly),
        SERVICE_TEST(DETACH_is_answered_wrongly),
        SERVICE_TEST(LIST_NETWORKS_is_answered_wrongly),
        SERVICE_TEST(GET_NETWORK_is_answered_wrongly),
        SERVICE_TEST(P2P_INVITE_is_answered_wrongly),
        SERVICE_TEST(P2P_FIND_is_answered_wrongly),
        SERVICE_TEST(P2P_STOP_FIND_is_answered_wrongly),
        SERVICE_TEST(P2P_LISTEN_is_answered_wrongly),
        SERVICE_TEST(P2P_CANCEL_is_answered_wrongly),
        SERVICE_TEST(P2P_GROUP_REMOVE_is_answered_wrongly),
        SERVICE_TEST(P2P_REMOVE_CLIENT_is_answered_wrongly),
        SERVICE_TEST(all_replies_are_wrong),
        SERVICE_TEST(events_in_random_order_call_back_once),
        SERVICE_TEST(a_flood_of_events_delays_but_does_not_break),
        SERVICE_TEST(events_without_sense_are_ignored),
    };

    return cmocka_run_group_tests_name("service: faults", tests, NULL, NULL);
}
