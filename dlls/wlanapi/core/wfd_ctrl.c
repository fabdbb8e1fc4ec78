/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The transport over libwpa_client, which opens, names and closes the sockets. Sending and
 * receiving happen here: wpa_ctrl_request() uses select(), which overruns its sets at descriptor
 * 1024, and waits up to ten seconds. Never waits; believes only root and the configured user, and no
 * socket in a folder where others could put theirs.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <wpa_ctrl.h>

#include "wfd_ctrl.h"
#include "wfd_log.h"
#include "wfd_text.h"

struct wfd_ctrl
{
    struct wpa_ctrl *wpa;
    int fd;
    uint32_t uid;
    int32_t sender; /* process id */
};

/*
 * Nobody else may exchange what the folder holds, or the folder itself. Its group may: that is who
 * may use the supplicant, and a socket must be root's all the same. In a sticky folder, as /tmp is
 * one, everybody can only touch what is theirs.
 */
static bool is_safe_folder(const char *path, uint32_t uid, bool innermost)
{
    struct stat st, root;

    /* Root's files belong to nobody in a namespace of users that root is not in. */
    if (stat(path, &st) || stat("/", &root)) return false;
    if (st.st_uid && st.st_uid != uid && st.st_uid != geteuid() && st.st_uid != root.st_uid)
        wfd_log("%s belongs to user %u, not to root: refused", path, (unsigned int)st.st_uid);
    else if ((st.st_mode & S_IWOTH) && (innermost || !(st.st_mode & S_ISVTX)))
        wfd_log("%s can be written to by everybody: refused", path);
    else
        return true;
    return false;
}

/* The control folder, without symbolic links, and all that it is in. */
static int check_folders(const char *path, uint32_t uid)
{
    char folder[WFD_SOCKET_PATH_SIZE], real[PATH_MAX];
    const char *name = strrchr(path, '/');
    bool innermost = true;

    if (!name || (size_t)(name - path) >= sizeof(folder)) return -ENOENT;
    memcpy(folder, path, (size_t)(name - path));
    folder[name - path] = 0;
    if (!realpath(*folder ? folder : "/", real)) return -errno;
    for (;;)
    {
        char *end = strrchr(real, '/');

        if (!is_safe_folder(*real ? real : "/", uid, innermost)) return -EPERM;
        if (!end || !*real) return 0;
        innermost = false;
        *end = 0;
    }
}

static int check_socket(const char *path, uint32_t uid)
{
    struct stat st;

    if (lstat(path, &st)) return -errno;
    if (!S_ISSOCK(st.st_mode))
    {
        wfd_log("%s is no socket: refused", path);
        return -ENOTSOCK;
    }
    if (st.st_uid && st.st_uid != uid)
    {
        wfd_log("%s belongs to user %u, not to root: refused", path, (unsigned int)st.st_uid);
        return -EPERM;
    }
    return check_folders(path, uid);
}

/*
 * Where our ends of the connections get their names. In /tmp itself anybody could take the next
 * ones that libwpa_client is going to use. Only root gets into a folder of ours, though: a
 * supplicant of another user has to find us in /tmp. The folder stays: another program may be about
 * to name its end there.
 */
static const char *own_folder(uint32_t uid, char *ret_folder, size_t size)
{
    struct stat st;

    if (uid && uid != geteuid()) return NULL;
    snprintf(ret_folder, size, WFD_CTRL_FOLDER, (unsigned int)geteuid());
    if (mkdir(ret_folder, 0700) && errno != EEXIST) return NULL;
    if (!lstat(ret_folder, &st) && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
            !(st.st_mode & 077))
        return ret_folder;
    wfd_log("%s is not ours alone, and is not used", ret_folder);
    return NULL;
}

static struct wpa_ctrl *open_socket(const char *path, uint32_t uid)
{
    char folder[64];
    const char *own = own_folder(uid, folder, sizeof(folder));
    struct wpa_ctrl *wpa = own ? wpa_ctrl_open2(path, own) : NULL;

    /* What is refused with the one name is refused with the other, too. */
    return wpa || (own && errno == ECONNREFUSED) ? wpa : wpa_ctrl_open(path);
}

void wfd_ctrl_remove_sockets(pid_t process)
{
    char patterns[2][80];
    struct stat st;
    glob_t names;

    snprintf(patterns[0], sizeof(patterns[0]), WFD_CTRL_FOLDER "/wpa_ctrl_%d-*",
            (unsigned int)geteuid(), (int)process);
    snprintf(patterns[1], sizeof(patterns[1]), "/tmp/wpa_ctrl_%d-*", (int)process);
    for (unsigned int i = 0; i < 2; i++)
    {
        if (glob(patterns[i], GLOB_NOSORT, NULL, &names)) continue;
        for (size_t n = 0; n < names.gl_pathc; n++)
            if (!lstat(names.gl_pathv[n], &st) && S_ISSOCK(st.st_mode) && st.st_uid == geteuid())
                unlink(names.gl_pathv[n]);
        globfree(&names);
    }
}

bool wfd_ctrl_lacks_means(int error)
{
    return error == ENOMEM || error == EMFILE || error == ENFILE || error == ENOBUFS;
}

/* An application may start a program at any time, on another thread. */
int wfd_ctrl_socket(int domain, int type, int protocol)
{
    return socket(domain, type | SOCK_CLOEXEC, protocol);
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
    int error = check_socket(path, uid), on = 1;

    if (error) return error;
    ctrl = calloc(1, sizeof(*ctrl));
    if (!ctrl) return -ENOMEM;
    ctrl->uid = uid;
    errno = 0;
    ctrl->wpa = open_socket(path, uid);
    if (!ctrl->wpa)
    {
        error = errno ? -errno : -EIO;
        wpa_close(ctrl);
        return error;
    }
    ctrl->fd = wpa_ctrl_get_fd(ctrl->wpa);
    if (setsockopt(ctrl->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)))
    {
        error = -errno;
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
    bool trusted;

    if (length < 0) return -errno;
    close_passed_descriptors(&message);
    trusted = sender_is_trusted(ctrl, &message);
    if (trusted && !(message.msg_flags & MSG_TRUNC)) return length;
    /* Nobody will read it, and there may be a key in it. */
    wfd_wipe(buffer, size);
    return trusted ? -EMSGSIZE : -EPERM;
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
