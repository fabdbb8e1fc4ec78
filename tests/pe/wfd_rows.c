/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The Wi-Fi Direct functions, a test or more for each row of the conformance table, named after
 * the rows. An ordinary Windows program: it needs nothing but wlanapi.h and -lwlanapi. Rows that
 * need a peer of a certain behaviour are skipped unless `--control PORT` names a scripted
 * supplicant; it never talks to any other.
 *
 *     wfd_rows [--control PORT] [--list | ROW-PREFIX]
 */
#include "wfd_support.h"

#include "wfd_rows_handles.h"
#include "wfd_rows_open.h"
#include "wfd_rows_close.h"
#include "wfd_rows_memory.h"
#include "wfd_rows_other.h"
#include "wfd_rows_nodes.h"
#ifdef __i386__
#include "wfd_rows_stack.h"
#endif

struct row
{
    const char *name;
    void (*test)(void);
};

#define ROW(test)                                                                                  \
    {                                                                                              \
#test, test                                                                                \
    }

/* clang-format off */
static const struct row rows[] = {
    ROW(A1_A2_A4_junk_is_the_same_error_everywhere_and_writes_nothing),
    ROW(A1_a_bad_argument_wins_over_a_bad_handle),
    ROW(A1_SO2_CS2_policy_comes_after_arguments_and_before_handles),
    ROW(A3_the_last_error_is_what_is_returned),
    ROW(A4_a_closed_handle_is_not_issued_again),
    ROW(A4_a_session_is_no_client_and_half_a_handle_is_none),
    ROW(A5_every_function_may_be_called_inside_a_callback),
    ROW(A5_SO5_many_threads_call_everything_and_each_open_calls_back_once),
    ROW(A6_the_context_is_never_followed_and_the_address_no_further_than_its_end),
    ROW(OH1_no_place_for_the_results_is_a_bad_parameter),
    ROW(OH2_another_version_is_a_bad_parameter),
    ROW(OH3_without_memory_a_client_is_refused_and_the_program_goes_on),
    ROW(OH4_the_4097th_client_is_one_too_many),
    ROW(OH5_success_gives_version_1_and_a_handle),
    ROW(OH6_no_supplicant_is_told_within_a_second),
    ROW(OH6_a_setting_that_is_no_path_or_no_name_reaches_no_supplicant),
    ROW(OH7_an_adapter_without_P2P_is_not_supported),
    ROW(CH1_and_A4_handles_that_are_none),
    ROW(CH2_closing_the_client_waits_for_a_pending_open),
    ROW(CH3_completed_includes_the_return_of_the_callback),
    ROW(CH3_from_inside_the_callback_it_does_not_wait_for_itself),
    ROW(CH4_open_sessions_are_closed_with_their_client_as_client),
    ROW(CH4_open_sessions_are_closed_with_their_client_as_group_owner),
    ROW(SO1_missing_arguments_are_bad_parameters),
    ROW(SO3_without_a_supplicant_the_service_is_not_active),
    ROW(SO4_SO5_one_callback_as_client),
    ROW(SO4_SO5_one_callback_as_group_owner),
    ROW(SO5_the_handle_is_stored_before_the_callback_begins),
    ROW(SO5_an_open_whose_supplicant_goes_calls_back_once_as_client),
    ROW(SO5_an_open_whose_supplicant_goes_calls_back_once_as_group_owner),
    ROW(SO5_SO11_an_open_whose_supplicant_hangs_ends_in_time),
    ROW(SO6_an_unpaired_or_impossible_address_is_not_found),
    ROW(SO6_a_group_of_ours_that_the_device_is_not_in_does_not_pair_it),
    ROW(SO7_the_address_is_copied),
    ROW(SO8_the_GUID_names_the_adapter_as_client),
    ROW(SO8_the_GUID_names_the_adapter_as_group_owner),
    ROW(SO8_with_an_error_the_GUID_is_zero),
#ifdef __i386__
    ROW(SO8_on_32_bits_the_GUID_is_passed_by_value_and_the_stack_is_balanced),
#endif
    ROW(SO9_as_group_owner_it_is_open_when_the_peer_has_joined),
    ROW(SO10_a_second_session_shares_the_group_as_client),
    ROW(SO10_a_second_session_shares_the_group_as_group_owner),
    ROW(SO10_another_process_shares_the_group_as_client),
    ROW(SO10_another_process_shares_the_group_as_group_owner),
    ROW(SO11_the_whole_open_is_bounded_as_client),
    ROW(SO11_the_whole_open_is_bounded_as_group_owner),
    ROW(SO12_each_answer_has_its_error_and_reason),
    ROW(SO12_each_answer_has_its_error_and_reason_as_group_owner),
    ROW(SO12_a_radio_that_is_switched_off_is_told),
    ROW(SO12_a_disturbed_reply_ends_in_one_callback_as_client),
    ROW(SO12_a_disturbed_reply_ends_in_one_callback_as_group_owner),
    ROW(SO12_CS7_a_reply_that_never_comes_leaves_no_group_behind_as_client),
    ROW(SO12_CS7_a_reply_that_never_comes_leaves_no_group_behind_as_group_owner),
    ROW(SO13_a_blocked_callback_delays_nobody_as_client),
    ROW(SO13_a_blocked_callback_delays_nobody_as_group_owner),
    ROW(SO14_after_an_error_the_handle_is_stale),
    ROW(SO14_after_a_cancelled_open_the_handle_is_stale),
    ROW(CO1_handles_that_are_none),
    ROW(CO2_CO4_cancelled_opens_still_call_back_once_as_client),
    ROW(CO2_CO4_cancelled_opens_still_call_back_once_as_group_owner),
    ROW(CO2_a_queued_open_can_be_cancelled_as_client),
    ROW(CO2_a_queued_open_can_be_cancelled_as_group_owner),
    ROW(CO2_CS3_calls_return_at_once_while_the_supplicant_hangs),
    ROW(CO3_an_open_session_cannot_be_cancelled_as_client),
    ROW(CO3_an_open_session_cannot_be_cancelled_as_group_owner),
    ROW(CS1_handles_that_are_none),
    ROW(CS3_closing_never_waits_for_the_supplicant_as_client),
    ROW(CS3_closing_never_waits_for_the_supplicant_as_group_owner),
    ROW(CS4_close_while_pending_does_not_close_as_client),
    ROW(CS4_close_while_pending_does_not_close_as_group_owner),
    ROW(CS5_CS6_a_closed_handle_is_stale_at_once_as_client),
    ROW(CS5_CS6_a_closed_handle_is_stale_at_once_as_group_owner),
    ROW(CS6_of_many_threads_exactly_one_closes_as_client),
    ROW(CS6_of_many_threads_exactly_one_closes_as_group_owner),
    ROW(CS7_a_session_whose_group_is_gone_can_be_closed),
    ROW(CS7_a_session_survives_its_supplicant_as_client),
    ROW(CS7_a_session_survives_its_supplicant_as_group_owner),
    ROW(CS7_a_group_of_ours_that_ended_or_that_the_peer_left),
    ROW(CS8_a_close_is_carried_out_though_the_client_is_closed_right_after_as_client),
    ROW(CS8_a_close_is_carried_out_though_the_client_is_closed_right_after_as_group_owner),
    ROW(CS8_a_close_is_carried_out_though_the_process_ends_as_client),
    ROW(CS8_a_close_is_carried_out_though_the_process_ends_as_group_owner),
    ROW(CS8_a_program_that_ends_with_an_open_session_leaves_no_group_as_client),
    ROW(CS8_a_program_that_ends_with_an_open_session_leaves_no_group_as_group_owner),
    ROW(CS8_a_program_that_ends_while_it_opens_leaves_no_group_as_client),
    ROW(CS8_a_program_that_ends_while_it_opens_leaves_no_group_as_group_owner),
    ROW(CS8_a_killed_program_leaves_no_group_as_client),
    ROW(CS8_a_killed_program_leaves_no_group_as_group_owner),
    ROW(OL1_OL3_legacy_sessions),
    ROW(OL2_without_memory_no_legacy_session_opens),
    ROW(OL4_OL5_failures_are_told_and_the_next_open_works),
    ROW(UV1_no_address_is_a_bad_parameter),
    ROW(UV2_without_memory_there_is_no_search),
    ROW(UV3_it_looks_for_the_device),
    ROW(UV3_it_updates_the_visibility_of_the_node),
    ROW(DN1_a_paired_device_has_a_node_with_its_address),
    ROW(DN1_a_program_that_enumerates_after_WFDOpenHandle_finds_the_node),
    ROW(DN2_a_session_connects_the_node_as_client),
    ROW(DN2_a_session_connects_the_node_as_group_owner),
    ROW(DN2_a_lost_session_disconnects_the_node_as_client),
    ROW(DN2_a_lost_session_disconnects_the_node_as_group_owner),
    ROW(DN2_a_node_is_connected_until_the_last_program_closes),
    ROW(DN3_the_next_program_puts_right_what_a_killed_one_left),
    ROW(DN4_where_policy_disables_it_nodes_stay_and_nobody_is_connected),
    ROW(DN5_what_is_planted_is_not_believed),
    ROW(P1_P3_an_open_that_is_pending_ends_when_policy_disables_it),
    ROW(P1_P2_a_policy_value_is_obeyed_while_the_program_runs),
    ROW(P1_a_policy_document_is_obeyed),
    ROW(P3_open_sessions_are_disconnected_by_policy),
};
/* clang-format on */

