#include "client/thunderbird.h"

#include "format/edit_override.h"
#include "format/fingerprint.h"

#include <string.h>

enum { KEYS_MAX = 256, TEXT_MAX = 1000 };

static const struct pt_tb_kind kinds[] = {
    {"imap", PT_IMAP, "userName", "socketType", "mail.server.default."},
    {"pop3", PT_POP3, "userName", "socketType", "mail.server.default."},
    {"smtp", PT_SUBMISSION, "username", "try_ssl", "mail.smtpserver.default."},
};

/* nsMsgSocketType, comm-central. */
static const int32_t socket_types[] = {
    [PT_SECURITY_UNKNOWN] = -1,
    [PT_TLS] = 3,
    [PT_STARTTLS] = 2,
    [PT_PLAIN] = 0,
};

/* ---- preferences ---- */

struct pt_pref_line *pt_tb_find(const struct pt_tb_view *view, size_t file,
                                const char *branch, const char *name)
{
    const char *full = pt_arena_printf(view->arena, "%s%s", branch, name);

    return full ? pt_prefs_find(&view->lines, file, full) : NULL;
}

const char *pt_tb_text(const struct pt_tb_view *view, const char *branch,
                       const char *name)
{
    const struct pt_pref_line *line =
        pt_tb_find(view, PT_PREF_FILES_ALL, branch, name);
    bool is_fit = line && line->kind == PT_PREF_TEXT && *line->text &&
                  strlen(line->text) <= TEXT_MAX &&
                  pt_is_printable(pt_slice_of(line->text));

    return is_fit ? line->text : NULL;
}

/* False: it is not set, or is no number. */
static bool get_number(const struct pt_tb_view *view, const char *branch,
                       const char *name, int32_t *ret_number)
{
    const struct pt_pref_line *line =
        pt_tb_find(view, PT_PREF_FILES_ALL, branch, name);

    if (!line || line->kind != PT_PREF_NUMBER)
        return false;
    *ret_number = line->number;
    return true;
}

const char *pt_tb_next_key(struct pt_arena *arena, const char **rest)
{
    while (*rest && **rest) {
        size_t len = strcspn(*rest, ",");
        struct pt_slice key = pt_trim(pt_slice(*rest, len));

        *rest += len + ((*rest)[len] ? 1 : 0);
        if (key.len && !memchr(key.at, '"', key.len) &&
            !memchr(key.at, '\'', key.len) && !memchr(key.at, '\\', key.len))
            return pt_arena_strndup(arena, key.at, key.len);
    }
    return NULL;
}

const char *pt_tb_branch(const struct pt_tb_view *view, const char *what,
                         const char *key)
{
    const char *branch = pt_arena_printf(view->arena, "mail.%s.%s.", what, key);

    return branch ? branch : "";
}

/* ---- servers ---- */

int32_t pt_tb_socket_type(enum pt_security security)
{
    return socket_types[security];
}

const struct pt_tb_kind *pt_tb_kind_of(const char *type)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (pt_is(type, kinds[i].type))
            return &kinds[i];
    return NULL;
}

static enum pt_security security_of(const struct pt_tb_view *view,
                                    const struct pt_tb_server *server)
{
    int32_t number = 0;

    if (!get_number(view, server->branch, server->kind->security, &number))
        get_number(view, server->kind->defaults, server->kind->security,
                   &number);
    for (int i = PT_TLS; i <= PT_PLAIN; i++)
        if (socket_types[i] == number)
            return (enum pt_security)i;
    return PT_SECURITY_UNKNOWN;
}

/* With that protection, on which depends where it goes when it was not told a
 * port. */
uint16_t pt_tb_port(const struct pt_tb_view *view,
                    const struct pt_tb_server *server,
                    enum pt_security security)
{
    int32_t port = 0;

    if (!get_number(view, server->branch, "port", &port))
        get_number(view, server->kind->defaults, "port", &port);
    if (port > 0)
        return port <= UINT16_MAX ? (uint16_t)port : 0;
    return pt_standard_port(server->kind->service, security);
}

/* Of the identities of an account, or of those that send by a server (NULL:
 * whichever): the one that is called as the login, else the first. */
static const char *address_of(const struct pt_tb_view *view,
                              const char *account, const char *sends_by,
                              const char *login)
{
    const char *first = NULL;

    for (size_t i = 0; i < view->identity_count; i++) {
        const struct pt_tb_identity *identity = &view->identities[i];

        if ((account && !pt_is(account, identity->account)) ||
            (sends_by && !pt_is(sends_by, identity->sends_by)))
            continue;
        if (login && pt_is_nocase(login, identity->address))
            return identity->address;
        if (!first)
            first = identity->address;
    }
    return first;
}

/* What was typed first, and was corrected later: versions up to 102. */
static const char *get_real(const struct pt_tb_view *view, const char *branch,
                            const char *real, const char *name)
{
    const char *text = pt_tb_text(view, branch, real);

    return text ? text : pt_tb_text(view, branch, name);
}

static bool have_server(const struct pt_tb_view *view, const char *branch)
{
    for (size_t i = 0; i < view->server_count; i++)
        if (!strcmp(view->servers[i].branch, branch))
            return true;
    return false;
}

