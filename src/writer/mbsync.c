/* mbsync.c - mbsyncrc: all of an account's mail, kept in step with a Maildir
 * folder below ~/Mail. */
#include "format/rc.h"
#include "writer/account_name.h"
#include "writer/password_command.h"
#include "writer/pins.h"
#include "writer/writers.h"

/* isync 1.5 has TLSType for it, which 1.4 refuses; this one both read. */
static const char *const ssl_types[] = {
    [PT_SECURITY_UNKNOWN] = "STARTTLS",
    [PT_TLS] = "IMAPS",
    [PT_STARTTLS] = "STARTTLS",
    [PT_PLAIN] = "None",
};

static const struct pt_can can = {.client = "mbsync", .auths = PT_BY_PASSWORD};

static void put_server(struct pt_rc *rc, const struct pt_job *job,
                       struct pt_output *out,
                       const struct pt_settings *settings,
                       const struct pt_server *server, const char *name)
{
    const char *login = pt_login(settings, server);
    const char *pin = pt_pin_file(out, job, server, NULL);

    pt_rc_word(rc, "IMAPAccount", name);
    pt_rc_text(rc, "Host", server->host);
    pt_rc_int(rc, "Port", server->port);
    pt_rc_text(rc, "User", login);
    pt_rc_command(rc, "PassCmd",
                  pt_password_command(job->arena, settings, login));
    pt_note_password(out, settings, login);
    pt_rc_word(rc, "SSLType", ssl_types[server->security]);
    if (pin) {
        pt_rc_text(rc, "CertificateFile", pin);
        pt_rc_word(rc, "SystemCertificates", "no");
    }
    pt_rc_blank(rc);
}

static const char *folder_of(const struct pt_job *job)
{
    return job->mail_folder ? job->mail_folder : "~/Mail";
}

/* The name means nothing to mbsync, wherever it stands. */
static void put_channel(struct pt_buf *out, const char *folder,
                        const char *name)
{
    pt_buf_printf(out, "IMAPStore %s-remote\nAccount %s\n\n", name, name);
    pt_buf_printf(out,
                  "MaildirStore %s-local\n"
                  "Path %s/%s/\n"
                  "Inbox %s/%s/INBOX\n"
                  "SubFolders Verbatim\n\n",
                  name, folder, name, folder, name);
    pt_buf_printf(out,
                  "Channel %s\n"
                  "Far :%s-remote:\n"
                  "Near :%s-local:\n"
                  "Patterns *\n"
                  "Create Near\n"
                  "SyncState *\n\n",
                  name, name, name);
}

static enum pt_status put_account(struct pt_rc *rc, const struct pt_job *job,
                                  struct pt_output *out,
                                  const struct pt_settings *settings,
                                  struct pt_error *err)
{
    const struct pt_server *server = pt_chosen(settings, PT_IMAP);
    /* It receives, and does not care what sends. */
    struct pt_account account = {.in = server, .out = server};
    const char *name = pt_account_name(job->arena, settings);
    enum pt_auth auth;
    enum pt_status status = pt_need_imap(settings, can.client, err);

    if (status == PT_OK)
        status = pt_ways_in(&can, &account, &auth, &auth, err);
    if (status != PT_OK)
        return status;
    put_server(rc, job, out, settings, server, name);
    put_channel(rc->out, folder_of(job), name);
    pt_output_note(out, pt_arena_printf(out->arena,
                                        "its mail goes to a folder that must "
                                        "be there: mkdir -p %s/%s",
                                        folder_of(job), name));
    pt_note_left_out(out, settings, 0);
    return PT_OK;
}

static enum pt_status write_mbsync(const struct pt_job *job,
                                   struct pt_output *out, struct pt_error *err)
{
    enum pt_status status = PT_OK;
    struct pt_rc rc;

    pt_rc_begin(&rc, PT_RC_MBSYNC,
                pt_output_first(out, &pt_writer_mbsync, job));
    for (size_t i = 0; i < job->count && status == PT_OK; i++)
        status = put_account(&rc, job, out, &job->accounts[i], err);
    return status == PT_OK ? pt_rc_end(&rc, err) : status;
}

const struct pt_writer pt_writer_mbsync = {
    .name = "mbsync",
    .client = "mbsync (isync)",
    .summary = "the mbsyncrc by which mbsync keeps a Maildir in step",
    .file = "%a.mbsyncrc",
    .folder = "mbsync",
    .media_type = "text/plain; charset=utf-8",
    .takes_several = true,
    .import = "make it your ~/.mbsyncrc (or add it there), then run: mbsync -a",
    .write = write_mbsync,
};
