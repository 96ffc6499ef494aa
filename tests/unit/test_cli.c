/* test_cli.c - the program's words and exit statuses, without a search. */
#include "cli/cli.h"
#include "cli/command.h"
#include "tests/tap.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <unistd.h>

enum { ARGS_MAX = 16 };

/* One run of the program: what it was given and what it said. */
struct run {
    const char *in;
    bool out_is_terminal;
    int width; /* of the terminal that standard error is; 0: it is none */
    int height;
    int status;
    char *out;
    char *err;
};

static void run_program(struct run *run, const char *const *args)
{
    static char nothing[] = "\n";
    char *argv[ARGS_MAX] = {(char[]){"portolan"}};
    size_t out_len;
    size_t err_len;
    int argc = 1;
    char *in = strdup(run->in ? run->in : nothing);
    struct pt_io io = {.out_is_terminal = run->out_is_terminal,
                       .err_is_terminal = run->width,
                       .width = run->width,
                       .height = run->height};

    for (; args[argc - 1]; argc++)
        argv[argc] = strdup(args[argc - 1]);
    io.in = fmemopen(in, strlen(in), "r");
    io.out = open_memstream(&run->out, &out_len);
    io.err = open_memstream(&run->err, &err_len);
    run->status = pt_cli(argc, argv, &io);
    fclose(io.in);
    fclose(io.out);
    fclose(io.err);
    free(in);
    while (--argc)
        free(argv[argc]);
}

