#include "writer/writer.h"

#include "format/uuid.h"
#include "writer/writers.h"

#include <string.h>

enum { NAME_MAX_BYTES = 200 };

const struct pt_writer *const pt_writers[] = {
    &pt_writer_apple,      &pt_writer_thunderbird, &pt_writer_autoconfig,
    &pt_writer_outlook,    &pt_writer_json,        &pt_writer_text,
    NULL,
};

const struct pt_writer *pt_writer_named(const char *name)
{
    for (size_t i = 0; pt_writers[i]; i++)
        if (pt_is(pt_writers[i]->name, name))
            return pt_writers[i];
    return NULL;
}

/* What no file system objects to; anything else becomes '_'. */
static char *safe_name(struct pt_arena *arena, const char *text)
{
    char *name = pt_arena_strdup(arena, text);

    for (char *at = name; at && *at; at++)
        if (*at == '/' || *at == '\\' || *at == ':' || *at == '*' ||
            *at == '?' || *at == '"' || *at == '<' || *at == '>' ||
            *at == '|' || *at == '%')
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

const char *pt_writer_file(struct pt_arena *arena,
                           const struct pt_writer *writer,
                           const struct pt_settings *settings)
{
    const char *text = "";

    for (const char *at = writer->file; text && *at; at++) {
        const char *value = NULL;

        if (pt_has_prefix(at, "%a"))
            value = shorten(arena, settings->address.text);
        else if (pt_has_prefix(at, "%d"))
            value = shorten(arena, settings->address.domain);
        text = value ? pt_arena_printf(arena, "%s%s", text, value)
                     : pt_arena_printf(arena, "%s%c", text, *at);
        at += value != NULL;
    }
    return text ? safe_name(arena, text) : NULL;
}

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

bool pt_note_left_out(struct pt_arena *arena,
                      const struct pt_settings *settings, unsigned held,
                      struct pt_strings *notes)
{
    const char *titles = NULL;
    const char *note;

    for (unsigned i = 0; i < PT_SERVICES; i++) {
        const char *title = pt_service_title(i);

        if (pt_service_is_mail(i) || held >> i & 1 || !pt_chosen(settings, i))
            continue;
        titles = titles ? pt_arena_printf(arena, "%s, %s", titles, title)
                        : title;
    }
    if (!titles)
        return !pt_arena_failed(arena);
    note = pt_arena_printf(arena, "not in this file: %s; 'portolan find' "
                                  "tells where to find it",
                           titles);
    return note && pt_strings_add(arena, notes, note);
}

static bool has_auth(const struct pt_server *server, enum pt_auth auth)
{
    for (size_t i = 0; i < server->auth_count; i++)
        if (server->auth[i] == auth)
            return true;
    return false;
}

bool pt_takes_password(const struct pt_server *server)
{
    return !server->auth_count || has_auth(server, PT_AUTH_CLEARTEXT) ||
           has_auth(server, PT_AUTH_ENCRYPTED);
}

static bool wants_no_login(const struct pt_server *server)
{
    return has_auth(server, PT_AUTH_NONE) ||
           has_auth(server, PT_AUTH_CLIENT_IP);
}

enum pt_status pt_need_password_auth(const struct pt_account *account,
                                     const char *client, struct pt_error *err)
{
    const struct pt_server *server =
        pt_takes_password(account->in) ? account->out : account->in;

    if (pt_takes_password(server) ||
        (server == account->out && wants_no_login(server)))
        return PT_OK;
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "add the account in the program by hand and sign in there",
                   "%s cannot be told to sign in the way %s wants it",
                   client, server->host);
}
