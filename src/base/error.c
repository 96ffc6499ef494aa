#include "base/error.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

enum pt_status pt_fail(struct pt_error *err, enum pt_status status,
                       const char *hint, const char *format, ...)
{
    char text[2 * sizeof(err->text)] = "";
    va_list ap;

    if (!err)
        return status;
    va_start(ap, format);
    vsnprintf(text, sizeof(text), format, ap);
    va_end(ap);
    err->status = status;
    pt_make_printable(pt_slice_of(text), err->text, sizeof(err->text));
    pt_make_printable(pt_slice_of(hint), err->hint, sizeof(err->hint));
    return status;
}

enum pt_status pt_fail_memory(struct pt_error *err)
{
    return pt_fail(err, PT_NO_MEMORY, "close other programs and try again",
                   "out of memory");
}
