/* prefs.h - preferences of Thunderbird: listed straight, checked once, and
 * written in either of two syntaxes.
 *
 * A preference's name is that of its branch ("mail.server.server1.") and its
 * own; both are ours and need no escaping.  Text may be any UTF-8 without NUL:
 * it is told as it is.  The list and its names live in the arena; text is
 * borrowed.
 */
#ifndef PT_FORMAT_PREFS_H
#define PT_FORMAT_PREFS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "model/settings.h"

#include <stdbool.h>
#include <stdint.h>

struct pt_pref {
    const char *name;
    const char *text; /* NULL: it is a number, or a truth */
    int32_t number;
    bool is_truth;
};

/* {.arena = arena} is empty. */
struct pt_prefs {
    struct pt_arena *arena;
    struct pt_pref *at;
    size_t count;
};

void pt_prefs_string(struct pt_prefs *prefs, const char *branch,
                     const char *name, const char *text);
void pt_prefs_int(struct pt_prefs *prefs, const char *branch, const char *name,
                  int32_t number);
void pt_prefs_bool(struct pt_prefs *prefs, const char *branch, const char *name,
                   bool truth);

/* prefs.js, the settings of a profile: a line each.
 * PT_CANNOT_EXPRESS: a text is not UTF-8; PT_NO_MEMORY. */
enum pt_status pt_prefs_write(const struct pt_prefs *prefs, struct pt_buf *out,
                              struct pt_error *err);

/* Add a text as its literal, with its quotes. */
void pt_prefs_quote(struct pt_buf *out, const char *text);

/* policies.json, what an administrator sets for all profiles: each as the
 * default that a profile has until its user chooses otherwise; and the files
 * of the certificates it is to trust.
 * PT_CANNOT_EXPRESS: a text is not UTF-8, or a number is 1, which Thunderbird
 * would take for a truth (so it would 0, the default of all our numbers, which
 * is left out); PT_NO_MEMORY. */
enum pt_status pt_prefs_write_policies(const struct pt_prefs *prefs,
                                       const struct pt_strings *certificates,
                                       struct pt_buf *out,
                                       struct pt_error *err);

#endif
