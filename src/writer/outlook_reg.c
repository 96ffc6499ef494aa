/* outlook_reg.c - a registry file for classic Outlook on Windows.
 *
 * With an export of Outlook's registry: what of an account that is there has to
 * change, and nothing else.  Without one: where on the disk Outlook finds what
 * Autodiscover would have told it, for the account to be added.
 */
#include "format/reg.h"
#include "writer/autodiscover.h"
#include "writer/writers.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { NAME_SIZE = 48, SECURE_AUTO = 3 };

/* ---- an account that is there ---- */

/* The accounts of every profile lie below this key, whatever the version. */
static const char accounts_key[] = "\\9375CFF0413111d3B88A00104B2A6676\\";

static const struct kind {
    const char *prefix; /* of the values' names */
    enum pt_service service;
    const char *clsid;
} kinds[] = {
    {"IMAP", PT_IMAP, "{ED475412-B0D6-11D2-8C3B-00104B2A6676}"},
    {"POP3", PT_POP3, "{ED475411-B0D6-11D2-8C3B-00104B2A6676}"},
};

/* "SMTP Secure Connection" */
static const unsigned secure_connection[] = {
    [PT_SECURITY_UNKNOWN] = 2, [PT_TLS] = 1, [PT_STARTTLS] = 2, [PT_PLAIN] = 0,
};

struct update {
    struct pt_output *out;
    const struct pt_settings *settings;
    struct pt_reg_writer reg;
    const struct pt_reg_key *key; /* of the account at hand */
    bool is_open;                 /* it was written */
    size_t accounts;              /* that are ours */
    size_t changes;
};

static const char *text_in(const struct update *u, const char *name)
{
    const struct pt_reg_value *value = pt_reg_find(u->key, name);

    return value && value->text ? value->text : "";
}

/* ret_number is untouched unless there is one. */
static bool number_in(const struct update *u, const char *name,
                      uint32_t *ret_number)
{
    const struct pt_reg_value *value = pt_reg_find(u->key, name);

    if (!value || !value->is_number)
        return false;
    *ret_number = value->number;
    return true;
}

/* "IMAP" and "Server": "IMAP Server". */
static const char *text_of_kind(const struct update *u, const struct kind *kind,
                                const char *what)
{
    char name[NAME_SIZE];

    snprintf(name, sizeof(name), "%s %s", kind->prefix, what);
    return text_in(u, name);
}

static void set_number(struct update *u, const char *prefix, const char *what,
                       uint32_t want)
{
    uint32_t number;
    char name[NAME_SIZE];

    snprintf(name, sizeof(name), "%s %s", prefix, what);
    if (number_in(u, name, &number) && number == want)
        return;
    if (!u->is_open)
        pt_reg_key(&u->reg, u->key->path);
    u->is_open = true;
    u->changes++;
    pt_reg_number(&u->reg, name, want);
}

/* NULL: it is no account of mail, such as the address book. */
static const struct kind *kind_of(const struct update *u)
{
    const char *clsid = text_in(u, "clsid");

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (*clsid ? pt_is_nocase(clsid, kinds[i].clsid)
                   : *text_of_kind(u, &kinds[i], "Server") != '\0')
            return &kinds[i];
    return NULL;
}

static bool is_ours(const struct update *u, const struct kind *kind,
                    const struct pt_server *server)
{
    const char *const names[] = {
        text_in(u, "Email"),
        text_in(u, "Account Name"),
        text_of_kind(u, kind, "User"),
    };
    const char *login = pt_login(u->settings, server);

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (pt_is_nocase(names[i], u->settings->address.text) ||
            pt_is_nocase(names[i], login))
            return true;
    return false;
}

/* A bridge may be written as 127.0.0.1 or as localhost. */
static bool is_place_of(const char *host, const struct pt_server *server)
{
    return pt_is_nocase(host, server->host) ||
           (pt_is_loopback(host) && pt_is_loopback(server->host));
}

static void note_click(struct update *u, const char *prefix,
                       enum pt_security security)
{
    pt_output_note(u->out,
                   pt_arena_printf(u->out->arena,
                                   "in Outlook, File, Account Settings, "
                                   "Change, More Settings, Advanced, see that "
                                   "%s has %s",
                                   prefix, pt_security_title(security)));
}

