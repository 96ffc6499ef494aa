/* mutt.c - a muttrc fragment, which mutt and NeoMutt both source. */
#include "format/rc.h"
#include "format/server_url.h"
#include "writer/password_command.h"
#include "writer/pins.h"
#include "writer/writers.h"

static const struct pt_can can = {.client = "mutt", .auths = PT_BY_PASSWORD};

struct fragment {
    const struct pt_job *job;
    struct pt_output *out;
    const struct pt_settings *settings;
    struct pt_account account;
    struct pt_rc rc;
};

static const char *url_of(const struct fragment *f, const char *scheme,
                          const char *login, const struct pt_server *server)
{
    const char *secure = server->security == PT_TLS ? "s" : "";
    const char *name = pt_arena_printf(f->job->arena, "%s%s", scheme, secure);
    const char *url =
        name ? pt_server_url(f->job->arena, name, login, server) : "";

    url = pt_arena_printf(f->job->arena, "%s/", url);
    return url ? url : "";
}

/* A login that mutt and NeoMutt would hand to the command differently is left
 * to be asked for. */
static void put_password(struct fragment *f, const char *key,
                         const char *login)
{
    const char *command =
        pt_password_command(f->job->arena, f->settings, login);

    if (pt_rc_can_run(&f->rc, command)) {
        pt_rc_command(&f->rc, key, command);
        pt_note_password(f->out, f->settings, login);
    } else {
        pt_output_note(f->out,
                       pt_arena_printf(f->job->arena,
                                       "mutt asks for the password of %s: a "
                                       "command in its file cannot hold such "
                                       "a login",
                                       login));
    }
}

static void put_identity(struct fragment *f)
{
    pt_rc_text(&f->rc, "realname", pt_full_name(f->settings));
    pt_rc_text(&f->rc, "from", f->settings->address.text);
    pt_rc_word(&f->rc, "use_from", "yes");
}

static void put_imap(struct fragment *f)
{
    const struct pt_account *a = &f->account;

    pt_rc_text(&f->rc, "imap_user", a->login_in);
    put_password(f, "imap_pass", a->login_in);
    pt_rc_text(&f->rc, "folder", url_of(f, "imap", NULL, a->in));
    pt_rc_text(&f->rc, "spoolfile", "+INBOX");
}

/* The mailbox itself is looked at; fetch-mail brings it here. */
static void put_pop3(struct fragment *f)
{
    const struct pt_account *a = &f->account;
    const char *url = url_of(f, "pop", NULL, a->in);

    pt_rc_text(&f->rc, "pop_user", a->login_in);
    put_password(f, "pop_pass", a->login_in);
    pt_rc_text(&f->rc, "pop_host", url);
    pt_rc_word(&f->rc, "pop_delete", "no");
    pt_rc_text(&f->rc, "spoolfile", url);
}

static void put_submission(struct fragment *f, enum pt_auth auth)
{
    const struct pt_account *a = &f->account;
    bool signs_in = auth != PT_AUTH_NONE;

    pt_rc_text(&f->rc, "smtp_url",
               url_of(f, "smtp", signs_in ? a->login_out : NULL, a->out));
    if (!signs_in)
        return;
    put_password(f, "smtp_pass", a->login_out);
    if (auth == PT_AUTH_CLEARTEXT)
        pt_rc_text(&f->rc, "smtp_authenticators", "plain:login");
}

static bool either_is(const struct fragment *f, enum pt_security security)
{
    return f->account.in->security == security ||
           f->account.out->security == security;
}

/* mutt has one switch for both servers.  Where one of them is on this machine
 * and has no encryption, the other is upgraded as long as it offers it. */
static void put_protection(struct fragment *f)
{
    pt_rc_word(&f->rc, "ssl_starttls",
               either_is(f, PT_STARTTLS) || either_is(f, PT_SECURITY_UNKNOWN)
                   ? "yes"
                   : "no");
    pt_rc_word(&f->rc, "ssl_force_tls", either_is(f, PT_PLAIN) ? "no" : "yes");
}

static void put_pin(struct fragment *f)
{
    const char *path =
        pt_pin_file(f->out, f->job, f->account.in, f->account.out);

    if (path)
        pt_rc_text(&f->rc, "certificate_file", path);
}

static enum pt_status write_mutt(const struct pt_job *job,
                                 struct pt_output *out, struct pt_error *err)
{
    struct fragment f = {.job = job, .out = out, .settings = job->accounts};
    enum pt_auth auth_in;
    enum pt_auth auth_out;
    enum pt_status status =
        pt_account_of(f.settings, can.client, &f.account, err);

    if (status == PT_OK)
        status = pt_ways_in(&can, &f.account, &auth_in, &auth_out, err);
    if (status != PT_OK)
        return status;
    pt_rc_begin(&f.rc, PT_RC_MUTT, pt_output_first(out, &pt_writer_mutt, job));
    put_identity(&f);
    if (f.account.in->service == PT_IMAP)
        put_imap(&f);
    else
        put_pop3(&f);
    put_submission(&f, auth_out);
    put_protection(&f);
    put_pin(&f);
    pt_note_left_out(out, f.settings, 0);
    return pt_rc_end(&f.rc, err);
}

const struct pt_writer pt_writer_mutt = {
    .name = "mutt",
    .client = "mutt and NeoMutt",
    .summary = "a fragment of the muttrc, for mutt and NeoMutt",
    .file = "%a.muttrc",
    .folder = "mutt",
    .media_type = "text/plain; charset=utf-8",
    .import = "add to your ~/.muttrc: source \"FILE\"\n"
              "or run: mutt -F FILE",
    .write = write_mutt,
};
