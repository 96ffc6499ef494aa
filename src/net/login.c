#include "net/login.h"

#include "base/base64.h"

#include <openssl/crypto.h>
#include <string.h>

enum { ROOM = 8 * PT_LOGIN_SECRET_MAX, POP3_LINE = 255 };

/* Wiped before they are freed. */
static void wipe(struct pt_buf *buf)
{
    if (buf->at)
        OPENSSL_cleanse(buf->at, buf->room);
    pt_buf_free(buf);
}

#define SECRET __attribute__((cleanup(wipe))) struct pt_buf

/* A buffer that grows leaves what it held behind: let it grow before. */
static void reserve(struct pt_buf *out)
{
    static const char nothing[ROOM];
    size_t len = out->len;

    pt_buf_add(out, nothing, sizeof(nothing));
    if (!pt_buf_failed(out))
        out->len = len;
}

/* ---- what is said ---- */

static void add_base64(struct pt_buf *out, struct pt_slice bytes)
{
    while (bytes.len) {
        size_t n = bytes.len < PT_BASE64_LINE ? bytes.len : PT_BASE64_LINE;

        pt_base64_add(out, pt_slice(bytes.at, n));
        bytes = pt_slice(bytes.at + n, bytes.len - n);
    }
}

/* RFC 4616: nobody else is acted for. */
static void add_plain(const struct pt_credentials *with, struct pt_buf *out)
{
    SECRET message = {0};

    reserve(&message);
    pt_buf_putc(&message, '\0');
    pt_buf_puts(&message, with->username);
    pt_buf_putc(&message, '\0');
    pt_buf_puts(&message, with->password);
    add_base64(out, pt_slice(pt_buf_text(&message), message.len));
    out->oom |= message.oom;
}

/* RFC 3501, 4.3. */
static void add_quoted(const char *text, struct pt_buf *out)
{
    pt_buf_putc(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            pt_buf_putc(out, '\\');
        pt_buf_putc(out, *text);
    }
    pt_buf_putc(out, '"');
}

/* How a SASL exchange begins; a quoted mechanism's answers are quoted too. */
static const struct {
    enum pt_service service;
    const char *command;
    const char *quote;
} commands[] = {
    {PT_IMAP, "a4 AUTHENTICATE ", ""},
    {PT_SUBMISSION, "AUTH ", ""},
    {PT_POP3, "AUTH ", ""},
    {PT_SIEVE, "AUTHENTICATE ", "\""},
};

static size_t row_of(enum pt_service service)
{
    size_t i = 0;

    while (commands[i].service != service)
        i++;
    return i;
}

static void add_answer(const struct pt_login *login, unsigned nth,
                       struct pt_buf *out)
{
    const char *quote = commands[row_of(login->service)].quote;
    const struct pt_credentials *with = login->credentials;

    pt_buf_puts(out, quote);
    if (login->way == PT_BY_SASL_PLAIN)
        add_plain(with, out);
    else
        add_base64(out, pt_slice_of(nth == 1 ? with->username
                                                : with->password));
    pt_buf_puts(out, quote);
}

static void say_sasl(const struct pt_login *login, struct pt_buf *out)
{
    size_t row = row_of(login->service);
    const char *quote = commands[row].quote;

    if (login->step) {
        add_answer(login, login->step, out);
        return;
    }
    pt_buf_printf(out, "%s%s%s%s", commands[row].command, quote,
                  login->way == PT_BY_SASL_PLAIN ? "PLAIN" : "LOGIN", quote);
    if (login->at_once) {
        pt_buf_putc(out, ' ');
        add_answer(login, 1, out);
    }
}

