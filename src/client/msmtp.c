/* msmtp.c - msmtprc: accounts that take what they do not say from others, and
 * from the defaults before them. */
#include "client/text_add.h"
#include "client/text_files.h"
#include "format/edit_lines.h"
#include "format/fingerprint.h"

#include <stdio.h>
#include <string.h>

enum key {
    KEY_HOST,
    KEY_PORT,
    KEY_TLS,
    KEY_STARTTLS,
    KEY_FINGERPRINT,
    KEY_TRUST_FILE,
    KEY_CHECK,
    KEY_FROM,
    KEY_USER,
    KEYS,
};

static const char *const keys[KEYS] = {
    [KEY_HOST] = "host",
    [KEY_PORT] = "port",
    [KEY_TLS] = "tls",
    [KEY_STARTTLS] = "tls_starttls",
    [KEY_FINGERPRINT] = "tls_fingerprint",
    [KEY_TRUST_FILE] = "tls_trust_file",
    [KEY_CHECK] = "tls_certcheck",
    [KEY_FROM] = "from",
    [KEY_USER] = "user",
};

static const struct {
    const char *name;
    uint16_t port;
} services[] = {
    {"smtp", 25},
    {"smtps", 465},
    {"submission", 587},
    {"submissions", 465},
};

struct account {
    const struct pt_edit_section *section;
    struct pt_slice name;
    bool is_defaults;
    bool is_alias; /* it says nothing that others do not */
    const struct pt_edit_line *values[KEYS];
};

struct config {
    struct pt_arena *arena;
    struct pt_edit_file file;
    struct account *accounts;
    size_t count;
};

/* ---- reading ---- */

static void take_values(struct account *account, const struct account *other)
{
    for (size_t i = 0; i < KEYS; i++)
        if (other->values[i])
            account->values[i] = other->values[i];
}

/* Of what follows the colon, in this order. */
static void take_parents(struct config *c, struct account *account,
                         struct pt_slice parents)
{
    while (parents.len) {
        const char *comma = memchr(parents.at, ',', parents.len);
        size_t len = comma ? (size_t)(comma - parents.at) : parents.len;
        struct pt_slice name = pt_trim(pt_slice(parents.at, len));

        for (size_t i = c->count; i-- > 0;)
            if (name.len && c->accounts[i].name.len == name.len &&
                !memcmp(c->accounts[i].name.at, name.at, name.len)) {
                take_values(account, &c->accounts[i]);
                break;
            }
        len += comma != NULL;
        parents = pt_slice(parents.at + len, parents.len - len);
    }
}

static void take_name(struct config *c, struct account *account)
{
    struct pt_slice head =
        pt_span_text(c->file.bytes, account->section->head.value);
    const char *colon = head.len ? memchr(head.at, ':', head.len) : NULL;
    size_t len = colon ? (size_t)(colon - head.at) : head.len;

    for (size_t i = c->count; i-- > 0;)
        if (c->accounts[i].is_defaults) {
            take_values(account, &c->accounts[i]);
            break;
        }
    account->name = pt_trim(pt_slice(head.at, len));
    account->is_alias = colon != NULL;
    if (colon)
        take_parents(c, account,
                     pt_slice(colon + 1, head.len - len - 1));
}

static void take_own(struct config *c, struct account *account)
{
    for (size_t i = 0; i < KEYS; i++) {
        const struct pt_edit_line *line =
            pt_edit_line_of(&c->file, account->section, keys[i]);

        if (!line)
            continue;
        account->values[i] = line;
        account->is_alias = false;
    }
}

static bool add_account(struct config *c,
                        const struct pt_edit_section *section)
{
    struct account account = {.section = section};
    struct account *more;

    account.is_defaults =
        pt_span_is(c->file.bytes, section->head.key, "defaults");
    take_name(c, &account);
    take_own(c, &account);
    more = pt_arena_grow(c->arena, c->accounts, c->count, sizeof(*more));
    if (!more)
        return false;
    more[c->count++] = account;
    c->accounts = more;
    return true;
}

