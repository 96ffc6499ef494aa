/* new_files.h - an account that a client does not have yet, in files of its
 * own: as the client's writer makes them, beside those that are there.
 */
#ifndef PT_CLIENT_NEW_FILES_H
#define PT_CLIENT_NEW_FILES_H

#include "client/text_files.h"
#include "writer/writer.h"

/* Where a client that has no account yet will look for them: with the Flatpak
 * of this name when that was started here before, and no other, whose folder
 * of settings has the given name, was. */
struct pt_text_root pt_new_files_root(struct pt_arena *arena,
                                      const struct pt_place *place,
                                      const char *flatpak, const char *name);

/* What the writer of the set-up's client makes of the account; the files may
 * name others in dir.  out must be freed whatever happened.
 * PT_CANNOT_EXPRESS; PT_NO_MEMORY. */
enum pt_status pt_new_files_write(const struct pt_install *install,
                                  const struct pt_settings *account,
                                  const char *dir, struct pt_output *out,
                                  struct pt_error *err);

/* Let the set-up have a file with these bytes, where none is.
 * PT_CANNOT_EXPRESS: there is one, or it cannot be known; PT_NO_MEMORY. */
enum pt_status pt_new_files_add(struct pt_installs *installs,
                                struct pt_install *install, const char *path,
                                const struct pt_buf *bytes,
                                struct pt_error *err);

/* Let the set-up's note be this sentence, and those of the writer.  Failure is
 * the arena's to remember. */
void pt_new_files_note(struct pt_installs *installs,
                       struct pt_install *install, const char *first,
                       const struct pt_strings *notes);

#endif
