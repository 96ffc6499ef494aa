/* test_writer_apple.c - what Apple's devices find in a profile of one account
 * or of several. */
#include "tests/tap.h"
#include "tests/unit/sample.h"
#include "tests/unit/written.h"

#include <libxml/xpath.h>

enum { ACCOUNTS = 3 };

struct written {
    struct pt_arena *arena;
    const char *text;
    struct pt_strings notes;
};

static const struct pt_certificate other_certificate = {
    .der = sample_der,
    .der_len = sizeof(sample_der),
    .sha256 = "ffffffffffffffffffffffffffffffff"
              "ffffffffffffffffffffffffffffffff",
};

/* ---- writing and reading ---- */

/* Its text is what went wrong, if something did. */
static struct written write_with_root(struct pt_arena *arena,
                                      const struct pt_settings *accounts,
                                      size_t count, const char *root)
{
    PT_OUTPUT struct pt_output made = {.arena = arena};
    struct pt_job job = {.arena = arena,
                         .accounts = accounts,
                         .count = count,
                         .root = pt_slice_of(root)};
    struct pt_error err = {0};
    struct written written = {.arena = arena};
    enum pt_status status =
        pt_write(pt_writer_named("apple"), &job, &made, &err);

    written.text = pt_arena_strdup(
        arena, status == PT_OK ? pt_buf_text(&made.files[0]->bytes) : err.text);
    written.notes = made.notes;
    return written;
}

static struct written write_job(struct pt_arena *arena,
                                const struct pt_settings *accounts,
                                size_t count)
{
    return write_with_root(arena, accounts, count, NULL);
}

static struct written write_one(const struct sample *sample)
{
    return write_job(sample->arena, &sample->settings, 1);
}

/* What libxml2's XPath finds. */
static const char *ask(const struct written *written, const char *question)
{
    PT_TREE xmlDoc *doc =
        xmlReadMemory(written->text, (int)strlen(written->text), NULL, NULL,
                      XML_PARSE_NONET | XML_PARSE_NOERROR);
    xmlXPathContext *context = doc ? xmlXPathNewContext(doc) : NULL;
    xmlXPathObject *found =
        context ? xmlXPathEval((const xmlChar *)question, context) : NULL;
    xmlChar *text = found ? xmlXPathCastToString(found) : NULL;
    const char *copy = pt_arena_strdup(written->arena, (const char *)text);

    xmlFree(text);
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    return copy ? copy : written->text;
}

/* The value of a key in the payload whose identifier ends in role; of a true
 * or false the element's name.  "": there is none. */
static const char *value_of(const struct written *written, const char *role,
                            const char *key)
{
    const char *where = pt_arena_printf(
        written->arena,
        "//dict[key[.='PayloadIdentifier']/following-sibling::*[1]"
        "[substring(., string-length() - %zu) = '%s']]"
        "/key[.='%s']/following-sibling::*[1]",
        strlen(role) - 1, role, key);

    return ask(written, pt_arena_printf(written->arena,
                                        "concat(name(%s[not(text())]), %s)",
                                        where, where));
}

static const char *top_of(const struct written *written, const char *key)
{
    return ask(written,
               pt_arena_printf(written->arena,
                               "string(/plist/dict/key[.='%s']"
                               "/following-sibling::*[1])",
                               key));
}

static const char *count_of(const struct written *written, const char *type)
{
    return ask(written, pt_arena_printf(written->arena,
                                        "count(//dict[string='%s'])", type));
}

static bool is_told(const struct written *written, const char *words)
{
    for (size_t i = 0; i < written->notes.count; i++)
        if (strstr(written->notes.at[i], words))
            return true;
    return false;
}

/* ---- one account ---- */

