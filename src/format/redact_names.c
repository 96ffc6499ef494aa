/* redact_names.c - see redact_names.h.
 *
 * A text is walked in units: a byte, or an escape that stands for one or more.
 * A name is compared with what the units stand for.
 */
#include "format/redact_names.h"

#include <string.h>

/* A number of fewer digits may be a port or a process; a name of fewer letters
 * may be anything. */
enum { DIGITS_LEAST = 8, LETTERS_LEAST = 2, TAG_MAX = 64, ENTITY_MAX = 12 };

struct unit {
    size_t len; /* of the text */
    unsigned char bytes[4];
    size_t count;
};

/* ---- units ---- */

static int digit_of(char c, int base)
{
    int value = c >= '0' && c <= '9'                     ? c - '0'
                : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                         : base;

    return value < base ? value : -1;
}

/* All of these characters as a number.  -1: they are none. */
static int32_t number_of(struct pt_slice text, int base)
{
    int32_t value = 0;

    for (size_t i = 0; i < text.len; i++) {
        int digit = digit_of(text.at[i], base);

        if (digit < 0 || value > 0x10FFFF)
            return -1;
        value = value * base + digit;
    }
    return text.len && value <= 0x10FFFF ? value : -1;
}

static void set_code(struct unit *unit, size_t len, uint32_t code)
{
    static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};

    unit->len = len;
    unit->count = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = unit->count; i > 1; i--, code >>= 6)
        unit->bytes[i - 1] = (unsigned char)(0x80 | (code & 0x3F));
    unit->bytes[0] = (unsigned char)(first[unit->count] | code);
}

static void set_byte(struct unit *unit, size_t len, int value)
{
    *unit = (struct unit){.len = len, .count = 1};
    unit->bytes[0] = (unsigned char)value;
}

static struct pt_slice part(struct pt_slice text, size_t from, size_t len)
{
    return from + len <= text.len ? pt_slice(text.at + from, len)
                                  : pt_slice("", 0);
}

/* "&amp;", "&#64;", "&#x40;" */
static void read_entity(struct unit *unit, struct pt_slice text)
{
    static const struct {
        const char *name;
        char is;
    } named[] = {
        {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"apos", '\''}, {"quot", '"'}};
    size_t most = text.len < ENTITY_MAX ? text.len : ENTITY_MAX;
    const char *end = memchr(text.at, ';', most);
    struct pt_slice name =
        pt_slice(text.at + 1, end ? (size_t)(end - text.at) - 1 : 0);
    bool hex = name.len > 1 && (name.at[1] | 0x20) == 'x';
    int32_t code =
        name.len && name.at[0] == '#'
            ? number_of(part(name, 1 + hex, name.len - 1 - hex), hex ? 16 : 10)
            : -1;

    if (code >= 0)
        set_code(unit, name.len + 2, (uint32_t)code);
    for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
        if (pt_slice_is(name, named[i].name))
            set_byte(unit, name.len + 2, named[i].is);
}

/* "\u0040" of JSON, "\064" of DNS text, "\n", "\"" */
static void read_backslash(struct unit *unit, struct pt_slice text)
{
    static const char from[] = "nrt\"\\/";
    static const char to[] = "\n\r\t\"\\/";
    struct pt_slice next = part(text, 1, 1);
    const char *known =
        next.len ? memchr(from, next.at[0], strlen(from)) : NULL;
    int32_t code =
        pt_slice_is(next, "u") ? number_of(part(text, 2, 4), 16) : -1;
    int32_t byte = number_of(part(text, 1, 3), 10);

    if (code >= 0)
        set_code(unit, 6, (uint32_t)code);
    else if (byte >= 0 && byte < 256)
        set_byte(unit, 4, byte);
    else if (known)
        set_byte(unit, 2, to[known - from]);
}

static struct unit raw_character(struct pt_slice text, size_t len)
{
    struct unit unit = {.len = len, .count = len};

    memcpy(unit.bytes, text.at, len);
    return unit;
}

/* text is not empty. */
static struct unit next_unit(struct pt_slice text)
{
    int32_t byte = text.at[0] == '%' ? number_of(part(text, 1, 2), 16) : -1;
    struct unit unit;

    set_byte(&unit, 1, text.at[0]);
    for (size_t n = 2; (unsigned char)text.at[0] >= 0xC2 && n <= 4; n++)
        if (pt_is_utf8(part(text, 0, n)) && part(text, 0, n).len)
            return raw_character(text, n);
    if (byte >= 0)
        set_byte(&unit, 3, byte);
    else if (text.at[0] == '&')
        read_entity(&unit, text);
    else if (text.at[0] == '\\')
        read_backslash(&unit, text);
    return unit;
}

/* ---- names ---- */

