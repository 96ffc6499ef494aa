/* mutt.c - the muttrc of mutt and of NeoMutt, and the files it names: servers
 * are URLs, wherever they stand. */
#include "base/file.h"
#include "client/text_add.h"
#include "client/text_files.h"
#include "format/edit_muttrc.h"
#include "format/edit_url.h"
#include "format/shell.h"

#include <string.h>
#include <sys/stat.h>

enum { URLS_MAX = 1024 };

static const char *const paths[] = {
    "${home}/.muttrc",
    "${home}/.mutt/muttrc",
    "${config}/mutt/muttrc",
    "${home}/.neomuttrc",
    "${home}/.neomutt/neomuttrc",
    "${config}/neomutt/neomuttrc",
    "${config}/neomutt/muttrc",
    "${config}/mutt/neomuttrc",
    "${home}/.neomutt/muttrc",
    "${home}/.mutt/neomuttrc",
};

/* Where files lie that are named when the program is started: one an
 * account. */
static const char *const folders[] = {
    "${home}/.mutt",
    "${config}/mutt",
    "${home}/.neomutt",
    "${config}/neomutt",
};

static const struct scheme {
    const char *plain;
    const char *tls;
    enum pt_service service;
} schemes[] = {
    {"imap", "imaps", PT_IMAP},
    {"pop", "pops", PT_POP3},
    {"smtp", "smtps", PT_SUBMISSION},
};

/* A walk over all URLs of a set-up. */
struct walk {
    const struct pt_install *install;
    struct pt_muttrc rc;
    struct pt_span rest; /* of the word it is in */
    struct pt_edit_url url;
    const struct scheme *scheme;
    bool is_tls;
};

/* ---- reading ---- */

static bool is_scheme(struct walk *walk)
{
    for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
        walk->scheme = &schemes[i];
        walk->is_tls = pt_span_is_nocase(walk->rc.bytes, walk->url.scheme,
                                         schemes[i].tls);
        if (walk->is_tls || pt_span_is_nocase(walk->rc.bytes, walk->url.scheme,
                                              schemes[i].plain))
            return true;
    }
    return false;
}

/* pop_host may have no scheme. */
static bool is_bare(struct walk *walk, const struct pt_muttrc_item *item)
{
    if (!pt_span_is(walk->rc.bytes, item->name, "pop_host") ||
        !pt_edit_url_bare(walk->rc.bytes, item->value, &walk->url))
        return false;
    for (walk->scheme = schemes; walk->scheme->service != PT_POP3;)
        walk->scheme++;
    walk->is_tls = false;
    walk->rest.len = 0;
    return true;
}

/* In the file it is in. */
static bool next_url(struct walk *walk)
{
    struct pt_muttrc_item item;

    for (;;) {
        while (pt_edit_url_next(walk->rc.bytes, &walk->rest, &walk->url))
            if (is_scheme(walk))
                return true;
        if (!pt_muttrc_next(&walk->rc, &item))
            return false;
        walk->rest = item.value;
        if (is_bare(walk, &item))
            return true;
    }
}

static void begin_file(struct walk *walk, size_t index)
{
    walk->rest = (struct pt_span){0, 0};
    walk->rc = (struct pt_muttrc){
        .bytes = pt_text_now(&walk->install->files[index])};
}

/* The value of a variable, in the last file that sets it; NULL: none does, or
 * no memory. */
static const char *value_of(struct pt_arena *arena,
                            const struct pt_install *install, size_t files,
                            const char *name)
{
    for (size_t i = files; i-- > 0;) {
        struct pt_slice bytes = pt_text_now(&install->files[i]);
        struct pt_muttrc_item item;

        if (pt_muttrc_find(bytes, name, &item))
            return item.has_value
                       ? pt_muttrc_value(arena, bytes, &item)
                       : pt_span_is(bytes, item.command, "set") &&
                               pt_span_is(bytes, item.name, name)
                             ? "yes"
                             : "no";
    }
    return NULL;
}

/* mutt 2 and NeoMutt insist on encryption, unless they are told not to. */
static bool starts_tls(struct pt_arena *arena,
                       const struct pt_install *install, size_t files)
{
    const char *force = value_of(arena, install, files, "ssl_force_tls");
    const char *starttls = value_of(arena, install, files, "ssl_starttls");

    return !pt_is(force, "no") || !pt_is(starttls, "no");
}

