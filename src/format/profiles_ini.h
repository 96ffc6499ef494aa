/* profiles_ini.h - profiles.ini and installs.ini, in which Thunderbird keeps
 * where its profiles lie; read as it reads them.
 *
 * Copes with any bytes: what is not understood is passed over.
 */
#ifndef PT_FORMAT_PROFILES_INI_H
#define PT_FORMAT_PROFILES_INI_H

#include "base/arena.h"
#include "base/text.h"
#include "model/settings.h"

enum { PT_PROFILES_MAX = 256 };

/* Folders; the first list goes before the second, and so on. */
struct pt_profiles {
    struct pt_strings of_programs; /* what each installation has for its own */
    struct pt_strings standard;    /* what one without takes */
    struct pt_strings others;
};

/* Add the folders of a file, none twice to a list.  root: the folder of the
 * file, which most of them are below.  No memory: the arena remembers. */
void pt_profiles_read(struct pt_arena *arena, struct pt_slice bytes,
                      const char *root, struct pt_profiles *profiles);

#endif
