#include "format/edit_lines.h"
#include "format/edit_muttrc.h"
#include "format/edit_toml.h"
#include "format/edit_url.h"
#include "tests/tap.h"

/* ---- URLs ---- */

static const struct {
    const char *what;
    const char *before;
    const char *scheme;
    const char *after;
} urls[] = {
    {"a port is changed", "imap://127.0.0.1:1143/", "imap",
     "imap://127.0.0.1:7/"},
    {"or added", "imap://127.0.0.1/INBOX", "imap", "imap://127.0.0.1:7/INBOX"},
    {"or filled in", "imap://127.0.0.1:", "imap", "imap://127.0.0.1:7"},
    {"an IPv6 address keeps its brackets", "imap://a@[::1]/", "imap",
     "imap://a@[::1]:7/"},
    {"login and password stay", "x imap://a%40b:p@ss@localhost:1?y", "imap",
     "x imap://a%40b:p@ss@localhost:7?y"},
    {"a scheme is changed", "IMAPS://h:7", "imap", "imap://h:7"},
    {"the same one stays as it is spelt", "IMAP://h:7", "imap", "IMAP://h:7"},
    {"a port that is no number is no port", "imap://h:x imap://i:1", "imap",
     "imap://h:x imap://i:7"},
    {"what is no URL stays", "://h:1 1://h:1 imap:/h", "imap",
     "://h:1 1://h:1 imap:/h"},
};

static void test_urls(void)
{
    for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
        PT_BUF struct pt_buf bytes = {0};
        struct pt_span span = {0, strlen(urls[i].before)};
        struct pt_edit_url url;

        pt_buf_puts(&bytes, urls[i].before);
        if (pt_edit_url_next(pt_slice(bytes.at, bytes.len), &span, &url))
            pt_edit_url_put(&bytes, &url, urls[i].scheme, 7);
        IS(pt_buf_text(&bytes), urls[i].after, urls[i].what);
    }
}

static void test_url_parts(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_slice text = pt_slice_of("a%40b:secret@h:65535");
    struct pt_slice bytes = pt_slice_of("imap://a%40b:secret@h:65535");
    struct pt_span span = {0, bytes.len};
    struct pt_edit_url url;

    OK(pt_edit_url_next(bytes, &span, &url), "a URL is found");
    IS(pt_edit_url_user(arena, bytes, &url), "a@b",
       "its user is read without the password");
    OK(pt_edit_url_port(bytes, &url) == 65535, "and its port");
    span = (struct pt_span){0, text.len};
    OK(!pt_edit_url_next(text, &span, &url), "none is found without a scheme");
}

/* ---- muttrc ---- */

static const struct {
    const char *what;
    const char *text;
    const char *value; /* of "x"; NULL: nowhere */
} muttrcs[] = {
    {"a variable is found", "set x=1\n", "1"},
    {"the last one counts", "set x=1\nset x = \"2\"", "2"},
    {"several are set at once", "set a=b x='3 4' c", "3 4"},
    {"several commands are in a line", "set a;set x=5", "5"},
    {"a comment says nothing", "#set x=1\nset y=2 # set x=3\n", NULL},
    {"a comment goes on after a backslash", "# \\\nset x=1\n", NULL},
    {"so does a line", "set \\\r\n x=6\n", "6"},
    {"what is quoted is a word", "set a=\"; set x=1\" b='\nset x=2'", "2'"},
    {"a backtick is one too", "set a=`echo ; set x=1`", NULL},
    {"unset is no value", "set x=1\nunset x", ""},
    {"no is none either", "set nox", ""},
    {"other commands set nothing", "color x=1\nmailboxes x=2\n", NULL},
};

static void test_muttrcs(void)
{
    for (size_t i = 0; i < sizeof(muttrcs) / sizeof(*muttrcs); i++) {
        struct pt_slice bytes = pt_slice_of(muttrcs[i].text);
        struct pt_muttrc_item item;
        char got[32] = "";
        bool found = pt_muttrc_find(bytes, "x", &item);

        if (found)
            snprintf(got, sizeof(got), "%.*s", (int)item.value.len,
                     bytes.at + item.value.at);
        IS(found ? got : NULL, muttrcs[i].value, muttrcs[i].what);
    }
}

static const struct {
    const char *what;
    const char *text;
    const char *value;
} meant[] = {
    {"a backslash is not meant", "set x=\"\\\"a\\\\b\\\"\\$\"", "\"a\\b\"$"},
    {"nor is it without quotes", "set x=a\\`b\n", "a`b"},
    {"between single quotes it is", "set x='a\\b'", "a\\b"},
    {"so is one at the end", "set x=a\\", "a\\"},
};

static void test_muttrc_values(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    for (size_t i = 0; i < sizeof(meant) / sizeof(*meant); i++) {
        struct pt_slice bytes = pt_slice_of(meant[i].text);
        struct pt_muttrc_item item;

        IS(pt_muttrc_find(bytes, "x", &item)
               ? pt_muttrc_value(arena, bytes, &item)
               : NULL,
           meant[i].value, meant[i].what);
    }
}

