#include "model/capability.h"
#include "tests/tap.h"

/* One service's lines, parted by LF, and what they come to. */
static const struct {
    enum pt_service service;
    const char *lines;
    const char *want; /* methods, then P(LAIN) L(OGIN) C(ommand), "up", "ir" */
    const char *what;
} cases[] = {
    {PT_IMAP, "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready",
     "password-cleartext PC ir", "a greeting of IMAP holds them in brackets"},
    {PT_IMAP, "* OK ready [AUTH=PLAIN]", "password-cleartext C",
     "what stands elsewhere in it is no capability"},
    {PT_IMAP, "* CAPABILITY IMAP4rev1 auth=login auth=plain",
     "password-cleartext PLC", "case does not matter"},
    {PT_IMAP, "* OK [CAPABILITY LOGINDISABLED starttls] STARTTLS", "up",
     "nor does it for the upgrade to TLS"},
    {PT_IMAP, "* OK [CAPABILITY LOGINDISABLED] STARTTLS", "",
     "which is none where it stands elsewhere"},
    {PT_SUBMISSION, "250-x\n250-StartTLS\n250 SIZE", "up", "EHLO has it"},
    {PT_SUBMISSION, "220 STARTTLS\n250-STARTTLSX\n502 STARTTLS", "",
     "and neither a greeting, nor another word, nor a no"},
    {PT_POP3, "+OK STLS\nUIDL", "", "an assent of POP3 names nothing"},
    {PT_POP3, "+OK\nstls", "up", "its list does"},
    {PT_SIEVE, "\"StartTLS\"", "up", "ManageSieve quotes it"},
    {PT_SIEVE, "STARTTLS", "", "or else it is not it"},
    {PT_IMAP, "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED", "up",
     "LOGINDISABLED without a method leaves nothing"},
    {PT_IMAP, "* CAPABILITY LOGINDISABLED AUTH=XOAUTH2 AUTH=OAUTHBEARER",
     "oauth2", "OAuth2 in both spellings is one kind"},
    {PT_IMAP,
     "* CAPABILITY LOGINDISABLED AUTH=CRAM-MD5 AUTH=SCRAM-SHA-256-PLUS "
     "AUTH=GSSAPI AUTH=NTLM AUTH=EXTERNAL AUTH=ANONYMOUS",
     "password-encrypted gssapi ntlm tls-client-cert",
     "each mechanism is of a kind, and ANONYMOUS of none"},
    {PT_IMAP, "* CAPABILITY LOGINDISABLED AUTH=PLAINER", "",
     "a name that only begins like one is another"},
    {PT_IMAP, "a1 OK [CAPABILITY LOGINDISABLED AUTH=PLAIN]",
     "password-cleartext P", "the code of a later reply counts too"},
    {PT_SUBMISSION, "250-smtp.example.org\n250-AUTH PLAIN LOGIN\n250 SIZE",
     "password-cleartext PL", "EHLO names them after AUTH"},
    {PT_SUBMISSION, "250-AUTH=LOGIN", "password-cleartext L",
     "and, of old, after AUTH="},
    {PT_SUBMISSION, "250-AUTHENTICATE PLAIN\n250 PIPELINING", "",
     "no AUTH, no method"},
    {PT_SUBMISSION, "250", "", "a short line holds none"},
    {PT_POP3, "+OK\nUSER\nSASL PLAIN CRAM-MD5",
     "password-cleartext password-encrypted PC", "CAPA has USER and SASL"},
    {PT_POP3, "+OK\nTOP\nUIDL", "", "a list without either offers none"},
    {PT_POP3, "-ERR unknown", "password-cleartext C",
     "without a list USER goes without saying"},
    {PT_SIEVE, "\"IMPLEMENTATION\" \"x\"\n\"sasl\" \"PLAIN LOGIN\"",
     "password-cleartext PL", "ManageSieve quotes them"},
    {PT_SIEVE, "\"SASL\" \"\"", "", "an empty list is one"},
    {PT_SIEVE, "\"SASL\" \"", "", "half a string is none"},
};

static void put_word(char *out, const char *word)
{
    if (*out)
        strcat(out, " ");
    strcat(out, word);
}

static void describe(const struct pt_capability *c, char *out)
{
    char ways[4] = "";

    *out = '\0';
    for (int i = 0; i < PT_AUTHS; i++)
        if (c->auth[i])
            put_word(out, pt_auth_name((enum pt_auth)i));
    if (c->ways & PT_BY_SASL_PLAIN)
        strcat(ways, "P");
    if (c->ways & PT_BY_SASL_LOGIN)
        strcat(ways, "L");
    if (c->ways & PT_BY_COMMAND)
        strcat(ways, "C");
    if (*ways)
        put_word(out, ways);
    if (c->upgrade)
        put_word(out, "up");
    if (c->sasl_ir)
        put_word(out, "ir");
}

int main(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pt_capability capability = {0};
        struct pt_slice rest = pt_slice_of(cases[i].lines);
        struct pt_slice line;
        char got[256];

        while (pt_next_line(&rest, &line))
            pt_capability_read(cases[i].service, line, &capability);
        pt_capability_end(cases[i].service, &capability);
        describe(&capability, got);
        IS(got, cases[i].want, cases[i].what);
    }
    return tap_done();
}
