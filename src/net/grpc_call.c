#include "net/grpc_call.h"

#include "base/text.h"
#include "net/loopback.h"
#include "net/reply.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { URL_SIZE = 256, METHOD_MAX = 128, TOKEN_MAX = 256, ROOM_LEAST = 512 };

/* An empty message: not compressed, no bytes. */
static const char empty_message[5];

struct pt_grpc_caller {
    struct pt_loop *loop;
    struct pt_curl_loop *curl; /* made when first needed */
    struct call *open;
};

struct call {
    struct pt_grpc_caller *caller;
    struct pt_ask ask;
    struct pt_timer start;
    struct pt_curl_transfer transfer;
    bool running; /* libcurl has it */
    struct curl_slist *headers;
    struct pt_reply reply;
    char why[CURL_ERROR_SIZE];
    pt_answer_fn *done;
    void *ctx;
    struct call *next;
};

/* The reply may hold passwords: leave nothing of it in memory. */
static void finish(struct call *c)
{
    struct pt_grpc_caller *caller = c->caller;
    struct call **at = &caller->open;

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    pt_loop_disarm(caller->loop, &c->start);
    if (c->running)
        pt_curl_loop_remove(caller->curl, &c->transfer);
    curl_easy_cleanup(c->transfer.easy);
    curl_slist_free_all(c->headers);
    pt_reply_send(&c->reply, c->done, c->ctx);
    free(c);
}

static void finish_failed(struct call *c, const char *why)
{
    pt_reply_fail(&c->reply, "%s", why);
    finish(c);
}

/* ---- where to ---- */

struct target {
    char url[URL_SIZE];
    const char *socket; /* path of a Unix socket, or NULL: TCP */
    bool tls;
};

