/* mbsync.c - mbsyncrc: the IMAPAccount sections, and the IMAPStore ones that
 * name a server themselves. */
#include "client/text_files.h"

#include <stdio.h>

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

const struct pt_client pt_client_mbsync = {
    .name = "mbsync",
    .title = "mbsync (isync)",
    .programs = "mbsync",
    .services = 1 << PT_IMAP,
    .find = find_mbsync,
    .patch = patch_mbsync,
};
