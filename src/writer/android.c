/* android.c - the QR code that Thunderbird for Android scans: the one of
 * Thunderbird's own "Export for mobile" (QRExport.sys.mjs of 153), byte for
 * byte, without passwords.
 */
#include "format/json_build.h"
#include "format/qr.h"
#include "writer/mobile.h"

#include <string.h>

enum {
    FORMAT = 1,
    PER_CODE = 3, /* accounts */
    EASY = 800,   /* bytes; Thunderbird warns above it */
    CODES = PT_FILES_MAX,
};

/* A code, and where it stands in the row of them. */
struct code {
    const struct pt_job *job;
    struct pt_buf *shown; /* what a terminal shows of all; or NULL */
    size_t nth;           /* from 1 */
    size_t count;
};

static const int securities[] = {
    [PT_SECURITY_UNKNOWN] = 2, [PT_TLS] = 3, [PT_STARTTLS] = 2, [PT_PLAIN] = 0,
};

static const int auths[PT_AUTHS] = {
    [PT_AUTH_NONE] = 0,
    [PT_AUTH_CLEARTEXT] = 1,
    [PT_AUTH_ENCRYPTED] = 2,
    [PT_AUTH_OAUTH2] = 6,
};

/* ---- the accounts ---- */

static cJSON *put_server(struct pt_json *json, cJSON *parent,
                         const struct pt_server *server, enum pt_auth auth,
                         const char *login)
{
    cJSON *at = pt_json_array(json, parent, NULL);

    pt_json_number(json, at, NULL, server->service == PT_POP3);
    pt_json_exact(json, at, NULL, server->host);
    pt_json_number(json, at, NULL, server->port);
    pt_json_number(json, at, NULL, securities[server->security]);
    pt_json_number(json, at, NULL, auths[auth]);
    pt_json_exact(json, at, NULL, auth == PT_AUTH_NONE ? "" : login);
    return at;
}

static void put_account(struct pt_json *json, const struct pt_mobile *mobile)
{
    const struct pt_settings *settings = mobile->settings;
    const struct pt_account *a = &mobile->account;
    cJSON *at = put_server(json, json->root, a->in, mobile->in, a->login_in);
    cJSON *groups;

    pt_json_exact(json, at, NULL, settings->address.shown);
    pt_json_exact(json, at, NULL, ""); /* the password */
    groups = pt_json_array(json, json->root, NULL);
    groups = pt_json_array(json, groups, NULL);
    at = put_server(json, groups, a->out, mobile->out, a->login_out);
    pt_json_exact(json, at, NULL, "");
    at = pt_json_array(json, groups, NULL);
    pt_json_exact(json, at, NULL, settings->address.text);
    pt_json_exact(json, at, NULL, pt_full_name(settings));
}

static bool is_ascii(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return !*text;
}

static enum pt_status add_account(struct pt_json *json,
                                  const struct pt_settings *settings,
                                  struct pt_error *err)
{
    struct pt_mobile mobile;
    enum pt_status status = pt_mobile_of(settings, &mobile, err);

    if (status != PT_OK)
        return status;
    if (!is_ascii(settings->address.text))
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "set the account up in the app, or use 'k9s'",
                       "Thunderbird's QR code holds ASCII addresses alone, "
                       "not %s",
                       settings->address.shown);
    put_account(json, &mobile);
    return PT_OK;
}

static void put_head(struct pt_json *json, const struct code *code)
{
    cJSON *at;

    pt_json_begin_as(json, cJSON_CreateArray());
    pt_json_number(json, json->root, NULL, FORMAT);
    at = pt_json_array(json, json->root, NULL);
    pt_json_number(json, at, NULL, (double)code->nth);
    pt_json_number(json, at, NULL, (double)code->count);
}

/* What the code says, and a line feed that is no part of it. */
static enum pt_status put_payload(const struct code *code,
                                  struct pt_buf *payload, struct pt_error *err)
{
    const struct pt_job *job = code->job;
    size_t first = (code->nth - 1) * PER_CODE;
    enum pt_status status = PT_OK;
    enum pt_status ended;
    struct pt_json json;

