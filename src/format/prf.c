#include "format/prf.h"

#include "base/text.h"

#include <string.h>

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7F)
            return false;
    return true;
}

static bool is_dropped_at_ends(char c)
{
    return c == ' ' || c == '"' || c == '\'';
}

bool pt_prf_holds(const char *text)
{
    const char *percent = strchr(text, '%');
    size_t len = strlen(text);

    return len && is_ascii(text) && !is_dropped_at_ends(text[0]) &&
           !is_dropped_at_ends(text[len - 1]) &&
           !(percent && strchr(percent + 1, '%'));
}

void pt_prf_begin(struct pt_prf *prf, struct pt_buf *out)
{
    *prf = (struct pt_prf){.out = out};
}

void pt_prf_section(struct pt_prf *prf, const char *name)
{
    if (prf->out->len)
        pt_buf_puts(prf->out, "\r\n");
    pt_buf_printf(prf->out, "[%s]\r\n", name);
}

void pt_prf_text(struct pt_prf *prf, const char *key, const char *value)
{
    if (pt_prf_holds(value))
        pt_buf_printf(prf->out, "%s=%s\r\n", key, value);
    else if (!prf->unfit[0])
        pt_make_printable(pt_slice_of(*value ? value : " "), prf->unfit,
                          sizeof(prf->unfit));
}

void pt_prf_number(struct pt_prf *prf, const char *key, unsigned value)
{
    pt_buf_printf(prf->out, "%s=%u\r\n", key, value);
}

enum pt_status pt_prf_end(struct pt_prf *prf, struct pt_error *err)
{
    if (pt_buf_failed(prf->out))
        return pt_fail_memory(err);
    if (prf->unfit[0])
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "type it into Outlook by hand; 'portolan write text' "
                       "gives a card",
                       "a PRF cannot hold '%s': it takes plain ASCII, without "
                       "blanks or quotes around it or %%NAMES%%",
                       prf->unfit);
    return PT_OK;
}
