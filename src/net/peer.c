#include "net/peer.h"

#include "base/text.h"
#include "net/reach.h"

#include <openssl/x509v3.h>
#include <string.h>

enum { NAMES_SHOWN = 3, NAME_SIZE = 128, DIGEST_TEXT = 2 * 32 + 1 };

void pt_peer_add_fault(struct pt_peer_faults *faults, int code, int depth)
{
    if (faults->count == PT_PEER_FAULTS)
        return;
    faults->codes[faults->count] = code;
    faults->depths[faults->count++] = depth;
}

/* ---- the chain ---- */

static const char nobody[] = "nobody who is known signed it";
static const char incomplete[] =
    "whoever signed it is not known, or the intermediate certificate is "
    "missing";
static const char weak_signer[] = "one of those who signed it has a weak key";

static const struct {
    int code;
    const char *leaf;   /* of the certificate itself */
    const char *signer; /* of one of those who signed it */
} faults_known[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, "it has expired",
     "one of those who signed it has expired"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "it is not yet in force",
     "one of those who signed it is not yet in force"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "it is self-signed", nobody},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, nobody, nobody},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, incomplete, nobody},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, incomplete, nobody},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, incomplete, nobody},
    {X509_V_ERR_CERT_UNTRUSTED, nobody, nobody},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, nobody, nobody},
    {X509_V_ERR_CERT_REVOKED, "it was revoked",
     "one of those who signed it was revoked"},
    {X509_V_ERR_INVALID_PURPOSE, "it is not made for a server",
     "one of those who signed it may not do so"},
    {X509_V_ERR_INVALID_CA, nobody, "one of those who signed it may not do so"},
    {X509_V_ERR_EE_KEY_TOO_SMALL, "its key is weak", weak_signer},
    {X509_V_ERR_CA_KEY_TOO_SMALL, "its key is weak", weak_signer},
    {X509_V_ERR_CA_MD_TOO_WEAK, "it is signed with a weak digest",
     "one of those who signed it is signed with a weak digest"},
};

static const char *explain(int code, int depth)
{
    for (size_t i = 0; i < sizeof(faults_known) / sizeof(*faults_known); i++)
        if (faults_known[i].code == code)
            return depth ? faults_known[i].signer : faults_known[i].leaf;
    return X509_verify_cert_error_string(code);
}

/* ": 2026-01-02" of the two faults that have a day. */
static void add_day(X509 *certificate, int code, struct pt_buf *out)
{
    const ASN1_TIME *when = code == X509_V_ERR_CERT_HAS_EXPIRED
                                ? X509_get0_notAfter(certificate)
                                : X509_get0_notBefore(certificate);
    struct tm tm = {0};

    if ((code == X509_V_ERR_CERT_HAS_EXPIRED ||
         code == X509_V_ERR_CERT_NOT_YET_VALID) &&
        ASN1_TIME_to_tm(when, &tm) == 1)
        pt_buf_printf(out, ": %04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1,
                      tm.tm_mday);
}

/* Several codes come to the same. */
static bool was_said(const struct pt_peer_faults *faults, size_t nth)
{
    const char *what = explain(faults->codes[nth], faults->depths[nth]);

    for (size_t i = 0; i < nth; i++)
        if (pt_is(explain(faults->codes[i], faults->depths[i]), what))
            return true;
    return false;
}

static void judge_chain(X509 *certificate, const struct pt_peer_faults *faults,
                        struct pt_buf *out)
{
    for (size_t i = 0; i < faults->count; i++) {
        if (was_said(faults, i))
            continue;
        pt_buf_puts(out, explain(faults->codes[i], faults->depths[i]));
        if (!faults->depths[i])
            add_day(certificate, faults->codes[i], out);
        pt_buf_putc(out, '\n');
    }
}

/* ---- the name ---- */

bool pt_peer_is_for(X509 *certificate, const char *host)
{
    struct sockaddr_storage address;

    if (pt_reach_parse(host, &address))
        return X509_check_ip_asc(certificate, host, 0) == 1;
    return X509_check_host(certificate, host, strlen(host),
                           X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
                               X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
                           NULL) == 1;
}

/* False: it is of another kind than names and addresses. */
static bool read_name(const GENERAL_NAME *name, char out[NAME_SIZE])
{
    struct sockaddr_storage at = {0};
    const ASN1_OCTET_STRING *raw = name->d.ip; /* as d.dNSName: a string */
    int len = raw ? ASN1_STRING_length(raw) : 0;
    const unsigned char *bytes = raw ? ASN1_STRING_get0_data(raw) : NULL;

    if (name->type == GEN_DNS && len > 0) {
        pt_make_printable(pt_slice((const char *)bytes, (size_t)len), out,
                          NAME_SIZE);
        return true;
    }
    if (name->type != GEN_IPADD || (len != 4 && len != 16))
        return false;
    at.ss_family = len == 4 ? AF_INET : AF_INET6;
    if (len == 4)
        memcpy(&((struct sockaddr_in *)&at)->sin_addr, bytes, 4);
    else
        memcpy(&((struct sockaddr_in6 *)&at)->sin6_addr, bytes, 16);
    pt_reach_text((const struct sockaddr *)&at, out);
    return true;
}

void pt_peer_names(X509 *certificate, struct pt_buf *out)
{
    GENERAL_NAMES *names =
        X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int count = names ? sk_GENERAL_NAME_num(names) : 0;
    int shown = 0;

    for (int i = 0; i < count && shown <= NAMES_SHOWN; i++) {
        char text[NAME_SIZE];

        if (!read_name(sk_GENERAL_NAME_value(names, i), text))
            continue;
        if (shown == NAMES_SHOWN)
            pt_buf_puts(out, " and others");
        else
            pt_buf_printf(out, "%s%s", shown ? ", " : "", text);
        shown++;
    }
    if (!shown)
        pt_buf_puts(out, "no name at all");
    GENERAL_NAMES_free(names);
}

static void judge_name(X509 *certificate, const char *host, struct pt_buf *out)
{
    if (pt_peer_is_for(certificate, host))
        return;
    pt_buf_puts(out, "it is for ");
    pt_peer_names(certificate, out);
    pt_buf_printf(out, ", not for %s\n", host);
}

/* ---- the pin ---- */

static void judge_pin(X509 *certificate, const char *pinned, struct pt_buf *out)
{
    unsigned char sha256[EVP_MAX_MD_SIZE];
    char text[DIGEST_TEXT];
    unsigned int len;

    if (X509_digest(certificate, EVP_sha256(), sha256, &len) == 1) {
        pt_hex(sha256, DIGEST_TEXT / 2, text);
        if (pt_is(text, pinned))
            return;
    }
    pt_buf_puts(out, "it is not the pinned certificate\n");
}

void pt_peer_judge(X509 *certificate, const struct pt_peer_faults *faults,
                   const struct pt_peer *peer, struct pt_buf *out)
{
    if (peer->pinned) {
        judge_pin(certificate, peer->pinned, out);
        return;
    }
    judge_chain(certificate, faults, out);
    judge_name(certificate, peer->host, out);
}
