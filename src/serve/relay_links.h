/* relay_links.h - the connections of a relay: what one end says, the other
 * hears.
 *
 * An end is not listened to while the other has yet to take what it said: 64
 * KiB a direction are the most that is held, and nothing is while nobody is
 * slow.  An end that has no more to say is heard out by the other (half-close);
 * one that breaks off is broken off for the other too.  There may be silence
 * for as long as both are there (IDLE of IMAP); one that has gone without a
 * word is noticed in a quarter of an hour.
 */
#ifndef PT_SERVE_RELAY_LINKS_H
#define PT_SERVE_RELAY_LINKS_H

#include "base/loop.h"

#include <sys/socket.h>

enum {
    PT_LINKS_MAX = 256,
    PT_LINKS_OF_A_PEER = 32,
    PT_LINK_HELD_MAX = 64 * 1024, /* bytes, a direction */
};

struct pt_links;

struct pt_links *pt_links_new(struct pt_loop *loop); /* NULL: no memory */
void pt_links_free(struct pt_links *links); /* ends all; takes NULL */

/* Connect fd, which came from the peer and becomes ours, with the target.  It
 * is hung up on when that cannot be, and when there are PT_LINKS_MAX.  When
 * this peer has PT_LINKS_OF_A_PEER, the longest silent of them ends: a phone
 * that slept does not know of those it had. */
void pt_links_add(struct pt_links *links, int fd,
                  const struct sockaddr_storage *peer,
                  const struct sockaddr_storage *target);

void pt_links_end_all(struct pt_links *links);

#endif
