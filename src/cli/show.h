/* show.h - the parts of settings as people read them. */
#ifndef PT_CLI_SHOW_H
#define PT_CLI_SHOW_H

#include "model/settings.h"

/* "imap.example.org:993", "[::1]:1143".  NULL: no memory. */
const char *pt_show_server(struct pt_arena *arena, const char *host,
                           uint16_t port);

/* The same of what was offered; or its URL. */
const char *pt_show_offered(struct pt_arena *arena,
                            const struct pt_server *server);

/* "a, b, c".  NULL: no memory. */
const char *pt_show_list(struct pt_arena *arena, const struct pt_strings *list);

/* " --accept a --accept b": what to add to the command line to have them.
 * NULL: no memory. */
const char *pt_show_accept(struct pt_arena *arena,
                           const struct pt_strings *hosts);

#endif
