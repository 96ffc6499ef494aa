#include "source/trying.h"

#include "format/login_reply.h"
#include "model/capability.h"
#include "source/bridge_look.h"

#include <string.h>

enum { QUOTE_SIZE = 64, SMTP_PORT = 25 };

/* One trial being judged. */
struct judging {
    struct pt_arena *arena;
    struct pt_trial *trial;
    struct pt_speech speech;
};

/* ---- asking ---- */

bool pt_trial_ask(struct pt_arena *arena, const struct pt_trial *trial,
                  const struct pt_credentials *credentials, int64_t limit_ms,
                  struct pt_ask *ret_ask)
{
    bool is_six = strchr(trial->host, ':');
    const char *what =
        pt_arena_printf(arena, "%s%s%s:%u", is_six ? "[" : "", trial->host,
                        is_six ? "]" : "", trial->port);

    if (!what)
        return false;
    *ret_ask = (struct pt_ask){.kind = trial->kind ? PT_ASK_SPEAK
                                                   : PT_ASK_PROBE,
                               .what = what,
                               .within = trial->login_tries > 1 ? "again"
                                                                : NULL,
                               .tls_first = trial->security == PT_TLS,
                               .never_first = trial->port == SMTP_PORT,
                               .is_nearby = trial->is_nearby,
                               .pinned = trial->pinned,
                               .credentials = credentials,
                               .limit_ms = limit_ms};
    return true;
}

/* ---- the verdict ---- */

/* For a row of tests: it is judged. */
static bool end(const struct judging *j, enum pt_trial_outcome outcome,
                const char *detail)
{
    j->trial->outcome = outcome;
    j->trial->detail = detail;
    return true;
}

static const char *quote(const struct judging *j, const char *before,
                         const char *said)
{
    char shown[QUOTE_SIZE];

    pt_make_printable(pt_slice_of(said), shown, sizeof(shown));
    return pt_arena_printf(j->arena, "%s \"%s\"", before, shown);
}

/* It did not come to a connection. */
static bool judge_status(const struct judging *j,
                         const struct pt_answer *answer)
{
    const char *why = pt_arena_strdup(j->arena, answer->why);

    switch (answer->status) {
    case PT_ANSWER_OK:
        return false;
    case PT_ANSWER_ABSENT:
        return end(j, PT_TRIAL_REFUSED, why ? why : "nothing listens there");
    case PT_ANSWER_REFUSED:
        return end(j, PT_TRIAL_NOT_ASKED, why);
    case PT_ANSWER_FAILED:
        break;
    }
    return end(j, PT_TRIAL_TIMEOUT, why);
}

static bool judge_injection(const struct judging *j)
{
    return j->speech.injected &&
           end(j, PT_TRIAL_STARTTLS_INJECTION,
               "plain text came after STARTTLS: somebody on the way, or the "
               "server itself, mixes commands into the connection");
}

/* Another service of mail is one, whatever comes next. */
static bool judge_service(const struct judging *j)
{
    const struct pt_speech *speech = &j->speech;

    return speech->is_mail && !j->trial->any_service &&
           speech->service != j->trial->service &&
           end(j, PT_TRIAL_WRONG_PROTOCOL,
               pt_arena_printf(j->arena, "what answers there is %s",
                               pt_service_title(speech->service)));
}

/* It went on for too long, or it said nothing and left.  No problem is told
 * where that was the answer to a password. */
static bool judge_end(const struct judging *j)
{
    const struct pt_speech *speech = &j->speech;
    bool is_mute = !*speech->greeting;

    if (!speech->problem)
        return false;
    if (speech->end == PT_END_LATE)
        return end(j, PT_TRIAL_TIMEOUT, speech->problem);
    if (speech->end == PT_END_FLOOD)
        return end(j, PT_TRIAL_WRONG_PROTOCOL, speech->problem);
    return is_mute &&
           (speech->end == PT_END_REFUSED ||
            (speech->end == PT_END_GONE && j->trial->security != PT_TLS)) &&
           end(j, PT_TRIAL_REFUSED, speech->problem);
}

/* It did not come to a greeting. */
static bool judge_silence(const struct judging *j)
{
    const struct pt_speech *speech = &j->speech;

    if (*speech->greeting)
        return false;
    if (speech->grpc)
        return end(j, PT_TRIAL_WRONG_PROTOCOL, "it is no mail server");
    if (!speech->problem)
        return end(j, PT_TRIAL_TIMEOUT, "it listens, and says nothing");
    if (j->trial->security == PT_TLS)
        return end(j, PT_TRIAL_TLS_FAILED, speech->problem);
    return end(j, PT_TRIAL_WRONG_PROTOCOL, speech->problem);
}

