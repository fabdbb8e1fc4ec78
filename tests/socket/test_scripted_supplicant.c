/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Proves through the real libwpa_client that the scripted supplicant says what wpa_supplicant says.
 * It never uses winewfd's own transport: what is tested with a mistaken helper would prove nothing.
 */

#include "scripted_supplicant.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wpa_ctrl.h>

#define WAIT_MS 10000
#define P2P_DEV "p2p-dev-wlan0"
#define GROUP_0 "p2p-wlan0-0"

#define PEER_1            "02:00:00:00:00:01"
#define PEER_1_IFACE      "02:00:00:00:80:01"
#define OUR_ADDRESS       "02:5c:00:00:00:01"
#define OUR_GROUP_ADDRESS "02:5c:00:00:80:01"

static const uint8_t peer_1[6] = { 2, 0, 0, 0, 0, 1 }, peer_2[6] = { 2, 0, 0, 0, 0, 2 };

struct fixture
{
    char dir[64], clients[80], sockets[80];
    struct scripted_supplicant *ss;
    struct wpa_ctrl *command, *monitor;
    char reply[70000];
    size_t reply_len;
};

/* --- tools ------------------------------------------------------------------------------------ */

static struct wpa_ctrl *open_ctrl(const struct fixture *f, const char *ifname)
{
    char path[200];

    snprintf(path, sizeof(path), "%s/%s", f->sockets, ifname);
    return wpa_ctrl_open2(path, f->clients);
}

static void connect_all(struct fixture *f, const char *ifname)
{
    f->command = open_ctrl(f, ifname);
    f->monitor = open_ctrl(f, ifname);
    assert_non_null(f->command);
    assert_non_null(f->monitor);
    assert_int_equal(wpa_ctrl_attach(f->monitor), 0);
}

static void disconnect_all(struct fixture *f)
{
    if (f->command) wpa_ctrl_close(f->command);
    if (f->monitor) wpa_ctrl_close(f->monitor);
    f->command = f->monitor = NULL;
}

static void start_with(struct fixture *f, struct scripted_config *config, const char *ifname)
{
    config->dir = f->sockets;
    f->ss = scripted_supplicant_new(config);
    assert_non_null(f->ss);
    assert_int_equal(scripted_supplicant_start(f->ss), 0);
    connect_all(f, ifname);
}

static void start(struct fixture *f)
{
    struct scripted_config config = { .dir = NULL };

    start_with(f, &config, P2P_DEV);
}

static struct scripted_peer a_peer(const uint8_t addr[6], enum scripted_answer answer)
{
    struct scripted_peer peer = { .known = true, .answer = answer };

    memcpy(peer.device_address, addr, 6);
    return peer;
}

static void add_pair(struct fixture *f, const struct scripted_peer *peer, enum scripted_role role)
{
    struct scripted_network network = { .id = 0, .role = role, .peer_count = 1 };

    network.peers = (const uint8_t(*)[6]) & peer->device_address;
    assert_int_equal(scripted_supplicant_add_peer(f->ss, peer), 0);
    assert_int_equal(scripted_supplicant_add_persistent(f->ss, &network), 0);
}

/* A started supplicant with one peer and the group stored with it. */
static void start_pair(struct fixture *f, enum scripted_answer answer, enum scripted_role role)
{
    struct scripted_peer peer = a_peer(peer_1, answer);

    start(f);
    add_pair(f, &peer, role);
}

static const char *ask_on(struct fixture *f, struct wpa_ctrl *ctrl, const char *command)
{
    f->reply_len = sizeof(f->reply) - 1;
    if (wpa_ctrl_request(ctrl, command, strlen(command), f->reply, &f->reply_len, NULL))
        return "(no reply)";
    f->reply[f->reply_len] = 0;
    return f->reply;
}

static const char *ask(struct fixture *f, const char *command)
{
    return ask_on(f, f->command, command);
}

