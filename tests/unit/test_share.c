/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The locks between programs: who holds what, whose turn it is, and what is not trusted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wfd_share.h"

static const struct wfd_mac alice = { { 2, 0, 0, 0, 0, 1 } };
static const struct wfd_mac bob = { { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff } };

struct fixture
{
    char dir[64], folder[80], socket[80];
    struct wfd_share *a, *b; /* two programs */
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    if (!f) return -1;
    *state = f;
    strcpy(f->dir, "/tmp/winewfd-share-XXXXXX");
    if (!mkdtemp(f->dir)) return -1;
    snprintf(f->folder, sizeof(f->folder), "%s/share", f->dir);
    snprintf(f->socket, sizeof(f->socket), "%s/p2p-dev-wlan0", f->dir);
    f->a = wfd_share_new(f->folder);
    f->b = wfd_share_new(f->folder);
    if (!f->a || !f->b) return -1;
    wfd_share_choose(f->a, f->socket);
    wfd_share_choose(f->b, f->socket);
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char command[120];

    wfd_share_free(f->a);
    wfd_share_free(f->b);
    snprintf(command, sizeof(command), "rm -rf '%s'", f->dir);
    free(f);
    return system(command);
}

static unsigned int files_in(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    unsigned int count = 0;

    if (!dir) return 0;
    while ((entry = readdir(dir)))
        if (entry->d_name[0] != '.') count++;
    closedir(dir);
    return count;
}

static void the_last_one_out_is_told(void **state)
{
    struct fixture *f = *state;
    int a = wfd_share_group(f->a, "p2p-wlan0-0"), b = wfd_share_group(f->b, "p2p-wlan0-0");

    assert_true(a >= 0 && b >= 0);
    assert_true(wfd_share_join(a, &alice));
    assert_true(wfd_share_join(b, &alice));
    assert_false(wfd_share_leave(a, &alice));
    assert_true(wfd_share_leave(b, &alice));
    /* Until it is forgotten nobody gets in. */
    assert_false(wfd_share_join(a, &alice));
    wfd_share_forget(b, &alice);
    assert_true(wfd_share_join(a, &alice));
    wfd_share_close(a, false);
    wfd_share_close(b, true);
}

static void peers_of_one_group_do_not_meet(void **state)
{
    struct fixture *f = *state;
    int a = wfd_share_group(f->a, "p2p-wlan0-0"), b = wfd_share_group(f->b, "p2p-wlan0-0");

    assert_true(wfd_share_join(a, &alice));
    assert_true(wfd_share_join(b, &bob));
    assert_false(wfd_share_leave_all(a));
    assert_true(wfd_share_leave(a, &alice));
    /* Who turns alice away is still in the way; whoever is last finds nobody. */
    assert_false(wfd_share_leave_all(b));
    wfd_share_forget(a, &alice);
    assert_true(wfd_share_leave_all(b));
    assert_false(wfd_share_leave_all(a));
    wfd_share_close(b, true);
    wfd_share_close(a, true);
}

static void groups_do_not_meet(void **state)
{
    struct fixture *f = *state;
    int a = wfd_share_group(f->a, "p2p-wlan0-0"), b = wfd_share_group(f->b, "p2p-wlan0-1");

    assert_true(wfd_share_join(a, &alice));
    assert_true(wfd_share_join(b, &alice));
    assert_true(wfd_share_leave_all(a));
    assert_true(wfd_share_leave_all(b));
    wfd_share_close(a, true);
    wfd_share_close(b, true);
    assert_int_equal(files_in(f->folder), 1);
}

static void the_next_group_of_a_name_has_another_file(void **state)
{
    struct fixture *f = *state;
    int a = wfd_share_group(f->a, "p2p-wlan0-0"), b;

    assert_true(wfd_share_join(a, &alice));
    wfd_share_mark(a, 7);
    assert_true(wfd_share_leave_all(a));
    b = wfd_share_group(f->b, "p2p-wlan0-0");
    assert_true(wfd_share_marked(b, 7));
    assert_false(wfd_share_marked(b, 8));
    assert_false(wfd_share_join(b, &alice));
    wfd_share_close(b, false);
    wfd_share_close(a, true);
    b = wfd_share_group(f->b, "p2p-wlan0-0");
    assert_false(wfd_share_marked(b, 7));
    assert_true(wfd_share_join(b, &alice));
    wfd_share_close(b, true);
}

