/* test_grpc_call.c - gRPC calls to an HTTP/2 server of a few canned frames. */
#include "net/live.h"
#include "tests/tap.h"
#include "tests/unit/fake_server.h"

#include <dirent.h>
#include <openssl/pem.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { PATIENT_MS = 5000 };
enum { FRAME_HEAD = 9, PREFACE = 24, FRAME_MAX = 16384, PATH_SIZE = 128 };
enum { DATA = 0, HEADERS = 1, SETTINGS = 4, END_STREAM = 1, END_HEADERS = 4 };

enum kind { GOOD, BAD_TOKEN, NO_STATUS, HUGE, SILENT, NOT_FOUND, CUT, KINDS };

/* IMAP on 1144 by STARTTLS, SMTP on 1026 by TLS. */
static const unsigned char message[] = {
    0, 0, 0, 0, 8, 0x08, 0xF8, 0x08, 0x10, 0x82, 0x08, 0x20, 0x01};

/* ---- the server ---- */

static void send_frame(struct fake_server *s, unsigned char type,
                       unsigned char flags, unsigned char stream,
                       const void *bytes, size_t len)
{
    unsigned char frame[FRAME_HEAD + FRAME_MAX] = {
        (unsigned char)(len >> 16), (unsigned char)(len >> 8),
        (unsigned char)len, type, flags, 0, 0, 0, stream};

    memcpy(frame + FRAME_HEAD, bytes, len);
    fake_say(s, frame, FRAME_HEAD + len);
}

/* RFC 7541, 6.2.2: a literal header that is not indexed. */
static size_t add_header(char *block, size_t at, const char *name,
                         const char *value)
{
    return at + (size_t)sprintf(block + at, "%c%c%s%c%s", 0, (int)strlen(name),
                                name, (int)strlen(value), value);
}

static void send_status(struct fake_server *s, unsigned char stream,
                        const char *status, const char *text, bool first)
{
    char block[256] = "\x88"; /* :status 200 */
    size_t len = add_header(block, first ? 1 : 0, "grpc-status", status);

    if (text)
        len = add_header(block, len, "grpc-message", text);
    send_frame(s, HEADERS, END_HEADERS | END_STREAM, stream, block, len);
}

static void send_huge(struct fake_server *s, unsigned char stream)
{
    static const char bytes[FRAME_MAX];

    for (int i = 0; i < 20; i++)
        send_frame(s, DATA, 0, stream, bytes, sizeof(bytes));
}

static void send_reply(struct fake_server *s, enum kind kind,
                       unsigned char stream)
{
    switch (kind) {
    case GOOD:
        send_frame(s, HEADERS, END_HEADERS, stream, "\x88", 1);
        send_frame(s, DATA, 0, stream, message, sizeof(message));
        send_status(s, stream, "0", NULL, false);
        return;
    case BAD_TOKEN:
        send_status(s, stream, "16", "invalid server token", true);
        return;
    case NO_STATUS:
        send_frame(s, HEADERS, END_HEADERS, stream, "\x88", 1);
        send_frame(s, DATA, END_STREAM, stream, message, sizeof(message));
        return;
    case HUGE:
        send_frame(s, HEADERS, END_HEADERS, stream, "\x88", 1);
        send_huge(s, stream);
        return;
    case NOT_FOUND:
        send_frame(s, HEADERS, END_HEADERS | END_STREAM, stream, "\x8D", 1);
        return;
    case CUT:
        send_frame(s, HEADERS, END_HEADERS, stream, "\x88", 1);
        fake_close(s);
        return;
    case SILENT:
    case KINDS:
        return;
    }
}

static bool read_all(struct fake_server *s, unsigned char *to, size_t len)
{
    while (len) {
        int n = fake_hear(s, to, (int)len);

        if (n <= 0)
            return false;
        to += n;
        len -= (size_t)n;
    }
    return true;
}