/* account: whose it is; NULL: it sends, by this key. */
static void add_server(struct pt_tb_view *view, const struct pt_tb_kind *kind,
                       const char *branch, const char *account, const char *key)
{
    struct pt_tb_server server = {.kind = kind, .branch = branch};
    const char *host = get_real(view, branch, "realhostname", "hostname");
    struct pt_tb_server *more;

    if (!kind || !host || have_server(view, branch))
        return;
    more = pt_arena_grow(view->arena, view->servers, view->server_count,
                         sizeof(*more));
    if (!more)
        return;
    view->servers = more;
    server.slot.service = kind->service;
    server.slot.host = host;
    server.slot.login = get_real(view, branch, "realuserName", kind->user_name);
    server.slot.address =
        address_of(view, account, account ? NULL : key, server.slot.login);
    server.slot.security = security_of(view, &server);
    server.slot.port = pt_tb_port(view, &server, server.slot.security);
    server.slot.at = view->server_count;
    more[view->server_count++] = server;
}

/* ---- accounts ---- */

static void add_identity(struct pt_tb_view *view, const char *account,
                         const char *key, const char *default_server)
{
    const char *branch = pt_tb_branch(view, "identity", key);
    const char *sends_by = pt_tb_text(view, branch, "smtpServer");
    const char *address = pt_tb_text(view, branch, "useremail");
    struct pt_tb_identity *more;

    if (!address)
        return;
    more = pt_arena_grow(view->arena, view->identities, view->identity_count,
                         sizeof(*more));
    if (!more)
        return;
    view->identities = more;
    more[view->identity_count++] = (struct pt_tb_identity){
        .account = account,
        .address = address,
        .sends_by = sends_by ? sends_by : default_server,
    };
}

static void add_account(struct pt_tb_view *view, const char *account,
                        const char *default_server)
{
    const char *branch = pt_tb_branch(view, "account", account);
    const char *identities = pt_tb_text(view, branch, "identities");
    const char *server = pt_tb_text(view, branch, "server");
    const char *key;

    for (int i = 0; i < KEYS_MAX; i++) {
        key = pt_tb_next_key(view->arena, &identities);
        if (!key)
            break;
        add_identity(view, account, key, default_server);
    }
    key = pt_tb_next_key(view->arena, &server);
    if (!key)
        return;
    branch = pt_tb_branch(view, "server", key);
    add_server(view, pt_tb_kind_of(pt_tb_text(view, branch, "type")), branch,
               account, key);
}

static void add_outgoing(struct pt_tb_view *view, const char *key)
{
    const char *branch = pt_tb_branch(view, "smtpserver", key);
    const char *type = pt_tb_text(view, branch, "type");

    if (!type || pt_is(type, "smtp"))
        add_server(view, pt_tb_kind_of("smtp"), branch, NULL, key);
}

static void look(struct pt_tb_view *view)
{
    const char *accounts = pt_tb_text(view, "mail.accountmanager.", "accounts");
    const char *servers = pt_tb_text(view, "mail.", "smtpservers");
    const char *first = servers;
    const char *default_server =
        pt_tb_text(view, "mail.smtp.", "defaultserver");
    const char *key;

    if (!default_server)
        default_server = pt_tb_next_key(view->arena, &first);
    for (int i = 0; i < KEYS_MAX; i++) {
        key = pt_tb_next_key(view->arena, &accounts);
        if (!key)
            break;
        add_account(view, key, default_server);
    }
    for (int i = 0; i < KEYS_MAX; i++) {
        key = pt_tb_next_key(view->arena, &servers);
        if (!key)
            break;
        add_outgoing(view, key);
    }
}

struct pt_tb_view pt_tb_view_of(struct pt_arena *arena,
                                const struct pt_install *install)
{
    struct pt_tb_view view = {.arena = arena, .lines.arena = arena};

    for (size_t i = PT_TB_PREFS; i <= PT_TB_USER; i++)
        pt_prefs_read(&view.lines, i, pt_text_now(&install->files[i]), "mail.");
    look(&view);
    return view;
}

/* As slots have it: lower case, no colons. */
static const char *pinned_at(struct pt_arena *arena, struct pt_slice exceptions,
                             const struct pt_slot *slot)
{
    char print[PT_FINGERPRINT_CHARS];
    size_t len = 0;

    if (!pt_override_get(exceptions, slot->host, slot->port, print))
        return NULL;
    for (const char *at = print; *at; at++)
        if (*at != ':')
            print[len++] = (char)(*at >= 'A' && *at <= 'F' ? *at | 0x20 : *at);
    return pt_arena_strndup(arena, print, len);
}

void pt_tb_fill_slots(struct pt_installs *installs, struct pt_install *install)
{
    struct pt_arena *arena = installs->arena;
    struct pt_slice exceptions = pt_text_now(&install->files[PT_TB_EXCEPTIONS]);
    struct pt_tb_view view = pt_tb_view_of(arena, install);

    for (size_t i = 0; i < view.server_count; i++) {
        struct pt_slot *slot = pt_slot_add(installs, install);

        if (!slot)
            return;
        *slot = view.servers[i].slot;
        slot->pinned = pinned_at(arena, exceptions, slot);
    }
}