static void forget(struct run *run)
{
    free(run->out);
    free(run->err);
    *run = (struct run){0};
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

static void test_version_and_help(void)
{
    struct run run = {0};

    RUN(&run, "--version");
    OK(run.status == 0 && says(run.out, "portolan " PACKAGE_VERSION "\n"),
       "--version prints the version");
    forget(&run);

    RUN(&run, "--help");
    OK(run.status == 0 && !*run.err, "--help is an answer, not an error");
    for (size_t i = 0; pt_commands[i]; i++)
        OK(says(run.out, pt_commands[i]->name) &&
               says(run.out, pt_commands[i]->summary),
           "--help names every command and what it is for");
    for (size_t i = 0; i < pt_options_count; i++)
        OK(says(run.out, pt_options_table[i].name),
           "--help names every option");
    OK(!strstr(run.out, "  check "),
       "--help does not promise what is not there");
    forget(&run);

    RUN(&run, "help", "write");
    OK(run.status == 0 && says(run.out, "--output") &&
           !strstr(run.out, "--explain"),
       "help of a command lists the options it takes and no others");
    forget(&run);

    RUN(&run, "-h", "port");
    OK(run.status == 0 && says(run.out, "Usage: portolan port"),
       "-h before a command gives the help of that command");
    forget(&run);
}

static void test_no_arguments(void)
{
    struct run run = {0};

    run_program(&run, (const char *const[]){NULL});
    OK(run.status == 2 && !*run.out && says(run.err, "Commands"),
       "without arguments the help goes to standard error, status 2");
    forget(&run);
}

/* What was typed, and what must stand in the complaint. */
static const struct {
    const char *args[ARGS_MAX];
    const char *complaint;
    const char *name;
} refusals[] = {
    {{"fnd", "ann@example.org"}, "portolan find", "a slip in a command"},
    {{"check"}, "no command is named 'check'", "a command of tomorrow"},
    {{"serve"}, "'serve' needs ADDRESS|DOMAIN...", "nothing to serve"},
    {{"serve", "--listen", "localhost", "example.org"},
     "'localhost' is no place to listen at",
     "a place to listen at without a port"},
    {{"serve", "--listen", "0.0.0.0:8080", "example.org"},
     "every network that this machine is in",
     "listening everywhere by mistake"},
    {{"serve", "--listen", "192.0.2.1:8080", "example.org"},
     "192.0.2.1 is not the address of a private network",
     "listening in public by mistake"},
    {{"serve", "--listen", "https://127.0.0.1:0", "example.org"},
     "--cert FILE --key FILE",
     "TLS without a certificate"},
    {{"serve", "--cert", "c.pem", "example.org"},
     "--cert is of no use without the other",
     "a certificate without its key"},
    {{"serve", "--lan", "--listen", "127.0.0.1:0", "example.org"},
     "--lan and --listen both say where to listen",
     "two ways to say where to listen"},
    {{"serve", "--tls", "--cert", "c.pem", "--key", "k.pem", "example.org"},
     "--tls makes a certificate",
     "two certificates"},
    {{"serve", "--dns-help", "dnsmask", "example.org"},
     "dnsmasq",
     "a slip in the name of a name server"},
    {{"serve", "--rate", "many", "example.org"},
     "'many' is not a number of requests",
     "a rate that is no number"},
    {{"serve", "example.org", "ann@example.org"},
     "the domain example.org is named twice",
     "a domain named twice"},
    {{"serve", "exa mple.org"}, "exa mple.org", "a domain that is none"},
    {{"ann@example.org"}, "portolan find ADDRESS", "a bare address"},
    {{"find", "--explian", "a@example.org"},
     "'--explain'",
     "a slip in an option"},
    {{"find", "-x", "a@example.org"}, "'-x'", "an unknown letter"},
    {{"find"}, "ADDRESS", "find without an address"},
    {{"find", "a@example.org", "--timeout"},
     "--timeout",
     "an option without its argument"},
    {{"find", "--from=", "a@example.org"}, "--from", "an empty argument"},
    {{"find", "--json=yes", "a@example.org"},
     "--json",
     "an argument for an option that takes none"},
    {{"port", "--explain"}, "--explain", "an option of another command"},
    {{"sources", "more"}, "'more'", "an operand too many"},
    {{"find", "--timeout", "0.05", "a@example.org"}, "0.1", "a time too short"},
    {{"find", "--timeout", "121", "a@example.org"}, "120", "a time too long"},
    {{"find", "--timeout", "1e1", "a@example.org"},
     "'1e1'",
     "a time that is no number"},
    {{"find", "--only", "bridg", "a@example.org"},
     "'bridge'",
     "a slip in a source"},
    {{"find", "--accept", "not a host", "a@example.org"},
     "'not a host'",
     "a host that is none"},
    {{"find", "--ispdb", "/nonexistent/ispdb", "a@example.org"},
     "'/nonexistent/ispdb'",
     "a database that is not there"},
    {{"find", "--ispdb", "/dev/null", "a@example.org"},
     "no directory",
     "a database that is no directory"},
    {{"find", "--ispdb", "htps://db.example.org", "a@example.org"},
     "https://",
     "a slip in the URL of a database"},
    {{"write", "appel", "a@example.org"}, "'apple'", "a slip in a client"},
    {{"write", "a@example.org", "apple"},
     "first the clients",
     "address and client swapped"},
    {{"write", "apple"}, "CLIENT", "write without an address"},
    {{"write", "apple", "outlook", "a@example.org"},
     "-o DIR",
     "several files without a directory"},
    {{"write", "--json", "apple", "a@example.org"},
     "-o FILE",
     "two answers on one standard output"},
    {{"write", "--name", "a\nb", "apple", "a@example.org"},
     "'a?b'",
     "a name with a line feed"},
    {{"port", "0"}, "'0'", "port 0"},
    {{"port", "65536"}, "'65536'", "port 65536"},
    {{"port", "-1"}, "'-1'", "port -1"},
    {{"help", "nope"}, "'nope'", "help of no command"},
    {{"find", "no address"}, "'no address'", "what is not an address"},
    {{"find", "--", "-x"}, "-x", "an operand behind --"},
    {{"find", "a\033]0;x@example.org"}, "?", "an address with an escape"},
};

static void test_refusals(void)
{
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct run run = {0};
        char what[128];

        run_program(&run, refusals[i].args);
        snprintf(what, sizeof(what), "%s: status 2 and a sentence",
                 refusals[i].name);
        OK(run.status == 2 && !*run.out &&
               !strncmp(run.err, "portolan: ", 10) &&
               says(run.err, refusals[i].complaint) && !strchr(run.err, '\033'),
           what);
        forget(&run);
    }
}

static void test_long_name(void)
{
    struct run run = {0};
    char name[202];

    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    RUN(&run, "write", "apple", "outlook", "--name", name, "a@example.org");
    OK(run.status == 2 && says(run.err, "200"),
       "a name of 201 bytes is refused");
    forget(&run);
    name[200] = '\0';
    RUN(&run, "write", "apple", "outlook", "--name", name, "a@example.org");
    OK(run.status == 2 && says(run.err, "-o DIR"),
       "a name of 200 bytes is taken");
    forget(&run);
}

