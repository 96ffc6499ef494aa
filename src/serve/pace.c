#include "serve/pace.h"

#include <netinet/in.h>
#include <string.h>

enum { TOKEN = 1000, BURST = 10 };

static void key_of(const struct sockaddr *peer, unsigned char key[PT_PACE_KEY])
{
    memset(key, 0, PT_PACE_KEY);
    if (peer->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)peer;

        memcpy(key, &in->sin_addr, sizeof(in->sin_addr));
    } else if (peer->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)peer;
        bool is_ipv4 = IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr);

        memcpy(key, in6->sin6_addr.s6_addr + (is_ipv4 ? 12 : 0),
               is_ipv4 ? 4 : PT_PACE_KEY);
    }
}

static unsigned set_of(const unsigned char key[PT_PACE_KEY])
{
    unsigned hash = 2166136261U;

    for (int i = 0; i < PT_PACE_KEY; i++)
        hash = (hash ^ key[i]) * 16777619U;
    return (hash ^ hash >> 16) % PT_PACE_SETS;
}

/* The peer's, or the one of its set that was longest away. */
static struct pt_pace_peer *find(struct pt_pace *pace,
                                 const unsigned char key[PT_PACE_KEY],
                                 int64_t now_ms)
{
    struct pt_pace_peer *set = pace->peers[set_of(key)];
    struct pt_pace_peer *oldest = set;

    for (int i = 0; i < PT_PACE_WAYS; i++) {
        if (set[i].seen_ms && !memcmp(set[i].key, key, PT_PACE_KEY))
            return &set[i];
        if (set[i].seen_ms < oldest->seen_ms)
            oldest = &set[i];
    }
    memcpy(oldest->key, key, PT_PACE_KEY);
    oldest->seen_ms = now_ms;
    oldest->tokens = (int64_t)pace->rate * BURST * TOKEN;
    return oldest;
}

bool pt_pace_take(struct pt_pace *pace, const struct sockaddr *peer,
                  int64_t now_ms)
{
    unsigned char key[PT_PACE_KEY];
    struct pt_pace_peer *at;
    int64_t most = (int64_t)pace->rate * BURST * TOKEN;

    if (!pace->rate)
        return true;
    key_of(peer, key);
    at = find(pace, key, now_ms);
    at->tokens += (now_ms - at->seen_ms) * pace->rate;
    at->seen_ms = now_ms;
    if (at->tokens > most)
        at->tokens = most;
    if (at->tokens < TOKEN)
        return false;
    at->tokens -= TOKEN;
    return true;
}
