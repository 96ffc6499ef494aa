/* rc.h - the configuration files of msmtp, mbsync and mutt: one setting a
 * line, written straight and checked once.
 *
 * They look alike, and each has quotes of its own (measured with msmtp 1.8.23,
 * isync 1.4.4, mutt 2.2.12, NeoMutt 20220429).  Keys and words are ours and
 * need no escaping.  A text holds any UTF-8 in one line that is not too long;
 * what the program would make something else of is remembered as a failure.
 */
#ifndef PT_FORMAT_RC_H
#define PT_FORMAT_RC_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>

enum pt_rc_syntax {
    PT_RC_MSMTP,  /* the rest of the line, one pair of quotes taken off */
    PT_RC_MBSYNC, /* words; backslash and double quotes */
    PT_RC_MUTT,   /* set KEY=WORD; variables and commands within, too */
};

struct pt_rc {
    const struct pt_rc_rules *rules; /* of the syntax */
    struct pt_buf *out;
    char unfit[64]; /* text it cannot hold, made printable */
};

void pt_rc_begin(struct pt_rc *rc, enum pt_rc_syntax syntax,
                 struct pt_buf *out);
void pt_rc_text(struct pt_rc *rc, const char *key, const char *text);
void pt_rc_word(struct pt_rc *rc, const char *key, const char *word);
void pt_rc_int(struct pt_rc *rc, const char *key, int value);
void pt_rc_blank(struct pt_rc *rc);

/* A setting that is what a shell's command prints. */
void pt_rc_command(struct pt_rc *rc, const char *key, const char *command);
/* Can it be?  mutt hands a command over as it is, NeoMutt takes backslashes
 * out and puts variables in: what has neither is the same to both. */
bool pt_rc_can_run(const struct pt_rc *rc, const char *command);

/* PT_CANNOT_EXPRESS: a text did not fit; PT_NO_MEMORY. */
enum pt_status pt_rc_end(struct pt_rc *rc, struct pt_error *err);

#endif
