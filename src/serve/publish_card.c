#include "serve/publish_card.h"

#include "writer/readdress.h"

#include <stdio.h>

static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<style>\n"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:auto;"
    "padding:1rem}\n"
    "table{border-collapse:collapse;margin:0 0 1.5rem}\n"
    "caption{text-align:left;font-weight:bold;padding:.25rem 0}\n"
    "th,td{text-align:left;vertical-align:top;padding:.25rem 1rem .25rem 0;"
    "overflow-wrap:anywhere}\n"
    "th{font-weight:normal;opacity:.8}\n"
    "</style>\n";

/* What came from outside is text, and nothing but text. */
static void put_text(struct pt_buf *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            pt_buf_puts(out, "&amp;");
            break;
        case '<':
            pt_buf_puts(out, "&lt;");
            break;
        case '>':
            pt_buf_puts(out, "&gt;");
            break;
        default:
            pt_buf_putc(out, *text);
        }
    }
}

/* Without what would turn the direction of the page. */
static void put_clean(struct pt_buf *out, const char *text)
{
    char clean[1024];

    pt_make_printable(pt_slice_of(text), clean, sizeof(clean));
    put_text(out, clean);
}

static void put_row(struct pt_buf *out, const char *name, const char *value)
{
    pt_buf_printf(out, "<tr><th scope=\"row\">%s</th><td>", name);
    put_clean(out, value);
    pt_buf_puts(out, "</td></tr>\n");
}

/* Nobody's own name is shown to all. */
static const char *login_of(const struct pt_settings *settings,
                            const struct pt_server *server)
{
    const char *login = pt_login(settings, server);

    if (pt_is(login, settings->address.text))
        return "your whole mail address";
    if (pt_is(login, settings->address.local))
        return "the part of your mail address before the @";
    return "as your provider told you";
}

static bool takes_no_login(const struct pt_server *server)
{
    return server->auth_count && (server->auth[0] == PT_AUTH_NONE ||
                                  server->auth[0] == PT_AUTH_CLIENT_IP);
}

static void put_server(struct pt_buf *out, const struct pt_settings *settings,
                       const struct pt_server *server)
{
    char port[8];

    pt_buf_puts(out, "<table>\n<caption>");
    pt_buf_puts(out, pt_service_title(server->service));
    pt_buf_puts(out, "</caption>\n");
    if (server->url) {
        put_row(out, "Address", server->url);
    } else {
        snprintf(port, sizeof(port), "%u", server->port);
        put_row(out, "Server", server->host);
        put_row(out, "Port", port);
        put_row(out, "Protection", pt_security_title(server->security));
    }
    put_row(out, "User name",
            takes_no_login(server) ? "none" : login_of(settings, server));
    pt_buf_puts(out, "</table>\n");
}

/* A URL with an account in it is that account's alone. */
static bool is_for_all(struct pt_arena *arena,
                       const struct pt_settings *settings,
                       const struct pt_server *server)
{
    if (!server->chosen || server->denied)
        return false;
    return !server->url ||
           pt_is(server->url, pt_url_readdress(arena, server->url,
                                               &settings->address, "", ""));
}

void pt_publish_card(struct pt_arena *arena, const struct pt_site *site,
                     struct pt_buf *out)
{
    const struct pt_settings *settings = site->settings;

    pt_buf_puts(out, head);
    pt_buf_puts(out, "<title>Mail at ");
    put_clean(out, site->domain);
    pt_buf_puts(out, "</title>\n</head>\n<body>\n<main>\n<h1>Mail at ");
    put_clean(out, site->domain);
    pt_buf_puts(
        out,
        "</h1>\n<p>Most mail programs set themselves up: add an account, type "
        "your mail address and your password. To a program that asks for "
        "more, this is what to say.</p>\n");
    for (size_t i = 0; i < settings->server_count; i++)
        if (is_for_all(arena, settings, &settings->servers[i]))
            put_server(out, settings, &settings->servers[i]);
    pt_buf_printf(out,
                  "<p>Fingerprint of these settings: <code>%s</code></p>\n"
                  "</main>\n</body>\n</html>\n",
                  site->fingerprint);
}
