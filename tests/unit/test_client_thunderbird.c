#include "base/file.h"
#include "client/client.h"
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
#define PRINT(x) EIGHT(x ":") EIGHT(x ":") EIGHT(x ":") x ":" x ":" x ":" x \
    ":" x ":" x ":" x ":" x
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
                             .config = pt_arena_printf(arena, "%s/cfg", home)};
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
       ".thunderbird/ab.real .thunderbird/cd.empty .thunderbird/ef.other abs "
       ".var/app/org.mozilla.Thunderbird/.thunderbird/x "
       ".var/app/org.mozilla.thunderbird/.thunderbird/y",
       "all profiles of all its homes are found, none twice");
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
    find(arena, "macos", &installs);
    IS(tell_folders(&installs), "Library/Thunderbird/Profiles/m",
       "a Mac keeps them elsewhere");
    pt_installs_free(&installs);
    find(arena, "windows", &installs);
    IS(tell_folders(&installs), "cfg/Thunderbird/Profiles/w",
       "so does Windows");
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
#define ACCOUNTS                                                           \
    U("accountmanager.accounts", "\"account1,account2, account3,account1\"") \
    U("account.account1.server", "\"server1\"")                            \
    U("account.account1.identities", "\"id1,id2\"")                        \
    U("account.account2.server", "\"server2\"")                            \
    U("account.account2.identities", "\"id3\"")                            \
    U("account.account3.server", "\"server3\"")                            \
    U("server.server1.type", "\"imap\"")                                   \
    U("server.server2.type", "\"pop3\"")                                   \
    U("server.server3.type", "\"none\"")                                   \
    U("server.server3.hostname", "\"Local Folders\"")                      \
    U("identity.id1.useremail", "\"other@example.org\"")                   \
    U("identity.id2.useremail", "\"ann@example.org\"")                     \
    U("identity.id3.useremail", "\"bea@example.org\"")                     \
    U("identity.id3.smtpServer", "\"smtp2\"")                              \
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
     ACCOUNTS U("server.server1.hostname", "\"h\"")
         U("server.server1.socketType", "3")
             U("server.server2.hostname", "\"h\"")
                 U("server.server2.port", "-1")
                     U("server.server2.socketType", "3")
                         U("smtpserver.smtp1.hostname", "\"h\"")
                             U("smtpserver.smtp1.port", "0")
                                 U("smtpserver.smtp1.try_ssl", "3"),
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
         U("server.server1.socketType", "1")
             U("server.server1.port", "70000"),
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

#define TWO                                                       \
    U("accountmanager.accounts", "\"account1,account2\"")         \
    U("account.account1.server", "\"server1\"")                   \
    U("account.account2.server", "\"server2\"")                   \
    U("server.server1.type", "\"imap\"")                          \
    U("server.server2.type", "\"imap\"")                          \
    U("server.server1.hostname", "\"127.0.0.1\"")                 \
    U("server.server2.hostname", "\"127.0.0.1\"")
#define BOTH(port1, port2)                                        \
    TWO U("server.server1.socketType", "2")                       \
        U("server.server2.socketType", "2")                       \
            U("server.server1.port", port1) U("server.server2.port", port2)
#define ONE(rest)                                                 \
    U("accountmanager.accounts", "\"account1\"")                  \
    U("account.account1.server", "\"server1\"")                   \
    U("server.server1.type", "\"imap\"")                          \
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
      "",
      "# x\n" EXCEPTION("127.0.0.1:1143", "AB") EXCEPTION("h:1", "EF")},
     {ONE(U("server.server1.port", "1144") U("server.server1.socketType", "2")),
      NULL,
      "# x\n" EXCEPTION("127.0.0.1:1144", "CD") EXCEPTION("h:1", "EF")}},
    {"nothing moves", 1143, PT_STARTTLS, &renewed, 1,
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
    {"of no certificate is known: the exception of the old port goes",
     1144,
     PT_STARTTLS,
     NULL,
     1,
     {ONE(U("server.server1.port", "1143") U("server.server1.socketType", "2")),
      "", EXCEPTION("127.0.0.1:1143", "AB")},
     {ONE(U("server.server1.port", "1144") U("server.server1.socketType", "2")),
      NULL, ""}},
    {"what was not told is added beside the host",
     1144,
     PT_STARTTLS,
     NULL,
     1,
     {ONE(""), "", ""},
     {ONE(U("server.server1.port", "1144") U("server.server1.socketType", "2")),
      NULL, NULL}},
    {"but not when it is so anyway", 993, PT_TLS, NULL, 1,
     {ONE(U("server.server1.socketType", "3")), "", ""}, {0}},
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

static void test_unreadable(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_installs installs = {0};

    put_profile("", "", "");
    if (unlink(".thunderbird/p/prefs.js") ||
        mkdir(".thunderbird/p/prefs.js", 0700))
        OK(false, "a directory for the test is made");
    find(arena, "linux", &installs);
    OK(installs.count && installs.at[0]->refused &&
           !installs.at[0]->slot_count,
       "a profile that cannot be read is there, and refused");
    pt_installs_free(&installs);
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
    test_readings();
    test_changes();
    test_swap();
    test_contradictions();
    test_unreadable();
    clean_up();
    return tap_done();
}
