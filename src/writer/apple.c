/* apple.c - an Apple configuration profile (.mobileconfig).
 *
 * Identifiers follow from the address and the bridge alone, never from host,
 * port or protection: a profile installed again replaces the first
 * (developer.apple.com, Configuration Profile Reference, TopLevel).
 */
#include "format/plist.h"
#include "writer/writers.h"

enum { MAC_ONLY = 5 };

struct profile {
    struct pt_arena *arena;
    const struct pt_settings *settings;
    struct pt_account account;
    struct pt_plist plist;
    const char *id; /* of the whole; those of its parts begin with it */
    enum pt_auth auth_in;
    enum pt_auth auth_out;
    unsigned held; /* services besides mail, as bits */
    bool failed;
};

static void put_text(struct profile *p, const char *key, const char *value)
{
    if (value)
        pt_plist_string(&p->plist, key, value);
    else
        p->failed = true;
}

/* What every payload begins with. */
static void put_common(struct profile *p, const char *type, const char *role,
                       const char *title)
{
    const char *id = *role ? pt_arena_printf(p->arena, "%s.%s", p->id, role)
                           : p->id;

    put_text(p, "PayloadType", type);
    pt_plist_integer(&p->plist, "PayloadVersion", 1);
    put_text(p, "PayloadIdentifier", id);
    put_text(p, "PayloadUUID",
             pt_account_id(p->arena, p->settings, *role ? role : "profile"));
    put_text(p, "PayloadDisplayName", title);
}

static const struct pt_can can = {.client = "Apple Mail",
                                  .auths = PT_BY_PASSWORD};

static void put_server(struct profile *p, const char *direction,
                       const struct pt_server *server, const char *login,
                       enum pt_auth auth)
{
    const char *const names[] = {"Authentication", "HostName", "Username"};
    const char *const values[] = {
        auth == PT_AUTH_NONE ? "EmailAuthNone" : "EmailAuthPassword",
        server->host, login};
    const char *key;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        key = pt_arena_printf(p->arena, "%sMailServer%s", direction, names[i]);
        put_text(p, key ? key : "", values[i]);
    }
    key = pt_arena_printf(p->arena, "%sMailServerPortNumber", direction);
    pt_plist_integer(&p->plist, key ? key : "", server->port);
    key = pt_arena_printf(p->arena, "%sMailServerUseSSL", direction);
    pt_plist_bool(&p->plist, key ? key : "", server->security != PT_PLAIN);
}

static void put_mail(struct profile *p)
{
    const struct pt_account *a = &p->account;
    const struct pt_settings *s = p->settings;

    pt_plist_dict(&p->plist, NULL);
    put_common(p, "com.apple.mail.managed", "mail", s->address.shown);
    put_text(p, "EmailAccountDescription", s->address.shown);
    put_text(p, "EmailAccountName", pt_full_name(s));
    put_text(p, "EmailAccountType",
             a->in->service == PT_IMAP ? "EmailTypeIMAP" : "EmailTypePOP");
    put_text(p, "EmailAddress", s->address.text);
    put_server(p, "Incoming", a->in, a->login_in, p->auth_in);
    put_server(p, "Outgoing", a->out, a->login_out, p->auth_out);
    pt_plist_bool(&p->plist, "OutgoingPasswordSameAsIncomingPassword", true);
    pt_plist_close(&p->plist);
}

/* The bridge signs for itself: without its certificate Mail would ask. */
static void put_certificate(struct profile *p, const char *role,
                            const struct pt_certificate *certificate)
{
    pt_plist_dict(&p->plist, NULL);
    put_common(p, "com.apple.security.root", role, "Certificate of the bridge");
    pt_plist_data(&p->plist, "PayloadContent", certificate->der,
                  certificate->der_len);
    pt_plist_close(&p->plist);
}

static void put_certificates(struct profile *p)
{
    const struct pt_certificate *in = p->account.in->certificate;
    const struct pt_certificate *out = p->account.out->certificate;

    if (in)
        put_certificate(p, "certificate", in);
    if (out && (!in || !pt_is(in->sha256, out->sha256)))
        put_certificate(p, "certificate-out", out);
}

