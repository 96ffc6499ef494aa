/* mbsync.c - mbsyncrc: the IMAPAccount sections, and the IMAPStore ones that
 * name a server themselves. */
#include "client/text_add.h"
#include "client/text_files.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    enum pt_security security;
} ssl_types[] = {
    {"None", PT_PLAIN},
    {"STARTTLS", PT_STARTTLS},
    {"IMAPS", PT_TLS},
};

/* isync 1.5 calls it otherwise, and still takes the older name. */
static const char *const ssl_keys[] = {"TLSType", "SSLType"};
enum { SSL_KEYS = sizeof(ssl_keys) / sizeof(*ssl_keys) };

/* Of isync 1.1 and before: they do not go together with the new ones. */
static const char *const old_keys[] = {"UseIMAPS", "RequireSSL"};

/* One account. */
struct account {
    struct pt_arena *arena;
    struct pt_edit_file file;
    const struct pt_edit_section *section;
};

/* ---- reading ---- */

static const struct pt_edit_line *line_of(const struct account *account,
                                          const char *key)
{
    return pt_edit_line_of(&account->file, account->section, key);
}

static const char *text_of(const struct account *account, const char *key)
{
    return pt_edit_value(account->arena, &account->file,
                         line_of(account, key));
}

static const struct pt_edit_line *ssl_line(const struct account *account)
{
    const struct pt_edit_line *line = NULL;

    for (size_t i = 0; i < SSL_KEYS && !line; i++)
        line = line_of(account, ssl_keys[i]);
    return line;
}

static bool is_of_old(const struct account *account)
{
    for (size_t i = 0; i < sizeof(old_keys) / sizeof(*old_keys); i++)
        if (line_of(account, old_keys[i]))
            return true;
    return false;
}

static enum pt_security security_of(const struct account *account)
{
    const struct pt_edit_line *line = ssl_line(account);

    if (!line)
        return is_of_old(account) ? PT_SECURITY_UNKNOWN : PT_STARTTLS;
    for (size_t i = 0; i < sizeof(ssl_types) / sizeof(*ssl_types); i++)
        if (pt_span_is_nocase(account->file.bytes, line->value,
                              ssl_types[i].name))
            return ssl_types[i].security;
    return PT_SECURITY_UNKNOWN;
}

static uint16_t port_of(const struct account *account)
{
    const char *text = text_of(account, "Port");
    uint16_t port = 0;

    if (!text)
        return security_of(account) == PT_TLS ? 993 : 143;
    pt_parse_port(pt_slice_of(text), &port);
    return port;
}

/* The nth section; account->section is NULL when it has no server. */
static void take_section(struct account *account, size_t nth)
{
    const struct pt_edit_section *section = &account->file.sections[nth];

    account->section = section;
    if (!section->head.key.len || !line_of(account, "Host"))
        account->section = NULL;
}

/* ---- finding ---- */

static void add_slot(struct pt_installs *installs, struct pt_install *install,
                     const struct pt_place *place,
                     const struct account *account, size_t nth)
{
    const char *file = pt_text_path(installs->arena, place,
                                    text_of(account, "CertificateFile"));
    struct pt_slot *slot = pt_slot_add(installs, install);

    if (!slot)
        return;
    *slot = (struct pt_slot){
        .service = PT_IMAP,
        .host = text_of(account, "Host"),
        .port = port_of(account),
        .security = security_of(account),
        .login = text_of(account, "User"),
    };
    pt_text_mark(installs, install, slot, nth, file);
}

static void find_in(struct pt_installs *installs, const struct pt_place *place,
                    const char *path)
{
    struct account account = {.arena = installs->arena};
    struct pt_install *install =
        pt_text_open(installs, &pt_client_mbsync, place, path);

    if (!install || install->refused)
        return;
    if (!pt_edit_lines(account.arena, PT_EDIT_MBSYNC,
                       pt_text_now(&install->files[0]), &account.file)) {
        install->refused = "it has too many lines";
        return;
    }
    for (size_t i = 0; i < account.file.count; i++) {
        take_section(&account, i);
        if (account.section)
            add_slot(installs, install, place, &account, i);
    }
}

static enum pt_status find_mbsync(const struct pt_place *place,
                                  struct pt_installs *installs,
                                  struct pt_error *err)
{
    struct pt_arena *arena = installs->arena;

    find_in(installs, place, pt_arena_printf(arena, "%s/.mbsyncrc",
                                             place->home));
    find_in(installs, place, pt_arena_printf(arena, "%s/isyncrc",
                                             place->config));
    return pt_arena_failed(arena) ? pt_fail_memory(err) : PT_OK;
}

/* ---- changing ---- */

static enum pt_status put(struct pt_client_file *file,
                          const struct account *account,
                          const struct pt_edit_line *own, const char *key,
                          const char *value, struct pt_error *err)
{
    struct pt_pair said = {key, value};

    return pt_text_put_line(file, PT_EDIT_MBSYNC, own,
                            line_of(account, "Host"), &said, err);
}

static enum pt_status put_security(struct pt_client_file *file,
                                   const struct account *account,
                                   const struct pt_server *server,
                                   struct pt_error *err)
{
    const char *value = "STARTTLS";

    if (security_of(account) == server->security)
        return PT_OK;
    if (!ssl_line(account) && is_of_old(account))
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "put SSLType in place of UseIMAPS and RequireSSL",
                       "'%s' says in the way of isync 1.1 how it is protected",
                       file->path);
    for (size_t i = 0; i < sizeof(ssl_types) / sizeof(*ssl_types); i++)
        if (ssl_types[i].security == server->security)
            value = ssl_types[i].name;
    return put(file, account, ssl_line(account), "SSLType", value, err);
}

