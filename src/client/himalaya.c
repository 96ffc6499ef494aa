/* himalaya.c - config.toml: that of himalaya 2, where servers are URLs, and
 * that of himalaya 1. */
#include "client/text_add.h"
#include "client/text_files.h"
#include "format/edit_toml.h"
#include "format/edit_url.h"

#include <stdio.h>
#include <string.h>

/* How the path of a server's own value ends, and those beside it. */
static const struct kind {
    const char *ends;
    const char *server; /* the last of its keys: the others are beside it */
    enum pt_service service;
    bool is_url;
    const char *login;
    const char *cert;
} kinds[] = {
    {"imap\tserver", "server", PT_IMAP, true, "sasl\tplain\tusername",
     "tls\tcert"},
    {"smtp\tserver", "server", PT_SUBMISSION, true, "sasl\tplain\tusername",
     "tls\tcert"},
    {"message\tsend\tbackend\thost", "host", PT_SUBMISSION, false, "login",
     "encryption\tcert"},
    {"backend\thost", "host", PT_IMAP, false, "login", "encryption\tcert"},
};

static const char *const encryptions[] = {
    [PT_SECURITY_UNKNOWN] = "",
    [PT_TLS] = "tls",
    [PT_STARTTLS] = "start-tls",
    [PT_PLAIN] = "none",
};

/* Of himalaya 1, in either place. */
static const char *const encryption_keys[] = {"encryption\ttype",
                                              "encryption"};

struct server {
    struct pt_arena *arena;
    struct pt_slice bytes;
    struct pt_toml_values values;
    const struct kind *kind;
    const struct pt_toml_value *value; /* its URL or its host */
    struct pt_edit_url url;
};

/* ---- reading ---- */

static const struct kind *find_kind(const char *path)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (pt_has_prefix(path, "accounts\t") &&
            pt_has_suffix(path, kinds[i].ends) &&
            path[strlen(path) - strlen(kinds[i].ends) - 1] == '\t')
            return &kinds[i];
    return NULL;
}

/* The value of a key beside the server's; NULL: it is not there. */
static const struct pt_toml_value *beside(const struct server *server,
                                          const char *key)
{
    const char *path = server->value->path;
    int len = (int)(strlen(path) - strlen(server->kind->server));

    path = pt_arena_printf(server->arena, "%.*s%s", len, path, key);
    return path ? pt_edit_toml_find(&server->values, path) : NULL;
}

/* The value of a key of the account itself. */
static const struct pt_toml_value *of_account(const struct server *server,
                                              const char *key)
{
    const char *path = server->value->path;
    size_t len = strlen("accounts\t");

    len += strcspn(path + len, PT_TOML_DOT);
    path = pt_arena_printf(server->arena, "%.*s" PT_TOML_DOT "%s", (int)len,
                           path, key);
    return path ? pt_edit_toml_find(&server->values, path) : NULL;
}

/* Of one with other escapes than those of quotes and backslashes nothing is
 * known. */
static const char *text_of(const struct server *server,
                           const struct pt_toml_value *value)
{
    bool is_literal;
    char *text;
    char *to;

    if (!value)
        return NULL;
    is_literal =
        value->text.at && server->bytes.at[value->text.at - 1] == '\'';
    text = pt_arena_strndup(server->arena, server->bytes.at + value->text.at,
                            value->text.len);
    if (!text || is_literal)
        return text;
    to = text;
    for (const char *from = text; *from; from++) {
        if (*from == '\\' && *++from != '"' && *from != '\\')
            return NULL;
        *to++ = *from;
    }
    *to = '\0';
    return text;
}

static const struct pt_toml_value *encryption(const struct server *server)
{
    const struct pt_toml_value *value = NULL;

    for (size_t i = 0; !value && i < 2; i++)
        value = beside(server, encryption_keys[i]);
    return value;
}

static enum pt_security security_of(const struct server *server)
{
    const char *text = server->kind->is_url
                           ? text_of(server, beside(server, "starttls"))
                           : text_of(server, encryption(server));

    if (server->kind->is_url) {
        if (pt_span_text(server->bytes, server->url.scheme).len > 4)
            return PT_TLS;
        return pt_is(text, "true") ? PT_STARTTLS : PT_PLAIN;
    }
    for (size_t i = PT_TLS; text && i <= PT_PLAIN; i++)
        if (pt_is(text, encryptions[i]))
            return (enum pt_security)i;
    return text ? PT_SECURITY_UNKNOWN : PT_TLS;
}

