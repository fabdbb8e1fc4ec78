/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Proves through the real libwpa_client that the scripted supplicant says what wpa_supplicant says.
 */
#include "scripted_fixture.h"

/* --- wording ---------------------------------------------------------------------------------- */

static void answers_the_plain_commands(void **state)
{
    struct fixture *f = *state;

    start(f);
    assert_string_equal(ask(f, "PING"), "PONG\n");
    assert_string_equal(ask(f, "ping"), "UNKNOWN COMMAND\n");
    assert_string_equal(ask(f, "BLAH x"), "UNKNOWN COMMAND\n");
    assert_string_equal(ask(f, "DETACH"), "FAIL\n");
    assert_string_equal(ask(f, "INTERFACES"), "p2p-dev-wlan0\nwlan0\n");
    assert_string_equal(ask(f, "SAVE_CONFIG"), "OK\n");
    assert_int_equal(scripted_supplicant_monitors(f->ss), 1);
    assert_int_equal(wpa_ctrl_attach(f->monitor), 0); /* again: harmless */
    assert_int_equal(scripted_supplicant_monitors(f->ss), 1);
    assert_int_equal(wpa_ctrl_detach(f->monitor), 0);
    assert_int_equal(scripted_supplicant_monitors(f->ss), 0);
    assert_int_equal(scripted_supplicant_command_count(f->ss, "DETACH"), 2);
}

static void status_tells_the_device_address(void **state)
{
    struct fixture *f = *state;

    start(f);
    assert_non_null(strstr(ask(f, "STATUS"), "wpa_state=DISCONNECTED\n"
                                             "p2p_device_address=" OUR_ADDRESS "\n"));
    assert_non_null(strstr(ask_if(f, "wlan0", "STATUS"), "p2p_device_address="));
    assert_null(strstr(f->reply, "ssid="));
}

static void without_p2p_everything_p2p_fails(void **state)
{
    const struct scripted_adapter adapter = { .name = "wlan7", .no_p2p = true };
    struct scripted_config config = { .adapters = &adapter, .adapter_count = 1 };
    struct fixture *f = *state;

    start_with(f, &config, "wlan7");
    assert_string_equal(ask(f, "INTERFACES"), "wlan7\n");
    assert_null(strstr(ask(f, "STATUS"), "p2p_device_address"));
    assert_string_equal(ask(f, "P2P_FIND 1"), "FAIL\n");
    assert_string_equal(ask(f, "P2P_CANCEL"), "FAIL\n");
    assert_string_equal(ask(f, "P2P_PEER FIRST"), "FAIL\n");
    assert_string_equal(ask(f, "P2P_STOP_FIND"), "OK\n");
    assert_string_equal(ask(f, "P2P_GROUP_REMOVE wlan7"), "FAIL\n");
}

static void without_p2p_dev_all_happens_on_the_adapter(void **state)
{
    const struct scripted_adapter adapter = { .name = "wlan0", .no_p2p_dev = true };
    struct scripted_config config = { .adapters = &adapter, .adapter_count = 1 };
    struct scripted_peer peer = a_peer(peer_1, SCRIPTED_ANSWER_ACCEPT);
    struct fixture *f = *state;

    start_with(f, &config, "wlan0");
    add_pair(f, &peer, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, "P2P_INVITE persistent=0 peer=" PEER_1), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect_start(f, "P2P-GROUP-STARTED " GROUP_0 " client ");
}

