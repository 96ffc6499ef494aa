#include "tests/scenarios/play.h"

#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cut at blanks outside quotes, in place. */
static void split(struct play_run *run)
{
    char *at = run->words;

    run->args[run->arg_count++] = strcpy(at, "portolan");
    at += strlen(at) + 1;
    while (*at && run->arg_count < PLAY_ARGS - 2) {
        bool quoted = *at == '"';
        char *end = strchr(at + quoted, quoted ? '"' : ' ');

        run->args[run->arg_count++] = at + quoted;
        if (!end)
            return;
        *end = '\0';
        at = end + 1;
        while (*at == ' ')
            at++;
    }
}

static void begin_run(struct play_run *run, struct pt_slice line)
{
    size_t len = line.len - strlen("run ");

    *run = (struct play_run){.line = line};
    run->words = calloc(1, sizeof("portolan") + len + 1);
    if (!run->words)
        abort();
    memcpy(run->words + sizeof("portolan"), line.at + strlen("run "), len);
    split(run);
}

static void expect(struct pt_buf *want, bool *wants, struct pt_slice line)
{
    *wants = true;
    if (line.len > 2)
        pt_buf_add(want, line.at + 2, line.len - 2);
    pt_buf_putc(want, '\n');
}

/* True when the line belongs to the run. */
static bool take_line(struct play_run *run, struct pt_slice line)
{
    uint64_t value;

    if (pt_slice_has_prefix(line, "exit ") &&
        pt_parse_uint(pt_slice(line.at + 5, line.len - 5), 255, &value))
        run->want_exit = (int)value;
    else if (pt_slice_has_prefix(line, ">"))
        expect(&run->want_out, &run->wants_out, line);
    else if (pt_slice_has_prefix(line, "!"))
        expect(&run->want_err, &run->wants_err, line);
    else
        return false;
    return true;
}

bool play_next(struct pt_slice *rest, struct play_run *ret_run)
{
    struct pt_slice line;
    struct pt_slice ahead;

    do {
        if (!pt_next_line(rest, &line))
            return false;
    } while (!pt_slice_has_prefix(line, "run "));
    begin_run(ret_run, line);
    for (ahead = *rest; pt_next_line(&ahead, &line) &&
                        take_line(ret_run, line);)
        *rest = ahead;
    ret_run->end = rest->at;
    return true;
}

void play_run_free(struct play_run *run)
{
    free(run->words);
    pt_buf_free(&run->want_out);
    pt_buf_free(&run->want_err);
}

void play(const struct play_run *run, const char *file, const char *profiles,
          struct play_result *ret_result)
{
    char option[] = "--replay";
    char name[512];
    char *args[PLAY_ARGS + 1];
    struct pt_io io = {.in = fopen("/dev/null", "r"),
                       .profiles_dir = profiles};
    int count = run->arg_count;

    *ret_result = (struct play_result){0};
    memcpy(args, run->args, sizeof(args));
    snprintf(name, sizeof(name), "%s", file);
    args[count++] = option;
    args[count++] = name;
    args[count] = NULL;
    io.out = open_memstream(&ret_result->out, &ret_result->out_len);
    io.err = open_memstream(&ret_result->err, &ret_result->err_len);
    ret_result->exit = pt_cli(count, args, &io);
    fclose(io.in);
    fclose(io.out);
    fclose(io.err);
}

void play_result_free(struct play_result *result)
{
    free(result->out);
    free(result->err);
}
