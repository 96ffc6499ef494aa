/* test_text_setup.c - an account joins those of a client's text file: what was
 * there stays, and the client finds the account behind it. */
#include "tests/oom/alloc.h"
#include "tests/unit/moved.h"

/* TLS to receive and STARTTLS to send, as a provider has it. */
static struct pt_settings new_account(struct pt_arena *arena)
{
    struct pt_settings account = {.provider_name = "Example",
                                  .provider_domain = "example.org"};
    struct pt_server *server;

    if (pt_address_parse(arena, "ann@example.org", &account.address, NULL))
        abort();
    server = pt_settings_add(arena, &account);
    *server = (struct pt_server){.service = PT_IMAP,
                                 .host = "imap.example.org",
                                 .port = 993,
                                 .security = PT_TLS,
                                 .username = "ann",
                                 .chosen = true};
    server = pt_settings_add(arena, &account);
    *server = (struct pt_server){.service = PT_SUBMISSION,
                                 .host = "smtp.example.org",
                                 .port = 587,
                                 .security = PT_STARTTLS,
                                 .username = "ann",
                                 .chosen = true};
    return account;
}

/* The account joins the first set-up, or one that is begun. */
static enum pt_status set_up(struct moved *moved,
                             const struct pt_client *client,
                             const struct pt_settings *account,
                             struct pt_error *err)
{
    struct pt_installs *installs = &moved->installs;
    enum pt_status status = client->find(&moved->place, installs, err);

    if (status == PT_OK && !installs->count)
        status = client->begin(&moved->place, installs, err);
    return status == PT_OK
               ? client->add(installs, installs->at[0], account, err)
               : status;
}

/* What is behind the bytes that were there; NULL: they have changed. */
static const char *added_to(const struct moved *moved, const char *path,
                            const char *before)
{
    const char *now = moved_now(moved, path);

    return now && pt_has_prefix(now, before) ? now + strlen(before) : NULL;
}

/* ---- what is written ---- */

#define MSMTP_1 \
    "account ann@example.org\n"
#define MSMTP_2                                                             \
    "host smtp.example.org\n"                                               \
    "port 587\n"                                                            \
    "from ann@example.org\n"                                                \
    "auth on\n"                                                             \
    "user ann\n"                                                            \
    "passwordeval \"secret-tool lookup service mail user ann address "      \
    "ann@example.org\"\n"                                                   \
    "tls on\n"                                                              \
    "tls_starttls on\n"

static const struct {
    const char *what;
    const struct pt_client *client;
    const char *path;
    const char *before; /* NULL: there is none */
    const char *added;
} cases[] = {
    {"msmtp: the first account is the default", &pt_client_msmtp, ".msmtprc",
     NULL, MSMTP_1 MSMTP_2 "\naccount default : ann@example.org\n"},
    {"msmtp: another one stays the default", &pt_client_msmtp, ".msmtprc",
     "account b\nhost b\naccount default : b",
     "\n\n" MSMTP_1 MSMTP_2},
    {"msmtp: a name that is taken gets a number", &pt_client_msmtp,
     ".config/msmtp/config",
     "account ann@example.org\nhost b\n",
     "\naccount ann@example.org-2\n" MSMTP_2
     "\naccount default : ann@example.org-2\n"},
    {"msmtp: what is by default is not always for this one",
     &pt_client_msmtp, ".msmtprc",
     "defaults\nlogfile ~/x\npassword secret\ntls_certcheck off\n"
     "tls_trust_file ~/bridge.pem\nauto_from\naccount default\nhost b\n",
     "\naccount ann@example.org\nauto_from off\npassword\n"
     "tls_certcheck on\ntls_trust_file system\n" MSMTP_2},
    {"msmtp: the system's authorities are", &pt_client_msmtp, ".msmtprc",
     "defaults\ntls_trust_file /etc/ssl/certs/ca-certificates.crt\n\n"
     "account default\nhost b\n\n",
     MSMTP_1 MSMTP_2},
};

