#include "format/mailbox.h"

#include "base/base64.h"

#include <string.h>

/* An encoded word has 75 characters at most: 12 are around these bytes. */
enum { WORD_MAX = 45 };

/* "=?" may be taken for the beginning of an encoded word even here. */
static bool fits_quotes(const char *name)
{
    for (const char *at = name; *at; at++)
        if (*at < ' ' || *at > '~')
            return false;
    return !strstr(name, "=?");
}

static void put_quoted(struct pt_buf *out, const char *name)
{
    pt_buf_putc(out, '"');
    for (; *name; name++)
        pt_buf_printf(out, strchr("\"\\", *name) ? "\\%c" : "%c", *name);
    pt_buf_putc(out, '"');
}

/* A character is never cut in two; blanks between words do not count. */
static void put_words(struct pt_buf *out, struct pt_slice name)
{
    for (const char *between = ""; name.len; between = " ") {
        size_t len = name.len < WORD_MAX ? name.len : WORD_MAX;

        while (len < name.len && ((unsigned char)name.at[len] & 0xC0) == 0x80)
            len--;
        pt_buf_printf(out, "%s=?UTF-8?B?", between);
        pt_base64_add(out, pt_slice(name.at, len));
        pt_buf_puts(out, "?=");
        name = pt_slice(name.at + len, name.len - len);
    }
}

void pt_mailbox_add(struct pt_buf *out, const char *name, const char *address)
{
    struct pt_slice text = pt_slice_of(name);

    if (!text.len) {
        pt_buf_puts(out, address);
        return;
    }
    if (fits_quotes(name) || !pt_is_utf8(text))
        put_quoted(out, name);
    else
        put_words(out, text);
    pt_buf_printf(out, " <%s>", address);
}
