/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The session's table: every cell, every way through it, and what the application sees of a cause.
 * Nothing is carried out; the last steps are printed when a way breaks a rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../fuzz/session_walk.h"

#define RANDOM_SEED   0x57464453u
#define RANDOM_EVENTS 500000u

static void step(struct session_walk *walk, enum wfd_session_event event)
{
    const char *broken = session_walk_step(walk, event);

    if (!broken) return;
    session_walk_print(walk);
    fail_msg("%s", broken);
}

static void expect_state(const struct session_walk *walk, enum wfd_session_state state)
{
    if (walk->state == state) return;
    session_walk_print(walk);
    fail_msg(
            "%s instead of %s", wfd_session_state_name(walk->state), wfd_session_state_name(state));
}

static unsigned int last_actions(const struct session_walk *walk)
{
    assert_true(walk->steps > 0);
    return walk->history[(walk->steps - 1) % SESSION_WALK_HISTORY].actions;
}

/* events end with WFD_ON_COUNT. */
static struct session_walk walk_through(const enum wfd_session_event *events)
{
    struct session_walk walk = { .state = WFD_STATE_NEW };

    for (; *events != WFD_ON_COUNT; events++) step(&walk, *events);
    return walk;
}

#define WALK(...)     walk_through((const enum wfd_session_event[]){ __VA_ARGS__, WFD_ON_COUNT })
#define TO_LOOKUP     WFD_ON_BEGIN, WFD_ON_TURN
#define TO_INVITE     TO_LOOKUP, WFD_ON_PAIRED
#define TO_SEARCH     TO_INVITE, WFD_ON_INVITE_FAIL
#define TO_INVITED    TO_INVITE, WFD_ON_INVITE_OK
#define TO_CONNECTING TO_INVITED, WFD_ON_RESULT_OK
#define TO_JOINING    TO_CONNECTING, WFD_ON_STARTED_GO
#define TO_OPEN       TO_CONNECTING, WFD_ON_STARTED_CLIENT, WFD_ON_DELIVERED

/* Every way: all that a walk's future depends on is its state, its cause and four flags. */

struct node
{
    struct session_walk walk;
    unsigned int from;
};

#define MAX_NODES (WFD_STATE_COUNT * WFD_CAUSE_COUNT * 16)

static struct node *nodes;
static unsigned int node_count;

static bool same_future(const struct session_walk *a, const struct session_walk *b)
{
    return a->state == b->state && a->cause == b->cause && a->has_turn == b->has_turn &&
           a->in_group == b->in_group && a->completed == b->completed && a->freed == b->freed;
}

static void visit(const struct session_walk *walk, unsigned int from)
{
    for (unsigned int i = 0; i < node_count; i++)
        if (same_future(&nodes[i].walk, walk)) return;
    assert_true(node_count < MAX_NODES);
    nodes[node_count++] = (struct node){ *walk, from };
}

static int explore_every_way(void **state)
{
    struct session_walk start = { .state = WFD_STATE_NEW };

    (void)state;
    node_count = 0;
    nodes = calloc(MAX_NODES, sizeof(*nodes));
    if (!nodes) return -1;
    visit(&start, 0);
    for (unsigned int i = 0; i < node_count; i++)
        for (unsigned int event = 0; event < WFD_ON_COUNT; event++)
        {
            struct session_walk walk = nodes[i].walk;

            step(&walk, (enum wfd_session_event)event);
            visit(&walk, i);
        }
    return 0;
}

static int forget_ways(void **state)
{
    (void)state;
    free(nodes);
    nodes = NULL;
    return 0;
}

