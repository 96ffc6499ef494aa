#include "writer/thunderbird_prefs.h"

#include "format/anchor.h"
#include "format/fingerprint.h"
#include "writer/writers.h"

#include <string.h>

static const int socket_types[] = {
    [PT_SECURITY_UNKNOWN] = 2,
    [PT_TLS] = 3,
    [PT_STARTTLS] = 2,
    [PT_PLAIN] = 0,
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
    "googlemail.com",    "gmail.com",
    "imap.mail.ru",      "smtp.mail.ru",
    "imap.yandex.com",   "smtp.yandex.com",
    "yahoo.com",         "att.net",
    "aol.com",           "office365.com",
    "outlook.com",       "hotmail.com",
    "imap.fastmail.com", "pop.fastmail.com",
    "smtp.fastmail.com", "imap.comcast.net",
    "pop.comcast.net",   "smtp.comcast.net",
    "thundermail.com",   NULL,
};

const struct pt_can pt_thunderbird_can = {
    .client = "Thunderbird",
    .auths = PT_BY_PASSWORD | 1 << PT_AUTH_GSSAPI | 1 << PT_AUTH_NTLM |
             1 << PT_AUTH_NONE | 1 << PT_AUTH_CLIENT_IP | 1 << PT_AUTH_TLS_CERT,
    .oauth2_domains = oauth2_domains,
};

/* One account on its way: what is in it, and what its parts are called. */
struct making {
    struct pt_prefs *prefs;
    const struct pt_settings *settings;
    struct pt_account servers;
    enum pt_auth auth_in;
    enum pt_auth auth_out;
    enum pt_part_names names;
    struct pt_thunderbird_parts parts;
};

/* ---- names ---- */

static void name_counted(struct making *m, size_t i)
{
    struct pt_arena *arena = m->prefs->arena;

    m->parts = (struct pt_thunderbird_parts){
        .account = pt_arena_printf(arena, "account%zu", i + 1),
        .server = pt_arena_printf(arena, "server%zu", i + 1),
        .identity = pt_arena_printf(arena, "id%zu", i + 1),
        .smtp = pt_arena_printf(arena, "smtp%zu", i + 1),
    };
}

/* Any word will do; the parts are of different kinds, and may share one. */
static void name_unique(struct making *m)
{
    struct pt_arena *arena = m->prefs->arena;
    const char *name =
        pt_arena_printf(arena, "portolan%.8s",
                        pt_account_id(arena, m->settings, "thunderbird"));

    m->parts = (struct pt_thunderbird_parts){
        .account = name, .server = name, .identity = name, .smtp = name};
}

static void name_parts(struct making *m, size_t i)
{
    if (m->names == PT_NAMES_COUNTED)
        name_counted(m, i);
    else
        name_unique(m);
}

static const char *branch(const struct making *m, const char *kind,
                          const char *name)
{
    const char *text =
        pt_arena_printf(m->prefs->arena, "mail.%s.%s.", kind, name);

    return text ? text : "";
}

/* ---- the parts of an account ---- */

static void put_account(const struct making *m)
{
    const char *at = branch(m, "account", m->parts.account);

    pt_prefs_string(m->prefs, at, "server", m->parts.server);
    pt_prefs_string(m->prefs, at, "identities", m->parts.identity);
}

/* Nothing is ever deleted from a POP3 server: the wizard has that done after
 * 14 days, which empties the mailbox behind a bridge. */
static void put_pop3(const struct making *m, const char *at)
{
    pt_prefs_bool(m->prefs, at, "leave_on_server", true);
    pt_prefs_bool(m->prefs, at, "download_on_biff", true);
}

static void put_incoming(const struct making *m)
{
    const struct pt_server *in = m->servers.in;
    const char *at = branch(m, "server", m->parts.server);
    bool imap = in->service == PT_IMAP;

    pt_prefs_string(m->prefs, at, "type", imap ? "imap" : "pop3");
    pt_prefs_string(m->prefs, at, "hostname", in->host);
    pt_prefs_int(m->prefs, at, "port", in->port);
    pt_prefs_string(m->prefs, at, "userName", m->servers.login_in);
    pt_prefs_int(m->prefs, at, "socketType", socket_types[in->security]);
    pt_prefs_int(m->prefs, at, "authMethod", auth_methods[m->auth_in]);
    pt_prefs_string(m->prefs, at, "name", m->settings->address.shown);
    pt_prefs_bool(m->prefs, at, "login_at_startup", true);
    pt_prefs_bool(m->prefs, at, "check_new_mail", true);
    if (!imap)
        put_pop3(m, at);
}

