/* aerc.c - accounts.conf, for aerc 0.14 and for those after it, which read
 * STARTTLS for sending from another place. */
#include "format/ini_write.h"
#include "format/mailbox.h"
#include "format/server_url.h"
#include "writer/account_name.h"
#include "writer/password_command.h"
#include "writer/pins.h"
#include "writer/writers.h"

static const struct pt_can can = {.client = "aerc",
                                  .auths = 1 << PT_AUTH_CLEARTEXT};

static const char *const imap_schemes[] = {
    [PT_SECURITY_UNKNOWN] = "imap",
    [PT_TLS] = "imaps",
    [PT_STARTTLS] = "imap",
    [PT_PLAIN] = "imap+insecure",
};

static const char *const smtp_schemes[] = {
    [PT_SECURITY_UNKNOWN] = "smtp",
    [PT_TLS] = "smtps",
    [PT_STARTTLS] = "smtp",
    [PT_PLAIN] = "smtp+insecure",
};

struct accounts {
    const struct pt_job *job;
    struct pt_output *out;
    struct pt_ini ini;
};

static void put_from(struct pt_ini *ini, struct pt_arena *arena,
                     const struct pt_settings *settings)
{
    PT_BUF struct pt_buf from = {0};

    pt_mailbox_add(&from, settings->display_name, settings->address.text);
    if (pt_buf_failed(&from))
        pt_arena_fail(arena);
    pt_ini_value(ini, "from", pt_buf_text(&from));
}

static void put_password(struct accounts *a,
                         const struct pt_settings *settings, const char *key,
                         const char *login)
{
    pt_ini_value(&a->ini, key,
                 pt_password_command(a->job->arena, settings, login));
    pt_note_password(a->out, settings, login);
}

/* "smtp", or "smtp+none" to send without signing in. */
static const char *smtp_scheme(struct pt_arena *arena,
                               const struct pt_server *server,
                               enum pt_auth auth)
{
    const char *scheme = smtp_schemes[server->security];

    if (auth == PT_AUTH_NONE)
        scheme = pt_arena_printf(arena, "%s+none", scheme);
    return scheme ? scheme : "";
}

/* Without smtp-starttls aerc 0.14 sends the password readable; later ones tell
 * that it means nothing to them. */
static void put_outgoing(struct accounts *a,
                         const struct pt_settings *settings,
                         const struct pt_account *account, enum pt_auth auth)
{
    struct pt_arena *arena = a->job->arena;
    const struct pt_server *server = account->out;
    const char *login = auth == PT_AUTH_NONE ? NULL : account->login_out;

    pt_ini_value(&a->ini, "outgoing",
                 pt_server_url(arena, smtp_scheme(arena, server, auth), login,
                               server));
    if (login)
        put_password(a, settings, "outgoing-cred-cmd", login);
    if (pt_is(smtp_schemes[server->security], "smtp")) {
        pt_ini_value(&a->ini, "smtp-starttls", "yes");
        pt_output_note(a->out,
                       "aerc 0.15 and later warn about smtp-starttls: there, "
                       "take that line out; 0.14 needs it");
    }
    if (server->security == PT_PLAIN)
        pt_output_note(a->out,
                       "aerc 0.14 and before want smtp:// where the file says "
                       "smtp+insecure://");
}

/* aerc knows the system's authorities alone.  The library by which it does
 * (Go's crypto/x509) adds those of a folder that a variable names. */
static void put_pin(struct accounts *a, const struct pt_account *account)
{
    if (pt_pin_file(a->out, a->job, account->in, account->out))
        pt_output_note(a->out,
                       "aerc cannot be told in its file to trust a bridge's "
                       "certificate: start it with the variable SSL_CERT_DIR "
                       "naming the folder of the .pem beside");
}

static enum pt_status put_account(struct accounts *a,
                                  const struct pt_settings *settings,
                                  struct pt_error *err)
{
    struct pt_arena *arena = a->job->arena;
    struct pt_account account;
    enum pt_auth auth_out;
    enum pt_status status =
        pt_imap_account_of(settings, &can, &account, &auth_out, err);

    if (status != PT_OK)
        return status;
    pt_ini_section(&a->ini, pt_account_name(arena, settings));
    pt_ini_value(&a->ini, "source",
                 pt_server_url(arena, imap_schemes[account.in->security],
                               account.login_in, account.in));
    put_password(a, settings, "source-cred-cmd", account.login_in);
    put_outgoing(a, settings, &account, auth_out);
    put_from(&a->ini, arena, settings);
    put_pin(a, &account);
    pt_note_left_out(a->out, settings, 0);
    return PT_OK;
}

static enum pt_status write_aerc(const struct pt_job *job,
                                 struct pt_output *out, struct pt_error *err)
{
    struct accounts accounts = {.job = job, .out = out};
    enum pt_status status = PT_OK;

    pt_ini_begin(&accounts.ini, pt_output_first(out, &pt_writer_aerc, job));
    for (size_t i = 0; i < job->count && status == PT_OK; i++)
        status = put_account(&accounts, &job->accounts[i], err);
    return status == PT_OK ? pt_ini_end(&accounts.ini, err) : status;
}

const struct pt_writer pt_writer_aerc = {
    .name = "aerc",
    .client = "aerc",
    .summary = "the accounts.conf of aerc",
    .file = "%a.accounts.conf",
    .folder = "aerc",
    .media_type = "text/plain; charset=utf-8",
    .takes_several = true,
    .import = "make it your ~/.config/aerc/accounts.conf (or add it there);\n"
              "only you may read it (chmod 600)",
    .write = write_aerc,
};
