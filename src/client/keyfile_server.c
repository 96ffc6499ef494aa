#include "client/keyfile_server.h"

#include <stdio.h>

static enum pt_security read_security(const struct pt_keyfile_server *keys,
                                      const char *text)
{
    for (size_t i = PT_TLS; i <= PT_PLAIN; i++)
        if (pt_is(text, keys->securities[i]))
            return (enum pt_security)i;
    return PT_SECURITY_UNKNOWN;
}

static const char *text_in(struct pt_arena *arena,
                           const struct pt_edit_file *file, const char *group,
                           const char *key)
{
    return pt_edit_value(arena, file, pt_edit_line_in(file, group, key));
}

bool pt_keyfile_server_read(struct pt_arena *arena,
                            const struct pt_edit_file *file,
                            const struct pt_keyfile_server *keys,
                            struct pt_slot *slot)
{
    const char *host = text_in(arena, file, keys->group, keys->host);
    const char *port = text_in(arena, file, keys->group, keys->port);
    const char *security =
        text_in(arena, file, keys->security_group, keys->security);

    if (!host || !*host)
        return false;
    if (!security)
        security = keys->securities[PT_SECURITY_UNKNOWN];
    slot->host = host;
    slot->security = read_security(keys, security);
    if (!port || !pt_parse_port(pt_slice_of(port), &slot->port))
        slot->port = pt_standard_port(slot->service, slot->security);
    return true;
}

/* Behind the other line of its group, or the group's name. */
static const struct pt_edit_line *
find_like(const struct pt_edit_file *file,
          const struct pt_keyfile_server *keys, const char *group)
{
    if (pt_is(group, keys->group))
        return pt_edit_line_in(file, group, keys->host);
    for (size_t i = 0; i < file->count; i++)
        if (pt_span_is(file->bytes, file->sections[i].head.value, group))
            return &file->sections[i].head;
    return NULL;
}

static enum pt_status put_one(struct pt_client_file *file,
                              const struct pt_keyfile_server *keys,
                              const char *group, const struct pt_pair *said,
                              struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const struct pt_edit_line *like;
    struct pt_edit_file lines;

    if (!arena || !pt_edit_lines(arena, PT_EDIT_KEYFILE, pt_text_now(file),
                                 &lines))
        return pt_fail_memory(err);
    like = find_like(&lines, keys, group);
    if (!like)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "let its program set the account up anew",
                       "'%s' has no group '%s'", file->path, group);
    return pt_text_put_line(file, PT_EDIT_KEYFILE,
                            pt_edit_line_in(&lines, group, said->key), like,
                            said, err);
}

enum pt_status pt_keyfile_server_put(struct pt_client_file *file,
                                     const struct pt_keyfile_server *keys,
                                     const struct pt_server *server,
                                     struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_slot now = {.service = server->service};
    struct pt_edit_file lines;
    char port[8];
    struct pt_pair port_said = {keys->port, port};
    struct pt_pair security_said = {keys->security,
                                    keys->securities[server->security]};
    enum pt_status status = PT_OK;

    if (!arena ||
        !pt_edit_lines(arena, PT_EDIT_KEYFILE, pt_text_now(file), &lines) ||
        !pt_keyfile_server_read(arena, &lines, keys, &now))
        return pt_fail_memory(err);
    snprintf(port, sizeof(port), "%u", server->port);
    if (now.security != server->security)
        status = put_one(file, keys, keys->security_group, &security_said,
                         err);
    if (status == PT_OK)
        status = put_one(file, keys, keys->group, &port_said, err);
    return status;
}
