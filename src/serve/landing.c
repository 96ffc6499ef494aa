#include "serve/landing.h"

#include "format/fingerprint.h"
#include "format/qr.h"
#include "format/speech.h"
#include "format/url.h"
#include "serve/html.h"
#include "serve/landing_style.h"
#include "serve/landing_ways.h"

#include <string.h>

struct page {
    struct pt_html html;
    struct pt_arena *arena;
    const struct pt_landing *landing;
    const char *query; /* "?address=ann%40example.org" */
    struct pt_ways_made made;
};

static const struct {
    enum pt_device device;
    enum pt_word this;
    enum pt_word other;
    enum pt_word root; /* how it is told to trust one */
} devices[] = {
    {PT_DEVICE_IPHONE, PT_W_THIS_IPHONE, PT_W_IPHONE, PT_W_ROOT_IPHONE},
    {PT_DEVICE_MAC, PT_W_THIS_MAC, PT_W_MAC, PT_W_ROOT_MAC},
    {PT_DEVICE_ANDROID, PT_W_THIS_ANDROID, PT_W_ANDROID, PT_W_ROOT_ANDROID},
    {PT_DEVICE_WINDOWS, PT_W_THIS_WINDOWS, PT_W_WINDOWS, PT_W_ROOT_WINDOWS},
    {PT_DEVICE_LINUX, PT_W_THIS_LINUX, PT_W_LINUX, PT_W_ROOT_LINUX},
};

enum { DEVICES = sizeof(devices) / sizeof(*devices) };

static void put(const struct page *page, const char *markup)
{
    pt_html_raw(&page->html, markup);
}

static void put_element(const struct page *page, const char *name,
                        enum pt_word word)
{
    pt_html_element(&page->html, name, word, NULL);
}

/* The name is ours: an id, and a class. */
static void begin_section(const struct page *page, const char *name,
                          enum pt_word heading)
{
    pt_buf_printf(page->html.out,
                  "<section id=\"%s\" class=\"%s\" "
                  "aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">",
                  name, name, name, name);
    pt_html_words(&page->html, heading, NULL);
    put(page, "</h2>\n");
}

static void put_note(const struct page *page, enum pt_word word)
{
    if (word == PT_W_NONE)
        return;
    put(page, "<p class=\"note\">");
    pt_html_words(&page->html, word, NULL);
    put(page, "</p>\n");
}

/* path: before the query, which may be empty. */
static void put_get(const struct page *page, const char *path,
                    const char *query, enum pt_word word)
{
    put(page, "<p><a class=\"get\" href=\"");
    pt_html_text(&page->html, path);
    pt_html_text(&page->html, query);
    put(page, "\">");
    pt_html_words(&page->html, word, NULL);
    put(page, "</a></p>\n");
}

/* ---- the form ---- */

static void put_head(const struct page *page)
{
    put(page, "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" "
              "lang=\"");
    pt_html_text(&page->html, page->html.words->lang);
    put(page, "\">\n<head>\n<meta charset=\"utf-8\"/>\n"
              "<meta name=\"viewport\" content=\"width=device-width, "
              "initial-scale=1\"/>\n"
              "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
              "<meta name=\"robots\" content=\"noindex\"/>\n"
              "<meta name=\"format-detection\" content=\"telephone=no\"/>\n");
    put_element(page, "title", PT_W_TITLE);
    put(page, "<link rel=\"icon\" href=\"");
    put(page, pt_landing_icon);
    put(page, "\"/>\n<style>");
    for (size_t i = 0; pt_landing_style[i]; i++)
        put(page, pt_landing_style[i]);
    put(page, "</style>\n</head>\n");
}

