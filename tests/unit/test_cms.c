/* test_cms.c - who may sign, and what comes out.  All certificates are made
 * here, as of a day that is always the same. */
#include "base/arena.h"
#include "format/cms.h"
#include "tests/tap.h"

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

enum { NOW_S = 1800000000, DAY_S = 24 * 3600 };

static const char content[] = "<plist>\n\r\n \xC3\xA4</plist>";

struct party {
    X509 *certificate;
    EVP_PKEY *key;
    const char *certificate_pem;
    const char *key_pem;
};

struct wish {
    const char *name;
    const char *basic; /* basicConstraints; NULL: a signer's */
    const char *usage; /* keyUsage; NULL: none is said */
    const char *extended;
    int from_days; /* from now */
    int to_days;
    int rsa_bits; /* 0: P-256 */
};

struct world {
    struct pt_arena *arena;
    X509_STORE *trusted;
    struct party authority;
    struct party between; /* signed by the authority */
    struct party signer;  /* signed by that one */
    struct party stranger;
};

/* ---- parties ---- */

static const char *to_text(struct pt_arena *arena, BIO *bio)
{
    char *at = NULL;
    long len = BIO_get_mem_data(bio, &at);
    const char *text = pt_arena_strndup(arena, at, (size_t)len);

    BIO_free(bio);
    return text;
}

static const char *certificate_pem(struct pt_arena *arena, X509 *x509)
{
    BIO *bio = BIO_new(BIO_s_mem());

    PEM_write_bio_X509(bio, x509);
    return to_text(arena, bio);
}

/* With a passphrase it is encrypted. */
static const char *key_pem(struct pt_arena *arena, EVP_PKEY *key,
                           const char *passphrase)
{
    BIO *bio = BIO_new(BIO_s_mem());

    PEM_write_bio_PKCS8PrivateKey(
        bio, key, passphrase ? EVP_aes_256_cbc() : NULL, passphrase,
        passphrase ? (int)strlen(passphrase) : 0, NULL, NULL);
    return to_text(arena, bio);
}

static void extend(X509 *x509, int nid, const char *value)
{
    X509_EXTENSION *extension =
        value ? X509V3_EXT_conf_nid(NULL, NULL, nid, value) : NULL;

    if (value && (!extension || X509_add_ext(x509, extension, -1) != 1))
        abort();
    X509_EXTENSION_free(extension);
}

static void certify(X509 *x509, EVP_PKEY *key, const struct wish *wish,
                    const struct party *issuer)
{
    time_t now = NOW_S;

    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), (long)strlen(wish->name));
    X509_time_adj_ex(X509_getm_notBefore(x509), wish->from_days, 0, &now);
    X509_time_adj_ex(X509_getm_notAfter(x509), wish->to_days, 0, &now);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                               (const unsigned char *)wish->name, -1, -1, 0);
    X509_set_issuer_name(
        x509, X509_get_subject_name(issuer ? issuer->certificate : x509));
    X509_set_pubkey(x509, key);
    extend(x509, NID_basic_constraints, wish->basic);
    extend(x509, NID_key_usage, wish->usage);
    extend(x509, NID_ext_key_usage, wish->extended);
    if (!X509_sign(x509, issuer ? issuer->key : key, EVP_sha256()))
        abort();
}

/* Signed by the issuer, or by itself. */
static struct party make_party(struct pt_arena *arena, const struct wish *wish,
                               const struct party *issuer)
{
    struct party party = {.certificate = X509_new(),
                          .key = wish->rsa_bits
                                     ? EVP_RSA_gen((unsigned)wish->rsa_bits)
                                     : EVP_EC_gen("P-256")};

    certify(party.certificate, party.key, wish, issuer);
    party.certificate_pem = certificate_pem(arena, party.certificate);
    party.key_pem = key_pem(arena, party.key, NULL);
    return party;
}

static void free_party(struct party *party)
{
    X509_free(party->certificate);
    EVP_PKEY_free(party->key);
}

static void begin(struct world *w, struct pt_arena *arena)
{
    static const struct wish authority = {
        "authority", "critical,CA:TRUE", "keyCertSign", NULL, -99, 99, 0};
    static const struct wish between = {
        "between", "critical,CA:TRUE", "keyCertSign", NULL, -9, 9, 0};
    static const struct wish signer = {"signer",      NULL, "digitalSignature",
                                       "serverAuth", -1,   1, 0};

    *w = (struct world){.arena = arena, .trusted = X509_STORE_new()};
    w->authority = make_party(arena, &authority, NULL);
    w->between = make_party(arena, &between, &w->authority);
    w->signer = make_party(arena, &signer, &w->between);
    w->stranger = make_party(arena, &signer, NULL);
    X509_STORE_add_cert(w->trusted, w->authority.certificate);
}

