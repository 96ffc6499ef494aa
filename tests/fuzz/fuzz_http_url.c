/* fuzz_http_url.c - any bytes as the URL of a redirect. */
#include "base/text.h"
#include "model/address.h"
#include "net/http_url.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What was found fit is so at the second look, and the same. */
static void check(const struct pt_http_url *url)
{
    struct pt_http_url again;
    const char *why;

    if (!pt_host_ok(url->host) || !url->port ||
        !pt_is_printable(pt_slice_of(url->text)) || strchr(url->text, ' '))
        abort();
    if (pt_http_url_read(url->text, &again, &why) != PT_ANSWER_OK ||
        !pt_is(url->host, again.host) || url->port != again.port ||
        url->is_tls != again.is_tls)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct pt_http_url url;
    const char *why = NULL;
    char *text = malloc(len + 1);

    if (!text)
        return 0;
    memcpy(text, data, len);
    text[len] = '\0';
    if (pt_http_url_read(text, &url, &why) == PT_ANSWER_OK)
        check(&url);
    else if (!why)
        abort();
    free(text);
    return 0;
}
