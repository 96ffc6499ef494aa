/* relay_port.c - a relay to try out: relay_port ADDRESS HELPER [lan]
 *
 * HELPER is "own", our own loop, or the path of systemd-socket-proxyd.  Says
 * the port it listens on; then each line of its input, "4 1143" or "6 1143", is
 * where it is to lead from now on, and is answered with "ok" or with what is
 * wrong.  It ends with its input.
 */
#include "base/text.h"
#include "net/reach.h"
#include "serve/relay.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

struct scene {
    struct pt_loop *loop;
    struct pt_relay *relay;
    bool is_over;
};

static void read_line(void *ctx, int fd, short revents)
{
    struct scene *scene = ctx;
    struct pt_error err = {0};
    char line[64];
    unsigned family;
    unsigned port;
    ssize_t n = read(fd, line, sizeof(line) - 1);

    (void)revents;
    line[n > 0 ? n : 0] = '\0';
    if (sscanf(line, "%u %u", &family, &port) != 2) {
        scene->is_over = true;
        return;
    }
    puts(pt_relay_aim(scene->relay, family == 6, (uint16_t)port, &err)
             ? err.text
             : "ok");
}

static int fail(const char *what)
{
    fprintf(stderr, "relay_port: %s\n", what);
    return 2;
}

int main(int argc, char **argv)
{
    struct scene scene = {.loop = pt_loop_new(&pt_clock_monotonic)};
    struct sockaddr_storage at;
    struct pt_error err;
    struct pt_relay_setup setup = {.loop = scene.loop, .listen = &at};

    if (argc < 3 || !pt_reach_parse(argv[1], &at))
        return fail("ADDRESS HELPER [lan]");
    setup.proxyd = pt_is(argv[2], "own") ? NULL : argv[2];
    setup.lan_only = argc > 3;
    if (pt_relay_new(&setup, &scene.relay, &err) != PT_OK)
        return fail(err.text);
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("%u\n", (unsigned)pt_relay_port(scene.relay));
    if (!pt_loop_watch(scene.loop, STDIN_FILENO, POLLIN, read_line, &scene))
        return fail("no memory");
    while (!scene.is_over && pt_loop_step(scene.loop))
        ;
    pt_relay_free(scene.relay);
    pt_loop_free(scene.loop);
    return 0;
}
