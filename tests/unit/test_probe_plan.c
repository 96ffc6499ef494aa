/* test_probe_plan.c - what was typed, and which hosts and ports come of it. */
#include "resolve/probe_plan.h"
#include "tests/tap.h"

enum { TEXT_SIZE = 1024, SERVERS_MAX = 4 };

static struct pt_arena *arena;

/* ---- targets ---- */

static const struct {
    const char *text;
    const char *want; /* "host:port", "domain" of an address; NULL: bad input */
    const char *what;
} targets[] = {
    {"imap.example.org", "imap.example.org:0", "a host"},
    {"IMAP.Example.ORG.", "imap.example.org:0", "a host as people write it"},
    {"imap.example.org:993", "imap.example.org:993", "a host and a port"},
    {"imap.example.org:65535", "imap.example.org:65535", "the last port"},
    {"imap.example.org:0", NULL, "there is no port 0"},
    {"imap.example.org:65536", NULL, "nor one after the last"},
    {"imap.example.org:", NULL, "a colon wants a port"},
    {"imap.example.org:imaps", NULL, "a port is a number"},
    {"imap.example.org:-1", NULL, "without a sign"},
    {"192.0.2.1", "192.0.2.1:0", "an address of IPv4"},
    {"192.0.2.1:143", "192.0.2.1:143", "and its port"},
    {"2001:DB8::1", "2001:db8::1:0", "an address of IPv6"},
    {"[2001:db8::1]", "2001:db8::1:0", "in brackets"},
    {"[2001:db8::1]:993", "2001:db8::1:993", "and its port"},
    {"[2001:db8::1]993", NULL, "what follows a bracket is a colon"},
    {"[2001:db8::1]:", NULL, "and then a port"},
    {"[2001:db8::1", NULL, "a bracket is closed"},
    {"[]:993", NULL, "and is not empty"},
    {"", NULL, "nothing"},
    {":993", NULL, "a port without a host"},
    {"imap example.org", NULL, "a blank"},
    {"127.1", NULL, "a number that resolvers take for an address"},
    {"localhost", "localhost:0", "this machine"},
    {"ann@example.org", "@example.org", "an address"},
    {"@example.org", NULL, "an address without a name"},
    {"ann@", NULL, "an address without a domain"},
    {"example.org", "example.org:0@example.org",
     "a domain is probed as any of its addresses"},
    {"example.org:993", "example.org:993", "with a port it is a host"},
};

static const char *describe(const struct pt_probe_target *target)
{
    return pt_arena_printf(
        arena, "%s%s%s",
        target->host ? pt_arena_printf(arena, "%s:%u", target->host,
                                       target->port)
                     : "",
        target->address ? "@" : "",
        target->address ? target->address->domain : "");
}

static void test_targets(void)
{
    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
        struct pt_probe_target target = {0};
        struct pt_error err = {0};
        enum pt_status status =
            pt_probe_target_parse(arena, targets[i].text, &target, &err);

        if (targets[i].want)
            IS(describe(&target), targets[i].want, targets[i].what);
        else
            OK(status == PT_BAD_INPUT && *err.text && !target.text,
               targets[i].what);
    }
}

/* ---- added ports ---- */

static const struct {
    const char *text;
    const char *want; /* NULL: bad input */
} ports[] = {
    {"993", "any:993"},     {"imap:1143", "imap:1143"},
    {"smtp:1025", "submission:1025"},
    {"submission:1025", "submission:1025"},
    {"pop3:1110", "pop3:1110"},
    {"sieve:4191", "sieve:4191"},
    {"0", NULL},            {"70000", NULL},
    {"", NULL},             {"imap", NULL},
    {"imap:", NULL},        {":993", NULL},
    {"caldav:443", NULL},   {"imap:993:1", NULL},
};

static void test_ports(void)
{
    for (size_t i = 0; i < sizeof(ports) / sizeof(*ports); i++) {
        struct pt_probe_port port = {0};
        struct pt_error err = {0};
        enum pt_status status =
            pt_probe_port_parse(ports[i].text, &port, &err);
        const char *got = pt_arena_printf(
            arena, "%s:%u",
            port.any_service ? "any" : pt_service_name(port.service),
            port.port);

        if (ports[i].want)
            IS(got, ports[i].want, ports[i].text);
        else
            OK(status == PT_BAD_INPUT && !port.port, ports[i].text);
    }
}

/* ---- plans ---- */