/* A field of type "email" would refuse addresses that are not ASCII. */
static void put_form(const struct page *page)
{
    const struct pt_landing *l = page->landing;

    put(page, "<form action=\"/#settings\" method=\"get\">\n"
              "<label for=\"address\">");
    pt_html_words(&page->html, PT_W_ADDRESS, NULL);
    put(page, "</label>\n<input id=\"address\" name=\"address\" type=\"text\" "
              "inputmode=\"email\" autocomplete=\"email\" "
              "autocapitalize=\"none\" spellcheck=\"false\" "
              "placeholder=\"ann@example.org\" required=\"required\"");
    if (l->problem)
        put(page, " aria-invalid=\"true\" aria-describedby=\"problem\"");
    put(page, " value=\"");
    pt_html_text(&page->html, l->typed);
    put(page, "\"/>\n<button type=\"submit\">");
    pt_html_words(&page->html, PT_W_SHOW, NULL);
    put(page, "</button>\n");
    if (l->problem) {
        put(page, "<p class=\"problem\" id=\"problem\" role=\"alert\">");
        pt_html_words(&page->html, PT_W_PROBLEM, l->problem);
        put(page, "</p>\n");
    }
    put(page, "</form>\n");
}

static void put_top(const struct page *page)
{
    put(page, "<body>\n<header>\n<div class=\"wide\">\n"
              "<div class=\"brand\">\n");
    put(page, pt_landing_mark);
    put_element(page, "h1", PT_W_HEADING);
    put(page, "</div>\n");
    put_element(page, "p", PT_W_LEAD);
    put_form(page);
    put(page, "</div>\n</header>\n");
}

/* ---- files ---- */

static void put_refusal(const struct page *page, enum pt_word word,
                        const char *why)
{
    put(page, "<p class=\"note\">");
    pt_html_words(&page->html, word, why);
    put(page, "</p>\n");
    if (word == PT_W_HERE_ALONE)
        return;
    put(page, "<p><a href=\"#card\">");
    pt_html_words(&page->html, PT_W_BY_HAND, NULL);
    put(page, "</a></p>\n");
}

static void put_file(const struct page *page, const struct pt_way *way)
{
    put_note(page, way->before);
    if (way->file == PT_WAY_NO_FILE)
        return;
    put_get(page, pt_way_paths[way->file], page->query, way->button);
    pt_html_steps(&page->html, way->steps);
    put_note(page, way->after);
}

static void put_way(const struct page *page, const struct pt_way *way,
                    const char *heading)
{
    enum pt_word refusal = pt_way_refusal(way, &page->made);

    put(page, "<div class=\"way\">\n");
    put_element(page, heading, way->program);
    if (refusal == PT_W_NONE)
        put_file(page, way);
    else
        put_refusal(page, refusal, page->made.refusals[way->file]);
    put(page, "</div>\n");
}

static void put_ways(const struct page *page, enum pt_device device,
                     const char *heading)
{
    for (size_t i = 0; i < pt_way_count; i++)
        if (pt_ways[i].device == device)
            put_way(page, &pt_ways[i], heading);
}

static void put_this_device(const struct page *page)
{
    for (size_t i = 0; i < DEVICES; i++) {
        if (devices[i].device != page->landing->device)
            continue;
        begin_section(page, "now", devices[i].this);
        put_ways(page, devices[i].device, "h3");
        put(page, "</section>\n");
    }
}

static void begin_details(const struct page *page, enum pt_word word)
{
    put(page, "<details>\n<summary>");
    put_element(page, "h3", word);
    put(page, "</summary>\n");
}

static void put_other_devices(const struct page *page)
{
    bool is_known = page->landing->device != PT_DEVICE_OTHER;

    begin_section(page, "devices", is_known ? PT_W_OTHERS : PT_W_ALL);
    for (size_t i = 0; i < DEVICES; i++) {
        if (devices[i].device == page->landing->device)
            continue;
        begin_details(page, devices[i].other);
        put_ways(page, devices[i].device, "h4");
        put(page, "</details>\n");
    }
    put(page, "</section>\n");
}

/* ---- codes ---- */

static void put_code(const struct page *page, const char *svg,
                     enum pt_word title, enum pt_word what_to_do)
{
    put(page, "<figure>\n<div class=\"code\" role=\"img\" aria-label=\"");
    pt_html_words(&page->html, PT_W_CODE, page->html.words->at[title]);
    put(page, "\">");
    put(page, svg);
    put(page, "</div>\n<figcaption>");
    put_element(page, "h3", title);
    put_element(page, "p", what_to_do);
    put(page, "</figcaption>\n</figure>\n");
}

/* The host by which other devices reach this server; NULL: none does. */
static const char *find_own_host(const struct page *page)
{
    const char *host = pt_url_host(page->arena, page->landing->house->base);

    return host && !pt_is_this_machine(host) ? host : NULL;
}

