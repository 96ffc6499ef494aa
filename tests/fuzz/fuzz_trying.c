/* fuzz_trying.c - any text as what a probe heard: what works is protected, and
 * somebody has vouched for it. */
#include "net/loopback.h"
#include "source/trying.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define PIN "2549af78fc17c6138acd1eda8cff6548741a35c699557b69bd584ec6a4227a97"

static void insist(bool holds)
{
    if (!holds)
        abort();
}

/* The first byte says what is tried: the security, and in its higher bits who
 * it is. */
static struct pt_trial make_trial(uint8_t choice)
{
    static const enum pt_service services[] = {PT_IMAP, PT_POP3, PT_SUBMISSION,
                                               PT_SIEVE};

    return (struct pt_trial){
        .service = services[choice >> 2 & 3],
        .any_service = choice & 16,
        .host = choice & 32 ? "127.0.0.1" : "mail.example.org",
        .port = 143,
        .security = (enum pt_security)(choice & 3),
        .pinned = choice & 64 ? PIN : NULL,
    };
}

static void check_certificate(const struct pt_trial *trial,
                              const struct pt_speech *speech)
{
    if (trial->pinned)
        insist(trial->certificate &&
               pt_is_nocase(trial->certificate->sha256, trial->pinned));
    else
        insist(speech->verified || (pt_is_loopback(trial->host) &&
                                    !speech->untrusted.count));
}

static void check_works(const struct pt_trial *trial,
                        const struct pt_speech *speech)
{
    insist(!speech->injected && trial->has_spoken && !trial->detail);
    insist(trial->any_service || trial->speaks == trial->service);
    if (trial->security == PT_PLAIN) {
        insist(trial->spoken != PT_TLS);
        return;
    }
    insist(trial->spoken == PT_TLS || trial->spoken == PT_STARTTLS);
    insist(!trial->security || trial->spoken == trial->security);
    check_certificate(trial, speech);
}

static void check_methods(const struct pt_trial *trial)
{
    for (size_t i = 1; i < trial->auth_count; i++)
        insist(trial->auth[i - 1] < trial->auth[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = len ? pt_arena_new() : NULL;
    struct pt_answer answer = {.status = PT_ANSWER_OK};
    struct pt_speech speech;
    struct pt_trial trial;

    if (!arena)
        return 0;
    answer.body = (const char *)data + 1;
    answer.len = len - 1;
    trial = make_trial(data[0]);
    if (!pt_trial_read(arena, &trial, &answer) ||
        !pt_speech_read(arena, pt_slice(answer.body, answer.len), &speech))
        return 0;
    check_methods(&trial);
    insist(trial.outcome != PT_TRIAL_NOT_ASKED);
    if (trial.outcome == PT_TRIAL_WORKS)
        check_works(&trial, &speech);
    else
        insist(trial.detail);
    return 0;
}
