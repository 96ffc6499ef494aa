#include "net/machine.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

bool pt_machine_wants(const struct pt_strings *needles,
                      const struct pt_seen_process *process)
{
    for (size_t i = 0; i < needles->count; i++)
        if (strstr(process->exe, needles->at[i]) ||
            pt_slice_find(process->args, needles->at[i]))
            return true;
    return false;
}

static void add_field(struct pt_buf *line, struct pt_slice field)
{
    size_t from = line->len + 1;

    pt_buf_putc(line, '\t');
    pt_buf_add(line, field.at, field.len);
    for (size_t i = from; i < line->len; i++)
        if ((unsigned char)line->at[i] < 0x20 || line->at[i] == 0x7F)
            line->at[i] = '?';
}

static void add_arguments(struct pt_buf *line, struct pt_slice args)
{
    /* Programs that rewrite their arguments leave NULs behind. */
    while (args.len && !args.at[args.len - 1])
        args.len--;
    while (args.len) {
        size_t len = strnlen(args.at, args.len);
        size_t step = len < args.len ? len + 1 : len;

        add_field(line, pt_slice(args.at, len));
        args = pt_slice(args.at + step, args.len - step);
    }
}

static void add_line(struct pt_buf *body, struct pt_buf *line)
{
    pt_buf_putc(line, '\n');
    body->oom |= line->oom;
    if (!pt_buf_failed(line) && line->len <= PT_MACHINE_MAX - body->len)
        pt_buf_add(body, line->at, line->len);
}

void pt_machine_add_process(struct pt_buf *body,
                            const struct pt_seen_process *process)
{
    PT_BUF struct pt_buf line = {.max = 4 * PT_MACHINE_ARGS_MAX};

    pt_buf_printf(&line, "process\t%u\t%u", process->pid, process->uid);
    add_field(&line, pt_slice_of(process->user));
    add_field(&line, pt_slice_of(process->exe));
    add_field(&line, pt_slice_of(process->cwd));
    add_arguments(&line, process->args);
    add_line(body, &line);
}

/* An IPv4 address in IPv6 clothes is written as what it is. */
static void write_address(const struct pt_seen_listener *listener, char *out)
{
    static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};

    if (listener->family == AF_INET6 &&
        !memcmp(listener->address, mapped, sizeof(mapped)))
        inet_ntop(AF_INET, listener->address + sizeof(mapped), out,
                  INET6_ADDRSTRLEN);
    else
        inet_ntop(listener->family, listener->address, out, INET6_ADDRSTRLEN);
}

void pt_machine_add_listener(struct pt_buf *body,
                             const struct pt_seen_listener *listener)
{
    PT_BUF struct pt_buf line = {.max = 1024};
    char address[INET6_ADDRSTRLEN];

    write_address(listener, address);
    pt_buf_printf(&line, "listen\t%s\t%u\t%u", address, listener->port,
                  listener->uid);
    add_field(&line, pt_slice_of(listener->user));
    pt_buf_printf(&line, "\t%u", listener->pid);
    add_line(body, &line);
}
