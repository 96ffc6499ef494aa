#include "format/edit_prefs.h"
#include "tests/tap.h"

#include <stdlib.h>

/* What Thunderbird 153 has of each of these, asked itself: user_pref() is "=",
 * pref() is "~".  Where it complains, it goes on. */
static const struct {
    const char *what;
    const char *bytes;
    const char *want;
} readings[] = {
    {"a statement", "user_pref(\"t.a\", 1143);", "a=1143"},
    {"texts and truths", "user_pref(\"t.a\",\"x\");user_pref(\"t.b\",true);",
     "a='x' b=!1"},
    {"what is of another branch is passed over, whatever it holds",
     "user_pref(\"u.a\", \"x\\\";)\");user_pref(\"u.b\", -1);\n"
     "user_pref(\"t.a\", 2);"
     "user_pref(\"u.c\", bad);user_pref(\"u.d\", );user_pref(\"t.b\",3);"
     "user_pref(\"u.e\", \"\\uD83D\\\");user_pref(\"t.c\",4);"
     "user_pref(\"u.f\", 1)\n;user_pref(\"\\x74.d\", 5);",
     "a=2 b=3 c=4 d=5"},
    {"no statement needs a line of its own",
     "user_pref(\"t.a\",1);user_pref(\"t.b\",2);", "a=1 b=2"},
    {"a user's own goes before a default, whichever comes last",
     "user_pref(\"t.a\",2);pref(\"t.a\",1);pref(\"t.b\",1);", "a=2 b~1"},
    {"the last one counts, of another kind too",
     "user_pref(\"t.a\", 2);user_pref(\"t.a\", \"x\");", "a='x'"},
    {"but not against the kind of a default",
     "pref(\"t.a\", \"x\");user_pref(\"t.a\", 5);", "a~'x'"},
    {"nor does a default of another kind count",
     "user_pref(\"t.a\", 5);pref(\"t.a\", \"x\");", "a=5"},
    {"which then is as if it were not there",
     "user_pref(\"t.a\",5);pref(\"t.a\",\"x\");user_pref(\"t.a\",7);"
     "pref(\"t.b\",1);user_pref(\"t.b\",2);pref(\"t.b\",\"x\");"
     "user_pref(\"t.b\",3);",
     "a=7 b=3"},
    {"of defaults the last", "pref(\"t.a\", 1);sticky_pref(\"t.a\", 2);",
     "a~2"},
    {"other quotes", "user_pref('t.a', 'si\\'n\"gle');", "a='si'n\"gle'"},
    {"signs", "user_pref(\"t.a\", +7);user_pref(\"t.b\", - 8);", "a=7 b=-8"},
    {"noughts before, but no sixteens",
     "user_pref(\"t.a\", 007);user_pref(\"t.b\", 0x10);", "a=7"},
    {"comments of all kinds, anywhere",
     "user_pref ( /* c */ \"t.a\" // x\n , # y\n 9 /* ; */ ) ;", "a=9"},
    {"comments end where they do",
     "/***/user_pref(\"t.a\",1);/*/ */user_pref(\"t.b\",1);//\\\n"
     "user_pref(\"t.c\",1);//x\ruser_pref(\"t.d\",4);",
     "a=1 b=1 c=1 d=4"},
    {"quotes in comments mean nothing",
     "# it's\nuser_pref(\"t.a\",1);/* ' \" */user_pref(\"t.b\",1);",
     "a=1 b=1"},
    {"without its semicolon the next is lost too",
     "user_pref(\"t.a\", 1) user_pref(\"t.b\", 2); user_pref(\"t.c\", 3);",
     "c=3"},
    {"rubbish is passed over up to its semicolon",
     "garbage; user_pref(\"t.a\", 4); ; user_pref(\"t.b\", 1);",
     "a=4 b=1"},
    {"a text may have lines", "user_pref(\"t.a\", \"b\nc\");", "a='b\nc'"},
    {"names have escapes", "user_pref(\"t.\\x61\", 5);", "a=5"},
    {"an unknown escape",
     "user_pref(\"t.a\", \"x\\qy\");user_pref(\"t.b\", 6);", "b=6"},
    {"a text goes on behind it, and its quote is escaped",
     "user_pref(\"t.a\", \"\\q\\\");user_pref(\"t.b\",1);", ""},
    {"digits that are missing do not take the quote",
     "user_pref(\"t.a\", \"\\x\");user_pref(\"t.b\",1);"
     "user_pref(\"t.c\", \"\\u004\");user_pref(\"t.d\",1);",
     "b=1 d=1"},
    {"numbers of 32 bits",
     "user_pref(\"t.a\", 2147483648);user_pref(\"t.b\", -2147483648);"
     "user_pref(\"t.c\", 4294967297);user_pref(\"t.d\", 2147483647);"
     "user_pref(\"t.e\", 00000000000000000001);user_pref(\"t.f\",-2147483649);",
     "b=-2147483648 d=2147483647 e=1"},
    {"unknown words", "user_pref(\"t.a\", tru);user_pref(\"t.b\", true_);"
                      "USER_PREF(\"t.c\", 1);user_pref(\"t.d\", 1);",
     "d=1"},
    {"too much in the brackets",
     "user_pref(\"t.a\", 1,);user_pref(\"t.b\", 1));user_pref(\"t.c\", 12a);"
     "user_pref(t.d, 1);user_pref(\"t.e\", \"a\" \"b\");"
     "pref(\"t.f\", 1, locked);user_pref(\"t.g\", --1);user_pref(\"t.h\", 1);",
     "h=1"},
    {"brackets that stay open", "user_pref(\"t.a\",1;user_pref(\"t.b\",1);",
     "b=1"},
    {"UTF-16",
     "user_pref(\"t.a\", \"\\u00e9\\u0041\");"
     "user_pref(\"t.b\", \"\\ud83d\\ude42\");",
     "a='\xC3\xA9"
     "A' b='\xF0\x9F\x99\x82'"},
    {"halves of UTF-16",
     "user_pref(\"t.a\", \"\\ud83d\");user_pref(\"t.b\", \"\\udc00\");"
     "user_pref(\"t.c\", \"\\ud83d\\u0041\");"
     "user_pref(\"t.d\", \"\\ud83d\\n\");user_pref(\"t.e\",1);",
     "e=1"},
    {"a backslash behind half of it escapes nothing",
     "user_pref(\"t.a\", \"\\ud83d\\\");user_pref(\"t.b\",1);", "b=1"},
    {"NUL as an escape", "user_pref(\"t.a\", \"\\x00a\");"
                         "user_pref(\"t.b\", \"\\u0000\");"
                         "user_pref(\"t.c\", 1);",
     "c=1"},
    {"other bytes of a text are kept", "user_pref(\"t.a\", \"caf\xE9\");",
     "a='caf\xE9'"},
    {"other bytes outside one are rubbish",
     "user_pref(\"t.a\", 1);\x80user_pref(\"t.b\",1);user_pref(\"t.c\",1);",
     "a=1 c=1"},
    {"all kinds of blanks", "user_pref\n(\r\"t.a\"\x0b,\x0c+\t1);", "a=1"},
    {"a comment that does not end",
     "user_pref(\"t.a\", 1); /* user_pref(\"t.b\", 1);", "a=1"},
    {"a text that does not end",
     "user_pref(\"t.a\", 1);user_pref(\"t.b\", \"x);\nuser_pref(\"t.c\", 1);\n"
     "user_pref(\"t.d\",1);",
     "a=1"},
    {"a slash that is no comment",
     "user_pref(\"t.a\", 1); / user_pref(\"t.b\",1);user_pref(\"t.c\",1);",
     "a=1 c=1"},
    {"a byte order mark", "\xEF\xBB\xBFuser_pref(\"t.a\", 1);", "a=1"},
    {"other branches are left out",
     "user_pref(\"s.a\", 1);user_pref(\"t.b\", 1);user_pref(\"\", 1);", "b=1"},
    {"nothing", "", ""},
};

