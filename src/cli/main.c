/* main.c - the outside world of the program, gathered and handed over. */
#include "base/text.h"
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* https://no-color.org: set and not empty means no. */
static bool wants_colour(void)
{
    const char *no_color = getenv("NO_COLOR");

    return !(no_color && *no_color) && !pt_is(getenv("TERM"), "dumb");
}

static void measure_terminal(struct pt_io *io)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) &&
        ioctl(STDERR_FILENO, TIOCGWINSZ, &size))
        return;
    io->width = size.ws_col;
    io->height = size.ws_row;
}

/* A file or socket opened later must not be taken for a stream that was closed
 * when we were started.  Opened for the wrong direction, it still fails. */
static void fill_closed_streams(void)
{
    static const int flags[] = {O_WRONLY, O_RDONLY, O_RDONLY};

    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", flags[fd]);
}

int main(int argc, char **argv)
{
    struct pt_io io;

    fill_closed_streams();
    io = (struct pt_io){
        .in = stdin,
        .out = stdout,
        .err = stderr,
        .in_is_terminal = isatty(STDIN_FILENO),
        .out_is_terminal = isatty(STDOUT_FILENO),
        .err_is_terminal = isatty(STDERR_FILENO),
    };

    measure_terminal(&io);
    /* A system call a line, not one a word; nobody waits for half a line. */
    setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
    io.colour = io.out_is_terminal && wants_colour();
    return pt_cli(argc, argv, &io);
}
