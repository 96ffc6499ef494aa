/* error.h - how a function says that it failed, and why.
 *
 * A function that can fail returns enum pt_status and takes a caller-owned
 * struct pt_error last.  Its ret_ parameters are untouched unless it returned
 * PT_OK.  The sentence names the thing that went wrong; the hint says what the
 * reader can do.  Both are safe to print: control characters never survive.
 */
#ifndef PT_BASE_ERROR_H
#define PT_BASE_ERROR_H

/* The first nine are the program's exit statuses. */
enum pt_status {
    PT_OK = 0,
    PT_NOTHING = 1,        /* every source answered; none knows */
    PT_BAD_INPUT = 2,      /* not an address, an option, a file we can read */
    PT_UNSURE = 3,         /* found, but somebody has to accept it */
    PT_UNREACHABLE = 4,    /* sources could not be asked */
    PT_CANNOT_WRITE = 5,   /* a file or the system said no */
    PT_CANNOT_EXPRESS = 6, /* the format has no way to say this */
    PT_NEEDS_BRIDGE = 7,   /* a local bridge is needed and is not running */
    PT_BUSY = 8,           /* a client is running: changes wait */
    PT_NO_MEMORY = 9,      /* exits as PT_CANNOT_WRITE */
};

struct pt_error {
    enum pt_status status;
    char text[512]; /* one sentence, lower case, no full stop */
    char hint[512]; /* one sentence; empty when there is nothing to do */
};

/* Fill err (which may be NULL) and return status.  hint may be NULL. */
enum pt_status pt_fail(struct pt_error *err, enum pt_status status,
                       const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The one failure that needs no words of its own. */
enum pt_status pt_fail_memory(struct pt_error *err);

#endif
