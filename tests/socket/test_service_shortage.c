/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The system refuses what the core asks of it: memory, descriptors, threads, disk. Each request of
 * a whole story is refused in turn, alone and together with all that follow: every call answers
 * with a documented error, each open is called back once, nothing is left behind, and the same
 * service opens sessions again as soon as there is enough. Which part goes without is the core's
 * choice; the test only asks for that.
 */
#include "service_fixture.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core_shortage.h"

static const struct wfd_mac station = PEER(0x51);

static bool is_documented(enum wfd_error error)
{
    switch (error)
    {
    case WFD_SUCCESS:
    case WFD_ERROR_NOT_ENOUGH_MEMORY:
    case WFD_ERROR_BUSY:
    case WFD_ERROR_SERVICE_NOT_ACTIVE:
    case WFD_ERROR_CANCELLED:
    case WFD_ERROR_HOST_UNREACHABLE:
    case WFD_ERROR_CONNECTION_ABORTED:
    case WFD_ERROR_TIMEOUT: return true;
    case WFD_ERROR_INVALID_HANDLE:
    case WFD_ERROR_GEN_FAILURE:
    case WFD_ERROR_NOT_SUPPORTED:
    case WFD_ERROR_INVALID_PARAMETER:
    case WFD_ERROR_SESSION_LIMIT:
    case WFD_ERROR_NOT_FOUND:
    case WFD_ERROR_CONNECTION_REFUSED:
    case WFD_ERROR_INTERNAL:
    case WFD_ERROR_INVALID_STATE: break;
    }
    return false;
}

/* Asking for an index needs a descriptor. */
static uint32_t netif_index(const char *ifname)
{
    if (!shortage_refuses(SHORTAGE_DESCRIPTORS, EMFILE)) return service_netif_index(ifname);
    errno = EMFILE;
    return 0;
}

static const struct wfd_netif_ops netif_ops = { .list = service_netif_list, .index = netif_index };

/* The story. */

static void begin(struct service_open *open)
{
    struct service_fixture *f = open->fixture;

    if (open->start_error)
    {
        assert_true(open->start_error == WFD_ERROR_NOT_ENOUGH_MEMORY ||
                    open->start_error == WFD_ERROR_SERVICE_NOT_ACTIVE);
        return;
    }
    service_started(f);
    service_begin(open);
}

static struct service_open *begin_one(
        struct service_fixture *f, uint32_t client, const struct wfd_mac *peer)
{
    struct service_open *open = service_open_new(f);

    assert_non_null(open);
    open->start_error = IN_CORE(wfd_service_start_open(
            f->service, client, peer, CALLBACK_VALUE, (uint64_t)(uintptr_t)open, &open->session));
    begin(open);
    return open;
}

static void await_one(struct service_open *open)
{
    if (open->start_error) return;
    assert_true(service_called_back_within(open, 500, 100000));
    if (!is_documented(open->info.error)) print_message("error %u\n", open->info.error);
    assert_true(is_documented(open->info.error));
    assert_true((open->info.interface_index != 0) == !open->info.error);
}

static void close_one(struct service_fixture *f, struct service_open *open)
{
    if (open->start_error || open->info.error) return;
    assert_int_equal(wfd_service_close_session(f->service, open->session), WFD_SUCCESS);
}

static void visit_legacy(struct service_fixture *f, uint32_t client)
{
    uint32_t session, index;
    enum wfd_error error =
            IN_CORE(wfd_service_open_legacy(f->service, client, &station, &session, &index));

    assert_true(is_documented(error));
    if (!error) assert_int_equal(wfd_service_close_session(f->service, session), WFD_SUCCESS);
}

static void search(struct service_fixture *f)
{
    bool found;

    assert_true(is_documented(
            IN_CORE(wfd_service_search(f->service, &f->config, &peer_stranger, &found))));
}

/* What is not told cannot have been seen: a device in a group with us is connected, or it is an error. */
static void look(struct service_fixture *f, const struct wfd_mac *connected)
{
    struct wfd_paired_state states[16];
    unsigned int count = 0;
    enum wfd_error error = IN_CORE(wfd_service_look(f->service, &f->config, states, 16, &count));

    assert_true(is_documented(error));
    if (error) return;
    assert_true(count >= 5);
    for (unsigned int i = 0; i < count; i++)
        if (connected && !memcmp(&states[i].peer, connected, sizeof(*connected)))
            assert_true(states[i].connected && states[i].interface_index);
}

static bool report(void *context, const struct wfd_device *device)
{
    (void)context;
    return !device; /* the first one will do */
}

