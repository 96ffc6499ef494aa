#include "base/buf.h"
#include "format/autodiscover.h"
#include "format/xml_tree.h"
#include "tests/tap.h"
#include "tests/unit/offered.h"

#define P "<Protocol>"
#define END "</Protocol>"
#define IMAP P "<Type>IMAP</Type><Server>imap.example.org</Server>"
#define SMTP P "<Type>SMTP</Type><Server>smtp.example.org</Server>"
#define POP3 P "<Type>POP3</Type><Server>pop.example.org</Server>"
/* One good server, so that something is found. */
#define GOOD SMTP "<Port>465</Port>" END
#define GOOD_IS "submission smtp.example.org:465 tls\n"

/* Each is what stands in <Account>, and what is read of it. */
static const struct {
    const char *what;
    const char *xml;
    const char *want;
} cases[] = {
    /* ports and protection */
    {"SSL on the port of TLS is TLS",
     IMAP "<Port>993</Port><SSL>on</SSL>" END,
     "imap imap.example.org:993 tls\n"},
    {"on the port of plain text it is STARTTLS",
     IMAP "<Port>143</Port><SSL>on</SSL>" END
     POP3 "<Port>110</Port><SSL>on</SSL>" END
     SMTP "<Port>587</Port><SSL>on</SSL>" END
     SMTP "<Port>25</Port><SSL>on</SSL>" END,
     "imap imap.example.org:143 starttls\n"
     "pop3 pop.example.org:110 starttls\n"
     "submission smtp.example.org:587 starttls\n"
     "submission smtp.example.org:25 starttls\n"},
    {"on any other it is TLS", IMAP "<Port>25</Port><SSL>on</SSL>" END,
     "imap imap.example.org:25 tls\n"},
    {"what is not said is on", IMAP "<Port>143</Port>" END,
     "imap imap.example.org:143 starttls\n"},
    {"so is what is said in another word",
     IMAP "<Port>993</Port><SSL>perhaps</SSL>" END,
     "imap imap.example.org:993 tls\n"},
    {"SSL off is plain text, in any case",
     IMAP "<Port>143</Port><SSL>OFF</SSL>" END,
     "imap imap.example.org:143 plain\n"},
    {"Encryption says more than SSL",
     SMTP "<Port>1</Port><SSL>off</SSL><Encryption>SSL</Encryption>" END
     SMTP "<Port>2</Port><SSL>off</SSL><Encryption>TLS</Encryption>" END
     SMTP "<Port>3</Port><SSL>on</SSL><Encryption>None</Encryption>" END
     SMTP "<Port>4</Port><SSL>off</SSL><Encryption>Auto</Encryption>" END
     SMTP "<Port>587</Port><SSL>off</SSL><Encryption>auto</Encryption>" END,
     "submission smtp.example.org:1 tls\n"
     "submission smtp.example.org:2 starttls\n"
     "submission smtp.example.org:3 plain\n"
     "submission smtp.example.org:4 tls\n"
     "submission smtp.example.org:587 starttls\n"},
    {"the port of TLS never begins in the clear",
     SMTP "<Port>465</Port><Encryption>TLS</Encryption>" END, GOOD_IS},
    {"an unknown Encryption says nothing",
     IMAP "<Port>143</Port><SSL>off</SSL><Encryption>ROT13</Encryption>" END,
     "imap imap.example.org:143 plain\n"},
    {"without a port it is that of the protection",
     IMAP END POP3 "<Encryption>TLS</Encryption>" END
     SMTP "<SSL>off</SSL>" END,
     "imap imap.example.org:993 tls\n"
     "pop3 pop.example.org:110 starttls\n"
     "submission smtp.example.org:587 plain\n"},
    {"what is no port is dropped, not guessed",
     IMAP "<Port>0</Port>" END IMAP "<Port>65536</Port>" END
     IMAP "<Port>imaps</Port>" END IMAP "<Port/>" END GOOD,
     GOOD_IS},
    {"blanks do not matter", IMAP "<Port>\n 993 </Port>" END,
     "imap imap.example.org:993 tls\n"},
    /* hosts and kinds */
    {"a host is lower case, without its last dot",
     P "<Type>imap</Type><Server>IMAP.Example.ORG.</Server>" END,
     "imap imap.example.org:993 tls\n"},
    {"what is no host is dropped",
     P "<Type>IMAP</Type><Server>a b</Server>" END
     P "<Type>IMAP</Type><Server>https://a.example/</Server>" END
     P "<Type>IMAP</Type><Server>127.1</Server>" END
     P "<Type>IMAP</Type><Server>a&#10;b</Server>" END
     P "<Type>IMAP</Type><Server/>" END P "<Type>IMAP</Type>" END GOOD,
     GOOD_IS},
    {"loopback is read as it stands: others decide about it",
     P "<Type>IMAP</Type><Server>127.0.0.1</Server><Port>1143</Port>" END,
     "imap 127.0.0.1:1143 tls\n"},
    {"an unknown type is passed over",
     P "<Type>NNTP</Type><Server>a.example</Server>" END
     P "<Server>a.example</Server>" END
     "<Protocol Type='mapiHttp'><Server>a.example</Server>" END GOOD,
     GOOD_IS},
    {"the same server twice is one", GOOD GOOD, GOOD_IS},
    /* signing in */
    {"a user name is read",
     IMAP "<LoginName>ann&amp;co</LoginName>" END,
     "imap imap.example.org:993 tls ann&co\n"},
    {"an empty one is none, and one with a control",
     IMAP "<LoginName> </LoginName>" END
     POP3 "<LoginName>a&#9;b</LoginName>" END,
     "imap imap.example.org:993 tls\n"
     "pop3 pop.example.org:995 tls\n"},
    {"a placeholder is text", IMAP "<LoginName>%EMAILADDRESS%</LoginName>" END,
     "imap imap.example.org:993 tls %EMAILADDRESS%\n"},
    {"SPA off is a password, on is NTLM",
     IMAP "<SPA>Off</SPA>" END POP3 "<SPA>on</SPA>" END,
     "imap imap.example.org:993 tls [password-cleartext]\n"
     "pop3 pop.example.org:995 tls [ntlm]\n"},
    {"SMTP may need no login, IMAP always does",
     SMTP "<SPA>off</SPA><AuthRequired>off</AuthRequired>" END
     IMAP "<SPA>off</SPA><AuthRequired>off</AuthRequired>" END,
     "imap imap.example.org:993 tls [password-cleartext]\n"
     "submission smtp.example.org:465 tls [none]\n"},
    /* Exchange */
    {"Exchange is had by URL, the world's before its own network's",
     P "<Type>EXCH</Type><Server>in.example.org</Server>"
     "<EwsUrl>https://in.example.org/EWS/Exchange.asmx</EwsUrl>" END
     P "<Type>EXPR</Type><Server>out.example.org</Server>"
     "<EwsUrl>https://out.example.org/EWS/Exchange.asmx</EwsUrl>" END
     P "<Type>EXHTTP</Type>"
     "<EwsUrl>https://out.example.org/EWS/Exchange.asmx</EwsUrl>" END,
     "exchange\n"
     "ews https://out.example.org/EWS/Exchange.asmx\n"
     "ews https://in.example.org/EWS/Exchange.asmx\n"},
    {"it may be no more than known", P "<Type>WEB</Type>" END, "exchange\n"},
    {"a URL without TLS is dropped",
     P "<Type>EXPR</Type><EwsUrl>http://a.example/EWS</EwsUrl>" END,
     "exchange\n"},
    {"phones have their URL",
     P "<Type>mobileSync</Type><ASUrl>https://a.example/eas</ASUrl>" END
     P "<Type>MobileSync</Type><Url>https://b.example/eas</Url>" END,
     "activesync https://b.example/eas\n"
     "activesync https://a.example/eas\n"},
    /* elsewhere */
    {"it may lead to a URL",
     "<Action>redirectUrl</Action>"
     "<RedirectUrl>https://b.example/autodiscover.xml</RedirectUrl>",
     "-> https://b.example/autodiscover.xml\n"},
    {"not to one without TLS",
     "<Action>redirectUrl</Action><RedirectUrl>http://b.example/</RedirectUrl>",
     "it names no server that can be used"},
    {"it may lead to an address",
     "<Action>RedirectAddr</Action>"
     "<RedirectAddr>ann@B\xC3\xBC" "cher.example</RedirectAddr>",
     "-> ann@xn--bcher-kva.example\n"},
    {"not to what is none",
     "<Action>redirectAddr</Action><RedirectAddr>ann@</RedirectAddr>",
     "it names no server that can be used"},
    {"an address or URL that no action speaks of leads nowhere",
     "<Action>settings</Action><RedirectUrl>https://b.example/</RedirectUrl>"
     "<RedirectAddr>ann@b.example</RedirectAddr>" GOOD,
     GOOD_IS},
    {"servers beside a redirect are not read",
     "<Action>redirectAddr</Action><RedirectAddr>ann@b.example</RedirectAddr>"
     GOOD,
     "-> ann@b.example\n"},
    {"what is unknown is passed over",
     "<x>y</x><AccountType>email</AccountType><Protocol/>" GOOD "<z/>",
     GOOD_IS},
    {"an account without a server is told", "<Action>settings</Action>",
     "it names no server that can be used"},
};

