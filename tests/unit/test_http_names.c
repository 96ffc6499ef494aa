/* test_http_names.c - whom a URL leads to: addresses that are judged, and
 * proxies. */
#include "tests/unit/http_world.h"

#include <errno.h>
#include <fcntl.h>

/* ---- servers ---- */

static void say_page(struct fake_server *s, const char *body)
{
    char head[96];

    snprintf(head, sizeof(head),
             "HTTP/1.1 200 OK\r\nConnection: close\r\n"
             "Content-Length: %zu\r\n\r\n",
             strlen(body));
    world_say(s, head);
    world_say(s, body);
}

static void serve(struct fake_server *s, const struct fake_identity *id)
{
    char request[4096];

    (void)id;
    if (world_hear(s, request, sizeof(request)))
        say_page(s, "direct");
}

/* Tells what it was asked; does not connect anybody. */
static void serve_proxy(struct fake_server *s, const struct fake_identity *id)
{
    char request[4096];

    (void)id;
    if (!world_hear(s, request, sizeof(request)))
        return;
    if (!strncmp(request, "CONNECT ", 8))
        world_say(s, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
    else if (strstr(request, "secret.example"))
        world_say(s, "HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n");
    else
        say_page(s, request);
}

/* RFC 1928: tells the name it was to look up. */
static void serve_socks(struct fake_server *s, const struct fake_identity *id)
{
    unsigned char hello[2];
    unsigned char head[5];
    char name[256] = "";
    char request[4096];

    (void)id;
    if (fake_hear(s, hello, 2) != 2)
        return;
    fake_hear(s, name, hello[1]); /* the ways to log in */
    fake_say(s, "\5\0", 2);
    if (fake_hear(s, head, 5) != 5 || head[3] != 3)
        return;
    fake_hear(s, name, head[4]);
    name[head[4]] = '\0';
    fake_hear(s, hello, 2); /* the port */
    fake_say(s, "\5\0\0\1\0\0\0\0\0\0", 10);
    if (world_hear(s, request, sizeof(request)))
        say_page(s, name);
}

/* ---- addresses ---- */

static const struct world_name names[] = {
    {"this.example", "127.0.0.1", false},
    {"this6.example", "::1", false},
    {"zero.example", "0.0.0.0", false},
    {"ten.example", "10.1.2.3", false},
    {"home.example", "192.168.1.1 10.0.0.1", false},
    {"local.example", "fd00::1", false},
    {"metadata.example", "169.254.169.254", false},
    {"mapped.example", "::ffff:169.254.169.254", false},
    {"nat64.example", "64:ff9b::127.0.0.1", false},
    {"group.example", "224.0.0.1", false},
    {"router.lan", "127.0.0.1", true},
    {"mixed.example", "224.0.0.1 ff02::1 127.0.0.1", false},
    {"two.example", "127.0.0.2 127.0.0.1", false},
    {"six.example", "2001:db8::1 127.0.0.1", false},
    {"none.example", "", false},
    {NULL, NULL, false},
};

static const struct {
    const char *url; /* up to the port */
    const char *says;
} refused[] = {
    {"http://this.example", "leads to 127.0.0.1, which is this machine"},
    {"http://this6.example", "leads to ::1, which is this machine"},
    {"http://zero.example", "leads to 0.0.0.0, which is this machine"},
    {"https://ten.example", "leads to 10.1.2.3, which is in a private network"},
    {"http://home.example", "leads to 10.0.0.1, which is in a private network"},
    {"http://local.example", "leads to fd00::1, which is in a private network"},
    {"http://metadata.example",
     "leads to 169.254.169.254, which is on the local link only"},
    {"http://mapped.example",
     "leads to ::ffff:169.254.169.254, which is on the local link only"},
    {"http://nat64.example",
     "leads to 64:ff9b::7f00:1, which is this machine"},
    {"http://group.example",
     "leads to 224.0.0.1, which is a multicast address"},
    {"http://127.0.0.1", "leads to 127.0.0.1, which is this machine"},
    {"http://[::1]", "leads to ::1, which is this machine"},
    {"http://[::ffff:7f00:1]",
     "leads to ::ffff:127.0.0.1, which is this machine"},
    {"http://localhost", "leads to localhost, which is this machine"},
    {"http://LOCALHOST", "leads to localhost, which is this machine"},
    {"http://a.localhost", "leads to a.localhost, which is this machine"},
    {"http://ip6-localhost", "leads to ip6-localhost, which is this machine"},
    {"http://2130706433", "its URL has an address in an odd spelling"},
    {"http://0x7f.1", "its URL has an address in an odd spelling"},
};

static bool was_connected(int listener)
{
    int fd = accept(listener, NULL, NULL);

    if (fd >= 0)
        close(fd);
    return fd >= 0 || errno != EAGAIN;
}

static void test_refused(struct world *w)
{
    struct fake_server s;

    if (!fake_listen(&s) || fcntl(s.listener, F_SETFL, O_NONBLOCK))
        abort();
    for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
        char url[WORLD_URL];
        char want[128];
        struct got got;

        snprintf(url, sizeof(url), "%s:%u/", refused[i].url, s.port);
        snprintf(want, sizeof(want), "refused: %s", refused[i].says);
        got = world_ask(w, (struct pt_ask){.what = url});
        IS(world_says(&got), want, refused[i].url);
    }
    OK(!was_connected(s.listener), "and nobody was connected to");
    close(s.listener);
}

