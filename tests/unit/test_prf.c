#include "format/prf.h"
#include "tests/tap.h"

static const struct {
    const char *what;
    const char *value;
    bool holds;
} texts[] = {
    {"plain text stands as it is", "Ann Example", true},
    {"marks in the middle mean nothing", "a'b\"c;d#e=f[g]\\h`i$j&<k>", true},
    {"one percent sign is one", "100% Ann", true},
    {"two are a name of the environment", "%USERNAME%", false},
    {"wherever they stand", "a%b c%d", false},
    {"a quote in front is dropped", "\"Ann", false},
    {"a quote behind is dropped", "Ann'", false},
    {"a blank in front is dropped", " Ann", false},
    {"a blank behind is dropped", "Ann ", false},
    {"a line end would add a line", "Ann\r\nCustom=0", false},
    {"a tab is a control", "Ann\tExample", false},
    {"DEL is a control", "Ann\x7F", false},
    {"what is not ASCII depends on the code page", "\xC3\x84nn", false},
    {"bytes that are not UTF-8 depend on it too", "caf\xE9", false},
    {"an empty text is no value", "", false},
};

static void test_texts(void)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        PT_BUF struct pt_buf out = {0};
        PT_BUF struct pt_buf want = {0};
        struct pt_error err = {0};
        struct pt_prf prf;
        enum pt_status status;

        pt_prf_begin(&prf, &out);
        pt_prf_text(&prf, "k", texts[i].value);
        pt_prf_text(&prf, "l", "fine");
        status = pt_prf_end(&prf, &err);
        if (texts[i].holds)
            pt_buf_printf(&want, "k=%s\r\n", texts[i].value);
        pt_buf_puts(&want, "l=fine\r\n");
        OK(pt_prf_holds(texts[i].value) == texts[i].holds &&
               (status == PT_OK) == texts[i].holds &&
               (texts[i].holds || (status == PT_CANNOT_EXPRESS && *err.hint)),
           texts[i].what);
        IS(pt_buf_text(&out), pt_buf_text(&want), "and nothing else is there");
    }
}

static void test_whole(void)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err = {0};
    struct pt_prf prf;

    pt_prf_begin(&prf, &out);
    pt_prf_section(&prf, "General");
    pt_prf_text(&prf, "Custom", "1");
    pt_prf_section(&prf, "Service1");
    pt_prf_section(&prf, "Account1");
    pt_prf_number(&prf, "SMTPPort", 65535);
    OK(pt_prf_end(&prf, &err) == PT_OK, "a PRF is written");
    IS(pt_buf_text(&out),
       "[General]\r\nCustom=1\r\n\r\n[Service1]\r\n\r\n[Account1]\r\n"
       "SMTPPort=65535\r\n",
       "sections are parted by an empty line, lines end in CRLF");
}

static void test_failures(void)
{
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf small = {.max = 4};
    struct pt_error err = {0};
    struct pt_prf prf;

    pt_prf_begin(&prf, &out);
    pt_prf_text(&prf, "k", "caf\xE9");
    pt_prf_text(&prf, "k", "\x01");
    OK(pt_prf_end(&prf, &err) == PT_CANNOT_EXPRESS &&
           strstr(err.text, "'caf?'"),
       "it says which text was the first not to fit");
    pt_prf_begin(&prf, &small);
    pt_prf_text(&prf, "k", "value");
    OK(pt_prf_end(&prf, &err) == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
}

int main(void)
{
    test_texts();
    test_whole();
    test_failures();
    return tap_done();
}
