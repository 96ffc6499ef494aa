/* test_answer.c - what is answered to whom, as a table. */
#include "sample_house.h"
#include "serve/answer.h"
#include "tests/tap.h"

#define POX "/autodiscover/autodiscover.xml"
#define REQUEST(address, schema)                                               \
    "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/"             \
    "autodiscover/outlook/requestschema/2006\"><Request><EMailAddress>"        \
    address "</EMailAddress><AcceptableResponseSchema>" schema                 \
    "</AcceptableResponseSchema></Request></Autodiscover>"
#define OUTLOOK                                                                \
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/"              \
    "responseschema/2006a"
#define PHONES                                                                 \
    "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/"           \
    "responseschema/2006"

static const struct row {
    const char *what;
    const char *method; /* NULL: GET */
    const char *host;   /* NULL: none; else as the header has it */
    const char *target;
    const char *body;
    int status;
    const char *says;  /* what must stand in the answer; NULL: anything */
    const char *never; /* what must not; or NULL */
} rows[] = {
    {"autoconfig by its host", 0, "autoconfig.example.org",
     "/mail/config-v1.1.xml", 0, 200, "<hostname>mail.example.org", 0},
    {"autoconfig with an address", 0, "autoconfig.example.org",
     "/mail/config-v1.1.xml?emailaddress=bob%40example.org", 0, 200,
     "%EMAILADDRESS%", "bob"},
    {"the well-known place", 0, "example.org",
     "/.well-known/autoconfig/mail/config-v1.1.xml", 0, 200, "clientConfig", 0},
    {"what Nine asks", 0, "autoconfig.example.org",
     "/v1.1/mail/config-v1.1.xml", 0, 200, "clientConfig", 0},
    {"as a database of providers", 0, "127.0.0.1", "/v1.1/example.org", 0, 200,
     "clientConfig", 0},
    {"a domain in upper case", 0, "127.0.0.1",
     "/mail/config-v1.1.xml?emailaddress=A@EXAMPLE.ORG", 0, 200,
     "clientConfig", 0},
    {"Evolution's address", 0, "autoconfig.example.org",
     "/mail/config-v1.1.xml?emailaddress=EVOLUTIONUSER%40example.org"
     "&emailmd5=0",
     0, 200, "clientConfig", 0},
    {"an escaped dot", 0, "127.0.0.1",
     "/mail/config-v1.1.xml?emailaddress=a@example%2Eorg", 0, 200,
     "clientConfig", 0},
    {"an address with a plus", 0, "127.0.0.1",
     "/mail/config-v1.1.xml?emailaddress=a+b@example.org", 0, 200,
     "clientConfig", 0},
    {"an empty address", 0, "autoconfig.example.org",
     "/mail/config-v1.1.xml?emailaddress=", 0, 200, "clientConfig", 0},
    {"a domain by its address, whatever the host", 0,
     "autoconfig.example.org",
     "/mail/config-v1.1.xml?emailaddress=a@bridged.example", 0, 200,
     "<port>1143</port>", 0},
    {"no domain at all, of three", 0, "127.0.0.1", "/mail/config-v1.1.xml", 0,
     404, 0, "<"},
    {"a strange domain", 0, "127.0.0.1",
     "/mail/config-v1.1.xml?emailaddress=a@example.net", 0, 404, 0, "<"},
    {"a domain of which nothing is known", 0, "autoconfig.unknown.example",
     "/mail/config-v1.1.xml", 0, 404, 0, "<"},
    {"an address without a domain", 0, "127.0.0.1",
     "/mail/config-v1.1.xml?emailaddress=ann", 0, 400, 0, "<"},
    {"a host with a port and a final dot", 0, "AutoConfig.Example.ORG.:8080",
     "/mail/config-v1.1.xml", 0, 200, "clientConfig", 0},
    {"a host that we are not", 0, "evil.example", "/mail/config-v1.1.xml", 0,
     421, 0, "evil"},
    {"a host in the target", 0, "autoconfig.example.org",
     "http://evil.example/mail/config-v1.1.xml", 0, 421, 0, "evil"},
    {"a host of ours in the target", 0, "evil.example",
     "http://autoconfig.example.org/mail/config-v1.1.xml", 0, 200,
     "clientConfig", 0},
    {"a strange host in the target alone", 0, 0,
     "http://evil.example/mail/config-v1.1.xml", 0, 421, 0, "evil"},
    {"more than an address in brackets", 0, "[127.0.0.1]evil.example", "/", 0,
     421, 0, "evil"},
    {"a target that is none", 0, "example.org", "*", 0, 400, 0, 0},
    {"an unknown path", 0, "example.org", "/index.php", 0, 404, 0, "<"},
    {"another case of autoconfig", 0, "example.org", "/Mail/config-v1.1.xml",
     0, 404, 0, "<"},
    {"a way out of it", 0, "example.org", "/file/../../etc/passwd", 0, 404, 0,
     "<"},
    {"a file that is not offered", 0, "example.org",
     "/file/mutt?address=a@example.org", 0, 404, 0, "<"},
    {"another method", "DELETE", "example.org", "/mail/config-v1.1.xml", 0, 405,
     0, "<"},
    {"POST where there is none", "POST", "example.org",
     "/mail/config-v1.1.xml", "x", 405, 0, "<"},
    {"POST to an unknown path", "POST", "example.org", "/index.php", "x", 404,
     0, "<"},
    {"OPTIONS of an unknown path", "OPTIONS", "example.org", "/index.php", 0,
     404, 0, 0},
    {"a password in the query", 0, "example.org",
     "/profile.mobileconfig?address=a@example.org&Password=hunter2", 0, 400,
     "no password", "hunter2"},
    {"a password whose name is escaped", 0, "example.org",
     "/?address=a@example.org&%70ass%77ord=hunter2", 0, 400, "no password",
     "hunter2"},
    {"an address whose name is escaped", 0, "127.0.0.1",
     "/mail/config-v1.1.xml?email%61ddress=a@example.org", 0, 200,
     "clientConfig", 0},

    {"Autodiscover", "POST", "autodiscover.example.org", POX,
     REQUEST("bob@example.org", OUTLOOK), 200,
     "<LoginName>bob@example.org</LoginName>", "portolan--gap"},
    {"Autodiscover in another case", "POST", "example.org",
     "/AutoDiscover/AUTODISCOVER.xml", REQUEST("bob@example.org", OUTLOOK),
     200, "<Encryption>SSL</Encryption>", 0},
    {"an address that XML needs escaped", "POST", "example.org", POX,
     REQUEST("b&amp;&lt;ob@example.org", OUTLOOK), 400, 0, "b&"},
    {"an ampersand, which an address may have", "POST", "example.org", POX,
     REQUEST("b&amp;ob@example.org", OUTLOOK), 200,
     "<LoginName>b&#38;ob@example.org</LoginName>", 0},
    {"Autodiscover for a strange domain", "POST", "example.org", POX,
     REQUEST("bob@example.net", OUTLOOK), 404, 0, "<"},
    {"a phone's schema", "POST", "example.org", POX,
     REQUEST("bob@example.org", PHONES), 200, "<ErrorCode>601", "Server"},
    {"a schema with markup", "POST", "example.org", POX,
     REQUEST("bob@example.org", "&lt;/x>evil.example"), 200, "mail.example.org",
     "evil"},
    {"Autodiscover without a body", "POST", "example.org", POX, "", 400, 0,
     "<"},
    {"a DOCTYPE", "POST", "example.org", POX,
     "<!DOCTYPE a [<!ENTITY b 'c'>]>" REQUEST("bob@example.org", OUTLOOK), 400,
     0, "<"},
    {"Autodiscover by GET", 0, "autodiscover.example.org", POX, 0, 200,
     "<Type>IMAP</Type>", "LoginName"},
    {"Autodiscover by GET, with an address", 0, "example.org",
     POX "?email=bob@example.org", 0, 200,
     "<LoginName>bob@example.org</LoginName>", 0},
    {"STARTTLS on a moved port is not said by Autodiscover", "POST",
     "bridged.example", POX, REQUEST("ann@bridged.example", OUTLOOK), 404,
     "STARTTLS at port 1143", "<"},

    {"JSON by query", 0, "autodiscover.example.org",
     "/autodiscover/autodiscover.json?Email=a@example.org&Protocol="
     "AutodiscoverV1",
     0, 200,
     "\"Url\":\"https://autodiscover.example.org/autodiscover/"
     "autodiscover.xml\"",
     0},
    {"JSON by path", 0, "autodiscover.example.org",
     "/Autodiscover/Autodiscover.json/v1.0/a%40example.org?protocol="
     "autodiscoverv1",
     0, 200, "\"Protocol\":\"AutodiscoverV1\"", 0},
    {"JSON for ActiveSync", 0, "autodiscover.example.org",
     "/autodiscover/autodiscover.json?Email=a@example.org&Protocol=ActiveSync",
     0, 404, "ProtocolNotSupported", 0},

    {"PACC", 0, "ua-auto-config.example.org",
     "/.well-known/user-agent-configuration.json", 0, 200,
     "mail.example.org", 0},
    {"PACC cannot say a bridge", 0, "ua-auto-config.bridged.example",
     "/.well-known/user-agent-configuration.json", 0, 404, "PACC", "{"},
    {"calendars", 0, "example.org", "/.well-known/caldav", 0, 307, 0, 0},
    {"no address books", 0, "example.org", "/.well-known/carddav", 0, 404, 0,
     0},

    {"an Apple profile", 0, "example.org",
     "/profile.mobileconfig?address=bob@example.org", 0, 200,
     "<string>bob@example.org</string>", "postmaster"},
    {"a profile for nobody", 0, "example.org", "/profile.mobileconfig", 0, 400,
     0, "<"},
    {"a profile for who is none", 0, "example.org",
     "/profile.mobileconfig?address=a%3C/string%3E@example.org", 0, 400, 0,
     "<"},
    {"a profile for a stranger", 0, "example.org",
     "/profile.mobileconfig?address=a@example.net", 0, 404, 0, "<"},
    {"no authority of our own", 0, "example.org", "/root.crt", 0, 404, 0, 0},
    {"the page", 0, "127.0.0.1", "/", 0, 200, "<form", 0},
    {"markup typed into the page", 0, "127.0.0.1",
     "/?address=%3Cscript%3Ealert(1)", 0, 404, 0, "<script"},
};