static void put_found(const struct pt_autodiscover *found, struct pt_buf *out)
{
    if (found->error)
        pt_buf_printf(out, "error %s\n", found->error);
    if (found->is_exchange)
        pt_buf_puts(out, "exchange\n");
    if (found->redirect_url)
        pt_buf_printf(out, "-> %s\n", found->redirect_url);
    if (found->redirect_address)
        pt_buf_printf(out, "-> %s\n", found->redirect_address);
    for (size_t i = 0; i < found->server_count; i++)
        offered_put(&found->servers[i], out);
}

typedef enum pt_status reader(struct pt_arena *arena, struct pt_slice bytes,
                              struct pt_autodiscover *ret_found,
                              struct pt_error *err);

static void check(struct pt_arena *arena, reader *read, const char *text,
                  const char *want, const char *what)
{
    PT_BUF struct pt_buf got = {0};
    struct pt_autodiscover found = {0};
    struct pt_error err = {0};

    if (read(arena, pt_slice_of(text), &found, &err) != PT_OK)
        pt_buf_puts(&got, err.text);
    put_found(&found, &got);
    IS(pt_buf_text(&got), want, what);
}

static void test_accounts(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        check(arena, pt_autodiscover_read,
              pt_arena_printf(arena,
                              "<Autodiscover><Response><Account>%s</Account>"
                              "</Response></Autodiscover>",
                              cases[i].xml),
              cases[i].want, cases[i].what);
}

