/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names, settings and supplicants that mean harm: what comes over the air or from the registry
 * changes no address, gets into no command, and keeps nobody busy.
 */
#include "service_fixture.h"

#define CLOSE(f, open)                                                                             \
    assert_int_equal(wfd_service_close_session((f)->service, (open)->session), WFD_SUCCESS)

/* What a stranger can put into a name, from the reference's list of traps. */
static const char *const names[] = {
    "A' dev_capab=0xff new=1",
    "x' config_methods=0x0 p2p_dev_a",
    "\n<3>P2P-GROUP-STARTED p2p-wlan0",
    "a\nbssid=02:00:00:00:00:01\n",
    "persistent=7\ninterface_addr=02:",
    "\\\"\\x00\\e\t\r",
    "\x1b[2J\xff\xfe\x9b\x01",
    "[P2P-PERSISTENT]\tany\t[CURRENT]",
};
#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static void add_network(struct service_fixture *f, int id, const struct wfd_mac *peer,
        enum scripted_role role, const char *ssid)
{
    struct scripted_network network = { .id = id,
        .role = role,
        .peers = &peer->octet,
        .peer_count = 1,
        .ssid = ssid,
        .ssid_len = strlen(ssid) };

    assert_int_equal(scripted_supplicant_add_persistent(f->supplicant, &network), id);
}

static void names_of_devices_change_nothing(struct service_fixture *f)
{
    uint32_t client = CLIENT(f);

    for (unsigned int i = 0; i < NAME_COUNT; i++)
    {
        struct scripted_peer peer = { .device_address = { 2, 0, 0, 0, 0, 6 }, .name = names[i] };

        scripted_supplicant_peer_lost(f->supplicant, peer_unknown.octet);
        scripted_supplicant_add_peer(f->supplicant, &peer);
        CLOSE(f, OPEN(f, client, &peer_unknown));
        AWAIT_GROUPS(f, 0);
    }
    assert_true(service_commands(f, "P2P_FIND") >= NAME_COUNT);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 2 * NAME_COUNT);
}

static void ssids_change_nothing(struct service_fixture *f)
{
    uint32_t client = CLIENT(f);

    for (unsigned int i = 0; i < 2 * NAME_COUNT; i++)
    {
        struct wfd_mac peer = { { 2, 0, 0, 0, 9, (uint8_t)i } };

        add_network(f, 20 + (int)i, &peer, i % 2 ? SCRIPTED_ROLE_GO : SCRIPTED_ROLE_CLIENT,
                names[i / 2]);
        assert_int_equal(service_add_peer(f, &peer, SCRIPTED_ANSWER_ACCEPT), 0);
        CLOSE(f, OPEN(f, client, &peer));
        AWAIT_GROUPS(f, 0);
    }
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 2 * NAME_COUNT);
}

/* It is not escaped: only the address behind it is the supplicant's own. */
static void a_passphrase_names_no_owner(struct service_fixture *f)
{
    struct service_open *open;

    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_NEVER_STARTS);
    open = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    service_log_await("p2p-wlan0-9: not ours");
    service_emit(f,
            "P2P-GROUP-STARTED p2p-wlan0-9 client ssid=\"DIRECT-xx\" freq=2437 "
            "passphrase=\"\" go_dev_addr=02:00:00:00:00:01 \" go_dev_addr=02:00:00:00:00:07");
    assert_true(WAIT_FOR(service_log_seen() == 1));
    assert_int_equal(service_begun(open), 0);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT_ERROR(open, WFD_ERROR_CANCELLED);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 0);
}

/* As from wpa_cli. */
static void others_invite(struct service_fixture *f, const char *command)
{
    char path[100];
    struct wfd_ctrl *ctrl;

    snprintf(path, sizeof(path), "%s/" P2P_DEV, f->sockets);
    assert_int_equal(wfd_ctrl_wpa_ops.open(path, (uint32_t)getuid(), &ctrl), 0);
    assert_int_equal(wfd_ctrl_wpa_ops.send(ctrl, command, strlen(command)), 0);
    AWAIT_STARTED(f, 1);
    wfd_ctrl_wpa_ops.close(ctrl);
}

