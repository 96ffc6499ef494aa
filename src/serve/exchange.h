/* exchange.h - one request and its answer, as libmicrohttpd hands them over.
 */
#ifndef PT_SERVE_EXCHANGE_H
#define PT_SERVE_EXCHANGE_H

#include "serve/microhttpd.h"
#include "serve/pace.h"
#include "serve/web.h"

/* What all exchanges of a server share. */
struct pt_exchanges {
    struct pt_mhd mhd;
    struct pt_web_setup setup;
    struct pt_pace pace;
};

/* MHD_OPTION_URI_LOG_CALLBACK's part: a request begins.  NULL: no memory. */
void *pt_exchange_begin(const char *uri);
/* The handler.  cls is a struct pt_exchanges; is_tls one of these two. */
enum MHD_Result pt_exchange_plain(void *cls, struct MHD_Connection *to,
                                  const char *url, const char *method,
                                  const char *version, const char *upload,
                                  size_t *upload_size, void **context);
enum MHD_Result pt_exchange_tls(void *cls, struct MHD_Connection *to,
                                const char *url, const char *method,
                                const char *version, const char *upload,
                                size_t *upload_size, void **context);
/* MHD_OPTION_NOTIFY_COMPLETED's part: it is over. */
void pt_exchange_end(void *context);

#endif