static bool is_method(const char *method)
{
    return method && method[0] == '/' && strlen(method) <= METHOD_MAX &&
           !method[strspn(method, "/.ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

/* It becomes a header: nothing that could end one. */
static bool is_token(const char *token)
{
    size_t len = strlen(token);

    for (size_t i = 0; i < len; i++)
        if (token[i] <= ' ' || token[i] > '~')
            return false;
    return len && len <= TOKEN_MAX;
}

/* NULL, or why the socket is not one to talk to.  ABSENT is told by errno. */
static const char *check_socket(const char *path)
{
    struct sockaddr_un address;
    struct stat st;

    errno = 0;
    if (strlen(path) >= sizeof(address.sun_path))
        return "the path of the socket is too long";
    if (lstat(path, &st))
        return strerror(errno);
    if (!S_ISSOCK(st.st_mode))
        return "it is not a socket";
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return "the socket belongs to another user";
    return NULL;
}

/* NULL, or why this cannot be called. */
static const char *find_target(const struct pt_ask *ask, struct target *t)
{
    struct sockaddr_storage address;
    const char *host = "127.0.0.1";
    socklen_t len;

    *t = (struct target){.tls = true};
    errno = 0;
    if (pt_has_prefix(ask->what, "unix:")) {
        t->socket = ask->what + strlen("unix:");
    } else {
        t->tls = pt_has_prefix(ask->what, "https://");
        host = strstr(ask->what, "://");
        if (!host || (!t->tls && !pt_has_prefix(ask->what, "http://")))
            return "it is no address of a gRPC service";
        host += strlen("://");
        if (!pt_loopback_parse(host, &address, &len))
            return "not a loopback address";
    }
    if (!is_method(ask->method))
        return "there is no such method";
    if (ask->token && !is_token(ask->token))
        return "its token is malformed";
    if (t->tls && !ask->ca_pem)
        return "there is no certificate to know it by";
    if (snprintf(t->url, sizeof(t->url), "http%s://%s%s", t->tls ? "s" : "",
                 host, ask->method) >= (int)sizeof(t->url))
        return "its address is too long";
    return t->socket ? check_socket(t->socket) : NULL;
}

/* ---- the answer ---- */

/* realloc() would leave copies behind that nobody wipes. */
static void make_room(struct pt_buf *body, size_t more)
{
    size_t room = 2 * (body->len + more + ROOM_LEAST);
    char *at;

    if (body->len + more < body->room || more > body->max)
        return;
    at = malloc(room);
    body->oom |= !at;
    if (!at)
        return;
    memcpy(at, pt_buf_text(body), body->len);
    if (body->at)
        OPENSSL_cleanse(body->at, body->room);
    free(body->at);
    body->at = at;
    body->room = room;
}

static size_t keep(char *bytes, size_t size, size_t count, void *ctx)
{
    struct call *c = ctx;

    make_room(&c->reply.body, size * count);
    pt_buf_add(&c->reply.body, bytes, size * count);
    return pt_buf_failed(&c->reply.body) ? 0 : size * count;
}

static const char *header_of(CURL *easy, const char *name)
{
    struct curl_header *header;

    /* A reply without a body has its trailers as headers. */
    if (curl_easy_header(easy, name, 0, CURLH_HEADER | CURLH_TRAILER, -1,
                         &header))
        return NULL;
    return header->value;
}

static void judge_status(struct call *c)
{
    const char *status = header_of(c->transfer.easy, "grpc-status");
    const char *message = header_of(c->transfer.easy, "grpc-message");
    long http = 0;

    curl_easy_getinfo(c->transfer.easy, CURLINFO_RESPONSE_CODE, &http);
    if (http != 200)
        pt_reply_fail(&c->reply, "HTTP status %ld", http);
    else if (!status)
        pt_reply_fail(&c->reply, "it ended without a gRPC status");
    else if (!pt_is(status, "0"))
        pt_reply_fail(&c->reply, "gRPC status %s%s%s", status,
                      message ? ": " : "", message ? message : "");
    else
        c->reply.status = PT_ANSWER_OK;
}

/* Did the connection fail because nobody is there? */
static bool is_nobody(CURL *easy, CURLcode result)
{
    long error = 0;

    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error);
    return result == CURLE_COULDNT_CONNECT &&
           (error == ECONNREFUSED || error == ENOENT);
}

static void on_done(void *ctx, CURL *easy, CURLcode result)
{
    struct call *c = ctx;

    c->running = false;
    if (result == CURLE_OK)
        judge_status(c);
    else if (pt_buf_failed(&c->reply.body)) /* says so itself */
        c->reply.status = PT_ANSWER_FAILED;
    else if (is_nobody(easy, result))
        pt_reply_absent(&c->reply);
    else if (result == CURLE_OPERATION_TIMEDOUT) /* libcurl counts bytes */
        pt_reply_fail(&c->reply, "it did not answer in time");
    else
        pt_reply_fail(&c->reply, "%s",
                      *c->why ? c->why : curl_easy_strerror(result));
    finish(c);
}

/* ---- the call ---- */

static bool add_header(struct call *c, const char *header)
{
    struct curl_slist *more = curl_slist_append(c->headers, header);

    if (more)
        c->headers = more;
    return more;
}

static bool add_headers(struct call *c)
{
    char token[TOKEN_MAX + 32];
    bool added = add_header(c, "Content-Type: application/grpc") &&
                 add_header(c, "TE: trailers") && add_header(c, "Accept:") &&
                 add_header(c, "Expect:");

    if (!added || !c->ask.token)
        return added;
    snprintf(token, sizeof(token), "server-token: %s", c->ask.token);
    added = add_header(c, token);
    OPENSSL_cleanse(token, sizeof(token));
    return added;
}

static bool set_trust(CURL *easy, const char *ca_pem)
{
    struct curl_blob blob = {.len = strlen(ca_pem), .flags = CURL_BLOB_COPY};

    blob.data = (void *)(uintptr_t)ca_pem; /* is copied, not written to */
    /* This certificate and no other: no authority of the system's. */
    return !curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob) &&
           !curl_easy_setopt(easy, CURLOPT_CAINFO, NULL) &&
           !curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) &&
           !curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) &&
           !curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
}