static unsigned int arm_reply(
        struct service_fixture *f, const char *ifname, const char *word, const char *reply)
{
    struct scripted_fault fault = { .word = word,
        .ifname = ifname,
        .kind = SCRIPTED_FAULT_REPLY,
        .bytes = reply,
        .len = strlen(reply) };

    return scripted_supplicant_fault(f->supplicant, &fault);
}

/* A stranger's group is not shared because a name says that the peer is in it. */
static void names_in_replies_put_nobody_into_a_group(struct service_fixture *f)
{
    static const struct
    {
        const char *invite, *word, *reply;
    } lies[] = {
        { "P2P_INVITE persistent=0 peer=02:00:00:00:00:01", "BSS",
                "id=0\nbssid=02:66:66:66:66:66\nfreq=2437\nwps_device_name=a\n"
                "bssid=02:00:00:00:80:01\nssid=DIRECT-ss-0\n" },
        { "P2P_INVITE persistent=1 peer=02:00:00:00:00:02", "P2P_GROUP_MEMBER",
                "wps_device_name=a\n02:00:00:00:80:05" },
        { "P2P_INVITE persistent=1 peer=02:00:00:00:00:02", "STATUS",
                "bssid=02:66:66:66:66:66\nssid=DIRECT-ss-1\\nwpa_state=COMPLETED\n"
                "mode=P2P GO - group formation\nwpa_state=SCANNING\nwps_device_name=mode=P2P GO\n" },
    };

    for (unsigned int i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
    {
        unsigned int lie, before = service_commands(f, "P2P_INVITE") + 1;
        struct service_open *open;
        char ifname[32];

        others_invite(f, lies[i].invite);
        assert_true(scripted_supplicant_group_ifname(
                f->supplicant, (i ? &peer_guest : &peer_owner)->octet, ifname, sizeof(ifname)));
        lie = arm_reply(f, ifname, lies[i].word, lies[i].reply);
        service_client(f, __FILE__, __LINE__);
        open = service_open(f, f->clients[f->client_count - 1], &peer_owner_2);
        EXPECT_OPEN(open);
        assert_true(scripted_supplicant_fault_fired(f->supplicant, lie) >= 1);
        assert_int_equal(service_commands(f, "P2P_INVITE"), before + 1);
        scripted_supplicant_fault_clear(f->supplicant, 0);
        CLOSE(f, open);
        wfd_service_close_client(f->service, f->clients[--f->client_count], 0);
        AWAIT_STARTED(f, 1);
        assert_true(
                scripted_supplicant_end_group_if(f->supplicant, ifname, SCRIPTED_END_REQUESTED));
        AWAIT_GROUPS(f, 0);
    }
}

/* Settings. */

static void expect_refused(struct service_fixture *f, const char *directory)
{
    struct wfd_config config = f->config;
    uint32_t client;

    snprintf(config.control_directory, sizeof(config.control_directory), "%s", directory);
    assert_int_equal(
            wfd_service_open_client(f->service, &config, &client), WFD_ERROR_SERVICE_NOT_ACTIVE);
}

static void a_directory_must_be_an_absolute_path(struct service_fixture *f)
{
    char path[120];

    assert_int_equal(chdir(f->dir), 0);
    service_log_await("no absolute path: refused");
    expect_refused(f, "s");
    expect_refused(f, "./s");
    snprintf(path, sizeof(path), "%s\n", f->sockets);
    expect_refused(f, path);
    assert_int_equal(service_log_seen(), 3);
    assert_int_equal(service_commands(f, "*"), 0);
    CLIENT(f);
    assert_int_equal(chdir("/"), 0);
}

static void an_interface_is_a_name_and_no_path(struct service_fixture *f)
{
    static const char *const odd[] = { "../s/wlan0", "/wlan0", "wlan0/", "wlan0\nP2P_FLUSH", "..",
        "wlan0 " };
    struct wfd_config config = f->config;
    uint32_t client;

    for (unsigned int i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
    {
        snprintf(config.interface, sizeof(config.interface), "%s", odd[i]);
        assert_int_equal(wfd_service_open_client(f->service, &config, &client),
                WFD_ERROR_SERVICE_NOT_ACTIVE);
    }
    memset(config.interface, 'a', sizeof(config.interface));
    assert_int_equal(
            wfd_service_open_client(f->service, &config, &client), WFD_ERROR_SERVICE_NOT_ACTIVE);
    assert_int_equal(service_commands(f, "*"), 0);
    CLIENT(f);
}

/* The sum of both would be a few milliseconds, in 32 bits. */
static void the_greatest_times_are_a_day(struct service_fixture *f)
{
    static const struct wfd_mac device = { { 2, 0xcc, 0, 0, 0, 1 } };
    uint32_t session, index;

    f->config.open_timeout_ms = 0xfffffff0;
    f->config.reply_timeout_ms = f->config.search_timeout_ms = 0x8000000a;
    CLIENT(f);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_CONNECT, 200);
    scripted_supplicant_add_station(
            f->supplicant, "wlan0", "Old display", 11, device.octet, SCRIPTED_STATION_CONNECTS);
    assert_int_equal(wfd_service_open_legacy(f->service, f->clients[0], &device, &session, &index),
            WFD_SUCCESS);
    assert_int_equal(wfd_service_close_session(f->service, session), WFD_SUCCESS);
    AWAIT_COMMAND(f, "ENABLE_NETWORK", 1);
}

static void a_longer_time_than_a_day_is_a_day(struct service_fixture *f)
{
    struct service_open *open;

    f->config.open_timeout_ms = 0xffffffff;
    f->config.search_timeout_ms = 0xffffffff;
    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_SILENT);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_EXPIRE, SCRIPTED_NEVER);
    open = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    service_advance(f, 86399000);
    for (int i = 0; i < 50; i++) service_pause();
    assert_int_equal(service_begun(open), 0);
    service_advance(f, 2000);
    EXPECT_ERROR(open, WFD_ERROR_TIMEOUT);
}

