#include "base/text.h"
#include "model/address.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum {
    LONGEST = 2048,
    SENTENCE = LONGEST + 64,
    FIRST_BLOCK = 4096, /* of an arena */
};

/* ---- what is taken ---- */

static const struct {
    const char *given;
    const char *text;  /* NULL: as given */
    const char *shown; /* NULL: as text */
} good[] = {
    {"ann@example.org", NULL, NULL},
    {"Ann.O'Neil+tag=x/y@example.org", NULL, NULL},
    {"ann@EXAMPLE.Org", "ann@example.org", NULL},
    {"ann@example.org.", "ann@example.org", NULL},
    {"ann@localhost", NULL, NULL},
    {"a@b.c", NULL, NULL},
    {"_@1.example", NULL, NULL},
    {"AZaz09@Z-z.example", "AZaz09@z-z.example", NULL},
    {"ann@3com.example", NULL, NULL},
    {"ann@a-b--c.example", NULL, NULL},

    /* quoted local parts (RFC 5321, 4.1.2) */
    {"\"a b\"@example.org", NULL, NULL},
    {"\"a@b\"@example.org", NULL, NULL},
    {"\"..\"@example.org", NULL, NULL},
    {"ann..slot@example.org", NULL, NULL},
    {"\" \"@example.org", NULL, NULL},
    {"\"a\\\"b\\\\\"@example.org", NULL, NULL},

    /* UTF-8 local parts (RFC 6531) */
    {"j\xC3\xB6rg@example.org", NULL, NULL},
    {"\xE4\xBA\x8C@example.org", NULL, NULL},

    /* IDNA */
    {"ann@b\xC3\xBC"
     "cher.example",
     "ann@xn--bcher-kva.example",
     "ann@b\xC3\xBC"
     "cher.example"},
    {"ann@xn--bcher-kva.example", NULL,
     "ann@b\xC3\xBC"
     "cher.example"},
    {"ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example",
     "ann@b\xC3\xBC"
     "cher.example"},
    {"ann@B\xC3\x9C"
     "CHER.example",
     "ann@xn--bcher-kva.example",
     "ann@b\xC3\xBC"
     "cher.example"},
    /* u and a combining diaeresis */
    {"ann@bu\xCC\x88"
     "cher.example",
     "ann@xn--bcher-kva.example",
     "ann@b\xC3\xBC"
     "cher.example"},
    /* sharp s is a letter of its own (IDNA2008, not its transition) */
    {"ann@fa\xC3\x9F.example", "ann@xn--fa-hia.example",
     "ann@fa\xC3\x9F.example"},
    /* FULLWIDTH letters and an IDEOGRAPHIC FULL STOP are but another way to
     * type the same */
    {"ann@\xEF\xBD\x85xample\xE3\x80\x82org", "ann@example.org", NULL},
    {"ann@example.org\xE3\x80\x82", "ann@example.org", NULL},
    /* CYRILLIC SMALL LETTER A: looks like example.org and is not */
    {"ann@ex\xD0\xB0mple.org", "ann@xn--exmple-4nf.org",
     "ann@ex\xD0\xB0mple.org"},
    /* ZERO WIDTH NON-JOINER, between two Persian letters */
    {"\xD9\x85\xE2\x80\x8C\xD9\x85@example.org", NULL, NULL},
};

static void test_good(void)
{
    char what[SENTENCE];

    for (size_t i = 0; i < COUNT(good); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        const char *text = good[i].text ? good[i].text : good[i].given;
        struct pt_address a = {0};
        struct pt_error err = {0};

        snprintf(what, sizeof(what), "%s is an address", good[i].given);
        if (!OK(pt_address_parse(arena, good[i].given, &a, &err) == PT_OK,
                what)) {
            printf("# %s\n", err.text);
            continue;
        }
        IS(a.text, text, "with its domain as A-labels");
        IS(a.shown, good[i].shown ? good[i].shown : text,
           "and shown as people write it");
        IS(a.domain, strrchr(text, '@') + 1, "the domain stands alone too");
        OK(strlen(a.local) + 1 + strlen(a.domain) == strlen(a.text) &&
               pt_has_prefix(good[i].given, a.local),
           "and so does what is before the @, as given");
    }
}

/* ---- what is refused ---- */

