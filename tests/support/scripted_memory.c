/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Takes the memory of a test program away and gives it back: the kernel refuses the program every
 * further page. Touches only processes whose command line has the word that the test chose.
 */

#include "scripted_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Arguments are separated by zeros. */
static bool has_argument(pid_t pid, const char *word)
{
    char path[64], text[4096];
    size_t used = 0, start;
    ssize_t len;
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
    if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0) return false;
    while ((len = read(fd, text + used, sizeof(text) - 1 - used)) > 0) used += (size_t)len;
    close(fd);
    text[used] = 0;
    for (start = 0; start < used; start += strlen(text + start) + 1)
        if (strstr(text + start, word)) return true;
    return false;
}

static bool limit(pid_t pid, enum __rlimit_resource resource, bool deny)
{
    struct rlimit now;

    if (prlimit(pid, resource, NULL, &now)) return false;
    now.rlim_cur = deny ? 0 : now.rlim_max;
    return !prlimit(pid, resource, &now, NULL);
}

unsigned int scripted_limit_memory(const char *word, bool deny)
{
    unsigned int count = 0;
    struct dirent *entry;
    DIR *dir = opendir("/proc");

    if (!dir) return 0;
    while ((entry = readdir(dir)))
    {
        pid_t pid = (pid_t)atoi(entry->d_name);

        if (pid <= 0 || pid == getpid() || !has_argument(pid, word)) continue;
        /* New mappings, and more of the old ones. */
        if (limit(pid, RLIMIT_AS, deny) && limit(pid, RLIMIT_DATA, deny)) count++;
    }
    closedir(dir);
    return count;
}