static const char *ask_if(struct fixture *f, const char *ifname, const char *command)
{
    struct wpa_ctrl *ctrl = open_ctrl(f, ifname);

    if (!ctrl) return "(no socket)";
    ask_on(f, ctrl, command);
    wpa_ctrl_close(ctrl);
    return f->reply;
}

/* The next datagram; false if none comes. */
static bool receive(struct fixture *f, struct wpa_ctrl *ctrl)
{
    struct pollfd fd = { .fd = wpa_ctrl_get_fd(ctrl), .events = POLLIN };

    if (poll(&fd, 1, WAIT_MS) != 1) return false;
    f->reply_len = sizeof(f->reply) - 1;
    if (wpa_ctrl_recv(ctrl, f->reply, &f->reply_len)) return false;
    f->reply[f->reply_len] = 0;
    return true;
}

static void assert_starts(const char *text, const char *start)
{
    if (strncmp(text, start, strlen(start))) fail_msg("%s\ndoes not start with\n%s", text, start);
}

static void expect_on(struct fixture *f, struct wpa_ctrl *ctrl, const char *event)
{
    if (!receive(f, ctrl)) fail_msg("no event, expected: %s", event);
    assert_starts(f->reply, "<3>");
    assert_string_equal(f->reply + 3, event);
}

static void expect(struct fixture *f, const char *event)
{
    expect_on(f, f->monitor, event);
}

/* The next event starts so. */
static void expect_start(struct fixture *f, const char *event)
{
    if (!receive(f, f->monitor)) fail_msg("no event, expected: %s", event);
    assert_starts(f->reply, "<3>");
    assert_starts(f->reply + 3, event);
}

/* Nothing is on its way: an event of our own is the next one. */
static void expect_nothing(struct fixture *f)
{
    assert_true(scripted_supplicant_emit(f->ss, P2P_DEV, "<3>FENCE", 8));
    expect(f, "FENCE");
}

static void send_raw(struct fixture *f, const char *command)
{
    int fd = wpa_ctrl_get_fd(f->command);

    assert_int_equal(send(fd, command, strlen(command), 0), strlen(command));
}

static unsigned int arm(struct fixture *f, const char *word, enum scripted_fault_kind kind)
{
    struct scripted_fault fault = { .word = word, .kind = kind, .count = 1 };

    return scripted_supplicant_fault(f->ss, &fault);
}

static void expect_fired(struct fixture *f, unsigned int id)
{
    assert_true(scripted_supplicant_wait_fired(f->ss, id, 1, WAIT_MS));
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    if (!f) return -1;
    strcpy(f->dir, "/tmp/scripted-test-XXXXXX");
    if (!mkdtemp(f->dir)) return -1;
    snprintf(f->clients, sizeof(f->clients), "%s/clients", f->dir);
    snprintf(f->sockets, sizeof(f->sockets), "%s/sockets", f->dir);
    *state = f;
    return mkdir(f->clients, 0700);
}

/* Whatever the test did, nothing is left in the directory. */
static int teardown(void **state)
{
    struct fixture *f = *state;
    int ret;

    disconnect_all(f);
    scripted_supplicant_free(f->ss);
    ret = access(f->sockets, F_OK) ? 0 : -1;
    if (rmdir(f->clients) || rmdir(f->dir)) ret = -1;
    free(f);
    return ret;
}

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

#define INVITE "P2P_INVITE persistent=0 peer=" PEER_1
#define STARTED_CLIENT                                                                             \
    "P2P-GROUP-STARTED " GROUP_0 " client ssid=\"DIRECT-ss-0\" freq=2437 psk=" SCRIPTED_PSK        \
    " go_dev_addr=" PEER_1 " [PERSISTENT]"
#define STARTED_GO                                                                                 \
    "P2P-GROUP-STARTED " GROUP_0                                                                   \
    " GO ssid=\"DIRECT-ss-0\" freq=2437 passphrase=\"" SCRIPTED_PASSPHRASE                         \
    "\" go_dev_addr=" OUR_ADDRESS " [PERSISTENT]"

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

