/* What an autoconfig file keeps of the file that it comes from. */
#include "format/autoconfig.h"
#include "tests/tap.h"
#include "tests/unit/sample.h"

#define MAIL                                                                   \
    "<incomingServer type='imap'><hostname>imap.example.org</hostname>"        \
    "<port>993</port></incomingServer>"                                        \
    "<outgoingServer type='smtp'><hostname>smtp.example.org</hostname>"        \
    "<port>465</port></outgoingServer>"
#define OAUTH2(issuer, auth, token)                                            \
    "<oAuth2><issuer>" issuer "</issuer><scope>mail offline</scope>"           \
    "<authURL>" auth "</authURL><tokenURL>" token "</tokenURL></oAuth2>"

/* What stands in clientConfig, what is then found in what is written of it,
 * and what is not; NULL: nothing to look for. */
static const struct {
    const char *what;
    const char *xml;
    const char *kept;
    const char *gone;
} cases[] = {
    {"OAuth2 is kept as it stands",
     MAIL OAUTH2("login.example.org", "https://a.example/%EMAILDOMAIN%",
                 "https://t.example/"),
     "<authURL>https://a.example/%EMAILDOMAIN%</authURL>", NULL},
    {"but not where its URLs are not encrypted",
     MAIL OAUTH2("x", "http://a.example/", "https://t.example/"), NULL,
     "<oAuth2>"},
    {"nor with anything missing",
     MAIL OAUTH2("", "https://a.example/", "https://t.example/"), NULL,
     "<oAuth2>"},
    {"a client's secret is nobody's business",
     MAIL "<oAuth2><issuer>x</issuer><scope>y</scope><authURL>https://a.b/"
          "</authURL><tokenURL>https://t.b/</tokenURL><clientID>id</clientID>"
          "<clientSecret>word</clientSecret></oAuth2>",
     "<clientID>id</clientID>", "ecret"},
    {"documentation is kept in English",
     MAIL "<documentation url='https://h.example/?a&amp;b'>"
          "<descr lang='de'>Hilfe</descr><descr lang='en'>Help\n me</descr>"
          "</documentation>",
     "<documentation url=\"https://h.example/?a&amp;b\">", "Hilfe"},
    {"or in what language it has",
     MAIL "<documentation url='https://h.example/'><descr lang='de'>Hilfe"
          "</descr></documentation>",
     "<descr lang=\"de\">Hilfe</descr>", NULL},
    {"what must be done first is kept",
     MAIL "<enable visiturl='https://h.example/'><instruction>Do it"
          "</instruction></enable>",
     "<instruction>Do it</instruction>", NULL},
    {"a link that is none is not",
     MAIL "<documentation url='javascript:x'><descr>Help</descr>"
          "</documentation>",
     NULL, "documentation"},
    {"text that turns is not",
     MAIL "<documentation url='https://h.example/'><descr>a&#x202E;b</descr>"
          "</documentation>",
     NULL, "documentation"},
    {"a calendar is kept, at the root",
     MAIL "<calendar type='caldav'><url>https://dav.example/c/</url>"
          "<authentication>Digest</authentication></calendar>",
     "</emailProvider>\n\t<calendar type=\"caldav\">", NULL},
    {"with HTTP's word for how to sign in",
     MAIL "<calendar type='caldav'><url>https://dav.example/c/</url>"
          "<authentication>Digest</authentication></calendar>",
     "<authentication system=\"http\">Digest</authentication>", NULL},
    {"whose calendar it is does not stand in it",
     MAIL "<calendar type='caldav'><url>https://dav.example/ann/a/"
          "%EMAILADDRESS%?x=ann</url></calendar>",
     "<url>https://dav.example/%EMAILLOCALPART%/a/ann@example.org?x=ann</url>",
     NULL},
    {"so it is with an address",
     MAIL "<addressbook type='carddav'><url>https://dav.example/%EMAILADDRESS"
          "%</url></addressbook>",
     "<url>https://dav.example/%EMAILADDRESS%</url>", NULL},
    {"JMAP, EWS and ActiveSync are kept",
     MAIL "<incomingServer type='jmap'><url>https://j.example/</url>"
          "</incomingServer><incomingServer type='activesync'>"
          "<url>https://e.example/</url></incomingServer>",
     "<incomingServer type=\"activeSync\">", NULL},
    {"ManageSieve is kept",
     MAIL "<setupServer type='managesieve'><hostname>s.example</hostname>"
          "<port>4190</port></setupServer>",
     "<setupServer type=\"managesieve\">", NULL},
};

/* The settings that a file makes, as if all of it were chosen. */
static void read_into(struct sample *sample, struct pt_autoconfig *config,
                      const char *inner)
{
    const char *xml = pt_arena_printf(
        sample->arena,
        "<clientConfig><emailProvider id='example.org'><domain>example.org"
        "</domain></emailProvider>%s</clientConfig>",
        inner);
    struct pt_error err = {0};

    if (pt_autoconfig_read(sample->arena, pt_slice_of(xml),
                           &sample->settings.address, config, &err) != PT_OK)
        printf("# %s\n", err.text);
    for (size_t i = 0; i < config->server_count; i++)
        config->servers[i].chosen = true;
    sample->settings.servers = config->servers;
    sample->settings.server_count = config->server_count;
    sample->settings.published = &config->published;
    sample->settings.bridge.name = NULL;
}

static void test_kept(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct sample sample;
        struct pt_autoconfig config = {0};
        PT_BUF struct pt_buf out = {0};
        struct pt_strings notes = {0};
        struct pt_error err = {0};

        sample_begin(&sample, arena, "ann@example.org");
        read_into(&sample, &config, cases[i].xml);
        sample_write(&sample, "autoconfig", &out, &notes, &err);
        if (!OK(out.len &&
                    (!cases[i].kept ||
                     strstr(pt_buf_text(&out), cases[i].kept)) &&
                    (!cases[i].gone ||
                     !strstr(pt_buf_text(&out), cases[i].gone)),
                cases[i].what))
            printf("# got: %s%s\n# want: %s\n", pt_buf_text(&out), err.text,
                   cases[i].kept ? cases[i].kept : cases[i].gone);
    }
}

static bool is_noted(const struct sample *sample, const char *begins,
                     struct pt_buf *out)
{
    struct pt_strings notes = {0};
    struct pt_error err = {0};

    sample_write(sample, "autoconfig", out, &notes, &err);
    for (size_t i = 0; i < notes.count; i++)
        if (pt_has_prefix(notes.at[i], begins))
            return true;
    return false;
}

static void test_notes(struct pt_arena *arena)
{
    struct sample sample;
    struct pt_autoconfig config = {0};
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf bridged = {0};

    sample_begin(&sample, arena, "ann@example.org");
    read_into(&sample, &config, cases[0].xml);
    OK(!is_noted(&sample, "Thunderbird cannot sign in", &out),
       "who takes a password needs no note");
    config.servers[0].auth[0] = PT_AUTH_OAUTH2;
    config.servers[0].auth_count = 1;
    OK(is_noted(&sample, "Thunderbird cannot sign in", &out),
       "who takes only OAuth2, where Thunderbird has none, is noted");
    sample.settings.bridge.name = "proton";
    is_noted(&sample, "", &bridged);
    OK(bridged.len && !strstr(pt_buf_text(&bridged), "<oAuth2>"),
       "a bridge does the provider's part");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_kept(arena);
    test_notes(arena);
    return tap_done();
}
