/* test_recording.c - --record: what is refused, what is written, and what
 * becomes of it when it cannot be. */
#include "base/file.h"
#include "cli/cli.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARGS_MAX = 16, RECORDING_MAX = 8 * 1024 * 1024, STRIDE = 3 };

static const char world[] =
    "place home /home/jo\n"
    "place config /home/jo/.config\n"
    "ask file /home/jo/.davmail.properties\n"
    "after 1\n"
    "ok\n"
    "| davmail.imapPort=1143\n"
    "| davmail.smtpPort=1025\n"
    "| davmail.bindAddress=127.0.0.1\n"
    "| davmail.proxyPassword=hunter2\n"
    "| davmail.defaultDomain=ann\n"
    "ask file /home/jo/.config/hydroxide/auth.json\n"
    "ok\n"
    "| {\"ann\": \"c2VhbGVk\"}\n"
    "ask machine\n"
    "ok\n"
    "| process\t7\t1000\tjojo\t/opt/davmail\t/home/jo\tdavmail\t--token\tx\n"
    "| process\t8\t1000\tjojo\t/usr/bin/vim\t/\tvim\tletter-to-ann.txt\n"
    "| listen\t127.0.0.1\t1143\t1000\tjojo\t7\n"
    "| listen\t127.0.0.1\t1025\t1000\tjojo\t7\n"
    "ask speak 127.0.0.1:1143\n"
    "ok\n"
    "| greeting * OK [CAPABILITY IMAP4REV1] IMAP4rev1 DavMail 6.0.1 server "
    "ready\n"
    "| security plain\n"
    "ask speak 127.0.0.1:1025\n"
    "ok\n"
    "| greeting 220 DavMail 6.0.1 SMTP ready at noon\n"
    "| security plain\n";

static char dir[] = "/tmp/portolan-recording-XXXXXX";
static char scenario[64];
static char record[64];

struct run {
    bool records_replays;
    int status;
    char *out;
    char *err;
};

static void run_program(struct run *run, const char *const *args)
{
    char *argv[ARGS_MAX] = {(char[]){"portolan"}};
    const char *profiles = getenv("PORTOLAN_PROFILES");
    size_t out_len;
    size_t err_len;
    int argc = 1;
    struct pt_io io = {.profiles_dir = profiles ? profiles : "profiles",
                       .records_replays = run->records_replays};

    for (; args[argc - 1]; argc++)
        argv[argc] = (char *)(uintptr_t)args[argc - 1];
    io.in = stdin;
    io.out = open_memstream(&run->out, &out_len);
    io.err = open_memstream(&run->err, &err_len);
    run->status = pt_cli(argc, argv, &io);
    fclose(io.out);
    fclose(io.err);
}

static void forget(struct run *run)
{
    free(run->out);
    free(run->err);
    run->out = run->err = NULL;
}

#define RUN(run, ...)                                                          \
    run_program((run), (const char *const[]){__VA_ARGS__, NULL})

static bool says(const char *text, const char *what)
{
    bool found = strstr(text, what) != NULL;

    if (!found)
        printf("# '%s' is not in: %s\n", what, text);
    return found;
}

static void test_refusals(void)
{
    struct run run = {0};

    RUN(&run, "find", "ann@example.org", "--record", "-");
    OK(run.status == 2 && says(run.err, "standard output"),
       "a recording does not go to standard output");
    forget(&run);
    RUN(&run, "find", "ann@example.org", "--record", record, "--replay",
        scenario);
    OK(run.status == 2 && says(run.err, "do not go together"),
       "a replay is not recorded");
    forget(&run);
    RUN(&run, "find", "ann@example.org", "bob@example.org", "--record", record);
    OK(run.status == 2 && says(run.err, "one address"),
       "two addresses are not recorded");
    forget(&run);
    RUN(&run, "find", "-", "--record", record);
    OK(run.status == 2 && says(run.err, "one address"),
       "neither is a stream of them");
    forget(&run);
    RUN(&run, "sources", "--record", record);
    OK(run.status == 2 && says(run.err, "does not take"),
       "what asks nothing records nothing");
    forget(&run);
    OK(access(record, F_OK) != 0, "and nothing of this leaves a file");
}

static void read_record(struct pt_buf *text)
{
    struct pt_error err = {0};

    text->max = RECORDING_MAX;
    if (pt_file_read(record, text, &err) != PT_OK)
        printf("# %s\n", err.text);
}

