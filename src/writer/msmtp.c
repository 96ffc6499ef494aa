/* msmtp.c - msmtprc: sending through each account, the first by default. */
#include "format/fingerprint.h"
#include "format/rc.h"
#include "writer/account_name.h"
#include "writer/password_command.h"
#include "writer/writers.h"

#include <string.h>

static const struct pt_can can = {
    .client = "msmtp",
    .auths = PT_BY_PASSWORD | 1 << PT_AUTH_NONE | 1 << PT_AUTH_CLIENT_IP,
};

/* msmtp puts the user's and the machine's names in (as %U, for one), and has
 * no way to keep it from that. */
static enum pt_status check_sender(const char *address, struct pt_error *err)
{
    for (const char *at = address; (at = strchr(at, '%')); at++)
        if (at[1] && strchr("UHCM", at[1]))
            return pt_fail(err, PT_CANNOT_EXPRESS,
                           "'portolan write text' gives a card to type from",
                           "msmtp takes '%.2s' in '%s' for a placeholder", at,
                           address);
    return PT_OK;
}

/* What it would find itself ("on") it does not use without encryption, as the
 * password is readable: on this machine only, which is where plain text is. */
static const char *way_in(const struct pt_server *server, enum pt_auth auth)
{
    if (auth == PT_AUTH_NONE || auth == PT_AUTH_CLIENT_IP)
        return "off";
    if (server->security != PT_PLAIN)
        return "on";
    return auth == PT_AUTH_ENCRYPTED ? "cram-md5" : "plain";
}

static void put_protection(struct pt_rc *rc, const struct pt_server *server)
{
    char print[PT_FINGERPRINT_CHARS];

    pt_rc_word(rc, "tls", server->security == PT_PLAIN ? "off" : "on");
    if (server->security == PT_PLAIN)
        return;
    pt_rc_word(rc, "tls_starttls", server->security == PT_TLS ? "off" : "on");
    if (!server->certificate)
        return;
    /* This certificate, and no authority's. */
    pt_fingerprint(server->certificate, print);
    pt_rc_word(rc, "tls_trust_file", "");
    pt_rc_word(rc, "tls_fingerprint", print);
}

static void put_login(struct pt_rc *rc, struct pt_output *out,
                      const struct pt_settings *settings,
                      const struct pt_server *server, enum pt_auth auth)
{
    const char *way = way_in(server, auth);
    const char *login = pt_login(settings, server);

    pt_rc_word(rc, "auth", way);
    if (pt_is(way, "off"))
        return;
    pt_rc_text(rc, "user", login);
    pt_rc_command(rc, "passwordeval",
                  pt_password_command(out->arena, settings, login));
    pt_note_password(out, settings, login);
}

static enum pt_status put_account(struct pt_rc *rc, struct pt_output *out,
                                  const struct pt_settings *settings,
                                  struct pt_error *err)
{
    const struct pt_server *server = pt_chosen(settings, PT_SUBMISSION);
    /* It sends, and does not care what receives. */
    struct pt_account account = {.in = server, .out = server};
    enum pt_auth auth;
    enum pt_status status;

    if (!server)
        return pt_account_of(settings, can.client, &account, err);
    status = pt_ways_in(&can, &account, &auth, &auth, err);
    if (status == PT_OK)
        status = check_sender(settings->address.text, err);
    if (status != PT_OK)
        return status;
    pt_rc_word(rc, "account", pt_account_name(out->arena, settings));
    pt_rc_text(rc, "host", server->host);
    pt_rc_int(rc, "port", server->port);
    pt_rc_text(rc, "from", settings->address.text);
    put_login(rc, out, settings, server, auth);
    put_protection(rc, server);
    pt_rc_blank(rc);
    pt_note_left_out(out, settings, 0);
    return PT_OK;
}

static enum pt_status write_msmtp(const struct pt_job *job,
                                  struct pt_output *out, struct pt_error *err)
{
    enum pt_status status = PT_OK;
    struct pt_rc rc;
    const char *first;

    pt_rc_begin(&rc, PT_RC_MSMTP, pt_output_first(out, &pt_writer_msmtp, job));
    for (size_t i = 0; i < job->count && status == PT_OK; i++)
        status = put_account(&rc, out, &job->accounts[i], err);
    if (status != PT_OK)
        return status;
    first = pt_arena_printf(job->arena, ": %s",
                            pt_account_name(job->arena, job->accounts));
    pt_rc_word(&rc, "account default", first ? first : "");
    return pt_rc_end(&rc, err);
}

const struct pt_writer pt_writer_msmtp = {
    .name = "msmtp",
    .client = "msmtp",
    .summary = "the msmtprc by which msmtp sends",
    .file = "%a.msmtprc",
    .media_type = "text/plain; charset=utf-8",
    .takes_several = true,
    .import = "make it your ~/.msmtprc (or add it there), or run: msmtp -C "
              "FILE; only you may read it (chmod 600)",
    .write = write_msmtp,
};