/* "Use SSL" is TLS from the start, or not.  It is not switched off for a server
 * across the net: Outlook would send the password in the clear. */
static void update_incoming(struct update *u, const struct kind *kind,
                            const struct pt_server *server)
{
    bool want = server->security == PT_TLS;
    bool is_far = !pt_is_loopback(server->host);
    bool changes;
    char name[NAME_SIZE];
    uint32_t now = 0;

    snprintf(name, sizeof(name), "%s Use SSL", kind->prefix);
    number_in(u, name, &now);
    changes = (now != 0) != want;
    set_number(u, kind->prefix, "Port", server->port);
    if (changes && (want || !is_far))
        set_number(u, kind->prefix, "Use SSL", want);
    if (changes || (is_far && !want))
        note_click(u, kind->prefix, server->security);
}

/* What does not speak of the newer value follows it where it is there. */
static void update_old_switch(struct update *u, uint32_t want)
{
    uint32_t now;

    if (number_in(u, "SMTP Use SSL", &now) &&
        ((want == 0 && now != 0) || (want == 1 && now == 0)))
        set_number(u, "SMTP", "Use SSL", want);
}

static void update_outgoing(struct update *u, const struct pt_server *server)
{
    uint32_t want = secure_connection[server->security];
    uint32_t now = 0;

    if (!is_place_of(text_in(u, "SMTP Server"), server)) {
        pt_output_note(u->out, "Outlook sends through a server of another "
                               "name: that is left as it is");
        return;
    }
    set_number(u, "SMTP", "Port", server->port);
    if (!number_in(u, "SMTP Secure Connection", &now))
        number_in(u, "SMTP Use SSL", &now);
    if (now != want && !(now == SECURE_AUTO && want != 0))
        set_number(u, "SMTP", "Secure Connection", want);
    update_old_switch(u, want);
}

static bool begins_with(const char *path, const char *beginning)
{
    return !strncasecmp(path, beginning, strlen(beginning));
}

/* Of a user: what lies elsewhere is none of Outlook's. */
static bool is_account(const char *path)
{
    bool is_a_users = begins_with(path, "HKEY_CURRENT_USER\\") ||
                      begins_with(path, "HKEY_USERS\\");

    while (*path && !begins_with(path, accounts_key))
        path++;
    return is_a_users && *path;
}

static void update_account(struct update *u, const struct pt_reg_key *key)
{
    const struct pt_server *server;
    const struct kind *kind;

    if (!is_account(key->path))
        return;
    u->key = key;
    u->is_open = false;
    kind = kind_of(u);
    server = kind ? pt_chosen(u->settings, kind->service) : NULL;
    if (!server || !is_ours(u, kind, server) ||
        !is_place_of(text_of_kind(u, kind, "Server"), server))
        return;
    u->accounts++;
    update_incoming(u, kind, server);
    update_outgoing(u, pt_chosen(u->settings, PT_SUBMISSION));
}

static enum pt_status write_update(const struct pt_job *job,
                                   struct pt_output *out, struct pt_error *err)
{
    const struct pt_settings *settings = job->accounts;
    struct update u = {.out = out, .settings = settings};
    struct pt_reg found;
    enum pt_status status =
        pt_reg_read(job->arena, job->registry, &found, err);

    if (status != PT_OK)
        return status;
    pt_reg_begin(&u.reg, pt_output_first(out, &pt_writer_outlook_reg, job));
    for (size_t i = 0; i < found.count; i++)
        update_account(&u, &found.keys[i]);
    status = pt_reg_end(&u.reg, err);
    if (status != PT_OK)
        return status;
    if (!u.accounts)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "export the key that holds Outlook's profiles, or add "
                       "the account with 'portolan write outlook'",
                       "the registry export has no account of %s at %s",
                       settings->address.shown,
                       pt_chosen_incoming(settings)->host);
    if (!u.changes)
        pt_output_note(out, "Outlook has these settings already: the file "
                            "changes nothing");
    return PT_OK;
}

/* ---- an account to be added ---- */

static const char outlook_key[] =
    "HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\16.0\\Outlook\\";

