/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Device nodes: after a device was paired or forgotten the Wine prefixes that are switched on, as
 * `wfdctl prefixes` lists them, are told to bring theirs up to date. Each does so by itself, with
 * the DLL's own function for that; nothing is written into a prefix from here.
 *
 * Only prefixes that this Wine has made or updated last, and that are this user's: another Wine's
 * would be updated to this one by any program that is started in it. Those, and whatever fails, are
 * up to date when a program next calls WFDOpenHandle.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl.h"

#define UPDATE_MS                                                                                  \
    60000 /* of all together; the first program in a prefix starts a good deal of Wine */
#define MAX_RUNS 64

/* Where a Wine has the file that its prefixes are made from; its age is what they remember. */
static const char *const wine_infs[] = { "/usr/share/wine/wine/wine.inf",
    "/usr/share/wine/wine.inf", "/usr/local/share/wine/wine.inf",
    "/opt/wine-*/share/wine/wine.inf" };

struct run
{
    pid_t pid; /* 0: has ended */
    char prefix[PATH_MAX];
};

struct runs
{
    struct run run[MAX_RUNS];
    unsigned int count;
    const char *wine;
};

static bool is_of_age(const char *pattern, long long age)
{
    bool found = false;
    struct stat st;
    glob_t names;

    if (glob(pattern, GLOB_NOSORT, NULL, &names)) return false;
    for (size_t i = 0; i < names.gl_pathc; i++)
        if (!stat(names.gl_pathv[i], &st) && (long long)st.st_mtime == age) found = true;
    globfree(&names);
    return found;
}

static bool is_of_this_wine(const char *prefix)
{
    char path[PATH_MAX + 32], line[64] = "";
    struct stat st;
    FILE *file;

    if (stat(prefix, &st) || st.st_uid != geteuid()) return false;
    snprintf(path, sizeof(path), "%s/.update-timestamp", prefix);
    file = fopen(path, "re");
    if (!file) return false;
    if (!fgets(line, sizeof(line), file)) line[0] = 0;
    fclose(file);
    for (size_t i = 0; i < sizeof(wine_infs) / sizeof(*wine_infs); i++)
        if (is_of_age(wine_infs[i], strtoll(line, NULL, 10))) return true;
    return false;
}

/* Without a screen: nothing shall be seen of it. */
static void become_wine(const char *wine, const char *prefix)
{
    static const char *const names[] = { "../wine/x86_64-windows/winewfd.dll", NULL };
    char modules[PATH_MAX];
    int null = open("/dev/null", O_RDWR);
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL); /* ours are held */
    for (int fd = 0; fd < 3; fd++) dup2(null, fd);
    if (ctl_find_file(names, modules, sizeof(modules)) && !getenv("WINEDLLPATH"))
    {
        *strstr(modules, "/x86_64-windows/") = 0;
        setenv("WINEDLLPATH", modules, 1);
    }
    setenv("WINEPREFIX", prefix, 1);
    setenv("WINEDEBUG", "-all", 1);
    setenv("WINEDLLOVERRIDES", "mscoree,mshtml=", 0);
    unsetenv("DISPLAY");
    unsetenv("WAYLAND_DISPLAY");
    execlp(wine, wine, "rundll32", "winewfd.dll,__winewfd_update_nodes", (char *)NULL);
    _exit(127);
}

static void start(void *context, const char *prefix)
{
    struct runs *runs = context;
    struct run *run = &runs->run[runs->count];

    if (runs->count == MAX_RUNS || !is_of_this_wine(prefix)) return;
    snprintf(run->prefix, sizeof(run->prefix), "%s", prefix);
    run->pid = fork();
    if (!run->pid) become_wine(runs->wine, prefix);
    if (run->pid > 0) runs->count++;
}

/* False: it runs still. */
static bool has_ended(struct run *run)
{
    int status = 0;
    pid_t pid = waitpid(run->pid, &status, WNOHANG);

    if (!pid || (pid < 0 && errno == EINTR)) return false;
    run->pid = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        ctl_complain("the devices of Windows programs in %s are not up to date: Wine does not run "
                     "there; they will be when one opens Wi-Fi Direct next",
                run->prefix);
    return true;
}

static void finish(struct runs *runs)
{
    uint64_t since_ms = ctl_now_ms(), end_ms = since_ms + UPDATE_MS;
    unsigned int left = runs->count;

    while (left && ctl_now_ms() < end_ms)
    {
        for (unsigned int i = 0; i < runs->count; i++)
            if (runs->run[i].pid && has_ended(&runs->run[i])) left--;
        if (!left) break;
        ctl_progress("telling Windows programs", since_ms);
        if (ctl_signal_came(20)) break;
    }
    ctl_progress(NULL, 0);
    for (unsigned int i = 0; i < runs->count; i++)
    {
        if (!runs->run[i].pid) continue;
        ctl_complain("the devices of Windows programs in %s are perhaps not up to date yet",
                runs->run[i].prefix);
        kill(runs->run[i].pid, SIGTERM);
        waitpid(runs->run[i].pid, NULL, 0);
    }
}

/* Where PATH leads to; what Wine's own tests and packages call it comes first. */
static bool is_in_path(const char *name)
{
    const char *path = getenv("PATH");
    char file[PATH_MAX];

    for (; path && *path; path += strspn(path, ":"))
    {
        size_t length = strcspn(path, ":");

        if ((size_t)snprintf(file, sizeof(file), "%.*s/%s", (int)length, path, name) <
                        sizeof(file) &&
                !access(file, X_OK))
            return true;
        path += length;
    }
    return false;
}

void ctl_update_nodes(const struct ctl_options *options)
{
    struct runs *runs = calloc(1, sizeof(*runs));

    if (!runs) return;
    runs->wine = is_in_path("wine") ? "wine" : "wine64";
    if (is_in_path(runs->wine))
    {
        ctl_hold_signals();
        ctl_each_enabled_prefix(options, start, runs);
        finish(runs);
    }
    free(runs);
}
