#include "net/http_transfer.h"

#include "base/text.h"
#include "net/http.h"
#include "net/http_fault.h"
#include "net/keep.h"
#include "net/reach.h"
#include "net/socket.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So much of a packed body, which might unpack to nothing for ever. */
enum { PACKED_MAX = PT_FILE_MAX + PT_FILE_MAX / 8 };

enum { EYEBALLS_MS = 100, PROXY_WANTS_PASSWORD = 407 };

struct pt_http_transfer {
    struct pt_curl_loop *curl;
    struct pt_http_order order;
    struct pt_reply *reply;
    struct pt_curl_transfer transfer;
    bool is_running; /* libcurl has it */
    CURLSH *names;   /* a cache of its own: what is pinned ends with it */
    struct curl_slist *pins;
    struct curl_slist *headers;
    size_t header_bytes;
    char etag[PT_KEEP_ETAG_SIZE];
    char why[CURL_ERROR_SIZE];
    pt_http_transfer_fn *done;
    void *ctx;
};

static bool has_proxy(const struct pt_http_transfer *t)
{
    return t->order.proxy->text[0];
}

/* ---- while it runs ---- */

static size_t take_body(char *bytes, size_t size, size_t count, void *ctx)
{
    struct pt_http_transfer *t = ctx;

    pt_buf_add(&t->reply->body, bytes, size * count);
    return pt_buf_failed(&t->reply->body) ? 0 : size * count;
}

static size_t count_header(char *bytes, size_t size, size_t count, void *ctx)
{
    struct pt_http_transfer *t = ctx;

    (void)bytes;
    t->header_bytes += size * count;
    return t->header_bytes > PT_HTTP_HEADERS ? 0 : size * count;
}

static int count_packed(void *ctx, curl_off_t all, curl_off_t now,
                        curl_off_t all_up, curl_off_t now_up)
{
    (void)ctx;
    (void)all;
    (void)all_up;
    (void)now_up;
    return now > PACKED_MAX;
}

/* The address was judged before it was pinned; so it is once more. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    struct pt_http_transfer *t = ctx;

    (void)purpose;
    if (!has_proxy(t) && pt_reach_fault(&address->addr, t->order.may_be_near))
        return CURL_SOCKET_BAD;
    return pt_socket_open(address->family);
}

/* Before libcurl would look up a name: everything was pinned, so this is the
 * thread we never start. */
static int refuse_lookup(void *resolver, void *reserved, void *ctx)
{
    (void)resolver;
    (void)reserved;
    (void)ctx;
    return 1;
}

/* ---- how it ended ---- */

static void read_etag(struct pt_http_transfer *t, CURL *easy)
{
    struct curl_header *header;

    if (!curl_easy_header(easy, "etag", 0, CURLH_HEADER, -1, &header) &&
        pt_etag_ok(header->value))
        snprintf(t->etag, sizeof(t->etag), "%s", header->value);
}

static void read_head(struct pt_http_transfer *t, CURL *easy)
{
    const char *location = NULL;
    const char *type = NULL;
    long status = 0;

    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &location);
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
    if (type && (strlen(type) > PT_HTTP_TYPE_MAX ||
                 !pt_is_printable(pt_slice_of(type))))
        type = NULL;
    if (location && (strlen(location) > PT_HTTP_LOCATION_MAX ||
                     !pt_is_printable(pt_slice_of(location))))
        location = NULL;
    t->reply->status = PT_ANSWER_OK;
    t->reply->http = (int)status;
    t->reply->location = location;
    t->reply->media_type = type ? type : "";
    read_etag(t, easy);
    if (status == PROXY_WANTS_PASSWORD)
        pt_reply_fail(t->reply, "the proxy refused: HTTP status %ld", status);
}

/* What an error's page says is of no interest, and may be of any length. */
static bool is_long_page(const struct pt_http_transfer *t, CURL *easy,
                         CURLcode result)
{
    long status = 0;

    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return status >= 300 && !t->reply->body.oom &&
           (result == CURLE_FILESIZE_EXCEEDED || t->reply->body.overflow);
}

static bool is_too_large(const struct pt_http_transfer *t, CURLcode result)
{
    return result == CURLE_FILESIZE_EXCEEDED ||
           result == CURLE_ABORTED_BY_CALLBACK || t->reply->body.overflow;
}

static bool explain_proxy(struct pt_http_transfer *t, CURL *easy,
                          CURLcode result)
{
    long status = 0;

    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
    if (!has_proxy(t))
        return false;
    if (status >= 300)
        pt_reply_fail(t->reply, "the proxy refused: HTTP status %ld", status);
    else if (result == CURLE_COULDNT_CONNECT)
        pt_reply_fail(t->reply, "the proxy cannot be connected to");
    return status >= 300 || result == CURLE_COULDNT_CONNECT;
}

