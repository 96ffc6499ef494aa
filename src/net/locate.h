/* locate.h - the addresses of a host, for whoever asks: PT_ASK_HOST.
 *
 * None is judged: nothing is connected to.
 */
#ifndef PT_NET_LOCATE_H
#define PT_NET_LOCATE_H

#include "net/ask.h"
#include "net/dns_addresses.h"

struct pt_locator;

/* NULL: no memory.  What the finder stands for must outlive it. */
struct pt_locator *pt_locator_new(const struct pt_finder *finder);
void pt_locator_free(struct pt_locator *locator); /* takes NULL; drops */

/* As the functions of struct pt_transport. */
bool pt_locator_begin(struct pt_locator *locator, const struct pt_ask *ask,
                      pt_answer_fn *done, void *ctx);
void pt_locator_drop(struct pt_locator *locator, const void *owner);

#endif
