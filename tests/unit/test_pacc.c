#include "base/buf.h"
#include "format/pacc.h"
#include "tests/tap.h"
#include "tests/unit/offered.h"

#include <openssl/evp.h>

/* ---- the record that vouches ---- */

/* SHA-256 of "portolan", of "portolan\n", and one whose last digit holds bits
 * that are of no byte. */
#define X "Ya7yEVb/ymppJ87SGsaoBaCjDBQ5gBLxXmiiWuDAIOk="
#define Y "WFMbxd3M7eQ/WFtrIH7FGTThOQBVx75ORC7mnRpYNRA="
#define Z "Ya7yEVb/ymppJ87SGsaoBaCjDBQ5gBLxXmiiWuDAIOl="
#define QQQ "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"

static const char body[] = "portolan";

static const struct {
    const char *what;
    const char *txt;
    bool want;
} records[] = {
    {"three tags vouch", "v=UAAC1;a=sha256;d=" X, true},
    {"in any order", "d=" X ";a=sha256;v=UAAC1", true},
    {"with blanks around everything, and a last semicolon",
     "v = UAAC1 ; a = sha256 ; d = " X " ; ", true},
    {"tabs are blanks", "v\t=\tUAAC1\t;\ta=sha256;d=" X "\t;\t", true},
    {"a last semicolon alone", "v=UAAC1;a=sha256;d=" X ";", true},
    {"blanks at the end alone", "v=UAAC1;a=sha256;d=" X "  ", true},
    {"unknown tags do not matter, even twice",
     "v=UAAC1; x=one; x=two; a=sha256; d=" X, true},
    {"nor what is in them", "v=UAAC1;x9==\\\"~;a=sha256;d=" X, true},
    {"tags have case: V is unknown", "V=1;v=UAAC1;a=sha256;d=" X, true},
    {"bits that are of no byte are not compared",
     "v=UAAC1;a=sha256;d=" Z, true},
    {"a blank before it does not", " v=UAAC1;a=sha256;d=" X, false},
    {"nor a tab", "\tv=UAAC1;a=sha256;d=" X, false},
    {"another version does not", "v=uaac1;a=sha256;d=" X, false},
    {"nor a longer one", "v=UAAC10;a=sha256;d=" X, false},
    {"another algorithm does not", "v=UAAC1;a=SHA256;d=" X, false},
    {"no version does not", "a=sha256;d=" X, false},
    {"no algorithm does not", "v=UAAC1;d=" X, false},
    {"no digest does not", "v=UAAC1;a=sha256", false},
    {"what is no base64 does not",
     "v=UAAC1;a=sha256;d=!a7yEVb/ymppJ87SGsaoBaCjDBQ5gBLxXmiiWuDAIOk=",
     false},
    {"nor a digest without end",
     "v=UAAC1;a=sha256;d=" QQQ QQQ QQQ QQQ QQQ, false},
    {"nor base64 with more behind it", "v=UAAC1;a=sha256;d=" X "AAAA", false},
    {"nor without its padding",
     "v=UAAC1;a=sha256;d=Ya7yEVb/ymppJ87SGsaoBaCjDBQ5gBLxXmiiWuDAIOk", false},
    {"nor base64 for URLs",
     "v=UAAC1;a=sha256;d=Ya7yEVb_ymppJ87SGsaoBaCjDBQ5gBLxXmiiWuDAIOk=",
     false},
    {"31 bytes are no digest",
     "v=UAAC1;a=sha256;d=Ya7yEVb/ymppJ87SGsaoBaCjDBQ5gBLxXmiiWuDAIA==",
     false},
    {"33 bytes are none",
     "v=UAAC1;a=sha256;d=Ya7yEVb/ymppJ87SGsaoBaCjDBQ5gBLxXmiiWuDAIOlR",
     false},
    {"the digest of something else does not",
     "v=UAAC1;a=sha256;d=Aa7yEVb/ymppJ87SGsaoBaCjDBQ5gBLxXmiiWuDAIOk=",
     false},
    {"two digests do not, though they are alike",
     "v=UAAC1;a=sha256;d=" X ";d=" X, false},
    {"two versions do not", "v=UAAC1;v=UAAC1;a=sha256;d=" X, false},
    {"two algorithms do not", "v=UAAC1;a=sha256;a=sha256;d=" X, false},
    {"two semicolons do not", "v=UAAC1;;a=sha256;d=" X, false},
    {"nor two at the end", "v=UAAC1;a=sha256;d=" X ";;", false},
    {"nor one at the beginning", ";v=UAAC1;a=sha256;d=" X, false},
    {"a word without = does not", "v=UAAC1;x;a=sha256;d=" X, false},
    {"nor a tag without a value", "v=UAAC1;x=;a=sha256;d=" X, false},
    {"nor a value without a tag", "v=UAAC1;=x;a=sha256;d=" X, false},
    {"nor a blank in a value", "v=UAAC1;x=a b;a=sha256;d=" X, false},
    {"nor a sign in a tag", "v=UAAC1;x-y=1;a=sha256;d=" X, false},
    {"nor what is not ASCII", "v=UAAC1;x=\xC3\xA9;a=sha256;d=" X, false},
    {"nor a control", "v=UAAC1;a=sha256;d=" X "\n", false},
    {"nor DEL", "v=UAAC1;x=\x7F;a=sha256;d=" X, false},
    {"nothing does not", "", false},
    {"nor do blanks", "  ", false},
    {"nor a semicolon", ";", false},
};