static uint16_t port_of(const struct server *server)
{
    const struct pt_toml_value *value = beside(server, "port");
    uint16_t port = 0;

    if (server->kind->is_url)
        port = pt_edit_url_port(server->bytes, &server->url);
    else if (value)
        pt_parse_port(pt_span_text(server->bytes, value->text), &port);
    return port ? port
                : pt_standard_port(server->kind->service, security_of(server));
}

/* Is the value that of a server?  "imap" and "smtp" have four letters, and may
 * have a "s" behind. */
static bool take_value(struct server *server,
                       const struct pt_toml_value *value)
{
    struct pt_span text = value->text;

    server->value = value;
    server->kind = find_kind(value->path);
    if (!server->kind || !server->kind->is_url)
        return server->kind != NULL;
    return pt_edit_url_next(server->bytes, &text, &server->url) &&
           pt_slice_has_prefix(
               pt_span_text(server->bytes, server->url.scheme),
               server->kind->service == PT_IMAP ? "imap" : "smtp");
}

/* The nth of all servers. */
static bool take_nth(struct server *server, size_t nth)
{
    for (size_t i = 0; i < server->values.count; i++)
        if (take_value(server, &server->values.at[i]) && nth-- == 0)
            return true;
    return false;
}

static const char *host_of(const struct server *server)
{
    return server->kind->is_url
               ? pt_arena_strndup(server->arena,
                                  server->bytes.at + server->url.host.at,
                                  server->url.host.len)
               : text_of(server, server->value);
}

/* ---- finding ---- */

static void add_slot(struct pt_installs *installs, struct pt_install *install,
                     const struct pt_place *place,
                     const struct server *server, size_t nth)
{
    const char *host = host_of(server);
    struct pt_slot *slot = host ? pt_slot_add(installs, install) : NULL;

    if (!slot)
        return;
    *slot = (struct pt_slot){
        .service = server->kind->service,
        .host = host,
        .port = port_of(server),
        .security = security_of(server),
        .login = text_of(server, beside(server, server->kind->login)),
        .address = text_of(server, of_account(server, "email")),
    };
    pt_text_mark(installs, install, slot, nth,
                 pt_text_path(server->arena, place,
                              text_of(server,
                                      beside(server, server->kind->cert))));
}

static const char *config_path(struct pt_arena *arena,
                               const struct pt_place *place)
{
    return pt_arena_printf(arena, "%s/himalaya/config.toml", place->config);
}

static enum pt_status find_himalaya(const struct pt_place *place,
                                    struct pt_installs *installs,
                                    struct pt_error *err)
{
    struct server server = {.arena = installs->arena};
    struct pt_install *install =
        pt_text_open(installs, &pt_client_himalaya, place,
                     config_path(server.arena, place));

    if (install && !install->refused) {
        server.bytes = pt_text_now(&install->files[0]);
        if (!pt_edit_toml(server.arena, server.bytes, &server.values))
            install->refused = "it has too many lines";
        for (size_t i = 0; i < PT_SLOTS_MAX && take_nth(&server, i); i++)
            add_slot(installs, install, place, &server, i);
    }
    return pt_arena_failed(server.arena) ? pt_fail_memory(err) : PT_OK;
}

/* ---- changing ---- */

/* Its key is spelt like the server's, but for the last. */
static enum pt_status put_beside(struct pt_client_file *file,
                                 const struct server *server, const char *key,
                                 const char *value, struct pt_error *err)
{
    const struct pt_edit_line *like = &server->value->line;
    struct pt_slice spelt = pt_span_text(server->bytes, like->key);
    int len = (int)(spelt.len - strlen(server->kind->server));
    struct pt_pair said = {
        pt_arena_printf(server->arena, "%.*s%s", len, spelt.at, key), value};

    return said.key ? pt_text_put_line(file, PT_EDIT_INI, NULL, like, &said,
                                       err)
                    : pt_fail_memory(err);
}

static enum pt_status put_value(struct pt_client_file *file,
                                struct pt_span span, const char *text,
                                struct pt_error *err)
{
    struct pt_buf *bytes = pt_client_file_edit(file);

