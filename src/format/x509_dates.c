#include "format/x509_dates.h"

#include <stdio.h>
#include <time.h>

enum { DAY_S = 24 * 3600 };

static bool read_time(const ASN1_TIME *time, int64_t *ret_seconds,
                      char day[PT_DAY_CHARS])
{
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    struct tm tm = {0};
    int days = 0;
    int seconds = 0;
    bool is_read = epoch && ASN1_TIME_to_tm(time, &tm) == 1 &&
                   ASN1_TIME_diff(&days, &seconds, epoch, time) == 1;

    ASN1_TIME_free(epoch);
    if (!is_read)
        return false;
    *ret_seconds = (int64_t)days * DAY_S + seconds;
    snprintf(day, PT_DAY_CHARS, "%04u-%02u-%02u",
             (unsigned)(tm.tm_year + 1900) % 10000,
             (unsigned)(tm.tm_mon + 1) % 100, (unsigned)tm.tm_mday % 100);
    return true;
}

bool pt_dates_of(const X509 *x509, struct pt_dates *ret_dates)
{
    struct pt_dates dates = {0};

    if (!read_time(X509_get0_notBefore(x509), &dates.from, dates.from_day) ||
        !read_time(X509_get0_notAfter(x509), &dates.until, dates.until_day))
        return false;
    *ret_dates = dates;
    return true;
}
