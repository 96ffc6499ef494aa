/* fuzz_prf.c - any text as a value of a PRF, read back as Windows reads an INI
 * file: equal, or refused. */
#include "base/arena.h"
#include "base/text.h"
#include "format/prf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void insist(bool holds)
{
    if (!holds)
        abort();
}

/* Blanks go, then one pair of quotes; two percent signs would be a name. */
static struct pt_slice as_windows(struct pt_slice value)
{
    value = pt_trim(value);
    if (value.len > 1 && strchr("\"'", value.at[0]) &&
        value.at[0] == value.at[value.len - 1])
        value = pt_slice(value.at + 1, value.len - 2);
    return value;
}

static void read_back(const struct pt_buf *out, const char *text)
{
    struct pt_slice rest = pt_slice(out->at, out->len);
    struct pt_slice line;

    insist(pt_next_line(&rest, &line) && pt_slice_is(line, "[Account1]"));
    insist(pt_next_line(&rest, &line) &&
           pt_slice_has_prefix(line, "DisplayName="));
    line = pt_slice(line.at + 12, line.len - 12);
    insist(pt_slice_is(as_windows(line), text));
    insist(strchr(text, '%') == strrchr(text, '%'));
    insist(pt_next_line(&rest, &line) && pt_slice_is(line, "SMTPPort=25"));
    insist(!pt_next_line(&rest, &line));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf out = {0};
    const char *text =
        arena ? pt_arena_strndup(arena, (const char *)data, len) : NULL;
    struct pt_error err = {0};
    enum pt_status status;
    struct pt_prf prf;

    if (!text)
        return 0;
    pt_prf_begin(&prf, &out);
    pt_prf_section(&prf, "Account1");
    pt_prf_text(&prf, "DisplayName", text);
    pt_prf_number(&prf, "SMTPPort", 25);
    status = pt_prf_end(&prf, &err);
    insist((status == PT_OK) == pt_prf_holds(text));
    if (status == PT_OK)
        read_back(&out, text);
    else
        insist(status == PT_CANNOT_EXPRESS && *err.hint);
    return 0;
}
