#include "cli/password.h"

#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

/* What a terminal's keys send. */
enum {
    KEY_END = 4,
    KEY_BACKSPACE = 8,
    KEY_CLEAR = 21,
    KEY_DELETE = 127,
};

/* ---- typed ---- */

/* What ends or stops us waits until the terminal is as it was before.  The
 * descriptor tells that there is some of it; or -1, and nobody tells. */
static int hold_signals(sigset_t *ret_before)
{
    static const int held[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    sigset_t set;

    sigemptyset(&set);
    sigprocmask(SIG_SETMASK, NULL, ret_before);
    for (size_t i = 0; i < sizeof(held) / sizeof(*held); i++)
        if (!sigismember(ret_before, held[i]))
            sigaddset(&set, held[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

/* False: there is a signal. */
static bool wait_for_key(int tty, int signals)
{
    struct pollfd fds[] = {{.fd = tty, .events = POLLIN},
                           {.fd = signals, .events = POLLIN}};

    while (poll(fds, sizeof(fds) / sizeof(*fds), -1) < 0 && errno == EINTR)
        ;
    return !fds[1].revents;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r' || c == KEY_END;
}

/* One letter back, however many bytes it has. */
static size_t step_back(const char *text, size_t len)
{
    while (len && (text[--len] & 0xC0) == 0x80)
        ;
    return len;
}

/* Byte by byte: the terminal neither shows nor gathers them.  What was not
 * ended is not what was meant. */
static size_t read_line(int tty, int signals, char *text,
                        bool *ret_interrupted)
{
    size_t len = 0;
    char c;

    *ret_interrupted = false;
    while (wait_for_key(tty, signals)) {
        if (read(tty, &c, 1) != 1)
            return 0;
        if (is_line_end(c))
            return len;
        if (c == KEY_BACKSPACE || c == KEY_DELETE)
            len = step_back(text, len);
        else if (c == KEY_CLEAR)
            len = 0;
        else if (len < PT_PASSWORD_MAX)
            text[len++] = c;
    }
    *ret_interrupted = true;
    return 0;
}

static enum pt_status check(char *text, size_t len, struct pt_error *err)
{
    if (len == PT_PASSWORD_MAX || memchr(text, '\0', len))
        return pt_fail(err, PT_BAD_INPUT, NULL,
                       "no server takes a password like that");
    text[len] = '\0';
    if (!len)
        return pt_fail(err, PT_BAD_INPUT, "leave out --login",
                       "there is no password to sign in with");
    return PT_OK;
}

static void say(int tty, const char *text)
{
    ssize_t written = write(tty, text, strlen(text));

    (void)written; /* who cannot be asked is not answered for either */
}

static size_t ask_once(int tty, const struct termios *before,
                       const char *prompt, char *text, bool *ret_interrupted)
{
    struct termios silent = *before;
    sigset_t mask;
    int signals = hold_signals(&mask);
    size_t len;

    silent.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    silent.c_cc[VMIN] = 1;
    silent.c_cc[VTIME] = 0;
    tcsetattr(tty, TCSAFLUSH, &silent);
    say(tty, prompt);
    len = read_line(tty, signals, text, ret_interrupted);
    say(tty, "\n");
    tcsetattr(tty, TCSAFLUSH, before);
    if (signals >= 0)
        close(signals);
    sigprocmask(SIG_SETMASK, &mask, NULL); /* here we end, or stop */
    return len;
}

enum pt_status pt_password_prompt(int tty, const char *prompt,
                                  char ret_password[PT_PASSWORD_MAX],
                                  struct pt_error *err)
{
    struct termios before;
    bool interrupted;
    size_t len;

    do {
        if (tcgetattr(tty, &before))
            return pt_fail(err, PT_BAD_INPUT, "use --password-command",
                           "there is no terminal to ask for the password at");
        len = ask_once(tty, &before, prompt, ret_password, &interrupted);
    } while (interrupted); /* we were stopped, and go on */
    return check(ret_password, len, err);
}

static enum pt_status ask(const char *prompt, char text[PT_PASSWORD_MAX],
                          struct pt_error *err)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    enum pt_status status;

    if (tty < 0)
        return pt_fail(err, PT_BAD_INPUT,
                       "name a program that prints it: --password-command "
                       "'pass mail/ann'",
                       "there is no terminal to ask for the password at");
    status = pt_password_prompt(tty, prompt, text, err);
    close(tty);
    return status;
}

/* ---- from a program ---- */

static enum pt_status run(const char *command, char text[PT_PASSWORD_MAX],
                          struct pt_error *err)
{
    const char *const words[] = {"sh", "-c", command, NULL};
    size_t len = 0;
    int failed = pt_spawn_read(words, text, PT_PASSWORD_MAX, &len);
    const char *end = memchr(text, '\n', len);

    if (failed == PT_SPAWN_REFUSED)
        return pt_fail(err, PT_BAD_INPUT, "try it by itself",
                       "the password command failed");
    if (failed)
        return pt_fail(err, PT_BAD_INPUT, NULL,
                       "the password command cannot be run: %s",
                       strerror(failed));
    if (end)
        len = (size_t)(end - text);
    if (end && len && text[len - 1] == '\r')
        len--;
    return check(text, len, err);
}

/* ---- either ---- */

enum pt_status pt_password_get(const struct pt_call *call,
                               char **ret_password, struct pt_error *err)
{
    const struct pt_options *options = &call->options;
    char text[PT_PASSWORD_MAX] = "";
    const char *prompt;
    enum pt_status status = PT_OK;

    if (!options->login)
        return PT_OK;
    prompt = pt_arena_printf(call->arena, "password of %s: ",
                             call->operands.at[call->operands.count - 1]);
    if (!prompt)
        return pt_fail_memory(err);
    if (options->replay)
        text[0] = '-';
    else if (options->password_command)
        status = run(options->password_command, text, err);
    else
        status = ask(prompt, text, err);
    if (status == PT_OK) {
        *ret_password = pt_arena_strdup(call->arena, text);
        status = *ret_password ? PT_OK : pt_fail_memory(err);
    }
    explicit_bzero(text, sizeof(text));
    return status;
}
