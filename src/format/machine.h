/* machine.h - the processes and listening sockets of this machine, as text.
 *
 * The text is that of PT_ASK_MACHINE (net/ask.h); what it says is believed
 * only as far as its form goes.
 */
#ifndef PT_FORMAT_MACHINE_H
#define PT_FORMAT_MACHINE_H

#include "base/arena.h"
#include "model/settings.h"

struct pt_process {
    uint32_t pid;
    uint32_t uid;
    const char *user;
    const char *exe; /* "" when it cannot be seen */
    const char *cwd; /* likewise */
    struct pt_strings argv;
};

struct pt_listener {
    const char *address; /* "127.0.0.1", "::", "0.0.0.0" ... */
    uint16_t port;
    uint32_t uid;
    const char *user;
    uint32_t pid; /* 0: not known */
};

struct pt_machine {
    struct pt_process *processes;
    size_t process_count;
    struct pt_listener *listeners;
    size_t listener_count;
};

/* Lines that make no sense are passed over.  A listener whose process cannot be
 * seen gets that docker-proxy of the same user which is told to hold its port.
 * False: no memory. */
bool pt_machine_read(struct pt_arena *arena, struct pt_slice text,
                     struct pt_machine *ret_machine);

const struct pt_process *pt_machine_process(const struct pt_machine *machine,
                                            uint32_t pid);

/* The last component of the executable, else of the first argument.  NULL:
 * neither can be seen. */
const char *pt_process_executable(const struct pt_process *process);

/* The script, module or jar that an interpreter runs, as it was typed.  NULL:
 * it is no interpreter, or runs none. */
const char *pt_process_script(const struct pt_process *process);

/* What people call it: the script without its directory (and ".jar"), else the
 * executable.  NULL: neither can be seen, or no memory. */
const char *pt_process_program(struct pt_arena *arena,
                               const struct pt_process *process);

/* Its arguments in one line, a mark between them.  NULL: no memory. */
const char *pt_process_line(struct pt_arena *arena,
                            const struct pt_process *process, char mark);

/* The last component of a path. */
const char *pt_base_name(const char *path);

/* Does a connection to 127.0.0.1 (or to this loopback address) reach it? */
bool pt_listener_is_local(const struct pt_listener *listener);

#endif
