/* What is published is what our own reader takes, vouched for by the record
 * that was written with it. */
#include "format/pacc.h"
#include "tests/tap.h"
#include "tests/unit/sample.h"

#include <openssl/evp.h>

static void begin(struct sample *sample, struct pt_arena *arena)
{
    sample_begin(sample, arena, "ann@example.org");
    sample_suit(sample, "pacc");
}

/* ---- published and found ---- */

/* The TXT record's text: what stands between its quotes. */
static struct pt_slice text_of(const struct pt_buf *zone)
{
    const char *at = strchr(pt_buf_text(zone), '"');
    const char *end = at ? strchr(at + 1, '"') : NULL;

    return end ? pt_slice(at + 1, (size_t)(end - at - 1)) : pt_slice("", 0);
}

static bool is_vouched_for(const struct pt_output *out)
{
    const struct pt_buf *file = &out->files[0]->bytes;
    unsigned char sha256[PT_PACC_DIGEST];

    return EVP_Digest(file->at, file->len, sha256, NULL, EVP_sha256(), NULL) &&
           pt_pacc_vouches(text_of(&out->files[1]->bytes), sha256);
}

/* What a program that finds them makes of the files: a line a server. */
static const char *found(const struct sample *sample,
                         const struct pt_output *out)
{
    const struct pt_buf *file = &out->files[0]->bytes;
    struct pt_arena *arena = sample->arena;
    struct pt_error err = {0};
    struct pt_pacc pacc;
    const char *text;

    if (pt_pacc_read(arena, pt_slice(file->at, file->len),
                     &sample->settings.address, &pacc, &err) != PT_OK)
        return pt_arena_strdup(arena, err.text);
    text = pt_arena_printf(arena, "%s, %s\n", pacc.name ? pacc.name : "nobody",
                           pacc.password ? "password" : "no password");
    for (size_t i = 0; i < pacc.server_count; i++) {
        const struct pt_server *s = &pacc.servers[i];

        text = s->url ? pt_arena_printf(arena, "%s%s %s\n", text,
                                        pt_service_name(s->service), s->url)
                      : pt_arena_printf(arena, "%s%s %s:%u %s %s\n", text,
                                        pt_service_name(s->service), s->host,
                                        s->port,
                                        pt_security_name(s->security),
                                        s->username);
    }
    return text;
}

/* As found(); or why nothing was written. */
static const char *publish(const struct sample *sample,
                           struct pt_strings *ret_notes)
{
    PT_OUTPUT struct pt_output out = {.arena = sample->arena};
    struct pt_job job = sample_job(sample);
    struct pt_error err = {0};
    enum pt_status status =
        pt_write(pt_writer_named("pacc"), &job, &out, &err);

    *ret_notes = out.notes;
    if (status == PT_CANNOT_EXPRESS)
        return pt_arena_printf(sample->arena, "%s%s", err.text,
                               *err.hint ? "" : " (without a hint)");
    if (status != PT_OK || out.file_count != 2)
        return "failed";
    return is_vouched_for(&out) ? found(sample, &out) : "not vouched for";
}

#define MAIL \
    "imap mail.example.org:993 tls ann@example.org\n" \
    "submission mail.example.org:465 tls ann@example.org\n"

static void test_mail(struct pt_arena *arena)
{
    struct pt_strings notes;
    struct sample sample;

    begin(&sample, arena);
    IS(publish(&sample, &notes), "Example & <Mail>, password\n" MAIL,
       "what is published is found, and its record vouches for it");
    OK(!notes.count, "nothing is left out");
    sample.servers[SAMPLE_IN].service = PT_POP3;
    sample.servers[SAMPLE_IN].port = 995;
    IS(publish(&sample, &notes),
       "Example & <Mail>, password\n"
       "pop3 mail.example.org:995 tls ann@example.org\n"
       "submission mail.example.org:465 tls ann@example.org\n",
       "POP3 alone will do");
}

static void test_zone(struct pt_arena *arena)
{
    PT_OUTPUT struct pt_output out = {.arena = arena};
    struct sample sample;
    struct pt_error err = {0};
    struct pt_job job;

    begin(&sample, arena);
    job = sample_job(&sample);
    if (!OK(pt_write(pt_writer_named("pacc"), &job, &out, &err) == PT_OK &&
                out.file_count == 2,
            "the file and its record are two"))
        return;
    IS(out.files[0]->name, "example.org.pacc.json", "named after the domain");
    IS(out.files[1]->name, "example.org.pacc.zone", "both of them");
    OK(strstr(out.files[1]->bytes.at,
              "\n_ua-auto-config.example.org. 3600 IN TXT \"v=UAAC1; "
              "a=sha256; d="),
       "the record can go into a zone file as it is");
    out.files[0]->bytes.at[0] = ' ';
    OK(!is_vouched_for(&out), "it vouches for no byte that is another");
}

/* ---- services besides ---- */

