/* test_http_tls.c - whose certificates are believed, and what is said of the
 * others. */
#include "tests/unit/http_world.h"
#include "tests/unit/identity.h"

#include <openssl/pem.h>

enum { PATH_SIZE = 128 };

/* ---- servers ---- */

static int choose(SSL *ssl, const unsigned char **out, unsigned char *len,
                  const unsigned char *in, unsigned int in_len, void *arg)
{
    static const unsigned char h2[] = "\2h2";

    (void)ssl;
    (void)arg;
    return SSL_select_next_proto((unsigned char **)(uintptr_t)out, len, h2, 3,
                                 in, in_len) == OPENSSL_NPN_NEGOTIATED
               ? SSL_TLSEXT_ERR_OK
               : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool secure(struct fake_server *s, const struct fake_identity *id,
                   int most, bool only_h2)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

    SSL_CTX_set_security_level(ctx, 0);
    SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(ctx, most);
    SSL_CTX_use_certificate(ctx, id->certificate);
    SSL_CTX_use_PrivateKey(ctx, id->key);
    if (only_h2)
        SSL_CTX_set_alpn_select_cb(ctx, choose, NULL);
    s->ssl = SSL_new(ctx);
    SSL_CTX_free(ctx);
    SSL_set_fd(s->ssl, s->fd);
    return SSL_accept(s->ssl) == 1;
}

