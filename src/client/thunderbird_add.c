#include "client/thunderbird.h"

#include "format/edit_override.h"
#include "format/fingerprint.h"
#include "writer/thunderbird_prefs.h"

#include <string.h>

enum { KEYS_MAX = 256 };

/* An account on its way into a profile. */
struct adding {
    struct pt_install *install;
    const struct pt_settings *account;
    struct pt_tb_view view; /* before */
    struct pt_thunderbird_parts parts;
    struct pt_prefs prefs; /* all that are to count */
};

static const char manager[] = "mail.accountmanager.";

/* ---- names, counted as Thunderbird does ---- */

static bool is_taken(const struct pt_tb_view *view, const char *branch)
{
    for (size_t i = 0; i < view->lines.count; i++)
        if (pt_has_prefix(view->lines.at[i].name, branch))
            return true;
    return false;
}

/* The first number from there on of which no preference is left. */
static int32_t next_number(const struct pt_tb_view *view, const char *what,
                           const char *word, int32_t from)
{
    while (!pt_arena_failed(view->arena) &&
           is_taken(view, pt_tb_branch(view, what,
                                       pt_arena_printf(view->arena, "%s%d",
                                                       word, (int)from))))
        from++;
    return from;
}

static const char *name_next(const struct pt_tb_view *view, const char *what,
                             const char *word)
{
    return pt_arena_printf(view->arena, "%s%d", word,
                           (int)next_number(view, what, word, 1));
}

/* Those of accounts are never used again. */
static int32_t next_account(const struct pt_tb_view *view)
{
    const struct pt_pref_line *line =
        pt_tb_find(view, PT_PREF_FILES_ALL, "mail.account.", "lastKey");
    bool is_fit = line && line->kind == PT_PREF_NUMBER && line->number > 0 &&
                  line->number < INT32_MAX - (int32_t)view->lines.count;

    return next_number(view, "account", "account",
                       is_fit ? line->number + 1 : 1);
}

static void name_parts(struct adding *a)
{
    const struct pt_tb_view *view = &a->view;
    int32_t number = next_account(view);

    a->parts.account =
        pt_arena_printf(view->arena, "account%d", (int)number);
    a->parts.server = name_next(view, "server", "server");
    a->parts.identity = name_next(view, "identity", "id");
    a->parts.smtp = name_next(view, "smtpserver", "smtp");
    pt_prefs_int(&a->prefs, "mail.account.", "lastKey", number);
}

/* ---- the accounts that there are ---- */

static bool can_be_default(const struct pt_tb_view *view, const char *account)
{
    const char *server =
        pt_tb_text(view, pt_tb_branch(view, "account", account), "server");
    const char *type =
        server ? pt_tb_text(view, pt_tb_branch(view, "server", server), "type")
               : NULL;

    return type && !pt_is(type, "none") && !pt_is(type, "nntp") &&
           !pt_is(type, "rss");
}

/* The account that counts when none is said, or NULL. */
static const char *find_default(const struct pt_tb_view *view)
{
    const char *key = pt_tb_text(view, manager, "defaultaccount");
    const char *rest = pt_tb_text(view, manager, "accounts");

    if (!key)
        key = pt_tb_next_key(view->arena, &rest);
    for (int i = 0; key && !can_be_default(view, key) && i < KEYS_MAX; i++)
        key = pt_tb_next_key(view->arena, &rest);
    return key && can_be_default(view, key) ? key : NULL;
}

/* What the user has chosen for one account holds for a new one, too. */
static void put_habits(struct adding *a, const char *like)
{
    const struct pt_tb_view *view = &a->view;
    const char *keys = pt_tb_text(
        view, pt_tb_branch(view, "account", like), "identities");
    const char *key = pt_tb_next_key(view->arena, &keys);
    const char *branch = pt_tb_branch(view, "identity", key ? key : "");
    const struct pt_pref_line *top =
        pt_tb_find(view, PT_PREF_FILES_ALL, branch, "reply_on_top");
    const struct pt_pref_line *bottom =
        pt_tb_find(view, PT_PREF_FILES_ALL, branch, "sig_bottom");

    if (!key)
        return;
    for (size_t i = 0; i < a->prefs.count; i++)
        if (pt_has_suffix(a->prefs.at[i].name, ".reply_on_top"))
            a->prefs.at[i].number =
                top && top->kind == PT_PREF_NUMBER ? top->number : 0;
    pt_prefs_bool(&a->prefs,
                  pt_tb_branch(view, "identity", a->parts.identity),
                  "sig_bottom",
                  !bottom || bottom->kind != PT_PREF_TRUTH || bottom->number);
}

