#include "tests/tap.h"
#include "tests/unit/sample.h"
#include "tests/unit/written.h"

#include <time.h>

/* All of a writer's bytes as text, or what is wrong. */
static const char *render(const struct sample *sample,
                          const struct pt_writer *writer)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_strings notes = {0};
    struct pt_error err = {0};

    if (sample_write(sample, writer->name, &out, &notes, &err) != PT_OK)
        return pt_arena_strdup(sample->arena, err.text);
    if (pt_is(writer->name, "android"))
        return written_qr(sample->arena, &out);
    return pt_is(writer->media_type, "application/zip")
               ? written_unzip(sample->arena, &out)
               : written_text(sample->arena, &out);
}

static size_t count(const char *text, const char *word)
{
    size_t found = 0;

    for (; (text = strstr(text, word)); text++)
        found++;
    return found;
}

/* In place: the last digit of both new ports, back to the old ones. */
static void put_back(char *text)
{
    for (char *at = text; (at = strstr(at, "1144")); at++)
        at[3] = '3';
    for (char *at = text; (at = strstr(at, "1026")); at++)
        at[3] = '5';
}

static const char *sentence(struct pt_arena *arena,
                            const struct pt_writer *writer,
                            const struct pt_server *in, const char *what)
{
    return pt_arena_printf(arena, "%s, %s with %s: %s", writer->name,
                           pt_service_title(in->service),
                           pt_security_title(in->security), what);
}

/* ---- a port changes ---- */

/* Those that do only one of the two: the other's port is none of theirs. */
static bool receives(const struct pt_writer *writer)
{
    return !pt_is(writer->name, "msmtp");
}

static bool sends(const struct pt_writer *writer)
{
    return !pt_is(writer->name, "mbsync");
}

static void check_ports(struct sample *sample, const struct pt_writer *writer)
{
    struct pt_arena *arena = sample->arena;
    const struct pt_server *in = &sample->servers[SAMPLE_IN];
    const char *before = render(sample, writer);
    char *after;

    OK(!count(before, "1143") == !receives(writer) &&
           !count(before, "1025") == !sends(writer) &&
           !count(before, "1144") && !count(before, "1026"),
       sentence(arena, writer, in, "its ports are in the file"));
    sample->servers[SAMPLE_IN].port++;
    sample->servers[SAMPLE_OUT].port++;
    after = pt_arena_strdup(arena, render(sample, writer));
    OK(count(after, "1144") == count(before, "1143") &&
           count(after, "1026") == count(before, "1025") &&
           !count(after, "1143") && !count(after, "1025"),
       sentence(arena, writer, in, "moved ports are in their places"));
    put_back(after);
    IS(after, before, sentence(arena, writer, in, "nothing else changed"));
    sample->servers[SAMPLE_IN].port--;
    sample->servers[SAMPLE_OUT].port--;
}

/* Neither the clock nor the length of the search is in a file. */
static void check_again(struct sample *sample, const struct pt_writer *writer)
{
    struct pt_source_report report = {
        .name = "bridge", .outcome = PT_FOUND, .took_ms = 1};
    const char *before;
    const char *again;

    sample->settings.sources = &report;
    sample->settings.source_count = 1;
    before = render(sample, writer);
    sample->settings.took_ms += 7;
    report.took_ms += 7;
    setenv("TZ", "Asia/Tokyo", 1);
    setenv("SOURCE_DATE_EPOCH", "86400", 1);
    tzset();
    again = render(sample, writer);
    unsetenv("TZ");
    unsetenv("SOURCE_DATE_EPOCH");
    tzset();
    IS(again, before,
       sentence(sample->arena, writer, &sample->servers[SAMPLE_IN],
                "written again it is the same"));
    sample->settings.source_count = 0;
}

/* Those of clients without POP3 refuse it, and say so. */
static bool reads_pop3(const struct pt_writer *writer)
{
    static const char *const imap_only[] = {"aerc", "geary", "himalaya",
                                            "mbsync"};

    for (size_t i = 0; i < sizeof(imap_only) / sizeof(*imap_only); i++)
        if (pt_is(writer->name, imap_only[i]))
            return false;
    return true;
}

