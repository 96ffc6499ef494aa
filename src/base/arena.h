/* arena.h - memory that is freed all at once.
 *
 * What lives in an arena is never freed alone.  A failed allocation returns
 * NULL and is remembered, so code that builds may run on and ask once, at the
 * end, with pt_arena_failed().
 */
#ifndef PT_BASE_ARENA_H
#define PT_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct pt_arena;

struct pt_arena *pt_arena_new(void); /* NULL: no memory */
void pt_arena_free(struct pt_arena *arena); /* takes NULL */
bool pt_arena_failed(const struct pt_arena *arena);
/* Remember that memory ran out elsewhere, in the same work. */
void pt_arena_fail(struct pt_arena *arena);

void *pt_arena_alloc(struct pt_arena *arena, size_t size); /* zeroed */
/* NULL gives NULL. */
char *pt_arena_strdup(struct pt_arena *arena, const char *text);
/* Copies of len bytes, no fewer, with a NUL after them. */
char *pt_arena_strndup(struct pt_arena *arena, const char *text, size_t len);
void *pt_arena_memdup(struct pt_arena *arena, const void *bytes, size_t len);
char *pt_arena_printf(struct pt_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for one more element at the end of an array of count elements: the
 * array, moved if it had to grow, or NULL.  The new element is zeroed.
 * An array that is grown this way must be grown only this way. */
void *pt_arena_grow(struct pt_arena *arena, void *array, size_t count,
                    size_t size);

/* Frees the arena a local variable holds:
 * PT_ARENA struct pt_arena *arena = pt_arena_new(); */
void pt_arena_cleanup(struct pt_arena **arena);
#define PT_ARENA __attribute__((cleanup(pt_arena_cleanup)))

#endif
