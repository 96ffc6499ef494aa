/* test_local.c - files and logs, as a transport sees them. */
#include "base/loop.h"
#include "base/text.h"
#include "net/local.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 256 };

static char root[PATH_SIZE];

static const char *at(const char *name)
{
    static char path[2 * PATH_SIZE];

    snprintf(path, sizeof(path), "%s/%s", root, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(at(name), "w");

    if (!file || fputs(text, file) < 0 || fclose(file))
        abort();
}

/* Put text at an offset of a file, holes before it. */
static void put_at(const char *name, off_t offset, const char *text)
{
    int fd = open(at(name), O_WRONLY | O_CREAT, 0600);

    if (fd < 0 || pwrite(fd, text, strlen(text), offset) < 0 || close(fd))
        abort();
}

static void ask_file(const char *name, struct pt_reply *reply)
{
    pt_buf_free(&reply->body);
    *reply = (struct pt_reply){.body.max = PT_FILE_MAX};
    pt_local_file(&(struct pt_ask){.kind = PT_ASK_FILE, .what = at(name)},
                  reply);
}

static void test_files(void)
{
    struct pt_reply reply = {0};

    put("plain", "davmail.imapPort=1143\n");
    ask_file("plain", &reply);
    OK(reply.status == PT_ANSWER_OK, "a file is read");
    IS(pt_buf_text(&reply.body), "davmail.imapPort=1143\n", "whole");
    ask_file("missing", &reply);
    OK(reply.status == PT_ANSWER_ABSENT, "no file is a firm no");
    ask_file("plain/below", &reply);
    OK(reply.status == PT_ANSWER_ABSENT, "so is a file below a file");
    put("empty", "");
    ask_file("empty", &reply);
    OK(reply.status == PT_ANSWER_OK && !reply.body.len, "a file may be empty");
    ask_file(".", &reply);
    OK(reply.status == PT_ANSWER_FAILED, "a directory is no file");
    OK(!symlink("loop", at("loop")), "a link leads to itself");
    ask_file("loop", &reply);
    OK(reply.status == PT_ANSWER_FAILED && *reply.why, "and nowhere else");
    pt_buf_free(&reply.body);
}

static void send_to(void *ctx, const struct pt_answer *answer)
{
    snprintf(ctx, PATH_SIZE, "%d %zu %s", answer->status, answer->len,
             answer->why ? answer->why : "");
}

static void test_limits(void)
{
    struct pt_reply reply = {0};
    char got[PATH_SIZE];

    put_at("full", PT_FILE_MAX - 1, "x");
    ask_file("full", &reply);
    OK(reply.body.len == PT_FILE_MAX && !reply.body.overflow,
       "256 KiB are read");
    put_at("large", PT_FILE_MAX, "x");
    ask_file("large", &reply);
    pt_reply_send(&reply, send_to, got);
    IS(got, "2 0 larger than 256 KiB", "one byte more is too much");
}

/* Opening a pipe to read would wait for a writer. */
static void test_what_blocks(void)
{
    struct pt_reply reply = {0};

    OK(!mkfifo(at("pipe"), 0600), "there is a pipe");
    ask_file("pipe", &reply);
    IS(reply.why, "it is not a file", "nobody waits for it");
    OK(!symlink("/dev/zero", at("zero")), "there is a device");
    ask_file("zero", &reply);
    IS(reply.why, "it is not a file", "nobody reads it");
}

enum { NOBODY = 65534 };

static void test_permission(void)
{
    struct pt_reply reply = {0};

    const uid_t user = geteuid();

    put("secret", "x");
    OK(!chmod(at("secret"), 0), "there is a file that nobody may read");
    if (user == 0) /* root may read everything: be somebody else */
        OK(!seteuid(NOBODY), "who reads is not root");
    ask_file("secret", &reply);
    OK(!seteuid(user), "and is again who it was");
    OK(reply.status == PT_ANSWER_FAILED, "a file that may not be read fails");
}

static void test_stat(void)
{
    struct pt_reply reply = {0};

    pt_local_stat(&(struct pt_ask){.what = at("plain")}, &reply);
    OK(reply.status == PT_ANSWER_OK && !reply.body.len, "a file is there");
    pt_local_stat(&(struct pt_ask){.what = at("missing")}, &reply);
    OK(reply.status == PT_ANSWER_ABSENT, "another is not");
}

/* ---- logs ---- */

static void ask_log(const char *dir, struct pt_reply *reply)
{
    static const char *words[] = {"Starting IMAP server", "SetConnectionMode"};
    struct pt_ask ask = {.kind = PT_ASK_LOG,
                         .what = at(dir),
                         .within = "_bri_",
                         .needles = {.at = words, .count = 2}};

    pt_buf_free(&reply->body);
    *reply = (struct pt_reply){.body.max = PT_FILE_MAX};
    pt_local_log(&ask, reply);
}

static void test_sessions(void)
{
    struct pt_reply reply = {0};

    ask_log("logs", &reply);
    OK(reply.status == PT_ANSWER_ABSENT, "no directory, no log");
    mkdir(at("logs"), 0700);
    ask_log("logs", &reply);
    OK(reply.status == PT_ANSWER_ABSENT, "an empty directory, no log");
    put("logs/20250101_bri_000_v3.log", "Starting IMAP server old\n");
    put("logs/20250612_bri_000_v3.log",
        "Starting IMAP server 1\nnothing\nStarting IMAP server 2\n");
    put("logs/20250612_bri_001_v3.log", "SetConnectionMode 3");
    put("logs/20250612_bri_002_v3.log", "chatter\n");
    put("logs/20250613_gui_000_v3.log", "Starting IMAP server gui\n");
    ask_log("logs", &reply);
    IS(pt_buf_text(&reply.body),
       "# 20250612_bri_002_v3.log\nStarting IMAP server 1\n"
       "Starting IMAP server 2\nSetConnectionMode 3\n",
       "the newest session is told from its beginning");
    mkfifo(at("logs/20250612_bri_0015.log"), 0600);
    ask_log("logs", &reply);
    OK(reply.status == PT_ANSWER_OK, "what is no file among them is left out");
    mkfifo(at("logs/20250614_bri_000.log"), 0600);
    ask_log("logs", &reply);
    IS(reply.why, "20250614_bri_000.log: it is not a file",
       "unless it is the newest");
    pt_buf_free(&reply.body);
}

static void ask_shelf(const char *domain, struct pt_reply *reply)
{
    pt_buf_free(&reply->body);
    *reply = (struct pt_reply){.body.max = PT_FILE_MAX};
    pt_local_shelf(&(struct pt_ask){.kind = PT_ASK_SHELF,
                                    .what = at("shelf"),
                                    .within = domain},
                   reply);
}

static void test_shelf(void)
{
    struct pt_reply reply = {0};

    ask_shelf("example.org", &reply);
    OK(reply.status == PT_ANSWER_ABSENT, "no such directory is a firm no");
    mkdir(at("shelf"), 0700);
    mkdir(at("shelf/a.xml"), 0700);
    put("shelf/b.txt", "<domain>example.org</domain>");
    put("shelf/c.xml", "<!-- <domain>example.org</domain> -->");
    put_at("shelf/d.xml", PT_FILE_MAX, "<domain>example.org</domain>");
    put("shelf/f.xml", "<domain>example.org</domain> second");
    put("shelf/e.xml", "<domain>example.net</domain>\n<domain "
                       "purpose='mx'>\r\n Example.ORG </domain> first");
    ask_shelf("example.org", &reply);
    OK(reply.status == PT_ANSWER_OK &&
           pt_slice_is(pt_slice(reply.body.at, strlen("# e.xml\n")),
                       "# e.xml\n") &&
           pt_has_suffix(pt_buf_text(&reply.body), "first"),
       "of a directory of settings the first file with the domain is taken");
    ask_shelf("example.com", &reply);
    OK(reply.status == PT_ANSWER_ABSENT, "none with the domain is a firm no");
    ask_shelf("ample.org", &reply);
    OK(reply.status == PT_ANSWER_ABSENT, "part of a domain is not the domain");
    put_at("shelf/e.xml", PT_FILE_MAX - 4, "last");
    ask_shelf("example.net", &reply);
    OK(reply.status == PT_ANSWER_OK && !pt_buf_failed(&reply.body) &&
           reply.body.len == PT_FILE_MAX + strlen("# e.xml\n"),
       "a file as large as may be fits, with its name");
    pt_buf_free(&reply.body);
}

static void test_full_shelf(void)
{
    struct pt_reply reply = {0};
    char name[PATH_SIZE];

    for (int i = 0; i < PT_SHELF_FILES - 4; i++) {
        snprintf(name, sizeof(name), "shelf/x%d.xml", i);
        put(name, "<domain>x.example</domain>");
    }
    ask_shelf("x.example", &reply);
    OK(reply.status == PT_ANSWER_FAILED && strstr(reply.why, "2000"),
       "more files than anybody has are not looked at");
    unlink(at("shelf/x1.xml"));
    ask_shelf("x.example", &reply);
    IS(pt_buf_text(&reply.body), "# x0.xml\n<domain>x.example</domain>",
       "one fewer are");
    pt_buf_free(&reply.body);
}

static void test_many_matches(void)
{
    struct pt_reply reply = {0};
    FILE *file;
    size_t lines = 0;

    mkdir(at("many"), 0700);
    file = fopen(at("many/1_bri_0"), "w");
    for (int i = 0; file && i < 100; i++)
        fprintf(file, "Starting IMAP server %d\n", i);
    if (!file || fclose(file))
        abort();
    ask_log("many", &reply);
    for (size_t i = 0; i < reply.body.len; i++)
        lines += reply.body.at[i] == '\n';
    OK(lines == PT_LOG_MATCHES + 1, "64 lines are told");
    OK(strstr(pt_buf_text(&reply.body), "server 99\n") &&
           strstr(pt_buf_text(&reply.body), "\nStarting IMAP server 36\n") &&
           !strstr(pt_buf_text(&reply.body), "server 35\n"),
       "the last ones, and oldest first");
    pt_buf_free(&reply.body);
}

/* Around each border between two chunks, whatever their size. */
static void test_borders(void)
{
    static const char line[] = "\nStarting IMAP server port=1144\n";
    struct pt_reply reply = {0};
    bool all = true;

    mkdir(at("borders"), 0700);
    for (off_t i = 0; i < 64; i++) {
        unlink(at("borders/1_bri_0"));
        put_at("borders/1_bri_0", 1000, line);
        put_at("borders/1_bri_0", 1000 + 16 + 128 * 1024 - i, "\n");
        ask_log("borders", &reply);
        all &= pt_is(pt_buf_text(&reply.body),
                     "# 1_bri_0\nStarting IMAP server port=1144\n");
    }
    OK(all, "a line on a border between two chunks is found whole");
    pt_buf_free(&reply.body);
}

static void test_long_line(void)
{
    struct pt_reply reply = {0};
    FILE *file;

    mkdir(at("long"), 0700);
    file = fopen(at("long/1_bri_0"), "w");
    fputs("Starting IMAP server ", file);
    for (int i = 0; i < 400000; i++)
        fputc('x', file);
    fputs("\nSetConnectionMode\n", file);
    fclose(file);
    ask_log("long", &reply);
    OK(reply.body.len == strlen("# 1_bri_0\n") + PT_LOG_LINE + 1 +
                             strlen("SetConnectionMode\n"),
       "a long line is cut");
    OK(strstr(pt_buf_text(&reply.body), "\nStarting IMAP server xxx"),
       "and its beginning is kept");
    pt_buf_free(&reply.body);
}

static int64_t now_ms(void)
{
    return pt_clock_monotonic.now_ms(NULL);
}

static long peak_kb(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* 100 MB, and nothing of interest but at both ends. */
static void test_large_log(void)
{
    struct pt_reply reply = {0};
    long before = peak_kb();
    int64_t start;

    mkdir(at("large-log"), 0700);
    put_at("large-log/1_bri_0", 0, "Starting IMAP server first\n");
    put_at("large-log/1_bri_0", 100 * 1000 * 1000,
           "\nStarting IMAP server last\n");
    start = now_ms();
    ask_log("large-log", &reply);
    printf("# %d ms, %ld KB\n", (int)(now_ms() - start), peak_kb() - before);
    IS(pt_buf_text(&reply.body), "# 1_bri_0\nStarting IMAP server last\n",
       "of 100 MB the last 64 MiB are read");
    OK(now_ms() - start < 2000, "in no time to speak of");
    OK(peak_kb() - before < 8 * 1024, "and in little memory");
    pt_buf_free(&reply.body);
}

int main(void)
{
    char command[PATH_SIZE + 16];
    const char *tmp = getenv("TMPDIR");

    snprintf(root, sizeof(root), "%s/portolan-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(root))
        return 99;
    test_files();
    test_limits();
    test_what_blocks();
    test_permission();
    test_stat();
    test_sessions();
    test_shelf();
    test_full_shelf();
    test_many_matches();
    test_borders();
    test_long_line();
    test_large_log();
    snprintf(command, sizeof(command), "rm -rf '%s'", root);
    return system(command) || tap_done();
}