static void list_networks_shows_both_roles(void **state)
{
    static const uint8_t peers[2][6] = { { 2, 0, 0, 0, 0, 1 }, { 2, 0, 0, 0, 0, 2 } };
    struct scripted_network network = { .id = 3,
        .role = SCRIPTED_ROLE_CLIENT,
        .peers = peers,
        .peer_count = 1,
        .ssid = "a\tb\"\\\n\x1b\xff",
        .ssid_len = 8 };
    struct fixture *f = *state;

    start(f);
    assert_string_equal(ask(f, "LIST_NETWORKS"), "network id / ssid / bssid / flags\n");
    assert_int_equal(scripted_supplicant_add_persistent(f->ss, &network), 3);
    network.id = -1;
    network.role = SCRIPTED_ROLE_GO;
    network.peer_count = 2;
    network.ssid = NULL;
    assert_int_equal(scripted_supplicant_add_persistent(f->ss, &network), 4);
    assert_string_equal(ask(f, "LIST_NETWORKS"),
            "network id / ssid / bssid / flags\n"
            "3\ta\\tb\\\"\\\\\\n\\e\\xff\t" PEER_1 "\t[DISABLED][P2P-PERSISTENT]\n"
            "4\tDIRECT-ss-4\t" OUR_ADDRESS "\t[DISABLED][P2P-PERSISTENT]\n");
    assert_string_equal(ask(f, "LIST_NETWORKS LAST_ID=4"), "network id / ssid / bssid / flags\n");
    assert_string_equal(ask_if(f, "wlan0", "LIST_NETWORKS"), "network id / ssid / bssid / flags\n");

    assert_string_equal(ask(f, "GET_NETWORK 3 mode"), "0");
    assert_string_equal(ask(f, "GET_NETWORK 3 disabled"), "2");
    assert_string_equal(ask(f, "GET_NETWORK 3 bssid"), PEER_1);
    assert_string_equal(ask(f, "GET_NETWORK 3 ssid"), "610962225c0a1bff");
    assert_string_equal(ask(f, "GET_NETWORK 3 p2p_client_list"), "FAIL\n");
    assert_string_equal(ask(f, "GET_NETWORK 3 psk"), "*");
    assert_string_equal(ask(f, "GET_NETWORK 4 mode"), "3");
    assert_string_equal(ask(f, "GET_NETWORK 4 bssid"), OUR_ADDRESS);
    assert_string_equal(ask(f, "GET_NETWORK 4 ssid"), "\"DIRECT-ss-4\"");
    assert_string_equal(ask(f, "GET_NETWORK 4 p2p_client_list"), PEER_1 " 02:00:00:00:00:02");
    assert_string_equal(ask(f, "GET_NETWORK 5 mode"), "FAIL\n");
    assert_string_equal(ask(f, "GET_NETWORK 4"), "FAIL\n");
    assert_string_equal(ask(f, "SELECT_NETWORK 4"), "FAIL\n");

    assert_string_equal(ask(f, "P2P_REMOVE_CLIENT " PEER_1), "OK\n");
    assert_string_equal(ask(f, "GET_NETWORK 4 p2p_client_list"), "02:00:00:00:00:02");
    assert_string_equal(ask(f, "REMOVE_NETWORK 3"), "OK\n");
    assert_string_equal(ask(f, "REMOVE_NETWORK 3"), "FAIL\n");
}

static void list_networks_is_cut_and_continued(void **state)
{
    struct fixture *f = *state;
    unsigned int rows = 0, pages = 0;
    int last = -1;
    char command[40], *line;

    start(f);
    assert_int_equal(scripted_supplicant_generate(f->ss, 1000, SCRIPTED_ROLE_CLIENT, false), 0);
    do
    {
        if (pages++)
            snprintf(command, sizeof(command), "LIST_NETWORKS LAST_ID=%d", last);
        else
            strcpy(command, "LIST_NETWORKS");
        ask(f, command);
        assert_true(f->reply_len <= 4096);
        assert_int_equal(f->reply[f->reply_len - 1], '\n');
        for (line = strchr(f->reply, '\n') + 1; *line; line = strchr(line, '\n') + 1, rows++)
            assert_int_equal(atoi(line), ++last);
    } while (strchr(f->reply, '\t'));
    assert_int_equal(rows, 1000);
    assert_true(pages > 10);
}

static void an_overlong_request_gets_no_reply(void **state)
{
    struct fixture *f = *state;
    char request[8194];

    start(f);
    memset(request, 'A', sizeof(request));
    assert_int_equal(send(wpa_ctrl_get_fd(f->command), request, 8193, 0), 8193);
    assert_string_equal(ask(f, "PING"), "PONG\n");
    assert_int_equal(send(wpa_ctrl_get_fd(f->command), request, 8192, 0), 8192);
    assert_true(receive(f, f->command));
    assert_string_equal(f->reply, "UNKNOWN COMMAND\n");
}

