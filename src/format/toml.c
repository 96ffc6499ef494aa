#include "format/toml.h"

#include "base/text.h"

void pt_toml_begin(struct pt_toml *toml, struct pt_buf *out)
{
    *toml = (struct pt_toml){.out = out};
}

/* A basic string (TOML 1.0, "String"); controls as \uXXXX. */
static void put_string(struct pt_toml *toml, const char *text)
{
    struct pt_slice whole = pt_slice_of(text);

    if (!pt_is_utf8(whole)) {
        pt_make_printable(whole, toml->unfit, sizeof(toml->unfit));
        return;
    }
    pt_buf_putc(toml->out, '"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x20 || c == 0x7F)
            pt_buf_printf(toml->out, "\\u%04X", c);
        else if (c == '"' || c == '\\')
            pt_buf_printf(toml->out, "\\%c", c);
        else
            pt_buf_putc(toml->out, *text);
    }
    pt_buf_putc(toml->out, '"');
}

void pt_toml_table(struct pt_toml *toml, const char *parent, const char *name)
{
    pt_buf_printf(toml->out, "%s[%s.", toml->out->len ? "\n" : "", parent);
    put_string(toml, name);
    pt_buf_puts(toml->out, "]\n");
}

void pt_toml_string(struct pt_toml *toml, const char *key, const char *value)
{
    pt_buf_printf(toml->out, "%s = ", key);
    put_string(toml, value);
    pt_buf_putc(toml->out, '\n');
}

void pt_toml_int(struct pt_toml *toml, const char *key, int value)
{
    pt_buf_printf(toml->out, "%s = %d\n", key, value);
}

void pt_toml_bool(struct pt_toml *toml, const char *key, bool value)
{
    pt_buf_printf(toml->out, "%s = %s\n", key, value ? "true" : "false");
}

enum pt_status pt_toml_end(struct pt_toml *toml, struct pt_error *err)
{
    if (pt_buf_failed(toml->out))
        return pt_fail_memory(err);
    if (toml->unfit[0])
        return pt_fail(err, PT_CANNOT_EXPRESS, "give the text as UTF-8",
                       "TOML cannot hold the text '%s'", toml->unfit);
    return PT_OK;
}