/* What it cannot say it does not say in part. */
static void check_refusal(struct sample *sample,
                          const struct pt_writer *writer)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_strings notes = {0};
    struct pt_error err = {0};
    enum pt_status status =
        sample_write(sample, writer->name, &out, &notes, &err);

    OK(status == PT_CANNOT_EXPRESS && strstr(err.text, "POP3") && *err.hint &&
           !out.len,
       pt_arena_printf(sample->arena, "%s refuses POP3, and says so",
                       writer->name));
}

static void test_every_writer(struct sample *sample)
{
    static const enum pt_security securities[] = {PT_STARTTLS, PT_TLS,
                                                  PT_PLAIN};

    for (size_t i = 0; pt_writers[i]; i++) {
        const char *name = pt_writers[i]->name;

        sample_begin(sample, sample->arena, "ann@example.org");
        sample_suit(sample, name);
        for (size_t j = 0; j < 2 * 3 && !pt_is(name, "pacc"); j++) {
            sample->servers[SAMPLE_IN].service = j % 2 ? PT_POP3 : PT_IMAP;
            sample->servers[SAMPLE_IN].security = securities[j / 2];
            sample->servers[SAMPLE_OUT].security = securities[j / 2];
            if (j % 2 && !reads_pop3(pt_writers[i])) {
                check_refusal(sample, pt_writers[i]);
                continue;
            }
            check_ports(sample, pt_writers[i]);
            check_again(sample, pt_writers[i]);
        }
    }
}

/* ---- identifiers ---- */

/* All that a profile is known by. */
static const char *identifiers(const struct sample *sample)
{
    const char *text = render(sample, pt_writer_named("apple"));
    const char *ids = "";
    const char *at = text;

    while ((at = strstr(at, "<key>Payload"))) {
        const char *value = strstr(at, "<string>");
        const char *key = at + strlen("<key>");

        at = key;
        if (!pt_has_prefix(key, "PayloadUUID<") &&
            !pt_has_prefix(key, "PayloadIdentifier<"))
            continue;
        value += strlen("<string>");
        ids = pt_arena_printf(sample->arena, "%s%.*s\n", ids,
                              (int)strcspn(value, "<"), value);
    }
    return ids;
}

static void test_identifiers(struct pt_arena *arena)
{
    struct sample sample;
    const char *first;

    sample_begin(&sample, arena, "ann@example.org");
    first = identifiers(&sample);
    OK(count(first, "\n") == 6, "profile, account and certificate have two");
    sample.servers[SAMPLE_IN].host = "localhost";
    sample.servers[SAMPLE_IN].security = PT_TLS;
    sample.servers[SAMPLE_IN].username = "other";
    sample.settings.display_name = "Ann Example";
    IS(identifiers(&sample), first,
       "host, protection, login and name do not change what it is known by");
    sample.settings.bridge.name = "davmail";
    OK(strcmp(identifiers(&sample), first), "another bridge does");
    sample_begin(&sample, arena, "bob@example.org");
    OK(strcmp(identifiers(&sample), first), "another address does");
}

/* ---- signing in ---- */

static const struct {
    const char *what;
    enum pt_auth in;
    enum pt_auth out;
    const char *smtp_use_auth; /* NULL: cannot be expressed */
    const char *apple;
} signs[] = {
    {"passwords", PT_AUTH_CLEARTEXT, PT_AUTH_ENCRYPTED, "1",
     "EmailAuthPassword"},
    {"none to send", PT_AUTH_CLEARTEXT, PT_AUTH_NONE, "0", "EmailAuthNone"},
    {"the client's address to send", PT_AUTH_CLEARTEXT, PT_AUTH_CLIENT_IP, "0",
     "EmailAuthNone"},
    {"OAuth2", PT_AUTH_OAUTH2, PT_AUTH_OAUTH2, NULL, NULL},
    {"OAuth2 to send", PT_AUTH_CLEARTEXT, PT_AUTH_OAUTH2, NULL, NULL},
    {"GSSAPI to send", PT_AUTH_CLEARTEXT, PT_AUTH_GSSAPI, NULL, NULL},
    {"a certificate to send", PT_AUTH_CLEARTEXT, PT_AUTH_TLS_CERT, NULL, NULL},
    {"none to receive", PT_AUTH_NONE, PT_AUTH_CLEARTEXT, NULL, NULL},
};

