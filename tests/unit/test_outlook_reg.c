#include "format/utf16.h"
#include "tests/tap.h"
#include "tests/unit/sample.h"

#define HEAD "Windows Registry Editor Version 5.00\r\n"
#define OFFICE "HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\"
#define OUTLOOK OFFICE "16.0\\Outlook\\"
#define BELOW "\\9375CFF0413111d3B88A00104B2A6676\\"
#define ACCOUNT OUTLOOK "Profiles\\Outlook" BELOW "00000002"
#define OLDER                                                                  \
    "HKEY_USERS\\S-1-5-21\\Software\\Microsoft\\Windows NT\\"                  \
    "CurrentVersion\\Windows Messaging Subsystem\\Profiles\\Old"               \
    BELOW "00000001"
#define IMAP "\"clsid\"=\"{ED475412-B0D6-11D2-8C3B-00104B2A6676}\"\r\n"
#define POP3 "\"clsid\"=\"{ED475411-B0D6-11D2-8C3B-00104B2A6676}\"\r\n"
#define ANN "\"Email\"=\"ann@example.org\"\r\n"
#define THERE \
    "\"IMAP Server\"=\"127.0.0.1\"\r\n\"SMTP Server\"=\"localhost\"\r\n"
/* Port 1144, 1026 and STARTTLS are what the sample does not have. */
#define OLD                                                                    \
    "\"IMAP Port\"=dword:00000478\r\n\"SMTP Port\"=dword:00000402\r\n"       \
    "\"SMTP Secure Connection\"=dword:00000002\r\n"
#define KEY "\r\n[" ACCOUNT "]\r\n"
#define PORTS "\"IMAP Port\"=dword:00000477\r\n\"SMTP Port\"=dword:00000401\r\n"

struct trial {
    struct sample sample;
    struct pt_strings notes;
    const char *dir;
};

static const char *utf8_of(struct pt_arena *arena, const struct pt_buf *bytes)
{
    PT_BUF struct pt_buf text = {0};
    const char *mark = "\xEF\xBB\xBF";

    if (!pt_utf16_read(pt_slice(bytes->at, bytes->len), &text) ||
        !pt_has_prefix(pt_buf_text(&text), mark))
        return "no UTF-16 with its mark";
    return pt_arena_strdup(arena, pt_buf_text(&text) + strlen(mark));
}

/* The first file as UTF-8, or what is wrong.  An export in UTF-8 is as good as
 * any: format/reg.c has its own tests. */
static const char *write_reg(struct trial *trial, const char *export)
{
    struct pt_arena *arena = trial->sample.arena;
    PT_OUTPUT struct pt_output made = {.arena = arena};
    struct pt_error err = {0};
    struct pt_job job = sample_job(&trial->sample);

    job.registry = pt_slice_of(export);
    if (trial->dir)
        job.dir = trial->dir;
    if (pt_write(pt_writer_named("outlook-reg"), &job, &made, &err) != PT_OK)
        return *err.hint ? pt_arena_strdup(arena, err.text) : "no hint";
    trial->notes = made.notes;
    return utf8_of(arena, &made.files[0]->bytes);
}

static bool is_told(const struct trial *trial, const char *words)
{
    for (size_t i = 0; i < trial->notes.count; i++)
        if (strstr(trial->notes.at[i], words))
            return true;
    return false;
}

static struct trial begin(struct pt_arena *arena)
{
    struct trial trial = {0};

    sample_begin(&trial.sample, arena, "ann@example.org");
    return trial;
}

/* sample_begin() points into itself. */
#define BEGIN(trial, arena)                                                    \
    struct trial trial = begin(arena);                                         \
    (trial).sample.settings.servers = (trial).sample.servers

/* ---- what changes ---- */

static const char none[] =
    "the registry export has no account of ann@example.org at 127.0.0.1";

