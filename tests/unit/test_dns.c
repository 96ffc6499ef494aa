/* test_dns.c - names looked up at a name server that does as it likes. */
#include "net/dns.h"
#include "net/dns_pace.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"
#include "tests/unit/fake_dns.h"

#include <dirent.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>

enum { PATIENCE_MS = 15000, MANY = 500 };

struct world {
    struct pt_loop *loop;
    struct fake_dns dns;
    struct pt_resolver *resolver;
};

struct got {
    int count; /* how often done() was called */
    enum pt_answer_status status;
    char body[4096];
    char why[256];
    bool is_signed;
};

/* What the fake server saw last, and in all. */
static struct fake_query seen;
static char names_seen[4096];

/* ---- what becomes of each name ---- */

static void many_mx(struct message *m)
{
    char host[64];

    for (int i = 0; i < 30; i++) {
        snprintf(host, sizeof(host), "a-rather-long-name-%d.example.org", i);
        add_mx(m, NULL, (unsigned)i, host);
    }
}

/* What somebody else might send, in haste. */
static void spoof(struct fake_dns *s, const struct fake_query *q,
                  struct message *m)
{
    sendto(s->udp, "", 0, 0, (struct sockaddr *)&s->peer, s->peer_len);
    begin_message(m, q->id ^ 1, DNS_ANSWER, q->name, q->type);
    add_mx(m, NULL, 1, "evil.example");
    fake_dns_send(s, m);
    begin_message(m, q->id, DNS_ANSWER, "other.example", q->type);
    add_mx(m, NULL, 1, "evil.example");
    fake_dns_send(s, m);
    m->len = 7;
    fake_dns_send(s, m);
}

static void by_name(struct fake_dns *s, const struct fake_query *q,
                    struct message *m)
{
    bool is_first = q->count == 0;

    if (!strncmp(q->name, "silent", 6) ||
        (!strncmp(q->name, "lost", 4) && is_first))
        return;
    if (!strncmp(q->name, "spoofed.", 8))
        spoof(s, q, m);
    begin_message(m, q->id, DNS_ANSWER, q->name, q->type);
    if (!strncmp(q->name, "nx.", 3))
        m->at[3] |= 3;
    else if (!strncmp(q->name, "servfail.", 9))
        m->at[3] |= 2;
    else if (!strncmp(q->name, "refused.", 8))
        m->at[3] |= 5;
    else if (!strncmp(q->name, "old.", 4) && q->has_edns)
        m->at[3] |= 1;
    else if (!strncmp(q->name, "big.", 4) && !q->by_tcp)
        m->at[2] |= 2;
    else if (!strncmp(q->name, "big.", 4))
        many_mx(m);
    else if (!strncmp(q->name, "cut.", 4))
        m->at[7] = 9;
    else if (strncmp(q->name, "nodata.", 7) && q->type == DNS_MX)
        add_mx(m, NULL, 10, "mx.example.org");
    if (!strncmp(q->name, "signed.", 7))
        m->at[3] |= DNS_AD;
}

static void answer_by_name(struct fake_dns *s, const struct fake_query *q,
                           struct message *m)
{
    seen = *q;
    if (strlen(names_seen) + strlen(q->name) + 2 < sizeof(names_seen)) {
        strcat(names_seen, q->name);
        strcat(names_seen, " ");
    }
    by_name(s, q, m);
}

/* ---- the world ---- */

static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct got *got = ctx;

    got->count++;
    got->status = answer->status;
    got->is_signed = answer->is_signed;
    snprintf(got->body, sizeof(got->body), "%.*s", (int)answer->len,
             answer->body ? answer->body : "");
    snprintf(got->why, sizeof(got->why), "%s", answer->why ? answer->why : "");
}

static void begin_world(struct world *w, struct pt_resolver_setup setup)
{
    struct pt_error err;

    *w = (struct world){.loop = pt_loop_new(&pt_clock_monotonic),
                        .dns.answer = answer_by_name};
    fake_dns_start(&w->dns, w->loop);
    if (!setup.server)
        setup.server = w->dns.server;
    names_seen[0] = '\0';
    if (pt_resolver_new(w->loop, &setup, &w->resolver, &err) != PT_OK)
        abort();
}

