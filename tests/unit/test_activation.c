/* test_activation.c - what systemd hands over, and what it hears. */
#include "base/activation.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Descriptors 3 and on, as a service manager leaves them to us: they block,
 * and pass on to programs. */
static void give(int count)
{
    for (int i = 0; i < count; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);

        if (fd != PT_ACTIVATION_FIRST + i) {
            dup2(fd, PT_ACTIVATION_FIRST + i);
            close(fd);
        }
    }
}

static void take_back(int count)
{
    for (int i = 0; i < count; i++)
        close(PT_ACTIVATION_FIRST + i);
}

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static size_t take_as(long pid, const char *count, const char *names)
{
    char number[24];

    snprintf(number, sizeof(number), "%ld", pid);
    setenv("LISTEN_PID", number, 1);
    setenv("LISTEN_FDS", count, 1);
    setenv("LISTEN_FDNAMES", names, 1);
    return pt_activation_take();
}

static void test_ours(void)
{
    give(2);
    OK(take_as(getpid(), "2", "http:https") == 2, "two sockets are taken");
    OK(pt_activation_is_named(0, "http"), "the first has its name");
    OK(pt_activation_is_named(1, "https"), "and the second");
    OK(pt_activation_is_named(2, ""), "a third has none");
    OK(!pt_activation_is_named(1000, ""), "a thousandth is none at all");
    OK(fcntl(3, F_GETFD) & FD_CLOEXEC && fcntl(4, F_GETFD) & FD_CLOEXEC,
       "they do not pass to programs we start");
    OK(fcntl(3, F_GETFL) & O_NONBLOCK && fcntl(4, F_GETFL) & O_NONBLOCK,
       "and do not block");
    OK(!getenv("LISTEN_PID") && !getenv("LISTEN_FDS") &&
           !getenv("LISTEN_FDNAMES"),
       "nothing of it is left in the environment");
    OK(pt_activation_take() == 0, "they are taken once");
    take_back(2);
}

static void test_others(void)
{
    give(1);
    OK(take_as(getppid(), "1", "http") == 0,
       "what was meant for another process is not taken");
    OK(pt_activation_is_named(0, ""), "nor is its name");
    OK(!(fcntl(3, F_GETFD) & FD_CLOEXEC), "and it is left as it was");
    OK(!getenv("LISTEN_PID"), "but it is not passed on either");
    take_back(1);
}

static void test_odd(void)
{
    static const char *const odd[] = {"",   "0",  "-1", "2x",
                                      "1 ", "0x1", "99999999999999999999"};

    give(1);
    for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
        char what[64];

        snprintf(what, sizeof(what), "LISTEN_FDS='%s' is no socket", odd[i]);
        OK(take_as(getpid(), odd[i], "") == 0, what);
    }
    OK(take_as(getpid(), "2", "a") == 1,
       "one that is not open ends the list");
    take_back(1);
    OK(take_as(getpid(), "1", "a") == 0, "none of them may be open");
}

static void test_names(void)
{
    char name[600];

    give(3);
    memset(name, 'n', 400);
    strcpy(name + 400, "::web");
    OK(take_as(getpid(), "3", name) == 3, "names do not decide what is taken");
    OK(pt_activation_is_named(0, ""), "one too long for systemd is none");
    OK(pt_activation_is_named(1, ""), "an empty one is none");
    OK(pt_activation_is_named(2, "web"), "the next is still the next one's");
    take_back(3);
}

static void test_many(void)
{
    give(PT_ACTIVATION_MAX + 2);
    OK(take_as(getpid(), "18", "a:b:c:d:e:f:g:h:i:j:k:l:m:n:o:p:q:r") ==
           PT_ACTIVATION_MAX,
       "of more than there is room for, the first are taken");
    OK(pt_activation_is_named(15, "p"), "with their names");
    OK(!pt_activation_is_named(16, "q"), "not those of the rest");
    OK(!is_open(PT_ACTIVATION_FIRST + 16) && !is_open(PT_ACTIVATION_FIRST + 17),
       "which are closed");
    take_back(PT_ACTIVATION_MAX);
}

/* ---- telling ---- */

static const char *hear(int fd)
{
    static char said[256];
    ssize_t n = recv(fd, said, sizeof(said) - 1, MSG_DONTWAIT);

    said[n > 0 ? n : 0] = '\0';
    return n < 0 ? NULL : said;
}

static void test_notify(const char *path, const char *what)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

    memcpy(address.sun_path, path, strlen(path));
    if (*path == '@')
        address.sun_path[0] = '\0';
    if (bind(fd, (struct sockaddr *)&address,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
                         strlen(path))))
        puts("# nobody listens");
    setenv("NOTIFY_SOCKET", path, 1);
    pt_activation_notify("READY=1\nSTATUS=here");
    IS(hear(fd), "READY=1\nSTATUS=here", what);
    unsetenv("NOTIFY_SOCKET");
    pt_activation_notify("STOPPING=1");
    IS(hear(fd), NULL, "who did not ask hears nothing");
    close(fd);
    unlink(path);
}

/* Nothing is to happen: that we are still here is what is looked at. */
static void test_deaf(void)
{
    char path[300];

    memset(path, 'p', sizeof(path) - 1);
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    setenv("NOTIFY_SOCKET", path, 1);
    pt_activation_notify("READY=1");
    setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
    pt_activation_notify("READY=1");
    setenv("NOTIFY_SOCKET", "vsock:2:1234", 1);
    pt_activation_notify("READY=1");
    setenv("NOTIFY_SOCKET", "", 1);
    pt_activation_notify("READY=1");
    OK(!is_open(3), "where nobody listens nothing happens or is left open");
    unsetenv("NOTIFY_SOCKET");
}

/* Descriptors that whoever started us left open are not part of the test. */
static void close_strangers(void)
{
    for (int fd = 3; fd < 64; fd++)
        close(fd);
}

int main(void)
{
    char dir[] = "/tmp/portolan-notify-XXXXXX";
    char path[64];

    close_strangers();
    test_ours();
    test_others();
    test_odd();
    test_names();
    test_many();
    if (!mkdtemp(dir))
        return 99;
    snprintf(path, sizeof(path), "%s/notify", dir);
    test_notify(path, "the service manager is told, at a path");
    rmdir(dir);
    snprintf(path, sizeof(path), "@portolan-test-%ld", (long)getpid());
    test_notify(path, "and at a name that is none of the file system");
    test_deaf();
    return tap_done();
}
