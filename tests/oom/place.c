/* place.c - a file put into its place, again and again, each time with another
 * allocation failing.  What was there is there or kept, what is new is whole,
 * and the program says that memory ran out, or ends as if nothing had. */
#include "base/file.h"
#include "tests/oom/home.h"
#include "tests/oom/ran.h"
#include "tests/tap.h"

enum { FILE_MAX = 64 * 1024 };

static const char old[] = "mine\n";
static const char manifest[] = ".local/state/portolan/manifest.json";
static const char from[] =
    "<clientConfig version=\"1.1\"><emailProvider id=\"example.org\">"
    "<domain>example.org</domain>"
    "<incomingServer type=\"imap\"><hostname>imap.example.org</hostname>"
    "<port>993</port><socketType>SSL</socketType>"
    "<username>%EMAILADDRESS%</username>"
    "<authentication>password-cleartext</authentication></incomingServer>"
    "<outgoingServer type=\"smtp\"><hostname>smtp.example.org</hostname>"
    "<port>465</port><socketType>SSL</socketType>"
    "<username>%EMAILADDRESS%</username>"
    "<authentication>password-cleartext</authentication></outgoingServer>"
    "</emailProvider></clientConfig>";

/* One run, and what is left of it. */
struct run {
    struct ran ran;
    struct pt_buf file;
    struct pt_buf kept;
};

static void forget(struct run *run)
{
    forget_ran(&run->ran);
    pt_buf_free(&run->file);
    pt_buf_free(&run->kept);
}

static bool holds(const struct pt_buf *bytes, const char *text)
{
    return bytes->len == strlen(text) && !strcmp(pt_buf_text(bytes), text);
}

/* As it was before any run. */
static void set_up(void)
{
    struct pt_error err;

    unlink("rc.bak");
    unlink(manifest);
    if (pt_file_write("from.xml", from, strlen(from), &err) != PT_OK ||
        pt_file_write("rc", old, strlen(old), &err) != PT_OK)
        abort();
}

static void run_program(size_t nth, const char *option, struct run *run)
{
    char *argv[] = {(char[]){"portolan"},   (char[]){"write"},
                    (char[]){"msmtp"},      (char[]){"--from"},
                    (char[]){"from.xml"},   (char[]){"-o"},
                    (char[]){"rc"},         strdup(option),
                    (char[]){"ann@example.org"}, NULL};

    *run = (struct run){.file = {.max = FILE_MAX}, .kept = {.max = FILE_MAX}};
    set_up();
    run_once(argv, nth, &run->ran);
    free(argv[7]);
    pt_file_read("rc", &run->file, NULL);
    pt_file_read("rc.bak", &run->kept, NULL);
}

static bool is_orderly(const struct run *run, const struct run *whole)
{
    bool is_old = holds(&run->file, old);
    bool is_new = holds(&run->file, pt_buf_text(&whole->file));
    bool lasts = is_old || holds(&run->kept, old);

    if (!lasts || !(is_old || is_new))
        return false;
    if (strstr(run->ran.err, "out of memory"))
        return run->ran.status || is_new;
    return run->ran.status == whole->ran.status && is_new &&
           !strcmp(run->ran.out, whole->ran.out);
}

static void sweep(const char *option, const char *what)
{
    struct run whole;
    bool orderly;

    run_program(0, option, &whole);
    orderly = !whole.ran.status && whole.ran.points;
    for (size_t nth = 1; nth <= whole.ran.points; nth++) {
        struct run got;

        run_program(nth, option, &got);
        if (!is_orderly(&got, &whole)) {
            printf("# allocation %zu: exit %d, file: %s, stderr: %s\n", nth,
                   got.ran.status, pt_buf_text(&got.file), got.ran.err);
            orderly = false;
        }
        forget(&got);
    }
    printf("# %zu allocations\n", whole.ran.points);
    OK(orderly, what);
    forget(&whole);
}

int main(void)
{
    char dir[] = "/tmp/portolan-place-XXXXXX";

    if (!make_home(dir, "hydroxide"))
        return 1;
    sweep("--bridge=none", "what was there survives failing allocations");
    sweep("--dry-run", "with --dry-run nothing happens to it");
    remove_tree(dir);
    return tap_done();
}
