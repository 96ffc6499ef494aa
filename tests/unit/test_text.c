#include "base/text.h"
#include "tests/tap.h"

#include <inttypes.h>
#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define BYTES(literal)                                                         \
    {                                                                          \
        (literal), sizeof(literal) - 1                                         \
    }

enum { SENTENCE = 256 };

/* A slice as text, for one comparison at a time. */
static const char *str(struct pt_slice s)
{
    static char text[SENTENCE];

    snprintf(text, sizeof(text), "%.*s", (int)s.len, s.at);
    return text;
}

static void test_slices(void)
{
    struct pt_slice none = pt_slice_of(NULL);
    struct pt_slice word = pt_slice("portolan", 4);

    OK(none.len == 0 && none.at, "a slice of no text is empty, not NULL");
    OK(pt_slice_is(none, ""), "and is the empty text");
    IS(str(word), "port", "a slice ends where it says, not at a NUL");
    OK(pt_slice_is(word, "port"), "a slice is a text of the same bytes");
    OK(!pt_slice_is(word, "portolan") && !pt_slice_is(word, "por"),
       "it is neither a longer nor a shorter one");
    OK(!pt_slice_is(pt_slice("a\0b", 3), "a"),
       "a NUL inside a slice does not end it");
    OK(pt_slice_has_prefix(word, "po") && pt_slice_has_prefix(word, "") &&
           pt_slice_has_prefix(word, "port"),
       "a slice begins with its first bytes, none, or all");
    OK(!pt_slice_has_prefix(word, "porto"),
       "it does not begin with more than it holds");
}

static void test_find(void)
{
    struct pt_slice s = pt_slice("port port", 6);

    OK(pt_slice_find(s, "ort") == s.at + 1, "the first of two is found");
    OK(pt_slice_find(s, " p") == s.at + 4, "so is what ends the slice");
    OK(pt_slice_find(s, "port p") == s.at, "and all of it");
    OK(!pt_slice_find(s, " po"), "what reaches beyond the end is not found");
    OK(!pt_slice_find(s, "port port port"), "nor what is longer");
    OK(pt_slice_find(s, "") == s.at, "nothing is found at once");
    OK(!pt_slice_find(pt_slice_of(""), "x"), "nothing is in an empty slice");
}

static void test_lines(void)
{
    struct pt_slice rest = pt_slice_of("one\r\n\ntw\ro\nend");
    static const char *const want[] = {"one", "", "tw\ro", "end"};
    struct pt_slice line = pt_slice_of("untouched");

    for (size_t i = 0; i < COUNT(want); i++) {
        OK(pt_next_line(&rest, &line), "there is one more line");
        IS(str(line), want[i], "without its line end, LF or CRLF");
    }
    OK(!pt_next_line(&rest, &line), "then there are no more");
    IS(str(line), "end", "and the last line still stands");
    rest = pt_slice("a\0b\n", 4);
    OK(pt_next_line(&rest, &line) && line.len == 3 && !rest.len,
       "a NUL does not end a line");
}

static void test_words(void)
{
    struct pt_slice rest = pt_slice_of(" \tone\r\n two  ");
    struct pt_slice word;

    OK(pt_next_word(&rest, &word) && pt_slice_is(word, "one"),
       "blanks before a word are passed over");
    OK(pt_next_word(&rest, &word) && pt_slice_is(word, "two"),
       "line ends are blanks too");
    OK(!pt_next_word(&rest, &word), "blanks alone hold no word");
    IS(str(word), "two", "and the last word still stands");
    IS(str(pt_trim(pt_slice_of("\t a b\r\n"))), "a b",
       "trimming leaves the blanks within");
    IS(str(pt_trim(pt_slice_of(" \n"))), "", "trimming blanks leaves nothing");
}

