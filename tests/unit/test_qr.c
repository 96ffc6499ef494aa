#include "format/qr.h"
#include "tests/tap.h"
#include "tests/unit/qr_reader.h"

/* ---- both ways back ---- */

static struct pt_slice read_svg(struct pt_arena *arena, const struct pt_qr *qr)
{
    PT_BUF struct pt_buf svg = {0};
    struct pt_error err = {0};
    struct qr_seen seen;
    const char *text = NULL;
    size_t len = 0;

    if (pt_qr_svg(qr, "", &svg, &err) == PT_OK &&
        qr_see_svg(&seen, pt_buf_text(&svg)))
        text = qr_read(arena, &seen, &len);
    return pt_slice(text, len);
}

static struct pt_slice read_terminal(struct pt_arena *arena,
                                     const struct pt_qr *qr)
{
    PT_BUF struct pt_buf shown = {0};
    struct pt_slice rest;
    struct qr_seen seen;
    const char *text = NULL;
    size_t len = 0;

    pt_qr_terminal(qr, &shown);
    rest = pt_slice_of(pt_buf_text(&shown));
    if (qr_see_terminal(&seen, &rest) && !rest.len)
        text = qr_read(arena, &seen, &len);
    return pt_slice(text, len);
}

static bool is_same(struct pt_slice a, struct pt_slice b)
{
    return a.at && a.len == b.len && !memcmp(a.at, b.at, b.len);
}

static bool comes_back(struct pt_arena *arena, struct pt_slice bytes)
{
    struct pt_error err = {0};
    struct pt_qr qr;

    return pt_qr_make(arena, bytes, &qr, &err) == PT_OK &&
           is_same(read_svg(arena, &qr), bytes) &&
           is_same(read_terminal(arena, &qr), bytes);
}

static void test_texts(struct pt_arena *arena)
{
    static const struct {
        const char *what;
        struct pt_slice bytes;
    } texts[] = {
        {"text", {"Ann Example", 11}},
        {"digits, which have a mode of their own", {"0123456789", 10}},
        {"capitals, which have another", {"HTTPS://EXAMPLE.ORG", 19}},
        {"UTF-8", {"\xC3\x84nn \xF0\x9F\x99\x82\xE2\x80\x8F", 11}},
        {"bytes that are no text", {"\x00\xFF\x80\x00", 4}},
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        OK(comes_back(arena, texts[i].bytes), texts[i].what);
}

/* Each of the forty versions has tables of its own. */
static void test_lengths(struct pt_arena *arena)
{
    static char bytes[PT_QR_MAX];
    bool seen[QR_SIDE + 1] = {false};
    size_t versions = 0;
    bool all = true;

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)(i * i % 251);
    for (size_t len = 1; len <= PT_QR_MAX; len += len < 64 ? 1 : 29) {
        struct pt_qr qr = {0};

        if (!comes_back(arena, pt_slice(bytes, len))) {
            printf("# %zu bytes do not come back\n", len);
            all = false;
        }
        pt_qr_make(arena, pt_slice(bytes, len), &qr, NULL);
        versions += !seen[qr.width];
        seen[qr.width] = true;
    }
    OK(all && versions == 40, "every version is read back");
    OK(comes_back(arena, pt_slice(bytes, PT_QR_MAX)), "the most there can be");
}

/* ---- what it looks like ---- */

static void test_svg(struct pt_arena *arena)
{
    PT_BUF struct pt_buf svg = {0};
    struct pt_error err = {0};
    struct pt_qr qr;

    if (!OK(pt_qr_make(arena, pt_slice_of("x"), &qr, &err) == PT_OK &&
                pt_qr_svg(&qr, "A & <B>", &svg, &err) == PT_OK,
            "one letter is enough"))
        return;
    OK(strstr(svg.at, "<title>A &amp; &lt;B&gt;</title>"),
       "a title stands in it as text");
    OK(strstr(svg.at, "viewBox=\"0 0 29 29\"") && strstr(svg.at, "M4 4h7v1"),
       "four modules are free on each side");
    OK(pt_qr_svg(&qr, "a\001", &svg, &err) == PT_CANNOT_EXPRESS,
       "a title may hold no controls");
    svg = (struct pt_buf){.max = 64, .at = svg.at, .room = svg.room};
    OK(pt_qr_svg(&qr, "A", &svg, &err) == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
}

static void test_limits(struct pt_arena *arena)
{
    static char bytes[PT_QR_MAX + 1];
    struct pt_error err = {0};
    struct pt_qr qr;

    OK(pt_qr_make(arena, pt_slice(bytes, sizeof(bytes)), &qr, &err) ==
               PT_CANNOT_EXPRESS && *err.hint,
       "one byte more than fits is refused, and a hint helps");
    IS(err.text, "a QR code holds 1 to 2953 bytes, not 2954",
       "it says how many there are");
    OK(pt_qr_make(arena, pt_slice("", 0), &qr, &err) == PT_CANNOT_EXPRESS,
       "nothing is no code");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_texts(arena);
    test_lengths(arena);
    test_svg(arena);
    test_limits(arena);
    return tap_done();
}
