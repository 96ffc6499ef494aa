/* options.h - what was typed, by one table.
 *
 * The rows of the table are all there is: parsing, --help and the help of
 * each command follow from them.
 */
#ifndef PT_CLI_OPTIONS_H
#define PT_CLI_OPTIONS_H

#include "base/error.h"
#include "model/settings.h"

struct pt_options {
    bool json;
    bool explain;
    bool help;
    bool version;
    const char *from;
    const char *bridge;
    const char *name;
    const char *output;
    const char *record;
    const char *replay;
    const char *ispdb;
    const char *dns;
    const char *ca_file;
    bool trust_ad;
    bool no_third_party;
    bool no_address;
    struct pt_strings accept;
    struct pt_strings only;
    struct pt_strings skip;
    int64_t timeout_ms;         /* 0: the command's own */
    struct pt_strings operands; /* what is no option; borrowed from argv */
    uint32_t seen;              /* bit i: row i of the table was given */
    struct pt_strings said;     /* all that was typed, options as "--name" and
                                   their arguments; but not what only says
                                   how to ask, or where to write */
};

struct pt_option {
    const char *name;     /* "timeout" */
    char letter;          /* 'o', or 0 */
    const char *argument; /* "SECONDS"; NULL: takes none */
    const char *help;
    unsigned commands; /* enum pt_command_bit: which commands take it */
    /* value is NULL when the option takes none.  PT_BAD_INPUT. */
    enum pt_status (*set)(struct pt_arena *arena, const struct pt_option *row,
                          struct pt_options *options, const char *value,
                          struct pt_error *err);
    size_t at; /* offset of what it sets in struct pt_options */
};

extern const struct pt_option pt_options_table[];
extern const size_t pt_options_count; /* 32 at most */

/* Read argv[1] onwards: options anywhere, "--" ends them.  PT_BAD_INPUT names
 * the option; PT_NO_MEMORY. */
enum pt_status pt_options_parse(struct pt_arena *arena, int argc, char **argv,
                                struct pt_options *ret_options,
                                struct pt_error *err);

/* An option was given that this command does not take: the first; or NULL. */
const struct pt_option *pt_options_misplaced(const struct pt_options *options,
                                             unsigned command);

#endif
