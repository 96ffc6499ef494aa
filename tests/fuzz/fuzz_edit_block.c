/* fuzz_edit_block.c - any bytes as a file: a line is put into the block, and
 * nothing else changes; taken out, nothing is left of a block that was new. */
#include "format/edit_block.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct pt_block block = {.first = "<", .last = ">"};

static void expect(bool promised)
{
    if (!promised)
        abort();
}

static struct pt_slice all_of(const struct pt_buf *bytes)
{
    return pt_slice(bytes->at, bytes->len);
}

static bool is_same(const struct pt_buf *bytes, struct pt_slice text)
{
    return bytes->len == text.len &&
           (!text.len || !memcmp(bytes->at, text.at, text.len));
}

static void check_old(struct pt_buf *bytes, struct pt_slice before,
                      struct pt_span was)
{
    struct pt_span is;
    size_t end = was.at + was.len;

    expect(pt_block_find(all_of(bytes), &block, &is));
    expect(is.at == was.at && is.len > was.len &&
           !memcmp(bytes->at, before.at, end) &&
           !memcmp(bytes->at + is.at + is.len, before.at + end,
                   before.len - end));
    pt_block_remove(bytes, &block);
    expect(bytes->len < before.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_BUF struct pt_buf bytes = {0};
    struct pt_slice before = pt_slice((const char *)data, len);
    struct pt_span inside;
    bool was_there = pt_block_find(before, &block, &inside);

    pt_buf_add(&bytes, before.at, before.len);
    pt_block_add(&bytes, &block, "x");
    if (was_there) {
        check_old(&bytes, before, inside);
        return 0;
    }
    expect(pt_block_find(all_of(&bytes), &block, &inside));
    pt_block_remove(&bytes, &block);
    expect(is_same(&bytes, before));
    return 0;
}
