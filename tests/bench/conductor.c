/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Conducts the radio measurement inside the lab: round by round it opens and closes a session to a
 * paired, listening device once with raw control commands, the floor, and once through the DLL by
 * way of bench-radio-session, and times both with one clock. Between the timed parts it ends the
 * peer's group, waits until nothing of the group is left on either side, makes the peer listen and
 * sees to it that our supplicant knows it. It never searches inside a timed part, and pairs nobody.
 *
 *     conductor OUR-SOCKET PEER-SOCKET PEER ID client|GO ROUNDS PORT-FILE
 *
 * The sockets are those of the p2p-dev interfaces, PEER is the other's device address, ID that of
 * the group stored at our supplicant.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "wfd_core.h"
#include "wfd_ctrl.h"

#include "bench_stats.h"

#define MAX_ROUNDS 100
#define WAIT_MS    30000 /* for anything that has to come */
#define START_MS   90000 /* for the Windows program: Wine starts */
#define SETTLE_MS  700   /* a P2P_LISTEN while the device listens deafens it for half a second */
#define PEER_AGE_S 20    /* the supplicant forgets a device after 60 */
#define POLL_NS    500000
#define LIMIT      1.05

/* A device's control interface: commands and events apart, so that no reply waits for an event. */
struct device
{
    struct wfd_ctrl *command, *monitor;
    char reply[4096], event[4096];
};

enum way
{
    RAW,
    DLL,
    WAY_COUNT,
};

static const char *const way_names[WAY_COUNT] = { [RAW] = "raw control socket", [DLL] = "DLL" };

static struct device ours, peers;
static const char *peer_address, *stored_id;
static bool as_client;
static int program; /* the connection to the Windows program */
static double open_ms[WAY_COUNT][MAX_ROUNDS], close_ms[WAY_COUNT][MAX_ROUNDS];

static void fail(const char *format, ...)
{
    va_list args;

    fputs("conductor: ", stdout);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    exit(1);
}

/* Time. The clock is the one that Wine's QueryPerformanceCounter shows, in ns. */

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void nap(uint64_t ns)
{
    struct timespec time = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };

    nanosleep(&time, NULL);
}

static double ms_between(uint64_t from_ns, uint64_t to_ns)
{
    return ((double)to_ns - (double)from_ns) / 1e6;
}

/* Commands and events. */

static struct wfd_ctrl *connect_ctrl(const char *path)
{
    struct wfd_ctrl *ctrl;
    int error = wfd_ctrl_wpa_ops.open(path, 0, &ctrl);

    if (error) fail("%s: %s", path, strerror(-error));
    return ctrl;
}

/* One datagram as a string; false when none has come by the end. */
static bool receive(struct wfd_ctrl *ctrl, char *text, size_t size, uint64_t end_ns)
{
    struct pollfd fd = { .fd = wfd_ctrl_wpa_ops.descriptor(ctrl), .events = POLLIN };
    ssize_t length;

    for (;;)
    {
        uint64_t now = now_ns();

        length = wfd_ctrl_wpa_ops.receive(ctrl, text, size - 1);
        if (length >= 0) break;
        if (length != -EAGAIN && length != -EPERM) fail("receive: %s", strerror((int)-length));
        if (now >= end_ns) return false;
        poll(&fd, 1, (int)((end_ns - now) / 1000000) + 1);
    }
    text[length] = 0;
    return true;
}

static uint64_t deadline(unsigned int ms)
{
    return now_ns() + (uint64_t)ms * 1000000;
}

static void send_command(struct wfd_ctrl *ctrl, const char *text)
{
    int error = wfd_ctrl_wpa_ops.send(ctrl, text, strlen(text));

    if (error) fail("%s: %s", text, strerror(-error));
}

/* Sends and waits for the reply. */
static const char *ask(struct device *device, const char *format, ...)
{
    char text[128];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    send_command(device->command, text);
    if (!receive(device->command, device->reply, sizeof(device->reply), deadline(WAIT_MS)))
        fail("no reply to %s", text);
    return device->reply;
}

