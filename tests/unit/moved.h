/* moved.h - a home with files of a mail program, whose bridge has moved: what
 * is found in them, and what they are then.
 */
#ifndef PT_TESTS_MOVED_H
#define PT_TESTS_MOVED_H

#include "base/file.h"
#include "client/client.h"
#include "tests/tap.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct moved {
    struct pt_arena *arena;
    struct pt_place place;
    struct pt_installs installs;
};

/* Where the bridge is now: what receives, and what sends. */
struct moved_to {
    uint16_t in;
    uint16_t out;
    enum pt_security security;
    const struct pt_certificate *certificate;
};

static inline void moved_begin(struct moved *moved, struct pt_arena *arena)
{
    char *home = pt_arena_strdup(arena, "/tmp/portolan-test-XXXXXX");

    if (!home || !mkdtemp(home))
        abort();
    *moved = (struct moved){.arena = arena, .installs.arena = arena};
    moved->place = (struct pt_place){
        .os = "linux",
        .home = home,
        .config = pt_arena_printf(arena, "%s/.config", home),
        .data = pt_arena_printf(arena, "%s/.local/share", home),
        .cache = pt_arena_printf(arena, "%s/.cache", home),
        .state = pt_arena_printf(arena, "%s/.local/state", home),
        .uid = (uint32_t)getuid(),
    };
}

static inline const char *moved_path(const struct moved *moved,
                                     const char *name)
{
    return pt_arena_printf(moved->arena, "%s/%s", moved->place.home, name);
}

static inline void moved_put(const struct moved *moved, const char *name,
                             const char *text)
{
    char *path = pt_arena_strdup(moved->arena, moved_path(moved, name));
    char *slash = strrchr(path, '/');

    *slash = '\0';
    if (pt_make_dirs(path, NULL) != PT_OK)
        abort();
    *slash = '/';
    if (pt_file_write(path, text, strlen(text), NULL) != PT_OK)
        abort();
}

/* Does the text have HOME for the home?  It is put in. */
static inline const char *moved_text(const struct moved *moved,
                                     const char *text)
{
    PT_BUF struct pt_buf out = {0};
    const char *at;

    while ((at = strstr(text, "@HOME@"))) {
        pt_buf_add(&out, text, (size_t)(at - text));
        pt_buf_puts(&out, moved->place.home);
        text = at + strlen("@HOME@");
    }
    pt_buf_puts(&out, text);
    return pt_arena_strdup(moved->arena, pt_buf_text(&out));
}

static inline bool moved_find(struct moved *moved,
                              const struct pt_client *client)
{
    return client->find(&moved->place, &moved->installs, NULL) == PT_OK;
}

/* Every slot on this machine is patched; the first failure. */
static inline enum pt_status moved_patch(struct moved *moved,
                                         const struct moved_to *to,
                                         struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < moved->installs.count; i++) {
        struct pt_install *install = moved->installs.at[i];

        for (size_t j = 0; j < install->slot_count; j++) {
            const struct pt_slot *slot = &install->slots[j];
            bool sends = slot->service == PT_SUBMISSION;
            struct pt_server server = {.service = slot->service,
                                       .host = slot->host,
                                       .port = sends ? to->out : to->in,
                                       .security = to->security,
                                       .certificate = to->certificate};

            if (pt_is_loopback(slot->host) && status == PT_OK)
                status = install->client->patch(install, slot, &server, err);
        }
    }
    return status;
}

/* What the file is to be; NULL: it was not found. */
static inline const char *moved_now(const struct moved *moved,
                                    const char *name)
{
    const char *path = moved_path(moved, name);

    for (size_t i = 0; i < moved->installs.count; i++)
        for (size_t j = 0; j < moved->installs.at[i]->file_count; j++) {
            struct pt_client_file *file = &moved->installs.at[i]->files[j];

            if (pt_is(file->path, path))
                return pt_buf_text(file->is_changed ? &file->after
                                                    : &file->before);
        }
    return NULL;
}

static inline bool moved_changed(const struct moved *moved)
{
    for (size_t i = 0; i < moved->installs.count; i++)
        for (size_t j = 0; j < moved->installs.at[i]->file_count; j++)
            if (moved->installs.at[i]->files[j].is_changed)
                return true;
    return false;
}

static inline void moved_end(struct moved *moved)
{
    const char *command =
        pt_arena_printf(moved->arena, "rm -rf '%s'", moved->place.home);

    pt_installs_free(&moved->installs);
    if (system(command))
        abort();
}

/* A certificate that has signed itself, another each time. */
static inline const struct pt_certificate *
new_certificate(struct pt_arena *arena, long serial)
{
    struct pt_certificate *made = pt_arena_alloc(arena, sizeof(*made));
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x509 = X509_new();
    unsigned char *der = NULL;
    unsigned char digest[32];
    int len;

    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), serial);
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 86400);
    X509_set_pubkey(x509, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                               (const unsigned char *)"127.0.0.1", -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(x509));
    if (!X509_sign(x509, key, EVP_sha256()) || (len = i2d_X509(x509, &der)) < 0)
        abort();
    EVP_Digest(der, (size_t)len, digest, NULL, EVP_sha256(), NULL);
    made->der = pt_arena_memdup(arena, der, (size_t)len);
    made->der_len = (size_t)len;
    pt_hex(digest, sizeof(digest), made->sha256);
    OPENSSL_free(der);
    X509_free(x509);
    EVP_PKEY_free(key);
    return made;
}

#endif
