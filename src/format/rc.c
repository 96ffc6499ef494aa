#include "format/rc.h"

#include "base/text.h"
#include "format/shell.h"

#include <string.h>

struct pt_rc_rules {
    const char *client;
    const char *set;     /* what a line begins with */
    const char *is;      /* between key and value */
    const char *escaped; /* by a backslash, between double quotes */
    size_t line_max;     /* bytes; a longer one is cut or refused */
    bool bare;           /* what is plain needs no quotes */
};

static const struct pt_rc_rules rules_of[] = {
    [PT_RC_MSMTP] = {.client = "msmtp",
                     .set = "",
                     .is = " ",
                     .escaped = "",
                     .line_max = 499,
                     .bare = true},
    [PT_RC_MBSYNC] = {.client = "mbsync",
                      .set = "",
                      .is = " ",
                      .escaped = "\"\\",
                      .line_max = 1000,
                      .bare = true},
    [PT_RC_MUTT] = {.client = "mutt",
                    .set = "set ",
                    .is = "=",
                    .escaped = "\"\\$`",
                    .line_max = PT_BUF_MAX},
};

void pt_rc_begin(struct pt_rc *rc, enum pt_rc_syntax syntax,
                 struct pt_buf *out)
{
    *rc = (struct pt_rc){.rules = &rules_of[syntax], .out = out};
}

/* The first such text is told of. */
static void refuse(struct pt_rc *rc, const char *text)
{
    if (!rc->unfit[0])
        pt_make_printable(pt_slice_of(text), rc->unfit, sizeof(rc->unfit));
}

/* Key, text and what goes around it; escaped: what is to be. */
static void put_line(struct pt_rc *rc, const char *key, const char *quote,
                     const char *text, const char *escaped)
{
    const struct pt_rc_rules *rules = rc->rules;
    size_t before = rc->out->len;

    pt_buf_printf(rc->out, "%s%s%s%s", rules->set, key,
                  *text || *quote ? rules->is : "", quote);
    for (const char *at = text; *at; at++) {
        if (strchr(escaped, *at))
            pt_buf_putc(rc->out, '\\');
        pt_buf_putc(rc->out, *at);
    }
    for (size_t i = strlen(quote); i; i--)
        pt_buf_putc(rc->out, quote[i - 1]);
    pt_buf_putc(rc->out, '\n');
    if (!pt_is_line(pt_slice_of(text)) ||
        rc->out->len - before > rules->line_max)
        refuse(rc, text);
}

void pt_rc_text(struct pt_rc *rc, const char *key, const char *text)
{
    bool bare = rc->rules->bare && pt_shell_is_plain(text);

    put_line(rc, key, bare ? "" : "\"", text, rc->rules->escaped);
}

void pt_rc_word(struct pt_rc *rc, const char *key, const char *word)
{
    put_line(rc, key, "", word, "");
}

void pt_rc_int(struct pt_rc *rc, const char *key, int value)
{
    pt_buf_printf(rc->out, "%s%s%s%d\n", rc->rules->set, key, rc->rules->is,
                  value);
}

void pt_rc_blank(struct pt_rc *rc)
{
    pt_buf_putc(rc->out, '\n');
}

/* Between back quotes within double quotes mutt takes what the command prints
 * as it is: nothing in a password means anything. */
void pt_rc_command(struct pt_rc *rc, const char *key, const char *command)
{
    if (rc->rules == &rules_of[PT_RC_MUTT])
        put_line(rc, key, "\"`", command, "");
    else
        pt_rc_text(rc, key, command);
    if (!pt_rc_can_run(rc, command))
        refuse(rc, command);
}

bool pt_rc_can_run(const struct pt_rc *rc, const char *command)
{
    return rc->rules != &rules_of[PT_RC_MUTT] || !strpbrk(command, "\\$`");
}

enum pt_status pt_rc_end(struct pt_rc *rc, struct pt_error *err)
{
    if (pt_buf_failed(rc->out))
        return pt_fail_memory(err);
    if (rc->unfit[0])
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "'portolan write text' gives a card to type from",
                       "%s's file cannot hold the text '%s'",
                       rc->rules->client, rc->unfit);
    return PT_OK;
}
