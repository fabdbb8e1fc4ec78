/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scripted-supplicant: the scripted supplicant as a program, for tests that cannot link it (those
 * under Wine among them). It speaks its control language over a unix stream socket or loopback TCP,
 * prints "ready" once all sockets are bound, and leaves no file behind on quit, SIGTERM or SIGINT.
 */

#include "scripted_supplicant.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define ADAPTERS_MAX 16
#define LINES_MAX    1024
#define LINE_MAX_LEN 140000 /* 64 KiB of reply in hex, and some words */

struct client
{
    struct scripted_supplicant *ss;
    pthread_t thread;
    int fd, quit_fd;
    atomic_bool done;
    struct client *next;
};

struct options
{
    struct scripted_config config;
    struct scripted_adapter adapters[ADAPTERS_MAX];
    const char *control_path, *port_path;
    char *lines[LINES_MAX]; /* control lines that set the model up */
    size_t line_count;
    bool no_p2p, no_p2p_dev;
};

static const char usage_text[] =
        "usage: scripted-supplicant --dir DIR [--iface NAME]... [--no-p2p-dev] [--no-p2p]\n"
        "    [--netdev none|tun] [--peers N] [--peer MAC[,OPTION...]]...\n"
        "    [--persistent ID,go|client,MAC[,MAC...]]...\n"
        "    [--station IFNAME,SSID,BSSID[,connects|never|wrong-key]]...\n"
        "    [--control SOCKET] [--control-tcp PORT-FILE] [--do CONTROL-LINE]...\n";

/* --- one control connection ------------------------------------------------------------------- */

static bool send_all(int fd, const char *bytes, size_t len)
{
    ssize_t sent;

    while (len)
    {
        if ((sent = send(fd, bytes, len, MSG_NOSIGNAL)) < 0)
        {
            if (errno == EINTR) continue;
            return false;
        }
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

/* False when the connection is to end. */
static bool client_line(struct client *client, char *line)
{
    char answer[9000];
    bool go_on;
    size_t len;

    line[strcspn(line, "\r")] = 0;
    go_on = scripted_supplicant_control(client->ss, line, answer, sizeof(answer) - 1);
    len = strlen(answer);
    answer[len++] = '\n';
    if (!send_all(client->fd, answer, len)) return false;
    if (!go_on && write(client->quit_fd, "q", 1) < 0) perror("scripted-supplicant: quit");
    return go_on;
}

static void *client_main(void *arg)
{
    struct client *client = arg;
    char *buf = malloc(LINE_MAX_LEN), *end, *start;
    size_t used = 0;
    ssize_t len;

    while (buf && used < LINE_MAX_LEN - 1)
    {
        if ((len = recv(client->fd, buf + used, LINE_MAX_LEN - 1 - used, 0)) <= 0) break;
        used += (size_t)len;
        buf[used] = 0;
        for (start = buf; (end = strchr(start, '\n')); start = end + 1)
        {
            *end = 0;
            if (!client_line(client, start)) goto done;
        }
        used -= (size_t)(start - buf);
        memmove(buf, start, used);
    }
done:
    free(buf);
    shutdown(client->fd, SHUT_RDWR);
    atomic_store(&client->done, true);
    return NULL;
}

static void client_free(struct client *client)
{
    pthread_join(client->thread, NULL);
    close(client->fd);
    free(client);
}

static void clients_reap(struct client **clients)
{
    struct client *client, **ptr = clients;

    while ((client = *ptr))
    {
        if (!atomic_load(&client->done))
        {
            ptr = &client->next;
            continue;
        }
        *ptr = client->next;
        client_free(client);
    }
}

static bool client_new(struct scripted_supplicant *ss, int fd, int quit_fd, struct client **clients)
{
    struct client *client = calloc(1, sizeof(*client));
    int one = 1;

    if (!client) return false;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    client->ss = ss;
    client->fd = fd;
    client->quit_fd = quit_fd;
    if (pthread_create(&client->thread, NULL, client_main, client))
    {
        free(client);
        return false;
    }
    client->next = *clients;
    *clients = client;
    return true;
}

static void clients_free(struct client *clients)
{
    struct client *client;

    for (client = clients; client; client = client->next) shutdown(client->fd, SHUT_RDWR);
    while ((client = clients))
    {
        clients = client->next;
        client_free(client);
    }
}

/* --- listening -------------------------------------------------------------------------------- */

static int listen_unix(const char *path)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct stat st;

    if (fd < 0 || strlen(path) >= sizeof(addr.sun_path)) return -1;
    strcpy(addr.sun_path, path);
    if (!lstat(path, &st) && S_ISSOCK(st.st_mode)) unlink(path); /* of a killed one */
    if (!bind(fd, (struct sockaddr *)&addr, sizeof(addr)) && !listen(fd, 16)) return fd;
    close(fd);
    return -1;
}

/* The port appears in the file at once, as a whole. */
static bool write_port(const char *path, unsigned int port)
{
    char tmp[4096];
    FILE *file;
    bool ok;

    if ((size_t)snprintf(tmp, sizeof(tmp), "%s.new", path) >= sizeof(tmp)) return false;
    if (!(file = fopen(tmp, "we"))) return false;
    ok = fprintf(file, "%u\n", port) > 0;
    ok = !fclose(file) && ok && !rename(tmp, path);
    if (!ok) unlink(tmp);
    return ok;
}

static int listen_tcp(const char *port_path)
{
    struct sockaddr_in addr = { .sin_family = AF_INET };
    socklen_t len = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0) return -1;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!bind(fd, (struct sockaddr *)&addr, sizeof(addr)) && !listen(fd, 16) &&
            !getsockname(fd, (struct sockaddr *)&addr, &len) &&
            write_port(port_path, ntohs(addr.sin_port)))
        return fd;
    close(fd);
    return -1;
}

