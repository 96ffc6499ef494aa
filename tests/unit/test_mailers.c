/* test_mailers.c - the files of msmtp, mbsync, mutt, aerc and himalaya: what
 * differs from account to account. */
#include "tests/tap.h"
#include "tests/unit/sample.h"
#include "writer/account_name.h"
#include "writer/password_command.h"

#include <stdlib.h>

static const char *const names[] = {"msmtp", "mbsync", "mutt", "aerc",
                                    "himalaya"};
enum { NAMES = sizeof(names) / sizeof(*names) };

/* All files of a writer, or why there are none. */
static const char *text_of(const struct sample *sample, const char *writer)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_strings notes = {0};
    struct pt_error err = {0};

    if (sample_write(sample, writer, &out, &notes, &err) != PT_OK)
        return pt_arena_strdup(sample->arena, err.text);
    for (size_t i = 0; i < notes.count; i++)
        pt_buf_printf(&out, "\nnote: %s", notes.at[i]);
    return pt_arena_strdup(sample->arena, pt_buf_text(&out));
}

static void has(const struct sample *sample, const char *writer,
                const char *part, const char *what)
{
    const char *text = text_of(sample, writer);

    if (!OK(strstr(text, part), what))
        printf("# no '%s' in:\n# %s\n", part, text);
}

static void lacks(const struct sample *sample, const char *writer,
                  const char *part, const char *what)
{
    OK(!strstr(text_of(sample, writer), part), what);
}

/* ---- certificates ---- */

static void test_pins(struct sample *sample)
{
    static const struct pt_certificate other = {
        .der = sample_der, .der_len = 3, .sha256 = "22", .spki_pin = "x"};
    static const char *const kept[] = {
        NULL, "CertificateFile /home/ann/mail/proton.pem",
        "certificate_file=\"/home/ann/mail/proton.pem\"",
        "SSL_CERT_DIR naming the folder of the .pem beside",
        "imap.tls.cert = \"/home/ann/mail/proton.pem\""};

    has(sample, "msmtp", "tls_trust_file\ntls_fingerprint 00:11:22:33:",
        "msmtp trusts the fingerprint alone");
    for (size_t i = 1; i < NAMES; i++) {
        has(sample, names[i], kept[i], "a certificate is told of");
        has(sample, names[i], "\n==> proton.pem\n-----BEGIN CERTIFICATE-----",
            "and lies beside");
        lacks(sample, names[i], "proton-2.pem", "once");
    }
    sample->servers[SAMPLE_OUT].certificate = &other;
    has(sample, "himalaya", "smtp.tls.cert = \"/home/ann/mail/proton-2.pem\"",
        "another certificate has another file");
    has(sample, "mutt",
        "==> proton.pem\n-----BEGIN CERTIFICATE-----\nMAMCAQc=\n"
        "-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n",
        "mutt has both in one");
    for (size_t i = 0; i < 2; i++)
        sample->servers[i].certificate = NULL;
    for (size_t i = 0; i < NAMES; i++)
        lacks(sample, names[i], ".pem", "where none was seen none is named");
    lacks(sample, "msmtp", "tls_trust_file",
          "the system's authorities are asked then");
}

/* ---- signing in ---- */

static void test_no_login(struct sample *sample)
{
    sample->servers[SAMPLE_OUT].auth[0] = PT_AUTH_NONE;
    has(sample, "msmtp", "\nauth off\ntls on\n",
        "msmtp sends without a login where none is wanted");
    has(sample, "mutt", "smtp_url=\"smtp://127.0.0.1:1025/\"\nset ssl_",
        "so does mutt");
    has(sample, "aerc", "outgoing = smtp+none://127.0.0.1:1025\nsmtp-",
        "so does aerc");
    lacks(sample, "himalaya", "smtp.sasl", "so does himalaya");
}

static void test_oauth2(struct sample *sample)
{
    for (size_t i = 0; i < 2; i++)
        sample->servers[i].auth[0] = PT_AUTH_OAUTH2;
    for (size_t i = 0; i < NAMES; i++)
        has(sample, names[i], "cannot be told to sign in the way 127.0.0.1",
            "what takes OAuth2 alone is refused");
    for (size_t i = 0; i < 2; i++) {
        sample->servers[i].auth[1] = PT_AUTH_CLEARTEXT;
        sample->servers[i].auth_count = 2;
    }
    for (size_t i = 0; i < NAMES; i++)
        has(sample, names[i], "secret-tool lookup",
            "where a password will do it is used");
}

static void test_plain(struct sample *sample)
{
    sample->servers[SAMPLE_OUT].security = PT_PLAIN;
    has(sample, "msmtp", "\nauth plain\n",
        "msmtp is told that the password may be readable here");
    has(sample, "msmtp", "\ntls off\n\naccount default",
        "and looks for no certificate");
    has(sample, "mutt", "ssl_starttls=yes\nset ssl_force_tls=no\n",
        "mutt upgrades the one server and not the other");
    has(sample, "aerc", "outgoing = smtp+insecure://ann",
        "aerc is told that it is insecure");
    lacks(sample, "aerc", "smtp-starttls", "and not to upgrade");
    sample->servers[SAMPLE_IN].security = PT_PLAIN;
    has(sample, "mbsync", "\nSSLType None\n", "mbsync is told so, too");
}