/* --- disturbances ----------------------------------------------------------------------------- */

static void replies_can_be_any_bytes(void **state)
{
    static char big[65536];
    struct scripted_fault fault = { .word = "PING", .kind = SCRIPTED_FAULT_REPLY, .count = 1 };
    struct fixture *f = *state;
    unsigned int id;

    start(f);
    memset(big, 0xee, sizeof(big));
    fault.bytes = "a\0<3>\xff";
    fault.len = 6;
    id = scripted_supplicant_fault(f->ss, &fault);
    ask(f, "PING");
    assert_int_equal(f->reply_len, 6);
    assert_memory_equal(f->reply, fault.bytes, 6);
    expect_fired(f, id);

    fault.len = 0;
    scripted_supplicant_fault(f->ss, &fault);
    assert_string_equal(ask(f, "PING"), "");
    fault.bytes = big;
    fault.len = sizeof(big);
    fault.skip = 1;
    scripted_supplicant_fault(f->ss, &fault);
    assert_string_equal(ask(f, "PING"), "PONG\n");
    ask(f, "PING");
    assert_int_equal(f->reply_len, sizeof(big));
    assert_string_equal(ask(f, "PING"), "PONG\n");
}

static void replies_can_be_lost_late_and_doubled(void **state)
{
    struct scripted_fault fault = {
        .word = "*", .ifname = P2P_DEV, .kind = SCRIPTED_FAULT_DELAY, .count = 1, .delay_ms = 20
    };
    struct fixture *f = *state;
    unsigned int id;

    start(f);
    id = arm(f, "PING", SCRIPTED_FAULT_DROP);
    send_raw(f, "PING");
    assert_true(scripted_supplicant_wait_command(f->ss, "PING", 1, WAIT_MS));
    assert_string_equal(ask(f, "INTERFACES"), "p2p-dev-wlan0\nwlan0\n");
    expect_fired(f, id);

    arm(f, "PING", SCRIPTED_FAULT_TWICE);
    assert_string_equal(ask(f, "PING"), "PONG\n");
    assert_true(receive(f, f->command));
    assert_string_equal(f->reply, "PONG\n");

    id = scripted_supplicant_fault(f->ss, &fault);
    send_raw(f, "PING");
    send_raw(f, "INTERFACES"); /* overtakes */
    assert_true(receive(f, f->command));
    assert_string_equal(f->reply, "p2p-dev-wlan0\nwlan0\n");
    assert_true(receive(f, f->command));
    assert_string_equal(f->reply, "PONG\n");
    expect_fired(f, id);
}

static unsigned int sender_uid(struct fixture *f)
{
    union
    {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec iov = { .iov_base = f->reply, .iov_len = sizeof(f->reply) };
    struct msghdr msg = { .msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes) };
    struct pollfd fd = { .fd = wpa_ctrl_get_fd(f->command), .events = POLLIN };
    struct ucred cred;

    assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
    assert_true(recvmsg(wpa_ctrl_get_fd(f->command), &msg, 0) > 0);
    assert_non_null(CMSG_FIRSTHDR(&msg));
    memcpy(&cred, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(cred));
    return cred.uid;
}

static void replies_can_come_from_another_user(void **state)
{
    struct scripted_fault fault = {
        .word = "PING", .kind = SCRIPTED_FAULT_AS_UID, .count = 1, .uid = 4711
    };
    struct fixture *f = *state;
    int one = 1;

    if (geteuid()) skip();
    start(f);
    setsockopt(wpa_ctrl_get_fd(f->command), SOL_SOCKET, SO_PASSCRED, &one, sizeof(one));
    scripted_supplicant_fault(f->ss, &fault);
    send_raw(f, "PING");
    assert_int_equal(sender_uid(f), 4711);
    send_raw(f, "PING");
    assert_int_equal(sender_uid(f), 0);
}