static void end_world(struct world *w)
{
    pt_resolver_free(w->resolver);
    fake_dns_end(&w->dns);
    OK(!pt_loop_step(w->loop), "nothing is left on the loop");
    pt_loop_free(w->loop);
}

static bool begin(struct world *w, const char *name, int64_t limit_ms,
                  const void *owner, struct got *got)
{
    struct pt_ask ask = {.kind = PT_ASK_DNS,
                         .what = name,
                         .record = PT_RECORD_MX,
                         .limit_ms = limit_ms,
                         .owner = owner};

    *got = (struct got){0};
    return pt_resolver_begin(w->resolver, &ask, on_answer, got);
}

/* Until *count is `want`; how long it took. */
static int64_t wait_for(struct world *w, const int *count, int want)
{
    int64_t began = pt_loop_now(w->loop);

    while (*count < want && pt_loop_now(w->loop) - began < PATIENCE_MS &&
           pt_loop_step(w->loop))
        ;
    return pt_loop_now(w->loop) - began;
}

static void on_time(void *ctx)
{
    ++*(int *)ctx;
}

static void wait_until(struct world *w, int64_t in_ms)
{
    struct pt_timer timer;
    int rung = 0;

    pt_timer_init(&timer, on_time, &rung);
    pt_loop_arm(w->loop, &timer, in_ms);
    wait_for(w, &rung, 1);
}

static int64_t ask(struct world *w, const char *name, struct got *got)
{
    begin(w, name, 0, NULL, got);
    OK(!got->count, "nothing is told from inside begin()");
    return wait_for(w, &got->count, 1);
}

/* ---- outcomes ---- */

static const struct {
    const char *what;
    const char *name;
    enum pt_answer_status status;
    const char *want; /* the text, or why */
} outcomes[] = {
    {"a record is told", "example.org", PT_ANSWER_OK, "mx 10 mx.example.org\n"},
    {"no such name is absent", "nx.example.org", PT_ANSWER_ABSENT, ""},
    {"no such record is absent", "nodata.example.org", PT_ANSWER_ABSENT, ""},
    {"SERVFAIL is a failure", "servfail.example.org", PT_ANSWER_FAILED,
     "SERVFAIL: the name server could not find out"},
    {"so is REFUSED", "refused.example.org", PT_ANSWER_FAILED,
     "REFUSED: the name server does not answer us"},
    {"so is what cannot be read", "cut.example.org", PT_ANSWER_FAILED,
     "the name server's answer makes no sense"},
    {"a server that knows no EDNS is asked without", "old.example.org",
     PT_ANSWER_OK, "mx 10 mx.example.org\n"},
    {"answers to other questions are passed over", "spoofed.example.org",
     PT_ANSWER_OK, "mx 10 mx.example.org\n"},
    {"what is no name is not asked for", "a b.example.org", PT_ANSWER_FAILED,
     "not a name that can be asked for"},
};

static void check_outcomes(void)
{
    struct world w;
    struct got got;

    for (size_t i = 0; i < sizeof(outcomes) / sizeof(*outcomes); i++) {
        begin_world(&w, (struct pt_resolver_setup){0});
        ask(&w, outcomes[i].name, &got);
        IS(got.status == PT_ANSWER_FAILED ? got.why : got.body,
           outcomes[i].want, outcomes[i].what);
        OK(got.count == 1 && got.status == outcomes[i].status,
           "and told once, as what it is");
        end_world(&w);
    }
}

static void check_truncated(void)
{
    struct world w;
    struct got got;
    int lines = 0;

    begin_world(&w, (struct pt_resolver_setup){0});
    ask(&w, "big.example.org", &got);
    for (const char *at = got.body; *at; at++)
        lines += *at == '\n';
    OK(seen.by_tcp, "what does not fit is asked for by TCP");
    OK(got.status == PT_ANSWER_OK && lines == 30, "and comes whole");
    end_world(&w);
}

/* ---- time ---- */

static void check_lost(void)
{
    struct world w;
    struct got got;
    int64_t took;

    begin_world(&w, (struct pt_resolver_setup){0});
    took = ask(&w, "lost.example.org", &got);
    IS(got.body, "mx 10 mx.example.org\n", "a lost datagram is sent again");
    OK(took >= 900 && took < 2000, "after a second");
    printf("# %d ms\n", (int)took);
    end_world(&w);
}

