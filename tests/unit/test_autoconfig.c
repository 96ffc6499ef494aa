#include "base/buf.h"
#include "format/autoconfig.h"
#include "tests/tap.h"
#include "tests/unit/offered.h"

#include <stdio.h>

#define IMAP "<incomingServer type='imap'><hostname>imap.example.org</hostname>"
#define IN IMAP "<port>993</port><socketType>SSL</socketType>"
#define END "</incomingServer>"
#define SMTP "<outgoingServer type='smtp'><hostname>smtp.example.org</hostname>"
/* One good server, so that the file is kept. */
#define GOOD SMTP "<port>465</port></outgoingServer>"
#define GOOD_IS "submission smtp.example.org:465 tls\n"

/* Each is what stands in <emailProvider>, and what is read of it: a line a
 * server, with its user name and ways to sign in. */
static const struct {
    const char *what;
    const char *xml;
    const char *want;
} cases[] = {
    /* ports and protection */
    {"SSL is TLS from the first byte", IN END,
     "imap imap.example.org:993 tls\n"},
    {"so is TLS, and case does not matter",
     IMAP "<port>1</port><socketType>tls</socketType>" END,
     "imap imap.example.org:1 tls\n"},
    {"STARTTLS is STARTTLS on any port",
     IMAP "<port>993</port><socketType>STARTTLS</socketType>" END,
     "imap imap.example.org:993 starttls\n"},
    {"plain is said as it is",
     IMAP "<port>143</port><socketType>plain</socketType>" END,
     "imap imap.example.org:143 plain\n"},
    {"the first socketType that is one counts",
     IMAP "<port>143</port><socketType>new</socketType>"
          "<socketType>STARTTLS</socketType><socketType>SSL</socketType>" END,
     "imap imap.example.org:143 starttls\n"},
    {"without socketType port 993 is TLS", IMAP "<port>993</port>" END,
     "imap imap.example.org:993 tls\n"},
    {"without socketType port 143 is STARTTLS, never plain",
     IMAP "<port>143</port>" END, "imap imap.example.org:143 starttls\n"},
    {"without socketType another port is dropped",
     IMAP "<port>1143</port>" END GOOD, GOOD_IS},
    {"without a port it is that of the protection",
     IMAP "<socketType>STARTTLS</socketType>" END,
     "imap imap.example.org:143 starttls\n"},
    {"without both it is dropped", IMAP END GOOD, GOOD_IS},
    {"port 0 is dropped", IMAP "<port>0</port>" END GOOD, GOOD_IS},
    {"port 65536 is dropped", IMAP "<port>65536</port>" END GOOD, GOOD_IS},
    {"a sign or a word is no port",
     IMAP "<port>+993</port>" END IMAP "<port>imaps</port>" END GOOD, GOOD_IS},
    {"an empty port is dropped, not guessed",
     IMAP "<port/><socketType>SSL</socketType>" END GOOD, GOOD_IS},
    {"blanks around a port do not matter",
     IMAP "<port>\n 993 </port>" END, "imap imap.example.org:993 tls\n"},
    /* hosts */
    {"a host is lower case, without its last dot",
     "<incomingServer type='imap'><hostname>IMAP.Example.ORG.</hostname>"
     "<port>993</port>" END,
     "imap imap.example.org:993 tls\n"},
    {"a host with letters of its own is written as DNS has it",
     "<incomingServer type='imap'><hostname>b\xC3\xBC" "cher.example</hostname>"
     "<port>993</port>" END,
     "imap xn--bcher-kva.example:993 tls\n"},
    {"loopback is read as it stands: others decide about it",
     "<incomingServer type='imap'><hostname>127.0.0.1</hostname>"
     "<port>1143</port><socketType>STARTTLS</socketType>" END,
     "imap 127.0.0.1:1143 starttls\n"},
    {"an IPv6 address has no brackets",
     "<incomingServer type='imap'><hostname>::1</hostname><port>993</port>" END
     "<incomingServer type='imap'><hostname>[::1]</hostname><port>993</port>"
     END,
     "imap ::1:993 tls\n"},
    {"what is no host is dropped",
     "<incomingServer type='imap'><hostname>a b</hostname><port>993</port>" END
     "<incomingServer type='imap'><hostname>-x.org</hostname><port>993</port>"
     END
     "<incomingServer type='imap'><hostname>a/../b</hostname><port>993</port>"
     END
     "<incomingServer type='imap'><hostname>127.1</hostname><port>993</port>"
     END
     "<incomingServer type='imap'><hostname></hostname><port>993</port>" END
     "<incomingServer type='imap'><port>993</port>" END GOOD,
     GOOD_IS},
    {"a host with a NUL or a control in disguise is dropped",
     "<incomingServer type='imap'><hostname>a&#10;b</hostname>"
     "<port>993</port>" END GOOD,
     GOOD_IS},
    /* user names */
    {"placeholders are filled in",
     IN "<username>%EMAILADDRESS%</username>" END
     IN "<username>%EMAILLOCALPART%</username>" END
     IN "<username>x-%EMAILDOMAIN%\\%EMAILLOCALPART%</username>" END,
     "imap imap.example.org:993 tls ann@example.org\n"
     "imap imap.example.org:993 tls ann\n"
     "imap imap.example.org:993 tls x-example.org\\ann\n"},
    {"in the host too",
     "<incomingServer type='imap'><hostname>mx.%EMAILDOMAIN%</hostname>"
     "<port>993</port>" END,
     "imap mx.example.org:993 tls\n"},
    {"one that lost its last % is meant so",
     IN "<username>%EMAILADDRESS</username>" END,
     "imap imap.example.org:993 tls ann@example.org\n"},
    {"what only looks like one is text",
     IN "<username>%EMAIL%%EMAILADDRESSES%</username>" END,
     "imap imap.example.org:993 tls %EMAIL%%EMAILADDRESSES%\n"},
    {"an empty user name is none", IN "<username> </username>" END,
     "imap imap.example.org:993 tls\n"},
    {"a user name with a control is none",
     IN "<username>a&#9;b</username>" END, "imap imap.example.org:993 tls\n"},
    {"a user name that turns the text is none",
     IN "<username>a&#x202E;b</username>" END,
     "imap imap.example.org:993 tls\n"},
    {"entities and CDATA are text",
     IN "<username>a&amp;<![CDATA[<b>]]></username>" END,
     "imap imap.example.org:993 tls a&<b>\n"},
    /* signing in */
    {"ways to sign in keep their order, each once",
     IN "<authentication>OAuth2</authentication>"
        "<authentication>plain</authentication>"
        "<authentication>password-cleartext</authentication>"
        "<authentication>NTLM</authentication>" END,
     "imap imap.example.org:993 tls [oauth2 password-cleartext ntlm]\n"},
    {"an unknown way is passed over",
     IN "<authentication>telepathy</authentication>"
        "<authentication>secure</authentication>" END,
     "imap imap.example.org:993 tls [password-encrypted]\n"},
    {"a server with none but unknown ways is dropped",
     IN "<authentication>telepathy</authentication>" END GOOD, GOOD_IS},
    {"SMTP after POP needs no login of its own",
     SMTP "<port>587</port><authentication>smtp-after-pop</authentication>"
          "</outgoingServer>",
     "submission smtp.example.org:587 starttls [none]\n"},
    /* kinds of servers */
    {"an unknown type drops the server, not the file",
     "<incomingServer type='xmail'><hostname>a.example</hostname>"
     "<port>993</port>" END
     "<incomingServer><hostname>a.example</hostname><port>993</port>" END
     "<outgoingServer type='imap'><hostname>a.example</hostname>"
     "<port>993</port></outgoingServer>" GOOD,
     GOOD_IS},
    {"POP3 is read", "<incomingServer type='POP3'><hostname>p.example"
                     "</hostname><port>995</port>" END,
     "pop3 p.example:995 tls\n"},
    {"the same server twice is one",
     IN END IN END, "imap imap.example.org:993 tls\n"},
    {"a calendar is had by URL",
     "<calendar type='caldav'><url>https://dav.example.org:8443/%EMAILLOCAL"
     "PART%/</url></calendar>",
     "caldav https://dav.example.org:8443/ann/\n"},
    {"an Exchange server is two services",
     "<incomingServer type='exchange'>"
     "<ewsURL>https://m.example.org/EWS/Exchange.asmx</ewsURL>"
     "<easURL>https://m.example.org/eas</easURL>" END,
     "ews https://m.example.org/EWS/Exchange.asmx\n"
     "activesync https://m.example.org/eas\n"},
    {"a URL without TLS, with a login or without a host is dropped",
     "<calendar type='caldav'><url>http://a.example/</url></calendar>"
     "<calendar type='caldav'><url>https://u:p@a.example/</url></calendar>"
     "<calendar type='caldav'><url>https:///x</url></calendar>"
     "<calendar type='caldav'><url>https://a.example:0/</url></calendar>"
     "<calendar type='caldav'><url>https://a b/</url></calendar>"
     "<calendar type='caldav'><url>https://[::1/</url></calendar>"
     "<calendar type='caldav'><url>https://a.example/\xC3\xA9</url></calendar>"
     "<calendar type='caldav'><url>file:///etc/passwd</url></calendar>" GOOD,
     GOOD_IS},
    {"what is unknown is passed over",
     "<displayShortName>x</displayShortName><enable visiturl='x'/>"
     "<documentation url='x'><descr lang='de'>y</descr></documentation>"
     "<mystery><incomingServer type='imap'/></mystery>" IN
     "<restriction>x</restriction><pop3><leaveMessagesOnServer/></pop3>" END,
     "imap imap.example.org:993 tls\n"},
    {"a file without a server is told",
     "<domain>example.org</domain>", "it names no server that can be used"},
    {"so is one of which all are dropped", IMAP END,
     "it names no server that can be used"},
};

