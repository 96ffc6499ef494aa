#include "cli/verified.h"

#include "cli/show.h"
#include "model/trial.h"

static bool works(const struct pt_server *server)
{
    return server->trial->outcome == PT_TRIAL_WORKS;
}

static bool is_tried(const struct pt_server *server)
{
    return server->chosen && server->trial;
}

/* ---- in words ---- */

bool pt_verified_is_told(const struct pt_settings *settings)
{
    for (size_t i = 0; i < settings->server_count; i++)
        if (is_tried(&settings->servers[i]) && !works(&settings->servers[i]))
            return true;
    return settings->is_verified;
}

const char *pt_verified_word(const struct pt_server *server)
{
    if (!server->trial)
        return NULL;
    return works(server) ? "proven" : "NOT proven";
}

/* What it means, and what to do. */
static const char *const logins[PT_LOGIN_OUTCOMES] = {
    [PT_LOGIN_NOT_TRIED] = "not tried",
    [PT_LOGIN_ACCEPTED] = "accepted",
    [PT_LOGIN_DENIED] = "denied: user name or password is wrong",
    [PT_LOGIN_APP_PASSWORD] =
        "denied: it wants an app password, which you make in the settings of "
        "your account, on the provider's pages",
    [PT_LOGIN_NO_METHOD] =
        "not possible: it takes no password in this way; see whether the "
        "provider wants OAuth2, or has to be told to allow mail programs",
    [PT_LOGIN_BLOCKED] =
        "blocked: too many tries, or mail programs are not let in; wait, and "
        "look at the provider's pages before you try again",
    [PT_LOGIN_FAILED] = "failed: it did not come to an answer",
};

static bool wants_login(const struct pt_trial *trial)
{
    return trial->login_name || trial->login_detail;
}

static bool is_let_in(const struct pt_trial *trial)
{
    return !wants_login(trial) || trial->login == PT_LOGIN_ACCEPTED;
}

const char *pt_verified_login(struct pt_arena *arena,
                              const struct pt_server *server)
{
    const struct pt_trial *trial = server->trial;
    const char *words = trial ? logins[trial->login] : NULL;

    if (!trial || !wants_login(trial))
        return NULL;
    if (trial->login == PT_LOGIN_ACCEPTED)
        return pt_arena_printf(arena, "%s, as %s", words, trial->login_name);
    return trial->login_detail ? pt_arena_printf(arena, "%s (%s)", words,
                                                 trial->login_detail)
                               : words;
}

/* ---- may it be written down? ---- */

const char *pt_verified_objection(struct pt_arena *arena,
                                  const struct pt_server *server)
{
    const struct pt_trial *trial = server->trial;
    const char *shown;

    if (!trial || (works(server) && is_let_in(trial)))
        return NULL;
    shown = pt_show_server(arena, server->host, server->port);
    if (!works(server))
        return pt_arena_printf(arena, "%s does not work: %s", shown,
                               pt_trial_complaint(arena, trial));
    return pt_arena_printf(arena, "signing in at %s is %s", shown,
                           pt_verified_login(arena, server));
}

enum pt_status pt_verified_check(struct pt_arena *arena,
                                 const struct pt_settings *settings,
                                 struct pt_error *err)
{
    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];
        const char *why =
            server->chosen ? pt_verified_objection(arena, server) : NULL;

        if (why)
            return pt_fail(
                err, PT_CANNOT_WRITE,
                works(server)
                    ? "to have it written nevertheless, leave out --login"
                    : pt_arena_printf(
                          arena,
                          "'portolan probe %s' tells what works; to have it "
                          "written nevertheless, %s",
                          settings->address.shown,
                          settings->is_verified ? "leave out --verify"
                                                : "add --no-verify"),
                "nothing was written for %s: %s", settings->address.shown,
                why);
    }
    return PT_OK;
}

/* ---- the exit status ---- */

static bool receives(enum pt_service service)
{
    return service == PT_IMAP || service == PT_POP3;
}

static bool is_out_of_reach(const struct pt_server *server)
{
    return server->trial->outcome == PT_TRIAL_TIMEOUT ||
           server->trial->outcome == PT_TRIAL_REFUSED ||
           server->trial->outcome == PT_TRIAL_NOT_ASKED;
}

/* Of those that receive, or of those that send. */
static enum pt_status status_of(const struct pt_settings *settings,
                                bool receiving)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];

        if (!is_tried(server) || receives(server->service) != receiving ||
            (!receiving && server->service != PT_SUBMISSION))
            continue;
        if (works(server))
            return PT_OK;
        status = is_out_of_reach(server) ? PT_UNREACHABLE : PT_NOTHING;
    }
    return status;
}

enum pt_status pt_verified_status(const struct pt_settings *settings)
{
    enum pt_status in = status_of(settings, true);
    enum pt_status out = status_of(settings, false);

    for (size_t i = 0; i < settings->server_count; i++)
        if (is_tried(&settings->servers[i]) && works(&settings->servers[i]) &&
            !is_let_in(settings->servers[i].trial))
            return PT_NOTHING;
    return in == PT_NOTHING || out == PT_OK ? in : out;
}
