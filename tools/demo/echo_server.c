/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The other device's side of the demo: sends every byte back that a TCP connection brings, one
 * connection after the other, and answers who asks for it by UDP. Prints "listening" when it does;
 * ends when it is killed.
 *
 *     echo-server 5001
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void echo(int connection)
{
    static char buffer[64 << 10];
    ssize_t got, sent, at;

    while ((got = read(connection, buffer, sizeof(buffer))) > 0)
        for (at = 0; at < got; at += sent)
            if ((sent = write(connection, buffer + at, (size_t)(got - at))) <= 0) return;
}

/* A bound socket, or exits. */
static int serve(int type, const char *port)
{
    struct sockaddr_in name = { .sin_family = AF_INET };
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), on = 1;

    name.sin_port = htons((uint16_t)atoi(port));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&name, sizeof(name)) || (type == SOCK_STREAM && listen(fd, 4)))
    {
        perror("echo-server");
        exit(1);
    }
    return fd;
}

static void answer(int questions)
{
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    char question[16];

    if (recvfrom(questions, question, sizeof(question), 0, (struct sockaddr *)&from, &size) > 0)
        sendto(questions, "here", 4, 0, (struct sockaddr *)&from, size);
}

int main(int argc, char **argv)
{
    struct pollfd fds[2] = { { .events = POLLIN }, { .events = POLLIN } };

    if (argc != 2) return 2;
    fds[0].fd = serve(SOCK_STREAM, argv[1]);
    fds[1].fd = serve(SOCK_DGRAM, argv[1]);
    puts("listening");
    fflush(stdout);
    while (poll(fds, 2, -1) > 0)
    {
        if (fds[1].revents) answer(fds[1].fd);
        if (fds[0].revents)
        {
            int connection = accept(fds[0].fd, NULL, NULL);

            echo(connection);
            close(connection);
        }
    }
    return 0;
}
