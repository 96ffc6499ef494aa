/* outlook.c - a PRF for classic Outlook on Windows.
 *
 * A key without its line in the mapping block is dropped by Outlook without a
 * word, so both come from one table.  Property ids: Account Management API.
 */
#include "writer/writers.h"

#include <string.h>

/* What a line's value is. */
enum what {
    TEXT_ACCOUNT,
    TEXT_NAME,
    TEXT_ADDRESS,
    TEXT_IN_HOST,
    TEXT_IN_USER,
    TEXT_OUT_HOST,
    TEXT_OUT_USER,
    LONG_ZERO,
    LONG_IN_PORT,
    LONG_IN_TLS,
    LONG_KEEP,
    LONG_OUT_AUTH,
    LONG_OUT_LOGIN,
    LONG_OUT_PORT,
    LONG_OUT_SECURITY,
    LONG_SECONDS,
    TEXTS = LONG_ZERO,
};

static const struct line {
    const char *key; /* '*' stands for IMAP or POP3 */
    enum what what;
    unsigned property;
} lines[] = {
    {"AccountName", TEXT_ACCOUNT, 0x0002},
    {"DisplayName", TEXT_NAME, 0x000B},
    {"EmailAddress", TEXT_ADDRESS, 0x000C},
    {"*Server", TEXT_IN_HOST, 0x0100},
    {"*UserName", TEXT_IN_USER, 0x0101},
    {"*UseSPA", LONG_ZERO, 0x0108},
    {"*Port", LONG_IN_PORT, 0x0104},
    {"*UseSSL", LONG_IN_TLS, 0x0105},
    {"LeaveOnServer", LONG_KEEP, 0x1000}, /* POP3 alone */
    {"SMTPServer", TEXT_OUT_HOST, 0x0200},
    {"SMTPUseAuth", LONG_OUT_AUTH, 0x0203},
    {"SMTPAuthMethod", LONG_OUT_LOGIN, 0x0208},
    {"SMTPUserName", TEXT_OUT_USER, 0x0204},
    {"SMTPUseSPA", LONG_ZERO, 0x0207},
    {"ConnectionType", LONG_ZERO, 0x000F},
    {"SMTPPort", LONG_OUT_PORT, 0x0201},
    {"SMTPSecureConnection", LONG_OUT_SECURITY, 0x020A},
    {"ServerTimeOut", LONG_SECONDS, 0x0209},
};

enum { LINES = sizeof(lines) / sizeof(*lines), SECONDS = 60 };

/* 0x020A: 0 none, 1 TLS from the start, 2 STARTTLS. */
static const unsigned secure_connection[] = {
    [PT_SECURITY_UNKNOWN] = 2, [PT_TLS] = 1, [PT_STARTTLS] = 2, [PT_PLAIN] = 0,
};

/* A value is read as any INI file's of Windows: blanks and quotes around it
 * are dropped, %NAME% is looked up in the environment, and what is not ASCII
 * depends on the code page. */
static bool fits(const char *text)
{
    const char *percent = strchr(text, '%');
    size_t len = strlen(text);

    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] >= 0x7F || (unsigned char)text[i] < 0x20)
            return false;
    return len && !strchr(" \"'", text[0]) && !strchr(" \"'", text[len - 1]) &&
           !(percent && strchr(percent + 1, '%'));
}

static const char *text_of(enum what what, const struct pt_settings *settings,
                           const struct pt_account *a)
{
    const char *name = pt_full_name(settings);
    const char *const texts[TEXTS] = {
        [TEXT_ACCOUNT] = settings->address.text,
        [TEXT_NAME] = fits(name) ? name : settings->address.text,
        [TEXT_ADDRESS] = settings->address.text,
        [TEXT_IN_HOST] = a->in->host,
        [TEXT_IN_USER] = a->login_in,
        [TEXT_OUT_HOST] = a->out->host,
        [TEXT_OUT_USER] = a->login_out,
    };

    return texts[what];
}

static unsigned number_of(enum what what, const struct pt_account *a,
                          enum pt_auth auth_out)
{
    switch ((int)what) {
    case LONG_IN_PORT:
        return a->in->port;
    case LONG_IN_TLS: /* there is no property for STARTTLS */
        return a->in->security == PT_TLS;
    case LONG_KEEP: /* without it, what was fetched is deleted there */
        return 1;
    case LONG_OUT_AUTH:
        return auth_out != PT_AUTH_NONE;
    case LONG_OUT_LOGIN: /* 0: the login for receiving, asked for once */
        return !pt_is(a->login_in, a->login_out);
    case LONG_OUT_PORT:
        return a->out->port;
    case LONG_OUT_SECURITY:
        return secure_connection[a->out->security];
    case LONG_SECONDS:
        return SECONDS;
    default:
        return 0;
    }
}

static bool is_passed_over(const struct line *line, const char *protocol)
{
    return line->what == LONG_KEEP && !pt_is(protocol, "POP3");
}

