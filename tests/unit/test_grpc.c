/* test_grpc.c - Proton Mail Bridge's gRPC files and replies. */
#include "format/grpc.h"
#include "format/reader.h"
#include "tests/tap.h"

#include <stdlib.h>

#define BYTES(text) pt_slice((text), sizeof(text) - 1)

/* id, user name, avatar, then state 2 */
#define ANN "\x0A\x01i\x12\x03" "ann\x1A\x01" "A \x02"
#define PASSWORD "notapasswordnotapasswo"

static enum pt_status endpoint(struct pt_arena *arena, const char *json,
                               struct pt_grpc_endpoint *ret,
                               struct pt_error *err)
{
    *err = (struct pt_error){0};
    return pt_grpc_endpoint_read(arena, pt_slice_of(json), ret, err);
}

static void test_endpoint(struct pt_arena *arena)
{
    struct pt_grpc_endpoint e = {0};
    struct pt_error err;

    OK(endpoint(arena,
                "{\"port\":0,"
                "\"cert\":\"-----BEGIN CERTIFICATE-----\\nMIIB\\n\","
                "\"token\":\"0f-1\",\"fileSocketPath\":\"/tmp/bridge1234\"}\n",
                &e, &err) == PT_OK,
       "the file of a bridge on a socket is read");
    IS(e.socket, "/tmp/bridge1234", "its socket");
    IS(e.token, "0f-1", "its token");
    IS(e.cert, "-----BEGIN CERTIFICATE-----\nMIIB\n", "its certificate");

    OK(endpoint(arena,
                "{\"port\":45123,\"cert\":\"\",\"token\":\"\","
                "\"fileSocketPath\":\"\"}",
                &e, &err) == PT_OK,
       "the file of the focus service is read");
    OK(e.port == 45123 && !e.socket && !e.cert && !e.token,
       "it is a port, and what is empty is not there");
}

static void test_bad_endpoint(struct pt_arena *arena)
{
    static const struct {
        const char *json;
        const char *sentence;
    } bad[] = {
        {"{\"port\":0,\"cert\":\"-----BEG",
         "it is cut short: the JSON breaks off in line 1"},
        {"", "it is empty"},
        {"[]", "it is JSON, but not an object"},
        {"{}\n{}", "line 2 is not JSON"},
        {"{}", "it names neither a socket nor a port"},
        {"{\"port\":65536}", "its port is none"},
        {"{\"port\":-1}", "its port is none"},
        {"{\"fileSocketPath\":\"bridge1234\"}",
         "its fileSocketPath is not the path of a socket"},
        {"{\"port\":1,\"token\":\"a\\r\\nx: y\"}", "its token is not a token"},
        {"{\"port\":1,\"cert\":\"no\"}", "its cert is not a certificate"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct pt_grpc_endpoint e = {.port = 7};
        struct pt_error err;

        OK(endpoint(arena, bad[i].json, &e, &err) == PT_BAD_INPUT &&
               e.port == 7,
           "a file that makes no sense is refused");
        IS(err.text, bad[i].sentence, "and the sentence says why");
    }
}

static void test_unframe(void)
{
    const struct {
        struct pt_slice body;
        const char *sentence;
    } bad[] = {
        {BYTES(""), "the gRPC reply is cut short"},
        {BYTES("\0\0\0\0"), "the gRPC reply is cut short"},
        {BYTES("\0\0\0\0\x08\x08\xF8"), "the gRPC reply is cut short"},
        {BYTES("\1\0\0\0\1x"),
         "the gRPC reply is compressed, which nobody asked for"},
        {BYTES("\0\0\0\0\0\0\0\0\0\0"),
         "the gRPC reply holds more than one message"},
        {BYTES("\0\xFF\xFF\xFF\xFF" "abc"), "the gRPC reply is cut short"},
    };
    struct pt_slice message = {0};
    struct pt_error err = {0};

    OK(pt_grpc_unframe(BYTES("\0\0\0\0\2hi"), &message, &err) == PT_OK &&
           pt_slice_is(message, "hi"),
       "a message comes out of its frame");
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        OK(pt_grpc_unframe(bad[i].body, &message, &err) == PT_BAD_INPUT,
           "a frame that is wrong is refused");
        IS(err.text, bad[i].sentence, "and the sentence says why");
    }
}

