/* ran.h - the program, run once in this process, with an allocation failing. */
#ifndef PT_TESTS_OOM_RAN_H
#define PT_TESTS_OOM_RAN_H

#include "cli/cli.h"
#include "tests/oom/alloc.h"

#include <stdio.h>
#include <stdlib.h>

/* How it ended, and what it said. */
struct ran {
    int status;
    size_t points; /* allocations */
    char *out;
    char *err;
};

static inline void forget_ran(struct ran *ran)
{
    free(ran->out);
    free(ran->err);
}

/* argv ends with NULL.  nth == 0: none fails. */
static inline void run_once(char **argv, size_t nth, struct ran *ret_ran)
{
    struct pt_io io = {.profiles_dir = "."};
    size_t len;
    size_t err_len;
    int argc = 0;

    *ret_ran = (struct ran){0};
    while (argv[argc])
        argc++;
    io.out = open_memstream(&ret_ran->out, &len);
    io.err = open_memstream(&ret_ran->err, &err_len);
    pt_oom_fail_at(nth);
    ret_ran->status = pt_cli(argc, argv, &io);
    ret_ran->points = pt_oom_seen();
    pt_oom_fail_at(0);
    fclose(io.out);
    fclose(io.err);
}

#endif
