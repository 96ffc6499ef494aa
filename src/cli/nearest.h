/* nearest.h - which of our names did somebody probably mean? */
#ifndef PT_CLI_NEAREST_H
#define PT_CLI_NEAREST_H

#include <stddef.h>

enum { PT_NEAREST_HINT = 128 };

struct pt_nearest {
    const char *typed;
    const char *best; /* NULL while nothing came near enough */
    size_t distance;
};

void pt_nearest_begin(struct pt_nearest *nearest, const char *typed);
/* name is borrowed.  The first of equals stays. */
void pt_nearest_try(struct pt_nearest *nearest, const char *name);

/* "did you mean 'PREFIXname'?", written into hint; or otherwise itself when
 * nothing came near. */
const char *pt_nearest_hint(const struct pt_nearest *nearest,
                            const char *prefix, const char *otherwise,
                            char hint[PT_NEAREST_HINT]);

#endif
