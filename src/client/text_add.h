/* text_add.h - an account that joins those of a client's text file: what the
 * client's writer makes of it goes behind what is there.
 */
#ifndef PT_CLIENT_TEXT_ADD_H
#define PT_CLIENT_TEXT_ADD_H

#include "client/client.h"
#include "writer/writer.h"

struct pt_text_job {
    struct pt_installs *installs;
    struct pt_install *install;
    struct pt_job job; /* of one account; its dir is for certificates, a folder
                          in there when it has others of the same names */
    const char *extra; /* the further file that is wanted; NULL: the first */
};

/* Add a set-up whose file is not there yet.  PT_NO_MEMORY. */
enum pt_status pt_text_begin(struct pt_installs *installs,
                             const struct pt_client *client, const char *path,
                             struct pt_error *err);

/* The job of this account, whose certificates go beside the file at path, or
 * where that is hidden among others ("~/.muttrc") into a folder of its name
 * ("~/.mutt").  What fails is remembered by the arena of installs. */
struct pt_text_job pt_text_job(struct pt_installs *installs,
                               struct pt_install *install,
                               const struct pt_settings *account,
                               const char *path);

/* What an account may be called that has another name than all others: what
 * the writers call it, or that with a number.  In the arena; NULL: no
 * memory. */
const char *pt_text_name(struct pt_arena *arena,
                         const struct pt_settings *account,
                         bool (*is_taken)(const void *names, const char *name),
                         const void *names);

/* Run the client's writer: the text of its file is added to ret_text, the
 * certificates become files of the install, and the notes join its note.
 * PT_CANNOT_EXPRESS, PT_NO_MEMORY. */
enum pt_status pt_text_write(const struct pt_text_job *job,
                             struct pt_buf *ret_text, struct pt_error *err);

/* Lines behind all that the file holds.  PT_NO_MEMORY. */
enum pt_status pt_text_append(struct pt_client_file *file,
                              const struct pt_buf *text,
                              struct pt_error *err);

/* Both: what the writer makes, behind all that the file holds. */
enum pt_status pt_text_add(const struct pt_text_job *job,
                           struct pt_client_file *file, struct pt_error *err);

/* A further line for the note.  No memory is remembered by the arena. */
void pt_text_note(struct pt_installs *installs, struct pt_install *install,
                  const char *note);

#endif
