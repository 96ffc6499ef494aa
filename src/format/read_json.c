/* read_json.c - a JSON object as flat keys: {"a": {"b": 1}} is a.b = 1. */
#include "format/reader.h"

#include "format/json_read.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_ROOM = 32 };

struct flattening {
    struct pt_arena *arena;
    struct pt_pairs *pairs;
};

static bool flatten(const struct flattening *f, const char *section,
                    const cJSON *object, int depth);

/* Ports are written as they are meant; nobody needs the rest of a fraction. */
static const char *scalar(const cJSON *item, char number[NUMBER_ROOM])
{
    if (cJSON_IsBool(item))
        return cJSON_IsTrue(item) ? "true" : "false";
    if (!cJSON_IsNumber(item))
        return cJSON_GetStringValue(item); /* NULL: null, which says nothing */
    snprintf(number, NUMBER_ROOM, "%.15g", item->valuedouble);
    return number;
}

static bool keep_item(const struct flattening *f, const char *section,
                      const char *name, const cJSON *item, int depth)
{
    const char *inner;
    char number[NUMBER_ROOM];

    if (!cJSON_IsObject(item) && !cJSON_IsArray(item)) {
        const char *text = scalar(item, number);

        return !text || pt_reader_keep(f->arena, f->pairs, section,
                                       pt_slice_of(name), pt_slice_of(text));
    }
    if (depth == PT_NESTING_MAX ||
        strlen(section) + strlen(name) > PT_KEY_MAX)
        return true;
    inner = pt_arena_printf(f->arena, "%s%s%s", section, *section ? "." : "",
                            name);
    return inner && flatten(f, inner, item, depth + 1);
}

static bool flatten(const struct flattening *f, const char *section,
                    const cJSON *object, int depth)
{
    unsigned nth = 0;
    const cJSON *item;

    cJSON_ArrayForEach(item, object)
    {
        char number[NUMBER_ROOM];

        if (f->pairs->count == PT_PAIRS_MAX)
            return true;
        snprintf(number, sizeof(number), "%u", nth++);
        if (!keep_item(f, section, item->string ? item->string : number, item,
                       depth))
            return false;
    }
    return true;
}

enum pt_status pt_read_json(struct pt_arena *arena, struct pt_slice bytes,
                            struct pt_pairs *pairs, struct pt_error *err)
{
    const struct flattening f = {.arena = arena, .pairs = pairs};
    PT_JSON cJSON *root = NULL;
    enum pt_status status = pt_json_read(bytes, &root, err);

    if (status == PT_OK && !flatten(&f, "", root, 1))
        status = pt_fail_memory(err);
    return status;
}

enum pt_status pt_read_json_keys(struct pt_arena *arena,
                                 struct pt_slice bytes,
                                 struct pt_pairs *pairs, struct pt_error *err)
{
    PT_JSON cJSON *root = NULL;
    enum pt_status status = pt_json_read(bytes, &root, err);
    const cJSON *item;

    cJSON_ArrayForEach(item, root)
    {
        if (!pt_reader_keep_key(arena, pairs, pt_slice_of(item->string)))
            return pt_fail_memory(err);
    }
    return status;
}
