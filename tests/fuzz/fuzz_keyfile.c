/* fuzz_keyfile.c - any text as a value of a key file is read back as it was,
 * or refused; it never makes a line of its own. */
#include "format/keyfile.h"
#include "tests/unit/read_keyfile.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void insist(bool holds)
{
    if (!holds)
        abort();
}

static size_t count_lines(struct pt_slice rest)
{
    struct pt_slice line;
    size_t count = 0;

    while (pt_next_line(&rest, &line))
        count++;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf out = {0};
    const char *value =
        arena ? pt_arena_strndup(arena, (const char *)data, len) : NULL;
    struct pt_error err = {0};
    struct pt_keyfile file;
    struct pt_slice bytes;

    if (!value)
        return 0;
    pt_keyfile_begin(&file, &out);
    pt_keyfile_group(&file, "Group");
    pt_keyfile_string(&file, "string", value);
    pt_keyfile_list(&file, "list", value);
    if (pt_keyfile_end(&file, &err) != PT_OK) {
        insist(!pt_is_utf8(pt_slice_of(value)) || strchr("\f\v", *value));
        insist(pt_is_printable(pt_slice_of(err.text)));
        return 0;
    }
    bytes = pt_slice(out.at, out.len);
    insist(count_lines(bytes) == 3);
    insist(pt_is(read_keyfile(arena, bytes, "Group", "string"), value));
    insist(pt_is(read_keyfile_list(arena, bytes, "Group", "list"), value));
    return 0;
}