static struct pt_response ask(struct pt_arena *arena,
                              const struct pt_house *house,
                              const struct row *row)
{
    struct pt_response out;

    pt_answer_request(
        arena, house,
        &(struct pt_request){.method = row->method ? row->method : "GET",
                             .target = row->target,
                             .host = row->host,
                             .body = pt_slice_of(row->body)},
        &out);
    return out;
}

static struct pt_slice bytes_of(const struct pt_response *out)
{
    return out->document ? out->document->bytes : out->bytes;
}

static void test_rows(struct pt_arena *arena, const struct pt_house *house)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct pt_response out = ask(arena, house, &rows[i]);
        struct pt_slice bytes = bytes_of(&out);
        bool is_right =
            out.status == rows[i].status &&
            (!rows[i].says || pt_slice_find(bytes, rows[i].says)) &&
            (!rows[i].never || !pt_slice_find(bytes, rows[i].never));

        if (!OK(is_right, rows[i].what))
            printf("# %d %.*s\n", out.status, (int)bytes.len, bytes.at);
    }
}

/* Every spelling of the two words. */
static void test_cases(struct pt_arena *arena, const struct pt_house *house)
{
    const char path[] = POX;
    unsigned seed = 7;
    int right = 0;

    for (int i = 0; i < 32; i++) {
        char spelled[sizeof(path)];
        struct row row = {.host = "example.org", .target = spelled};

        memcpy(spelled, path, sizeof(path));
        for (size_t j = 0; spelled[j]; j++) {
            seed = seed * 1103515245 + 12345;
            if (spelled[j] >= 'a' && seed >> 16 & 1)
                spelled[j] = (char)(spelled[j] - 'a' + 'A');
        }
        right += ask(arena, house, &row).status == 200;
    }
    OK(right == 32, "Autodiscover is answered in any case");
}

