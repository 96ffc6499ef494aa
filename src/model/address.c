#include "model/address.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <string.h>

enum {
    LOCAL_MAX = 64,    /* RFC 5321, 4.5.3.1.1 */
    ADDRESS_MAX = 254, /* RFC 5321, 4.5.3.1.3, less the angle brackets */
    TYPED_MAX = 1024,  /* U-labels may take more bytes than their A-labels */
    HOST_MAX = 253,    /* RFC 1035, 2.3.4, as text */
    LABEL_MAX = 63,
};

static const char hint[] = "give an address such as ann@example.org";

/* ---- hosts ---- */

static bool is_number(const char *host)
{
    struct in6_addr raw;

    return inet_pton(AF_INET, host, &raw) == 1 ||
           inet_pton(AF_INET6, host, &raw) == 1;
}

/* An IP address in its one spelling (RFC 5952). */
static const char *number_from(struct pt_arena *arena, const char *text)
{
    char spelt[INET6_ADDRSTRLEN];
    struct in6_addr raw;

    if (inet_pton(AF_INET6, text, &raw) == 1 &&
        inet_ntop(AF_INET6, &raw, spelt, sizeof(spelt)))
        return pt_arena_strdup(arena, spelt);
    return pt_arena_strdup(arena, text);
}

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

/* What is wrong with a label, or NULL. */
static const char *label_fault(const char *at, size_t len)
{
    if (!len)
        return "a dot is too much";
    if (len > LABEL_MAX)
        return "a label is longer than 63 bytes";
    if (at[0] == '-' || at[len - 1] == '-')
        return "a label begins or ends with a hyphen";
    for (size_t i = 0; i < len; i++)
        if (!is_alphanumeric(at[i]) && at[i] != '-')
            return "only letters, digits, hyphens and dots may be in it";
    return NULL;
}

/* inet_aton() reads "127.1", "2130706433" and "0x7f.1" as addresses. */
static bool is_numeric_label(const char *label)
{
    bool is_hex = pt_has_prefix(label, "0x") || pt_has_prefix(label, "0X");
    const char *digits = is_hex ? label + 2 : label;

    return !digits[strspn(digits, is_hex ? "0123456789abcdefABCDEF"
                                         : "0123456789")];
}

/* What is wrong with a host, or NULL. */
static const char *host_fault(const char *host)
{
    const char *label = host;
    size_t len = strcspn(label, ".");

    if (is_number(host))
        return NULL;
    if (strlen(host) > HOST_MAX)
        return "it is longer than 253 bytes";
    for (;;) {
        const char *fault = label_fault(label, len);

        if (fault)
            return fault;
        if (!label[len])
            break;
        label += len + 1;
        len = strcspn(label, ".");
    }
    return is_numeric_label(label) ? "it ends in a number" : NULL;
}

bool pt_host_ok(const char *host)
{
    return !host_fault(host);
}

/* Letters, digits, dots and single hyphens: IDNA makes them lower case and no
 * more, and it would fetch its tables of Unicode to do so. */
static bool is_plain(const char *host)
{
    for (const char *at = host; *at; at++)
        if (!is_alphanumeric(*at) && *at != '.' &&
            (*at != '-' || at[1] == '-'))
            return false;
    return true;
}

