/* test_x509_make.c - the certificates we make, read again by libcrypto; and
 * what is said against those of others. */
#include "format/x509_make.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

enum { NOW_S = 1800000000, DAY_S = 24 * 3600, POINTS_MAX = 1000 };

/* as the test's names are written */
static const char *usual[] = {"Attic.home.arpa", "192.168.1.10", "fd00::10",
                              "attic.home.arpa", "bücher.example"};

static struct pt_strings names_of(const char **texts, size_t count)
{
    return (struct pt_strings){.at = texts, .count = count};
}

static struct pt_strings usual_names(void)
{
    return names_of(usual, sizeof(usual) / sizeof(*usual));
}

static struct pt_slice slice_of(const struct pt_buf *buf)
{
    return pt_slice(buf->at, buf->len);
}

static void make_root(struct pt_identity *root)
{
    if (pt_x509_make_root("attic mail authority", NOW_S, root, NULL))
        abort();
}

static enum pt_status make_leaf(const struct pt_identity *root,
                                struct pt_strings names, int64_t now,
                                struct pt_identity *leaf, struct pt_error *err)
{
    return pt_x509_make_leaf(
        root, &(struct pt_leaf_wish){.names = &names, .days = PT_X509_DAYS},
        now, leaf, err);
}

/* "" when it is made, and made anew for another test. */
static const char *why_not(const struct pt_identity *root,
                           struct pt_strings names, int64_t now,
                           struct pt_error *err)
{
    PT_IDENTITY struct pt_identity leaf = {0};
    enum pt_status status = make_leaf(root, names, now, &leaf, err);

    if (status == PT_OK)
        return "";
    if (leaf.certificate.len || leaf.key.len || status != PT_BAD_INPUT)
        return "it failed in another way";
    return *err->hint ? err->text : "it gives no hint";
}

/* ---- reading ---- */

static X509 *read_x509(const struct pt_identity *id, int nth)
{
    BIO *bio = BIO_new_mem_buf(id->certificate.at, (int)id->certificate.len);
    X509 *x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);

    while (nth--) {
        X509_free(x509);
        x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    }
    BIO_free(bio);
    return x509;
}

/* An extension as openssl prints it, in one line. */
static const char *extension(struct pt_arena *arena, X509 *x509, int nid)
{
    X509_EXTENSION *found =
        X509_get_ext(x509, X509_get_ext_by_NID(x509, nid, -1));
    BIO *bio = BIO_new(BIO_s_mem());
    char *at = NULL;
    const char *text;
    long len;

    if (!found) {
        BIO_free(bio);
        return "none";
    }
    if (X509_EXTENSION_get_critical(found))
        BIO_puts(bio, "critical, ");
    X509V3_EXT_print(bio, found, 0, 0);
    len = BIO_get_mem_data(bio, &at);
    text = pt_arena_strndup(arena, at, (size_t)len);
    BIO_free(bio);
    return text;
}

static bool begins_at(X509 *x509, time_t when)
{
    return !ASN1_TIME_cmp_time_t(X509_get0_notBefore(x509), when);
}

static bool ends_at(X509 *x509, time_t when)
{
    return !ASN1_TIME_cmp_time_t(X509_get0_notAfter(x509), when);
}

static int serial_bits(X509 *x509)
{
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), NULL);
    int bits = BN_is_negative(number) ? -1 : BN_num_bits(number);

    BN_free(number);
    return bits;
}

/* ---- an authority ---- */

