#include "net/dialogue.h"

#include "model/greeting.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 8 * 1024, LINES_MAX = 100, TEXT_MAX = 128 * 1024 };
enum { DER_MAX = 32 * 1024, HTTP2_HEAD = 9 };

/* ---- writing down ---- */

static void note(struct pt_dialogue *d, const char *word, struct pt_slice line)
{
    char shown[LINE_BYTES + 1];

    pt_make_printable(line, shown, sizeof(shown));
    pt_buf_printf(&d->text, "%s %s\n", word, shown);
}

static void note_problem(struct pt_dialogue *d, const char *problem)
{
    note(d, d->phase == PT_PHASE_LOGIN ? "login failed" : "problem",
         pt_slice_of(problem));
}

static void note_refusal(struct pt_dialogue *d, const char *what,
                         struct pt_slice line)
{
    char shown[256];
    char problem[sizeof(shown) + 64];

    pt_make_printable(line, shown, sizeof(shown));
    snprintf(problem, sizeof(problem), "%s: %s", what, shown);
    note_problem(d, problem);
}

static void end(struct pt_dialogue *d)
{
    d->phase = PT_PHASE_OVER;
    d->wish = PT_WISH_END;
}

static void end_with(struct pt_dialogue *d, const char *problem)
{
    note_problem(d, problem);
    end(d);
}

/* RFC 3207, 5; CVE-2011-0411: what came with the "yes" to STARTTLS, or after
 * it, came before TLS and is none of the server's word. */
static void note_injected(struct pt_dialogue *d)
{
    note_problem(d, "bytes were injected after STARTTLS");
    d->injected = true;
}

static void say(struct pt_dialogue *d, const char *line, enum pt_phase next)
{
    pt_buf_puts(&d->out, line);
    d->phase = next;
    d->wish = PT_WISH_HEAR;
}

/* RFC 5321, 4.1.3: who has no name says where he is. */
static void ask(struct pt_dialogue *d, const char *what, enum pt_phase next)
{
    if (d->protocol->names_us)
        pt_buf_printf(&d->out, "%s [%s]\r\n", what, d->own);
    else if (what)
        pt_buf_puts(&d->out, what);
    d->phase = next;
    d->wish = PT_WISH_HEAR;
}

static void part(struct pt_dialogue *d)
{
    say(d, d->protocol->leave, PT_PHASE_OVER);
    d->wish = PT_WISH_PART;
}

/* It has greeted, and would not understand why we are gone. */
static bool expects_leave(const struct pt_dialogue *d)
{
    return d->protocol && d->phase > PT_PHASE_GREETING &&
           d->phase != PT_PHASE_HELLO && d->phase != PT_PHASE_HANDSHAKE;
}

static void give_up(struct pt_dialogue *d, const char *problem)
{
    note_problem(d, problem);
    d->ended = "flood";
    if (expects_leave(d))
        part(d);
    else
        end(d);
}

/* ---- one line after the other ---- */

/* Nothing secret is said but to whom we meant, and to nobody else. */
static bool may_sign_in(const struct pt_dialogue *d)
{
    return d->credentials && d->is_verified && !d->injected &&
           !d->is_signed_in &&
           (d->security == PT_TLS || d->security == PT_STARTTLS);
}

static void sign_in(struct pt_dialogue *d)
{
    enum pt_service service = d->protocol->service;

    if (!may_sign_in(d)) {
        part(d);
        return;
    }
    pt_capability_end(service, &d->can);
    d->phase = PT_PHASE_LOGIN;
    d->wish = PT_WISH_HEAR;
    if (pt_login_begin(&d->login, service, &d->can, d->credentials, &d->out))
        return;
    pt_buf_puts(&d->text, "login no-method\n");
    part(d);
}

static bool goes_on(const struct pt_dialogue *d, struct pt_slice line)
{
    return d->protocol->service == PT_SUBMISSION &&
           d->protocol->judge(line, d->phase) == PT_RESPONSE_GOES_ON;
}

/* SMTP gives its reasons in several lines. */
static void add_denial(struct pt_dialogue *d, struct pt_slice line)
{
    if (d->denial.len)
        pt_buf_putc(&d->denial, ' ');
    pt_login_mask(&d->login, line, &d->denial);
}

static void on_login(struct pt_dialogue *d, struct pt_slice line)
{
    switch (pt_login_hear(&d->login, line, &d->out)) {
    case PT_LOGIN_GOES_ON:
        if (goes_on(d, line))
            add_denial(d, line);
        return;
    case PT_LOGIN_YES:
        pt_buf_puts(&d->text, "login accepted\n");
        break;
    case PT_LOGIN_NO:
        add_denial(d, line);
        note(d, "login denied",
             pt_slice(pt_buf_text(&d->denial), d->denial.len));
        break;
    }
    part(d);
}

