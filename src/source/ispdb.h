/* ispdb.h - asking a database of providers about a domain: Thunderbird's, or
 * the one that --ispdb names, at a URL or in a directory.
 */
#ifndef PT_SOURCE_ISPDB_H
#define PT_SOURCE_ISPDB_H

#include "source/fetch.h"

/* origin: as the answer would have it, without `where`; tag: that of the asks.
 */
void pt_ispdb_ask(struct pt_task *task, const char *domain,
                  const struct pt_origin *origin, int tag);

/* In read(): as pt_fetch_read().  *ret_origin: with `where`; *ret_body: what
 * is to be read when it was fetched. */
enum pt_fetched pt_ispdb_read(struct pt_task *task, const struct pt_ask *ask,
                              const struct pt_answer *answer,
                              const struct pt_origin **ret_origin,
                              struct pt_slice *ret_body);

#endif
