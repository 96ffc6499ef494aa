#include "format/keyfile.h"
#include "tests/tap.h"
#include "tests/unit/read_keyfile.h"

static const struct {
    const char *what;
    const char *value;
    const char *string;
    const char *list;
} texts[] = {
    {"plain text stands as it is", "Ann Example", "Ann Example",
     "Ann Example;"},
    {"a value may be empty", "", "", ";"},
    {"a backslash is escaped", "a\\nb\\", "a\\\\nb\\\\", "a\\\\nb\\\\;"},
    {"a value cannot end its line", "a\r\n[Group]\nkey=1",
     "a\\r\\n[Group]\\nkey=1", "a\\r\\n[Group]\\nkey=1;"},
    {"blanks before it are escaped", "  \ta \t", "\\s\\s\\ta \\t",
     "\\s\\s\\ta \\t;"},
    {"a semicolon ends a text of a list, and is escaped there", "a;b;",
     "a;b;", "a\\;b\\;;"},
    {"other marks mean nothing", "#\"'=[]&<>%$`", "#\"'=[]&<>%$`",
     "#\"'=[]&<>%$`;"},
    {"UTF-8 is kept, signs and marks of direction too",
     "\xC3\x84nn \xF0\x9F\x99\x82\xE2\x80\x8F",
     "\xC3\x84nn \xF0\x9F\x99\x82\xE2\x80\x8F",
     "\xC3\x84nn \xF0\x9F\x99\x82\xE2\x80\x8F;"},
    {"so are other controls", "\x01\x1b\x7f\v", "\x01\x1b\x7f\v",
     "\x01\x1b\x7f\v;"},
};

static void test_texts(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_error err = {0};
        struct pt_keyfile file;
        const char *what = texts[i].what;
        struct pt_slice bytes;

        pt_keyfile_begin(&file, &out);
        pt_keyfile_group(&file, "G");
        pt_keyfile_string(&file, "k", texts[i].value);
        pt_keyfile_list(&file, "l", texts[i].value);
        IS(pt_keyfile_end(&file, &err) == PT_OK ? pt_buf_text(&out) : err.text,
           pt_arena_printf(arena, "[G]\nk=%s\nl=%s\n", texts[i].string,
                           texts[i].list),
           what);
        bytes = pt_slice(out.at, out.len);
        IS(read_keyfile(arena, bytes, "G", "k"), texts[i].value,
           pt_arena_printf(arena, "%s, and is read back", what));
        IS(read_keyfile_list(arena, bytes, "G", "l"), texts[i].value,
           pt_arena_printf(arena, "%s, and is read back from a list", what));
    }
}

static void test_others(void)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err = {0};
    struct pt_keyfile file;

    pt_keyfile_begin(&file, &out);
    pt_keyfile_group(&file, "One");
    pt_keyfile_int(&file, "port", 65535);
    pt_keyfile_int(&file, "less", -1);
    pt_keyfile_group(&file, "Two");
    pt_keyfile_bool(&file, "yes", true);
    pt_keyfile_bool(&file, "no", false);
    OK(pt_keyfile_end(&file, &err) == PT_OK, "numbers always fit");
    IS(pt_buf_text(&out),
       "[One]\nport=65535\nless=-1\n\n[Two]\nyes=true\nno=false\n",
       "groups are parted by an empty line");
}

static const struct {
    const char *what;
    const char *value;
    const char *text;
} unfit[] = {
    {"text that is not UTF-8 does not fit", "caf\xE9",
     "a key file of GNOME cannot hold the text 'caf?'"},
    {"a form feed that GLib would drop does not fit", "\fa",
     "a key file of GNOME cannot hold the text '?a'"},
    {"nor does a vertical tab", "\va",
     "a key file of GNOME cannot hold the text '?a'"},
};

static void test_failures(void)
{
    PT_BUF struct pt_buf small = {.max = 7};
    struct pt_error err = {0};
    struct pt_keyfile file;

    for (size_t i = 0; i < sizeof(unfit) / sizeof(*unfit); i++) {
        PT_BUF struct pt_buf out = {0};

        pt_keyfile_begin(&file, &out);
        pt_keyfile_list(&file, "k", unfit[i].value);
        pt_keyfile_string(&file, "k", "fine");
        IS(pt_keyfile_end(&file, &err) == PT_CANNOT_EXPRESS && *err.hint
               ? err.text
               : "it was taken",
           unfit[i].text, unfit[i].what);
    }
    pt_keyfile_begin(&file, &small);
    pt_keyfile_string(&file, "k", "value");
    OK(pt_keyfile_end(&file, &err) == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_texts(arena);
    test_others();
    test_failures();
    return tap_done();
}
