/* machine.h - the processes and listening sockets of this machine: the body
 * of a PT_ASK_MACHINE.
 *
 * One file a system (machine_linux.c ...) gathers; machine.c writes it down.
 * Nothing is asked of the processes themselves, and none of them notices.
 */
#ifndef PT_NET_MACHINE_H
#define PT_NET_MACHINE_H

#include "base/text.h"
#include "net/reply.h"

#include <stdint.h>

enum {
    PT_MACHINE_MAX = 1024 * 1024, /* bytes of the whole body */
    PT_MACHINE_LISTENERS = 4096,
    PT_MACHINE_ARGS_MAX = 32 * 1024, /* bytes of one process's arguments */
};

/* What this system's file implements.  reply is empty. */
void pt_machine_list(const struct pt_strings *needles, struct pt_reply *reply);

/* Linux, for tests: the same, from another /proc and another /etc/passwd. */
void pt_machine_list_at(const char *proc, const char *passwd,
                        const struct pt_strings *needles,
                        struct pt_reply *reply);

struct pt_seen_process {
    uint32_t pid;
    uint32_t uid;
    const char *user;
    const char *exe; /* "" when it cannot be seen */
    const char *cwd; /* likewise */
    struct pt_slice args; /* each ended by NUL; the last may lack it */
};

struct pt_seen_listener {
    int family; /* AF_INET or AF_INET6 */
    unsigned char address[16];
    uint16_t port;
    uint32_t uid;
    const char *user;
    uint32_t pid; /* 0: not known */
};

/* Does its executable or one of its arguments hold one of the needles? */
bool pt_machine_wants(const struct pt_strings *needles,
                      const struct pt_seen_process *process);

/* Write a line.  Whatever would break it becomes '?'; one that does not fit
 * in PT_MACHINE_MAX is left out. */
void pt_machine_add_process(struct pt_buf *body,
                            const struct pt_seen_process *process);
void pt_machine_add_listener(struct pt_buf *body,
                             const struct pt_seen_listener *listener);

#endif