/* All of what the server can do is known. */
static void after_capabilities(struct pt_dialogue *d)
{
    if (d->security == PT_SECURITY_UNKNOWN && d->can.upgrade) {
        say(d, d->protocol->upgrade, PT_PHASE_UPGRADE);
        return;
    }
    if (d->security == PT_SECURITY_UNKNOWN)
        d->security = PT_PLAIN;
    sign_in(d);
}

/* RFC 9051, 7.1.4: who is signed in already can no longer begin TLS. */
static bool is_too_late(const struct pt_dialogue *d)
{
    return d->is_thorough && d->security == PT_SECURITY_UNKNOWN &&
           d->is_signed_in;
}

/* A greeting of IMAP may hold the capabilities already. */
static void after_greeting(struct pt_dialogue *d, struct pt_slice line)
{
    if (is_too_late(d)) {
        note_problem(d, "it greets as signed in already (PREAUTH), and so "
                        "cannot begin TLS");
        d->security = PT_PLAIN;
        part(d);
    } else if (d->protocol->service == PT_IMAP &&
               pt_slice_find(line, "[CAPABILITY ")) {
        after_capabilities(d);
    } else {
        ask(d, d->protocol->ask, PT_PHASE_CAPABILITIES);
    }
}

static void on_greeting_rest(struct pt_dialogue *d, struct pt_slice line)
{
    if (d->protocol->judge(line, d->phase) != PT_RESPONSE_GOES_ON)
        after_greeting(d, line);
}

static void on_greeting(struct pt_dialogue *d, struct pt_slice line)
{
    enum pt_service service;

    note(d, "greeting", line);
    d->greeted = true;
    if (!pt_greeting_service(line, &service)) {
        end(d);
        return;
    }
    d->protocol = pt_protocol_of(service);
    d->is_signed_in = pt_slice_has_prefix(line, "* PREAUTH");
    pt_capability_read(service, line, &d->can);
    if (d->is_late) {
        end(d);
        d->wish = PT_WISH_RETRY;
    } else if (!pt_greeting_is_welcome(line)) {
        end(d);
    } else if (goes_on(d, line)) {
        d->phase = PT_PHASE_GREETING_REST;
    } else {
        after_greeting(d, line);
    }
}

/* A line of what it can do.  Only an old POP3 server has no list of that. */
static enum pt_response hear_list(struct pt_dialogue *d, struct pt_slice line,
                                  const char *word, const char *problem)
{
    enum pt_response response = d->protocol->judge(line, d->phase);

    if (response == PT_RESPONSE_GOES_ON || d->protocol->last_says)
        note(d, word, line);
    if (response != PT_RESPONSE_NO)
        pt_capability_read(d->protocol->service, line, &d->can);
    else if (d->protocol->service != PT_POP3) {
        note_refusal(d, problem, line);
        d->ended = "refused";
    }
    return response;
}

static void on_capability(struct pt_dialogue *d, struct pt_slice line)
{
    if (hear_list(d, line, "said", "it did not say what it can do") !=
        PT_RESPONSE_GOES_ON)
        after_capabilities(d);
}

static void on_secured(struct pt_dialogue *d, struct pt_slice line)
{
    if (hear_list(d, line, "secured",
                  "it did not say what it can do under TLS") !=
        PT_RESPONSE_GOES_ON)
        sign_in(d);
}

static void refuse_upgrade(struct pt_dialogue *d, struct pt_slice line)
{
    note_refusal(d, "STARTTLS was refused", line);
    d->security = PT_PLAIN;
    part(d);
}

static void on_upgrade(struct pt_dialogue *d, struct pt_slice line)
{
    enum pt_response response = d->protocol->judge(line, d->phase);

    if (response == PT_RESPONSE_YES) {
        d->phase = PT_PHASE_HANDSHAKE;
        d->wish = PT_WISH_SECURE;
    } else if (response == PT_RESPONSE_NO) {
        refuse_upgrade(d, line);
    }
}

static void (*const on_line[])(struct pt_dialogue *, struct pt_slice) = {
    [PT_PHASE_GREETING] = on_greeting,
    [PT_PHASE_GREETING_REST] = on_greeting_rest,
    [PT_PHASE_CAPABILITIES] = on_capability,
    [PT_PHASE_UPGRADE] = on_upgrade,
    [PT_PHASE_SECURED] = on_secured,
    [PT_PHASE_LOGIN] = on_login,
    [PT_PHASE_OVER] = NULL,
};

static bool takes_lines(const struct pt_dialogue *d)
{
    return on_line[d->phase] != NULL;
}

/* ---- bytes ---- */

/* RFC 9113, 4.1: the head of a SETTINGS frame, with which every HTTP/2 server
 * begins. */
