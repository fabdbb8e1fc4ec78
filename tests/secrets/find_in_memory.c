/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Looks for words in the memory of a process, as bytes and as UTF-16, and prints where each was
 * found. Changes nothing in it. The status is 0 when nothing was found, 1 when something was, 2
 * when the process cannot be read.
 *
 *     find-in-memory PID WORD...
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE     (1024 * 1024)
#define LONGEST   256
#define MAX_WORDS 8

struct word
{
    const char *text;
    char wide[2 * LONGEST];
    size_t length;
};

static char piece[PIECE + 2 * LONGEST];
static struct word words[MAX_WORDS];
static int word_count;

static bool search(size_t length, uint64_t at)
{
    bool found = false;

    for (int i = 0; i < word_count; i++)
    {
        const struct word *word = &words[i];
        bool narrow = memmem(piece, length, word->text, word->length) != NULL;

        if (!narrow && !memmem(piece, length, word->wide, 2 * word->length)) continue;
        printf("word %d is at %#llx or soon after%s\n", i + 1, (unsigned long long)at,
                narrow ? "" : ", as UTF-16");
        found = true;
    }
    return found;
}

/* Pieces overlap, so that no word lies across their border. */
static bool search_range(int memory, uint64_t begin, uint64_t end)
{
    bool found = false;

    for (uint64_t at = begin; at < end; at += PIECE)
    {
        uint64_t left = end - at;
        ssize_t length = pread(
                memory, piece, left < sizeof(piece) ? (size_t)left : sizeof(piece), (off_t)at);

        if (length > 0 && search((size_t)length, at)) found = true;
    }
    return found;
}

int main(int argc, char **argv)
{
    unsigned long long begin, end;
    char path[64], line[600], mode[8];
    bool found = false;
    FILE *maps;
    int memory;

    if (argc < 3 || argc > 2 + MAX_WORDS) return 2;
    for (int i = 2; i < argc; i++)
    {
        struct word *word = &words[word_count++];

        word->text = argv[i];
        word->length = strlen(argv[i]);
        if (!word->length || word->length >= LONGEST) return 2;
        for (size_t n = 0; n < word->length; n++) word->wide[2 * n] = argv[i][n];
    }
    snprintf(path, sizeof(path), "/proc/%d/maps", atoi(argv[1]));
    maps = fopen(path, "re");
    snprintf(path, sizeof(path), "/proc/%d/mem", atoi(argv[1]));
    memory = open(path, O_RDONLY | O_CLOEXEC);
    if (!maps || memory < 0) return 2;
    while (fgets(line, sizeof(line), maps))
        if (sscanf(line, "%llx-%llx %7s", &begin, &end, mode) == 3 && mode[0] == 'r')
            found |= search_range(memory, begin, end);
    fclose(maps);
    close(memory);
    return found;
}
