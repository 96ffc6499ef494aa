/* update.c - two mail programs given a bridge's new ports, and their old ones
 * back, again and again, each time with another allocation failing.
 *
 * Each file is old or new whatever happens, nothing lies beside them, and the
 * program says that memory ran out, or ends as if nothing had.  With memory
 * again, the same command does all that it would have done. */
#include "base/file.h"
#include "tests/oom/home.h"
#include "tests/oom/ran.h"
#include "tests/tap.h"

#include <dirent.h>

enum { EXIT_NO_MEMORY = 5, NEAR = 400, STRIDE = 7, FILES = 2, WORDS = 5 };

static const char *const names[FILES] = {".msmtprc", ".mbsyncrc"};
static const char *const old[FILES] = {
    "# mine\r\n"
    "account default\n"
    "host 127.0.0.1\n"
    "port 1025\n"
    "tls on\n"
    "from ann@proton.me\n"
    "user ann@proton.me\n",
    "IMAPAccount bridge\n"
    "Host 127.0.0.1\n"
    "Port 1143\n"
    "User ann@proton.me\n"
    "TLSType STARTTLS\n",
};
static char *new[FILES];
static char *scenario;

static bool holds(const char *path, const char *text)
{
    PT_BUF struct pt_buf bytes = {0};

    return pt_file_read(path, &bytes, NULL) == PT_OK &&
           bytes.len == strlen(text) && !strcmp(pt_buf_text(&bytes), text);
}

static bool are_all(const char *const *texts)
{
    for (size_t i = 0; i < FILES; i++)
        if (!holds(names[i], texts[i]))
            return false;
    return true;
}

static bool are_whole(void)
{
    for (size_t i = 0; i < FILES; i++)
        if (!holds(names[i], old[i]) && !holds(names[i], new[i]))
            return false;
    return true;
}

static bool is_tidy(void)
{
    DIR *dir = opendir(".");
    const struct dirent *entry;
    bool tidy = dir;

    while (dir && (entry = readdir(dir)))
        tidy = tidy && strncmp(entry->d_name, ".portolan-", 10) != 0;
    if (dir)
        closedir(dir);
    return tidy;
}

static void put_all(const char *const *texts)
{
    for (size_t i = 0; i < FILES; i++)
        if (pt_file_write(names[i], texts[i], strlen(texts[i]), NULL) != PT_OK)
            abort();
}

static void run_program(const char *command, size_t nth, struct ran *run)
{
    bool asks = !strcmp(command, "update"); /* undo asks nothing */
    char *argv[WORDS] = {(char[]){"portolan"}, strdup(command),
                         asks ? (char[]){"--replay"} : NULL, scenario, NULL};

    run_once(argv, nth, run);
    free(argv[1]);
}

/* With all the memory it wants: is that what came of it? */
static bool leads_to(const char *command, const char *const *want)
{
    struct ran run;

    run_program(command, 0, &run);
    forget_ran(&run);
    return are_all(want) && is_tidy();
}

static void begin(const char *command)
{
    remove_tree(".local");
    put_all(old);
    if (strcmp(command, "undo") == 0 &&
        !leads_to("update", (const char *const *)new))
        abort();
}

static bool is_orderly(const struct ran *run, const struct ran *whole)
{
    if (strstr(run->err, "out of memory"))
        return run->status == EXIT_NO_MEMORY || run->status == whole->status;
    return run->status == whole->status;
}

static bool survives(const char *command, size_t nth, const struct ran *whole,
                     const char *const *want)
{
    struct ran got;
    bool orderly;

    begin(command);
    run_program(command, nth, &got);
    orderly = is_orderly(&got, whole) && are_whole() &&
              (got.status || are_all(want)) && leads_to(command, want);
    if (!orderly)
        printf("# allocation %zu: exit %d, %s, %s\n", nth, got.status,
               are_whole() ? "whole" : "torn", got.err);
    forget_ran(&got);
    return orderly;
}

static void sweep(const char *command, const char *const *want,
                  const char *what)
{
    struct ran whole;
    bool orderly;

    begin(command);
    run_program(command, 0, &whole);
    orderly = !whole.status && whole.points && are_all(want);
    if (!orderly)
        printf("# exit %d: %s\n", whole.status, whole.err);
    for (size_t nth = 1; nth <= whole.points; nth += nth < NEAR ? 1 : STRIDE)
        orderly &= survives(command, nth, &whole, want);
    printf("# %zu allocations\n", whole.points);
    OK(orderly, what);
    forget_ran(&whole);
}

/* What update makes of the files. */
static bool learn(void)
{
    struct ran run;

    put_all(old);
    run_program("update", 0, &run);
    forget_ran(&run);
    for (size_t i = 0; i < FILES; i++) {
        struct pt_buf bytes = {0};

        if (pt_file_read(names[i], &bytes, NULL) != PT_OK)
            return false;
        new[i] = bytes.at; /* freed by main */
    }
    return strstr(new[0], "1026") && strstr(new[1], "1144");
}

static bool name_scenario(void)
{
    const char *top = getenv("top_srcdir");
    char *real = realpath(top ? top : ".", NULL);
    char played[4096];

    snprintf(played, sizeof(played), "%s/tests/scenarios/proton-ok.scenario",
             real ? real : "");
    free(real);
    scenario = strdup(played);
    return scenario;
}

int main(void)
{
    char dir[] = "/tmp/portolan-update-XXXXXX";

    if (!name_scenario() || !make_home(dir, "proton"))
        return 1;
    if (OK(learn(), "two clients follow a bridge")) {
        sweep("update", (const char *const *)new,
              "update survives failing allocations");
        sweep("undo", old, "and so does undo");
    }
    for (size_t i = 0; i < FILES; i++)
        free(new[i]);
    free(scenario);
    if (!chdir("/"))
        remove_tree(dir);
    return tap_done();
}
