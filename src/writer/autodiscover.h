/* autodiscover.h - the answer that Outlook would get from Autodiscover
 * (MS-OXDSCLI, "POX"), as a file.
 *
 * It is the one form of Outlook's that can say STARTTLS for receiving.
 */
#ifndef PT_WRITER_AUTODISCOVER_H
#define PT_WRITER_AUTODISCOVER_H

#include "base/buf.h"
#include "base/error.h"
#include "model/settings.h"

/* Every mail service that is chosen, IMAP first.  is_anonymous: for whoever it
 * is, so without a name and without login names.
 * PT_CANNOT_EXPRESS: there is no server to receive from or to send through,
 * Outlook cannot sign in there, or XML cannot hold a text; PT_NO_MEMORY. */
enum pt_status pt_autodiscover_put(const struct pt_settings *settings,
                                   bool is_anonymous, struct pt_buf *out,
                                   struct pt_error *err);

#endif
