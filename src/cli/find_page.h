/* find_page.h - settings as `portolan find` shows them to people. */
#ifndef PT_CLI_FIND_PAGE_H
#define PT_CLI_FIND_PAGE_H

#include "cli/page.h"

/* explain: also every source, every offer and the rule that judged it.
 * False: no memory; part of the page may have been printed. */
bool pt_find_page(const struct pt_page *page, struct pt_arena *arena,
                  const struct pt_settings *settings, bool explain);

#endif