static void a_turn_is_one_program_s(void **state)
{
    struct fixture *f = *state;

    assert_true(wfd_share_take_turn(f->a));
    assert_true(wfd_share_take_turn(f->a));
    assert_false(wfd_share_take_turn(f->b));
    assert_true(wfd_share_end_turn(f->a)); /* somebody waits */
    assert_false(wfd_share_end_turn(f->a));
    assert_true(wfd_share_take_turn(f->b));
    assert_false(wfd_share_end_turn(f->b)); /* nobody any more */
    assert_true(wfd_share_take_turn(f->a));
    assert_false(wfd_share_take_turn(f->b));
    wfd_share_wait_no_more(f->b);
    assert_false(wfd_share_end_turn(f->a));
}

static void another_supplicant_has_other_turns(void **state)
{
    struct fixture *f = *state;
    char other[100];

    snprintf(other, sizeof(other), "%s/p2p-dev-wlan1", f->dir);
    assert_true(wfd_share_take_turn(f->a));
    wfd_share_choose(f->b, other);
    assert_true(wfd_share_take_turn(f->b));
    /* Whoever chooses again what it has keeps its turn; who leaves gives it back. */
    wfd_share_choose(f->a, f->socket);
    wfd_share_choose(f->b, f->socket);
    assert_false(wfd_share_take_turn(f->b));
    wfd_share_rest(f->a);
    assert_true(wfd_share_take_turn(f->b));
}

