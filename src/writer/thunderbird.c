/* thunderbird.c - the ZIP that Thunderbird's Tools > Import takes: one folder
 * with a prefs.js (and, for a bridge, the certificate exceptions, which count
 * when the folder is used as a profile of its own).
 */
#include "format/fingerprint.h"
#include "format/prefs.h"
#include "format/zip.h"
#include "writer/writers.h"

#include <string.h>

static const int socket_types[] = {
    [PT_SECURITY_UNKNOWN] = 2, [PT_TLS] = 3, [PT_STARTTLS] = 2, [PT_PLAIN] = 0,
};

/* nsMsgAuthMethod, comm-central. */
static const int auth_methods[PT_AUTHS] = {
    [PT_AUTH_CLEARTEXT] = 3, [PT_AUTH_ENCRYPTED] = 4, [PT_AUTH_OAUTH2] = 10,
    [PT_AUTH_GSSAPI] = 5,    [PT_AUTH_NTLM] = 6,      [PT_AUTH_NONE] = 1,
    [PT_AUTH_CLIENT_IP] = 1, [PT_AUTH_TLS_CERT] = 7,
};

/* Those at which Thunderbird is registered for OAuth2, with all hosts below
 * them (OAuth2Providers.sys.mjs of 153).  Elsewhere it cannot sign in so. */
static const char *const oauth2_domains[] = {
    "googlemail.com",    "gmail.com",        "imap.mail.ru",
    "smtp.mail.ru",      "imap.yandex.com",  "smtp.yandex.com",
    "yahoo.com",         "att.net",          "aol.com",
    "office365.com",     "outlook.com",      "hotmail.com",
    "imap.fastmail.com", "pop.fastmail.com", "smtp.fastmail.com",
    "imap.comcast.net",  "pop.comcast.net",  "smtp.comcast.net",
    "thundermail.com",   NULL,
};

static const struct pt_can can = {
    .client = "Thunderbird",
    .auths = PT_BY_PASSWORD | 1 << PT_AUTH_GSSAPI | 1 << PT_AUTH_NTLM |
             1 << PT_AUTH_NONE | 1 << PT_AUTH_CLIENT_IP |
             1 << PT_AUTH_TLS_CERT,
    .oauth2_domains = oauth2_domains,
};

static void put_accounts(struct pt_prefs *prefs)
{
    pt_prefs_string(prefs, "mail.accountmanager.accounts", "account1");
    pt_prefs_string(prefs, "mail.accountmanager.defaultaccount", "account1");
    pt_prefs_string(prefs, "mail.account.account1.server", "server1");
    pt_prefs_string(prefs, "mail.account.account1.identities", "id1");
    pt_prefs_int(prefs, "mail.account.lastKey", 1);
}

static void put_incoming(struct pt_prefs *prefs,
                         const struct pt_settings *settings,
                         const struct pt_account *a, enum pt_auth auth)
{
    bool imap = a->in->service == PT_IMAP;

    pt_prefs_string(prefs, "mail.server.server1.type", imap ? "imap" : "pop3");
    pt_prefs_string(prefs, "mail.server.server1.hostname", a->in->host);
    pt_prefs_int(prefs, "mail.server.server1.port", a->in->port);
    pt_prefs_string(prefs, "mail.server.server1.userName", a->login_in);
    pt_prefs_int(prefs, "mail.server.server1.socketType",
                 socket_types[a->in->security]);
    pt_prefs_int(prefs, "mail.server.server1.authMethod", auth_methods[auth]);
    pt_prefs_string(prefs, "mail.server.server1.name",
                    settings->address.shown);
    pt_prefs_bool(prefs, "mail.server.server1.login_at_startup", true);
    pt_prefs_bool(prefs, "mail.server.server1.check_new_mail", true);
    if (!imap)
        pt_prefs_bool(prefs, "mail.server.server1.leave_on_server", true);
}

static void put_identity(struct pt_prefs *prefs,
                         const struct pt_settings *settings)
{
    pt_prefs_string(prefs, "mail.identity.id1.fullName",
                    pt_full_name(settings));
    pt_prefs_string(prefs, "mail.identity.id1.useremail",
                    settings->address.text);
    pt_prefs_string(prefs, "mail.identity.id1.smtpServer", "smtp1");
    pt_prefs_bool(prefs, "mail.identity.id1.valid", true);
}

