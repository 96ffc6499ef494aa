/* publish.c - a domain published anew, and another time with other servers and
 * without its calendar, again and again, each time with another allocation
 * failing.  The program says that memory ran out, or ends as if it had not; and
 * whatever it has left there, the next run takes for its own, and mends.
 */
#include "base/file.h"
#include "tests/oom/home.h"
#include "tests/oom/ran.h"
#include "tests/tap.h"

enum { FILE_MAX = 64 * 1024 };

#define CONFIG(host, more)                                                     \
    "<clientConfig version=\"1.1\"><emailProvider id=\"example.org\">"         \
    "<domain>example.org</domain>"                                             \
    "<incomingServer type=\"imap\"><hostname>" host "</hostname>"              \
    "<port>993</port><socketType>SSL</socketType>"                             \
    "<username>%EMAILADDRESS%</username>"                                      \
    "<authentication>password-cleartext</authentication></incomingServer>"     \
    "<outgoingServer type=\"smtp\"><hostname>" host "</hostname>"              \
    "<port>465</port><socketType>SSL</socketType>"                             \
    "<username>%EMAILADDRESS%</username>"                                      \
    "<authentication>password-cleartext</authentication></outgoingServer>"     \
    "</emailProvider>" more "</clientConfig>"

static const char before[] =
    CONFIG("old.example.net",
           "<calendar type=\"caldav\"><url>https://dav.example.net/</url>"
           "<authentication system=\"http\">basic</authentication>"
           "<username>%EMAILADDRESS%</username></calendar>");
static const char after[] = CONFIG("new.example.net", "");

/* What the second publication has to say no more. */
static const char redirects[] = "site/conf/nginx.d/example.org.map";

static void publish(const char *from, size_t nth, struct ran *run)
{
    char *argv[] = {(char[]){"portolan"}, (char[]){"publish"},
                    (char[]){"--from"},   strdup(from),
                    (char[]){"-o"},       (char[]){"site"},
                    (char[]){"example.org"}, NULL};

    run_once(argv, nth, run);
    free(argv[3]);
}

static bool publishes(const char *from)
{
    struct ran run;
    bool did;

    publish(from, 0, &run);
    did = !run.status;
    if (!did)
        printf("# exit %d: %s\n", run.status, run.err);
    forget_ran(&run);
    return did;
}

static bool has(const char *path, const char *part)
{
    PT_BUF struct pt_buf text = {.max = FILE_MAX};

    return pt_file_read(path, &text, NULL) == PT_OK &&
           strstr(pt_buf_text(&text), part);
}

static bool is_new(void)
{
    return has("site/www/example.org/mail/config-v1.1.xml",
               "new.example.net") &&
           has("site/dns/example.org.zone", "new.example.net") &&
           access(redirects, F_OK);
}

static bool is_orderly(const struct ran *got, const struct ran *whole)
{
    if (got->status)
        return strstr(got->err, "out of memory");
    return !strcmp(got->out, whole->out) && is_new();
}

/* As it is before each run: nothing; or something else. */
static bool set_up(bool is_changed)
{
    if (is_changed)
        return publishes("before.xml") && !access(redirects, F_OK);
    remove_tree("site");
    return true;
}

static bool survives(bool is_changed, size_t nth, const struct ran *whole)
{
    struct ran got;
    bool orderly = set_up(is_changed);

    publish("after.xml", nth, &got);
    orderly = orderly && is_orderly(&got, whole) && publishes("after.xml") &&
              is_new() && !rmdir("site/.portolan-publish/new");
    if (!orderly)
        printf("# allocation %zu: exit %d, stderr: %s\n", nth, got.status,
               got.err);
    forget_ran(&got);
    return orderly;
}

static void sweep(bool is_changed, const char *what)
{
    struct ran whole;
    bool orderly = set_up(is_changed);

    publish("after.xml", 0, &whole);
    orderly = orderly && !whole.status && whole.points && is_new();
    for (size_t nth = 1; nth <= whole.points; nth++)
        orderly &= survives(is_changed, nth, &whole);
    printf("# %zu allocations\n", whole.points);
    OK(orderly, what);
    forget_ran(&whole);
}

static bool make_files(void)
{
    struct pt_error err;

    return pt_file_write("before.xml", before, strlen(before), &err) ==
               PT_OK &&
           pt_file_write("after.xml", after, strlen(after), &err) == PT_OK;
}

int main(void)
{
    char dir[] = "/tmp/portolan-publish-XXXXXX";

    if (!make_home(dir, "hydroxide") || !make_files())
        return 1;
    sweep(false, "what is published first survives failing allocations");
    sweep(true, "and what is changed, and what is withdrawn");
    remove_tree(dir);
    return tap_done();
}
