/* arena.c - blocks in a list, each twice the last up to LARGEST_BLOCK, or as
 * large as it must be. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 64 * 1024, FIRST_ARRAY = 4 };

struct block {
    struct block *next;
    size_t used;
    size_t room;
    alignas(max_align_t) char at[];
};

struct pt_arena {
    struct block *blocks; /* newest first */
    bool failed;
};

struct pt_arena *pt_arena_new(void)
{
    return calloc(1, sizeof(struct pt_arena));
}

void pt_arena_free(struct pt_arena *arena)
{
    if (!arena)
        return;
    while (arena->blocks) {
        struct block *block = arena->blocks;

        arena->blocks = block->next;
        free(block);
    }
    free(arena);
}

void pt_arena_cleanup(struct pt_arena **arena)
{
    pt_arena_free(*arena);
}

bool pt_arena_failed(const struct pt_arena *arena)
{
    return arena->failed;
}

void pt_arena_fail(struct pt_arena *arena)
{
    arena->failed = true;
}

static struct block *add_block(struct pt_arena *arena, size_t size)
{
    size_t room = arena->blocks ? arena->blocks->room * 2 : FIRST_BLOCK;
    struct block *block;

    if (room > LARGEST_BLOCK)
        room = LARGEST_BLOCK;
    if (room < size)
        room = size;
    block = malloc(sizeof(*block) + room);
    if (!block)
        return NULL;
    block->used = 0;
    block->room = room;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *pt_arena_alloc(struct pt_arena *arena, size_t size)
{
    const size_t step = alignof(max_align_t);
    struct block *block = arena->blocks;
    void *at;

    if (size > SIZE_MAX / 2) {
        arena->failed = true;
        return NULL;
    }
    size = (size + step - 1) / step * step;
    if (!block || block->room - block->used < size)
        block = add_block(arena, size);
    if (!block) {
        arena->failed = true;
        return NULL;
    }
    at = block->at + block->used;
    block->used += size;
    return memset(at, 0, size);
}

void *pt_arena_memdup(struct pt_arena *arena, const void *bytes, size_t len)
{
    char *copy = pt_arena_alloc(arena, len + 1);

    if (copy && len)
        memcpy(copy, bytes, len);
    return copy;
}

char *pt_arena_strndup(struct pt_arena *arena, const char *text, size_t len)
{
    return pt_arena_memdup(arena, text, len);
}

char *pt_arena_strdup(struct pt_arena *arena, const char *text)
{
    return text ? pt_arena_memdup(arena, text, strlen(text)) : NULL;
}

char *pt_arena_printf(struct pt_arena *arena, const char *format, ...)
{
    va_list ap;
    char *text;
    int len;

    va_start(ap, format);
    len = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (len < 0)
        arena->failed = true;
    text = len < 0 ? NULL : pt_arena_alloc(arena, (size_t)len + 1);
    if (!text)
        return NULL;
    va_start(ap, format);
    vsnprintf(text, (size_t)len + 1, format, ap);
    va_end(ap);
    return text;
}

/* Arrays have room for 0, 4, 8, 16 ... elements: full when the count is one
 * of these. */
static bool is_full(size_t count)
{
    return count == 0 || (count >= FIRST_ARRAY && (count & (count - 1)) == 0);
}

void *pt_arena_grow(struct pt_arena *arena, void *array, size_t count,
                    size_t size)
{
    size_t room = count ? count * 2 : FIRST_ARRAY;
    size_t bytes;
    void *more;

    if (!is_full(count))
        return array;
    if (__builtin_mul_overflow(room, size, &bytes))
        bytes = SIZE_MAX; /* which cannot be had */
    more = pt_arena_alloc(arena, bytes);
    if (more && count)
        memcpy(more, array, count * size);
    return more;
}
