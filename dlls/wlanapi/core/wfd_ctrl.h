/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The transport: datagrams to and from one control socket of wpa_supplicant. An interface, so
 * that tests can put faults in its place, and its implementation over libwpa_client.
 */
#ifndef WFD_CTRL_H
#define WFD_CTRL_H

#include <sys/types.h>

#include "wfd_core.h"

struct wfd_ctrl;

/* Room for an interface's socket: a directory, a slash, a name. */
#define WFD_SOCKET_PATH_SIZE (WFD_PATH_SIZE + WFD_IFNAME_SIZE + 8)

struct wfd_ctrl_ops
{
    /*
     * Connects to the socket at path, which root or uid must own, in folders that nobody else can
     * change. 0 or -errno: -ENOENT, -ECONNREFUSED (nobody listens), -EACCES, -EPERM (a stranger's
     * socket or folder), -ENOTSOCK, -EMFILE.
     */
    int (*open)(const char *path, uint32_t uid, struct wfd_ctrl **ret_ctrl);
    /* For poll(). */
    int (*descriptor)(const struct wfd_ctrl *ctrl);
    /* 0 or -errno; -EAGAIN: the supplicant's queue is full. Never waits. */
    int (*send)(struct wfd_ctrl *ctrl, const char *text, size_t length);
    /*
     * Bytes of one datagram, or -errno; -EAGAIN: none there, -EPERM: one that did not come from
     * the supplicant's user was thrown away, -EMSGSIZE: one larger than size was. Never waits.
     */
    ssize_t (*receive)(struct wfd_ctrl *ctrl, char *buffer, size_t size);
    /* The process that sent the last datagram received; 0: unknown. */
    int32_t (*sender)(const struct wfd_ctrl *ctrl);
    /* NULL is allowed. */
    void (*close)(struct wfd_ctrl *ctrl);
    /* True when somebody listens on the socket at path at this moment. Never waits. */
    bool (*listening)(const char *path);
};

extern const struct wfd_ctrl_ops wfd_ctrl_wpa_ops;

/* An errno that tells of our own want of memory or descriptors, not of whom we ask. */
bool wfd_ctrl_lacks_means(int error);

/*
 * What libwpa_client calls for socket(2), so that the programs that an application starts have none
 * of its sockets, not even for the moment between its calls.
 */
int wfd_ctrl_socket(int domain, int type, int protocol);

/* Where its sockets are, for a user; in /tmp itself when that folder cannot be had. */
#define WFD_CTRL_FOLDER "/tmp/winewfd-ctrl-%u"
/* Removes the names of sockets that a process of ours which was killed has left. */
void wfd_ctrl_remove_sockets(pid_t process);

#endif