static char *to_lower(struct pt_arena *arena, const char *host)
{
    char *copy = pt_arena_strdup(arena, host);

    for (char *at = copy; at && *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return copy;
}

static char *idna_to_ascii(struct pt_arena *arena, const char *host,
                           int *ret_code)
{
    char *copy;
    char *ascii = NULL;

    *ret_code = idn2_to_ascii_8z(host, &ascii,
                                 IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (*ret_code == IDN2_MALLOC)
        pt_arena_fail(arena);
    if (*ret_code != IDN2_OK)
        return NULL;
    copy = pt_arena_strdup(arena, ascii);
    idn2_free(ascii);
    return copy;
}

/* The final dot goes last: IDNA turns other characters into dots. */
static char *to_ascii(struct pt_arena *arena, const char *host, int *ret_code)
{
    char *copy;

    *ret_code = IDN2_OK;
    copy = is_plain(host) ? to_lower(arena, host)
                          : idna_to_ascii(arena, host, ret_code);
    if (copy && pt_has_suffix(copy, "."))
        copy[strlen(copy) - 1] = '\0';
    return copy;
}

const char *pt_host_from(struct pt_arena *arena, const char *text)
{
    const char *host;
    int code;

    if (is_number(text))
        return number_from(arena, text);
    host = strlen(text) <= TYPED_MAX ? to_ascii(arena, text, &code) : NULL;
    if (!host || is_number(host)) /* whose digits were disguised */
        return NULL;
    return pt_host_ok(host) ? host : NULL;
}

/* ---- the part before the @ ---- */

/* RFC 5322, 3.2.3, and RFC 6531: any character beyond ASCII too. */
static bool is_atom(char c)
{
    return (unsigned char)c >= 0x80 || is_alphanumeric(c) ||
           (c && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

static const char *first_not_atom(struct pt_slice local)
{
    for (size_t i = 0; i < local.len; i++)
        if (!is_atom(local.at[i]))
            return local.at + i;
    return NULL;
}

/* Two dots in a row are none of RFC 5321's atoms, but some bridges sign in with
 * such names, and some providers gave them out. */
static bool are_dots_inside(struct pt_slice local)
{
    return local.at[0] != '.' && local.at[local.len - 1] != '.';
}

/* RFC 5321, 4.1.2: a backslash may stand before any character; a quote and a
 * backslash need one. */
static bool is_quoted(struct pt_slice local)
{
    if (local.len < 3 || local.at[0] != '"' ||
        local.at[local.len - 1] != '"')
        return false;
    for (size_t i = 1; i < local.len - 1; i++) {
        if (local.at[i] == '"')
            return false;
        if (local.at[i] == '\\' && ++i == local.len - 1)
            return false;
    }
    return true;
}

/* Blanks beyond ASCII, and what has no width at all: pasted by mistake, and
 * nobody could see why the address does not work.  First and last of each run;
 * UTF-8 sorts as its characters do.  U+200C and U+200D are not among them:
 * Persian and the scripts of India are written with these. */
static const struct {
    const char *first;
    const char *last;
} unseen[] = {
    {"\xC2\xA0", "\xC2\xA0"},                 /* U+00A0 */
    {"\xC2\xAD", "\xC2\xAD"},                 /* U+00AD */
    {"\xE1\x9A\x80", "\xE1\x9A\x80"},         /* U+1680 */
    {"\xE1\xA0\x8E", "\xE1\xA0\x8E"},         /* U+180E */
    {"\xE2\x80\x80", "\xE2\x80\x8B"},         /* U+2000 to U+200B */
    {"\xE2\x80\xAF", "\xE2\x80\xAF"},         /* U+202F */
    {"\xE2\x81\x9F", "\xE2\x81\xA4"},         /* U+205F to U+2064 */
    {"\xE3\x80\x80", "\xE3\x80\x80"},         /* U+3000 */
    {"\xEF\xBB\xBF", "\xEF\xBB\xBF"},         /* U+FEFF */
    {"\xF3\xA0\x80\x80", "\xF3\xA0\x81\xBF"}, /* U+E0000 to U+E007F */
};

static bool is_unseen(const char *at)
{
    for (size_t i = 0; i < sizeof(unseen) / sizeof(*unseen); i++) {
        size_t len = strlen(unseen[i].first);

        if (strncmp(at, unseen[i].first, len) >= 0 &&
            strncmp(at, unseen[i].last, len) <= 0)
            return true;
    }
    return false;
}

static bool has_unseen(struct pt_slice local)
{
    for (size_t i = 0; i < local.len; i++)
        if (is_unseen(local.at + i))
            return true;
    return false;
}

static enum pt_status check_atoms(struct pt_slice local, const char *text,
                                  struct pt_error *err)
{
    const char *wrong = first_not_atom(local);

    if (local.at[0] == '"')
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "the quotes before the @ of '%s' do not match", text);
    if (wrong && *wrong == ' ')
        return pt_fail(err, PT_BAD_INPUT, hint, "'%s' has a blank in it", text);
    if (wrong && *wrong == '@')
        return pt_fail(err, PT_BAD_INPUT, hint, "'%s' has more than one @",
                       text);
    if (wrong)
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "there may be no '%c' before the @ of '%s'", *wrong,
                       text);
    if (!are_dots_inside(local))
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "'%s' has a dot too many before the @", text);
    return PT_OK;
}

static enum pt_status check_local(struct pt_slice local, const char *text,
                                  struct pt_error *err)
{
    if (!local.len)
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "'%s' has nothing before the @", text);
    if (local.len > LOCAL_MAX)
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "the part before the @ has %zu bytes, and %d is the "
                       "most there may be",
                       local.len, LOCAL_MAX);
    if (has_unseen(local))
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "'%s' has a blank or an invisible character before "
                       "the @",
                       text);
    return is_quoted(local) ? PT_OK : check_atoms(local, text, err);
}

