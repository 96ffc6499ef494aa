#include "base/arena.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <stdalign.h>
#include <stdint.h>

static bool is_zero(const void *at, size_t size)
{
    const char *byte = at;

    while (size && !*byte) {
        byte++;
        size--;
    }
    return !size;
}

static void test_allocations(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    bool aligned = true;
    bool zeroed = true;

    for (size_t size = 1; size < 300000; size = size * 3 + 1) {
        void *at = pt_arena_alloc(arena, size);

        aligned = aligned && (uintptr_t)at % alignof(max_align_t) == 0;
        zeroed = zeroed && at && is_zero(at, size);
        if (at)
            memset(at, 0xFF, size);
    }
    OK(aligned, "every allocation suits any type");
    OK(zeroed, "every allocation is zeroed, small or large");
    OK(pt_arena_alloc(arena, 0) != NULL, "nothing can be allocated too");
    OK(!pt_arena_failed(arena), "and none of it failed");
}

static void test_copies(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    char text[] = "imap.example.org";
    char *whole = pt_arena_strdup(arena, text);
    char *part = pt_arena_strndup(arena, text, 4);
    char *bytes = pt_arena_memdup(arena, "a\0b", 3);
    char *none = pt_arena_memdup(arena, NULL, 0);
    char *made = pt_arena_printf(arena, "%s:%d", part, 993);

    memset(text, 'x', sizeof(text) - 1);
    IS(whole, "imap.example.org", "a text is copied");
    IS(part, "imap", "so is a part of one, and ends in a NUL");
    OK(bytes && !memcmp(bytes, "a\0b", 4), "so are bytes, NUL or not");
    IS(none, "", "no bytes are an empty text");
    IS(made, "imap:993", "a text can be formatted");
    OK(!pt_arena_strdup(arena, NULL), "a copy of NULL is NULL");
    OK(!pt_arena_failed(arena), "and that is no failure");
}

struct row {
    size_t number;
    char filler[24];
};

/* An array of n elements, each of which was zero when it came. */
static struct row *grow_to(struct pt_arena *arena, size_t n, bool *ret_zeroed)
{
    struct row *rows = NULL;

    *ret_zeroed = true;
    for (size_t i = 0; i < n; i++) {
        rows = pt_arena_grow(arena, rows, i, sizeof(*rows));
        if (!rows)
            return NULL;
        *ret_zeroed = *ret_zeroed && is_zero(&rows[i], sizeof(*rows));
        rows[i].number = i;
        memset(rows[i].filler, 0xFF, sizeof(rows[i].filler));
    }
    return rows;
}

static void test_growing(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    bool zeroed;
    struct row *rows = grow_to(arena, 1000, &zeroed);
    size_t right = 0;

    while (rows && right < 1000 && rows[right].number == right)
        right++;
    OK(right == 1000, "an array that grows keeps what it holds");
    OK(zeroed, "each new element is zeroed");
    OK(!pt_arena_failed(arena), "and nothing failed");
    /* times 2048 it is more than SIZE_MAX, by 2048 */
    OK(!pt_arena_grow(arena, rows, 1024, SIZE_MAX / 2048 + 2) &&
           pt_arena_failed(arena),
       "an array larger than memory can be fails");
}

static void test_failure(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    OK(!pt_arena_alloc(arena, SIZE_MAX), "more than there can be is NULL");
    OK(pt_arena_failed(arena), "and is remembered");
    OK(pt_arena_alloc(arena, 1) != NULL, "yet what fits is still had");
    OK(pt_arena_failed(arena), "and the failure not forgotten");
}

static void test_no_memory(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const char *texts[3];

    pt_oom_fail_at(1);
    texts[0] = pt_arena_strdup(arena, "one");
    pt_oom_fail_at(1);
    texts[1] = pt_arena_printf(arena, "%d", 2);
    pt_oom_fail_at(1);
    texts[2] = pt_arena_grow(arena, NULL, 0, 1);
    pt_oom_fail_at(0);
    OK(!texts[0] && !texts[1] && !texts[2], "without memory all is NULL");
    OK(pt_arena_failed(arena), "and the arena knows");
    pt_oom_fail_at(1);
    OK(!pt_arena_new(), "without memory there is no arena at all");
    pt_oom_fail_at(0);
}

static void test_failure_elsewhere(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    OK(!pt_arena_failed(arena), "a fresh arena has not failed");
    pt_arena_fail(arena);
    OK(pt_arena_failed(arena), "it remembers what failed elsewhere");
    pt_arena_free(NULL);
    OK(true, "there may be no arena to free");
}

int main(void)
{
    test_allocations();
    test_copies();
    test_growing();
    test_failure();
    test_no_memory();
    test_failure_elsewhere();
    return tap_done();
}
