#include "cli/command.h"

#include "cli/nearest.h"

#include <string.h>

/* clang-format off: a row a line */
const struct pt_command *const pt_commands[] = {
    &pt_cmd_find,
    &pt_cmd_write,
    &pt_cmd_setup,
    &pt_cmd_update,
    &pt_cmd_undo,
    &pt_cmd_watch,
    &pt_cmd_bridges,
    &pt_cmd_port,
    &pt_cmd_probe,
    &pt_cmd_serve,
    &pt_cmd_publish,
    &pt_cmd_sources,
    &pt_cmd_clients,
    &pt_cmd_help,
    NULL,
};
/* clang-format on */

const struct pt_command *pt_command_named(const char *name)
{
    for (size_t i = 0; pt_commands[i]; i++)
        if (pt_is(pt_commands[i]->name, name))
            return pt_commands[i];
    return NULL;
}

enum pt_status pt_fail_no_command(const char *name, struct pt_error *err)
{
    struct pt_nearest nearest;
    char hint[PT_NEAREST_HINT];

    pt_nearest_begin(&nearest, name);
    for (size_t i = 0; pt_commands[i]; i++)
        pt_nearest_try(&nearest, pt_commands[i]->name);
    if (strchr(name, '@'))
        nearest.best = "find ADDRESS";
    return pt_fail(err, PT_BAD_INPUT,
                   pt_nearest_hint(&nearest, "portolan ",
                                   "'portolan help' lists them", hint),
                   "no command is named '%s'", name);
}
