#include "format/shell.h"

#include <string.h>

/* '~' and '=' are plain within a word, but not at its beginning. */
static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "0123456789@%+:,./_-";

bool pt_shell_is_plain(const char *text)
{
    return *text && !text[strspn(text, plain)];
}

/* Between single quotes all is plain but the single quote, which stands
 * between double quotes. */
void pt_shell_word(struct pt_buf *out, const char *text)
{
    if (pt_shell_is_plain(text)) {
        pt_buf_puts(out, text);
        return;
    }
    pt_buf_putc(out, '\'');
    for (; *text; text++)
        if (*text == '\'')
            pt_buf_puts(out, "'\"'\"'");
        else
            pt_buf_putc(out, *text);
    pt_buf_putc(out, '\'');
}