static void test_root(struct pt_arena *arena)
{
    PT_IDENTITY struct pt_identity root = {0};
    PT_IDENTITY struct pt_identity other = {0};
    X509 *x509;

    make_root(&root);
    make_root(&other);
    x509 = read_x509(&root, 0);
    IS(extension(arena, x509, NID_basic_constraints),
       "critical, CA:TRUE, pathlen:0",
       "the root may sign servers, and no further authorities");
    IS(extension(arena, x509, NID_key_usage),
       "critical, Certificate Sign, CRL Sign", "the root is for signing");
    OK(begins_at(x509, NOW_S - DAY_S), "the root begins a day back");
    OK(ends_at(x509, NOW_S + 3652LL * DAY_S - 1), "the root is for ten years");
    OK(serial_bits(x509) == 128, "its serial number has 128 bits");
    OK(X509_self_signed(x509, 1) == 1, "it has signed itself");
    OK(root.key.len != other.key.len ||
           memcmp(root.key.at, other.key.at, root.key.len) != 0,
       "the next one has another key");
    X509_free(x509);
}

static void test_root_names(void)
{
    static const char longest[] =
        "0123456789012345678901234567890123456789012345678901234567890123";
    PT_IDENTITY struct pt_identity root = {0};
    PT_IDENTITY struct pt_identity none = {0};
    struct pt_error err = {0};
    char longer[sizeof(longest) + 1];

    snprintf(longer, sizeof(longer), "%s4", longest);
    OK(pt_x509_make_root(longest, NOW_S, &root, &err) == PT_OK,
       "an authority's name may have 64 bytes");
    OK(pt_x509_make_root(longer, NOW_S, &none, &err) == PT_BAD_INPUT,
       "it may not have 65");
    OK(pt_x509_make_root("", NOW_S, &none, &err) == PT_BAD_INPUT,
       "an authority without a name is not made");
    OK(pt_x509_make_root("a\nb", NOW_S, &none, &err) == PT_BAD_INPUT &&
           !none.key.len,
       "nor one whose name is two lines");
}

/* ---- a server ---- */

static void test_leaf(struct pt_arena *arena)
{
    PT_IDENTITY struct pt_identity root = {0};
    PT_IDENTITY struct pt_identity leaf = {0};
    X509 *x509;
    X509 *behind;

    make_root(&root);
    make_leaf(&root, usual_names(), NOW_S, &leaf, NULL);
    x509 = read_x509(&leaf, 0);
    behind = read_x509(&leaf, 1);
    IS(extension(arena, x509, NID_subject_alt_name),
       "IP Address:192.168.1.10, DNS:attic.home.arpa, IP Address:FD00:0:0:0:0:"
       "0:0:10, DNS:xn--bcher-kva.example",
       "a name is a dNSName, an address an iPAddress, each once");
    IS(extension(arena, x509, NID_basic_constraints), "critical, CA:FALSE",
       "a server's certificate signs no others");
    IS(extension(arena, x509, NID_key_usage), "critical, Digital Signature",
       "its key is for signatures");
    IS(extension(arena, x509, NID_ext_key_usage),
       "TLS Web Server Authentication", "it is for servers and nothing else");
    OK(begins_at(x509, NOW_S - DAY_S), "it begins a day back");
    OK(ends_at(x509, NOW_S + 396LL * DAY_S - 1), "it is good for 397 days");
    OK(serial_bits(x509) == 128, "its serial number has 128 bits");
    OK(behind && X509_check_issued(behind, x509) == X509_V_OK,
       "the authority's certificate comes behind it");
    X509_free(x509);
    X509_free(behind);
}

static void test_leaf_ends_with_root(void)
{
    PT_IDENTITY struct pt_identity root = {0};
    PT_IDENTITY struct pt_identity leaf = {0};
    struct pt_error err = {0};
    X509 *x509;
    X509 *signer;

    make_root(&root);
    make_leaf(&root, usual_names(), NOW_S + 3600LL * DAY_S, &leaf, NULL);
    x509 = read_x509(&leaf, 0);
    signer = read_x509(&root, 0);
    OK(!ASN1_TIME_compare(X509_get0_notAfter(x509), X509_get0_notAfter(signer)),
       "a server's certificate does not outlive its authority");
    IS(why_not(&root, usual_names(), NOW_S + 3653LL * DAY_S, &err),
       "the authority is of no use: certificate has expired",
       "an authority that has expired signs no more");
    X509_free(x509);
    X509_free(signer);
}

