/* watch_places.h - what `portolan watch` watches: the folders in which bridges
 * keep their files, what settings were read from (those of written files, and
 * of accounts that were set up), and what portolan itself remembers.
 */
#ifndef PT_CLI_WATCH_PLACES_H
#define PT_CLI_WATCH_PLACES_H

#include "cli/command.h"
#include "model/place.h"
#include "net/folder_watch.h"

struct pt_watch_places {
    struct pt_watched *at;
    size_t count;
};

/* As it is at this moment; held are files of mail programs that run.  What
 * cannot be read adds nothing.  False: no memory. */
bool pt_watch_places(struct pt_arena *arena, const struct pt_call *call,
                     const struct pt_place *place,
                     const struct pt_strings *held,
                     struct pt_watch_places *ret_places);

#endif
