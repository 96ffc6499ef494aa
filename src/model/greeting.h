/* greeting.h - the first line a mail server says, by which it is known. */
#ifndef PT_MODEL_GREETING_H
#define PT_MODEL_GREETING_H

#include "model/names.h"

/* Which service greets like this?  "* OK", "* BAD", "* PREAUTH", "* BYE",
 * "220 ", "220-", "421 ", "554 " and their like, "+OK", "-ERR",
 * "\"IMPLEMENTATION\"", "BYE", "NO".
 * False: none we know. */
bool pt_greeting_service(struct pt_slice greeting,
                         enum pt_service *ret_service);

/* Does it go on to serve, or is it a farewell ("* BYE", "421", "-ERR")? */
bool pt_greeting_is_welcome(struct pt_slice greeting);

#endif