static void test_logins(struct sample *sample)
{
    sample->servers[SAMPLE_IN].username = "CORP\\ann";
    has(sample, "mutt", "set imap_user=\"CORP\\\\ann\"\nset folder=",
        "mutt has no command for such a login");
    has(sample, "mutt", "note: mutt asks for the password of CORP\\ann",
        "but says that it asks");
    has(sample, "mbsync",
        "PassCmd \"secret-tool lookup service mail user 'CORP\\\\ann' "
        "address ann@example.org\"",
        "a login of its own is kept by the address, too");
    has(sample, "msmtp", "\nuser \"CORP\\ann\"\n",
        "the login to send is that to receive where no other is known");
    sample->servers[SAMPLE_IN].username = "a\nb";
    for (size_t i = 0; i < 3; i++)
        has(sample, names[i], "file cannot hold the text 'a?b'",
            "a login of two lines is refused");
    has(sample, "aerc", "an INI file cannot hold the text 'secret-tool",
        "so is a command of two lines");
}

static void test_commands(struct sample *sample)
{
    const struct pt_settings *settings = &sample->settings;

    IS(pt_password_command(sample->arena, settings, "ann@example.org"),
       "secret-tool lookup service mail user ann@example.org",
       "the keyring is asked by the login");
    IS(pt_password_command(sample->arena, settings, "-x;id"),
       "secret-tool lookup -- service mail user '-x;id' address "
       "ann@example.org",
       "a login is neither an option nor a command");
}

/* ---- names and several accounts ---- */

static void test_names(struct pt_arena *arena)
{
    static const struct {
        const char *address;
        const char *begins;
    } cases[] = {
        {"ann@example.org", "ann@example.org"},
        {"a.b+c_d-e@example.org", "a.b+c_d-e@example.org"},
        {"a/b@example.org", "xa_b@example.org-"},
        {"a*b@example.org", "xa_b@example.org-"},
        {"-ann@example.org", "x-ann@example.org-"},
    };
    const char *last = "";

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct sample sample;
        const char *name;

        sample_begin(&sample, arena, cases[i].address);
        name = pt_account_name(arena, &sample.settings);
        OK(pt_has_prefix(name, cases[i].begins) && strcmp(name, last),
           "an account's name is safe, and its own");
        last = name;
    }
}

static void test_several(struct pt_arena *arena)
{
    struct sample samples[3];
    struct pt_settings accounts[3];

    for (size_t i = 0; i < 3; i++) {
        sample_begin(&samples[i], arena,
                     i ? i == 1 ? "bob@example.org" : "eve@example.org"
                       : "ann@example.org");
        accounts[i] = samples[i].settings;
    }
    for (size_t i = 0; i < NAMES; i++) {
        const struct pt_writer *writer = pt_writer_named(names[i]);
        PT_OUTPUT struct pt_output out = {.arena = arena};
        struct pt_job job = {
            .arena = arena, .accounts = accounts, .count = 3, .dir = "/d"};
        const char *text;

        if (!writer->takes_several)
            continue;
        OK(pt_write(writer, &job, &out, NULL) == PT_OK,
           "several accounts are written");
        text = pt_buf_text(&out.files[0]->bytes);
        OK(strstr(text, "ann@example.org") < strstr(text, "bob@example.org") &&
               strstr(text, "bob@example.org") <
                   strstr(text, "eve@example.org"),
           "one after the other");
        OK(out.file_count <= 3, "their certificate is written once");
        if (pt_is(writer->name, "msmtp"))
            OK(pt_has_suffix(text, "\naccount default : ann@example.org\n"),
               "the first is msmtp's default");
    }
}

static void test_placeholders(struct pt_arena *arena)
{
    struct sample sample;

    sample_begin(&sample, arena, "ann%Uber@example.org");
    has(&sample, "msmtp", "msmtp takes '%U' in 'ann%Uber@example.org'",
        "msmtp would put the user's name in");
    has(&sample, "mbsync", "\nUser ann%Uber@example.org\n",
        "mbsync would not");
    sample_begin(&sample, arena, "ann%u@example.org");
    has(&sample, "msmtp", "\nfrom ann%u@example.org\n",
        "other per cent signs are no matter");
}

int main(void)
{
    static void (*const tests[])(struct sample *sample) = {
        test_pins,  test_no_login, test_oauth2,
        test_plain, test_logins,   test_commands,
    };
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
        struct sample sample;

        sample_begin(&sample, arena, "ann@example.org");
        tests[i](&sample);
    }
    test_names(arena);
    test_several(arena);
    test_placeholders(arena);
    return tap_done();
}