/* These are in profiles that are installed already. */
static void test_known_identifiers(struct sample *sample)
{
    struct written w;

    sample_begin(sample, sample->arena, "ann@proton.me");
    w = write_one(sample);
    IS(top_of(&w, "PayloadIdentifier"),
       "org.portolan.6f714c31-86d6-57b1-b717-a16f7187d8b5",
       "a profile is known by what it always was known by");
    IS(value_of(&w, ".mail", "PayloadUUID"),
       "6b2cd124-247b-54d0-ba63-fb4047167591", "so is the account in it");
}

static void test_passwords(struct sample *sample)
{
    struct written w = write_one(sample);

    IS(value_of(&w, ".mail", "OutgoingPasswordSameAsIncomingPassword"), "true",
       "of one login the password is asked for once");
    sample->servers[SAMPLE_OUT].username = "sender";
    w = write_one(sample);
    IS(value_of(&w, ".mail", "OutgoingPasswordSameAsIncomingPassword"),
       "false", "of two logins for each");
    OK(!strstr(w.text, "<key>IncomingPassword<") &&
           !strstr(w.text, "<key>OutgoingPassword<"),
       "there is no password in it");
}

static void test_certificates(struct sample *sample)
{
    struct written w = write_one(sample);

    IS(count_of(&w, "com.apple.security.root"), "1",
       "one certificate of two servers is there once");
    IS(value_of(&w, ".certificate", "PayloadDisplayName"),
       "Certificate of Proton Mail Bridge", "it is told whose it is");
    sample->servers[SAMPLE_OUT].certificate = &other_certificate;
    w = write_one(sample);
    IS(count_of(&w, "com.apple.security.root"), "2", "two are both there");
    OK(is_told(&w, "Keychain Access"), "and how to trust them is told");
    sample->servers[SAMPLE_IN].certificate = NULL;
    sample->servers[SAMPLE_OUT].certificate = NULL;
    w = write_one(sample);
    OK(!is_told(&w, "Keychain Access"), "unless there is none");
}

static void test_root(struct sample *sample)
{
    struct written w = write_with_root(sample->arena, &sample->settings, 1,
                                       "a root");

    IS(count_of(&w, "com.apple.security.root"), "2",
       "an authority is there beside the bridge's certificate");
    IS(value_of(&w, ".authority", "PayloadContent"), "\nYSByb290\n",
       "it is there as it is");
    IS(value_of(&w, ".authority", "PayloadUUID"),
       "6f5d3f0d-da57-5c44-8663-c73e0a07099b",
       "it is known by the same name ever after");
    OK(strstr(top_of(&w, "PayloadDescription"), "Certificate Trust Settings") &&
           is_told(&w, "Certificate Trust Settings"),
       "that a phone does not believe it at once is said, in it and beside it");
    w = write_one(sample);
    OK(!is_told(&w, "Trust Settings") &&
           !strstr(w.text, "Certificate Trust Settings"),
       "without an authority that is not said");
    for (size_t i = 0; i < SAMPLE_MORE; i++)
        sample->servers[i].bridge = NULL;
    w = write_with_root(sample->arena, &sample->settings, 1, "a root");
    IS(value_of(&w, ".authority", "PayloadUUID"), "",
       "a device that has to do with no bridge need not trust it");
}

