/* cmd_serve.c - portolan serve ADDRESS|DOMAIN... */
#include "base/activation.h"
#include "base/resident.h"
#include "cli/page.h"
#include "cli/serving.h"
#include "resolve/search.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    TIMEOUT_MS = 5000,
    DOMAINS_MOST = 10000,
    LEAVE_MS = 5000, /* for those who are being answered */
    LEAVE_LOOK_MS = 50,
    RENEWAL_MS = 24 * 3600 * 1000,
};

/* ---- signals ---- */

static int signal_pipe[2] = {-1, -1};

static void note_signal(int number)
{
    int saved = errno;
    char byte = number == SIGHUP ? 'r' : 'q';
    ssize_t written = write(signal_pipe[1], &byte, 1);

    (void)written; /* full: it says so already */
    errno = saved;
}

static enum pt_status catch_signals(struct pt_error *err)
{
    static const int caught[] = {SIGHUP, SIGINT, SIGTERM};
    const struct sigaction action = {.sa_handler = note_signal,
                                     .sa_flags = SA_RESTART};

    if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK))
        return pt_fail(err, PT_CANNOT_WRITE, NULL, "cannot make a pipe: %s",
                       strerror(errno));
    for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
        sigaction(caught[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    return PT_OK;
}

static void read_signals(void *ctx, int fd, short revents)
{
    struct pt_serving *s = ctx;
    char byte;

    (void)revents;
    while (read(fd, &byte, 1) == 1)
        if (byte == 'q')
            s->is_over = true;
        else
            s->wants_reload = true;
}

/* ---- telling ---- */

static void tell(const struct pt_serving *s, const struct pt_error *err)
{
    struct pt_page page = pt_page_err(s->call->io);

    pt_page_error(&page, err);
}

static void log_served(void *ctx, const struct pt_served *served)
{
    const struct pt_serving *s = ctx;

    fprintf(s->call->io->err, "%s %s %d\n", served->method,
            pt_route_name(served->route), served->status);
}

/* ---- the course of it ---- */

/* The first look: of one domain that cannot be found nothing is served; of
 * many, those that were found. */
static enum pt_status look_first(struct pt_serving *s, struct pt_error *err)
{
    size_t ready = 0;

    pt_serving_look(s);
    while (!s->is_over && !pt_serving_is_settled(s) &&
           pt_loop_step(s->session.loop))
        ;
    for (size_t i = 0; i < s->house.room_count; i++)
        ready += s->house.rooms[i].site != NULL;
    for (size_t i = 0; i < s->house.room_count && !s->is_over; i++) {
        struct pt_room_look *look = &s->looks[i];

        if (look->status == PT_OK)
            continue;
        if (!ready) {
            *err = look->err;
            return look->status;
        }
        tell(s, &look->err);
    }
    return PT_OK;
}

/* One that cannot be had leaves the last one where it is. */
static void renew(struct pt_serving *s)
{
    struct pt_error err = {0};

    s->wants_renewal = false;
    if (pt_serving_renew(s, &err) != PT_OK)
        tell(s, &err);
    if (s->is_tls)
        pt_loop_arm(s->session.loop, &s->next_renewal, RENEWAL_MS);
}

static void on_renewal(void *ctx)
{
    struct pt_serving *s = ctx;

    s->wants_renewal = true;
}

static void reload(struct pt_serving *s)
{
    char state[64];
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%" PRId64,
             (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    pt_activation_notify(state);
    s->wants_reload = false;
    renew(s);
    pt_serving_look(s);
    pt_activation_notify("READY=1");
}

static void serve(struct pt_serving *s)
{
    pt_timer_init(&s->next_renewal, on_renewal, s);
    if (s->is_tls)
        pt_loop_arm(s->session.loop, &s->next_renewal, RENEWAL_MS);
    while (!s->is_over && pt_loop_step(s->session.loop))
        if (s->wants_reload)
            reload(s);
        else if (s->wants_renewal)
            renew(s);
    pt_loop_disarm(s->session.loop, &s->next_renewal);
}

static void on_leaving(void *ctx)
{
    (void)ctx;
}

/* Who is being answered is answered. */
static void leave(struct pt_serving *s)
{
    int64_t end_ms = pt_loop_now(s->session.loop) + LEAVE_MS;

    pt_activation_notify("STOPPING=1");
    pt_timer_init(&s->leaving, on_leaving, s);
    while (!pt_web_quiesce(s->web) && pt_loop_now(s->session.loop) < end_ms) {
        pt_loop_arm(s->session.loop, &s->leaving, LEAVE_LOOK_MS);
        if (!pt_loop_step(s->session.loop))
            break;
    }
    pt_loop_disarm(s->session.loop, &s->leaving);
}

/* What else it can do, once it has looked. */
static enum pt_status prepare(struct pt_serving *s, struct pt_error *err)
{
    if (s->call->options.check_lan)
        return pt_serving_check_lan(s, err);
    return s->call->options.dns_help ? pt_serving_dns_help(s, err)
                                     : pt_serving_make_certificate(s, err);
}

static enum pt_status run(struct pt_serving *s, struct pt_error *err)
{
    enum pt_status status = look_first(s, err);

    if (status == PT_OK && !s->web)
        return prepare(s, err);
    if (status == PT_OK && !s->is_over)
        status = pt_serving_answer(s, err);
    if (status == PT_OK && !s->is_over)
        status = pt_serving_tell_ready(s, err);
    if (status == PT_OK) {
        serve(s);
        leave(s);
    }
    return status;
}

static enum pt_status open_web(struct pt_serving *s, struct pt_error *err)
{
    const struct pt_options *options = &s->call->options;
    const struct pt_web_setup setup = {
        .loop = s->session.loop,
        .house = &s->house,
        .tally = &s->tally,
        .rate = options->rate,
        .lan_only = !options->is_public,
        .log = options->log ? log_served : NULL,
        .ctx = s,
    };
    enum pt_status status = pt_web_new(&setup, &s->web, err);

    return status == PT_OK ? pt_serving_open_doors(s, err) : status;
}

static enum pt_status check(const struct pt_options *options,
                            struct pt_error *err)
{
    if (options->tls && options->certificate)
        return pt_fail(err, PT_BAD_INPUT, "give one of them",
                       "--tls makes a certificate, and --cert names one");
    if (!!options->dns_help + !!options->make_cert + options->check_lan > 1)
        return pt_fail(err, PT_BAD_INPUT, "one after the other",
                       "--dns-help, --make-cert and --check-lan are things "
                       "to do by themselves");
    if (options->json && (options->dns_help || options->make_cert))
        return pt_fail(err, PT_BAD_INPUT, "leave it out",
                       "--json is of no use with --%s",
                       options->dns_help ? "dns-help" : "make-cert");
    if (!options->certificate != !options->key)
        return pt_fail(err, PT_BAD_INPUT, "name both: --cert FILE --key FILE",
                       "--%s is of no use without the other",
                       options->key ? "key" : "cert");
    if (options->lan && options->listen.count)
        return pt_fail(err, PT_BAD_INPUT, "give one of them",
                       "--lan and --listen both say where to listen");
    return PT_OK;
}

/* It says something, and serves nothing. */
static bool only_prepares(const struct pt_serving *s)
{
    const struct pt_options *options = &s->call->options;

    return options->dns_help || options->make_cert || options->check_lan;
}

/* It runs until it is told to end. */
static enum pt_status begin_serving(struct pt_serving *s, struct pt_error *err)
{
    enum pt_status status = catch_signals(err);

    if (status == PT_OK)
        status = open_web(s, err);
    if (status != PT_OK)
        return status;
    pt_resident_release(); /* what only linking took does not add to the rest */
    pt_serving_follow(s);
    return pt_loop_watch(s->session.loop, signal_pipe[0], POLLIN, read_signals,
                         s)
               ? PT_OK
               : pt_fail_memory(err);
}

static enum pt_status begin(struct pt_serving *s, struct pt_error *err)
{
    enum pt_status status = check(&s->call->options, err);

    if (status == PT_OK)
        status = pt_session_open_search(s->call, TIMEOUT_MS, &s->session, err);
    if (status == PT_OK)
        status = pt_search_check(&s->session.query, err);
    if (status == PT_OK)
        status = pt_serving_open_house(s, err);
    if (status != PT_OK)
        return status;
    return only_prepares(s) ? pt_serving_prepare(s, err)
                            : begin_serving(s, err);
}

static void end(struct pt_serving *s)
{
    pt_serving_close_doors(s);
    if (s->session.loop) {
        pt_serving_unfollow(s);
        if (s->looks)
            pt_serving_close_house(s);
        pt_web_free(s->web);
        pt_serving_close_relays(s);
        if (signal_pipe[0] >= 0)
            pt_loop_watch(s->session.loop, signal_pipe[0], 0, NULL, NULL);
    }
    pt_session_close(&s->session);
    pt_serving_forget_certificate(s);
    pt_arena_free(s->authority);
    for (size_t i = 0; i < 2 && signal_pipe[i] >= 0; i++)
        close(signal_pipe[i]);
}

static enum pt_status run_serve(const struct pt_call *call,
                                struct pt_error *err)
{
    struct pt_serving s = {
        .call = call,
        .listeners = -1,
        .is_tls = call->options.certificate || call->options.tls};
    enum pt_status status = begin(&s, err);

    if (status == PT_OK)
        status = run(&s, err);
    end(&s);
    return status;
}

const struct pt_command pt_cmd_serve = {
    .name = "serve",
    .bit = PT_ON_SERVE,
    .operands = "ADDRESS|DOMAIN...",
    .summary = "answer the mail programs that ask for these domains",
    .about = "Finds the settings of each domain as 'find' does, and answers "
             "whatever mail clients ask for them: autoconfig, Autodiscover, "
             "PACC, and at / a page with the right file for each device. What "
             "a bridge on this machine serves is named by an ADDRESS of it; "
             "its ports are followed.\n"
             "It answers on 127.0.0.1, with --lan on the private networks of "
             "this machine, at port 80 and, with a certificate, 443. Nobody "
             "else is answered, no password is taken, and no address is "
             "logged.\n"
             "SIGHUP has the certificate read and everything looked for "
             "again; SIGTERM ends it once all are answered.",
    .examples = "portolan serve --lan example.org\n"
                "portolan serve --listen 127.0.0.1:8080 ann@proton.me\n"
                "portolan serve --public --listen 0.0.0.0:443 --cert c.pem "
                "--key k.pem example.org\n",
    .least = 1,
    .most = DOMAINS_MOST,
    .missing = "name a domain: portolan serve example.org",
    .run = run_serve,
};
