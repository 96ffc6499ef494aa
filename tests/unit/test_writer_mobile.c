#include "format/json_read.h"
#include "tests/tap.h"
#include "tests/unit/sample.h"
#include "tests/unit/written.h"

static void begin(struct sample *sample, struct pt_arena *arena,
                  const char *address)
{
    sample_begin(sample, arena, address);
    sample_suit(sample, "android");
}

/* What the app reads: the QR code's text, or the file; or, in brackets, why
 * there is none. */
static const char *told(const struct sample *sample, const char *writer)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_strings notes = {0};
    struct pt_error err = {0};
    enum pt_status status = sample_write(sample, writer, &out, &notes, &err);

    if (status != PT_OK)
        return pt_arena_printf(sample->arena, "(%s)%s", err.text,
                               status == PT_CANNOT_EXPRESS && *err.hint
                                   ? ""
                                   : " without a hint");
    return pt_is(writer, "android")
               ? written_qr(sample->arena, &out)
               : pt_arena_strdup(sample->arena, out.at);
}

/* ---- one account ---- */

static void test_plain(struct pt_arena *arena)
{
    struct sample sample;

    begin(&sample, arena, "ann@example.org");
    sample.settings.display_name = "Ann Example";
    IS(told(&sample, "android"),
       "[1,[1,1],[0,\"mail.example.org\",1143,2,1,\"ann@example.org\","
       "\"ann@example.org\",\"\"],[[[0,\"mail.example.org\",1025,2,1,"
       "\"ann@example.org\",\"\"],[\"ann@example.org\",\"Ann Example\"]]]]",
       "the code says what Thunderbird's own says");
    IS(written_element(arena, told(&sample, "k9s"), "connection-security"),
       "STARTTLS_REQUIRED", "the file says it in words");
    IS(written_element(arena, told(&sample, "k9s"), "value"), "DELETE",
       "what is deleted in the app is deleted on an IMAP server");
    sample.servers[SAMPLE_IN].service = PT_POP3;
    sample.servers[SAMPLE_IN].security = PT_TLS;
    sample.servers[SAMPLE_OUT].security = PT_PLAIN;
    sample.servers[SAMPLE_OUT].username = "sender";
    IS(told(&sample, "android"),
       "[1,[1,1],[1,\"mail.example.org\",1143,3,1,\"ann@example.org\","
       "\"ann@example.org\",\"\"],[[[0,\"mail.example.org\",1025,0,1,"
       "\"sender\",\"\"],[\"ann@example.org\",\"Ann Example\"]]]]",
       "POP3, TLS, none and another login have their numbers and places");
    IS(written_element(arena, told(&sample, "k9s"), "value"), "NEVER",
       "a POP3 server keeps the mail");
}

#define REFUSES "(Thunderbird for Android cannot be told to sign in the way "

static const struct {
    const char *what;
    const char *host;
    enum pt_auth in;
    enum pt_auth also; /* the same: none besides it */
    enum pt_auth out;
    const char *numbers; /* of the two ways, or the sentence */
    const char *word;    /* in the file */
} signs[] = {
    {"passwords", "mail.example.org", PT_AUTH_CLEARTEXT, PT_AUTH_CLEARTEXT,
     PT_AUTH_CLEARTEXT, "11", "PLAIN"},
    {"passwords that are not sent", "mail.example.org", PT_AUTH_ENCRYPTED,
     PT_AUTH_ENCRYPTED, PT_AUTH_ENCRYPTED, "22", "CRAM_MD5"},
    {"OAuth2 where the app is registered", "imap.gmail.com", PT_AUTH_OAUTH2,
     PT_AUTH_CLEARTEXT, PT_AUTH_OAUTH2, "66", "XOAUTH2"},
    {"a password where it is not", "imap.mail.ru", PT_AUTH_OAUTH2,
     PT_AUTH_CLEARTEXT, PT_AUTH_CLEARTEXT, "11", "PLAIN"},
    {"OAuth2 where it is not", "imap.mail.ru", PT_AUTH_OAUTH2, PT_AUTH_OAUTH2,
     PT_AUTH_CLEARTEXT, REFUSES "imap.mail.ru wants it (oauth2))", NULL},
    {"no login to send", "mail.example.org", PT_AUTH_CLEARTEXT,
     PT_AUTH_CLEARTEXT, PT_AUTH_NONE, "10", "PLAIN"},
    {"GSSAPI", "mail.example.org", PT_AUTH_GSSAPI, PT_AUTH_GSSAPI,
     PT_AUTH_CLEARTEXT, REFUSES "mail.example.org wants it (gssapi))", NULL},
    {"NTLM", "mail.example.org", PT_AUTH_CLEARTEXT, PT_AUTH_CLEARTEXT,
     PT_AUTH_NTLM, REFUSES "mail.example.org wants it (ntlm))", NULL},
    {"a certificate", "mail.example.org", PT_AUTH_TLS_CERT, PT_AUTH_TLS_CERT,
     PT_AUTH_CLEARTEXT, REFUSES "mail.example.org wants it (tls-client-cert))",
     NULL},
};