/* ---- lines ---- */

static const struct {
    const char *what;
    enum pt_edit_syntax syntax;
    const char *text;
    const char *section;
    const char *value; /* of "k" there */
} lines[] = {
    {"a group of a key file", PT_EDIT_KEYFILE, "[a]\nk=1\n[b]\nk = 2 \n", "b",
     "2"},
    {"a group that comes twice", PT_EDIT_KEYFILE, "[a]\nk=1\n[b]\n[a]\nj=1\n",
     "a", "1"},
    {"escapes of a key file", PT_EDIT_KEYFILE, "[a]\nk=\\sx\\\\\\t\n", "a",
     " x\\\t"},
    {"a byte order mark", PT_EDIT_KEYFILE, "\xEF\xBB\xBF[a]\nk=1", "a", "1"},
    {"keys have their case", PT_EDIT_KEYFILE, "[a]\nk=1\nK=2\n", "a", "1"},
    {"quotes of an INI file", PT_EDIT_INI, "[a]\nk = \"x # y\" # z\n", "a",
     "x # y"},
    {"quotes within a text", PT_EDIT_INI, "[a]\nk = \"x\" <y> # z\n", "a",
     "\"x\" <y>"},
    {"a comment behind", PT_EDIT_INI, "[a]\nk = x#y ; z\n", "a", "x#y"},
    {"a line that goes on", PT_EDIT_INI, "[a]\nk=1\nj = \\\nk=2\n", "a", "1"},
    {"a comment of an INI file", PT_EDIT_INI, "[a]\n;k=1\n", "a", NULL},
    {"an account of msmtp", PT_EDIT_MSMTP, "k 1\naccount a\nk \"2 \"\n", "a",
     "2 "},
    {"an account of mbsync", PT_EDIT_MBSYNC,
     "imapaccount a\nK \"x \\\"y\" z\nj 1\n\nk 3\n", "a", "x \"y"},
};

static void test_lines(void)
{
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_edit_file file;

        if (!pt_edit_lines(arena, lines[i].syntax, pt_slice_of(lines[i].text),
                           &file)) {
            OK(false, lines[i].what);
            continue;
        }
        IS(pt_edit_value(arena, &file,
                         pt_edit_line_in(&file, lines[i].section, "k")),
           lines[i].value, lines[i].what);
    }
}

static void test_too_many(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf text = {0};
    struct pt_edit_file file;

    for (size_t i = 0; i < PT_EDIT_LINES_MAX; i++)
        pt_buf_puts(&text, "\n");
    OK(pt_edit_lines(arena, PT_EDIT_MBSYNC, pt_slice(text.at, text.len),
                     &file),
       "as many lines are read as there may be");
    pt_buf_puts(&text, "x");
    OK(!pt_edit_lines(arena, PT_EDIT_MBSYNC, pt_slice(text.at, text.len),
                      &file),
       "one more is too many");
}

/* ---- lines at the end ---- */

static const struct {
    const char *what;
    const char *before;
    const char *after;
} ends[] = {
    {"lines are added to nothing", "", "a\nb\n"},
    {"an empty line is between", "x\n", "x\n\na\nb\n"},
    {"one that is there is enough", "x\n\n", "x\n\na\nb\n"},
    {"a last line without its end gets one", "x", "x\n\na\nb\n"},
    {"line ends are those of the file", "x\r\ny",
     "x\r\ny\r\n\r\na\r\nb\r\n"},
    {"an empty line may have both", "x\r\n\r\n", "x\r\n\r\na\r\nb\r\n"},
    {"a line that goes on ends in the empty one", "x \\\n",
     "x \\\n\na\nb\n"},
};

static void test_append(void)
{
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        PT_BUF struct pt_buf bytes = {0};

        pt_buf_puts(&bytes, ends[i].before);
        pt_edit_append(&bytes, "a\nb\n");
        IS(pt_buf_text(&bytes), ends[i].after, ends[i].what);
    }
}

/* ---- TOML ---- */

static const struct {
    const char *what;
    const char *text;
    const char *path;
    bool has;
} groups[] = {
    {"a table is known", "[a.b]\n", "a\tb", true},
    {"what is above a table is", "[a.b]\n", "a", true},
    {"so is an inline table", "[a]\nb = { c = 1 }\n", "a\tb", true},
    {"and an array of tables", "[[a]]\nb=1\n", "a", true},
    {"a key that begins alike is another", "[a.bc]\n", "a\tb", false},
    {"what is in a text is none", "x = '''\n[a]\n'''\n", "a", false},
    {"a byte order mark is no part of it", "\xEF\xBB\xBF[a]\n", "a", true},
};

static void test_groups(void)
{
    for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_toml_values values;

        OK(pt_edit_toml(arena, pt_slice_of(groups[i].text), &values) &&
               pt_edit_toml_has(&values, groups[i].path) == groups[i].has,
           groups[i].what);
    }
}

int main(void)
{
    test_urls();
    test_url_parts();
    test_muttrcs();
    test_muttrc_values();
    test_lines();
    test_too_many();
    test_append();
    test_groups();
    return tap_done();
}