static void check_silent(void)
{
    struct world w;
    struct got got;
    struct got slow;
    int64_t took;

    begin_world(&w, (struct pt_resolver_setup){0});
    begin(&w, "silent.example.org", 1200, NULL, &slow);
    begin(&w, "silent.example.org", 300, NULL, &got);
    took = wait_for(&w, &got.count, 1);
    IS(got.why, "the name server did not answer in time",
       "a question has its limit");
    OK(took >= 290 && took < 900 && !slow.count, "and keeps to it");
    took += wait_for(&w, &slow.count, 1);
    OK(slow.count == 1 && took >= 1190 && took < 1900,
       "each question has its own");
    OK(w.dns.count >= 3, "until then it is asked again");
    end_world(&w);
}

static void check_unreachable(void)
{
    struct world w;
    struct got got;
    int64_t took;

    begin_world(&w, (struct pt_resolver_setup){0});
    fake_dns_end(&w.dns);
    took = ask(&w, "example.org", &got);
    IS(got.why, "the name server cannot be reached",
       "that nobody listens is said");
    OK(took < 500, "soon");
    fake_dns_start(&w.dns, w.loop);
    end_world(&w);
}

/* ---- AD ---- */

static void check_signed(void)
{
    struct world w;
    struct got got;

    begin_world(&w, (struct pt_resolver_setup){0});
    ask(&w, "signed.example.org", &got);
    OK(got.is_signed, "a server on this machine may say that it is signed");
    OK(seen.has_ad, "it is asked whether it is");
    OK(seen.has_edns, "with room for more than 512 bytes");
    ask(&w, "example.org", &got);
    OK(got.count && !got.is_signed, "what it does not say is not believed");
    end_world(&w);
}

/* ---- names ---- */

static void write_file(char *path, const char *text)
{
    int fd = mkstemp(path);

    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        abort();
    close(fd);
}

static void check_search(void)
{
    char path[] = "/tmp/portolan-test-resolv-XXXXXX";
    struct world w;
    struct got got;

    write_file(path, "search example.net\nnameserver 192.0.2.53\n"
                     "options ndots:5\n");
    begin_world(&w, (struct pt_resolver_setup){.resolv_conf = path});
    ask(&w, "nx.host", &got);
    ask(&w, "nx", &got);
    IS(names_seen, "nx.host nx ", "no search domain is ever appended");
    end_world(&w);
    remove(path);
}

static const struct {
    const char *server;
    bool ok;
} servers[] = {
    {"192.0.2.53", true},      {"192.0.2.53:5353", true},
    {"2001:db8::53", true},    {"[2001:db8::53]", true},
    {"[2001:db8::53]:5353", true},
    {"", false},               {"dns.example", false},
    {"192.0.2.53:", false},    {"192.0.2.53:0", false},
    {"192.0.2.53:65536", false},
    {"192.0.2.53:53x", false}, {"192.0.2.256", false},
    {"[192.0.2.53]", false},   {"[2001:db8::53", false},
    {"2001:db8::53]", false},  {"[2001:db8::53]5353", false},
    {"[]", false},             {"[]:53", false},
    {":53", false},            {"192.0.2.53,192.0.2.54", false},
};

static void check_servers(void)
{
    struct pt_loop *loop = pt_loop_new(&pt_clock_monotonic);
    char what[96];

    for (size_t i = 0; i < sizeof(servers) / sizeof(*servers); i++) {
        struct pt_resolver_setup setup = {.server = servers[i].server};
        struct pt_resolver *resolver = NULL;
        struct pt_error err;
        enum pt_status status =
            pt_resolver_new(loop, &setup, &resolver, &err);

        snprintf(what, sizeof(what), "'%s' is %s server", setup.server,
                 servers[i].ok ? "a" : "no");
        OK(status == (servers[i].ok ? PT_OK : PT_BAD_INPUT), what);
        pt_resolver_free(resolver);
    }
    pt_loop_free(loop);
}

/* ---- many, and giving up ---- */

