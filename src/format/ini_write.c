#include "format/ini_write.h"

#include "base/text.h"
#include "format/shell.h"

#include <string.h>

void pt_ini_begin(struct pt_ini *ini, struct pt_buf *out)
{
    *ini = (struct pt_ini){.out = out};
}

static bool fits(struct pt_ini *ini, const char *text, const char *never)
{
    struct pt_slice whole = pt_slice_of(text);

    if (pt_is_line(whole) && !strstr(text, never))
        return true;
    pt_make_printable(whole, ini->unfit, sizeof(ini->unfit));
    return false;
}

void pt_ini_section(struct pt_ini *ini, const char *name)
{
    if (fits(ini, name, "]"))
        pt_buf_printf(ini->out, "%s[%s]\n", ini->out->len ? "\n" : "", name);
}

/* Between the first back quote and the last of the line all is plain, further
 * back quotes too. */
void pt_ini_value(struct pt_ini *ini, const char *key, const char *value)
{
    const char *quote = pt_shell_is_plain(value) ? "" : "`";

    if (fits(ini, value, "%("))
        pt_buf_printf(ini->out, "%s = %s%s%s\n", key, quote, value, quote);
}

enum pt_status pt_ini_end(struct pt_ini *ini, struct pt_error *err)
{
    if (pt_buf_failed(ini->out))
        return pt_fail_memory(err);
    if (ini->unfit[0])
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "'portolan write text' gives a card to type from",
                       "an INI file cannot hold the text '%s'", ini->unfit);
    return PT_OK;
}
