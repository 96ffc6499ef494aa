/* publish_conf.h - the parts of pt_publish_site() that are about web servers.
 */
#ifndef PT_SERVE_PUBLISH_CONF_H
#define PT_SERVE_PUBLISH_CONF_H

#include "serve/publish.h"

/* Where .well-known/caldav and the like lead, for each web server; nothing
 * where they lead nowhere.  False: no memory. */
bool pt_publish_redirects(struct pt_arena *arena, const struct pt_site *site,
                          struct pt_publish_files *files);

/* The pattern, with the domain for its "%s".  NULL: no memory. */
const char *pt_publish_path(struct pt_arena *arena, const char *pattern,
                            const char *domain);

/* Adds a copy of the text.  False: no memory. */
bool pt_publish_add_buf(struct pt_arena *arena,
                        struct pt_publish_files *files, const char *path,
                        const struct pt_buf *text);

#endif
