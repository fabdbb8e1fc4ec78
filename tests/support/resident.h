/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much memory this process has; 0: not known. */
#ifndef RESIDENT_H
#define RESIDENT_H

#include <stdio.h>
#include <unistd.h>

static inline unsigned int rss_kib(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long pages = 0;

    if (!file) return 0;
    if (fscanf(file, "%*u %lu", &pages) != 1) pages = 0;
    fclose(file);
    return (unsigned int)(pages * (unsigned long)sysconf(_SC_PAGESIZE) / 1024);
}

#endif
