/* test_session_bus.c - session buses that are none, that lie elsewhere, and
 * that never answer; one that works is had by tests/clients/session-bus.sh. */
#include "base/loop.h"
#include "net/session_bus.h"
#include "tests/tap.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_SIZE = 64, ENOUGH_MS = 2000 };

static char root[PATH_SIZE];

static const char *at(const char *name)
{
    static char path[2 * PATH_SIZE];

    snprintf(path, sizeof(path), "%s/%s", root, name);
    return path;
}

static void set_bus(const char *before, const char *name)
{
    char address[4 * PATH_SIZE];

    snprintf(address, sizeof(address), "%s%s", before, at(name));
    setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
}

static enum pt_status reload(struct pt_error *err)
{
    return pt_bus_reload_sources(err);
}

static enum pt_status notify(struct pt_error *err)
{
    return pt_bus_notify("summary", "body", err);
}

static enum pt_status ask_owner(struct pt_error *err)
{
    bool is_owned = true;
    enum pt_status status = pt_bus_is_owned("org.gnome.Geary", &is_owned, err);

    if (status != PT_OK && !is_owned)
        abort();
    return status;
}

static enum pt_status (*const calls[])(struct pt_error *) = {reload, notify,
                                                             ask_owner};

static const char *number(enum pt_status status)
{
    static char text[16];

    snprintf(text, sizeof(text), "status %d", (int)status);
    return text;
}

/* All of them say so, soon. */
static void judge(enum pt_status want, const char *says, const char *what)
{
    int64_t begun_ms = pt_clock_monotonic.now_ms(NULL);
    char wanted[16];
    int64_t took_ms;

    snprintf(wanted, sizeof(wanted), "%s", number(want));
    for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
        struct pt_error err = {0};

        IS(number(calls[i](&err)), wanted, what);
        if (!OK(strstr(err.text, says), "and says what is wrong"))
            printf("#  got: %s\n# want: %s\n", err.text, says);
    }
    took_ms = pt_clock_monotonic.now_ms(NULL) - begun_ms;
    if (!OK(took_ms < ENOUGH_MS, "each gives up after half a second"))
        printf("# three took %ld ms\n", (long)took_ms);
}

static void test_no_bus(void)
{
    set_bus("unix:path=", "nobody");
    judge(PT_NOTHING, "no session bus", "a bus that is not there is none");
    unsetenv("DBUS_SESSION_BUS_ADDRESS");
    setenv("XDG_RUNTIME_DIR", root, 1);
    judge(PT_NOTHING, "no session bus", "nor is one in an empty folder");
}

static void test_elsewhere(void)
{
    static const char *const addresses[] = {
        "tcp:host=127.0.0.1,port=9",
        "unix:path=/nonexistent;tcp:host=127.0.0.1,port=9",
        "autolaunch:",
        "disabled:",
        ";",
        "unix",
    };

    for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
        setenv("DBUS_SESSION_BUS_ADDRESS", addresses[i], 1);
        judge(PT_UNREACHABLE, "no socket of this machine", addresses[i]);
    }
    set_bus("unixexec:path=/usr/bin/touch,argv1=", "touched");
    judge(PT_UNREACHABLE, "no socket of this machine",
          "a program is no bus");
    OK(access(at("touched"), F_OK), "and is not started");
}

static int listen_at(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    if (fd < 0 || strlen(at(name)) >= sizeof(address.sun_path) ||
        !strcpy(address.sun_path, at(name)) ||
        bind(fd, (const struct sockaddr *)&address, sizeof(address)) ||
        listen(fd, 8))
        abort();
    return fd;
}

static void test_silence(void)
{
    int fd = listen_at("silent");

    set_bus("unix:path=", "silent");
    judge(PT_UNREACHABLE, "does not work", "a bus that says nothing is left");
    close(fd);
    unlink(at("silent"));
}

/* Says it to everybody, without end. */
static void talk(int listener, const char *text)
{
    for (;;) {
        int fd = accept(listener, NULL, NULL);

        while (fd >= 0 && send(fd, text, strlen(text), MSG_NOSIGNAL) > 0)
            ;
        close(fd);
    }
}

static void test_talk(const char *text, const char *what)
{
    int fd = listen_at("talker");
    pid_t pid = fork();

    if (!pid)
        talk(fd, text);
    set_bus("unix:path=", "talker");
    judge(PT_UNREACHABLE, "does not work", what);
    if (pid > 0)
        kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(fd);
    unlink(at("talker"));
}

int main(void)
{
    snprintf(root, sizeof(root), "/tmp/session-bus-XXXXXX");
    if (!mkdtemp(root))
        abort();
    test_no_bus();
    test_elsewhere();
    test_silence();
    test_talk("no", "a bus that talks rubbish is left");
    test_talk("OK 00000000000000000000000000000000\r\nAGREE_UNIX_FD\r\n",
              "a bus that lets everybody in, and never stops, is left");
    rmdir(root);
    return tap_done();
}
