#include "format/prefs.h"

#include "base/text.h"

void pt_prefs_begin(struct pt_prefs *prefs, struct pt_buf *out)
{
    *prefs = (struct pt_prefs){.out = out};
}

static void put_key(struct pt_prefs *prefs, const char *key)
{
    pt_buf_printf(prefs->out, "user_pref(\"%s\", ", key);
}

/* Quotes and backslashes as Thunderbird writes them; controls, which would
 * break the line or the eye, as \xNN. */
static void put_escaped(struct pt_buf *out, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x20 || c == 0x7F)
            pt_buf_printf(out, "\\x%02X", c);
        else if (c == '"' || c == '\\')
            pt_buf_printf(out, "\\%c", c);
        else
            pt_buf_putc(out, *text);
    }
}

void pt_prefs_string(struct pt_prefs *prefs, const char *key,
                     const char *value)
{
    struct pt_slice text = pt_slice_of(value);

    if (!pt_is_utf8(text)) {
        pt_make_printable(text, prefs->unfit, sizeof(prefs->unfit));
        return;
    }
    put_key(prefs, key);
    pt_buf_putc(prefs->out, '"');
    put_escaped(prefs->out, value);
    pt_buf_puts(prefs->out, "\");\n");
}

void pt_prefs_int(struct pt_prefs *prefs, const char *key, int32_t value)
{
    put_key(prefs, key);
    pt_buf_printf(prefs->out, "%d);\n", (int)value);
}

void pt_prefs_bool(struct pt_prefs *prefs, const char *key, bool value)
{
    put_key(prefs, key);
    pt_buf_puts(prefs->out, value ? "true);\n" : "false);\n");
}

enum pt_status pt_prefs_end(struct pt_prefs *prefs, struct pt_error *err)
{
    if (pt_buf_failed(prefs->out))
        return pt_fail_memory(err);
    if (prefs->unfit[0])
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "give the text as UTF-8",
                       "Thunderbird cannot hold the text '%s'", prefs->unfit);
    return PT_OK;
}
