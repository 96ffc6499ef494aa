/* fuzz_url.c - any bytes as a URL: libcurl, which will be given it, must see
 * the host and the port that we see; and any bytes in a query. */
#include "base/text.h"
#include "format/url.h"
#include "model/address.h"

#include <curl/curl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expect(bool promised)
{
    if (!promised)
        abort();
}

static char *part_of(CURLU *curl, CURLUPart part)
{
    char *text = NULL;

    curl_url_get(curl, part, &text, 0);
    return text;
}

/* libcurl leaves an IPv6 address in its brackets, and in its spelling. */
static bool is_host(struct pt_arena *arena, char *theirs, const char *ours)
{
    if (theirs[0] != '[')
        return pt_is_nocase(theirs, ours);
    theirs[strlen(theirs) - 1] = '\0';
    return pt_is(pt_host_from(arena, theirs + 1), ours);
}

static void compare(struct pt_arena *arena, const char *url, const char *ours)
{
    CURLU *curl = curl_url();
    char *host;
    char *user;
    char *port;

    expect(curl && !curl_url_set(curl, CURLUPART_URL, url, 0));
    host = part_of(curl, CURLUPART_HOST);
    user = part_of(curl, CURLUPART_USER);
    port = part_of(curl, CURLUPART_PORT);
    expect(host && is_host(arena, host, ours));
    expect(!user && (port != NULL) == pt_url_has_port(url));
    curl_free(host);
    curl_free(user);
    curl_free(port);
    curl_url_cleanup(curl);
}

static void escape(struct pt_arena *arena, const char *text)
{
    const char *escaped = pt_url_escape(arena, text);
    int len = 0;
    char *back = curl_easy_unescape(NULL, escaped, 0, &len);
    const char *plain = pt_url_unescape(arena, text);

    expect(pt_is(back, text) && !strpbrk(escaped, "/?#&=+@ "));
    expect(pt_is(pt_url_unescape(arena, escaped), plain));
    expect(pt_is(pt_url_unescape(arena, plain), plain));
    curl_free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const char *text = pt_arena_strndup(arena, (const char *)data, len);
    const char *host = pt_url_host(arena, text);

    expect(!pt_arena_failed(arena));
    expect((host != NULL) == (pt_url_is_https(text) || pt_url_is_http(text)));
    expect(strlen(pt_url_path(text)) <= len);
    if (host)
        compare(arena, text, host);
    escape(arena, text);
    return 0;
}
