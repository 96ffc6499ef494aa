#include "format/reg.h"
#include "format/utf16.h"
#include "tests/tap.h"

#define HEAD "Windows Registry Editor Version 5.00\r\n\r\n"

/* All that was read, a line for each key and each value; or the error. */
static const char *render(struct pt_arena *arena, struct pt_slice bytes)
{
    struct pt_error err = {0};
    struct pt_reg reg = {0};
    const char *text = "";

    if (pt_reg_read(arena, bytes, &reg, &err) != PT_OK)
        return pt_arena_strdup(arena, *err.hint ? err.text : "no hint");
    for (size_t i = 0; i < reg.count; i++) {
        const struct pt_reg_key *key = &reg.keys[i];

        text = pt_arena_printf(arena, "%s[%s]\n", text, key->path);
        for (size_t j = 0; j < key->count; j++) {
            const struct pt_reg_value *value = &key->values[j];

            text = value->is_number
                       ? pt_arena_printf(arena, "%s%s:%u\n", text, value->name,
                                         (unsigned)value->number)
                       : pt_arena_printf(arena, "%s%s=%s\n", text, value->name,
                                         value->text ? value->text : "(bytes)");
        }
    }
    return text;
}

static const char *read_text(struct pt_arena *arena, const char *text)
{
    return render(arena, pt_slice_of(text));
}

static const char *read_utf16(struct pt_arena *arena, const char *text)
{
    PT_BUF struct pt_buf out = {0};

    pt_buf_puts(&out, "\xFF\xFE");
    pt_utf16_put(&out, pt_slice_of(text));
    return render(arena, pt_slice(out.at, out.len));
}

/* ---- reading ---- */

static const struct {
    const char *what;
    const char *body;
    const char *want;
} bodies[] = {
    {"nothing but the header", "", ""},
    {"a key, and its values",
     "[HKEY_CURRENT_USER\\A]\r\n\"b\"=\"c\"\r\n\"d\"=dword:00000477\r\n",
     "[HKEY_CURRENT_USER\\A]\nb=c\nd:1143\n"},
    {"a key may have none", "[A]\r\n\r\n[A\\B]\r\n", "[A]\n[A\\B]\n"},
    {"a key's own value", "[A]\r\n@=\"b\"\r\n", "[A]\n=b\n"},
    {"brackets within a path", "[A\\[b]c]\r\n", "[A\\[b]c]\n"},
    {"escaped quotes and backslashes",
     "[A]\r\n\"b\\\"\\\\\"=\"C:\\\\d \\\"e\\\"\\\\\"\r\n",
     "[A]\nb\"\\=C:\\d \"e\"\\\n"},
    {"a text over two lines", "[A]\r\n\"b\"=\"c\r\n[d]\"\r\n\"e\"=\"f\"\r\n",
     "[A]\nb=c\r\n[d]\ne=f\n"},
    {"bytes are passed over", "[A]\r\n\"b\"=hex:00,01,ff\r\n",
     "[A]\nb=(bytes)\n"},
    {"unless they are text in UTF-16",
     "[A]\r\n\"b\"=hex:61,00,6e,00,e4,00,00,00\r\n", "[A]\nb=an\xC3\xA4\n"},
    {"of whatever type", "[A]\r\n\"b\"=hex(2):61,00,00,00\r\n", "[A]\nb=a\n"},
    {"with controls it is no text", "[A]\r\n\"b\"=hex:0a,00,61,00\r\n",
     "[A]\nb=(bytes)\n"},
    {"bytes over several lines",
     "[A]\r\n\"b\"=hex:61,00,\\\r\n  62,00,\\\r\n  63,00\r\n\"d\"=\"e\"\r\n",
     "[A]\nb=abc\nd=e\n"},
    {"no bytes at all", "[A]\r\n\"b\"=hex:\r\n", "[A]\nb=(bytes)\n"},
    {"comments, and blanks", "; a\r\n[A] \r\n \"b\" = \"c\" ; d\r\n",
     "[A]\nb=c\n"},
    {"lines that end in LF", "[A]\n\"b\"=\"c\"\n", "[A]\nb=c\n"},
    {"a last line without an end", "[A]\r\n\"b\"=\"c\"", "[A]\nb=c\n"},
    {"what is to be deleted is not there",
     "[-A]\r\n\"b\"=\"c\"\r\n[D]\r\n\"e\"=-\r\n", "[D]\n"},
    {"UTF-8 stays", "[\xC3\x84]\r\n\"\xF0\x9F\x99\x82\"=\"\xD7\x90\"\r\n",
     "[\xC3\x84]\n\xF0\x9F\x99\x82=\xD7\x90\n"},
    {"a value before any key is nobody's", "\"b\"=\"c\"\r\n", ""},
    {"a text without its end", "[A]\r\n\"b\"=\"c\r\n",
     "line 4 of the registry export has a quote without its end"},
    {"a text that ends in an escape", "[A]\r\n\"b\"=\"c\\\"\r\n",
     "line 4 of the registry export has a quote without its end"},
    {"a name without its end", "[A]\r\n\"b\r\n",
     "line 4 of the registry export has a quote without its end"},
    {"a name without a value", "[A]\r\n\"b\"\r\n",
     "line 4 of the registry export has a name without a value"},
    {"a value of an unknown kind", "[A]\r\n\"b\"=qword:1\r\n",
     "line 4 of the registry export has a value of an unknown kind"},
    {"a dword without digits", "[A]\r\n\"b\"=dword:\r\n",
     "line 4 of the registry export has a dword without digits"},
    {"a dword that is too long", "[A]\r\n\"b\"=dword:000000001\r\n",
     "line 4 of the registry export goes on after its value"},
    {"a type that is none", "[A]\r\n\"b\"=hex(x):00\r\n",
     "line 4 of the registry export has a type that is none"},
    {"bytes without a colon", "[A]\r\n\"b\"=hex 00\r\n",
     "line 4 of the registry export has bytes without a colon"},
    {"bytes that are none", "[A]\r\n\"b\"=hex:0g\r\n",
     "line 4 of the registry export goes on after its value"},
    {"a key without its end", "[A\r\n",
     "line 3 of the registry export has a '[' without its ']'"},
    {"a key without a name", "[]\r\n",
     "line 3 of the registry export has a '[' without its ']'"},
    {"something else", "\r\nhello\r\n",
     "line 4 of the registry export goes on after its value"},
};