#define USUAL_AT(host) \
    host ":993 imap tls, " host ":143 imap starttls, " \
    host ":995 pop3 tls, " host ":110 pop3 starttls, " \
    host ":465 submission tls, " host ":587 submission starttls, " \
    host ":25 submission starttls, " host ":4190 sieve starttls"

static const struct pt_bridge_kind kinds[] = {
    {.name = "proton", .title = "Proton Mail Bridge"},
};

static struct pt_bridge_endpoint endpoints[] = {
    {.service = PT_IMAP, .host = "127.0.0.1", .port = 1143,
     .security = PT_STARTTLS},
    {.service = PT_SUBMISSION, .host = "127.0.0.1", .port = 1025,
     .security = PT_STARTTLS},
};

#define IMAP_AT(name, number, how) \
    {.service = PT_IMAP, .host = (name), .port = (number), .security = (how), \
     .origin.rank = PT_RANK_SRV}

static const struct {
    const char *target;
    struct pt_server servers[SERVERS_MAX]; /* of the settings */
    const char *exchanger;
    const char *accepted;
    const char *unsure; /* nobody vouches for it */
    const char *port; /* that the user adds */
    enum pt_bridge_state state; /* of the bridge here, if has_bridge */
    bool has_bridge;
    const char *hosts; /* each; "*": published, "~": may be nearby */
    const char *trials; /* of the first host alone */
    const char *what;
} plans[] = {
    {
        .target = "mail.example.org",
        .hosts = "mail.example.org~",
        .trials = USUAL_AT("mail.example.org"),
        .what = "a host is tried at every standard port",
    },
    {
        .target = "mail.example.org:1993",
        .hosts = "mail.example.org~",
        .trials = "mail.example.org:1993 any",
        .what = "a port stands in place of them",
    },
    {
        .target = "mail.example.org:143",
        .hosts = "mail.example.org~",
        .trials = "mail.example.org:143 imap starttls",
        .what = "a standard one is tried as what it stands for",
    },
    {
        .target = "mail.example.org:993",
        .port = "imap:1143",
        .hosts = "mail.example.org~",
        .trials = "mail.example.org:993 imap tls, mail.example.org:1143 imap",
        .what = "and those that are added come to it",
    },
    {
        .target = "mail.example.org:25",
        .port = "sieve:993",
        .hosts = "mail.example.org~",
        .trials = "mail.example.org:25 submission starttls, "
                  "mail.example.org:993 sieve",
        .what = "as what they are said to be",
    },
    {
        .target = "mail.example.org",
        .port = "993",
        .hosts = "mail.example.org~",
        .trials = USUAL_AT("mail.example.org"),
        .what = "a port is tried once, however often it is named",
    },
    {
        .target = "ann@example.org",
        .hosts = "imap.example.org, smtp.example.org, pop.example.org, "
                 "mail.example.org",
        .trials = USUAL_AT("imap.example.org"),
        .what = "an address has the usual names",
    },
    {
        .target = "ann@co.uk",
        .hosts = "",
        .trials = "",
        .what = "but not those of a public suffix",
    },
    {
        .target = "ann@example.org",
        .exchanger = "mx.example.org",
        .hosts = "imap.example.org, smtp.example.org, pop.example.org, "
                 "mail.example.org, mx.example.org",
        .trials = USUAL_AT("imap.example.org"),
        .what = "its exchanger is one, too",
    },
    {
        .target = "ann@example.org",
        .exchanger = "mx.hoster.example",
        .hosts = "imap.example.org, smtp.example.org, pop.example.org, "
                 "mail.example.org",
        .trials = USUAL_AT("imap.example.org"),
        .what = "unless it is somebody else's",
    },
    {
        .target = "ann@example.org",
        .servers = {IMAP_AT("post.example.org", 1993, PT_TLS)},
        .hosts = "post.example.org*, imap.example.org, smtp.example.org, "
                 "pop.example.org, mail.example.org",
        .trials = "post.example.org:1993 imap tls, "
                  USUAL_AT("post.example.org"),
        .what = "what is published comes first, at its own port",
    },
    {
        .target = "ann@example.org",
        .servers = {IMAP_AT("post.example.org", 1143, PT_PLAIN)},
        .hosts = "post.example.org*, imap.example.org, smtp.example.org, "
                 "pop.example.org, mail.example.org",
        .trials = "post.example.org:1143 imap, "
                  USUAL_AT("post.example.org"),
        .what = "published plain text is not what is asked for",
    },
    {
        .target = "ann@example.org",
        .servers = {IMAP_AT("imap.example.org", 143, PT_PLAIN)},
        .hosts = "imap.example.org*, smtp.example.org, pop.example.org, "
                 "mail.example.org",
        .trials = "imap.example.org:143 imap starttls, "
                  "imap.example.org:993 imap tls, "
                  "imap.example.org:995 pop3 tls, "
                  "imap.example.org:110 pop3 starttls, "
                  "imap.example.org:465 submission tls, "
                  "imap.example.org:587 submission starttls, "
                  "imap.example.org:25 submission starttls, "
                  "imap.example.org:4190 sieve starttls",
        .what = "where a standard port could do better, it has to",
    },
    {
        .target = "ann@example.org",
        .servers = {IMAP_AT("localhost", 993, PT_TLS),
                    IMAP_AT("127.0.0.1", 993, PT_TLS),
                    {.service = PT_IMAP, .host = "guessed.example.org",
                     .port = 993, .security = PT_TLS,
                     .origin.rank = PT_RANK_GUESS}},
        .hosts = "imap.example.org, smtp.example.org, pop.example.org, "
                 "mail.example.org",
        .trials = USUAL_AT("imap.example.org"),
        .what = "nobody's word leads to this machine, nor a guess anywhere",
    },
    {
        .target = "ann@example.org",
        .servers = {IMAP_AT("post.example.org", 993, PT_TLS)},
        .unsure = "Post.example.org",
        .hosts = "imap.example.org, smtp.example.org, pop.example.org, "
                 "mail.example.org",
        .trials = USUAL_AT("imap.example.org"),
        .what = "nor who has to be accepted first",
    },
    {
        .target = "ann@example.org",
        .servers = {IMAP_AT("post.example.org", 993, PT_TLS)},
        .accepted = "Post.example.org",
        .hosts = "post.example.org*~, imap.example.org, smtp.example.org, "
                 "pop.example.org, mail.example.org",
        .trials = USUAL_AT("post.example.org"),
        .what = "who is accepted may be nearby",
    },
    {
        .target = "example.org",
        .servers = {IMAP_AT("example.org", 993, PT_TLS)},
        .hosts = "example.org*~, imap.example.org, smtp.example.org, "
                 "pop.example.org, mail.example.org",
        .trials = USUAL_AT("example.org"),
        .what = "who was named may be, also where it is published",
    },
    {
        .target = "ann@example.org",
        .servers = {{.service = PT_IMAP, .host = "127.0.0.1", .port = 1143,
                     .security = PT_STARTTLS, .bridge = "proton"}},
        .hosts = "",
        .trials = "127.0.0.1:1143 imap starttls proton",
        .what = "a bridge is probed instead of its provider",
    },
    {
        .target = "localhost:1143",
        .has_bridge = true,
        .state = PT_BRIDGE_OK,
        .hosts = "localhost~",
        .trials = "127.0.0.1:1143 imap starttls proton",
        .what = "a port of this machine that is a bridge's is tried as that",
    },
    {
        .target = "localhost",
        .port = "1143",
        .has_bridge = true,
        .state = PT_BRIDGE_OK,
        .hosts = "localhost~",
        .trials = "127.0.0.1:1143 imap starttls proton, "
                  "127.0.0.1:1025 submission starttls proton, "
                  USUAL_AT("localhost"),
        .what = "and once, also where it is added",
    },
    {
        .target = "127.0.0.2",
        .port = "1143",
        .has_bridge = true,
        .state = PT_BRIDGE_OK,
        .hosts = "127.0.0.2~",
        .trials = "127.0.0.1:1143 imap starttls proton, "
                  "127.0.0.1:1025 submission starttls proton, "
                  USUAL_AT("127.0.0.2") ", 127.0.0.2:1143 any",
        .what = "another address of this machine is another one",
    },
    {
        .target = "localhost:1143",
        .has_bridge = true,
        .state = PT_BRIDGE_STOPPED,
        .hosts = "localhost~",
        .trials = "localhost:1143 any",
        .what = "a bridge that does not run has no ports",
    },
};

