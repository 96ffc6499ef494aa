/* text_files.h - what the clients that are set up in text files share: where
 * their files are, and the one with the certificate they trust.
 */
#ifndef PT_CLIENT_TEXT_FILES_H
#define PT_CLIENT_TEXT_FILES_H

#include "client/client.h"
#include "format/edit_lines.h"
#include "model/bridge.h"

/* Where a program may have its files: folders that take the place of
 * XDG_CONFIG_HOME and XDG_DATA_HOME, as Flatpak has one for each. */
struct pt_text_root {
    const char *config;
    const char *data;
};

enum { PT_TEXT_ROOTS = 2 };

/* The user's own, and that of a Flatpak of this name. */
void pt_text_roots(struct pt_arena *arena, const struct pt_place *place,
                   const char *flatpak,
                   struct pt_text_root roots[PT_TEXT_ROOTS]);

/* Add a set-up that is in this file, read.  NULL: there is no such file, or no
 * memory.  Of another user's file nothing is read; it is refused. */
struct pt_install *pt_text_open(struct pt_installs *installs,
                                const struct pt_client *client,
                                const struct pt_place *place,
                                const char *path);

/* The bytes as they are to be now. */
struct pt_slice pt_text_now(const struct pt_client_file *file);

/* A path as it is written: "~/x", "$HOME/x", "/x".  In the arena; NULL: it is
 * another, or no memory. */
const char *pt_text_path(struct pt_arena *arena, const struct pt_place *place,
                         const char *written);

/* Is it a file of this user's? */
bool pt_text_is_own(const struct pt_place *place, const char *path);

/* What is in the folder, sorted; a bounded part of it when that is much. */
struct pt_strings pt_text_list(struct pt_arena *arena, const char *dir);

/* The lines of a key file of this user, in the arena.  False: there is no such
 * file, it is no such, or no memory. */
bool pt_text_keyfile(struct pt_arena *arena, const struct pt_place *place,
                     const char *path, struct pt_edit_file *ret_file);

/* A further file of it, that is there, each once: its index.  -1: path is
 * NULL, it cannot be read or is one too many. */
int pt_text_also(struct pt_installs *installs, struct pt_install *install,
                 const char *path);

/* Set what the slot is found again by: the nth of what its files have; and,
 * when path is of a file with a certificate that it trusts, that. */
void pt_text_mark(struct pt_installs *installs, struct pt_install *install,
                  struct pt_slot *slot, size_t nth, const char *path);
size_t pt_text_nth(const struct pt_slot *slot);
/* The file with its certificate, or NULL. */
struct pt_client_file *pt_text_pin(struct pt_install *install,
                                   const struct pt_slot *slot);

/* Let the file (NULL: there is none) hold the server's certificate in place of
 * the one it has, or, when it may be added, beside those it has; what is
 * trusted already changes nothing.
 * PT_CANNOT_EXPRESS: it holds others as well; PT_NO_MEMORY. */
enum pt_status pt_text_put_pin(struct pt_client_file *file,
                               const struct pt_server *server, bool may_add,
                               struct pt_error *err);

/* Let a line say value: own, which says it now, or when that is NULL or empty
 * a new one behind it, or behind like.  The same value changes nothing.
 * PT_NO_MEMORY. */
enum pt_status pt_text_put_line(struct pt_client_file *file,
                                enum pt_edit_syntax syntax,
                                const struct pt_edit_line *own,
                                const struct pt_edit_line *like,
                                const struct pt_pair *said,
                                struct pt_error *err);

/* The address in 'Ann <ann@example.org>' or in a bare one, the first of those
 * that ";" parts, in the arena; NULL: there is none, or no memory. */
const char *pt_text_address(struct pt_arena *arena, const char *text);

#endif
