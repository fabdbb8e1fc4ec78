/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The sockets of the scripted supplicant: bound in its directory, with monitors that get events and
 * clients that get replies. It sends what it is given and never looks into it.
 */

#include "scripted_internal.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MONITOR_ERRORS_MAX 10

static bool iface_address(const struct scripted_supplicant *ss, const struct scripted_iface *iface,
        struct sockaddr_un *ret_addr)
{
    int len;

    memset(ret_addr, 0, sizeof(*ret_addr));
    ret_addr->sun_family = AF_UNIX;
    len = snprintf(ret_addr->sun_path, sizeof(ret_addr->sun_path), "%s/%s", ss->dir, iface->name);
    return len > 0 && (size_t)len < sizeof(ret_addr->sun_path);
}

int scripted_iface_bind(struct scripted_supplicant *ss, struct scripted_iface *iface)
{
    struct epoll_event event = { .events = EPOLLIN };
    socklen_t len = sizeof(iface->sndbuf);
    struct sockaddr_un addr;
    int fd, error;

    if (!iface_address(ss, iface, &addr)) return ENAMETOOLONG;
    if ((fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) < 0) return errno;

    unlink(addr.sun_path);
    event.data.ptr = iface;
    if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
            getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &iface->sndbuf, &len) ||
            epoll_ctl(ss->epoll_fd, EPOLL_CTL_ADD, fd, &event))
    {
        error = errno;
        close(fd);
        return error;
    }
    iface->fd = fd;
    return 0;
}

static void scripted_queue_clear(struct scripted_iface *iface)
{
    struct scripted_event *event;

    while ((event = iface->queue))
    {
        iface->queue = event->next;
        free(event);
    }
    iface->queue_tail = &iface->queue;
    iface->queue_count = 0;
    free(iface->flood);
    iface->flood = NULL;
    iface->flood_next = iface->flood_count = 0;
}

static void backlog_remove(struct scripted_supplicant *ss, struct scripted_iface *iface)
{
    struct scripted_iface **ptr;

    if (!iface->in_backlog) return;
    for (ptr = &ss->backlog; *ptr; ptr = &(*ptr)->next_backlog)
    {
        if (*ptr != iface) continue;
        *ptr = iface->next_backlog;
        break;
    }
    iface->in_backlog = false;
}

void scripted_backlog_add(struct scripted_supplicant *ss, struct scripted_iface *iface)
{
    if (iface->in_backlog) return;
    iface->in_backlog = true;
    iface->next_backlog = ss->backlog;
    ss->backlog = iface;
}

static void forget_monitors(struct scripted_iface *iface)
{
    free(iface->monitors);
    iface->monitors = NULL;
    iface->monitor_count = 0;
}

void scripted_iface_close(
        struct scripted_supplicant *ss, struct scripted_iface *iface, bool unlink_it)
{
    struct sockaddr_un addr;

    forget_monitors(iface);
    scripted_queue_clear(iface);
    backlog_remove(ss, iface);
    if (iface->fd < 0) return;
    close(iface->fd);
    iface->fd = -1;
    if (!iface_address(ss, iface, &addr)) return;
    if (unlink_it)
        unlink(addr.sun_path);
    else
        scripted_stale_add(ss, iface->name, -1);
}

void scripted_iface_rebind(struct scripted_supplicant *ss, struct scripted_iface *iface)
{
    int error;

    scripted_iface_close(ss, iface, true);
    if ((error = scripted_iface_bind(ss, iface)))
        fprintf(stderr, "scripted supplicant: cannot bind %s again: %s\n", iface->name,
                strerror(error));
}

void scripted_iface_free(struct scripted_iface *iface)
{
    size_t i;

    for (i = 0; i < iface->network_count; i++) scripted_net_free(iface->networks[i]);
    free(iface->networks);
    forget_monitors(iface);
    scripted_queue_clear(iface);
}

struct scripted_iface *scripted_iface_find(struct scripted_supplicant *ss, const char *name)
{
    struct scripted_group *group;
    size_t i;

    for (i = 0; i < ss->iface_count; i++)
        if (!strcmp(ss->ifaces[i].name, name)) return &ss->ifaces[i];
    return (group = scripted_group_by_name(ss, name)) ? &group->iface : NULL;
}

void scripted_detach_everyone(struct scripted_supplicant *ss, struct scripted_iface *iface)
{
    struct scripted_group *group;
    size_t i;

    if (iface)
    {
        forget_monitors(iface);
        scripted_queue_clear(iface);
        return;
    }
    for (i = 0; i < ss->iface_count; i++) scripted_detach_everyone(ss, &ss->ifaces[i]);
    for (group = ss->groups; group; group = group->next)
        scripted_detach_everyone(ss, &group->iface);
}

