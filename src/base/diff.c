#include "base/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CONTEXT = 3, CELLS_MAX = 4 * 1000 * 1000 };

/* A text as lines, each with its LF where it has one. */
struct lines {
    struct pt_slice *at;
    size_t count;
};

enum kind { SAME = ' ', GONE = '-', NEW = '+' };

/* One line of the whole, told as a script of both texts. */
struct step {
    enum kind kind;
    struct pt_slice line;
};

struct script {
    struct step *at;
    size_t count;
};

static bool split(struct pt_slice text, struct lines *ret_lines)
{
    size_t count = 1;
    struct pt_slice *at;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == '\n';
    at = malloc(count * sizeof(*at));
    if (!at)
        return false;
    count = 0;
    while (text.len) {
        const char *end = memchr(text.at, '\n', text.len);
        size_t len = end ? (size_t)(end - text.at) + 1 : text.len;

        at[count++] = pt_slice(text.at, len);
        text = pt_slice(text.at + len, text.len - len);
    }
    *ret_lines = (struct lines){at, count};
    return true;
}

static bool is_same(struct pt_slice a, struct pt_slice b)
{
    return a.len == b.len && !memcmp(a.at, b.at, a.len);
}

static void add(struct script *script, enum kind kind, struct pt_slice line)
{
    script->at[script->count++] = (struct step){kind, line};
}

/* ---- the longest common subsequence ---- */

/* lengths[i * (b + 1) + j]: of what is left behind the first i and j lines. */
static uint32_t *measure(const struct lines *a, const struct lines *b)
{
    size_t width = b->count + 1;
    uint32_t *lengths = calloc((a->count + 1) * width, sizeof(*lengths));

    for (size_t i = a->count; lengths && i-- > 0;)
        for (size_t j = b->count; j-- > 0;) {
            uint32_t down = lengths[(i + 1) * width + j];
            uint32_t right = lengths[i * width + j + 1];

            lengths[i * width + j] =
                is_same(a->at[i], b->at[j])
                    ? lengths[(i + 1) * width + j + 1] + 1
                    : (down >= right ? down : right);
        }
    return lengths;
}

static void replace_all(const struct lines *a, const struct lines *b,
                        struct script *script)
{
    for (size_t i = 0; i < a->count; i++)
        add(script, GONE, a->at[i]);
    for (size_t j = 0; j < b->count; j++)
        add(script, NEW, b->at[j]);
}

static void follow(const struct lines *a, const struct lines *b,
                   const uint32_t *lengths, struct script *script)
{
    size_t width = b->count + 1;
    size_t i = 0;
    size_t j = 0;

    while (i < a->count && j < b->count) {
        if (is_same(a->at[i], b->at[j])) {
            add(script, SAME, a->at[i++]);
            j++;
        } else if (lengths[(i + 1) * width + j] >=
                   lengths[i * width + j + 1]) {
            add(script, GONE, a->at[i++]);
        } else {
            add(script, NEW, b->at[j++]);
        }
    }
    replace_all(&(struct lines){a->at + i, a->count - i},
                &(struct lines){b->at + j, b->count - j}, script);
}

static bool compare(const struct lines *a, const struct lines *b,
                    struct script *script)
{
    uint32_t *lengths;

    if (a->count + 1 > CELLS_MAX / (b->count + 1)) {
        replace_all(a, b, script);
        return true;
    }
    lengths = measure(a, b);
    if (!lengths)
        return false;
    follow(a, b, lengths, script);
    free(lengths);
    return true;
}

/* What both begin and end with need not be compared. */
static bool compare_middle(const struct lines *a, const struct lines *b,
                           struct script *script)
{
    size_t least = a->count < b->count ? a->count : b->count;
    size_t head = 0;
    size_t tail = 0;

    while (head < least && is_same(a->at[head], b->at[head]))
        add(script, SAME, a->at[head++]);
    while (tail < least - head && is_same(a->at[a->count - 1 - tail],
                                          b->at[b->count - 1 - tail]))
        tail++;
    if (!compare(&(struct lines){a->at + head, a->count - head - tail},
                 &(struct lines){b->at + head, b->count - head - tail},
                 script))
        return false;
    for (size_t i = a->count - tail; i < a->count; i++)
        add(script, SAME, a->at[i]);
    return true;
}

/* ---- told ---- */

static void put_line(struct pt_buf *out, const struct step *step)
{
    pt_buf_putc(out, (char)step->kind);
    pt_buf_add(out, step->line.at, step->line.len);
    if (!step->line.len || step->line.at[step->line.len - 1] != '\n')
        pt_buf_puts(out, "\n\\ No newline at end of file\n");
}

static size_t count_of(const struct script *script, size_t from, size_t to,
                       enum kind other)
{
    size_t count = 0;

    for (size_t i = from; i < to; i++)
        count += script->at[i].kind != other;
    return count;
}

/* "-5,3": where the lines are in one of the texts.  Of none, the line before
 * them. */
static void put_range(struct pt_buf *out, char sign,
                      const struct script *script, size_t from, size_t to,
                      enum kind other)
{
    size_t count = count_of(script, from, to, other);
    size_t first = count_of(script, 0, from, other) + (count ? 1 : 0);

    if (count == 1)
        pt_buf_printf(out, "%c%zu", sign, first);
    else
        pt_buf_printf(out, "%c%zu,%zu", sign, first, count);
}

static void put_hunk(struct pt_buf *out, const struct script *script,
                     size_t from, size_t to)
{
    pt_buf_puts(out, "@@ ");
    put_range(out, '-', script, from, to, NEW);
    pt_buf_putc(out, ' ');
    put_range(out, '+', script, from, to, GONE);
    pt_buf_puts(out, " @@\n");
    for (size_t i = from; i < to; i++)
        put_line(out, &script->at[i]);
}

/* The first change at or after a step; the count when there is none. */
static size_t next_change(const struct script *script, size_t at)
{
    while (at < script->count && script->at[at].kind == SAME)
        at++;
    return at;
}

/* Changes whose contexts meet are one hunk. */
static void put_hunks(struct pt_buf *out, const struct script *script)
{
    size_t at = next_change(script, 0);

    while (at < script->count) {
        size_t from = at > CONTEXT ? at - CONTEXT : 0;
        size_t last = at;
        size_t next = next_change(script, at + 1);

        while (next < script->count && next - last <= 2 * CONTEXT + 1) {
            last = next;
            next = next_change(script, next + 1);
        }
        put_hunk(out, script, from,
                 last + CONTEXT < script->count ? last + CONTEXT + 1
                                                : script->count);
        at = next;
    }
}

bool pt_diff(const char *from, struct pt_slice before, const char *to,
             struct pt_slice after, struct pt_buf *out)
{
    struct lines a = {0};
    struct lines b = {0};
    struct script script = {0};
    bool compared = false;

    if (is_same(before, after))
        return true;
    if (split(before, &a) && split(after, &b))
        script.at = malloc((a.count + b.count + 1) * sizeof(*script.at));
    if (script.at)
        compared = compare_middle(&a, &b, &script);
    if (compared) {
        pt_buf_printf(out, "--- %s\n+++ %s\n", from, to);
        put_hunks(out, &script);
    }
    free(a.at);
    free(b.at);
    free(script.at);
    return compared && !pt_buf_failed(out);
}
