#include "format/login_reply.h"
#include "tests/tap.h"

enum { SENTENCE = 512 };

/* As servers say it: Gmail, Outlook, Dovecot, Postfix, Cyrus, QQ, Yandex, and
 * the examples of the RFCs. */
static const struct {
    enum pt_service service;
    const char *reply;
    enum pt_login_outcome outcome;
} replies[] = {
    {PT_IMAP, "a4 NO [AUTHENTICATIONFAILED] Authentication failed.",
     PT_LOGIN_DENIED},
    {PT_IMAP, "a4 NO [AUTHORIZATIONFAILED] not yours", PT_LOGIN_DENIED},
    {PT_IMAP, "a4 NO no such user", PT_LOGIN_DENIED},
    {PT_IMAP, "NO LOGIN failed.", PT_LOGIN_DENIED},
    {PT_IMAP, "a4 no in lower case", PT_LOGIN_DENIED},
    {PT_IMAP,
     "a4 NO [ALERT] Application-specific password required: "
     "https://support.google.com/accounts/answer/185833 (Failure)",
     PT_LOGIN_APP_PASSWORD},
    {PT_IMAP, "a4 NO Application password is REQUIRED",
     PT_LOGIN_APP_PASSWORD},
    {PT_IMAP,
     "a4 NO [WEBALERT https://accounts.example.com/x] Web login required.",
     PT_LOGIN_BLOCKED},
    {PT_IMAP,
     "a4 NO [ALERT] Your account is not enabled for IMAP use. Please visit "
     "your settings page and enable it",
     PT_LOGIN_BLOCKED},
    {PT_IMAP, "a4 NO [ALERT] Too many simultaneous connections.",
     PT_LOGIN_BLOCKED},
    {PT_IMAP, "a4 NO [LIMIT] LOGIN Rate exceeded", PT_LOGIN_BLOCKED},
    {PT_IMAP, "a4 NO [INUSE] Mailbox in use", PT_LOGIN_BLOCKED},
    {PT_IMAP, "a4 NO [UNAVAILABLE] user's backend is down",
     PT_LOGIN_BLOCKED},
    {PT_IMAP, "a4 NO [CONTACTADMIN] ask", PT_LOGIN_BLOCKED},
    {PT_IMAP, "a4 NO [EXPIRED] that password has", PT_LOGIN_BLOCKED},
    {PT_IMAP, "a4 NO account locked", PT_LOGIN_BLOCKED},
    {PT_IMAP, "* BYE too many failures", PT_LOGIN_BLOCKED},
    {PT_IMAP, "* BYE Internal error", PT_LOGIN_FAILED},
    {PT_IMAP, "a4 BAD what is that", PT_LOGIN_FAILED},
    {PT_IMAP,
     "a4 NO [PRIVACYREQUIRED] Plaintext authentication disallowed",
     PT_LOGIN_NO_METHOD},
    {PT_IMAP, "a4 NO Basic Authentication is disabled.", PT_LOGIN_NO_METHOD},
    {PT_SUBMISSION, "535 5.7.8 Error: authentication failed: ",
     PT_LOGIN_DENIED},
    {PT_SUBMISSION, "535-5.7.8 Username and Password not accepted.",
     PT_LOGIN_DENIED},
    {PT_SUBMISSION, "535 5.7.3 Authentication unsuccessful",
     PT_LOGIN_DENIED},
    {PT_SUBMISSION, "535", PT_LOGIN_DENIED},
    {PT_SUBMISSION, "5355 is no code", PT_LOGIN_FAILED},
    {PT_SUBMISSION,
     "535 5.7.139 Authentication unsuccessful, the user credentials were "
     "incorrect.",
     PT_LOGIN_DENIED},
    {PT_SUBMISSION,
     "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is "
     "disabled for the Tenant.",
     PT_LOGIN_NO_METHOD},
    {PT_SUBMISSION,
     "535 5.7.139 Authentication unsuccessful, basic authentication is "
     "disabled.",
     PT_LOGIN_NO_METHOD},
    {PT_SUBMISSION, "534-5.7.9 Application-specific password required.",
     PT_LOGIN_APP_PASSWORD},
    {PT_SUBMISSION,
     "534 5.7.9 https://support.google.com/mail/?p=InvalidSecondFactor",
     PT_LOGIN_APP_PASSWORD},
    {PT_SUBMISSION, "534 5.7.9 Authentication mechanism is too weak",
     PT_LOGIN_NO_METHOD},
    {PT_SUBMISSION, "534-5.7.14 Please log in with your web browser",
     PT_LOGIN_BLOCKED},
    {PT_SUBMISSION,
     "535 Login Fail. Please enter your authorization code to login.",
     PT_LOGIN_APP_PASSWORD},
    {PT_SUBMISSION, "504 5.5.4 Unrecognized authentication type",
     PT_LOGIN_NO_METHOD},
    {PT_SUBMISSION, "538 5.7.11 Encryption required", PT_LOGIN_NO_METHOD},
    {PT_SUBMISSION, "530 5.7.0 Must issue a STARTTLS command first",
     PT_LOGIN_NO_METHOD},
    {PT_SUBMISSION, "454 4.7.0 Temporary authentication failure",
     PT_LOGIN_BLOCKED},
    {PT_SUBMISSION, "454 4.7.0 Invalid username or password",
     PT_LOGIN_DENIED},
    {PT_SUBMISSION, "454 4.7.0 Too many login attempts", PT_LOGIN_BLOCKED},
    {PT_SUBMISSION, "421 4.7.0 come back", PT_LOGIN_BLOCKED},
    {PT_SUBMISSION, "432 4.7.12 A password transition is needed",
     PT_LOGIN_BLOCKED},
    {PT_SUBMISSION,
     "535 5.7.8 Error: authentication failed: This user does not have access "
     "rights to this service",
     PT_LOGIN_BLOCKED},
    {PT_SUBMISSION, "535 5.7.0 account suspended", PT_LOGIN_BLOCKED},
    {PT_SUBMISSION, "503 5.5.1 bad sequence", PT_LOGIN_FAILED},
    {PT_SUBMISSION, "a4 NO that is IMAP", PT_LOGIN_FAILED},
    {PT_POP3, "-ERR [AUTH] Authentication failed.", PT_LOGIN_DENIED},
    {PT_POP3, "-ERR invalid password", PT_LOGIN_DENIED},
    {PT_POP3, "-ERR", PT_LOGIN_DENIED},
    {PT_POP3, "-ERROR", PT_LOGIN_FAILED},
    {PT_POP3, "-ERR [SYS/TEMP] later", PT_LOGIN_BLOCKED},
    {PT_POP3, "-ERR [SYS/PERM] never", PT_LOGIN_BLOCKED},
    {PT_POP3, "-ERR [LOGIN-DELAY] too soon", PT_LOGIN_BLOCKED},
    {PT_POP3, "-ERR [IN-USE] another session", PT_LOGIN_BLOCKED},
    {PT_SIEVE, "NO \"Authentication failed\"", PT_LOGIN_DENIED},
    {PT_SIEVE, "NO (AUTH-TOO-WEAK) \"no\"", PT_LOGIN_NO_METHOD},
    {PT_SIEVE, "NO (ENCRYPT-NEEDED) \"no\"", PT_LOGIN_NO_METHOD},
    {PT_SIEVE, "NO (TRANSITION-NEEDED) \"no\"", PT_LOGIN_BLOCKED},
    {PT_SIEVE, "NO (TRYLATER) \"no\"", PT_LOGIN_BLOCKED},
    {PT_SIEVE, "BYE \"bye\"", PT_LOGIN_FAILED},
    {PT_IMAP, "", PT_LOGIN_FAILED},
    {PT_IMAP, "a4 OK welcome", PT_LOGIN_FAILED},
    {PT_SUBMISSION, "235 2.7.0 welcome", PT_LOGIN_FAILED},
    {PT_POP3, "+OK welcome", PT_LOGIN_FAILED},
};

static void test_replies(void)
{
    char what[SENTENCE];

    for (size_t i = 0; i < sizeof(replies) / sizeof(*replies); i++) {
        enum pt_login_outcome got = pt_login_class(
            replies[i].service, pt_slice_of(replies[i].reply));

        snprintf(what, sizeof(what), "%s says '%s'",
                 pt_service_name(replies[i].service), replies[i].reply);
        IS(pt_login_outcome_name(got),
           pt_login_outcome_name(replies[i].outcome), what);
    }
}

/* What was heard need not end in NUL, and may be long. */
static void test_bounds(void)
{
    char reply[4096] = "a4 NO";

    OK(pt_login_class(PT_POP3, pt_slice("-ERRATIC", 4)) == PT_LOGIN_DENIED,
       "the end of the bytes ends the word");
    memset(reply + 5, ' ', sizeof(reply) - 5);
    OK(pt_login_class(PT_IMAP, pt_slice(reply, sizeof(reply))) ==
           PT_LOGIN_DENIED,
       "of a reply without end the beginning counts");
}

int main(void)
{
    test_replies();
    test_bounds();
    return tap_done();
}