static bool is_ok(const char *reply)
{
    return !strncmp(reply, "OK", 2);
}

static void attach(struct device *device, const char *path)
{
    device->command = connect_ctrl(path);
    device->monitor = connect_ctrl(path);
    send_command(device->monitor, "ATTACH");
    if (!receive(device->monitor, device->reply, sizeof(device->reply), deadline(WAIT_MS)) ||
            !is_ok(device->reply))
        fail("ATTACH at %s", path);
}

static void forget_events(struct device *device)
{
    while (receive(device->monitor, device->event, sizeof(device->event), 0))
    {
    }
}

/* Waits for an event that begins so; returns what follows. Others are passed over. */
static const char *wait_event(struct device *device, const char *begin)
{
    uint64_t end_ns = deadline(WAIT_MS);

    while (receive(device->monitor, device->event, sizeof(device->event), end_ns))
    {
        const char *text = strchr(device->event, '>');

        if (!text) continue;
        if (!strncmp(text + 1, begin, strlen(begin))) return text + 1 + strlen(begin);
        if (!strncmp(text + 1, "P2P-GROUP-FORMATION-FAILURE", 27) ||
                (!strncmp(text + 1, "P2P-INVITATION-RESULT ", 22) && !strstr(text, "status=0")))
            fail("while waiting for %s: %s", begin, text + 1);
    }
    fail("no event %s", begin);
    return NULL;
}

static void first_word(const char *text, char ret_word[IFNAMSIZ])
{
    size_t length = strcspn(text, " \n");

    if (!length || length >= IFNAMSIZ) fail("no interface name in an event");
    memcpy(ret_word, text, length);
    ret_word[length] = 0;
}

/* The Windows program. */

/* Answers have at most three numbers. */
static unsigned int tell_program(const char *command, const char *word, uint64_t ret_numbers[3])
{
    char line[128], *end, *at;
    unsigned int count = 0;
    size_t used = 0;
    ssize_t got;

    if (send(program, command, strlen(command), MSG_NOSIGNAL) < 0) fail("the program has gone");
    do
    {
        got = recv(program, line + used, sizeof(line) - 1 - used, 0);
        if (got <= 0) fail("the program has gone, or does not answer");
        used += (size_t)got;
        line[used] = 0;
    } while (!strchr(line, '\n') && used < sizeof(line) - 1);
    if (strncmp(line, word, strlen(word))) fail("the program answers %s", line);
    for (at = line + strlen(word); count < 3; at = end)
    {
        ret_numbers[count] = strtoull(at, &end, 10);
        if (end == at) break;
        count++;
    }
    return count;
}

/* Its counter must show our clock, in units of 100 ns: else nothing could be compared. */
static void check_clock(void)
{
    uint64_t before = now_ns(), numbers[3], after;

    if (tell_program("clock\n", "clock", numbers) != 2 || numbers[1] != 10000000)
        fail("QueryPerformanceFrequency is not 10 MHz");
    after = now_ns();
    if (numbers[0] < before / 100 || numbers[0] > after / 100)
        fail("QueryPerformanceCounter is not CLOCK_MONOTONIC_RAW: %" PRIu64 " is not from %" PRIu64
             " to %" PRIu64,
                numbers[0], before / 100, after / 100);
}

