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
};

static void test_case(size_t i)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct moved_to to = {1144, 1026, PT_STARTTLS, NULL};
    struct pt_error err = {0};
    struct moved moved;
    enum pt_status status;

    moved_begin(&moved, arena);
    moved_put(&moved, cases[i].path, cases[i].before);
    if (cases[i].security)
        to.security = cases[i].security;
    status = moved_find(&moved, cases[i].client)
                 ? moved_patch(&moved, &to, &err)
                 : PT_NO_MEMORY;
    IS(status == PT_OK ? moved_now(&moved, cases[i].path) : err.text,
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