static void test_bad_names(void)
{
    static const char *spellings[] = {
        "a b",   "",      "attic:80",  "*.example.org", "a,DNS:evil.example",
        "::1%1", "127.1", "[fd00::1]", "-a.example",    "a\nb"};
    PT_IDENTITY struct pt_identity root = {0};
    const char *many[PT_X509_NAMES_MAX + 1];
    struct pt_error err = {0};
    char want[128];

    make_root(&root);
    for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
        snprintf(want, sizeof(want), "a certificate cannot be for '%s'",
                 i == 9 ? "a?b" : spellings[i]);
        IS(why_not(&root, names_of(&spellings[i], 1), NOW_S, &err), want,
           "what is no name is not made one");
    }
    for (size_t i = 0; i <= PT_X509_NAMES_MAX; i++)
        many[i] = "a.example";
    IS(why_not(&root, names_of(many, 0), NOW_S, &err),
       "a certificate for 0 names is not made", "nobody's is not made");
    IS(why_not(&root, names_of(many, PT_X509_NAMES_MAX + 1), NOW_S, &err),
       "a certificate for 501 names is not made",
       "nor one that no handshake has room for");
}

static void test_bad_roots(void)
{
    PT_IDENTITY struct pt_identity root = {0};
    PT_IDENTITY struct pt_identity other = {0};
    PT_IDENTITY struct pt_identity leaf = {0};
    struct pt_identity mixed;
    struct pt_error err = {0};

    make_root(&root);
    make_root(&other);
    make_leaf(&root, usual_names(), NOW_S, &leaf, NULL);
    IS(why_not(&leaf, usual_names(), NOW_S, &err),
       "the authority is of no use: its certificate is not that of an "
       "authority",
       "a server's certificate signs nothing");
    mixed = (struct pt_identity){root.certificate, other.key};
    IS(why_not(&mixed, usual_names(), NOW_S, &err),
       "the authority is of no use: its key is that of another certificate",
       "nor does an authority with another's key");
    mixed = (struct pt_identity){root.certificate, root.certificate};
    IS(why_not(&mixed, usual_names(), NOW_S, &err),
       "the authority is of no use: its key cannot be read",
       "nor one without a key");
    mixed = (struct pt_identity){.key = root.key};
    IS(why_not(&mixed, usual_names(), NOW_S, &err),
       "the authority is of no use: its certificate cannot be read",
       "nor one without a certificate");
}

/* ---- is it ours, still? ---- */

static bool is_leaf(const struct pt_identity *root,
                    const struct pt_identity *leaf, struct pt_strings names,
                    int64_t now)
{
    return pt_x509_is_leaf(root, leaf, &names, now, 30);
}

static void test_is_leaf(void)
{
    static const char *same[] = {"fd00:0::10", "xn--bcher-kva.example",
                                 "attic.home.arpa", "192.168.1.10"};
    PT_IDENTITY struct pt_identity root = {0};
    PT_IDENTITY struct pt_identity other = {0};
    PT_IDENTITY struct pt_identity leaf = {0};
    struct pt_identity mixed;
    struct pt_strings names = names_of(same, 4);

    make_root(&root);
    make_root(&other);
    make_leaf(&root, usual_names(), NOW_S, &leaf, NULL);
    OK(is_leaf(&root, &leaf, names, NOW_S),
       "a certificate is known by its names, in whatever order");
    OK(!is_leaf(&root, &leaf, names_of(same, 3), NOW_S),
       "it is not that for one name fewer");
    OK(!is_leaf(&root, &leaf, names_of(usual, 3), NOW_S), "or for others");
    OK(!is_leaf(&other, &leaf, names, NOW_S),
       "an authority of the same name has not made it");
    OK(is_leaf(&root, &leaf, names, NOW_S + 365LL * DAY_S),
       "a year later it is still good");
    OK(!is_leaf(&root, &leaf, names, NOW_S + 367LL * DAY_S),
       "thirty days before its end it is not");
    OK(!is_leaf(&root, &leaf, names, NOW_S - 2 * DAY_S),
       "it is not before its beginning");
    mixed = (struct pt_identity){leaf.certificate, root.key};
    OK(!is_leaf(&root, &mixed, names, NOW_S), "it needs its own key");
}

