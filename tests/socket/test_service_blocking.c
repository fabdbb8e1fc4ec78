/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The service's lock is held for moments only: never across a call that can block, never together
 * with another lock but the log's, and the service's thread never works for long without a look at
 * what has come. Each story must have made the calls that it is about.
 */
#include "service_fixture.h"

#include "core_blocking.h"

/*
 * Of the processor's time, not of the clock's, as others use the machine too. Sanitizers make the
 * work several times as long; build/soak/soak looks at what is installed.
 */
#define LONGEST_WORK_MS 400

static const struct wfd_mac station = PEER(0x51);

static void new_service(struct service_fixture *f, const char *reaper_path)
{
    struct wfd_environment environment = { .netif = &watched_netif_ops,
        .ctrl = watched_ctrl_ops(),
        .now_ms = service_now_ms,
        .context = f,
        .reaper_path = reaper_path,
        .share_folder = f->share };

    service_stop_dispatcher(f);
    wfd_service_free(f->service);
    assert_int_equal(wfd_service_new(&environment, &f->service), WFD_SUCCESS);
    f->stop = false;
    assert_int_equal(pthread_create(&f->dispatcher, NULL, service_dispatch, f), 0);
    f->dispatcher_runs = true;
    watch_begin(f->service);
}

static void check(unsigned int calls)
{
    if (atomic_load(&watched.first)) print_message("   %s\n", atomic_load(&watched.first));
    assert_int_equal(atomic_load(&watched.blocking), 0);
    assert_int_equal(atomic_load(&watched.disorders), 0);
    assert_int_equal(atomic_load(&watched.heritable), 0);
    assert_true(atomic_load(&watched.lock_count) > 10);
    for (unsigned int i = 0; i < CALL_COUNT; i++)
    {
        if (!(calls & 1u << i) || atomic_load(&watched.seen[i])) continue;
        print_message("   call %u was never made\n", i);
        fail();
    }
    print_message(
            "   at most %.3f ms of work\n", (double)atomic_load(&watched.longest_work_ns) / 1e6);
    assert_in_range(atomic_load(&watched.longest_work_ns), 1, LONGEST_WORK_MS * 1000000ull);
}

#define USUAL_CALLS                                                                                \
    (1u << CALL_POLL | 1u << CALL_CONNECT | 1u << CALL_SEND | 1u << CALL_RECEIVE |                 \
            1u << CALL_READ_WRITE | 1u << CALL_OPEN | 1u << CALL_FILE_LOCK | 1u << CALL_NETIF)

/* The other lock is only said to be taken: really to take it is what ThreadSanitizer complains of. */
static void the_watch_sees_what_it_is_for(struct service_fixture *f)
{
    pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;
    struct pollfd none;

    new_service(f, NULL);
    poll(&none, 0, 1);
    take_note_of(&other);
    forget(&other);
    assert_null(atomic_load(&watched.first));
    pthread_mutex_lock(&f->service->lock);
    poll(&none, 0, 1);
    assert_int_equal(atomic_load(&watched.blocking), 1);
    take_note_of(&other);
    assert_int_equal(atomic_load(&watched.disorders), 1);
    pthread_mutex_unlock(&f->service->lock);
    pthread_mutex_lock(&f->service->lock);
    assert_int_equal(atomic_load(&watched.disorders), 2);
    forget(&other);
    pthread_mutex_unlock(&f->service->lock);
}

static bool report(void *context, const struct wfd_device *device)
{
    (void)context;
    return !device; /* the first one will do */
}

/* As wfdctl and the window do it, beside sessions. */
static void play_with_devices(struct service_fixture *f, uint32_t client)
{
    struct wfd_pairing pairing = { .method = WFD_PAIRING_BUTTON, .go_intent = 15 };
    struct scripted_peer person = {
        .device_address = { 2, 0, 0, 0, 0, 4 }, .known = true, .wps = SCRIPTED_WPS_BUTTON
    };
    struct service_open *open;
    struct wfd_paired_state states[8];
    struct wfd_paired paired[8];
    unsigned int count;
    bool saved;

    scripted_supplicant_add_peer(f->supplicant, &person);
    open = service_start_pairing(f, client, &peer_stranger, &pairing);
    assert_int_equal(open->start_error, WFD_SUCCESS);
    service_begin(open);
    EXPECT_OPEN(open);
    assert_true(
            WAIT_FOR(wfd_service_look(f->service, &f->config, states, 8, &count) == WFD_SUCCESS));
    assert_int_equal(wfd_service_progress(f->service, open->session), WFD_PROGRESS_OPEN);
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    assert_int_equal(wfd_service_scan(f->service, &f->config, 1, report, NULL), WFD_SUCCESS);
    assert_int_equal(
            wfd_service_list_paired(f->service, &f->config, paired, 8, &count), WFD_SUCCESS);
    assert_int_equal(
            wfd_service_unpair(f->service, &f->config, &peer_stranger, &saved), WFD_SUCCESS);
}

