/* sweep.c - every run of every scenario given, again and again, each time with
 * another allocation failing.  The program must end in order: with what it
 * says when all is well, or with exit status 5 and a sentence. */
#include "base/file.h"
#include "tests/oom/alloc.h"
#include "tests/scenarios/play.h"
#include "tests/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_NO_MEMORY = 5, NEAR = 200, STRIDE = 11 };

struct sweep {
    const char *file;
    const char *profiles;
    const struct play_run *run;
    struct play_result whole; /* nothing failed */
    size_t points;
};

/* Nothing failed that mattered, or it says that memory ran out. */
static bool is_orderly(const struct sweep *s, const struct play_result *got)
{
    if (got->exit == s->whole.exit && got->out && s->whole.out &&
        !strcmp(got->out, s->whole.out))
        return true;
    return got->exit == EXIT_NO_MEMORY && got->err &&
           strstr(got->err, "out of memory");
}

static bool survives(struct sweep *s, size_t nth)
{
    struct play_result got;
    bool orderly;

    pt_oom_fail_at(nth);
    play(s->run, s->file, s->profiles, &got);
    pt_oom_fail_at(0);
    orderly = is_orderly(s, &got);
    if (!orderly)
        printf("# allocation %zu: exit %d, stderr: %s\n", nth, got.exit,
               got.err ? got.err : "");
    play_result_free(&got);
    return orderly;
}

static bool sweep_run(struct sweep *s)
{
    bool orderly = true;

    pt_oom_fail_at(0);
    play(s->run, s->file, s->profiles, &s->whole);
    s->points = pt_oom_seen();
    for (size_t nth = 1; nth <= s->points; nth += nth < NEAR ? 1 : STRIDE)
        orderly &= survives(s, nth);
    play_result_free(&s->whole);
    return orderly;
}

static void sweep_file(const char *file, const char *profiles)
{
    PT_BUF struct pt_buf text = {.max = 1024 * 1024};
    struct pt_error err;
    struct pt_slice rest;
    struct play_run run;
    char what[320];

    if (!OK(pt_file_read(file, &text, &err) == PT_OK, file))
        return;
    rest = pt_slice(text.at, text.len);
    while (play_next(&rest, &run)) {
        struct sweep s = {.file = file, .profiles = profiles, .run = &run};
        bool orderly = sweep_run(&s);

        snprintf(what, sizeof(what), "%.*s survives %zu failing allocations",
                 (int)run.line.len, run.line.at, s.points);
        OK(orderly && s.points, what);
        play_run_free(&run);
    }
}

int main(int argc, char **argv)
{
    const char *profiles = getenv("PORTOLAN_PROFILES");

    for (int i = 1; i < argc; i++)
        sweep_file(argv[i], profiles ? profiles : "profiles");
    OK(argc > 1, "scenarios were given");
    return tap_done();
}
