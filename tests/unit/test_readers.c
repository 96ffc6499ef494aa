/* test_readers.c - settings files of every kind, good ones and others. */
#include "format/reader.h"
#include "tests/tap.h"

#include <stdlib.h>

struct reading {
    struct pt_pairs pairs;
    enum pt_status status;
    struct pt_error err;
};

static struct reading read_bytes(struct pt_arena *arena, const char *reader,
                                 struct pt_slice bytes)
{
    const struct pt_reader *row = pt_reader_named(reader);
    struct reading r = {.status = PT_NOTHING};

    if (row)
        r.status = row->read(arena, bytes, &r.pairs, &r.err);
    return r;
}

static struct reading reading(struct pt_arena *arena, const char *reader,
                              const char *text)
{
    return read_bytes(arena, reader, pt_slice_of(text));
}

static const char *get(const struct reading *r, const char *key)
{
    return pt_pairs_get(&r->pairs, key);
}

static void test_json(struct pt_arena *arena)
{
    struct reading r = reading(
        arena, "json",
        "{\"user_port_imap\":\"1144\",\"imap_port\":1145,\"ssl\":true,\n"
        "\"off\":null,\"a\":{\"b\":{\"c\":false}},\"l\":[\"x\",{\"y\":2}],\n"
        "\"bridge_password\":\"hush\",\"Tokens\":{\"ann\":\"hush\"}}\n");

    OK(r.status == PT_OK, "a JSON object is read");
    IS(get(&r, "user_port_imap"), "1144", "its texts");
    IS(get(&r, "imap_port"), "1145", "its numbers, as they are meant");
    IS(get(&r, "ssl"), "true", "its truths");
    IS(get(&r, "a.b.c"), "false", "what is nested has a dotted key");
    IS(get(&r, "l.1.y"), "2", "what is in a list is counted");
    OK(!get(&r, "off") && r.pairs.count == 6,
       "null says nothing, and what sounds secret is not kept");
}

static void test_json_unfit(struct pt_arena *arena)
{
    struct reading r = reading(arena, "json",
                               "{\"a\\u001b\":{\"b\":1},\"c\":\"d\\u0007\","
                               "\"e\":\"\xFF\",\"f\":\"g\"}");

    OK(r.status == PT_OK && r.pairs.count == 1,
       "what cannot be printed is no setting");
    IS(get(&r, "f"), "g", "the others are");
}

static void test_json_keys(struct pt_arena *arena)
{
    struct reading r = reading(arena, "json-keys",
                               "{\"ann.lee\":\"c2Vj\",\"passenger\":{}}");

    OK(r.status == PT_OK && r.pairs.count == 2, "keys alone can be read");
    IS(get(&r, "ann.lee"), "", "without their values");
    IS(get(&r, "passenger"), "", "whatever they are called");
}

static void test_properties(struct pt_arena *arena)
{
    struct reading r = reading(
        arena, "properties",
        "# davmail.imapPort=1\n"
        "! davmail.imapPort=2\n"
        "davmail.imapPort=1144\r\n"
        "  davmail.smtpPort : 1026  \n"
        "davmail.popPort 1110\n"
        "davmail.caldavPort=10\\\n"
        "    80\n"
        "path\\ with\\=signs=C\\:\\\\k.p12\n"
        "uni=caf\\u00e9 \\uD83D\\uDE00 \\uD83D\n"
        "utf=caf\xC3\xA9\n"
        "latin=caf\xE9\n"
        "empty\n"
        "davmail.ssl.keystorePass=hush\n"
        "davmail.proxyPassword=hush\n"
        "last=1\\");

    OK(r.status == PT_OK, "a properties file is read");
    IS(get(&r, "davmail.imapPort"), "1144", "'=' parts, comments do not count");
    IS(get(&r, "davmail.smtpPort"), "1026", "':' parts, blanks around it");
    IS(get(&r, "davmail.popPort"), "1110", "a blank parts");
    IS(get(&r, "davmail.caldavPort"), "1080", "a line goes on");
    IS(get(&r, "path with=signs"), "C:\\k.p12", "escapes stand for others");
    IS(get(&r, "uni"), "caf\xC3\xA9 \xF0\x9F\x98\x80 ?",
       "\\u is Unicode, two halves are one character, a half is none");
    IS(get(&r, "utf"), "caf\xC3\xA9", "UTF-8 stays");
    IS(get(&r, "latin"), "caf\xC3\xA9", "ISO-8859-1 becomes UTF-8");
    IS(get(&r, "empty"), "", "a key may be alone");
    IS(get(&r, "last"), "1", "a backslash at the end goes on nowhere");
    OK(!get(&r, "davmail.ssl.keystorePass") &&
           !get(&r, "davmail.proxyPassword"),
       "passwords are not kept");
}

