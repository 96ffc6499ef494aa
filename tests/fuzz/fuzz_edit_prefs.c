/* fuzz_edit_prefs.c - any bytes as prefs.js: a value that is changed is the
 * only thing that changes, a statement that is added the only one; what comes
 * last leaves all that was there as it was; and a branch has the statements
 * that it has when all are read. */
#include "format/edit_prefs.h"

#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 16, NUMBER = -2147483647 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expect(bool promised)
{
    if (!promised)
        abort();
}

static struct pt_pref_lines read(struct pt_arena *arena, struct pt_slice bytes)
{
    struct pt_pref_lines lines = {.arena = arena};

    pt_prefs_read(&lines, 0, bytes, "");
    return lines;
}

static struct pt_slice all_of(const struct pt_buf *bytes)
{
    return pt_slice(bytes->at, bytes->len);
}

static void check_line(const struct pt_pref_line *line, struct pt_slice bytes)
{
    struct pt_span whole = line->whole;

    expect(whole.at + whole.len <= bytes.len &&
           bytes.at[whole.at + whole.len - 1] == ';');
    expect(line->name_at.at > whole.at && line->name_at.len >= 2 &&
           line->value_at.at > line->name_at.at + line->name_at.len &&
           line->value_at.len &&
           line->value_at.at + line->value_at.len < whole.at + whole.len);
    expect((line->kind == PT_PREF_TEXT) == (line->text != NULL));
}

static bool is_same(const struct pt_pref_line *a, const struct pt_pref_line *b)
{
    return !strcmp(a->name, b->name) && a->kind == b->kind &&
           a->is_default == b->is_default && pt_is(a->text, b->text) &&
           a->number == b->number && a->whole.at == b->whole.at &&
           a->whole.len == b->whole.len && a->value_at.at == b->value_at.at &&
           a->value_at.len == b->value_at.len;
}

/* What is of no interest is passed over, and changes nothing of the rest. */
static void check_branch(struct pt_arena *arena,
                         const struct pt_pref_lines *all, struct pt_slice bytes)
{
    struct pt_pref_lines some = {.arena = arena};
    size_t count = 0;

    pt_prefs_read(&some, 0, bytes, "mail");
    for (size_t i = 0; i < all->count; i++)
        if (pt_has_prefix(all->at[i].name, "mail")) {
            expect(count < some.count &&
                   is_same(&all->at[i], &some.at[count]));
            count++;
        }
    expect(count == some.count);
}

static bool is_kept(struct pt_slice before, size_t from, size_t removed,
                    struct pt_slice after, size_t added)
{
    size_t tail = before.len - from - removed;

    return after.len == before.len - removed + added &&
           !memcmp(before.at, after.at, from) &&
           !memcmp(before.at + from + removed, after.at + from + added, tail);
}

static void check_put(struct pt_slice before, size_t i)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf bytes = {0};
    struct pt_pref_lines lines = read(arena, before);
    struct pt_span old = lines.at[i].value_at;
    struct pt_pref_lines again;

    pt_buf_add(&bytes, before.at, before.len);
    pt_prefs_put(&lines, &lines.at[i], NUMBER, &bytes);
    expect(is_kept(before, old.at, old.len, all_of(&bytes),
                   lines.at[i].value_at.len));
    again = read(arena, all_of(&bytes));
    expect(again.count == lines.count && again.at[i].number == NUMBER &&
           again.at[i].kind == PT_PREF_NUMBER);
    for (size_t j = 0; j < lines.count; j++)
        expect(j == i || is_same(&again.at[j], &lines.at[j]));
}

/* Any text can be held, and means what it meant. */
static void check_text(struct pt_slice before, size_t i, const char *text)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf bytes = {0};
    struct pt_pref_lines lines = read(arena, before);
    struct pt_span old = lines.at[i].value_at;
    struct pt_pref_lines again;

    pt_buf_add(&bytes, before.at, before.len);
    pt_prefs_put_text(&lines, &lines.at[i], text, &bytes);
    expect(is_kept(before, old.at, old.len, all_of(&bytes),
                   lines.at[i].value_at.len));
    again = read(arena, all_of(&bytes));
    expect(again.count == lines.count);
    for (size_t j = 0; j < lines.count; j++)
        expect(is_same(&again.at[j], &lines.at[j]));
}

static void check_append(struct pt_slice before)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf bytes = {0};
    struct pt_pref_lines lines = read(arena, before);
    struct pt_pref_lines again;

    pt_buf_add(&bytes, before.at, before.len);
    pt_prefs_append(&bytes, pt_slice_of("user_pref(\"mail.x\", 1);\n"));
    expect(is_kept(before, before.len, 0, all_of(&bytes),
                   bytes.len - before.len));
    again = read(arena, all_of(&bytes));
    expect(again.count >= lines.count && again.count <= lines.count + 1);
    for (size_t j = 0; j < lines.count; j++)
        expect(is_same(&again.at[j], &lines.at[j]));
}

static void check_add(struct pt_slice before, size_t i)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf bytes = {0};
    struct pt_pref_lines lines = read(arena, before);
    struct pt_pref_lines again;

    pt_buf_add(&bytes, before.at, before.len);
    pt_prefs_add(&lines, &lines.at[i], "mail.x", NUMBER, &bytes);
    again = read(arena, all_of(&bytes));
    expect(again.count == lines.count + 1);
    expect(!strcmp(again.at[i + 1].name, "mail.x") &&
           again.at[i + 1].number == NUMBER &&
           again.at[i + 1].is_default == lines.at[i].is_default);
    for (size_t j = 0; j < lines.count; j++)
        expect(is_same(&again.at[j > i ? j + 1 : j], &lines.at[j]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_slice bytes = pt_slice((const char *)data, len);
    struct pt_pref_lines lines = read(arena, bytes);

    check_branch(arena, &lines, bytes);
    for (size_t i = 0; i < lines.count; i++)
        check_line(&lines.at[i], bytes);
    for (size_t i = 0; i < lines.count && i < LINES_MAX; i++) {
        check_put(bytes, i);
        check_add(bytes, i);
        check_text(bytes, i, lines.at[i].name);
    }
    check_append(bytes);
    return 0;
}
