#include "format/x509_make.h"

#include "format/pem.h"
#include "format/x509_dates.h"
#include "format/x509_pem.h"
#include "net/peer.h"
#include "net/reach.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAY_S = 24 * 3600,
    ROOT_DAYS = 3653,
    SERIAL_BITS = 128,  /* RFC 5280, 4.1.2.2: 159 at most */
    SECURITY_LEVEL = 2, /* 112 bits, as browsers and phones want */
};

/* A certificate, and the key in it. */
struct party {
    X509 *x509;
    EVP_PKEY *key;
};

static void free_party(struct party *party)
{
    X509_free(party->x509);
    EVP_PKEY_free(party->key);
}

static void free_bio(BIO **bio)
{
    BIO_free(*bio);
}

static void free_store(X509_STORE **store)
{
    X509_STORE_free(*store);
}

static void free_context(X509_STORE_CTX **context)
{
    X509_STORE_CTX_free(*context);
}

static void free_names(GENERAL_NAMES **names)
{
    GENERAL_NAMES_free(*names);
}

void pt_identity_free(struct pt_identity *identity)
{
    if (!identity)
        return;
    if (identity->key.at)
        OPENSSL_cleanse(identity->key.at, identity->key.room);
    pt_buf_free(&identity->key);
    pt_buf_free(&identity->certificate);
}

static struct pt_slice slice_of(const struct pt_buf *buf)
{
    return pt_slice(buf->at, buf->len);
}

/* OpenSSL says why, somewhere in its queue. */
static enum pt_status fail_openssl(struct pt_error *err)
{
    unsigned long code = ERR_peek_last_error();
    const char *why = ERR_reason_error_string(code);

    ERR_clear_error();
    if (!code || ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
        return pt_fail_memory(err);
    return pt_fail(err, PT_CANNOT_WRITE,
                   "see whether OpenSSL works here: openssl ecparam -genkey "
                   "-name prime256v1",
                   "a certificate cannot be made: %s",
                   why ? why : "OpenSSL does not say why");
}

/* ---- what every certificate has ---- */

static bool put_serial(X509 *x509)
{
    BIGNUM *number = BN_new();
    bool is_put = number &&
                  BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE,
                          BN_RAND_BOTTOM_ANY) == 1 &&
                  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509));

    BN_free(number);
    return is_put;
}

/* Both ends are part of it (RFC 5280, 4.1.2.5). */
static bool put_dates(X509 *x509, int64_t now, int64_t until)
{
    return ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)(now - DAY_S)) &&
           ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)until);
}

static int64_t end_of(int64_t now, int days)
{
    return now - DAY_S + (int64_t)days * DAY_S - 1;
}

static bool put_common_name(X509 *x509, const char *text)
{
    return X509_NAME_add_entry_by_txt(
               X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
               (const unsigned char *)text, -1, -1, 0) == 1;
}

struct extension {
    int nid;
    const char *value;
};

