/* speak.c - see speak.h.  The connection and the clock of a conversation; what
 * is said is dialogue.c's, dial.c connects, and tls.c makes it secret. */
#include "net/speak.h"

#include "net/dial.h"
#include "net/dialogue.h"
#include "net/http_transfer.h"
#include "net/loopback.h"
#include "net/reach.h"
#include "net/socket.h"
#include "net/target.h"
#include "net/tls.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 16 * 1024, FAULTS_MAX = 16 * 1024 };
enum { QUIET_PERCENT = 40 }; /* of a probe's time: no greeting comes */

struct pt_speaker {
    struct pt_loop *loop;
    struct pt_finder finder;
    char *ca_file;
    struct pt_tls_setup *lenient; /* both made when first needed */
    struct pt_tls_setup *strict;
    struct talk *open;
};

struct talk {
    struct pt_speaker *speaker;
    struct pt_ask ask;
    int64_t limit_ms;
    struct pt_target target;
    struct pt_target_search *search;
    struct pt_dial *dial;
    char address[PT_REACH_SIZE]; /* who took the connection; or "" */
    int fd;
    bool connected;
    bool parting;
    struct pt_dialogue dialogue;
    struct pt_tls *tls; /* NULL: plain text */
    bool secure;        /* the handshake is done */
    bool hears_tls;     /* it has begun */
    bool oom;
    struct pt_buf out;  /* on its way into the socket */
    struct pt_buf kept; /* what the first of two connections told */
    struct pt_timer start;
    struct pt_timer quiet;
    struct pt_timer deadline;
    struct pt_reply reply;
    pt_answer_fn *done;
    void *ctx;
    struct talk *next;
};

static bool is_probe(const struct talk *t)
{
    return t->ask.kind == PT_ASK_PROBE;
}

/* ---- beginning and end ---- */

static void forget_out(struct talk *t)
{
    t->oom |= t->out.oom;
    pt_buf_clear(&t->out);
}

static void hang_up(struct talk *t)
{
    struct pt_loop *loop = t->speaker->loop;

    pt_loop_disarm(loop, &t->start);
    pt_loop_disarm(loop, &t->quiet);
    pt_target_cancel(t->search);
    t->search = NULL;
    pt_dial_cancel(t->dial);
    t->dial = NULL;
    pt_tls_free(t->tls);
    t->tls = NULL;
    t->secure = t->hears_tls = t->connected = false;
    forget_out(t);
    if (t->fd < 0)
        return;
    pt_loop_watch(loop, t->fd, 0, NULL, NULL);
    close(t->fd);
    t->fd = -1;
}

static void unlink_talk(struct talk *t)
{
    struct talk **at = &t->speaker->open;

    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
}

/* Nobody may touch t afterwards. */
static void answer(struct talk *t)
{
    hang_up(t);
    pt_loop_disarm(t->speaker->loop, &t->deadline);
    unlink_talk(t);
    if (t->oom)
        pt_reply_fail(&t->reply, "out of memory");
    pt_reply_send(&t->reply, t->done, t->ctx);
    pt_dialogue_free(&t->dialogue);
    pt_buf_free(&t->out);
    pt_buf_free(&t->kept);
    free(t);
}

static void fail(struct talk *t, const char *why)
{
    pt_reply_fail(&t->reply, "%s", why);
    answer(t);
}

/* What the dialogue learned; of two, the second when it was greeted. */
static void answer_learned(struct talk *t)
{
    struct pt_buf *body = &t->reply.body;

    if (is_probe(t) && t->address[0])
        pt_buf_printf(body, "address %s\n", t->address);
    if (t->kept.len && !t->dialogue.greeted)
        pt_buf_add(body, t->kept.at, t->kept.len);
    else
        pt_dialogue_report(&t->dialogue, body);
    body->oom |= t->kept.oom;
    answer(t);
}

static const struct {
    int error;
    const char *why;
} reasons[] = {
    {EADDRNOTAVAIL, PT_WHY_NO_NETWORK},
    {EAFNOSUPPORT, PT_WHY_NO_NETWORK},
    {EHOSTUNREACH, "there is no route to it"},
    {ENETUNREACH, PT_WHY_NO_NETWORK},
    {ETIMEDOUT, "it does not take the connection"},
};

static const char *explain(int error)
{
    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
        if (reasons[i].error == error)
            return reasons[i].why;
    return strerror(error);
}

/* An address of this machine that cannot be got at is not there. */
static bool is_nobody(const struct talk *t, int error)
{
    return error == ECONNREFUSED ||
           (!is_probe(t) && (error == EADDRNOTAVAIL || error == EAFNOSUPPORT ||
                             error == ENETUNREACH));
}

