/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From what the API tells to what the window shows. Names of strangers go through words_escape,
 * here and nowhere else.
 */
#include "wfdpair.h"

#define POLICY_TEXT                                                                                 \
    L"Wi-Fi Direct is switched off by a policy (AllowWiFiDirect) in this Wine prefix; whoever has " \
    L"set it can allow it again"
#define NOT_ENABLED_TEXT                                                                           \
    L"winewfd is not switched on in this Wine prefix; wfdctl enable switches it on, and wfdctl "   \
    L"doctor tells what else is missing"

void text_from_utf8(const char *utf8, WCHAR ret_text[TEXT_SIZE])
{
    if (!MultiByteToWideChar(CP_UTF8, 0, utf8, -1, ret_text, TEXT_SIZE)) ret_text[0] = 0;
}

void text_name(const struct winewfd_device *device, WCHAR ret_text[TEXT_SIZE])
{
    char name[WORDS_NAME_SIZE];

    words_escape(device->name, strnlen(device->name, sizeof(device->name)), name);
    text_from_utf8(*name ? name : "(no name)", ret_text);
}

void text_address(const BYTE address[6], WCHAR ret_text[TEXT_SIZE])
{
    wsprintfW(ret_text, L"%02x:%02x:%02x:%02x:%02x:%02x", address[0], address[1], address[2],
            address[3], address[4], address[5]);
}

void text_kind(const struct winewfd_device *device, WCHAR ret_text[TEXT_SIZE])
{
    const char *kind = words_kind(device->category);

    text_from_utf8(*kind ? kind : "Other", ret_text);
}

void text_error(DWORD error, DWORD reason, BOOL pairing, WCHAR ret_text[TEXT_SIZE])
{
    switch (error)
    {
    case ERROR_ACCESS_DISABLED_BY_POLICY: lstrcpyW(ret_text, POLICY_TEXT); break;
    case ERROR_MOD_NOT_FOUND: lstrcpyW(ret_text, NOT_ENABLED_TEXT); break;
    default:
        text_from_utf8(
                words_error((enum wfd_error)error, (enum wfd_reason)reason, pairing), ret_text);
        break;
    }
}