static void test_terminal(void)
{
    struct run run = {.out_is_terminal = true};

    RUN(&run, "write", "thunderbird", "a@example.org");
    OK(run.status == 2 && says(run.err, "-o FILE"),
       "a ZIP is not put on a terminal");
    forget(&run);
}

/* Two ports, at a terminal of that size. */
static void probe_at(struct run *run, int width, int height)
{
    static const char world[] = "ask host mail.example.org\n"
                                "ok\n"
                                "| 192.0.2.1\n";
    char path[] = "/tmp/portolan-cli-XXXXXX";
    int fd = mkstemp(path);

    if (fd < 0 ||
        write(fd, world, sizeof(world) - 1) != (ssize_t)sizeof(world) - 1)
        abort();
    close(fd);
    *run = (struct run){.width = width, .height = height};
    RUN(run, "probe", "mail.example.org", "--replay", path);
    unlink(path);
}

static void test_live(void)
{
    struct run run;

    probe_at(&run, 80, 24);
    OK(says(run.err, "  mail.example.org  ") && says(run.err, "\033[8A"),
       "while ports are tried they are shown, each in its line");
    OK(says(run.err, "\033[8A\033[J"), "which are gone in the end");
    forget(&run);
    probe_at(&run, 40, 24);
    OK(says(run.err, "8 of 8 ports tried") && !strstr(run.err, "\033[8A"),
       "where a line would break, they are only counted");
    forget(&run);
    probe_at(&run, 80, 8);
    OK(says(run.err, "8 of 8 ports tried"), "so where they are too many");
    forget(&run);
    probe_at(&run, 0, 0);
    OK(!strchr(run.err, '\033'), "and in a file there is none of it");
    forget(&run);
}

static void test_lists(void)
{
    static const char *const lists[] = {"sources", "clients"};

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        struct run run = {0};
        cJSON *json;
        const cJSON *version;

        RUN(&run, lists[i], "--json");
        json = cJSON_Parse(run.out);
        version = cJSON_GetObjectItem(json, "portolan");
        OK(run.status == 0 && version && version->valueint == 1,
           "the JSON of a list says which version it is");
        OK(cJSON_GetArraySize(cJSON_GetObjectItem(json, lists[i])) > 0,
           "the JSON of a list has the list under its name");
        cJSON_Delete(json);
        forget(&run);
        RUN(&run, lists[i]);
        OK(run.status == 0 && says(run.out, "NAME"), "people get a table");
        forget(&run);
    }
}

static void test_bad_lines(void)
{
    struct run run = {.in = "bad one\r\n\n\"bad\ttwo\nthree"};
    const char *line;

    RUN(&run, "find", "-");
    OK(run.status == 2, "find - ends with the first status that was not 0");
    OK(!*run.err, "find - answers bad lines on standard output");
    line = run.out;
    for (int i = 0; i < 3; i++) {
        const char *end = strchr(line, '\n');
        cJSON *json = cJSON_ParseWithLength(line, end ? (size_t)(end - line)
                                                      : strlen(line));

        IS(cJSON_GetStringValue(cJSON_GetObjectItem(json, "status")),
           "bad-input", "each bad line is answered by an object of one line");
        cJSON_Delete(json);
        line = end ? end + 1 : line;
    }
    IS(line, "", "an empty line is passed over");
    forget(&run);
}

static void test_long_line(void)
{
    struct run run = {0};
    char *line = malloc(1000001);

    memset(line, 'x', 1000000);
    line[1000000] = '\0';
    run.in = line;
    RUN(&run, "find", "-");
    OK(run.status == 2 && strlen(run.out) < 4096,
       "a line of a megabyte is one bad line, cut short");
    forget(&run);
    free(line);
}

static void test_full_disk(void)
{
    char *argv[] = {(char[]){"portolan"}, (char[]){"--help"}, NULL};
    char *said = NULL;
    size_t len;
    struct pt_io io = {.in = stdin, .out = fopen("/dev/full", "w")};

    if (!io.out)
        return;
    io.err = open_memstream(&said, &len);
    OK(pt_cli(2, argv, &io) == 5, "a full disk ends with status 5");
    fclose(io.err);
    OK(says(said, "could not be written"), "a full disk is told");
    fclose(io.out);
    free(said);
}

int main(void)
{
    test_version_and_help();
    test_no_arguments();
    test_refusals();
    test_long_name();
    test_terminal();
    test_live();
    test_lists();
    test_bad_lines();
    test_long_line();
    test_full_disk();
    return tap_done();
}
