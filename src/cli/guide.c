#include "cli/guide.h"

#include "cli/find_page.h"
#include "cli/find_stream.h"
#include "cli/questions.h"
#include "cli/remembered.h"
#include "cli/setting_up.h"
#include "client/client.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIMEOUT_MS = 5000, CHOICES_MAX = 64 };

/* One thing that can be done with the account. */
struct choice {
    const struct pt_writer *writer;
    const char *label;
};

struct guide {
    struct pt_call call;     /* with the options that were answered */
    struct pt_strings words; /* those, as a command line has them */
    struct pt_page page;
    const char *address;
    struct pt_settings settings;
    struct choice choices[CHOICES_MAX];
    size_t choice_count;
    uint64_t chosen;
};

static void say(const struct guide *g, const char *text)
{
    pt_page_paragraph(&g->page, 0, "", text);
}

static enum pt_status ask_yes(struct guide *g, const char *question, bool usual,
                              bool *ret_yes, struct pt_error *err)
{
    return question ? pt_ask_yes(g->call.arena, g->call.io, question, usual,
                                 ret_yes, err)
                    : pt_fail_memory(err);
}

/* An answer that is an option: what is set up is remembered with it. */
static enum pt_status add_option(struct guide *g, const char *name,
                                 const char *value, struct pt_error *err)
{
    struct pt_call call;
    enum pt_status status;

    if (!pt_strings_add(g->call.arena, &g->words, name) ||
        !pt_strings_add(g->call.arena, &g->words, value))
        return pt_fail_memory(err);
    status = pt_remembered_call(&g->call, &g->words, &call, err);
    if (status == PT_OK)
        g->call = call;
    else
        g->words.count -= 2;
    return status;
}

/* ---- the address ---- */

static enum pt_status ask_address(struct guide *g, struct pt_error *err)
{
    struct pt_arena *arena = g->call.arena;
    const char *usual = getenv("EMAIL");
    struct pt_address parsed;
    struct pt_error why = {0};
    enum pt_status status;

    if (!usual || pt_address_parse(arena, usual, &parsed, NULL) != PT_OK)
        usual = NULL;
    for (;;) {
        status = pt_ask_text(arena, g->call.io, "Your mail address:", usual,
                             &g->address, err);
        if (status != PT_OK)
            return status;
        if (!*g->address)
            continue;
        status = pt_address_parse(arena, g->address, &parsed, &why);
        if (status == PT_OK || status == PT_NO_MEMORY)
            return status;
        pt_page_error(&g->page, &why);
    }
}

/* ---- its settings ---- */

static enum pt_status take_settings(void *ctx,
                                    const struct pt_stream_item *item,
                                    struct pt_error *err)
{
    struct guide *g = ctx;

    if (item->err.status != PT_OK) {
        *err = item->err;
        return item->err.status;
    }
    g->settings = *item->settings;
    return PT_OK;
}

static enum pt_status search(struct guide *g, struct pt_error *err)
{
    struct pt_strings texts = {0};

    if (!pt_strings_add(g->call.arena, &texts, g->address))
        return pt_fail_memory(err);
    say(g, "Looking for its servers ...");
    fflush(g->call.io->out);
    return pt_find_stream(
        &(struct pt_stream_setup){.call = &g->call,
                                  .texts = &texts,
                                  .arena = g->call.arena,
                                  .timeout_ms = TIMEOUT_MS,
                                  .put = take_settings,
                                  .ctx = g},
        err);
}

static const struct pt_origin *origin_of(const struct pt_settings *settings,
                                         const char *host)
{
    for (size_t i = 0; i < settings->server_count; i++)
        if (pt_is_nocase(settings->servers[i].host, host))
            return &settings->servers[i].origin;
    return NULL;
}

/* Consent: a question that names the host, and says who claimed it. */
static enum pt_status ask_accept(struct guide *g, bool *ret_again,
                                 struct pt_error *err)
{
    struct pt_strings hosts = g->settings.needs_accept;
    enum pt_status status = PT_OK;

    *ret_again = hosts.count;
    for (size_t i = 0; i < hosts.count && *ret_again && status == PT_OK; i++) {
        const struct pt_origin *origin = origin_of(&g->settings, hosts.at[i]);
        const char *question = pt_arena_printf(
            g->call.arena,
            "Nobody we trust vouches for %s. It was named by %s (%s). Let it "
            "have your mail and your password?",
            hosts.at[i], origin ? origin->source : "somebody",
            origin && origin->where ? origin->where : "where, is not known");

        status = ask_yes(g, question, false, ret_again, err);
        if (status == PT_OK && *ret_again)
            status = add_option(g, "--accept", hosts.at[i], err);
    }
    if (status == PT_OK && !*ret_again)
        return pt_fail(err, PT_UNSURE,
                       "ask your provider for the names of its servers",
                       "nothing was set up: nobody we trust vouches for the "
                       "servers of %s",
                       g->settings.address.shown);
    return status;
}

