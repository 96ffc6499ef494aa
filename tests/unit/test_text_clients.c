#include "format/fingerprint.h"
#include "format/pem.h"
#include "tests/oom/alloc.h"
#include "tests/unit/moved.h"

/* STARTTLS on 1144 and 1026, without a certificate, unless it says more. */
static const struct {
    const char *what;
    const struct pt_client *client;
    const char *path;
    const char *before;
    const char *after; /* NULL: it stays */
    enum pt_security security; /* 0: STARTTLS */
} cases[] = {
    {"msmtp: a port", &pt_client_msmtp, ".msmtprc",
     "# port 1025\naccount a\nhost 127.0.0.1\nport 1025\ntls on\n",
     "# port 1025\naccount a\nhost 127.0.0.1\nport 1026\ntls on\n", 0},
    {"msmtp: CRLF, blanks, quotes, no last line end", &pt_client_msmtp,
     ".config/msmtp/config",
     "account a\r\n\thost  \"localhost\"\r\ntls on\r\n port\t\"1025\" ",
     "account a\r\n\thost  \"localhost\"\r\ntls on\r\n port\t\"1026\" ", 0},
    {"msmtp: another's port is another's", &pt_client_msmtp, ".msmtprc",
     "account a\nhost smtp.example.org\nport 1025\ntls on\n"
     "account b\nhost ::1\nport 1025\ntls on\n",
     "account a\nhost smtp.example.org\nport 1025\ntls on\n"
     "account b\nhost ::1\nport 1026\ntls on\n",
     0},
    {"msmtp: defaults are not the account's", &pt_client_msmtp, ".msmtprc",
     "defaults\nport 1025\ntls on\n\naccount a\n  host 127.0.0.1\n"
     "account b\nhost smtp.example.org\n",
     "defaults\nport 1025\ntls on\n\naccount a\n  host 127.0.0.1\n"
     "  port 1026\naccount b\nhost smtp.example.org\n",
     0},
    {"msmtp: an account takes the change from its parent", &pt_client_msmtp,
     ".msmtprc",
     "account a\nhost 127.0.0.1\nport 1025\ntls\n"
     "account b : a\nfrom b@example.org\naccount default : b\n",
     "account a\nhost 127.0.0.1\nport 1026\ntls\n"
     "account b : a\nfrom b@example.org\naccount default : b\n",
     0},
    {"msmtp: the last of two counts", &pt_client_msmtp, ".msmtprc",
     "account a\nhost 127.0.0.1\nport 1\nport 1025\ntls on\n",
     "account a\nhost 127.0.0.1\nport 1\nport 1026\ntls on\n", 0},
    {"msmtp: what is right stays", &pt_client_msmtp, ".msmtprc",
     "account a\nhost 127.0.0.1\nport \"1026\"\ntls on\n", NULL, 0},
    {"msmtp: TLS from the first byte", &pt_client_msmtp, ".msmtprc",
     "account a\nhost 127.0.0.1\nport 1026\ntls on\ntls_starttls on\n",
     "account a\nhost 127.0.0.1\nport 1026\ntls on\ntls_starttls off\n",
     PT_TLS},
    {"msmtp: a switch that is not there", &pt_client_msmtp, ".msmtprc",
     "account a\nhost 127.0.0.1\nport 1026\ntls on",
     "account a\nhost 127.0.0.1\ntls_starttls off\nport 1026\ntls on",
     PT_TLS},
    {"msmtp: no encryption", &pt_client_msmtp, ".msmtprc",
     "account a\nhost 127.0.0.1\nport 1026\ntls\n",
     "account a\nhost 127.0.0.1\nport 1026\ntls\ntls off\n", PT_PLAIN},
    {"msmtp: encryption where there was none", &pt_client_msmtp, ".msmtprc",
     "account a\nhost 127.0.0.1\nport 1026\n",
     "account a\nhost 127.0.0.1\ntls on\nport 1026\n", 0},
    {"mbsync: a port", &pt_client_mbsync, ".mbsyncrc",
     "IMAPAccount a # Port 1143\nhost 127.0.0.1 # here\nport 1143 # 1143\n"
     "SSLType STARTTLS\n\nIMAPStore b\nAccount a\n",
     "IMAPAccount a # Port 1143\nhost 127.0.0.1 # here\nport 1144 # 1143\n"
     "SSLType STARTTLS\n\nIMAPStore b\nAccount a\n",
     0},
    {"mbsync: a store with its server", &pt_client_mbsync, ".config/isyncrc",
     "IMAPStore a\r\nHost localhost\r\nPort \"1143\"\r\nTLSType IMAPS",
     "IMAPStore a\r\nHost localhost\r\nPort \"1144\"\r\nTLSType STARTTLS", 0},
    {"mbsync: what is not said", &pt_client_mbsync, ".mbsyncrc",
     "IMAPAccount a\n  Host \"127.0.0.1\"\n\nPort 1\n",
     "IMAPAccount a\n  Host \"127.0.0.1\"\n  Port 1144\n  SSLType IMAPS\n\n"
     "Port 1\n",
     PT_TLS},
    {"mbsync: other servers", &pt_client_mbsync, ".mbsyncrc",
     "IMAPAccount a\nHost imap.example.org\nPort 1143\n\n"
     "IMAPAccount b\nTunnel \"ssh 127.0.0.1\"\nPort 1143\n",
     NULL, 0},
    {"mbsync: bytes that are no text", &pt_client_mbsync, ".mbsyncrc",
     "# caf\xE9 \x01\nIMAPAccount a\xFF\nHost 127.0.0.1\nPort 1143\n\xC0\n",
     "# caf\xE9 \x01\nIMAPAccount a\xFF\nHost 127.0.0.1\nPort 1144\n\xC0\n",
     0},
    {"mutt: ports wherever they are", &pt_client_mutt, ".muttrc",
     "set folder=\"imap://127.0.0.1:1143/\" # imap://127.0.0.1:1143/\n"
     "mailboxes imap://127.0.0.1:1143/INBOX \\\n 'imap://localhost/x'\n"
     "account-hook . 'set smtp_url=smtp://a%40b@127.0.0.1:1025/'\n"
     "set record=imap://imap.example.org:1143/ x=1143",
     "set folder=\"imap://127.0.0.1:1144/\" # imap://127.0.0.1:1143/\n"
     "mailboxes imap://127.0.0.1:1144/INBOX \\\n 'imap://localhost:1144/x'\n"
     "account-hook . 'set smtp_url=smtp://a%40b@127.0.0.1:1026/'\n"
     "set record=imap://imap.example.org:1143/ x=1143",
     0},
    {"mutt: what is right stays", &pt_client_mutt, ".muttrc",
     "set folder=imap://localhost:1144\n", NULL, 0},
    {"mutt: TLS from the first byte", &pt_client_mutt,
     ".config/neomutt/neomuttrc",
     "set spoolfile=imap://ann@[::1]:1144/\r\n",
     "set spoolfile=imaps://ann@[::1]:1144/\r\n", PT_TLS},
    {"mutt: STARTTLS, that was switched off", &pt_client_mutt, ".muttrc",
     "set ssl_starttls=no ssl_force_tls = no\nset folder=imap://localhost:1\n",
     "set ssl_starttls=yes ssl_force_tls = no\n"
     "set folder=imap://localhost:1144\n",
     0},
    {"mutt: STARTTLS is on", &pt_client_mutt, ".muttrc",
     "set ssl_starttls = no\nset folder=imaps://localhost:1144\n",
     "set ssl_starttls = no\nset folder=imap://localhost:1144\n", 0},
    {"mutt: no encryption, where it need not be", &pt_client_mutt, ".muttrc",
     "set folder=imap://localhost:1143\nset ssl_force_tls=no\n",
     "set folder=imap://localhost:1144\nset ssl_force_tls=no\n", PT_PLAIN},
    {"mutt: a host without a scheme", &pt_client_mutt, ".muttrc",
     "set pop_host=\"ann@127.0.0.1:1110\" pop_user=127.0.0.1:1110\n",
     "set pop_host=\"ann@127.0.0.1:1144\" pop_user=127.0.0.1:1110\n", 0},
    {"mutt: which gets one for TLS", &pt_client_mutt, ".muttrc",
     "set pop_host=[::1]", "set pop_host=pops://[::1]:1144", PT_TLS},
    {"mutt: variables and braces are left alone", &pt_client_mutt, ".muttrc",
     "set my_h=127.0.0.1\nset folder=imap://$my_h:1143/ pop_host=$my_h:1\n"
     "mailboxes {127.0.0.1:1143}INBOX\n",
     NULL, 0},
    {"aerc: ports and nothing else", &pt_client_aerc,
     ".config/aerc/accounts.conf",
     "[a]\r\nsource = imap://ann%40b@127.0.0.1:1143 ; 1143\r\n"
     "outgoing=smtp+plain://ann%40b@127.0.0.1:1025/\r\n"
     "; outgoing = smtp://127.0.0.1:1025\r\n[b]\r\n"
     "source = imap://mail.example.org:1143",
     "[a]\r\nsource = imap://ann%40b@127.0.0.1:1144 ; 1143\r\n"
     "outgoing=smtp+plain://ann%40b@127.0.0.1:1026/\r\n"
     "; outgoing = smtp://127.0.0.1:1025\r\n[b]\r\n"
     "source = imap://mail.example.org:1143",
     0},
    {"aerc: TLS from the first byte", &pt_client_aerc,
     ".config/aerc/accounts.conf",
     "[a]\nsource = imap+insecure://localhost:1143\n"
     "outgoing = smtp+plain://localhost:1026\nsmtp-starttls = yes\n",
     "[a]\nsource = imaps://localhost:1144\n"
     "outgoing = smtps+plain://localhost:1026\nsmtp-starttls = no\n",
     PT_TLS},
    {"aerc: STARTTLS where there was none", &pt_client_aerc,
     ".config/aerc/accounts.conf",
     "[a]\n  outgoing = smtps+login://localhost\nfrom = A <a@b>",
     "[a]\n  outgoing = smtp+login://localhost:1026\n"
     "  smtp-starttls = yes\nfrom = A <a@b>",
     0},
    {"himalaya 2: ports", &pt_client_himalaya, ".config/himalaya/config.toml",
     "[accounts.\"a@b\"]\nimap.server = \"imap://127.0.0.1:1143\" # 1143\n"
     "imap.starttls = true\n[accounts.\"a@b\".smtp]\n"
     "server = 'smtp://127.0.0.1'\nstarttls=true\n",
     "[accounts.\"a@b\"]\nimap.server = \"imap://127.0.0.1:1144\" # 1143\n"
     "imap.starttls = true\n[accounts.\"a@b\".smtp]\n"
     "server = 'smtp://127.0.0.1:1026'\nstarttls=true\n",
     0},
    {"himalaya 2: STARTTLS", &pt_client_himalaya,
     ".config/himalaya/config.toml",
     "[accounts.a]\r\n  imap.server = \"imaps://localhost:1144\"",
     "[accounts.a]\r\n  imap.server = \"imap://localhost:1144\"\r\n"
     "  imap.starttls = true",
     0},
    {"himalaya 2: TLS from the first byte", &pt_client_himalaya,
     ".config/himalaya/config.toml",
     "[accounts.a]\nimap.server = \"imap://localhost:1144\"\n"
     "imap.starttls = true\n",
     "[accounts.a]\nimap.server = \"imaps://localhost:1144\"\n"
     "imap.starttls = false\n",
     PT_TLS},
    {"himalaya 1: ports", &pt_client_himalaya, ".config/himalaya/config.toml",
     "[accounts.a]\nbackend.host = \"localhost\"\nbackend.port = 1143 # it\n"
     "backend.encryption.type = \"start-tls\"\n"
     "message.send.backend.host = \"localhost\"\n"
     "message.send.backend.encryption = 'tls'\n",
     "[accounts.a]\nbackend.host = \"localhost\"\nbackend.port = 1144 # it\n"
     "backend.encryption.type = \"start-tls\"\n"
     "message.send.backend.host = \"localhost\"\n"
     "message.send.backend.port = 1026\n"
     "message.send.backend.encryption = 'start-tls'\n",
     0},
    {"himalaya: what is in a text is no account", &pt_client_himalaya,
     ".config/himalaya/config.toml",
     "x = '''\n[accounts.a]\nimap.server = \"imap://localhost:1\"\n'''\n"
     "y = [ '[accounts.a]', # ]\n \"imap://localhost:1\"]\n[[accounts.a]]\n"
     "imap.server = \"imap://localhost:1\"\n",
     NULL, 0},
    {"himalaya: a quote does not end a long text", &pt_client_himalaya,
     ".config/himalaya/config.toml",
     "x = '''\nit's not\n[accounts.a]\nimap.server = \"imap://localhost:1\"\n"
     "'''\n",
     NULL, 0},
    {"Evolution: what is not said is as it is", &pt_client_evolution,
     ".config/evolution/sources/a.source",
     "[Mail Account]\nBackendName=pop\n[Authentication]\nHost=localhost\n"
     "Port=1144\n[Security]\nSecure=x",
     NULL, 0},
    {"Evolution: who receives", &pt_client_evolution,
     ".config/evolution/sources/a.source",
     "[Data Source]\nDisplayName=Port=1143\n[Authentication]\n"
     "Host=127.0.0.1\nPort=1143\nUser=a\n[Security]\n"
     "Method=starttls-on-standard-port\n[Mail Account]\nBackendName=imapx\n",
     "[Data Source]\nDisplayName=Port=1143\n[Authentication]\n"
     "Host=127.0.0.1\nPort=1144\nUser=a\n[Security]\n"
     "Method=starttls-on-standard-port\n[Mail Account]\nBackendName=imapx\n",
     0},
    {"Evolution: who sends, in the Flatpak", &pt_client_evolution,
     ".var/app/org.gnome.Evolution/config/evolution/sources/a.source",
     "[Mail Transport]\nBackendName=smtp\n\n[Authentication]\n"
     "Host[de]=x\nHost = localhost\n[Security]\n# none\n",
     "[Mail Transport]\nBackendName=smtp\n\n[Authentication]\n"
     "Host[de]=x\nHost = localhost\nPort = 1026\n[Security]\n"
     "Method=ssl-on-alternate-port\n# none\n",
     PT_TLS},
    {"Evolution: calendars are none of it", &pt_client_evolution,
     ".config/evolution/sources/a.source",
     "[Authentication]\nHost=127.0.0.1\nPort=1143\n[Calendar]\n"
     "BackendName=caldav\n",
     NULL, 0},
    {"Geary: both", &pt_client_geary, ".config/geary/account_01/geary.ini",
     "[Incoming]\nlogin=a\nhost=127.0.0.1\nport=1143\n"
     "transport_security=start-tls\n[Outgoing]\nhost=127.0.0.1\nport=1025\n"
     "transport_security=none\n",
     "[Incoming]\nlogin=a\nhost=127.0.0.1\nport=1144\n"
     "transport_security=start-tls\n[Outgoing]\nhost=127.0.0.1\nport=1026\n"
     "transport_security=start-tls\n",
     0},
};

