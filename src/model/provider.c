#include "model/provider.h"

#include <string.h>

/* The suffix brings its dot, so that evilgoogle.com is not below .google.com;
 * and something must stand before it. */
static bool matches(const char *pattern, const char *host)
{
    if (*pattern != '.')
        return pt_is(pattern, host);
    return strlen(host) > strlen(pattern) && pt_has_suffix(host, pattern);
}

bool pt_mx_is_listed(const struct pt_strings *patterns, const char *host)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (matches(patterns->at[i], host))
            return true;
    return false;
}
