/* diff_show.h - a unified diff as people and programs get it. */
#ifndef PT_CLI_DIFF_SHOW_H
#define PT_CLI_DIFF_SHOW_H

#include "cli/page.h"
#include "format/json_build.h"

/* Line by line, each of 1 KiB at most; NULL: nothing. */
void pt_diff_tell(const struct pt_page *page, const char *diff);

/* Its lines as the member "diff". */
void pt_diff_json(struct pt_json *json, cJSON *parent, const char *diff);

#endif