static void a_dead_daemon_leaves_its_files(void **state)
{
    struct fixture *f = *state;
    char path[200];
    unsigned int id;

    start_pair(f, SCRIPTED_ANSWER_ACCEPT, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT);
    id = arm(f, "STATUS", SCRIPTED_FAULT_DIE);
    send_raw(f, "STATUS");
    expect_fired(f, id);
    assert_int_equal(scripted_supplicant_state(f->ss), SCRIPTED_STATE_DEAD);
    assert_int_equal(send(wpa_ctrl_get_fd(f->command), "PING", 4, 0), -1);
    assert_int_equal(errno, ECONNREFUSED);
    assert_int_equal(send(wpa_ctrl_get_fd(f->command), "PING", 4, 0), -1);
    assert_int_equal(errno, ENOTCONN);
    snprintf(path, sizeof(path), "%s/" GROUP_0, f->sockets);
    assert_int_equal(access(path, F_OK), 0);

    assert_int_equal(scripted_supplicant_restart(f->ss), 0);
    assert_int_equal(access(path, F_OK), 0); /* still stale */
    assert_int_equal(scripted_supplicant_groups(f->ss), 0);
    disconnect_all(f);
    connect_all(f, P2P_DEV);
    assert_string_equal(ask(f, "P2P_FIND"), "OK\n");
    assert_true(receive(f, f->monitor));
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT); /* -0 again */
}

static void a_terminated_daemon_says_goodbye(void **state)
{
    struct fixture *f = *state;

    start_pair(f, SCRIPTED_ANSWER_ACCEPT, SCRIPTED_ROLE_CLIENT);
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT);
    scripted_supplicant_terminate(f->ss);
    expect(f, "P2P-GROUP-REMOVED " GROUP_0 " client reason=REQUESTED");
    expect(f, "P2P-DEVICE-LOST p2p_dev_addr=" PEER_1);
    expect(f, "CTRL-EVENT-TERMINATING ");
    assert_null(open_ctrl(f, P2P_DEV));
    assert_null(open_ctrl(f, "wlan0"));
}

static void a_hung_daemon_goes_on_where_it_stopped(void **state)
{
    struct fixture *f = *state;
    unsigned int id;

    start_pair(f, SCRIPTED_ANSWER_ACCEPT, SCRIPTED_ROLE_CLIENT);
    id = arm(f, "PING", SCRIPTED_FAULT_HANG);
    send_raw(f, "PING");
    expect_fired(f, id);
    send_raw(f, INVITE);
    assert_int_equal(scripted_supplicant_command_count(f->ss, "P2P_INVITE"), 0);
    scripted_supplicant_resume(f->ss);
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT);
}

static void monitors_can_be_forgotten(void **state)
{
    struct fixture *f = *state;
    unsigned int id;

    start(f);
    scripted_supplicant_detach_all(f->ss, NULL);
    assert_int_equal(wpa_ctrl_detach(f->monitor), -1); /* FAIL reveals it */
    assert_int_equal(wpa_ctrl_attach(f->monitor), 0);
    id = arm(f, "PING", SCRIPTED_FAULT_REBIND);
    send_raw(f, "PING");
    expect_fired(f, id);
    assert_true(scripted_supplicant_wait_monitors(f->ss, 0, WAIT_MS));
    assert_int_equal(send(wpa_ctrl_get_fd(f->command), "PING", 4, 0), -1);
    disconnect_all(f);
    connect_all(f, P2P_DEV);
    assert_string_equal(ask(f, "PING"), "PONG\n");
}

static void a_flood_reaches_a_reader_whole(void **state)
{
    struct fixture *f = *state;
    unsigned int i;
    char text[40];

    start(f);
    assert_true(scripted_supplicant_flood(f->ss, P2P_DEV, "NOISE", 5000));
    for (i = 0; i < 5000; i++)
    {
        snprintf(text, sizeof(text), "NOISE %u", i);
        expect(f, text);
    }
}