static uint16_t port_of(const struct walk *walk, enum pt_security security)
{
    uint16_t port = pt_edit_url_port(walk->rc.bytes, &walk->url);

    return port ? port : pt_standard_port(walk->scheme->service, security);
}

/* ---- finding ---- */

/* A relative path is that of a file beside it.  Commands are not run. */
static const char *named_path(struct pt_arena *arena,
                              const struct pt_place *place,
                              const struct pt_client_file *file,
                              struct pt_slice written)
{
    const char *text = pt_arena_strndup(arena, written.at, written.len);
    const char *path = pt_text_path(arena, place, text);
    const char *slash = strrchr(file->path, '/');

    if (path || !text || !slash || strpbrk(text, "$`|"))
        return path;
    return pt_arena_printf(arena, "%.*s/%s", (int)(slash - file->path),
                           file->path, text);
}

/* Those that are named join the files behind. */
static void add_sourced(struct pt_installs *installs,
                        struct pt_install *install,
                        const struct pt_place *place, size_t index)
{
    struct pt_client_file *file = &install->files[index];
    struct pt_muttrc rc = {.bytes = pt_text_now(file)};
    struct pt_muttrc_item item;

    while (install->file_count < PT_CLIENT_FILES_MAX &&
           pt_muttrc_next(&rc, &item)) {
        const char *path;

        if (!pt_span_is(rc.bytes, item.command, "source"))
            continue;
        path = named_path(installs->arena, place, file,
                          pt_span_text(rc.bytes, item.value));
        if (path && pt_text_is_own(place, path))
            pt_text_also(installs, install, path);
    }
}

/* All in one set-up: NeoMutt's file often names mutt's. */
static struct pt_install *find_files(struct pt_installs *installs,
                                     const struct pt_place *place)
{
    struct pt_install *install = NULL;

    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        const char *path = pt_place_expand(installs->arena, place, paths[i]);

        if (!path || !pt_text_is_own(place, path))
            continue;
        if (!install)
            install = pt_install_add(installs, &pt_client_mutt, path);
        if (install)
            pt_text_also(installs, install, path);
    }
    return install;
}

/* The slot of the same server, of those that were added. */
static struct pt_slot *same_slot(const struct pt_install *install,
                                 const struct pt_slot *like)
{
    for (size_t i = 0; i < install->slot_count; i++) {
        struct pt_slot *slot = &install->slots[i];

        if (slot->service == like->service && slot->port == like->port &&
            slot->security == like->security && pt_is(slot->host, like->host))
            return slot;
    }
    return NULL;
}

static struct pt_slot read_slot(struct pt_arena *arena,
                                const struct walk *walk, bool starts)
{
    struct pt_slice bytes = walk->rc.bytes;
    struct pt_slot slot = {
        .service = walk->scheme->service,
        .host = pt_arena_strndup(arena, bytes.at + walk->url.host.at,
                                 walk->url.host.len),
        .security = walk->is_tls ? PT_TLS : starts ? PT_STARTTLS : PT_PLAIN,
        .login = pt_edit_url_user(arena, bytes, &walk->url),
    };

    slot.port = port_of(walk, slot.security);
    return slot;
}

/* A login of the URL, else of a variable. */
static void add_slot(struct pt_installs *installs, struct pt_install *install,
                     const struct pt_slot *found)
{
    struct pt_slot *slot = same_slot(install, found);

    if (slot && !slot->login)
        slot->login = found->login;
    if (slot)
        return;
    slot = pt_slot_add(installs, install);
    if (slot)
        *slot = *found;
}

static void add_slots(struct pt_installs *installs, struct pt_install *install,
                      size_t files)
{
    bool starts = starts_tls(installs->arena, install, files);
    struct walk walk = {.install = install};
    size_t urls = 0;

    for (size_t i = 0; i < files; i++) {
        begin_file(&walk, i);
        while (next_url(&walk)) {
            struct pt_slot slot = read_slot(installs->arena, &walk, starts);

            if (++urls > URLS_MAX) {
                install->refused = "it names too many servers";
                return;
            }
            add_slot(installs, install, &slot);
        }
    }
}

