/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Devices, as tools/wfdctl sees them: pairing by button and by PIN in both roles, what a person is
 * told when it fails, scanning, and the list of paired devices. A PIN is never logged. The peer's
 * user is told what to do beforehand; nothing here waits for a person.
 */
#include "service_fixture.h"

#define RIGHT_PIN "12345670"
#define WRONG_PIN "87654325"

static void add_person(
        struct service_fixture *f, enum scripted_wps wps, const char *pin, int go_intent)
{
    struct scripted_peer peer = { .device_address = { 2, 0, 0, 0, 0, 4 },
        .name = "The Printer",
        .known = true,
        .wps = wps,
        .pin = pin,
        .go_intent = go_intent };

    assert_int_equal(scripted_supplicant_add_peer(f->supplicant, &peer), 0);
}

/* As service_open. */
static struct service_open *pair(
        struct service_fixture *f, enum wfd_pairing_method method, const char *pin)
{
    struct wfd_pairing pairing = { .method = method, .go_intent = -1 };
    struct service_open *open;

    snprintf(pairing.pin, sizeof(pairing.pin), "%s", pin);
    if (*pin) service_log_await(pin);
    open = service_start_pairing(f, CLIENT(f), &peer_stranger, &pairing);
    assert_int_equal(open->start_error, WFD_SUCCESS);
    service_begin(open);
    return open;
}

static struct service_open *pair_by_button(struct service_fixture *f)
{
    return pair(f, WFD_PAIRING_BUTTON, "");
}

/* The roles in which the peer is stored: 1 we own the group, 2 it does. */
static unsigned int roles_of(struct service_fixture *f, const struct wfd_mac *peer)
{
    static struct wfd_paired paired[WFD_MAX_PAIRINGS];
    unsigned int count, roles = 0;

    assert_int_equal(
            wfd_service_list_paired(f->service, &f->config, paired, WFD_MAX_PAIRINGS, &count),
            WFD_SUCCESS);
    for (unsigned int i = 0; i < count; i++)
        if (!memcmp(&paired[i].peer, peer, sizeof(*peer))) roles |= paired[i].own ? 1 : 2;
    return roles;
}

static void close_pairing(struct service_fixture *f, struct service_open *open)
{
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
}

static void the_button_pairs_in_the_peers_group(struct service_fixture *f)
{
    struct service_open *open;

    add_person(f, SCRIPTED_WPS_BUTTON, NULL, 15);
    assert_int_equal(roles_of(f, &peer_stranger), 0);
    open = pair_by_button(f);
    EXPECT_OPEN(open);
    assert_int_equal(roles_of(f, &peer_stranger), 2);
    close_pairing(f, open);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 0);
    assert_int_equal(roles_of(f, &peer_stranger), 2);
}

static void the_button_pairs_in_our_group(struct service_fixture *f)
{
    struct service_open *open;

    add_person(f, SCRIPTED_WPS_BUTTON, NULL, 0);
    open = pair_by_button(f);
    EXPECT_OPEN(open);
    close_pairing(f, open);
    assert_int_equal(roles_of(f, &peer_stranger), 1);
}

static void what_was_paired_opens(struct service_fixture *f)
{
    struct service_open *open;

    for (int intent = 0; intent <= 15; intent += 15)
    {
        bool saved;

        add_person(f, SCRIPTED_WPS_BUTTON, NULL, intent);
        open = pair_by_button(f);
        EXPECT_OPEN(open);
        close_pairing(f, open);
        open = OPEN(f, f->clients[0], &peer_stranger);
        assert_int_equal(service_commands(f, "P2P_INVITE"), intent ? 2 : 1);
        close_pairing(f, open);
        assert_int_equal(
                wfd_service_unpair(f->service, &f->config, &peer_stranger, &saved), WFD_SUCCESS);
    }
}

static void a_device_that_is_not_known_is_looked_for_first(struct service_fixture *f)
{
    struct service_open *open;

    add_person(f, SCRIPTED_WPS_BUTTON, NULL, 15);
    assert_true(scripted_supplicant_peer_lost(f->supplicant, peer_stranger.octet));
    open = pair_by_button(f);
    AWAIT_COMMAND(f, "P2P_FIND", 1);
    assert_int_equal(wfd_service_progress(f->service, open->session), WFD_PROGRESS_SEARCHING);
    assert_true(scripted_supplicant_peer_hide(f->supplicant, peer_stranger.octet, false));
    EXPECT_OPEN(open);
    assert_int_equal(service_commands(f, "P2P_CONNECT"), 2);
    assert_int_equal(wfd_service_progress(f->service, open->session), WFD_PROGRESS_OPEN);
    close_pairing(f, open);
    assert_int_equal(wfd_service_progress(f->service, open->session), WFD_PROGRESS_NONE);
}

