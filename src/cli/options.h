/* options.h - what was typed, by one table.
 *
 * The rows of the table are all there is: parsing, --help and the help of
 * each command follow from them.
 */
#ifndef PT_CLI_OPTIONS_H
#define PT_CLI_OPTIONS_H

#include "base/error.h"
#include "model/settings.h"

struct pt_said;

struct pt_options {
    bool json;
    bool explain;
    bool help;
    bool version;
    const char *from;
    const char *bridge;
    const char *name;
    const char *output;
    const char *registry;
    const char *sign;
    const char *key;
    const char *chain;
    bool open;
    bool dry_run;
    bool force;
    bool accept_certificate;
    bool defer;
    bool install;
    bool uninstall;
    const char *profile;
    const char *record;
    const char *replay;
    const char *ispdb;
    const char *dns;
    const char *ca_file;
    bool trust_ad;
    bool no_third_party;
    bool no_address;
    bool verify;
    bool no_verify;
    bool login;
    const char *password_command;
    struct pt_strings ports; /* PORT or SERVICE:PORT, each fit to be read */
    struct pt_strings listen; /* [http://|https://]ADDR:PORT, not yet read */
    bool lan;
    bool is_public;
    const char *host;
    const char *certificate;
    bool relay;
    bool check_lan;
    bool tls;
    const char *dns_help;
    const char *make_cert;
    unsigned rate; /* requests a second; 0: any number */
    bool log;
    struct pt_strings accept;
    struct pt_strings only;
    struct pt_strings skip;
    int64_t timeout_ms;         /* 0: the command's own */
    struct pt_strings operands; /* what is no option; borrowed from argv */
    uint64_t seen;              /* bit i: row i of the table was given */
    struct pt_said *said;       /* all that was typed, in order */
    size_t said_count;
};

/* What an option is besides, as bits. */
enum {
    PT_IN_REPLAY = 1 << 0, /* it says what is asked: a replay needs it too */
    PT_LASTS = 1 << 1,     /* so does whoever writes the same again, later */
    PT_IS_PATH = 1 << 2,   /* its argument names a file or a folder */
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
    unsigned is; /* PT_IN_REPLAY ... */
};

/* One option or operand, as it was typed. */
struct pt_said {
    const struct pt_option *row; /* NULL: an operand */
    const char *value;           /* NULL: an option without an argument */
};

extern const struct pt_option pt_options_table[];
extern const size_t pt_options_count; /* 64 at most */

/* Read argv[1] onwards: options anywhere, "--" ends them.  PT_BAD_INPUT names
 * the option; PT_NO_MEMORY. */
enum pt_status pt_options_parse(struct pt_arena *arena, int argc, char **argv,
                                struct pt_options *ret_options,
                                struct pt_error *err);

/* An option was given that this command does not take: the first; or NULL. */
const struct pt_option *pt_options_misplaced(const struct pt_options *options,
                                             unsigned command);

#endif
