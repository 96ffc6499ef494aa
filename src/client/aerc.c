/* aerc.c - accounts.conf: servers are URLs, and how they are protected is in
 * the scheme. */
#include "client/text_add.h"
#include "client/text_files.h"
#include "format/edit_url.h"

#include <string.h>

/* In the order of the slots of a section. */
enum { SOURCE, OUTGOING, SERVERS };

static const char *const keys[SERVERS] = {"source", "outgoing"};

/* What a scheme begins with, the longest first; a way to sign in may follow:
 * "smtp+plain". */
static const struct scheme {
    const char *name;
    size_t key;
    enum pt_service service;
    enum pt_security security;
} schemes[] = {
    {"imap+insecure", SOURCE, PT_IMAP, PT_PLAIN},
    {"imaps", SOURCE, PT_IMAP, PT_TLS},
    {"imap", SOURCE, PT_IMAP, PT_STARTTLS},
    {"smtp+insecure", OUTGOING, PT_SUBMISSION, PT_PLAIN},
    {"smtps", OUTGOING, PT_SUBMISSION, PT_TLS},
    {"smtp", OUTGOING, PT_SUBMISSION, PT_STARTTLS},
};

/* One server of an account. */
struct server {
    struct pt_edit_file file;
    const struct pt_edit_section *section;
    size_t key;
    const struct pt_edit_line *line;
    struct pt_edit_url url;
    const struct scheme *scheme;
    enum pt_security security;
};

/* ---- reading ---- */

static const struct scheme *find_scheme(struct pt_slice text, size_t key)
{
    for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
        size_t len = strlen(schemes[i].name);

        if (schemes[i].key == key &&
            pt_slice_has_prefix(text, schemes[i].name) &&
            (text.len == len || text.at[len] == '+'))
            return &schemes[i];
    }
    return NULL;
}

/* aerc 0.14 has it in a line of its own. */
static const struct pt_edit_line *starttls_line(const struct server *server)
{
    return server->key == OUTGOING
               ? pt_edit_line_of(&server->file, server->section,
                                 "smtp-starttls")
               : NULL;
}

static enum pt_security read_security(const struct server *server)
{
    const struct pt_edit_line *line = starttls_line(server);

    if (server->scheme->security == PT_STARTTLS && line &&
        pt_span_is(server->file.bytes, line->value, "no"))
        return PT_PLAIN;
    return server->scheme->security;
}

/* nth: of all sections' servers.  False: there is none. */
static bool read_server(struct server *server, size_t nth)
{
    struct pt_slice bytes = server->file.bytes;
    struct pt_span value;

    server->section = &server->file.sections[nth / SERVERS];
    server->key = nth % SERVERS;
    server->line =
        pt_edit_line_of(&server->file, server->section, keys[server->key]);
    if (!server->line)
        return false;
    value = server->line->value;
    if (!pt_edit_url_next(bytes, &value, &server->url))
        return false;
    server->scheme =
        find_scheme(pt_span_text(bytes, server->url.scheme), server->key);
    if (!server->scheme)
        return false;
    server->security = read_security(server);
    return true;
}

static uint16_t port_of(const struct server *server)
{
    uint16_t port = pt_edit_url_port(server->file.bytes, &server->url);

    return port ? port
                : pt_standard_port(server->scheme->service, server->security);
}

/* ---- finding ---- */

static void add_slot(struct pt_installs *installs, struct pt_install *install,
                     const struct server *server, size_t nth)
{
    struct pt_arena *arena = installs->arena;
    struct pt_slice bytes = server->file.bytes;
    struct pt_slot *slot = pt_slot_add(installs, install);

    if (!slot)
        return;
    *slot = (struct pt_slot){
        .service = server->scheme->service,
        .host = pt_arena_strndup(arena, bytes.at + server->url.host.at,
                                 server->url.host.len),
        .port = port_of(server),
        .security = server->security,
        .login = pt_edit_url_user(arena, bytes, &server->url),
        .address = pt_text_address(
            arena, pt_edit_value(arena, &server->file,
                                 pt_edit_line_of(&server->file,
                                                 server->section, "from"))),
        .at = nth,
    };
}

static const char *path_of(struct pt_arena *arena,
                           const struct pt_place *place)
{
    return pt_arena_printf(arena, "%s/aerc/accounts.conf", place->config);
}

static enum pt_status find_aerc(const struct pt_place *place,
                                struct pt_installs *installs,
                                struct pt_error *err)
{
    struct pt_arena *arena = installs->arena;
    struct pt_install *install = pt_text_open(
        installs, &pt_client_aerc, place, path_of(arena, place));
    struct server server = {0};

    if (install && !install->refused &&
        !pt_edit_lines(arena, PT_EDIT_INI, pt_text_now(&install->files[0]),
                       &server.file))
        install->refused = "it has too many lines";
    for (size_t i = 0; i < server.file.count * SERVERS; i++)
        if (read_server(&server, i))
            add_slot(installs, install, &server, i);
    return pt_arena_failed(arena) ? pt_fail_memory(err) : PT_OK;
}

