/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Locks between the programs of one user. A lock on a peer's byte for reading is a hold, one for
 * writing belongs to whoever gives the peer up; of two that leave at once each first ends its own
 * hold, so that one of them finds nobody left.
 */
#define _FILE_OFFSET_BITS 64

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wfd_ctrl.h"
#include "wfd_log.h"
#include "wfd_share.h"

#define FIRST_PEER 1 /* the byte of address 0 */
#define ALL_PEERS  ((off_t)1 << 49)

_Static_assert(sizeof(off_t) == 8, "an address is an offset");

struct wfd_share
{
    char folder[WFD_SOCKET_PATH_SIZE];
    int turns; /* the file of turns */
    bool held, waits, noted;
    uint64_t device, inode; /* of the control folder */
    off_t turn;             /* its byte; the next one is for those who wait */
};

static bool is_ours_alone(const struct stat *st, mode_t type)
{
    return (st->st_mode & S_IFMT) == type && st->st_uid == geteuid() && !(st->st_mode & 077);
}

static bool use_folder(struct wfd_share *share)
{
    struct stat st;

    if (mkdir(share->folder, 0700) && errno != EEXIST) return false;
    if (!lstat(share->folder, &st) && is_ours_alone(&st, S_IFDIR)) return true;
    wfd_log("share: %s is not ours alone, and is not used", share->folder);
    return false;
}

static bool find_folder(struct wfd_share *share, const char *folder)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    unsigned int uid = (unsigned int)geteuid();
    size_t size = sizeof(share->folder);

    if (folder)
        return (size_t)snprintf(share->folder, size, "%s", folder) < size && use_folder(share);
    if (runtime && *runtime == '/' &&
            (size_t)snprintf(share->folder, size, "%s/winewfd", runtime) < size &&
            use_folder(share))
        return true;
    snprintf(share->folder, size, "/run/user/%u/winewfd", uid);
    if (use_folder(share)) return true;
    snprintf(share->folder, size, "/tmp/winewfd-%u", uid);
    return use_folder(share);
}

static int open_file(const struct wfd_share *share, const char *name)
{
    char path[sizeof(share->folder) + WFD_IFNAME_SIZE + 40];
    struct stat st;
    int file;

    if (!share->folder[0]) return -1;
    snprintf(path, sizeof(path), "%s/%s", share->folder, name);
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (file >= 0 && !fstat(file, &st) && is_ours_alone(&st, S_IFREG) && st.st_nlink <= 1)
        return file;
    wfd_log("share: %s: %s", path, file < 0 ? strerror(errno) : "is not ours alone");
    if (file >= 0) close(file);
    return -1;
}

static bool lock(int file, short type, off_t start, off_t length)
{
    struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length };
    int result;

    do result = fcntl(file, F_OFD_SETLK, &lock);
    while (result && errno == EINTR);
    return !result;
}

struct wfd_share *wfd_share_new(const char *folder)
{
    struct wfd_share *share = calloc(1, sizeof(*share));

    if (!share) return NULL;
    share->turns = -1;
    if (!find_folder(share, folder)) share->folder[0] = 0;
    return share;
}

void wfd_share_free(struct wfd_share *share)
{
    if (!share) return;
    wfd_share_rest(share);
    free(share);
}

/* A link to nothing: it comes and goes as a whole, and needs no place on most disks. */
static void note_path(const struct wfd_share *share, char ret_path[WFD_SOCKET_PATH_SIZE + 40])
{
    snprintf(ret_path, WFD_SOCKET_PATH_SIZE + 40, "%s/begun-%llx", share->folder,
            (unsigned long long)share->turn);
}

void wfd_share_withdraw_note(struct wfd_share *share)
{
    char path[WFD_SOCKET_PATH_SIZE + 40];

    if (!share->noted) return;
    share->noted = false;
    note_path(share, path);
    unlink(path);
}

void wfd_share_rest(struct wfd_share *share)
{
    if (share->turns < 0) return;
    wfd_share_withdraw_note(share);
    lock(share->turns, F_UNLCK, 0, 0);
    close(share->turns);
    share->turns = -1;
    share->held = share->waits = false;
}

const char *wfd_share_folder(const struct wfd_share *share)
{
    return share->folder;
}

int wfd_share_turn_descriptor(const struct wfd_share *share)
{
    return share->turns;
}

static bool is_locked(int file, off_t start)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = 1 };

    return !fcntl(file, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK;
}