static void every_cell_is_decided(void **state)
{
    (void)state;
    for (unsigned int s = 0; s < WFD_STATE_COUNT; s++)
        for (unsigned int e = 0; e < WFD_ON_COUNT; e++)
        {
            struct wfd_session_step cell =
                    wfd_session_step((enum wfd_session_state)s, (enum wfd_session_event)e);
            const char *broken = session_walk_check_step(
                    (enum wfd_session_state)s, (enum wfd_session_event)e, cell);

            if (broken)
                fail_msg("%s on %s: %s", wfd_session_state_name((enum wfd_session_state)s),
                        wfd_session_event_name((enum wfd_session_event)e), broken);
            assert_true(cell.next < WFD_STATE_COUNT);
            assert_true(cell.cause < WFD_CAUSE_COUNT);
        }
}

/* The exploration fails by itself when a rule is broken; this proves that it went everywhere. */
static void every_way_keeps_the_rules_and_every_state_is_reached(void **state)
{
    bool reached[WFD_STATE_COUNT] = { false };

    (void)state;
    for (unsigned int i = 0; i < node_count; i++) reached[nodes[i].walk.state] = true;
    for (unsigned int s = 0; s < WFD_STATE_COUNT; s++)
        if (!reached[s])
            fail_msg("%s is never reached", wfd_session_state_name((enum wfd_session_state)s));
    assert_true(node_count > WFD_STATE_COUNT);
}

static void every_pending_open_can_be_ended_by_time_cancel_death_and_policy(void **state)
{
    static const enum wfd_session_event stops[] = { WFD_ON_DEADLINE, WFD_ON_CANCEL, WFD_ON_DOWN,
        WFD_ON_DISABLED };
    unsigned int tried = 0;

    (void)state;
    for (unsigned int i = 0; i < node_count; i++)
    {
        if (!wfd_session_pending(nodes[i].walk.state)) continue;
        for (unsigned int s = 0; s < sizeof(stops) / sizeof(stops[0]); s++, tried++)
        {
            if (session_walk_can_end(nodes[i].walk, stops[s])) continue;
            session_walk_print(&nodes[i].walk);
            fail_msg("%s does not end it", wfd_session_event_name(stops[s]));
        }
    }
    assert_true(tried > 0);
}

