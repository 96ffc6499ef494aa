#include "format/ini_write.h"
#include "tests/tap.h"

static const struct {
    const char *what;
    const char *value;
    const char *line; /* NULL: it is refused */
} values[] = {
    {"plain text stands as it is", "imaps://ann%40x.org@h:993",
     "k = imaps://ann%40x.org@h:993\n"},
    {"blanks at the ends are kept", " a ", "k = ` a `\n"},
    {"no comment begins within", "a # b ; c", "k = `a # b ; c`\n"},
    {"quotes are not taken off", "\"a\" 'b'", "k = `\"a\" 'b'`\n"},
    {"back quotes within mean nothing", "`a` b`", "k = ``a` b``\n"},
    {"the next line is not drawn in", "a\\", "k = `a\\`\n"},
    {"a value may be empty", "", "k = ``\n"},
    {"UTF-8 is kept", "\xC3\x84 \xF0\x9F\x99\x82",
     "k = `\xC3\x84 \xF0\x9F\x99\x82`\n"},
    {"a value cannot end its line", "a\nk = b", NULL},
    {"controls do not fit", "a\x01", NULL},
    {"nor does what another value would replace", "%(source)s", NULL},
    {"nor what is not UTF-8", "caf\xE9", NULL},
};

static void test_values(void)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_error err = {0};
        struct pt_ini ini;
        enum pt_status status;

        pt_ini_begin(&ini, &out);
        pt_ini_value(&ini, "k", values[i].value);
        status = pt_ini_end(&ini, &err);
        if (values[i].line)
            IS(status == PT_OK ? pt_buf_text(&out) : err.text,
               values[i].line, values[i].what);
        else
            OK(status == PT_CANNOT_EXPRESS && *err.hint &&
                   strstr(err.text, "cannot hold the text '"),
               values[i].what);
    }
}

static void test_sections(void)
{
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf small = {.max = 8};
    struct pt_ini ini;

    pt_ini_begin(&ini, &out);
    pt_ini_section(&ini, "ann");
    pt_ini_value(&ini, "k", "v");
    pt_ini_section(&ini, "bob");
    OK(pt_ini_end(&ini, NULL) == PT_OK, "names of sections fit");
    IS(pt_buf_text(&out), "[ann]\nk = v\n\n[bob]\n",
       "sections stand apart");
    pt_ini_section(&ini, "a]b");
    OK(pt_ini_end(&ini, NULL) == PT_CANNOT_EXPRESS,
       "a name cannot end its bracket");
    pt_ini_begin(&ini, &small);
    pt_ini_value(&ini, "key", "value");
    OK(pt_ini_end(&ini, NULL) == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
}

int main(void)
{
    test_values();
    test_sections();
    return tap_done();
}