static void test_case(size_t i)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const char *before = cases[i].before ? cases[i].before : "";
    struct pt_settings account = new_account(arena);
    struct pt_error err = {0};
    struct moved moved;
    enum pt_status status;

    moved_begin(&moved, arena);
    if (cases[i].before)
        moved_put(&moved, cases[i].path, before);
    status = set_up(&moved, cases[i].client, &account, &err);
    IS(status == PT_OK ? added_to(&moved, cases[i].path, before) : err.text,
       cases[i].added, cases[i].what);
    moved_end(&moved);
}

/* ---- what the client finds then ---- */

static const struct {
    const char *what;
    const struct pt_client *client;
    const char *path;
    const char *before; /* NULL: there is none */
    const char *name;   /* how it is called in the file */
    const char *not;    /* what is not in what was added; or NULL */
} found[] = {
    {"msmtp, CRLF", &pt_client_msmtp, ".msmtprc",
     "# x\r\naccount b\r\nhost b\r\n", "account ann@example.org\r\n", NULL},
    {"mbsync, new", &pt_client_mbsync, ".mbsyncrc", NULL,
     "IMAPAccount ann@example.org\n", NULL},
    {"mbsync, a section that is not ended", &pt_client_mbsync,
     ".config/isyncrc", "IMAPAccount b\nHost b", "\n\nIMAPAccount ann@", NULL},
    {"mbsync, a channel of that name", &pt_client_mbsync, ".mbsyncrc",
     "Channel ann@example.org\nFar :a:\nNear :b:\n",
     "Channel ann@example.org-2\nFar :ann@example.org-2-remote:\n",
     "Channel ann@example.org\n"},
    {"mbsync, a store of that name", &pt_client_mbsync, ".mbsyncrc",
     "MaildirStore \"ann@example.org-local\"\nPath ~/x/\n\n",
     "Path ~/Mail/ann@example.org-2/\n", NULL},
    {"mbsync, a folder of that name", &pt_client_mbsync, ".mbsyncrc",
     "MaildirStore b\nPath \"~/Mail/ann@example.org/\"\n\n",
     "Path ~/Mail/ann@example.org-2/\n", NULL},
    {"mbsync, all of ~/Mail is another's", &pt_client_mbsync, ".mbsyncrc",
     "MaildirStore b\nPath ~/Mail/\n\nMaildirStore c\nPath /home/x/.mail\n",
     "Path ~/.local/share/mail/ann@example.org/\n", "~/Mail"},
    {"aerc, new", &pt_client_aerc, ".config/aerc/accounts.conf", NULL,
     "[ann@example.org]\n", NULL},
    {"aerc, a name that is taken", &pt_client_aerc,
     ".config/aerc/accounts.conf", "\xEF\xBB\xBF[ ann@example.org ]\r\nx=\\",
     "\r\n[ann@example.org-2]\r\n", NULL},
    {"mutt, new", &pt_client_mutt, ".config/mutt/muttrc", NULL,
     "set folder=\"imaps://imap.example.org:993/\"\n", NULL},
    {"mutt, one that has no account", &pt_client_mutt, ".muttrc",
     "set sort=threads \\", "\n\nset realname=", NULL},
    {"mutt, one of NeoMutt", &pt_client_mutt, ".neomuttrc",
     "bind index G imap-fetch-mail\n", "\nset realname=", NULL},
    {"himalaya, new", &pt_client_himalaya, ".config/himalaya/config.toml",
     NULL, "[accounts.\"ann@example.org\"]\ndefault = true\n", NULL},
    {"himalaya, another default", &pt_client_himalaya,
     ".config/himalaya/config.toml", "[accounts.b]\ndefault=true",
     "default = false\n", "default = true"},
    {"himalaya, what is no default", &pt_client_himalaya,
     ".config/himalaya/config.toml",
     "[accounts.b]\ndefault=false # x\nfolder.default = \"x\"\n",
     "default = true\n", NULL},
    {"himalaya, one within an inline table", &pt_client_himalaya,
     ".config/himalaya/config.toml", "[accounts]\nb = { default = true }\n",
     "default = false\n", NULL},
    {"himalaya, a table of that name", &pt_client_himalaya,
     ".config/himalaya/config.toml", "[accounts.\"ann@example.org\"]\n",
     "[accounts.\"ann@example.org-2\"]\n", NULL},
    {"himalaya, an inline one", &pt_client_himalaya,
     ".config/himalaya/config.toml", "accounts.'ann@example.org' = {}\n",
     "[accounts.\"ann@example.org-2\"]\n", NULL},
    {"himalaya 1", &pt_client_himalaya, ".config/himalaya/config.toml",
     "[accounts.b]\nbackend.host = \"b\"\n",
     "backend.host = \"imap.example.org\"\n", "imap.server"},
};