/* "C:\..." or "C:/...": the folder that the file is put into is known. */
static bool is_of_windows(const char *dir)
{
    return dir && dir[0] && dir[1] == ':' && (dir[2] == '\\' || dir[2] == '/');
}

/* Elsewhere the user's own folder is not known, and Outlook is not known to
 * look up %NAMES%. */
static const char *folder_of(const struct pt_job *job)
{
    char *dir;

    if (!is_of_windows(job->dir))
        return "C:\\portolan";
    dir = pt_arena_strdup(job->arena, job->dir);
    for (char *at = dir; at && *at; at++)
        if (*at == '/')
            *at = '\\';
    if (dir && pt_has_suffix(dir, "\\"))
        dir[strlen(dir) - 1] = '\0';
    return dir;
}

static void put_pointers(struct pt_reg_writer *reg, struct pt_arena *arena,
                         const char *domain, const char *path)
{
    const char *key = pt_arena_printf(arena, "%sAutoDiscover", outlook_key);
    const char *setup = pt_arena_printf(arena, "%sSetup", outlook_key);

    if (!key || !setup || !path)
        return;
    pt_reg_key(reg, key);
    pt_reg_text(reg, domain, path);
    pt_reg_number(reg, "PreferLocalXML", 1);
    pt_reg_key(reg, setup);
    pt_reg_number(reg, "DisableOffice365SimplifiedAccountCreation", 1);
}

static void add_notes(const struct pt_job *job, struct pt_output *out,
                      const char *name)
{
    if (!is_of_windows(job->dir))
        pt_output_note(
            out, pt_arena_printf(out->arena,
                                 "on the PC, make the folder C:\\portolan "
                                 "and put '%s' into it before the account is "
                                 "added; other users of that PC may be able "
                                 "to change it: delete it afterwards",
                                 name));
    pt_output_note(out, "an account that Outlook has already is not changed: "
                        "that takes an export of its registry");
    pt_note_left_out(out, job->accounts, 0);
}

static enum pt_status write_pointers(const struct pt_job *job,
                                     struct pt_output *out,
                                     struct pt_error *err)
{
    const struct pt_settings *settings = job->accounts;
    struct pt_arena *arena = job->arena;
    const char *address = pt_safe_name(arena, settings->address.text);
    const char *name = pt_arena_printf(arena, "%s.outlook.xml",
                                       address ? address : "");
    const char *folder = folder_of(job);
    struct pt_reg_writer reg;
    enum pt_status status;

    if (!name || !folder)
        return pt_fail_memory(err);
    pt_reg_begin(&reg, pt_output_first(out, &pt_writer_outlook_reg, job));
    put_pointers(&reg, arena, settings->address.domain,
                 pt_arena_printf(arena, "%s\\%s", folder, name));
    status = pt_reg_end(&reg, err);
    if (status == PT_OK)
        status = pt_autodiscover_put(settings, false,
                                     pt_output_beside(out, name), err);
    if (status == PT_OK)
        add_notes(job, out, name);
    return status;
}

static enum pt_status write_outlook_reg(const struct pt_job *job,
                                        struct pt_output *out,
                                        struct pt_error *err)
{
    struct pt_account account;
    enum pt_status status =
        pt_account_of(job->accounts, "Outlook", &account, err);

    if (status != PT_OK)
        return status;
    return job->registry.len ? write_update(job, out, err)
                             : write_pointers(job, out, err);
}

const struct pt_writer pt_writer_outlook_reg = {
    .name = "outlook-reg",
    .client = "Outlook for Windows (classic)",
    .summary = "a registry file: moves the ports of an account that is there, "
               "or points to the settings of a new one",
    .file = "%a.reg",
    .media_type = "text/x-ms-regedit",
    .binary = true, /* UTF-16 */
    .is_imported = true,
    .import = "close Outlook, double-click the .reg, say yes, start Outlook\n"
              "to have an account changed that is there, export it on that "
              "PC, and name FILE with --registry:\n"
              "reg export HKCU\\Software\\Microsoft\\Office\\16.0\\Outlook"
              "\\Profiles FILE\n"
              "(new Outlook and Outlook for Mac do not look there: type from "
              "'portolan write text')",
    .write = write_outlook_reg,
};
