/* test_site.c - what is made of one domain's settings, once, for everybody. */
#include "sample.h"
#include "serve/site.h"
#include "tests/tap.h"

static struct pt_site *make(struct sample *sample)
{
    struct pt_site *site = NULL;
    struct pt_error err;

    if (pt_site_make(sample->arena, &sample->settings, &site, &err)) {
        printf("# %s\n", err.text);
        abort();
    }
    return site;
}

/* Thunderbird looks at the port alone. */
static void test_fits(struct pt_arena *arena)
{
    static const struct {
        enum pt_service service;
        enum pt_security security;
        uint16_t port;
        bool fits;
        const char *what;
    } rows[] = {
        {PT_IMAP, PT_STARTTLS, 143, true, "STARTTLS at 143 can be said"},
        {PT_POP3, PT_STARTTLS, 110, true, "STARTTLS at 110 can be said"},
        {PT_SUBMISSION, PT_STARTTLS, 587, true, "STARTTLS at 587 can be said"},
        {PT_SUBMISSION, PT_STARTTLS, 25, true, "STARTTLS at 25 can be said"},
        {PT_IMAP, PT_STARTTLS, 1143, false, "STARTTLS at 1143 cannot"},
        {PT_IMAP, PT_STARTTLS, 993, false, "STARTTLS at 993 cannot"},
        {PT_IMAP, PT_TLS, 993, true, "TLS at 993 can be said"},
        {PT_SUBMISSION, PT_TLS, 2465, true, "TLS at 2465 can be said"},
        {PT_IMAP, PT_TLS, 143, false, "TLS at 143 cannot"},
        {PT_SUBMISSION, PT_TLS, 587, false, "TLS at 587 cannot"},
        {PT_IMAP, PT_PLAIN, 1143, true, "no encryption can be said anywhere"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct sample sample;
        struct pt_error err;

        sample_begin(&sample, arena, "ann@example.org");
        sample.settings.server_count = 1;
        sample.servers[0].service = rows[i].service;
        sample.servers[0].security = rows[i].security;
        sample.servers[0].port = rows[i].port;
        OK(!pt_site_pox_fits(&sample.settings, &err) == rows[i].fits,
           rows[i].what);
    }
}

static const char *caldav_of(struct pt_arena *arena, const char *url)
{
    struct sample sample;

    sample_begin(&sample, arena, "ann@example.org");
    sample.servers[SAMPLE_MORE] = (struct pt_server){.service = PT_CALDAV,
                                                     .security = PT_TLS,
                                                     .chosen = true,
                                                     .url = url};
    sample.settings.server_count++;
    return make(&sample)->caldav;
}

static void test_redirects(struct pt_arena *arena)
{
    IS(caldav_of(arena, "https://dav.example.net/cal/"),
       "https://dav.example.net/cal/", "calendars are where they are");
    IS(caldav_of(arena, "https://example.org/.well-known/caldav"), NULL,
       "nobody is sent back to where he asked");
    IS(caldav_of(arena, "https://dav.example.net/ann@example.org/"), NULL,
       "what is one address's is not told everybody");
    IS(caldav_of(arena, "https://dav.example.net/users/ann/"), NULL,
       "nor what is of its local part");
    IS(caldav_of(arena, "http://dav.example.net/cal/"), NULL,
       "nobody is sent from https to http");
}

static void test_fingerprint(struct pt_arena *arena)
{
    struct pt_certificate renewed = sample_certificate;
    struct sample sample;
    const char *first;
    const char *again;

    sample_begin(&sample, arena, "ann@example.org");
    first = make(&sample)->fingerprint;
    again = make(&sample)->fingerprint;
    IS(again, first, "the same settings have the same fingerprint");
    renewed.sha256[0] = 'f';
    sample.servers[SAMPLE_IN].certificate = &renewed;
    OK(!pt_is(make(&sample)->fingerprint, first),
       "another certificate makes another");
    sample.servers[SAMPLE_IN].certificate = &sample_certificate;
    sample.servers[SAMPLE_IN].port = 1144;
    OK(!pt_is(make(&sample)->fingerprint, first), "and so does another port");
}

static void test_readdressed(struct pt_arena *arena)
{
    const struct pt_settings *settings;
    struct pt_address bob;
    struct sample sample;

    sample_begin(&sample, arena, "ann@example.org");
    sample.settings.display_name = "Ann Example";
    sample.servers[SAMPLE_IN].username = "ann@example.org";
    sample.servers[SAMPLE_OUT].username = "ann";
    if (pt_address_parse(arena, "bob@example.org", &bob, NULL))
        abort();
    settings = pt_site_settings(arena, make(&sample), &bob);
    IS(settings->servers[SAMPLE_IN].username, "bob@example.org",
       "a login that is the address is another's for another");
    IS(settings->servers[SAMPLE_OUT].username, "bob",
       "so is one that is its local part");
    IS(settings->display_name, NULL, "nobody gets another's name");
    sample.servers[SAMPLE_OUT].username = "shared";
    settings = pt_site_settings(arena, make(&sample), &bob);
    IS(settings->servers[SAMPLE_OUT].username, "shared",
       "a login that is neither stays");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_fits(arena);
    test_redirects(arena);
    test_fingerprint(arena);
    test_readdressed(arena);
    return tap_done();
}
