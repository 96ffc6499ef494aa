#include "base/base64.h"
#include "tests/tap.h"

static const struct {
    const char *text;
    const char *want; /* NULL: it is none */
    const char *what;
} cases[] = {
    {"", "", "nothing is nothing"},
    {"YW5u", "ann", "a whole group is three bytes"},
    {"YW4=", "an", "one sign of padding is no byte"},
    {"YQ==", "a", "two signs of padding are no bytes"},
    {"+/+/", "\xFB\xFF\xBF", "+ and / are digits"},
    {"YW5", NULL, "a group that is cut short is refused"},
    {"YW!u", NULL, "a sign that is no digit is refused"},
    {"YW5u====", NULL, "a group of padding alone is refused"},
    {"YQ==YW5u", NULL, "padding in the middle is refused"},
    {"YW5u ", NULL, "a blank is refused"},
    {"==", NULL, "padding alone is refused"},
};

static void test_add(void)
{
    PT_BUF struct pt_buf out = {0};

    pt_buf_puts(&out, "= ");
    pt_base64_add(&out, pt_slice("\xFB\xFF\xBF\0", 4));
    IS(pt_buf_text(&out), "= +/+/AA==", "bytes are added, and padded");
    pt_buf_clear(&out);
    pt_base64_add(&out, pt_slice("", 0));
    IS(pt_buf_text(&out), "", "no bytes are no digits");
}

static void test_lines(void)
{
    PT_BUF struct pt_buf out = {0};
    static const char bytes[97] = "";

    pt_base64_lines(&out, pt_slice("", 0));
    IS(pt_buf_text(&out), "", "no bytes are no lines");
    pt_base64_lines(&out, pt_slice(bytes, 48));
    OK(out.len == 65 && strcspn(out.at, "\n") == 64,
       "48 bytes are a line of 64");
    pt_base64_lines(&out, pt_slice(bytes, sizeof(bytes)));
    IS(pt_buf_text(&out) + (size_t)65 * 3, "AA==\n",
       "of more, the last line has the rest");
}

int main(void)
{
    test_add();
    test_lines();
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pt_slice text = pt_slice_of(cases[i].text);
        unsigned char out[16];
        size_t len = 0;
        bool decoded = pt_base64_decode(text, out, &len);

        OK(cases[i].want ? decoded && len == strlen(cases[i].want) &&
                               !memcmp(out, cases[i].want, len)
                         : !decoded,
           cases[i].what);
    }
    return tap_done();
}