static void scan_and_list(struct service_fixture *f)
{
    struct wfd_paired paired[16];
    unsigned int count = 0;
    enum wfd_error error;

    assert_true(is_documented(IN_CORE(wfd_service_scan(f->service, &f->config, 1, report, NULL))));
    error = IN_CORE(wfd_service_list_paired(f->service, &f->config, paired, 16, &count));
    assert_true(is_documented(error));
    assert_true(error || count >= 5);
}

/* And forgets the device again, with enough of everything: the next story begins as this one. */
static void pair(struct service_fixture *f, uint32_t client)
{
    struct wfd_pairing pairing = { .method = WFD_PAIRING_DISPLAY, .go_intent = 15 };
    struct service_open *open = service_open_new(f);
    bool saved;
    enum wfd_error error;

    assert_true(open && wfd_pin_make(pairing.pin));
    open->start_error = IN_CORE(wfd_service_start_pairing(f->service, client, &peer_stranger,
            &pairing, CALLBACK_VALUE, (uint64_t)(uintptr_t)open, &open->session));
    begin(open);
    await_one(open);
    close_one(f, open);
    error = IN_CORE(wfd_service_unpair(f->service, &f->config, &peer_stranger, &saved));
    assert_true(error == WFD_ERROR_NOT_FOUND || is_documented(error));
    if (!open->start_error && !open->info.error) assert_int_not_equal(error, WFD_ERROR_NOT_FOUND);
    if (error) wfd_service_unpair(f->service, &f->config, &peer_stranger, &saved);
}

/* As client and as owner, shared, cancelled, with a device that is in a group of another tool. */
static void tell_story(struct service_fixture *f)
{
    struct service_open *opens[7];
    uint32_t client;
    enum wfd_error error = IN_CORE(wfd_service_open_client(f->service, &f->config, &client));

    if (error)
    {
        assert_true(error == WFD_ERROR_NOT_ENOUGH_MEMORY || error == WFD_ERROR_SERVICE_NOT_ACTIVE);
        return;
    }
    opens[0] = begin_one(f, client, &peer_owner);
    opens[1] = begin_one(f, client, &peer_owner);
    opens[2] = begin_one(f, client, &peer_guest);
    opens[3] = begin_one(f, client, &peer_guest_2);
    opens[4] = begin_one(f, client, &peer_unknown);
    if (!opens[4]->start_error) wfd_service_cancel_open(f->service, opens[4]->session);
    for (int i = 0; i < 5; i++) await_one(opens[i]);
    look(f, opens[0]->start_error || opens[0]->info.error ? NULL : &peer_owner);
    close_one(f, opens[2]);
    opens[5] = begin_one(f, client, &peer_owner_2);
    await_one(opens[5]);
    visit_legacy(f, client);
    search(f);
    scan_and_list(f);
    pair(f, client);
    opens[6] = begin_one(f, client, &peer_guest);
    await_one(opens[6]);
    close_one(f, opens[0]);
    assert_int_equal(IN_CORE(wfd_service_close_client(f->service, client, 0)), WFD_SUCCESS);
}

/* Another program, which lacks nothing, holds the second owner's group meanwhile. */
struct other
{
    struct wfd_service *service;
    uint32_t client, session;
};

static void begin_other(struct service_fixture *f, struct other *ret_other)
{
    struct wfd_environment environment = { .netif = &service_netif_ops,
        .now_ms = service_now_ms,
        .context = f,
        .share_folder = f->share };
    struct wfd_completion_info info = { .error = WFD_ERROR_INTERNAL };

    assert_int_equal(wfd_service_new(&environment, &ret_other->service), WFD_SUCCESS);
    atomic_store(&loop_is_spared, true);
    assert_int_equal(wfd_service_open_client(ret_other->service, &f->config, &ret_other->client),
            WFD_SUCCESS);
    atomic_store(&loop_is_spared, false);
    assert_int_equal(wfd_service_start_open(ret_other->service, ret_other->client, &peer_owner_2, 1,
                             2, &ret_other->session),
            WFD_SUCCESS);
    wfd_service_begin_open(ret_other->service, ret_other->session);
    assert_true(wfd_service_next_completion(ret_other->service, &info));
    wfd_service_callback_begin(ret_other->service, info.completion, 1);
    wfd_service_callback_end(ret_other->service, info.completion);
    assert_int_equal(info.error, WFD_SUCCESS);
}

