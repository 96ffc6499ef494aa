/* document.h - Mozilla's autoconfig file, as three sources come by it.
 */
#ifndef PT_SOURCE_DOCUMENT_H
#define PT_SOURCE_DOCUMENT_H

#include "source/source.h"

/* Offer what the file offers; the provider is named after it.  Servers that
 * vouching (or NULL) has too are PT_THIRD at least.  False: it is no such
 * file, or offers nothing; the task's detail says so, as long as nothing else
 * was found. */
bool pt_document_offer(struct pt_task *task, struct pt_slice body,
                       const struct pt_origin *origin,
                       const struct pt_provider *vouching);

#endif
