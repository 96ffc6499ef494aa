/* evolution.c - the .source files of Evolution's accounts, one a server.
 *
 * Evolution knows each by its name, and keeps the password under it: the names
 * follow from the address alone, so that the files replace those before.
 */
#include "format/fingerprint.h"
#include "format/keyfile.h"
#include "format/url.h"
#include "writer/writers.h"

#include <string.h>

/* CamelNetworkSecurityMethod, by its nicknames. */
static const char *const securities[] = {
    [PT_SECURITY_UNKNOWN] = "starttls-on-standard-port",
    [PT_TLS] = "ssl-on-alternate-port",
    [PT_STARTTLS] = "starttls-on-standard-port",
    [PT_PLAIN] = "none",
};

/* To receive, "none" sends the password too: by LOGIN, or USER and PASS, which
 * servers take that do not offer PLAIN (Evolution's assistant does the same).
 * To send, it is no login at all. */
static const char *const methods_in[PT_AUTHS] = {
    [PT_AUTH_CLEARTEXT] = "none",
    [PT_AUTH_ENCRYPTED] = "CRAM-MD5",
    [PT_AUTH_GSSAPI] = "GSSAPI",
    [PT_AUTH_NTLM] = "NTLM",
};
static const char *const methods_out[PT_AUTHS] = {
    [PT_AUTH_CLEARTEXT] = "PLAIN",
    [PT_AUTH_ENCRYPTED] = "CRAM-MD5",
    [PT_AUTH_GSSAPI] = "GSSAPI",
    [PT_AUTH_NTLM] = "NTLM",
    [PT_AUTH_NONE] = "none",
};

/* Where Evolution itself takes OAuth2 for possible (e-oauth2-service-*.c of
 * evolution-data-server 3.46), and as whose client. */
static const char *const oauth2_domains[] = {
    "gmail.com",   "googlemail.com", "google.com",
    "outlook.com", "yahoo.com",      NULL,
};
static const char *const oauth2_methods[] = {
    "Google", "Google", "Google", "Outlook", "Yahoo",
};

static const struct pt_can can = {
    .client = "Evolution",
    .auths = PT_BY_PASSWORD | 1 << PT_AUTH_GSSAPI | 1 << PT_AUTH_NTLM,
    .oauth2_domains = oauth2_domains,
};

static const struct pt_can can_dav = {.client = "Evolution",
                                      .auths = PT_BY_PASSWORD};

struct sources {
    struct pt_arena *arena;
    struct pt_output *out;
    const struct pt_settings *settings;
    struct pt_account account;
    enum pt_auth auth_in;
    enum pt_auth auth_out;
    const char *account_uid; /* the names of the files, without ".source" */
    const char *identity_uid;
    const char *transport_uid;
};

static const char *oauth2_method(const char *host)
{
    for (size_t i = 0; oauth2_domains[i]; i++)
        if (pt_has_suffix(host, oauth2_domains[i]))
            return oauth2_methods[i];
    return "none";
}

static void put_head(struct pt_keyfile *file, const struct sources *s,
                     const char *parent)
{
    pt_keyfile_group(file, "Data Source");
    pt_keyfile_string(file, "DisplayName", s->settings->address.shown);
    pt_keyfile_bool(file, "Enabled", true);
    pt_keyfile_string(file, "Parent", parent);
}

/* What is of no use to us is there all the same: its registry would add it, and
 * the file were no more as it was written. */
static void put_sign_in(struct pt_keyfile *file, const char *host,
                        const char *login, const char *method)
{
    pt_keyfile_group(file, "Authentication");
    pt_keyfile_string(file, "CredentialName", "");
    pt_keyfile_string(file, "Host", host);
    pt_keyfile_bool(file, "IsExternal", false);
    pt_keyfile_string(file, "Method", method);
    pt_keyfile_string(file, "ProxyUid", "system-proxy");
    pt_keyfile_bool(file, "RememberPassword", true);
    pt_keyfile_string(file, "User", login);
}

static void put_server(struct pt_keyfile *file,
                       const struct pt_server *server, const char *login,
                       const char *method)
{
    put_sign_in(file, server->host, login, method);
    pt_keyfile_int(file, "Port", server->port);
    pt_keyfile_group(file, "Security");
    pt_keyfile_string(file, "Method", securities[server->security]);
}

static enum pt_status write_account(const struct sources *s,
                                    struct pt_buf *out, struct pt_error *err)
{
    const struct pt_server *in = s->account.in;
    bool imap = in->service == PT_IMAP;
    struct pt_keyfile file;

