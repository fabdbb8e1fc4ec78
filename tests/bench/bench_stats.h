/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the measuring programs share: quantiles, and the lines that tests/bench/run makes its table
 * of. Standard C only, for Windows and native programs alike; never measures anything itself.
 *
 *     row <TAB> part <TAB> name <TAB> unit <TAB> count <TAB> KEY=NUMBER ...
 *     target <TAB> part <TAB> name <TAB> value <TAB> limit       (met when value <= limit)
 *     note <TAB> part <TAB> text
 */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stdio.h>
#include <stdlib.h>

static int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static inline void bench_sort(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), bench_compare);
}

/* Of sorted values; between two of them in proportion. 0 of none. */
static inline double bench_quantile(const double *sorted, size_t count, double q)
{
    double at = q * (double)(count ? count - 1 : 0);
    size_t below = (size_t)at;

    if (!count) return 0;
    if (below + 1 >= count) return sorted[count - 1];
    return sorted[below] + (sorted[below + 1] - sorted[below]) * (at - (double)below);
}

static inline void bench_target(const char *part, const char *name, double value, double limit)
{
    printf("target\t%s\t%s\t%.4f\t%.4f\n", part, name, value, limit);
    fflush(stdout);
}

#endif