/* As Thunderbird escapes a user name in a folder's URI, which it compares
 * byte by byte (all ASCII measured, 153). */
static const char *escape(struct pt_arena *arena, const char *text)
{
    PT_BUF struct pt_buf out = {0};

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
            (c >= 'a' && c <= 'z') || strchr("*-._", c))
            pt_buf_putc(&out, *text);
        else
            pt_buf_printf(&out, "%%%02X", c);
    }
    if (pt_buf_failed(&out))
        pt_arena_fail(arena);
    return pt_arena_strdup(arena, pt_buf_text(&out));
}

/* Where the wizard has what is sent, drafted and kept as a model go. */
static void put_folders(const struct making *m, const char *at)
{
    static const struct {
        const char *pref;
        const char *folder;
        const char *mode;
    } folders[] = {
        {"fcc_folder", "Sent", "fcc_folder_picker_mode"},
        {"draft_folder", "Drafts", "drafts_folder_picker_mode"},
        {"stationery_folder", "Templates", "tmpl_folder_picker_mode"},
    };
    struct pt_arena *arena = m->prefs->arena;
    const char *scheme = m->servers.in->service == PT_IMAP ? "imap" : "mailbox";
    const char *login = escape(arena, m->servers.login_in);

    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
        pt_prefs_string(m->prefs, at, folders[i].pref,
                        pt_arena_printf(arena, "%s://%s@%s/%s", scheme,
                                        login ? login : "", m->servers.in->host,
                                        folders[i].folder));
        pt_prefs_string(m->prefs, at, folders[i].mode, "0");
    }
}

static void put_identity(const struct making *m)
{
    const char *at = branch(m, "identity", m->parts.identity);

    pt_prefs_string(m->prefs, at, "fullName", pt_full_name(m->settings));
    pt_prefs_string(m->prefs, at, "useremail", m->settings->address.text);
    pt_prefs_string(m->prefs, at, "smtpServer", m->parts.smtp);
    pt_prefs_bool(m->prefs, at, "valid", true);
    /* what a policy cannot say: format/prefs.h */
    if (m->names == PT_NAMES_COUNTED)
        pt_prefs_int(m->prefs, at, "reply_on_top", 1);
    put_folders(m, at);
}

static void put_outgoing(const struct making *m)
{
    const struct pt_server *out = m->servers.out;
    const char *at = branch(m, "smtpserver", m->parts.smtp);

    pt_prefs_string(m->prefs, at, "type", "smtp");
    pt_prefs_string(m->prefs, at, "hostname", out->host);
    pt_prefs_int(m->prefs, at, "port", out->port);
    if (m->auth_out != PT_AUTH_NONE)
        pt_prefs_string(m->prefs, at, "username", m->servers.login_out);
    pt_prefs_int(m->prefs, at, "try_ssl", socket_types[out->security]);
    pt_prefs_int(m->prefs, at, "authMethod", auth_methods[m->auth_out]);
    pt_prefs_string(m->prefs, at, "description", m->settings->provider_name);
}

/* ---- all accounts ---- */

/* Thunderbird makes a URL of host and user, wrongly with a colon in the host,
 * and drops the account (measured, 153). */
static enum pt_status check_host(const struct making *m, struct pt_error *err)
{
    const char *host = m->servers.in->host;

    if (!strchr(host, ':'))
        return PT_OK;
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "have the server listen on 127.0.0.1 too, or use its name",
                   "Thunderbird drops an account whose server is an IPv6 "
                   "address such as '%s'",
                   host);
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* It tells a POP3 server the user name in Latin-1, or hangs where that has no
 * such letter (measured, 153); elsewhere it tells it in UTF-8. */
static enum pt_status check_login(const struct making *m, struct pt_error *err)
{
    char shown[64];

    if (m->servers.in->service != PT_POP3 || is_ascii(m->servers.login_in))
        return PT_OK;
    pt_make_printable(pt_slice_of(m->servers.login_in), shown, sizeof(shown));
    return pt_fail(err, PT_CANNOT_EXPRESS, "see whether the server has IMAP",
                   "Thunderbird cannot sign in to a POP3 server as '%s': it "
                   "tells it none but ASCII letters",
                   shown);
}

static enum pt_status put_all(struct making *m, struct pt_error *err)
{
    enum pt_status status =
        pt_account_of(m->settings, "Thunderbird", &m->servers, err);