/* Answers each request, once its body has ended. */
static void serve(struct fake_server *s, enum kind kind)
{
    unsigned char bytes[FRAME_MAX];
    unsigned char head[FRAME_HEAD];

    send_frame(s, SETTINGS, 0, 0, "", 0);
    if (!read_all(s, bytes, PREFACE))
        return;
    while (s->fd >= 0 && read_all(s, head, sizeof(head))) {
        size_t len = (size_t)(head[1] << 8 | head[2]);

        if (head[0] || len > sizeof(bytes) || !read_all(s, bytes, len))
            return;
        if (head[3] == SETTINGS && !(head[4] & 1))
            send_frame(s, SETTINGS, 1, 0, "", 0);
        if (head[3] == DATA && head[4] & END_STREAM)
            send_reply(s, kind, head[8]);
    }
}

static int choose_h2(SSL *ssl, const unsigned char **out, unsigned char *len,
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

static bool secure(struct fake_server *s, const struct fake_identity *id)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

    SSL_CTX_use_certificate(ctx, id->certificate);
    SSL_CTX_use_PrivateKey(ctx, id->key);
    SSL_CTX_set_alpn_select_cb(ctx, choose_h2, NULL);
    s->ssl = SSL_new(ctx);
    SSL_CTX_free(ctx);
    SSL_set_fd(s->ssl, s->fd);
    return SSL_accept(s->ssl) == 1;
}

static void listen_at(struct fake_server *s, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(s->listener, (struct sockaddr *)&address, sizeof(address)) ||
        listen(s->listener, 8))
        abort();
}

/* path: a Unix socket, with TLS; NULL: loopback, without.  The server ends
 * with the number of connections it took, when it is told to. */
static void start_server(struct fake_server *s, const struct fake_identity *id,
                         const char *path, enum kind kind)
{
    *s = (struct fake_server){.fd = -1};
    if (path)
        listen_at(s, path);
    else if (!fake_listen(s))
        abort();
    s->pid = fork();
    if (s->pid) {
        close(s->listener);
        return;
    }
    alarm(FAKE_SECONDS);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        fake_take(s);
        if (!path || secure(s, id))
            serve(s, kind);
    }
}

static void stop_server(struct fake_server *s)
{
    kill(s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
}

/* ---- asking ---- */

struct got {
    bool done;
    enum pt_answer_status status;
    size_t len;
    unsigned char body[64];
    char why[256];
};

static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct got *got = ctx;

    got->done = true;
    got->status = answer->status;
    got->len = answer->len;
    if (answer->len && answer->len <= sizeof(got->body))
        memcpy(got->body, answer->body, answer->len);
    snprintf(got->why, sizeof(got->why), "%s", answer->why ? answer->why : "");
}

struct world {
    struct pt_loop *loop;
    struct pt_transport *net;
    char pem[4096];
    char dir[PATH_SIZE];
};

static struct pt_ask ask_of(const char *what, const char *ca_pem)
{
    return (struct pt_ask){.kind = PT_ASK_GRPC,
                           .what = what,
                           .method = "/grpc.Bridge/MailServerSettings",
                           .token = "00000000-0000-4000-8000-000000000000",
                           .ca_pem = ca_pem,
                           /* TLS takes its time on a busy machine */
                           .limit_ms = ca_pem ? PATIENT_MS : 0};
}

static struct got run(const struct world *w, struct pt_ask ask)
{
    struct got got = {0};

    w->net->begin(w->net, &ask, on_answer, &got);
    while (!got.done && pt_loop_step(w->loop))
        ;
    return got;
}

