/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds one element in a policy document, by its tags alone: comments are skipped, attributes and
 * prefixes ignored, entities not expanded. Never allocates; broken XML counts as saying nothing.
 */
#include <string.h>

#include "policy_xml.h"

struct text
{
    const char *at, *end;
};

static size_t left(const struct text *text)
{
    return (size_t)(text->end - text->at);
}

static int starts_with(const struct text *text, const char *word)
{
    return left(text) >= strlen(word) && !memcmp(text->at, word, strlen(word));
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_comment(struct text *text)
{
    text->at += strlen("<!--");
    while (left(text) && !starts_with(text, "-->")) text->at++;
}

/* The next tag's name without prefix; closing: </name> or <name/>. 0 at the end of the text. */
static int next_tag(struct text *text, struct text *ret_name, int *ret_closing)
{
    while (left(text))
    {
        struct text name;

        if (starts_with(text, "<!--"))
        {
            skip_comment(text);
            continue;
        }
        if (*text->at++ != '<') continue;
        *ret_closing = left(text) && *text->at == '/';
        if (*ret_closing) text->at++;
        name.at = text->at;
        while (left(text) && !is_blank(*text->at) && *text->at != '>' && *text->at != '/')
        {
            if (*text->at == ':') name.at = text->at + 1;
            text->at++;
        }
        name.end = text->at;
        while (left(text) && *text->at != '>') text->at++;
        if (text->at[-1] == '/') *ret_closing = 1;
        if (left(text)) text->at++;
        *ret_name = name;
        return 1;
    }
    return 0;
}

static int is_named(const struct text *name, const char *word)
{
    return left(name) == strlen(word) && starts_with(name, word);
}

static int says_false(struct text text)
{
    while (left(&text) && is_blank(*text.at)) text.at++;
    return starts_with(&text, "false") || starts_with(&text, "0<") || starts_with(&text, "0 ");
}

int policy_xml_disables_wfd(const char *text, size_t length)
{
    struct text cursor = { text, text + length }, name;
    int closing, in_flags = 0;

    while (next_tag(&cursor, &name, &closing))
    {
        if (is_named(&name, "globalFlags")) in_flags = !closing;
        if (in_flags && !closing && is_named(&name, "enableWFD") && says_false(cursor)) return 1;
    }
    return 0;
}
