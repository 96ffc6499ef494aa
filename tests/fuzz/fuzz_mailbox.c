/* fuzz_mailbox.c - any name before an address is read back as it was, and all
 * of it is printable ASCII. */
#include "format/mailbox.h"
#include "tests/unit/read_mailbox.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char address[] = "ann@example.org";

static bool is_plain(const char *text)
{
    while (*text >= ' ' && *text <= '~')
        text++;
    return !*text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf out = {0};
    const char *name =
        arena ? pt_arena_strndup(arena, (const char *)data, len) : NULL;

    if (!name)
        return 0;
    pt_mailbox_add(&out, name, address);
    if (!pt_is(read_mailbox(arena, pt_buf_text(&out), address), name))
        abort();
    if (pt_is_utf8(pt_slice_of(name)) && !is_plain(pt_buf_text(&out)))
        abort();
    return 0;
}