static void our_pin_entered_there_pairs_and_is_not_logged(struct service_fixture *f)
{
    struct service_open *open;
    char pin[WFD_PIN_SIZE];

    assert_true(wfd_pin_make(pin));
    add_person(f, SCRIPTED_WPS_ENTERS, NULL, 15);
    open = pair(f, WFD_PAIRING_DISPLAY, pin);
    EXPECT_OPEN(open);
    assert_int_equal(service_log_seen(), 0);
    service_log_await("a command with a PIN");
    close_pairing(f, open);
}

static void their_pin_entered_here_pairs_and_is_not_logged(struct service_fixture *f)
{
    struct service_open *open;

    add_person(f, SCRIPTED_WPS_SHOWS, RIGHT_PIN, 0);
    open = pair(f, WFD_PAIRING_KEYPAD, RIGHT_PIN);
    EXPECT_OPEN(open);
    assert_int_equal(service_log_seen(), 0);
    close_pairing(f, open);
}

static void a_wrong_pin_is_told_in_both_roles(struct service_fixture *f)
{
    for (int intent = 0; intent <= 15; intent += 15)
    {
        struct service_open *open;

        add_person(f, SCRIPTED_WPS_SHOWS, RIGHT_PIN, intent);
        open = pair(f, WFD_PAIRING_KEYPAD, WRONG_PIN);
        EXPECT(open, WFD_ERROR_GEN_FAILURE, WFD_REASON_KEY_MISMATCH);
        assert_int_equal(service_log_seen(), 0);
        AWAIT_GROUPS(f, 0);
        assert_int_equal(roles_of(f, &peer_stranger), 0);
    }
}

/* Gone as soon as it has agreed: whether the PIN was right is not known. */
static void a_device_that_goes_meanwhile_is_no_wrong_pin(struct service_fixture *f)
{
    static const enum scripted_wps theirs[] = { SCRIPTED_WPS_SHOWS, SCRIPTED_WPS_ENTERS };
    static const enum wfd_pairing_method ours[] = { WFD_PAIRING_KEYPAD, WFD_PAIRING_DISPLAY };

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_CONNECT_TIMEOUT, 1);
    for (unsigned int i = 0; i < 4; i++)
    {
        struct service_open *open;

        add_person(f, theirs[i / 2], WRONG_PIN, i % 2 ? 15 : 0);
        assert_true(scripted_supplicant_peer_hide(f->supplicant, peer_stranger.octet, true));
        open = pair(f, ours[i / 2], RIGHT_PIN);
        EXPECT(open, WFD_ERROR_TIMEOUT, WFD_REASON_ASSOCIATION_TIMEOUT);
        AWAIT_GROUPS(f, 0);
    }
    /* What was told of one pairing is not held against the next. */
    add_person(f, SCRIPTED_WPS_SHOWS, RIGHT_PIN, 0);
    EXPECT(pair(f, WFD_PAIRING_KEYPAD, WRONG_PIN), WFD_ERROR_GEN_FAILURE, WFD_REASON_KEY_MISMATCH);
    assert_true(scripted_supplicant_peer_hide(f->supplicant, peer_stranger.octet, true));
    EXPECT(pair(f, WFD_PAIRING_KEYPAD, RIGHT_PIN), WFD_ERROR_TIMEOUT,
            WFD_REASON_ASSOCIATION_TIMEOUT);
}

