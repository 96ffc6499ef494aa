#include "resolve/probe_verdict.h"

#include "base/buf.h"
#include "net/ask.h"
#include "source/usual.h"

#include <string.h>

enum { SMTP_PORT = 25, LETTER_MAX = 32 * 1024, RESULT_SIZE = 512 };

struct judging {
    struct pt_arena *arena;
    const struct pt_probe_target *target;
    const struct pt_probe_plan *plan;
    struct pt_probe_verdict *verdict;
    bool receives;
    bool sends;
};

/* ---- what works ---- */

static enum pt_service service_of(const struct pt_trial *trial)
{
    return trial->any_service ? trial->speaks : trial->service;
}

static bool is_published(const struct judging *j, const struct pt_trial *trial)
{
    const struct pt_probe_host *host =
        j->plan->hosts_of[trial - j->plan->trials];

    return !host || host->is_published;
}

static bool asks_to_sign_in(const struct pt_trial *trial)
{
    return trial->auth_count || service_of(trial) != PT_SUBMISSION;
}

/* The rules of preference, first to last; 0 is better.  What is of no use comes
 * behind whatever is, or a port more could be less. */
static void rate(const struct judging *j, const struct pt_trial *trial,
                 int out[4])
{
    out[0] = !asks_to_sign_in(trial);
    out[1] = trial->port == SMTP_PORT;
    out[2] = !is_published(j, trial);
    out[3] = trial->spoken != PT_TLS;
}

/* Of those that are alike, the first stays. */
static bool is_better(const struct judging *j, const struct pt_trial *a,
                      const struct pt_trial *b)
{
    int rated_a[4];
    int rated_b[4];

    rate(j, a, rated_a);
    rate(j, b, rated_b);
    for (int i = 0; i < 4; i++)
        if (rated_a[i] != rated_b[i])
            return rated_a[i] < rated_b[i];
    return false;
}

static const struct pt_trial *find_best(const struct judging *j,
                                        enum pt_service service)
{
    const struct pt_trial *best = NULL;

    for (size_t i = 0; i < j->plan->trial_count; i++) {
        const struct pt_trial *trial = &j->plan->trials[i];

        if (trial->outcome == PT_TRIAL_WORKS && service_of(trial) == service &&
            (!best || is_better(j, trial, best)))
            best = trial;
    }
    return best;
}

static const struct pt_trial *find_incoming(const struct judging *j)
{
    const struct pt_trial *imap = find_best(j, PT_IMAP);

    return imap ? imap : find_best(j, PT_POP3);
}

/* A way to send that asks nobody to sign in is no way for a mail program. */
static bool is_way_to_send(const struct pt_trial *trial)
{
    return trial && trial->auth_count;
}

static void add_best(struct pt_probe_verdict *verdict,
                     const struct pt_trial *trial)
{
    if (trial)
        verdict->best[verdict->best_count++] = trial;
}

static void choose_best(const struct judging *j)
{
    const struct pt_trial *sending = find_best(j, PT_SUBMISSION);

    add_best(j->verdict, find_incoming(j));
    add_best(j->verdict, is_way_to_send(sending) ? sending : NULL);
    add_best(j->verdict, find_best(j, PT_SIEVE));
}

/* ---- what works less well ---- */

static const struct pt_trial *best_beside(const struct judging *j,
                                          const struct pt_trial *trial)
{
    enum pt_service service = service_of(trial);

    for (size_t i = 0; i < j->verdict->best_count; i++) {
        enum pt_service other = service_of(j->verdict->best[i]);

        if (other == service || (service == PT_POP3 && other == PT_IMAP))
            return j->verdict->best[i];
    }
    return NULL;
}

static const char *why_second(const struct judging *j,
                              const struct pt_trial *trial)
{
    const struct pt_trial *best = best_beside(j, trial);

    if (trial->port == SMTP_PORT)
        return "port 25 is for mail between servers: many networks block it";
    if (!asks_to_sign_in(trial))
        return "it asks nobody to sign in: mail programs cannot send by it";
    if (best && service_of(best) != service_of(trial))
        return "IMAP leaves the mail on the server, for all your devices";
    if (best && best->spoken == PT_TLS && trial->spoken == PT_STARTTLS)
        return "it begins in plain text: TLS from the start is safer";
    if (best && is_published(j, best) && !is_published(j, trial))
        return "the chosen one is the one that is published";
    return "it works as well";
}

static bool is_best(const struct pt_probe_verdict *verdict,
                    const struct pt_trial *trial)
{
    for (size_t i = 0; i < verdict->best_count; i++)
        if (verdict->best[i] == trial)
            return true;
    return false;
}