static void end_other(struct other *other)
{
    assert_int_equal(wfd_service_close_session(other->service, other->session), WFD_SUCCESS);
    wfd_service_close_client(other->service, other->client, 0);
    wfd_service_free(other->service);
}

static void set_stage(struct service_fixture *f)
{
    struct scripted_peer person = {
        .device_address = { 2, 0, 0, 0, 0, 4 }, .known = true, .wps = SCRIPTED_WPS_ENTERS
    };

    assert_int_equal(scripted_supplicant_add_peer(f->supplicant, &person), 0);
    f->config.reply_timeout_ms = 1000;
    f->config.open_timeout_ms = 20000;
    scripted_supplicant_add_station(
            f->supplicant, "wlan0", "home", 4, station.octet, SCRIPTED_STATION_CONNECTS);
    scripted_supplicant_latency(f->supplicant, SCRIPTED_STEP_FIND_STOPPED, 1);
}

static void new_service(struct service_fixture *f)
{
    struct wfd_environment environment = { .netif = &netif_ops,
        .now_ms = service_now_ms,
        .context = f,
        .reaper_path = getenv("WFD_REAPER"),
        .share_folder = f->share };

    service_stop_dispatcher(f);
    wfd_service_free(f->service);
    f->service = NULL;
    assert_int_equal(wfd_service_new(&environment, &f->service), WFD_SUCCESS);
    f->stop = false;
    assert_int_equal(pthread_create(&f->dispatcher, NULL, service_dispatch, f), 0);
    f->dispatcher_runs = true;
}

/* The other program has its group, and nobody has another. */
static void check_what_is_left(struct service_fixture *f)
{
    char ifname[32];

    AWAIT_GROUPS(f, 1);
    /* The connection is kept a little after an open that was undone. */
    atomic_fetch_add(&f->ahead_ms, 60000);
    wfd_service_set_policy(f->service, false);
    wfd_service_set_policy(f->service, true);
    assert_true(scripted_supplicant_wait_monitors(f->supplicant, 1, PATIENCE_MS));
    assert_true(scripted_supplicant_group_ifname(
            f->supplicant, peer_owner_2.octet, ifname, sizeof(ifname)));
}

static void check_that_all_is_well(struct service_fixture *f)
{
    uint32_t client;

    AWAIT_GROUPS(f, 0);
    client = CLIENT(f);
    f->client_count--;
    OPEN(f, client, &peer_owner);
    OPEN(f, client, &peer_guest);
    assert_int_equal(wfd_service_close_client(f->service, client, 0), WFD_SUCCESS);
    AWAIT_GROUPS(f, 0);
    assert_true(service_is_detached(f));
}

static void refuse_each_in_turn(
        struct service_fixture *f, enum shortage_kind kind, bool for_ever, unsigned int at_least)
{
    unsigned int refused, first = 1;

    set_stage(f);
    do
    {
        struct other other;

        new_service(f);
        begin_other(f, &other);
        shortage_begin(kind, first, for_ever);
        tell_story(f);
        refused = shortage_end();
        check_what_is_left(f);
        end_other(&other);
        check_that_all_is_well(f);
    } while (refused && first++ < 500);
    print_message("   %u requests refused in turn\n", first - 1);
    assert_int_equal(refused, 0);
    assert_true(first > at_least);
}

#define REFUSED(name, kind, for_ever, at_least)                                                    \
    static void name(struct service_fixture *f)                                                    \
    {                                                                                              \
        refuse_each_in_turn(f, kind, for_ever, at_least);                                          \
    }

REFUSED(each_allocation_fails_in_turn, SHORTAGE_MEMORY, false, 60)
REFUSED(each_allocation_and_all_that_follow_fail, SHORTAGE_MEMORY, true, 60)
REFUSED(each_descriptor_is_refused_in_turn, SHORTAGE_DESCRIPTORS, false, 35)
REFUSED(each_descriptor_and_all_that_follow_are_refused, SHORTAGE_DESCRIPTORS, true, 35)
REFUSED(no_thread_can_be_made, SHORTAGE_THREADS, true, 1)
REFUSED(each_thread_and_process_is_refused_in_turn, SHORTAGE_THREADS, false, 1)