static void test_kinds(const struct world *w, const struct fake_identity *id)
{
    static const struct {
        const char *name;
        const char *why;
    } want[KINDS] = {
        [GOOD] = {"a reply is had", ""},
        [BAD_TOKEN] = {"a stale token is refused",
                       "gRPC status 16: invalid server token"},
        [NO_STATUS] = {"a reply without a status is none",
                       "it ended without a gRPC status"},
        [HUGE] = {"a reply without an end is cut off",
                  "larger than 256 KiB"},
        [SILENT] = {"a server that does not reply is not waited for",
                    "it did not answer in time"},
        [NOT_FOUND] = {"another HTTP/2 server is told apart",
                       "HTTP status 404"},
        [CUT] = {"half a reply is none", NULL},
    };

    for (int kind = 0; kind < KINDS; kind++) {
        struct fake_server server;
        char what[64];
        struct got got;
        int64_t start = pt_loop_now(w->loop);

        start_server(&server, id, NULL, (enum kind)kind);
        snprintf(what, sizeof(what), "http://127.0.0.1:%u", server.port);
        got = run(w, ask_of(what, NULL));
        if (want[kind].why)
            IS(got.why, want[kind].why, want[kind].name);
        else
            OK(got.status == PT_ANSWER_FAILED && *got.why, want[kind].name);
        OK(pt_loop_now(w->loop) - start < PT_GRPC_MS + 300, "and soon");
        if (kind == GOOD)
            OK(got.status == PT_ANSWER_OK && got.len == sizeof(message) &&
                   !memcmp(got.body, message, got.len),
               "as it came, prefix and all");
        stop_server(&server);
    }
}

static void test_limit(const struct world *w, const struct fake_identity *id)
{
    struct fake_server server;
    struct pt_ask ask;
    char what[64];
    struct got got;
    int64_t start = pt_loop_now(w->loop);

    start_server(&server, id, NULL, SILENT);
    snprintf(what, sizeof(what), "http://127.0.0.1:%u", server.port);
    ask = ask_of(what, NULL);
    ask.limit_ms = PT_GRPC_MS + 400;
    got = run(w, ask);
    IS(got.why, "it did not answer in time", "a call may be given more time");
    OK(pt_loop_now(w->loop) - start >= ask.limit_ms - 20,
       "which is waited for");
    stop_server(&server);
}

static void test_unix(const struct world *w, const struct fake_identity *id)
{
    struct fake_identity other = fake_identity_new();
    struct fake_server server;
    char path[2 * PATH_SIZE];
    char what[sizeof(path) + 8];
    char pem[4096] = "";
    struct got got;
    BIO *bio = BIO_new(BIO_s_mem());

    PEM_write_bio_X509(bio, other.certificate);
    BIO_read(bio, pem, sizeof(pem) - 1);
    BIO_free(bio);
    snprintf(path, sizeof(path), "%s/bridge1234", w->dir);
    snprintf(what, sizeof(what), "unix:%s", path);
    got = run(w, ask_of(what, w->pem));
    OK(got.status == PT_ANSWER_ABSENT, "where there is no socket is nobody");
    start_server(&server, id, path, GOOD);
    got = run(w, ask_of(what, pem));
    /* it may have left before curl says why */
    OK(got.status == PT_ANSWER_FAILED && (strstr(got.why, "SSL certificate") ||
                                          strstr(got.why, "Broken pipe")),
       "a server with another certificate is not told the token");
    got = run(w, ask_of(what, w->pem));
    IS(got.why, "", "a Unix socket is called with TLS");
    OK(got.status == PT_ANSWER_OK && got.len == sizeof(message),
       "and the reply is had");
    got = run(w, ask_of(what, NULL));
    OK(got.status == PT_ANSWER_FAILED, "nor one without any");
    if (!geteuid() && !chown(path, 12345, 12345)) {
        got = run(w, ask_of(what, w->pem));
        IS(got.why, "the socket belongs to another user",
           "nor one behind another user's socket");
        if (chown(path, 0, 0))
            abort();
    }
    stop_server(&server);
    got = run(w, ask_of(what, w->pem));
    OK(got.status == PT_ANSWER_ABSENT,
       "a socket that was left behind is nobody");
    unlink(path);
    fake_identity_free(&other);
}

