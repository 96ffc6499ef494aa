/* test_provider.c - hosters known by their MX, and the files that tell of
 * them. */
#include "format/provider.h"
#include "tests/tap.h"

#include <stdlib.h>

static void test_mx(void)
{
    static const char *patterns[] = {".google.com", "mx.yandex.net"};
    static const struct pt_strings listed = {patterns, 2};
    static const struct pt_strings none = {0};
    static const struct {
        const char *host;
        bool want;
    } hosts[] = {
        {"aspmx.l.google.com", true}, {"smtp.google.com", true},
        {"google.com", false},        {".google.com", false},
        {"evilgoogle.com", false},    {"google.com.example.org", false},
        {"mx.yandex.net", true},      {"a.mx.yandex.net", false},
        {"yandex.net", false},        {"", false},
    };

    for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
        if (!OK(pt_mx_is_listed(&listed, hosts[i].host) == hosts[i].want,
                "a host is itself, a suffix is all that is below its dot"))
            printf("#  got: %d for '%s'\n", !hosts[i].want, hosts[i].host);
        OK(!pt_mx_is_listed(&none, hosts[i].host), "nothing lists no host");
    }
}

/* "imap h:993 tls oauth2,ntlm NAME; ... | domains | mx | hints" */
static const char *server_line(struct pt_arena *arena,
                               const struct pt_server *s)
{
    const char *line = pt_arena_printf(
        arena, "%s %s:%u %s ", pt_service_name(s->service), s->host, s->port,
        pt_security_name(s->security));

    for (size_t i = 0; i < s->auth_count; i++)
        line = pt_arena_printf(arena, "%s%s%s", line, i ? "," : "",
                               pt_auth_name(s->auth[i]));
    return pt_arena_printf(arena, "%s %s; ", line, s->username);
}

static const char *joined(struct pt_arena *arena, const char *line,
                          const struct pt_strings *list)
{
    line = pt_arena_printf(arena, "%s|", line);
    for (size_t i = 0; i < list->count; i++)
        line = pt_arena_printf(arena, "%s %s", line, list->at[i]);
    return line;
}

static const char *told(struct pt_arena *arena, const char *json)
{
    struct pt_provider provider = {0};
    struct pt_error err = {0};
    const char *line = "";

    if (pt_provider_read(arena, pt_slice_of(json), &provider, &err) != PT_OK)
        return pt_arena_strdup(arena, err.text);
    for (size_t i = 0; i < provider.server_count; i++)
        line = pt_arena_printf(arena, "%s%s", line,
                               server_line(arena, &provider.servers[i]));
    line = joined(arena, line, &provider.domains);
    line = joined(arena, line, &provider.mx);
    return joined(arena, line, &provider.hints);
}

#define X "{\"name\":\"x\",\"title\":\"X\","
#define SERVER(rest)                                                           \
    X "\"mx\":\".x.example\",\"servers\":[{\"service\":\"imap\","              \
      "\"host\":\"imap.x.example\",\"port\":993," rest "}]}"

static void test_good(struct pt_arena *arena)
{
    IS(told(arena, SERVER("\"security\":\"tls\",\"auth\":[\"oauth2\","
                          "\"password-cleartext\",\"oauth2\"]")),
       "imap imap.x.example:993 tls oauth2,password-cleartext "
       "%EMAILADDRESS%; || .x.example|",
       "whoever says nothing signs in with the address");
    IS(told(arena, SERVER("\"security\":\"starttls\","
                          "\"username\":\"%EMAILLOCALPART%\"")),
       "imap imap.x.example:993 starttls  %EMAILLOCALPART%; || .x.example|",
       "a user name may be the local part");
    IS(told(arena, X "\"domains\":[\"x.example\",\"y.example\"],"
                     "\"hints\":[\"No mail program gets in.\"]}"),
       "| x.example y.example|| No mail program gets in.",
       "a hoster may have no servers");
}

static const struct {
    const char *json;
    const char *sentence;
} bad[] = {
    {"{\"name\":\"x\",", "it is cut short: the JSON breaks off in line 1"},
    {"{\"name\":\"x\"}", "'title' is missing"},
    {"{\"name\":\"X y\"}",
     "'name' is not made of a to z, 0 to 9 and '-' (32 at most)"},
    {X "\"nmae\":\"x\"}", "'nmae' is no key of a provider"},
    {X "\"hints\":[\"h\"]}",
     "'mx' is missing, and 'domains' too: nothing leads to it"},
    {X "\"domains\":[\"X.example\"]}",
     "'domains' is not a domain in lower case, such as example.org"},
    {X "\"domains\":[\"example\"]}",
     "'domains' is not a domain in lower case, such as example.org"},
    {X "\"domains\":[\".x.example\"]}",
     "'domains' is not a domain in lower case, such as example.org"},
    {X "\"domains\":[\"x.example.\"]}",
     "'domains' is not a domain in lower case, such as example.org"},
    {X "\"mx\":[\".com\"]}",
     "'mx' is neither a host nor a .suffix of two names or more"},
    {X "\"mx\":[\"*.x.example\"]}",
     "'mx' is neither a host nor a .suffix of two names or more"},
    {X "\"mx\":[\"..x.example\"]}",
     "'mx' is neither a host nor a .suffix of two names or more"},
    {X "\"mx\":\"m.x.example\",\"servers\":[{}]}", "'service' is missing"},
    {X "\"mx\":\"m.x.example\",\"servers\":{}}", "'servers' is not a list"},
    {X "\"mx\":\"m.x.example\",\"servers\":[{\"host\":\"localhost\"}]}",
     "'host' is not a server on the Internet"},
    {X "\"mx\":\"m.x.example\",\"servers\":[{\"host\":\"127.0.0.1\"}]}",
     "'host' is not a server on the Internet"},
    {X "\"mx\":\"m.x.example\",\"servers\":[{\"host\":\"a b.example\"}]}",
     "'host' is not a server on the Internet"},
    {SERVER("\"security\":\"plain\""),
     "'security' must be tls or starttls: a password is sent"},
    {SERVER("\"security\":\"ssl\""),
     "'security' is none of tls, starttls and plain"},
    {SERVER("\"security\":\"tls\",\"auth\":\"OAuth2\""),
     "'auth' is not a way to sign in that we know"},
    {SERVER("\"security\":\"tls\",\"auth\":[7]"), "'auth' is not a text"},
    {SERVER("\"security\":\"tls\",\"username\":\"ann\""),
     "'username' is neither %EMAILADDRESS% nor %EMAILLOCALPART%"},
    {SERVER("\"security\":\"tls\",\"url\":\"https://x.example\""),
     "'url' is no key of a server"},
};

static void test_bad(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        IS(told(arena, bad[i].json), bad[i].sentence,
           "a file that is wrong is refused, with the key that is");
}

static void test_untouched(struct pt_arena *arena)
{
    struct pt_provider provider = {.title = "as it was"};
    struct pt_error err = {0};

    OK(pt_provider_read(arena, pt_slice_of(bad[1].json), &provider, &err) ==
               PT_BAD_INPUT &&
           pt_is(provider.title, "as it was"),
       "what is refused leaves nothing behind");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    if (!arena)
        return EXIT_FAILURE;
    test_mx();
    test_good(arena);
    test_bad(arena);
    test_untouched(arena);
    return tap_done();
}