/* What Thunderbird makes of a server's protection, and Outlook. */
static const struct {
    const char *what;
    const char *said; /* with the port, of IMAP at a.example */
    const char *thunderbird;
    const char *outlook;
} readings[] = {
    {"SSL off is plain text to Thunderbird, whatever Encryption says",
     "<Port>143</Port><SSL>Off</SSL><Encryption>TLS</Encryption>",
     "imap a.example:143 plain\n", "imap a.example:143 starttls\n"},
    {"and so is no Encryption, whatever SSL says",
     "<Port>143</Port><SSL>on</SSL><Encryption>None</Encryption>",
     "imap a.example:143 plain\n", "imap a.example:143 plain\n"},
    {"at the usual port both take it for STARTTLS",
     "<Port>143</Port><SSL>on</SSL><Encryption>TLS</Encryption>",
     "imap a.example:143 starttls\n", "imap a.example:143 starttls\n"},
    {"at another, Thunderbird takes it for TLS",
     "<Port>1143</Port><SSL>on</SSL><Encryption>TLS</Encryption>",
     "imap a.example:1143 tls\n", "imap a.example:1143 starttls\n"},
    {"and TLS at the port of STARTTLS for that",
     "<Port>587</Port><SSL>on</SSL><Encryption>SSL</Encryption>",
     "imap a.example:587 starttls\n", "imap a.example:587 tls\n"},
    {"where nothing is said there is TLS", "<Port>993</Port>",
     "imap a.example:993 tls\n", "imap a.example:993 tls\n"},
};

static void test_readings(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(readings) / sizeof(*readings); i++) {
        const char *xml = pt_arena_printf(
            arena,
            "<Autodiscover><Response><Account><Protocol><Type>IMAP</Type>"
            "<Server>a.example</Server>%s</Protocol></Account></Response>"
            "</Autodiscover>",
            readings[i].said);

        check(arena, pt_autodiscover_read_by_port, xml,
              readings[i].thunderbird, readings[i].what);
        check(arena, pt_autodiscover_read, xml, readings[i].outlook,
              "and Outlook goes by what it says");
    }
}

#define RESPONSES "http://schemas.microsoft.com/exchange/autodiscover/"