static struct pt_slice all_of(const struct pt_buf *bytes)
{
    return pt_slice(bytes->at, bytes->len);
}

/* What counts, in the order in which the names came first. */
static void tell(const struct pt_pref_lines *lines, struct pt_buf *out)
{
    for (size_t i = 0; i < lines->count; i++) {
        const char *name = lines->at[i].name;
        const struct pt_pref_line *line =
            pt_prefs_find(lines, PT_PREF_FILES_ALL, name);
        size_t first = 0;

        while (strcmp(lines->at[first].name, name) != 0)
            first++;
        if (first < i)
            continue;
        pt_buf_printf(out, "%s%s%s", out->len ? " " : "", name + strlen("t."),
                      line->is_default ? "~" : "=");
        if (line->kind == PT_PREF_TEXT)
            pt_buf_printf(out, "'%s'", line->text);
        else
            pt_buf_printf(out, "%s%d", line->kind == PT_PREF_TRUTH ? "!" : "",
                          (int)line->number);
    }
}

static void test_readings(void)
{
    for (size_t i = 0; i < sizeof(readings) / sizeof(*readings); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        PT_BUF struct pt_buf got = {0};
        struct pt_pref_lines lines = {.arena = arena};

        pt_prefs_read(&lines, 0, pt_slice_of(readings[i].bytes), "t.");
        tell(&lines, &got);
        IS(pt_buf_text(&got), readings[i].want, readings[i].what);
    }
}

