/* probe_page.h - what a probe came to, for people and as JSON. */
#ifndef PT_CLI_PROBE_PAGE_H
#define PT_CLI_PROBE_PAGE_H

#include "base/buf.h"
#include "cli/page.h"
#include "resolve/probe.h"

/* False: no memory. */
bool pt_probe_page(const struct pt_page *page, struct pt_arena *arena,
                   const struct pt_probe_target *target,
                   const struct pt_probe *probe);

/* Append it to out.  PT_NO_MEMORY. */
enum pt_status pt_probe_json(const struct pt_probe_target *target,
                             const struct pt_probe *probe, bool one_line,
                             struct pt_buf *out, struct pt_error *err);

#endif