/* --- options ---------------------------------------------------------------------------------- */

static bool line_add(
        struct options *options, const char *word, const char *argument, const char *suffix)
{
    size_t size = strlen(word) + strlen(argument) + strlen(suffix) + 1;
    char *line = options->line_count < LINES_MAX ? malloc(size) : NULL;

    if (!line) return false;
    snprintf(line, size, "%s%s%s", word, argument, suffix);
    options->lines[options->line_count++] = line;
    return true;
}

static bool option_take(struct options *options, int option, const char *argument)
{
    switch (option)
    {
    case 'd': options->config.dir = argument; return true;
    case 'i':
        if (options->config.adapter_count == ADAPTERS_MAX) return false;
        options->adapters[options->config.adapter_count++].name = argument;
        return true;
    case 'D': options->no_p2p_dev = true; return true;
    case 'P': options->no_p2p = true; return true;
    case 'n':
        options->config.netdev =
                strcmp(argument, "tun") ? SCRIPTED_NETDEV_NONE : SCRIPTED_NETDEV_TUN;
        return !strcmp(argument, "tun") || !strcmp(argument, "none");
    case 'p': return line_add(options, "peer add ", argument, "");
    case 's': return line_add(options, "persistent ", argument, "");
    case 't': return line_add(options, "station ", argument, "");
    case 'N': return line_add(options, "generate ", argument, " client");
    case 'c': options->control_path = argument; return true;
    case 'C': options->port_path = argument; return true;
    case 'x': return line_add(options, "", argument, "");
    default: return false; /* getopt's own '?' */
    }
}

static bool options_parse(struct options *options, int argc, char **argv)
{
    static const struct option names[] = {
        { "dir", required_argument, NULL, 'd' },
        { "iface", required_argument, NULL, 'i' },
        { "no-p2p-dev", no_argument, NULL, 'D' },
        { "no-p2p", no_argument, NULL, 'P' },
        { "netdev", required_argument, NULL, 'n' },
        { "peer", required_argument, NULL, 'p' },
        { "persistent", required_argument, NULL, 's' },
        { "station", required_argument, NULL, 't' },
        { "peers", required_argument, NULL, 'N' },
        { "control", required_argument, NULL, 'c' },
        { "control-tcp", required_argument, NULL, 'C' },
        { "do", required_argument, NULL, 'x' },
        { NULL, 0, NULL, 0 },
    };
    int option;
    size_t i;

    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1)
        if (!option_take(options, option, optarg)) return false;
    if (!options->config.dir || optind != argc) return false;

    options->config.adapters = options->adapters;
    if (!options->config.adapter_count)
    {
        options->adapters[0].name = "wlan0";
        options->config.adapter_count = 1;
    }
    for (i = 0; i < options->config.adapter_count; i++)
    {
        options->adapters[i].no_p2p = options->no_p2p;
        options->adapters[i].no_p2p_dev = options->no_p2p_dev;
    }
    return true;
}