/* What other tools, and strangers, pair is no word about a pairing of ours. */
static void a_wrong_pin_before_the_devices_have_agreed_is_somebody_elses(struct service_fixture *f)
{
    struct service_open *open;

    add_person(f, SCRIPTED_WPS_SHOWS, RIGHT_PIN, 0);
    assert_true(scripted_supplicant_peer_hide(f->supplicant, peer_stranger.octet, true));
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_CONNECT_TIMEOUT, 1);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, SCRIPTED_NEVER);
    open = pair(f, WFD_PAIRING_KEYPAD, RIGHT_PIN);
    AWAIT_COMMAND(f, "P2P_CONNECT", 1);
    service_log_await("event WPS_FAILED");
    service_emit(f, "WPS-FAIL msg=8 config_error=18");
    assert_true(WAIT_FOR(service_log_seen()));
    service_emit(f, "P2P-GO-NEG-SUCCESS role=client freq=2437 ht40=0 peer_dev=02:00:00:00:00:04 "
                    "peer_iface=02:00:00:00:80:04 wps_method=Keypad");
    service_emit(f, "P2P-GROUP-FORMATION-FAILURE ");
    EXPECT(open, WFD_ERROR_TIMEOUT, WFD_REASON_ASSOCIATION_TIMEOUT);
}

static void button_against_pin_is_told(struct service_fixture *f)
{
    struct service_open *open;

    add_person(f, SCRIPTED_WPS_SHOWS, RIGHT_PIN, 0);
    open = pair_by_button(f);
    EXPECT(open, WFD_ERROR_GEN_FAILURE, WFD_REASON_PAIRING_METHOD);
}

static void a_user_who_says_no_is_told(struct service_fixture *f)
{
    struct service_open *open;

    add_person(f, SCRIPTED_WPS_REJECTS, NULL, 0);
    open = pair_by_button(f);
    EXPECT(open, WFD_ERROR_CONNECTION_REFUSED, WFD_REASON_USER_DENIED);
}

static void a_device_that_says_nothing_is_told(struct service_fixture *f)
{
    struct service_open *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_GO_NEG_TIMEOUT, 0);
    add_person(f, SCRIPTED_WPS_SILENT, NULL, 0);
    open = pair_by_button(f);
    EXPECT(open, WFD_ERROR_HOST_UNREACHABLE, WFD_REASON_NETWORK_NOT_AVAILABLE);
}

static void time_ends_a_pairing_that_nobody_answers(struct service_fixture *f)
{
    struct service_open *open;

    add_person(f, SCRIPTED_WPS_SILENT, NULL, 0);
    open = pair_by_button(f);
    AWAIT_COMMAND(f, "P2P_CONNECT", 1);
    assert_true(service_called_back_within(open, 10000, WFD_DEFAULT_OPEN_TIMEOUT_MS + 20000));
    EXPECT_ERROR(open, WFD_ERROR_TIMEOUT);
    assert_int_equal(service_commands(f, "P2P_CANCEL"), 1);
}

static void a_pairing_can_be_cancelled_at_any_moment(struct service_fixture *f)
{
    static const enum scripted_step steps[] = { SCRIPTED_STEP_RESULT, SCRIPTED_STEP_STARTED };

    for (unsigned int i = 0; i < sizeof(steps) / sizeof(*steps); i++)
    {
        struct service_open *open;

        scripted_supplicant_latency(f->supplicant, steps[i], 60000);
        add_person(f, SCRIPTED_WPS_BUTTON, NULL, 15);
        service_log_await(steps[i] == SCRIPTED_STEP_RESULT ? "-> INVITED" : "-> CONNECTING");
        open = pair_by_button(f);
        assert_true(WAIT_FOR(service_log_seen() == 1));
        assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
        EXPECT(open, WFD_ERROR_CANCELLED, WFD_REASON_USER_CANCELLED);
        AWAIT_GROUPS(f, 0);
        assert_int_equal(roles_of(f, &peer_stranger), 0);
        scripted_supplicant_latency(f->supplicant, steps[i], 0);
    }
}

static void a_group_that_comes_while_a_pairing_is_cancelled_goes_again(struct service_fixture *f)
{
    struct service_open *open;
    unsigned int delayed;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, 100);
    add_person(f, SCRIPTED_WPS_BUTTON, NULL, 0);
    delayed = service_fault_delay(f, "P2P_CANCEL", 300);
    service_fault(f, "P2P_CANCEL", SCRIPTED_FAULT_REPLY, SCRIPTED_EFFECT_SKIP, 1);
    service_log_await("-> CONNECTING");
    open = pair_by_button(f);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT_ERROR(open, WFD_ERROR_CANCELLED);
    assert_int_equal(scripted_supplicant_fault_fired(f->supplicant, delayed), 1);
    AWAIT_GROUPS(f, 0);
}

