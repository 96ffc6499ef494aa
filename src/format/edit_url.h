/* edit_url.h - URLs of mail servers within other text: imap://ann@host:143/,
 * of which the scheme and the port can be changed.
 */
#ifndef PT_FORMAT_EDIT_URL_H
#define PT_FORMAT_EDIT_URL_H

#include "base/arena.h"
#include "format/edit.h"

#include <stdint.h>

struct pt_edit_url {
    struct pt_span scheme;
    struct pt_span user; /* escaped, with its password if it has one; empty */
    struct pt_span host; /* without brackets */
    struct pt_span port; /* with its colon; empty, at its place: none */
};

/* The next URL in span that has a host and no port but a number; span is what
 * is left of it.  False: there is none. */
bool pt_edit_url_next(struct pt_slice bytes, struct pt_span *span,
                      struct pt_edit_url *ret_url);

/* [USER@]HOST[:PORT], which all of span is: a URL whose scheme is empty, at its
 * place.  False: it is none. */
bool pt_edit_url_bare(struct pt_slice bytes, struct pt_span span,
                      struct pt_edit_url *ret_url);

/* 0: it names none. */
uint16_t pt_edit_url_port(struct pt_slice bytes,
                          const struct pt_edit_url *url);
/* The user's name without escapes and password; NULL: none, or no memory. */
const char *pt_edit_url_user(struct pt_arena *arena, struct pt_slice bytes,
                             const struct pt_edit_url *url);

/* Let it have this port and this scheme; what is so already is not written, and
 * where it has none, "" is so. */
void pt_edit_url_put(struct pt_buf *bytes, const struct pt_edit_url *url,
                     const char *scheme, uint16_t port);

#endif