static void test_settings(struct pt_arena *arena)
{
    struct pt_pairs pairs = {0};
    struct pt_error err = {0};

    OK(pt_read_proton_grpc(
           arena, BYTES("\0\0\0\0\x08\x08\xF8\x08\x10\x82\x08\x20\x01"),
           &pairs, &err) == PT_OK,
       "a reply to MailServerSettings is read");
    IS(pt_pairs_get(&pairs, "imapPort"), "1144", "its IMAP port");
    IS(pt_pairs_get(&pairs, "smtpPort"), "1026", "its SMTP port");
    IS(pt_pairs_get(&pairs, "useSSLForSmtp"), "true", "SMTP has TLS");
    IS(pt_pairs_get(&pairs, "useSSLForImap"), NULL,
       "what is false is not sent");

    pairs = (struct pt_pairs){0};
    OK(pt_read_proton_grpc(
           arena,
           BYTES("\0\0\0\0\x1A\x08\xF7\x08\x7A\x02hi\x81\x01" "12345678"
                 "\x85\x01" "1234\x10\x81\x08"),
           &pairs, &err) == PT_OK && pairs.count == 2,
       "fields nobody knows are passed over");
    IS(pt_pairs_get(&pairs, "smtpPort"), "1025", "and those behind them read");

    OK(pt_read_proton_grpc(arena, BYTES("\0\0\0\0\4\x08\x80\x80\x04"), &pairs,
                           &err) == PT_BAD_INPUT,
       "port 65536 is refused");
    IS(err.text, "the gRPC reply names a port that is none", "with a sentence");
    OK(pt_read_proton_grpc(arena,
                           BYTES("\0\0\0\0\x0B\x08\xFF\xFF\xFF\xFF\xFF\xFF"
                                 "\xFF\xFF\xFF\x01"),
                           &pairs, &err) == PT_BAD_INPUT,
       "port -1 is refused");
    OK(pt_read_proton_grpc(arena, BYTES("\0\0\0\0\2\x08\xF8"), &pairs, &err) ==
           PT_BAD_INPUT,
       "half a number is refused");
    IS(err.text, "the gRPC reply is cut short", "with a sentence");
}

static void test_focus(struct pt_arena *arena)
{
    struct pt_pairs pairs = {0};
    struct pt_error err = {0};

    OK(pt_read_proton_focus(arena, BYTES("\0\0\0\0\x08\x0A\x06" "3.25.0"),
                            &pairs, &err) == PT_OK,
       "a reply of the focus service is read");
    IS(pt_pairs_get(&pairs, "version"), "3.25.0", "its version");
}

static struct pt_grpc_users users_of(struct pt_arena *arena,
                                     const char *user, size_t len)
{
    struct pt_grpc_users users = {0};
    struct pt_error err = {0};
    char body[256];

    memcpy(body, "\0\0\0\0\0\x0A", 7);
    body[4] = (char)(len + 2);
    body[6] = (char)len;
    memcpy(body + 7, user, len);
    if (pt_grpc_users_read(arena, pt_slice(body, len + 7), &users, &err) !=
        PT_OK)
        pt_strings_add(arena, &users.waiting, err.text);
    return users;
}

#define USERS(arena, text) users_of((arena), (text), sizeof(text) - 1)

static void test_users(struct pt_arena *arena)
{
    struct pt_grpc_users u;

    u = USERS(arena, ANN "0\x64" "8\x65" "B\x16" PASSWORD "J\x0D"
                         "ann@proton.me" "J\x09" "ann@pm.me");
    OK(u.addresses.count == 2 && !u.waiting.count,
       "a user since 3.0.21 has two addresses");
    IS(u.addresses.at[1], "ann@pm.me", "the second of them");

    u = USERS(arena, ANN "0\x01" "8\x64" "@\x65" "J\x16" PASSWORD "R\x0D"
                         "ann@proton.me");
    OK(u.addresses.count == 1, "a user before 3.0.21 has one");
    IS(u.addresses.at[0], "ann@proton.me", "which is not the password");

    u = USERS(arena, ANN "J\x16" PASSWORD "R\x0D" "ann@proton.me");
    OK(u.addresses.count == 1,
       "the old layout is known without its eighth field");
    IS(u.addresses.at[0], "ann@proton.me", "too");

    u = USERS(arena, ANN "J\x16" PASSWORD);
    OK(!u.addresses.count && !u.waiting.count,
       "a password alone is never taken for an address");

    u = USERS(arena, "\x0A\x01i\x12\x03" "ann \x01J\x0D" "ann@proton.me");
    OK(!u.addresses.count && u.waiting.count == 1,
       "a locked user serves no address");
    IS(u.waiting.at[0], "ann", "and is waited for");

    u = USERS(arena, "\x12\x03" "bob");
    IS(u.waiting.count == 1 ? u.waiting.at[0] : NULL, "bob",
       "a user without a state is signed out");

    u = USERS(arena, ANN "J\x05" "a\x1B@bc");
    OK(!u.addresses.count, "an address with control characters is dropped");

    u = USERS(arena, ANN "J\x7F" "ann");
    IS(u.waiting.count == 1 ? u.waiting.at[0] : NULL,
       "the gRPC reply is cut short", "a user that is cut short is refused");
}

static void test_no_users(struct pt_arena *arena)
{
    struct pt_grpc_users users = {0};
    struct pt_error err = {0};

    OK(pt_grpc_users_read(arena, BYTES("\0\0\0\0\0"), &users, &err) == PT_OK &&
           !users.addresses.count && !users.waiting.count,
       "nobody signed in is no error");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    if (!arena)
        return EXIT_FAILURE;
    test_endpoint(arena);
    test_bad_endpoint(arena);
    test_unframe();
    test_settings(arena);
    test_focus(arena);
    test_users(arena);
    test_no_users(arena);
    return tap_done();
}