static struct scripted_monitor *monitor_of_sender(
        struct scripted_supplicant *ss, struct scripted_iface *iface)
{
    unsigned int i;

    for (i = 0; i < iface->monitor_count; i++)
        if (iface->monitors[i].addr_len == ss->from_len &&
                !memcmp(&iface->monitors[i].addr, &ss->from, ss->from_len))
            return &iface->monitors[i];
    return NULL;
}

static void monitor_remove(struct scripted_iface *iface, unsigned int index)
{
    struct scripted_event *event;

    memmove(iface->monitors + index, iface->monitors + index + 1,
            (iface->monitor_count - index - 1) * sizeof(*iface->monitors));
    iface->monitor_count--;
    for (event = iface->queue; event; event = event->next)
        if (event->monitor > index) event->monitor--;
}

int scripted_attach(struct scripted_supplicant *ss, struct scripted_iface *iface)
{
    struct scripted_monitor *monitors;

    if (monitor_of_sender(ss, iface)) return SCRIPTED_OK;
    monitors = realloc(iface->monitors, (iface->monitor_count + 1) * sizeof(*monitors));
    if (!monitors) return SCRIPTED_FAIL;
    iface->monitors = monitors;
    monitors[iface->monitor_count].addr = ss->from;
    monitors[iface->monitor_count].addr_len = ss->from_len;
    monitors[iface->monitor_count].errors = 0;
    iface->monitor_count++;
    return SCRIPTED_OK;
}

int scripted_detach(struct scripted_supplicant *ss, struct scripted_iface *iface)
{
    struct scripted_monitor *monitor;

    if (!(monitor = monitor_of_sender(ss, iface))) return SCRIPTED_FAIL;
    monitor_remove(iface, (unsigned int)(monitor - iface->monitors));
    return SCRIPTED_OK;
}

/* The real one stops sending events while half of the buffer is in use. */
static bool throttled(const struct scripted_iface *iface)
{
    int unsent;

    return !ioctl(iface->fd, SIOCOUTQ, &unsent) && unsent > iface->sndbuf / 2;
}

enum sent
{
    SENT_ALL,
    SENT_LATER,   /* monitors from *next on have not got it */
    SENT_REBOUND, /* the socket was recreated, monitors and queue are gone */
};

static enum sent send_to_monitors(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const void *bytes, size_t len, unsigned int *next)
{
    struct scripted_monitor *monitor;
    ssize_t ret;

    while (*next < iface->monitor_count)
    {
        if (throttled(iface)) return SENT_LATER;
        monitor = &iface->monitors[*next];
        do
            ret = sendto(iface->fd, bytes, len, MSG_NOSIGNAL, (struct sockaddr *)&monitor->addr,
                    monitor->addr_len);
        while (ret < 0 && errno == EINTR);
        if (ret >= 0)
        {
            monitor->errors = 0;
            (*next)++;
        }
        else if (errno == EAGAIN || errno == ENOBUFS)
        {
            scripted_iface_rebind(ss, iface);
            return SENT_REBOUND;
        }
        else if (errno == ENOENT || errno == EPERM || ++monitor->errors > MONITOR_ERRORS_MAX)
            monitor_remove(iface, *next);
        else
            (*next)++;
    }
    return SENT_ALL;
}

static void queue_event(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const void *bytes, size_t len, unsigned int next)
{
    struct scripted_event *event;

    if (iface->queue_count >= SCRIPTED_QUEUE_MAX)
    {
        event = iface->queue;
        iface->queue = event->next;
        if (!iface->queue) iface->queue_tail = &iface->queue;
        iface->queue_count--;
        free(event);
    }
    if (!(event = malloc(sizeof(*event) + len))) return;
    event->next = NULL;
    event->monitor = next;
    event->len = len;
    memcpy(event->bytes, bytes, len);
    *iface->queue_tail = event;
    iface->queue_tail = &event->next;
    iface->queue_count++;
    scripted_backlog_add(ss, iface);
}

void scripted_event_bytes(
        struct scripted_supplicant *ss, struct scripted_iface *iface, const void *bytes, size_t len)
{
    unsigned int next = 0;

    if (iface->fd < 0 || !iface->monitor_count) return;
    if (iface->queue || send_to_monitors(ss, iface, bytes, len, &next) == SENT_LATER)
        queue_event(ss, iface, bytes, len, next);
}

