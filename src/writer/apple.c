/* apple.c - an Apple configuration profile (.mobileconfig).
 *
 * Identifiers follow from the addresses and their bridges alone, never from
 * host, port or protection: a profile installed again replaces the first
 * (developer.apple.com, Configuration Profile Reference, TopLevel).
 */
#include "format/plist.h"
#include "format/url.h"
#include "writer/writers.h"

#include <stdlib.h>
#include <string.h>

enum { MAC_ONLY = 5 };

/* ---- what is to be written ---- */

static const struct dav {
    enum pt_service service;
    const char *type;
    const char *role;
    const char *prefix;     /* of its keys */
    bool has_path_on_a_mac; /* there is a key for it that macOS reads */
} davs[] = {
    {PT_CALDAV, "com.apple.caldav.account", "caldav", "CalDAV", true},
    {PT_CARDDAV, "com.apple.carddav.account", "carddav", "CardDAV", false},
};

enum { DAVS = sizeof(davs) / sizeof(*davs) };

/* Where a calendar or an address book is. */
struct place {
    const char *host; /* NULL: there is none */
    const char *path; /* NULL: it is found by asking the host */
    const char *login;
    uint16_t port;
    bool is_plain;
};

/* One account of the profile. */
struct member {
    const struct pt_settings *settings;
    struct pt_account account;
    enum pt_auth auth_in;
    enum pt_auth auth_out;
    struct place davs[DAVS];
    const char *id;
};

struct profile {
    struct pt_arena *arena;
    struct member *members; /* as they were named */
    const struct member **sorted; /* by id */
    size_t count;
    struct pt_plist plist;
    const char *id;   /* of the whole; those of its parts begin with it */
    const char *all;  /* of several accounts: every id, each behind a LF */
    bool is_local;    /* a server is on this machine */
    struct pt_slice root; /* of the authority that is in it; empty: none is */
    struct pt_strings certificates; /* digests of those that are in it */
};

static const struct pt_can can = {.client = "Apple Mail",
                                  .auths = PT_BY_PASSWORD};

/* ---- identifiers ---- */

/* One account has the identifiers of the account; in a profile of several
 * they are others, so that both may be installed. */
static const char *id_of(const struct profile *p, const struct member *member,
                         const char *role)
{
    const char *name = pt_arena_printf(p->arena, "%s%s", role, p->all);

    return name ? pt_account_id(p->arena, member->settings, name) : "";
}

static int compare_ids(const void *a, const void *b)
{
    const struct member *const *left = a;
    const struct member *const *right = b;

    return strcmp((*left)->id, (*right)->id);
}

/* They follow from which accounts these are, not from their order. */
static bool make_ids(struct profile *p)
{
    const char *all = "";

    for (size_t i = 0; i < p->count; i++)
        p->sorted[i] = &p->members[i];
    qsort(p->sorted, p->count, sizeof(struct member *), compare_ids);
    for (size_t i = 0; i < p->count && p->count > 1 && all; i++)
        all = pt_arena_printf(p->arena, "%s\n%s", all, p->sorted[i]->id);
    if (!all)
        return false;
    p->all = all;
    p->id = pt_arena_printf(p->arena, "org.portolan.%s",
                            id_of(p, p->sorted[0], "identifier"));
    return p->id;
}

/* ---- values ---- */

static void put_text(struct profile *p, const char *key, const char *value)
{
    pt_plist_string(&p->plist, key, value ? value : "");
}

/* A key that is one of several alike. */
static const char *key_of(const struct profile *p, const char *prefix,
                          const char *name)
{
    const char *key = pt_arena_printf(p->arena, "%s%s", prefix, name);

    return key ? key : "";
}

/* What the profile and each of its payloads begin with. */
static void put_common(struct profile *p, const char *type, const char *id,
                       const char *uuid, const char *title)
{
    put_text(p, "PayloadType", type);
    pt_plist_integer(&p->plist, "PayloadVersion", 1);
    put_text(p, "PayloadIdentifier", id);
    put_text(p, "PayloadUUID", uuid);
    put_text(p, "PayloadDisplayName", title);
}

static void put_payload(struct profile *p, const struct member *member,
                        const char *type, const char *role, const char *title)
{
    const char *id =
        p->count == 1
            ? pt_arena_printf(p->arena, "%s.%s", p->id, role)
            : pt_arena_printf(p->arena, "%s.%s.%s", p->id, member->id, role);

    pt_plist_dict(&p->plist, NULL);
    put_common(p, type, id, id_of(p, member, role), title);
}

/* ---- mail ---- */

