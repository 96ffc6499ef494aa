/* outlook.c - a PRF for classic Outlook on Windows.
 *
 * A key without its line in the mapping block is dropped by Outlook without a
 * word, so both come from one table.  Property ids: Account Management API.
 */
#include "format/prf.h"
#include "writer/writers.h"

#include <stdio.h>
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
    TEXT_UNUSED,
    LONG_ZERO,
    LONG_IN_PORT,
    LONG_IN_TLS,
    LONG_KEEP,
    LONG_OUT_AUTH,
    LONG_OUT_LOGIN,
    LONG_OUT_PORT,
    LONG_OUT_SECURITY,
    LONG_SECONDS,
    LONG_UNUSED,
    TEXTS = LONG_ZERO,
};

enum { IMAP = 1, POP3 = 2, BOTH = IMAP | POP3 };

/* All lines of the two blocks that Microsoft publishes, whether we have a value
 * for them or not: who adds one by hand finds it mapped. */
static const struct line {
    const char *key; /* '*' stands for IMAP or POP3 */
    enum what what;
    unsigned property;
    unsigned kinds;
} lines[] = {
    {"AccountName", TEXT_ACCOUNT, 0x0002, BOTH},
    {"DisplayName", TEXT_NAME, 0x000B, BOTH},
    {"EmailAddress", TEXT_ADDRESS, 0x000C, BOTH},
    {"*Server", TEXT_IN_HOST, 0x0100, BOTH},
    {"*UserName", TEXT_IN_USER, 0x0101, BOTH},
    {"*UseSPA", LONG_ZERO, 0x0108, BOTH},
    {"Organization", TEXT_UNUSED, 0x0107, BOTH},
    {"ReplyEmailAddress", TEXT_UNUSED, 0x0103, BOTH},
    {"*Port", LONG_IN_PORT, 0x0104, BOTH},
    {"*UseSSL", LONG_IN_TLS, 0x0105, BOTH},
    {"LeaveOnServer", LONG_KEEP, 0x1000, POP3},
    {"SMTPServer", TEXT_OUT_HOST, 0x0200, BOTH},
    {"SMTPUseAuth", LONG_OUT_AUTH, 0x0203, BOTH},
    {"SMTPAuthMethod", LONG_OUT_LOGIN, 0x0208, BOTH},
    {"SMTPUserName", TEXT_OUT_USER, 0x0204, BOTH},
    {"SMTPUseSPA", LONG_ZERO, 0x0207, BOTH},
    {"ConnectionType", LONG_ZERO, 0x000F, BOTH},
    {"ConnectionOID", TEXT_UNUSED, 0x0010, BOTH},
    {"SMTPPort", LONG_OUT_PORT, 0x0201, BOTH},
    {"SMTPSecureConnection", LONG_OUT_SECURITY, 0x020A, BOTH},
    {"ServerTimeOut", LONG_SECONDS, 0x0209, BOTH},
    {"CheckNewImap", LONG_UNUSED, 0x1100, IMAP},
    {"RootFolder", TEXT_UNUSED, 0x1101, IMAP},
};

enum { LINES = sizeof(lines) / sizeof(*lines), SECONDS = 60, KEY_SIZE = 32 };

/* 0x020A: 0 none, 1 TLS from the start, 2 STARTTLS. */
static const unsigned secure_connection[] = {
    [PT_SECURITY_UNKNOWN] = 2, [PT_TLS] = 1, [PT_STARTTLS] = 2, [PT_PLAIN] = 0,
};

