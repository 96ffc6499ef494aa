/* site.h - all that is said of one mail domain, whoever asks: by the server
 * (serve/answer.h) and by the static files (serve/publish.h).
 *
 * Pure, and read-only once it is made.  The same settings, the same bytes.
 */
#ifndef PT_SERVE_SITE_H
#define PT_SERVE_SITE_H

#include "base/buf.h"
#include "base/error.h"
#include "model/settings.h"
#include "serve/document.h"

/* A text with gaps for the address asked for. */
struct pt_gap {
    size_t at;  /* in the text, before this byte */
    bool local; /* its local part alone, else the whole address */
};

enum { PT_GAPS_MAX = 8 };

struct pt_form {
    struct pt_document text;
    struct pt_gap gaps[PT_GAPS_MAX]; /* in their order */
    size_t gap_count;
};

struct pt_site {
    const char *domain; /* lower case, A-labels */
    const struct pt_settings *settings; /* of an address that stands for all */
    struct pt_document autoconfig; /* config-v1.1.xml, for every address */
    struct pt_document pacc;       /* user-agent-configuration.json */
    struct pt_form pox;            /* Autodiscover's answer; the address is
                                      escaped for XML where it is put in */
    struct pt_document anonymous;  /* the same for who names no address:
                                      without login names */
    const char *caldav;            /* https URLs to redirect to; or NULL */
    const char *carddav;
    const char *jmap;
    char fingerprint[24]; /* "3f2a 91bc 77d0 1e4c": of what clients are told,
                             and of the certificates in it */
};

/* The local part of the address that stands for all of a domain, when none is
 * named: every domain has it (RFC 5321, 4.5.1). */
#define PT_SITE_LOCAL "postmaster"

/* Of settings that something is chosen in; they are borrowed, and all is made
 * in the arena.
 * PT_CANNOT_EXPRESS: nothing at all can be said of it; PT_NO_MEMORY. */
enum pt_status pt_site_make(struct pt_arena *arena,
                            const struct pt_settings *settings,
                            struct pt_site **ret_site, struct pt_error *err);

/* The settings, said for an address of the site's domain, in the arena.
 * NULL: no memory. */
const struct pt_settings *pt_site_settings(struct pt_arena *arena,
                                           const struct pt_site *site,
                                           const struct pt_address *address);

/* Autodiscover's answer for the address; out tells of failure. */
void pt_site_pox(const struct pt_site *site, const struct pt_address *address,
                 struct pt_buf *out);

/* Can Autodiscover say these servers so that Outlook and Thunderbird both take
 * them for what they are?  Thunderbird looks at the port alone to tell STARTTLS
 * (143, 110, 25, 587) from TLS.  PT_CANNOT_EXPRESS, with the reason. */
enum pt_status pt_site_pox_fits(const struct pt_settings *settings,
                                struct pt_error *err);

#endif
