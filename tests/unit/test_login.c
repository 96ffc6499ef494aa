/* test_login.c - how a password is handed over, and what must not come back.
 */
#include "net/login.h"
#include "tests/tap.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 4096 };

#define PLAIN "AGFubgBzZWNyZXQ="
#define LONG                                                        \
    "0123456789012345678901234567890123456789012345678901234567890" \
    "0123456789012345678901234567890123456789012345678901234567890" \
    "0123456789012345678901234567890123456789012345678901234567890"

/* talk: "> what we say", "< what it says", parted by LF; the first is ours. */
static const struct {
    const char *name;
    enum pt_service service;
    const char *can; /* lines */
    struct pt_credentials with;
    const char *talk; /* NULL: there is no way */
    enum pt_login_state ends;
} cases[] = {
    {"IMAP takes the answer in the command", PT_IMAP,
     "* CAPABILITY AUTH=LOGIN AUTH=PLAIN SASL-IR", {"ann", "secret"},
     "> a4 AUTHENTICATE PLAIN " PLAIN "\n< * CAPABILITY X\n< a4 OK in",
     PT_LOGIN_YES},
    {"or asks for it", PT_IMAP, "* CAPABILITY AUTH=PLAIN", {"ann", "secret"},
     "> a4 AUTHENTICATE PLAIN\n< + \n> " PLAIN "\n< a4 OK", PT_LOGIN_YES},
    {"or for name and password", PT_IMAP,
     "* CAPABILITY AUTH=LOGIN LOGINDISABLED", {"ann", "secret"},
     "> a4 AUTHENTICATE LOGIN\n< + VXNlcg==\n> YW5u\n< +\n> c2VjcmV0\n< a4 OK",
     PT_LOGIN_YES},
    {"or has its own command, with quotes", PT_IMAP, "* CAPABILITY IMAP4rev1",
     {"ann", "se\"c\\ret"},
     "> a4 LOGIN \"ann\" \"se\\\"c\\\\ret\"\n< a4 NO no", PT_LOGIN_NO},
    {"which has literals for what is not ASCII", PT_IMAP,
     "* CAPABILITY IMAP4rev1", {"ann", "gr\xC3\xBC\xC3\x9F"},
     "> a4 LOGIN {3}\n< + go\n> ann {6}\n< + go\n> gr\xC3\xBC\xC3\x9F\n"
     "< a4 OK",
     PT_LOGIN_YES},
    {"or refuses a literal", PT_IMAP, "* CAPABILITY IMAP4rev1",
     {"\xC3\xBC", "x"}, "> a4 LOGIN {2}\n< a4 BAD no", PT_LOGIN_NO},
    {"or lets nobody in", PT_IMAP,
     "* CAPABILITY AUTH=XOAUTH2 LOGINDISABLED", {"ann", "secret"}, NULL,
     PT_LOGIN_NO},
    {"one that asks for more gets no more", PT_IMAP,
     "* CAPABILITY AUTH=PLAIN SASL-IR", {"ann", "secret"},
     "> a4 AUTHENTICATE PLAIN " PLAIN "\n< + more\n> *\n< a4 BAD",
     PT_LOGIN_NO},
    {"a yes before it heard the password is none", PT_IMAP,
     "* CAPABILITY AUTH=PLAIN", {"ann", "secret"},
     "> a4 AUTHENTICATE PLAIN\n< a4 OK", PT_LOGIN_NO},
    {"SMTP takes the answer in the command", PT_SUBMISSION,
     "250-AUTH PLAIN LOGIN", {"ann", "secret"},
     "> AUTH PLAIN " PLAIN "\n< 235 in", PT_LOGIN_YES},
    {"or asks for name and password", PT_SUBMISSION, "250 AUTH LOGIN",
     {"ann", "secret"},
     "> AUTH LOGIN\n< 334 VXNlcm5hbWU6\n> YW5u\n< 334 UGFzcw==\n"
     "> c2VjcmV0\n< 535-no\n< 535 really",
     PT_LOGIN_NO},
    {"or lets nobody in by a password", PT_SUBMISSION, "250 SIZE",
     {"ann", "secret"}, NULL, PT_LOGIN_NO},
    {"POP3 takes the answer in the command", PT_POP3, "SASL PLAIN",
     {"ann", "secret"}, "> AUTH PLAIN " PLAIN "\n< +OK in", PT_LOGIN_YES},
    {"POP3 has a command of its own", PT_POP3, "USER", {"ann", "sec ret"},
     "> USER ann\n< +OK\n> PASS sec ret\n< -ERR no", PT_LOGIN_NO},
    {"which cannot carry a line feed", PT_POP3, "USER",
     {"ann", "x\r\nDELE 1"}, NULL, PT_LOGIN_NO},
    {"ManageSieve quotes all of it", PT_SIEVE, "\"SASL\" \"PLAIN\"",
     {"ann", "secret"}, "> AUTHENTICATE \"PLAIN\" \"" PLAIN "\"\n< OK",
     PT_LOGIN_YES},
    {"and asks in quotes or in a literal", PT_SIEVE, "\"SASL\" \"LOGIN\"",
     {"ann", "secret"},
     "> AUTHENTICATE \"LOGIN\"\n< {4}\n< User\n> \"YW5u\"\n< \"Pass\"\n"
     "> \"c2VjcmV0\"\n< NO \"no\"",
     PT_LOGIN_NO},
    {"nothing is not tried", PT_SUBMISSION, "250 AUTH PLAIN", {"ann", ""},
     NULL, PT_LOGIN_NO},
};