/* The names by which Microsoft's blocks are known. */
static const struct kind {
    unsigned bit;
    const char *protocol;
    const char *block;
} kinds[] = {
    {POP3, "POP3", "I_Mail"},
    {IMAP, "IMAP", "IMAP_I_Mail"},
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

static const struct pt_can can = {.client = "Outlook's PRF",
                                  .auths = PT_BY_PASSWORD};

/* ---- one account ---- */

struct entry {
    const struct pt_settings *settings;
    const struct kind *kind;
    struct pt_account account;
    enum pt_auth auth_out;
};

/* Outlook would send the password in the clear, across the net. */
static bool is_exposed(const struct pt_server *server)
{
    return server->security != PT_TLS && server->security != PT_PLAIN &&
           !pt_is_loopback(server->host);
}

static enum pt_status read_entry(const struct pt_settings *settings,
                                 struct entry *ret_entry, struct pt_error *err)
{
    struct entry entry = {.settings = settings};
    enum pt_auth auth_in;
    enum pt_status status =
        pt_account_of(settings, "Outlook", &entry.account, err);

    if (status == PT_OK)
        status = pt_ways_in(&can, &entry.account, &auth_in, &entry.auth_out,
                            err);
    if (status != PT_OK)
        return status;
    if (is_exposed(entry.account.in))
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "'portolan write autodiscover' can say it; 'portolan "
                       "write text' gives a card to type from",
                       "a PRF cannot say STARTTLS for receiving, as %s wants "
                       "it",
                       entry.account.in->host);
    entry.kind = &kinds[entry.account.in->service == PT_IMAP];
    *ret_entry = entry;
    return PT_OK;
}

/* A login of its own, to send; else Outlook takes the one for receiving, and
 * asks for one password. */
static bool has_own_login(const struct entry *entry)
{
    return !pt_is(entry->account.login_in, entry->account.login_out);
}

/* NULL: nothing to be said. */
static const char *text_of(enum what what, const struct entry *entry)
{
    const struct pt_account *a = &entry->account;
    const char *address = entry->settings->address.text;
    const char *name = pt_full_name(entry->settings);
    const char *const texts[TEXTS] = {
        [TEXT_ACCOUNT] = address,
        [TEXT_NAME] = pt_prf_holds(name) ? name : address,
        [TEXT_ADDRESS] = address,
        [TEXT_IN_HOST] = a->in->host,
        [TEXT_IN_USER] = a->login_in,
        [TEXT_OUT_HOST] = a->out->host,
        [TEXT_OUT_USER] = has_own_login(entry) ? a->login_out : NULL,
    };

    return texts[what];
}