static void test_case(size_t i)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct moved_to to = {1144, 1026, PT_STARTTLS, NULL};
    struct pt_error err = {0};
    struct moved moved;
    enum pt_status status;
    const char *now;

    moved_begin(&moved, arena);
    moved_put(&moved, cases[i].path, cases[i].before);
    if (cases[i].security)
        to.security = cases[i].security;
    status = moved_find(&moved, cases[i].client)
                 ? moved_patch(&moved, &to, &err)
                 : PT_NO_MEMORY;
    now = moved_now(&moved, cases[i].path);
    if (!now) /* nothing of it was found */
        now = cases[i].before;
    IS(status == PT_OK ? now : err.text,
       cases[i].after ? cases[i].after : cases[i].before, cases[i].what);
    OK(moved_changed(&moved) == (cases[i].after != NULL),
       "it counts as changed only when it is");
    moved_end(&moved);
}

/* ---- certificates ---- */

/* As PEM, with this around it. */
static const char *pem_of(struct pt_arena *arena, const char *before,
                          const struct pt_certificate *certificate,
                          const char *after)
{
    PT_BUF struct pt_buf pem = {0};

    pt_buf_puts(&pem, before);
    pt_pem_add(&pem, certificate);
    pt_buf_puts(&pem, after);
    return pt_arena_strdup(arena, pt_buf_text(&pem));
}

