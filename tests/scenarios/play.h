/* play.h - a scenario file's runs, played through the program's own front.
 *
 * A run in the file:
 *
 *   run bridges --json        the arguments; "..." keeps blanks together
 *   exit 0
 *   > {                       a line expected on stdout
 *   ! portolan: ...           a line expected on stderr
 *
 * What is not said (no > line at all, no ! line at all) is not compared.
 */
#ifndef PT_TESTS_PLAY_H
#define PT_TESTS_PLAY_H

#include "base/buf.h"
#include "base/text.h"

enum { PLAY_ARGS = 128 };

struct play_run {
    char *args[PLAY_ARGS + 3]; /* args[0] is "portolan"; NULL-ended */
    int arg_count;
    char *words; /* owns the arguments */
    struct pt_slice line; /* the run line itself */
    int want_exit;
    bool wants_out;
    bool wants_err;
    struct pt_buf want_out;
    struct pt_buf want_err;
    const char *end; /* in the text: where the next part begins */
};

struct play_result {
    int exit;
    char *out; /* malloc()ed */
    size_t out_len;
    char *err;
    size_t err_len;
};

/* Cut the next run off rest.  False: none is left. */
bool play_next(struct pt_slice *rest, struct play_run *ret_run);
void play_run_free(struct play_run *run);

/* Play it: --replay FILE is added to its arguments. */
void play(const struct play_run *run, const char *file, const char *profiles,
          struct play_result *ret_result);
/* The same, and what it asked is recorded in a file of its own. */
void play_recording(const struct play_run *run, const char *file,
                    const char *record, const char *profiles,
                    struct play_result *ret_result);
void play_result_free(struct play_result *result);

#endif