    if (!pt_buf_failed(bytes))
        pt_edit_put(bytes, span, text);
    return pt_buf_failed(bytes) ? pt_fail_memory(err) : PT_OK;
}

static enum pt_status put_starttls(struct pt_client_file *file,
                                   const struct server *server,
                                   const struct pt_server *wanted,
                                   struct pt_error *err)
{
    const struct pt_toml_value *value = beside(server, "starttls");
    bool is_wanted = wanted->security == PT_STARTTLS;

    if (!server->kind->is_url ||
        pt_is(text_of(server, value), "true") == is_wanted)
        return PT_OK;
    return value ? put_value(file, value->line.value,
                             is_wanted ? "true" : "false", err)
                 : put_beside(file, server, "starttls", "true", err);
}

static enum pt_status put_url(struct pt_client_file *file,
                              const struct server *server,
                              const struct pt_server *wanted,
                              struct pt_error *err)
{
    bool is_tls = wanted->security == PT_TLS;
    bool is_imap = server->kind->service == PT_IMAP;
    struct pt_buf *bytes;

    if (!server->kind->is_url ||
        (port_of(server) == wanted->port &&
         (security_of(server) == PT_TLS) == is_tls))
        return PT_OK;
    bytes = pt_client_file_edit(file);
    if (!pt_buf_failed(bytes))
        pt_edit_url_put(bytes, &server->url,
                        is_imap ? is_tls ? "imaps" : "imap"
                        : is_tls ? "smtps"
                                 : "smtp",
                        wanted->port);
    return pt_buf_failed(bytes) ? pt_fail_memory(err) : PT_OK;
}

static enum pt_status put_encryption(struct pt_client_file *file,
                                     const struct server *server,
                                     const struct pt_server *wanted,
                                     struct pt_error *err)
{
    const struct pt_toml_value *value = encryption(server);
    const char *name = encryptions[wanted->security];
    char text[16];

    if (server->kind->is_url || security_of(server) == wanted->security)
        return PT_OK;
    if (value && value->text.len != value->line.value.len)
        return put_value(file, value->text, name, err);
    snprintf(text, sizeof(text), "\"%s\"", name);
    return value ? put_value(file, value->line.value, text, err)
                 : put_beside(file, server, "encryption.type", text, err);
}

static enum pt_status put_port(struct pt_client_file *file,
                               const struct server *server,
                               const struct pt_server *wanted,
                               struct pt_error *err)
{
    const struct pt_toml_value *value = beside(server, "port");
    char text[8];

    if (server->kind->is_url || port_of(server) == wanted->port)
        return PT_OK;
    snprintf(text, sizeof(text), "%u", wanted->port);
    return value ? put_value(file, value->text, text, err)
                 : put_beside(file, server, "port", text, err);
}

/* One change at a time: places move with each. */
static enum pt_status (*const steps[])(struct pt_client_file *,
                                       const struct server *,
                                       const struct pt_server *,
                                       struct pt_error *) = {
    put_url,
    put_starttls,
    put_encryption,
    put_port,
};

static enum pt_status take_step(struct pt_client_file *file, size_t nth,
                                const struct pt_server *wanted, size_t step,
                                struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct server server = {.arena = arena, .bytes = pt_text_now(file)};

    if (!arena || !pt_edit_toml(arena, server.bytes, &server.values) ||
        !take_nth(&server, nth))
        return pt_fail_memory(err);
    return steps[step](file, &server, wanted, err);
}

static enum pt_status patch_himalaya(struct pt_install *install,
                                     const struct pt_slot *slot,
                                     const struct pt_server *server,
                                     struct pt_error *err)
{
    enum pt_status status =
        pt_text_put_pin(pt_text_pin(install, slot), server, false, err);

    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
        if (status == PT_OK)
            status = take_step(&install->files[0], pt_text_nth(slot), server,
                               i, err);
    return status;
}

/* ---- adding ---- */

static enum pt_status begin_himalaya(const struct pt_place *place,
                                     struct pt_installs *installs,
                                     struct pt_error *err)
{
    return pt_text_begin(installs, &pt_client_himalaya,
                         config_path(installs->arena, place), err);
}

/* What the configuration has, and the account is to be called. */
struct names {
    struct pt_arena *arena;
    struct pt_toml_values values;
};