static void put_outgoing(struct pt_prefs *prefs,
                         const struct pt_settings *settings,
                         const struct pt_account *a, enum pt_auth auth)
{
    pt_prefs_string(prefs, "mail.smtpservers", "smtp1");
    pt_prefs_string(prefs, "mail.smtp.defaultserver", "smtp1");
    pt_prefs_string(prefs, "mail.smtpserver.smtp1.type", "smtp");
    pt_prefs_string(prefs, "mail.smtpserver.smtp1.hostname", a->out->host);
    pt_prefs_int(prefs, "mail.smtpserver.smtp1.port", a->out->port);
    pt_prefs_string(prefs, "mail.smtpserver.smtp1.username", a->login_out);
    pt_prefs_int(prefs, "mail.smtpserver.smtp1.try_ssl",
                 socket_types[a->out->security]);
    pt_prefs_int(prefs, "mail.smtpserver.smtp1.authMethod",
                 auth_methods[auth]);
    pt_prefs_string(prefs, "mail.smtpserver.smtp1.description",
                    settings->address.shown);
}

/* cert_override.txt: host:port: TAB OID of SHA-256 TAB fingerprint TAB. */
static void put_exception(struct pt_buf *out, const struct pt_server *server)
{
    char print[PT_FINGERPRINT_CHARS];
    bool is_ipv6 = strchr(server->host, ':');

    if (!server->certificate)
        return;
    pt_fingerprint(server->certificate, print);
    pt_buf_printf(out, is_ipv6 ? "[%s]:%u:" : "%s:%u:", server->host,
                  server->port);
    pt_buf_printf(out, "\tOID.2.16.840.1.101.3.4.2.1\t%s\t\n", print);
}

static enum pt_status zip(struct pt_arena *arena,
                          const struct pt_settings *settings,
                          const struct pt_buf *prefs,
                          const struct pt_buf *exceptions, struct pt_buf *out,
                          struct pt_error *err)
{
    const char *dir =
        pt_arena_printf(arena, "portolan-%s/", settings->address.domain);
    struct pt_zip_entry entries[3] = {{.name = dir}};

    if (!dir)
        return pt_fail_memory(err);
    entries[1] = (struct pt_zip_entry){
        .name = pt_arena_printf(arena, "%sprefs.js", dir),
        .bytes = prefs->at,
        .len = prefs->len};
    entries[2] = (struct pt_zip_entry){
        .name = pt_arena_printf(arena, "%scert_override.txt", dir),
        .bytes = exceptions->at,
        .len = exceptions->len};
    if (pt_arena_failed(arena) || pt_buf_failed(prefs) ||
        pt_buf_failed(exceptions))
        return pt_fail_memory(err);
    return pt_zip_write(entries, exceptions->len ? 3 : 2, out, err);
}

/* Imported, the ZIP brings no exceptions with it. */
static void note_question(struct pt_output *out, const struct pt_account *a)
{
    const struct pt_server *shown = a->in->certificate ? a->in : a->out;
    char print[PT_FINGERPRINT_CHARS];

    pt_fingerprint(shown->certificate, print);
    pt_output_note(out,
                   pt_arena_printf(out->arena,
                                   "Thunderbird asks once whether to trust "
                                   "the bridge's certificate: confirm it if "
                                   "its SHA-256 fingerprint is %s",
                                   print));
}

static enum pt_status write_thunderbird(const struct pt_job *job,
                                        struct pt_output *out,
                                        struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    PT_BUF struct pt_buf exceptions = {0};
    const struct pt_settings *settings = job->accounts;
    struct pt_account account;
    enum pt_auth in;
    enum pt_auth to_send;
    struct pt_prefs prefs;
    enum pt_status status =
        pt_account_of(settings, "Thunderbird", &account, err);

    if (status == PT_OK)
        status = pt_ways_in(&can, &account, &in, &to_send, err);
    if (status != PT_OK)
        return status;
    pt_prefs_begin(&prefs, &text);
    put_accounts(&prefs);
    put_incoming(&prefs, settings, &account, in);
    put_identity(&prefs, settings);
    put_outgoing(&prefs, settings, &account, to_send);
    status = pt_prefs_end(&prefs, err);
    if (status != PT_OK)
        return status;
    put_exception(&exceptions, account.in);
    put_exception(&exceptions, account.out);
    if (exceptions.len)
        note_question(out, &account);
    pt_note_left_out(out, settings, 0);
    return zip(job->arena, settings, &text, &exceptions,
               pt_output_first(out, &pt_writer_thunderbird, job), err);
}

const struct pt_writer pt_writer_thunderbird = {
    .name = "thunderbird",
    .client = "Thunderbird",
    .summary = "the ZIP that Thunderbird's Tools > Import takes",
    .file = "%a.thunderbird.zip",
    .media_type = "application/zip",
    .binary = true,
    .import = "in Thunderbird: Tools, Import, Import from a file, choose the "
              "ZIP, restart;\n"
              "the password is asked for once",
    .write = write_thunderbird,
};
