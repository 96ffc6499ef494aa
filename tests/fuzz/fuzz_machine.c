/* fuzz_machine.c - any text as the table of processes and sockets; what was
 * read is written, and read again. */
#include "base/buf.h"
#include "format/machine.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expect(bool promised)
{
    if (!promised)
        abort();
}

/* Lines end in CRLF: a CR that belongs to a field is not the last. */
static void write_machine(const struct pt_machine *machine, struct pt_buf *out)
{
    for (size_t i = 0; i < machine->process_count; i++) {
        const struct pt_process *p = &machine->processes[i];

        pt_buf_printf(out, "process\t%u\t%u\t%s\t%s\t%s", p->pid, p->uid,
                      p->user, p->exe, p->cwd);
        for (size_t j = 0; j < p->argv.count; j++)
            pt_buf_printf(out, "\t%s", p->argv.at[j]);
        pt_buf_puts(out, "\r\n");
    }
    for (size_t i = 0; i < machine->listener_count; i++) {
        const struct pt_listener *l = &machine->listeners[i];

        pt_buf_printf(out, "listen\t%s\t%u\t%u\t%s\t%u\r\n", l->address,
                      l->port, l->uid, l->user, l->pid);
    }
}

static void compare_process(const struct pt_process *a,
                            const struct pt_process *b)
{
    expect(a->pid == b->pid && a->uid == b->uid && pt_is(a->user, b->user) &&
           pt_is(a->exe, b->exe) && pt_is(a->cwd, b->cwd) &&
           a->argv.count == b->argv.count);
    for (size_t i = 0; i < a->argv.count; i++)
        expect(pt_is(a->argv.at[i], b->argv.at[i]));
}

static void compare(struct pt_arena *arena, const struct pt_machine *a,
                    const struct pt_machine *b)
{
    expect(a->process_count == b->process_count &&
           a->listener_count == b->listener_count);
    for (size_t i = 0; i < a->process_count; i++) {
        compare_process(&a->processes[i], &b->processes[i]);
        expect(pt_is(pt_process_program(arena, &a->processes[i]),
                     pt_process_program(arena, &b->processes[i])));
    }
    for (size_t i = 0; i < a->listener_count; i++) {
        const struct pt_listener *l = &a->listeners[i];

        expect(l->port && l->port == b->listeners[i].port &&
               l->pid == b->listeners[i].pid &&
               pt_listener_is_local(l) ==
                   pt_listener_is_local(&b->listeners[i]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf text = {0};
    struct pt_machine machine = {0};
    struct pt_machine again = {0};

    if (!arena)
        return 0;
    expect(pt_machine_read(arena, pt_slice((const char *)data, len),
                           &machine));
    write_machine(&machine, &text);
    expect(pt_machine_read(arena, pt_slice_of(pt_buf_text(&text)), &again));
    compare(arena, &machine, &again);
    return 0;
}