    put_head(&json, code);
    for (size_t i = first; i < job->count && i < first + PER_CODE; i++)
        if (status == PT_OK)
            status = add_account(&json, &job->accounts[i], err);
    ended = pt_json_end(&json, true, payload, status == PT_OK ? err : NULL);
    return status == PT_OK ? ended : status;
}

/* ---- the code ---- */

/* "ann@example.org+4.android-2.svg" is the second one. */
static struct pt_buf *file_of(const struct code *code, struct pt_output *out)
{
    const char *name = pt_writer_file(&pt_writer_android, code->job);
    const char *dot = name ? strrchr(name, '.') : NULL;

    if (code->nth == 1 || !dot)
        return pt_output_first(out, &pt_writer_android, code->job);
    return pt_output_beside(out, pt_arena_printf(out->arena, "%.*s-%zu%s",
                                                 (int)(dot - name), name,
                                                 code->nth, dot));
}

static const char *title_of(const struct code *code)
{
    const struct pt_job *job = code->job;
    const char *shown = job->accounts[0].address.shown;
    const char *more =
        job->count > 1
            ? pt_arena_printf(job->arena, " and %zu more", job->count - 1)
            : "";

    if (!more || code->count == 1)
        return more ? pt_arena_printf(job->arena, "Mail of %s%s", shown, more)
                    : NULL;
    return pt_arena_printf(job->arena, "Mail of %s%s, code %zu of %zu", shown,
                           more, code->nth, code->count);
}

/* In the terminal they stand one below the other. */
static enum pt_status draw(const struct code *code, const struct pt_qr *qr,
                           struct pt_output *out, struct pt_error *err)
{
    const char *title = title_of(code);

    if (!title)
        return pt_fail_memory(err);
    if (!code->shown)
        return pt_qr_svg(qr, title, file_of(code, out), err);
    pt_buf_printf(code->shown, "%s\n", title);
    pt_qr_terminal(qr, code->shown);
    return PT_OK;
}

static enum pt_status write_code(const struct code *code,
                                 struct pt_output *out, struct pt_error *err)
{
    PT_BUF struct pt_buf payload = {0};
    struct pt_qr qr;
    enum pt_status status = put_payload(code, &payload, err);

    if (status == PT_OK)
        status = pt_qr_make(code->job->arena,
                            pt_slice(payload.at, payload.len - 1), &qr, err);
    if (status != PT_OK)
        return status;
    if (payload.len - 1 > EASY)
        pt_output_note(out, "the QR code holds much, and is hard to scan: show "
                            "it large, or write fewer accounts at a time");
    return draw(code, &qr, out, err);
}

static enum pt_status write_android(const struct pt_job *job,
                                    struct pt_output *out,
                                    struct pt_error *err)
{
    struct code code = {.job = job,
                        .count = (job->count + PER_CODE - 1) / PER_CODE};
    enum pt_status status = PT_OK;

    if (code.count > CODES)
        return pt_fail(err, PT_CANNOT_EXPRESS, "write fewer at a time",
                       "%d accounts are the most for a row of QR codes",
                       CODES * PER_CODE);
    if (job->for_terminal)
        code.shown = pt_output_first(out, &pt_writer_android, job);
    while (status == PT_OK && code.nth < code.count) {
        code.nth++;
        status = write_code(&code, out, err);
    }
    for (size_t i = 0; i < job->count && status == PT_OK; i++)
        pt_note_left_out(out, &job->accounts[i], 0);
    return status;
}

const struct pt_writer pt_writer_android = {
    .name = "android",
    .client = "Thunderbird for Android",
    .summary = "the QR code that Thunderbird for Android scans",
    .file = "%a.android.svg",
    .media_type = "image/svg+xml",
    .takes_several = true,
    .is_imported = true,
    .import = "show it on a screen; in the app: Settings, Import settings, "
              "and scan it;\n"
              "the password is asked for then",
    .write = write_android,
};
