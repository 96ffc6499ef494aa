#include "format/autodiscover.h"
#include "tests/tap.h"
#include "tests/unit/sample.h"
#include "tests/unit/written.h"

/* ---- a PRF ---- */

enum { ACCOUNTS = 3 };

static const char *write_several(struct pt_arena *arena,
                                 const struct sample samples[ACCOUNTS],
                                 size_t *ret_notes)
{
    PT_OUTPUT struct pt_output made = {.arena = arena};
    struct pt_settings accounts[ACCOUNTS];
    struct pt_error err = {0};
    struct pt_job job = {.arena = arena, .accounts = accounts};

    for (; job.count < ACCOUNTS; job.count++)
        accounts[job.count] = samples[job.count].settings;
    if (pt_write(pt_writer_named("outlook"), &job, &made, &err) != PT_OK)
        return pt_arena_strdup(arena, err.text);
    *ret_notes = made.notes.count;
    return pt_arena_strdup(arena, pt_buf_text(&made.files[0]->bytes));
}

static size_t count(const char *text, const char *word)
{
    size_t found = 0;

    for (; (text = strstr(text, word)); text++)
        found++;
    return found;
}

static void test_several(struct pt_arena *arena)
{
    static const char *const addresses[ACCOUNTS] = {
        "ann@example.org", "bob@example.org", "cid@example.net"};
    struct sample samples[ACCOUNTS];
    size_t notes = 0;
    const char *text;

    for (size_t i = 0; i < ACCOUNTS; i++)
        sample_begin(&samples[i], arena, addresses[i]);
    samples[1].servers[SAMPLE_IN].service = PT_POP3;
    text = write_several(arena, samples, &notes);
    OK(strstr(text, "[Internet Account List]\r\nAccount1=IMAP_I_Mail\r\n"
                    "Account2=I_Mail\r\nAccount3=IMAP_I_Mail\r\n"),
       "several accounts are listed, each of its kind");
    for (size_t i = 0; i < ACCOUNTS; i++)
        OK(strstr(text, pt_arena_printf(arena,
                                        "\r\n[Account%zu]\r\n"
                                        "UniqueService=No\r\nAccountName=%s",
                                        i + 1, addresses[i])),
           pt_arena_printf(arena, "%s has its values", addresses[i]));
    OK(count(text, "[IMAP_I_Mail]") == 1 && count(text, "[I_Mail]") == 1,
       "every kind is mapped once");
    OK(notes == 1, "and what holds for all of them is told once");
    samples[2].servers[SAMPLE_OUT].chosen = false;
    IS(write_several(arena, samples, &notes),
       "Outlook needs a server to send through, and none was found",
       "with one that does not fit there is no file");
}

static void test_exposed(struct pt_arena *arena)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_strings notes = {0};
    struct pt_error err = {0};
    struct sample sample;

    sample_begin(&sample, arena, "ann@example.org");
    sample.servers[SAMPLE_IN].host = "imap.example.org";
    OK(sample_write(&sample, "outlook", &out, &notes, &err) ==
               PT_CANNOT_EXPRESS &&
           strstr(err.text, "imap.example.org") && *err.hint && !out.len,
       "a PRF never has Outlook send a password in the clear across the net");
    sample.servers[SAMPLE_IN].security = PT_TLS;
    OK(sample_write(&sample, "outlook", &out, &notes, &err) == PT_OK,
       "with TLS from the start it is written");
}

static void test_name(struct pt_arena *arena)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_strings notes = {0};
    struct pt_error err = {0};
    struct sample sample;

    sample_begin(&sample, arena, "ann@example.org");
    sample.servers[SAMPLE_IN].security = PT_TLS;
    sample.settings.display_name = "Ann Ex\xC3\xA4mple";
    OK(sample_write(&sample, "outlook", &out, &notes, &err) == PT_OK &&
           notes.count == 1,
       "a name that a PRF cannot hold is left out, and that is told");
    IS(written_line(arena, &out, "DisplayName="), "ann@example.org",
       "the address stands in its place");
    sample.servers[SAMPLE_IN].username = "\xC3\xA4nn";
    OK(sample_write(&sample, "outlook", &out, &notes, &err) ==
           PT_CANNOT_EXPRESS,
       "a login that it cannot hold is refused");
}