static int count_entries(const char *path)
{
    DIR *dir = opendir(path);
    int count = 0;

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

/* Beside "." and ".."; or there is no /proc here. */
static bool is_single(void)
{
    int count = count_entries("/proc/self/task");

    return !count || count == 3;
}

static int told;

static void count_answer(void *ctx, const struct pt_answer *answer)
{
    on_answer(ctx, answer);
    told++;
}

static void begin_many(struct world *w, struct got *got, const void *owner)
{
    for (int i = 0; i < MANY; i++) {
        struct pt_ask ask = {.kind = PT_ASK_DNS,
                             .what = "example.org",
                             .record = PT_RECORD_MX,
                             .owner = owner};

        got[i] = (struct got){0};
        pt_resolver_begin(w->resolver, &ask, count_answer, &got[i]);
    }
}

static void check_many(void)
{
    static struct got got[MANY];
    struct world w;
    int64_t took;
    int good = 0;

    begin_world(&w, (struct pt_resolver_setup){0});
    told = 0;
    begin_many(&w, got, NULL);
    took = wait_for(&w, &told, MANY);
    for (int i = 0; i < MANY; i++)
        good += got[i].count == 1 && got[i].status == PT_ANSWER_OK;
    OK(good == MANY, "500 questions at once are all answered");
    OK(took < 900 && w.dns.count == MANY, "none of them had to be repeated");
    printf("# %d ms, %d queries\n", (int)took, w.dns.count);
    OK(is_single(), "and no thread was started");
    end_world(&w);
}

/* The server waits with its answers: so many are on their way. */
static void say_nothing(struct fake_dns *s, const struct fake_query *q,
                        struct message *m)
{
    (void)s;
    (void)q;
    m->len = 0;
}

static void check_window(void)
{
    static struct got got[MANY];
    struct world w;
    int owner;
    int other;
    int files;

    begin_world(&w, (struct pt_resolver_setup){0});
    files = count_entries("/proc/self/fd");
    w.dns.answer = say_nothing;
    begin_many(&w, got, &owner);
    wait_until(&w, 300);
    OK(w.dns.count == PT_DNS_WINDOW_FIRST, "only so many are on their way");
    wait_for(&w, &w.dns.count, PT_DNS_WINDOW_FIRST + 1);
    wait_until(&w, 300);
    OK(w.dns.count == 2 * PT_DNS_WINDOW_FIRST,
       "they are repeated, and no others");
    told = 0;
    pt_resolver_drop(w.resolver, &other);
    OK(!told, "a drop is of its owner's questions only");
    pt_resolver_drop(w.resolver, &owner);
    OK(told == MANY, "a drop tells every asker at once");
    IS(got[0].why, "given up", "of those that were sent");
    IS(got[MANY - 1].why, "given up", "and of those that wait");
    OK(count_entries("/proc/self/fd") == files, "and closes what was opened");
    w.dns.answer = answer_by_name;
    ask(&w, "example.org", &got[0]);
    IS(got[0].body, "mx 10 mx.example.org\n", "and makes room for others");
    end_world(&w);
}

/* In the middle of answers, from inside one of them. */
static struct world *dropping;

static void drop_all(void *ctx, const struct pt_answer *answer)
{
    count_answer(ctx, answer);
    if (told == 10)
        pt_resolver_drop(dropping->resolver, NULL);
}

static void check_drop_inside(void)
{
    static struct got got[MANY];
    struct world w;
    int good = 0;

    begin_world(&w, (struct pt_resolver_setup){0});
    dropping = &w;
    told = 0;
    for (int i = 0; i < MANY; i++) {
        struct pt_ask ask = {.kind = PT_ASK_DNS,
                             .what = "example.org",
                             .record = PT_RECORD_MX};

        got[i] = (struct got){0};
        pt_resolver_begin(w.resolver, &ask, drop_all, &got[i]);
    }
    wait_for(&w, &told, MANY);
    for (int i = 0; i < MANY; i++)
        good += got[i].count == 1;
    OK(told == MANY && good == MANY,
       "a drop from inside an answer tells each asker once");
    end_world(&w);
}

static void check_free(void)
{
    struct world w;
    struct got got;
    struct got waiting;

    begin_world(&w, (struct pt_resolver_setup){0});
    begin(&w, "silent.example.org", 0, NULL, &got);
    wait_for(&w, &w.dns.count, 1);
    begin(&w, "silent.example.org", 0, NULL, &waiting);
    end_world(&w);
    OK(got.count == 1 && waiting.count == 1,
       "who frees a resolver tells those that wait");
}

/* A name server that knows no EDNS, asked much at once. */
static void without_edns(struct fake_dns *s, const struct fake_query *q,
                         struct message *m)
{
    (void)s;
    begin_message(m, q->id, DNS_ANSWER | (q->has_edns ? 1 : 0), q->name,
                  q->type);
    if (!q->has_edns)
        add_mx(m, NULL, 10, "mx.example.org");
}

static void check_simple(void)
{
    static struct got got[MANY];
    struct world w;
    int good = 0;

    begin_world(&w, (struct pt_resolver_setup){0});
    w.dns.answer = without_edns;
    told = 0;
    begin_many(&w, got, NULL);
    wait_for(&w, &told, MANY);
    for (int i = 0; i < MANY; i++)
        good += got[i].status == PT_ANSWER_OK;
    OK(good == MANY, "a server without EDNS answers all of them");
    OK(w.dns.count <= MANY + PT_DNS_WINDOW_FIRST + 1,
       "and is not tried for long");
    end_world(&w);
}

/* ---- no memory ---- */

/* One question, which nobody hears, while the nth allocation fails.  How many
 * there were. */
static size_t starve(size_t nth, struct got *got, bool *ret_begun)
{
    struct pt_resolver_setup setup = {.server = "127.0.0.1:1"};
    struct world w = {.loop = pt_loop_new(&pt_clock_monotonic)};
    struct pt_error err;
    size_t count;

    *got = (struct got){0};
    *ret_begun = false;
    pt_oom_fail_at(nth);
    if (pt_resolver_new(w.loop, &setup, &w.resolver, &err) == PT_OK) {
        *ret_begun = begin(&w, "example.org", 0, NULL, got);
        if (*ret_begun)
            wait_for(&w, &got->count, 1);
        pt_resolver_free(w.resolver);
    }
    count = pt_oom_seen();
    pt_oom_fail_at(0);
    pt_loop_free(w.loop);
    return count;
}

static void check_memory(void)
{
    struct got got;
    bool told_once = true;
    bool said_so = true;
    size_t nth = 0;
    size_t count;
    bool begun;

    do {
        count = starve(++nth, &got, &begun);
        told_once &= got.count == begun;
        if (begun && count >= nth)
            said_so &= !strcmp(got.why, "out of memory");
    } while (count >= nth);
    printf("# %zu allocations\n", nth - 1);
    OK(nth > 5 && told_once, "whichever allocation fails, the asker is told");
    OK(said_so, "and told why");
    IS(got.why, "the name server cannot be reached", "with all of them, not");
}

/* ---- servers on a network of their own ---- */

static bool add_address(int fd, const char *name, const char *address)
{
    struct ifreq request = {0};
    struct sockaddr_in in = {.sin_family = AF_INET};

    snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
    inet_pton(AF_INET, address, &in.sin_addr);
    memcpy(&request.ifr_addr, &in, sizeof(in));
    if (ioctl(fd, SIOCSIFADDR, &request))
        return false;
    request.ifr_flags = IFF_UP;
    return !ioctl(fd, SIOCSIFFLAGS, &request);
}

/* This process moves into a network that has nothing but these addresses. */
static bool make_network(void)
{
    int fd;
    bool made;

    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) && unshare(CLONE_NEWNET))
        return false;
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    made = add_address(fd, "lo", "127.0.0.1") &&
           add_address(fd, "lo:1", "192.0.2.53") &&
           add_address(fd, "lo:2", "192.0.2.54");
    close(fd);
    return made;
}

