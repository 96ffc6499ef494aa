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

static const char clicks[] =
    "Where to type it\n"
    "  Thunderbird  Right-click the account, Settings, Server Settings;\n"
    "               for sending: Outgoing Server, Edit\n"
    "  Outlook      File, Account Settings, the account, Change, More\n"
    "               Settings, Advanced\n"
    "  Apple Mail   Mail, Settings, Accounts, the account, Server Settings\n";

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
    pt_buf_puts(out, clicks);
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