/* Which certificate the bridge had, and has. */
struct pins {
    struct moved moved;
    const struct pt_certificate *old;
    const struct pt_certificate *new;
    struct pt_error err;
};

static void begin_pins(struct pins *pins, struct pt_arena *arena)
{
    *pins = (struct pins){.old = new_certificate(arena, 1),
                          .new = new_certificate(arena, 2)};
    moved_begin(&pins->moved, arena);
}

static enum pt_status move_pins(struct pins *pins,
                                const struct pt_client *client)
{
    struct moved_to to = {1144, 1026, PT_STARTTLS, pins->new};

    return moved_find(&pins->moved, client)
               ? moved_patch(&pins->moved, &to, &pins->err)
               : PT_NO_MEMORY;
}

static const struct {
    const char *what;
    const struct pt_client *client;
    const char *path;
    const char *text;
    const char *pin;
} pinned[] = {
    {"mbsync", &pt_client_mbsync, ".mbsyncrc",
     "IMAPStore a\nHost 127.0.0.1\nCertificateFile ~/p\n", "p"},
    {"msmtp", &pt_client_msmtp, ".msmtprc",
     "account a\nhost 127.0.0.1\ntls on\ntls_trust_file ~/p\n", "p"},
    {"mutt", &pt_client_mutt, ".mutt/muttrc",
     "set folder=imap://127.0.0.1/ certificate_file=$HOME/p", "p"},
    {"himalaya 1", &pt_client_himalaya, ".config/himalaya/config.toml",
     "[accounts.a.backend]\nhost = \"127.0.0.1\"\n"
     "encryption.cert = \"~/p\"\n", "p"},
    {"himalaya 2", &pt_client_himalaya, ".config/himalaya/config.toml",
     "[accounts.a]\nimap.server = \"imap://127.0.0.1\"\n"
     "imap.tls.cert = \"~/p\"\n", "p"},
    {"Geary", &pt_client_geary, ".config/geary/account_02/geary.ini",
     "[Incoming]\nhost=127.0.0.1\n",
     ".local/share/geary/pinned-certs/127.0.0.1.pem"},
};

