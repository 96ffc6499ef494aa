/* test_redact_secrets.c - no secret is left, and all else is. */
#include "format/reader.h"
#include "format/redact_secrets.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <time.h>

static const struct {
    enum pt_secrecy secrecy;
    const char *text;
    const char *want;
    const char *what;
} cases[] = {
    /* properties, INI, TOML */
    {PT_OF_SETTINGS, "imap.password=hunter2 x\nimap.port=143\n",
     "imap.password=***\nimap.port=143\n", "a property, to its line's end"},
    {PT_OF_SETTINGS, "a.password : hunter2\r\nb=1\r\n",
     "a.password : ***\r\nb=1\r\n", "a property behind a colon"},
    {PT_OF_SETTINGS, "a.password hunter2\nb=1\n", "a.password ***\nb=1\n",
     "a property behind a blank"},
    {PT_OF_SETTINGS, "a.password = hun\\\n  ter2\nb=1\n",
     "a.password = ***\n\nb=1\n", "a property of two lines"},
    {PT_OF_SETTINGS, "client_secret = one\n  two\n  b = 1\n",
     "client_secret = ***\n\n  b = 1\n", "an INI value that goes on"},
    {PT_OF_SETTINGS, "my password for x = hunter2\n",
     "my password for x = ***\n", "a key of several words"},
    {PT_OF_SETTINGS, "token = \"hunter2\" # x\nport = 1\n",
     "token = \"***\" # x\nport = 1\n", "a TOML text"},
    {PT_OF_SETTINGS, "token = \"\"\"a\nb\"\"\"\nport = 1\n",
     "token = \"***\"\n\nport = 1\n", "a TOML text of several lines"},
    {PT_OF_SETTINGS, "token = ['a', 'b']\nport = 1\n",
     "token = \"***\"\nport = 1\n", "a TOML array"},
    {PT_OF_SETTINGS, "[secrets]\na = 1\n[server]\nb = 2\n",
     "[secrets]\na = ***\n[server]\nb = 2\n", "all of a secret section"},
    {PT_OF_SETTINGS, "apiKey=1\nmy_pin=2\nimap.auth=3\nkeystore=4\n",
     "apiKey=***\nmy_pin=***\nimap.auth=***\nkeystore=4\n",
     "keys that end in a secret word"},
    {PT_OF_SETTINGS, "password=\nport=1\n", "password=\nport=1\n",
     "what is empty stays empty"},
    {PT_OF_SETTINGS, "proxy=http://ann:hunter2@proxy:80/x\n",
     "proxy=http://ann:***@proxy:80/x\n", "the password of a URL"},
    {PT_OF_SETTINGS, "url=http://a:b@c:d@proxy/\n", "url=http://a:***@proxy/\n",
     "a password with an @"},
    {PT_OF_SETTINGS, "url=https://host:8080/x\n", "url=https://host:8080/x\n",
     "a port is no password"},

    /* JSON */
    {PT_OF_SETTINGS, "{\"password\": \"hun\\\"ter2\", \"port\": 1}",
     "{\"password\": \"***\", \"port\": 1}", "a JSON text"},
    {PT_OF_SETTINGS, "{\"pin\":1234,\"port\":1}",
     "{\"pin\":\"***\",\"port\":1}", "a JSON number"},
    {PT_OF_SETTINGS, "{\"token\":{\"a\":\"}\",\n\"b\":[1]},\"port\":1}",
     "{\"token\":\"***\"\n,\"port\":1}", "a JSON object"},
    {PT_OF_SETTINGS, "{\"password\":true,\"token\":null}",
     "{\"password\":true,\"token\":null}", "truths are no secrets"},
    {PT_OF_SETTINGS, "{\"password\":\"hunter2", "{\"password\":\"***",
     "a JSON text that is cut short stays so"},
    {PT_OF_SETTINGS, "{\"token\":[\"a\",\"b", "{\"token\":\"***",
     "a JSON array that is cut short stays so"},
    {PT_OF_SETTINGS, "{\"note\":\"{\\\"password\\\":\\\"hunter2\\\"}\"}",
     "{\"note\":\"{\\\"password\\\":\\\"***\\\"}\"}", "JSON within JSON"},
    {PT_OF_SEALED, "{\"ann\":\"secret\",\"bob\":{\"x\":\"y\"},\"n\":1}",
     "{\"ann\":\"***\",\"bob\":\"***\",\"n\":\"***\"}",
     "all of a file that is nobody's business"},
    {PT_OF_SEALED, "{\"ann\":\"sec", "{\"ann\":\"***",
     "also when it is cut short"},

    /* XML */
    {PT_OF_SETTINGS, "<a><password>hunter2</password><b>1</b></a>",
     "<a><password>***</password><b>1</b></a>", "an XML element"},
    {PT_OF_SETTINGS, "<x:Password a=\"1\"><![CDATA[h<u]]></x:Password>",
     "<x:Password a=\"1\">***</x:Password>", "an XML element with CDATA"},
    {PT_OF_SETTINGS, "<a password=\"hunter2\" b='1'/>",
     "<a password=\"***\" b='1'/>", "an XML attribute"},
    {PT_OF_SETTINGS, "<password/><b>1</b>", "<password/><b>1</b>",
     "an empty XML element"},
    {PT_OF_SETTINGS, "<password>hunter2<b>1</b>", "<password>***<b>1</b>",
     "an XML element that does not end"},
    {PT_OF_SETTINGS,
     "<authentication>password-cleartext</authentication>"
     "<tokenURL>https://x/</tokenURL>",
     "<authentication>password-cleartext</authentication>"
     "<tokenURL>https://x/</tokenURL>",
     "what only speaks of secrets stays"},

    /* logs and command lines */
    {PT_OF_SETTINGS, "time=\"1\" token=abc port=1143",
     "time=\"1\" token=*** port=1143", "a word in a log"},
    {PT_OF_SETTINGS, "time=\"1\" password=\"a b\" port=1143",
     "time=\"1\" password=\"***\" port=1143", "a text in a log"},
    {PT_OF_SETTINGS, "run=x --password hunter2 --port 1",
     "run=x --password *** --port 1", "an option within a text"},

    /* published */
    {PT_OF_PUBLISHED,
     "<password>hunter2</password><AuthPackage>x</AuthPackage>",
     "<password>***</password><AuthPackage>x</AuthPackage>",
     "the password that a document gives away"},
    {PT_OF_PUBLISHED, "{\"authentication\":{\"password\":true},\"auth\":\"x\"}",
     "{\"authentication\":{\"password\":true},\"auth\":\"x\"}",
     "how to authenticate is no secret"},
    {PT_OF_PUBLISHED, "<p>the password: that of the web</p>",
     "<p>the password: that of the web</p>", "neither is advice"},
};

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        PT_BUF struct pt_buf out = {0};

        pt_redact_secrets(pt_slice_of(cases[i].text), cases[i].secrecy, &out);
        IS(pt_buf_text(&out), cases[i].want, cases[i].what);
    }
}

