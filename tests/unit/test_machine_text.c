#include "format/machine.h"
#include "tests/tap.h"

static const char text[] =
    "process\t4711\t1000\tann\t/usr/lib/protonmail/bridge/bridge\t/\tbridge\t"
    "--grpc\n"
    "process\t7\t0\troot\t/usr/bin/java\t/\tjava\t-jar\t/opt/davmail.jar\n"
    "process\t8\t0\troot\t/usr/bin/python3.11\t/\tpython3\t/opt/e/proxy.py\n"
    "process\t10\t0\troot\t/usr/bin/python3.11\t/\tpython3\t-m\temailproxy\n"
    "process\t11\t0\troot\t/bin/shotwell\t/\tshotwell\thydroxide\n"
    "process\t9\t0\troot\t\t\t/usr/sbin/thing\n"
    "process\tnine\t0\troot\t\t\tx\n"
    "listen\t127.0.0.1\t1143\t1000\tann\t4711\n"
    "listen\t0.0.0.0\t0\t1000\tann\t4711\n"
    "listen\t192.0.2.7\t1144\t33\twww\t0\n"
    "nonsense\n"
    "listen\t::\t1145\n";

static const char *program(struct pt_arena *arena,
                           const struct pt_machine *machine, uint32_t pid)
{
    return pt_process_program(arena, pt_machine_process(machine, pid));
}

/* What root's docker-proxy was told, by its arguments alone. */
static const char forwarded[] =
    "process\t20\t0\troot\t\t\t/usr/bin/docker-proxy\t-host-ip\t127.0.0.1\t"
    "-host-port\t2143\t-container-port\t143\n"
    "process\t21\t1001\tbob\t\t\tdocker-proxy\t-host-ip\t127.0.0.1\t"
    "-host-port\t2025\n"
    "listen\t127.0.0.1\t2143\t0\troot\t0\n"
    "listen\t192.0.2.7\t2143\t0\troot\t0\n"
    "listen\t127.0.0.1\t2025\t0\troot\t0\n";

static void test_forwarded(struct pt_arena *arena)
{
    struct pt_machine m;

    OK(pt_machine_read(arena, pt_slice_of(forwarded), &m) &&
           m.listener_count == 3,
       "the table is read");
    OK(m.listeners[0].pid == 20, "a port has the process told to hold it");
    OK(m.listeners[1].pid == 0, "at that address, not at another");
    OK(m.listeners[2].pid == 0, "and not one that somebody else made up");
}

/* Interpreters: what their arguments say they run. */
static const struct {
    const char *line;
    const char *want;
    const char *what;
} interpreted[] = {
    {"process\t5\t0\tr\t/usr/bin/python3.11\t/\tpython3\t-c\timport x\n",
     "python3.11", "a program among the arguments is no name"},
    {"process\t5\t0\tr\t/usr/bin/perl\t/\tperl\t-e\tsleep 9\n", "perl",
     "nor is one of perl's"},
    {"process\t5\t0\tr\t/bin/sh\t/\t/bin/sh\t-e\t/usr/bin/proxy.sh\n",
     "proxy.sh", "but -e of a shell means something else"},
    {"process\t5\t0\tr\t/usr/bin/perl\t/\tperl\t-c\t/opt/x.pl\n", "x.pl",
     "as -c of perl does"},
    {"process\t5\t0\tr\t/bin/bash\t/\tbash\t-c\tx y\n", "bash",
     "a shell's -c"},
};

static void test_interpreted(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(interpreted) / sizeof(*interpreted); i++) {
        struct pt_machine m;

        pt_machine_read(arena, pt_slice_of(interpreted[i].line), &m);
        IS(program(arena, &m, 5), interpreted[i].want, interpreted[i].what);
    }
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_machine m;

    OK(pt_machine_read(arena, pt_slice_of(text), &m), "the table is read");
    OK(m.process_count == 6, "a process without a number is passed over");
    OK(m.listener_count == 2, "listeners without port or user are too");
    OK(m.processes[0].argv.count == 2, "arguments are kept apart");
    IS(program(arena, &m, 4711), "bridge", "a program has its file's name");
    IS(program(arena, &m, 7), "davmail", "a jar has its own name, not Java's");
    IS(program(arena, &m, 8), "proxy.py", "a script has its own name");
    IS(program(arena, &m, 10), "emailproxy", "a module has its own name");
    IS(program(arena, &m, 11), "shotwell",
       "what only begins like a shell is none");
    IS(program(arena, &m, 9), "thing",
       "without a visible executable the first argument names it");
    OK(!pt_machine_process(&m, 0), "nobody has the number 0");
    OK(pt_listener_is_local(&m.listeners[0]), "127.0.0.1 can be spoken to");
    OK(!pt_listener_is_local(&m.listeners[1]), "another address cannot");
    IS(pt_base_name("C:\\Program Files\\Proton AG\\bridge.exe"), "bridge.exe",
       "the last component of a Windows path");
    IS(pt_base_name("/"), "/", "a lone slash is its own last component");
    test_forwarded(arena);
    test_interpreted(arena);
    return tap_done();
}
