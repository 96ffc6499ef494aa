#include "format/json_build.h"

enum { TEXT_MAX = 4096, FORMAT_VERSION = 1 };

/* Hand item, which may be NULL, to parent, which may be NULL too. */
static cJSON *put(struct pt_json *json, cJSON *parent, const char *key,
                  cJSON *item)
{
    bool done = item && parent &&
                (key ? cJSON_AddItemToObject(parent, key, item)
                     : cJSON_AddItemToArray(parent, item));

    if (done)
        return item;
    cJSON_Delete(item);
    json->failed = true;
    return NULL;
}

void pt_json_begin(struct pt_json *json)
{
    *json = (struct pt_json){.root = cJSON_CreateObject()};
    pt_json_number(json, json->root, "portolan", FORMAT_VERSION);
}

void pt_json_begin_as(struct pt_json *json, cJSON *root)
{
    *json = (struct pt_json){.root = root, .failed = !root};
}

cJSON *pt_json_object(struct pt_json *json, cJSON *parent, const char *key)
{
    return put(json, parent, key, cJSON_CreateObject());
}

cJSON *pt_json_array(struct pt_json *json, cJSON *parent, const char *key)
{
    return put(json, parent, key, cJSON_CreateArray());
}

void pt_json_text(struct pt_json *json, cJSON *parent, const char *key,
                  const char *text)
{
    char clean[TEXT_MAX];

    if (!text) {
        put(json, parent, key, cJSON_CreateNull());
        return;
    }
    pt_make_printable(pt_slice_of(text), clean, sizeof(clean));
    put(json, parent, key, cJSON_CreateString(clean));
}

void pt_json_exact(struct pt_json *json, cJSON *parent, const char *key,
                   const char *text)
{
    struct pt_slice slice = pt_slice_of(text);

    if (pt_is_utf8(slice))
        put(json, parent, key, cJSON_CreateString(text));
    else if (!json->unfit[0])
        pt_make_printable(slice, json->unfit, sizeof(json->unfit));
}

void pt_json_number(struct pt_json *json, cJSON *parent, const char *key,
                    double number)
{
    put(json, parent, key, cJSON_CreateNumber(number));
}

void pt_json_known(struct pt_json *json, cJSON *parent, const char *key,
                   double number)
{
    put(json, parent, key,
        number > 0 ? cJSON_CreateNumber(number) : cJSON_CreateNull());
}

void pt_json_bool(struct pt_json *json, cJSON *parent, const char *key,
                  bool value)
{
    put(json, parent, key, cJSON_CreateBool(value));
}

void pt_json_strings(struct pt_json *json, cJSON *parent, const char *key,
                     const struct pt_strings *strings)
{
    cJSON *array = pt_json_array(json, parent, key);

    for (size_t i = 0; i < strings->count; i++)
        pt_json_text(json, array, NULL, strings->at[i]);
}

enum pt_status pt_json_end(struct pt_json *json, bool one_line,
                           struct pt_buf *out, struct pt_error *err)
{
    char *text = NULL;

    if (!json->failed)
        text = one_line ? cJSON_PrintUnformatted(json->root)
                        : cJSON_Print(json->root);
    cJSON_Delete(json->root);
    json->root = NULL;
    if (text) {
        pt_buf_puts(out, text);
        pt_buf_putc(out, '\n');
        cJSON_free(text);
    }
    if (!text || pt_buf_failed(out))
        return pt_fail_memory(err);
    if (json->unfit[0])
        return pt_fail(err, PT_CANNOT_EXPRESS, "give the text as UTF-8",
                       "JSON cannot hold the text '%s'", json->unfit);
    return PT_OK;
}