/* ---- judging ---- */

/* All that is said, with "; " between. */
static const char *judge(struct pt_arena *arena, const struct pt_buf *pem,
                         const char *host, int64_t now)
{
    struct pt_strings faults = {0};
    const char *text = "";

    if (!pt_x509_judge(arena, pt_x509_der(arena, slice_of(pem)), host, now,
                       &faults))
        return "no memory";
    for (size_t i = 0; i < faults.count; i++)
        text =
            pt_arena_printf(arena, "%s%s%s", text, i ? "; " : "", faults.at[i]);
    return text;
}

/* As a bridge, or somebody else, makes one. */
struct wish {
    const char *names; /* subjectAltName; NULL: there is none */
    const char *extended;
    bool is_authority;
    int days;
    int rsa_bits; /* 0: Ed25519 */
    bool is_sha1;
};

static void extend(X509 *x509, int nid, const char *value)
{
    X509_EXTENSION *extension =
        value ? X509V3_EXT_nconf_nid(NULL, NULL, nid, value) : NULL;

    if (value && (!extension || X509_add_ext(x509, extension, -1) != 1))
        abort();
    X509_EXTENSION_free(extension);
}

static void make_other(const struct wish *wish, struct pt_buf *out)
{
    EVP_PKEY *key = wish->rsa_bits ? EVP_RSA_gen((unsigned)wish->rsa_bits)
                                   : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    X509 *x509 = X509_new();
    BIO *bio = BIO_new(BIO_s_mem());
    time_t now = NOW_S;
    char *at = NULL;
    long len;

    X509_set_version(x509, 2);
    X509_time_adj_ex(X509_getm_notBefore(x509), 0, 0, &now);
    X509_time_adj_ex(X509_getm_notAfter(x509), wish->days, -1, &now);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                               (const unsigned char *)"127.0.0.1", -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(x509));
    X509_set_pubkey(x509, key);
    extend(x509, NID_basic_constraints,
           wish->is_authority ? "critical,CA:TRUE" : NULL);
    extend(x509, NID_subject_alt_name, wish->names);
    extend(x509, NID_ext_key_usage, wish->extended);
    X509_sign(x509, key,
              !wish->rsa_bits ? NULL
              : wish->is_sha1 ? EVP_sha1()
                              : EVP_sha256());
    PEM_write_bio_X509(bio, x509);
    len = BIO_get_mem_data(bio, &at);
    pt_buf_add(out, at, (size_t)len);
    BIO_free(bio);
    X509_free(x509);
    EVP_PKEY_free(key);
}

static void test_judge_own(struct pt_arena *arena)
{
    PT_IDENTITY struct pt_identity root = {0};
    PT_IDENTITY struct pt_identity leaf = {0};
    const struct pt_buf *pem = &leaf.certificate;

    make_root(&root);
    make_leaf(&root, usual_names(), NOW_S, &leaf, NULL);
    IS(judge(arena, pem, "192.168.1.10", NOW_S), "",
       "nothing is said against what we make, by address");
    IS(judge(arena, pem, "fd00::10", NOW_S), "", "by the newer kind");
    IS(judge(arena, pem, "attic.home.arpa", NOW_S), "", "and by name");
    IS(judge(arena, pem, "192.168.1.11", NOW_S),
       "it is for 192.168.1.10, attic.home.arpa, fd00::10 and others, not for "
       "192.168.1.11",
       "of another address it is said");
    IS(judge(arena, pem, "attic", NOW_S),
       "it is for 192.168.1.10, attic.home.arpa, fd00::10 and others, not for "
       "attic",
       "and of a part of a name");
    IS(judge(arena, pem, "192.168.1.10", NOW_S + 396LL * DAY_S),
       "it expired on 2028-02-15", "that it has expired is said");
    IS(judge(arena, pem, "192.168.1.10", NOW_S - 2 * DAY_S),
       "it is not good before 2027-01-14", "that it is too early, too");
}

