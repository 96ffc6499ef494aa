#include "writer/writer.h"

#include "format/uuid.h"
#include "writer/writers.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 200, WAYS_MAX = 128 };

/* clang-format off: a row a line */
const struct pt_writer *const pt_writers[] = {
    &pt_writer_apple,
    &pt_writer_thunderbird,
    &pt_writer_autoconfig,
    &pt_writer_thunderbird_policy,
    &pt_writer_android,
    &pt_writer_k9s,
    &pt_writer_outlook,
    &pt_writer_outlook_reg,
    &pt_writer_autodiscover,
    &pt_writer_pacc,
    &pt_writer_msmtp,
    &pt_writer_mbsync,
    &pt_writer_mutt,
    &pt_writer_aerc,
    &pt_writer_himalaya,
    &pt_writer_evolution,
    &pt_writer_geary,
    &pt_writer_json,
    &pt_writer_text,
    NULL,
};
/* clang-format on */

const struct pt_writer *pt_writer_named(const char *name)
{
    for (size_t i = 0; pt_writers[i]; i++)
        if (pt_is(pt_writers[i]->name, name))
            return pt_writers[i];
    return NULL;
}

/* ---- names ---- */

/* What no file system objects to; anything else becomes '_'. */
static char *replace_unsafe(struct pt_arena *arena, const char *text)
{
    char *name = pt_arena_strdup(arena, text);

    for (char *at = name; at && *at; at++)
        if (strchr("/\\:*?\"<>|%", *at) || (unsigned char)*at < ' ')
            *at = '_';
    return name;
}

/* File systems take 255 bytes, and an address may have as many: of a long one
 * the beginning, and eight digits that keep it apart from others like it. */
static const char *shorten(struct pt_arena *arena, const char *text)
{
    static const unsigned char space[PT_UUID_BYTES]; /* any will do */
    char uuid[PT_UUID_CHARS];
    int len = NAME_MAX_BYTES;

    if (strlen(text) <= NAME_MAX_BYTES)
        return text;
    while (((unsigned char)text[len] & 0xC0) == 0x80)
        len--;
    return pt_uuid_v5(space, pt_slice_of(text), uuid)
               ? pt_arena_printf(arena, "%.*s-%.8s", len, text, uuid)
               : NULL;
}

const char *pt_safe_name(struct pt_arena *arena, const char *text)
{
    const char *name = shorten(arena, text);

    return name ? replace_unsafe(arena, name) : NULL;
}

/* Files of several accounts are named after the first: "ann@example.org+2". */
static const char *name_of(const struct pt_job *job, const char *text)
{
    const char *name = pt_safe_name(job->arena, text);

    return name && job->count > 1
               ? pt_arena_printf(job->arena, "%s+%zu", name, job->count - 1)
               : name;
}

const char *pt_writer_file(const struct pt_writer *writer,
                           const struct pt_job *job)
{
    const struct pt_address *address = &job->accounts[0].address;
    const char *text = "";

    for (const char *at = writer->file; text && *at; at++) {
        const char *value = NULL;

        if (pt_has_prefix(at, "%a"))
            value = name_of(job, address->text);
        else if (pt_has_prefix(at, "%d"))
            value = name_of(job, address->domain);
        text = value ? pt_arena_printf(job->arena, "%s%s", text, value)
                     : pt_arena_printf(job->arena, "%s%c", text, *at);
        at += value != NULL;
    }
    return text;
}

/* ---- files and notes ---- */

static struct pt_buf *add_file(struct pt_output *out, const char *name,
                               bool is_extra)
{
    struct pt_file *file = pt_arena_alloc(out->arena, sizeof(*file));

    if (!name || !file || out->file_count == PT_FILES_MAX) {
        pt_arena_fail(out->arena);
        return &out->nowhere;
    }
    file->name = pt_arena_strdup(out->arena, name);
    file->bytes.max = out->max;
    file->is_extra = is_extra;
    out->files[out->file_count++] = file;
    return &file->bytes;
}

struct pt_buf *pt_output_first(struct pt_output *out,
                               const struct pt_writer *writer,
                               const struct pt_job *job)
{
    return add_file(out, pt_writer_file(writer, job), false);
}

struct pt_buf *pt_output_beside(struct pt_output *out, const char *name)
{
    return add_file(out, name, false);
}

struct pt_buf *pt_output_extra(struct pt_output *out, const char *name)
{
    return add_file(out, name, true);
}

void pt_output_free(struct pt_output *out)
{
    for (size_t i = 0; i < out->file_count; i++)
        pt_buf_free(&out->files[i]->bytes);
    pt_buf_free(&out->nowhere);
    out->file_count = 0;
}

void pt_output_note(struct pt_output *out, const char *note)
{
    if (note && pt_strings_have(&out->notes, note))
        return;
    if (!note || !pt_strings_add(out->arena, &out->notes, note))
        pt_arena_fail(out->arena);
}

enum pt_status pt_write(const struct pt_writer *writer,
                        const struct pt_job *job, struct pt_output *out,
                        struct pt_error *err)
{
    enum pt_status status = writer->write(job, out, err);
    bool failed = pt_arena_failed(job->arena);

    for (size_t i = 0; i < out->file_count; i++)
        failed |= pt_buf_failed(&out->files[i]->bytes);
    return status == PT_OK && failed ? pt_fail_memory(err) : status;
}