static void list_seconds(const struct judging *j)
{
    struct pt_probe_verdict *verdict = j->verdict;

    for (size_t i = 0; i < j->plan->trial_count; i++) {
        const struct pt_trial *trial = &j->plan->trials[i];
        struct pt_probe_second *more;

        if (trial->outcome != PT_TRIAL_WORKS || is_best(verdict, trial))
            continue;
        more = pt_arena_grow(j->arena, verdict->seconds, verdict->second_count,
                             sizeof(*more));
        if (!more)
            return;
        verdict->seconds = more;
        more[verdict->second_count++] = (struct pt_probe_second){
            .trial = trial, .why = why_second(j, trial)};
    }
}

/* ---- what it looks like ---- */

static void remark(const struct judging *j, const char *text)
{
    if (text)
        pt_strings_add(j->arena, &j->verdict->remarks, text);
}

/* Nothing stands between us and this machine. */
static bool is_here(const struct judging *j)
{
    return j->target->host && pt_is_loopback(j->target->host);
}

static bool has_network(const struct judging *j)
{
    for (size_t i = 0; i < j->plan->trial_count; i++)
        if (!pt_is(j->plan->trials[i].detail, PT_WHY_NO_NETWORK))
            return true;
    return !j->plan->trial_count;
}

/* Nothing comes through, at any of them, or at any for sending. */
static bool is_dropped(const struct judging *j, bool of_sending)
{
    size_t n = 0;

    for (size_t i = 0; i < j->plan->trial_count; i++) {
        const struct pt_trial *trial = &j->plan->trials[i];

        if (trial->kind || trial->outcome == PT_TRIAL_NOT_ASKED ||
            (of_sending && service_of(trial) != PT_SUBMISSION))
            continue;
        if (trial->outcome != PT_TRIAL_TIMEOUT || trial->connected)
            return false;
        n++;
    }
    return n > 1; /* of a single one nothing can be told */
}

static void remark_firewall(const struct judging *j)
{
    if (!has_network(j))
        remark(j, "This machine has no network, or none that leads there.");
    else if (is_here(j))
        return;
    else if (is_dropped(j, false))
        remark(j, "No port answers at all. Most likely a firewall stands in "
                  "between: try again from another network, such as a "
                  "phone's.");
    else if (is_dropped(j, true))
        remark(j, "Every port for sending is silent, while others answer. "
                  "Many networks block them: try again from another one, such "
                  "as a phone's, before you blame the provider.");
}

/* Name servers give the addresses of each name in any order. */
static bool are_one_machine(const struct pt_probe_host *a,
                            const struct pt_probe_host *b)
{
    for (size_t i = 0; a && b && i < a->addresses.count; i++)
        if (pt_strings_have(&b->addresses, a->addresses.at[i]))
            return true;
    return false;
}

static const struct pt_trial *find_twin(const struct judging *j, size_t i)
{
    const struct pt_probe_host *const *hosts = j->plan->hosts_of;
    const struct pt_trial *bad = &j->plan->trials[i];

    for (size_t k = 0; k < j->plan->trial_count; k++) {
        const struct pt_trial *trial = &j->plan->trials[k];

        if (trial->outcome == PT_TRIAL_WORKS && trial->port == bad->port &&
            are_one_machine(hosts[i], hosts[k]))
            return trial;
    }
    return NULL;
}

/* One machine, two names, and the certificate is for the other one. */
static void remark_names(const struct judging *j)
{
    struct pt_strings said = {0};

    for (size_t i = 0; i < j->plan->trial_count; i++) {
        const struct pt_trial *bad = &j->plan->trials[i];
        const struct pt_trial *twin = bad->outcome == PT_TRIAL_BAD_CERTIFICATE
                                          ? find_twin(j, i)
                                          : NULL;

        if (!twin || pt_strings_have(&said, bad->host))
            continue;
        pt_strings_add(j->arena, &said, bad->host);
        remark(j, pt_arena_printf(j->arena,
                                  "Write %s, not %s: it is the same machine, "
                                  "and the certificate is for that name.",
                                  twin->host, bad->host));
    }
}

/* The names from i on that could not be looked up for the same reason; NULL:
 * they were told before. */
static const char *list_lost(const struct judging *j, size_t i)
{
    const struct pt_probe_host *hosts = j->plan->hosts;
    const char *names = NULL;

    for (size_t k = 0; k < j->plan->host_count; k++) {
        if (hosts[k].status != PT_ANSWER_FAILED ||
            !pt_is(hosts[k].why, hosts[i].why))
            continue;
        if (k < i)
            return NULL;
        names = names ? pt_arena_printf(j->arena, "%s, %s", names,
                                        hosts[k].name)
                      : hosts[k].name;
    }
    return names;
}

