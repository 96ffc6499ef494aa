/* show.h - the parts of settings as people read them. */
#ifndef PT_CLI_SHOW_H
#define PT_CLI_SHOW_H

#include "model/settings.h"

enum { PT_FINGERPRINT_MAX = 96 }; /* 32 pairs of digits, colons, NUL */

/* "imap.example.org:993", "[::1]:1143".  NULL: no memory. */
const char *pt_show_server(struct pt_arena *arena, const char *host,
                           uint16_t port);

/* "AB:CD:...", as clients show it. */
void pt_show_fingerprint(const struct pt_certificate *certificate,
                         char out[PT_FINGERPRINT_MAX]);

/* "a, b, c".  NULL: no memory. */
const char *pt_show_list(struct pt_arena *arena, const struct pt_strings *list);

#endif