static void put_server(struct profile *p, const char *prefix,
                       const struct pt_server *server, const char *login,
                       enum pt_auth auth)
{
    put_text(p, key_of(p, prefix, "Authentication"),
             auth == PT_AUTH_NONE ? "EmailAuthNone" : "EmailAuthPassword");
    put_text(p, key_of(p, prefix, "HostName"), server->host);
    put_text(p, key_of(p, prefix, "Username"), login);
    pt_plist_integer(&p->plist, key_of(p, prefix, "PortNumber"), server->port);
    pt_plist_bool(&p->plist, key_of(p, prefix, "UseSSL"),
                  server->security != PT_PLAIN);
}

static void put_mail(struct profile *p, const struct member *member)
{
    const struct pt_account *a = &member->account;
    const struct pt_settings *s = member->settings;

    put_payload(p, member, "com.apple.mail.managed", "mail", s->address.shown);
    put_text(p, "EmailAccountDescription", s->address.shown);
    put_text(p, "EmailAccountName", pt_full_name(s));
    put_text(p, "EmailAccountType",
             a->in->service == PT_IMAP ? "EmailTypeIMAP" : "EmailTypePOP");
    put_text(p, "EmailAddress", s->address.text);
    put_server(p, "IncomingMailServer", a->in, a->login_in, member->auth_in);
    put_server(p, "OutgoingMailServer", a->out, a->login_out,
               member->auth_out);
    /* Of two logins each has a password of its own. */
    pt_plist_bool(&p->plist, "OutgoingPasswordSameAsIncomingPassword",
                  pt_is(a->login_in, a->login_out));
    pt_plist_close(&p->plist);
}

/* ---- certificates ---- */

/* The bridge signs for itself: without its certificate Mail would ask. */
static void put_certificate(struct profile *p, const struct member *member,
                            const struct pt_certificate *certificate,
                            const char *role)
{
    const char *bridge = member->settings->bridge.title;

    if (!certificate ||
        pt_strings_have(&p->certificates, certificate->sha256))
        return;
    pt_strings_add(p->arena, &p->certificates, certificate->sha256);
    put_payload(p, member, "com.apple.security.root", role,
                pt_arena_printf(p->arena, "Certificate of %s",
                                bridge ? bridge : "the bridge"));
    pt_plist_data(&p->plist, "PayloadContent", certificate->der,
                  certificate->der_len);
    pt_plist_close(&p->plist);
}

/* A device trusts it once, whichever address it came with: whoever has several
 * profiles keeps it until the last of them is removed. */
static void put_root(struct profile *p)
{
    if (!p->root.len)
        return;
    put_payload(p, p->sorted[0], "com.apple.security.root", "authority",
                "Authority of the mail server's certificate");
    pt_plist_data(&p->plist, "PayloadContent",
                  (const unsigned char *)p->root.at, p->root.len);
    pt_plist_close(&p->plist);
}

/* ---- calendars and address books ---- */

/* What of a URL's path leads to somebody's collections: neither the root nor
 * the place where one asks for them (RFC 6764, 5). */
static const char *path_of(struct pt_arena *arena, const char *url)
{
    const char *path = pt_url_path(url);
    size_t len = strcspn(path, "#");

    if (len < 2 || pt_has_prefix(path, "/.well-known/"))
        return NULL;
    return pt_arena_strndup(arena, path, len);
}

static struct place find_place(const struct profile *p,
                               const struct pt_settings *settings,
                               enum pt_service service)
{
    const struct pt_server *s = pt_chosen(settings, service);
    struct place place = {0};

    if (!s)
        return place;
    place.login = pt_login(settings, s);
    place.host = s->host;
    place.port = s->port;
    place.is_plain = s->security == PT_PLAIN;
    if (s->url)
        place.path = path_of(p->arena, s->url);
    if (!s->host && s->url) {
        place.host = pt_url_host(p->arena, s->url);
        place.port = pt_url_port(s->url);
        place.is_plain = pt_url_is_http(s->url);
    }
    return place;
}

static bool is_path_lost(const struct profile *p, const struct dav *dav,
                         const struct place *at)
{
    return at->path && p->is_local && !dav->has_path_on_a_mac;
}

static void put_dav(struct profile *p, const struct member *member,
                    const struct dav *dav, const struct place *at)
{
    const char *shown = member->settings->address.shown;

    if (!at->host)
        return;
    put_payload(p, member, dav->type, dav->role, shown);
    put_text(p, key_of(p, dav->prefix, "AccountDescription"), shown);
    put_text(p, key_of(p, dav->prefix, "HostName"), at->host);
    put_text(p, key_of(p, dav->prefix, "Username"), at->login);
    if (at->path && !is_path_lost(p, dav, at))
        put_text(p, key_of(p, dav->prefix, "PrincipalURL"), at->path);
    pt_plist_integer(&p->plist, key_of(p, dav->prefix, "Port"), at->port);
    pt_plist_bool(&p->plist, key_of(p, dav->prefix, "UseSSL"), !at->is_plain);
    pt_plist_close(&p->plist);
}

