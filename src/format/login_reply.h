/* login_reply.h - why a server would not let somebody in: from what it said.
 *
 * Pure.  What is told in words is gone by before a code that could mean
 * anything.  RFC 5530, 3 (IMAP); RFC 4954, 6 (SMTP); RFC 2449, 8 and RFC 3206,
 * 4 (POP3); RFC 5804, 1.3 (ManageSieve).
 */
#ifndef PT_FORMAT_LOGIN_REPLY_H
#define PT_FORMAT_LOGIN_REPLY_H

#include "base/text.h"
#include "model/trial.h"

/* The reply is one line that says no, with the tag of IMAP or without.
 * PT_LOGIN_FAILED: it is no such line.  Never PT_LOGIN_ACCEPTED. */
enum pt_login_outcome pt_login_class(enum pt_service service,
                                     struct pt_slice reply);

#endif