static bool vouches(const char *txt, const char *for_body)
{
    unsigned char sha256[PT_PACC_DIGEST];

    return EVP_Digest(for_body, strlen(for_body), sha256, NULL, EVP_sha256(),
                      NULL) &&
           pt_pacc_vouches(pt_slice_of(txt), sha256);
}

static void test_records(void)
{
    for (size_t i = 0; i < sizeof(records) / sizeof(*records); i++)
        OK(vouches(records[i].txt, body) == records[i].want, records[i].what);
    OK(!vouches(records[0].txt, "portolao"),
       "a record vouches for no body that differs in one byte");
}

/* While a provider changes its file there are two records. */
static void test_roll_over(void)
{
    static const char old[] = "v=UAAC1; a=sha256; d=" X;
    static const char new[] = "v=UAAC1; a=sha256; d=" Y;

    OK(vouches(old, body) && !vouches(new, body),
       "the old record vouches for the old file alone");
    OK(vouches(new, "portolan\n") && !vouches(old, "portolan\n"),
       "the new record for the new file alone");
}

/* ---- the file ---- */

#define IMAP "\"imap\":{\"host\":\"imap.example.org\"}"
#define IMAP_IS "imap imap.example.org:993 tls ann@example.org\n"

static const struct {
    const char *what;
    const char *json;
    const char *want; /* a line a server, or the sentence */
} files[] = {
    {"a file as -03 has it is read whole",
     "{\"protocols\":{"
     "\"jmap\":{\"url\":\"https://jmap.example.org/session\"},"
     "\"imap\":{\"host\":\"imap.example.org\"},"
     "\"pop3\":{\"host\":\"pop.example.org\"},"
     "\"submit\":{\"host\":\"smtp.example.org\"},"
     "\"managesieve\":{\"host\":\"sieve.example.org\"},"
     "\"caldav\":{\"url\":\"https://sync.example.org/calendar/\"},"
     "\"carddav\":{\"url\":\"https://sync.example.org/contacts/\"},"
     "\"webdav\":{\"url\":\"https://sync.example.org/files/\"}},"
     "\"authentication\":{"
     "\"oauth-public\":{\"issuer\":\"https://auth.example.org/\"},"
     "\"password\":true}}",
     "imap imap.example.org:993 tls ann@example.org "
     "[password-cleartext oauth2]\n"
     "pop3 pop.example.org:995 tls ann@example.org "
     "[password-cleartext oauth2]\n"
     "submission smtp.example.org:465 tls ann@example.org "
     "[password-cleartext oauth2]\n"
     "sieve sieve.example.org:4190 starttls ann@example.org "
     "[password-cleartext oauth2]\n"
     "jmap https://jmap.example.org/session ann@example.org "
     "[password-cleartext oauth2]\n"
     "caldav https://sync.example.org/calendar/ ann@example.org "
     "[password-cleartext oauth2]\n"
     "carddav https://sync.example.org/contacts/ ann@example.org "
     "[password-cleartext oauth2]\n"},
    {"-02 has another word for submission",
     "{\"protocols\":{\"smtp\":{\"host\":\"smtp.example.org\"}}}",
     "submission smtp.example.org:465 tls ann@example.org\n"},
    {"of the two words the newer one counts",
     "{\"protocols\":{\"smtp\":{\"host\":\"old.example.org\"},"
     "\"submit\":{\"host\":\"new.example.org\"}}}",
     "submission new.example.org:465 tls ann@example.org\n"},
    {"unless what it says cannot be used",
     "{\"protocols\":{\"smtp\":{\"host\":\"old.example.org\"},"
     "\"submit\":{\"host\":\"a b\"}}}",
     "submission old.example.org:465 tls ann@example.org\n"},
    {"nothing but protocols is needed", "{\"protocols\":{" IMAP "}}", IMAP_IS},
    {"what is unknown is passed over",
     "{\"x\":[{}],\"protocols\":{\"x\":1,\"imap\":"
     "{\"x\":null,\"host\":\"imap.example.org\",\"port\":143}}}",
     IMAP_IS},
    {"a host is lower case, without its last dot",
     "{\"protocols\":{\"imap\":{\"host\":\"IMAP.Example.ORG.\"}}}", IMAP_IS},
    {"what is no host is dropped",
     "{\"protocols\":{" IMAP ",\"pop3\":{\"host\":\"pop.example.org:110\"},"
     "\"submit\":{\"host\":7},\"smtp\":{},\"managesieve\":\"sieve\"}}",
     IMAP_IS},
    {"a URL with a port is dropped, were it the usual one",
     "{\"protocols\":{" IMAP ","
     "\"jmap\":{\"url\":\"https://jmap.example.org:443/s\"}}}",
     IMAP_IS},
    {"one without TLS is dropped",
     "{\"protocols\":{" IMAP ","
     "\"jmap\":{\"url\":\"http://jmap.example.org/s\"}}}",
     IMAP_IS},
    {"a calendar without a path is dropped",
     "{\"protocols\":{" IMAP ",\"caldav\":{\"url\":\"https://a.example/\"},"
     "\"carddav\":{\"url\":\"https://a.example/?b\"}}}",
     IMAP_IS},
    {"JMAP needs none",
     "{\"protocols\":{\"jmap\":{\"url\":\"https://jmap.example.org\"}}}",
     "jmap https://jmap.example.org ann@example.org\n"},
    {"a password alone may be the way",
     "{\"protocols\":{" IMAP "},\"authentication\":{\"password\":true}}",
     "imap imap.example.org:993 tls ann@example.org [password-cleartext]\n"},
    {"or OAuth2 alone",
     "{\"protocols\":{" IMAP "},\"authentication\":{\"password\":false,"
     "\"oauth-public\":{\"issuer\":\"https://auth.example.org\"}}}",
     "imap imap.example.org:993 tls ann@example.org [oauth2]\n"},
    {"not with an issuer that cannot be one",
     "{\"protocols\":{" IMAP "},\"authentication\":{\"password\":\"true\","
     "\"oauth-public\":{\"issuer\":\"https://auth.example.org?x\"}}}",
     IMAP_IS},
    {"nor without TLS",
     "{\"protocols\":{" IMAP "},\"authentication\":{"
     "\"oauth-public\":{\"issuer\":\"auth.example.org\"}}}",
     IMAP_IS},
    {"a file without a server is told", "{\"protocols\":{}}",
     "it names no server that can be used"},
    {"one without protocols is told", "{\"imap\":{}}",
     "it is JSON, but names no protocols"},
    {"protocols must be an object", "{\"protocols\":[{}]}",
     "it is JSON, but names no protocols"},
    {"a page of a web server is told", "<html>", "line 1 is not JSON"},
};

