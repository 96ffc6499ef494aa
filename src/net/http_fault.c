#include "net/http_fault.h"

#include <errno.h>
#include <openssl/x509_vfy.h>
#include <stddef.h>

static const struct {
    CURLcode result;
    const char *why;
} faults[] = {
    {CURLE_OPERATION_TIMEDOUT, "it did not answer in time"},
    {CURLE_GOT_NOTHING, "it hung up without an answer"},
    {CURLE_PARTIAL_FILE, "its answer ended half-way"},
    {CURLE_RECV_ERROR, "the connection broke off"},
    {CURLE_SEND_ERROR, "the connection broke off"},
    {CURLE_SSL_CONNECT_ERROR, "no TLS connection came about"},
    {CURLE_SSL_CIPHER, "no TLS connection came about"},
    {CURLE_SSL_CACERT_BADFILE,
     "the file of trusted certificates cannot be read"},
    {CURLE_UNSUPPORTED_PROTOCOL, "what it says is no HTTP"},
    {CURLE_WEIRD_SERVER_REPLY, "what it says is no HTTP"},
    {CURLE_HTTP2, "what it says is no HTTP"},
    {CURLE_HTTP2_STREAM, "its answer ended half-way"},
    {CURLE_BAD_CONTENT_ENCODING, "its answer cannot be unpacked"},
    {CURLE_PROXY, "the proxy cannot be used"},
    {CURLE_OUT_OF_MEMORY, "out of memory"},
};

static const struct {
    long result;
    const char *why;
} certificates[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, "its certificate has expired"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "its certificate is not valid yet"},
    {X509_V_ERR_CERT_REVOKED, "its certificate was revoked"},
    {X509_V_ERR_INVALID_PURPOSE, "its certificate is not for a server"},
    {X509_V_ERR_EE_KEY_TOO_SMALL, "its certificate is too weak"},
    {X509_V_ERR_CA_KEY_TOO_SMALL, "its certificate is too weak"},
    {X509_V_ERR_CA_MD_TOO_WEAK, "its certificate is too weak"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
     "its certificate comes from nobody we trust"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     "its certificate comes from nobody we trust"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
     "its certificate comes from nobody we trust"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
     "its certificate comes from nobody we trust"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
     "its certificate comes from nobody we trust"},
    {X509_V_ERR_CERT_UNTRUSTED,
     "its certificate comes from nobody we trust"},
    /* The chain is good; libcurl compares the name itself, and says so by
     * these. */
    {X509_V_OK, "its certificate is for another name"},
    {X509_V_ERR_UNSPECIFIED, "its certificate is for another name"},
    {X509_V_ERR_HOSTNAME_MISMATCH, "its certificate is for another name"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, "its certificate is for another name"},
};

static const char *explain_certificate(CURL *easy)
{
    long result = 0;

    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
    for (size_t i = 0; i < sizeof(certificates) / sizeof(*certificates); i++)
        if (certificates[i].result == result)
            return certificates[i].why;
    return "its certificate cannot be trusted";
}

const char *pt_http_fault(CURL *easy, CURLcode result)
{
    if (result == CURLE_PEER_FAILED_VERIFICATION)
        return explain_certificate(easy);
    for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
        if (faults[i].result == result)
            return faults[i].why;
    return NULL;
}

/* libcurl tells of the last address alone; one before it that was silent has
 * cost half of the time that was left. */
bool pt_http_is_nobody(CURL *easy, CURLcode result, long limit_ms)
{
    curl_off_t took_us = 0;
    long error = 0;

    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error);
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &took_us);
    return result == CURLE_COULDNT_CONNECT && error == ECONNREFUSED &&
           took_us / 1000 < limit_ms * 2 / 5;
}