/* GetUserList travels with MailServerSettings. */
static void test_two_at_once(const struct world *w,
                             const struct fake_identity *id)
{
    struct fake_server server;
    struct got got[2] = {0};
    struct pt_ask ask;
    char path[2 * PATH_SIZE];
    char what[sizeof(path) + 8];

    snprintf(path, sizeof(path), "%s/bridge5678", w->dir);
    snprintf(what, sizeof(what), "unix:%s", path);
    start_server(&server, id, path, GOOD);
    ask = ask_of(what, w->pem);
    for (int i = 0; i < 2; i++)
        w->net->begin(w->net, &ask, on_answer, &got[i]);
    OK(!got[0].done, "nothing is answered before the loop runs");
    while (!(got[0].done && got[1].done) && pt_loop_step(w->loop))
        ;
    /* The server takes one connection at a time: a second one would wait. */
    OK(got[0].status == PT_ANSWER_OK && got[1].status == PT_ANSWER_OK,
       "two calls share a connection");
    stop_server(&server);
    unlink(path);
}

static void test_refusals(const struct world *w)
{
    static const struct {
        struct pt_ask ask;
        char why[48];
    } cases[] = {
        {{.what = "https://192.0.2.1:443", .method = "/a", .ca_pem = "x"},
         "not a loopback address"},
        {{.what = "http://example.org:80", .method = "/a"},
         "not a loopback address"},
        {{.what = "ftp://127.0.0.1:21", .method = "/a"},
         "it is no address of a gRPC service"},
        {{.what = "http://127.0.0.1:9", .method = "/a b"},
         "there is no such method"},
        {{.what = "http://127.0.0.1:9", .method = "/a", .token = "x\r\ny: z"},
         "its token is malformed"},
        {{.what = "unix:/etc/passwd", .method = "/a", .ca_pem = "x"},
         "it is not a socket"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pt_ask ask = cases[i].ask;
        struct got got;

        ask.kind = PT_ASK_GRPC;
        got = run(w, ask);
        IS(got.why, cases[i].why, cases[i].why);
    }
}

static void test_drop(const struct world *w, const struct fake_identity *id)
{
    struct fake_server server;
    struct got got = {0};
    struct pt_ask ask;
    char what[64];

    start_server(&server, id, NULL, SILENT);
    snprintf(what, sizeof(what), "http://127.0.0.1:%u", server.port);
    ask = ask_of(what, NULL);
    w->net->begin(w->net, &ask, on_answer, &got);
    for (int i = 0; i < 3; i++)
        pt_loop_step(w->loop);
    w->net->drop(w->net, NULL);
    IS(got.why, "given up", "dropping a call answers it");
    stop_server(&server);
}

static int count_tasks(void)
{
    DIR *dir = opendir("/proc/self/task");
    int count = -2; /* . and .. */

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

/* What is on this machine is never asked for elsewhere: all that follows goes
 * well in spite of these. */
static void use_broken_proxies(void)
{
    static const char *const names[] = {"http_proxy", "https_proxy",
                                        "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        setenv(names[i], "http://127.0.0.1:1", 1);
    unsetenv("no_proxy");
    unsetenv("NO_PROXY");
}

int main(void)
{
    struct fake_identity id = fake_identity_new();
    struct world w = {.loop = pt_loop_new(&pt_clock_monotonic)};
    const char *tmp = getenv("TMPDIR");
    BIO *bio = BIO_new(BIO_s_mem());

    use_broken_proxies();
    if (pt_live_new(w.loop, &(struct pt_live_setup){0}, &w.net, NULL) != PT_OK)
        abort();
    PEM_write_bio_X509(bio, id.certificate);
    BIO_read(bio, w.pem, sizeof(w.pem) - 1);
    BIO_free(bio);
    snprintf(w.dir, sizeof(w.dir), "%s/portolan-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(w.dir))
        return 99;
    test_kinds(&w, &id);
    test_limit(&w, &id);
    test_unix(&w, &id);
    test_two_at_once(&w, &id);
    test_refusals(&w);
    test_drop(&w, &id);
    OK(count_tasks() == 1, "no thread was started");
    pt_live_free(w.net);
    pt_loop_free(w.loop);
    fake_identity_free(&id);
    rmdir(w.dir);
    return tap_done();
}
