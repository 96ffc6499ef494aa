/* publish.h - what a domain publishes, as files for any web server, and as DNS
 * records.
 *
 *   www/DOMAIN/...           what a web server answers with, by its path
 *   conf/...                 how nginx, lighttpd, Caddy and CDNs are to do it
 *   conf/SERVER.d/DOMAIN...  where .well-known/caldav and the like lead
 *   dns/DOMAIN.zone          records for the domain's zone
 *
 * Pure.  The documents are those that `portolan serve` answers with, to the
 * byte.
 */
#ifndef PT_SERVE_PUBLISH_H
#define PT_SERVE_PUBLISH_H

#include "serve/site.h"

struct pt_publish_file {
    const char *path; /* below the output folder */
    struct pt_slice bytes;
};

struct pt_publish_files {
    struct pt_publish_file *at;
    size_t count;
};

/* The web server, as DNS has to say it. */
struct pt_publish_web {
    const char *host;            /* its name; NULL: not known */
    struct pt_strings addresses; /* else; may be empty */
};

/* May these settings be told to the world?  PT_CANNOT_EXPRESS, with the reason:
 * a chosen server is a bridge, or is to be reached from this machine or this
 * network alone. */
enum pt_status pt_publish_fits(const struct pt_settings *settings,
                               struct pt_error *err);

/* Why nobody outside reaches a host: "which is this machine"; NULL: anybody can
 * be sent there. */
const char *pt_publish_host_fault(const char *host);

/* The files of one domain, in the arena.  PT_CANNOT_EXPRESS: DNS cannot say
 * it; PT_NO_MEMORY. */
enum pt_status pt_publish_site(struct pt_arena *arena,
                               const struct pt_site *site,
                               const struct pt_publish_web *web,
                               struct pt_publish_files *ret_files,
                               struct pt_error *err);

/* Can this absolute path stand in every web server's configuration? */
bool pt_publish_root_ok(const char *root);

/* The files that serve all domains below root, which is the output folder's
 * absolute path.  False: no memory. */
bool pt_publish_servers(struct pt_arena *arena, const char *root,
                        struct pt_publish_files *ret_files);

/* Bytes are borrowed.  False: no memory. */
bool pt_publish_add(struct pt_arena *arena, struct pt_publish_files *files,
                    const char *path, struct pt_slice bytes);

#endif
