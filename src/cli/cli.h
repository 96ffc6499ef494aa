/* cli.h - the program, as a function: what main() and the tests call. */
#ifndef PT_CLI_CLI_H
#define PT_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

/* The outside world of one run. */
struct pt_io {
    FILE *in;
    FILE *out; /* the answer */
    FILE *err; /* the conversation */
    bool in_is_terminal;
    bool out_is_terminal;
    bool err_is_terminal;
    bool colour;              /* out may be coloured */
    int width;                /* columns of the terminal; 0: not known */
    int height;               /* lines of it; 0: not known */
    const char *profiles_dir; /* NULL: pt_profiles_dir() */
    bool records_replays; /* --record may go with --replay: for whoever tests
                             that nothing is lost between them */
};

/* Run the program; returns its exit status. */
int pt_cli(int argc, char **argv, struct pt_io *io);

#endif