static void a_supplicant_that_dies_ends_a_pairing(struct service_fixture *f)
{
    struct service_open *open;

    add_person(f, SCRIPTED_WPS_SILENT, NULL, 0);
    open = pair_by_button(f);
    AWAIT_COMMAND(f, "P2P_CONNECT", 1);
    scripted_supplicant_die(f->supplicant);
    assert_true(service_called_back_within(open, 1000, 60000));
    EXPECT_ERROR(open, WFD_ERROR_SERVICE_NOT_ACTIVE);
}

static void somebody_elses_pairing_is_none_of_ours(struct service_fixture *f)
{
    struct service_open *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 60000);
    add_person(f, SCRIPTED_WPS_BUTTON, NULL, 0);
    service_log_await("-> INVITED");
    open = pair_by_button(f);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    service_log_await("event GO_NEG_SUCCESS");
    service_emit(f, "P2P-GO-NEG-SUCCESS role=GO freq=2437 ht40=0 peer_dev=02:00:00:00:00:09 "
                    "peer_iface=02:00:00:00:80:09 wps_method=PBC");
    assert_true(WAIT_FOR(service_log_seen() == 1));
    assert_int_equal(wfd_service_progress(f->service, open->session), WFD_PROGRESS_ASKING);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT_ERROR(open, WFD_ERROR_CANCELLED);

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 0);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_STARTED, 60000);
    service_log_await("-> CONNECTING");
    open = service_open(f, CLIENT(f), &peer_owner);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    service_log_await("event GO_NEG_FAILURE");
    service_emit(f, "P2P-GO-NEG-FAILURE status=11");
    assert_true(WAIT_FOR(service_log_seen() == 1));
    assert_int_equal(wfd_service_progress(f->service, open->session), WFD_PROGRESS_CONNECTING);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT_ERROR(open, WFD_ERROR_CANCELLED);
}

static void a_pin_that_is_none_is_refused(struct service_fixture *f)
{
    static const struct wfd_pairing bad[] = {
        { .method = WFD_PAIRING_KEYPAD, .pin = "12345671", .go_intent = -1 },
        { .method = WFD_PAIRING_KEYPAD, .pin = "", .go_intent = -1 },
        { .method = WFD_PAIRING_DISPLAY, .pin = "1234 pbc", .go_intent = -1 },
        { .method = WFD_PAIRING_DISPLAY, .pin = "123456700", .go_intent = -1 },
        { .method = WFD_PAIRING_BUTTON, .go_intent = 16 },
        { .method = (enum wfd_pairing_method)3, .pin = RIGHT_PIN },
    };
    uint32_t client = CLIENT(f), session = 77;

    for (unsigned int i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        assert_int_equal(wfd_service_start_pairing(
                                 f->service, client, &peer_stranger, &bad[i], 1, 2, &session),
                WFD_ERROR_INVALID_PARAMETER);
    assert_int_equal(session, 77);
    assert_int_equal(service_commands(f, "P2P_CONNECT"), 0);
}

static void pins_have_their_checksum(void **state)
{
    char pin[WFD_PIN_SIZE], other[WFD_PIN_SIZE];
    unsigned int same = 0;

    (void)state;
    assert_true(wfd_pin_valid(RIGHT_PIN));
    assert_true(wfd_pin_valid(WRONG_PIN));
    assert_true(wfd_pin_valid("00000000"));
    assert_true(wfd_pin_valid("1234"));
    assert_false(wfd_pin_valid("12345678"));
    assert_false(wfd_pin_valid("1234567"));
    assert_false(wfd_pin_valid("1234567a"));
    assert_false(wfd_pin_valid("-2345670"));
    assert_true(wfd_pin_make(other));
    for (unsigned int i = 0; i < 1000; i++)
    {
        assert_true(wfd_pin_make(pin));
        assert_int_equal(strlen(pin), 8);
        assert_true(wfd_pin_valid(pin));
        same += !strcmp(pin, other);
    }
    assert_true(same < 10);
}

/* Scanning. */

struct scan
{
    struct service_fixture *f;
    struct wfd_device devices[WFD_MAX_DEVICES];
    unsigned int count, ticks, end_at_count, end_at_ticks;
    void (*on_tick)(struct scan *scan);
};

static bool take_device(void *context, const struct wfd_device *device)
{
    struct scan *scan = context;

    if (!device)
    {
        scan->ticks++;
        if (scan->on_tick) scan->on_tick(scan);
        return !scan->end_at_ticks || scan->ticks < scan->end_at_ticks;
    }
    scan->devices[scan->count++] = *device;
    return scan->count != scan->end_at_count;
}

static const struct wfd_device *scanned(const struct scan *scan, const struct wfd_mac *peer)
{
    for (unsigned int i = 0; i < scan->count; i++)
        if (!memcmp(&scan->devices[i].address, peer, sizeof(*peer))) return &scan->devices[i];
    return NULL;
}

static void a_scan_tells_of_every_device_once(struct service_fixture *f)
{
    struct scan scan = { .f = f };

    add_person(f, SCRIPTED_WPS_BUTTON, NULL, 0);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_FIND_STOPPED, 100);
    assert_int_equal(wfd_service_scan(f->service, &f->config, 10, take_device, &scan), WFD_SUCCESS);
    assert_int_equal(scan.count, 6);
    assert_string_equal(scanned(&scan, &peer_stranger)->name, "The Printer");
    assert_int_equal(scanned(&scan, &peer_stranger)->config_methods, 0x188);
    assert_non_null(scanned(&scan, &peer_unknown));
    assert_int_equal(service_commands(f, "P2P_FIND"), 1);
}