static void test_headers(struct pt_arena *arena, struct pt_house *house)
{
    struct pt_request request = {.method = "GET",
                                 .target = "/mail/config-v1.1.xml",
                                 .host = "autoconfig.example.org"};
    struct pt_response out;
    const struct pt_document *first;

    pt_answer_request(arena, house, &request, &out);
    first = out.document;
    OK(first && out.is_public && !out.is_private,
       "autoconfig may be read by scripts of any page, and kept");
    request.if_none_match = first->etag;
    pt_answer_request(arena, house, &request, &out);
    OK(out.status == 304 && out.document == first,
       "who has it already is told so");
    request.if_none_match = "\"another\"";
    pt_answer_request(arena, house, &request, &out);
    OK(out.status == 200, "who has another gets this one");
    request.method = "HEAD";
    pt_answer_request(arena, house, &request, &out);
    OK(out.status == 200 && out.document == first, "HEAD is as GET");
    request.method = "OPTIONS";
    pt_answer_request(arena, house, &request, &out);
    OK(out.status == 204 && out.is_public && out.allow,
       "OPTIONS says what may be done");
    request.target = "/v1.1/example.org";
    pt_answer_request(arena, house, &request, &out);
    OK(out.status == 204 && out.is_public && out.route == PT_ROUTE_AUTOCONFIG,
       "wherever autoconfig is");
    request = (struct pt_request){
        .method = "GET",
        .target = "/profile.mobileconfig?address=a@example.org",
        .host = "example.org"};
    pt_answer_request(arena, house, &request, &out);
    OK(out.is_private && !out.is_public && !out.file_name,
       "a profile is for one alone, and shown, not kept as a file");
    IS(out.media_type, "application/x-apple-aspen-config",
       "it has the type that Safari installs");
    request.target = POX;
    request.host = "autodiscover.example.org";
    house->has_tls = true;
    pt_answer_request(arena, house, &request, &out);
    OK(out.status == 302, "Outlook's question without TLS is redirected");
    IS(out.location, "https://autodiscover.example.org" POX,
       "to where there is TLS");
    request.is_tls = true;
    pt_answer_request(arena, house, &request, &out);
    OK(out.status == 200, "and not from there again");
}

static void test_oracle(struct pt_arena *arena, const struct pt_house *house)
{
    struct row row = {
        .host = "127.0.0.1",
        .target = "/mail/config-v1.1.xml?emailaddress=ann@bridged.example"};
    const struct pt_document *known = ask(arena, house, &row).document;

    row.target = "/mail/config-v1.1.xml?emailaddress=nobody@bridged.example";
    OK(known && ask(arena, house, &row).document == known,
       "whether a mailbox is there is not told");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct sample_house sample;

    sample_house_begin(&sample, arena);
    test_rows(arena, &sample.house);
    test_cases(arena, &sample.house);
    test_headers(arena, &sample.house);
    test_oracle(arena, &sample.house);
    return tap_done();
}