static const struct {
    const char *given;
    const char *text;
} bad[] = {
    {"", "the address is empty"},
    {"ann", "'ann' has no @"},
    {"ann\0@example.org", "'ann' has no @"},
    {"@example.org", "'@example.org' has nothing before the @"},
    {"ann@", "'ann@' has nothing after the @"},
    {"@", "'@' has nothing after the @"},
    {"ann@@example.org", "'ann@@example.org' has more than one @"},
    {"ann@a@example.org", "'ann@a@example.org' has more than one @"},

    /* blanks and what cannot be printed */
    {" ann@example.org", "' ann@example.org' has a blank in it"},
    {"ann @example.org", "'ann @example.org' has a blank in it"},
    {"ann@ example.org",
     "' example.org' is not a domain: it has a blank in it"},
    {"ann@example.org ",
     "'example.org ' is not a domain: it has a blank in it"},
    {"ann\t@example.org",
     "'ann?@example.org' has control characters or is not UTF-8"},
    {"ann@example.org\n",
     "'ann@example.org?' has control characters or is not UTF-8"},
    {"\x1b[31mann@example.org",
     "'?[31mann@example.org' has control characters or is not UTF-8"},
    {"\"a\x7f\"@example.org",
     "'\"a?\"@example.org' has control characters or is not UTF-8"},
    {"j\xF6rg@example.org",
     "'j?rg@example.org' has control characters or is not UTF-8"},
    {"ann\xE2\x80\xAE@example.org",
     "'ann???@example.org' has control characters or is not UTF-8"},

    /* before the @ */
    {"Ann <ann@example.org>", "'Ann <ann@example.org>' has a blank in it"},
    {"<ann@example.org>",
     "there may be no '<' before the @ of '<ann@example.org>'"},
    {"mailto:ann@example.org",
     "there may be no ':' before the @ of 'mailto:ann@example.org'"},
    {"(ann)@example.org",
     "there may be no '(' before the @ of '(ann)@example.org'"},
    {"an\\n@example.org",
     "there may be no '\\' before the @ of 'an\\n@example.org'"},
    {".ann@example.org", "'.ann@example.org' has a dot too many before the @"},
    {"ann.@example.org", "'ann.@example.org' has a dot too many before the @"},
    {"\"@example.org",
     "the quotes before the @ of '\"@example.org' do not match"},
    {"\"\"@example.org",
     "the quotes before the @ of '\"\"@example.org' do not match"},
    {"\"ann@example.org",
     "the quotes before the @ of '\"ann@example.org' do not match"},
    {"\"a\"b\"@example.org",
     "the quotes before the @ of '\"a\"b\"@example.org' do not match"},
    {"\"ann\\\"@example.org",
     "the quotes before the @ of '\"ann\\\"@example.org' do not match"},

    /* after the @ */
    {"ann@[127.0.0.1]", "'[127.0.0.1]' is not a domain: it is an IP address"},
    {"ann@[IPv6:::1]", "'[IPv6:::1]' is not a domain: it is an IP address"},
    {"ann@127.0.0.1", "'127.0.0.1' is not a domain: it is an IP address"},
    {"ann@127.0.0.1.", "'127.0.0.1.' is not a domain: it is an IP address"},
    {"ann@::1", "'::1' is not a domain: it is an IP address"},
    {"ann@\xEF\xBC\x91.1.1.1",
     "'\xEF\xBC\x91.1.1.1' is not a domain: it is an IP address"},
    {"ann@127.1", "'127.1' is not a domain: it ends in a number"},
    {"ann@a.9876543210", "'a.9876543210' is not a domain: it ends in a number"},
    {"ann@0x7f.0x1", "'0x7f.0x1' is not a domain: it ends in a number"},
    {"ann@2130706433", "'2130706433' is not a domain: it ends in a number"},
    {"ann@.", "'.' is not a domain: a dot is too much"},
    {"ann@.example.org", "'.example.org' is not a domain: a dot is too much"},
    {"ann@example..org", "'example..org' is not a domain: a dot is too much"},
    {"ann@example.org..", "'example.org..' is not a domain: a dot is too much"},
    {"ann@-a.example",
     "'-a.example' is not a domain: a label begins or ends with a hyphen"},
    {"ann@a-.example",
     "'a-.example' is not a domain: a label begins or ends with a hyphen"},
    {"ann@a_b.example", "'a_b.example' is not a domain: "
                        "only letters, digits, hyphens and dots may be in it"},
    {"ann@ex/am?ple", "'ex/am?ple' is not a domain: "
                      "only letters, digits, hyphens and dots may be in it"},
    {"ann@example.org:143",
     "'example.org:143' is not a domain: "
     "only letters, digits, hyphens and dots may be in it"},
};

/* True when it was refused, with the sentence in err and a hint. */
static bool is_refused(const char *given, struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_address a = {.text = "untouched"};

    return pt_address_parse(arena, given, &a, err) == PT_BAD_INPUT &&
           pt_is(a.text, "untouched") &&
           pt_is(err->hint, "give an address such as ann@example.org");
}