static void end(struct world *w)
{
    free_party(&w->authority);
    free_party(&w->between);
    free_party(&w->signer);
    free_party(&w->stranger);
    X509_STORE_free(w->trusted);
}

/* ---- signing ---- */

static struct pt_cms_signer signer_of(const struct world *w,
                                      const struct party *party)
{
    return (struct pt_cms_signer){
        .certificate = pt_slice_of(party->certificate_pem),
        .key = pt_slice_of(party->key_pem),
        .chain = pt_slice_of(w->between.certificate_pem),
        .trusted = w->trusted,
        .now_s = NOW_S};
}

/* PT_OK is "", and what comes out is in out. */
static const char *sign(struct pt_arena *arena,
                        const struct pt_cms_signer *signer, struct pt_buf *out)
{
    struct pt_error err = {0};
    enum pt_status status =
        pt_cms_sign(signer, pt_slice_of(content), out, &err);

    if (status == PT_OK)
        return "";
    if (status != PT_BAD_INPUT || !*err.hint || out->len)
        return "it failed in another way";
    return pt_arena_strdup(arena, err.text);
}

/* ---- what comes out ---- */

static CMS_ContentInfo *parse(const struct pt_buf *der)
{
    const unsigned char *at = (const unsigned char *)der->at;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)der->len);

    return cms && at == (const unsigned char *)der->at + der->len ? cms : NULL;
}

/* By whoever has the signature and knows the authority. */
static const char *content_of(const struct world *w, CMS_ContentInfo *cms)
{
    BIO *found = BIO_new(BIO_s_mem());
    X509_STORE *store = X509_STORE_new();
    int result;

    X509_STORE_add_cert(store, w->authority.certificate);
    X509_STORE_set_purpose(store, X509_PURPOSE_ANY);
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), NOW_S);
    result = CMS_verify(cms, NULL, store, NULL, found, CMS_BINARY);
    X509_STORE_free(store);
    if (result == 1)
        return to_text(w->arena, found);
    BIO_free(found);
    return "it cannot be verified";
}

static const char *names_in(struct pt_arena *arena, CMS_ContentInfo *cms)
{
    STACK_OF(X509) *found = CMS_get1_certs(cms);
    const char *wanted[] = {"signer", "between", "authority", "other"};
    const char *text = "";

    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
        for (int j = 0; j < sk_X509_num(found); j++) {
            char name[64] = "";

            X509_NAME_get_text_by_NID(
                X509_get_subject_name(sk_X509_value(found, j)),
                NID_commonName, name, sizeof(name));
            if (!strcmp(name, wanted[i]))
                text = pt_arena_printf(arena, "%s%s ", text, name);
        }
    sk_X509_pop_free(found, X509_free);
    return text;
}

static bool is_signed_at(CMS_ContentInfo *cms, time_t when)
{
    CMS_SignerInfo *info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms),
                                                   0);
    const ASN1_TIME *time = CMS_signed_get0_data_by_OBJ(
        info, OBJ_nid2obj(NID_pkcs9_signingTime), -3, V_ASN1_UTCTIME);

    return time && !ASN1_TIME_cmp_time_t(time, when);
}

static bool has_sha256(CMS_ContentInfo *cms)
{
    X509_ALGOR *digest = NULL;
    const ASN1_OBJECT *oid = NULL;

    CMS_SignerInfo_get0_algs(
        sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0), NULL, NULL,
        &digest, NULL);
    X509_ALGOR_get0(&oid, NULL, NULL, digest);
    return OBJ_obj2nid(oid) == NID_sha256;
}

static void test_result(struct world *w)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_cms_signer signer = signer_of(w, &w->signer);
    CMS_ContentInfo *cms;

    IS(sign(w->arena, &signer, &out), "", "who is trusted signs");
    cms = parse(&out);
    OK(cms, "it is DER");
    IS(content_of(w, cms), content, "what is signed is in it, to the byte");
    OK(has_sha256(cms), "by SHA-256");
    OK(is_signed_at(cms, NOW_S), "at the time that was given");
    IS(names_in(w->arena, cms), "signer between ",
       "with all certificates but the authority's");
    CMS_ContentInfo_free(cms);
}

