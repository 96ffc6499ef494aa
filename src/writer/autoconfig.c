/* autoconfig.c - Mozilla's config-v1.1.xml, as Thunderbird's own reader and
 * draft-ietf-mailmaint-autoconfig-06 take it. */
#include "format/autoconfig.h"
#include "format/xml.h"
#include "writer/writers.h"

#include <stdio.h>

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

static const char *type_of(enum pt_service service)
{
    return service == PT_SUBMISSION ? "smtp" : pt_service_name(service);
}

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

static void put_server(struct pt_xml *xml, const struct pt_settings *settings,
                       const struct pt_server *server)
{
    char port[8];

    pt_xml_open(xml, server->service == PT_SUBMISSION ? "outgoingServer"
                                                      : "incomingServer");
    pt_xml_attribute(xml, "type", type_of(server->service));
    pt_xml_element(xml, "hostname", server->host);
    snprintf(port, sizeof(port), "%u", server->port);
    pt_xml_element(xml, "port", port);
    pt_xml_element(xml, "socketType", socket_types[server->security]);
    pt_xml_element(xml, "username", username_of(settings, server));
    for (size_t i = 0; i < server->auth_count; i++)
        pt_xml_element(xml, "authentication", auth_names[server->auth[i]]);
    if (!server->auth_count)
        pt_xml_element(xml, "authentication", auth_names[PT_AUTH_CLEARTEXT]);
    pt_xml_close(xml);
}

/* An alternative is told too, unless it is one we would not use. */
static bool is_worth_telling(const struct pt_server *server)
{
    if (!pt_service_is_mail(server->service) || !server->host)
        return false;
    return server->chosen ||
           (!server->last_known && server->security != PT_PLAIN &&
            server->origin.trust >= PT_THIRD &&
            !pt_is_loopback(server->host));
}

/* What a reader would take for a placeholder, and is none. */
static const char *find_unfit(const struct pt_settings *settings)
{
    if (!pt_autoconfig_is_literal(settings->provider_name))
        return settings->provider_name;
    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];
        const char *login = pt_login(settings, server);

        if (is_worth_telling(server) && !pt_autoconfig_is_literal(login) &&
            username_of(settings, server) == login)
            return login;
    }
    return NULL;
}

static void put_provider(struct pt_xml *xml,
                         const struct pt_settings *settings)
{
    pt_xml_open(xml, "emailProvider");
    pt_xml_attribute(xml, "id", settings->address.domain);
    pt_xml_element(xml, "domain", settings->address.domain);
    pt_xml_element(xml, "displayName", settings->provider_name);
    for (size_t i = 0; i < settings->server_count; i++)
        if (is_worth_telling(&settings->servers[i]))
            put_server(xml, settings, &settings->servers[i]);
    pt_xml_close(xml);
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
    pt_note_left_out(out, settings, 0);
    pt_xml_begin(&xml, pt_output_first(out, &pt_writer_autoconfig, job));
    pt_xml_open(&xml, "clientConfig");
    pt_xml_attribute(&xml, "version", "1.1");
    put_provider(&xml, settings);
    pt_xml_close(&xml);
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
