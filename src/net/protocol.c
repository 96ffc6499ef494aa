#include "net/protocol.h"

#include <string.h>

static bool has_prefix_nocase(struct pt_slice s, const char *prefix)
{
    size_t len = strlen(prefix);
    char head[32];

    if (s.len < len || len >= sizeof(head))
        return false;
    memcpy(head, s.at, len);
    head[len] = '\0';
    return pt_is_nocase(head, prefix);
}

/* Is the first word of s this one? */
static bool begins_with_word(struct pt_slice s, const char *word)
{
    struct pt_slice first;

    return pt_next_word(&s, &first) && first.len == strlen(word) &&
           has_prefix_nocase(first, word);
}

static struct pt_slice after(struct pt_slice s, size_t n)
{
    return n < s.len ? pt_slice(s.at + n, s.len - n) : pt_slice("", 0);
}

/* RFC 3501, 7.1: the reply ends with a line that has the command's tag. */
static enum pt_response judge_imap(struct pt_slice line, enum pt_phase phase)
{
    const char *tag = phase == PT_PHASE_UPGRADE   ? "a2 "
                      : phase == PT_PHASE_SECURED ? "a3 "
                                                  : "a1 ";

    if (!pt_slice_has_prefix(line, tag))
        return PT_RESPONSE_GOES_ON;
    return begins_with_word(after(line, strlen(tag)), "OK") ? PT_RESPONSE_YES
                                                            : PT_RESPONSE_NO;
}

/* RFC 5321, 4.2: "250-" goes on, "250 " ends. */
static enum pt_response judge_smtp(struct pt_slice line, enum pt_phase phase)
{
    (void)phase;
    if (line.len < 3 || (line.len > 3 && line.at[3] == '-'))
        return PT_RESPONSE_GOES_ON;
    return line.at[0] == '2' ? PT_RESPONSE_YES : PT_RESPONSE_NO;
}

/* RFC 2449, 5: the list of CAPA ends with a dot; an old server has none. */
static enum pt_response judge_pop(struct pt_slice line, enum pt_phase phase)
{
    if (pt_slice_has_prefix(line, "-ERR"))
        return PT_RESPONSE_NO;
    if (phase == PT_PHASE_CAPABILITIES || phase == PT_PHASE_SECURED)
        return pt_slice_is(line, ".") ? PT_RESPONSE_YES : PT_RESPONSE_GOES_ON;
    return pt_slice_has_prefix(line, "+OK") ? PT_RESPONSE_YES : PT_RESPONSE_NO;
}

/* RFC 5804, 1.2: every reply ends with OK, NO or BYE. */
static enum pt_response judge_sieve(struct pt_slice line, enum pt_phase phase)
{
    (void)phase;
    if (begins_with_word(line, "OK"))
        return PT_RESPONSE_YES;
    return begins_with_word(line, "NO") || begins_with_word(line, "BYE")
               ? PT_RESPONSE_NO
               : PT_RESPONSE_GOES_ON;
}

static const struct pt_protocol protocols[] = {
    {
        .service = PT_IMAP,
        .ask = "a1 CAPABILITY\r\n",
        .ask_again = "a3 CAPABILITY\r\n",
        .upgrade = "a2 STARTTLS\r\n",
        .leave = "a5 LOGOUT\r\n",
        .judge = judge_imap,
    },
    {
        .service = PT_SUBMISSION,
        .ask = "EHLO",
        .ask_again = "EHLO",
        .names_us = true,
        .upgrade = "STARTTLS\r\n",
        .leave = "QUIT\r\n",
        .last_says = true,
        .judge = judge_smtp,
    },
    {
        .service = PT_POP3,
        .ask = "CAPA\r\n",
        .ask_again = "CAPA\r\n",
        .upgrade = "STLS\r\n",
        .leave = "QUIT\r\n",
        .judge = judge_pop,
    },
    {
        .service = PT_SIEVE,
        .upgrade = "STARTTLS\r\n",
        .leave = "LOGOUT\r\n",
        .judge = judge_sieve,
    },
};

const struct pt_protocol *pt_protocol_of(enum pt_service service)
{
    for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
        if (protocols[i].service == service)
            return &protocols[i];
    return NULL;
}