static const char *join(const char *before, const char *more)
{
    return *before ? pt_arena_printf(arena, "%s, %s", before, more) : more;
}

static const char *list_hosts(const struct pt_probe_plan *plan)
{
    const char *all = "";

    for (size_t i = 0; i < plan->host_count; i++) {
        const struct pt_probe_host *host = &plan->hosts[i];

        all = join(all, pt_arena_printf(arena, "%s%s%s", host->name,
                                        host->is_published ? "*" : "",
                                        host->is_nearby ? "~" : ""));
    }
    return all;
}

static const char *tell_trial(const struct pt_trial *trial)
{
    return pt_arena_printf(
        arena, "%s:%u %s%s%s%s%s", trial->host, trial->port,
        trial->any_service ? "any" : pt_service_name(trial->service),
        trial->security ? " " : "",
        trial->security ? pt_security_name(trial->security) : "",
        trial->kind ? " " : "", trial->kind ? trial->kind->name : "");
}

static const char *list_trials(const struct pt_probe_plan *plan)
{
    const char *all = "";

    for (size_t i = 0; i < plan->trial_count; i++)
        if (plan->hosts_of[i] == NULL || plan->hosts_of[i] == plan->hosts)
            all = join(all, tell_trial(&plan->trials[i]));
    return all;
}