static const struct {
    const char *what;
    const char *body; /* of the export, after its header */
    const char *want; /* the same of what is written; or the error */
} exports[] = {
    {"ports that moved are put right",
     KEY IMAP ANN THERE OLD, HEAD KEY PORTS},
    {"a port that is right is not written",
     KEY IMAP ANN THERE "\"IMAP Port\"=dword:00000477\r\n"
     "\"SMTP Port\"=dword:00000402\r\n"
     "\"SMTP Secure Connection\"=dword:00000002\r\n",
     HEAD KEY "\"SMTP Port\"=dword:00000401\r\n"},
    {"where all is right, nothing is written",
     KEY IMAP ANN THERE PORTS "\"SMTP Secure Connection\"=dword:00000002\r\n",
     HEAD},
    {"TLS from the start is switched off for STARTTLS",
     KEY IMAP ANN THERE PORTS "\"IMAP Use SSL\"=dword:00000001\r\n"
     "\"SMTP Secure Connection\"=dword:00000001\r\n",
     HEAD KEY "\"IMAP Use SSL\"=dword:00000000\r\n"
     "\"SMTP Secure Connection\"=dword:00000002\r\n"},
    {"what finds out by itself may go on",
     KEY IMAP ANN THERE PORTS "\"SMTP Secure Connection\"=dword:00000003\r\n",
     HEAD},
    {"what was never said is",
     KEY IMAP ANN THERE, HEAD KEY PORTS
     "\"SMTP Secure Connection\"=dword:00000002\r\n"},
    {"texts may be kept as bytes",
     KEY IMAP THERE OLD
     "\"Email\"=hex:61,00,6e,00,6e,00,40,00,65,00,78,00,61,00,6d,00,\\\r\n"
     "  70,00,6c,00,65,00,2e,00,6f,00,72,00,67,00,00,00\r\n",
     HEAD KEY PORTS},
    {"the account's name will do for the address",
     KEY IMAP "\"Account Name\"=\"Ann@Example.ORG\"\r\n" THERE OLD,
     HEAD KEY PORTS},
    {"so will the login",
     KEY IMAP "\"IMAP User\"=\"ann@example.org\"\r\n" THERE OLD,
     HEAD KEY PORTS},
    {"without a clsid the server's name tells the kind",
     KEY ANN THERE OLD, HEAD KEY PORTS},
    {"every profile has its account changed, of any version",
     "\r\n[" OFFICE "15.0\\Outlook\\Profiles\\W\xC3\xB6rk [b]" BELOW "0000000a]"
     "\r\n" IMAP ANN THERE OLD "\r\n[" OLDER "]\r\n" IMAP ANN THERE OLD,
     HEAD "\r\n[" OFFICE "15.0\\Outlook\\Profiles\\W\xC3\xB6rk [b]" BELOW
     "0000000a]\r\n" PORTS "\r\n[" OLDER "]\r\n" PORTS},
    {"the case of a path does not matter",
     "\r\n[hkey_current_user\\x\\9375cff0413111d3b88a00104b2a6676\\2]\r\n" IMAP
         ANN THERE OLD,
     HEAD "\r\n[hkey_current_user\\x\\9375cff0413111d3b88a00104b2a6676\\2]\r\n"
         PORTS},
    {"another's account is left alone",
     KEY IMAP "\"Email\"=\"bob@example.org\"\r\n" THERE OLD, none},
    {"so is one at another place",
     KEY IMAP ANN "\"IMAP Server\"=\"imap.example.org\"\r\n" OLD, none},
    {"so is one of a kind that was not found",
     KEY POP3 ANN "\"POP3 Server\"=\"127.0.0.1\"\r\n" OLD, none},
    {"so is the address book",
     KEY "\"clsid\"=\"{ED475414-B0D6-11D2-8C3B-00104B2A6676}\"\r\n" ANN THERE
         OLD, none},
    {"so is what lies elsewhere",
     "\r\n[HKEY_CURRENT_USER\\Software\\Other]\r\n" IMAP ANN THERE OLD, none},
    {"so is what is not of a user",
     "\r\n[HKEY_LOCAL_MACHINE\\Software" BELOW "00000002]\r\n" IMAP ANN THERE
         OLD, none},
    {"a server for sending at another place is left alone",
     KEY IMAP ANN "\"IMAP Server\"=\"127.0.0.1\"\r\n"
     "\"SMTP Server\"=\"smtp.example.net\"\r\n" OLD,
     HEAD KEY "\"IMAP Port\"=dword:00000477\r\n"},
    {"an export that breaks off is not guessed at",
     KEY "\"Email\"=\"ann",
     "line 4 of the registry export has a quote without its end"},
    {"a path with a control in it is refused",
     "\r\n[" OUTLOOK "Profiles\\a\tb" BELOW "00000002]\r\n" IMAP ANN THERE OLD,
     "a registry file cannot hold the text 'HKEY_CURRENT_USER\\Software\\"
     "Microsoft\\Office\\16.0\\Outlook\\Pro...'"},
};