static const struct {
    const char *what;
    const char *xml;
    const char *want;
} files[] = {
    {"name spaces and prefixes do not matter",
     "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
     "<a:Autodiscover xmlns:a='" RESPONSES "responseschema/2006'>"
     "<Response xmlns='" RESPONSES "outlook/responseschema/2006a'>"
     "<Account><AccountType>email</AccountType><Action>settings</Action>" GOOD
     "</Account></Response></a:Autodiscover>",
     GOOD_IS},
    {"an error is told with its number",
     "<Autodiscover><Response><Error Time='1' Id='2'><ErrorCode>600"
     "</ErrorCode><Message>Invalid Request</Message><DebugData/></Error>"
     "</Response></Autodiscover>",
     "error 600: Invalid Request\n"},
    {"or with its number alone",
     "<Autodiscover><Response><Error><ErrorCode>500</ErrorCode></Error>"
     "</Response></Autodiscover>",
     "error 500\n"},
    {"a phone's answer is read",
     "<Autodiscover xmlns='" RESPONSES "mobilesync/responseschema/2006'>"
     "<Response><Culture>en:en</Culture><User><DisplayName>Ann</DisplayName>"
     "</User><Action><Settings><Server><Type>MobileSync</Type>"
     "<Url>https://a.example/Microsoft-Server-ActiveSync</Url><Name>x</Name>"
     "</Server><Server><Type>CertEnroll</Type><Url>https://b.example/</Url>"
     "</Server></Settings></Action></Response></Autodiscover>",
     "activesync https://a.example/Microsoft-Server-ActiveSync\n"},
    {"a phone may be led elsewhere",
     "<Autodiscover><Response><Action><Redirect>ann@b.example</Redirect>"
     "</Action></Response></Autodiscover>",
     "-> ann@b.example\n"},
    {"a phone may be told an error",
     "<Autodiscover><Response><Action><Error><Status>1</Status>"
     "<Message>No such directory</Message></Error></Action></Response>"
     "</Autodiscover>",
     "error 1: No such directory\n"},
    {"servers of two accounts are read",
     "<Autodiscover><Response><Account>" GOOD "</Account><Account>" IMAP END
     "</Account></Response></Autodiscover>",
     GOOD_IS "imap imap.example.org:993 tls\n"},
    {"an answer without a response is told", "<Autodiscover/>",
     "it names no server that can be used"},
    {"another XML file is told by its root", "<autodiscover/>",
     "it is no Autodiscover answer: it begins with <autodiscover>"},
    {"a DOCTYPE is refused", "<!DOCTYPE x><Autodiscover/>",
     "it has a DOCTYPE"},
    {"what is no XML is refused", "{}", "it is not XML: line 1 makes no sense"},
};

static void test_files(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
        check(arena, pt_autodiscover_read, files[i].xml, files[i].want,
              files[i].what);
}

static const struct {
    const char *what;
    const char *json;
    const char *want;
} objects[] = {
    {"EWS is Exchange",
     "{\"Protocol\":\"Ews\",\"Url\":\"https://a.example/EWS/Exchange.asmx\"}",
     "exchange\news https://a.example/EWS/Exchange.asmx\n"},
    {"case does not matter, nor what is unknown",
     "{\"Protocol\":\"EWS\",\"Url\":\"https://a.example/\","
     "\"ServerLocation\":7}",
     "exchange\news https://a.example/\n"},
    {"ActiveSync may be somebody else's",
     "{\"Protocol\":\"ActiveSync\",\"Url\":\"https://a.example/eas\"}",
     "activesync https://a.example/eas\n"},
    {"Graph is had by URL",
     "{\"Protocol\":\"Graph\",\"Url\":\"https://graph.example/v1.0\"}",
     "exchange\ngraph https://graph.example/v1.0\n"},
    {"POX is where to ask next",
     "{\"Protocol\":\"AutodiscoverV1\","
     "\"Url\":\"https://a.example/autodiscover/autodiscover.xml\"}",
     "-> https://a.example/autodiscover/autodiscover.xml\n"},
    {"an error is told",
     "{\"ErrorCode\":\"InvalidProtocol\","
     "\"ErrorMessage\":\"The given protocol value 'x' is invalid.\"}",
     "error InvalidProtocol: The given protocol value 'x' is invalid.\n"},
    {"a URL without TLS is none",
     "{\"Protocol\":\"Ews\",\"Url\":\"http://a.example/\"}",
     "it names no server that can be used"},
    {"nor is one of an unknown protocol",
     "{\"Protocol\":\"Substrate\",\"Url\":\"https://a.example/\"}",
     "it names no server that can be used"},
    {"nor what is no text", "{\"Protocol\":\"Ews\",\"Url\":[\"https://a/\"]}",
     "it names no server that can be used"},
    {"a page of a web server is told", "<html>", "line 1 is not JSON"},
};

