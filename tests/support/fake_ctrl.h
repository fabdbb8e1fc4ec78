/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A transport without sockets, for one program's tests: that defines struct wfd_ctrl and the five
 * functions below, which are as those of struct wfd_ctrl_ops. Its supplicant always runs, as process 1.
 */
#ifndef TESTS_SUPPORT_FAKE_CTRL_H
#define TESTS_SUPPORT_FAKE_CTRL_H

#include "wfd_ctrl.h"

static int fake_open(const char *path, uint32_t uid, struct wfd_ctrl **ret_ctrl);
static int fake_descriptor(const struct wfd_ctrl *ctrl);
static int fake_send(struct wfd_ctrl *ctrl, const char *text, size_t length);
static ssize_t fake_receive(struct wfd_ctrl *ctrl, char *buffer, size_t size);
static void fake_close(struct wfd_ctrl *ctrl);

static int32_t fake_sender(const struct wfd_ctrl *ctrl)
{
    (void)ctrl;
    return 1;
}

static bool fake_listening(const char *path)
{
    (void)path;
    return true;
}

static const struct wfd_ctrl_ops fake_ops = {
    .open = fake_open,
    .descriptor = fake_descriptor,
    .send = fake_send,
    .receive = fake_receive,
    .sender = fake_sender,
    .close = fake_close,
    .listening = fake_listening,
};

#endif
