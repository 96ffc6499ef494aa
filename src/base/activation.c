#include "base/activation.h"

#include "base/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char names[1024];

static bool read_number(const char *name, uint64_t max, uint64_t *ret_number)
{
    const char *text = getenv(name);

    return text && pt_parse_uint(pt_slice_of(text), max, ret_number);
}

size_t pt_activation_take(void)
{
    uint64_t pid = 0;
    uint64_t count = 0;
    bool is_ours = read_number("LISTEN_PID", UINT64_MAX / 2, &pid) &&
                   pid == (uint64_t)getpid() &&
                   read_number("LISTEN_FDS", PT_ACTIVATION_MAX, &count);
    const char *text = getenv("LISTEN_FDNAMES");

    snprintf(names, sizeof(names), "%s", text ? text : "");
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    if (!is_ours)
        return 0;
    for (int fd = PT_ACTIVATION_FIRST; fd < PT_ACTIVATION_FIRST + (int)count;
         fd++) {
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    }
    return (size_t)count;
}

bool pt_activation_is_named(size_t index, const char *name)
{
    const char *at = names;

    for (; index && *at; index--) {
        at += strcspn(at, ":");
        at += *at == ':';
    }
    return pt_slice_is(pt_slice(at, strcspn(at, ":")), name);
}

void pt_activation_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = path ? strlen(path) : 0;
    int fd;

    if (!len || len >= sizeof(to.sun_path) || !strchr("/@", path[0]))
        return;
    memcpy(to.sun_path, path, len);
    if (path[0] == '@') /* a name without a file (unix(7)) */
        to.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL,
                  (const struct sockaddr *)&to,
                  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
    close(fd);
}
