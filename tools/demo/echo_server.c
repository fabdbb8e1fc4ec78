/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The other device's side of the demo: sends every byte back that a TCP connection brings, one
 * connection after the other. Prints "listening" when it does; ends when it is killed.
 *
 *     echo-server 5001
 */
#include <arpa/inet.h>
#include <netinet/in.h>
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

int main(int argc, char **argv)
{
    struct sockaddr_in name = { .sin_family = AF_INET };
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1, connection;

    if (argc != 2) return 2;
    name.sin_port = htons((uint16_t)atoi(argv[1]));
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(server, (struct sockaddr *)&name, sizeof(name)) || listen(server, 4))
    {
        perror("echo-server");
        return 1;
    }
    puts("listening");
    fflush(stdout);
    while ((connection = accept(server, NULL, NULL)) >= 0)
    {
        echo(connection);
        close(connection);
    }
    return 0;
}
