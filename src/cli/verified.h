/* verified.h - what connecting to the servers has shown, in words, and what
 * follows from it.
 */
#ifndef PT_CLI_VERIFIED_H
#define PT_CLI_VERIFIED_H

#include "base/error.h"
#include "model/settings.h"

/* Is there more to be told than that a bridge here is as it was found? */
bool pt_verified_is_told(const struct pt_settings *settings);
/* "proven", "NOT proven"; NULL: it was not tried. */
const char *pt_verified_word(const struct pt_server *server);
/* How signing in went, and what to do; NULL: it was not asked for, or no
 * memory. */
const char *pt_verified_login(struct pt_arena *arena,
                              const struct pt_server *server);

/* Why this server must not be written down: "imap.example.org:993 ..."; NULL:
 * it may, or no memory. */
const char *pt_verified_objection(struct pt_arena *arena,
                                  const struct pt_server *server);
/* PT_CANNOT_WRITE: one of the chosen servers must not be. */
enum pt_status pt_verified_check(struct pt_arena *arena,
                                 const struct pt_settings *settings,
                                 struct pt_error *err);

/* The exit status of who only looks: PT_NOTHING where no server to receive
 * with, or none to send with, works, or one did not let the user in;
 * PT_UNREACHABLE where they could not be asked; else PT_OK. */
enum pt_status pt_verified_status(const struct pt_settings *settings);

#endif