static void test_nul(void)
{
    static const char bytes[] = "user_pref(\"t.a\",1);\0user_pref(\"t.b\",1);";
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_pref_lines lines = {.arena = arena};

    pt_prefs_read(&lines, 0, pt_slice(bytes, sizeof(bytes) - 1), "");
    OK(lines.count == 1 && pt_is(lines.at[0].name, "t.a"),
       "a NUL is the end of the file");
}

/* One change: t.a is to be 1144, or t.b beside it. */
static const struct {
    const char *what;
    bool is_new;
    const char *before;
    const char *after;
} changes[] = {
    {"a number", false, "user_pref(\"t.a\", 1143);\n",
     "user_pref(\"t.a\", 1144);\n"},
    {"in the statement that counts, and only there", false,
     "user_pref(\"t.a\", 1);\nuser_pref(\"t.a\", 2);\npref(\"t.a\", 3);",
     "user_pref(\"t.a\", 1);\nuser_pref(\"t.a\", 1144);\npref(\"t.a\", 3);"},
    {"a text", false, "user_pref('t.a'\t,'11\\'43' );#x",
     "user_pref('t.a'\t,1144 );#x"},
    {"a sign and a truth", false,
     "user_pref(\"t.a\", true);user_pref(\"t.a\",/**/-  5/**/);",
     "user_pref(\"t.a\", true);user_pref(\"t.a\",/**/1144/**/);"},
    {"a line behind", true, "user_pref(\"t.a\", \"h\");\nx",
     "user_pref(\"t.a\", \"h\");\nuser_pref(\"t.b\", 1144);\nx"},
    {"a line like it", true, "  pref ( 't.a' ,\t'h');\t// h\r\n\r\n",
     "  pref ( 't.a' ,\t'h');\t// h\r\n  pref ( 't.b' ,\t1144);\r\n\r\n"},
    {"a last line without its end", true, "#\r\nuser_pref(\"t.a\",0); # x",
     "#\r\nuser_pref(\"t.a\",0); # x\r\nuser_pref(\"t.b\",1144);"},
    {"lines that end as on an old Macintosh", true,
     "user_pref(\"t.a\",0);\r//", "user_pref(\"t.a\",0);\r"
                                  "user_pref(\"t.b\",1144);\r//"},
    {"no line of its own, where there is more", true,
     "user_pref(\"t.a\",0);user_pref(\"t.c\",0);\n",
     "user_pref(\"t.a\",0); user_pref(\"t.b\",1144);user_pref(\"t.c\",0);\n"},
    {"nor where a comment begins", true, "user_pref(\"t.a\",0); /*\n*/\n",
     "user_pref(\"t.a\",0); user_pref(\"t.b\",1144); /*\n*/\n"},
    {"comments within are not said twice", true,
     "user_pref/*x*/(\"t.a\", // y\n0);",
     "user_pref/*x*/(\"t.a\", // y\n0);\nuser_pref(\"t.b\", 1144);"},
};

static void test_changes(void)
{
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        PT_BUF struct pt_buf bytes = {0};
        struct pt_pref_lines lines = {.arena = arena};
        struct pt_pref_line *line;

        pt_buf_puts(&bytes, changes[i].before);
        pt_prefs_read(&lines, 0, all_of(&bytes), "t.");
        line = pt_prefs_find(&lines, 0, "t.a");
        if (changes[i].is_new)
            pt_prefs_add(&lines, line, "t.b", 1144, &bytes);
        else
            pt_prefs_put(&lines, line, 1144, &bytes);
        IS(pt_buf_text(&bytes), changes[i].after, changes[i].what);
    }
}