static void test_bad(void)
{
    char what[SENTENCE];
    struct pt_error err;

    for (size_t i = 0; i < COUNT(bad); i++) {
        err = (struct pt_error){.text = "nothing"};
        OK(is_refused(bad[i].given, &err), "what is no address is refused");
        snprintf(what, sizeof(what), "as: %s", bad[i].text);
        IS(err.text, bad[i].text, what);
    }
}

/* ---- sizes ---- */

/* before bytes, "@", then labels of 63 bytes, the last one shorter, so that
 * the domain has after bytes. */
static const char *sized(size_t before, size_t after)
{
    static char text[LONGEST];
    char *at = text;

    memset(at, 'l', before);
    at += before;
    *at++ = '@';
    for (size_t i = 0; i < after; i++)
        *at++ = i % 64 == 63 ? '.' : 'd';
    *at = '\0';
    return text;
}

static const struct {
    const char *what;
    size_t before;
    size_t after;
    const char *text; /* NULL: it is an address */
} sizes[] = {
    {"64 bytes before the @", 64, 20, NULL},
    {"65 bytes before the @", 65, 20,
     "the part before the @ has 65 bytes, and 64 is the most there may be"},
    {"300 bytes before the @", 300, 20,
     "the part before the @ has 300 bytes, and 64 is the most there may be"},
    {"a label of 63 bytes", 1, 63, NULL},
    {"254 bytes in all", 10, 243, NULL},
    {"255 bytes in all", 11, 243,
     "the address has 255 bytes, and 254 is the most there may be"},
    {"a domain of 252 bytes", 1, 252, NULL},
    {"a domain of 253 bytes", 1, 253,
     "the address has 255 bytes, and 254 is the most there may be"},
    {"a typed address of 1024 bytes", 64, 959, "'ddd"},
    {"a typed address of 1025 bytes", 64, 960,
     "the address has 1025 bytes, and 254 is the most there may be"},
};

static void test_sizes(void)
{
    for (size_t i = 0; i < COUNT(sizes); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_address a;
        struct pt_error err = {0};
        enum pt_status status = pt_address_parse(
            arena, sized(sizes[i].before, sizes[i].after), &a, &err);
        const char *want = sizes[i].text ? sizes[i].text : "";

        OK(status == (sizes[i].text ? PT_BAD_INPUT : PT_OK), sizes[i].what);
        if (!OK(strstr(err.text, want) != NULL, "or it says how long it is"))
            printf("#  got: %s\n# want: %s\n", err.text, want);
    }
}

static void test_long_label(void)
{
    char given[] = "a@ddddddddddddddddddddddddddddddddddddddddddddddddd"
                   "ddddddddddddddd";
    struct pt_error err = {0};

    OK(strlen(given) == 2 + 64 && is_refused(given, &err),
       "a label of 64 bytes is refused");
    OK(strstr(err.text, "a label is longer than 63 bytes") != NULL,
       "for its length");
}

/* An A-label that stands for nothing: libidn2's words for it vary. */
static void test_bad_label(void)
{
    struct pt_error err = {0};

    OK(is_refused("ann@xn--a.example", &err), "a bad A-label is refused");
    OK(pt_has_prefix(err.text, "'xn--a.example' is not a domain: "),
       "and named");
    OK(is_refused("ann@\xCC\x88.example", &err),
       "so is a label that begins with a combining mark");
    OK(is_refused("ann@\xEF\xBF\xBE.example", &err),
       "and one that holds no character at all");
    OK(is_refused("ann@\xE2\x98\xBA_.example", &err), "or what is no letter");
}

/* ---- what cannot be seen ---- */

static const char *const unseen[] = {
    "ann\xC2\xA0@example.org", /* NO-BREAK SPACE */
    "ann\xC2\xAD@example.org", /* SOFT HYPHEN */
    "\xE2\x80\x8B"
    "ann@example.org",             /* ZERO WIDTH SPACE */
    "ann\xE2\x80\x89@example.org", /* THIN SPACE */
    "ann\xE2\x80\xAF@example.org", /* NARROW NO-BREAK SPACE */
    "ann\xE2\x81\xA0@example.org", /* WORD JOINER */
    "ann\xE3\x80\x80@example.org", /* IDEOGRAPHIC SPACE */
    "\xEF\xBB\xBF"
    "ann@example.org",                 /* BYTE ORDER MARK */
    "ann\xF3\xA0\x81\x81@example.org", /* TAG LATIN CAPITAL LETTER A */
    "\"ann\xC2\xA0\"@example.org",     /* quotes do not help */
};