/* Whether a test is named after that row: the numbers of a name come first. */
static BOOL has_test(const char *number)
{
    size_t length = strlen(number);

    for (unsigned int i = 0; i < ARRAYSIZE(rows); i++)
        for (const char *name = rows[i].name; *name >= 'A' && *name <= 'Z';
                name = strchr(name, '_') + 1)
            if (!strncmp(name, number, length) && name[length] == '_') return TRUE;
    return FALSE;
}

static void every_documented_row_has_a_test(void)
{
    static const struct
    {
        const char *group;
        int count;
    } groups[] = { { "A", 6 }, { "OH", 7 }, { "CH", 4 }, { "SO", 14 }, { "CO", 4 }, { "CS", 8 },
        { "OL", 5 }, { "UV", 3 }, { "DN", 5 }, { "P", 3 } };
    char number[16];

    for (unsigned int i = 0; i < ARRAYSIZE(groups); i++)
        for (int n = 1; n <= groups[i].count; n++)
        {
            sprintf(number, "%s%d", groups[i].group, n);
            CHECK(has_test(number), "none for %s", number);
        }
}

int main(int argc, char **argv)
{
    const char *only = "";
    WSADATA wsa;

    WSAStartup(MAKEWORD(2, 2), &wsa);
    if (argc == 3 && !strcmp(argv[1], "--enumerate")) return be_enumerator(argv[2]);
    if (argc == 3 && !strncmp(argv[1], "--", 2) && strchr(argv[2], ':'))
        return strcmp(argv[1], "--without-memory") ? be_child(argv[1], argv[2])
                                                   : be_without_memory(argv[2]);
    if (argc >= 3 && !strcmp(argv[1], "--control"))
    {
        connect_control(argv[2]);
        argc -= 2;
        argv += 2;
    }
    if (argc >= 2) only = argv[1];
    if (!*only) RUN(every_documented_row_has_a_test);
    for (unsigned int i = 0; i < ARRAYSIZE(rows); i++)
    {
        if (!strcmp(only, "--list"))
            printf("%s\n", rows[i].name);
        else if (!strncmp(rows[i].name, only, strlen(only)))
        {
            check_run(rows[i].name, rows[i].test);
            settle_supplicant();
        }
    }
    return strcmp(only, "--list") ? check_summary() : 0;
}
