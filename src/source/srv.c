/* srv.c - what the domain's DNS says of its services (RFC 2782; labels of RFC
 * 6186, 8314, 6764, 8620 and 5804).
 *
 * A label that does not promise TLS stands for STARTTLS, whatever its port:
 * plain text is never concluded from it.
 */
#include "format/dns_text.h"
#include "format/url.h"
#include "model/domain.h"
#include "net/dns_wire.h"
#include "source/source.h"

#include <string.h>
#include <strings.h>

enum { PATH = 100 }; /* added to a label's number: its TXT record */

static const struct label {
    const char *name;
    enum pt_service service;
    enum pt_security security; /* PLAIN: not to be had with TLS */
    const char *path; /* had by URL: where, unless a TXT record says; or NULL */
    bool has_path;    /* such a record may say */
} labels[] = {
    {"_imaps", PT_IMAP, PT_TLS, NULL, false},
    {"_imap", PT_IMAP, PT_STARTTLS, NULL, false},
    {"_pop3s", PT_POP3, PT_TLS, NULL, false},
    {"_pop3", PT_POP3, PT_STARTTLS, NULL, false},
    {"_submissions", PT_SUBMISSION, PT_TLS, NULL, false},
    {"_submission", PT_SUBMISSION, PT_STARTTLS, NULL, false},
    {"_jmap", PT_JMAP, PT_TLS, "/.well-known/jmap", false},
    {"_sieve", PT_SIEVE, PT_STARTTLS, NULL, false},
    {"_caldavs", PT_CALDAV, PT_TLS, "/.well-known/caldav", true},
    {"_caldav", PT_CALDAV, PT_PLAIN, NULL, false},
    {"_carddavs", PT_CARDDAV, PT_TLS, "/.well-known/carddav", true},
    {"_carddav", PT_CARDDAV, PT_PLAIN, NULL, false},
};

enum { LABELS = sizeof(labels) / sizeof(*labels) };

struct said {
    struct pt_dns_records records;
    const char *name; /* "_imaps._tcp.example.org" */
    const char *path; /* of the TXT record, or NULL */
    bool is_signed;
    bool path_signed;
    bool is_told; /* it has answered, and be it that there is nothing */
    const char *missed; /* it has not: why, or NULL */
};

/* ---- asking ---- */

static void ask(struct pt_task *task, const char *name, enum pt_record record,
                int tag)
{
    pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_DNS,
                                       .record = record,
                                       .what = name,
                                       .tag = tag});
}

static void srv_plan(struct pt_task *task)
{
    const char *domain = task->query->address->domain;
    struct said *said = pt_arena_alloc(task->arena, LABELS * sizeof(*said));

    task->state = said;
    for (int i = 0; said && i < LABELS; i++) {
        said[i].name = pt_arena_printf(task->arena, "%s._tcp.%s",
                                       labels[i].name, domain);
        if (!said[i].name)
            return;
        if (!pt_dns_name_ok(said[i].name)) { /* there can be no such name */
            said[i].is_told = true;
            continue;
        }
        ask(task, said[i].name, PT_RECORD_SRV, i);
        if (labels[i].has_path)
            ask(task, said[i].name, PT_RECORD_TXT, PATH + i);
    }
}

/* ---- answers ---- */

/* RFC 6764, 4: "path=/dav/", its key in any case (RFC 6763, 6.4).  NULL: it is
 * no path that a URL can have. */
static const char *path_in(struct pt_arena *arena,
                           const struct pt_dns_record *txt)
{
    static const char key[] = "path=/";
    const char *path;

    if (strncasecmp(txt->name, key, strlen(key)) != 0 ||
        strlen(txt->name) != txt->name_len)
        return NULL;
    path = txt->name + strlen(key) - 1;
    if (strpbrk(path, "?#") ||
        !pt_url_is_https(pt_arena_printf(arena, "https://host%s", path)))
        return NULL;
    return path;
}

static void read_path(struct pt_task *task, struct said *said,
                      const struct pt_answer *answer)
{
    struct pt_dns_records texts = pt_dns_text_read(
        task->arena, pt_slice(answer->body, answer->len), PT_RECORD_TXT);

    said->path_signed = answer->is_signed;
    for (size_t i = 0; i < texts.count && !said->path; i++)
        said->path = path_in(task->arena, &texts.at[i]);
}

/* The same address always draws the same server. */
static uint64_t seed_of(const struct pt_address *address)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

    for (const char *at = address->text; *at; at++)
        hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
    return hash;
}

static void srv_read(struct pt_task *task, const struct pt_ask *ask_,
                     const struct pt_answer *answer)
{
    struct said *all = task->state;
    struct said *said = &all[ask_->tag % PATH];

    if (answer->status == PT_ANSWER_FAILED) {
        said->missed = pt_arena_printf(task->arena, "%s: %s", ask_->what,
                                       answer->why);
        return;
    }
    if (ask_->tag >= PATH) {
        read_path(task, said, answer);
        return;
    }
    said->records = pt_dns_text_read(
        task->arena, pt_slice(answer->body, answer->len), PT_RECORD_SRV);
    said->is_signed = answer->is_signed;
    said->is_told = true;
    pt_dns_sort(&said->records, seed_of(task->query->address));
}

/* ---- what it comes to ---- */

