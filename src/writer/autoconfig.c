/* autoconfig.c - Mozilla's config-v1.1.xml, as Thunderbird's own reader and
 * draft-ietf-mailmaint-autoconfig-06 take it. */
#include "format/autoconfig.h"
#include "format/url.h"
#include "format/xml.h"
#include "writer/readdress.h"
#include "writer/thunderbird_prefs.h"
#include "writer/writers.h"

#include <stdio.h>
#include <string.h>

static const char *const socket_types[] = {
    [PT_SECURITY_UNKNOWN] = "STARTTLS",
    [PT_TLS] = "SSL",
    [PT_STARTTLS] = "STARTTLS",
    [PT_PLAIN] = "plain",
};

static const char *const auth_names[PT_AUTHS] = {
    [PT_AUTH_CLEARTEXT] = "password-cleartext",
    [PT_AUTH_ENCRYPTED] = "password-encrypted",
    [PT_AUTH_OAUTH2] = "OAuth2",
    [PT_AUTH_GSSAPI] = "GSSAPI",
    [PT_AUTH_NTLM] = "NTLM",
    [PT_AUTH_NONE] = "none",
    [PT_AUTH_CLIENT_IP] = "client-IP-address",
    [PT_AUTH_TLS_CERT] = "TLS-client-cert",
};

/* Those of HTTP; the rest is as elsewhere (the draft, 4.7). */
static const char *const http_auth_names[PT_AUTHS] = {
    [PT_AUTH_CLEARTEXT] = "Basic",
    [PT_AUTH_ENCRYPTED] = "Digest",
};

/* Which section a service has, and whether it is had by URL there.  Those
 * without a type have none. */
static const struct section {
    const char *element;
    const char *type;
    bool by_url;
    bool at_root; /* beside emailProvider, else in it */
} sections[PT_SERVICES] = {
    [PT_IMAP] = {"incomingServer", "imap", false, false},
    [PT_POP3] = {"incomingServer", "pop3", false, false},
    [PT_SUBMISSION] = {"outgoingServer", "smtp", false, false},
    [PT_JMAP] = {"incomingServer", "jmap", true, false},
    [PT_EWS] = {"incomingServer", "ews", true, false},
    [PT_GRAPH] = {"incomingServer", "graph", true, false},
    [PT_ACTIVESYNC] = {"incomingServer", "activeSync", true, false},
    [PT_CALDAV] = {"calendar", "caldav", true, true},
    [PT_CARDDAV] = {"addressbook", "carddav", true, true},
    [PT_SIEVE] = {"setupServer", "managesieve", false, true},
};

/* The file is one for the whole domain: what follows from the address is not
 * that of one account. */
static const char *username_of(const struct pt_settings *settings,
                               const struct pt_server *server)
{
    const char *login = pt_login(settings, server);

    if (pt_is(login, settings->address.text))
        return "%EMAILADDRESS%";
    return pt_is(login, settings->address.local) ? "%EMAILLOCALPART%" : login;
}

/* The URL as one for the whole domain: where a part of its path is the address
 * or its local part, everybody has their own there. */
static const char *template(struct pt_arena *arena, const char *url,
                            const struct pt_address *address)
{
    const char *text = pt_url_readdress(arena, url, address, "%EMAILADDRESS%",
                                        "%EMAILLOCALPART%");

    return text && strlen(text) < PT_AUTOCONFIG_FIELD_MAX ? text : url;
}

static const char *url_of(struct pt_arena *arena,
                          const struct pt_address *address,
                          const struct pt_server *server)
{
    bool is_ipv6 = server->host && strchr(server->host, ':');

    if (server->url)
        return template(arena, server->url, address);
    return pt_arena_printf(arena, "https://%s%s%s:%u/", is_ipv6 ? "[" : "",
                           server->host, is_ipv6 ? "]" : "", server->port);
}

static void put_place(struct pt_xml *xml, const struct pt_server *server)
{
    char port[8];

    snprintf(port, sizeof(port), "%u", server->port);
    pt_xml_element(xml, "hostname", server->host);
    pt_xml_element(xml, "port", port);
    pt_xml_element(xml, "socketType", socket_types[server->security]);
}

static void put_auth(struct pt_xml *xml, enum pt_auth auth, bool by_url)
{
    const char *name = by_url ? http_auth_names[auth] : NULL;

    pt_xml_open(xml, "authentication");
    if (name)
        pt_xml_attribute(xml, "system", "http");
    pt_xml_text(xml, name ? name : auth_names[auth]);
    pt_xml_close(xml);
}

static void put_server(struct pt_xml *xml, struct pt_arena *arena,
                       const struct pt_settings *settings,
                       const struct pt_server *server)
{
    const struct section *section = &sections[server->service];

    pt_xml_open(xml, section->element);
    pt_xml_attribute(xml, "type", section->type);
    if (section->by_url)
        pt_xml_element(xml, "url", url_of(arena, &settings->address, server));
    else
        put_place(xml, server);
    pt_xml_element(xml, "username", username_of(settings, server));
    for (size_t i = 0; i < server->auth_count; i++)
        put_auth(xml, server->auth[i], section->by_url);
    if (!server->auth_count)
        put_auth(xml, PT_AUTH_CLEARTEXT, section->by_url);
    pt_xml_close(xml);
}

/* What is had by URL has no word for plain text. */
static bool can_be_told(const struct pt_server *server)
{
    const struct section *section = &sections[server->service];

    if (!section->type)
        return false;
    return section->by_url
               ? server->url || (server->host && server->security == PT_TLS)
               : server->host != NULL;
}