static enum pt_status read_for(struct pt_arena *arena, const char *text,
                               struct pt_slice xml,
                               struct pt_autoconfig *config,
                               struct pt_error *err)
{
    struct pt_address address;

    if (pt_address_parse(arena, text, &address, err) != PT_OK)
        return PT_BAD_INPUT;
    return pt_autoconfig_read(arena, xml, &address, config, err);
}

static void test_cases(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        PT_BUF struct pt_buf xml = {0};
        PT_BUF struct pt_buf got = {0};
        struct pt_autoconfig config = {0};
        struct pt_error err = {0};

        pt_buf_printf(&xml,
                      "<clientConfig version='1.1'><emailProvider id='x.org'>"
                      "%s</emailProvider></clientConfig>",
                      cases[i].xml);
        if (read_for(arena, "ann@example.org", pt_slice(xml.at, xml.len),
                     &config, &err) != PT_OK)
            pt_buf_puts(&got, err.text);
        for (size_t j = 0; j < config.server_count; j++)
            offered_put(&config.servers[j], &got);
        IS(pt_buf_text(&got), cases[i].want, cases[i].what);
    }
}

static const struct {
    const char *what;
    const char *xml;
    const char *want;
} files[] = {
    {"another XML file is told by its root", "<rss/>",
     "it is no autoconfig file: it begins with <rss>"},
    {"a DOCTYPE is refused", "<!DOCTYPE x><clientConfig/>",
     "it has a DOCTYPE"},
    {"what is no XML is refused", "{}", "it is not XML: line 1 makes no sense"},
};