static void a_scan_ends_when_it_is_told_to(struct service_fixture *f)
{
    struct scan scan = { .f = f, .end_at_count = 2 };

    assert_int_equal(
            wfd_service_scan(f->service, &f->config, 1000, take_device, &scan), WFD_SUCCESS);
    assert_int_equal(scan.count, 2);
    AWAIT_COMMAND(f, "P2P_STOP_FIND", 1);
    /* Its turn is over too. */
    assert_int_equal(
            wfd_service_close_session(f->service, OPEN(f, CLIENT(f), &peer_owner)->session),
            WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
}

static void rename_it(struct scan *scan)
{
    struct scripted_peer peer = { .device_address = { 2, 0, 0, 0, 0, 4 }, .name = "Renamed" };

    if (scan->ticks != 1) return;
    scripted_supplicant_peer_hide(scan->f->supplicant, peer.device_address, true);
    scripted_supplicant_add_peer(scan->f->supplicant, &peer);
}

static void a_scan_ticks_and_tells_of_a_new_name(struct service_fixture *f)
{
    struct scan scan = { .f = f, .end_at_ticks = 3, .on_tick = rename_it };

    add_person(f, SCRIPTED_WPS_BUTTON, NULL, 0);
    assert_int_equal(
            wfd_service_scan(f->service, &f->config, 1000, take_device, &scan), WFD_SUCCESS);
    assert_int_equal(scan.ticks, 3);
    assert_int_equal(scan.count, 7);
    assert_string_equal(scan.devices[6].name, "Renamed");
}

static void a_scan_without_a_radio_is_told(struct service_fixture *f)
{
    struct scan scan = { .f = f };

    scripted_supplicant_rfkill(f->supplicant, true);
    assert_int_equal(wfd_service_scan(f->service, &f->config, 10, take_device, &scan),
            WFD_ERROR_INVALID_STATE);
    scripted_supplicant_rfkill(f->supplicant, false);
}

static void die_once(struct scan *scan)
{
    if (scan->ticks == 1) scripted_supplicant_die(scan->f->supplicant);
}

static void a_supplicant_that_dies_ends_a_scan(struct service_fixture *f)
{
    struct scan scan = { .f = f, .on_tick = die_once };
    struct wfd_config config = f->config;

    config.reply_timeout_ms = 500;
    assert_int_equal(wfd_service_scan(f->service, &config, 30, take_device, &scan),
            WFD_ERROR_SERVICE_NOT_ACTIVE);
}

/* Names are chosen by strangers; the command line shows them, the core only keeps them whole. */
static void a_name_cannot_pass_for_anything_else(struct service_fixture *f)
{
    static const char name[] = "A' config_methods=0x8 name='B";
    struct scripted_peer peer = { .device_address = { 2, 0, 0, 0, 0, 4 }, .name = name };
    struct scan scan = { .f = f };

    scripted_supplicant_add_peer(f->supplicant, &peer);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_FIND_STOPPED, 100);
    assert_int_equal(wfd_service_scan(f->service, &f->config, 10, take_device, &scan), WFD_SUCCESS);
    assert_string_equal(scanned(&scan, &peer_stranger)->name, name);
    assert_int_equal(scanned(&scan, &peer_stranger)->config_methods, 0x188);
}

