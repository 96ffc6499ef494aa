/* publish.h - what a domain publishes, as files for any web server, and as DNS
 * records.
 */
#ifndef PT_SERVE_PUBLISH_H
#define PT_SERVE_PUBLISH_H

#include "serve/site.h"

struct pt_publish_file {
    const char *path; /* below the output folder: "example.org/mail/..." */
    struct pt_slice bytes;
};

struct pt_publish_files {
    struct pt_publish_file *at;
    size_t count;
};

/* The files of one domain, in the arena.  Pure.  False: no memory. */
bool pt_publish_site(struct pt_arena *arena, const struct pt_site *site,
                     struct pt_publish_files *ret_files);

#endif
