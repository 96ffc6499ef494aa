/* command.h - the commands, as one table.
 *
 * Adding one: a file cmd_NAME.c that ends in its row, its bit and name here,
 * and a line in command.c.
 */
#ifndef PT_CLI_COMMAND_H
#define PT_CLI_COMMAND_H

#include "cli/cli.h"
#include "cli/options.h"

enum pt_command_bit {
    PT_ON_FIND = 1 << 0,
    PT_ON_WRITE = 1 << 1,
    PT_ON_BRIDGES = 1 << 2,
    PT_ON_PORT = 1 << 3,
    PT_ON_SOURCES = 1 << 4,
    PT_ON_CLIENTS = 1 << 5,
    PT_ON_HELP = 1 << 6,
    PT_ON_UPDATE = 1 << 7,
    PT_ON_UNDO = 1 << 8,
    PT_ON_SETUP = 1 << 9,
    PT_ON_WATCH = 1 << 10,
    PT_ON_PROBE = 1 << 11,
    PT_ON_SERVE = 1 << 12,
    PT_ON_PUBLISH = 1 << 13,
    PT_ON_ALL = (1 << 14) - 1,
};

struct pt_command;
struct pt_recording;

/* One run of the program. */
struct pt_call {
    struct pt_arena *arena;
    const struct pt_io *io;
    const struct pt_command *command;
    struct pt_options options;
    struct pt_strings operands; /* without the command's name */
    struct pt_recording *recording; /* recording.h; NULL: none is wanted */
};

struct pt_command {
    const char *name;
    enum pt_command_bit bit;
    const char *operands; /* as help shows them; NULL: none */
    const char *summary;  /* one line */
    const char *about;    /* paragraphs parted by LF */
    const char *examples; /* command lines parted by LF */
    size_t least;         /* operands it needs */
    size_t most;
    const char *missing; /* what to do when there are too few */

    /* The exit status.  err is filled when there is something to say that was
     * not said yet; its text is empty otherwise. */
    enum pt_status (*run)(const struct pt_call *call, struct pt_error *err);
};

extern const struct pt_command pt_cmd_find;
extern const struct pt_command pt_cmd_write;
extern const struct pt_command pt_cmd_setup;
extern const struct pt_command pt_cmd_update;
extern const struct pt_command pt_cmd_undo;
extern const struct pt_command pt_cmd_watch;
extern const struct pt_command pt_cmd_bridges;
extern const struct pt_command pt_cmd_port;
extern const struct pt_command pt_cmd_probe;
extern const struct pt_command pt_cmd_serve;
extern const struct pt_command pt_cmd_publish;
extern const struct pt_command pt_cmd_sources;
extern const struct pt_command pt_cmd_clients;
extern const struct pt_command pt_cmd_help;

extern const struct pt_command *const pt_commands[]; /* NULL-ended */

/* NULL: no such command. */
const struct pt_command *pt_command_named(const char *name);

/* PT_BAD_INPUT, with the name that was probably meant. */
enum pt_status pt_fail_no_command(const char *name, struct pt_error *err);

#endif
