#include "model/domain.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <libpsl.h>

bool pt_is_ip_address(const char *host)
{
    unsigned char bytes[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, host, bytes) == 1 ||
           inet_pton(AF_INET6, host, bytes) == 1;
}

const char *pt_registrable(const char *host)
{
    const psl_ctx_t *list = psl_builtin();

    /* without a list nothing is known to belong together */
    return list && !pt_is_ip_address(host) ? psl_registrable_domain(list, host)
                                        : NULL;
}

bool pt_is_public_suffix(const char *domain)
{
    return !pt_is_ip_address(domain) && !pt_registrable(domain);
}

/* Being below it is not enough: in "example.com" anybody may have a name below
 * "shops.example.com". */
bool pt_is_akin(const char *host, const char *domain)
{
    const char *registrable = pt_registrable(domain);

    return pt_is_nocase(host, domain) ||
           (registrable && pt_is_nocase(pt_registrable(host), registrable));
}
