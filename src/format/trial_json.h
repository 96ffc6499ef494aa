/* trial_json.h - one try at one server, as JSON (docs/json.md). */
#ifndef PT_FORMAT_TRIAL_JSON_H
#define PT_FORMAT_TRIAL_JSON_H

#include "format/json_build.h"
#include "model/trial.h"

/* An element of an array: what was tried, and what came of it. */
void pt_trial_json(struct pt_json *json, cJSON *array,
                   const struct pt_trial *trial);

/* The member "proof" of an object that tells the server already. */
void pt_trial_proof_json(struct pt_json *json, cJSON *parent,
                         const struct pt_trial *trial);

#endif
