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

static void call(struct play_run *run, const char *profiles,
                 struct play_result *ret_result)
{
    struct pt_io io = {.in = fopen("/dev/null", "r"),
                       .profiles_dir = profiles,
                       .records_replays = true};

    *ret_result = (struct play_result){0};
    io.out = open_memstream(&ret_result->out, &ret_result->out_len);
    io.err = open_memstream(&ret_result->err, &ret_result->err_len);
    ret_result->exit = pt_cli(run->arg_count, run->args, &io);
    fclose(io.in);
    fclose(io.out);
    fclose(io.err);
}

static void add_option(struct play_run *run, const char *option, char *value,
                       char name[16])
{
    run->args[run->arg_count++] = strcpy(name, option);
    run->args[run->arg_count++] = value;
    run->args[run->arg_count] = NULL;
}

void play(const struct play_run *run, const char *file, const char *profiles,
          struct play_result *ret_result)
{
    struct play_run own = *run;
    char option[16];
    char name[512];

    snprintf(name, sizeof(name), "%s", file);
    add_option(&own, "--replay", name, option);
    call(&own, profiles, ret_result);
}

void play_recording(const struct play_run *run, const char *file,
                    const char *record, const char *profiles,
                    struct play_result *ret_result)
{
    struct play_run own = *run;
    char option[2][16];
    char name[2][512];

    snprintf(name[0], sizeof(name[0]), "%s", file);
    snprintf(name[1], sizeof(name[1]), "%s", record);
    add_option(&own, "--replay", name[0], option[0]);
    add_option(&own, "--record", name[1], option[1]);
    call(&own, profiles, ret_result);
}

void play_result_free(struct play_result *result)
{
    free(result->out);
    free(result->err);
}