static bool is_http2(const struct pt_buf *in)
{
    static const unsigned char zeroes[5] = {0};

    return in->len >= HTTP2_HEAD && !in->at[0] && !in->at[1] &&
           in->at[3] == 4 && !memcmp(in->at + 4, zeroes, sizeof(zeroes));
}

static bool may_be_http2(const struct pt_buf *in)
{
    return in->len && !in->at[0] && in->len < HTTP2_HEAD;
}

static void take_line(struct pt_dialogue *d, size_t len)
{
    struct pt_slice line = pt_slice(d->in.at, len);

    if (len && line.at[len - 1] == '\r')
        line.len--;
    if (line.len > LINE_BYTES)
        give_up(d, "it said a line longer than 8 KiB");
    else if (++d->lines > LINES_MAX)
        give_up(d, "it said more than 100 lines");
    else
        on_line[d->phase](d, line);
    pt_buf_skip(&d->in, len + 1);
}

static void take_lines(struct pt_dialogue *d)
{
    const char *newline;

    while (takes_lines(d) && d->in.len &&
           (newline = memchr(d->in.at, '\n', d->in.len)))
        take_line(d, (size_t)(newline - d->in.at));
    if (takes_lines(d) && d->in.len > LINE_BYTES)
        give_up(d, "it said a line longer than 8 KiB");
}

void pt_dialogue_hear(struct pt_dialogue *d, const void *bytes, size_t len)
{
    d->heard |= len > 0;
    if (!len || d->phase == PT_PHASE_OVER)
        return;
    if (d->phase == PT_PHASE_HANDSHAKE) {
        note_injected(d);
        end(d);
        return;
    }
    if (d->phase == PT_PHASE_HELLO) {
        d->is_late = true;
        d->phase = PT_PHASE_GREETING;
        d->wish = PT_WISH_HEAR;
    }
    pt_buf_add(&d->in, bytes, len);
    if (pt_buf_failed(&d->in)) {
        give_up(d, "it said too much at once");
        return;
    }
    if (d->phase == PT_PHASE_GREETING && is_http2(&d->in)) {
        d->grpc = true;
        end(d);
    }
    if (d->phase != PT_PHASE_GREETING || !may_be_http2(&d->in))
        take_lines(d);
    if (d->phase == PT_PHASE_HANDSHAKE && d->in.len) {
        note_injected(d);
        pt_buf_clear(&d->in);
    }
}

bool pt_is_tls(const void *bytes, size_t len)
{
    const unsigned char *at = bytes;

    /* RFC 8446, 5.1: a handshake or an alert record, of major version 3. */
    return len && (at[0] == 22 || at[0] == 21) && (len < 2 || at[1] == 3);
}

/* ---- events ---- */

void pt_dialogue_begin(struct pt_dialogue *d, enum pt_manner manner)
{
    *d = (struct pt_dialogue){
        .manner = manner,
        .own = "127.0.0.1",
        .in.max = 8 * LINE_BYTES,
        .text.max = TEXT_MAX,
        .denial.max = TEXT_MAX,
    };
    if (manner == PT_MANNER_TLS) {
        d->phase = PT_PHASE_HELLO;
        d->wish = PT_WISH_SECURE;
    }
}

void pt_dialogue_free(struct pt_dialogue *d)
{
    if (!d)
        return;
    if (d->out.at)
        OPENSSL_cleanse(d->out.at, d->out.room);
    pt_buf_free(&d->out);
    pt_buf_free(&d->in);
    pt_buf_free(&d->text);
    pt_buf_free(&d->der);
    pt_buf_free(&d->denial);
}

void pt_dialogue_silence(struct pt_dialogue *d)
{
    if (d->phase != PT_PHASE_GREETING || d->manner != PT_MANNER_WAIT ||
        d->heard || d->security != PT_SECURITY_UNKNOWN)
        return;
    d->phase = PT_PHASE_HELLO;
    d->wish = PT_WISH_SECURE;
}

static void keep_certificate(struct pt_dialogue *d, const struct pt_met *met)
{
    if (!met->der_len)
        note_problem(d, "it has no certificate");
    else if (met->der_len > DER_MAX)
        note_problem(d, "its certificate is larger than 32 KiB");
    else
        pt_buf_add(&d->der, met->der, met->der_len);
}

static void note_met(struct pt_dialogue *d, const struct pt_met *met)
{
    struct pt_slice rest = met->faults;
    struct pt_slice fault;

    note(d, "tls", pt_slice_of(met->version));
    if (met->is_verified)
        pt_buf_puts(&d->text, "verified\n");
    d->is_verified = met->is_verified;
    while (pt_next_line(&rest, &fault))
        note(d, "untrusted", fault);
}

