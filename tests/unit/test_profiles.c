/* test_profiles.c - the providers as shipped, all of them, and how a directory
 * of profiles is read with the user's own beside it. */
#include "base/file.h"
#include "resolve/providers.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <unistd.h>

struct loaded {
    struct pt_provider *at;
    size_t count;
    struct pt_strings problems;
};

static struct loaded load(struct pt_arena *arena, const char *dir,
                          const char *config)
{
    struct pt_place place = {.config = config};
    struct loaded l = {0};
    struct pt_error err = {0};

    if (!OK(pt_providers_load(arena, dir, &place, &l.at, &l.count, &l.problems,
                              &err) == PT_OK,
            "a directory of profiles is read"))
        printf("# %s\n", err.text);
    return l;
}

/* ---- as shipped ---- */

static struct loaded load_shipped(struct pt_arena *arena)
{
    const char *dir = getenv("PORTOLAN_PROFILES");

    return load(arena, dir ? dir : "profiles", NULL);
}

static void test_usable(const struct loaded *shipped)
{
    OK(shipped->count >= 35, "the large hosters are known");
    if (!OK(!shipped->problems.count, "every file of theirs can be used"))
        printf("# %s\n", shipped->problems.at[0]);
}

static bool serves(const struct pt_provider *provider, enum pt_service service)
{
    for (size_t i = 0; i < provider->server_count; i++)
        if (provider->servers[i].service == service)
            return true;
    return false;
}

static bool are_sentences(const struct pt_strings *hints)
{
    for (size_t i = 0; i < hints->count; i++)
        if (strlen(hints->at[i]) > 240 || !pt_has_suffix(hints->at[i], ".") ||
            strstr(hints->at[i], "://"))
            return false;
    return true;
}

/* What a port means wherever clients are concerned (RFC 8314). */
static bool is_usual(const struct pt_server *server)
{
    return server->port == pt_standard_port(server->service, server->security);
}

static void test_sane(const struct pt_provider *p)
{
    bool usual = true;

    for (size_t i = 0; i < p->server_count; i++)
        usual &= is_usual(&p->servers[i]) && p->servers[i].auth_count;
    OK(p->server_count ? serves(p, PT_IMAP) && serves(p, PT_SUBMISSION)
                       : p->hints.count > 0,
       "a hoster receives and sends, or people are told why not");
    OK(usual, "its ports are those of its protection, and it says how to sign "
              "in");
    if (!OK(are_sentences(&p->hints), "its hints are sentences without links"))
        printf("# %s\n", p->name);
}

/* A host that a pattern of the one lists, and the other lists too; or NULL. */
static const char *find_overlap(struct pt_arena *arena,
                                const struct pt_provider *a,
                                const struct pt_provider *b)
{
    for (size_t i = 0; i < a->mx.count; i++) {
        const char *host = a->mx.at[i];

        if (*host == '.')
            host = pt_arena_printf(arena, "mx%s", host);
        if (pt_mx_is_listed(&b->mx, host))
            return host;
    }
    return NULL;
}

static const char *find_shared(const struct pt_provider *a,
                               const struct pt_provider *b)
{
    for (size_t i = 0; i < a->domains.count; i++)
        if (pt_strings_have(&b->domains, a->domains.at[i]))
            return a->domains.at[i];
    return NULL;
}

static bool are_apart(struct pt_arena *arena, const struct pt_provider *a,
                      const struct pt_provider *b)
{
    const char *both = find_shared(a, b);

    if (!both)
        both = find_overlap(arena, a, b);
    if (both)
        printf("# %s and %s both claim '%s'\n", a->name, b->name, both);
    return !both;
}

/* Whom a domain or an MX leads to must not depend on the order of files. */
static void test_apart(struct pt_arena *arena, const struct loaded *shipped)
{
    bool apart = true;

    for (size_t i = 0; i < shipped->count; i++)
        for (size_t j = 0; j < shipped->count; j++)
            apart &= i == j ||
                     are_apart(arena, &shipped->at[i], &shipped->at[j]);
    OK(apart, "no two hosters claim a domain or an MX host");
}