static void test_pin(size_t i)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pins pins;
    enum pt_status status;
    char what[96];

    begin_pins(&pins, arena);
    moved_put(&pins.moved, pinned[i].path, pinned[i].text);
    moved_put(&pins.moved, pinned[i].pin,
              pem_of(arena, "# a\n", pins.old, "# b"));
    status = move_pins(&pins, pinned[i].client);
    snprintf(what, sizeof(what), "%s: the certificate is changed in its file",
             pinned[i].what);
    IS(status == PT_OK ? moved_now(&pins.moved, pinned[i].pin) : pins.err.text,
       pem_of(arena, "# a\n", pins.new, "# b"), what);
    snprintf(what, sizeof(what), "%s: what was trusted is known",
             pinned[i].what);
    IS(pins.moved.installs.at[0]->slots[0].pinned, pins.old->sha256, what);
    moved_end(&pins.moved);
}

/* Two certificates, neither of them the bridge's. */
static void test_two(const struct pt_client *client, const char *path,
                     const char *text, bool may_add, const char *what)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pins pins;
    const char *two;
    enum pt_status status;

    begin_pins(&pins, arena);
    two = pem_of(arena, pem_of(arena, "", pins.old, "# x\n"),
                 new_certificate(arena, 3), "# y");
    moved_put(&pins.moved, path, text);
    moved_put(&pins.moved, "p", two);
    status = move_pins(&pins, client);
    if (may_add)
        IS(moved_now(&pins.moved, "p"),
           pem_of(arena, pt_arena_printf(arena, "%s\n", two), pins.new, ""),
           what);
    else
        OK(status == PT_CANNOT_EXPRESS && *pins.err.hint &&
               strstr(pins.err.text, "more than the certificate"),
           what);
    moved_end(&pins.moved);
}