static bool lines_run(struct scripted_supplicant *ss, const struct options *options)
{
    char answer[256];
    size_t i;

    for (i = 0; i < options->line_count; i++)
    {
        scripted_supplicant_control(ss, options->lines[i], answer, sizeof(answer));
        if (!strncmp(answer, "ok", 2)) continue;
        fprintf(stderr, "scripted-supplicant: %s: %s\n", options->lines[i], answer);
        return false;
    }
    return true;
}

/* --- the program ------------------------------------------------------------------------------ */

static int signals_open(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

/* Serves until a signal, or until a client says quit. */
static void serve(struct scripted_supplicant *ss, int signal_fd, const int listen_fds[2])
{
    struct client *clients = NULL;
    struct pollfd fds[4];
    int quit[2], fd, i;

    if (pipe(quit)) return;
    fds[0] = (struct pollfd){ .fd = signal_fd, .events = POLLIN };
    fds[1] = (struct pollfd){ .fd = quit[0], .events = POLLIN };
    for (i = 0; i < 2; i++) fds[i + 2] = (struct pollfd){ .fd = listen_fds[i], .events = POLLIN };
    while (poll(fds, 4, -1) >= 0 || errno == EINTR)
    {
        if (fds[0].revents || fds[1].revents) break;
        for (i = 2; i < 4; i++)
        {
            if (!(fds[i].revents & POLLIN)) continue;
            clients_reap(&clients);
            fd = accept4(fds[i].fd, NULL, NULL, SOCK_CLOEXEC);
            if (fd >= 0 && !client_new(ss, fd, quit[1], &clients)) close(fd);
        }
    }
    scripted_supplicant_interrupt(ss);
    clients_free(clients);
    close(quit[0]);
    close(quit[1]);
}

static int run(struct scripted_supplicant *ss, const struct options *options, int signal_fd)
{
    int listen_fds[2] = { -1, -1 }, error, ret = 1;

    if (!lines_run(ss, options)) return 1;
    if ((error = scripted_supplicant_start(ss)))
    {
        fprintf(stderr, "scripted-supplicant: %s: %s\n", options->config.dir, strerror(error));
        return 1;
    }
    if (options->control_path && (listen_fds[0] = listen_unix(options->control_path)) < 0)
        fprintf(stderr, "scripted-supplicant: %s: %s\n", options->control_path, strerror(errno));
    else if (options->port_path && (listen_fds[1] = listen_tcp(options->port_path)) < 0)
        fprintf(stderr, "scripted-supplicant: %s: %s\n", options->port_path, strerror(errno));
    else
    {
        puts("ready");
        fflush(stdout);
        serve(ss, signal_fd, listen_fds);
        ret = 0;
    }
    if (listen_fds[0] >= 0)
    {
        close(listen_fds[0]);
        unlink(options->control_path);
    }
    if (listen_fds[1] >= 0)
    {
        close(listen_fds[1]);
        unlink(options->port_path);
    }
    return ret;
}

int main(int argc, char **argv)
{
    static struct options options;
    struct scripted_supplicant *ss;
    struct rlimit limit;
    int signal_fd, ret;
    size_t i;

    if (!options_parse(&options, argc, argv))
    {
        fputs(usage_text, stderr);
        return 2;
    }
    if (!getrlimit(RLIMIT_NOFILE, &limit))
    {
        limit.rlim_cur = limit.rlim_max; /* each live group has a socket */
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    signal_fd = signals_open();
    if (!(ss = scripted_supplicant_new(&options.config)))
    {
        fputs("scripted-supplicant: bad configuration\n", stderr);
        return 1;
    }
    ret = run(ss, &options, signal_fd);
    scripted_supplicant_free(ss);
    for (i = 0; i < options.line_count; i++) free(options.lines[i]);
    if (signal_fd >= 0) close(signal_fd);
    return ret;
}