static void test_devices(struct sample *sample)
{
    static const struct {
        const char *in;
        const char *out;
        const char *type;
        const char *what;
    } cases[] = {
        {"127.0.0.1", "127.0.0.1", "5", "a bridge is for a Mac"},
        {"mail.example.org", "localhost", "5", "also if it only sends"},
        {"::1", "mail.example.org", "5", "or only receives"},
        {"mail.example.org", "mail.example.org", "",
         "any device may have what a provider serves"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct written w;

        sample->servers[SAMPLE_IN].host = cases[i].in;
        sample->servers[SAMPLE_OUT].host = cases[i].out;
        w = write_one(sample);
        IS(top_of(&w, "TargetDeviceType"), cases[i].type, cases[i].what);
    }
}

static void test_protection(struct sample *sample)
{
    static const struct {
        enum pt_security security;
        const char *use_ssl;
        const char *told;  /* among the notes */
        bool is_described; /* in the profile */
    } cases[] = {
        {PT_STARTTLS, "true", "cannot say STARTTLS", true},
        {PT_PLAIN, "false", "has no encryption", false},
        {PT_TLS, "true", NULL, false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *title = pt_security_title(cases[i].security);
        struct written w;

        sample->servers[SAMPLE_IN].security = cases[i].security;
        sample->servers[SAMPLE_OUT].security = cases[i].security;
        w = write_one(sample);
        IS(value_of(&w, ".mail", "IncomingMailServerUseSSL"), cases[i].use_ssl,
           pt_arena_printf(sample->arena, "UseSSL for %s", title));
        OK(cases[i].told ? is_told(&w, cases[i].told)
                         : !is_told(&w, "STARTTLS") &&
                               !is_told(&w, "encryption"),
           pt_arena_printf(sample->arena, "what is to be told of %s", title));
        OK(!strstr(top_of(&w, "PayloadDescription"), "cannot say STARTTLS") ==
               !cases[i].is_described,
           pt_arena_printf(sample->arena, "%s in the description", title));
    }
}

/* ---- calendars and address books ---- */

static const struct {
    const char *what;
    enum pt_service service;
    const char *host;
    uint16_t port;
    enum pt_security security;
    const char *url;
    const char *want; /* host port path UseSSL */
} davs[] = {
    {"a calendar at a host", PT_CALDAV, "cal.example.org", 8443, PT_TLS, NULL,
     "cal.example.org 8443  true"},
    {"one that is plain", PT_CALDAV, "127.0.0.1", 1080, PT_PLAIN, NULL,
     "127.0.0.1 1080  false"},
    {"one at a URL", PT_CALDAV, NULL, 0, PT_TLS,
     "https://cal.example.org/dav/ann%40example.org/",
     "cal.example.org 443 /dav/ann%40example.org/ true"},
    {"a URL with a port, a query and a fragment", PT_CALDAV, NULL, 0, PT_TLS,
     "https://cal.example.org:8443/dav?u=ann&v=1#x",
     "cal.example.org 8443 /dav?u=ann&v=1 true"},
    {"a URL of IPv6", PT_CALDAV, NULL, 0, PT_TLS, "https://[2001:db8::1]/d/",
     "2001:db8::1 443 /d/ true"},
    {"a URL that is not encrypted", PT_CALDAV, NULL, 0, PT_PLAIN,
     "http://127.0.0.1:1080/users/ann/", "127.0.0.1 1080 /users/ann/ false"},
    {"a URL that is only a host", PT_CALDAV, NULL, 0, PT_TLS,
     "https://cal.example.org/", "cal.example.org 443  true"},
    {"a host, and where to ask it", PT_CALDAV, "cal.example.org", 443, PT_TLS,
     "https://cal.example.org/.well-known/caldav",
     "cal.example.org 443  true"},
    {"a host, and a path", PT_CALDAV, "cal.example.org", 443, PT_TLS,
     "https://cal.example.org/dav/", "cal.example.org 443 /dav/ true"},
    {"an address book at a host", PT_CARDDAV, "card.example.org", 443, PT_TLS,
     NULL, "card.example.org 443  true"},
    {"one at a URL", PT_CARDDAV, NULL, 0, PT_TLS,
     "https://card.example.org/book/", "card.example.org 443 /book/ true"},
};

static const char *dav_of(const struct written *w, enum pt_service service)
{
    bool is_cal = service == PT_CALDAV;
    const char *role = is_cal ? ".caldav" : ".carddav";
    const char *prefix = is_cal ? "CalDAV" : "CardDAV";
    static const char *const keys[] = {"HostName", "Port", "PrincipalURL",
                                       "UseSSL"};
    const char *text = NULL;

    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        const char *value = value_of(
            w, role, pt_arena_printf(w->arena, "%s%s", prefix, keys[i]));

        text = text ? pt_arena_printf(w->arena, "%s %s", text, value) : value;
    }
    return text;
}

static void use_dav(struct sample *sample, size_t i)
{
    sample->settings.server_count = SAMPLE_SERVERS;
    sample->servers[SAMPLE_MORE] = sample_server(davs[i].service, 0);
    sample->servers[SAMPLE_MORE].host = davs[i].host;
    sample->servers[SAMPLE_MORE].port = davs[i].port;
    sample->servers[SAMPLE_MORE].security = davs[i].security;
    sample->servers[SAMPLE_MORE].url = davs[i].url;
}

static void test_davs(struct sample *sample)
{
    sample->servers[SAMPLE_IN].host = "imap.example.org";
    sample->servers[SAMPLE_OUT].host = "smtp.example.org";
    for (size_t i = 0; i < sizeof(davs) / sizeof(*davs); i++) {
        struct written w;

        use_dav(sample, i);
        w = write_one(sample);
        IS(dav_of(&w, davs[i].service), davs[i].want, davs[i].what);
        OK(!is_told(&w, "not in this file"), "it is not said to be left out");
        IS(top_of(&w, "TargetDeviceType"),
           strstr(davs[i].want, "127.0.0.1") ? "5" : "",
           "it is for a Mac if that is this machine");
    }
}

/* The key is not for macOS, and who has a bridge has a Mac. */
static void test_dav_on_a_mac(struct sample *sample)
{
    struct written w;

    use_dav(sample, sizeof(davs) / sizeof(*davs) - 1);
    w = write_one(sample);
    IS(dav_of(&w, PT_CARDDAV), "card.example.org 443  true",
       "a Mac is not told where in the host the address book is");
    OK(is_told(&w, "that CardDAV is at /book/"), "but the user is");
}

/* ---- several accounts ---- */

struct several {
    struct sample samples[ACCOUNTS];
    struct pt_settings settings[ACCOUNTS];
};

/* Two at one bridge, and one address again at another. */
static void begin_several(struct several *several, struct pt_arena *arena)
{
    static const char *const addresses[ACCOUNTS] = {
        "ann@example.org", "bob@example.org", "ann@example.org"};

    for (size_t i = 0; i < ACCOUNTS; i++)
        sample_begin(&several->samples[i], arena, addresses[i]);
    several->samples[2].settings.bridge.name = "davmail";
    for (size_t i = 0; i < ACCOUNTS; i++)
        several->settings[i] = several->samples[i].settings;
}

/* Every identifier and UUID, each behind the address it is for. */
static const char *identities(const struct written *w)
{
    const char *text = "";

    for (int i = 1; i <= ACCOUNTS; i++) {
        const char *dict = pt_arena_printf(
            w->arena, "//array/dict[string='com.apple.mail.managed'][%d]", i);
        const char *one = ask(
            w, pt_arena_printf(w->arena,
                               "concat(%s/string[2], ' ', %s/string[3])", dict,
                               dict));

        text = pt_arena_printf(w->arena, "%s%s\n", text, one);
    }
    return text;
}

/* Does each line of a stand in b? */
static bool have_same_lines(const char *a, const char *b)
{
    struct pt_slice rest = pt_slice_of(a);
    struct pt_slice line;

    while (pt_next_line(&rest, &line))
        if (!memmem(b, strlen(b), line.at, line.len + 1))
            return false;
    return strlen(a) == strlen(b);
}

static void test_order(struct several *several, struct pt_arena *arena)
{
    struct pt_settings turned[ACCOUNTS] = {
        several->settings[2], several->settings[0], several->settings[1]};
    struct written w = write_job(arena, several->settings, ACCOUNTS);
    struct written again = write_job(arena, turned, ACCOUNTS);

    IS(count_of(&w, "com.apple.mail.managed"), "3",
       "each account is in the profile");
    IS(top_of(&w, "PayloadDisplayName"), "Mail of ann@example.org and 2 more",
       "the profile is named after the first");
    IS(top_of(&again, "PayloadIdentifier"), top_of(&w, "PayloadIdentifier"),
       "in another order it is the same profile");
    IS(top_of(&again, "PayloadUUID"), top_of(&w, "PayloadUUID"),
       "by its UUID too");
    OK(have_same_lines(identities(&w), identities(&again)),
       "and the accounts are the same");
    IS(value_of(&again, ".certificate", "PayloadUUID"),
       value_of(&w, ".certificate", "PayloadUUID"), "so is the certificate");
    IS(count_of(&w, "com.apple.security.root"), "1",
       "which is there once for all");
}

static void test_apart(struct several *several, struct pt_arena *arena)
{
    struct written all = write_job(arena, several->settings, ACCOUNTS);
    struct written two = write_job(arena, several->settings, 2);
    struct written one = write_job(arena, several->settings, 1);
    struct pt_settings twice[2] = {several->settings[0],
                                   several->settings[0]};
    struct written same = write_job(arena, twice, 2);
    const char *ids[] = {value_of(&all, ".mail", "PayloadUUID"),
                         value_of(&two, ".mail", "PayloadUUID"),
                         value_of(&one, ".mail", "PayloadUUID")};

    OK(strcmp(top_of(&all, "PayloadIdentifier"),
              top_of(&two, "PayloadIdentifier")) &&
           strcmp(top_of(&two, "PayloadIdentifier"),
                  top_of(&one, "PayloadIdentifier")),
       "profiles of other accounts are others");
    OK(strcmp(ids[0], ids[1]) && strcmp(ids[1], ids[2]) &&
           strcmp(ids[0], ids[2]),
       "an account has another UUID in each");
    IS(same.text, one.text, "an account that is named twice is one");
    IS(ask(&all, "count(//key[.='PayloadUUID']/following-sibling::string[1]"
                 "[not(. = ../preceding-sibling::dict/string)])"),
       "5", "no UUID in it is there twice");
}

static void test_each(struct several *several, struct pt_arena *arena)
{
    struct pt_server *bob = several->samples[1].servers;
    struct pt_settings turned[ACCOUNTS] = {
        several->settings[0], several->settings[2], several->settings[1]};
    struct written w;

    bob[SAMPLE_IN].host = "imap.example.org";
    bob[SAMPLE_OUT].host = "smtp.example.org";
    bob[SAMPLE_OUT].certificate = &other_certificate;
    w = write_job(arena, turned, ACCOUNTS);
    IS(top_of(&w, "TargetDeviceType"), "5",
       "with one account of a bridge the profile is for a Mac");
    OK(is_told(&w, "one of its own for bob@example.org"),
       "and it is told who is shut out with it");
    OK(!is_told(&w, "one of its own for ann@example.org"),
       "but not of those whose bridge it is");
    OK(w.notes.count == 3, "what is true of all of them is told once");
    IS(count_of(&w, "com.apple.security.root"), "2",
       "every certificate is there");
    bob[SAMPLE_OUT].chosen = false;
    w = write_job(arena, several->settings, ACCOUNTS);
    OK(strstr(w.text, "needs a server to send through"),
       "if one account does not fit there is no profile");
}

static void run(struct pt_arena *arena, void (*test)(struct sample *sample))
{
    struct sample sample;

    sample_begin(&sample, arena, "ann@example.org");
    test(&sample);
}

int main(void)
{
    static void (*const tests[])(struct sample *sample) = {
        test_known_identifiers, test_passwords,  test_certificates,
        test_root,              test_devices,    test_protection,
        test_davs,              test_dav_on_a_mac,
    };
    static void (*const groups[])(struct several *several,
                                  struct pt_arena *arena) = {
        test_order, test_apart, test_each};
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
        run(arena, tests[i]);
    for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
        struct several several;

        begin_several(&several, arena);
        groups[i](&several, arena);
    }
    return tap_done();
}