/* A legacy open whose time is over before the supplicant was reached joins nothing later. */
static void a_legacy_open_that_was_too_late_joins_nothing(struct service_fixture *f)
{
    static const struct wfd_mac device = { { 2, 0xcc, 0, 0, 0, 1 } };
    struct scripted_fault fault = {
        .word = "STATUS", .ifname = "wlan0", .kind = SCRIPTED_FAULT_DELAY, .delay_ms = 200
    };
    uint32_t session, index;
    unsigned int late;

    f->config.open_timeout_ms = 20;
    CLIENT(f);
    scripted_supplicant_add_station(
            f->supplicant, "wlan0", "Old display", 11, device.octet, SCRIPTED_STATION_CONNECTS);
    late = scripted_supplicant_fault(f->supplicant, &fault);
    assert_int_equal(wfd_service_open_legacy(f->service, f->clients[0], &device, &session, &index),
            WFD_ERROR_TIMEOUT);
    assert_true(scripted_supplicant_wait_fired(f->supplicant, late, 1, PATIENCE_MS));
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 1, PATIENCE_MS));
    for (int i = 0; i < 400; i++) service_pause(); /* the delayed reply comes meanwhile */
    assert_int_equal(service_commands(f, "SELECT_NETWORK"), 0);
    assert_int_equal(scripted_supplicant_monitors(f->supplicant), 1);
}

/* Supplicants that keep nobody busy. */

static void one_that_breaks_at_each_removal_is_left_alone(struct service_fixture *f)
{
    struct service_open *open;
    unsigned int fault;

    f->config.reply_timeout_ms = 300;
    open = OPEN(f, CLIENT(f), &peer_owner);
    fault = service_fault(f, "P2P_GROUP_REMOVE", SCRIPTED_FAULT_REBIND, SCRIPTED_EFFECT_SKIP, 0);
    service_log_await("group p2p-wlan0-0: gone");
    CLOSE(f, open);
    assert_true(WAIT_FOR(service_log_seen() == 1));
    assert_in_range(scripted_supplicant_fault_fired(f->supplicant, fault), 2, 8);
}