static void test_exports(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(exports) / sizeof(*exports); i++) {
        BEGIN(trial, arena);

        IS(write_reg(&trial, pt_arena_printf(arena, HEAD "%s",
                                             exports[i].body)),
           exports[i].want, exports[i].what);
    }
}

/* Each of the three ways to protect, over each of what Outlook may have. */
static const struct {
    const char *what;
    enum pt_security security;
    const char *body;
    const char *want;
    bool is_clicked;
} ways[] = {
    {"STARTTLS to TLS", PT_TLS,
     "\"IMAP Use SSL\"=dword:00000000\r\n"
     "\"SMTP Use SSL\"=dword:00000000\r\n"
     "\"SMTP Secure Connection\"=dword:00000002\r\n",
     "\"IMAP Use SSL\"=dword:00000001\r\n"
     "\"SMTP Secure Connection\"=dword:00000001\r\n"
     "\"SMTP Use SSL\"=dword:00000001\r\n", true},
    {"TLS to plain", PT_PLAIN,
     "\"IMAP Use SSL\"=dword:00000001\r\n"
     "\"SMTP Use SSL\"=dword:00000001\r\n",
     "\"IMAP Use SSL\"=dword:00000000\r\n"
     "\"SMTP Secure Connection\"=dword:00000000\r\n"
     "\"SMTP Use SSL\"=dword:00000000\r\n", true},
    {"by itself to plain", PT_PLAIN,
     "\"SMTP Secure Connection\"=dword:00000003\r\n",
     "\"SMTP Secure Connection\"=dword:00000000\r\n", false},
    {"an older TLS stays", PT_TLS,
     "\"IMAP Use SSL\"=dword:00000001\r\n"
     "\"SMTP Use SSL\"=dword:00000001\r\n", "", false},
};

static void test_ways(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
        BEGIN(trial, arena);

        trial.sample.servers[SAMPLE_IN].security = ways[i].security;
        trial.sample.servers[SAMPLE_OUT].security = ways[i].security;
        IS(write_reg(&trial, pt_arena_printf(arena, HEAD KEY IMAP ANN THERE
                                                    PORTS "%s",
                                             ways[i].body)),
           pt_arena_printf(arena, HEAD "%s%s", *ways[i].want ? KEY : "",
                           ways[i].want),
           ways[i].what);
        OK(is_told(&trial, "Advanced") == ways[i].is_clicked,
           "a change for receiving is to be looked at in Outlook");
    }
}

static void test_far(struct pt_arena *arena)
{
    BEGIN(trial, arena);

    trial.sample.servers[SAMPLE_IN].host = "imap.example.org";
    trial.sample.servers[SAMPLE_OUT].host = "smtp.example.org";
    IS(write_reg(&trial,
                 HEAD KEY IMAP ANN "\"IMAP Server\"=\"IMAP.example.org\"\r\n"
                 "\"SMTP Server\"=\"smtp.example.org\"\r\n"
                 "\"IMAP Use SSL\"=dword:00000001\r\n" OLD),
       HEAD KEY PORTS,
       "TLS is never switched off for a server across the net");
    OK(is_told(&trial, "IMAP has STARTTLS"), "a person has to, for STARTTLS");
    write_reg(&trial,
              HEAD KEY IMAP ANN "\"IMAP Server\"=\"imap.example.org\"\r\n"
              "\"SMTP Server\"=\"smtp.example.org\"\r\n" OLD);
    OK(is_told(&trial, "IMAP has STARTTLS"),
       "and where it is off a person sees whether it is STARTTLS");
}

