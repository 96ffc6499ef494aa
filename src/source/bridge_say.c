/* bridge_say.c - the sentence that a bridge's user needs, one function a
 * state. */
#include "source/bridge_verdict.h"

enum { NAMED_MAX = 4 };

static const char *holder_of(const struct pt_verdict *v,
                             const struct pt_listener *l)
{
    const struct pt_process *process =
        l ? pt_machine_process(&v->looks->machine, l->pid) : NULL;
    const char *program =
        process ? pt_process_program(v->arena, process) : NULL;

    if (program)
        return pt_arena_printf(v->arena, "%s (process %u, user %s)", program,
                               process->pid, process->user);
    if (l)
        return pt_arena_printf(v->arena, "a program of user %s", l->user);
    return "another program";
}

static const char *say_taken(const struct pt_verdict *v)
{
    const struct pt_finding *f = v->subject;
    const char *change = v->look->kind->change_ports;

    return pt_arena_printf(
        v->arena,
        "port %u of %s is held by %s: stop that program, or give the bridge "
        "another port%s%s; 'portolan port %u' names a free pair",
        f->endpoint.port, v->look->kind->title, holder_of(v, f->listener),
        change ? " in " : "", change ? change : "", f->endpoint.port);
}

static const char *say_mismatch(const struct pt_verdict *v)
{
    const struct pt_finding *f = v->subject;
    const char *title = v->look->kind->title;
    const char *service = pt_service_title(f->endpoint.service);

    if (f->moved)
        return pt_arena_printf(
            v->arena,
            "%s is set to %s port %u but listens on %u: restart it, or choose "
            "the port again",
            title, service, f->endpoint.configured, f->endpoint.port);
    return pt_arena_printf(
        v->arena,
        "%s is set to %s port %u but does not listen there: choose the port "
        "again, or restart it",
        title, service, f->endpoint.port);
}

static const char *say_stopped(const struct pt_verdict *v)
{
    const char *title = v->look->kind->title;

    for (size_t i = 0; i < v->count; i++)
        if (v->at[i].listener)
            return pt_arena_printf(
                v->arena,
                "%s is not running, and its port %u is held by %s: stop that "
                "program before you start the bridge",
                title, v->at[i].endpoint.port, holder_of(v, v->at[i].listener));
    return pt_arena_printf(v->arena, "%s is not running: start it", title);
}

static const char *say_offline(const struct pt_verdict *v)
{
    return pt_arena_printf(
        v->arena,
        v->look->kind->closes_offline
            ? "%s runs with its mail ports closed, as it does while the "
              "network is down: its ports did not change, so wait for it and "
              "leave your mail programs alone"
            : "%s runs and has no mail port open: if it was not started just "
              "now, restart it",
        v->look->kind->title);
}

static const char *say_unknown(const struct pt_verdict *v)
{
    const struct pt_clue *bad = pt_look_first_bad(v->look);

    if (!v->alive && bad)
        return pt_arena_printf(v->arena,
                               "the settings of %s cannot be read: %s",
                               v->look->kind->title, bad->problem);
    if (!v->alive)
        return pt_arena_printf(v->arena, "whether %s runs cannot be told",
                               v->look->kind->title);
    if (v->unseen)
        return pt_arena_printf(v->arena,
                               "%s is run by user %s, and which ports are its "
                               "own cannot be seen: ask as that user",
                               v->look->kind->title,
                               v->look->processes[0]->user);
    if (v->subject && v->subject->fate == PT_FATE_HERE)
        return pt_arena_printf(v->arena,
                               "what %s says on port %u does not tell how it "
                               "is protected: restart it",
                               v->look->kind->title, v->subject->endpoint.port);
    return pt_arena_printf(v->arena, "%s listens but says nothing: restart it",
                           v->look->kind->title);
}

static const char *say_foreign(const struct pt_verdict *v,
                               const struct pt_finding *f)
{
    const struct pt_listener *l = f->listener;

    if (!l)
        return pt_arena_printf(v->arena,
                               "nobody can tell whose port %u is: it is not "
                               "trusted unless find and write are given "
                               "--accept %s",
                               f->endpoint.port, f->endpoint.host);
    return pt_arena_printf(v->arena,
                           "what listens on port %u belongs to user %s: it is "
                           "not trusted unless find and write are given "
                           "--accept %s",
                           f->endpoint.port, l->user, f->endpoint.host);
}

/* It listens, and not where mail programs of this machine are sent. */
static const char *say_abroad(const struct pt_verdict *v,
                              const struct pt_finding *f)
{
    return pt_arena_printf(v->arena,
                           "%s listens on %s, not on this machine's own "
                           "address: have it listen on %s",
                           v->look->kind->title, f->endpoint.host,
                           v->look->kind->host);
}

static const char *say_waiting(const struct pt_verdict *v)
{
    const struct pt_strings *waiting = &v->look->waiting;
    const char *names = waiting->at[0];

    for (size_t i = 1; names && i < waiting->count && i < NAMED_MAX; i++)
        names = pt_arena_printf(v->arena, "%s, %s", names, waiting->at[i]);
    if (names && waiting->count > NAMED_MAX)
        names = pt_arena_printf(v->arena, "%s and others", names);
    return names ? pt_arena_printf(v->arena,
                                   "%s %s signed out in %s: sign in there",
                                   names, waiting->count > 1 ? "are" : "is",
                                   v->look->kind->title)
                 : NULL;
}

static const char *say_ok(const struct pt_verdict *v)
{

    for (size_t i = 0; i < v->count; i++)
        if (v->at[i].endpoint.foreign)
            return say_foreign(v, &v->at[i]);
        else if (!pt_is_loopback(v->at[i].endpoint.host))
            return say_abroad(v, &v->at[i]);
    return v->look->waiting.count ? say_waiting(v) : NULL;
}

static const char *(*const say[])(const struct pt_verdict *v) = {
    [PT_BRIDGE_OK] = say_ok,
    [PT_BRIDGE_OFFLINE] = say_offline,
    [PT_BRIDGE_MISMATCH] = say_mismatch,
    [PT_BRIDGE_PORT_TAKEN] = say_taken,
    [PT_BRIDGE_STOPPED] = say_stopped,
    [PT_BRIDGE_UNKNOWN] = say_unknown,
};

static const char *say_untold(const struct pt_verdict *v,
                              const struct pt_bridge *bridge)
{
    return pt_arena_printf(
        v->arena,
        "%s did not tell %s accounts: %s; if it serves your address, say "
        "--bridge %s",
        bridge->kind->title, bridge->accounts.count ? "all its" : "its",
        bridge->untold, bridge->kind->name);
}

const char *pt_verdict_say(const struct pt_verdict *v,
                           const struct pt_bridge *bridge)
{
    const char *text = say[bridge->state](v);

    return text || !bridge->untold ? text : say_untold(v, bridge);
}