void pt_note_left_out(struct pt_output *out,
                      const struct pt_settings *settings, unsigned held)
{
    const char *titles = NULL;

    for (unsigned i = 0; i < PT_SERVICES; i++) {
        const char *title = pt_service_title(i);

        if (pt_service_is_mail(i) || held >> i & 1 || !pt_chosen(settings, i))
            continue;
        titles = titles ? pt_arena_printf(out->arena, "%s, %s", titles, title)
                        : title;
    }
    if (titles)
        pt_output_note(out, pt_arena_printf(out->arena,
                                            "not in this file: %s; 'portolan "
                                            "find' tells where to find it",
                                            titles));
}

/* ---- accounts ---- */

enum pt_status pt_account_of(const struct pt_settings *settings,
                             const char *client,
                             struct pt_account *ret_account,
                             struct pt_error *err)
{
    struct pt_account account = {
        .in = pt_chosen_incoming(settings),
        .out = pt_chosen(settings, PT_SUBMISSION),
    };

    if (!account.in)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "'portolan find' shows what there is",
                       "%s needs an IMAP or POP3 server, and none was found",
                       client);
    if (!account.out)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "'portolan find' shows what there is",
                       "%s needs a server to send through, and none was "
                       "found",
                       client);
    account.login_in = pt_login(settings, account.in);
    account.login_out = pt_login(settings, account.out);
    *ret_account = account;
    return PT_OK;
}

enum pt_status pt_need_imap(const struct pt_settings *settings,
                            const char *client, struct pt_error *err)
{
    if (pt_chosen(settings, PT_IMAP))
        return PT_OK;
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "turn IMAP on, or take a client that has POP3, such as "
                   "Thunderbird",
                   "%s needs an IMAP server, and %s was found", client,
                   pt_chosen(settings, PT_POP3) ? "only POP3" : "none");
}

const char *pt_account_id(struct pt_arena *arena,
                          const struct pt_settings *settings, const char *role)
{
    /* A name space of our own (RFC 9562, 5.5), drawn once. */
    static const unsigned char ours[PT_UUID_BYTES] = {
        0x6d, 0x1f, 0x0a, 0x52, 0x93, 0x8e, 0x4c, 0x27,
        0xb4, 0x5d, 0x70, 0x16, 0xe9, 0x3a, 0x88, 0xc1,
    };
    const char *bridge = settings->bridge.name ? settings->bridge.name : "";
    const char *name = pt_arena_printf(arena, "%s\n%s\n%s",
                                       settings->address.text, bridge, role);
    char uuid[PT_UUID_CHARS];
    const char *copy = NULL;

    if (name && pt_uuid_v5(ours, pt_slice_of(name), uuid))
        copy = pt_arena_strdup(arena, uuid);
    if (!copy)
        pt_arena_fail(arena);
    return copy ? copy : "";
}

/* ---- signing in ---- */

static bool is_below(const char *host, const char *domain)
{
    size_t len = strlen(host);
    size_t below = strlen(domain);

    return pt_has_suffix(host, domain) &&
           (len == below || host[len - below - 1] == '.');
}

static bool can_go(const struct pt_can *can, const struct pt_server *server,
                   enum pt_auth auth)
{
    const char *const *domains = can->oauth2_domains;

    if (auth != PT_AUTH_OAUTH2)
        return can->auths >> auth & 1;
    for (size_t i = 0; domains && domains[i]; i++)
        if (is_below(server->host, domains[i]))
            return true;
    return false;
}

bool pt_way_in(const struct pt_can *can, const struct pt_server *server,
               enum pt_auth *ret_auth)
{
    if (!server->auth_count) {
        *ret_auth = PT_AUTH_CLEARTEXT;
        return true;
    }
    for (size_t i = 0; i < server->auth_count; i++)
        if (can_go(can, server, server->auth[i])) {
            *ret_auth = server->auth[i];
            return true;
        }
    return false;
}

static bool wants_no_login(const struct pt_server *server,
                           enum pt_auth *ret_auth)
{
    for (size_t i = 0; i < server->auth_count; i++)
        if (server->auth[i] == PT_AUTH_NONE ||
            server->auth[i] == PT_AUTH_CLIENT_IP) {
            *ret_auth = PT_AUTH_NONE;
            return true;
        }
    return false;
}

/* "oauth2, gssapi": all that the server takes. */
static void list_ways(const struct pt_server *server, char out[WAYS_MAX])
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < server->auth_count && len < WAYS_MAX; i++)
        len += (size_t)snprintf(out + len, WAYS_MAX - len, "%s%s",
                                i ? ", " : "", pt_auth_name(server->auth[i]));
}

enum pt_status pt_ways_in(const struct pt_can *can,
                          const struct pt_account *account,
                          enum pt_auth *ret_in, enum pt_auth *ret_out,
                          struct pt_error *err)
{
    bool receives = pt_way_in(can, account->in, ret_in);
    const struct pt_server *other = receives ? account->out : account->in;
    char ways[WAYS_MAX];

    if (receives && (pt_way_in(can, account->out, ret_out) ||
                     wants_no_login(account->out, ret_out)))
        return PT_OK;
    list_ways(other, ways);
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "ask the provider for a password for mail programs, or "
                   "sign in within the program itself",
                   "%s cannot be told to sign in the way %s wants it (%s)",
                   can->client, other->host, ways);
}

enum pt_status pt_imap_account_of(const struct pt_settings *settings,
                                  const struct pt_can *can,
                                  struct pt_account *ret_account,
                                  enum pt_auth *ret_out,
                                  struct pt_error *err)
{
    enum pt_auth in;
    enum pt_status status =
        pt_account_of(settings, can->client, ret_account, err);

    if (status == PT_OK)
        status = pt_need_imap(settings, can->client, err);
    if (status != PT_OK)
        return status;
    return pt_ways_in(can, ret_account, &in, ret_out, err);
}
