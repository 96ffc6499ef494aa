#include "format/autoconfig.h"

#include "format/servers.h"
#include "format/url.h"
#include "format/xml_tree.h"

#include <stddef.h>
#include <string.h>

enum {
    FIELD_MAX = PT_AUTOCONFIG_FIELD_MAX,
    NAME_LENGTH_MAX = 256,
    ADVICE_MAX = 2,
    ADVICE_LENGTH_MAX = 200, /* of the text, and of the URL */
};

/* Which sections of the file are what to us, and which element of them holds
 * the URL of a service that is had by URL.  "exchange" is Thunderbird's older
 * word: one section for everything an Exchange server does. */
static const struct section {
    const char *element;
    const char *type;
    enum pt_service service;
    const char *url;
} sections[] = {
    {"incomingServer", "imap", PT_IMAP, NULL},
    {"incomingServer", "pop3", PT_POP3, NULL},
    {"incomingServer", "jmap", PT_JMAP, "url"},
    {"incomingServer", "ews", PT_EWS, "url"},
    {"incomingServer", "exchange", PT_EWS, "ewsURL"},
    {"incomingServer", "exchange", PT_ACTIVESYNC, "easURL"},
    {"incomingServer", "activeSync", PT_ACTIVESYNC, "url"},
    {"incomingServer", "graph", PT_GRAPH, "url"},
    {"outgoingServer", "smtp", PT_SUBMISSION, NULL},
    {"calendar", "caldav", PT_CALDAV, "url"},
    {"addressbook", "carddav", PT_CARDDAV, "url"},
    {"addressBook", "carddav", PT_CARDDAV, "url"},
    {"setupServer", "managesieve", PT_SIEVE, NULL},
};

static const struct {
    const char *name;
    enum pt_security security;
} socket_types[] = {
    {"SSL", PT_TLS},
    {"TLS", PT_TLS}, /* the draft's own example says so once */
    {"STARTTLS", PT_STARTTLS},
    {"plain", PT_PLAIN},
};

/* What a server means that gives its port and not its socketType.  Nobody is
 * sent without encryption because of a missing word. */
static const struct {
    uint16_t port;
    enum pt_security security;
} usual_security[] = {
    {993, PT_TLS},      {995, PT_TLS},       {465, PT_TLS},
    {143, PT_STARTTLS}, {110, PT_STARTTLS},  {587, PT_STARTTLS},
    {25, PT_STARTTLS},  {4190, PT_STARTTLS},
};

/* The draft's words, those of Thunderbird's reader, and the two of HTTP. */
static const struct {
    const char *name;
    enum pt_auth auth;
} auths[] = {
    {"password-cleartext", PT_AUTH_CLEARTEXT},
    {"plain", PT_AUTH_CLEARTEXT},
    {"Basic", PT_AUTH_CLEARTEXT},
    {"password-encrypted", PT_AUTH_ENCRYPTED},
    {"secure", PT_AUTH_ENCRYPTED},
    {"Digest", PT_AUTH_ENCRYPTED},
    {"OAuth2", PT_AUTH_OAUTH2},
    {"OAuth", PT_AUTH_OAUTH2},
    {"GSSAPI", PT_AUTH_GSSAPI},
    {"NTLM", PT_AUTH_NTLM},
    {"none", PT_AUTH_NONE},
    {"smtp-after-pop", PT_AUTH_NONE},
    {"client-IP-address", PT_AUTH_CLIENT_IP},
    {"TLS-client-cert", PT_AUTH_TLS_CERT},
};

/* Elements that say what a person must do before mail programs get in, and
 * where in them it stands. */
static const struct {
    const char *element;
    const char *text;
    const char *url;
} advices[] = {
    {"enable", "instruction", "visiturl"},
    {"instruction", "descr", "url"},
};

