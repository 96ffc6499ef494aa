/* himalaya.c - config.toml: for himalaya 2, and beside it for himalaya 1,
 * whose keys are others. */
#include "format/server_url.h"
#include "format/toml.h"
#include "writer/account_name.h"
#include "writer/password_command.h"
#include "writer/pins.h"
#include "writer/writers.h"

static const struct pt_can can = {.client = "himalaya",
                                  .auths = 1 << PT_AUTH_CLEARTEXT};

struct config {
    const struct pt_job *job;
    struct pt_output *out;
    struct pt_toml toml;
};

/* One server of an account. */
struct half {
    const struct pt_settings *settings;
    const struct pt_server *server;
    const char *login; /* NULL: it wants none */
    const char *key;   /* what its keys begin with */
};

static void put_text(struct config *c, const struct half *half,
                     const char *key, const char *value)
{
    const char *whole =
        pt_arena_printf(c->job->arena, "%s.%s", half->key, key);

    pt_toml_string(&c->toml, whole ? whole : "", value);
}

static void put_password(struct config *c, const struct half *half,
                         const char *key)
{
    put_text(c, half, key,
             pt_password_command(c->job->arena, half->settings, half->login));
}

static void put_pin(struct config *c, const struct half *half,
                    const char *key)
{
    const char *path = pt_pin_file(c->out, c->job, half->server, NULL);

    if (path)
        put_text(c, half, key, path);
}

/* ---- himalaya 2 ---- */

static void put_half_2(struct config *c, const struct half *half)
{
    struct pt_arena *arena = c->job->arena;
    bool is_tls = half->server->security == PT_TLS;
    bool starts = !is_tls && half->server->security != PT_PLAIN;
    const char *scheme =
        pt_arena_printf(arena, "%s%s", half->key, is_tls ? "s" : "");
    const char *starttls = pt_arena_printf(arena, "%s.starttls", half->key);

    put_text(c, half, "server",
             pt_server_url(arena, scheme ? scheme : "", NULL, half->server));
    if (starts)
        pt_toml_bool(&c->toml, starttls ? starttls : "", true);
    put_pin(c, half, "tls.cert");
    if (!half->login)
        return;
    put_text(c, half, "sasl.plain.username", half->login);
    put_password(c, half, "sasl.plain.password.command");
    pt_note_password(c->out, half->settings, half->login);
}

/* ---- himalaya 1 ---- */

static const char *const encryptions[] = {
    [PT_SECURITY_UNKNOWN] = "start-tls",
    [PT_TLS] = "tls",
    [PT_STARTTLS] = "start-tls",
    [PT_PLAIN] = "none",
};

static void put_half_1(struct config *c, const struct half *half)
{
    const char *port = pt_arena_printf(c->job->arena, "%s.port", half->key);

    put_text(c, half, "type",
             half->server->service == PT_IMAP ? "imap" : "smtp");
    put_text(c, half, "host", half->server->host);
    pt_toml_int(&c->toml, port ? port : "", half->server->port);
    put_text(c, half, "encryption.type", encryptions[half->server->security]);
    put_pin(c, half, "encryption.cert");
    if (!half->login)
        return;
    put_text(c, half, "login", half->login);
    put_text(c, half, "auth.type", "password");
    put_password(c, half, "auth.cmd");
}

/* ---- both ---- */

static enum pt_status find_halves(const struct pt_settings *settings,
                                  struct half *ret_in, struct half *ret_out,
                                  struct pt_error *err)
{
    struct pt_account account;
    enum pt_auth auth_out;
    enum pt_status status =
        pt_imap_account_of(settings, &can, &account, &auth_out, err);

    if (status != PT_OK)
        return status;
    *ret_in = (struct half){.settings = settings,
                            .server = account.in,
                            .login = account.login_in};
    *ret_out = (struct half){
        .settings = settings,
        .server = account.out,
        .login = auth_out == PT_AUTH_NONE ? NULL : account.login_out};
    return PT_OK;
}

static enum pt_status put_account(struct config *c,
                                  const struct pt_settings *settings,
                                  bool is_old, struct pt_error *err)
{
    struct half in;
    struct half out;
    enum pt_status status = find_halves(settings, &in, &out, err);

    if (status != PT_OK)
        return status;
    pt_toml_table(&c->toml, "accounts",
                  pt_account_name(c->job->arena, settings));
    pt_toml_bool(&c->toml, "default", settings == c->job->accounts);
    if (is_old) {
        pt_toml_string(&c->toml, "email", settings->address.text);
        pt_toml_string(&c->toml, "display-name", pt_full_name(settings));
    }
    in.key = is_old ? "backend" : "imap";
    out.key = is_old ? "message.send.backend" : "smtp";
    (is_old ? put_half_1 : put_half_2)(c, &in);
    (is_old ? put_half_1 : put_half_2)(c, &out);
    return PT_OK;
}

static enum pt_status put_config(struct config *c, struct pt_buf *bytes,
                                 bool is_old, struct pt_error *err)
{
    enum pt_status status = PT_OK;

    pt_toml_begin(&c->toml, bytes);
    for (size_t i = 0; i < c->job->count && status == PT_OK; i++)
        status = put_account(c, &c->job->accounts[i], is_old, err);
    return status == PT_OK ? pt_toml_end(&c->toml, err) : status;
}

static enum pt_status write_himalaya(const struct pt_job *job,
                                     struct pt_output *out,
                                     struct pt_error *err)
{
    struct config config = {.job = job, .out = out};
    struct pt_buf *first = pt_output_first(out, &pt_writer_himalaya, job);
    enum pt_status status = put_config(&config, first, false, err);

    if (status == PT_OK)
        status = put_config(&config, pt_output_extra(out, "himalaya-1.toml"),
                            true, err);
    for (size_t i = 0; i < job->count; i++)
        pt_note_left_out(out, &job->accounts[i], 0);
    return status;
}

const struct pt_writer pt_writer_himalaya = {
    .name = "himalaya",
    .client = "himalaya",
    .summary = "the config.toml of himalaya 2, and that of himalaya 1",
    .file = "%a.himalaya.toml",
    .folder = "himalaya",
    .media_type = "application/toml",
    .takes_several = true,
    .import = "make it your ~/.config/himalaya/config.toml (or add it there);\n"
              "for himalaya 1 take himalaya-1.toml",
    .write = write_himalaya,
};
