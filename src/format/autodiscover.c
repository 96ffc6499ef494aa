#include "format/autodiscover.h"

#include "format/json_read.h"
#include "format/servers.h"
#include "format/url.h"
#include "format/xml.h"
#include "format/xml_tree.h"

#include <string.h>

enum {
    FIELD_MAX = PT_URL_MAX,
    NAME_LENGTH_MAX = 256,
    ERROR_SIZE = 257,
    RELAY_PORT = 25, /* some have submission on it */
};

#define SCHEMA "http://schemas.microsoft.com/exchange/autodiscover/outlook/"
#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static const char hint[] = "see whether it is the right file";

/* ---- the request ---- */

const char *pt_autodiscover_request(struct pt_arena *arena,
                                    const char *address)
{
    PT_BUF struct pt_buf body = {0};
    struct pt_error err = {0};
    struct pt_xml xml;
    enum pt_status status;

    pt_xml_begin(&xml, &body);
    pt_xml_open(&xml, "Autodiscover");
    pt_xml_attribute(&xml, "xmlns", SCHEMA "requestschema/2006");
    pt_xml_open(&xml, "Request");
    pt_xml_element(&xml, "EMailAddress", address);
    pt_xml_element(&xml, "AcceptableResponseSchema",
                   SCHEMA "responseschema/2006a");
    pt_xml_close(&xml);
    pt_xml_close(&xml);
    status = pt_xml_end(&xml, &err);
    if (status == PT_NO_MEMORY)
        pt_arena_fail(arena);
    return status == PT_OK ? pt_arena_strdup(arena, pt_buf_text(&body)) : NULL;
}

/* ---- text ---- */

struct reading {
    struct pt_arena *arena;
    bool by_port; /* as Thunderbird reads it */
    struct pt_autodiscover found;
};

/* NULL: it is empty, too long or not fit to be shown. */
static const char *fit_from(struct reading *r, struct pt_slice text, size_t max)
{
    text = pt_trim(text);
    if (!text.len || text.len > max || !pt_is_printable(text))
        return NULL;
    return pt_arena_strndup(r->arena, text.at, text.len);
}

/* The text of the first child of this name that can be used, or NULL. */
static const char *field(struct reading *r, const xmlNode *parent,
                         const char *name)
{
    const xmlNode *element = parent ? pt_tree_child(parent, name) : NULL;
    PT_BUF struct pt_buf text = {.max = FIELD_MAX};

    if (!element)
        return NULL;
    pt_tree_text(element, &text);
    if (text.oom)
        pt_arena_fail(r->arena);
    return pt_buf_failed(&text)
               ? NULL
               : fit_from(r, pt_slice(text.at, text.len), FIELD_MAX);
}

/* ---- one server ---- */

/* In the order they are offered in: what is for the world goes before what is
 * for Exchange's own network (EXCH). */
static const struct kind {
    const char *type;
    enum pt_service service;
    const char *url; /* the element that holds it; NULL: it is a host */
} kinds[] = {
    {"IMAP", PT_IMAP, NULL},
    {"POP3", PT_POP3, NULL},
    {"SMTP", PT_SUBMISSION, NULL},
    {"EXHTTP", PT_EWS, "EwsUrl"},
    {"EXPR", PT_EWS, "EwsUrl"},
    {"WEB", PT_EWS, "EwsUrl"},
    {"EXCH", PT_EWS, "EwsUrl"},
    {"MobileSync", PT_ACTIVESYNC, "Url"},
    {"MobileSync", PT_ACTIVESYNC, "ASUrl"},
};

static const struct {
    const char *name;
    enum pt_security security;
} encryptions[] = {
    {"SSL", PT_TLS},
    {"TLS", PT_STARTTLS},
    {"None", PT_PLAIN},
};

/* SSL "on" says only that there is some: STARTTLS where it belongs. */
static enum pt_security security_of_port(const struct pt_server *server)
{
    if (server->service == PT_SUBMISSION && server->port == RELAY_PORT)
        return PT_STARTTLS;
    return server->port == pt_standard_port(server->service, PT_STARTTLS)
               ? PT_STARTTLS
               : PT_TLS;
}

bool pt_autodiscover_is_starttls_port(uint16_t port)
{
    return port == 143 || port == 110 || port == 25 || port == 587;
}

/* As Thunderbird's ExchangeAutoDiscover.sys.mjs. */
static enum pt_security security_by_port(const char *ssl,
                                         const char *encryption, uint16_t port)
{
    if (pt_is_nocase(ssl, "off") || pt_is_nocase(encryption, "none"))
        return PT_PLAIN;
    return pt_autodiscover_is_starttls_port(port) ? PT_STARTTLS : PT_TLS;
}

