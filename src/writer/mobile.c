#include "writer/mobile.h"

#include <string.h>

/* The hosts at which the app is registered for OAuth2, in its releases and in
 * K-9 Mail's (their OAuthConfigurationFactory).  POP3 is not among them. */
static const char *const oauth2_hosts[] = {
    "imap.aol.com",        "smtp.aol.com",       "imap.fastmail.com",
    "smtp.fastmail.com",   "imap.gmail.com",     "imap.googlemail.com",
    "smtp.gmail.com",      "smtp.googlemail.com", "outlook.office365.com",
    "smtp.office365.com",  "imap.mail.yahoo.com", "smtp.mail.yahoo.com",
    NULL,
};

static const struct pt_can can = {.client = "Thunderbird for Android",
                                  .auths = PT_BY_PASSWORD,
                                  .oauth2_domains = oauth2_hosts};

static enum pt_status check_host(const struct pt_settings *settings,
                                 const struct pt_server *server,
                                 struct pt_error *err)
{
    if (!pt_is_this_machine(server->host))
        return PT_OK;
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   settings->bridge.name
                       ? "use the app of the mail provider there, or a "
                         "program on this computer"
                       : "name a server that the phone can reach",
                   "%s is this computer, which is not where a phone finds it",
                   server->host);
}

static enum pt_status check_line(const char *text, struct pt_error *err)
{
    char shown[64];

    if (!strpbrk(text, "\r\n"))
        return PT_OK;
    pt_make_printable(pt_slice_of(text), shown, sizeof(shown));
    return pt_fail(err, PT_CANNOT_EXPRESS, "write it on one line",
                   "%s takes no line break, and there is one in '%s'",
                   can.client, shown);
}

static enum pt_status check(const struct pt_mobile *mobile,
                            struct pt_error *err)
{
    const struct pt_account *account = &mobile->account;
    enum pt_status status = check_host(mobile->settings, account->in, err);

    if (status == PT_OK)
        status = check_host(mobile->settings, account->out, err);
    if (status == PT_OK)
        status = check_line(pt_full_name(mobile->settings), err);
    if (status == PT_OK)
        status = check_line(account->login_in, err);
    return status == PT_OK ? check_line(account->login_out, err) : status;
}

enum pt_status pt_mobile_of(const struct pt_settings *settings,
                            struct pt_mobile *ret_mobile,
                            struct pt_error *err)
{
    struct pt_mobile mobile = {.settings = settings};
    enum pt_status status =
        pt_account_of(settings, can.client, &mobile.account, err);

    if (status == PT_OK)
        status = check(&mobile, err);
    if (status == PT_OK)
        status = pt_ways_in(&can, &mobile.account, &mobile.in, &mobile.out,
                            err);
    if (status == PT_OK)
        *ret_mobile = mobile;
    return status;
}
