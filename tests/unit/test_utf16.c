#include "format/utf16.h"
#include "tests/tap.h"

static const struct {
    const char *what;
    const char *utf8;
    const char *utf16;
    size_t len;
} texts[] = {
    {"ASCII", "Az", "A\0z\0", 4},
    {"two bytes", "\xC2\x80\xC3\xA4\xDF\xBF", "\x80\x00\xE4\x00\xFF\x07", 6},
    {"three bytes", "\xE0\xA0\x80\xE2\x82\xAC\xEF\xBF\xBD",
     "\x00\x08\xAC\x20\xFD\xFF", 6},
    {"either side of the surrogates", "\xED\x9F\xBF\xEE\x80\x80",
     "\xFF\xD7\x00\xE0", 4},
    {"four bytes are two halves",
     "\xF0\x90\x80\x80\xF0\x9F\x99\x82\xF4\x8F\xBF\xBF",
     "\x00\xD8\x00\xDC\x3D\xD8\x42\xDE\xFF\xDB\xFF\xDF", 12},
    {"nothing", "", "", 0},
};

static const struct {
    const char *what;
    const char *bytes;
    size_t len;
} bad[] = {
    {"half a character", "A\0z", 3},
    {"a first half alone", "\x3D\xD8", 2},
    {"a first half before a letter", "\x3D\xD8z\0", 4},
    {"a second half alone", "\x42\xDE", 2},
    {"two second halves", "\x42\xDE\x42\xDE", 4},
    {"two first halves", "\x3D\xD8\x3D\xD8", 4},
    {"a first half and half of the other", "\x3D\xD8\x42", 3},
};

int main(void)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        PT_BUF struct pt_buf read = {0};
        PT_BUF struct pt_buf written = {0};

        OK(pt_utf16_read(pt_slice(texts[i].utf16, texts[i].len), &read),
           texts[i].what);
        IS(pt_buf_text(&read), texts[i].utf8, "it is read");
        pt_utf16_put(&written, pt_slice_of(texts[i].utf8));
        OK(written.len == texts[i].len &&
               !memcmp(pt_buf_text(&written), texts[i].utf16, texts[i].len),
           "and written");
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        PT_BUF struct pt_buf read = {0};

        OK(!pt_utf16_read(pt_slice(bad[i].bytes, bad[i].len), &read),
           bad[i].what);
    }
    return tap_done();
}