/* --- discovery -------------------------------------------------------------------------------- */

#define FOUND_1(n)                                                                                 \
    "P2P-DEVICE-FOUND " PEER_1 " p2p_dev_addr=" PEER_1                                             \
    " pri_dev_type=1-0050F204-1 name='A' dev_capab=0xff new=1' config_methods=0x188"               \
    " dev_capab=0x25 group_capab=0x0 new=" n

static void find_reports_peers_on_the_air(void **state)
{
    struct fixture *f = *state;
    struct scripted_peer peer = a_peer(peer_1, SCRIPTED_ANSWER_ACCEPT);

    start(f);
    peer.known = false;
    peer.name = "A' dev_capab=0xff new=1";
    assert_int_equal(scripted_supplicant_add_peer(f->ss, &peer), 0);
    peer = a_peer(peer_2, SCRIPTED_ANSWER_ACCEPT);
    peer.known = false;
    peer.hidden = true;
    assert_int_equal(scripted_supplicant_add_peer(f->ss, &peer), 0);

    assert_string_equal(ask(f, "P2P_PEER " PEER_1), "FAIL\n");
    assert_string_equal(ask(f, "P2P_PEER FIRST"), "FAIL\n");
    assert_string_equal(ask(f, "P2P_FIND 10 type=social"), "OK\n");
    expect(f, FOUND_1("1"));
    assert_string_equal(ask(f, "P2P_FIND dev_id=" PEER_1), "OK\n");
    expect(f, FOUND_1("0"));
    assert_string_equal(ask(f, "P2P_FIND dev_id=02:00:00:00:00:02"), "OK\n");
    assert_true(scripted_supplicant_peer_hide(f->ss, peer_2, false));
    expect_start(f, "P2P-DEVICE-FOUND 02:00:00:00:00:02 ");
    assert_string_equal(ask(f, "P2P_STOP_FIND"), "OK\n");
    expect(f, "P2P-FIND-STOPPED ");
    assert_string_equal(ask(f, "P2P_STOP_FIND"), "OK\n");
    expect_nothing(f);

    scripted_supplicant_latency(f->ss, SCRIPTED_STEP_FIND_STOPPED, 1);
    assert_string_equal(ask(f, "P2P_FIND dev_id=" PEER_1), "OK\n");
    expect(f, FOUND_1("0"));
    expect(f, "P2P-FIND-STOPPED ");

    assert_starts(ask(f, "P2P_PEER FIRST"), PEER_1 "\npri_dev_type=");
    assert_starts(ask(f, "P2P_PEER NEXT-" PEER_1), "02:00:00:00:00:02\n");
    assert_string_equal(ask(f, "P2P_PEER NEXT-02:00:00:00:00:02"), "FAIL\n");
    assert_true(scripted_supplicant_peer_lost(f->ss, peer_1));
    expect(f, "P2P-DEVICE-LOST p2p_dev_addr=" PEER_1);
    assert_string_equal(ask(f, "P2P_PEER " PEER_1), "FAIL\n");
    assert_string_equal(ask(f, "P2P_FIND dev_id=xyz"), "FAIL\n");
}

static void listening_commands_check_their_arguments(void **state)
{
    struct fixture *f = *state;

    start(f);
    assert_string_equal(ask(f, "P2P_LISTEN 5"), "OK\n");
    assert_string_equal(ask(f, "P2P_EXT_LISTEN 100 500"), "OK\n");
    assert_string_equal(ask(f, "P2P_EXT_LISTEN 500 100"), "FAIL\n");
    assert_string_equal(ask(f, "P2P_EXT_LISTEN 500"), "FAIL\n");
    assert_string_equal(ask(f, "P2P_EXT_LISTEN"), "OK\n");
    scripted_supplicant_rfkill(f->ss, true);
    assert_string_equal(ask(f, "P2P_LISTEN"), "FAIL\n");
    assert_string_equal(ask(f, "P2P_FIND"), "FAIL\n");
}

/* --- groups ----------------------------------------------------------------------------------- */