    pt_keyfile_begin(&file, out);
    put_head(&file, s, "");
    put_server(&file, in, s->account.login_in,
               s->auth_in == PT_AUTH_OAUTH2 ? oauth2_method(in->host)
                                            : methods_in[s->auth_in]);
    pt_keyfile_group(&file, "Mail Account");
    pt_keyfile_string(&file, "BackendName", imap ? "imapx" : "pop");
    pt_keyfile_string(&file, "IdentityUid", s->identity_uid);
    if (imap) { /* ask the server which folders are for drafts and sent mail */
        pt_keyfile_bool(&file, "NeedsInitialSetup", true);
    } else { /* without it, what was fetched is deleted there */
        pt_keyfile_group(&file, "Pop Backend");
        pt_keyfile_bool(&file, "KeepOnServer", true);
    }
    return pt_keyfile_end(&file, err);
}

static enum pt_status write_identity(const struct sources *s,
                                     struct pt_buf *out, struct pt_error *err)
{
    struct pt_keyfile file;

    pt_keyfile_begin(&file, out);
    put_head(&file, s, s->account_uid);
    pt_keyfile_group(&file, "Mail Identity");
    pt_keyfile_string(&file, "Address", s->settings->address.text);
    pt_keyfile_string(&file, "Name", pt_full_name(s->settings));
    pt_keyfile_group(&file, "Mail Submission");
    pt_keyfile_string(&file, "TransportUid", s->transport_uid);
    return pt_keyfile_end(&file, err);
}

static enum pt_status write_transport(const struct sources *s,
                                      struct pt_buf *out,
                                      struct pt_error *err)
{
    const struct pt_server *to = s->account.out;
    bool no_login = s->auth_out == PT_AUTH_NONE;
    struct pt_keyfile file;

    pt_keyfile_begin(&file, out);
    put_head(&file, s, s->account_uid);
    put_server(&file, to, no_login ? "" : s->account.login_out,
               s->auth_out == PT_AUTH_OAUTH2 ? oauth2_method(to->host)
                                             : methods_out[s->auth_out]);
    pt_keyfile_group(&file, "Mail Transport");
    pt_keyfile_string(&file, "BackendName", "smtp");
    return pt_keyfile_end(&file, err);
}

/* ---- calendars and address books ---- */

/* NULL: there is no such server, or none that Evolution can sign in at. */
static const struct pt_server *find_dav(const struct pt_settings *settings,
                                        enum pt_service service)
{
    const struct pt_server *server = pt_chosen(settings, service);
    enum pt_auth auth;

    return server && pt_way_in(&can_dav, server, &auth) ? server : NULL;
}

/* Evolution looks below it for what there is, and at the well-known places
 * (RFC 6764) when it has no path. */
static const char *dav_url(struct pt_arena *arena,
                           const struct pt_server *server)
{
    bool is_ipv6 = server->host && strchr(server->host, ':');

    if (server->url)
        return server->url;
    return pt_arena_printf(arena, is_ipv6 ? "%s://[%s]:%u/" : "%s://%s:%u/",
                           server->security == PT_PLAIN ? "http" : "https",
                           server->host, server->port);
}

static void put_service(struct pt_keyfile *file, struct pt_arena *arena,
                        const struct pt_server *server, const char *name)
{
    const char *key = pt_arena_printf(arena, "%sEnabled", name);
    const char *url_key = pt_arena_printf(arena, "%sUrl", name);
    const char *url = server ? dav_url(arena, server) : "";

    if (!key || !url_key || !url)
        return;
    pt_keyfile_bool(file, key, server);
    if (server)
        pt_keyfile_string(file, url_key, url);
}

/* One collection, with one login: that of the calendars. */
static enum pt_status write_collection(struct sources *s, unsigned *held,
                                       struct pt_error *err)
{
    const struct pt_server *calendars = find_dav(s->settings, PT_CALDAV);
    const struct pt_server *books = find_dav(s->settings, PT_CARDDAV);
    const struct pt_server *server = calendars ? calendars : books;
    const char *login = pt_login(s->settings, server);
    const char *host;
    struct pt_keyfile file;