static void test_json(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++)
        check(arena, pt_autodiscover_read_json, objects[i].json,
              objects[i].want, objects[i].what);
}

static void test_name(struct pt_arena *arena)
{
    static const char xml[] =
        "<Autodiscover><Response><User><DisplayName>Ann B.</DisplayName>"
        "</User><Account>" GOOD "</Account></Response></Autodiscover>";
    struct pt_autodiscover found = {0};
    struct pt_error err = {0};

    pt_autodiscover_read(arena, pt_slice_of(xml), &found, &err);
    IS(found.name, "Ann B.", "the user's own name is read");
}

static const char *repeat(struct pt_arena *arena, char c, int count)
{
    char *text = pt_arena_alloc(arena, (size_t)count + 1);

    memset(text, c, (size_t)count);
    return text;
}

static void test_limits(struct pt_arena *arena)
{
    PT_BUF struct pt_buf many = {0};
    struct pt_autodiscover found = {0};
    struct pt_error err = {0};

    pt_buf_printf(&many, "<Autodiscover><Response><User><DisplayName>%s"
                         "</DisplayName></User><Error><Message>%s</Message>"
                         "</Error><Account>" IMAP "<LoginName>%s</LoginName>"
                         END,
                  repeat(arena, 'n', 257), repeat(arena, 'm', 300),
                  repeat(arena, 'u', 321));
    for (int i = 1; i <= 1000; i++)
        pt_buf_printf(&many, IMAP "<Port>%d</Port>" END, i);
    pt_buf_puts(&many, "</Account></Response></Autodiscover>");
    OK(pt_autodiscover_read(arena, pt_slice(many.at, many.len), &found, &err) ==
               PT_OK &&
           found.server_count == 64 && found.servers[63].port == 64,
       "of a thousand servers the first 64 are taken");
    OK(!found.servers[0].username,
       "a server with a user name of 321 bytes is dropped");
    OK(found.error && strlen(found.error) == 256, "a long error is cut");
    OK(!found.name, "a long name is none");
}

/* Read back: what stands in the first element of this name. */
static const char *said(struct pt_arena *arena, const char *xml,
                        const char *name)
{
    PT_TREE xmlDoc *doc = NULL;
    PT_BUF struct pt_buf text = {0};
    const xmlNode *root;
    const xmlNode *request;
    struct pt_error err;

    if (!xml || pt_tree_read(pt_slice_of(xml), &doc, &root, &err) != PT_OK)
        return NULL;
    request = pt_tree_child(root, "Request");
    pt_tree_text(pt_tree_child(request, name), &text);
    return pt_arena_strdup(arena, pt_buf_text(&text));
}

static void test_request(struct pt_arena *arena)
{
    const char *plain = pt_autodiscover_request(arena, "ann@example.org");
    const char *odd = pt_autodiscover_request(
        arena, "\"</EMailAddress>&x;'\"@example.org");

    IS(said(arena, plain, "EMailAddress"), "ann@example.org",
       "the request names the address");
    OK(plain && strstr(plain, "xmlns=\"" RESPONSES
                              "outlook/requestschema/2006\""),
       "it is in the name space of requests");
    IS(said(arena, plain, "AcceptableResponseSchema"),
       RESPONSES "outlook/responseschema/2006a",
       "it names the answer it can read");
    IS(said(arena, odd, "EMailAddress"),
       "\"</EMailAddress>&x;'\"@example.org",
       "an address that looks like XML is text");
    OK(!pt_autodiscover_request(arena, "\xEF\xBF\xBF@example.org") &&
           !pt_arena_failed(arena),
       "there is none for an address that XML cannot hold");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_accounts(arena);
    test_readings(arena);
    test_files(arena);
    test_json(arena);
    test_name(arena);
    test_limits(arena);
    test_request(arena);
    return tap_done();
}
