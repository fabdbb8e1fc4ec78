/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The handle table. Slots live in blocks that are never moved or given back, so the memory of a
 * table is bounded by its busiest moment.
 */
#include <stdlib.h>

#include "wfd_handle_table.h"

#define BLOCK_SLOTS 512
#define BLOCK_COUNT ((WFD_HANDLE_TABLE_SLOTS + BLOCK_SLOTS) / BLOCK_SLOTS)
#define NO_SLOT     0xffff

struct slot
{
    void *object;
    uint16_t generation;
    uint16_t next_free; /* while free: the slot that became free after this one */
    enum wfd_handle_kind kind;
};

struct wfd_handle_table
{
    struct slot *blocks[BLOCK_COUNT];
    uint16_t used;       /* slots handed out at least once */
    uint16_t first_free; /* freed longest ago */
    uint16_t last_free;
    unsigned int counts[WFD_HANDLE_COMPLETION + 1];
};

struct wfd_handle_table *wfd_handle_table_new(void)
{
    struct wfd_handle_table *table = calloc(1, sizeof(*table));

    if (table) table->first_free = table->last_free = NO_SLOT;
    return table;
}

void wfd_handle_table_free(struct wfd_handle_table *table)
{
    if (!table) return;
    for (unsigned int i = 0; i < BLOCK_COUNT; i++) free(table->blocks[i]);
    free(table);
}

static struct slot *slot_at(const struct wfd_handle_table *table, unsigned int index)
{
    return &table->blocks[index / BLOCK_SLOTS][index % BLOCK_SLOTS];
}

static uint32_t slot_value(unsigned int index, uint16_t generation)
{
    return (uint32_t)generation << 16 | (uint32_t)index << 1 | 1;
}

static enum wfd_error take_slot(struct wfd_handle_table *table, unsigned int *ret_index)
{
    unsigned int index;

    if (table->first_free != NO_SLOT)
    {
        index = table->first_free;
        table->first_free = slot_at(table, index)->next_free;
        if (table->first_free == NO_SLOT) table->last_free = NO_SLOT;
        *ret_index = index;
        return WFD_SUCCESS;
    }
    if (table->used == WFD_HANDLE_TABLE_SLOTS) return WFD_ERROR_SESSION_LIMIT;
    index = table->used;
    if (!table->blocks[index / BLOCK_SLOTS])
    {
        table->blocks[index / BLOCK_SLOTS] = calloc(BLOCK_SLOTS, sizeof(struct slot));
        if (!table->blocks[index / BLOCK_SLOTS]) return WFD_ERROR_NOT_ENOUGH_MEMORY;
    }
    table->used++;
    *ret_index = index;
    return WFD_SUCCESS;
}

enum wfd_error wfd_handle_table_add(struct wfd_handle_table *table, enum wfd_handle_kind kind,
        void *object, uint32_t *ret_value)
{
    unsigned int index;
    struct slot *slot;
    enum wfd_error error = take_slot(table, &index);

    if (error) return error;
    slot = slot_at(table, index);
    slot->object = object;
    slot->kind = kind;
    table->counts[kind]++;
    *ret_value = slot_value(index, slot->generation);
    return WFD_SUCCESS;
}

static struct slot *find_slot(const struct wfd_handle_table *table, uint64_t value)
{
    unsigned int index = (value & 0xffff) >> 1;
    struct slot *slot;

    if (value >> 32 || !(value & 1) || index >= table->used) return NULL;
    slot = slot_at(table, index);
    if (slot->kind == WFD_HANDLE_FREE || slot->generation != value >> 16) return NULL;
    return slot;
}

enum wfd_error wfd_handle_table_get(const struct wfd_handle_table *table, uint64_t value,
        enum wfd_handle_kind kind, void **ret_object)
{
    struct slot *slot;

    if (!value || value == UINT64_MAX) return WFD_ERROR_INVALID_PARAMETER;
    slot = find_slot(table, value);
    if (!slot || (slot->kind == WFD_HANDLE_COMPLETION) != (kind == WFD_HANDLE_COMPLETION))
        return WFD_ERROR_INVALID_HANDLE;
    if (slot->kind != kind) return WFD_ERROR_INVALID_PARAMETER;
    *ret_object = slot->object;
    return WFD_SUCCESS;
}

void wfd_handle_table_remove(struct wfd_handle_table *table, uint32_t value)
{
    struct slot *slot = find_slot(table, value);
    uint16_t index = (uint16_t)((value & 0xffff) >> 1);

    if (!slot) return;
    table->counts[slot->kind]--;
    slot->object = NULL;
    slot->kind = WFD_HANDLE_FREE;
    slot->generation++;
    slot->next_free = NO_SLOT;
    if (table->last_free == NO_SLOT)
        table->first_free = index;
    else
        slot_at(table, table->last_free)->next_free = index;
    table->last_free = index;
}

unsigned int wfd_handle_table_count(const struct wfd_handle_table *table, enum wfd_handle_kind kind)
{
    return table->counts[kind];
}