static void answer_error(struct talk *t, int error)
{
    if (t->kept.len) {
        answer_learned(t);
    } else if (is_nobody(t, error)) {
        pt_reply_miss(&t->reply, "%s",
                      is_probe(t) ? "nothing listens there" : "");
        answer(t);
    } else {
        fail(t, explain(error));
    }
}

/* ---- bytes ---- */

/* Take what the dialogue and TLS have to say, and push it into the socket.  A
 * peer that no longer listens may have said something before: no error. */
static void send_out(struct talk *t)
{
    struct pt_buf *said = &t->dialogue.out;

    if (t->tls && t->secure)
        pt_tls_say(t->tls, pt_buf_text(said), said->len);
    else
        pt_buf_add(&t->out, pt_buf_text(said), said->len);
    t->oom |= said->oom;
    if (said->at) /* it may have held a password */
        OPENSSL_cleanse(said->at, said->room);
    pt_buf_clear(said);
    if (t->tls)
        pt_tls_take(t->tls, &t->out);
    while (t->out.len) {
        ssize_t n = pt_socket_send(t->fd, t->out.at, t->out.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
            forget_out(t);
        if (n <= 0)
            return;
        pt_buf_skip(&t->out, (size_t)n);
    }
}

static void hear_secure(struct talk *t)
{
    char chunk[CHUNK];
    int n;

    while ((n = pt_tls_read(t->tls, chunk, sizeof(chunk))) > 0)
        pt_dialogue_hear(&t->dialogue, chunk, (size_t)n);
    if (n < 0)
        pt_dialogue_hung_up(&t->dialogue);
}

/* Who is it, and is it who it should be? */
static void meet(struct talk *t)
{
    const struct pt_peer peer = {.host = t->target.host,
                                 .pinned = t->ask.pinned};
    PT_BUF struct pt_buf der = {0};
    PT_BUF struct pt_buf faults = {.max = FAULTS_MAX};
    struct pt_met met = {0};

    pt_tls_certificate(t->tls, &der);
    met.der = pt_buf_text(&der);
    met.der_len = der.len;
    if (is_probe(t)) {
        pt_tls_judge(t->tls, &peer, &faults);
        met.version = pt_tls_version(t->tls);
        met.is_verified = !faults.len && !pt_buf_failed(&faults);
        met.faults = pt_slice(pt_buf_text(&faults), faults.len);
    }
    t->oom |= der.oom || faults.oom;
    pt_dialogue_secured(&t->dialogue, &met);
}

static void shake_hands(struct talk *t)
{
    switch (pt_tls_shake(t->tls)) {
    case PT_TLS_SHAKING:
        return;
    case PT_TLS_FAILED:
        pt_tls_take(t->tls, &t->out); /* an alert */
        pt_dialogue_insecure(&t->dialogue, pt_tls_why(t->tls));
        return;
    case PT_TLS_UP:
        t->secure = true;
        meet(t);
        hear_secure(t);
        return;
    }
}

/* An answer to our first TLS bytes that is not TLS is plain text. */
static void hear(struct talk *t, const char *bytes, size_t len)
{
    if (t->tls && !t->hears_tls && !pt_is_tls(bytes, len)) {
        pt_tls_free(t->tls);
        t->tls = NULL;
        forget_out(t);
    }
    if (!t->tls) {
        pt_dialogue_hear(&t->dialogue, bytes, len);
        return;
    }
    t->hears_tls = t->dialogue.heard = true;
    if (!pt_tls_hear(t->tls, bytes, len))
        t->oom = true;
    else if (t->secure)
        hear_secure(t);
    else
        shake_hands(t);
}

static void receive(struct talk *t)
{
    char chunk[CHUNK];
    ssize_t n = recv(t->fd, chunk, sizeof(chunk), 0);

    if (n < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK))
        return;
    if (n > 0) {
        hear(t, chunk, (size_t)n);
        return;
    }
    pt_dialogue_hung_up(&t->dialogue);
    if (t->parting)
        t->dialogue.wish = PT_WISH_END;
}

/* ---- wishes ---- */

static struct pt_tls_setup *set_up_strict(struct pt_speaker *speaker)
{
    const struct pt_tls_trust trust = {
        .file = speaker->ca_file, .directory = pt_http_trusted_directory()};

    if (!speaker->strict)
        speaker->strict = pt_tls_setup_strict(&trust);
    return speaker->strict;
}

static struct pt_tls_setup *set_up_lenient(struct pt_speaker *speaker)
{
    if (!speaker->lenient)
        speaker->lenient = pt_tls_setup_new();
    return speaker->lenient;
}

