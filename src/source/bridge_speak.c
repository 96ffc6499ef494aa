/* bridge_speak.c - the third round: one greeting from each port that matters.
 *
 * Nothing is ever logged in to, and only loopback addresses are spoken to.
 */
#include "source/bridge_rounds.h"

#include <string.h>

enum {
    LISTENERS_OF_ONE_KIND = 8,
    UNSEEN_OF_ONE_KIND = 16,
    UNPRIVILEGED = 1024,
};

/* What was not said in time, or not to be had at all, is silence. */
void pt_spoken_answer(struct pt_task *task, struct pt_spoken *spoken,
                      const struct pt_answer *answer)
{
    spoken->there = answer->status != PT_ANSWER_ABSENT;
    if (answer->status == PT_ANSWER_OK)
        pt_speech_read(task->arena, pt_slice(answer->body, answer->len),
                       &spoken->speech);
    else
        spoken->speech.silent = spoken->there;
}

static void speak(struct pt_task *task, const char *host, uint16_t port,
                  enum pt_security expected)
{
    struct pt_looks *looks = pt_looks_of(task);
    struct pt_spoken *spoken;
    bool six = strchr(host, ':');

    if (!port || !pt_is_loopback(host) || pt_looks_own_port(looks, port) ||
        pt_spoken_among(looks->spoken, host, port))
        return;
    spoken = pt_arena_alloc(task->arena, sizeof(*spoken));
    if (!spoken)
        return;
    *spoken = (struct pt_spoken){
        .address = host, .port = port, .next = looks->spoken};
    looks->spoken = spoken;
    pt_task_ask(task,
                &(struct pt_ask){
                    .kind = PT_ASK_SPEAK,
                    .what = pt_arena_printf(
                        task->arena, six ? "[%s]:%u" : "%s:%u", host, port),
                    .tls_first = expected == PT_TLS,
                    .limit_ms = pt_query_speak_ms(task->query),
                    .tag = PT_STEP_SPEAK,
                    .about = spoken,
                });
}

/* The settings name this port and the process that listens is the bridge:
 * nothing more could be learned than what its upstream says. */
static bool is_settled_by_owner(const struct pt_looks *looks,
                                const struct pt_look *look, const char *host,
                                uint16_t port)
{
    const struct pt_listener *l = pt_listener_at(&looks->machine, host, port);

    return look->kind->reaches_out && l && pt_look_has_process(look, l->pid);
}

static void speak_to_claimed(struct pt_task *task, const struct pt_look *look)
{
    for (const struct pt_clue *clue = look->clues; clue; clue = clue->next)
        for (size_t i = 0; i < clue->said.claim_count; i++) {
            const struct pt_bridge_claim *claim = &clue->said.claims[i];
            const char *host = claim->host ? claim->host : look->kind->host;

            if (pt_service_is_mail(claim->service) &&
                !is_settled_by_owner(pt_looks_of(task), look, host,
                                     claim->port))
                speak(task, host, claim->port, claim->security);
        }
}

/* Is it claimed for something that is not mail (CalDAV, LDAP)? */
static bool is_claimed_for_other(const struct pt_look *look, uint16_t port)
{
    for (const struct pt_clue *clue = look->clues; clue; clue = clue->next)
        for (size_t i = 0; i < clue->said.claim_count; i++)
            if (clue->said.claims[i].port == port &&
                !pt_service_is_mail(clue->said.claims[i].service))
                return true;
    return false;
}

static void speak_to_listeners(struct pt_task *task, const struct pt_look *look)
{
    const struct pt_machine *machine = &pt_looks_of(task)->machine;
    int left = LISTENERS_OF_ONE_KIND;

    for (size_t i = 0; left && i < machine->listener_count; i++) {
        const struct pt_listener *l = &machine->listeners[i];

        if (!pt_look_has_process(look, l->pid) || !pt_listener_is_local(l) ||
            look->kind->reaches_out || is_claimed_for_other(look, l->port))
            continue;
        speak(task, pt_listener_reach(l), l->port, PT_SECURITY_UNKNOWN);
        left--;
    }
}

/* Whose a listener is may not be told, though its user runs the bridge: then
 * the greeting has to tell.  First those at ports that a bridge would take. */
static void speak_to_unseen(struct pt_task *task, const struct pt_look *look)
{
    const struct pt_machine *machine = &pt_looks_of(task)->machine;
    size_t count = 2 * machine->listener_count;
    int left = UNSEEN_OF_ONE_KIND;

    for (size_t i = 0; left && !look->kind->reaches_out && i < count; i++) {
        const struct pt_listener *l =
            &machine->listeners[i % machine->listener_count];
        bool early = i < machine->listener_count;

        if (!pt_look_may_hold(look, l) || !pt_listener_is_local(l) ||
            (l->port >= UNPRIVILEGED) != early ||
            is_claimed_for_other(look, l->port))
            continue;
        speak(task, pt_listener_reach(l), l->port, PT_SECURITY_UNKNOWN);
        left--;
    }
}

static void speak_to_defaults(struct pt_task *task, const struct pt_look *look)
{
    const struct pt_looks *looks = pt_looks_of(task);

    for (size_t i = 0; i < look->kind->default_count; i++) {
        const struct pt_bridge_default *d = &look->kind->defaults[i];
        bool settled = false;

        for (size_t k = 0; k < looks->count; k++)
            settled |= is_settled_by_owner(looks, &looks->at[k],
                                           look->kind->host, d->port);
        if (!settled && pt_service_is_mail(d->service))
            speak(task, look->kind->host, d->port, PT_SECURITY_UNKNOWN);
    }
}

void pt_round_greetings(struct pt_task *task)
{
    struct pt_looks *looks = pt_looks_of(task);

    for (size_t k = 0; k < looks->count; k++)
        speak_to_claimed(task, &looks->at[k]);
    for (size_t k = 0; k < looks->count; k++)
        speak_to_listeners(task, &looks->at[k]);
    for (size_t k = 0; k < looks->count; k++)
        speak_to_unseen(task, &looks->at[k]);
    for (size_t k = 0; k < looks->count; k++)
        speak_to_defaults(task, &looks->at[k]);
}
