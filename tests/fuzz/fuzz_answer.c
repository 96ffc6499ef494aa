/* fuzz_answer.c - any request: its first line is the method, then follow the
 * target, the host, the browser's name and an ETag, each up to a LF; the rest
 * is the body. */
#include "serve/answer.h"
#include "tests/unit/sample_house.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expect(bool promised)
{
    if (!promised)
        abort();
}

static const char *next_field(struct pt_arena *arena, struct pt_slice *rest)
{
    struct pt_slice line = pt_slice_of("");

    (void)pt_next_line(rest, &line);
    return pt_arena_strndup(arena, line.at, line.len);
}

/* Nothing that was sent comes back as markup, or as a header of its own. */
static void check(const struct pt_response *out)
{
    struct pt_slice bytes = out->document ? out->document->bytes : out->bytes;

    if (!out->status) {
        expect(out->route == PT_ROUTE_HEALTH ||
               out->route == PT_ROUTE_METRICS);
        return;
    }
    expect(out->status >= 200 && out->status < 500);
    expect(!bytes.len || out->document || out->media_type);
    expect(!pt_slice_find(bytes, "<canary"));
    expect(!out->location || pt_is_printable(pt_slice_of(out->location)));
    expect(!out->file_name || !strpbrk(out->file_name, "\"\r\n\\"));
    expect(out->status != 302 || out->location);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct sample_house sample;
    static struct pt_arena *lasting;
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_slice rest = pt_slice((const char *)data, len);
    struct pt_request request = {0};
    struct pt_response out;

    if (!lasting) {
        lasting = pt_arena_new();
        sample_house_begin(&sample, lasting);
        sample.house.has_tls = true;
    }
    request.method = next_field(arena, &rest);
    request.target = next_field(arena, &rest);
    request.host = next_field(arena, &rest);
    request.user_agent = next_field(arena, &rest);
    request.if_none_match = next_field(arena, &rest);
    request.body = rest;
    pt_answer_request(arena, &sample.house, &request, &out);
    check(&out);
    expect(!pt_arena_failed(arena));
    return 0;
}
