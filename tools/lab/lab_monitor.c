/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Follows one wpa_supplicant of the radio lab: writes each event to a log, one line with the time
 * it arrived, and gives group interfaces the IPv4 address that EAPOL allocation agreed on (client)
 * or that the configuration promises (group owner); with an empty GO_ADDRESS, none. Attaches again
 * when the supplicant restarts. It never sends a command other than ATTACH, DETACH and STATUS, and
 * never writes a key, passphrase or PIN.
 *
 * Usage: lab_monitor CTRL_DIR INTERFACE CLIENT_SOCKET LOG GO_ADDRESS GO_MASK
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define EVENT_SIZE        16384
#define RECONNECT_STEP_MS 20
#define ATTACH_REPLY_MS   2000

struct monitor
{
    const char *ctrl_dir;
    const char *interface;
    const char *client_path;
    const char *go_address;
    const char *go_mask;
    int log_fd;
    int inotify_fd;
    int ctrl_fd;   /* -1 while there is no supplicant */
    bool attached; /* the reply to ATTACH has come */
};

static volatile sig_atomic_t stop_requested;

static void request_stop(int sig)
{
    (void)sig;
    stop_requested = 1;
}

/* One write per line, so that a reader never sees half a line from two writers. The time is the
 * same clock and format as bash's EPOCHREALTIME. */
static void log_line(const struct monitor *monitor, const char *text)
{
    static char line[EVENT_SIZE + 64];
    struct timespec now;
    int len;

    clock_gettime(CLOCK_REALTIME, &now);
    len = snprintf(
            line, sizeof(line), "%lld.%06ld %s\n", (long long)now.tv_sec, now.tv_nsec / 1000, text);
    if (len < 0) return;
    if ((size_t)len >= sizeof(line)) len = sizeof(line) - 1;
    if (write(monitor->log_fd, line, len) != len) fprintf(stderr, "lab_monitor: log: %m\n");
}

static char *last_occurrence(char *text, const char *needle)
{
    char *found = NULL, *next = text;

    while ((next = strstr(next, needle)))
    {
        found = next;
        next++;
    }
    return found;
}

/* Replaces the characters from start to end by three stars. There are always three or more: a key,
 * a passphrase and a PIN have eight characters at least; shorter ones vanish. */
static void blank_out(char *start, char *end)
{
    size_t room = end - start, stars = room < 3 ? room : 3;

    memset(start, '*', stars);
    memmove(start + stars, end, strlen(end) + 1);
}

static void remove_secrets(char *text)
{
    char *start, *end;

    /* The passphrase is printed unescaped and its end can be forged: take the last mark. */
    if ((start = strstr(text, " passphrase=\"")))
    {
        start += strlen(" passphrase=\"");
        if (!(end = last_occurrence(start, "\" go_dev_addr="))) end = start + strlen(start);
        blank_out(start, end);
    }
    if ((start = strstr(text, " psk=")))
    {
        start += strlen(" psk=");
        blank_out(start, start + strcspn(start, " "));
    }
    if (!strncmp(text, "P2P-PROV-DISC-SHOW-PIN ", 23) && (start = strchr(text + 23, ' ')))
    {
        start++;
        blank_out(start, start + strcspn(start, " "));
    }
}

static bool copy_field(char *text, const char *name, char *ret_value, size_t size)
{
    char *start = last_occurrence(text, name);
    size_t len;

    if (!start) return false;
    start += strlen(name);
    len = strcspn(start, " ");
    if (len >= size) return false;
    memcpy(ret_value, start, len);
    ret_value[len] = 0;
    return true;
}

static bool set_interface_value(
        int fd, const char *interface, unsigned long request, const char *value)
{
    struct ifreq req = { 0 };
    struct sockaddr_in addr = { .sin_family = AF_INET };

    if (inet_pton(AF_INET, value, &addr.sin_addr) != 1) return false;
    strncpy(req.ifr_name, interface, IFNAMSIZ - 1);
    memcpy(&req.ifr_addr, &addr, sizeof(addr));
    return ioctl(fd, request, &req) == 0;
}

static void set_address(
        const struct monitor *monitor, const char *interface, const char *address, const char *mask)
{
    char text[128];
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && set_interface_value(fd, interface, SIOCSIFADDR, address) &&
            set_interface_value(fd, interface, SIOCSIFNETMASK, mask))
        snprintf(text, sizeof(text), "LAB-ADDRESS %s %s", interface, address);
    else
        snprintf(text, sizeof(text), "LAB-ADDRESS-FAILED %s %s: %m", interface, address);
    if (fd >= 0) close(fd);
    log_line(monitor, text);
}

static void group_started(const struct monitor *monitor, char *text)
{
    char interface[IFNAMSIZ], role[8], address[INET_ADDRSTRLEN], mask[INET_ADDRSTRLEN];

    if (!*monitor->go_address) return;
    if (sscanf(text, "P2P-GROUP-STARTED %15s %7s", interface, role) != 2) return;
    if (!strcmp(role, "GO"))
        set_address(monitor, interface, monitor->go_address, monitor->go_mask);
    else if (copy_field(text, " ip_addr=", address, sizeof(address)) &&
             copy_field(text, " ip_mask=", mask, sizeof(mask)))
        set_address(monitor, interface, address, mask);
}

static void disconnect_supplicant(struct monitor *monitor)
{
    if (monitor->ctrl_fd < 0) return;
    close(monitor->ctrl_fd);
    unlink(monitor->client_path);
    monitor->ctrl_fd = -1;
    if (monitor->attached) log_line(monitor, "LAB-DETACHED");
    monitor->attached = false;
}