/* Of the code's text the two numbers, each behind the protection's. */
static const char *auth_numbers(struct pt_arena *arena, const char *text)
{
    const char *in = strstr(text, ",1143,2,");
    const char *out = strstr(text, ",1025,2,");

    return in && out ? pt_arena_printf(arena, "%c%c", in[strlen(",1143,2,")],
                                       out[strlen(",1025,2,")])
                     : text;
}

static void test_signing_in(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        struct sample sample;

        begin(&sample, arena, "ann@example.org");
        for (size_t j = 0; j < SAMPLE_MORE; j++)
            sample.servers[j].host = signs[i].host;
        sample.servers[SAMPLE_IN].auth[0] = signs[i].in;
        sample.servers[SAMPLE_IN].auth[1] = signs[i].also;
        sample.servers[SAMPLE_IN].auth_count =
            signs[i].also == signs[i].in ? 1 : 2;
        sample.servers[SAMPLE_OUT].auth[0] = signs[i].out;
        IS(auth_numbers(arena, told(&sample, "android")), signs[i].numbers,
           pt_arena_printf(arena, "in the code: %s", signs[i].what));
        IS(written_element(arena, told(&sample, "k9s"), "authentication-type"),
           signs[i].word ? signs[i].word : signs[i].numbers,
           pt_arena_printf(arena, "in the file: %s", signs[i].what));
    }
}

static void test_no_login(struct pt_arena *arena)
{
    struct sample sample;
    const char *text;

    begin(&sample, arena, "ann@example.org");
    sample.servers[SAMPLE_OUT].auth[0] = PT_AUTH_NONE;
    text = strstr(told(&sample, "k9s"), "<outgoing-server");
    OK(text && strstr(text, "<authentication-type>NONE<") &&
           !strstr(text, "<username>"),
       "where there is no login to send, there is no user name");
    OK(strstr(told(&sample, "android"),
              "[0,\"mail.example.org\",1025,2,0,\"\",\"\"]"),
       "nor in the code");
}

/* ---- what cannot be ---- */

static void test_this_machine(struct pt_arena *arena)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost", "::1",
                                        "0.0.0.0"};

    for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
        for (size_t j = 0; j < SAMPLE_MORE; j++) {
            struct sample sample;
            const char *want = pt_arena_printf(
                arena,
                "(%s is this computer, which is not where a phone finds it)",
                hosts[i]);

            begin(&sample, arena, "ann@example.org");
            sample.servers[j].host = hosts[i];
            IS(told(&sample, "android"), want, "no code for a local server");
            IS(told(&sample, "k9s"), want, "no file for a local server");
        }
}

static void test_addresses(struct pt_arena *arena)
{
    struct sample sample;

    begin(&sample, arena, "\xC3\xA4nn@example.org");
    IS(told(&sample, "android"),
       "(Thunderbird's QR code holds ASCII addresses alone, not "
       "\xC3\xA4nn@example.org)",
       "no code for an address that is not ASCII");
    IS(written_element(arena, told(&sample, "k9s"), "email"),
       "\xC3\xA4nn@example.org", "the file takes it");
    begin(&sample, arena, "ann@b\xC3\xBC" "cher.example");
    OK(strstr(told(&sample, "android"), "[\"ann@xn--bcher-kva.example\","),
       "the domain may be any: it is told in ASCII");
}

