#include "cli/session.h"

#include "base/file.h"
#include "cli/page.h"
#include "cli/recording.h"
#include "format/url.h"
#include "net/live.h"
#include "resolve/kinds.h"
#include "resolve/profiles.h"
#include "resolve/providers.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { SCENARIO_MAX = 4 * 1024 * 1024, CA_FILE_MAX = 4 * 1024 * 1024 };

static enum pt_status open_scenario(const struct pt_call *call,
                                    struct pt_session *session,
                                    struct pt_error *err)
{
    PT_BUF struct pt_buf text = {.max = SCENARIO_MAX};
    enum pt_status status = pt_file_read(call->options.replay, &text, err);
    const char *kept;

    if (status == PT_NOTHING) /* the user named it, so it should be there */
        return PT_BAD_INPUT;
    if (status != PT_OK)
        return status;
    kept = pt_arena_strndup(call->arena, pt_buf_text(&text), text.len);
    if (!kept)
        return pt_fail_memory(err);
    status = pt_scenario_new(pt_slice(kept, text.len), &session->scenario, err);
    if (status != PT_OK)
        return status;
    session->loop = pt_scenario_loop(session->scenario);
    session->net = pt_scenario_transport(session->scenario);
    session->query.place = *pt_scenario_place(session->scenario);
    return PT_OK;
}

/* Before anything is asked: a slip here would look like bad certificates
 * everywhere. */
static enum pt_status check_ca_file(const char *path, struct pt_error *err)
{
    PT_BUF struct pt_buf pem = {.max = CA_FILE_MAX};
    enum pt_status status = path ? pt_file_read(path, &pem, err) : PT_OK;

    if (status == PT_NOTHING)
        return PT_BAD_INPUT;
    if (status != PT_OK || !path)
        return status;
    if (strstr(pt_buf_text(&pem), "-----BEGIN "))
        return PT_OK;
    return pt_fail(err, PT_BAD_INPUT,
                   "--ca-file wants certificates in PEM: lines that begin "
                   "with -----BEGIN CERTIFICATE-----",
                   "there is no certificate in '%s'", path);
}

/* A slip here would look like a database that knows nobody. */
static enum pt_status check_ispdb(struct pt_arena *arena, const char *ispdb,
                                  struct pt_error *err)
{
    static const char hint[] = "--ispdb wants a URL that begins with https:// "
                               "or http://, or a directory";
    const char *shown;
    struct stat st;

    if (!ispdb || pt_url_is_https(ispdb) || pt_url_is_http(ispdb))
        return PT_OK;
    shown = pt_url_shown(arena, ispdb);
    if (!shown)
        return pt_fail_memory(err);
    if (stat(ispdb, &st))
        return pt_fail(err, PT_BAD_INPUT, hint, "cannot use '%s': %s", shown,
                       strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "cannot use '%s': it is no directory", shown);
    return PT_OK;
}

static enum pt_status open_live(const struct pt_call *call,
                                struct pt_session *session,
                                struct pt_error *err)
{
    const struct pt_options *options = &call->options;
    enum pt_status status;

    if (!pt_place_from_environment(call->arena, &session->query.place))
        return pt_arena_failed(call->arena)
                   ? pt_fail_memory(err)
                   : pt_fail(err, PT_BAD_INPUT, "set HOME",
                             "cannot tell where your home directory is");
    status = check_ca_file(options->ca_file, err);
    if (status == PT_OK)
        status = check_ispdb(call->arena, options->ispdb, err);
    if (status != PT_OK)
        return status;
    session->loop = pt_loop_new(&pt_clock_monotonic);
    if (!session->loop)
        return pt_fail_memory(err);
    status =
        pt_live_new(session->loop,
                    &(struct pt_live_setup){.dns = options->dns,
                                            .trust_ad = options->trust_ad,
                                            .ca_file = options->ca_file,
                                            .keep_dir = pt_arena_printf(
                                                call->arena, "%s/portolan/http",
                                                session->query.place.cache)},
                    &session->live, err);
    session->net = session->live;
    return status;
}

/* NULL: no memory. */
static const char *profiles_of(const struct pt_call *call)
{
    const char *dir = call->io->profiles_dir;

    return dir ? dir : pt_profiles_dir(call->arena);
}

static void tell_problems(const struct pt_call *call,
                          const struct pt_strings *problems)
{
    struct pt_page page = pt_page_err(call->io);

    pt_page_paragraphs(&page, 0, "portolan: ", problems);
}

static enum pt_status load_kinds(const struct pt_call *call,
                                 struct pt_query *query, struct pt_error *err)
{
    const char *dir = profiles_of(call);
    struct pt_strings problems = {0};
    struct pt_bridge_kind *kinds;
    enum pt_status status =
        dir ? pt_kinds_load(call->arena, dir, &query->place, &kinds,
                            &query->kind_count, &problems, err)
            : pt_fail_memory(err);

    if (status == PT_OK)
        query->kinds = kinds;
    tell_problems(call, &problems);
    return status;
}

static enum pt_status load_providers(const struct pt_call *call,
                                     struct pt_query *query,
                                     struct pt_error *err)
{
    const char *dir = profiles_of(call);
    struct pt_strings problems = {0};
    struct pt_provider *providers;
    enum pt_status status =
        dir ? pt_providers_load(call->arena, dir, &query->place, &providers,
                                &query->provider_count, &problems, err)
            : pt_fail_memory(err);

    if (status == PT_OK)
        query->providers = providers;
    tell_problems(call, &problems);
    return status;
}

static enum pt_verify verify_of(const struct pt_options *options)
{
    if (options->no_verify)
        return PT_VERIFY_NONE;
    return options->verify || options->login ? PT_VERIFY_ALL
                                             : PT_VERIFY_BRIDGES;
}

enum pt_status pt_session_open(const struct pt_call *call, int64_t timeout_ms,
                               struct pt_session *session, struct pt_error *err)
{
    const struct pt_options *options = &call->options;
    enum pt_status status;

    *session = (struct pt_session){
        .query = {.timeout_ms =
                      options->timeout_ms ? options->timeout_ms : timeout_ms,
                  .only = options->only,
                  .skip = options->skip,
                  .accept = options->accept,
                  .from = options->from,
                  .bridge = options->bridge,
                  .ispdb = options->ispdb,
                  .no_third_party = options->no_third_party,
                  .no_address = options->no_address,
                  .verify = verify_of(options),
                  .wants_story = options->explain}};
    status = options->replay ? open_scenario(call, session, err)
                             : open_live(call, session, err);
    if (status == PT_OK)
        status = load_kinds(call, &session->query, err);
    if (status == PT_OK)
        status = pt_recording_attach(call, session, err);
    return status;
}

enum pt_status pt_session_open_search(const struct pt_call *call,
                                      int64_t timeout_ms,
                                      struct pt_session *session,
                                      struct pt_error *err)
{
    enum pt_status status = pt_session_open(call, timeout_ms, session, err);

    return status == PT_OK ? load_providers(call, &session->query, err)
                           : status;
}

void pt_session_close(struct pt_session *session)
{
    pt_live_free(session->live);
    if (!session->scenario)
        pt_loop_free(session->loop);
    pt_scenario_free(session->scenario);
    *session = (struct pt_session){0};
}
