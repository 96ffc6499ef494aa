/* mobile.h - what Thunderbird for Android and K-9 Mail can do, however they
 * are told: by a QR code or by a file of settings.
 */
#ifndef PT_WRITER_MOBILE_H
#define PT_WRITER_MOBILE_H

#include "writer/writers.h"

/* One account, and how the app signs in. */
struct pt_mobile {
    const struct pt_settings *settings;
    struct pt_account account;
    enum pt_auth in;  /* PT_AUTH_CLEARTEXT, _ENCRYPTED or _OAUTH2 */
    enum pt_auth out; /* the same, or PT_AUTH_NONE */
};

/* PT_CANNOT_EXPRESS: the app cannot have this account: a server is missing or
 * on this machine, there is no way to sign in, or a text has a line break. */
enum pt_status pt_mobile_of(const struct pt_settings *settings,
                            struct pt_mobile *ret_mobile,
                            struct pt_error *err);

#endif