/* ---- names ---- */

/* The name of the only identity. */
static const char *name_in_code(const struct sample *sample, const char *text)
{
    PT_JSON cJSON *root = cJSON_Parse(text);
    const cJSON *at;
    const char *name;

    if (!root)
        return text;
    at = cJSON_GetArrayItem(cJSON_GetArrayItem(root, 3), 0);
    name = cJSON_GetStringValue(
        cJSON_GetArrayItem(cJSON_GetArrayItem(at, 1), 1));
    return pt_arena_strdup(sample->arena, name ? name : "none");
}

static const char *name_in_file(const struct sample *sample, const char *text)
{
    const char *at = strstr(text, "<identity>");
    const char *end = at ? strstr(at, "<email>") : NULL;
    PT_BUF struct pt_buf part = {0};

    if (!end)
        return text;
    pt_buf_printf(&part, "%.*s</identity>", (int)(end - at), at);
    return written_element(sample->arena, pt_buf_text(&part), "name");
}

static void test_names(struct pt_arena *arena)
{
    static const char *const names[] = {
        "Ann \"Q\" Example",
        "\\\",1],[\"",
        "</name><name>&amp;<![CDATA[]]>",
        "'`$(id)%s%n${HOME}",
        "\xC3\x84nn \xF0\x9F\x99\x82",
        "\xE2\x80\xAE right to left \xE2\x80\x8F",
        "tab\there",
        "",
    };
    struct sample sample;

    begin(&sample, arena, "ann@example.org");
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        sample.settings.display_name = names[i];
        IS(name_in_code(&sample, told(&sample, "android")), names[i],
           "a name comes back from the code");
        IS(name_in_file(&sample, told(&sample, "k9s")), names[i],
           "and from the file");
    }
}

static void test_bad_names(struct pt_arena *arena)
{
    struct sample sample;

    begin(&sample, arena, "ann@example.org");
    sample.settings.display_name = "caf\xE9";
    IS(told(&sample, "android"), "(JSON cannot hold the text 'caf?')",
       "no code for a name that is not UTF-8");
    IS(told(&sample, "k9s"), "(XML cannot hold the text 'caf?')",
       "and no file");
    sample.settings.display_name = "Ann\nExample";
    IS(told(&sample, "android"),
       "(Thunderbird for Android takes no line break, and there is one in "
       "'Ann?Example')",
       "no code for a name of two lines");
    sample.settings.display_name = NULL;
    sample.servers[SAMPLE_OUT].username = "a\rb";
    IS(told(&sample, "k9s"),
       "(Thunderbird for Android takes no line break, and there is one in "
       "'a?b')",
       "no file for a login of two lines");
}

/* ---- several accounts ---- */

enum { MANY = 7 };

struct crowd {
    struct sample samples[MANY];
    struct pt_settings accounts[MANY];
    struct pt_job job;
};

static void gather(struct crowd *crowd, struct pt_arena *arena, size_t count)
{
    for (size_t i = 0; i < MANY; i++) {
        begin(&crowd->samples[i], arena,
              pt_arena_printf(arena, "user%zu@example.org", i));
        crowd->accounts[i] = crowd->samples[i].settings;
    }
    crowd->job = (struct pt_job){
        .arena = arena, .accounts = crowd->accounts, .count = count};
}

static size_t count(const char *text, const char *word)
{
    size_t found = 0;

    for (; (text = strstr(text, word)); text++)
        found++;
    return found;
}

