/* test_bridgekind.c - the files of profiles/bridges, what they make of
 * settings, and what is no such file. */
#include "base/file.h"
#include "format/bridgekind.h"
#include "format/reader.h"
#include "tests/tap.h"

#include <regex.h>
#include <stdlib.h>

static const char *const names[] = {
    "davmail",       "ferroxide", "hydroxide", "oauth2-proxy", "peroxide",
    "proton-docker", "proton",    "proton-v2", "tutabridge",
};

static const char *profiles_path(struct pt_arena *arena, const char *name)
{
    const char *top = getenv("top_srcdir");

    if (!top)
        top = getenv("srcdir");
    return pt_arena_printf(arena, "%s/profiles/bridges/%s.json",
                           top ? top : ".", name);
}

static struct pt_bridge_kind load(struct pt_arena *arena, const char *name)
{
    PT_BUF struct pt_buf text = {0};
    struct pt_bridge_kind kind = {0};
    struct pt_error err = {0};

    if (pt_file_read(profiles_path(arena, name), &text, &err) != PT_OK ||
        pt_bridge_kind_read(arena, pt_slice(text.at, text.len), &kind, &err) !=
            PT_OK)
        printf("# %s: %s\n", name, err.text);
    return kind;
}

/* What a text means at the nth place of this kind that has this reader. */
static struct pt_bridge_said said(struct pt_arena *arena, const char *name,
                                  const char *reader, const char *text,
                                  struct pt_error *err)
{
    struct pt_bridge_kind kind = load(arena, name);
    const struct pt_reader *row = pt_reader_named(reader);
    struct pt_bridge_said result = {0};
    struct pt_pairs pairs = {0};

    *err = (struct pt_error){0};
    for (size_t i = 0; row && i < kind.place_count; i++) {
        if (!pt_is(kind.places[i].reader, reader))
            continue;
        if (row->read(arena, pt_slice_of(text), &pairs, err) == PT_OK)
            pt_bridge_interpret(arena, &kind, &kind.places[i], &pairs,
                                &result, err);
        return result;
    }
    return result;
}

/* "imap 127.0.0.1:1143 tls; ... | ann" */
static const char *told(struct pt_arena *arena, const char *name,
                        const char *reader, const char *text)
{
    struct pt_error err;
    struct pt_bridge_said s = said(arena, name, reader, text, &err);
    const char *line = err.text[0] ? pt_arena_strdup(arena, err.text) : "";

    for (size_t i = 0; i < s.claim_count; i++)
        line = pt_arena_printf(arena, "%s%s%s %s:%u %s", line,
                               *line ? "; " : "",
                               pt_service_name(s.claims[i].service),
                               s.claims[i].host ? s.claims[i].host : "",
                               s.claims[i].port,
                               pt_security_name(s.claims[i].security));
    for (size_t i = 0; i < s.accounts.count; i++)
        line = pt_arena_printf(arena, "%s%s%s", line, i ? ", " : " | ",
                               s.accounts.at[i]);
    return line;
}

static void test_all_load(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct pt_bridge_kind kind = load(arena, names[i]);

        IS(kind.name, names[i], "a profile's name is that of its file");
        OK(kind.title && kind.login && kind.password && kind.change_ports,
           "it tells people what to do");
        OK(kind.place_count && kind.process_count,
           "it says where settings lie and how the program is called");
        IS(kind.host, "127.0.0.1", "it listens on this machine");
    }
}

static void test_proton(struct pt_arena *arena)
{
    struct pt_bridge_kind kind = load(arena, "proton");
    size_t grpc = 0;

    for (size_t i = 0; i < kind.place_count; i++)
        grpc += pt_is(kind.places[i].reader, "proton-grpc") &&
                kind.places[i].service_count == 2;
    OK(grpc == 2, "two paths of one place are two places with its services");
    IS(told(arena, "proton", "proton-log",
            "# x_bri_000_v3.21.1_t.log\n"
            "msg=\"Starting IMAP server\" port=\"1144\" ssl=\"false\"\n"
            "msg=\"Starting SMTP server\" port=\"1026\" ssl=\"true\"\n"),
       "imap :1144 starttls; submission :1026 tls",
       "the log of Proton Mail Bridge tells its ports");
    IS(told(arena, "proton", "proton-log", "msg=\"Starting IMAP server\"\n"),
       "", "a log without ports claims none");
    IS(told(arena, "proton", "json",
            "{\"imap_port\":1150,\"smtp_port\":1151,\"use_ssl_for_imap\":true,"
            "\"use_ssl_for_smtp\":false}"),
       "imap :1150 tls; submission :1151 starttls",
       "openproton-bridge is read too");
    IS(told(arena, "proton-v2", "json",
            "{\"user_port_imap\":\"1144\",\"user_ssl_smtp\":\"true\"}"),
       "imap :1144 starttls; submission :1025 tls",
       "version 2: a port that is not set is the default");
    IS(load(arena, "proton-v2").places[0].unless.at[0],
       "${config}/protonmail/bridge-v3/vault.enc",
       "version 2 does not count when version 3 is there");
}

