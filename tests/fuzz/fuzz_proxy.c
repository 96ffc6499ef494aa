/* fuzz_proxy.c - any bytes as the proxy that is set, and as the hosts it is not
 * for. */
#include "base/text.h"
#include "model/address.h"
#include "net/proxy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static char *lines; /* the list, and after its end the proxy */

static char *look(const char *name)
{
    if (!strcmp(name, "no_proxy"))
        return lines;
    return strcmp(name, "all_proxy") ? NULL : lines + strlen(lines) + 1;
}

static void find(const char *host)
{
    struct pt_http_url url = {.is_tls = true};
    struct pt_proxy proxy;
    const char *why = NULL;

    memcpy(url.host, host, strlen(host) + 1);
    if (!pt_proxy_find(&url, look, &proxy, &why)) {
        if (!why)
            abort();
    } else if (proxy.text[0] &&
               (!proxy.port || !pt_host_ok(proxy.host) ||
                pt_proxy_is_exempt(host, lines))) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *end;

    lines = calloc(1, len + 2);
    if (!lines)
        return 0;
    memcpy(lines, data, len);
    end = memchr(lines, '\n', len);
    if (end)
        *end = '\0';
    find("www.example.org");
    find("192.0.2.1");
    find("2001:db8::1");
    free(lines);
    return 0;
}