static void a_client_group_starts_and_is_removed(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_ACCEPT, SCRIPTED_ROLE_CLIENT);
    assert_non_null(strstr(ask(f, "P2P_PEER " PEER_1), "\npersistent=0\n"));
    assert_null(strstr(ask_if(f, "wlan0", "P2P_PEER " PEER_1), "persistent="));
    assert_string_equal(ask_if(f, "wlan0", INVITE), "FAIL\n");

    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT);
    assert_string_equal(ask(f, "INTERFACES"), GROUP_0 "\np2p-dev-wlan0\nwlan0\n");
    assert_starts(ask_if(f, GROUP_0, "STATUS"),
            "bssid=" PEER_1_IFACE "\nfreq=2437\nssid=DIRECT-ss-0\nid=0\nmode=station\n");
    assert_non_null(strstr(f->reply, "\nwpa_state=COMPLETED\n"));
    assert_string_equal(ask_if(f, GROUP_0, "GET_NETWORK 0 bssid"), "FAIL\n");
    assert_non_null(
            strstr(ask_if(f, GROUP_0, "BSS p2p_dev_addr=" PEER_1), "\nbssid=" PEER_1_IFACE "\n"));
    assert_string_equal(ask_if(f, GROUP_0, "BSS p2p_dev_addr=" OUR_ADDRESS), "");
    assert_string_equal(ask_if(f, GROUP_0, "STA-FIRST"), "FAIL\n");

    assert_string_equal(ask(f, INVITE), "OK\n"); /* connected already: no event */
    assert_string_equal(ask(f, "P2P_CANCEL"), "FAIL\n");
    expect_nothing(f);
    assert_string_equal(ask(f, "P2P_GROUP_REMOVE " GROUP_0), "OK\n");
    expect(f, "P2P-GROUP-REMOVED " GROUP_0 " client reason=REQUESTED");
    assert_int_equal(scripted_supplicant_groups(f->ss), 0);
    assert_string_equal(ask(f, "P2P_GROUP_REMOVE " GROUP_0), "FAIL\n");
    assert_string_equal(ask(f, "P2P_GROUP_REMOVE *"), "OK\n");
    assert_null(open_ctrl(f, GROUP_0));

    assert_string_equal(ask(f, INVITE), "OK\n"); /* the next name */
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect_start(f, "P2P-GROUP-STARTED p2p-wlan0-1 ");
}

static void an_owned_group_starts_before_its_client_joins(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_ACCEPT, SCRIPTED_ROLE_GO);
    assert_string_equal(ask(f, "P2P_INVITE persistent=0"), "FAIL\n");
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 ");
    expect(f, STARTED_GO);
    expect(f, "AP-STA-CONNECTED " PEER_1_IFACE " p2p_dev_addr=" PEER_1);
    assert_starts(ask_if(f, GROUP_0, "STATUS"),
            "bssid=" OUR_GROUP_ADDRESS "\nfreq=2437\nssid=DIRECT-ss-0\nid=0\nmode=P2P GO\n");
    assert_string_equal(ask_if(f, GROUP_0, "P2P_GROUP_MEMBER " PEER_1), PEER_1_IFACE);
    assert_string_equal(ask_if(f, GROUP_0, "P2P_GROUP_MEMBER " OUR_ADDRESS), "FAIL\n");
    assert_starts(ask_if(f, GROUP_0, "STA-FIRST"), PEER_1_IFACE "\nflags=");
    assert_non_null(strstr(f->reply, "\np2p_device_addr=" PEER_1 "\n"));
    assert_string_equal(ask_if(f, GROUP_0, "STA-NEXT " PEER_1_IFACE), "");
    assert_string_equal(ask_if(f, GROUP_0, "STA-NEXT nonsense"), "FAIL\n");
    assert_string_equal(ask(f, "P2P_CANCEL"), "FAIL\n");
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect_nothing(f);

    assert_true(scripted_supplicant_end_group(f->ss, peer_1, SCRIPTED_END_CLIENT_LEAVES));
    expect(f, "AP-STA-DISCONNECTED " PEER_1_IFACE " p2p_dev_addr=" PEER_1);
    assert_string_equal(ask_if(f, GROUP_0, "STA-FIRST"), "");
    assert_int_equal(scripted_supplicant_groups_started(f->ss), 1);
    assert_string_equal(ask(f, INVITE), "OK\n"); /* invited back into the live group */
    expect(f, "P2P-INVITATION-RESULT status=0 ");
    expect(f, "AP-STA-CONNECTED " PEER_1_IFACE " p2p_dev_addr=" PEER_1);
    assert_string_equal(ask_if(f, GROUP_0, "P2P_GROUP_REMOVE " GROUP_0), "OK\n");
    expect(f, "P2P-GROUP-REMOVED " GROUP_0 " GO reason=REQUESTED");
}

