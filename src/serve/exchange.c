#include "serve/exchange.h"

#include "base/text.h"
#include "net/interfaces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct exchange {
    char *target;
    struct pt_buf body;
    struct pt_request request;
    bool begun; /* its header was read */
};

/* ---- the header ---- */

/* What a request must not have twice, or together. */
struct header {
    struct pt_request *request;
    unsigned hosts;
    unsigned lengths;
    bool is_chunked;
    const char *length;
};

/* libmicrohttpd takes a header twice, and a length beside chunks: whoever
 * stands before us may read that otherwise (RFC 9112, 6.3). */
static enum MHD_Result note_header(void *cls, enum MHD_ValueKind kind,
                                   const char *key, const char *value)
{
    struct header *header = cls;

    (void)kind;
    if (!strcasecmp(key, "Host")) {
        header->request->host = value;
        header->hosts++;
    } else if (!strcasecmp(key, "User-Agent")) {
        header->request->user_agent = value;
    } else if (!strcasecmp(key, "If-None-Match")) {
        header->request->if_none_match = value;
    } else if (!strcasecmp(key, "Content-Length")) {
        header->length = value;
        header->lengths++;
    } else if (!strcasecmp(key, "Transfer-Encoding")) {
        header->is_chunked = true;
    }
    return MHD_YES;
}

/* ---- the answer ---- */

/* Everything but what is said of all. */
static void add_headers(const struct pt_mhd *mhd, struct MHD_Response *to,
                        const struct pt_response *from)
{
    const struct pt_document *document = from->document;
    const char *type = document ? document->media_type : from->media_type;
    char disposition[300];

    if (type)
        mhd->add_header(to, "Content-Type", type);
    if (document)
        mhd->add_header(to, "ETag", document->etag);
    if (from->location)
        mhd->add_header(to, "Location", from->location);
    if (from->allow)
        mhd->add_header(to, "Allow", from->allow);
    if (from->is_public)
        mhd->add_header(to, "Access-Control-Allow-Origin", "*");
    if (from->policy)
        mhd->add_header(to, "Content-Security-Policy", from->policy);
    if (from->status == 429)
        mhd->add_header(to, "Retry-After", "1");
    if (from->file_name) {
        snprintf(disposition, sizeof(disposition),
                 "attachment; filename=\"%s\"", from->file_name);
        mhd->add_header(to, "Content-Disposition", disposition);
    }
    mhd->add_header(to, "Cache-Control",
                    document && !from->is_private ? "no-cache" : "no-store");
    mhd->add_header(to, "X-Content-Type-Options", "nosniff");
    mhd->add_header(to, "Referrer-Policy", "no-referrer");
}

static struct MHD_Response *make(const struct pt_mhd *mhd,
                                 const struct pt_response *from)
{
    struct pt_slice bytes =
        from->document ? from->document->bytes : from->bytes;
    struct MHD_Response *made;

    made = mhd->new_response(bytes.len, (void *)(uintptr_t)bytes.at,
                             MHD_RESPMEM_MUST_COPY);
    if (made)
        add_headers(mhd, made, from);
    return made;
}

/* A document's response is made once, and kept with it.  With a 304 its body
 * is not sent, but its length is said: caches take it over (RFC 9110, 8.6). */
static struct MHD_Response *response_of(const struct pt_mhd *mhd,
                                        const struct pt_response *from)
{
    struct pt_document *document =
        (struct pt_document *)(uintptr_t)from->document;

    if (!document)
        return make(mhd, from);
    if (!document->ready)
        document->ready = make(mhd, from);
    return document->ready;
}

/* What else stands there may be anything: an address, too. */
static const char *name_method(const char *method)
{
    static const char *const names[] = {"GET",   "HEAD",    "POST",   "PUT",
                                        "PATCH", "OPTIONS", "DELETE", "TRACE"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (pt_is(method, names[i]))
            return names[i];
    return "OTHER";
}

static enum MHD_Result respond(struct pt_exchanges *x,
                               struct MHD_Connection *to, const char *method,
                               const struct pt_response *from)
{
    struct MHD_Response *made = response_of(&x->mhd, from);
    enum MHD_Result result;

    if (!made)
        return MHD_NO;
    result = x->mhd.respond(to, (unsigned)from->status, made);
    if (!from->document || made != from->document->ready)
        x->mhd.unref_response(made);
    pt_tally_answer(x->setup.tally, from->route, from->status);
    if (x->setup.log)
        x->setup.log(x->setup.ctx,
                     &(struct pt_served){.method = name_method(method),
                                         .route = from->route,
                                         .status = from->status});
    return result;
}

static enum MHD_Result refuse(struct pt_exchanges *x,
                              struct MHD_Connection *to, const char *method,
                              int status, const char *why)
{
    return respond(x, to, method,
                   &(struct pt_response){
                       .status = status,
                       .media_type = "text/plain; charset=utf-8",
                       .bytes = pt_slice_of(why)});
}

/* What only the server can tell. */
static bool tell_state(struct pt_exchanges *x, struct pt_response *out,
                       struct pt_buf *text)
{
    int64_t now_ms = pt_loop_now(x->setup.loop);
    struct pt_error err;

    if (out->route == PT_ROUTE_METRICS) {
        pt_tally_metrics(x->setup.tally, x->setup.house, now_ms, text);
        out->media_type = "text/plain; version=0.0.4; charset=utf-8";
    } else {
        (void)pt_tally_health(x->setup.house, now_ms, text, &err);
        out->media_type = "application/json";
    }
    out->status = 200;
    out->bytes = pt_slice(pt_buf_text(text), text->len);
    return !pt_buf_failed(text);
}

static enum MHD_Result answer(struct pt_exchanges *x,
                              struct MHD_Connection *to,
                              const struct pt_request *request)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf text = {0};
    struct pt_response out;

    if (!arena)
        return MHD_NO;
    pt_answer_request(arena, x->setup.house, request, &out);
    if (!out.status && !tell_state(x, &out, &text))
        return MHD_NO;
    return respond(x, to, request->method, &out);
}

