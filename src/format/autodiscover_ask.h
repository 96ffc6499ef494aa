/* autodiscover_ask.h - what a client POSTs to Autodiscover (MS-OXDSCLI, 2.2.3).
 */
#ifndef PT_FORMAT_AUTODISCOVER_ASK_H
#define PT_FORMAT_AUTODISCOVER_ASK_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct pt_autodiscover_ask {
    const char *address;  /* as it came, in the arena; NULL: none */
    bool is_for_phones;   /* the answer of MS-ASCMD is wanted */
};

/* PT_BAD_INPUT: not XML, a DOCTYPE, or nothing of Autodiscover's;
 * PT_NO_MEMORY. */
enum pt_status pt_autodiscover_ask_read(struct pt_arena *arena,
                                        struct pt_slice xml,
                                        struct pt_autodiscover_ask *ret_ask,
                                        struct pt_error *err);

#endif
