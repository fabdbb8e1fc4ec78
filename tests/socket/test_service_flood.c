/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Too much at once: events by the hundred thousand, replies that come at the last moment, ten
 * thousand sessions, callbacks that block. Memory stays bounded, calls and callbacks come in time,
 * and no event of ours is lost. Built with the sanitizers, and once without: only there is the
 * memory looked at, which sanitizers keep.
 *
 * WFD_FLOOD_SECONDS: how long the flood lasts; 1 when it is not set.
 */
#include "service_fixture.h"

#include "resident.h"
#include "wfd_private.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

#define EVENTS_PER_SECOND 100000
#define MANY              10000
#define CALL_MS           (SANITIZED ? 5000 : 1000) /* on a machine that others use */
#define CALLBACK_MS       10000

/* A flood, of events that mean nothing and of some that mean something to others. */

struct flood
{
    struct service_fixture *f;
    pthread_t thread;
    unsigned int seconds;
    atomic_uint sent;
    atomic_bool over;
};

static void *pour(void *context)
{
    static const char *const texts[] = { "CTRL-EVENT-BSS-ADDED 34 00:11:22:33:44:55",
        "P2P-DEVICE-FOUND 02:99:00:00:00:01 p2p_dev_addr=02:99:00:00:00:01 pri_dev_type=1 name='a "
        "b' config_methods=0x188 dev_capab=0x25 group_capab=0x0 new=0",
        "P2P-DEVICE-LOST p2p_dev_addr=02:99:00:00:00:02",
        "AP-STA-DISCONNECTED 02:99:00:00:00:03 p2p_dev_addr=02:99:00:00:00:03" };
    struct flood *flood = context;
    unsigned int part = EVENTS_PER_SECOND / 10;

    for (unsigned int i = 0; i < flood->seconds * 10; i++)
    {
        uint64_t begin_ms = service_real_ms();

        if (!scripted_supplicant_flood(flood->f->supplicant, P2P_DEV, texts[i % 4], part)) break;
        atomic_fetch_add(&flood->sent, part);
        while (service_real_ms() < begin_ms + 100) service_pause();
    }
    atomic_store(&flood->over, true);
    return NULL;
}

static void begin_flood(struct service_fixture *f, struct flood *ret_flood)
{
    const char *text = getenv("WFD_FLOOD_SECONDS");

    memset(ret_flood, 0, sizeof(*ret_flood));
    ret_flood->f = f;
    ret_flood->seconds = text ? (unsigned int)atoi(text) : 1;
    assert_int_equal(pthread_create(&ret_flood->thread, NULL, pour, ret_flood), 0);
}

static void end_flood(struct flood *flood)
{
    pthread_join(flood->thread, NULL);
    assert_int_equal(atomic_load(&flood->sent), flood->seconds * EVENTS_PER_SECOND);
}

static void longer(uint64_t *longest_ms, uint64_t begin_ms)
{
    uint64_t gone_ms = service_real_ms() - begin_ms;

    if (gone_ms > *longest_ms) *longest_ms = gone_ms;
}

static void block(struct service_open *open)
{
    while (!atomic_load(&open->may_return)) service_pause();
}

static void sessions_open_and_close_in_a_flood_of_events(struct service_fixture *f)
{
    static const struct wfd_mac *const all[] = { &peer_owner, &peer_guest, &peer_owner_2 };
    uint64_t longest_call_ms = 0, longest_callback_ms = 0, begin_ms;
    unsigned int before_kib, after_kib, rounds = 0;
    struct service_open *blocked;
    struct flood flood;

    CLIENT(f);
    blocked = service_open_hook(f, f->clients[0], &peer_guest_2, block);
    assert_true(service_reached(blocked, &blocked->begun, 1));
    before_kib = rss_kib();
    begin_flood(f, &flood);
    while (!atomic_load(&flood.over) || !rounds)
    {
        struct service_open *open;

        begin_ms = service_real_ms();
        open = service_open(f, f->clients[0], all[rounds++ % 3]);
        longer(&longest_call_ms, begin_ms);
        EXPECT_OPEN(open);
        longer(&longest_callback_ms, begin_ms);
        begin_ms = service_real_ms();
        assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
        longer(&longest_call_ms, begin_ms);
        if (rounds == MAX_OPENS - 10) break;
    }
    end_flood(&flood);
    after_kib = rss_kib();
    print_message("   %u events, %u sessions; a call took %u ms at most, a callback %u ms; %u KiB "
                  "before, %u after\n",
            atomic_load(&flood.sent), rounds, (unsigned int)longest_call_ms,
            (unsigned int)longest_callback_ms, before_kib, after_kib);
    assert_true(longest_call_ms < CALL_MS);
    assert_true(longest_callback_ms < CALLBACK_MS);
    /* A KiB for each session is the journal's. */
    if (!SANITIZED) assert_in_range(after_kib, 1, before_kib + 1024 + rounds);
    assert_int_equal(service_begun(blocked), 1);
    atomic_store(&blocked->may_return, true);
    EXPECT_OPEN(blocked);
}

/* Replies. */

