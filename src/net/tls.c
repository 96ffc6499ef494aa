#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

struct pt_tls_setup {
    SSL_CTX *ctx;
};

struct pt_tls {
    SSL *ssl;
    BIO *in;  /* from the peer; the SSL owns both */
    BIO *out; /* to the peer */
    const char *why;
};

struct pt_tls_setup *pt_tls_setup_new(void)
{
    struct pt_tls_setup *setup = calloc(1, sizeof(*setup));

    if (!setup)
        return NULL;
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    setup->ctx = SSL_CTX_new(TLS_client_method());
    if (!setup->ctx) {
        free(setup);
        return NULL;
    }
    SSL_CTX_set_verify(setup->ctx, SSL_VERIFY_NONE, NULL);
    /* An old bridge's certificate is to be read, too. */
    SSL_CTX_set_min_proto_version(setup->ctx, TLS1_VERSION);
    SSL_CTX_set_security_level(setup->ctx, 0);
    SSL_CTX_set_session_cache_mode(setup->ctx, SSL_SESS_CACHE_OFF);
    return setup;
}

void pt_tls_setup_free(struct pt_tls_setup *setup)
{
    if (!setup)
        return;
    SSL_CTX_free(setup->ctx);
    free(setup);
}

struct pt_tls *pt_tls_new(struct pt_tls_setup *setup)
{
    struct pt_tls *tls = calloc(1, sizeof(*tls));

    if (!tls)
        return NULL;
    tls->ssl = SSL_new(setup->ctx);
    tls->in = BIO_new(BIO_s_mem());
    tls->out = BIO_new(BIO_s_mem());
    if (!tls->ssl || !tls->in || !tls->out) {
        SSL_free(tls->ssl);
        BIO_free(tls->in);
        BIO_free(tls->out);
        free(tls);
        return NULL;
    }
    SSL_set_bio(tls->ssl, tls->in, tls->out);
    SSL_set_connect_state(tls->ssl);
    return tls;
}

void pt_tls_free(struct pt_tls *tls)
{
    if (!tls)
        return;
    SSL_free(tls->ssl);
    free(tls);
}

bool pt_tls_hear(struct pt_tls *tls, const void *bytes, size_t len)
{
    size_t written;

    return !len || BIO_write_ex(tls->in, bytes, len, &written);
}

/* Does it only want for more bytes? */
static bool wants_more(struct pt_tls *tls, int result)
{
    int error = SSL_get_error(tls->ssl, result);

    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

enum pt_tls_state pt_tls_shake(struct pt_tls *tls)
{
    int result;

    ERR_clear_error();
    result = SSL_do_handshake(tls->ssl);
    if (result == 1)
        return PT_TLS_UP;
    if (wants_more(tls, result))
        return PT_TLS_SHAKING;
    tls->why = ERR_reason_error_string(ERR_peek_error());
    ERR_clear_error();
    return PT_TLS_FAILED;
}

const char *pt_tls_why(const struct pt_tls *tls)
{
    return tls->why ? tls->why : "no reason was given";
}

void pt_tls_certificate(struct pt_tls *tls, struct pt_buf *der)
{
    X509 *x509 = SSL_get1_peer_certificate(tls->ssl);
    unsigned char *bytes = NULL;
    int len = x509 ? i2d_X509(x509, &bytes) : 0;

    if (len > 0)
        pt_buf_add(der, bytes, (size_t)len);
    OPENSSL_free(bytes);
    X509_free(x509);
}

int pt_tls_read(struct pt_tls *tls, void *to, int size)
{
    int n;

    ERR_clear_error();
    n = SSL_read(tls->ssl, to, size);
    if (n > 0)
        return n;
    return wants_more(tls, n) ? 0 : -1;
}

void pt_tls_say(struct pt_tls *tls, const void *bytes, size_t len)
{
    size_t written;

    ERR_clear_error();
    if (len)
        SSL_write_ex(tls->ssl, bytes, len, &written);
}

void pt_tls_part(struct pt_tls *tls)
{
    ERR_clear_error();
    SSL_shutdown(tls->ssl);
}

void pt_tls_take(struct pt_tls *tls, struct pt_buf *out)
{
    char chunk[4096];
    size_t n;

    while (BIO_read_ex(tls->out, chunk, sizeof(chunk), &n) && n)
        pt_buf_add(out, chunk, n);
}