static void test_compare(void)
{
    OK(pt_is("a", "a") && !pt_is("a", "A"), "the same bytes are the same");
    OK(pt_is(NULL, NULL) && !pt_is(NULL, "") && !pt_is("", NULL),
       "NULL equals only NULL");
    OK(pt_is_nocase("ImApZ", "iMaPz") && !pt_is_nocase("imap", "imaps") &&
           !pt_is_nocase("imaps", "imap"),
       "case is folded, length is not");
    OK(!pt_is_nocase("[", "{") && !pt_is_nocase("@", "`"),
       "only letters are folded");
    OK(!pt_is_nocase("\xC3\x84", "\xC3\xA4"), "and only those of ASCII");
    OK(pt_is_nocase(NULL, NULL) && !pt_is_nocase(NULL, "") &&
           !pt_is_nocase("", NULL),
       "NULL equals only NULL, whatever the case");
    OK(pt_has_prefix("imap.example.org", "imap.") && pt_has_prefix("a", "") &&
           !pt_has_prefix("im", "imap"),
       "a prefix is what a text begins with");
    OK(pt_has_suffix("imap.example.org", ".org") && pt_has_suffix("a", "") &&
           pt_has_suffix(".org", ".org") && !pt_has_suffix("org", ".org") &&
           !pt_has_suffix("a.orgs", ".org"),
       "a suffix is what a text ends with");
}

static const struct {
    struct pt_slice text;
    uint64_t max;
    bool ok;
    uint64_t value;
} numbers[] = {
    {BYTES("0"), 0, true, 0},
    {BYTES("1"), 0, false, 0},
    {BYTES("9"), 5, false, 0},
    {BYTES("1143"), 65535, true, 1143},
    {BYTES("65535"), 65535, true, 65535},
    {BYTES("65536"), 65535, false, 0},
    {BYTES("00000000000000001143"), 65535, true, 1143},
    {BYTES("000000000000000001143"), 65535, false, 0}, /* 21 digits */
    {BYTES("18446744073709551615"), UINT64_MAX, true, UINT64_MAX},
    {BYTES("18446744073709551616"), UINT64_MAX, false, 0},
    {BYTES("99999999999999999999"), UINT64_MAX, false, 0},
    {BYTES(""), 9, false, 0},
    {BYTES("+1"), 9, false, 0},
    {BYTES("-1"), UINT64_MAX, false, 0},
    {BYTES(" 1"), 9, false, 0},
    {BYTES("1 "), 9, false, 0},
    {BYTES("1\0"), 9, false, 0},
    {BYTES("0x1"), 9, false, 0},
    {BYTES("1e3"), UINT64_MAX, false, 0},
    {BYTES("\xD9\xA1"), 9, false, 0}, /* ARABIC-INDIC DIGIT ONE */
};

static void test_numbers(void)
{
    const uint64_t before = 42;
    char what[SENTENCE];

    for (size_t i = 0; i < COUNT(numbers); i++) {
        uint64_t value = before;
        uint64_t want = numbers[i].ok ? numbers[i].value : before;
        bool ok = pt_parse_uint(numbers[i].text, numbers[i].max, &value);

        snprintf(what, sizeof(what), "'%.99s' is %s number up to %" PRIu64,
                 str(numbers[i].text), numbers[i].ok ? "a" : "no",
                 numbers[i].max);
        if (!OK(ok == numbers[i].ok && value == want, what))
            printf("#  got: %d, %" PRIu64 "\n# want: %d, %" PRIu64 "\n", ok,
                   value, numbers[i].ok, want);
    }
}

static void test_ports(void)
{
    uint16_t port = 42;

    OK(!pt_parse_port(pt_slice_of("0"), &port) && port == 42,
       "0 is no port, and nothing is returned");
    OK(!pt_parse_port(pt_slice_of("65536"), &port) && port == 42,
       "nor is 65536");
    OK(pt_parse_port(pt_slice_of("1"), &port) && port == 1, "1 is one");
    OK(pt_parse_port(pt_slice_of("65535"), &port) && port == 65535,
       "so is 65535");
}

