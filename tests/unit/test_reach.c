/* test_reach.c - which addresses a name from outside may lead to. */
#include "net/reach.h"
#include "tests/tap.h"

#include <arpa/inet.h>

static const char here[] = "which is this machine";
static const char private[] = "which is in a private network";
static const char local[] = "which is on the local link only";
static const char multicast[] = "which is a multicast address";
static const char reserved[] = "which is a reserved address";
static const char broadcast[] = "which is the broadcast address";
static const char teredo[] = "which is a Teredo tunnel";

/* why: NULL is allowed.  near: what is said when it may be nearby. */
static const struct {
    const char *text;
    const char *why;
    const char *near;
} cases[] = {
    {"192.0.2.1", NULL, NULL},
    {"198.51.100.255", NULL, NULL},
    {"203.0.113.7", NULL, NULL},
    {"198.18.0.1", NULL, NULL},
    {"198.19.255.255", NULL, NULL},
    {"1.1.1.1", NULL, NULL},
    {"8.8.8.8", NULL, NULL},
    {"223.255.255.255", NULL, NULL},
    {"0.0.0.0", here, here},
    {"0.255.255.255", here, here},
    {"1.0.0.0", NULL, NULL},
    {"9.255.255.255", NULL, NULL},
    {"10.0.0.0", private, NULL},
    {"10.255.255.255", private, NULL},
    {"11.0.0.0", NULL, NULL},
    {"100.63.255.255", NULL, NULL},
    {"100.64.0.0", private, NULL},
    {"100.127.255.255", private, NULL},
    {"100.128.0.0", NULL, NULL},
    {"126.255.255.255", NULL, NULL},
    {"127.0.0.0", here, NULL},
    {"127.0.0.1", here, NULL},
    {"127.255.255.254", here, NULL},
    {"128.0.0.0", NULL, NULL},
    {"169.253.255.255", NULL, NULL},
    {"169.254.0.1", local, NULL},
    {"169.254.169.254", local, NULL},
    {"169.255.0.0", NULL, NULL},
    {"172.15.255.255", NULL, NULL},
    {"172.16.0.0", private, NULL},
    {"172.31.255.255", private, NULL},
    {"172.32.0.0", NULL, NULL},
    {"192.0.0.1", reserved, reserved},
    {"192.0.1.0", NULL, NULL},
    {"192.167.255.255", NULL, NULL},
    {"192.168.0.1", private, NULL},
    {"192.169.0.0", NULL, NULL},
    {"224.0.0.1", multicast, multicast},
    {"239.255.255.255", multicast, multicast},
    {"240.0.0.1", reserved, reserved},
    {"255.255.255.254", reserved, reserved},
    {"255.255.255.255", broadcast, broadcast},
    {"2001:db8::1", NULL, NULL},
    {"2606:4700:4700::1111", NULL, NULL},
    {"2000::", NULL, NULL},
    {"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL, NULL},
    {"::", here, here},
    {"::1", here, NULL},
    {"::2", here, here},
    {"::ffff:192.0.2.1", NULL, NULL},
    {"::ffff:127.0.0.1", here, NULL},
    {"::ffff:0.0.0.0", here, here},
    {"::ffff:10.1.2.3", private, NULL},
    {"::ffff:169.254.169.254", local, NULL},
    {"::ffff:a9fe:a9fe", local, NULL},
    {"::ffff:255.255.255.255", broadcast, broadcast},
    {"::127.0.0.1", here, NULL},
    {"::192.168.1.1", private, NULL},
    {"::ffff:0:127.0.0.1", reserved, reserved},
    {"64:ff9b::192.0.2.1", NULL, NULL},
    {"64:ff9b::127.0.0.1", here, NULL},
    {"64:ff9b::10.0.0.1", private, NULL},
    {"64:ff9b::169.254.169.254", local, NULL},
    {"64:ff9b:1::10.0.0.1", private, NULL},
    {"64:ff9b:2::1", reserved, reserved},
    {"2002:c000:201::1", NULL, NULL},
    {"2002:7f00:1::1", here, NULL},
    {"2002:c0a8:101::", private, NULL},
    {"2002:a9fe:a9fe::", local, NULL},
    {"2001:0:1234::1", teredo, teredo},
    {"2001:1::1", NULL, NULL},
    {"fc00::1", private, NULL},
    {"fd12:3456:789a::1", private, NULL},
    {"fe00::1", reserved, reserved},
    {"fe80::1", local, NULL},
    {"febf:ffff::1", local, NULL},
    {"fec0::1", private, NULL},
    {"ff02::1", multicast, multicast},
    {"ff0e::1", multicast, multicast},
    {"100::1", reserved, reserved},
    {"4000::1", reserved, reserved},
    {"5f00::1", reserved, reserved},
};

static void test_addresses(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct sockaddr *address;
        struct sockaddr_storage at;
        char what[128];

        snprintf(what, sizeof(what), "%s is judged", cases[i].text);
        if (!OK(pt_reach_parse(cases[i].text, &at), what))
            continue;
        address = (const struct sockaddr *)&at;
        IS(pt_reach_fault(address, false), cases[i].why, what);
        snprintf(what, sizeof(what), "%s is judged when named by the user",
                 cases[i].text);
        IS(pt_reach_fault(address, true), cases[i].near, what);
    }
}

static void test_spellings(void)
{
    static const char *const none[] = {
        "2130706433",  "0x7f000001", "017700000001", "127.1",  "127.0.1",
        "0x7f.0.0.1",  "0177.0.0.1", "127.0.0.1.",   "[::1]",  "1.2.3",
        "1.2.3.4.5",   "256.0.0.1",  " 127.0.0.1",   "::1%lo", "",
        "127.0.0.1:80", "localhost", "::ffff:256.0.0.1"};

    for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
        struct sockaddr_storage at;
        char what[96];

        snprintf(what, sizeof(what), "'%s' is no address", none[i]);
        OK(!pt_reach_parse(none[i], &at), what);
    }
}

static void test_text(void)
{
    struct sockaddr_storage at = {.ss_family = AF_UNIX};
    const struct sockaddr *address = (const struct sockaddr *)&at;
    char text[PT_REACH_SIZE];

    pt_reach_text(address, text);
    IS(text, "?", "what is no internet address has no name");
    IS(pt_reach_fault(address, true), "which is no internet address",
       "and is not connected to");
    pt_reach_parse("::ffff:192.0.2.1", &at);
    pt_reach_text(address, text);
    IS(text, "::ffff:192.0.2.1", "an address is named as it was found");
}

int main(void)
{
    test_addresses();
    test_spellings();
    test_text();
    return tap_done();
}