/* Is it among the slots, as often as it has servers of that kind? */
static bool is_found(const struct moved *moved,
                     const struct pt_settings *account)
{
    size_t count = 0;

    for (size_t i = 0; moved->installs.count &&
                       i < moved->installs.at[0]->slot_count; i++) {
        const struct pt_slot *slot = &moved->installs.at[0]->slots[i];
        const struct pt_server *server = pt_chosen(account, slot->service);

        count += server && pt_is(slot->host, server->host) &&
                 slot->port == server->port &&
                 slot->security == server->security &&
                 pt_is(slot->login, "ann");
    }
    return count > 0;
}

static void test_found(size_t i)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const char *before = found[i].before ? found[i].before : "";
    struct pt_settings account = new_account(arena);
    const char *added;
    struct moved moved;

    moved_begin(&moved, arena);
    if (found[i].before)
        moved_put(&moved, found[i].path, before);
    set_up(&moved, found[i].client, &account, NULL);
    added = pt_arena_strdup(arena, added_to(&moved, found[i].path, before));
    if (!OK(added && strstr(added, found[i].name) &&
                !(found[i].not && strstr(added, found[i].not)),
            pt_arena_printf(arena, "%s: it is as it is to be",
                            found[i].what)))
        printf("# %s\n", added ? added : "nothing");
    moved_put(&moved, found[i].path,
              pt_arena_printf(arena, "%s%s", before, added ? added : ""));
    pt_installs_free(&moved.installs);
    OK(moved_find(&moved, found[i].client) && is_found(&moved, &account),
       pt_arena_printf(arena, "%s: and it is found", found[i].what));
    moved_end(&moved);
}

/* ---- mutt ---- */

static void test_second(void)
{
    static const char own[] = ".mutt/ann@example.org.muttrc";
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_settings account = new_account(arena);
    const char *made;
    struct moved moved;

    moved_begin(&moved, arena);
    moved_put(&moved, ".muttrc", "set from=bob@example.org\n");
    set_up(&moved, &pt_client_mutt, &account, NULL);
    made = pt_arena_strdup(arena, moved_now(&moved, own));
    OK(made && pt_has_prefix(made, "set realname=") &&
           !moved.installs.at[0]->files[0].is_changed &&
           strstr(moved.installs.at[0]->note,
                  pt_arena_printf(arena, "neomutt -F %s",
                                  moved_path(&moved, own))),
       "mutt: beside another account it has a file of its own");
    moved_put(&moved, own, made ? made : "");
    pt_installs_free(&moved.installs);
    OK(moved_find(&moved, &pt_client_mutt) && moved.installs.count == 2 &&
           moved.installs.at[1]->slot_count == 2,
       "mutt: which is found");
    pt_installs_free(&moved.installs);
    set_up(&moved, &pt_client_mutt, &account, NULL);
    OK(moved_now(&moved, ".mutt/2-ann@example.org.muttrc"),
       "mutt: and is not written over");
    moved_end(&moved);
}

static void test_both_mutts(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_settings account = new_account(arena);
    struct moved moved;

    moved_begin(&moved, arena);
    moved_put(&moved, ".muttrc", "set sort=threads\n");
    moved_put(&moved, ".config/neomutt/neomuttrc", "source ~/.muttrc\n");
    set_up(&moved, &pt_client_mutt, &account, NULL);
    OK(moved.installs.at[0]->file_count == 2 &&
           pt_is(moved_now(&moved, ".muttrc"), "set sort=threads\n") &&
           pt_has_prefix(moved_now(&moved, ".config/neomutt/neomuttrc"),
                         "source ~/.muttrc\n\nset realname="),
       "mutt: who has a file for NeoMutt uses it");
    moved_end(&moved);
}

/* ---- what is left to do, and what cannot be done ---- */

