/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Several programs and one supplicant (row SO10). Each program is a service of its own in this
 * process: the locks that they meet at belong to open files, not to processes.
 */
#include "service_fixture.h"

#include "wfd_share.h"

/* Another program; its dispatcher is whoever waits for its opens. */
struct program
{
    struct wfd_service *service;
    uint32_t client;
};

static void begin_program(struct service_fixture *f, struct program *ret_program)
{
    struct wfd_environment environment = { .netif = &service_netif_ops,
        .now_ms = service_now_ms,
        .context = f,
        .share_folder = f->share };

    memset(ret_program, 0, sizeof(*ret_program));
    assert_int_equal(wfd_service_new(&environment, &ret_program->service), WFD_SUCCESS);
    assert_int_equal(
            wfd_service_open_client(ret_program->service, &f->config, &ret_program->client),
            WFD_SUCCESS);
}

static void end_program(struct program *program)
{
    wfd_service_close_client(program->service, program->client, 0);
    wfd_service_free(program->service);
}

static uint32_t start(struct program *program, const struct wfd_mac *peer)
{
    uint32_t session = 0;

    if (wfd_service_start_open(program->service, program->client, peer, 1, 2, &session)) return 0;
    wfd_service_begin_open(program->service, session);
    return session;
}

static struct wfd_completion_info finish(struct program *program)
{
    struct wfd_completion_info info = { .error = WFD_ERROR_INTERNAL };

    if (!wfd_service_next_completion(program->service, &info)) return info;
    wfd_service_callback_begin(program->service, info.completion, 1);
    wfd_service_callback_end(program->service, info.completion);
    return info;
}

static uint32_t open_in(struct program *program, const struct wfd_mac *peer)
{
    uint32_t session = start(program, peer);
    struct wfd_completion_info info = finish(program);

    assert_int_not_equal(session, 0);
    assert_int_equal(info.error, WFD_SUCCESS);
    return session;
}

#define CLOSE(f, open)                                                                             \
    assert_int_equal(wfd_service_close_session((f)->service, (open)->session), WFD_SUCCESS)
#define CLOSE_IN(program, session)                                                                 \
    assert_int_equal(wfd_service_close_session((program)->service, session), WFD_SUCCESS)

static void share_and_close_first(struct service_fixture *f, const struct wfd_mac *peer)
{
    struct program other;
    struct service_open *first = OPEN(f, CLIENT(f), peer);
    uint32_t second;

    begin_program(f, &other);
    second = open_in(&other, peer);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
    CLOSE(f, first);
    /* Its next open finds the group again; by then the close has been carried out. */
    CLOSE(f, OPEN(f, f->clients[0], peer));
    assert_int_equal(scripted_supplicant_groups(f->supplicant), 1);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 0);
    CLOSE_IN(&other, second);
    AWAIT_GROUPS(f, 0);
    end_program(&other);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
}

static void as_client_another_program_shares_the_group(struct service_fixture *f)
{
    share_and_close_first(f, &peer_owner);
}

static void as_owner_another_program_shares_the_group(struct service_fixture *f)
{
    share_and_close_first(f, &peer_guest);
}

static void who_listened_all_along_shares_too(struct service_fixture *f)
{
    struct program other;
    uint32_t first;

    begin_program(f, &other);
    CLIENT(f);
    first = open_in(&other, &peer_owner);
    OPEN(f, f->clients[0], &peer_owner);
    CLOSE_IN(&other, first);
    end_program(&other);
    assert_int_equal(scripted_supplicant_groups(f->supplicant), 1);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
}

/* One group of ours, two guests, each held by another program. */
static void each_program_turns_its_own_guest_away(struct service_fixture *f)
{
    struct service_open *first = OPEN(f, CLIENT(f), &peer_guest);
    struct program other;
    uint32_t second;

    begin_program(f, &other);
    second = open_in(&other, &peer_guest_2);
    assert_int_equal(scripted_supplicant_groups(f->supplicant), 1);
    CLOSE(f, first);
    AWAIT_COMMAND(f, "P2P_REMOVE_CLIENT", 1);
    assert_int_equal(scripted_supplicant_groups(f->supplicant), 1);
    CLOSE_IN(&other, second);
    AWAIT_GROUPS(f, 0);
    end_program(&other);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 1);
}

static void a_lost_group_is_lost_to_all(struct service_fixture *f)
{
    static const struct wfd_mac *const peers[] = { &peer_owner, &peer_guest };

    CLIENT(f);
    for (unsigned int i = 0; i < 2; i++)
    {
        struct service_open *first = OPEN(f, f->clients[0], peers[i]);
        struct program other;
        uint32_t second;

        begin_program(f, &other);
        second = open_in(&other, peers[i]);
        assert_true(scripted_supplicant_end_group(f->supplicant, peers[i]->octet,
                i ? SCRIPTED_END_UNAVAILABLE : SCRIPTED_END_GO_ENDING));
        AWAIT_GROUPS(f, 0);
        CLOSE(f, first);
        CLOSE_IN(&other, second);
        end_program(&other);
    }
    OPEN(f, f->clients[0], &peer_owner);
}