/* Something may be done about it, and then it is looked for again. */
static enum pt_status ask_retry(struct guide *g, enum pt_status otherwise,
                                const char *problem, bool *ret_again,
                                struct pt_error *err)
{
    const struct pt_strings *hints = &g->settings.hints;
    enum pt_status status;

    say(g, problem);
    pt_page_paragraphs(&g->page, 2, "", hints);
    status = ask_yes(g, "Look again?", true, ret_again, err);
    if (status == PT_OK && !*ret_again)
        return pt_fail(err, otherwise, NULL, "nothing was set up: %s", problem);
    return status;
}

/* Is there something to be asked, and to be looked for again after that? */
static enum pt_status judge(struct guide *g, bool *ret_again,
                            struct pt_error *err)
{
    *ret_again = false;
    switch (g->settings.status) {
    case PT_FIND_UNSURE:
        return ask_accept(g, ret_again, err);
    case PT_FIND_UNREACHABLE:
        return ask_retry(g, PT_UNREACHABLE,
                         "those who know its servers could not be asked",
                         ret_again, err);
    case PT_FIND_NEEDS_BRIDGE:
        return ask_retry(g, PT_NEEDS_BRIDGE,
                         pt_arena_printf(g->call.arena, "it needs %s",
                                         g->settings.bridge.title
                                             ? g->settings.bridge.title
                                             : "a bridge on this machine"),
                         ret_again, err);
    case PT_FIND_NOTHING:
        return pt_fail(err, PT_NOTHING,
                       "'portolan find --explain' tells what was asked",
                       "no settings were found for %s",
                       g->settings.address.shown);
    case PT_FIND_OK:
        break;
    }
    return PT_OK;
}

static enum pt_status find_settings(struct guide *g, struct pt_error *err)
{
    enum pt_status status;
    bool again;

    do {
        status = search(g, err);
        if (status == PT_OK)
            status = judge(g, &again, err);
    } while (status == PT_OK && again);
    if (status == PT_OK &&
        !pt_find_page(&g->page, g->call.arena, &g->settings, false))
        return pt_fail_memory(err);
    return status;
}

/* ---- what is to have it ---- */

static bool is_in_path(const char *program, size_t len)
{
    const char *at = getenv("PATH");
    char file[1024];

    while (at && *at) {
        size_t folder = strcspn(at, ":");

        if (folder && snprintf(file, sizeof(file), "%.*s/%.*s", (int)folder, at,
                               (int)len, program) < (int)sizeof(file) &&
            !access(file, X_OK))
            return true;
        at += folder + (at[folder] ? 1 : 0);
    }
    return false;
}

static bool is_installed(const struct pt_client *client)
{
    const char *at = client->programs;

    while (*at) {
        size_t len = strcspn(at, " ");

        if (is_in_path(at, len))
            return true;
        at += len + (at[len] ? 1 : 0);
    }
    return false;
}

static bool have_install(const struct pt_installs *installs,
                         const struct pt_client *client)
{
    for (size_t i = 0; i < installs->count; i++)
        if (installs->at[i]->client == client)
            return true;
    return false;
}

static void add_choice(struct guide *g, const char *writer, const char *label)
{
    if (g->choice_count < CHOICES_MAX)
        g->choices[g->choice_count++] =
            (struct choice){pt_writer_named(writer), label};
}

/* What portolan writes a file for.  A phone cannot reach a bridge here. */
static void add_further_choices(struct guide *g, const char *os)
{
    bool is_bridged = g->settings.bridge.name;

    if (pt_is(os, "windows"))
        add_choice(g, "outlook", "Outlook");
    if (!is_bridged)
        add_choice(g, "apple", "an iPhone, iPad or Mac: a profile to open");
    else if (pt_is(os, "macos"))
        add_choice(g, "apple", "Apple Mail: a profile to open");
    if (!is_bridged)
        add_choice(g, "android", "an Android phone: a code to scan");
    add_choice(g, "text", "anything else: a card to type from");
}

/* The mail programs here, and what else can be done. */
static enum pt_status list_choices(struct guide *g, struct pt_error *err)
{
    struct pt_installs installs = {.arena = g->call.arena};
    struct pt_place place;
    enum pt_status status;

    if (!pt_place_from_environment(g->call.arena, &place))
        return pt_fail(err, PT_CANNOT_WRITE, "set HOME",
                       "this user has no home directory");
    status = pt_clients_find(&place, &installs, err);
    for (size_t i = 0; pt_clients[i] && status == PT_OK; i++)
        if (have_install(&installs, pt_clients[i]) ||
            is_installed(pt_clients[i]))
            add_choice(g, pt_clients[i]->name, pt_clients[i]->title);
    pt_installs_free(&installs);
    add_further_choices(g, place.os);
    return status;
}

static enum pt_status ask_choices(struct guide *g, struct pt_error *err)
{
    enum pt_status status = list_choices(g, err);

    if (status != PT_OK)
        return status;
    say(g, "What shall have this account?");
    for (size_t i = 0; i < g->choice_count; i++) {
        pt_page_putf(&g->page, PT_NORMAL, "  %zu  %s", i + 1,
                     g->choices[i].label);
        pt_page_end_line(&g->page);
    }
    return pt_ask_which(g->call.arena, g->call.io, "Numbers, or all:",
                        g->choice_count, &g->chosen, err);
}