#define DAVMAIL                                                                \
    "davmail.imapPort=1143\ndavmail.smtpPort=1025\ndavmail.popPort=\n"         \
    "davmail.caldavPort=0\n"

static void test_davmail(struct pt_arena *arena)
{
    struct pt_bridge_kind kind = load(arena, "davmail");

    OK(kind.places[0].path_from_argv && !kind.places[1].path_from_argv,
       "what a process points at is looked up once");
    IS(told(arena, "davmail", "properties", DAVMAIL),
       "imap :1143 plain; submission :1025 plain",
       "DavMail without a keystore is plain, and without a port off");
    IS(told(arena, "davmail", "properties",
            DAVMAIL "davmail.ssl.keystoreFile=/k.p12\n"
                    "davmail.ssl.nosecuresmtp=true\n"),
       "imap :1143 tls; submission :1025 plain",
       "with one it is TLS, but for what is exempted");
    IS(told(arena, "davmail", "properties",
            DAVMAIL "davmail.ssl.keystoreFile=\n"),
       "imap :1143 plain; submission :1025 plain",
       "an empty keystore is none");
    IS(told(arena, "davmail", "properties",
            "davmail.caldavPort=1080\ndavmail.ldapPort=1389\n"),
       "caldav :1080 plain; carddav :1080 plain; ldap :1389 plain",
       "calendars, contacts and LDAP are told too");
    IS(told(arena, "davmail", "properties", "davmail.imapPort=11x3\n"),
       "davmail.imapPort is '11x3', which is no port", "a port that is none");
    IS(told(arena, "davmail", "properties", "davmail.imapPort=65536\n"),
       "davmail.imapPort is '65536', which is no port", "nor is this one");
}

static void test_addresses(struct pt_arena *arena)
{
    static const struct {
        const char *host;
        const char *want;
    } hosts[] = {
        {"", ""},       {"0.0.0.0", ""},          {"::", ""},
        {"[::0]", ""},  {"localhost", ""},        {"*", ""},
        {"[::1]", "::1"}, {"127.0.0.2", "127.0.0.2"},
        {"no host", ""}, {"192.0.2.7", "192.0.2.7"},
    };

    for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
        IS(told(arena, "davmail", "properties",
                pt_arena_printf(arena,
                                "davmail.imapPort=1143\n"
                                "davmail.bindAddress=%s\n",
                                hosts[i].host)),
           pt_arena_printf(arena, "imap %s:1143 plain", hosts[i].want),
           "every address of this machine is the bridge's own");
}

static void test_oauth2_proxy(struct pt_arena *arena)
{
    IS(told(arena, "oauth2-proxy", "ini",
            "[IMAP-1993]\nlocal_address = 127.0.0.1\n"
            "[POP-1995]\nlocal_certificate_path = c\n"
            "[SMTP-1587]\nlocal_certificate_path = c\nlocal_key_path = k\n"
            "[SMTP-2465]\nlocal_certificate_path = c\nlocal_key_path = k\n"
            "local_starttls = True\n"
            "[IMAP-x]\n[Server setup]\n"
            "[ann@corp.example]\n[@corp.example]\n"),
       "imap 127.0.0.1:1993 plain; pop3 :1995 plain; submission :1587 tls; "
       "submission :2465 starttls | ann@corp.example, @corp.example",
       "each section of the proxy is a server or an account");
    IS(told(arena, "oauth2-proxy", "ini", "[IMAP-70000]\n"),
       "a section is 'IMAP-70000', which is no port",
       "a section's port may be none");
    OK(load(arena, "oauth2-proxy").reaches_out,
       "it is not greeted when its socket's owner will do");
}

static void test_hydroxide(struct pt_arena *arena)
{
    IS(told(arena, "hydroxide", "argv", "hydroxide\tserve"),
       "imap :1143 plain; submission :1025 plain; carddav :8080 plain",
       "hydroxide without options has its default ports");
    IS(told(arena, "hydroxide", "argv",
            "hydroxide\t-imap-port\t1145\t-smtp-port=1027\t-imap-host\t::1\t"
            "-tls-cert\t/c.pem\t-disable-carddav\tserve"),
       "imap ::1:1145 tls; submission :1027 tls",
       "its options move, protect and disable");
    IS(told(arena, "hydroxide", "argv", "hydroxide\timap"),
       "imap :1143 plain", "it may serve IMAP alone");
    IS(told(arena, "hydroxide", "argv", "hydroxide\tauth\tann"), "",
       "it may serve nothing");
    IS(told(arena, "ferroxide", "argv", "ferroxide\t-disable-smtp=false\t"
                                        "-disable-imap\tserve"),
       "submission :1025 plain; carddav :8080 plain; caldav :8081 plain",
       "a flag may be taken back; ferroxide has calendars");
    IS(told(arena, "hydroxide", "json-keys",
            "{\"ann\":\"c2Vj\",\"pass.enger\":\"c2Vj\"}"),
       " | ann, pass.enger", "the keys of auth.json are its users");
}