static void test_trusted(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pins pins;
    const char *both;

    begin_pins(&pins, arena);
    both = pem_of(arena, pem_of(arena, "", pins.old, ""), pins.new, "");
    moved_put(&pins.moved, ".mbsyncrc",
              "IMAPStore a\nHost 127.0.0.1\nPort 1144\nCertificateFile ~/p\n");
    moved_put(&pins.moved, "p", both);
    OK(move_pins(&pins, &pt_client_mbsync) == PT_OK &&
           !moved_changed(&pins.moved),
       "a certificate that is trusted already changes nothing");
    moved_end(&pins.moved);
}

/* ---- fingerprints ---- */

static const char *msmtprc_of(struct pt_arena *arena, const char *print,
                              const char *port)
{
    return pt_arena_printf(arena,
                           "account a\nhost localhost\nport %s\ntls on\n"
                           "tls_fingerprint %s\n",
                           port, print);
}

static void test_fingerprint(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    char print[PT_FINGERPRINT_CHARS];
    struct pins pins;

    begin_pins(&pins, arena);
    moved_put(&pins.moved, ".msmtprc",
              msmtprc_of(arena, pins.old->sha256, "1025"));
    OK(move_pins(&pins, &pt_client_msmtp) == PT_OK, "msmtp's file is changed");
    pt_fingerprint(pins.new, print);
    IS(moved_now(&pins.moved, ".msmtprc"), msmtprc_of(arena, print, "1026"),
       "the fingerprint is that of the new certificate");
    IS(pins.moved.installs.at[0]->slots[0].pinned, pins.old->sha256,
       "that of the old one is known");
    moved_end(&pins.moved);
}

