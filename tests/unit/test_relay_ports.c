/* test_relay_ports.c - the ports that devices know stay as they are. */
#include "serve/relay_ports.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { POINTS_MAX = 200 };

static const struct pt_place place = {.state = "state"};
static const char path[] = "state/portolan/relay-ports";
static struct pt_error err;

static int remove_one(const char *name, const struct stat *st, int kind,
                      struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(name);
}

static void put(const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file || fputs(text, file) < 0 || fclose(file))
        abort();
}

static const char *get(void)
{
    static char text[256];
    FILE *file = fopen(path, "r");
    size_t len = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

    text[len] = '\0';
    if (file)
        fclose(file);
    return text;
}

static uint16_t known(const char *bridge, enum pt_service service)
{
    return pt_relay_port_known(&place, bridge, service);
}

static enum pt_status keep(const char *bridge, enum pt_service service,
                           uint16_t port)
{
    return pt_relay_port_keep(&place, bridge, service, port, &err);
}

static void test_keeping(void)
{
    struct stat before;
    struct stat after;

    OK(known("proton", PT_IMAP) == 0, "at first nothing is remembered");
    OK(keep("proton", PT_IMAP, 1143) == PT_OK, "a port is");
    OK(keep("proton", PT_SUBMISSION, 1025) == PT_OK, "and another");
    OK(keep("davmail", PT_IMAP, 65535) == PT_OK, "and of another bridge");
    OK(known("proton", PT_IMAP) == 1143, "each is known");
    OK(known("proton", PT_SUBMISSION) == 1025, "by its service");
    OK(known("davmail", PT_IMAP) == 65535, "and its bridge");
    stat(path, &before);
    keep("proton", PT_IMAP, 1143);
    stat(path, &after);
    OK(before.st_ino == after.st_ino,
       "what is remembered already is not written again");
    OK((after.st_mode & 0777) == 0600, "it is its owner's alone");
    keep("proton", PT_IMAP, 1144);
    IS(get(),
         "proton.submission=1025\ndavmail.imap=65535\nproton.imap=1144\n",
         "one that is another now takes its place, and the rest stay");
}

static void test_nonsense(void)
{
    put("proton.imap=0\nproton.submission=70000\ndavmail.imap=x\n");
    OK(known("proton", PT_IMAP) == 0, "0 is no port");
    OK(known("proton", PT_SUBMISSION) == 0, "nor is 70000");
    OK(known("davmail", PT_IMAP) == 0, "nor is a word");
    remove(path);
    mkdir(path, 0700);
    OK(known("proton", PT_IMAP) == 0, "what cannot be read is not known");
    OK(keep("proton", PT_IMAP, 1143) == PT_BAD_INPUT,
       "and not written over");
    OK(strstr(err.text, path), "which names it");
    rmdir(path);
}

static void test_oom(void)
{
    size_t point = 0;
    enum pt_status status;

    do {
        put("davmail.imap=1\nproton.imap=1143\n");
        pt_oom_fail_at(++point);
        status = keep("proton", PT_IMAP, 1144);
        pt_oom_fail_at(0);
        if (status == PT_OK || known("davmail", PT_IMAP) != 1 ||
            known("proton", PT_IMAP) != 1143)
            break;
    } while (point < POINTS_MAX);
    OK(point > 3 && status == PT_OK && known("proton", PT_IMAP) == 1144,
       "each allocation may fail, and what was there is there");
}

int main(void)
{
    char dir[] = "/tmp/portolan-test-XXXXXX";

    if (!mkdtemp(dir) || chdir(dir))
        return 99;
    test_keeping();
    test_nonsense();
    test_oom();
    if (!chdir("/"))
        nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return tap_done();
}