/* The SVG, in the arena; NULL: there is none. */
static const char *draw_profile_link(const struct page *page)
{
    PT_BUF struct pt_buf svg = {0};
    const char *url = pt_arena_printf(page->arena, "%s%s%s",
                                      page->landing->house->base,
                                      pt_way_paths[PT_WAY_APPLE], page->query);
    enum pt_status status;
    struct pt_qr qr;

    if (!url)
        return NULL;
    status = pt_qr_make(page->arena, pt_slice_of(url), &qr, NULL);
    if (status == PT_OK)
        status = pt_qr_svg(&qr, page->html.words->at[PT_W_CODE_PROFILE], &svg,
                           NULL);
    if (status == PT_NO_MEMORY)
        pt_arena_fail(page->arena);
    return status == PT_OK
               ? pt_arena_strdup(page->arena, strstr(svg.at, "<svg"))
               : NULL;
}

static void put_codes(const struct page *page)
{
    const char *host = find_own_host(page);
    bool has_profile =
        !page->made.refusals[PT_WAY_APPLE] && !page->made.is_here;
    const char *link = has_profile && host ? draw_profile_link(page) : NULL;

    if (!has_profile && !page->made.code.len)
        return;
    begin_section(page, "scan", PT_W_CODES);
    if (page->made.private || (link && pt_host_is_private(host)))
        put_element(page, "p", PT_W_CODES_LEAD);
    put(page, "<div class=\"codes\">\n");
    if (link)
        put_code(page, link, PT_W_CODE_PROFILE, PT_W_CODE_PROFILE_DO);
    if (page->made.code.len)
        put_code(page, page->made.code.at, PT_W_CODE_MOBILE,
                 PT_W_CODE_MOBILE_DO);
    put(page, "</div>\n");
    if (has_profile && !link)
        put_note(page, PT_W_CODE_UNREACHABLE);
    put(page, "</section>\n");
}

/* ---- the card ---- */

static const enum pt_word ways_in[PT_AUTHS] = {
    [PT_AUTH_CLEARTEXT] = PT_W_BY_PASSWORD,
    [PT_AUTH_ENCRYPTED] = PT_W_BY_ENCRYPTED,
    [PT_AUTH_OAUTH2] = PT_W_BY_OAUTH2,
    [PT_AUTH_GSSAPI] = PT_W_BY_GSSAPI,
    [PT_AUTH_NTLM] = PT_W_BY_NTLM,
    [PT_AUTH_NONE] = PT_W_BY_NOTHING,
    [PT_AUTH_CLIENT_IP] = PT_W_BY_NOTHING,
    [PT_AUTH_TLS_CERT] = PT_W_BY_TLS_CERT,
};

static void put_name(const struct page *page, enum pt_word name)
{
    put(page, "<tr><th scope=\"row\">");
    pt_html_words(&page->html, name, NULL);
    put(page, "</th><td>");
}

/* What is to be typed as it stands. */
static void put_value(const struct page *page, enum pt_word name,
                      const char *value)
{
    put_name(page, name);
    put(page, "<code>");
    pt_html_text(&page->html, value);
    put(page, "</code></td></tr>\n");
}

static void put_place(const struct page *page, const struct pt_server *server)
{
    if (server->url) {
        put_value(page, PT_W_SERVER, server->url);
        return;
    }
    put_value(page, PT_W_SERVER, server->host);
    put_value(page, PT_W_PORT,
              pt_arena_printf(page->arena, "%u", server->port));
    put_value(page, PT_W_PROTECTION,
              server->security == PT_PLAIN
                  ? page->html.words->at[PT_W_UNPROTECTED]
                  : pt_security_title(server->security));
}

static void put_ways_in(const struct page *page,
                        const struct pt_server *server)
{
    put_name(page, PT_W_SIGN_IN);
    for (size_t i = 0; i < server->auth_count; i++) {
        if (i) {
            put(page, ", ");
            pt_html_words(&page->html, PT_W_OR, NULL);
            put(page, " ");
        }
        pt_html_words(&page->html, ways_in[server->auth[i]], NULL);
    }
    if (!server->auth_count)
        pt_html_words(&page->html, PT_W_BY_PASSWORD, NULL);
    put(page, "</td></tr>\n");
}

