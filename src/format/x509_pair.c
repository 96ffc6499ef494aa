#include "format/x509_dates.h"
#include "format/x509_make.h"
#include "format/x509_pem.h"

#include <openssl/err.h>

struct pair {
    const char *certificate_path;
    const char *key_path;
    STACK_OF(X509) * chain;
    EVP_PKEY *key;
};

static void free_pair(struct pair *pair)
{
    pt_pem_free_chain(&pair->chain);
    pt_pem_free_key(&pair->key);
}

/* ---- reading ---- */

static enum pt_status read_chain(struct pair *pair, struct pt_slice pem,
                                 struct pt_error *err)
{
    enum pt_pem_fault fault;

    pair->chain = sk_X509_new_null();
    if (!pair->chain)
        return pt_fail_memory(err);
    fault = pt_pem_chain(pem, pair->chain);
    if (fault == PT_PEM_NO_MEMORY)
        return pt_fail_memory(err);
    if (fault == PT_PEM_ABSENT)
        return pt_fail(err, PT_BAD_INPUT,
                       "name a file in PEM: it begins with "
                       "-----BEGIN CERTIFICATE-----",
                       "there is no certificate in '%s'",
                       pair->certificate_path);
    if (fault != PT_PEM_GOOD)
        return pt_fail(err, PT_BAD_INPUT, "get it anew from who made it",
                       "a certificate in '%s' cannot be read",
                       pair->certificate_path);
    return PT_OK;
}

static enum pt_status read_key(struct pair *pair, struct pt_slice pem,
                               struct pt_error *err)
{
    enum pt_pem_fault fault = pt_pem_key(pem, &pair->key);

    if (fault == PT_PEM_NO_MEMORY)
        return pt_fail_memory(err);
    if (fault == PT_PEM_ENCRYPTED)
        return pt_fail(err, PT_BAD_INPUT,
                       "decrypt it, because nobody is asked for a passphrase: "
                       "openssl pkey -in KEY -out PLAIN",
                       "the key in '%s' is encrypted", pair->key_path);
    if (fault == PT_PEM_ABSENT)
        return pt_fail(err, PT_BAD_INPUT,
                       "name a file in PEM: it begins with "
                       "-----BEGIN PRIVATE KEY-----",
                       "there is no private key in '%s'", pair->key_path);
    if (fault != PT_PEM_GOOD)
        return pt_fail(err, PT_BAD_INPUT, "get it anew from who made it",
                       "the key in '%s' cannot be read", pair->key_path);
    return PT_OK;
}

/* ---- judging ---- */

/* Of the first: chains lead on past authorities that have ended, such as one
 * that vouched for another before that was known, and hold all the same. */
static enum pt_status check_dates(const struct pair *pair, int64_t now,
                                  struct pt_error *err)
{
    struct pt_dates dates;

    if (!pt_dates_of(sk_X509_value(pair->chain, 0), &dates))
        return pt_fail(err, PT_BAD_INPUT, "get it anew from who made it",
                       "the dates of the certificate in '%s' cannot be read",
                       pair->certificate_path);
    if (now > dates.until)
        return pt_fail(err, PT_BAD_INPUT, "renew it",
                       "the certificate in '%s' expired on %s",
                       pair->certificate_path, dates.until_day);
    if (now < dates.from)
        return pt_fail(err, PT_BAD_INPUT, "see whether the clock is right",
                       "the certificate in '%s' is not good before %s",
                       pair->certificate_path, dates.from_day);
    return PT_OK;
}

static enum pt_status check(const struct pair *pair, int64_t now,
                            struct pt_error *err)
{
    if (X509_check_private_key(sk_X509_value(pair->chain, 0), pair->key) != 1)
        return pt_fail(err, PT_BAD_INPUT,
                       "its file begins with the server's own certificate; "
                       "those that lead to the authority come behind it",
                       "the key in '%s' is not that of the first certificate "
                       "in '%s'",
                       pair->key_path, pair->certificate_path);
    return check_dates(pair, now, err);
}

enum pt_status pt_x509_check_pair(const char *certificate_path,
                                  struct pt_slice certificate,
                                  const char *key_path, struct pt_slice key,
                                  int64_t now, struct pt_error *err)
{
    PT_PEM_WITH(free_pair)
    struct pair pair = {.certificate_path = certificate_path,
                        .key_path = key_path};
    enum pt_status status = read_chain(&pair, certificate, err);

    if (status == PT_OK)
        status = read_key(&pair, key, err);
    if (status == PT_OK)
        status = check(&pair, now, err);
    ERR_clear_error();
    return status;
}
