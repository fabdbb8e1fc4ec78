/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Questions to control sockets, over the core's transport, for status and doctor: they also look at
 * sockets that the core would not use. Only asks what changes nothing. Waits, a second at most.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "wfd_ctrl.h"

#define REPLY_MS 1000

/* Events do not come to a connection that has not asked for them. */
static ssize_t await(struct wfd_ctrl *ctrl, char *ret_reply, size_t size)
{
    struct pollfd fd = { .fd = wfd_ctrl_wpa_ops.descriptor(ctrl), .events = POLLIN };
    uint64_t end_ms = ctl_now_ms() + REPLY_MS, now_ms;
    ssize_t length = -ETIMEDOUT;

    while ((now_ms = ctl_now_ms()) < end_ms && poll(&fd, 1, (int)(end_ms - now_ms)) == 1)
    {
        length = wfd_ctrl_wpa_ops.receive(ctrl, ret_reply, size - 1);
        if (length != -EAGAIN && length != -EPERM && length != -EINTR) break;
        length = -ETIMEDOUT;
    }
    return length;
}

bool ctl_ask(const struct wfd_config *config, const char *socket_name, const char *command,
        char *ret_reply, size_t size)
{
    char path[WFD_SOCKET_PATH_SIZE];
    struct wfd_ctrl *ctrl;
    ssize_t length;
    int error;

    if ((size_t)snprintf(path, sizeof(path), "%s/%s", config->control_directory, socket_name) >=
            sizeof(path))
    {
        errno = ENAMETOOLONG;
        return false;
    }
    error = wfd_ctrl_wpa_ops.open(path, config->supplicant_uid, &ctrl);
    if (error)
    {
        errno = -error;
        return false;
    }
    error = wfd_ctrl_wpa_ops.send(ctrl, command, strlen(command));
    length = error ? error : await(ctrl, ret_reply, size);
    wfd_ctrl_wpa_ops.close(ctrl);
    if (length < 0)
    {
        errno = (int)-length;
        return false;
    }
    ret_reply[length] = 0;
    return true;
}

bool ctl_value(const char *reply, const char *name, char *ret_value, size_t size)
{
    struct wfd_cursor rest = wfd_cursor(reply, strlen(reply)), line;

    while (wfd_text_line(&rest, &line))
    {
        size_t length;

        if (!wfd_text_skip(&line, name) || !wfd_text_skip(&line, "=")) continue;
        length = (size_t)(line.end - line.at);
        if (length >= size) length = size - 1;
        memcpy(ret_value, line.at, length);
        ret_value[length] = 0;
        return true;
    }
    return false;
}

int ctl_each_socket(const struct wfd_config *config, void (*each)(void *context, const char *name),
        void *context)
{
    DIR *dir = opendir(config->control_directory);
    struct dirent *entry;
    int count = 0;

    if (!dir) return -1;
    while ((entry = readdir(dir)))
    {
        struct wfd_cursor cursor = wfd_cursor(entry->d_name, strlen(entry->d_name));
        char name[WFD_IFNAME_SIZE];

        if (!wfd_text_ifname(&cursor, name) || cursor.at != cursor.end) continue;
        each(context, name);
        count++;
    }
    closedir(dir);
    return count;
}
