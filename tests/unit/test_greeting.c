#include "model/greeting.h"
#include "tests/tap.h"

enum { NONE = -1, SENTENCE = 256 };

static const struct {
    const char *line;
    int service;
    bool welcome;
} lines[] = {
    {"* OK [CAPABILITY IMAP4rev1] gluon ready", PT_IMAP, true},
    {"* OK", PT_IMAP, true},
    {"* PREAUTH welcome back", PT_IMAP, true},
    {"* BYE too many connections", PT_IMAP, false},
    {"* BAD exchange is down", PT_IMAP, false},
    {"* OKAY", NONE, false},
    {"* PREAUTHORISED", NONE, false},
    {"* BYE-BYE", PT_IMAP, false},
    {"* BYEBYE", NONE, false},
    {"* BADLY", NONE, false},
    {"* CAPABILITY IMAP4rev1", NONE, false},
    {"220 127.0.0.1 ESMTP Service Ready", PT_SUBMISSION, true},
    {"220-first of many", PT_SUBMISSION, true},
    {"220", PT_SUBMISSION, true},
    {"2200 ready", NONE, false},
    {"421 closing", PT_SUBMISSION, false},
    {"554 no service", PT_SUBMISSION, false},
    {"4210 closing", NONE, false},
    {"5540 no service", NONE, false},
    {"450 4.7.1 blocked", PT_SUBMISSION, false},
    {"451 4.7.1 later", PT_SUBMISSION, false},
    {"521 mail.example.org takes no mail", PT_SUBMISSION, false},
    {"550-you are on a list", PT_SUBMISSION, false},
    {"350 more", NONE, false},
    {"BYE \"too many connections\"", PT_SIEVE, false},
    {"NO", PT_SIEVE, false},
    {"NOBODY", NONE, false},
    {"+OK POP3 ready", PT_POP3, true},
    {"+OK", PT_POP3, true},
    {"-ERR busy", PT_POP3, false},
    {"+OKAY", NONE, false},
    {"-ERROR", NONE, false},
    {"\"IMPLEMENTATION\" \"a server\"", PT_SIEVE, true},
    {"HTTP/1.1 400 Bad Request", NONE, false},
    {"SSH-2.0-OpenSSH_9.2", NONE, false},
    {" * OK", NONE, false},
    {"", NONE, false},
};

static void test_lines(void)
{
    char what[SENTENCE];

    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        struct pt_slice line = pt_slice_of(lines[i].line);
        enum pt_service service = PT_LDAP;
        bool known = pt_greeting_service(line, &service);

        snprintf(what, sizeof(what), "'%s' greets as %s", lines[i].line,
                 lines[i].service == NONE
                     ? "nothing we know"
                     : pt_service_name((enum pt_service)lines[i].service));
        OK(known ? (int)service == lines[i].service
                 : lines[i].service == NONE && service == PT_LDAP,
           what);
        snprintf(what, sizeof(what), "and it is %s welcome",
                 lines[i].welcome ? "a" : "no");
        OK(pt_greeting_is_welcome(line) == lines[i].welcome, what);
    }
}

/* What was heard need not end in NUL. */
static void test_bounds(void)
{
    enum pt_service service;

    OK(!pt_greeting_service(pt_slice("* OK ready", 3), &service),
       "what comes after the bytes heard is not looked at");
    OK(pt_greeting_service(pt_slice("* OKAY", 4), &service),
       "the end of them ends the word");
}

int main(void)
{
    test_lines();
    test_bounds();
    return tap_done();
}