static void test_unseen(void)
{
    struct pt_error err;

    for (size_t i = 0; i < COUNT(unseen); i++) {
        err = (struct pt_error){0};
        OK(is_refused(unseen[i], &err), "what cannot be seen is refused");
        if (!OK(pt_has_suffix(err.text,
                              "has a blank or an invisible character before "
                              "the @"),
                "and said to be there"))
            printf("# got: %s\n", err.text);
    }
}

/* ---- hosts ---- */

static const struct {
    const char *given;
    const char *host; /* NULL: refused */
} hosts[] = {
    {"imap.example.org", "imap.example.org"},
    {"IMAP.Example.ORG.", "imap.example.org"},
    {"b\xC3\xBC"
     "cher.example",
     "xn--bcher-kva.example"},
    {"127.0.0.1", "127.0.0.1"},
    {"::1", "::1"},
    {"2001:DB8:0:0::1", "2001:db8::1"},
    {"::FFFF:127.0.0.1", "::ffff:127.0.0.1"},
    {"[::1]", NULL},
    {"fe80::1%eth0", NULL},
    {"\xEF\xBC\x91.1.1.1", NULL}, /* FULLWIDTH DIGIT ONE */
    {"1\xE2\x80\x8B::", NULL},    /* ZERO WIDTH SPACE */
    {"127.1", NULL},
    {"0x7f000001", NULL},
    {"example.org..", NULL},
    {"a b", NULL},
    {"a\nb", NULL},
    {"a/b", NULL},
    {"a_b.example", NULL},
    {"\xFF.example", NULL},
    {".", NULL},
    {"", NULL},
};

static void test_hosts(void)
{
    char what[SENTENCE];

    for (size_t i = 0; i < COUNT(hosts); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();

        snprintf(what, sizeof(what), "host %zu is %s", i,
                 hosts[i].host ? hosts[i].host : "none");
        IS(pt_host_from(arena, hosts[i].given), hosts[i].host, what);
        OK(!pt_arena_failed(arena), "and memory did not run out");
    }
}

static void test_host_form(void)
{
    OK(pt_host_ok("A.example") && pt_host_ok("10.0.0.1") && pt_host_ok("::1"),
       "a name and both kinds of address are hosts");
    OK(!pt_host_ok("a.example."), "a name with its final dot is none");
    OK(!pt_host_ok(sized(0, 254) + 1), "nor is one of 254 bytes");
    OK(pt_host_ok(sized(0, 253) + 1), "one of 253 bytes is");
    OK(!pt_host_ok(sized(0, LONGEST - 2) + 1), "one of 2046 is not");
}

static void test_long_host(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    OK(!pt_host_from(arena, sized(0, 1500) + 1) && !pt_arena_failed(arena),
       "a host of 1500 bytes is refused, and costs no memory");
}

static void test_no_memory(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_address a = {.text = "untouched"};
    struct pt_error err;

    pt_oom_fail_at(1);
    OK(pt_address_parse(arena, "ann@example.org", &a, &err) == PT_NO_MEMORY &&
           pt_is(a.text, "untouched"),
       "running out of memory is told from a bad address");
    pt_oom_fail_at(1);
    OK(!pt_host_from(arena, "example.org") && pt_arena_failed(arena),
       "and from a bad host");
    pt_oom_fail_at(0);
}

/* The arena has room for so much only, and the next block is not to be had:
 * memory runs out at one place after the other. */
static bool is_told(size_t left, enum pt_status *ret_status)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_address a = {.text = "untouched"};
    struct pt_error err;

    pt_arena_alloc(arena, FIRST_BLOCK - left);
    pt_oom_fail_at(1);
    *ret_status = pt_address_parse(arena, "ann@example.org", &a, &err);
    pt_oom_fail_at(0);
    if (*ret_status == PT_OK)
        return pt_is(a.text, "ann@example.org") && pt_is(a.shown, a.text);
    return *ret_status == PT_NO_MEMORY && pt_is(a.text, "untouched");
}

static void test_little_memory(void)
{
    enum pt_status status = PT_NO_MEMORY;
    bool all_told = true;
    size_t left;

    for (left = 0; status != PT_OK && left < FIRST_BLOCK; left += 16)
        all_told = is_told(left, &status) && all_told;
    OK(all_told, "wherever memory runs out, it is told and nothing returned");
    OK(status == PT_OK && left > 16, "until there is enough of it");
}

int main(void)
{
    test_good();
    test_bad();
    test_sizes();
    test_long_label();
    test_bad_label();
    test_unseen();
    test_hosts();
    test_host_form();
    test_long_host();
    test_no_memory();
    test_little_memory();
    return tap_done();
}
