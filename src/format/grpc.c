/* grpc.c - see grpc.h.  Of protobuf's encoding only varints and lengths are
 * needed (protobuf.dev/programming-guides/encoding). */
#include "format/grpc.h"

#include "format/reader.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

enum { PREFIX = 5, VARINT_MAX = 10, SIGNED_IN = 2 };
enum wire { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

static const char hint[] = "update portolan, or report the bridge's version";

static enum pt_status complain(struct pt_error *err, const char *what)
{
    return pt_fail(err, PT_BAD_INPUT, hint, "the gRPC reply %s", what);
}

/* ---- the endpoint's file ---- */

static const char *text_of(struct pt_arena *arena, const cJSON *root,
                           const char *key)
{
    const char *text = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(root, key));

    return text && *text ? pt_arena_strdup(arena, text) : NULL;
}

static enum pt_status read_endpoint(struct pt_arena *arena, const cJSON *root,
                                    struct pt_grpc_endpoint *endpoint,
                                    struct pt_error *err)
{
    const cJSON *port = cJSON_GetObjectItemCaseSensitive(root, "port");

    endpoint->socket = text_of(arena, root, "fileSocketPath");
    endpoint->cert = text_of(arena, root, "cert");
    endpoint->token = text_of(arena, root, "token");
    if (cJSON_IsNumber(port) && port->valuedouble >= 1 &&
        port->valuedouble <= 65535)
        endpoint->port = (uint16_t)port->valuedouble;
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (!endpoint->socket && !endpoint->port)
        return pt_fail(err, PT_BAD_INPUT, "start the bridge again",
                       "it names neither a socket nor a port");
    return PT_OK;
}

enum pt_status pt_grpc_endpoint_read(struct pt_arena *arena,
                                     struct pt_slice json,
                                     struct pt_grpc_endpoint *ret_endpoint,
                                     struct pt_error *err)
{
    cJSON *root = cJSON_ParseWithLength(json.at, json.len);
    struct pt_grpc_endpoint endpoint = {0};
    enum pt_status status;

    if (cJSON_IsObject(root))
        status = read_endpoint(arena, root, &endpoint, err);
    else
        status = pt_fail(err, PT_BAD_INPUT, "start the bridge again",
                         "it is not a JSON object, or cut short");
    cJSON_Delete(root);
    if (status == PT_OK)
        *ret_endpoint = endpoint;
    return status;
}

/* ---- frames and fields ---- */

enum pt_status pt_grpc_unframe(struct pt_slice body,
                               struct pt_slice *ret_message,
                               struct pt_error *err)
{
    const unsigned char *at = (const unsigned char *)body.at;
    size_t len;

    if (body.len < PREFIX)
        return complain(err, "is cut short");
    len = (size_t)at[1] << 24 | (size_t)at[2] << 16 | (size_t)at[3] << 8 |
          at[4];
    if (at[0])
        return complain(err, "is compressed, which nobody asked for");
    if (len > body.len - PREFIX)
        return complain(err, "is cut short");
    if (len < body.len - PREFIX)
        return complain(err, "holds more than one message");
    *ret_message = pt_slice(body.at + PREFIX, len);
    return PT_OK;
}

struct field {
    unsigned number;
    enum wire wire;
    uint64_t value;        /* VARINT */
    struct pt_slice bytes; /* BYTES */
};

static bool read_varint(struct pt_slice *rest, uint64_t *ret_value)
{
    uint64_t value = 0;

    for (size_t i = 0; i < rest->len && i < VARINT_MAX; i++) {
        unsigned char byte = (unsigned char)rest->at[i];

        value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (byte & 0x80)
            continue;
        *rest = pt_slice(rest->at + i + 1, rest->len - i - 1);
        *ret_value = value;
        return true;
    }
    return false;
}

static bool read_bytes(struct pt_slice *rest, size_t len,
                       struct pt_slice *ret_bytes)
{
    if (len > rest->len)
        return false;
    *ret_bytes = pt_slice(rest->at, len);
    *rest = pt_slice(rest->at + len, rest->len - len);
    return true;
}

static bool read_field(struct pt_slice *rest, struct field *ret_field)
{
    struct field f = {0};
    uint64_t key;

    if (!read_varint(rest, &key) || key >> 3 == 0 || key >> 3 > UINT32_MAX)
        return false;
    f.number = (unsigned)(key >> 3);
    f.wire = (enum wire)(key & 7);
    switch (key & 7) {
    case WIRE_VARINT:
        if (!read_varint(rest, &f.value))
            return false;
        break;
    case WIRE_64:
        if (!read_bytes(rest, 8, &f.bytes))
            return false;
        break;
    case WIRE_BYTES:
        if (!read_varint(rest, &f.value) ||
            !read_bytes(rest, f.value > rest->len ? SIZE_MAX
                                                  : (size_t)f.value,
                        &f.bytes))
            return false;
        break;
    case WIRE_32:
        if (!read_bytes(rest, 4, &f.bytes))
            return false;
        break;
    default:
        return false;
    }
    *ret_field = f;
    return true;
}