static void start_tls(struct talk *t)
{
    struct pt_tls_setup *setup = is_probe(t) ? set_up_strict(t->speaker)
                                             : set_up_lenient(t->speaker);

    t->tls = setup ? pt_tls_new(setup, is_probe(t) ? t->target.host : NULL)
                   : NULL;
    if (t->tls)
        shake_hands(t);
    else
        t->oom = true;
}

static void begin_dialogue(struct talk *t, enum pt_manner manner)
{
    pt_dialogue_begin(&t->dialogue, manner);
    t->dialogue.is_thorough = is_probe(t);
    t->dialogue.credentials = is_probe(t) ? t->ask.credentials : NULL;
}

static void connect_now(struct talk *t);

static void retry(struct talk *t)
{
    hang_up(t);
    pt_dialogue_report(&t->dialogue, &t->kept);
    pt_dialogue_free(&t->dialogue);
    begin_dialogue(t, PT_MANNER_PLAIN);
    connect_now(t);
}

static void on_part_end(void *ctx)
{
    struct talk *t = ctx;

    answer_learned(t);
}

/* Good-bye is said: leave the other side the time to hear it. */
static void part(struct talk *t)
{
    if (t->parting || t->out.len)
        return;
    t->parting = true;
    if (t->tls)
        pt_tls_part(t->tls);
    send_out(t);
    shutdown(t->fd, SHUT_WR);
    pt_loop_disarm(t->speaker->loop, &t->quiet);
    pt_timer_init(&t->quiet, on_part_end, t);
    pt_loop_arm(t->speaker->loop, &t->quiet,
                is_probe(t) ? PT_PROBE_PART_MS : PT_SPEAK_PART_MS);
}

/* There is no time left for the other side to hear it. */
static void part_at_once(struct talk *t)
{
    if (!t->parting)
        send_out(t);
    if (t->secure && !t->parting) {
        pt_tls_part(t->tls);
        send_out(t);
    }
    answer_learned(t);
}

static void on_socket(void *ctx, int fd, short revents);

/* Do what the dialogue wishes.  May free t. */
static void pursue(struct talk *t)
{
    enum pt_wish wish;

    if (t->dialogue.wish == PT_WISH_SECURE && !t->tls)
        start_tls(t);
    send_out(t);
    wish = t->oom || t->out.oom ? PT_WISH_END : t->dialogue.wish;
    if (wish == PT_WISH_RETRY) {
        retry(t);
        return;
    }
    if (wish == PT_WISH_PART)
        part(t);
    if (wish == PT_WISH_END)
        part_at_once(t);
    else /* it is watched already: this cannot fail */
        pt_loop_watch(t->speaker->loop, t->fd,
                      t->out.len ? POLLIN | POLLOUT : POLLIN, on_socket, t);
}

/* ---- events ---- */

static void on_socket(void *ctx, int fd, short revents)
{
    struct talk *t = ctx;

    (void)fd;
    if (revents & (POLLIN | POLLHUP | POLLERR))
        receive(t);
    pursue(t);
}

static void on_quiet(void *ctx)
{
    struct talk *t = ctx;

    pt_dialogue_silence(&t->dialogue);
    pursue(t);
}

static void on_deadline(void *ctx)
{
    struct talk *t = ctx;

    if (t->connected || t->kept.len) {
        pt_dialogue_late(&t->dialogue);
        part_at_once(t);
    } else {
        fail(t, t->search ? "its name was not found in time"
                          : "it does not take the connection");
    }
}

/* ---- connecting ---- */

/* RFC 5321, 4.1.3: what we are called is where we are. */
static void name_us(struct talk *t)
{
    char text[PT_REACH_SIZE];
    struct sockaddr_storage own = {0};
    socklen_t len = sizeof(own);

    if (getsockname(t->fd, (struct sockaddr *)&own, &len))
        return;
    pt_reach_text((const struct sockaddr *)&own, text);
    snprintf(t->dialogue.own, sizeof(t->dialogue.own), "%s%s",
             own.ss_family == AF_INET6 ? "IPv6:" : "", text);
}

static void on_dialed(void *ctx, const struct pt_dialed *dialed)
{
    struct talk *t = ctx;
    struct pt_loop *loop = t->speaker->loop;

    t->dial = NULL;
    if (dialed->fd < 0) {
        answer_error(t, dialed->error);
        return;
    }
    t->fd = dialed->fd;
    t->connected = true;
    t->target.at[0] = *dialed->at; /* a second one is made to the same */
    t->target.count = 1;
    pt_reach_text((const struct sockaddr *)dialed->at, t->address);
    if (is_probe(t))
        name_us(t);
    t->oom |= !pt_loop_watch(loop, t->fd, POLLIN, on_socket, t);
    pt_loop_arm(loop, &t->quiet,
                is_probe(t) ? t->limit_ms * QUIET_PERCENT / 100
                            : PT_SPEAK_QUIET_MS);
    pursue(t);
}