static struct pt_origin origin_of(const struct pt_task *task,
                                  const struct said *said, const char *target)
{
    bool own = pt_is_akin(target, task->query->address->domain);
    bool sure = said->is_signed && (!said->path || said->path_signed);

    return (struct pt_origin){
        .where = said->name,
        .trust = sure ? PT_VERIFIED : PT_HEARD,
        .rank = sure || own ? PT_RANK_SRV : PT_RANK_SRV_ELSEWHERE,
    };
}

static void offer(struct pt_task *task, const struct label *label,
                  const struct said *said, const struct pt_dns_record *record)
{
    struct pt_origin origin = origin_of(task, said, record->name);
    struct pt_server server = {.service = label->service,
                               .host = record->name,
                               .port = record->port,
                               .security = label->security};

    if (label->path) {
        const char *path = said->path ? said->path : label->path;

        server.url =
            record->port == 443
                ? pt_arena_printf(task->arena, "https://%s%s", record->name,
                                  path)
                : pt_arena_printf(task->arena, "https://%s:%u%s", record->name,
                                  record->port, path);
        if (!pt_url_is_https(server.url))
            return;
    }
    pt_task_offer_published(task, &server, &origin);
}

/* RFC 2782: "." says that there is decidedly none. */
static bool says_no(const struct pt_dns_record *record)
{
    return pt_is(record->name, ".");
}

static bool names_host(const struct pt_dns_record *record)
{
    return !says_no(record) && record->port;
}

static size_t count_if(const struct said *said,
                       bool (*is_it)(const struct pt_dns_record *))
{
    size_t n = 0;

    for (size_t i = 0; i < said->records.count; i++)
        n += is_it(&said->records.at[i]);
    return n;
}

/* The label that denies its whole service: no other one names a host, or could
 * not be asked.  The least trusted of several; or NULL. */
static const struct said *denial_of(const struct said *said,
                                    enum pt_service service)
{
    const struct said *no = NULL;

    for (int i = 0; i < LABELS; i++) {
        if (labels[i].service != service)
            continue;
        if (!said[i].is_told || count_if(&said[i], names_host))
            return NULL;
        if (count_if(&said[i], says_no) && (!no || !said[i].is_signed))
            no = &said[i];
    }
    return no;
}

static void deny(struct pt_task *task, enum pt_service service)
{
    const struct said *no = denial_of(task->state, service);
    struct pt_server *server = no ? pt_task_offer(task) : NULL;

    if (!server)
        return;
    server->service = service;
    server->denied = true;
    server->origin.where = no->name;
    server->origin.trust = no->is_signed ? PT_VERIFIED : PT_HEARD;
}

/* The best of each label, the second of each ...: where there are more than one
 * source may offer, each label has its share. */
static void offer_all(struct pt_task *task)
{
    const struct said *said = task->state;

    for (size_t r = 0; said && r < PT_DNS_RECORDS_MAX; r++)
        for (int i = 0; i < LABELS; i++)
            if (labels[i].security != PT_PLAIN &&
                r < said[i].records.count &&
                names_host(&said[i].records.at[r]))
                offer(task, &labels[i], &said[i], &said[i].records.at[r]);
}

/* In the labels' order, not in that of the answers: the first one is told. */
static void miss(struct pt_task *task, const struct label *label,
                 const struct said *said)
{
    struct pt_worth at_best = {PT_VERIFIED, PT_RANK_SRV};

    if (!pt_service_is_mail(label->service)) /* which is not in doubt then */
        at_best = (struct pt_worth){PT_GUESSED, PT_RANK_GUESS};
    if (said->missed)
        pt_task_missed(task, &(struct pt_ask){.at_best = at_best}, PT_FAILED,
                       said->missed);
}

/* What could not be asked is told beside what was found. */
/* What there is in all the records of a search. */
struct tally {
    size_t hosts; /* that may be connected to */
    size_t plain; /* that may not: there is no encryption */
    size_t noes;
};

static void conclude(struct pt_task *task, const struct tally *tally)
{
    const char *missed = task->outcome == PT_FAILED ? task->detail : NULL;
    size_t n = tally->hosts + tally->noes;

    if (tally->hosts)
        pt_task_found(task, pt_arena_printf(task->arena, "%zu record%s%s%s", n,
                                            n == 1 ? "" : "s",
                                            missed ? "; not asked: " : "",
                                            missed ? missed : ""));
    else if (task->outcome == PT_ABSENT)
        task->detail = tally->noes    ? "a firm no"
                       : tally->plain ? "only what is not encrypted"
                                      : "no records";
}

static void srv_settle(struct pt_task *task)
{
    const struct said *said = task->state;
    struct tally tally = {0};

    offer_all(task);
    for (int i = 0; said && i < LABELS; i++) {
        size_t hosts = count_if(&said[i], names_host);

        miss(task, &labels[i], &said[i]);
        tally.noes += count_if(&said[i], says_no);
        if (labels[i].security == PT_PLAIN)
            tally.plain += hosts;
        else
            tally.hosts += hosts;
    }
    for (int service = 0; said && service < PT_SERVICES; service++)
        deny(task, (enum pt_service)service);
    conclude(task, &tally);
}

const struct pt_source pt_source_srv = {
    .name = "srv",
    .summary = "what the domain's DNS says of its mail services",
    .ceiling = PT_VERIFIED,
    .rank = PT_RANK_SRV,
    .plan = srv_plan,
    .read = srv_read,
    .settle = srv_settle,
};