/* Lines break between its pairs. */
static void put_print(const struct page *page,
                      const struct pt_certificate *certificate)
{
    char print[PT_FINGERPRINT_CHARS];

    pt_fingerprint(certificate, print);
    put(page, "<code class=\"small\">");
    for (const char *at = print; *at; at++) {
        pt_buf_putc(page->html.out, *at);
        if (*at == ':')
            put(page, "<wbr/>");
    }
    put(page, "</code>");
}

static void put_server(const struct page *page, enum pt_word caption,
                       const struct pt_server *server)
{
    const struct pt_settings *settings = page->landing->settings;
    const char *rule = pt_login_rule(settings);

    put(page, "<table>\n<caption>");
    if (caption == PT_W_NONE)
        pt_html_text(&page->html, pt_service_title(server->service));
    pt_html_words(&page->html, caption, pt_service_title(server->service));
    put(page, "</caption>\n<tbody>\n");
    put_place(page, server);
    put_value(page, PT_W_LOGIN,
              rule && !server->username ? rule : pt_login(settings, server));
    put_ways_in(page, server);
    if (server->certificate) {
        put_name(page, PT_W_CERTIFICATE);
        put_print(page, server->certificate);
        put(page, "</td></tr>\n");
    }
    put(page, "</tbody>\n</table>\n");
}

static void put_servers(const struct page *page)
{
    const struct pt_settings *settings = page->landing->settings;
    const struct pt_server *in = pt_chosen_incoming(settings);
    const struct pt_server *out = pt_chosen(settings, PT_SUBMISSION);

    if (in)
        put_server(page, PT_W_RECEIVING, in);
    if (out)
        put_server(page, PT_W_SENDING, out);
    for (size_t i = 0; i < settings->server_count; i++)
        if (settings->servers[i].chosen &&
            !pt_service_is_mail(settings->servers[i].service))
            put_server(page, PT_W_NONE, &settings->servers[i]);
}

static void put_password(const struct page *page)
{
    const char *password = page->landing->settings->bridge.password;

    put(page, "<p><strong>");
    pt_html_words(&page->html, PT_W_PASSWORD, NULL);
    put(page, "</strong>: ");
    if (password)
        pt_html_text(&page->html, password);
    else
        pt_html_words(&page->html, PT_W_PASSWORD_IS, NULL);
    put(page, "</p>\n");
}

static void put_guide(const struct page *page, const struct pt_guide *guide)
{
    put(page, "<li");
    if (guide->lang) {
        put(page, " lang=\"");
        pt_html_text(&page->html, guide->lang);
        put(page, "\"");
    }
    put(page, ">");
    pt_html_text(&page->html, guide->text);
    if (pt_url_is_https(guide->url)) {
        put(page, " <a rel=\"noreferrer\" href=\"");
        pt_html_text(&page->html, guide->url);
        put(page, "\">");
        pt_html_text(&page->html, guide->url);
        put(page, "</a>");
    }
    put(page, "</li>\n");
}

/* What the domain wants known: of app passwords, of IMAP that is to be turned
 * on.  Where there is a bridge, it does the provider's part. */
static void put_guides(const struct page *page)
{
    const struct pt_settings *settings = page->landing->settings;
    const struct pt_published *published = settings->published;

    if (!published || !published->guide_count || settings->bridge.name)
        return;
    put_element(page, "h3", PT_W_GUIDES);
    put(page, "<ul>\n");
    for (size_t i = 0; i < published->guide_count; i++)
        put_guide(page, &published->guides[i]);
    put(page, "</ul>\n");
}

static void put_card(const struct page *page)
{
    begin_section(page, "card", PT_W_CARD);
    put_element(page, "p", PT_W_CARD_LEAD);
    put_servers(page);
    put_password(page);
    put_guides(page);
    if (!page->made.refusals[PT_WAY_TEXT])
        put_get(page, pt_way_paths[PT_WAY_TEXT], page->query, PT_W_GET_CARD);
    put(page, "</section>\n");
}

/* ---- honest words ---- */

static void put_cloud(const struct page *page)
{
    if (!page->made.private)
        return;
    begin_section(page, "cloud", PT_W_CLOUD);
    pt_html_element(&page->html, "p", PT_W_CLOUD_WHY, page->made.private);
    put_element(page, "p", PT_W_CLOUD_DO);
    put(page, "</section>\n");
}