static void connect_now(struct talk *t)
{
    int64_t limit_ms = is_probe(t) ? t->limit_ms / 2 : t->limit_ms;

    t->dial = pt_dial_begin(t->speaker->loop, t->target.at, t->target.count,
                            limit_ms, on_dialed, t);
    if (!t->dial)
        fail(t, "out of memory");
}

static void on_target(void *ctx)
{
    struct talk *t = ctx;

    t->search = NULL;
    if (t->reply.status == PT_ANSWER_OK)
        connect_now(t);
    else
        answer(t);
}

static void find_loopback(struct talk *t)
{
    socklen_t len;

    t->target.count = 1;
    if (pt_loopback_parse(t->ask.what, &t->target.at[0], &len))
        connect_now(t);
    else
        fail(t, "not a loopback address");
}

static void find_host(struct talk *t)
{
    const struct pt_target_order order = {.loop = t->speaker->loop,
                                          .finder = &t->speaker->finder,
                                          .ask = &t->ask,
                                          .limit_ms = t->limit_ms,
                                          .target = &t->target,
                                          .reply = &t->reply,
                                          .done = on_target,
                                          .ctx = t};

    if (!set_up_strict(t->speaker)) {
        fail(t, "the trusted certificates cannot be read");
        return;
    }
    t->search = pt_target_begin(&order);
    if (!t->search)
        fail(t, "out of memory");
}

static void start(void *ctx)
{
    struct talk *t = ctx;

    if (is_probe(t))
        find_host(t);
    else
        find_loopback(t);
}

/* ---- the interface ---- */

struct pt_speaker *pt_speaker_new(struct pt_loop *loop,
                                  const struct pt_speaker_setup *setup)
{
    struct pt_speaker *speaker = calloc(1, sizeof(*speaker));

    if (!speaker)
        return NULL;
    speaker->loop = loop;
    speaker->finder = setup->finder;
    if (setup->ca_file)
        speaker->ca_file = strdup(setup->ca_file);
    if (!setup->ca_file || speaker->ca_file)
        return speaker;
    free(speaker);
    return NULL;
}

void pt_speaker_free(struct pt_speaker *speaker)
{
    if (!speaker)
        return;
    pt_speaker_drop(speaker, NULL);
    pt_tls_setup_free(speaker->lenient);
    pt_tls_setup_free(speaker->strict);
    free(speaker->ca_file);
    free(speaker);
}

static enum pt_manner manner_of(const struct pt_ask *ask)
{
    if (ask->tls_first)
        return PT_MANNER_TLS;
    return ask->never_first ? PT_MANNER_PLAIN : PT_MANNER_WAIT;
}

bool pt_speaker_begin(struct pt_speaker *speaker, const struct pt_ask *ask,
                      pt_answer_fn *done, void *ctx)
{
    struct talk *t = calloc(1, sizeof(*t));

    if (!t)
        return false;
    *t = (struct talk){.speaker = speaker,
                       .ask = *ask,
                       .fd = -1,
                       .limit_ms = ask->limit_ms,
                       .reply.body.max = PT_FILE_MAX,
                       .done = done,
                       .ctx = ctx,
                       .next = speaker->open};
    if (!t->limit_ms)
        t->limit_ms = is_probe(t) ? PT_PROBE_MS : PT_SPEAK_MS;
    speaker->open = t;
    begin_dialogue(t, manner_of(ask));
    pt_timer_init(&t->start, start, t);
    pt_timer_init(&t->quiet, on_quiet, t);
    pt_timer_init(&t->deadline, on_deadline, t);
    pt_loop_arm(speaker->loop, &t->start, 0);
    pt_loop_arm(speaker->loop, &t->deadline, t->limit_ms);
    return true;
}

/* What was learned so far is worth more than nothing. */
static void give_up(struct talk *t)
{
    if (is_probe(t) && !t->connected && !t->kept.len)
        fail(t, "given up");
    else
        on_deadline(t);
}

void pt_speaker_drop(struct pt_speaker *speaker, const void *owner)
{
    struct talk *next;

    for (struct talk *t = speaker->open; t; t = next) {
        next = t->next;
        if (pt_ask_is_of(&t->ask, owner))
            give_up(t);
    }
}
