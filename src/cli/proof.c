/* proof.c - see proof.h.
 *
 * First everybody is spoken to, then what was heard is judged: the one who
 * asks does not judge, and the judge asks nobody.
 */
#include "cli/proof.h"

#include "cli/session.h"
#include "cli/show.h"
#include "net/loopback.h"
#include "source/bridge_look.h"

enum {
    TALK_MS = 1900, /* a bridge that asks its own server first is waited for */
    TALKS_MAX = 64,
    QUOTE_SIZE = 64,
};

/* One conversation; what it brings goes for every proof of that endpoint. */
struct talk {
    struct proving *proving;
    const char *where; /* "127.0.0.1:1143" */
    enum pt_answer_status status;
    const char *why;
    struct pt_speech speech; /* status is OK */
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
    bool named = pt_is_nocase(proof->host, "localhost");

    return pt_show_server(p->arena, named ? "127.0.0.1" : proof->host,
                          proof->port);
}

static struct talk *talk_with(struct proving *p, const char *where)
{
    for (size_t i = 0; i < p->talk_count; i++)
        if (pt_is(p->talks[i].where, where))
            return &p->talks[i];
    return NULL;
}

/* Why it is not to be spoken to, or NULL. */
static const char *find_objection(const struct proving *p,
                                  const struct pt_proof *proof,
                                  const char *where)
{
    const struct pt_bridge_kind *kind = kind_of(p, proof);
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
    talk->status = answer->status;
    talk->why = pt_arena_strdup(arena, answer->why);
    if (answer->status == PT_ANSWER_OK)
        pt_speech_read(arena, pt_slice(answer->body, answer->len),
                       &talk->speech);
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
                                     .tls_first = proof->security == PT_TLS,
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
        if (!talk_with(p, where) && !find_objection(p, &proofs[i], where) &&
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

static void end(struct pt_proof *proof, enum pt_proof_outcome outcome,
                const char *detail)
{
    proof->outcome = outcome;
    proof->detail = detail;
    proof->failed = outcome != PT_PROOF_WORKS && outcome != PT_PROOF_NOT_ASKED;
}

static const char *quote(struct pt_arena *arena, const char *before,
                         const char *said)
{
    char shown[QUOTE_SIZE];

    pt_make_printable(pt_slice_of(said), shown, sizeof(shown));
    return pt_arena_printf(arena, "%s \"%s\"", before, shown);
}

/* It did not come to a greeting. */
static void judge_silence(const struct talk *talk, struct pt_proof *proof)
{
    const struct pt_speech *speech = &talk->speech;

    if (speech->grpc)
        end(proof, PT_PROOF_WRONG_PROTOCOL, "it is no mail server");
    else if (!speech->problem)
        end(proof, PT_PROOF_TIMEOUT, "it listens, and says nothing");
    else if (proof->security == PT_TLS)
        end(proof, PT_PROOF_TLS_FAILED, speech->problem);
    else
        end(proof, PT_PROOF_WRONG_PROTOCOL, speech->problem);
}

static bool is_of_kind(struct pt_arena *arena,
                       const struct pt_bridge_kind *kind,
                       const struct pt_speech *speech)
{
    bool is_known = false;

    for (size_t i = 0; kind && i < kind->greeting_count; i++)
        is_known |= kind->greetings[i].service == speech->service;
    return !is_known || pt_speech_is_of(arena, kind, speech, NULL);
}

/* Is it who it should be?  False: it is judged. */
static bool judge_greeting(struct proving *p, const struct talk *talk,
                           struct pt_proof *proof)
{
    const struct pt_speech *speech = &talk->speech;
    const char *detail = NULL;

    if (!speech->is_mail)
        detail =
            quote(p->arena, "it is no mail server: it says", speech->greeting);
    else if (speech->service != proof->service)
        detail = pt_arena_printf(p->arena, "what answers there is %s",
                                 pt_service_title(speech->service));
    else if (!is_of_kind(p->arena, kind_of(p, proof), speech))
        detail =
            quote(p->arena, "another program answers there:", speech->greeting);
    else
        return true;
    end(proof, PT_PROOF_WRONG_PROTOCOL, detail);
    return false;
}

/* What is written, what is spoken, and what that means. */
static const struct {
    enum pt_security written;
    enum pt_security spoken;
    enum pt_proof_outcome outcome;
    const char *detail;
} mismatches[] = {
    {PT_TLS, PT_STARTTLS, PT_PROOF_TLS_FAILED,
     "it does not speak TLS from the start, it offers STARTTLS"},
    {PT_TLS, PT_PLAIN, PT_PROOF_TLS_FAILED, "it speaks plain text"},
    {PT_STARTTLS, PT_TLS, PT_PROOF_NO_STARTTLS, "it speaks TLS from the start"},
    {PT_STARTTLS, PT_PLAIN, PT_PROOF_NO_STARTTLS, "it offers no STARTTLS"},
    {PT_PLAIN, PT_TLS, PT_PROOF_WRONG_PROTOCOL, "it speaks TLS from the start"},
};

static bool is_secret(const struct pt_proof *proof)
{
    return proof->security == PT_TLS || proof->security == PT_STARTTLS;
}

static bool judge_security(struct proving *p, const struct talk *talk,
                           struct pt_proof *proof)
{
    const struct pt_speech *speech = &talk->speech;
    /* what went wrong around an upgrade makes it worth nothing */
    bool spoilt = proof->security == PT_STARTTLS && speech->problem;

    for (size_t i = 0; i < sizeof(mismatches) / sizeof(*mismatches); i++)
        if (mismatches[i].written == proof->security &&
            mismatches[i].spoken == speech->security) {
            end(proof, mismatches[i].outcome,
                spoilt ? speech->problem : mismatches[i].detail);
            return false;
        }
    if (!is_secret(proof) || (speech->security == proof->security && !spoilt))
        return true;
    end(proof, PT_PROOF_TLS_FAILED,
        speech->problem ? speech->problem
                        : quote(p->arena, "all it says is", speech->greeting));
    return false;
}

static void judge_certificate(struct proving *p, const struct talk *talk,
                              struct pt_proof *proof)
{
    const struct pt_certificate *seen = talk->speech.certificate;

    if (!proof->pinned || !is_secret(proof) ||
        (seen && pt_is_nocase(seen->sha256, proof->pinned)))
        end(proof, PT_PROOF_WORKS, NULL);
    else if (!seen)
        end(proof, PT_PROOF_BAD_CERTIFICATE, "it has no certificate");
    else
        end(proof, PT_PROOF_BAD_CERTIFICATE,
            pt_arena_printf(p->arena,
                            "its certificate is %.8s..., and %.8s... is "
                            "trusted",
                            seen->sha256, proof->pinned));
}

static void judge_talk(struct proving *p, const struct talk *talk,
                       struct pt_proof *proof)
{
    if (talk->status == PT_ANSWER_ABSENT)
        end(proof, PT_PROOF_REFUSED, "nothing listens there");
    else if (talk->status != PT_ANSWER_OK)
        end(proof, PT_PROOF_TIMEOUT, talk->why);
    else if (!*talk->speech.greeting)
        judge_silence(talk, proof);
    else if (judge_greeting(p, talk, proof) && judge_security(p, talk, proof))
        judge_certificate(p, talk, proof);
}

/* False: no memory. */
static bool judge(struct proving *p, struct pt_proof *proof)
{
    const char *where = endpoint_of(p, proof);
    const char *objection = where ? find_objection(p, proof, where) : NULL;
    const struct talk *talk = where ? talk_with(p, where) : NULL;
    const struct pt_bridge_kind *kind = kind_of(p, proof);

    if (objection)
        end(proof, PT_PROOF_NOT_ASKED, objection);
    else if (talk)
        judge_talk(p, talk, proof);
    else
        end(proof, PT_PROOF_NOT_ASKED, "there are too many servers to ask");
    if (kind && kind->greets_late && proof->outcome == PT_PROOF_TIMEOUT)
        proof->failed = false;
    return !pt_arena_failed(p->arena);
}

/* ---- the interface ---- */

enum pt_status pt_prove(const struct pt_call *call, struct pt_proof *proofs,
                        size_t count, struct pt_error *err)
{
    struct proving p = {.arena = call->arena};
    enum pt_status status =
        count ? pt_session_open(call, TALK_MS, &p.session, err) : PT_OK;

    if (status == PT_OK && !begin_talks(&p, proofs, count))
        status = pt_fail_memory(err);
    hear_all(&p);
    for (size_t i = 0; i < count && status == PT_OK; i++)
        if (!judge(&p, &proofs[i]))
            status = pt_fail_memory(err);
    pt_session_close(&p.session);
    return status;
}

const char *pt_proof_outcome_name(enum pt_proof_outcome outcome)
{
    static const char *const names[] = {
        [PT_PROOF_WORKS] = "works",
        [PT_PROOF_REFUSED] = "refused",
        [PT_PROOF_TIMEOUT] = "timeout",
        [PT_PROOF_WRONG_PROTOCOL] = "wrong-protocol",
        [PT_PROOF_NO_STARTTLS] = "no-starttls",
        [PT_PROOF_BAD_CERTIFICATE] = "bad-certificate",
        [PT_PROOF_TLS_FAILED] = "tls-failed",
        [PT_PROOF_NOT_ASKED] = "not-asked",
    };

    return names[outcome];
}

const char *pt_proof_phrase(struct pt_arena *arena,
                            const struct pt_proof *proof)
{
    return pt_arena_printf(arena, "%s %s: %s", pt_service_title(proof->service),
                           pt_show_server(arena, proof->host, proof->port),
                           proof->detail ? proof->detail : "works");
}

void pt_proofs_json(struct pt_json *json, cJSON *parent,
                    const struct pt_proof *proofs, size_t count)
{
    cJSON *array = pt_json_array(json, parent, "proof");

    for (size_t i = 0; i < count; i++) {
        cJSON *at = pt_json_object(json, array, NULL);

        pt_json_text(json, at, "service", pt_service_name(proofs[i].service));
        pt_json_text(json, at, "host", proofs[i].host);
        pt_json_number(json, at, "port", proofs[i].port);
        pt_json_text(json, at, "security",
                     pt_security_name(proofs[i].security));
        pt_json_text(json, at, "outcome",
                     pt_proof_outcome_name(proofs[i].outcome));
        pt_json_text(json, at, "detail", proofs[i].detail);
    }
}