static void test_codes(struct pt_arena *arena)
{
    static const struct {
        const char *name;
        const char *begins;
        size_t accounts;
    } want[] = {
        {"user0@example.org+6.android.svg", "[1,[1,3],", 3},
        {"user0@example.org+6.android-2.svg", "[1,[2,3],", 3},
        {"user0@example.org+6.android-3.svg", "[1,[3,3],", 1},
    };
    PT_OUTPUT struct pt_output out = {.arena = arena};
    struct pt_error err = {0};
    struct crowd crowd;

    gather(&crowd, arena, MANY);
    OK(pt_write(pt_writer_named("android"), &crowd.job, &out, &err) == PT_OK &&
           out.file_count == 3,
       "seven accounts need three codes");
    for (size_t i = 0; i < out.file_count; i++) {
        const char *text = written_qr(arena, &out.files[i]->bytes);

        IS(out.files[i]->name, want[i].name, "each code has its file");
        OK(pt_has_prefix(text, want[i].begins) &&
               count(text, "\"mail.example.org\",1143") == want[i].accounts &&
               count(text, "[\"user") == want[i].accounts,
           "and says which of how many it is, and its accounts");
    }
}

static void test_terminal(struct pt_arena *arena)
{
    PT_OUTPUT struct pt_output out = {.arena = arena};
    struct pt_error err = {0};
    struct crowd crowd;
    struct pt_slice rest;
    struct pt_slice line;
    struct qr_seen seen;
    size_t len;

    gather(&crowd, arena, 4);
    crowd.job.for_terminal = true;
    OK(pt_write(pt_writer_named("android"), &crowd.job, &out, &err) == PT_OK &&
           out.file_count == 1,
       "in a terminal all codes are shown at once");
    rest = pt_slice_of(pt_buf_text(&out.files[0]->bytes));
    for (size_t i = 1; i <= 2; i++) {
        const char *title = pt_arena_printf(
            arena, "Mail of user0@example.org and 3 more, code %zu of 2", i);
        const char *begins = pt_arena_printf(arena, "[1,[%zu,2],", i);

        OK(pt_next_line(&rest, &line) && pt_slice_is(line, title),
           "each with its title");
        OK(qr_see_terminal(&seen, &rest) &&
               pt_has_prefix(qr_read(arena, &seen, &len), begins),
           "and each can be read there");
    }
    OK(!rest.len, "and nothing else is");
}

static void test_file_of_several(struct pt_arena *arena)
{
    PT_OUTPUT struct pt_output out = {.arena = arena};
    struct pt_error err = {0};
    struct crowd crowd;
    const char *text;

    gather(&crowd, arena, MANY);
    OK(pt_write(pt_writer_named("k9s"), &crowd.job, &out, &err) == PT_OK &&
           out.file_count == 1,
       "one settings file holds all accounts");
    text = pt_buf_text(&out.files[0]->bytes);
    OK(count(text, "<account uuid=\"") == MANY, "each of them");
    for (size_t i = 0; i < MANY; i++) {
        const char *at = strstr(text, "<account uuid=\"");
        const char *uuid = at + strlen("<account uuid=\"");

        OK(count(pt_buf_text(&out.files[0]->bytes),
                 pt_arena_printf(arena, "%.36s", uuid)) == 1,
           "under an identifier of its own");
        text = uuid;
    }
}

static void test_much(struct pt_arena *arena)
{
    char name[1000];
    PT_OUTPUT struct pt_output out = {.arena = arena};
    PT_OUTPUT struct pt_output too_much = {.arena = arena};
    struct pt_error err = {0};
    struct crowd crowd;

    memset(name, 'A', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    gather(&crowd, arena, 3);
    crowd.accounts[0].display_name = name;
    OK(pt_write(pt_writer_named("android"), &crowd.job, &out, &err) == PT_OK &&
           out.notes.count == 1 &&
           pt_has_prefix(out.notes.at[0], "the QR code holds much"),
       "a code that is hard to scan comes with a note");
    crowd.accounts[1].display_name = name;
    crowd.accounts[2].display_name = name;
    OK(pt_write(pt_writer_named("android"), &crowd.job, &too_much, &err) ==
               PT_CANNOT_EXPRESS && *err.hint,
       "what no code holds is refused, and a hint helps");
}

int main(void)
{
    static void (*const tests[])(struct pt_arena *arena) = {
        test_plain,     test_signing_in, test_no_login,
        test_this_machine, test_addresses, test_names,
        test_bad_names, test_codes,      test_terminal,
        test_file_of_several, test_much,
    };
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
        tests[i](arena);
    return tap_done();
}