/* What is not said, or said in another word than "off", is "on". */
static enum pt_security find_security(struct reading *r, const xmlNode *node,
                                      const struct pt_server *server)
{
    const char *encryption = field(r, node, "Encryption");
    const char *ssl = field(r, node, "SSL");

    if (r->by_port)
        return security_by_port(ssl, encryption, server->port);
    /* a port that never begins in the clear */
    if (pt_is_nocase(encryption, "TLS") &&
        server->port == pt_standard_port(server->service, PT_TLS))
        return PT_TLS;
    for (size_t i = 0; i < COUNT(encryptions); i++)
        if (pt_is_nocase(encryption, encryptions[i].name))
            return encryptions[i].security;
    if (pt_is_nocase(ssl, "off") && !pt_is_nocase(encryption, "Auto"))
        return PT_PLAIN;
    return security_of_port(server);
}

static bool find_host(struct reading *r, const xmlNode *node,
                      struct pt_server *server)
{
    const char *host = field(r, node, "Server");

    server->host = host ? pt_host_from(r->arena, host) : NULL;
    if (!server->host)
        return false;
    if (pt_tree_child(node, "Port") &&
        !pt_parse_port(pt_slice_of(field(r, node, "Port")), &server->port))
        return false;
    server->security = find_security(r, node, server);
    if (!server->port)
        server->port = pt_standard_port(server->service, server->security);
    return true;
}

static bool find_url(struct reading *r, const xmlNode *node, const char *name,
                     struct pt_server *server)
{
    server->url = field(r, node, name);
    server->security = PT_TLS;
    return pt_url_is_https(server->url);
}

/* SPA is NTLM.  Its being absent would mean "on", but those who leave it out do
 * not mean that. */
static void find_auth(struct reading *r, const xmlNode *node,
                      struct pt_server *server)
{
    const char *spa = field(r, node, "SPA");
    const char *needed = field(r, node, "AuthRequired");

    if (server->service == PT_SUBMISSION && pt_is_nocase(needed, "off"))
        server->auth[server->auth_count++] = PT_AUTH_NONE;
    else if (pt_is_nocase(spa, "off"))
        server->auth[server->auth_count++] = PT_AUTH_CLEARTEXT;
    else if (pt_is_nocase(spa, "on"))
        server->auth[server->auth_count++] = PT_AUTH_NTLM;
}

/* False: longer than any server takes. */
static bool find_login(struct reading *r, const xmlNode *node,
                       struct pt_server *server)
{
    server->username = field(r, node, "LoginName");
    return !server->username || strlen(server->username) <= PT_USERNAME_MAX;
}

static void add(struct reading *r, const struct pt_server *server)
{
    pt_servers_add(r->arena, &r->found.servers, &r->found.server_count, server);
}

static void read_server(struct reading *r, const xmlNode *node,
                        const struct kind *kind)
{
    struct pt_server server = {.service = kind->service};

    if (kind->url) {
        if (find_url(r, node, kind->url, &server))
            add(r, &server);
    } else if (find_host(r, node, &server) && find_login(r, node, &server)) {
        find_auth(r, node, &server);
        add(r, &server);
    }
}

static void read_servers(struct reading *r, const xmlNode *node,
                         const struct kind *kind)
{
    for (; node && !pt_arena_failed(r->arena); node = pt_tree_again(node)) {
        if (!pt_is_nocase(field(r, node, "Type"), kind->type))
            continue;
        r->found.is_exchange |= kind->service == PT_EWS;
        read_server(r, node, kind);
    }
}

static void read_all_servers(struct reading *r, const xmlNode *first)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        read_servers(r, first, &kinds[i]);
}

/* ---- the whole ---- */

static void take_error(struct reading *r, const char *code,
                       const char *message)
{
    const char *error = code ? code : message;
    char text[ERROR_SIZE];

    if (!error)
        return;
    if (code && message)
        error = pt_arena_printf(r->arena, "%s: %s", code, message);
    if (!error)
        return;
    pt_make_printable(pt_slice_of(error), text, sizeof(text));
    r->found.error = pt_arena_strdup(r->arena, text);
}

static void take_redirect_url(struct reading *r, const char *url)
{
    if (pt_url_is_https(url))
        r->found.redirect_url = url;
}

static void take_redirect_address(struct reading *r, const char *text)
{
    struct pt_address address;
    struct pt_error err = {0};
    enum pt_status status =
        text ? pt_address_parse(r->arena, text, &address, &err) : PT_NOTHING;

    if (status == PT_NO_MEMORY)
        pt_arena_fail(r->arena);
    if (status == PT_OK)
        r->found.redirect_address = address.text;
}

/* Outlook's answer. */
static void read_account(struct reading *r, const xmlNode *account)
{
    const char *action = field(r, account, "Action");

    if (pt_is_nocase(action, "redirectUrl"))
        take_redirect_url(r, field(r, account, "RedirectUrl"));
    else if (pt_is_nocase(action, "redirectAddr"))
        take_redirect_address(r, field(r, account, "RedirectAddr"));
    else
        read_all_servers(r, pt_tree_child(account, "Protocol"));
}