/* Several changes after one reading. */
static void test_many_changes(void)
{
    static const char before[] = "user_pref(\"t.a\", 1);user_pref(\"t.b\", "
                                 "\"x\");\nuser_pref(\"t.c\", 3);\n";
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf bytes = {0};
    struct pt_pref_lines lines = {.arena = arena};

    pt_buf_puts(&bytes, before);
    pt_prefs_read(&lines, 0, all_of(&bytes), "t.");
    pt_prefs_read(&lines, 1, pt_slice_of(before), "t.");
    pt_prefs_put(&lines, pt_prefs_find(&lines, 0, "t.a"), 65535, &bytes);
    pt_prefs_add(&lines, pt_prefs_find(&lines, 0, "t.b"), "t.d", -1, &bytes);
    pt_prefs_put(&lines, pt_prefs_find(&lines, 0, "t.c"), 12345, &bytes);
    pt_prefs_put(&lines, pt_prefs_find(&lines, 0, "t.a"), 7, &bytes);
    IS(pt_buf_text(&bytes),
       "user_pref(\"t.a\", 7);user_pref(\"t.b\", \"x\");\n"
       "user_pref(\"t.d\", -1);\nuser_pref(\"t.c\", 12345);\n",
       "what was read remains true while it is changed");
    OK(pt_prefs_find(&lines, 1, "t.c")->value_at.at ==
           (size_t)(strstr(before, "3);") - before),
       "also what was read of another file");
}

static void test_texts(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf bytes = {0};
    struct pt_pref_lines lines = {.arena = arena};
    struct pt_pref_line *line;

    pt_buf_puts(&bytes, "pref('t.a', 'x') ; user_pref(\"t.b\", 1); // y");
    pt_prefs_read(&lines, 0, all_of(&bytes), "t.");
    line = pt_prefs_find(&lines, 0, "t.a");
    pt_prefs_put_text(&lines, line, "a \"b\" \\ \xC3\xA4\n", &bytes);
    IS(line->text, "a \"b\" \\ \xC3\xA4\n", "a statement has another text");
    pt_prefs_put_text(&lines, pt_prefs_find(&lines, 0, "t.b"), "c", &bytes);
    IS(pt_buf_text(&bytes),
       "pref('t.a', \"a \\\"b\\\" \\\\ \xC3\xA4\\x0A\") ; "
       "user_pref(\"t.b\", \"c\"); // y",
       "so has the file, and nothing else is different");
    lines.count = 0;
    pt_prefs_read(&lines, 0, all_of(&bytes), "t.");
    IS(pt_prefs_find(&lines, 0, "t.a")->text, "a \"b\" \\ \xC3\xA4\n",
       "which is read as it was meant");
    IS(pt_prefs_find(&lines, 0, "t.b")->text, "c",
       "also where a number was before");
}

static const struct {
    const char *what;
    const char *before;
    const char *after;
} ends[] = {
    {"statements come last", "a;\n", "a;\nx;\ny;\n"},
    {"in a file that is new", "", "x;\ny;\n"},
    {"behind a line that does not end", "// a", "// a\nx;\ny;\n"},
    {"with the line ends of the file", "a;\r\n", "a;\r\nx;\r\ny;\r\n"},
    {"of an old Mac, too", "a;\rb;", "a;\rb;\rx;\ry;\r"},
};

static void test_ends(void)
{
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        PT_BUF struct pt_buf bytes = {0};

        pt_buf_puts(&bytes, ends[i].before);
        pt_prefs_append(&bytes, pt_slice_of("x;\ny;\n"));
        IS(pt_buf_text(&bytes), ends[i].after, ends[i].what);
    }
}

static void test_files(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_pref_lines lines = {.arena = arena};

    pt_prefs_read(&lines, 0, pt_slice_of("user_pref(\"t.a\", 1);"), "t.");
    pt_prefs_read(&lines, 1, pt_slice_of("user_pref(\"t.a\", 2);"), "t.");
    OK(pt_prefs_find(&lines, PT_PREF_FILES_ALL, "t.a")->number == 2 &&
           pt_prefs_find(&lines, 0, "t.a")->number == 1,
       "of two files, the one that is read later counts");
    OK(!pt_prefs_find(&lines, PT_PREF_FILES_ALL, "t.b"),
       "what is nowhere is not found");
}

int main(void)
{
    test_readings();
    test_nul();
    test_changes();
    test_many_changes();
    test_texts();
    test_ends();
    test_files();
    return tap_done();
}
