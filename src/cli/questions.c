#include "cli/questions.h"

#include <string.h>

/* The rest of a line that is too long is passed over. */
static bool read_line(FILE *in, char line[PT_ANSWER_MAX])
{
    size_t len = 0;
    int at;

    while ((at = getc(in)) != EOF && at != '\n')
        if (len + 1 < PT_ANSWER_MAX)
            line[len++] = (char)at;
    line[len] = '\0';
    return at != EOF || len;
}

enum pt_status pt_ask_text(struct pt_arena *arena, const struct pt_io *io,
                           const char *question, const char *usual,
                           const char **ret_text, struct pt_error *err)
{
    struct pt_page page = pt_page_out(io);
    char line[PT_ANSWER_MAX];
    struct pt_slice text;

    pt_page_put(&page, PT_STRONG, question);
    if (usual && *usual)
        pt_page_putf(&page, PT_FAINT, " [%s]", usual);
    pt_page_put(&page, PT_NORMAL, " ");
    fflush(io->out);
    if (!read_line(io->in, line)) {
        pt_page_end_line(&page);
        return pt_fail(err, PT_NOTHING, NULL,
                       "nothing was set up: there was no answer");
    }
    text = pt_trim(pt_slice_of(line));
    *ret_text = text.len ? pt_arena_strndup(arena, text.at, text.len)
                         : pt_arena_strdup(arena, usual ? usual : "");
    return *ret_text ? PT_OK : pt_fail_memory(err);
}

enum pt_status pt_ask_yes(struct pt_arena *arena, const struct pt_io *io,
                          const char *question, bool usual, bool *ret_yes,
                          struct pt_error *err)
{
    const char *text = "";
    enum pt_status status;

    do {
        status = pt_ask_text(arena, io, question, usual ? "Y/n" : "y/N", &text,
                             err);
        if (status != PT_OK)
            return status;
        if (pt_is(text, usual ? "Y/n" : "y/N"))
            text = usual ? "y" : "n";
    } while (!pt_is_nocase(text, "y") && !pt_is_nocase(text, "yes") &&
             !pt_is_nocase(text, "n") && !pt_is_nocase(text, "no"));
    *ret_yes = *text == 'y' || *text == 'Y';
    return PT_OK;
}

/* False: it names something that is not there. */
static bool read_choice(const char *text, size_t count, uint64_t *ret_chosen)
{
    uint64_t chosen = 0;

    if (pt_is_nocase(text, "all")) {
        *ret_chosen = count < 64 ? (UINT64_C(1) << count) - 1 : UINT64_MAX;
        return true;
    }
    while (*text) {
        size_t len = strcspn(text, ", \t");
        uint64_t number;

        if (len && (!pt_parse_uint(pt_slice(text, len), count, &number) ||
                    !number))
            return false;
        if (len)
            chosen |= UINT64_C(1) << (number - 1);
        text += len + (text[len] ? 1 : 0);
    }
    *ret_chosen = chosen;
    return chosen;
}

enum pt_status pt_ask_which(struct pt_arena *arena, const struct pt_io *io,
                            const char *question, size_t count,
                            uint64_t *ret_chosen, struct pt_error *err)
{
    struct pt_page page = pt_page_out(io);
    const char *text;
    enum pt_status status;

    for (;;) {
        status = pt_ask_text(arena, io, question, "1", &text, err);
        if (status != PT_OK || read_choice(text, count, ret_chosen))
            return status;
        pt_page_putf(&page, PT_NORMAL,
                     "Type numbers from 1 to %zu, parted by commas, or all.",
                     count);
        pt_page_end_line(&page);
    }
}