static void say_hello(struct fake_server *s)
{
    char request[4096];

    while (world_hear(s, request, sizeof(request)))
        world_say(s, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
}

static void serve(struct fake_server *s, const struct fake_identity *id)
{
    if (secure(s, id, 0, false))
        say_hello(s);
}

static void serve_old(struct fake_server *s, const struct fake_identity *id)
{
    if (secure(s, id, TLS1_1_VERSION, false))
        say_hello(s);
}

static void serve_plain(struct fake_server *s, const struct fake_identity *id)
{
    (void)id;
    world_say(s, "220 mail.example.org ESMTP\r\n");
    say_hello(s);
}

static void serve_proxy(struct fake_server *s, const struct fake_identity *id)
{
    char request[4096];

    if (!world_hear(s, request, sizeof(request)) ||
        strncmp(request, "CONNECT far.example:443 ", 24) != 0)
        return;
    world_say(s, "HTTP/1.1 200 OK\r\n\r\n");
    serve(s, id);
}

/* HTTP/2: the headers of a request are answered, whatever they are. */
static void serve_h2(struct fake_server *s, const struct fake_identity *id)
{
    static const char settings[] = "\0\0\0\4\0\0\0\0\0";
    static const char acknowledged[] = "\0\0\0\4\1\0\0\0\0";
    unsigned char bytes[16384];
    unsigned char head[9];

    if (!secure(s, id, 0, true) || fake_hear(s, bytes, 24) != 24)
        return;
    fake_say(s, settings, sizeof(settings) - 1);
    while (fake_hear(s, head, sizeof(head)) == sizeof(head)) {
        int len = head[1] << 8 | head[2];

        if (len && fake_hear(s, bytes, len) != len)
            return;
        if (head[3] == 4 && !head[4])
            fake_say(s, acknowledged, sizeof(acknowledged) - 1);
        if (head[3] == 1) {
            const char reply[] = {0, 0, 1, 1, 4, 0, 0, 0, (char)head[8],
                                  (char)0x88, 0, 0, 2, 0, 1, 0, 0, 0,
                                  (char)head[8], 'h', '2'};

            fake_say(s, reply, sizeof(reply));
        }
    }
}

/* ---- who is believed ---- */

static struct got ask_server(struct world *w, const char *start,
                             const struct fake_identity *id,
                             world_serve_fn *how)
{
    struct fake_server s;
    struct got got;

    world_start(&s, id, how);
    got = world_get(w, start, s.port, "/");
    world_stop(&s);
    return got;
}

static const struct {
    const char *name;
    struct wish wish;
    bool is_alone; /* signed by itself */
    const char *says;
} identities[] = {
    {"a good certificate is believed",
     {"DNS:www.good.example", -DAY_S, DAY_S, NULL, 0},
     false, "ok 200"},
    {"as is one for all names of a domain",
     {"DNS:*.good.example", -DAY_S, DAY_S, NULL, 0},
     false, "ok 200"},
    {"one for another name is not",
     {"DNS:other.example,IP:127.0.0.1", -DAY_S, DAY_S, NULL, 0},
     false, "failed: its certificate is for another name"},
    {"nor one that has expired",
     {"DNS:www.good.example", -2 * DAY_S, -DAY_S, NULL, 0},
     false, "failed: its certificate has expired"},
    {"nor one of tomorrow",
     {"DNS:www.good.example", DAY_S, 2 * DAY_S, NULL, 0},
     false, "failed: its certificate is not valid yet"},
    {"nor one for a client",
     {"DNS:www.good.example", -DAY_S, DAY_S, "clientAuth", 0},
     false, "failed: its certificate is not for a server"},
    {"nor one with a small key",
     {"DNS:www.good.example", -DAY_S, DAY_S, NULL, 1024},
     false, "failed: its certificate is too weak"},
    {"nor one that speaks for itself",
     {"DNS:www.good.example", -DAY_S, DAY_S, NULL, 0},
     true, "failed: its certificate comes from nobody we trust"},
};

static void test_identities(struct world *w, const struct fake_identity *ca)
{
    for (size_t i = 0; i < sizeof(identities) / sizeof(*identities); i++) {
        struct fake_identity id = make_identity(
            identities[i].is_alone ? NULL : ca, &identities[i].wish);
        struct got got = ask_server(w, "https://www.good.example", &id, serve);

        IS(world_says(&got), identities[i].says, identities[i].name);
        fake_identity_free(&id);
    }
}

static void test_kinds(struct world *w, const struct fake_identity *id)
{
    struct got got = ask_server(w, "https://127.0.0.1", id, serve);

    IS(world_says(&got), "ok 200", "an address may have a certificate too");
    got = ask_server(w, "https://www.good.example", id, serve_h2);
    IS(world_says(&got), "ok 200", "HTTP/2 is spoken where it is offered");
    IS(got.body, "h2", "and understood");
    got = ask_server(w, "https://www.good.example", id, serve_old);
    IS(world_says(&got), "failed: no TLS connection came about",
       "TLS 1.1 is no longer spoken");
    got = ask_server(w, "https://www.good.example", id, serve_plain);
    IS(world_says(&got), "failed: no TLS connection came about",
       "and where there is no TLS there is no answer");
}

static void test_others(const struct world_name *names,
                        const struct fake_identity *id)
{
    static const struct {
        const char *ca_file;
        const char *says;
        const char *name;
    } cases[] = {
        {NULL, "failed: its certificate comes from nobody we trust",
         "who is not trusted by the user is not trusted"},
        {"/dev/null/none",
         "failed: the file of trusted certificates cannot be read",
         "a file that is not there is no reason to trust"},
        {"/dev/null",
         "failed: the file of trusted certificates cannot be read",
         "nor is one without a certificate"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct world w = {.names = names};
        struct got got;

        world_open(&w, (struct pt_http_setup){.ca_file = cases[i].ca_file});
        got = ask_server(&w, "https://www.good.example", id, serve);
        IS(world_says(&got), cases[i].says, cases[i].name);
        world_close(&w);
    }
}

static char proxy_url[64];

static char *through(const char *name)
{
    return strcmp(name, "https_proxy") ? NULL : proxy_url;
}

static void test_proxy(const char *ca_file, const struct fake_identity *id)
{
    struct world w = {.names = NULL};
    struct fake_server s;
    struct got got;

    world_start(&s, id, serve_proxy);
    snprintf(proxy_url, sizeof(proxy_url), "http://127.0.0.1:%u", s.port);
    world_open(&w,
               (struct pt_http_setup){.ca_file = ca_file, .env = through});
    got = world_ask(&w, (struct pt_ask){.what = "https://far.example/"});
    IS(world_says(&got), "ok 200", "through a proxy it is TLS all the way");
    OK(!w.looked_up, "and nothing is looked up");
    world_close(&w);
    world_stop(&s);
}

static bool write_pem(const struct fake_identity *id, const char *path)
{
    FILE *file = fopen(path, "w");
    bool is_written = file && PEM_write_X509(file, id->certificate);

    return file && !fclose(file) && is_written;
}

int main(void)
{
    static const struct world_name names[] = {
        {"www.good.example", "127.0.0.1", false}, {NULL, NULL, false}};
    static const struct wish wish = {
        "DNS:www.good.example,DNS:far.example,IP:127.0.0.1", -DAY_S, DAY_S,
        NULL, 0};
    struct world w = {.names = names};
    struct fake_identity ca = fake_identity_new();
    struct fake_identity id = make_identity(&ca, &wish);
    const char *tmp = getenv("TMPDIR");
    char dir[PATH_SIZE];
    char path[2 * PATH_SIZE];

    snprintf(dir, sizeof(dir), "%s/portolan-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        return 99;
    snprintf(path, sizeof(path), "%s/ca.pem", dir);
    if (!write_pem(&ca, path))
        return 99;
    world_open(&w, (struct pt_http_setup){.ca_file = path});
    test_identities(&w, &ca);
    test_kinds(&w, &id);
    test_others(names, &id);
    test_proxy(path, &id);
    OK(world_count("/proc/self/task") == 1, "no thread was started");
    world_close(&w);
    unlink(path);
    rmdir(dir);
    fake_identity_free(&id);
    fake_identity_free(&ca);
    return tap_done();
}
