/* test_redact_names.c - the user becomes "someone", and nobody else does. */
#include "format/redact_names.h"
#include "tests/tap.h"

static const struct {
    const char *local;
    const char *text;
    const char *want;
    const char *what;
} cases[] = {
    {"ann", "ann@example.org", "someone@example.org", "an address"},
    {"ann", "Ann@Example.ORG", "someone@Example.ORG", "in any case"},
    {"Ann", "aNN@example.org", "someone@example.org", "in any other case"},
    {"ann", "?e=ann%40example.org&x", "?e=someone%40example.org&x", "in a URL"},
    {"ann", "x%3Dann%40example.org", "x%3Dsomeone%40example.org",
     "behind an escape"},
    {"a+b", "?e=a%2Bb%40example.org", "?e=someone%40example.org",
     "one that is escaped itself"},
    {"a+b", "a+b@x.org A%2bB@x.org", "someone@x.org someone@x.org",
     "escaped in part, or not"},
    {"j\xC3\xA4n", "j%C3%A4n%40x j%c3%a4n@x", "someone%40x someone@x",
     "one that is not ASCII"},
    {"j\xC3\xA4n", "{\"u\":\"j\\u00e4n\\u0040x\"}",
     "{\"u\":\"someone\\u0040x\"}", "in the escapes of JSON"},
    {"o'neil", "<u>o&apos;neil&#64;x</u>", "<u>someone&#64;x</u>",
     "in the escapes of XML"},
    {"o'neil", "<u>o&#x27;neil@x</u>", "<u>someone@x</u>",
     "in the other escapes of XML"},
    {"ann", "\\065nn@x \\097nn@x", "someone@x someone@x",
     "in the escapes of DNS text"},
    {"ann", "{\"log\":\"to\\nann@x\"}", "{\"log\":\"to\\nsomeone@x\"}",
     "behind the end of a line in JSON"},
    {"ann", "ann+news@example.org", "someone+news@example.org", "with a tag"},
    {"ann", "<ann@a.b>,ann@c.d;mailto:ann@e.f",
     "<someone@a.b>,someone@c.d;mailto:someone@e.f",
     "several, wherever they are"},
    {"ann", "joann@x.org jo.ann@x.org jo-ann@x.org",
     "joann@x.org jo.ann@x.org jo-ann@x.org", "others keep their names"},
    {"ann", "anna@x.org ann.b@x.org", "anna@x.org ann.b@x.org",
     "also those who begin alike"},

    {"ann", "<name>ann</name>", "<name>someone</name>", "in an XML element"},
    {"ann", "{\"user\": \"ann\"}", "{\"user\": \"someone\"}", "in a JSON text"},
    {"ann", "4711\tann\t/bin/x", "4711\tsomeone\t/bin/x", "between tabs"},
    {"ann", "/home/ann/x /home/ann", "/home/someone/x /home/someone",
     "in a path"},
    {"ann", "imap.user = ann", "imap.user = someone", "at the end of a line"},
    {"ann", "for ann.", "for someone.", "at the end of a sentence"},
    {"ann", "ann.example.org, x@ann.org", "ann.example.org, x@ann.org",
     "hosts keep their names"},
    {"ann", "/opt/ann-tools/ann.conf", "/opt/ann-tools/ann.conf",
     "what is only called alike stays"},
    {"ann",
     "\xE2\x80\x9C"
     "ann\xE2\x80\x9D ann&#x202e;",
     "\xE2\x80\x9Csomeone\xE2\x80\x9D someone&#x202e;",
     "in quotes beyond ASCII"},
    {"ann",
     "J\xC3\xB6"
     "ann ann\xC3\xA9@x",
     "J\xC3\xB6"
     "ann ann\xC3\xA9@x",
     "letters beyond ASCII are letters"},
    {"12345678", "id=12345678", "id=someone", "a long number"},
    {"", "nobody", "nobody", "no name is found nowhere"},
    {"ann", "", "", "nothing is nothing"},
    {"ann", "100% ann &ann; \\ann", "100% someone &someone; \\someone",
     "what looks like an escape may be none"},
};

/* Format words are replaced in addresses alone. */
static const struct {
    const char *local;
    const char *text;
    const char *want;
} words[] = {
    {"imap", "imap imap@x.org", "imap someone@x.org"},
    {"XML", "<?xml xml@x.org", "<?xml someone@x.org"},
    {"a", "a 192.0.2.1 a@x.org", "a 192.0.2.1 someone@x.org"},
    {"993", "port 993 993@x.org", "port 993 someone@x.org"},
    {"proton", "/etc/proton/x proton@x.org", "/etc/proton/x someone@x.org"},
    {"davmail", "davmail.imapPort davmail@x.org",
     "davmail.imapPort someone@x.org"},
    {"example", "mail.example.org/example example@example.org",
     "mail.example.org/example someone@example.org"},
};

static void check(const char *local, const char *text, const char *want,
                  const char *what)
{
    static const char *known_texts[] = {"${config}/proton/prefs.json",
                                        "davmail.jar", "example.org"};
    const struct pt_strings known = {.at = known_texts, .count = 3};
    PT_BUF struct pt_buf out = {0};
    struct pt_names names = {0};

    pt_names_add(&names,
                 &(struct pt_redact_name){
                     .text = local,
                     .before_at = true,
                     .alone = pt_redact_may_stand_alone(local, &known)});
    pt_redact_names(&names, pt_slice_of(text), true, &out);
    IS(pt_buf_text(&out), want, what);
    OK(pt_redact_finds(&names, pt_slice_of(text)) == !!strcmp(text, want),
       "it is found exactly when it is replaced");
}

static void test_several(void)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_names names = {0};

    pt_names_add(&names,
                 &(struct pt_redact_name){.text = "bob", .before_at = true});
    pt_names_add(&names,
                 &(struct pt_redact_name){.text = "ann", .alone = true});
    pt_redact_names(&names, pt_slice_of("bob@x ann@x bob /home/ann"), true,
                    &out);
    IS(pt_buf_text(&out), "someone@x ann@x bob /home/someone",
       "each name is replaced where it is meant to be");
    pt_buf_clear(&out);
    pt_redact_names(&names, pt_slice_of("bob@x /home/ann"), false, &out);
    IS(pt_buf_text(&out), "someone@x /home/ann",
       "names that stand alone may be let stand");
}

int main(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        check(cases[i].local, cases[i].text, cases[i].want, cases[i].what);
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        check(words[i].local, words[i].text, words[i].want,
              "a word of the formats stays one");
    test_several();
    return tap_done();
}