static void test_rsa(struct world *w)
{
    static const struct wish wish = {"signer", NULL, NULL, NULL, -1, 1, 2048};
    struct party party = make_party(w->arena, &wish, &w->between);
    struct pt_cms_signer signer = signer_of(w, &party);
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf again = {0};

    IS(sign(w->arena, &signer, &out), "", "RSA signs, too");
    sign(w->arena, &signer, &again);
    OK(out.len == again.len && !memcmp(out.at, again.at, out.len),
       "the same at the same time");
    free_party(&party);
}

/* ---- the chain ---- */

static void check_chain(struct world *w, const struct pt_cms_signer *signer,
                        const char *want, const char *what)
{
    PT_BUF struct pt_buf out = {0};
    const char *why = sign(w->arena, signer, &out);
    CMS_ContentInfo *cms = *why ? NULL : parse(&out);

    IS(cms ? names_in(w->arena, cms) : why, want, what);
    CMS_ContentInfo_free(cms);
}

static void test_chain(struct world *w)
{
    struct pt_cms_signer signer = signer_of(w, &w->signer);
    struct pt_slice whole = pt_slice_of(pt_arena_printf(
        w->arena, "%s%s%s%s", w->signer.certificate_pem,
        w->between.certificate_pem, w->between.certificate_pem,
        w->authority.certificate_pem));

    signer.certificate = whole;
    signer.chain = pt_slice("", 0);
    check_chain(w, &signer, "signer between ",
                "the chain may be in the certificate's file");
    signer.chain = whole;
    check_chain(w, &signer, "signer between ",
                "what is there more than once is written once");
    signer = signer_of(w, &w->signer);
    signer.chain = pt_slice("", 0);
    X509_STORE_add_cert(w->trusted, w->between.certificate);
    check_chain(w, &signer, "signer between ",
                "what this machine knows, others are told");
}

/* ---- who may not ---- */

static const struct {
    const char *what;
    struct wish wish;
    const char *why; /* "": may sign */
} wishes[] = {
    {"one for nothing in particular",
     {"signer", NULL, NULL, NULL, -1, 1, 0}, ""},
    {"one for mail", {"signer", NULL, NULL, "emailProtection", -1, 1, 0}, ""},
    {"one for programs", {"signer", NULL, NULL, "codeSigning", -1, 1, 0}, ""},
    {"one for a client", {"signer", NULL, NULL, "clientAuth", -1, 1, 0},
     "the signer's certificate is not for signatures"},
    {"one for encryption", {"signer", NULL, "keyAgreement", NULL, -1, 1, 0},
     "the signer's certificate is not for signatures"},
    {"one that has expired", {"signer", NULL, NULL, NULL, -2, -1, 0},
     "the signer's certificate has expired"},
    {"one of tomorrow", {"signer", NULL, NULL, NULL, 1, 2, 0},
     "the signer's certificate is not valid yet"},
    {"one with a small key", {"signer", NULL, NULL, NULL, -1, 1, 1024},
     "the signer's certificate is too weak"},
};

static void test_certificates(struct world *w)
{
    for (size_t i = 0; i < sizeof(wishes) / sizeof(*wishes); i++) {
        PT_BUF struct pt_buf out = {0};
        struct party party =
            make_party(w->arena, &wishes[i].wish, &w->between);
        struct pt_cms_signer signer = signer_of(w, &party);

        IS(sign(w->arena, &signer, &out), wishes[i].why, wishes[i].what);
        free_party(&party);
    }
}

static void test_strangers(struct world *w)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_cms_signer signer = signer_of(w, &w->stranger);

    OK(strstr(sign(w->arena, &signer, &out), "comes from nobody we trust"),
       "who speaks for himself does not sign");
    signer = signer_of(w, &w->signer);
    signer.chain = pt_slice("", 0);
    OK(strstr(sign(w->arena, &signer, &out), "comes from nobody we trust"),
       "nor does who does not tell his chain");
    X509_STORE_add_cert(w->trusted, w->stranger.certificate);
    signer = signer_of(w, &w->stranger);
    IS(sign(w->arena, &signer, &out), "", "but the user may trust him");
}

