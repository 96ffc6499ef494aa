/* activation.c - see activation.h. */
#include "base/activation.h"

#include "base/text.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { NAME_SIZE = 256 }; /* of systemd's */

static char names[PT_ACTIVATION_MAX][NAME_SIZE];

/* ---- sockets ---- */

/* A number of the environment; 0: there is none. */
static uint64_t read_number(const char *variable, uint64_t max)
{
    uint64_t value;

    return pt_parse_uint(pt_slice_of(getenv(variable)), max, &value) ? value
                                                                     : 0;
}

static void forget_variables(void)
{
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_PIDFDID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
}

/* "http:https:...", in the order of the descriptors. */
static void keep_names(const char *text)
{
    size_t len;

    memset(names, 0, sizeof(names));
    for (size_t i = 0; text && i < PT_ACTIVATION_MAX; i++) {
        len = strcspn(text, ":");
        if (len < NAME_SIZE)
            memcpy(names[i], text, len);
        text = text[len] ? text + len + 1 : NULL;
    }
}

static bool make_ours(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && !fcntl(fd, F_SETFL, flags | O_NONBLOCK) &&
           !fcntl(fd, F_SETFD, FD_CLOEXEC);
}

size_t pt_activation_take(void)
{
    bool is_ours = read_number("LISTEN_PID", INT32_MAX) == (uint64_t)getpid();
    uint64_t given = is_ours ? read_number("LISTEN_FDS", INT16_MAX) : 0;
    size_t count = 0;

    keep_names(is_ours ? getenv("LISTEN_FDNAMES") : NULL);
    forget_variables();
    while (count < given && count < PT_ACTIVATION_MAX &&
           make_ours(PT_ACTIVATION_FIRST + (int)count))
        count++;
    /* What is too much for us is nobody's. */
    for (uint64_t i = PT_ACTIVATION_MAX; i < given; i++)
        close(PT_ACTIVATION_FIRST + (int)i);
    return count;
}

bool pt_activation_is_named(size_t index, const char *name)
{
    return index < PT_ACTIVATION_MAX && pt_is(names[index], name);
}

/* ---- how we are ---- */

/* "/run/systemd/notify", or "@name", which is none of the file system (0 stands
 * where the "@" is).  0: it is neither. */
static socklen_t read_address(const char *path, struct sockaddr_un *ret_address)
{
    size_t len = strlen(path);

    if ((*path != '/' && *path != '@') || len < 2 ||
        len >= sizeof(ret_address->sun_path))
        return 0;
    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(ret_address->sun_path, path, len);
    if (*path == '@')
        ret_address->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

void pt_activation_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address;
    socklen_t len = path ? read_address(path, &address) : 0;
    ssize_t sent;
    int fd;

    if (!len)
        return;
    fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (fd < 0)
        return;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    sent = sendto(fd, state, strlen(state), 0, (struct sockaddr *)&address,
                  len);
    (void)sent; /* who does not hear it, does not */
    close(fd);
}