static enum pt_status read_for_ann(struct pt_arena *arena, const char *json,
                                   struct pt_pacc *pacc, struct pt_error *err)
{
    struct pt_address address;

    if (pt_address_parse(arena, "ann@example.org", &address, err) != PT_OK)
        return PT_BAD_INPUT;
    return pt_pacc_read(arena, pt_slice_of(json), &address, pacc, err);
}

static void test_files(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        PT_BUF struct pt_buf got = {0};
        struct pt_pacc pacc = {0};
        struct pt_error err = {0};

        if (read_for_ann(arena, files[i].json, &pacc, &err) != PT_OK)
            pt_buf_puts(&got, err.text);
        for (size_t j = 0; j < pacc.server_count; j++)
            offered_put(&pacc.servers[j], &got);
        IS(pt_buf_text(&got), files[i].want, files[i].what);
    }
}

static void test_info(struct pt_arena *arena)
{
    struct pt_pacc pacc = {0};
    struct pt_error err = {0};

    read_for_ann(arena,
                 "{\"protocols\":{" IMAP "},\"info\":{\"provider\":{"
                 "\"name\":\"Example Mail\",\"shortName\":\"Ex\"},\"help\":{"
                 "\"documentation\":\"https://help.example.org/\","
                 "\"contact\":[\"mailto:a@example.org\"]}},"
                 "\"authentication\":{\"password\":true}}",
                 &pacc, &err);
    IS(pacc.name, "Example Mail", "the provider's name is read");
    IS(pacc.help, "https://help.example.org/", "and its pages for users");
    OK(pacc.password && !pacc.oauth, "and the ways to sign in");
    read_for_ann(arena,
                 "{\"protocols\":{" IMAP "},\"info\":{\"provider\":{"
                 "\"name\":\"a\\u202Eb\"},\"help\":{"
                 "\"documentation\":\"javascript:alert(1)\"}}}",
                 &pacc, &err);
    OK(!pacc.name, "a name that turns the text is none");
    OK(!pacc.help, "help is had by https alone");
}

static void test_long_name(struct pt_arena *arena)
{
    PT_BUF struct pt_buf json = {0};
    struct pt_pacc pacc = {0};
    struct pt_error err = {0};

    pt_buf_puts(&json, "{\"protocols\":{" IMAP "},\"info\":{\"provider\":{"
                       "\"name\":\"");
    for (int i = 0; i < 241; i++)
        pt_buf_putc(&json, 'n');
    pt_buf_puts(&json, "\"}}}");
    OK(read_for_ann(arena, json.at, &pacc, &err) == PT_OK && !pacc.name,
       "a name of 241 bytes is none, and the file is kept");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_records();
    test_roll_over();
    test_files(arena);
    test_info(arena);
    test_long_name(arena);
    return tap_done();
}