/* Elements that are kept for people to read, the same way. */
static const struct {
    const char *element;
    const char *text;
    const char *url;
    bool is_task;
} guides[] = {
    {"enable", "instruction", "visiturl", true},
    {"instruction", "descr", "url", true},
    {"documentation", "descr", "url", false},
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

struct reading {
    struct pt_arena *arena;
    const struct pt_address *address;
    struct pt_autoconfig config;
    bool no_memory;
};

/* ---- text ---- */

static const struct {
    const char *name;
    size_t value; /* a member of struct pt_address */
} placeholders[] = {
    {"%EMAILADDRESS", offsetof(struct pt_address, text)},
    {"%EMAILLOCALPART", offsetof(struct pt_address, local)},
    {"%EMAILDOMAIN", offsetof(struct pt_address, domain)},
    /* nobody told us the name */
    {"%REALNAME", offsetof(struct pt_address, shown)},
};

/* Length of the placeholder at `at`, or 0.  One that lost its last % at the
 * end of the text was published by a large provider, and is taken as meant. */
static size_t placeholder_at(const char *at, size_t *ret_value)
{
    for (size_t i = 0; i < COUNT(placeholders); i++) {
        size_t len = strlen(placeholders[i].name);

        if (!pt_has_prefix(at, placeholders[i].name) ||
            (at[len] && at[len] != '%'))
            continue;
        *ret_value = placeholders[i].value;
        return at[len] ? len + 1 : len;
    }
    return 0;
}

bool pt_autoconfig_is_literal(const char *text)
{
    size_t value;

    while (*text && !placeholder_at(text, &value))
        text++;
    return !*text;
}

/* In one pass: what an address brings in is never looked at again. */
static void expand(const char *text, const struct pt_address *address,
                   struct pt_buf *out)
{
    while (*text) {
        size_t value = 0;
        size_t len = placeholder_at(text, &value);

        if (len)
            pt_buf_puts(out,
                        *(const char *const *)((const char *)address + value));
        else
            pt_buf_putc(out, *text);
        text += len ? len : 1;
    }
}

const char *pt_autoconfig_expand(struct pt_arena *arena, const char *text,
                                 const struct pt_address *address)
{
    PT_BUF struct pt_buf full = {.max = FIELD_MAX};

    expand(text, address, &full);
    if (full.oom)
        pt_arena_fail(arena);
    if (pt_buf_failed(&full))
        return NULL;
    return pt_arena_strdup(arena, pt_buf_text(&full));
}

/* The element's text, placeholders filled in; "" when it is empty, too long or
 * not fit to be shown. */
static const char *text_of(struct reading *r, const xmlNode *element)
{
    PT_BUF struct pt_buf raw = {.max = FIELD_MAX};
    PT_BUF struct pt_buf full = {.max = FIELD_MAX};
    struct pt_slice text;

    pt_tree_text(element, &raw);
    expand(pt_buf_text(&raw), r->address, &full);
    r->no_memory |= raw.oom || full.oom;
    text = pt_trim(pt_slice(full.at, full.len));
    if (pt_buf_failed(&raw) || pt_buf_failed(&full) || !pt_is_printable(text))
        return "";
    return pt_arena_strndup(r->arena, text.at, text.len);
}

/* The text of the first child of this name; NULL: there is none. */
static const char *field(struct reading *r, const xmlNode *server,
                         const char *name)
{
    const xmlNode *element = pt_tree_child(server, name);

    return element ? text_of(r, element) : NULL;
}

/* ---- one server ---- */

/* The first socketType we know; what no port explains is UNKNOWN. */
static enum pt_security find_security(struct reading *r, const xmlNode *server,
                                      uint16_t port)
{
    const xmlNode *element = pt_tree_child(server, "socketType");

    for (; element; element = pt_tree_again(element)) {
        const char *name = text_of(r, element);

        for (size_t i = 0; name && i < COUNT(socket_types); i++)
            if (pt_is_nocase(name, socket_types[i].name))
                return socket_types[i].security;
    }
    for (size_t i = 0; i < COUNT(usual_security); i++)
        if (usual_security[i].port == port)
            return usual_security[i].security;
    return PT_SECURITY_UNKNOWN;
}

static bool find_port(struct reading *r, const xmlNode *node,
                      struct pt_server *server)
{
    const char *port = field(r, node, "port");

    if (port && !pt_parse_port(pt_slice_of(port), &server->port))
        return false;
    server->security = find_security(r, node, server->port);
    if (!port && server->security != PT_SECURITY_UNKNOWN)
        server->port = pt_standard_port(server->service, server->security);
    return server->port && server->security != PT_SECURITY_UNKNOWN;
}

static bool find_host(struct reading *r, const xmlNode *node,
                      struct pt_server *server)
{
    const char *host = field(r, node, "hostname");

    server->host = host ? pt_host_from(r->arena, host) : NULL;
    return server->host && find_port(r, node, server);
}

static bool find_url(struct reading *r, const xmlNode *node, const char *name,
                     struct pt_server *server)
{
    const char *url = field(r, node, name);

    server->url = url;
    server->security = PT_TLS;
    return pt_url_is_https(url);
}

static void add_auth(struct pt_server *server, enum pt_auth auth)
{
    for (size_t i = 0; i < server->auth_count; i++)
        if (server->auth[i] == auth)
            return;
    if (server->auth_count < PT_AUTH_MAX)
        server->auth[server->auth_count++] = auth;
}

/* False: it says how to log in, and we know none of the ways.  The draft has
 * such a section skipped. */
static bool find_auth(struct reading *r, const xmlNode *node,
                      struct pt_server *server)
{
    const xmlNode *element = pt_tree_child(node, "authentication");

    if (!element)
        return true;
    for (; element; element = pt_tree_again(element)) {
        const char *name = text_of(r, element);

        for (size_t i = 0; name && i < COUNT(auths); i++)
            if (pt_is_nocase(name, auths[i].name))
                add_auth(server, auths[i].auth);
    }
    return server->auth_count > 0;
}

/* False: longer than any server takes. */
static bool find_username(struct reading *r, const xmlNode *node,
                          struct pt_server *server)
{
    const char *username = field(r, node, "username");

    server->username = username && *username ? username : NULL;
    return !username || strlen(username) <= PT_USERNAME_MAX;
}

static void read_server(struct reading *r, const xmlNode *node,
                        const struct section *section)
{
    struct pt_server server = {.service = section->service};
    bool found = section->url ? find_url(r, node, section->url, &server)
                              : find_host(r, node, &server);

    if (found && find_auth(r, node, &server) && find_username(r, node, &server))
        pt_servers_add(r->arena, &r->config.servers, &r->config.server_count,
                       &server);
}

static void read_section(struct reading *r, const xmlNode *node)
{
    const char *type = pt_tree_attribute(node, "type");

    for (size_t i = 0; type && i < COUNT(sections); i++)
        if (pt_tree_is(node, sections[i].element) &&
            pt_is_nocase(type, sections[i].type))
            read_server(r, node, &sections[i]);
}

/* ---- what a person must do first ---- */

static bool is_english(const xmlNode *element)
{
    const char *lang = pt_tree_attribute(element, "lang");

    return !lang || pt_has_prefix(lang, "en");
}

/* The element's text in one line; "" when it is too long or not fit to be
 * shown. */
static const char *line_of(struct reading *r, const xmlNode *element)
{
    PT_BUF struct pt_buf raw = {.max = FIELD_MAX};
    PT_BUF struct pt_buf line = {.max = ADVICE_LENGTH_MAX};
    struct pt_slice rest;
    struct pt_slice word;

    pt_tree_text(element, &raw);
    rest = pt_slice(raw.at, raw.len);
    while (pt_next_word(&rest, &word)) {
        pt_buf_puts(&line, line.len ? " " : "");
        pt_buf_add(&line, word.at, word.len);
    }
    r->no_memory |= raw.oom || line.oom;
    if (pt_buf_failed(&raw) || pt_buf_failed(&line) ||
        !pt_is_printable(pt_slice(line.at, line.len)))
        return "";
    return pt_arena_strdup(r->arena, pt_buf_text(&line));
}

/* NULL: there is none that people could be sent to. */
static const char *url_of(struct reading *r, const xmlNode *element,
                          const char *name)
{
    const char *text = pt_tree_attribute(element, name);
    const char *url =
        text ? pt_autoconfig_expand(r->arena, text, r->address) : NULL;

    if (!url || strlen(url) > ADVICE_LENGTH_MAX ||
        !(pt_url_is_https(url) || pt_url_is_http(url)))
        return NULL;
    return url;
}

/* The first that is in English, else the first; NULL: there is none. */
static const xmlNode *find_readable(const xmlNode *node, const char *child)
{
    const xmlNode *first = pt_tree_child(node, child);
    const xmlNode *element = first;

    while (element && !is_english(element))
        element = pt_tree_again(element);
    return element ? element : first;
}

static void add_advice(struct reading *r, const xmlNode *node,
                       const char *child, const char *url_name)
{
    const xmlNode *element = find_readable(node, child);
    const char *url = url_of(r, node, url_name);
    const char *text;

    if (!element || r->config.advice.count == ADVICE_MAX)
        return;
    text = line_of(r, element);
    if (text && *text)
        pt_strings_add(r->arena, &r->config.advice,
                       url ? pt_arena_printf(r->arena, "%s (%s)", text, url)
                           : text);
}

static void read_advice(struct reading *r, const xmlNode *node)
{
    for (size_t i = 0; i < COUNT(advices); i++)
        if (pt_tree_is(node, advices[i].element))
            add_advice(r, node, advices[i].text, advices[i].url);
}

/* ---- what is only kept ---- */

/* As it stands; NULL: it is not there, empty, too long or not fit to be shown.
 */
static const char *keep(struct reading *r, const char *text)
{
    struct pt_slice kept = pt_trim(pt_slice_of(text));

    if (!kept.len || kept.len > FIELD_MAX || !pt_is_printable(kept))
        return NULL;
    return pt_arena_strndup(r->arena, kept.at, kept.len);
}

static const char *keep_field(struct reading *r, const xmlNode *node,
                              const char *name)
{
    PT_BUF struct pt_buf raw = {.max = FIELD_MAX};
    const xmlNode *element = pt_tree_child(node, name);

    if (!element)
        return NULL;
    pt_tree_text(element, &raw);
    r->no_memory |= raw.oom;
    return pt_buf_failed(&raw) ? NULL : keep(r, pt_buf_text(&raw));
}

/* A secret, which a file for everybody should not have, is not kept. */
static void keep_oauth2(struct reading *r, const xmlNode *node)
{
    struct pt_oauth2 oauth2 = {
        .issuer = keep_field(r, node, "issuer"),
        .auth_url = keep_field(r, node, "authURL"),
        .token_url = keep_field(r, node, "tokenURL"),
        .scope = keep_field(r, node, "scope"),
        .client_id = keep_field(r, node, "clientID"),
    };

    if (oauth2.issuer && oauth2.scope && pt_url_is_https(oauth2.auth_url) &&
        pt_url_is_https(oauth2.token_url))
        r->config.published.oauth2 = oauth2;
}

static void keep_guide(struct reading *r, const xmlNode *node, size_t kind)
{
    struct pt_published *published = &r->config.published;
    const xmlNode *element = find_readable(node, guides[kind].text);
    struct pt_guide guide = {.is_task = guides[kind].is_task};

    if (!element || published->guide_count == PT_GUIDES_MAX)
        return;
    guide.text = line_of(r, element);
    guide.lang = keep(r, pt_tree_attribute(element, "lang"));
    guide.url = keep(r, pt_tree_attribute(node, guides[kind].url));
    if (guide.text && *guide.text &&
        (pt_url_is_https(guide.url) || pt_url_is_http(guide.url)))
        published->guides[published->guide_count++] = guide;
}

static void keep_section(struct reading *r, const xmlNode *node)
{
    if (pt_tree_is(node, "oAuth2") && !r->config.published.oauth2.issuer)
        keep_oauth2(r, node);
    for (size_t i = 0; i < COUNT(guides); i++)
        if (pt_tree_is(node, guides[i].element))
            keep_guide(r, node, i);
}

/* ---- the whole ---- */

static void read_sections(struct reading *r, const xmlNode *parent)
{
    const xmlNode *node = pt_tree_first(parent);

    for (; node && !r->no_memory && !pt_arena_failed(r->arena);
         node = pt_tree_next(node)) {
        read_section(r, node);
        read_advice(r, node);
        keep_section(r, node);
    }
}

/* "MessagingEngine" is an id too: only what has a dot is a domain. */
static const char *domain_from(struct reading *r, const char *text)
{
    const char *domain = text ? pt_host_from(r->arena, text) : NULL;

    return domain && strchr(domain, '.') ? domain : NULL;
}

static void read_provider(struct reading *r, const xmlNode *provider)
{
    const char *name = field(r, provider, "displayName");
    const xmlNode *domain = pt_tree_child(provider, "domain");

    if (name && *name && strlen(name) <= NAME_LENGTH_MAX)
        r->config.name = name;
    r->config.domain = domain_from(r, pt_tree_attribute(provider, "id"));
    for (; domain && !r->config.domain; domain = pt_tree_again(domain))
        r->config.domain = domain_from(r, text_of(r, domain));
    read_sections(r, provider);
}

enum pt_status pt_autoconfig_read(struct pt_arena *arena, struct pt_slice xml,
                                  const struct pt_address *address,
                                  struct pt_autoconfig *ret_config,
                                  struct pt_error *err)
{
    struct reading r = {.arena = arena, .address = address};
    PT_TREE xmlDoc *doc = NULL;
    const xmlNode *provider;
    const xmlNode *root;
    enum pt_status status = pt_tree_read(xml, &doc, &root, err);

    if (status != PT_OK)
        return status;
    if (!pt_tree_is(root, "clientConfig"))
        return pt_fail(err, PT_BAD_INPUT, "see whether it is the right file",
                       "it is no autoconfig file: it begins with <%s>",
                       (const char *)root->name);
    provider = pt_tree_child(root, "emailProvider");
    if (provider)
        read_provider(&r, provider);
    read_sections(&r, root);
    if (r.no_memory || pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (!r.config.server_count)
        return pt_fail(err, PT_BAD_INPUT, "see whether it is the right file",
                       "it names no server that can be used");
    *ret_config = r.config;
    return PT_OK;
}