static void every_session_can_be_closed(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < node_count; i++)
    {
        struct session_walk walk = nodes[i].walk;

        if (walk.state == WFD_STATE_NEW) step(&walk, WFD_ON_BEGIN);
        if (!walk.completed) step(&walk, WFD_ON_DEADLINE);
        if (walk.state == WFD_STATE_UNDOING) step(&walk, WFD_ON_UNDONE);
        if (wfd_session_pending(walk.state)) step(&walk, WFD_ON_DELIVERED);
        if (walk.state != WFD_STATE_CLOSED) step(&walk, WFD_ON_CLOSE);
        expect_state(&walk, WFD_STATE_CLOSED);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void half_a_million_random_events_keep_the_rules(void **state)
{
    struct session_walk walk = { .state = WFD_STATE_NEW };
    unsigned int closed = 0, succeeded = 0, failed = 0;
    uint32_t seed = RANDOM_SEED;

    (void)state;
    for (unsigned int i = 0; i < RANDOM_EVENTS; i++)
    {
        enum wfd_session_event event = next_random(&seed) % WFD_ON_COUNT;

        step(&walk, event);
        succeeded += event == WFD_ON_DELIVERED && walk.state == WFD_STATE_OPEN;
        failed += event == WFD_ON_DELIVERED && walk.state == WFD_STATE_CLOSED;
        if (!walk.freed) continue;
        closed++;
        memset(&walk, 0, sizeof(walk));
    }
    assert_true(closed > 1000 && succeeded > 100 && failed > 100);
}

static void a_completion_releases_the_turn_if_it_was_taken(void **state)
{
    unsigned int with_turn = 0, without = 0;

    (void)state;
    for (unsigned int i = 0; i < node_count; i++)
        for (unsigned int e = 0; e < WFD_ON_COUNT; e++)
        {
            struct session_walk walk = nodes[i].walk;

            step(&walk, (enum wfd_session_event)e);
            if (nodes[i].walk.completed || !walk.completed) continue;
            assert_int_equal(!!(last_actions(&walk) & WFD_DO_RELEASE), nodes[i].walk.has_turn);
            with_turn += nodes[i].walk.has_turn;
            without += !nodes[i].walk.has_turn;
        }
    assert_true(with_turn > 0);
    assert_true(without > 0);
}

static void a_client_opens_when_the_group_starts(void **state)
{
    struct session_walk walk = WALK(TO_CONNECTING, WFD_ON_STARTED_CLIENT);

    (void)state;
    expect_state(&walk, WFD_STATE_OPENED);
    assert_int_equal(last_actions(&walk), WFD_DO_ADOPT | WFD_DO_RELEASE | WFD_DO_SUCCEED);
    step(&walk, WFD_ON_DELIVERED);
    expect_state(&walk, WFD_STATE_OPEN);
}

static void an_owner_opens_only_when_the_peer_has_joined(void **state)
{
    struct session_walk walk = WALK(TO_JOINING);

    (void)state;
    expect_state(&walk, WFD_STATE_JOINING);
    assert_false(walk.completed);
    step(&walk, WFD_ON_JOINED);
    expect_state(&walk, WFD_STATE_OPENED);
    assert_int_equal(last_actions(&walk), WFD_DO_RELEASE | WFD_DO_SUCCEED);
}

static void a_shared_group_opens_without_a_turn(void **state)
{
    struct session_walk walk = WALK(WFD_ON_BEGIN, WFD_ON_SHARED);

    (void)state;
    expect_state(&walk, WFD_STATE_OPENED);
    assert_int_equal(last_actions(&walk), WFD_DO_ADOPT | WFD_DO_SUCCEED);
}

static void an_unknown_peer_is_searched_and_invited_again(void **state)
{
    struct session_walk walk = WALK(TO_SEARCH);

    (void)state;
    expect_state(&walk, WFD_STATE_SEARCH);
    assert_int_equal(last_actions(&walk), WFD_DO_FIND);
    step(&walk, WFD_ON_FIND_STOPPED);
    expect_state(&walk, WFD_STATE_SEARCH);
    assert_int_equal(last_actions(&walk), WFD_DO_FIND);
    step(&walk, WFD_ON_DEVICE_FOUND);
    expect_state(&walk, WFD_STATE_REINVITE);
    assert_int_equal(last_actions(&walk), WFD_DO_STOP_FIND | WFD_DO_INVITE);
    step(&walk, WFD_ON_INVITE_OK);
    expect_state(&walk, WFD_STATE_INVITED);
}

static void a_peer_that_answers_later_is_listened_for(void **state)
{
    struct session_walk walk = WALK(TO_INVITED, WFD_ON_RESULT_LATER);

    (void)state;
    expect_state(&walk, WFD_STATE_LATER);
    assert_int_equal(last_actions(&walk), WFD_DO_LISTEN);
    step(&walk, WFD_ON_ACCEPTED);
    expect_state(&walk, WFD_STATE_CONNECTING);
}

static void a_peer_forgotten_while_invited_is_searched_and_invited_again(void **state)
{
    struct session_walk walk = WALK(TO_INVITED, WFD_ON_DEVICE_LOST);

    (void)state;
    expect_state(&walk, WFD_STATE_SEARCH);
    assert_int_equal(last_actions(&walk), WFD_DO_STOP_FIND | WFD_DO_FIND);
    step(&walk, WFD_ON_DEVICE_FOUND);
    expect_state(&walk, WFD_STATE_REINVITE);
}

static void a_group_that_came_up_while_undoing_is_given_up(void **state)
{
    struct session_walk walk = WALK(TO_INVITED, WFD_ON_CANCEL, WFD_ON_STARTED_CLIENT);

    (void)state;
    expect_state(&walk, WFD_STATE_UNDOING);
    assert_int_equal(last_actions(&walk), WFD_DO_ADOPT | WFD_DO_LEAVE);
    step(&walk, WFD_ON_UNDONE);
    expect_state(&walk, WFD_STATE_FAILED);
    assert_int_equal(walk.cause, WFD_CAUSE_CANCELLED);
}

static void forming_timeout_completes_once(void **state)
{
    struct session_walk walk = WALK(TO_JOINING, WFD_ON_DEADLINE);

    (void)state;
    expect_state(&walk, WFD_STATE_UNDOING);
    assert_false(walk.completed);
    step(&walk, WFD_ON_DEADLINE);
    step(&walk, WFD_ON_UNDONE);
    assert_true(walk.completed);
    assert_int_equal(walk.cause, WFD_CAUSE_CONNECT_TIMEOUT);
    for (unsigned int e = 0; e < WFD_ON_DELIVERED; e++) step(&walk, (enum wfd_session_event)e);
    expect_state(&walk, WFD_STATE_FAILED);
}

static void time_names_what_was_waited_for(void **state)
{
    (void)state;
    assert_int_equal(WALK(WFD_ON_BEGIN, WFD_ON_DEADLINE).cause, WFD_CAUSE_TIMEOUT);
    assert_int_equal(WALK(TO_INVITED, WFD_ON_DEADLINE).cause, WFD_CAUSE_TIMEOUT);
    assert_int_equal(WALK(TO_INVITED, WFD_ON_RESULT_LATER, WFD_ON_DEADLINE).cause,
            WFD_CAUSE_PEER_BUSY_TIMEOUT);
    assert_int_equal(WALK(TO_CONNECTING, WFD_ON_DEADLINE).cause, WFD_CAUSE_CONNECT_TIMEOUT);
    assert_int_equal(WALK(TO_SEARCH, WFD_ON_SEARCH_OVER).cause, WFD_CAUSE_NOT_SEEN);
}

static void the_supplicants_death_fails_every_running_open_with_that_cause(void **state)
{
    (void)state;
    assert_int_equal(WALK(WFD_ON_BEGIN, WFD_ON_DOWN).cause, WFD_CAUSE_DOWN);
    assert_int_equal(WALK(TO_LOOKUP, WFD_ON_DOWN).cause, WFD_CAUSE_DOWN);
    assert_int_equal(WALK(TO_SEARCH, WFD_ON_DOWN).cause, WFD_CAUSE_DOWN);
    assert_int_equal(WALK(TO_INVITED, WFD_ON_DOWN).cause, WFD_CAUSE_DOWN);
    assert_int_equal(WALK(TO_JOINING, WFD_ON_DOWN).cause, WFD_CAUSE_DOWN);
}

static void the_supplicants_death_ends_the_undoing_and_keeps_its_cause(void **state)
{
    struct session_walk walk = WALK(TO_INVITED, WFD_ON_CANCEL, WFD_ON_DOWN);

    (void)state;
    expect_state(&walk, WFD_STATE_FAILED);
    assert_int_equal(walk.cause, WFD_CAUSE_CANCELLED);
    assert_int_equal(last_actions(&walk), WFD_DO_RELEASE | WFD_DO_FAIL);
}

static void closing_a_pending_open_changes_nothing(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < node_count; i++)
    {
        struct wfd_session_step cell;

        if (!wfd_session_pending(nodes[i].walk.state)) continue;
        cell = wfd_session_step(nodes[i].walk.state, WFD_ON_CLOSE);
        assert_int_equal(cell.verdict, WFD_VERDICT_IMPOSSIBLE);
        assert_int_equal(cell.next, nodes[i].walk.state);
    }
}