static void test_bodies(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
        const char *text = pt_arena_printf(arena, HEAD "%s", bodies[i].body);

        IS(read_text(arena, text), bodies[i].want, bodies[i].what);
        IS(read_utf16(arena, text), bodies[i].want, "and in UTF-16");
    }
}

static void test_encodings(struct pt_arena *arena)
{
    static const char not_text[] = "the registry export is not text";
    char nul[] = HEAD "[A?]\r\n";

    IS(read_text(arena, "\xEF\xBB\xBF" HEAD "[A]\r\n"), "[A]\n",
       "UTF-8 may have a mark");
    IS(read_text(arena, "REGEDIT4\r\n\r\n[A]\r\n\"b\"=dword:1\r\n"),
       "[A]\nb:1\n", "the older form is read");
    IS(read_text(arena, "REGEDIT4\r\n\r\n[\xC3\x84]\r\n"), not_text,
       "but for what depends on the code page");
    IS(read_text(arena, HEAD "[caf\xE9]\r\n"), not_text,
       "bytes that are not UTF-8 are not guessed at");
    IS(render(arena, pt_slice("\xFF\xFEW", 3)), not_text, "half a character");
    *strchr(nul, '?') = '\0';
    IS(render(arena, pt_slice(nul, sizeof(nul) - 1)), not_text,
       "a NUL is no text");
    IS(read_text(arena, "[A]\r\n"),
       "line 1 of the registry export is not that of one",
       "the first line is not to be missed");
    IS(read_text(arena, ""), "line 1 of the registry export is not that of one",
       "an empty file is none");
}

static void test_ceiling(struct pt_arena *arena)
{
    PT_BUF struct pt_buf out = {0};

    pt_buf_puts(&out, HEAD);
    while (out.len <= PT_REG_BYTES_MAX)
        pt_buf_puts(&out, "; and a long comment that goes on and on and on\n");
    IS(render(arena, pt_slice(out.at, out.len)),
       "the registry export has more than 8 MiB", "there is a ceiling");
    IS(render(arena, pt_slice(out.at, PT_REG_BYTES_MAX)), "",
       "what is just below is read");
}