static const struct {
    const char *what;
    const char *resolv_conf; /* NULL: 192.0.2.53 by itself */
    const char *name;
    const char *want; /* the text, or why */
    bool trust_ad;
    bool is_signed;
} nets[] = {
    {.what = "a server elsewhere is not believed that it is signed",
     .name = "signed.example.org",
     .want = "mx 10 mx.example.org\n"},
    {.what = "unless the user does",
     .name = "signed.example.org",
     .want = "mx 10 mx.example.org\n",
     .trust_ad = true,
     .is_signed = true},
    {.what = "nor is one of resolv.conf",
     .resolv_conf = "nameserver 192.0.2.53\n",
     .name = "signed.example.org",
     .want = "mx 10 mx.example.org\n"},
    {.what = "unless resolv.conf does",
     .resolv_conf = "options edns0 trust-ad\nnameserver 192.0.2.53\n",
     .name = "signed.example.org",
     .want = "mx 10 mx.example.org\n",
     .is_signed = true},
    {.what = "nor are two of which one is here",
     .resolv_conf = "nameserver 192.0.2.53\nnameserver 127.0.0.1\n",
     .name = "signed.example.org",
     .want = "mx 10 mx.example.org\n"},
    {.what = "after SERVFAIL the next server is asked",
     .resolv_conf = "nameserver 192.0.2.54\nnameserver 192.0.2.53\n",
     .name = "example.org",
     .want = "mx 10 mx.example.org\n"},
    {.what = "so it is when nobody listens",
     .resolv_conf = "nameserver 127.0.0.1\nnameserver 192.0.2.53\n",
     .name = "example.org",
     .want = "mx 10 mx.example.org\n"},
    {.what = "so it is after a second of silence",
     .resolv_conf = "nameserver 192.0.2.54\nnameserver 192.0.2.53\n",
     .name = "slow.example.org",
     .want = "mx 10 mx.example.org\n"},
    {.what = "that there is no network is said",
     .resolv_conf = "nameserver 198.51.100.1\n",
     .name = "example.org",
     .want = "the name server cannot be reached"},
    {.what = "also of several servers",
     .resolv_conf = "nameserver 198.51.100.1\nnameserver 198.51.100.2\n",
     .name = "example.org",
     .want = "the name servers cannot be reached, or cannot find out"},
    {.what = "search domains of resolv.conf are not used",
     .resolv_conf = "search example.net\nnameserver 192.0.2.53\n"
                    "options ndots:9\n",
     .name = "nx.example.org",
     .want = ""},
};

