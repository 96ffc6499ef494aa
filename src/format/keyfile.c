#include "format/keyfile.h"

#include "base/text.h"

void pt_keyfile_begin(struct pt_keyfile *file, struct pt_buf *out)
{
    *file = (struct pt_keyfile){.out = out};
}

void pt_keyfile_group(struct pt_keyfile *file, const char *name)
{
    pt_buf_printf(file->out, file->out->len ? "\n[%s]\n" : "[%s]\n", name);
}

/* What has an escape of its own; the blank has one for the beginning alone. */
static char escape_of(char c, bool in_list)
{
    switch (c) {
    case '\\':
        return '\\';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case ';':
        return in_list ? ';' : '\0';
    default:
        return '\0';
    }
}

static void put_escaped(struct pt_buf *out, const char *text, bool in_list)
{
    for (; *text == ' '; text++)
        pt_buf_puts(out, "\\s");
    for (; *text; text++) {
        char escape = escape_of(*text, in_list);

        if (escape)
            pt_buf_printf(out, "\\%c", escape);
        else
            pt_buf_putc(out, *text);
    }
}

static void put_text(struct pt_keyfile *file, const char *key,
                     const char *value, bool in_list)
{
    struct pt_slice text = pt_slice_of(value);

    if (!pt_is_utf8(text) || *value == '\f' || *value == '\v') {
        pt_make_printable(text, file->unfit, sizeof(file->unfit));
        return;
    }
    pt_buf_printf(file->out, "%s=", key);
    put_escaped(file->out, value, in_list);
    pt_buf_puts(file->out, in_list ? ";\n" : "\n");
}

void pt_keyfile_string(struct pt_keyfile *file, const char *key,
                       const char *value)
{
    put_text(file, key, value, false);
}

void pt_keyfile_list(struct pt_keyfile *file, const char *key,
                     const char *value)
{
    put_text(file, key, value, true);
}

void pt_keyfile_int(struct pt_keyfile *file, const char *key, int value)
{
    pt_buf_printf(file->out, "%s=%d\n", key, value);
}

void pt_keyfile_bool(struct pt_keyfile *file, const char *key, bool value)
{
    pt_buf_printf(file->out, "%s=%s\n", key, value ? "true" : "false");
}

enum pt_status pt_keyfile_end(struct pt_keyfile *file, struct pt_error *err)
{
    if (pt_buf_failed(file->out))
        return pt_fail_memory(err);
    if (file->unfit[0])
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "give the text as UTF-8, and without blanks before it",
                       "a key file of GNOME cannot hold the text '%s'",
                       file->unfit);
    return PT_OK;
}