/* A phone's answer. */
static void read_action(struct reading *r, const xmlNode *action)
{
    const xmlNode *settings = pt_tree_child(action, "Settings");
    const xmlNode *error = pt_tree_child(action, "Error");

    take_redirect_address(r, field(r, action, "Redirect"));
    if (settings)
        read_all_servers(r, pt_tree_child(settings, "Server"));
    take_error(r, field(r, error, "Status"), field(r, error, "Message"));
}

static void read_response(struct reading *r, const xmlNode *response)
{
    const xmlNode *account = pt_tree_child(response, "Account");
    const xmlNode *action = pt_tree_child(response, "Action");
    const xmlNode *error = pt_tree_child(response, "Error");
    const char *name =
        field(r, pt_tree_child(response, "User"), "DisplayName");

    if (name && strlen(name) <= NAME_LENGTH_MAX)
        r->found.name = name;
    for (; account; account = pt_tree_again(account))
        read_account(r, account);
    if (action)
        read_action(r, action);
    take_error(r, field(r, error, "ErrorCode"), field(r, error, "Message"));
}

static enum pt_status conclude(const struct reading *r,
                               struct pt_autodiscover *ret_found,
                               struct pt_error *err)
{
    const struct pt_autodiscover *found = &r->found;

    if (pt_arena_failed(r->arena))
        return pt_fail_memory(err);
    if (!found->redirect_url && !found->redirect_address && !found->error &&
        !found->server_count && !found->is_exchange)
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "it names no server that can be used");
    *ret_found = *found;
    return PT_OK;
}

static enum pt_status read_xml(struct reading *r, struct pt_slice xml,
                               struct pt_autodiscover *ret_found,
                               struct pt_error *err)
{
    PT_TREE xmlDoc *doc = NULL;
    const xmlNode *response;
    const xmlNode *root;
    enum pt_status status = pt_tree_read(xml, &doc, &root, err);

    if (status != PT_OK)
        return status;
    if (!pt_tree_is(root, "Autodiscover"))
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "it is no Autodiscover answer: it begins with <%s>",
                       (const char *)root->name);
    response = pt_tree_child(root, "Response");
    if (response)
        read_response(r, response);
    return conclude(r, ret_found, err);
}

enum pt_status pt_autodiscover_read(struct pt_arena *arena, struct pt_slice xml,
                                    struct pt_autodiscover *ret_found,
                                    struct pt_error *err)
{
    struct reading r = {.arena = arena};

    return read_xml(&r, xml, ret_found, err);
}

enum pt_status pt_autodiscover_read_by_port(struct pt_arena *arena,
                                            struct pt_slice xml,
                                            struct pt_autodiscover *ret_found,
                                            struct pt_error *err)
{
    struct reading r = {.arena = arena, .by_port = true};

    return read_xml(&r, xml, ret_found, err);
}

/* ---- JSON ---- */

/* Others than Exchange have POX, and ActiveSync. */
static const struct {
    const char *protocol;
    enum pt_service service;
    bool is_exchange;
} protocols[] = {
    {"Ews", PT_EWS, true},
    {"ActiveSync", PT_ACTIVESYNC, false},
    {"Graph", PT_GRAPH, true},
};

static const char *text_in(struct reading *r, const cJSON *object,
                           const char *key)
{
    const char *text = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(object, key));

    return text ? fit_from(r, pt_slice_of(text), FIELD_MAX) : NULL;
}

static void read_url(struct reading *r, const char *protocol, const char *url)
{
    if (!pt_url_is_https(url))
        return;
    if (pt_is_nocase(protocol, "AutodiscoverV1"))
        take_redirect_url(r, url);
    for (size_t i = 0; i < COUNT(protocols); i++) {
        struct pt_server server = {.service = protocols[i].service,
                                   .security = PT_TLS,
                                   .url = url};

        if (!pt_is_nocase(protocol, protocols[i].protocol))
            continue;
        r->found.is_exchange = protocols[i].is_exchange;
        add(r, &server);
    }
}

enum pt_status pt_autodiscover_read_json(struct pt_arena *arena,
                                         struct pt_slice json,
                                         struct pt_autodiscover *ret_found,
                                         struct pt_error *err)
{
    struct reading r = {.arena = arena};
    PT_JSON cJSON *root = NULL;
    enum pt_status status = pt_json_read(json, &root, err);

    if (status != PT_OK)
        return status;
    read_url(&r, text_in(&r, root, "Protocol"), text_in(&r, root, "Url"));
    take_error(&r, text_in(&r, root, "ErrorCode"),
               text_in(&r, root, "ErrorMessage"));
    return conclude(&r, ret_found, err);
}
