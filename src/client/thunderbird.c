/* thunderbird.c - the profiles of Thunderbird: prefs.js, user.js, and
 * cert_override.txt with the certificates it takes.
 *
 * What user.js says counts, at every start: where a preference is in both
 * files, it is changed in both, so that it stays what it is to be; one that is
 * in neither is added to prefs.js.
 */
#include "client/client.h"

#include "base/file.h"
#include "format/edit_override.h"
#include "format/edit_prefs.h"
#include "format/fingerprint.h"
#include "format/profiles_ini.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As pt_install_read() counts them. */
enum { PREFS, USER, EXCEPTIONS };

enum {
    INI_MAX_BYTES = 256 * 1024,
    KEYS_MAX = 256,
    TEXT_MAX = 1000,
    TRIES_MAX = 8,
};

static const struct {
    const char *os;
    const char *folder;
} roots[] = {
    {"linux", "${home}/.thunderbird"},
    {"linux", "${home}/.icedove"},
    {"linux", "${home}/snap/thunderbird/common/.thunderbird"},
    {"linux", "${home}/.var/app/org.mozilla.Thunderbird/.thunderbird"},
    {"linux", "${home}/.var/app/org.mozilla.thunderbird/.thunderbird"},
    {"macos", "${home}/Library/Thunderbird"},
    {"windows", "${config}/Thunderbird"},
};

/* What it calls a kind of server, and its preferences. */
struct kind {
    const char *type;
    enum pt_service service;
    const char *user_name;
    const char *security;
    const char *defaults;
};

static const struct kind kinds[] = {
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

struct identity {
    const char *account;
    const char *address;
    const char *sends_by; /* the key of an SMTP server */
};

struct server {
    const struct kind *kind;
    const char *branch; /* "mail.server.server1." */
    struct pt_slot slot;
};

/* The accounts of a profile, as it would be at the next start. */
struct view {
    struct pt_arena *arena;
    struct pt_pref_lines lines;
    struct identity *identities;
    size_t identity_count;
    struct server *servers;
    size_t server_count;
};

/* ---- preferences ---- */

static struct pt_pref_line *find_pref(const struct view *view, size_t file,
                                      const char *branch, const char *name)
{
    const char *full = pt_arena_printf(view->arena, "%s%s", branch, name);

    return full ? pt_prefs_find(&view->lines, file, full) : NULL;
}

/* Text that may be shown to people, or NULL. */
static const char *get_text(const struct view *view, const char *branch,
                            const char *name)
{
    const struct pt_pref_line *line =
        find_pref(view, PT_PREF_FILES_ALL, branch, name);
    bool is_fit = line && line->kind == PT_PREF_TEXT && *line->text &&
                  strlen(line->text) <= TEXT_MAX &&
                  pt_is_printable(pt_slice_of(line->text));

    return is_fit ? line->text : NULL;
}

/* False: it is not set, or is no number. */
static bool get_number(const struct view *view, const char *branch,
                       const char *name, int32_t *ret_number)
{
    const struct pt_pref_line *line =
        find_pref(view, PT_PREF_FILES_ALL, branch, name);

    if (!line || line->kind != PT_PREF_NUMBER)
        return false;
    *ret_number = line->number;
    return true;
}

/* The next of "server1,server2". */
static const char *next_key(struct pt_arena *arena, const char **rest)
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

/* "mail.server.server1."; never NULL. */
static const char *branch_of(const struct view *view, const char *what,
                             const char *key)
{
    const char *branch = pt_arena_printf(view->arena, "mail.%s.%s.", what, key);

    return branch ? branch : "";
}

/* ---- servers ---- */

static const struct kind *kind_of(const char *type)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (pt_is(type, kinds[i].type))
            return &kinds[i];
    return NULL;
}

