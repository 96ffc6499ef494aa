/* edit_muttrc.h - the commands of a muttrc, found so that a part of one can be
 * changed and everything else stays as it is.
 *
 * Copes with any bytes.  Nothing is run and no variable is put in: what would
 * take that is seen as it is written.
 */
#ifndef PT_FORMAT_EDIT_MUTTRC_H
#define PT_FORMAT_EDIT_MUTTRC_H

#include "base/arena.h"
#include "format/edit.h"

/* A word of a command, or a variable of "set" with what it is set to. */
struct pt_muttrc_item {
    struct pt_span command; /* "set", "source", "mailboxes" ... */
    struct pt_span name;    /* the variable; empty: it is a word */
    struct pt_span value;   /* within its quotes */
    bool has_value;
};

struct pt_muttrc {
    struct pt_slice bytes;
    size_t at;
    struct pt_span command; /* of the line we are in; empty: none */
};

/* {.bytes = bytes} is at the beginning.  False: that was the last. */
bool pt_muttrc_next(struct pt_muttrc *rc, struct pt_muttrc_item *ret_item);

/* The value as it is meant, without backslashes, in the arena; or NULL: no
 * memory. */
const char *pt_muttrc_value(struct pt_arena *arena, struct pt_slice bytes,
                            const struct pt_muttrc_item *item);

/* Where a variable is set for the last time, or unset.  False: nowhere. */
bool pt_muttrc_find(struct pt_slice bytes, const char *name,
                    struct pt_muttrc_item *ret_item);

#endif
