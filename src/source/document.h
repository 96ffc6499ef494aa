/* document.h - Mozilla's autoconfig file, as the sources come by it.
 */
#ifndef PT_SOURCE_DOCUMENT_H
#define PT_SOURCE_DOCUMENT_H

#include "format/autoconfig.h"
#include "source/source.h"

/* In the arena.  NULL: it is no such file, or offers nothing; the task's
 * detail says so, as long as nothing else was found. */
const struct pt_autoconfig *pt_document_read(struct pt_task *task,
                                             struct pt_slice body,
                                             const struct pt_origin *origin);

/* Offer what the file offers; the provider is named after it, and its advice
 * passed on. */
void pt_document_offer(struct pt_task *task, const struct pt_autoconfig *config,
                       const struct pt_origin *origin);

#endif