static void test_more(struct pt_arena *arena)
{
    static const struct {
        enum pt_service service;
        const char *url;
        const char *line; /* NULL: left out, with a note */
    } cases[] = {
        {PT_CALDAV, "https://dav.example.org/cal/",
         "caldav https://dav.example.org/cal/\n"},
        {PT_CARDDAV, "https://dav.example.org/card",
         "carddav https://dav.example.org/card\n"},
        {PT_JMAP, "https://jmap.example.org/",
         "jmap https://jmap.example.org/\n"},
        {PT_CALDAV, "https://dav.example.org/", NULL},
        {PT_CALDAV, "https://dav.example.org:8443/cal/", NULL},
        {PT_CARDDAV, "http://dav.example.org/card/", NULL},
        {PT_CALDAV, NULL, NULL},
        {PT_SIEVE, NULL, NULL},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pt_strings notes;
        struct sample sample;

        begin(&sample, arena);
        sample.servers[SAMPLE_MORE] = sample.servers[SAMPLE_OUT];
        sample.servers[SAMPLE_MORE].service = cases[i].service;
        sample.servers[SAMPLE_MORE].url = cases[i].url;
        sample.settings.server_count++;
        IS(publish(&sample, &notes),
           pt_arena_printf(arena, "Example & <Mail>, password\n" MAIL "%s",
                           cases[i].line ? cases[i].line : ""),
           cases[i].line ? "what has a fit URL is told too"
                         : "what PACC cannot say is left out");
        OK(notes.count == !cases[i].line, "and only that with a note");
    }
}

static void test_second_way(struct pt_arena *arena)
{
    struct pt_strings notes;
    struct sample sample;

    begin(&sample, arena);
    sample.servers[SAMPLE_MORE] = sample.servers[SAMPLE_IN];
    sample.servers[SAMPLE_MORE].service = PT_POP3;
    sample.servers[SAMPLE_MORE].port = 1110;
    sample.settings.server_count++;
    IS(publish(&sample, &notes), "Example & <Mail>, password\n" MAIL,
       "POP3 on another port is left out where there is IMAP");
    OK(notes.count == 1 && strstr(notes.at[0], "POP3"), "and a note says so");
}

static void test_provider(struct pt_arena *arena)
{
    static const struct {
        const char *name;
        bool fits;
    } names[] = {
        {"Ex\xC3\xA4mple \"Mail\" \\ \xF0\x9F\x99\x82", true},
        {"123456789012345678901234567890123456789012345678901234567890", true},
        {"1234567890123456789012345678901234567890123456789012345678901",
         false},
        {"two\nlines", false},
        {"caf\xE9", false},
        {"", false},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct pt_strings notes;
        struct sample sample;

        begin(&sample, arena);
        sample.settings.provider_name = names[i].name;
        IS(publish(&sample, &notes),
           pt_arena_printf(arena, "%s, password\n" MAIL,
                           names[i].fits ? names[i].name : "example.org"),
           "the provider's name is told if it fits, else the domain");
        OK(notes.count == !names[i].fits, "and only if not, a note says so");
    }
}

/* ---- what cannot be said ---- */

static void test_refusals(struct pt_arena *arena)
{
    static const struct {
        const char *what;
        struct pt_server is; /* what differs of the server to send through */
        const char *why;
    } cases[] = {
        {"another port", {.port = 587, .security = PT_TLS},
         "PACC cannot say a port, and SMTP at mail.example.org has 587 "
         "instead of 465"},
        {"STARTTLS", {.port = 587, .security = PT_STARTTLS},
         "PACC means TLS from the start, and the protection of SMTP at "
         "mail.example.org is STARTTLS"},
        {"no protection", {.port = 25, .security = PT_PLAIN},
         "PACC means TLS from the start, and the protection of SMTP at "
         "mail.example.org is none"},
        {"this machine",
         {.port = 465, .security = PT_TLS, .host = "127.0.0.1"},
         "PACC is published for everybody, and 127.0.0.1 is this machine "
         "alone"},
        {"another user name",
         {.port = 465, .security = PT_TLS, .username = "a\"n"},
         "PACC means that people sign in with their address, and "
         "mail.example.org wants 'a\"n'"},
        {"no login",
         {.port = 465, .security = PT_TLS, .auth = {PT_AUTH_NONE}},
         "PACC has people sign in to send, and mail.example.org takes no "
         "login"},
        {"OAuth2",
         {.port = 465, .security = PT_TLS, .auth = {PT_AUTH_OAUTH2}},
         "PACC cannot be told to sign in the way mail.example.org wants it "
         "(oauth2)"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pt_strings notes;
        struct sample sample;
        struct pt_server *to;

        begin(&sample, arena);
        to = &sample.servers[SAMPLE_OUT];
        to->port = cases[i].is.port;
        to->security = cases[i].is.security;
        to->username = cases[i].is.username;
        to->auth[0] = cases[i].is.auth[0];
        if (cases[i].is.host)
            to->host = cases[i].is.host;
        IS(publish(&sample, &notes), cases[i].why, cases[i].what);
    }
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_mail(arena);
    test_zone(arena);
    test_more(arena);
    test_second_way(arena);
    test_provider(arena);
    test_refusals(arena);
    return tap_done();
}
