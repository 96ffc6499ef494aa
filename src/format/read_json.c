/* read_json.c - a JSON object as flat keys: {"a": {"b": 1}} is a.b = 1.
 *
 * peroxide's "JSON-ish" file is JSON too, as it ships.
 */
#include "format/reader.h"

#include <cjson/cJSON.h>
#include <stdio.h>

enum { DEPTH_MAX = 16, NUMBER_ROOM = 32 };

struct flattening {
    struct pt_arena *arena;
    struct pt_pairs *pairs;
};

static bool flatten(const struct flattening *f, const char *section,
                    const cJSON *object, int depth);

static bool keep_value(const struct flattening *f, const char *section,
                       const cJSON *item)
{
    const char *text = item->valuestring;
    char number[NUMBER_ROOM];

    if (cJSON_IsBool(item)) {
        text = cJSON_IsTrue(item) ? "true" : "false";
    } else if (cJSON_IsNumber(item)) {
        snprintf(number, sizeof(number), "%.0f", item->valuedouble);
        text = number;
    }
    return !text || pt_reader_keep(f->arena, f->pairs, section,
                                   pt_slice_of(item->string),
                                   pt_slice_of(text));
}

static bool keep_item(const struct flattening *f, const char *section,
                      const cJSON *item, int depth)
{
    const char *name;

    if (!cJSON_IsObject(item))
        return keep_value(f, section, item);
    if (depth == DEPTH_MAX)
        return true;
    name = pt_arena_printf(f->arena, "%s%s%s", section, *section ? "." : "",
                           item->string);
    return name && flatten(f, name, item, depth + 1);
}

static bool flatten(const struct flattening *f, const char *section,
                    const cJSON *object, int depth)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, object)
        if (item->string && !keep_item(f, section, item, depth))
            return false;
    return true;
}

/* Which line holds the byte where parsing stopped? */
static unsigned line_of(struct pt_slice bytes, const char *end)
{
    unsigned line = 1;

    for (const char *at = bytes.at; end && at < end; at++)
        line += *at == '\n';
    return line;
}

enum pt_status pt_read_json(struct pt_arena *arena, struct pt_slice bytes,
                            struct pt_pairs *pairs, struct pt_error *err)
{
    struct flattening f = {.arena = arena, .pairs = pairs};
    const char *end = NULL;
    cJSON *root = cJSON_ParseWithLengthOpts(bytes.at, bytes.len, &end, false);
    enum pt_status status = PT_OK;

    if (!cJSON_IsObject(root))
        status = pt_fail(err, PT_BAD_INPUT,
                         "mend the file, or let the bridge write it anew",
                         "it is not a JSON object, or cut short (line %u)",
                         line_of(bytes, root ? NULL : end));
    else if (!flatten(&f, "", root, 0))
        status = pt_fail_memory(err);
    cJSON_Delete(root);
    return status;
}
