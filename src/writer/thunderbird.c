/* thunderbird.c - the ZIP that Thunderbird's Tools > Import takes: one folder
 * with a prefs.js (and, for a bridge, the certificate exceptions, which count
 * when the folder is used as a profile of its own).
 */
#include "format/fingerprint.h"
#include "format/zip.h"
#include "writer/thunderbird_prefs.h"
#include "writer/writers.h"

#include <string.h>

/* cert_override.txt: host:port: TAB OID of SHA-256 TAB fingerprint TAB. */
static void add_exception(struct pt_arena *arena, struct pt_strings *lines,
                          const struct pt_server *server)
{
    char print[PT_FINGERPRINT_CHARS];
    bool is_ipv6 = strchr(server->host, ':');
    const char *line;

    if (!server->certificate)
        return;
    pt_fingerprint(server->certificate, print);
    line =
        pt_arena_printf(arena, "%s%s%s:%u:\tOID.2.16.840.1.101.3.4.2.1\t%s\t\n",
                        is_ipv6 ? "[" : "", server->host, is_ipv6 ? "]" : "",
                        server->port, print);
    if (line && !pt_strings_have(lines, line))
        pt_strings_add(arena, lines, line);
}

/* Accounts at one server share an exception. */
static void put_exceptions(const struct pt_job *job, struct pt_buf *out)
{
    struct pt_strings lines = {0};

    for (size_t i = 0; i < job->count; i++) {
        const struct pt_settings *settings = &job->accounts[i];

        add_exception(job->arena, &lines, pt_chosen_incoming(settings));
        add_exception(job->arena, &lines, pt_chosen(settings, PT_SUBMISSION));
    }
    for (size_t i = 0; i < lines.count; i++)
        pt_buf_puts(out, lines.at[i]);
}

static enum pt_status zip(struct pt_arena *arena,
                          const struct pt_settings *settings,
                          const struct pt_buf *prefs,
                          const struct pt_buf *exceptions, struct pt_buf *out,
                          struct pt_error *err)
{
    const char *dir =
        pt_arena_printf(arena, "portolan-%s/", settings->address.domain);
    struct pt_zip_entry entries[3] = {{.name = dir}};

    if (!dir)
        return pt_fail_memory(err);
    entries[1] =
        (struct pt_zip_entry){.name = pt_arena_printf(arena, "%sprefs.js", dir),
                              .bytes = prefs->at,
                              .len = prefs->len};
    entries[2] = (struct pt_zip_entry){
        .name = pt_arena_printf(arena, "%scert_override.txt", dir),
        .bytes = exceptions->at,
        .len = exceptions->len};
    if (pt_arena_failed(arena) || pt_buf_failed(prefs) ||
        pt_buf_failed(exceptions))
        return pt_fail_memory(err);
    return pt_zip_write(entries, exceptions->len ? 3 : 2, out, err);
}

static enum pt_status write_thunderbird(const struct pt_job *job,
                                        struct pt_output *out,
                                        struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    PT_BUF struct pt_buf exceptions = {0};
    struct pt_prefs prefs = {.arena = job->arena};
    enum pt_status status =
        pt_thunderbird_prefs(job, PT_NAMES_COUNTED, &prefs, err);

    if (status == PT_OK)
        status = pt_prefs_write(&prefs, &text, err);
    if (status != PT_OK)
        return status;
    put_exceptions(job, &exceptions);
    /* imported, the ZIP brings no exceptions with it */
    pt_thunderbird_notes(job, false, out);
    return zip(job->arena, job->accounts, &text, &exceptions,
               pt_output_first(out, &pt_writer_thunderbird, job), err);
}

const struct pt_writer pt_writer_thunderbird = {
    .name = "thunderbird",
    .client = "Thunderbird",
    .summary = "the ZIP that Thunderbird's Tools > Import takes",
    .file = "%a.thunderbird.zip",
    .media_type = "application/zip",
    .binary = true,
    .takes_several = true,
    .import = "in Thunderbird: Tools, Import, Import from a file, choose the "
              "ZIP, restart;\n"
              "the password is asked for once",
    .write = write_thunderbird,
};
