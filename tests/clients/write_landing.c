/* write_landing SAMPLE USER_AGENT BASE [ROOT]: the landing page of serve, on
 * standard output, for settings that need not be had anywhere:
 *
 *   abroad   servers of a provider
 *   lan      those of a bridge, at an address of the LAN
 *   here     those of a bridge on this machine
 *   none     nothing was typed yet
 *   problem  what was typed is no address
 *
 * ROOT is a file with the certificate (DER) of the server's own authority.
 * write_landing policy: the page's Content-Security-Policy.
 */
#include "base/file.h"
#include "serve/landing.h"
#include "tests/unit/sample.h"

#include <stdio.h>

enum { ROOT_MAX = 65536 };

static void fail(const char *what)
{
    fprintf(stderr, "write_landing: %s\n", what);
    exit(2);
}

static void move_to_lan(struct sample *sample)
{
    for (size_t i = 0; i < SAMPLE_MORE; i++)
        sample->servers[i].host = "192.168.1.10";
}

static void move_abroad(struct sample *sample)
{
    static const struct pt_published published = {
        .guides = {{"Mail programs need an app password of their own.", "en",
                    "https://example.org/help/app-passwords", true}},
        .guide_count = 1,
    };

    sample_suit(sample, "android");
    sample->settings.published = &published;
}

static void set_up(struct pt_landing *landing, struct sample *sample,
                   const char *name)
{
    static const struct pt_site site = {.domain = "example.org",
                                        .fingerprint = "3f2a 91bc 77d0 1e4c"};

    sample_begin(sample, sample->arena, "ann@example.org");
    if (pt_is(name, "none"))
        return;
    landing->typed = sample->settings.address.text;
    if (pt_is(name, "problem")) {
        landing->typed = "ann@\"><script>alert(1)</script>";
        landing->problem = "'ann@\"><script>' is not a mail address: it has "
                           "no domain";
        return;
    }
    if (pt_is(name, "abroad"))
        move_abroad(sample);
    else if (pt_is(name, "lan"))
        move_to_lan(sample);
    else if (!pt_is(name, "here"))
        fail("such a sample there is not");
    landing->site = &site;
    landing->settings = &sample->settings;
}

int main(int argc, char **argv)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf root = {.max = ROOT_MAX};
    PT_BUF struct pt_buf page = {0};
    struct pt_house house = {0};
    struct pt_landing landing = {.house = &house};
    struct sample sample = {.arena = arena};
    struct pt_error err = {0};

    if (argc == 2 && pt_is(argv[1], "policy"))
        return puts(pt_landing_policy) < 0;
    if (argc != 4 && argc != 5)
        fail("give SAMPLE, USER_AGENT and BASE");
    if (argc == 5 && pt_file_read(argv[4], &root, &err) != PT_OK)
        fail(err.text);
    set_up(&landing, &sample, argv[1]);
    landing.device = pt_device_of(argv[2]);
    house.base = argv[3];
    house.has_tls = pt_has_prefix(house.base, "https:");
    house.root = pt_slice(root.at, root.len);
    if (pt_landing_page(arena, &landing, &page, &err) != PT_OK)
        fail(err.text);
    return fwrite(page.at, 1, page.len, stdout) != page.len;
}
