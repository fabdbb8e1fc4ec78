/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes the reader of the wireless group policy document. Checks that it stays within the text,
 * and that it disables nothing without the words that it looks for. Never touches a registry.
 *
 * clang -std=c11 -g -O1 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined \
 *     -fno-sanitize-recover=undefined -Idlls/wlanapi/pe -o build/fuzz/fuzz_policy_xml \
 *     tests/fuzz/fuzz_policy_xml.c dlls/wlanapi/pe/policy_xml.c
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy_xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char flags[] = "globalFlags", element[] = "enableWFD";
    int disables = policy_xml_disables_wfd((const char *)data, size);

    if (disables != 0 && disables != 1) abort();
    if (!disables) return 0;
    if (!memmem(data, size, flags, strlen(flags))) abort();
    if (!memmem(data, size, element, strlen(element))) abort();
    return 0;
}
