/* geary.c - the account_NN/geary.ini of each account, and the certificates
 * that Geary is to trust.
 *
 * Geary trusts a certificate for a host, whatever the port
 * (application-certificate-manager.vala).
 */
#include "format/fingerprint.h"
#include "format/keyfile.h"
#include "format/mailbox.h"
#include "format/pem.h"
#include "writer/writers.h"

enum { PREFETCH_DAYS = 14 }; /* as in an account made by Geary */

static const char *const securities[] = {
    [PT_SECURITY_UNKNOWN] = "start-tls",
    [PT_TLS] = "transport",
    [PT_STARTTLS] = "start-tls",
    [PT_PLAIN] = "none",
};

/* Its own OAuth2 accounts are those of GNOME's settings. */
static const struct pt_can can = {.client = "Geary",
                                  .auths = 1 << PT_AUTH_CLEARTEXT};

struct accounts {
    const struct pt_job *job;
    struct pt_output *out;
    const struct pt_server **pinned; /* a certificate a host */
    size_t pin_count;
};

/* ---- geary.ini ---- */

static void put_account(struct pt_keyfile *file, struct pt_arena *arena,
                        const struct pt_settings *settings, size_t number)
{
    PT_BUF struct pt_buf sender = {0};

    pt_mailbox_add(&sender, settings->display_name, settings->address.text);
    if (pt_buf_failed(&sender))
        pt_arena_fail(arena);
    pt_keyfile_group(file, "Metadata");
    pt_keyfile_int(file, "version", 1);
    pt_keyfile_string(file, "status", "enabled");
    pt_keyfile_group(file, "Account");
    pt_keyfile_int(file, "ordinal", (int)number);
    pt_keyfile_string(file, "label", "");
    pt_keyfile_int(file, "prefetch_days", PREFETCH_DAYS);
    pt_keyfile_bool(file, "save_drafts", true);
    pt_keyfile_bool(file, "save_sent", true);
    pt_keyfile_list(file, "sender_mailboxes", pt_buf_text(&sender));
    pt_keyfile_string(file, "service_provider", "other");
    pt_keyfile_string(file, "signature", "");
    pt_keyfile_bool(file, "use_signature", false);
    pt_keyfile_group(file, "Folders");
}

static void put_server(struct pt_keyfile *file,
                       const struct pt_server *server, const char *login,
                       const char *credentials)
{
    if (login)
        pt_keyfile_string(file, "login", login);
    pt_keyfile_bool(file, "remember_password", true);
    pt_keyfile_string(file, "host", server->host);
    pt_keyfile_int(file, "port", server->port);
    pt_keyfile_string(file, "transport_security",
                      securities[server->security]);
    pt_keyfile_string(file, "credentials", credentials);
}

static void put_outgoing(struct pt_keyfile *file, const struct pt_account *a,
                         enum pt_auth auth)
{
    bool same = pt_is(a->login_in, a->login_out);

    pt_keyfile_group(file, "Outgoing");
    if (auth == PT_AUTH_NONE)
        put_server(file, a->out, NULL, "none");
    else if (same)
        put_server(file, a->out, NULL, "use-incoming");
    else
        put_server(file, a->out, a->login_out, "custom");
}

/* ---- certificates ---- */

static void note_other(const struct accounts *g,
                       const struct pt_server *server)
{
    char print[PT_FINGERPRINT_CHARS];

    pt_fingerprint(server->certificate, print);
    pt_output_note(g->out,
                   pt_arena_printf(g->job->arena,
                                   "Geary keeps one certificate for %s, and "
                                   "asks about that of port %u: trust it if "
                                   "its SHA-256 fingerprint is %s",
                                   server->host, server->port, print));
}

static void pin(struct accounts *g, const struct pt_server *server)
{
    struct pt_arena *arena = g->job->arena;
    const struct pt_server **more;

    if (!server->certificate || !pt_host_ok(server->host))
        return;
    for (size_t i = 0; i < g->pin_count; i++)
        if (pt_is(g->pinned[i]->host, server->host)) {
            if (!pt_is(g->pinned[i]->certificate->sha256,
                       server->certificate->sha256))
                note_other(g, server);
            return;
        }
    more = pt_arena_grow(arena, g->pinned, g->pin_count, sizeof(*more));
    if (!more)
        return;
    more[g->pin_count++] = server;
    g->pinned = more;
    pt_pem_add(pt_output_extra(g->out,
                               pt_arena_printf(arena, "pinned-certs/%s.pem",
                                               server->host)),
               server->certificate);
}

/* ---- all of them ---- */

static struct pt_buf *add_ini(struct accounts *g, size_t number)
{
    if (number == 1)
        return pt_output_first(g->out, &pt_writer_geary, g->job);
    return pt_output_beside(g->out, pt_arena_printf(g->job->arena,
                                                    "account_%02zu/geary.ini",
                                                    number));
}

static enum pt_status write_account(struct accounts *g, size_t number,
                                    struct pt_error *err)
{
    const struct pt_settings *settings = &g->job->accounts[number - 1];
    struct pt_account account;
    enum pt_auth auth_out;
    struct pt_keyfile file;
    enum pt_status status =
        pt_imap_account_of(settings, &can, &account, &auth_out, err);

    if (status != PT_OK)
        return status;
    pt_keyfile_begin(&file, add_ini(g, number));
    put_account(&file, g->job->arena, settings, number);
    pt_keyfile_group(&file, "Incoming");
    put_server(&file, account.in, account.login_in, "custom");
    put_outgoing(&file, &account, auth_out);
    status = pt_keyfile_end(&file, err);
    if (status != PT_OK)
        return status;
    pin(g, account.in);
    pin(g, account.out);
    return PT_OK;
}

static enum pt_status write_geary(const struct pt_job *job,
                                  struct pt_output *out, struct pt_error *err)
{
    struct accounts g = {.job = job, .out = out};
    enum pt_status status = PT_OK;

    for (size_t i = 1; i <= job->count && status == PT_OK; i++)
        status = write_account(&g, i, err);
    for (size_t i = 0; i < job->count && status == PT_OK; i++)
        pt_note_left_out(out, &job->accounts[i], 0);
    return status;
}

const struct pt_writer pt_writer_geary = {
    .name = "geary",
    .client = "Geary",
    .summary = "the folder of an account of GNOME's Geary",
    .file = "account_01/geary.ini",
    .folder = "geary",
    .media_type = "text/plain; charset=utf-8",
    .takes_several = true,
    .keeps_names = true,
    .import = "close Geary, put account_01 into ~/.config/geary (by the next "
              "free number, if it has that one), pinned-certs into "
              "~/.local/share/geary, start it;\n"
              "the password is asked for once",
    .write = write_geary,
};