static void test_ini(struct pt_arena *arena)
{
    struct reading r = reading(arena, "ini",
                               "; remark\n"
                               "[IMAP-1993]\n"
                               "Server_Address = imap.example\n"
                               "local_address: 127.0.0.1\n"
                               "documentation = one\n"
                               "    two = three\n"
                               "[ann@corp.example]\n"
                               "client_secret = hush\n"
                               "refresh_token = hush\n"
                               "client_id = 5\n"
                               "[passenger@corp.example]\n");

    OK(r.status == PT_OK, "an INI file is read");
    IS(get(&r, "IMAP-1993.server_address"), "imap.example",
       "its keys are in lower case, below their section");
    IS(get(&r, "IMAP-1993.local_address"), "127.0.0.1", "':' parts too");
    IS(get(&r, "[ann@corp.example]"), "", "a section is a key of its own");
    IS(get(&r, "[passenger@corp.example]"), "", "whatever it is called");
    IS(get(&r, "IMAP-1993.documentation"), "one",
       "lines that go on are passed over");
    OK(!get(&r, "ann@corp.example.client_secret") &&
           !get(&r, "ann@corp.example.refresh_token"),
       "secrets are not kept");
    OK(r.pairs.count == 7, "and nothing else is");
}

static void test_toml(struct pt_arena *arena)
{
    struct reading r = reading(arena, "toml",
                               "\xEF\xBB\xBF# remark\n"
                               "imap_port = 1147 # moved\n"
                               "email = \"ann#1@tuta.com\" # hers\n"
                               "raw = 'C:\\x'\n"
                               "quoted = \"a \\\"b\\\"\"\n"
                               "ports = [\n  1, 2,\n]\n"
                               "long = \"\"\"one\ntwo = 2\n\"\"\"\n"
                               "\"smtp_port\" = 1029\n"
                               "bridge_password = \"AAAAA-BBBBB\"\n"
                               "[tls] # section\n"
                               "on = true\n");

    OK(r.status == PT_OK, "a TOML file is read");
    IS(get(&r, "imap_port"), "1147", "its numbers, without the remark");
    IS(get(&r, "email"), "ann#1@tuta.com", "its texts, with their '#'");
    IS(get(&r, "raw"), "C:\\x", "texts without escapes");
    IS(get(&r, "quoted"), "a \"b\"", "texts with escapes");
    IS(get(&r, "smtp_port"), "1029", "keys may be quoted");
    IS(get(&r, "tls.on"), "true", "sections");
    OK(!get(&r, "ports") && !get(&r, "two") && !get(&r, "bridge_password"),
       "lists, long texts and secrets are passed over");
}