/* ---- Autodiscover, read as our own source reads it ---- */

static struct pt_autodiscover read_back(const struct sample *sample)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_autodiscover found = {0};
    struct pt_strings notes = {0};
    struct pt_error err = {0};

    if (sample_write(sample, "autodiscover", &out, &notes, &err) != PT_OK ||
        pt_autodiscover_read(sample->arena, pt_slice(out.at, out.len), &found,
                             &err) != PT_OK)
        printf("# %s\n", err.text);
    return found;
}

static bool is_same(const struct sample *sample, const struct pt_server *got,
                    const struct pt_server *want)
{
    return got->service == want->service && pt_is(got->host, want->host) &&
           got->port == want->port && got->security == want->security &&
           pt_is(got->username, pt_login(&sample->settings, want)) &&
           got->auth_count == 1 && got->auth[0] == PT_AUTH_CLEARTEXT;
}

static void test_autodiscover(struct pt_arena *arena)
{
    static const enum pt_security securities[] = {PT_STARTTLS, PT_TLS,
                                                  PT_PLAIN};
    struct sample sample;

    sample_begin(&sample, arena, "ann@example.org");
    sample.settings.display_name =
        "Ann \"Q\" Ex\xC3\xA4mple & <\xF0\x9F\x99\x82>";
    sample.servers[SAMPLE_OUT].username = "sender & <co>";
    sample.settings.server_count++;
    for (size_t i = 0; i < 3; i++) {
        struct pt_autodiscover found;

        sample.servers[SAMPLE_MORE] = sample_server(PT_POP3, 1110);
        for (size_t j = 0; j < SAMPLE_SERVERS; j++)
            sample.servers[j].security = securities[i];
        found = read_back(&sample);
        IS(found.name, sample.settings.display_name, "the name is kept");
        OK(found.server_count == SAMPLE_SERVERS &&
               is_same(&sample, &found.servers[0], &sample.servers[0]) &&
               is_same(&sample, &found.servers[1], &sample.servers[2]) &&
               is_same(&sample, &found.servers[2], &sample.servers[1]),
           pt_arena_printf(arena,
                           "our own reader finds IMAP, POP3 and SMTP with %s",
                           pt_security_title(securities[i])));
    }
}

/* The text of the last element of that name. */
static const char *element(struct pt_arena *arena, const struct sample *sample,
                           const char *name)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_strings notes = {0};
    struct pt_error err = {0};
    const char *tag = pt_arena_printf(arena, "<%s>", name);
    const char *text = NULL;

    if (sample_write(sample, "autodiscover", &out, &notes, &err) != PT_OK)
        return pt_arena_strdup(arena, err.text);
    for (const char *at = out.at; (at = strstr(at, tag)); at++)
        text = at + strlen(tag);
    return text ? pt_arena_strndup(arena, text, strcspn(text, "<")) : NULL;
}

static void test_sending(struct pt_arena *arena)
{
    struct sample sample;
    struct pt_server *out = &sample.servers[SAMPLE_OUT];

    sample_begin(&sample, arena, "ann@example.org");
    IS(element(arena, &sample, "UsePOPAuth"), "on",
       "one login will do for both");
    out->username = "sender";
    IS(element(arena, &sample, "UsePOPAuth"), "off",
       "a login of its own is no other's");
    IS(element(arena, &sample, "LoginName"), "sender", "and is told");
    out->auth[0] = PT_AUTH_NONE;
    IS(element(arena, &sample, "AuthRequired"), "off",
       "where none is wanted, none is asked for");
    IS(element(arena, &sample, "LoginName"), "ann@example.org",
       "and none is told");
    out->auth[0] = PT_AUTH_OAUTH2;
    IS(element(arena, &sample, "AuthRequired"),
       "Outlook, by Autodiscover, cannot be told to sign in the way 127.0.0.1 "
       "wants it (oauth2)",
       "OAuth2 cannot be said");
}

int main(void)
{
    static void (*const tests[])(struct pt_arena *arena) = {
        test_several, test_exposed, test_name, test_autodiscover, test_sending,
    };
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
        tests[i](arena);
    return tap_done();
}