    if (status == PT_OK)
        status = pt_ways_in(&pt_thunderbird_can, &m->servers, &m->auth_in,
                            &m->auth_out, err);
    if (status == PT_OK)
        status = check_host(m, err);
    if (status == PT_OK)
        status = check_login(m, err);
    if (status != PT_OK)
        return status;
    put_account(m);
    put_incoming(m);
    put_identity(m);
    put_outgoing(m);
    return PT_OK;
}

/* NULL: no memory, which the arena remembers. */
static const char *join(struct pt_arena *arena, const char *list,
                        const char *word)
{
    return list ? pt_arena_printf(arena, "%s,%s", list, word) : word;
}

/* Those of the first account are the ones to go by. */
static void put_lists(const struct making *first, const char *accounts,
                      const char *smtps)
{
    struct pt_prefs *prefs = first->prefs;

    pt_prefs_string(prefs, "mail.accountmanager.", "accounts", accounts);
    pt_prefs_string(prefs, "mail.accountmanager.", "defaultaccount",
                    first->parts.account);
    pt_prefs_string(prefs, "mail.", "smtpservers", smtps);
    pt_prefs_string(prefs, "mail.smtp.", "defaultserver", first->parts.smtp);
}

enum pt_status pt_thunderbird_account(const struct pt_settings *settings,
                                      const struct pt_thunderbird_parts *parts,
                                      struct pt_prefs *prefs,
                                      struct pt_error *err)
{
    struct making m = {.prefs = prefs,
                       .settings = settings,
                       .names = PT_NAMES_COUNTED,
                       .parts = *parts};

    return put_all(&m, err);
}

enum pt_status pt_thunderbird_prefs(const struct pt_job *job,
                                    enum pt_part_names names,
                                    struct pt_prefs *prefs,
                                    struct pt_error *err)
{
    enum pt_status status = PT_OK;
    const char *accounts = NULL;
    const char *smtps = NULL;
    struct making first = {0};

    for (size_t i = 0; i < job->count && status == PT_OK; i++) {
        struct making m = {
            .prefs = prefs, .settings = &job->accounts[i], .names = names};

        name_parts(&m, i);
        accounts = join(prefs->arena, accounts, m.parts.account);
        smtps = join(prefs->arena, smtps, m.parts.smtp);
        status = put_all(&m, err);
        first = i ? first : m;
    }
    put_lists(&first, accounts, smtps);
    /* new accounts count from here */
    if (names == PT_NAMES_COUNTED)
        pt_prefs_int(prefs, "mail.account.", "lastKey", (int)job->count);
    return status;
}

/* ---- notes ---- */

static void note_question(struct pt_output *out, const struct pt_server *server,
                          bool installs)
{
    char print[PT_FINGERPRINT_CHARS];

    if (!server->certificate ||
        (installs && pt_is_anchor(server->certificate, server->host)))
        return;
    pt_fingerprint(server->certificate, print);
    pt_output_note(out,
                   pt_arena_printf(out->arena,
                                   "Thunderbird asks once whether to trust "
                                   "the bridge's certificate: confirm it if "
                                   "its SHA-256 fingerprint is %s",
                                   print));
}

/* A calendar's preference holds the URL of one calendar, an address book's
 * that of one address book.  What is published is the server's, at which
 * Thunderbird finds them by itself, but only when a person asks. */
static void note_dav(struct pt_output *out, const struct pt_settings *settings)
{
    if (pt_chosen(settings, PT_CALDAV))
        pt_output_note(out, "Thunderbird finds the calendars when asked: New "
                            "Calendar, On the Network, with the user name "
                            "and where the server is");
    if (pt_chosen(settings, PT_CARDDAV))
        pt_output_note(out, "Thunderbird finds the address books when asked: "
                            "New Address Book, CardDAV, with the user name "
                            "and where the server is");
}

void pt_thunderbird_note_rest(const struct pt_settings *settings,
                              struct pt_output *out)
{
    pt_note_left_out(out, settings, 0);
    note_dav(out, settings);
}

void pt_thunderbird_notes(const struct pt_job *job, bool installs,
                          struct pt_output *out)
{
    for (size_t i = 0; i < job->count; i++) {
        const struct pt_settings *settings = &job->accounts[i];

        note_question(out, pt_chosen_incoming(settings), installs);
        note_question(out, pt_chosen(settings, PT_SUBMISSION), installs);
        pt_thunderbird_note_rest(settings, out);
    }
}