static void nobody_joins_an_owned_group(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_NEVER_STARTS, SCRIPTED_ROLE_GO);
    scripted_supplicant_latency(f->ss, SCRIPTED_STEP_JOIN_TIMEOUT, 1);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 ");
    expect(f, STARTED_GO);
    expect(f, "P2P-GROUP-FORMATION-FAILURE ");
    expect(f, "P2P-GROUP-REMOVED " GROUP_0 " GO reason=FORMATION_FAILED");
    assert_true(scripted_supplicant_wait_groups(f->ss, 0, WAIT_MS));
}

static void an_accepted_invitation_never_starts(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_NEVER_STARTS, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    assert_true(scripted_supplicant_wait_groups(f->ss, 1, WAIT_MS));
    assert_starts(ask_if(f, GROUP_0, "STATUS"), "wpa_state=SCANNING\n");
    assert_string_equal(ask(f, "P2P_CANCEL"), "OK\n");
    expect(f, "P2P-GROUP-REMOVED " GROUP_0 " client reason=REQUESTED");
    expect_nothing(f);

    scripted_supplicant_latency(f->ss, SCRIPTED_STEP_CONNECT_TIMEOUT, 1);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, "P2P-GROUP-FORMATION-FAILURE ");
    expect(f, "P2P-GROUP-REMOVED p2p-wlan0-1 client reason=FORMATION_FAILED");
}

static void a_wrong_key_fails_in_the_real_order(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_WRONG_KEY, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, "P2P-PERSISTENT-PSK-FAIL id=0");
    expect(f, "P2P-GROUP-REMOVED " GROUP_0 " client reason=PSK_FAILURE");
    expect(f, "P2P-GROUP-FORMATION-FAILURE ");
    assert_string_equal(ask(f, "GET_NETWORK 0 mode"), "0");
}

static void an_invitation_needs_group_and_peer(void **state)
{
    struct scripted_peer peer = a_peer(peer_1, SCRIPTED_ANSWER_ACCEPT);
    struct fixture *f = *state;

    start(f);
    peer.known = false;
    add_pair(f, &peer, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, INVITE), "FAIL\n"); /* not in the peer table */
    assert_string_equal(ask(f, "P2P_FIND"), "OK\n");
    assert_true(receive(f, f->monitor));
    assert_string_equal(ask(f, "P2P_INVITE persistent=1 peer=" PEER_1), "FAIL\n");
    assert_string_equal(ask(f, "P2P_INVITE persistent=0 peer=nonsense"), "FAIL\n");
    assert_string_equal(ask(f, "P2P_INVITE "), "FAIL\n");
    /* as client the stored GO counts, not peer= */
    assert_string_equal(ask(f, "P2P_INVITE persistent=0 peer=02:00:00:00:00:99"), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT);
}

