/* account_name.h - what an account is called in a file of several. */
#ifndef PT_WRITER_ACCOUNT_NAME_H
#define PT_WRITER_ACCOUNT_NAME_H

#include "writer/writer.h"

/* Its nickname, else its address, where that has nothing but letters, digits
 * and "@._+-"; else the like, with digits that keep it apart from others: the
 * same at each run, and another for each address.  In the arena; "": no
 * memory, which it remembers. */
const char *pt_account_name(struct pt_arena *arena,
                            const struct pt_settings *settings);

#endif
