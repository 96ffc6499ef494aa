/* written.h - what a client would read in a file that a writer wrote.
 *
 * Every answer lives in the arena; NULL: it is not there.
 */
#ifndef PT_TESTS_WRITTEN_H
#define PT_TESTS_WRITTEN_H

#include "base/buf.h"
#include "format/xml_tree.h"
#include "tests/unit/qr_reader.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <zip.h>

/* Without NULs: UTF-16 of ASCII becomes ASCII. */
static inline const char *written_text(struct pt_arena *arena,
                                       const struct pt_buf *bytes)
{
    PT_BUF struct pt_buf text = {0};

    for (size_t i = 0; i < bytes->len; i++)
        if (bytes->at[i])
            pt_buf_putc(&text, bytes->at[i]);
    return pt_arena_strdup(arena, pt_buf_text(&text));
}

/* All files of a ZIP as one text, each behind its name. */
static inline const char *written_unzip(struct pt_arena *arena,
                                        const struct pt_buf *bytes)
{
    zip_source_t *source =
        zip_source_buffer_create(bytes->at, bytes->len, 0, NULL);
    zip_t *zip = zip_open_from_source(source, ZIP_CHECKCONS, NULL);
    char *text = pt_arena_strdup(arena, "");

    for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); i++) {
        zip_file_t *file = zip_fopen_index(zip, (zip_uint64_t)i, 0);
        char part[8192] = "";

        zip_fread(file, part, sizeof(part) - 1);
        zip_fclose(file);
        text = pt_arena_printf(arena, "%s%s\n%s", text,
                               zip_get_name(zip, (zip_uint64_t)i, 0), part);
    }
    zip_discard(zip);
    return text;
}

/* What the QR code of an SVG says. */
static inline const char *written_qr(struct pt_arena *arena,
                                     const struct pt_buf *svg)
{
    struct qr_seen seen;
    size_t len;

    return qr_see_svg(&seen, pt_buf_text(svg)) ? qr_read(arena, &seen, &len)
                                               : NULL;
}

/* The value that follows <key>KEY</key>, however deep. */
static inline const xmlNode *written_plist_value(const xmlNode *at,
                                                 const char *key)
{
    for (const xmlNode *n = pt_tree_first(at); n; n = pt_tree_next(n)) {
        PT_BUF struct pt_buf text = {0};
        const xmlNode *deeper = written_plist_value(n, key);

        pt_tree_text(n, &text);
        if (deeper)
            return deeper;
        if (pt_tree_is(n, "key") && pt_is(pt_buf_text(&text), key))
            return pt_tree_next(n);
    }
    return NULL;
}

/* Of a true or false the element's name. */
static inline const char *written_plist(struct pt_arena *arena,
                                        const struct pt_buf *bytes,
                                        const char *key)
{
    PT_TREE xmlDoc *doc =
        xmlReadMemory(bytes->at, (int)bytes->len, NULL, NULL,
                      XML_PARSE_NONET | XML_PARSE_NOERROR);
    PT_BUF struct pt_buf text = {0};
    const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    const xmlNode *value = root ? written_plist_value(root, key) : NULL;

    if (!value)
        return NULL;
    pt_tree_text(value, &text);
    return pt_arena_strdup(arena, pt_tree_is(value, "true") ||
                                          pt_tree_is(value, "false")
                                      ? (const char *)value->name
                                      : pt_buf_text(&text));
}

static inline const xmlNode *written_find(const xmlNode *at, const char *name)
{
    const xmlNode *found = pt_tree_is(at, name) ? at : NULL;

    for (at = pt_tree_first(at); at && !found; at = pt_tree_next(at))
        found = written_find(at, name);
    return found;
}

/* The text of the first such element, however deep; of what is no XML, all. */
static inline const char *written_element(struct pt_arena *arena,
                                          const char *text, const char *name)
{
    PT_TREE xmlDoc *doc = NULL;
    PT_BUF struct pt_buf value = {0};
    const xmlNode *root = NULL;

    if (pt_tree_read(pt_slice_of(text), &doc, &root, NULL) != PT_OK)
        return text;
    root = written_find(root, name);
    if (root)
        pt_tree_text(root, &value);
    return root ? pt_arena_strdup(arena, pt_buf_text(&value)) : NULL;
}

/* Up to the quote that is not escaped. */
static inline const char *written_unescape(struct pt_arena *arena,
                                           const char *at)
{
    PT_BUF struct pt_buf out = {0};

    for (; *at && *at != '"'; at++) {
        if (*at == '\\' && at[1] == 'x') {
            char hex[3] = {at[2], at[3], '\0'};

            pt_buf_putc(&out, (char)strtol(hex, NULL, 16));
            at += 3;
        } else {
            at += *at == '\\';
            pt_buf_putc(&out, *at);
        }
    }
    return *at == '"' ? pt_arena_strdup(arena, pt_buf_text(&out)) : NULL;
}

static inline const char *written_prefs(struct pt_arena *arena,
                                        const struct pt_buf *bytes,
                                        const char *key)
{
    const char *line = pt_arena_printf(arena, "\nuser_pref(\"%s\", ", key);
    const char *at = strstr(written_unzip(arena, bytes), line);

    if (!at)
        return NULL;
    at += strlen(line);
    return *at == '"' ? written_unescape(arena, at + 1)
                      : pt_arena_strndup(arena, at, strcspn(at, ")"));
}

/* What stands between KEY and the end of its line, from the first such. */
static inline const char *written_line(struct pt_arena *arena,
                                       const struct pt_buf *bytes,
                                       const char *key)
{
    const char *line = pt_arena_printf(arena, "\n%s", key);
    const char *at = strstr(bytes->at, line);

    if (!at)
        return NULL;
    at += strlen(line);
    return pt_arena_strndup(arena, at, strcspn(at, "\r\n"));
}

#endif