static bool is_of_kind(const struct judging *j)
{
    const struct pt_bridge_kind *kind = j->trial->kind;
    bool is_known = false;

    for (size_t i = 0; kind && i < kind->greeting_count; i++)
        is_known |= kind->greetings[i].service == j->speech.service;
    return !is_known || pt_speech_is_of(j->arena, kind, &j->speech, NULL);
}

static bool judge_greeting(const struct judging *j)
{
    const struct pt_speech *speech = &j->speech;
    const char *greeting = speech->greeting;

    if (!speech->is_mail)
        return end(j, PT_TRIAL_WRONG_PROTOCOL,
                   quote(j, "it is no mail server: it says", greeting));
    if (!is_of_kind(j))
        return end(j, PT_TRIAL_WRONG_PROTOCOL,
                   quote(j, "another program answers there:", greeting));
    if (!j->trial->kind && !pt_greeting_is_welcome(pt_slice_of(greeting)))
        return end(j, PT_TRIAL_REFUSED,
                   quote(j, "it sends everybody away:", greeting));
    return speech->end == PT_END_REFUSED && speech->problem &&
           end(j, PT_TRIAL_REFUSED, speech->problem);
}

/* What is chosen, what is spoken, and what that means. */
static const struct {
    enum pt_security chosen;
    enum pt_security spoken;
    enum pt_trial_outcome outcome;
    const char *detail;
} mismatches[] = {
    {PT_TLS, PT_STARTTLS, PT_TRIAL_TLS_FAILED,
     "it does not speak TLS from the start, it offers STARTTLS: choose "
     "STARTTLS there, not SSL/TLS"},
    {PT_TLS, PT_PLAIN, PT_TRIAL_TLS_FAILED, "it speaks plain text"},
    {PT_STARTTLS, PT_TLS, PT_TRIAL_NO_STARTTLS,
     "it speaks TLS from the start: choose SSL/TLS there, not STARTTLS"},
    {PT_STARTTLS, PT_PLAIN, PT_TRIAL_NO_STARTTLS, "it offers no STARTTLS"},
    {PT_PLAIN, PT_TLS, PT_TRIAL_WRONG_PROTOCOL,
     "it speaks TLS from the start"},
};

/* What went wrong around an upgrade makes it worth nothing. */
static bool is_spoilt(const struct judging *j)
{
    return j->speech.problem && (j->trial->security == PT_STARTTLS ||
                                 (j->trial->security == PT_SECURITY_UNKNOWN &&
                                  j->speech.security != PT_TLS));
}

static bool is_secret(enum pt_security security)
{
    return security == PT_TLS || security == PT_STARTTLS;
}

static bool judge_unknown(const struct judging *j)
{
    enum pt_security spoken = j->speech.security;

    if (is_secret(spoken) && !is_spoilt(j))
        return false;
    if (spoken == PT_PLAIN)
        return !j->trial->kind &&
               end(j, PT_TRIAL_NO_STARTTLS,
                   j->speech.problem ? j->speech.problem
                                     : "it speaks plain text, and offers no "
                                       "STARTTLS");
    return end(j, PT_TRIAL_TLS_FAILED,
               j->speech.problem
                   ? j->speech.problem
                   : quote(j, "all it says is", j->speech.greeting));
}

static bool judge_security(const struct judging *j)
{
    enum pt_security chosen = j->trial->security;
    enum pt_security spoken = j->speech.security;

    if (chosen == PT_SECURITY_UNKNOWN)
        return judge_unknown(j);
    for (size_t i = 0; i < sizeof(mismatches) / sizeof(*mismatches); i++)
        if (mismatches[i].chosen == chosen && mismatches[i].spoken == spoken)
            return end(j, mismatches[i].outcome,
                       is_spoilt(j) ? j->speech.problem : mismatches[i].detail);
    if (!is_secret(chosen) || (chosen == spoken && !is_spoilt(j)))
        return false;
    return end(j, PT_TRIAL_TLS_FAILED,
               j->speech.problem
                   ? j->speech.problem
                   : quote(j, "all it says is", j->speech.greeting));
}

static bool judge_pin(const struct judging *j)
{
    const struct pt_certificate *seen = j->speech.certificate;

    if (seen && pt_is_nocase(seen->sha256, j->trial->pinned))
        return false;
    if (!seen)
        return end(j, PT_TRIAL_BAD_CERTIFICATE, "it has no certificate");
    return end(j, PT_TRIAL_BAD_CERTIFICATE,
               pt_arena_printf(j->arena,
                               "its certificate is %.8s..., and %.8s... is "
                               "trusted",
                               seen->sha256, j->trial->pinned));
}