static void put_dav(struct profile *p, enum pt_service service,
                    const char *prefix, const char *type, const char *role)
{
    const struct pt_server *s = pt_chosen(p->settings, service);
    const char *const parts[] = {"AccountDescription", "HostName", "Username"};
    const char *values[3];

    if (!s || !s->host || !s->port)
        return;
    p->held |= 1U << service;
    values[0] = p->settings->address.shown;
    values[1] = s->host;
    values[2] = pt_login(p->settings, s);
    pt_plist_dict(&p->plist, NULL);
    put_common(p, type, role, p->settings->address.shown);
    for (size_t i = 0; i < 3; i++) {
        const char *key =
            pt_arena_printf(p->arena, "%s%s", prefix, parts[i]);

        put_text(p, key ? key : "", values[i]);
    }
    pt_plist_integer(&p->plist,
                     service == PT_CALDAV ? "CalDAVPort" : "CardDAVPort",
                     s->port);
    pt_plist_bool(&p->plist,
                  service == PT_CALDAV ? "CalDAVUseSSL" : "CardDAVUseSSL",
                  s->security != PT_PLAIN);
    pt_plist_close(&p->plist);
}

static bool is_local(const struct pt_account *account)
{
    return pt_is_loopback(account->in->host) ||
           pt_is_loopback(account->out->host);
}

static void put_profile(struct profile *p)
{
    const struct pt_settings *s = p->settings;
    const char *title =
        pt_arena_printf(p->arena, "Mail of %s", s->address.shown);

    put_common(p, "Configuration", "", title);
    put_text(p, "PayloadDescription",
             "Sets up the mail account. The password is asked for when it is "
             "installed. Installing it again replaces it.");
    put_text(p, "PayloadOrganization", "portolan");
    put_text(p, "PayloadScope", "User");
    pt_plist_bool(&p->plist, "PayloadRemovalDisallowed", false);
    if (is_local(&p->account)) /* 127.0.0.1 is another machine on a phone */
        pt_plist_integer(&p->plist, "TargetDeviceType", MAC_ONLY);
    pt_plist_array(&p->plist, "PayloadContent");
    put_mail(p);
    put_certificates(p);
    put_dav(p, PT_CALDAV, "CalDAV", "com.apple.caldav.account", "caldav");
    put_dav(p, PT_CARDDAV, "CardDAV", "com.apple.carddav.account", "carddav");
    pt_plist_close(&p->plist);
}

static bool has(const struct pt_account *account, enum pt_security security)
{
    return account->in->security == security ||
           account->out->security == security;
}

static void add_notes(struct pt_output *out, const struct pt_account *account)
{
    if (has(account, PT_STARTTLS))
        pt_output_note(out,
                       is_local(account)
                           ? "the format cannot say STARTTLS: Mail finds it "
                             "out by itself; if it does not, choose SSL in "
                             "the bridge"
                           : "the format cannot say STARTTLS: Mail finds it "
                             "out by itself");
    if (has(account, PT_PLAIN))
        pt_output_note(out,
                       "a server here has no encryption, and Mail may refuse "
                       "it: give the bridge a certificate if it does");
}

static enum pt_status write_apple(const struct pt_job *job,
                                  struct pt_output *out, struct pt_error *err)
{
    const struct pt_settings *settings = job->accounts;
    struct profile p = {.arena = job->arena, .settings = settings};
    enum pt_status status =
        pt_account_of(settings, can.client, &p.account, err);

    if (status == PT_OK)
        status = pt_ways_in(&can, &p.account, &p.auth_in, &p.auth_out, err);
    if (status != PT_OK)
        return status;
    p.id = pt_arena_printf(job->arena, "org.portolan.%s",
                           pt_account_id(job->arena, settings, "identifier"));
    if (!p.id)
        return pt_fail_memory(err);
    pt_plist_begin(&p.plist, pt_output_first(out, &pt_writer_apple, job));
    put_profile(&p);
    status = pt_plist_end(&p.plist, err);
    if (status != PT_OK)
        return status;
    add_notes(out, &p.account);
    pt_note_left_out(out, settings, p.held);
    return p.failed ? pt_fail_memory(err) : PT_OK;
}

const struct pt_writer pt_writer_apple = {
    .name = "apple",
    .client = "Apple Mail",
    .summary = "a configuration profile for Mail on a Mac, iPhone or iPad",
    .file = "%a.mobileconfig",
    .media_type = "application/x-apple-aspen-config",
    .import = "double-click it, then confirm it in System Settings, General, "
              "Device Management\n"
              "(Privacy & Security, Profiles on macOS 13 and 14)",
    .write = write_apple,
};