static void test_argv(struct pt_arena *arena)
{
    struct reading r =
        reading(arena, "argv",
                "hydroxide\t-imap-port\t1145\t-smtp-port=1027\t--tls-cert\t"
                "/c.pem\t-disable-carddav\t-bridge-password\thush\tserve");
    size_t args = 0;

    OK(r.status == PT_OK, "arguments are read");
    IS(get(&r, "imap-port"), "1145", "-key value");
    IS(get(&r, "smtp-port"), "1027", "-key=value");
    IS(get(&r, "tls-cert"), "/c.pem", "--key value");
    IS(get(&r, "disable-carddav"), "true", "a flag before another is true");
    IS(get(&r, "arg"), "serve", "an operand is an arg");
    OK(!get(&r, "bridge-password"), "passwords are not kept");
    for (size_t i = 0; i < r.pairs.count; i++)
        args += pt_is(r.pairs.at[i].key, "arg") &&
                pt_is(r.pairs.at[i].value, "hydroxide");
    OK(!args, "the program is no operand");

    r = reading(arena, "argv",
                "java\t-jar\tdavmail.jar\t-server\t/d.properties");
    IS(get(&r, "arg"), "/d.properties", "an operand behind a flag is one too");
    IS(get(&r, "server"), "/d.properties", "and its value");
}

static void test_log(struct pt_arena *arena)
{
    struct reading r = reading(
        arena, "proton-log",
        "# 20261124_090000000_bri_000_v3.21.1_br-abc.log\n"
        "time=\"2026-11-24 09:00:00.000\" level=\"info\" msg=\"Starting IMAP "
        "server\" port=\"1143\" service=\"server-manager\" ssl=\"false\"\n"
        "time=\"2026-11-24 09:00:00.100\" level=\"info\" msg=\"Starting SMTP "
        "server\" port=\"1025\" service=\"server-manager\" ssl=\"true\"\n"
        "time=\"x\" level=\"error\" "
        "msg=\"Failed to start IMAP server on bridge "
        "start\" error=\"listen tcp 127.0.0.1:1143: port=\\\"9\\\" in use\"\n"
        "level=info msg=\"Starting IMAP server\" port=1144 ssl=true\n");

    OK(r.status == PT_OK, "a log of Proton Mail Bridge is read");
    IS(get(&r, "version"), "3.21.1", "its name tells the version");
    IS(get(&r, "imap.port"), "1144", "the last start counts, quoted or not");
    IS(get(&r, "imap.ssl"), "true", "with its protection");
    IS(get(&r, "imap.failed"), NULL, "a later start forgets a failed one");
    IS(get(&r, "smtp.port"), "1025", "SMTP is told apart");
    IS(get(&r, "smtp.ssl"), "true", "with its own");

    r = reading(arena, "proton-log",
                "level=info msg=\"Starting IMAP server\"\n"
                "level=\"error\" msg=\"Failed to start SMTP server on bridge "
                "start\" error=\"port=1 ssl=true\"\n");
    OK(r.status == PT_OK && r.pairs.count == 1, "3.0 names no port");
    IS(get(&r, "smtp.failed"), "true", "a failed start is told");

    r = reading(arena, "proton-log",
                "msg=\"Starting SMTP server\" port=1025 ssl=false\n"
                "level=debug msg=SetConnectionMode ImapPort=1150 "
                "SmtpPort=1151 UseSSLForIMAP=true UseSSLForSMTP=true\n");
    IS(get(&r, "smtp.port"), "1151", "a port that was set counts");
    IS(get(&r, "imap.ssl"), "true", "and a protection that was set");

    r = reading(arena, "proton-log",
                "msg=\"Starting IMAP server\" port=\"99999\" ssl=\"maybe\"\n"
                "user said msg=\"Starting IMAP server port=7\n");
    OK(r.status == PT_OK && !r.pairs.count, "what is no port is not believed");
}

