/* fuzz_reg.c - any bytes as a registry export; and what was read, written anew
 * and read again: the same, or refused. */
#include "format/reg.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void insist(bool holds)
{
    if (!holds)
        abort();
}

/* What the header promises of each key and value. */
static void check(const struct pt_reg *reg)
{
    for (size_t i = 0; i < reg->count; i++) {
        const struct pt_reg_key *key = &reg->keys[i];

        insist(key->path[0] && key->path[0] != '-' &&
               pt_is_utf8(pt_slice_of(key->path)));
        for (size_t j = 0; j < key->count; j++) {
            const struct pt_reg_value *value = &key->values[j];

            insist(pt_is_utf8(pt_slice_of(value->name)) &&
                   pt_is_utf8(pt_slice_of(value->text)));
            insist(!value->is_number || !value->text);
            insist(pt_reg_find(key, value->name) != NULL);
        }
    }
}

/* Only what our writer can hold: numbers and texts. */
static bool is_kept(const struct pt_reg_value *value)
{
    return value->is_number || value->text;
}

static void write_all(const struct pt_reg *reg, struct pt_reg_writer *writer)
{
    for (size_t i = 0; i < reg->count; i++) {
        const struct pt_reg_key *key = &reg->keys[i];

        pt_reg_key(writer, key->path);
        for (size_t j = 0; j < key->count; j++) {
            const struct pt_reg_value *value = &key->values[j];

            if (value->is_number)
                pt_reg_number(writer, value->name, value->number);
            else if (value->text)
                pt_reg_text(writer, value->name, value->text);
        }
    }
}

static void compare(const struct pt_reg_key *got, const struct pt_reg_key *want)
{
    size_t at = 0;

    insist(!strcmp(got->path, want->path));
    for (size_t i = 0; i < want->count; i++) {
        const struct pt_reg_value *value = &want->values[i];

        if (!is_kept(value))
            continue;
        insist(at < got->count);
        insist(!strcmp(got->values[at].name, value->name));
        insist(got->values[at].is_number == value->is_number);
        insist(got->values[at].number == value->number);
        insist(pt_is(got->values[at].text, value->text));
        at++;
    }
    insist(at == got->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf out = {0};
    struct pt_slice bytes = pt_slice((const char *)data, len);
    struct pt_reg_writer writer;
    struct pt_reg again = {0};
    struct pt_reg reg = {0};
    struct pt_error err = {0};

    if (!arena || pt_reg_read(arena, bytes, &reg, &err) != PT_OK)
        return 0;
    check(&reg);
    pt_reg_begin(&writer, &out);
    write_all(&reg, &writer);
    if (pt_reg_end(&writer, &err) != PT_OK)
        return 0;
    insist(pt_reg_read(arena, pt_slice(out.at, out.len), &again, &err) ==
           PT_OK);
    insist(again.count == reg.count);
    for (size_t i = 0; i < reg.count; i++)
        compare(&again.keys[i], &reg.keys[i]);
    return 0;
}
