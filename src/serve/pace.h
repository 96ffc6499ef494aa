/* pace.h - how many requests a peer may make: a token bucket for each address
 * (of IPv6: for each network of 64 bits), in a table that never grows.
 *
 * Pure: times are given, in milliseconds of one clock.
 */
#ifndef PT_SERVE_PACE_H
#define PT_SERVE_PACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum { PT_PACE_SETS = 256, PT_PACE_WAYS = 4, PT_PACE_KEY = 8 };

struct pt_pace_peer {
    unsigned char key[PT_PACE_KEY];
    int64_t seen_ms; /* 0: nobody */
    int64_t tokens;  /* thousandths of a request */
};

struct pt_pace {
    unsigned rate; /* requests a second, ten times as many at once; 0: any */
    struct pt_pace_peer peers[PT_PACE_SETS][PT_PACE_WAYS];
};

/* May this peer have another request answered?  now_ms > 0. */
bool pt_pace_take(struct pt_pace *pace, const struct sockaddr *peer,
                  int64_t now_ms);

#endif
