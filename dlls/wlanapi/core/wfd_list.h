/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An intrusive doubly linked list. Nothing is allocated, so linking cannot fail; an unlinked
 * element points at itself, so unlinking twice is harmless.
 */
#ifndef WFD_LIST_H
#define WFD_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct wfd_list
{
    struct wfd_list *next, *prev;
};

#define wfd_container(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

/* next is read before the body runs: the body may unlink or free the current element. */
#define wfd_list_for_each(element, following, list)                                                \
    for (element = (list)->next, following = element->next; element != (list);                     \
            element = following, following = element->next)

static inline void wfd_list_init(struct wfd_list *list)
{
    list->next = list->prev = list;
}

static inline bool wfd_list_empty(const struct wfd_list *list)
{
    return list->next == list;
}

static inline void wfd_list_append(struct wfd_list *list, struct wfd_list *element)
{
    element->prev = list->prev;
    element->next = list;
    list->prev->next = element;
    list->prev = element;
}

static inline void wfd_list_remove(struct wfd_list *element)
{
    element->prev->next = element->next;
    element->next->prev = element->prev;
    wfd_list_init(element);
}

#endif
