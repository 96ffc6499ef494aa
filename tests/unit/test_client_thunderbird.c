#include "base/file.h"
#include "client/client.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Everything happens below a new directory, which is home, and its owner's. */
static char home[] = "/tmp/portolan-test-XXXXXX";

enum { PATIENCE_S = 60 };

#define OID "OID.2.16.840.1.101.3.4.2.1"
#define EIGHT(x) x x x x x x x x
#define PRINT(x)                                                               \
    EIGHT(x ":")                                                               \
    EIGHT(x ":") EIGHT(x ":") x ":" x ":" x ":" x ":" x ":" x ":" x ":" x
#define HEX(x) EIGHT(x) EIGHT(x) EIGHT(x) EIGHT(x)
#define EXCEPTION(place, x) place ":\t" OID "\t" PRINT(x) "\t\n"

static const struct pt_certificate renewed = {.sha256 = HEX("cd")};

/* ---- helpers ---- */

static void put(const char *name, const char *text)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    char *path = pt_arena_printf(arena, "%s/%s", home, name);
    char *slash = strrchr(path, '/');
    struct pt_error err = {0};

    *slash = '\0';
    if (pt_make_dirs(path, &err) != PT_OK)
        OK(false, err.text);
    *slash = '/';
    if (pt_file_write(path, text, strlen(text), &err) != PT_OK)
        OK(false, err.text);
}

static struct pt_place place_on(struct pt_arena *arena, const char *os)
{
    return (struct pt_place){.os = os,
                             .home = home,
                             .config = pt_arena_printf(arena, "%s/cfg", home),
                             .cache = pt_arena_printf(arena, "%s/cache", home)};
}

static void find(struct pt_arena *arena, const char *os,
                 struct pt_installs *installs)
{
    struct pt_place place = place_on(arena, os);
    struct pt_error err = {0};

    installs->arena = arena;
    if (pt_client_thunderbird.find(&place, installs, &err) != PT_OK)
        OK(false, err.text);
}

static const char *from_home(const char *path)
{
    size_t len = strlen(home);

    return !strncmp(path, home, len) ? path + len + 1 : path;
}

static const char *tell_folders(const struct pt_installs *installs)
{
    const char *text = "";

    for (size_t i = 0; i < installs->count; i++)
        text = pt_arena_printf(installs->arena, "%s%s%s", text, i ? " " : "",
                               from_home(installs->at[i]->where));
    return text;
}

static const char *tell_slots(struct pt_arena *arena,
                              const struct pt_install *install)
{
    const char *text = "";

    for (size_t i = 0; i < install->slot_count; i++) {
        const struct pt_slot *slot = &install->slots[i];

        text = pt_arena_printf(
            arena, "%s%s %s %u %s %s %s %.2s\n", text,
            pt_service_name(slot->service), slot->host, slot->port,
            slot->security ? pt_security_name(slot->security) : "-",
            slot->login ? slot->login : "-",
            slot->address ? slot->address : "-",
            slot->pinned ? slot->pinned : "-");
    }
    return text;
}

/* ---- profiles ---- */

static void test_folders(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_installs installs = {0};

    put(".thunderbird/profiles.ini",
        "[InstallAB]\r\nDefault=ab.real\r\nLocked=1\r\n\r\n"
        "[Profile1]\nName=default\nIsRelative=1\nPath=cd.empty\nDefault=1\n"
        "[Profile0]\nIsRelative=1\nPath=ab.real\n"
        "; Path=comment\n# Path=comment\nrubbish\n"
        "[Profile2]\nPath=link\nIsRelative=1\n"
        "[Profile3]\nPath=gone\nIsRelative=1\n"
        "[Profile4]\nPath=file\nIsRelative=1\n"
        "[General]\nStartWithLastProfile=1\nVersion=2");
    put(".thunderbird/installs.ini", "[CD]\nDefault=ef.other\n");
    put(".thunderbird/ab.real/prefs.js", "");
    put(".thunderbird/cd.empty/times.json", "");
    put(".thunderbird/ef.other/prefs.js", "");
    put(".thunderbird/file", "");
    if (symlink("ab.real", ".thunderbird/link"))
        OK(false, "a link for the test is made");
    put(".icedove/profiles.ini", "[Profile0]\nIsRelative=0\nPath=");
    put("snap/thunderbird/common/.thunderbird/profiles.ini",
        pt_arena_printf(arena, "[Profile0]\nIsRelative=0\nPath=%s/abs\n",
                        home));
    put("abs/prefs.js", "");
    put(".var/app/org.mozilla.Thunderbird/.thunderbird/profiles.ini",
        "[Profile0]\nIsRelative=1\nPath=x\n");
    put(".var/app/org.mozilla.Thunderbird/.thunderbird/x/prefs.js", "");
    put(".var/app/org.mozilla.thunderbird/.thunderbird/profiles.ini",
        "[Profile0]\nPath=y\n");
    put(".var/app/org.mozilla.thunderbird/.thunderbird/y/prefs.js", "");
    find(arena, "linux", &installs);
    IS(tell_folders(&installs),
       ".thunderbird/ab.real .thunderbird/ef.other .thunderbird/cd.empty abs "
       ".var/app/org.mozilla.Thunderbird/.thunderbird/x "
       ".var/app/org.mozilla.thunderbird/.thunderbird/y",
       "all profiles of all its homes are found, none twice, and first what "
       "each installation opens, then what is opened else");
    pt_installs_free(&installs);
}

static void test_systems(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_installs installs = {0};

    put("Library/Thunderbird/profiles.ini",
        "[Profile0]\nIsRelative=1\nPath=Profiles/m\n");
    put("Library/Thunderbird/Profiles/m/prefs.js", "");
    put("cfg/Thunderbird/profiles.ini",
        "[Profile0]\nIsRelative=1\nPath=Profiles/w\n");
    put("cfg/Thunderbird/Profiles/w/prefs.js", "");
    put("cache/Packages/Mozilla.Thunderbird_x/LocalCache/Roaming/Thunderbird/"
        "profiles.ini",
        "[Profile0]\nIsRelative=1\nPath=s\n");
    put("cache/Packages/Mozilla.Thunderbird_x/LocalCache/Roaming/Thunderbird/"
        "s/prefs.js",
        "");
    put("cache/Packages/Other/LocalCache/Roaming/Thunderbird/profiles.ini",
        "[Profile0]\nIsRelative=1\nPath=s\n");
    find(arena, "macos", &installs);
    IS(tell_folders(&installs), "Library/Thunderbird/Profiles/m",
       "a Mac keeps them elsewhere");
    pt_installs_free(&installs);
    find(arena, "windows", &installs);
    IS(tell_folders(&installs),
       "cfg/Thunderbird/Profiles/w cache/Packages/Mozilla.Thunderbird_x/"
       "LocalCache/Roaming/Thunderbird/s",
       "so does Windows, and its store again elsewhere");
    pt_installs_free(&installs);
    find(arena, "plan9", &installs);
    IS(tell_folders(&installs), "", "elsewhere there are none");
}

