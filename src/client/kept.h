/* kept.h - what portolan has written on this machine, remembered between its
 * runs: the manifest (format/manifest.h) in the state folder.
 */
#ifndef PT_CLIENT_KEPT_H
#define PT_CLIENT_KEPT_H

#include "format/manifest.h"
#include "model/place.h"

/* What is remembered; nothing, when there is no manifest yet.
 * PT_BAD_INPUT: it cannot be read (it is left as it is); PT_NO_MEMORY. */
enum pt_status pt_kept_load(struct pt_arena *arena,
                            const struct pt_place *place,
                            struct pt_manifest *ret_manifest,
                            struct pt_error *err);

/* Remember these too.  Others that do the same at this moment are waited for;
 * nothing of theirs is lost.  As pt_kept_load(), and PT_CANNOT_WRITE. */
enum pt_status pt_kept_add(struct pt_arena *arena,
                           const struct pt_place *place,
                           const struct pt_written *written, size_t count,
                           struct pt_error *err);

/* Remember this account.  The same failures. */
enum pt_status pt_kept_add_set_up(struct pt_arena *arena,
                                  const struct pt_place *place,
                                  const struct pt_set_up *set_up,
                                  struct pt_error *err);

/* Files that were put back are ours, as they are now.  The same failures. */
enum pt_status pt_kept_renew(struct pt_arena *arena,
                             const struct pt_place *place,
                             const struct pt_strings *paths,
                             struct pt_error *err);

#endif
