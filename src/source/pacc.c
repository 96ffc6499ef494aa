/* pacc.c - the provider's own file for mail programs (draft-ietf-mailmaint-
 * pacc), believed only with the DNS record that vouches for its bytes.
 *
 * Neither an MX host nor a parent domain is asked instead.
 */
#include "format/dns_text.h"
#include "format/pacc.h"
#include "model/domain.h"
#include "source/fetch.h"

#include <openssl/sha.h>

_Static_assert(PT_PACC_DIGEST == SHA256_DIGEST_LENGTH, "the digest's length");

struct state {
    bool told;                   /* the name server has answered */
    struct pt_dns_records vouch; /* its TXT records */
    struct pt_slice body;        /* the file; nothing when there is none */
    struct pt_origin origin;
};

static void pacc_plan(struct pt_task *task)
{
    const char *domain = task->query->address->domain;
    const char *name =
        pt_arena_printf(task->arena, "_ua-auto-config.%s", domain);
    const char *url = pt_arena_printf(
        task->arena,
        "https://ua-auto-config.%s/.well-known/user-agent-configuration.json",
        domain);

    task->state = pt_arena_alloc(task->arena, sizeof(struct state));
    if (!task->state || !name || !url)
        return;
    if (pt_is_public_suffix(domain)) {
        task->outcome = PT_SKIPPED;
        task->detail = "anybody may register names below this domain";
        return;
    }
    pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_DNS,
                                       .record = PT_RECORD_TXT,
                                       .what = name});
    pt_fetch_begin(task,
                   &(struct pt_fetch){.url = url,
                                      .origin = {.trust = PT_VERIFIED,
                                                 .rank = PT_RANK_PACC}});
}

static void read_records(struct pt_task *task, const struct pt_ask *ask,
                         const struct pt_answer *answer)
{
    struct state *state = task->state;

    if (answer->status == PT_ANSWER_FAILED) {
        pt_task_missed(task, ask, PT_FAILED,
                       pt_arena_printf(task->arena, "%s: %s", ask->what,
                                       answer->why));
        pt_task_ignore_open(task);
        return;
    }
    state->told = true;
    state->vouch = pt_dns_text_read(
        task->arena, pt_slice(answer->body, answer->len), PT_RECORD_TXT);
    if (state->vouch.count)
        return;
    pt_task_ignore_open(task); /* whatever became of the file */
    task->outcome = PT_ABSENT;
    task->lost = (struct pt_worth){0};
}

static void read_file(struct pt_task *task, const struct pt_ask *ask,
                      const struct pt_answer *answer)
{
    struct state *state = task->state;
    const struct pt_fetch *fetch;

    if (state->told && !state->vouch.count)
        return;
    if (pt_fetch_read(task, ask, answer, &fetch) != PT_FETCHED)
        return;
    state->origin = fetch->origin;
    state->body = pt_slice(
        pt_arena_strndup(task->arena, answer->body, answer->len), answer->len);
}

static void pacc_read(struct pt_task *task, const struct pt_ask *ask,
                      const struct pt_answer *answer)
{
    if (ask->kind == PT_ASK_DNS)
        read_records(task, ask, answer);
    else
        read_file(task, ask, answer);
}

static bool is_vouched_for(const struct state *state)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];

    SHA256((const unsigned char *)state->body.at, state->body.len, digest);
    for (size_t i = 0; i < state->vouch.count; i++)
        if (pt_pacc_vouches(pt_slice(state->vouch.at[i].name,
                                     state->vouch.at[i].name_len),
                            digest))
            return true;
    return false;
}

static void offer(struct pt_task *task, const struct state *state)
{
    struct pt_error err = {0};
    struct pt_pacc pacc;
    enum pt_status status = pt_pacc_read(task->arena, state->body,
                                         task->query->address, &pacc, &err);

    if (status == PT_NO_MEMORY)
        pt_arena_fail(task->arena);
    if (status != PT_OK) {
        task->detail = pt_arena_strdup(task->arena, err.text);
        return;
    }
    for (size_t i = 0; i < pacc.server_count; i++)
        pt_task_offer_published(task, &pacc.servers[i], &state->origin);
    pt_task_found(task, state->origin.where);
    pt_task_provider(task, pacc.name, task->query->address->domain,
                     &state->origin);
}

static void pacc_settle(struct pt_task *task)
{
    const struct state *state = task->state;

    if (!state || !state->told || task->outcome != PT_ABSENT)
        return;
    if (!state->vouch.count) {
        task->detail = "no record vouches for such a file";
    } else if (!state->body.len) {
        task->detail = "a record, but no file";
    } else if (!is_vouched_for(state)) {
        task->outcome = PT_REFUSED;
        task->detail = "the file is not the one its DNS record vouches for";
    } else {
        offer(task, state);
    }
}

const struct pt_source pt_source_pacc = {
    .name = "pacc",
    .summary = "the provider's file for mail programs, vouched for in the DNS",
    .ceiling = PT_VERIFIED,
    .rank = PT_RANK_PACC,
    .plan = pacc_plan,
    .read = pacc_read,
    .settle = pacc_settle,
};