static void test_note(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_settings account = new_account(arena);
    struct moved moved;
    const char *note = NULL;

    moved_begin(&moved, arena);
    if (set_up(&moved, &pt_client_mbsync, &account, NULL) == PT_OK)
        note = moved.installs.at[0]->note;
    OK(note && strstr(note, "secret-tool store --label=ann@example.org") &&
           strstr(note, "\nits mail goes to a folder that must be there: "
                        "mkdir -p ~/Mail/ann@example.org"),
       "how the password gets in is told, and all that is left to do");
    moved_end(&moved);
}

static void test_refused(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_settings account = new_account(arena);
    struct pt_error err = {0};
    struct moved moved;

    moved_begin(&moved, arena);
    moved_put(&moved, ".config/himalaya/config.toml",
              "accounts = { b = {} }\n");
    OK(set_up(&moved, &pt_client_himalaya, &account, &err) ==
               PT_CANNOT_EXPRESS &&
           *err.hint && !moved_changed(&moved),
       "an inline table of accounts is left alone");
    moved_put(&moved, ".mbsyncrc", "MaildirStore b\nPath ~/\n");
    pt_installs_free(&moved.installs);
    OK(set_up(&moved, &pt_client_mbsync, &account, &err) ==
               PT_CANNOT_EXPRESS &&
           *err.hint && !moved_changed(&moved),
       "so is mbsync's file when all folders are another store's");
    moved_end(&moved);
}

/* ---- certificates ---- */

static void test_pin(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_settings account = new_account(arena);
    struct moved moved;

    moved_begin(&moved, arena);
    account.servers[0].certificate = new_certificate(arena, 1);
    account.servers[0].bridge = "proton";
    moved_put(&moved, ".mbsync/proton.pem", "another's\n");
    set_up(&moved, &pt_client_mbsync, &account, NULL);
    OK(moved_now(&moved, ".mbsync/2/proton.pem") &&
           strstr(moved_now(&moved, ".mbsync/2/proton.pem"), "CERTIFICATE") &&
           strstr(moved_now(&moved, ".mbsyncrc"),
                  moved_path(&moved, ".mbsync/2/proton.pem")),
       "a file with another certificate stays, and this one has its own");
    moved_put(&moved, ".mbsync/proton.pem",
              moved_now(&moved, ".mbsync/2/proton.pem"));
    pt_installs_free(&moved.installs);
    set_up(&moved, &pt_client_mbsync, &account, NULL);
    OK(moved.installs.at[0]->file_count == 1 &&
           strstr(moved_now(&moved, ".mbsyncrc"),
                  moved_path(&moved, ".mbsync/proton.pem")),
       "one that has the same is used");
    moved_end(&moved);
}

/* ---- memory ---- */

/* With the nth allocation failing.  False: it went right. */
static bool fails_at(const struct pt_client *client, size_t nth,
                     bool *ret_told)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_settings account = new_account(arena);
    struct moved moved;
    enum pt_status status;

    moved_begin(&moved, arena);
    account.servers[0].certificate = new_certificate(arena, 1);
    moved.installs.arena = pt_arena_new();
    pt_oom_fail_at(nth);
    status = set_up(&moved, client, &account, NULL);
    pt_oom_fail_at(0);
    *ret_told = status == PT_NO_MEMORY || status == PT_OK;
    pt_installs_free(&moved.installs);
    pt_arena_free(moved.installs.arena);
    moved_end(&moved);
    return status != PT_OK;
}

static void test_no_memory(const struct pt_client *client)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    bool told = true;
    size_t nth = 1;

    while (told && nth < 1000 && fails_at(client, nth, &told))
        nth++;
    if (!OK(told && nth > 2 && nth < 1000,
            pt_arena_printf(arena, "%s: when there is no memory it is told",
                            client->name)))
        printf("# allocation %zu\n", nth);
}

int main(void)
{
    static const struct pt_client *const clients[] = {
        &pt_client_msmtp,
        &pt_client_mbsync,
        &pt_client_mutt,
        &pt_client_aerc,
        &pt_client_himalaya,
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        test_case(i);
    for (size_t i = 0; i < sizeof(found) / sizeof(*found); i++)
        test_found(i);
    test_second();
    test_both_mutts();
    test_note();
    test_refused();
    test_pin();
    for (size_t i = 0; i < sizeof(clients) / sizeof(*clients); i++)
        test_no_memory(clients[i]);
    return tap_done();
}
