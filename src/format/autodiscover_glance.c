#include "format/autodiscover_glance.h"

#include <string.h>

enum { DEPTH_MAX = 8, FIELD_DEPTH = 3, TEXT_MAX = 500 };

/* On its way through the elements. */
struct glance {
    struct pt_slice rest;
    struct pt_slice open[DEPTH_MAX]; /* their names */
    size_t depth;
    unsigned requests;  /* "Request" below the root, so far */
    bool is_leaf;       /* nothing has been closed since the last was opened */
    bool has_address;   /* the first of them counts */
    bool has_schema;
    struct pt_autodiscover_glance found;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool take(struct glance *g, const char *text)
{
    size_t len = strlen(text);

    if (!pt_slice_has_prefix(g->rest, text))
        return false;
    g->rest = pt_slice(g->rest.at + len, g->rest.len - len);
    return true;
}

/* What is before this character, which there must be. */
static bool take_until(struct glance *g, char end, struct pt_slice *ret_taken)
{
    const char *at = g->rest.len ? memchr(g->rest.at, end, g->rest.len) : NULL;
    size_t len = at ? (size_t)(at - g->rest.at) : 0;

    *ret_taken = pt_slice(g->rest.at, len);
    g->rest = pt_slice(g->rest.at + len, g->rest.len - len);
    return at;
}

static struct pt_slice take_name(struct glance *g)
{
    size_t len = 0;

    while (len < g->rest.len && is_letter(g->rest.at[len]))
        len++;
    g->rest = pt_slice(g->rest.at + len, g->rest.len - len);
    return pt_slice(g->rest.at - len, len);
}

/* XML 1.0, 2.3: S. */
static void skip_blanks(struct pt_slice *text)
{
    while (text->len && strchr(" \n\r\t", text->at[0]) && text->at[0])
        *text = pt_slice(text->at + 1, text->len - 1);
}

static bool is_blank(struct pt_slice text)
{
    skip_blanks(&text);
    return !text.len;
}

/* It stands for itself, wherever it stands. */
static bool is_plain(struct pt_slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < ' ' || text.at[i] > '~' || text.at[i] == '&' ||
            text.at[i] == '<' || text.at[i] == '>' || text.at[i] == '"')
            return false;
    return text.len <= TEXT_MAX;
}

static void take_declaration(struct glance *g)
{
    skip_blanks(&g->rest);
    if (!take(g, "<?xml version=\"1.0\"?>") &&
        !take(g, "<?xml version=\"1.0\" encoding=\"utf-8\"?>"))
        (void)take(g, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
}

/* Behind "<". */
static bool open_element(struct glance *g)
{
    struct pt_slice name = take_name(g);
    struct pt_slice space;

    if (!name.len || g->depth == DEPTH_MAX)
        return false;
    if (take(g, " xmlns=\"") &&
        (!take_until(g, '"', &space) || !is_plain(space) || !take(g, "\"")))
        return false;
    g->open[g->depth++] = name;
    g->is_leaf = true;
    if (g->depth == FIELD_DEPTH - 1 && pt_slice_is(name, "Request"))
        g->requests++;
    return take(g, ">");
}

static bool is_field(const struct glance *g, const char *name)
{
    return g->depth == FIELD_DEPTH && g->requests == 1 &&
           pt_slice_is(g->open[1], "Request") &&
           pt_slice_is(g->open[2], name);
}

static void keep(struct pt_slice text, bool *has, struct pt_slice *to)
{
    if (!*has)
        *to = pt_trim(text);
    *has = true;
}

/* Behind "</"; the text is what was before it. */
static bool close_element(struct glance *g, struct pt_slice text)
{
    struct pt_slice name = take_name(g);
    struct pt_slice open = g->depth ? g->open[g->depth - 1] : pt_slice_of("");
    bool is_address = is_field(g, "EMailAddress");
    bool is_schema = is_field(g, "AcceptableResponseSchema");

    if (!name.len || name.len != open.len ||
        memcmp(name.at, open.at, name.len) != 0 || !take(g, ">"))
        return false;
    if (!g->is_leaf && (is_address || is_schema || !is_blank(text)))
        return false;
    if (is_address)
        keep(text, &g->has_address, &g->found.address);
    if (is_schema)
        keep(text, &g->has_schema, &g->found.schema);
    g->is_leaf = false;
    g->depth--;
    return true;
}

static bool step(struct glance *g)
{
    struct pt_slice text;

    if (!take_until(g, '<', &text) || !(is_plain(text) || is_blank(text)))
        return false;
    if (take(g, "</"))
        return close_element(g, text);
    return is_blank(text) && take(g, "<") && open_element(g);
}

bool pt_autodiscover_glance(struct pt_slice xml,
                            struct pt_autodiscover_glance *ret_found)
{
    struct glance g = {.rest = xml};

    take_declaration(&g);
    do
        if (!step(&g))
            return false;
    while (g.depth);
    *ret_found = g.found;
    return g.requests && is_blank(g.rest) &&
           pt_slice_is(g.open[0], "Autodiscover");
}
