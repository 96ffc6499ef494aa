#include "cli/nearest.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_LEN = 32 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, a row at a time. */
static size_t measure_distance(const char *a, const char *b)
{
    size_t row[NAME_MAX_LEN + 1];
    size_t len = strlen(b);

    if (strlen(a) > NAME_MAX_LEN || len > NAME_MAX_LEN)
        return SIZE_MAX;
    for (size_t j = 0; j <= len; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= len; j++) {
            size_t swap = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            row[j] = least(swap, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[len];
}

void pt_nearest_begin(struct pt_nearest *nearest, const char *typed)
{
    *nearest = (struct pt_nearest){
        .typed = typed,
        /* One slip in three letters, and never a wholly different word. */
        .distance = (strlen(typed) + 2) / 3 + 1,
    };
}

void pt_nearest_try(struct pt_nearest *nearest, const char *name)
{
    size_t distance = measure_distance(nearest->typed, name);

    if (distance >= nearest->distance || distance >= strlen(name))
        return;
    nearest->best = name;
    nearest->distance = distance;
}

const char *pt_nearest_hint(const struct pt_nearest *nearest,
                            const char *prefix, const char *otherwise,
                            char hint[PT_NEAREST_HINT])
{
    if (!nearest->best)
        return otherwise;
    snprintf(hint, PT_NEAREST_HINT, "did you mean '%s%s'?", prefix,
             nearest->best);
    return hint;
}