static void a_cancelled_open_fails_as_cancelled_wherever_it_was(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < node_count; i++)
    {
        struct session_walk walk = nodes[i].walk;

        if (walk.state < WFD_STATE_QUEUED || walk.state > WFD_STATE_UNDOING) continue;
        step(&walk, WFD_ON_CANCEL);
        if (walk.state == WFD_STATE_UNDOING) step(&walk, WFD_ON_UNDONE);
        expect_state(&walk, WFD_STATE_FAILED);
        assert_int_equal(walk.cause, WFD_CAUSE_CANCELLED);
    }
}

static void cancelling_what_has_succeeded_leaves_the_success(void **state)
{
    struct session_walk walk = WALK(TO_CONNECTING, WFD_ON_STARTED_CLIENT, WFD_ON_CANCEL);

    (void)state;
    expect_state(&walk, WFD_STATE_OPENED);
    assert_int_equal(walk.cause, WFD_CAUSE_NONE);
    step(&walk, WFD_ON_DELIVERED);
    step(&walk, WFD_ON_CANCEL);
    expect_state(&walk, WFD_STATE_OPEN);
    assert_true(walk.in_group);
}

static void a_second_cancel_undoes_nothing_more(void **state)
{
    struct session_walk walk = WALK(TO_INVITED, WFD_ON_CANCEL);

    (void)state;
    assert_int_equal(last_actions(&walk), WFD_DO_UNDO);
    step(&walk, WFD_ON_CANCEL);
    expect_state(&walk, WFD_STATE_UNDOING);
    assert_int_equal(last_actions(&walk), 0);
}