static enum pt_security security_of(const struct view *view,
                                    const struct server *server)
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
static uint16_t port_of(const struct view *view, const struct server *server,
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
static const char *address_of(const struct view *view, const char *account,
                              const char *sends_by, const char *login)
{
    const char *first = NULL;

    for (size_t i = 0; i < view->identity_count; i++) {
        const struct identity *identity = &view->identities[i];

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
static const char *get_real(const struct view *view, const char *branch,
                            const char *real, const char *name)
{
    const char *text = get_text(view, branch, real);

    return text ? text : get_text(view, branch, name);
}

static bool have_server(const struct view *view, const char *branch)
{
    for (size_t i = 0; i < view->server_count; i++)
        if (!strcmp(view->servers[i].branch, branch))
            return true;
    return false;
}

/* account: whose it is; NULL: it sends, by this key. */
static void add_server(struct view *view, const struct kind *kind,
                       const char *branch, const char *account,
                       const char *key)
{
    struct server server = {.kind = kind, .branch = branch};
    const char *host = get_real(view, branch, "realhostname", "hostname");
    struct server *more;

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
    server.slot.address = address_of(view, account, account ? NULL : key,
                                     server.slot.login);
    server.slot.security = security_of(view, &server);
    server.slot.port = port_of(view, &server, server.slot.security);
    server.slot.at = view->server_count;
    more[view->server_count++] = server;
}

/* ---- accounts ---- */

static void add_identity(struct view *view, const char *account,
                         const char *key, const char *default_server)
{
    const char *branch = branch_of(view, "identity", key);
    const char *sends_by = get_text(view, branch, "smtpServer");
    const char *address = get_text(view, branch, "useremail");
    struct identity *more;

    if (!address)
        return;
    more = pt_arena_grow(view->arena, view->identities, view->identity_count,
                         sizeof(*more));
    if (!more)
        return;
    view->identities = more;
    more[view->identity_count++] = (struct identity){
        .account = account,
        .address = address,
        .sends_by = sends_by ? sends_by : default_server,
    };
}

static void add_account(struct view *view, const char *account,
                        const char *default_server)
{
    const char *branch = branch_of(view, "account", account);
    const char *identities = get_text(view, branch, "identities");
    const char *server = get_text(view, branch, "server");
    const char *key;

    for (int i = 0; i < KEYS_MAX; i++) {
        key = next_key(view->arena, &identities);
        if (!key)
            break;
        add_identity(view, account, key, default_server);
    }
    key = next_key(view->arena, &server);
    if (!key)
        return;
    branch = branch_of(view, "server", key);
    add_server(view, kind_of(get_text(view, branch, "type")), branch, account,
               key);
}

static void add_outgoing(struct view *view, const char *key)
{
    const char *branch = branch_of(view, "smtpserver", key);
    const char *type = get_text(view, branch, "type");

    if (!type || pt_is(type, "smtp"))
        add_server(view, kind_of("smtp"), branch, NULL, key);
}

static void look(struct view *view)
{
    const char *accounts = get_text(view, "mail.accountmanager.", "accounts");
    const char *servers = get_text(view, "mail.", "smtpservers");
    const char *first = servers;
    const char *default_server = get_text(view, "mail.smtp.", "defaultserver");
    const char *key;

    if (!default_server)
        default_server = next_key(view->arena, &first);
    for (int i = 0; i < KEYS_MAX; i++) {
        key = next_key(view->arena, &accounts);
        if (!key)
            break;
        add_account(view, key, default_server);
    }
    for (int i = 0; i < KEYS_MAX; i++) {
        key = next_key(view->arena, &servers);
        if (!key)
            break;
        add_outgoing(view, key);
    }
}

static struct pt_slice bytes_of(const struct pt_client_file *file)
{
    const struct pt_buf *bytes = file->is_changed ? &file->after
                                                  : &file->before;

    return pt_slice(bytes->at, bytes->len);
}

static struct view view_of(struct pt_arena *arena,
                           const struct pt_install *install)
{
    struct view view = {.arena = arena, .lines.arena = arena};

    for (size_t i = PREFS; i <= USER; i++)
        pt_prefs_read(&view.lines, i, bytes_of(&install->files[i]), "mail.");
    look(&view);
    return view;
}

/* ---- finding ---- */

/* It holds a lock on .parentlock while it runs; the link "lock" stays behind
 * (measured, 153).  On Windows it lets nobody else open parent.lock. */
static bool is_locked(const struct pt_place *place, const char *path)
{
    bool is_windows = pt_is(place->os, "windows");
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    bool is_free;
    int fd;

    if (!path)
        return true;
    fd = open(path, (is_windows ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno != ENOENT;
    is_free = is_windows ||
              (!fcntl(fd, F_GETLK, &lock) && lock.l_type == F_UNLCK);
    close(fd);
    return !is_free;
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

static void fill_slots(struct pt_installs *installs, struct pt_install *install)
{
    struct pt_arena *arena = installs->arena;
    struct pt_slice exceptions = bytes_of(&install->files[EXCEPTIONS]);
    struct view view = view_of(arena, install);

    for (size_t i = 0; i < view.server_count; i++) {
        struct pt_slot *slot = pt_slot_add(installs, install);

        if (!slot)
            return;
        *slot = view.servers[i].slot;
        slot->pinned = pinned_at(arena, exceptions, slot);
    }
}

static void add_profile(const struct pt_place *place,
                        struct pt_installs *installs, const char *folder)
{
    static const char *const names[] = {"prefs.js", "user.js",
                                        "cert_override.txt"};
    struct pt_install *install =
        pt_install_add(installs, &pt_client_thunderbird, folder);

    if (!install)
        return;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const char *path =
            pt_arena_printf(installs->arena, "%s/%s", folder, names[i]);

        if (!path || pt_install_read(installs, install, path) < 0)
            return;
    }
    install->held = pt_arena_printf(
        installs->arena, "%s/%s", folder,
        pt_is(place->os, "windows") ? "parent.lock" : ".parentlock");
    install->is_running = is_locked(place, install->held);
    fill_slots(installs, install);
}

/* What cannot be read names no profiles. */
static void read_ini(struct pt_arena *arena, const char *root, const char *name,
                     struct pt_strings *folders)
{
    PT_BUF struct pt_buf bytes = {.max = INI_MAX_BYTES};
    const char *path = pt_arena_printf(arena, "%s/%s", root, name);
    enum pt_status status = path ? pt_file_read(path, &bytes, NULL)
                                 : PT_NO_MEMORY;

    if (status == PT_NO_MEMORY)
        pt_arena_fail(arena);
    if (status == PT_OK)
        pt_profiles_read(arena, pt_slice(bytes.at, bytes.len), root, folders);
}

static bool is_folder(const char *path)
{
    struct stat st;

    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static enum pt_status find(const struct pt_place *place,
                           struct pt_installs *installs, struct pt_error *err)
{
    struct pt_arena *arena = installs->arena;
    struct pt_strings folders = {0};
    struct pt_strings seen = {0};

    for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++) {
        const char *root = pt_is(place->os, roots[i].os)
                               ? pt_place_expand(arena, place, roots[i].folder)
                               : NULL;

        if (root) {
            read_ini(arena, root, "profiles.ini", &folders);
            read_ini(arena, root, "installs.ini", &folders);
        }
    }
    for (size_t i = 0; i < folders.count; i++) {
        const char *real = pt_path_real(arena, folders.at[i]);

        if (!real || !is_folder(real) || pt_strings_have(&seen, real))
            continue;
        pt_strings_add(arena, &seen, real);
        add_profile(place, installs, real);
    }
    return pt_arena_failed(arena) ? pt_fail_memory(err) : PT_OK;
}

/* ---- changing ---- */

/* In every file that has it; else beside the host's name. */
static void set_number(struct pt_install *install, struct view *view,
                       const struct server *server, const char *name,
                       int32_t number)
{
    const char *full =
        pt_arena_printf(view->arena, "%s%s", server->branch, name);
    bool is_there = false;

    for (size_t i = PREFS; full && i <= USER; i++) {
        struct pt_pref_line *line = pt_prefs_find(&view->lines, i, full);

        is_there = is_there || line;
        if (line && (line->kind != PT_PREF_NUMBER || line->number != number))
            pt_prefs_put(&view->lines, line, number,
                         pt_client_file_edit(&install->files[i]));
    }
    for (size_t i = PREFS; full && !is_there && i <= USER; i++) {
        const struct pt_pref_line *like =
            find_pref(view, i, server->branch, "hostname");

        if (!like)
            continue;
        is_there = true;
        pt_prefs_add(&view->lines, like, full, number,
                     pt_client_file_edit(&install->files[i]));
    }
}

static void set_endpoint(struct pt_install *install, struct view *view,
                         const struct server *server,
                         const struct pt_server *wanted)
{
    enum pt_security security = server->slot.security;

    if (wanted->security != PT_SECURITY_UNKNOWN &&
        wanted->security != security) {
        security = wanted->security;
        set_number(install, view, server, server->kind->security,
                   socket_types[security]);
    }
    if (port_of(view, server, security) != wanted->port)
        set_number(install, view, server, "port", wanted->port);
}

static bool is_used(const struct view *view, const char *host, uint16_t port)
{
    for (size_t i = 0; i < view->server_count; i++)
        if (view->servers[i].slot.port == port &&
            pt_is_nocase(view->servers[i].slot.host, host))
            return true;
    return false;
}

static void set_bytes(struct pt_client_file *file, const struct pt_buf *bytes)
{
    struct pt_slice old = bytes_of(file);
    struct pt_buf *after;

    if (old.len == bytes->len &&
        (!old.len || !memcmp(old.at, bytes->at, old.len)))
        return;
    after = pt_client_file_edit(file);
    pt_buf_clear(after);
    pt_buf_add(after, bytes->at, bytes->len);
}

/* old: the server as it was; now: the accounts as they are to be. */
static void set_exception(struct pt_client_file *file, const struct view *now,
                          const struct pt_slot *old,
                          const struct pt_server *wanted)
{
    PT_BUF struct pt_buf bytes = {0};
    struct pt_slice before = bytes_of(file);
    char print[PT_FINGERPRINT_CHARS];
    bool is_left = !is_used(now, old->host, old->port);

    pt_buf_add(&bytes, before.at, before.len);
    if (wanted->certificate && wanted->security != PT_PLAIN) {
        pt_fingerprint(wanted->certificate, print);
        if (is_left)
            pt_override_move(&bytes, old->host, old->port, wanted->port);
        pt_override_put(&bytes, old->host, wanted->port, print);
    }
    if (is_left)
        pt_override_remove(&bytes, old->host, old->port);
    set_bytes(file, &bytes);
    file->after.oom = file->after.oom || pt_buf_failed(&bytes);
}

static bool is_as_wanted(const struct view *now, const struct pt_slot *slot,
                         const struct pt_server *wanted)
{
    const struct pt_slot *is;

    if (slot->at >= now->server_count)
        return false;
    is = &now->servers[slot->at].slot;
    return pt_is(is->host, slot->host) && is->port == wanted->port &&
           (wanted->security == PT_SECURITY_UNKNOWN ||
            is->security == wanted->security);
}

static enum pt_status refuse(const struct pt_install *install,
                             const struct pt_slot *slot, struct pt_error *err)
{
    char host[64];

    pt_make_printable(pt_slice_of(slot->host), host, sizeof(host));
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "change it in Thunderbird, under Account Settings",
                   "the preferences of '%s' about '%s' contradict each other",
                   install->where, host);
}

static bool have_failed(const struct pt_install *install)
{
    for (size_t i = PREFS; i <= EXCEPTIONS; i++)
        if (pt_buf_failed(&install->files[i].after))
            return true;
    return false;
}

/* Where a preference is said in several kinds, another statement of it may
 * count once one is changed: then that one is next. */
static enum pt_status set_until_right(struct pt_install *install,
                                      const struct pt_slot *slot,
                                      const struct pt_server *wanted,
                                      struct view *view, struct pt_error *err)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        if (slot->at >= view->server_count)
            break;
        set_endpoint(install, view, &view->servers[slot->at], wanted);
        *view = view_of(view->arena, install);
        if (pt_arena_failed(view->arena) || have_failed(install))
            return pt_fail_memory(err);
        if (is_as_wanted(view, slot, wanted))
            return PT_OK;
    }
    return refuse(install, slot, err);
}

static enum pt_status patch(struct pt_install *install,
                            const struct pt_slot *slot,
                            const struct pt_server *server,
                            struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    enum pt_status status;
    struct view view;
    struct view now;

    if (!arena)
        return pt_fail_memory(err);
    view = view_of(arena, install);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (!server->port || slot->at >= view.server_count)
        return refuse(install, slot, err);
    now = view;
    status = set_until_right(install, slot, server, &now, err);
    if (status != PT_OK)
        return status;
    set_exception(&install->files[EXCEPTIONS], &now,
                  &view.servers[slot->at].slot, server);
    return have_failed(install) ? pt_fail_memory(err) : PT_OK;
}

const struct pt_client pt_client_thunderbird = {
    .name = "thunderbird",
    .title = "Thunderbird",
    .programs = "thunderbird",
    .services = 1 << PT_IMAP | 1 << PT_POP3 | 1 << PT_SUBMISSION,
    .find = find,
    .patch = patch,
};
