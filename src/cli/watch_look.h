/* watch_look.h - one look of `portolan watch`: a whole update in a process of
 * its own, so that whatever becomes of it the watcher stays as it is.
 */
#ifndef PT_CLI_WATCH_LOOK_H
#define PT_CLI_WATCH_LOOK_H

#include "base/buf.h"
#include "cli/command.h"

#include <sys/types.h>

/* What the next look has to know of those before it. */
struct pt_look_memory {
    struct pt_buf told; /* what was left to be done, as it was told */
    struct pt_buf shown; /* the last notification */
};

struct pt_look {
    pid_t pid;
    int fd; /* its report; at its end the process has ended */
    struct pt_buf report;
};

/* What came of it. */
struct pt_look_result {
    bool has_changed;
    bool is_settled;     /* another look would not find more */
    bool is_mute;        /* nobody reads what is printed */
    bool is_killed;      /* it died of a signal */
    struct pt_strings held; /* files whose closing is worth a look */
};

/* It prints a line when something happened; what is wrong, only when is_last.
 * fd is watched by the caller.  PT_CANNOT_WRITE: there is no room for another
 * process. */
enum pt_status pt_look_begin(const struct pt_call *call,
                             const struct pt_look_memory *memory, bool is_last,
                             struct pt_look *ret_look, struct pt_error *err);
/* Read what is there of the report.  False: it has ended. */
bool pt_look_read(struct pt_look *look);
/* Wait for the process, close fd, and take up what it said; strings live in
 * the arena.  False: no memory; look is ended all the same. */
bool pt_look_end(struct pt_look *look, struct pt_arena *arena,
                 struct pt_look_memory *memory,
                 struct pt_look_result *ret_result);

#endif