/* ---- changing ---- */

/* With a line of its own for it the file is that of aerc 0.14, which knows no
 * "smtp+insecure". */
static const char *wanted_scheme(struct pt_arena *arena,
                                 const struct server *server,
                                 enum pt_security wanted)
{
    struct pt_slice text =
        pt_span_text(server->file.bytes, server->url.scheme);
    size_t len = strlen(server->scheme->name);
    const char *name = server->scheme->name;

    if (wanted == PT_PLAIN && starttls_line(server))
        wanted = PT_STARTTLS;
    for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
        if (schemes[i].key == server->key && schemes[i].security == wanted)
            name = schemes[i].name;
    return pt_arena_printf(arena, "%s%.*s", name, (int)(text.len - len),
                           text.at + len);
}

static enum pt_status put_starttls(struct pt_client_file *file,
                                   const struct server *server,
                                   enum pt_security wanted,
                                   struct pt_error *err)
{
    bool is_wanted = wanted == PT_STARTTLS;
    struct pt_pair said = {"smtp-starttls", is_wanted ? "yes" : "no"};
    const struct pt_edit_line *own = starttls_line(server);

    if (server->key != OUTGOING || wanted == server->security ||
        (!own && !is_wanted))
        return PT_OK;
    return pt_text_put_line(file, PT_EDIT_INI, own, server->line, &said, err);
}

static enum pt_status put_url(struct pt_client_file *file,
                              struct pt_arena *arena,
                              const struct server *server,
                              const struct pt_server *wanted,
                              struct pt_error *err)
{
    const char *scheme =
        wanted->security == server->security
            ? pt_arena_strndup(arena,
                               server->file.bytes.at + server->url.scheme.at,
                               server->url.scheme.len)
            : wanted_scheme(arena, server, wanted->security);
    struct pt_buf *bytes;

    if (!scheme)
        return pt_fail_memory(err);
    bytes = pt_client_file_edit(file);
    if (!pt_buf_failed(bytes))
        pt_edit_url_put(bytes, &server->url, scheme, wanted->port);
    return pt_buf_failed(bytes) ? pt_fail_memory(err) : PT_OK;
}

static bool look(struct server *server, struct pt_arena *arena,
                 const struct pt_client_file *file, size_t nth)
{
    return arena &&
           pt_edit_lines(arena, PT_EDIT_INI, pt_text_now(file),
                         &server->file) &&
           read_server(server, nth);
}

/* The URL first: the line for STARTTLS, when it is added, is behind it. */
static enum pt_status patch_aerc(struct pt_install *install,
                                 const struct pt_slot *slot,
                                 const struct pt_server *wanted,
                                 struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_client_file *file = &install->files[0];
    struct server server;
    enum pt_security before;
    enum pt_status status = PT_OK;

    if (!look(&server, arena, file, slot->at))
        return pt_fail_memory(err);
    before = server.security;
    if (port_of(&server) != wanted->port || before != wanted->security)
        status = put_url(file, arena, &server, wanted, err);
    if (status != PT_OK)
        return status;
    if (!look(&server, arena, file, slot->at))
        return pt_fail_memory(err);
    server.security = before;
    return put_starttls(file, &server, wanted->security, err);
}

/* ---- adding ---- */

static enum pt_status begin_aerc(const struct pt_place *place,
                                 struct pt_installs *installs,
                                 struct pt_error *err)
{
    return pt_text_begin(installs, &pt_client_aerc,
                         path_of(installs->arena, place), err);
}

static bool is_taken(const void *names, const char *name)
{
    const struct pt_edit_file *file = names;

    for (size_t i = 0; i < file->count; i++)
        if (pt_span_is(file->bytes,
                       pt_span_trim(file->bytes, file->sections[i].head.value),
                       name))
            return true;
    return false;
}

static enum pt_status add_aerc(struct pt_installs *installs,
                               struct pt_install *install,
                               const struct pt_settings *account,
                               struct pt_error *err)
{
    struct pt_client_file *file = &install->files[0];
    struct pt_settings named = *account;
    struct pt_text_job job =
        pt_text_job(installs, install, &named, file->path);
    struct pt_edit_file now;

    if (!pt_edit_lines(installs->arena, PT_EDIT_INI, pt_text_now(file), &now))
        return pt_fail_memory(err);
    named.nickname = pt_text_name(installs->arena, account, is_taken, &now);
    return pt_text_add(&job, file, err);
}

const struct pt_client pt_client_aerc = {
    .name = "aerc",
    .title = "aerc",
    .programs = "aerc",
    .services = 1 << PT_IMAP | 1 << PT_SUBMISSION,
    .find = find_aerc,
    .begin = begin_aerc,
    .patch = patch_aerc,
    .add = add_aerc,
};
