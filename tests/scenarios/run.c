/* run.c - play every scenario given and compare; --update writes down what
 * came instead (then read the difference before you keep it). */
#include "base/file.h"
#include "tests/scenarios/play.h"
#include "tests/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *profiles_dir(void)
{
    const char *dir = getenv("PORTOLAN_PROFILES");

    return dir ? dir : "profiles";
}

static void title_of(const char *file, const struct play_run *run, char *out,
                     size_t size)
{
    const char *base = strrchr(file, '/');

    snprintf(out, size, "%s: %.*s", base ? base + 1 : file,
             (int)run->line.len, run->line.at);
}

static void check(const char *file, const struct play_run *run,
                  const struct play_result *got)
{
    char title[256];
    char what[320];

    title_of(file, run, title, sizeof(title));
    snprintf(what, sizeof(what), "%s ends with %d", title, run->want_exit);
    if (!OK(got->exit == run->want_exit, what))
        printf("# exit %d; stderr: %s\n", got->exit, got->err);
    if (run->wants_out) {
        snprintf(what, sizeof(what), "%s answers as expected", title);
        IS(got->out, pt_buf_text(&run->want_out), what);
    }
    if (run->wants_err) {
        snprintf(what, sizeof(what), "%s says as expected", title);
        IS(got->err, pt_buf_text(&run->want_err), what);
    }
}

static void put_lines(struct pt_buf *out, char mark, const char *text)
{
    struct pt_slice rest = pt_slice_of(text);
    struct pt_slice line;

    while (pt_next_line(&rest, &line)) {
        pt_buf_putc(out, mark);
        if (line.len)
            pt_buf_putc(out, ' ');
        pt_buf_add(out, line.at, line.len);
        pt_buf_putc(out, '\n');
    }
}

static void put_run(struct pt_buf *out, const struct play_run *run,
                    const struct play_result *got)
{
    pt_buf_add(out, run->line.at, run->line.len);
    pt_buf_printf(out, "\nexit %d\n", got->exit);
    put_lines(out, '>', got->out);
    put_lines(out, '!', got->err);
}

static bool play_file(const char *file, bool update)
{
    PT_BUF struct pt_buf text = {.max = 1024 * 1024};
    PT_BUF struct pt_buf out = {0};
    struct pt_error err;
    struct pt_slice rest;
    struct play_run run;
    const char *from;
    int runs = 0;

    if (pt_file_read(file, &text, &err) != PT_OK) {
        printf("# %s\n", err.text);
        return false;
    }
    rest = pt_slice(text.at, text.len);
    for (from = text.at; play_next(&rest, &run); from = run.end, runs++) {
        struct play_result got;

        play(&run, file, profiles_dir(), &got);
        pt_buf_add(&out, from, (size_t)(run.line.at - from));
        put_run(&out, &run, &got);
        if (!update)
            check(file, &run, &got);
        play_result_free(&got);
        play_run_free(&run);
    }
    pt_buf_add(&out, rest.at, rest.len);
    if (update)
        return pt_file_write(file, out.at, out.len, &err) == PT_OK;
    return runs > 0;
}

int main(int argc, char **argv)
{
    bool update = argc > 1 && !strcmp(argv[1], "--update");

    for (int i = 1 + update; i < argc; i++)
        OK(play_file(argv[i], update), argv[i]);
    OK(argc > 1 + update, "scenarios were given");
    return tap_done();
}
