/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The numbers of the dialog and its controls; tests know them too.
 */
#ifndef WFDPAIR_RESOURCE_H
#define WFDPAIR_RESOURCE_H

#define IDD_PAIR 100

#define IDC_HEADING    101
#define IDC_DEVICE     102
#define IDC_TEXT       103
#define IDC_LIST_LABEL 104
#define IDC_LIST       105
#define IDC_BUTTON     106
#define IDC_DISPLAY    107
#define IDC_KEYPAD     108
#define IDC_PIN_LABEL  109
#define IDC_PIN        110
#define IDC_BAR        111
#define IDC_STATUS     112
#define IDC_BACK       113

#endif
