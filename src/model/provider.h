/* provider.h - what is known of a large mail hoster: whose addresses it serves,
 * by which servers, and what people must know before they sign in.
 */
#ifndef PT_MODEL_PROVIDER_H
#define PT_MODEL_PROVIDER_H

#include "model/settings.h"

/* One file of profiles/providers. */
struct pt_provider {
    const char *name;
    const char *title;
    struct pt_strings domains; /* its own: addresses that end so are its */
    struct pt_strings mx;      /* MX hosts (or ".suffix") that mean: a
                                  customer's domain */
    struct pt_server *servers; /* user names as templates, origin left empty;
                                  none: no mail program can get in */
    size_t server_count;
    struct pt_strings hints; /* sentences for people */
};

/* Is the host one of these, or below a ".suffix" among them?  Both as DNS
 * answers spell them: lower case, no final dot. */
bool pt_mx_is_listed(const struct pt_strings *patterns, const char *host);

#endif
