/* fuzz_prefs.c - any bytes as the values of preferences, parted by NUL: what
 * is written is read back as it was, in both syntaxes, or was not UTF-8. */
#include "base/text.h"
#include "tests/unit/read_prefs.h"

#include <stdint.h>

enum { PREFS_MAX = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expect(bool promised)
{
    if (!promised)
        abort();
}

static bool is_utf8(const struct pt_prefs *prefs)
{
    for (size_t i = 0; i < prefs->count; i++)
        if (!pt_is_utf8(pt_slice_of(prefs->at[i].text)))
            return false;
    return true;
}

/* A value that is a number is one, now and then. */
static void add(struct pt_prefs *prefs, const char *text)
{
    const char *name = pt_arena_printf(prefs->arena, "k%zu", prefs->count);
    char *end;
    long number = strtol(text, &end, 10);

    if (!name)
        return;
    if (*end || end == text || number < INT32_MIN || number > INT32_MAX)
        pt_prefs_string(prefs, "b.", name, text);
    else if (prefs->count % 2)
        pt_prefs_bool(prefs, "b.", name, number);
    else
        pt_prefs_int(prefs, "b.", name, (int32_t)number);
}

static bool has_one(const struct pt_prefs *prefs)
{
    for (size_t i = 0; i < prefs->count; i++)
        if (!prefs->at[i].text && !prefs->at[i].is_truth &&
            prefs->at[i].number == 1)
            return true;
    return false;
}

static void check(const struct pt_prefs *prefs)
{
    const struct pt_strings none = {0};
    bool fits = is_utf8(prefs);
    PT_BUF struct pt_buf js = {0};
    PT_BUF struct pt_buf json = {0};
    struct pt_error err = {0};

    expect(pt_prefs_write(prefs, &js, &err) ==
           (fits ? PT_OK : PT_CANNOT_EXPRESS));
    expect(!fits || read_prefs(&js, prefs));
    fits &= !has_one(prefs);
    expect(pt_prefs_write_policies(prefs, &none, &json, &err) ==
           (fits ? PT_OK : PT_CANNOT_EXPRESS));
    expect(!fits || read_policies(&json, prefs));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_prefs prefs = {.arena = arena};
    const char *text = pt_arena_strndup(arena, (const char *)data, len);
    size_t at = 0;

    while (text && at <= len && prefs.count < PREFS_MAX) {
        add(&prefs, text + at);
        at += strlen(text + at) + 1;
    }
    if (!pt_arena_failed(arena))
        check(&prefs);
    return 0;
}