static void test_files(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        struct pt_autoconfig config = {0};
        struct pt_error err = {0};

        OK(read_for(arena, "ann@example.org", pt_slice_of(files[i].xml),
                    &config, &err) == PT_BAD_INPUT && *err.hint,
           "a file that cannot be used comes with a hint");
        IS(err.text, files[i].want, files[i].what);
        OK(!config.servers, "and with nothing read");
    }
}

static void test_provider(struct pt_arena *arena)
{
    static const char xml[] =
        "<clientConfig><emailProvider id='MessagingEngine'>"
        "<domain>%EMAILDOMAIN%</domain><domain>other.example</domain>"
        "<displayName>A &amp; B</displayName></emailProvider>" GOOD
        "</clientConfig>";
    struct pt_autoconfig config = {0};
    struct pt_error err = {0};

    OK(read_for(arena, "ann@example.org", pt_slice_of(xml), &config, &err) ==
           PT_OK,
       "a server beside the provider is read as well");
    IS(config.name, "A & B", "the provider's name is read");
    IS(config.domain, "example.org",
       "an id without a dot is none: the first domain is");
}

/* Each is what stands in <emailProvider> beside a server, and the advice that
 * is read of it, a line each. */
static const struct {
    const char *what;
    const char *xml;
    const char *want;
} advices[] = {
    {"advice is one line, with the URL where it is followed",
     "<enable visiturl='https://x.example/#a'><instruction> Switch\n"
     "  it on </instruction></enable>",
     "Switch it on (https://x.example/#a)\n"},
    {"it is read in English where there is such, else as it comes",
     "<enable><instruction lang='de'>An</instruction>"
     "<instruction lang='en-GB'>On</instruction></enable>"
     "<enable><instruction lang='de'>An</instruction></enable>",
     "On\nAn\n"},
    {"it has a second form", "<instruction url='http://x.example/'>"
                             "<descr>Do it</descr></instruction>",
     "Do it (http://x.example/)\n"},
    {"two are enough",
     "<enable><instruction>1</instruction></enable>"
     "<enable><instruction>2</instruction></enable>"
     "<enable><instruction>3</instruction></enable>",
     "1\n2\n"},
    {"a URL that is none of the web is left out",
     "<enable visiturl='javascript:alert(1)'><instruction>On</instruction>"
     "</enable><enable visiturl='https://x.example/&#10;y'><instruction>Off"
     "</instruction></enable>",
     "On\nOff\n"},
    {"a placeholder in a URL is filled in",
     "<enable visiturl='https://%EMAILDOMAIN%/'><instruction>On</instruction>"
     "</enable>",
     "On (https://example.org/)\n"},
    {"what turns the text, or says nothing, is no advice",
     "<enable><instruction>a&#x202E;b</instruction></enable>"
     "<enable><instruction> </instruction></enable><enable/>",
     ""},
};

