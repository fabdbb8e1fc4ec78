/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is special on 32 bits: arguments are on the stack, and whoever is called takes them off it.
 * Included once, by 32-bit programs only.
 */
#ifndef TESTS_PE_WFD_ROWS_STACK_H
#define TESTS_PE_WFD_ROWS_STACK_H

#include "wfd_support.h"

/* The words of a callback's call as they lay on the stack. */
struct stack
{
    DWORD session, context;
    GUID guid;
    DWORD error, reason, calls;
};

/* In bare code, so that no compiler's idea of the convention is between. */
__attribute__((naked)) static void CALLBACK opened_bare_stack(
        HANDLE session, void *context, GUID guid, DWORD error, DWORD reason)
{
    __asm__("movl 8(%esp), %ecx\n\t"
            "movl 4(%esp), %eax\n\tmovl %eax, 0(%ecx)\n\t"
            "movl 8(%esp), %eax\n\tmovl %eax, 4(%ecx)\n\t"
            "movl 12(%esp), %eax\n\tmovl %eax, 8(%ecx)\n\t"
            "movl 16(%esp), %eax\n\tmovl %eax, 12(%ecx)\n\t"
            "movl 20(%esp), %eax\n\tmovl %eax, 16(%ecx)\n\t"
            "movl 24(%esp), %eax\n\tmovl %eax, 20(%ecx)\n\t"
            "movl 28(%esp), %eax\n\tmovl %eax, 24(%ecx)\n\t"
            "movl 32(%esp), %eax\n\tmovl %eax, 28(%ecx)\n\t"
            "incl 32(%ecx)\n\t"
            "ret $32");
}

/* Calls with those words on the stack; returns how many bytes of them are still there. */
static DWORD left_on_stack(void *function, DWORD count, const DWORD *words)
{
    DWORD left;

    __asm__ volatile("movl %%esp, %%esi\n"
                     "1:\ttestl %%ecx, %%ecx\n\t"
                     "jz 2f\n\t"
                     "decl %%ecx\n\t"
                     "pushl (%%edx,%%ecx,4)\n\t"
                     "jmp 1b\n"
                     "2:\tcall *%%edi\n\t"
                     "movl %%esi, %%edx\n\t"
                     "subl %%esp, %%edx\n\t"
                     "movl %%esi, %%esp"
                     : "=d"(left), "+c"(count)
                     : "d"(words), "D"(function)
                     : "eax", "esi", "memory", "cc");
    return left;
}

#define LEFT_ON_STACK(function, ...)                                                               \
    left_on_stack((void *)(function), sizeof((DWORD[]){ __VA_ARGS__ }) / sizeof(DWORD),            \
            (const DWORD[]){ __VA_ARGS__ })

static void check_stack_of_each_function(void)
{
    DWORD junk = (DWORD)(ULONG_PTR)JUNK, bytes = 0;

    bytes += LEFT_ON_STACK(WFDOpenHandle, 0, 0, 0);
    bytes += LEFT_ON_STACK(WFDCloseHandle, junk);
    bytes += LEFT_ON_STACK(WFDStartOpenSession, junk, 0, 0, 0, 0);
    bytes += LEFT_ON_STACK(WFDCancelOpenSession, junk);
    bytes += LEFT_ON_STACK(WFDOpenLegacySession, junk, 0, 0, 0);
    bytes += LEFT_ON_STACK(WFDCloseSession, junk);
    bytes += LEFT_ON_STACK(WFDUpdateDeviceVisibility, 0);
    CHECK_EQ(bytes, 0, "bytes that functions leave on the stack");
}

/* The type in the header passes what the bare callback expects. */
static void check_stack_of_the_callbacks_type(void)
{
    static const GUID guid = { 0x11223344, 0x5566, 0x7788, { 1, 2, 3, 4, 5, 6, 7, 8 } };
    WFD_OPEN_SESSION_COMPLETE_CALLBACK callback = opened_bare_stack;
    struct stack stack = { .calls = 0 };
    const DWORD *words = (const DWORD *)&guid;

    callback(JUNK, &stack, guid, 1, 2);
    CHECK(stack.calls == 1 && stack.session == (DWORD)(ULONG_PTR)JUNK && stack.error == 1 &&
                    stack.reason == 2 && !memcmp(&stack.guid, &guid, sizeof(guid)),
            "the callback's type passes something else");
    CHECK_EQ(LEFT_ON_STACK(callback, 0, (DWORD)(ULONG_PTR)&stack, words[0], words[1], words[2],
                     words[3], 0, 0),
            0, "bytes that the callback leaves on the stack");
}

static void SO8_on_32_bits_the_GUID_is_passed_by_value_and_the_stack_is_balanced(void)
{
    struct stack stack = { .calls = 0 };
    HANDLE client, session;
    struct peer peer;

    check_stack_of_each_function();
    check_stack_of_the_callbacks_type();
    NEEDS_SUPPLICANT();
    peer = new_peer("accept,known", "client");
    client = open_client();
    RETURNS(WFDStartOpenSession(client, &peer.address, &stack, opened_bare_stack, &session),
            ERROR_SUCCESS);
    WFDCloseHandle(client); /* waits for the callback */
    CHECK_EQ(stack.calls, 1, "callbacks");
    CHECK_EQ(stack.context, (DWORD)(ULONG_PTR)&stack, "the context");
    CHECK(stack.session == (DWORD)(ULONG_PTR)session && !stack.error && !stack.reason,
            "session %lx, error %lu, %lu", (long)stack.session, (long)stack.error,
            (long)stack.reason);
    CHECK(stack.guid.Data1 && !memcmp(stack.guid.Data4, "\0\0NetDev", 8),
            "the GUID starts with %lx", (long)stack.guid.Data1);
    wait_no_groups();
}

#endif