/* What is not said with the URL is said for all. */
static void fill_slots(struct pt_installs *installs,
                       struct pt_install *install,
                       const struct pt_place *place, size_t files)
{
    struct pt_arena *arena = installs->arena;
    const char *from = pt_text_address(
        arena, value_of(arena, install, files, "from"));
    const char *imap = value_of(arena, install, files, "imap_user");
    const char *pop = value_of(arena, install, files, "pop_user");
    const char *pin = pt_text_path(
        arena, place, value_of(arena, install, files, "certificate_file"));

    for (size_t i = 0; i < install->slot_count; i++) {
        struct pt_slot *slot = &install->slots[i];

        slot->address = from;
        if (!slot->login && slot->service != PT_SUBMISSION)
            slot->login = slot->service == PT_IMAP ? imap : pop;
        pt_text_mark(installs, install, slot, 0, pin);
    }
}

/* A server that a variable names, or the braces of old. */
static bool is_obscure(struct pt_slice bytes,
                       const struct pt_muttrc_item *item)
{
    static const char *const names[] = {"folder", "mbox", "postponed",
                                        "record", "spoolfile"};
    struct pt_slice value = pt_span_text(bytes, item->value);
    bool is_mailbox = pt_span_is(bytes, item->command, "mailboxes");

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        is_mailbox |= pt_span_is(bytes, item->name, names[i]);
    if (is_mailbox && value.len && *value.at == '{')
        return true;
    return pt_slice_find(value, "://") && memchr(value.at, '$', value.len);
}

static void note_obscure(struct pt_installs *installs,
                         struct pt_install *install,
                         const struct pt_client_file *file)
{
    struct pt_muttrc rc = {.bytes = pt_text_now(file)};
    struct pt_muttrc_item item;

    while (pt_muttrc_next(&rc, &item)) {
        if (!is_obscure(rc.bytes, &item))
            continue;
        pt_text_note(installs, install,
                     pt_arena_printf(installs->arena,
                                     "%s names a server by a variable or in "
                                     "braces: that one is left to you",
                                     file->path));
        return;
    }
}

static void read_files(struct pt_installs *installs,
                       struct pt_install *install,
                       const struct pt_place *place)
{
    size_t files;

    for (size_t i = 0; i < install->file_count; i++)
        add_sourced(installs, install, place, i);
    files = install->file_count;
    if (install->refused)
        return;
    for (size_t i = 0; i < files; i++)
        note_obscure(installs, install, &install->files[i]);
    add_slots(installs, install, files);
    fill_slots(installs, install, place, files);
}

/* Is it read already, by whichever name? */
static bool is_known(const struct pt_installs *installs, const char *path)
{
    const char *real = pt_path_real(installs->arena, path);

    for (size_t i = 0; i < installs->count; i++)
        for (size_t j = 0; j < installs->at[i]->file_count; j++)
            if (installs->at[i]->client == &pt_client_mutt &&
                pt_is(pt_path_real(installs->arena,
                                   installs->at[i]->files[j].path),
                      real))
                return true;
    return false;
}

/* What no other names is a set-up of its own. */
static void find_in(struct pt_installs *installs, const struct pt_place *place,
                    const char *folder)
{
    struct pt_strings names = pt_text_list(installs->arena, folder);

    for (size_t i = 0; i < names.count; i++) {
        const char *path = pt_arena_printf(installs->arena, "%s/%s", folder,
                                           names.at[i]);
        struct pt_install *install;

        if (!path || !pt_has_suffix(path, ".muttrc") ||
            !pt_text_is_own(place, path) || is_known(installs, path))
            continue;
        install = pt_text_open(installs, &pt_client_mutt, place, path);
        if (install)
            read_files(installs, install, place);
    }
}

static enum pt_status find_mutt(const struct pt_place *place,
                                struct pt_installs *installs,
                                struct pt_error *err)
{
    struct pt_install *install = find_files(installs, place);

    if (install)
        read_files(installs, install, place);
    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
        find_in(installs, place,
                pt_place_expand(installs->arena, place, folders[i]));
    return pt_arena_failed(installs->arena) ? pt_fail_memory(err) : PT_OK;
}

/* ---- changing ---- */

