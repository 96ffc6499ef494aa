/* test_dns_addresses.c - the addresses of a host: literal, from the hosts
 * file, by A and AAAA. */
#include "net/dns_addresses.h"
#include "tests/tap.h"
#include "tests/unit/fake_dns.h"

enum { PATIENCE_MS = 15000, MANY = 300 };

struct world {
    struct pt_loop *loop;
    struct fake_dns dns;
    struct pt_resolver *resolver;
};

struct got {
    int count;
    enum pt_answer_status status;
    char text[512]; /* the addresses, a blank after each */
    char why[256];
    bool from_hosts_file;
    struct pt_lookup *lookup;
};

static int told;

/* ---- the server ---- */

static bool has_label(const struct fake_query *q, const char *label)
{
    return !strncmp(q->name, label, strlen(label));
}

/* Names begin with what becomes of A, then of AAAA: "good-slow.test". */
static const char *fate(const struct fake_query *q)
{
    const char *dash = strchr(q->name, '-');

    return q->type == DNS_A || !dash ? q->name : dash + 1;
}

static void answer_by_fate(struct fake_dns *s, const struct fake_query *q,
                           struct message *m)
{
    const char *what = fate(q);

    (void)s;
    if (!strncmp(what, "slow", 4))
        return;
    begin_message(m, q->id, DNS_ANSWER, q->name, q->type);
    if (!strncmp(what, "bad", 3)) {
        m->at[3] |= 2;
    } else if (!strncmp(what, "none", 4)) {
        return;
    } else if (has_label(q, "many")) {
        for (int i = 0; i < 30; i++)
            if (q->type == DNS_A)
                add_a(m, NULL, "192.0.2.1");
            else
                add_aaaa(m, NULL, "2001:db8::1");
    } else if (q->type == DNS_A) {
        add_alias(m, NULL, "real.example.net");
        add_a(m, "real.example.net", "192.0.2.1");
        add_a(m, "real.example.net", "192.0.2.2");
    } else {
        add_aaaa(m, NULL, "2001:db8::1");
    }
}

/* ---- the world ---- */

static void begin_world(struct world *w)
{
    struct pt_resolver_setup setup = {0};
    struct pt_error err;

    *w = (struct world){.loop = pt_loop_new(&pt_clock_monotonic),
                        .dns.answer = answer_by_fate};
    fake_dns_start(&w->dns, w->loop);
    setup.server = w->dns.server;
    if (pt_resolver_new(w->loop, &setup, &w->resolver, &err) != PT_OK)
        abort();
    told = 0;
}

static void end_world(struct world *w)
{
    pt_resolver_free(w->resolver);
    fake_dns_end(&w->dns);
    OK(!pt_loop_step(w->loop), "nothing is left on the loop");
    pt_loop_free(w->loop);
}

static void show(const struct sockaddr_storage *address, char *to, size_t size)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;

    memcpy(&four, address, sizeof(four));
    memcpy(&six, address, sizeof(six));
    if (address->ss_family == AF_INET)
        inet_ntop(AF_INET, &four.sin_addr, to, (socklen_t)size);
    else
        inet_ntop(AF_INET6, &six.sin6_addr, to, (socklen_t)size);
}

static void on_addresses(void *ctx, const struct pt_addresses *addresses)
{
    struct got *got = ctx;
    char text[INET6_ADDRSTRLEN];

    told++;
    got->count++;
    got->status = addresses->status;
    got->from_hosts_file = addresses->from_hosts_file;
    snprintf(got->why, sizeof(got->why), "%s",
             addresses->why ? addresses->why : "");
    for (size_t i = 0; i < addresses->count; i++) {
        size_t len = strlen(got->text);

        show(&addresses->at[i], text, sizeof(text));
        snprintf(got->text + len, sizeof(got->text) - len, "%s ", text);
    }
}

static void begin(struct world *w, const char *host, int64_t limit_ms,
                  struct got *got)
{
    *got = (struct got){0};
    got->lookup =
        pt_lookup_begin(w->resolver, host, limit_ms, on_addresses, got);
}

static int64_t wait_for(struct world *w, const int *count, int want)
{
    int64_t began = pt_loop_now(w->loop);

    while (*count < want && pt_loop_now(w->loop) - began < PATIENCE_MS &&
           pt_loop_step(w->loop))
        ;
    return pt_loop_now(w->loop) - began;
}

static const struct {
    const char *what;
    const char *host;
    enum pt_answer_status status;
    const char *want; /* addresses, or why */
} rows[] = {
    {"a host has addresses of both families, IPv6 first", "good-good.example",
     PT_ANSWER_OK, "2001:db8::1 192.0.2.1 192.0.2.2 "},
    {"one family may have none", "good-none.example", PT_ANSWER_OK,
     "192.0.2.1 192.0.2.2 "},
    {"one family may fail", "bad-good.example", PT_ANSWER_OK, "2001:db8::1 "},
    {"or never be told", "good-slow.example", PT_ANSWER_OK,
     "192.0.2.1 192.0.2.2 "},
    {"no addresses at all is absent", "none-none.example", PT_ANSWER_ABSENT,
     ""},
    {"a failure is no firm no", "none-bad.example", PT_ANSWER_FAILED,
     "SERVFAIL: the name server could not find out"},
    {"an address is its own", "192.0.2.7", PT_ANSWER_OK, "192.0.2.7 "},
    {"so is one of IPv6", "2001:db8::7", PT_ANSWER_OK, "2001:db8::7 "},
    {"an odd spelling of an address is no host", "127.1", PT_ANSWER_FAILED,
     "not a name that can be asked for"},
    {"nor is a line", "a\nb.example", PT_ANSWER_FAILED,
     "not a name that can be asked for"},
};