/* Does the set-up that would be changed run?  False: no memory. */
static bool find_running(struct guide *g, const struct pt_client *client,
                         bool *ret_running)
{
    struct pt_installs installs = {.arena = g->call.arena};
    struct pt_place place;
    bool ok = pt_place_from_environment(g->call.arena, &place) &&
              client->find(&place, &installs, NULL) == PT_OK;

    *ret_running = installs.count && installs.at[0]->is_running;
    pt_installs_free(&installs);
    return ok;
}

/* Before anything is changed: nobody else has to wait for the answer. */
static enum pt_status ask_to_close(struct guide *g, size_t i,
                                   struct pt_error *err)
{
    const struct choice *choice = &g->choices[i];
    const struct pt_client *client = pt_client_named(choice->writer->name);
    enum pt_status status = PT_OK;
    bool runs = false;
    bool again = true;

    while (client && again && status == PT_OK) {
        if (!find_running(g, client, &runs))
            return pt_fail_memory(err);
        if (!runs)
            return PT_OK;
        status = ask_yes(g,
                         pt_arena_printf(g->call.arena,
                                         "%s is running. Close it, then press "
                                         "Enter; n leaves it out:",
                                         choice->label),
                         true, &again, err);
    }
    if (client && !again)
        g->chosen &= ~(UINT64_C(1) << i);
    return status;
}

static enum pt_status ask_to_close_all(struct guide *g, struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < g->choice_count && status == PT_OK; i++)
        if (g->chosen >> i & 1)
            status = ask_to_close(g, i, err);
    return status;
}

/* ---- the user's name ---- */

/* As the machine knows it; or NULL. */
static const char *known_name(struct pt_arena *arena)
{
    const struct passwd *user = getpwuid(getuid());
    const char *all = user ? user->pw_gecos : NULL;

    const char *name = all ? pt_arena_strndup(arena, all, strcspn(all, ","))
                           : NULL;

    return name && !pt_is_nocase(name, user->pw_name) ? name : NULL;
}

static enum pt_status ask_name(struct guide *g, struct pt_error *err)
{
    const char *name;
    struct pt_error why = {0};
    enum pt_status status;

    for (;;) {
        status = pt_ask_text(g->call.arena, g->call.io,
                             "Your name, as others shall see it:",
                             known_name(g->call.arena), &name, err);
        if (status != PT_OK || !*name)
            return status;
        status = add_option(g, "--name", name, &why);
        if (status == PT_OK || status == PT_NO_MEMORY)
            return status;
        pt_page_error(&g->page, &why);
    }
}

/* ---- doing it ---- */

static enum pt_status set_up(struct pt_updating *updating, struct guide *g,
                             const struct choice *choice, struct pt_error *err)
{
    struct pt_error why = {0};
    enum pt_status status =
        pt_set_up_account(updating, choice->writer, &g->settings, &why);

    if (status == PT_NO_MEMORY)
        return pt_fail_memory(err);
    if (status == PT_OK)
        return PT_OK;
    /* the others go on */
    pt_page_error(&g->page, &why);
    if (status > updating->worst)
        updating->worst = status;
    return PT_OK;
}

static enum pt_status set_up_all(struct guide *g, struct pt_updating *updating,
                                 struct pt_error *err)
{
    enum pt_status status = pt_update_begin(updating, err);

    for (size_t i = 0; i < g->choice_count && status == PT_OK; i++)
        if (g->chosen >> i & 1)
            status = set_up(updating, g, &g->choices[i], err);
    pt_update_end(updating);
    return status;
}

static void say_goodbye(const struct guide *g)
{
    say(g, "'portolan undo' takes back what was changed in mail programs.");
    if (g->settings.bridge.name)
        say(g, "When the bridge changes its ports, run 'portolan update'; or "
               "run 'portolan watch --install' once, and it is done for you.");
}

static enum pt_status ask_all(struct guide *g, struct pt_error *err)
{
    enum pt_status status = ask_address(g, err);

    if (status == PT_OK)
        status = find_settings(g, err);
    if (status == PT_OK)
        status = ask_choices(g, err);
    if (status == PT_OK)
        status = ask_name(g, err);
    if (status == PT_OK)
        status = ask_to_close_all(g, err);
    return status;
}

enum pt_status pt_guide(const struct pt_call *call, struct pt_error *err)
{
    struct guide g = {.call = *call, .page = pt_page_out(call->io)};
    struct pt_updating updating = {.call = &g.call};
    enum pt_status status;

    say(&g, "This sets up a mail account. Enter takes the answer in brackets; "
            "Ctrl-C ends it, and nothing is changed before the last question.");
    status = ask_all(&g, err);
    g.settings.display_name = g.call.options.name;
    if (status == PT_OK)
        status = set_up_all(&g, &updating, err);
    if (status == PT_OK)
        status = pt_update_tell(&updating, err);
    if (status != PT_OK)
        return status;
    say_goodbye(&g);
    return updating.worst;
}
