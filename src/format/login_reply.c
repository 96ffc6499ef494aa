#include "format/login_reply.h"

#include <string.h>

enum { REPLY_SIZE = 512 };

#define ON(service) (1U << (service))
enum {
    ANY = 0,
    IMAP = ON(PT_IMAP),
    POP3 = ON(PT_POP3),
    SMTP = ON(PT_SUBMISSION),
    SIEVE = ON(PT_SIEVE),
};

enum place {
    HOLDS,  /* it stands anywhere */
    STARTS, /* the reply starts with it */
    BEGINS, /* and a blank, a bracket, a dash or the end follows */
    SAYS,   /* it is the first word, or the one after the tag */
};

/* In lower case; the first that fits decides.  Only after PT_LOGIN_DENIED is
 * another user name tried: what may count tries, or lock, comes before. */
static const struct {
    unsigned services;
    enum place place;
    const char *text;
    enum pt_login_outcome outcome;
} rows[] = {
    /* The names that hosters have for the same thing; Google's last line of
     * several holds but an address. */
    {ANY, HOLDS, "application-specific password", PT_LOGIN_APP_PASSWORD},
    {ANY, HOLDS, "application specific password", PT_LOGIN_APP_PASSWORD},
    {ANY, HOLDS, "application password", PT_LOGIN_APP_PASSWORD},
    {ANY, HOLDS, "app-specific password", PT_LOGIN_APP_PASSWORD},
    {ANY, HOLDS, "app specific password", PT_LOGIN_APP_PASSWORD},
    {ANY, HOLDS, "app password", PT_LOGIN_APP_PASSWORD},
    {ANY, HOLDS, "invalidsecondfactor", PT_LOGIN_APP_PASSWORD},
    {ANY, HOLDS, "authorization code", PT_LOGIN_APP_PASSWORD},

    /* Exchange has one code for all of these. */
    {ANY, HOLDS, "credentials were incorrect", PT_LOGIN_DENIED},
    {SMTP, HOLDS, "5.7.139", PT_LOGIN_NO_METHOD},
    {ANY, HOLDS, "basic auth", PT_LOGIN_NO_METHOD},
    {ANY, HOLDS, "logindisabled", PT_LOGIN_NO_METHOD},
    {IMAP, HOLDS, "[privacyrequired]", PT_LOGIN_NO_METHOD},
    {SIEVE, HOLDS, "(auth-too-weak)", PT_LOGIN_NO_METHOD},
    {SIEVE, HOLDS, "(encrypt-needed)", PT_LOGIN_NO_METHOD},

    {ANY, HOLDS, "too many", PT_LOGIN_BLOCKED},
    {ANY, HOLDS, "rate limit", PT_LOGIN_BLOCKED},
    {ANY, HOLDS, "try again later", PT_LOGIN_BLOCKED},
    {ANY, HOLDS, "temporar", PT_LOGIN_BLOCKED},
    {ANY, HOLDS, "locked", PT_LOGIN_BLOCKED}, /* blocked, too */
    {ANY, HOLDS, "disabled", PT_LOGIN_BLOCKED},
    {ANY, HOLDS, "suspended", PT_LOGIN_BLOCKED},
    {ANY, HOLDS, "not enabled", PT_LOGIN_BLOCKED},
    {ANY, HOLDS, "not have access", PT_LOGIN_BLOCKED},
    {ANY, HOLDS, "web login", PT_LOGIN_BLOCKED},
    {ANY, HOLDS, "web browser", PT_LOGIN_BLOCKED},

    {IMAP, HOLDS, "[webalert", PT_LOGIN_BLOCKED},
    {IMAP, HOLDS, "[limit]", PT_LOGIN_BLOCKED},
    {IMAP, HOLDS, "[inuse]", PT_LOGIN_BLOCKED},
    {IMAP, HOLDS, "[unavailable]", PT_LOGIN_BLOCKED},
    {IMAP, HOLDS, "[contactadmin]", PT_LOGIN_BLOCKED},
    {IMAP, HOLDS, "[expired]", PT_LOGIN_BLOCKED},
    {POP3, HOLDS, "[sys/", PT_LOGIN_BLOCKED},
    {POP3, HOLDS, "[login-delay]", PT_LOGIN_BLOCKED},
    {POP3, HOLDS, "[in-use]", PT_LOGIN_BLOCKED},
    {SIEVE, HOLDS, "(trylater", PT_LOGIN_BLOCKED},
    {SIEVE, HOLDS, "(transition-needed)", PT_LOGIN_BLOCKED},

    {SMTP, BEGINS, "504", PT_LOGIN_NO_METHOD},
    {SMTP, BEGINS, "530", PT_LOGIN_NO_METHOD},
    {SMTP, BEGINS, "534", PT_LOGIN_NO_METHOD}, /* too weak */
    {SMTP, BEGINS, "538", PT_LOGIN_NO_METHOD}, /* not without encryption */
    {SMTP, BEGINS, "535", PT_LOGIN_DENIED},
    /* What go-smtp says to a wrong password, as some bridges do. */
    {SMTP, HOLDS, "invalid username or password", PT_LOGIN_DENIED},
    {SMTP, STARTS, "4", PT_LOGIN_BLOCKED},

    {IMAP | SIEVE, SAYS, "no", PT_LOGIN_DENIED},
    {POP3, BEGINS, "-err", PT_LOGIN_DENIED},
};

static bool begins(struct pt_slice reply, const char *word)
{
    size_t len = strlen(word);

    return pt_slice_has_prefix(reply, word) &&
           (reply.len == len || strchr(" -[(", reply.at[len]));
}

static bool says(struct pt_slice reply, const char *word)
{
    struct pt_slice first;
    struct pt_slice second;

    if (!pt_next_word(&reply, &first))
        return false;
    return pt_slice_is(first, word) ||
           (pt_next_word(&reply, &second) && pt_slice_is(second, word));
}

static bool fits(size_t row, enum pt_service service, struct pt_slice reply)
{
    const char *text = rows[row].text;

    if (rows[row].services && !(rows[row].services & ON(service)))
        return false;
    switch (rows[row].place) {
    case HOLDS:
        return pt_slice_find(reply, text);
    case STARTS:
        return pt_slice_has_prefix(reply, text);
    case BEGINS:
        return begins(reply, text);
    case SAYS:
        return says(reply, text);
    }
    return false;
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

enum pt_login_outcome pt_login_class(enum pt_service service,
                                     struct pt_slice reply)
{
    char text[REPLY_SIZE];
    size_t len = reply.len < sizeof(text) ? reply.len : sizeof(text);

    for (size_t i = 0; i < len; i++)
        text[i] = fold(reply.at[i]);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (fits(i, service, pt_slice(text, len)))
            return rows[i].outcome;
    return PT_LOGIN_FAILED;
}