static bool set_options(struct call *c, const struct target *target)
{
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        {CURLOPT_POST, 1},
        {CURLOPT_POSTFIELDSIZE, sizeof(empty_message)},
        {CURLOPT_HTTP_VERSION, target->tls
                                   ? CURL_HTTP_VERSION_2TLS
                                   : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE},
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_TIMEOUT_MS,
         c->ask.limit_ms ? (long)c->ask.limit_ms : (long)PT_GRPC_MS},
        {CURLOPT_PIPEWAIT, 1}, /* several calls, one connection */
    };
    const struct {
        CURLoption option;
        const void *value;
    } pointers[] = {
        {CURLOPT_URL, target->url},
        {CURLOPT_UNIX_SOCKET_PATH, target->socket},
        {CURLOPT_POSTFIELDS, empty_message},
        {CURLOPT_HTTPHEADER, c->headers},
        {CURLOPT_NOPROXY, "*"},
        {CURLOPT_PROTOCOLS_STR, "http,https"},
        {CURLOPT_ERRORBUFFER, c->why},
        {CURLOPT_WRITEDATA, c},
    };
    CURL *easy = c->transfer.easy;
    bool set = !curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep);

    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        set &= !curl_easy_setopt(easy, numbers[i].option, numbers[i].value);
    for (size_t i = 0; i < sizeof(pointers) / sizeof(*pointers); i++)
        set &= !curl_easy_setopt(easy, pointers[i].option, pointers[i].value);
    return set && (!target->tls || set_trust(easy, c->ask.ca_pem));
}

static bool start_transfer(struct call *c, const struct target *target)
{
    struct pt_grpc_caller *caller = c->caller;

    if (!caller->curl)
        caller->curl = pt_curl_loop_new(caller->loop);
    if (!caller->curl)
        return false;
    c->transfer = (struct pt_curl_transfer){
        .easy = curl_easy_init(), .done = on_done, .ctx = c};
    c->running = c->transfer.easy && add_headers(c) &&
                 set_options(c, target) &&
                 pt_curl_loop_add(caller->curl, &c->transfer);
    return c->running;
}

static void start(void *ctx)
{
    struct call *c = ctx;
    struct target target;
    const char *why = find_target(&c->ask, &target);

    if (why && (errno == ENOENT || errno == ENOTDIR)) {
        pt_reply_absent(&c->reply);
        finish(c);
    } else if (why) {
        finish_failed(c, why);
    } else if (!start_transfer(c, &target)) {
        finish_failed(c, "libcurl cannot do this, or is out of memory");
    }
}

/* ---- the interface ---- */

struct pt_grpc_caller *pt_grpc_caller_new(struct pt_loop *loop)
{
    struct pt_grpc_caller *caller = calloc(1, sizeof(*caller));

    if (caller)
        caller->loop = loop;
    return caller;
}

void pt_grpc_caller_free(struct pt_grpc_caller *caller)
{
    if (!caller)
        return;
    pt_grpc_call_drop(caller, NULL);
    pt_curl_loop_free(caller->curl);
    free(caller);
}

bool pt_grpc_call_begin(struct pt_grpc_caller *caller,
                        const struct pt_ask *ask, pt_answer_fn *done,
                        void *ctx)
{
    struct call *c = calloc(1, sizeof(*c));

    if (!c)
        return false;
    *c = (struct call){.caller = caller,
                       .ask = *ask,
                       .reply.body.max = PT_FILE_MAX,
                       .done = done,
                       .ctx = ctx,
                       .next = caller->open};
    caller->open = c;
    pt_timer_init(&c->start, start, c);
    pt_loop_arm(caller->loop, &c->start, 0);
    return true;
}

void pt_grpc_call_drop(struct pt_grpc_caller *caller, const void *owner)
{
    struct call *next;

    for (struct call *c = caller->open; c; c = next) {
        next = c->next;
        if (pt_ask_is_of(&c->ask, owner))
            finish_failed(c, "given up");
    }
}