static void status_8_forgets_until_the_restart(void **state)
{
    struct scripted_peer peer = a_peer(peer_1, SCRIPTED_ANSWER_STATUS);
    struct fixture *f = *state;

    start(f);
    peer.status = 8;
    add_pair(f, &peer, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=8 ");
    assert_string_equal(ask(f, "GET_NETWORK 0 mode"), "FAIL\n");
    assert_string_equal(ask(f, INVITE), "FAIL\n");

    assert_int_equal(scripted_supplicant_restart(f->ss), 0);
    assert_string_equal(ask(f, "PING"), "(no reply)");
    disconnect_all(f);
    connect_all(f, P2P_DEV);
    assert_string_equal(ask(f, "GET_NETWORK 0 mode"), "0");
    assert_string_equal(ask(f, "P2P_PEER FIRST"), "FAIL\n");
}

static void a_refused_invitation_as_go_leaves_an_interface(void **state)
{
    struct scripted_peer peer = a_peer(peer_1, SCRIPTED_ANSWER_STATUS);
    struct fixture *f = *state;

    start(f);
    peer.status = 7;
    add_pair(f, &peer, SCRIPTED_ROLE_GO);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=7 ");
    assert_true(scripted_supplicant_pending_netdev(f->ss));
    assert_string_equal(ask(f, "P2P_CANCEL"), "OK\n");
    assert_false(scripted_supplicant_pending_netdev(f->ss));
    assert_string_equal(ask(f, "P2P_CANCEL"), "FAIL\n");
}

static void a_busy_peer_invites_us_later(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_COUNTER_INVITE, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=1 ");
    expect_nothing(f); /* nobody listens */
    assert_string_equal(ask(f, "P2P_LISTEN"), "OK\n");
    expect(f, "P2P-INVITATION-ACCEPTED sa=" PEER_1 " persistent=0 freq=2437");
    expect(f, STARTED_CLIENT);
}

static void an_unasked_invitation_is_only_received(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_ACCEPT, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, "P2P_LISTEN"), "OK\n");
    assert_true(scripted_supplicant_peer_invites(f->ss, peer_1));
    expect(f, "P2P-INVITATION-RECEIVED sa=" PEER_1 " persistent=0 freq=2437");
    expect_nothing(f);
    assert_int_equal(scripted_supplicant_groups(f->ss), 0);
}

static void a_silent_peer_expires_without_a_result(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_SILENT, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, INVITE), "OK\n");
    assert_string_equal(ask(f, "P2P_CANCEL"), "FAIL\n"); /* and yet cancelled */
    scripted_supplicant_latency(f->ss, SCRIPTED_STEP_EXPIRE, 1);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-DEVICE-LOST p2p_dev_addr=" PEER_1);
    assert_string_equal(ask(f, INVITE), "FAIL\n");
}

static void a_search_kills_a_pending_invitation(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_ACCEPT, SCRIPTED_ROLE_CLIENT);
    scripted_supplicant_latency(f->ss, SCRIPTED_STEP_RESULT, 20);
    assert_string_equal(ask(f, INVITE), "OK\n");
    assert_string_equal(ask(f, "P2P_FIND dev_id=02:00:00:00:00:77"), "OK\n");
    assert_string_equal(ask(f, "P2P_STOP_FIND"), "OK\n");
    expect(f, "P2P-FIND-STOPPED ");
    /* the next invitation's result is the only one, and comes after the first one's time */
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT);
    expect_nothing(f);
}

static void a_peer_ends_the_group(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_ACCEPT, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT);
    assert_false(scripted_supplicant_end_group(f->ss, peer_1, SCRIPTED_END_CLIENT_LEAVES));
    assert_true(scripted_supplicant_end_group(f->ss, peer_1, SCRIPTED_END_GO_ENDING));
    expect(f, "P2P-GROUP-REMOVED " GROUP_0 " client reason=GO_ENDING_SESSION");
    assert_false(scripted_supplicant_end_group(f->ss, peer_1, SCRIPTED_END_GO_ENDING));

    assert_string_equal(ask(f, INVITE), "OK\n");
    assert_true(receive(f, f->monitor) && receive(f, f->monitor));
    assert_true(scripted_supplicant_end_group_if(f->ss, "p2p-wlan0-1", SCRIPTED_END_IDLE));
    expect(f, "P2P-GROUP-REMOVED p2p-wlan0-1 client reason=IDLE");
    assert_string_equal(ask(f, INVITE), "OK\n");
    assert_true(receive(f, f->monitor) && receive(f, f->monitor));
    assert_true(scripted_supplicant_end_group(f->ss, peer_1, SCRIPTED_END_NO_REASON));
    expect(f, "P2P-GROUP-REMOVED p2p-wlan0-2 client");
}

