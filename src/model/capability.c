#include "model/capability.h"

#include <string.h>

enum { WORD_SIZE = 64 };

/* ---- words ---- */

/* The IANA registry of SASL mechanisms; the draft of LOGIN; XOAUTH2 is
 * Google's.  A name that ends in "-" stands for all that begin so. */
static const struct {
    const char *name;
    enum pt_auth auth;
    unsigned way;
} mechanisms[] = {
    {"PLAIN", PT_AUTH_CLEARTEXT, PT_BY_SASL_PLAIN},
    {"LOGIN", PT_AUTH_CLEARTEXT, PT_BY_SASL_LOGIN},
    {"CRAM-", PT_AUTH_ENCRYPTED, 0},
    {"DIGEST-", PT_AUTH_ENCRYPTED, 0},
    {"SCRAM-", PT_AUTH_ENCRYPTED, 0},
    {"OAUTHBEARER", PT_AUTH_OAUTH2, 0},
    {"XOAUTH2", PT_AUTH_OAUTH2, 0},
    {"GSSAPI", PT_AUTH_GSSAPI, 0},
    {"GSS-SPNEGO", PT_AUTH_GSSAPI, 0},
    {"GS2-KRB5", PT_AUTH_GSSAPI, 0},
    {"NTLM", PT_AUTH_NTLM, 0},
    {"EXTERNAL", PT_AUTH_TLS_CERT, 0},
};

/* In upper case; what is too long is cut, and so no word of ours. */
static void fold(struct pt_slice word, char out[WORD_SIZE])
{
    size_t len = word.len < WORD_SIZE ? word.len : WORD_SIZE - 1;

    for (size_t i = 0; i < len; i++)
        out[i] = word.at[i] >= 'a' && word.at[i] <= 'z'
                     ? (char)(word.at[i] - 'a' + 'A')
                     : word.at[i];
    out[len] = '\0';
}

static bool is_mechanism(const char *word, const char *name)
{
    return pt_has_suffix(name, "-") ? pt_has_prefix(word, name)
                                    : pt_is(word, name);
}

static void add_mechanism(const char *word, struct pt_capability *capability)
{
    for (size_t i = 0; i < sizeof(mechanisms) / sizeof(*mechanisms); i++)
        if (is_mechanism(word, mechanisms[i].name)) {
            capability->auth[mechanisms[i].auth] = true;
            capability->ways |= mechanisms[i].way;
        }
}

static void add_mechanisms(struct pt_slice rest,
                           struct pt_capability *capability)
{
    char word[WORD_SIZE];
    struct pt_slice next;

    while (pt_next_word(&rest, &next)) {
        fold(next, word);
        add_mechanism(word, capability);
    }
}

static struct pt_slice skip(struct pt_slice s, size_t n)
{
    return n < s.len ? pt_slice(s.at + n, s.len - n) : pt_slice("", 0);
}

static bool is_first(struct pt_slice line, const char *name)
{
    char word[WORD_SIZE];
    struct pt_slice first;

    if (!pt_next_word(&line, &first))
        return false;
    fold(first, word);
    return pt_is(word, name);
}

/* ---- one line of each service ---- */

static void read_imap_word(struct pt_slice slice,
                           struct pt_capability *capability)
{
    static const char auth[] = "AUTH=";
    char word[WORD_SIZE];

    fold(slice, word);
    if (pt_has_prefix(word, auth))
        add_mechanism(word + strlen(auth), capability);
    else if (pt_is(word, "STARTTLS"))
        capability->upgrade = true;
    else if (pt_is(word, "SASL-IR"))
        capability->sasl_ir = true;
    else if (pt_is(word, "LOGINDISABLED"))
        capability->no_command = true;
}

/* "* CAPABILITY ...", and the code of a greeting or another reply. */
static void read_imap(struct pt_slice line, struct pt_capability *capability)
{
    static const char code[] = "[CAPABILITY ";
    static const char reply[] = "* CAPABILITY ";
    const char *from = pt_slice_find(line, code);
    struct pt_slice word;
    const char *end;

    if (from) {
        line = skip(line, (size_t)(from - line.at) + strlen(code));
        end = memchr(line.at, ']', line.len);
        if (end)
            line.len = (size_t)(end - line.at);
    } else if (pt_slice_has_prefix(line, reply)) {
        line = skip(line, strlen(reply));
    } else {
        return;
    }
    while (pt_next_word(&line, &word))
        read_imap_word(word, capability);
}

/* "250-STARTTLS"; "250-AUTH PLAIN LOGIN", and "250-AUTH=LOGIN" of before RFC
 * 2554.  A greeting, or a "no", says nothing of the kind. */
static void read_smtp(struct pt_slice line, struct pt_capability *capability)
{
    char word[WORD_SIZE];

    if (!pt_slice_has_prefix(line, "250"))
        return;
    line = skip(line, strlen("250-"));
    capability->upgrade |= is_first(line, "STARTTLS");
    fold(line, word);
    if (pt_has_prefix(word, "AUTH ") || pt_has_prefix(word, "AUTH="))
        add_mechanisms(skip(line, strlen("AUTH ")), capability);
}

static void read_pop3(struct pt_slice line, struct pt_capability *capability)
{
    char word[WORD_SIZE];
    struct pt_slice first;

    if (pt_slice_has_prefix(line, "+OK") || pt_slice_has_prefix(line, "-ERR") ||
        !pt_next_word(&line, &first))
        return;
    capability->has_list = true;
    fold(first, word);
    if (pt_is(word, "STLS"))
        capability->upgrade = true;
    else if (pt_is(word, "USER"))
        capability->ways |= PT_BY_COMMAND;
    else if (pt_is(word, "SASL"))
        add_mechanisms(line, capability);
}

/* "STARTTLS"; "SASL" "PLAIN SCRAM-SHA-1" */
static void read_sieve(struct pt_slice line, struct pt_capability *capability)
{
    static const char key[] = "\"SASL\"";
    char word[WORD_SIZE];

    capability->upgrade |= is_first(line, "\"STARTTLS\"");
    fold(line, word);
    if (!pt_has_prefix(word, key))
        return;
    line = pt_trim(skip(line, strlen(key)));
    if (line.len >= 2 && line.at[0] == '"')
        add_mechanisms(pt_slice(line.at + 1, line.len - 2), capability);
}

void pt_capability_read(enum pt_service service, struct pt_slice line,
                        struct pt_capability *capability)
{
    if (service == PT_IMAP)
        read_imap(line, capability);
    else if (service == PT_SUBMISSION)
        read_smtp(line, capability);
    else if (service == PT_POP3)
        read_pop3(line, capability);
    else if (service == PT_SIEVE)
        read_sieve(line, capability);
}

void pt_capability_end(enum pt_service service,
                       struct pt_capability *capability)
{
    if ((service == PT_IMAP && !capability->no_command) ||
        (service == PT_POP3 && !capability->has_list))
        capability->ways |= PT_BY_COMMAND;
    if (capability->ways & PT_BY_COMMAND)
        capability->auth[PT_AUTH_CLEARTEXT] = true;
}