static const char *const slow_words[] = { "INTERFACES", "LIST_NETWORKS", "GET_NETWORK",
    "P2P_INVITE", "P2P_FIND", "P2P_STOP_FIND", "P2P_GROUP_REMOVE", "P2P_REMOVE_CLIENT" };
#define SLOW_WORDS     (sizeof(slow_words) / sizeof(*slow_words))
#define REPLY_LIMIT_MS 20000
#define LATE_MS        16000 /* what is left is for a machine that others use */

/* While a reply is on its way the clock goes on. Returns true, for use in a condition. */
static bool let_time_pass(struct service_fixture *f, const unsigned int *ids, bool *ret_passed)
{
    for (unsigned int i = 0; i < SLOW_WORDS; i++)
    {
        if (ret_passed[i] || !scripted_supplicant_fault_fired(f->supplicant, ids[i])) continue;
        ret_passed[i] = true;
        atomic_fetch_add(&f->ahead_ms, LATE_MS);
    }
    return true;
}

/* One reply to each command. */
static void replies_may_take_their_time(struct service_fixture *f)
{
    const struct wfd_mac *const all[] = { &peer_guest, &peer_guest_2, &peer_unknown };
    struct service_open *opens[3];
    unsigned int ids[SLOW_WORDS];
    bool passed[SLOW_WORDS] = { false };

    f->config.reply_timeout_ms = REPLY_LIMIT_MS;
    f->config.open_timeout_ms = f->config.search_timeout_ms = LONG_MS;
    scripted_supplicant_peer_hide(f->supplicant, peer_unknown.octet, false);
    for (unsigned int i = 0; i < SLOW_WORDS; i++)
        ids[i] = service_fault_delay(f, slow_words[i], 100);
    CLIENT(f);
    for (unsigned int i = 0; i < 3; i++) opens[i] = service_open(f, f->clients[0], all[i]);
    for (unsigned int i = 0; i < 3; i++)
    {
        assert_true(WAIT_FOR(let_time_pass(f, ids, passed) && service_begun(opens[i])));
        EXPECT_OPEN(opens[i]);
    }
    assert_int_equal(wfd_service_close_session(f->service, opens[0]->session), WFD_SUCCESS);
    assert_true(WAIT_FOR(let_time_pass(f, ids, passed) && passed[SLOW_WORDS - 1]));
    wfd_service_close_client(f->service, f->clients[0], 0);
    f->client_count = 0;
    assert_true(
            WAIT_FOR(let_time_pass(f, ids, passed) && !scripted_supplicant_groups(f->supplicant)));
    for (unsigned int i = 0; i < SLOW_WORDS; i++) assert_true(passed[i]);
}

/* Ten thousand sessions. */

static void fetch(struct service_fixture *f, unsigned int count, uint32_t *ret_sessions)
{
    struct wfd_completion_info info;

    for (unsigned int i = 0; i < count; i++)
    {
        assert_true(wfd_service_next_completion(f->service, &info));
        assert_int_equal(info.error, WFD_SUCCESS);
        assert_int_equal(info.session, ret_sessions[info.context]);
        wfd_service_callback_begin(f->service, info.completion, 1);
        wfd_service_callback_end(f->service, info.completion);
    }
}

static void open_many(struct service_fixture *f, uint32_t client, uint32_t *ret_sessions)
{
    static const struct wfd_mac *const all[] = { &peer_owner, &peer_guest, &peer_guest_2,
        &peer_owner_2 };

    for (unsigned int i = 0; i < MANY; i++)
    {
        assert_int_equal(
                wfd_service_start_open(f->service, client, all[i % 4], 1, i, &ret_sessions[i]),
                WFD_SUCCESS);
        wfd_service_begin_open(f->service, ret_sessions[i]);
    }
    fetch(f, MANY, ret_sessions);
}

static void ten_thousand_sessions_are_open_at_once(struct service_fixture *f)
{
    uint32_t *sessions = calloc(MANY, sizeof(*sessions)), client;
    unsigned int kib[3];

    assert_non_null(sessions);
    service_stop_dispatcher(f);
    client = CLIENT(f);
    kib[0] = rss_kib();
    for (unsigned int i = 1; i < 3; i++)
    {
        uint64_t begin_ms = service_real_ms();

        open_many(f, client, sessions);
        kib[i] = rss_kib();
        assert_int_equal(scripted_supplicant_groups(f->supplicant), 3);
        for (unsigned int j = 0; j < MANY; j++)
            assert_int_equal(wfd_service_close_session(f->service, sessions[j]), WFD_SUCCESS);
        AWAIT_GROUPS(f, 0);
        print_message("   %u KiB before, %u with %u sessions open, after %u ms\n", kib[0], kib[i],
                MANY, (unsigned int)(service_real_ms() - begin_ms));
    }
    free(sessions);
    if (SANITIZED) return;
    assert_in_range(kib[1], 1, kib[0] + MANY);
    assert_in_range(kib[2], 1, kib[1] + 512);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(sessions_open_and_close_in_a_flood_of_events),
        SERVICE_TEST(replies_may_take_their_time),
        SERVICE_TEST(ten_thousand_sessions_are_open_at_once),
    };

    return cmocka_run_group_tests_name("service: flood", tests, NULL, NULL);
}
