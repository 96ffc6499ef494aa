/* k9s.c - the settings file of Thunderbird for Android and K-9 Mail, as the app
 * itself writes one from a QR code (XmlSettingWriter).
 */
#include "format/xml.h"
#include "writer/mobile.h"

#include <stdio.h>

static const char *const securities[] = {
    [PT_SECURITY_UNKNOWN] = "STARTTLS_REQUIRED",
    [PT_TLS] = "SSL_TLS_REQUIRED",
    [PT_STARTTLS] = "STARTTLS_REQUIRED",
    [PT_PLAIN] = "NONE",
};

static const char *const auths[PT_AUTHS] = {
    [PT_AUTH_CLEARTEXT] = "PLAIN",
    [PT_AUTH_ENCRYPTED] = "CRAM_MD5",
    [PT_AUTH_OAUTH2] = "XOAUTH2",
    [PT_AUTH_NONE] = "NONE", /* since version 95 of the settings */
};

static void put_server(struct pt_xml *xml, const char *element,
                       const char *type, const struct pt_server *server,
                       enum pt_auth auth, const char *login)
{
    char port[8];

    snprintf(port, sizeof(port), "%u", server->port);
    pt_xml_open(xml, element);
    pt_xml_attribute(xml, "type", type);
    pt_xml_element(xml, "host", server->host);
    pt_xml_element(xml, "port", port);
    pt_xml_element(xml, "connection-security", securities[server->security]);
    pt_xml_element(xml, "authentication-type", auths[auth]);
    if (auth != PT_AUTH_NONE) /* for a name the app asks a password */
        pt_xml_element(xml, "username", login);
    pt_xml_close(xml);
}

/* What is deleted in the app: with IMAP it is on the server too; with POP3 the
 * server keeps it, as the app has it by default. */
static void put_policy(struct pt_xml *xml, enum pt_service service)
{
    pt_xml_open(xml, "settings");
    pt_xml_open(xml, "value");
    pt_xml_attribute(xml, "key", "deletePolicy");
    pt_xml_text(xml, service == PT_IMAP ? "DELETE" : "NEVER");
    pt_xml_close(xml);
    pt_xml_close(xml);
}

static void put_identity(struct pt_xml *xml,
                         const struct pt_settings *settings)
{
    pt_xml_open(xml, "identities");
    pt_xml_open(xml, "identity");
    pt_xml_element(xml, "name", pt_full_name(settings));
    pt_xml_element(xml, "email", settings->address.text);
    pt_xml_close(xml);
    pt_xml_close(xml);
}

static void put_account(struct pt_xml *xml, struct pt_arena *arena,
                        const struct pt_mobile *mobile)
{
    const struct pt_settings *settings = mobile->settings;
    const struct pt_account *a = &mobile->account;
    const char *type = a->in->service == PT_IMAP ? "IMAP" : "POP3";

    pt_xml_open(xml, "account");
    pt_xml_attribute(xml, "uuid", pt_account_id(arena, settings, "k9s"));
    pt_xml_element(xml, "name", settings->address.shown);
    put_policy(xml, a->in->service);
    put_server(xml, "incoming-server", type, a->in, mobile->in, a->login_in);
    put_server(xml, "outgoing-server", "SMTP", a->out, mobile->out,
               a->login_out);
    put_identity(xml, settings);
    pt_xml_close(xml);
}

static enum pt_status put_accounts(struct pt_xml *xml,
                                   const struct pt_job *job,
                                   struct pt_error *err)
{
    for (size_t i = 0; i < job->count; i++) {
        struct pt_mobile mobile;
        enum pt_status status = pt_mobile_of(&job->accounts[i], &mobile, err);

        if (status != PT_OK)
            return status;
        put_account(xml, job->arena, &mobile);
    }
    return PT_OK;
}

static enum pt_status write_k9s(const struct pt_job *job,
                                struct pt_output *out, struct pt_error *err)
{
    struct pt_xml xml;
    enum pt_status status;
    enum pt_status ended;

    pt_xml_begin(&xml, pt_output_first(out, &pt_writer_k9s, job));
    pt_xml_open(&xml, "k9settings");
    pt_xml_attribute(&xml, "version", "99"); /* of the settings in it */
    pt_xml_attribute(&xml, "format", "1");
    pt_xml_open(&xml, "accounts");
    status = put_accounts(&xml, job, err);
    ended = pt_xml_end(&xml, status == PT_OK ? err : NULL);
    for (size_t i = 0; i < job->count && status == PT_OK; i++)
        pt_note_left_out(out, &job->accounts[i], 0);
    return status == PT_OK ? ended : status;
}

const struct pt_writer pt_writer_k9s = {
    .name = "k9s",
    .client = "Thunderbird for Android and K-9 Mail",
    .summary = "the settings file that both apps import",
    .file = "%a.k9s",
    .media_type = "application/octet-stream",
    .takes_several = true,
    .is_imported = true,
    .import = "copy it to the phone; in the app: Settings, Import settings, "
              "choose the file;\n"
              "the password is asked for then",
    .write = write_k9s,
};