static void put_key(struct pt_buf *out, const struct line *line,
                    const char *protocol)
{
    if (line->key[0] == '*')
        pt_buf_printf(out, "%s%s=", protocol, line->key + 1);
    else
        pt_buf_printf(out, "%s=", line->key);
}

static enum pt_status put_values(struct pt_buf *out, const char *protocol,
                                 const struct pt_settings *settings,
                                 const struct pt_account *a,
                                 enum pt_auth auth_out,
                                 struct pt_error *err)
{
    for (size_t i = 0; i < LINES; i++) {
        const char *text = lines[i].what < TEXTS
                               ? text_of(lines[i].what, settings, a)
                               : NULL;

        if (is_passed_over(&lines[i], protocol))
            continue;
        if (text && !fits(text))
            return pt_fail(err, PT_CANNOT_EXPRESS,
                           "type it into Outlook by hand; 'portolan write "
                           "text' gives a card",
                           "a PRF cannot hold '%s': it takes plain ASCII, "
                           "without quotes around it or %%NAMES%%",
                           text);
        put_key(out, &lines[i], protocol);
        if (text)
            pt_buf_printf(out, "%s\r\n", text);
        else
            pt_buf_printf(out, "%u\r\n",
                          number_of(lines[i].what, a, auth_out));
    }
    return PT_OK;
}

static void put_mapping(struct pt_buf *out, const char *protocol)
{
    for (size_t i = 0; i < LINES; i++) {
        if (is_passed_over(&lines[i], protocol))
            continue;
        put_key(out, &lines[i], protocol);
        pt_buf_printf(out, "%s,0x%04X\r\n",
                      lines[i].what < TEXTS ? "PT_UNICODE" : "PT_LONG",
                      lines[i].property);
    }
}

static const char head[] = "[General]\r\n"
                           "Custom=1\r\n"
                           "ProfileName=Outlook\r\n"
                           "DefaultProfile=Yes\r\n"
                           "OverwriteProfile=Append\r\n"
                           "ModifyDefaultProfileIfPresent=TRUE\r\n"
                           "BackupProfile=No\r\n"
                           "\r\n"
                           "[Service List]\r\n"
                           "Service1=Outlook Address Book\r\n"
                           "\r\n"
                           "[Internet Account List]\r\n";

static const struct pt_can can = {.client = "Outlook's PRF",
                                  .auths = PT_BY_PASSWORD};

static void add_notes(struct pt_output *out,
                      const struct pt_settings *settings,
                      const struct pt_account *a)
{
    if (a->in->security == PT_STARTTLS)
        pt_output_note(out,
                       "a PRF cannot say STARTTLS for receiving: in Outlook, "
                       "File, Account Settings, Change, More Settings, "
                       "Advanced, choose STARTTLS");
    if (!fits(pt_full_name(settings)))
        pt_output_note(out,
                       "a PRF cannot hold your name: the address stands in "
                       "its place, change it in Outlook");
    pt_note_left_out(out, settings, 0);
}

static enum pt_status write_outlook(const struct pt_job *job,
                                    struct pt_output *output,
                                    struct pt_error *err)
{
    const struct pt_settings *settings = job->accounts;
    struct pt_account a;
    enum pt_auth auth_in;
    enum pt_auth auth_out;
    enum pt_status status = pt_account_of(settings, "Outlook", &a, err);
    const char *protocol;
    const char *token;
    struct pt_buf *out;

    if (status == PT_OK)
        status = pt_ways_in(&can, &a, &auth_in, &auth_out, err);
    if (status != PT_OK)
        return status;
    protocol = a.in->service == PT_IMAP ? "IMAP" : "POP3";
    token = a.in->service == PT_IMAP ? "IMAP_I_Mail" : "I_Mail";
    out = pt_output_first(output, &pt_writer_outlook, job);
    pt_buf_puts(out, head);
    pt_buf_printf(out, "Account1=%s\r\n\r\n[Service1]\r\n\r\n[Account1]\r\n"
                       "UniqueService=No\r\n",
                  token);
    status = put_values(out, protocol, settings, &a, auth_out, err);
    if (status != PT_OK)
        return status;
    pt_buf_puts(out, "\r\n[Outlook Address Book]\r\n"
                     "ServiceName=CONTAB\r\n\r\n");
    pt_buf_printf(out, "[%s]\r\nAccountType=%s\r\n", token, protocol);
    put_mapping(out, protocol);
    add_notes(output, settings, &a);
    return PT_OK;
}

const struct pt_writer pt_writer_outlook = {
    .name = "outlook",
    .client = "Outlook for Windows (classic)",
    .summary = "a PRF that classic Outlook imports when it starts",
    .file = "%a.prf",
    .media_type = "application/octet-stream",
    .import = "close Outlook, then run: outlook.exe /importprf \"C:\\PATH\\"
              "FILE.prf\"\n"
              "(new Outlook and Outlook for Mac import no file: type from "
              "'portolan write text')",
    .write = write_outlook,
};