/* An alternative is told too, unless it is one we would not use. */
static bool is_worth_telling(const struct pt_server *server)
{
    if (!can_be_told(server))
        return false;
    return server->chosen ||
           (!server->last_known && server->security != PT_PLAIN &&
            pt_service_is_mail(server->service) &&
            server->origin.trust >= PT_THIRD && !pt_is_loopback(server->host));
}

/* What a reader would take for a placeholder, and is none. */
static const char *find_unfit(const struct pt_settings *settings)
{
    if (!pt_autoconfig_is_literal(settings->provider_name))
        return settings->provider_name;
    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];
        const char *login = pt_login(settings, server);

        if (!is_worth_telling(server))
            continue;
        if (!pt_autoconfig_is_literal(login) &&
            username_of(settings, server) == login)
            return login;
        if (server->url && !pt_autoconfig_is_literal(server->url))
            return server->url;
    }
    return NULL;
}

static void put_servers(struct pt_xml *xml, struct pt_arena *arena,
                        const struct pt_settings *settings, bool at_root)
{
    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];

        if (is_worth_telling(server) &&
            sections[server->service].at_root == at_root)
            put_server(xml, arena, settings, server);
    }
}

/* What must be done first is not in the draft, which has readers pass over
 * what they do not know. */
static void put_guide(struct pt_xml *xml, const struct pt_guide *guide)
{
    pt_xml_open(xml, guide->is_task ? "enable" : "documentation");
    pt_xml_attribute(xml, guide->is_task ? "visiturl" : "url", guide->url);
    pt_xml_open(xml, guide->is_task ? "instruction" : "descr");
    if (guide->lang)
        pt_xml_attribute(xml, "lang", guide->lang);
    pt_xml_text(xml, guide->text);
    pt_xml_close(xml);
    pt_xml_close(xml);
}

static void put_oauth2(struct pt_xml *xml, const struct pt_oauth2 *oauth2)
{
    pt_xml_open(xml, "oAuth2");
    pt_xml_element(xml, "issuer", oauth2->issuer);
    pt_xml_element(xml, "scope", oauth2->scope);
    pt_xml_element(xml, "authURL", oauth2->auth_url);
    pt_xml_element(xml, "tokenURL", oauth2->token_url);
    if (oauth2->client_id)
        pt_xml_element(xml, "clientID", oauth2->client_id);
    pt_xml_close(xml);
}

static void put_provider(struct pt_xml *xml, struct pt_arena *arena,
                         const struct pt_settings *settings,
                         const struct pt_published *published)
{
    pt_xml_open(xml, "emailProvider");
    pt_xml_attribute(xml, "id", settings->address.domain);
    pt_xml_element(xml, "domain", settings->address.domain);
    pt_xml_element(xml, "displayName", settings->provider_name);
    put_servers(xml, arena, settings, false);
    for (size_t i = 0; i < published->guide_count; i++)
        put_guide(xml, &published->guides[i]);
    pt_xml_close(xml);
}

static void put_config(struct pt_xml *xml, struct pt_arena *arena,
                       const struct pt_settings *settings)
{
    static const struct pt_published nothing = {0};
    /* a bridge does the provider's part */
    const struct pt_published *published =
        settings->published && !settings->bridge.name ? settings->published
                                                      : &nothing;

    pt_xml_open(xml, "clientConfig");
    pt_xml_attribute(xml, "version", "1.1");
    put_provider(xml, arena, settings, published);
    put_servers(xml, arena, settings, true);
    if (published->oauth2.issuer)
        put_oauth2(xml, &published->oauth2);
    pt_xml_close(xml);
}

static unsigned told_services(const struct pt_settings *settings)
{
    unsigned told = 0;

    for (size_t i = 0; i < settings->server_count; i++)
        if (settings->servers[i].chosen && can_be_told(&settings->servers[i]))
            told |= 1U << settings->servers[i].service;
    return told;
}

/* It passes over a server to which it cannot sign in, and over the whole file
 * when it is the only one. */
static void note_oauth2(struct pt_output *out, const struct pt_account *account)
{
    enum pt_auth auth_in;
    enum pt_auth auth_out;

    if (pt_ways_in(&pt_thunderbird_can, account, &auth_in, &auth_out, NULL) !=
        PT_OK)
        pt_output_note(out, "Thunderbird cannot sign in the way these servers "
                            "want it, and passes over them");
}

static enum pt_status write_autoconfig(const struct pt_job *job,
                                       struct pt_output *out,
                                       struct pt_error *err)
{
    const struct pt_settings *settings = job->accounts;
    struct pt_account account;
    enum pt_status status =
        pt_account_of(settings, "autoconfig", &account, err);
    const char *unfit = find_unfit(settings);
    struct pt_xml xml;

    if (status != PT_OK)
        return status;
    if (unfit)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "'portolan write text' gives a card to type from",
                       "autoconfig cannot hold '%s': it looks like a "
                       "placeholder",
                       unfit);
    if (pt_is_loopback(account.in->host))
        pt_output_note(out, "its servers are those of this machine: it serves "
                            "here, and is not to be published");
    note_oauth2(out, &account);
    pt_note_left_out(out, settings, told_services(settings));
    pt_xml_begin(&xml, pt_output_first(out, &pt_writer_autoconfig, job));
    put_config(&xml, job->arena, settings);
    return pt_xml_end(&xml, err);
}

const struct pt_writer pt_writer_autoconfig = {
    .name = "autoconfig",
    .client = "Mozilla autoconfig",
    .summary = "the config-v1.1.xml that Thunderbird and others look for",
    .file = "%d.xml",
    .media_type = "text/xml",
    .import = "put it in the isp folder of Thunderbird's installation, or "
              "publish it at\n"
              "https://autoconfig.DOMAIN/mail/config-v1.1.xml",
    .write = write_autoconfig,
};
