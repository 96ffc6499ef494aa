/* publish_redirects.c - see publish_conf.h. */
#include "serve/publish_conf.h"

#include <string.h>

/* What is asked for, and where it leads. */
struct lead {
    const char *name; /* below .well-known/ */
    const char *url;
};

enum { LEADS = 3 };

/* The URL, fit for every server's quotation marks: what one of them might take
 * for its own is percent-encoded, which means the same (RFC 3986, 2.4). */
static void put_url(struct pt_buf *out, const char *url)
{
    static const char as_it_is[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        "-._~:/?@!&*+,=[]%";

    for (; *url; url++) {
        if (strchr(as_it_is, *url))
            pt_buf_putc(out, *url);
        else
            pt_buf_printf(out, "%%%02X", (unsigned char)*url);
    }
}

/* A domain within a regular expression. */
static void put_pattern(struct pt_buf *out, const char *domain)
{
    for (; *domain; domain++)
        pt_buf_printf(out, *domain == '.' ? "\\%c" : "%c", *domain);
}

static void put_nginx(struct pt_buf *out, const char *domain,
                      const struct lead *lead)
{
    /* a pattern, as names would have a limit of length and number */
    pt_buf_puts(out, "\"~^");
    put_pattern(out, domain);
    pt_buf_printf(out, "/\\.well-known/%s$\" \"", lead->name);
    put_url(out, lead->url);
    pt_buf_puts(out, "\";\n");
}

/* '%' begins what it has matched. */
static void put_lighttpd_url(struct pt_buf *out, const char *url)
{
    PT_BUF struct pt_buf whole = {0};

    put_url(&whole, url);
    out->oom |= whole.oom;
    for (const char *at = pt_buf_text(&whole); *at; at++)
        pt_buf_printf(out, *at == '%' ? "%c%c" : "%c", *at, *at);
}

static void put_lighttpd(struct pt_buf *out, const char *domain,
                         const struct lead *lead)
{
    if (!out->len) {
        pt_buf_puts(out, "$HTTP[\"host\"] =~ \"^");
        put_pattern(out, domain);
        pt_buf_puts(out, "(?::[0-9]+)?$\" {\n    url.redirect-code = 307\n"
                         "    url.redirect = (\n");
    }
    pt_buf_printf(out, "        \"^/\\.well-known/%s$\" => \"", lead->name);
    put_lighttpd_url(out, lead->url);
    pt_buf_puts(out, "\",\n");
}

static void end_lighttpd(struct pt_buf *out)
{
    if (out->len)
        pt_buf_puts(out, "    )\n}\n");
}

static void put_caddy(struct pt_buf *out, const char *domain,
                      const struct lead *lead)
{
    pt_buf_printf(out,
                  "@portolan_%s_%s {\n    host %s\n"
                  "    path /.well-known/%s\n}\nredir @portolan_%s_%s \"",
                  lead->name, domain, domain, lead->name, lead->name, domain);
    put_url(out, lead->url);
    pt_buf_puts(out, "\" 307\n");
}

static const struct {
    const char *path; /* %s is the domain */
    void (*put)(struct pt_buf *out, const char *domain,
                const struct lead *lead);
    void (*end)(struct pt_buf *out); /* or NULL */
} servers[] = {
    {"conf/nginx.d/%s.map", put_nginx, NULL},
    {"conf/lighttpd.d/%s.conf", put_lighttpd, end_lighttpd},
    {"conf/caddy.d/%s.caddy", put_caddy, NULL},
};

bool pt_publish_redirects(struct pt_arena *arena, const struct pt_site *site,
                          struct pt_publish_files *files)
{
    const struct lead leads[LEADS] = {{"caldav", site->caldav},
                                      {"carddav", site->carddav},
                                      {"jmap", site->jmap}};

    for (size_t i = 0; i < sizeof(servers) / sizeof(*servers); i++) {
        PT_BUF struct pt_buf text = {0};

        for (size_t j = 0; j < LEADS; j++)
            if (leads[j].url)
                servers[i].put(&text, site->domain, &leads[j]);
        if (servers[i].end)
            servers[i].end(&text);
        if ((text.len || pt_buf_failed(&text)) &&
            !pt_publish_add_buf(arena, files,
                                pt_publish_path(arena, servers[i].path,
                                                site->domain),
                                &text))
            return false;
    }
    return true;
}