static void test_same_fingerprint(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pins pins;

    begin_pins(&pins, arena);
    moved_put(&pins.moved, ".msmtprc",
              msmtprc_of(arena, pins.new->sha256, "1026"));
    OK(move_pins(&pins, &pt_client_msmtp) == PT_OK &&
           !moved_changed(&pins.moved),
       "a fingerprint that is right stays, however it is spelt");
    moved_end(&pins.moved);
}

static void test_first_encryption(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    char print[PT_FINGERPRINT_CHARS];
    struct pins pins;

    begin_pins(&pins, arena);
    moved_put(&pins.moved, ".msmtprc",
              "account a\nhost localhost\nport 1026\n");
    move_pins(&pins, &pt_client_msmtp);
    pt_fingerprint(pins.new, print);
    IS(moved_now(&pins.moved, ".msmtprc"),
       pt_arena_printf(arena,
                       "account a\nhost localhost\ntls on\n"
                       "tls_fingerprint %s\nport 1026\n",
                       print),
       "what had no encryption trusts the certificate from then on");
    moved_end(&pins.moved);
}

/* ---- several files ---- */

static void test_sources(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct moved_to to = {1144, 1026, PT_STARTTLS, NULL};
    struct moved moved;
    struct pt_error err = {0};

    moved_begin(&moved, arena);
    moved_put(&moved, ".muttrc",
              "source ~/.mutt/a\nsource \"touch ran|\"\nsource ~/none\n");
    moved_put(&moved, ".mutt/a", "source b; source ~/.muttrc\n");
    moved_put(&moved, ".mutt/b", "set folder=imap://localhost:1143\n");
    OK(moved_find(&moved, &pt_client_mutt) &&
           moved_patch(&moved, &to, &err) == PT_OK,
       "files that name each other are read once");
    IS(moved_now(&moved, ".mutt/b"), "set folder=imap://localhost:1144\n",
       "what a file of a file says is changed");
    OK(moved.installs.count == 1 && moved.installs.at[0]->file_count == 3,
       "all of them are one set-up, and nothing was run");
    moved_end(&moved);
}

/* What is moved to where another one was stays apart from it. */
static void test_swap(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_install *install;
    struct pt_server server = {.service = PT_IMAP, .security = PT_STARTTLS};
    struct moved moved;

    moved_begin(&moved, arena);
    moved_put(&moved, ".muttrc",
              "set folder=imap://localhost:1\nset record=imap://localhost:2");
    moved_find(&moved, &pt_client_mutt);
    install = moved.installs.at[0];
    server.port = 2;
    install->client->patch(install, &install->slots[0], &server, NULL);
    server.port = 3;
    install->client->patch(install, &install->slots[1], &server, NULL);
    IS(moved_now(&moved, ".muttrc"),
       "set folder=imap://localhost:2\nset record=imap://localhost:3",
       "one that takes another's port is not taken for it");
    moved_end(&moved);
}