static void remark_lost(const struct judging *j)
{
    for (size_t i = 0; i < j->plan->host_count; i++) {
        const char *names = j->plan->hosts[i].status == PT_ANSWER_FAILED
                                ? list_lost(j, i)
                                : NULL;

        if (names)
            remark(j, pt_arena_printf(j->arena,
                                      "Not to be looked up: %s: %s.", names,
                                      j->plan->hosts[i].why));
    }
}

static void remark_hosts(const struct judging *j)
{
    const struct pt_probe_plan *plan = j->plan;
    size_t absent = 0;

    for (size_t i = 0; i < plan->host_count; i++) {
        const struct pt_probe_host *host = &plan->hosts[i];

        absent += host->status == PT_ANSWER_ABSENT;
        if (host->status == PT_ANSWER_ABSENT && host->is_published)
            remark(j, pt_arena_printf(j->arena,
                                      "%s is published, and there is no such "
                                      "host.",
                                      host->name));
    }
    remark_lost(j);
    if (absent == plan->host_count && !plan->trial_count && j->target->address)
        remark(j, pt_arena_printf(j->arena,
                                  "%s has no host for mail by any of the usual "
                                  "names: ask its provider for them.",
                                  j->target->address->domain));
}

/* What must not be connected to on a stranger's word. */
static void remark_not_asked(const struct judging *j)
{
    struct pt_strings said = {0};

    for (size_t i = 0; i < j->plan->trial_count; i++) {
        const struct pt_trial *trial = &j->plan->trials[i];

        if (trial->kind || trial->outcome != PT_TRIAL_NOT_ASKED ||
            pt_strings_have(&said, trial->host))
            continue;
        pt_strings_add(j->arena, &said, trial->host);
        remark(j,
               trial->is_nearby
                   ? pt_arena_printf(j->arena, "%s was not tried: %s.",
                                     trial->host, trial->detail)
                   : pt_arena_printf(j->arena,
                                     "%s was not tried: %s. If it is yours, "
                                     "name it: portolan probe %s",
                                     trial->host, trial->detail, trial->host));
    }
}

/* Of what was not waited for nothing is told. */
static void remark_course(const struct judging *j)
{
    if (j->plan->is_cut) {
        remark(j, "It was stopped: there are ports that had no time to "
                  "answer.");
        return;
    }
    remark_firewall(j);
    remark_not_asked(j);
}

/* ---- the letter ---- */

/* Words of servers may be among it. */
static const char *tell_result(const struct pt_trial *trial)
{
    if (trial->outcome == PT_TRIAL_WORKS)
        return "works";
    return trial->detail ? trial->detail
                         : pt_trial_outcome_name(trial->outcome);
}

/* What was tried and is lacking; the ports of bridges, and those for servers,
 * are none of an administrator's business. */
static bool is_told(const struct judging *j, const struct pt_trial *trial)
{
    bool sends = service_of(trial) == PT_SUBMISSION;

    return !trial->kind && trial->outcome != PT_TRIAL_NOT_ASKED &&
           trial->port != SMTP_PORT && service_of(trial) != PT_SIEVE &&
           !(sends ? j->sends : j->receives);
}

static bool is_told_alike(const struct judging *j, size_t a, size_t b)
{
    const struct pt_trial *trials = j->plan->trials;

    return is_told(j, &trials[b]) &&
           j->plan->hosts_of[a] == j->plan->hosts_of[b] &&
           pt_is(tell_result(&trials[a]), tell_result(&trials[b]));
}

static bool was_told(const struct judging *j, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (is_told_alike(j, i, k))
            return true;
    return false;
}

static void write_try(const struct judging *j, size_t i, struct pt_buf *letter)
{
    const struct pt_trial *trials = j->plan->trials;
    const char *before = "port";
    char result[RESULT_SIZE];

    pt_make_printable(pt_slice_of(tell_result(&trials[i])), result,
                      sizeof(result));
    pt_buf_printf(letter, "%s, ", trials[i].host);
    for (size_t k = i; k < j->plan->trial_count; k++) {
        if (!is_told_alike(j, i, k))
            continue;
        pt_buf_printf(letter, "%s %u", before, trials[k].port);
        if (!trials[k].any_service && trials[k].security)
            pt_buf_printf(letter, " (%s, %s)",
                          pt_service_title(trials[k].service),
                          pt_security_title(trials[k].security));
        before = ", port";
    }
    pt_buf_printf(letter, ": %s\n", result);
}

static void write_tries(const struct judging *j, struct pt_buf *letter)
{
    for (size_t i = 0; i < j->plan->trial_count; i++)
        if (is_told(j, &j->plan->trials[i]) && !was_told(j, i))
            write_try(j, i, letter);
}