static void connect_supplicant(struct monitor *monitor)
{
    struct sockaddr_un server = { .sun_family = AF_UNIX }, client = { .sun_family = AF_UNIX };

    /* The watch goes away with the folder, which the supplicant removes when it ends. */
    if (inotify_add_watch(monitor->inotify_fd, monitor->ctrl_dir, IN_CREATE | IN_DELETE) < 0)
        return;
    snprintf(server.sun_path, sizeof(server.sun_path), "%s/%s", monitor->ctrl_dir,
            monitor->interface);
    snprintf(client.sun_path, sizeof(client.sun_path), "%s", monitor->client_path);
    unlink(monitor->client_path);

    monitor->ctrl_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (monitor->ctrl_fd < 0) return;
    if (bind(monitor->ctrl_fd, (struct sockaddr *)&client, sizeof(client)) < 0 ||
            connect(monitor->ctrl_fd, (struct sockaddr *)&server, sizeof(server)) < 0 ||
            send(monitor->ctrl_fd, "ATTACH", 6, 0) < 0)
        disconnect_supplicant(monitor);
}

/* The replies to ATTACH and STATUS, in this order. */
static void read_reply(struct monitor *monitor, char *text)
{
    char *address, line[64];

    if (!monitor->attached)
    {
        if (strcmp(text, "OK\n") || send(monitor->ctrl_fd, "STATUS", 6, 0) < 0)
            disconnect_supplicant(monitor);
        else
            monitor->attached = true;
        return;
    }
    if (!(address = strstr(text, "p2p_device_address="))) return;
    address += strlen("p2p_device_address=");
    snprintf(line, sizeof(line), "LAB-ATTACHED %.17s", address);
    log_line(monitor, line);
}

static void read_event(struct monitor *monitor)
{
    static char buffer[EVENT_SIZE];
    ssize_t len = recv(monitor->ctrl_fd, buffer, sizeof(buffer) - 1, 0);
    char *text;

    if (len < 0)
    {
        if (errno != EAGAIN && errno != EINTR) disconnect_supplicant(monitor);
        return;
    }
    buffer[len] = 0;
    if (buffer[0] != '<')
    {
        read_reply(monitor, buffer);
        return;
    }
    if (!(text = strchr(buffer, '>'))) return;
    text++;
    for (char *c = text; *c; c++)
    {
        if (*c == '\n' || *c == '\r') *c = ' ';
    }
    remove_secrets(text);
    log_line(monitor, text);
    if (!strncmp(text, "P2P-GROUP-STARTED ", 18)) group_started(monitor, text);
}

/* A supplicant that was killed leaves a connected reader waiting for ever; the socket's name
 * going away or coming back is the sign that it must connect again. */
static void read_folder_changes(struct monitor *monitor)
{
    char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t len = read(monitor->inotify_fd, buffer, sizeof(buffer));
    const struct inotify_event *event;

    for (ssize_t pos = 0; pos < len; pos += (ssize_t)(sizeof(*event) + event->len))
    {
        event = (const struct inotify_event *)(buffer + pos);
        if ((event->mask & IN_IGNORED) || (event->len && !strcmp(event->name, monitor->interface)))
            disconnect_supplicant(monitor);
    }
}

static void follow(struct monitor *monitor, const sigset_t *signals_while_waiting)
{
    while (!stop_requested)
    {
        struct timespec timeout = { 0, RECONNECT_STEP_MS * 1000000L };
        struct pollfd fds[2] = { { .fd = monitor->inotify_fd, .events = POLLIN } };
        int ready;

        if (monitor->ctrl_fd < 0) connect_supplicant(monitor);
        fds[1] = (struct pollfd){ .fd = monitor->ctrl_fd, .events = POLLIN };
        if (monitor->ctrl_fd >= 0) timeout = (struct timespec){ ATTACH_REPLY_MS / 1000, 0 };
        ready = ppoll(fds, 2, monitor->attached ? NULL : &timeout, signals_while_waiting);
        if (ready < 0 && errno != EINTR) break;
        if (ready == 0 && monitor->ctrl_fd >= 0) disconnect_supplicant(monitor);
        if (ready <= 0) continue;
        /* Events first: the last words of a supplicant that ends come before its socket goes. */
        if (fds[1].revents)
            read_event(monitor);
        else if (fds[0].revents)
            read_folder_changes(monitor);
    }
}

int main(int argc, char **argv)
{
    struct monitor monitor = { .ctrl_fd = -1 };
    struct sigaction action = { .sa_handler = request_stop };
    sigset_t blocked, previous;

    if (argc != 7)
    {
        fprintf(stderr,
                "usage: lab_monitor CTRL_DIR INTERFACE CLIENT_SOCKET LOG GO_ADDRESS GO_MASK\n");
        return 64;
    }
    monitor.ctrl_dir = argv[1];
    monitor.interface = argv[2];
    monitor.client_path = argv[3];
    monitor.go_address = argv[5];
    monitor.go_mask = argv[6];
    monitor.log_fd = open(argv[4], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    monitor.inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (monitor.log_fd < 0 || monitor.inotify_fd < 0)
    {
        perror("lab_monitor");
        return 1;
    }

    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGINT);
    sigprocmask(SIG_BLOCK, &blocked, &previous);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    follow(&monitor, &previous);

    if (monitor.ctrl_fd >= 0) send(monitor.ctrl_fd, "DETACH", 6, 0);
    disconnect_supplicant(&monitor);
    return 0;
}
