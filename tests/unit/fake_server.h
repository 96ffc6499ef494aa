/* fake_server.h - a server in a process of its own, that follows a script.
 *
 * A script is a list of lines:
 *   > TEXT    say TEXT and CRLF           : TEXT   say TEXT and nothing else
 *             (at once; a | in TEXT is a CRLF)
 *   < TEXT    be told a line that is TEXT (else the server ends with 3)
 *   read      be told anything            tls      be the server of a handshake
 *   tls-old   likewise, of TLS 1.1 at most
 *   wait MS   do nothing                  flood N  say N bytes without an end
 *   again     take the next connection    hang     say nothing to the end
 */
#ifndef PT_TESTS_FAKE_SERVER_H
#define PT_TESTS_FAKE_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAKE_SECONDS = 20, FAKE_LINE = 512 };

struct fake_identity {
    EVP_PKEY *key;
    X509 *certificate;
};

struct fake_server {
    int listener;
    int fd;
    SSL *ssl;
    pid_t pid;
    uint16_t port;
};

static inline bool fake_add(X509 *x509, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    bool added = extension && X509_add_ext(x509, extension, -1);

    X509_EXTENSION_free(extension);
    return added;
}

/* Signed by itself, for 127.0.0.1 and one hour. */
static inline struct fake_identity fake_identity_new(void)
{
    struct fake_identity id = {.key = EVP_EC_gen("P-256"),
                               .certificate = X509_new()};
    X509_NAME *name = X509_get_subject_name(id.certificate);

    X509_set_version(id.certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(id.certificate), 4711);
    X509_gmtime_adj(X509_getm_notBefore(id.certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(id.certificate), 3600);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)"127.0.0.1", -1, -1, 0);
    X509_set_issuer_name(id.certificate, name);
    X509_set_pubkey(id.certificate, id.key);
    fake_add(id.certificate, NID_subject_alt_name, "IP:127.0.0.1");
    fake_add(id.certificate, NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(id.certificate, id.key, EVP_sha256());
    return id;
}

static inline void fake_identity_free(struct fake_identity *id)
{
    EVP_PKEY_free(id->key);
    X509_free(id->certificate);
}

static inline bool fake_listen(struct fake_server *s)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);

    s->fd = -1;
    s->ssl = NULL;
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s->listener < 0 ||
        bind(s->listener, (struct sockaddr *)&address, sizeof(address)) ||
        listen(s->listener, 8) ||
        getsockname(s->listener, (struct sockaddr *)&address, &len))
        return false;
    s->port = ntohs(address.sin_port);
    return true;
}

/* ---- in the process of its own ---- */

static inline void fake_say(struct fake_server *s, const void *text, size_t len)
{
    if (s->ssl)
        SSL_write(s->ssl, text, (int)len);
    else
        send(s->fd, text, len, MSG_NOSIGNAL);
}

static inline int fake_hear(struct fake_server *s, void *to, int size)
{
    return s->ssl ? SSL_read(s->ssl, to, size)
                  : (int)recv(s->fd, to, (size_t)size, 0);
}

static inline void fake_expect(struct fake_server *s, const char *want)
{
    char line[FAKE_LINE] = "";
    size_t len = 0;

    while (len < sizeof(line) - 1 && fake_hear(s, line + len, 1) == 1 &&
           line[len] != '\n')
        len++;
    line[strcspn(line, "\r\n")] = '\0';
    if (strcmp(line, want) != 0)
        _exit(3);
}

/* most: the newest version; 0: of all. */
static inline void fake_secure(struct fake_server *s,
                               const struct fake_identity *id, int most)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

    SSL_CTX_set_security_level(ctx, 0);
    SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(ctx, most);
    SSL_CTX_use_certificate(ctx, id->certificate);
    SSL_CTX_use_PrivateKey(ctx, id->key);
    s->ssl = SSL_new(ctx);
    SSL_CTX_free(ctx);
    SSL_set_fd(s->ssl, s->fd);
    if (SSL_accept(s->ssl) != 1)
        _exit(4);
}

static inline void fake_close(struct fake_server *s)
{
    if (s->ssl)
        SSL_shutdown(s->ssl);
    SSL_free(s->ssl);
    s->ssl = NULL;
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

static inline void fake_take(struct fake_server *s)
{
    fake_close(s);
    s->fd = accept(s->listener, NULL, NULL);
    if (s->fd < 0)
        _exit(5);
}

static inline void fake_flood(struct fake_server *s, int count)
{
    char *bytes = malloc((size_t)count);

    memset(bytes, 'x', (size_t)count);
    fake_say(s, bytes, (size_t)count);
    free(bytes);
}

static inline void fake_say_text(struct fake_server *s, const char *text,
                                 bool ended)
{
    char bytes[2 * FAKE_LINE];
    size_t len = 0;

    for (; *text && len < sizeof(bytes) - 4; text++) {
        if (*text == '|')
            bytes[len++] = '\r';
        bytes[len++] = *text == '|' ? '\n' : *text;
    }
    if (ended) {
        bytes[len++] = '\r';
        bytes[len++] = '\n';
    }
    fake_say(s, bytes, len);
}

static inline void fake_step(struct fake_server *s,
                             const struct fake_identity *id, const char *step)
{
    const char *rest = strlen(step) > 2 ? step + 2 : "";
    char bytes[4096];

    if (step[0] == '>' || step[0] == ':')
        fake_say_text(s, rest, step[0] == '>');
    else if (step[0] == '<')
        fake_expect(s, rest);
    else if (!strcmp(step, "read"))
        fake_hear(s, bytes, sizeof(bytes));
    else if (!strcmp(step, "tls"))
        fake_secure(s, id, 0);
    else if (!strcmp(step, "tls-old"))
        fake_secure(s, id, TLS1_1_VERSION);
    else if (!strcmp(step, "again"))
        fake_take(s);
    else if (!strcmp(step, "hang"))
        while (fake_hear(s, bytes, sizeof(bytes)) > 0)
            ;
    else if (!strncmp(step, "wait ", 5))
        usleep((useconds_t)atoi(step + 5) * 1000);
    else if (!strncmp(step, "flood ", 6))
        fake_flood(s, atoi(step + 6));
}

/* ---- in the test ---- */

/* script: lines parted by LF. */
static inline void fake_start(struct fake_server *s,
                              const struct fake_identity *id,
                              const char *script)
{
    char *steps;

    if (!fake_listen(s))
        abort();
    s->pid = fork();
    if (s->pid) {
        close(s->listener);
        return;
    }
    alarm(FAKE_SECONDS);
    fake_take(s);
    steps = strdup(script);
    for (char *step = strtok(steps, "\n"); step; step = strtok(NULL, "\n"))
        fake_step(s, id, step);
    fake_close(s);
    _exit(0);
}

/* 0: all of the script was played. */
static inline int fake_end(struct fake_server *s)
{
    int status;

    if (waitpid(s->pid, &status, 0) != s->pid)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