static void test_others(struct pt_arena *arena)
{
    IS(told(arena, "peroxide", "json",
            "{\"UserPortImap\":\"1146\",\"ServerAddress\":\"[::0]\"}"),
       "imap :1146 starttls; submission :1025 starttls", "peroxide");
    IS(told(arena, "tutabridge", "toml",
            "imap_port = 1147\nemail = \"ann@tuta.com\"\n"),
       "imap :1147 tls; submission :1025 tls | ann@tuta.com", "TutaBridge");
    IS(told(arena, "proton-docker", "argv",
            "/usr/bin/docker-proxy\t-proto\ttcp\t-host-ip\t0.0.0.0\t"
            "-host-port\t2143\t-container-ip\t172.17.0.2\t-container-port\t"
            "143"),
       "imap :2143 starttls", "docker-proxy before IMAP");
    IS(told(arena, "proton-docker", "argv",
            "/usr/bin/docker-proxy\t-proto\ttcp\t-host-ip\t127.0.0.1\t"
            "-host-port\t1025\t-container-ip\t172.17.0.2\t-container-port\t"
            "25"),
       "submission 127.0.0.1:1025 starttls", "docker-proxy before SMTP");
    IS(told(arena, "proton-docker", "argv",
            "/usr/bin/docker-proxy\t-proto\ttcp\t-host-ip\t127.0.0.1\t"
            "-host-port\t1143\t-container-ip\t172.17.0.2\t-container-port\t"
            "8080"),
       "", "docker-proxy before something else");
}

static bool matches(const char *pattern, const char *text)
{
    regex_t regex;
    bool found;

    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
        return false;
    found = !regexec(&regex, text, 0, NULL, 0);
    regfree(&regex);
    return found;
}

/* The names of the bridges that may greet like this. */
static const char *greeters(struct pt_arena *arena, enum pt_service service,
                            const char *greeting, const char *after)
{
    const char *all = pt_arena_printf(arena, "%s\n%s", greeting, after);
    const char *found = "";

    for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++) {
        struct pt_bridge_kind kind = load(arena, names[n]);
        bool it = false;

        for (size_t i = 0; i < kind.greeting_count; i++) {
            const struct pt_bridge_greeting *g = &kind.greetings[i];

            it |= g->service == service && matches(g->pattern, greeting) &&
                  (!g->with || matches(g->with, all)) &&
                  (!g->unless || !matches(g->unless, all));
        }
        if (it)
            found = pt_arena_printf(arena, "%s%s%s", found, *found ? " " : "",
                                    names[n]);
    }
    return found;
}

static void test_greetings(struct pt_arena *arena)
{
    IS(greeters(arena, PT_IMAP,
                "* OK [CAPABILITY AUTH=PLAIN ID IDLE IMAP4rev1 MOVE STARTTLS "
                "UIDPLUS UNSELECT] Proton Mail Bridge 03.25.00 - gluon session "
                "ID 137",
                ""),
       "proton-docker proton", "version 3 is known by its greeting");
    IS(greeters(arena, PT_IMAP,
                "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN ID] IMAP4rev1 "
                "Service Ready",
                ""),
       "proton-v2", "version 2 has STARTTLS and ID");
    IS(greeters(arena, PT_IMAP,
                "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] IMAP4rev1 "
                "Service Ready",
                "* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN"),
       "peroxide", "peroxide has STARTTLS and no ID");
    IS(greeters(arena, PT_IMAP,
                "* OK [CAPABILITY IMAP4rev1 LITERAL+ SASL-IR CHILDREN UNSELECT "
                "MOVE IDLE APPENDLIMIT AUTH=PLAIN] IMAP4rev1 Service Ready",
                ""),
       "ferroxide hydroxide", "hydroxide and its fork have no STARTTLS");
    IS(greeters(arena, PT_IMAP,
                "* OK [CAPABILITY IMAP4REV1 AUTH=LOGIN MOVE SPECIAL-USE] "
                "IMAP4rev1 DavMail 6.0.1-trunk server ready",
                ""),
       "davmail", "DavMail says so");
    IS(greeters(arena, PT_IMAP,
                "* BAD unable to handle request: DavMail configuration "
                "exception: x",
                ""),
       "davmail", "also when its server cannot be reached");
    IS(greeters(arena, PT_POP3, "+OK DavMail 6.0.1 POP ready at Sun", ""),
       "davmail", "and for POP3");
    IS(greeters(arena, PT_SUBMISSION, "220 127.0.0.1 ESMTP Service Ready", ""),
       "peroxide proton-docker proton proton-v2",
       "by SMTP four bridges are alike");
    IS(greeters(arena, PT_SUBMISSION, "220 localhost ESMTP Service Ready",
                "250-AUTH PLAIN"),
       "ferroxide hydroxide", "and two others");
    IS(greeters(arena, PT_IMAP, "* OK TutaBridge IMAP4rev1 ready", ""),
       "tutabridge", "TutaBridge says so");
    IS(greeters(arena, PT_IMAP, "* OK IMAP4rev1 openproton-bridge ready", ""),
       "proton", "openproton-bridge says so");
    IS(greeters(arena, PT_IMAP, "* OK [CAPABILITY IMAP4rev1] Dovecot ready.",
                ""),
       "", "a mail server is no bridge");
}

