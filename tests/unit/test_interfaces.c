/* test_interfaces.c - which addresses are private, and which come first. */
#include "net/interfaces.h"
#include "net/reach.h"
#include "tests/tap.h"

#include <limits.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- kinds ---- */

enum kind { OTHER, LAN, LOOPBACK, ANY };

static const char *const kind_names[] = {
    [OTHER] = "none of these",
    [LAN] = "of a LAN",
    [LOOPBACK] = "of this machine",
    [ANY] = "every address",
};

static const struct {
    const char *address;
    enum kind kind;
} kinds[] = {
    {"10.0.0.1", LAN},
    {"10.255.255.255", LAN},
    {"9.255.255.255", OTHER},
    {"11.0.0.0", OTHER},
    {"172.15.255.255", OTHER},
    {"172.16.0.0", LAN},
    {"172.31.255.255", LAN},
    {"172.32.0.0", OTHER},
    {"192.167.255.255", OTHER},
    {"192.168.0.0", LAN},
    {"192.168.255.255", LAN},
    {"192.169.0.0", OTHER},
    {"169.254.1.1", LAN},
    {"169.253.1.1", OTHER},
    {"100.64.0.1", OTHER}, /* a provider's, which strangers share */
    {"8.8.8.8", OTHER},
    {"224.0.0.1", OTHER},
    {"255.255.255.255", OTHER},
    {"127.0.0.1", LOOPBACK},
    {"127.255.255.254", LOOPBACK},
    {"126.255.255.255", OTHER},
    {"128.0.0.0", OTHER},
    {"0.0.0.0", ANY},
    {"0.0.0.1", OTHER},
    {"::", ANY},
    {"::1", LOOPBACK},
    {"::2", OTHER},
    {"fbff::1", OTHER},
    {"fc00::1", LAN},
    {"fdff:ffff::1", LAN},
    {"fe7f::1", OTHER},
    {"fe80::1", LAN},
    {"febf::1", LAN},
    {"fec0::1", OTHER},
    {"2001:db8::1", OTHER},
    {"::ffff:10.1.2.3", LAN},
    {"::ffff:172.31.0.1", LAN},
    {"::ffff:8.8.8.8", OTHER},
    {"::ffff:127.0.0.1", LOOPBACK},
    {"::ffff:0.0.0.0", ANY},
    {"::10.1.2.3", OTHER},
    {"64:ff9b::10.1.2.3", OTHER},
};

static enum kind kind_of(const struct sockaddr *address)
{
    return pt_is_lan_address(address)        ? LAN
           : pt_is_loopback_address(address) ? LOOPBACK
           : pt_is_any_address(address)      ? ANY
                                             : OTHER;
}

static void test_kinds(void)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        struct sockaddr_storage at;
        char what[96];

        snprintf(what, sizeof(what), "%s is read", kinds[i].address);
        OK(pt_reach_parse(kinds[i].address, &at), what);
        snprintf(what, sizeof(what), "%s is %s", kinds[i].address,
                 kind_names[kinds[i].kind]);
        IS(kind_names[kind_of((const struct sockaddr *)&at)],
           kind_names[kinds[i].kind], what);
    }
}

static void test_strange_family(void)
{
    const struct sockaddr local = {.sa_family = AF_UNIX};

    OK(kind_of(&local) == OTHER,
       "what is no address of the Internet is none of these");
}

/* ---- interfaces ---- */

static char top[] = "/tmp/portolan-interfaces-XXXXXX";

static void make(const char *path)
{
    char whole[PATH_MAX];

    snprintf(whole, sizeof(whole), "%s/%s", top, path);
    mkdir(whole, 0700);
}

/* What stands upon what; a folder is as good as a link here. */
static const char *const folders[] = {
    "eth0", "eth0/device",       /* a network card */
    "br0", "br0/lower_eth0.5",   /* a bridge that shares it, */
    "br0/lower_veth1",           /* with a virtual machine, */
    "eth0.5", "eth0.5/lower_eth0", /* through a VLAN */
    "docker0", "docker0/lower_veth1",
    "veth1", "tun0",
    "loop0", "loop0/lower_loop0", /* no kernel makes such a thing */
};

static void make_all(void)
{
    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
        make(folders[i]);
}