static void test_advice(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(advices) / sizeof(*advices); i++) {
        PT_BUF struct pt_buf xml = {0};
        PT_BUF struct pt_buf got = {0};
        struct pt_autoconfig config = {0};
        struct pt_error err = {0};

        pt_buf_printf(&xml,
                      "<clientConfig><emailProvider>%s</emailProvider>" GOOD
                      "</clientConfig>",
                      advices[i].xml);
        OK(read_for(arena, "ann@example.org", pt_slice(xml.at, xml.len),
                    &config, &err) == PT_OK,
           "advice never costs the file");
        for (size_t j = 0; j < config.advice.count; j++)
            pt_buf_printf(&got, "%s\n", config.advice.at[j]);
        IS(pt_buf_text(&got), advices[i].want, advices[i].what);
    }
}

static void test_long_advice(struct pt_arena *arena)
{
    PT_BUF struct pt_buf xml = {0};
    struct pt_autoconfig config = {0};
    struct pt_error err = {0};

    pt_buf_puts(&xml, "<clientConfig>" GOOD "<enable><instruction>");
    for (int i = 0; i < 201; i++)
        pt_buf_putc(&xml, 'x');
    pt_buf_puts(&xml, "</instruction></enable></clientConfig>");
    OK(read_for(arena, "ann@example.org", pt_slice(xml.at, xml.len), &config,
                &err) == PT_OK && !config.advice.count,
       "advice of 201 bytes is left out");
}

/* An address is data: what it brings in is never looked at again. */
static void test_expansion(struct pt_arena *arena)
{
    static const char xml[] = "<clientConfig><emailProvider>" IN
                              "<username>%EMAILLOCALPART%</username>" END
                              "</emailProvider></clientConfig>";
    struct pt_address address = {.domain = "example.org"};
    struct pt_autoconfig config = {0};
    struct pt_error err = {0};

    read_for(arena, "%EMAILDOMAIN%@example.org", pt_slice_of(xml), &config,
             &err);
    IS(config.server_count ? config.servers[0].username : err.text,
       "%EMAILDOMAIN%", "a placeholder in the address is not filled in");
    address.local = "%EMAILDOMAIN%";
    IS(pt_autoconfig_expand(arena, "%EMAILLOCALPART%@%EMAILDOMAIN%", &address),
       "%EMAILDOMAIN%@example.org", "nor in a template that is none of a file");
    IS(pt_autoconfig_expand(arena, "", &address), "", "an empty one is empty");
    OK(!pt_autoconfig_is_literal("a%EMAILADDRESS%"),
       "text with a placeholder is not read as it stands");
    OK(!pt_autoconfig_is_literal("%REALNAME"),
       "nor with one that lost its end");
    OK(pt_autoconfig_is_literal("100% %EMAIL% a@b") &&
           pt_autoconfig_is_literal(""),
       "other text is");
}

static void test_limits(struct pt_arena *arena)
{
    PT_BUF struct pt_buf many = {0};
    PT_BUF struct pt_buf name = {0};
    struct pt_autoconfig config = {0};
    struct pt_error err = {0};

    pt_buf_puts(&many, "<clientConfig><emailProvider>");
    for (int i = 1; i <= 1000; i++)
        pt_buf_printf(&many, IMAP "<port>%d</port><socketType>SSL"
                                  "</socketType>" END, i);
    pt_buf_puts(&many, "</emailProvider></clientConfig>");
    OK(read_for(arena, "ann@example.org", pt_slice(many.at, many.len),
                &config, &err) == PT_OK && config.server_count == 64 &&
           config.servers[63].port == 64,
       "of a thousand servers the first 64 are taken");
    pt_buf_puts(&name, "<clientConfig><emailProvider>" GOOD IN "<username>");
    for (int i = 0; i < 321; i++)
        pt_buf_putc(&name, 'u');
    pt_buf_puts(&name, "</username>" END "</emailProvider></clientConfig>");
    OK(read_for(arena, "ann@example.org", pt_slice(name.at, name.len),
                &config, &err) == PT_OK && config.server_count == 1,
       "a server with a user name of 321 bytes is dropped");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_cases(arena);
    test_files(arena);
    test_provider(arena);
    test_advice(arena);
    test_long_advice(arena);
    test_expansion(arena);
    test_limits(arena);
    return tap_done();
}