static void test_bad(struct pt_arena *arena)
{
    static const struct {
        const char *json;
        const char *sentence;
    } bad[] = {
        {"{\"name\":\"x\",", "it is cut short: the JSON breaks off in line 1"},
        {"{\"name\":\"x\"}", "'title' is missing"},
        {"{\"name\":\"x\",\"title\":5}", "'title' is not a text"},
        {"{\"name\":\"X y\",\"title\":\"X\"}",
         "'name' is not made of a to z, 0 to 9 and '-' (32 at most)"},
        {"{\"name\":\"none\",\"title\":\"X\"}",
         "'name' is not made of a to z, 0 to 9 and '-' (32 at most)"},
        {"{\"nmae\":\"x\"}", "'nmae' is no key of a bridge"},
        {"{\"host\":\"192.0.2.1\"}",
         "'host' is not an address of this machine, such as 127.0.0.1"},
        {"{\"places\":{}}", "'places' is not a list"},
        {"{\"places\":[7]}", "'places' holds something that is not an object"},
        {"{\"places\":[{\"reader\":\"yaml\"}]}",
         "'reader' is not a reader we have"},
        {"{\"places\":[{\"reader\":\"json\"}]}",
         "'path' is missing: a place needs it, path_from_argv or "
           "beside_program"},
        {"{\"places\":[{\"reader\":\"json\",\"path\":\"${tmp}/x\"}]}",
         "'path' has a ${...} that is none of home, config, data, cache and "
         "state"},
        {"{\"places\":[{\"reader\":\"argv\",\"os\":\"beos\"}]}",
         "'os' is none of linux, macos and windows"},
        {"{\"places\":[{\"reader\":\"argv\",\"services\":[{\"service\":"
         "\"news\"}]}]}",
         "'service' is not a service we know"},
        {"{\"places\":[{\"reader\":\"argv\",\"services\":[{\"service\":"
         "\"imap\",\"security\":\"ssl\"}]}]}",
         "'security' is none of tls, starttls and plain"},
        {"{\"places\":[{\"reader\":\"argv\",\"services\":[{\"service\":"
         "\"imap\",\"security\":[{\"is\":\"tls\",\"when\":\"x\"}]}]}]}",
         "'when' is not an object of keys and values"},
        {"{\"defaults\":[{\"service\":\"imap\",\"port\":0,\"security\":"
         "\"tls\"}]}",
         "'port' is not a port (1 to 65535)"},
        {"{\"greetings\":[{\"service\":\"imap\",\"pattern\":\"(\"}]}",
         "'pattern' is not an extended regular expression"},
        {"{\"greetings\":[{\"service\":\"imap\",\"pattern\":\"a{1,255}\"}]}",
         "'pattern' is too involved for a pattern: no {...}, no \\1, eight + "
         "and 256 characters at most"},
        {"{\"reaches_out\":\"yes\"}",
         "'reaches_out' is neither true nor false"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct pt_bridge_kind kind = {.title = "as it was"};
        struct pt_error err = {0};

        OK(pt_bridge_kind_read(arena, pt_slice_of(bad[i].json), &kind, &err) ==
                   PT_BAD_INPUT &&
               pt_is(kind.title, "as it was"),
           "a profile that is wrong is refused");
        IS(err.text, bad[i].sentence, "and the sentence names the key");
    }
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    if (!arena)
        return EXIT_FAILURE;
    test_all_load(arena);
    test_proton(arena);
    test_davmail(arena);
    test_addresses(arena);
    test_oauth2_proxy(arena);
    test_hydroxide(arena);
    test_others(arena);
    test_greetings(arena);
    test_bad(arena);
    return tap_done();
}