/* It is left out, and the session and its peer stay where they are. */
static void roll_call_without(struct service_fixture *f, enum shortage_kind kind)
{
    unsigned int refused, first = 1;

    f->config.reply_timeout_ms = LONG_MS;
    OPEN(f, CLIENT(f), &peer_guest);
    do
    {
        unsigned int asked = service_commands(f, "P2P_GROUP_MEMBER");

        service_log_await("not enough memory or descriptors");
        shortage_begin(kind, first, false);
        service_advance(f, 10000);
        assert_true(
                WAIT_FOR(service_commands(f, "P2P_GROUP_MEMBER") > asked || service_log_seen()));
        refused = shortage_end();
        assert_true(refused || service_commands(f, "P2P_GROUP_MEMBER") > asked);
        assert_true(scripted_supplicant_wait_monitors(f->supplicant, 1, PATIENCE_MS));
    } while (refused && first++ < 100);
    assert_int_equal(refused, 0);
    assert_true(first > 2);
    OPEN(f, f->clients[0], &peer_guest);
    assert_int_equal(service_commands(f, "P2P_INVITE"), 1);
}

static void a_roll_call_without_memory_is_left_out(struct service_fixture *f)
{
    roll_call_without(f, SHORTAGE_MEMORY);
}

static void a_roll_call_without_descriptors_is_left_out(struct service_fixture *f)
{
    roll_call_without(f, SHORTAGE_DESCRIPTORS);
}

/* wfd_service_new asks for memory alone. */
static void a_service_is_made_or_not(struct service_fixture *f)
{
    struct wfd_environment environment = {
        .netif = &service_netif_ops, .reaper_path = "/nonexistent", .share_folder = f->share
    };
    unsigned int refused, first = 1;

    do
    {
        struct wfd_service *service = NULL;
        enum wfd_error error;

        shortage_begin(SHORTAGE_MEMORY, first, false);
        error = IN_CORE(wfd_service_new(&environment, &service));
        refused = shortage_end();
        assert_true(error == WFD_SUCCESS || error == WFD_ERROR_NOT_ENOUGH_MEMORY);
        assert_int_equal(service != NULL, !error);
        wfd_service_free(service);
    } while (refused && first++ < 100);
    assert_int_equal(refused, 0);
    assert_true(first > 5);
}

/* libwpa_client's own functions would write beyond an fd_set there. */
static void descriptors_beyond_those_of_select_work(struct service_fixture *f)
{
    static int fds[1100];
    struct rlimit old, limit;
    struct other other;
    unsigned int count = 0;

    set_stage(f);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    limit = old;
    limit.rlim_cur = limit.rlim_max > 4096 ? 4096 : limit.rlim_max;
    if (limit.rlim_cur < 2048) SKIP_TEST(f, "no more than %lu descriptors", limit.rlim_cur);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    do
    {
        assert_true(count < sizeof(fds) / sizeof(*fds));
        fds[count] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    } while (fds[count++] < FD_SETSIZE);
    new_service(f);
    begin_other(f, &other);
    tell_story(f);
    for (unsigned int i = 1; i <= 8; i++)
        assert_int_equal(f->opens[f->open_count - i]->info.error,
                i == 4 ? WFD_ERROR_CANCELLED : WFD_SUCCESS);
    check_what_is_left(f);
    end_other(&other);
    while (count) close(fds[--count]);
    setrlimit(RLIMIT_NOFILE, &old);
}

/* A program of its own under a real limit, which is raised by one descriptor after the other. */

static bool set_limit(rlim_t count)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit)) return false;
    limit.rlim_cur = count;
    return !setrlimit(RLIMIT_NOFILE, &limit);
}

/* The error of an open, its callback's included. */
static enum wfd_error open_in(
        struct wfd_service *service, uint32_t client, const struct wfd_mac *peer)
{
    struct wfd_completion_info info;
    uint32_t session;
    enum wfd_error error = wfd_service_start_open(service, client, peer, 1, 2, &session);

    if (error) return error;
    wfd_service_begin_open(service, session);
    if (!wfd_service_next_completion(service, &info)) return WFD_ERROR_INTERNAL;
    wfd_service_callback_begin(service, info.completion, 1);
    wfd_service_callback_end(service, info.completion);
    return info.error;
}

static enum wfd_error live_with(struct wfd_service *service, const struct wfd_config *config)
{
    uint32_t client;
    enum wfd_error error = wfd_service_open_client(service, config, &client), other;

    if (error) return error;
    error = open_in(service, client, &peer_owner);
    other = open_in(service, client, &peer_guest);
    if (wfd_service_close_client(service, client, 0)) return WFD_ERROR_INTERNAL;
    return error ? error : other;
}