static void test_written(void)
{
    struct run run = {.records_replays = true};
    PT_BUF struct pt_buf text = {0};
    struct stat st = {0};

    RUN(&run, "find", "ann@corp.example", "--bridge=davmail", "--name",
        "Ann Example", "--replay", scenario, "--dns", "192.0.2.1", "--record",
        record);
    OK(run.status == 2 && says(run.err, "--name"),
       "an option that does not belong there is still refused");
    forget(&run);
    RUN(&run, "write", "text", "ann@corp.example", "--bridge=davmail",
        "--name", "Ann Example", "--replay", scenario, "--dns", "192.0.2.1",
        "--timeout", "4", "--record", record);
    OK(run.status == 0 && says(run.out, "1143"), "the answer is given");
    forget(&run);
    read_record(&text);
    OK(!stat(record, &st) && (st.st_mode & 0777) == 0600,
       "the recording is for its owner alone");
    OK(says(pt_buf_text(&text),
            "\nrun write text someone@corp.example --bridge davmail --name "
            "\"Some One\" --timeout 4\n"),
       "it holds the run, but not who it was, nor whom it asked");
    OK(says(pt_buf_text(&text), "place home /home/someone\n"),
       "it says where the user's files lie");
    OK(says(pt_buf_text(&text), "davmail.proxyPassword=***\n") &&
           says(pt_buf_text(&text), "--token\t***\n"),
       "its secrets are gone");
    OK(says(pt_buf_text(&text), "\n| {\"someone\": \"***\"}\n"),
       "so are the values of a file that is nobody's business");
    OK(says(pt_buf_text(&text), "davmail.defaultDomain=someone\n"),
       "so is the name");
    OK(!strstr(pt_buf_text(&text), "jojo") &&
           !strstr(pt_buf_text(&text), "vim"),
       "so are the login and the programs that do not matter");
    unlink(record);
}

static void test_probe(void)
{
    struct run run = {.records_replays = true};
    PT_BUF struct pt_buf text = {0};

    RUN(&run, "probe", "ann@corp.example", "bob@corp.example", "--replay",
        scenario, "--record", record);
    OK(says(run.out, "ann@corp.example"), "a probe is answered");
    forget(&run);
    read_record(&text);
    OK(says(pt_buf_text(&text),
            "\nrun probe someone@corp.example someone@corp.example\n"),
       "who is probed is nobody in the recording");
    OK(!strstr(pt_buf_text(&text), "ann@") &&
           !strstr(pt_buf_text(&text), "bob"),
       "wherever it is named");
    unlink(record);
}

static void test_failed_search(void)
{
    struct run run = {.records_replays = true};

    RUN(&run, "find", "ann@corp.example", "--bridge=nonesuch", "--replay",
        scenario, "--record", record);
    OK(run.status == 2 && says(run.err, "nonesuch"),
       "what the search has to say is said");
    forget(&run);
    unlink(record);
    RUN(&run, "find", "ann@corp.example", "--bridge=none", "--replay",
        scenario, "--record", record);
    OK(run.status == 1 && access(record, F_OK) == 0,
       "a search that finds nothing is recorded");
    forget(&run);
    unlink(record);
}

static void test_unwritable(void)
{
    static const char *const places[] = {"/nonexistent/recording", "/",
                                         "/dev/full"};

    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        struct run run = {.records_replays = true};

        RUN(&run, "find", "ann@corp.example", "--bridge", "davmail",
            "--replay", scenario, "--record", places[i]);
        OK(run.status == 5 && says(run.err, places[i]),
           "where it cannot be written, that is said");
        OK(says(run.out, "1143"), "and the answer is given all the same");
        forget(&run);
    }
}

/* Each time another allocation fails: it is recorded, or said why not. */
static void test_memory(void)
{
    struct run run = {.records_replays = true};
    bool orderly = true;
    size_t points;

    pt_oom_fail_at(0);
    RUN(&run, "bridges", "--replay", scenario, "--record", record);
    points = pt_oom_seen();
    forget(&run);
    for (size_t nth = 1; nth <= points; nth += STRIDE) {
        unlink(record);
        pt_oom_fail_at(nth);
        RUN(&run, "bridges", "--replay", scenario, "--record", record);
        pt_oom_fail_at(0);
        if (run.status != 0 &&
            !(run.status == 5 && run.err && strstr(run.err, "memory"))) {
            printf("# allocation %zu: %d, %s\n", nth, run.status, run.err);
            orderly = false;
        }
        forget(&run);
    }
    OK(orderly && points > 100, "memory may run out at any time");
    unlink(record);
}

int main(void)
{
    struct pt_error err;

    if (!mkdtemp(dir))
        return 99;
    snprintf(scenario, sizeof(scenario), "%s/scenario", dir);
    snprintf(record, sizeof(record), "%s/record", dir);
    if (pt_file_write(scenario, world, sizeof(world) - 1, &err) != PT_OK)
        return 99;
    test_refusals();
    test_written();
    test_probe();
    test_failed_search();
    test_unwritable();
    test_memory();
    unlink(scenario);
    rmdir(dir);
    return tap_done();
}
