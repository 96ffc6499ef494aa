/* curl_loop.h - libcurl's transfers, driven by our loop.
 *
 * No thread, and no name is resolved by libcurl: whoever adds a transfer
 * gives it an address, or a Unix socket.
 */
#ifndef PT_NET_CURL_LOOP_H
#define PT_NET_CURL_LOOP_H

#include "base/loop.h"

#include <curl/curl.h>

struct pt_curl_loop;

/* result: CURLE_OK or what went wrong.  The transfer was taken out already;
 * the handle is its owner's to free. */
typedef void pt_curl_done_fn(void *ctx, CURL *easy, CURLcode result);

/* Sets libcurl up.  NULL: no memory. */
struct pt_curl_loop *pt_curl_loop_new(struct pt_loop *loop);
/* Takes NULL.  No transfer may be left. */
void pt_curl_loop_free(struct pt_curl_loop *curl);

struct pt_curl_transfer {
    CURL *easy;
    pt_curl_done_fn *done;
    void *ctx;
};

/* Begins it; done() is never called from inside.  *transfer must live until
 * then, and holds CURLOPT_PRIVATE.  False: no memory. */
bool pt_curl_loop_add(struct pt_curl_loop *curl,
                      struct pt_curl_transfer *transfer);
/* Give up: done() is not called. */
void pt_curl_loop_remove(struct pt_curl_loop *curl,
                         struct pt_curl_transfer *transfer);

#endif
