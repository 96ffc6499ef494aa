#include "model/trial.h"

const char *pt_trial_outcome_name(enum pt_trial_outcome outcome)
{
    static const char *const names[PT_TRIAL_OUTCOMES] = {
        [PT_TRIAL_WORKS] = "works",
        [PT_TRIAL_REFUSED] = "refused",
        [PT_TRIAL_TIMEOUT] = "timeout",
        [PT_TRIAL_WRONG_PROTOCOL] = "wrong-protocol",
        [PT_TRIAL_NO_STARTTLS] = "no-starttls",
        [PT_TRIAL_STARTTLS_INJECTION] = "starttls-injection",
        [PT_TRIAL_BAD_CERTIFICATE] = "bad-certificate",
        [PT_TRIAL_TLS_FAILED] = "tls-failed",
        [PT_TRIAL_NOT_ASKED] = "not-asked",
    };

    return names[outcome];
}

const char *pt_login_outcome_name(enum pt_login_outcome outcome)
{
    static const char *const names[PT_LOGIN_OUTCOMES] = {
        [PT_LOGIN_NOT_TRIED] = "not-tried",
        [PT_LOGIN_ACCEPTED] = "accepted",
        [PT_LOGIN_DENIED] = "denied",
        [PT_LOGIN_APP_PASSWORD] = "app-password-needed",
        [PT_LOGIN_NO_METHOD] = "no-method",
        [PT_LOGIN_BLOCKED] = "blocked",
        [PT_LOGIN_FAILED] = "failed",
    };

    return names[outcome];
}

const char *pt_trial_complaint(struct pt_arena *arena,
                               const struct pt_trial *trial)
{
    const char *detail =
        trial->detail ? trial->detail : pt_trial_outcome_name(trial->outcome);

    return trial->outcome == PT_TRIAL_BAD_CERTIFICATE
               ? pt_arena_printf(arena, "its certificate is not good: %s",
                                 detail)
               : detail;
}
