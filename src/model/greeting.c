#include "model/greeting.h"

#include <string.h>

/* RFC 3501, 7.1; RFC 5321, 4.2; RFC 7504; RFC 1939, 4; RFC 5804, 1.2 and 1.7.
 * "* BAD" is what DavMail says when its own server is out of reach; 450, 451
 * and 550 what Postfix and Exim say to an address that is on a list. */
static const struct {
    const char *word;
    bool alone; /* a blank, a dash or the end must follow */
    enum pt_service service;
    bool welcome;
} greetings[] = {
    {"* OK", true, PT_IMAP, true},
    {"* PREAUTH", true, PT_IMAP, true},
    {"* BAD", true, PT_IMAP, false},
    {"* BYE", true, PT_IMAP, false},
    {"220", true, PT_SUBMISSION, true},
    {"421", true, PT_SUBMISSION, false},
    {"450", true, PT_SUBMISSION, false},
    {"451", true, PT_SUBMISSION, false},
    {"521", true, PT_SUBMISSION, false},
    {"550", true, PT_SUBMISSION, false},
    {"554", true, PT_SUBMISSION, false},
    {"+OK", true, PT_POP3, true},
    {"-ERR", true, PT_POP3, false},
    {"\"IMPLEMENTATION\"", false, PT_SIEVE, true},
    {"BYE", true, PT_SIEVE, false},
    {"NO", true, PT_SIEVE, false},
};

static bool begins(struct pt_slice greeting, const char *word, bool alone)
{
    size_t len = strlen(word);

    return pt_slice_has_prefix(greeting, word) &&
           (!alone || greeting.len == len || greeting.at[len] == ' ' ||
            greeting.at[len] == '-');
}

static size_t row_of(struct pt_slice greeting)
{
    size_t i = 0;

    while (i < sizeof(greetings) / sizeof(*greetings) &&
           !begins(greeting, greetings[i].word, greetings[i].alone))
        i++;
    return i;
}

bool pt_greeting_service(struct pt_slice greeting, enum pt_service *ret_service)
{
    size_t i = row_of(greeting);

    if (i == sizeof(greetings) / sizeof(*greetings))
        return false;
    *ret_service = greetings[i].service;
    return true;
}

bool pt_greeting_is_welcome(struct pt_slice greeting)
{
    size_t i = row_of(greeting);

    return i < sizeof(greetings) / sizeof(*greetings) && greetings[i].welcome;
}