static void test_arguments(void)
{
    static const struct {
        const char *args;
        const char *want;
        const char *what;
    } lines[] = {
        {"x\t--password=hunter2\t--port=1", "x\t--password=***\t--port=1",
         "an option with its value"},
        {"x\t--password\thunter 2\tserve", "x\t--password\t***\tserve",
         "an option and its value"},
        {"x\t-token\t--port\t1", "x\t-token\t--port\t1",
         "an option without a value"},
        {"x\tPASSWORD=hunter2\t\ty", "x\tPASSWORD=***\t\ty",
         "an assignment, and empty arguments stay"},
        {"x\thttp://a:b@c/", "x\thttp://a:***@c/", "a URL"},
        {"x\t--keystore\ta", "x\t--keystore\ta", "all else stays"},
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        PT_BUF struct pt_buf out = {0};

        pt_redact_arguments(pt_slice_of(lines[i].args), &out);
        IS(pt_buf_text(&out), lines[i].want, lines[i].what);
    }
}

/* Nothing takes time that grows with the square of its length. */
static void test_time(void)
{
    static const char *const pieces[] = {"\"",
                                         "'",
                                         "\\\"",
                                         "<password>",
                                         "\"password\":[",
                                         "password=\\\n",
                                         "://a:",
                                         "[",
                                         "password:\"\\\"",
                                         "\"password\":\"\"\"",
                                         "<",
                                         "token \\\"",
                                         "&",
                                         "a",
                                         "--password=",
                                         "\"x\"\n"};
    char *text = malloc(PT_READ_MAX);

    for (size_t i = 0; text && i < sizeof(pieces) / sizeof(*pieces); i++) {
        size_t len = strlen(pieces[i]);
        PT_BUF struct pt_buf out = {0};
        clock_t begun = clock();
        long ms;

        for (size_t at = 0; at < PT_READ_MAX; at++)
            text[at] = pieces[i][at % len];
        pt_redact_secrets(pt_slice(text, PT_READ_MAX), PT_OF_SETTINGS, &out);
        ms = (clock() - begun) * 1000 / CLOCKS_PER_SEC;
        if (!OK(ms < 2000, "256 KiB of the same take no time"))
            printf("# %ld ms for %s\n", ms, pieces[i]);
    }
    free(text);
}

int main(void)
{
    test_cases();
    test_arguments();
    test_time();
    return tap_done();
}
