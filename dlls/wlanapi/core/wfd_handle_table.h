/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Handle values with generations: from a value the application holds to the object it names.
 *
 * A value is 32 bits: generation (16), slot (15), and a lowest bit that is always set, which no
 * kernel handle has. A slot's generation counts up when its object goes, so a stale value stays
 * stale for 65536 reuses of its slot, and slots are reused in the order in which they became
 * free. 0 and 0xffffffff are never issued. Not thread-safe: the service's lock guards it.
 */
#ifndef WFD_HANDLE_TABLE_H
#define WFD_HANDLE_TABLE_H

#include "wfd_core.h"

enum wfd_handle_kind
{
    WFD_HANDLE_FREE,
    WFD_HANDLE_CLIENT,
    WFD_HANDLE_SESSION,
    WFD_HANDLE_COMPLETION, /* names a completion across the boundary; no application sees it */
};

#define WFD_HANDLE_TABLE_SLOTS                                                                     \
    32767 /* slot 32767 with the last generation would be INVALID_HANDLE_VALUE */

struct wfd_handle_table;

/* NULL when there is no memory. */
struct wfd_handle_table *wfd_handle_table_new(void);
void wfd_handle_table_free(struct wfd_handle_table *table);

/* Issues a value for object. Errors: SESSION_LIMIT (no slot), NOT_ENOUGH_MEMORY. */
enum wfd_error wfd_handle_table_add(struct wfd_handle_table *table, enum wfd_handle_kind kind,
        void *object, uint32_t *ret_value);

/*
 * The object of a value. Errors (row A4): INVALID_PARAMETER for 0 (NULL), UINT64_MAX
 * (the caller's INVALID_HANDLE_VALUE) and a live value of another kind; INVALID_HANDLE for all else.
 */
enum wfd_error wfd_handle_table_get(const struct wfd_handle_table *table, uint64_t value,
        enum wfd_handle_kind kind, void **ret_object);

/* Makes a live value stale. */
void wfd_handle_table_remove(struct wfd_handle_table *table, uint32_t value);

/* Live values of one kind. */
unsigned int wfd_handle_table_count(
        const struct wfd_handle_table *table, enum wfd_handle_kind kind);

#endif