static void test_judge_others(struct pt_arena *arena)
{
    static const struct {
        struct wish wish;
        const char *said;
    } cases[] = {
        {{"IP:127.0.0.1", "serverAuth,clientAuth", true, 7300, 2048, false},
         "it is for 127.0.0.1, not for 192.168.1.10; it is good for 7300 days, "
         "and Apple's devices take 825 at most; it is an authority's "
         "(CA:TRUE), which some programs do not take for a server's"},
        {{"IP:192.168.1.10", NULL, false, 825, 2048, false},
         "it does not say that it is for servers (serverAuth), which Apple's "
         "devices want to see"},
        {{"IP:192.168.1.10", "clientAuth", false, 826, 2048, false},
         "it is good for 826 days, and Apple's devices take 825 at most; it "
         "is not for servers (serverAuth)"},
        {{NULL, "serverAuth", false, 90, 2048, false},
         "it is for no name at all, not for 192.168.1.10"},
        {{"DNS:192.168.1.10", "serverAuth", false, 90, 1024, true},
         "it is for 192.168.1.10, not for 192.168.1.10; its key is weak; it "
         "is signed with SHA1, which is weak"},
        {{"IP:192.168.1.10", "serverAuth", false, 90, 0, false},
         "its key is of a kind that Apple's devices do not know"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        PT_BUF struct pt_buf pem = {0};

        make_other(&cases[i].wish, &pem);
        IS(judge(arena, &pem, "192.168.1.10", NOW_S), cases[i].said,
           "what speaks against a certificate is said");
    }
}

static void test_no_certificate(struct pt_arena *arena)
{
    struct pt_strings faults = {0};

    pt_x509_judge(arena, pt_slice_of("0\x82"), "a.example", NOW_S, &faults);
    pt_x509_judge(arena, (struct pt_slice){0}, "a.example", NOW_S, &faults);
    OK(faults.count == 2, "what is no certificate is judged, too");
    IS(faults.count ? faults.at[0] : "",
       "it is not a certificate that can be read", "namely so");
    OK(!pt_x509_der(arena, pt_slice_of("-----BEGIN CERTIFICATE-----\n")).len,
       "half of one is none");
}

/* ---- a pair ---- */

static const char *check(struct pt_slice certificate, struct pt_slice key,
                         int64_t now, struct pt_error *err)
{
    enum pt_status status =
        pt_x509_check_pair("c.pem", certificate, "k.pem", key, now, err);

    if (status == PT_OK)
        return "";
    return status == PT_BAD_INPUT && *err->hint ? err->text
                                                : "it failed in another way";
}

static void test_pair(void)
{
    PT_IDENTITY struct pt_identity root = {0};
    PT_IDENTITY struct pt_identity leaf = {0};
    PT_IDENTITY struct pt_identity ended = {0};
    PT_BUF struct pt_buf longer = {0};
    struct pt_slice certificate;
    struct pt_slice key;
    struct pt_error err = {0};

    make_root(&root);
    make_leaf(&root, usual_names(), NOW_S, &leaf, NULL);
    certificate = slice_of(&leaf.certificate);
    key = slice_of(&leaf.key);
    IS(check(certificate, key, NOW_S, &err), "", "a chain and its key fit");
    IS(check(certificate, slice_of(&root.key), NOW_S, &err),
       "the key in 'k.pem' is not that of the first certificate in 'c.pem'",
       "another's key does not");
    IS(check(certificate, key, NOW_S + 400LL * DAY_S, &err),
       "the certificate in 'c.pem' expired on 2028-02-15",
       "it must be in date");
    IS(check(certificate, key, NOW_S - 9LL * DAY_S, &err),
       "the certificate in 'c.pem' is not good before 2027-01-14",
       "at both ends");
    make_leaf(&root, usual_names(), NOW_S - 500LL * DAY_S, &ended, NULL);
    pt_buf_add(&longer, certificate.at, certificate.len);
    pt_buf_add(&longer, ended.certificate.at, ended.certificate.len);
    IS(check(slice_of(&longer), key, NOW_S, &err), "",
       "who stands behind it may have ended");
    IS(check(key, key, NOW_S, &err), "there is no certificate in 'c.pem'",
       "a key is no certificate");
    IS(check(certificate, certificate, NOW_S, &err),
       "there is no private key in 'k.pem'", "nor the other way round");
    certificate.len -= 40;
    IS(check(certificate, key, NOW_S, &err),
       "a certificate in 'c.pem' cannot be read", "it must be whole");
    key.len -= 40;
    IS(check(slice_of(&leaf.certificate), key, NOW_S, &err),
       "the key in 'k.pem' cannot be read", "and so must the key");
}

static void test_encrypted_key(void)
{
    PT_IDENTITY struct pt_identity root = {0};
    EVP_PKEY *key = EVP_EC_gen("P-256");
    BIO *bio = BIO_new(BIO_s_mem());
    struct pt_error err = {0};
    char *at = NULL;
    long len;

    make_root(&root);
    PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_256_cbc(), "secret", 6,
                                  NULL, NULL);
    len = BIO_get_mem_data(bio, &at);
    IS(check(slice_of(&root.certificate), pt_slice(at, (size_t)len), NOW_S,
             &err),
       "the key in 'k.pem' is encrypted",
       "an encrypted key is not asked for its passphrase");
    BIO_free(bio);
    EVP_PKEY_free(key);
}