/* ---- the accounts ---- */

static bool is_member_local(const struct member *member)
{
    bool is_local = pt_is_this_machine(member->account.in->host) ||
                    pt_is_this_machine(member->account.out->host);

    for (size_t i = 0; i < DAVS; i++)
        if (member->davs[i].host)
            is_local |= pt_is_this_machine(member->davs[i].host);
    return is_local;
}

static enum pt_status read_member(const struct profile *p,
                                  const struct pt_settings *settings,
                                  struct member *member, struct pt_error *err)
{
    enum pt_status status =
        pt_account_of(settings, can.client, &member->account, err);

    if (status == PT_OK)
        status = pt_ways_in(&can, &member->account, &member->auth_in,
                            &member->auth_out, err);
    if (status != PT_OK)
        return status;
    member->settings = settings;
    member->id = pt_account_id(p->arena, settings, "identifier");
    for (size_t i = 0; i < DAVS; i++)
        member->davs[i] = find_place(p, settings, davs[i].service);
    return PT_OK;
}

static bool has_member(const struct profile *p, const char *id)
{
    for (size_t i = 0; i < p->count; i++)
        if (pt_is(p->members[i].id, id))
            return true;
    return false;
}

/* An account that was named twice is one. */
static enum pt_status read_members(struct profile *p, const struct pt_job *job,
                                   struct pt_error *err)
{
    enum pt_status status = PT_OK;

    p->members = pt_arena_alloc(p->arena, job->count * sizeof(*p->members));
    p->sorted = pt_arena_alloc(p->arena, job->count * sizeof(*p->sorted));
    if (!p->members || !p->sorted)
        return pt_fail_memory(err);
    for (size_t i = 0; i < job->count && status == PT_OK; i++) {
        struct member *member = &p->members[p->count];

        status = read_member(p, &job->accounts[i], member, err);
        if (status != PT_OK || has_member(p, member->id))
            continue;
        p->is_local |= is_member_local(member);
        p->count++;
    }
    if (status == PT_OK && !make_ids(p))
        return pt_fail_memory(err);
    return status;
}

/* An authority of one's own can say who anybody is: no device trusts it that
 * need not. */
static bool needs_root(const struct profile *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->members[i].account.in->bridge ||
            p->members[i].account.out->bridge)
            return true;
    return false;
}

/* Does either mail server of any account have it? */
static bool has_security(const struct profile *p, enum pt_security security)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->members[i].account.in->security == security ||
            p->members[i].account.out->security == security)
            return true;
    return false;
}

/* ---- the whole ---- */

static const char *title_of(const struct profile *p)
{
    const char *first = p->members[0].settings->address.shown;

    return p->count == 1
               ? pt_arena_printf(p->arena, "Mail of %s", first)
               : pt_arena_printf(p->arena, "Mail of %s and %zu more", first,
                                 p->count - 1);
}

static const char *description_of(const struct profile *p)
{
    const char *root = "";
    const char *limit = "";

    if (has_security(p, PT_STARTTLS))
        limit = p->is_local ? " A profile cannot say STARTTLS: Mail finds it "
                              "out by itself; if Mail does not connect, "
                              "choose SSL in the bridge."
                            : " A profile cannot say STARTTLS: Mail finds it "
                              "out by itself.";
    if (p->root.len)
        root = " It brings the authority that vouches for the mail server: on "
               "an iPhone or iPad turn it on in Settings, General, About, "
               "Certificate Trust Settings.";
    return pt_arena_printf(
        p->arena,
        "Sets up the mail account%s. The password is asked for when it is "
        "installed. Installing it again replaces it.%s%s",
        p->count == 1 ? "" : "s", limit, root);
}

static void put_parts(struct profile *p)
{
    for (size_t i = 0; i < p->count; i++)
        put_mail(p, &p->members[i]);
    for (size_t i = 0; i < p->count; i++) {
        const struct pt_account *a = &p->sorted[i]->account;

        put_certificate(p, p->sorted[i], a->in->certificate, "certificate");
        put_certificate(p, p->sorted[i], a->out->certificate,
                        "certificate-out");
    }
    put_root(p);
    for (size_t i = 0; i < p->count; i++)
        for (size_t j = 0; j < DAVS; j++)
            put_dav(p, &p->members[i], &davs[j], &p->members[i].davs[j]);
}

