/* grpc.c - see grpc.h; unknown fields are skipped. */
#include "format/grpc.h"

#include "format/json_read.h"
#include "format/protobuf.h"
#include "format/reader.h"

#include <stdio.h>
#include <string.h>

enum { PREFIX = 5, SIGNED_IN = 2, ADDRESS_MAX = 254 };

/* A path must fit into sockaddr_un; a token is a UUID. */
enum { SOCKET_MAX = 107, TOKEN_MAX = 256, CERT_MAX = 16 * 1024 };

static const char hint[] = "update portolan, or report the bridge's version";

static enum pt_status complain(struct pt_error *err, const char *what)
{
    return pt_fail(err, PT_BAD_INPUT, hint, "the gRPC reply %s", what);
}

/* ---- the endpoint's file ---- */

static enum pt_status refuse(struct pt_error *err, const char *what)
{
    return pt_fail(err, PT_BAD_INPUT, "start the bridge again", "%s", what);
}

/* NULL: missing, or empty, which means the same. */
static const char *text_of(const cJSON *root, const char *key)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, key));

    return text && *text ? text : NULL;
}

static bool is_socket(const char *path)
{
    return path[0] == '/' && strlen(path) <= SOCKET_MAX &&
           pt_is_printable(pt_slice_of(path));
}

static bool is_certificate(const char *pem)
{
    return pt_has_prefix(pem, "-----BEGIN CERTIFICATE-----") &&
           strlen(pem) <= CERT_MAX;
}

/* It goes into a header: visible ASCII alone. */
static bool is_token(const char *text)
{
    size_t len = 0;

    while (text[len] > ' ' && text[len] <= '~')
        len++;
    return !text[len] && len <= TOKEN_MAX;
}

static enum pt_status check_endpoint(const cJSON *root,
                                     struct pt_grpc_endpoint *endpoint,
                                     struct pt_error *err)
{
    const cJSON *port = cJSON_GetObjectItemCaseSensitive(root, "port");
    double number = cJSON_IsNumber(port) ? port->valuedouble : 0;

    endpoint->socket = text_of(root, "fileSocketPath");
    endpoint->cert = text_of(root, "cert");
    endpoint->token = text_of(root, "token");
    if (!(number >= 0 && number <= 65535))
        return refuse(err, "its port is none");
    endpoint->port = (uint16_t)number;
    if (!endpoint->socket && !endpoint->port)
        return refuse(err, "it names neither a socket nor a port");
    if (endpoint->socket && !is_socket(endpoint->socket))
        return refuse(err, "its fileSocketPath is not the path of a socket");
    if (endpoint->cert && !is_certificate(endpoint->cert))
        return refuse(err, "its cert is not a certificate");
    if (endpoint->token && !is_token(endpoint->token))
        return refuse(err, "its token is not a token");
    return PT_OK;
}

enum pt_status pt_grpc_endpoint_read(struct pt_arena *arena,
                                     struct pt_slice json,
                                     struct pt_grpc_endpoint *ret_endpoint,
                                     struct pt_error *err)
{
    struct pt_grpc_endpoint endpoint = {0};
    PT_JSON cJSON *root = NULL;
    enum pt_status status = pt_json_read(json, &root, err);

    if (status == PT_OK)
        status = check_endpoint(root, &endpoint, err);
    if (status != PT_OK)
        return status;
    endpoint.socket = pt_arena_strdup(arena, endpoint.socket);
    endpoint.cert = pt_arena_strdup(arena, endpoint.cert);
    endpoint.token = pt_arena_strdup(arena, endpoint.token);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    *ret_endpoint = endpoint;
    return PT_OK;
}

/* ---- frames ---- */

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
                                   const struct pt_field *f,
                                   struct pt_pairs *pairs, struct pt_error *err)
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
    struct pt_field f;

    while (status == PT_OK && rest.len) {
        if (!pt_field_next(&rest, &f))
            return complain(err, "is cut short");
        if (f.number < SETTINGS && f.wire == PT_WIRE_VARINT)
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
    struct pt_field f;

    while (status == PT_OK && rest.len) {
        if (!pt_field_next(&rest, &f))
            return complain(err, "is cut short");
        if (f.number == 1 && f.wire == PT_WIRE_BYTES &&
            pt_is_printable(f.bytes) &&
            !pt_reader_keep(arena, pairs, "", pt_slice_of("version"), f.bytes))
            return pt_fail_memory(err);
    }
    return status;
}