static const struct extension root_extensions[] = {
    {NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
    {NID_key_usage, "critical,keyCertSign,cRLSign"},
    {NID_subject_key_identifier, "hash"},
    {0, NULL},
};

static const struct extension leaf_extensions[] = {
    {NID_basic_constraints, "critical,CA:FALSE"},
    {NID_key_usage, "critical,digitalSignature"},
    {NID_ext_key_usage, "serverAuth"},
    {NID_subject_key_identifier, "hash"},
    {NID_authority_key_identifier, "keyid:always"},
    {0, NULL},
};

static bool put_extensions(X509 *x509, X509 *issuer,
                           const struct extension *extensions)
{
    X509V3_CTX context = {0};

    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    for (; extensions->nid; extensions++) {
        X509_EXTENSION *extension = X509V3_EXT_nconf_nid(
            NULL, &context, extensions->nid, extensions->value);
        bool is_put = extension && X509_add_ext(x509, extension, -1) == 1;

        X509_EXTENSION_free(extension);
        if (!is_put)
            return false;
    }
    return true;
}

/* With a key of its own. */
static bool begin(struct party *made, int64_t now, int64_t until)
{
    made->key = EVP_EC_gen("P-256");
    made->x509 = X509_new();
    return made->key && made->x509 &&
           X509_set_version(made->x509, X509_VERSION_3) == 1 &&
           X509_set_pubkey(made->x509, made->key) == 1 &&
           put_serial(made->x509) && put_dates(made->x509, now, until);
}

static bool end(struct party *made, const struct party *issuer)
{
    return X509_set_issuer_name(made->x509,
                                X509_get_subject_name(issuer->x509)) == 1 &&
           X509_sign(made->x509, issuer->key, EVP_sha256());
}

/* ---- to PEM and back ---- */

static bool put_certificate(X509 *x509, struct pt_buf *out)
{
    unsigned char *der = NULL;
    int len = i2d_X509(x509, &der);

    if (len > 0)
        pt_pem_add(
            out, &(struct pt_certificate){.der = der, .der_len = (size_t)len});
    OPENSSL_free(der);
    return len > 0 && !pt_buf_failed(out);
}

/* In one piece, so that no copy of it is left behind where the buffer was. */
static bool put_key(EVP_PKEY *key, struct pt_buf *out)
{
    PT_PEM_WITH(free_bio) BIO *bio = BIO_new(BIO_s_secmem());
    char *at = NULL;
    long len;

    if (!bio ||
        PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
        return false;
    len = BIO_get_mem_data(bio, &at);
    pt_buf_add(out, at, (size_t)len);
    OPENSSL_cleanse(at, (size_t)len);
    return !pt_buf_failed(out);
}

static enum pt_status fail_root(const char *why, struct pt_error *err)
{
    return pt_fail(err, PT_BAD_INPUT,
                   "take the authority that was made here, whole",
                   "the authority is of no use: %s", why);
}

static enum pt_status read_root(const struct pt_identity *root,
                                struct party *ret_party, struct pt_error *err)
{
    enum pt_pem_fault fault = pt_pem_key(slice_of(&root->key), &ret_party->key);

    ret_party->x509 = pt_pem_first(slice_of(&root->certificate));
    if (fault == PT_PEM_NO_MEMORY)
        return pt_fail_memory(err);
    if (!ret_party->x509)
        return fail_root("its certificate cannot be read", err);
    if (fault != PT_PEM_GOOD)
        return fail_root("its key cannot be read", err);
    if (X509_check_ca(ret_party->x509) != 1 ||
        !(X509_get_key_usage(ret_party->x509) & KU_KEY_CERT_SIGN))
        return fail_root("its certificate is not that of an authority", err);
    if (X509_check_private_key(ret_party->x509, ret_party->key) != 1)
        return fail_root("its key is that of another certificate", err);
    return PT_OK;
}

/* ---- an authority ---- */

enum pt_status pt_x509_make_root(const char *common_name, int64_t now,
                                 struct pt_identity *ret_root,
                                 struct pt_error *err)
{
    PT_PEM_WITH(free_party) struct party made = {0};
    PT_IDENTITY struct pt_identity pem = {0};

    if (!*common_name || !pt_is_printable(pt_slice_of(common_name)) ||
        strlen(common_name) > PT_X509_COMMON_NAME_MAX)
        return pt_fail(err, PT_BAD_INPUT, "name it in 64 bytes or less",
                       "an authority cannot be named '%s'", common_name);
    ERR_clear_error();
    if (!begin(&made, now, end_of(now, ROOT_DAYS)) ||
        !put_common_name(made.x509, common_name) ||
        !put_extensions(made.x509, made.x509, root_extensions) ||
        !end(&made, &made) || !put_certificate(made.x509, &pem.certificate) ||
        !put_key(made.key, &pem.key))
        return fail_openssl(err);
    *ret_root = pem;
    pem = (struct pt_identity){0};
    return PT_OK;
}

/* ---- names ---- */

static int compare_texts(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;

    return strcmp(*left, *right);
}

/* Each once, in an order of their own: what is made of the same names is the
 * same. */
static void sort_names(struct pt_strings *names)
{
    size_t kept = 0;

    qsort(names->at, names->count, sizeof(*names->at), compare_texts);
    for (size_t i = 0; i < names->count; i++)
        if (!kept || !pt_is(names->at[kept - 1], names->at[i]))
            names->at[kept++] = names->at[i];
    names->count = kept;
}

static enum pt_status clean_names(struct pt_arena *arena,
                                  const struct pt_strings *names,
                                  struct pt_strings *ret_clean,
                                  struct pt_error *err)
{
    if (!names->count || names->count > PT_X509_NAMES_MAX)
        return pt_fail(err, PT_BAD_INPUT,
                       names->count ? "name fewer, or bring certificates of "
                                      "your own"
                                    : "name the machine",
                       "a certificate for %zu names is not made", names->count);
    for (size_t i = 0; i < names->count; i++) {
        const char *name = pt_host_from(arena, names->at[i]);

        if (!name && !pt_arena_failed(arena))
            return pt_fail(err, PT_BAD_INPUT,
                           "name hosts or addresses, without ports",
                           "a certificate cannot be for '%s'", names->at[i]);
        if (!name || !pt_strings_add(arena, ret_clean, name))
            return pt_fail_memory(err);
    }
    sort_names(ret_clean);
    return PT_OK;
}

static bool add_name(GENERAL_NAMES *names, const char *text)
{
    struct sockaddr_storage address;
    bool is_address = pt_reach_parse(text, &address);
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_STRING *value =
        is_address ? a2i_IPADDRESS(text) : ASN1_IA5STRING_new();

    if (!name || !value ||
        (!is_address && ASN1_STRING_set(value, text, -1) != 1)) {
        GENERAL_NAME_free(name);
        ASN1_STRING_free(value);
        return false;
    }
    GENERAL_NAME_set0_value(name, is_address ? GEN_IPADD : GEN_DNS, value);
    if (sk_GENERAL_NAME_push(names, name))
        return true;
    GENERAL_NAME_free(name);
    return false;
}

/* An address is an iPAddress, a host a dNSName (RFC 5280, 4.2.1.6).  NULL: no
 * memory. */
static GENERAL_NAMES *make_names(const struct pt_strings *names)
{
    GENERAL_NAMES *made = sk_GENERAL_NAME_new_null();

    for (size_t i = 0; made && i < names->count; i++) {
        if (add_name(made, names->at[i]))
            continue;
        GENERAL_NAMES_free(made);
        made = NULL;
    }
    return made;
}

static bool put_names(X509 *x509, const struct pt_strings *names)
{
    PT_PEM_WITH(free_names) GENERAL_NAMES *made = make_names(names);

    return made && X509_add1_ext_i2d(x509, NID_subject_alt_name, made, 0,
                                     X509V3_ADD_DEFAULT) == 1;
}

static const char *common_name_of(const struct pt_strings *names)
{
    for (size_t i = 0; i < names->count; i++)
        if (strlen(names->at[i]) <= PT_X509_COMMON_NAME_MAX &&
            pt_host_ok(names->at[i]))
            return names->at[i];
    return "mail";
}

/* ---- verifying ---- */

/* As who trusts this root alone does, and more strictly than most.  The reason
 * why not, or NULL. */
static const char *verify(X509 *leaf, X509 *root, int64_t when)
{
    PT_PEM_WITH(free_store) X509_STORE *store = X509_STORE_new();
    PT_PEM_WITH(free_context)
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    X509_VERIFY_PARAM *param;

    if (!store || !context || X509_STORE_add_cert(store, root) != 1 ||
        X509_STORE_CTX_init(context, store, leaf, NULL) != 1)
        return X509_verify_cert_error_string(X509_V_ERR_OUT_OF_MEM);
    param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
    X509_VERIFY_PARAM_set_time(param, (time_t)when);
    if (X509_verify_cert(context) == 1)
        return NULL;
    return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
}

static enum pt_status check_made(X509 *leaf, X509 *root,
                                 const struct pt_strings *names, int64_t now,
                                 struct pt_error *err)
{
    const char *why = verify(leaf, root, now);

    ERR_clear_error();
    if (why)
        return fail_root(why, err);
    for (size_t i = 0; i < names->count; i++)
        if (!pt_peer_is_for(leaf, names->at[i]))
            return pt_fail(err, PT_BAD_INPUT, "name it in another way",
                           "a certificate cannot be for '%s'", names->at[i]);
    return PT_OK;
}

/* ---- a server's ---- */

/* What outlives its root is worth nothing then. */
static int64_t leaf_end(X509 *root, int64_t now, int days)
{
    int64_t until = end_of(now, days);
    struct pt_dates dates;

    if (pt_dates_of(root, &dates) && dates.until < until)
        return dates.until;
    return until;
}

static enum pt_status sign_leaf(const struct party *root,
                                const struct pt_leaf_wish *wish,
                                const struct pt_strings *names, int64_t now,
                                struct pt_identity *ret_pem,
                                struct pt_error *err)
{
    PT_PEM_WITH(free_party) struct party made = {0};
    enum pt_status status;

    if (!begin(&made, now, leaf_end(root->x509, now, wish->days)) ||
        !put_common_name(made.x509, common_name_of(wish->names)) ||
        !put_extensions(made.x509, root->x509, leaf_extensions) ||
        !put_names(made.x509, names) || !end(&made, root))
        return fail_openssl(err);
    status = check_made(made.x509, root->x509, names, now, err);
    if (status != PT_OK)
        return status;
    return put_certificate(made.x509, &ret_pem->certificate) &&
                   put_certificate(root->x509, &ret_pem->certificate) &&
                   put_key(made.key, &ret_pem->key)
               ? PT_OK
               : fail_openssl(err);
}

enum pt_status pt_x509_make_leaf(const struct pt_identity *root,
                                 const struct pt_leaf_wish *wish, int64_t now,
                                 struct pt_identity *ret_leaf,
                                 struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_PEM_WITH(free_party) struct party signer = {0};
    PT_IDENTITY struct pt_identity pem = {0};
    struct pt_strings names = {0};
    enum pt_status status = arena ? clean_names(arena, wish->names, &names, err)
                                  : pt_fail_memory(err);

    ERR_clear_error();
    if (status == PT_OK)
        status = read_root(root, &signer, err);
    if (status == PT_OK)
        status = sign_leaf(&signer, wish, &names, now, &pem, err);
    if (status != PT_OK)
        return status;
    *ret_leaf = pem;
    pem = (struct pt_identity){0};
    return PT_OK;
}

/* ---- is it one that was made here? ---- */

static bool has_names(X509 *x509, const struct pt_strings *names)
{
    PT_PEM_WITH(free_names) GENERAL_NAMES *want = make_names(names);
    PT_PEM_WITH(free_names)
    GENERAL_NAMES *got =
        X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
    int count = want ? sk_GENERAL_NAME_num(want) : 0;

    if (!want || !got || sk_GENERAL_NAME_num(got) != count)
        return false;
    for (int i = 0; i < count; i++)
        if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(want, i),
                             sk_GENERAL_NAME_value(got, i)))
            return false;
    return true;
}

static bool is_leaf(const struct party *root, const struct party *leaf,
                    const struct pt_strings *names, int64_t now, int spare_days)
{
    return X509_check_private_key(leaf->x509, leaf->key) == 1 &&
           has_names(leaf->x509, names) &&
           !verify(leaf->x509, root->x509, now) &&
           !verify(leaf->x509, root->x509, now + (int64_t)spare_days * DAY_S);
}

bool pt_x509_is_leaf(const struct pt_identity *root,
                     const struct pt_identity *leaf,
                     const struct pt_strings *names, int64_t now,
                     int spare_days)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_PEM_WITH(free_party) struct party signer = {0};
    PT_PEM_WITH(free_party) struct party own = {0};
    struct pt_strings clean = {0};
    bool is;

    own.x509 = pt_pem_first(slice_of(&leaf->certificate));
    is = arena && own.x509 &&
         pt_pem_key(slice_of(&leaf->key), &own.key) == PT_PEM_GOOD &&
         clean_names(arena, names, &clean, NULL) == PT_OK &&
         read_root(root, &signer, NULL) == PT_OK &&
         is_leaf(&signer, &own, &clean, now, spare_days);
    ERR_clear_error();
    return is;
}