/* ---- memory ---- */

/* With the nth allocation failing: whole, or nothing and a word. */
static bool is_orderly(const struct pt_identity *root, size_t nth,
                       size_t *ret_points)
{
    PT_IDENTITY struct pt_identity made = {0};
    PT_IDENTITY struct pt_identity leaf = {0};
    struct pt_error err = {0};
    enum pt_status status;
    bool is_good;

    pt_oom_fail_at(nth);
    status = pt_x509_make_root("attic", NOW_S, &made, &err);
    if (status == PT_OK)
        status = make_leaf(root, usual_names(), NOW_S, &leaf, &err);
    *ret_points = pt_oom_seen();
    pt_oom_fail_at(0);
    is_good = status == PT_OK && is_leaf(root, &leaf, usual_names(), NOW_S);
    return is_good || (status == PT_NO_MEMORY && *err.text && !leaf.key.len);
}

static void test_memory(void)
{
    PT_IDENTITY struct pt_identity root = {0};
    size_t points = 0;
    bool is_good;

    make_root(&root);
    is_good = is_orderly(&root, 0, &points);
    for (size_t nth = 1; nth <= points && nth < POINTS_MAX; nth++) {
        size_t seen;

        if (is_orderly(&root, nth, &seen))
            continue;
        printf("# allocation %zu of %zu\n", nth, points);
        is_good = false;
    }
    OK(is_good && points > 5, "without memory nothing half is made");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_root(arena);
    test_root_names();
    test_leaf(arena);
    test_leaf_ends_with_root();
    test_bad_names();
    test_bad_roots();
    test_is_leaf();
    test_judge_own(arena);
    test_judge_others(arena);
    test_no_certificate(arena);
    test_pair();
    test_encrypted_key();
    test_memory();
    return tap_done();
}