static void accept_program(const char *port_file)
{
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct timeval limit = { .tv_sec = 2 * WAIT_MS / 1000 + 10 };
    struct pollfd fd = { .fd = server, .events = POLLIN };
    socklen_t length = sizeof(name);
    FILE *file;

    if (server < 0 || bind(server, (struct sockaddr *)&name, length) || listen(server, 1) ||
            getsockname(server, (struct sockaddr *)&name, &length))
        fail("cannot listen: %s", strerror(errno));
    file = fopen(port_file, "we");
    if (!file || fprintf(file, "%u\n", ntohs(name.sin_port)) < 0 || fclose(file))
        fail("%s: %s", port_file, strerror(errno));
    if (poll(&fd, 1, START_MS) != 1) fail("the program has not come");
    program = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    if (program < 0) fail("accept: %s", strerror(errno));
    close(server);
    setsockopt(program, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(program, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

/* Timed parts. */

static double open_raw(char ret_ifname[IFNAMSIZ])
{
    uint64_t begin = now_ns();

    if (!is_ok(ask(&ours, "P2P_INVITE persistent=%s peer=%s", stored_id, peer_address)))
        fail("P2P_INVITE: %s", ours.reply);
    first_word(wait_event(&ours, "P2P-GROUP-STARTED "), ret_ifname);
    if (!as_client) wait_event(&ours, "AP-STA-CONNECTED ");
    return ms_between(begin, now_ns());
}

static double open_dll(char ret_ifname[IFNAMSIZ])
{
    uint64_t numbers[3];

    if (tell_program("open\n", "opened", numbers) != 3 || numbers[2])
        fail("the session did not open: error %" PRIu64, numbers[2]);
    first_word(wait_event(&ours, "P2P-GROUP-STARTED "), ret_ifname);
    return ms_between(numbers[0] * 100, numbers[1] * 100);
}

/* Until the interface is gone; the naps are a few thousandths of what is measured. */
static uint64_t wait_gone(const char *ifname)
{
    uint64_t end_ns = deadline(WAIT_MS);

    while (if_nametoindex(ifname))
    {
        if (now_ns() > end_ns) fail("%s does not go", ifname);
        nap(POLL_NS);
    }
    return now_ns();
}

static double close_raw(const char *ifname)
{
    char text[64];
    uint64_t begin, end;

    snprintf(text, sizeof(text), "P2P_GROUP_REMOVE %s", ifname);
    begin = now_ns();
    send_command(ours.command, text);
    end = wait_gone(ifname);
    if (!receive(ours.command, ours.reply, sizeof(ours.reply), deadline(WAIT_MS)) ||
            !is_ok(ours.reply))
        fail("P2P_GROUP_REMOVE is refused");
    return ms_between(begin, end);
}

static double close_dll(const char *ifname)
{
    uint64_t numbers[3];

    if (tell_program("close\n", "closed", numbers) != 2 || numbers[1])
        fail("the session did not close: error %" PRIu64, numbers[1]);
    return ms_between(numbers[0] * 100, wait_gone(ifname));
}

/* Between the timed parts. */

/* A group's interface of the peer, in another network namespace; false: none. */
static bool peer_group(char ret_ifname[IFNAMSIZ])
{
    const char *name = strstr(ask(&peers, "INTERFACES"), "p2p-wlan");

    if (!name) return false;
    first_word(name, ret_ifname);
    return true;
}

static void end_peer_group(void)
{
    uint64_t end_ns = deadline(WAIT_MS);
    char ifname[IFNAMSIZ];

    /* Our group's end reaches a peer that is its client by itself: P2P_GROUP_REMOVE may be late. */
    while (peer_group(ifname))
    {
        if (as_client) ask(&peers, "P2P_GROUP_REMOVE %s", ifname);
        if (now_ns() > end_ns) fail("the peer's %s does not go", ifname);
        nap(20 * 1000000);
    }
}

/* Seconds since the peer was heard last; -1: it is not known. */
static int peer_age(void)
{
    const char *age;

    ask(&ours, "P2P_PEER %s", peer_address);
    if (!strncmp(ours.reply, "FAIL", 4) || strstr(ours.reply, "[PROBE_REQ_ONLY]")) return -1;
    age = strstr(ours.reply, "\nage=");
    return age ? atoi(age + 5) : -1;
}

static void make_peer_listen(void)
{
    if (!is_ok(ask(&peers, "P2P_LISTEN"))) fail("P2P_LISTEN: %s", peers.reply);
    nap((uint64_t)SETTLE_MS * 1000000);
}

static void refresh_peer(void)
{
    uint64_t end_ns = deadline(WAIT_MS);
    int age = peer_age();

    if (age >= 0 && age < PEER_AGE_S) return;
    if (!is_ok(ask(&ours, "P2P_FIND 20 type=social"))) fail("P2P_FIND: %s", ours.reply);
    while ((age = peer_age()) < 0 || age >= 5)
    {
        if (now_ns() > end_ns) fail("our supplicant does not find the peer");
        nap(50 * 1000000);
    }
    ask(&ours, "P2P_STOP_FIND");
    make_peer_listen();
}

static void prepare_round(void)
{
    make_peer_listen();
    refresh_peer();
    forget_events(&ours);
    forget_events(&peers);
}

static void run_round(enum way way, unsigned int round)
{
    char ifname[IFNAMSIZ];

    prepare_round();
    open_ms[way][round] = way == RAW ? open_raw(ifname) : open_dll(ifname);
    /* The peer's side must be up too, or its clean-up would meet a group that is yet to come. */
    wait_event(&peers, "P2P-GROUP-STARTED ");
    if (as_client) wait_event(&peers, "AP-STA-CONNECTED ");
    /* A peer that has just joined our group is not turned away at once: wfd_config.settle_ms. */
    nap((uint64_t)2 * WFD_DEFAULT_SETTLE_MS * 1000000);
    close_ms[way][round] = way == RAW ? close_raw(ifname) : close_dll(ifname);
    end_peer_group();
}

/* Telling. */

static double tell(const char *what, enum way way, double *values, unsigned int count, double floor)
{
    double median;

    bench_sort(values, count);
    median = bench_quantile(values, count, 0.5);
    printf("row\tradio\t%s, %s, %s\tms\t%u\tmedian=%.1f\tq1=%.1f\tq3=%.1f\tmin=%.1f\tmax=%.1f"
           "\tx-floor=%.3f\n",
            what, as_client ? "client" : "group owner", way_names[way], count, median,
            bench_quantile(values, count, 0.25), bench_quantile(values, count, 0.75), values[0],
            values[count - 1], median / (floor > 0 ? floor : median));
    return median;
}

static void tell_both(const char *what, double values[WAY_COUNT][MAX_ROUNDS], unsigned int count)
{
    double first = values[DLL][0], floor, dll;
    char name[64];

    floor = tell(what, RAW, values[RAW], count, 0);
    dll = tell(what, DLL, values[DLL], count, floor);
    printf("note\tradio\t%s, %s: the DLL's first round took %.1f ms\n", what,
            as_client ? "client" : "group owner", first);
    snprintf(name, sizeof(name), "%s, %s, DLL x floor", what, as_client ? "client" : "group owner");
    bench_target("radio", name, dll / floor, LIMIT);
}

int main(int argc, char **argv)
{
    unsigned int rounds = argc == 8 ? (unsigned int)atoi(argv[6]) : 0;

    if (!rounds || rounds > MAX_ROUNDS)
    {
        fputs("usage: conductor OUR-SOCKET PEER-SOCKET PEER ID client|GO ROUNDS PORT-FILE\n",
                stderr);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    attach(&ours, argv[1]);
    attach(&peers, argv[2]);
    peer_address = argv[3];
    stored_id = argv[4];
    as_client = !strcmp(argv[5], "client");
    accept_program(argv[7]);
    check_clock();
    for (unsigned int i = 0; i < rounds; i++)
    {
        /* In turn, so that neither way always comes after the other. */
        run_round(i % 2 ? DLL : RAW, i);
        run_round(i % 2 ? RAW : DLL, i);
    }
    check_clock();
    tell_both("open", open_ms, rounds);
    tell_both("close", close_ms, rounds);
    return 0;
}