/* FNV-1a. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t count)
{
    const uint8_t *byte = bytes;

    for (size_t i = 0; i < count; i++) hash = (hash ^ byte[i]) * 0x100000001b3u;
    return hash;
}

void wfd_share_choose(struct wfd_share *share, const char *path)
{
    char folder[WFD_SOCKET_PATH_SIZE];
    const char *name = strrchr(path, '/');
    uint64_t hash = 0xcbf29ce484222325u;
    struct stat st = { .st_ino = 0 };

    if (!name) return;
    snprintf(folder, sizeof(folder), "%.*s", (int)(name - path), path);
    if (stat(folder, &st)) wfd_log("share: %s: %s", folder, strerror(errno));
    share->device = st.st_dev;
    share->inode = st.st_ino;
    hash = mix(hash, &share->device, sizeof(share->device));
    hash = mix(hash, &share->inode, sizeof(share->inode));
    hash = mix(hash, name, strlen(name));
    if (share->turns < 0) share->turns = open_file(share, "turns");
    if (share->turn == (off_t)(hash >> 3 << 1)) return;
    wfd_share_withdraw_note(share);
    if (share->turns >= 0) lock(share->turns, F_UNLCK, 0, 0);
    share->held = share->waits = false;
    share->turn = (off_t)(hash >> 3 << 1);
}

bool wfd_share_take_turn(struct wfd_share *share)
{
    if (share->turns < 0 || share->held) return true;
    if (lock(share->turns, F_WRLCK, share->turn, 1))
    {
        wfd_share_wait_no_more(share);
        share->held = true;
        return true;
    }
    if (errno != EAGAIN && errno != EACCES) return true;
    if (!share->waits) share->waits = lock(share->turns, F_RDLCK, share->turn + 1, 1);
    return false;
}

void wfd_share_wait_no_more(struct wfd_share *share)
{
    if (share->waits) lock(share->turns, F_UNLCK, share->turn + 1, 1);
    share->waits = false;
}

bool wfd_share_end_turn(struct wfd_share *share)
{
    if (!share->held) return false;
    share->held = false;
    wfd_share_withdraw_note(share);
    lock(share->turns, F_UNLCK, share->turn, 1);
    return is_locked(share->turns, share->turn + 1);
}

void wfd_share_leave_note(struct wfd_share *share, const struct wfd_share_note *note)
{
    char path[WFD_SOCKET_PATH_SIZE + 40], text[120], ssid[WFD_SSID_HEX_SIZE];

    if (!share->held) return;
    note_path(share, path);
    wfd_ssid_hex(&note->ssid, ssid);
    snprintf(text, sizeof(text), WFD_MAC_FORMAT " %d %d %s", WFD_MAC_ARGS(&note->peer),
            note->own ? 1 : 0, (int)note->process, ssid);
    unlink(path);
    share->noted = !symlink(text, path);
    if (!share->noted) wfd_log("share: %s: %s", path, strerror(errno));
}

static bool read_note(const char *text, size_t length, struct wfd_share_note *ret_note)
{
    struct wfd_cursor at = wfd_cursor(text, length);
    char process[12];
    int own;

    memset(ret_note, 0, sizeof(*ret_note));
    if (!wfd_text_mac(&at, &ret_note->peer) || !wfd_text_skip(&at, " ")) return false;
    if (!wfd_text_number(&at, &own) || !wfd_text_skip(&at, " ")) return false;
    if (!wfd_text_word(&at, process, sizeof(process)) || !wfd_text_skip(&at, " ")) return false;
    ret_note->own = own != 0;
    ret_note->process = (int32_t)strtol(process, NULL, 10);
    return at.at == at.end || wfd_text_config_ssid(at, &ret_note->ssid); /* a pairing has none */
}

bool wfd_share_find_note(struct wfd_share *share, struct wfd_share_note *ret_note)
{
    char path[WFD_SOCKET_PATH_SIZE + 40], text[120];
    ssize_t length;

    if (!share->held || share->noted) return false;
    note_path(share, path);
    length = readlink(path, text, sizeof(text));
    if (length < 0) return false;
    share->noted = true;
    return read_note(text, (size_t)length, ret_note);
}

void wfd_share_drop_note(struct wfd_share *share)
{
    share->noted = true;
    wfd_share_withdraw_note(share);
}

static bool has_name(int file)
{
    struct stat st;

    return !fstat(file, &st) && st.st_nlink;
}

int wfd_share_group(struct wfd_share *share, const char *ifname)
{
    char name[WFD_IFNAME_SIZE + 40];
    int file;

    snprintf(name, sizeof(name), "%llx-%llx-%s", (unsigned long long)share->device,
            (unsigned long long)share->inode, ifname);
    /* One that is being removed goes with its group; the next one of the name has another. */
    do
    {
        file = open_file(share, name);
        if (file < 0 || has_name(file)) return file;
        close(file);
    } while (true);
}

/* The file's size, which needs no place on the disk. */
void wfd_share_mark(int file, uint32_t ifindex)
{
    if (file >= 0 && ftruncate(file, (off_t)ifindex))
        wfd_log("share: a group's file: %s", strerror(errno));
}

bool wfd_share_marked(int file, uint32_t ifindex)
{
    struct stat st;

    if (file < 0) return true;
    return !fstat(file, &st) && st.st_size && st.st_size == (off_t)ifindex;
}

static off_t byte_of(const struct wfd_mac *peer)
{
    off_t byte = 0;

    for (unsigned int i = 0; i < sizeof(peer->octet); i++) byte = byte << 8 | peer->octet[i];
    return FIRST_PEER + byte;
}

bool wfd_share_join(int file, const struct wfd_mac *peer)
{
    if (file < 0 || lock(file, F_RDLCK, byte_of(peer), 1)) return true;
    return errno != EAGAIN && errno != EACCES;
}

static bool leave(int file, off_t start, off_t length)
{
    if (file < 0) return true;
    lock(file, F_UNLCK, start, length);
    if (lock(file, F_WRLCK, start, length)) return true;
    return errno != EAGAIN && errno != EACCES;
}

bool wfd_share_leave(int file, const struct wfd_mac *peer)
{
    return leave(file, byte_of(peer), 1);
}

bool wfd_share_leave_all(int file)
{
    return leave(file, 0, ALL_PEERS);
}

void wfd_share_forget(int file, const struct wfd_mac *peer)
{
    if (file >= 0) lock(file, F_UNLCK, byte_of(peer), 1);
}

/* The descriptor may have come from another process, without its name. */
static void remove_file(int file)
{
    char link[40], path[WFD_SOCKET_PATH_SIZE + WFD_IFNAME_SIZE + 64];
    ssize_t length;

    if (!has_name(file)) return;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof(path) - 1);
    if (length <= 0) return;
    path[length] = 0;
    unlink(path);
}

void wfd_share_close(int file, bool gone)
{
    if (file < 0) return;
    if (gone) remove_file(file);
    /* Explicitly: the helper may have the descriptor, too. */
    lock(file, F_UNLCK, 0, 0);
    close(file);
}
