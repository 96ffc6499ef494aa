/* edit_pem.h - a file with the certificate that a mail program trusts. */
#ifndef PT_FORMAT_EDIT_PEM_H
#define PT_FORMAT_EDIT_PEM_H

#include "base/buf.h"
#include "base/text.h"
#include "format/edit.h"
#include "model/settings.h"

enum pt_pem_holds {
    PT_PEM_NOTHING, /* it is empty */
    PT_PEM_TRUST,   /* the certificate, or what it was signed with */
    PT_PEM_ONE,     /* one other certificate */
    PT_PEM_OTHER,   /* several, or none that can be read */
};

/* What is in the file; with PT_PEM_ONE, where. */
enum pt_pem_holds pt_edit_pem(struct pt_slice bytes,
                              const struct pt_certificate *certificate,
                              struct pt_span *ret_one);

/* The SHA-256, in lower-case hex, of the certificate in the file.  False: it
 * holds none, or several. */
bool pt_edit_pem_print(struct pt_slice bytes, char ret_sha256[65]);

#endif
