/* The password: typed at a terminal, or printed by a program. */
#include "cli/password.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { SHOWN_MAX = 256, KEY_STOP = 032 };

static char got[PT_PASSWORD_MAX];
static char shown[SHOWN_MAX]; /* at the terminal */

/* What is typed beforehand would be flushed: it is typed by another process,
 * once the question is there. */
static void type_later(int master, const char *keys)
{
    char question[SHOWN_MAX];

    if (fork())
        return;
    if (read(master, question, sizeof(question)) > 0)
        (void)!write(master, keys, strlen(keys));
    _exit(0);
}

static enum pt_status type(const char *keys, struct pt_error *err)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    struct termios before;
    struct termios after;
    enum pt_status status;
    ssize_t n;
    int tty;

    if (master < 0 || grantpt(master) || unlockpt(master) ||
        (tty = open(ptsname(master), O_RDWR | O_NOCTTY)) < 0) {
        printf("1..0 # SKIP there are no terminals here\n");
        exit(0);
    }
    tcgetattr(tty, &before);
    type_later(master, keys);
    memset(got, 0, sizeof(got));
    status = pt_password_prompt(tty, "password: ", got, err);
    tcgetattr(tty, &after);
    OK(before.c_lflag == after.c_lflag, "the terminal is as it was before");
    n = read(master, shown, sizeof(shown) - 1);
    shown[n > 0 ? n : 0] = '\0';
    close(tty);
    close(master);
    return status;
}

static void test_typed(void)
{
    struct pt_error err = {0};

    OK(type("open sesame\n", &err) == PT_OK, "a password is typed");
    IS(got, "open sesame", "and taken as it is, blanks too");
    OK(!strstr(shown, "sesame"), "nothing of it is shown");
    OK(type("wrogn\177\177ng\r", &err) == PT_OK, "a slip is taken back");
    IS(got, "wrong", "letter by letter");
    OK(type("a\303\244\177b\n", &err) == PT_OK, "of two bytes, too");
    IS(got, "ab", "which are one letter");
    OK(type("all of it\025new\n", &err) == PT_OK, "or all of it");
    IS(got, "new", "at once");
    OK(type("\n", &err) == PT_BAD_INPUT && *err.text,
       "an empty one is refused");
}

/* Who is asked at a terminal of his own ends well when it is "again" that was
 * typed. */
static pid_t begin_asking(int master)
{
    static const int keys[] = {SIGINT, SIGTERM, SIGTSTP};
    struct pt_error err = {0};
    pid_t pid = fork();
    int tty;

    if (pid)
        return pid;
    /* who is begun in the background is deaf to them */
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
        signal(keys[i], SIG_DFL);
    setsid();
    tty = open(ptsname(master), O_RDWR);
    if (tty < 0 || ioctl(tty, TIOCSCTTY, 0) ||
        pt_password_prompt(tty, "password: ", got, &err) != PT_OK)
        _exit(99);
    _exit(pt_is(got, "again") ? 0 : 1);
}

/* What is typed before is flushed. */
static void type_when_asked(int master, const char *keys)
{
    char c = '\0';

    while (c != ':' && read(master, &c, 1) == 1)
        ;
    (void)!write(master, keys, strlen(keys));
}

/* How it ends for who is asked when, half way, the key is hit, or the signal
 * comes; and whether the terminal is as it was before. */
static int interrupt(const char *keys, int sent, bool *ret_restored)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    struct termios before;
    struct termios after;
    int state = 0;
    int tty;
    pid_t pid;

    if (master < 0 || grantpt(master) || unlockpt(master) ||
        (tty = open(ptsname(master), O_RDWR | O_NOCTTY)) < 0)
        exit(99);
    tcgetattr(tty, &before);
    pid = begin_asking(master);
    type_when_asked(master, keys);
    if (sent)
        kill(pid, sent);
    else if (strchr(keys, KEY_STOP))
        type_when_asked(master, "again\n");
    waitpid(pid, &state, 0);
    tcgetattr(tty, &after);
    *ret_restored = before.c_lflag == after.c_lflag;
    close(tty);
    close(master);
    return state;
}

static void test_interrupted(void)
{
    bool restored;
    int state = interrupt("half\003", 0, &restored);

    OK(WIFSIGNALED(state) && WTERMSIG(state) == SIGINT, "Ctrl-C ends it");
    OK(restored, "and the terminal is as it was before");
    state = interrupt("half", SIGTERM, &restored);
    OK(WIFSIGNALED(state) && WTERMSIG(state) == SIGTERM, "so does a kill");
    OK(restored, "and the terminal is as it was before");
    state = interrupt("half\032", 0, &restored);
    OK(WIFEXITED(state) && !WEXITSTATUS(state),
       "who was stopped by Ctrl-Z is asked again");
    OK(restored, "and the terminal is as it was before");
}

static enum pt_status get(const char *command, char **ret_password,
                          struct pt_error *err)
{
    static const char *operands[] = {"ann@example.org"};
    static struct pt_arena *arena;
    struct pt_call call;

    if (!arena)
        arena = pt_arena_new();
    call = (struct pt_call){
        .arena = arena,
        .operands = {.at = operands, .count = 1},
        .options = {.login = true, .password_command = command}};
    return pt_password_get(&call, ret_password, err);
}

static void test_command(void)
{
    char *password = NULL;
    struct pt_error err = {0};

    OK(get("printf 'first\\nsecond\\n'", &password, &err) == PT_OK,
       "a program prints the password");
    IS(password, "first", "in its first line");
    OK(get("printf none", &password, &err) == PT_OK, "which need not end");
    IS(password, "none", "in a line feed");
    OK(get("echo secret; exit 1", &password, &err) == PT_BAD_INPUT,
       "a program that fails is not believed");
    OK(!strstr(err.text, "secret"), "nor repeated");
    OK(get("yes | head -c 100000 | tr -d '\\n'", &password, &err) ==
           PT_BAD_INPUT,
       "what is too long is no password");
    OK(get("printf 'first\\r\\n'", &password, &err) == PT_OK,
       "a line may end as it does elsewhere");
    IS(password, "first", "which is no part of it");
    OK(get("yes", &password, &err) == PT_BAD_INPUT,
       "who never ends is not waited for");
    OK(get("true", &password, &err) == PT_BAD_INPUT, "nor is nothing");
}

static void test_replay(void)
{
    static const char *operands[] = {"ann@example.org"};
    char *password = NULL;
    struct pt_error err = {0};
    struct pt_call call = {
        .arena = pt_arena_new(),
        .operands = {.at = operands, .count = 1},
        .options = {.login = true,
                    .replay = "scenario",
                    .password_command = "echo asked"}};

    OK(pt_password_get(&call, &password, &err) == PT_OK &&
           !pt_is(password, "asked"),
       "nobody is asked for a replay, in which nobody signs in");
    pt_arena_free(call.arena);
}

int main(void)
{
    test_typed();
    test_interrupted();
    test_command();
    test_replay();
    return tap_done();
}
