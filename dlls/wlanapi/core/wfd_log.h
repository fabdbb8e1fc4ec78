/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The story of each session, one line a step. Never carries a key, a PIN or a raw line of the
 * supplicant: GROUP-STARTED contains the passphrase.
 */
#ifndef WFD_LOG_H
#define WFD_LOG_H

#include "wfd_core.h"

/* Formats and hands over one line; costs one comparison while nobody listens. */
#define wfd_log(...)                                                                               \
    do                                                                                             \
    {                                                                                              \
        if (wfd_log_enabled()) wfd_log_line(__VA_ARGS__);                                          \
    } while (0)

bool wfd_log_enabled(void);
void wfd_log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define WFD_MAC_FORMAT "%02x:%02x:%02x:%02x:%02x:%02x"
#define WFD_MAC_ARGS(m)                                                                            \
    (m)->octet[0], (m)->octet[1], (m)->octet[2], (m)->octet[3], (m)->octet[4], (m)->octet[5]

#endif