static bool is_taken(const void *context, const char *name)
{
    const struct names *names = context;
    const char *path =
        pt_arena_printf(names->arena, "accounts" PT_TOML_DOT "%s", name);

    return path && pt_edit_toml_has(&names->values, path);
}

/* Nothing can be added to "accounts = {}". */
static bool is_closed(const struct names *names)
{
    for (size_t i = 0; i < names->values.group_count; i++)
        if (names->values.groups[i].is_closed &&
            pt_is(names->values.groups[i].path, "accounts"))
            return true;
    return false;
}

/* Of an account itself. */
static bool is_default_key(const char *path)
{
    static const char accounts[] = "accounts" PT_TOML_DOT;

    return pt_has_prefix(path, accounts) &&
           pt_is(strstr(path + strlen(accounts), PT_TOML_DOT),
                 PT_TOML_DOT "default");
}

/* Within an inline table there may be one. */
static bool has_default(const struct names *names, struct pt_slice bytes)
{
    for (size_t i = 0; i < names->values.count; i++)
        if (is_default_key(names->values.at[i].path) &&
            !pt_span_is(bytes, names->values.at[i].text, "false"))
            return true;
    for (size_t i = 0; i < names->values.group_count; i++)
        if (names->values.groups[i].is_closed &&
            pt_has_prefix(names->values.groups[i].path,
                          "accounts" PT_TOML_DOT))
            return true;
    return false;
}

/* Which himalaya wrote it: 1, 2, or 0 where no account tells. */
static unsigned version_of(const struct names *names, struct pt_slice bytes)
{
    struct server server = {.arena = names->arena,
                            .bytes = bytes,
                            .values = names->values};

    if (!take_nth(&server, 0))
        return 0;
    return server.kind->is_url ? 2 : 1;
}

/* The writer makes it the default. */
static enum pt_status drop_default(const struct names *names,
                                   struct pt_buf *text, struct pt_error *err)
{
    struct pt_toml_values own;

    if (!pt_edit_toml(names->arena, pt_slice(pt_buf_text(text), text->len),
                      &own))
        return pt_fail_memory(err);
    for (size_t i = own.count; i-- > 0;)
        if (is_default_key(own.at[i].path))
            pt_edit_put(text, own.at[i].text, "false");
    return pt_buf_failed(text) ? pt_fail_memory(err) : PT_OK;
}

static enum pt_status write_account(const struct names *names,
                                    struct pt_text_job *job,
                                    struct pt_slice bytes,
                                    struct pt_buf *ret_text,
                                    struct pt_error *err)
{
    unsigned version = version_of(names, bytes);
    enum pt_status status;

    job->extra = version == 1 ? "himalaya-1.toml" : NULL;
    status = pt_text_write(job, ret_text, err);
    if (status == PT_OK && !version)
        pt_text_note(job->installs, job->install,
                     "himalaya 1 reads it otherwise: for that one, 'portolan "
                     "write himalaya' makes himalaya-1.toml");
    return status == PT_OK && has_default(names, bytes)
               ? drop_default(names, ret_text, err)
               : status;
}

static enum pt_status add_himalaya(struct pt_installs *installs,
                                   struct pt_install *install,
                                   const struct pt_settings *account,
                                   struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    struct names names = {.arena = installs->arena};
    struct pt_client_file *file = &install->files[0];
    struct pt_settings named = *account;
    struct pt_text_job job =
        pt_text_job(installs, install, &named, file->path);
    enum pt_status status;

    if (!pt_edit_toml(names.arena, pt_text_now(file), &names.values))
        return pt_fail_memory(err);
    if (is_closed(&names))
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "give each account a table of its own there: "
                       "[accounts.NAME]",
                       "'%s' has its accounts in one inline table",
                       file->path);
    named.nickname = pt_text_name(names.arena, account, is_taken, &names);
    status = write_account(&names, &job, pt_text_now(file), &text, err);
    return status == PT_OK ? pt_text_append(file, &text, err) : status;
}

const struct pt_client pt_client_himalaya = {
    .name = "himalaya",
    .title = "himalaya",
    .programs = "himalaya",
    .services = 1 << PT_IMAP | 1 << PT_SUBMISSION,
    .find = find_himalaya,
    .begin = begin_himalaya,
    .patch = patch_himalaya,
    .add = add_himalaya,
};