/* Is this URL, as it was found, one of the slot? */
static bool is_of(const struct walk *walk, const struct pt_slot *slot)
{
    struct pt_slice host = pt_span_text(walk->rc.bytes, walk->url.host);

    return walk->scheme->service == slot->service &&
           walk->is_tls == (slot->security == PT_TLS) &&
           pt_slice_is(host, slot->host) &&
           port_of(walk, slot->security) == slot->port;
}

static bool is_right(const struct walk *now, const struct pt_server *server)
{
    return now->is_tls == (server->security == PT_TLS) &&
           port_of(now, server->security) == server->port;
}

/* Those of the slot, as they are now: in the order of the file. */
static struct pt_edit_url *urls_of(struct pt_arena *arena,
                                   const struct pt_client_file *file,
                                   const struct pt_slot *slot,
                                   const struct pt_server *server,
                                   size_t *ret_count)
{
    struct walk then = {
        .rc.bytes = pt_slice(pt_buf_text(&file->before), file->before.len)};
    struct walk now = {.rc.bytes = pt_text_now(file)};
    struct pt_edit_url *urls = NULL;

    *ret_count = 0;
    while (next_url(&then) && next_url(&now)) {
        struct pt_edit_url *more;

        if (!is_of(&then, slot) || is_right(&now, server))
            continue;
        more = pt_arena_grow(arena, urls, *ret_count, sizeof(*more));
        if (!more)
            return NULL;
        urls = more;
        urls[(*ret_count)++] = now.url;
    }
    return urls;
}

static const char *wanted_scheme(const struct pt_edit_url *url,
                                 const struct pt_server *server)
{
    size_t i = 0;

    if (!url->scheme.len && server->security != PT_TLS)
        return "";
    while (schemes[i].service != server->service)
        i++;
    return server->security == PT_TLS ? schemes[i].tls : schemes[i].plain;
}

/* From the last to the first: places before a change stay. */
static enum pt_status put_urls(struct pt_client_file *file,
                               const struct pt_slot *slot,
                               const struct pt_server *server,
                               struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_edit_url *urls;
    struct pt_buf *bytes;
    size_t count = 0;

    if (!arena)
        return pt_fail_memory(err);
    urls = urls_of(arena, file, slot, server, &count);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (!count)
        return PT_OK;
    bytes = pt_client_file_edit(file);
    while (count-- > 0 && !pt_buf_failed(bytes))
        pt_edit_url_put(bytes, &urls[count],
                        wanted_scheme(&urls[count], server), server->port);
    return pt_buf_failed(bytes) ? pt_fail_memory(err) : PT_OK;
}

/* Encryption is switched on and off for all servers at once: on it may be,
 * off it is not for the sake of one. */
static enum pt_status check_force(const struct pt_install *install,
                                  const struct pt_server *server,
                                  struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    if (!arena)
        return pt_fail_memory(err);
    if (server->security != PT_PLAIN ||
        pt_is(value_of(arena, install, install->file_count, "ssl_force_tls"),
              "no"))
        return PT_OK;
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "let the bridge encrypt, or set ssl_force_tls=no there "
                   "yourself",
                   "'%s' wants encryption of all servers, and this one has "
                   "none now",
                   install->where);
}

static enum pt_status put_yes(struct pt_client_file *file,
                              const struct pt_muttrc_item *item,
                              struct pt_error *err)
{
    struct pt_buf *bytes;

    if (!item->has_value)
        return pt_fail(err, PT_CANNOT_EXPRESS, "set ssl_starttls=yes there",
                       "'%s' switches STARTTLS off, and it is needed now",
                       file->path);
    bytes = pt_client_file_edit(file);
    if (!pt_buf_failed(bytes))
        pt_edit_put(bytes, item->value, "yes");
    return pt_buf_failed(bytes) ? pt_fail_memory(err) : PT_OK;
}

static enum pt_status put_starttls(struct pt_install *install,
                                   const struct pt_server *server,
                                   struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_muttrc_item item;

    if (!arena)
        return pt_fail_memory(err);
    if (server->security != PT_STARTTLS ||
        starts_tls(arena, install, install->file_count))
        return PT_OK;
    for (size_t i = install->file_count; i-- > 0;)
        if (pt_muttrc_find(pt_text_now(&install->files[i]), "ssl_starttls",
                           &item))
            return put_yes(&install->files[i], &item, err);
    return PT_OK;
}

