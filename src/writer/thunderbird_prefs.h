/* thunderbird_prefs.h - the preferences that make accounts in Thunderbird, and
 * what must be known of them: the same whether they come as the ZIP that it
 * imports or as its administrator's policies.
 */
#ifndef PT_WRITER_THUNDERBIRD_PREFS_H
#define PT_WRITER_THUNDERBIRD_PREFS_H

#include "format/prefs.h"
#include "writer/writers.h"

/* How Thunderbird can sign in. */
extern const struct pt_can pt_thunderbird_can;

/* What the parts of an account are called. */
enum pt_part_names {
    PT_NAMES_COUNTED, /* account1, server1 ..., as in a profile of their own */
    PT_NAMES_UNIQUE,  /* after the address: never those of a user's account */
};

struct pt_thunderbird_parts {
    const char *account;
    const char *server;
    const char *identity;
    const char *smtp;
};

/* All accounts of the job, in the order Thunderbird's own account wizard has,
 * added to prefs.  PT_CANNOT_EXPRESS: one of them has no place in Thunderbird;
 * PT_NO_MEMORY. */
enum pt_status pt_thunderbird_prefs(const struct pt_job *job,
                                    enum pt_part_names names,
                                    struct pt_prefs *prefs,
                                    struct pt_error *err);

/* One account alone, for a profile that has others: with parts of these names,
 * and in none of the lists that all accounts share.  The same failures. */
enum pt_status pt_thunderbird_account(const struct pt_settings *settings,
                                      const struct pt_thunderbird_parts *parts,
                                      struct pt_prefs *prefs,
                                      struct pt_error *err);

/* Which services no preference holds. */
void pt_thunderbird_note_rest(const struct pt_settings *settings,
                              struct pt_output *out);

/* What Thunderbird asks about certificates (all of them, unless those that can
 * be are installed), and which services no preference holds. */
void pt_thunderbird_notes(const struct pt_job *job, bool installs,
                          struct pt_output *out);

#endif
