#include "format/trial_json.h"

static void put_methods(struct pt_json *json, cJSON *at,
                        const struct pt_trial *trial)
{
    cJSON *auth = pt_json_array(json, at, "auth");

    for (size_t i = 0; i < trial->auth_count; i++)
        pt_json_text(json, auth, NULL, pt_auth_name(trial->auth[i]));
}

static void put_login(struct pt_json *json, cJSON *at,
                      const struct pt_trial *trial)
{
    cJSON *login;

    if (trial->login == PT_LOGIN_NOT_TRIED && !trial->login_detail)
        return;
    login = pt_json_object(json, at, "login");
    pt_json_text(json, login, "outcome", pt_login_outcome_name(trial->login));
    pt_json_text(json, login, "detail",
                 trial->login_detail ? trial->login_detail : "");
    pt_json_text(json, login, "username", trial->login_name);
    pt_json_number(json, login, "tries", trial->login_tries);
}

static void put_outcome(struct pt_json *json, cJSON *at,
                        const struct pt_trial *trial)
{
    const struct pt_certificate *certificate = trial->certificate;

    pt_json_text(json, at, "outcome", pt_trial_outcome_name(trial->outcome));
    pt_json_text(json, at, "detail", trial->detail ? trial->detail : "");
    put_methods(json, at, trial);
    pt_json_text(json, at, "certificate_sha256",
                 certificate ? certificate->sha256 : NULL);
    pt_json_text(json, at, "speaks",
                 trial->has_spoken ? pt_service_name(trial->speaks) : NULL);
    pt_json_text(json, at, "spoken",
                 trial->spoken ? pt_security_name(trial->spoken) : NULL);
    pt_json_text(json, at, "tls", trial->tls);
    pt_json_text(json, at, "address", trial->address);
    pt_json_text(json, at, "greeting", trial->greeting);
    put_login(json, at, trial);
    pt_json_number(json, at, "took_ms", (double)trial->took_ms);
}

void pt_trial_json(struct pt_json *json, cJSON *array,
                   const struct pt_trial *trial)
{
    cJSON *at = pt_json_object(json, array, NULL);
    bool knows_service = !trial->any_service || trial->has_spoken;
    enum pt_service service =
        trial->any_service ? trial->speaks : trial->service;
    enum pt_security security =
        trial->security ? trial->security : trial->spoken;

    pt_json_text(json, at, "service",
                 knows_service ? pt_service_name(service) : NULL);
    pt_json_text(json, at, "host", trial->host);
    pt_json_number(json, at, "port", trial->port);
    pt_json_text(json, at, "security",
                 security ? pt_security_name(security) : NULL);
    put_outcome(json, at, trial);
}

void pt_trial_proof_json(struct pt_json *json, cJSON *parent,
                         const struct pt_trial *trial)
{
    put_outcome(json, pt_json_object(json, parent, "proof"), trial);
}