static void test_plan(size_t nth)
{
    struct pt_server servers[SERVERS_MAX];
    struct pt_settings settings = {.servers = servers};
    struct pt_bridge bridge = {.kind = kinds, .state = plans[nth].state,
                               .endpoints = endpoints, .endpoint_count = 2};
    struct pt_findings found = {.exchanger = plans[nth].exchanger,
                                .bridges = &bridge,
                                .bridge_count = plans[nth].has_bridge};
    struct pt_query query = {.kinds = kinds, .kind_count = 1};
    struct pt_probe_plan plan = {0};
    struct pt_probe_target target;
    struct pt_probe_port port;
    struct pt_error err = {0};

    memcpy(servers, plans[nth].servers, sizeof(servers));
    while (settings.server_count < SERVERS_MAX &&
           servers[settings.server_count].host)
        settings.server_count++;
    if (plans[nth].accepted)
        pt_strings_add(arena, &query.accept, plans[nth].accepted);
    if (plans[nth].unsure)
        pt_strings_add(arena, &settings.needs_accept, plans[nth].unsure);
    if (plans[nth].port)
        pt_probe_port_parse(plans[nth].port, &port, &err);
    pt_probe_target_parse(arena, plans[nth].target, &target, &err);
    pt_probe_plan_hosts(arena, &plan, &target, &query, &settings, &found);
    IS(list_hosts(&plan), plans[nth].hosts, plans[nth].what);
    OK(pt_probe_plan_trials(arena, &plan, &target, &port,
                            plans[nth].port != NULL, &query, &settings,
                            &found),
       "memory suffices");
    IS(list_trials(&plan), plans[nth].trials, plans[nth].what);
}

/* Whom nobody found is not tried. */
static void test_absent(void)
{
    static const struct pt_query query = {0};
    struct pt_probe_plan plan = {0};
    struct pt_probe_target target;
    struct pt_error err = {0};

    pt_probe_target_parse(arena, "ann@example.org", &target, &err);
    pt_probe_plan_hosts(arena, &plan, &target, &query, NULL, NULL);
    for (size_t i = 0; i < plan.host_count; i++)
        plan.hosts[i].status = i == 1 ? PT_ANSWER_OK : PT_ANSWER_ABSENT;
    pt_probe_plan_trials(arena, &plan, &target, NULL, 0, &query, NULL, NULL);
    OK(plan.trial_count == 8 && plan.hosts_of[0] == &plan.hosts[1] &&
           plan.hosts_of[7] == &plan.hosts[1],
       "only a host that has addresses is tried");
}

/* However many are published, a visit stays short. */
static void test_many(void)
{
    static const struct pt_query query = {0};
    struct pt_server servers[2 * PT_PROBE_HOSTS_MAX];
    struct pt_settings settings = {.servers = servers,
                                   .server_count = 2 * PT_PROBE_HOSTS_MAX};
    struct pt_probe_plan plan = {0};
    struct pt_probe_target target;
    struct pt_error err = {0};

    for (unsigned i = 0; i < 2 * PT_PROBE_HOSTS_MAX; i++)
        servers[i] = (struct pt_server)IMAP_AT(
            pt_arena_printf(arena, "h%u.example.org", i), 993, PT_TLS);
    pt_probe_target_parse(arena, "ann@example.org", &target, &err);
    pt_probe_plan_hosts(arena, &plan, &target, &query, &settings, NULL);
    OK(plan.host_count == PT_PROBE_HOSTS_MAX, "there are 16 hosts at most");
}

int main(void)
{
    arena = pt_arena_new();
    test_targets();
    test_ports();
    for (size_t i = 0; i < sizeof(plans) / sizeof(*plans); i++)
        test_plan(i);
    test_absent();
    test_many();
    pt_arena_free(arena);
    return tap_done();
}