/* ---- whether it runs ---- */

/* A process that holds a lock on the file, as Thunderbird does. */
static pid_t lock(const char *path)
{
    int ready[2];
    char byte;
    pid_t pid;

    if (pipe(ready))
        return -1;
    pid = fork();
    if (pid == 0) {
        struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int fd = open(path, O_RDWR);

        alarm(PATIENCE_S);
        if (fd < 0 || fcntl(fd, F_SETLK, &all) || write(ready[1], "", 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    close(ready[1]);
    OK(read(ready[0], &byte, 1) == 1, "a profile is locked");
    close(ready[0]);
    return pid;
}

static bool is_running(const char *os)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_installs installs = {0};
    bool is;

    find(arena, os, &installs);
    is = installs.count && installs.at[0]->is_running;
    pt_installs_free(&installs);
    return is;
}

/* It was found while it did not run. */
static void test_started(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const struct pt_place place = {.os = "linux"};
    const struct pt_client *client = &pt_client_thunderbird;
    struct pt_installs installs = {0};
    pid_t pid;

    find(arena, "linux", &installs);
    if (installs.count) {
        OK(!client->has_started(&place, installs.at[0]),
           "a profile that was free is free");
        pid = lock(".thunderbird/ab.real/.parentlock");
        OK(client->has_started(&place, installs.at[0]),
           "until Thunderbird is started");
        if (pid > 0) {
            kill(pid, SIGKILL);
            waitpid(pid, NULL, 0);
        }
    }
    OK(installs.count, "there is a profile");
    pt_installs_free(&installs);
}

static void test_running(void)
{
    pid_t pid;

    OK(!is_running("linux"), "a profile never used is not running");
    put(".thunderbird/ab.real/.parentlock", "");
    if (symlink("127.0.0.1:+4711", ".thunderbird/ab.real/lock"))
        OK(false, "a link for the test is made");
    OK(!is_running("linux"), "what stays behind does not mean it runs");
    pid = lock(".thunderbird/ab.real/.parentlock");
    OK(is_running("linux"), "whoever holds the lock runs");
    if (pid > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    OK(!is_running("linux"), "and no longer than it lives");
    OK(!is_running("windows"), "on Windows, too, it does not run at first");
}

/* ---- accounts ---- */

#define U(name, value) "user_pref(\"mail." name "\", " value ");\n"
#define ACCOUNTS                                                               \
    U("accountmanager.accounts", "\"account1,account2, account3,account1\"")   \
    U("account.account1.server", "\"server1\"")                                \
    U("account.account1.identities", "\"id1,id2\"")                            \
    U("account.account2.server", "\"server2\"")                                \
    U("account.account2.identities", "\"id3\"")                                \
    U("account.account3.server", "\"server3\"")                                \
    U("server.server1.type", "\"imap\"")                                       \
    U("server.server2.type", "\"pop3\"")                                       \
    U("server.server3.type", "\"none\"")                                       \
    U("server.server3.hostname", "\"Local Folders\"")                          \
    U("identity.id1.useremail", "\"other@example.org\"")                       \
    U("identity.id2.useremail", "\"ann@example.org\"")                         \
    U("identity.id3.useremail", "\"bea@example.org\"")                         \
    U("identity.id3.smtpServer", "\"smtp2\"")                                  \
    U("smtpservers", "\"smtp1,smtp2,smtp3\"")

static const struct {
    const char *what;
    const char *prefs;
    const char *user;
    const char *exceptions;
    const char *want;
} readings[] = {
    {"two accounts, and what they send by",
     ACCOUNTS U("server.server1.hostname", "\"127.0.0.1\"")
         U("server.server1.port", "1143") U("server.server1.socketType", "2")
             U("server.server1.userName", "\"ann@example.org\"")
                 U("server.server2.hostname", "\"localhost\"")
                     U("smtpserver.smtp1.hostname", "\"127.0.0.1\"")
                         U("smtpserver.smtp1.port", "1025")
                             U("smtpserver.smtp1.try_ssl", "3")
                                 U("smtpserver.smtp2.hostname", "\"::1\"")
                                     U("smtpserver.smtp2.username", "\"b\""),
     "", EXCEPTION("127.0.0.1:1143", "AB") EXCEPTION("[::1]:587", "EF"),
     "imap 127.0.0.1 1143 starttls ann@example.org ann@example.org ab\n"
     "pop3 localhost 110 plain - bea@example.org -\n"
     "submission 127.0.0.1 1025 tls - other@example.org -\n"
     "submission ::1 587 plain b bea@example.org ef\n"},
    {"a port that is not told depends on the protection",
     ACCOUNTS U("server.server1.hostname", "\"h\"") U(
         "server.server1.socketType", "3") U("server.server2.hostname", "\"h\"")
         U("server.server2.port", "-1") U("server.server2.socketType", "3") U(
             "smtpserver.smtp1.hostname", "\"h\"")
             U("smtpserver.smtp1.port", "0") U("smtpserver.smtp1.try_ssl", "3"),
     "", "",
     "imap h 993 tls - other@example.org -\n"
     "pop3 h 995 tls - bea@example.org -\n"
     "submission h 465 tls - other@example.org -\n"},
    {"nor is it told by what is no number",
     ACCOUNTS U("server.server2.hostname", "\"h\"")
         U("server.server2.port", "\"1110\"")
             U("smtpserver.smtp1.hostname", "\"h\"")
                 U("smtpserver.smtp1.port", "true"),
     "", "",
     "pop3 h 110 plain - bea@example.org -\n"
     "submission h 587 plain - other@example.org -\n"},
    {"defaults of one's own",
     ACCOUNTS U("server.default.port", "7") U("server.default.socketType", "2")
         U("server.server1.hostname", "\"h\""),
     "", "", "imap h 7 starttls - other@example.org -\n"},
    {"what user.js says counts",
     ACCOUNTS U("server.server1.hostname", "\"h\"")
         U("server.server1.port", "1"),
     U("server.server1.port", "2") U("server.server1.userName", "\"u\""), "",
     "imap h 2 plain u other@example.org -\n"},
    {"names that were corrected, in old profiles",
     ACCOUNTS U("server.server1.hostname", "\"h\"")
         U("server.server1.realhostname", "\"r\"")
             U("server.server1.realuserName", "\"ru\""),
     "", "", "imap r 143 plain ru other@example.org -\n"},
    {"protection that is unknown, and a port that is none",
     ACCOUNTS U("server.server1.hostname", "\"h\"")
         U("server.server1.socketType", "1") U("server.server1.port", "70000"),
     "", "", "imap h 0 - - other@example.org -\n"},
    {"another server to send by, where no identity says which",
     ACCOUNTS U("smtp.defaultserver", "\"smtp3\"")
         U("smtpserver.smtp1.hostname", "\"h\"")
             U("smtpserver.smtp3.hostname", "\"h\""),
     "", "",
     "submission h 587 plain - - -\n"
     "submission h 587 plain - other@example.org -\n"},
    {"what sends in another way",
     ACCOUNTS U("smtpserver.smtp1.hostname", "\"h\"")
         U("smtpserver.smtp1.type", "\"ews\""),
     "", "", ""},
    {"names that cannot be shown, or told from the file's own marks",
     U("accountmanager.accounts", "\"a\\\"1,a'2,account\\x013\"")
         U("account.a'2.server", "\"s\"") U("server.s.type", "\"imap\"")
             U("server.s.hostname", "\"h\""),
     "", "", ""},
    {"accounts that are gone",
     U("account.account1.server", "\"server1\"")
         U("server.server1.type", "\"imap\"")
             U("server.server1.hostname", "\"h\""),
     "", "", ""},
    {"nothing", "", "", "", ""},
};

static void put_profile(const char *prefs, const char *user,
                        const char *exceptions)
{
    put(".thunderbird/profiles.ini", "[Profile0]\nIsRelative=1\nPath=p\n");
    put(".thunderbird/installs.ini", "");
    put(".thunderbird/p/prefs.js", prefs);
    put(".thunderbird/p/user.js", user);
    put(".thunderbird/p/cert_override.txt", exceptions);
}

static void test_readings(void)
{
    for (size_t i = 0; i < sizeof(readings) / sizeof(*readings); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_installs installs = {0};

        put_profile(readings[i].prefs, readings[i].user,
                    readings[i].exceptions);
        find(arena, "linux", &installs);
        IS(tell_slots(arena, installs.at[0]), readings[i].want,
           readings[i].what);
        pt_installs_free(&installs);
    }
}

/* ---- changes ---- */

#define TWO                                                                    \
    U("accountmanager.accounts", "\"account1,account2\"")                      \
    U("account.account1.server", "\"server1\"")                                \
    U("account.account2.server", "\"server2\"")                                \
    U("server.server1.type", "\"imap\"")                                       \
    U("server.server2.type", "\"imap\"")                                       \
    U("server.server1.hostname", "\"127.0.0.1\"")                              \
    U("server.server2.hostname", "\"127.0.0.1\"")                              \
    U("server.server1.userName", "\"a\"")                                      \
    U("server.server2.userName", "\"b\"")
#define BOTH(port1, port2)                                                     \
    TWO U("server.server1.socketType", "2")                                    \
        U("server.server2.socketType", "2") U("server.server1.port", port1)    \
            U("server.server2.port", port2)
#define ONE(rest)                                                              \
    U("accountmanager.accounts", "\"account1\"")                               \
    U("account.account1.server", "\"server1\"")                                \
    U("server.server1.type", "\"imap\"")                                       \
    U("server.server1.hostname", "\"127.0.0.1\"") rest

struct files {
    const char *prefs;
    const char *user;
    const char *exceptions;
};

/* The first slot, or with two the second as well, is changed. */
static const struct {
    const char *what;
    uint16_t port;
    enum pt_security security;
    const struct pt_certificate *certificate;
    int slots;
    struct files before;
    struct files after; /* NULL: unchanged */
} changes[] = {
    {"a port moves, and its exception with it",
     1144,
     PT_STARTTLS,
     &renewed,
     1,
     {ONE(U("server.server1.port", "1143") U("server.server1.socketType", "2")),
      "", "# x\n" EXCEPTION("127.0.0.1:1143", "AB") EXCEPTION("h:1", "EF")},
     {ONE(U("server.server1.port", "1144") U("server.server1.socketType", "2")),
      NULL, "# x\n" EXCEPTION("127.0.0.1:1144", "CD") EXCEPTION("h:1", "EF")}},
    {"nothing moves",
     1143,
     PT_STARTTLS,
     &renewed,
     1,
     {ONE(U("server.server1.port", "1143") U("server.server1.socketType", "2")),
      "", EXCEPTION("127.0.0.1:1143", "CD")},
     {0}},
    {"a certificate is renewed",
     1143,
     PT_STARTTLS,
     &renewed,
     1,
     {ONE(U("server.server1.port", "1143") U("server.server1.socketType", "2")),
      "", EXCEPTION("127.0.0.1:1143", "AB")},
     {NULL, NULL, EXCEPTION("127.0.0.1:1143", "CD")}},
    {"of no certificate is known: the exception of the old port stays",
     1144,
     PT_STARTTLS,
     NULL,
     1,
     {ONE(U("server.server1.port", "1143") U("server.server1.socketType", "2")),
      "", EXCEPTION("127.0.0.1:1143", "AB")},
     {ONE(U("server.server1.port", "1144") U("server.server1.socketType", "2")),
      NULL, NULL}},
    {"what was not told is added beside the host",
     1144,
     PT_STARTTLS,
     NULL,
     1,
     {ONE(""), "", ""},
     {ONE(U("server.server1.port", "1144") U("server.server1.socketType", "2")),
      NULL, NULL}},
    {"but not when it is so anyway",
     993,
     PT_TLS,
     NULL,
     1,
     {ONE(U("server.server1.socketType", "3")), "", ""},
     {0}},
    {"the way changes, and the port that is not told with it",
     143,
     PT_PLAIN,
     &renewed,
     1,
     {ONE(U("server.server1.socketType", "3")), "",
      EXCEPTION("127.0.0.1:993", "AB")},
     {ONE(U("server.server1.socketType", "0")), NULL, ""}},
    {"a port in quotes is no port: it gets one",
     1143,
     PT_PLAIN,
     NULL,
     1,
     {ONE(U("server.server1.port", "\"1143\"")), "", ""},
     {ONE(U("server.server1.port", "1143")), NULL, NULL}},
    {"what user.js says is changed there, too",
     1144,
     PT_SECURITY_UNKNOWN,
     NULL,
     1,
     {ONE(U("server.server1.port", "1")),
      "//\r\nuser_pref('mail.server.server1.port',1143);", ""},
     {ONE(U("server.server1.port", "1144")),
      "//\r\nuser_pref('mail.server.server1.port',1144);", NULL}},
    {"what user.js alone says",
     1144,
     PT_SECURITY_UNKNOWN,
     NULL,
     1,
     {"", ONE(U("server.server1.port", "1143")), ""},
     {NULL, ONE(U("server.server1.port", "1144")), NULL}},
    {"of two at one port, one moves: the exception stays, and is doubled",
     1144,
     PT_STARTTLS,
     &renewed,
     1,
     {BOTH("1143", "1143"), "", EXCEPTION("127.0.0.1:1143", "AB")},
     {BOTH("1144", "1143"), NULL,
      EXCEPTION("127.0.0.1:1143", "AB") EXCEPTION("127.0.0.1:1144", "CD")}},
    {"both move",
     1144,
     PT_STARTTLS,
     &renewed,
     2,
     {BOTH("1143", "1143"), "", EXCEPTION("127.0.0.1:1143", "AB")},
     {BOTH("1144", "1144"), NULL, EXCEPTION("127.0.0.1:1144", "CD")}},
};

static const char *text_of(const struct pt_client_file *file)
{
    return file->is_changed ? pt_buf_text(&file->after) : NULL;
}

static void check_change(const struct pt_install *install, size_t i)
{
    IS(text_of(&install->files[0]), changes[i].after.prefs, changes[i].what);
    IS(text_of(&install->files[1]), changes[i].after.user, "and user.js");
    IS(text_of(&install->files[2]), changes[i].after.exceptions,
       "and the exceptions");
}

static void test_changes(void)
{
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
        const struct pt_server server = {.port = changes[i].port,
                                         .security = changes[i].security,
                                         .certificate = changes[i].certificate};
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_installs installs = {0};
        struct pt_error err = {0};

        put_profile(changes[i].before.prefs, changes[i].before.user,
                    changes[i].before.exceptions);
        find(arena, "linux", &installs);
        for (int j = 0; j < changes[i].slots; j++)
            IS(pt_client_thunderbird.patch(installs.at[0],
                                           &installs.at[0]->slots[j], &server,
                                           &err) == PT_OK
                   ? ""
                   : err.text,
               "", "it can be changed");
        check_change(installs.at[0], i);
        pt_installs_free(&installs);
    }
}

/* Each takes the other's place. */
static void test_swap(void)
{
    const struct pt_certificate other = {.sha256 = HEX("ef")};
    const struct pt_server to[] = {
        {.port = 1025, .security = PT_STARTTLS, .certificate = &other},
        {.port = 1143, .security = PT_STARTTLS, .certificate = &renewed},
    };
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_installs installs = {0};
    struct pt_install *install;

    put_profile(BOTH("1143", "1025"), "",
                EXCEPTION("127.0.0.1:1143", "AB")
                    EXCEPTION("127.0.0.1:1025", "AB"));
    find(arena, "linux", &installs);
    install = installs.at[0];
    for (int i = 0; i < 2; i++)
        OK(pt_client_thunderbird.patch(install, &install->slots[i], &to[i],
                                       NULL) == PT_OK,
           "two servers change places");
    IS(text_of(&install->files[0]), BOTH("1025", "1143"), "in their ports");
    IS(text_of(&install->files[2]),
       EXCEPTION("127.0.0.1:1025", "EF") EXCEPTION("127.0.0.1:1143", "CD"),
       "and their certificates");
    pt_installs_free(&installs);
}

/* What a change makes count is changed, too; but not for ever. */
static const char *set_port(struct pt_arena *arena, const char *prefs)
{
    const struct pt_server server = {.port = 1144};
    struct pt_installs installs = {0};
    struct pt_error err = {0};
    const char *text;

    put_profile(prefs, "", "");
    find(arena, "linux", &installs);
    if (pt_client_thunderbird.patch(installs.at[0], installs.at[0]->slots,
                                    &server, &err) == PT_OK)
        text = pt_arena_strdup(arena, text_of(&installs.at[0]->files[0]));
    else
        text = err.status == PT_CANNOT_EXPRESS && *err.hint ? "refused" : "";
    pt_installs_free(&installs);
    return text;
}

#define D(value) "pref(\"mail.server.server1.port\", " value ");\n"

static void test_contradictions(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    IS(set_port(arena, ONE(D("\"x\"") U("server.server1.port", "1143"))),
       ONE(D("1144") U("server.server1.port", "1144")),
       "a default of another kind does not stand against it");
    IS(set_port(arena, ONE(D("\"x\"") D("\"1143\"") D("1"))),
       ONE(D("1144") D("1144") D("1144")), "nor do several");
    IS(set_port(arena, ONE(EIGHT(D("\"x\"")) D("\"x\""))), "refused",
       "but there is an end to it");
}

/* ---- what cannot be, or is to be told ---- */

static const char *patch_first(struct pt_install *install,
                               const struct pt_server *server)
{
    static struct pt_error err;

    err = (struct pt_error){0};
    return pt_client_thunderbird.patch(install, install->slots, server, &err) ==
                   PT_OK
               ? ""
               : err.text;
}

#define USERS(a, b)                                                            \
    U("server.server1.userName", "\"" a "\"")                                  \
    U("server.server2.userName", "\"" b "\"")
#define PLACES(name1, name2, port1, port2)                                     \
    U("accountmanager.accounts", "\"account1,account2\"")                      \
    U("account.account1.server", "\"server1\"")                                \
    U("account.account2.server", "\"server2\"")                                \
    U("server.server1.type", "\"imap\"")                                       \
    U("server.server2.type", "\"imap\"")                                       \
    U("server.server1.hostname", "\"h\"")                                      \
    U("server.server2.hostname", "\"h\"")                                      \
    USERS(name1, name2)                                                        \
    U("server.server1.port", port1) U("server.server2.port", port2)

static void test_twins(void)
{
    static const struct {
        const char *what;
        const char *prefs;
        const char *want;
    } twins[] = {
        {"an account does not move to where its twin is",
         PLACES("a", "a", "1143", "1144"),
         "two accounts of 'a' at 'h' would be at port 1144, and Thunderbird "
         "would drop one of them: remove one there"},
        {"another's account is no twin", PLACES("a", "b", "1143", "1144"), ""},
        {"nor is one elsewhere", PLACES("a", "a", "1143", "1145"), ""},
        {"who was there before stays", PLACES("a", "a", "1144", "1144"), ""},
    };
    const struct pt_server server = {.port = 1144, .security = PT_STARTTLS};

    for (size_t i = 0; i < sizeof(twins) / sizeof(*twins); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_installs installs = {0};

        put_profile(twins[i].prefs, "", "");
        find(arena, "linux", &installs);
        IS(patch_first(installs.at[0], &server), twins[i].want, twins[i].what);
        pt_installs_free(&installs);
    }
}

static void test_unseen(void)
{
    static const struct {
        const char *what;
        const char *exceptions;
        uint16_t port;
        enum pt_security security;
        const struct pt_certificate *certificate;
        bool asks;
    } unseen[] = {
        {"a certificate that was not seen is told of",
         EXCEPTION("127.0.0.1:1143", "AB"), 1144, PT_STARTTLS, NULL, true},
        {"one that was seen is not", EXCEPTION("127.0.0.1:1143", "AB"), 1144,
         PT_STARTTLS, &renewed, false},
        {"nor is it where none was trusted", "", 1144, PT_STARTTLS, NULL,
         false},
        {"nor where none is needed", EXCEPTION("127.0.0.1:1143", "AB"), 1144,
         PT_PLAIN, NULL, false},
        {"nor where it stays as it is", EXCEPTION("127.0.0.1:1143", "AB"), 1143,
         PT_TLS, NULL, false},
        {"nor where one is trusted already",
         EXCEPTION("127.0.0.1:1143", "AB") EXCEPTION("127.0.0.1:1144", "AB"),
         1144, PT_STARTTLS, NULL, false},
    };

    for (size_t i = 0; i < sizeof(unseen) / sizeof(*unseen); i++) {
        const struct pt_server server = {.port = unseen[i].port,
                                         .security = unseen[i].security,
                                         .certificate = unseen[i].certificate};
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_installs installs = {0};

        put_profile(ONE(U("server.server1.port", "1143")), "",
                    unseen[i].exceptions);
        find(arena, "linux", &installs);
        IS(patch_first(installs.at[0], &server), "", "it is changed");
        IS(installs.at[0]->note
               ? strstr(installs.at[0]->note, "asks once") ? "asks" : "other"
               : "nothing",
           unseen[i].asks ? "asks" : "nothing", unseen[i].what);
        pt_installs_free(&installs);
    }
}

/* ---- what waits for the next start ---- */

#define BEGIN                                                                  \
    "// portolan: for the next start of Thunderbird; "                         \
    "'portolan update' removes it then\n"
#define END "// portolan: up to here\n"
#define PORT(port) U("server.server1.port", port)
#define WAY(type) U("server.server1.socketType", type)

/* A server is given port 1144 and STARTTLS. */
static const struct {
    const char *what;
    struct files before;
    struct files after; /* NULL: unchanged */
} deferred[] = {
    {"what is deferred is in a user.js that is new",
     {ONE(PORT("1143") WAY("2")), "", EXCEPTION("127.0.0.1:1143", "AB")},
     {NULL, BEGIN PORT("1144") END, EXCEPTION("127.0.0.1:1144", "CD")}},
    {"or behind what is in it",
     {ONE(PORT("1143")), "// mine\nuser_pref(\"x\", 1);", ""},
     {NULL,
      "// mine\nuser_pref(\"x\", 1);\n" BEGIN WAY("2")
          PORT("1144") "// portolan: up to here",
      EXCEPTION("127.0.0.1:1144", "CD")}},
    {"what is set at every start is changed where it is",
     {ONE(PORT("1") WAY("2")), "// mine\n" PORT("1143") "// too\n", ""},
     {NULL, "// mine\n" PORT("1144") "// too\n",
      EXCEPTION("127.0.0.1:1144", "CD")}},
    {"what was deferred before is not said twice",
     {ONE(PORT("1143") WAY("0")), BEGIN PORT("1145") END, ""},
     {NULL, BEGIN PORT("1144") WAY("2") END,
      EXCEPTION("127.0.0.1:1144", "CD")}},
};

static void test_deferred(void)
{
    const struct pt_server server = {
        .port = 1144, .security = PT_STARTTLS, .certificate = &renewed};

    for (size_t i = 0; i < sizeof(deferred) / sizeof(*deferred); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_installs installs = {0};
        struct pt_install *install;

        put_profile(deferred[i].before.prefs, deferred[i].before.user,
                    deferred[i].before.exceptions);
        find(arena, "linux", &installs);
        install = installs.at[0];
        install->is_deferred = true;
        IS(patch_first(install, &server), "", deferred[i].what);
        IS(text_of(&install->files[0]), NULL, "and nothing is in prefs.js");
        IS(text_of(&install->files[1]), deferred[i].after.user,
           "this is in user.js");
        IS(text_of(&install->files[2]), deferred[i].after.exceptions,
           "and this is trusted");
        OK(install->note && strstr(install->note, "start it again"),
           "what to do is told");
        pt_installs_free(&installs);
    }
}

static const struct {
    const char *what;
    struct files before;
    struct files after; /* NULL: unchanged */
} leftovers[] = {
    {"what was taken goes",
     {ONE(PORT("1144")), "// mine\n" BEGIN PORT("1144") END "// too\n", ""},
     {NULL, "// mine\n// too\n", NULL}},
    {"with the line end that was added for it",
     {ONE(PORT("1144")),
      "// mine\n" BEGIN PORT("1144") "// portolan: up to here", ""},
     {NULL, "// mine", NULL}},
    {"what was not taken yet goes where it belongs",
     {ONE(PORT("1143")), BEGIN PORT("1144") WAY("3") END, ""},
     {ONE(WAY("3") PORT("1144")), "", NULL}},
    {"what is of no account any more just goes",
     {"", BEGIN PORT("1144") END, ""},
     {NULL, "", NULL}},
    {"what the user sets stays",
     {ONE(PORT("1144")), WAY("2") BEGIN PORT("1144") END, ""},
     {NULL, WAY("2"), NULL}},
};

static void test_leftovers(void)
{
    for (size_t i = 0; i < sizeof(leftovers) / sizeof(*leftovers); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_installs installs = {0};
        struct pt_install *install;

        put_profile(leftovers[i].before.prefs, leftovers[i].before.user, "");
        find(arena, "linux", &installs);
        install = installs.at[0];
        OK(install->has_leftover, "something is left");
        OK(pt_client_thunderbird.tidy(install, NULL) == PT_OK,
           leftovers[i].what);
        IS(text_of(&install->files[0]), leftovers[i].after.prefs,
           "prefs.js is so");
        IS(text_of(&install->files[1]), leftovers[i].after.user,
           "and user.js so");
        pt_installs_free(&installs);
    }
}

/* While it runs, nothing is left yet; and what waits counts. */
static void test_waiting(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_installs installs = {0};
    pid_t pid;

    put_profile(ONE(PORT("1143")), BEGIN PORT("1144") END, "");
    put(".thunderbird/p/.parentlock", "");
    pid = lock(".thunderbird/p/.parentlock");
    find(arena, "linux", &installs);
    OK(installs.at[0]->is_running && !installs.at[0]->has_leftover,
       "what a running one has not taken yet is no leftover");
    OK(installs.at[0]->slots[0].port == 1144, "it is what will be");
    if (pid > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    pt_installs_free(&installs);
    put_profile(ONE(PORT("1143")), "// mine\n", "");
    find(arena, "linux", &installs);
    OK(!installs.at[0]->has_leftover, "what is a user's own is no leftover");
    pt_installs_free(&installs);
}

/* ---- one that is named, and one that is new ---- */

static const char *find_at(const char *folder, struct pt_installs *installs)
{
    static struct pt_error err;
    struct pt_place place = place_on(installs->arena, "linux");

    err = (struct pt_error){0};
    if (pt_client_thunderbird.find_at(&place, folder, installs, &err) == PT_OK)
        return tell_folders(installs);
    return err.status == PT_BAD_INPUT && *err.hint ? err.text : "?";
}

static void test_named(void)
{
    static const struct {
        const char *what;
        const char *folder;
        const char *want;
    } named[] = {
        {"a profile may be named", "named/full", "named/full"},
        {"an empty folder is one that is new", "named/empty", "named/empty"},
        {"one that has something else is none", "named/other",
         "'named/other' is no profile of Thunderbird: it has no prefs.js"},
        {"nor is one that is not there", "named/gone",
         "there is no folder 'named/gone'"},
        {"nor is a file", "named/full/prefs.js",
         "there is no folder 'named/full/prefs.js'"},
        {"its name is made fit to be shown", "named/\x1b",
         "there is no folder 'named/?'"},
    };

    put("named/full/prefs.js", ONE(PORT("1143")));
    put("named/other/x", "");
    if (mkdir("named/empty", 0700))
        OK(false, "a folder for the test is made");
    for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_installs installs = {.arena = arena};

        IS(find_at(named[i].folder, &installs), named[i].want, named[i].what);
        pt_installs_free(&installs);
    }
}

static const char *tell_files(struct pt_arena *arena,
                              const struct pt_install *install)
{
    const char *text = "";

    for (size_t i = 0; i < install->file_count; i++)
        if (install->files[i].is_changed)
            text = pt_arena_printf(arena, "%s%s%s:\n%s", text,
                                   install->files[i].is_there ? "" : "new ",
                                   from_home(install->files[i].path),
                                   text_of(&install->files[i]));
    return text;
}

static void begin(struct pt_arena *arena, const char *os,
                  struct pt_installs *installs)
{
    struct pt_place place = place_on(arena, os);
    struct pt_error err = {0};

    installs->arena = arena;
    if (pt_client_thunderbird.begin(&place, installs, &err) != PT_OK)
        OK(false, err.text);
}

static void test_begin(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_installs installs = {0};

    if (rename(".thunderbird", "thunderbird.old"))
        OK(false, "there is no profile");
    begin(arena, "linux", &installs);
    IS(tell_folders(&installs), ".thunderbird/portolan.default",
       "where it never ran, a profile is begun");
    IS(installs.at[0]->refused, NULL, "it may be filled");
    IS(tell_files(arena, installs.at[0]),
       "new .thunderbird/profiles.ini:\n"
       "[Profile0]\nName=default\nIsRelative=1\n"
       "Path=portolan.default\nDefault=1\n\n[General]\n"
       "StartWithLastProfile=1\nVersion=2\n"
       "new .thunderbird/portolan.default/compatibility.ini:\n"
       "[Compatibility]\n",
       "and listed as one that any installation may take");
    pt_installs_free(&installs);
    begin(arena, "macos", &installs);
    IS(tell_folders(&installs), "", "but not where that was never tried");
    pt_installs_free(&installs);
    put(".thunderbird/profiles.ini", "[Profile0]\nPath=gone\n");
    begin(arena, "linux", &installs);
    OK(installs.count && installs.at[0]->refused &&
           !installs.at[0]->files[3].is_changed,
       "a list of profiles that are gone is left alone");
    pt_installs_free(&installs);
}

/* ---- accounts that are added ---- */

static struct pt_server servers[] = {
    {.service = PT_IMAP,
     .host = "127.0.0.1",
     .port = 1143,
     .security = PT_STARTTLS,
     .chosen = true,
     .certificate = &renewed},
    {.service = PT_SUBMISSION,
     .host = "127.0.0.1",
     .port = 1025,
     .security = PT_STARTTLS,
     .chosen = true,
     .certificate = &renewed},
};

static const char *without_home(struct pt_arena *arena, const char *text)
{
    const char *at = strstr(text, home);

    return at ? pt_arena_printf(arena, "%.*s%s", (int)(at - text), text,
                                from_home(at))
              : text;
}

static const char *add(struct pt_installs *installs, struct pt_install *install)
{
    static struct pt_error err;
    struct pt_settings account = {.display_name = "Ann",
                                  .provider_name = "Example",
                                  .servers = servers,
                                  .server_count = 2};

    err = (struct pt_error){0};
    if (pt_address_parse(installs->arena, "ann@example.org", &account.address,
                         &err) == PT_OK)
        pt_client_thunderbird.add(installs, install, &account, &err);
    return without_home(installs->arena, err.text);
}

#define IDENTITY(id, smtp, top)                                                \
    U("identity." id ".fullName", "\"Ann\"")                                   \
    U("identity." id ".useremail", "\"ann@example.org\"")                      \
    U("identity." id ".smtpServer", "\"" smtp "\"")                            \
    U("identity." id ".valid", "true")                                         \
    U("identity." id ".reply_on_top", top)                                     \
    U("identity." id ".fcc_folder",                                            \
      "\"imap://ann%40example.org@127.0.0.1/Sent\"")                           \
    U("identity." id ".fcc_folder_picker_mode", "\"0\"")                       \
    U("identity." id ".draft_folder",                                          \
      "\"imap://ann%40example.org@127.0.0.1/Drafts\"")                         \
    U("identity." id ".drafts_folder_picker_mode", "\"0\"")                    \
    U("identity." id ".stationery_folder",                                     \
      "\"imap://ann%40example.org@127.0.0.1/Templates\"")                      \
    U("identity." id ".tmpl_folder_picker_mode", "\"0\"")
#define ADDED(account, server, id, smtp, top)                                  \
    U("account." account ".server", "\"" server "\"")                          \
    U("account." account ".identities", "\"" id "\"")                          \
    U("server." server ".type", "\"imap\"")                                    \
    U("server." server ".hostname", "\"127.0.0.1\"")                           \
    U("server." server ".port", "1143")                                        \
    U("server." server ".userName", "\"ann@example.org\"")                     \
    U("server." server ".socketType", "2")                                     \
    U("server." server ".authMethod", "3")                                     \
    U("server." server ".name", "\"ann@example.org\"")                         \
    U("server." server ".login_at_startup", "true")                            \
    U("server." server ".check_new_mail", "true")                              \
    IDENTITY(id, smtp, top)                                                    \
    U("smtpserver." smtp ".type", "\"smtp\"")                                  \
    U("smtpserver." smtp ".hostname", "\"127.0.0.1\"")                         \
    U("smtpserver." smtp ".port", "1025")                                      \
    U("smtpserver." smtp ".username", "\"ann@example.org\"")                   \
    U("smtpserver." smtp ".try_ssl", "2")                                      \
    U("smtpserver." smtp ".authMethod", "3")                                   \
    U("smtpserver." smtp ".description", "\"Example\"")
#define FIRST                                                                  \
    ADDED("account1", "server1", "id1", "smtp1", "1")                          \
    U("accountmanager.accounts", "\"account1\"")                               \
    U("accountmanager.defaultaccount", "\"account1\"")                         \
    U("smtpservers", "\"smtp1\"") U("smtp.defaultserver", "\"smtp1\"")
#define POPULATED(last, accounts, smtps)                                       \
    U("account.lastKey", last)                                                 \
    U("accountmanager.accounts", accounts)                                     \
    U("accountmanager.defaultaccount", "\"account1\"")                         \
    U("accountmanager.localfoldersserver", "\"server2\"")                      \
    U("account.account1.server", "\"server1\"")                                \
    U("account.account1.identities", "\"id1\"")                                \
    U("account.account2.server", "\"server2\"")                                \
    U("server.server1.type", "\"imap\"")                                       \
    U("server.server2.type", "\"none\"")                                       \
    U("server.server3.left", "\"over\"")                                       \
    U("identity.id1.reply_on_top", "0")                                        \
    U("identity.id1.sig_bottom", "false")                                      \
    U("smtpserver.smtp1.hostname", "\"h\"") U("smtpservers", smtps)
#define BOTH_TRUSTED                                                           \
    EXCEPTION("127.0.0.1:1143", "CD") EXCEPTION("127.0.0.1:1025", "CD")

static const struct {
    const char *what;
    struct files before;
    struct files after; /* NULL: unchanged */
    const char *why;
} additions[] = {
    {"the first account of a profile",
     {"", "", ""},
     {U("account.lastKey", "1") FIRST, NULL, BOTH_TRUSTED},
     ""},
    {"a further one comes before the local folders, with the same habits",
     {"# mine\n" POPULATED("7", "\"account1, account2\"", "\"smtp1\"") "// x",
      "", EXCEPTION("127.0.0.1:1143", "CD")},
     {"# mine\n" POPULATED("8", "\"account1,account8, account2\"",
                           "\"smtp1,smtp2\"") "// x\n" ADDED("account8",
                                                             "server4", "id2",
                                                             "smtp2", "0")
          U("identity.id2.sig_bottom", "false"),
      NULL, BOTH_TRUSTED},
     ""},
    {"accounts are counted where that was never done",
     {U("account.account4.server", "\"x\"") U("account.lastKey", "\"y\""), "",
      ""},
     {U("account.account4.server", "\"x\"") U("account.lastKey", "1") FIRST,
      NULL, BOTH_TRUSTED},
     ""},
    {"lines end as they do in the file",
     {"\r\n", "", ""},
     {NULL, NULL, NULL},
     ""},
    {"what user.js sets cannot be added to",
     {"", U("accountmanager.accounts", "\"account9\""), ""},
     {NULL, NULL, NULL},
     "'.thunderbird/p/user.js' sets 'mail.accountmanager.accounts' at "
     "every start: an account that is added would not be seen"},
    {"nor can a file that does not end",
     {"/* ", "", ""},
     {NULL, NULL, NULL},
     "'.thunderbird/p/prefs.js' ends in something that Thunderbird does "
     "not understand: what is added would not be seen"},
    {"nor is what is there added again",
     {ONE(PORT("1143") U("server.server1.userName", "\"ann@example.org\"")), "",
      ""},
     {NULL, NULL, NULL},
     "'.thunderbird/p' has an account of this user name at 127.0.0.1:1143 "
     "already, and Thunderbird would drop one of them"},
};

static bool has_bare_line_ends(const char *text)
{
    for (const char *at = strchr(text, '\n'); at; at = strchr(at + 1, '\n'))
        if (at == text || at[-1] != '\r')
            return true;
    return false;
}

static void check_addition(const struct pt_install *install, size_t i)
{
    if (additions[i].before.prefs[0] == '\r')
        OK(!has_bare_line_ends(text_of(&install->files[0])),
           "and so do those that are added");
    else
        IS(text_of(&install->files[0]), additions[i].after.prefs,
           "prefs.js is so");
    IS(text_of(&install->files[1]), NULL, "user.js is not touched");
    OK(install->note && strstr(install->note, "password"),
       "the password is a person's");
}

static void test_additions(void)
{
    for (size_t i = 0; i < sizeof(additions) / sizeof(*additions); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_installs installs = {0};

        put_profile(additions[i].before.prefs, additions[i].before.user,
                    additions[i].before.exceptions);
        find(arena, "linux", &installs);
        IS(add(&installs, installs.at[0]), additions[i].why, additions[i].what);
        if (!*additions[i].why)
            check_addition(installs.at[0], i);
        if (additions[i].after.exceptions)
            IS(text_of(&installs.at[0]->files[2]),
               additions[i].after.exceptions, "and both are trusted");
        pt_installs_free(&installs);
    }
}

/* Another certificate may be that of another account. */
static void test_other_certificate(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_installs installs = {0};
    struct pt_install *install;

    put_profile("", "", EXCEPTION("127.0.0.1:1143", "AB"));
    find(arena, "linux", &installs);
    install = installs.at[0];
    IS(add(&installs, install), "", "where another is trusted, one is added");
    IS(text_of(&install->files[2]),
       EXCEPTION("127.0.0.1:1143", "AB") EXCEPTION("127.0.0.1:1025", "CD"),
       "the other stays");
    OK(install->note && strstr(install->note, PRINT("CD")),
       "and Thunderbird's question is told of");
    pt_installs_free(&installs);
}

static void test_unreadable(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_installs installs = {0};

    put_profile("", "", "");
    if (unlink(".thunderbird/p/prefs.js") ||
        mkdir(".thunderbird/p/prefs.js", 0700))
        OK(false, "a directory for the test is made");
    find(arena, "linux", &installs);
    OK(installs.count && installs.at[0]->refused && !installs.at[0]->slot_count,
       "a profile that cannot be read is there, and refused");
    pt_installs_free(&installs);
}

/* ---- no memory ---- */

enum work { ADD, BEGIN_AND_ADD, PATCH, DEFER, TIDY };

static enum pt_status add_to(struct pt_installs *installs)
{
    const struct pt_settings account = {
        .address = {.text = "ann@example.org",
                    .local = "ann",
                    .domain = "example.org",
                    .shown = "ann@example.org"},
        .provider_name = "Example",
        .bridge = {.name = "proton", .password = "that of the bridge"},
        .servers = servers,
        .server_count = 2};

    return pt_client_thunderbird.add(installs, installs->at[0], &account,
                                     NULL);
}

static enum pt_status patch_to(struct pt_install *install, bool is_deferred)
{
    const struct pt_server server = {
        .port = 1144, .security = PT_STARTTLS, .certificate = &renewed};

    install->is_deferred = is_deferred;
    return pt_client_thunderbird.patch(install, install->slots, &server, NULL);
}

static enum pt_status work(enum work what, const struct pt_place *place,
                           struct pt_installs *installs)
{
    enum pt_status status =
        (what == BEGIN_AND_ADD ? pt_client_thunderbird.begin
                               : pt_client_thunderbird.find)(place, installs,
                                                             NULL);

    if (status != PT_OK || pt_arena_failed(installs->arena))
        return PT_NO_MEMORY;
    if (what == ADD || what == BEGIN_AND_ADD)
        return add_to(installs);
    if (what == TIDY)
        return pt_client_thunderbird.tidy(installs->at[0], NULL);
    return patch_to(installs->at[0], what == DEFER);
}

/* What the files are to hold afterwards, or "" when there was no memory, or
 * NULL when that was not told. */
static const char *work_at(struct pt_arena *arena, enum work what, size_t nth,
                           size_t *ret_points)
{
    struct pt_place place = place_on(arena, "linux");
    struct pt_installs installs = {.arena = pt_arena_new()};
    const char *text = NULL;
    enum pt_status status;

    pt_oom_fail_at(nth);
    status = work(what, &place, &installs);
    *ret_points = pt_oom_seen();
    pt_oom_fail_at(0);
    if (status == PT_OK)
        text = tell_files(arena, installs.at[0]);
    else if (status == PT_NO_MEMORY)
        text = "";
    pt_installs_free(&installs);
    pt_arena_free(installs.arena);
    return text;
}

static void test_no_memory(enum work what, const char *name)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    size_t points = 0;
    const char *whole = work_at(arena, what, 0, &points);
    bool is_told = whole && *whole && points > 2;
    size_t nth;

    for (nth = 1; is_told && nth <= points; nth++) {
        size_t seen;
        const char *text = work_at(arena, what, nth, &seen);

        is_told = text && (!*text || !strcmp(text, whole));
    }
    if (!OK(is_told, name))
        printf("# allocation %zu of %zu\n", nth - 1, points);
}

static void test_memory(void)
{
    put_profile(POPULATED("7", "\"account1,account2\"", "\"smtp1\""), "", "");
    test_no_memory(ADD, "without memory no account is added by half");
    put_profile(ONE(PORT("1143")), "", EXCEPTION("127.0.0.1:1143", "AB"));
    test_no_memory(PATCH, "nor is a server changed by half");
    test_no_memory(DEFER, "nor is a change deferred by half");
    put_profile(ONE(PORT("1143")), BEGIN PORT("1144") WAY("2") END, "");
    test_no_memory(TIDY, "nor is one taken by half");
    if (rename(".thunderbird", "thunderbird.older"))
        OK(false, "there is no profile");
    test_no_memory(BEGIN_AND_ADD, "nor is a profile begun by half");
    if (rename("thunderbird.older", ".thunderbird"))
        OK(false, "there is a profile");
}

static void clean_up(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        execlp("rm", "rm", "-rf", home, (char *)NULL);
        _exit(1);
    }
    waitpid(pid, NULL, 0);
}

int main(void)
{
    alarm(PATIENCE_S);
    if (!mkdtemp(home) || chdir(home))
        OK(false, "a directory for the test is made");
    test_folders();
    test_systems();
    test_running();
    test_started();
    test_readings();
    test_changes();
    test_swap();
    test_contradictions();
    test_twins();
    test_unseen();
    test_deferred();
    test_leftovers();
    test_waiting();
    test_additions();
    test_other_certificate();
    put("thunderbird/application.ini", "");
    test_memory();
    test_unreadable();
    test_named();
    test_begin();
    clean_up();
    return tap_done();
}