    if (!server)
        return PT_OK;
    if (books && !pt_is(pt_login(s->settings, books), login))
        books = NULL;
    host = server->host ? server->host : pt_url_host(s->arena, server->url);
    pt_keyfile_begin(&file, pt_output_extra(s->out,
                                            pt_arena_printf(s->arena,
                                                            "%s-dav.source",
                                                            s->account_uid)));
    put_head(&file, s, "");
    put_sign_in(&file, host ? host : "", login, "plain/password");
    pt_keyfile_int(&file, "Port", 0);
    pt_keyfile_group(&file, "Collection");
    pt_keyfile_bool(&file, "AllowSourcesRename", false);
    pt_keyfile_string(&file, "BackendName", "webdav");
    put_service(&file, s->arena, calendars, "Calendar");
    put_service(&file, s->arena, books, "Contacts");
    pt_keyfile_string(&file, "Identity", login);
    pt_keyfile_bool(&file, "MailEnabled", false);
    *held = (calendars ? 1U << PT_CALDAV : 0) | (books ? 1U << PT_CARDDAV : 0);
    return pt_keyfile_end(&file, err);
}

/* ---- all of them ---- */

static void note_question(const struct sources *s,
                          const struct pt_server *server)
{
    char print[PT_FINGERPRINT_CHARS];

    pt_fingerprint(server->certificate, print);
    pt_output_note(s->out,
                   pt_arena_printf(s->arena,
                                   "Evolution asks once whether to trust the "
                                   "certificate of %s: accept it permanently "
                                   "if its SHA-256 fingerprint is %s",
                                   server->bridge ? "the bridge"
                                                  : server->host,
                                   print));
}

/* No file of Evolution's can hold them: it has a database of its own. */
static void note_certificates(const struct sources *s)
{
    const struct pt_server *in = s->account.in;
    const struct pt_server *to = s->account.out;

    if (in->certificate)
        note_question(s, in);
    if (to->certificate &&
        !(in->certificate &&
          pt_is(in->certificate->sha256, to->certificate->sha256)))
        note_question(s, to);
}

static struct pt_buf *add_file(const struct sources *s, const char *uid)
{
    return pt_output_beside(s->out,
                            pt_arena_printf(s->arena, "%s.source", uid));
}

static enum pt_status write_sources(struct sources *s,
                                    const struct pt_job *job,
                                    struct pt_error *err)
{
    unsigned held = 0;
    enum pt_status status = write_account(
        s, pt_output_first(s->out, &pt_writer_evolution, job), err);

    if (status == PT_OK)
        status = write_identity(s, add_file(s, s->identity_uid), err);
    if (status == PT_OK)
        status = write_transport(s, add_file(s, s->transport_uid), err);
    if (status == PT_OK)
        status = write_collection(s, &held, err);
    if (status != PT_OK)
        return status;
    note_certificates(s);
    pt_note_left_out(s->out, s->settings, held);
    return PT_OK;
}

/* Evolution takes the blanks around a text away. */
static enum pt_status check_login(const char *login, struct pt_error *err)
{
    struct pt_slice text = pt_slice_of(login);

    if (pt_trim(text).len == text.len)
        return PT_OK;
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "choose another mail program, such as Thunderbird",
                   "Evolution drops the blanks around the user name '%s'",
                   login);
}

static enum pt_status write_evolution(const struct pt_job *job,
                                      struct pt_output *out,
                                      struct pt_error *err)
{
    struct sources s = {
        .arena = job->arena, .out = out, .settings = job->accounts};
    enum pt_status status =
        pt_account_of(s.settings, can.client, &s.account, err);

    if (status == PT_OK)
        status = pt_ways_in(&can, &s.account, &s.auth_in, &s.auth_out, err);
    if (status == PT_OK)
        status = check_login(s.account.login_in, err);
    if (status == PT_OK)
        status = check_login(s.account.login_out, err);
    if (status != PT_OK)
        return status;
    s.account_uid = pt_safe_name(job->arena, s.settings->address.text);
    s.identity_uid = pt_arena_printf(job->arena, "%s-identity", s.account_uid);
    s.transport_uid =
        pt_arena_printf(job->arena, "%s-transport", s.account_uid);
    if (!s.account_uid || !s.identity_uid || !s.transport_uid)
        return pt_fail_memory(err);
    return write_sources(&s, job, err);
}

const struct pt_writer pt_writer_evolution = {
    .name = "evolution",
    .client = "Evolution",
    .summary = "the .source files of an account of GNOME's Evolution",
    .file = "%a.source",
    .folder = "evolution",
    .media_type = "text/plain; charset=utf-8",
    .keeps_names = true,
    .import = "put the files into ~/.config/evolution/sources as they are "
              "named: Evolution sees them in a few seconds, or when you log "
              "in again;\n"
              "the password is asked for once to receive and once to send, "
              "and kept in the keyring",
    .write = write_evolution,
};
