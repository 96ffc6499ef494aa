/* explain_page.h - how a search came to its result, for people.
 */
#ifndef PT_CLI_EXPLAIN_PAGE_H
#define PT_CLI_EXPLAIN_PAGE_H

#include "cli/page.h"

/* What was asked and answered, when, as bars on one scale; what was offered and
 * why it won or lost; the rules.  The arena remembers when memory ran out. */
void pt_explain_page(const struct pt_page *page, struct pt_arena *arena,
                     const struct pt_settings *settings);

#endif