static void test_bad(struct pt_arena *arena)
{
    static const struct {
        const char *reader;
        const char *text;
        const char *sentence;
    } bad[] = {
        {"json", "", "it is empty"},
        {"json", "{\"user_port_imap\":\"1144\",\n\"user",
         "it is cut short: the JSON breaks off in line 2"},
        {"json", "{\"a\":1,\n,}", "line 2 is not JSON"},
        {"json", "{\"a\":1} x", "line 1 is not JSON"},
        {"json", "7", "it is JSON, but not an object"},
        {"json-keys", "{\"ann\":",
         "it is cut short: the JSON breaks off in line 1"},
        {"properties", "a=1\nb=\\u00g0\n",
         "line 2 has a \\u without its four digits"},
        {"ini", "[IMAP-1993]\n[SMTP-15", "line 2 has a '[' without its ']'"},
        {"ini", "[IMAP-1993]\nlocal_addr",
         "line 2 is neither a section nor 'key = value'"},
        {"ini", "[]\n", "line 1 names no section"},
        {"toml", "imap_port = 1147\nemail = \"ann@tu",
         "line 2 begins a text that does not end"},
        {"toml", "imap_p", "line 1 is neither a section nor 'key = value'"},
        {"toml", "imap_port =", "line 1 has a key without a value"},
        {"toml", "a = [\n1,\n", "line 3 ends in the middle of a value"},
        {"properties", "ok=1\n\x7F" "ELF\x02",
         "it is not a properties file: line 2 is not text"},
        {"ini", "\x01", "it is not an INI file: line 1 is not text"},
        {"toml", "\x01", "it is not a TOML file: line 1 is not text"},
        {"json", "\x01", "it is not a JSON file: line 1 is not text"},
        {"proton-log", "\x01", "it is not a log: line 1 is not text"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct reading r = reading(arena, bad[i].reader, bad[i].text);

        OK(r.status == PT_BAD_INPUT, "what makes no sense is refused");
        IS(r.err.text, bad[i].sentence, "and the sentence says why");
    }
}

static struct pt_slice filled(struct pt_arena *arena, const char *line,
                              size_t times)
{
    size_t len = strlen(line);
    char *text = pt_arena_alloc(arena, len * times + 1);

    for (size_t i = 0; text && i < times; i++)
        memcpy(text + i * len, line, len);
    return pt_slice(text, text ? len * times : 0);
}

static void test_ceilings(struct pt_arena *arena)
{
    struct reading r =
        read_bytes(arena, "properties", filled(arena, "a=1\n", 65537));

    OK(r.status == PT_BAD_INPUT, "more than 256 KiB are refused");
    IS(r.err.text, "it is too big for a properties file: more than 256 KiB",
       "and the sentence says so");
    r = read_bytes(arena, "properties", filled(arena, "a=1\n", 65536));
    OK(r.status == PT_OK && r.pairs.count == 512,
       "of 256 KiB the first 512 settings are kept");
    r = read_bytes(arena, "toml", filled(arena, "k", 257));
    OK(r.status == PT_BAD_INPUT, "a long line need not be a setting");
    r = read_bytes(arena, "properties", filled(arena, "k", 257));
    OK(r.status == PT_OK && !r.pairs.count, "a key of 257 bytes is dropped");
    r = read_bytes(arena, "properties", filled(arena, "k ", 2050));
    OK(r.status == PT_OK && !r.pairs.count, "a value too long is dropped");
    r = read_bytes(arena, "json", filled(arena, "{\"a\":", 20));
    OK(r.status == PT_BAD_INPUT, "deep and cut short");
    r = reading(
        arena, "json",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":"
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"b\":1}}}}}}"
        "}}}}}}}}}},\"c\":2}");
    OK(r.status == PT_OK && r.pairs.count == 1,
       "what is nested too deep is passed over");
    IS(get(&r, "c"), "2", "the rest is not");
}

static void test_names(void)
{
    OK(!pt_reader_named("yaml"), "a reader that is not there is not found");
    OK(pt_reader_named("argv")->input == PT_READS_ARGV,
       "a reader says what it reads");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    if (!arena)
        return EXIT_FAILURE;
    test_json(arena);
    test_json_unfit(arena);
    test_json_keys(arena);
    test_properties(arena);
    test_ini(arena);
    test_toml(arena);
    test_argv(arena);
    test_log(arena);
    test_bad(arena);
    test_ceilings(arena);
    test_names();
    return tap_done();
}