/* Paired devices. */

static void the_list_has_every_peer_of_every_stored_group(struct service_fixture *f)
{
    static struct wfd_paired paired[WFD_MAX_PAIRINGS];
    unsigned int count;

    assert_int_equal(
            wfd_service_list_paired(f->service, &f->config, paired, WFD_MAX_PAIRINGS, &count),
            WFD_SUCCESS);
    assert_int_equal(count, 5);
    assert_memory_equal(&paired[0].peer, &peer_owner, sizeof(peer_owner));
    assert_false(paired[0].own);
    assert_int_equal(paired[0].ssid_length, strlen("DIRECT-ss-0"));
    assert_memory_equal(paired[0].ssid, "DIRECT-ss-0", paired[0].ssid_length);
    assert_true(paired[1].own && paired[2].own);
    assert_int_equal(paired[1].id, 1);
    assert_int_equal(paired[2].id, 1);
    assert_int_equal(
            wfd_service_list_paired(f->service, &f->config, paired, 2, &count), WFD_SUCCESS);
    assert_int_equal(count, 2);
}

static enum wfd_error unpair(struct service_fixture *f, const struct wfd_mac *peer)
{
    bool saved = false;
    enum wfd_error error = wfd_service_unpair(f->service, &f->config, peer, &saved);

    if (!error) assert_true(saved);
    return error;
}

static void a_device_that_owns_its_group_is_forgotten_with_it(struct service_fixture *f)
{
    assert_int_equal(unpair(f, &peer_owner), WFD_SUCCESS);
    assert_int_equal(service_commands(f, "REMOVE_NETWORK"), 1);
    assert_int_equal(service_commands(f, "P2P_REMOVE_CLIENT"), 0);
    assert_int_equal(roles_of(f, &peer_owner), 0);
    assert_int_equal(roles_of(f, &peer_owner_2), 2);
    assert_int_equal(unpair(f, &peer_owner), WFD_ERROR_NOT_FOUND);
}

static void a_guest_is_forgotten_and_the_others_stay(struct service_fixture *f)
{
    assert_int_equal(unpair(f, &peer_guest), WFD_SUCCESS);
    assert_int_equal(service_commands(f, "REMOVE_NETWORK"), 0);
    assert_int_equal(roles_of(f, &peer_guest), 0);
    assert_int_equal(roles_of(f, &peer_guest_2), 1);
    assert_int_equal(unpair(f, &peer_guest_2), WFD_SUCCESS);
    assert_int_equal(service_commands(f, "REMOVE_NETWORK"), 1);
    assert_int_equal(roles_of(f, &peer_guest_2), 0);
}

static void what_was_forgotten_stays_forgotten(struct service_fixture *f)
{
    assert_int_equal(unpair(f, &peer_owner), WFD_SUCCESS);
    assert_int_equal(unpair(f, &peer_guest), WFD_SUCCESS);
    assert_int_equal(scripted_supplicant_restart(f->supplicant), 0);
    assert_int_equal(roles_of(f, &peer_owner), 0);
    assert_int_equal(roles_of(f, &peer_guest), 0);
    assert_int_equal(roles_of(f, &peer_guest_2), 1);
}

static void a_configuration_that_cannot_be_written_is_told(struct service_fixture *f)
{
    struct scripted_fault fault = {
        .word = "SAVE_CONFIG", .kind = SCRIPTED_FAULT_REPLY, .count = 1, .bytes = "FAIL\n", .len = 5
    };
    unsigned int id = scripted_supplicant_fault(f->supplicant, &fault);
    bool saved = true;

    assert_int_equal(wfd_service_unpair(f->service, &f->config, &peer_owner, &saved), WFD_SUCCESS);
    assert_false(saved);
    assert_int_equal(scripted_supplicant_fault_fired(f->supplicant, id), 1);
}

static void a_device_that_was_never_paired_is_not_found(struct service_fixture *f)
{
    assert_int_equal(unpair(f, &peer_stranger), WFD_ERROR_NOT_FOUND);
    assert_int_equal(service_commands(f, "SAVE_CONFIG"), 0);
}

