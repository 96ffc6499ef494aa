/* recording.h - --record: what a command asked and was answered, as a scenario.
 *
 * The file is for others to read: the user is "someone" in it and no secret is
 * left.  It is written when the command has ended, however it did.
 */
#ifndef PT_CLI_RECORDING_H
#define PT_CLI_RECORDING_H

#include "cli/session.h"
#include "net/record.h"

struct pt_recording {
    struct pt_recorder *recorder; /* NULL: nothing was asked */
    struct pt_query query;        /* as it was when the session began */
};

/* Is this to be recorded, and can it be?  PT_OK, and call->recording is set if
 * so; PT_BAD_INPUT: one address alone, and no replay; PT_NO_MEMORY. */
enum pt_status pt_recording_begin(struct pt_call *call, struct pt_error *err);

/* From now on the session's asks are remembered.  Nothing without
 * call->recording.  PT_NO_MEMORY. */
enum pt_status pt_recording_attach(const struct pt_call *call,
                                   struct pt_session *session,
                                   struct pt_error *err);

/* Write the file, if anything was asked: PT_OK, PT_CANNOT_WRITE (also when it
 * would be too big), PT_NO_MEMORY. */
enum pt_status pt_recording_end(const struct pt_call *call,
                                struct pt_error *err);

#endif