void pt_dialogue_secured(struct pt_dialogue *d, const struct pt_met *met)
{
    bool is_upgrade = d->phase == PT_PHASE_HANDSHAKE;

    if (!is_upgrade && d->phase != PT_PHASE_HELLO)
        return;
    keep_certificate(d, met);
    if (met->version)
        note_met(d, met);
    d->security = is_upgrade ? PT_STARTTLS : PT_TLS;
    d->can = (struct pt_capability){0};
    if (!is_upgrade) {
        d->phase = PT_PHASE_GREETING;
        d->wish = PT_WISH_HEAR;
    } else if (d->is_thorough) {
        ask(d, d->protocol->ask_again, PT_PHASE_SECURED);
    } else {
        part(d);
    }
}

void pt_dialogue_insecure(struct pt_dialogue *d, const char *why)
{
    char problem[256] = "the TLS handshake failed: ";
    size_t len = strlen(problem);

    if (d->phase == PT_PHASE_OVER)
        return;
    pt_make_printable(pt_slice_of(why), problem + len, sizeof(problem) - len);
    end_with(d, problem);
}

/* A greeting without an end is better than none. */
static void take_rest(struct pt_dialogue *d)
{
    if (d->phase != PT_PHASE_GREETING || !d->in.len)
        return;
    note(d, "greeting", pt_slice(d->in.at, d->in.len));
    d->greeted = true;
}

/* Was it TLS that it was asked for, or a password?  Else it does not serve. */
static const char *name_leaving(enum pt_phase phase)
{
    return phase == PT_PHASE_HELLO || phase == PT_PHASE_UPGRADE ||
                   phase == PT_PHASE_HANDSHAKE || phase == PT_PHASE_LOGIN
               ? "gone"
               : "refused";
}

void pt_dialogue_hung_up(struct pt_dialogue *d)
{
    static const char *const problems[] = {
        [PT_PHASE_GREETING] = "it hung up without a word",
        [PT_PHASE_HELLO] = "it hung up when TLS was tried",
        [PT_PHASE_GREETING_REST] = "it hung up while it greeted",
        [PT_PHASE_CAPABILITIES] = "it hung up when asked what it can do",
        [PT_PHASE_UPGRADE] = "it hung up when asked for STARTTLS",
        [PT_PHASE_HANDSHAKE] = "it hung up in the TLS handshake",
        [PT_PHASE_LOGIN] = "it hung up",
        [PT_PHASE_SECURED] = "it hung up when asked under TLS what it can do",
    };

    if (d->phase == PT_PHASE_OVER)
        return;
    d->ended = name_leaving(d->phase);
    take_rest(d);
    end_with(d, d->phase == PT_PHASE_GREETING && d->greeted
                    ? problems[PT_PHASE_GREETING_REST]
                    : problems[d->phase]);
}

void pt_dialogue_late(struct pt_dialogue *d)
{
    if (d->phase == PT_PHASE_OVER)
        return;
    take_rest(d);
    d->ended = "late";
    if (d->heard)
        note_problem(d, d->phase == PT_PHASE_HELLO ||
                                d->phase == PT_PHASE_HANDSHAKE
                            ? "the TLS handshake did not end in time"
                            : "it did not answer in time");
    if (expects_leave(d))
        pt_buf_puts(&d->out, d->protocol->leave);
    end(d);
}

static void put_certificate(const struct pt_dialogue *d, struct pt_buf *body)
{
    char *base64 = malloc(d->der.len / 3 * 4 + 8);

    if (!base64) {
        body->oom = true;
        return;
    }
    EVP_EncodeBlock((unsigned char *)base64, (unsigned char *)d->der.at,
                    (int)d->der.len);
    pt_buf_printf(body, "certificate %s\n", base64);
    free(base64);
}

void pt_dialogue_report(const struct pt_dialogue *d, struct pt_buf *body)
{
    pt_buf_add(body, pt_buf_text(&d->text), d->text.len);
    if (d->text.overflow)
        pt_buf_puts(body, "problem it said too much\n");
    if (d->security != PT_SECURITY_UNKNOWN)
        pt_buf_printf(body, "security %s\n", pt_security_name(d->security));
    if (d->der.len)
        put_certificate(d, body);
    if (d->injected)
        pt_buf_puts(body, "injected\n");
    if (d->is_thorough && d->ended)
        pt_buf_printf(body, "end %s\n", d->ended);
    if (d->grpc)
        pt_buf_puts(body, "grpc\n");
    else if (!d->greeted && (!d->heard || d->security == PT_TLS))
        pt_buf_puts(body, "silent\n");
    body->oom |= d->out.oom || d->in.oom || d->text.oom || d->der.oom ||
                 d->denial.oom;
}
