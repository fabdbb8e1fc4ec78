/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The wireless group policy document. Plain C without Windows headers, so that it can be fuzzed.
 */
#ifndef WFD_POLICY_XML_H
#define WFD_POLICY_XML_H

#include <stddef.h>

/* 1 when the document says globalFlags/enableWFD = false; any name may have a namespace prefix. */
int policy_xml_disables_wfd(const char *text, size_t length);

#endif
