/* fuzz_find_input.c - any bytes as the lines that 'find -' reads. */
#include "base/text.h"
#include "cli/find_input.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(const char *line)
{
    struct pt_slice text = pt_slice_of(line);

    if (!text.len || text.len >= PT_LINE_MAX_BYTES ||
        pt_trim(text).len != text.len || strchr(line, '\n'))
        abort();
}

static size_t count_lines(const uint8_t *data, size_t len)
{
    size_t n = 1;

    for (size_t i = 0; i < len; i++)
        n += data[i] == '\n';
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    FILE *in = len ? fmemopen((void *)(uintptr_t)data, len, "r") : NULL;
    struct pt_find_input input;
    const char *line;
    size_t n = 0;

    if (!in)
        return 0;
    pt_find_input_begin(&input, in, true);
    while ((line = pt_find_input_next(&input))) {
        check(line);
        n++;
    }
    if (!input.ended || input.failed || n > count_lines(data, len))
        abort();
    fclose(in);
    return 0;
}
