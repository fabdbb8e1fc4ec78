/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A history: the steps of one sequence, made from a seed. A step names what it is about by the step
 * that made it, so that any other step can be left out: one that names a missing step does nothing.
 */
#ifndef TESTS_MODEL_HISTORY_H
#define TESTS_MODEL_HISTORY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_STEPS   72
#define API_THREADS 4

enum step_kind
{
    STEP_OPEN_CLIENT,
    STEP_CLOSE_CLIENT,
    STEP_START,
    STEP_CANCEL,
    STEP_CLOSE,
    STEP_LEGACY,
    STEP_SEARCH,
    STEP_POLICY,  /* value: allowed */
    STEP_WORLD,   /* text, in the scripted supplicant's language */
    STEP_RETURN,  /* callbacks that are held return */
    STEP_TURNS,   /* some threads run, value times */
    STEP_SETTLE,  /* all threads run until they wait */
    STEP_ADVANCE, /* value ms go by */
    STEP_REST,    /* as long as any open may take goes by, and the model looks around */
};

/* What a handle argument is. */
enum reference
{
    REF_STEP, /* the handle that step made */
    REF_NULL,
    REF_INVALID, /* INVALID_HANDLE_VALUE */
    REF_GARBAGE, /* value, which the core has not issued */
    REF_NEXT,    /* a later generation of the step's handle */
    REF_COMPLETION,
};

/* What a callback does, beside returning. */
enum behaviour
{
    CALLBACK_RETURNS,
    CALLBACK_HOLDS, /* returns at STEP_RETURN */
    CALLBACK_CLOSES_SESSION,
    CALLBACK_CLOSES_CLIENT,
    CALLBACK_CANCELS,
    CALLBACK_COUNT,
};

struct step
{
    uint16_t id; /* its number in the history as it was made */
    enum step_kind kind;
    uint8_t thread; /* of an API call */
    enum reference reference;
    uint16_t about; /* REF_STEP */
    uint8_t peer;
    uint32_t value;
    enum behaviour behaviour;
    uint32_t seed; /* for the order in which threads run */
    char text[96];
};

/* How bad the world is. */
enum weather
{
    WEATHER_CALM,   /* peers do as they were told at the start */
    WEATHER_HONEST, /* they change, groups end, the supplicant dies or hangs */
    WEATHER_LYING,  /* replies and events are lost, wrong, or another's */
};

struct history
{
    uint32_t seed;
    enum weather weather;
    unsigned int count;
    struct step steps[MAX_STEPS];
};

#define MODEL_PEERS 6

void history_make(struct history *history, uint32_t seed);
void history_print(const struct history *history, FILE *file);
const char *peer_name(unsigned int peer);

#endif