static void explain(struct pt_http_transfer *t, CURL *easy, CURLcode result)
{
    const char *why = pt_http_fault(easy, result);

    if (t->reply->body.oom)
        pt_reply_fail(t->reply, "out of memory");
    else if (is_too_large(t, result))
        pt_reply_fail(t->reply, "larger than %d KiB", PT_FILE_MAX / 1024);
    else if (t->header_bytes > PT_HTTP_HEADERS)
        pt_reply_fail(t->reply, "its headers are larger than %d KiB",
                      PT_HTTP_HEADERS / 1024);
    else if (explain_proxy(t, easy, result))
        return;
    else if (pt_http_is_nobody(easy, result, t->order.limit_ms))
        pt_reply_absent(t->reply);
    else if (why)
        pt_reply_fail(t->reply, "%s", why);
    else
        pt_reply_fail(t->reply, "%s",
                      *t->why ? t->why : curl_easy_strerror(result));
}

static void on_done(void *ctx, CURL *easy, CURLcode result)
{
    struct pt_http_transfer *t = ctx;

    t->is_running = false;
    if (is_long_page(t, easy, result)) {
        pt_buf_clear(&t->reply->body);
        result = CURLE_OK;
    }
    if (result == CURLE_OK)
        read_head(t, easy);
    else
        explain(t, easy, result);
    t->done(t->ctx, t);
}

/* ---- how it begins ---- */

static bool add(struct curl_slist **list, const char *text)
{
    struct curl_slist *more = curl_slist_append(*list, text);

    if (more)
        *list = more;
    return more;
}

static bool add_headers(struct pt_http_transfer *t)
{
    const struct pt_ask *ask = t->order.ask;
    PT_BUF struct pt_buf line = {0};

    if (ask->payload) {
        pt_buf_printf(&line, "Content-Type: %s",
                      ask->payload_type ? ask->payload_type : "text/plain");
        return !pt_buf_failed(&line) && add(&t->headers, line.at);
    }
    if (!t->order.etag[0])
        return true;
    pt_buf_printf(&line, "If-None-Match: %s", t->order.etag);
    return !pt_buf_failed(&line) && add(&t->headers, line.at);
}

/* "+HOST:PORT:ADDRESS,ADDRESS" */
static bool pin(struct pt_http_transfer *t)
{
    const struct pt_http_order *order = &t->order;
    PT_BUF struct pt_buf text = {0};

    if (has_proxy(t))
        pt_buf_printf(&text, "+%s:%u:", order->proxy->host,
                      order->proxy->port);
    else
        pt_buf_printf(&text, "+%s:%u:", order->url->host, order->url->port);
    for (size_t i = 0; i < order->count; i++) {
        const struct sockaddr *at = (const struct sockaddr *)&order->at[i];
        char address[PT_REACH_SIZE];
        bool is_six = at->sa_family == AF_INET6;

        pt_reach_text(at, address);
        pt_buf_printf(&text, "%s%s%s%s", i ? "," : "", is_six ? "[" : "",
                      address, is_six ? "]" : "");
    }
    return !pt_buf_failed(&text) && add(&t->pins, text.at);
}

/* An address in the URL needs no pin, and no look-up either. */
static bool pin_name(struct pt_http_transfer *t)
{
    const struct pt_http_order *order = &t->order;
    const char *host = has_proxy(t) ? order->proxy->host : order->url->host;
    CURL *easy = t->transfer.easy;
    struct sockaddr_storage address;

    if (pt_reach_parse(host, &address))
        return true;
    t->names = curl_share_init();
    return t->names &&
           !curl_share_setopt(t->names, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) &&
           pin(t) && !curl_easy_setopt(easy, CURLOPT_SHARE, t->names) &&
           !curl_easy_setopt(easy, CURLOPT_RESOLVE, t->pins) &&
           !curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION,
                             refuse_lookup);
}

static bool set_trust(CURL *easy, const struct pt_http_trust *trust)
{
    /* Neither: libcurl's own file; without its directory beside it, it is
     * read but once. */
    if (trust->file || trust->directory)
        if (curl_easy_setopt(easy, CURLOPT_CAINFO, trust->file) ||
            curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, trust->file))
            return false;
    return !curl_easy_setopt(easy, CURLOPT_CAPATH, trust->directory) &&
           !curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, trust->directory);
}

