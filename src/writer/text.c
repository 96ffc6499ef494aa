/* text.c - a card to read and to type from. */
#include "format/fingerprint.h"
#include "writer/writers.h"

enum { TEXT_MAX = 4096 };

/* The rest of a line.  What came from outside begins no line of its own. */
static void put_rest(struct pt_buf *out, const char *text)
{
    char clean[TEXT_MAX];

    pt_make_printable(pt_slice_of(text), clean, sizeof(clean));
    pt_buf_printf(out, "%s\n", clean);
}

static void put_line(struct pt_buf *out, const char *name, const char *value)
{
    pt_buf_printf(out, "  %-12s ", name);
    put_rest(out, value);
}

static void put_paragraph(struct pt_buf *out, const char *text)
{
    pt_buf_puts(out, "  ");
    put_rest(out, text);
    pt_buf_putc(out, '\n');
}

static void put_fingerprint(struct pt_buf *out,
                            const struct pt_certificate *certificate)
{
    char print[PT_FINGERPRINT_CHARS];

    pt_fingerprint(certificate, print);
    pt_buf_printf(out, "  %-12s %s (SHA-256)\n", "Certificate", print);
}

static const char *login_shown(const struct pt_settings *settings,
                               const struct pt_server *server)
{
    const char *rule = pt_login_rule(settings);

    return rule && !server->username ? rule : pt_login(settings, server);
}

static const char *const ways_in[PT_AUTHS] = {
    [PT_AUTH_CLEARTEXT] = "by password",
    [PT_AUTH_ENCRYPTED] = "by password, encrypted (CRAM-MD5 or the like)",
    [PT_AUTH_OAUTH2] = "by OAuth2: in a window of the browser",
    [PT_AUTH_GSSAPI] = "by Kerberos (GSSAPI)",
    [PT_AUTH_NTLM] = "by NTLM",
    [PT_AUTH_NONE] = "not at all",
    [PT_AUTH_CLIENT_IP] = "not at all: your network's address will do",
    [PT_AUTH_TLS_CERT] = "by a certificate of yours",
};

/* All the server offers; where it says nothing, it is the password. */
static void put_ways_in(struct pt_buf *out, const struct pt_server *server)
{
    for (size_t i = 0; i < server->auth_count; i++)
        put_line(out, i ? "or" : "Sign in", ways_in[server->auth[i]]);
    if (!server->auth_count)
        put_line(out, "Sign in", ways_in[PT_AUTH_CLEARTEXT]);
}

static void put_server(struct pt_buf *out, const char *heading,
                       const struct pt_server *server, const char *login)
{
    pt_buf_printf(out, "%s (%s)\n", heading,
                  pt_service_title(server->service));
    if (server->url) {
        put_line(out, "Address", server->url);
    } else {
        put_line(out, "Server", server->host);
        pt_buf_printf(out, "  %-12s %u\n", "Port", server->port);
        put_line(out, "Protection", pt_security_title(server->security));
    }
    put_line(out, "User name", login);
    put_ways_in(out, server);
    if (server->certificate)
        put_fingerprint(out, server->certificate);
    pt_buf_putc(out, '\n');
}

/* What is chosen besides mail. */
static void put_others(struct pt_buf *out, const struct pt_settings *settings)
{
    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];

        if (server->chosen && !pt_service_is_mail(server->service))
            put_server(out, "Also", server, login_shown(settings, server));
    }
}

/* ---- where to type it ---- */

/* A client's own words for what is to be typed, and the clicks to where. */
struct clicks {
    const char *client;
    bool is_phone; /* which finds no server on this machine */
    bool imap_alone;
    const char *receiving;
    const char *sending;
    const char *new_account;
    const char *security; /* what it calls that setting */
    const char *values[PT_PLAIN + 1]; /* and its values */
    const char *auth;     /* NULL: it does not ask */
};