static void test_literals(struct world *w, uint16_t port)
{
    int before = w->looked_up;
    struct got got = world_get(w, "http://127.0.0.1", port, "/");

    IS(world_says(&got), "ok 200", "an address in a URL is as good as a name");
    got = world_get(w, "http://localhost", port, "/");
    IS(world_says(&got), "ok 200", "as is localhost");
    OK(w->looked_up == before, "neither is looked up");
    got = world_get(w, "http://224.0.0.1", port, "/");
    IS(world_says(&got),
       "refused: leads to 224.0.0.1, which is a multicast address",
       "but not what is nobody's address");
}

static void test_allowed(struct world *w, uint16_t port)
{
    char url[WORLD_URL];
    struct got got;

    snprintf(url, sizeof(url), "http://router.lan:%u/", port);
    got = world_ask(w, (struct pt_ask){.what = url});
    IS(world_says(&got), "ok 200", "the hosts file may name this machine");
    got = world_get(w, "http://this.example", port, "/");
    IS(world_says(&got), "ok 200", "and so may whom the user named");
    got = world_get(w, "http://mixed.example", port, "/");
    IS(world_says(&got), "ok 200", "of several addresses the good are asked");
    got = world_get(w, "http://two.example", port, "/");
    IS(world_says(&got), "ok 200", "and one after another");
}

static void test_eyeballs(struct world *w, uint16_t port)
{
    int64_t start = pt_loop_now(w->loop);
    struct got got = world_get(w, "http://six.example", port, "/");

    IS(world_says(&got), "ok 200", "IPv6 that leads nowhere costs nothing");
    OK(pt_loop_now(w->loop) - start < 1000, "or hardly any time");
}

static void test_nobody(struct world *w)
{
    struct fake_server s;
    struct got got;

    if (!fake_listen(&s))
        abort();
    close(s.listener);
    got = world_get(w, "http://this.example", s.port, "/");
    IS(world_says(&got), "absent", "where nothing listens nobody is");
    got = world_get(w, "http://two.example", s.port, "/");
    IS(world_says(&got), "absent", "at any address");
    got = world_get(w, "http://other.example", s.port, "/");
    IS(world_says(&got), "absent", "nor is there where there is no such name");
    got = world_get(w, "http://none.example", s.port, "/");
    IS(world_says(&got), "failed: the name server did not answer",
       "but a name nobody says anything of may be one");
}

/* ---- proxies ---- */

static char proxy_url[64];
static const char *exempt;

static char *through(const char *name)
{
    if (!strcmp(name, "all_proxy"))
        return proxy_url;
    return strcmp(name, "no_proxy") ? NULL : (char *)(uintptr_t)exempt;
}

static struct got ask_through(struct world *w, const char *url)
{
    return world_ask(w, (struct pt_ask){.what = url});
}

static void test_proxy(struct world *w, uint16_t direct)
{
    struct fake_server s;
    struct got got;
    int before;

    world_start(&s, NULL, serve_proxy);
    snprintf(proxy_url, sizeof(proxy_url), "http://this.example:%u", s.port);
    before = w->looked_up;
    got = ask_through(w, "http://ten.example/a");
    OK(!strncmp(got.body, "GET http://ten.example/a HTTP/1.1\r\n", 35),
       "a proxy is asked for the page");
    OK(w->looked_up == before + 1, "its name is looked up, no other");
    got = ask_through(w, "http://127.0.0.1/");
    IS(world_says(&got), "refused: leads to 127.0.0.1, which is this machine",
       "what is no name is judged all the same");
    got = ask_through(w, "https://ten.example/");
    IS(world_says(&got), "failed: the proxy refused: HTTP status 403",
       "a proxy may say no");
    got = ask_through(w, "http://secret.example/");
    IS(world_says(&got), "failed: the proxy refused: HTTP status 407",
       "or want a password");
    exempt = "router.lan";
    got = world_get(w, "http://router.lan", direct, "/");
    IS(got.body, "direct", "what is exempt is asked for without");
    exempt = NULL;
    world_stop(&s);
    got = ask_through(w, "http://ten.example/");
    IS(world_says(&got), "failed: the proxy cannot be connected to",
       "a proxy that is not there says nothing of the page");
    snprintf(proxy_url, sizeof(proxy_url), "http://other.example:%u", s.port);
    got = ask_through(w, "http://ten.example/");
    IS(world_says(&got), "failed: there is no such proxy",
       "nor one without an address");
    snprintf(proxy_url, sizeof(proxy_url), "ftp://this.example");
    got = ask_through(w, "http://ten.example/");
    IS(world_says(&got), "failed: the proxy that is set cannot be used",
       "nor one that is none");
}

static void test_socks(struct world *w)
{
    static const char *const schemes[] = {"socks5h", "socks5"};
    struct fake_server s;

    world_start(&s, NULL, serve_socks);
    for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
        struct got got;

        snprintf(proxy_url, sizeof(proxy_url), "%s://localhost:%u",
                 schemes[i], s.port);
        got = ask_through(w, "http://ten.example/");
        IS(got.body, "ten.example", "a SOCKS proxy looks the name up");
    }
    world_stop(&s);
}

int main(void)
{
    struct world w = {.names = names};
    struct world proxied = {.names = names};
    struct fake_server server;
    int open;

    world_start(&server, NULL, serve);
    open = world_count("/proc/self/fd");
    world_open(&w, (struct pt_http_setup){.env = NULL});
    test_refused(&w);
    test_literals(&w, server.port);
    test_allowed(&w, server.port);
    test_eyeballs(&w, server.port);
    test_nobody(&w);
    world_close(&w);
    world_open(&proxied, (struct pt_http_setup){.env = through});
    test_proxy(&proxied, server.port);
    test_socks(&proxied);
    OK(world_count("/proc/self/task") == 1, "no thread was started");
    world_close(&proxied);
    OK(world_count("/proc/self/fd") == open, "no file was left open");
    world_stop(&server);
    return tap_done();
}