/* A conversation on this machine does not ask who signed the certificate. */
static bool is_taken_as_it_is(const struct judging *j)
{
    return j->trial->kind || j->speech.verified ||
           (!j->speech.untrusted.count && pt_is_loopback(j->trial->host));
}

static bool judge_certificate(const struct judging *j)
{
    const struct pt_strings *why = &j->speech.untrusted;
    const char *all = why->count ? why->at[0] : "it has no certificate";
    enum pt_security chosen = j->trial->security;

    if (!is_secret(chosen ? chosen : j->speech.security))
        return false;
    if (j->trial->pinned)
        return judge_pin(j);
    if (is_taken_as_it_is(j))
        return false;
    for (size_t i = 1; i < why->count && all; i++)
        all = pt_arena_printf(j->arena, "%s; %s", all, why->at[i]);
    return end(j, PT_TRIAL_BAD_CERTIFICATE, all);
}

/* ---- what else was heard ---- */

static void read_lines(const struct judging *j, const struct pt_strings *lines,
                       struct pt_capability *capability)
{
    for (size_t i = 0; i < lines->count; i++)
        pt_capability_read(j->speech.service, pt_slice_of(lines->at[i]),
                           capability);
}

/* Only a probe tells the version, and asks again under TLS. */
static bool is_upgraded(const struct pt_speech *speech)
{
    return speech->security == PT_STARTTLS &&
           (speech->tls || speech->secured.count);
}

/* What was said before an upgrade is anybody's word. */
static void note_methods(const struct judging *j)
{
    struct pt_trial *trial = j->trial;
    struct pt_capability capability = {0};

    if (is_upgraded(&j->speech)) {
        read_lines(j, &j->speech.secured, &capability);
    } else {
        pt_capability_read(j->speech.service, pt_slice_of(j->speech.greeting),
                           &capability);
        read_lines(j, &j->speech.said, &capability);
    }
    pt_capability_end(j->speech.service, &capability);
    for (int i = 0; i < PT_AUTHS && trial->auth_count < PT_AUTH_MAX; i++)
        if (capability.auth[i])
            trial->auth[trial->auth_count++] = (enum pt_auth)i;
}

static void note_login(const struct judging *j)
{
    static const struct {
        const char *word;
        enum pt_login_outcome outcome;
    } words[] = {
        {"accepted", PT_LOGIN_ACCEPTED},
        {"no-method", PT_LOGIN_NO_METHOD},
        {"denied", PT_LOGIN_DENIED},
        {"failed", PT_LOGIN_FAILED},
    };
    struct pt_slice rest = pt_slice_of(j->speech.login);
    struct pt_slice first;

    if (!pt_next_word(&rest, &first))
        return;
    j->trial->login = PT_LOGIN_FAILED;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (pt_slice_is(first, words[i].word))
            j->trial->login = words[i].outcome;
    rest = pt_trim(rest);
    if (j->trial->login == PT_LOGIN_DENIED)
        j->trial->login = pt_login_class(j->speech.service, rest);
    if (rest.len)
        j->trial->login_detail = pt_arena_strndup(j->arena, rest.at, rest.len);
}

static void note_all(const struct judging *j)
{
    const struct pt_speech *speech = &j->speech;
    struct pt_trial *trial = j->trial;

    trial->certificate = speech->certificate;
    trial->tls = speech->tls;
    trial->address = speech->address;
    trial->greeting = *speech->greeting ? speech->greeting : NULL;
    trial->has_spoken = speech->is_mail;
    trial->speaks = speech->service;
    trial->spoken = speech->security;
    if (speech->is_mail)
        note_methods(j);
    note_login(j);
}

bool pt_trial_judge(struct pt_arena *arena, struct pt_trial *trial,
                    const struct pt_speech *speech)
{
    struct judging j = {.arena = arena, .trial = trial, .speech = *speech};

    trial->connected = true;
    note_all(&j);
    if (!judge_injection(&j) && !judge_service(&j) && !judge_end(&j) &&
        !judge_silence(&j) && !judge_greeting(&j) && !judge_security(&j) &&
        !judge_certificate(&j))
        end(&j, PT_TRIAL_WORKS, NULL);
    return !pt_arena_failed(arena);
}

bool pt_trial_read(struct pt_arena *arena, struct pt_trial *trial,
                   const struct pt_answer *answer)
{
    struct judging j = {.arena = arena, .trial = trial};

    if (judge_status(&j, answer))
        return !pt_arena_failed(arena);
    return pt_speech_read(arena, pt_slice(answer->body, answer->len),
                          &j.speech) &&
           pt_trial_judge(arena, trial, &j.speech);
}