/* The answers name nobody: an invitation of another program must not be in the way. */
static void programs_take_turns(struct service_fixture *f)
{
    struct program other;
    struct service_open *open;

    begin_program(f, &other);
    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_SILENT);
    open = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    start(&other, &peer_owner_2);
    for (int i = 0; i < 30; i++)
    {
        service_advance(f, 10);
        service_pause();
    }
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT_ERROR(open, WFD_ERROR_CANCELLED);
    assert_int_equal(finish(&other).error, WFD_SUCCESS);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 2);
    end_program(&other);
}

/* Nobody must be held up by one that gave up while it waited. */
static void who_has_given_up_waits_no_more(struct service_fixture *f)
{
    struct wfd_share *share = wfd_share_new(f->share);
    struct service_open *open;
    struct program other;
    char path[100];
    uint32_t waiting;

    snprintf(path, sizeof(path), "%s/" P2P_DEV, f->sockets);
    begin_program(f, &other);
    service_add_peer(f, &peer_owner, SCRIPTED_ANSWER_SILENT);
    open = service_open(f, CLIENT(f), &peer_owner);
    AWAIT_COMMAND(f, "P2P_INVITE", 1);
    waiting = start(&other, &peer_owner_2);
    wfd_share_choose(share, path);
    assert_false(wfd_share_take_turn(share));
    wfd_share_wait_no_more(share);
    assert_int_equal(wfd_service_cancel_open(other.service, waiting), WFD_SUCCESS);
    assert_int_equal(finish(&other).error, WFD_ERROR_CANCELLED);
    assert_int_equal(wfd_service_cancel_open(f->service, open->session), WFD_SUCCESS);
    EXPECT_ERROR(open, WFD_ERROR_CANCELLED);
    assert_true(WAIT_FOR(wfd_share_take_turn(share)));
    assert_false(wfd_share_end_turn(share));
    wfd_share_free(share);
    end_program(&other);
}

/* Made with wpa_cli or by a network manager: shared, and left to them. */
static void a_group_of_strangers_is_shared_and_stays(struct service_fixture *f)
{
    char path[100];
    struct wfd_ctrl *ctrl;

    snprintf(path, sizeof(path), "%s/" P2P_DEV, f->sockets);
    assert_int_equal(wfd_ctrl_wpa_ops.open(path, (uint32_t)getuid(), &ctrl), 0);
    for (unsigned int i = 0; i < 2; i++)
    {
        const char *invite = i ? "P2P_INVITE persistent=1 peer=02:00:00:00:00:02"
                               : "P2P_INVITE persistent=0 peer=02:00:00:00:00:01";

        assert_int_equal(wfd_ctrl_wpa_ops.send(ctrl, invite, strlen(invite)), 0);
        AWAIT_STARTED(f, i + 1);
    }
    service_revoke_by_hand(f, ctrl);
    wfd_ctrl_wpa_ops.close(ctrl);
    CLIENT(f);
    for (unsigned int i = 0; i < 2; i++)
    {
        CLOSE(f, OPEN(f, f->clients[0], &peer_owner));
        CLOSE(f, OPEN(f, f->clients[0], &peer_guest));
    }
    wfd_service_close_client(f->service, f->clients[0], 0);
    f->client_count = 0;
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 0, PATIENCE_MS));
    assert_int_equal(scripted_supplicant_groups_started(f->supplicant), 2);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 2);
    assert_int_equal(service_commands(f, "P2P_GROUP_REMOVE"), 0);
    assert_int_equal(service_commands(f, "P2P_REMOVE_CLIENT"), 0);
}

/* What one program gives up while it is asked about: the other one waits and invites anew. */
static void a_group_that_is_being_removed_is_waited_for(struct service_fixture *f)
{
    struct service_open *first = OPEN(f, CLIENT(f), &peer_owner);
    struct program other;

    begin_program(f, &other);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_REMOVED, 200);
    CLOSE(f, first);
    AWAIT_COMMAND(f, "P2P_GROUP_REMOVE", 1);
    open_in(&other, &peer_owner);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 2);
    end_program(&other);
    AWAIT_GROUPS(f, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(as_client_another_program_shares_the_group),
        SERVICE_TEST(as_owner_another_program_shares_the_group),
        SERVICE_TEST(who_listened_all_along_shares_too),
        SERVICE_TEST(each_program_turns_its_own_guest_away),
        SERVICE_TEST(a_lost_group_is_lost_to_all),
        SERVICE_TEST(programs_take_turns),
        SERVICE_TEST(who_has_given_up_waits_no_more),
        SERVICE_TEST(a_group_of_strangers_is_shared_and_stays, .leaves_groups = true),
        SERVICE_TEST(a_group_that_is_being_removed_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