static bool set_numbers(struct pt_http_transfer *t)
{
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, EYEBALLS_MS},
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS},
        {CURLOPT_MAXFILESIZE, PT_FILE_MAX},
        {CURLOPT_NOPROGRESS, 0},
        {CURLOPT_PIPEWAIT, 1}, /* many asks of one host, one connection */
        {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
        {CURLOPT_SSL_SESSIONID_CACHE, 0},
        {CURLOPT_SSL_VERIFYHOST, 2},
        {CURLOPT_SSL_VERIFYPEER, 1},
        {CURLOPT_TIMEOUT_MS, t->order.limit_ms},
    };

    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        if (curl_easy_setopt(t->transfer.easy, numbers[i].option,
                             numbers[i].value))
            return false;
    return true;
}

static bool set_pointers(struct pt_http_transfer *t)
{
    const struct {
        CURLoption option;
        const void *value;
    } pointers[] = {
        {CURLOPT_ACCEPT_ENCODING, ""}, /* whatever libcurl unpacks */
        {CURLOPT_ERRORBUFFER, t->why},
        {CURLOPT_HEADERDATA, t},
        {CURLOPT_HTTPHEADER, t->headers},
        {CURLOPT_NOPROXY, ""}, /* it was decided already */
        {CURLOPT_OPENSOCKETDATA, t},
        {CURLOPT_POSTFIELDS, t->order.ask->payload},
        {CURLOPT_PROTOCOLS_STR, "http,https"},
        {CURLOPT_PROXY, t->order.proxy->text},
        {CURLOPT_URL, t->order.url->text},
        {CURLOPT_USERAGENT, "portolan"},
        {CURLOPT_WRITEDATA, t},
    };

    for (size_t i = 0; i < sizeof(pointers) / sizeof(*pointers); i++)
        if (curl_easy_setopt(t->transfer.easy, pointers[i].option,
                             pointers[i].value))
            return false;
    return true;
}

static bool set_functions(CURL *easy)
{
    return !curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) &&
           !curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, count_header) &&
           !curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, count_packed) &&
           !curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
}

/* A server may answer before it has read what is posted.  By HTTP/2, libcurl
 * 7.88 then gives up on an answer that is all there. */
static bool set_method(CURL *easy, const struct pt_ask *ask)
{
    if (!ask->payload)
        return !curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    return !curl_easy_setopt(easy, CURLOPT_POST, 1L) &&
           !curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                             (long)CURL_HTTP_VERSION_1_1) &&
           !curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE,
                             (long)strlen(ask->payload));
}

static bool start(struct pt_http_transfer *t)
{
    CURL *easy = curl_easy_init();

    t->transfer =
        (struct pt_curl_transfer){.easy = easy, .done = on_done, .ctx = t};
    t->is_running = easy && add_headers(t) && set_numbers(t) &&
                    set_pointers(t) && set_functions(easy) &&
                    set_method(easy, t->order.ask) &&
                    set_trust(easy, t->order.trust) && pin_name(t) &&
                    pt_curl_loop_add(t->curl, &t->transfer);
    return t->is_running;
}

/* ---- the interface ---- */

struct pt_http_transfer *pt_http_transfer_begin(
    struct pt_curl_loop *curl, const struct pt_http_order *order,
    struct pt_reply *reply, pt_http_transfer_fn *done, void *ctx)
{
    struct pt_http_transfer *t = calloc(1, sizeof(*t));

    if (!t)
        return NULL;
    *t = (struct pt_http_transfer){.curl = curl,
                                   .order = *order,
                                   .reply = reply,
                                   .done = done,
                                   .ctx = ctx};
    if (start(t)) {
        t->order.at = NULL; /* pinned; it was lent for so long only */
        return t;
    }
    pt_http_transfer_free(t);
    return NULL;
}

const char *pt_http_transfer_etag(const struct pt_http_transfer *transfer)
{
    return transfer->etag;
}

void pt_http_transfer_free(struct pt_http_transfer *transfer)
{
    if (!transfer)
        return;
    if (transfer->is_running)
        pt_curl_loop_remove(transfer->curl, &transfer->transfer);
    curl_easy_cleanup(transfer->transfer.easy);
    curl_share_cleanup(transfer->names);
    curl_slist_free_all(transfer->pins);
    curl_slist_free_all(transfer->headers);
    free(transfer);
}

/* ---- whose certificates are believed ---- */

/* c_rehash(1) makes names like "3513523f.0". */
static bool is_hash(const char *name)
{
    return strspn(name, "0123456789abcdef") == 8 && name[8] == '.';
}

const char *pt_http_trusted_directory(void)
{
    const char *path = curl_version_info(CURLVERSION_NOW)->capath;
    DIR *dir = path ? opendir(path) : NULL;
    const struct dirent *entry;
    bool is_hashed = false;

    while (dir && !is_hashed && (entry = readdir(dir)))
        is_hashed = is_hash(entry->d_name);
    if (dir)
        closedir(dir);
    return is_hashed ? path : NULL;
}