static const struct clicks clicks[] = {
    {"Thunderbird", false, false,
     "right-click the account, Settings, Server Settings",
     "there, Outgoing Server (SMTP), the server, Edit",
     "File, New, Existing Mail Account; then Configure manually",
     "Connection security",
     {"STARTTLS", "SSL/TLS", "STARTTLS", "None"},
     "Authentication method: Normal password"},
    {"Outlook (classic)", false, false,
     "File, Account Settings, Account Settings, the account, Change",
     "there, More Settings: Outgoing Server and Advanced",
     "Control Panel, Mail, Email Accounts, New, Manual setup, POP or IMAP",
     "Type of encrypted connection",
     {"STARTTLS", "SSL/TLS", "STARTTLS", "None"},
     "My outgoing server (SMTP) requires authentication: yes"},
    {"Outlook (new) for Windows", false, false,
     "the wheel, Accounts, Your accounts, Manage, Repair",
     "on the same page",
     "the wheel, Accounts, Add account, the address, Choose provider, IMAP/POP",
     "Secure connection type",
     {"StartTLS", "SSL/TLS", "StartTLS", "None"},
     NULL},
    {"Outlook for Mac", false, false,
     "Outlook, Settings, Accounts, the account",
     "on the same page",
     "Outlook, Settings, Accounts, +, the address, Not right? IMAP/POP",
     "Use SSL to connect",
     {"yes", "yes", "yes", "no"},
     NULL},
    {"Apple Mail on a Mac", false, false,
     "Mail, Settings, Accounts, the account, Server Settings; there\n"
     "      'Automatically manage connection settings' has to be off",
     "on the same page, Outgoing Mail Account, Edit SMTP Server List",
     "Mail, Add Account, Other Mail Account",
     "Use TLS/SSL",
     {"yes", "yes", "yes", "no"},
     "Authentication: Password"},
    {"Mail on an iPhone or iPad", true, false,
     "Settings, Apps, Mail, Mail Accounts, the account, twice;\n"
     "      the port is under Advanced",
     "there, SMTP, Primary Server",
     "Settings, Apps, Mail, Mail Accounts, Add Account, Other",
     "Use SSL",
     {"yes", "yes", "yes", "no"},
     "Authentication: Password"},
    {"Thunderbird for Android, K-9 Mail", true, false,
     "Settings, the account, Fetching mail, Incoming server",
     "Settings, the account, Sending mail, Outgoing server",
     "Settings, Add account; then Manual configuration",
     "Security",
     {"STARTTLS", "SSL/TLS", "STARTTLS", "None"},
     "Authentication: Normal password"},
    {"Evolution", false, false,
     "Edit, Accounts, the account, Edit, Receiving Email",
     "there, Sending Email",
     "File, New, Mail Account",
     "Encryption method",
     {"STARTTLS after connecting", "TLS on a dedicated port",
      "STARTTLS after connecting", "No encryption"},
     "Authentication: Password"},
    {"Geary", false, true,
     "the menu, Accounts, the account, Receiving",
     "there, Sending",
     "the menu, Accounts, Add an account, Other",
     "Transport security",
     {"StartTLS", "TLS", "StartTLS", "None"},
     NULL},
};

static bool takes_password(const struct pt_server *server)
{
    return !server->auth_count || server->auth[0] == PT_AUTH_CLEARTEXT;
}

static void put_words(struct pt_buf *out, const struct clicks *c,
                      const struct pt_account *account)
{
    const char *in = c->values[account->in->security];
    const char *to_send = c->values[account->out->security];

    if (pt_is(in, to_send))
        pt_buf_printf(out, "    %s: %s\n", c->security, in);
    else
        pt_buf_printf(out, "    %s: %s to receive, %s to send\n", c->security,
                      in, to_send);
    if (c->auth && takes_password(account->in))
        pt_buf_printf(out, "    %s\n", c->auth);
}

static void put_clicks(struct pt_buf *out, const struct pt_account *account)
{
    bool local = pt_is_this_machine(account->in->host) ||
                 pt_is_this_machine(account->out->host);

    pt_buf_puts(out, "Where to type it, in an account that is there or a new "
                     "one\n");
    for (size_t i = 0; i < sizeof(clicks) / sizeof(*clicks); i++) {
        const struct clicks *c = &clicks[i];

        if ((c->is_phone && local) ||
            (c->imap_alone && account->in->service != PT_IMAP))
            continue;
        pt_buf_printf(out, "\n  %s\n", c->client);
        pt_buf_printf(out, "    receiving: %s\n", c->receiving);
        pt_buf_printf(out, "    sending: %s\n", c->sending);
        pt_buf_printf(out, "    new: %s\n", c->new_account);
        put_words(out, c, account);
    }
}

static enum pt_status write_text(const struct pt_job *job,
                                 struct pt_output *output,
                                 struct pt_error *err)
{
    const struct pt_settings *settings = job->accounts;
    const struct pt_bridge_use *bridge = &settings->bridge;
    struct pt_account account;
    enum pt_status status = pt_account_of(settings, "a card", &account, err);
    struct pt_buf *out;

    if (status != PT_OK)
        return status;
    out = pt_output_first(output, &pt_writer_text, job);
    pt_buf_puts(out, "Mail settings of ");
    put_rest(out, settings->address.shown);
    pt_buf_putc(out, '\n');
    put_server(out, "Receiving", account.in, login_shown(settings, account.in));
    put_server(out, "Sending", account.out, login_shown(settings, account.out));
    put_others(out, settings);
    if (bridge->password) {
        pt_buf_puts(out, "Password\n");
        put_paragraph(out, bridge->password);
    }
    if (bridge->change_ports) {
        pt_buf_puts(out, "To change the ports of ");
        put_rest(out, bridge->title);
        put_paragraph(out, bridge->change_ports);
    }
    put_clicks(out, &account);
    return PT_OK;
}

const struct pt_writer pt_writer_text = {
    .name = "text",
    .client = "people",
    .summary = "a card to read and to type from, for any client",
    .file = "%a.txt",
    .media_type = "text/plain; charset=utf-8",
    .import = "read it, and type what it says",
    .write = write_text,
};