/* The same page by https, where there is one. */
static void put_https(const struct page *page)
{
    const char *host = find_own_host(page);

    if (!page->landing->house->has_tls || !host)
        return;
    put(page, "<p><a href=\"https://");
    put(page, strchr(host, ':') ? "[" : "");
    pt_html_text(&page->html, host);
    put(page, strchr(host, ':') ? "]/" : "/");
    pt_html_text(&page->html, page->query);
    put(page, "\">");
    pt_html_words(&page->html, PT_W_USE_HTTPS, NULL);
    put(page, "</a></p>\n");
}

static void put_check(const struct page *page)
{
    const struct pt_site *site = page->landing->site;

    begin_section(page, "check", PT_W_CHECK);
    if (!page->landing->is_tls) {
        put(page, "<p class=\"warning\">");
        pt_html_words(&page->html, PT_W_PLAIN_HTTP, NULL);
        put(page, "</p>\n");
        put_https(page);
    }
    put_element(page, "h3", PT_W_CHECK_PRINT);
    put(page, "<p class=\"print\"><code>");
    pt_html_text(&page->html, site->fingerprint);
    put(page, "</code></p>\n");
    pt_html_element(&page->html, "p", PT_W_CHECK_DO, site->domain);
    put(page, "</section>\n");
}

static void put_root(const struct page *page)
{
    struct pt_slice root = page->landing->house->root;
    const struct pt_certificate *certificate =
        root.len ? pt_certificate_read(page->arena, root.at, root.len) : NULL;

    if (!certificate)
        return;
    begin_section(page, "root", PT_W_ROOT);
    put_element(page, "p", PT_W_ROOT_WHY);
    put_element(page, "h3", PT_W_ROOT_PRINT);
    put(page, "<p class=\"print\">");
    put_print(page, certificate);
    put(page, "</p>\n");
    put_get(page, "/root.crt", "", PT_W_ROOT_GET);
    for (size_t i = 0; i < DEVICES; i++) {
        begin_details(page, devices[i].other);
        pt_html_steps(&page->html, devices[i].root);
        put(page, "</details>\n");
    }
    put(page, "</section>\n");
}

/* ---- all of it ---- */

static void put_settings(const struct page *page)
{
    put(page, "<h2 class=\"for\" id=\"settings\">");
    pt_html_words(&page->html, PT_W_FOR,
                  page->landing->settings->address.shown);
    put(page, "</h2>\n<div class=\"columns\">\n<div>\n");
    put_this_device(page);
    put_other_devices(page);
    put_codes(page);
    put_check(page);
    put(page, "</div>\n<div>\n");
    put_card(page);
    put_cloud(page);
    put_root(page);
    put(page, "</div>\n</div>\n");
}

static void put_page(const struct page *page)
{
    put_head(page);
    put_top(page);
    put(page, "<main class=\"wide\">\n");
    if (page->landing->site)
        put_settings(page);
    else
        put_root(page);
    put(page, "</main>\n<footer class=\"wide\">\n");
    put_element(page, "p", PT_W_FOOTER);
    put(page, "</footer>\n</body>\n</html>\n");
}

static const char *query_of(struct pt_arena *arena,
                            const struct pt_settings *settings)
{
    const char *address = pt_url_escape(arena, settings->address.text);

    return address ? pt_arena_printf(arena, "?address=%s", address) : NULL;
}

enum pt_status pt_landing_page(struct pt_arena *arena,
                               const struct pt_landing *landing,
                               struct pt_buf *out, struct pt_error *err)
{
    PT_BUF struct pt_buf whole = {.max = PT_LANDING_MAX};
    struct page page = {
        .html = {.out = &whole, .words = &pt_words_english},
        .arena = arena,
        .landing = landing,
    };

    if (landing->site) {
        page.query = query_of(arena, landing->settings);
        pt_ways_make(arena, landing->settings, &page.made);
    }
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    put_page(&page);
    pt_buf_add(out, whole.at, whole.len);
    if (pt_arena_failed(arena) || pt_buf_failed(&whole) || pt_buf_failed(out))
        return pt_fail_memory(err);
    return PT_OK;
}
