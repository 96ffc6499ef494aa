/* fuzz_keep.c - any bytes as a copy on disk, and as what is kept there. */
#include "net/keep.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char url[] = "https://example.org/";

/* The first line as an ETag, the rest as a body: what is written is read. */
static void write_and_read(struct pt_slice bytes)
{
    PT_BUF struct pt_buf file = {0};
    struct pt_copy copy = {.at_s = 1, .body = bytes};
    struct pt_slice etag;
    struct pt_copy got;

    if (pt_next_line(&copy.body, &etag) && etag.len < sizeof(copy.etag) &&
        !memchr(etag.at, '\0', etag.len))
        memcpy(copy.etag, etag.at, etag.len);
    if (!pt_etag_ok(copy.etag))
        copy.etag[0] = '\0';
    pt_copy_write(&file, url, &copy);
    if (pt_buf_failed(&file))
        return;
    if (!pt_copy_read(pt_slice(file.at, file.len), url, &got) ||
        !pt_is(got.etag, copy.etag) || got.body.len != copy.body.len ||
        memcmp(got.body.at, copy.body.at, got.body.len) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct pt_slice bytes = pt_slice((const char *)data, len);
    struct pt_copy copy;

    if (pt_copy_read(bytes, url, &copy) &&
        ((copy.etag[0] && !pt_etag_ok(copy.etag)) || copy.at_s < 0 ||
         (copy.body.len &&
          copy.body.at + copy.body.len != bytes.at + bytes.len)))
        abort();
    write_and_read(bytes);
    return 0;
}