static void the_list_is_had_while_a_session_opens(struct service_fixture *f)
{
    struct service_open *open;

    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_RESULT, 60000);
    service_log_await("-> INVITED");
    open = service_open(f, CLIENT(f), &peer_owner);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    assert_int_equal(roles_of(f, &peer_owner_2), 2);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT_ERROR(open, WFD_ERROR_CANCELLED);
}

static void without_a_supplicant_each_says_so(struct service_fixture *f)
{
    struct wfd_paired paired;
    struct scan scan = { .f = f };
    unsigned int count;
    bool saved;

    scripted_supplicant_terminate(f->supplicant);
    assert_int_equal(wfd_service_scan(f->service, &f->config, 1, take_device, &scan),
            WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_int_equal(wfd_service_list_paired(f->service, &f->config, &paired, 1, &count),
            WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_int_equal(wfd_service_unpair(f->service, &f->config, &peer_owner, &saved),
            WFD_ERROR_SERVICE_NOT_ACTIVE);
}

static void a_session_whose_group_has_gone_is_lost(struct service_fixture *f)
{
    struct service_open *open = OPEN(f, CLIENT(f), &peer_owner);

    assert_int_equal(wfd_service_progress(f->service, open->session), WFD_PROGRESS_OPEN);
    assert_true(
            scripted_supplicant_end_group(f->supplicant, peer_owner.octet, SCRIPTED_END_GO_ENDING));
    assert_true(WAIT_FOR(wfd_service_progress(f->service, open->session) == WFD_PROGRESS_LOST));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(the_button_pairs_in_the_peers_group),
        SERVICE_TEST(the_button_pairs_in_our_group),
        SERVICE_TEST(what_was_paired_opens),
        SERVICE_TEST(a_device_that_is_not_known_is_looked_for_first),
        SERVICE_TEST(our_pin_entered_there_pairs_and_is_not_logged),
        SERVICE_TEST(their_pin_entered_here_pairs_and_is_not_logged),
        SERVICE_TEST(a_wrong_pin_is_told_in_both_roles),
        SERVICE_TEST(a_device_that_goes_meanwhile_is_no_wrong_pin),
        SERVICE_TEST(a_wrong_pin_before_the_devices_have_agreed_is_somebody_elses),
        SERVICE_TEST(button_against_pin_is_told),
        SERVICE_TEST(a_user_who_says_no_is_told),
        SERVICE_TEST(a_device_that_says_nothing_is_told),
        SERVICE_TEST(time_ends_a_pairing_that_nobody_answers),
        SERVICE_TEST(a_pairing_can_be_cancelled_at_any_moment),
        SERVICE_TEST(a_group_that_comes_while_a_pairing_is_cancelled_goes_again),
        SERVICE_TEST(a_supplicant_that_dies_ends_a_pairing, .leaves_groups = true),
        SERVICE_TEST(somebody_elses_pairing_is_none_of_ours),
        SERVICE_TEST(a_pin_that_is_none_is_refused),
        cmocka_unit_test(pins_have_their_checksum),
        SERVICE_TEST(a_scan_tells_of_every_device_once),
        SERVICE_TEST(a_scan_ends_when_it_is_told_to),
        SERVICE_TEST(a_scan_ticks_and_tells_of_a_new_name),
        SERVICE_TEST(a_scan_without_a_radio_is_told),
        SERVICE_TEST(a_supplicant_that_dies_ends_a_scan),
        SERVICE_TEST(a_name_cannot_pass_for_anything_else),
        SERVICE_TEST(the_list_has_every_peer_of_every_stored_group),
        SERVICE_TEST(a_device_that_owns_its_group_is_forgotten_with_it),
        SERVICE_TEST(a_guest_is_forgotten_and_the_others_stay),
        SERVICE_TEST(what_was_forgotten_stays_forgotten),
        SERVICE_TEST(a_configuration_that_cannot_be_written_is_told),
        SERVICE_TEST(a_device_that_was_never_paired_is_not_found),
        SERVICE_TEST(the_list_is_had_while_a_session_opens),
        SERVICE_TEST(without_a_supplicant_each_says_so),
        SERVICE_TEST(a_session_whose_group_has_gone_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