/* How bytes fare: as UTF-8, as something to print, and once printed. */
static const struct {
    const char *what;
    struct pt_slice bytes;
    bool is_utf8;
    const char *printed; /* NULL: as it is */
} texts[] = {
    {"nothing", BYTES(""), true, NULL},
    {"ASCII", BYTES(" ann~"), true, NULL},
    {"two bytes", BYTES("\xC2\xA0\xDF\xBF"), true, NULL},
    {"three bytes", BYTES("\xE0\xA0\x80\xED\x9F\xBF\xEF\xBF\xBD"), true, NULL},
    {"four bytes", BYTES("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), true, NULL},
    {"overlong two", BYTES("\xC1\xBF"), false, "??"},
    {"overlong three", BYTES("\xE0\x9F\xBF"), false, "???"},
    {"overlong four", BYTES("\xF0\x8F\xBF\xBF"), false, "????"},
    {"a surrogate", BYTES("\xED\xA0\x80"), false, "???"},
    {"above U+10FFFF", BYTES("\xF4\x90\x80\x80"), false, "????"},
    {"a byte never used", BYTES("\xF5\x80\x80\x80"), false, "????"},
    {"a lone continuation", BYTES("a\x80"), false, "a?"},
    {"two bytes cut short", BYTES("a\xC3"), false, "a?"},
    {"four bytes cut short", BYTES("\xF0\x90\x80"), false, "???"},
    {"a bad third byte", BYTES("\xE2\x82x"), false, "??x"},
    {"a bad fourth byte", BYTES("\xF0\x90\x80x"), false, "???x"},
    {"a NUL", BYTES("a\0b"), true, "a?b"},
    {"an escape", BYTES("\x1b[31m"), true, "?[31m"},
    {"line ends", BYTES("a\r\nb"), true, "a??b"},
    {"a tab", BYTES("a\tb"), true, "a?b"},
    {"delete", BYTES("\x7f"), true, "?"},
    {"the C1 escape",
     BYTES("\xC2\x9B"
           "31m"),
     true, "??31m"},
    {"the Arabic letter mark", BYTES("\xD8\x9C"), true, "??"},
    {"its neighbour", BYTES("\xD8\x9D"), true, NULL},
    {"the left-to-right mark", BYTES("\xE2\x80\x8E"), true, "???"},
    {"a corner bracket", BYTES("\xE3\x80\x8E"), true, NULL},
    {"the right-to-left mark", BYTES("\xE2\x80\x8F"), true, "???"},
    {"the line separator", BYTES("\xE2\x80\xA8"), true, "???"},
    {"right-to-left override", BYTES("\xE2\x80\xAE"), true, "???"},
    {"its neighbour below", BYTES("\xE2\x80\xA7"), true, NULL},
    {"its neighbour above", BYTES("\xE2\x80\xAF"), true, NULL},
    {"the first isolate", BYTES("\xE2\x81\xA6"), true, "???"},
    {"the last isolate", BYTES("\xE2\x81\xA9"), true, "???"},
    {"before the isolates", BYTES("\xE2\x81\xA5"), true, NULL},
    {"the euro", BYTES("\xE2\x82\xAC"), true, NULL},
};

static void test_unicode(void)
{
    char what[SENTENCE];
    char out[64];

    for (size_t i = 0; i < COUNT(texts); i++) {
        const char *want = texts[i].printed;

        snprintf(what, sizeof(what), "%s: %s UTF-8", texts[i].what,
                 texts[i].is_utf8 ? "is" : "is not");
        OK(pt_is_utf8(texts[i].bytes) == texts[i].is_utf8, what);
        snprintf(what, sizeof(what), "%s: %s printable", texts[i].what,
                 want ? "is not" : "is");
        OK(pt_is_printable(texts[i].bytes) == !want, what);
        pt_make_printable(texts[i].bytes, out, sizeof(out));
        snprintf(what, sizeof(what), "%s: is made so", texts[i].what);
        IS(out, want ? want : texts[i].bytes.at, what);
    }
}

static void test_line(void)
{
    OK(pt_is_line(pt_slice_of("caf\xC3\xA9 \xE2\x80\xAE \xC2\x85")) &&
           pt_is_line(pt_slice("", 0)),
       "what only looks odd stays within its line");
    OK(!pt_is_line(pt_slice_of("a\nb")) && !pt_is_line(pt_slice_of("a\tb")) &&
           !pt_is_line(pt_slice_of("\x7F")) && !pt_is_line(pt_slice("a\0", 2)),
       "no control does");
    OK(!pt_is_line(pt_slice_of("caf\xE9")), "nor what is not UTF-8");
}

/* Where there is no room for all of it. */
static const struct {
    const char *text;
    size_t size;
    const char *want;
} cuts[] = {
    {"12345678", 9, "12345678"},
    {"12345678", 8, "1234..."},
    {"12345678", 5, "1..."},
    {"12345678", 4, "..."},
    {"12345678", 3, ".."},
    {"12345678", 1, ""},
    {"", 1, ""},
    {"12\xE2\x82\xAC\xE2\x82\xAC", 9, "12\xE2\x82\xAC\xE2\x82\xAC"},
    {"12\xE2\x82\xAC\xE2\x82\xAC", 8, "12..."},
    {"1\xE2\x82\xAC\xE2\x82\xAC!", 8, "1\xE2\x82\xAC..."},
};

static void test_cuts(void)
{
    char what[SENTENCE];
    char out[16];

    for (size_t i = 0; i < COUNT(cuts); i++) {
        memset(out, '#', sizeof(out));
        pt_make_printable(pt_slice_of(cuts[i].text), out, cuts[i].size);
        snprintf(what, sizeof(what), "'%s' in %zu bytes", cuts[i].text,
                 cuts[i].size);
        IS(out, cuts[i].want, what);
        OK(out[cuts[i].size] == '#', "and not a byte more");
    }
}

static const struct {
    const char *host;
    bool loopback;
    bool here; /* a client of it ends up on this machine */
} hosts[] = {
    {"127.0.0.1", true, true},
    {"127.255.255.254", true, true},
    {"128.0.0.1", false, false},
    {"0.0.0.0", false, true},
    {"::1", true, true},
    {"[::1]", true, true},
    {"::2", false, false},
    {"::", false, true},
    {"::ffff:127.0.0.1", true, true},
    {"::ffff:10.0.0.1", false, false},
    {"localhost", true, true},
    {"LocalHost", true, true},
    {"localhost.", true, true},
    {"mail.localhost", true, true},
    {"mail.localhost.", true, true},
    {"notlocalhost", false, false},
    {"localhost.example.org", false, false},
    {"localhost..", false, false},
    {"0.1.2.3", false, true},
    {"1.0.0.0", false, false},
    {"[::]", false, true},
    {"::ffff:0.0.0.0", false, true},
    {"ip6-localhost", false, true},
    {"LOCALHOST.localdomain", false, true},
    {"localdomain", false, false},
    {"host", false, false},
    {".", false, false},
    {"", false, false},
};

static void test_loopback(void)
{
    char what[SENTENCE];

    for (size_t i = 0; i < COUNT(hosts); i++) {
        snprintf(what, sizeof(what), "'%s' is %s", hosts[i].host,
                 hosts[i].loopback ? "loopback" : "not loopback");
        OK(pt_is_loopback(hosts[i].host) == hosts[i].loopback, what);
        snprintf(what, sizeof(what), "a client of '%s' ends up %s",
                 hosts[i].host, hosts[i].here ? "here" : "elsewhere");
        OK(pt_is_this_machine(hosts[i].host) == hosts[i].here, what);
    }
}

static void test_hex(void)
{
    char out[9];

    pt_hex((const unsigned char *)"\x00\x9f\xa0\xff", 4, out);
    IS(out, "009fa0ff", "bytes are written as lower-case hex");
    pt_hex((const unsigned char *)"", 0, out);
    IS(out, "", "no bytes are written as nothing");
}

int main(void)
{
    test_slices();
    test_find();
    test_lines();
    test_words();
    test_compare();
    test_numbers();
    test_ports();
    test_unicode();
    test_line();
    test_cuts();
    test_loopback();
    test_hex();
    return tap_done();
}
