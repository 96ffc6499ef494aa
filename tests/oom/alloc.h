/* alloc.h - makes an allocation of our own fail.
 *
 * Linked with -Wl,--wrap for malloc, calloc, realloc and strdup: what our code
 * allocates is counted, what the libraries allocate is not.
 */
#ifndef PT_TESTS_ALLOC_H
#define PT_TESTS_ALLOC_H

#include <stddef.h>

/* Begin to count anew; the nth allocation from now fails.  0: none does. */
void pt_oom_fail_at(size_t nth);

/* Allocations since then. */
size_t pt_oom_seen(void);

#endif
