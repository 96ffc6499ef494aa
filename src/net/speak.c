/* speak.c - see speak.h.  The socket and the clock of a conversation; what is
 * said is dialogue.c's, and tls.c makes it secret. */
#include "net/speak.h"

#include "net/dialogue.h"
#include "net/loopback.h"
#include "net/reply.h"
#include "net/socket.h"
#include "net/tls.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 16 * 1024 };

struct pt_speaker {
    struct pt_loop *loop;
    struct pt_tls_setup *setup; /* made when first needed */
    struct talk *open;
};

struct talk {
    struct pt_speaker *speaker;
    struct sockaddr_storage address;
    socklen_t address_len;
    bool is_local; /* the address is one we may speak to */
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
    pt_answer_fn *done;
    void *ctx;
    const void *owner;
    struct talk *next;
};

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
static void answer(struct talk *t, struct pt_reply *reply)
{
    hang_up(t);
    pt_loop_disarm(t->speaker->loop, &t->deadline);
    unlink_talk(t);
    if (t->oom)
        pt_reply_fail(reply, "out of memory");
    pt_reply_send(reply, t->done, t->ctx);
    pt_dialogue_free(&t->dialogue);
    pt_buf_free(&t->out);
    pt_buf_free(&t->kept);
    free(t);
}

/* What the dialogue learned; of two, the second when it was greeted. */
static void answer_learned(struct talk *t)
{
    struct pt_reply reply = {.status = PT_ANSWER_OK, .body.max = PT_FILE_MAX};

    if (t->kept.len && !t->dialogue.greeted)
        pt_buf_add(&reply.body, t->kept.at, t->kept.len);
    else
        pt_dialogue_report(&t->dialogue, &reply.body);
    reply.body.oom |= t->kept.oom;
    answer(t, &reply);
}

