/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The command doctor: what its files share. A problem has a name that stays, for scripts and for the
 * tests, of which each problem has one; its text and what mends it depend on what was found.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "ctl.h"

#define DOCTOR_REPLY_SIZE  4097
#define DOCTOR_REMEDY_SIZE 1024

enum problem
{
    PROBLEM_NONE,
    PROBLEM_NO_WIRELESS_KERNEL,
    PROBLEM_NO_ADAPTER,
    PROBLEM_OTHER_ADAPTER,
    PROBLEM_INCAPABLE_ADAPTER,
    PROBLEM_RADIO_SWITCH,
    PROBLEM_RADIO_OFF,
    PROBLEM_NO_SUPPLICANT_INSTALLED,
    PROBLEM_IWD,
    PROBLEM_UNMANAGED,
    PROBLEM_NO_SOCKETS,
    PROBLEM_STALE_SOCKETS,
    PROBLEM_SUPPLICANT_HANGS,
    PROBLEM_SOCKETS_UNUSABLE,
    PROBLEM_ROOT_ONLY,
    PROBLEM_NEW_MEMBER,
    PROBLEM_NO_MEMBER,
    PROBLEM_P2P_DISABLED,
    PROBLEM_P2P_IMPOSSIBLE,
    PROBLEM_NO_INVITATIONS,
    PROBLEM_FORGETFUL,
    PROBLEM_PAIRED_UNKNOWN,
    PROBLEM_NONE_PAIRED,
    PROBLEM_NETWORKD_UNTOLD,
    PROBLEM_NO_ADDRESSES,
    PROBLEM_NO_DHCP_PROGRAMS,
    PROBLEM_NO_MEETING_FOLDER,
    PROBLEM_NO_WINE,
    PROBLEM_OLD_WINE,
    PROBLEM_MODULE_NOT_FOUND,
    PROBLEM_MODULE_MISSING,
    PROBLEM_NO_PREFIX,
    PROBLEM_PREFIX_OFF,
    PROBLEM_PREFIX_UNKNOWN,
    PROBLEM_COUNT,
};

struct doctor
{
    const struct ctl_options *options;
    struct json_object *checks;
    char adapter[WFD_IFNAME_SIZE]; /* the first that can; "" none */
    char socket[WFD_IFNAME_SIZE];  /* where P2P commands go; "" none */
    char any_socket[WFD_IFNAME_SIZE];
    int sockets, usable;
    int ask_error; /* of the last socket that could not be used */
    bool bad;
};

/* A check that found nothing wrong. */
void doctor_well(struct doctor *doctor, const char *check, const char *text);
/* remedy: what to type, NULL for nothing. */
void doctor_tell(struct doctor *doctor, enum problem problem, const char *text, const char *remedy);
/* How this distribution installs packages; each NULL where it has none. */
void doctor_install_command(char ret_remedy[DOCTOR_REMEDY_SIZE], const char *debian,
        const char *fedora, const char *arch);
/* A process whose command line, or one argument of it, ends with that. */
bool doctor_something_runs(const char *name);
/* A program of that name is in one of the folders where such programs are, in PATH or not. */
bool doctor_has_program(const char *name);
bool doctor_has_systemd(void);

/* doctor_supplicant.c: in this order. */
void doctor_check_supplicant(struct doctor *doctor);
void doctor_check_p2p(struct doctor *doctor);

/* doctor_host.c */
void doctor_check_addresses(struct doctor *doctor);
void doctor_check_meeting_folder(struct doctor *doctor);
void doctor_check_wine(struct doctor *doctor);

#endif
