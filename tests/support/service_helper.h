/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The helper process as tests see it: where its program is, which process it is, what it has open.
 * Include it after service_fixture.h. It never ends a process.
 */
#ifndef SERVICE_HELPER_H
#define SERVICE_HELPER_H

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#ifndef REAPER_PATH
#define REAPER_PATH "build/wine/x86_64-unix/winewfd-reaper"
#endif

static inline const char *reaper_path(void)
{
    const char *path = getenv("WFD_REAPER");

    return path ? path : REAPER_PATH;
}

/* A helper that loses its program becomes ours. */
static inline void need_reaper(struct service_fixture *f)
{
    if (access(reaper_path(), X_OK)) SKIP_TEST(f, "%s is not built", reaper_path());
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
}

static inline pid_t first_child_of_thread(pid_t process, const char *thread)
{
    char path[300], text[32] = "";
    pid_t child = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/task/%s/children", (int)process, thread);
    if (!(file = fopen(path, "re"))) return 0;
    if (fgets(text, sizeof(text), file)) child = (pid_t)atoi(text);
    fclose(file);
    return child;
}

/* The only child that the program has, whichever of its threads has made it; 0: none, or unknown. */
static inline pid_t helper_of(pid_t process)
{
    struct dirent *entry;
    char path[64];
    pid_t helper = 0;
    DIR *dir;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
    dir = opendir(path);
    while (!helper && dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.') helper = first_child_of_thread(process, entry->d_name);
    if (dir) closedir(dir);
    return helper;
}

/* Until then it has all that its program has. */
static inline bool is_helper(pid_t pid)
{
    char link[64], program[400];
    ssize_t length;

    snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
    length = readlink(link, program, sizeof(program) - 1);
    if (length <= 0) return false;
    program[length] = 0;
    return strstr(program, "winewfd-reaper");
}

/* A helper has the file of turns when it has been told everything. */
static inline bool has_file(pid_t pid, const char *path)
{
    char folder[64], link[400], target[200];
    struct dirent *entry;
    bool has = false;
    DIR *dir;

    if (!is_helper(pid)) return false;
    snprintf(folder, sizeof(folder), "/proc/%d/fd", (int)pid);
    if (!(dir = opendir(folder))) return false;
    while ((entry = readdir(dir)))
    {
        ssize_t length;

        snprintf(link, sizeof(link), "%s/%s", folder, entry->d_name);
        length = readlink(link, target, sizeof(target) - 1);
        if (length <= 0) continue;
        target[length] = 0;
        if (!strcmp(target, path)) has = true;
    }
    closedir(dir);
    return has;
}

#endif
