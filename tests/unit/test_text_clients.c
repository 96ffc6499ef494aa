#include "format/pem.h"
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

int main(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        test_case(i);
    return tap_done();
}
