/* http_fault.h - why there was no HTTP answer, in words for people. */
#ifndef PT_NET_HTTP_FAULT_H
#define PT_NET_HTTP_FAULT_H

#include <curl/curl.h>
#include <stdbool.h>

/* A phrase, of a transfer that ended with this result; NULL: libcurl's own
 * words must do. */
const char *pt_http_fault(CURL *easy, CURLcode result);

/* Was nobody there to connect to?  An address that was silent for its share
 * of limit_ms may have somebody behind it. */
bool pt_http_is_nobody(CURL *easy, CURLcode result, long limit_ms);

#endif
