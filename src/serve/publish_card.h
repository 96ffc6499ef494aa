/* publish_card.h - a domain's settings as a page to type from: what is shown
 * at "/" where there is no server that makes pages.
 *
 * One page, whole in itself: no script, no request to anybody, no form.
 */
#ifndef PT_SERVE_PUBLISH_CARD_H
#define PT_SERVE_PUBLISH_CARD_H

#include "base/buf.h"
#include "serve/site.h"

/* Pure; out and the arena tell of failure. */
void pt_publish_card(struct pt_arena *arena, const struct pt_site *site,
                     struct pt_buf *out);

#endif
