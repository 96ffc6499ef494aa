#include "format/rc.h"
#include "tests/tap.h"

static const struct {
    const char *what;
    const char *text;
    const char *msmtp; /* NULL: refused */
    const char *mbsync;
    const char *mutt;
} texts[] = {
    {"plain text stands as it is", "ann@example.org", "k ann@example.org\n",
     "k ann@example.org\n", "set k=\"ann@example.org\"\n"},
    {"blanks need quotes", " a b ", "k \" a b \"\n", "k \" a b \"\n",
     "set k=\" a b \"\n"},
    {"quotes are escaped, but not for msmtp", "\"a\"b", "k \"\"a\"b\"\n",
     "k \"\\\"a\\\"b\"\n", "set k=\"\\\"a\\\"b\"\n"},
    {"so are backslashes", "C\\a\\", "k \"C\\a\\\"\n", "k \"C\\\\a\\\\\"\n",
     "set k=\"C\\\\a\\\\\"\n"},
    {"mutt runs nothing and puts nothing in", "`id` $HOME",
     "k \"`id` $HOME\"\n", "k \"`id` $HOME\"\n",
     "set k=\"\\`id\\` \\$HOME\"\n"},
    {"other marks mean nothing", "#;'%^~", "k \"#;'%^~\"\n",
     "k \"#;'%^~\"\n", "set k=\"#;'%^~\"\n"},
    {"UTF-8 is kept", "\xC3\x84 \xF0\x9F\x99\x82",
     "k \"\xC3\x84 \xF0\x9F\x99\x82\"\n", "k \"\xC3\x84 \xF0\x9F\x99\x82\"\n",
     "set k=\"\xC3\x84 \xF0\x9F\x99\x82\"\n"},
    {"a text may be empty", "", "k \"\"\n", "k \"\"\n", "set k=\"\"\n"},
    {"a text cannot end its line", "a\nk b", NULL, NULL, NULL},
    {"nor return to its beginning", "a\rb", NULL, NULL, NULL},
    {"controls do not fit", "a\x1b[0m", NULL, NULL, NULL},
    {"nor does what is not UTF-8", "caf\xE9", NULL, NULL, NULL},
};

static void test_text(enum pt_rc_syntax syntax, const char *name,
                      const char *text, const char *want, const char *what)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err = {0};
    struct pt_rc rc;
    char sentence[96];
    enum pt_status status;

    snprintf(sentence, sizeof(sentence), "%s: %s", name, what);
    pt_rc_begin(&rc, syntax, &out);
    pt_rc_text(&rc, "k", text);
    status = pt_rc_end(&rc, &err);
    if (want)
        IS(status == PT_OK ? pt_buf_text(&out) : err.text, want, sentence);
    else
        OK(status == PT_CANNOT_EXPRESS && *err.hint &&
               strstr(err.text, "file cannot hold the text '"),
           sentence);
}

static void test_texts(void)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        test_text(PT_RC_MSMTP, "msmtp", texts[i].text, texts[i].msmtp,
                  texts[i].what);
        test_text(PT_RC_MBSYNC, "mbsync", texts[i].text, texts[i].mbsync,
                  texts[i].what);
        test_text(PT_RC_MUTT, "mutt", texts[i].text, texts[i].mutt,
                  texts[i].what);
    }
}

static void test_length(enum pt_rc_syntax syntax, int most, const char *what)
{
    char text[1200];

    memset(text, 'a', sizeof(text));
    for (int i = 0; i < 2; i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_rc rc;

        text[most + i] = '\0';
        pt_rc_begin(&rc, syntax, &out);
        pt_rc_text(&rc, "k", text);
        OK(pt_rc_end(&rc, NULL) == (i ? PT_CANNOT_EXPRESS : PT_OK), what);
        text[most + i] = 'a';
    }
}

static void test_words(void)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_rc rc;

    pt_rc_begin(&rc, PT_RC_MSMTP, &out);
    pt_rc_word(&rc, "tls", "on");
    pt_rc_word(&rc, "tls_trust_file", "");
    pt_rc_blank(&rc);
    pt_rc_int(&rc, "port", 65535);
    pt_rc_begin(&rc, PT_RC_MUTT, &out);
    pt_rc_word(&rc, "use_from", "yes");
    pt_rc_int(&rc, "n", 1);
    OK(pt_rc_end(&rc, NULL) == PT_OK, "words always fit");
    IS(pt_buf_text(&out),
       "tls on\ntls_trust_file\n\nport 65535\n"
       "set use_from=yes\nset n=1\n",
       "words and numbers have no quotes");
}

static const char *command(struct pt_buf *out, enum pt_rc_syntax syntax,
                           const char *text)
{
    struct pt_error err = {0};
    struct pt_rc rc;

    pt_buf_clear(out);
    pt_rc_begin(&rc, syntax, out);
    pt_rc_command(&rc, "k", text);
    return pt_rc_end(&rc, &err) == PT_OK ? pt_buf_text(out) : NULL;
}

static void test_commands(void)
{
    PT_BUF struct pt_buf out = {0};

    IS(command(&out, PT_RC_MSMTP, "get 'a \"b'"), "k \"get 'a \"b'\"\n",
       "msmtp hands the rest of the line to the shell");
    IS(command(&out, PT_RC_MBSYNC, "get 'a \"b'"), "k \"get 'a \\\"b'\"\n",
       "mbsync a word");
    IS(command(&out, PT_RC_MUTT, "get 'a \"b'"), "set k=\"`get 'a \"b'`\"\n",
       "mutt what is between back quotes, as it is");
    IS(command(&out, PT_RC_MUTT, "get 'a\\b'"), NULL,
       "a backslash NeoMutt would take out: it is refused");
    IS(command(&out, PT_RC_MUTT, "get '$HOME'"), NULL,
       "so is what it would put in");
    IS(command(&out, PT_RC_MUTT, "get '`'"), NULL, "and what would end it");
    IS(command(&out, PT_RC_MUTT, "get 'a\nb'"), NULL, "a command is one line");
}

static void test_no_room(void)
{
    PT_BUF struct pt_buf small = {.max = 8};
    struct pt_rc rc;

    pt_rc_begin(&rc, PT_RC_MBSYNC, &small);
    pt_rc_text(&rc, "key", "value");
    OK(pt_rc_end(&rc, NULL) == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
}

int main(void)
{
    test_texts();
    test_length(PT_RC_MSMTP, 496, "msmtp refuses lines of 500 bytes");
    test_length(PT_RC_MBSYNC, 997, "mbsync cuts up lines of 1024");
    test_words();
    test_commands();
    test_no_room();
    return tap_done();
}