static unsigned number_of(enum what what, const struct entry *entry)
{
    const struct pt_account *a = &entry->account;

    switch ((int)what) {
    case LONG_IN_PORT:
        return a->in->port;
    case LONG_IN_TLS: /* there is no property for STARTTLS */
        return a->in->security == PT_TLS;
    case LONG_KEEP: /* without it, what was fetched is deleted there */
        return 1;
    case LONG_OUT_AUTH:
        return entry->auth_out != PT_AUTH_NONE;
    case LONG_OUT_LOGIN:
        return has_own_login(entry);
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

static const char *key_of(const struct line *line, const struct kind *kind,
                          char key[KEY_SIZE])
{
    bool varies = line->key[0] == '*';

    snprintf(key, KEY_SIZE, "%s%s", varies ? kind->protocol : "",
             line->key + varies);
    return key;
}

/* ---- the file ---- */

static void put_value(struct pt_prf *prf, const struct line *line,
                      const struct entry *entry)
{
    const char *text = line->what < TEXTS ? text_of(line->what, entry) : NULL;
    char key[KEY_SIZE];

    key_of(line, entry->kind, key);
    if (text)
        pt_prf_text(prf, key, text);
    else if (line->what >= TEXTS && line->what != LONG_UNUSED)
        pt_prf_number(prf, key, number_of(line->what, entry));
}

static void put_account(struct pt_prf *prf, size_t number,
                        const struct entry *entry)
{
    char name[KEY_SIZE];

    snprintf(name, sizeof(name), "Account%zu", number);
    pt_prf_section(prf, name);
    pt_prf_text(prf, "UniqueService", "No");
    for (size_t i = 0; i < LINES; i++)
        if (lines[i].kinds & entry->kind->bit)
            put_value(prf, &lines[i], entry);
}

static void put_mapping(struct pt_prf *prf, const struct kind *kind)
{
    char value[KEY_SIZE];
    char key[KEY_SIZE];

    pt_prf_section(prf, kind->block);
    pt_prf_text(prf, "AccountType", kind->protocol);
    for (size_t i = 0; i < LINES; i++) {
        if (!(lines[i].kinds & kind->bit))
            continue;
        snprintf(value, sizeof(value), "%s,0x%04X",
                 lines[i].what < TEXTS ? "PT_UNICODE" : "PT_LONG",
                 lines[i].property);
        pt_prf_text(prf, key_of(&lines[i], kind, key), value);
    }
}

static void put_head(struct pt_prf *prf)
{
    pt_prf_section(prf, "General");
    pt_prf_text(prf, "Custom", "1");
    pt_prf_text(prf, "ProfileName", "Outlook");
    pt_prf_text(prf, "DefaultProfile", "Yes");
    pt_prf_text(prf, "OverwriteProfile", "Append");
    pt_prf_text(prf, "ModifyDefaultProfileIfPresent", "TRUE");
    pt_prf_text(prf, "BackupProfile", "No");
    pt_prf_section(prf, "Service List");
    pt_prf_text(prf, "Service1", "Outlook Address Book");
}

static void put_list(struct pt_prf *prf, const struct entry *entries,
                     size_t count)
{
    char key[KEY_SIZE];

    pt_prf_section(prf, "Internet Account List");
    for (size_t i = 0; i < count; i++) {
        snprintf(key, sizeof(key), "Account%zu", i + 1);
        pt_prf_text(prf, key, entries[i].kind->block);
    }
    pt_prf_section(prf, "Service1");
}

static void put_all(struct pt_prf *prf, const struct entry *entries,
                    size_t count)
{
    unsigned used = 0;

    put_head(prf);
    put_list(prf, entries, count);
    for (size_t i = 0; i < count; i++) {
        put_account(prf, i + 1, &entries[i]);
        used |= entries[i].kind->bit;
    }
    pt_prf_section(prf, "Outlook Address Book");
    pt_prf_text(prf, "ServiceName", "CONTAB");
    for (size_t i = 0; i < KINDS; i++)
        if (used & kinds[i].bit)
            put_mapping(prf, &kinds[i]);
}

static void add_notes(struct pt_output *out, const struct entry *entry)
{
    if (entry->account.in->security != PT_TLS &&
        entry->account.in->security != PT_PLAIN)
        pt_output_note(out,
                       "a PRF cannot say STARTTLS for receiving: in Outlook, "
                       "File, Account Settings, Change, More Settings, "
                       "Advanced, choose STARTTLS");
    if (!pt_prf_holds(pt_full_name(entry->settings)))
        pt_output_note(out,
                       "a PRF cannot hold your name: the address stands in "
                       "its place, change it in Outlook");
    pt_note_left_out(out, entry->settings, 0);
}

static enum pt_status write_outlook(const struct pt_job *job,
                                    struct pt_output *output,
                                    struct pt_error *err)
{
    struct entry *entries =
        pt_arena_alloc(job->arena, job->count * sizeof(*entries));
    enum pt_status status = entries ? PT_OK : pt_fail_memory(err);
    struct pt_prf prf;

    for (size_t i = 0; i < job->count && status == PT_OK; i++)
        status = read_entry(&job->accounts[i], &entries[i], err);
    if (status != PT_OK)
        return status;
    pt_prf_begin(&prf, pt_output_first(output, &pt_writer_outlook, job));
    put_all(&prf, entries, job->count);
    for (size_t i = 0; i < job->count; i++)
        add_notes(output, &entries[i]);
    return pt_prf_end(&prf, err);
}

const struct pt_writer pt_writer_outlook = {
    .name = "outlook",
    .client = "Outlook for Windows (classic)",
    .summary = "a PRF that classic Outlook imports when it starts",
    .file = "%a.prf",
    .media_type = "application/octet-stream",
    .takes_several = true,
    .is_imported = true,
    .import = "close Outlook, then run: outlook.exe /importprf \"C:\\PATH\\"
              "FILE.prf\"\n"
              "(new Outlook and Outlook for Mac import no file: type from "
              "'portolan write text')",
    .write = write_outlook,
};
