/* test_pace.c - how many requests a peer may make. */
#include "serve/pace.h"
#include "tests/tap.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static struct pt_pace pace;

static bool take(const char *peer, int64_t now_ms)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, peer, &in.sin_addr) == 1)
        return pt_pace_take(&pace, (const struct sockaddr *)&in, now_ms);
    inet_pton(AF_INET6, peer, &in6.sin6_addr);
    return pt_pace_take(&pace, (const struct sockaddr *)&in6, now_ms);
}

/* As many as it may at this moment, 1,000 at most. */
static int take_all(const char *peer, int64_t now_ms)
{
    int taken = 0;

    while (taken < 1000 && take(peer, now_ms))
        taken++;
    return taken;
}

static void test_one(void)
{
    pace = (struct pt_pace){.rate = 5};
    OK(take_all("192.168.1.2", 1) == 50, "ten seconds' worth at once");
    OK(take_all("192.168.1.2", 1000) == 4, "then as many as time brings");
    OK(take_all("192.168.1.2", 1001) == 1, "to the thousandth of a second");
    OK(take_all("192.168.1.2", 3600 * 1000) == 50,
       "who was silent for an hour has no more than that");
    pace = (struct pt_pace){.rate = 0};
    OK(take_all("192.168.1.2", 1) == 1000, "without a rate, any number");
}

static void test_peers(void)
{
    pace = (struct pt_pace){.rate = 1};
    take_all("192.168.1.2", 1);
    OK(take_all("192.168.1.3", 1) == 10, "each address has its own");
    OK(!take("::ffff:192.168.1.2", 1), "IPv4 within IPv6 is the same one");
    OK(take("::ffff:192.168.1.4", 1), "and others are not");
    take_all("fd00::1:2:3:4", 1);
    OK(!take("fd00::9:2:3:4", 1), "a network of 64 bits is one peer");
    OK(take("fd00:0:0:1::4", 1), "and another is another");
}

/* Strangers by the thousand, in forty seconds, do not give a peer that keeps on
 * asking its requests back. */
static void test_crowd(void)
{
    int given = 0;

    pace = (struct pt_pace){.rate = 1};
    take_all("192.168.1.2", 1);
    for (int i = 0; i < 200; i++) {
        for (int j = 0; j < 200; j++) {
            int64_t now_ms = 2 + 200 * i + j;
            char peer[32];

            snprintf(peer, sizeof(peer), "10.0.%d.%d", i, j);
            take(peer, now_ms);
            if (j % 8 == 0)
                given += take("192.168.1.2", now_ms);
        }
    }
    OK(given <= 40, "a crowd does not have a busy peer forgotten");
}

int main(void)
{
    test_one();
    test_peers();
    test_crowd();
    return tap_done();
}
