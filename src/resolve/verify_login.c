#include "resolve/verify_login.h"

/* The outgoing server's is the incoming one's, which by now may be known to be
 * right. */
static void plan_names(const struct pt_settings *settings,
                       const struct pt_server *server,
                       const struct pt_login_story *story,
                       struct pt_login_plan *plan)
{
    const struct pt_address *address = &settings->address;
    const char *first = pt_login(settings, server);

    plan->names[plan->count++] = first;
    if (server->username || story->denied)
        return;
    plan->names[plan->count++] =
        pt_is(first, address->text) ? address->local : address->text;
}

const struct pt_credentials *
pt_login_credentials(struct pt_arena *arena, const struct pt_query *query,
                     const struct pt_settings *settings,
                     const struct pt_server *server,
                     const struct pt_login_story *story,
                     struct pt_login_plan *plan, struct pt_trial *trial)
{
    struct pt_credentials *credentials;

    if (!query->password)
        return NULL;
    if (story->stopped) {
        trial->login_detail = "what the server before it said to this password "
                              "is enough";
        return NULL;
    }
    if (!plan->count)
        plan_names(settings, server, story, plan);
    credentials = pt_arena_alloc(arena, sizeof(*credentials));
    if (!credentials)
        return NULL;
    trial->login_name = plan->names[plan->tries++];
    trial->login_tries = plan->tries;
    *credentials = (struct pt_credentials){.username = trial->login_name,
                                           .password = query->password};
    return credentials;
}

static void accept_name(struct pt_arena *arena, struct pt_server *server,
                        const struct pt_trial *trial)
{
    if (pt_is(server->username, trial->login_name))
        return;
    server->username = trial->login_name;
    server->why = pt_arena_printf(arena, "%s; it let '%s' in",
                                  server->why ? server->why : "only offer",
                                  trial->login_name);
}

bool pt_login_settle(struct pt_arena *arena, struct pt_login_story *story,
                     const struct pt_login_plan *plan,
                     struct pt_server *server, const struct pt_trial *trial)
{
    if (trial->login == PT_LOGIN_ACCEPTED)
        accept_name(arena, server, trial);
    if (trial->login == PT_LOGIN_APP_PASSWORD ||
        trial->login == PT_LOGIN_BLOCKED)
        story->stopped = true;
    if (trial->login != PT_LOGIN_DENIED)
        return true;
    if (plan->tries < plan->count)
        return false;
    story->denied = true;
    return true;
}

const char *pt_login_refusal(struct pt_arena *arena,
                             const struct pt_bridge_kind *kind)
{
    return pt_arena_printf(
        arena,
        kind->password_destroys
            ? "nobody signs in at %s to try it: a wrong password would destroy "
              "the token it keeps"
            : "nobody signs in at %s to try it: it has a password of its own, "
              "and may lock itself after wrong ones",
        kind->title);
}