static void answer_errno(struct talk *t)
{
    struct pt_reply reply = {.body.max = PT_FILE_MAX};

    if (t->kept.len)
        answer_learned(t);
    else if (errno == ECONNREFUSED || errno == EADDRNOTAVAIL ||
             errno == EAFNOSUPPORT || errno == ENETUNREACH) {
        pt_reply_absent(&reply);
        answer(t, &reply);
    } else {
        pt_reply_fail(&reply, "%s", strerror(errno));
        answer(t, &reply);
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

static void shake_hands(struct talk *t)
{
    PT_BUF struct pt_buf der = {0};

    switch (pt_tls_shake(t->tls)) {
    case PT_TLS_SHAKING:
        return;
    case PT_TLS_FAILED:
        pt_tls_take(t->tls, &t->out); /* an alert */
        pt_dialogue_insecure(&t->dialogue, pt_tls_why(t->tls));
        return;
    case PT_TLS_UP:
        t->secure = true;
        pt_tls_certificate(t->tls, &der);
        t->oom |= der.oom;
        pt_dialogue_secured(&t->dialogue, pt_buf_text(&der), der.len);
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

static void start_tls(struct talk *t)
{
    struct pt_speaker *speaker = t->speaker;

    if (!speaker->setup)
        speaker->setup = pt_tls_setup_new();
    t->tls = speaker->setup ? pt_tls_new(speaker->setup) : NULL;
    if (t->tls)
        shake_hands(t);
    else
        t->oom = true;
}

static void retry(struct talk *t)
{
    hang_up(t);
    pt_dialogue_report(&t->dialogue, &t->kept);
    pt_dialogue_free(&t->dialogue);
    pt_dialogue_begin(&t->dialogue, PT_MANNER_PLAIN);
    pt_loop_arm(t->speaker->loop, &t->start, 0);
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
    pt_loop_arm(t->speaker->loop, &t->quiet, PT_SPEAK_PART_MS);
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
        answer_learned(t);
    else /* it is watched already: this cannot fail */
        pt_loop_watch(t->speaker->loop, t->fd,
                      t->out.len ? POLLIN | POLLOUT : POLLIN, on_socket, t);
}

/* ---- events ---- */

/* With nobody listening, a socket in the ephemeral range may connect to
 * itself. */
static bool is_self(int fd)
{
    struct sockaddr_storage own = {0};
    struct sockaddr_storage peer = {0};
    socklen_t own_len = sizeof(own);
    socklen_t peer_len = sizeof(peer);

    return !getsockname(fd, (struct sockaddr *)&own, &own_len) &&
           !getpeername(fd, (struct sockaddr *)&peer, &peer_len) &&
           own_len == peer_len && !memcmp(&own, &peer, own_len);
}

static bool check_connected(struct talk *t)
{
    int error = 0;
    socklen_t len = sizeof(error);

    if (getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &len))
        error = errno;
    if (!error && is_self(t->fd))
        error = ECONNREFUSED;
    t->connected = !error;
    errno = error;
    return t->connected;
}

static void on_socket(void *ctx, int fd, short revents)
{
    struct talk *t = ctx;

    (void)fd;
    if (!t->connected && !check_connected(t)) {
        answer_errno(t);
        return;
    }
    if (revents & (POLLIN | POLLHUP | POLLERR))
        receive(t);
    pursue(t);
}

static void on_quiet(void *ctx)
{
    struct talk *t = ctx;

    if (!t->connected)
        return;
    pt_dialogue_silence(&t->dialogue);
    pursue(t);
}

static void on_deadline(void *ctx)
{
    struct talk *t = ctx;
    struct pt_reply reply = {.body.max = PT_FILE_MAX};

    if (!t->connected && !t->kept.len) {
        pt_reply_fail(&reply, "it does not take the connection");
        answer(t, &reply);
        return;
    }
    pt_dialogue_late(&t->dialogue);
    answer_learned(t);
}

static bool open_socket(struct talk *t)
{
    const struct sockaddr *address = (const struct sockaddr *)&t->address;

    t->fd = pt_socket_open(address->sa_family);
    return t->fd >= 0 && (!connect(t->fd, address, t->address_len) ||
                          errno == EINPROGRESS || errno == EINTR);
}

static void connect_now(void *ctx)
{
    struct talk *t = ctx;
    struct pt_reply reply = {.body.max = PT_FILE_MAX};

    if (!t->is_local) {
        pt_reply_fail(&reply, "not a loopback address");
        answer(t, &reply);
        return;
    }
    if (!open_socket(t)) {
        answer_errno(t);
        return;
    }
    pt_loop_arm(t->speaker->loop, &t->quiet, PT_SPEAK_QUIET_MS);
    if (!pt_loop_watch(t->speaker->loop, t->fd, POLLIN | POLLOUT, on_socket,
                       t)) {
        t->oom = true;
        answer_learned(t);
    }
}

/* ---- the interface ---- */

struct pt_speaker *pt_speaker_new(struct pt_loop *loop)
{
    struct pt_speaker *speaker = calloc(1, sizeof(*speaker));

    if (speaker)
        speaker->loop = loop;
    return speaker;
}

void pt_speaker_free(struct pt_speaker *speaker)
{
    if (!speaker)
        return;
    pt_speaker_drop(speaker, NULL);
    pt_tls_setup_free(speaker->setup);
    free(speaker);
}

bool pt_speaker_begin(struct pt_speaker *speaker, const struct pt_ask *ask,
                      pt_answer_fn *done, void *ctx)
{
    struct talk *t = calloc(1, sizeof(*t));

    if (!t)
        return false;
    *t = (struct talk){.speaker = speaker,
                       .fd = -1,
                       .done = done,
                       .ctx = ctx,
                       .owner = ask->owner,
                       .next = speaker->open};
    speaker->open = t;
    t->is_local = pt_loopback_parse(ask->what, &t->address, &t->address_len);
    pt_dialogue_begin(&t->dialogue,
                      ask->tls_first ? PT_MANNER_TLS : PT_MANNER_WAIT);
    pt_timer_init(&t->start, connect_now, t);
    pt_timer_init(&t->quiet, on_quiet, t);
    pt_timer_init(&t->deadline, on_deadline, t);
    pt_loop_arm(speaker->loop, &t->start, 0);
    pt_loop_arm(speaker->loop, &t->deadline,
                ask->limit_ms ? ask->limit_ms : PT_SPEAK_MS);
    return true;
}

/* What was learned so far is worth more than nothing. */
void pt_speaker_drop(struct pt_speaker *speaker, const void *owner)
{
    struct talk *next;

    for (struct talk *t = speaker->open; t; t = next) {
        next = t->next;
        if (!owner || t->owner == owner)
            on_deadline(t);
    }
}