static void test_obscure(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct moved moved;

    moved_begin(&moved, arena);
    moved_put(&moved, ".muttrc",
              "set index_format='{%s} $' x=imap://h:1\n");
    OK(moved_find(&moved, &pt_client_mutt) && !moved.installs.at[0]->note,
       "other braces and variables are none of it");
    pt_installs_free(&moved.installs);
    moved_put(&moved, ".muttrc", "mailboxes imap://h:$my_port/\n");
    OK(moved_find(&moved, &pt_client_mutt) &&
           moved.installs.at[0]->note &&
           strstr(moved.installs.at[0]->note, "left to you"),
       "that a server is named by a variable is told");
    moved_end(&moved);
}

static void test_plain_mutt(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct moved_to to = {1144, 1026, PT_PLAIN, NULL};
    struct moved moved;
    struct pt_error err = {0};

    moved_begin(&moved, arena);
    moved_put(&moved, ".muttrc", "set folder=imap://localhost:1143\n");
    moved_find(&moved, &pt_client_mutt);
    OK(moved_patch(&moved, &to, &err) == PT_CANNOT_EXPRESS && *err.hint &&
           !moved_changed(&moved),
       "mutt's encryption is not switched off for all for the sake of one");
    moved_end(&moved);
}

static void test_foreign(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct moved moved;

    moved_begin(&moved, arena);
    moved_put(&moved, ".msmtprc", "account a\nhost localhost\n");
    moved.place.uid++;
    OK(moved_find(&moved, &pt_client_msmtp) && moved.installs.count == 1 &&
           moved.installs.at[0]->refused && !moved.installs.at[0]->slot_count,
       "another user's file is refused, and not read");
    moved_end(&moved);
}

static void test_aliases(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct moved moved;

    moved_begin(&moved, arena);
    moved_put(&moved, ".msmtprc",
              "defaults\nhost localhost\naccount a\naccount b : a\nport 1\n"
              "account default : a\n");
    OK(moved_find(&moved, &pt_client_msmtp) &&
           moved.installs.at[0]->slot_count == 2,
       "an account that is only another's name is not counted again");
    moved_end(&moved);
}

/* ---- who they are for ---- */

/* "LOGIN ADDRESS" of a slot. */
static const char *who(const struct moved *moved, size_t nth)
{
    const struct pt_install *install =
        moved->installs.count ? moved->installs.at[0] : NULL;
    const struct pt_slot *slot =
        install && nth < install->slot_count ? &install->slots[nth] : NULL;

    return slot ? pt_arena_printf(moved->arena, "%s %s",
                                  slot->login ? slot->login : "-",
                                  slot->address ? slot->address : "-")
                : NULL;
}

static void test_who_geary(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct moved moved;

    moved_begin(&moved, arena);
    moved_put(&moved, ".config/geary/account_01/geary.ini",
              "[Account]\nsender_mailboxes=A\\; B <a@b>;C <c@d>;\n"
              "[Incoming]\nhost=h\nlogin=\\sx\n"
              "[Outgoing]\nhost=h\ncredentials=use-incoming\n");
    moved_put(&moved, ".config/geary/account_02/geary.ini",
              "[Incoming]\nlogin=x\n[Outgoing]\nhost=h\nlogin=y\n");
    moved_find(&moved, &pt_client_geary);
    IS(who(&moved, 0), " x a@b", "Geary: the first mailbox has the address");
    IS(who(&moved, 1), " x a@b", "Geary: who receives sends");
    IS(who(&moved, 2), "y -", "Geary: or somebody else does");
    moved_end(&moved);
}

static void test_who_evolution(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct moved moved;

    moved_begin(&moved, arena);
    moved_put(&moved, ".config/evolution/sources/1.source",
              "[Mail Account]\nBackendName=imapx\nIdentityUid=2\n"
              "[Authentication]\nHost=localhost\nUser=in\n");
    moved_put(&moved, ".config/evolution/sources/2.source",
              "[Mail Identity]\nAddress=a@b\n"
              "[Mail Submission]\nTransportUid=3\n");
    moved_put(&moved, ".config/evolution/sources/3.source",
              "[Mail Transport]\nBackendName=smtp\n"
              "[Authentication]\nHost=localhost\nUser=out\n");
    moved_find(&moved, &pt_client_evolution);
    IS(who(&moved, 0), "in a@b", "Evolution: the identity has the address");
    IS(who(&moved, 1), "out a@b", "Evolution: it is that of who sends, too");
    moved_end(&moved);
}