static const char *value_of(const struct sample *sample, const char *writer,
                            const char *(*find)(struct pt_arena *arena,
                                                const struct pt_buf *bytes,
                                                const char *key),
                            const char *key)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_strings notes = {0};
    struct pt_error err = {0};
    enum pt_status status = sample_write(sample, writer, &out, &notes, &err);

    if (status == PT_CANNOT_EXPRESS && *err.hint)
        return NULL;
    return status == PT_OK ? find(sample->arena, &out, key) : "failed";
}

static void test_signing_in(struct sample *sample)
{
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        sample->servers[SAMPLE_IN].auth[0] = signs[i].in;
        sample->servers[SAMPLE_OUT].auth[0] = signs[i].out;
        IS(value_of(sample, "outlook", written_line, "SMTPUseAuth="),
           signs[i].smtp_use_auth,
           pt_arena_printf(sample->arena, "Outlook signs in with %s",
                           signs[i].what));
        IS(value_of(sample, "apple", written_plist,
                    "OutgoingMailServerAuthentication"),
           signs[i].apple,
           pt_arena_printf(sample->arena, "Apple Mail signs in with %s",
                           signs[i].what));
    }
}

static void test_choice(struct sample *sample)
{
    struct pt_server *in = &sample->servers[SAMPLE_IN];
    struct pt_server *out = &sample->servers[SAMPLE_OUT];

    in->auth[0] = out->auth[0] = PT_AUTH_OAUTH2;
    in->auth[1] = out->auth[1] = PT_AUTH_CLEARTEXT;
    in->auth_count = out->auth_count = 2;
    IS(value_of(sample, "apple", written_plist,
                "IncomingMailServerAuthentication"),
       "EmailAuthPassword", "where a password will do, Apple Mail uses it");
    in->auth_count = out->auth_count = 0;
    IS(value_of(sample, "outlook", written_line, "SMTPUseAuth="), "1",
       "where nothing is said, a password will do");
}

/* ---- single rules ---- */

static void test_outlook(struct sample *sample)
{
    IS(value_of(sample, "outlook", written_line, "SMTPAuthMethod="), "0",
       "Outlook asks for one password where one will do");
    sample->servers[SAMPLE_OUT].username = "sender";
    IS(value_of(sample, "outlook", written_line, "SMTPAuthMethod="), "1",
       "and for two when the logins differ");
    IS(value_of(sample, "outlook", written_line, "LeaveOnServer="), NULL,
       "IMAP needs no word to leave mail on the server");
    sample->servers[SAMPLE_IN].service = PT_POP3;
    IS(value_of(sample, "outlook", written_line, "LeaveOnServer="), "1",
       "with POP3 the mail stays on the server");
    IS(value_of(sample, "outlook", written_line, "SMTPSecureConnection="), "2",
       "Outlook is told STARTTLS for sending");
    sample->servers[SAMPLE_IN].security = PT_TLS;
    IS(value_of(sample, "outlook", written_line, "POP3UseSSL="), "1",
       "and TLS for receiving");
}

static void test_exceptions(struct sample *sample)
{
    sample->servers[SAMPLE_OUT].host = "::1";
    IS(value_of(sample, "thunderbird", written_prefs,
                "mail.smtpserver.smtp1.hostname"),
       "::1", "an IPv6 address has no brackets in prefs.js");
    OK(strstr(render(sample, pt_writer_named("thunderbird")),
              "\n[::1]:1025:\tOID.2.16.840.1.101.3.4.2.1\t00:11:22:33:44:55:"
              "66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:"
              "AA:BB:CC:DD:EE:FF\t\n"),
       "it has them in cert_override.txt");
    sample->servers[SAMPLE_IN].host = "::1";
    IS(value_of(sample, "thunderbird", written_prefs,
                "mail.server.server1.hostname"),
       NULL, "mail is not received from one: Thunderbird drops the account");
}