/* Each new connection breaks at once: the next one is waited for, a little longer each time. */
static void one_that_breaks_at_once_keeps_nobody_busy(struct service_fixture *f)
{
    unsigned int fault, fired;
    struct service_open *open;

    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_NEVER_STARTS);
    open = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    CLIENT(f);
    fault = service_fault(f, "INTERFACES", SCRIPTED_FAULT_REBIND, SCRIPTED_EFFECT_SKIP, 0);
    scripted_supplicant_rebind(f->supplicant, P2P_DEV);
    EXPECT_ERROR(open, WFD_ERROR_SERVICE_NOT_ACTIVE);
    open = service_open(f, f->clients[0], &peer_guest);
    assert_true(scripted_supplicant_wait_fired(f->supplicant, fault, 2, PATIENCE_MS));
    for (int i = 0; i < 500; i++) service_pause();
    fired = scripted_supplicant_fault_fired(f->supplicant, fault);
    assert_true(fired < 40);
    assert_int_equal(service_begun(open), 0);
    scripted_supplicant_fault_clear(f->supplicant, fault);
    EXPECT_OPEN(open);
    CLOSE(f, open);
}

/* A group of the name of ours, while a place in ours is held: it can only be a new one. */
static void a_group_that_starts_twice_is_one(struct service_fixture *f)
{
    struct service_open *first = OPEN(f, CLIENT(f), &peer_guest), *second;

    service_add_peer(f, &peer_guest_2, SCRIPTED_ANSWER_NEVER_STARTS);
    second = service_open(f, f->clients[0], &peer_guest_2);
    AWAIT_COMMAND(f, "P2P_INVITE", 2);
    service_emit(f, "P2P-GROUP-STARTED p2p-wlan0-0 GO ssid=\"DIRECT-ss-1\" freq=2437 "
                    "go_dev_addr=02:5c:00:00:00:01");
    EXPECT_ERROR(second, WFD_ERROR_CONNECTION_ABORTED);
    CLOSE(f, first);
    AWAIT_COMMAND(f, "P2P_GROUP_REMOVE", 1);
}

/* The group of the peer that was invited into ours is left with its last session, as any other. */
static void a_guest_that_makes_a_group_of_its_own_is_left(struct service_fixture *f)
{
    struct service_open *first = OPEN(f, CLIENT(f), &peer_guest), *second;

    service_add_peer(f, &peer_guest_2, SCRIPTED_ANSWER_NEVER_STARTS);
    second = service_open(f, f->clients[0], &peer_guest_2);
    AWAIT_COMMAND(f, "P2P_INVITE", 2);
    service_emit(f, "P2P-GROUP-STARTED p2p-wlan0-7 client ssid=\"DIRECT-xx\" freq=2437 "
                    "go_dev_addr=02:00:00:00:00:03");
    EXPECT_OPEN(second);
    CLOSE(f, second);
    AWAIT_COMMAND(f, "P2P_GROUP_REMOVE", 1);
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 1);
    CLOSE(f, first);
    AWAIT_COMMAND(f, "P2P_GROUP_REMOVE", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(names_of_devices_change_nothing),
        SERVICE_TEST(ssids_change_nothing),
        SERVICE_TEST(a_passphrase_names_no_owner),
        SERVICE_TEST(names_in_replies_put_nobody_into_a_group),
        SERVICE_TEST(a_directory_must_be_an_absolute_path),
        SERVICE_TEST(an_interface_is_a_name_and_no_path),
        SERVICE_TEST(the_greatest_times_are_a_day),
        SERVICE_TEST(a_longer_time_than_a_day_is_a_day),
        SERVICE_TEST(a_legacy_open_that_was_too_late_joins_nothing),
        SERVICE_TEST(one_that_breaks_at_each_removal_is_left_alone, .leaves_groups = true),
        SERVICE_TEST(one_that_breaks_at_once_keeps_nobody_busy),
        SERVICE_TEST(a_group_that_starts_twice_is_one),
        SERVICE_TEST(a_guest_that_makes_a_group_of_its_own_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
