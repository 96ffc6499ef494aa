#include "net/tls.h"

#include "net/reach.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

struct pt_tls_setup {
    SSL_CTX *ctx;
    bool is_strict;
};

struct pt_tls {
    SSL *ssl;
    BIO *in;  /* from the peer; the SSL owns both */
    BIO *out; /* to the peer */
    bool is_strict;
    struct pt_peer_faults faults; /* found while the chain was verified */
    const char *why;
};

/* ---- what all share ---- */

static struct pt_tls_setup *set_up(int oldest)
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
    SSL_CTX_set_min_proto_version(setup->ctx, oldest);
    /* who was judged stays who is talked to */
    SSL_CTX_set_options(setup->ctx, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(setup->ctx, SSL_SESS_CACHE_OFF);
    return setup;
}

struct pt_tls_setup *pt_tls_setup_new(void)
{
    /* An old bridge's certificate is to be read, too. */
    struct pt_tls_setup *setup = set_up(TLS1_VERSION);

    if (!setup)
        return NULL;
    SSL_CTX_set_verify(setup->ctx, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_security_level(setup->ctx, 0);
    return setup;
}

/* Remembers what is wrong, and lets the handshake go on. */
static int on_verified(int is_good, X509_STORE_CTX *chain)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(
        chain, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct pt_tls *tls = SSL_get_app_data(ssl);

    if (!is_good)
        pt_peer_add_fault(&tls->faults, X509_STORE_CTX_get_error(chain),
                          X509_STORE_CTX_get_error_depth(chain));
    return 1;
}

static bool load_trust(X509_STORE *store, const struct pt_tls_trust *trust)
{
    if (!trust->file && !trust->directory)
        return X509_STORE_set_default_paths(store) == 1;
    return (!trust->file || X509_STORE_load_file(store, trust->file) == 1) &&
           (!trust->directory ||
            X509_STORE_load_path(store, trust->directory) == 1);
}

struct pt_tls_setup *pt_tls_setup_strict(const struct pt_tls_trust *trust)
{
    struct pt_tls_setup *setup = set_up(TLS1_2_VERSION);
    X509_STORE *store = setup ? SSL_CTX_get_cert_store(setup->ctx) : NULL;

    if (!store)
        return NULL;
    setup->is_strict = true;
    SSL_CTX_set_verify(setup->ctx, SSL_VERIFY_PEER, on_verified);
    /* As libcurl does: who is believed need not have signed himself. */
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    if (load_trust(store, trust))
        return setup;
    ERR_clear_error();
    pt_tls_setup_free(setup);
    return NULL;
}

void pt_tls_setup_free(struct pt_tls_setup *setup)
{
    if (!setup)
        return;
    SSL_CTX_free(setup->ctx);
    free(setup);
}

/* ---- one connection ---- */

/* RFC 6066, 3: an address is no name to ask for. */
static bool ask_for(SSL *ssl, const char *host)
{
    struct sockaddr_storage address;

    return !host || pt_reach_parse(host, &address) ||
           /* it takes what it only reads for writable */
           SSL_set_tlsext_host_name(ssl, (uintptr_t)host) == 1;
}

struct pt_tls *pt_tls_new(struct pt_tls_setup *setup, const char *host)
{
    struct pt_tls *tls = calloc(1, sizeof(*tls));

    if (!tls)
        return NULL;
    tls->ssl = SSL_new(setup->ctx);
    tls->in = BIO_new(BIO_s_mem());
    tls->out = BIO_new(BIO_s_mem());
    if (!tls->ssl || !tls->in || !tls->out || !ask_for(tls->ssl, host) ||
        !SSL_set_app_data(tls->ssl, tls)) {
        SSL_free(tls->ssl);
        BIO_free(tls->in);
        BIO_free(tls->out);
        free(tls);
        return NULL;
    }
    tls->is_strict = setup->is_strict;
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

/* A server that is too old chooses its version, or says that it cannot. */
static const char *explain(const struct pt_tls *tls, unsigned long error)
{
    int reason = ERR_GET_REASON(error);

    if (tls->is_strict && ERR_GET_LIB(error) == ERR_LIB_SSL &&
        (reason == SSL_R_UNSUPPORTED_PROTOCOL ||
         reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION))
        return "it speaks no TLS newer than 1.1";
    return ERR_reason_error_string(error);
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
    tls->why = explain(tls, ERR_peek_error());
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

const char *pt_tls_version(const struct pt_tls *tls)
{
    return SSL_get_version(tls->ssl);
}

void pt_tls_judge(const struct pt_tls *tls, const struct pt_peer *peer,
                  struct pt_buf *faults)
{
    X509 *x509 = SSL_get1_peer_certificate(tls->ssl);

    if (x509)
        pt_peer_judge(x509, &tls->faults, peer, faults);
    else
        pt_buf_puts(faults, "it shows none\n");
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
