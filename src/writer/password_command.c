#include "writer/password_command.h"

#include "format/shell.h"
#include "writer/writers.h"

/* A short login may be that of many accounts, each with a password of its own:
 * the address keeps them apart. */
static void put_attributes(struct pt_buf *out,
                           const struct pt_settings *settings,
                           const char *login)
{
    const char *address = settings->address.text;

    pt_buf_puts(out, login[0] == '-' ? " -- service mail user "
                                     : " service mail user ");
    pt_shell_word(out, login);
    if (pt_is(login, address))
        return;
    pt_buf_puts(out, " address ");
    pt_shell_word(out, address);
}

static const char *keep(struct pt_arena *arena, const struct pt_buf *text)
{
    const char *kept = pt_buf_failed(text)
                           ? NULL
                           : pt_arena_strdup(arena, pt_buf_text(text));

    if (!kept)
        pt_arena_fail(arena);
    return kept ? kept : "";
}

const char *pt_password_command(struct pt_arena *arena,
                                const struct pt_settings *settings,
                                const char *login)
{
    PT_BUF struct pt_buf command = {0};

    pt_buf_puts(&command, "secret-tool lookup");
    put_attributes(&command, settings, login);
    return keep(arena, &command);
}

void pt_note_password(struct pt_output *out,
                      const struct pt_settings *settings, const char *login)
{
    PT_BUF struct pt_buf note = {0};

    pt_buf_puts(&note, "keep the password once (libsecret-tools): secret-tool "
                       "store --label=");
    pt_shell_word(&note, settings->address.text);
    put_attributes(&note, settings, login);
    pt_output_note(out, keep(out->arena, &note));
}
