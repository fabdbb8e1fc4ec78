/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The transport over libwpa_client, which opens, names and closes the sockets. Sending and
 * receiving happen here: wpa_ctrl_request() uses select(), which overruns its sets at descriptor
 * 1024, and waits up to ten seconds. Never waits; believes only root and the configured user.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <wpa_ctrl.h>

#include "wfd_ctrl.h"
#include "wfd_log.h"

struct wfd_ctrl
{
    struct wpa_ctrl *wpa;
    int fd;
    uint32_t uid;
    int32_t sender; /* process id */
};

static int check_socket(const char *path, uint32_t uid)
{
    struct stat st;

    if (lstat(path, &st)) return -errno;
    if (!S_ISSOCK(st.st_mode)) return -ENOTSOCK;
    if (st.st_uid && st.st_uid != uid)
    {
        wfd_log("%s belongs to user %u, not to root: refused", path, (unsigned int)st.st_uid);
        return -EPERM;
    }
    return 0;
}

static int prepare_descriptor(int fd)
{
    int on = 1;

    if (fcntl(fd, F_SETFD, FD_CLOEXEC) || setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)))
        return -errno;
    return 0;
}

static void wpa_close(struct wfd_ctrl *ctrl)
{
    if (!ctrl) return;
    if (ctrl->wpa) wpa_ctrl_close(ctrl->wpa);
    free(ctrl);
}

static int wpa_open(const char *path, uint32_t uid, struct wfd_ctrl **ret_ctrl)
{
    struct wfd_ctrl *ctrl;
    int error = check_socket(path, uid);

    if (error) return error;
    ctrl = calloc(1, sizeof(*ctrl));
    if (!ctrl) return -ENOMEM;
    ctrl->uid = uid;
    errno = 0;
    ctrl->wpa = wpa_ctrl_open(path);
    if (!ctrl->wpa)
    {
        error = errno ? -errno : -EIO;
        wpa_close(ctrl);
        return error;
    }
    ctrl->fd = wpa_ctrl_get_fd(ctrl->wpa);
    error = prepare_descriptor(ctrl->fd);
    if (error)
    {
        wpa_close(ctrl);
        return error;
    }
    *ret_ctrl = ctrl;
    return 0;
}

static int wpa_descriptor(const struct wfd_ctrl *ctrl)
{
    return ctrl->fd;
}

static int wpa_send(struct wfd_ctrl *ctrl, const char *text, size_t length)
{
    return send(ctrl->fd, text, length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Every datagram carries its sender's identity because of SO_PASSCRED. */
static bool sender_is_trusted(struct wfd_ctrl *ctrl, struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c))
    {
        struct ucred cred;

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS) continue;
        if (c->cmsg_len < CMSG_LEN(sizeof(cred))) return false;
        memcpy(&cred, CMSG_DATA(c), sizeof(cred));
        if (cred.uid && cred.uid != ctrl->uid) return false;
        ctrl->sender = (int32_t)cred.pid;
        return true;
    }
    return false;
}

/* Descriptors that a peer passes are ours to close, whoever it is. */
static void close_passed_descriptors(struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c))
    {
        int fd;

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
        for (size_t at = CMSG_LEN(0); at + sizeof(fd) <= c->cmsg_len; at += sizeof(fd))
        {
            memcpy(&fd, (char *)c + at, sizeof(fd));
            close(fd);
        }
    }
}

static ssize_t wpa_receive(struct wfd_ctrl *ctrl, char *buffer, size_t size)
{
    union
    {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(16 * sizeof(int))];
    } control;
    struct iovec part = { .iov_base = buffer, .iov_len = size };
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes),
    };
    ssize_t length = recvmsg(ctrl->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

    if (length < 0) return -errno;
    close_passed_descriptors(&message);
    if (!sender_is_trusted(ctrl, &message)) return -EPERM;
    if (message.msg_flags & MSG_TRUNC) return -EMSGSIZE;
    return length;
}

static int32_t wpa_sender(const struct wfd_ctrl *ctrl)
{
    return ctrl->sender;
}

static bool wpa_listening(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    bool listening;
    int fd;

    if (strlen(path) >= sizeof(address.sun_path)) return false;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* Out of descriptors says nothing about the supplicant: the loop will find out. */
    if (fd < 0) return true;
    memcpy(address.sun_path, path, strlen(path));
    listening = !connect(fd, (struct sockaddr *)&address, sizeof(address));
    close(fd);
    return listening;
}

const struct wfd_ctrl_ops wfd_ctrl_wpa_ops = {
    .open = wpa_open,
    .descriptor = wpa_descriptor,
    .send = wpa_send,
    .receive = wpa_receive,
    .sender = wpa_sender,
    .close = wpa_close,
    .listening = wpa_listening,
};