static void check_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct world w;
        struct got got;
        int64_t took;

        begin_world(&w);
        begin(&w, rows[i].host, 0, &got);
        OK(!got.count, "nothing is told from inside begin()");
        took = wait_for(&w, &got.count, 1);
        IS(got.status == PT_ANSWER_FAILED ? got.why : got.text, rows[i].want,
           rows[i].what);
        OK(got.count == 1 && got.status == rows[i].status && took < 900 &&
               !got.from_hosts_file,
           "and told once, soon");
        end_world(&w);
    }
}

static void check_hosts(void)
{
    char path[] = "/tmp/portolan-test-hosts-XXXXXX";
    static const char text[] = "198.51.100.7 good-good.example alias\n"
                               "2001:db8::77 good-good.example\n"
                               "127.0.0.2 x.localhost\n";
    struct world w;
    struct got got;
    int fd = mkstemp(path);

    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        abort();
    close(fd);
    setenv("CARES_HOSTS", path, 1);
    begin_world(&w);
    begin(&w, "good-good.example", 0, &got);
    OK(!got.count, "nothing is told from inside begin()");
    wait_for(&w, &got.count, 1);
    OK(strstr(got.text, "198.51.100.7 ") && strstr(got.text, "2001:db8::77 "),
       "the hosts file goes first");
    OK(got.from_hosts_file && !w.dns.count, "and nobody else is asked");
    begin(&w, "good-none.example", 0, &got);
    wait_for(&w, &got.count, 1);
    OK(!got.from_hosts_file && !strcmp(got.text, "192.0.2.1 192.0.2.2 "),
       "what is not in it is asked for");
    begin(&w, "x.localhost", 0, &got);
    wait_for(&w, &got.count, 1);
    IS(got.text, "127.0.0.2 ", "a name of this machine may be in it");
    OK(!got.from_hosts_file, "which vouches for nothing");
    begin(&w, "y.localhost", 0, &got);
    wait_for(&w, &got.count, 1);
    IS(got.text, "::1 127.0.0.1 ", "or else has the addresses it always has");
    OK(!got.from_hosts_file && w.dns.count == 2, "and is asked of nobody");
    end_world(&w);
    unsetenv("CARES_HOSTS");
    remove(path);
}

static void check_cancel(void)
{
    struct world w;
    struct got got;
    struct got other;

    begin_world(&w);
    begin(&w, "slow-slow.example", 0, &got);
    begin(&w, "192.0.2.1", 0, &other);
    pt_lookup_cancel(other.lookup);
    wait_for(&w, &w.dns.count, 2);
    pt_lookup_cancel(got.lookup);
    pt_lookup_cancel(NULL);
    begin(&w, "good-good.example", 0, &other);
    wait_for(&w, &other.count, 1);
    OK(!got.count, "who cancels a lookup is not told");
    OK(other.status == PT_ANSWER_OK, "and disturbs no other");
    end_world(&w);
}

static void check_limit(void)
{
    struct world w;
    struct got got;
    int64_t took;

    begin_world(&w);
    begin(&w, "slow-slow.example", 200, &got);
    took = wait_for(&w, &got.count, 1);
    IS(got.why, "the name server did not answer in time",
       "a lookup has its limit");
    OK(took >= 190 && took < 700, "and keeps to it");
    end_world(&w);
}

static void check_drop(void)
{
    struct world w;
    struct got got;
    struct got half;

    begin_world(&w);
    begin(&w, "slow-slow.example", 0, &got);
    begin(&w, "good-slow.example", 0, &half);
    wait_for(&w, &w.dns.count, 4);
    pt_resolver_drop(w.resolver, NULL);
    OK(got.count == 1 && half.count == 1, "a drop of all ends lookups too");
    IS(got.why, "given up", "and says so");
    end_world(&w);
}

static void check_many(void)
{
    static struct got got[MANY];
    struct world w;
    int good = 0;

    begin_world(&w);
    for (int i = 0; i < MANY; i++)
        begin(&w, "many-good.example", 0, &got[i]);
    wait_for(&w, &told, MANY);
    for (int i = 0; i < MANY; i++)
        good += got[i].status == PT_ANSWER_OK;
    OK(good == MANY, "300 lookups at once are all answered");
    OK(w.dns.count == 2 * MANY, "none of them had to be repeated");
    end_world(&w);
}

int main(void)
{
    check_rows();
    check_hosts();
    check_cancel();
    check_limit();
    check_drop();
    check_many();
    return tap_done();
}