/* ---- GetUserList ---- */

enum user_field {
    USER_NAME = 2,
    USER_STATE = 4,
    USER_EIGHT = 8, /* the password; before 3.0.21 a number of bytes */
    USER_NINE = 9,  /* an address; before 3.0.21 the password */
    USER_TEN = 10,  /* before 3.0.21 an address */
};

/* Which field holds the addresses?  Zeroes are not sent at all, so that the
 * number may be missing: then a tenth field tells the old layout too. */
static enum user_field address_field(struct pt_slice user)
{
    bool has_ten = false;
    struct pt_field f;

    while (user.len && pt_field_next(&user, &f)) {
        if (f.number == USER_EIGHT)
            return f.wire == PT_WIRE_VARINT ? USER_TEN : USER_NINE;
        has_ten |= f.number == USER_TEN;
    }
    return has_ten ? USER_TEN : USER_NINE;
}

/* No password is taken for an address: they are base64 and have no '@'. */
static bool is_address(struct pt_slice text)
{
    return text.len <= ADDRESS_MAX && pt_is_printable(text) &&
           memchr(text.at, '@', text.len) && !memchr(text.at, ' ', text.len);
}

static bool add_text(struct pt_arena *arena, struct pt_grpc_users *users,
                     struct pt_strings *list, struct pt_slice bytes)
{
    const char *text;

    if (list->count == PT_GRPC_USERS_MAX) {
        users->cut = true;
        return true;
    }
    text = pt_arena_strndup(arena, bytes.at, bytes.len);
    return text && pt_strings_add(arena, list, text);
}

static bool add_addresses(struct pt_arena *arena, struct pt_slice user,
                          struct pt_grpc_users *users)
{
    enum user_field where = address_field(user);
    struct pt_field f;

    while (user.len && pt_field_next(&user, &f))
        if (f.number == (unsigned)where && f.wire == PT_WIRE_BYTES &&
            is_address(f.bytes) &&
            !add_text(arena, users, &users->addresses, f.bytes))
            return false;
    return true;
}

static enum pt_status read_user(struct pt_arena *arena, struct pt_slice user,
                                struct pt_grpc_users *users,
                                struct pt_error *err)
{
    struct pt_slice rest = user;
    struct pt_slice name = {0};
    uint64_t state = 0;
    bool added = true;
    struct pt_field f;

    while (rest.len) {
        if (!pt_field_next(&rest, &f))
            return complain(err, "is cut short");
        if (f.number == USER_NAME && f.wire == PT_WIRE_BYTES)
            name = f.bytes;
        else if (f.number == USER_STATE && f.wire == PT_WIRE_VARINT)
            state = f.value;
    }
    if (state == SIGNED_IN)
        added = add_addresses(arena, user, users);
    else if (name.len && name.len <= ADDRESS_MAX && pt_is_printable(name))
        added = add_text(arena, users, &users->waiting, name);
    return added ? PT_OK : pt_fail_memory(err);
}

enum pt_status pt_grpc_users_read(struct pt_arena *arena,
                                  struct pt_slice body,
                                  struct pt_grpc_users *ret_users,
                                  struct pt_error *err)
{
    struct pt_grpc_users users = {0};
    struct pt_slice rest = {0};
    enum pt_status status = pt_grpc_unframe(body, &rest, err);
    struct pt_field f;

    while (status == PT_OK && rest.len) {
        if (!pt_field_next(&rest, &f))
            return complain(err, "is cut short");
        if (f.number == 1 && f.wire == PT_WIRE_BYTES)
            status = read_user(arena, f.bytes, &users, err);
    }
    if (status == PT_OK)
        *ret_users = users;
    return status;
}