static unsigned char fold(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool is_letter(unsigned char c)
{
    return c >= 0x80 || (fold(c) >= 'a' && fold(c) <= 'z');
}

static bool is_plain(unsigned char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

/* Blanks, quotes and marks beyond ASCII: U+0080 to U+00BF, U+2000 to U+207F,
 * U+3000 to U+303F. */
static bool is_mark(const struct unit *unit)
{
    const unsigned char *at = unit->bytes;

    if (unit->count == 2)
        return at[0] == 0xC2;
    return unit->count == 3 && ((at[0] == 0xE2 && at[1] <= 0x81) ||
                                (at[0] == 0xE3 && at[1] == 0x80));
}

/* What a name may be a mere part of: "joann", "ann.example.org", "b@ann". */
static bool is_wordish(const struct unit *unit)
{
    unsigned char c = unit->bytes[0];

    return unit->count > 1 ? !is_mark(unit)
                           : is_plain(c) || (c && strchr("_.-+@", c));
}

static bool begins(const struct unit *unit, const char *name)
{
    for (size_t i = 0; i < unit->count; i++)
        if (!name[i] || fold(unit->bytes[i]) != fold((unsigned char)name[i]))
            return false;
    return true;
}

/* The length of the name at the start of text; 0: it does not stand there. */
static size_t match(struct pt_slice text, const char *name)
{
    size_t at = 0;

    while (*name && at < text.len) {
        struct pt_slice rest = pt_slice(text.at + at, text.len - at);
        struct unit unit = next_unit(rest);

        if (!begins(&unit, name)) /* what looks like an escape may be none */
            set_byte(&unit, 1, rest.at[0]);
        if (!begins(&unit, name))
            return 0;
        name += unit.count;
        at += unit.len;
    }
    return *name ? 0 : at;
}

/* "@", or "+tag@" */
static bool goes_on_to_at(struct pt_slice text)
{
    bool tag = text.len && next_unit(text).bytes[0] == '+';

    for (int i = 0; text.len && i < TAG_MAX; i++) {
        struct unit unit = next_unit(text);

        if (unit.bytes[0] == '@')
            return true;
        if (!tag || !is_wordish(&unit))
            return false;
        text = pt_slice(text.at + unit.len, text.len - unit.len);
    }
    return false;
}

/* The end of a sentence is no part of a name. */
static bool is_word_over(struct pt_slice text)
{
    struct unit unit;

    if (!text.len)
        return true;
    unit = next_unit(text);
    if (unit.bytes[0] != '.')
        return !is_wordish(&unit);
    text = pt_slice(text.at + unit.len, text.len - unit.len);
    if (!text.len)
        return true;
    unit = next_unit(text);
    return !is_wordish(&unit);
}

/* The length of the name that is to be replaced at the start of text; 0: there
 * is none. */
static size_t find_name(const struct pt_names *names, struct pt_slice text,
                        bool alone)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct pt_redact_name *name = &names->at[i];
        size_t len = match(text, name->text);
        struct pt_slice rest = pt_slice(text.at + len, text.len - len);

        if (len && ((name->before_at && goes_on_to_at(rest)) ||
                    (alone && name->alone && is_word_over(rest))))
            return len;
    }
    return 0;
}

void pt_redact_names(const struct pt_names *names, struct pt_slice text,
                     bool alone, struct pt_buf *out)
{
    bool inside = false; /* a word */

    while (text.len) {
        struct unit unit = next_unit(text);
        size_t len = inside ? 0 : find_name(names, text, alone);

        if (len)
            pt_buf_puts(out, PT_SOMEONE);
        else
            pt_buf_add(out, text.at, unit.len);
        inside = len || is_wordish(&unit);
        len = len ? len : unit.len;
        text = pt_slice(text.at + len, text.len - len);
    }
}

bool pt_redact_finds(const struct pt_names *names, struct pt_slice text)
{
    bool inside = false;

    while (text.len) {
        struct unit unit = next_unit(text);

        if (!inside && find_name(names, text, true))
            return true;
        inside = is_wordish(&unit);
        text = pt_slice(text.at + unit.len, text.len - unit.len);
    }
    return false;
}

/* ---- which names may stand alone ---- */

/* Of the formats read and the paths looked at, those that might be names. */
static const char format_words[] =
    "a aaaa mx srv txt alias process listen greeting said security problem "
    "certificate grpc silent plain tls ssl starttls imap imaps pop pop3 smtp "
    "smtps submission sieve jmap caldav carddav ldap mail email mailbox inbox "
    "www com org net http https xml json html utf ascii dns file log machine "
    "true false null none ok yes no on off user username users login account "
    "accounts address host hostname port ports server servers type version "
    "provider domain name id displayname displayshortname incomingserver "
    "outgoingserver authentication sockettype password cleartext encrypted "
    "oauth oauth2 gssapi ntlm client config clientconfig emailprovider "
    "emailaddress autoconfig autodiscover well known protocol protocols "
    "action redirect settings response culture home root nobody etc usr bin "
    "sbin lib opt var run tmp proc sys srv share local cache data state "
    "domains portolan someone java python python3 perl node ruby sh bash dash "
    "docker bridge proxy ready service capability auth level time msg info "
    "warn error debug bad enabled enable disable ews pox json2 v1 v2 v3 unix "
    "post get";

/* Does the word stand in the text, by itself? */
static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    bool inside = false;

    for (; *text; inside = is_plain((unsigned char)*text), text++) {
        size_t n = 0;

        while (!inside && n < len &&
               fold((unsigned char)text[n]) == fold((unsigned char)word[n]))
            n++;
        if (n == len && !is_plain((unsigned char)text[n]))
            return true;
    }
    return false;
}

static bool is_rare(const char *name)
{
    size_t letters = 0;
    size_t len = strlen(name);

    for (size_t i = 0; i < len; i++)
        letters += is_letter((unsigned char)name[i]);
    return letters ? len >= LETTERS_LEAST : len >= DIGITS_LEAST;
}

bool pt_redact_may_stand_alone(const char *name, const struct pt_strings *known)
{
    if (!is_rare(name) || has_word(format_words, name))
        return false;
    for (size_t i = 0; i < known->count; i++)
        if (has_word(known->at[i], name))
            return false;
    return true;
}

void pt_names_add(struct pt_names *names, const struct pt_redact_name *name)
{
    if (names->count < PT_REDACT_NAMES && name->text && *name->text)
        names->at[names->count++] = *name;
}
