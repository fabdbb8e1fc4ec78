/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The queue of completions: each is handed out once, in the order in which the opens ended, and
 * the count that keeps a dispatcher alive is right. Nobody is called back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wfd_completion.h"

static struct wfd_completion *make(struct wfd_completion_queue *queue)
{
    struct wfd_completion *completion = wfd_completion_new(queue);

    assert_non_null(completion);
    return completion;
}

static void post(struct wfd_completion_queue *queue, struct wfd_completion *completion)
{
    assert_true(wfd_completion_post(
            queue, completion, WFD_ERROR_TIMEOUT, WFD_REASON_USER_NOT_RESPOND, 0));
}

static void an_empty_queue_has_nothing_to_fetch(void **state)
{
    struct wfd_completion_queue queue;

    (void)state;
    wfd_completion_queue_init(&queue);
    assert_null(wfd_completion_fetch(&queue));
    assert_int_equal(queue.outstanding, 0);
}

static void a_pending_open_is_outstanding_but_not_fetched(void **state)
{
    struct wfd_completion_queue queue;
    struct wfd_completion *completion;

    (void)state;
    wfd_completion_queue_init(&queue);
    completion = make(&queue);
    assert_int_equal(completion->state, WFD_COMPLETION_WAITING);
    assert_int_equal(queue.outstanding, 1);
    assert_null(wfd_completion_fetch(&queue));
    wfd_completion_free(&queue, completion);
    assert_int_equal(queue.outstanding, 0);
}

static void a_posted_completion_is_fetched_once_as_it_was_posted(void **state)
{
    struct wfd_completion_queue queue;
    struct wfd_completion *completion;

    (void)state;
    wfd_completion_queue_init(&queue);
    completion = make(&queue);
    completion->info.context = 0x1122334455667788u;
    assert_true(wfd_completion_post(&queue, completion, WFD_SUCCESS, WFD_REASON_SUCCESS, 7));
    assert_int_equal(queue.outstanding, 1);
    assert_ptr_equal(wfd_completion_fetch(&queue), completion);
    assert_int_equal(queue.outstanding, 0);
    assert_int_equal(completion->state, WFD_COMPLETION_FETCHED);
    assert_int_equal(completion->info.error, WFD_SUCCESS);
    assert_int_equal(completion->info.interface_index, 7);
    assert_true(completion->info.context == 0x1122334455667788u);
    assert_null(wfd_completion_fetch(&queue));
    wfd_completion_free(&queue, completion);
    assert_int_equal(queue.outstanding, 0);
}

static void a_second_post_is_ignored_in_every_later_state(void **state)
{
    struct wfd_completion_queue queue;
    struct wfd_completion *completion;

    (void)state;
    wfd_completion_queue_init(&queue);
    completion = make(&queue);
    post(&queue, completion);
    for (unsigned int i = 0; i < 3; i++)
    {
        assert_false(wfd_completion_post(&queue, completion, WFD_SUCCESS, WFD_REASON_SUCCESS, 9));
        assert_int_equal(completion->info.error, WFD_ERROR_TIMEOUT);
        assert_int_equal(completion->info.reason, WFD_REASON_USER_NOT_RESPOND);
        assert_int_equal(completion->info.interface_index, 0);
        if (i == 0) assert_ptr_equal(wfd_completion_fetch(&queue), completion);
        if (i == 1) completion->state = WFD_COMPLETION_RUNNING;
        assert_null(wfd_completion_fetch(&queue));
    }
    wfd_completion_free(&queue, completion);
    assert_int_equal(queue.outstanding, 0);
}

static void completions_are_fetched_in_the_order_in_which_opens_ended(void **state)
{
    static const unsigned int order[] = { 2, 0, 3, 1 };
    struct wfd_completion_queue queue;
    struct wfd_completion *completions[4];

    (void)state;
    wfd_completion_queue_init(&queue);
    for (unsigned int i = 0; i < 4; i++) completions[i] = make(&queue);
    for (unsigned int i = 0; i < 4; i++) post(&queue, completions[order[i]]);
    assert_int_equal(queue.outstanding, 4);
    for (unsigned int i = 0; i < 4; i++)
        assert_ptr_equal(wfd_completion_fetch(&queue), completions[order[i]]);
    assert_int_equal(queue.outstanding, 0);
    for (unsigned int i = 0; i < 4; i++) wfd_completion_free(&queue, completions[i]);
}

static void a_posted_completion_that_is_freed_leaves_the_queue(void **state)
{
    struct wfd_completion_queue queue;
    struct wfd_completion *first, *second;
    struct wfd_list client;

    (void)state;
    wfd_completion_queue_init(&queue);
    wfd_list_init(&client);
    first = make(&queue);
    second = make(&queue);
    wfd_list_append(&client, &first->client_entry);
    post(&queue, first);
    post(&queue, second);
    wfd_completion_free(&queue, first);
    assert_true(wfd_list_empty(&client));
    assert_int_equal(queue.outstanding, 1);
    assert_ptr_equal(wfd_completion_fetch(&queue), second);
    wfd_completion_free(&queue, second);
    assert_int_equal(queue.outstanding, 0);
}

static void freeing_no_completion_is_harmless(void **state)
{
    struct wfd_completion_queue queue;

    (void)state;
    wfd_completion_queue_init(&queue);
    wfd_completion_free(&queue, NULL);
    assert_int_equal(queue.outstanding, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_queue_has_nothing_to_fetch),
        cmocka_unit_test(a_pending_open_is_outstanding_but_not_fetched),
        cmocka_unit_test(a_posted_completion_is_fetched_once_as_it_was_posted),
        cmocka_unit_test(a_second_post_is_ignored_in_every_later_state),
        cmocka_unit_test(completions_are_fetched_in_the_order_in_which_opens_ended),
        cmocka_unit_test(a_posted_completion_that_is_freed_leaves_the_queue),
        cmocka_unit_test(freeing_no_completion_is_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
