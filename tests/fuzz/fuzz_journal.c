/* fuzz_journal.c - any bytes as the journal: what loads is written again as
 * it was, and names no file outside its folder for a copy. */
#include "format/journal.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expect(bool true_)
{
    if (!true_)
        abort();
}

static void check_entry(const struct pt_entry *a, const struct pt_entry *b)
{
    expect(a->state == b->state && pt_is(a->client, b->client) &&
           pt_is(a->where, b->where) && a->file_count &&
           a->file_count == b->file_count &&
           a->folders.count == b->folders.count);
    for (size_t i = 0; i < a->folders.count; i++)
        expect(pt_is(a->folders.at[i], b->folders.at[i]) &&
               a->folders.at[i][0] == '/');
    for (size_t i = 0; i < a->file_count; i++) {
        const struct pt_entry_file *left = &a->files[i];
        const struct pt_entry_file *right = &b->files[i];

        expect(pt_is(left->path, right->path) &&
               pt_is(left->copy, right->copy) &&
               pt_is(left->before, right->before) &&
               pt_is(left->after, right->after));
        expect(*left->copy && !strpbrk(left->copy, "./") && left->after);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf again = {0};
    struct pt_journal first = {0};
    struct pt_journal second = {0};
    struct pt_error err = {0};

    if (!arena || pt_journal_read(arena, pt_slice((const char *)data, len),
                                  &first, &err) != PT_OK)
        return 0;
    expect(pt_journal_write(&first, &again, &err) == PT_OK);
    expect(pt_journal_read(arena, pt_slice(again.at, again.len), &second,
                           &err) == PT_OK);
    expect(first.count == second.count);
    for (size_t i = 0; i < first.count; i++)
        check_entry(&first.entries[i], &second.entries[i]);
    return 0;
}