/* RFC 3501, 4.3: what cannot be quoted is a literal, and waited for. */
static void say_imap(const struct pt_login *login, struct pt_buf *out)
{
    const struct pt_credentials *with = login->credentials;

    if (login->steps == 1) {
        pt_buf_puts(out, "a4 LOGIN ");
        add_quoted(with->username, out);
        pt_buf_putc(out, ' ');
        add_quoted(with->password, out);
    } else if (!login->step) {
        pt_buf_printf(out, "a4 LOGIN {%zu}", strlen(with->username));
    } else if (login->step == 1) {
        pt_buf_printf(out, "%s {%zu}", with->username, strlen(with->password));
    } else {
        pt_buf_puts(out, with->password);
    }
}

static void say_pop3(const struct pt_login *login, struct pt_buf *out)
{
    pt_buf_puts(out, login->step ? "PASS " : "USER ");
    pt_buf_puts(out, login->step ? login->credentials->password
                                 : login->credentials->username);
}

static void say_next(struct pt_login *login, struct pt_buf *out)
{
    reserve(out);
    if (login->way != PT_BY_COMMAND)
        say_sasl(login, out);
    else if (login->service == PT_IMAP)
        say_imap(login, out);
    else
        say_pop3(login, out);
    pt_buf_puts(out, "\r\n");
    login->step++;
}

/* ---- which way ---- */

/* May it stand in quotes, and in a line? */
static bool is_simple(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x7F || (unsigned char)*text < ' ')
            return false;
    return true;
}

static bool is_one_line(const char *text)
{
    return !strpbrk(text, "\r\n");
}

static bool fits(const struct pt_credentials *with)
{
    return *with->username && *with->password &&
           strlen(with->username) <= PT_LOGIN_SECRET_MAX &&
           strlen(with->password) <= PT_LOGIN_SECRET_MAX;
}

/* RFC 5034, 4: a command of POP3 has 255 bytes at most. */
static bool is_short(const struct pt_credentials *with)
{
    size_t len = strlen(with->username) + strlen(with->password) + 2;

    return strlen("AUTH PLAIN \r\n") + (len + 2) / 3 * 4 <= POP3_LINE;
}

static void choose_plain(struct pt_login *login,
                         const struct pt_capability *can)
{
    login->way = PT_BY_SASL_PLAIN;
    login->at_once =
        login->service == PT_IMAP   ? can->sasl_ir
        : login->service == PT_POP3 ? is_short(login->credentials)
                                    : true;
    login->steps = login->at_once ? 1 : 2;
}

static bool choose_command(struct pt_login *login)
{
    const struct pt_credentials *with = login->credentials;

    login->way = PT_BY_COMMAND;
    if (login->service == PT_IMAP) {
        login->steps =
            is_simple(with->username) && is_simple(with->password) ? 1 : 3;
        return true;
    }
    login->steps = 2;
    return login->service == PT_POP3 && is_one_line(with->username) &&
           is_one_line(with->password);
}

static bool choose(struct pt_login *login, const struct pt_capability *can)
{
    if (can->ways & PT_BY_SASL_PLAIN) {
        choose_plain(login, can);
        return true;
    }
    if (can->ways & PT_BY_SASL_LOGIN) {
        login->way = PT_BY_SASL_LOGIN;
        login->steps = 3;
        return true;
    }
    return can->ways & PT_BY_COMMAND && choose_command(login);
}

bool pt_login_begin(struct pt_login *login, enum pt_service service,
                    const struct pt_capability *can,
                    const struct pt_credentials *credentials,
                    struct pt_buf *out)
{
    *login = (struct pt_login){.service = service, .credentials = credentials};
    if (!fits(credentials) || !choose(login, can))
        return false;
    say_next(login, out);
    return true;
}

/* ---- what is heard ---- */

enum heard { HEARD_MORE, HEARD_PROMPT, HEARD_YES, HEARD_NO };

static enum heard judge_imap(struct pt_slice line)
{
    if (pt_slice_has_prefix(line, "+"))
        return HEARD_PROMPT;
    if (!pt_slice_has_prefix(line, "a4 "))
        return HEARD_MORE;
    return pt_slice_is(pt_slice(line.at, line.len < 5 ? line.len : 5),
                       "a4 OK")
               ? HEARD_YES
               : HEARD_NO;
}