static void test_chain_faults(struct world *w)
{
    static const struct wish old = {
        "old", "critical,CA:TRUE", "keyCertSign", NULL, -9, -1, 0};
    static const struct wish wish = {"signer", NULL, NULL, NULL, -1, 1, 0};
    PT_BUF struct pt_buf out = {0};
    struct party between = make_party(w->arena, &old, &w->authority);
    struct party party = make_party(w->arena, &wish, &between);
    struct pt_cms_signer signer = signer_of(w, &party);

    signer.chain = pt_slice_of(between.certificate_pem);
    IS(sign(w->arena, &signer, &out),
       "a certificate above the signer's has expired",
       "a chain that has expired is none");
    free_party(&between);
    free_party(&party);
}

/* ---- what cannot be read ---- */

/* Certificates hardly ever are; OpenSSL would ask at the terminal. */
static const char *encrypted_pem(struct pt_arena *arena, X509 *x509)
{
    BIO *bio = BIO_new(BIO_s_mem());

    PEM_ASN1_write_bio((i2d_of_void *)i2d_X509, PEM_STRING_X509, bio, x509,
                       EVP_aes_256_cbc(), (const unsigned char *)"secret", 6,
                       NULL, NULL);
    return to_text(arena, bio);
}

static void test_encrypted_certificate(struct world *w)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_cms_signer signer = signer_of(w, &w->signer);

    signer.certificate =
        pt_slice_of(encrypted_pem(w->arena, w->signer.certificate));
    IS(sign(w->arena, &signer, &out), "a certificate is encrypted",
       "nor is anybody for that of a certificate");
}

static void test_keys(struct world *w)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_cms_signer signer = signer_of(w, &w->signer);

    signer.key = pt_slice_of(w->between.key_pem);
    IS(sign(w->arena, &signer, &out),
       "the key is not that of the signer's certificate",
       "the key of somebody else is refused");
    signer.key = pt_slice_of(key_pem(w->arena, w->signer.key, "secret"));
    IS(sign(w->arena, &signer, &out), "the signer's key is encrypted",
       "nobody is asked for a passphrase");
    signer.key = pt_slice_of(w->signer.certificate_pem);
    IS(sign(w->arena, &signer, &out), "there is no private key to be read",
       "a certificate is no key");
    signer.key = pt_slice("", 0);
    IS(sign(w->arena, &signer, &out), "there is no private key to be read",
       "nor is nothing");
}

static void test_kinds(struct world *w)
{
    static const struct wish wish = {"signer", NULL, NULL, NULL, -1, 1, 0};
    PT_BUF struct pt_buf out = {0};
    struct party party = {.certificate = X509_new(),
                          .key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")};
    struct pt_cms_signer signer;

    certify(party.certificate, party.key, &wish, &w->between);
    party.certificate_pem = certificate_pem(w->arena, party.certificate);
    party.key_pem = key_pem(w->arena, party.key, NULL);
    signer = signer_of(w, &party);
    IS(sign(w->arena, &signer, &out),
       "Apple's devices know no key of the kind ED25519",
       "a key that is no use there is refused");
    free_party(&party);
}

static void test_damage(struct world *w)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_cms_signer signer = signer_of(w, &w->signer);
    char *damaged = pt_arena_strdup(w->arena, w->signer.certificate_pem);

    damaged[80] = '!';
    signer.certificate = pt_slice_of(damaged);
    OK(strstr(sign(w->arena, &signer, &out), "a certificate cannot be read"),
       "a damaged certificate is refused");
    signer.certificate = pt_slice_of("\x30\x82");
    IS(sign(w->arena, &signer, &out),
       "there is no certificate of the signer to be read",
       "so is what is none");
    signer = signer_of(w, &w->signer);
    signer.chain = pt_slice_of(damaged);
    OK(strstr(sign(w->arena, &signer, &out), "a certificate cannot be read"),
       "so is a damaged chain");
}

static void test_room(struct world *w)
{
    PT_BUF struct pt_buf small = {.max = 100};
    struct pt_cms_signer signer = signer_of(w, &w->signer);
    struct pt_error err = {0};

    OK(pt_cms_sign(&signer, pt_slice_of(content), &small, &err) ==
           PT_NO_MEMORY,
       "half a signature is not passed off as one");
}

int main(void)
{
    static void (*const tests[])(struct world *w) = {
        test_result,       test_rsa,  test_chain, test_certificates,
        test_strangers,    test_keys, test_kinds, test_damage,
        test_chain_faults, test_room, test_encrypted_certificate,
    };
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
        struct world w;

        begin(&w, arena);
        tests[i](&w);
        end(&w);
    }
    return tap_done();
}
