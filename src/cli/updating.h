/* updating.h - one run of `portolan update` or `undo`, as its parts share it.
 */
#ifndef PT_CLI_UPDATING_H
#define PT_CLI_UPDATING_H

#include "cli/proof.h"
#include "client/change.h"
#include "format/json_build.h"
#include "model/place.h"

/* What became of a client's account, or of a file we wrote. */
enum pt_repaired {
    PT_REPAIR_CURRENT,
    PT_REPAIR_UPDATED,
    PT_REPAIR_MANUAL,  /* a person must click */
    PT_REPAIR_BUSY,    /* the client runs */
    PT_REPAIR_REFUSED, /* it would not be safe */
    PT_REPAIR_FAILED,
};

struct pt_difference {
    const char *what; /* "imap port" */
    const char *from;
    const char *to;
};

struct pt_repair {
    const char *client;
    const char *where;
    const char *account; /* addresses, parted by commas; NULL: none is known */
    enum pt_repaired outcome;
    struct pt_difference *differences;
    size_t difference_count;
    bool is_added;  /* updated: the account was not there before */
    bool is_undone; /* updated: it is as it was before */
    const struct pt_proof *proofs; /* of its servers, once it was changed */
    size_t proof_count;
    const char *todo; /* what is left for a person; or NULL */
    const char *diff; /* what would change, or what stands in the way */
    const char *bridge; /* that serves the account; NULL: none does */
    const char *held; /* a file whose closing tells that a change can be made;
                         NULL: there is none */
};

struct pt_updating {
    const struct pt_call *call;
    struct pt_place place;
    struct pt_change_run *run; /* NULL: a rehearsal */
    struct pt_repair *repairs;
    size_t repair_count;
    struct pt_strings notes; /* of what an earlier run left half done */
    enum pt_status worst; /* the program's exit status */
};

/* A new one at the end, or NULL: no memory. */
struct pt_repair *pt_updating_add(struct pt_updating *updating,
                                  const char *client, const char *where,
                                  const char *account);
/* False: no memory. */
bool pt_repair_add(struct pt_arena *arena, struct pt_repair *repair,
                   const char *what, const char *from, const char *to);
/* How it ended; todo is copied, and may be NULL.  False: no memory. */
bool pt_repair_end(struct pt_updating *updating, struct pt_repair *repair,
                   enum pt_repaired outcome, const char *todo);
/* What went wrong, with its hint, as a todo.  NULL: no memory. */
const char *pt_repair_reason(struct pt_arena *arena,
                             const struct pt_error *why);

/* The accounts of the mail programs set up on this machine.  PT_NO_MEMORY, or
 * what the search failed with. */
enum pt_status pt_update_clients(struct pt_updating *updating,
                                 struct pt_error *err);
/* The files that portolan has written.  The same. */
enum pt_status pt_update_written(struct pt_updating *updating,
                                 struct pt_error *err);

/* Find out where this user's files lie and, unless it is a rehearsal, begin to
 * change them.  What was begun must be ended whatever happened.
 * PT_CANNOT_WRITE, PT_NO_MEMORY. */
enum pt_status pt_update_begin(struct pt_updating *updating,
                               struct pt_error *err);
void pt_update_end(struct pt_updating *updating);

/* One whole run, as the command does it: of the files that were written, and
 * of the clients.  PT_CANNOT_WRITE, and as these. */
enum pt_status pt_update_run(struct pt_updating *updating,
                             struct pt_error *err);

/* To people on stderr, with --dry-run the changes on stdout; or in JSON.
 * PT_NO_MEMORY. */
enum pt_status pt_update_tell(const struct pt_updating *updating,
                              struct pt_error *err);
/* The same, as members of an object that is begun. */
void pt_update_json(const struct pt_updating *updating, struct pt_json *json);

#endif
