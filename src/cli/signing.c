#include "cli/signing.h"

#include "base/file.h"
#include "format/cms.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <time.h>

enum { PEM_MAX = 256 * 1024 };

static void free_store(X509_STORE **store)
{
    X509_STORE_free(*store);
}

/* A key does not stay in memory that is used for something else. */
static void wipe(struct pt_buf *buf)
{
    if (buf->at)
        OPENSSL_cleanse(buf->at, buf->room);
    pt_buf_free(buf);
}

#define WITH(free) __attribute__((cleanup(free)))

/* NULL names nothing, which is fine. */
static enum pt_status read_pem(const char *path, struct pt_buf *out,
                               struct pt_error *err)
{
    enum pt_status status = path ? pt_file_read(path, out, err) : PT_OK;

    return status == PT_NOTHING ? PT_BAD_INPUT : status;
}

static enum pt_status open_store(const char *ca_file, X509_STORE **ret_store,
                                 struct pt_error *err)
{
    X509_STORE *store = X509_STORE_new();
    bool is_read;

    if (!store || X509_STORE_set_default_paths(store) != 1) {
        X509_STORE_free(store);
        return pt_fail_memory(err);
    }
    is_read = !ca_file || X509_STORE_load_file(store, ca_file) == 1;
    ERR_clear_error();
    if (is_read) {
        *ret_store = store;
        return PT_OK;
    }
    X509_STORE_free(store);
    return pt_fail(err, PT_BAD_INPUT, "name a file of certificates in PEM",
                   "there is no authority to be read in '%s'", ca_file);
}

static struct pt_slice slice_of(const struct pt_buf *buf)
{
    return pt_slice(buf->at, buf->len);
}

static bool has_pem(const struct pt_buf *bytes, const char *what)
{
    return pt_slice_find(slice_of(bytes), what);
}

/* What is plainly not in a file is told with the option that names it. */
static enum pt_status check_files(const struct pt_signing *signing,
                                  const struct pt_buf *key,
                                  const struct pt_buf *chain,
                                  struct pt_error *err)
{
    if (!signing->key && !has_pem(key, "PRIVATE KEY-----"))
        return pt_fail(err, PT_BAD_INPUT, "name its key with --key KEY",
                       "there is no private key in '%s'",
                       signing->certificate);
    if (signing->chain && !has_pem(chain, "-----BEGIN CERTIFICATE-----"))
        return pt_fail(err, PT_BAD_INPUT,
                       "--chain wants certificates in PEM: lines that begin "
                       "with -----BEGIN CERTIFICATE-----",
                       "there is no certificate in '%s'", signing->chain);
    return PT_OK;
}

enum pt_status pt_sign_file(const struct pt_signing *signing,
                            struct pt_buf *bytes, struct pt_error *err)
{
    WITH(wipe) struct pt_buf certificate = {.max = PEM_MAX};
    WITH(wipe) struct pt_buf key = {.max = PEM_MAX};
    PT_BUF struct pt_buf chain = {.max = PEM_MAX};
    PT_BUF struct pt_buf made = {0};
    WITH(free_store) X509_STORE *trusted = NULL;
    const char *key_file = signing->key ? signing->key : signing->certificate;
    enum pt_status status = read_pem(signing->certificate, &certificate, err);

    if (status == PT_OK)
        status = read_pem(key_file, &key, err);
    if (status == PT_OK)
        status = read_pem(signing->chain, &chain, err);
    if (status == PT_OK)
        status = check_files(signing, &key, &chain, err);
    if (status == PT_OK)
        status = open_store(signing->ca_file, &trusted, err);
    if (status == PT_OK)
        status = pt_cms_sign(
            &(struct pt_cms_signer){.certificate = slice_of(&certificate),
                                    .key = slice_of(&key),
                                    .chain = slice_of(&chain),
                                    .trusted = trusted,
                                    .now_s = (int64_t)time(NULL)},
            slice_of(bytes), &made, err);
    if (status != PT_OK)
        return status;
    pt_buf_free(bytes);
    *bytes = made;
    made = (struct pt_buf){0};
    return PT_OK;
}
