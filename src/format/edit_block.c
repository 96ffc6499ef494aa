#include "format/edit_block.h"

#include <string.h>

/* ---- finding ---- */

static struct pt_slice all_of(const struct pt_buf *bytes)
{
    return pt_slice(bytes->at, bytes->len);
}

/* The last line that begins a block before the first that ends one: what lies
 * between is ours, whatever else somebody may have made of the file. */
static bool find_both(struct pt_slice bytes, const struct pt_block *block,
                      struct pt_span *ret_first, struct pt_span *ret_last)
{
    struct pt_slice rest = bytes;
    struct pt_slice line;
    bool is_begun = false;

    while (pt_next_line(&rest, &line)) {
        struct pt_span whole = {.at = (size_t)(line.at - bytes.at)};

        whole.len = bytes.len - rest.len - whole.at;
        if (pt_slice_is(line, block->first)) {
            *ret_first = whole;
            is_begun = true;
        } else if (is_begun && pt_slice_is(line, block->last)) {
            *ret_last = whole;
            return true;
        }
    }
    return false;
}

bool pt_block_find(struct pt_slice bytes, const struct pt_block *block,
                   struct pt_span *ret_inside)
{
    struct pt_span first;
    struct pt_span last;

    if (!find_both(bytes, block, &first, &last))
        return false;
    ret_inside->at = first.at + first.len;
    ret_inside->len = last.at - ret_inside->at;
    return true;
}

/* ---- changing ---- */

static const char *line_end_of(struct pt_slice bytes)
{
    const char *end = bytes.len ? memchr(bytes.at, '\n', bytes.len) : NULL;

    return end && end > bytes.at && end[-1] == '\r' ? "\r\n" : "\n";
}

/* A file whose last line does not end gets a block whose last line does not:
 * so it is known, later, what was there. */
static void begin(struct pt_buf *bytes, const struct pt_block *block)
{
    const char *end = line_end_of(all_of(bytes));
    bool is_open = bytes->len && bytes->at[bytes->len - 1] != '\n';

    pt_buf_printf(bytes, "%s%s%s%s%s", is_open ? end : "", block->first, end,
                  block->last, is_open ? "" : end);
}

void pt_block_add(struct pt_buf *bytes, const struct pt_block *block,
                  const char *line)
{
    PT_BUF struct pt_buf text = {0};
    struct pt_span inside;

    if (!pt_block_find(all_of(bytes), block, &inside)) {
        begin(bytes, block);
        if (pt_buf_failed(bytes) ||
            !pt_block_find(all_of(bytes), block, &inside))
            return;
    }
    pt_buf_printf(&text, "%s%s", line, line_end_of(all_of(bytes)));
    bytes->oom = bytes->oom || pt_buf_failed(&text);
    pt_edit_put(bytes, (struct pt_span){inside.at + inside.len, 0},
                pt_buf_text(&text));
}

void pt_block_remove(struct pt_buf *bytes, const struct pt_block *block)
{
    struct pt_slice all = all_of(bytes);
    struct pt_span first;
    struct pt_span last;
    size_t mark = strlen(block->first);
    size_t at;
    size_t end;
    size_t more;

    if (!find_both(all, block, &first, &last))
        return;
    at = first.at;
    end = last.at + last.len;
    more = first.len - mark;
    if (all.at[end - 1] != '\n' && at >= more &&
        !memcmp(all.at + at - more, all.at + at + mark, more))
        at -= more;
    pt_edit_put(bytes, (struct pt_span){at, end - at}, "");
}
