/* writers.c - every writer, again and again, each time with another allocation
 * failing, or with room for one byte more.  What it writes is whole, or it
 * says that memory ran out. */
#include "tests/oom/alloc.h"
#include "tests/tap.h"
#include "tests/unit/sample.h"

enum { POINTS_MAX = 100000 };

/* PT_OK and the bytes of a quiet run, or PT_NO_MEMORY and a sentence. */
static bool is_orderly(enum pt_status status, const struct pt_buf *got,
                       const struct pt_buf *whole, const struct pt_error *err)
{
    if (status == PT_NO_MEMORY)
        return *err->text;
    return status == PT_OK && got->len == whole->len &&
           !memcmp(got->at, whole->at, whole->len);
}

/* A new arena each time: what one holds already is not allocated again. */
static enum pt_status write_afresh(const char *writer, size_t nth,
                                   struct pt_buf *out, size_t *ret_points,
                                   struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_strings notes = {0};
    struct sample sample;
    enum pt_status status;

    sample_begin(&sample, arena, "ann@example.org");
    sample_suit(&sample, writer);
    pt_oom_fail_at(nth);
    status = sample_write(&sample, writer, out, &notes, err);
    *ret_points = pt_oom_seen();
    pt_oom_fail_at(0);
    return status;
}

/* Half a file is never passed off as a whole one. */
static void squeeze(const char *writer)
{
    PT_BUF struct pt_buf whole = {0};
    PT_BUF struct pt_buf got = {0};
    struct pt_error err = {0};
    enum pt_status status = PT_NO_MEMORY;
    size_t points;
    size_t max = 0;
    char what[96];

    write_afresh(writer, 0, &whole, &points, &err);
    while (status == PT_NO_MEMORY && max < whole.len) {
        pt_buf_free(&got);
        got.max = ++max;
        status = write_afresh(writer, 0, &got, &points, &err);
    }
    snprintf(what, sizeof(what), "%s is whole, or says that there is no room",
             writer);
    if (!OK(max > 1 && status == PT_OK && got.len == whole.len &&
                !memcmp(got.at, whole.at, whole.len),
            what))
        printf("# not told with room for %zu of %zu\n", max, whole.len);
}

static void sweep(const char *writer)
{
    PT_BUF struct pt_buf whole = {0};
    struct pt_error err = {0};
    char what[96];
    size_t points;
    bool orderly = write_afresh(writer, 0, &whole, &points, &err) == PT_OK;

    for (size_t nth = 1; nth <= points && nth < POINTS_MAX; nth++) {
        PT_BUF struct pt_buf got = {0};
        size_t seen;
        enum pt_status status = write_afresh(writer, nth, &got, &seen, &err);

        if (is_orderly(status, &got, &whole, &err))
            continue;
        printf("# allocation %zu: status %d, %zu bytes of %zu\n", nth,
               (int)status, got.len, whole.len);
        orderly = false;
    }
    snprintf(what, sizeof(what), "%s survives %zu failing allocations", writer,
             points);
    OK(orderly && points, what);
}

int main(void)
{
    for (size_t i = 0; pt_writers[i]; i++) {
        sweep(pt_writers[i]->name);
        squeeze(pt_writers[i]->name);
    }
    return tap_done();
}