static enum pt_status patch_mutt(struct pt_install *install,
                                 const struct pt_slot *slot,
                                 const struct pt_server *server,
                                 struct pt_error *err)
{
    enum pt_status status = check_force(install, server, err);

    if (status == PT_OK)
        status = put_starttls(install, server, err);
    if (status == PT_OK)
        status = pt_text_put_pin(pt_text_pin(install, slot), server, true,
                                 err);
    for (size_t i = 0; i < install->file_count && status == PT_OK; i++)
        status = put_urls(&install->files[i], slot, server, err);
    return status;
}

/* ---- adding ---- */

/* Both mutt and NeoMutt read it. */
static enum pt_status begin_mutt(const struct pt_place *place,
                                 struct pt_installs *installs,
                                 struct pt_error *err)
{
    return pt_text_begin(installs, &pt_client_mutt,
                         pt_arena_printf(installs->arena, "%s/mutt/muttrc",
                                         place->config),
                         err);
}

/* What an account would set, and another one has set. */
static const char *const own_names[] = {
    "folder",   "from",     "imap_user", "mbox",     "pop_host",
    "pop_user", "sendmail", "smtp_url",  "spoolfile",
};

static bool has_account(const struct pt_install *install)
{
    struct pt_muttrc_item item;

    for (size_t i = 0; i < install->file_count; i++)
        for (size_t j = 0; j < sizeof(own_names) / sizeof(*own_names); j++)
            if (pt_muttrc_find(pt_text_now(&install->files[i]), own_names[j],
                               &item))
                return true;
    return install->slot_count;
}

/* Of several the one that NeoMutt reads before mutt's: who has it uses it. */
static struct pt_client_file *first_file(struct pt_install *install)
{
    for (size_t i = 0; i < install->file_count; i++)
        for (size_t j = 0; j < sizeof(paths) / sizeof(*paths); j++)
            if (strstr(paths[j], "neomutt") &&
                pt_has_suffix(install->files[i].path,
                              strchr(paths[j], '}') + 1))
                return &install->files[i];
    return &install->files[0];
}

/* A file of its own, beside: no program knows how to take back what one
 * account has set for the sake of another. */
static struct pt_client_file *begin_own(const struct pt_text_job *job)
{
    struct pt_arena *arena = job->installs->arena;
    const char *name = pt_writer_file(pt_writer_named("mutt"), &job->job);
    const char *path = pt_arena_printf(arena, "%s/%s", job->job.dir, name);
    PT_BUF struct pt_buf word = {0};
    struct stat st;
    int index;

    for (size_t nth = 2; path && !lstat(path, &st); nth++)
        path = pt_arena_printf(arena, "%s/%zu-%s", job->job.dir, nth, name);
    index = path ? pt_install_read(job->installs, job->install, path) : -1;
    if (index < 0)
        return NULL;
    pt_shell_word(&word, path);
    pt_text_note(job->installs, job->install,
                 pt_buf_failed(&word)
                     ? NULL
                     : pt_arena_printf(arena,
                                       "the muttrc has an account, and mutt "
                                       "knows one at a time: start this one "
                                       "with: neomutt -F %s (or mutt -F)",
                                       pt_buf_text(&word)));
    return &job->install->files[index];
}

static enum pt_status add_mutt(struct pt_installs *installs,
                               struct pt_install *install,
                               const struct pt_settings *account,
                               struct pt_error *err)
{
    struct pt_client_file *file = first_file(install);
    struct pt_text_job job =
        pt_text_job(installs, install, account, file->path);

    if (has_account(install))
        file = begin_own(&job);
    return file ? pt_text_add(&job, file, err) : pt_fail_memory(err);
}

const struct pt_client pt_client_mutt = {
    .name = "mutt",
    .title = "mutt and NeoMutt",
    .programs = "neomutt mutt",
    .services = 1 << PT_IMAP | 1 << PT_POP3 | 1 << PT_SUBMISSION,
    .find = find_mutt,
    .begin = begin_mutt,
    .patch = patch_mutt,
    .add = add_mutt,
};