/* False: no memory, or too many lines. */
static bool read_config(struct config *c, struct pt_slice bytes)
{
    if (!pt_edit_lines(c->arena, PT_EDIT_MSMTP, bytes, &c->file))
        return false;
    for (size_t i = 0; i < c->file.count && c->count < PT_SLOTS_MAX; i++)
        if (c->file.sections[i].head.whole.len &&
            !add_account(c, &c->file.sections[i]))
            return false;
    return true;
}

static const char *text_of(const struct config *c,
                           const struct account *account, enum key key)
{
    return pt_edit_value(c->arena, &c->file, account->values[key]);
}

/* A switch without a word is on. */
static bool is_on(const struct config *c, const struct account *account,
                  enum key key, bool by_default)
{
    const char *text = text_of(c, account, key);

    return text ? !*text || pt_is(text, "on") : by_default;
}

static enum pt_security security_of(const struct config *c,
                                    const struct account *account)
{
    if (!is_on(c, account, KEY_TLS, false))
        return PT_PLAIN;
    return is_on(c, account, KEY_STARTTLS, true) ? PT_STARTTLS : PT_TLS;
}

static uint16_t port_of(const struct config *c, const struct account *account)
{
    const char *text = text_of(c, account, KEY_PORT);
    uint16_t port = 0;

    if (!text)
        return security_of(c, account) == PT_TLS ? 465 : 25;
    for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++)
        if (pt_is(text, services[i].name))
            return services[i].port;
    pt_parse_port(pt_slice_of(text), &port);
    return port;
}

/* ---- finding ---- */

/* As the rest of us writes it; of a shorter digest than SHA-256 nothing. */
static const char *plain_print(struct pt_arena *arena, const char *print)
{
    char *plain = pt_arena_strdup(arena, print);
    size_t len = 0;

    for (; plain && *print; print++)
        if (*print != ':')
            plain[len++] = (char)(*print | ' ');
    if (plain)
        plain[len] = '\0';
    return len == 64 ? plain : NULL;
}

static void add_slot(struct pt_installs *installs, struct pt_install *install,
                     const struct pt_place *place, const struct config *c,
                     size_t nth)
{
    const struct account *account = &c->accounts[nth];
    const char *host = text_of(c, account, KEY_HOST);
    const char *trusted = pt_text_path(installs->arena, place,
                                       text_of(c, account, KEY_TRUST_FILE));
    const char *print = text_of(c, account, KEY_FINGERPRINT);
    struct pt_slot *slot;

    if (account->is_defaults || account->is_alias || !host || !*host)
        return;
    slot = pt_slot_add(installs, install);
    if (!slot)
        return;
    *slot = (struct pt_slot){
        .service = PT_SUBMISSION,
        .host = host,
        .port = port_of(c, account),
        .security = security_of(c, account),
        .login = text_of(c, account, KEY_USER),
        .address = pt_text_address(c->arena, text_of(c, account, KEY_FROM)),
    };
    pt_text_mark(installs, install, slot, nth, trusted);
    if (print && *print)
        slot->pinned = plain_print(c->arena, print);
}

static void find_in(struct pt_installs *installs, const struct pt_place *place,
                    const char *path)
{
    struct pt_install *install =
        pt_text_open(installs, &pt_client_msmtp, place, path);
    struct config config = {.arena = installs->arena};

    if (!install || install->refused)
        return;
    if (!read_config(&config, pt_text_now(&install->files[0]))) {
        install->refused = "it has too many lines";
        return;
    }
    for (size_t i = 0; i < config.count; i++)
        add_slot(installs, install, place, &config, i);
}

static enum pt_status find_msmtp(const struct pt_place *place,
                                 struct pt_installs *installs,
                                 struct pt_error *err)
{
    struct pt_arena *arena = installs->arena;

    find_in(installs, place, pt_arena_printf(arena, "%s/.msmtprc",
                                             place->home));
    find_in(installs, place, pt_arena_printf(arena, "%s/msmtp/config",
                                             place->config));
    return pt_arena_failed(arena) ? pt_fail_memory(err) : PT_OK;
}

/* ---- changing ---- */

/* What is wanted of the nth account. */
struct wish {
    struct pt_client_file *file;
    size_t nth;
    const struct pt_server *server;
    bool has_pin; /* a file with the certificate it trusts */
};