static void remove_all(void)
{
    for (size_t i = sizeof(folders) / sizeof(*folders); i-- > 0;) {
        char whole[PATH_MAX];

        snprintf(whole, sizeof(whole), "%s/%s", top, folders[i]);
        rmdir(whole);
    }
    rmdir(top);
}

static const struct {
    char name[16];
    const char *address; /* NULL: it has none */
    unsigned flags;
} seen[] = {
    {"lo", "127.0.0.1", IFF_UP | IFF_LOOPBACK},
    {"nothing", NULL, IFF_UP},
    {"docker0", "10.88.0.1", IFF_UP},
    {"tun0", "10.8.0.2", IFF_UP},
    {"loop0", "10.99.0.1", IFF_UP},
    {"eth0", "192.168.1.10", IFF_UP},
    {"eth0", "fe80::1", IFF_UP},
    {"eth0", "2001:db8::10", IFF_UP},
    {"eth0", "fd00::10", IFF_UP},
    {"eth0", "203.0.113.7", IFF_UP},
    {"eth0", "192.168.1.10", IFF_UP},
    {"br0", "192.168.0.9", IFF_UP},
    {"eth1", "192.168.7.7", 0},
    {"veth1", "fd88::1", IFF_UP},
};

enum { SEEN = sizeof(seen) / sizeof(*seen) };

struct listing {
    struct ifaddrs at[SEEN];
    struct sockaddr_storage addresses[SEEN];
    char names[SEEN][16];
};

static void list(struct listing *all)
{
    memset(all, 0, sizeof(*all));
    for (size_t i = 0; i < SEEN; i++) {
        memcpy(all->names[i], seen[i].name, sizeof(all->names[i]));
        all->at[i].ifa_name = all->names[i];
        all->at[i].ifa_flags = seen[i].flags;
        all->at[i].ifa_next = i + 1 < SEEN ? &all->at[i + 1] : NULL;
        if (seen[i].address &&
            pt_reach_parse(seen[i].address, &all->addresses[i]))
            all->at[i].ifa_addr = (struct sockaddr *)&all->addresses[i];
    }
}

static void say(const struct pt_interfaces *found, char *out, size_t size)
{
    *out = '\0';
    for (size_t i = 0; i < found->count; i++) {
        char text[PT_REACH_SIZE];
        size_t len = strlen(out);

        pt_reach_text((const struct sockaddr *)&found->at[i], text);
        snprintf(out + len, size - len, "%s%s", len ? " " : "", text);
    }
}

static void test_pick(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_interfaces found = {0};
    struct listing all;
    char text[512];

    list(&all);
    OK(pt_interfaces_pick(arena, all.at, top, &found), "a list is judged");
    say(&found, text, sizeof(text));
    IS(text,
       "192.168.0.9 192.168.1.10 fd00::10 "
       "10.8.0.2 10.88.0.1 10.99.0.1 fd88::1",
       "network cards come first, tunnels and containers last, public, link "
       "and lonely addresses not at all, and none twice");
    OK(pt_interfaces_pick(arena, all.at, "/nonexistent", &found),
       "nothing need be known of interfaces");
    say(&found, text, sizeof(text));
    IS(text,
       "10.8.0.2 10.88.0.1 10.99.0.1 192.168.0.9 192.168.1.10 "
       "fd00::10 fd88::1",
       "IPv4 comes first then, by its numbers");
    OK(pt_interfaces_pick(arena, NULL, top, &found) && found.count == 0,
       "there may be none");
}

static void test_this_machine(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_interfaces found = {0};
    struct pt_error err = {0};
    bool all_private = true;

    OK(pt_interfaces_lan(arena, &found, &err) == PT_OK,
       "this machine tells its addresses");
    for (size_t i = 0; i < found.count; i++)
        all_private &=
            pt_is_lan_address((const struct sockaddr *)&found.at[i]);
    OK(all_private, "and those it tells are private");
}

int main(void)
{
    test_kinds();
    test_strange_family();
    if (!mkdtemp(top))
        return 99;
    make_all();
    test_pick();
    remove_all();
    OK(access(top, F_OK), "nothing is left behind");
    test_this_machine();
    return tap_done();
}