static void a_slow_monitor_gets_the_rest_when_it_reads(void **state)
{
    struct fixture *f = *state;
    unsigned int i;
    char text[40];
    int len;

    start(f);
    for (i = 0; i < 1000; i++)
    {
        len = snprintf(text, sizeof(text), "<3>EVENT %u", i);
        assert_true(scripted_supplicant_emit(f->ss, P2P_DEV, text, (size_t)len));
    }
    assert_string_equal(ask(f, "PING"), "PONG\n"); /* commands still work */
    for (i = 0; i < 1000; i++)
    {
        snprintf(text, sizeof(text), "EVENT %u", i);
        expect(f, text);
    }
}

/* --- the rest --------------------------------------------------------------------------------- */

static void the_journal_has_every_command(void **state)
{
    struct scripted_journal_entry entry;
    struct fixture *f = *state;
    size_t count;

    start(f);
    ask(f, "P2P_PEER FIRST");
    count = scripted_supplicant_journal_count(f->ss);
    assert_int_equal(count, scripted_supplicant_command_count(f->ss, "*"));
    assert_true(scripted_supplicant_journal_get(f->ss, count - 1, &entry));
    assert_string_equal(entry.ifname, P2P_DEV);
    assert_string_equal(entry.command, "P2P_PEER FIRST");
    assert_false(scripted_supplicant_journal_get(f->ss, count, &entry));
    assert_false(scripted_supplicant_wait_command(f->ss, "PING", 1, 1));
}

static const char *control(struct fixture *f, const char *line)
{
    static char text[9000];

    scripted_supplicant_control(f->ss, line, text, sizeof(text));
    return text;
}

static void the_control_language_reaches_everything(void **state)
{
    struct fixture *f = *state;

    start(f);
    assert_string_equal(control(f, "peer add " PEER_1 ",known,counter=0,name=a b"), "ok");
    assert_string_equal(control(f, "persistent -1,client," PEER_1), "ok 0");
    assert_string_equal(control(f, "latency result 0"), "ok");
    assert_string_equal(control(f, "fault PING reply 414200 1"), "ok 1");
    ask(f, "PING");
    assert_int_equal(f->reply_len, 3);
    assert_string_equal(control(f, "fired 1"), "ok 1");
    assert_string_equal(control(f, "wait PING 1 1000"), "ok");
    assert_string_equal(control(f, "wait PING 2 1"), "false");
    assert_string_equal(control(f, "emit " P2P_DEV " HELLO  WORLD"), "ok");
    expect(f, "HELLO  WORLD");
    assert_string_equal(control(f, "peer add " PEER_1 ",known"), "ok");
    assert_string_equal(ask(f, INVITE), "OK\n");
    expect(f, "P2P-INVITATION-RESULT status=0 " PEER_1_IFACE);
    expect(f, STARTED_CLIENT);
    assert_string_equal(control(f, "groups"), "ok 1");
    assert_string_equal(control(f, "group " PEER_1), "ok " GROUP_0);
    assert_string_equal(control(f, "end-group " PEER_1 " go-ending"), "ok");
    assert_string_equal(control(f, "wait-groups 0 1000"), "ok");
    assert_string_equal(control(f, "monitors"), "ok 1");
    assert_string_equal(control(f, "terminate"), "ok");
    assert_string_equal(control(f, "state"), "ok terminated");
    assert_string_equal(control(f, "restart"), "ok");
    assert_starts(control(f, "nonsense"), "error");
    assert_starts(control(f, "latency nonsense 1"), "error");
    assert_starts(control(f, "emit-hex wlan0 4"), "error");
    assert_starts(control(f, "peer add 02:00"), "error");
    assert_false(scripted_supplicant_control(f->ss, "quit", f->reply, sizeof(f->reply)));
}