/* One change at a time: places move with each. */
static enum pt_status put(const struct wish *wish, const struct config *c,
                          enum key key, const char *value,
                          struct pt_error *err)
{
    const struct account *account = &c->accounts[wish->nth];
    const struct pt_edit_line *like =
        pt_edit_line_of(&c->file, account->section, keys[KEY_HOST]);
    struct pt_pair said = {keys[key], value};

    return pt_text_put_line(
        wish->file, PT_EDIT_MSMTP,
        pt_edit_line_of(&c->file, account->section, keys[key]),
        like ? like : &account->section->head, &said, err);
}

static enum pt_status put_tls(const struct wish *wish, const struct config *c,
                              struct pt_error *err)
{
    bool wanted = wish->server->security != PT_PLAIN;

    if (wanted == is_on(c, &c->accounts[wish->nth], KEY_TLS, false))
        return PT_OK;
    return put(wish, c, KEY_TLS, wanted ? "on" : "off", err);
}

static enum pt_status put_starttls(const struct wish *wish,
                                   const struct config *c,
                                   struct pt_error *err)
{
    bool wanted = wish->server->security != PT_TLS;

    if (wish->server->security == PT_PLAIN ||
        wanted == is_on(c, &c->accounts[wish->nth], KEY_STARTTLS, true))
        return PT_OK;
    return put(wish, c, KEY_STARTTLS, wanted ? "on" : "off", err);
}

static enum pt_status put_port(const struct wish *wish, const struct config *c,
                               struct pt_error *err)
{
    char port[8];

    if (port_of(c, &c->accounts[wish->nth]) == wish->server->port)
        return PT_OK;
    snprintf(port, sizeof(port), "%u", wish->server->port);
    return put(wish, c, KEY_PORT, port, err);
}

/* Where nothing was pinned nothing is, but for what had no encryption. */
static enum pt_status put_print(const struct wish *wish,
                                const struct config *c, struct pt_error *err)
{
    const struct account *account = &c->accounts[wish->nth];
    const char *before = text_of(c, account, KEY_FINGERPRINT);
    char print[PT_FINGERPRINT_CHARS];

    if (!wish->server->certificate || wish->server->security == PT_PLAIN)
        return PT_OK;
    if (!(before && *before) &&
        (wish->has_pin || security_of(c, account) != PT_PLAIN))
        return PT_OK;
    if (before && pt_is(plain_print(c->arena, before),
                        wish->server->certificate->sha256))
        return PT_OK;
    pt_fingerprint(wish->server->certificate, print);
    return put(wish, c, KEY_FINGERPRINT, print, err);
}

/* What is known of the account before comes first, and what follows from the
 * others last. */
static enum pt_status (*const steps[])(const struct wish *,
                                       const struct config *,
                                       struct pt_error *) = {
    put_print, put_starttls, put_tls, put_port,
};

static enum pt_status take_step(const struct wish *wish, size_t nth,
                                struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct config config = {.arena = arena};

    if (!arena || !read_config(&config, pt_text_now(wish->file)) ||
        wish->nth >= config.count)
        return pt_fail_memory(err);
    return steps[nth](wish, &config, err);
}

static enum pt_status patch_msmtp(struct pt_install *install,
                                  const struct pt_slot *slot,
                                  const struct pt_server *server,
                                  struct pt_error *err)
{
    struct pt_client_file *pin = pt_text_pin(install, slot);
    struct wish wish = {.file = &install->files[0],
                        .nth = pt_text_nth(slot),
                        .server = server,
                        .has_pin = pin != NULL};
    enum pt_status status = pt_text_put_pin(pin, server, false, err);

    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
        if (status == PT_OK)
            status = take_step(&wish, i, err);
    return status;
}

/* ---- adding ---- */

static enum pt_status begin_msmtp(const struct pt_place *place,
                                  struct pt_installs *installs,
                                  struct pt_error *err)
{
    return pt_text_begin(installs, &pt_client_msmtp,
                         pt_arena_printf(installs->arena, "%s/.msmtprc",
                                         place->home),
                         err);
}

static bool is_taken(const void *names, const char *name)
{
    const struct config *c = names;

    for (size_t i = 0; i < c->count; i++)
        if (!c->accounts[i].is_defaults &&
            pt_slice_is(c->accounts[i].name, name))
            return true;
    return false;
}

