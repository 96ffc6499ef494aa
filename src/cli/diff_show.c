#include "cli/diff_show.h"

#include <string.h>

enum { TEXT_MAX = 1024 };

/* As it is printed, but tabs, which indent most files, stay what they are. */
static void clean_line(struct pt_slice line, char text[TEXT_MAX])
{
    size_t len = 0;

    for (;;) {
        const char *tab = line.len ? memchr(line.at, '\t', line.len) : NULL;
        size_t piece = tab ? (size_t)(tab - line.at) : line.len;

        pt_make_printable(pt_slice(line.at, piece), text + len, TEXT_MAX - len);
        len += strlen(text + len);
        if (!tab || len + 1 >= TEXT_MAX)
            return;
        text[len++] = '\t';
        text[len] = '\0';
        line = pt_slice(tab + 1, line.len - piece - 1);
    }
}

static void put_changed(const struct pt_page *page, enum pt_style style,
                        char *text)
{
    for (char *tab; (tab = strchr(text, '\t')); text = tab + 1) {
        *tab = '\0';
        if (*text)
            pt_page_put(page, style, text);
        fputc('\t', page->out);
    }
    pt_page_put(page, style, text);
    pt_page_end_line(page);
}

void pt_diff_tell(const struct pt_page *page, const char *diff)
{
    struct pt_slice rest = pt_slice_of(diff);
    struct pt_slice line;

    while (pt_next_line(&rest, &line)) {
        char text[TEXT_MAX];
        enum pt_style style = *line.at == '+'   ? PT_GOOD
                              : *line.at == '-' ? PT_BAD
                                                : PT_NORMAL;

        clean_line(line, text);
        put_changed(page, style, text);
    }
}

void pt_diff_json(struct pt_json *json, cJSON *parent, const char *diff)
{
    cJSON *lines = pt_json_array(json, parent, "diff");
    struct pt_slice rest = pt_slice_of(diff);
    struct pt_slice line;

    while (pt_next_line(&rest, &line)) {
        char text[TEXT_MAX];

        clean_line(line, text);
        pt_json_exact(json, lines, NULL, text);
    }
}
