/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Words for people, see words.c.
 */
#ifndef WORDS_H
#define WORDS_H

#include "wfd_core.h"

#define WORDS_NAME_SIZE 200 /* an escaped name or SSID */

/* Only what a person has to do. */
#define WORDS_NO_DEVICE "no device was found; it must have its Wi-Fi Direct screen open"
#define WORDS_NO_PIN                                                                               \
    "that is no PIN: a PIN has eight digits, the last of which proves the others, or four"

/* Strangers choose these bytes: what is no plain text comes as \xNN. */
void words_escape(const void *bytes, size_t length, char ret_text[WORDS_NAME_SIZE]);
/* What an error means; pairing: of a pairing. */
const char *words_error(enum wfd_error error, enum wfd_reason reason, bool pairing);
const char *words_progress(enum wfd_progress progress);
/* What to do on the other device; of DISPLAY, the PIN follows. */
const char *words_instruction(enum wfd_pairing_method method);
/* What a device of that category is; "" when nobody says. */
const char *words_kind(uint16_t category);
/* A PIN as people write it, in two halves perhaps. False: it is too long. Wipe ret_pin after use. */
bool words_take_pin(const char *text, char ret_pin[WFD_PIN_SIZE]);

#endif