static enum heard judge_smtp(struct pt_slice line)
{
    if (line.len > 3 && line.at[3] == '-')
        return HEARD_MORE;
    if (pt_slice_has_prefix(line, "334"))
        return HEARD_PROMPT;
    return pt_slice_has_prefix(line, "2") ? HEARD_YES : HEARD_NO;
}

/* The "+OK" to a USER asks for more. */
static enum heard judge_pop3(const struct pt_login *login, struct pt_slice line)
{
    if (pt_slice_has_prefix(line, "+OK"))
        return login->way == PT_BY_COMMAND && login->step < login->steps
                   ? HEARD_PROMPT
                   : HEARD_YES;
    return pt_slice_has_prefix(line, "+") ? HEARD_PROMPT : HEARD_NO;
}

static enum heard judge_sieve(struct pt_login *login, struct pt_slice line)
{
    if (login->in_literal || pt_slice_has_prefix(line, "\"")) {
        login->in_literal = false;
        return HEARD_PROMPT;
    }
    login->in_literal = pt_slice_has_prefix(line, "{");
    if (login->in_literal)
        return HEARD_MORE;
    return pt_slice_has_prefix(line, "OK") ? HEARD_YES : HEARD_NO;
}

static enum heard judge(struct pt_login *login, struct pt_slice line)
{
    if (login->service == PT_IMAP)
        return judge_imap(line);
    if (login->service == PT_POP3)
        return judge_pop3(login, line);
    if (login->service == PT_SIEVE)
        return judge_sieve(login, line);
    return judge_smtp(line);
}

/* Asked for more than there is, RFC 4954, 4, and its like: no thanks. */
static void cancel(struct pt_login *login, struct pt_buf *out)
{
    const char *quote = commands[row_of(login->service)].quote;

    pt_buf_printf(out, "%s*%s\r\n", quote, quote);
}

enum pt_login_state pt_login_hear(struct pt_login *login, struct pt_slice line,
                                  struct pt_buf *out)
{
    switch (judge(login, line)) {
    case HEARD_PROMPT:
        if (login->step < login->steps)
            say_next(login, out);
        else
            cancel(login, out);
        return PT_LOGIN_GOES_ON;
    case HEARD_YES:
        return login->step < login->steps ? PT_LOGIN_NO : PT_LOGIN_YES;
    case HEARD_NO:
        return PT_LOGIN_NO;
    case HEARD_MORE:
        break;
    }
    return PT_LOGIN_GOES_ON;
}

/* ---- what must not be repeated ---- */

/* How many bytes of the line's beginning are this secret. */
static size_t match(struct pt_slice line, const struct pt_buf *secret)
{
    return secret->len && secret->len <= line.len &&
                   !memcmp(line.at, secret->at, secret->len)
               ? secret->len
               : 0;
}

void pt_login_mask(const struct pt_login *login, struct pt_slice line,
                   struct pt_buf *out)
{
    const struct pt_credentials *with = login->credentials;
    SECRET quoted = {0};
    SECRET plain = {0};
    SECRET base64 = {0};
    SECRET word = {0};
    struct pt_buf *const secrets[] = {&plain, &base64, &quoted, &word};

    for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++)
        reserve(secrets[i]);
    add_plain(with, &plain);
    add_base64(&base64, pt_slice_of(with->password));
    add_quoted(with->password, &quoted);
    pt_buf_puts(&word, with->password);
    while (line.len) {
        size_t len = 0;

        for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets) && !len; i++)
            len = match(line, secrets[i]);
        if (len)
            pt_buf_puts(out, "***");
        else
            pt_buf_putc(out, line.at[0]);
        len += !len;
        line = pt_slice(line.at + len, line.len - len);
    }
    out->oom |= plain.oom || base64.oom || quoted.oom || word.oom;
}
