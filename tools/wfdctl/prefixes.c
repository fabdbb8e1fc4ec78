/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * enable, disable, prefixes: what winewfd-activate does, for whom wfdctl is the front door. That
 * script alone changes a prefix; this remembers which prefixes it was asked to, to list them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl.h"

#define MAX_PREFIXES 64

static bool find_script(char *ret_path, size_t size)
{
    static const char *const names[] = { "winewfd-activate", "../../tools/wine-activate", NULL };

    return ctl_find_file(names, ret_path, size);
}

/* The files of the build that this program is of; false: those of an installation. */
static bool find_build(char *ret_path, size_t size)
{
    static const char *const names[] = { "../native-dll/x86_64/wlanapi.dll", NULL };

    if (!ctl_find_file(names, ret_path, size)) return false;
    *strstr(ret_path, "/native-dll/x86_64/wlanapi.dll") = 0;
    return true;
}

static void become_script(const char *prefix, const char *action)
{
    const char *arguments[8];
    char script[PATH_MAX], build[PATH_MAX];
    int count = 0;

    if (!find_script(script, sizeof(script))) _exit(127);
    arguments[count++] = script;
    if (prefix)
    {
        arguments[count++] = "--prefix";
        arguments[count++] = prefix;
    }
    if (find_build(build, sizeof(build)))
    {
        arguments[count++] = "--from";
        arguments[count++] = build;
    }
    if (action) arguments[count++] = action;
    arguments[count] = NULL;
    execv(script, (char *const *)arguments);
    _exit(127);
}

static void read_all(int fd, char *ret_text, size_t size)
{
    size_t used = 0;
    ssize_t got;

    while (used < size - 1 && (got = read(fd, ret_text + used, size - 1 - used)) != 0)
    {
        if (got < 0 && errno != EINTR) break;
        if (got > 0) used += (size_t)got;
    }
    ret_text[used] = 0;
}

/* action: NULL switches on. Its exit status, with all that it has said. */
static int run_script(const char *prefix, const char *action, char *ret_text, size_t size)
{
    int fds[2], status = -1;
    pid_t pid;

    ret_text[0] = 0;
    if (pipe2(fds, O_CLOEXEC)) return -1;
    pid = fork();
    if (!pid)
    {
        dup2(fds[1], STDOUT_FILENO);
        dup2(fds[1], STDERR_FILENO);
        become_script(prefix, action);
    }
    close(fds[1]);
    if (pid > 0)
    {
        read_all(fds[0], ret_text, size);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        {
        }
    }
    close(fds[0]);
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool ctl_prefix_is_on(const char *prefix, char *ret_text, size_t size)
{
    int status = run_script(prefix, "--status", ret_text, size);

    ret_text[strcspn(ret_text, "\n")] = 0;
    return !status;
}

static const char *default_prefix(void)
{
    static char path[PATH_MAX];
    const char *set = getenv("WINEPREFIX"), *home = getenv("HOME");

    if (set && *set) return set;
    snprintf(path, sizeof(path), "%s/.wine", home ? home : "");
    return path;
}

/* The list of prefixes that were asked for, one a line. */

static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
    {
        *slash = 0;
        mkdir(path, 0755); /* most are there; what fails here fails at the file too */
        *slash = '/';
    }
}

static bool list_path(char *ret_path, size_t size)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

    if (state && *state == '/')
        return (size_t)snprintf(ret_path, size, "%s/winewfd/prefixes", state) < size;
    return home && *home == '/' &&
           (size_t)snprintf(ret_path, size, "%s/.local/state/winewfd/prefixes", home) < size;
}

struct prefixes
{
    char *paths[MAX_PREFIXES];
    unsigned int count;
};

static void add_prefix(struct prefixes *prefixes, const char *path)
{
    char whole[PATH_MAX], windows[PATH_MAX + 32];

    if (prefixes->count == MAX_PREFIXES || !realpath(path, whole)) return;
    snprintf(windows, sizeof(windows), "%s/drive_c/windows/system32", whole);
    if (access(windows, F_OK)) return;
    for (unsigned int i = 0; i < prefixes->count; i++)
        if (!strcmp(prefixes->paths[i], whole)) return;
    prefixes->paths[prefixes->count] = strdup(whole);
    if (prefixes->paths[prefixes->count]) prefixes->count++;
}

static void add_folder(struct prefixes *prefixes, const char *below_home)
{
    const char *home = getenv("HOME");
    char path[PATH_MAX], one[PATH_MAX + 260];
    struct dirent *entry;
    DIR *dir;

    snprintf(path, sizeof(path), "%s/%s", home ? home : "", below_home);
    dir = opendir(path);
    while (dir && (entry = readdir(dir)))
    {
        if (entry->d_name[0] == '.') continue;
        snprintf(one, sizeof(one), "%s/%s", path, entry->d_name);
        add_prefix(prefixes, one);
    }
    if (dir) closedir(dir);
}