static void a_dead_process_holds_nothing(void **state)
{
    struct fixture *f = *state;
    int a = wfd_share_group(f->a, "p2p-wlan0-0"), status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (!child)
    {
        struct wfd_share *share = wfd_share_new(f->folder);

        wfd_share_choose(share, f->socket);
        if (wfd_share_join(wfd_share_group(share, "p2p-wlan0-0"), &alice) &&
                wfd_share_take_turn(share))
            raise(SIGKILL);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_true(wfd_share_leave_all(a));
    assert_true(wfd_share_take_turn(f->a));
    wfd_share_close(a, true);
}

static const struct wfd_share_note note = { .process = 2000000000,
    .own = true,
    .ssid = { "DIRECT-\n /\0x", 12 },
    .peer = { { 2, 0, 0, 0, 0, 1 } } };

static void expect_note(struct wfd_share *share, const struct wfd_share_note *expected)
{
    struct wfd_share_note found;

    assert_true(wfd_share_take_turn(share));
    assert_true(wfd_share_find_note(share, &found));
    assert_int_equal(found.process, expected->process);
    assert_int_equal(found.own, expected->own);
    assert_true(wfd_ssid_equal(&found.ssid, &expected->ssid));
    assert_true(wfd_mac_equal(&found.peer, &expected->peer));
}

static void expect_no_note(struct wfd_share *share)
{
    struct wfd_share_note found;

    assert_true(wfd_share_take_turn(share));
    assert_false(wfd_share_find_note(share, &found));
    wfd_share_end_turn(share);
}

/* In the end its turn is free, and whatever it has noted stays. */
static void note_and_die(struct fixture *f, const struct wfd_share_note *last)
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (!child)
    {
        struct wfd_share *share = wfd_share_new(f->folder);

        wfd_share_choose(share, f->socket);
        if (!wfd_share_take_turn(share)) _exit(1);
        wfd_share_leave_note(share, &note);
        wfd_share_leave_note(share, last);
        raise(SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

static void a_note_is_found_after_its_writer_s_death(void **state)
{
    struct wfd_share_note pairing = { .process = 7, .peer = bob };
    struct fixture *f = *state;

    note_and_die(f, &note);
    expect_note(f->a, &note);
    wfd_share_end_turn(f->a);
    expect_no_note(f->b);
    note_and_die(f, &pairing);
    expect_note(f->b, &pairing);
    wfd_share_rest(f->b);
    expect_no_note(f->a);
    assert_int_equal(files_in(f->folder), 1);
}

/* Who dies in the turn in which it has found one leaves it to the next. */
static void a_note_stays_until_the_turn_of_its_finder_ends(void **state)
{
    struct fixture *f = *state;

    note_and_die(f, &note);
    expect_note(f->a, &note);
    assert_int_equal(files_in(f->folder), 2);
    wfd_share_end_turn(f->a);
    assert_int_equal(files_in(f->folder), 1);
}

static void a_note_ends_with_the_turn(void **state)
{
    struct fixture *f = *state;

    wfd_share_leave_note(f->a, &note); /* not in its turn */
    assert_int_equal(files_in(f->folder), 1);
    assert_true(wfd_share_take_turn(f->a));
    wfd_share_leave_note(f->a, &note);
    assert_int_equal(files_in(f->folder), 2);
    wfd_share_end_turn(f->a);
    expect_no_note(f->b);
    assert_int_equal(files_in(f->folder), 1);
}

static void a_note_is_dropped_by_who_has_another_s_turn(void **state)
{
    struct fixture *f = *state;

    note_and_die(f, &note);
    wfd_share_drop_note(f->b);
    expect_no_note(f->a);
}

/* It says nothing, and goes. */
static void a_note_that_is_none_is_not_believed(void **state)
{
    static const char *const texts[] = { "x", "02:00:00:00:00:01", "02:00:00:00:00:01 1 7",
        "02:00:00:00:00:01 1 7 zz", "02:00:00:00:00:01 x 7 4449",
        "02:00:00:00:00:01 1 7 "
        "44494449444944494449444944494449444944494449444944494449444944494449" };
    struct fixture *f = *state;

    for (unsigned int i = 0; i < sizeof(texts) / sizeof(*texts); i++)
    {
        struct wfd_share_note found;
        char path[120];
        glob_t names;

        note_and_die(f, &note);
        snprintf(path, sizeof(path), "%s/begun-*", f->folder);
        assert_int_equal(glob(path, 0, NULL, &names), 0);
        snprintf(path, sizeof(path), "%s", names.gl_pathv[0]);
        globfree(&names);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(symlink(texts[i], path), 0);
        assert_true(wfd_share_take_turn(f->a));
        assert_false(wfd_share_find_note(f->a, &found));
        wfd_share_end_turn(f->a);
        assert_int_equal(files_in(f->folder), 1);
    }
}

/* The helper has got the descriptor: what its program held stays held. */
static void who_has_the_descriptor_has_the_hold(void **state)
{
    struct fixture *f = *state;
    int a = wfd_share_group(f->a, "p2p-wlan0-0"), b = wfd_share_group(f->b, "p2p-wlan0-0");
    int helper;

    assert_true(wfd_share_join(a, &alice));
    helper = dup(a);
    close(a); /* as a process that dies */
    assert_false(wfd_share_leave_all(b));
    assert_true(wfd_share_leave_all(helper));
    wfd_share_close(helper, true);
    assert_int_equal(files_in(f->folder), 1);
    wfd_share_close(b, true);
}

static void a_folder_that_others_may_write_is_not_used(void **state)
{
    struct fixture *f = *state;
    struct wfd_share *share;
    char folder[100];

    snprintf(folder, sizeof(folder), "%s/open", f->dir);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(chmod(folder, 0770), 0);
    share = wfd_share_new(folder);
    assert_string_equal(wfd_share_folder(share), "");
    wfd_share_choose(share, f->socket);
    assert_true(wfd_share_take_turn(share));
    assert_int_equal(wfd_share_group(share, "p2p-wlan0-0"), -1);
    assert_true(wfd_share_join(-1, &alice) && wfd_share_leave(-1, &alice));
    assert_true(wfd_share_leave_all(-1) && wfd_share_marked(-1, 5));
    wfd_share_free(share);
    assert_int_equal(files_in(folder), 0);
}

static void a_link_is_neither_folder_nor_file(void **state)
{
    struct fixture *f = *state;
    struct wfd_share *share;
    char folder[100], file[120];
    struct stat st;
    int group;

    snprintf(folder, sizeof(folder), "%s/link", f->dir);
    assert_int_equal(symlink(f->folder, folder), 0);
    share = wfd_share_new(folder);
    assert_string_equal(wfd_share_folder(share), "");
    wfd_share_free(share);
    assert_int_equal(stat(f->dir, &st), 0);
    snprintf(file, sizeof(file), "%s/%llx-%llx-p2p-wlan0-0", f->folder,
            (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
    group = wfd_share_group(f->a, "p2p-wlan0-0");
    assert_int_equal(access(file, F_OK), 0);
    wfd_share_close(group, true);
    assert_int_equal(symlink("/dev/null", file), 0);
    assert_int_equal(wfd_share_group(f->a, "p2p-wlan0-0"), -1);
}

int main(void)
{
#define SHARE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        SHARE_TEST(the_last_one_out_is_told),
        SHARE_TEST(peers_of_one_group_do_not_meet),
        SHARE_TEST(groups_do_not_meet),
        SHARE_TEST(the_next_group_of_a_name_has_another_file),
        SHARE_TEST(a_turn_is_one_program_s),
        SHARE_TEST(another_supplicant_has_other_turns),
        SHARE_TEST(a_dead_process_holds_nothing),
        SHARE_TEST(a_note_is_found_after_its_writer_s_death),
        SHARE_TEST(a_note_stays_until_the_turn_of_its_finder_ends),
        SHARE_TEST(a_note_ends_with_the_turn),
        SHARE_TEST(a_note_is_dropped_by_who_has_another_s_turn),
        SHARE_TEST(a_note_that_is_none_is_not_believed),
        SHARE_TEST(who_has_the_descriptor_has_the_hold),
        SHARE_TEST(a_folder_that_others_may_write_is_not_used),
        SHARE_TEST(a_link_is_neither_folder_nor_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