static void test_login(struct pt_arena *arena)
{
    BEGIN(trial, arena);

    trial.sample.servers[SAMPLE_IN].username = "ann17";
    IS(write_reg(&trial,
                 HEAD KEY IMAP "\"Email\"=\"alias@example.org\"\r\n"
                 "\"IMAP User\"=\"ANN17\"\r\n" THERE OLD),
       HEAD KEY PORTS, "an alias at the same login moves with it");
}

static void test_pop3(struct pt_arena *arena)
{
    BEGIN(trial, arena);

    trial.sample.servers[SAMPLE_MORE] = sample_server(PT_POP3, 1110);
    trial.sample.settings.server_count++;
    IS(write_reg(&trial,
                 HEAD KEY POP3 ANN "\"POP3 Server\"=\"localhost\"\r\n"
                 "\"SMTP Server\"=\"localhost\"\r\n" OLD),
       HEAD KEY "\"POP3 Port\"=dword:00000456\r\n"
       "\"SMTP Port\"=dword:00000401\r\n",
       "an account by POP3 follows the POP3 server");
}

static void test_nothing(struct pt_arena *arena)
{
    BEGIN(trial, arena);

    write_reg(&trial, HEAD KEY IMAP ANN THERE PORTS
              "\"SMTP Secure Connection\"=dword:00000002\r\n");
    OK(is_told(&trial, "has these settings already"),
       "that there is nothing to change is told");
}

/* ---- an account to be added ---- */

#define POINTERS(path)                                                         \
    HEAD "\r\n[" OUTLOOK "AutoDiscover]\r\n"                                   \
         "\"example.org\"=\"" path "\"\r\n"                                    \
         "\"PreferLocalXML\"=dword:00000001\r\n"                               \
         "\r\n[" OUTLOOK "Setup]\r\n"                                          \
         "\"DisableOffice365SimplifiedAccountCreation\"=dword:00000001\r\n"

static const struct {
    const char *what;
    const char *dir;
    const char *want;
    bool is_put_there; /* a person puts the file into its place */
} dirs[] = {
    {"written elsewhere, the folder is one to be made", "/home/ann",
     POINTERS("C:\\\\portolan\\\\ann@example.org.outlook.xml"), true},
    {"written on the PC, it is that of the file", "C:\\Users\\ann",
     POINTERS("C:\\\\Users\\\\ann\\\\ann@example.org.outlook.xml"), false},
    {"whichever way its slashes lean", "d:/a b/",
     POINTERS("d:\\\\a b\\\\ann@example.org.outlook.xml"), false},
    {"also at the top of a disk", "C:\\",
     POINTERS("C:\\\\ann@example.org.outlook.xml"), false},
    {"a folder is no key", "C:\\a\r\n[b]",
     "a registry file cannot hold the text 'C:\\a??[b]\\ann@example.org."
     "outlook.xml'", false},
};

static void test_dirs(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
        BEGIN(trial, arena);

        trial.dir = dirs[i].dir;
        IS(write_reg(&trial, ""), dirs[i].want, dirs[i].what);
        OK(is_told(&trial, "make the folder") == dirs[i].is_put_there,
           "and who has to put the file there is told");
    }
}

static void test_beside(struct pt_arena *arena)
{
    BEGIN(trial, arena);
    PT_BUF struct pt_buf all = {0};
    PT_BUF struct pt_buf xml = {0};
    struct pt_error err = {0};

    sample_write(&trial.sample, "autodiscover", &xml, &trial.notes, &err);
    sample_write(&trial.sample, "outlook-reg", &all, &trial.notes, &err);
    OK(xml.len && all.len > xml.len &&
           pt_is(all.at + all.len - xml.len, xml.at),
       "the file beside it is that of Autodiscover");
}

int main(void)
{
    static void (*const tests[])(struct pt_arena *arena) = {
        test_exports, test_ways,    test_far,  test_login,
        test_pop3,    test_nothing, test_dirs, test_beside,
    };
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
        tests[i](arena);
    return tap_done();
}
