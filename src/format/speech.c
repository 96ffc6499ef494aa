#include "format/speech.h"

#include "base/base64.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

enum { SAID_MAX = 128, DER_MAX = 64 * 1024 };

/* ---- certificates ---- */

static bool digest(const void *bytes, size_t len, unsigned char out[32])
{
    return EVP_Digest(bytes, len, out, NULL, EVP_sha256(), NULL) == 1;
}

static bool add_digest(struct pt_certificate *certificate)
{
    unsigned char sha256[32];

    if (!digest(certificate->der, certificate->der_len, sha256))
        return false;
    pt_hex(sha256, sizeof(sha256), certificate->sha256);
    return true;
}

/* RFC 7469, 2.4: the digest of the SubjectPublicKeyInfo. */
static bool add_pin(struct pt_certificate *certificate, X509 *x509)
{
    static const char prefix[] = "sha256//";
    unsigned char sha256[32];
    unsigned char *spki = NULL;
    int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &spki);
    bool done = len > 0 && digest(spki, (size_t)len, sha256);

    OPENSSL_free(spki);
    if (!done)
        return false;
    memcpy(certificate->spki_pin, prefix, sizeof(prefix));
    EVP_EncodeBlock((unsigned char *)certificate->spki_pin + strlen(prefix),
                    sha256, sizeof(sha256));
    return true;
}

static X509 *parse(const void *der, size_t len)
{
    const unsigned char *at = der;
    const unsigned char *end = at + len;
    X509 *x509;

    if (!len || len > DER_MAX)
        return NULL;
    x509 = d2i_X509(NULL, &at, (long)len);
    if (x509 && at == end)
        return x509;
    X509_free(x509);
    return NULL;
}

const struct pt_certificate *pt_certificate_read(struct pt_arena *arena,
                                                 const void *der, size_t len)
{
    X509 *x509 = parse(der, len);
    struct pt_certificate *certificate;
    bool whole;

    if (!x509)
        return NULL;
    certificate = pt_arena_alloc(arena, sizeof(*certificate));
    if (certificate)
        *certificate = (struct pt_certificate){
            .der = pt_arena_memdup(arena, der, len), .der_len = len};
    whole = certificate && certificate->der && add_digest(certificate) &&
            add_pin(certificate, x509);
    X509_free(x509);
    return whole ? certificate : NULL;
}

/* ---- lines ---- */

static void add_line(struct pt_arena *arena, struct pt_slice rest,
                     struct pt_strings *lines)
{
    const char *line = pt_arena_strndup(arena, rest.at, rest.len);

    if (line && lines->count < SAID_MAX)
        pt_strings_add(arena, lines, line);
}

static void read_greeting(struct pt_arena *arena, struct pt_slice rest,
                          struct pt_speech *speech)
{
    speech->greeting = pt_arena_strndup(arena, rest.at, rest.len);
    speech->is_mail = pt_greeting_service(rest, &speech->service);
}

static void read_said(struct pt_arena *arena, struct pt_slice rest,
                      struct pt_speech *speech)
{
    add_line(arena, rest, &speech->said);
}

static void read_secured(struct pt_arena *arena, struct pt_slice rest,
                         struct pt_speech *speech)
{
    add_line(arena, rest, &speech->secured);
}

static void read_untrusted(struct pt_arena *arena, struct pt_slice rest,
                           struct pt_speech *speech)
{
    add_line(arena, rest, &speech->untrusted);
}

static void read_address(struct pt_arena *arena, struct pt_slice rest,
                         struct pt_speech *speech)
{
    speech->address = pt_arena_strndup(arena, rest.at, rest.len);
}

static void read_tls(struct pt_arena *arena, struct pt_slice rest,
                     struct pt_speech *speech)
{
    speech->tls = pt_arena_strndup(arena, rest.at, rest.len);
}

static void read_login(struct pt_arena *arena, struct pt_slice rest,
                       struct pt_speech *speech)
{
    speech->login = pt_arena_strndup(arena, rest.at, rest.len);
}

static void read_security(struct pt_arena *arena, struct pt_slice rest,
                          struct pt_speech *speech)
{
    (void)arena;
    pt_security_from(rest, &speech->security);
}

/* The first one: what follows from it matters less. */
static void read_problem(struct pt_arena *arena, struct pt_slice rest,
                         struct pt_speech *speech)
{
    if (!speech->problem)
        speech->problem = pt_arena_strndup(arena, rest.at, rest.len);
}

static void read_certificate(struct pt_arena *arena, struct pt_slice rest,
                             struct pt_speech *speech)
{
    unsigned char *der;
    size_t len;

    if (!rest.len || rest.len > DER_MAX / 3 * 4)
        return;
    der = pt_arena_alloc(arena, rest.len);
    if (der && pt_base64_decode(rest, der, &len))
        speech->certificate = pt_certificate_read(arena, der, len);
}

static void read_grpc(struct pt_arena *arena, struct pt_slice rest,
                      struct pt_speech *speech)
{
    (void)arena, (void)rest;
    speech->grpc = true;
}

static void read_silent(struct pt_arena *arena, struct pt_slice rest,
                        struct pt_speech *speech)
{
    (void)arena, (void)rest;
    speech->silent = true;
}

static void read_injected(struct pt_arena *arena, struct pt_slice rest,
                          struct pt_speech *speech)
{
    (void)arena, (void)rest;
    speech->injected = true;
}

static void read_end(struct pt_arena *arena, struct pt_slice rest,
                     struct pt_speech *speech)
{
    static const char *const names[] = {
        [PT_END_GONE] = "gone",
        [PT_END_REFUSED] = "refused",
        [PT_END_LATE] = "late",
        [PT_END_FLOOD] = "flood",
    };

    (void)arena;
    for (int i = PT_END_GONE; i <= PT_END_FLOOD; i++)
        if (pt_slice_is(rest, names[i]))
            speech->end = (enum pt_speech_end)i;
}

static void read_verified(struct pt_arena *arena, struct pt_slice rest,
                          struct pt_speech *speech)
{
    (void)arena, (void)rest;
    speech->verified = true;
}

static const struct {
    const char *word;
    void (*read)(struct pt_arena *arena, struct pt_slice rest,
                 struct pt_speech *speech);
} words[] = {
    {"greeting", read_greeting},       {"said", read_said},
    {"security", read_security},       {"problem", read_problem},
    {"certificate", read_certificate}, {"grpc", read_grpc},
    {"silent", read_silent},           {"injected", read_injected},
    {"address", read_address},         {"secured", read_secured},
    {"tls", read_tls},                 {"verified", read_verified},
    {"untrusted", read_untrusted},     {"login", read_login},
    {"end", read_end},
};

static void read_line(struct pt_arena *arena, struct pt_slice line,
                      struct pt_speech *speech)
{
    const char *blank = memchr(line.at, ' ', line.len);
    size_t len = blank ? (size_t)(blank - line.at) : line.len;
    struct pt_slice word = pt_slice(line.at, len);

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (pt_slice_is(word, words[i].word))
            words[i].read(arena,
                          blank ? pt_slice(blank + 1, line.len - len - 1)
                                : pt_slice("", 0),
                          speech);
}

bool pt_speech_read(struct pt_arena *arena, struct pt_slice text,
                    struct pt_speech *ret_speech)
{
    struct pt_speech speech = {.greeting = ""};
    struct pt_slice line;

    while (pt_next_line(&text, &line))
        read_line(arena, line, &speech);
    if (pt_arena_failed(arena))
        return false;
    *ret_speech = speech;
    return true;
}
