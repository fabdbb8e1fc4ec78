/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the programs of one user must know of each other (row SO10): who holds which peer in which
 * group, so that the last one removes it, and whose turn at the supplicant it is, since the answers
 * to P2P operations name nobody.
 *
 * Both are locks on files in the user's runtime folder, of the kind that belongs to the open file
 * (F_OFD_SETLK in fcntl(2)): the kernel drops those of a dead process, unless somebody has got the
 * descriptor, as the helper has. One file for each group, one byte in it for each peer. Without
 * such a folder every program is on its own. Nothing here waits.
 */
#ifndef WFD_SHARE_H
#define WFD_SHARE_H

#include "wfd_text.h"

struct wfd_share;

/*
 * folder: NULL for winewfd in XDG_RUNTIME_DIR or in /run/user/UID, or /tmp/winewfd-UID. It is made
 * when missing; one that is not ours alone is not used. NULL: no memory.
 */
struct wfd_share *wfd_share_new(const char *folder);
void wfd_share_free(struct wfd_share *share);
/* The folder in use, "" without one; a descriptor that the turn is bound to, -1: none. */
const char *wfd_share_folder(const struct wfd_share *share);
int wfd_share_turn_descriptor(const struct wfd_share *share);

/* The supplicant whose control socket is at path: everything below is about it. */
void wfd_share_choose(struct wfd_share *share, const char *path);
/* There is none any more. */
void wfd_share_rest(struct wfd_share *share);

/* True: the turn is ours until it is ended. False: another program's; it will know that we wait. */
bool wfd_share_take_turn(struct wfd_share *share);
/* Nothing of ours needs a turn any more. */
void wfd_share_wait_no_more(struct wfd_share *share);
/* If it is ours. Returns true when others wait for it. */
bool wfd_share_end_turn(struct wfd_share *share);

/* An invitation that somebody has sent in his turn, and the supplicant that has got it. */
struct wfd_share_note
{
    int32_t process;
    bool own; /* the group that may come of it */
    struct wfd_ssid ssid;
    struct wfd_mac peer;
};
/* Leaves a note for whoever has the turn after us, should we die in ours, and our helper too. */
void wfd_share_leave_note(struct wfd_share *share, const struct wfd_share_note *note);
/* Takes it away, before our turn ends. */
void wfd_share_withdraw_note(struct wfd_share *share);
/* In our turn: the note of one that has died in his. It stays until our turn ends. */
bool wfd_share_find_note(struct wfd_share *share, struct wfd_share_note *ret_note);
/* For who has the turn of another process: what that noted has been taken back. */
void wfd_share_drop_note(struct wfd_share *share);

/* The file of a group, which the caller closes with wfd_share_close; -1: none can be had. */
int wfd_share_group(struct wfd_share *share, const char *ifname);

/* In all of these a file of -1 belongs to a group that nobody else can hold. */

/* Remembers that a program of ours has made the group with that interface index. */
void wfd_share_mark(int file, uint32_t ifindex);
bool wfd_share_marked(int file, uint32_t ifindex);
/* Holds the peer's place. False: it is being given up at this moment. */
bool wfd_share_join(int file, const struct wfd_mac *peer);
/*
 * Ends our hold. True: nobody else holds the peer (anybody in the group), and nobody can until
 * wfd_share_forget or the end of the file.
 */
bool wfd_share_leave(int file, const struct wfd_mac *peer);
bool wfd_share_leave_all(int file);
void wfd_share_forget(int file, const struct wfd_mac *peer);
/* Ends every hold. gone: so is the group, and the file goes with it. */
void wfd_share_close(int file, bool gone);

#endif