/* Real MX hosts, and real hosts that are not what they look like. */
static void test_known(const struct loaded *shipped)
{
    static const struct {
        const char *mx;
        const char *want;
    } hosts[] = {
        {"alt1.aspmx.l.google.com", "google"},
        {"aspmx2.googlemail.com", "google"},
        {"example-org.mail.protection.outlook.com", "microsoft365"},
        {"example-org.j-v1.mx.microsoft", "microsoft365"},
        {"eur.olc.protection.outlook.com", "outlook"},
        {"mx01.mail.icloud.com", "icloud-domain"},
        {"mx-biz.mail.am0.yahoodns.net", NULL},
        {"in1-smtp.messagingengine.com", "fastmail"},
        {"mx00.kundenserver.de", "ionos-de"},
        {"mx01.ionos.co.uk", "ionos-uk"},
        {"mx2.mail.ovh.net", "ovh"},
        {"redirect.ovh.net", NULL},
        {"smtpin.rzone.de", "strato"},
        {"mx1.pub.mailpod10-cph3.one.com", "one-com"},
        {"mail.evil-one.com", NULL},
        {"mx.zoho.eu", "zoho-business-eu"},
        {"mx.example.org", NULL},
    };

    for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
        const char *got = NULL;

        for (size_t j = 0; j < shipped->count; j++)
            if (pt_mx_is_listed(&shipped->at[j].mx, hosts[i].mx))
                got = shipped->at[j].name;
        IS(got, hosts[i].want, hosts[i].mx);
    }
}

/* ---- the user's own ---- */

static void write_profile(struct pt_arena *arena, const char *dir,
                          const char *file, const char *json)
{
    const char *path = pt_arena_printf(arena, "%s/%s", dir, file);

    OK(pt_make_dirs(dir, NULL) == PT_OK &&
           pt_file_write(path, json, strlen(json), NULL) == PT_OK,
       "a file is there");
}

#define PROFILE(name, title)                                                   \
    "{\"name\":\"" name "\",\"title\":\"" title "\",\"domains\":\"x.example\"}"

static const char *titles(struct pt_arena *arena, const struct loaded *l)
{
    const char *line = "";

    for (size_t i = 0; i < l->count; i++)
        line = pt_arena_printf(arena, "%s%s%s", line, i ? ", " : "",
                               l->at[i].title);
    return line;
}

static void test_overrides(struct pt_arena *arena, const char *top)
{
    const char *ours = pt_arena_printf(arena, "%s/providers", top);
    const char *config = pt_arena_printf(arena, "%s/config", top);
    const char *users = pt_arena_printf(arena, "%s/portolan/providers", config);
    const char *want = pt_arena_printf(
        arena, "passed over '%s/four.json': it names itself 'five', and its "
               "file does not", users);
    struct loaded l = load(arena, top, config);

    OK(!l.count && !l.problems.count, "there need not be any provider");
    write_profile(arena, ours, "two.json", PROFILE("two", "Two"));
    write_profile(arena, ours, "one.json", PROFILE("one", "One"));
    write_profile(arena, ours, "three.txt", "not looked at");
    write_profile(arena, users, "one.json", PROFILE("one", "My one"));
    write_profile(arena, users, "six.json", PROFILE("six", "Six"));
    write_profile(arena, users, "four.json", PROFILE("five", "Five"));
    l = load(arena, top, NULL);
    IS(titles(arena, &l), "One, Two", "files are read in the order of names");
    l = load(arena, top, config);
    IS(titles(arena, &l), "My one, Two, Six",
       "a user's file replaces the one of its name, another adds");
    IS(l.problems.count == 1 ? l.problems.at[0] : "", want,
       "one that cannot be used is told");
}

static void remove_all(struct pt_arena *arena, const char *top)
{
    static const char *const files[] = {
        "providers/two.json", "providers/one.json", "providers/three.txt",
        "config/portolan/providers/one.json",
        "config/portolan/providers/six.json",
        "config/portolan/providers/four.json"};
    static const char *const dirs[] = {
        "providers", "config/portolan/providers", "config/portolan", "config"};

    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
        unlink(pt_arena_printf(arena, "%s/%s", top, files[i]));
    for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
        rmdir(pt_arena_printf(arena, "%s/%s", top, dirs[i]));
    OK(!rmdir(top), "nothing is left");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    char top[] = "/tmp/portolan-profiles-XXXXXX";
    struct loaded shipped;

    if (!arena || !mkdtemp(top))
        return EXIT_FAILURE;
    shipped = load_shipped(arena);
    test_usable(&shipped);
    for (size_t i = 0; i < shipped.count; i++)
        test_sane(&shipped.at[i]);
    test_apart(arena, &shipped);
    test_known(&shipped);
    test_overrides(arena, top);
    remove_all(arena, top);
    return tap_done();
}
