/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Handle values: which are issued, which are recognised, when one may come back. Objects are
 * addresses that nobody follows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wfd_handle_table.h"

#define GENERATIONS 65536u

static char objects[WFD_HANDLE_TABLE_SLOTS];

static int make_table(void **state)
{
    *state = wfd_handle_table_new();
    return !*state;
}

static int free_table(void **state)
{
    wfd_handle_table_free(*state);
    return 0;
}

static uint32_t add(struct wfd_handle_table *table, enum wfd_handle_kind kind, void *object)
{
    uint32_t value = 0;

    assert_int_equal(wfd_handle_table_add(table, kind, object, &value), WFD_SUCCESS);
    return value;
}

static enum wfd_error get(
        const struct wfd_handle_table *table, uint64_t value, enum wfd_handle_kind kind)
{
    void *object;

    return wfd_handle_table_get(table, value, kind, &object);
}

static void an_issued_value_leads_to_its_object(void **state)
{
    uint32_t client = add(*state, WFD_HANDLE_CLIENT, &objects[1]);
    uint32_t session = add(*state, WFD_HANDLE_SESSION, &objects[2]);
    void *object = NULL;

    assert_int_equal(wfd_handle_table_get(*state, client, WFD_HANDLE_CLIENT, &object), WFD_SUCCESS);
    assert_ptr_equal(object, &objects[1]);
    assert_int_equal(
            wfd_handle_table_get(*state, session, WFD_HANDLE_SESSION, &object), WFD_SUCCESS);
    assert_ptr_equal(object, &objects[2]);
}

static void null_and_invalid_handle_value_are_bad_parameters_even_in_an_empty_table(void **state)
{
    assert_int_equal(get(*state, 0, WFD_HANDLE_CLIENT), WFD_ERROR_INVALID_PARAMETER);
    assert_int_equal(get(*state, 0, WFD_HANDLE_SESSION), WFD_ERROR_INVALID_PARAMETER);
    assert_int_equal(get(*state, UINT64_MAX, WFD_HANDLE_CLIENT), WFD_ERROR_INVALID_PARAMETER);
    assert_int_equal(get(*state, UINT64_MAX, WFD_HANDLE_SESSION), WFD_ERROR_INVALID_PARAMETER);
}

static void a_live_handle_of_the_other_kind_is_a_bad_parameter(void **state)
{
    uint32_t client = add(*state, WFD_HANDLE_CLIENT, &objects[1]);
    uint32_t session = add(*state, WFD_HANDLE_SESSION, &objects[2]);

    assert_int_equal(get(*state, client, WFD_HANDLE_SESSION), WFD_ERROR_INVALID_PARAMETER);
    assert_int_equal(get(*state, session, WFD_HANDLE_CLIENT), WFD_ERROR_INVALID_PARAMETER);
}

static void a_stale_handle_of_the_other_kind_is_an_invalid_handle(void **state)
{
    uint32_t client = add(*state, WFD_HANDLE_CLIENT, &objects[1]);

    wfd_handle_table_remove(*state, client);
    assert_int_equal(get(*state, client, WFD_HANDLE_SESSION), WFD_ERROR_INVALID_HANDLE);
}

static void no_application_can_name_a_completion(void **state)
{
    uint32_t completion = add(*state, WFD_HANDLE_COMPLETION, &objects[1]);
    uint32_t session = add(*state, WFD_HANDLE_SESSION, &objects[2]);

    assert_int_equal(get(*state, completion, WFD_HANDLE_COMPLETION), WFD_SUCCESS);
    assert_int_equal(get(*state, completion, WFD_HANDLE_SESSION), WFD_ERROR_INVALID_HANDLE);
    assert_int_equal(get(*state, completion, WFD_HANDLE_CLIENT), WFD_ERROR_INVALID_HANDLE);
    assert_int_equal(get(*state, session, WFD_HANDLE_COMPLETION), WFD_ERROR_INVALID_HANDLE);
}

static void never_issued_values_are_invalid_handles(void **state)
{
    uint32_t first = add(*state, WFD_HANDLE_SESSION, &objects[0]);
    uint32_t value = add(*state, WFD_HANDLE_SESSION, &objects[1]);
    const uint64_t junk[] = {
        first + 1,
        2,
        0x1000,
        0x7fffffff,
        0xfffffffe,
        0xffffffff,
        value + 1, /* even */
        value - 1,
        value + 2,                 /* the next slot, never used */
        value ^ 0x10000,           /* another generation */
        value | (uint64_t)1 << 32, /* high bits */
        value | (uint64_t)1 << 63,
        value | 0xffffffff00000000u, /* sign-extended */
        UINT64_MAX - 1,
        (uint64_t)(uintptr_t)&objects[0],
    };

    for (size_t i = 0; i < sizeof(junk) / sizeof(junk[0]); i++)
        assert_int_equal(get(*state, junk[i], WFD_HANDLE_SESSION), WFD_ERROR_INVALID_HANDLE);
}