/* ---- lists ---- */

/* What prefs.js says, whatever it is; or NULL. */
static const char *list_in(const struct pt_tb_view *view, const char *branch,
                           const char *name)
{
    const struct pt_pref_line *line =
        pt_tb_find(view, PT_TB_PREFS, branch, name);

    return line && line->kind == PT_PREF_TEXT && *line->text ? line->text
                                                             : NULL;
}

static const char *add_last(struct pt_arena *arena, const char *list,
                            const char *key)
{
    return list ? pt_arena_printf(arena, "%s,%s", list, key)
                : pt_arena_strdup(arena, key);
}

/* Where the last account is that of the local folders, it stays the last. */
static const char *add_account(const struct pt_tb_view *view, const char *list,
                               const char *key)
{
    const char *comma = list ? strrchr(list, ',') : NULL;
    const char *last = comma ? comma + 1 : list;
    const char *rest = last;
    const char *name = pt_tb_next_key(view->arena, &rest);
    const char *local = pt_tb_text(view, manager, "localfoldersserver");

    if (!name || !local ||
        !pt_is(pt_tb_text(view, pt_tb_branch(view, "account", name), "server"),
               local))
        return add_last(view->arena, list, key);
    return pt_arena_printf(view->arena, "%.*s%s,%s", (int)(last - list), list,
                           key, last);
}

static void put_lists(struct adding *a)
{
    const struct pt_tb_view *view = &a->view;
    const char *accounts = list_in(view, manager, "accounts");
    const char *smtps = list_in(view, "mail.", "smtpservers");
    const char *like = find_default(view);

    pt_prefs_string(&a->prefs, manager, "accounts",
                    add_account(view, accounts, a->parts.account));
    if (like)
        put_habits(a, like);
    else
        pt_prefs_string(&a->prefs, manager, "defaultaccount",
                        a->parts.account);
    pt_prefs_string(&a->prefs, "mail.", "smtpservers",
                    add_last(view->arena, smtps, a->parts.smtp));
    if (!smtps)
        pt_prefs_string(&a->prefs, "mail.smtp.", "defaultserver",
                        a->parts.smtp);
}

/* ---- prefs.js ---- */

static void put_pref(struct pt_pref_lines *lines, struct pt_pref_line *line,
                     const struct pt_pref *pref, struct pt_buf *bytes)
{
    if (pref->text)
        pt_prefs_put_text(lines, line, pref->text, bytes);
    else
        pt_prefs_put(lines, line, pref->number, bytes);
}

/* What has a place there already is changed in it; all else comes last. */
static enum pt_status put_prefs(struct adding *a, struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    struct pt_prefs others = {.arena = a->view.arena};
    struct pt_buf *bytes =
        pt_client_file_edit(&a->install->files[PT_TB_PREFS]);
    enum pt_status status;

    for (size_t i = 0; i < a->prefs.count; i++) {
        const struct pt_pref *pref = &a->prefs.at[i];
        struct pt_pref_line *line =
            pt_prefs_find(&a->view.lines, PT_TB_PREFS, pref->name);

        if (line)
            put_pref(&a->view.lines, line, pref, bytes);
        else if (pref->text)
            pt_prefs_string(&others, pref->name, "", pref->text);
        else if (pref->is_truth)
            pt_prefs_bool(&others, pref->name, "", pref->number);
        else
            pt_prefs_int(&others, pref->name, "", pref->number);
    }
    status = pt_prefs_write(&others, &text, err);
    if (status == PT_OK)
        pt_prefs_append(bytes, pt_slice(text.at, text.len));
    return status;
}

static bool is_so(const struct pt_pref_line *line, const struct pt_pref *pref)
{
    if (!line)
        return false;
    if (pref->text)
        return line->kind == PT_PREF_TEXT && pt_is(line->text, pref->text);
    return line->kind == (pref->is_truth ? PT_PREF_TRUTH : PT_PREF_NUMBER) &&
           line->number == pref->number;
}

/* Would Thunderbird see the account? */
static enum pt_status check_prefs(const struct adding *a, struct pt_error *err)
{
    struct pt_tb_view now = pt_tb_view_of(a->view.arena, a->install);

