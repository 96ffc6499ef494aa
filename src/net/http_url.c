#include "net/http_url.h"

#include "base/text.h"
#include "model/address.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

static const char no_url[] = "it is no URL that can be asked for";

/* One part of the URL into out.  False: there is none, or it is too long. */
static bool copy_part(CURLU *url, CURLUPart part, unsigned flags, char *out,
                      size_t size)
{
    char *text = NULL;
    size_t len;

    if (curl_url_get(url, part, &text, flags))
        return false;
    len = strlen(text);
    if (len < size)
        memcpy(out, text, len + 1);
    curl_free(text);
    return len < size;
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool has = !curl_url_get(url, part, &text, 0);

    curl_free(text);
    return has;
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void lower(char *text)
{
    for (; *text; text++)
        *text = fold(*text);
}

/* libcurl makes an address of "0x7f.1" and a letter of "%61": a host is taken
 * only as it was spelt. */
static bool is_as_spelt(const char *text, const char *host)
{
    const char *at = strstr(text, "://");
    size_t len = strlen(host);

    if (!at)
        return false;
    at += strlen("://");
    for (size_t i = 0; i < len; i++)
        if (fold(at[i]) != host[i])
            return false;
    return strchr(":/?#", at[len]); /* its end too */
}

static bool read_host(CURLU *curl, struct pt_http_url *url)
{
    char host[PT_HOST_SIZE + 2];
    size_t len;

    if (!copy_part(curl, CURLUPART_HOST, 0, host, sizeof(host)))
        return false;
    lower(host);
    len = strlen(host);
    if (host[0] == '[' && len > 2) { /* an IPv6 address has ":" in it */
        memcpy(url->host, host + 1, len - 2);
        url->host[len - 2] = '\0';
    } else if (len < PT_HOST_SIZE) {
        memcpy(url->host, host, len + 1);
    } else {
        return false;
    }
    return true;
}

static bool read_port(CURLU *curl, struct pt_http_url *url)
{
    char port[8];

    return copy_part(curl, CURLUPART_PORT, CURLU_DEFAULT_PORT, port,
                     sizeof(port)) &&
           pt_parse_port(pt_slice_of(port), &url->port);
}

/* NULL, or why this is not asked for though it is a URL. */
static const char *find_trick(CURLU *curl, const char *text,
                              const struct pt_http_url *url)
{
    if (has_part(curl, CURLUPART_USER) || has_part(curl, CURLUPART_PASSWORD))
        return "its URL has a user's name in it";
    if (has_part(curl, CURLUPART_ZONEID) ||
        (!strchr(url->host, ':') && !is_as_spelt(text, url->host)))
        return "its URL has an address in an odd spelling";
    return NULL;
}

static enum pt_answer_status read_parts(CURLU *curl, const char *text,
                                        struct pt_http_url *url,
                                        const char **ret_why)
{
    char scheme[16];

    *ret_why = "neither http nor https is its scheme";
    if (!copy_part(curl, CURLUPART_SCHEME, 0, scheme, sizeof(scheme)))
        return PT_ANSWER_REFUSED;
    url->is_tls = pt_is(scheme, "https");
    if (!url->is_tls && !pt_is(scheme, "http"))
        return PT_ANSWER_REFUSED;
    *ret_why = no_url;
    if (!read_host(curl, url) || !read_port(curl, url))
        return PT_ANSWER_FAILED;
    *ret_why = find_trick(curl, text, url);
    if (*ret_why)
        return PT_ANSWER_REFUSED;
    *ret_why = no_url;
    if (!pt_host_ok(url->host) ||
        curl_url_set(curl, CURLUPART_FRAGMENT, NULL, 0) ||
        !copy_part(curl, CURLUPART_URL, 0, url->text, sizeof(url->text)))
        return PT_ANSWER_FAILED;
    *ret_why = NULL;
    return PT_ANSWER_OK;
}

enum pt_answer_status pt_http_url_read(const char *text,
                                       struct pt_http_url *ret_url,
                                       const char **ret_why)
{
    enum pt_answer_status status = PT_ANSWER_FAILED;
    struct pt_http_url url = {.port = 0};
    CURLU *curl;

    *ret_why = no_url;
    if (strlen(text) >= PT_URL_SIZE || !pt_is_printable(pt_slice_of(text)))
        return PT_ANSWER_FAILED;
    curl = curl_url();
    if (!curl)
        *ret_why = "out of memory";
    else if (!curl_url_set(curl, CURLUPART_URL, text,
                           CURLU_NON_SUPPORT_SCHEME))
        status = read_parts(curl, text, &url, ret_why);
    curl_url_cleanup(curl);
    if (status == PT_ANSWER_OK)
        *ret_url = url;
    return status;
}
