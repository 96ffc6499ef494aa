/* write_make.h - the settings of some addresses, and files made of them. */
#ifndef PT_CLI_WRITE_MAKE_H
#define PT_CLI_WRITE_MAKE_H

#include "cli/writing.h"

/* Look for all of writing->addresses, side by side: they are
 * writing->accounts then.  Only what is sure is taken; the status and the
 * sentence tell of the first that is not (enum pt_find_status).  Reads what
 * --registry names, too. */
enum pt_status pt_write_look_up(struct pt_writing *writing,
                                struct pt_error *err);

/* The files of one sheet, signed if that was asked for.  With writing->all,
 * what the format cannot express is left out; else PT_CANNOT_EXPRESS,
 * PT_BAD_INPUT, PT_NO_MEMORY. */
enum pt_status pt_write_make(const struct pt_writing *writing,
                             struct pt_sheet *sheet, struct pt_error *err);

#endif