    if (pt_arena_failed(a->view.arena) || pt_tb_have_failed(a->install))
        return pt_fail_memory(err);
    for (size_t i = 0; i < a->prefs.count; i++) {
        const struct pt_pref *pref = &a->prefs.at[i];

        if (is_so(pt_prefs_find(&now.lines, PT_PREF_FILES_ALL, pref->name),
                  pref))
            continue;
        if (pt_prefs_find(&now.lines, PT_TB_USER, pref->name))
            return pt_fail(err, PT_CANNOT_EXPRESS,
                           "take it out of that file, or add the account "
                           "there, too",
                           "'%s' sets '%s' at every start: an account that is "
                           "added would not be seen",
                           a->install->files[PT_TB_USER].path, pref->name);
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "add the account in Thunderbird, under Account "
                       "Settings",
                       "'%s' ends in something that Thunderbird does not "
                       "understand: what is added would not be seen",
                       a->install->files[PT_TB_PREFS].path);
    }
    return PT_OK;
}

/* ---- certificates ---- */

/* Another that is trusted there may be another account's: it stays. */
static void put_exception(struct adding *a, const struct pt_server *server,
                          struct pt_output *notes)
{
    struct pt_client_file *file = &a->install->files[PT_TB_EXCEPTIONS];
    char print[PT_FINGERPRINT_CHARS];
    char trusted[PT_FINGERPRINT_CHARS];

    if (!server || !server->certificate || server->security == PT_PLAIN)
        return;
    pt_fingerprint(server->certificate, print);
    if (!pt_override_get(pt_text_now(file), server->host, server->port,
                         trusted))
        pt_override_put(pt_client_file_edit(file), server->host, server->port,
                        print);
    else if (strcmp(trusted, print))
        pt_output_note(notes,
                       pt_arena_printf(notes->arena,
                                       "Thunderbird has another certificate "
                                       "for %s:%u, and asks about this one: "
                                       "trust it if its SHA-256 fingerprint "
                                       "is %s",
                                       server->host, server->port, print));
}

static void put_notes(struct pt_arena *arena, struct pt_install *install,
                      const struct pt_settings *account,
                      const struct pt_strings *notes)
{
    const char *password = account->bridge.password;

    install->note = "Thunderbird asks for the password when it is started";
    if (password)
        install->note = pt_arena_printf(
            arena, "%s; the password is %s", install->note, password);
    for (size_t i = 0; i < notes->count && install->note; i++)
        install->note = pt_arena_printf(arena, "%s; %s", install->note,
                                        notes->at[i]);
}

/* ---- the whole ---- */

/* Of two accounts that are alike Thunderbird drops one. */
static enum pt_status check_twin(const struct adding *a, struct pt_error *err)
{
    const struct pt_server *in = pt_chosen_incoming(a->account);
    const char *login = in ? pt_login(a->account, in) : NULL;

    for (size_t i = 0; in && i < a->view.server_count; i++) {
        const struct pt_slot *slot = &a->view.servers[i].slot;

        if (slot->service == in->service && slot->port == in->port &&
            pt_is_nocase(slot->host, in->host) && pt_is(slot->login, login))
            return pt_fail(err, PT_CANNOT_EXPRESS,
                           "remove that account in Thunderbird first",
                           "'%s' has an account of this user name at %s:%u "
                           "already, and Thunderbird would drop one of them",
                           a->install->where, in->host, in->port);
    }
    return PT_OK;
}

static enum pt_status add_prefs(struct adding *a, struct pt_error *err)
{
    enum pt_status status = check_twin(a, err);

    if (status != PT_OK)
        return status;
    name_parts(a);
    if (pt_arena_failed(a->view.arena))
        return pt_fail_memory(err);
    status = pt_thunderbird_account(a->account, &a->parts, &a->prefs, err);
    if (status != PT_OK)
        return status;
    put_lists(a);
    if (pt_arena_failed(a->view.arena))
        return pt_fail_memory(err);
    status = put_prefs(a, err);
    return status == PT_OK ? check_prefs(a, err) : status;
}

enum pt_status pt_tb_add(struct pt_installs *installs,
                         struct pt_install *install,
                         const struct pt_settings *account,
                         struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_OUTPUT struct pt_output notes = {.arena = installs->arena};
    struct adding a = {.install = install,
                       .account = account,
                       .prefs.arena = arena};
    enum pt_status status;

    if (!arena)
        return pt_fail_memory(err);
    a.view = pt_tb_view_of(arena, install);
    status = add_prefs(&a, err);
    if (status != PT_OK)
        return status;
    put_exception(&a, pt_chosen_incoming(account), &notes);
    put_exception(&a, pt_chosen(account, PT_SUBMISSION), &notes);
    pt_thunderbird_note_rest(account, &notes);
    put_notes(installs->arena, install, account, &notes.notes);
    return pt_arena_failed(arena) || pt_arena_failed(installs->arena) ||
                   pt_tb_have_failed(install)
               ? pt_fail_memory(err)
               : PT_OK;
}
