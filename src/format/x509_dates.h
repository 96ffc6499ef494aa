/* x509_dates.h - from when and until when a certificate is good. */
#ifndef PT_FORMAT_X509_DATES_H
#define PT_FORMAT_X509_DATES_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

enum { PT_DAY_CHARS = 16 };

struct pt_dates {
    int64_t from;                /* seconds since 1970 */
    int64_t until;               /* still good in this second */
    char from_day[PT_DAY_CHARS]; /* "2026-01-02", of UTC */
    char until_day[PT_DAY_CHARS];
};

/* False: they cannot be read. */
bool pt_dates_of(const X509 *x509, struct pt_dates *ret_dates);

#endif