/* Its exit status says what went wrong. */
static int program_main(const char *sockets, const char *share)
{
    struct wfd_environment environment = {
        .netif = &service_netif_ops, .share_folder = share, .reaper_path = getenv("WFD_REAPER")
    };
    struct wfd_config config = { .open_timeout_ms = 60000, .settle_ms = 1 };
    unsigned int open_now = service_count_entries("/proc/self/fd") - 3, failures = 0;
    enum wfd_error error = WFD_ERROR_INTERNAL;
    int first_free = dup(0);

    close(first_free);
    snprintf(config.control_directory, sizeof(config.control_directory), "%s", sockets);
    for (unsigned int more = 0; more < 40; more++)
    {
        struct wfd_service *service;

        if (wfd_service_new(&environment, &service)) return 2;
        if (!set_limit((rlim_t)first_free + more)) return 3;
        error = live_with(service, &config);
        if (!set_limit(256)) return 3;
        if (!is_documented(error)) return 4;
        if (error) failures++;
        if (live_with(service, &config)) return 5;
        wfd_service_free(service);
        if (service_count_entries("/proc/self/fd") - 3 != open_now) return 6;
    }
    if (error) return 7;
    return failures >= 3 ? 0 : 8;
}

static void a_real_limit_is_raised_step_by_step(struct service_fixture *f)
{
    char word[] = "program", *argv[] = { word, word, f->sockets, f->share, NULL };
    int status;
    pid_t pid;

    assert_int_equal(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    AWAIT_GROUPS(f, 0);
}

/* Disk. */

static bool has_own_mounts;

/* A folder without room for one more byte, or for one more file. */
static void mount_full_folder(struct service_fixture *f, bool no_files)
{
    char path[120], block[4096] = "x";
    int file;

    assert_int_equal(mount("winewfd-test", f->share, "tmpfs", 0,
                             no_files ? "mode=700,nr_inodes=2" : "mode=700,size=16k"),
            0);
    snprintf(path, sizeof(path), "%s/full", f->share);
    file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    while (!no_files && write(file, block, sizeof(block)) > 0) continue;
    if (!no_files) assert_int_equal(errno, ENOSPC);
    close(file);
}

static void end_full_folder(struct service_fixture *f)
{
    /* The services have gone: nothing is open there. */
    assert_int_equal(umount(f->share), 0);
}

static void tell_story_of_two_programs(struct service_fixture *f)
{
    struct other other;
    uint32_t client;

    set_stage(f);
    new_service(f);
    begin_other(f, &other);
    client = CLIENT(f);
    f->client_count--;
    OPEN(f, client, &peer_owner);
    OPEN(f, client, &peer_guest);
    OPEN(f, client, &peer_owner_2);
    end_other(&other);
    wfd_service_close_client(f->service, client, 0);
    AWAIT_GROUPS(f, 0);
    service_stop_dispatcher(f);
    wfd_service_free(f->service);
    f->service = NULL;
}

static void programs_share_on_a_full_disk(struct service_fixture *f)
{
    if (!has_own_mounts) SKIP_TEST(f, "only root may mount");
    mount_full_folder(f, false);
    tell_story_of_two_programs(f);
    end_full_folder(f);
}

static void each_program_is_on_its_own_without_room_for_a_file(struct service_fixture *f)
{
    if (!has_own_mounts) SKIP_TEST(f, "only root may mount");
    mount_full_folder(f, true);
    service_log_await("No space left on device");
    tell_story_of_two_programs(f);
    assert_true(service_log_seen() > 0);
    end_full_folder(f);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(a_service_is_made_or_not),
        SERVICE_TEST(each_allocation_fails_in_turn),
        SERVICE_TEST(each_allocation_and_all_that_follow_fail),
        SERVICE_TEST(each_descriptor_is_refused_in_turn),
        SERVICE_TEST(each_descriptor_and_all_that_follow_are_refused),
        SERVICE_TEST(no_thread_can_be_made),
        SERVICE_TEST(each_thread_and_process_is_refused_in_turn),
        SERVICE_TEST(a_roll_call_without_memory_is_left_out),
        SERVICE_TEST(a_roll_call_without_descriptors_is_left_out),
        SERVICE_TEST(descriptors_beyond_those_of_select_work),
        SERVICE_TEST(a_real_limit_is_raised_step_by_step),
        SERVICE_TEST(programs_share_on_a_full_disk),
        SERVICE_TEST(each_program_is_on_its_own_without_room_for_a_file),
    };

    if (argc == 4 && !strcmp(argv[1], "program")) return program_main(argv[2], argv[3]);
    has_own_mounts = !unshare(CLONE_NEWNS) && !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);

    return cmocka_run_group_tests_name("service: shortage", tests, NULL, NULL);
}