/* ---- the course of it: first the header, then what there is of a body, then
 * the end of it.  Who is answered at once has his connection closed. ---- */

void *pt_exchange_begin(const char *uri)
{
    struct exchange *exchange = calloc(1, sizeof(*exchange));
    size_t len = strnlen(uri, PT_REQUEST_TARGET_MAX + 1);

    if (!exchange)
        return NULL;
    exchange->target = malloc(len + 1);
    if (!exchange->target) {
        free(exchange);
        return NULL;
    }
    memcpy(exchange->target, uri, len);
    exchange->target[len] = '\0';
    exchange->body.max = PT_REQUEST_BODY_MAX;
    return exchange;
}

void pt_exchange_end(void *context)
{
    struct exchange *exchange = context;

    if (!exchange)
        return;
    pt_buf_free(&exchange->body);
    free(exchange->target);
    free(exchange);
}

static const struct sockaddr *peer_of(const struct pt_exchanges *x,
                                      struct MHD_Connection *to)
{
    return x->mhd.connection_info(to, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
        ->client_addr;
}

/* Any other body is that of a request we refuse without it. */
static bool is_read(const char *method, const char *target)
{
    return pt_is(method, "POST") && pt_answer_takes_body(target);
}

/* 0: it may go on. */
static int check_header(const struct header *header, const char *target,
                        const char *method, const char **ret_why)
{
    uint64_t length = 0;

    *ret_why = "that is not a request\n";
    if (header->hosts > 1 || header->lengths > 1)
        return 400;
    if (strlen(target) > PT_REQUEST_TARGET_MAX) {
        *ret_why = "the address asked for is too long\n";
        return 414;
    }
    if (header->is_chunked) {
        *ret_why = "say the length of the body: chunks are not taken\n";
        return header->lengths ? 400 : 411;
    }
    if (!header->length)
        return 0;
    if (!pt_parse_uint(pt_slice_of(header->length), UINT64_MAX / 2, &length))
        return 400;
    *ret_why = "no body is taken here\n";
    if (length && (pt_is(method, "GET") || pt_is(method, "HEAD")))
        return 413;
    *ret_why = "the body is too large\n";
    return length > PT_REQUEST_BODY_MAX && is_read(method, target) ? 413 : 0;
}

static enum MHD_Result begin(struct pt_exchanges *x, struct MHD_Connection *to,
                             struct exchange *exchange, const char *method)
{
    struct pt_request *request = &exchange->request;
    struct header header = {.request = request};
    const struct sockaddr *peer = peer_of(x, to);
    const char *why;
    int refused;

    exchange->begun = true;
    request->method = method;
    request->target = exchange->target;
    x->mhd.headers(to, MHD_HEADER_KIND, note_header, &header);
    if (x->setup.lan_only && !pt_is_lan_address(peer) &&
        !pt_is_loopback_address(peer)) {
        x->setup.tally->turned_away++;
        return refuse(x, to, method, 403,
                      "this server is for its local network alone\n");
    }
    if (!pt_pace_take(&x->pace, peer, pt_loop_now(x->setup.loop) + 1))
        return refuse(x, to, method, 429, "too many requests: wait a second\n");
    refused = check_header(&header, exchange->target, method, &why);
    if (refused)
        return refuse(x, to, method, refused, why);
    return header.length && !is_read(method, exchange->target)
               ? answer(x, to, request)
               : MHD_YES;
}

static enum MHD_Result handle(struct pt_exchanges *x,
                              struct MHD_Connection *to, const char *method,
                              bool is_tls, const char *upload,
                              size_t *upload_size, void **context)
{
    struct exchange *exchange = *context;

    if (!exchange)
        return MHD_NO;
    exchange->request.is_tls = is_tls;
    if (!exchange->begun)
        return begin(x, to, exchange, method);
    if (*upload_size) {
        pt_buf_add(&exchange->body, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    if (pt_buf_failed(&exchange->body))
        return MHD_NO;
    exchange->request.body =
        pt_slice(pt_buf_text(&exchange->body), exchange->body.len);
    return answer(x, to, &exchange->request);
}

enum MHD_Result pt_exchange_plain(void *cls, struct MHD_Connection *to,
                                  const char *url, const char *method,
                                  const char *version, const char *upload,
                                  size_t *upload_size, void **context)
{
    (void)url, (void)version;
    return handle(cls, to, method, false, upload, upload_size, context);
}

enum MHD_Result pt_exchange_tls(void *cls, struct MHD_Connection *to,
                                const char *url, const char *method,
                                const char *version, const char *upload,
                                size_t *upload_size, void **context)
{
    (void)url, (void)version;
    return handle(cls, to, method, true, upload, upload_size, context);
}