void scripted_event(
        struct scripted_supplicant *ss, struct scripted_iface *iface, const char *format, ...)
{
    char text[SCRIPTED_EVENT_MAX];
    va_list args;
    int len;

    if (!iface || !iface->monitor_count) return;
    memcpy(text, "<3>", 3);
    va_start(args, format);
    len = vsnprintf(text + 3, sizeof(text) - 3, format, args);
    va_end(args);
    if (len >= 0 && (size_t)len < sizeof(text) - 3)
        scripted_event_bytes(ss, iface, text, (size_t)len + 3);
}

/* True when nothing is left. */
static bool flood_pump(struct scripted_supplicant *ss, struct scripted_iface *iface)
{
    char text[SCRIPTED_EVENT_MAX];

    while (iface->flood && iface->flood_next < iface->flood_count)
    {
        if (throttled(iface)) return false;
        snprintf(text, sizeof(text), "<3>%s %u", iface->flood, iface->flood_next++);
        scripted_event_bytes(ss, iface, text, strlen(text));
        if (iface->queue) return false;
    }
    free(iface->flood);
    iface->flood = NULL;
    return true;
}

static bool queue_pump(struct scripted_supplicant *ss, struct scripted_iface *iface)
{
    struct scripted_event *event;

    while ((event = iface->queue))
    {
        switch (send_to_monitors(ss, iface, event->bytes, event->len, &event->monitor))
        {
        case SENT_ALL: break;
        case SENT_LATER: return false;
        case SENT_REBOUND: return true;
        }
        iface->queue = event->next;
        if (!iface->queue) iface->queue_tail = &iface->queue;
        iface->queue_count--;
        free(event);
    }
    return flood_pump(ss, iface);
}

void scripted_backlog_pump(struct scripted_supplicant *ss)
{
    struct scripted_iface *iface, *list = ss->backlog, *next;

    ss->backlog = NULL;
    for (iface = list; iface; iface = next)
    {
        next = iface->next_backlog;
        iface->in_backlog = false;
        if (iface->fd >= 0 && !queue_pump(ss, iface)) scripted_backlog_add(ss, iface);
    }
}

/* uid NULL: as ourselves. */
bool scripted_send_as(int fd, const struct sockaddr_un *addr, socklen_t addr_len,
        const unsigned int *uid, const void *bytes, size_t len)
{
    union
    {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec iov = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = len };
    struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
    struct cmsghdr *cmsg;
    struct ucred cred;
    ssize_t ret;

    msg.msg_name = (void *)(uintptr_t)addr;
    msg.msg_namelen = addr_len;
    if (uid)
    {
        cred.pid = getpid();
        cred.uid = cred.gid = *uid;
        memset(&control, 0, sizeof(control));
        msg.msg_control = control.bytes;
        msg.msg_controllen = sizeof(control.bytes);
        cmsg = CMSG_FIRSTHDR(&msg);
        cmsg->cmsg_level = SOL_SOCKET;
        cmsg->cmsg_type = SCM_CREDENTIALS;
        cmsg->cmsg_len = CMSG_LEN(sizeof(cred));
        memcpy(CMSG_DATA(cmsg), &cred, sizeof(cred));
    }
    do ret = sendmsg(fd, &msg, MSG_NOSIGNAL);
    while (ret < 0 && errno == EINTR);
    return ret >= 0;
}

static void reply_from_stranger(const struct scripted_reply *reply)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0) return;
    scripted_send_as(fd, &reply->addr, reply->addr_len, NULL, reply->bytes, reply->len);
    close(fd);
}

void scripted_reply_send(struct scripted_supplicant *ss, struct scripted_iface *iface,
        const struct scripted_reply *reply)
{
    unsigned int i;

    if (iface->fd < 0) return;
    if (reply->first)
        scripted_send_as(
                iface->fd, &reply->addr, reply->addr_len, NULL, reply->first, reply->first_len);
    if (reply->stranger)
    {
        reply_from_stranger(reply);
        return;
    }
    for (i = 0; i < reply->copies; i++)
    {
        if (scripted_send_as(iface->fd, &reply->addr, reply->addr_len,
                    reply->as_uid ? &reply->uid : NULL, reply->bytes, reply->len))
            continue;
        if (errno != EAGAIN && errno != ENOBUFS) continue;
        scripted_iface_rebind(ss, iface); /* as the real one, so as not to be stuck */
        return;
    }
}

void scripted_reply_free(struct scripted_reply *reply)
{
    if (!reply) return;
    free(reply->first);
    free(reply->bytes);
    free(reply);
}