static void test_oauth2(struct sample *sample)
{
    static const struct {
        const char *host;
        size_t auth_count; /* of OAuth2, then a password */
        const char *want;
        const char *what;
    } cases[] = {
        {"imap.gmail.com", 2, "10", "Thunderbird has OAuth2 below some names"},
        {"gmail.com", 2, "10", "and at it"},
        {"imap.notgmail.com", 2, "3", "not at a name that ends like it"},
        {"mail.example.org", 2, "3", "elsewhere it takes the password"},
        {"mail.example.org", 1, NULL, "or says that there is none"},
        {"com", 1, NULL, "also at a short name"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pt_server *in = &sample->servers[SAMPLE_IN];

        in->host = cases[i].host;
        in->auth[0] = PT_AUTH_OAUTH2;
        in->auth[1] = PT_AUTH_CLEARTEXT;
        in->auth_count = cases[i].auth_count;
        IS(value_of(sample, "thunderbird", written_prefs,
                    "mail.server.server1.authMethod"),
           cases[i].want, cases[i].what);
    }
}

static void test_login(struct sample *sample)
{
    sample->servers[SAMPLE_IN].username = "caf\xC3\xA9";
    IS(value_of(sample, "thunderbird", written_prefs,
                "mail.server.server1.userName"),
       "caf\xC3\xA9", "Thunderbird signs in to IMAP with any letters");
    IS(value_of(sample, "thunderbird", written_prefs,
                "mail.identity.id1.draft_folder"),
       "imap://caf%C3%A9@127.0.0.1/Drafts",
       "the folders' names have them escaped");
    sample->servers[SAMPLE_IN].service = PT_POP3;
    IS(value_of(sample, "thunderbird", written_prefs,
                "mail.server.server1.userName"),
       NULL, "to POP3 it cannot");
    sample->servers[SAMPLE_IN].username = "ann";
    IS(value_of(sample, "thunderbird", written_prefs,
                "mail.identity.id1.fcc_folder"),
       "mailbox://ann@127.0.0.1/Sent", "with POP3 folders are on this machine");
    OK(!strstr(render(sample, pt_writer_named("thunderbird")), "delete_"),
       "and nothing is deleted from the server");
}

/* Ann and Bob, at one bridge: all files of a writer in one text. */
static const char *render_both(struct sample *ann, const char *writer)
{
    const struct pt_writer *row = pt_writer_named(writer);
    PT_OUTPUT struct pt_output made = {.arena = ann->arena};
    struct pt_settings both[2];
    struct pt_error err = {0};
    struct pt_job job = sample_job(ann);
    struct sample bob;

    sample_begin(&bob, ann->arena, "bob@example.org");
    both[0] = ann->settings;
    both[1] = bob.settings;
    job.accounts = both;
    job.count = 2;
    if (pt_write(row, &job, &made, &err) != PT_OK)
        return pt_arena_strdup(ann->arena, err.text);
    return row->binary ? written_unzip(ann->arena, &made.files[0]->bytes)
                       : pt_arena_strdup(ann->arena,
                                         pt_buf_text(&made.files[0]->bytes));
}

static void test_several(struct sample *sample)
{
    const char *zip = render_both(sample, "thunderbird");
    const char *policy = render_both(sample, "thunderbird-policy");

    OK(strstr(zip, "accounts\", \"account1,account2\"") &&
           strstr(zip, "lastKey\", 2)") &&
           strstr(zip, "defaultaccount\", \"account1\"") &&
           strstr(zip, "smtpservers\", \"smtp1,smtp2\"") &&
           strstr(zip, "defaultserver\", \"smtp1\""),
       "Thunderbird's lists name the accounts, and the first to go by");
    OK(strstr(zip, "server1.userName\", \"ann@example.org\"") &&
           strstr(zip, "server2.userName\", \"bob@example.org\"") &&
           strstr(zip, "id2.smtpServer\", \"smtp2\"") &&
           strstr(zip, "account2.server\", \"server2\""),
       "each account has its parts");
    OK(count(zip, "OID") == 2, "accounts at one server share an exception");
    OK(count(policy, "\"mail.server.portolan") ==
           2 * count(render(sample, pt_writer_named("thunderbird-policy")),
                     "\"mail.server.portolan"),
       "a policy has names of its own for both");
}

static void test_policy(struct sample *sample)
{
    const char *before = render(sample, pt_writer_named("thunderbird-policy"));

    sample->settings.display_name = "Ann Example";
    sample->servers[SAMPLE_IN].host = "localhost";
    OK(count(before, "mail.server.portolan") ==
           count(render(sample, pt_writer_named("thunderbird-policy")),
                 pt_arena_strndup(sample->arena,
                                  strstr(before, "mail.server.portolan"),
                                  strlen("mail.server.portolan01234567"))),
       "an account in a policy keeps its name");
    sample->servers[SAMPLE_OUT].auth[0] = PT_AUTH_NONE;
    OK(strstr(render(sample, pt_writer_named("thunderbird-policy")),
              "authMethod' to 1"),
       "a policy cannot have mail sent without signing in");
}

static void test_missing(struct sample *sample)
{
    for (size_t i = 0; pt_writers[i]; i++) {
        const char *name = pt_writers[i]->name;
        PT_BUF struct pt_buf out = {0};
        struct pt_strings notes = {0};
        struct pt_error err = {0};
        enum pt_status status;

        sample->servers[SAMPLE_OUT].chosen = false;
        status = sample_write(sample, name, &out, &notes, &err);
        OK(pt_is(name, "json") || !sends(pt_writers[i])
               ? status == PT_OK
               : status == PT_CANNOT_EXPRESS && *err.hint && !out.len,
           pt_arena_printf(sample->arena,
                           "%s: without a server to send "
                           "through there is no file",
                           name));
    }
}

static void test_notes(struct sample *sample)
{
    static const struct {
        const char *writer;
        enum pt_security security;
        const char *begins;
    } notes[] = {
        {"outlook", PT_STARTTLS, "a PRF cannot say STARTTLS for receiving"},
        {"outlook", PT_TLS, NULL},
        {"thunderbird", PT_TLS, "Thunderbird asks once whether to trust"},
        {"autoconfig", PT_TLS, "its servers are those of this machine"},
        {"evolution", PT_TLS, "Evolution asks once whether to trust"},
        {"geary", PT_TLS, NULL},
        {"text", PT_TLS, NULL},
        {"json", PT_TLS, NULL},
    };

    for (size_t i = 0; i < sizeof(notes) / sizeof(*notes); i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_strings said = {0};
        struct pt_error err = {0};

        sample->servers[SAMPLE_IN].security = notes[i].security;
        sample->servers[SAMPLE_OUT].security = notes[i].security;
        sample_write(sample, notes[i].writer, &out, &said, &err);
        OK(notes[i].begins
               ? said.count == 1 && pt_has_prefix(said.at[0], notes[i].begins)
               : !said.count,
           pt_arena_printf(sample->arena, "%s with %s %s", notes[i].writer,
                           pt_security_title(notes[i].security),
                           notes[i].begins ? "comes with a note"
                                           : "needs no note"));
    }
}

static void test_other_services(struct sample *sample)
{
    static const struct {
        const char *writer;
        enum pt_service service;
        const char *note;
    } cases[] = {
        {"thunderbird", PT_CALDAV, "not in this file: CalDAV;"},
        {"autoconfig", PT_CALDAV, "not in this file: CalDAV;"},
        {"outlook", PT_CARDDAV, "not in this file: CardDAV;"},
        {"apple", PT_LDAP, "not in this file: LDAP;"},
        {"evolution", PT_LDAP, "not in this file: LDAP;"},
        {"evolution", PT_CALDAV, NULL},
        {"evolution", PT_CARDDAV, NULL},
        {"geary", PT_CALDAV, "not in this file: CalDAV;"},
        {"apple", PT_CALDAV, NULL},
        {"apple", PT_CARDDAV, NULL},
        {"text", PT_CALDAV, NULL},
        {"json", PT_CALDAV, NULL},
    };

    sample->settings.server_count++;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_strings notes = {0};
        struct pt_error err = {0};
        bool told = false;

        sample->servers[SAMPLE_MORE] = sample_server(cases[i].service, 1080);
        sample_write(sample, cases[i].writer, &out, &notes, &err);
        for (size_t j = 0; j < notes.count; j++)
            told |= pt_has_prefix(notes.at[j],
                                  cases[i].note ? cases[i].note : "not in");
        OK(cases[i].note ? told : !told && strstr(pt_buf_text(&out), "1080"),
           pt_arena_printf(sample->arena, "%s %s %s", cases[i].writer,
                           cases[i].note ? "tells that it leaves out" : "holds",
                           pt_service_title(cases[i].service)));
    }
}

static void run(struct pt_arena *arena, void (*test)(struct sample *sample))
{
    struct sample sample;

    sample_begin(&sample, arena, "ann@example.org");
    test(&sample);
}

int main(void)
{
    static void (*const tests[])(struct sample * sample) = {
        test_every_writer, test_signing_in, test_choice, test_outlook,
        test_exceptions,   test_several,    test_policy, test_login,
        test_missing,      test_notes,      test_oauth2, test_other_services,
    };
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
        run(arena, tests[i]);
    test_identifiers(arena);
    return tap_done();
}