static void many_groups_live_at_once(void **state)
{
    struct fixture *f = *state;
    struct rlimit limit;
    unsigned int i, count = 10000;
    char command[80];
    uint8_t addr[6];

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < count + 200) count = (unsigned int)limit.rlim_cur - 200;
    start(f);
    assert_int_equal(scripted_supplicant_generate(f->ss, count, SCRIPTED_ROLE_CLIENT, true), 0);
    for (i = 0; i < count; i++)
    {
        scripted_supplicant_generated_address(i, addr);
        snprintf(command, sizeof(command), "P2P_INVITE persistent=%u peer=02:00:00:00:%02x:%02x", i,
                addr[4], addr[5]);
        assert_string_equal(ask(f, command), "OK\n");
        assert_true(receive(f, f->monitor) && receive(f, f->monitor));
        assert_starts(f->reply, "<3>P2P-GROUP-STARTED ");
    }
    assert_int_equal(scripted_supplicant_groups_started(f->ss), count);
    for (i = 0; i < count; i++)
    {
        snprintf(command, sizeof(command), "P2P_GROUP_REMOVE p2p-wlan0-%u", i);
        assert_string_equal(ask(f, command), "OK\n");
        expect_start(f, "P2P-GROUP-REMOVED ");
    }
    assert_int_equal(scripted_supplicant_groups(f->ss), 0);
}

/* In a child, for the network namespace. Each failure has its number. */
static int tun_child(struct fixture *f)
{
    struct scripted_config config = { .dir = f->sockets, .netdev = SCRIPTED_NETDEV_TUN };
    struct scripted_peer peer = a_peer(peer_1, SCRIPTED_ANSWER_ACCEPT);

    if (unshare(CLONE_NEWNET) || access("/dev/net/tun", R_OK | W_OK)) return 77;
    if (!(f->ss = scripted_supplicant_new(&config))) return 1;
    if (scripted_supplicant_start(f->ss)) return 2;
    add_pair(f, &peer, SCRIPTED_ROLE_GO);
    connect_all(f, P2P_DEV);
    if (strcmp(ask(f, INVITE), "OK\n")) return 3;
    if (!receive(f, f->monitor) || !receive(f, f->monitor)) return 4;
    if (!if_nametoindex(GROUP_0)) return 5;
    scripted_supplicant_die(f->ss);
    if (!if_nametoindex(GROUP_0)) return 6; /* a killed daemon leaves it */
    if (scripted_supplicant_restart(f->ss)) return 7;
    disconnect_all(f);
    connect_all(f, P2P_DEV);
    if (strcmp(ask(f, "P2P_GROUP_ADD"), "OK\n") || !receive(f, f->monitor)) return 8;
    if (!if_nametoindex(GROUP_0)) return 9;
    if (strcmp(ask(f, "P2P_GROUP_REMOVE " GROUP_0), "OK\n")) return 10;
    if (if_nametoindex(GROUP_0)) return 11;
    disconnect_all(f);
    scripted_supplicant_free(f->ss);
    return 0;
}

static void a_group_can_have_a_real_interface(void **state)
{
    struct fixture *f = *state;
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (!pid) _exit(tun_child(f));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_group_can_have_a_real_interface),
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
        TEST(replies_can_be_any_bytes),
        TEST(replies_can_be_lost_late_and_doubled),
        TEST(replies_can_come_from_another_user),
        TEST(a_dead_daemon_leaves_its_files),
        TEST(a_terminated_daemon_says_goodbye),
        TEST(a_hung_daemon_goes_on_where_it_stopped),
        TEST(monitors_can_be_forgotten),
        TEST(a_flood_reaches_a_reader_whole),
        TEST(a_slow_monitor_gets_the_rest_when_it_reads),
        TEST(the_journal_has_every_command),
        TEST(the_control_language_reaches_everything),
        TEST(many_groups_live_at_once),
    };

    return cmocka_run_group_tests_name("scripted supplicant", tests, NULL, NULL);
}