static void read_all(enum pt_service service, const char *text,
                     struct pt_capability *can)
{
    struct pt_slice rest = pt_slice_of(text);
    struct pt_slice line;

    while (pt_next_line(&rest, &line))
        pt_capability_read(service, line, can);
    pt_capability_end(service, can);
}

/* What was said and heard, as `talk` has it. */
static enum pt_login_state play(struct pt_login *login, const char *talk,
                                struct pt_buf *out, char *ret_got)
{
    enum pt_login_state state = PT_LOGIN_GOES_ON;
    struct pt_slice rest = pt_slice_of(talk);
    struct pt_slice line;
    size_t len = 0;

    while (pt_next_line(&rest, &line)) {
        if (line.at[0] == '<') {
            state = pt_login_hear(login, pt_slice(line.at + 2, line.len - 2),
                                  out);
            len += (size_t)snprintf(ret_got + len, TEXT_SIZE - len, "%.*s\n",
                                    (int)line.len, line.at);
        }
        if (out->len > 2)
            len += (size_t)snprintf(ret_got + len, TEXT_SIZE - len, "> %.*s\n",
                                    (int)(out->len - 2), out->at);
        pt_buf_clear(out);
    }
    if (len)
        ret_got[len - 1] = '\0';
    return state;
}

static void test_ways(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_capability can = {0};
        struct pt_login login;
        char got[TEXT_SIZE] = "";
        enum pt_login_state state;

        read_all(cases[i].service, cases[i].can, &can);
        if (!pt_login_begin(&login, cases[i].service, &can, &cases[i].with,
                            &out)) {
            OK(!cases[i].talk && !out.len, cases[i].name);
            continue;
        }
        state = play(&login, cases[i].talk ? cases[i].talk : "", &out, got);
        IS(got, cases[i].talk, cases[i].name);
        OK(state == cases[i].ends, "and that is how it ends");
    }
}

/* RFC 5034, 4. */
static void test_long(void)
{
    static const struct pt_credentials with = {"ann", LONG};
    PT_BUF struct pt_buf out = {0};
    struct pt_capability can = {0};
    struct pt_login login;

    read_all(PT_POP3, "SASL PLAIN", &can);
    OK(pt_login_begin(&login, PT_POP3, &can, &with, &out),
       "a long password is handed over");
    IS(out.at, "AUTH PLAIN\r\n", "but not in a command of POP3");
}

static void test_mask(void)
{
    static const struct {
        const char *line;
        const char *want;
        const char *name;
    } lines[] = {
        {"535 no such user", "535 no such user", "what is not secret is told"},
        {"no: se\"cret!", "no: ***!", "the password is not"},
        {"LOGIN \"ann\" \"se\\\"cret\"", "LOGIN \"ann\" ***", "nor in quotes"},
        {"c2UiY3JldA== AGFubgBzZSJjcmV0", "*** ***", "nor in base64"},
        {"se\"crese\"cret", "se\"cre***", "wherever it begins"},
    };
    static const struct pt_credentials with = {"ann", "se\"cret"};
    const struct pt_login login = {.service = PT_IMAP, .credentials = &with};

    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        PT_BUF struct pt_buf out = {0};

        pt_login_mask(&login, pt_slice_of(lines[i].line), &out);
        IS(pt_buf_text(&out), lines[i].want, lines[i].name);
    }
}

int main(void)
{
    test_ways();
    test_long();
    test_mask();
    return tap_done();
}