static void a_failed_lookup_leaves_the_output_alone(void **state)
{
    uint32_t value = add(*state, WFD_HANDLE_SESSION, &objects[1]);
    void *object = &objects[7];

    assert_int_not_equal(wfd_handle_table_get(*state, 0, WFD_HANDLE_SESSION, &object), 0);
    assert_int_not_equal(wfd_handle_table_get(*state, value, WFD_HANDLE_CLIENT, &object), 0);
    assert_int_not_equal(wfd_handle_table_get(*state, value + 2, WFD_HANDLE_SESSION, &object), 0);
    assert_ptr_equal(object, &objects[7]);
}

static void a_removed_value_is_stale_at_once(void **state)
{
    uint32_t value = add(*state, WFD_HANDLE_SESSION, &objects[1]);

    wfd_handle_table_remove(*state, value);
    assert_int_equal(get(*state, value, WFD_HANDLE_SESSION), WFD_ERROR_INVALID_HANDLE);
    assert_int_equal(wfd_handle_table_count(*state, WFD_HANDLE_SESSION), 0);
}

static void removing_a_stale_value_spares_its_successor(void **state)
{
    uint32_t stale = add(*state, WFD_HANDLE_SESSION, &objects[1]), next;

    wfd_handle_table_remove(*state, stale);
    next = add(*state, WFD_HANDLE_SESSION, &objects[2]);
    wfd_handle_table_remove(*state, stale);
    wfd_handle_table_remove(*state, 0);
    wfd_handle_table_remove(*state, UINT32_MAX);
    assert_int_equal(get(*state, next, WFD_HANDLE_SESSION), WFD_SUCCESS);
    assert_int_equal(wfd_handle_table_count(*state, WFD_HANDLE_SESSION), 1);
}

static void a_value_comes_back_only_after_65536_reuses_of_its_slot(void **state)
{
    uint32_t first = add(*state, WFD_HANDLE_SESSION, &objects[1]), value = first;

    for (unsigned int i = 1; i < GENERATIONS; i++)
    {
        wfd_handle_table_remove(*state, value);
        value = add(*state, WFD_HANDLE_SESSION, &objects[1]);
        assert_int_equal(value & 0xffff, first & 0xffff);
        assert_int_not_equal(value, first);
        assert_int_equal(get(*state, first, WFD_HANDLE_SESSION), WFD_ERROR_INVALID_HANDLE);
    }
    wfd_handle_table_remove(*state, value);
    assert_int_equal(add(*state, WFD_HANDLE_SESSION, &objects[1]), first);
}

static void slots_are_reused_in_the_order_in_which_they_became_free(void **state)
{
    static const unsigned int order[] = { 3, 0, 4, 1, 2 };
    uint32_t values[5];

    for (unsigned int i = 0; i < 5; i++) values[i] = add(*state, WFD_HANDLE_SESSION, &objects[i]);
    for (unsigned int i = 0; i < 5; i++) wfd_handle_table_remove(*state, values[order[i]]);
    for (unsigned int i = 0; i < 5; i++)
        assert_int_equal(
                add(*state, WFD_HANDLE_CLIENT, &objects[i]) & 0xffff, values[order[i]] & 0xffff);
}