static void test_who_himalaya(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct moved moved;

    moved_begin(&moved, arena);
    moved_put(&moved, ".config/himalaya/config.toml",
              "[accounts.b]\nemail = \"x@y\"\n[accounts.a]\n"
              "email = \"a@b\"\nbackend.host = \"h\"\n"
              "backend.login = \"l\"\n[accounts.a.smtp]\n"
              "server = \"smtps://h\"\nsasl.plain.username = 'm'\n");
    moved_find(&moved, &pt_client_himalaya);
    IS(who(&moved, 0), "l a@b", "himalaya: login and address are known");
    IS(who(&moved, 1), "m a@b", "himalaya: so they are in a table below");
    moved_end(&moved);
}

/* ---- memory ---- */

/* Find and patch it, with the nth allocation failing: it is right, or it is
 * told.  False: it went right, so there are no more. */
static bool fails_at(size_t i, size_t nth, bool *ret_told)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct moved_to to = {1144, 1026, PT_STARTTLS, NULL};
    struct moved moved;
    enum pt_status status;

    moved_begin(&moved, arena);
    moved_put(&moved, cases[i].path, cases[i].before);
    moved.installs.arena = pt_arena_new();
    if (cases[i].security)
        to.security = cases[i].security;
    pt_oom_fail_at(nth);
    status = cases[i].client->find(&moved.place, &moved.installs, NULL);
    if (status == PT_OK)
        status = moved_patch(&moved, &to, NULL);
    pt_oom_fail_at(0);
    *ret_told = status == PT_NO_MEMORY ||
                (status == PT_OK &&
                 pt_is(moved_now(&moved, cases[i].path),
                       cases[i].after ? cases[i].after : cases[i].before));
    pt_installs_free(&moved.installs);
    pt_arena_free(moved.installs.arena);
    moved_end(&moved);
    return status != PT_OK;
}

static void test_no_memory(void)
{
    static const struct pt_client *last;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        bool told = true;
        char what[96];
        size_t nth = 1;

        if (cases[i].client == last || !cases[i].after)
            continue;
        last = cases[i].client;
        while (told && nth < 1000 && fails_at(i, nth, &told))
            nth++;
        snprintf(what, sizeof(what),
                 "%s: when there is no memory it is told", last->name);
        if (!OK(told && nth > 2 && nth < 1000, what))
            printf("# allocation %zu\n", nth);
    }
}

static void test_nothing(void)
{
    static const struct pt_client *const clients[] = {
        &pt_client_msmtp,    &pt_client_mbsync, &pt_client_mutt,
        &pt_client_aerc,     &pt_client_himalaya, &pt_client_evolution,
        &pt_client_geary,
    };
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct moved moved;
    bool found = true;

    moved_begin(&moved, arena);
    for (size_t i = 0; i < sizeof(clients) / sizeof(*clients); i++)
        found = found && moved_find(&moved, clients[i]);
    OK(found && !moved.installs.count, "in an empty home there is none");
    moved_end(&moved);
}

int main(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        test_case(i);
    for (size_t i = 0; i < sizeof(pinned) / sizeof(*pinned); i++)
        test_pin(i);
    test_two(&pt_client_mbsync, ".mbsyncrc",
             "IMAPStore a\nHost 127.0.0.1\nCertificateFile ~/p\n", false,
             "mbsync: a file with other certificates is not changed");
    test_two(&pt_client_mutt, ".muttrc",
             "set folder=imap://127.0.0.1 certificate_file=~/p\n", true,
             "mutt: it gets one more, as mutt would add it");
    test_trusted();
    test_fingerprint();
    test_same_fingerprint();
    test_first_encryption();
    test_sources();
    test_swap();
    test_obscure();
    test_plain_mutt();
    test_foreign();
    test_aliases();
    test_who_geary();
    test_who_evolution();
    test_who_himalaya();
    test_no_memory();
    test_nothing();
    return tap_done();
}