/* ---- the domain ---- */

/* Where the domain has no other spelling, its A-labels are shown. */
static const char *to_unicode(struct pt_arena *arena, const char *ascii)
{
    const char *copy = ascii;
    char *shown = NULL;

    if (is_plain(ascii))
        return ascii;
    if (idn2_to_unicode_8z8z(ascii, &shown, 0) == IDN2_OK &&
        pt_is_printable(pt_slice_of(shown)))
        copy = pt_arena_strdup(arena, shown);
    idn2_free(shown);
    return copy;
}

static enum pt_status fail_domain(const char *domain, const char *fault,
                                  struct pt_error *err)
{
    return pt_fail(err, PT_BAD_INPUT, hint, "'%s' is not a domain: %s", domain,
                   fault);
}

static bool is_ascii(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return !*text;
}

/* Our own words where we have some: libidn2's differ between its versions. */
static const char *idna_fault(const char *domain, int code)
{
    const char *fault = is_ascii(domain) ? host_fault(domain) : NULL;

    return fault ? fault : idn2_strerror(code);
}

static enum pt_status read_domain(struct pt_arena *arena, const char *domain,
                                  const char **ret_domain, struct pt_error *err)
{
    const char *ascii;
    int code;

    if (strchr(domain, ' '))
        return fail_domain(domain, "it has a blank in it", err);
    if (*domain == '[' || is_number(domain))
        return fail_domain(domain, "it is an IP address", err);
    ascii = to_ascii(arena, domain, &code);
    if (code == IDN2_MALLOC || (!ascii && code == IDN2_OK))
        return pt_fail_memory(err);
    if (!ascii)
        return fail_domain(domain, idna_fault(domain, code), err);
    if (is_number(ascii)) /* digits beyond ASCII, until now */
        return fail_domain(domain, "it is an IP address", err);
    if (host_fault(ascii))
        return fail_domain(domain, host_fault(ascii), err);
    *ret_domain = ascii;
    return PT_OK;
}

/* ---- the whole ---- */

static enum pt_status fail_long(size_t len, struct pt_error *err)
{
    return pt_fail(err, PT_BAD_INPUT, hint,
                   "the address has %zu bytes, and %d is the most there may be",
                   len, ADDRESS_MAX);
}

static enum pt_status check_text(const char *text, struct pt_error *err)
{
    struct pt_slice whole = pt_slice_of(text);

    if (!whole.len)
        return pt_fail(err, PT_BAD_INPUT, hint, "the address is empty");
    if (!pt_is_printable(whole))
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "'%s' has control characters or is not UTF-8", text);
    if (!strchr(text, '@'))
        return pt_fail(err, PT_BAD_INPUT, hint, "'%s' has no @", text);
    if (!strrchr(text, '@')[1])
        return pt_fail(err, PT_BAD_INPUT, hint, "'%s' has nothing after the @",
                       text);
    return PT_OK;
}

/* domain is what is checked already; the sizes of the whole are not. */
static enum pt_status compose(struct pt_arena *arena, struct pt_slice local,
                              const char *domain,
                              struct pt_address *ret_address,
                              struct pt_error *err)
{
    struct pt_address address = {
        .local = pt_arena_strndup(arena, local.at, local.len),
        .domain = domain};
    const char *shown = to_unicode(arena, domain);
    size_t len = local.len + strlen("@") + strlen(domain);

    if (len > ADDRESS_MAX)
        return fail_long(len, err);
    if (!address.local || !shown)
        return pt_fail_memory(err);
    address.text = pt_arena_printf(arena, "%s@%s", address.local, domain);
    address.shown = pt_arena_printf(arena, "%s@%s", address.local, shown);
    if (!address.text || !address.shown)
        return pt_fail_memory(err);
    *ret_address = address;
    return PT_OK;
}

enum pt_status pt_address_parse(struct pt_arena *arena, const char *text,
                                struct pt_address *ret_address,
                                struct pt_error *err)
{
    enum pt_status status = check_text(text, err);
    const char *at = strrchr(text, '@');
    const char *domain = NULL;
    struct pt_slice local;

    if (status != PT_OK)
        return status;
    local = pt_slice(text, (size_t)(at - text));
    status = check_local(local, text, err);
    if (status == PT_OK && strlen(text) > TYPED_MAX)
        status = fail_long(strlen(text), err);
    if (status == PT_OK)
        status = read_domain(arena, at + 1, &domain, err);
    if (status != PT_OK)
        return status;
    return compose(arena, local, domain, ret_address, err);
}