static void group_add_starts_groups_of_both_kinds(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_ACCEPT, SCRIPTED_ROLE_GO);
    assert_string_equal(ask(f, "P2P_GROUP_ADD persistent=0"), "OK\n");
    expect(f, STARTED_GO);
    assert_string_equal(ask(f, "P2P_GROUP_ADD persistent=0"), "OK\n");
    assert_string_equal(ask(f, "P2P_GROUP_ADD persistent=7"), "FAIL\n");
    assert_string_equal(ask(f, "P2P_GROUP_ADD nonsense"), "FAIL\n");
    assert_string_equal(ask(f, "P2P_GROUP_ADD freq=5180"), "FAIL\n"); /* not the used one */
    expect_nothing(f);
    assert_true(scripted_supplicant_peer_joins(f->ss, peer_1, GROUP_0));
    expect(f, "AP-STA-CONNECTED " PEER_1_IFACE " p2p_dev_addr=" PEER_1);
    assert_string_equal(ask(f, "P2P_REMOVE_CLIENT iface=" PEER_1_IFACE), "OK\n");
    expect(f, "AP-STA-DISCONNECTED " PEER_1_IFACE " p2p_dev_addr=" PEER_1);
    assert_string_equal(ask(f, "GET_NETWORK 0 p2p_client_list"), PEER_1);
    scripted_supplicant_rfkill(f->ss, true);
    expect(f, "P2P-GROUP-REMOVED " GROUP_0 " GO reason=UNAVAILABLE");
}

static void removing_an_infrastructure_link_disconnects_it(void **state)
{
    static const uint8_t bssid[6] = { 2, 0, 0, 0, 0, 0xaa };
    struct fixture *f = *state;
    struct wpa_ctrl *wlan0;

    start(f);
    assert_int_equal(scripted_supplicant_add_station(
                             f->ss, "wlan0", "home", 4, bssid, SCRIPTED_STATION_CONNECTS),
            0);
    assert_non_null(wlan0 = open_ctrl(f, "wlan0"));
    assert_int_equal(wpa_ctrl_attach(wlan0), 0);
    assert_string_equal(ask_if(f, "wlan0", "SELECT_NETWORK 0"), "OK\n");
    expect_on(f, wlan0,
            "CTRL-EVENT-CONNECTED - Connection to 02:00:00:00:00:aa completed "
            "[id=0 id_str=]");
    assert_non_null(strstr(ask_if(f, "wlan0", "STATUS"), "\nssid=home\nid=0\nmode=station\n"));
    assert_string_equal(ask(f, "P2P_GROUP_REMOVE wlan0"), "OK\n");
    expect_on(f, wlan0,
            "CTRL-EVENT-DISCONNECTED bssid=02:00:00:00:00:aa reason=3 "
            "locally_generated=1");
    assert_string_equal(ask(f, "P2P_GROUP_REMOVE wlan0"), "FAIL\n");
    wpa_ctrl_close(wlan0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answers_the_plain_commands),
        TEST(status_tells_the_device_address),
        TEST(without_p2p_everything_p2p_fails),
        TEST(without_p2p_dev_all_happens_on_the_adapter),
        TEST(list_networks_shows_both_roles),
        TEST(list_networks_is_cut_and_continued),
        TEST(an_overlong_request_gets_no_reply),
        TEST(find_reports_peers_on_the_air),
        TEST(listening_commands_check_their_arguments),
        TEST(a_client_group_starts_and_is_removed),
        TEST(an_owned_group_starts_before_its_client_joins),
        TEST(nobody_joins_an_owned_group),
        TEST(an_accepted_invitation_never_starts),
        TEST(a_wrong_key_fails_in_the_real_order),
        TEST(an_invitation_needs_group_and_peer),
        TEST(status_8_forgets_until_the_restart),
        TEST(a_refused_invitation_as_go_leaves_an_interface),
        TEST(a_busy_peer_invites_us_later),
        TEST(an_unasked_invitation_is_only_received),
        TEST(a_silent_peer_expires_without_a_result),
        TEST(a_search_kills_a_pending_invitation),
        TEST(a_peer_ends_the_group),
        TEST(group_add_starts_groups_of_both_kinds),
        TEST(removing_an_infrastructure_link_disconnects_it),
    };

    return cmocka_run_group_tests_name("scripted supplicant", tests, NULL, NULL);
}