/* Everything that can be called, with a supplicant that is well. */
static void play(struct service_fixture *f)
{
    struct service_open *opens[5];
    uint32_t client = CLIENT(f), session, index;
    bool found;

    scripted_supplicant_add_station(
            f->supplicant, "wlan0", "home", 4, station.octet, SCRIPTED_STATION_CONNECTS);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_FIND_STOPPED, 1);
    opens[0] = service_open(f, client, &peer_owner);
    opens[1] = service_open(f, client, &peer_owner);
    opens[2] = service_open(f, client, &peer_guest);
    opens[3] = service_open(f, client, &peer_guest_2);
    opens[4] = service_open(f, client, &peer_unknown);
    wfd_service_cancel_open(f->service, opens[4]->session);
    for (int i = 0; i < 4; i++) EXPECT_OPEN(opens[i]);
    assert_int_equal(
            wfd_service_open_legacy(f->service, client, &station, &session, &index), WFD_SUCCESS);
    assert_int_equal(
            wfd_service_search(f->service, &f->config, &peer_stranger, &found), WFD_SUCCESS);
    assert_int_equal(wfd_service_close_session(f->service, session), WFD_SUCCESS);
    for (int i = 0; i < 3; i++)
        assert_int_equal(wfd_service_close_session(f->service, opens[i]->session), WFD_SUCCESS);
    play_with_devices(f, client);
    wfd_service_set_policy(f->service, false);
    wfd_service_set_policy(f->service, true);
}

static const char *reaper_path(void)
{
    const char *path = getenv("WFD_REAPER");

    return path && !access(path, X_OK) ? path : NULL;
}

static void a_whole_story_blocks_nowhere(struct service_fixture *f)
{
    new_service(f, reaper_path());
    play(f);
    wfd_service_close_client(f->service, f->clients[0], 0);
    f->client_count = 0;
    AWAIT_GROUPS(f, 0);
    check(USUAL_CALLS | (reaper_path() ? 1u << CALL_SPAWN : 0));
}

/* Whatever becomes of it. */
static void open_guest(struct service_fixture *f)
{
    struct service_open *open = service_open(f, f->clients[0], &peer_guest);

    assert_true(open->start_error || service_called_back_within(open, 500, 100000));
}

static void a_supplicant_that_hangs_or_dies_blocks_nobody(struct service_fixture *f)
{
    f->config.reply_timeout_ms = 500;
    new_service(f, reaper_path());
    play(f);
    scripted_supplicant_restart(f->supplicant);
    service_add_networks(f);
    OPEN(f, f->clients[0], &peer_owner);
    scripted_supplicant_hang(f->supplicant);
    open_guest(f);
    scripted_supplicant_resume(f->supplicant);
    OPEN(f, f->clients[0], &peer_owner);
    scripted_supplicant_die(f->supplicant);
    open_guest(f);
    scripted_supplicant_restart(f->supplicant);
    check(USUAL_CALLS);
}

/* A helper that never reads, which is this program again: it lives until its socket is closed. */
static int deaf_helper_main(void)
{
    struct pollfd fd = { .fd = 3 };

    while (poll(&fd, 1, -1) < 0 && errno == EINTR) continue;
    return 0;
}

/* After some hundred messages its socket is full. */
static void a_helper_that_does_not_read_blocks_nobody(struct service_fixture *f)
{
    new_service(f, "/proc/self/exe");
    service_log_await("reaper: Resource temporarily unavailable");
    CLIENT(f);
    for (int i = 0; i < 400 && !service_log_seen(); i++)
    {
        struct service_open *open = OPEN(f, f->clients[0], &peer_owner);

        assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
    }
    assert_true(service_log_seen() > 0);
    OPEN(f, f->clients[0], &peer_owner);
    check(USUAL_CALLS | 1u << CALL_SPAWN | 1u << CALL_WAIT);
}

/* Each is another program's that has the file of turns, and of the group, locked. */
static void locks_of_other_programs_are_not_waited_for(struct service_fixture *f)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    struct service_open *waiting;
    char path[120];
    int file;

    snprintf(path, sizeof(path), "%s/turns", f->share);
    new_service(f, NULL);
    CLIENT(f);
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(fcntl(file, F_OFD_SETLK, &lock), 0);
    waiting = service_open(f, f->clients[0], &peer_owner);
    assert_true(WAIT_FOR(atomic_load(&watched.seen[CALL_FILE_LOCK]) > 10));
    assert_int_equal(service_begun(waiting), 0);
    close(file);
    EXPECT_OPEN(waiting);
    check(USUAL_CALLS);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(the_watch_sees_what_it_is_for),
        SERVICE_TEST(a_whole_story_blocks_nowhere),
        SERVICE_TEST(a_supplicant_that_hangs_or_dies_blocks_nobody, .leaves_groups = true),
        SERVICE_TEST(a_helper_that_does_not_read_blocks_nobody),
        SERVICE_TEST(locks_of_other_programs_are_not_waited_for),
    };

    if (argc == 2 && atoi(argv[1]) > 0) return deaf_helper_main();
    return cmocka_run_group_tests_name("service: blocking", tests, NULL, NULL);
}
