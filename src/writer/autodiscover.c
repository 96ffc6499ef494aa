#include "writer/autodiscover.h"

#include "format/xml.h"
#include "writer/writers.h"

#include <stdio.h>

#define SCHEMA "http://schemas.microsoft.com/exchange/autodiscover/"

static const struct {
    enum pt_service service;
    const char *type;
} types[] = {
    {PT_IMAP, "IMAP"},
    {PT_POP3, "POP3"},
    {PT_SUBMISSION, "SMTP"},
};

/* "SSL" is TLS from the start, "TLS" is STARTTLS. */
static const char *const encryptions[] = {
    [PT_SECURITY_UNKNOWN] = "TLS",
    [PT_TLS] = "SSL",
    [PT_STARTTLS] = "TLS",
    [PT_PLAIN] = "None",
};

static const struct pt_can can = {.client = "Outlook, by Autodiscover,",
                                  .auths = PT_BY_PASSWORD};

static void put_switch(struct pt_xml *xml, const char *name, bool on)
{
    pt_xml_element(xml, name, on ? "on" : "off");
}

/* Whose answer it is. */
struct reader {
    const struct pt_settings *settings;
    const struct pt_account *account;
    bool is_anonymous;
};

/* To send, without a login of its own: the one for receiving. */
static void put_sending(struct pt_xml *xml, const struct pt_account *account,
                        bool signs_in)
{
    put_switch(xml, "UsePOPAuth",
               signs_in && pt_is(account->login_in, account->login_out));
    put_switch(xml, "SMTPLast", false);
}

static void put_protocol(struct pt_xml *xml, const char *type,
                         const struct reader *reader,
                         const struct pt_server *server, bool signs_in)
{
    char port[8];

    snprintf(port, sizeof(port), "%u", server->port);
    pt_xml_open(xml, "Protocol");
    pt_xml_element(xml, "Type", type);
    pt_xml_element(xml, "Server", server->host);
    pt_xml_element(xml, "Port", port);
    if (signs_in && !reader->is_anonymous)
        pt_xml_element(xml, "LoginName", pt_login(reader->settings, server));
    put_switch(xml, "DomainRequired", false);
    put_switch(xml, "SPA", false);
    put_switch(xml, "SSL", server->security != PT_PLAIN);
    pt_xml_element(xml, "Encryption", encryptions[server->security]);
    put_switch(xml, "AuthRequired", signs_in);
    if (server->service == PT_SUBMISSION)
        put_sending(xml, reader->account, signs_in);
    pt_xml_close(xml);
}

static void put_protocols(struct pt_xml *xml, const struct reader *reader,
                          enum pt_auth out)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        const struct pt_server *server =
            pt_chosen(reader->settings, types[i].service);
        bool sends = types[i].service == PT_SUBMISSION;
        enum pt_auth auth = out;

        if (server && (sends || pt_way_in(&can, server, &auth)))
            put_protocol(xml, types[i].type, reader, server,
                         auth != PT_AUTH_NONE);
    }
}

static void put_user(struct pt_xml *xml, const struct reader *reader)
{
    if (reader->is_anonymous)
        return;
    pt_xml_open(xml, "User");
    pt_xml_element(xml, "DisplayName", pt_full_name(reader->settings));
    pt_xml_close(xml);
}

enum pt_status pt_autodiscover_put(const struct pt_settings *settings,
                                   bool is_anonymous, struct pt_buf *out,
                                   struct pt_error *err)
{
    struct pt_account account;
    const struct reader reader = {settings, &account, is_anonymous};
    enum pt_auth in;
    enum pt_auth to_send;
    struct pt_xml xml;
    enum pt_status status = pt_account_of(settings, "Outlook", &account, err);

    if (status == PT_OK)
        status = pt_ways_in(&can, &account, &in, &to_send, err);
    if (status != PT_OK)
        return status;
    pt_xml_begin(&xml, out);
    pt_xml_open(&xml, "Autodiscover");
    pt_xml_attribute(&xml, "xmlns", SCHEMA "responseschema/2006");
    pt_xml_open(&xml, "Response");
    pt_xml_attribute(&xml, "xmlns", SCHEMA "outlook/responseschema/2006a");
    put_user(&xml, &reader);
    pt_xml_open(&xml, "Account");
    pt_xml_element(&xml, "AccountType", "email");
    pt_xml_element(&xml, "Action", "settings");
    put_protocols(&xml, &reader, to_send);
    return pt_xml_end(&xml, err);
}

static enum pt_status write_autodiscover(const struct pt_job *job,
                                         struct pt_output *out,
                                         struct pt_error *err)
{
    const struct pt_settings *settings = job->accounts;
    struct pt_buf *first = pt_output_first(out, &pt_writer_autodiscover, job);
    enum pt_status status = pt_autodiscover_put(settings, false, first, err);

    if (status != PT_OK)
        return status;
    if (pt_is_loopback(pt_chosen_incoming(settings)->host))
        pt_output_note(out, "its servers are those of this machine: it is "
                            "not to be published");
    pt_note_left_out(out, settings, 0);
    return PT_OK;
}

const struct pt_writer pt_writer_autodiscover = {
    .name = "autodiscover",
    .client = "Outlook, by Autodiscover",
    .summary = "the XML that classic Outlook asks a mail domain for",
    .file = "%a.autodiscover.xml",
    .media_type = "text/xml",
    .import = "have https://autodiscover.DOMAIN/autodiscover/autodiscover.xml "
              "answer with it, for this address;\n"
              "or have Outlook read it from the disk, which 'portolan write "
              "outlook-reg' sets up\n"
              "(new Outlook and Outlook for Mac import no file: type from "
              "'portolan write text')",
    .write = write_autodiscover,
};