static enum pt_status put_port(struct pt_client_file *file,
                               const struct account *account,
                               const struct pt_server *server,
                               struct pt_error *err)
{
    char port[8];

    if (port_of(account) == server->port)
        return PT_OK;
    snprintf(port, sizeof(port), "%u", server->port);
    return put(file, account, line_of(account, "Port"), "Port", port, err);
}

/* One change at a time: places move with each.  The port last, which may
 * follow from the protection. */
static enum pt_status (*const steps[])(struct pt_client_file *,
                                       const struct account *,
                                       const struct pt_server *,
                                       struct pt_error *) = {
    put_security,
    put_port,
};

static enum pt_status take_step(struct pt_client_file *file, size_t section,
                                const struct pt_server *server, size_t step,
                                struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct account account = {.arena = arena};

    if (!arena || !pt_edit_lines(arena, PT_EDIT_MBSYNC, pt_text_now(file),
                                 &account.file))
        return pt_fail_memory(err);
    take_section(&account, section);
    return steps[step](file, &account, server, err);
}

static enum pt_status patch_mbsync(struct pt_install *install,
                                   const struct pt_slot *slot,
                                   const struct pt_server *server,
                                   struct pt_error *err)
{
    enum pt_status status =
        pt_text_put_pin(pt_text_pin(install, slot), server, false, err);

    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
        if (status == PT_OK)
            status = take_step(&install->files[0], pt_text_nth(slot), server,
                               i, err);
    return status;
}

/* ---- adding ---- */

/* Both isync 1.4 and 1.5 read it. */
static enum pt_status begin_mbsync(const struct pt_place *place,
                                   struct pt_installs *installs,
                                   struct pt_error *err)
{
    return pt_text_begin(installs, &pt_client_mbsync,
                         pt_arena_printf(installs->arena, "%s/.mbsyncrc",
                                         place->home),
                         err);
}

/* Where a store has its mail, without the last slash; empty: it does not
 * say. */
static struct pt_slice path_of(const struct pt_edit_file *file,
                               const struct pt_edit_section *section)
{
    const struct pt_edit_line *line = pt_edit_line_of(file, section, "Path");
    struct pt_slice path = pt_slice("", 0);

    if (line)
        path = pt_span_text(file->bytes, line->value);
    while (path.len > 1 && path.at[path.len - 1] == '/')
        path.len--;
    return path;
}

static bool ends_in(struct pt_slice text, const char *name)
{
    size_t len = strlen(name);

    return text.len > len && text.at[text.len - len - 1] == '/' &&
           !memcmp(text.at + text.len - len, name, len);
}

/* The writer makes NAME, NAME-remote, NAME-local, and a folder NAME. */
static bool is_taken(const void *names, const char *name)
{
    static const char *const ends[] = {"", "-remote", "-local"};
    const struct pt_edit_file *file = names;
    size_t len = strlen(name);

    for (size_t i = 0; i < file->count; i++) {
        const struct pt_edit_section *section = &file->sections[i];
        struct pt_slice head = pt_span_text(file->bytes, section->head.value);

        for (size_t j = 0; j < sizeof(ends) / sizeof(*ends); j++)
            if (head.len >= len && !memcmp(head.at, name, len) &&
                pt_slice_is(pt_slice(head.at + len, head.len - len), ends[j]))
                return true;
        if (ends_in(path_of(file, section), name))
            return true;
    }
    return false;
}

/* Mail in the folder of another store would be taken for that one's, and be
 * copied to its server. */
static const char *const mail_folders[] = {"~/Mail", "~/.mail",
                                           "~/.local/share/mail"};

static bool is_anothers(const struct pt_edit_file *file, const char *folder)
{
    for (size_t i = 0; i < file->count; i++) {
        struct pt_slice path = path_of(file, &file->sections[i]);

        if (pt_slice_is(path, "~") ||
            ends_in(path, folder + strlen("~/")))
            return true;
    }
    return false;
}

static const char *choose_folder(const struct pt_edit_file *file)
{
    for (size_t i = 0; i < sizeof(mail_folders) / sizeof(*mail_folders); i++)
        if (!is_anothers(file, mail_folders[i]))
            return mail_folders[i];
    return NULL;
}

static enum pt_status add_mbsync(struct pt_installs *installs,
                                 struct pt_install *install,
                                 const struct pt_settings *account,
                                 struct pt_error *err)
{
    struct pt_client_file *file = &install->files[0];
    struct pt_settings named = *account;
    struct pt_text_job job =
        pt_text_job(installs, install, &named, file->path);
    struct pt_edit_file now;

    if (!pt_edit_lines(installs->arena, PT_EDIT_MBSYNC, pt_text_now(file),
                       &now))
        return pt_fail_memory(err);
    named.nickname = pt_text_name(installs->arena, account, is_taken, &now);
    job.job.mail_folder = choose_folder(&now);
    if (!job.job.mail_folder)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "'portolan write mbsync' makes a file of its own",
                       "the stores of '%s' have all folders where mail could "
                       "lie",
                       file->path);
    return pt_text_add(&job, file, err);
}

const struct pt_client pt_client_mbsync = {
    .name = "mbsync",
    .title = "mbsync (isync)",
    .programs = "mbsync",
    .services = 1 << PT_IMAP,
    .find = find_mbsync,
    .begin = begin_mbsync,
    .patch = patch_mbsync,
    .add = add_mbsync,
};