/* ---- MailServerSettings ---- */

static const struct {
    const char *key;
    bool is_port;
} settings[] = {
    {NULL, false},
    {"imapPort", true},
    {"smtpPort", true},
    {"useSSLForImap", false},
    {"useSSLForSmtp", false},
};

enum { SETTINGS = sizeof(settings) / sizeof(*settings) };

static enum pt_status keep_setting(struct pt_arena *arena,
                                   const struct field *f,
                                   struct pt_pairs *pairs,
                                   struct pt_error *err)
{
    char text[8] = "";

    if (!settings[f->number].is_port)
        snprintf(text, sizeof(text), "%s", f->value ? "true" : "false");
    else if (f->value >= 1 && f->value <= 65535)
        snprintf(text, sizeof(text), "%u", (unsigned)f->value);
    else
        return complain(err, "names a port that is none");
    return pt_reader_keep(arena, pairs, "",
                          pt_slice_of(settings[f->number].key),
                          pt_slice_of(text))
               ? PT_OK
               : pt_fail_memory(err);
}

enum pt_status pt_read_proton_grpc(struct pt_arena *arena,
                                   struct pt_slice bytes,
                                   struct pt_pairs *pairs,
                                   struct pt_error *err)
{
    struct pt_slice rest = {0};
    enum pt_status status = pt_grpc_unframe(bytes, &rest, err);
    struct field f;

    while (status == PT_OK && rest.len) {
        if (!read_field(&rest, &f))
            return complain(err, "is cut short");
        if (f.number < SETTINGS && f.wire == WIRE_VARINT)
            status = keep_setting(arena, &f, pairs, err);
    }
    return status;
}

enum pt_status pt_read_proton_focus(struct pt_arena *arena,
                                    struct pt_slice bytes,
                                    struct pt_pairs *pairs,
                                    struct pt_error *err)
{
    struct pt_slice rest = {0};
    enum pt_status status = pt_grpc_unframe(bytes, &rest, err);
    struct field f;

    while (status == PT_OK && rest.len) {
        if (!read_field(&rest, &f))
            return complain(err, "is cut short");
        if (f.number == 1 && f.wire == WIRE_BYTES &&
            pt_is_printable(f.bytes) &&
            !pt_reader_keep(arena, pairs, "", pt_slice_of("version"), f.bytes))
            return pt_fail_memory(err);
    }
    return status;
}

/* ---- GetUserList ---- */

/* Before 3.0.21 field 8 was a number and the addresses were field 10; since,
 * it is the password and they are field 9. */
enum { USER_NAME = 2, USER_STATE = 4, USER_EIGHT = 8, USER_NINE = 9,
       USER_TEN = 10 };

static bool is_old_layout(struct pt_slice user)
{
    struct field f;

    while (user.len && read_field(&user, &f))
        if (f.number == USER_EIGHT)
            return f.wire == WIRE_VARINT;
    return false;
}

static bool add_text(struct pt_arena *arena, struct pt_strings *list,
                     struct pt_slice bytes)
{
    const char *text;

    if (!bytes.len || !pt_is_printable(bytes))
        return true;
    text = pt_arena_strndup(arena, bytes.at, bytes.len);
    return text && pt_strings_add(arena, list, text);
}

static enum pt_status read_user(struct pt_arena *arena, struct pt_slice user,
                                struct pt_grpc_users *users,
                                struct pt_error *err)
{
    unsigned where = is_old_layout(user) ? USER_TEN : USER_NINE;
    struct pt_strings addresses = {0};
    struct pt_slice name = {0};
    uint64_t state = 0;
    struct field f;

    while (user.len) {
        if (!read_field(&user, &f))
            return complain(err, "is cut short");
        if (f.number == USER_NAME && f.wire == WIRE_BYTES)
            name = f.bytes;
        else if (f.number == USER_STATE && f.wire == WIRE_VARINT)
            state = f.value;
        else if (f.number == where && f.wire == WIRE_BYTES &&
                 !add_text(arena, &addresses, f.bytes))
            return pt_fail_memory(err);
    }
    if (state != SIGNED_IN)
        return add_text(arena, &users->waiting, name) ? PT_OK
                                                      : pt_fail_memory(err);
    for (size_t i = 0; i < addresses.count; i++)
        if (!pt_strings_add(arena, &users->addresses, addresses.at[i]))
            return pt_fail_memory(err);
    return PT_OK;
}

enum pt_status pt_grpc_users_read(struct pt_arena *arena,
                                  struct pt_slice body,
                                  struct pt_grpc_users *ret_users,
                                  struct pt_error *err)
{
    struct pt_grpc_users users = {0};
    struct pt_slice rest = {0};
    enum pt_status status = pt_grpc_unframe(body, &rest, err);
    struct field f;

    while (status == PT_OK && rest.len) {
        if (!read_field(&rest, &f))
            return complain(err, "is cut short");
        if (f.number == 1 && f.wire == WIRE_BYTES)
            status = read_user(arena, f.bytes, &users, err);
    }
    if (status == PT_OK)
        *ret_users = users;
    return status;
}
