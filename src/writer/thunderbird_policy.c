/* thunderbird_policy.c - policies.json, by which an administrator gives the
 * accounts to every profile of a machine.
 *
 * All is set as a default: it counts from the next start on, a port that has
 * moved too, and nothing is put into a profile, so that what its user chose
 * stays.  ("user" would be written into the profile and stay there; "locked"
 * would take the list of accounts away from who has others.)
 */
#include "format/anchor.h"
#include "format/pem.h"
#include "writer/thunderbird_prefs.h"
#include "writer/writers.h"

/* The certificate in a file of its own, once; what the policy calls it is
 * added to installed. */
static void install(const struct pt_job *job, struct pt_output *out,
                    const struct pt_server *server,
                    struct pt_strings *installed)
{
    const struct pt_certificate *certificate = server->certificate;
    const char *name;
    const char *path;

    if (!certificate || !pt_is_anchor(certificate, server->host))
        return;
    name =
        pt_arena_printf(job->arena, "portolan-%.16s.pem", certificate->sha256);
    path = job->dir && name
               ? pt_arena_printf(job->arena, "%s/%s", job->dir, name)
               : name;
    if (!path || pt_strings_have(installed, path))
        return;
    pt_strings_add(job->arena, installed, path);
    pt_pem_add(pt_output_beside(out, name), certificate);
}

static void install_all(const struct pt_job *job, struct pt_output *out,
                        struct pt_strings *installed)
{
    for (size_t i = 0; i < job->count; i++) {
        const struct pt_settings *settings = &job->accounts[i];

        install(job, out, pt_chosen_incoming(settings), installed);
        install(job, out, pt_chosen(settings, PT_SUBMISSION), installed);
    }
}

static enum pt_status write_policy(const struct pt_job *job,
                                   struct pt_output *out, struct pt_error *err)
{
    struct pt_prefs prefs = {.arena = job->arena};
    struct pt_strings installed = {0};
    enum pt_status status =
        pt_thunderbird_prefs(job, PT_NAMES_UNIQUE, &prefs, err);
    struct pt_buf *bytes;

    if (status != PT_OK)
        return status;
    bytes = pt_output_first(out, &pt_writer_thunderbird_policy, job);
    install_all(job, out, &installed);
    status = pt_prefs_write_policies(&prefs, &installed, bytes, err);
    if (status != PT_OK)
        return status;
    pt_output_note(out, "a profile that has accounts already does not show "
                        "these: it has a list of its own");
    pt_thunderbird_notes(job, true, out);
    return PT_OK;
}

const struct pt_writer pt_writer_thunderbird_policy = {
    .name = "thunderbird-policy",
    .client = "Thunderbird's policies",
    .summary = "policies.json: the accounts in every new profile of a machine",
    .file = "policies.json",
    .folder = "thunderbird-policy",
    .media_type = "application/json",
    .takes_several = true,
    .import = "as administrator: copy it to /etc/thunderbird/policies/ "
              "(Linux), or into the "
              "folder distribution of Thunderbird's own (Windows, macOS), and "
              "restart it",
    .write = write_policy,
};