static void add_remembered(struct prefixes *prefixes)
{
    char path[PATH_MAX], line[PATH_MAX];
    FILE *file = list_path(path, sizeof(path)) ? fopen(path, "re") : NULL;

    while (file && fgets(line, sizeof(line), file))
    {
        line[strcspn(line, "\n")] = 0;
        add_prefix(prefixes, line);
    }
    if (file) fclose(file);
}

static void remember(const char *prefix)
{
    struct prefixes known = { .count = 0 };
    char path[PATH_MAX], whole[PATH_MAX];
    unsigned int before;
    FILE *file;

    add_remembered(&known);
    before = known.count;
    add_prefix(&known, prefix);
    if (known.count > before && realpath(prefix, whole) && !strchr(whole, '\n') &&
            list_path(path, sizeof(path)))
    {
        make_folders(path);
        file = fopen(path, "ae");
        if (file) fprintf(file, "%s\n", whole);
        if (file) fclose(file);
    }
    for (unsigned int i = 0; i < known.count; i++) free(known.paths[i]);
}

static int change(const struct ctl_options *options, const char *action, bool on)
{
    const char *prefix = options->prefix ? options->prefix : default_prefix();
    struct json_object *object;
    char text[4096];
    int status = run_script(prefix, action, text, sizeof(text));

    if (!status && on) remember(prefix);
    if (options->json)
    {
        object = json_object_new_object();
        json_object_object_add(object, "prefix", json_object_new_string(prefix));
        json_object_object_add(object, "enabled", json_object_new_boolean(on == !status));
        if (status) json_object_object_add(object, "reason", json_object_new_string(text));
        ctl_print_json(object);
    }
    if (status == 127)
        ctl_complain("winewfd-activate is not there: build or install winewfd as a whole");
    else if (status)
        fputs(text, stderr);
    else
        ctl_say("%s", text);
    if (!status) return CTL_OK;
    return strstr(text, "no Wine prefix") ? CTL_NOT_FOUND : CTL_FAILED;
}

int ctl_enable(const struct ctl_options *options)
{
    return change(options, NULL, true);
}

int ctl_disable(const struct ctl_options *options)
{
    return change(options, "--undo", false);
}

static void find_prefixes(const struct ctl_options *options, struct prefixes *prefixes)
{
    if (options->prefix) add_prefix(prefixes, options->prefix);
    if (options->prefix) return;
    add_prefix(prefixes, default_prefix());
    add_folder(prefixes, ".local/share/wineprefixes");
    add_folder(prefixes, ".PlayOnLinux/wineprefix");
    add_folder(prefixes, ".local/share/bottles/bottles");
    add_remembered(prefixes);
}

void ctl_each_enabled_prefix(const struct ctl_options *options,
        void (*each)(void *context, const char *prefix), void *context)
{
    struct prefixes prefixes = { .count = 0 };
    char text[4096];

    find_prefixes(options, &prefixes);
    for (unsigned int i = 0; i < prefixes.count; i++)
    {
        if (ctl_prefix_is_on(prefixes.paths[i], text, sizeof(text)))
            each(context, prefixes.paths[i]);
        free(prefixes.paths[i]);
    }
}

int ctl_prefixes(const struct ctl_options *options)
{
    struct json_object *list = json_object_new_array();
    struct prefixes prefixes = { .count = 0 };
    char text[4096];

    find_prefixes(options, &prefixes);
    for (unsigned int i = 0; i < prefixes.count; i++)
    {
        bool on = ctl_prefix_is_on(prefixes.paths[i], text, sizeof(text));
        struct json_object *object = json_object_new_object();

        json_object_object_add(object, "prefix", json_object_new_string(prefixes.paths[i]));
        json_object_object_add(object, "enabled", json_object_new_boolean(on));
        json_object_array_add(list, object);
        if (!options->json)
        {
            ctl_paint(on ? CTL_GOOD : CTL_FAINT, on ? "on   " : "off  ");
            ctl_say("%s\n", prefixes.paths[i]);
        }
        free(prefixes.paths[i]);
    }
    if (options->json)
        ctl_print_json(list);
    else
        json_object_put(list);
    if (!options->json && !prefixes.count)
        ctl_say("no Wine prefix was found; --prefix names one\n");
    return prefixes.count || options->json ? CTL_OK : CTL_NOT_FOUND;
}