static void answer_badly(struct fake_dns *s, const struct fake_query *q,
                         struct message *m)
{
    (void)s;
    if (!strncmp(q->name, "slow.", 5))
        return;
    begin_message(m, q->id, DNS_ANSWER | 2, q->name, q->type);
}

static void check_net(struct world *w, size_t i)
{
    char path[] = "/tmp/portolan-test-resolv-XXXXXX";
    struct pt_resolver_setup setup = {.server = "192.0.2.53",
                                      .trust_ad = nets[i].trust_ad};
    struct pt_error err;
    struct got got;
    int64_t took;

    write_file(path, nets[i].resolv_conf ? nets[i].resolv_conf : "");
    if (nets[i].resolv_conf)
        setup = (struct pt_resolver_setup){.resolv_conf = path};
    if (pt_resolver_new(w->loop, &setup, &w->resolver, &err) != PT_OK)
        abort();
    took = ask(w, nets[i].name, &got);
    IS(got.status == PT_ANSWER_FAILED ? got.why : got.body, nets[i].want,
       nets[i].what);
    OK(got.is_signed == nets[i].is_signed && took < 1900, "and soon");
    pt_resolver_free(w->resolver);
    remove(path);
}

static void check_network(void)
{
    struct world w = {.loop = pt_loop_new(&pt_clock_monotonic),
                      .dns = {.answer = answer_by_name,
                              .address = "192.0.2.53",
                              .port = 53}};
    struct fake_dns bad = {
        .answer = answer_badly, .address = "192.0.2.54", .port = 53};

    fake_dns_start(&w.dns, w.loop);
    fake_dns_start(&bad, w.loop);
    names_seen[0] = '\0';
    for (size_t i = 0; i < sizeof(nets) / sizeof(*nets); i++)
        check_net(&w, i);
    OK(!strstr(names_seen, "example.net"), "no search domain was asked for");
    fake_dns_end(&w.dns);
    fake_dns_end(&bad);
    pt_loop_free(w.loop);
}

int main(void)
{
    check_outcomes();
    check_truncated();
    check_lost();
    check_silent();
    check_unreachable();
    check_signed();
    check_search();
    check_servers();
    check_many();
    check_window();
    check_drop_inside();
    check_free();
    check_simple();
    check_memory();
    if (make_network())
        check_network();
    else
        printf("ok %d - servers elsewhere # SKIP no network of its own\n",
               ++tap_count);
    return tap_done();
}