/* What would help, by what went wrong. */
static const struct {
    enum pt_trial_outcome outcome;
    const char *help;
} helps[] = {
    {PT_TRIAL_BAD_CERTIFICATE,
     "a certificate that is in force, complete with its intermediate ones, "
     "and made out for the host name people are told"},
    {PT_TRIAL_NO_STARTTLS,
     "STARTTLS on the ports 143 and 587, or better: TLS from the start on 993 "
     "and 465"},
    {PT_TRIAL_STARTTLS_INJECTION,
     "software that discards what came in plain text before TLS "
     "(CVE-2011-0411; RFC 3207, section 4.2)"},
    {PT_TRIAL_TLS_FAILED, "TLS 1.2 or newer (RFC 8996)"},
    {PT_TRIAL_WRONG_PROTOCOL,
     "each service on its own standard port, and nothing else there"},
    {PT_TRIAL_REFUSED,
     "a server that listens on at least IMAP 993 and submission 465, for "
     "clients from anywhere"},
    {PT_TRIAL_TIMEOUT, "a firewall that lets clients reach these ports"},
};

static bool is_lacking(const struct judging *j, enum pt_trial_outcome outcome)
{
    for (size_t i = 0; i < j->plan->trial_count; i++)
        if (j->plan->trials[i].outcome == outcome &&
            is_told(j, &j->plan->trials[i]))
            return true;
    return false;
}

static void write_helps(const struct judging *j, struct pt_buf *letter)
{
    for (size_t i = 0; i < sizeof(helps) / sizeof(*helps); i++)
        if (is_lacking(j, helps[i].outcome))
            pt_buf_printf(letter, "- %s\n", helps[i].help);
    pt_buf_puts(letter,
                "- the settings, published where mail programs look for "
                "them: as DNS SRV records (RFC 6186) or as an autoconfig "
                "file\n");
}

static const char *tell_lack(const struct judging *j)
{
    if (j->receives)
        return "sending mail";
    return j->sends ? "receiving mail" : "receiving and sending mail";
}

static void write_letter(const struct judging *j)
{
    const char *whose = j->target->address ? j->target->address->domain
                                           : j->target->host;
    PT_BUF struct pt_buf letter = {.max = LETTER_MAX};

    pt_buf_printf(&letter,
                  "Subject: mail programs cannot be set up for %s\n\n"
                  "Hello,\n\n"
                  "for %s I found no settings at %s that work. I tried "
                  "these ports, without signing in; this is what came of "
                  "it:\n\n",
                  whose, tell_lack(j), whose);
    write_tries(j, &letter);
    pt_buf_puts(&letter, "\nThis would help:\n\n");
    write_helps(j, &letter);
    pt_buf_puts(&letter, "\nThank you.\n");
    if (pt_buf_failed(&letter)) {
        if (letter.oom)
            pt_arena_fail(j->arena);
        return;
    }
    j->verdict->letter =
        pt_arena_strndup(j->arena, pt_buf_text(&letter), letter.len);
}

/* ---- the whole ---- */

static bool has_told(const struct judging *j)
{
    for (size_t i = 0; i < j->plan->trial_count; i++)
        if (is_told(j, &j->plan->trials[i]))
            return true;
    return false;
}

static bool was_anything_asked(const struct judging *j)
{
    for (size_t i = 0; i < j->plan->trial_count; i++)
        if (j->plan->trials[i].outcome != PT_TRIAL_NOT_ASKED)
            return true;
    return false;
}

static bool was_any_lookup_lost(const struct judging *j)
{
    for (size_t i = 0; i < j->plan->host_count; i++)
        if (j->plan->hosts[i].status == PT_ANSWER_FAILED)
            return true;
    return false;
}

bool pt_probe_judge(struct pt_arena *arena,
                    const struct pt_probe_target *target,
                    const struct pt_probe_plan *plan,
                    struct pt_probe_verdict *ret_verdict)
{
    struct pt_probe_verdict verdict = {0};
    struct judging j = {.arena = arena,
                        .target = target,
                        .plan = plan,
                        .verdict = &verdict};
    bool suffices;

    j.receives = find_incoming(&j);
    j.sends = is_way_to_send(find_best(&j, PT_SUBMISSION));
    suffices = target->address
                   ? j.receives && j.sends
                   : j.receives || j.sends || find_best(&j, PT_SIEVE);
    choose_best(&j);
    list_seconds(&j);
    remark_course(&j);
    remark_hosts(&j);
    remark_names(&j);
    verdict.exit = suffices                  ? PT_OK
                   : !has_network(&j)        ? PT_UNREACHABLE
                   : was_anything_asked(&j)  ? PT_NOTHING
                   : was_any_lookup_lost(&j) ? PT_UNREACHABLE
                   : plan->trial_count       ? PT_UNREACHABLE
                                             : PT_NOTHING;
    if (verdict.exit == PT_NOTHING && !plan->is_cut && !is_here(&j) &&
        has_told(&j))
        write_letter(&j);
    *ret_verdict = verdict;
    return !pt_arena_failed(arena);
}