/* What others than this account would wish of all must not reach it, unless it
 * says so itself: the program refuses a certificate that it is not to check,
 * and takes another's password for its own. */
static const struct reset {
    const char *key;
    const char *line;
} resets[] = {
    {"auto_from", "auto_from off"},
    {"password", "password"},
    {"protocol", "protocol smtp"},
    {"tls_certcheck", "tls_certcheck on"},
    {"tls_fingerprint", "tls_fingerprint"},
    {"tls_host_override", "tls_host_override"},
    {"tls_trust_file", "tls_trust_file system"},
};

/* The line of the defaults that would count for an account at the end. */
static const struct pt_edit_line *default_of(const struct config *c,
                                             const char *key)
{
    const struct pt_edit_line *line = NULL;

    for (size_t i = c->count; i-- > 0 && !line;)
        if (c->accounts[i].is_defaults)
            line = pt_edit_line_of(&c->file, c->accounts[i].section, key);
    return line;
}

/* Authorities that all programs trust are no other account's. */
static bool is_harmless(const struct config *c, const struct pt_edit_line *line)
{
    struct pt_slice value = pt_span_text(c->file.bytes, line->value);

    return pt_span_is(c->file.bytes, line->key, "tls_trust_file") &&
           (pt_slice_is(value, "system") ||
            pt_slice_has_prefix(value, "/etc/") ||
            pt_slice_has_prefix(value, "/usr/"));
}

/* To the text of an account, of which it is the first section. */
static void put_resets(struct pt_buf *text, const struct config *c,
                       const struct config *own)
{
    const struct pt_edit_section *section = own->accounts[0].section;
    struct pt_span behind = {section->head.whole.at + section->head.whole.len,
                             0};

    for (size_t i = sizeof(resets) / sizeof(*resets); i-- > 0;) {
        const struct pt_edit_line *line = default_of(c, resets[i].key);

        if (!line || is_harmless(c, line) ||
            pt_edit_line_of(&own->file, section, resets[i].key))
            continue;
        pt_edit_put(text, behind, resets[i].line);
        pt_edit_put(text, behind, "\n");
    }
}

/* The text says which one is the default; another may be. */
static void drop_default(struct pt_buf *text, const struct config *own)
{
    const struct account *last = &own->accounts[own->count - 1];
    struct pt_span rest = {last->section->head.whole.at, 0};

    if (!pt_slice_is(last->name, "default"))
        return;
    rest.len = text->len - rest.at;
    if (rest.at && text->at[rest.at - 1] == '\n') { /* the empty line */
        rest.at--;
        rest.len++;
    }
    pt_edit_put(text, rest, "");
}

static enum pt_status fit_in(struct pt_buf *text, const struct config *c,
                             struct pt_error *err)
{
    struct config own = {.arena = c->arena};

    if (!read_config(&own, pt_slice(pt_buf_text(text), text->len)) ||
        !own.count)
        return pt_fail_memory(err);
    if (is_taken(c, "default"))
        drop_default(text, &own);
    put_resets(text, c, &own);
    return pt_buf_failed(text) ? pt_fail_memory(err) : PT_OK;
}

static enum pt_status add_msmtp(struct pt_installs *installs,
                                struct pt_install *install,
                                const struct pt_settings *account,
                                struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    struct config config = {.arena = installs->arena};
    struct pt_client_file *file = &install->files[0];
    struct pt_settings named = *account;
    struct pt_text_job job =
        pt_text_job(installs, install, &named, file->path);
    enum pt_status status;

    if (!read_config(&config, pt_text_now(file)))
        return pt_fail_memory(err);
    named.nickname = pt_text_name(config.arena, account, is_taken, &config);
    status = pt_text_write(&job, &text, err);
    if (status == PT_OK)
        status = fit_in(&text, &config, err);
    return status == PT_OK ? pt_text_append(file, &text, err) : status;
}

const struct pt_client pt_client_msmtp = {
    .name = "msmtp",
    .title = "msmtp",
    .programs = "msmtp",
    .services = 1 << PT_SUBMISSION,
    .find = find_msmtp,
    .begin = begin_msmtp,
    .patch = patch_msmtp,
    .add = add_msmtp,
};