static int compare_values(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

static void values_of_a_full_table_are_odd_and_distinct_and_one_more_is_refused(void **state)
{
    static uint32_t values[WFD_HANDLE_TABLE_SLOTS];
    uint32_t kept = 0x5a5a5a5a;

    for (unsigned int i = 0; i < WFD_HANDLE_TABLE_SLOTS; i++)
    {
        values[i] = add(*state, WFD_HANDLE_SESSION, &objects[i]);
        assert_int_equal(values[i] & 1, 1);
        assert_int_not_equal(values[i], UINT32_MAX);
    }
    assert_int_equal(wfd_handle_table_add(*state, WFD_HANDLE_CLIENT, &objects[0], &kept),
            WFD_ERROR_SESSION_LIMIT);
    assert_int_equal(kept, 0x5a5a5a5a);
    assert_int_equal(wfd_handle_table_count(*state, WFD_HANDLE_SESSION), WFD_HANDLE_TABLE_SLOTS);
    assert_int_equal(wfd_handle_table_count(*state, WFD_HANDLE_CLIENT), 0);

    wfd_handle_table_remove(*state, values[12345]);
    values[12345] = add(*state, WFD_HANDLE_SESSION, &objects[12345]);
    for (unsigned int i = 0; i < WFD_HANDLE_TABLE_SLOTS; i++)
    {
        void *object = NULL;

        assert_int_equal(wfd_handle_table_get(*state, values[i], WFD_HANDLE_SESSION, &object), 0);
        assert_ptr_equal(object, &objects[i]);
    }
    qsort(values, WFD_HANDLE_TABLE_SLOTS, sizeof(values[0]), compare_values);
    for (unsigned int i = 1; i < WFD_HANDLE_TABLE_SLOTS; i++)
        assert_int_not_equal(values[i], values[i - 1]);
}

static void the_last_slot_never_yields_invalid_handle_value(void **state)
{
    uint32_t value = 0;

    for (unsigned int i = 0; i < WFD_HANDLE_TABLE_SLOTS; i++)
        value = add(*state, WFD_HANDLE_SESSION, &objects[i]);
    for (unsigned int i = 0; i < GENERATIONS; i++)
    {
        assert_int_not_equal(value, UINT32_MAX);
        assert_int_not_equal(value, 0);
        wfd_handle_table_remove(*state, value);
        value = add(*state, WFD_HANDLE_SESSION, &objects[0]);
    }
}

static void every_client_session_and_completion_fits_in(void **state)
{
    (void)state;
    assert_true(WFD_MAX_CLIENTS + 2 * WFD_MAX_SESSIONS <= WFD_HANDLE_TABLE_SLOTS);
    assert_true(WFD_MAX_CLIENTS >= 4096);
}

static void freeing_no_table_is_harmless(void **state)
{
    (void)state;
    wfd_handle_table_free(NULL);
}

/* The model: every value that was ever issued, and what it should mean now. */
#define MODEL_VALUES 20000
#define MODEL_STEPS  200000

struct model_value
{
    uint32_t value;
    enum wfd_handle_kind kind; /* FREE: stale */
    void *object;
};

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static enum wfd_error expected(const struct model_value *known, enum wfd_handle_kind kind)
{
    if (known->kind == WFD_HANDLE_FREE) return WFD_ERROR_INVALID_HANDLE;
    if (known->kind == kind) return WFD_SUCCESS;
    if (known->kind == WFD_HANDLE_COMPLETION || kind == WFD_HANDLE_COMPLETION)
        return WFD_ERROR_INVALID_HANDLE;
    return WFD_ERROR_INVALID_PARAMETER;
}

static void model_look(struct wfd_handle_table *table, const struct model_value *known,
        enum wfd_handle_kind kind, unsigned int step)
{
    void *object = NULL;
    enum wfd_error error = wfd_handle_table_get(table, known->value, kind, &object);

    if (error != expected(known, kind))
        fail_msg("step %u: value %08x as kind %d: %d instead of %d", step, known->value, kind,
                error, expected(known, kind));
    if (!error) assert_ptr_equal(object, known->object);
}

static void random_use_agrees_with_a_simple_model(void **state)
{
    struct model_value *model = calloc(MODEL_VALUES, sizeof(*model));
    unsigned int counts[WFD_HANDLE_COMPLETION + 1] = { 0 }, issued = 0;
    uint32_t seed = 0x57464431;

    assert_non_null(model);
    for (unsigned int i = 0; i < MODEL_STEPS; i++)
    {
        uint32_t r = next_random(&seed);
        enum wfd_handle_kind kind = WFD_HANDLE_CLIENT + r / 16 % 3;
        struct model_value *known = issued ? &model[r / 64 % issued] : NULL;

        if (r % 16 < 3 && issued < MODEL_VALUES)
        {
            model[issued].kind = kind;
            model[issued].object = &objects[r % sizeof(objects)];
            model[issued].value = add(*state, kind, model[issued].object);
            counts[kind]++;
            issued++;
        }
        else if (r % 16 < 8 && known)
        {
            wfd_handle_table_remove(*state, known->value);
            if (known->kind != WFD_HANDLE_FREE) counts[known->kind]--;
            known->kind = WFD_HANDLE_FREE;
        }
        else if (known)
            model_look(*state, known, kind, i);
        assert_int_equal(wfd_handle_table_count(*state, kind), counts[kind]);
    }
    assert_int_equal(issued, MODEL_VALUES);
    for (unsigned int i = 0; i < issued; i++)
        for (unsigned int kind = WFD_HANDLE_CLIENT; kind <= WFD_HANDLE_COMPLETION; kind++)
            model_look(*state, &model[i], (enum wfd_handle_kind)kind, MODEL_STEPS);
    free(model);
}

#define TABLE_TEST(name) cmocka_unit_test_setup_teardown(name, make_table, free_table)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TABLE_TEST(an_issued_value_leads_to_its_object),
        TABLE_TEST(null_and_invalid_handle_value_are_bad_parameters_even_in_an_empty_table),
        TABLE_TEST(a_live_handle_of_the_other_kind_is_a_bad_parameter),
        TABLE_TEST(a_stale_handle_of_the_other_kind_is_an_invalid_handle),
        TABLE_TEST(no_application_can_name_a_completion),
        TABLE_TEST(never_issued_values_are_invalid_handles),
        TABLE_TEST(a_failed_lookup_leaves_the_output_alone),
        TABLE_TEST(a_removed_value_is_stale_at_once),
        TABLE_TEST(removing_a_stale_value_spares_its_successor),
        TABLE_TEST(a_value_comes_back_only_after_65536_reuses_of_its_slot),
        TABLE_TEST(slots_are_reused_in_the_order_in_which_they_became_free),
        TABLE_TEST(values_of_a_full_table_are_odd_and_distinct_and_one_more_is_refused),
        TABLE_TEST(the_last_slot_never_yields_invalid_handle_value),
        TABLE_TEST(every_client_session_and_completion_fits_in),
        TABLE_TEST(freeing_no_table_is_harmless),
        TABLE_TEST(random_use_agrees_with_a_simple_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