static void closing_gives_the_group_up(void **state)
{
    struct session_walk walk = WALK(TO_OPEN, WFD_ON_CLOSE);

    (void)state;
    expect_state(&walk, WFD_STATE_CLOSED);
    assert_int_equal(last_actions(&walk), WFD_DO_LEAVE | WFD_DO_FREE);
}

static void a_session_whose_group_is_gone_can_still_be_closed(void **state)
{
    static const enum wfd_session_event ends[] = { WFD_ON_GROUP_GONE, WFD_ON_DOWN,
        WFD_ON_DISABLED };

    (void)state;
    for (unsigned int i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
    {
        struct session_walk walk = WALK(TO_OPEN, ends[i]);

        expect_state(&walk, WFD_STATE_LOST);
        assert_false(walk.in_group);
        step(&walk, WFD_ON_CLOSE);
        expect_state(&walk, WFD_STATE_CLOSED);
    }
}

static void policy_disconnects_a_success_that_was_not_delivered_yet(void **state)
{
    struct session_walk walk = WALK(TO_CONNECTING, WFD_ON_STARTED_CLIENT, WFD_ON_DISABLED);

    (void)state;
    expect_state(&walk, WFD_STATE_OPENED);
    assert_false(walk.in_group);
}

static void only_an_open_before_its_callback_is_pending(void **state)
{
    (void)state;
    for (unsigned int s = 0; s < WFD_STATE_COUNT; s++)
        assert_int_equal(wfd_session_pending((enum wfd_session_state)s),
                s != WFD_STATE_OPEN && s != WFD_STATE_LOST && s != WFD_STATE_CLOSED);
}

static void every_cause_has_the_documented_error_and_reason(void **state)
{
    static const struct
    {
        enum wfd_cause cause;
        unsigned int error, reason;
    } rows[] = {
        { WFD_CAUSE_NONE, 0, 0 },
        { WFD_CAUSE_DOWN, 1062, 0x10001 },
        { WFD_CAUSE_RADIO_OFF, 5023, 0x3800c },
        { WFD_CAUSE_NOT_PAIRED, 1168, 0x2800c },
        { WFD_CAUSE_NOT_SEEN, 1232, 0x2800b },
        { WFD_CAUSE_PEER_BUSY_TIMEOUT, 1460, 0x2800e },
        { WFD_CAUSE_REFUSED, 1225, 0x28004 },
        { WFD_CAUSE_BUSY, 170, 0x28009 },
        { WFD_CAUSE_CHANNEL, 31, 0x80017 },
        { WFD_CAUSE_INCOMPATIBLE, 31, 0x20001 },
        { WFD_CAUSE_CONNECT_TIMEOUT, 1460, 0x38003 },
        { WFD_CAUSE_KEY, 31, 0x2800d },
        { WFD_CAUSE_CANCELLED, 1223, 0x38001 },
        { WFD_CAUSE_ABORTED, 1236, 0x3800b },
        { WFD_CAUSE_BAD_REPLY, 1359, 0x38010 },
    };

    (void)state;
    for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    {
        enum wfd_reason reason;

        assert_int_equal(wfd_cause_error(rows[i].cause, &reason), rows[i].error);
        assert_int_equal(reason, rows[i].reason);
    }
}

static void every_failure_has_an_error(void **state)
{
    enum wfd_reason reason;

    (void)state;
    for (unsigned int c = WFD_CAUSE_NONE + 1; c < WFD_CAUSE_COUNT; c++)
    {
        assert_int_not_equal(wfd_cause_error((enum wfd_cause)c, &reason), WFD_SUCCESS);
        assert_int_not_equal(reason, WFD_REASON_SUCCESS);
    }
    assert_int_equal(wfd_cause_error(WFD_CAUSE_TIMEOUT, &reason), WFD_ERROR_TIMEOUT);
    assert_int_equal(wfd_cause_error(WFD_CAUSE_DISABLED, &reason), WFD_ERROR_INVALID_STATE);
    assert_int_equal(wfd_cause_error(WFD_CAUSE_NOT_NOW, &reason), WFD_ERROR_BUSY);
    assert_int_equal(wfd_cause_error(WFD_CAUSE_NO_MEMORY, &reason), WFD_ERROR_NOT_ENOUGH_MEMORY);
}

static void every_status_byte_has_its_cause(void **state)
{
    static const enum wfd_cause known[] = {
        [2] = WFD_CAUSE_INCOMPATIBLE,
        [3] = WFD_CAUSE_BUSY,
        [4] = WFD_CAUSE_INCOMPATIBLE,
        [5] = WFD_CAUSE_BUSY,
        [6] = WFD_CAUSE_INCOMPATIBLE,
        [7] = WFD_CAUSE_CHANNEL,
        [8] = WFD_CAUSE_NOT_PAIRED,
        [9] = WFD_CAUSE_INCOMPATIBLE,
        [10] = WFD_CAUSE_INCOMPATIBLE,
        [11] = WFD_CAUSE_REFUSED,
    };

    (void)state;
    assert_int_equal(wfd_cause_of_status(-1), WFD_CAUSE_NOT_SEEN);
    for (int status = 2; status <= 11; status++)
        assert_int_equal(wfd_cause_of_status(status), known[status]);
    for (int status = 12; status <= 256; status++)
        assert_int_equal(wfd_cause_of_status(status), WFD_CAUSE_INCOMPATIBLE);
    assert_int_equal(wfd_cause_of_status(-1000000), WFD_CAUSE_INCOMPATIBLE);
}

static void every_removal_has_its_cause(void **state)
{
    static const enum wfd_cause causes[] = {
        [WFD_REMOVAL_NONE] = WFD_CAUSE_ABORTED,
        [WFD_REMOVAL_REQUESTED] = WFD_CAUSE_ABORTED,
        [WFD_REMOVAL_FORMATION_FAILED] = WFD_CAUSE_CONNECT_TIMEOUT,
        [WFD_REMOVAL_IDLE] = WFD_CAUSE_ABORTED,
        [WFD_REMOVAL_UNAVAILABLE] = WFD_CAUSE_RADIO_OFF,
        [WFD_REMOVAL_GO_ENDING_SESSION] = WFD_CAUSE_ABORTED,
        [WFD_REMOVAL_PSK_FAILURE] = WFD_CAUSE_KEY,
        [WFD_REMOVAL_FREQ_CONFLICT] = WFD_CAUSE_CHANNEL,
        [WFD_REMOVAL_OTHER] = WFD_CAUSE_ABORTED,
    };

    (void)state;
    for (unsigned int r = WFD_REMOVAL_NONE; r <= WFD_REMOVAL_OTHER; r++)
        assert_int_equal(wfd_cause_of_removal((enum wfd_removal)r), causes[r]);
}

static const char *state_name(unsigned int i)
{
    return wfd_session_state_name((enum wfd_session_state)i);
}

static const char *event_name(unsigned int i)
{
    return wfd_session_event_name((enum wfd_session_event)i);
}

static void expect_distinct(const char *(*name)(unsigned int), unsigned int count)
{
    for (unsigned int i = 0; i < count; i++)
    {
        assert_non_null(name(i));
        assert_int_not_equal(strlen(name(i)), 0);
        for (unsigned int j = 0; j < i; j++) assert_string_not_equal(name(i), name(j));
    }
}

static void states_and_events_have_names_of_their_own(void **state)
{
    (void)state;
    expect_distinct(state_name, WFD_STATE_COUNT);
    expect_distinct(event_name, WFD_ON_COUNT);
    assert_string_equal(state_name(WFD_STATE_UNDOING), "UNDOING");
    assert_string_equal(state_name(WFD_STATE_CLOSED), "CLOSED");
    assert_string_equal(event_name(WFD_ON_BAD_REPLY), "BAD_REPLY");
    assert_string_equal(event_name(WFD_ON_CLOSE), "CLOSE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_decided),
        cmocka_unit_test(every_way_keeps_the_rules_and_every_state_is_reached),
        cmocka_unit_test(every_pending_open_can_be_ended_by_time_cancel_death_and_policy),
        cmocka_unit_test(every_session_can_be_closed),
        cmocka_unit_test(half_a_million_random_events_keep_the_rules),
        cmocka_unit_test(a_completion_releases_the_turn_if_it_was_taken),
        cmocka_unit_test(a_client_opens_when_the_group_starts),
        cmocka_unit_test(an_owner_opens_only_when_the_peer_has_joined),
        cmocka_unit_test(a_shared_group_opens_without_a_turn),
        cmocka_unit_test(an_unknown_peer_is_searched_and_invited_again),
        cmocka_unit_test(a_peer_that_answers_later_is_listened_for),
        cmocka_unit_test(a_peer_forgotten_while_invited_is_searched_and_invited_again),
        cmocka_unit_test(a_group_that_came_up_while_undoing_is_given_up),
        cmocka_unit_test(forming_timeout_completes_once),
        cmocka_unit_test(time_names_what_was_waited_for),
        cmocka_unit_test(the_supplicants_death_fails_every_running_open_with_that_cause),
        cmocka_unit_test(the_supplicants_death_ends_the_undoing_and_keeps_its_cause),
        cmocka_unit_test(closing_a_pending_open_changes_nothing),
        cmocka_unit_test(a_cancelled_open_fails_as_cancelled_wherever_it_was),
        cmocka_unit_test(cancelling_what_has_succeeded_leaves_the_success),
        cmocka_unit_test(a_second_cancel_undoes_nothing_more),
        cmocka_unit_test(closing_gives_the_group_up),
        cmocka_unit_test(a_session_whose_group_is_gone_can_still_be_closed),
        cmocka_unit_test(policy_disconnects_a_success_that_was_not_delivered_yet),
        cmocka_unit_test(only_an_open_before_its_callback_is_pending),
        cmocka_unit_test(every_cause_has_the_documented_error_and_reason),
        cmocka_unit_test(every_failure_has_an_error),
        cmocka_unit_test(every_status_byte_has_its_cause),
        cmocka_unit_test(every_removal_has_its_cause),
        cmocka_unit_test(states_and_events_have_names_of_their_own),
    };

    return cmocka_run_group_tests(tests, explore_every_way, forget_ways);
}