static void put_profile(struct profile *p)
{
    put_common(p, "Configuration", p->id, id_of(p, p->sorted[0], "profile"),
               title_of(p));
    put_text(p, "PayloadDescription", description_of(p));
    put_text(p, "PayloadOrganization", "portolan");
    put_text(p, "PayloadScope", "User");
    pt_plist_bool(&p->plist, "PayloadRemovalDisallowed", false);
    if (p->is_local) /* 127.0.0.1 is another machine on a phone */
        pt_plist_integer(&p->plist, "TargetDeviceType", MAC_ONLY);
    pt_plist_array(&p->plist, "PayloadContent");
    put_parts(p);
    pt_plist_close(&p->plist);
}

/* ---- notes ---- */

static void note_protection(const struct profile *p, struct pt_output *out)
{
    if (has_security(p, PT_STARTTLS))
        pt_output_note(
            out, p->is_local
                     ? "the format cannot say STARTTLS: Mail is told to use "
                       "SSL and has to find it out by itself, which nobody "
                       "has measured on ports like these; if it does not "
                       "connect, choose SSL in the bridge"
                     : "the format cannot say STARTTLS: Mail is told to use "
                       "SSL and finds it out by itself");
    if (has_security(p, PT_PLAIN))
        pt_output_note(out, "a server here has no encryption, and Mail may "
                            "refuse it: give the bridge a certificate if it "
                            "does");
}

static void note_trust(const struct profile *p, struct pt_output *out)
{
    if (p->certificates.count)
        pt_output_note(out,
                       "the bridge's certificate is in the profile; whether "
                       "macOS trusts it at once was not measured: if Mail "
                       "cannot verify the server, open the certificate in "
                       "Keychain Access and choose 'Always Trust'");
}

static void note_root(const struct profile *p, struct pt_output *out)
{
    if (p->root.len)
        pt_output_note(out, "the authority of the mail server's certificate is "
                            "in the profile: on an iPhone or iPad it counts "
                            "once it is turned on in Settings, General, "
                            "About, Certificate Trust Settings");
}

static void note_place(const struct profile *p, const struct member *member,
                       struct pt_output *out)
{
    if (p->is_local && !is_member_local(member))
        pt_output_note(
            out, pt_arena_printf(p->arena,
                                 "a server of this machine is in the profile, "
                                 "so that a phone refuses all of it: write "
                                 "one of its own for %s",
                                 member->settings->address.shown));
}

static void note_services(const struct profile *p, const struct member *member,
                          struct pt_output *out)
{
    unsigned held = 0;

    for (size_t i = 0; i < DAVS; i++) {
        const struct place *at = &member->davs[i];

        if (at->host)
            held |= 1U << davs[i].service;
        if (at->host && is_path_lost(p, &davs[i], at))
            pt_output_note(
                out, pt_arena_printf(p->arena,
                                     "on a Mac the format cannot say that "
                                     "%s is at %s: if it is not found, type "
                                     "it",
                                     pt_service_title(davs[i].service),
                                     at->path));
    }
    pt_note_left_out(out, member->settings, held);
}

static void add_notes(const struct profile *p, struct pt_output *out)
{
    note_protection(p, out);
    note_trust(p, out);
    note_root(p, out);
    for (size_t i = 0; i < p->count; i++) {
        note_place(p, &p->members[i], out);
        note_services(p, &p->members[i], out);
    }
}

static enum pt_status write_apple(const struct pt_job *job,
                                  struct pt_output *out, struct pt_error *err)
{
    struct profile p = {.arena = job->arena};
    enum pt_status status = read_members(&p, job, err);

    if (status != PT_OK)
        return status;
    if (needs_root(&p))
        p.root = job->root;
    pt_plist_begin(&p.plist, pt_output_first(out, &pt_writer_apple, job));
    put_profile(&p);
    status = pt_plist_end(&p.plist, err);
    if (status == PT_OK)
        add_notes(&p, out);
    return status;
}

const struct pt_writer pt_writer_apple = {
    .name = "apple",
    .client = "Apple Mail",
    .summary = "a configuration profile for Mail on a Mac, iPhone or iPad",
    .file = "%a.mobileconfig",
    .media_type = "application/x-apple-aspen-config",
    .takes_several = true,
    .can_be_signed = true,
    .is_imported = true,
    .import = "double-click it, then confirm it within a few minutes in System "
              "Settings, General, Device Management\n"
              "(Privacy & Security, Profiles on macOS 13 and 14; System "
              "Preferences, Profiles before)\n"
              "on an iPhone or iPad, unless it is of a bridge: open it there, "
              "then Settings, Profile Downloaded",
    .write = write_apple,
};
