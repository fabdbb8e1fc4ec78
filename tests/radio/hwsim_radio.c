/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes a simulated radio that can be nothing but a station: an adapter without Wi-Fi Direct. It goes
 * with its kernel module.
 */
#include <linux/nl80211.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <stdio.h>

/* The kernel keeps these of mac80211_hwsim to itself. */
#define HWSIM_CMD_NEW_RADIO       4
#define HWSIM_ATTR_IFTYPE_SUPPORT 23

int main(void)
{
    struct nl_sock *socket = nl_socket_alloc();
    struct nl_msg *message = nlmsg_alloc();
    int family, error;

    if (!socket || !message || genl_connect(socket)) return 1;
    family = genl_ctrl_resolve(socket, "MAC80211_HWSIM");
    if (family < 0 ||
            !genlmsg_put(
                    message, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, 0, HWSIM_CMD_NEW_RADIO, 1) ||
            nla_put_u32(message, HWSIM_ATTR_IFTYPE_SUPPORT, 1u << NL80211_IFTYPE_STATION))
        return 1;
    nl_socket_disable_auto_ack(socket);
    nlmsg_hdr(message)->nlmsg_flags |= NLM_F_ACK;
    error = nl_send_auto(socket, message);
    /* The answer is the radio's number, which comes as an error code above zero. */
    if (error >= 0) error = nl_recvmsgs_default(socket);
    if (error < 0) fprintf(stderr, "hwsim_radio: %s\n", nl_geterror(error));
    nlmsg_free(message);
    nl_socket_free(socket);
    return error < 0;
}
