/* proof.c - see proof.h.
 *
 * First everybody is spoken to, then what was heard is judged: the one who
 * asks does not judge, and the judge asks nobody.
 */
#include "cli/proof.h"

#include "cli/session.h"
#include "cli/show.h"
#include "net/loopback.h"
#include "source/trying.h"

enum {
    TALK_MS = 1900, /* a bridge that asks its own server first is waited for */
    TALKS_MAX = 64,
};

/* One conversation; what it brings goes for every proof of that endpoint. */
struct talk {
    struct proving *proving;
    const char *where; /* "127.0.0.1:1143" */
    struct pt_answer answer; /* kept in the arena */
};

struct proving {
    struct pt_arena *arena;
    struct pt_session session;
    struct talk talks[TALKS_MAX];
    size_t talk_count;
    size_t open;
};

/* ---- hearing them ---- */

static const struct pt_bridge_kind *kind_of(const struct proving *p,
                                            const struct pt_proof *proof)
{
    const struct pt_query *query = &p->session.query;

    for (size_t i = 0; i < query->kind_count; i++)
        if (pt_is(query->kinds[i].name, proof->bridge))
            return &query->kinds[i];
    return NULL;
}

static const char *endpoint_of(struct proving *p, const struct pt_proof *proof)
{
    const struct pt_trial *trial = &proof->trial;
    bool named = pt_is_nocase(trial->host, "localhost");

    return pt_show_server(p->arena, named ? "127.0.0.1" : trial->host,
                          trial->port);
}

static struct talk *talk_with(struct proving *p, const char *where)
{
    for (size_t i = 0; i < p->talk_count; i++)
        if (pt_is(p->talks[i].where, where))
            return &p->talks[i];
    return NULL;
}

/* Why it is not to be spoken to, or NULL. */
static const char *find_objection(const struct pt_proof *proof,
                                  const char *where)
{
    const struct pt_bridge_kind *kind = proof->trial.kind;
    struct sockaddr_storage address;
    socklen_t len;

    if (!pt_loopback_parse(where, &address, &len))
        return "it is no address of this machine";
    if (kind && kind->reaches_out)
        return "to greet, this bridge would connect elsewhere";
    return NULL;
}

static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct talk *talk = ctx;
    struct pt_arena *arena = talk->proving->arena;

    talk->proving->open--;
    talk->answer = *answer;
    talk->answer.why = pt_arena_strdup(arena, answer->why);
    talk->answer.body = pt_arena_strndup(arena, answer->body, answer->len);
    if (!talk->answer.body)
        talk->answer.len = 0;
}

static bool begin_talk(struct proving *p, const struct pt_proof *proof,
                       const char *where)
{
    struct pt_transport *net = p->session.net;
    struct talk *talk = &p->talks[p->talk_count];

    *talk = (struct talk){.proving = p, .where = where};
    if (!net->begin(net,
                    &(struct pt_ask){.kind = PT_ASK_SPEAK,
                                     .what = where,
                                     .tls_first =
                                         proof->trial.security == PT_TLS,
                                     .limit_ms = TALK_MS},
                    on_answer, talk))
        return false;
    p->talk_count++;
    p->open++;
    return true;
}

static bool begin_talks(struct proving *p, const struct pt_proof *proofs,
                        size_t count)
{
    for (size_t i = 0; i < count && p->talk_count < TALKS_MAX; i++) {
        const char *where = endpoint_of(p, &proofs[i]);

        if (!where)
            return false;
        if (!talk_with(p, where) && !find_objection(&proofs[i], where) &&
            !begin_talk(p, &proofs[i], where))
            return false;
    }
    return true;
}

static void hear_all(struct proving *p)
{
    while (p->open && pt_loop_step(p->session.loop))
        ;
    /* nothing of it may come back when the talks are gone */
    if (p->open)
        p->session.net->drop(p->session.net, NULL);
}

/* ---- judging what was heard ---- */

static bool leave_out(struct pt_proof *proof, const char *why)
{
    proof->trial.outcome = PT_TRIAL_NOT_ASKED;
    proof->trial.detail = why;
    return true;
}

/* False: no memory. */
static bool judge(struct proving *p, struct pt_proof *proof)
{
    struct pt_trial *trial = &proof->trial;
    const char *where = endpoint_of(p, proof);
    const char *objection = where ? find_objection(proof, where) : NULL;
    const struct talk *talk = where ? talk_with(p, where) : NULL;
    bool judged;

    if (objection)
        judged = leave_out(proof, objection);
    else if (talk)
        judged = pt_trial_read(p->arena, trial, &talk->answer);
    else
        judged = leave_out(proof, "there are too many servers to ask");
    proof->failed = trial->outcome != PT_TRIAL_WORKS &&
                    trial->outcome != PT_TRIAL_NOT_ASKED &&
                    !(trial->kind && trial->kind->greets_late &&
                      trial->outcome == PT_TRIAL_TIMEOUT);
    return judged && !pt_arena_failed(p->arena);
}

/* ---- the interface ---- */

enum pt_status pt_prove(const struct pt_call *call, struct pt_proof *proofs,
                        size_t count, struct pt_error *err)
{
    struct proving p = {.arena = call->arena};
    enum pt_status status =
        count ? pt_session_open(call, TALK_MS, &p.session, err) : PT_OK;

    for (size_t i = 0; i < count && status == PT_OK; i++)
        proofs[i].trial.kind = kind_of(&p, &proofs[i]);
    if (status == PT_OK && !begin_talks(&p, proofs, count))
        status = pt_fail_memory(err);
    hear_all(&p);
    for (size_t i = 0; i < count && status == PT_OK; i++)
        if (!judge(&p, &proofs[i]))
            status = pt_fail_memory(err);
    pt_session_close(&p.session);
    return status;
}

const char *pt_proof_phrase(struct pt_arena *arena,
                            const struct pt_proof *proof)
{
    const struct pt_trial *trial = &proof->trial;

    return pt_arena_printf(arena, "%s %s: %s", pt_service_title(trial->service),
                           pt_show_server(arena, trial->host, trial->port),
                           trial->detail ? trial->detail : "works");
}

void pt_proofs_json(struct pt_json *json, cJSON *parent,
                    const struct pt_proof *proofs, size_t count)
{
    cJSON *array = pt_json_array(json, parent, "proof");

    for (size_t i = 0; i < count; i++) {
        const struct pt_trial *trial = &proofs[i].trial;
        cJSON *at = pt_json_object(json, array, NULL);

        pt_json_text(json, at, "service", pt_service_name(trial->service));
        pt_json_text(json, at, "host", trial->host);
        pt_json_number(json, at, "port", trial->port);
        pt_json_text(json, at, "security", pt_security_name(trial->security));
        pt_json_text(json, at, "outcome",
                     pt_trial_outcome_name(trial->outcome));
        pt_json_text(json, at, "detail", trial->detail);
    }
}