static void test_find(struct pt_arena *arena)
{
    struct pt_error err = {0};
    struct pt_reg reg = {0};
    const struct pt_reg_value *value;

    pt_reg_read(arena, pt_slice_of(HEAD "[A]\r\n\"IMAP Port\"=dword:1\r\n"),
                &reg, &err);
    value = reg.count ? pt_reg_find(&reg.keys[0], "imap PORT") : NULL;
    OK(value && value->number == 1, "a value is found whatever its case");
    OK(reg.count && !pt_reg_find(&reg.keys[0], "IMAP"), "by its whole name");
}

/* ---- writing ---- */

static const char *as_utf8(struct pt_arena *arena, const struct pt_buf *out)
{
    PT_BUF struct pt_buf text = {0};

    if (!out->len || !pt_utf16_read(pt_slice(out->at, out->len), &text))
        return "no UTF-16";
    return pt_arena_strdup(arena, pt_buf_text(&text));
}

static void test_writing(struct pt_arena *arena)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err = {0};
    struct pt_reg_writer reg;

    pt_reg_begin(&reg, &out);
    pt_reg_key(&reg, "HKEY_CURRENT_USER\\\xC3\x84[b]");
    pt_reg_text(&reg, "a\"b", "C:\\d \"e\"\\");
    pt_reg_text(&reg, "\xF0\x9F\x99\x82", "");
    pt_reg_number(&reg, "port", 1143);
    pt_reg_number(&reg, "most", UINT32_MAX);
    OK(pt_reg_end(&reg, &err) == PT_OK, "a registry file is written");
    IS(as_utf8(arena, &out),
       "\xEF\xBB\xBFWindows Registry Editor Version 5.00\r\n"
       "\r\n[HKEY_CURRENT_USER\\\xC3\x84[b]]\r\n"
       "\"a\\\"b\"=\"C:\\\\d \\\"e\\\"\\\\\"\r\n"
       "\"\xF0\x9F\x99\x82\"=\"\"\r\n"
       "\"port\"=dword:00000477\r\n"
       "\"most\"=dword:ffffffff\r\n",
       "in UTF-16, quotes and backslashes escaped");
    IS(render(arena, pt_slice(out.at, out.len)),
       "[HKEY_CURRENT_USER\\\xC3\x84[b]]\n"
       "a\"b=C:\\d \"e\"\\\n\xF0\x9F\x99\x82=\nport:1143\nmost:4294967295\n",
       "and reads as it was meant");
}

static const struct {
    const char *what;
    const char *path;
    const char *name;
    const char *value;
} unfits[] = {
    {"a line end in a path would add a line", "A]\r\n[B", "n", "v"},
    {"a path with '-' in front would be deleted", "-A", "n", "v"},
    {"a control in a name", "A", "n\x01", "v"},
    {"a line end in a value", "A", "n", "v\r\n\"x\"=\"y"},
    {"DEL", "A", "n", "v\x7F"},
    {"bytes that are not UTF-8", "A", "n", "caf\xE9"},
};

static void test_unfits(void)
{
    for (size_t i = 0; i < sizeof(unfits) / sizeof(*unfits); i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_error err = {0};
        struct pt_reg_writer reg;

        pt_reg_begin(&reg, &out);
        pt_reg_key(&reg, unfits[i].path);
        pt_reg_text(&reg, unfits[i].name, unfits[i].value);
        pt_reg_number(&reg, unfits[i].name, 1);
        OK(pt_reg_end(&reg, &err) == PT_CANNOT_EXPRESS && *err.text &&
               *err.hint,
           unfits[i].what);
    }
}

static void test_room(void)
{
    PT_BUF struct pt_buf small = {.max = 80};
    struct pt_error err = {0};
    struct pt_reg_writer reg;

    pt_reg_begin(&reg, &small);
    pt_reg_key(&reg, "HKEY_CURRENT_USER");
    OK(pt_reg_end(&reg, &err) == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_bodies(arena);
    test_encodings(arena);
    test_ceiling(arena);
    test_find(arena);
    test_writing(arena);
    test_unfits();
    test_room();
    return tap_done();
}
